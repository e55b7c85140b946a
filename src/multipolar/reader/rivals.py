"""Rival explanations: 'Some say ... Others claim ...', 'One theory is ... Another is ...'."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field

from multipolar.reader.clauses import Clauses
from multipolar.reader.contests import ANNOUNCING, CAUSAL, EXPECTED, HELD, contests, expects
from multipolar.reader.enumerations import announces, enumerated
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.openings import CONVINCED, HEDGES, ORDINALS, alternative, openings
from multipolar.reader.oppositions import GUESSING, Alternative, opposed
from multipolar.reader.readings import readings
from multipolar.reader.reasons import reasoned
from multipolar.reader.tellings import tellings
from multipolar.reader.text import Token
from multipolar.reader.told import NOUNS, Telling

REACH = 6  # sentences an explanation may run on before the next one opens
NEXT = 2  # sentences after which a phrase that could open a group still goes on with the last
# Words that open a group of explanations and never go on with one.
BEGINNING = frozenset(["some", "one", "first", "many", "most", "on", "according", "a", "in", "for"])
CHAINS = 3  # tellings the next one may go on with
MODALS = frozenset(["might", "may", "could"])
# 'It may be', 'The truth might be': what a supposition opens with.
SUPPOSED = frozenset(["it", "there", "the", "this", "that", "they", "he", "she"])
HOLDING = frozenset(["believe", "think", "suspect", "hold", "maintain", "insist", "claim", "argue"])


@dataclass(slots=True)
class Rivalry:
    """Explanations of one thing set against each other."""

    alternatives: list[Alternative] = field(default_factory=list)
    explanandum: tuple[int, int] | None = None
    announced_by: tuple[int, int] | None = None
    nested_in: Rivalry | None = None


@dataclass(slots=True)
class _Chain:
    """A group that may go on, with its last telling and the sentence that has it."""

    group: Rivalry
    told: Telling
    clauses: Clauses
    expected: bool


def find_rivals(sentences: list[Clauses], lexicon: Lexicon) -> list[Rivalry]:
    """Groups of at least two alternatives."""
    finder = _Grouping(sentences, lexicon)
    for n in range(len(sentences)):
        finder.sentence(n)
    finder.numbered()
    found = [g for g in finder.groups if len(g.alternatives) > 1]
    near: dict[int, list[Rivalry]] = defaultdict(list)
    for group in found:
        for index in dict.fromkeys(a.sentence for a in group.alternatives):
            near[index].append(group)
    for group in found:
        finder.place(group)
        group.nested_in = _around(group, near[group.alternatives[0].sentence])
    return found


class _Grouping:
    """Goes through the sentences and puts what is told against each other into one group."""

    def __init__(self, sentences: list[Clauses], lexicon: Lexicon) -> None:
        self._sentences = sentences
        self._lexicon = lexicon
        self._current: Rivalry | None = None
        self._chains: list[_Chain] = []
        self._some = False
        self._asking: dict[int, bool] = {}
        self.groups: list[Rivalry] = []

    def sentence(self, n: int) -> None:
        """Open groups in sentence ``n`` or go on with the last ones."""
        clauses = self._sentences[n]
        cues = {first: (kind, found) for kind, found, first in openings(clauses, self._lexicon)}
        told = {t.first: t for t in tellings(clauses)}
        offered = [t for t in told.values() if t.form == "offer" or t.family == "label"]
        for first in [f for f in cues if any(t.first < f <= t.content for t in offered)]:
            del cues[first]  # 'its critics have another explanation': one telling
        if not cues and self._current is not None and _goes_on(self._current, clauses):
            self._current.alternatives.append(_whole(clauses))
            return
        for first in sorted(cues.keys() | told.keys()):
            telling = told.get(first)
            opened = first in cues and not (telling and self._goes_against(clauses, telling))
            group = self._cue(clauses, *cues[first], first) if opened else None
            if group is None and first in cues and telling is None:
                self._further(clauses, cues[first][1])
            if telling is not None:
                self._told(clauses, telling, group)
        before = self._sentences[n - 1] if n else None
        pair = opposed(clauses, before) or self._listed(n)
        pair = pair or reasoned(clauses, before) or readings(clauses, before)
        going_on = [g for g in self.groups[-3:] if pair and g.alternatives[-1].span == pair[0].span]
        more = next((g for g in going_on if len(g.alternatives) > 1), None)
        if more is not None:
            more.alternatives += pair[1:]
        elif pair and not self._known(pair):
            self.groups.append(Rivalry(pair))
            if clauses.sentence.question:
                asked = Telling("question", 0, 0, str(n))
                self._chains.append(_Chain(self.groups[-1], asked, clauses, expected=True))

    def _listed(self, n: int) -> list[Alternative]:
        return enumerated(self._sentences[n], self._sentences[n - 1] if n else None)

    def numbered(self) -> None:
        """'Three readings circulate.': the next three sentences, where nothing else opens them."""
        begun = {g.alternatives[0].sentence for g in self.groups if len(g.alternatives) > 1}
        for n, clauses in enumerate(self._sentences):
            count = announces(clauses.tokens)
            told = self._sentences[n + 1 : n + 1 + count]
            if not count or len(told) < count or clauses.tokens[-1].text != ".":
                continue
            taken = any(k in begun for k in range(n, n + count + 1))
            one = {c.sentence.paragraph for c in [clauses, *told]}
            if not taken and len(one) == 1 and not any(c.sentence.question for c in told):
                group = self._opened(_whole(told[0]))
                group.alternatives += [_whole(c) for c in told[1:]]

    def _further(self, clauses: Clauses, found: Alternative) -> None:
        """'Many believe ... But there is another explanation: ...'."""
        chain = self._chains[-1] if self._chains else None
        cue = {t.low for t in clauses.tokens if _inside(t, found.cue)}
        if chain is None or not cue & {"another", "second", "other"}:
            return
        labelled = chain.told.family == "label" or (chain.told.family in HELD and cue & NOUNS)
        if found.sentence - chain.clauses.sentence.index <= 1 and labelled:
            self._add(chain.group, found)

    def _cue(self, clauses: Clauses, kind: str, found: Alternative, first: int) -> Rivalry | None:
        """The group a set phrase opens or goes on with."""
        cue = " ".join(t.low for t in clauses.tokens if _inside(t, found.cue))
        some = cue.startswith("some ") and self._some  # 'Some blame the price. Some blame ...'
        self._some = cue.startswith("some ")
        if kind == "open" and not _continues(self._current, found, cue, again=some):
            numbered = ORDINALS & set(cue.split()) and cue.split()[-1] in ("is", "says", "holds")
            if numbered and not self._expects(clauses, first):
                return None
            self._current = self._opened(found)
            self.place(self._current)
            return self._current
        if self._current is not None and _within(self._current, found):
            self._add(self._current, found)
            return self._current
        return None

    def _goes_against(self, clauses: Clauses, told: Telling) -> bool:
        """'...; others suspect a plot; the official version is a cold.': the label goes on."""
        last = self._chains[-1] if self._chains else None
        if last is None or last.told.family not in HELD or told.family != "label":
            return False
        return contests(last.told, told, last.clauses, clauses, expected=last.expected)

    def _told(self, clauses: Clauses, told: Telling, group: Rivalry | None) -> None:
        """A telling goes on with the last one, or is the first of a group."""
        if group is not None:
            self._chains = [*self._chains[1 - CHAINS :], self._begun(group, told, clauses)]
            return
        if self._adds_blame(clauses, told):
            return
        for chain in reversed(self._chains):
            expected = chain.expected
            if contests(chain.told, told, chain.clauses, clauses, expected=expected):
                self._add(chain.group, self._alternative(clauses, told))
                chain.told, chain.clauses = told, clauses
                chain.expected = chain.expected or told.family == "label"
                return
        opened = self._opened(self._alternative(clauses, told))
        self._chains = [*self._chains[1 - CHAINS :], self._begun(opened, told, clauses)]
        if told.family == "label" and told.form == "noun":
            self._current = opened

    def _adds_blame(self, clauses: Clauses, told: Telling) -> bool:
        """'Some blame X, others Y; Moscow suspects Z': one more of the same."""
        group, tokens = self._current, clauses.tokens
        if group is None or len(group.alternatives) < 2 or not told.first:
            return False
        here = group.alternatives[-1].sentence == clauses.sentence.index
        if not here or tokens[told.first - 1].text != ";" or tokens[told.cue].lemma not in CAUSAL:
            return False
        self._add(group, self._alternative(clauses, told))
        return True

    def _expects(self, clauses: Clauses, first: int) -> bool:
        """Whether what stands before token ``first`` lets one expect explanations."""
        index = clauses.sentence.index
        for k in range(max(0, index - EXPECTED), index):
            if k not in self._asking:
                before = self._sentences[k]
                asked = expects(before.tokens, question=before.sentence.question)
                self._asking[k] = asked
            if self._asking[k]:
                return True
        return first > 0 and expects(clauses.tokens[:first], question=True)

    def _begun(self, group: Rivalry, told: Telling, clauses: Clauses) -> _Chain:
        expected = self._expects(clauses, told.first)
        return _Chain(group, told, clauses, expected)

    @staticmethod
    def _alternative(clauses: Clauses, told: Telling) -> Alternative:
        return alternative(clauses, told.first, told.cue, len(clauses.tokens) - 1)

    def _add(self, group: Rivalry, found: Alternative) -> None:
        """Append, and end the alternative before where this one begins."""
        last = group.alternatives[-1]
        if last.sentence == found.sentence and last.span[1] > found.span[0]:
            tokens = self._sentences[found.sentence].tokens
            ends = [t.end for t in tokens if last.span[0] <= t.start < found.span[0]]
            ends = [
                t.end for t in tokens if t.end in ends and t.tag not in "KUC" and t.low != "while"
            ]
            last.span = (last.span[0], ends[-1] if ends else last.span[1])
        group.alternatives.append(found)

    def _known(self, pair: list[Alternative]) -> bool:
        """Whether one group has both already."""
        return any(
            sum(_meet(a, b) for a in group.alternatives for b in pair) >= len(pair)
            and len(group.alternatives) >= len(pair)
            for group in self.groups[-3:]
        )

    def _opened(self, found: Alternative) -> Rivalry:
        group = Rivalry([found])
        self.groups.append(group)
        return group

    def place(self, group: Rivalry) -> None:
        """Say which sentence announces the group and which it explains."""
        found = group.alternatives[0]
        index = found.sentence
        lead = [t for t in self._sentences[index].tokens if t.end <= found.cue[0]]
        before = self._sentences[index - 1].sentence if index else None
        if any(t.low in ANNOUNCING for t in lead):  # 'Analysts differ: some say ...'
            group.announced_by = lead[0].start, lead[-1].end
        elif before is not None and any(t.low in ANNOUNCING for t in before.tokens):
            group.announced_by = before.start, before.end
            before = self._sentences[index - 2].sentence if index > 1 else None
        if before is not None:
            group.explanandum = before.start, before.end


def _meet(a: Alternative, b: Alternative) -> bool:
    return a.span[0] < b.span[1] and b.span[0] < a.span[1]


def _goes_on(current: Rivalry, clauses: Clauses) -> bool:
    """'Some ... Others ... It might simply be habit.': one more in the sentence right after."""
    index = clauses.sentence.index
    if len(current.alternatives) < 2 or current.alternatives[-1].sentence != index - 1:
        return False
    tokens = clauses.tokens
    if clauses.sentence.question or len(tokens) < 4:
        return False
    if any(t.low in ("both", "none", "neither", "all") for t in tokens[:3]):
        return False
    guessed = tokens[0].low in GUESSING | {"or"}
    if guessed or (tokens[0].low in SUPPOSED and any(t.low in MODALS for t in tokens[1:3])):
        return True
    return current.announced_by is not None and any(
        after.low == "that" and (token.low in CONVINCED or token.lemma in HOLDING)
        for token, after in itertools.pairwise(tokens[:16])
    )


def _whole(clauses: Clauses) -> Alternative:
    """The whole sentence as an alternative its first word opens."""
    tokens = clauses.tokens
    end = tokens[-2] if tokens[-1].text in ".!?" and len(tokens) > 1 else tokens[-1]
    hedged = any(t.low in HEDGES for t in tokens)
    cue, span = (tokens[0].start, tokens[0].end), (tokens[0].start, end.end)
    return Alternative(cue, span, hedged, sentence=clauses.sentence.index)


def _around(group: Rivalry, others: list[Rivalry]) -> Rivalry | None:
    """The group one of whose alternatives holds the whole of this one."""
    start = min(a.span[0] for a in group.alternatives)
    end = max(a.span[1] for a in group.alternatives)
    for other in others:
        if other is not group and any(
            a.span[0] <= start and end <= a.span[1] for a in other.alternatives
        ):
            return other
    return None


def _within(current: Rivalry, found: Alternative) -> bool:
    return found.sentence - current.alternatives[-1].sentence <= REACH


def _continues(current: Rivalry | None, found: Alternative, cue: str, *, again: bool) -> bool:
    """'Critics' after 'supporters' goes on rather than opens, as does 'the simplest answer'."""
    if current is None:
        return False
    since = found.sentence - current.alternatives[-1].sentence
    return (
        since == 0
        or (again and since == 1)
        or (since <= NEXT and cue.split(maxsplit=1)[0] not in BEGINNING)
    )


def _inside(token: Token, span: tuple[int, int]) -> bool:
    return span[0] <= token.start < span[1]
