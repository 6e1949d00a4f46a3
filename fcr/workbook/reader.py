"""A workbook back into a bid: every input found by its words, every problem at once, each with its cell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcr.bid import Bid
from fcr.errors import InputError, Problem, WorkbookError
from fcr.workbook.assembly import UNREAD, Place, Plain, assemble
from fcr.workbook.blanks import elsewhere, follows, to_fill_in
from fcr.workbook.finding import Finder, Table, find
from fcr.workbook.layout import path_of
from fcr.workbook.model import lay_out
from fcr.workbook.opened import Opened, Page, open_workbook
from fcr.workbook.placed import DATES, PLACES, Input
from fcr.workbook.places import place_of, words_of
from fcr.workbook.record import format_of, room_of
from fcr.workbook.typed import Refused, fold, take
from fcr.workbook.upgrades import upgraded

if TYPE_CHECKING:
    from fcr.workbook.audit import Changed

__all__ = ["Reading", "read_bid", "read_opened", "read_workbook"]

KEYS = {DATES: ("name", "from"), PLACES: ("place",)}
"""The fields that make the key of a row, where it is not one field by its own name."""
LISTED = 8
"""Cells that one note lists."""


@dataclass(frozen=True)
class Reading:
    """What a workbook says: the bid, and what a careful reader would want to be told about how it was read."""

    bid: Bid
    notes: tuple[str, ...]
    opened: Opened = field(repr=False)
    data: Mapping[str, Any] = field(repr=False)
    finder: Finder = field(repr=False)
    rows: Mapping[tuple[str | int, ...], int] = field(repr=False)
    """Where each row of a list stands in its table, from 0."""

    @cached_property
    def placed(self) -> dict[str, Any]:
        """The data with its lists as they stand in the file, blank rows included."""
        data = deepcopy(dict(self.data))
        for path in sorted({path[:-1] for path in self.rows}, key=len):
            holder: Any = data
            for key in path[:-1]:
                holder = holder[key]
            old = holder[path[-1]]
            at = [self.rows[(*path, number)] for number in range(len(old))]
            empty: dict[str, Any] | None = {} if any(isinstance(item, dict) for item in old) else None
            new: list[Any] = [empty] * (max(at, default=-1) + 1)
            for row, item in zip(at, old, strict=True):
                new[row] = item
            holder[path[-1]] = new
        return data

    @cached_property
    def formulas(self) -> tuple[Changed, ...]:
        """The formulas of the model that were overwritten or edited, each with what it should be."""
        from fcr.workbook.audit import audit  # noqa: PLC0415 (only where it is asked for)

        return audit(self)


def read_bid(path: str | os.PathLike[str]) -> Bid:
    """The bid in a workbook. Raises :class:`~fcr.errors.WorkbookError` with every problem, each with its cell."""
    return read_workbook(path).bid


def read_workbook(path: str | os.PathLike[str]) -> Reading:
    """The bid in a workbook, with notes on how it was read, and the check of its formulas."""
    opened = open_workbook(Path(path))
    return read_opened(*upgraded(opened, format_of(opened)))


def read_opened(opened: Opened, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Reading:
    """The bid in a workbook of today's words; ``change`` brings data of an older layout up to date."""
    finder = find(lay_out({}, room_of(opened)), opened)
    cells = _Cells(finder)
    cells.read()
    data, conflicts = assemble(cells.plain, cells.places)
    data = change(data)
    problems = [*finder.problems, *cells.problems, *conflicts]
    bid: Bid | None = None
    try:
        bid = Bid.from_dict(data)
    except InputError as error:
        bad = [p.path for p in problems if p.path]
        found = [elsewhere(p) for p in error.problems if not any(_touch(p.path, b) for b in bad)]
        problems += [cells.located(p) for p in found if not follows(p, found, cells.lacks)]
    if bid is None or problems:
        raise WorkbookError(_in_order(problems, opened)) from None
    return Reading(
        bid, (*opened.notes, *_oddities(finder), *finder.notes, *cells.notes()), opened, data, finder, cells.rows
    )


def _oddities(finder: Finder) -> Iterator[str]:
    """What is odd about the sheets that were read."""
    for sheet in finder.book.sheets:
        page = finder.pages.get(sheet.name)
        if page is not None and page.hidden:
            yield f"The sheet {page.title!r} is hidden. It was read all the same."
        if page is not None and sheet.inputs:
            yield from page.notes


def _touch(path: tuple[str | int, ...], bad: tuple[str | int, ...]) -> bool:
    """Whether one path lies on the other: what follows from a cell that could not be read is no problem of its own."""
    here, there = tuple(map(str, path)), tuple(map(str, bad))
    return here[: len(there)] == there or there[: len(here)] == here


def _in_order(problems: Sequence[Problem], opened: Opened) -> list[Problem]:
    """By sheet and cell, none of them twice."""
    sheets = {page.title: number for number, page in enumerate(opened.pages)}

    def place(problem: Problem) -> tuple[int, int, int, str]:
        title, _, cell = problem.where.rpartition("!")
        figures = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if title not in sheets or not figures.isdigit():
            return sheets.get(problem.where, -1), -1, 0, problem.where
        column = cell[: len(cell) - len(figures)]
        return sheets[title], int(figures), len(column), column

    unique = {(p.where, p.what): p for p in problems}
    return sorted(unique.values(), key=place)


@dataclass
class _Cells:
    """The input cells of a file as the model's plain data, and where each stands."""

    finder: Finder
    plain: list[Plain] = field(default_factory=list)
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)
    """Where each path of the data stands, blank cells included; of a table or a row, its first cell."""
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)
    """Names as they were given, by their folded form."""
    rows: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    """Where each row of a list stands in its table, from 0."""
    labels: dict[str, str] = field(default_factory=dict)
    """What belongs in each cell, in short."""
    beyond: dict[str, list[str]] = field(default_factory=dict)
    """Rows below those that a table was made with, which the workbook's own formulas do not know."""
    linked: dict[str, list[str]] = field(default_factory=dict)
    odd: dict[str, list[str]] = field(default_factory=dict)

    def read(self) -> None:
        """Read all of them: single figures, then tables; the names of a table before what is headed by them."""
        for found in self.finder.singles:
            given, page = found.given, found.page
            for j, column in enumerate(found.columns):
                path = given.path if given.block.shape[1] == 1 else (*given.path, j)
                about = _about(given.label, given.unit)
                self._place(path, Place(page.title, found.row, column, about), given.label)
                self._leaf(path, given, page, found.row, column, about)
        rows = [(table, list(self._rows(table))) for table in self.finder.tables]
        for text in self._fixed():
            self._name(text)
        for table, keyed in rows:
            for row, path in keyed:
                self._matrices(table, row, path)
        self._name_as_known()

    def _fixed(self) -> Iterator[str]:
        """The words that the book's own lists offer."""
        lists = next((sheet for sheet in self.finder.book.sheets if sheet.name == "Lists"), None)
        for calculation in lists.calculations if lists else ():
            if calculation.block.formula is None:
                yield from (v for v in calculation.block.values.ravel().tolist() if isinstance(v, str))

    # ── tables ──

    def _rows(self, table: Table) -> Iterator[tuple[int, tuple[str | int, ...]]]:
        """The rows of a table that say something, each with its path in the data."""
        grid, page = table.grid, table.page
        columns = {*table.columns.values(), *(c for group in table.groups.values() for c in group)}
        self._place(grid.path, Place(page.title, table.top, min(columns, default=0)))
        number = 0
        seen: dict[tuple[str | int, ...], int] = {}
        for row, there in page.rows.items():
            if not table.top < row < table.stop or not any(
                c in columns and not self._empty(page, row, c) for c in there
            ):
                continue
            path = self._path(table, row, number)
            if path is None:
                continue
            if path in seen:
                what = f"{words_of(path[len(grid.path) :])!r} is given twice: in rows {seen[path] + 1} and {row + 1}"
                self._problem(page, row, min(columns), "twice", what, "Keep one of the two.", path)
                continue
            seen[path] = row
            number += 1
            if not grid.keyed:
                self.rows[path] = row - table.top - 1
                if row - table.top > grid.rows:
                    self.beyond.setdefault(f"{page.title}, under {grid.title!r}", []).append(str(row + 1))
            self._place(path, Place(page.title, row, min(columns)))
            self._fields(table, row, path)
            yield row, path

    @staticmethod
    def _empty(page: Page, row: int, column: int) -> bool:
        return page.found(row, column).kind == "blank"

    def _path(self, table: Table, row: int, number: int) -> tuple[str | int, ...] | None:
        """The path of a row: its place in a list, or the key in it. ``None`` where the key cannot be read."""
        grid, page = table.grid, table.page
        keys = KEYS.get(grid.keyed, (grid.keyed,) if grid.keyed else ())
        path: list[str | int] = [*grid.path]
        for key in keys:
            given, column = grid.inputs[key], table.columns.get(key)
            found = None if column is None else page.found(row, column)
            if column is None or found is None or found.kind == "blank":
                at = min(table.columns.values()) if column is None else column
                what = f"this is blank, and the row says something: {given.label}"
                self._problem(page, row, at, "blank", what, "Fill it in, or clear the row.", tuple(path))
                return None
            about = _about(f"{given.label} under {grid.title}", given.unit)
            plain = self._taken(given, page, row, column, about, tuple(path))
            if plain is UNREAD:
                return None
            if grid.keyed == PLACES:
                try:
                    path += place_of(str(plain))
                except ValueError as error:
                    fix = "Write it as the first column says: contract / mechanism / parts / 1 / weight."
                    self._problem(page, row, column, "unknown-field", str(error), fix, ())
                    return None
                continue
            path.append(self._known(str(plain)) if given.options and not given.free else str(plain))
        return tuple(path) if keys else (*grid.path, number)

    def _fields(self, table: Table, row: int, path: tuple[str | int, ...]) -> None:
        grid, page = table.grid, table.page
        first = next(iter(grid.inputs))
        called = page.words(row, table.columns[first]) if first in table.columns else ""
        for name, given in grid.inputs.items():
            column = table.columns.get(name)
            if given.heads is None and column is None and not grid.keyed:
                head = f"no column is headed {_headed(given)!r}"
                self._place((*path, *path_of(name)), Place(page.title, table.top, min(table.columns.values()), head))
            if given.heads is not None or column is None:
                continue
            if grid.keyed in KEYS:
                if name != "value":
                    continue
                at = path
            elif grid.keyed and name == grid.keyed:
                continue
            else:
                at = (*path, *path_of(name))
            about = _about(given.label if name == first else f"{given.label} of {called or 'this row'}", given.unit)
            self._place(at, Place(page.title, row, column, about), given.label)
            self._leaf(at, given, page, row, column, about)
            if name in {"name", ""} and (text := str(page.found(row, column).value or "")):
                self._name(text)
        if grid.keyed and grid.keyed not in KEYS:
            self._name(str(path[-1]))
            empty: Any = "" if "" in grid.inputs else {}
            self.plain.append(Plain(path, empty, Place(page.title, row, table.columns[grid.keyed]), weak=True))

    def _matrices(self, table: Table, row: int, path: tuple[str | int, ...]) -> None:
        grid, page = table.grid, table.page
        first = next(iter(grid.inputs))
        called = page.words(row, table.columns[first]) if first in table.columns else ""
        unit = page.words(row, table.columns["unit"]) if "unit" in table.columns else ""
        for name, columns in table.groups.items():
            given = grid.inputs[name]
            if columns:
                self._place((*path, name), Place(page.title, row, columns[0]), given.label)
            for column in columns:
                if self._empty(page, row, column):
                    continue
                key = self._heading(table, given, column, row)
                if key is None:
                    continue
                at = (*path, name, key)
                about = f"{called} of {key}" if unit else f"{given.label} of {called}, {key}"
                self._place(at, Place(page.title, row, column))
                self._leaf(at, given, page, row, column, _about(about, given.unit or unit))

    def _heading(self, table: Table, given: Input, column: int, row: int) -> str | None:
        """What the figures of a matrix's column are for."""
        page, top = table.page, table.top
        found = page.found(top, column)
        if found.kind in {"no value", "error"}:
            what = f"the heading of this column has no value that can be read: {given.label}"
            fix = "Open the file in Excel or LibreOffice, let it work out its formulas, save it and try again."
            self._problem(page, top, column, "no-value", what, fix, ())
            return None
        text = page.words(top, column)
        if not text:
            what = f"there is a figure here, under no heading: {given.label}"
            self._problem(page, row, column, "no-heading", what, "Clear it, or name what it is for.", ())
            return None
        if text.isdigit():
            return text
        if fold(text) not in self.names and page.cells[top, column].formula is None:
            what = f"the heading {text!r} is no name that was given: {given.label}"
            fix = "Give it one of the names listed, or move the column out of the table."
            self._problem(page, top, column, "unknown-heading", what, fix, ())
            return None
        return self._known(str(found.value))

    # ── cells ──

    def _leaf(self, path: tuple[str | int, ...], given: Input, page: Page, row: int, column: int, about: str) -> None:
        if self._empty(page, row, column):
            return
        plain = self._taken(given, page, row, column, about, path)
        self.plain.append(
            Plain(path, plain, Place(page.title, row, column), chosen=bool(given.options) and not given.free)
        )

    def _taken(self, given: Input, page: Page, row: int, column: int, about: str, path: tuple[str | int, ...]) -> Any:
        found = page.found(row, column)
        try:
            taken = take(found, given.kind, about, page.epoch)
        except Refused as refused:
            self._problem(page, row, column, refused.code, refused.what, refused.fix, path)
            return UNREAD
        if found.formula:
            self.linked.setdefault(page.title, []).append(page.where(row, column).rpartition("!")[2])
        if taken.odd:
            where = page.where(row, column).rpartition("!")[2]
            self.odd.setdefault(page.title, []).append(f"{where} {taken.odd}")
        return taken.plain

    def _name(self, text: str) -> None:
        known = self.names.setdefault(fold(text), [])
        if text not in known:
            known.append(text)

    def _known(self, text: str) -> str:
        """A name that differs from one that was given by capitals or spaces only, as it was given."""
        known = self.names.get(fold(text), [])
        return known[0] if len(known) == 1 else text

    def _name_as_known(self) -> None:
        for leaf in self.plain:
            if leaf.chosen and isinstance(leaf.value, str):
                leaf.value = self._known(leaf.value)

    def _place(self, path: tuple[str | int, ...], place: Place, label: str = "") -> None:
        key = tuple(map(str, path))
        if label:
            self.labels.setdefault(str(place), label)
        for length in range(len(key), 0, -1):
            if length < len(key) and key[:length] in self.places:
                break
            self.places.setdefault(key[:length], place)
            place = Place(place.sheet, place.row, place.column)

    def _problem(
        self, page: Page, row: int, column: int, code: str, what: str, fix: str, path: tuple[str | int, ...]
    ) -> None:
        self.problems.append(Problem(page.where(row, column), what, fix, code, path))

    def located(self, problem: Problem) -> Problem:
        """A problem of the model with the cell that it is about."""
        place, whole = self._at(problem.path)
        if place is None:
            return problem
        still = to_fill_in(problem, str(place), self.labels.get(str(place), ""), blank=whole and self._blank(place))
        if still is not None:
            return still
        what = problem.what if whole else f"{problem.where}: {problem.what}"
        what += f": {place.about}" if place.about and whole else ""
        return Problem(str(place), what, problem.fix, problem.code, problem.path)

    def lacks(self, problem: Problem) -> bool:
        """Whether a problem is only that a cell is still blank."""
        return bool(self.located(problem).about)

    def _at(self, path: tuple[str | int, ...]) -> tuple[Place | None, bool]:
        """The cell of a path, or the nearest above it; and whether it is the path's own."""
        key = tuple(map(str, path))
        for length in range(len(key), 0, -1):
            place = self.places.get(key[:length])
            if place is not None:
                return place, length == len(key)
        return None, False

    def _blank(self, place: Place) -> bool:
        page = self.finder.opened.page(place.sheet)
        return page is not None and self._empty(page, place.row, place.column)

    def notes(self) -> Iterator[str]:
        """What was taken although it was not typed as asked."""
        for title, rows in self.beyond.items():
            yield (
                f"{title}: rows below the table's own were read ({_listed(rows)}), which the workbook's own formulas "
                "leave out. Write it afresh with: fcr convert."
            )
        for title, cells in self.linked.items():
            yield f"{title}: formulas stand in input cells, and their last saved values were used: {_listed(cells)}."
        for title, cells in self.odd.items():
            yield f"{title}: typed as text, and read so: {_listed(cells)}."


def _listed(cells: Sequence[str]) -> str:
    more = len(cells) - LISTED
    return ", ".join(cells[:LISTED]) + (f" and {more} more" if more > 0 else "")


def _headed(given: Input) -> str:
    return f"{given.label} ({given.unit})" if given.unit else given.label


def _about(label: str, unit: str) -> str:
    return f"{label}, in {unit}" if unit and unit not in {"%", "date", "month"} else label
