"""Odd and hostile workbooks, by what is done to their sheets, rows, columns, headings and names."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from workbook.corpus import Kind, in_cells, in_xml, where
from workbook.rich import ORGANISATION

COSTS = 9
"""The row of the headings of costs."""


def _row(sheet: Any, text: str) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == text)


def _column(sheet: Any, row: int, heading: str) -> int:
    return next(c for c in range(1, sheet.max_column + 1) if sheet.cell(row, c).value == heading)


def _hidden(book: Any) -> None:
    book["Costs"].row_dimensions[10].hidden = True
    book["Costs"].column_dimensions["C"].hidden = True


def _hidden_sheet(state: str) -> Any:
    def change(book: Any) -> None:
        book["Posts"].sheet_state = state

    return change


def insert_rows(book: Any) -> None:
    sheets = (
        "Costs",
        "Posts",
        "Bid",
        "Organisation",
        "Overheads and drivers",
        "Rates and indices",
        "Risks",
        "Contract",
    )
    for name in sheets:
        book[name].insert_rows(4, 2)
        book[name].insert_rows(14)


def insert_columns(book: Any) -> None:
    book["Costs"].insert_cols(3)
    book["Posts"].insert_cols(2, 2)
    book["Organisation"].insert_cols(2)
    book["Bid"].insert_cols(4)


def _swap_columns(book: Any) -> None:
    sheet = book["Costs"]
    for row in range(COSTS, sheet.max_row + 1):
        one, other = sheet.cell(row, 1), sheet.cell(row, 3)
        one.value, other.value = other.value, one.value


def _delete_column(book: Any) -> None:
    book["Costs"].delete_cols(_column(book["Costs"], COSTS, "Amount (£)"))


def _delete_note(book: Any) -> None:
    sheet = book["Organisation"]
    row = _row(sheet, "Debt advice")
    sheet.cell(row, 4).value = sheet.cell(row - 1, 4).value = None


def _rename_heading(book: Any) -> None:
    book["Costs"].cell(COSTS, 3).value = "Ammount"


def _heading_without_unit(book: Any) -> None:
    book["Costs"].cell(COSTS, 3).value = " AMOUNT "


def _two_headings(book: Any) -> None:
    sheet = book["Costs"]
    sheet.cell(COSTS, sheet.max_column + 1).value = "Amount (£)"


def _no_headings(book: Any) -> None:
    for column in range(1, book["Costs"].max_column + 1):
        book["Costs"].cell(COSTS, column).value = None


def _merged_heading(book: Any) -> None:
    book["Costs"].merge_cells(start_row=COSTS, end_row=COSTS, start_column=2, end_column=3)


def _merged_input(book: Any) -> None:
    book["Costs"].merge_cells(start_row=11, end_row=12, start_column=3, end_column=3)


def _merged_title(book: Any) -> None:
    book["Costs"].merge_cells("A1:D1")


def _rename_sheets(book: Any) -> None:
    book["Costs"].title = "What we spend"


def _capitals_in_a_sheet(book: Any) -> None:
    book["Costs"].title = "COSTS "


def _strange_titles(book: Any) -> None:
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"Table {number}"


def _more_sheets(book: Any) -> None:
    book.create_sheet("Costs 2", 0)["A1"] = "Costs"
    copied = book.copy_worksheet(book["Posts"])
    copied.title = "Posts last year"


def _no_sheet(book: Any) -> None:
    del book["Posts"]


def _other_order(book: Any) -> None:
    book._sheets.reverse()


def _one_cell_below(book: Any) -> None:
    book["Costs"]["A1048576"].font = Font(bold=True)


def _label_changed(book: Any) -> None:
    sheet = book["Bid"]
    sheet.cell(_row(sheet, "Contingency"), 1).value = "Contingancy"


def _label_twice(book: Any) -> None:
    sheet = book["Bid"]
    row = _row(sheet, "Contingency")
    for column in (1, 2):
        sheet.cell(row + 1, column).value = sheet.cell(row, column).value


def _label_odd(book: Any) -> None:
    sheet = book["Bid"]
    sheet.cell(_row(sheet, "Contingency"), 1).value = " CONTINGENCY\N{NO-BREAK SPACE}"


def _total_row(book: Any) -> None:
    sheet = book["Costs"]
    row = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == "Recruiting") + 2
    sheet.cell(row, 1).value, sheet.cell(row, 3).value = "Total", 99999


def _gap(book: Any) -> None:
    book["Costs"].insert_rows(12)
    book["Posts"].insert_rows(11, 3)


def _sorted(book: Any) -> None:
    sheet = book["Costs"]
    width = sheet.max_column
    one, other = ([sheet.cell(row, c).value for c in range(1, width + 1)] for row in (10, 11))
    for column in range(1, width + 1):
        sheet.cell(10, column).value, sheet.cell(11, column).value = other[column - 1], one[column - 1]


def _no_names(book: Any) -> None:
    for name in list(book.defined_names):
        del book.defined_names[name]


def _epoch(book: Any) -> None:
    book.epoch = CALENDAR_MAC_1904


def _unstyled(book: Any) -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.number_format != "d mmm yyyy":
                    cell.style = "Normal"


def _newer(book: Any) -> None:
    sheet = book["Lists"]
    sheet.cell(_row(sheet, "Version of the layout"), 3).value = 99


def _no_version(book: Any) -> None:
    sheet = book["Lists"]
    del book.defined_names["fcr_format"]
    sheet.cell(_row(sheet, "Version of the layout"), 1).value = None


def _room(figure: float) -> Any:
    def change(book: Any) -> None:
        sheet = book["Lists"]
        sheet.cell(_row(sheet, "Room for costs"), 3).value = figure

    return change


def _pool_renamed(book: Any) -> None:
    """A heading of a matrix typed over, as a value, where a formula stood."""
    sheet = book["Posts"]
    at = next(cell for row in sheet.iter_rows(max_row=12) for cell in row if cell.value == "Central functions")
    at.value = "Central funktions"


def _figure_beyond(book: Any) -> None:
    sheet = book["Bid"]
    sheet.cell(_row(sheet, "Units"), 11).value = 5


NAMED = (
    ("rows inserted", insert_rows, ""),
    ("columns inserted", insert_columns, ""),
    ("columns in another order", _swap_columns, ""),
    ("rows left blank between", _gap, ""),
    ("a heading without its unit, in capitals", _heading_without_unit, ""),
    ("a label in capitals", _label_odd, ""),
    ("a sheet in capitals", _capitals_in_a_sheet, ""),
    ("sheets in another order", _other_order, ""),
    ("sheets added, one a copy", _more_sheets, ""),
    ("a cell formatted in the last row", _one_cell_below, ""),
    ("names deleted", _no_names, ""),
    ("dates from 1904", _epoch, ""),
    ("styles stripped", _unstyled, ""),
    ("hidden rows and columns", _hidden, "hidden rows were read as well"),
    ("a hidden sheet", _hidden_sheet("hidden"), "The sheet 'Posts' is hidden"),
    ("a very hidden sheet", _hidden_sheet("veryHidden"), "The sheet 'Posts' is hidden"),
    ("a merged title", _merged_title, "merged cells"),
    ("a sheet renamed", _rename_sheets, "'What we spend' was read as 'Costs'"),
    ("every sheet renamed", _strange_titles, "was read as 'Costs'"),
)
REFUSED = (
    ("a column deleted", _delete_column, "Costs!A9", "no amount", "no column is headed 'Amount (£)'"),
    ("a heading misspelt", _rename_heading, "Costs!C9", "the heading 'Ammount' is not known"),
    ("two headings alike", _two_headings, "Costs!AD9", "2 columns are headed 'Amount (£)'"),
    ("no headings", _no_headings, "Costs!A6", "are missing"),
    ("a merged heading", _merged_heading, "Costs!A9", "no amount", "no column is headed"),
    ("a merged input", _merged_input, where("organisation", "costs", 2, "amount"), "Amount: this is blank"),
    ("a sheet deleted", _no_sheet, "Posts", "this sheet is missing"),
    ("a label misspelt", _label_changed, "Bid!A17", "'Contingancy' is not known"),
    ("a label twice", _label_twice, "Bid!A18", "2 rows are labelled 'Contingency'"),
    ("a total typed below a table", _total_row, "Costs!B20", "Cost centre: this is blank"),
    ("a newer layout", _newer, "bid.xlsx", "newer version of fcr"),
    ("no version", _no_version, "bid.xlsx", "does not say that it was made by fcr"),
    ("a million rows claimed", _room(1_000_000.0), "bid.xlsx", "more than any workbook"),
    ("a heading of a matrix typed over", _pool_renamed, "Posts!E9", "Central funktions"),
)

KINDS = (
    *(Kind(name, in_cells(change), note=note) for name, change, note in NAMED),
    *(Kind(name, in_cells(change), refused=tuple(said)) for name, change, *said in REFUSED),
    Kind("less room claimed than there is", in_cells(_room(1.0)), note="formulas leave out"),
    Kind(
        "rows in another order",
        in_cells(_sorted),
        changed={("organisation", "costs", n): ORGANISATION["costs"][1 - n] for n in (0, 1)},
    ),
    Kind(
        "a sheet that says it is larger",
        in_xml(lambda p: p.sub(p.sheet("Costs"), '<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"')),
    ),
    Kind(
        "a sheet that says it is empty",
        in_xml(lambda p: p.sub(p.sheet("Costs"), '<dimension ref="[^"]*"', '<dimension ref="A1"')),
    ),
)
