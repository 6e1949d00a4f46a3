"""Money: rounded once, half up, and parts that add up.

The engine works in float64, as spreadsheets do. A figure is rounded only when it is reported,
by :func:`round_half_up`; figures that stand together are *footed*, so that what is shown adds up:
:func:`foot` for a list, :func:`foot_table` for a table with totals down and across.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
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

_PENNY = Decimal("0.01")

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
    return [_PENNY * int(p) for p in pennies.tolist()]


@overload
def foot(parts: Mapping[str, Number], total: Number | None = None) -> dict[str, Decimal]: ...
@overload
def foot(
    parts: Sequence[Number] | Floats, total: Number | None = None, names: Sequence[str] | None = None
) -> tuple[Decimal, ...]: ...
def foot(
    parts: Mapping[str, Number] | Sequence[Number] | Floats,
    total: Number | None = None,
    names: Sequence[str] | None = None,
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
    if isinstance(parts, Mapping):
        exact = np.array(list(parts.values()), dtype=np.float64)
        return dict(zip(parts, _decimals(_foot(exact, total, list(parts))), strict=True))
    return tuple(_decimals(_foot(np.array(parts, dtype=np.float64), total, names)))


def _foot(exact: Floats, total: Number | None, names: Sequence[str] | None) -> Floats:
    whole, remainder = _pennies(exact)
    comes_to = math.fsum(exact.tolist())
    target = float(round_half_up(comes_to if total is None else total) * 100)
    if abs(target - comes_to * 100.0) >= 1.0 - _NOISE:
        raise ReconciliationError(f"the parts come to {comes_to:.6f}, not {total}")
    ranks = np.zeros(whole.size)
    if names is not None:
        ranks[np.argsort(np.array(names, dtype=object), kind="stable")] = np.arange(whole.size)
    return _settle(whole, remainder, np.abs(exact), ranks, np.array(target))


def _settle(whole: Floats, remainder: Floats, size: Floats, ranks: Floats, target: Floats) -> Floats:
    """Rows of whole pennies (…, parts) that come to ``target`` (…): a penny more or less to the first in turn.

    In turn: by what the rounding took away or added, then the larger amount, then the lower rank. A
    part may only move towards its exact amount.
    """
    short = np.rint(target - whole.sum(axis=-1))[..., None]
    sizes = -np.round(size, 6)  # amounts that differ only by arithmetic noise are equal
    turn = np.lexsort((np.broadcast_to(ranks, size.shape), sizes, -np.sign(short) * remainder), axis=-1)
    settled: Floats = whole + np.sign(short) * (np.argsort(turn, axis=-1) < np.abs(short))
    return settled


def foot_table(
    cells: Floats, rows: Sequence[str], columns: Sequence[str]
) -> tuple[list[list[Decimal]], list[Decimal], list[Decimal], Decimal]:
    """A table in pounds and pence that adds up both down and across.

    ``cells`` is rows × columns, in pounds; the names settle ties, so the order of rows and columns
    does not matter. Returns the footed cells, the total of each row, of each column, and the grand
    total. The grand total is rounded half up; every other figure is the penny just above or just
    below its exact value. Such a table always exists (controlled rounding: L. H. Cox, *J. Amer.
    Statist. Assoc.* 82, 1987). The totals are footed first, then each row to its total; columns
    then a penny out are mended along the shortest chain of cells, and a total gives way only when
    there is no other.

    >>> names = ["Advice", "Housing"]
    >>> cells, across, down, total = foot_table(np.array([[1 / 3, 2 / 3], [1 / 3, 2 / 3]]), names, ["Rent", "Pay"])
    >>> [sum(row) for row in cells] == across and [sum(c) for c in zip(*cells)] == down
    True
    >>> across, down, total
    ([Decimal('1.00'), Decimal('1.00')], [Decimal('0.67'), Decimal('1.33')], Decimal('2.00'))
    """
    row_order, column_order = (np.argsort(np.array(n, dtype=object), kind="stable") for n in (rows, columns))
    body = cells[row_order][:, column_order]
    row_names, column_names = sorted(rows), sorted(columns)
    # One bordered grid: cells, row totals as a last column, column totals as a last row, the grand
    # total in the corner. Totals enter with a minus, so every row and column of it comes to nought.
    across, down, total = body.sum(axis=1), body.sum(axis=0), float(body.sum())
    exact = np.block([[body, -across[:, None]], [-down[None, :], np.array([[total]])]])
    whole, remainder = _pennies(exact)
    low, high = whole + np.where(remainder < 0, -1, 0), whole + np.where(remainder > 0, 1, 0)
    low[-1, -1] = high[-1, -1] = whole[-1, -1]  # the grand total is its own nearest penny
    grid = whole.copy()
    grid[:-1, -1] = -_foot(across, total, row_names)
    grid[-1, :-1] = -_foot(down, total, column_names)
    inner, turn = np.s_[:-1, :-1], np.arange(float(len(column_names)))
    grid[inner] = _settle(whole[inner], remainder[inner], np.abs(body), turn, -grid[:-1, -1])
    firm_low, firm_high = low.copy(), high.copy()
    for edge in (np.s_[-1, :], np.s_[:, -1]):
        firm_low[edge] = firm_high[edge] = grid[edge]
    _mend_straight(grid, firm_low, firm_high)
    while _mend_column(grid, firm_low, firm_high) or _mend_column(grid, low, high):
        pass
    if grid.sum(axis=0).any():
        raise ReconciliationError("a table could not be made to add up")
    back = np.ix_(np.append(np.argsort(row_order), -1), np.append(np.argsort(column_order), -1))
    values = [_decimals(row) for row in grid[back]]
    body_values = [row[:-1] for row in values[:-1]]
    return body_values, [-row[-1] for row in values[:-1]], [-v for v in values[-1][:-1]], values[-1][-1]


def _mend_straight(grid: Floats, low: Floats, high: Floats) -> None:
    """Move pennies along single rows, from columns that come to too much to those with too little."""
    out = np.rint(grid.sum(axis=0))
    for over, under in product(np.flatnonzero(out > 0), np.flatnonzero(out < 0)):
        pennies = int(min(out[over], -out[under]))
        if not pennies:
            continue
        rows = np.flatnonzero((grid[:, over] > low[:, over]) & (grid[:, under] < high[:, under]))[:pennies]
        grid[rows, over] -= 1
        grid[rows, under] += 1
        out[over] -= rows.size
        out[under] += rows.size


def _mend_column(grid: Floats, low: Floats, high: Floats) -> bool:
    """Move one penny along a chain of rows, from a column that comes to too much to one with too little."""
    out = np.rint(grid.sum(axis=0))
    down, up = grid > low, grid < high
    row_from = np.full(grid.shape[0], -1)  # the column each row was reached from
    column_from = np.where(out > 0, -2, -1)  # the row each column was reached from; -2: a start
    frontier = out > 0
    while frontier.any():
        rows = (row_from < 0) & down[:, frontier].any(axis=1)
        if not rows.any():
            break
        at = np.flatnonzero(frontier)
        row_from[rows] = at[down[np.ix_(rows, frontier)].argmax(axis=1)]
        frontier = (column_from == -1) & up[rows].any(axis=0)
        at = np.flatnonzero(rows)
        column_from[frontier] = at[up[np.ix_(rows, frontier)].argmax(axis=0)]
        ends = np.flatnonzero(frontier & (out < 0))
        if ends.size:
            column = int(ends[0])
            while column_from[column] >= 0:
                row = column_from[column]
                grid[row, column] += 1
                column = row_from[row]
                grid[row, column] -= 1
            return True
    return False


def footing_error(parts: Sequence[Number], total: Number) -> Decimal:
    """How far a printed total is from the sum of its printed parts (nought when it adds up).

    Exact for ``Decimal`` and ``int``; floats are read by their shortest form. For checking
    published or typed tables, never for engine results.

    >>> footing_error([436, 218, 11483, 1833], 13979)
    Decimal('9')
    """
    return Decimal(str(total)) - sum((Decimal(str(p)) for p in parts), Decimal(0))
