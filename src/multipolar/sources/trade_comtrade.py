"""Trade in goods as states report it to the United Nations: Comtrade."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import polars as pl

from multipolar.core.declare import Rejects, Source
from multipolar.core.errors import BadOption, CheckFailed, SchemaMismatch
from multipolar.core.states import state_of, to_code
from multipolar.sources._curated import reject_where
from multipolar.sources._numbers import with_numbers
from multipolar.sources._read import (
    ROW,
    as_text,
    parse_json,
    read_table,
    read_text,
    require_columns,
)
from multipolar.sources._stream_tables import TRADE
from multipolar.sources._trade_rows import (
    OWN_NUMBERS,
    count_left_out,
    once,
    refuse_wrong_unit,
    with_numbered_states,
)

if TYPE_CHECKING:
    from multipolar.download import Progress

ADDRESS = "https://comtradeapi.un.org/data/v1/get/C/A/HS"
KEY_VARIABLE = "COMTRADE_API_KEY"
KEY_HEADER = "Ocp-Apim-Subscription-Key"
# Without these three a query answers with about nine rows per partner, one for every second
# partner, mode of transport and customs procedure, and sums are several times too large.
TOTALS_ONLY = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
LIMIT = 100_000  # rows of one answer; an answer of that length may be cut off
_COLUMNS = (
    "refYear",
    "reporterCode",
    "partnerCode",
    "flowCode",
    "cmdCode",
    "primaryValue",
    *TOTALS_ONLY,
)
_FLOWS = {"X": "exporter", "M": "importer"}


def query_address(
    reporter: str, year: int, *, product: str = "TOTAL", flows: Sequence[str] = ("X", "M")
) -> str:
    """Address of one query: one reporter, one year, all partners, totals only.

    Parameters
    ----------
    reporter : str
        State code.
    year : int
        Calendar year.
    product : str
        ``TOTAL``, a Harmonized System code as text, or ``AG2``, ``AG4``, ``AG6`` for all of a
        level.
    flows : sequence of {"X", "M"}
        Exports, imports.

    Returns
    -------
    str
        Without the key, which goes into a header.

    Raises
    ------
    BadOption
        The product is a number (its leading zero may be lost), or the state has no number.

    Examples
    --------
    >>> "partner2Code=0&motCode=0&customsCode=C00" in query_address("KGZ", 2022)
    True
    """
    if not isinstance(product, str):
        raise BadOption(f"product {product!r} is a number", hint="write codes as text: '0101'")
    query = {
        "reporterCode": _number(reporter, year),
        "period": str(year),
        "cmdCode": product,
        "flowCode": ",".join(flows),
        **TOTALS_ONLY,
        "maxRecords": str(LIMIT),
        "includeDesc": "false",
    }
    return f"{ADDRESS}?{urlencode(query, safe=',')}"


def _number(state: str, year: int) -> str:
    own = {code: number for number, code in OWN_NUMBERS.items()}
    number = own.get(state_of(state).code) or to_code(state, "m49", year)
    if number is None:
        raise BadOption(
            f"state {state!r} has no statistical number in {year}",
            hint="Taiwan is 490; Kosovo does not report to Comtrade",
        )
    return str(number).lstrip("0")


def fetch_reports(
    folder: Path,
    reporters: Sequence[str],
    years: Sequence[int],
    *,
    product: str = "TOTAL",
    environment: Mapping[str, str] | None = None,
    offline: bool = False,
    progress: Progress | None = None,
    address: str = ADDRESS,
) -> list[Path]:
    """Download reports, one file per reporter and year, to be read with ``store.add``.

    Parameters
    ----------
    folder : Path
        Where the files go; one that is there already is not asked for again.
    reporters : sequence of str
        State codes.
    years : sequence of int
        Calendar years.
    product : str
        See :func:`query_address`.
    environment : mapping, optional
        Where the key is looked up, ``COMTRADE_API_KEY``; default the process's environment.
    offline : bool
        Refuse to connect.
    progress : callable, optional
        As in :func:`multipolar.download.fetch_file`.
    address : str
        Of the service.

    Returns
    -------
    list of Path
        ``comtrade-<reporter>-<year>-<product>[-flow].json``. A year whose answer is as long as the
        limit is asked for again by flow.

    Raises
    ------
    BadOption
        No key in the environment.
    DownloadFailed
        As in :func:`multipolar.download.fetch_file`; a server that asks to wait is waited for.
    CheckFailed
        Even one flow fills the limit: ask for a narrower product.
    """
    key = (os.environ if environment is None else environment).get(KEY_VARIABLE, "")
    if not key:
        raise BadOption(
            f"Comtrade needs a key, and {KEY_VARIABLE} is not set",
            hint=f"export {KEY_VARIABLE}=...   (free at https://comtradedeveloper.un.org)",
        )
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name, url in _requests(reporters, years, product):
        found += _fetch(
            folder / name, url.replace(ADDRESS, address), {KEY_HEADER: key}, offline, progress
        )
    return found


def _requests(
    reporters: Sequence[str], years: Sequence[int], product: str
) -> Iterator[tuple[str, str]]:
    for reporter in reporters:
        for year in years:
            name = f"comtrade-{reporter}-{year}-{product}.json"
            yield name, query_address(reporter, year, product=product)


def _fetch(
    target: Path,
    url: str,
    headers: Mapping[str, str],
    offline: bool,  # noqa: FBT001
    progress: Progress | None,
) -> list[Path]:
    if not target.exists():
        from multipolar.download import fetch_file  # noqa: PLC0415 - reading needs no HTTP client

        fetch_file(url, target, offline=offline, progress=progress, headers=headers)
    if _length(target) < LIMIT:
        return [target]
    target.unlink()
    if "flowCode=X,M" not in url:
        raise CheckFailed(
            f"{target.name}: the answer has {LIMIT:,} rows, the limit, and may be cut off",
            hint="ask for one product or one level, e.g. product='AG2'",
        )
    parts: list[Path] = []
    for flow in _FLOWS:
        part = target.with_name(f"{target.stem}-{flow}.json")
        narrower = url.replace("flowCode=X,M", f"flowCode={flow}")
        parts += _fetch(part, narrower, headers, offline, progress)
    return parts


def _length(path: Path) -> int:
    return len(_records(path))


def _records(path: Path) -> list[dict[str, object]]:
    answer = parse_json(read_text(path), path.name)
    if isinstance(answer, dict) and answer.get("error"):
        raise SchemaMismatch(f"{path.name}: Comtrade answered {answer['error']!r}")
    records = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(records, list):
        raise SchemaMismatch(f"{path.name} is no answer of Comtrade: it has no list 'data'")
    return records


def read(paths: Sequence[Path], rejects: Rejects) -> dict[str, pl.DataFrame]:
    """Read answers of the API (JSON) or its files as CSV.

    Parameters
    ----------
    paths : sequence of Path
        Yearly data with ``refYear, reporterCode, partnerCode, flowCode, cmdCode, primaryValue,
        partner2Code, motCode, customsCode``.
    rejects : Rejects
        Receives, counted and named: breakdowns by second partner, transport or procedure (they
        are parts of the totals), re-exports (inside exports), aggregates such as the World.

    Returns
    -------
    mapping
        ``trade``; product codes are text.

    Raises
    ------
    CheckFailed
        The values are in another unit than US$.
    """
    found = once([_rows(path, rejects) for path in paths], rejects)
    return {"trade": found.select(c.name for c in TRADE.columns).sort(TRADE.key)}


def _raw(path: Path) -> pl.DataFrame:
    if not path.name.endswith((".json", ".json.gz")):
        return read_table(path)
    cells = [{c: _text(r.get(c)) for c in (*_COLUMNS, "freqCode")} for r in _records(path)]
    schema = dict.fromkeys((*_COLUMNS, "freqCode"), pl.String)
    return as_text(pl.DataFrame(cells, schema=schema))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _rows(path: Path, rejects: Rejects) -> pl.DataFrame:
    raw = _raw(path)
    require_columns(raw, _COLUMNS, path.name, source="trade_comtrade")
    file, rows = path.name, raw
    if "freqCode" in raw.columns:
        monthly = pl.col("freqCode") != "A"
        rows = count_left_out(rows, monthly, "freqCode", file, rejects, "not a yearly figure")
    for name, total in TOTALS_ONLY.items():
        part = pl.col(name).is_not_null() & (pl.col(name) != total)
        reason = f"a part of a total ({name} is not {total})"
        rows = count_left_out(rows, part, name, file, rejects, reason)
    again = pl.col("flowCode").is_in(["RX", "RM", "DX", "FM"])
    rows = count_left_out(rows, again, "flowCode", file, rejects, "counted inside exports, imports")
    odd = ~pl.col("flowCode").is_in(list(_FLOWS))
    rows = reject_where(rows, odd, "flowCode", file, rejects, "expected X or M")
    types = {"refYear": pl.Int16, "primaryValue": pl.Float64}
    rows = with_numbers(rows.select(ROW, *_COLUMNS), types, file, rejects)
    # Codes of the Harmonized System have an even number of digits: an odd one lost its zero when
    # something took it for a number.
    code = pl.col("cmdCode")
    lost = code.str.contains(r"^\d+$") & (code.str.len_chars() % 2 == 1)
    rows = rows.with_columns(pl.when(lost).then("0" + code).otherwise(code).alias("cmdCode"))
    sides = {"reporterCode": "reporter", "partnerCode": "partner"}
    rows = with_numbered_states(rows, sides, "refYear", file, rejects)
    rows = rows.filter(pl.col("reporter") != pl.col("partner"))
    refuse_wrong_unit(rows, "primaryValue", file)
    exports = pl.col("flowCode") == "X"
    return rows.select(
        ROW,
        pl.lit(file).alias("_file"),
        pl.when(exports).then("reporter").otherwise("partner").alias("source_state"),
        pl.when(exports).then("partner").otherwise("reporter").alias("target_state"),
        pl.col("refYear").alias("year"),
        pl.col("cmdCode").alias("product"),
        pl.col("flowCode").replace_strict(_FLOWS).alias("reported_by"),
        pl.col("primaryValue").alias("value_usd"),
        pl.lit("trade_comtrade").alias("source"),
    )


SOURCE = Source(
    name="trade_comtrade",
    title="Trade in goods as reported to the United Nations",
    publisher="United Nations Statistics Division",
    homepage="https://comtradedeveloper.un.org",
    licence="UN Comtrade terms: no passing on of the data in bulk",
    terms="Free for own use with a key; cite UN Comtrade. Not to be passed on in bulk, so nothing "
    "is shipped.",
    citation="United Nations, UN Comtrade Database, https://comtradeplus.un.org.",
    coverage="1962 on, by what each state reported",
    tables=(TRADE,),
    read=read,
    breaks=(
        "2022: Russia and Belarus stopped reporting; use what their partners report.",
        "2022: the Harmonized System was revised; series by code break.",
    ),
    notes="Fetch with multipolar source fetch trade_comtrade --reporter KGZ --year 2019-2023 and "
    "the key in COMTRADE_API_KEY. Only totals over second partners, modes of "
    "transport and customs procedures are read. Number 490 (Other Asia, nes) is Taiwan. Kosovo "
    "does not report.",
)
