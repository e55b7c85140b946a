"""Panel of all streams by pair and year: from the store, and by the obvious pandas merges.

Run from the repository root::

    python benchmarks/panel.py [--since 1946] [--until 2025]

Each way runs in a process of its own, so that its time includes reading and its memory is its
own. Both read the same Parquet tables of one store, filled beforehand from the starter record (and
from ``../shared`` where it is there), and make the same columns: values, zeros where a source
covers the pair and has no row, and missing cells where it does not. The last line says whether the
two agree, cell by cell; the exit status is 1 where they do not.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

RUNS = 3
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
# Fuller files that replace starter tables where they are at hand.
FULL = {
    "sanctions_gsdb": "gsdb_sanctions/GSDB_V4.csv",
    "arms_sipri": "sipri_arms/sipri_tiv_supplier_recipient_year.parquet",
    "trade_cow": "cow_trade/cow_trade_directed_dyad_year_1870_2014.parquet",
}
SOURCES_WANTED = (
    "vote_dyads",
    "visits_us",
    "sanctions_ist",
    "alliances_atop",
    "igos_cow",
    "memberships",
    "arms_sipri",
    "trade_cow",
    "trade_imf",
    "contiguity",
    "distances_cow",
)


def fill(folder: Path) -> list[str]:
    """Put every table of the streams into a store on disk."""
    from multipolar.sources import SOURCES
    from multipolar.store import Store
    from multipolar.store.starter import starter_paths

    store = Store.open(folder)
    for name in SOURCES_WANTED:
        source = replace(SOURCES[name], minimum_rows={})
        store.add(source, starter_paths(SOURCES[name]))
    for name, file in FULL.items():
        if (DATA / file).exists():
            store.add(name, DATA / file)
    return store.tables()


def with_store(folder: Path, since: int, until: int):
    import multipolar

    return multipolar.dyad_panel(multipolar.Store.open(folder), since=since, until=until)


ON = ["state_a", "state_b", "year"]
WORDS = {"land": 0, "water_12": 1, "water_24": 2, "water_150": 3, "water_400": 4}


def pandas_pairs(since: int, until: int):
    import pandas as pd

    from multipolar.core.states import list_states

    years = []
    for year in range(since, until + 1):
        codes = pd.DataFrame({"state": [s.code for s in list_states(str(year))]})
        pairs = codes.merge(codes, how="cross", suffixes=("_a", "_b"))
        years.append(pairs[pairs["state_a"] < pairs["state_b"]].assign(year=year))
    return pd.concat(years, ignore_index=True)


def add(panel, frame, columns):
    return panel.merge(frame[ON + columns], on=ON, how="left")


def both_ways(panel, frame, source, target, value, name):
    for a, b, column in ((source, target, f"{name}_ab"), (target, source, f"{name}_ba")):
        one = frame.rename(columns={a: "state_a", b: "state_b", value: column})
        panel = add(panel, one, [column])
    return panel


def yearly(frame, first, last, since, until):
    """One row per year of an interval."""
    spans = zip(first, last, strict=True)
    years = [list(range(max(a, since), min(b, until) + 1)) for a, b in spans]
    frame = frame.assign(year=years).explode("year").dropna(subset=["year"])
    return frame.assign(year=frame["year"].astype("int64"))


def ends(frame):
    import pandas as pd

    start = pd.to_datetime(frame["start"]).dt.year
    end = (pd.to_datetime(frame["end"]) - pd.Timedelta(days=1)).dt.year.fillna(9999)
    return start.astype(int), end.astype(int)


def system(since, until):
    """State-years of the Correlates of War system, as its states file gives them."""
    import pandas as pd

    from multipolar.core.states import crosswalk

    spells = pd.DataFrame(
        [(s.code, s.start.year, s.end.year if s.end else until) for s in crosswalk("cow")],
        columns=["state", "first", "last"],
    )
    found = yearly(spells, spells["first"], spells["last"], since, until)
    return found[["state", "year"]].drop_duplicates()


def both_in(panel, states):
    """Rows both of whose states are in a table of state-years."""
    there = []
    for side in ("state_a", "state_b"):
        one = states.rename(columns={"state": side}).assign(there=True)
        merged = panel[[side, "year"]].merge(one, on=[side, "year"], how="left")
        there.append(merged["there"].notna())
    return there[0] & there[1]


def named_too(states, named, since, until):
    """The states of a system and those a table names, in every year."""
    import pandas as pd

    years = pd.DataFrame({"year": range(since, until + 1)})
    more = pd.DataFrame({"state": named}).merge(years, how="cross")
    return pd.concat([states, more]).drop_duplicates()


def zero(panel, columns, known, value=0):
    """Where a source covers the pair and has no row, the cell is zero; elsewhere not known."""
    for column in columns:
        panel[column] = panel[column].mask(known & panel[column].isna(), value)


def pandas_votes(votes):
    votes = votes[votes["vote_set"] == "all"].copy()
    cast = [(a, b, f"n_{a}{b}") for a in (1, 2, 3) for b in (1, 2, 3)]
    votes["votes_shared"] = sum(votes[c].astype(int) for _, _, c in cast)
    apart = sum(votes[c] * abs(a - b) / 2 for a, b, c in cast)
    votes["votes_agreement"] = 1 - apart / votes["votes_shared"]
    return votes[votes["votes_shared"] > 0]


def pandas_visits(panel, visits, coverage, since, until):
    visits = visits.groupby(["state", "host", "year"]).size().reset_index(name="n")
    panel = both_ways(panel, visits, "state", "host", "n", "visits")
    spans = yearly(coverage, coverage["first_year"], coverage["last_year"], since, until)
    for traveller, host, column in (("a", "b", "visits_ab"), ("b", "a", "visits_ba")):
        known = False
        for side, state in (("traveller", traveller), ("host", host)):
            mine = spans[spans["side"] == side][["state", "year"]].drop_duplicates()
            mine = mine.rename(columns={"state": f"state_{state}"}).assign(there=True)
            keys = [f"state_{state}", "year"]
            known = known | panel[keys].merge(mine, on=keys, how="left")["there"].notna()
        zero(panel, [column], known)
    return panel


def pandas_groups(orgs, since, until):
    orgs = orgs.dropna(subset=["start"])
    orgs = orgs[orgs["status"].isin(["member", "member_withdrawing"])]
    orgs = yearly(orgs, *ends(orgs), since, until)[["org", "state", "year"]].drop_duplicates()
    both = orgs.merge(orgs, on=["org", "year"], suffixes=("_a", "_b"))
    both = both[both["state_a"] < both["state_b"]]
    return both.groupby(ON).size().reset_index(name="shared_groups")


def pandas_borders(panel, near, cow, since, until):
    near = yearly(near, *ends(near), since, until)
    near = near.assign(rank=near["kind"].map(WORDS)).sort_values("rank").drop_duplicates(ON)
    panel = add(panel, near.rename(columns={"kind": "contiguity"}), ["contiguity"])
    # A state born after the data set's last update has no borders in it.
    from multipolar.core.states import crosswalk
    from multipolar.sources import SOURCES

    born = {}
    for spell in crosswalk("cow"):
        born[spell.code] = min(born.get(spell.code, 9999), spell.start.year)
    known = both_in(panel, cow)
    for side in ("state_a", "state_b"):
        known &= panel[side].map(born).fillna(9999) <= SOURCES["contiguity"].as_of.year
    zero(panel, ["contiguity"], known, "none")
    return panel


def with_pandas(folder: Path, since: int, until: int):
    """What one writes first: merges on three columns, intervals exploded into years."""
    import pandas as pd

    from multipolar.store import Store
    from multipolar.store.panel import panel_streams

    store = Store.open(folder)
    spans = {
        r["stream"]: (r["first_year"], r["last_year"]) for r in panel_streams(store).to_dicts()
    }

    def table(name):
        # The file itself, so that pandas does its own reading.
        return pd.read_parquet(store._entry(name).parquet(folder))  # noqa: SLF001

    def covered(stream):
        return panel["year"].between(*spans[stream])

    cow = system(since, until)
    panel = pandas_pairs(since, until)
    panel = add(panel, pandas_votes(table("vote_dyads")), ["votes_shared", "votes_agreement"])
    panel = pandas_visits(panel, table("visits"), table("visit_coverage"), since, until)

    cases = table("sanctions")
    cases = yearly(cases, *ends(cases), since, min(until, spans["sanctions"][1]))
    counted = cases.groupby(["source_state", "target_state", "year"])["case"].nunique()
    panel = both_ways(
        panel, counted.reset_index(), "source_state", "target_state", "case", "sanctions"
    )
    parties = pd.unique(cases[["source_state", "target_state"]].to_numpy().ravel())
    known = covered("sanctions") & both_in(panel, named_too(cow, parties, since, until))
    zero(panel, ["sanctions_ab", "sanctions_ba"], known)

    alliances = table("alliances")
    named = {p: f"alliance_{p}" for p in alliances.columns if p not in ON}
    panel = add(panel, alliances.rename(columns=named), list(named.values()))
    zero(panel, named.values(), covered("alliances") & both_in(panel, cow), value=False)
    panel = add(panel, table("shared_igos").rename(columns={"n": "shared_igos"}), ["shared_igos"])
    panel = add(panel, pandas_groups(table("memberships"), since, until), ["shared_groups"])
    zero(panel, ["shared_groups"], covered("groups"))

    arms = table("arms")
    panel = both_ways(panel, arms, "source_state", "target_state", "tiv", "arms")
    parties = pd.unique(arms[["source_state", "target_state"]].to_numpy().ravel())
    known = covered("arms") & both_in(panel, named_too(cow, parties, since, until))
    zero(panel, ["arms_ab", "arms_ba"], known)

    trade = table("trade_dyads")
    trade = yearly(trade, trade["year"] - trade["years"] + 1, trade["year"], since, until)
    panel = add(panel, trade, ["trade_usd"])
    goods = table("trade")
    goods = goods[goods["product"] == "TOTAL"].sort_values("reported_by")
    goods = goods.drop_duplicates(["source_state", "target_state", "year"], keep="first")
    panel = both_ways(panel, goods, "source_state", "target_state", "value_usd", "goods_usd")
    panel = pandas_borders(panel, table("contiguity"), cow, since, until)
    far = table("distances")
    far = yearly(far, far["first_year"], far["last_year"], since, until)
    return add(panel, far.rename(columns={"km": "distance_km"}), ["distance_km"])


WAYS = {"store": with_store, "pandas": with_pandas}


def measure(way: str, folder: Path, since: int, until: int) -> dict[str, float]:
    """One way in this process: time to load its libraries, time to build, memory, rows."""
    clocks = time.perf_counter, time.process_time
    begun = [clock() for clock in clocks]
    if way == "pandas":
        import pandas as pd  # noqa: F401
    # The pandas way asks it where the tables are, and when a state began.
    import multipolar

    multipolar.Store.open(folder).tables()
    loaded = [clock() for clock in clocks]
    panel = WAYS[way](folder, since, until)
    built = [clock() for clock in clocks]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    target = folder / f"{way}.parquet"
    if way == "pandas":
        panel.to_parquet(target)
    else:
        panel.write_parquet(target)
    return {
        "seconds": built[0] - loaded[0],
        "processor": built[1] - loaded[1],
        "whole": built[1] - begun[1],
        "megabytes": peak,
        "rows": len(panel),
    }


def disagreements(folder: Path) -> list[str]:
    """Columns in which a cell differs: a value, or known here and not known there."""
    import polars as pl

    ours = pl.read_parquet(folder / "store.parquet").sort(ON)
    theirs = pl.read_parquet(folder / "pandas.parquet").sort(ON)
    wrong = [] if set(ours.columns) == set(theirs.columns) else ["the columns themselves"]
    for name in ours.columns:
        mine, other = ours[name], theirs[name]
        if ours.schema[name] == pl.Boolean:
            other = other.cast(pl.Boolean)
        elif ours.schema[name].is_numeric():
            # pandas has no whole number that is missing: it keeps 3 as 3.0.
            mine, other = mine.cast(pl.Float64), other.cast(pl.Float64).fill_nan(None)
            close = (mine - other).abs() < 1e-9 * (1 + other.abs())
            mine = pl.select(pl.when(close).then(other).otherwise(mine)).to_series()
        differs = ~mine.eq_missing(other)
        if differs.any():
            wrong.append(f"{name} ({differs.sum():,} cells)")
    return wrong


def in_own_process(way: str, folder: Path, since: int, until: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    span = ["--since", str(since), "--until", str(until)]
    done = subprocess.run([*command, *span], check=True, capture_output=True, text=True)  # noqa: S603
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--since", type=int, default=1946)
    parser.add_argument("--until", type=int, default=2025)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.way:
        print(json.dumps(measure(given.way, given.folder, given.since, given.until)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder)
        runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(RUNS):
            for way in WAYS:  # in turn, so that a machine that slows down slows both
                runs[way].append(in_own_process(way, folder, given.since, given.until))
        results = {
            way: {k: median(r[k] for r in done) for k in done[0]} for way, done in runs.items()
        }
        print(f"median of {RUNS} runs")
        for way, r in results.items():
            said = f"{way:8s}{r['seconds']:8.2f} s {r['processor']:8.2f} s of processor"
            said += f" {r['whole']:8.2f} s with its libraries loaded"
            print(f"{said} {r['megabytes']:8.0f} MB {r['rows']:12,.0f} rows")
        for clock, what in (
            ("seconds", "seconds"),
            ("processor", "seconds of processor"),
            ("whole", "seconds of processor, loading its libraries included"),
        ):
            ratio = results["pandas"][clock] / results["store"][clock]
            print(f"pandas takes {ratio:.1f} times as many {what}")
        wrong = disagreements(folder)
        print("the two agree in every cell" if not wrong else f"they differ in: {', '.join(wrong)}")
        if wrong:
            sys.exit(1)


if __name__ == "__main__":
    main()
