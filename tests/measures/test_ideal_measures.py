"""Ideal points and their distances as measures of the store; the full record where it is here."""

import numpy as np
import polars as pl
import pytest

from multipolar import ideal_points, measure
from multipolar.cli import main
from multipolar.core.errors import BadOption, NotTestable, TooFewObservations, UnknownName
from multipolar.measures import MEASURES
from multipolar.store import Store


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    return Store.open(tmp_path_factory.mktemp("none") / "store")


def test_stored_positions_order_the_poles_as_everybody_expects(starter):
    table = measure("ideal_points", store=starter, since=2023, until=2023)
    value = dict(table.select("state", "value").iter_rows())
    assert value["USA"] > value["ISR"] > value["GBR"] > value["BRA"] > value["CHN"] > value["SYR"]
    assert table["n_obs"].min() >= 1
    known = table.drop_nulls("lower")
    assert (known["lower"] <= known["value"]).all()
    assert (known["value"] <= known["upper"]).all()
    withheld = table.filter(pl.col("lower").is_null())
    assert (withheld["reason"] == "not_converged").all()


def test_soviet_years_carry_the_soviet_code(starter):
    assert measure("ideal_points", store=starter, state="SUN")["year"].max() == 1991
    assert measure("ideal_points", store=starter, state="Russia", since=1992)["year"].min() == 1992


def test_distances_follow_from_the_positions(starter):
    pair = {"state": "USA", "partner": "RUS", "since": 2020, "until": 2023}
    table = measure("ideal_distance", store=starter, **pair)
    assert table["state_a"].unique().to_list() == ["RUS"]
    points = measure("ideal_points", store=starter, since=2020, until=2023)
    gap = (
        points.filter(state="USA").join(points.filter(state="RUS"), on="year").sort("year")
    ).select(gap=(pl.col("value") - pl.col("value_right")).abs())["gap"]
    assert (table.sort("year")["value"] - gap).abs().max() < 0.02
    every = measure("ideal_distance", store=starter, since=2023, until=2023)
    n = points.filter(year=2023).height
    assert every.height == n * (n - 1) // 2
    with pytest.raises(TooFewObservations, match="both vote"):
        measure("ideal_distance", store=starter, state="SUN", partner="UKR", since=1995)


def test_stored_estimates_answer_no_other_question(starter):
    with pytest.raises(BadOption, match="the stored estimates have subject=any"):
        measure("ideal_points", store=starter, subject="final")
    with pytest.raises(UnknownName, match="did you mean 'joint'"):
        measure("ideal_points", store=starter, mode="jont")
    with pytest.raises(NotTestable, match="too few roll calls"):
        measure("ideal_points", store=starter, mode="fast")


def test_constraints_leave_out_what_makes_no_sense():
    constraints = MEASURES["ideal_points"].constraints
    options = MEASURES["ideal_points"].options({})
    assert all(c.allows(options) for c in constraints)
    assert not all(c.allows({**options, "subject": "final"}) for c in constraints)
    weighted = {**options, "mode": "bsv2017", "weighting": "by_subject"}
    assert not all(c.allows(weighted) for c in constraints)


def test_command_writes_the_panel_and_the_draws_behind_it(simulated_store, tmp_path, capsys):
    panel, draws = tmp_path / "panel.csv", tmp_path / "draws.parquet"
    command = [
        "measure", "compute", "ideal_distance", "--mode", "joint", "--votes-since", "2022",
        "--iterations", "40", "--seed", "3", "--store", str(simulated_store.path),
        "--posterior", str(draws), "--resume", str(tmp_path / "run"),
    ]  # fmt: skip
    main([*command, "--state", "USA", "-o", str(panel)])
    told = capsys.readouterr().err
    assert "12 state-years" in told
    assert "times as many iterations" in told
    kept = pl.read_parquet(draws)
    assert kept.columns == ["state", "year", "draws"]
    wide = {(s, y): np.array(d) for s, y, d in kept.iter_rows()}
    rows = pl.read_csv(panel)
    assert rows.height == 2 * 5
    for row in rows.iter_rows(named=True):
        a, b = (wide[row[k], row["year"]] for k in ("state_a", "state_b"))
        assert row["value"] == pytest.approx(np.abs(a - b).mean(), rel=1e-5)
        assert row["n_obs"] > 0
    same = measure(
        "ideal_distance", store=simulated_store, mode="joint", votes_since=2022, iterations=40,
        seed=3, state="USA",
    )  # fmt: skip
    assert rows["value"].to_list() == pytest.approx(same["value"].to_list())
    assert (tmp_path / "run.0.npz").is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ideal_distance", "--posterior", "d.parquet"], "the stored estimates have no draws"),
        (["ideal_points", "--mode", "joint", "--posterior", "d.csv"], "a file .parquet"),
        (["vote_agreement", "--posterior", "d.parquet"], "takes no --posterior"),
        (
            ["ideal_points", "--mode", "fast", "--votes-until", "2021", "--resume", "r"],
            "takes no resume",
        ),
        (["ideal_points", "--mode", "fast", "--anchors", "USA"], "two different states"),
        (["ideal_points", "--mode", "fast", "--anchors", "USA,DEU"], "'DEU' casts no vote"),
        (["ideal_points", "--mode", "fast", "--votes-since", "2050"], "between 2018 and 2023"),
        (["ideal_points", "--mode", "fast", "--bridgin", "title"], "did you mean 'bridging'"),
        (["ideal_distance", "--mode", "fast", "--state", "Rusia"], "did you mean 'RUS'"),
        (["ideal_distance", "--state", "USA", "--partner", "USA"], "are both USA"),
    ],
)
def test_command_names_what_it_cannot_do(simulated_store, capsys, words, told):
    """Before anything is estimated: what an estimation says of itself is not there."""
    with pytest.raises(SystemExit) as stop:
        main(["measure", "compute", *words, "--store", str(simulated_store.path)])
    assert stop.value.code
    said = capsys.readouterr().err
    assert told in said
    assert "state-years" not in said


@pytest.mark.shared
def test_numbers_of_votes_equal_the_published_ones(shared):
    import importlib.util
    import sys
    from pathlib import Path

    from multipolar.measures._ideal_data import prepare_votes

    assert (shared / "data" / "unga_voeten").is_dir()
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "ideal_points.py"
    spec = importlib.util.spec_from_file_location("benchmark_ideal_points", path)
    bench = importlib.util.module_from_spec(spec)
    sys.modules["benchmark_ideal_points"] = bench
    spec.loader.exec_module(bench)
    votes, release = bench.read_votes()
    arrays = prepare_votes(
        votes, bridging=bench.pairs(), paragraphs="until_1989", reference_sample=True
    )
    assert (arrays.n_obs, arrays.n_units, arrays.n_items) == (797_473, 10_469, 4_784)
    both = arrays.units.join(
        release.select("state", pl.col("session").cast(pl.Int32).alias("period"), "NVotes"),
        on=["state", "period"],
    )
    assert both.height == 10_469
    assert (both["n_votes"].cast(pl.Int64) == both["NVotes"]).all()

    recent = votes.filter(pl.col("session").is_between(65, 70))
    fast = ideal_points(recent, mode="fast", bridging=bench.pairs(), paragraphs="until_1989")
    compared = fast.frame.join(
        release.select("state", pl.col("session").cast(pl.Int32), "IdealPoint"),
        on=["state", "session"],
    )
    within = compared.group_by("session").agg(r=pl.corr("mean", "IdealPoint"))["r"]
    assert within.min() > 0.98


def test_a_full_record_is_estimated_anew_under_every_choice(simulated_store):
    base = measure("ideal_points", store=simulated_store, mode="fast")
    assert base["year"].unique().sort().to_list() == list(range(2018, 2024))
    assert base.filter(state="KAZ")["year"].min() == 2020
    assert base["lower"].null_count() == 0
    for option in ({"period": "session"}, {"weighting": "by_subject"}, {"bridging": "title"}):
        other = measure("ideal_points", store=simulated_store, mode="fast", **option)
        assert other.height == base.height
        # In this record sessions are years, subjects are of equal size, titles too short to link.
        assert other["value"].to_list() == base["value"].to_list()
    pair = {"state": "USA", "partner": "RUS", "since": 2022}
    distance = measure("ideal_distance", store=simulated_store, mode="fast", **pair)
    assert distance["year"].to_list() == [2022, 2023]
    assert (distance["lower"] <= distance["value"]).all()
    with pytest.raises(NotTestable, match="important"):
        measure("ideal_points", store=simulated_store, mode="fast", subject="important")
