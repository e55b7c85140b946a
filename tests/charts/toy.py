"""A made-up verdict in the real shape, and one real one: ES-11/1 by states, people and output."""

import itertools
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from multipolar.core.study import load_study

SENTENCE = "The share of specifications is not a probability that the claim is true."
SERIES = {
    "panel": pl.String, "period": pl.Date, "value": pl.Float64, "lower": pl.Float64,
    "upper": pl.Float64, "world_median": pl.Float64, "world_low": pl.Float64,
    "world_high": pl.Float64,
}  # fmt: skip
MAP = {
    "state": pl.String, "name": pl.String, "lat": pl.Float64, "lon": pl.Float64,
    "weight": pl.Float64, "position": pl.String, "note": pl.String,
}  # fmt: skip


def toy_claim(name="toy"):
    """A claim as a study file states it."""
    text = f'id = "{name}"\ntext = "Ruritania drifted away"\npredicate = "aligned_with"\n'
    return load_study(text + 'since = 2022-02-24\nform = "change"\npole = "west"\n').claim[0]


@dataclass
class ToyVerdict:
    """What the reports read from a verdict, as plain data."""

    data: dict
    frame: pl.DataFrame
    series: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SERIES))
    placebos: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"panel": pl.String, "state": pl.String, "estimate": pl.Float64,
                    "is_subject": pl.Boolean}
        )
    )  # fmt: skip
    weights: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"weighting": pl.String, "position": pl.String, "share": pl.Float64}
        )
    )
    map_frame: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MAP))
    claim: object = field(default_factory=toy_claim)

    def to_dict(self):
        return self.data


CHOICES = [
    {"name": "weight", "kind": "N", "options": ["equal", "population", "gdp"], "default": "equal",
     "why": "counting states, people or output asks three different questions",
     "labels": {"equal": "counting states", "population": "counting people",
                "gdp": "counting output"}},
    {"name": "metric", "kind": "E", "options": ["kappa", "agree", "s"], "default": "kappa",
     "why": "three published agreement measures", "labels": {"kappa": "chance-corrected agreement",
     "agree": "share of equal votes", "s": "S of Signorino and Ritter"}},
    {"name": "abstention", "kind": "E", "options": ["own", "half", "drop"], "default": "own",
     "why": "scholars differ", "labels": {"own": "a position of its own", "half": "half a no",
     "drop": "left out"}},
    {"name": "baseline_window", "kind": "E", "options": [4, 8], "default": 8,
     "why": "short or long", "labels": {"4": "2018-2021", "8": "2014-2021"}},
    {"name": "vote_set", "kind": "U", "options": ["all", "contested"], "default": "contested",
     "why": "consensus votes carry no signal", "labels": {"all": "all votes",
     "contested": "contested votes"}},
]  # fmt: skip
STATES = ["RUS", "USA", "CHN", "IND", "BRA", "ISR", "BLR", "SYR", "PRK", "CUB", "KAZ", "ARM",
          *(f"X{i:02d}" for i in range(158))]  # fmt: skip


def toy_verdict(*, options=None, title="Ruritania drifted away", text="Ruritania drifted away"):
    """Three panels of specifications with known shares; ``options`` overrides any choice's list."""
    rng = np.random.default_rng(7)
    choices = deepcopy(CHOICES)
    for choice in choices:
        choice["options"] = (options or {}).get(choice["name"], choice["options"])
    names = [c["name"] for c in choices]
    shift = {"equal": -0.14, "population": 0.01, "gdp": -0.05}
    rows = []
    for i, combination in enumerate(itertools.product(*(c["options"] for c in choices))):
        spec = dict(zip(names, combination, strict=True))
        estimate = shift[spec["weight"]] + 0.05 * (spec["metric"] == "agree") + rng.normal(0, 0.02)
        estimate += 0.04 * (spec["vote_set"] == "all")
        half = rng.uniform(0.03, 0.07)
        outcome = (
            "supports" if estimate + half < 0
            else "contradicts" if estimate - half > 0 else "inconclusive"
        )  # fmt: skip
        known = not (spec["abstention"] == "drop" and spec["baseline_window"] == 4)
        default = all(spec[c["name"]] == c["default"] for c in choices if c["name"] != "weight")
        rows.append(
            {"spec": f"{i:016x}", "panel": f"weight={spec['weight']}", **spec,
             "estimate": estimate if known else None, "lower": estimate - half if known else None,
             "upper": estimate + half if known else None, "n_obs": 100 if known else 0,
             "percentile": 0.5, "outcome": outcome if known else "not_computable",
             "reason": None if known else "too few votes", "is_default": default}
        )  # fmt: skip
    frame = pl.DataFrame(rows, infer_schema_length=None)
    panels = [_panel(frame, f"weight={o}", choices[0]["labels"][o]) for o in choices[0]["options"]]
    data = _verdict(choices, panels, frame, title, text)
    series, placebos = _series(rng), _placebos(rng)
    for panel in panels:
        others = placebos.filter(pl.col("panel") == panel["key"])
        own = others.filter(pl.col("is_subject"))["estimate"][0]
        lower = others.filter(pl.col("estimate") < own).sort("estimate")
        panel["placebo_states"] |= {
            "n": others.height, "rank": lower.height + 1, "more_extreme": lower["state"].to_list(),
        }  # fmt: skip
    return ToyVerdict(data, frame, series, placebos)


def _panel(frame, key, words, names=("metric", "abstention", "baseline_window", "vote_set")):
    part = frame.filter(pl.col("panel") == key)
    outcomes = ("supports", "contradicts", "inconclusive", "not_computable")
    shares = {o: float((part["outcome"] == o).mean()) for o in outcomes}
    known = part["estimate"].drop_nulls()
    quantiles = [float(known.quantile(q, "linear")) for q in (0.05, 0.25, 0.5, 0.75, 0.95)]
    default = part.filter(pl.col("is_default")).row(0, named=True)
    support = shares["supports"]
    return {
        "key": key, "words": words, "n": part.height, "shares": shares,
        "verdict": "holds" if support >= 0.9 else "contested" if support >= 0.3 else "fails",
        "median": quantiles[2], "iqr": [quantiles[1], quantiles[3]],
        "range90": [quantiles[0], quantiles[4]], "within_width": 0.1, "between_within": 0.6,
        "importance": {"metric": [0.52, 0.55], "vote_set": [0.31, 0.36], "abstention": [0.02, 0.09],
                       "baseline_window": [0.01, 0.07]},
        "importance_method": "anova", "information": {"metric": 0.3, "vote_set": 0.2},
        "flip_rate": {"metric": 0.25, "vote_set": 0.2, "abstention": 0.05, "baseline_window": 0.03},
        "reversal_rate": {"metric": 0.0, "vote_set": 0.01, "abstention": 0.0,
                          "baseline_window": 0.0},
        "minimal_flips": [["metric", "vote_set"]],
        "default": {"options": {k: default[k] for k in names},
                    "estimate": default["estimate"], "lower": default["lower"],
                    "upper": default["upper"], "outcome": default["outcome"], "percentile": 0.97},
        "tree": {"n": part.height, "shares": shares,
                 "split": {"choice": "metric", "options": ["kappa", "s"]},
                 "children": [{"n": part.height * 2 // 3, "shares": shares, "children": []},
                              {"n": part.height // 3, "shares": shares, "children": []}]},
        "placebo_states": {"n": 170, "rank": 3, "more_extreme": ["Israel", "Syria"],
                           "p_median": 0.018, "p_share": 0.024, "p_stouffer": 0.03},
        "placebo_dates": None,
    }  # fmt: skip


def _verdict(choices, panels, frame, title, text):
    mean = {k: float(np.mean([p["shares"][k] for p in panels])) for k in panels[0]["shares"]}
    return {
        "schema": 1,
        "claim": {"id": "toy", "title": title, "text": text, "said_by": "The Daily Ruritanian",
                  "source": "made up for the tests", "subject": "RUS", "subject_name": "Ruritania",
                  "predicate": "aligned_with", "form": "change", "since": "2022-02-24",
                  "until": None, "baseline": "2014-2021", "why": "to draw it"},
        "verdict": "contested",
        "words": "Counting states, the record mostly supports it. Counting people it does not.",
        "share_sentence": SENTENCE, "shares": mean, "n_specifications": frame.height,
        "hash": "0" * 64, "excluded": [{"n": 12, "why": "S is not defined without abstentions"}],
        "redundant": [{"dropped": "s", "kept": "agree", "why": "S = 2 agree - 1"}],
        "choices": choices, "panels": panels,
        "nearest_flip": {"size": 1, "outcome_from": "supports", "outcome_to": "contradicts",
                         "flips": [{"changes": {"weight": ["equal", "population"]},
                                    "words": "counting people"}],
                         "sentence": "Holds under the default; one change is enough to reverse it: "
                                     "counting people."},
        "coverage": [{"what": "UN votes", "stream": "votes", "first": "1946", "last": "2025-10-29",
                      "share": 0.98, "weight_missing": 0.01, "missing": ["TWN"], "note": ""}],
        "sources": [{"table": "vote_dyads", "source": "unga_votes", "kind": "starter",
                     "vintage": "2026-11", "sha256": "ab" * 32, "rows": 1000, "rejects": 0,
                     "record_ends": "2025-10-29", "publisher": "UN Digital Library",
                     "licence": "public domain facts", "citation": "UN Digital Library, votes"}],
        "record_ends": "2025-10-29", "warnings": ["2025 has fewer roll calls than other years"],
        "versions": {"multipolar": "0.1.0", "python": "3.11", "polars": "2.1.0"},
    }  # fmt: skip


def _series(rng):
    rows = []
    for key, fall in (("weight=equal", 0.2), ("weight=population", 0.02), ("weight=gdp", 0.1)):
        for year in range(2005, 2026):
            value = 0.55 - fall * (year >= 2022) + rng.normal(0, 0.015)
            rows.append(
                {"panel": key, "period": date(year, 1, 1), "value": value, "lower": value - 0.04,
                 "upper": value + 0.04, "world_median": 0.62 + rng.normal(0, 0.01),
                 "world_low": 0.4, "world_high": 0.78}
            )  # fmt: skip
    return pl.DataFrame(rows, schema=SERIES)


def _placebos(rng):
    rows = []
    for key, own in (("weight=equal", -0.15), ("weight=population", 0.0), ("weight=gdp", -0.05)):
        for state in STATES:
            value = own if state == "RUS" else float(rng.normal(0.01, 0.05))
            rows.append({"panel": key, "state": state, "estimate": value,
                         "is_subject": state == "RUS"})  # fmt: skip
    return pl.DataFrame(rows)


WEIGHTINGS = (("equal", "states"), ("population", "people"), ("gdp", "output"))


def real_es11_1(shared):
    """The vote of 2 March 2022 and the world's weights of 2021, from the public record."""
    votes = pl.read_csv(shared / "facts/unga_es11_1.csv").select("iso3", "vote")
    places = pl.read_csv(
        shared / "data/countries/mledoze_countries.csv", infer_schema=False
    ).select(
        pl.col("cca3").alias("iso3"), pl.col("name.common").alias("name"),
        pl.col("latlng").str.split(",").list.get(0).cast(pl.Float64).alias("lat"),
        pl.col("latlng").str.split(",").list.get(1).cast(pl.Float64).alias("lon"),
    )  # fmt: skip
    world = votes.join(places, on="iso3", how="left").with_columns(equal=pl.lit(1.0))
    for name in ("population", "gdp"):
        values = pl.read_parquet(shared / f"data/worldbank/{name}.parquet").filter(
            pl.col("Year").cast(pl.Int64) == 2021
        )
        values = values.select(
            pl.col("Country Code").alias("iso3"), pl.col("Value").cast(pl.Float64).alias(name)
        )
        world = world.join(values, on="iso3", how="left")
    return _world_condemned(world)


def _world_condemned(world):
    rows = []
    for (weight, _), (denominator, among) in itertools.product(
        WEIGHTINGS,
        (("members", ("yes", "no", "abstain", "absent")), ("present", ("yes", "no", "abstain"))),
    ):
        inside = world.filter(pl.col("vote").is_in(among))
        share = inside.filter(pl.col("vote") == "yes")[weight].sum() / inside[weight].sum()
        outcome = "supports" if share > 0.5 else "contradicts"
        rows.append(
            {"spec": f"{len(rows):016x}", "panel": f"weight={weight}", "weight": weight,
             "denominator": denominator, "estimate": share, "lower": None, "upper": None,
             "n_obs": inside.height, "percentile": None, "outcome": outcome, "reason": None,
             "is_default": denominator == "members"}
        )  # fmt: skip
    frame = pl.DataFrame(rows, schema_overrides={"lower": pl.Float64, "upper": pl.Float64,
                                                 "percentile": pl.Float64})  # fmt: skip
    weights = pl.DataFrame(
        [
            {"weighting": words, "position": vote,
             "share": world.filter(pl.col("vote") == vote)[weight].sum() / world[weight].sum()}
            for weight, words in WEIGHTINGS for vote in ("yes", "abstain", "no", "absent")
        ]
    )  # fmt: skip
    choices = [
        CHOICES[0],
        {"name": "denominator", "kind": "E", "options": ["members", "present"],
         "default": "members", "why": "absent states may or may not be counted",
         "labels": {"members": "all members", "present": "members that voted"}},
    ]  # fmt: skip
    panels = [
        _panel(frame, f"weight={w}", CHOICES[0]["labels"][w], ("denominator",))
        | {"importance": {"denominator": [1.0, 1.0]}, "flip_rate": {"denominator": 0.0},
           "reversal_rate": {"denominator": 0.0}, "placebo_states": None, "tree": None}
        for w, _ in WEIGHTINGS
    ]  # fmt: skip
    data = _verdict(choices, panels, frame, "The world condemned the invasion",
                    "The world condemned the invasion of Ukraine")  # fmt: skip
    data["claim"] |= {"id": "condemned", "subject": "", "subject_name": "the world",
                      "said_by": "many headlines of March 2022", "form": "level"}  # fmt: skip
    map_frame = world.select(
        pl.col("iso3").alias("state"), "name", "lat", "lon", pl.col("population").alias("weight"),
        pl.col("vote").alias("position"), pl.lit("").alias("note"),
    )  # fmt: skip
    return ToyVerdict(data, frame, weights=weights, map_frame=map_frame)
