"""Structure and words of the Vega-Lite that is drawn; the same input gives the same bytes."""

import json
import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from multipolar import charts
from multipolar.charts import theme


def spec_of(chart):
    return chart.to_dict(validate=True)


def inner(chart):
    """Every mark of a chart with its encoding and its rows, however deeply nested."""
    spec = chart.to_dict(validate=False)
    found = []

    def walk(node, data):
        data = node.get("data", data)
        for key in ("vconcat", "hconcat", "layer"):
            for child in node.get(key, []):
                walk(child, data)
        if "mark" in node:
            rows = data.get("values") or spec.get("datasets", {}).get(data.get("name"), [])
            found.append((node["mark"], node.get("encoding", {}), rows))

    walk(spec, {})
    return found


def rows_of(chart, *fields):
    return next(rows for _, _, rows in inner(chart) if rows and all(f in rows[0] for f in fields))


def title_of(chart):
    return " ".join(chart.title.text), " ".join(chart.title.subtitle)


def draw_all(verdict):
    data = verdict.data
    return {
        "curve": charts.draw_specification_curve(verdict.frame, data),
        "importance": charts.draw_choice_importance(data),
        "timeline": charts.draw_timeline(verdict.series, data),
        "weights": charts.draw_weights_comparison(small_weights(), data),
        "placebo": charts.draw_placebo_strip(verdict.placebos, data),
        "cartogram": charts.draw_cartogram(small_map(), data),
    }


def small_weights():
    rows = [("states", "yes", 0.73), ("states", "no", 0.27), ("people", "yes", 0.42)]
    return pl.DataFrame(rows, schema=["weighting", "position", "share"], orient="row")


def small_map():
    rows = [
        ("CHN", "China", 35.0, 105.0, 1412.0, "abstain"),
        ("FRA", "France", 46.0, 2.0, 67.0, "yes"),
        ("NRU", "Nauru", -0.5, 166.9, 0.01, "yes"),
        ("TWN", "Taiwan", 23.5, 121.0, None, None),
    ]
    names = ["state", "name", "lat", "lon", "weight", "position"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_every_picture_is_valid_vega_lite_with_words(verdict):
    for name, chart in draw_all(verdict).items():
        spec = spec_of(chart)
        assert title_of(chart)[0], name
        assert title_of(chart)[1], name
        assert len(spec["description"]) > 40, name
        assert "UN Digital Library" in json.dumps(spec), f"{name}: no source"
        assert "2025-10-29" in json.dumps(spec), f"{name}: no end of the record"


def test_same_input_gives_the_same_bytes(toy):
    def bytes_of():
        drawn = draw_all(toy.toy_verdict())
        return {k: charts.to_svg(c) for k, c in drawn.items()}

    first, second = bytes_of(), bytes_of()
    assert first == second
    chart = charts.draw_weights_comparison(small_weights(), toy.toy_verdict().data)
    assert charts.to_png(chart) == charts.to_png(chart)


def test_svg_is_well_formed_described_and_self_contained(verdict):
    ids = []
    for name, chart in draw_all(verdict).items():
        svg = charts.to_svg(chart)
        root = ET.fromstring(svg)  # noqa: S314 - our own picture
        ns = "{http://www.w3.org/2000/svg}"
        assert root.get("role") == "img", name
        assert root.find(f"{ns}title").text == title_of(chart)[0], name
        assert root.find(f"{ns}desc").text == chart.description, name
        assert not re.search(r'(?:href|src)="(?!#)', svg), f"{name} loads something"
        ids += re.findall(r'\bid="([^"]+)"', svg)
    assert len(ids) == len(set(ids)), "two pictures in one page share an id"


def test_text_of_the_study_stays_text(toy):
    nasty = "</text><script>alert(1)</script>&"
    found = toy.toy_verdict()
    found.data["panels"][0]["words"] = nasty
    found.data["choices"][1]["labels"]["kappa"] = "it's \\ 'quoted' " + nasty
    svg = charts.to_svg(charts.draw_specification_curve(found.frame, found.data))
    assert "<script" not in svg
    assert "&lt;script" in svg
    ET.fromstring(svg)  # noqa: S314


def test_curve_is_sorted_within_panels_and_keeps_every_estimate(verdict):
    chart = charts.draw_specification_curve(verdict.frame, verdict.data)
    rows = rows_of(chart, "estimate", "x", "outcome")
    known = verdict.frame.drop_nulls("estimate")
    assert sorted(r["estimate"] for r in rows) == pytest.approx(sorted(known["estimate"]), abs=1e-5)
    for panel in range(3):
        inside = [r for r in rows if int(r["x"] / 1.09) == panel]
        assert len(inside) == 30
        ordered = sorted(inside, key=lambda r: r["x"])
        assert [r["estimate"] for r in ordered] == sorted(r["estimate"] for r in inside)
        assert sum(r["is_default"] for r in inside) == 1


def test_curve_names_outcomes_by_colour_and_by_shape(verdict):
    chart = charts.draw_specification_curve(verdict.frame, verdict.data)
    marks = [e for m, e, _ in inner(chart) if "shape" in e]
    for encoding in marks:
        assert encoding["shape"]["scale"]["domain"] == list(theme.OUTCOMES)
        assert encoding["color"]["scale"]["range"] == list(theme.OUTCOME_COLOURS.values())
    assert len(set(theme.OUTCOME_SHAPES.values())) == 4


def test_curve_draws_the_thresholds_it_is_given(verdict):
    chart = charts.draw_specification_curve(
        verdict.frame, verdict.data, thresholds=[(0.0, "no difference"), (-0.05, "smallest effect")]
    )
    rows = rows_of(chart, "value", "words")
    assert [(r["value"], " ".join(r["words"])) for r in rows] == [
        (0.0, "no difference"),
        (-0.05, "smallest effect"),
    ]
    dashed = [m for m, _, r in inner(chart) if r == rows and m["type"] == "rule"]
    assert dashed[0]["strokeDash"]


def test_matrix_groups_options_by_choice_and_leaves_out_the_question(verdict):
    chart = charts.draw_specification_curve(verdict.frame, verdict.data)
    encoding = next(e for _, e, r in inner(chart) if r and "row" in r[0])
    rows = encoding["y"]["scale"]["domain"]
    assert rows[:5] == ["metric|", "metric|kappa", "metric|agree", "metric|s", "abstention|"]
    assert not any(r.startswith("weight|") for r in rows), "the panels are the weights already"
    assert "'metric|kappa' ? 'chance-corrected agreement'" in encoding["y"]["axis"][
        "labelExpr"
    ].replace("   ", "")


def test_matrix_covers_each_specification_once_per_choice(verdict):
    chart = charts.draw_specification_curve(verdict.frame, verdict.data)
    cells = rows_of(chart, "row", "outcome", "x0")
    for choice in ("metric", "abstention", "baseline_window", "vote_set"):
        width = sum(c["x1"] - c["x0"] for c in cells if c["row"].startswith(f"{choice}|"))
        assert width == pytest.approx(3.0, abs=1e-3), "three panels, each one unit wide"


def test_large_multiverse_is_thinned_and_says_so(toy):
    found = toy.toy_verdict(options={"baseline_window": list(range(1, 61))})
    assert found.frame.height == 3240
    chart = charts.draw_specification_curve(found.frame, found.data)
    rows = rows_of(chart, "estimate", "x", "outcome")
    assert len(rows) < 500
    assert "3,240 specifications" in title_of(chart)[1]
    assert f"Drawn: {len(rows):,}" in title_of(chart)[1]
    drawn = {r["estimate"] for r in rows}
    known = found.frame.drop_nulls("estimate").group_by("panel")
    for extreme in (pl.col("estimate").min(), pl.col("estimate").max()):
        for value in known.agg(extreme)["estimate"]:
            assert float(f"{value:.6g}") in drawn, "an extreme was thinned away"


def test_panels_of_very_different_scale_get_axes_of_their_own(verdict):
    grown = verdict.frame.with_columns(
        pl.when(pl.col("panel") == "weight=equal")
        .then(pl.col("estimate") * 100)
        .otherwise(pl.col("estimate"))
        .alias("estimate")
    )
    chart = charts.draw_specification_curve(grown, verdict.data)
    domains = {
        tuple(e["y"]["scale"]["domain"]) for m, e, _ in inner(chart) if e.get("shape") and "y" in e
    }
    assert len(domains) == 3


def test_importance_draws_first_and_total_of_each_panel(verdict):
    chart = charts.draw_choice_importance(verdict.data)
    tables = [r for m, _, r in inner(chart) if r and "first" in r[0] and m["type"] == "text"]
    assert len(tables) == 3
    for rows, panel in zip(tables, verdict.data["panels"], strict=True):
        drawn = {r["choice"].replace(" ", "_"): [r["first"], r["total"]] for r in rows}
        assert drawn == panel["importance"]
    assert "metric" in title_of(chart)[0]


def test_importance_survives_numbers_that_do_not_exist(verdict):
    data = {
        **verdict.data,
        "panels": [{"key": "all", "words": "all", "importance": {"metric": [None, None]}}],
    }
    assert "No choice moves" in title_of(charts.draw_choice_importance(data))[0]


def test_timeline_keeps_gaps_and_marks_the_break(verdict):
    gap = verdict.series.with_columns(
        value=pl.when(pl.col("period").dt.year() == 2010).then(None).otherwise(pl.col("value"))
    )
    chart = charts.draw_timeline(gap, verdict.data)
    rows = rows_of(chart, "period", "value", "world_median")
    assert [r["value"] for r in rows if r["period"].startswith("2010")] == [None]
    since = rows_of(chart, "since")[0]
    assert since["text"] == "Feb 2022"
    assert since["since"] == pytest.approx(2022 + 54 / 365, abs=1e-3)
    year = next(r for r in rows if r["period"].startswith("2022"))
    assert year["at"] == 2022.5, "a yearly value stands in the middle of its year"


def test_timeline_takes_bare_years(verdict):
    years = verdict.series.with_columns(pl.col("period").dt.year())
    same = charts.to_json(charts.draw_timeline(years, verdict.data))
    assert same == charts.to_json(charts.draw_timeline(verdict.series, verdict.data))


def test_weights_are_drawn_as_given(verdict):
    chart = charts.draw_weights_comparison(small_weights(), verdict.data)
    rows = rows_of(chart, "weighting", "start", "end")
    drawn = {(r["weighting"], r["position"]): r["end"] - r["start"] for r in rows}
    assert drawn["people", "yes"] == pytest.approx(0.42)
    assert drawn["people", "no"] == 0, "shares are not rescaled to one"
    assert title_of(chart)[0] == "Yes: 73% of states and 42% of people"


def test_same_position_has_the_same_colour_everywhere():
    one = theme.position_colours(["yes", "no", "left early"])
    other = theme.position_colours(["abstain", "no", "yes"])
    assert one["yes"] == other["yes"]
    assert one["no"] == other["no"]
    assert len(set(one.values())) == 3


def test_strip_places_each_state_at_its_estimate(verdict):
    chart = charts.draw_placebo_strip(verdict.placebos, verdict.data, names={"RUS": "Ruritania"})
    rows = rows_of(chart, "state", "estimate", "y")
    expected = verdict.placebos.filter(pl.col("panel") == "weight=equal")
    assert {r["state"]: r["estimate"] for r in rows} == {
        s: pytest.approx(e, rel=1e-5)
        for s, e in zip(expected["state"], expected["estimate"], strict=True)
    }
    assert [r["state"] for r in rows if r["is_subject"]] == ["RUS"]
    assert "Ruritania" in title_of(chart)[0]


def test_names_on_the_strip_never_overlap(verdict):
    chart = charts.draw_placebo_strip(verdict.placebos, verdict.data)
    width = theme.WIDTH - 24
    for mark, encoding, rows in inner(chart):
        if mark["type"] != "text" or not rows or "at" not in rows[0]:
            continue
        low, high = encoding["x"]["scale"]["domain"]
        boxes = []
        for r in rows:
            centre = (r["at"] - low) / (high - low) * width
            half = theme.text_width(r["text"], 11.5, bold=r["bold"]) / 2
            boxes.append((r["top"], centre - half, centre + half))
        boxes.sort()
        for (top, _, end), (other, start, _) in pairwise(boxes):
            assert top != other or end <= start


def test_rank_in_words_counts_and_names():
    from multipolar.charts.placebo_strip import nearer_end, rank_words

    rows = [("all", "RUS", -0.3, True), ("all", "ISR", -0.5, False), ("all", "CHL", 0.1, False)]
    frame = pl.DataFrame(rows, schema=["panel", "state", "estimate", "is_subject"], orient="row")
    words = rank_words(frame, "all", {"ISR": "Israel"}, "low")
    assert words == "of 2 other states only Israel stands lower"
    assert nearer_end(frame, "all") == "low"


def test_cartogram_draws_areas_by_weight_without_overlap(verdict):
    chart = charts.draw_cartogram(small_map(), verdict.data, weight_words="population")
    rows = {r["state"]: r for r in rows_of(chart, "state", "radius")}
    ratio = (rows["CHN"]["radius"] / rows["FRA"]["radius"]) ** 2
    assert ratio == pytest.approx(1412 / 67, rel=0.01)
    assert not rows["TWN"]["weighted"]
    states = list(rows.values())
    for i, a in enumerate(states):
        for b in states[i + 1 :]:
            apart = ((a["x"] - b["x"]) ** 2 + (a["y"] - b["y"]) ** 2) ** 0.5
            assert apart >= a["radius"] + b["radius"] - 0.2
    assert "1 state without a weight" in title_of(chart)[1]
    assert rows["CHN"]["x"] > rows["FRA"]["x"], "China lies east of France"


def test_cartogram_takes_numbers_for_positions(verdict):
    frame = small_map().with_columns(position=pl.Series([0.1, 0.9, 0.5, None]))
    chart = charts.draw_cartogram(frame, verdict.data, position_words="similarity with the pole")
    colour = next(e["color"] for m, e, _ in inner(chart) if m["type"] == "circle")
    assert colour["type"] == "quantitative"


def test_empty_frames_give_a_picture_that_says_so(verdict):
    data = verdict.data
    drawn = {
        "curve": charts.draw_specification_curve(verdict.frame.clear(), data),
        "no claim": charts.draw_specification_curve(
            pl.DataFrame(), {**data, "panels": [], "choices": []}
        ),
        "importance": charts.draw_choice_importance({**data, "panels": []}),
        "timeline": charts.draw_timeline(verdict.series.clear(), data),
        "weights": charts.draw_weights_comparison(small_weights().clear(), data),
        "placebo": charts.draw_placebo_strip(verdict.placebos.clear(), data),
        "cartogram": charts.draw_cartogram(small_map().clear(), data),
    }
    for name, chart in drawn.items():
        assert title_of(chart)[0], name
        assert charts.to_svg(chart).startswith("<svg"), name


def test_a_panel_without_a_single_estimate_is_said_to_have_none(verdict):
    none = verdict.frame.with_columns(
        estimate=pl.lit(None, pl.Float64), outcome=pl.lit("not_computable")
    )
    assert charts.to_svg(charts.draw_specification_curve(none, verdict.data)).startswith("<svg")


def test_writing_by_ending(tmp_path, verdict):
    from multipolar.core.errors import BadOption

    chart = charts.draw_choice_importance(verdict.data)
    for ending, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".json", b"{")):
        path = charts.write_chart(chart, tmp_path / f"picture{ending}")
        assert path.read_bytes().startswith(start)
    with pytest.raises(BadOption, match=r"no picture format ends in '\.gif'"):
        charts.write_chart(chart, tmp_path / "picture.gif")
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "picture.json",
        "picture.png",
        "picture.svg",
    ]


@pytest.mark.shared
def test_the_vote_of_2_march_2022_flips_on_the_weight(toy, shared):
    real = toy.real_es11_1(shared)
    assert title_of(charts.draw_weights_comparison(real.weights, real.data))[0] == (
        "Yes: 73% of states, 42% of people and 72% of output"
    )
    chart = charts.draw_cartogram(real.map_frame, real.data, weight_words="population")
    assert title_of(chart)[0] == "States: yes 141, abstain 35, no 5 and absent 12"
    assert len(rows_of(chart, "state", "radius")) == 193
