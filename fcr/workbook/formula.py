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
from functools import cached_property
from typing import TypeAlias, Union

import numpy as np

from fcr.workbook.values import Array, equal, less, letters, numbers, quoted, texts

Shape: TypeAlias = tuple[int, int]
Like: TypeAlias = Union["Node", float, int, str]
Piece: TypeAlias = Union[str, "Ref"]

COMPARE, JOIN, ADD, MULTIPLY, MINUS, ATOM = range(6)


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

    def attach(self, block: Block) -> None:
        """Be told which block it is the formula of, for the few that refer to their own cells."""

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
        return _binary(self, "<", node(other), COMPARE, less, raw=True)

    def __le__(self, other: Like) -> Node:
        return _binary(self, "<=", node(other), COMPARE, np.less_equal)

    def __gt__(self, other: Like) -> Node:
        return _binary(self, ">", node(other), COMPARE, np.greater)

    def __ge__(self, other: Like) -> Node:
        return _binary(self, ">=", node(other), COMPARE, np.greater_equal)

    def eq(self, other: Like) -> Node:
        """Whether they are equal; texts whatever their capitals."""
        return _binary(self, "=", node(other), COMPARE, equal, raw=True)

    def ne(self, other: Like) -> Node:
        """Whether they differ."""
        return _binary(self, "<>", node(other), COMPARE, lambda a, b: ~equal(a, b), raw=True)

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


def _true_or_false(x: Node) -> bool:
    """Whether an expression comes to TRUE or FALSE."""
    return getattr(x, "strength", ATOM) == COMPARE or getattr(x, "name", "") in {"AND", "OR", "NOT", "ISNUMBER"}


def _binary(
    left: Node, sign: str, right: Node, strength: int, work: Callable[..., Array], *, raw: bool = False
) -> Node:
    if strength == COMPARE and _true_or_false(left) != _true_or_false(right):  # in Excel FALSE=0 is not true
        one = Literal(1)
        left, right = (x * one if _true_or_false(x) else x for x in (left, right))
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
        if formula is not None:
            formula.attach(self)
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
