"""The public call: options checked, votes prepared, mode chosen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import polars as pl

from multipolar.core.errors import BadOption, UnknownName
from multipolar.measures._ideal_absence import lay_out_absences
from multipolar.measures._ideal_chains import Plan, Progress
from multipolar.measures._ideal_data import CONTINUES, VoteArrays, prepare_votes
from multipolar.measures._ideal_estimate import (
    FAST_DRAWS,
    Unconverged,
    estimate_chains,
    estimate_fast,
)
from multipolar.measures._ideal_input import Paragraphs, Period
from multipolar.measures._ideal_joint import PERIOD_PRIOR
from multipolar.measures._ideal_planar_estimate import estimate_planar
from multipolar.measures._ideal_results import IdealPoints

Absence = Literal["missing", "choice"]
Mode = Literal["joint", "bsv2017", "fast"]

# Sweeps per chain: burn, kept from, thinned by. The published run keeps 20,000 sweeps thinned by
# 50; four chains share them.
_PLANS: dict[str, tuple[int, int, int]] = {"joint": (300, 1000, 2), "bsv2017": (4000, 5000, 50)}


def ideal_points(  # noqa: PLR0913 - one keyword per choice of the estimation
    votes: pl.DataFrame,
    *,
    mode: Mode = "joint",
    period: Period = "session",
    bridging: Literal["title", "none"] | pl.DataFrame = "title",
    paragraphs: Paragraphs | None = None,
    unanimous: Literal["drop", "keep"] = "drop",
    dimensions: Literal[1, 2] = 1,
    absence: Absence = "missing",
    anchors: tuple[str, str] | tuple[str, str, str] = ("USA", "RUS"),
    chains: int = 4,
    burn: int | None = None,
    iterations: int | None = None,
    thin: int | None = None,
    seed: int = 1945,
    threads: int = 0,
    period_prior: tuple[float, float] | None = PERIOD_PRIOR,
    unconverged: Unconverged = "refuse",
    progress: bool | Progress = False,
    resume: str | Path | None = None,
) -> IdealPoints:
    """Estimate where states stand on the main dimension of their votes, period by period.

    Every vote is an ordinal probit: a latent utility ``beta * theta + N(0, 1)`` falls below the
    item's low cutpoint (yes), above its high one (no), or between (abstain).

    Parameters
    ----------
    votes : frame, one row per (rollcall, state)
        ``rollcall``, ``state``, ``vote`` in {1 yes, 2 abstain, 3 no; 8 absent, 9 not a member are
        left out and counted}; ``session`` and/or ``date`` and/or ``year``; optional ``title``
        (bridging), ``weight`` (of a roll call, modes joint and fast), ``para`` and ``amend``.
    mode : {"joint", "bsv2017", "fast"}
        ``joint``: posterior of a stationary walk in time per state, rates of change estimated.
        ``bsv2017``: the procedure of Bailey, Strezhnev & Voeten as their April 2020 code carries
        it out; its stationary distribution is not the posterior of its stated prior. ``fast``: the
        same procedure with means for draws, and normal intervals, for exploring.
    period : {"session", "year"}
        Unit of time. Sessions without a number (emergency, special) are placed by their date.
    bridging : {"title", "none"} or frame
        Which roll calls of different periods share their parameters: those of the same title, none,
        or the pairs of a table such as the published ``Matches.csv``.
    paragraphs : {"all", "until_1989", "none"}
        Votes on paragraphs and amendments to keep (columns ``para``, ``amend``); default "all",
        for bsv2017 "until_1989".
    unanimous : {"drop", "keep"}
        Roll calls on which all voted alike say little about positions; the published procedure
        drops them. To keep them is exact in mode joint where roll calls were not selected.
    dimensions : {1, 2}
        Mode joint: 2 places states in a plane and returns an :class:`IdealPlane`.
    absence : {"missing", "choice"}
        Mode joint. ``missing``: who is away says nothing. ``choice``: a member's absence (code 8)
        is a probit with an intercept and a slope on position per item and a rate per state and
        period, so that staying away tells where a state stands, as far as the record bears it out.
    anchors : (high, low) or (high, low, side)
        The sign: the first state's mean position is above the second's. In the plane the first
        axis runs from the second through the first, and the third (default IND, or the state
        furthest from their line) is on the positive side of the second axis. A code stands for its
        predecessor too (RUS for SUN).
    chains, burn, iterations, thin : int
        Chains from dispersed starts; sweeps per chain thrown away, kept from, and per draw.
    seed : int
        Same seed, same draws, for any number of ``threads`` (0: all processors).
    period_prior : (float, float) or None
        Mode joint: prior standard deviations of a period's mean position and of the log of its
        spread, before standardising; None for none.
    unconverged : {"refuse", "show"}
        Below the threshold (rank R-hat 1.01, 5 % quantile of effective sizes 400, on positions
        and on the periods' means and spreads; four chains) intervals are refused unless "show".
    progress : bool or callable
        True: a line on stderr; or ``f(done, total, seconds_left)``.
    resume : path
        Saves the chains there about once a minute and takes them up again.

    Returns
    -------
    IdealPoints
        ``frame`` one row per state and period, in standard deviations over all state-periods (0
        the mean; high: the first anchor's side); ``draws``, ``diagnostics``, ``items``,
        ``distance``, ``rank``, ``contrast``, ``most_moved``, ``predict``, and with
        ``absence="choice"`` the frame ``absence``. With ``dimensions=2`` an ``IdealPlane``: the
        same, one row per state, period and dimension.

    Raises
    ------
    SchemaMismatch, TooFewObservations, NotIdentified, BadOption
        Columns or codes missing; no division; too few or disconnected voters; options.

    Notes
    -----
    Measures votes cast on one dimension (or two), not interests and not alignment with any state
    but the poles of that dimension.

    References
    ----------
    Bailey, Strezhnev & Voeten 2017, Journal of Conflict Resolution 61(2), 430-456.
    Vehtari, Gelman, Simpson, Carpenter & Buerkner 2021, Bayesian Analysis 16(2), 667-718.

    Examples
    --------
    >>> import polars as pl
    >>> votes = pl.DataFrame(
    ...     [(f"r{r}", s, 1 + 2 * ((i > r % 5) ^ (r % 2)), 1 + r // 6)
    ...      for r in range(12) for i, s in enumerate(["RUS", "CHN", "IND", "BRA", "FRA", "USA"])],
    ...     schema=["rollcall", "state", "vote", "session"], orient="row")
    >>> points = ideal_points(votes, mode="fast")
    >>> points.frame.filter(session=2).sort("mean")["state"].to_list()[0]
    'RUS'
    """
    _check_options(mode, unconverged, unanimous, dimensions, absence)
    _check_prior(period_prior)
    _check_anchors(anchors, dimensions)
    if mode == "fast":
        _check_nothing_sampled(burn=burn, thin=thin, resume=resume)
    arrays = prepare_votes(
        votes,
        period=period,
        bridging=bridging,
        paragraphs=paragraphs or ("until_1989" if mode == "bsv2017" else "all"),
        reference_sample=mode == "bsv2017",
        unanimous=unanimous,
    )
    if mode == "bsv2017" and arrays.weighted:
        raise BadOption(
            "mode 'bsv2017' has no weights, and the votes have a column 'weight'",
            hint="mode='joint' or 'fast', or drop the column",
        )
    default = _PLANS.get(mode, (0, FAST_DRAWS, 1))
    plan = Plan(
        chains=chains,
        burn=default[0] if burn is None else burn,
        iterations=default[1] if iterations is None else iterations,
        thin=default[2] if thin is None else thin,
        seed=seed,
        threads=threads,
    )
    told: dict[str, Any] = {"mode": mode, "period": period, "anchors": list(anchors), "seed": seed}
    if dimensions == 2 or absence == "choice":
        told |= {"dimensions": dimensions, "absence": absence}
        result = estimate_planar(
            arrays,
            lay_out_absences(votes, arrays, period) if absence == "choice" else None,
            plan,
            dims=dimensions,
            anchors=anchors,
            unconverged=unconverged,
            period_prior=period_prior,
            progress=_progress_line if progress is True else progress or None,
            resume=Path(resume) if resume is not None else None,
        )
    else:
        result = _estimate(
            arrays, plan, mode, (anchors[0], anchors[1]), unconverged, period_prior, progress,
            resume,
        )  # fmt: skip
    told |= {
        "bridging": bridging if isinstance(bridging, str) else "table",
        "n_votes": arrays.n_obs, "n_items": arrays.n_items, "n_units": arrays.n_units,
        "n_rollcalls": arrays.rollcalls.height, "votes": arrays.fingerprint,
    }  # fmt: skip
    if mode != "fast":
        told |= {"chains": plan.chains, "burn": plan.burn, "thin": plan.thin}
        told |= {"iterations": plan.iterations}
    result.diagnostics = replace(result.diagnostics, settings=told | result.diagnostics.settings)
    return result


def _check_options(
    mode: str, unconverged: str, unanimous: str, dimensions: int, absence: str
) -> None:
    if mode not in ("joint", "bsv2017", "fast"):
        raise UnknownName.among("mode", str(mode), ["joint", "bsv2017", "fast"])
    if unconverged not in ("refuse", "show"):
        raise BadOption(f"unconverged={unconverged!r}", hint="refuse or show")
    if unanimous not in ("drop", "keep"):
        raise BadOption(f"unanimous={unanimous!r}", hint="drop or keep")
    if dimensions not in (1, 2):
        raise BadOption(f"dimensions={dimensions!r}", hint="1, a line, or 2, a plane")
    if absence not in ("missing", "choice"):
        raise UnknownName.among("absence", str(absence), ["missing", "choice"])
    if mode != "joint" and (dimensions == 2 or absence == "choice"):
        asked = "dimensions=2" if dimensions == 2 else "absence='choice'"
        raise BadOption(f"mode {mode!r} does not take {asked}", hint="mode='joint'")


def _check_prior(period_prior: object) -> None:
    if period_prior is None:
        return
    pair = period_prior if isinstance(period_prior, Sequence) else ()
    if len(pair) != 2 or not all(isinstance(sd, int | float) and sd > 0 for sd in pair):
        raise BadOption(f"period_prior={period_prior!r}", hint="two standard deviations, or None")


def _check_anchors(anchors: object, dimensions: int) -> None:
    """Two different states, in the plane two or three; a bare string is not a list of letters."""
    named = anchors if isinstance(anchors, Sequence) and not isinstance(anchors, str) else ()
    if not all(isinstance(a, str) for a in named):
        named = ()
    if len({CONTINUES.get(a, a) for a in named}) < len(named):
        named = ()  # Russia and the Soviet Union are one path: the sign would be arbitrary
    if len(named) == 2 or (len(named) == 3 and dimensions == 2):
        return
    raise BadOption(
        f"anchors={anchors!r}",
        hint="two different states, a high one and a low one: ('USA', 'RUS'); a third names the "
        "side in a plane only"
        if dimensions == 1
        else "two or three different states: high and low on the first axis, then one on the "
        "positive side of the second",
    )


def _check_nothing_sampled(**given: object) -> None:
    """Mode fast has no chain: what is said about chains would be passed over in silence."""
    for name, value in given.items():
        if value is not None:
            raise BadOption(
                f"mode 'fast' runs no chains and takes no {name}",
                hint=f"leave {name} out, or mode='joint'",
            )


def _estimate(
    arrays: VoteArrays,
    plan: Plan,
    mode: Mode,
    anchors: tuple[str, str],
    unconverged: Unconverged,
    period_prior: tuple[float, float] | None,
    progress: bool | Progress,  # noqa: FBT001 - passed through from a keyword
    resume: str | Path | None,
) -> IdealPoints:
    if mode == "fast":
        return estimate_fast(
            arrays, anchors=anchors, seed=plan.seed, threads=plan.workers, draws=plan.iterations
        )
    tell = _progress_line if progress is True else progress or None
    return estimate_chains(
        arrays,
        plan,
        mode=mode,
        anchors=anchors,
        unconverged=unconverged,
        period_prior=period_prior,
        progress=tell,
        resume=Path(resume) if resume is not None else None,
    )


def _progress_line(done: int, total: int, left: float) -> None:
    """Rewrite one line on stderr: share done and time left."""
    minutes, seconds = divmod(round(left), 60)
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r{done / total:6.1%} of {total} sweeps, {minutes}:{seconds:02d} left{end}")
    sys.stderr.flush()
