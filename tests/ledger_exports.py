"""Small writers of what accounts packages export. Every organisation and figure is invented."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Account = tuple[str, str, Decimal]
"""Code, name, debits less credits."""

MAPPING = """
[[accounts]]
codes = "7000-7999"
centre = "Office"

[[accounts]]
codes = "1000-4999"
leave_out = "no cost"
"""
"""What becomes of the accounts of :data:`LEDGER`, as a user would say it."""

LEDGER: tuple[Account, ...] = (
    ("4000", "Contract income", Decimal("-152000.00")),
    ("7000", "Salaries", Decimal("96400.50")),
    ("7100", "Rent", Decimal("18000.00")),
    ("7200", "Electricity", Decimal("2310.75")),
    ("7500", "Printing", Decimal("-12.25")),
    ("1200", "Bank current account", Decimal("35301.00")),
)


def pounds(value: Decimal) -> str:
    return f"{value:,.2f}"


def sides(value: Decimal) -> tuple[str, str]:
    return (pounds(value), "") if value >= 0 else ("", pounds(-value))


def totals(accounts: Iterable[Account]) -> tuple[str, str]:
    values = [value for _, _, value in accounts]
    return pounds(sum((v for v in values if v > 0), Decimal(0))), pounds(-sum((v for v in values if v < 0), Decimal(0)))


def xero_trial_balance(accounts: Sequence[Account]) -> list[list[str]]:
    rows = [["Trial Balance"], ["Harbour Advice (example)"], ["As at 31 March 2026"], []]
    rows.append(["Account Code", "Account", "Account Type", "Debit - Year to date", "Credit - Year to date"])
    rows += [[code, name, "Overhead", *sides(value)] for code, name, value in accounts]
    return [*rows, ["", "Total", "", *totals(accounts)]]


def old_xero_trial_balance(accounts: Sequence[Account]) -> list[list[str]]:
    rows = [["Trial Balance"], [], ["Account", "Debit", "Credit", "YTD Debit", "YTD Credit"]]
    rows += [[f"{name} ({code})", "1.00", "", *sides(value)] for code, name, value in accounts]
    return [*rows, ["Total", "", "", *totals(accounts)]]


def xero_profit_and_loss(accounts: Sequence[Account]) -> list[list[str]]:
    income = [(name, -value) for _, name, value in accounts if value < 0]
    spent = [(name, value) for _, name, value in accounts if value >= 0]
    rows = [["Profit and Loss"], ["Harbour Advice (example)"], ["For the year ended 31 March 2026"], []]
    rows.append(["Account", "2026"])
    for title, lines in (("Turnover", income), ("Administrative Costs", spent)):
        total = sum((value for _, value in lines), Decimal(0))
        rows += [[title], *([name, pounds(value)] for name, value in lines), [f"Total {title}", pounds(total)]]
    return [*rows, ["Net Profit", "0.00"]]


def quickbooks_trial_balance(accounts: Sequence[Account]) -> list[list[str]]:
    rows = [["Harbour Advice (example)"], ["Trial Balance"], ["As of March 31, 2026"], ["", "Debit", "Credit"]]
    rows += [[f"{code} · {name}" if code else name, *sides(value)] for code, name, value in accounts]
    return [*rows, ["TOTAL", *totals(accounts)], [], ["Wednesday, 1 April 2026 09:12 - Accrual basis"]]


def sage_trial_balance(accounts: Sequence[Account]) -> list[list[str]]:
    rows = [["N/C", "Name", "Debit", "Credit"]]
    rows += [[code, name, *sides(value)] for code, name, value in accounts]
    return [*rows, ["", "Totals:", *totals(accounts)]]


def sage_activity(accounts: Sequence[Account]) -> list[list[str]]:
    rows = [["N/C", "Name", "Type", "Date", "Ref", "Details", "Amount"]]
    for code, name, value in accounts:
        half = (value / 2).quantize(Decimal("0.01"))
        for part in (half, value - half):
            kind = "PI" if part >= 0 else "SI"
            rows.append([code, name, kind, "31/03/2026", "INV", "Invoice", pounds(part)])
    return rows


def sage_activity_in_blocks(accounts: Sequence[Account]) -> list[list[str]]:
    rows = [["Nominal Activity"]]
    for code, name, value in accounts:
        rows += [["N/C:", code, "Name:", name], ["No", "Type", "Date", "Ref", "Details", "Debit", "Credit"]]
        rows.append(["1", "JD" if value >= 0 else "JC", "31/03/2026", "", "Year", *sides(value)])
        rows += [["", "", "", "", "Totals:", *sides(value)], ["", "", "", "", "History Balance:", *sides(value)], []]
    return rows


def plain_list(accounts: Sequence[Account]) -> list[list[str]]:
    total = sum((value for _, _, value in accounts), Decimal(0))
    return [["Name", "Amount (£)"], *([name, pounds(value)] for _, name, value in accounts), ["Total", pounds(total)]]


SHAPES: Mapping[str, Callable[[Sequence[Account]], list[list[str]]]] = {
    "xero trial balance": xero_trial_balance,
    "old xero trial balance": old_xero_trial_balance,
    "xero profit and loss": xero_profit_and_loss,
    "quickbooks trial balance": quickbooks_trial_balance,
    "sage trial balance": sage_trial_balance,
    "sage activity": sage_activity,
    "sage activity in blocks": sage_activity_in_blocks,
    "plain list": plain_list,
}


def as_csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def write_csv(path: Path, rows: Iterable[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    path.write_bytes(as_csv(rows, delimiter).encode(encoding))
    return path


def sheet_of(book: Workbook) -> Worksheet:
    """The sheet a workbook opens on."""
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def write_xlsx(path: Path, rows: Iterable[Sequence[Any]], sheet: str = "Report") -> Path:
    """Amounts as numbers, as packages write them; text stays text."""
    book = Workbook()
    sheet_of(book).title = sheet
    for row in rows:
        sheet_of(book).append([_number(cell) for cell in row])
    book.save(path)
    return path


def _number(cell: Any) -> Any:
    if isinstance(cell, str):
        try:
            return float(cell.replace(",", "")) if "." in cell else cell or None
        except ValueError:
            return cell
    return cell


def zipped(path: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
