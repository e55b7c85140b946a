"""Rival explanations: 'Some say ... Others claim ...', 'One theory is ... Another is ...'."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from multipolar.reader.clauses import Clauses
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.markers import find_phrases
from multipolar.reader.oppositions import GUESSING, Alternative, opposed
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

REACH = 6  # sentences an explanation may run on before the next one opens
NEXT = 2  # sentences after which a phrase that could open a group still goes on with the last
# Words that open a group of explanations and never go on with one.
BEGINNING = frozenset(["some", "one", "first", "many", "most", "on", "according", "a", "in", "for"])
COUNTED = frozenset(["few", "handful", "minority", "rest"])
ORDINALS = word_set("rivals.ordinals")
HEDGES = word_set("rivals.hedges")
MODALS = frozenset(["might", "may", "could"])
# 'It may be', 'The truth might be': what a supposition opens with.
SUPPOSED = frozenset(["it", "there", "the", "this", "that", "they", "he", "she"])
SEVERAL = frozenset(["some", "many", "most"])
HOLDING = frozenset(["believe", "think", "suspect", "hold", "maintain", "insist", "claim", "argue"])
EXPLAINING = frozenset(["attribute", "ascribe", "explain", "blame", "credit", "trace"])
CONVINCED = word_set("attribution.convinced")


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
    for n, clauses in enumerate(sentences):
        openings = _openings(clauses, lexicon)
        added = not openings and current is not None and _goes_on(current, clauses)
        if added and current is not None:
            current.alternatives.append(_whole(clauses))
        for kind, alternative in openings:
            cue = " ".join(t.low for t in clauses.tokens if _inside(t, alternative.cue))
            if kind == "open" and not _continues(current, alternative, cue):
                current = _opened(alternative, sentences, clauses)
                groups.append(current)
            elif current is not None and _within(current, alternative):
                current.alternatives.append(alternative)
        pair = [] if added else opposed(clauses, sentences[n - 1] if n else None)
        if pair:
            groups.append(Rivalry(pair, None))
    found = [g for g in groups if len(g.alternatives) > 1]
    for group in found:
        group.nested_in = _around(group, found)
    return found


def _goes_on(current: Rivalry, clauses: Clauses) -> bool:
    """'Some ... Others ... It might simply be habit.': one more in the sentence right after."""
    index = clauses.sentence.index
    if len(current.alternatives) < 2 or current.alternatives[-1].sentence != index - 1:
        return False
    tokens = clauses.tokens
    if clauses.sentence.question or len(tokens) < 4:
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
    end = tokens[-2] if tokens[-1].text in ".!?" else tokens[-1]
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
    phrases = find_phrases(tokens, lexicon.phrases["rival"]) + _thought(tokens, lexicon)
    hits = [
        (first, last, kind)
        for first, last, kind in sorted(phrases)
        if (_opens_clause(clauses, first) or _announced(tokens, first, last))
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


def _thought(tokens: list[Token], lexicon: Lexicon) -> list[tuple[int, int, str]]:
    """'Some assert that', 'many are convinced that': a verb of saying the phrases do not list."""
    known = lexicon.phrases["rival"]
    out = []
    for i in range(len(tokens) - 2):
        if tokens[i].low not in SEVERAL:
            continue
        k = i + 1 + (tokens[i + 1].tag in "JN" or tokens[i + 1].low == "are")
        thinks = tokens[k].lemma in lexicon.sayings or tokens[k].low in CONVINCED
        says = tokens[k].lemma in EXPLAINING or (thinks and tokens[i + 1].tag != "N")
        if says and not find_phrases(tokens[i : i + 3], known):
            out.append((i, k, "open"))
    return out


def _inside(token: Token, span: tuple[int, int]) -> bool:
    return span[0] <= token.start < span[1]


def _announced(tokens: list[Token], first: int, last: int) -> bool:
    """'Some officials offer a third: the fear that', 'nor can I exclude a third version: he'."""
    ordinal = any(t.low in ORDINALS | {"another"} for t in tokens[first : last + 1])
    return ordinal and last + 1 < len(tokens) and tokens[last + 1].text == ":"


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
