"""A multiverse of thousands of specifications with placebos, on the full record or the starter.

    python benchmarks/multiverse.py [FULL_RECORD.csv]

Prints specifications per second of the claim "Russia has been isolated since February 2022", and of
the same specifications computed one by one with nothing shared (a sample, scaled up), in one run.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from multipolar.claims.assess import assess, prepare
from multipolar.claims.library import find_claim
from multipolar.claims.run import gather
from multipolar.store import Store

CLAIM = "russia-isolated-2022"
SAMPLE = 12


def main():
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "store")
        if len(sys.argv) > 1:
            store.add("unga_votes", [sys.argv[1]])
        record = store.provenance("votes")
        print(f"record: {record.source} ({record.kind}), {record.rows:,} votes")
        study = find_claim(CLAIM)
        started = time.perf_counter()
        verdict = assess(study, store)
        shared = time.perf_counter() - started
        n = verdict.frame.height
        ready = prepare(study, store)
        evidence = gather(ready.listed, ready.estimand, 2022)
        placebos = np.isfinite(evidence.draws).any(axis=0).sum()
        per_row = np.isfinite(evidence.draws).sum(axis=1) + np.isfinite(evidence.others).sum(axis=1)
        print(f"{n:,} specifications, {placebos:,} placebo draws (states x earlier dates)")
        print(f"{'way':<28}{'seconds':>10}{'specs/s':>10}{'estimates/s':>13}")
        row(f"shared ({verdict.word})", shared, n, per_row.sum() + n)
        alone = unshared(study, store, ready.listed)
        row(f"one by one (from {SAMPLE})", alone * n, n, per_row.sum() + n)
        print(f"ratio {alone * n / shared:.1f}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:,.0f} MB")


def unshared(study, store, listed):
    """Seconds per specification when the ties of every window are computed anew."""
    votes = [r for r in range(listed.n) if listed.options(r)["stream"] == "votes"]
    chosen = votes[:: max(1, len(votes) // SAMPLE)][:SAMPLE]
    seconds = 0.0
    for number in chosen:
        options = listed.options(number)
        fresh = prepare(study, store).estimand
        started = time.perf_counter()
        fresh.cells(options, 2022)
        for date in fresh.break_years():
            fresh.values(options, date)
        seconds += time.perf_counter() - started
    return seconds / len(chosen)


def row(name, seconds, n, estimates):
    print(f"{name:<28}{seconds:>10.1f}{n / seconds:>10.0f}{estimates / seconds:>13,.0f}")


if __name__ == "__main__":
    main()
