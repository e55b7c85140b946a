"""Who can act at all: not an earthquake, not coffee, not a team in a final."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.lexicon import Frame
from multipolar.reader.verb_slots import VerbSlots
from multipolar.reader.wordsets import word_set

# What states do in the article even when it does not say which of them.
UNNAMED = frozenset(
    ["VOTE", "CONSULT", "SANCTION", "PROTEST", "AGREE", "REJECT", "COOPERATE", "ASSAULT"]
)
PUBLIC = word_set("frames.public")
NATURE = word_set("frames.nature")
ANYBODY = frozenset(["you", "oneself"])
BEATING = word_set("frames.beating")
SPORT = word_set("frames.sport")
ARMED = word_set("frames.armed")


class VerbActs(VerbSlots):
    """Tells who acts for a state, though not named, from what never acts."""

    def _no_act(self, frame: Frame, i: int, vg: Chunk) -> bool:
        """'The earthquake struck Iran', 'sanctions have crippled Iran', 'Germany beat Japan'."""
        if frame.type == "ASSAULT" and (self._thing_acts(i, vg) or self._at_play(frame)):
            return True
        if not vg.passive and self._heads(i, ANYBODY):
            return True  # 'if you ask Israel'
        return not vg.passive and (self._heads(i, NATURE) or self._told_already(frame, i))

    def _thing_acts(self, i: int, vg: Chunk) -> bool:
        """'Turkish coffee has conquered Berlin': what acts is nobody."""
        subject = self._c.subject(i)
        if subject is None or vg.passive or subject.parts or self._resolver.codes(subject):
            return False
        head = self._c.tokens[subject.head]
        if head.tag != "N" or head.mention is not None:
            return False
        words = {subject.low, subject.lemma}
        classes = self._lexicon.word_class
        agents = classes["AGENT"] | classes["TITLE"] | classes["PLURALITY"] | ARMED
        return not words & (agents | self._classes["troop"] | self._classes["weapon"])

    def _at_play(self, frame: Frame) -> bool:
        """'Germany crushed Japan in the final'."""
        return frame.word in BEATING and any(t.low in SPORT for t in self._c.tokens)

    def _told_already(self, frame: Frame, i: int) -> bool:
        """'Sanctions have brought Iran to its knees': the noun is the event."""
        subject = self._c.subject(i)
        nouns = self._noun_frames(subject) if subject is not None else None
        if nouns is None or frame.type not in ("COERCE", "ASSAULT"):
            return False
        return nouns[0].type == "SANCTION"

    def _public(self, kind: str, i: int, vg: Chunk) -> bool:
        """'Nobody turned up', 'five presidents sat down': states act, though not named."""
        subject = self._c.subject(i)
        if kind not in UNNAMED or vg.passive or subject is None:
            return False
        classes = self._lexicon.word_class
        heads = {subject.low, subject.lemma}
        if kind == "ASSAULT" and heads & (ARMED | self._classes["weapon"] | self._classes["troop"]):
            return True
        if kind == "VOTE" and self._c.tokens[subject.head].tag == "#":
            return True  # 'only 93 were in favour'
        if self._c.tokens[subject.head].tag in "#DR":
            heads |= {x for c in self._preps(subject).get("of", []) for x in (c.low, c.lemma)}
        return bool(heads & (classes["PLURALITY"] | PUBLIC)) or any(
            t.low in ("delegation", "delegations") for t in self._c.tokens[subject.first : vg.first]
        )

    def _heads(self, i: int, words: frozenset[str]) -> bool:
        """Whether the subject's head is one of ``words``."""
        subject = self._c.subject(i)
        return subject is not None and (subject.low in words or subject.lemma in words)
