"""The functions that formulas use, each as a spreadsheet writes it and as numpy works it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from fcr.money import round_half_up
from fcr.periods import add_months, last_day
from fcr.workbook.formula import (
    ATOM,
    Block,
    Call,
    Like,
    Node,
    Piece,
    Reduced,
    Ref,
    Vector,
    _binary,
    _broadcast,
    _call,
    node,
)
from fcr.workbook.values import Array, _text, day, equal, letters, numbers, quoted, serial


def if_(test: Node, then: Like, other: Like) -> Node:
    """``IF``: one value or the other."""

    def work(t: Array, x: Array, y: Array) -> Array:
        if object in (x.dtype, y.dtype):  # one of them may be a text
            t, x, y = np.broadcast_arrays(numbers(t) != 0, _objects(x), _objects(y))
            return np.where(t, x, y)
        return np.where(numbers(t) != 0, numbers(x), numbers(y))

    return _call("IF", [test, node(then), node(other)], work, raw=True)


def _objects(values: Array) -> Array:
    return values.astype(object)


def both(*tests: Node) -> Node:
    """``AND`` of tests, cell by cell."""
    return _call("AND", tests, lambda *t: np.logical_and.reduce(np.broadcast_arrays(*(x != 0 for x in t))))


def either_of(*tests: Node) -> Node:
    """``OR`` of tests, cell by cell."""
    return _call("OR", tests, lambda *t: np.logical_or.reduce(np.broadcast_arrays(*(x != 0 for x in t))))


def not_(test: Node) -> Node:
    """``NOT``."""
    return _call("NOT", [test], lambda t: t == 0)


def least(*of: Like) -> Node:
    """``MIN`` of single figures, cell by cell."""
    return _call("MIN", of, lambda *x: np.minimum.reduce(np.broadcast_arrays(*x)))


def most(*of: Like) -> Node:
    """``MAX`` of single figures, cell by cell."""
    return _call("MAX", of, lambda *x: np.maximum.reduce(np.broadcast_arrays(*x)))


def total(*ranges: Node) -> Node:
    """``SUM`` of ranges."""
    return Reduced("SUM", ranges, lambda x: numbers(x).sum(axis=2), raw=True)


def largest(*ranges: Node) -> Node:
    """``MAX`` of ranges."""
    return Reduced("MAX", ranges, lambda x: numbers(x).max(axis=2), raw=True)


def smallest(*ranges: Node) -> Node:
    """``MIN`` of ranges."""
    return Reduced("MIN", ranges, lambda x: numbers(x).min(axis=2), raw=True)


def count_given(*ranges: Node) -> Node:
    """``COUNTA``: how many cells of ranges hold something."""
    return Reduced("COUNTA", ranges, lambda x: (~equal(x, np.array([[[""]]], dtype=object))).sum(axis=2), raw=True)


def count_numbers(*ranges: Node) -> Node:
    """``COUNT``: how many cells of ranges hold a number."""
    return Reduced("COUNT", ranges, lambda x: _are_numbers(x).sum(axis=2), raw=True)


_are_numbers = np.vectorize(lambda v: isinstance(v, int | float | np.number) and not isinstance(v, bool), otypes=[bool])


def product_sum(term: Node) -> Node:
    """``SUMPRODUCT`` of one expression of ranges."""
    return Reduced("SUMPRODUCT", [term], lambda x: x.sum(axis=2))


def absolute(x: Node) -> Node:
    """``ABS``."""
    return _call("ABS", [x], np.abs)


def whole(x: Node) -> Node:
    """``INT``: the whole number at or below."""
    return _call("INT", [x], np.floor)


def modulo(x: Node, by: Like) -> Node:
    """``MOD``."""
    return _call("MOD", [x, by], lambda a, b: np.where(b != 0, a - np.floor(a / np.where(b != 0, b, 1)) * b, 0))


def _half_up(value: float, places: float) -> float:
    return float(round_half_up(value, int(places))) if np.isfinite(value) else value


def rounded(x: Node, places: Node) -> Node:
    """``ROUND``: half away from nought, on the decimal form."""
    return _call("ROUND", [x, places], np.vectorize(_half_up, otypes=[float]))


def up(x: Node) -> Node:
    """``ROUNDUP(x,0)``: away from nought to a whole number."""
    return _call("ROUNDUP", [x, 0], lambda v, _: np.sign(v) * np.ceil(np.abs(v)))


def root(x: Node) -> Node:
    """``SQRT``."""
    return _call("SQRT", [x], np.sqrt)


def exponential(x: Node) -> Node:
    """``EXP``: e to the power."""

    def work(v: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(v))

    return _call("EXP", [x], work)


def logarithm(x: Node) -> Node:
    """``LN``: the natural logarithm."""
    return _call("LN", [x], np.log)


def choose(at: Node, *of: Like) -> Node:
    """``CHOOSE``: one of several by its number, from 1."""

    def work(number: Array, *values: Array) -> Array:
        wordy = any(v.dtype == object for v in values)
        flat = [_objects(v) if wordy else numbers(v) for v in values]
        at, *cells = np.broadcast_arrays(numbers(number).astype(np.int64) - 1, *flat)
        return np.asarray(np.choose(at, cells))

    return _call("CHOOSE", [at, *of], work, raw=True)


def is_number(x: Node) -> Node:
    """``ISNUMBER``."""
    return _call("ISNUMBER", [x], _are_numbers, raw=True)


def contains(x: Node, part: str) -> Node:
    """``ISNUMBER(SEARCH(…))``: whether a text has another in it, whatever the capitals; one cell at a time."""
    return _Contains("SEARCH", [part, x], np.vectorize(_holds, otypes=[bool]), raw=True)


def _holds(part: object, text: object) -> bool:
    return _text(part).lower() in _text(text).lower()


class _Contains(Call):
    def pieces(self) -> list[Piece]:
        return ["ISNUMBER(", *super().pieces(), ")"]


def power(x: Node, by: Like) -> Node:
    """``x^by``."""
    return _binary(x, "^", node(by), ATOM, np.power)


def number(x: Node) -> Node:
    """``N``: the number in a cell, nought for a text."""
    return _call("N", [x], numbers, raw=True)


def length(x: Node) -> Node:
    """``LEN``."""
    return _call("LEN", [x], np.vectorize(lambda v: len(_text(v)), otypes=[float]), raw=True)


def year(x: Node) -> Node:
    """``YEAR``."""
    return _call("YEAR", [x], np.vectorize(lambda v: day(v).year, otypes=[float]))


def month(x: Node) -> Node:
    """``MONTH``."""
    return _call("MONTH", [x], np.vectorize(lambda v: day(v).month, otypes=[float]))


def date_of(y: Like, m: Like, d: Like) -> Node:
    """``DATE``."""
    work = np.vectorize(lambda y, m, d: serial(add_months(date(int(y), 1, 1), int(m) - 1)) + int(d) - 1, otypes=[float])
    return _call("DATE", [y, m, d], work)


def months_after(x: Node, months: Like) -> Node:
    """``EDATE``: the same day of a later month, or its last."""

    def move(v: float, n: float) -> float:
        start = day(v)
        first = add_months(start.replace(day=1), int(n))
        return min(serial(first) + start.day - 1, serial(last_day(first)))

    return _call("EDATE", [x, months], np.vectorize(move, otypes=[float]))


def month_end(x: Node) -> Node:
    """``EOMONTH(x,0)``."""
    return _call("EOMONTH", [x, 0], np.vectorize(lambda v, _: serial(last_day(day(v))), otypes=[float]))


def safely(x: Node, other: Like) -> Node:
    """``IFERROR``: a figure, or another where it cannot be worked out."""

    def work(v: Array, o: Array) -> Array:
        if v.dtype == object:
            return v
        return np.where(np.isfinite(v.astype(np.float64)), v, o)

    return _call("IFERROR", [x, other], work, raw=True)


_FORMATS: dict[str, Callable[[Any], str]] = {
    "#,##0.00": lambda v: f"{round_half_up(v):,.2f}",
    "#,##0": lambda v: f"{round_half_up(v, 0):,.0f}",
    "0.0%": lambda v: f"{round_half_up(v * 100, 1):.1f}%",
    "mmm yyyy": lambda v: f"{day(v):%b %Y}",
    "mmmm yyyy": lambda v: f"{day(v):%B %Y}",
    "d mmm yyyy": lambda v: f"{day(v).day} {day(v):%b %Y}",
}


def shown(x: Node, form: str) -> Node:
    """``TEXT``: a number as people read it."""
    return _call("TEXT", [x, form], np.vectorize(lambda v, _: _FORMATS[form](v), otypes=[object]), raw=True)


class Indexed(Node):
    """``INDEX`` of a range by a number (from 1): one cell of a row, a column or a vector."""

    def __init__(self, of: Vector, at: Node) -> None:
        self.of, self.at, self.shape = of, at, _broadcast(of.shape, at.shape)

    @cached_property
    def values(self) -> Array:
        at = np.broadcast_to(self.at.numeric.astype(np.int64) - 1, self.shape)
        cells = np.broadcast_to(self.of.values, (*self.shape, self.of.values.shape[2]))
        safe = np.clip(at, 0, cells.shape[2] - 1)
        found = np.take_along_axis(cells, safe[..., None], axis=2)[..., 0]
        return found if found.dtype == object else np.where(at == safe, found, np.nan)

    def pieces(self) -> list[Piece]:
        return ["INDEX(", *self.of.pieces(), ",", *self.at.pieces(), ")"]


def nth(of: Vector, at: Node) -> Node:
    """One cell of a range by its number, from 1."""
    return Indexed(of, at)


def pick(key: Node, names: Block, figures: Vector) -> Node:
    """The figure beside a name: ``SUMPRODUCT((names=key)*figures)``, which no wildcard in a name can mislead."""
    return product_sum(names.all.eq(key) * figures)


def most_where(term: Node) -> Node:
    """``SUMPRODUCT(MAX(…))``: the most of an expression of ranges."""
    return _MostOf("MAX", [term], lambda x: x.max(axis=2))


class _MostOf(Reduced):
    def pieces(self) -> list[Piece]:
        return ["SUMPRODUCT(", *super().pieces(), ")"]


class Running(Node):
    """A row so far: the sum or the product of its cells up to this one."""

    def __init__(self, name: str, block: Block, work: Callable[..., Array]) -> None:
        self.name, self.block, self.work, self.shape = name, block, work, block.shape

    @cached_property
    def values(self) -> Array:
        return self.work(self.block.numeric, axis=1)

    def text(self, i: int, j: int, sheet: str) -> str:
        block, before = self.block, "" if self.block.sheet == sheet else quoted(self.block.sheet)
        row, first = block.row + i + 1, f"${letters(block.column)}"
        return f"{self.name}({before}{first}{row}:{letters(block.column + j)}{row})"


class RunningDown(Node):
    """A column so far: the sum of its cells down to this one."""

    def __init__(self, block: Block) -> None:
        self.block, self.shape = block, block.shape

    @cached_property
    def values(self) -> Array:
        return np.cumsum(self.block.numeric, axis=0)

    def text(self, i: int, j: int, sheet: str) -> str:
        block, before = self.block, "" if self.block.sheet == sheet else quoted(self.block.sheet)
        column = letters(block.column + j)
        return f"SUM({before}{column}${block.row + 1}:{column}{block.row + i + 1})"


def running_total(block: Block) -> Node:
    """``SUM`` of a row up to this column."""
    return Running("SUM", block, np.cumsum)


def running_product(block: Block) -> Node:
    """``PRODUCT`` of a row up to this column."""
    return Running("PRODUCT", block, np.cumprod)


def latest(key: Node, days: Vector) -> Node:
    """The last of rising days that is not after a day, by its number; nought if none."""
    return Latest(key, days)


def cell_of(block: Block, row: Node, column: Node) -> Node:
    """``INDEX(block,row,column)``: one cell of a table by its numbers, from 1."""
    return _CellOf(block, row, column)


class _CellOf(Node):
    def __init__(self, block: Block, row: Node, column: Node) -> None:
        self.block, self.row, self.column, self.shape = block, row, column, _broadcast(row.shape, column.shape)

    @cached_property
    def values(self) -> Array:
        rows, columns = np.broadcast_arrays(*(n.numeric.astype(np.int64) - 1 for n in (self.row, self.column)))
        table = np.broadcast_to(self.block.values, self.block.shape)
        found: Array = table[np.clip(rows, 0, table.shape[0] - 1), np.clip(columns, 0, table.shape[1] - 1)]
        return found

    def pieces(self) -> list[Piece]:
        return ["INDEX(", Ref(self.block, "all", "all"), ",", *self.row.pieces(), ",", *self.column.pieces(), ")"]


def inverse(block: Block) -> Node:
    """``MINVERSE`` of a square block: the one array formula. Nought where there is none."""
    return _Inverse(block)


class _Inverse(Node):
    def __init__(self, block: Block) -> None:
        self.block, self.shape = block, block.shape

    @cached_property
    def values(self) -> Array:
        try:
            return np.linalg.inv(self.block.numeric)
        except np.linalg.LinAlgError:
            return np.zeros(self.shape)

    def pieces(self) -> list[Piece]:
        return ["IFERROR(MINVERSE(", Ref(self.block, "all", "all"), "),0)"]


class Triangle(Node):
    """What passes through each pool of each pool's own cost, when pools give only to later ones: (pools, pools).

    Row q, column p: one on the diagonal; below it, what the pools before q pass on to it, each × its share for q.
    """

    def __init__(self, shares: Block) -> None:
        self.shares, self.shape = shares, (shares.shape[0], shares.shape[0])
        self.block: Block | None = None

    def attach(self, block: Block) -> None:
        """The block it is the formula of."""
        self.block = block

    @cached_property
    def values(self) -> Array:
        size = self.shape[0]
        return np.linalg.inv(np.eye(size) - np.triu(self.shares.numeric[:, :size], 1)).T

    def text(self, i: int, j: int, sheet: str) -> str:
        if i <= j:
            return str(int(i == j))
        assert self.block is not None
        here, top = self.block, self.shares
        own = f"{letters(here.column + j)}${here.row + 1}:{letters(here.column + j)}{here.row + i}"
        of = "" if top.sheet == sheet else quoted(top.sheet)
        given = f"{of}{letters(top.column + i)}${top.row + 1}:{letters(top.column + i)}${top.row + i}"
        return f"SUMPRODUCT({own},{given})"


class Latest(Node):
    """``MATCH(day, days, 1)``: the last of rising days that is not after a day, from 1; nought if none."""

    def __init__(self, key: Node, among: Vector) -> None:
        self.key, self.among, self.shape = key, among, _broadcast(key.shape, among.shape)

    @cached_property
    def values(self) -> Array:
        found: Array = (numbers(self.among.values) <= self.key.numeric[..., None]).sum(axis=2).astype(np.float64)
        return found

    def pieces(self) -> list[Piece]:
        return ["IFERROR(MATCH(", *self.key.pieces(), ",", *self.among.pieces(), ",1),0)"]
