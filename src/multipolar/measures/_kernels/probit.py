"""Normal distribution by table, and random streams that do not depend on the number of threads.

Every sampler of ideal points spends its time in the normal distribution function and its inverse.
Both are read from small tables with a Taylor step to the point asked for:

* ``phi_cdf``: nodes 1/32 apart on [-10, 10], third-order step: absolute error below 5e-9, relative
  error below 1e-5 down to -8; beyond the table the C library's ``erfc``.
* ``mills``: slope of log Phi and its fall, nodes 1/32 apart on [-10, 10], second-order step: slope
  to 1e-6; below the table the asymptotic expansion.
* ``inverse_cdf``: nodes 1/32 of an octave apart in p (the node is read off the bits of the float),
  quadratic step: absolute error below 1e-6 for p >= 2**-60; below that a few Newton steps.

A random stream is a SplitMix64 sequence (Steele, Lea & Flood 2014) whose start is a hash of seed,
sweep and the number of the item or state, so that every item draws the same numbers whichever
thread serves it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from scipy import special

PER_UNIT = 32
LIMIT = 10.0
_PER_OCTAVE_BITS = 5
_OCTAVES = 62
_ROOT_HALF = 0.7071067811865476
_INVERSE_ROOT_2PI = 0.3989422804014327
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S27 = np.uint64(27)
_S30 = np.uint64(30)
_S31 = np.uint64(31)
_S11 = np.uint64(11)
_TO_UNIT = 1.0 / 9007199254740992.0
_FIRST_OCTAVE = 1023 - _OCTAVES
_BIN_SHIFT = 52 - _PER_OCTAVE_BITS


def _cdf_table() -> np.ndarray:
    """Distribution function and density at the nodes, shape (n_nodes, 2)."""
    x = np.arange(-LIMIT * PER_UNIT, LIMIT * PER_UNIT + 1) / PER_UNIT
    return np.column_stack([special.ndtr(x), np.exp(-0.5 * x * x) * _INVERSE_ROOT_2PI])


def _inverse_table() -> np.ndarray:
    """Node, value, slope and half curvature of the inverse on (0, 1/2], shape (n_nodes, 4)."""
    octave, bin_ = np.divmod(np.arange(_OCTAVES << _PER_OCTAVE_BITS), 1 << _PER_OCTAVE_BITS)
    p = (1 + (bin_ + 0.5) / (1 << _PER_OCTAVE_BITS)) * 2.0 ** (octave - _OCTAVES)
    x = special.ndtri(p)
    slope = np.exp(0.5 * x * x) / _INVERSE_ROOT_2PI
    return np.column_stack([p, x, slope, 0.5 * x * slope * slope])


def _mills_table() -> np.ndarray:
    """Slope of log Phi, minus its derivative, and that one's derivative, shape (n_nodes, 3)."""
    x = np.arange(-LIMIT * PER_UNIT, LIMIT * PER_UNIT + 1) / PER_UNIT
    slope = np.exp(-0.5 * x * x - special.log_ndtr(x)) * _INVERSE_ROOT_2PI
    fall = slope * (x + slope)
    return np.column_stack([slope, fall, slope * (1.0 - fall) - fall * (x + slope)])


CDF = _cdf_table()
MILLS = _mills_table()
INVERSE = _inverse_table()


@intrinsic
def _float_bits(_typing: Any, _value: Any) -> Any:
    """Bits of a float64 as an int64."""

    def build(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), build


@njit(inline="always")
def phi_cdf(x: float, table: np.ndarray) -> float:
    """Probability that a standard normal variable is below ``x``."""
    if x >= LIMIT:
        return 1.0
    if x <= -8.0:
        return 0.5 * math.erfc(-x * _ROOT_HALF)
    k = np.uint32(x * PER_UNIT + (LIMIT * PER_UNIT + 0.5))
    node = np.float64(k) * (1.0 / PER_UNIT) - LIMIT
    d = x - node
    return table[k, 0] + d * table[k, 1] * (
        1.0 - d * (0.5 * node - d * (node * node - 1.0) * (1.0 / 6.0))
    )


@njit(inline="always")
def phi_density(x: float, table: np.ndarray) -> float:
    """Density of the standard normal distribution at ``x``."""
    if abs(x) >= 8.0:
        return _INVERSE_ROOT_2PI * math.exp(-0.5 * x * x)
    k = np.uint32(x * PER_UNIT + (LIMIT * PER_UNIT + 0.5))
    node = np.float64(k) * (1.0 / PER_UNIT) - LIMIT
    d = x - node
    square = node * node
    return table[k, 1] * (
        1.0 - d * (node - d * (0.5 * (square - 1.0) - d * node * (square - 3.0) * (1.0 / 6.0)))
    )


@njit(inline="always")
def phi_both(x: float, table: np.ndarray) -> tuple[float, float]:
    """Distribution function and density at ``x``, read at one node."""
    if abs(x) >= 8.0:
        return phi_cdf(x, table), _INVERSE_ROOT_2PI * math.exp(-0.5 * x * x)
    k = np.uint32(x * PER_UNIT + (LIMIT * PER_UNIT + 0.5))
    node = np.float64(k) * (1.0 / PER_UNIT) - LIMIT
    d = x - node
    square = node * node
    p, f = table[k, 0], table[k, 1]
    third = d * (1.0 / 6.0)
    return p + d * f * (1.0 - d * (0.5 * node) + d * third * (square - 1.0)), f * (
        1.0 - d * (node - d * (0.5 * (square - 1.0)) + d * third * node * (square - 3.0))
    )


@njit(inline="always")
def mills(x: float, table: np.ndarray) -> tuple[float, float]:
    """Slope of log Phi at ``x`` and minus the slope's derivative, in (0, 1)."""
    if x >= LIMIT:
        return 0.0, 0.0
    if x <= -LIMIT:
        slope = -x - 1.0 / x + 2.0 / (x * x * x)
        return slope, slope * (x + slope)
    k = np.uint32(x * PER_UNIT + (LIMIT * PER_UNIT + 0.5))
    d = x - (np.float64(k) * (1.0 / PER_UNIT) - LIMIT)
    fall, bend = table[k, 1], table[k, 2]
    return table[k, 0] - d * (fall + 0.5 * d * bend), fall + d * bend


@njit(inline="always")
def _lower_half(p: float, table: np.ndarray) -> float:
    index = (_float_bits(p) >> _BIN_SHIFT) - (_FIRST_OCTAVE << _PER_OCTAVE_BITS)
    if index < 0:
        return deep_tail(p)
    if index >= table.shape[0]:  # exactly one half
        return 0.0
    k = np.uint32(index)
    d = p - table[k, 0]
    return table[k, 1] + d * (table[k, 2] + d * table[k, 3])


@njit
def deep_tail(p: float) -> float:
    """Inverse below 2**-62: the asymptotic start and Newton steps on the log scale."""
    if p < 1e-300:
        return -37.0
    target = math.log(p)
    x = -math.sqrt(-2.0 * target)
    for _ in range(6):
        tail = 0.5 * math.erfc(-x * _ROOT_HALF)
        mills = _INVERSE_ROOT_2PI * math.exp(-0.5 * x * x) / tail
        x -= (math.log(tail) - target) / mills
    return x


@njit(inline="always")
def inverse_cdf(p: float, table: np.ndarray) -> float:
    """Point below which a standard normal variable falls with probability ``p`` in (0, 1)."""
    above = p > 0.5  # chosen without a branch: half of all draws are above
    x = _lower_half(1.0 - p if above else p, table)
    return -x if above else x


@njit(inline="always")
def mix(state: np.uint64) -> np.uint64:
    """Finaliser of SplitMix64: 64 well mixed bits."""
    state = (state ^ (state >> _S30)) * _MIX_1
    state = (state ^ (state >> _S27)) * _MIX_2
    return state ^ (state >> _S31)


@njit(inline="always")
def stream(seed: np.uint64, sweep: int, number: int) -> np.uint64:
    """Start of the stream of one item or state in one sweep."""
    inner = mix(np.uint64(sweep) * _GOLDEN + seed)
    return mix(inner + np.uint64(number) * _GOLDEN)


@njit(inline="always")
def advance(state: np.uint64) -> np.uint64:
    """Next state of a stream."""
    return state + _GOLDEN


@njit(inline="always")
def to_unit(state: np.uint64) -> float:
    """Uniform number in (0, 1) of a state, never 0 and never 1."""
    return (np.float64(mix(state) >> _S11) + 0.5) * _TO_UNIT
