"""The public call: what it recovers, what leaves it alone, what it refuses."""

import numpy as np
import polars as pl
import pytest

from multipolar import ideal_points
from multipolar.core.errors import (
    BadOption,
    NotConverged,
    SchemaMismatch,
    TooFewObservations,
    UnknownName,
)
from multipolar.simulate.votes import invent_shape, simulate_votes

ANCHORS = ("S000", "S001")
SHORT = {"chains": 4, "burn": 60, "iterations": 160, "thin": 4, "unconverged": "show"}


@pytest.fixture(scope="module")
def world():
    shape = invent_shape(states=24, sessions=4, rollcalls=30, seed=1)
    return simulate_votes(shape, seed=3, innovation_sd=0.15)


@pytest.fixture(scope="module")
def anchors(world):
    mean = world.positions.group_by("state").agg(pl.col("theta").mean()).sort("theta")
    return (mean["state"][-1], mean["state"][0])


@pytest.fixture(scope="module")
def joint(world, anchors):
    return ideal_points(world.votes, anchors=anchors, bridging="none", **SHORT)


def _correlation(points, world):
    both = points.frame.join(world.positions, on=["state", "session"])
    return both.select(pl.corr("mean", "standard")).item()


@pytest.mark.parametrize("mode", ["fast", "joint", "bsv2017"])
def test_every_mode_recovers_the_order_of_states(world, anchors, joint, mode):
    points = joint
    if mode != "joint":
        plan = {**SHORT, "burn": 300, "iterations": 600} if mode == "bsv2017" else {}
        points = ideal_points(world.votes, mode=mode, anchors=anchors, bridging="none", **plan)
    assert _correlation(points, world) > 0.93
    assert points.frame["mean"].mean() == pytest.approx(0, abs=1e-5)


def test_intervals_cover_the_truth_about_as_often_as_they_say(world, joint):
    both = joint.frame.join(world.positions, on=["state", "session"])
    inside = both.select(pl.col("standard").is_between("q05", "q95").mean()).item()
    assert 0.78 < inside < 0.99


def test_anchors_decide_the_side_and_nothing_else(world, anchors):
    one = ideal_points(world.votes, mode="fast", anchors=anchors, bridging="none")
    other = ideal_points(world.votes, mode="fast", anchors=anchors[::-1], bridging="none")
    assert other.frame["mean"].to_numpy() == pytest.approx(-one.frame["mean"].to_numpy(), abs=0.02)


def test_order_of_rows_and_names_of_states_do_not_matter(world, anchors):
    given = {"mode": "fast", "bridging": "none", "seed": 3}
    base = ideal_points(world.votes, anchors=anchors, **given)
    shuffled = world.votes.sample(fraction=1, shuffle=True, seed=8)
    assert ideal_points(shuffled, anchors=anchors, **given).frame.equals(base.frame)
    renamed = world.votes.with_columns(pl.col("state").str.replace("S", "T"))
    again = ideal_points(renamed, anchors=tuple("T" + a[1:] for a in anchors), **given)
    assert again.frame["mean"].to_list() == base.frame["mean"].to_list()


def test_a_state_without_a_vote_changes_nothing(world, anchors):
    given = {"mode": "fast", "anchors": anchors, "bridging": "none"}
    absent = pl.DataFrame(
        {"rollcall": ["r1-001"], "state": ["ZZZ"], "session": [1], "vote": [8]},
        schema_overrides=world.votes.schema,
    )
    more = ideal_points(pl.concat([world.votes, absent]), **given)
    assert more.frame.equals(ideal_points(world.votes, **given).frame)


def test_same_seed_same_draws_for_any_number_of_threads(world, anchors):
    given = {"anchors": anchors, "bridging": "none", **SHORT, "burn": 10, "iterations": 20}
    one = ideal_points(world.votes, threads=1, **given)
    two = ideal_points(world.votes, threads=2, **given)
    assert one.draws.equals(two.draws)
    other = ideal_points(world.votes, threads=1, seed=1, **given)
    assert not other.draws.equals(one.draws)


def test_an_interrupted_run_goes_on_where_it_stopped(world, anchors, tmp_path):
    plan = {"anchors": anchors, "bridging": "none", **SHORT, "burn": 8, "iterations": 24}
    whole = ideal_points(world.votes, **plan, resume=tmp_path / "run")
    again = ideal_points(world.votes, **plan, resume=tmp_path / "run")
    assert again.draws.equals(whole.draws)
    other = world.votes.filter(pl.col("rollcall") != "r1-001")
    with pytest.raises(BadOption, match="of other votes or another plan"):
        ideal_points(other, **plan, resume=tmp_path / "run")
    for changed in ({"mode": "bsv2017"}, {"period_prior": (0.4, 0.2)}):
        with pytest.raises(BadOption, match="of other votes or another plan"):
            ideal_points(world.votes, **(plan | changed), resume=tmp_path / "run")


def test_intervals_are_refused_below_the_threshold(world, anchors):
    plan = {"anchors": anchors, "bridging": "none", "burn": 5, "iterations": 16, "thin": 4}
    points = ideal_points(world.votes, **plan)
    assert points.diagnostics.converged is False
    assert "times as many iterations" in points.diagnostics.reason
    assert points.frame["q05"].null_count() == points.frame.height
    assert points.frame["mean"].null_count() == 0
    shown = points.distance("S003").columns
    assert shown == ["state_a", "state_b", "session", "mean", "n_votes"]
    with pytest.raises(NotConverged, match="refused"):
        points.rank(1)
    single = ideal_points(world.votes, chains=1, **plan)
    assert "cannot show that they agree" in single.diagnostics.reason


def test_progress_is_told_to_the_caller(world, anchors):
    told = []
    ideal_points(
        world.votes, anchors=anchors, chains=1, burn=4, iterations=16, thin=4,
        progress=lambda *now: told.append(now),
    )  # fmt: skip
    assert told[-1][:2] == (20, 20)
    assert [done for done, *_ in told] == sorted(done for done, *_ in told)


def test_a_state_with_three_votes_gets_a_wide_interval_and_leads_no_list(world, anchors, joint):
    few = world.votes.filter((pl.col("state") == "S005") & (pl.col("session") == 4)).head(3)
    rest = world.votes.filter((pl.col("state") != "S005") | (pl.col("session") < 4))
    points = ideal_points(pl.concat([rest, few]), anchors=anchors, bridging="none", **SHORT)
    last = points.frame.filter(session=4)
    mine = last.filter(state="S005")
    assert mine["n_votes"].item() == 3
    with_all = joint.frame.filter(state="S005", session=4)
    assert with_all["n_votes"].item() >= 20
    assert mine["sd"].item() > 1.1 * with_all["sd"].item()
    assert mine["sd"].item() > last["sd"].median()
    moved = points.most_moved(start=3, end=4)
    assert moved["state"][0] != "S005"
    assert (moved["shrunk"].std() or 0) < (moved["change"].std() or 0)


def test_distances_ranks_and_contrasts_carry_their_posterior(joint, anchors):
    pairs = joint.distance(periods=[2])
    assert pairs.height == 24 * 23 // 2
    assert (pairs["state_a"] < pairs["state_b"]).all()
    assert (pairs["q05"] <= pairs["mean"]).all()
    assert (pairs["mean"] > 0).all()
    one = joint.distance(anchors[0], periods=[2])
    assert one.height == 23
    poles = joint.distance(list(anchors), periods=[2])
    assert poles.height == 23 + 22
    rank = joint.rank(2)
    assert rank["mean"].sum() == pytest.approx(24 * 25 / 2)
    assert rank["p_first"].sum() == pytest.approx(1)
    change = joint.contrast(anchors[0], start=1, end=4)
    wide = joint.draws.filter(state=anchors[0]).sort("session")["draws"].to_numpy()
    assert change["mean"] == pytest.approx((wide[3] - wide[0]).mean(), abs=1e-4)
    assert change["q05"] < change["mean"] < change["q95"]


def test_questions_about_what_is_not_there_are_answered_by_name(joint):
    with pytest.raises(UnknownName, match="unknown state 'S0O3'"):
        joint.distance("S0O3")
    with pytest.raises(UnknownName, match="unknown session '9'"):
        joint.rank(9)
    with pytest.raises(TooFewObservations, match="no pair"):
        joint.distance("S003", periods=[])
    with pytest.raises(UnknownName, match="roll call"):
        joint.predict("r9-001")


def test_items_and_predictions_follow_the_simulated_roll_calls(world, joint):
    items = joint.items.join(world.rollcalls, left_on="item", right_on="rollcall")
    divided = items.filter(pl.min_horizontal("n_yes", "n_no") >= 4)
    turned = np.sign(_correlation(joint, world))
    assert divided.select(pl.corr("discrimination", "beta")).item() * turned > 0.85
    assert (items["low"] <= items["high"]).all()
    expected = joint.predict(divided["item"][0])
    total = expected.select(pl.sum_horizontal("p_yes", "p_abstain", "p_no"))
    assert total.to_series().to_numpy() == pytest.approx(1, abs=1e-6)
    assert expected["surprise"].drop_nulls().min() >= 0


def test_a_new_roll_call_is_read_like_one_of_the_estimation(joint):
    item = joint.items.filter((pl.col("first") == 4) & (pl.min_horizontal("n_yes", "n_no") >= 5))
    known = joint.predict(item["item"][0])
    fresh = joint.expect(known.select("state", "vote").drop_nulls())
    both = known.join(fresh, on="state", suffix="_new")
    assert both.select((pl.col("p_yes") - pl.col("p_yes_new")).abs().max()).item() < 0.2
    odd = known.filter(pl.col("vote") == 1).sort("p_yes", descending=True)["state"][0]
    turned = known.with_columns(vote=pl.when(pl.col("state") == odd).then(3).otherwise("vote"))
    assert joint.expect(turned.select("state", "vote").drop_nulls())["state"][0] == odd
    with pytest.raises(TooFewObservations, match="does not divide"):
        joint.expect(known.select("state", vote=pl.lit(1)))
    with pytest.raises(SchemaMismatch, match="no column 'vote'"):
        joint.expect(known.select("state"))


def test_predictions_are_calibrated(joint):
    parts = [joint.predict(item) for item in joint.items["item"].to_list()[::2]]
    votes = pl.concat(parts).drop_nulls("vote")
    groups = votes.with_columns(band=(pl.col("p_yes") * 5).floor().clip(0, 4)).group_by("band")
    told = groups.agg(
        pl.len(), expected=pl.col("p_yes").mean(), seen=(pl.col("vote") == 1).mean()
    ).filter(pl.col("len") > 30)
    assert (told["expected"] - told["seen"]).abs().max() < 0.15


def test_weights_count_a_roll_call_as_often_as_they_say(world, anchors):
    given = {"mode": "fast", "anchors": anchors, "bridging": "none"}
    twice = pl.col("rollcall").str.ends_with("7")
    copies = world.votes.filter(twice).with_columns(pl.col("rollcall") + "copy")
    heavy = world.votes.with_columns(weight=pl.when(twice).then(2.0).otherwise(1.0))
    a = ideal_points(pl.concat([world.votes, copies]), **given).frame["mean"].to_numpy()
    b = ideal_points(heavy, **given).frame["mean"].to_numpy()
    assert np.corrcoef(a, b)[0, 1] > 0.999


def test_draws_are_written_whole(joint, tmp_path):
    path = joint.write_draws(tmp_path / "draws.parquet")
    back = pl.read_parquet(path)
    assert back.equals(joint.draws)
    assert list(tmp_path.iterdir()) == [path]
    assert back["draws"].dtype.shape == (160,)


def test_weak_anchors_do_not_break_the_module_default(world):
    points = ideal_points(world.votes, mode="fast", anchors=ANCHORS)
    mean = points.frame.group_by("state").agg(pl.col("mean").mean())
    high, low = (mean.filter(state=s)["mean"].item() for s in ANCHORS)
    assert high > low
