"""Workbooks read back: the same bid, whatever was moved, and every problem with its cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet
from small_bids import plain
from strategies import bids
from workbook.corpus_sheets import insert_columns, insert_rows
from workbook.rich import ASSUMPTIONS

import fcr
from fcr.bid import Bid
from fcr.errors import InputError, WorkbookError
from fcr.workbook.model import lay_out
from fcr.workbook.opened import open_workbook
from fcr.workbook.reader import read_opened, read_workbook
from fcr.workbook.room import Room
from fcr.workbook.typed import fold
from fcr.workbook.upgrades import Step, upgraded
from fcr.workbook.writer import to_bytes

EXAMPLES = sorted((Path(fcr.__file__).parent / "examples").glob("*.json"))
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def written(bid: Bid, path: Path) -> Path:
    """A bid as a workbook."""
    path.write_bytes(to_bytes(lay_out(bid.to_dict(), SMALL)))
    return path


def unsaved(bid: Bid) -> Bid:
    """A bid without what it came to when it was saved, which has no cell."""
    return bid.replace(saved=None)


SMALL = Room(services=3, pools=3, posts=4, costs=6, drivers=2, years=3, indices=3, risks=3, rates=2, others=2)


@pytest.fixture(scope="module")
def demo() -> Bid:
    """A small bid with something of everything."""
    return Bid.from_dict(
        {
            "name": "Small",
            "organisation": {
                "name": "Small charity",
                "base_year": "2026-04-01",
                "free_reserves": "96000",
                "services": [{"name": "Debt advice", "volume": "900"}, {"name": "Own fundraising"}],
                "pools": [
                    {"name": "Premises and office", "driver": "floor area"},
                    {"name": "Central functions", "driver": "staff"},
                ],
                "drivers": [
                    {"name": "floor area", "unit": "m²", "quantities": {"Debt advice": "96", "Own fundraising": "12"}}
                ],
                "posts": [
                    {"name": "Debt adviser", "salary": "30200", "time": {"Debt advice": 90, "Own fundraising": 10}},
                    {"name": "Debt trainee", "salary": "24500", "time": {"Debt advice": 100}, "pension": "none"},
                ],
                "costs": [
                    {"name": "Rent", "centre": "Premises and office", "amount": "24600", "vat_recoverable": "0"},
                    {"name": "Cleaning", "centre": "Premises and office", "amount": "3900", "index": "wage floor"},
                    {"name": "Software", "split": {"Central functions": 70, "Debt advice": 30}, "amount": "860.55"},
                ],
            },
            "service": "Debt advice",
            "start": "2026-10-01",
            "volumes": ["900", "950", "1000"],
            "contingency": "0.02",
            "assumptions": ASSUMPTIONS,
            "waivers": {"PAY-1": "Agreed by the board."},
            "risks": [{"name": "Payment delay", "size": {"kind": "triangular", "low": 0, "mode": 5, "high": 20}}],
        }
    )


@pytest.fixture(scope="module")
def demo_bytes(demo: Bid) -> bytes:
    """Its workbook."""
    return to_bytes(lay_out(demo.to_dict(), SMALL))


Change = Callable[[Any], None]


def edited(data: bytes, path: Path, change: Change) -> Path:
    """A workbook changed in another program, which keeps the values of formulas that it does not touch.

    openpyxl drops them, so they are put in place of the formulas: nothing that is read depends on it.
    """
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    change(book)
    book.save(path)
    return path


def cell_of(sheet: Worksheet, label: str, column: int = 2, *, after: str = "") -> Any:
    """The cell beside a label in column A."""
    rows = [row for row in range(1, sheet.max_row + 1) if fold(str(sheet.cell(row, 1).value or "")) == fold(label)]
    if after:
        start = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == after)
        rows = [row for row in rows if row > start]
    return sheet.cell(rows[0], column)


def headed(sheet: Worksheet, name: str, heading: str) -> Any:
    """The cell of a row, by its name, under a heading."""
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == name)
    columns = (c for r in range(1, row) for c in range(1, sheet.max_column + 1) if sheet.cell(r, c).value == heading)
    return sheet.cell(row, next(columns))


def problems_of(path: Path) -> list[str]:
    """Every problem of a workbook, as it is said."""
    with pytest.raises(WorkbookError) as caught:
        read_workbook(path)
    return [str(p) for p in caught.value.problems]


# ── the same bid ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_examples_come_back(example: Path, tmp_path: Path) -> None:
    """Each example, written and read, is itself, with nothing to note."""
    bid = unsaved(fcr.read(example))
    reading = read_workbook(written(bid, tmp_path / "a.xlsx"))
    assert reading.bid == bid
    assert reading.notes == ()


@SLOW
@given(bids())
def test_any_bid_comes_back(tmp_path_factory: pytest.TempPathFactory, bid: Bid) -> None:
    """Bid to workbook to bid is identity."""
    bid = unsaved(bid)
    path = written(bid, tmp_path_factory.mktemp("back") / "a.xlsx")
    assert read_workbook(path).bid == bid


def test_public_verbs_take_workbooks(tmp_path: Path) -> None:
    """``fcr.write`` and ``fcr.read`` go by the suffix; what a bid came to is kept beside it where there is room."""
    bid = plain()
    data = to_bytes(lay_out(bid.to_dict()))
    assert data == to_bytes(lay_out(bid.to_dict()))  # same bid, same bytes
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert fcr.read(path) == bid


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, tuple[int, int]]]:
    """Where the model has formulas."""
    return formulas(written(plain(), tmp_path_factory.mktemp("usual") / "a.xlsx"))


@SLOW
@given(st.text(alphabet="=+-@'\"{}<>&\t _x0041é€", min_size=1, max_size=20).filter(str.strip))
def test_text_never_becomes_a_formula(
    tmp_path_factory: pytest.TempPathFactory, usual: set[tuple[str, tuple[int, int]]], text: str
) -> None:
    """Formulas stand only where the model put them; odd texts come back as they were."""
    bid = plain(note=text)
    path = written(bid, tmp_path_factory.mktemp("text") / "a.xlsx")
    assert formulas(path) == usual
    assert read_workbook(path).bid == bid


def formulas(path: Path) -> set[tuple[str, tuple[int, int]]]:
    """The cells of a workbook that hold formulas."""
    pages = open_workbook(path).pages
    return {(page.title, at) for page in pages for at, cell in page.cells.items() if cell.formula is not None}


# ── what people do to a workbook ─────────────────────────────────────────────────────────────────


def _swap_columns(book: Any) -> None:
    for name, one, other in (("Costs", 2, 9), ("Posts", 3, 20), ("Overheads and drivers", 1, 2)):
        sheet = book[name]
        for row in range(6, sheet.max_row + 1):
            a, b = sheet.cell(row, one), sheet.cell(row, other)
            if name != "Overheads and drivers" or row <= 11:
                a.value, b.value = b.value, a.value


def _add_sheets(book: Any) -> None:
    book.create_sheet("Notes of mine", 0)["A1"] = "Costs"
    book.create_sheet("More notes")["A1"] = "=1/0"


def _rename_sheets(book: Any) -> None:
    book["Costs"].title = "What we spend"
    book["Posts"].title = "Staff"


def _case(book: Any) -> None:
    cell = headed(book["Costs"], "Rent", "Cost centre")
    cell.value = "  premises   AND office "
    cell_of(book["Bid"], "Service priced").value = "debt ADVICE"
    book["Costs"]["A5"].value = " COSTS "
    cell_of(book["Bid"], "Method of apportionment").value = "Step-Down "


CHANGES = (insert_rows, insert_columns, _swap_columns, _add_sheets, _rename_sheets, _case)


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
def test_moved_cells_are_found(change: Change, demo: Bid, demo_bytes: bytes, tmp_path: Path) -> None:
    """Rows and columns inserted or in another order, sheets renamed or added, capitals and spaces: the same bid."""
    assert read_workbook(edited(demo_bytes, tmp_path / "a.xlsx", change)).bid == demo


TYPED = (
    ("Costs", "Rent", "Amount (£)", "£1,200.00", "1200"),
    ("Costs", "Rent", "Amount (£)", "1 200", "1200"),
    ("Costs", "Rent", "Amount (£)", "1\N{NO-BREAK SPACE}200.50", "1200.50"),
    ("Costs", "Rent", "Amount (£)", "1\N{NARROW NO-BREAK SPACE}200", "1200"),
    ("Costs", "Rent", "Amount (£)", "(1,200)", "-1200"),
    ("Costs", "Rent", "Amount (£)", "\N{MINUS SIGN}35", "-35"),
    ("Costs", "Rent", "Amount (£)", "\N{FULLWIDTH DIGIT ONE}2", "12"),
    ("Costs", "Rent", "Amount (£)", 1200.1000000000001, "1200.1"),
    ("Costs", "Rent", "VAT rate", "20%", "0.2"),
    ("Costs", "Rent", "VAT rate", 0.2, "0.2"),
)


@pytest.mark.parametrize(("sheet", "row", "heading", "value", "expected"), TYPED)
def test_figures_typed_oddly_are_taken(
    sheet: str, row: str, heading: str, value: Any, expected: str, demo_bytes: bytes, tmp_path: Path
) -> None:
    """Numbers as people type and paste them are taken exactly, and said where they were text."""

    def change(book: Any) -> None:
        headed(book[sheet], row, heading).value = value

    reading = read_workbook(edited(demo_bytes, tmp_path / "a.xlsx", change))
    cost = next(c for c in reading.bid.organisation.costs if c.name == row)
    found = cost.amount if heading.startswith("Amount") else cost.vat_rate
    assert found == Decimal(expected)
    assert bool(reading.notes) == isinstance(value, str)


REFUSED = (
    ("1.200,50", "is not a number"),
    ("0,5", "is not a number"),
    ("1e5", "is not a number"),
    ("TBC", "is not a number"),
    ("-", "is not a number"),
    ("12O", "Did you mean 120?"),
    ("12%", "is not a number"),
    (True, "found TRUE"),
    ("#REF!", "found the error #REF!"),
    (date(2026, 4, 1), "found the date"),
)


@pytest.mark.parametrize(("value", "said"), REFUSED, ids=str)
def test_figures_that_could_mean_two_things_are_refused(
    value: Any, said: str, demo_bytes: bytes, tmp_path: Path
) -> None:
    """Refused with the cell, what was found, what was expected and what to do; nothing follows from it."""

    def change(book: Any) -> None:
        headed(book["Costs"], "Rent", "Amount (£)").value = value

    (problem,) = problems_of(edited(demo_bytes, tmp_path / "a.xlsx", change))
    assert problem.startswith("Costs!C10: ")
    assert said in problem
    assert "Amount of Rent, in £" in problem


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1 April 2027", date(2027, 4, 1)),
        ("01/04/2027", date(2027, 4, 1)),
        ("2027-04-01", date(2027, 4, 1)),
        ("1st Apr 2027", date(2027, 4, 1)),
        (46478, date(2027, 4, 1)),
    ],
)
def test_dates_as_text_are_taken(value: Any, expected: date, demo_bytes: bytes, tmp_path: Path) -> None:
    """Dates as they are written in Britain, or that lost their format, are taken and said."""

    def change(book: Any) -> None:
        cell = cell_of(book["Bid"], "Contract begins")
        cell.value = value
        cell.number_format = "General"

    reading = read_workbook(edited(demo_bytes, tmp_path / "a.xlsx", change))
    assert reading.bid.start == expected
    assert "1 April 2027" in reading.notes[0]


def test_the_other_epoch_is_known(demo: Bid, demo_bytes: bytes, tmp_path: Path) -> None:
    """Dates counted from 1904 are the same dates."""

    def change(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    assert read_workbook(edited(demo_bytes, tmp_path / "a.xlsx", change)).bid == demo


def test_a_percentage_typed_as_a_number_is_not_guessed(demo_bytes: bytes, tmp_path: Path) -> None:
    """60 in a cell for a percentage is 6000%: refused with a hint."""

    def change(book: Any) -> None:
        cell_of(book["Bid"], "Contingency").value = 60

    (problem,) = problems_of(edited(demo_bytes, tmp_path / "a.xlsx", change))
    assert "60 would be 6000%: did you mean 60%?" in problem


def test_every_problem_at_once_in_sheet_order(demo_bytes: bytes, tmp_path: Path) -> None:
    """Problems of cells and of the model together, each with its cell, none twice."""

    def change(book: Any) -> None:
        headed(book["Costs"], "Rent", "Amount (£)").value = "12O"
        headed(book["Costs"], "Cleaning", "Cost centre").value = "Premisses"
        headed(book["Posts"], "Debt trainee", "Full-time salary (£ a year)").value = None
        cell_of(book["Bid"], "Service priced").value = "Det advice"
        cell_of(book["Organisation"], "Free reserves").value = "lots"

    found = problems_of(edited(demo_bytes, tmp_path / "a.xlsx", change))
    assert [p.split(": ")[0] for p in found] == ["Organisation!B12", "Posts!B11", "Costs!C10", "Costs!B11", "Bid!B9"]


def test_an_input_with_another_label_is_told_apart_from_the_headings(demo_bytes: bytes, tmp_path: Path) -> None:
    """Where a label has become unlike any of ours, the row that has it is named, not the headings above."""

    def change(book: Any) -> None:
        for name in list(book.defined_names):
            del book.defined_names[name]
        cell = cell_of(book["Organisation"], "Free reserves")
        book["Organisation"].cell(cell.row, 1).value = "What we could lose"

    (problem,) = [p for p in problems_of(edited(demo_bytes, tmp_path / "a.xlsx", change)) if "Free reserves" in p]
    assert problem.startswith("Organisation!A12: ")
    assert "'What we could lose' is not known" in problem


def test_rows_below_a_table_are_read_and_said(demo_bytes: bytes, tmp_path: Path) -> None:
    """A line typed under the last row of a table is a line of it, and a reader is told what leaves it out."""

    def change(book: Any) -> None:
        sheet = book["Costs"]
        last = headed(sheet, "Software", "Amount (£)").row
        below = last + SMALL.costs
        for column, value in ((1, "Late bill"), (2, "Debt advice"), (3, 99)):
            sheet.cell(below, column).value = value

    reading = read_workbook(edited(demo_bytes, tmp_path / "a.xlsx", change))
    assert reading.bid.organisation.costs[-1].name == "Late bill"
    assert "the workbook's own formulas leave out" in reading.notes[0]


def test_a_text_too_long_for_a_cell_is_refused(tmp_path: Path) -> None:
    """More than a cell holds would be lost in silence."""
    with pytest.raises(InputError, match="32,767"):
        fcr.write(plain(note="x" * 40_000), tmp_path / "a.xlsx")


def test_hidden_and_merged_cells_are_read_and_said(demo: Bid, demo_bytes: bytes, tmp_path: Path) -> None:
    """Hidden rows, hidden sheets and merged cells are noted."""

    def change(book: Any) -> None:
        book["Costs"].row_dimensions[10].hidden = True
        book["Posts"].sheet_state = "hidden"
        book["Bid"].merge_cells("G1:H1")

    reading = read_workbook(edited(demo_bytes, tmp_path / "a.xlsx", change))
    assert reading.bid == demo
    assert {note.split(":")[0] for note in reading.notes} == {
        "Costs",
        "Bid",
        "The sheet 'Posts' is hidden. It was read all the same.",
    }


def test_a_formula_in_place_of_a_figure_is_used_and_said(demo_bytes: bytes, tmp_path: Path) -> None:
    """Its saved value is the figure; without one it is refused."""
    data = swapped(demo_bytes, "Costs", 'r="C10"', "<v>24600</v>", "<f>12*2050</f><v>24600</v>")
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    reading = read_workbook(path)
    assert reading.notes == ("Costs: formulas stand in input cells, and their last saved values were used: C10.",)
    path.write_bytes(swapped(demo_bytes, "Costs", 'r="C10"', "<v>24600</v>", "<f>12*2050</f>"))
    (problem,) = problems_of(path)
    assert problem.startswith("Costs!C10: found a formula whose value was never saved")


def swapped(data: bytes, sheet: str, cell: str, old: str, new: str) -> bytes:
    """A workbook with one cell of its XML changed, as another program might write it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        number = openpyxl.load_workbook(io.BytesIO(data), read_only=True).sheetnames.index(sheet) + 1
        for item in source.infolist():
            text = source.read(item)
            if item.filename == f"xl/worksheets/sheet{number}.xml":
                head, _, tail = text.decode().partition(cell)
                assert old in tail.split("</c>")[0]
                text = (head + cell + tail.replace(old, new, 1)).encode()
            target.writestr(item, text)
    return made.getvalue()


def test_a_workbook_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A workbook that is none of ours is told so, and one of a newer layout."""
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    assert "does not say that it was made by fcr" in problems_of(tmp_path / "a.xlsx")[0]


def test_a_newer_layout_is_refused(demo_bytes: bytes, tmp_path: Path) -> None:
    """A workbook of a version not known yet says so."""

    def change(book: Any) -> None:
        cell_of(book["Lists"], "Version of the layout", 3).value = 99

    assert "newer version of fcr" in problems_of(edited(demo_bytes, tmp_path / "a.xlsx", change))[0]


def test_missing_parts_are_named(demo_bytes: bytes, tmp_path: Path) -> None:
    """A sheet, a section or a heading that is gone is a problem, never a blank in silence."""

    def change(book: Any) -> None:
        del book["Posts"]
        headed(book["Costs"], "Rent", "Amount (£)")
        row = next(r for r in range(1, 20) if book["Costs"].cell(r, 3).value == "Amount (£)")
        book["Costs"].cell(row, 3).value = "Ammount"

    found = problems_of(edited(demo_bytes, tmp_path / "a.xlsx", change))
    assert any(p.startswith("Posts: this sheet is missing") for p in found)
    assert any("the heading 'Ammount' is not known" in p for p in found)


def test_blank_workbooks_are_refused_in_plain_words(tmp_path: Path) -> None:
    """A template with nothing filled in names the cells to fill in."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(to_bytes(lay_out({})))
    with pytest.raises(InputError) as caught:
        fcr.read(path)
    assert all("!" in p.where for p in caught.value.problems)


# ── older layouts ────────────────────────────────────────────────────────────────────────────────


def test_an_older_layout_is_read_by_its_steps(demo: Bid, demo_bytes: bytes, tmp_path: Path) -> None:
    """Labels, headings and sheets that had other names, and data that stood elsewhere, are found by the steps since."""

    def change(book: Any) -> None:
        book["Costs"].title = "Expenditure"
        headed(book["Expenditure"], "Rent", "Amount (£)")
        row = next(r for r in range(1, 20) if book["Expenditure"].cell(r, 3).value == "Amount (£)")
        book["Expenditure"].cell(row, 3).value = "Sum (£)"
        cell_of(book["Bid"], "Contingency", 1).value = "Just in case"

    path = edited(demo_bytes, tmp_path / "a.xlsx", change)
    said = problems_of(path)
    assert ["the heading 'Sum (£)' is not known" in said[0], "no row is labelled 'Contingency'" in said[1]] == [
        True
    ] * 2
    assert len(said) == 2
    steps = (
        Step({"Expenditure": "Costs"}, {"Costs": {"Sum (£)": "Amount (£)"}}),
        Step(words={"Bid": {"just in case": "Contingency"}}, data=lambda data: data | {"note": "upgraded"}),
    )
    opened, move = upgraded(open_workbook(path), 1, steps)
    reading = read_opened(opened, move)
    assert reading.bid == demo.replace(note="upgraded")
    assert reading.notes == ()


# ── every part of an offer ───────────────────────────────────────────────────────────────────────

HYBRID = {
    "kind": "hybrid",
    "parts": [
        {"weight": "0.4", "mechanism": {"kind": "block", "prices": ["100", "200", "300"]}},
        {
            "weight": "0.6",
            "mechanism": {"kind": "unit price", "price": "5", "tiers": [{"above": "0", "price": "6"}]},
        },
    ],
}
OFFERS: tuple[dict[str, Any], ...] = (
    {"mechanism": HYBRID},
    {"mechanism": {"kind": "target cost", "target": "100", "fee": "5", "bands": [{"share": "0.5"}]}},
    {"duration": {"awards_before": []}, "promises": [], "monitoring": {"returns": []}},
    {"duration": {"awards_before": [12, 24], "indexation": "none"}, "promises": [{"name": "Apprentices"}]},
    {"duration": {"indexation": {"basket": {"CPI": 60, "fixed": 40}, "cap": "0.03"}}},
    {
        "protections": {
            "deductions": "none",
            "overhead_cap": {"rate": "0.1", "basis": "direct"},
            "liability_cap": "unlimited",
        }
    },
    {"exit": {"break_payment": "stranded cost", "asset_clawback_years": "unlimited"}},
    {"protections": {"uncapped_indemnities": ["data", "TUPE"]}, "peer_prices": ["100000", "120000.50"]},
)


@pytest.mark.parametrize("terms", OFFERS, ids=" ".join)
def test_offers_come_back(terms: dict[str, Any], tmp_path: Path) -> None:
    """None and an empty list, words in place of terms, parts of a hybrid: each as it was."""
    data = plain(volumes=[Decimal(100)]).to_dict()
    data["contract"] |= terms
    bid = Bid.from_dict(data)
    path = tmp_path / "a.xlsx"
    fcr.write(bid, path)
    reading = read_workbook(path)
    assert reading.bid.replace(saved=None) == bid
    assert reading.notes == ()
    assert reading.formulas == ()
