"""Did it happen? Scope rules over the clauses: negation, hedges, conditions, plans, reports."""

from __future__ import annotations

from itertools import pairwise

from multipolar.reader.avoidance import denied_before, plan_failed, shunned
from multipolar.reader.chunks import Chunk
from multipolar.reader.complements import Verdict
from multipolar.reader.conditions import FUTURES, Conditions
from multipolar.reader.wordsets import word_set

HEDGES = word_set("factuality.hedges")
NEGATIVE_SUBJECTS = word_set("factuality.negative_subjects")
HEDGE_ADVERBS = word_set("factuality.hedge_adverbs")
EVIDENTIALS = word_set("factuality.evidentials")
RANKED = frozenset(["only", "first", "last", "second", "third", "latest", "newest", "sole"])
ONES = word_set("factuality.ones")
NEGATIVE_ADVERBS = word_set("factuality.negative_adverbs")
# Words of a clause that tell whether what its verb says is so.
TELLING = HEDGE_ADVERBS | EVIDENTIALS | NEGATIVE_ADVERBS | {"no", "more"}


# 'Under no circumstances', 'in no way', 'by no means', 'no longer', 'no more'.
NO_WAY = frozenset(
    ["circumstances", "circumstance", "way", "means", "account", "longer", "point", "time", "stage"]
)
GIVING = frozenset(["give", "lend", "send", "sell", "grant", "offer", "pay", "tell", "promise"])
NOBODY = frozenset(["nobody", "nothing", "none", "no", "neither"])
RUMOURED = frozenset(["rumour", "rumor", "repute"])
GIVING_UP = word_set("factuality.giving_up")
ABANDONING = frozenset(["abandon", "drop", "shelve", "scrap", "reject", "discard", "cancel"])


class Factuality(Conditions):
    """Judges the verbs and nouns of one sentence."""

    def of_verb(self, i: int, verdict: Verdict, depth: int = 0) -> Verdict:
        """Judge the verb group at chunk ``i`` with everything that governs it."""
        vg = self._c.chunks[i]
        self._own(vg, verdict, reported=vg.modal == "would" and self._clause_governor(i) >= 0)
        self._adverbs(i, verdict)
        self._subject(i, verdict)
        self._cleft(i, verdict)
        self._condition(i, verdict)
        if vg.form in ("inf", "ing", "pp") and depth < 5:
            self._governed(i, verdict, depth)
        elif vg.form == "fin" and depth < 5:
            self._complement_of(i, verdict)
        if self._c.sentence.question and not verdict.marks.get("no"):
            self._question(i, verdict)
        return verdict

    def _own(self, vg: Chunk, verdict: Verdict, *, reported: bool) -> None:
        self._negated(vg, verdict)
        if vg.perfect and (vg.modal or self._auxiliary(vg)) in ("would", "should", "ought"):
            verdict.add("no", f"counterfactual '{vg.modal} have'")
        elif reported:
            verdict.add("planned", "'would' of reported speech")
            verdict.modality = "future"
        elif vg.modal in HEDGES:
            verdict.add("possible", f"modal '{vg.modal}'")
            verdict.modality = "hedged"
        elif vg.modal in FUTURES:
            verdict.add("planned", f"future '{vg.modal}'")
            verdict.modality = "future"
        self._inverted(vg, verdict)

    def _negated(self, vg: Chunk, verdict: Verdict) -> None:
        if vg.negated and not self._unreal(vg):
            verdict.add("no", f"negated '{vg.low}'")
        before = denied_before(self._tokens, vg)
        if before:
            verdict.add("no", f"'{before}'")
        self._negative_object(vg, verdict)
        if vg.inverted and self._negative_opening(vg):
            verdict.add("no", "negative inversion")
        self._unmet(vg, verdict)

    def _negative_object(self, vg: Chunk, verdict: Verdict) -> None:
        arguments = self._c.arguments(vg.place)
        whom = [c for p in ("for", "to", "with") for c in arguments.preps.get(p, [])[:1]]
        for chunk in arguments.objects[: 2 if vg.lemma in GIVING else 1]:
            if self._tokens[chunk.first].low in NOBODY and chunk.low != "no":
                verdict.add("no", "negative object")
        if any(self._tokens[c.first].low in NOBODY for c in whom):
            verdict.add("no", "negative object")

    def _unmet(self, vg: Chunk, verdict: Verdict) -> None:
        """'Was demanded by nobody', 'ought to have come'."""
        if vg.perfect and vg.first and self._tokens[vg.first - 1].low == "ought":
            verdict.add("no", "counterfactual 'ought to have'")
        agents = self._c.arguments(vg.place).preps.get("by", []) if vg.passive else []
        if agents and all(self._tokens[c.first].low in NOBODY for c in agents):
            verdict.add("no", "'by nobody'")

    def _negative_opening(self, vg: Chunk) -> bool:
        """'nor did it leave', 'under no circumstances will'."""
        lo = max(0, vg.first - 7)
        return any(t.low in ("neither", "nor", "never", "no") for t in self._tokens[lo : vg.first])

    def _adverbs(self, i: int, verdict: Verdict) -> None:
        within = self._clause_tokens(i)
        for k in within:
            low = self._tokens[k].low
            if low not in TELLING:
                continue
            if low == "more" and self._tokens[k - 1].low == "no" and k == within[-1]:
                verdict.add("no", "'no more'")
            if low in HEDGE_ADVERBS and not (low == "likely" and self._tokens[k].tag == "A"):
                verdict.add("possible", f"'{low}'")
                verdict.modality = "hedged"
            elif low in EVIDENTIALS and not self._of_adjunct(k, self._c.chunks[i].head):
                verdict.add("claimed", f"'{low}'")
            elif low == "no" and k + 1 < len(self._tokens) and self._tokens[k + 1].low in NO_WAY:
                verdict.add("no", f"'no {self._tokens[k + 1].low}'")
            elif low in NEGATIVE_ADVERBS and low != "never" and not self._counted(k):
                verdict.add("no", f"'{low}'")

    def _counted(self, k: int) -> bool:
        """'Barely seven leaders came': few, but they came."""
        return k + 1 < len(self._tokens) and self._tokens[k + 1].tag == "#"

    def _of_adjunct(self, k: int, head: int) -> bool:
        """'Detained them, allegedly for poaching': only the reason is alleged."""
        after = self._tokens[k + 1] if k + 1 < len(self._tokens) else None
        return (
            k > head and after is not None and after.low in ("for", "because", "on", "at", "with")
        )

    def _clause_tokens(self, i: int) -> range:
        """Tokens of the clause around the verb at ``i``, for adverbs."""
        chunks = self._c.chunks
        lo = hi = i
        while lo > 0 and not (
            chunks[lo - 1].kind in "SLWU"
            or (chunks[lo - 1].kind == "vg")
            or chunks[lo - 1].kind == "C"
        ):
            lo -= 1
        while hi + 1 < len(chunks) and not (
            chunks[hi + 1].kind in "SLWUKC" or chunks[hi + 1].kind == "vg"
        ):
            hi += 1
        return range(chunks[lo].first, chunks[hi].last + 1)

    def _subject(self, i: int, verdict: Verdict) -> None:
        subject = self._c.subject(i)
        vg = self._c.chunks[i]
        if self._denied_aux(i):
            verdict.add("no", "negative inversion")
        forced = vg.form == "inf" and self._tokens[vg.first - 1].low == "but"
        if subject is None or vg.form == "pp" or forced:
            return
        first = self._tokens[subject.first].low
        if first in NEGATIVE_SUBJECTS:
            verdict.add("no", f"subject '{first}'")
        elif self._not_one(subject.first):
            verdict.add("no", "subject 'not even' or 'not a single'")
        elif (
            subject.first
            and self._tokens[subject.first - 1].low == "not"
            and first in ("one", "a", "all", "every", "many")
        ):
            verdict.add("no", "subject 'not one'")

    def _denied_aux(self, i: int) -> bool:
        """'No longer does Cuba send', 'at no point did Zagreb threaten', 'seldom has it'."""
        chunks = self._c.chunks
        if i < 2 or chunks[i - 1].kind != "np" or chunks[i - 2].lemma not in ("do", "have", "be"):
            return False
        aux = chunks[i - 2]
        alone = aux.kind == "vg" and self._tokens[aux.last].tag in "OHB"
        opening = {t.low for t in self._tokens[max(0, aux.first - 2) : aux.last]}
        said = aux.negated or opening & (NEGATIVE_ADVERBS | {"no", "neither", "nor"})
        but_yes = opening & {"only", "sooner"}  # 'not only did it refuse', 'no sooner had it left'
        return alone and bool(said) and not but_yes and not self._c.sentence.question

    def _not_one(self, first: int) -> bool:
        """'Not even Syria', 'not a single member other than Korea'."""
        lows = [t.low for t in self._tokens[max(0, first - 9) : first + 1]]
        if lows[-3:-1] == ["not", "even"]:
            return True
        apart = "than" in lows or "except" in lows or "but" in lows
        return apart and any(a == "not" and b in ("a", "one") for a, b in pairwise(lows))

    def _cleft(self, i: int, verdict: Verdict) -> None:
        """'It was not Russia that started the war'."""
        chunks = self._c.chunks
        relative = i >= 3 and chunks[i - 1].kind in "LS" and chunks[i - 1].low in ("that", "who")
        if not relative or chunks[i - 2].kind != "np":
            return
        be = chunks[i - 3]
        subject = self._c.subject(i - 3) if be.kind == "vg" else None
        it = subject is not None and self._tokens[subject.first].low == "it"
        if it and be.lemma == "be" and be.negated:
            verdict.add("no", "'it was not'")

    # ---------------------------------------------------------------- governed
    def _governed(self, i: int, verdict: Verdict, depth: int) -> None:
        chunks = self._c.chunks
        vg = chunks[i]
        before = chunks[i - 1] if i else None
        if before is not None and before.kind == "P" and before.low == "without":
            verdict.add("no", "'without'")
        if before is not None and before.kind == "P" and before.low in ("instead",):
            verdict.add("no", "'instead of'")
        if vg.form == "pp":
            self._reduced(i, verdict)
            return
        gov, between = self._c.governor(i)
        if vg.form == "inf" and self._only_one(i) and (vg.perfect or self._one_of_states(i, gov)):
            return
        if self._by_words_before(gov, i, verdict):
            return
        if gov < 0 and vg.form == "inf" and i == 1 and chunks[0].kind == "np":
            verdict.add("planned", "headline 'to'")
            return
        if gov >= 0 and vg.form == "inf" and self._yet_to(gov, i):
            verdict.add("no", "'yet to'")
            return
        attached = before is not None and before.kind == "np" and vg.form == "ing"
        if attached and gov >= 0 and not self.operator(gov, with_object=True):
            return
        if gov < 0 or (vg.form == "ing" and not self._tight(gov, i)):
            self._participial(i, gov, verdict)
            return
        self._by_verb(gov, i, verdict, depth, with_object=between is not None)

    def _by_words_before(self, gov: int, i: int, verdict: Verdict) -> bool:
        """'Shied away from selling', 'plans to sell': the noun or phrase right before decides."""
        label, why = shunned(self._c, gov, i) if gov >= 0 else ("", "")
        if label:
            verdict.add(label, why)
        if why:
            return True
        noun = self._governing_noun(i)
        if not noun:
            return False
        self._by_noun(noun, verdict)
        if plan_failed(self._c, i):
            verdict.add("no", f"'{noun}' given up")
        self._plan_given_up(i, verdict)
        self._unable(i, verdict)
        return True

    def _plan_given_up(self, i: int, verdict: Verdict) -> None:
        """'Shelved plans to sell', 'abandoned its bid to join'."""
        verb = next(
            (c for c in reversed(self._c.chunks[max(0, i - 3) : i]) if c.kind == "vg"), None
        )
        if verb is not None and verb.lemma in GIVING_UP:
            verdict.add("no", f"'{verb.low}'")

    def _only_one(self, i: int) -> bool:
        """'The only country to have attended', 'the first to have recognised it'."""
        before = self._c.chunks[i - 1] if i else None
        if before is None or before.kind not in ("np", "J", "A", "P"):
            return False
        near = self._tokens[max(0, before.first - 4) : before.last + 1]
        return any(t.low in RANKED for t in near)

    def _one_of_states(self, i: int, gov: int) -> bool:
        """'Became the latest country to recognise Beijing': who does is known, so it was done."""
        before = self._c.chunks[i - 1]
        ahead = gov >= 0 and bool(self._c.chunks[gov].modal)
        return before.kind == "np" and before.lemma in ONES and not ahead

    def _yet_to(self, gov: int, i: int) -> bool:
        """'Has yet to ratify', 'is yet to arrive'."""
        chunks = self._c.chunks
        between = self._tokens[chunks[gov].first : chunks[i].first + 1]
        return chunks[gov].lemma in ("have", "be", "remain") and any(
            t.low in ("yet", "still") for t in between
        )

    def _unable(self, i: int, verdict: Verdict) -> None:
        """'Was not able to', 'is not ready to'."""
        gov, _ = self._c.governor(i)
        if gov >= 0 and self._c.chunks[gov].lemma == "be" and self._c.chunks[gov].negated:
            verdict.add("no", "negated 'be'")

    def _tight(self, gov: int, i: int) -> bool:
        """Whether a gerund is governed, not merely attached: kept bombing, accused of bombing."""
        chunks = self._c.chunks
        before = chunks[i - 1]
        if (
            before.kind == "P"
            and before.low != chunks[gov].particle
            and before.low
            in (
                "by",
                "after",
                "before",
                "while",
                "in",
                "through",
                "without",
                "despite",
                "on",
                "since",
                "upon",
            )
        ):
            return False
        return all(chunks[k].kind in ("np", "P", "J") for k in range(gov + 1, i))

    def _participial(self, i: int, gov: int, verdict: Verdict) -> None:
        before = self._c.chunks[i - 1] if i else None
        if before is None or gov < 0 or self._c.speaks_on(i):
            return
        governor = self._c.chunks[gov]
        prep = before.low if before.kind == "P" else ""
        if prep in ("after", "despite", "since"):
            return
        if prep == "before":
            return
        if governor.modal in FUTURES or governor.modal in HEDGES:
            label = "planned" if governor.modal in FUTURES else "possible"
            verdict.add(label, f"'{governor.modal}' of the main clause")
        if prep == "by" and governor.negated:
            verdict.add("possible", "means of a negated act")
        attribution_like = governor.form in {"inf", "ing"}
        if attribution_like and prep in ("by", "in", ""):
            self.of_verb(gov, verdict, 4)

    def _governing_noun(self, i: int) -> str:
        chunks = self._c.chunks
        if chunks[i].form != "inf" or i == 0:
            return ""
        before = chunks[i - 1]
        if before.kind == "np" and before.lemma in NOUN_OPERATORS:
            return before.lemma
        if before.kind == "np" and before.low in NOUN_OPERATORS:
            return before.low
        if before.kind == "A" or (before.kind == "np" and self._tokens[before.last].tag == "A"):
            return self._tokens[before.last].low
        return ""

    def _by_noun(self, noun: str, verdict: Verdict) -> None:
        label = NOUN_OPERATORS.get(noun)
        if label == "drop":
            verdict.drop = True
            verdict.add("possible", f"'{noun}' to")
        elif label and label != "yes":
            verdict.add(label, f"'{noun}' to")

    def _by_verb(
        self, gov: int, i: int, verdict: Verdict, depth: int, *, with_object: bool
    ) -> None:
        governor = self._c.chunks[gov]
        kind = self.operator(gov, with_object=with_object)
        below = Verdict()
        self.of_verb(gov, below, depth + 1)
        if below.drop:
            verdict.drop = True
        if governor.passive and not kind and self._heard_of(governor, verdict):
            return
        if kind == "no":
            label = "yes" if governor.negated else "no"
            if label == "no":
                verdict.add("no", f"'{governor.low}'")
            return
        if kind in ("possible", "planned"):
            self._wanted(kind, governor, below, verdict)
            return
        if kind in ("request", "refuse", "promise", "threat"):
            verdict.drop = True
            verdict.add("no" if kind == "refuse" else "possible", f"'{governor.low}'")
            return
        if kind == "claim":
            verdict.add("claimed", f"'{governor.low}'")
            return
        if kind == "":
            self._plain_infinitive(gov, i, verdict)
        for label, why in below.marks.items():
            verdict.add(label, why)

    def _heard_of(self, governor: Chunk, verdict: Verdict) -> bool:
        """'Is said to', 'is rumoured to have': claimed; 'was supposed to': left open."""
        if governor.lemma == "suppose":
            verdict.add("possible", "'supposed to'")
            return True
        heard = governor.lemma in self._c.lexicon.sayings or governor.lemma in RUMOURED
        if heard:
            verdict.add("claimed", f"'is {governor.low} to'")
        return heard

    def _wanted(self, kind: str, governor: Chunk, below: Verdict, verdict: Verdict) -> None:
        verdict.modality = "desired" if kind == "possible" else "future"
        if governor.negated:
            verdict.add("no", f"negated '{governor.low}'")
        elif below.happened in ("possible", "no"):
            verdict.add(below.happened, below.marks[below.happened])
        if self._dropped(governor):
            verdict.add("no", f"'{governor.low}' and given up")
        verdict.add(kind, f"'{governor.low}'")
        if below.happened == "claimed":
            verdict.add("claimed", below.marks["claimed"])

    def _dropped(self, governor: Chunk) -> bool:
        """'Considered sending one but decided against it', 'but abandoned the idea'."""
        chunks = self._c.chunks
        contrast = False
        for k in range(governor.place + 1, len(chunks)):
            contrast = contrast or chunks[k].low in ("but", "yet", "before", "then")
            if not contrast or chunks[k].kind != "vg":
                continue
            arguments = self._c.arguments(k)
            if chunks[k].lemma in ("decide", "opt", "choose") and (
                "against" in arguments.preps or arguments.complement_kind == "against"
            ):
                return True
            ideas = {o.lemma for o in arguments.objects}
            if chunks[k].lemma in ABANDONING and ideas & {
                "idea",
                "plan",
                "it",
                "project",
                "thought",
            }:
                return True
        return False

    def _plain_infinitive(self, gov: int, i: int, verdict: Verdict) -> None:
        """'is to visit' is planned; 'came to visit' and 'so as to' are purposes."""
        governor = self._c.chunks[gov]
        if self._c.chunks[i].form != "inf":
            return
        if governor.lemma == "be" and gov == i - 1:
            unmet = self._c.chunks[i].perfect  # 'was to have visited'
            verdict.add("no" if unmet else "planned", "'is to'")
        elif governor.lemma == "have" and gov == i - 1:
            verdict.add("possible", "'have to'")
        elif governor.lemma != "be":
            verdict.add("possible", "purpose")
        else:
            self._adjective(gov, i, verdict)

    def _adjective(self, gov: int, i: int, verdict: Verdict) -> None:
        words = [
            self._tokens[k].low
            for k in range(self._c.chunks[gov].last + 1, self._c.chunks[i].first)
        ]
        if "among" in words or ("one" in words and "of" in words):
            return  # 'was one of 14 states to vote against'
        for word in words:
            if word in NOUN_OPERATORS:
                self._by_noun(word, verdict)
                return
        verdict.add("possible", "infinitive")

    def _reduced(self, i: int, verdict: Verdict) -> None:
        """A participle after a noun shares the noun's fate when that is planned or denied."""
        chunks = self._c.chunks
        before = chunks[i - 1] if i else None
        if before is not None and before.kind == "np" and self._tokens[before.first].low == "no":
            verdict.add("no", "'no'")


# Nouns and adjectives that govern an infinitive, by what they do to it ("drop": it is no event).
NOUN_OPERATORS = {
    word: label
    for label in ("possible", "planned", "drop", "no", "yes")
    for word in word_set(f"factuality.noun_{label}")
}
