"""Published releases in the publisher's formats, and the pairs of bridged roll calls."""

import polars as pl
import pytest

from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch
from multipolar.sources.ideal_points import SOURCE

SESSIONS = (
    "Row,ccode,session,NVotes,IdealPoint,QO%,Q5%,Q10%,Q50%,Q90%,Q95%,Q100%,iso3c,Countryname\n"
    "1,2,74,91,2.694793,2.4,2.510938,2.55,2.694069,2.84,2.867221,3.1,USA,United States\n"
    "2,365,44,80,-1.2,-1.5,-1.4,-1.35,-1.2,-1.1,-1.0,-0.9,RUS,Russia\n"
    "3,437,74,80,0.1,0,0,0.05,0.1,0.15,0.2,0.3,CIV,C\u00f4te d\u2019Ivoire\n"
    "4,369,30,70,-1.9,-2.2,-2.1,-2,-1.9,-1.8,-1.7,-1.6,UKR,Ukraine\n"
    "5,713,20,30,1.9,1.2,1.4,1.5,1.9,2.1,2.3,2.6,TWN,Taiwan\n"
    "6,9999,74,3,0,0,0,0,0,0,0,0,,Nowhere\n"
    ",,74,3,0,0,0,0,0,0,0,0,,\n"
)
YEARS = (
    "ccode\tiso3c\tCountryname\tyear\tNVotesFP\tIdealPointFP\tQ5%FP\tQ10%FP\tQ50%FP\tQ90%FP\tQ95%FP\n"
    "2\tUSA\tUnited States\t2024\t100\t2.9\t2.7\t2.75\t2.9\t3\t3.1\n"
)


def _write(folder, name, text, encoding="cp1252"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_releases_stay_apart_and_states_are_those_of_the_time(tmp_path):
    paths = [
        _write(tmp_path, "IdealpointestimatesAll_Apr2020.csv", SESSIONS),
        _write(tmp_path, "Idealpointestimates1946-2025.tab", YEARS),
    ]
    rejects = Rejects()
    frames = SOURCE.read(paths, rejects)
    table = frames["ideal_points_published"]
    assert table.group_by("vintage", "sample", "period_kind").len().sort("vintage").rows() == [
        ("Idealpointestimates1946-2025", "fp", "year", 1),
        ("IdealpointestimatesAll_Apr2020", "all", "session", 5),
    ]
    by_state = {r["state"]: r for r in table.filter(period_kind="session").to_dicts()}
    assert set(by_state) == {"USA", "SUN", "CIV", "UKR", "CHN"}
    assert by_state["USA"]["q05"] == pytest.approx(2.510938)
    assert by_state["USA"]["n_votes"] == 91
    assert table.filter(period_kind="year")["q95"].item() == pytest.approx(3.1)
    assert frames["bridged_rollcalls"].is_empty()
    reasons = " ".join(r["reason"] for r in rejects.rows)
    assert len(rejects.rows) == 2
    assert "no state held this COW number" in reasons
    assert "no state or period" in reasons


def test_pairs_are_read_beside_and_other_files_refused(tmp_path):
    pairs = _write(tmp_path, "Matches.csv", "v1,rcid1,rcid2\n1,299,331\n2,392,423\n")
    frames = SOURCE.read([pairs], Rejects())
    assert frames["bridged_rollcalls"].rows() == [(299, 331), (392, 423)]
    assert frames["ideal_points_published"].is_empty()
    with pytest.raises(SchemaMismatch, match="no ccode, session"):
        SOURCE.read([_write(tmp_path, "x.csv", "a,b\n1,2\n")], Rejects())


@pytest.mark.shared
def test_april_2020_release_has_its_anchor_values(shared):
    folder = shared / "data" / "ideal_points"
    rejects = Rejects()
    paths = [folder / "IdealpointestimatesAll_Apr2020.csv.gz", folder / "Matches.csv"]
    frames = SOURCE.read(paths, rejects)
    table = frames["ideal_points_published"].filter(period=74)
    values = dict(table.select("state", "mean").iter_rows())
    expected = {
        "USA": 2.694793,
        "RUS": 0.141877,
        "CHN": -0.333645,
        "KAZ": -0.610113,
        "ARM": 0.169889,
    }
    assert {k: round(values[k], 6) for k in expected} == expected
    rejected = sum(int(r["reason"].split("(")[1].split()[0]) for r in rejects.rows)
    assert frames["ideal_points_published"].height + rejected == 10469
    assert frames["bridged_rollcalls"].height == 955
    assert isinstance(table, pl.DataFrame)
