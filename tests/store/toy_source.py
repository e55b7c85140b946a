"""A small source for tests: state-years with a number, in a CSV."""

from pathlib import Path

import duckdb
import polars as pl

from multipolar.core.declare import Column, Source, Table

TOY = Table(
    name="toy",
    row="one state in one year",
    columns=(
        Column(name="state", dtype="str", meaning="state code"),
        Column(name="year", dtype="int16", meaning="calendar year"),
        Column(name="vote", dtype="int8", meaning="vote cast", allowed=(1, 2, 3)),
        Column(name="value", dtype="float", meaning="a number", unit="USD", nullable=True),
    ),
    key=("state", "year"),
    absence="unknown",
)
HEADER = "state,year,vote,value\n"


def write_toy(path: Path, rows: int = 40, generation: int = 0, extra: str = "") -> Path:
    """Write ``rows`` good rows whose value is ``generation``, then ``extra`` lines."""
    lines = [f"S{i % 8:02d},{1950 + i // 8},{1 + i % 3},{generation}.5\n" for i in range(rows)]
    path.write_text(HEADER + "".join(lines) + extra, encoding="utf-8")
    return path


def read_eager(paths, rejects):
    del rejects
    return {"toy": pl.concat([pl.read_csv(p, infer_schema=False) for p in paths])}


def read_lazy(paths, rejects):
    del rejects
    return {"toy": pl.concat([pl.scan_csv(p) for p in paths])}


def read_relation(paths, rejects):
    del rejects
    # "NA" is Namibia and no missing value.
    return {"toy": duckdb.connect().read_csv([str(p) for p in paths], na_values=[""])}


def toy_source(**changes) -> Source:
    declared = {
        "name": "toy_source",
        "title": "Toy",
        "publisher": "nobody",
        "homepage": "https://example.org",
        "licence": "CC0",
        "terms": "none",
        "citation": "nobody (2026), toy",
        "coverage": "1950-1954",
        "tables": (TOY,),
        "read": read_eager,
    }
    return Source(**(declared | changes))
