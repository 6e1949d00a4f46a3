"""A laid-out workbook into an .xlsx file: formulas with their values beside them, the same bytes for the same book."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from fcr.workbook.fitting import heights, widths
from fcr.workbook.formula import Block, Node
from fcr.workbook.kinds import Kind
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.placed import Calculation, Input, Written
from fcr.workbook.values import letters, quoted

if TYPE_CHECKING:
    from xlsxwriter.format import Format

__all__ = ["to_bytes"]

STAMP = datetime(2026, 1, 1)  # noqa: DTZ001 (a workbook keeps no zone; fixed, so that bytes repeat)

TABS = {"guide": "#1D70B8", "input": "#B58900", "calculation": "#6F777B", "result": "#00703C"}
LOUD = ("incomplete", "INPUTS HAVE CHANGED", "to do", "unknown", "fail", "Integrity: Not", "Integrity: FAULT")
"""How words begin that ask for attention."""
SQUEEZED = 2
"""Pages side by side that are small enough to print as one."""
PAGE = 175
"""Characters across a page of A4 that can still be read."""
INK, RULE = "#0B0C0C", "#B1B4B6"

INPUT = {"bg_color": "#FFF6D6", "border": 4, "border_color": "#7A5C00", "locked": False, "valign": "top"}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "kind": {"italic": True},
    "section": {"bold": True, "font_size": 13, "bottom": 2},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E5E8EA", "bottom": 1},
    "label": {"valign": "top"},
    "unit": {"font_color": "#505A5F", "valign": "top", "align": "left", "indent": 1},
    "note": {"font_color": "#505A5F", "valign": "top"},
    "plain": {"valign": "top", "text_wrap": True},
    "told": {"valign": "top", "text_wrap": True, "align": "left", "indent": 1},
    "link": {"font_color": "#1D4F91", "underline": 1, "valign": "top"},
    "warning": {"bold": True, "font_color": "#942514"},
    "input": INPUT,
    "figure": {**INPUT, "align": "right", "indent": 1},
    "word": {**INPUT, "align": "left", "indent": 1},
    "sample": {**INPUT, "locked": True},
    "calculation": {"valign": "top"},
    "result": {"bold": True, "valign": "top", "bg_color": "#EEF5EE"},
    **{
        f"step {n}": {"valign": "top", "text_wrap": True, "align": "left", "indent": n, "bold": n in {0, 1}}
        for n in range(8)
    },
}


class _Plain(Worksheet):  # type: ignore[misc]
    """A worksheet that writes formulas as they are.

    The library looks in each for 130 functions newer than 2010, to mark them: ours have none, and the
    search takes most of the time of writing.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        _ = expand_future_functions
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")


def to_bytes(book: Book) -> bytes:
    """The .xlsx file of a laid-out workbook."""
    target = io.BytesIO()
    workbook = Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    workbook.set_properties(
        {"title": book.title, "subject": "Full cost recovery", "created": STAMP, "comments": "Made with fcr"}
    )
    workbook.set_calc_mode("auto")
    _Writer(book, workbook).write()
    workbook.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: Book, workbook: Workbook) -> None:
        self.book, self.workbook = book, workbook
        self.formats: dict[tuple[str, str], Format] = {}

    def format(self, style: str, form: str = "") -> Format:
        """The cell format of a style and a number format, made once."""
        key = (style, form)
        if key not in self.formats:
            looks = {"font_name": "Arial", "font_size": 10, "font_color": INK, **STYLES[style]}
            self.formats[key] = self.workbook.add_format({**looks, **({"num_format": form} if form else {})})
        return self.formats[key]

    def write(self) -> None:
        sheets = {sheet.name: self.workbook.add_worksheet(sheet.name, _Plain) for sheet in self.book.sheets}
        for name, block in sorted(self.book.names.items()):
            self.workbook.define_name(name, "=" + _absolute(block))
        for sheet in self.book.sheets:
            self._sheet(sheet, sheets[sheet.name])
        first = sheets[self.book.sheets[0].name]
        first.activate()
        first.set_first_sheet()

    def _sheet(self, sheet: Sheet, to: Worksheet) -> None:
        for column, width in sorted(widths(sheet).items()):
            to.set_column(column, column, width)
        for row, height in heights(sheet).items():
            to.set_row(row, height)
        for text in sheet.texts:
            self._text(sheet, text, to)
        for calculation in sheet.calculations:
            self._calculation(sheet, calculation, to)
        for given in sheet.inputs:
            self._input(given, to)
        self._furnish(sheet, to)

    def _furnish(self, sheet: Sheet, to: Worksheet) -> None:
        to.set_tab_color(TABS[sheet.role])
        self._marks(sheet, to)
        to.hide_gridlines(2)
        to.freeze_panes(*sheet.freeze)
        to.set_paper(9)
        to.set_landscape()
        used = max((t.column for t in sheet.texts), default=0)
        given = widths(sheet)
        pages = -(-int(sum(given.get(column, 9) for column in range(used + 1))) // PAGE)
        if sheet.role in {"guide", "result"} and pages <= SQUEEZED:
            pages = 1  # a result is read across
        to.fit_to_pages(pages, 1 if sheet.role == "guide" else 0)
        if pages > 1:  # never both: it takes LibreOffice four seconds to open a workbook that repeats both
            to.repeat_columns(0, 0)
        else:
            to.repeat_rows(0, sheet.freeze[0] - 1)
        to.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        to.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        for row, height in sorted(sheet.heights.items()):
            to.set_row(row, height)
        for draw in sheet.charts:
            draw(self.workbook, to)

    def _marks(self, sheet: Sheet, to: Worksheet) -> None:
        """Words that ask for attention stand out wherever a result says them."""
        if sheet.role not in {"result", "guide"}:
            return
        loud = self.workbook.add_format({"bold": True, "font_color": "#942514", "bg_color": "#FBE9E7"})
        last = max((t.row for t in sheet.texts), default=0)
        for word in LOUD:
            rule = {"type": "text", "criteria": "begins with", "value": word, "format": loud}
            to.conditional_format(2, 0, last, 20, rule)
        empty = self.workbook.add_format({"font_color": "#FFFFFF", "bg_color": "#FFFFFF"})
        for first, end in _runs(t.row for t in sheet.texts if t.style == "label" and isinstance(t.text, Node)):
            rule = {"type": "formula", "criteria": f'=$A{first + 1}=""', "format": empty}
            to.conditional_format(first, 1, end, 20, rule)

    def _text(self, sheet: Sheet, text: Written, to: Worksheet) -> None:
        look = self.format(text.style)
        if isinstance(text.text, Node):
            value = text.text.values[0, 0]
            to.write_formula(text.row, text.column, "=" + text.text.text(0, 0, sheet.name), look, _cached(value))
        elif text.style == "link":
            to.write_url(text.row, text.column, f"internal:{quoted(text.text)}A1", look, text.text)
        elif text.text:
            to.write_string(text.row, text.column, text.text, look)

    def _calculation(self, sheet: Sheet, calculation: Calculation, to: Worksheet) -> None:
        block, formula = calculation.block, calculation.block.formula
        style, form = (calculation.form, "") if calculation.form in STYLES else (calculation.role, calculation.form)
        look = self.format(style, form)
        values = np.broadcast_to(block.values, block.shape).tolist()
        if calculation.array and formula is not None:
            self._array(sheet, block, values, look, to)
            return
        if formula is None:
            for i, row in enumerate(values):
                for j, value in enumerate(row):
                    self._constant(to, block.row + i, block.column + j, value, look)
            return
        for i, (row, texts) in enumerate(zip(values, formula.texts(*block.shape, sheet.name), strict=True)):
            for j, (value, text) in enumerate(zip(row, texts, strict=True)):
                to.write_formula(block.row + i, block.column + j, "=" + text, look, _cached(value))

    def _array(self, sheet: Sheet, block: Block, values: list[list[Any]], look: Format, to: Worksheet) -> None:
        assert block.formula is not None
        height, width = block.shape
        place = (block.row, block.column, block.row + height - 1, block.column + width - 1)
        to.write_array_formula(*place, "{=" + block.formula.text(0, 0, sheet.name) + "}", look, _cached(values[0][0]))
        for i, row in enumerate(values):
            for j, value in enumerate(row):
                if i or j:
                    to.write_number(block.row + i, block.column + j, value, look)

    @staticmethod
    def _constant(to: Worksheet, row: int, column: int, value: object, look: Format) -> None:
        if value is None or value == "":
            to.write_blank(row, column, None, look)
        elif isinstance(value, str):
            to.write_string(row, column, value, look)
        else:
            to.write_number(row, column, value, look)

    def _input(self, given: Input, to: Worksheet) -> None:
        block = given.block
        look = self.format("figure" if given.kind.numeric else "word", given.kind.number_format)
        for i, row in enumerate(block.values.tolist()):
            for j, value in enumerate(row):
                self._constant(to, block.row + i, block.column + j, value, look)
        height, width = block.shape
        to.data_validation(
            block.row, block.column, block.row + height - 1, block.column + width - 1, self._validation(given)
        )

    def _validation(self, given: Input) -> dict[str, Any]:
        kind, cell = given.kind, _first(given.block)
        rule: dict[str, Any] = {
            "input_title": _short(given.label, 32),
            "input_message": _short(given.help + (f" ({given.unit})" if given.unit else ""), 255),
            "error_title": "Please check",
            "error_message": _short(f"Expected {kind.expected}. {given.help}", 255),
            "ignore_blank": True,
        }
        if given.options:
            words = self.book.lists[given.options]
            refusal = {"error_type": "information"} if given.free else {}
            return rule | refusal | {"validate": "list", "source": "=" + _absolute(words)}
        if kind.words and not kind.numeric:
            return rule | {"validate": "list", "source": list(kind.words)}
        if kind.words:
            listed = ",".join(f'{cell}="{word}"' for word in kind.words)
            return rule | {"validate": "custom", "value": f"=OR(ISNUMBER({cell}),{listed})"}
        return rule | self._bounds(kind)

    @staticmethod
    def _bounds(kind: Kind) -> dict[str, Any]:
        if kind.day:
            return {"validate": "date", "criteria": ">=", "value": datetime(1990, 1, 1)}  # noqa: DTZ001
        if not kind.numeric:
            return {"validate": "length", "criteria": "<=", "value": 200}
        what = "integer" if kind.whole else "decimal"
        low, high = kind.low, kind.high
        if low is None:
            return {"validate": what, "criteria": "between", "minimum": -1e12, "maximum": 1e12}
        return {"validate": what, "criteria": "between", "minimum": low, "maximum": 1e12 if high is None else high}


def _runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Rows one under another, by the first and the last."""
    run: list[int] = []
    for row in sorted(set(rows)):
        if run and row != run[-1] + 1:
            yield run[0], run[-1]
            run = []
        run.append(row)
    if run:
        yield run[0], run[-1]


def _cached(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | int | np.number):
        return float(value)
    return "" if value is None else str(value)


def _first(block: Block) -> str:
    return block.where().rpartition("!")[2]


def _absolute(block: Block) -> str:

    height, width = block.shape
    first = f"${letters(block.column)}${block.row + 1}"
    last = f"${letters(block.column + width - 1)}${block.row + height}"
    return quoted(block.sheet) + (first if first == last else f"{first}:{last}")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
