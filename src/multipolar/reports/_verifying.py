"""Compute a report again and say whether it is equal, or where it differs."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from multipolar.core.errors import BadStudy, MultipolarError
from multipolar.reports._replication import EXPECTED, FORMAT, MANIFEST, STUDY, csv_text

if TYPE_CHECKING:
    from multipolar.store import Store

_MOST = 100
_OTHER_VERSIONS = 1e-9  # relative; another NumPy may sum in another order
# Which other vintages there are is a matter of the store at hand, not of the verdict.
_NOT_RESULTS = ("versions", "sources", "vintages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Outcome of a recomputation: equal or not, and every difference in words."""

    equal: bool
    differences: tuple[str, ...]


def verify(path: str | Path, *, store: Store | None = None) -> Verification:
    """Compute the claims of a replication folder again and compare.

    Parameters
    ----------
    path : str or Path
        A replication folder, or the folder of a report that holds one.
    store : Store, optional
        The evidence to use; the user's store without it.

    Returns
    -------
    Verification
        ``equal``, and the differences: files changed since, tables of other content, numbers that
        moved, by specification. Under the same versions numbers must agree to the last bit; under
        others to one part in 10^9.

    Raises
    ------
    BadStudy
        There is no replication folder at ``path``, or it cannot be read.

    Notes
    -----
    Equal means computed in the same way from the same data. It does not say that the data or the
    choices are right.

    Examples
    --------
    >>> Verification(equal=True, differences=()).equal
    True
    """
    folder = _find(Path(path))
    manifest = _read_json(folder / MANIFEST)
    if manifest.get("format") != FORMAT:
        raise BadStudy(
            f"{folder / MANIFEST}: format is {manifest.get('format')!r}; expected {FORMAT}",
            hint="verify it with the version of multipolar named in the manifest",
        )
    found = list(_changed_files(folder, manifest))
    expected = _read_json(folder / EXPECTED)
    for name, before in expected.items():
        found += [f"{name}: {text}" for text in _recompute(folder, name, before, store)]
    if len(found) > _MOST:
        found = [*found[:_MOST], f"and {len(found) - _MOST:,} more"]
    return Verification(equal=not found, differences=tuple(found))


def _find(path: Path) -> Path:
    for folder in (path, path / "replication", path.parent / "replication"):
        if (folder / MANIFEST).is_file():
            return folder
    raise BadStudy(
        f"{path}: no {MANIFEST} there, so it is no replication folder",
        hint="multipolar verify REPORT_FOLDER/replication",
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadStudy(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise BadStudy(f"{path}: not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadStudy(f"{path}: expected a JSON object")
    return value


def _changed_files(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    for name, digest in manifest.get("files", {}).items():
        file = folder / name
        if not file.is_file():
            yield f"file {name}: missing"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            yield f"file {name}: changed since the report was written"


def _recompute(
    folder: Path, name: str, before: Mapping[str, Any], store: Store | None
) -> Iterator[str]:
    import multipolar  # noqa: PLC0415 - the public call, loaded on use

    try:
        verdict = multipolar.claim(f"{folder / STUDY}#{name}", store=store)
    except MultipolarError as error:
        yield f"cannot be computed: {error.message}"
        return
    after = json.loads(json.dumps(verdict.to_dict(), default=str))
    same = after.get("versions") == before.get("versions")
    tolerance = 0.0 if same else _OTHER_VERSIONS
    yield from compare_tables(before.get("sources", []), after.get("sources", []))
    yield from compare_specifications(
        (folder / f"{name}.csv").read_text(encoding="utf-8") if _held(folder, name) else "",
        csv_text(verdict.frame),
        tolerance=tolerance,
    )
    left = {k: v for k, v in before.items() if k not in _NOT_RESULTS}
    right = {k: v for k, v in after.items() if k not in _NOT_RESULTS}
    yield from compare_values(left, right, tolerance=tolerance)


def _held(folder: Path, name: str) -> bool:
    return (folder / f"{name}.csv").is_file()


def compare_tables(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Tables whose content is not the same, by their hash."""
    left = {s["table"]: str(s.get("sha256", "")) for s in before}
    right = {s["table"]: str(s.get("sha256", "")) for s in after}
    for table in sorted(left.keys() | right.keys()):
        if table not in right:
            yield f"table {table}: used by the report, not used now"
        elif table not in left:
            yield f"table {table}: not used by the report, used now"
        elif left[table] != right[table]:
            yield (
                f"table {table}: content {left[table][:12]} in the report, {right[table][:12]} here"
            )


def compare_specifications(before: str, after: str, *, tolerance: float = 0.0) -> Iterator[str]:
    """Rows and numbers that differ between two tables of specifications, as CSV text."""
    if before == after:
        return
    left, right = _by_spec(before), _by_spec(after)
    for spec in left:
        if spec not in right:
            yield f"specification {spec}: in the report, not computed now"
    for spec, row in right.items():
        if spec not in left:
            yield f"specification {spec}: computed now, not in the report"
            continue
        for column in sorted(left[spec].keys() | row.keys()):
            old, new = left[spec].get(column), row.get(column)
            if not _same(_number(old), _number(new), tolerance):
                yield f"specification {spec}: {column} is {new}, was {old}"


def _by_spec(text: str) -> dict[str, dict[str, Any]]:
    if not text:
        return {}
    frame = pl.read_csv(text.encode(), infer_schema=False)
    return {str(row.get("spec")): row for row in frame.to_dicts()}


def _number(text: Any) -> Any:
    try:
        return float(text)
    except (TypeError, ValueError):
        return text


def compare_values(
    before: Any, after: Any, path: str = "", *, tolerance: float = 0.0
) -> Iterator[str]:
    """Places in two nested values that differ, as dotted paths.

    Examples
    --------
    >>> list(compare_values({"a": [1, 2]}, {"a": [1, 3]}))
    ['a[1] is 3, was 2']
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(k for k in after if k not in before)]:
            inner = f"{path}.{key}" if path else str(key)
            if key not in after or key not in before:
                yield f"{inner}: {'not computed now' if key in before else 'not in the report'}"
            else:
                yield from compare_values(before[key], after[key], inner, tolerance=tolerance)
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{path} has {len(after)} entries, had {len(before)}"
        for i, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from compare_values(old, new, f"{path}[{i}]", tolerance=tolerance)
    elif not _same(before, after, tolerance):
        yield f"{path} is {after!r}, was {before!r}"


def _same(before: Any, after: Any, tolerance: float) -> bool:
    if before == after:
        return True
    if isinstance(before, float) and isinstance(after, float) and tolerance:
        return math.isclose(before, after, rel_tol=tolerance, abs_tol=tolerance)
    return False
