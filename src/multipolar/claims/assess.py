"""From a study to a verdict: plan, gather, decide, summarise, and say what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from multipolar.claims.library import find_claim
from multipolar.claims.multiverse import Multiverse, summarise
from multipolar.claims.placebo import NAMED, joint_test, more_extreme, rank_words
from multipolar.claims.predicates import Predicate, predicate_of
from multipolar.claims.rules import Rule, rule_from_dict
from multipolar.claims.run import Evidence, Progress, decide, gather, results_table
from multipolar.claims.space import Floats, Plan, plan
from multipolar.claims.verdict import CANNOT_TELL, Verdict, sentence, word_for
from multipolar.claims.vintages import ask_of_vintage, other_vintages
from multipolar.core.declare import STARTER
from multipolar.core.errors import ClaimError, MeasureError, NotTestable
from multipolar.core.states import state_of
from multipolar.core.study import ClaimStudy, Dropped, narrow_choices, read_prior
from multipolar.measures._estimand import (
    SERIES_SCHEMA,
    SHARES_SCHEMA,
    Coverage,
    Estimand,
    Remarking,
)
from multipolar.sources import SOURCES
from multipolar.store import Store

SEED = 1945
MINIMUM_COVERAGE = 0.5
MAP_SCHEMA = {
    "state": pl.String,
    "name": pl.String,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "weight": pl.Float64,
    "position": pl.String,
    "weighted_by": pl.String,
}
PLACEBO_SCHEMA = {
    "panel": pl.String,
    "state": pl.String,
    "estimate": pl.Float64,
    "is_subject": pl.Boolean,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A claim ready to run: its measure, its rule, its specifications, nothing computed yet."""

    claim: ClaimStudy
    predicate: Predicate
    estimand: Estimand
    rule: Rule
    listed: Plan
    dropped: tuple[Dropped, ...]
    prior: Mapping[str, Mapping[Any, float]]


def claim(
    study_or_id: str | Path | ClaimStudy,
    *,
    store: Store | None = None,
    seed: int = SEED,
    progress: Progress | None = None,
    vintages: bool = False,
) -> Verdict:
    """Put one claim to the record.

    Parameters
    ----------
    study_or_id : str, Path or ClaimStudy
        Name of a shipped claim (``multipolar claim list``), or the path of a study file with one
        claim; ``file.toml#id`` picks one of several.
    store : Store, optional
        The evidence; the user's store, or the starter record alone, without it.
    seed : int
        Seed of the intervals.
    progress : callable, optional
        ``progress(done, total)`` after each specification.
    vintages : bool
        Ask the claim also of every other vintage of its data in the store (``.vintages``).

    Returns
    -------
    Verdict
        ``.word`` is one of holds, mostly holds, contested, mostly fails, fails, cannot tell;
        ``.frame`` has one row per specification.

    Raises
    ------
    BadStudy, UnknownName
        The study does not follow the schema, or names what does not exist.

    Notes
    -----
    A verdict is about the record in the store, up to its last date. It says how far a claim
    depends on how it is measured; it is not a probability that the claim is true.

    References
    ----------
    Simonsohn, Simmons & Nelson 2020, doi:10.1038/s41562-020-0912-z; Del Giudice & Gangestad 2021,
    doi:10.1177/2515245920954925.

    Examples
    --------
    >>> verdict = claim("world-condemned-invasion")
    >>> sorted(verdict.multiverse.panels)
    ['weight=equal', 'weight=gdp_mer', 'weight=population']
    """
    found = study_or_id if isinstance(study_or_id, ClaimStudy) else find_claim(study_or_id)
    evidence = store or Store.open()
    verdict = assess(found, evidence, seed=seed, progress=progress)
    others = other_vintages(tables_of(found, evidence), evidence)
    if vintages:
        others = [
            ask_of_vintage(row, evidence, lambda pinned: assess(found, pinned, seed=seed))
            for row in others
        ]
    return replace(verdict, vintages=tuple(others))


def prepare(study: ClaimStudy, store: Store, *, seed: int = SEED) -> Prepared:
    """Build the measure, the rule and the list of specifications; nothing is computed."""
    predicate = predicate_of(study)
    choices, dropped = narrow_choices(predicate.declared(study), study)
    estimand = predicate.build(store, study, choices, seed)
    return Prepared(
        claim=study,
        predicate=predicate,
        estimand=estimand,
        rule=rule_of(study, predicate),
        listed=plan(estimand.choices, estimand.constraints),
        dropped=dropped,
        prior=read_prior(choices, study),
    )


def rule_of(study: ClaimStudy, predicate: Predicate) -> Rule:
    """Rule of the study where it names one, else the predicate's own."""
    given = study.rule.model_dump(exclude_none=True)
    if "rule" not in study.model_fields_set:
        given = {"kind": predicate.rule}
    return rule_from_dict({"direction": predicate.direction, **given})


def assess(
    study: ClaimStudy, store: Store, *, seed: int = SEED, progress: Progress | None = None
) -> Verdict:
    """Verdict on one claim of a study; what the record cannot answer is ``cannot tell``."""
    try:
        ready = prepare(study, store, seed=seed)
        evidence = gather(ready.listed, ready.estimand, year_of(study), progress)
    except (ClaimError, MeasureError) as error:
        return _untestable(study, error.message, store)
    outcome, percentile = decide(evidence, ready.rule)
    table = results_table(ready.listed, evidence, outcome, percentile)
    try:
        found = summarise(
            table,
            (),
            listed=ready.listed,
            rule=ready.rule,
            prior=ready.prior,
            interval_level=0.9,
        )
    except ClaimError as error:
        return _untestable(study, error.message, store)
    return _verdict(ready, evidence, found, store)


def year_of(study: ClaimStudy) -> int:
    """Break year of a claim."""
    if study.since is None:
        raise NotTestable(f"{study.id}: the study names no day since which it is claimed")
    return study.since.year


def _verdict(ready: Prepared, evidence: Evidence, found: Multiverse, store: Store) -> Verdict:
    study, estimand = ready.claim, ready.estimand
    coverage = tuple(estimand.coverage())
    word = word_for(found.shares["supports"], found.shares["not_computable"])
    least = MINIMUM_COVERAGE if study.minimum.share is None else study.minimum.share
    thin = [c for c in coverage if c.share < least]
    if thin and len(thin) == len(coverage):
        word = CANNOT_TELL
    sources = used_sources(store, study)
    default = {c.name: c.default for c in found.choices}
    return Verdict(
        claim=study,
        word=word,
        words=sentence(word, found),
        reason="" if not thin else f"only {thin[0].share:.0%} of {thin[0].what} is in the record",
        multiverse=found,
        frame=found.frame,
        series=_series(found, estimand),
        placebos=_placebos(ready, evidence, found),
        weights=estimand.shares(),
        map_frame=_map_frame(estimand.positions(default)),
        coverage=coverage,
        placebo_tests=_placebo_tests(ready, evidence, found),
        sources=sources,
        record_ends=max((str(s["record_ends"]) for s in sources), default=""),
        estimate_words=ready.predicate.words,
        rule=ready.rule.to_dict(),
        warnings=_warnings(ready, evidence),
    )


def _untestable(study: ClaimStudy, why: str, store: Store) -> Verdict:
    return Verdict(
        claim=study,
        word=CANNOT_TELL,
        words=f"The record cannot tell: {why}.",
        reason=why,
        multiverse=None,
        frame=pl.DataFrame(),
        series=pl.DataFrame(schema={"panel": pl.String, **SERIES_SCHEMA}),
        placebos=pl.DataFrame(schema=PLACEBO_SCHEMA),
        weights=pl.DataFrame(schema=SHARES_SCHEMA),
        map_frame=pl.DataFrame(schema=MAP_SCHEMA),
        coverage=(
            Coverage(stream="", what=why, first="", last="", share=0.0, note="not testable"),
        ),
        placebo_tests={},
        sources=used_sources(store, study),
        record_ends="",
        estimate_words="",
        rule={},
    )


def _series(found: Multiverse, estimand: Estimand) -> pl.DataFrame:
    """Yearly values of each panel under its default specification; equal ones are kept once."""
    frames = []
    for panel in found.panels.values():
        series = estimand.series(panel.default["options"])
        frames.append(series.select(pl.lit(panel.key).alias("panel"), pl.all()))
    return pl.concat(frames)


def _placebos(ready: Prepared, evidence: Evidence, found: Multiverse) -> pl.DataFrame:
    """Estimates of every comparable state under each panel's default specification."""
    row_of = {spec: row for row, spec in enumerate(ready.listed.ids)}
    subject = ready.estimand.subject
    frames = []
    for panel in found.panels.values():
        row = row_of[panel.default["spec"]]
        values = evidence.others[row].copy()
        if not np.isfinite(values).any():
            continue
        values[subject] = evidence.estimate[row]
        frame = pl.DataFrame({"state": evidence.states, "estimate": values})
        frames.append(
            frame.select(
                pl.lit(panel.key).alias("panel"),
                "state",
                "estimate",
                (pl.col("state") == evidence.states[subject]).alias("is_subject"),
            ).filter(pl.col("estimate").is_finite())
        )
    return pl.concat(frames) if frames else pl.DataFrame(schema=PLACEBO_SCHEMA)


def _map_frame(positions: pl.DataFrame) -> pl.DataFrame:
    """Positions with the name and place of every state."""
    rows = []
    columns = positions.select("state", "weight", "position", "weighted_by")
    for code, *rest in columns.iter_rows():
        state = state_of(code)
        rows.append((code, state.name, state.lat, state.lon, *rest))
    return pl.DataFrame(rows, schema=MAP_SCHEMA, orient="row").drop_nulls(["lat", "lon"])


def _placebo_tests(
    ready: Prepared, evidence: Evidence, found: Multiverse
) -> dict[str, dict[str, Any]]:
    """Joint tests of each panel: against other states, earlier dates, and both crossed.

    Specifications found to repeat others are left out here as in the shares.
    """
    kept = np.isin(ready.listed.ids, found.frame["spec"].to_list())
    names = tuple(state_of(s).name if len(s) == 3 else s for s in evidence.states)
    dates = tuple(str(d) for d in evidence.dates)
    tests: dict[str, dict[str, Any]] = {}
    for index, key in enumerate(ready.listed.panel_keys):
        rows = np.flatnonzero((ready.listed.panel_of == index) & kept)
        observed = evidence.estimate[rows]
        tests[key] = {
            "states": _joint(ready.rule, observed, evidence.others[rows], names, "states"),
            "dates": _joint(ready.rule, observed, evidence.earlier[rows], dates, "earlier years"),
            "draws": _joint(ready.rule, observed, evidence.draws[rows], (), ""),
        }
    return tests


def _joint(
    rule: Rule, observed: Floats, placebo: Floats, names: tuple[str, ...], kind: str
) -> dict[str, Any] | None:
    """Test of one panel's curve against one kind of placebo; None where there is none."""
    if not np.isfinite(placebo).any() or not np.isfinite(observed).any():
        return None
    tested = joint_test(observed, placebo.T, direction=rule.direction, rule=rule).to_dict()
    if not names:
        return tested
    known = np.isfinite(placebo).any(axis=0)
    medians = dict(
        zip(np.array(names)[known], np.nanmedian(placebo[:, known], axis=0), strict=True)
    )
    median = float(np.nanmedian(observed))
    what = "a lower median estimate" if rule.direction == "negative" else "a higher one"
    words = rank_words(median, medians, direction=rule.direction, what=what, kind=kind)
    extreme = more_extreme(median, medians, rule.direction)
    return {**tested, "n": int(known.sum()), "more_extreme": extreme[:NAMED], "sentence": words}


def used_sources(store: Store, study: ClaimStudy) -> tuple[Mapping[str, Any], ...]:
    """Provenance, licence and citation of every table the claim's measure reads."""
    rows = []
    for table in tables_of(study, store):
        found = store.provenance(table)
        source = SOURCES[found.source] if found.source in SOURCES.names() else None
        rows.append(
            {
                "table": table,
                "source": found.source,
                "kind": found.kind,
                "vintage": found.vintage,
                "sha256": found.sha256,
                "rows": found.rows,
                "rejects": found.rejects,
                "record_ends": found.last,
                # A source loaded from a user's own file is not registered and states no terms here.
                "publisher": source.publisher if source else "",
                "licence": source.licence if source else "",
                "citation": source.citation if source else "",
            }
        )
    return tuple(rows)


def tables_of(study: ClaimStudy, store: Store) -> Iterable[str]:
    """Tables behind a predicate that the store holds and the measure reads."""
    held = set(store.tables())
    if store.provenance("votes").kind != STARTER:
        # With every roll call at hand the starter's yearly counts are not read.
        held.discard("vote_dyads")
    return [t for t in predicate_of(study).tables if t in held]


def _warnings(ready: Prepared, evidence: Evidence) -> tuple[str, ...]:
    by_choice: dict[tuple[str, str], list[str]] = {}
    for item in ready.dropped:
        by_choice.setdefault((item.choice, item.reason), []).append(str(item.option))
    notes = [
        f"The study leaves out {name} = {', '.join(options)}: {reason}."
        for (name, reason), options in by_choice.items()
    ]
    if ready.rule.kind == "rank":
        alone = ~np.isfinite(evidence.others).any(axis=1)
        if alone.any() and not alone.all():
            notes.append(
                f"{int(alone.sum()):,} specifications have no comparable state in the record and "
                "are decided by their interval, not by a rank."
            )
    if isinstance(ready.estimand, Remarking):
        notes += ready.estimand.remarks()
    return tuple(notes)
