"""Blocs of one year: 100 bootstrap draws x 100 seeds, against networkx and scikit-network.

    python benchmarks/blocs.py [--draws 100] [--seeds 100]

Reads the full record of roll calls in ``../shared`` beside the checkout. The libraries run a
sample of the same graphs and are extrapolated by the number of runs; every contestant's best
modularity over that same sample is printed, so that speed is not bought with worse blocs. Ratios
are of CPU seconds, as the libraries use one processor and we use all.
"""

import argparse
import time
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
from scipy import sparse
from sknetwork.clustering import Leiden

from multipolar.measures._kernels import communities
from multipolar.measures._vote_draws import joint_cells

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "unga_undl"
SAMPLE = 20
CODES = {"Y": 1, "A": 2, "N": 3, "X": 8}


def read_codes(year):
    """Codes (n_rollcalls, n_states) of one year; 9 where a state was no member."""
    calls = pl.read_parquet(DATA / "resolutions.parquet").filter(
        (pl.col("body") == "GA")
        & pl.col("recorded")
        & (pl.col("date").str.slice(0, 4) == str(year))
    )
    votes = pl.read_parquet(DATA / "votes.parquet").join(calls.select("undl_id"), on="undl_id")
    wide = votes.with_columns(
        code=pl.col("vote").cast(pl.String).replace_strict(CODES, return_dtype=pl.Int8),
        state=pl.col("ms_code").cast(pl.String),
    ).pivot("state", index="undl_id", values="code")
    codes = wide.drop("undl_id").fill_null(9).to_numpy()
    return codes[:, ((codes >= 1) & (codes <= 3)).sum(axis=0) > 10]


def draw_graphs(codes, draws, seed):
    n = len(codes)
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    graphs = np.array(
        [communities.agreement_beyond_chance(joint_cells(codes, t.astype(float))) for t in times]
    )
    return np.clip(np.nan_to_num(graphs), 0, None) * (1 - np.eye(codes.shape[1]))


def sample(graphs, run, n):
    """CPU seconds per run and best modularity over the first draws."""
    start = time.process_time()
    found = [(g := graphs[i % len(graphs)], run(g, i)) for i in range(n)]
    seconds = (time.process_time() - start) / n
    return seconds, max(communities.modularity(g, labels) for g, labels in found)


def networkx_run(graph, seed):
    labels = np.zeros(len(graph), dtype=np.int64)
    groups = nx.community.louvain_communities(nx.from_numpy_array(graph), seed=seed)
    for bloc, group in enumerate(groups):
        labels[list(group)] = bloc
    return labels


def scikit_run(graph, seed):
    found = Leiden(random_state=seed, shuffle_nodes=True).fit_predict(sparse.csr_matrix(graph))
    return found.astype(np.int64)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--year", type=int, default=2024)
    asked = parser.parse_args()
    codes = read_codes(asked.year)
    communities.coassignment(np.eye(3)[None] * 0 + 1 - np.eye(3), np.ones(1), 1, 0)  # compile
    start, busy = time.perf_counter(), time.process_time()
    graphs = draw_graphs(codes, asked.draws, 0)
    drawn = time.process_time()
    together, _ = communities.coassignment(graphs, np.ones(1), asked.seeds, 0)
    cut = time.process_time() - drawn
    communities.consensus(together)
    wall, busy = time.perf_counter() - start, time.process_time() - busy
    runs = asked.draws * asked.seeds
    _, own = sample(graphs, lambda g, seed: communities.leiden(g, 1.0, seed), SAMPLE)
    print(f"{asked.year}: {codes.shape[1]} states, {codes.shape[0]} roll calls, {runs:,} runs")
    print(
        f"multipolar {wall:.1f} s, {busy:.1f} s of CPU; {cut / runs * 1e3:.2f} ms of CPU a run; "
        f"best modularity of {SAMPLE} {own:.4f}"
    )
    for name, run in (("networkx", networkx_run), ("scikit-network", scikit_run)):
        seconds, best = sample(graphs, run, SAMPLE)
        print(
            f"{name} {seconds * 1e3:.1f} ms of CPU a run, {seconds * runs:,.0f} s for all "
            f"({seconds * runs / cut:.0f}x); best modularity of {SAMPLE} {best:.4f}"
        )


if __name__ == "__main__":
    main()
