"""Accounts: the rows of a ledger gathered by account, and what is suggested about those undecided."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from fcr.lines import Source
from fcr.workbook.entries import Entry
from fcr.workbook.grid import Grid

__all__ = ["Account", "gather", "suggestion"]

_SAGE = (
    (10, 2999, "assets and liabilities"),
    (3000, 3999, "capital and reserves"),
    (4000, 4999, "income"),
    (9998, 9999, "suspense and mispostings"),
)
_XERO = ((200, 299, "income"), (600, 899, "assets and liabilities"), (900, 999, "capital and reserves"))


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a ledger, its rows summed: debits positive, credits negative."""

    code: str
    name: str
    full_name: str
    """Its name, with what tells it from others of the same name: the parent it is set in under, or the code."""
    section: str
    amount: Decimal
    source: Source
    """The first of its rows."""
    rows: int = 1

    @property
    def shown(self) -> str:
        """Its code and name, as a message says them."""
        return f"{self.code} {self.full_name}".strip() if f"({self.code})" not in self.full_name else self.full_name

    @property
    def names(self) -> tuple[str, ...]:
        """What a rule may call it."""
        return tuple(dict.fromkeys((self.full_name, self.name)))


def gather(grid: Grid, entries: Iterable[Entry]) -> tuple[Account, ...]:
    """Sum the rows of each account; accounts of one name are told apart.

    Rows are of one account when they have one code, or without codes one name under the same parents.
    """
    gathered: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        key = ("code", entry.code.casefold()) if entry.code else (*entry.parents, "", entry.name.casefold())
        gathered.setdefault(key, []).append(entry)
    homes: dict[str, set[tuple[str, ...]]] = {}
    for key, rows in gathered.items():
        homes.setdefault(_name(rows).casefold(), set()).add(key)
    return tuple(_account(grid, rows, alone=len(homes[_name(rows).casefold()]) == 1) for rows in gathered.values())


def _name(rows: list[Entry]) -> str:
    return next((row.name for row in rows if row.name), f"Account {rows[0].code}")


def _account(grid: Grid, rows: list[Entry], *, alone: bool) -> Account:
    first, name = rows[0], _name(rows)
    full = name
    if not alone and first.code:
        full = f"{name} ({first.code})"
    elif not alone and first.parents:
        full = ": ".join((*first.parents, name))
    total = sum((row.amount for row in rows), Decimal(0))
    source = grid.source(first.row, first.column)
    return Account(first.code, name, full, first.section, total, source, len(rows))


def usual_range(code: str) -> str:
    """What a code usually stands for when it is no cost, in words; nothing when it may be one.

    >>> usual_range("4000"), usual_range("260"), usual_range("7100")
    ("4000-4999 is income in Sage's usual chart", "200-299 is income in Xero's usual chart", '')
    """
    if not re.fullmatch(r"\d{3,4}", code, re.ASCII):
        return ""
    package, chart = ("Sage", _SAGE) if len(code) == len("4000") else ("Xero", _XERO)
    width = len(code)
    for first, last, kind in chart:
        if first <= int(code) <= last:
            verb = "is" if kind == "income" else "are"
            return f"{first:0{width}}-{last:0{width}} {verb} {kind} in {package}'s usual chart"
    return ""


def suggestion(account: Account) -> str:
    """What the usual charts of accounts or the side of its balance suggest: never more than a suggestion."""
    usual = usual_range(account.code)
    if usual:
        return f"{usual}: if in yours too, leave it out with that reason."
    if account.amount < 0:
        return "Its balance is a credit: if it is income or a liability, leave it out with that reason."
    return ""
