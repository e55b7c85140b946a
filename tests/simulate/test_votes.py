"""Simulated records: shape kept, truth in the stated distributions."""

import numpy as np
import polars as pl
import pytest
from scipy import special

from multipolar.core.errors import BadOption, SchemaMismatch
from multipolar.simulate.votes import invent_shape, simulate_votes


def test_the_shape_given_is_the_shape_that_votes():
    shape = invent_shape(states=7, sessions=3, rollcalls=5, absence=0.3, seed=1)
    world = simulate_votes(shape, seed=2)
    assert world.votes.select("rollcall", "state", "session").equals(shape)
    assert world.positions.height == shape.select("state", "session").n_unique()
    assert world.positions["standard"].mean() == pytest.approx(0)
    assert world.positions["standard"].std() == pytest.approx(1)


def test_votes_come_as_often_as_the_probit_says():
    shape = invent_shape(states=200, sessions=1, rollcalls=40, absence=0.0, seed=3)
    world = simulate_votes(shape, seed=4, innovation_sd=0.1)
    rows = world.votes.join(world.positions, on=["state", "session"]).join(
        world.rollcalls, on="rollcall"
    )
    eta = (rows["beta"] * rows["theta"]).to_numpy()
    yes = special.ndtr(rows["centre"].to_numpy() - rows["half"].to_numpy() - eta)
    no = special.ndtr(eta - rows["centre"].to_numpy() - rows["half"].to_numpy())
    vote = rows["vote"].to_numpy()
    assert (vote == 1).mean() == pytest.approx(yes.mean(), abs=0.015)
    assert (vote == 3).mean() == pytest.approx(no.mean(), abs=0.015)


def test_steps_have_the_stated_size_and_paths_start_anew_for_each_state():
    shape = invent_shape(states=400, sessions=6, rollcalls=1, absence=0.0)
    positions = simulate_votes(shape, seed=5, innovation_sd=0.2).positions
    steps = positions.sort("state", "session").with_columns(
        step=pl.col("theta").diff().over("state")
    )
    assert steps["step"].std() == pytest.approx(0.2, rel=0.1)
    assert positions.filter(session=1)["theta"].std() == pytest.approx(1, rel=0.15)


def test_a_seed_is_a_world():
    shape = invent_shape(states=4, sessions=2, rollcalls=3)
    one, two = simulate_votes(shape, seed=1), simulate_votes(shape, seed=1)
    assert one.votes.equals(two.votes)
    assert not np.array_equal(
        simulate_votes(shape, seed=2).positions["theta"], one.positions["theta"]
    )


def test_unusable_shapes_are_named():
    with pytest.raises(BadOption, match="needs states"):
        invent_shape(states=0, sessions=1, rollcalls=1)
    with pytest.raises(SchemaMismatch, match="no column 'session'"):
        simulate_votes(pl.DataFrame({"rollcall": ["a"], "state": ["b"]}), seed=1)
