"""Set phrases that open an explanation or go on with one: 'some say', 'another theory'."""

from __future__ import annotations

from multipolar.reader.clauses import Clauses
from multipolar.reader.contests import thinks
from multipolar.reader.lexicon import Lexicon
from multipolar.reader.oppositions import Alternative
from multipolar.reader.phrases import find_phrases
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

COUNTED = frozenset(["few", "handful", "minority", "rest"])
ORDINALS = word_set("rivals.ordinals")
HEDGES = word_set("rivals.hedges")
SEVERAL = frozenset(["some", "many", "most"])
EXPLAINING = frozenset(["attribute", "ascribe", "explain", "blame", "credit", "trace"])
CONVINCED = word_set("attribution.convinced")
# Holders that explain only where a verb says so: 'others flew' is no explanation.
OFFERING = frozenset(["offer", "add", "suggest", "propose", "give", "provide", "supply"])
HOLDERS = word_set("rivals.holders")
PARTING = frozenset(",;.?")
JOINING = frozenset(["while", "and", "but", "whereas", "or"])
DENYING = frozenset(["not", "n't", "deny", "denies", "never", "reject", "rejects"])


def openings(clauses: Clauses, lexicon: Lexicon) -> list[tuple[str, Alternative, int]]:
    """Explanations that a set phrase opens: 'open' or 'next', the alternative, its first token."""
    tokens = clauses.tokens
    phrases = clauses.phrases("rival") + _thought(tokens, lexicon)
    hits = [
        (first, last, kind)
        for first, last, kind in sorted(phrases)
        if (_opens_clause(clauses, first) or _announced(tokens, first, last))
        and not _counted(tokens, last)
    ]
    out = []
    for n, (first, last, kind) in enumerate(hits):
        stop = hits[n + 1][0] if n + 1 < len(hits) else len(tokens)
        after = tokens[last + 1 : stop]
        placed = tokens[first].low in ("for", "according", "in")
        if tokens[last].low in HOLDERS and not placed and not thinks(after, lexicon.sayings):
            continue
        last_of_all = first > 1 and tokens[first - 2].low in ("finally", "lastly")
        inside = first > 0 and (tokens[first - 1].text == "," and after[0].text == ",")
        offered = first > 0 and tokens[first - 1].lemma in OFFERING
        start = 0 if inside or (offered and after[0].text != ":") else first
        told = alternative(clauses, start, last, stop - 1)
        out.append(("next" if last_of_all else kind, told, first))
    return out


def alternative(clauses: Clauses, first: int, cue: int, last: int) -> Alternative:
    """Tokens ``first`` to ``last``, without what only joins them to the next, as an alternative."""
    tokens = clauses.tokens
    while last > cue and (tokens[last].text in PARTING or tokens[last].low in JOINING):
        last -= 1
    lows = {t.low for t in tokens[first : last + 1]}
    return Alternative(
        (tokens[first].start, tokens[cue].end),
        (tokens[first].start, tokens[last].end),
        bool(lows & HEDGES),
        bool(lows & DENYING),
        clauses.sentence.index,
    )


def _thought(tokens: list[Token], lexicon: Lexicon) -> list[tuple[int, int, str]]:
    """'Some assert that', 'many are convinced that': a verb of saying the phrases do not list."""
    out = []
    for i in range(len(tokens) - 2):
        if tokens[i].low not in SEVERAL:
            continue
        k = i + 1 + (tokens[i + 1].tag in "JN" or tokens[i + 1].low == "are")
        thinks = tokens[k].lemma in lexicon.sayings or tokens[k].low in CONVINCED
        says = tokens[k].lemma in EXPLAINING or (thinks and tokens[i + 1].tag != "N")
        if says and "rival" not in find_phrases(tokens[i : i + 3], lexicon):
            out.append((i, k, "open"))
    return out


def _announced(tokens: list[Token], first: int, last: int) -> bool:
    """'Some officials offer a third: the fear that', 'nor can I exclude a third version: he'."""
    ordinal = any(t.low in ORDINALS | {"another"} for t in tokens[first : last + 1])
    if ordinal and first > 1 and tokens[first - 1].lemma in OFFERING and last + 1 < len(tokens):
        return tokens[last + 1].low in ("when", "by", "in", "with", ":")
    return ordinal and last + 1 < len(tokens) and tokens[last + 1].text == ":"


def _counted(tokens: list[Token], last: int) -> bool:
    """'A third of the weapons', 'the second is nearest to the truth': no explanation follows."""
    following = tokens[last + 1] if last + 1 < len(tokens) else None
    counted = tokens[last].low in ORDINALS | COUNTED
    if following is None or following.text in ".;" or (counted and following.low == "of"):
        return True
    states = tokens[last].low != "is" or following.tag in "DGWSKN" or following.text == ":"
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
