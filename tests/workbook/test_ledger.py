"""Ledgers as accounts packages export them: every shape, every total, every oddity of a spreadsheet."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ledger_exports import (
    LEDGER,
    SHAPES,
    as_csv,
    parts_of,
    plain_list,
    sage_trial_balance,
    sheet_of,
    write_csv,
    write_xlsx,
    xero_trial_balance,
    zipped,
)
from openpyxl.styles import Alignment

import fcr
from fcr.workbook import LedgerImport, LedgerMapping, Rule, import_costs

Rows = list[list[Any]]


def problems(path: Path, **options: Any) -> tuple[fcr.Problem, ...]:
    with pytest.raises(fcr.InputError) as caught:
        import_costs(path, **options)
    return caught.value.problems


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8", newline="")
    return path


def from_rows(tmp_path: Path, rows: Sequence[Sequence[Any]], **options: Any) -> LedgerImport:
    return import_costs(write_xlsx(tmp_path / "ledger.xlsx", rows), **{"centre": "Office", **options})


def from_text(tmp_path: Path, content: str, **options: Any) -> LedgerImport:
    return import_costs(text(tmp_path / "ledger.csv", content), **{"centre": "Office", **options})


def amounts(result: LedgerImport) -> dict[str, str]:
    return {cost.name: f"{cost.amount:.2f}" for cost in result.costs}


# ── shapes ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_reads_to_the_same_accounts(tmp_path: Path, shape: str, write: Callable[..., Path]) -> None:
    """Each export of one ledger gives each account once, with its amount, whatever the file."""
    path = write(tmp_path / ("ledger.csv" if write is write_csv else "ledger.xlsx"), SHAPES[shape](LEDGER))
    result = import_costs(path, centre="Office")
    expected = {name: f"{value:.2f}" for _, name, value in LEDGER}
    if "profit and loss" in shape:  # it prints income without a sign
        expected = {name: value.removeprefix("-") for name, value in expected.items()}
    assert amounts(result) == expected
    assert result.total == result.ledger_total == sum(map(Decimal, expected.values()))


@pytest.mark.parametrize(
    ("shape", "says", "agreed"),
    [
        ("xero trial balance", "as Xero", "as the total it prints"),
        ("old xero trial balance", "as Xero", "as the total it prints"),
        ("xero profit and loss", "profit and loss", "the 2 totals that it prints of its parts"),
        ("quickbooks trial balance", "as QuickBooks", "as the total it prints"),
        ("sage trial balance", "as Sage 50", "as the total it prints"),
        ("sage activity", "nominal activity", "it prints no total"),
        ("sage activity in blocks", "nominal activity", "totals that it prints of its parts"),
        ("plain list", "list of names", "as the total it prints"),
    ],
)
def test_a_shape_says_what_it_was_read_as(tmp_path: Path, shape: str, says: str, agreed: str) -> None:
    """And what the rows were held against."""
    result = import_costs(write_csv(tmp_path / "ledger.csv", SHAPES[shape](LEDGER)))
    assert says in result.shape
    assert agreed in result.agreed_with


def test_sources_lead_back_to_the_cell(tmp_path: Path) -> None:
    """Every cost knows the file, and the sheet and cell or the line."""
    rows = sage_trial_balance(LEDGER)
    assert str(from_rows(tmp_path, rows).costs[0].source) == "ledger.xlsx Report!D2"
    assert str(from_rows(tmp_path, rows).costs[1].source) == "ledger.xlsx Report!C3"
    assert str(from_text(tmp_path, as_csv(rows)).costs[1].source) == "ledger.csv line 3"


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    """Over blank lines, names of two lines and Excel's line about separators."""
    result = from_text(tmp_path, 'sep=;\n\nName;Amount\n"Rent\nand rates";12\n\nPost;3\n')
    assert [(c.name, c.source.line) for c in result.costs if c.source] == [("Rent and rates", 4), ("Post", 7)]


def test_unsigned_activity_takes_its_signs_from_its_types(tmp_path: Path) -> None:
    """Sage prints a credit note as a positive amount of type PC."""
    head = "N/C,Name,Type,Date,Ref,Details,Amount\n"
    rows = "7100,Rent,PI,31/03/2026,1,Rent,100.00\n7100,Rent,PC,31/03/2026,2,Refund,30.00\n"
    result = from_text(tmp_path, head + rows)
    assert amounts(result) == {"Rent": "70.00"}
    assert "PC were taken as credits" in " ".join(result.notes)
    signed = from_text(tmp_path, head + rows.replace("30.00", "-30.00"))
    assert amounts(signed) == {"Rent": "70.00"}
    mixed = text(tmp_path / "mixed.csv", head + rows + "7100,Rent,JC,,3,Refund,-5.00\n7100,Rent,JC,,3,,x\n")
    assert [p.code for p in problems(mixed)] == ["sign", "not-a-number"]
    assert "negative in rows 4, but positive in rows 3" in problems(mixed)[0].what


def test_activity_by_code_alone(tmp_path: Path) -> None:
    """Without names an account is called by its code; a block may be without a name too."""
    assert amounts(from_text(tmp_path, "N/C,Type,Amount\n7100,PI,5\n,Total,5\n")) == {"Account 7100": "5.00"}
    block = "N/C: 7100\nType,Date,Amount\nPI,1/4/2026,5\n\nN/C: 7200\nPI,1/4/2026,7\n"
    assert amounts(from_text(tmp_path, block)) == {"Account 7100": "5.00", "Account 7200": "7.00"}


def test_account_beside_a_better_name_is_the_code(tmp_path: Path) -> None:
    """Headings Account and Account Name: the first is the code."""
    result = from_text(tmp_path, "Account,Account Name,Amount\n7100,Rent,5\n")
    assert [a.code for a in import_costs(tmp_path / "ledger.csv").undecided] == ["7100"]
    assert amounts(result) == {"Rent": "5.00"}


# ── totals ───────────────────────────────────────────────────────────────────────────────────────


def test_a_total_that_does_not_agree_is_refused(tmp_path: Path) -> None:
    """Both sides, with the difference, the rows it sums, and the row that would explain it."""
    rows = sage_trial_balance(LEDGER)
    del rows[3]  # rent
    (problem,) = problems(write_csv(tmp_path / "ledger.csv", rows))
    assert (problem.code, problem.where) == ("total-differs", "ledger.csv line 7")
    assert problem.what == ("'Totals:' is for debits 152,012.25, but rows 2 to 6 come to 134,012.25: 18,000.00 less")
    rows = sage_trial_balance(LEDGER)
    rows[5] = ["7500", "Printing", "12.25", ""]
    first, second = problems(write_csv(tmp_path / "ledger.csv", rows))
    assert "for debits" in first.what
    assert "Row 6 is exactly that much" in first.fix
    assert "for credits" in second.what


def test_a_wrong_sign_is_pointed_at(tmp_path: Path) -> None:
    """A difference of twice a row is likely its sign."""
    (problem,) = problems(text(tmp_path / "ledger.csv", "Name,Amount\nRent,10\nRefund,3\nTotal,7\n"))
    assert "6.00 more" in problem.what
    assert "Row 3 is half of it" in problem.fix


@pytest.mark.parametrize("total", ["Total", "TOTAL", "Totals:", "Grand total", ""])
def test_totals_are_never_costs(tmp_path: Path, total: str) -> None:
    """Whatever it is called, the last row is what the others come to."""
    result = from_text(tmp_path, f"Name,Amount\nRent,10\nPost,3\n{total},13\n")
    assert amounts(result) == {"Rent": "10.00", "Post": "3.00"}
    assert "as the total it prints" in result.agreed_with


def test_an_amount_without_a_name_is_no_total_unless_it_agrees(tmp_path: Path) -> None:
    """It is refused, not dropped."""
    (problem,) = problems(text(tmp_path / "ledger.csv", "Name,Amount\nRent,10\n,12\n"))
    assert (problem.code, problem.where) == ("no-account", "ledger.csv line 3")
    (problem,) = problems(text(tmp_path / "ledger.csv", "Name,Amount\n,12\nRent,12\n"))
    assert (problem.code, problem.where) == ("no-account", "ledger.csv line 2")


def test_parts_with_totals_and_rows_that_are_worked_out(tmp_path: Path) -> None:
    """Each part is held against its own total; profits are named and set aside; sections are kept."""
    content = (
        "Account,Year to date,2025\nIncome,,\nGrants,50,1\nTotal for Income,50,1\nGross surplus,50,1\n"
        "Overheads,,\nPremises,,\n   Rent,10,1\n   Rates,4,1\nTotal Premises,14,1\nPost,3,1\n"
        "Overheads total,17,1\nSurplus / (deficit) for the year,33,1\n"
    )
    result = from_text(tmp_path, content, centre=None)
    assert [(a.name, a.section) for a in result.undecided] == [
        ("Grants", "Income"),
        ("Rent", "Premises"),
        ("Rates", "Premises"),
        ("Post", "Overheads"),
    ]
    assert "the 3 totals" in result.agreed_with
    assert "Gross surplus, 50.00" in result.notes[0]
    (problem,) = problems(text(tmp_path / "ledger.csv", content.replace("Total Premises,14", "Total Premises,15")))
    assert "rows 8 to 9 come to 14.00: 1.00 less" in problem.what


def test_a_parent_may_have_an_amount_of_its_own(tmp_path: Path) -> None:
    """QuickBooks sums a parent with what is set in under it."""
    content = "Account,Amount\nPremises,5\n   Rent,10\nTotal Premises,15\nPost,1\nTotal,16\n"
    assert amounts(from_text(tmp_path, content)) == {"Premises": "5.00", "Rent": "10.00", "Post": "1.00"}


def test_an_account_may_be_called_total_something(tmp_path: Path) -> None:
    """With a code, or when nothing of that name is above, it is an account like others."""
    result = from_text(tmp_path, "Code,Name,Amount\n7000,Total Fitness hire,5\n7001,Total,6\n")
    assert amounts(result) == {"Total Fitness hire": "5.00", "Total": "6.00"}
    assert amounts(from_text(tmp_path, "Name,Amount\nTotal Fitness hire,5\n")) == {"Total Fitness hire": "5.00"}


def test_a_total_closes_the_headings_inside_it(tmp_path: Path) -> None:
    """A part whose own total is not printed ends where the part around it does."""
    content = "Account,Amount\nOverheads,\nPremises,\nRent,10\nOffice,\nPost,3\nTotal Overheads,13\nOther,1\n"
    result = from_text(tmp_path, content, centre=None)
    assert [(a.name, a.section) for a in result.undecided] == [("Rent", "Premises"), ("Post", "Office"), ("Other", "")]


def test_totals_of_groups_and_the_whole(tmp_path: Path) -> None:
    """A bare total may be of the rows since the last, or of a heading; rows after it are counted."""
    result = from_text(tmp_path, "Name,Amount\nA,1\nB,2\nTotal,3\nC,4\nTotal,4\nTotal,7\n")
    assert result.ledger_total == 7
    assert "as the total it prints" in result.agreed_with
    result = from_text(tmp_path, "Name,Amount\nA,1\nTotal,1\nStaff,\nB,2\nTotal,2\nC,4\n")
    assert result.ledger_total == 7
    assert "the 2 totals" in result.agreed_with


def test_a_total_of_one_side_or_of_the_balance(tmp_path: Path) -> None:
    """A total row with one figure is that column's, or debits less credits."""
    head = "Account,Debit,Credit\nRent,10,\nGrant,,4\n"
    for total in ("Total,10,", "Total,,4", "Total,6,"):
        assert from_text(tmp_path, head + total + "\n").total == 6
    assert problems(text(tmp_path / "l.csv", head + "Total,9,\n"))[0].code == "total-differs"
    assert problems(text(tmp_path / "l.csv", "Account,Debit,Credit\nTotal,9,\nRent,1,\n"))[0].code == "total-differs"


# ── accounts ─────────────────────────────────────────────────────────────────────────────────────


def test_rows_of_one_account_are_summed(tmp_path: Path) -> None:
    """With the first row as source and the number of rows said; nothing is lost."""
    result = from_text(tmp_path, "Code,Name,Amount\n7,Rent,1\n8,Post,2\n7,Rent,3.50\n")
    rent = result.costs[0]
    assert (rent.amount, rent.note) == (Decimal("4.50"), "The sum of 2 rows of the ledger.")
    assert rent.source == fcr.Source(file="ledger.csv", line=2)
    assert "1 account is summed from several rows, such as 7 Rent of 2 rows." in result.notes


def test_accounts_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """By their code, or by the parent they are set in under."""
    assert amounts(from_text(tmp_path, "Code,Name,Amount\n7,Rent,1\n8,Rent,2\n")) == {
        "Rent (7)": "1.00",
        "Rent (8)": "2.00",
    }
    content = "Account,Amount\nAdvice,\n  Travel,1\nHousing,\n  Travel,2\nTravel,4\n"
    assert amounts(from_text(tmp_path, content)) == {
        "Advice: Travel": "1.00",
        "Housing: Travel": "2.00",
        "Travel": "4.00",
    }
    assert from_text(tmp_path, content, centre=None).undecided[0].names == ("Advice: Travel", "Travel")


def test_a_number_behind_a_name_is_a_code_only_where_xero_puts_it(tmp_path: Path) -> None:
    """Elsewhere ``Grant (2025)`` is a name like others, and stays as it is."""
    assert list(amounts(from_text(tmp_path, "Name,Amount\nGrant (2025),5\n"))) == ["Grant (2025)"]
    result = from_text(tmp_path, "Account,YTD Debit,YTD Credit\nRent (469),5,\n", centre=None)
    assert [(a.code, a.name) for a in result.undecided] == [("469", "Rent")]


def test_many_headings_and_totals_take_no_longer_than_many_rows(tmp_path: Path) -> None:
    """A file made to be slow, each total looked for under each heading, is read in seconds."""
    headings = "".join(f"Heading {i},\n" for i in range(40_000))
    started = time.process_time()
    wrong = problems(text(tmp_path / "l.csv", f"Name,Amount\n{headings}Rent,1\n" + "Total,2\n" * 40_000))
    assert len(wrong) == 40_000
    found = from_text(tmp_path, f"Name,Amount\n{headings}Rent,1\n" + "Total Nothing,2\n" * 40_000)
    assert found.total == 80_001
    assert time.process_time() - started < 30


def test_indented_by_alignment(tmp_path: Path) -> None:
    """QuickBooks workbooks set sub-accounts in by alignment, not spaces."""
    path = write_xlsx(
        tmp_path / "l.xlsx", [["Account", "Amount"], ["Advice"], ["Travel", 1.0], ["Other"], ["Travel", 2.0]]
    )
    book = openpyxl.load_workbook(path)
    for row in (3, 5):
        sheet_of(book).cell(row, 1).alignment = Alignment(indent=2)
    book.save(path)
    assert set(amounts(import_costs(path, centre="Office"))) == {"Advice: Travel", "Other: Travel"}


def test_nothing_on_it(tmp_path: Path) -> None:
    """An account that comes to nothing is left out and listed, unless a rule places it."""
    result = from_text(tmp_path, "Name,Amount\nRent,5\nOld rent,0\n")
    assert [(i.account.name, i.reason) for i in result.left_out] == [("Old rent", "nothing on it")]
    kept = LedgerMapping(accounts=[Rule(name="Old rent", centre="Office")])
    assert len(from_text(tmp_path, "Name,Amount\nRent,5\nOld rent,0\n", mapping=kept).costs) == 2


def test_names_that_cannot_be_are_refused_with_their_row(tmp_path: Path) -> None:
    """Too long, or with a character that would move a cursor: all at once."""
    path = text(tmp_path / "ledger.csv", f"Name,Amount\n{'x' * 201},1\nRent\x1b[2J,2\n")
    found = problems(path, centre="Office")
    assert [p.code for p in found] == ["too-long", "not-text"]
    assert [p.where[:17] for p in found] == ["ledger.csv line 2", "ledger.csv line 3"]


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    """In a text file nothing is a formula; a row with neither account nor amount is passed over."""
    names = ['=HYPERLINK("x")', "+44", "-minus", "@home"]
    rows = [["Name", "Amount"], *([name, "1.00"] for name in names), ["", "", "Printed on Monday"]]
    assert list(amounts(from_text(tmp_path, as_csv(rows)))) == names


# ── spreadsheets ─────────────────────────────────────────────────────────────────────────────────


def test_every_bad_cell_at_once_with_its_place(tmp_path: Path) -> None:
    """Errors, formulas without values, TRUE, dates, and words where amounts belong."""
    rows: Rows = [["Account", "Debit", "Credit"], ["Rent", "12O", "x"], ["Rates", True, None], ["Post", "#REF!", None]]
    rows += [["Heat", "=1+1", None], ["#N/A", 5.0, None]]
    found = problems(write_xlsx(tmp_path / "ledger.xlsx", rows))
    assert [(p.where, p.code) for p in found] == [
        ("ledger.xlsx Report!B2", "not-a-number"),
        ("ledger.xlsx Report!C2", "not-a-number"),
        ("ledger.xlsx Report!B3", "not-a-number"),
        ("ledger.xlsx Report!B4", "error-cell"),
        ("ledger.xlsx Report!B5", "no-value"),
        ("ledger.xlsx Report!A6", "error-cell"),
    ]


def test_formulas_by_their_saved_values_and_text_amounts_are_said(tmp_path: Path) -> None:
    """What is odd is understood and counted, with an example."""
    rows = [["Account", "Amount"], ["Rent", "£1,200.00"], ["Rates", "=10+2"], ["Post", '=""']]
    path = tmp_path / "ledger.xlsx"
    book = openpyxl.Workbook()
    sheet_of(book).title = "TB"
    for row in rows:
        sheet_of(book).append(row)
    book.save(path)
    parts = parts_of(path)
    sheet = re.sub(rb"<f>10\+2</f>(?:<v ?/>|<v></v>)", b"<f>10+2</f><v>12</v>", parts["xl/worksheets/sheet1.xml"])
    sheet = sheet.replace(b'<c r="B4">', b'<c r="B4" t="str">')
    zipped(path, {**parts, "xl/worksheets/sheet1.xml": sheet})
    result = import_costs(tmp_path / "ledger.xlsx", centre="Office")
    assert amounts(result) == {"Rent": "1200.00", "Rates": "12.00"}
    assert "1 amount is typed as text, such as ledger.xlsx TB!B2 '£1,200.00'." in result.notes
    assert (
        "1 amount is worked out by a formula, taken at its saved value, such as ledger.xlsx TB!B3 '12'." in result.notes
    )


def test_hidden_and_merged_are_said(tmp_path: Path) -> None:
    """Hidden rows, columns and sheets are read like others, and a note says so."""
    path = write_xlsx(tmp_path / "l.xlsx", [["Ledger"], ["Account", "Amount"], *([f"A{i}", 1.0] for i in range(9))])
    book = openpyxl.load_workbook(path)
    sheet = sheet_of(book)
    sheet.merge_cells("A1:B1")
    for row in range(4, 11):
        sheet.row_dimensions[row].hidden = True
    sheet.row_dimensions[50].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("Front")
    book.active = 1
    sheet.sheet_state = "hidden"
    book.save(path)
    result = import_costs(path, centre="Office")
    assert result.total == 9
    assert result.notes == (
        "Hidden rows were read as well: 7 of them (4, 5, 6, 7, 8…).",
        "Hidden columns were read as well: B.",
        "The sheet 'Report' is hidden. It was read all the same.",
        "Merged cells hold a value in their first cell only: A1:B1.",
        "Other sheets were not read: Front.",
    )


def test_which_sheet(tmp_path: Path) -> None:
    """The one that has the headings; when several have, it is asked; a wrong name has the nearest."""
    path = tmp_path / "ledger.xlsx"
    book = openpyxl.Workbook()
    for name in ("Notes", "April", "March"):
        sheet = book.create_sheet(name)
        for row in [["Notes for the reader"]] if name == "Notes" else plain_list(LEDGER):
            sheet.append([float(c.replace(",", "")) if c[-3:-2] == "." else c for c in row])
    book.save(path)
    (problem,) = problems(path)
    assert (problem.code, problem.fix) == ("which-sheet", "Say which with --sheet: April, March.")
    assert import_costs(path, sheet=" april ", centre="Office").costs[0].source == fcr.Source(
        file="ledger.xlsx", sheet="April", cell="B2"
    )
    assert "Did you mean 'April'?" in problems(path, sheet="Apil")[0].fix
    assert problems(path, sheet="Notes")[0].code == "no-headings"
    assert problems(write_csv(tmp_path / "l.csv", plain_list(LEDGER)), sheet="April")[0].code == "unknown-name"
    openpyxl.Workbook().save(path)
    assert problems(path)[0].code == "empty"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """However the text was saved; Windows-1252 and other delimiters are said."""
    rows = [["Name", "Amount (£)"], ["Café, £5 menu; weekly", "£1,200.00"], ["Rent", "1,300.00"]]
    result = import_costs(write_csv(tmp_path / "l.csv", rows, delimiter, encoding), centre="Office")
    assert amounts(result) == {"Café, £5 menu; weekly": "1200.00", "Rent": "1300.00"}
    assert any("Windows-1252" in note for note in result.notes) == (encoding == "cp1252")
    assert any("parted by" in note for note in result.notes) == (delimiter != ",")


def test_a_quotation_mark_left_open_loses_nothing(tmp_path: Path) -> None:
    """Far down, beyond what is sampled, it is refused with the last good line."""
    lines = "".join(f"Account {i},1\n" for i in range(100))
    (problem,) = problems(text(tmp_path / "l.csv", f'Name,Amount\n{lines}"Rent,2\nPost,3\n'))
    assert problem.code == "damaged"
    assert "after line 101" in problem.what


def test_the_table_has_everything_and_adds_up(tmp_path: Path) -> None:
    """Costs, left out and to be decided, under the ledger's total."""
    rules = LedgerMapping(
        accounts=[
            Rule(code="7100", centre="Premises"),
            Rule(code="7000", split={"Advice": 60, "Housing": 40}),
            Rule(codes="4000-4999", leave_out="income"),
        ]
    )
    result = import_costs(write_csv(tmp_path / "l.csv", xero_trial_balance(LEDGER)), mapping=rules)
    shown = result.table().text(100)
    assert "Advice 60%, Housing 40%" in shown
    assert "4000 Contract income" in shown
    assert "To be decided in all" in shown
    assert [row.cells[2] for row in result.table().rows if row.style == "subtotal"] == [
        result.total,
        result.total_left_out,
        result.total_undecided,
    ]
    with pytest.raises(fcr.ReconciliationError):
        LedgerImport("l.csv", "", (), (), (), Decimal(1), "")
