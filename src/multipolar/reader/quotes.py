"""Quotation marks: whole clauses, words within the author's sentence, scare quotes."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from multipolar.reader.clauses import Clauses
from multipolar.reader.phrases import find_phrases
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

PAIRS = {"“": "”", "«": "»", "„": "“", '"': '"', "‘": "’"}
OPENERS = re.compile("[" + "".join(PAIRS) + "]")
NAME_NOUNS = word_set("quotes.name_nouns")
MAX_QUOTE = 4000
QUOTING = word_set("quotes.quoting")
JUDGING = frozenset(
    ["reject", "dismiss", "ridicule", "deride", "decry", "herald", "salute", "mock"]
)


@dataclass(slots=True)
class Quote:
    """Quotation with its marks; ``inner`` is the span without them."""

    start: int
    end: int
    kind: str
    inner: tuple[int, int]
    speaker_code: str | None = None


def find_spans(text: str) -> list[tuple[int, int]]:
    """Spans of balanced quotation marks, outermost only, never across a blank line."""
    out: list[tuple[int, int]] = []
    reached = 0
    for match in OPENERS.finditer(text):
        i = match.start()
        if i < reached or (text[i] == "‘" and i and text[i - 1].isalpha()):
            continue
        end = _close(text, i, PAIRS[text[i]])
        if end >= 0:
            out.append((i, end + 1))
            reached = end + 1
    return out


def _close(text: str, i: int, closing: str) -> int:
    limit = min(len(text), i + MAX_QUOTE)
    blank = text.find("\n\n", i, limit)
    limit = blank if blank >= 0 else limit
    j = text.find(closing, i + 1, limit)
    while j >= 0 and closing == "’" and j + 1 < len(text) and text[j + 1].isalpha():
        j = text.find(closing, j + 1, limit)
    return j


def classify(spans: list[tuple[int, int]], text: str, sentences: list[Clauses]) -> list[Quote]:
    """Say of each quotation whether it is a clause, attributed words or distance."""
    out = []
    at = 0
    for start, end in spans:
        while at + 1 < len(sentences) and sentences[at].sentence.end <= start:
            at += 1
        if sentences and start >= sentences[-1].sentence.end:
            break  # beyond what was read
        inner = text[start + 1 : end - 1]
        if not inner.strip() or not sentences:
            continue
        kind = _kind(start, end, inner, sentences, at)
        if kind:
            out.append(Quote(start, end, kind, (start + 1, end - 1)))
    return out


def _kind(start: int, end: int, inner: str, sentences: list[Clauses], at: int) -> str:
    clauses = sentences[at]
    if end > clauses.sentence.end + 1:
        return "DIRECT"
    words = inner.split()
    if inner.rstrip()[-1:] in ",.?!" and len(words) > 2 and _has_verb(start, end, clauses):
        return "DIRECT"
    if inner.rstrip()[-1:] in ",?!" and _said_next(end, clauses):
        return "DIRECT"
    opens = inner.lstrip()[:1].isupper() or _after_mark(start, clauses)
    if (
        len(words) > 3
        and opens
        and _has_clause(start, end, clauses)
        and not _inside_phrase(start, clauses)
    ):
        return "DIRECT"
    if all(w[:1].isupper() or w[:1].isdigit() for w in words) and _is_name(start, end, clauses):
        return ""
    told = _attributed(start, clauses) or _said_last(end, clauses)
    return "PARTIAL" if told else "SCARE"


def _said_next(end: int, clauses: Clauses) -> bool:
    """'"Shame on you!" shouted the delegate': a verb of saying follows at once."""
    following = [t for t in clauses.tokens if t.start >= end][:7]
    verb = next((t for t in following if t.tag == "V"), None)
    before = following[: following.index(verb)] if verb is not None else []
    plain = all(t.tag in "DGAEYNR" for t in before)
    return verb is not None and plain and verb.lemma in clauses.lexicon.sayings


def _after_mark(start: int, clauses: Clauses) -> bool:
    """Whether a comma or colon leads to the quotation."""
    before = [t.text for t in clauses.tokens if t.end <= start]
    return bool(before) and before[-1] in (",", ":")


def _has_verb(start: int, end: int, clauses: Clauses) -> bool:
    tokens = clauses.tokens
    return any(c.kind == "vg" and start < tokens[c.head].start < end for c in clauses.chunks)


def _has_clause(start: int, end: int, clauses: Clauses) -> bool:
    tokens = clauses.tokens
    for i, chunk in enumerate(clauses.chunks):
        if chunk.kind == "vg" and chunk.form == "fin" and start < tokens[chunk.head].start < end:
            subject = clauses.subject(i)
            if subject is not None and tokens[subject.first].start > start:
                return True
    return False


def _inside_phrase(start: int, clauses: Clauses) -> bool:
    before = [t for t in clauses.tokens if t.end <= start]
    return bool(before) and before[-1].tag in "DGA"


def _is_name(start: int, end: int, clauses: Clauses) -> bool:
    after = [t.low for t in clauses.tokens if t.start >= end][:2]
    before = [t.low for t in clauses.tokens if t.end <= start][-2:]
    return bool(NAME_NOUNS & {*after, *before})


# Code points between a verb of saying and the quotation it introduces, at most.
NEAR = 160
# Code points from a quotation to the verb of saying that closes the sentence, at most.
CLOSE = 60
# Nouns of saying whose clause holds the quoted words: "his remark that ...".
SAID = frozenset(
    ["remark", "claim", "statement", "words", "comment", "assertion", "phrase", "promise"]
)


# Verbs of saying and knowing whose object in quotation marks nobody is quoted for.
NOT_QUOTING = word_set("quotes.not_quoting")


def _own_subject(clauses: Clauses, i: int, start: int) -> bool:
    """A new clause of the author's own begins between the verb and the quotation."""
    tokens = clauses.tokens
    return any(
        c.kind in "SC"
        and c.low in ("because", "although", "though", "but", "while", "since", "whereas", "if")
        and tokens[clauses.chunks[i].head].start < tokens[c.first].start < start
        for c in clauses.chunks[i:]
    )


def _end(token: Token) -> int:
    return token.end


def _said_last(end: int, clauses: Clauses) -> bool:
    """'They "do not bully anyone", the ambassador insisted': who says so comes last."""
    tokens = clauses.tokens
    k = next((k for k, t in enumerate(tokens) if t.start >= end), len(tokens))
    if k >= len(tokens) or tokens[k].text != ",":
        return False
    return any(
        c.kind == "vg" and c.form == "fin" and c.first > k and c.lemma in clauses.lexicon.sayings
        and c.lemma not in NOT_QUOTING and tokens[c.head].start - end < CLOSE
        and (c.last + 1 >= len(tokens) or tokens[c.last + 1].text in ".,;")
        for c in clauses.chunks
    )  # fmt: skip


def _attributed(start: int, clauses: Clauses) -> bool:
    """A verb of saying or an 'according to' in the sentence, with somebody to say it."""
    sayings = clauses.lexicon.sayings
    tokens = clauses.tokens
    until = bisect_right(tokens, start, key=_end)
    before = [t.low for t in tokens[:until]]
    if any(a in SAID and b == "that" for a, b in pairwise(before)):
        return True
    if "according" in before or any(t.low == "according" for t in tokens[until:]):
        return True
    phrases = find_phrases(tokens[:until], clauses.lexicon).get("attribution", [])
    if any(kind == "according" for _, _, kind in phrases):
        return True  # 'in the words of an official, "the laundromat"'
    for i, chunk in enumerate(clauses.chunks):
        if chunk.kind != "vg" or chunk.lemma in NOT_QUOTING:
            continue
        gap = start - tokens[chunk.head].start
        judging = chunk.lemma in JUDGING and before[-1:] == ["as"]  # 'rejected it as "futile"'
        quoting = chunk.lemma in sayings or chunk.lemma in QUOTING or judging
        if not quoting or not 0 < gap < NEAR:
            continue
        if "about" in before[chunk.head + 1 :]:
            continue  # to write about "success" is not to quote anybody
        if clauses.subject(i) is not None:
            return not _own_subject(clauses, i, start)
    return False
