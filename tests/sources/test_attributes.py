"""World Bank figures in each of the publisher's formats, and what is not a figure of a state."""

import json
import zipfile

import polars as pl
import pytest

from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch
from multipolar.sources import SOURCES
from multipolar.store.starter import starter_paths

# The first lines of API_SP.POP.TOTL_DS2_en_csv_v2_*.csv: byte order mark, four lines of preamble,
# quoted cells, a comma at the end of every line.
BULK = (
    "\ufeff"
    '"Data Source","World Development Indicators",\r\n\r\n'
    '"Last Updated Date","2024-06-28",\r\n\r\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2020","2021","2022",\r\n'
    '"Aruba","ABW","Population, total","SP.POP.TOTL","108587","107700","107310",\r\n'
    '"Africa Eastern and Southern","AFE","Population, total","SP.POP.TOTL","685112979","702977106"'
    ',"720859132",\r\n'
    '"Korea, Rep.","KOR","Population, total","SP.POP.TOTL","51836239","51769539","51672569",\r\n'
    '"Namibia","NAM","Population, total","SP.POP.TOTL","2489098","2530151","",\r\n'
    '"World","WLD","Population, total","SP.POP.TOTL","7820205606","7888305693","7951595433",\r\n'
    '"Kosovo","XKX","Population, total","SP.POP.TOTL","1790133","1786038","1768086",\r\n'
)


def api_row(code, iso2, name, year, value, indicator="NY.GDP.MKTP.CD"):
    return {
        "indicator": {"id": indicator, "value": "GDP (current US$)"},
        "country": {"id": iso2, "value": name},
        "countryiso3code": code,
        "date": year,
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    }


API = [
    {
        "page": 1,
        "pages": 1,
        "per_page": 20000,
        "total": 4,
        "sourceid": "2",
        "lastupdated": "2025-07-01",
    },
    [
        api_row("ARB", "1A", "Arab World", "2021", 2897000000000.0),
        api_row("RUS", "RU", "Russian Federation", "2021", 1836892075547.47),
        api_row("PRK", "KP", "Korea, Dem. People's Rep.", "2021", None),
        api_row("WLD", "1W", "World", "2021", 97000000000000),
    ],
]
LONG = """Country Name,Country Code,Year,Value
Russian Federation,RUS,2021,144130482
"Congo, Dem. Rep.",COD,2021,99148932
Congo,ZAR,1990,36273570
World,WLD,2021,7888305693
"""


def read(*paths):
    rejects = Rejects()
    found = SOURCES["attributes"].read(paths, rejects)
    return found["attributes"], found["world_totals"], rejects.rows


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("as_zip", [False, True])
def test_bulk_download(tmp_path, as_zip):
    path = write(tmp_path, "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv", BULK)
    if as_zip:
        packed = tmp_path / "API_SP.POP.TOTL_DS2_en_csv_v2_1.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(path, path.name)
            archive.writestr("Metadata_Country_API_SP.POP.TOTL.csv", '"Country Code","Region"\r\n')
            archive.writestr("Metadata_Indicator_API_SP.POP.TOTL.csv", '"INDICATOR_CODE"\r\n')
        path = packed
    frame, world, rejected = read(path)
    assert frame.height == 8
    assert set(frame["state"]) == {"KOR", "NAM", "XKX"}
    assert set(frame["attribute"]) == {"population"}
    korea = frame.filter((pl.col("state") == "KOR") & (pl.col("year") == 2021))
    assert korea["value"].item() == 51769539
    assert world.sort("year")["value"].to_list() == [7820205606, 7888305693, 7951595433]
    assert [(r["value"], r["reason"].split(" (")[0]) for r in rejected] == [
        ("ABW", "a territory or code that is no state of this record"),
        ("AFE", "an aggregate, not a state"),
    ]


def test_api_answer(tmp_path):
    frame, world, rejected = read(write(tmp_path, "NY.GDP.MKTP.CD.json", json.dumps(API)))
    assert frame.rows() == [
        (
            "RUS",
            2021,
            "gdp_mer",
            1836892075547.47,
            "World Bank, World Development Indicators, NY.GDP.MKTP.CD, updated 2025-07-01",
        )
    ]
    assert world["value"].to_list() == [97e12]
    assert [r["value"] for r in rejected] == ["ARB"]


def test_api_error_and_partial_page_are_refused(tmp_path):
    error = [{"message": [{"id": "120", "key": "Invalid value", "value": "not a valid indicator"}]}]
    with pytest.raises(SchemaMismatch, match="not a valid indicator"):
        read(write(tmp_path, "a.json", json.dumps(error)))
    partial = [API[0] | {"pages": 9, "total": 17000}, API[1]]
    with pytest.raises(SchemaMismatch, match=r"page 1 of 9 with 4 of 17,000 rows"):
        read(write(tmp_path, "b.json", json.dumps(partial)))


def test_long_table_with_former_codes(tmp_path):
    frame, world, rejected = read(write(tmp_path, "population.csv", LONG))
    assert dict(frame.select("year", "state").iter_rows()) == {2021: "COD", 1990: "COD"}
    assert set(frame["state"]) == {"RUS", "COD"}
    assert world.height == 1
    assert rejected == []


def test_a_long_table_must_say_what_it_holds(tmp_path):
    with pytest.raises(SchemaMismatch, match="does not say which indicator"):
        read(write(tmp_path, "figures.csv", LONG))


def test_an_indicator_that_is_not_kept(tmp_path):
    text = BULK.replace("SP.POP.TOTL", "SP.URB.TOTL")
    with pytest.raises(SchemaMismatch, match=r"'SP\.URB\.TOTL' is not kept"):
        read(write(tmp_path, "API_SP.URB.TOTL.csv", text))


def test_bad_cells_are_rejected_by_row(tmp_path):
    text = LONG + "France,FRA,20x1,5\nFrance,FRA,2021,many\nFrance,FRA,2020,-5\nFrance,FRA,2019,1\n"
    frame, _, rejected = read(write(tmp_path, "population.csv", text))
    assert frame.filter(pl.col("state") == "FRA")["year"].to_list() == [2019]
    assert [(r["row"], r["column"], r["value"]) for r in rejected] == [
        (5, "year", "20x1"),
        (6, "value", "many"),
        (7, "value", "-5"),
    ]


def test_repeated_figures_keep_the_first(tmp_path):
    frame, _, rejected = read(write(tmp_path, "population.csv", LONG + "Russia,RUS,2021,1\n"))
    assert frame.filter(pl.col("state") == "RUS")["value"].to_list() == [144130482]
    assert rejected[0]["value"] == "RUS, 2021, population"


def test_a_missing_column_names_the_nearest(tmp_path):
    text = LONG.replace("Country Code", "CountryCode")
    with pytest.raises(SchemaMismatch, match=r"'Country Code' is missing; nearest: 'CountryCode'"):
        read(write(tmp_path, "population.csv", text))


def test_starter_figures():
    frame, world, rejected = read(*starter_paths(SOURCES["attributes"]))
    assert rejected == []
    assert "TWN" not in set(frame["state"])
    now = frame.filter((pl.col("attribute") == "population") & (pl.col("year") == 2021))
    total = world.filter((pl.col("attribute") == "population") & (pl.col("year") == 2021))
    assert 0.99 < now["value"].sum() / total["value"].item() < 1
    assert now.height == 195


@pytest.mark.shared
def test_starter_figures_equal_the_redistributed_ones(shared, tmp_path):
    paths = []
    for file in ("gdp", "population"):
        raw = pl.read_parquet(shared / "data" / "worldbank" / f"{file}.parquet")
        paths.append(tmp_path / f"{file}.csv")
        raw.write_csv(paths[-1])
    keys = ["attribute", "state", "year"]
    full, _, rejected = read(*paths)
    starter, _, _ = read(*starter_paths(SOURCES["attributes"]))
    both = full.join(starter, on=keys, how="full", suffix="_starter")
    assert both.height == full.height == starter.height
    assert ((both["value"] - both["value_starter"]).abs() <= 0.5).all()
    assert {r["reason"].split(" (")[0] for r in rejected} == {
        "an aggregate, not a state",
        "a territory or code that is no state of this record",
    }
