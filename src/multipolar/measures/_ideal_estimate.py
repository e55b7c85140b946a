"""From prepared votes to a result, one function per mode, and the check of convergence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from multipolar.measures._ideal_axes import anchor_weights
from multipolar.measures._ideal_bsv import BsvChain
from multipolar.measures._ideal_chains import Plan, Progress, run_chains
from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._ideal_fast import approximate, draw_around, draw_items, unsettled
from multipolar.measures._ideal_joint import JointChain
from multipolar.measures._ideal_results import Diagnostics, IdealPoints
from multipolar.measures._kernels.convergence import effective_size, r_hat

Unconverged = Literal["refuse", "show"]
RHAT_LIMIT = 1.01
ESS_LIMIT = 400.0
FAST_DRAWS = 400
_ABREAST_UP_TO = 3_000_000  # votes; above, chains one after the other save memory


def estimate_fast(
    votes: VoteArrays, *, anchors: tuple[str, str], seed: int, threads: int, draws: int
) -> IdealPoints:
    """Fixed point of the mean field passes, and draws around it."""
    orientation = _orientation(votes, anchors)
    fit = approximate(votes, orientation=orientation, threads=threads)
    raw = draw_around(votes, fit, draws=draws, seed=seed)
    theta, items = _standardised(raw, *draw_items(votes, fit, draws=draws, seed=seed))
    theta, items = _oriented(theta[None], _add_axis(items), orientation)
    notes = (
        *votes.notes,
        "mode 'fast': an approximation with normal intervals; use 'joint' to report",
        *unsettled(fit),
    )
    diagnostics = Diagnostics(
        frame=_empty_frame(), converged=None, reason="", dropped=votes.dropped, notes=notes,
        settings={"steps": fit.steps, "mobility": fit.mobility},
    )  # fmt: skip
    return IdealPoints(
        votes, _centred_on(theta[0], fit.theta.astype(np.float32)), items, diagnostics
    )


def estimate_chains(
    votes: VoteArrays,
    plan: Plan,
    *,
    mode: str,
    anchors: tuple[str, str],
    unconverged: Unconverged,
    period_prior: tuple[float, float] | None,
    progress: Progress | None,
    resume: Path | None,
) -> IdealPoints:
    """Sample with mode "joint" or "bsv2017", standardise, orient, and check convergence."""
    orientation = _orientation(votes, anchors)
    abreast = mode == "joint" and votes.n_obs <= _ABREAST_UP_TO
    start = np.zeros(0)
    if mode == "joint":
        start = approximate(votes, orientation=orientation, threads=plan.workers).theta

    def make(k: int) -> JointChain | BsvChain:
        if mode == "joint":
            return JointChain(
                votes, start, seed=plan.seed, chain=k, burn=plan.burn, period_prior=period_prior
            )
        return BsvChain(votes, seed=plan.seed, chain=k, threads=plan.workers)

    model = f"{votes.fingerprint} {mode} period prior {period_prior}"
    kept = run_chains(
        make, plan, fingerprint=model, abreast=abreast, progress=progress, resume=resume
    )
    theta, items, extra = _on_scale(kept, mode)
    theta, items = _oriented(theta, items, orientation)
    diagnostics = check_convergence(votes, theta, unconverged=unconverged, extra=extra)
    return IdealPoints(votes, theta.reshape(-1, votes.n_units), items, diagnostics)


def _on_scale(
    kept: dict[str, np.ndarray], mode: str
) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, Any]]:
    """Draws by chain on the standardised scale; bsv2017 standardises as it goes."""
    if mode == "bsv2017":
        items = {
            "discrimination": kept["beta"], "low": kept["cut"][..., 0], "high": kept["cut"][..., 1]
        }  # fmt: skip
        return kept["theta"], items, {}
    low, high = kept["centre"] - kept["half"], kept["centre"] + kept["half"]
    shape = kept["theta"].shape[:2]
    flat = [a.reshape(-1, a.shape[-1]) for a in (kept["theta"], kept["beta"], low, high)]
    scale = flat[0].std(1, ddof=1)
    theta, items = _standardised(*flat)
    extra = {"innovation_sd": float((kept["innovation"][..., -1].ravel() / scale).mean())}
    back = {n: a.reshape(*shape, -1) for n, a in items.items()}
    return theta.reshape(*shape, -1), back, extra


def _standardised(
    theta: np.ndarray, beta: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Mean 0, standard deviation 1 within every draw, the items following."""
    mean = theta.mean(1, keepdims=True)
    scale = theta.std(1, ddof=1, keepdims=True)
    items = {"discrimination": beta * scale, "low": low - beta * mean, "high": high - beta * mean}
    return (theta - mean) / scale, items


def _centred_on(draws: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Take out the sampling noise of few draws from their mean."""
    return np.asarray(draws - draws.mean(0) + np.sign(draws.mean(0) @ centre) * centre)


def _add_axis(items: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {n: a[None] for n, a in items.items()}


def _orientation(votes: VoteArrays, anchors: Sequence[str]) -> np.ndarray:
    """Weights under which the first anchor's mean position less the second's is above 0."""
    high, low = (anchor_weights(votes, anchor) for anchor in anchors)
    return high - low


def _oriented(
    theta: np.ndarray, items: dict[str, np.ndarray], orientation: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Turn each draw so that the first anchor is above the second; flatten the items' chains."""
    sign = np.where(theta @ orientation < 0, -1.0, 1.0)[..., None]
    # A turn exchanges nothing but signs: yes stays below the low cutpoint.
    turned = {
        n: (a * sign if n == "discrimination" else a).reshape(-1, a.shape[-1])
        for n, a in items.items()
    }
    return theta * sign, turned


def _empty_frame() -> pl.DataFrame:
    schema = {
        "quantity": pl.String, "n": pl.Int64, "rhat_max": pl.Float64, "ess_min": pl.Float64,
        "ess_q05": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(schema=schema)


def check_convergence(
    votes: VoteArrays, theta: np.ndarray, *, unconverged: Unconverged, extra: dict[str, Any]
) -> Diagnostics:
    """R-hat and effective sizes of positions and of the periods' means and spreads.

    ``theta`` (chains, draws, n_units), or (chains, draws, dimensions, n_units) in the plane.
    """
    quantities = position_quantities(votes, theta)
    if theta.ndim == 4:
        quantities = {}
        for k in range(theta.shape[2]):
            told = position_quantities(votes, theta[:, :, k])
            quantities |= {f"{name}, axis {k + 1}": draws for name, draws in told.items()}
    rows = []
    for name, draws in quantities.items():
        rhat, size = r_hat(draws), effective_size(draws)
        rows.append(
            (name, draws.shape[-1], float(rhat.max()), float(size.min()),
             float(np.quantile(size, 0.05)))
        )  # fmt: skip
    frame = pl.DataFrame(rows, schema=_empty_frame().schema, orient="row")
    worst = frame.sort("rhat_max", descending=True).row(0, named=True)
    enough = float(frame["ess_q05"].min())  # type: ignore[arg-type]  # never empty
    converged = worst["rhat_max"] < RHAT_LIMIT and enough >= ESS_LIMIT and theta.shape[0] >= 4
    return Diagnostics(
        frame=frame,
        converged=converged,
        reason="" if converged or unconverged == "show" else _refusal(theta, worst, enough),
        dropped=votes.dropped,
        notes=votes.notes,
        settings=extra,
    )


def position_quantities(votes: VoteArrays, theta: np.ndarray) -> dict[str, np.ndarray]:
    """What must have settled on one axis: positions, means and spreads of the periods."""
    members = [np.flatnonzero(votes.period == t) for t in np.unique(votes.period)]
    return {
        "theta": theta,
        "period mean": np.stack([theta[..., m].mean(-1) for m in members], -1),
        "period sd": np.stack([theta[..., m].std(-1) for m in members], -1),
    }


def _refusal(theta: np.ndarray, worst: dict[str, Any], enough: float) -> str:
    if theta.shape[0] < 4:
        return f"{theta.shape[0]} chain(s) cannot show that they agree: run chains=4 or more"
    factor = max(2.0, 1.5 * ESS_LIMIT / max(enough, 1.0))
    return (
        f"R-hat of {worst['quantity']} reaches {worst['rhat_max']:.3f} (limit {RHAT_LIMIT}) and "
        f"the 5 % quantile of the effective sizes is {enough:.0f} (limit {ESS_LIMIT:.0f}): "
        f"run about {factor:.0f} times as many iterations"
    )
