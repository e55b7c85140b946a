"""Two dimensions, and absence as a choice: what they recover, what leaves them alone, refusals."""

import numpy as np
import polars as pl
import pytest
from scipy.linalg import orthogonal_procrustes

from multipolar import ideal_points, measure
from multipolar.cli._measure_charts import draw_measure
from multipolar.core.errors import (
    BadOption,
    NotConverged,
    NotIdentified,
    SchemaMismatch,
    TooFewObservations,
    UnknownName,
)
from multipolar.measures import MEASURES

SHORT = {
    "bridging": "none", "chains": 4, "burn": 60, "iterations": 120, "thin": 4, "threads": 1,
    "unconverged": "show",
}  # fmt: skip


def simulate(seed, *, dims=2, states=24, sessions=3, rollcalls=32, away="none"):
    """Votes and true positions; drawn here, with no code of the estimator or of simulate."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=(states, 1, dims))
    theta = theta + np.cumsum(rng.normal(0, 0.15, (states, sessions, dims)), 1)
    rows = []
    for t in range(sessions):
        beta, centre = rng.normal(size=(rollcalls, dims)), rng.normal(0, 1, rollcalls)
        half = np.exp(rng.normal(-1.2, 0.5, rollcalls))
        z = beta @ theta[:, t].T + rng.normal(size=(rollcalls, states)) - centre[:, None]
        vote = np.where(z < -half[:, None], 1, np.where(z > half[:, None], 3, 2))
        gone = rng.uniform(size=vote.shape) < _chance_away(vote, away)
        vote = np.where(gone, 8, vote)
        rows += [
            (f"r{t}-{r:02d}", f"S{s:02d}", int(vote[r, s]), t + 1)
            for r in range(rollcalls)
            for s in range(states)
        ]
    votes = pl.DataFrame(
        rows,
        schema={"rollcall": pl.String, "state": pl.String, "vote": pl.Int8, "session": pl.Int32},
        orient="row",
    )
    return votes, theta


def _chance_away(vote, away):
    """Nobody; everyone alike; or every other state rather than vote no."""
    if away == "none":
        return np.zeros(vote.shape)
    if away == "random":
        return np.full(vote.shape, 0.15)
    shy = np.arange(vote.shape[1]) % 2 == 0
    return np.where(shy, np.choose(vote - 1, [0.05, 0.4, 0.85]), 0.05)


@pytest.fixture(scope="module")
def world():
    return simulate(3)


def _anchors(theta):
    """Extremes of the first coordinate, and the state furthest out on the second."""
    mean = theta.mean(1)
    chosen = [int(mean[:, 0].argmax()), int(mean[:, 0].argmin())]
    rest = [s for s in np.argsort(-np.abs(mean[:, 1])) if s not in chosen]
    return tuple(f"S{s:02d}" for s in (*chosen, rest[0]))


@pytest.fixture(scope="module")
def plane(world):
    votes, theta = world
    return ideal_points(votes, dimensions=2, anchors=_anchors(theta), **SHORT)


def _turned_truth(theta, mean):
    """True positions, mean 0 and uncorrelated with sd 1, turned towards the estimates."""
    flat = theta.reshape(-1, 2)
    flat = flat - flat.mean(0)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(flat.T)), flat.T).T
    return white @ orthogonal_procrustes(white, mean)[0]


def _wide(points, column):
    """Array (n_units, 2) in the order of the truth."""
    return points.frame.sort("state", "session", "dimension")[column].to_numpy().reshape(-1, 2)


def test_plane_recovers_both_axes_and_covers_the_truth(world, plane):
    mean = _wide(plane, "mean")
    truth = _turned_truth(world[1], mean)
    for k in range(2):
        assert np.corrcoef(mean[:, k], truth[:, k])[0, 1] > 0.95
    inside = (truth > _wide(plane, "q05")) & (truth < _wide(plane, "q95"))
    # 90 % intervals; 144 correlated positions of one record can miss by this much.
    assert 0.8 < inside.mean() < 0.98
    assert mean.mean(0) == pytest.approx([0, 0], abs=1e-5)
    draws = np.stack(plane.draws.sort("dimension", "state", "session")["draws"].to_numpy())
    pair = draws.reshape(2, -1, draws.shape[1])
    for d in range(0, draws.shape[1], 17):
        assert np.cov(pair[:, :, d]) == pytest.approx(np.eye(2), abs=1e-3)


def test_anchors_name_the_axes(plane):
    high, low, side = plane.anchors
    mean = plane.frame.group_by("state", "dimension").agg(pl.col("mean").mean())
    at = {(s, k): m for s, k, m in mean.iter_rows()}
    assert at[high, 1] > at[low, 1]
    assert at[high, 2] == pytest.approx(at[low, 2], abs=1e-4)
    assert at[side, 2] > at[low, 2]


def test_other_anchors_turn_the_plane_and_leave_distances_alone(world, plane, tmp_path):
    votes, _ = world
    high, low, side = plane.anchors
    plan = SHORT | {"burn": 30, "iterations": 40, "dimensions": 2, "resume": tmp_path / "run"}
    base = ideal_points(votes, anchors=(high, low, side), **plan)
    other, mirrored = (
        ideal_points(votes, anchors=a, **plan) for a in ((side, low, high), (low, high, side))
    )
    one, two = base.distance(periods=[2]), other.distance(periods=[2])
    assert one["mean"].to_numpy() == pytest.approx(two["mean"].to_numpy(), abs=1e-3)
    first = [p.frame.filter(dimension=1)["mean"].to_numpy() for p in (base, mirrored)]
    assert first[0] == pytest.approx(-first[1], abs=1e-4)


def test_plane_does_not_depend_on_rows_names_or_threads(world, plane):
    votes, theta = world
    shuffled = votes.sample(fraction=1, shuffle=True, seed=4)
    again = ideal_points(
        shuffled, dimensions=2, anchors=_anchors(theta), **(SHORT | {"threads": 2})
    )
    assert again.frame.equals(plane.frame)
    renamed = votes.with_columns(pl.col("state").str.replace("S", "T"))
    named = tuple("T" + a[1:] for a in _anchors(theta))
    short = SHORT | {"burn": 5, "iterations": 16}
    one = ideal_points(votes, dimensions=2, anchors=_anchors(theta), **short)
    two = ideal_points(renamed, dimensions=2, anchors=named, **short)
    assert one.frame["mean"].to_list() == two.frame["mean"].to_list()


def test_distances_ranks_and_predictions_use_both_axes(plane):
    pairs = plane.distance("S03", periods=[2])
    assert pairs.height == 23
    assert (pairs["q05"] <= pairs["mean"]).all()
    draws = plane.draws.filter(session=2)
    a, b = (
        np.stack(draws.filter(state=s).sort("dimension")["draws"].to_numpy())
        for s in ("S03", "S07")
    )
    mine = pairs.filter((pl.col("state_a") == "S07") | (pl.col("state_b") == "S07"))["mean"].item()
    assert mine == pytest.approx(np.sqrt(((a - b) ** 2).sum(0)).mean(), rel=1e-4)
    by_votes = plane.distance("S03", periods=[2], scale="votes")
    strength = plane.axes["discrimination"]
    ratio = by_votes["mean"] / pairs["mean"]
    assert ratio.min() > 0.98 * strength.min()
    assert ratio.max() < 1.02 * strength.max()
    assert plane.axes["share"].sum() == pytest.approx(1)
    assert plane.rank(2, dimension=2)["mean"].sum() == pytest.approx(24 * 25 / 2)
    assert plane.contrast("S03", start=1, end=3, dimension=2)["sd"] > 0
    assert plane.most_moved(start=1, end=3, dimension=1).height == 24
    item = plane.items.filter(pl.min_horizontal("n_yes", "n_no") >= 6)["item"][0]
    told = plane.predict(item)
    assert told.select(pl.sum_horizontal("p_yes", "p_abstain", "p_no")).to_series().to_numpy() == (
        pytest.approx(1, abs=1e-6)
    )
    right = told.with_columns(
        likely=pl.when(pl.col("p_yes") > pl.col("p_no")).then(1).otherwise(3)
    ).filter(pl.col("vote") != 2)
    assert (right["likely"] == right["vote"]).mean() > 0.7
    assert "IdealPlane joint" in repr(plane)


def test_a_line_in_the_plane_shows_as_a_weak_second_axis():
    votes, theta = simulate(5, dims=1)
    mean = theta.mean(1)[:, 0]
    order = np.argsort(mean)
    anchors = (f"S{order[-1]:02d}", f"S{order[0]:02d}")
    points = ideal_points(votes, dimensions=2, anchors=anchors, **SHORT)
    assert points.axes["share"][0] > 0.75
    assert "one dimension may do" in points.diagnostics.notes[-1]
    first = points.frame.filter(dimension=1).group_by("state").agg(pl.col("mean").mean())
    assert np.corrcoef(first.sort("state")["mean"], mean)[0, 1] > 0.95


def test_intervals_of_the_plane_are_refused_below_the_threshold(world):
    votes, theta = world
    short = SHORT | {"burn": 5, "iterations": 16, "unconverged": "refuse"}
    points = ideal_points(votes, dimensions=2, anchors=_anchors(theta), **short)
    assert points.diagnostics.frame["quantity"].to_list() == [
        f"{name}, axis {k}" for k in (1, 2) for name in ("theta", "period mean", "period sd")
    ]
    assert points.diagnostics.converged is False
    assert points.frame["q05"].null_count() == points.frame.height
    assert points.frame["mean"].null_count() == 0
    shown = points.distance("S03", periods=[1]).columns
    assert shown == ["state_a", "state_b", "session", "mean", "n_votes"]
    with pytest.raises(NotConverged, match="refused"):
        points.rank(1, dimension=2)


def test_an_interrupted_plane_goes_on_and_keeps_to_its_model(world, tmp_path):
    votes, theta = world
    plan = SHORT | {"burn": 4, "iterations": 16, "resume": tmp_path / "run"}
    anchors = _anchors(theta)
    whole = ideal_points(votes, dimensions=2, anchors=anchors, **plan)
    again = ideal_points(votes, dimensions=2, anchors=anchors, **plan)
    assert again.draws.equals(whole.draws)
    with pytest.raises(BadOption, match="of other votes or another plan"):
        ideal_points(votes, anchors=anchors[:2], **plan)
    seat = pl.col("rollcall").str.ends_with("4") & pl.col("state").is_in(["S02", "S05"])
    missing = votes.with_columns(vote=pl.when(seat).then(8).otherwise("vote").cast(pl.Int8))
    plan["resume"] = tmp_path / "away"
    ideal_points(missing, absence="choice", anchors=anchors[:2], **plan)
    fewer = missing.filter((pl.col("vote") != 8) | (pl.col("rollcall") != "r0-04"))
    with pytest.raises(BadOption, match="of other votes or another plan"):
        ideal_points(fewer, absence="choice", anchors=anchors[:2], **plan)


@pytest.fixture(scope="module")
def absences():
    """Estimates by kind of absence and treatment, with the truth."""
    out = {}
    for away in ("random", "strategic"):
        votes, theta = simulate(11, dims=1, states=40, rollcalls=40, away=away)
        order = np.argsort(theta.mean(1)[:, 0])
        anchors = (f"S{order[-1]:02d}", f"S{order[0]:02d}")
        truth = (theta - theta.mean()) / theta.std(ddof=1)
        for treatment in ("missing", "choice"):
            points = ideal_points(votes, absence=treatment, anchors=anchors, **SHORT)
            out[away, treatment] = points, truth[:, :, 0].ravel()
    return out


def _mean(points):
    return points.frame.sort("state", "session")["mean"].to_numpy()


def test_absence_that_says_nothing_is_found_to_say_nothing(absences):
    """Two samplers, one prior: positions agree within the noise of few draws."""
    missing, truth = absences["random", "missing"]
    choice, _ = absences["random", "choice"]
    sd = missing.frame.sort("state", "session")["sd"].to_numpy()
    apart = (_mean(missing) - _mean(choice)) / sd
    assert np.sqrt((apart**2).mean()) < 0.2
    assert np.corrcoef(_mean(missing), _mean(choice))[0, 1] > 0.999
    steps = [p.diagnostics.settings["innovation_sd"] for p in (missing, choice)]
    assert steps[0] == pytest.approx(steps[1], rel=0.25)
    for points in (missing, choice):
        assert np.corrcoef(_mean(points), truth)[0, 1] > 0.96
    told = {q: row for q, *row in choice.absence.iter_rows()}
    assert told["share of slopes apart from 0"][0] < 0.05
    assert told["correlation of slopes with discrimination"][2] < 0
    assert missing.absence is None


def test_absence_instead_of_a_no_pulls_to_the_middle_unless_modelled(absences):
    """How far out the states that stay away are placed, over how far out the others are."""
    stretch = {}
    for treatment in ("missing", "choice"):
        points, truth = absences["strategic", treatment]
        shy = np.repeat(np.arange(40) % 2 == 0, 3)
        slopes = [np.polyfit(truth[m], _mean(points)[m], 1)[0] for m in (shy, ~shy)]
        stretch[treatment] = slopes[0] / slopes[1]
    assert stretch["missing"] < 0.95
    assert abs(np.log(stretch["choice"])) < abs(np.log(stretch["missing"]))
    told = {q: row for q, *row in absences["strategic", "choice"][0].absence.iter_rows()}
    assert told["correlation of slopes with discrimination"][2] > 0.2
    assert told["share of absences"][0] == pytest.approx(0.24, abs=0.06)


def test_absence_in_the_plane_is_modelled_too():
    votes, theta = simulate(7, away="strategic")
    short = SHORT | {"burn": 40, "iterations": 40}
    points = ideal_points(votes, dimensions=2, absence="choice", anchors=_anchors(theta), **short)
    mean = _wide(points, "mean")
    truth = _turned_truth(theta, mean)
    assert min(np.corrcoef(mean[:, k], truth[:, k])[0, 1] for k in range(2)) > 0.9
    assert {"absence_slope", "absence_slope_2"} < set(points.items.columns)
    assert points.absence.height == 6


def test_absence_of_a_state_that_never_votes_in_the_period_changes_nothing(world):
    votes, theta = world
    short = SHORT | {"burn": 4, "iterations": 16}
    some = votes.with_columns(
        vote=pl.when(pl.col("rollcall").str.ends_with("5")).then(8).otherwise("vote").cast(pl.Int8)
    ).filter((pl.col("vote") != 8) | (pl.col("state") < "S12"))
    some = pl.concat([some, votes.filter(pl.col("rollcall") == "r0-05", pl.col("state") > "S11")])
    ghost = votes.filter(state="S00").with_columns(state=pl.lit("ZZZ"), vote=pl.lit(8, pl.Int8))
    anchors = _anchors(theta)[:2]
    base = ideal_points(some, absence="choice", anchors=anchors, **short)
    more = ideal_points(pl.concat([some, ghost]), absence="choice", anchors=anchors, **short)
    assert more.frame.equals(base.frame)


def test_bad_input_is_named_with_its_fix(world):
    votes, theta = world
    anchors = _anchors(theta)
    with pytest.raises(BadOption, match="dimensions=3"):
        ideal_points(votes, dimensions=3, anchors=anchors)
    with pytest.raises(UnknownName, match="did you mean 'choice'"):
        ideal_points(votes, absence="chioce", anchors=anchors[:2])
    with pytest.raises(BadOption, match="'fast' does not take dimensions=2"):
        ideal_points(votes, dimensions=2, mode="fast", anchors=anchors)
    with pytest.raises(BadOption, match="does not take absence='choice'"):
        ideal_points(votes, absence="choice", mode="bsv2017", anchors=anchors[:2])
    with pytest.raises(TooFewObservations, match="8 dividing roll calls cannot place"):
        ideal_points(votes.filter(pl.col("rollcall") < "r0-08"), dimensions=2, anchors=anchors)
    with pytest.raises(TooFewObservations, match="needs absences of members"):
        ideal_points(votes, absence="choice", anchors=anchors[:2])
    with pytest.raises(BadOption, match="two different states"):
        ideal_points(votes, anchors=anchors)
    with pytest.raises(SchemaMismatch, match="no column 'vote'"):
        ideal_points(votes.drop("vote"), dimensions=2, anchors=anchors)


def test_anchors_that_span_no_plane_are_named(world, plane):
    votes, theta = world
    high, low, side = _anchors(theta)
    with pytest.raises(NotIdentified, match="'XXX' casts no vote"):
        ideal_points(votes, dimensions=2, anchors=("XXX", low))
    with pytest.raises(BadOption, match="two or three different states"):
        ideal_points(votes, dimensions=2, anchors=(high, low, high))
    copy = votes.filter(state=high).with_columns(state=pl.lit("TWIN"))
    twins = pl.concat([votes, copy])
    with pytest.raises(NotIdentified, match="vote alike"):
        ideal_points(twins, dimensions=2, anchors=(high, "TWIN", side))
    with pytest.raises(NotIdentified, match="stand on one line"):
        ideal_points(twins, dimensions=2, anchors=(high, low, "TWIN"))
    short = SHORT | {"burn": 4, "iterations": 16}
    chosen = ideal_points(votes, dimensions=2, anchors=(high, low), **short)
    assert chosen.anchors[:2] == (high, low)
    assert chosen.anchors[2] not in (high, low)
    with pytest.raises(BadOption, match="dimension=3"):
        plane.rank(1, dimension=3)
    with pytest.raises(UnknownName, match="did you mean 'votes'"):
        plane.distance(scale="vote")
    with pytest.raises(BadOption, match="not read against positions in the plane"):
        plane.expect(pl.DataFrame({"state": ["S00"], "vote": [1]}))


def test_measure_gives_the_plane_its_distances_and_its_map(simulated_store, tmp_path):
    options = {"mode": "joint", "dimensions": 2, "iterations": 16, "votes_since": 2020}
    table = measure("ideal_points", store=simulated_store, state="RUS,KAZ", **options)
    assert table["measure"].unique().sort().to_list() == ["axis_1", "axis_2"]
    assert table["year"].unique().sort().to_list() == [2020, 2021, 2022, 2023]
    assert table.height == 2 * 4 * 2
    assert (table["reason"] == "not_converged").all()
    distance = measure(
        "ideal_distance", store=simulated_store, state="RUS", partner="USA", **options
    )
    assert (distance["value"] > 0).all()
    both = table.filter(pl.col("measure") == "axis_1", pl.col("state") == "RUS").sort("year")
    assert (distance.sort("year")["n_obs"] <= both["n_obs"]).all()
    shown = options | {"state": "RUS,KAZ"}
    path = draw_measure("ideal_points", table, simulated_store, shown, tmp_path / "map.svg")
    drawn = path.read_text()
    assert "Kazakhstan" in drawn
    assert "first dimension" in drawn
    line = measure("ideal_points", store=simulated_store, mode="fast")
    path = draw_measure(
        "ideal_points", line, simulated_store, {"mode": "fast"}, tmp_path / "line.svg"
    )
    assert "main dimension" in path.read_text()


def test_absence_is_a_choice_of_the_measure_under_mode_joint(simulated_store):
    declared = MEASURES["ideal_points"]
    crossed = {c.name: c for c in declared.choices}
    assert crossed["absence"].kind == "U"
    assert crossed["absence"].under == {"mode": ("joint",)}
    assert crossed["dimensions"].options == (1,)
    options = declared.options({"mode": "fast", "absence": "choice"})
    assert not all(c.allows(options) for c in declared.constraints)
    table = measure(
        "ideal_points", store=simulated_store, mode="joint", absence="choice", iterations=16,
        votes_since=2022,
    )  # fmt: skip
    assert table["value"].null_count() == 0
    with pytest.raises(BadOption, match="the stored estimates fix votes_since"):
        measure("ideal_points", store=simulated_store, votes_since=2020)
    with pytest.raises(BadOption, match="absence=missing"):
        measure("ideal_points", store=simulated_store, absence="choice")
