"""From prepared votes to a result in the plane, or on a line with absence modelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from multipolar.core.errors import TooFewObservations
from multipolar.measures._ideal_absence import Absences, absence_frame
from multipolar.measures._ideal_axes import (
    Axes,
    anchor_weights,
    name_axes,
    name_line,
    plane_anchors,
)
from multipolar.measures._ideal_chains import Plan, Progress, run_chains
from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._ideal_estimate import Unconverged, check_convergence
from multipolar.measures._ideal_planar import PlanarChain, principal_start
from multipolar.measures._ideal_plane import IdealPlane
from multipolar.measures._ideal_results import IdealPoints

MIN_PLANE_ITEMS = 12
WEAK_SHARE = 0.25  # of a second axis; noise alone takes about a fifth in a small assembly
_ABREAST_UP_TO = 3_000_000  # votes; above, chains one after the other save memory


def estimate_planar(  # noqa: PLR0913 - the call, taken apart
    votes: VoteArrays,
    away: Absences | None,
    plan: Plan,
    *,
    dims: int,
    anchors: Sequence[str],
    unconverged: Unconverged,
    period_prior: tuple[float, float] | None,
    progress: Progress | None,
    resume: Path | None,
) -> IdealPoints:
    """Sample, choose axes, check convergence.

    Raises
    ------
    TooFewObservations, NotIdentified
        Too few roll calls for a plane; anchors that do not vote or stand on one line.
    """
    if dims == 2 and votes.n_items < MIN_PLANE_ITEMS:
        raise TooFewObservations(
            f"{votes.n_items} dividing roll calls cannot place states in a plane; "
            f"at least {MIN_PLANE_ITEMS} are needed",
            hint="dimensions=1, or widen the vote set",
        )
    if dims == 2:
        named, weights = plane_anchors(votes, anchors, principal_start(votes))
    else:
        weights = [anchor_weights(votes, a) for a in anchors]

    def make(k: int) -> PlanarChain:
        return PlanarChain(
            votes, dims=dims, away=away, seed=plan.seed, chain=k, period_prior=period_prior
        )

    treatment = f"absences {away.fingerprint}" if away is not None else "absence missing"
    model = f"{votes.fingerprint} dimensions {dims} {treatment} period prior {period_prior}"
    kept = run_chains(
        make, plan, fingerprint=model, abreast=votes.n_obs <= _ABREAST_UP_TO,
        progress=progress, resume=resume,
    )  # fmt: skip
    chains = kept["theta"].shape[0]
    flat = {n: a.reshape(-1, *a.shape[2:]) for n, a in kept.items()}
    choose = name_axes if dims == 2 else name_line
    axes = choose(flat["theta"], flat["beta"], flat.get("away"), weights)
    items = _items(flat, axes)
    absence = None
    if away is not None and axes.slopes is not None:
        absence = absence_frame(
            votes, away, axes.slopes[:, 0], axes.discrimination[:, 0], flat["spread"]
        )
    by_chain = axes.theta.reshape(chains, -1, *axes.theta.shape[1:])
    checked = by_chain if dims == 2 else by_chain[:, :, 0]
    scale = flat["theta"].std(2, ddof=1).mean(1)
    extra = {"innovation_sd": float((flat["innovation"][:, 0] / scale).mean())}
    diagnostics = check_convergence(votes, checked, unconverged=unconverged, extra=extra)
    if dims == 1:
        return IdealPoints(votes, axes.theta[:, 0], items, diagnostics, absence=absence)
    diagnostics.settings["anchors"] = list(named)
    plane = IdealPlane(votes, axes.theta, items, diagnostics, anchors=named, absence=absence)
    weak = plane.axes.sort("share").row(0, named=True)
    if weak["share"] < WEAK_SHARE:
        note = (
            f"axis {weak['dimension']} carries {weak['share']:.0%} of the squared discriminations: "
            "one dimension may do"
        )
        plane.diagnostics = replace(diagnostics, notes=(*diagnostics.notes, note))
    return plane


def _items(flat: dict[str, np.ndarray], axes: Axes) -> dict[str, np.ndarray]:
    """Items on the scale of the axes, named as the results name them."""
    items = {
        "discrimination": axes.discrimination[:, 0],
        "low": flat["centre"] - flat["half"] + axes.offset,
        "high": flat["centre"] + flat["half"] + axes.offset,
    }
    for k in range(1, axes.discrimination.shape[1]):
        items[f"discrimination_{k + 1}"] = axes.discrimination[:, k]
    if axes.slopes is not None:
        for k in range(axes.slopes.shape[1]):
            items["absence_slope" + ("" if k == 0 else f"_{k + 1}")] = axes.slopes[:, k]
    return items
