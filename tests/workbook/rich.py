"""A bid with something of every kind in it, its workbook, and where each figure of it stands."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from offers import GOOD

from fcr.bid import Bid
from fcr.workbook.layout import Book, path_of
from fcr.workbook.model import lay_out
from fcr.workbook.placed import DATES, Input
from fcr.workbook.room import Room
from fcr.workbook.values import letters
from fcr.workbook.writer import to_bytes

SMALL = Room(
    services=2,
    pools=2,
    posts=3,
    costs=5,
    drivers=1,
    years=3,
    indices=3,
    outcomes=1,
    risks=3,
    rates=1,
    returns=1,
    others=2,
    tail=4,
    correlated=2,
    scenarios=2,
    breaks=2,
    parts=1,
    tiers=2,
    stages=2,
    bands=2,
    basket=2,
    awards=1,
    indemnities=1,
    promises=1,
    peers=1,
)
"""Room for what is there and a spare row or two: small files."""

ORGANISATION: dict[str, Any] = {
    "name": "Small charity",
    "base_year": "2026-04-01",
    "employment_allowance": "by pay",
    "pay_bill": "900000",
    "free_reserves": "96000",
    "annual_income": "1250000",
    "services": [
        {"name": "Debt advice", "unit": "client", "volume": "900", "note": "by phone"},
        {"name": "Own fundraising"},
    ],
    "pools": [
        {"name": "Premises and office", "driver": "floor area", "order": 1, "note": "two floors"},
        {"name": "Central functions", "driver": "staff", "order": 2},
    ],
    "drivers": [
        {
            "name": "floor area",
            "unit": "m²",
            "quantities": {"Debt advice": "96", "Own fundraising": "12", "Central functions": "8"},
        },
        {"name": "blend", "mixture": {"staff": 60, "direct cost": 40}, "note": "half and half"},
    ],
    "posts": [
        {
            "name": "Debt adviser",
            "salary": "30200",
            "fte": "2.5",
            "people": 3,
            "time": {"Debt advice": 90, "Own fundraising": 10},
            "increment": "300",
            "top": "33000",
            "cover": "0.04",
            "pension": "0.06",
            "hours_per_year": "1650",
            "category": "frontline",
            "note": "on the scale",
            "source": {"file": "payroll.xlsx", "sheet": "June", "cell": "B12", "line": 12},
        },
        {
            "name": "Debt trainee",
            "salary": "24500",
            "time": {"Debt advice": 100},
            "pension": "none",
            "age": "under 21",
            "apprentice": True,
            "hours_per_year": "1650",
            "first_month": 4,
            "last_month": 30,
        },
        {"name": "Manager", "salary": "41000", "time": {"Central functions": 100}, "hours_per_year": "1700"},
    ],
    "costs": [
        {
            "name": "Rent",
            "centre": "Premises and office",
            "amount": "24600",
            "vat_rate": "0.2",
            "vat_recoverable": "0.5",
            "category": "premises",
            "note": "the lease",
            "source": {"file": "ledger.csv", "sheet": "TB", "cell": "D7", "line": 7},
        },
        {"name": "Cleaning", "centre": "Premises and office", "amount": "3900", "index": "wage floor"},
        {"name": "Software", "split": {"Central functions": 70, "Debt advice": 30}, "amount": "860.55"},
        {"name": "Leaflets", "centre": "Debt advice", "amount": "1.25", "behaviour": "per unit"},
        {"name": "Rooms", "centre": "Debt advice", "amount": "2100", "behaviour": "stepped", "step": "400"},
        {"name": "Laptops", "centre": "Debt advice", "amount": "5200", "capital": "depreciation", "life": "4"},
        {"name": "Audit", "centre": "Central functions", "amounts": ["4200", "4350", "4500"]},
        {"name": "Volunteers", "centre": "Debt advice", "amount": "7000", "in_kind": "they give their time"},
        {"name": "Recruiting", "centre": "Debt advice", "amount": "2600", "phase": "start-up", "last_month": 2},
    ],
}

RISKS: list[dict[str, Any]] = [
    {
        "name": "Payment delay",
        "acts_on": "payment delay",
        "size": {"kind": "triangular", "low": "0", "mode": "5", "high": "20"},
        "clause": "14.2",
        "note": "slow last year",
    },
    {
        "name": "Claims",
        "per": "year",
        "provider_share": "0.6",
        "control": "0.4",
        "family": "other",
        "in_price": "150",
        "size": {"kind": "event", "probability": "0.2", "impact": {"kind": "uniform", "low": "1000", "high": "9000"}},
    },
    {"name": "Roof", "size": {"kind": "normal", "mean": "2000", "sd": "500"}},
]


ASSUMPTIONS: dict[str, Any] = {
    "indices": {
        "pay": {"rises": {"2027": "0.03", "2028": "0.025", "2029": "0.025"}, "note": "NJC"},
        "CPI": {
            "rises": {"2026": "0.03", "2027": "0.025", "2028": "0.02", "2029": "0.02"},
            "month": "anniversary",
        },
        "wage floor": {"rises": {"2027": "0.04", "2028": "0.03", "2029": "0.03"}},
    },
    "rates": {"vat.standard_rate": {"2027-04-01": "0.2"}},
    "hold_rates": True,
    "note": "as the budget",
}


def _data() -> dict[str, Any]:
    contract = copy.deepcopy(GOOD["contract"])
    contract["note"] = "second draft"
    return {
        "name": "Small",
        "organisation": ORGANISATION,
        "service": "Debt advice",
        "start": "2026-10-01",
        "volumes": ["900", "950", "1000"],
        "contingency": "0.02",
        "reserves_rate": "0.015",
        "surplus": "0.03",
        "surplus_basis": "margin",
        "risk_premium": "1200",
        "finance_rate": "0.06",
        "vat": "exempt",
        "assumptions": ASSUMPTIONS,
        "contract": contract,
        "subsidy_decision": {"yearly_amount": "4000", "source": "reserves", "ends": "2029-09-30", "minute": "12 May"},
        "waivers": {"PAY-1": "Agreed by the board."},
        "risks": RISKS,
        "correlations": {"names": ["Claims", "Roof"], "matrix": [["1", "0.3"], ["0.3", "1"]]},
        "note": "for the board",
    }


@cache
def rich() -> Bid:
    """A bid with something of every kind in it."""
    return Bid.from_dict(_data())


@cache
def rich_book() -> Book:
    """Its workbook before it is written."""
    return lay_out(rich().to_dict(), SMALL)


@cache
def rich_bytes() -> bytes:
    """Its workbook."""
    return to_bytes(rich_book())


def place(book: Book, *path: str | int) -> tuple[str, str]:
    """The sheet and the cell in which a figure of the data stands: ``("Costs", "C10")``."""
    for given in book.inputs:
        at = _cell(given, path)
        if at is not None:
            return given.block.sheet, f"{letters(given.block.column + at[1])}{given.block.row + 1 + at[0]}"
    raise KeyError(path)


def _cell(given: Input, path: tuple[str | int, ...]) -> tuple[int, int] | None:
    grid = given.grid
    if grid is None:
        width = given.block.shape[1]
        inside = path[:-1] == given.path and isinstance(path[-1], int) and width > 1
        return (0, 0) if path == given.path else (0, int(path[-1])) if inside else None
    if grid.keyed == DATES or path[: len(grid.path)] != grid.path or len(path) <= len(grid.path):
        return None
    key, rest = path[len(grid.path)], path[len(grid.path) + 1 :]
    row = key if isinstance(key, int) else _row(given, str(key))
    name = path_of(given.path[0] if isinstance(given.path[0], str) else "")
    if row is None or rest[: len(name)] != name:
        return None
    if given.heads is None:
        return (row, 0) if rest == name else None
    heads = [str(int(n)) if isinstance(n, float) else str(n) for n in given.heads.values[0].tolist()]
    return (row, heads.index(str(rest[-1]))) if len(rest) == len(name) + 1 and str(rest[-1]) in heads else None


def _row(given: Input, key: str) -> int | None:
    assert given.grid is not None
    if not given.grid.keyed:
        return None
    keys = given.grid[given.grid.keyed].values[:, 0].tolist()
    return keys.index(key) if key in keys else None
