"""A digest of the rows of a table that does not depend on their order.

Each row becomes one 64-bit number; the numbers are summed, so rows may come in any order and in
batches. It tells whether two tables hold the same rows; it does not protect against forgery, for
which the raw files carry a true sha256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from multipolar.core.choices import canonical_hash
from multipolar.core.declare import Table

Bits = npt.NDArray[np.uint64]
_STEP = np.uint64(0x9E3779B97F4A7C15)  # constants of splitmix64 (Steele, Lea & Flood 2014)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_MISSING = np.uint64(0x6D756C7469706F6C)
_BATCH = 131_072  # rows; small enough for the processor's cache


def digest_parquet(path: object, table: Table) -> str:
    """Digest of a Parquet file with the columns of ``table``; reads it in batches."""
    with pq.ParquetFile(path) as file:
        return digest_rows(
            file.iter_batches(_BATCH, columns=[c.name for c in table.columns]), table
        )


def digest_rows(batches: Iterable[pa.RecordBatch], table: Table) -> str:
    """Digest of the rows in ``batches``: 64 hex digits over columns, types, and the rows as a set.

    Two tables with the same declared columns and the same rows, each as often, have the same
    digest; equal digests of different tables are as likely as for any 128-bit sum.
    """
    count, low, high = 0, np.uint64(0), np.uint64(0)
    texts: dict[str, int] = {}
    with np.errstate(over="ignore"):
        for batch in batches:
            rows = _row_bits(batch, table, texts)
            count += rows.size
            low += rows.sum(dtype=np.uint64)
            high += _mix(rows ^ _STEP).sum(dtype=np.uint64)
    names = [[c.name, c.dtype] for c in table.columns]
    return canonical_hash([names, count, int(low), int(high)])


def _row_bits(batch: pa.RecordBatch, table: Table, texts: dict[str, int]) -> Bits:
    bits = np.full(batch.num_rows, _STEP, dtype=np.uint64)
    for column in table.columns:
        values = batch.column(column.name)
        cells = _text_bits(values, texts) if _is_text(values.type) else _number_bits(values)
        bits = _mix((bits + _STEP) ^ cells)
    return bits


def _is_text(kind: pa.DataType) -> bool:
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return pa.types.is_dictionary(kind) or any(is_kind(kind) for is_kind in texts)


def _mix(bits: Bits) -> Bits:
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))


def _number_bits(values: pa.Array) -> Bits:
    missing = np.asarray(values.is_null())
    if pa.types.is_floating(values.type):
        # Adding zero turns -0.0 into 0.0: the two are one value.
        bits = (np.asarray(values.cast(pa.float64()).fill_null(0.0)) + 0.0).view(np.uint64)
    else:
        whole = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
        bits = np.array(whole.cast(pa.int64()).fill_null(0)).view(np.uint64)
    return np.where(missing, _MISSING, bits)


def _text_bits(values: pa.Array, texts: dict[str, int]) -> Bits:
    coded = values.cast(pa.large_string()).dictionary_encode()
    known = coded.dictionary.to_pylist()
    for text in known:
        if text not in texts:
            digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
            texts[text] = int.from_bytes(digest, "little")
    bits = np.array([*(texts[text] for text in known), int(_MISSING)], dtype=np.uint64)
    return bits[np.asarray(coded.indices.fill_null(len(known)))]
