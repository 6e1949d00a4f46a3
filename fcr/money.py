"""Money: rounded once, half up, and parts that add up.

The engine works in float64, as spreadsheets do. A figure is rounded only when it is reported,
by :func:`round_half_up`; figures that stand together are *footed*, so that what is shown adds up:
:func:`foot` for a list, :func:`foot_table` for a table with totals down and across.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias, overload

import numpy as np
import numpy.typing as npt

from fcr.errors import ReconciliationError

__all__ = ["LARGEST", "TOLERANCE", "foot", "foot_table", "footing_error", "round_half_up"]

Number: TypeAlias = Decimal | float | int
Floats: TypeAlias = npt.NDArray[np.float64]

LARGEST = Decimal("900719925474.09")
"""Pounds: the largest amount that float64 still holds to a hundredth of a penny (2**53 / 10**4)."""

TOLERANCE = 1e-4
"""Pounds: how far float64 sums may stray before it is called a fault; far below a penny."""

# Noise of float64 arithmetic: ten decimals of a pound, or the fifteenth significant digit.
_NOISE, _RELATIVE_NOISE = 1e-8, 4e-15


def round_half_up(value: Number, places: int = 2) -> Decimal:
    """``value`` to ``places`` decimals, halves away from zero, as Excel's and LibreOffice's ROUND.

    A float within arithmetic noise of a half (ten decimals of a pound, or its fifteenth
    significant digit) counts as a half; a ``Decimal`` is taken exactly.

    >>> round_half_up(1.005), round_half_up(2.675), round_half_up(-0.125)
    (Decimal('1.01'), Decimal('2.68'), Decimal('-0.13'))
    >>> round_half_up(Decimal("2.675"), 1)
    Decimal('2.7')
    """
    if isinstance(value, Decimal | int):
        return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0
    scaled = value * 10.0**places
    if not math.isfinite(scaled):
        raise ReconciliationError(f"a result is {value}, which is not a number")
    halves = math.floor(abs(scaled) * 2 + 0.5) / 2
    size = halves if abs(abs(scaled) - halves) <= _noise(scaled) else abs(scaled)
    units = math.floor(size + 0.5)
    return Decimal(-units if scaled < 0 else units).scaleb(-places) + 0


def _noise(scaled: float) -> float:
    return max(_NOISE, abs(scaled) * _RELATIVE_NOISE)


def _pennies(pounds: Floats) -> tuple[Floats, Floats]:
    """Each amount as whole pennies, rounded half up, and what the rounding took away (in pennies)."""
    scaled = pounds * 100.0
    if not np.isfinite(scaled).all():
        raise ReconciliationError("a result is not a finite number")
    size = np.abs(scaled)
    halves = np.floor(size * 2 + 0.5) / 2
    near = np.abs(size - halves) <= np.maximum(_NOISE, size * _RELATIVE_NOISE)
    size = np.where(near, halves, size)
    sign = np.where(scaled < 0, -1.0, 1.0)
    whole = sign * np.floor(size + 0.5)
    return whole, np.round(sign * size - whole, 7)


def _decimals(pennies: Floats) -> list[Decimal]:
    return [Decimal(int(p)).scaleb(-2) for p in pennies.tolist()]


@overload
def foot(parts: Mapping[str, Number], total: Number | None = None) -> dict[str, Decimal]: ...
@overload
def foot(parts: Sequence[Number] | Floats, total: Number | None = None) -> tuple[Decimal, ...]: ...
def foot(
    parts: Mapping[str, Number] | Sequence[Number] | Floats, total: Number | None = None
) -> dict[str, Decimal] | tuple[Decimal, ...]:
    """Pounds and pence that add up to ``total`` (by default their own sum, rounded half up).

    Every part is rounded half up; the pennies then left over, or short, go to the parts with
    the largest remainders. Ties: the larger amount moves first, then the earlier name; the order
    of rows decides only between equal amounts without names. No part moves by as much as a penny,
    an exact penny never moves, and credits mirror charges: ``foot(-x) == -foot(x)``.

    Raises :class:`ReconciliationError` when ``total`` is a penny or more from what the parts come to.

    >>> foot([100 / 3, 100 / 3, 100 / 3])
    (Decimal('33.34'), Decimal('33.33'), Decimal('33.33'))
    >>> foot({"Advice": 10.006, "Housing": 10.006, "Refund": -5.004})
    {'Advice': Decimal('10.00'), 'Housing': Decimal('10.01'), 'Refund': Decimal('-5.00')}
    >>> foot([10.006, 10.006], 21)
    Traceback (most recent call last):
    ...
    fcr.errors.ReconciliationError: the parts come to 20.012000, not 21
    """
    names = list(parts) if isinstance(parts, Mapping) else None
    values = list(parts.values()) if isinstance(parts, Mapping) else parts
    exact = np.asarray(values, dtype=np.float64)
    pennies = _foot(exact, total, names)
    return dict(zip(names, _decimals(pennies), strict=True)) if names is not None else tuple(_decimals(pennies))


def _foot(exact: Floats, total: Number | None, names: Sequence[str] | None) -> Floats:
    whole, remainder = _pennies(exact)
    comes_to = math.fsum(exact.tolist())
    target = float(round_half_up(comes_to if total is None else total) * 100)
    if abs(target - comes_to * 100.0) >= 1.0 - _NOISE:
        raise ReconciliationError(f"the parts come to {comes_to:.6f}, not {total}")
    short = round(target - math.fsum(whole.tolist()))
    if short:
        step = 1.0 if short > 0 else -1.0
        # lexsort: last key first; a part may only move towards its exact amount
        keys: list[npt.NDArray[np.generic]] = [-np.abs(exact), -step * remainder]
        if names is not None:
            keys.insert(0, np.argsort(np.argsort(np.array(names, dtype=object), kind="stable")))
        order = np.lexsort(keys)
        whole[order[: abs(short)]] += step
    return whole


def foot_table(cells: Floats) -> tuple[list[list[Decimal]], list[Decimal], list[Decimal], Decimal]:
    """A table in pounds and pence that adds up both down and across.

    ``cells`` is rows × columns, in pounds. Returns the footed cells, the total of each row, of
    each column, and the grand total. The grand total is rounded half up; every other figure is
    the penny just above or just below its exact value. Such a table always exists (controlled
    rounding: L. H. Cox, *J. Amer. Statist. Assoc.* 82, 1987); as few figures as possible leave
    their nearest penny on the way to it: each row is footed to its total, and columns that are
    then a penny out are mended along the shortest chain of cells.

    >>> cells, rows, columns, total = foot_table(np.array([[1 / 3, 2 / 3], [1 / 3, 2 / 3]]))
    >>> [sum(row) for row in cells] == rows and [sum(c) for c in zip(*cells)] == columns
    True
    >>> rows, columns, total
    ([Decimal('1.00'), Decimal('1.00')], [Decimal('0.67'), Decimal('1.33')], Decimal('2.00'))
    """
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    # One bordered grid: cells, row totals as a last column, column totals as a last row, the grand
    # total in the corner. Totals enter with a minus, so every row and column of it comes to nought.
    exact = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1))
    exact[:-1, :-1], exact[:-1, -1], exact[-1, :-1], exact[-1, -1] = cells, -rows, -columns, cells.sum()
    whole, remainder = _pennies(exact)
    low, high = whole + np.where(remainder < 0, -1, 0), whole + np.where(remainder > 0, 1, 0)
    low[-1, -1] = high[-1, -1] = whole[-1, -1]  # the grand total is its own nearest penny
    grid = whole.copy()
    grid[:-1, -1] = -_foot(rows, cells.sum(), None)
    grid[-1, :-1] = -_foot(columns, cells.sum(), None)
    for i in range(cells.shape[0]):
        grid[i, :-1] = _foot(cells[i], -grid[i, -1] / 100.0, None)
    _mend_columns(grid, low, high)
    values = [_decimals(row) for row in grid]
    body = [row[:-1] for row in values[:-1]]
    return body, [-row[-1] for row in values[:-1]], [-v for v in values[-1][:-1]], values[-1][-1]


def _mend_columns(grid: Floats, low: Floats, high: Floats) -> None:
    """Move single pennies along rows, from columns that come to too much to those that come to too little."""
    while True:
        out = np.rint(grid.sum(axis=0))
        if not out.any():
            return
        down, up = grid > low, grid < high
        reached_row = np.full(grid.shape[0], -1)
        reached_column = np.where(out > 0, -2, -1)
        frontier = out > 0
        goal = -1
        while goal < 0:
            new_rows = (reached_row < 0) & down[:, frontier].any(axis=1)
            if not new_rows.any():
                raise ReconciliationError("a table could not be made to add up")
            at = np.flatnonzero(frontier)
            reached_row[new_rows] = at[down[np.ix_(new_rows, frontier)].argmax(axis=1)]
            new_columns = (reached_column == -1) & up[new_rows].any(axis=0)
            at = np.flatnonzero(new_rows)
            reached_column[new_columns] = at[up[np.ix_(new_rows, new_columns)].argmax(axis=0)]
            ends = np.flatnonzero(new_columns & (out < 0))
            if ends.size:
                goal = int(ends[0])
            frontier = new_columns
        column = goal
        while out[column] <= 0:
            row = reached_column[column]
            grid[row, column] += 1
            column = reached_row[row]
            grid[row, column] -= 1


def footing_error(parts: Sequence[Number], total: Number) -> Decimal:
    """How far a printed total is from the sum of its printed parts (nought when it adds up).

    Exact for ``Decimal`` and ``int``; floats are read by their shortest form. For checking
    published or typed tables, never for engine results.

    >>> footing_error([436, 218, 11483, 1833], 13979)
    Decimal('9')
    """
    return Decimal(str(total)) - sum((Decimal(str(p)) for p in parts), Decimal(0))
