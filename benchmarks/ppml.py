"""Poisson model with two-way effects, against scikit-learn on the same rows with dummies.

    python benchmarks/ppml.py [--states 190]

Simulated visits between all pairs of states. Both must give the same slopes; the peak of memory is
that of the design matrix of dummies, which our way never builds.
"""

import argparse
import time

import numpy as np
from scipy import sparse
from sklearn.linear_model import PoissonRegressor

from multipolar.measures._kernels.poisson import fit_poisson


def simulate(n, seed):
    rng = np.random.default_rng(seed)
    first, second = (g.ravel() for g in np.meshgrid(np.arange(n), np.arange(n), indexing="ij"))
    apart = first != second
    first, second = first[apart], second[apart]
    x = np.column_stack([rng.normal(0, 1, len(first)), rng.random(len(first)) < 0.02])
    effects = rng.normal(0, 0.7, (2, n))
    mean = np.exp(-0.5 + x @ [-0.6, 0.8] + effects[0, first] + effects[1, second])
    return rng.poisson(mean).astype(float), x, first, second


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=190)
    n = parser.parse_args().states
    y, x, first, second = simulate(n, 0)
    start = time.perf_counter()
    own = fit_poisson(y, x, first, second)
    ours = time.perf_counter() - start
    rows = np.arange(len(y))
    dummies = [
        sparse.csr_matrix((np.ones(len(y)), (rows, g)), shape=(len(y), n)) for g in (first, second)
    ]
    design = sparse.hstack([sparse.csr_matrix(x), *dummies]).tocsr()
    start = time.perf_counter()
    library = PoissonRegressor(alpha=0, fit_intercept=False, max_iter=2000, tol=1e-6)
    library.fit(design, y)
    theirs = time.perf_counter() - start
    gap = np.abs(own.slopes - library.coef_[:2]).max()
    print(f"{len(y):,} rows, {2 * n} effects")
    print(f"multipolar {ours:.2f} s; scikit-learn (lbfgs, sparse) {theirs:.2f} s")
    print(f"ratio {ours / theirs:.2f}; largest difference of a slope {gap:.1e}")


if __name__ == "__main__":
    main()
