"""Items of an estimation: what each roll call asked, who was expected to vote how."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import special

from multipolar.core.errors import SchemaMismatch, TooFewObservations, UnknownName
from multipolar.measures._ideal_data import VoteArrays
from multipolar.measures._kernels.irt_energy import newton_items
from multipolar.measures._kernels.probit import CDF

_NEWTON_STEPS = 60
_PARAMETERS = (
    "discrimination", "low", "high", "discrimination_2", "absence_slope", "absence_slope_2"
)  # fmt: skip


def item_frame(votes: VoteArrays, items: dict[str, np.ndarray]) -> pl.DataFrame:
    """One row per item: counts, discrimination and the two cutpoints, posterior means and sds.

    ``discrimination`` is the change of the latent utility of voting no per unit of position;
    positive: high positions vote no. A state at ``low / discrimination`` is indifferent between
    yes and the rest, at ``high / discrimination`` between no and the rest. Where absence was
    modelled, ``absence_slope`` is the change of the probit of staying away.
    """
    columns = {}
    for name in _PARAMETERS:
        if name in items:
            columns[name] = items[name].mean(0, dtype=np.float64)
            columns[f"{name}_sd"] = items[name].std(0, dtype=np.float64)
    kept = [c for c in votes.items.columns if c != "index"]
    return votes.items.select(kept).with_columns(**{n: pl.Series(c) for n, c in columns.items()})


def predict_rollcall(
    votes: VoteArrays, theta: np.ndarray, items: dict[str, np.ndarray], rollcall: str
) -> pl.DataFrame:
    """Posterior predictive vote of every state of the roll call's period."""
    index, period = find_item(votes, rollcall)
    units = np.flatnonzero(votes.period == period)
    eta = theta[:, units] * items["discrimination"][:, index, None]
    yes = special.ndtr(items["low"][:, index, None] - eta).mean(0)
    no = special.ndtr(eta - items["high"][:, index, None]).mean(0)
    return expected_votes(votes, index, units, yes, no)


def find_item(votes: VoteArrays, rollcall: str) -> tuple[int, int]:
    """Index of a roll call's item, and its period; a named error where it is not in the model."""
    row = votes.rollcalls.filter(pl.col("rollcall") == rollcall)
    if row.is_empty():
        raise UnknownName.among("roll call", rollcall, votes.rollcalls["rollcall"])
    place = votes.items.filter(pl.col("item") == row["item"][0])
    if place.is_empty():
        raise UnknownName(
            f"roll call {rollcall!r} was unanimous and is not in the model",
            hint="only roll calls that divide the voters are scaled",
        )
    return int(place["index"][0]), int(row["period"][0])


def expected_votes(
    votes: VoteArrays, index: int, units: np.ndarray, yes: np.ndarray, no: np.ndarray
) -> pl.DataFrame:
    """Probabilities of the units' votes on an item beside the votes they cast."""
    cast = np.full(votes.n_units, 0, np.int8)
    span = slice(votes.start[index], votes.start[index + 1])
    cast[votes.unit[span]] = votes.vote_of[span]
    return _expected(votes.units["state"].to_numpy()[units], yes, no, cast[units])


def _expected(
    states: np.ndarray, yes: np.ndarray, no: np.ndarray, cast: np.ndarray
) -> pl.DataFrame:
    """Probabilities, votes (0: none) and surprises as a frame, most surprising first."""
    table = pl.DataFrame(
        {
            "state": states,
            "p_yes": yes,
            "p_abstain": np.maximum(1 - yes - no, 0.0),
            "p_no": no,
            "vote": cast,
        }
    ).with_columns(pl.col("vote").replace(0, None))
    chance = (
        pl.when(pl.col("vote") == 1)
        .then("p_yes")
        .when(pl.col("vote") == 2)
        .then("p_abstain")
        .when(pl.col("vote") == 3)
        .then("p_no")
    )
    return table.with_columns(surprise=-(chance.clip(1e-12, 1.0)).log(2)).sort(
        "surprise", "state", descending=[True, False], nulls_last=True
    )


def expect_new(
    votes: VoteArrays, theta: np.ndarray, new: pl.DataFrame, period: int
) -> pl.DataFrame:
    """Expected votes on one roll call outside the estimation, positions as they were.

    The item's parameters are the mode given the votes cast and the mean positions of ``period``.
    """
    for name in ("state", "vote"):
        if name not in new.columns:
            raise SchemaMismatch(f"the new votes have no column {name!r}", hint="state, vote")
    units = np.flatnonzero(votes.period == period)
    states = votes.units["state"].to_numpy()[units]
    cast_of = dict(new.select("state", "vote").iter_rows())
    cast = np.array([cast_of.get(s, 0) for s in states], np.int8)
    cast[(cast < 1) | (cast > 3)] = 0
    order = np.lexsort((np.arange(cast.size), cast))
    order = order[cast[order] > 0].astype(np.uint32)
    counts = np.bincount(cast[order], minlength=4)[1:]
    if (counts > 0).sum() < 2:
        raise TooFewObservations(
            f"the new roll call does not divide the {order.size} known states that voted",
            hint="a unanimous vote says nothing about who was expected to dissent",
        )
    start = np.array([0, order.size], np.int64)
    ends = np.array([[counts[0], counts[:2].sum()]], np.int64)
    mean = theta[:, units].mean(0, dtype=np.float64)
    beta, centre, width = np.zeros(1), np.zeros(1), np.full(1, -1.0)
    newton_items(
        start,
        ends,
        order,
        np.ones(order.size),
        False,
        mean,
        _NEWTON_STEPS,
        beta,
        centre,
        width,
        CDF,
    )
    half = np.exp(width)
    eta = theta[:, units] * beta
    yes = special.ndtr(centre - half - eta).mean(0)
    no = special.ndtr(eta - centre - half).mean(0)
    return _expected(states, yes, no, cast)
