"""Who says so by phrase: 'according to', rumours, "in Moscow's view", 'as the West sees it'."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.sources import ANONYMOUS, DOCUMENTS, Attribution, SourceDescriber
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

# 'In Moscow's view': nouns after a possessor that carry a content.
VIEW_NOUNS = word_set("attribution.view_nouns")
COUNTED = frozenset(["account", "reckoning", "estimate", "count", "calculation", "admission"])
SEEING = frozenset(["see", "put", "tell", "think", "say", "claim", "believe", "hope", "argue"])
# 'As Moscow promised', 'as critics had feared': what was foreseen, not what is said.
FORESEEING = word_set("attribution.foreseeing")
SUPPOSING = frozenset(["suppose", "assume", "believe", "think", "imagine", "maintain"])
TRUSTING = frozenset(["believe", "trust", "credit"])
BELIEVED_IF = TRUSTING | {"tell", "concern"}
PHRASE_KIND = {"according": "indirect"}
PHRASE_CLASS: dict[str, tuple[str, str | None]] = {
    "author": ("AUTHOR", None),
    "rumour": ("RUMOUR", None),
    "alleged": ("UNSPECIFIED", None),
}


class PhraseFinder(SourceDescriber):
    """Finds attributions by phrase."""

    def _phrases(self, clauses: Clauses) -> list[Attribution]:
        out = []
        for first, last, kind in clauses.phrases("attribution"):
            found = self._phrase(clauses, first, last, kind)
            if found is not None:
                out.append(found)
        return out

    def _phrase(self, clauses: Clauses, first: int, last: int, kind: str) -> Attribution | None:
        tokens = clauses.tokens
        cue = (tokens[first].start, tokens[last].end)
        source: Chunk | None = None
        if kind in ("according", "viewpoint"):
            source = next((c for c in clauses.chunks if c.kind == "np" and c.first > last), None)
            if source is None or source.first > last + 2:
                return None
            if tokens[first].low in ("citing", "quoting") and not self._speaks(tokens, source):
                return None
        described = self._describe(clauses, source) if source else PHRASE_CLASS[kind]
        span = (tokens[source.first].start, tokens[source.last].end) if source else None
        after = _after_relative(tokens, source.last + 1 if source else last + 1)
        if first == 0 and kind == "according":
            after = _past_source(tokens, after)
        content = self._phrase_content(clauses, first, after)
        if kind in ("alleged", "rumour"):
            content = self._own_clause(clauses, first, content)
            if tokens[last].low == "to":
                content = self._with_subject(clauses, first, content)
        if content[1] - content[0] < 4:
            return None
        label = PHRASE_KIND.get(kind, kind)
        if label == "indirect" and described[0] == "DOCUMENT":
            label = "document"
        stance = "endorses" if kind == "author" else "neutral"
        return Attribution(
            label,
            span,
            cue,
            content,
            described[0],
            described[1],
            stance,
            clauses.sentence.index,
            f"phrase '{' '.join(t.low for t in tokens[first : last + 1])}'",
        )

    def _speaks(self, tokens: list[Token], source: Chunk) -> bool:
        """'Citing the ministry' names a source, 'citing the jailing of priests' a reason."""
        head = tokens[source.head]
        classes = self._lexicon.word_class
        known = ANONYMOUS | DOCUMENTS | classes["TITLE"] | classes["AGENT"]
        return head.mention is not None or head.tag == "Y" or bool({head.low, head.lemma} & known)

    def _possessed(self, clauses: Clauses) -> list[Attribution]:
        """'In Lavrov's words, ...', 'in Moscow's view': the holder stands inside the phrase."""
        tokens = clauses.tokens
        out = []
        for chunk in clauses.chunks:
            if chunk.kind != "np" or chunk.low not in VIEW_NOUNS or not chunk.first:
                continue
            holder_end = _holder_end(tokens, chunk)
            if holder_end < 0 or not _set_apart(clauses, chunk):
                continue
            content = self._phrase_content(clauses, chunk.first - 1, chunk.last + 1)
            holder = Chunk(
                "np", chunk.first, holder_end, holder_end,
                tokens[holder_end].low, tokens[holder_end].lemma,
            )  # fmt: skip
            described = self._described_span(clauses, holder)
            kind = "indirect" if chunk.low in ("words", "telling", "account") else "viewpoint"
            out.append(
                Attribution(
                    kind,
                    (tokens[holder.first].start, tokens[holder.last].end),
                    (tokens[chunk.first - 1].start, tokens[chunk.last].end),
                    content, described[0], described[1], "neutral",
                    clauses.sentence.index, f"phrase 'in X's {chunk.low}'",
                )
            )  # fmt: skip
        return out

    def _as_seen(self, clauses: Clauses) -> list[Attribution]:
        """', as Western governments see it,', 'as Lenin wrote,', 'or so the optimists think'."""
        out = []
        for i in clauses.finite:
            vg = clauses.chunks[i]
            if self._says(vg):
                found = self._aside_of(clauses, i, vg)
                if found is not None:
                    out.append(found)
        return out

    def _aside_of(self, clauses: Clauses, i: int, vg: Chunk) -> Attribution | None:
        tokens, chunks = clauses.tokens, clauses.chunks
        k = i - 1
        while k > 1 and chunks[k - 1].kind == "P" and chunks[k - 2].kind == "np":
            k -= 2  # 'the optimists in Brussels think'
        if k > 0 and chunks[k].low.endswith(("self", "selves")):
            k -= 1  # 'as the Pentagon itself admits'
        near = chunks[k] if k >= 0 and chunks[k].kind == "np" else None
        source = near or clauses.subject(i)
        if source is None or source.first < 1 or source.last > vg.first:
            return None
        if any(t.tag == "L" for t in tokens[source.last : vg.first]):
            return None  # 'as anyone who has read it knows'
        first = _opener(tokens, source.first - 1)
        so = first >= 1 and (tokens[first - 1].low, tokens[first].low) == ("or", "so")
        seen = _takes_up(tokens, vg) and vg.lemma in SEEING
        if not so and (tokens[first].low != "as" or not (seen or self._said_aside(clauses, i, vg))):
            return None
        last = vg.last + 1 if seen and not so else vg.last
        if so:
            comma = first >= 2 and tokens[first - 2].text == ","
            content = (clauses.sentence.start, tokens[first - 2 if comma else first - 1].start)
        else:
            content = self._phrase_content(clauses, first, _aside_end(tokens, last))
        described = self._describe(clauses, source)
        return Attribution(
            "viewpoint" if seen and not so and vg.lemma not in ("put", "tell") else "indirect",
            (tokens[source.first].start, tokens[source.last].end),
            (tokens[vg.first if so else first].start, tokens[last].end),
            content, described[0], described[1], "neutral",
            clauses.sentence.index, f"phrase 'as X {vg.lemma} it'",
        )  # fmt: skip

    def _said_aside(self, clauses: Clauses, i: int, vg: Chunk) -> bool:
        """'As Lenin wrote,': a verb of saying with nothing after it that could be its content."""
        arguments = clauses.arguments(i)
        closing = clauses.tokens[_aside_end(clauses.tokens, vg.last)]
        closed = closing.text in ",.;—–:!" or closing.tag == "S"
        kind = self._says(vg)
        shown = vg.lemma in ("show", "prove") and self._shown(clauses, i, vg)
        form = clauses.tokens[vg.head].form
        held = (
            vg.lemma in SUPPOSING and form in ("s", "b") and not vg.modal
        )  # ', as Warsaw supposes,'
        foreseen = vg.lemma in FORESEEING and not (shown or held)
        said = kind != "deny" and not foreseen and not vg.passive
        return said and closed and (arguments.complement < 0 or closing.tag == "S")

    def _own_clause(
        self, clauses: Clauses, first: int, content: tuple[int, int]
    ) -> tuple[int, int]:
        """'..., and London is said to prepare': only the clause of the cue is alleged."""
        tokens = clauses.tokens
        for k in range(first - 1, 0, -1):
            joined = (
                tokens[k].low in ("and", "but", "while", "whereas") and tokens[k - 1].text == ","
            )
            relative = tokens[k].tag == "L" and tokens[k - 1].text == ","
            if joined or relative or tokens[k].text == ";":
                return max(content[0], tokens[k].end + 1), content[1]
        return content

    def _with_subject(
        self, clauses: Clauses, first: int, content: tuple[int, int]
    ) -> tuple[int, int]:
        """'The service is said to have ..., and the minister denies it': one clause, whole."""
        tokens, chunks = clauses.tokens, clauses.chunks
        if first and tokens[first - 1].tag == "L":  # 'Kazakhstan, which is said to drift, has'
            closing = next((t.start for t in tokens[first:] if t.text == ","), content[1])
            return tokens[first - 1].start, closing
        subject = next((c for c in reversed(chunks) if c.kind == "np" and c.last < first), None)
        opening = tokens[subject.first].start if subject is not None else content[0]
        start = content[0] if content[0] < opening else min(opening, content[0])
        for k in range(first, len(chunks) - 2):
            joined = chunks[k].kind == "K" and chunks[k + 1].kind == "C"
            if joined and chunks[k].first > first and chunks[k + 2].kind == "np":
                return start, tokens[chunks[k].first].start
        return start, content[1]

    def _believed_if(self, clauses: Clauses) -> list[Attribution]:
        """'If the aides are to be believed, ...', 'to hear Orban tell it, ...'."""
        tokens, out = clauses.tokens, []
        for i in clauses.verbs:
            vg = clauses.chunks[i]
            if vg.lemma not in BELIEVED_IF:
                continue
            finite = i > 1 and clauses.chunks[i - 1].lemma == "be"  # 'are | to be believed'
            source = clauses.chunks[i - 2 if finite else i - 1] if i else None
            if source is None or source.kind != "np" or source.first < 1:
                continue
            opener = source.first - 1
            believed = vg.lemma in TRUSTING and vg.passive and tokens[opener].low == "if"
            told = vg.lemma == "tell" and _takes_up(tokens, vg) and tokens[opener].low == "hear"
            far = tokens[opener].low == "as" and tokens[opener - 1].low == "far" and opener > 1
            concerned = far and vg.lemma == "concern"
            if not (believed or told or concerned):
                continue
            first = opener - 2 if concerned else opener - 1 if told else opener
            last = vg.last + 1 if told else vg.last
            described = self._describe(clauses, source)
            out.append(
                Attribution(
                    "viewpoint" if concerned else "indirect", self._span_of(clauses, source),
                    (tokens[first].start, tokens[last].end),
                    self._phrase_content(clauses, max(first, 0), last + 1),
                    described[0], described[1], "neutral", clauses.sentence.index,
                    f"phrase '{tokens[first].low} X {vg.low}'",
                )
            )  # fmt: skip
        return out

    def _phrase_content(self, clauses: Clauses, first: int, after: int) -> tuple[int, int]:
        """The rest of the sentence, whichever side is the clause."""
        tokens = clauses.tokens
        stop = next((t for t in tokens[after:] if t.text == ";"), tokens[-1])
        end = stop.start if stop.text in ";.!?" else stop.end
        inserted = first > 1 and tokens[first - 1].text == "," and tokens[after : after + 1]
        if inserted and tokens[after].text == "," and after + 2 < len(tokens):
            joined = tokens[first - 2].low in ("and", "but") and any(
                t.tag in "VBHM" for t in tokens[after:]
            )  # 'and, as X writes, nothing came'
            return tokens[after + 1 if joined else 0].start, end
        while after < len(tokens) and tokens[after].text in (",", "that"):
            after += 1
        before_has_verb = not _opens_clause(tokens, first) and any(
            t.tag in "VBHM" for t in tokens[:first]
        )
        after_has_verb = any(t.tag in "VBHM" for t in tokens[after:])
        if before_has_verb and not after_has_verb:
            closing = tokens[first - 1] if tokens[first - 1].text == "," else tokens[first]
            return tokens[0].start, closing.start
        if before_has_verb and after_has_verb:
            return tokens[0].start, end
        if after < len(tokens):
            return tokens[after].start if first == 0 or not before_has_verb else tokens[
                0
            ].start, end
        return tokens[0].start, tokens[first].start


JOINING = frozenset(["and", "but", "while", "whereas", "yet"])


def _opens_clause(tokens: list[Token], first: int) -> bool:
    """'X came; according to Y, Z left', '..., and according to Y Z left': only the rest is Y's."""
    before = [t.text for t in tokens[max(0, first - 3) : first]]
    if before[-1:] == [","]:
        before.pop()
    joined = before[-1:] and before[-1] in JOINING
    return before[-1:] == [";"] or bool(joined and before[-2:-1] in ([","], [";"]))


def _past_source(tokens: list[Token], after: int) -> int:
    """'According to a poll of the institute, ...': past the comma that closes the source."""
    commas = [k for k in range(after, len(tokens) - 1) if tokens[k].text == ","]
    comma = next(iter(commas), after)
    if len(commas) > 1 and tokens[comma + 1].tag == "L":
        return commas[1]  # 'one of the negotiators, who asked not to be named, ...'
    return after if any(t.tag in "VBHMO" for t in tokens[after:comma]) else comma


def _after_relative(tokens: list[Token], after: int) -> int:
    """'According to two diplomats who attended the dinner, ...': past what says who they are."""
    if after < len(tokens) and tokens[after].tag == "L":
        return next((k for k in range(after, len(tokens)) if tokens[k].text == ","), after)
    return after


def _holder_end(tokens: list[Token], chunk: Chunk) -> int:
    """Last token of the holder: 'Lavrov' in 'Lavrov's words', 'Russian' in 'the Russian view'."""
    inner = range(chunk.first, chunk.last)
    marks = [k - 1 for k in inner if tokens[k].low in ("'s", "'", "’")]
    named = [k for k in inner if tokens[k].mention is not None or tokens[k].tag == "G"]
    return max(marks or named, default=-1)


def _opener(tokens: list[Token], k: int) -> int:
    """Token 'as' or 'so' before a source, 'even' and 'at least' aside."""
    while k > 1 and tokens[k].low in ("even", "at", "least"):
        k -= 1
    return k


def _takes_up(tokens: list[Token], vg: Chunk) -> bool:
    after = tokens[vg.last + 1].low if vg.last + 1 < len(tokens) else ""
    return after in ("it", "things", "this", "matters")


def _aside_end(tokens: list[Token], last: int) -> int:
    """Token that closes the aside: the next mark, a few words of place and time apart."""
    ahead = range(last + 1, min(last + 7, len(tokens)))
    closing = (
        k for k in ahead if tokens[k].text in ",.;—–:!" or tokens[k].low in ("when", "after")
    )
    return next(closing, min(last + 1, len(tokens) - 1))


def _set_apart(clauses: Clauses, chunk: Chunk) -> bool:
    """'In Moscow's view, ...': after a fitting preposition, at a border of its clause."""
    tokens = clauses.tokens
    prep = tokens[chunk.first - 1].low
    fits = prep == "in" or (prep == "by" and chunk.low in COUNTED) or chunk.low == "mind"
    opens = chunk.first == 1 or tokens[chunk.first - 2].text in (",", "and", "but", "that")
    closes = chunk.last + 1 < len(tokens) and tokens[chunk.last + 1].text in (",", ".")
    return fits and (opens or closes)
