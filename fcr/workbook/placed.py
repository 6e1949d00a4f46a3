"""What stands on a sheet: words, inputs with their path in the data, calculations, and tables of inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from fcr.workbook.formula import Block, Node
from fcr.workbook.kinds import Kind

if TYPE_CHECKING:
    from fcr.workbook.layout import Sheet

__all__ = [
    "DATES",
    "FIRST",
    "FORMS",
    "PLACES",
    "Calculation",
    "Column",
    "Grid",
    "Input",
    "Live",
    "Matrix",
    "Path",
    "Role",
    "Style",
    "Written",
]

Path: TypeAlias = tuple[str | int, ...]
Role: TypeAlias = Literal["guide", "input", "calculation", "result"]
Style: TypeAlias = Literal[
    "title",
    "kind",
    "section",
    "head",
    "label",
    "unit",
    "note",
    "plain",
    "warning",
    "link",
    "sample",
    "calculation",
    "result",
]

FIRST = 6
"""The column (from 0) at which months and contract years begin, on every sheet."""

DATES = "dates"
"""The key of a table of figures by name and day."""
PLACES = "places"
"""The key of a table of what has no cell of its own, by its place in words (:mod:`fcr.workbook.places`)."""


@dataclass(frozen=True)
class Written:
    """A text that stands in a cell as it is."""

    row: int
    column: int
    text: str | Node
    style: Style
    span: int = 1
    """Columns it may run over."""


@dataclass(frozen=True)
class Input:
    """Input cells: a block, and what each of its cells is in the data."""

    block: Block
    kind: Kind
    label: str
    unit: str
    help: str
    path: Path
    """Its path in the data; ``None``-like places (the row, the column) are filled in by ``grid``."""
    grid: Grid | None = None
    heads: Block | None = None
    """For a matrix: the cells that say what its columns are for."""
    options: str = ""
    """The list of :attr:`Book.lists` that it is chosen from, when the words are cells themselves."""
    free: bool = False
    """Whether another word than those listed may be typed."""


@dataclass(frozen=True)
class Calculation:
    """Cells of one expression."""

    block: Block
    form: str
    """How its figures are shown."""
    role: Literal["calculation", "result"]
    array: bool = False
    """Whether it is written as one array formula."""


@dataclass(frozen=True)
class Column:
    """A column of a table of inputs."""

    field: str
    heading: str
    kind: Kind
    help: str
    unit: str = ""
    width: int = 14
    options: str = ""
    """The list of :attr:`Book.lists` that it is chosen from."""
    free: bool = False
    """Whether another word than those listed may be typed."""


@dataclass(frozen=True)
class Live:
    """A column of formulas in a table of inputs: it may use the columns to its left."""

    heading: str
    formula: Callable[[Grid], Node]
    form: str = "text"
    width: int = 14


@dataclass(frozen=True)
class Matrix:
    """Columns of a table of inputs, one for each of some names: ``field`` maps a name to a figure."""

    field: str
    heads: Node | Callable[[Grid], Node]
    kind: Kind
    help: str
    title: str
    unit: str = ""


@dataclass
class Grid:
    """A table of inputs: one row for each thing."""

    sheet: Sheet
    path: Path
    title: str
    top: int
    """The row of its headings."""
    rows: int
    keyed: str = ""
    """For a mapping in the data: the field whose value is the key; its rows are kept in order."""
    inputs: dict[str, Input] = field(default_factory=dict)
    live: dict[str, Block] = field(default_factory=dict)
    """Its columns of formulas, by their headings."""

    def __getitem__(self, name: str) -> Block:
        return self.inputs[name].block

    def wide(self, *names: str) -> Block:
        """Columns that stand side by side, as one block."""
        first = self[names[0]]
        block = Block(np.concatenate([self[name].values for name in names], axis=1))
        block.place(first.sheet, first.row, first.column)
        return block

    def heads(self, name: str) -> Block:
        """The headings of a matrix."""
        heads = self.inputs[name].heads
        assert heads is not None
        return heads


FORMS = {
    "pounds": "#,##0.00;[Red]-#,##0.00;–",
    "number": "#,##0.0000;[Red]-#,##0.0000;–",
    "whole": "0;-0;–",
    "share": "0.0000%;-0.0000%;–",
    "factor": "0.000000",
    "date": "d mmm yyyy",
    "text": "@",
    "flag": "0;-0;·",
}
