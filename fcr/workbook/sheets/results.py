"""How results are shown: by contract year with their term, and never before everything is given."""

from __future__ import annotations

from fcr.workbook.formula import Block, Counted, Node
from fcr.workbook.functions import RunningDown, if_, is_number, product_sum, total
from fcr.workbook.layout import Sheet
from fcr.workbook.sheets.completeness import Completeness
from fcr.workbook.sheets.months import Months

__all__ = ["shown_rows", "used_lines", "year_ruler"]


def year_ruler(sheet: Sheet, months: Months, title: str, about: str = "", *, term: bool = True) -> None:
    """A section headed by the contract years, and the term in column C."""
    sheet.ruler(title, months.year_labels, about)
    if term:
        sheet.write(sheet.row - 1, 2, "Term", "head")


def used_lines(sheet: Sheet, title: str, names: Block, figures: Block) -> Block:
    """The numbers of the lines that have a figure in any column, one under another; nought after the last: (n, 1)."""
    sheet.section(f"{title}: lines with a figure", "Their numbers, so that results list them without gaps.")
    counted = Block(Counted(names.shape[0]).values.T.copy())
    sheet.heads("Line", "", "Has one", "Number", "So far", "Listed")
    top = sheet.row
    used = sheet.calc(names, "", if_(product_sum(figures.across.ne(0) * 1) > 0, 1, 0), "flag")
    counted.place(sheet.name, top, 3)
    sheet.hold(counted, "whole")
    sheet.row = top
    before = sheet.calc("", "", RunningDown(used), "whole", at=4)
    sheet.row = top
    place = product_sum(used.all * before.all.eq(counted) * counted.all)
    return sheet.calc("", "", place, "whole", at=5)


def shown_rows(
    sheet: Sheet, complete: Completeness, label: str | Node, block: Node, *, name: str = "", unit: str = "£"
) -> Block:
    """Rows of results with their term, or the word *incomplete*; other words stand as they are."""
    top = sheet.row
    shown = sheet.calc(label, unit, complete.shown(block))
    bottom, sheet.row = sheet.row, top
    first = shown.cut(columns=slice(0, 1))
    sheet.calc("", unit, if_(is_number(first), total(shown.across), first), at=2, name=name)
    sheet.row = bottom
    return shown
