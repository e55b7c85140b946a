"""What is said: the span of a reported clause or quotation, and where the author goes on."""

from __future__ import annotations

from multipolar.reader.chunks import TIME, Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.quotes import Quote
from multipolar.reader.sources import SourceDescriber
from multipolar.reader.wordsets import word_set

# Verbs of saying whose object can be the content: "denied the rumours".
TAKES_NOUN = word_set("attribution.takes_noun")
NEVER_TRAILING = word_set("attribution.never_trailing")
# Promises may stand behind what is promised: "..., Lukashenko promised".
ADDRESSED = frozenset(["tell", "inform", "assure", "remind", "warn", "brief", "promise"])
# 'Expects the economy to grow': the object and the infinitive are what is said.
EXPECTING = frozenset(["expect", "predict", "forecast", "believe", "consider", "deem", "estimate"])
# Code points of a speaker and a verb between the halves of a quotation, at most.
SPLIT = 60
# Clauses that say when or why somebody spoke, not what was said.
CIRCUMSTANCE = word_set("attribution.circumstance")
SPEAKING = frozenset("say tell write add declare announce reply argue insist claim".split())  # noqa: SIM905
AUXILIARIES = frozenset(
    ["will", "would", "has", "have", "had", "can", "could", "may", "might", "is"]
)
ANSWERS = frozenset(["but", "yet", "although", "though", "whereas"])


class ContentFinder(SourceDescriber):
    """Finds what a verb of saying reports."""

    def _content(
        self, clauses: Clauses, i: int, vg: Chunk, near: list[Quote]
    ) -> tuple[tuple[int, int] | None, bool]:
        """Span of what is said, and whether it is a quotation."""
        head = clauses.tokens[vg.head]
        outside = not any(q.start < head.start < q.end for q in near)
        quote = self._quote(clauses, head.start, near) if outside else None
        if quote is not None and self._another_speaks(clauses, i, quote):
            quote = None
        arguments = clauses.arguments(i)
        clause_around = (
            quote is not None
            and arguments.complement_kind == "that"
            and arguments.complement >= 0
            and clauses.tokens[clauses.chunks[arguments.complement].first].end + 2 < quote[0]
        )
        if quote is not None and not clause_around:
            return quote, True
        end = self._end(clauses, head.start, near)
        if self._said_inside(clauses, i):
            return (clauses.sentence.start, end), False
        within = self._interrupts(clauses, i)
        if within >= 0:
            return (within, end), False
        if self._trailing(clauses, i):
            whole = self._speaker_between(clauses, i)
            return ((whole, end) if whole >= 0 else self._before(clauses, i)), False
        if self._inserted(clauses, i) >= 0:
            return (clauses.sentence.start, end), False
        return self._governed_content(clauses, i, vg, end), False

    def _governed_content(
        self, clauses: Clauses, i: int, vg: Chunk, end: int
    ) -> tuple[int, int] | None:
        """What a verb of saying governs: a clause, an infinitive, a noun phrase."""
        tokens, chunks = clauses.tokens, clauses.chunks
        arguments = clauses.arguments(i)
        kind, objects = arguments.complement_kind, arguments.objects
        if vg.lemma in EXPECTING and kind == "inf" and objects:
            return tokens[objects[0].first].start, end
        clause = self._clause_said(clauses, i, vg)
        if clause >= 0:
            return (clause, end) if clause else None
        spoken_of = arguments.preps.get("of", [])
        near = [t.low for t in tokens[vg.last + 1 : vg.last + 5]]
        told_of = "of" in near and "on" not in near  # 'spoke on condition of anonymity'
        if vg.lemma in ("speak", "boast", "complain") and (spoken_of or kind == "of") and told_of:
            first = spoken_of[0] if spoken_of else chunks[arguments.complement]
            return tokens[first.first].start, end  # 'speaks of deportation at night'
        if vg.lemma == "see" and objects and self._unnamed(clauses, i):
            return tokens[objects[0].first].start, end  # 'some see a bow to Trump'
        named = bool(objects) and objects[0].low in ("this", "that", "it", "so")
        if (vg.lemma in TAKES_NOUN or (vg.lemma == "confirm" and named)) and objects:
            if tokens[objects[0].head].low in ("responsibility", "credit", "victory"):
                return None
            return tokens[objects[0].first].start, end
        if vg.lemma in ("claim", "deny", "pretend", "admit") and kind in ("inf", "ing"):
            return tokens[chunks[arguments.complement].first].start, end
        return None

    def _clause_said(self, clauses: Clauses, i: int, vg: Chunk) -> int:
        """Where the clause begins that the verb governs: 0 where it says nothing, -1 for none."""
        tokens, chunks = clauses.tokens, clauses.chunks
        arguments = clauses.arguments(i)
        if arguments.complement_kind in ("that", "clause") and arguments.complement >= 0:
            first = chunks[arguments.complement]
            if first.low in CIRCUMSTANCE or (self._says(vg) == "factive" and first.low == "what"):
                return 0  # 'recalled its ambassador after ...', 'saw what it refused to see'
            if first.kind == "vg":
                return self._np_start(clauses, arguments.complement)
            if first.kind == "W" and _stops(clauses, first.last + 1):
                return 0  # 'has never explained why'
            opens = first.kind in "SW" and first.low == "that"
            return tokens[first.last].end + 1 if opens else tokens[first.first].start
        following = tokens[vg.last + 1 : vg.last + 3]
        if len(following) == 2 and following[0].text == ":":
            return following[1].start  # 'the report concludes: ...'
        verb_next = i + 1 < len(chunks) and chunks[i + 1].kind == "vg"
        if verb_next and following and following[0].low == "there":
            return following[0].start  # 'said there had been none'
        return -1

    def _unnamed(self, clauses: Clauses, i: int) -> bool:
        """Whether 'some', 'others' or 'many' see a thing in another."""
        subject = clauses.subject(i)
        plain = clauses.arguments(i).complement < 0 and not clauses.chunks[i].perfect
        return (
            plain
            and subject is not None
            and clauses.tokens[subject.first].low
            in (
                "some",
                "others",
                "many",
            )
        )

    def _another_speaks(self, clauses: Clauses, i: int, quote: tuple[int, int]) -> bool:
        """'"...," the minister said, adding that ...': the quotation is the first verb's."""
        at = clauses.tokens[clauses.chunks[i].head].start
        return quote[1] < at and any(
            c.kind == "vg"
            and c.lemma in self._lexicon.sayings
            and quote[1] < clauses.tokens[c.head].start < at
            for c in clauses.chunks[:i]
        )

    def _np_start(self, clauses: Clauses, k: int) -> int:
        m = k - 1
        while (
            m >= 0
            and clauses.chunks[m].kind in ("np", "P", "J", "Q")
            and clauses.chunks[m].kind != "vg"
        ):
            m -= 1
        return clauses.tokens[clauses.chunks[m + 1].first].start

    def _quote(self, clauses: Clauses, at: int, near: list[Quote]) -> tuple[int, int] | None:
        best: tuple[int, int] | None = self._split_quote(clauses, at, near)
        if best is not None:
            return best
        for quote in near:
            if (
                quote.kind == "SCARE"
                or quote.start >= clauses.sentence.end
                or quote.end <= clauses.sentence.start
            ):
                continue
            gap = quote.start - at if quote.start > at else at - quote.end
            if quote.kind == "PARTIAL" and (quote.start < at or gap > 90):
                continue
            if quote.start > at and self._said_between(clauses, at, quote.start):
                continue
            if gap < 120 and (best is None or quote.kind == "DIRECT"):
                best = quote.inner
                if quote.start > at:
                    break
        return best

    def _said_between(self, clauses: Clauses, at: int, start: int) -> bool:
        """'X, whom the press calls a poodle, said "...": the words are the second verb's."""
        tokens = clauses.tokens
        return any(
            c.kind == "vg" and c.form == "fin" and c.lemma in SPEAKING
            and at < tokens[c.head].start < start
            for c in clauses.chunks
        )  # fmt: skip

    def _split_quote(self, clauses: Clauses, at: int, near: list[Quote]) -> tuple[int, int] | None:
        """'"If they close it," the minister warned, "nobody will sell."': one quotation in two."""
        direct = [q for q in near if q.kind == "DIRECT" and q.end > clauses.sentence.start]
        before = [q for q in direct if at - SPLIT < q.end <= at]
        after = [q for q in direct if at < q.start < at + SPLIT]
        if not before or not after or after[0].start > clauses.sentence.end:
            return None
        return before[-1].inner[0], after[0].inner[1]

    def _end(self, clauses: Clauses, at: int, near: list[Quote]) -> int:
        """End of the reported clause: the sentence's, or the quotation's it stands in."""
        for quote in near:
            if quote.start < at < quote.end:
                return min(quote.end - 1, clauses.sentence.end)
        tokens = clauses.tokens
        breaks = next((t.start for t in tokens if t.start > at and t.text == ";"), 0)
        stops = [
            x for x in (self._contrast(clauses, at), self._spoken_on(clauses, at), breaks) if x
        ]
        if stops:
            return min(stops)
        last = tokens[-1]
        return last.start if last.text in ".!?" else last.end

    def _spoken_on(self, clauses: Clauses, at: int) -> int:
        """'..., dismissing it as futile': the speaker's next act is not what was said."""
        tokens, chunks = clauses.tokens, clauses.chunks
        for i in clauses.spoken_on():
            if tokens[chunks[i].first].start > at:
                return tokens[chunks[i - 1].first].start
        return 0

    def _contrast(self, clauses: Clauses, at: int) -> int:
        """Where the author answers: '..., but Kyiv denied it'; 0 where it does not."""
        tokens = clauses.tokens
        for k in range(1, len(tokens) - 2):
            if tokens[k].start <= at or tokens[k - 1].text != ",":
                continue
            if tokens[k].low in ANSWERS and tokens[k + 1].tag in "DYRNAG#":
                return tokens[k - 1].start
        return 0

    def _trailing(self, clauses: Clauses, i: int) -> bool:
        """'..., Putin said.' and '..., said Putin.': what is said came before."""
        chunks = clauses.chunks
        vg = chunks[i]
        if (
            (vg.form != "fin" and not self._keeps_on(clauses, i))
            or vg.passive
            or vg.modal in ("would", "could", "might")
            or (vg.lemma in NEVER_TRAILING and not self._shown(clauses, i, vg))
        ):
            return False
        j = i - 2 if vg.form == "ing" else i - 1
        while j >= 0 and (chunks[j].kind in ("np", "P", "J", "T") or chunks[j].form == "pp"):
            j -= 1
        if j < 0 or chunks[j].kind not in "KQU":
            return False
        arguments = clauses.arguments(i)
        after = chunks[i + 1] if i + 1 < len(chunks) else None
        if arguments.complement_kind in ("that", "clause", "inf"):
            return False
        if {"about", "against", "over"} & arguments.preps.keys():
            return False  # 'telephoned his colleague, complained about the hacking'
        inverted = j == i - 1 and after is not None and after.kind == "np" and not vg.perfect
        inverted = inverted and not self._subject_waits(clauses, j)
        if inverted and clauses.subject(i) not in (after, None):
            return False  # 'China downgraded ties, recalled its ambassador and blocked exports'
        closes = after is None or after.kind in "KUPJQ" or inverted or after.low in TIME
        if not closes and after is not None and after.kind == "np" and vg.lemma in ADDRESSED:
            beyond = chunks[i + 2] if i + 2 < len(chunks) else None
            closes = beyond is None or beyond.kind in "KUPJQ"
        return closes and self._clause_before(clauses, j)

    def _subject_waits(self, clauses: Clauses, j: int) -> bool:
        """'Kazakhstan, which borders China, recognised': the comma at ``j`` ends its relative."""
        chunks = clauses.chunks
        k = next((k for k in range(j - 1, 0, -1) if chunks[k].kind in "KU"), 0)
        if not k or chunks[k + 1].kind != "L":
            return False
        return not any(c.kind == "vg" and c.form == "fin" for c in chunks[:k])

    def _keeps_on(self, clauses: Clauses, i: int) -> bool:
        """'..., the minister keeps saying'."""
        before = clauses.chunks[i - 1] if i else None
        return clauses.chunks[i].form == "ing" and before is not None and before.lemma == "keep"

    def _interrupts(self, clauses: Clauses, i: int) -> int:
        """'... : Putin, they wrote, would review': where the interrupted clause begins, or -1."""
        chunks = clauses.chunks
        comma = self._inserted(clauses, i)
        if comma < 0:
            return -1
        if chunks[comma - 1].kind == "aux" or chunks[comma - 1].low in AUXILIARIES:
            after = next((k for k in range(i + 1, len(chunks)) if chunks[k].kind == "K"), comma)
            return clauses.tokens[chunks[after].last + 1].start  # 'and will, it predicts, take'
        k = comma - 1
        while k >= 0 and not (chunks[k].kind == "U" and chunks[k].low in ";:—–"):
            if chunks[k].kind == "C" and k and chunks[k - 1].kind == "K":
                break  # '..., but their navies, X points out, have fewer'
            if chunks[k].kind == "vg" and chunks[k].form == "fin":
                return -1
            if chunks[k].kind == "L":
                while k > 0 and chunks[k - 1].kind not in "KU":
                    k -= 1
                return clauses.tokens[chunks[k].first].start
            k -= 1
        return clauses.tokens[chunks[k + 1].first].start

    def _said_inside(self, clauses: Clauses, i: int) -> bool:
        """'Mongolia, says the ministry, has never': the speaker stands behind the verb."""
        chunks = clauses.chunks
        kinds = [c.kind for c in chunks[i - 1 : i + 12]] if i else []
        closing = kinds.index("K", 1) if "K" in kinds[1:] else 0
        framed = kinds[:3] == ["K", "vg", "np"] and set(kinds[3:closing]) <= {"P", "np", "T"}
        framed = framed and closing > 0
        if not framed or chunks[i].form != "fin" or chunks[i].passive:
            return False
        before = any(c.kind == "vg" and c.form == "fin" for c in chunks[:i])
        return not before and any(c.kind == "vg" and c.form == "fin" for c in chunks[i + 2 :])

    def _inserted(self, clauses: Clauses, i: int) -> int:
        """'Ukraine's army, Syrskyi admitted, has lost': place of the comma before, or -1."""
        chunks = clauses.chunks
        if chunks[i].form != "fin" or i < 3 or i + 1 >= len(chunks):
            return -1
        told = chunks[i + 1].kind == "np" and chunks[i].lemma in ADDRESSED
        closing = i + 2 if told else i + 1
        while closing + 2 < len(chunks) and chunks[closing].kind == "P":
            closing += 2  # 'it is whispered in Khartoum'
        opening = i - 1
        while opening > 0 and chunks[opening].kind in ("np", "P"):
            opening -= 1
        framed = (
            opening < i - 1
            and chunks[opening].kind == "K"
            and closing < len(chunks)
            and chunks[closing].kind == "K"
        )
        goes_on = max(clauses.finite, default=-1) >= i + 2
        return opening if framed and goes_on else -1

    def _speaker_between(self, clauses: Clauses, i: int) -> int:
        """'Had Cairo not closed it, argued the columnist, the convoy would': its begin, or -1."""
        chunks, tokens = clauses.chunks, clauses.tokens
        marks = [k for k in range(i) if chunks[k].kind == "U" and chunks[k].low in ";:"]
        begin = marks[-1] + 1 if marks else 0
        first = next((c for c in chunks[begin:i] if c.kind not in "QCJ"), chunks[begin])
        conditional = first.kind in ("S", "aux") or tokens[first.first].low in ("if", "were")
        kinds = [c.kind for c in chunks[i + 1 : i + 5]]
        inverted = kinds[:3] == ["np", "K", "np"]
        goes_on = (kinds[:2] == ["K", "np"] and conditional) or inverted
        verb = any(c.kind in ("vg", "aux") and c.form in ("fin", "") for c in chunks[i + 3 :])
        return tokens[first.first].start if goes_on and verb else -1

    def _clause_before(self, clauses: Clauses, j: int) -> bool:
        headline = j > 1 and clauses.chunks[1].kind == "vg" and clauses.chunks[1].form == "inf"
        return headline or any(c.kind == "vg" and c.form == "fin" for c in clauses.chunks[:j])

    def _before(self, clauses: Clauses, i: int) -> tuple[int, int]:
        chunks = clauses.chunks
        j = i - 1
        while j >= 0 and chunks[j].kind not in "KQU":
            j -= 1
        start = clauses.sentence.start
        breaks = [c for c in chunks[:j] if c.kind == "U" and c.low == ";"]
        if breaks:
            return clauses.tokens[breaks[-1].last + 1].start, clauses.tokens[chunks[j].first].start
        contrasts = [
            c
            for n, c in enumerate(chunks[:j])
            if n and c.kind in "CS" and c.low in ANSWERS | {"while"} and chunks[n - 1].kind == "K"
        ]
        if contrasts:
            first = contrasts[-1].last + 1
            return clauses.tokens[first].start, clauses.tokens[chunks[j].first].start
        if clauses.tokens[0].low in ("as", "but", "and"):
            start = (
                clauses.tokens[1].start
                if clauses.tokens[0].low != "as"
                else clauses.tokens[0].start
            )
        return start, clauses.tokens[chunks[j].first].start


def _stops(clauses: Clauses, k: int) -> bool:
    return k >= len(clauses.tokens) or clauses.tokens[k].tag in "KU"
