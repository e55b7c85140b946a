"""Poisson model with two-way effects, against fixed-effects libraries on the same rows.

    python benchmarks/ppml.py [--states 190] [--repeats 5]

Simulated visits between all pairs of states. The library is pyfixest (``fepois``), which is no
dependency of the project: ``pip install pyfixest`` beside it, or scikit-learn on a sparse design
matrix of dummies stands in. Every contestant is called once before the clock starts and must give
the same slopes; figures are CPU seconds of the best of the repeats.
"""

import argparse
import importlib.util
import time

import numpy as np
import polars as pl
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


def own_slopes(y, x, first, second):
    return lambda: fit_poisson(y, x, first, second).slopes


def pyfixest_slopes(y, x, first, second):
    """Tightened to the tolerance our own fit stops at, without standard errors to speak of."""
    import pyfixest

    frame = pl.DataFrame({"y": y, "x0": x[:, 0], "x1": x[:, 1], "f": first, "s": second})
    rows = frame.to_pandas()

    def run():
        fit = pyfixest.fepois(
            "y ~ x0 + x1 | f + s",
            data=rows,
            vcov="iid",
            iwls_tol=1e-10,
            copy_data=False,
            store_data=False,
        )
        return fit.coef().to_numpy()

    return run


def scikit_slopes(y, x, first, second):
    rows, n = np.arange(len(y)), int(max(first.max(), second.max())) + 1
    dummies = [
        sparse.csr_matrix((np.ones(len(y)), (rows, g)), shape=(len(y), n)) for g in (first, second)
    ]
    design = sparse.hstack([sparse.csr_matrix(x), *dummies]).tocsr()

    def run():
        library = PoissonRegressor(alpha=0, fit_intercept=False, max_iter=2000, tol=1e-7)
        return library.fit(design, y).coef_[:2]

    return run


def best_of(run, repeats):
    slopes = run()
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds), slopes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=190)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    data = simulate(asked.states, 0)
    ours, slopes = best_of(own_slopes(*data), asked.repeats)
    print(f"{len(data[0]):,} rows, {2 * asked.states} effects")
    print(f"multipolar {ours:.3f} s")
    libraries = {"scikit-learn (lbfgs, sparse dummies)": scikit_slopes}
    if importlib.util.find_spec("pyfixest"):
        libraries = {"pyfixest fepois": pyfixest_slopes, **libraries}
    else:
        print("pyfixest is not installed: pip install pyfixest")
    for name, build in libraries.items():
        theirs, found = best_of(build(*data), asked.repeats)
        gap = np.abs(slopes - found).max()
        print(
            f"{name} {theirs:.3f} s; ours takes {ours / theirs:.2f} of it; "
            f"largest difference of a slope {gap:.1e}"
        )


if __name__ == "__main__":
    main()
