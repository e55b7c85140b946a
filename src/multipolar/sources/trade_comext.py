"""Monthly trade of members of the European Union with the world: Eurostat, Comext."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.sources._curated import reject_where
from multipolar.sources._names import Vocabulary, aggregate, with_named_states
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import ROW, first_matching, read_table
from multipolar.sources._stream_tables import TRADE_MONTHLY
from multipolar.sources._trade_rows import count_left_out, once, refuse_wrong_unit

_BULK = ("DECLARANT_ISO", "PARTNER_ISO", "PRODUCT_NC", "FLOW", "PERIOD", "VALUE_IN_EUROS")
_TOTALS = ("reporter", "partner", "flow", "period", "value_eur")
_CODES = ("reporter", "partner", "month", "cn8", "value_eur")
_SHAPES = {"bulk": _BULK, "codes": _CODES, "totals": _TOTALS}
_FLOWS = {"1": "import", "2": "export", "EXPORT": "export", "IMPORT": "import"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CODE_LENGTH = 8
_COLUMNS = ("reporter", "partner", "product", "flow", "period", "value_eur")
_EU27 = re.compile(r"^European Union - 27 countries")
_REMARK = re.compile(r"\s*\((?:incl|excl|before|formerly|Russia\)|.*->).*$", re.IGNORECASE)


class _Labels(Vocabulary):
    """Eurostat's labels: "Belgium (incl. Luxembourg 'LU' -> 1998)" is Belgium."""

    def code(self, text: str, year: int) -> str:
        if _EU27.match(text):
            return "XEU"
        if text in self.aliases or aggregate(text):
            return Vocabulary.code(self, text, year)
        return Vocabulary.code(self, _REMARK.sub("", text), year)


def _refused(text: str) -> str | None:
    if aggregate(text):
        return "an aggregate of states, not a state"
    if re.fullmatch(r"Q[A-Z]|X[A-Z]|Z[A-Z]|EU|[0-9].*", text):
        return "stores, secret or unspecified partners, not a state"
    return None


NAMES = _Labels(
    aliases={
        "Ireland (Eire)": "IRL",
        "EL": "GRC",
        "GR": "GRC",
        "UK": "GBR",
        "XK": "XKX",
        "XS": "SRB",
        "PS": "PSE",
    },
    refuse=_refused,
)


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read Comext's monthly files or extracts of them.

    Parameters
    ----------
    paths : sequence of Path
        Bulk files (``DECLARANT_ISO, PARTNER_ISO, PRODUCT_NC, FLOW, PERIOD, VALUE_IN_EUROS``),
        totals by label (``reporter, partner, flow, period, value_eur``) or extracts by code
        (``reporter, partner, month, cn8, value_eur``, exports).
    rejects : Rejects
        Receives aggregates by name, headings whose parts are listed as well, and periods that
        are not months.

    Returns
    -------
    mapping
        ``trade_monthly``; codes are text. The Union of 27 is the reporter XEU; the euro area and
        unions of changing membership are refused.
    """
    found = once([_rows(path, rejects) for path in paths], rejects, TRADE_MONTHLY.key)
    return {"trade_monthly": found.select(c.name for c in TRADE_MONTHLY.columns)}


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = read_table(path)
    shape = first_matching(raw, _SHAPES, path.name, source="trade_comext")
    names = {
        "bulk": dict(zip(_BULK, _COLUMNS, strict=True)),
        "codes": {"month": "period", "cn8": "product"},
        "totals": {},
    }[shape]
    rows = raw.select(ROW, *_SHAPES[shape]).rename(names)
    if shape == "codes":
        rows = rows.with_columns(pl.lit("EXPORT").alias("flow"))
    if shape == "totals":
        rows = rows.with_columns(pl.lit("TOTAL").alias("product"))
    file = path.name
    odd = ~pl.col("flow").is_in(list(_FLOWS))
    rows = reject_where(rows, odd, "flow", file, rejects, "expected 1 or 2")
    month = _month(pl.col("period"))
    no_month = "a year or a run of months, not a month"
    rows = count_left_out(rows, month.is_null(), "period", file, rejects, no_month)
    rows = with_numbers(rows, {"value_eur": pl.Float64}, file, rejects, missing=(":",))
    rows = rows.with_columns(
        month.alias("month"), month.dt.year().alias("year"), pl.col("flow").replace_strict(_FLOWS)
    )
    rows = _without_headings(rows, file, rejects)
    sides = {"reporter": "reporter_state", "partner": "partner_state"}
    rows = with_named_states(rows, sides, "year", file, rejects, NAMES)
    refuse_wrong_unit(rows.select(ROW, "value_eur"), "value_eur", file)
    return rows.select(
        ROW,
        pl.lit(file).alias("_file"),
        pl.col("reporter_state").alias("reporter"),
        pl.col("partner_state").alias("partner"),
        "product",
        "flow",
        "month",
        "value_eur",
    )


def _month(period: pl.Expr) -> pl.Expr:
    """First day of a month written 2019-01, 201901, "201901-Jan. 2019" or "Apr. 2019"."""
    digits = period.str.extract(r"^(\d{4})-?(\d{2})(?:$|-[A-Z])", 0)
    year, month = digits.str.slice(0, 4), digits.str.replace("-", "").str.slice(4, 2)
    name = period.str.extract(r"^([A-Z][a-z]{2})\.? \d{4}$", 1)
    numbers = {m: f"{i:02d}" for i, m in enumerate(_MONTHS, start=1)}
    named = name.replace_strict(numbers, default=None, return_dtype=pl.String)
    text = pl.coalesce(
        year + "-" + month + "-01", period.str.extract(r"(\d{4})$", 1) + "-" + named + "-01"
    )
    return text.str.to_date("%Y-%m-%d", strict=False)


def _without_headings(rows: pl.DataFrame, file: str, rejects: Rejects) -> pl.DataFrame:
    """Leave out shorter codes where longer ones of the same heading are listed as well."""
    length = pl.col("product").str.len_chars()
    codes = rows.filter(length == _CODE_LENGTH)["product"].unique()
    headings = {c[:n] for c in codes for n in (2, 4, 6)}
    twice = (length < _CODE_LENGTH) & pl.col("product").is_in(list(headings))
    reason = "a heading whose eight-digit codes are listed as well: it would count twice"
    return count_left_out(rows, twice, "product", file, rejects, reason)


SOURCE = Source(
    name="trade_comext",
    title="Monthly trade of the European Union",
    publisher="Eurostat",
    homepage="https://ec.europa.eu/eurostat/comext/newxtweb/",
    licence="CC BY 4.0 (Eurostat reuse policy)",
    terms="Free to use with attribution to Eurostat.",
    citation="Eurostat, Comext, DS-045409 (EU trade since 1988 by HS2-4-6 and CN8).",
    coverage="1988 on, monthly; reporters are members of the European Union",
    tables=(TRADE_MONTHLY,),
    read=read,
    breaks=(
        "CN8 codes are revised every January; 2022 also revised the Harmonized System.",
        "The United Kingdom reports until January 2020.",
    ),
    notes="A zero may be confidential trade. A rise of exports to a neighbour of a sanctioned "
    "state is compatible with re-export and proves none. The layout of the bulk files is written "
    "from the publisher's documentation and was not checked on a file.",
)
