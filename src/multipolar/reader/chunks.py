"""Group tagged tokens into noun phrases, verb groups and the marks between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from multipolar.reader.coordination import list_parts
from multipolar.reader.inversion import uninvert
from multipolar.reader.mention import Mention
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

# 'as well as', 'along with', 'together with' join like 'and'; the number is that of further words.
ALSO_FIRST = {"as": 2, "along": 1, "together": 1}
# Prepositions of three words that mean 'on': 'sanctions in relation to Guinea-Bissau'.
COMPLEX = frozenset(
    tuple(words.split())
    for words in (
        "in relation to", "with relation to", "in regard to", "with regard to", "in respect of",
        "with respect to", "in connection with", "with reference to",
    )
)  # fmt: skip
COMPLEX_FIRST = frozenset(words[0] for words in COMPLEX)
STATIVE = frozenset(["oppose", "commit", "ally", "align", "oblige"])
TIME_OPENERS = word_set("chunks.time_openers")
PARTICLES = word_set("chunks.particles")
# Particles that govern what follows them and never stand behind the object.
GOVERNING = frozenset(
    ["with", "for", "to", "from", "by", "on", "upon", "as", "at", "of", "into", "behind", "around"]
)
NP_TAGS = frozenset("DGA#NYRZE")
VG_TAGS = frozenset("MBHOXJV")
ADVERB_BREAKS = word_set("chunks.adverb_breaks")
TIME = word_set("chunks.time")


@dataclass(slots=True, eq=False)
class Chunk:
    """One chunk.

    ``kind``: ``np`` noun phrase, ``vg`` verb group, ``aux`` auxiliary in front of its subject,
    otherwise the tag of the single token (``P K C S L W U Q J T``). Of a verb group ``head`` is the
    verb token, ``form`` one of fin, inf, ing, pp, nom; for a noun phrase ``head`` is the last noun.
    ``parts`` are the members of a list, ``place`` where the chunk stands in its sentence (of
    members the last only); ``codes`` and ``weak_codes`` are kept once they are found.
    """

    kind: str
    first: int
    last: int
    head: int = 0
    low: str = ""
    lemma: str = ""
    form: str = ""
    passive: bool = False
    negated: bool = False
    modal: str = ""
    perfect: bool = False
    inverted: bool = False
    particle: str = ""
    tense: str = ""
    parts: tuple[Chunk, ...] = ()
    place: int = -1
    codes: tuple[str, ...] | None = None
    weak_codes: tuple[str, ...] | None = None


@dataclass(slots=True, eq=False)
class Arguments:
    """Arguments of one verb or noun: object, second object and prepositional phrases."""

    objects: list[Chunk] = field(default_factory=list)
    preps: dict[str, list[Chunk]] = field(default_factory=dict)
    complement: int = -1
    complement_kind: str = ""
    end: int = 0


class Chunker:
    """Builds the chunk list of one sentence."""

    def __init__(self, particles: dict[str, set[str]]) -> None:
        self._particles = particles

    def chunk(self, tokens: list[Token]) -> list[Chunk]:
        """Chunks in order, coordinated noun phrases joined, inverted auxiliaries merged."""
        flat = self._flat(tokens)
        joined = self._join_lists(flat, tokens)
        self._parted(joined, tokens)
        return _share_passive(uninvert(joined, tokens), tokens)

    def _parted(self, chunks: list[Chunk], tokens: list[Token]) -> None:
        """'Turned the offer down', 'set them free': the particle stands behind the object."""
        for k in range(len(chunks) - 2):
            vg, np = chunks[k], chunks[k + 1]
            known = self._particles.get(vg.lemma) if vg.kind == "vg" and not vg.particle else None
            if not known or np.kind != "np":
                continue
            inside = np.head < np.last
            at = np.head + 1 if inside else chunks[k + 2].first
            if tokens[at].low in known - GOVERNING and _stands_alone(tokens, at):
                vg.particle = tokens[at].low
                if not inside:
                    chunks[k + 2].kind = "J"

    def _flat(self, tokens: list[Token]) -> list[Chunk]:
        out: list[Chunk] = []
        i, n = 0, len(tokens)
        while i < n:
            tag = tokens[i].tag
            if tokens[i].low in ALSO_FIRST and _also(tokens, i):
                out.append(Chunk("C", i, i + ALSO_FIRST[tokens[i].low], i, "and"))
                i += ALSO_FIRST[tokens[i].low] + 1
                continue
            if tokens[i].low in COMPLEX_FIRST and _words(tokens, i, 3) in COMPLEX:
                out.append(Chunk("P", i, i + 2, i, "on"))
                i += 3
                continue
            if tag in "DGA#NYR" or (tag == "Z" and i + 1 < n and tokens[i + 1].tag in "NYA"):
                chunk = self._noun_phrase(tokens, i)
            elif tag in "MBHOV" or (tag in "TXJ" and _verb_follows(tokens, i)):
                chunk = self._verb_group(tokens, i)
            else:
                kind = tag if tag not in "EZ" else "U"
                chunk = Chunk(kind, i, i, i, tokens[i].low)
            out.append(chunk)
            i = chunk.last + 1
        return out

    def _noun_phrase(self, tokens: list[Token], i: int) -> Chunk:
        n = len(tokens)
        j = i
        while j + 1 < n and _np_goes_on(tokens, j):
            j += 1
        while j > i and tokens[j].tag in "ZJQ":
            j -= 1
        head = j
        while head > i and tokens[head].tag not in "NY":
            head -= 1
        if tokens[head].tag not in "NY":
            head = j
        return Chunk("np", i, j, head, tokens[head].low, tokens[head].lemma or tokens[head].low)

    def _verb_group(self, tokens: list[Token], i: int) -> Chunk:  # noqa: C901
        n = len(tokens)
        j = i
        verb = -1
        # 'threatened to "fight back"': the quotation mark stands between 'to' and its verb
        infinitive = i > 1 and tokens[i - 1].tag == "Q" and tokens[i - 2].tag == "T"
        vg = Chunk("vg", i, i)
        while j < n:
            token = tokens[j]
            tag = token.tag
            if tag == "T":
                joined = vg.modal == "ought"  # 'ought to have arrested' is one verb group
                if j > i and tokens[j - 1].tag != "X" and not joined:
                    break
                infinitive = not joined
            elif tag == "X":
                vg.negated = not vg.negated
            elif tag == "M":
                vg.modal = token.low
            elif tag == "H" and not _verb_follows(tokens, j, participle=True):
                verb = j
                break
            elif tag in "HO":
                vg.perfect = vg.perfect or tag == "H"
                vg.tense = token.low
                if (
                    tag == "O"
                    and not _verb_follows(tokens, j)
                    and j + 1 < n
                    and tokens[j + 1].tag not in "X"
                ):
                    verb = j
                    break
            elif tag == "B":
                if not _verb_follows(tokens, j, participle=True):
                    verb = j
                    break
                vg.tense = vg.tense or token.low
                vg.passive = True
            elif tag == "V":
                verb = j
                break
            elif tag not in "JQ":
                break
            j += 1
        return self._finish(vg, tokens, i, verb, j, infinitive=infinitive)

    def _finish(
        self, vg: Chunk, tokens: list[Token], i: int, verb: int, j: int, *, infinitive: bool
    ) -> Chunk:
        if verb < 0:
            last = min(max(i, j - 1), len(tokens) - 1)
            return Chunk(
                "aux",
                i,
                last,
                i,
                tokens[i].low,
                negated=vg.negated,
                modal=vg.modal,
                tense=tokens[i].low,
            )
        token = tokens[verb]
        vg.head, vg.last, vg.low = verb, verb, token.low
        vg.lemma = {"B": "be", "H": "have", "O": "do"}.get(token.tag, token.lemma)
        vg.passive = vg.passive and token.form == "n"
        vg.form = _form(vg, token, infinitive=infinitive)
        if vg.first == vg.head and token.form == "b" and i and tokens[i - 1].low == "than":
            vg.form = "inf"  # 'rather than condemn'
        if vg.form == "pp":
            vg.passive = True
        if vg.lemma == "gather":
            vg.passive = False  # 'were gathered in Berlin'
        if (
            vg.lemma in STATIVE
            and verb + 1 < len(tokens)
            and tokens[verb + 1].low in ("to", "with")
        ):
            vg.passive = False  # 'is opposed to' says what the subject does
        to_follows = verb + 2 < len(tokens) and tokens[verb + 2].tag == "T"
        if verb + 1 < len(tokens) and tokens[verb + 1].tag == "X" and not to_follows:
            vg.negated = not vg.negated
            vg.last = verb + 1
        nxt = vg.last + 1
        if nxt < len(tokens) and tokens[nxt].low in self._particles.get(vg.lemma, ()):
            vg.particle = tokens[nxt].low
            if tokens[nxt].low not in GOVERNING:
                vg.last = nxt
        return vg

    def _join_lists(self, flat: list[Chunk], tokens: list[Token]) -> list[Chunk]:
        """Turn 'A, B and C' into one phrase with three parts."""
        out: list[Chunk] = []
        i, n = 0, len(flat)
        while i < n:
            if flat[i].kind == "np" and i + 1 < n and flat[i + 1].kind in "CK":
                parts, after = list_parts(flat, i, tokens)
                if len(parts) == 2 and _two_offices(parts, tokens):
                    both = parts[1]
                    first = parts[0].first
                    out.append(Chunk("np", first, both.last, both.head, both.low, both.lemma))
                    i = after
                    continue
                if len(parts) > 1:
                    last = parts[-1]
                    out.append(
                        Chunk(
                            "np",
                            parts[0].first,
                            last.last,
                            last.head,
                            last.low,
                            last.lemma,
                            parts=tuple(parts),
                        )
                    )
                    i = after
                    continue
            out.append(flat[i])
            i += 1
        return out


INTRANSITIVE = word_set("tagging.intransitive")
# 'Was accused of bias and asked to leave'.
TOLD = frozenset(["ask", "order", "force", "invite", "compel", "urge", "advise", "require"])


def _words(tokens: list[Token], i: int, n: int) -> tuple[str, ...]:
    return tuple(t.low for t in tokens[i : i + n])


# 'Was summoned and handed a note'.
HANDING = frozenset(["hand", "give", "show", "tell", "grant", "deny", "refuse", "award", "issue"])


def _two_offices(parts: list[Chunk], tokens: list[Token]) -> bool:
    """'Deputy Prime Minister and Minister of Foreign Affairs': one person."""
    left, right = parts
    bare = tokens[left.first].tag not in "DG" and right.first == right.last
    return bare and left.low == right.low == "minister" and tokens[right.first].text[0].isupper()


def _goes_on(chunks: list[Chunk], i: int) -> bool:
    """Whether the verb at ``i`` follows 'and' or a comma, or 'and in 2009'."""
    k = i - 1
    if k >= 2 and chunks[k].kind == "np" and chunks[k - 1].kind == "P":
        k -= 2
        return chunks[k].kind == "C"
    return chunks[k].kind in "CK"


def _stands_alone(tokens: list[Token], i: int) -> bool:
    """Whether no noun phrase follows that the word could govern: 'turned it down'."""
    following = tokens[i + 1].tag if i + 1 < len(tokens) else "U"
    return tokens[i].tag in "JAVN" or following not in "DGA#NYR"


def _share_passive(chunks: list[Chunk], tokens: list[Token]) -> list[Chunk]:
    """'was welcomed in Moscow and rejected in Kyiv': the second participle is passive too."""
    last: Chunk | None = None
    for i, chunk in enumerate(chunks):
        if chunk.kind != "vg":
            continue
        bare = chunk.form == "fin" and chunk.first == chunk.head and tokens[chunk.head].form == "d"
        nxt = chunks[i + 1].kind if i + 1 < len(chunks) else "U"
        joined = i > 0 and _goes_on(chunks, i)
        asked = nxt == "vg" and chunks[i + 1].form == "inf" and chunk.lemma in TOLD
        if (
            last is not None
            and last.passive
            and bare
            and joined
            and chunk.lemma not in INTRANSITIVE
            and not (last.form == "pp" and chunk.particle)  # 'the deal brokered and called on'
            and (nxt in "PUKCT" or asked or (nxt == "np" and chunk.lemma in HANDING))
            and tokens[chunk.head].low.endswith("ed")
        ):
            chunk.passive = True
            chunk.modal, chunk.negated = last.modal, last.negated
        last = chunk
    return chunks


def _also(tokens: list[Token], i: int) -> bool:
    words = tuple(t.low for t in tokens[i : i + 3])
    if words == ("as", "well", "as"):
        return True
    at = i - 2 if i > 1 and tokens[i - 1].tag == "K" else i - 1
    before = tokens[at] if i else None
    somebody = before is not None and (before.mention is not None or before.low in TITLES)
    return somebody and words[:2] in (("along", "with"), ("together", "with"))


def _form(vg: Chunk, token: Token, *, infinitive: bool) -> str:
    if infinitive:
        return "inf"
    if vg.modal or vg.tense or vg.perfect:
        return "fin" if vg.tense not in ("being", "having", "been") else "ing"
    if token.tag in "BHO":
        return "ing" if token.low in ("being", "having", "doing") else "fin"
    if token.form == "g":
        return "ing"
    if token.form == "n":
        return "pp"
    return "fin"


def _verb_follows(tokens: list[Token], i: int, *, participle: bool = False) -> bool:
    """Whether a verb comes next, adverbs, negators and auxiliaries aside."""
    j = i + 1
    n = len(tokens)
    if tokens[i].tag == "X" and j < n and tokens[j].tag == "T":
        j += 1
    while j < n and tokens[j].tag in "JX" and (participle or tokens[j].low not in ADVERB_BREAKS):
        j += 1
    if j >= n:
        return False
    tag = tokens[j].tag
    if participle:
        return (tag == "V" and tokens[j].form in ("n", "g", "d")) or tokens[j].low in (
            "been",
            "being",
        )
    return tag in "MBHOV"


def _np_goes_on(tokens: list[Token], j: int) -> bool:  # noqa: C901
    """Whether the token after ``j`` still belongs to the noun phrase."""
    token, following = tokens[j], tokens[j + 1]
    tag = following.tag
    if tag not in NP_TAGS:
        return _inner(tokens, j)
    if token.low in TIME and tag in "YDG" and following.low not in TIME:
        return False
    if tag in "YA" and following.low in TIME_OPENERS and token.tag in "NYA":
        return False
    if tag == "Z":
        return (
            j + 2 < len(tokens)
            and tokens[j + 2].tag in "NYAVJ#P"
            and tokens[j + 2].start == following.end
        )
    if tag == "E":
        return True
    if tag in "DG" and token.tag not in "D":
        return False
    if tag == "R" or token.tag == "R":
        return (token.low, following.low) == ("no", "one")
    if tag == "#" and (token.tag == "N" or _so_often(tokens, j + 2)):
        return False
    if token.tag == "N" and tag in "Y" and token.low not in TITLES:
        return token.text.isupper() or _apposed_title(following)
    if _leader(token) and following.low in ("administration", "government", "cabinet"):
        return True
    if _leader(token) and tag in "YA" and _mention(token) is not _mention(following):
        return False
    if token.tag == "Y" and tag == "Y":
        return not (_head_state(token) and _leader(following))
    counted = token.low in COUNTS  # 'a million Haitians'
    return counted or not (token.tag == "N" and tag == "A" and following.mention is not None)


TITLES = word_set("chunks.titles")
COUNTS = frozenset(["hundred", "thousand", "million", "billion", "dozen", "score"])


def _so_often(tokens: list[Token], i: int) -> bool:
    """'Visited Moscow thirteen times'."""
    return i < len(tokens) and tokens[i].low == "times"


def _apposed_title(following: Token) -> bool:
    mention = following.mention
    return isinstance(mention, Mention) and mention.type == "MEDIA"


def _mention(token: Token) -> object | None:
    return token.mention


def _leader(token: Token) -> bool:
    mention = token.mention
    return isinstance(mention, Mention) and mention.type == "LEADER"


def _head_state(token: Token) -> bool:
    mention = token.mention
    return isinstance(mention, Mention) and mention.type == "STATE"


def _inner(tokens: list[Token], j: int) -> bool:
    """Adverb or participle inside the phrase: 'the newly imposed Western sanctions'."""
    k = j + 1
    if tokens[k].tag == "Q":
        return (tokens[j].tag in "DGAE" and k + 1 < len(tokens) and tokens[k + 1].tag in "NA") or (
            tokens[j].tag in "A" and k + 1 < len(tokens) and tokens[k + 1].tag in "N"
        )
    if tokens[k].tag == "J" and tokens[j].tag in "DGE" and k + 1 < len(tokens):
        return tokens[k + 1].tag in "ANV#" or tokens[k + 1].low in ("one", "ones")
    if tokens[j].tag == "Z":
        return tokens[k].tag in "VJ"
    if tokens[k].tag == "V" and tokens[k].form in ("g", "n", "d") and k + 1 < len(tokens):
        return tokens[j].tag in "DGJZ" and tokens[k + 1].tag in "NA"
    return False
