"""Ways of saying that something was not done: 'shied away from', 'let alone', 'too weak to'."""

from __future__ import annotations

from multipolar.reader.chunks import Chunk
from multipolar.reader.clauses import Clauses
from multipolar.reader.text import Token
from multipolar.reader.wordsets import word_set

GIVING_UP = word_set("factuality.giving_up")
# The last words between a verb and the gerund it shuns, and the verbs that shun with them.
SHUNNING = {
    "away from": frozenset(["shy", "shi", "back", "walk", "turn", "step", "run"]),
    "back from": frozenset(["hold", "draw", "pull", "step", "shrink", "stand"]),
    "better of": frozenset(["think"]),
    "out of": frozenset(["opt", "back", "talk"]),
    "short of": frozenset(["fall", "stop"]),
    "clear of": frozenset(["steer", "stay"]),
    "line at": frozenset(["draw"]),
    "from": frozenset(["keep", "shrink", "recoil", "flinch", "desist", "abstain", "refrain"]),
    "at": frozenset(["balk", "baulk"]),
    "off": frozenset(["hold", "put"]),
    "against": frozenset(["decide", "vote", "argue", "advise"]),
}
IDEAS = frozenset(["idea", "thought", "plan", "intention", "notion", "hope", "prospect"])
WISHES = frozenset(
    ["appetite", "desire", "taste", "stomach", "enthusiasm", "interest", "wish", "reason", "need"]
)
# Verbs that only turn a thing over in the mind, by the word before the gerund.
CONSIDERING = {
    "of": frozenset(["dream", "think", "speak", "talk", "warn"]),
    "about": frozenset(["think", "talk", "speak", "argue", "fantasise", "fantasize"]),
    "on": frozenset(["plan", "insist", "count"]),
    "at": frozenset(["aim"]),
    "for": frozenset(["hope", "wait", "wish"]),
}
TIME_SPANS = frozenset(["days", "weeks", "months", "years", "hours", "decades", "minutes"])
VERGE = frozenset(["point", "verge", "brink", "edge", "cusp"])
NEARLY = frozenset(["nearly", "almost"])
# Two words right before a verb that deny it.
DENYING = frozenset(
    [
        ("lieu", "of"), ("place", "of"), ("instead", "of"), ("rather", "than"),
        ("let", "alone"), ("much", "less"), ("still", "less"), ("far", "from"), ("never", "mind"),
        ("anything", "but"), ("everything", "but"), ("everything", "except"),
    ]
)  # fmt: skip
SIGNS = frozenset(["sign", "evidence", "indication", "proof", "hint", "trace", "guarantee"])
CHANCES = frozenset(["chance", "prospect", "hope", "question", "danger", "likelihood", "risk"])
LITTLE = frozenset(["no", "little", "scant", "any", "few", "less"])
TELLING = word_set("factuality.telling")
UNTRUE = word_set("attribution.untrue") | {"wrong", "incorrect", "premature"}
DEBUNKED = frozenset(
    ["invented", "fabricated", "debunked", "disproved", "refuted", "denied", "dismissed"]
)
FAILING = frozenset(["fail", "collapse", "founder", "stall", "evaporate", "fizzle", "fall"])


def shunned(clauses: Clauses, gov: int, i: int) -> tuple[str, str]:
    """What the words between the verbs at ``gov`` and ``i`` make of the latter, and why."""
    governor, vg = clauses.chunks[gov], clauses.chunks[i]
    tokens = clauses.tokens
    words = [t.low for t in tokens[governor.last + 1 : vg.first]]
    words = [*governor.particle.split("_"), *words] if governor.particle else words
    if not words:
        return "", ""
    last = " ".join(words[-2:])
    if _done_all_the_same(governor, words):
        return "", f"'{last}'"
    for ending in (last, words[-1]):
        if governor.lemma in SHUNNING.get(ending, ()):
            return ("" if governor.negated else "no"), f"'{governor.low} {ending}'"
    idea = _considered(clauses, gov, words)
    if idea:
        return idea, f"'{governor.low} {words[-1]}'"
    if vg.form == "inf" and "too" in words and not governor.negated:
        return "no", "'too ... to'"
    label = _wished(governor, words)
    return label, f"'{last}'" if label else ""


def _wished(governor: Chunk, words: list[str]) -> str:
    """'The idea of recalling', 'no interest in joining', 'on the verge of', 'close to'."""
    if words[-1] == "close":
        return "no" if governor.lemma == "come" else "possible"
    if len(words) == 1 or words[-1] not in ("of", "to", "for", "in"):
        return ""
    noun = words[-2]
    if noun in IDEAS and words[-1] in ("of", "to"):
        return "no" if governor.lemma in GIVING_UP | {"give"} else "possible"
    if noun in WISHES:
        none = governor.negated or governor.lemma in ("lose", "lack") or "no" in words
        return "no" if none else "possible"
    return "possible" if noun in VERGE and words[-1] == "of" else ""


def _done_all_the_same(governor: Chunk, words: list[str]) -> bool:
    """'Had no choice but to', 'only to reopen it', 'it took ten days to'."""
    forced = words[-1] == "but" and ("no" in words or "nothing" in words or governor.negated)
    took = governor.lemma == "take" and not governor.modal and words[-1] in TIME_SPANS
    return forced or words[-1] == "only" or took


def _considered(clauses: Clauses, gov: int, words: list[str]) -> str:
    """'Is thinking about sending', 'nobody dreamt of', 'no question of Norway recognising'."""
    governor = clauses.chunks[gov]
    for k in range(1, len(words)):
        if words[k] == "of" and words[k - 1] in CHANCES and k < len(words) - 1:
            return "no" if "no" in words or governor.negated else "possible"
    if governor.lemma not in CONSIDERING.get(words[-1], ()):
        return ""
    subject = clauses.subject(gov)
    first = clauses.tokens[subject.first].low if subject is not None else ""
    return "no" if governor.negated or first in ("nobody", "none", "no") else "possible"


def denied_before(tokens: list[Token], vg: Chunk) -> str:
    """'Let alone imposed', 'far from breaking', 'nearly broke off': what denies it, or ''."""
    first = vg.first
    while first < vg.head and tokens[first].tag == "J" and tokens[first].low != "alone":
        if tokens[first].low in NEARLY:
            return tokens[first].low
        first += 1
    if tokens[first].low == "alone":
        first += 1
    before = (tokens[first - 2].low, tokens[first - 1].low) if first > 1 else ("", "")
    if before in DENYING:
        return " ".join(before)
    if before[1] == "nor":
        return "nor"
    if before == ("all", "but") and vg.form == "fin":
        return "all but"
    return before[1] if before[1] in NEARLY and vg.form == "fin" else ""


def of_sign(np: Chunk, tokens: list[Token]) -> str:
    """'Little sign that', 'no chance that': what such a noun makes of its clause."""
    if np.lemma not in SIGNS and np.lemma not in CHANCES:
        return ""
    few = {tokens[k].low for k in range(np.first, np.last + 1)} & LITTLE
    if not few:
        return "possible" if np.lemma in CHANCES else ""
    return "no" if np.lemma in CHANCES and "no" in few else "possible"


def story_untrue(clauses: Clauses, that: int) -> bool:
    """'Rumours that it sold uranium proved false': what follows denies the story."""
    chunks, tokens = clauses.chunks, clauses.tokens
    noun = _noun_of(chunks, that)
    if noun < 0 or chunks[noun].lemma not in TELLING:
        return False
    told = [
        k for k in range(that, len(chunks)) if chunks[k].kind == "vg" and chunks[k].form == "fin"
    ]
    for k in told[1:]:
        vg = chunks[k]
        after = {t.low for t in tokens[vg.last + 1 : vg.last + 6]}
        false = vg.lemma in ("be", "prove", "turn", "remain") and after & UNTRUE
        debunked = vg.passive and vg.low.split()[-1] in DEBUNKED
        if not vg.negated and (false or debunked):
            return True
    return False


def _noun_of(chunks: list[Chunk], that: int) -> int:
    """The noun a that-clause belongs to, over where it was told: 'reports in Ankara that'."""
    k = that - 1
    while k > 1 and chunks[k].kind == "np" and chunks[k - 1].kind == "P":
        if chunks[k].lemma in TELLING:
            return k
        k -= 2
    return k if k >= 0 and chunks[k].kind == "np" else -1


def plan_failed(clauses: Clauses, i: int) -> bool:
    """'Plans to send troops were shelved', 'the bid to join collapsed'."""
    chunks = clauses.chunks
    if i == 0 or chunks[i - 1].kind != "np":
        return False
    for k in range(i + 1, min(i + 9, len(chunks))):
        vg = chunks[k]
        if vg.kind == "vg" and vg.form == "fin":
            shelved = vg.passive and vg.lemma in GIVING_UP
            failed = vg.lemma in FAILING and not vg.passive
            off = vg.passive and (vg.lemma, vg.particle) in (("call", "off"), ("put", "off"))
            return (shelved or failed or off) and not vg.negated
    return False
