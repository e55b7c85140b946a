"""Blocs as a heat map: how often each pair of states falls together, in order of clustering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from multipolar.charts import theme
from multipolar.charts._words import percent, plural

_GUTTER = 46
_SIDE = 620


def draw_coassignment(
    together: NDArray[np.float64],
    states: Sequence[str],
    *,
    title: str = "",
    stable: bool = True,
    caption: str = "",
) -> Any:
    """Draw the share of runs in which each pair of states falls into one bloc.

    Parameters
    ----------
    together : float array (n, n)
        In [0, 1], 1 on the diagonal.
    states : sequence of str
        Code of each row.
    title : str
        What is seen; without it the number of settled pairs.
    stable : bool
        Whether the blocs pass the comparison with votes dealt out at random; if not, the picture
        says that there are none.
    caption : str
        Source and date, printed below.

    Returns
    -------
    altair chart

    Notes
    -----
    Dark is always together, white never; grey is doubt. Only dark and white squares are blocs.

    Examples
    --------
    >>> import numpy as np
    >>> type(draw_coassignment(np.eye(3), ["RUS", "USA", "KAZ"])).__name__
    'VConcatChart'
    """
    order = _order(together)
    names = [states[i] for i in order]
    sorted_ = together[np.ix_(order, order)]
    cells = [
        {"x": i, "x1": i + 1, "y": j, "y1": j + 1, "share": round(float(sorted_[i, j]), 3)}
        for i in range(len(names))
        for j in range(len(names))
        if sorted_[i, j] >= _VISIBLE
    ]
    n = len(names)
    scale = alt.Scale(domain=[0, n], nice=False)
    step = max(1, round(n / 60))
    ticks = [i + 0.5 for i in range(0, n, step)]
    label = f"{_list(names)}[floor(datum.value)]"
    axis = {"values": ticks, "labelExpr": label, "grid": False, "labelFontSize": 8.5}
    heat = (
        alt.Chart(theme.inline(cells))
        .mark_rect()
        .encode(
            x=alt.X("x:Q", scale=scale, title=None, axis=alt.Axis(labelAngle=-90, **axis)),
            x2="x1:Q",
            y=alt.Y(
                "y:Q",
                scale=alt.Scale(domain=[n, 0], nice=False),
                title=None,
                axis=alt.Axis(minExtent=_GUTTER, maxExtent=_GUTTER, **axis),
            ),
            y2="y1:Q",
            color=alt.Color(
                "share:Q",
                scale=alt.Scale(domain=[0, 1], range=["#ffffff", "#cfccc2", theme.ACCENT]),
                legend=alt.Legend(
                    title="share of runs together", titleFontWeight="normal", format=".0%"
                ),
            ),
        )
        .properties(width=_SIDE, height=_SIDE)
    )
    pairs = together[np.triu_indices(n, 1)]
    settled = float(((pairs > 0.9) | (pairs < 0.1)).mean()) if len(pairs) else 0.0
    head = title or f"{percent(settled)} of pairs are nearly always together or nearly always apart"
    return theme.finish(
        [heat],
        title=head if stable else "No stable blocs: random votes would look as settled",
        subtitle=(
            f"Share of runs in which two states fall into one bloc; {plural(n, 'state')} in the "
            "order of their clustering"
            + (f", one in {step} named." if step > 1 else ".")
            + " Dark: always together, white: never."
        ),
        caption=caption or "Computed with multipolar.",
        description=f"Co-assignment of {n} states; {percent(settled)} of pairs are settled.",
        gutter=_GUTTER,
    )


_VISIBLE = 0.005
"""A share below half a per cent is white anyway and left out of the picture's data."""


def _order(together: NDArray[np.float64]) -> list[int]:
    """States in the order of average linkage, neighbours as alike as the tree allows."""
    if len(together) < 3:
        return list(range(len(together)))
    apart = np.clip(1 - (together + together.T) / 2, 0, None)
    np.fill_diagonal(apart, 0)
    flat = squareform(apart, checks=False)
    tree = optimal_leaf_ordering(linkage(flat, "average"), flat)
    return [int(i) for i in leaves_list(tree)]


def _list(names: Sequence[str]) -> str:
    return "[" + ",".join(f"'{n}'" for n in names) + "]"
