"""Who holds an explanation: 'Brussels calls it', 'the opposition blames', 'others that they'."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.text import Token
from multipolar.reader.told import (
    EXPLAINING,
    NOUNS,
    OPPOSED,
    SAYING,
    TAKING_UP,
    Telling,
    phrase_end,
    words,
)
from multipolar.reader.wordsets import word_set

CONSTRUING = word_set("rivals.construing")
CONVINCED = word_set("attribution.convinced")
OFFERING = frozenset(["have", "offer", "give", "prefer", "propose", "favour", "favor", "suggest"])
# What somebody is told to want or to have done is no explanation: 'says it will send a minister'.
MEANT = frozenset(["want", "intend", "plan", "expect", "hope", "demand", "wish", "seek", "need"])
OWN_DEEDS = frozenset(["will", "would", "shall", "wo"])
REPLYING = frozenset(["answer", "reply", "retort", "counter", "object", "respond"])
# Verbs whose cause stands behind a preposition and the thing explained.
PREPS = frozenset(["to", "by", "with", "in", "of"])
ASCRIBING = frozenset(["attribute", "ascribe", "put", "chalk", "explain", "link", "trace"])
# Verbs that take the bare cause: 'the army says mud'; but one claims an attack or a right.
BARELY = frozenset(["say", "answer", "reply", "suspect", "fear", "guess"])
OFFERED = NOUNS | {"another", "second", "third", "different"}
NAMING = frozenset(["call", "consider", "deem", "label", "brand", "dub"])


def held(clauses: Clauses, i: int, c: int) -> Telling | None:
    """'Brussels calls it a pause', 'the opposition blames', 'In Paris they say that'."""
    chunks, tokens = clauses.chunks, clauses.tokens
    if c < 0:
        return None
    start = c
    if chunks[c].kind == "P" and chunks[c].low in ("in", "at", "from") and c + 2 < len(chunks):
        start = c + 2 + (chunks[c + 2].kind == "K")
    there = tokens[i].low == "there" and chunks[start].lemma == "be"
    start += there
    if start >= len(chunks) or chunks[start].kind != "np":
        return None
    v = _verb_of(chunks, start)
    himself = tokens[i + 1].low.endswith("self")
    alone = (
        start == c
        and chunks[c].low in ("it", "he", "she")
        and not himself
        and not chunks[max(v, 0)].passive
    )
    said = v > 0 and chunks[v].passive and chunks[v].lemma in SAYING  # 'it has been said that'
    if v < 0 or alone or chunks[v].negated or (chunks[v].perfect and not said):
        return None
    if chunks[v].modal:  # 'the Serbs will tell you that'
        return _will_tell(tokens, i, chunks[v])
    if _aside(tokens, i, chunks[v].last + 1):
        return None
    who = words(tokens, i, chunks[v].first - 1)
    if who in ("one", "it", "some") or who.startswith("there"):  # 'one hears ... one also hears'
        who += f" {tokens[i].start}"
    return _frame(clauses, i, v, who)


def _will_tell(tokens: list[Token], i: int, vg: Chunk) -> Telling | None:
    after = tokens[vg.last + 1 : vg.last + 3]
    if vg.modal != "will" or vg.lemma != "tell" or [t.low for t in after] != ["you", "that"]:
        return None
    return Telling(
        "say", i, vg.last, words(tokens, i, vg.first - 1), "believe", content=vg.last + 3
    )


def _aside(tokens: list[Token], i: int, after: int) -> bool:
    """'The president, his spokesman told us, had been': who says so, by the way."""
    if i == 0 or tokens[i - 1].text != ",":
        return False
    if tokens[min(after, len(tokens) - 1)].text == ",":
        return True
    stop = min(after + 5, len(tokens) - 1)
    comma = next((k for k in range(after, stop) if tokens[k].text == ","), -1)
    return comma > 0 and tokens[comma + 1].tag in "VBHMO"


def _verb_of(chunks: list[Chunk], start: int) -> int:
    """The finite verb whose subject opens at ``start``, over places and one insertion."""
    k = _past_relative(chunks, start + 1)
    while k + 1 < len(chunks) and chunks[k].kind in "PT" and chunks[k + 1].kind == "np":
        k += 2
    if k < len(chunks) and chunks[k].kind == "np" and k == start + 1:  # 'the economist X Y'
        k += 1
    if k < len(chunks) and chunks[k].kind == "L":  # 'those who think'
        k += 1
    if k < len(chunks) and chunks[k].kind == "K":
        k = next(
            (m + 1 for m in range(k + 1, min(k + 18, len(chunks) - 1)) if _resumes(chunks, m)),
            len(chunks),
        )
    while k < len(chunks) and (chunks[k].kind == "J" or chunks[k].low.endswith("selves")):
        k += 1
    verb = k < len(chunks) and chunks[k].kind == "vg" and chunks[k].form == "fin"
    return k if verb else -1


def _past_relative(chunks: list[Chunk], k: int) -> int:
    """'A diplomat I spoke to prefers', 'those who know him say': over the relative clause."""
    if k >= len(chunks) or chunks[k].low not in ("i", "we", "who"):
        return k
    verbs = [m for m in range(k, min(k + 6, len(chunks))) if chunks[m].kind == "vg"]
    marks = [m for m in range(k, min(k + 6, len(chunks))) if chunks[m].kind in "KUS"]
    if len(verbs) < 2 or (marks and marks[0] < verbs[1]) or chunks[verbs[1]].form != "fin":
        return k
    spoken = chunks[k].kind == "np" and chunks[k].low in ("i", "we") and verbs[0] == k + 1
    known = chunks[k].kind == "L" and chunks[k - 1].low == "those" and verbs[0] == k + 1
    return verbs[1] if spoken or known else k


def _resumes(chunks: list[Chunk], k: int) -> bool:
    """The comma that closes an insertion: the verb follows."""
    after = next((c for c in chunks[k + 1 : k + 3] if c.kind != "J"), chunks[k])
    return chunks[k].kind == "K" and after.kind == "vg" and after.form == "fin"


def _frame(clauses: Clauses, i: int, v: int, who: str) -> Telling | None:
    """What the verb at chunk ``v`` says of the thing: holds that, calls it, blames."""
    tokens, vg = clauses.tokens, clauses.chunks[v]
    after = vg.last + 1
    if after + 1 >= len(tokens):
        return None
    differs = vg.lemma in ("beg", "see") and any(
        t.low in ("differ", "differently") for t in tokens[after : after + 4]
    )
    if vg.lemma == "disagree" or differs:
        return Telling("say", i, vg.last, who, "reply", content=after)
    if vg.lemma in CONSTRUING:
        told = _construed(clauses, i, v, who)
        if told is not None:
            return told
    if vg.lemma in OFFERING:
        stop = min(after + 12, len(tokens) - 1)
        offered = next((k for k in range(after, stop) if tokens[k].low in OFFERED), -1)
        if offered > 0 and tokens[offered + 1].low in (":", "that", ","):
            return Telling("explain", i, vg.last, who, "offer", content=offered + 1)
    if vg.passive or vg.lemma == "be":
        return _passive(clauses, i, v, who)
    if vg.lemma in EXPLAINING:
        return _explained(tokens, i, vg, who)
    if vg.lemma in SAYING or (vg.lemma == "have" and tokens[after].low == "it"):
        return _said(tokens, i, vg, who)
    return None


def _construed(clauses: Clauses, i: int, v: int, who: str) -> Telling | None:
    """'Calls it a pause', 'sees it as blackmail', 'it is read as a bargain'."""
    chunks, tokens = clauses.chunks, clauses.tokens
    vg = chunks[v]
    after = vg.last + 1
    held = tokens[after]
    stop = min(after + 12, len(tokens))
    word = "for" if vg.lemma == "take" else "as"
    as_what = any(t.low == word for t in tokens[after:stop])
    if not (vg.passive or as_what or (vg.lemma in NAMING and held.tag in "DGRYN")):
        return None
    subject = tokens[chunks[v - 1].last] if v else held
    taken = held.low in TAKING_UP or (vg.passive and subject.low in TAKING_UP)
    return Telling("construe", i, vg.last, who, _thing(tokens, after), taken, after)


def _explained(tokens: list[Token], i: int, vg: Chunk, who: str) -> Telling:
    """'Blames the price', 'puts it down to paperwork'."""
    after = vg.last + 1
    near = tokens[after : after + 12]
    prep = near[0].low if near[0].low in PREPS else ""
    if vg.lemma in ASCRIBING:
        prep = next((t.low for t in near if t.low in PREPS), "")
    taken = any(t.low in TAKING_UP for t in near[:3]) or any(t.low == "it" for t in near[:4])
    return Telling("explain", i, vg.last, who, prep or vg.lemma, taken, after)


def _passive(clauses: Clauses, i: int, v: int, who: str) -> Telling | None:
    """'The blame is laid on', 'are convinced that', 'in Moscow the opposite is believed'."""
    chunks, tokens = clauses.chunks, clauses.tokens
    vg = chunks[v]
    after = vg.last + 1
    if vg.lemma == "be":
        sure = any(t.low in CONVINCED for t in tokens[after : after + 4])
        return Telling("say", i, vg.last, who, "believe", content=after) if sure else None
    if v and chunks[v - 1].lemma == "blame" and tokens[after].low in ("on", "at"):
        return Telling("explain", i, vg.last, who, "on", content=after)
    if vg.low.split()[-1] in CONVINCED and tokens[after].low == "that":
        return Telling("say", i, vg.last, who, "believe", content=after)
    if vg.lemma in SAYING and (tokens[i].tag == "P" or tokens[i].low == "it"):
        return _said(tokens, i, vg, who)
    return _explained(tokens, i, vg, who) if vg.lemma in EXPLAINING else None


def _said(tokens: list[Token], i: int, vg: Chunk, who: str) -> Telling | None:
    """'Kyiv says a pipe burst': not what one wants, promises or has done oneself."""
    start = vg.last + 1
    start += tokens[start].low == "it" and vg.lemma == "have"
    clause = tokens[start].low == "that"
    start += clause
    if start >= len(tokens) or tokens[start].tag == "P" or (vg.lemma == "hold" and not clause):
        return None
    own = tokens[start].low in TAKING_UP
    opposed = bool(OPPOSED & set(who.split()))
    for token_at, token in enumerate(tokens[start : min(start + 8, len(tokens) - 1)], start):
        if (token.low in OWN_DEEDS and not opposed) or (own and token.lemma in MEANT):
            return None
        if own and token.low in ("has", "have") and tokens[token_at + 1].tag in "VBX":
            return None
        if token.tag in "BVO":
            break
    taken = start < len(tokens) and tokens[start].low in TAKING_UP
    form = "reply" if vg.lemma in REPLYING else vg.lemma
    if not any(t.tag in "VBHOM" for t in tokens[start:]):
        form = "bare" if vg.lemma in BARELY else ""
    if not form:
        return None
    return Telling("say", i, vg.last, who, form, taken, start)


def shortened(clauses: Clauses, i: int, c: int, last: Telling) -> Telling | None:
    """'Jakarta explains it with the floods, diplomats with a call', 'the latter that they'."""
    tokens, chunks = clauses.tokens, clauses.chunks
    if c < 0 or chunks[c].kind != "np" or last.family not in ("explain", "say", "construe"):
        return None
    k = c + 1
    while k + 1 < len(chunks) and _describes(chunks[k], last.form):
        k += 1 if chunks[k].low.endswith("selves") else 2
    if k + 3 < len(chunks) and [x.kind for x in chunks[k : k + 3]] == ["K", "J", "K"]:
        k += 3  # 'the Americans, discreetly, of frozen accounts'
    if k + 1 >= len(chunks):
        return None
    word = chunks[k].low
    purpose = chunks[c].low in ("some", "others") and chunks[k].form == "inf"
    as_what = last.family == "construe" and word == "as"
    if last.family == "explain":
        to = last.form == "to" and chunks[k].form == "inf"  # 'the consul to slander'
        bare = last.form not in PREPS and chunks[k].kind == "np"
        as_what = to or (bare and tokens[chunks[k].first].tag in "DG")
    fits = (
        purpose
        or as_what
        or (last.family == "say" and word == "that")
        or (last.family == "explain" and word == last.form and chunks[k].kind in "PT")
    )
    if not fits:
        return None
    who = words(tokens, i, chunks[k].first - 1)
    who += f" {tokens[i].start}" if who == "some" else ""
    return Telling(last.family, i, chunks[k].last, who, last.form, True, chunks[k].last + 1)


def _describes(chunk: Chunk, form: str) -> bool:
    """What belongs to a holder: 'diplomats in Riga', 'the delegates themselves'."""
    placed = chunk.kind == "P" and chunk.low in ("in", "of", "at") and chunk.low != form
    return placed or chunk.low.endswith("selves")


def _thing(tokens: list[Token], start: int) -> str:
    end = phrase_end(tokens, start)
    return tokens[end].low if end >= start else ""
