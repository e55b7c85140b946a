"""Lists: which noun phrases 'A, B and C' holds together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multipolar.reader.mention import Mention
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

if TYPE_CHECKING:
    from multipolar.reader.chunks import Chunk


def list_parts(flat: list[Chunk], i: int, tokens: list[Token]) -> tuple[list[Chunk], int]:
    """Parts of a coordination that begins at ``i`` and the index after it."""
    parts = [flat[i]]
    k = i + 1
    n = len(flat)
    if _opening_phrase(flat, i):
        return parts, k
    while k < n:
        kind = flat[k].kind
        if kind == "C" and flat[k].low in ("and", "or", "&", "nor"):
            at = k + 2 if k + 1 < n and flat[k + 1].low in EVEN else k + 1
            at = _past_aside(flat, k + 1) or at
            pair = i > 0 and flat[i - 1].low == "between"  # 'trade between A and B reached'
            if (
                at < n
                and flat[at].kind == "np"
                and (pair or _alike(parts[-1], flat[at], tokens))
                and (pair or _no_clause(flat, at, tokens))
                and not _resumes(flat, at, parts[-1], tokens)
            ):
                parts.append(flat[at])
                return _also_joined(flat, at + 1, parts)
            break
        if kind == "K" and i == 0 and (headed := _headline_list(flat, tokens)):
            return headed, 2 * len(headed) - 1
        if kind == "K" and k + 1 < n:
            closing = flat[k + 1].kind == "C"
            nxt = k + 2 if closing else k + 1
            if nxt < n and flat[nxt].kind == "np" and _joins(flat, k, nxt, tokens, parts):
                parts.append(flat[nxt])
                if closing:
                    return _also_joined(flat, nxt + 1, parts)
                k = nxt + 1
                continue
        break
    return ([flat[i]], i + 1) if len(parts) == 1 else (parts, k)


def _past_aside(flat: list[Chunk], k: int) -> int:
    """'Jordan and, less predictably, Oman': place after the adverbs between commas, or 0."""
    if k >= len(flat) or flat[k].kind != "K":
        return 0
    end = k + 1
    while end < len(flat) and flat[end].kind == "J":
        end += 1
    return end + 1 if k + 1 < end < len(flat) - 1 and flat[end].kind == "K" else 0


def _also_joined(flat: list[Chunk], k: int, parts: list[Chunk]) -> tuple[list[Chunk], int]:
    """'A, B and C, as well as D,' and 'A, together with B and C': the last belongs to it too."""
    at = k + 1 if k < len(flat) and flat[k].kind == "K" else k
    joined = at + 1 < len(flat) and flat[at].kind == "C"
    joined = joined and (flat[at].last > flat[at].first or flat[k - 2].last > flat[k - 2].first)
    if joined and flat[at + 1].kind == "np":
        return [*parts, flat[at + 1]], at + 2
    return parts, k


def _headline_list(flat: list[Chunk], tokens: list[Token]) -> list[Chunk]:
    """'Cyprus, Greece hold naval drill': commas for 'and' where a headline opens."""
    parts = [flat[0]]
    k = 1
    while k + 1 < len(flat) and flat[k].kind == "K" and flat[k + 1].kind == "np":
        parts.append(flat[k + 1])
        k += 2
    names = [tokens[c.head].mention for c in parts]
    bare = [isinstance(m, Mention) and m.last == c.last for m, c in zip(names, parts, strict=True)]
    codes = {m.code for m in names if isinstance(m, Mention)}
    verb = flat[k] if k < len(flat) else None
    says = verb is not None and verb.kind == "vg" and verb.form in ("fin", "inf")
    return parts if says and all(bare) and len(codes) == len(parts) > 1 else []


def _joins(flat: list[Chunk], k: int, nxt: int, tokens: list[Token], parts: list[Chunk]) -> bool:
    """Whether the phrase after the comma at ``k`` is the next member of the list."""
    if flat[k + 1].kind != "C":
        return _list_closes(flat, nxt, tokens, parts[-1])
    also = flat[k + 1].last > flat[k + 1].first
    named = _named(flat[nxt], tokens) == _named(parts[-1], tokens)
    return (len(parts) > 1 or also) and (named or also) and _no_clause(flat, nxt, tokens)


def _opening_phrase(flat: list[Chunk], i: int) -> bool:
    """'In Moscow, Putin and Xi met': what a clause opens with is not the list that follows."""
    if i == 0 or flat[i - 1].kind not in "PT" or i + 1 >= len(flat) or flat[i + 1].kind != "K":
        return False
    k = i - 1
    if k and flat[k - 1].low == "according":
        k -= 1
    if k and flat[k - 1].kind not in "KCSUQ":
        return False
    j = i + 1
    while j < len(flat) and flat[j].kind in ("np", "K", "C", "J"):
        j += 1
    return j < len(flat) and flat[j].kind in ("vg", "aux") and flat[j].form in ("fin", "")


def _resumes(flat: list[Chunk], k: int, before: Chunk, tokens: list[Token]) -> bool:
    """'buys Iran's oil and Russia, busy elsewhere, sells': a name does not join a thing owned."""
    right = tokens[flat[k].head].mention
    nxt = flat[k + 1] if k + 1 < len(flat) else None
    if not isinstance(right, Mention) or _named(before, tokens) or nxt is None:
        return False
    if k > 2 and flat[k - 3].kind == "vg" and tokens[before.first].low == "the":
        new = tokens[flat[k].first].mention is right and right.last == flat[k].last
        return new and before.low not in OFFICES and (nxt.kind == "K" or nxt.form == "fin")
    owned = any(tokens[i].mention is not None for i in range(before.first, before.head))
    return owned and not before.low.endswith("s") and (nxt.kind == "K" or nxt.form == "fin")


def _contact_list(flat: list[Chunk], k: int, tokens: list[Token]) -> bool:
    """'the raids Washington and London carried out': two names right after a noun phrase."""
    if k < 3 or flat[k - 3].kind != "np" or flat[k - 2].kind != "np":
        return False
    names = [isinstance(tokens[flat[j].head].mention, Mention) for j in (k - 3, k - 2, k)]
    return names == [False, True, True] and tokens[flat[k - 3].first].tag in "DG#"


def _no_clause(flat: list[Chunk], k: int, tokens: list[Token]) -> bool:
    """'... visited Moscow and Xi left': a finite verb right after starts a clause of its own."""
    if flat[k - 1].low == "nor" or _contact_list(flat, k, tokens):
        return True
    if k >= 3 and flat[k - 2].kind == "np" and flat[k - 3].kind == "K":
        return True  # 'but for X, Kinshasa and Kigali would': the comma opened the clause
    before = flat[k - 2] if k >= 2 else None
    start = k - 2
    while start > 0 and flat[start - 1].kind in ("np", "P", "K", "C"):
        start -= 1
    object_side = (
        start > 0 and flat[start - 1].kind == "vg" and flat[start - 1].form in ("fin", "inf")
    )
    if not object_side or before is None:
        return True
    nxt = flat[k + 1] if k + 1 < len(flat) else None
    return not (nxt is not None and nxt.kind in ("vg", "aux") and nxt.form in ("fin", ""))


def _alike(left: Chunk, right: Chunk, tokens: list[Token]) -> bool:
    """Only names join names; common nouns join common nouns."""
    if tokens[right.first].tag == "R" and tokens[right.first].low not in ("others", "those"):
        return False
    return left.low not in ("monday", "today", "yesterday", "tomorrow")


def _list_closes(flat: list[Chunk], k: int, tokens: list[Token], before: Chunk) -> bool:
    """A comma joins only if the list is closed by 'and' further on and its members are alike."""
    named = _named(before, tokens)
    if _named(flat[k], tokens) != named:
        return False
    j = k
    n = len(flat)
    while j + 1 < n:
        kind = flat[j + 1].kind
        if kind == "C" and flat[j + 1].low in ("and", "or", "&"):
            last = _past_aside(flat, j + 2) or j + 2
            return last < n and flat[last].kind == "np"
        if kind != "K" or j + 2 >= n:
            return False
        if flat[j + 2].kind == "C":
            return j + 3 < n and flat[j + 3].kind == "np"
        if flat[j + 2].kind != "np":
            return False
        if _named(flat[j + 2], tokens) != named:
            return False
        j += 2
    return False


def _named(chunk: Chunk, tokens: list[Token]) -> bool:
    """Whether a name heads the phrase, or an office that a name goes with."""
    head = tokens[chunk.head]
    if head.mention is not None or head.tag == "Y":
        return True
    offices = head.low in OFFICES or head.lemma in OFFICES
    return offices and any(
        tokens[i].mention is not None or tokens[i].tag == "Y"
        for i in range(chunk.first, chunk.last + 1)
    )


# What may stand between 'and' and the last of a list.
EVEN = frozenset(["even", "also", "finally", "then", "later", "lately"])
OFFICES = word_set("chunks.titles")
