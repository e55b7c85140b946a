"""``store panel`` and the reports of Comtrade, run as a user runs them."""

import json

import polars as pl
import pytest

from multipolar.store.panel_labels import panel_labels
from multipolar.store.panel_streams import STREAMS


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MULTIPOLAR_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    return tmp_path


SMALL = ("--since", "2017", "--until", "2018", "--streams", "arms,contiguity")


def test_a_panel_goes_to_a_file_with_what_its_columns_mean(run, place):
    code, _, err = run("store", "panel", "-o", "p.dta", *SMALL, "--states", "Taiwan,RUS")
    assert (code, "written: p.dta" in err) == (0, True)
    import pyreadstat

    frame, meta = pyreadstat.read_dta(str(place / "p.dta"))
    assert len(frame) > 300
    assert meta.column_names_to_labels["arms_ab"].startswith("state_a to state_b: arms delivered")
    # Pairs of the two named states with every other.
    assert {"TWN", "RUS"} <= {*frame["state_a"], *frame["state_b"]}
    code, _, err = run("store", "panel", "-o", "p.dta", *SMALL)
    assert (code, "--force" in err) == (2, True)
    assert run("store", "panel", "-o", "p.parquet", "--directed", *SMALL)[0] == 0
    written = pl.read_parquet(place / "p.parquet")
    assert written.columns[:2] == ["source_state", "target_state"]


def test_without_a_file_the_streams_and_their_years_are_listed(run):
    rows = {r["stream"]: r for r in json.loads(run("store", "panel")[1])}
    assert set(rows) == {s.name for s in STREAMS}
    assert not rows["embassies"]["available"]


def test_every_column_of_every_stream_has_a_meaning():
    columns = [c for s in STREAMS for c in s.columns]
    assert set(panel_labels(columns)) == set(columns)
    assert panel_labels(["something_ab"]) == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "p.foo"), "expected one of csv, dta"),
        (("-o", "p.csv", "--streams", "arm"), "did you mean 'arms'"),
        (("-o", "p.csv", "--since", "2030", "--until", "2020"), "is empty"),
        (("-o", "p.csv", "--since", "1816"), "starts in 1945"),
        (("-o", "p.csv", "--states", "Rusia"), "did you mean 'RUS'"),
        (("-o", "p.csv", "--streams", "embassies"), "not in the store"),
        (("--streams", "arms"), "none is named"),
        (("-o", "p.csv", "--format", "csv"), "ending of the file"),
    ],
)
def test_what_cannot_be_made_is_one_error(run, place, arguments, said):
    code, out, err = run("store", "panel", *arguments)
    assert (code in (1, 2), out) == (True, "")
    assert said in err
    assert "Traceback" not in err
    assert not list(place.glob("p.*"))


REPORT = {
    "data": [
        {
            "refYear": 2022, "reporterCode": 417, "partnerCode": 643, "flowCode": "X",
            "cmdCode": "TOTAL", "primaryValue": 1.07e9, "partner2Code": 0, "motCode": 0,
            "customsCode": "C00", "freqCode": "A",
        }
    ]
}  # fmt: skip


def test_reports_of_comtrade_add_up_over_calls(run, place, monkeypatch):
    asked = ("source", "fetch", "trade_comtrade", "--reporter", "KGZ", "--year")
    code, _, err = run(*asked, "2022")
    assert (code, "COMTRADE_API_KEY is not set" in err) == (2, True)
    monkeypatch.setenv("COMTRADE_API_KEY", "secret")
    folder = place / "store" / "raw" / "trade_comtrade" / "reports"
    folder.mkdir(parents=True)
    (folder / "comtrade-KGZ-2022-TOTAL.json").write_text(json.dumps(REPORT))
    assert run(*asked, "2022")[0] == 0
    (folder / "comtrade-KGZ-2023-TOTAL.json").write_text(json.dumps(REPORT).replace("2022", "2023"))
    code, out, _ = run(*asked, "2023")
    assert (code, json.loads(out)[0]["rows"]) == (0, 2)
    # The key is nowhere in the store.
    assert not any(b"secret" in p.read_bytes() for p in (place / "store").rglob("*") if p.is_file())
    code, _, err = run(*asked, "2021", "--offline")
    assert (code, "offline" in err) == (4, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("trade_comtrade",), "one reporter and year"),
        (("trade_comtrade", "--reporter", "KGZ", "--year", "22"), "no list of years"),
        (("trade_comtrade", "--reporter", "Kirgizia", "--year", "2022"), "unknown state"),
        (("attributes", "--year", "2022"), "trade_comtrade alone"),
    ],
)
def test_what_cannot_be_asked_of_comtrade_is_one_error(run, arguments, said):
    code, _, err = run("source", "fetch", *arguments)
    assert (code, said in err) == (2, True)
