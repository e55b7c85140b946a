"""How much each choice matters: for the estimate, for the verdict, and pair by pair.

All functions take ``codes``, an int array of shape (n_specs, n_choices) with the position of each
specification's option, and values of shape (n_specs,).
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np

from multipolar.claims.listing import Codes
from multipolar.claims.space import (
    CONTRADICTS,
    OUTCOMES,
    SUPPORTS,
    Floats,
    Ints,
    flat_index,
)

EXACT_CHOICES = 12
N_ORDERS = 500
# Directions of a block whose remaining variance per row is below this are combinations of others.
RANK_TOLERANCE = 1e-9


def compute_importance(
    codes: Codes, estimate: Floats, *, seed: int = 1945
) -> tuple[list[tuple[float, float]], str]:
    """First-order and total share of the variance of the estimates due to each choice.

    Full factorial without missing estimates: the exact ANOVA (Sobol) shares
    ``Var(E[y | c]) / Var(y)`` and ``1 - Var(E[y | all but c]) / Var(y)``. Otherwise the first
    number is the choice's Shapley share of R^2 in the regression on main effects (all orders for
    up to 12 choices, 500 random ones beyond), and the second is by the same formula as before,
    over the specifications at hand.

    Returns
    -------
    list of (float, float), str
        One pair per choice, each share in [0, 1]: 0 the choice does not move the estimate, 1 it
        alone does; (0, 0) where estimates do not vary. Then the method: ``anova``, ``shapley`` or
        ``shapley_sampled``. Shares say nothing about which option is right.

    References
    ----------
    Sobol' 2001, doi:10.1016/S0378-4754(00)00270-6; Grömping 2007, doi:10.1198/000313007X188252
    (Shapley shares of R^2, there called LMG).

    Examples
    --------
    >>> codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.int32)
    >>> compute_importance(codes, np.array([0.0, 0.0, 1.0, 1.0]))
    ([(1.0, 1.0), (0.0, 0.0)], 'anova')
    """
    known = np.isfinite(estimate)
    used, y = codes[known], estimate[known]
    recoded, sizes = _present(used)
    balanced = bool(known.all()) and len(y) == math.prod(sizes)
    method = "anova" if balanced else _shapley_name(sizes)
    if len(y) == 0 or np.ptp(y) <= 1e-12 * max(1e-300, float(np.abs(y).max())):
        return [(0.0, 0.0)] * codes.shape[1], method
    total = _total_shares(recoded, sizes, y)
    first = _first_shares(recoded, y) if balanced else _shapley_shares(recoded, sizes, y, seed)
    return list(zip(first, total, strict=True)), method


def compute_information(codes: Codes, outcome: Ints) -> list[float]:
    """Mutual information of each choice with the outcome, over the outcome's entropy.

    In [0, 1]: 0 knowing the option says nothing about the outcome, 1 it settles it. All four
    outcomes count; 0 where there is only one.
    """
    counts = np.bincount(outcome, minlength=len(OUTCOMES))
    whole = entropy(counts[None, :])[0]
    if whole <= 0:
        return [0.0] * codes.shape[1]
    shares = []
    for j in range(codes.shape[1]):
        table = outcome_table(codes[:, j], outcome)
        left = float((table.sum(axis=1) * entropy(table)).sum()) / len(outcome)
        shares.append(min(1.0, max(0.0, float(1 - left / whole))))
    return shares


def compute_flip_rates(codes: Codes, outcome: Ints) -> tuple[list[float], list[float]]:
    """Share of pairs of specifications differing in one choice only whose outcomes differ.

    Returns
    -------
    list of float, list of float
        Per choice: pairs with different outcomes (of all four), and pairs in which one supports
        and the other contradicts; both over all pairs. In [0, 1]; NaN where the choice has no
        such pair.
    """
    flips, reversals = [], []
    sizes = [int(s) for s in codes.max(axis=0) + 1]
    for j in range(codes.shape[1]):
        table = outcome_table(_groups_without(codes, sizes, j), outcome)
        size = table.sum(axis=1)
        pairs = float((size * (size - 1) // 2).sum())
        same = float((table * (table - 1) // 2).sum())
        opposite = float((table[:, SUPPORTS] * table[:, CONTRADICTS]).sum())
        flips.append((pairs - same) / pairs if pairs else math.nan)
        reversals.append(opposite / pairs if pairs else math.nan)
    return flips, reversals


def outcome_table(group: Ints | Codes, outcome: Ints) -> Ints:
    """Counts of outcomes in each group, shape (n_groups, 4)."""
    n = int(group.max()) + 1 if len(group) else 0
    width = len(OUTCOMES)
    flat = np.bincount(group.astype(np.int64) * width + outcome, minlength=n * width)
    return flat.reshape(n, width)


def entropy(counts: Ints) -> Floats:
    """Shannon entropy in bits of each row of counts; 0 for empty rows."""
    total = counts.sum(axis=1, keepdims=True)
    share = counts / np.maximum(total, 1)
    logs = np.log2(np.where(share > 0, share, 1.0))
    result: Floats = -(share * logs).sum(axis=1)
    return result


def _groups_without(codes: Codes, sizes: list[int], j: int) -> Ints:
    """Group number of each row when choice ``j`` is not looked at."""
    others = [i for i in range(codes.shape[1]) if i != j]
    flat = flat_index(codes[:, others], [sizes[i] for i in others])
    return np.unique(flat, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _present(codes: Codes) -> tuple[Codes, list[int]]:
    """Recode to the options that occur, and count them."""
    recoded = np.zeros_like(codes)
    sizes = []
    for j in range(codes.shape[1]):
        options, inverse = np.unique(codes[:, j], return_inverse=True)
        recoded[:, j] = inverse.reshape(-1)
        sizes.append(len(options))
    return recoded, sizes


def _first_shares(codes: Codes, y: Floats) -> list[float]:
    shares = []
    for j in range(codes.shape[1]):
        size = np.bincount(codes[:, j])
        means = np.bincount(codes[:, j], weights=y - y.mean()) / size
        shares.append(_share(float((size * means**2).sum()) / len(y), float(y.var())))
    return shares


def _total_shares(codes: Codes, sizes: list[int], y: Floats) -> list[float]:
    """E[Var(y | all but c)] / Var(y), which is 1 - Var(E[y | all but c]) / Var(y)."""
    shares = []
    centred = y - y.mean()
    for j in range(codes.shape[1]):
        group = _groups_without(codes, sizes, j)
        mean = np.bincount(group, weights=centred) / np.bincount(group)
        within = float(((centred - mean[group]) ** 2).mean())
        shares.append(_share(within, float(y.var())))
    return shares


def _share(part: float, whole: float) -> float:
    share = min(1.0, max(0.0, part / whole))
    return 0.0 if share < 1e-14 else share


def _shapley_name(sizes: list[int]) -> str:
    return "shapley" if sum(s > 1 for s in sizes) <= EXACT_CHOICES else "shapley_sampled"


def _shapley_shares(codes: Codes, sizes: list[int], y: Floats, seed: int) -> list[float]:
    active = [j for j, size in enumerate(sizes) if size > 1]
    gram, blocks, variance = _gram([codes[:, j] for j in active], [sizes[j] for j in active], y)
    if len(active) <= EXACT_CHOICES:
        found = _shapley_from_subsets(_explained_by_all_subsets(gram, blocks), len(active))
    else:
        found = _shapley_from_orders(gram, blocks, seed)
    shares = [0.0] * len(sizes)
    for j, share in zip(active, found, strict=True):
        shares[j] = _share(share, variance)
    return shares


def _gram(columns: list[Codes], sizes: list[int], y: Floats) -> tuple[Floats, list[slice], float]:
    """Cross-products of the centred dummies of each choice and, last, of y; per row."""
    dummies = [np.eye(m)[c][:, 1:] for c, m in zip(columns, sizes, strict=True)]
    design = np.column_stack([*dummies, y]) if dummies else y[:, None]
    design = design - design.mean(axis=0)
    gram = design.T @ design / len(y)
    edges = np.concatenate([[0], np.cumsum([m - 1 for m in sizes])]).astype(int)
    blocks = [slice(int(a), int(b)) for a, b in pairwise(edges)]
    return gram, blocks, float(gram[-1, -1])


def _add_block(gram: Floats, block: slice) -> Floats:
    """Cross-products left after regressing everything on the columns of one choice."""
    values, vectors = np.linalg.eigh(gram[block, block])
    kept = values > RANK_TOLERANCE
    half = (vectors[:, kept] / np.sqrt(values[kept])).T @ gram[block]
    left: Floats = gram - half.T @ half
    return left


def _explained_by_all_subsets(gram: Floats, blocks: list[slice]) -> Floats:
    """Variance explained by each subset of choices; bit i of the index is choice i."""
    k = len(blocks)
    value = np.zeros(1 << k)
    stack = [(0, 0, gram)]
    while stack:
        subset, start, left = stack.pop()
        value[subset] = gram[-1, -1] - left[-1, -1]
        stack.extend((subset | 1 << i, i + 1, _add_block(left, blocks[i])) for i in range(start, k))
    return value


def _shapley_from_subsets(value: Floats, k: int) -> list[float]:
    subsets = np.arange(1 << k)
    size = np.array([int(s).bit_count() for s in subsets])
    weight = np.array(
        [math.factorial(s) * math.factorial(k - s - 1) / math.factorial(k) for s in range(k)] + [0]
    )
    shares = []
    for i in range(k):
        without = subsets[(subsets >> i) & 1 == 0]
        gain = value[without | 1 << i] - value[without]
        shares.append(float((weight[size[without]] * gain).sum()))
    return shares


def _shapley_from_orders(gram: Floats, blocks: list[slice], seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    gains = np.zeros(len(blocks))
    for _ in range(N_ORDERS):
        left = gram
        for i in rng.permutation(len(blocks)):
            after = _add_block(left, blocks[i])
            gains[i] += left[-1, -1] - after[-1, -1]
            left = after
    return [float(g) / N_ORDERS for g in gains]


def same_up_to_affine(x: Floats, y: Floats) -> tuple[float, float] | None:
    """Slope > 0 and shift with ``y = slope * x + shift`` throughout, or None.

    Needs at least four pairs with three distinct values: fewer always lie on a line.
    """
    if not np.array_equal(np.isfinite(x), np.isfinite(y)):
        return None
    known = np.isfinite(x)
    x, y = x[known], y[known]
    spread = float(np.ptp(x)) if len(x) else 0.0
    if len(x) < 4 or spread <= 0 or len(np.unique(np.round((x - x[0]) / spread, 9))) < 3:
        return None
    low, high = int(np.argmin(x)), int(np.argmax(x))
    slope = float((y[high] - y[low]) / (x[high] - x[low]))
    shift = float(y[low] - slope * x[low])
    scale = max(float(np.abs(y).max()), float(np.ptp(y)))
    if slope <= 0 or float(np.abs(y - slope * x - shift).max()) > 1e-9 * scale:
        return None
    return slope, 0.0 if abs(shift) <= 1e-9 * scale else shift


def option_pairs(n_options: int) -> list[tuple[int, int]]:
    """Pairs of option positions."""
    return list(combinations(range(n_options), 2))
