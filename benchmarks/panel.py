"""Panel of all streams by pair and year: from the store, and by the obvious pandas merges.

Run from the repository root::

    python benchmarks/panel.py [--since 1946] [--until 2025]

Each way runs in a process of its own, so that its time includes reading and its memory is its
own. Both read the same Parquet tables of one store, filled beforehand from the starter record (and
from ``../shared`` where it is there). The last line says whether the two agree, cell by cell.
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
    spans = zip(first, last, strict=True)
    years = [list(range(max(a, since), min(b, until) + 1)) for a, b in spans]
    frame = frame.assign(year=years).explode("year").dropna(subset=["year"])
    return frame.assign(year=frame["year"].astype("int64"))


def ends(frame):
    import pandas as pd

    start = pd.to_datetime(frame["start"]).dt.year
    end = (pd.to_datetime(frame["end"]) - pd.Timedelta(days=1)).dt.year.fillna(9999)
    return start.astype(int), end.astype(int)


def pandas_votes(votes):
    votes = votes[votes["vote_set"] == "all"].copy()
    cast = [(a, b, f"n_{a}{b}") for a in (1, 2, 3) for b in (1, 2, 3)]
    votes["votes_shared"] = sum(votes[c].astype(int) for _, _, c in cast)
    apart = sum(votes[c] * abs(a - b) / 2 for a, b, c in cast)
    votes["votes_agreement"] = 1 - apart / votes["votes_shared"]
    return votes[votes["votes_shared"] > 0]


def pandas_groups(orgs, since, until):
    orgs = orgs.dropna(subset=["start"])
    orgs = orgs[orgs["status"].isin(["member", "member_withdrawing"])]
    orgs = yearly(orgs, *ends(orgs), since, until)[["org", "state", "year"]].drop_duplicates()
    both = orgs.merge(orgs, on=["org", "year"], suffixes=("_a", "_b"))
    both = both[both["state_a"] < both["state_b"]]
    return both.groupby(ON).size().reset_index(name="shared_groups")


def pandas_borders(near, since, until):
    order = {"land": 0, "water_12": 1, "water_24": 2, "water_150": 3, "water_400": 4}
    near = yearly(near, *ends(near), since, until)
    near = near.assign(rank=near["kind"].map(order)).sort_values("rank").drop_duplicates(ON)
    return near.rename(columns={"kind": "contiguity"})


def with_pandas(folder: Path, since: int, until: int):
    """What one writes first: merges on three columns, intervals exploded into years."""
    import pandas as pd

    from multipolar.store import Store

    store = Store.open(folder)

    def table(name):
        # The file itself, so that pandas does its own reading.
        return pd.read_parquet(store._entry(name).parquet(folder))  # noqa: SLF001

    panel = pandas_pairs(since, until)
    votes = pandas_votes(table("vote_dyads"))
    panel = add(panel, votes, ["votes_shared", "votes_agreement"])
    visits = table("visits").groupby(["state", "host", "year"]).size().reset_index(name="n")
    panel = both_ways(panel, visits, "state", "host", "n", "visits")
    cases = table("sanctions")
    cases = yearly(cases, *ends(cases), since, until)
    counted = cases.groupby(["source_state", "target_state", "year"])["case"].nunique()
    counted = counted.reset_index()
    panel = both_ways(panel, counted, "source_state", "target_state", "case", "sanctions")
    alliances = table("alliances")
    named = {p: f"alliance_{p}" for p in alliances.columns if p not in ON}
    panel = add(panel, alliances.rename(columns=named), list(named.values()))
    panel = add(panel, table("shared_igos").rename(columns={"n": "shared_igos"}), ["shared_igos"])
    panel = add(panel, pandas_groups(table("memberships"), since, until), ["shared_groups"])
    panel = both_ways(panel, table("arms"), "source_state", "target_state", "tiv", "arms")
    trade = table("trade_dyads")
    trade = yearly(trade, trade["year"] - trade["years"] + 1, trade["year"], since, until)
    panel = add(panel, trade, ["trade_usd"])
    goods = table("trade")
    goods = goods[goods["product"] == "TOTAL"].sort_values("reported_by")
    goods = goods.drop_duplicates(["source_state", "target_state", "year"], keep="first")
    panel = both_ways(panel, goods, "source_state", "target_state", "value_usd", "goods_usd")
    panel = add(panel, pandas_borders(table("contiguity"), since, until), ["contiguity"])
    far = table("distances")
    far = yearly(far, far["first_year"], far["last_year"], since, until)
    return add(panel, far.rename(columns={"km": "distance_km"}), ["distance_km"])


WAYS = {"store": with_store, "pandas": with_pandas}


def measure(way: str, folder: Path, since: int, until: int) -> dict[str, float]:
    start, worked = time.perf_counter(), time.process_time()
    panel = WAYS[way](folder, since, until)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    target = folder / f"{way}.parquet"
    if way == "pandas":
        panel.to_parquet(target)
    else:
        panel.write_parquet(target)
    return {"seconds": seconds, "processor": worked, "megabytes": peak, "rows": len(panel)}


def disagreements(folder: Path) -> list[str]:
    """Columns in which the two panels differ; a missing row of pandas is our zero or null."""
    import polars as pl

    keys = ["state_a", "state_b", "year"]
    ours = pl.read_parquet(folder / "store.parquet").sort(keys)
    theirs = pl.read_parquet(folder / "pandas.parquet").sort(keys)
    wrong = [k for k in keys if ours[k].to_list() != theirs[k].to_list()]
    for name in ours.columns[3:]:
        kind = ours.schema[name]
        empty = {"String": "none", "Boolean": False}.get(str(kind), 0)
        mine = ours[name].fill_null(empty)
        other = theirs[name].cast(kind).fill_null(empty)
        same = (
            (mine - other).abs() < 1e-9 * (1 + other.abs()) if kind.is_numeric() else mine == other
        )
        if name.startswith("sanctions"):
            # Open cases are counted until the date of the source here, for ever there.
            same = same | (ours["year"] > 2023)
        if not same.all():
            wrong.append(f"{name} ({(~same).sum():,} cells)")
    return wrong


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
        results = {}
        for way in WAYS:
            command = [sys.executable, __file__, "--way", way, "--folder", name]
            span = ["--since", str(given.since), "--until", str(given.until)]
            done = subprocess.run([*command, *span], check=True, capture_output=True, text=True)  # noqa: S603
            results[way] = json.loads(done.stdout)
            r = results[way]
            said = f"{way:8s}{r['seconds']:8.2f} s {r['processor']:8.2f} s of processor"
            print(f"{said} {r['megabytes']:8.0f} MB {r['rows']:12,d} rows")
        for clock in ("seconds", "processor"):
            ratio = results["pandas"][clock] / results["store"][clock]
            print(f"pandas takes {ratio:.1f} times as many {clock}")
        wrong = disagreements(folder)
        print("the two agree in every cell" if not wrong else f"they differ in: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
