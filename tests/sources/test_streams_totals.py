"""Totals that are published, or that can be counted by hand in the publishers' full files.

Where each number comes from stands beside it. They run on the full public record.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from multipolar.core.declare import Rejects
from multipolar.sources import SOURCES

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def record(shared):
    """Read files of the full record with a source; each source once."""
    kept = {}

    def read(name, *files):
        if (name, files) not in kept:
            rejects = Rejects()
            frames = SOURCES[name].read([shared / "data" / f for f in files], rejects)
            kept[name, files] = frames, rejects.rows
        return kept[name, files]

    return read


@pytest.fixture(scope="module")
def trips(record):
    return record(
        "visits_colt",
        "colt_aggregates/trips_received_by_country_year.csv.gz",
        "colt_aggregates/trips_sent_by_country_year.csv.gz",
    )


@pytest.mark.parametrize(
    ("year", "received", "sent"),
    [(2019, 95, 24), (2021, 36, 2), (2022, 49, 9), (2023, 57, 10), (2024, 64, 11)],
)
def test_trips_of_russia(trips, year, received, sent):
    """Counts 1-5: the note beside the COLT counts lists these ten figures."""
    row = trips[0]["trips_by_state_year"].filter(state="RUS", year=year)
    assert row.select("received", "sent").row(0) == (received, sent)


def test_trips_of_the_world_in_2022(trips, shared):
    """Count 6: 2,946 trips in all (the same note); what is refused is no state's."""
    raw = pl.read_csv(shared / "data/colt_aggregates/trips_received_by_country_year.csv.gz")
    of_year = raw.filter(pl.col("TripYear") == 2022)
    refused = of_year.filter(
        pl.col("CountryVisited").is_in(["Unknown", "Crimea", "Donetsk", "Northern Cyprus"])
        | pl.col("CountryVisited").is_in(["Western Sahara", "Nagorno-Karabakh"])
    )
    received = trips[0]["trips_by_state_year"].filter(year=2022)["received"].sum()
    assert of_year["count"].sum() == 2946
    assert received == 2946 - refused["count"].sum()


def test_south_american_trips(record):
    """Count 7: 5,273 rows of which 111 were added by the project (its note)."""
    found, rejected = record(
        "visits_colt", "latam_colt/south_america_leader_trips_colt_schema.csv.gz"
    )
    visits = found["visits"]
    assert visits["trip"].str.starts_with("PELATAM").sum() == 111
    assert visits.height == 5273 - 4  # East Timor twice and Kosovo before statehood, one unknown
    assert len(rejected) == 3
    assert found["visit_coverage"].height == 12


def test_presidents_in_moscow_and_beijing(record):
    """Counts 8-9: widely known: Nixon 1972 and 1974, Ford 1974, Reagan 1988, Bush 1991."""
    found, _ = record(
        "visits_us",
        "us_travel/us_president_secretary_travels.csv.gz",
        "us_travel/foreign_leader_visits_to_us.csv.gz",
    )
    presidents = found["visits"].filter(role_text="president")
    soviet = presidents.filter((pl.col("host") == "SUN") & (pl.col("year") > 1945))
    assert soviet["year"].to_list() == [1972, 1974, 1974, 1988, 1991]
    first = presidents.filter(host="CHN").row(0, named=True)
    assert (first["leader"], first["start"]) == ("Richard M. Nixon", date(1972, 2, 21))
    assert presidents.filter(host="RUS")["year"].min() >= 1992


def test_who_sanctioned_russia_from_2022(record):
    """Counts 10-11: 33 of 1,547 cases; about 45 UN members with Taiwan and Kosovo, and one
    Kazakh export restriction (the note beside the cases lists them).
    """
    found, rejected = record("sanctions_gsdb", "gsdb_sanctions/GSDB_V4.csv")
    since = found["sanctions"].filter(
        (pl.col("target_state") == "RUS") & (pl.col("start") >= date(2022, 1, 1))
    )
    assert since["case"].n_unique() == 33
    senders = set(since["source_state"])
    assert len(senders - {"TWN", "XKX", "KAZ"}) == 45
    assert {"TWN", "XKX", "KAZ"} <= senders
    assert {r["reason"].split(" (")[0] for r in rejected}
    assert (
        not found["sanctions"]
        .filter((pl.col("target_state") == "RUS") & (pl.col("start") < date(1991, 12, 26)))
        .height
    )


def test_termination_cases(record):
    """Count 12: 399 cases (the publisher's file); those of other organisations are refused."""
    found, rejected = record("sanctions_ist", "gsdb_sanctions/IST-dataset.csv")
    refused = {r["row"] for r in rejected if "organisation" in r["reason"]}
    assert found["sanctions"]["case"].n_unique() == 399 - len(refused)
    assert len(refused) == 39


NATO_2018 = (
    "ALB BEL BGR CAN CZE DEU DNK ESP EST FRA GBR GRC HRV HUN ISL ITA LTU LUX LVA MNE NLD NOR POL "
    "PRT ROU SVK SVN TUR USA"
)


def test_alliances(record):
    """Counts 13-15: all pairs of NATO's 29 members of 2018 are bound to defence (406); Russia's
    partners in defence of 2018 by hand from the file; the Warsaw Pact of 1985 without Albania.
    """
    found, _ = record("alliances_atop", "peacesciencer/atop_alliance.parquet")
    pacts = found["alliances"].filter(pl.col("defense"))
    nato = NATO_2018.split()
    within = pacts.filter(
        (pl.col("year") == 2018) & pl.col("state_a").is_in(nato) & pl.col("state_b").is_in(nato)
    )
    assert within.height == 29 * 28 // 2 == 406

    def partners(state, year):
        mine = pacts.filter(
            (pl.col("year") == year) & ((pl.col("state_a") == state) | (pl.col("state_b") == state))
        )
        return set(mine["state_a"]) | set(mine["state_b"]) - {state}

    assert partners("RUS", 2018) - {"RUS"} == {"ARM", "AZE", "BLR", "KAZ", "KGZ", "TJK", "UZB"}
    assert {"BGR", "CSK", "DDR", "HUN", "POL", "ROU"} <= partners("SUN", 1985)


@pytest.mark.parametrize(
    ("igo", "members"),
    [("nato", 28), ("eu", 28), ("un", 193), ("csto", 6), ("sco", 6), ("eaec", 6)],
)
def test_members_of_organisations_in_2014(igo, members):
    """Counts 16-21: membership figures of 2014 as the organisations give them."""
    from multipolar.store import Store

    table = Store.open("/nonexistent/store").frame("igo_memberships")
    assert table.filter(igo=igo, year=2014, status="member").height == members


def test_armenia_and_uzbekistan_in_the_csto():
    """Count 22: the note beside the organisations: Armenia 1 in 2014, Uzbekistan 0 in 2012."""
    from multipolar.store import Store

    table = Store.open("/nonexistent/store").frame("igo_memberships")
    assert table.filter(igo="csto", state="ARM", year=2014)["status"].to_list() == ["member"]
    assert not table.filter(igo="csto", state="UZB", year=2012).height


def test_shared_organisations_agree_with_the_publisher(record):
    """Count 23: Norway and Russia share 63 organisations in 2014 in both of the publisher's files;
    the dyad file counts one more in one pair of twenty, from an organisation that the state-year
    file does not list.
    """
    from multipolar.store import Store

    counted = Store.open("/nonexistent/store").frame("shared_igos")
    published = record("igos_cow", "peacesciencer/cow_igo_ndy.parquet")[0]["shared_igos"]
    assert counted.filter(state_a="NOR", state_b="RUS", year=2014)["n"].item() == 63
    assert published.filter(state_a="NOR", state_b="RUS", year=2014)["n"].item() == 63
    both = counted.join(published, on=["state_a", "state_b", "year"])
    gap = (both["n"] - both["n_right"]).abs()
    assert (gap == 0).mean() > 0.95
    assert gap.max() <= 3


def test_shares_of_arms_2017_2021(record, shared):
    """Count 24: SIPRI fact sheet of March 2022, shares of exports and imports in 2017-21."""
    file = "sipri_arms/sipri_tiv_supplier_recipient_year.parquet"
    found, _ = record("arms_sipri", file)
    years = pl.col("year").is_between(2017, 2021)
    arms = found["arms"].filter(years)
    world = pl.read_parquet(shared / "data" / file).filter(years)["value"].sum()

    def share(column, state):
        return 100 * arms.filter(pl.col(column) == state)["tiv"].sum() / world

    exports = {"CHN": 4.6, "DEU": 4.5, "ITA": 3.1, "GBR": 2.9, "ESP": 2.5, "ISR": 2.4}
    for state, published in exports.items():
        assert round(share("source_state", state), 1) == published
    # The sheet rounds these to whole per cents, of volumes with decimals that the file rounds.
    for state, published in {"USA": 39, "RUS": 19, "FRA": 11}.items():
        assert abs(share("source_state", state) - published) < 1
    for state, published in {"EGY": 5.7, "AUS": 5.4, "CHN": 4.8}.items():
        assert round(share("target_state", state), 1) == published


def test_the_last_soviet_delivery_is_of_1991(record):
    """Count 25: by hand from the file: 'Soviet Union' to 1991, 'Russia' from 1992."""
    file = "sipri_arms/sipri_tiv_supplier_recipient_year.parquet"
    arms = record("arms_sipri", file)[0]["arms"]
    assert arms.filter(source_state="SUN")["year"].max() == 1991
    assert arms.filter(source_state="RUS")["year"].min() == 1992


def test_leaders(record):
    """Count 26: Merkel from 2005-11-22 and Reagan 1981-01-20 to 1989-01-20, in both data sets."""
    archigos = record("leaders_archigos", "peacesciencer/archigos.parquet")[0]["leader_spells"]
    reign = record("leaders_reign", "reign_leaders/leaderlist_3_21.csv")[0]["leader_spells"]
    for table in (archigos, reign):
        assert table.filter(leader="Merkel")["start"].to_list() == [date(2005, 11, 22)]
        assert table.filter(leader="Reagan")["start"].to_list() == [date(1981, 1, 20)]
        assert table.filter(state="SUN")["end"].max() <= date(1991, 12, 31)
    assert archigos.filter(leader="Reagan")["end"].item() == date(1989, 1, 20)


def test_russian_trade_of_the_imf(record):
    """Counts 27-28: exports to China in 2021 of 68,422.666053 million (the file's own cell), and
    2023 refused as 0.712 times 2022 (its note).
    """
    file = "russia_imf_dots/russia_world_trade_by_partner_2010_2023.csv.gz"
    found, rejected = record("trade_imf", file)
    row = found["trade"].filter(
        source_state="RUS", target_state="CHN", year=2021, reported_by="exporter"
    )
    assert row["value_usd"].item() == pytest.approx(68_422.666053e6)
    assert found["trade"]["year"].max() == 2021
    assert any("times 0.712" in r["reason"] for r in rejected)
    # States and territories add up to no more than the World row of the file.
    total = found["trade"].filter(source_state="RUS", year=2021, reported_by="exporter")
    assert 0.95 < total["value_usd"].sum() / 492_048.058908e6 < 1


@pytest.mark.parametrize(
    ("partner", "millions"),
    [
        ("KGZ", (263, 1171, 2734)),
        ("ARM", (757, 1886, 2162)),
        ("KAZ", (5487, 10348, 12110)),
        ("RUS", (89169, 55008, 38182)),
    ],
)
def test_exports_of_the_union(record, partner, millions):
    """Counts 29-32: EU27 exports 2021-2023, million EUR: the note beside the files."""
    file = "trade_eu_neighbours/eu_monthly_total_exports_2019_2024.csv.gz"
    trade = record("trade_comext", file)[0]["trade_monthly"]
    mine = trade.filter(reporter="XEU", partner=partner, flow="export")
    years = mine.group_by(pl.col("month").dt.year()).agg(pl.col("value_eur").sum())
    found = dict(years.rows())
    assert tuple(round(found[y] / 1e6) for y in (2021, 2022, 2023)) == millions


def test_sanctioned_goods_are_counted_once(record):
    """Count 33: 997,559 rows of eight-digit codes, 95.8 billion EUR; 144,111 headings left out."""
    file = "trade_eu_neighbours/eu_sanctioned_goods_cn8_monthly_2020_2022.parquet"
    found, rejected = record("trade_comext", file)
    assert found["trade_monthly"].height == 997_559
    assert round(found["trade_monthly"]["value_eur"].sum() / 1e9, 1) == 95.8
    assert "144,111 rows left out" in rejected[0]["reason"]
