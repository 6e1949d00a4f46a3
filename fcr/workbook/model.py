"""The whole workbook: every sheet in the order a person works, laid out from plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fcr.workbook.layout import Book
from fcr.workbook.record import record
from fcr.workbook.room import Room
from fcr.workbook.sheets.apportionment import apportionment
from fcr.workbook.sheets.bid import asked, rates
from fcr.workbook.sheets.cash import cash
from fcr.workbook.sheets.completeness import completeness
from fcr.workbook.sheets.contract import contract
from fcr.workbook.sheets.drawn import drawn
from fcr.workbook.sheets.income import income
from fcr.workbook.sheets.integrity import reconciliation
from fcr.workbook.sheets.lines import lines
from fcr.workbook.sheets.months import months
from fcr.workbook.sheets.more import more
from fcr.workbook.sheets.offer import checks
from fcr.workbook.sheets.organisation import provider
from fcr.workbook.sheets.price import price
from fcr.workbook.sheets.profile import profile
from fcr.workbook.sheets.reviewed import findings, workings
from fcr.workbook.sheets.risk import risk
from fcr.workbook.sheets.risks import risks
from fcr.workbook.sheets.sharing import sharing
from fcr.workbook.sheets.sizes import sizes
from fcr.workbook.sheets.staff import staff
from fcr.workbook.sheets.start import start_here, verdict_on_every_sheet

__all__ = ["ORDER", "lay_out"]

ORDER = (
    "Start here",
    "Organisation",
    "Posts",
    "Costs",
    "Overheads and drivers",
    "Bid",
    "Rates and indices",
    "Contract",
    "Risks",
    "More",
    "Months",
    "Staff costs",
    "Lines",
    "Sharing",
    "Line checks",
    "Profile workings",
    "Price workings",
    "Income",
    "Cash",
    "What if",
    "Check workings",
    "Risk sizes",
    "Changes",
    "Lists",
    "Published rates",
    "Apportionment",
    "Three-year profile",
    "Price",
    "Offer and checks",
    "Risk",
    "Charts",
    "Findings",
    "Workings",
    "Integrity",
)


def lay_out(
    data: Mapping[str, Any],
    room: Room | None = None,
    *,
    stamps: Mapping[str, Any] | None = None,
    exact: bool = False,
) -> Book:
    """The workbook of a bid's plain data, whole or in part, with room for it and spare rows.

    ``stamps``: what Python found and no formula can, by what it is: ``simulation`` (see
    :mod:`fcr.workbook.stamps`), ``mechanism`` (see :mod:`fcr.workbook.rarer`),
    ``findings`` and ``workings`` (see :mod:`fcr.workbook.reviewed`), and the ``area`` of a template.
    ``exact``: with this very room, and no spare rows.
    """
    room = room or Room()
    book = Book(data, room if exact else room.holding(data), stamps)
    given = provider(book)
    bid = asked(book)
    dated = rates(book, given.base_year)
    offer = contract(book)
    register = risks(book)
    sized = sizes(book, register)
    calendar = months(book, given, bid, dated)
    staffed = staff(book, given, calendar)
    costed = lines(book, given, bid, calendar, staffed)
    shared = sharing(book, given, bid, calendar, staffed, costed)
    complete = completeness(book, given, bid, calendar, staffed, costed, shared)
    costs = profile(book, bid, calendar, staffed, costed, shared, complete)
    priced = price(book, bid, offer, calendar, costed, costs, complete)
    reconciliation(book, calendar, costed, shared, costs, priced)
    apportionment(book, bid, costed, shared, complete)
    earned = income(book, bid, calendar, offer, units=costed.units, full_cost=costs.monthly)
    ledger = cash(book, given, bid, calendar, offer=offer, income=earned, full_cost=costs.monthly)
    drawn(book, calendar, costs, priced, earned, ledger, complete)
    checks(
        book,
        given=given,
        bid=bid,
        months=calendar,
        staff=staffed,
        lines=costed,
        costs=costs,
        priced=priced,
        offer=offer,
        risks=register,
        income=earned,
        cash=ledger,
        complete=complete,
    )
    more(book)
    record(book)
    risk(book, given, bid, risks=register, sized=sized, months=calendar)
    findings(book)
    workings(book)
    start_here(book)
    verdict_on_every_sheet(book)
    book.sheets.sort(key=lambda sheet: ORDER.index(sheet.name))
    return book
