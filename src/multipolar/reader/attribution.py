"""Who says so: verbs of saying, 'according to', rumours, viewpoints and the author's own asides."""

from __future__ import annotations

from multipolar.reader.chunks import TIME, Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.mention import Mention
from multipolar.reader.quotes import Quote
from multipolar.reader.saying_phrases import DOCUMENTS, Attribution, PhraseFinder
from multipolar.reader.wordsets import word_set

__all__ = ["Attribution", "AttributionFinder"]

IMPERSONAL = word_set("attribution.impersonal")
SAYING_NOUNS = word_set("attribution.saying_nouns")
ENDORSING_ADVERBS = word_set("attribution.endorsing_adverbs")
REJECTING_ADVERBS = word_set("attribution.rejecting_adverbs")
# Verbs that carry a content only as a clause or quotation, never with a bare object.
NEEDS_CLAUSE = word_set("attribution.needs_clause")
# Verbs of saying whose object can be the content: "denied the rumours".
TAKES_NOUN = word_set("attribution.takes_noun")
NEVER_TRAILING = word_set("attribution.never_trailing")
NOT_REPORTING = word_set("attribution.not_reporting")


# Promises may stand behind what is promised: "..., Lukashenko promised".
ADDRESSED = frozenset(["tell", "inform", "assure", "remind", "warn", "brief", "promise"])
# 'Nobody expects X to leave' reports nobody's view.
NOT_SPEAKING = frozenset(["nobody", "none", "neither", "few"])
ACTING = frozenset(["respond", "answer", "react", "reply", "counter", "retort"])
# To deny somebody these is to refuse them.
GRANTED = word_set("attribution.granted")
# 'Expects the economy to grow': the object and the infinitive are what is said.
EXPECTING = frozenset(["expect", "predict", "forecast", "believe", "consider", "deem", "estimate"])
# Code points of a speaker and a verb between the halves of a quotation, at most.
SPLIT = 60
CHARGES = frozenset(["charge", "accusation", "allegation", "claim", "assertion", "something"])
PROMISING = frozenset(["promise", "pledge", "vow", "swear"])
ANSWERS = frozenset(["but", "yet", "although", "though", "whereas"])


class AttributionFinder(PhraseFinder):
    """Finds attributions sentence by sentence."""

    def find(self, clauses: Clauses, near: list[Quote]) -> list[Attribution]:
        """Attributions of one sentence; ``near`` are the quotations that touch it."""
        out = self._phrases(clauses) + self._possessed(clauses) + self._as_seen(clauses)
        taken = [a.cue for a in out]
        for i, chunk in enumerate(clauses.chunks):
            if chunk.kind == "vg" and chunk.lemma in self._lexicon.sayings:
                span = self._span(clauses, chunk)
                if any(span[0] < e and s < span[1] for s, e in taken):
                    continue
                found = self._verb(clauses, i, chunk, near)
                if found is not None:
                    out.append(found)
            elif chunk.kind == "np":
                found = self._noun(clauses, i, chunk)
                if found is not None:
                    out.append(found)
        return sorted(out, key=lambda a: a.cue)

    # ---------------------------------------------------------------- verbs
    def _verb(self, clauses: Clauses, i: int, vg: Chunk, near: list[Quote]) -> Attribution | None:
        kind = self._lexicon.sayings[vg.lemma]
        passive_impersonal = vg.passive and vg.form == "fin"
        if vg.last + 1 < len(clauses.tokens) and clauses.tokens[vg.last + 1].low == "so":
            return None
        complement = clauses.arguments(i).complement_kind
        if passive_impersonal and (
            complement == "inf" or (vg.lemma == "suspect" and complement == "of")
        ):
            return self._believed_to(clauses, i, vg)
        if passive_impersonal and clauses.arguments(i).complement_kind != "that":
            return None
        content, direct = self._content(clauses, i, vg, near)
        if content is None or content[1] <= content[0]:
            return None
        if not self._reports(clauses, i, vg, direct=direct):
            return None
        source = None if passive_impersonal else self._source(clauses, i)
        if source is None and not passive_impersonal and vg.form != "ing":
            return None
        stance = self._stance(clauses, i, kind, direct=direct)
        described = self._describe(clauses, source)
        label = self._label(kind, described[0], direct=direct)
        if direct and "as" in clauses.arguments(i).preps:
            label = "indirect"  # dismissed it as "futile": the quoted words are affirmed
        span = (
            (clauses.tokens[source.first].start, clauses.tokens[source.last].end)
            if source
            else None
        )
        if passive_impersonal:
            label, described = "alleged", ("UNSPECIFIED", None)
        if described[0] == "AUTHOR":
            label = "author"
        return Attribution(
            label, span, self._span(clauses, vg), content, described[0], described[1], stance,
            clauses.sentence.index, f"verb '{vg.lemma}'",
        )  # fmt: skip

    def _reports(self, clauses: Clauses, i: int, vg: Chunk, *, direct: bool) -> bool:
        """Whether the verb says that something is so, rather than does something by saying it."""
        shown = self._shown(clauses, i, vg) or (
            vg.lemma in PROMISING and self._trailing(clauses, i)
        )
        if vg.lemma in NOT_REPORTING and not direct and not shown:
            return False
        if vg.form == "pp" or self._aside(clauses, i, vg):
            return False
        if vg.lemma in ACTING and vg.modal:
            return False  # 'would respond "mercilessly"' says how, not what
        return vg.form != "inf" or direct

    def _aside(self, clauses: Clauses, i: int, vg: Chunk) -> bool:
        """'Asked not to be named', 'neither confirmed nor denied', 'a charge Baku denies'."""
        tokens, chunks = clauses.tokens, clauses.chunks
        subject = clauses.subject(i)
        thing = subject is not None and subject.low in ("this", "that", "it", "which", "what")
        if thing and vg.lemma in ("explain", "show", "prove", "suggest", "indicate", "mean"):
            return True
        if vg.lemma in ("concede", "agree", "admit") and "to" in clauses.arguments(i).preps:
            return True  # 'conceded to demands that ...'
        granted = {o.lemma for o in clauses.arguments(i).objects} | {
            o.low for o in clauses.arguments(i).objects
        }
        if vg.lemma == "deny" and granted & GRANTED:
            return True
        if vg.lemma in ("consider", "weigh", "debate", "ask") and self._whether(clauses, i):
            return True
        if vg.lemma == "ask" and clauses.arguments(i).complement_kind == "inf":
            return True
        before = [t.low for t in tokens[max(0, vg.first - 6) : vg.head]]
        if vg.lemma in ("confirm", "deny") and ("neither" in before or "nor" in before):
            return True
        if i < 3 or chunks[i - 1].kind != "np" or chunks[i - 2].kind != "np":
            return False
        return chunks[i - 3].kind == "K" and chunks[i - 2].low in SAYING_NOUNS | CHARGES

    def _whether(self, clauses: Clauses, i: int) -> bool:
        at = clauses.arguments(i).complement
        return at >= 0 and clauses.chunks[at].low == "whether"

    def _believed_to(self, clauses: Clauses, i: int, vg: Chunk) -> Attribution | None:
        """'Is widely believed to have supplied': nobody in particular says so."""
        if vg.lemma not in IMPERSONAL or "by" in clauses.arguments(i).preps:
            return None
        subject = clauses.subject(i)
        tokens = clauses.tokens
        start = tokens[subject.first].start if subject is not None else tokens[vg.first].start
        return Attribution(
            "alleged", None, (tokens[vg.first].start, tokens[vg.last].end),
            (start, self._end(clauses, tokens[vg.head].start, [])),
            "UNSPECIFIED", None, "neutral", clauses.sentence.index, f"'is {vg.low} to'",
        )  # fmt: skip

    def _shown(self, clauses: Clauses, i: int, vg: Chunk) -> bool:
        """'Polls show that': documents report by showing."""
        subject = clauses.subject(i)
        named = subject is not None and clauses.tokens[subject.head].low in DOCUMENTS
        return named and vg.lemma in ("show", "prove", "demonstrate", "see", "expect", "find")

    def _label(self, kind: str, source_class: str, *, direct: bool) -> str:
        if kind == "deny":
            return "denial"
        if source_class == "DOCUMENT":
            return "document"
        return "direct" if direct else "indirect"

    def _source(self, clauses: Clauses, i: int) -> Chunk | None:
        subject = clauses.subject(i)
        if subject is not None:
            silent = clauses.tokens[subject.first].low in NOT_SPEAKING
            return None if silent else subject
        nxt = clauses.chunks[i + 1] if i + 1 < len(clauses.chunks) else None
        return nxt if nxt is not None and nxt.kind == "np" else None

    def _span(self, clauses: Clauses, chunk: Chunk) -> tuple[int, int]:
        token = clauses.tokens[chunk.head]
        return token.start, token.end

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
        within = self._interrupts(clauses, i)
        if within >= 0:
            return (within, end), False
        if self._trailing(clauses, i):
            whole = self._speaker_between(clauses, i)
            return ((clauses.sentence.start, end) if whole else self._before(clauses, i)), False
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
        if kind in ("that", "clause") and arguments.complement >= 0:
            first = chunks[arguments.complement]
            if first.kind == "vg":
                return self._np_start(clauses, arguments.complement), end
            opens = first.kind in "SW" and first.low == "that"
            return (tokens[first.last].end + 1 if opens else tokens[first.first].start), end
        named = bool(objects) and objects[0].low in ("this", "that", "it", "so")
        if (vg.lemma in TAKES_NOUN or (vg.lemma == "confirm" and named)) and objects:
            if tokens[objects[0].head].low in ("responsibility", "credit", "victory"):
                return None
            return tokens[objects[0].first].start, end
        if vg.lemma in ("claim", "deny", "pretend", "admit") and kind in ("inf", "ing"):
            return tokens[chunks[arguments.complement].first].start, end
        return None

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
            if gap < 120 and (best is None or quote.kind == "DIRECT"):
                best = quote.inner
                if quote.start > at:
                    break
        return best

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
            vg.form != "fin"
            or vg.modal in ("would", "could", "might")
            or (vg.lemma in NEVER_TRAILING and not self._shown(clauses, i, vg))
        ):
            return False
        j = i - 1
        while j >= 0 and chunks[j].kind in ("np", "P", "J"):
            j -= 1
        if j < 0 or chunks[j].kind not in "KQU":
            return False
        arguments = clauses.arguments(i)
        after = chunks[i + 1] if i + 1 < len(chunks) else None
        if arguments.complement_kind in ("that", "clause", "inf"):
            return False
        inverted = j == i - 1 and after is not None and after.kind == "np"
        closes = after is None or after.kind in "KUPJQ" or inverted or after.low in TIME
        if not closes and after is not None and after.kind == "np" and vg.lemma in ADDRESSED:
            beyond = chunks[i + 2] if i + 2 < len(chunks) else None
            closes = beyond is None or beyond.kind in "KUPJQ"
        return closes and self._clause_before(clauses, j)

    def _interrupts(self, clauses: Clauses, i: int) -> int:
        """'... : Putin, they wrote, would review': where the interrupted clause begins, or -1."""
        chunks = clauses.chunks
        comma = self._inserted(clauses, i)
        if comma < 0:
            return -1
        k = comma - 1
        while k >= 0 and not (chunks[k].kind == "U" and chunks[k].low in ";:—–"):
            if chunks[k].kind == "vg" and chunks[k].form == "fin":
                return -1
            if chunks[k].kind == "L":
                while k > 0 and chunks[k - 1].kind not in "KU":
                    k -= 1
                return clauses.tokens[chunks[k].first].start
            k -= 1
        return clauses.tokens[chunks[k + 1].first].start

    def _inserted(self, clauses: Clauses, i: int) -> int:
        """'Ukraine's army, Syrskyi admitted, has lost': place of the comma before, or -1."""
        chunks = clauses.chunks
        if chunks[i].form != "fin" or i < 3 or i + 1 >= len(chunks):
            return -1
        told = chunks[i + 1].kind == "np" and chunks[i].lemma in ADDRESSED
        closing = i + 2 if told else i + 1
        opening = i - 1
        while opening > 0 and chunks[opening].kind in ("np", "P"):
            opening -= 1
        framed = (
            opening < i - 1
            and chunks[opening].kind == "K"
            and closing < len(chunks)
            and chunks[closing].kind == "K"
        )
        goes_on = any(c.kind == "vg" and c.form == "fin" for c in chunks[i + 2 :])
        return opening if framed and goes_on else -1

    def _speaker_between(self, clauses: Clauses, i: int) -> bool:
        """'Had Cairo not closed it, argued the columnist, the convoy would': one statement."""
        after = clauses.chunks[i + 1 : i + 5]
        kinds = [c.kind for c in after]
        return kinds[:3] == ["np", "K", "np"] and kinds[3:] == ["vg"] and after[3].form == "fin"

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

    def _stance(self, clauses: Clauses, i: int, kind: str, *, direct: bool) -> str:
        vg = clauses.chunks[i]
        lo, hi = max(0, vg.first - 2), min(len(clauses.tokens), vg.last + 2)
        lows = {clauses.tokens[k].low for k in range(lo, hi)}
        if lows & ENDORSING_ADVERBS:
            return "endorses"
        if lows & REJECTING_ADVERBS or vg.lemma in ("pretend",):
            return "rejects"
        return "endorses" if kind == "factive" and not direct and not vg.negated else "neutral"

    # ----------------------------------------------------------------- nouns
    def _noun(self, clauses: Clauses, i: int, chunk: Chunk) -> Attribution | None:
        """'Moscow's claim that ...': a noun of saying with its clause."""
        if chunk.low not in SAYING_NOUNS:
            return None
        chunks = clauses.chunks
        that = i + 1
        by = None
        if i + 3 < len(chunks) and chunks[that].low in ("by", "from", "of"):
            that, by = i + 3, chunks[i + 2]
        if that >= len(chunks) or chunks[that].low != "that" or chunks[that].kind not in "SL":
            return None
        if (
            i
            and chunks[i - 1].kind == "vg"
            and chunks[i - 1].lemma in self._lexicon.sayings
            and chunks[i - 1].lemma != "repeat"
        ):
            return None
        holder = by or chunk
        mention = next(
            (
                clauses.tokens[k].mention
                for k in range(holder.first, holder.last + 1)
                if clauses.tokens[k].mention is not None
            ),
            None,
        )
        token = clauses.tokens[chunk.head]
        end = self._end(clauses, token.start, [])
        content = (clauses.tokens[chunks[that].last].end + 1, end)
        if content[1] <= content[0]:
            return None
        code, source, source_class = None, None, "UNSPECIFIED"
        if isinstance(mention, Mention):
            code, source, source_class = mention.code, (mention.start, mention.end), "NAMED"
        return Attribution(
            "indirect",
            source,
            (token.start, token.end),
            content,
            source_class,
            code,
            "neutral",
            clauses.sentence.index,
            f"noun '{chunk.low}'",
        )
