"""Which two tellings contest one thing, and which sentence lets one expect several of them."""

from __future__ import annotations

from multipolar.reader.clauses import Clauses
from multipolar.reader.holders import CONSTRUING
from multipolar.reader.text import Token
from multipolar.reader.told import EXPLAINING, OPPOSED, SAYING, TAKING_UP, Telling
from multipolar.reader.wordsets import word_set

# What announces that explanations follow: "There are two versions", "Opinions differ".
ANNOUNCING = word_set("rivals.announcing")
OPEN = ANNOUNCING | word_set("rivals.announcing_too")
DRIVING = word_set("rivals.driving") | {"happen", "behind", "reason", "mean", "go"}
# Verbs that say outright what something comes from, and verbs of conviction.
CAUSAL = frozenset(["blame", "attribute", "ascribe", "suspect", "put", "chalk", "trace", "credit"])
CONVICTION = frozenset(
    ["insist", "believe", "think", "maintain", "hold", "suspect", "swear", "argue", "contend"]
)
HELD = frozenset(["explain", "construe", "say"])
# Where explanations are asked for, whatever tells one goes with whatever tells another.
TOLD = HELD | {"view", "label"}
# Holders who are nobody in particular.
GENERAL = frozenset(
    ["some", "many", "most", "few", "minority", "majority", "others", "half", "critics", "sceptics"]
)
GOING_ON = ("another ", "a second", "a third", "a fourth", "a more", "a less", "the other ")
VERBS = frozenset("VBHMO")
SHORT = frozenset(["to", "by", "with", "as", "that", "of"])  # 'others to the price of oil'
BLAMED = frozenset(["cause", "trigger", "provoke", "prompt"])
EITHER = frozenset(["latter", "former", "both", "neither", "none"])
PRESS = frozenset(["press", "media", "papers", "newspapers", "tabloids", "weeklies", "residents"])
WANTING = frozenset(["want", "prefer", "wish"])
THOUGHT = SAYING | EXPLAINING | CONSTRUING | WANTING | word_set("attribution.convinced")
PRONOUNS = frozenset(["it", "them", "they", "him", "he", "she", "itself", "this"])
# How many sentences on the next telling may stand.
NEAR = 1
EXPECTED = 2
LEAD = 8  # tokens that may stand before a telling that takes up the sentence before
# Tokens after a holder within which the verb stands, with an insertion and without one.
FAR, CLOSE = 36, 14


def expects(lead: list[Token], *, question: bool) -> bool:
    """Whether the words let one expect explanations."""
    return any(t.low in OPEN for t in lead) or _asks_why(lead, question=question)


def _asks_why(tokens: list[Token], *, question: bool) -> bool:
    if not question:
        return False
    for i, token in enumerate(tokens[:6]):
        if token.low == "why":
            return True
        if token.low in ("what", "how", "who"):
            near = tokens[i + 1 : i + 12]
            return any((t.lemma or t.low) in DRIVING or t.low in DRIVING for t in near)
    return False


def contests(a: Telling, b: Telling, before: Clauses, after: Clauses, *, expected: bool) -> bool:
    """Whether ``b`` is told against ``a``."""
    gap = after.sentence.index - before.sentence.index
    reach = EXPECTED if a.family == "label" or b.family in ("guess", "because", "label") else NEAR
    if a.who == b.who or gap > reach or "same" in b.who.split():
        return False
    near = gap <= NEAR
    apart = before.sentence.paragraph != after.sentence.paragraph
    opens = gap == 0 or b.first <= LEAD
    if b.form == "perhaps" and a.family != "guess":
        return expected and near and not apart and a.family in TOLD
    if expected and near and opens and not apart and a.family in TOLD and b.family in TOLD:
        return _causes(a, before) != _causes(b, after)
    if a.family == "question":
        either = any(t.low in EITHER for t in _told(b, after))
        guessed = b.family in HELD or (b.family == "label" and "guess" in b.who.split())
        return guessed and near and not either
    if "label" in (a.family, b.family):
        return _labels(a, b, near=near, expected=expected)
    if apart:
        return False
    if a.family == b.family == "view":
        return _views(a, b, before, after, expected=expected)
    if a.family in HELD and b.family in HELD:
        return _holders(a, b, before, after, expected=expected)
    if a.family == "official":
        return (a.form, b.form) == ("official", "real") and _for_cause(a, before)
    return _alike(a, b, expected=expected)


def _alike(a: Telling, b: Telling, *, expected: bool) -> bool:
    """'For the left it is ... The right calls it ...'; two guesses; two reasons asked for."""
    if (a.family, b.family, b.form) == ("construe", "view", "for"):
        return b.taken_up
    if a.family == "view" and b.family in HELD:
        joined = a.form in ("eyes", "seen") and b.family == "say"
        return b.taken_up and (joined or (a.form == "for" and b.family == "construe"))
    if a.family == b.family == "because":
        return expected
    return a.family == b.family == "guess" and (b.taken_up or expected)


def _labels(a: Telling, b: Telling, *, near: bool, expected: bool) -> bool:
    """'One theory ... another'; 'one theory ... many think'; 'some think ... a third reading'."""
    if a.family == b.family:
        return "noun" in (a.form, b.form) or expected
    if a.family == "label":
        return near and b.family in HELD and bool(GENERAL & set(b.who.split()))
    if b.who == "the truth":
        return near and a.family in HELD
    official = expected and near and not b.who.startswith("one ")
    return a.family in HELD and b.form == "noun" and (official or b.who.startswith(GOING_ON))


def _views(a: Telling, b: Telling, before: Clauses, after: Clauses, *, expected: bool) -> bool:
    """'Seen from Warsaw ... Seen from Minsk ...'; 'For the hawks ...; for the doves it was ...'."""
    if a.form != b.form:
        return False
    if a.form == "according":
        if any(t.tag == "#" for t in (*_told(a, before), *_told(b, after))):
            return False  # two figures, not two explanations
        return b.taken_up or expected or _share_noun(a, b, before, after)
    return a.form in ("seen", "if") or b.taken_up


def _share_noun(a: Telling, b: Telling, before: Clauses, after: Clauses) -> bool:
    again = any(t.low in PRONOUNS for t in _told(b, after)[:10])
    nouns = {t.low for t in _told(a, before) if t.tag in "NY"}
    return again or any(t.low in nouns for t in _told(b, after))


def _told(told: Telling, clauses: Clauses) -> list[Token]:
    return clauses.tokens[told.content : told.content + 20]


def _holders(a: Telling, b: Telling, before: Clauses, after: Clauses, *, expected: bool) -> bool:
    """'Brussels calls it ... Budapest sees it as ...'; 'the Serbs insist ... the others insist'."""
    if expected:
        return _causes(a, before) != _causes(b, after)
    verbs = before.tokens[a.cue].lemma, after.tokens[b.cue].lemma
    short = after.tokens[b.cue].tag != "V"
    joined = before is after
    if a.family == b.family == "construe":
        return b.taken_up or (bool(a.form) and a.form == b.form)
    if a.who.startswith("those ") and b.who.startswith("those "):
        return True
    if OPPOSED & set(a.who.split()) and OPPOSED & set(b.who.split()):
        return True
    if a.family == b.family == "say":
        if b.form == "reply" or a.form == b.form == "believe":
            return True
        same = short or verbs[0] == verbs[1] or bool(GENERAL & set(a.who.split()))
        return (
            (same and _said_against(a, b, before, after))
            or _other_hand(b, after)
            or _one_cause(a, b, before, after)
        )
    causal = CAUSAL & set(verbs)
    if b.form == "offer" and a.family in ("explain", "construe"):
        return any(_comparing(t) for t in after.tokens[b.cue : b.content])
    if a.family == b.family:
        apart = _what_for(a, before) and _what_for(b, after) and not b.taken_up
        if apart:
            return False
        heard = verbs == ("speak", "speak") and bool(PRESS & set(b.who.split()))
        told = heard or short or b.taken_up or CAUSAL.issuperset(verbs) or (joined and bool(causal))
        return told and _causes(a, before) != _causes(b, after)
    taken_up = b.taken_up and (joined or b.family != "say")
    return taken_up or (joined and bool(causal)) or (a.family == "construe" and a.taken_up)


def _one_cause(a: Telling, b: Telling, before: Clauses, after: Clauses) -> bool:
    """'Kyiv says it was blown up by soldiers. Moscow says it collapsed because of shells.'."""
    ours, theirs = _told(a, before), _told(b, after)
    verbs = [{t.lemma for t in told if t.tag == "V"} & BLAMED for told in (ours, theirs)]
    if verbs[0] & verbs[1]:
        return True
    causes = all(any(t.low in ("by", "because", "due") for t in told) for told in (ours, theirs))
    near = after.tokens[b.content : b.content + 2]
    return causes and any(t.low in ("it", "they") for t in near)


def _other_hand(b: Telling, after: Clauses) -> bool:
    """'Minsk, on the other hand, suggests that it had strayed': of the same thing."""
    tokens = after.tokens
    turned = {t.low for t in tokens[b.first : b.content]} & {"hand", "contrast", "conversely"}
    near = tokens[b.content : b.content + 2]
    return bool(turned) and any(t.low in ("it", "they", "he", "she", "these") for t in near)


def _comparing(token: Token) -> bool:
    """'A simpler explanation', 'another', 'one of their own'."""
    comparative = token.tag in "AN" and token.low.endswith(("er", "est"))
    return comparative or token.low in ("another", "different", "own", "more", "less")


def _said_against(a: Telling, b: Telling, before: Clauses, after: Clauses) -> bool:
    """Whether one verb of saying twice speaks of one thing: 'it was hit', 'in Paris they say'."""
    tokens = before.tokens
    placed = tokens[a.first].tag == after.tokens[b.first].tag == "P"
    if before is after and not a.taken_up and _because(a, before):
        return True
    if _opinion(a, before) and _opinion(b, after):
        return False
    firm = tokens[a.cue].lemma in CONVICTION or a.who.startswith(("one ", "there ", "it "))
    states = _is_what(a, before) or _is_what(b, after)
    return firm or placed or (states and (before is after or a.taken_up))


def _what_for(told: Telling, clauses: Clauses) -> bool:
    """'Blamed Moscow for the poisoning': names the thing itself."""
    after = clauses.tokens[told.content : told.content + 8]
    return any(t.low == "for" for t in after)


def _causes(told: Telling, clauses: Clauses) -> str:
    """The first noun of what is told, to tell a second cause from the same one."""
    after = clauses.tokens[told.content : told.content + 12]
    return next((t.low for t in after if t.tag in "NY"), "")


def _opinion(told: Telling, clauses: Clauses) -> bool:
    """'The plan is illegal', 'it is too expensive': a judgment, not an explanation."""
    tokens = _told(told, clauses)
    be = next((k for k, t in enumerate(tokens[:-2]) if t.tag in "BV"), -1)
    if be < 0 or tokens[be].low not in ("is", "are"):
        return False
    return tokens[be + 1].low == "too" or (
        tokens[be + 1].tag == "A" and tokens[be + 2].tag not in "NA"
    )


def _because(told: Telling, clauses: Clauses) -> bool:
    return any(t.low == "because" for t in _told(told, clauses))


def _for_cause(told: Telling, clauses: Clauses) -> bool:
    """'Ostensibly for its papers', 'officially to save money'."""
    ostensibly = told.who in ("ostensibly", "nominally")
    return ostensibly or any(
        t.low in ("because", "for") or t.tag == "T" for t in _told(told, clauses)
    )


def _is_what(told: Telling, clauses: Clauses) -> bool:
    """'It was hit by a drone': what happened to the thing, not what its holder did."""
    tokens = clauses.tokens
    k = told.content
    if k + 2 >= len(tokens) or tokens[k].low not in TAKING_UP or tokens[k + 1].tag != "B":
        return False
    return tokens[k + 2].tag != "A" or tokens[k + 3].tag in "NA"  # not 'it is sceptical'


def thinks(tokens: list[Token], known: dict[str, str]) -> bool:
    """Whether the words after a holder say what he thinks: a verb of saying, or none at all."""
    if tokens and tokens[0].low in SHORT:
        return True
    relative = next((k for k, t in enumerate(tokens) if t.tag == "L"), len(tokens))
    if tokens and tokens[0].text != "," and not any(t.tag in VERBS for t in tokens[:relative]):
        return True
    verbs = [t for t in tokens if t.tag in VERBS]
    reach = FAR if tokens and tokens[0].text == "," else CLOSE
    return not verbs or any(
        t.lemma in known or t.lemma in THOUGHT or t.low in THOUGHT for t in tokens[:reach]
    )
