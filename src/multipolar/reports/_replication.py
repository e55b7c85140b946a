"""A folder from which a verdict can be computed again: study, results, versions, hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import tomlkit

from multipolar.reports._inputs import VerdictLike, claim_id

FORMAT = 1
STUDY = "study.toml"
EXPECTED = "expected.json"
MANIFEST = "manifest.json"

_README = """\
# Recompute this verdict

    multipolar verify FOLDER

`FOLDER` is this folder. The command computes every specification again from the study file and
says that the result is equal, or where it differs: which table of data, which specification, which
number.

- `study.toml`: the claims and their choices, fixed before the results were seen
- `expected.json`: the verdicts as they were computed
- `*.csv`: one row per specification
- `manifest.json`: hashes of these files and of the data, and versions

The share of specifications is not a probability that the claim is true.
"""


def replication_files(verdicts: Sequence[VerdictLike]) -> dict[str, bytes]:
    """Files of the folder by name; the same verdicts give the same bytes."""
    found = {STUDY: study_text(verdicts).encode(), "README.md": _README.encode()}
    expected = {}
    tables: dict[str, Any] = {}
    for verdict in verdicts:
        data = verdict.to_dict()
        expected[claim_id(data)] = data
        found[f"{claim_id(data)}.csv"] = csv_text(verdict.frame).encode()
        tables |= {s["table"]: s.get("sha256", "") for s in data["sources"]}
    found[EXPECTED] = json_text(expected).encode()
    versions = verdicts[0].to_dict().get("versions", {}) if verdicts else {}
    manifest = {
        "format": FORMAT,
        "files": {name: hashlib.sha256(found[name]).hexdigest() for name in sorted(found)},
        "tables": tables,
        "versions": versions,
    }
    return {**found, MANIFEST: json_text(manifest).encode()}


def study_text(verdicts: Sequence[VerdictLike]) -> str:
    """Study file with the claims of the verdicts, only the keys that were set."""
    document = tomlkit.document()
    claims = tomlkit.aot()
    for verdict in verdicts:
        table = tomlkit.table()
        kept = verdict.claim.model_dump(exclude_defaults=True, exclude_none=True)
        kept["id"] = claim_id(verdict.to_dict())
        for key, value in _scalars_first(kept):
            table.add(key, tomlkit.item(_for_toml(value)))
        claims.append(table)
    document.add("claim", claims)
    return tomlkit.dumps(document)


def _scalars_first(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(values.items(), key=lambda pair: isinstance(pair[1], Mapping))


def _for_toml(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _for_toml(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_for_toml(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def csv_text(frame: pl.DataFrame) -> str:
    """One row per specification; floats as the shortest text that reads back exactly."""
    return frame.write_csv() if frame.width else ""


def json_text(value: Any) -> str:
    """JSON with two spaces of indent and one final line break."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"
