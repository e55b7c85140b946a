"""Items of an estimation: what each roll call asked, who was expected to vote how."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import special

from multipolar.core.errors import UnknownName
from multipolar.measures._ideal_data import VoteArrays


def item_frame(votes: VoteArrays, items: dict[str, np.ndarray]) -> pl.DataFrame:
    """One row per item: counts, discrimination and the two cutpoints, posterior means and sds.

    ``discrimination`` is the change of the latent utility of voting no per unit of position;
    positive: high positions vote no. A state at ``low / discrimination`` is indifferent between
    yes and the rest, at ``high / discrimination`` between no and the rest.
    """
    columns = {}
    for name in ("discrimination", "low", "high"):
        columns[name] = items[name].mean(0, dtype=np.float64)
        columns[f"{name}_sd"] = items[name].std(0, dtype=np.float64)
    kept = [c for c in votes.items.columns if c != "index"]
    return votes.items.select(kept).with_columns(**{n: pl.Series(c) for n, c in columns.items()})


def predict_rollcall(
    votes: VoteArrays, theta: np.ndarray, items: dict[str, np.ndarray], rollcall: str
) -> pl.DataFrame:
    """Posterior predictive vote of every state of the roll call's period."""
    row = votes.rollcalls.filter(pl.col("rollcall") == rollcall)
    if row.is_empty():
        raise UnknownName.among("roll call", rollcall, votes.rollcalls["rollcall"])
    place = votes.items.filter(pl.col("item") == row["item"][0])
    if place.is_empty():
        raise UnknownName(
            f"roll call {rollcall!r} was unanimous and is not in the model",
            hint="only roll calls that divide the voters are scaled",
        )
    index, period = int(place["index"][0]), int(row["period"][0])
    units = np.flatnonzero(votes.period == period)
    eta = theta[:, units] * items["discrimination"][:, index, None]
    yes = special.ndtr(items["low"][:, index, None] - eta).mean(0)
    no = special.ndtr(eta - items["high"][:, index, None]).mean(0)
    cast = np.full(votes.n_units, 0, np.int8)
    span = slice(votes.start[index], votes.start[index + 1])
    cast[votes.unit[span]] = votes.vote_of[span]
    table = pl.DataFrame(
        {
            "state": votes.units["state"].to_numpy()[units],
            "p_yes": yes,
            "p_abstain": np.maximum(1 - yes - no, 0.0),
            "p_no": no,
            "vote": cast[units],
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
        "surprise", descending=True, nulls_last=True
    )
