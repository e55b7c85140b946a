"""The digest of rows: order does not matter, everything else does."""

import hashlib
import json
import struct

import hypothesis.strategies as st
import polars as pl
from hypothesis import assume, given, settings
from toy_source import TOY

from multipolar.store.digest import digest_parquet, digest_rows

ROWS = st.lists(
    st.tuples(
        st.text(max_size=4),
        st.integers(-(2**15), 2**15 - 1),
        st.integers(-128, 127),
        st.one_of(st.none(), st.floats(allow_nan=False)),
    ),
    max_size=12,
)
SCHEMA = {"state": pl.String, "year": pl.Int16, "vote": pl.Int8, "value": pl.Float64}


def frame_of(rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def digest(rows, chunk=131_072):
    batches = frame_of(rows).to_arrow().to_batches(max_chunksize=chunk)
    return digest_rows(batches, TOY)


@settings(deadline=None)
@given(rows=ROWS, seed=st.randoms(), chunk=st.integers(1, 5))
def test_order_and_batches_do_not_matter(rows, seed, chunk):
    shuffled = list(rows)
    seed.shuffle(shuffled)
    assert digest(rows) == digest(shuffled, chunk)


def as_known(rows):
    """Rows as sets of values: minus zero is zero."""
    return sorted(repr((s, y, v, None if x is None else x + 0.0)) for s, y, v, x in rows)


@settings(deadline=None)
@given(one=ROWS, other=ROWS)
def test_other_rows_give_another_digest(one, other):
    assume(as_known(one) != as_known(other))
    assert digest(one) != digest(other)


@settings(deadline=None)
@given(rows=ROWS.filter(bool))
def test_a_repeated_row_is_noticed(rows):
    assert digest(rows) != digest([*rows, rows[0]])


def test_values_that_change_places_are_noticed():
    assert digest([("A", 1, 2, 0.0), ("B", 2, 1, 0.0)]) != digest(
        [("A", 2, 1, 0.0), ("B", 1, 2, 0.0)]
    )


def test_missing_is_not_zero_and_not_empty():
    assert digest([("A", 1, 1, None)]) != digest([("A", 1, 1, 0.0)])


@settings(max_examples=20, deadline=None)
@given(rows=ROWS)
def test_a_file_and_its_rows_have_one_digest(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("digest") / "rows.parquet"
    frame_of(rows).write_parquet(path)
    assert digest_parquet(path, TOY) == digest(rows)


def plain_digest(rows):
    """The same digest with Python's whole numbers, one row at a time."""
    mask = 2**64 - 1

    def mix(bits):
        bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & mask
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & mask
        return bits ^ (bits >> 31)

    def cell(value):
        if value is None:
            return 0x6D756C7469706F6C
        if isinstance(value, str):
            return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), "little")
        if isinstance(value, float):
            return struct.unpack("<Q", struct.pack("<d", value + 0.0))[0]
        return value & mask

    step, low, high = 0x9E3779B97F4A7C15, 0, 0
    for row in rows:
        bits = step
        for value in row:
            bits = mix(((bits + step) & mask) ^ cell(value))
        low, high = (low + bits) & mask, (high + mix(bits ^ step)) & mask
    names = [[c.name, c.dtype] for c in TOY.columns]
    text = json.dumps([names, len(rows), low, high], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@settings(deadline=None)
@given(rows=ROWS)
def test_it_equals_its_plain_twin(rows):
    assert digest(rows) == plain_digest(rows)


def test_the_digest_of_known_rows_never_changes():
    """Specification ids and replication folders rest on it."""
    rows = [("RUS", 2022, 3, None), ("USA", 2022, 1, 1.5)]
    known = "ad0b2666c1796ff3bb636ecdd2c91887b008fab85234df744722ef023c43d1ef"
    assert digest(rows) == known
