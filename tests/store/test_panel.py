"""The panel of pairs: rows, zeros and unknowns, and the same figures by plain joins."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import multipolar
from multipolar.core.errors import BadOption, StoreError, TableMissing, UnknownName
from multipolar.core.states import list_states
from multipolar.store.panel_streams import STREAMS


@pytest.fixture(scope="module")
def store():
    return multipolar.Store.open("/nonexistent/store")


@pytest.fixture(scope="module")
def panel(store):
    return multipolar.dyad_panel(store, since=2010, until=2019)


def cell(panel, a, b, year):
    (row,) = panel.filter(state_a=a, state_b=b, year=year).rows(named=True)
    return row


def test_one_row_per_pair_of_states_of_the_year(panel):
    there = len(list_states("2015"))
    assert panel.filter(year=2015).height == there * (there - 1) // 2
    assert panel.select("state_a", "state_b", "year").is_duplicated().sum() == 0
    assert (panel["state_a"] < panel["state_b"]).all()


def test_rows_are_the_states_of_every_year(store):
    panel = multipolar.dyad_panel(store, since=1945, until=2025, streams=["contiguity"])
    sides = [panel.select("year", pl.col(s).alias("state")) for s in ("state_a", "state_b")]
    found = dict(pl.concat(sides).unique().group_by("year").agg("state").rows())
    for year, states in found.items():
        assert set(states) == {s.code for s in list_states(str(year))}


def test_a_table_is_read_as_far_as_it_is_asked_for(store, tmp_path):
    lazy = store.scan("arms").filter(pl.col("year") == 2021).select("tiv")
    assert lazy.collect().height == store.frame("arms").filter(year=2021).height
    with pytest.raises(TableMissing):
        store.scan("embassies")
    from multipolar.sources import SOURCES
    from multipolar.store.starter import starter_paths

    kept = multipolar.Store.open(tmp_path / "store")
    kept.add("arms_sipri", starter_paths(SOURCES["arms_sipri"]))
    assert kept.scan("arms").collect().equals(kept.frame("arms"))
    (file,) = (tmp_path / "store" / "tables" / "arms").rglob("*.parquet")
    data = bytearray(file.read_bytes())
    data[4 : len(data) // 2] = b"x" * (len(data) // 2 - 4)
    file.write_bytes(data)
    with pytest.raises(StoreError, match="arms"):
        multipolar.dyad_panel(
            multipolar.Store.open(kept.path), since=2017, until=2017, streams=["arms"]
        )


def test_states_come_and_go(store):
    panel = multipolar.dyad_panel(store, since=1989, until=1993, streams=["distance"])
    states = {
        year[0]: set(rows["state_a"]) | set(rows["state_b"])
        for year, rows in panel.group_by("year")
    }
    assert "SUN" in states[1991]
    assert "SUN" not in states[1992]
    assert "RUS" not in states[1990]
    assert {"DDR", "DEU"} <= states[1990]
    assert "DDR" not in states[1991]


def test_zero_is_what_a_source_covers_and_null_what_it_does_not(panel):
    inside, outside = cell(panel, "ARM", "RUS", 2017), cell(panel, "PSE", "USA", 2017)
    assert cell(panel, "IND", "RUS", 2017)["arms_ba"] > 0
    assert inside["arms_ab"] == 0
    assert inside["alliance_defense"] is True
    assert inside["visits_ab"] is None  # no source of the starter covers trips between the two
    assert inside["shared_igos"] is None  # the data set ends in 2014
    assert outside["visits_ba"] == 2
    assert outside["visits_ab"] == 0
    assert outside["alliance_defense"] is None  # not a state of that data set
    assert outside["votes_shared"] is None  # no vote in the General Assembly
    assert cell(panel, "TWN", "USA", 2017)["alliance_defense"] is False


CONTESTED = {
    # Where each of the three has figures in the starter record (True), is held by the data set
    # without a row, so that the cell is 0 (False), or is not held by it (None).
    "votes_shared": (None, None, None),
    "visits_ab": (True, False, True),
    "sanctions_ba": (False, False, None),
    "alliance_defense": (False, False, None),
    "arms_ba": (True, True, True),
    "distance_km": (True, True, None),
    "contiguity": (True, True, None),
    "shared_igos": (True, True, None),
    "shared_groups": (False, False, False),
    "trade_usd": (True, True, None),
    "goods_usd_ba": (None, True, True),
}


@pytest.mark.parametrize("column", CONTESTED)
def test_kosovo_taiwan_and_palestine_in_every_stream(panel, column):
    for state, expected in zip(("XKX", "TWN", "PSE"), CONTESTED[column], strict=True):
        mine = panel.filter((pl.col("state_a") == state) | (pl.col("state_b") == state))
        stem = column.removesuffix("_ab").removesuffix("_ba")
        sides = [c for c in panel.columns if c.removesuffix("_ab").removesuffix("_ba") == stem]
        cells = pl.concat([mine[c].cast(pl.String).alias("x") for c in sides])
        given = cells.drop_nulls()
        some = given.filter(~given.is_in(["0", "0.0", "false", "none"])).len() > 0
        assert (None if not given.len() else some) == expected


def test_the_soviet_union_is_never_russia_in_any_stream(store):
    for stream in STREAMS:
        # Means of five years reach over the end of 1991; the panel cuts them to each state's life.
        if stream.table not in store.tables() or stream.name == "trade":
            continue
        rows = stream.rows(store)
        russia, soviet = stream.years_of(rows, "RUS"), stream.years_of(rows, "SUN")
        assert all(last >= 1991 for _, last in russia), stream.name
        assert all(first >= 1991 for first, _ in russia), stream.name
        assert all(first <= 1991 for first, _ in soviet), stream.name
        assert russia, stream.name


def test_a_state_no_data_set_holds_has_no_zeros(panel):
    abkhazia = panel.filter((pl.col("state_a") == "XAB") | (pl.col("state_b") == "XAB"))
    assert abkhazia.height
    for stream in ("arms_ab", "sanctions_ab", "alliance_defense", "contiguity", "distance_km"):
        assert abkhazia[stream].null_count() == abkhazia.height


def test_a_state_of_another_sender_is_not_known_to_sanction(panel):
    row = cell(panel, "CHN", "NOR", 2012)
    assert row["sanctions_ab"] is None
    assert cell(panel, "CUB", "USA", 2012)["sanctions_ba"] > 0
    assert cell(panel, "CAN", "USA", 2012)["sanctions_ba"] == 0
    assert panel.filter(pl.col("year") == 2019)["sanctions_ab"].null_count() == (
        panel.filter(pl.col("year") == 2019).height
    )


def test_both_directions_hold_the_same_cells(store, panel):
    directed = multipolar.dyad_panel(store, since=2015, until=2015, directed=True)
    undirected = panel.filter(year=2015)
    assert directed.height == 2 * undirected.height
    there = undirected.join(
        directed,
        left_on=["state_a", "state_b", "year"],
        right_on=["source_state", "target_state", "year"],
        suffix="_directed",
    )
    back = undirected.join(
        directed,
        left_on=["state_b", "state_a", "year"],
        right_on=["source_state", "target_state", "year"],
        suffix="_directed",
    )
    for stream in ("visits", "sanctions", "arms", "goods_usd"):
        assert there[f"{stream}_ab"].equals(there[stream], check_names=False)
        assert back[f"{stream}_ba"].equals(back[stream], check_names=False)
    for stream in ("votes_agreement", "alliance_defense", "contiguity", "distance_km"):
        assert there[stream].equals(there[f"{stream}_directed"], check_names=False)
        assert back[stream].equals(back[f"{stream}_directed"], check_names=False)


def test_figures_are_those_of_a_plain_join(store, panel):
    arms = store.frame("arms").filter(pl.col("year").is_between(2017, 2019))
    joined = panel.filter(pl.col("year") >= 2017).join(
        arms,
        left_on=["state_b", "state_a", "year"],
        right_on=["source_state", "target_state", "year"],
        how="left",
    )
    assert joined["tiv"].fill_null(0).equals(joined["arms_ba"].fill_null(0), check_names=False)
    assert panel.select(pl.col("arms_ab", "arms_ba").sum()).sum_horizontal().item() == (
        pytest.approx(arms["tiv"].sum())
    )
    votes = store.frame("vote_dyads").filter(vote_set="all", year=2015)
    (row,) = votes.filter(state_a="CHN", state_b="RUS").rows(named=True)
    levels = [1, 2, 3]
    counts = {(a, b): row[f"n_{a}{b}"] for a in levels for b in levels}
    total = sum(counts.values())
    agree = sum(n * (1 - abs(a - b) / 2) for (a, b), n in counts.items()) / total
    found = cell(panel, "CHN", "RUS", 2015)
    assert found["votes_shared"] == total
    assert found["votes_agreement"] == pytest.approx(agree)


def test_intervals_count_every_year_they_touch(store):
    panel = multipolar.dyad_panel(store, since=2018, until=2024, streams=["groups"])
    shared = {y: cell(panel, "FRA", "GBR", y)["shared_groups"] for y in range(2018, 2025)}
    # NATO, the G7 and, until 31 January 2020, the European Union.
    assert shared[2019] == shared[2020] == shared[2021] + 1


def test_bad_requests_name_what_there_is(store):
    with pytest.raises(BadOption, match="2025 to 2020 is empty"):
        multipolar.dyad_panel(store, since=2025, until=2020)
    with pytest.raises(BadOption, match="starts in 1945"):
        multipolar.dyad_panel(store, since=1816)
    with pytest.raises(UnknownName, match="did you mean 'arms'"):
        multipolar.dyad_panel(store, streams=["arm"])
    with pytest.raises(UnknownName, match="its successor then is RUS"):
        multipolar.dyad_panel(store, since=2000, until=2002, streams=["votes"], states=["USSR"])
    with pytest.raises(TableMissing, match="embassies_cow"):
        multipolar.dyad_panel(store, streams=["embassies"])
    with pytest.raises(BadOption, match="no row of XKX in 2010-2012: it has rows of 2018-2021"):
        multipolar.dyad_panel(store, since=2010, until=2012, streams=["arms"], states=["Kosovo"])
    with pytest.raises(BadOption, match="no row of PSE in any year"):
        multipolar.dyad_panel(store, streams=["alliances"], states=["PSE"])


def test_streams_say_their_years(store):
    rows = {r["stream"]: r for r in multipolar.panel_streams(store).iter_rows(named=True)}
    assert set(rows) == {s.name for s in STREAMS}
    assert (rows["arms"]["first_year"], rows["arms"]["last_year"]) == (2017, 2021)
    assert rows["sanctions"]["last_year"] == 2018
    assert not rows["embassies"]["available"]
    assert rows["groups"]["first_year"] == 1949


VISITS = st.lists(
    st.tuples(
        st.sampled_from(["USA", "RUS", "KAZ", "XKX"]),
        st.sampled_from(["USA", "RUS", "KAZ", "XKX"]),
        st.integers(2014, 2016),
    ).filter(lambda v: v[0] != v[1]),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(VISITS)
def test_every_trip_is_in_one_cell(tmp_path_factory, trips):
    from multipolar.sources import SOURCES
    from multipolar.sources._stream_tables import VISITS as TABLE

    rows = [
        (str(i), a, b, y, date(y, 12, 1), date(y, 12, 2), "other", "", None, None, "", "x", "")
        # The lists always hold a trip of the United States; without one they are not these lists.
        for i, (a, b, y) in enumerate([("USA", "KAZ", 2014), *trips])
    ]
    folder = tmp_path_factory.mktemp("trips")
    names = [c.name for c in TABLE.columns]
    pl.DataFrame(rows, schema=names, orient="row").write_parquet(folder / "visits.parquet")
    store = multipolar.Store.open(folder / "store")
    store.add(SOURCES["visits_us"], folder / "visits.parquet")
    panel = multipolar.dyad_panel(store, since=2014, until=2016, streams=["visits"], directed=True)
    assert panel["visits"].sum() == len(trips) + 1
