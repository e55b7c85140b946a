"""Reasons set against each other by one construction: 'caused by X or by Y', 'less to X than to Y'."""  # noqa: E501

from __future__ import annotations

import itertools

from multipolar.reader.chunks import TIME
from multipolar.reader.clauses import Clauses
from multipolar.reader.oppositions import TO_COME, Alternative, between, last_token, to_the_end
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

# Verbs that say what something comes from: 'owes its seat to', 'was prompted by'.
CAUSES = word_set("rivals.causes")
BY_OR_TO = frozenset(["by", "to", "from", "with", "of"])
WRONG = frozenset(["wrong", "mistaken", "err", "deceived", "misled", "lazy", "naive"])
BLAMING = frozenset(["blame", "suspect", "credit", "fault", "cite"])
OPENLY = frozenset(["public", "publicly", "officially", "official"])
PRIVATELY = frozenset(["private", "privately", "unofficially", "reality"])
SPEAKING = frozenset("say insist explain add reply retort claim maintain answer tell shrug".split())  # noqa: SIM905
WHETHER_OVER = frozenset(["over", "for", "out", "because", "about"])
OPEN = word_set("rivals.undecided") | {"depend", "depends", "ask", "know", "say", "dispute"}
SHORTEST = 3  # tokens of a sentence too short to tell anything
NEAR = 16  # tokens between a verb and the words that open its reasons


def reasoned(clauses: Clauses, before: Clauses | None) -> list[Alternative]:
    """Reasons this sentence, or the quotation before and this one, set against each other."""
    words = {t.low for t in clauses.tokens}
    found: list[Alternative] = []
    if "or" in words:
        found = _one_of_two(clauses) or _by_one_or_other(clauses)
    if not found and "than" in words:
        found = _less_than(clauses)
    if not found and ":" in words:
        found = _denied(clauses)
    if not found and "," in words:
        found = _gapped(clauses) or _several_causes(clauses)
    if not found and "ask" in words:
        found = _if_you_ask(clauses)
    if not found and words & OPENLY and words & PRIVATELY:
        found = _in_private(clauses)
    if not found and before is not None:
        found = _quoted(before, clauses) if "because" in words else []
        found = found or _told_otherwise(before, clauses)
    return found


def _stop(tokens: list[Token], start: int) -> int:
    """Last token of the reason that begins at ``start``: before a comma with a clause, or ';'."""
    for k in range(start + 1, len(tokens)):
        joined = tokens[k].low in ("and", "but", "while") and tokens[k - 1].text == ","
        if joined or tokens[k].text in ";:—":
            return k - 1
    return last_token(tokens)


# Phrases behind which a cause stands, and openings that set another story against it.
BECAUSE_OF = (("because", "of"), ("due", "to"), ("owing", "to"), ("thanks", "to"), ("because",))
BECAUSE_WORDS = frozenset(o[0] for o in BECAUSE_OF)
OFFICIAL = frozenset(["officially", "publicly"])
ROUTINELY = frozenset(["usually", "often", "commonly", "generally", "conventionally", "mostly"])
FACTUALLY = ("in fact", "in truth", "in reality", "unofficially", "privately", "actually")
RUMOURED = ("rumour has it", "rumor has it", "gossip has it", "word is", "the gossip is")
STORIES = frozenset(["story", "version", "account", "explanation", "tale", "reading"])


def _told_otherwise(before: Clauses, clauses: Clauses) -> list[Alternative]:
    """'Officially he was ill, because of X. Rumour has it that Y.', 'put down to X. In fact Y'."""
    first, last = _cause(before.tokens)
    start = _counter(clauses.tokens)
    if not last:
        return []
    if start:
        opens = before.tokens[0].low in OFFICIAL or before.tokens[0].tag == "Q"
        routine = any(t.low in ROUTINELY for t in before.tokens)
        if opens or routine or _says_why(before.tokens, first):
            return [between(before, first, last), to_the_end(clauses, start)]
        return []
    again, end = _cause(clauses.tokens)
    both = end and _says_why(before.tokens, first) and _says_why(clauses.tokens, again)
    if not both or not _verbs(before.tokens) & _verbs(clauses.tokens):
        return []
    return [between(before, first, last), between(clauses, again, end)]


def _cause(tokens: list[Token]) -> tuple[int, int]:
    """First and last token of what a sentence gives as the cause; zeros for none."""
    lows = [t.low for t in tokens]
    for k in range(2, len(tokens) - 1):
        begun = lows[k] in BECAUSE_WORDS
        opener = (
            next((o for o in BECAUSE_OF if tuple(lows[k : k + len(o)]) == o), None)
            if begun
            else None
        )
        if opener is not None:
            return k + len(opener), _cause_end(tokens, k)
        if lows[k] in ("to", "by") and lows[k - 1] in ("down", "attributed", "ascribed"):
            return k + 1, _cause_end(tokens, k)
    return 0, 0


def _cause_end(tokens: list[Token], k: int) -> int:
    closed = next((m for m in range(k + 1, len(tokens)) if tokens[m].tag == "Q"), 0)
    return closed - 1 if closed else _stop(tokens, k)


def _says_why(tokens: list[Token], reason: int) -> bool:
    """Whether a verb of saying stands before the reason: 'the government says ... because'."""
    return any((t.lemma or t.low) in SPEAKING and t.tag == "V" for t in tokens[:reason])


def _verbs(tokens: list[Token]) -> set[str]:
    return {t.lemma for t in tokens if t.tag == "V" and t.lemma not in SPEAKING}


def _counter(tokens: list[Token]) -> int:
    """First token of what is told against the sentence before, or 0."""
    if len(tokens) <= SHORTEST:
        return 0
    opening = " ".join(t.low for t in tokens[:3])
    if opening.startswith(RUMOURED):
        that = next((k for k in range(2, min(6, len(tokens))) if tokens[k].low == "that"), 0)
        return that + 1 if that else 0
    if opening.startswith(FACTUALLY):
        it = next((k for k in range(1, len(tokens) - 2) if _it_was(tokens, k)), 0)
        lead = 1 if tokens[0].low != "in" else 2
        return it + 2 if it else lead + (tokens[lead].text == ",")
    colon = next((k for k, t in enumerate(tokens[:14]) if t.text == ":"), 0)
    told = colon and tokens[colon - 1].low in STORIES
    other = any(t.low in ("another", "different", "other") for t in tokens[:colon])
    return colon + 1 if told and other and colon + 2 < len(tokens) else 0


def _it_was(tokens: list[Token], k: int) -> bool:
    return tokens[k].low == "it" and tokens[k + 1].low in ("was", "is")


def _one_of_two(clauses: Clauses) -> list[Alternative]:
    """'The tariff was either a punishment or a slip of the pen'."""
    tokens = clauses.tokens
    for i, token in enumerate(tokens[1:-3], 1):
        if token.low != "either" or tokens[i - 1].tag != "B" or tokens[i + 1].tag in "KUVH":
            continue
        cut = next((k for k in range(i + 2, len(tokens) - 1) if tokens[k].low == "or"), 0)
        if not cut or any(t.low in TO_COME or t.tag == "M" for t in tokens[:cut]):
            return []
        if tokens[i + 1].tag in "DG" and tokens[cut + 1].tag in "DGA":
            return [
                between(clauses, i + 1, cut - 1),
                between(clauses, cut + 1, _stop(tokens, cut + 1)),
            ]
    return []


def _causal(tokens: list[Token], i: int) -> bool:
    """Whether a verb of cause stands a little before the preposition at ``i``."""
    near = tokens[max(0, i - NEAR) : i]
    return any(t.tag == "V" and (t.lemma or t.low) in CAUSES for t in near)


def _open_question(tokens: list[Token], first: int) -> bool:
    """'Whether they quarrelled over fish or over Gibraltar depends on whom one asks'."""
    asked = any(t.low == "whether" for t in tokens[:first])
    return asked and any((t.lemma or t.low) in OPEN for t in tokens)


def _by_one_or_other(clauses: Clauses) -> list[Alternative]:
    """'May have been caused by the price, as the IMF thinks, or by the loans'."""
    tokens = clauses.tokens
    for k in range(3, len(tokens) - 2):
        prep = tokens[k + 1].low
        if tokens[k].low != "or" or prep not in BY_OR_TO | WHETHER_OVER:
            continue
        first = next((i for i in range(k - 1, 0, -1) if tokens[i].low == prep), 0)
        asked = prep in WHETHER_OVER and _open_question(tokens, first)
        if first and (asked or _causal(tokens, first)):
            return [
                between(clauses, first + 1, k - 1),
                between(clauses, k + 2, _stop(tokens, k + 2)),
            ]
    return []


def _less_than(clauses: Clauses) -> list[Alternative]:
    """'Owes its seat less to its diplomats than to its soya', 'less because X than because Y'."""
    tokens = clauses.tokens
    for i, token in enumerate(tokens[:-4]):
        word = tokens[i + 1].low
        if token.low not in ("less", "more") or word not in BY_OR_TO | {"because", "out"}:
            continue
        cut = next((k for k in range(i + 2, len(tokens) - 2) if tokens[k].low == "than"), 0)
        if not cut or tokens[cut + 1].low != word:
            continue
        if word in ("because", "out") or _causal(tokens, i):
            last = next((k for k in range(cut + 2, len(tokens)) if tokens[k].text == ","), 0)
            return [
                between(clauses, i + 2, cut - 1),
                between(clauses, cut + 2, (last or _stop(tokens, cut + 2) + 1) - 1),
            ]
    return []


def _several_causes(clauses: Clauses) -> list[Alternative]:
    """'Has been put down to the crisis, to bad debts and, in Washington, to diplomacy'."""
    tokens = clauses.tokens
    first = next(
        (k for k in range(3, len(tokens) - 4) if tokens[k].low == "to" and _credited(tokens, k)), 0
    )
    if not first:
        return []
    again = [
        k
        for k in range(first + 2, len(tokens) - 1)
        if tokens[k].low == "to" and (tokens[k - 1].text == "," or tokens[k - 1].low == "and")
    ]
    cuts = [first, *again, last_token(tokens) + 1]
    if len(cuts) < 3:
        return []
    return [
        between(clauses, a + 1, _before_aside(tokens, b) - 1) for a, b in itertools.pairwise(cuts)
    ]


def _credited(tokens: list[Token], k: int) -> bool:
    return tokens[k - 1].low in ("down", "attributed", "ascribed", "credited")


def _before_aside(tokens: list[Token], b: int) -> int:
    """Where the reason before ``b`` ends: before 'and, in Washington,'."""
    near = range(min(b, len(tokens)) - 1, max(b - 6, 1), -1)
    return next((k for k in near if tokens[k].low == "and"), b)


def _gapped(clauses: Clauses) -> list[Alternative]:
    """'The president suspected speculators, the opposition his own minister'."""
    chunks = clauses.chunks
    for i in clauses.finite:
        if chunks[i].lemma not in BLAMING or chunks[i].passive or i + 4 >= len(chunks):
            continue
        for k in range(i + 2, len(chunks) - 2):
            kinds = [c.kind for c in chunks[k : k + 3]]
            rest = any(c.kind in ("vg", "aux") or c.low in TIME for c in chunks[k + 1 :])
            if kinds == ["K", "np", "np"] and not rest and chunks[i + 1].kind == "np":
                return [
                    between(clauses, chunks[i + 1].first, chunks[k].first - 1),
                    between(clauses, chunks[k + 2].first, _stop(clauses.tokens, chunks[k].last)),
                ]
    return []


def _denied(clauses: Clauses) -> list[Alternative]:
    """'Those who attribute this to X are wrong: Y', 'It was not X that moved him: Y'."""
    tokens = clauses.tokens
    colon = next((k for k, t in enumerate(tokens) if t.text == ":"), 0)
    if not 4 < colon < len(tokens) - 3 or tokens[colon + 1].tag == "Q":
        return []
    first, last = _blamed_wrongly(tokens, colon)
    if not last:
        first, last = _not_that(tokens, colon)
    if not last:
        return []
    denied = between(clauses, first, last)
    denied.denies = True
    return [denied, to_the_end(clauses, colon + 1)]


def _blamed_wrongly(tokens: list[Token], colon: int) -> tuple[int, int]:
    if tokens[0].low not in ("those", "anyone", "whoever", "who") or not any(
        t.low in WRONG or (t.lemma or "") in WRONG for t in tokens[:colon]
    ):
        return 0, 0
    be = next((k for k in range(colon - 1, 0, -1) if tokens[k].tag == "B"), colon)
    to = next((k for k in range(1, be) if tokens[k].low in ("to", "on", "by")), 0)
    return (to + 1, be - 1) if to and _causal(tokens, to) and be > to + 1 else (0, 0)


def _not_that(tokens: list[Token], colon: int) -> tuple[int, int]:
    opened = [t.low for t in tokens[:3]] in (["it", "was", "not"], ["it", "is", "not"])
    cut = next((k for k in range(4, colon) if tokens[k].low in ("that", "who", "which")), 0)
    return (3, cut - 1) if opened and cut else (0, 0)


def _if_you_ask(clauses: Clauses) -> list[Alternative]:
    """'Money, if you ask the ministry; Hezbollah, if you ask Israel.'."""
    tokens = clauses.tokens
    cuts = [-1, *(k for k, t in enumerate(tokens) if t.text == ";"), last_token(tokens) + 1]
    out: list[Alternative] = []
    for a, b in itertools.pairwise(cuts):
        asked = next((k for k in range(a + 1, b) if _asks(tokens, k)), -1)
        if asked < 0:
            return []
        if asked == a + 1:  # 'if you ask the officers, a mixture of both'
            comma = next((k for k in range(asked, b) if tokens[k].text == ","), b)
            first, last = comma + 1, b - 1
        else:
            first, last = a + 1, asked - 1
        if first <= last:
            out.append(between(clauses, first, last))
    return out if len(out) > 1 else []


def _asks(tokens: list[Token], k: int) -> bool:
    return [t.low for t in tokens[k : k + 3]] == ["if", "you", "ask"]


def _in_private(clauses: Clauses) -> list[Alternative]:
    """'In public Doha puts it down to a new strategy, in private to the blockade'."""
    tokens = clauses.tokens
    cut = next((k for k, t in enumerate(tokens) if t.low in PRIVATELY), 0)
    if not any(t.low in OPENLY for t in tokens[:cut]):
        return []
    again = next(
        (k for k in range(cut + 1, min(cut + 8, len(tokens) - 1)) if tokens[k].low in BY_OR_TO), 0
    )
    same = [k for k in range(1, cut) if tokens[k].low == tokens[again].low and _causal(tokens, k)]
    first = same[-1] if again and same else 0
    if not first:
        return []
    return [
        between(clauses, first + 1, cut - (2 if tokens[cut - 1].low == "in" else 1)),
        between(clauses, again + 1, _stop(tokens, again + 1)),
    ]


def _quoted(before: Clauses, clauses: Clauses) -> list[Alternative]:
    """'"We left because X," said one. "They left because Y," said the other.'."""
    spans = [_reason_quoted(c.tokens) for c in (before, clauses)]
    if not all(last for _, last in spans):
        return []
    (a, b), (c, d) = spans
    return [between(before, a, b), between(clauses, c, d)]


def _reason_quoted(tokens: list[Token]) -> tuple[int, int]:
    """Tokens of the reason a quotation that opens the sentence gives, with its speaker behind."""
    if tokens[0].tag != "Q":
        return 0, 0
    close = next((k for k in range(1, len(tokens)) if tokens[k].tag == "Q"), 0)
    because = next((k for k in range(1, close) if tokens[k].low == "because"), 0)
    said = any((t.lemma or t.low) in SPEAKING for t in tokens[close : close + 8])
    return (because, close - 1) if because and said else (0, 0)
