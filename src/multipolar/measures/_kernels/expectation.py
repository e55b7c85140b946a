"""What a state's past lets expect of it, from how the others went."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MINIMUM = 5


def leave_one_out_line(before: Floats, after: Floats, world: npt.NDArray[np.bool_]) -> Floats:
    """Level expected of every state from a straight line through the other states.

    Parameters
    ----------
    before, after : float arrays (n_states,)
    world : bool array (n_states,)
        States the line is drawn through; the state itself is always left out.

    Returns
    -------
    float array (n_states,)
        NaN with fewer than five other states.
    """
    fit = world & np.isfinite(before) & np.isfinite(after)
    n = np.where(fit, fit.sum() - 1.0, float(fit.sum()))
    x, y = np.where(fit, before, 0.0), np.where(fit, after, 0.0)
    own = np.where(fit, 1.0, 0.0)
    sx, sy = x.sum() - own * x, y.sum() - own * y
    sxx, sxy = (x * x).sum() - own * x * x, (x * y).sum() - own * x * y
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = sxx - sx * sx / n
        slope = np.where(spread > 1e-12 * np.abs(sxx), (sxy - sx * sy / n) / spread, 0.0)
        expected = sy / n + slope * (before - sx / n)
    return np.where(n >= MINIMUM, expected, np.nan)
