"""Measures read off an estimation: its progress, what it says of itself, and its draws."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multipolar.cli._progress import show_progress
from multipolar.core.errors import BadOption

if TYPE_CHECKING:
    from multipolar.cli._options import Run
    from multipolar.measures.ideal_points import IdealPoints
    from multipolar.store import Store

ESTIMATED = ("ideal_points", "ideal_distance", "ideal_moves", "expected_votes")
_SHOWN = ("state", "partner", "since", "until", "rollcall")  # what is shown of an estimation


def estimate_first(
    run: Run,
    name: str,
    store: Store,
    options: Mapping[str, Any],
    *,
    posterior: str | None,
    resume: str | None,
    force: bool,
) -> None:
    """Estimate before the measure asks for the result, which is kept; write the draws if asked.

    What is shown is read first, so that a misspelled state is not found out an hour later.

    Raises
    ------
    BadOption, UnknownName
        Draws are asked of a measure that has none, or would replace a file; no such state.
    """
    from multipolar.core.states import find_states
    from multipolar.measures._rollcalls import year_of
    from multipolar.store.exporting import target_format

    if name not in ESTIMATED:
        if posterior or resume:
            raise BadOption(
                f"{name} is not read off draws: it takes no --posterior and no --resume",
                hint=f"measures that do: {', '.join(ESTIMATED)}",
            )
        return
    if options.get("mode", "stored") == "stored" and not (posterior or resume):
        return
    if posterior and target_format(Path(posterior), force=force) != "parquet":
        raise BadOption(f"draws are arrays and not for {posterior}", hint="a file .parquet")
    for key in ("state", "partner"):
        if key in options:
            find_states(options[key])
    for key in ("since", "until"):
        year_of(options.get(key), key)
    points = _estimate(run, store, options, resume)
    _say_what_it_is(run, points)
    if posterior:
        path = points.write_draws(posterior)
        run.say(f"wrote {path}: draws of positions, one row per state and {points.period}")


def _estimate(
    run: Run, store: Store, options: Mapping[str, Any], resume: str | None
) -> IdealPoints:
    from multipolar.measures.ideal_points import estimates

    chosen = {k: v for k, v in options.items() if k not in _SHOWN}
    with show_progress(run, unit="sweeps") as report:

        def tell(done: int, total: int, _left: float) -> None:
            if report is not None:
                report("sampling", done, total)

        return estimates(store, progress=tell, resume=resume, **chosen)


def _say_what_it_is(run: Run, points: IdealPoints) -> None:
    """What was estimated, how well the chains agree, and what to know about the votes."""
    told = points.diagnostics
    run.say(repr(points).strip("<>"))
    if told.converged is not None:
        worst, size = max(told.frame["rhat_max"].to_list()), min(told.frame["ess_q05"].to_list())
        run.say(f"R-hat at most {worst:.3f}, 5 % quantile of the effective sizes {size:.0f}")
    for line in (told.reason, *told.notes):
        if line:
            run.say(line)
