"""One source for a formula and its value: arithmetic on blocks of cells that also writes itself.

A :class:`Block` is a rectangle of cells. Expressions over blocks follow numpy's rule of broadcasting,
and the rule is the reference: a row used down a table is written ``F$3``, a column used across it
``$C7``, a single figure ``$B$5`` or its name, a block of the same shape ``F7``. So each block is one
form of formula, and its cached values are computed by the same expression that is written.

Blanks count as nought in arithmetic and equal an empty text, as they do in a spreadsheet; texts are
equal whatever their capitals. That formula and value agree is proven by recalculating in LibreOffice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any, TypeAlias, Union

import numpy as np
import numpy.typing as npt

from fcr.money import round_half_up
from fcr.periods import add_months, last_day

Array: TypeAlias = npt.NDArray[Any]
Shape: TypeAlias = tuple[int, int]
Like: TypeAlias = Union["Node", float, int, str]
Piece: TypeAlias = Union[str, "Ref"]

COMPARE, JOIN, ADD, MULTIPLY, MINUS, ATOM = range(6)

EPOCH = date(1899, 12, 30)


def serial(day: date) -> int:
    """A date as spreadsheets count days.

    >>> serial(date(2026, 4, 1))
    46113
    """
    return (day - EPOCH).days


def day(number: float) -> date:
    """The date of a spreadsheet's day number."""
    return EPOCH + timedelta(days=int(number))


@lru_cache(maxsize=4096)
def letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def quoted(sheet: str) -> str:
    """A sheet's name as a formula says it, with its exclamation mark.

    >>> quoted("Price"), quoted("Start here")
    ('Price!', "'Start here'!")
    """
    assert sheet, "a formula refers to a block that has no place"
    return f"{sheet}!" if sheet.isalnum() and not sheet[0].isdigit() else "'" + sheet.replace("'", "''") + "'!"


def numbers(values: Array) -> Array:
    """Values as arithmetic takes them: blanks and texts are nought, true is one."""
    if values.dtype == object:
        flat = [float(v) if isinstance(v, int | float | np.number) else 0.0 for v in values.ravel()]
        return np.array(flat, dtype=np.float64).reshape(values.shape)
    return values.astype(np.float64, copy=False)


def texts(values: Array) -> Array:
    """Values as they are joined and compared as text."""
    if values.dtype == object:
        return np.array([_text(v) for v in values.ravel()], dtype=object).reshape(values.shape)
    return np.array([_text(v) for v in values.ravel().tolist()], dtype=object).reshape(values.shape)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | np.bool_):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value)


def _equal(a: Array, b: Array) -> Array:
    if object in (a.dtype, b.dtype):
        a, b = np.broadcast_arrays(a, b)
        return np.array([_same(x, y) for x, y in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)]).reshape(
            a.shape
        )
    return np.asarray(a == b)


def _less(a: Array, b: Array) -> Array:
    """``<``: numbers by size; texts in the order of their small letters."""
    if a.dtype == object and b.dtype == object and any(isinstance(v, str) for v in a.ravel().tolist()):
        a, b = np.broadcast_arrays(a, b)
        pairs = zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)
        return np.array([_text(x).lower() < _text(y).lower() for x, y in pairs]).reshape(a.shape)
    return np.asarray(numbers(a) < numbers(b))


def _same(x: object, y: object) -> bool:
    if x is None or y is None:  # a blank equals an empty text and nought
        return (x or 0) == (y or 0) or {x, y} <= {None, ""}
    if isinstance(x, str) and isinstance(y, str):
        return x.lower() == y.lower()
    if isinstance(x, str) or isinstance(y, str):
        return False
    return bool(x == y)


# ── references ───────────────────────────────────────────────────────────────────────────────────


class Ref:
    """A reference to a block, or to a range in it, as seen from the cell (i, j) of what uses it."""

    __slots__ = ("block", "columns", "rows", "step")

    def __init__(self, block: Block, rows: str, columns: str, step: int = 0) -> None:
        self.block, self.rows, self.columns, self.step = block, rows, columns, step

    def at(self, i: int, j: int, sheet: str) -> str:
        """The reference in A1 form, from a cell of ``sheet``."""
        block = self.block
        if block.name and self.rows == self.columns == "fixed":
            return block.name
        before = "" if block.sheet == sheet else quoted(block.sheet)
        height, width = block.shape
        if self.columns == "all":
            left, right = f"${letters(block.column)}", f"${letters(block.column + width - 1)}"
        else:
            at = letters(block.column + (j + self.step if self.columns == "same" else 0))
            left = right = at if self.columns == "same" else f"${at}"
        if self.rows == "all":
            top, bottom = f"${block.row + 1}", f"${block.row + height}"
        else:
            top = bottom = f"{block.row + 1 + i}" if self.rows == "same" else f"${block.row + 1}"
        if "all" in (self.rows, self.columns) and (left, top) != (right, bottom):
            return f"{before}{left}{top}:{right}{bottom}"
        return f"{before}{left}{top}"

    def spread(self, height: int, width: int, sheet: str) -> tuple[list[str], list[str]]:
        """The reference from every cell of a block, in two parts: by the column, then by the row."""
        if self.rows != "same" and self.columns != "same":
            return [self.at(0, 0, sheet)] * width, [""] * height
        if self.columns != "same":
            return [""] * width, [self.at(i, 0, sheet) for i in range(height)]
        if self.rows != "same":
            return [self.at(0, j, sheet) for j in range(width)], [""] * height
        if self.columns == self.rows == "same":
            first = str(self.block.row + 1)
            across = [self.at(0, j, sheet).removesuffix(first) for j in range(width)]
            return across, [str(self.block.row + 1 + i) for i in range(height)]
        raise AssertionError


# ── expressions ──────────────────────────────────────────────────────────────────────────────────


class Node:
    """An expression over cells: its shape, its values, and how it is written."""

    shape: Shape
    strength = ATOM

    @cached_property
    def values(self) -> Array:
        """What it comes to, of its shape (rows, columns)."""
        raise NotImplementedError

    def pieces(self) -> list[Piece]:
        """How it is written: text, and references that depend on the cell."""
        raise NotImplementedError

    def text(self, i: int, j: int, sheet: str) -> str:
        """The formula of its cell (i, j), without the equals sign, as written on ``sheet``."""
        return "".join(p if isinstance(p, str) else p.at(i, j, sheet) for p in self._written)

    def texts(self, height: int, width: int, sheet: str) -> Iterator[list[str]]:
        """The formulas of a whole block, row by row: those of :meth:`text`, many times as fast."""
        if type(self).text is not Node.text:
            for i in range(height):
                yield [self.text(i, j, sheet) for j in range(width)]
            return
        parts: list[str | tuple[list[str], list[str]]] = [
            piece.replace("%", "%%") if isinstance(piece, str) else piece.spread(height, width, sheet)
            for piece in self._written
        ]
        moving = [part[0] for part in parts if not isinstance(part, str)]
        across = list(zip(*moving, strict=True)) if moving else [()] * width
        for i in range(height):
            form = "".join(p if isinstance(p, str) else "%s" + p[1][i] for p in parts)
            yield [form % line for line in across]

    @cached_property
    def _written(self) -> list[Piece]:
        return self.pieces()

    @property
    def numeric(self) -> Array:
        """Its values as arithmetic takes them."""
        return numbers(self.values)

    def inner(self, strength: int) -> list[Piece]:
        """Its pieces, in brackets where what surrounds it binds more tightly."""
        return self.pieces() if self.strength >= strength else ["(", *self.pieces(), ")"]

    def __add__(self, other: Like) -> Node:
        return _sum(self, "+", other)

    def __radd__(self, other: Like) -> Node:
        return _sum(node(other), "+", self)

    def __sub__(self, other: Like) -> Node:
        return _sum(self, "-", other)

    def __rsub__(self, other: Like) -> Node:
        return _sum(node(other), "-", self)

    def __mul__(self, other: Like) -> Node:
        return _binary(self, "*", node(other), MULTIPLY, np.multiply)

    def __rmul__(self, other: Like) -> Node:
        return node(other) * self

    def __truediv__(self, other: Like) -> Node:
        return _binary(self, "/", node(other), MULTIPLY, np.divide)

    def __rtruediv__(self, other: Like) -> Node:
        return node(other) / self

    def __neg__(self) -> Node:
        return _call("", [self], np.negative, prefix="-")

    def __lt__(self, other: Like) -> Node:
        return _binary(self, "<", node(other), COMPARE, _less, raw=True)

    def __le__(self, other: Like) -> Node:
        return _binary(self, "<=", node(other), COMPARE, np.less_equal)

    def __gt__(self, other: Like) -> Node:
        return _binary(self, ">", node(other), COMPARE, np.greater)

    def __ge__(self, other: Like) -> Node:
        return _binary(self, ">=", node(other), COMPARE, np.greater_equal)

    def eq(self, other: Like) -> Node:
        """Whether they are equal; texts whatever their capitals."""
        return _binary(self, "=", node(other), COMPARE, _equal, raw=True)

    def ne(self, other: Like) -> Node:
        """Whether they differ."""
        return _binary(self, "<>", node(other), COMPARE, lambda a, b: ~_equal(a, b), raw=True)

    @property
    def blank(self) -> Node:
        """Whether nothing is there."""
        return self.eq("")

    @property
    def given(self) -> Node:
        """Whether something is there."""
        return self.ne("")

    def join(self, *others: Like) -> Node:
        """Texts one after another."""
        result: Node = self
        for other in others:
            result = _binary(result, "&", node(other), JOIN, _joined, raw=True)
        return result


def _joined(a: Array, b: Array) -> Array:
    a, b = np.broadcast_arrays(texts(a), texts(b))
    return a + b


def _sum(a: Node, sign: str, b: Like) -> Node:
    return _binary(a, sign, node(b), ADD, np.add if sign == "+" else np.subtract)


def _binary(
    left: Node, sign: str, right: Node, strength: int, work: Callable[..., Array], *, raw: bool = False
) -> Node:
    kind = VectorBinary if isinstance(left, Vector) or isinstance(right, Vector) else Binary
    return kind(left, sign, right, strength, work, raw=raw)


class Literal(Node):
    """A number or a text typed in a formula: only 0, 1 and 12 among numbers, for anything else has a cell."""

    def __init__(self, value: float | str) -> None:
        if not isinstance(value, str) and value not in {0, 1, 12}:
            raise ValueError(f"{value} is typed in a formula: give it a cell")
        self.value, self.shape = value, (1, 1)

    @cached_property
    def values(self) -> Array:
        return np.array([[self.value]], dtype=object if isinstance(self.value, str) else np.float64)

    def pieces(self) -> list[Piece]:
        return ['"' + self.value.replace('"', '""') + '"' if isinstance(self.value, str) else str(self.value)]


def node(value: Like) -> Node:
    """An expression as it stands; a number or a text as one."""
    return value if isinstance(value, Node) else Literal(value)


def _broadcast(*shapes: Shape) -> Shape:
    rows, columns = np.broadcast_shapes(*shapes)
    return int(rows), int(columns)


class Binary(Node):
    """Two expressions with a sign between them."""

    def __init__(
        self, left: Node, sign: str, right: Node, strength: int, work: Callable[..., Array], *, raw: bool = False
    ) -> None:
        self.left, self.sign, self.right, self.strength, self.work, self.raw = left, sign, right, strength, work, raw
        self.shape = _broadcast(left.shape, right.shape)

    def _operands(self) -> tuple[Array, Array]:
        if self.raw:
            return self.left.values, self.right.values
        return self.left.numeric, self.right.numeric

    @cached_property
    def values(self) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.work(*self._operands()))

    def pieces(self) -> list[Piece]:
        tighter = self.strength + (self.sign in "-/")
        left, right = self.left.inner(self.strength), self.right.inner(tighter)
        if self.strength == COMPARE:
            left, right = self.left.inner(JOIN), self.right.inner(JOIN)
        return [*left, self.sign, *right]


class Vector(Node):
    """A range as seen from a cell: values (rows, columns, length)."""

    cells: Array
    """(rows, columns, length), broadcasting over what uses it."""

    @cached_property
    def values(self) -> Array:
        return self.cells


def _deep(operand: Node, *, raw: bool) -> Array:
    values = operand.values if raw else operand.numeric
    return values if isinstance(operand, Vector) else values[..., None]


class VectorBinary(Binary, Vector):
    """Two expressions, one of them a range, cell by cell."""

    @cached_property
    def values(self) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(
                self.work(_deep(self.left, raw=self.raw), _deep(self.right, raw=self.raw)),
            )


class Range(Vector):
    """All of a block, or its row or column that meets the cell."""

    def __init__(self, block: Block, shape: Shape, rows: str, columns: str, arrange: Callable[[Array], Array]) -> None:
        self.block, self.shape, self.rows, self.columns, self.arrange = block, shape, rows, columns, arrange

    @cached_property
    def values(self) -> Array:
        return self.arrange(self.block.values)

    def pieces(self) -> list[Piece]:
        return [Ref(self.block, self.rows, self.columns)]


class Picked(Vector):
    """The row or column of a block that a number says: ``INDEX(block, n, 0)``."""

    def __init__(self, block: Block, at: Node, axis: int) -> None:
        self.block, self.at, self.axis, self.shape = block, at, axis, at.shape

    @cached_property
    def values(self) -> Array:
        at = self.at.numeric.astype(np.int64) - 1
        values = self.block.values if self.axis == 0 else self.block.values.T
        safe = np.clip(at, 0, values.shape[0] - 1)
        return values[safe]

    def pieces(self) -> list[Piece]:
        at = self.at.pieces()
        place = [*at, ",0"] if self.axis == 0 else ["0,", *at]
        return ["INDEX(", Ref(self.block, "all", "all"), ",", *place, ")"]


class Call(Node):
    """A function of expressions, cell by cell."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[Like],
        work: Callable[..., Array],
        *,
        raw: bool = False,
        prefix: str = "",
    ) -> None:
        self.name, self.arguments, self.work, self.raw = name, [node(a) for a in arguments], work, raw
        self.prefix, self.strength = prefix, MINUS if prefix else ATOM
        self.shape = _broadcast(*(a.shape for a in self.arguments))

    @cached_property
    def values(self) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.work(*(a.values if self.raw else a.numeric for a in self.arguments)))

    def pieces(self) -> list[Piece]:
        if self.prefix:
            return [self.prefix, *self.arguments[0].inner(MINUS)]
        return [self.name, "(", *_listed(self.arguments), ")"]


class VectorCall(Call, Vector):
    """A function of ranges, cell by cell."""

    @cached_property
    def values(self) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.work(*(_deep(a, raw=self.raw) for a in self.arguments)))


def _call(
    name: str, arguments: Sequence[Like], work: Callable[..., Array], *, raw: bool = False, prefix: str = ""
) -> Node:
    kind = VectorCall if any(isinstance(a, Vector) for a in arguments) else Call
    return kind(name, arguments, work, raw=raw, prefix=prefix)


def _listed(arguments: Sequence[Node]) -> Iterator[Piece]:
    for number, argument in enumerate(arguments):
        if number:
            yield ","
        yield from argument.pieces()


class Reduced(Node):
    """A range brought down to one figure for each cell: a sum, the most, the least, a count."""

    def __init__(
        self, name: str, arguments: Sequence[Like], work: Callable[[Array], Array], *, raw: bool = False
    ) -> None:
        self.name, self.arguments, self.work, self.raw = name, [node(a) for a in arguments], work, raw
        self.shape = _broadcast(*(a.shape for a in self.arguments))

    @cached_property
    def values(self) -> Array:
        deep = [_deep(a, raw=self.raw) for a in self.arguments]
        lead = np.broadcast_shapes(*(d.shape[:2] for d in deep))
        joined = np.concatenate([np.broadcast_to(d, (*lead, d.shape[2])) for d in deep], axis=2)
        return np.asarray(self.work(joined))

    def pieces(self) -> list[Piece]:
        return [self.name, "(", *_listed(self.arguments), ")"]


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────


class Block(Node):
    """A rectangle of cells: inputs, or the cells of one expression. A layout gives it its place."""

    def __init__(self, values: Array | None = None, formula: Node | None = None, name: str = "") -> None:
        if formula is not None:
            self.shape = formula.shape
        elif values is not None:
            self.shape = (values.shape[0], values.shape[1])
            self.__dict__["values"] = values
        self.formula, self.name = formula, name
        if isinstance(formula, Triangle):
            formula.block = self
        self.sheet, self.row, self.column = "", -1, -1

    @cached_property
    def values(self) -> Array:
        assert self.formula is not None
        return np.broadcast_to(self.formula.values, self.shape)

    def place(self, sheet: str, row: int, column: int) -> None:
        """Say where it stands (counted from 0)."""
        self.sheet, self.row, self.column = sheet, row, column

    def pieces(self) -> list[Piece]:
        rows = "fixed" if self.shape[0] == 1 else "same"
        columns = "fixed" if self.shape[1] == 1 else "same"
        return [Ref(self, rows, columns)]

    def where(self, i: int = 0, j: int = 0) -> str:
        """The address of one of its cells."""
        return f"{quoted(self.sheet)}{letters(self.column + j)}{self.row + i + 1}"

    def cut(self, rows: slice = slice(None), columns: slice = slice(None)) -> Block:
        """Some of its rows and columns, as a block to refer to."""
        return Cut(self, rows, columns)

    # what of it a formula may use, besides the cell that meets it

    @property
    def all(self) -> Range:
        """All of it, in reading order."""
        return Range(self, (1, 1), "all", "all", lambda v: v.reshape(1, 1, -1))

    @property
    def down(self) -> Range:
        """The column of it that meets the cell."""
        columns = "all" if self.shape[1] == 1 else "same"
        return Range(self, (1, self.shape[1]), "all", columns, lambda v: v.T[None, :, :])

    @property
    def across(self) -> Range:
        """The row of it that meets the cell."""
        rows = "all" if self.shape[0] == 1 else "same"
        return Range(self, (self.shape[0], 1), rows, "all", lambda v: v[:, None, :])

    def line(self, at: Node) -> Picked:
        """The row of it that a number says (from 1)."""
        return Picked(self, at, 0)

    def column_of(self, at: Node) -> Picked:
        """The column of it that a number says (from 1)."""
        return Picked(self, at, 1)


class Cut(Block):
    """Some rows and columns of a block."""

    def __init__(self, of: Block, rows: slice, columns: slice) -> None:
        self.of, self.rows, self.columns = of, rows, columns
        self.shape = (len(range(of.shape[0])[rows]), len(range(of.shape[1])[columns]))
        self.formula, self.name = None, ""
        self.place(of.sheet, of.row + (rows.start or 0), of.column + (columns.start or 0))

    @cached_property
    def values(self) -> Array:
        return np.broadcast_to(self.of.values, self.of.shape)[self.rows, self.columns]


class Stacked(Block):
    """Blocks that stand one under another, as one."""

    def __init__(self, parts: Sequence[Block]) -> None:
        self.parts, first = parts, parts[0]
        self.shape = (sum(part.shape[0] for part in parts), first.shape[1])
        self.formula, self.name = None, ""
        self.place(first.sheet, first.row, first.column)
        tops = [first.row + sum(part.shape[0] for part in parts[:i]) for i in range(len(parts))]
        assert [(p.sheet, p.row, p.column) for p in parts] == [(first.sheet, top, first.column) for top in tops]

    @cached_property
    def values(self) -> Array:
        return np.concatenate([np.broadcast_to(part.values, part.shape) for part in self.parts], axis=0)


class Abreast(Block):
    """Blocks that stand side by side, as one."""

    def __init__(self, parts: Sequence[Block]) -> None:
        self.parts, first = parts, parts[0]
        self.shape = (first.shape[0], sum(part.shape[1] for part in parts))
        self.formula, self.name = None, ""
        self.place(first.sheet, first.row, first.column)

    @cached_property
    def values(self) -> Array:
        return np.concatenate([np.broadcast_to(part.values, part.shape) for part in self.parts], axis=1)


class Counted(Node):
    """1, 2, 3… as headings."""

    def __init__(self, width: int) -> None:
        self.shape = (1, width)

    @cached_property
    def values(self) -> Array:
        return np.arange(1.0, self.shape[1] + 1)[None, :]

    def text(self, i: int, j: int, sheet: str) -> str:
        _ = i, sheet
        return str(j + 1)


# ── functions ────────────────────────────────────────────────────────────────────────────────────


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
    return Reduced("COUNTA", ranges, lambda x: (~_equal(x, np.array([[[""]]], dtype=object))).sum(axis=2), raw=True)


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
