"""A sheet or a text file as rows of cells, each of which knows its place.

Only cells that hold something are kept, so that a sheet formatted down to its last row costs
nothing, and nothing below a gap is lost.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from fcr.errors import nearest
from fcr.lines import Source
from fcr.workbook.cells import BLANK, Found, from_text, from_workbook
from fcr.workbook.guard import MOST_CELLS, Accepted, accept, decode, refuse
from fcr.workbook.values import letters

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Grid", "Row", "read_grid"]

SAMPLE = 60
"""Rows looked at to tell which character parts the columns, and which sheet is meant."""
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row that hold something, by their column (from 0)."""

    number: int
    cells: Mapping[int, Found]

    def __getitem__(self, column: int | None) -> Found:
        """The cell in a column; blank when it holds nothing, or there is no such column."""
        return BLANK if column is None else self.cells.get(column, BLANK)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as found: its file, its sheet when it has one, its rows that are not blank."""

    file: str
    sheet: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def where(self, row: Row, column: int | None = None) -> str:
        """The place of a cell, or of a whole row, as a message says it."""
        if self.sheet:
            cell = "" if column is None else letters(column)
            return f"{self.file} {self.sheet}!{cell}{row.number}"
        part = "" if column is None else f", column {column + 1}"
        return f"{self.file} line {row.number}{part}"

    def source(self, row: Row, column: int) -> Source:
        """Where a figure came from, to be kept with it."""
        if self.sheet:
            return Source(file=self.file, sheet=self.sheet, cell=f"{letters(column)}{row.number}")
        return Source(file=self.file, line=row.number)


Score = Callable[[Sequence[Row]], int]
"""How much the first rows look like the table wanted: nought for not at all."""


def read_grid(path: Path, sheet: str | None, score: Score) -> Grid:
    """Read one table from a workbook or a text file.

    ``score`` tells the table wanted from others: which of several sheets, which delimiter.
    Raises :class:`~fcr.errors.InputError` when there is none, or several.
    """
    accepted = accept(path)
    if accepted.kind == "workbook":
        return _from_workbook(path, accepted, sheet, score)
    if sheet is not None:
        refuse("unknown-name", str(path), f"a text file has no sheets, so none named {sheet!r}", "Leave --sheet out.")
    return _from_text(path, accepted, score)


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def _from_text(path: Path, accepted: Accepted, score: Score) -> Grid:
    text, notes = decode(accepted.data, str(path))
    skipped = 0
    head, _, rest = text.partition("\n")
    if head.strip().lower() in {f"sep={d}".strip() for d in DELIMITERS}:  # Excel's own way to say it
        text, skipped = rest, 1
    ranked, failures = [], []
    for delimiter in DELIMITERS:
        try:
            sample = list(islice(_records(text, delimiter, skipped), SAMPLE))
        except csv.Error as error:
            failures.append(str(error))
            continue
        ranked.append((score(sample), sum(len(row.cells) > 1 for row in sample), delimiter))
    if not ranked:
        what = f"the table cannot be read: {failures[0]}"
        refuse("damaged", str(path), what, "Look for a quotation mark that is not closed, or export the file again.")
    best = max(ranked, key=lambda r: r[:2])[2]
    rows, cells = [], 0
    try:
        for row in _records(text, best, skipped):
            cells += len(row.cells)
            if cells > MOST_CELLS:
                what = f"the table has more than {MOST_CELLS:,} cells"
                refuse("file-size", str(path), what, "Export a shorter period, or totals by account.")
            rows.append(row)
    except csv.Error as error:
        last = rows[-1].number if rows else 0
        what = f"the table cannot be read after line {last}: {error}"
        refuse("damaged", str(path), what, "Look for a quotation mark that is not closed, or export the file again.")
    if best != ",":
        notes += (f"The columns are parted by {DELIMITERS[best]}.",)
    return Grid(path.name, "", tuple(rows), notes)


def _records(text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    """The records that are not blank, each with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1 + skipped
    for record in reader:
        cells = {i: found for i, text in enumerate(record) if (found := from_text(text)) is not BLANK}
        if cells:
            yield Row(start, cells)
        start = reader.line_num + 1 + skipped


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────


def _from_workbook(path: Path, accepted: Accepted, sheet: str | None, score: Score) -> Grid:
    formulas, values = _load(path, accepted.data, data_only=False), _load(path, accepted.data, data_only=True)
    names = [ws.title for ws in values.worksheets]
    if sheet is not None:
        chosen = next((n for n in names if n.strip().casefold() == sheet.strip().casefold()), None)
        if chosen is None:
            fix = f"{nearest(sheet, names)} It has: {', '.join(names)}.".strip()
            refuse("unknown-name", str(path), f"there is no sheet {sheet!r}", fix)
        return _sheet(path, values[chosen], formulas[chosen], accepted.notes)
    grids = [_sheet(path, values[name], formulas[name], accepted.notes) for name in names]
    filled = [grid for grid in grids if grid.rows]
    if not filled:
        refuse("empty", str(path), "no sheet of the workbook holds anything", "Check that it is the right file.")
    fitting = [grid for grid in filled if score(grid.rows[:SAMPLE])] or filled
    if len(fitting) > 1:
        fix = f"Say which with --sheet: {', '.join(grid.sheet for grid in fitting)}."
        refuse("which-sheet", str(path), f"{len(fitting)} sheets could be the one wanted", fix)
    others = [name for name in names if name != fitting[0].sheet]
    notes = (f"Other sheets were not read: {', '.join(others)}.",) if others else ()
    return Grid(path.name, fitting[0].sheet, fitting[0].rows, fitting[0].notes + notes)


def _load(path: Path, data: bytes, *, data_only: bool) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415 (a quarter of a second, for those who open a workbook)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data), data_only=data_only, keep_links=False)
    except Exception:  # noqa: BLE001 (a damaged workbook can fail anywhere inside the parser)
        fix = "Open it in Excel or LibreOffice, save a copy and give that."
        refuse("damaged", str(path), "the workbook is damaged, so it cannot be read", fix)


def _sheet(path: Path, values: Worksheet, formulas: Worksheet, notes: tuple[str, ...]) -> Grid:
    rows: dict[int, dict[int, Found]] = {}
    for (number, column), cell in sorted(values._cells.items()):  # noqa: SLF001 (rows are never filled up by looking)
        twin = formulas._cells.get((number, column))  # noqa: SLF001
        found = from_workbook(
            cell.value,
            cell.data_type,
            formula=twin is not None and twin.data_type == "f",
            indent=_indent(cell),
        )
        if found.kind != "blank":
            rows.setdefault(number, {})[column - 1] = found
    return Grid(
        path.name,
        values.title,
        tuple(Row(number, cells) for number, cells in rows.items()),
        notes + tuple(_oddities(values, set(rows))),
    )


def _indent(cell: object) -> int:
    alignment = getattr(cell, "alignment", None)
    return int(getattr(alignment, "indent", 0) or 0)


def _oddities(sheet: Worksheet, used: set[int]) -> Iterator[str]:
    hidden = sorted(n for n, d in sheet.row_dimensions.items() if d.hidden and n in used)
    if hidden:
        listed = ", ".join(map(str, hidden[:5])) + ("…" if len(hidden) > 5 else "")  # noqa: PLR2004
        yield f"Hidden rows were read as well: {len(hidden)} of them ({listed})."
    columns = sorted(letter for letter, d in sheet.column_dimensions.items() if d.hidden)
    if columns:
        yield f"Hidden columns were read as well: {', '.join(columns)}."
    if sheet.sheet_state != "visible":
        yield f"The sheet {sheet.title!r} is hidden. It was read all the same."
    merged = [str(r) for r in sheet.merged_cells.ranges]
    if merged:
        yield f"Merged cells hold a value in their first cell only: {', '.join(sorted(merged)[:5])}."
