"""Verbs that leave it to their noun what happens: 'imposed sanctions', 'paid a visit'."""

from __future__ import annotations

from multipolar.reader.chunks import Arguments, Chunk
from multipolar.reader.noun_frames import Match
from multipolar.reader.roles import union
from multipolar.reader.verb_acts import VerbActs
from multipolar.reader.wordsets import word_set

PACKAGES = word_set("frames.packages")
OFFERING = frozenset(["offer", "promise", "pledge", "propose"])


class LightVerbs(VerbActs):
    """Matches a light verb with the frame of its noun."""

    def _light_verb(self, i: int, vg: Chunk, arguments: Arguments) -> Match | None:
        """'imposed sanctions on', 'a visit was paid to': the noun carries the meaning."""
        if vg.passive:
            subject = self._c.subject(i)
            nouns = [*([subject] if subject is not None else []), *arguments.objects[:1]]
        else:
            nouns = arguments.objects[:2]
        for noun in nouns:
            for part in noun.parts or [self._inside(noun)]:
                match = self._light(i, vg, arguments, part, noun)
                if match is not None:
                    return match
        return None

    def _inside(self, noun: Chunk) -> Chunk:
        """'A package of sanctions': what is in it."""
        if noun.lemma not in PACKAGES:
            return noun
        return next(iter(self._preps(noun).get("of", [])), noun)

    def _light(
        self, i: int, vg: Chunk, arguments: Arguments, noun: Chunk, whole: Chunk
    ) -> Match | None:
        frames = self._noun_frames(noun)
        if not frames:
            return None
        lemma = f"{vg.lemma}_{vg.particle}" if vg.particle else vg.lemma
        frame = next((f for f in frames if lemma in f.supports or vg.lemma in f.supports), None)
        if frame is None or "nevermatch" in frame.needs:
            return None
        by = union(self._resolver.codes(c) for c in arguments.preps.get("by", []))
        actor = by if vg.passive else self._resolver.codes(self._c.subject(i))
        extra = self._noun_roles(frame, noun, arguments)
        mutual = "+" in frame.actors
        actors = union([actor, extra[0]]) if mutual or not actor else actor
        owned = () if mutual or frame.type == "SANCTION" else extra[0]
        recipients = extra[1] or tuple(c for c in owned if c not in actors)
        given = self._c.subject(i) if vg.passive else arguments.objects[0]
        if not recipients and given is not whole:  # 'gave Kyiv aid', 'Kyiv was given aid'
            recipients = tuple(c for c in self._target(given) if c not in actors)
        if "rec2" in frame.needs and len(set(actors) | set(recipients)) < 2:
            return None
        kind, mode = self._drill(frame, noun, actors)
        unnamed = not actors and not recipients
        if (unnamed and not self._public(kind, i, vg)) or ("rec" in frame.needs and not recipients):
            return None
        if kind == "AID" and vg.lemma in OFFERING:
            kind, mode = "AGREE", "promise"  # 'offered Kyiv help'
        low, high = sorted((vg.head, noun.head))
        if frame.type == "SANCTION" and noun.head < vg.head and not vg.passive:
            low = vg.head  # 'lifted the measures it had imposed': two events, two verbs
        return Match(frame, kind, mode, actors, recipients, low, high, vg.head, [whole.place])
