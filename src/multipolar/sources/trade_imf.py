"""Trade in goods by partner: International Monetary Fund, IMTS (formerly DOTS), yearly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.core.errors import CheckFailed
from multipolar.sources._curated import reject_where
from multipolar.sources._names import Vocabulary, aggregate, with_named_states
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, first_matching, read_table
from multipolar.sources._stream_tables import TRADE
from multipolar.sources._trade_rows import count_left_out, once, refuse_wrong_unit

_LONG = ("reporter", "partner", "flow", "year", "usd_millions")
_SDMX = ("COUNTRY", "COUNTERPART_COUNTRY", "INDICATOR", "TIME_PERIOD", "OBS_VALUE", "SCALE")
_TIDY = ("source_state", "target_state", "year", "reported_by", "value_musd")
_SHAPES = {"tidy": _TIDY, "sdmx": _SDMX, "long": _LONG}
_SCALES = {"units": 1.0, "thousands": 1e3, "millions": 1e6, "billions": 1e9}
_EXPORTS = ("export_fob", "exports", "export", "XG_FOB_USD", "TXG_FOB_USD")
_IMPORTS = ("import_cif", "imports", "import", "MG_CIF_USD", "TMG_CIF_USD")
# A year in which nearly all partners changed by one factor was made from the year before.
_SAME_FACTOR = 1e-3  # relative distance from the median factor
_NEARLY_ALL = 0.8
_ENOUGH = 20  # partners with a factor
_FLOOR = 1e6  # US$: below it rounding hides the factor
# Reporters that stopped publishing by partner: what a file shows from that year on is estimated.
SILENT_FROM = {"RUS": 2022}
_TAIL = re.compile(
    r",\s*(the\s+)?(\w+\.?\s+){0,3}(rep\.?|republic|kingdom|union|state|federation|"
    r"commonwealth|federated states)( of)?( the)?( netherlands)?$",
    re.IGNORECASE,
)


class _Names(Vocabulary):
    """IMF style: the form of the state stands behind a comma."""

    def code(self, text: str, year: int) -> str:
        return Vocabulary.code(self, text if text in self.aliases else _TAIL.sub("", text), year)


def _refused(text: str) -> str | None:
    if text.startswith("China, P.R.: ") and not text.endswith("Mainland"):
        return "a territory, not a state of this record"
    if text == "EU" or aggregate(text):  # the European Union too, which elsewhere acts as one
        return "an aggregate of states, not a state"
    return "two states together" if text == "Belgium-Luxembourg" else None


NAMES = _Names(
    aliases={
        "China, P.R.: Mainland": "CHN",
        "Congo, Dem. Rep. of the": "COD",
        "Congo, Rep. of": "COG",
        "Korea, Dem. People's Rep. of": "PRK",
        "Korea, Rep. of": "KOR",
        "Kosovo, Rep. of": "XKX",
        "Lao People's Dem. Rep.": "LAO",
        "North Macedonia, Republic of": "MKD",
        "South Sudan, Rep. of": "SSD",
        "Syrian Arab Rep.": "SYR",
        "Central African Rep.": "CAF",
        "São Tomé and Príncipe, Dem. Rep. of": "STP",
        "Taiwan Province of China": "TWN",
        "Timor-Leste, Dem. Rep. of": "TLS",
        "Türkiye, Rep of": "TUR",
        "Venezuela, Rep. Bolivariana de": "VEN",
        "West Bank and Gaza": "PSE",
    },
    refuse=_refused,
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read yearly flows by reporter and partner.

    Parameters
    ----------
    paths : sequence of Path
        Files with ``reporter, partner, flow, year, usd_millions`` (names; ``export_fob`` or
        ``import_cif``), an export of the IMF portal (``COUNTRY, COUNTERPART_COUNTRY, INDICATOR,
        TIME_PERIOD, OBS_VALUE, SCALE``), or this project's excerpt.
    rejects : Rejects
        Receives aggregates and territories by name, and every reporter and year that was
        extrapolated, with the reason.

    Returns
    -------
    mapping
        ``trade``, product TOTAL.

    Raises
    ------
    CheckFailed
        The values are in another unit than the column says.
    """
    frames = [_rows(path, rejects) for path in paths]
    found = once(frames, rejects)
    return {"trade": found.select(c.name for c in TRADE.columns).sort(TRADE.key)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    shape = first_matching(raw, _SHAPES, path.name, source="trade_imf")
    if shape == "tidy":
        types = {"year": pl.Int16, "value_musd": pl.Float64}
        tidy = with_numbers(raw.select(ROW, *_TIDY), types, path.name, rejects)
        return _finished(tidy.with_columns(pl.col("value_musd") * 1e6), path.name)
    rows = _from_sdmx(raw, path.name) if shape == "sdmx" else raw.select(ROW, *_LONG)
    types = {"year": pl.Int16, "usd_millions": pl.Float64}
    rows = with_numbers(rows, types, path.name, rejects)
    rows = rows.with_columns((pl.col("usd_millions") * 1e6).alias("value_musd"))
    exports, imports = pl.col("flow").is_in(_EXPORTS), pl.col("flow").is_in(_IMPORTS)
    reason = f"expected one of {', '.join(_EXPORTS + _IMPORTS)}"
    rows = reject_where(rows, ~(exports | imports), "flow", path.name, rejects, reason)
    rows = _observed(rows, path.name, rejects)
    sides = {"reporter": "reporter_state", "partner": "partner_state"}
    rows = with_named_states(rows, sides, "year", path.name, rejects, NAMES)
    refuse_wrong_unit(rows, "value_musd", path.name)
    rows = _spoken(rows, path.name, rejects)
    reporter, partner = pl.col("reporter_state"), pl.col("partner_state")
    return _finished(
        rows.with_columns(
            pl.when(exports).then(reporter).otherwise(partner).alias("source_state"),
            pl.when(exports).then(partner).otherwise(reporter).alias("target_state"),
            pl.when(exports)
            .then(pl.lit("exporter"))
            .otherwise(pl.lit("importer"))
            .alias("reported_by"),
        ),
        path.name,
    )


def _finished(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    return rows.with_columns(
        pl.lit(file).alias("_file"),
        pl.lit("TOTAL").alias("product"),
        pl.col("value_musd").alias("value_usd"),
        pl.lit("trade_imf").alias("source"),
    ).select(ROW, "_file", *(c.name for c in TRADE.columns))


def _from_sdmx(raw: pl.DataFrame, file: str) -> pl.DataFrame:
    scale = pl.col("SCALE").str.to_lowercase()
    unknown = raw.filter(~scale.is_in(list(_SCALES)) | scale.is_null())
    if unknown.height:
        row, value = unknown.select(ROW, "SCALE").row(0)
        raise CheckFailed(
            f"{file} row {row}: scale {value!r} is not known, so the unit is not",
            hint=f"expected one of {', '.join(_SCALES)}",
        )
    factor = scale.replace_strict(_SCALES, return_dtype=pl.Float64) / 1e6
    yearly = pl.col("TIME_PERIOD").str.contains(r"^\d{4}$")
    return raw.filter(yearly).select(
        ROW,
        pl.col("COUNTRY").alias("reporter"),
        pl.col("COUNTERPART_COUNTRY").alias("partner"),
        pl.col("INDICATOR").alias("flow"),
        pl.col("TIME_PERIOD").alias("year"),
        (pl.col("OBS_VALUE").cast(pl.Float64, strict=False) * factor)
        .cast(pl.String)
        .alias("usd_millions"),
    )


def extrapolated(rows: pl.DataFrame) -> pl.DataFrame:
    """Reporters, flows and years that are the year before times one factor.

    Parameters
    ----------
    rows : DataFrame
        ``reporter, partner, flow, year, value_musd``; partners may be aggregates too.

    Returns
    -------
    DataFrame, one row per reporter, flow and year
        With the ``factor`` and the number of partners it was found on.

    Examples
    --------
    >>> values = [float(10**6 * (k + 3)) for k in range(25)]
    >>> cells = [("R", str(k), "export", y, v * 0.7 ** (y - 2020))
    ...          for k, v in enumerate(values) for y in (2020, 2021)]
    >>> names = ["reporter", "partner", "flow", "year", "value_musd"]
    >>> extrapolated(pl.DataFrame(cells, schema=names, orient="row"))["year"].to_list()
    [2021]
    """
    keys = ["reporter", "partner", "flow"]
    unique = rows.unique([*keys, "year"], keep="first", maintain_order=True)
    before = unique.select(*keys, pl.col("year") + 1, pl.col("value_musd").alias("before"))
    both = unique.join(before, on=[*keys, "year"]).filter(
        (pl.col("before") >= _FLOOR) & (pl.col("value_musd") > 0)
    )
    factor = (pl.col("value_musd") / pl.col("before")).alias("factor")
    groups = ["reporter", "flow", "year"]
    both = both.with_columns(factor).with_columns(
        pl.col("factor").median().over(groups).alias("median")
    )
    near = ((pl.col("factor") / pl.col("median")) - 1).abs() < _SAME_FACTOR
    found = both.group_by(groups).agg(
        near.mean().alias("share"), pl.len().alias("partners"), pl.col("median").first()
    )
    return (
        found.filter((pl.col("share") >= _NEARLY_ALL) & (pl.col("partners") >= _ENOUGH))
        .select(*groups, pl.col("median").alias("factor"), "partners")
        .sort(groups)
    )


def _observed(rows: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    """Rows without the extrapolated years, each of which is named."""
    for reporter, flow, year, factor, partners in extrapolated(rows).iter_rows():
        same = (pl.col("reporter") == reporter) & (pl.col("flow") == flow)
        reason = (
            f"{reporter} {flow} {year} is {year - 1} times {factor:.3f} for {partners} partners: "
            "extrapolated, not observed"
        )
        rows = count_left_out(rows, same & (pl.col("year") == year), "year", file, rejects, reason)
    return rows


def _spoken(rows: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    """Rows without the years after a reporter stopped publishing."""
    for state, year in SILENT_FROM.items():
        silent = (pl.col("reporter_state") == state) & (pl.col("year") >= year)
        reason = (
            f"{state} has published no trade by partner since {year}; the figures are estimates: "
            "use what its partners report"
        )
        rows = count_left_out(rows, silent, "year", file, rejects, reason)
    return rows


SOURCE = Source(
    name="trade_imf",
    title="Trade in goods by partner",
    publisher="International Monetary Fund",
    homepage="https://data.imf.org/en/datasets/IMF.STA:IMTS",
    licence="IMF terms: free to use and to pass on with attribution",
    terms="Name the International Monetary Fund, IMTS (formerly Direction of Trade Statistics), "
    "as the source.",
    citation="International Monetary Fund, Direction of Trade Statistics, Russia by partner "
    "2010-2021, as carried over (zleffel-afk/Visualization-of-NAM-country-data bba038e).",
    coverage="yearly; the starter table holds what Russia reported for 2010-2021 and nobody else",
    tables=(TRADE,),
    read=read,
    starter=("trade_imf.parquet",),
    as_of=date(2021, 12, 31),
    breaks=("2022: Russia stopped publishing trade by partner; use what its partners report.",),
    notes="Exports are FOB and imports CIF: the two reports of one flow differ by freight and by "
    "more. Years in which all partners move by one factor are refused as extrapolated. The format "
    "of the IMF portal's export is written from its documentation and was not checked on a file.",
)
