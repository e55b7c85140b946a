"""The votes that the package carries: the landmarks, and the joint counts of all pairs."""

import itertools
import json
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multipolar.core.declare import Rejects
from multipolar.core.errors import SchemaMismatch
from multipolar.core.states import known_codes
from multipolar.sources import landmark_votes, vote_dyads
from multipolar.sources._vote_topics import subject_of, topic_of
from multipolar.sources.vote_dyads import CODES, pack_counts, unpack_counts

STARTER = Path(vote_dyads.__file__).parent / "starter"
# Printed by the UN Digital Library: yes/no/abstain.
UKRAINE = (
    "68/262 100/11/58 · 71/205 70/26/77 · 72/190 70/26/76 · 73/194 66/19/72 · 73/263 65/27/70 · "
    "74/17 63/19/66 · 74/168 65/23/83 · 75/29 63/17/62 · 75/192 64/23/86 · 76/70 62/22/55 · "
    "76/179 65/25/85 · ES-11/1 141/5/35 · ES-11/2 140/5/38 · ES-11/3 93/24/58 · "
    "ES-11/4 143/5/35 · ES-11/5 94/14/73 · 77/229 82/14/80 · ES-11/6 141/7/32 · 78/221 78/15/79 · "
    "78/316 99/9/60 · 79/184 81/14/80 · ES-11/7 93/18/65 · ES-11/8 93/8/73"
)
OTHERS = (
    "3379(XXX) 72/35/32 · 46/86 111/25/13 · 67/19 138/9/41 · 63/3 77/6/74 · 73/295 116/6/56 · "
    "44/240 75/20/40 · 38/7 108/9/27 · ES-6/2 104/18/18 · 62/149 104/54/29 · 3206(XXIX) 98/23/14 · "
    "2758(XXVI) 76/35/17 · 181(II)[A] 33/13/10 · ES-10/19 128/9/35 · 67/234B 154/3/23"
)


def read(module):
    paths = [STARTER / name for name in module.SOURCE.starter]
    return module.read(paths, Rejects())


@pytest.fixture(scope="module")
def landmarks():
    return read(landmark_votes)


@pytest.fixture(scope="module")
def dyads():
    return read(vote_dyads)["vote_dyads"].collect()


def printed_tallies(text):
    for part in text.split(" · "):
        symbol, tally = part.split()
        yield "A/RES/" + symbol, *map(int, tally.split("/"))


@pytest.mark.parametrize(
    ("symbol", "yes", "no", "abstain"), list(printed_tallies(f"{UKRAINE} · {OTHERS}"))
)
def test_votes_add_up_to_the_printed_tally(landmarks, symbol, yes, no, abstain):
    votes = landmarks["votes"].filter(pl.col("rollcall") == symbol)["vote"].to_list()
    assert (votes.count(1), votes.count(3), votes.count(2)) == (yes, no, abstain)
    call = landmarks["rollcalls"].row(by_predicate=pl.col("rollcall") == symbol, named=True)
    assert (call["yes"], call["no"], call["abstain"]) == (yes, no, abstain)


def test_every_landmark_has_its_vote_and_the_tables_agree(landmarks):
    listed, calls, votes = (landmarks[n] for n in ("landmarks", "rollcalls", "votes"))
    assert set(listed["symbol"]) == set(calls["symbol"]) == set(votes["rollcall"])
    assert listed["symbol"].is_unique().all()
    counted = votes.group_by("rollcall").agg(
        yes=(pl.col("vote") == 1).sum(), no=(pl.col("vote") == 3).sum()
    )
    both = calls.join(counted, on="rollcall", suffix="_counted")
    assert (both["yes"] == both["yes_counted"]).all()
    assert (both["no"] == both["no_counted"]).all()


def test_the_lists_asked_for_are_complete(landmarks):
    by_topic = landmarks["landmarks"].join(landmarks["rollcalls"].drop("topic"), on="symbol")
    cuba = by_topic.filter(pl.col("topic") == "cuba_embargo")
    years = set(range(1992, 2026)) - {2020}  # no vote in 2020
    assert set(cuba["year"]) == years
    ukraine = by_topic.filter(pl.col("topic") == "ukraine")
    assert ukraine.height == 23
    africa = by_topic.filter((pl.col("topic") == "south_africa") & (pl.col("about") == "ZAF"))
    assert set(range(1974, 1991)) - {1978} <= set(africa["year"])
    assert by_topic["topic"].n_unique() >= 35


def test_landmarks_are_contested_and_say_against_whom(landmarks):
    listed = landmarks["landmarks"]
    assert set(listed["about"]) - {""} <= known_codes()
    assert (listed["against_vote"].is_in(["yes", "no"]) == (listed["about"] != "")).all()
    assert listed["label"].str.len_chars().is_between(8, 90).all()
    assert listed["why"].str.len_chars().min() > 10
    assert listed["source"].str.contains(r"^https://digitallibrary\.un\.org/record/\d+$").all()
    cast = landmarks["rollcalls"].select(
        sum((pl.col(c) > 0).cast(pl.Int8) for c in ("yes", "no", "abstain"))
    )
    assert (cast.to_series() >= 2).all()


def test_the_state_itself_does_not_vote_against_itself(landmarks):
    """A wrong `about` or `against_vote` would show here: nobody votes to condemn itself."""
    about = landmarks["landmarks"].filter(pl.col("about") != "")
    own = landmarks["votes"].join(
        about, left_on=["rollcall", "state"], right_on=["symbol", "about"]
    )
    against = pl.col("against_vote").replace_strict({"yes": 1, "no": 3})
    assert own.height > 150
    # In June 2021 Myanmar's mission stood by the government that the army had removed.
    mission = [("A/RES/75/287", "MMR")]
    assert own.filter(pl.col("vote") == against).select("rollcall", "state").rows() == mission


def test_topics_and_subjects_are_those_of_the_rules(landmarks):
    for call in landmarks["rollcalls"].iter_rows(named=True):
        assert call["topic"] == topic_of(call["title"])
        assert call["subject"] == subject_of(call["title"], call["agenda"] or "")


def test_files_say_where_they_come_from():
    for name in ("landmark_votes.parquet", "landmark_rollcalls.parquet", "vote_dyads.parquet"):
        origin = json.loads(pq.read_schema(STARTER / name).metadata[b"multipolar"])
        assert origin["computed_by"] == "multipolar, scripts/make_starter_votes.py"
        assert origin["cut_off"] == "2025-10-29"
        assert len(origin["sha256_votes.parquet"]) == 64


def test_votes_of_the_starter_record_are_small():
    names = [*landmark_votes.SOURCE.starter, *vote_dyads.SOURCE.starter]
    assert sum((STARTER / name).stat().st_size for name in names) < 2_500_000


@pytest.mark.parametrize("module", [landmark_votes, vote_dyads])
def test_a_missing_file_is_named(module):
    with pytest.raises(SchemaMismatch, match="lack the file"):
        module.read([STARTER / module.SOURCE.starter[0]], Rejects())


def test_frames_have_the_declared_columns(landmarks, dyads):
    for table in landmark_votes.SOURCE.tables:
        assert landmarks[table.name].columns == [c.name for c in table.columns]
    assert set(dyads.columns) == {c.name for c in vote_dyads.VOTE_DYADS.columns}
    assert dyads.select(
        pl.struct("year", "vote_set", "state_a", "state_b").is_unique().all()
    ).item()


def test_every_pair_of_a_year_sums_to_at_most_its_votes(dyads):
    years = read(vote_dyads)["vote_years"]
    cells = [f"n_{a}{b}" for a in CODES for b in CODES]
    summed = dyads.with_columns(n=pl.sum_horizontal(cells)).join(years, on=["year", "vote_set"])
    assert summed.select((pl.min_horizontal(cells) >= 0).all()).item()
    assert (summed["n"] <= summed["n_rollcalls"]).all()
    full = summed.group_by("year", "vote_set").agg((pl.col("n") == pl.col("n_rollcalls")).mean())
    # Most pairs sit the whole year; in 1960 a third of the members had just been admitted.
    assert full["n"].min() > 0.3
    assert (dyads["state_a"] < dyads["state_b"]).all()
    assert years.filter(pl.col("vote_set") == "all")["n_rollcalls"].sum() == 5539


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_packing_loses_nothing(n_states, n_calls, seed):
    rng = np.random.default_rng(seed)
    votes = rng.choice(CODES, size=(n_states, n_calls), p=[0.6, 0.15, 0.1, 0.15])
    votes[0] = 1  # somebody votes yes on every adopted resolution
    contested = [len(set(column) - {8}) > 1 for column in votes.T]
    rows, expected = [], {}
    for a, b in itertools.combinations(range(n_states), 2):
        row = {"year": 1990, "state_a": f"S{a}", "state_b": f"S{b}"}
        for prefix, chosen in (("c", True), ("u", False)):
            for i, j in itertools.product(CODES, CODES):
                row[f"{prefix}_{i}{j}"] = sum(
                    (x, y) == (i, j) and c is chosen
                    for x, y, c in zip(votes[a], votes[b], contested, strict=True)
                )
        rows.append(row)
        for i, j in itertools.product(CODES, CODES):
            both = row[f"c_{i}{j}"], row[f"c_{i}{j}"] + row[f"u_{i}{j}"]
            expected[f"S{a}", f"S{b}", f"n_{i}{j}"] = both
    unpacked = unpack_counts(pack_counts(pl.DataFrame(rows)).lazy()).collect()
    found = {(r["state_a"], r["state_b"], r["vote_set"]): r for r in unpacked.to_dicts()}
    for (a, b, cell), (in_contested, in_all) in expected.items():
        assert found[a, b, "all"][cell] == in_all
        if (a, b, "contested") in found:
            assert found[a, b, "contested"][cell] == in_contested
        else:
            assert in_contested == 0


def test_an_uncontested_vote_without_a_yes_is_refused():
    row = {f"{p}_{a}{b}": 0 for p in "cu" for a in CODES for b in CODES} | {"u_28": 1}
    keys = {"year": 1990, "state_a": "A", "state_b": "B"}
    with pytest.raises(SchemaMismatch, match="uncontested vote without a yes"):
        pack_counts(pl.DataFrame([keys | row]))


@pytest.mark.shared
@pytest.mark.parametrize("year", [1946, 1958, 1971, 1991, 2003, 2022])
def test_joint_counts_equal_a_plain_recount_of_the_full_record(shared, dyads, year):
    folder = shared / "data" / "unga_undl"
    calls = pl.read_parquet(folder / "resolutions.parquet").filter(
        (pl.col("body") == "GA") & pl.col("recorded") & pl.col("date").str.starts_with(str(year))
    )
    cast = pl.read_parquet(folder / "votes.parquet").select(
        "undl_id",
        state=pl.col("ms_code").cast(pl.String),
        code=pl.col("vote").cast(pl.String).replace_strict({"Y": 1, "A": 2, "N": 3, "X": 8}),
    )
    by_call = {}
    for row in cast.join(calls, on="undl_id", how="semi").iter_rows(named=True):
        by_call.setdefault(row["undl_id"], {})[row["state"]] = row["code"]
    of_year = dyads.filter(pl.col("year") == year)
    keys = ["vote_set", "state_a", "state_b"]
    shipped = {tuple(row[k] for k in keys): row for row in of_year.iter_rows(named=True)}
    sampled = of_year.filter(pl.col("vote_set") == "all").sample(60, seed=year)
    cells = list(itertools.product(CODES, CODES))
    for a, b in sampled.select("state_a", "state_b").iter_rows():
        counts = {"all": dict.fromkeys(cells, 0), "contested": dict.fromkeys(cells, 0)}
        for votes in by_call.values():
            if a in votes and b in votes:
                counts["all"][votes[a], votes[b]] += 1
                contested = len(set(votes.values()) - {8}) > 1
                counts["contested"][votes[a], votes[b]] += contested
        for vote_set, expected in counts.items():
            row = shipped.get((vote_set, a, b), {})
            assert {(i, j): row.get(f"n_{i}{j}", 0) for i, j in cells} == expected
