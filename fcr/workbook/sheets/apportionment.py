"""What each service costs in full, and how much of each pool it bears: the Apportionment sheet."""

from __future__ import annotations

from fcr.workbook.formula import Block, Node, node
from fcr.workbook.functions import cell_of, if_, total
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.completeness import Completeness
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.sharing import Sharing

__all__ = ["apportionment"]


def apportionment(book: Book, bid: Asked, lines: Lines, shared: Sharing, complete: Completeness) -> None:
    """Lay out the Apportionment sheet: services across, what they bear down, for each contract year."""
    about = "Running costs in cash, before rounding: every pound of every pool ends on a service once and only once."
    sheet = book.sheet("Apportionment", "Who bears which overheads", "result", about)
    sheet.section("Method")
    sheet.calc("Method of apportionment", "", if_(bid.method.blank, "step-down", bid.method), "text")
    for year in range(book.room.years):
        _year(sheet, lines, shared, complete, year)


def _year(sheet: Sheet, lines: Lines, shared: Sharing, complete: Completeness, year: int) -> None:
    sheet.ruler(f"Year {year + 1}", lines.services.join(""))
    for column, word in ((2, "In all"), (3, "Own cost of the pool"), (4, "With what others pass on")):
        sheet.write(sheet.row - 1, column, word, "head")
    own, pools = shared.own.cut(rows=slice(year, year + 1)), lines.pools

    def rows(label: str | Node, cells: Node) -> Block:
        top = sheet.row
        shown = sheet.calc(label, "£", complete.shown(cells))
        bottom, sheet.row = sheet.row, top
        sheet.calc("", "£", complete.shown(total(shown.across)), at=2)
        sheet.row = bottom
        return shown

    direct = own.cut(columns=slice(pools, None))
    rows("Direct cost", direct)
    cost = cell_of(own, node(1), shared.numbers)
    top = sheet.row
    borne = rows(lines.pool_names.join(""), cost * shared.ends[year])
    bottom, sheet.row = sheet.row, top
    sheet.calc("", "£", complete.shown(cost), at=3)
    sheet.row = top
    sheet.calc("", "£", complete.shown(shared.gross[year]), at=4)
    sheet.row = bottom
    rows("Full cost", direct + total(borne.down))
