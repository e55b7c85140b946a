"""Who says so: verbs of saying, 'according to', rumours, viewpoints and the author's own asides."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.quotes import Quote
from multipolar.reader.saying_nouns import SAYING_NOUNS, NounFinder
from multipolar.reader.sources import Attribution
from multipolar.reader.wordsets import word_set

__all__ = ["Attribution", "AttributionFinder"]

IMPERSONAL = word_set("attribution.impersonal")
ENDORSING_ADVERBS = word_set("attribution.endorsing_adverbs")
REJECTING_ADVERBS = word_set("attribution.rejecting_adverbs")
NOT_REPORTING = word_set("attribution.not_reporting")
# 'Nobody expects X to leave' reports nobody's view.
NOT_SPEAKING = frozenset(["nobody", "none", "neither", "few"])
ACTING = frozenset(["respond", "answer", "react", "reply", "counter", "retort"])
# To deny somebody these is to refuse them.
GRANTED = word_set("attribution.granted")
CHARGES = frozenset(["charge", "accusation", "allegation", "claim", "assertion", "something"])
PROMISING = frozenset(["promise", "pledge", "vow", "swear"])


class AttributionFinder(NounFinder):
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

    def _stance(self, clauses: Clauses, i: int, kind: str, *, direct: bool) -> str:
        vg = clauses.chunks[i]
        lo, hi = max(0, vg.first - 2), min(len(clauses.tokens), vg.last + 2)
        lows = {clauses.tokens[k].low for k in range(lo, hi)}
        if lows & ENDORSING_ADVERBS:
            return "endorses"
        if lows & REJECTING_ADVERBS or vg.lemma in ("pretend",):
            return "rejects"
        return "endorses" if kind == "factive" and not direct and not vg.negated else "neutral"
