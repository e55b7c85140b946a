"""The table of results, read and written: one row per specification."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from multipolar.claims.evaluate import AnyRule, require_one, undecided
from multipolar.claims.listing import Codes
from multipolar.claims.rules import Rule
from multipolar.claims.space import (
    NOT_COMPUTABLE,
    OUTCOMES,
    Floats,
    Ints,
    Plan,
    Results,
    flat_index,
    option_columns,
    written,
)
from multipolar.core.choices import Choice
from multipolar.core.errors import BadOption


def match_rows(
    frame: pl.DataFrame, listed: Plan, everything: Sequence[Choice]
) -> npt.NDArray[np.intp]:
    """Row of ``frame`` for each row of the plan."""
    sizes = [len(c.options) for c in listed.choices]
    codes, known = _frame_codes(frame, listed.choices, everything)
    rows = np.flatnonzero(known)
    flat = flat_index(codes[rows], sizes)
    order = np.argsort(flat, kind="stable")
    twice = np.flatnonzero(np.diff(flat[order]) == 0)
    if len(twice):
        row = int(rows[order[twice[0] + 1]])
        raise BadOption(f"row {row + 1} of the table repeats a specification: {frame.row(row)}")
    wanted = flat_index(listed.codes, sizes)
    place = np.searchsorted(flat[order], wanted)
    place = np.minimum(place, max(0, len(flat) - 1))
    if not len(flat) or not np.array_equal(flat[order][place], wanted):
        row = 0 if not len(flat) else int(np.flatnonzero(flat[order][place] != wanted)[0])
        raise BadOption(
            f"the table has no row for {listed.options(row)}",
            hint="keep a row with a reason for each specification that could not be computed",
        )
    if len(flat) > len(wanted):
        raise BadOption(
            f"the table has {len(flat) - len(wanted):,} rows that the constraints forbid"
        )
    matched: npt.NDArray[np.intp] = rows[order[place]]
    return matched


def _frame_codes(
    frame: pl.DataFrame, choices: Sequence[Choice], everything: Sequence[Choice]
) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Option positions of each row, and whether all of its options are among ``choices``.

    Options in ``everything`` alone were declared equivalent to another: such rows are passed over.
    """
    codes = np.zeros((frame.height, len(choices)), dtype=np.int32)
    known = np.ones(frame.height, dtype=np.bool_)
    for j, (choice, full) in enumerate(zip(choices, everything, strict=True)):
        if choice.name not in frame.columns:
            raise BadOption(f"the table has no column for the choice {choice.name!r}")
        position = dict(zip(written(choice), range(len(choice.options)), strict=True))
        allowed = set(written(full))
        options = frame[choice.name].to_list()
        found = np.array([position.get(o, -1) for o in options], dtype=np.int32)
        for row in np.flatnonzero(found < 0).tolist():
            if options[row] not in allowed:
                full.check(options[row])
        codes[:, j] = found
        known &= found >= 0
    return codes, known


def read_results(frame: pl.DataFrame, rule: AnyRule) -> Results:
    """Read results from a table in the plan's order; the rule gives outcomes it lacks."""

    def column(name: str) -> Floats:
        if name not in frame.columns:
            return np.full(frame.height, np.nan)
        return frame[name].cast(pl.Float64).fill_null(math.nan).to_numpy().copy()

    value = column("estimate")
    value[np.isinf(value)] = np.nan
    given = frame["reason"].to_list() if "reason" in frame.columns else [None] * frame.height
    reason = [
        r or ("" if np.isfinite(v) else "no estimate") for r, v in zip(given, value, strict=True)
    ]
    require_one(value, reason)
    lower, upper, percentile = column("lower"), column("upper"), column("percentile")
    if "outcome" in frame.columns:
        outcome = _read_outcomes(frame["outcome"])
    elif isinstance(rule, Rule):
        outcome = rule.apply(value, lower, upper, percentile)
    else:
        raise BadOption("the table has no column 'outcome' and no rule of multipolar.claims.rules")
    outcome[~np.isfinite(value)] = NOT_COMPUTABLE
    return Results(
        estimate=value,
        outcome=outcome,
        lower=lower,
        upper=upper,
        n_obs=column("n_obs"),
        percentile=percentile,
        reason=undecided(reason, value, outcome, rule),
    )


def _read_outcomes(column: pl.Series) -> Ints:
    wrong = column.filter(~column.is_in(list(OUTCOMES)) | column.is_null())
    if len(wrong):
        raise BadOption(f"outcome {wrong[0]!r}; expected one of {', '.join(OUTCOMES)}")
    codes = column.replace_strict(list(OUTCOMES), list(range(4)), return_dtype=pl.Int64)
    return codes.to_numpy().copy()


def results_frame(listed: Plan, results: Results) -> pl.DataFrame:
    """Write results as a table: one row per specification."""
    panels = pl.Series("panel", listed.panel_keys).gather(listed.panel_of)
    numbers = [
        pl.Series(name, getattr(results, name)).fill_nan(None)
        for name in ("estimate", "lower", "upper", "n_obs", "percentile")
    ]
    outcome = pl.Series("outcome", OUTCOMES).gather(results.outcome)
    default = pl.Series("is_default", np.arange(listed.n) == listed.default_row)
    columns = [
        pl.Series("spec", listed.ids),
        panels,
        *option_columns(listed.choices, listed.codes),
        *numbers,
        outcome,
        pl.Series("reason", list(results.reason), dtype=pl.String),
        default,
    ]
    if listed.in_sample is not None:
        columns.append(pl.Series("in_sample", listed.in_sample))
    return pl.DataFrame(columns)
