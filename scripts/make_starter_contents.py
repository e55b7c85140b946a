"""Record what the starter tables hold: hash of the files, and of the rows of each table.

    python scripts/make_starter_contents.py

Run it after any change of the starter files or of the code that reads them; a test of the store
computes every entry anew and fails where this was forgotten.
"""

import json
import sys
from typing import Any

from multipolar.store.starter import (
    CONTENTS,
    read_starter,
    starter_provenance,
    starter_rows,
    starter_sources,
)


def describe_starter() -> dict[str, Any]:
    """Files, rejects and tables of every source with starter files."""
    found: dict[str, Any] = {}
    for source in sorted(starter_sources(), key=lambda s: s.name):
        reading = read_starter(source)
        tables = {}
        for table in source.tables:
            if table.name in reading.frames:
                made = starter_provenance(reading, table, starter_rows(reading, table))
                tables[table.name] = {
                    "sha256": made.sha256,
                    "rows": made.rows,
                    "first": made.first,
                    "last": made.last,
                }
        found[source.name] = {
            "files": {f.name: f.sha256 for f in made.files},
            "rejects": made.rejects,
            "tables": tables,
        }
    return found


if __name__ == "__main__":
    CONTENTS.write_text(json.dumps(describe_starter(), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"wrote {CONTENTS}\n")
