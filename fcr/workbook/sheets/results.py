"""How results are shown: by contract year with their term, and never before everything is given."""

from __future__ import annotations

from fcr.workbook.formula import Block, Node, if_, is_number, total
from fcr.workbook.layout import Sheet
from fcr.workbook.sheets.completeness import Completeness
from fcr.workbook.sheets.months import Months

__all__ = ["shown_rows", "year_ruler"]


def year_ruler(sheet: Sheet, months: Months, title: str, about: str = "", *, term: bool = True) -> None:
    """A section headed by the contract years, and the term in column C."""
    sheet.ruler(title, months.year_labels, about)
    if term:
        sheet.write(sheet.row - 1, 2, "Term", "head")


def shown_rows(sheet: Sheet, complete: Completeness, label: str | Node, block: Node, *, name: str = "") -> Block:
    """Rows of results with their term, or the word *incomplete*; other words stand as they are."""
    top = sheet.row
    shown = sheet.calc(label, "£", complete.shown(block))
    bottom, sheet.row = sheet.row, top
    first = shown.cut(columns=slice(0, 1))
    sheet.calc("", "£", if_(is_number(first), total(shown.across), first), at=2, name=name)
    sheet.row = bottom
    return shown
