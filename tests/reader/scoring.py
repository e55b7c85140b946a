"""A small scorer of readings after the annotation scheme's rules, written for these tests.

Entities: overlap and code. Events: trigger overlap, then type, then actors and recipients; pairs of
states; ``happened`` on those of the right type. Attributions: cue overlap and half of the content.
Markers, quotations, loaded words: half overlap and kind. Claims: half overlap and type. Rivals: pairs
in one group. Optional gold costs nothing either way; where the gold allows several readings any counts.
"""  # noqa: E501

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations


def span(item):
    item = item.get("span") or item.get("trigger") or item
    return item["start"], item["end"]


def shared(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def overlaps(a, b, part=0.0):
    common = shared(a, b)
    return common > 0 and common >= part * min(a[1] - a[0], b[1] - b[0])


def pair_up(gold, found, rate):
    """Greedy one-to-one pairs, required gold first."""
    free = list(range(len(found)))
    pairs, missed = [], []
    for g in sorted(gold, key=lambda x: bool(x.get("optional"))):
        rated = [(rate(g, found[k]), -n, k) for n, k in enumerate(free) if rate(g, found[k])]
        if rated:
            k = max(rated)[2]
            free.remove(k)
            pairs.append((g, found[k]))
        elif not g.get("optional"):
            missed.append(g)
    return pairs, missed, [found[k] for k in free]


def sides(gold, name):
    return [set(gold[name]), *(set(x) for x in gold.get(f"{name}_alt", ()))]


def right_who(g, p):
    actors, recipients = set(p["actors"]), set(p["recipients"])
    options = [(a, r) for a in sides(g, "actors") for r in sides(g, "recipients")]
    if (actors, recipients) in options:
        return True
    meeting = "CONSULT" in (g["type"], p["type"])
    return meeting and any(actors | recipients == a | r for a, r in options)


def right_type(g, p):
    return p["type"] in {g["type"], *g.get("types_alt", ())}


def state_pairs(kind, actors, recipients):
    if kind == "CONSULT" and not recipients:
        return {frozenset(x) for x in combinations(sorted(actors), 2)}
    return {frozenset((a, r)) for a in actors for r in recipients if a != r}


class Score:
    """Hits, extras and misses of every layer, over all units scored."""

    def __init__(self):
        self.hits = Counter()
        self.extras = Counter()
        self.misses = Counter()
        self.facts = Counter()
        self.errors = defaultdict(list)

    def layer(self, name, gold, found, rate):
        pairs, missed, extra = pair_up(gold, found, rate)
        self.hits[name] += sum(not g.get("optional") for g, _ in pairs)
        self.misses[name] += len(missed)
        self.extras[name] += len(extra)
        self.errors[name] += [("missed", m) for m in missed] + [("extra", e) for e in extra]
        return pairs

    def events(self, gold, found):
        def rate(g, p):
            if not overlaps(span(g), span(p)):
                return 0
            return 1 + 2 * right_type(g, p) + 2 * right_who(g, p) + (p["happened"] == g["happened"])

        pairs, missed, extra = pair_up(gold, found, rate)
        for name, test in (
            ("typed", right_type),
            ("full", lambda g, p: right_type(g, p) and right_who(g, p)),
        ):
            good = sum(test(g, p) for g, p in pairs if not g.get("optional"))
            bad = sum(not test(g, p) for g, p in pairs if not g.get("optional"))
            self.hits[name] += good
            self.misses[name] += len(missed) + bad
            self.extras[name] += len(extra) + bad
        self.errors["typed"] += [("missed", m) for m in missed] + [("extra", e) for e in extra]
        for g, p in pairs:
            self.judge(g, p)
        self.dyads(gold, found)

    def judge(self, g, p):
        allowed = {g["happened"], *g.get("happened_alt", ())}
        if right_type(g, p) and not g.get("optional"):
            self.facts["typed"] += 1
            self.facts["right"] += p["happened"] in allowed
        if g["happened"] in ("no", "possible", "planned") and "yes" not in allowed:
            self.facts["not_happened"] += 1
            self.facts["taken_as_happened"] += p["happened"] == "yes"

    def dyads(self, gold, found):
        required, free = set(), set()
        for g in gold:
            for a in sides(g, "actors"):
                for r in sides(g, "recipients"):
                    free |= state_pairs(g["type"], a, r)
            if not g.get("optional"):
                required |= state_pairs(g["type"], set(g["actors"]), set(g["recipients"]))
        got = set()
        for p in found:
            got |= state_pairs(p["type"], set(p["actors"]), set(p["recipients"]))
        self.hits["dyad"] += len(required & got)
        self.misses["dyad"] += len(required - got)
        self.extras["dyad"] += len(got - free - required)

    def unit(self, gold, found):
        self.layer(
            "entity",
            gold["entities"],
            found["entities"],
            lambda g, p: (
                overlaps(span(g), span(p))
                and g["code"] == p["code"]
                and 1 + shared(span(g), span(p))
            ),
        )
        self.metonyms(gold, found)
        self.events(gold["events"], found["events"])
        self.layer(
            "attribution",
            gold["attributions"],
            found["attributions"],
            lambda g, p: (
                overlaps(span(g["cue"]), span(p["cue"]))
                and overlaps(span(g["content"]), span(p["content"]), 0.5)
            ),
        )
        for name, key in (("quote", "quotes"), ("marker", "markers")):
            self.layer(
                name,
                gold[key],
                found[key],
                lambda g, p: overlaps(span(g), span(p), 0.5) and g["kind"] == p["kind"],
            )
        self.layer(
            "claim",
            gold["claims"],
            found["claims"],
            lambda g, p: overlaps(span(g), span(p), 0.5) and right_type(g, p),
        )
        self.layer(
            "loaded", gold["loaded"], found["loaded"], lambda g, p: overlaps(span(g), span(p), 0.5)
        )
        self.layer(
            "rival",
            rival_pairs(gold),
            rival_pairs(found),
            lambda g, p: all(
                overlaps(span(x), span(y), 0.5) for x, y in zip(g["pair"], p["pair"], strict=True)
            ),
        )

    def metonyms(self, gold, found):
        for g in gold["entities"]:
            same = [p for p in found["entities"] if span(p) == span(g) and p["code"] == g["code"]]
            if g.get("metonym") is not None and same:
                self.facts["metonyms"] += 1
                self.facts["metonyms_right"] += same[0].get("metonym") == g["metonym"]

    def precision(self, name):
        total = self.hits[name] + self.extras[name]
        return self.hits[name] / total if total else 1.0

    def recall(self, name):
        total = self.hits[name] + self.misses[name]
        return self.hits[name] / total if total else 1.0

    def f1(self, name):
        p, r = self.precision(name), self.recall(name)
        return 2 * p * r / (p + r) if p + r else 0.0


def rival_pairs(record):
    return [
        {"pair": pair}
        for group in record["rivals"]
        for pair in combinations(group["alternatives"], 2)
    ]
