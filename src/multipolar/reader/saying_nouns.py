"""Who says so by noun, adjective or set phrase: 'Moscow's claim that', 'is convinced that', 'made it clear that'."""  # noqa: E501

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.said import ContentFinder
from multipolar.reader.saying_phrases import PhraseFinder
from multipolar.reader.sources import Attribution
from multipolar.reader.wordsets import word_set

SAYING_NOUNS = word_set("attribution.saying_nouns")
RUMOUR_NOUNS = frozenset(
    ["word", "talk", "gossip", "whisper", "whispers", "rumour", "rumours", "rumor", "rumors"]
)
ONE_OF = frozenset(["one", "another", "a", "an", "first", "second", "third", "other", "no"])
# 'The myth that': the author rejects what follows.
UNTRUE_NOUNS = frozenset(["myth", "fiction", "illusion", "legend", "fallacy", "delusion"])
NOUNS_OF_SAYING = SAYING_NOUNS | UNTRUE_NOUNS | RUMOUR_NOUNS
# 'The view is that', 'the argument goes that', 'the official version has it that'.
RUNNING = frozenset(["be", "remain", "have", "go", "run", "hold"])
# 'Has an explanation: ...', 'offers a different answer: ...'.
HAVING = frozenset(["have", "tell", "offer", "give", "provide", "propose", "draw", "reach", "know"])
WITHIN = frozenset(["by", "from", "of", "in", "among", "within", "at", "around", "across"])
# Who does this with a claim makes it.
VOICING = word_set("attribution.voicing")
DENYING = frozenset(["reject", "deny", "dismiss", "refute", "rebut", "dispute", "contest"])
CONVINCED = word_set("attribution.convinced")
FEELING = frozenset(["be", "remain", "feel", "seem", "appear", "become", "sound", "stay"])
# A verb with its set words: 'made it clear that', 'left no doubt that', 'let it be known that'.
SET_WORDS = {
    verb: [p.split()[1:] for p in word_set("attribution.set_phrases") if p.split()[0] == verb]
    for verb in {p.split()[0] for p in word_set("attribution.set_phrases")}
}
# Words between a set phrase and its clause, at most: 'made clear to Brussels on Friday that'.
REACH = 7


class NounFinder(PhraseFinder, ContentFinder):
    """Finds attributions by nouns of saying, adjectives of conviction and set phrases."""

    def _noun(self, clauses: Clauses, i: int, chunk: Chunk) -> Attribution | None:
        """'Moscow's claim that ...', 'the prevailing view in Berlin is that ...'."""
        if chunk.low not in NOUNS_OF_SAYING:
            return None
        after_colon = self._before_colon(clauses, i)
        if after_colon is not None:
            return after_colon
        if chunk.low in SAYING_NOUNS and clauses.tokens[chunk.first].low in ONE_OF:
            return None  # 'one theory is that': an explanation, nobody's
        clause, opened_by, whose = self._clause_of(clauses, i)
        before = clauses.chunks[i - 1] if i and clauses.chunks[i - 1].kind == "vg" else None
        repeated = before is not None and before.lemma == "repeat"
        if clause < 0 or (before is not None and self._says(before) and not repeated):
            return None
        content = self._noun_content(clauses, i, clause)
        if content[1] <= content[0]:
            return None
        denied = before is not None and before.lemma in DENYING and not before.negated
        source = clauses.subject(i - 1) if denied else self._holder(clauses, i, whose)
        cue = clauses.tokens[(before if denied and before else chunk).head]
        last = clauses.tokens[(opened_by or chunk).head]
        return self._made(clauses, chunk, source, (cue.start, last.end), content, denied=denied)

    def _before_colon(self, clauses: Clauses, i: int) -> Attribution | None:
        """'Diplomats have an explanation: the delegation had influenza'."""
        chunks, tokens = clauses.chunks, clauses.tokens
        has = i > 0 and chunks[i - 1].kind == "vg" and chunks[i - 1].lemma in HAVING
        at = chunks[i].last + 1
        if at + 1 >= len(tokens) or tokens[at].text != ":" or not (has or i == 0):
            return None  # 'Diplomats have an explanation: ...', 'The ministry's version: ...'
        source = clauses.subject(i - 1) if has else self._holder(clauses, i, None)
        if source is None or (has and chunks[i - 1].negated):
            return None
        head = tokens[chunks[i].head]
        content = tokens[at + 1].start, self._end(clauses, tokens[at].start, [])
        return self._made(clauses, chunks[i], source, (head.start, head.end), content, denied=False)

    def _made(
        self,
        clauses: Clauses,
        noun: Chunk,
        source: Chunk | None,
        cue: tuple[int, int],
        content: tuple[int, int],
        *,
        denied: bool,
    ) -> Attribution:
        kind = "rumour" if noun.low in RUMOUR_NOUNS else "indirect"
        described = self._described_span(clauses, source) if source else ("UNSPECIFIED", None)
        return Attribution(
            "denial" if denied else kind,
            self._span_of(clauses, source) if source else None,
            cue, content,
            "RUMOUR" if kind == "rumour" else described[0], described[1],
            "rejects" if noun.low in UNTRUE_NOUNS else "neutral",
            clauses.sentence.index, f"noun '{noun.low}'",
        )  # fmt: skip

    def _clause_of(self, clauses: Clauses, i: int) -> tuple[int, Chunk | None, Chunk | None]:
        """Place of the noun's clause or -1, the verb that leads to it, and whose noun it is."""
        chunks = clauses.chunks
        k, whose, verb = i + 1, None, None
        while k + 1 < len(chunks) and chunks[k].low in WITHIN and chunks[k + 1].kind == "np":
            whose = whose or chunks[k + 1]
            k += 2
        if k < len(chunks) and chunks[k].kind == "K":
            closing = next((m for m in range(k + 1, len(chunks)) if chunks[m].kind == "K"), k)
            k = closing + 1
        runs = k < len(chunks) and chunks[k].kind == "vg" and chunks[k].form == "fin"
        if runs and chunks[k].lemma in RUNNING and not chunks[k].negated:
            verb = chunks[k]
            k += 2 if k + 1 < len(chunks) and chunks[k + 1].low == "it" else 1
        effect = next((m for m in range(i + 1, len(chunks) - 1) if chunks[m].low == "effect"), -1)
        if effect > 0 and chunks[effect + 1].low == "that":
            return effect + 1, None, whose  # 'allegations, to the effect that ...'
        found = k < len(chunks) and chunks[k].low == "that" and chunks[k].kind in "SL"
        if found and chunks[k + 1 : k + 2] and chunks[k + 1].kind == "vg" and verb is None:
            found = False  # 'the line that links it to Russia'
        return (k if found else -1), verb, whose

    def _noun_content(self, clauses: Clauses, i: int, clause: int) -> tuple[int, int]:
        """'The claim that X voted against it | is false': up to the verb of the noun itself."""
        chunks, tokens = clauses.chunks, clauses.tokens
        start = tokens[chunks[clause].last].end + 1
        end = self._end(clauses, tokens[chunks[i].head].start, [])
        if i and chunks[i - 1].kind not in "KUSC":
            return start, end
        own = -1
        for k in range(clause + 1, len(chunks)):
            if chunks[k].kind == "vg" and chunks[k].form == "fin":
                if own >= 0:
                    return start, tokens[chunks[k - 1].last].end
                own = k
            elif own >= 0 and chunks[k].kind in "KUCSLW":
                break
        return start, end

    def _holder(self, clauses: Clauses, i: int, whose: Chunk | None) -> Chunk | None:
        """'Moscow's claim', 'the claim by Moscow', 'Moscow voiced the hope', 'the Russian view'."""
        tokens, chunk = clauses.tokens, clauses.chunks[i]
        marks = [k for k in range(chunk.first, chunk.head) if tokens[k].tag == "E"]
        if marks:
            return _part(clauses, chunk.first, marks[-1] - 1)
        if whose is not None:
            return whose
        before = clauses.chunks[i - 1] if i else None
        if before is not None and before.kind == "vg" and before.lemma in VOICING:
            return clauses.subject(i - 1)
        named = [k for k in range(chunk.first, chunk.head) if tokens[k].mention is not None]
        return _part(clauses, named[0], named[-1]) if named else None

    def _set_phrases(self, clauses: Clauses) -> list[Attribution]:
        """'Made it clear that', 'left no doubt that', 'is convinced that'."""
        out = []
        for i in clauses.verbs:
            vg = clauses.chunks[i]
            if vg.form == "inf" and not vg.modal:
                continue
            last = self._set_words(clauses, vg)
            opens = self._that_after(clauses, last) if last >= 0 else -1
            if opens < 0:
                continue
            source = clauses.subject(i)
            tokens = clauses.tokens
            nobody = source is None or tokens[source.head].low in ("it", "there", "nobody", "none")
            described = ("UNSPECIFIED", None) if nobody else self._describe(clauses, source)
            kind = "alleged" if nobody else "author" if described[0] == "AUTHOR" else "indirect"
            content = tokens[opens].end + 1, self._end(clauses, tokens[vg.head].start, [])
            cue = tokens[vg.head if vg.lemma not in FEELING else last].start, tokens[last].end
            if nobody and vg.lemma in FEELING:
                continue  # 'it is certain that' is the author's own
            out.append(
                Attribution(
                    kind, None if nobody or source is None else self._span_of(clauses, source),
                    cue, content, described[0], described[1], "neutral",
                    clauses.sentence.index, f"set phrase '{vg.lemma} {tokens[last].low}'",
                )
            )  # fmt: skip
        return out

    def _set_words(self, clauses: Clauses, vg: Chunk) -> int:
        """Last token of the set phrase that the verb opens, or -1."""
        tokens = clauses.tokens
        if vg.negated or (vg.passive and vg.lemma not in SET_WORDS):
            return -1
        after = [t.low for t in tokens[vg.last + 1 : vg.last + 5]]
        for words in SET_WORDS.get(vg.lemma, ()):
            if after[: len(words)] == words:
                return vg.last + len(words)
        k = vg.last + 1
        while k < len(tokens) and tokens[k].tag == "J" and tokens[k].low not in CONVINCED:
            k += 1
        firm = vg.lemma in FEELING and k < len(tokens) and tokens[k].low in CONVINCED
        return k if firm else -1

    def _that_after(self, clauses: Clauses, last: int) -> int:
        """Token 'that' which opens the clause of a set phrase ending at ``last``, or -1."""
        tokens = clauses.tokens
        for k in range(last + 1, min(last + 1 + REACH, len(tokens) - 1)):
            if tokens[k].low == "that":
                return k
            if tokens[k].tag in "VBMHUK":
                return -1
        return -1


def _part(clauses: Clauses, first: int, last: int) -> Chunk:
    """Tokens ``first`` to ``last`` as a noun phrase of their own."""
    token = clauses.tokens[last]
    return Chunk("np", first, last, last, token.low, token.lemma or token.low)
