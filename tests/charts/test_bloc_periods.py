"""The picture of blocs over periods: every state once per period, no name for unstable periods."""

import polars as pl
import pytest

from multipolar import charts


def frame_of(stable):
    rows = []
    for year, blocs in (
        (2020, {"RUS": 1, "USA": 2, "ARM": 1}),
        (2021, {"RUS": 1, "USA": 2, "ARM": 2}),
    ):
        rows.append(("", year, year, "stable_blocs", float(stable), None, None, ""))
        rows += [(s, year, year, "bloc", float(b), None, None, "") for s, b in blocs.items()]
        rows += [(s, year, year, "doubt", 0.1, None, None, "") for s in blocs]
    rows += [
        (s, 2021, 2021, "changed", float(s == "ARM"), None, None, "") for s in ("ARM", "RUS", "USA")
    ]
    rows.append(("", 2021, 2021, "adjusted_rand", 0.4, 0.3, 0.5, "more change than between runs"))
    rows.append(("", 2021, 2021, "adjusted_rand_within", 0.9, 0.8, 1.0, ""))
    names = ["state", "since", "until", "measure", "value", "lower", "upper", "reason"]
    return pl.DataFrame(rows, schema=names, orient="row")


def rows_with(spec, field):
    found = []

    def walk(node):
        data = node.get("data", {}).get("values") or ()
        found.extend(r for r in data if field in r)
        for key in ("vconcat", "hconcat", "layer"):
            for child in node.get(key, []):
                walk(child)

    walk(spec)
    return found


def test_every_state_has_a_cell_per_period_and_the_title_counts_those_that_changed():
    chart = charts.draw_bloc_periods(frame_of(stable=True))
    spec = chart.to_dict(validate=True)
    cells = {(r["state"], r["period"]): r for r in rows_with(spec, "bloc")}
    assert len(cells) == 6
    assert "1 state of 3 changed bloc between 2020 and 2021" in " ".join(chart.title.text)
    assert [cells["ARM", p]["text"] for p in (0, 1)] == ["1", "2"]
    assert cells["USA", 1]["text"] == ""
    shift = rows_with(spec, "within_value")
    assert shift[0]["value"] == pytest.approx(0.4)


def test_a_period_without_stable_blocs_is_grey_and_says_so():
    chart = charts.draw_bloc_periods(frame_of(stable=False))
    cells = rows_with(chart.to_dict(validate=True), "bloc")
    assert all(c["grey"] and c["text"] == "" for c in cells)
    assert "no stable blocs" in " ".join(chart.title.subtitle)
