"""Voting records with known positions, in the shape of a real or an invented assembly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from multipolar.core.errors import BadOption, SchemaMismatch


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedVotes:
    """A record and the truth behind it.

    Attributes
    ----------
    votes : one row per (rollcall, state)
        ``rollcall``, ``state``, ``session``, ``vote`` in {1 yes, 2 abstain, 3 no}.
    positions : one row per (state, session)
        ``theta``, and ``standard``: the same with mean 0 and standard deviation 1 over all
        state-sessions that vote.
    rollcalls : one row per roll call
        ``beta``, ``centre``, ``half``: yes below ``centre - half``, no above ``centre + half``.
    """

    votes: pl.DataFrame
    positions: pl.DataFrame
    rollcalls: pl.DataFrame


def invent_shape(
    *, states: int, sessions: int, rollcalls: int, absence: float = 0.1, seed: int = 0
) -> pl.DataFrame:
    """Who votes on what in an invented assembly: one row per (rollcall, state), with ``session``.

    ``rollcalls`` is the number per session; every vote is missing with probability ``absence``.

    Examples
    --------
    >>> invent_shape(states=3, sessions=2, rollcalls=4, absence=0.0).height
    24
    """
    if min(states, sessions, rollcalls) < 1 or not 0 <= absence < 1:
        raise BadOption(
            "an assembly needs states, sessions and roll calls", hint="absence in [0, 1)"
        )
    rng = np.random.default_rng(seed)
    session, call, state = np.indices((sessions, rollcalls, states)).reshape(3, -1)
    kept = rng.uniform(size=session.size) >= absence
    return pl.DataFrame(
        {
            "rollcall": [f"r{s + 1}-{c + 1:03d}" for s, c in
                         zip(session[kept], call[kept], strict=True)],
            "state": [f"S{i:03d}" for i in state[kept]],
            "session": (session[kept] + 1).astype(np.int32),
        }
    )  # fmt: skip


def simulate_votes(
    shape: pl.DataFrame,
    *,
    seed: int,
    innovation_sd: float | None = None,
    discrimination_sd: float = 1.0,
    centre_sd: float = 3.0,
    log_half_mean: float = -1.2,
    log_half_sd: float = 1.0,
) -> SimulatedVotes:
    """Draw positions, roll calls and votes for a given pattern of presence.

    Parameters
    ----------
    shape : frame, one row per (rollcall, state) that votes
        ``rollcall``, ``state``, ``session``; other columns are ignored. Take it from a real record
        to simulate its holes, births and deaths of states.
    innovation_sd : float or None
        Standard deviation of a state's step from one session to the next, in a random walk from a
        first position N(0, 1). None: stationary walks with positions N(0, 1) at any time, which
        correlate by exp(-rate * sessions apart); a common log rate is drawn from
        N(log 0.03, 0.7), then every state's from N(common, 0.5).
    discrimination_sd, centre_sd, log_half_mean, log_half_sd : float
        Normal distributions of the roll calls' parameters.

    Returns
    -------
    SimulatedVotes

    Examples
    --------
    >>> world = simulate_votes(invent_shape(states=5, sessions=2, rollcalls=3), seed=1)
    >>> world.votes.columns
    ['rollcall', 'state', 'session', 'vote']
    """
    for name in ("rollcall", "state", "session"):
        if name not in shape.columns:
            raise SchemaMismatch(f"the shape has no column {name!r}")
    rng = np.random.default_rng(seed)
    units = shape.select("state", "session").unique().sort("state", "session")
    theta = _walk(units, rng, innovation_sd)
    calls = shape.select("rollcall").unique().sort("rollcall")
    beta = rng.normal(0, discrimination_sd, calls.height)
    centre = rng.normal(0, centre_sd, calls.height)
    half = np.exp(rng.normal(log_half_mean, log_half_sd, calls.height))
    positions = units.with_columns(theta=theta)
    rollcalls = calls.with_columns(beta=beta, centre=centre, half=half)
    rows = (
        shape.select("rollcall", "state", "session")
        .join(positions, on=["state", "session"], maintain_order="left")
        .join(rollcalls, on="rollcall", maintain_order="left")
    )
    z = (rows["beta"] * rows["theta"]).to_numpy() + rng.normal(size=rows.height)
    low = (rows["centre"] - rows["half"]).to_numpy()
    high = (rows["centre"] + rows["half"]).to_numpy()
    vote = np.where(z < low, 1, np.where(z > high, 3, 2)).astype(np.int8)
    standard = (pl.col("theta") - pl.col("theta").mean()) / pl.col("theta").std()
    return SimulatedVotes(
        votes=rows.select("rollcall", "state", "session").with_columns(vote=pl.Series(vote)),
        positions=positions.with_columns(standard=standard),
        rollcalls=rollcalls,
    )


def _walk(units: pl.DataFrame, rng: np.random.Generator, innovation_sd: float | None) -> np.ndarray:
    """Path of every state over the sessions it votes in, first position N(0, 1)."""
    state = units["state"].to_numpy()
    session = units["session"].to_numpy().astype(float)
    first = np.concatenate([[True], state[1:] != state[:-1]])
    gap = np.where(first, 1.0, np.diff(session, prepend=0.0))
    if innovation_sd is None:
        number = np.cumsum(first) - 1
        common = np.log(0.03) + rng.normal(0, 0.7)
        rate = np.exp(rng.normal(common, 0.5, number[-1] + 1))
        kept = np.exp(-rate[number] * gap)
        scale = np.sqrt(1.0 - kept**2)
    else:
        kept, scale = np.ones(state.size), innovation_sd * np.sqrt(gap)
    kept, scale = np.where(first, 0.0, kept), np.where(first, 1.0, scale)
    theta = scale * rng.normal(size=state.size)
    for u in range(1, theta.size):
        theta[u] += kept[u] * theta[u - 1]
    return theta
