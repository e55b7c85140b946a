"""Trade: extrapolated years, aggregates, units, codes as text, Comtrade's requests."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multipolar.core.declare import Rejects
from multipolar.core.errors import BadOption, CheckFailed, DownloadFailed, SchemaMismatch
from multipolar.sources import SOURCES, trade_comtrade
from multipolar.sources.trade_imf import extrapolated


def read(name, *paths):
    rejects = Rejects()
    return SOURCES[name].read(list(paths), rejects), rejects.rows


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


IMF = "reporter,partner,flow,year,usd_millions\n"


def test_imf_names_flows_and_directions(tmp_path):
    text = IMF + (
        'Germany,"China, P.R.: Mainland",export_fob,2019,107000\n'
        'Germany,"Korea, Dem. People\'s Rep. of",import_cif,2019,1\n'
        'Germany,"Kosovo, Rep. of",export_fob,2019,200\n'
        "Germany,Taiwan Province of China,import_cif,2019,9000\n"
        "Germany,West Bank and Gaza,export_fob,2019,90\n"
        "Germany,Namibia,import_cif,2019,300\n"
        "Germany,World,export_fob,2019,1400000\n"
        "Germany,European Union,export_fob,2019,800000\n"
        "Germany,EU,export_fob,2019,800000\n"
        "Germany,Italy,export_fob,19,800\n"
        'Germany,"China, P.R.: Hong Kong",export_fob,2019,6000\n'
        'Germany,"Tanzania, United Rep. of",export_fob,2019,100\n'
        "Germany,Yugoslavia,export_fob,2019,100\n"
        "Germany,France,reexport,2019,100\n"
        "Germany,France,export_fob,2019,many\n"
    )
    found, rejected = read("trade_imf", write(tmp_path, "imf.csv", text))
    rows = found["trade"].select("source_state", "target_state", "reported_by", "value_usd").rows()
    assert ("DEU", "CHN", "exporter", 107000e6) in rows
    assert ("PRK", "DEU", "importer", 1e6) in rows
    assert {"XKX", "TWN", "PSE", "NAM", "TZA"} <= {s for r in rows for s in r[:2]}
    reasons = {r["value"]: r["reason"] for r in rejected}
    assert reasons["World"].startswith("an aggregate")
    assert reasons["European Union"].startswith("an aggregate")
    assert reasons["EU"].startswith("an aggregate")
    assert reasons["19"] == "not a year of four digits"
    assert reasons["China, P.R.: Hong Kong"].startswith("a territory")
    assert "existed" in reasons["Yugoslavia"]
    assert "expected one of" in reasons["reexport"]
    assert reasons["many"] == "not a number"


PARTNERS = [
    "Germany",
    "France",
    "Italy",
    "Spain",
    "Poland",
    "Japan",
    "India",
    "Brazil",
    "Mexico",
    "Egypt",
    "Kenya",
    "Ghana",
    "Peru",
    "Chile",
    "Cuba",
    "Iran",
    "Iraq",
    "Israel",
    "Jordan",
    "Kuwait",
    "Oman",
    "Qatar",
    "Turkey",
    "Greece",
]


def test_a_year_that_is_the_last_one_times_a_factor_is_refused(tmp_path):
    lines = []
    for number, partner in enumerate(PARTNERS):
        base = 100 + 37 * number
        lines += [
            f"Belarus,{partner},export_fob,2020,{base * (1 + number % 3)}",
            f"Belarus,{partner},export_fob,2021,{base}",
            f"Belarus,{partner},export_fob,2022,{base * 0.712:.6f}",
        ]
    path = write(tmp_path, "imf.csv", IMF + "\n".join(lines) + "\n")
    found, rejected = read("trade_imf", path)
    assert sorted(found["trade"]["year"].unique()) == [2020, 2021]
    (said,) = [r["reason"] for r in rejected]
    assert "Belarus export_fob 2022 is 2021 times 0.712 for 24 partners: extrapolated" in said


def test_what_russia_no_longer_publishes_is_refused(tmp_path):
    text = IMF + (
        "Russian Federation,Germany,export_fob,2021,29650\n"
        "Russian Federation,Germany,export_fob,2022,30520\n"
        "Germany,Russian Federation,import_cif,2022,36000\n"
    )
    found, rejected = read("trade_imf", write(tmp_path, "imf.csv", text))
    rows = found["trade"].select("year", "reported_by").rows()
    assert sorted(rows) == [(2021, "exporter"), (2022, "importer")]
    assert "use what its partners report" in rejected[0]["reason"]


@given(
    factor=st.floats(0.3, 3),
    values=st.lists(st.integers(2_000_000, 10**11), min_size=25, max_size=40, unique=True),
)
def test_any_constant_factor_is_found(factor, values):
    cells = [
        ("R", str(k), "x", year, v * factor ** (year - 2020))
        for k, v in enumerate(values)
        for year in (2020, 2021)
    ]
    names = ["reporter", "partner", "flow", "year", "value_musd"]
    found = extrapolated(pl.DataFrame(cells, schema=names, orient="row"))
    assert found["factor"].to_list() == pytest.approx([factor])


def test_the_unit_is_checked(tmp_path):
    dollars = IMF + "Germany,France,export_fob,2019,110000000000\n"
    with pytest.raises(CheckFailed, match="another unit"):
        read("trade_imf", write(tmp_path, "dollars.csv", dollars))
    sdmx = "COUNTRY,COUNTERPART_COUNTRY,INDICATOR,TIME_PERIOD,OBS_VALUE,SCALE\n"
    good = sdmx + "DEU,FRA,XG_FOB_USD,2019,110,Billions\nDEU,FRA,XG_FOB_USD,2019-M01,9,Billions\n"
    found, _ = read("trade_imf", write(tmp_path, "good.csv", good))
    assert found["trade"]["value_usd"].to_list() == pytest.approx([110e9])
    bad = sdmx + "DEU,FRA,XG_FOB_USD,2019,110,Lakhs\n"
    with pytest.raises(CheckFailed, match="'Lakhs' is not known"):
        read("trade_imf", write(tmp_path, "bad.csv", bad))


BACI = """t,i,j,k,v,q
2021,842,156,010121,1500.5,3
2021,842,156,10129,500,1
2021,490,842,854231,30000000,1
2021,251,757,870323,100,1
2021,58,842,870323,100,1
2021,516,276,260300,50,1
2021,842,156,1012x,500,1
1991,810,276,270900,70,1
"""


def test_baci_codes_are_text_and_units_are_thousands(tmp_path):
    found, rejected = read("trade_baci", write(tmp_path, "BACI_HS17_Y2021.csv", BACI))
    rows = {r[:2] + r[3:4]: r[5] for r in found["trade"].rows()}
    assert rows["USA", "CHN", "010121"] == 1_500_500
    assert rows["USA", "CHN", "010129"] == 500_000
    assert rows["USA", "CHN", "TOTAL"] == 2_000_500
    assert rows["TWN", "USA", "854231"] == 30e9
    assert rows["FRA", "CHE", "870323"] == 100_000
    assert rows["NAM", "DEU", "260300"] == 50_000
    assert rows["SUN", "DEU", "270900"] == 70_000
    assert {r["value"]: r["reason"].split(" (")[0] for r in rejected} == {
        "58": "Belgium and Luxembourg together",
        "1012x": "not a code of six digits",
    }


def comtrade_row(**changes):
    row = {
        "freqCode": "A",
        "refYear": 2022,
        "reporterCode": 417,
        "partnerCode": 643,
        "partner2Code": 0,
        "flowCode": "X",
        "cmdCode": "TOTAL",
        "customsCode": "C00",
        "motCode": 0,
        "primaryValue": 1_000_000.0,
    }
    return row | changes


def test_comtrade_totals_only(tmp_path):
    rows = [
        comtrade_row(),
        comtrade_row(motCode=3200, primaryValue=400_000.0),
        comtrade_row(partner2Code=398, primaryValue=300_000.0),
        comtrade_row(customsCode="C05", primaryValue=300_000.0),
        comtrade_row(flowCode="RX", primaryValue=50_000.0),
        comtrade_row(partnerCode=0, primaryValue=9_000_000.0),
        comtrade_row(partnerCode=156, flowCode="M", cmdCode="0101"),
        comtrade_row(partnerCode=398, cmdCode=101),
        comtrade_row(partnerCode=490, flowCode="M"),
        comtrade_row(freqCode="M"),
    ]
    path = write(tmp_path, "a.json", json.dumps({"count": len(rows), "data": rows, "error": ""}))
    found, rejected = read("trade_comtrade", path)
    assert found["trade"].select(pl.all().exclude("source", "year")).rows() == [
        ("CHN", "KGZ", "0101", "importer", 1e6),
        ("KGZ", "KAZ", "0101", "exporter", 1e6),
        ("KGZ", "RUS", "TOTAL", "exporter", 1e6),
        ("TWN", "KGZ", "TOTAL", "importer", 1e6),
    ]
    assert [r["column"] for r in rejected] == [
        "freqCode",
        "partner2Code",
        "motCode",
        "customsCode",
        "flowCode",
        "partnerCode",
    ]
    broken = write(tmp_path, "b.json", json.dumps({"error": "quota exceeded", "data": []}))
    with pytest.raises(SchemaMismatch, match="quota exceeded"):
        read("trade_comtrade", broken)


def test_a_code_that_is_a_number_is_refused():
    with pytest.raises(BadOption, match="is a number"):
        trade_comtrade.query_address("KGZ", 2022, product=101)
    assert "reporterCode=842&" in trade_comtrade.query_address("USA", 2022)


@pytest.fixture
def service():
    """A server on loopback that answers like Comtrade, with a limit of its own."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            asked.append((self.path, self.headers.get(trade_comtrade.KEY_HEADER)))
            if busy and busy.pop():
                self.send_response(429)
                self.send_header("Retry-After", "0")
                self.end_headers()
                return
            flows = ("X", "M") if "flowCode=X,M" in self.path else ("X",)
            body = json.dumps({"data": [comtrade_row(flowCode=f) for f in flows]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    asked, busy = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/get", asked, busy
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(folder, address, **options):
    environment = {trade_comtrade.KEY_VARIABLE: "secret"}
    return trade_comtrade.fetch_reports(
        folder, ["KGZ"], [2022], address=address, **{"environment": environment} | options
    )


def test_the_key_travels_in_a_header_and_stays_off_the_disk(tmp_path, service):
    address, asked, busy = service
    busy.append(True)
    (path,) = fetch(tmp_path, address)
    assert [key for _, key in asked] == ["secret", "secret"]
    assert "secret" not in asked[0][0]
    assert "customsCode=C00" in asked[0][0]
    assert not any(b"secret" in p.read_bytes() for p in tmp_path.iterdir())
    assert fetch(tmp_path, address) == [path]
    assert len(asked) == 2


def test_an_answer_as_long_as_the_limit_is_asked_for_by_flow(tmp_path, service, monkeypatch):
    address, _, _ = service
    monkeypatch.setattr(trade_comtrade, "LIMIT", 2)
    names = [p.name for p in fetch(tmp_path, address)]
    assert names == [f"comtrade-KGZ-2022-TOTAL-{flow}.json" for flow in "XM"]
    monkeypatch.setattr(trade_comtrade, "LIMIT", 1)
    with pytest.raises(CheckFailed, match="may be cut off"):
        fetch(tmp_path / "again", address)


def test_without_key_or_network_it_says_so(tmp_path):
    with pytest.raises(BadOption, match="COMTRADE_API_KEY is not set"):
        fetch(tmp_path, "http://127.0.0.1:9", environment={})
    with pytest.raises(DownloadFailed, match="offline"):
        fetch(tmp_path, "http://127.0.0.1:9", offline=True)


def test_comext_labels_months_and_aggregates(tmp_path):
    text = """reporter,partner,flow,period,value_eur
Belgium (incl. Luxembourg 'LU' -> 1998),Armenia,EXPORT,2019-01,2949053
"European Union - 27 countries (AT, BE)",Russian Federation (Russia),EXPORT,201902,9000000
"Euro area (AT-01/1999, BE-01/1999)",Armenia,EXPORT,2019-01,7
Germany,Kosovo,IMPORT,201901-Jan. 2019,5
Germany,Namibia,IMPORT,Apr. 2019,6
Germany,Taiwan,IMPORT,Jan.-Dec. 2018,6
Germany,Extra-EU27 (from 2020),EXPORT,2019-01,6
Germany,Armenia,EXPORT,2019-01,:
"""
    found, rejected = read("trade_comext", write(tmp_path, "e.csv", text))
    rows = found["trade_monthly"].select("reporter", "partner", "flow", "month").rows()
    assert [(*r[:3], str(r[3])) for r in rows] == [
        ("BEL", "ARM", "export", "2019-01-01"),
        ("XEU", "RUS", "export", "2019-02-01"),
        ("DEU", "XKX", "import", "2019-01-01"),
        ("DEU", "NAM", "import", "2019-04-01"),
    ]
    reasons = sorted(r["reason"].split(" (")[0] for r in rejected)
    assert reasons == [
        "a year or a run of months, not a month",
        "an aggregate of states, not a state",
        "an aggregate of states, not a state",
        "not a number",
    ]


def test_comext_headings_are_not_counted_twice_and_zeros_lead(tmp_path):
    text = (
        "DECLARANT_ISO,PARTNER_ISO,PRODUCT_NC,FLOW,PERIOD,VALUE_IN_EUROS\n"
        "DE,RU,01012100,2,202201,10\nDE,RU,0101,2,202201,10\nDE,XK,0202,1,202201,5\n"
        "EL,NA,01012100,2,202201,7\nDE,QX,01012100,2,202201,7\n"
    )
    found, rejected = read("trade_comext", write(tmp_path, "full202201.csv", text))
    rows = found["trade_monthly"].select("reporter", "partner", "product", "flow").rows()
    assert rows == [
        ("DEU", "RUS", "01012100", "export"),
        ("DEU", "XKX", "0202", "import"),
        ("GRC", "NAM", "01012100", "export"),
    ]
    assert ["twice" in r["reason"] for r in rejected] == [True, False]


def test_starter_trade_is_russia_until_2021():
    from multipolar.store.starter import starter_paths

    found, _ = read("trade_imf", *map(Path, starter_paths(SOURCES["trade_imf"])))
    trade = found["trade"]
    assert trade["year"].max() == 2021
    assert (trade["source_state"].eq("RUS") | trade["target_state"].eq("RUS")).all()
