"""The beta distribution on 0 to 1, in numpy alone, for shapes of one or more.

``I_x(a, b)`` by its continued fraction (*Numerical Recipes*, 3rd ed., §6.4, evaluated by Lentz's
method), good to about 10^−14. Its inverse by Newton's method on ``ln I`` as a function of ``ln x``:
that function rises and bends downwards when ``b ≥ 1``, so steps from below never pass the root, and
``(p·a·B(a, b))^(1/a)``, where ``I`` would be without its ``(1 − x)^(b−1) ≤ 1``, is always below it.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from fcr.distributions._normal import Floats

__all__ = ["beta_cdf", "beta_draw", "beta_quantile"]

_STEPS = 100
_TINY = 1e-300
_EXACT = 1e-15
_MOST = 2000
"""Terms beyond which the continued fraction is not followed; shapes up to 100 need some 60."""
_OCTAVES = 40
"""The table of quantiles covers tails down to 2^−40; what lies beyond is worked out each time."""
_BITS = 5
"""Each halving of the tail is cut in 2^5 cells."""


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _continued_fraction(a: float, b: float, x: Floats) -> Floats:
    """Lentz's method; every element goes on until all have settled."""
    c = np.ones_like(x)
    d = 1.0 - (a + b) / (a + 1.0) * x
    d = 1.0 / np.where(np.abs(d) < _TINY, _TINY, d)
    total = d.copy()
    change, m = np.zeros_like(x), 0
    while m < _MOST and np.any(np.abs(change - 1.0) > _EXACT):
        m += 1
        for term in (
            m * (b - m) / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            step = term * x
            d = step * d
            d += 1.0
            d = 1.0 / np.where(np.abs(d) < _TINY, _TINY, d)
            c = step / c
            c += 1.0
            c[np.abs(c) < _TINY] = _TINY
            change = c * d
            total *= change
    return total


def beta_cdf(a: float, b: float, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """``I_x(a, b)`` and ``1 − I_x(a, b)``, the smaller of the two directly; ``y`` is ``1 − x``, given apart.

    >>> below, above = beta_cdf(2.0, 2.0, np.array([0.25]), np.array([0.75]))
    >>> below, above
    (array([0.15625]), array([0.84375]))
    """
    low = x < (a + 1.0) / (a + b + 2.0)
    small = np.where(low, x, y)
    with np.errstate(divide="ignore"):
        front = np.exp(a * np.log(x) + b * np.log(y) - _log_beta(a, b))
    part = np.empty_like(x)
    for side, first, second in ((low, a, b), (~low, b, a)):
        if side.any():
            part[side] = front[side] * _continued_fraction(first, second, small[side]) / first
    return np.where(low, part, 1.0 - part), np.where(low, 1.0 - part, part)


def beta_quantile(a: float, b: float, p: Floats) -> Floats:
    """The ``x`` with ``I_x(a, b) = p``, for ``0 < p ≤ ½`` (swap ``a`` and ``b`` for the upper half).

    >>> beta_quantile(1.0, 1.0, np.array([0.25]))
    array([0.25])
    """
    log_b, log_p = _log_beta(a, b), np.log(p)
    t = np.minimum((log_p + math.log(a) + log_b) / a, 0.0)
    step, count = np.ones_like(p), 0
    while count < _STEPS and np.any(np.abs(step) > 1e-13 - 1e-15 * t):
        count += 1
        x = np.exp(t)
        y = -np.expm1(t)
        below = beta_cdf(a, b, x, y)[0]
        with np.errstate(divide="ignore"):
            slope = np.exp(a * t + (b - 1.0) * np.log(y) - log_b) / below  # d ln I / d ln x
        step = (log_p - np.log(below)) / slope
        t = np.minimum(t + step, -1e-17)
    return np.exp(t)


@lru_cache(maxsize=128)
def _cells(a: float, b: float) -> Floats:
    """Rows of four coefficients for the quantile, a row for each cell of the lower tail, then of the upper.

    Cells halve towards both ends, 32 to a halving. In each, a cubic through the exact quantiles
    and slopes of both its ends, in ``s``, the tail probability over that of the cell's beginning,
    less one. The error is below 3·10^−9 of the distance from the end of the range.
    """
    width = 1 << _BITS
    octave, place = np.divmod(np.arange((_OCTAVES - 1) * width + 1), width)
    tail = np.ldexp(1.0 + place / width, octave - _OCTAVES)  # ends with a half
    sides = []
    for first, second, sign in ((a, b, 1.0), (b, a, -1.0)):
        x = beta_quantile(first, second, tail)
        with np.errstate(divide="ignore"):
            log_slope = _log_beta(a, b) - (first - 1.0) * np.log(x) - (second - 1.0) * np.log1p(-x)
        slope = np.exp(log_slope)  # dx/dp = 1/density
        h = tail[1:] / tail[:-1] - 1.0
        m0, m1 = slope[:-1] * tail[:-1], slope[1:] * tail[:-1]
        rise = np.diff(x) / h
        rows = np.stack([x[:-1], m0, (3 * rise - 2 * m0 - m1) / h, (m0 + m1 - 2 * rise) / (h * h)], axis=1)
        rows = np.concatenate([rows, [[x[-1], 0.0, 0.0, 0.0]]])  # p of exactly a half
        rows *= sign
        rows[:, 0] += sign < 0
        sides.append(rows)
    return np.ascontiguousarray(np.concatenate(sides))


def beta_draw(a: float, b: float, u: Floats) -> Floats:
    """The quantile of ``0 < u < 1`` by the table: within 3·10^−9 of the distance from the end.

    >>> beta_draw(1.0, 1.0, np.array([0.25])).round(9)
    array([0.25])
    """
    rows = _cells(a, b)
    tail = np.minimum(u, 1.0 - u)
    bits = tail.view(np.int64) >> (52 - _BITS)
    s = tail / (bits << (52 - _BITS)).view(np.float64)
    s -= 1.0
    bits -= (1023 - _OCTAVES) << _BITS
    beyond = np.flatnonzero(bits < 0)
    if beyond.size:
        bits[beyond] = 0
    bits += (u > 0.5) * (len(rows) // 2)  # noqa: PLR2004
    row = rows.take(bits, axis=0)
    x = row[:, 3] * s
    x += row[:, 2]
    x *= s
    x += row[:, 1]
    x *= s
    x += row[:, 0]
    for at in beyond:
        near = beta_quantile(a, b, tail[at : at + 1]) if u[at] <= 0.5 else 1.0 - beta_quantile(b, a, tail[at : at + 1])  # noqa: PLR2004
        x[at] = near[0]
    return x
