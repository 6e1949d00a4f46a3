"""The formulas of a workbook against those it was made with: one that was overwritten or edited is named.

The same workbook is laid out again from what was read, so each formula has what it should be and what
it should come to. Where rows or columns were moved, a formula is compared without its addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from fcr.errors import InputError
from fcr.workbook.layout import Sheet
from fcr.workbook.model import lay_out
from fcr.workbook.opened import NO_VALUE, Cell, Page
from fcr.workbook.placed import Calculation
from fcr.workbook.record import NAME, room_of
from fcr.workbook.sheets.mechanism import RARER
from fcr.workbook.typed import fold
from fcr.workbook.values import EPOCH, letters, serial

if TYPE_CHECKING:
    from fcr.workbook.reader import Reading

__all__ = ["Changed", "audit"]

RELATIVE, ABSOLUTE = 1e-9, 1e-6
"""Nearer than this, two values are the same figure."""
SURE = 0.5
"""The share of the cells of a block that must be as made, where rows or columns were moved, to speak of the others."""
LONGEST = 160
HALF_A_PENNY = 0.005
FEW = 8
"""More formulas than this that differ in their addresses alone were moved, not edited."""
STAMPED, INCOME = ("Changes", "Risk", "Risk sizes"), "Income"
"""Sheets that rest on what Python found when the workbook was written; income too, where a rarer offer pays it."""

_QUOTED = re.compile(r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*')")
_SHEET = re.compile(r"([a-z_][\w.]*)!")
_ADDRESS = re.compile(r"\b[a-z]{1,3}\d+(?::[a-z]{1,3}\d+)?\b")


@dataclass(frozen=True)
class Changed:
    """A formula of the model that is not as it was made, or several of one row side by side."""

    where: str
    how: str
    """``overwritten``, ``edited``, ``cleared``, ``moved`` or ``stale``."""
    found: str
    expected: str
    """The formula as it should be, with its equals sign; or the fixed figure."""
    comes_to: float | str | None
    """What it should come to with the figures that were typed in, where that can be told."""

    def __str__(self) -> str:
        if self.how == "stale":
            return (
                f"{self.where}: the figure saved is {self.found}, and the inputs come to {_shown(self.comes_to)}. "
                f"Open the workbook, let it recalculate, and save it."
            )
        if self.how == "moved":
            return (
                f"{self.where} and others: {self.found} formulas refer to other cells than they should, as when rows "
                "were put in. fcr reads every figure, yet the workbook's own results may leave some out. "
                "Write it afresh with: fcr convert."
            )
        short = self.expected if len(self.expected) <= LONGEST else self.expected[: LONGEST - 1] + "…"
        worth = "" if self.comes_to is None else f", which comes to {_shown(self.comes_to)}"
        found = f"found {self.found}, " if self.found else ""
        return f"{self.where} was {self.how}: {found}should be {short}{worth}"


def audit(reading: Reading) -> tuple[Changed, ...]:
    """Every formula that was overwritten, edited or cleared, in sheet order; then what figures are stale."""
    return tuple(_Audit(reading).look())


class _Audit:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.pages: Mapping[str, Page] = reading.finder.pages
        room = room_of(reading.opened)
        try:
            self.book, self.filled = lay_out(reading.placed, room, exact=True), True
        except InputError:  # more rows were put in than the workbook was made for
            self.book, self.filled = lay_out({}, room, exact=True), False
        self.stale: list[Changed] = []
        rarer = _stamped(reading.data)
        self.stamped = (*STAMPED, INCOME) if rarer else STAMPED
        self.current = self.filled and not rarer and all(p.epoch == EPOCH for p in self.pages.values())

    @cached_property
    def moved(self) -> frozenset[str]:
        """The sheets of the book in whose file rows or columns are not where they were laid out."""
        there = ((sheet, self.pages.get(sheet.name)) for sheet in self.book.sheets)
        return frozenset(sheet.name for sheet, page in there if page is not None and not _in_place(sheet, page))

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """The sheets of the file that have other names than they were made with: theirs → ours, folded."""
        pairs = ((fold(page.title), fold(name)) for name, page in self.pages.items())
        return {title: name for title, name in pairs if title != name}

    def look(self) -> Iterator[Changed]:
        """What was changed, in sheet order; then, each in one line, what was moved and what is stale."""
        moved = []
        for changed in self._each():
            if changed.how == "edited" and _shape(changed.found) == _shape(changed.expected):
                moved.append(changed)
            else:
                yield changed
        if len(moved) <= FEW:
            yield from moved
        else:
            yield replace(moved[0], how="moved", found=str(len(moved)))
        if self.stale:
            first, more = self.stale[0], len(self.stale) - 1
            yield replace(first, where=first.where + (f" and {more} more" if more else ""))

    def _each(self) -> Iterator[Changed]:
        for sheet in self.book.sheets:
            page = self.pages.get(sheet.name)
            if page is None:
                yield Changed(sheet.name, "cleared", "", "the whole sheet", None)
                continue
            at = _Moves(sheet, page) if sheet.name in self.moved else None
            for calculation in sheet.calculations:
                if calculation.block.formula is not None:
                    yield from self._block(sheet, page, calculation, at)
                elif at is None and sheet.name not in self.stamped:
                    yield from self._constants(page, calculation)

    def _block(self, sheet: Sheet, page: Page, calculation: Calculation, at: _Moves | None) -> Iterator[Changed]:
        block, formula = calculation.block, calculation.block.formula
        assert formula is not None
        height, width = (1, 1) if calculation.array else block.shape
        wrong: list[list[tuple[int, Cell | None, str]]] = []
        right = 0
        worths = self._values(calculation) if self.current else []
        for i, texts in enumerate(formula.texts(height, width, sheet.name)):
            line = []
            for j, expected in enumerate(texts):
                row, column = block.row + i, block.column + j
                if at is not None:
                    row, column = at.row(row), at.column(row, column)
                cell = page.cells.get((row, column))
                if cell is not None and cell.formula is not None and self._same(cell.formula, expected, sheet.name):
                    right += 1
                    if worths and not _agree(cell, worths[i][j]) and sheet.name not in STAMPED:
                        worth = worths[i][j]
                        self.stale.append(
                            Changed(page.where(row, column), "stale", _shown(cell.value), expected, worth)
                        )
                else:
                    line.append((j, cell, expected))
            wrong.append(line)
        if at is not None and right < SURE * height * width:
            return  # it is not where it is looked for: nothing can be said of it
        for i, line in enumerate(wrong):
            for run in _runs(line):
                yield self._changed(page, calculation, i, run, at)

    @staticmethod
    def _constants(page: Page, calculation: Calculation) -> Iterator[Changed]:
        """Fixed figures and words of the model that are not as they were."""
        block = calculation.block
        if block.name == NAME:
            return
        for (i, j), worth in np.ndenumerate(np.broadcast_to(block.values, block.shape)):
            row, column = block.row + i, block.column + j
            cell = page.cells.get((row, column))
            if worth == "" or worth is None or (cell is not None and _agree(cell, worth)):
                continue
            how, found = ("cleared", "") if cell is None else ("overwritten", _shown(cell.value))
            yield Changed(page.where(row, column), how, found, _shown(worth), None)

    def _same(self, found: str, expected: str, sheet: str) -> bool:
        if found == expected:
            return True
        one, other = _normal(found, self.renamed), _normal(expected, {})
        if one == other:
            return True
        meets = sheet in self.moved or any(fold(name) in other for name in self.moved)
        return meets and _ADDRESS.sub("#", one) == _ADDRESS.sub("#", other)

    def _changed(
        self,
        page: Page,
        calculation: Calculation,
        i: int,
        run: Sequence[tuple[int, Cell | None, str]],
        at: _Moves | None,
    ) -> Changed:
        block = calculation.block
        (first, cell, expected), last = run[0], run[-1][0]
        row, column, end = block.row + i, block.column + first, block.column + last
        if at is not None:
            row, column, end = at.row(row), at.column(row, column), at.column(row, end)
        where = page.where(row, column) + (f":{letters(end)}{row + 1}" if end != column else "")
        how = "cleared" if cell is None else "overwritten" if cell.formula is None else "edited"
        found = "" if cell is None else _shown(cell.value) if cell.formula is None else "=" + cell.formula
        worth = self._values(calculation)[i][first] if self.filled else None
        return Changed(where, how, found, f"={expected}", worth)

    @staticmethod
    def _values(calculation: Calculation) -> list[list[Any]]:
        """What the cells of a block should come to; ``None`` where that is no figure."""
        values = np.broadcast_to(calculation.block.values, calculation.block.shape)
        if values.dtype != object:
            values = np.where(np.isfinite(values.astype(np.float64)), values, np.nan)
        return [[None if isinstance(v, float) and isnan(v) else v for v in row] for row in values.tolist()]


def _shape(formula: str) -> str:
    return _ADDRESS.sub("#", _normal(formula, {}))


def _stamped(data: Mapping[str, Any]) -> bool:
    """Whether income rests on a mechanism that Python worked out when the workbook was written."""
    mechanism = (data.get("contract") or {}).get("mechanism") or {}
    parts = [part.get("mechanism") or {} for part in mechanism.get("parts") or ()]
    return any(one.get("kind") in RARER for one in (mechanism, *parts))


def _agree(cell: Cell, worth: Any) -> bool:
    """Whether the value saved in a cell is what it should be; where either cannot be told, it is."""
    found = cell.value
    if found == worth or worth is None or cell.letter == NO_VALUE:
        return True
    if isinstance(worth, str) or isinstance(found, str):
        return fold(str(found)) == fold(str(worth))
    value = serial(found) if isinstance(found, date) else found
    return isinstance(value, int | float) and abs(value - worth) <= max(ABSOLUTE, RELATIVE * abs(worth))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return f"{value:,.2f}" if abs(value) >= HALF_A_PENNY or not value else f"{value:.6g}"
    if isinstance(value, date):
        return str(value)
    return f'"{value}"' if isinstance(value, str) else "nothing"


def _runs(line: Sequence[tuple[int, Any, str]]) -> Iterator[list[tuple[int, Any, str]]]:
    """Cells side by side that were changed in one way, together."""
    run: list[tuple[int, Any, str]] = []
    for one in line:
        if run and (one[0] != run[-1][0] + 1 or _way(one[1]) != _way(run[-1][1])):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _way(cell: Cell | None) -> int:
    return 0 if cell is None else 1 if cell.formula is None else 2


def _normal(formula: str, renamed: Mapping[str, str]) -> str:
    """A formula without what makes no difference: spaces, dollars, capitals, the marks of newer functions."""
    parts = _QUOTED.split(formula.strip("{}").removeprefix("=").removeprefix("+"))
    for number, part in enumerate(parts):
        if number % 2 == 0:
            plain = part.casefold().replace("_xlfn.", "").replace("_xlws.", "").replace("$", "").replace(";", ",")
            parts[number] = _SHEET.sub(lambda m: renamed.get(m[1], m[1]) + "!", "".join(plain.split()))
        elif part.startswith("'"):
            title = fold(part[1:-1].replace("''", "'"))
            parts[number] = renamed.get(title, title)
    return "".join(parts)


# ── where cells went ─────────────────────────────────────────────────────────────────────────────


def _fixed(sheet: Sheet) -> dict[tuple[int, int], str]:
    """The words that stand on a sheet whatever is typed in: the last written to a cell, where no figure stands."""
    last = {(t.row, t.column): t for t in sheet.texts}
    blocks = [*(one.block for one in sheet.calculations), *(one.block for one in sheet.inputs)]
    for block in blocks:
        for row in range(block.row, block.row + block.shape[0]):
            for column in range(block.column, block.column + block.shape[1]):
                last.pop((row, column), None)
    wanted = ("section", "head", "label")
    return {at: t.text for at, t in last.items() if t.style in wanted and isinstance(t.text, str) and t.text}


def _in_place(sheet: Sheet, page: Page) -> bool:
    return all(fold(page.words(*at)) == fold(" ".join(text.split())) for at, text in _fixed(sheet).items())


class _Moves:
    """Where the rows and columns of a sheet went, told by the words that stand on it."""

    def __init__(self, sheet: Sheet, page: Page) -> None:
        self.sheet, self.page = sheet, page
        words: dict[int, str] = {}
        for (row, column), text in sorted(_fixed(sheet).items()):
            if column == 0:
                words.setdefault(row, fold(text))
        there = [(row, fold(page.words(row, page.rows[row][0]))) for row in page.rows]
        made = list(words.items())
        matcher = SequenceMatcher(None, [w for _, w in made], [w for _, w in there], autojunk=False)
        self.rows: dict[int, int] = {}
        for a, b, size in matcher.get_matching_blocks():
            self.rows |= {made[a + k][0]: there[b + k][0] for k in range(size)}
        self.heads: dict[int, dict[int, int]] = {}
        for (row, column), text in _fixed(sheet).items():
            if row in self.rows:
                line = self.heads.setdefault(row, {})
                found = [c for c in page.rows[self.rows[row]] if fold(page.words(self.rows[row], c)) == fold(text)]
                if len(found) == 1:
                    line[column] = found[0]

    def row(self, row: int) -> int:
        """The row of the file, by the nearest words above."""
        above = max((r for r in self.rows if r <= row), default=None)
        return row if above is None else self.rows[above] + row - above

    def column(self, row: int, column: int) -> int:
        """The column of the file, by the headings above."""
        for at in sorted((r for r in self.heads if r < row and len(self.heads[r]) > 1), reverse=True)[:1]:
            line = self.heads[at]
            if column in line:
                return line[column]
            left = max((c for c in line if c <= column), default=None)
            return column if left is None else line[left] + column - left
        return column
