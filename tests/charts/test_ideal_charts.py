"""Charts of ideal points: what is drawn, in words and numbers."""

import json

import polars as pl
import pytest

from multipolar import ideal_points
from multipolar.charts._render import to_json, to_svg
from multipolar.charts.ideal_items import draw_calibration, draw_item_curves
from multipolar.charts.ideal_map import draw_ideal_map
from multipolar.charts.ideal_positions import draw_most_moved, draw_positions
from multipolar.core.errors import SchemaMismatch, TooFewObservations, UnknownName
from multipolar.simulate.votes import invent_shape, simulate_votes


@pytest.fixture(scope="module")
def points():
    shape = invent_shape(states=14, sessions=3, rollcalls=20, seed=5)
    world = simulate_votes(shape, seed=6, innovation_sd=0.3)
    return ideal_points(world.votes, mode="fast", anchors=("S000", "S001"))


def _spec(chart):
    return json.loads(to_json(chart))


def _text(spec):
    return json.dumps(spec, ensure_ascii=False)


def test_positions_draw_a_band_and_a_name_per_state(points):
    chart = draw_positions(points.frame, ["S000", "S001"], names={"S000": "Aland"})
    spec = _spec(chart)
    assert len(spec["vconcat"][0]["layer"]) == 4
    assert "Aland" in _text(spec)
    assert "1 to 3" in _text(spec)
    assert to_svg(chart).startswith("<svg")
    with pytest.raises(UnknownName, match="S00X"):
        draw_positions(points.frame, ["S00X"])


def test_positions_without_intervals_still_draw_their_lines(points):
    bare = points.frame.with_columns(pl.lit(None, pl.Float64).alias(c) for c in ("q05", "q95"))
    assert to_svg(draw_positions(bare, ["S000"])).startswith("<svg")


def test_most_moved_says_how_many_survive(points):
    moved = points.most_moved(start=1, end=3)
    spec = _spec(draw_most_moved(moved, start=1, end=3, n=6))
    sure = (moved.head(6)["q_value"] < 0.05).sum()
    assert f"{sure} of 6 shown" in spec["description"]
    with pytest.raises(TooFewObservations):
        draw_most_moved(moved.head(0), start=1, end=3)


def test_item_curves_name_the_surprises(points):
    expected = points.predict(points.items["item"][0])
    positions = points.frame.filter(session=1)
    told = expected.with_columns(surprise=pl.lit(0.1))
    spec = _spec(draw_item_curves(told, positions, title="A text"))
    assert "nobody" in spec["description"]
    surprised = told.with_columns(
        surprise=pl.when(pl.col("state") == "S003").then(5.0).otherwise(0.1)
    ).filter(pl.col("vote").is_not_null() | (pl.col("state") == "S003"))
    surprised = surprised.with_columns(pl.col("vote").fill_null(3))
    assert "S003 (" in _spec(draw_item_curves(surprised, positions, title="A"))["description"]
    none = expected.with_columns(vote=pl.lit(None, pl.Int8))
    with pytest.raises(TooFewObservations):
        draw_item_curves(none, positions, title="A text")


def test_calibration_counts_every_vote_once(points):
    predictions = pl.concat([points.predict(i) for i in points.items["item"].to_list()[:10]])
    spec = _spec(draw_calibration(predictions))
    cast = predictions["vote"].drop_nulls().len()
    assert f"{cast:,} votes" in spec["description"]
    with pytest.raises(TooFewObservations):
        draw_calibration(predictions.filter(pl.col("vote").is_null()).head(0))


@pytest.fixture
def plane(points):
    """Frame of a plane: the line's positions on the first axis, turned round on the second."""
    first = points.frame.with_columns(dimension=pl.lit(1))
    back = [(-pl.col(c)).alias(d) for c, d in (("mean", "mean"), ("q95", "q05"), ("q05", "q95"))]
    return pl.concat([first, first.with_columns(*back, dimension=pl.lit(2))])


def test_map_draws_a_trail_per_state_and_every_other_as_a_dot(plane):
    spec = _spec(
        draw_ideal_map(
            plane, ["S000", "S001"], anchors=("S000", "S001", "S002"), names={"S000": "Aland"}
        )
    )
    layers = spec["vconcat"][0]["layer"]
    trails = [x for x in layers if x["mark"].get("type") == "line"]
    assert len(trails) == 2
    dots = next(x for x in layers if x["mark"].get("color") == "#b9b6ac")
    assert len(dots["data"]["values"]) == 12
    assert "S001 \u2190 first dimension \u2192 Aland" in _text(spec)
    scales = [layers[-1]["encoding"][c]["scale"]["domain"] for c in ("x", "y")]
    part = spec["vconcat"][0]
    lengths = [(d[1] - d[0]) / part[s] for d, s in zip(scales, ("width", "height"), strict=True)]
    assert lengths[0] == pytest.approx(lengths[1])
    texts = [x["data"]["values"][0]["text"] for x in layers if x["mark"].get("type") == "text"]
    assert sorted(texts) == ["1", "1", "Aland", "S001"]


def test_map_without_intervals_or_second_dimension(plane):
    bare = plane.with_columns(pl.lit(None, pl.Float64).alias(c) for c in ("q05", "q95"))
    assert to_svg(draw_ideal_map(bare, ["S000"])).startswith("<svg")
    assert "Intervals are withheld" in _text(_spec(draw_ideal_map(bare, ["S000"])))
    assert "No state is named" in _spec(draw_ideal_map(plane, []))["description"]
    with pytest.raises(SchemaMismatch, match="'dimension'"):
        draw_ideal_map(plane.drop("dimension"), ["S000"])
    with pytest.raises(TooFewObservations, match="both dimensions"):
        draw_ideal_map(plane.filter(pl.col("dimension") == 1), ["S000"])
    with pytest.raises(UnknownName, match="S00X"):
        draw_ideal_map(plane, ["S00X"])
