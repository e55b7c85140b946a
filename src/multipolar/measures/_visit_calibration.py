"""How likely a visit was, by probabilities that occur as often as they say.

The model counts visits as Poisson; real ones cluster, so that its chance of at least one visit is
off. The chances are therefore set right on visits the model did not see: hosts are left out in
folds, each fold is forecast by a fit without it, and what came of such forecasts is what a new one
is worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multipolar.core.errors import MeasureError
from multipolar.measures._estimand import Floats
from multipolar.measures._kernels import poisson
from multipolar.measures._visit_model import Travel, fit_without

Bools = NDArray[np.bool_]
FOLDS = 10
MINIMUM_PAIRS = 100
MINIMUM_CAME = 20


@dataclass(frozen=True, slots=True)
class Chances:
    """Chance of at least one visit of every guest to one host after the break.

    ``chance`` (n_guests,), NaN where the model does not reach; ``pairs`` is the number of forecasts
    of other hosts it was set right on, 0 where it is the model's own; ``note`` says why then.
    """

    chance: Floats
    pairs: int
    note: str = ""


def calibrated_chances(travel: Travel, host: int, expected: Floats) -> Chances:
    """Chances of visits to ``host`` from forecasts of all other hosts.

    Parameters
    ----------
    travel : Travel
    host : int
        Place of the host; what came to it after the break is used nowhere.
    expected : float array (n_guests,)
        Visits the model expects of it.
    """
    own = poisson.at_least_one(expected)
    forecast, came = out_of_fold(travel, host)
    if len(forecast) < MINIMUM_PAIRS or not MINIMUM_CAME <= came.sum() < len(came):
        return Chances(
            chance=own,
            pairs=0,
            note=f"the model's own chance: {len(forecast)} forecasts of other hosts, "
            f"{int(came.sum())} of them visited, are too few to set it right",
        )
    chance = np.full(len(own), np.nan)
    known = np.isfinite(own)
    chance[known] = poisson.calibrate(forecast, came, own[known])
    return Chances(chance=chance, pairs=len(forecast))


def out_of_fold(travel: Travel, host: int) -> tuple[Floats, Bools]:
    """Chances the model gives to visits it has not seen, and whether they came.

    Every host but ``host`` is left out once, with the others of its fold and with ``host``.
    """
    size = len(travel.states)
    others = np.array(
        [h for h in range(size) if h != host and np.isfinite(travel.after[:, h]).any()],
        dtype=np.int64,
    )
    chances, came = [np.empty(0)], [np.empty(0, dtype=bool)]
    for fold in range(min(FOLDS, len(others))):
        held = others[fold::FOLDS]
        try:
            _, expected = fit_without(travel, np.append(held, host))
        except MeasureError:
            continue  # a fold that leaves too few visits to fit forecasts nothing
        seen, hoped = travel.after[:, held], expected[:, : len(held)]
        known = np.isfinite(seen) & np.isfinite(hoped)
        chances.append(poisson.at_least_one(hoped[known]))
        came.append(seen[known] > 0)
    return np.concatenate(chances), np.concatenate(came)
