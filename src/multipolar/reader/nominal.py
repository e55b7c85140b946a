"""Judge the events that nouns name, and tell history from the story."""

from __future__ import annotations

import re

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.complements import Verdict
from multipolar.reader.factuality import Factuality
from multipolar.reader.wordsets import word_set

WISHED = word_set("factuality.wished")
PLANNED = word_set("factuality.planned")
ALLEGED = word_set("factuality.alleged")
RISK_NOUNS = word_set("factuality.risk_nouns")
NONE_NOUNS = word_set("factuality.none_nouns")
NO_NOUN_VERBS = word_set("factuality.no_noun_verbs")
POSSIBLE_NOUN_VERBS = word_set("factuality.possible_noun_verbs")
PLANNED_NOUN_VERBS = word_set("factuality.planned_noun_verbs")
SUPPRESSING = word_set("factuality.suppressing")
TAKES_PLACE = word_set("factuality.takes_place")
AFRAID = frozenset(["afraid", "fearful", "wary", "capable", "incapable", "frightened", "scared"])
# What somebody has said stays said where it is not carried out, and what nobody forgives was done.
SPOKEN = frozenset(
    ["threat", "promise", "pledge", "demand", "request", "proposal", "vow", "warning", "call"]
)
CARRIED_OUT = word_set("factuality.carried_out")
REMEMBERED = word_set("factuality.remembered")
# Words that stand before a year, and words for long spans of years.
DATING = word_set("nominal.dating")
LONG_AGO = frozenset(["centuries", "century", "decades"])
YEAR = re.compile(r"^(1[0-9]{3}|20[0-9]{2})s?$")


class Judge(Factuality):
    """Judges verbs, and nouns by what stands around them."""

    def of_noun(self, i: int, verdict: Verdict) -> Verdict:
        """Judge the event named by the noun phrase at chunk ``i``."""
        chunk = self._c.chunks[i]
        self._modifiers(chunk, verdict)
        self._preposition(i, verdict)
        verb, role = self._verb_of(i)
        governor = self._c.chunks[verb] if verb >= 0 else None
        if governor is not None and (governor.lemma, governor.particle) == ("call", "off"):
            verdict.add("no", "'called off'")
        elif governor is not None:
            self._noun_under(i, verb, role, verdict)
        if self._c.sentence.question and role == "subject":
            verdict.add("possible", "question")
        return verdict

    def _modifiers(self, chunk: Chunk, verdict: Verdict) -> None:
        for k in range(chunk.first, chunk.last + 1):
            low = self._tokens[k].low
            if low == "no":
                verdict.add("no", "'no'")
            elif low in WISHED or low == "any":
                verdict.add("possible", f"'{low}'")
            elif low in PLANNED:
                verdict.add("planned", f"'{low}'")
            elif low in ALLEGED:
                verdict.add("claimed", f"'{low}'")

    def _preposition(self, i: int, verdict: Verdict) -> None:
        chunks = self._c.chunks
        if i == 0 or chunks[i - 1].kind != "P":
            return
        prep = chunks[i - 1].low
        if prep == "without":
            verdict.add("no", "'without'")
        if prep == "of" and i > 1 and self._tokens[chunks[i - 1].first - 1].low in AFRAID:
            verdict.add("possible", "'afraid of'")
        if prep in ("of", "for", "about") and i >= 2 and chunks[i - 2].kind == "np":
            noun = chunks[i - 2].lemma
            if noun in NONE_NOUNS:
                verdict.add("no", f"'{noun} of'")
            elif noun in ("threat", "demand", "call", "request", "promise", "offer", "appeal"):
                verdict.drop = True
                verdict.add("possible", f"'{noun} of'")
            elif noun in RISK_NOUNS:
                verdict.add("possible", f"'{noun} of'")

    def _verb_of(self, i: int) -> tuple[int, str]:
        """Verb whose object or subject the noun phrase is."""
        chunks = self._c.chunks
        j = i - 1
        while j >= 0 and chunks[j].kind in ("J", "Q"):
            j -= 1
        if j >= 0 and chunks[j].kind == "vg":
            return j, "object"
        if j >= 0 and chunks[j].kind == "P" and j >= 1 and chunks[j - 1].kind in ("vg", "np"):
            k = j - 1
            while k >= 0 and chunks[k].kind in ("np", "P"):
                k -= 1
            if k >= 0 and chunks[k].kind == "vg":
                return k, "prep " + chunks[j].low
        for k in range(i + 1, min(len(chunks), i + 12)):
            if chunks[k].kind == "vg" and chunks[k].form == "fin":
                return (k, "subject") if self._c.subject(k) is chunks[i] else (-1, "")
        return -1, ""

    def _of_subject(self, verb: int, verdict: Verdict) -> None:
        """'The visit did not take place', 'the talks were put off', 'the truce fell through'."""
        vg = self._c.chunks[verb]
        if vg.passive and vg.lemma in SUPPRESSING:
            verdict.drop = True
            verdict.add("possible", f"'{vg.low}'")
        elif vg.lemma == "fall" and "through" in [
            t.low for t in self._tokens[vg.last + 1 : vg.last + 2]
        ]:
            verdict.add("no", "'fell through'")
        elif vg.lemma in TAKES_PLACE or vg.passive or self._to_take_place(verb):
            below = self.of_verb(verb + self._to_take_place(verb), Verdict())
            for label, why in below.marks.items():
                if why == "negative object" or (label == "no" and self._is_not(verb)):
                    continue  # 'the visit is no secret', 'the patrols are not routine'
                verdict.add(label, why)
            if vg.passive:
                self._object_of(vg, verdict)

    def _is_not(self, verb: int) -> bool:
        """'Are not routine': what the thing is not, not that it was not."""
        after = next((c for c in self._c.chunks[verb + 1 : verb + 3] if c.kind != "J"), None)
        return self._c.chunks[verb].lemma == "be" and after is not None and after.kind == "np"

    def _to_take_place(self, verb: int) -> bool:
        """'Has yet to materialise': the infinitive right behind says whether it took place."""
        after = self._c.chunks[verb + 1 : verb + 2]
        return bool(after) and after[0].form == "inf" and after[0].lemma in TAKES_PLACE

    def _stands(self, i: int, vg: Chunk) -> bool:
        """'The threat was never carried out', 'the raid was never forgiven': it was there."""
        spoken = self._c.chunks[i].lemma in SPOKEN and vg.lemma in CARRIED_OUT
        return vg.negated and (spoken or vg.lemma in REMEMBERED)

    def _noun_under(self, i: int, verb: int, role: str, verdict: Verdict) -> None:
        vg = self._c.chunks[verb]
        if role == "subject":
            if not self._stands(i, vg):
                self._of_subject(verb, verdict)
            return
        if role.startswith("prep"):
            if vg.lemma in SUPPRESSING and role in ("prep for", "prep with", "prep of"):
                verdict.drop = True
                verdict.add("possible", f"'{vg.low}'")
            elif vg.lemma in (
                "prepare",
                "plan",
                "hope",
                "wait",
                "look",
                "push",
                "argue",
                "lobby",
                "campaign",
                "aim",
            ):
                verdict.add("possible", f"'{vg.low}'")
            elif vg.lemma in ("accuse", "suspect"):
                verdict.add("claimed", f"'{vg.low}'")
            return
        named = len(self._c.arguments(verb).objects) > 1  # 'called the bombing an act of war'
        if vg.lemma in SUPPRESSING and not named:
            verdict.drop = True
            verdict.add("possible", f"'{vg.low}'")
            return
        self._object_of(vg, verdict)
        if vg.form in ("inf", "ing"):
            below = self.of_verb(verb, Verdict())
            verdict.drop = verdict.drop or below.drop

    def _object_of(self, vg: Chunk, verdict: Verdict) -> None:
        off = vg.particle == "off" and vg.lemma in ("put", "call")
        if (off or vg.lemma in NO_NOUN_VERBS) and not vg.negated:
            verdict.add("no", f"'{vg.low}'")
        elif vg.lemma in POSSIBLE_NOUN_VERBS:
            verdict.add("possible", f"'{vg.low}'")
        elif vg.lemma in PLANNED_NOUN_VERBS:
            verdict.add("planned", f"'{vg.low}'")


def is_historical(clauses: Clauses, at: int, year: int | None) -> bool:
    """Whether the text itself dates the clause well before the story."""
    tokens = clauses.tokens
    lo, hi = max(0, at - 14), min(len(tokens), at + 14)
    for k in range(lo, hi):
        token = tokens[k]
        if token.text[0] in "12" and k and tokens[k - 1].low in DATING and YEAR.match(token.text):
            number = int(token.text[:4])
            if year is None or number < year - 1:
                return True
        if token.low in LONG_AGO or (
            token.low == "war" and tokens[k - 1].low in ("world", "cold", "patriotic")
        ):
            return True
    return False
