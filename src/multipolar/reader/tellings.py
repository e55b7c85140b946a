"""How one explanation is told: by a label, a holder, a point of view, a guess.

'A more prosaic reading is ...', 'Moscow calls it ...', 'Seen from Warsaw, ...', 'It may be ...'. A telling
alone is no rival of anything: ``rivals`` sets two of them against each other.
"""  # noqa: E501

from __future__ import annotations

import itertools

from multipolar.reader.clauses import Clauses
from multipolar.reader.holders import REPLYING, held, shortened
from multipolar.reader.text import Token
from multipolar.reader.told import (
    ASIDE,
    EXPLAINING,
    NOUNS,
    SAYING,
    TAKING_UP,
    Telling,
    names,
    phrase_end,
    words,
)
from multipolar.reader.wordsets import word_set

ORDINALS = word_set("rivals.ordinals") | {"another", "other", "latter", "former", "last"}
PARTING = frozenset(";:—–,")
LEADING = frozenset(["and", "but", "yet", "or", "so", "finally", "then", "while", "whereas"])
HOLDS = SAYING | EXPLAINING | {"have", "has", "had", "run", "go", "name"}
OPENS_CONTENT = frozenset("DGYN#RWVT")
RUMOURED = frozenset(["rumour", "rumor", "legend"])
CLOSING = frozenset(";:.,")
GUESSED = frozenset(["may", "might", "could"])
COUNTING = frozenset(["one", "another", "the", "a", "some", "other", "others"])
VIEWS = word_set("attribution.view_nouns")
OFFICIAL = frozenset(["officially", "ostensibly", "formally", "publicly", "nominally"])
REAL = frozenset(["unofficially", "privately", "really", "actually"])
CAUSES = frozenset(["reason", "cause", "motive"])
LIKELY = frozenset(
    ["likely", "probable", "real", "true", "obvious", "official", "usual", "plausible"]
)
EITHER = frozenset(["same", "other", "former", "latter"])
PERHAPS = frozenset(["perhaps", "maybe", "possibly"])
TRUSTING = frozenset(["believe", "ask", "trust", "listen", "follow", "read"])
LONGEST = 7  # tokens a label may have before its noun


def tellings(clauses: Clauses) -> list[Telling]:
    """Tellings of one sentence, in order."""
    tokens = clauses.tokens
    out: list[Telling] = []
    places = {p.first: c for c, chunk in enumerate(clauses.chunks) for p in chunk.parts}
    places |= {chunk.first: c for c, chunk in enumerate(clauses.chunks)}
    for i in _starts(tokens):
        if out and i < out[-1].content:
            continue  # 'The second, strong in Washington, suspects'
        told = (
            _label(tokens, i)
            or _view(tokens, i, out[-1] if out else None)
            or _guess(tokens, i)
            or _official(tokens, i)
            or _said_after(tokens, i)
            or held(clauses, i, places.get(i, -1))
        )
        if told is None and out and out[-1].family == "label":
            told = _another(tokens, i)
        if told is None and out:
            told = shortened(clauses, i, places.get(i, -1), out[-1])
        aside = i > 0 and tokens[i - 1].low == "which"  # ', which the Kremlin explains by'
        if told is not None and not (aside and (out or told.family != "explain")):
            out.append(told)
    return out


def _starts(tokens: list[Token]) -> list[int]:
    """Tokens a telling can open at: the first, and those behind a mark or a joining word."""
    out = []
    n = len(tokens)
    parted = [k + 1 for k, t in enumerate(tokens) if t.text in PARTING or t.low in LEADING]
    opening = [0, 1] if tokens[0].tag == "Q" else [0]
    for i in [k for k in dict.fromkeys(opening + parted) if k < n]:
        token, before = tokens[i], tokens[i - 1] if i else None
        if token.low == "which" and i + 4 < n and tokens[i + 1].tag in "DY":
            out.append(i + 1)  # ', which the Kremlin explains by'
        if token.tag in "KUQ" or token.low in LEADING or i + 2 >= n:
            continue
        if before is not None and before.low in LEADING and i > 1 and tokens[0].low not in LEADING:
            joined = tokens[i - 2].text in ",;" or before.low in ("while", "whereas")
            if not joined:
                continue
        out.append(i)
        if token.tag == "J" and i == 0:  # 'On the one hand it is claimed'
            first = next((k for k in range(1, min(6, n)) if tokens[k].tag not in "JK"), n)
            out += [first] if first + 2 < n else []
    return list(dict.fromkeys(out))


def _truth(tokens: list[Token], i: int) -> Telling | None:
    """'The truth, a diplomat confided, is more prosaic: he had not been invited'."""
    if tokens[i].low != "the" or tokens[i + 1].low not in ("truth", "reality"):
        return None
    colon = next((k for k in range(i + 3, len(tokens) - 2) if tokens[k].text == ":"), -1)
    if colon < 0 or not any(t.tag == "B" for t in tokens[i:colon]):
        return None
    return Telling("label", i, i + 1, "the truth", "noun", content=colon + 1)


def _another(tokens: list[Token], i: int) -> Telling | None:
    """'One school blames the cold, another the police, a third the mountains'."""
    last = i + (tokens[i].low == "a")
    counted = tokens[last].low in ORDINALS and last + 1 < len(tokens)
    if not counted or tokens[last + 1].tag not in "DG":
        return None
    return Telling("label", i, last, words(tokens, i, last), "number", content=last + 1)


def _label(tokens: list[Token], i: int) -> Telling | None:
    """'A more prosaic reading is that', 'The version told in the bazaars is', 'another, that'."""
    head = _label_noun(tokens, i)
    if head < 0:
        return _truth(tokens, i)
    j = _behind(tokens, head + 1)
    n = len(tokens)
    if j < 0 or j + 1 >= n:
        return None
    told = tokens[j]
    if told.tag == "M" and tokens[j + 1].low == "be":
        j += 1
    if tokens[j].tag == "B":
        j += 1
        while j + 1 < n and tokens[j].tag == "J" and tokens[j].low != "not":
            j += 1
        if j + 1 >= n:
            return None
        same = any(t.low in EITHER for t in tokens[j + 1 : j + 2])
        states = (
            tokens[j].text in ':,“"' or tokens[j].low == "that" or (names(tokens, j) and not same)
        )
    else:
        holds = _holds(told)
        states = told.text == ":" or told.low == "that" or holds
    if not states:
        return None
    placed = i > 1 and tokens[i - 1].text == "," and tokens[0].tag == "P"
    who = " ".join(t.low for t in tokens[0 if placed else i : head + 1])
    noun = tokens[head].low in NOUNS | CAUSES
    return Telling("label", i, max(head, i), who, "noun" if noun else "number", content=j)


def _label_noun(tokens: list[Token], i: int) -> int:
    """The noun of explanation, ordinal or 'one' that a noun phrase from ``i`` ends in."""
    first = tokens[i]
    if first.tag not in "DGAY#NR" or first.low in ("no", "any", "every", "each"):
        return -1
    for k in range(i, min(i + LONGEST, len(tokens))):
        token = tokens[k]
        after = tokens[k + 1].tag if k + 1 < len(tokens) else "U"
        after = "V" if after == "N" and _holds(tokens[k + 1]) else after
        if token.low in NOUNS and token.tag in "NYA" and after not in "NEZ":
            return k if k > i or token.low in RUMOURED else -1
        before = tokens[k - 1].low
        if token.low in CAUSES and k > i and (before.endswith("est") or before in LIKELY):
            return k
        one = token.low == "one" and k > i + 1
        if (one or token.low in ORDINALS) and after not in "NAEZ" and k - i < 4:
            return k
        if token.tag not in "DGAYNE#JZ" and token.low not in ("more", "most", "less", "least"):
            return -1
    return -1


def _holds(token: Token) -> bool:
    """'Holds', 'blames', 'has it'; the tagger takes 'one school blames' for a noun."""
    if token.tag in "VH":
        return token.lemma in HOLDS or token.low in HOLDS
    return token.tag == "N" and token.low.endswith("s") and token.low[:-1] in HOLDS


def _behind(tokens: list[Token], j: int) -> int:
    """The verb or colon behind a label, over what describes it."""
    n = len(tokens)
    if j < n and tokens[j].text == "," and j + 1 < n and tokens[j + 1].low != "that":
        j = next((k + 1 for k in range(j + 2, min(j + ASIDE, n)) if tokens[k].text == ","), n)
        return j if j < n and (tokens[j].tag in "BVH" or tokens[j].low == "that") else -1
    if j + 1 < n and tokens[j].text == ",":
        return j + 1
    for k in range(j, min(j + ASIDE, n)):
        token = tokens[k]
        if token.tag in "BM" or token.text == ":" or token.low == "that":
            return k
        if k == j and _holds(token):
            return k
        if token.text in ",;." or (k == j and token.tag not in "PVLA"):
            return -1
    return -1


def _view(tokens: list[Token], i: int, last: Telling | None) -> Telling | None:
    """'According to Tehran', 'To the hawks', 'Seen from Minsk', 'On one view', 'If you believe'."""
    low = tokens[i].low
    following = tokens[i + 1].low
    if low in ("in", "to") and i + 4 < len(tokens) and tokens[i + 2].low in VIEWS:
        return _in_the_eyes(tokens, i)
    if low in ("on", "in", "by", "under") and following in COUNTING:
        return _on_one_view(tokens, i)
    named = _by_version(tokens, i) if low == "according" else None
    if named is not None:
        return named
    form, start = _viewpoint(tokens, i)
    if not form:
        return None
    end = phrase_end(tokens, start)
    if end < start or end + 3 >= len(tokens):
        return None
    subject = (
        end + 1 + (tokens[end + 1].text == "," or (low == "ask" and tokens[end + 1].low == "and"))
    )
    if tokens[subject].tag not in "DGAYNER#":
        return None
    taken_up = tokens[subject].low in TAKING_UP
    if form == "for" and not _is_something(tokens, subject):
        bare = _bare_thing(tokens, subject)
        if not (bare and last is not None and last.family == "view" and last.form == "for"):
            return None
        taken_up = True
    return Telling("view", i, end, words(tokens, start, end), form, taken_up, subject)


def _in_the_eyes(tokens: list[Token], i: int) -> Telling | None:
    """'In the view of the Americans, it is their pressure'."""
    of = tokens[i + 3].low == "of" and tokens[i + 1].low == "the"
    end = phrase_end(tokens, i + 4) if of else -1
    if end < i + 4 or end + 2 >= len(tokens):
        return None
    subject = end + 1 + (tokens[end + 1].text == ",")
    taken_up = tokens[subject].low in TAKING_UP
    return Telling("view", i, end, words(tokens, i + 4, end), "eyes", taken_up, subject)


def _by_version(tokens: list[Token], i: int) -> Telling | None:
    """'According to the first', 'according to another theory'."""
    near = range(i + 2, min(i + 6, len(tokens) - 2))
    end = next((k for k in near if tokens[k].low in ORDINALS | NOUNS), 0)
    if tokens[i + 2].low == "one" and tokens[i + 3].text == ",":
        end = i + 2
    if not end:
        return None
    last = end + (tokens[end].low not in NOUNS and tokens[end + 1].low in NOUNS)
    form = "noun" if tokens[last].low in NOUNS else "number"
    return Telling("label", i, last, words(tokens, i, end), form, content=last + 1)


def _viewpoint(tokens: list[Token], i: int) -> tuple[str, int]:
    """What the opening is and the token its holder begins at; '' where it is none."""
    low, following = tokens[i].low, tokens[i + 1].low
    if low == "according" and following == "to":
        return "according", i + 2
    if low in ("seen", "viewed") and following in ("from", "by", "through", "in"):
        return "seen", i + 2
    if low == "if" and following in ("you", "one", "we") and tokens[i + 2].lemma in TRUSTING:
        return "if", i + 3
    if low == "ask" and i == 0:
        return "if", i + 1
    return ("for", i + 1) if low in ("for", "to") and i + 3 < len(tokens) else ("", 0)


def _on_one_view(tokens: list[Token], i: int) -> Telling | None:
    for k in range(i + 1, min(i + 5, len(tokens) - 2)):
        counted = tokens[k].low in ORDINALS | {"one", "others"}
        noun = tokens[k].low in NOUNS or tokens[k].low.rstrip("s") in NOUNS
        after = tokens[k + 1]
        if noun or (counted and after.tag in "RDYGK" and after.low != "the"):
            family = "noun" if noun else "number"
            taken_up = tokens[k + 1 + (after.text == ",")].low in TAKING_UP
            return Telling("label", i, k, words(tokens, i, k), family, taken_up, k + 1)
        if tokens[k].tag not in "DA#J" and not counted:
            return None
    return None


def _is_something(tokens: list[Token], subject: int) -> bool:
    """'It is the price of the war': what something is said to be, not how good or bad."""
    for k in range(subject, min(subject + 9, len(tokens) - 2)):
        if tokens[k].tag == "B":
            what = k + 1 + (tokens[k + 1].tag == "J")
            return tokens[what].tag not in "X#" and names(tokens, what)
        if tokens[k].tag in "VHMKU":
            return False
    return False


def _bare_thing(tokens: list[Token], subject: int) -> bool:
    """'For the Americans a favour to Moscow': what the verb before says it is, without it."""
    rest = itertools.takewhile(lambda t: t.text not in ";.,", tokens[subject:])
    return tokens[subject].tag in "DGN" and not any(t.tag in "VBHMO" for t in rest)


def _guess(tokens: list[Token], i: int) -> Telling | None:
    """'It may even be conviction', 'it could also mean that', 'because it feared the drones'."""
    if i == 0 and tokens[i].low in PERHAPS and tokens[i + 1].tag not in "KU":
        settled = any(t.low in ("both", "none", "neither", "all") for t in tokens[:4])
        found = Telling("guess", i, i, str(tokens[i].start), "perhaps", content=i + 1)
        return None if settled else found
    if tokens[i].low == "because":
        return Telling("because", i, i, str(tokens[i].start), content=i)
    for k in range(i + 1, min(i + 6, len(tokens) - 2)):
        if tokens[k].low in GUESSED:
            j = k + 1
            while j + 1 < len(tokens) and tokens[j].tag == "J":
                j += 1
            meant = tokens[j].low in ("mean", "reflect", "signal", "be", "have")
            it = tokens[i].low in ("it", "this", "that", "they", "he", "she")
            if not meant or (tokens[j].low != "mean" and not it):
                return None
            if j + 1 >= len(tokens):
                return None
            if tokens[j].low == "be" and not (tokens[j + 1].low == "that" or names(tokens, j + 1)):
                return None
            return Telling("guess", i, k, str(tokens[i].start), "may", it, j)
        if tokens[k].tag not in "DGAYNPJ":
            return None
    return None


def _official(tokens: list[Token], i: int) -> Telling | None:
    """'Officially it closed to save money. Unofficially, ...', 'ostensibly ... in reality ...'."""
    low, following = tokens[i].low, tokens[i + 1].low
    if low in OFFICIAL:
        return Telling("official", i, i, low, "official", content=i + 1)
    if low in REAL or (low == "in" and following in ("reality", "truth", "fact", "private")):
        return Telling("official", i, i + (low == "in"), low, "real", content=i + 1)
    return None


def _said_after(tokens: list[Token], i: int) -> Telling | None:
    """'Ambition, say his rivals.'; 'because an election is coming, say its opponents'."""
    for k in range(i + 1, min(i + ASIDE, len(tokens) - 2)):
        if tokens[k].text in ";:.":
            return None
        if tokens[k].text == ",":
            who = _speaker(tokens, k + 1 + (tokens[k + 1].tag == "Q"))
            if not who:
                return None
            bare = not any(t.tag in "VBHM" for t in tokens[i:k]) or tokens[i].low == "because"
            reply = any(t.lemma in REPLYING for t in tokens[k + 1 : k + 7])
            form = "reply" if reply else "bare" if bare else "said"
            return Telling("say", i, i, who, form, content=i)
    return None


def _speaker(tokens: list[Token], k: int) -> str:
    """'say his rivals', 'the minister says' before a mark: who; else nothing."""
    before = tokens[k].tag == "V" and tokens[k].lemma in SAYING
    start = k + before
    end = phrase_end(tokens, start)
    end += end + 1 < len(tokens) and tokens[end + 1].low == "one"
    if end + 1 >= len(tokens) or end < start:
        return ""
    if before:
        described = tokens[end + 1].tag == "L"  # 'answers a mediator who was in the room'
        return words(tokens, start, end) if described or tokens[end + 1].text in CLOSING else ""
    said = tokens[end + 1].tag == "V" and tokens[end + 1].lemma in SAYING
    closed = end + 2 < len(tokens) and tokens[end + 2].text in CLOSING
    return words(tokens, start, end) if said and closed else ""
