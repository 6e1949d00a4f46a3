"""A workbook before it is written: its sheets, and each cell once.

A :class:`Book` is laid out from plain data (a bid, whole or in part) and the room asked for. Sheets
take *inputs*, each with its path in the data, and *calculations*, each one expression. The writer
draws it, the reader looks for its inputs, and the check of formulas compares with it: all three see
the same cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from fcr.errors import InputError, Problem
from fcr.workbook.formula import Block, Counted, Node, Stacked
from fcr.workbook.kinds import Kind
from fcr.workbook.placed import (
    DATES,
    FIRST,
    FORMS,
    PLACES,
    Calculation,
    Column,
    Grid,
    Input,
    Live,
    Matrix,
    Path,
    Role,
    Style,
    Written,
)
from fcr.workbook.places import says_something, words_of
from fcr.workbook.room import Room
from fcr.workbook.values import Array, letters

__all__ = ["Book", "Sheet"]

ROLES: Mapping[Role, str] = {
    "guide": "Guide",
    "input": "Input sheet: type in the shaded cells",
    "calculation": "Calculation sheet: nothing to type",
    "result": "Result sheet: nothing to type",
}


class Sheet:
    """One sheet as it is being laid out, from the top down."""

    def __init__(self, book: Book, name: str, title: str, role: Role, about: str) -> None:
        self.book, self.name, self.title, self.role, self.about = book, name, title, role, about
        self.texts: list[Written] = []
        self.inputs: list[Input] = []
        self.calculations: list[Calculation] = []
        self.widths: dict[int, int] = {0: 34, 1: 14, 2: 14, 3: 14, 4: 14, 5: 14}
        self.heights: dict[int, float] = {}
        """Rows that hold more than one line, with their height in points."""
        self.wide = False
        self.freeze: tuple[int, int] = (4, 1)
        self.charts: list[Any] = []
        self.row = 4
        self.write(0, 0, title, "title")
        self.write(1, 0, ROLES[role] + ". " + about, "kind")

    def write(self, row: int, column: int, text: str | Node, style: Style = "plain", span: int = 1) -> None:
        """A text in a cell."""
        self.texts.append(Written(row, column, text, style, span))

    def section(self, title: str, about: str = "") -> None:
        """A heading, with a blank row before it."""
        self.row += 1
        self.write(self.row, 0, title, "section")
        if about:
            self.row += 1
            self.write(self.row, 0, about, "note")
        self.row += 1

    # ── inputs ──

    def heads(self, *words: str, at: int = 0) -> None:
        """A row of headings."""
        for number, word in enumerate(words):
            self.write(self.row, at + number, word, "head")
        self.row += 1

    def field(
        self,
        path: str,
        label: str,
        kind: Kind,
        help_: str,
        *,
        unit: str = "",
        source: str = "",
        name: str = "",
        options: str = "",
    ) -> Block:
        """One figure: label, cell, unit, what it is and where to find it. ``path`` has dots."""
        at = path_of(path)
        value = self.book.taken(at, kind, f"{self.name}!B{self.row + 1}")
        block = self._input(np.array([[value]], dtype=object), self.row, 1, name)
        self.inputs.append(Input(block, kind, label, unit, help_, at, options=options))
        self.write(self.row, 0, label, "label")
        self.write(self.row, 2, unit, "unit")
        self.write(self.row, 3, source or "yours", "note")
        self.write(self.row, 4, help_, "note")
        self.row += 1
        return block

    def series(self, path: str, label: str, kind: Kind, help_: str, *, unit: str, count: int, name: str = "") -> Block:
        """One figure for each contract year: label, unit, the years from :data:`FIRST` on."""
        at = path_of(path)
        where = f"{self.name}!{letters(FIRST)}{self.row + 1}"
        values = [self.book.taken((*at, j), kind, where) for j in range(count)]
        block = self._input(np.array([values], dtype=object), self.row, FIRST, name)
        self.inputs.append(Input(block, kind, label, unit, help_, at))
        self.write(self.row, 0, label, "label")
        self.write(self.row, 1, unit, "unit")
        self.write(self.row, 2, help_, "note")
        self.row += 1
        return block

    def grid(
        self,
        path: str,
        title: str,
        columns: Sequence[Column | Matrix | Live],
        rows: int,
        about: str = "",
        *,
        keyed: str = "",
    ) -> Grid:
        """A table of inputs; ``path`` has dots. Blank rows are no rows."""
        at = path_of(path) if path else ()
        self.section(title, about)
        self.row += any(isinstance(spec, Matrix) for spec in columns)
        grid = Grid(self, at, title, self.row, rows, keyed)
        entries = self.book.entries(at, keyed)
        if len(entries) > rows:
            raise InputError(
                [Problem(title, f"there is room for {rows}, not {len(entries)}", "Ask for more rows.", "room")]
            )
        column = 0
        for spec in columns:
            if isinstance(spec, Live):
                column += self._live(grid, spec, column)
            elif isinstance(spec, Matrix):
                column += self._matrix(grid, spec, column, entries)
            else:
                column += self._column(grid, spec, column, entries)
        self.row += rows + 1
        return grid

    def _column(self, grid: Grid, spec: Column, column: int, entries: Sequence[Any]) -> int:
        """One column of a table of inputs."""
        values = np.full((grid.rows, 1), None, dtype=object)
        for i, key in enumerate(entries):
            values[i, 0] = self._entry(grid, key, spec, f"{self.name}!{letters(column)}{grid.top + 2 + i}")
        unit = f" ({spec.unit})" if spec.unit and spec.unit != spec.heading else ""
        self.write(grid.top, column, spec.heading + unit, "head")
        self.widths[column] = max(self.widths.get(column, 0), spec.width)
        block = self._input(values, grid.top + 1, column, "")
        made = Input(
            block, spec.kind, spec.heading, spec.unit, spec.help, (spec.field,), grid, None, spec.options, spec.free
        )
        self.inputs.append(made)
        grid.inputs[spec.field] = made
        return 1

    def _matrix(self, grid: Grid, spec: Matrix, column: int, entries: Sequence[Any]) -> int:
        """Columns of a table of inputs that are headed by names; how many."""
        heads = Block(formula=spec.heads if isinstance(spec.heads, Node) else spec.heads(grid))
        heads.place(self.name, grid.top, column)
        self.calculations.append(Calculation(heads, "head", "calculation"))
        self.write(grid.top - 1, column, spec.title, "note")
        values = np.full((grid.rows, heads.shape[1]), None, dtype=object)
        for i, key in enumerate(entries):
            where = f"{self.name}!{letters(column)}{grid.top + 2 + i}"
            for j, name in enumerate(_keys(heads)):
                if name:
                    values[i, j] = self.book.taken((*grid.path, key, spec.field, name), spec.kind, where)
        for j in range(heads.shape[1]):
            self.widths[column + j] = max(self.widths.get(column + j, 0), 13)
        block = self._input(values, grid.top + 1, column, "")
        made = Input(block, spec.kind, spec.title, spec.unit, spec.help, (spec.field,), grid, heads)
        self.inputs.append(made)
        grid.inputs[spec.field] = made
        return heads.shape[1]

    def _live(self, grid: Grid, spec: Live, column: int) -> int:
        """A column of formulas in a table of inputs."""
        block = Block(formula=spec.formula(grid))
        block.place(self.name, grid.top + 1, column)
        self.calculations.append(Calculation(block, FORMS.get(spec.form, spec.form), "calculation"))
        self.write(grid.top, column, spec.heading, "head")
        self.widths[column] = max(self.widths.get(column, 0), spec.width)
        grid.live[spec.heading] = block
        return 1

    def _entry(self, grid: Grid, key: Any, spec: Column, where: str) -> float | str | None:
        """The cell of one column for one entry of a table."""
        if grid.keyed == DATES:
            name, day = key
            return (
                {"name": name, "from": spec.kind.cell(day)}.get(spec.field)
                if spec.field != "value"
                else (self.book.taken((*grid.path, name, day), spec.kind, where))
            )
        if grid.keyed == PLACES:
            return words_of(key) if spec.field == "place" else self.book.taken((*grid.path, *key), spec.kind, where)
        if grid.keyed and spec.field == grid.keyed:
            return str(key)
        return self.book.taken((*grid.path, key, *path_of(spec.field)), spec.kind, where)

    def _input(self, values: Array, row: int, column: int, name: str) -> Block:
        block = Block(values, name=name)
        block.place(self.name, row, column)
        if name:
            self.book.names[name] = block
        return block

    # ── calculations ──

    def calc(
        self,
        label: str | Node,
        unit: str,
        formula: Node,
        form: str = "pounds",
        *,
        at: int | None = None,
        name: str = "",
        role: Literal["calculation", "result"] | None = None,
        array: bool = False,
        note: str = "",
    ) -> Block:
        """Rows of one expression: labels, unit, and its cells, from :data:`FIRST` on (a single column in column C)."""
        block = Block(formula=formula, name=name)
        rows, columns = block.shape
        column = at if at is not None else (FIRST if columns > 1 else 2)
        block.place(self.name, self.row, column)
        if name:
            self.book.names[name] = block
        self.calculations.append(
            Calculation(
                block, FORMS.get(form, form), role or ("result" if self.role == "result" else "calculation"), array
            )
        )
        for i in range(rows):
            text = label if isinstance(label, str) else _row_of(label, i)
            if text != "":
                self.write(self.row + i, 0, text, "label")
            self.write(self.row + i, 1, unit, "unit")
            if note and i == 0:
                self.write(self.row, column + columns, note, "note")
        self.row += rows
        return block

    def figure(self, label: str, value: float | str, unit: str, note: str, name: str) -> Block:
        """A fixed figure that formulas use, in a cell of its own with its name."""
        block = Block(np.array([[value]], dtype=object if isinstance(value, str) else np.float64), name=name)
        block.place(self.name, self.row, 2)
        self.book.names[name] = block
        self.calculations.append(Calculation(block, "General", "calculation"))
        self.write(self.row, 0, label, "label")
        self.write(self.row, 1, unit, "unit")
        self.write(self.row, 3, note, "note")
        self.row += 1
        return block

    def hold(self, block: Block, form: str = "General") -> None:
        """Keep fixed figures that stand already in their place."""
        self.calculations.append(Calculation(block, FORMS.get(form, form), "calculation"))

    def stack(self, parts: Sequence[tuple[str | Node, str, Node]], form: str, *, at: int | None = None) -> Block:
        """Rows of several expressions one under another, as one block: ``(label, unit, expression)``."""
        return Stacked([self.calc(label, unit, formula, form, at=at) for label, unit, formula in parts])

    def row_of(self, label: str, unit: str, values: Array) -> Block:
        """A row of fixed figures, from :data:`FIRST` on."""
        block = Block(values[None, :])
        block.place(self.name, self.row, FIRST)
        self.hold(block, "whole")
        self.write(self.row, 0, label, "label")
        self.write(self.row, 1, unit, "unit")
        self.row += 1
        return block

    def word(self, text: str) -> Block:
        """A word in column A of the row to come, to refer to; it is the label of that row."""
        block = Block(np.array([[text]], dtype=object))
        block.place(self.name, self.row, 0)
        self.hold(block, "label")
        return block

    def constants(self, label: str, block: Block) -> Block:
        """A column of fixed texts or figures."""
        block.place(self.name, self.row, 2)
        self.calculations.append(Calculation(block, "General", "calculation"))
        for i in range(block.shape[0]):
            self.write(self.row + i, 0, label, "label")
        self.row += block.shape[0]
        return block

    def columns(self, labels: Node, specs: Sequence[tuple[str, str, Node, str]], at: int = 2) -> list[Block]:
        """Calculations side by side, a row for each label: ``(heading, unit, expression, form)`` from column C on."""
        self.write(self.row, 0, "Line", "head")
        for number, (heading, unit, _, _) in enumerate(specs):
            self.write(self.row, at + number, f"{heading} ({unit})" if unit else heading, "head")
            self.widths.setdefault(at + number, 14)
        self.row += 1
        made = []
        for number, (_, _, formula, form) in enumerate(specs):
            block = Block(formula=formula)
            block.place(self.name, self.row, at + number)
            role: Literal["calculation", "result"] = "result" if self.role == "result" else "calculation"
            self.calculations.append(Calculation(block, FORMS.get(form, form), role))
            made.append(block)
        for i in range(made[0].shape[0]):
            self.write(self.row + i, 0, _row_of(labels, i), "label")
        self.row += made[0].shape[0]
        return made

    def ruler(self, title: str, heads: Node, about: str = "") -> None:
        """A section whose columns from :data:`FIRST` on are headed by what an expression says."""
        self.section(title, about)
        self.write(self.row, 0, "Line", "head")
        self.write(self.row, 1, "Unit", "head")
        for j in range(heads.shape[1]):
            counted = isinstance(heads, Counted)  # 1, 2, 3… are words, not formulas
            self.write(self.row, FIRST + j, str(j + 1) if counted else _cell_of(heads, j), "head")
            self.widths.setdefault(FIRST + j, 12)
        self.row += 1


def path_of(dotted: str) -> Path:
    """A path in the data, from its names with dots between.

    >>> path_of("organisation.costs.amounts.0")
    ('organisation', 'costs', 'amounts', 0)
    """
    return tuple(int(part) if part.isdigit() else part for part in dotted.split(".") if part)


def _keys(heads: Block) -> list[str]:
    """What the columns of a matrix are for, as the data says it: names, or years."""
    return [str(int(n)) if isinstance(n, float) else str(n or "") for n in heads.values[0].tolist()]


class Turned(Node):
    """A column of names as a row of headings."""

    def __init__(self, *columns: Block) -> None:
        self.columns_ = columns
        self.shape = (1, sum(block.shape[0] for block in columns))

    @property
    def values(self) -> Array:
        cells = [str(v or "") for block in self.columns_ for v in block.values[:, 0].tolist()]
        return np.array([cells], dtype=object)

    def text(self, i: int, j: int, sheet: str) -> str:
        _ = i
        for block in self.columns_:
            if j < block.shape[0]:
                return (block.join("")).text(j, 0, sheet)
            j -= block.shape[0]
        raise IndexError(j)


class _Cell(Node):
    """One cell of an expression, to stand alone as a heading or a label."""

    def __init__(self, of: Node, i: int, j: int) -> None:
        self.of, self.i, self.j, self.shape = of, i, j, (1, 1)

    @property
    def values(self) -> Array:
        values = np.broadcast_to(self.of.values, self.of.shape)
        return values[self.i : self.i + 1, self.j : self.j + 1]

    def text(self, i: int, j: int, sheet: str) -> str:
        return self.of.text(self.i + i, self.j + j, sheet)


def _cell_of(heads: Node, j: int) -> Node:
    return _Cell(heads, 0, j)


def _row_of(labels: Node, i: int) -> Node:
    return _Cell(labels, i, 0)


class Book:
    """A workbook before it is written."""

    def __init__(self, data: Mapping[str, Any], room: Room, stamps: Mapping[str, Any] | None = None) -> None:
        self.data, self.room, self.stamps = data, room, stamps or {}
        self.sheets: list[Sheet] = []
        self.names: dict[str, Block] = {}
        self.lists: dict[str, Block] = {}
        """Columns of words to choose from, by what they list."""
        self.problems: list[Problem] = []
        self.title = str(data.get("name") or "Full cost recovery workbook")
        self.leaves = dict(_flatten(data))
        """What of the data has not found its cell yet: path → leaf."""

    def sheet(self, name: str, title: str, role: Role, about: str) -> Sheet:
        """A new sheet, after the others."""
        made = Sheet(self, name, title, role, about)
        self.sheets.append(made)
        return made

    def named(self, name: str) -> Sheet:
        """The sheet of this name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def taken(self, path: Path, kind: Kind, where: str) -> float | str | None:
        """A leaf of the data as its cell holds it; it has then found its cell."""
        plain = self.leaves.pop(path, None)
        try:
            return kind.cell(plain)
        except (ValueError, ArithmeticError) as error:
            fix = "Round it, or keep the bid as .json."
            self.problems.append(Problem(where, str(error), fix, "too-exact", path))
            return None

    def unplaced(self, under: Path = ()) -> list[Path]:
        """What has found no cell yet, by its path from a place on; what says nothing is left out."""
        depth = len(under)
        return [p[depth:] for p, leaf in self.leaves.items() if p[:depth] == under and says_something(p, leaf)]

    def entries(self, path: Path, keyed: str) -> list[Any]:
        """The keys of what a list or a mapping of the data holds; for dated figures, name and day."""
        if keyed == PLACES:
            return [left for left in self.unplaced(path) if path or left[0] != "saved"]
        found: Any = self.data
        for key in path:
            if isinstance(found, list | tuple) and isinstance(key, int):
                found = found[key] if key < len(found) else None
                continue
            found = found.get(key) if isinstance(found, Mapping) else None
            if found is None:
                return []
        if keyed == DATES:
            return [(name, day) for name, days in found.items() for day in days]
        return list(found) if keyed else list(range(len(found)))

    @property
    def inputs(self) -> Iterator[Input]:
        """Every input of every sheet."""
        for sheet in self.sheets:
            yield from sheet.inputs


def _flatten(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(data, Mapping) and data:
        for key, item in data.items():
            yield from _flatten(item, (*path, key))
    elif isinstance(data, list | tuple) and data:
        for i, item in enumerate(data):
            yield from _flatten(item, (*path, i))
    elif data is not None:
        yield path, data
