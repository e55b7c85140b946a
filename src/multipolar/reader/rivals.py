"""Rival explanations: 'Some say ... Others claim ...', 'One theory is ... Another is ...'."""

from __future__ import annotations

from dataclasses import dataclass, field

from multipolar.reader.clauses import Clauses
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.markers import find_phrases
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

REACH = 6  # sentences an explanation may run on before the next one opens
NEXT = 2  # sentences after which a phrase that could open a group still goes on with the last
# Words that open a group of explanations and never go on with one.
BEGINNING = frozenset(["some", "one", "first", "many", "most", "on", "according", "a", "in", "for"])
COUNTED = frozenset(["few", "handful", "minority", "rest"])
ORDINALS = word_set("rivals.ordinals")
HEDGES = word_set("rivals.hedges")


@dataclass(slots=True)
class Alternative:
    """One explanation: the words that open it and the clause that holds it."""

    cue: tuple[int, int]
    span: tuple[int, int]
    hedged: bool = False
    denies: bool = False
    sentence: int = 0


@dataclass(slots=True)
class Rivalry:
    """Explanations of one thing set against each other."""

    alternatives: list[Alternative] = field(default_factory=list)
    explanandum: tuple[int, int] | None = None
    announced_by: tuple[int, int] | None = None
    nested_in: Rivalry | None = None


def find_rivals(sentences: list[Clauses], lexicon: Lexicon) -> list[Rivalry]:
    """Groups of at least two alternatives."""
    groups: list[Rivalry] = []
    current: Rivalry | None = None
    for clauses in sentences:
        for kind, alternative in _openings(clauses, lexicon):
            cue = " ".join(t.low for t in clauses.tokens if _inside(t, alternative.cue))
            if kind == "open" and not _continues(current, alternative, cue):
                current = _opened(alternative, sentences, clauses)
                groups.append(current)
            elif current is not None and _within(current, alternative):
                current.alternatives.append(alternative)
        either = _either(clauses)
        if either:
            groups.append(Rivalry(either, None))
    found = [g for g in groups if len(g.alternatives) > 1]
    for group in found:
        group.nested_in = _around(group, found)
    return found


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


def _within(current: Rivalry, alternative: Alternative) -> bool:
    return alternative.sentence - current.alternatives[-1].sentence <= REACH


def _continues(current: Rivalry | None, alternative: Alternative, cue: str) -> bool:
    """'Critics' after 'supporters' goes on rather than opens, as does 'the simplest answer'."""
    if current is None:
        return False
    since = alternative.sentence - current.alternatives[-1].sentence
    return since == 0 or (since <= NEXT and cue.split(maxsplit=1)[0] not in BEGINNING)


# What announces that explanations follow: "There are two versions", "Opinions differ".
ANNOUNCING = word_set("rivals.announcing")


def _opened(alternative: Alternative, sentences: list[Clauses], clauses: Clauses) -> Rivalry:
    """A new group, with the sentence that announces it and the one it explains."""
    index = clauses.sentence.index
    tokens = clauses.tokens
    lead = [t for t in tokens if t.end <= alternative.cue[0]]
    before = sentences[index - 1].sentence if index else None
    if any(t.low in ANNOUNCING for t in lead):  # 'Analysts differ: some say ...'
        announced: tuple[int, int] | None = (lead[0].start, lead[-1].end)
    elif before is not None and any(t.low in ANNOUNCING for t in before.tokens):
        announced = before.start, before.end
        before = sentences[index - 2].sentence if index > 1 else None
    else:
        announced = None
    explained = (before.start, before.end) if before is not None else None
    return Rivalry([alternative], explained, announced)


def _openings(clauses: Clauses, lexicon: Lexicon) -> list[tuple[str, Alternative]]:
    tokens = clauses.tokens
    hits = [
        (first, last, kind)
        for first, last, kind in find_phrases(tokens, lexicon.phrases["rival"])
        if (_opens_clause(clauses, first) or _announced(tokens, last))
        and not _counted(tokens, last)
    ]
    out = []
    for n, (first, last, kind) in enumerate(hits):
        stop = hits[n + 1][0] if n + 1 < len(hits) else len(tokens)
        end = stop - 1
        while (end > last and tokens[end].text in ",;.") or tokens[end].low in (
            "while",
            "and",
            "but",
            "whereas",
        ):
            end -= 1
        lows = {t.low for t in tokens[first : end + 1]}
        last_of_all = first > 1 and tokens[first - 2].low in ("finally", "lastly")
        out.append(
            (
                "next" if last_of_all else kind,
                Alternative(
                    (tokens[first].start, tokens[last].end),
                    (tokens[first].start, tokens[end].end),
                    bool(lows & HEDGES),
                    bool(lows & {"not", "n't", "deny", "denies", "never", "reject", "rejects"}),
                    clauses.sentence.index,
                ),
            )
        )
    return out


def _inside(token: Token, span: tuple[int, int]) -> bool:
    return span[0] <= token.start < span[1]


def _announced(tokens: list[Token], last: int) -> bool:
    """'Some officials offer a third: the fear that ...'."""
    return (
        tokens[last].low in ORDINALS
        and tokens[last + 1 : last + 2] != []
        and (tokens[last + 1].text == ":")
    )


def _counted(tokens: list[Token], last: int) -> bool:
    """'A third of the weapons', 'the second is nearest to the truth': no explanation follows."""
    following = tokens[last + 1] if last + 1 < len(tokens) else None
    counted = tokens[last].low in ORDINALS | COUNTED
    if following is None or (counted and following.low == "of"):
        return True
    states = tokens[last].low != "is" or following.tag in "DGWSK" or following.text == ":"
    return not (states or following.low == "that")


def _opens_clause(clauses: Clauses, first: int) -> bool:
    """The cue opens a clause: at the start, after a comma, 'while', 'and', 'but'."""
    tokens = clauses.tokens
    if first == 0 or (tokens[first].low == "'s" and first <= 2):
        return True
    before = tokens[first - 1]
    return (
        before.text in ',;:—–"“'
        or before.low
        in (
            "while",
            "whereas",
            "but",
            "and",
            "yet",
            "according",
        )
        or (before.low == "to" and tokens[first - 2].low == "according")
    )


def _either(clauses: Clauses) -> list[Alternative]:
    """'Either X or Y' with a verb on both sides."""
    tokens = clauses.tokens
    for i, token in enumerate(tokens):
        if token.low != "either":
            continue
        cut = next((k for k in range(i + 1, len(tokens)) if tokens[k].low == "or"), -1)
        if i + 1 < len(tokens) and tokens[i + 1].tag in "KU":
            return []  # 'it is no betrayal either, and ...'
        if cut < 0 or not _clause(tokens[i:cut]) or not _clause(tokens[cut:]):
            return []
        end = len(tokens) - (2 if tokens[-1].text in ".!?" else 1)
        return [
            Alternative(
                (token.start, token.end),
                (token.start, tokens[cut - 1].end),
                sentence=clauses.sentence.index,
            ),
            Alternative(
                (tokens[cut].start, tokens[cut].end),
                (tokens[cut].start, tokens[end].end),
                sentence=clauses.sentence.index,
            ),
        ]
    return []


def _clause(tokens: list[Token]) -> bool:
    return any(t.tag in "VBHM" for t in tokens) and len(tokens) > 3
