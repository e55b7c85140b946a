"""Who says so: verbs of saying, 'according to', rumours, viewpoints and the author's own asides."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.explaining import Explainer
from multipolar.reader.quotes import Quote
from multipolar.reader.saying_nouns import RUMOUR_NOUNS, SAYING_NOUNS
from multipolar.reader.sources import Attribution
from multipolar.reader.wordsets import word_set

__all__ = ["Attribution", "AttributionFinder"]

IMPERSONAL = word_set("attribution.impersonal")
NOT_REPORTING = word_set("attribution.not_reporting")
# 'Nobody expects X to leave' reports nobody's view.
NOT_SPEAKING = frozenset(["nobody", "none", "neither", "few", "no", "hardly"])
# Who is convinced or persuaded holds the view.
WON_OVER = frozenset(["convince", "persuade"])
# With one of the words for untrue these deny: 'called it a lie', 'dismissed it as nonsense'.
# With a that-clause these say that something is so.
STATING = frozenset(["swear", "hold", "agree", "signal", "promise", "charge"])
# 'Is right to say', 'went on to claim', 'was forced to admit': it was said.
SPOKEN_ALL_THE_SAME = word_set("attribution.spoken")
NAMING = frozenset(["call", "term", "dub", "label", "brand", "describe", "style"])
CALLING = word_set("attribution.calling")
UNTRUE = word_set("attribution.untrue")
ACTING = frozenset(["respond", "answer", "react", "reply", "counter", "retort"])
# To deny somebody these is to refuse them.
GRANTED = word_set("attribution.granted")
CHARGES = frozenset(["charge", "accusation", "allegation", "claim", "assertion", "something"])
SAID_OR_CHARGED = SAYING_NOUNS | CHARGES
# 'Reports that ... were dismissed': the noun and the verb that denies it.
TOLD = SAYING_NOUNS | RUMOUR_NOUNS
DENIED = frozenset(["deny", "dismiss", "reject", "refute", "rebut", "dispute", "ridicule"])
PROMISING = frozenset(["promise", "pledge", "vow", "swear"])


ANSWERING = frozenset(["answer", "respond", "reply", "counter", "greet", "meet"])


class AttributionFinder(Explainer):
    """Finds attributions sentence by sentence."""

    def find(self, clauses: Clauses, near: list[Quote]) -> list[Attribution]:
        """Attributions of one sentence; ``near`` are the quotations that touch it."""
        out = self._phrases(clauses) + self._possessed(clauses) + self._as_seen(clauses)
        out += self._set_phrases(clauses) + self._believed_if(clauses) + self._for_some(clauses)
        taken = [a.cue for a in out]
        for i, chunk in enumerate(clauses.chunks):
            found = None
            if chunk.kind == "vg":
                first, end = self._span(clauses, chunk)
                if not [s for s, e in taken if first < e and s < end]:
                    found = self._called_untrue(clauses, i, chunk) or self._what_called(
                        clauses, i, chunk
                    )
                    if found is None and self._says(chunk):
                        found = self._verb(clauses, i, chunk, near)
                    found = found or self._explained(clauses, i, chunk)
            elif chunk.kind == "np":
                found = self._noun(clauses, i, chunk)
            if found is not None and not _told_already(found, out):
                out.append(found)
                taken.append(found.cue)
        return sorted(out, key=lambda a: a.cue)

    def _called_untrue(self, clauses: Clauses, i: int, vg: Chunk) -> Attribution | None:
        """'Tehran called the report baseless', 'dismissed the charge as a stunt': a denial."""
        tokens, chunks = clauses.tokens, clauses.chunks
        objects = clauses.arguments(i).objects
        if vg.passive and vg.form == "fin" and not vg.negated:
            return self._denied_noun(clauses, i, vg)
        if vg.lemma not in CALLING or vg.passive or vg.negated:
            return None
        after = next(
            (c.first for c in chunks[i + 1 :] if c.kind in "SLWU" or c.form == "fin"), len(tokens)
        )
        words = {t.low for t in tokens[vg.last + 1 : after]}
        held = (
            vg.last + 1 < len(tokens) and tokens[vg.last + 1].low == "as"
        )  # 'as fantasy the claim'
        dismissed = vg.lemma == "dismiss" and (held or "as" in clauses.arguments(i).preps)
        source = clauses.subject(i)
        if source is None or not (objects or held) or not (dismissed or words & UNTRUE):
            return None
        described = self._describe(clauses, source)
        first = objects[0].first if objects and not held else vg.last + 1
        start, end = tokens[first].start, self._end(clauses, tokens[vg.head].start, [])
        return Attribution(
            "denial", self._span_of(clauses, source), self._span(clauses, vg), (start, end),
            described[0], described[1], "neutral", clauses.sentence.index,
            f"'{vg.low}' with a word for untrue",
        )  # fmt: skip

    def _denied_noun(self, clauses: Clauses, i: int, vg: Chunk) -> Attribution | None:
        """'Rumours that X had left have been denied': by whom, where it is said."""
        chunks, tokens = clauses.chunks, clauses.tokens
        if vg.lemma not in DENIED:
            return None
        that = next((k for k in range(i - 1, 0, -1) if chunks[k].low == "that"), 0)
        noun = next((k for k in range(that - 1, -1, -1) if chunks[k].low in TOLD), -1)
        if that == 0 or noun < 0 or any(c.form == "fin" for c in chunks[noun:that]):
            return None
        by = clauses.arguments(i).preps.get("by", [None])[0]
        described = self._describe(clauses, by) if by is not None else ("UNSPECIFIED", None)
        return Attribution(
            "denial", self._span_of(clauses, by) if by is not None else None,
            self._span(clauses, vg),
            (tokens[chunks[that].last + 1].start, tokens[vg.first - 1].end),
            described[0], described[1], "neutral", clauses.sentence.index,
            f"'{chunks[noun].low} that' and '{vg.low}'",
        )  # fmt: skip

    def _what_called(self, clauses: Clauses, i: int, vg: Chunk) -> Attribution | None:
        """'What the Kremlin calls a partnership is a lease': its word, which the author doubts."""
        tokens, chunks = clauses.tokens, clauses.chunks
        if vg.lemma not in NAMING or vg.form != "fin" or i < 2 or chunks[i - 1].kind != "np":
            return None
        if tokens[chunks[i - 1].first - 1].low != "what":
            return None
        after = next((c.first for c in chunks[i + 1 :] if c.kind in "KU" or c.form == "fin"), 0)
        if after <= vg.last + 1:
            return None
        source = chunks[i - 1]
        described = self._describe(clauses, source)
        return Attribution(
            "indirect", self._span_of(clauses, source), self._span(clauses, vg),
            (tokens[vg.last + 1].start, tokens[after - 1].end),
            described[0], described[1], "rejects", clauses.sentence.index, f"'what X {vg.low}'",
        )  # fmt: skip

    # ---------------------------------------------------------------- verbs
    def _verb(self, clauses: Clauses, i: int, vg: Chunk, near: list[Quote]) -> Attribution | None:
        following = clauses.tokens[vg.last + 1].low if vg.last + 1 < len(clauses.tokens) else ""
        if following in ("so", "otherwise", "nothing", "little") or _undeniable(vg):
            return None
        if vg.passive and vg.form == "fin" and vg.lemma not in WON_OVER:
            return self._impersonal(clauses, i, vg, near)
        said = self._what_is_said(clauses, i, vg, near)
        source = self._source(clauses, i)
        if said is None or (source is None and vg.form != "ing"):
            return None
        content, direct = said
        described = self._describe(clauses, source)
        label = self._label(self._says(vg), described[0], direct=direct)
        if direct and "as" in clauses.arguments(i).preps:
            label = "indirect"  # dismissed it as "futile": the quoted words are affirmed
        return Attribution(
            "author" if described[0] == "AUTHOR" else label,
            self._span_of(clauses, source) if source else None,
            self._span(clauses, vg), content, described[0], described[1],
            self._stance(clauses, i, self._says(vg), direct=direct),
            clauses.sentence.index, f"verb '{vg.lemma}'",
        )  # fmt: skip

    def _impersonal(
        self, clauses: Clauses, i: int, vg: Chunk, near: list[Quote]
    ) -> Attribution | None:
        """'It is said that', 'is believed to have', 'Putin, we are assured, wants peace'."""
        arguments = clauses.arguments(i)
        complement = arguments.complement_kind
        if arguments.complement >= 0 and "with" in arguments.preps and vg.lemma in ANSWERING:
            return None  # 'the visit was answered with the largest drill it had held'
        if complement == "inf" or (vg.lemma == "suspect" and complement == "of"):
            return self._believed_to(clauses, i, vg)
        said = self._what_is_said(clauses, i, vg, near)
        if said is None or (complement != "that" and self._inserted(clauses, i) < 0):
            return None
        stance = self._stance(clauses, i, self._says(vg), direct=said[1])
        return Attribution(
            "alleged", None, self._span(clauses, vg), said[0], "UNSPECIFIED", None, stance,
            clauses.sentence.index, f"verb '{vg.lemma}'",
        )  # fmt: skip

    def _what_is_said(
        self, clauses: Clauses, i: int, vg: Chunk, near: list[Quote]
    ) -> tuple[tuple[int, int], bool] | None:
        """Span of the content and whether it is a quotation, where the verb reports at all."""
        content, direct = self._content(clauses, i, vg, near)
        taken_up = self._takes_up_clause(clauses, i)
        if taken_up < 0:
            taken_up = self._which_denied(clauses, i)
        if taken_up > 0 and self._says(vg) == "deny":
            comma = clauses.tokens[clauses.chunks[taken_up].first].start
            content, direct = (clauses.sentence.start, comma), False
        if content is None or content[1] <= content[0]:
            return None
        return (content, direct) if self._reports(clauses, i, vg, direct=direct) else None

    def _reports(self, clauses: Clauses, i: int, vg: Chunk, *, direct: bool) -> bool:
        """Whether the verb says that something is so, rather than does something by saying it."""
        shown = (
            self._shown(clauses, i, vg)
            or self._inserted(clauses, i) >= 0
            or (vg.lemma in PROMISING and self._trailing(clauses, i))
            or (vg.lemma == "see" and self._unnamed(clauses, i))
        )
        stated = vg.lemma in STATING and clauses.arguments(i).complement_kind == "that"
        stated = stated or (vg.lemma == "describe" and self._how(clauses, vg))
        if vg.lemma in NOT_REPORTING and not (direct or shown or stated):
            return False
        if vg.form == "pp" or self._aside(clauses, i, vg):
            return False
        if vg.lemma in ACTING and vg.modal:
            return False  # 'would respond "mercilessly"' says how, not what
        said = vg.first and clauses.tokens[vg.first - 1].low in SPOKEN_ALL_THE_SAME
        return vg.form != "inf" or direct or bool(said)

    def _aside(self, clauses: Clauses, i: int, vg: Chunk) -> bool:
        """'Asked not to be named', 'neither confirmed nor denied', 'a charge Baku denies'."""
        tokens, chunks = clauses.tokens, clauses.chunks
        if vg.form == "ing" and i and chunks[i - 1].low in ("without", "of", "from"):
            return True  # 'stopped short of saying that'
        subject = clauses.subject(i)
        thing = subject is not None and subject.low in ("this", "that", "it", "which", "what")
        pointing = vg.lemma in ("explain", "show", "prove", "suggest", "indicate", "mean")
        if pointing and (thing or vg.modal):
            return True  # 'which would explain why'
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
        return self._takes_up_clause(clauses, i) >= 0 and self._says(vg) != "deny"

    def _takes_up_clause(self, clauses: Clauses, i: int) -> int:
        """'..., an account (that) Baku denies': place of the comma before the account, or -1."""
        chunks = clauses.chunks
        if i < 3 or chunks[i - 1].kind != "np":
            return -1
        k = i - 2 if chunks[i - 2].kind == "np" else i - 3
        opened = k > 0 and chunks[k].kind == "np" and chunks[k - 1].kind == "K"
        return k - 1 if opened and chunks[k].low in SAID_OR_CHARGED else -1

    def _how(self, clauses: Clauses, vg: Chunk) -> bool:
        """'Witnesses described how the bridge had collapsed'."""
        after = vg.last + 1
        return after < len(clauses.tokens) and clauses.tokens[after].low == "how"

    def _which_denied(self, clauses: Clauses, i: int) -> int:
        """'X supplied Y, which Z has always denied': place of the comma, or -1."""
        chunks = clauses.chunks
        kinds = [c.kind for c in chunks[max(i - 3, 0) : i]]
        told = kinds == ["K", "L", "np"] and chunks[i - 2].low == "which"
        closes = i + 1 >= len(chunks) or chunks[i + 1].kind in "KU"
        before = any(c.kind == "vg" and c.form == "fin" for c in chunks[: max(i - 3, 0)])
        return i - 3 if told and closes and before else -1

    def _whether(self, clauses: Clauses, i: int) -> bool:
        at = clauses.arguments(i).complement
        return at >= 0 and clauses.chunks[at].low == "whether"

    def _believed_to(self, clauses: Clauses, i: int, vg: Chunk) -> Attribution | None:
        """'Is widely believed to have supplied': nobody in particular says so."""
        if vg.lemma not in IMPERSONAL:
            return None
        subject = clauses.subject(i)
        tokens = clauses.tokens
        by = clauses.arguments(i).preps.get("by", [None])[0]
        described = self._describe(clauses, by) if by is not None else ("UNSPECIFIED", None)
        start = tokens[subject.first].start if subject is not None else tokens[vg.first].start
        return Attribution(
            "alleged" if by is None else "indirect",
            self._span_of(clauses, by) if by is not None else None,
            (tokens[vg.first].start, tokens[vg.last].end),
            (start, self._end(clauses, tokens[vg.head].start, [])),
            described[0], described[1], "neutral", clauses.sentence.index, f"'is {vg.low} to'",
        )  # fmt: skip

    def _label(self, kind: str, source_class: str, *, direct: bool) -> str:
        if kind == "deny":
            return "denial"
        if source_class == "DOCUMENT":
            return "document"
        return "direct" if direct else "indirect"

    def _source(self, clauses: Clauses, i: int) -> Chunk | None:
        if self._said_inside(clauses, i):
            return clauses.chunks[i + 1]
        inserted = self._inserted(clauses, i) >= 0 and clauses.chunks[i - 1].kind == "np"
        subject = clauses.chunks[i - 1] if inserted else clauses.subject(i)
        if subject is not None:
            silent = clauses.tokens[subject.first].low in NOT_SPEAKING
            return None if silent else subject
        nxt = clauses.chunks[i + 1] if i + 1 < len(clauses.chunks) else None
        return nxt if nxt is not None and nxt.kind == "np" else None

    def _span(self, clauses: Clauses, chunk: Chunk) -> tuple[int, int]:
        token = clauses.tokens[chunk.head]
        return token.start, token.end


def _told_already(found: Attribution, out: list[Attribution]) -> bool:
    """'Dismissed as fantasy the claim that ...': the claim is what is denied."""
    if not found.why.startswith("noun"):
        return False
    return any(a.cue[0] < found.cue[1] and found.cue[0] < a.cue[1] for a in out) or any(
        a.kind == "denial" and a.content[0] <= found.content[0] and found.content[1] <= a.content[1]
        for a in out
    )


def _undeniable(vg: Chunk) -> bool:
    """'It cannot be denied that': the author insists."""
    return vg.passive and vg.negated and vg.lemma in ("deny", "dispute", "doubt")
