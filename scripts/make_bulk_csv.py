"""Write the General Assembly votes of the full public record in the format of the UN bulk file.

The UN Digital Library publishes one CSV of about 360 MB, one row per member and vote, with the
title, agenda and subjects of the vote repeated on every row. This script writes the same shape
from the Parquet copy of the record, for tests, benchmarks and the starter record::

    python scripts/make_bulk_csv.py out/ga_voting.csv
    python scripts/make_bulk_csv.py out/ga_voting_2025.csv --header 2025
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

RECORD = Path(__file__).resolve().parents[2] / "shared" / "data" / "unga_undl"
COLUMNS = {
    "undl_id": "r.undl_id",
    "ms_code": "v.ms_code",
    "ms_name": "v.ms_name",
    "ms_vote": "v.vote",
    "date": "r.date",
    "session": "r.session",
    "resolution": "r.symbol",
    "draft": "''",
    "committee_report": "r.committee_report",
    "meeting": "r.meeting",
    "title": "r.title",
    "agenda_title": "r.agenda",
    "subjects": "''",
    "vote_note": "CASE WHEN contains(r.symbol, '[') THEN 'PART' ELSE '' END",
    "total_yes": "r.yes",
    "total_no": "r.no",
    "total_abstentions": "r.abstain",
    "total_non_voting": "r.nonvoting",
    "total_ms": "r.listed",
    "undl_link": "'https://digitallibrary.un.org/record/' || r.undl_id",
}


def write_bulk_csv(target: Path, *, record: Path = RECORD, header: int = 2026) -> None:
    """Write the bulk file; the header of 2025 has no ``vote_note``."""
    left_out = {"vote_note"} if header == 2025 else set()
    chosen = ", ".join(f"{sql} AS {name}" for name, sql in COLUMNS.items() if name not in left_out)
    target.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(
        f"COPY (SELECT {chosen} FROM '{record}/votes.parquet' v "  # noqa: S608
        f"JOIN '{record}/resolutions.parquet' r USING (undl_id) "
        "WHERE r.body = 'GA' AND r.recorded ORDER BY r.date, r.undl_id, v.ms_name) "
        f"TO '{target}' (HEADER, DELIMITER ',', FORCE_QUOTE (title, agenda_title))"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path, help="CSV file to write")
    parser.add_argument("--header", type=int, choices=(2025, 2026), default=2026)
    parser.add_argument("--record", type=Path, default=RECORD, help="folder of the Parquet copy")
    given = parser.parse_args()
    write_bulk_csv(given.target, record=given.record, header=given.header)
    print(f"{given.target}: {given.target.stat().st_size / 1e6:.0f} MB")
