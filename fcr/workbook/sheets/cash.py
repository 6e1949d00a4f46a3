"""The monthly ledger: what is paid out, what comes in, the lowest point: the twin of :mod:`fcr.cashflow`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.workbook.formula import Block, Counted, node
from fcr.workbook.functions import (
    both,
    if_,
    least,
    modulo,
    months_after,
    most,
    nth,
    product_sum,
    rounded,
    running_total,
    shown,
    smallest,
    total,
    up,
    whole,
)
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.contract import Offer
from fcr.workbook.sheets.income import Income
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider

__all__ = ["Cash", "cash"]

UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Terms:
    """When money comes, with what is not stated assumed, and said."""

    period: Block
    """Months that one invoice covers."""
    in_advance: Block
    """One where a period is invoiced when it begins."""
    lag: Block
    """Whole months from an invoice to its payment."""


@dataclass(frozen=True)
class Cash:
    """The cells of the Cash sheet: rows of months (1, M + tail), and what they come to."""

    number: Block
    first: Block
    """The first day of each month."""
    costs: Block
    receipts: Block
    low: Block
    """Cash in each month after its costs and before its receipts."""
    closing: Block
    counted: Block
    """One for a month of the ledger, nought for a spare one."""
    lowest: Block
    """The lowest point, as reported, nought or less; nought where income is not known."""
    lowest_month: Block
    """In words, such as May 2027."""
    waiting: Block
    """The cost of waiting over the term, as reported; nought where it is not known."""
    waiting_known: Block
    months_below: Block
    """Months in which the low point is deeper than free reserves; nought where they are not stated."""
    after: Block
    """What is received after the months shown."""
    falling: Block
    """What falls due in each month, invoiced or at the end."""
    advance: Block
    """What is paid at the start."""
    owed: Block
    """Pounds owed and not yet paid, month on month, unrounded."""
    last: Block
    """The last month of the ledger."""
    lag: Block
    """Whole months from an invoice to its payment."""


def cash(
    book: Book, given: Provider, bid: Asked, months: Months, *, offer: Offer, income: Income, full_cost: Block
) -> Cash:
    """Lay out the Cash sheet. ``full_cost``: of each month, (1, M)."""
    about = "What is paid out and what comes in, month by month. Within a month costs are paid before receipts come."
    sheet = book.sheet("Cash", "Cash, month by month", "calculation", about)
    terms = _terms(sheet, offer)
    invoiced, ends = _invoices(sheet, months, offer, terms, income)
    width = months.number.shape[1] + book.room.tail
    sheet.ruler(
        "Calendar", Counted(width), "The months of the contract, and those after it in which money still comes."
    )
    number = sheet.row_of("Month", "number", np.arange(1.0, width + 1))
    first = sheet.calc("First day", "date", months_after(bid.start, number - 1), "date")
    later, length = offer["payment.retention_months"], months.months
    last = sheet.calc("Last month of the ledger", "number", length + later + terms.lag, "whole")
    counted = sheet.calc("Month of the ledger", "1 is yes", if_(number <= last, 1, 0), "flag")
    sheet.ruler("Ledger", shown(first, "mmm yyyy"))
    inside = number <= length
    costs = sheet.calc("Costs", "£", if_(inside, nth(full_cost.across, number), 0))
    at_end = number.eq(length) * ends.end + number.eq(length + later) * ends.held
    falling = sheet.calc("Falls due", "£", if_(inside, nth(invoiced.across, number), 0) + at_end)
    paid = if_(number > terms.lag, nth(falling.across, most(number - terms.lag, 1)), 0)
    receipts = sheet.calc("Receipts", "£", paid + number.eq(1) * ends.advance)
    net = sheet.calc("Receipts less costs", "£", receipts - costs)
    closing = sheet.calc("Closing", "£", running_total(net))
    low = sheet.calc("Low point, before receipts", "£", closing - receipts)
    low_in = if_(counted > 0, low, low.cut(columns=slice(0, 1)))
    compared = sheet.calc("Low point, in the ledger", "£", low_in)
    made = (number, first, costs, receipts, low, closing, counted, compared, last, ends.total)
    rows = _Rows(*made, falling, ends.advance, terms.lag)
    return _summary(book, given, bid, income, rows)


def _terms(sheet: Sheet, offer: Offer) -> _Terms:
    sheet.section("Terms of payment", "What the offer does not state is taken as monthly, in arrears, 30 days.")
    sheet.heads("What", "Unit", "Figure")
    invoiced, advance, days = (offer[f"payment.{name}"] for name in ("invoiced", "in_advance", "days"))
    quarter, half, usual = (sheet.book.names[f"fcr_{name}"] for name in ("quarter", "half_year", "days_assumed"))
    longer = invoiced.eq("quarterly") * (quarter - 1) + invoiced.eq("half-yearly") * (half - 1)
    covers = longer + invoiced.eq("yearly") * (node(12) - 1) + 1
    period = sheet.calc("Months that one invoice covers", "months", covers, "whole")
    early = sheet.calc("Invoiced in advance", "1 is yes", if_(advance.eq("yes"), 1, 0), "flag")
    taken = sheet.calc("Days to payment", "days", if_(days.blank, usual, days), "whole")
    waited = taken / sheet.book.names["fcr_days_in_month"]
    lag = sheet.calc("Months to payment", "months", if_(early > 0, whole(waited), up(waited)), "whole")
    return _Terms(period, early, lag)


@dataclass(frozen=True)
class _Ends:
    """What does not come with the invoices."""

    advance: Block
    held: Block
    """Kept back to the end."""
    end: Block
    """Paid only at the end."""
    total: Block
    """All that is earned."""


@dataclass(frozen=True)
class _Rows:
    number: Block
    first: Block
    costs: Block
    receipts: Block
    low: Block
    closing: Block
    counted: Block
    compared: Block
    last: Block
    earned: Block
    falling: Block
    advance: Block
    lag: Block


def _invoices(sheet: Sheet, months: Months, offer: Offer, terms: _Terms, income: Income) -> tuple[Block, _Ends]:
    """What is invoiced in each month: (1, M); and what comes apart from the invoices."""
    sheet.section("What does not come with the invoices")
    sheet.heads("What", "Unit", "Figure")
    kept, late = offer["payment.retention"], offer["payment.end_loaded"]
    first_year = months.year.all.eq(1) * months.inside.all * income.monthly.all
    advance = sheet.calc("Advance", "£", offer["payment.advance"] * product_sum(first_year))
    earned = sheet.calc("Earned over the term", "£", total(income.monthly.all))
    held = sheet.calc("Kept back to the end", "£", (earned - advance) * kept)
    end = sheet.calc("Paid only at the end", "£", (earned - advance - held) * late)
    sheet.ruler("Invoices, month by month", months.labels)
    due = income.monthly - if_(months.year.eq(1), advance / 12, 0) * months.inside
    flow = sheet.calc("Due", "£", due * (1 - kept) * (1 - late))
    batch = sheet.calc("Invoice that it belongs to", "number", whole((months.number - 1) / terms.period) + 1, "whole")
    place = modulo(months.number - 1, terms.period)
    sent = place.eq((terms.period - 1) * (1 - terms.in_advance))
    together = product_sum(batch.all.eq(batch) * flow.all)
    return sheet.calc("Invoiced", "£", if_(sent, together, 0) * months.inside), _Ends(advance, held, end, earned)


def _summary(book: Book, given: Provider, bid: Asked, income: Income, rows: _Rows) -> Cash:
    """The lowest point and its month, what waiting costs, and months deeper than free reserves."""
    sheet, penny, half = book.named("Cash"), book.names["fcr_pence"], book.names["fcr_half_penny"]
    width, known = rows.number.shape[1], income.known
    sheet.section("What it comes to", "Unknown where income, a rate or reserves are not known.")
    sheet.heads("What", "Unit", "Figure")
    last_cell = rows.closing.cut(columns=slice(width - 1, None))
    end = rows.number.cut(columns=slice(width - 1, None))
    beyond = sheet.calc("Months of the ledger beyond those shown", "months", most(rows.last - end, 0), "whole")
    after = sheet.calc("Received after the months shown", "£", rows.earned - total(rows.receipts.all))
    least_low = sheet.calc("Lowest of the low points", "£", smallest(rows.compared.all))
    lowest = sheet.calc("Lowest point, as reported", "£", rounded(least(least_low, 0), penny) * known)
    sheet.calc("Lowest point", "£", if_(known > 0, lowest, UNKNOWN))
    sheet.ruler("Months at the lowest point", shown(rows.first, "mmm yyyy"))
    at = sheet.calc(
        "At it, to half a penny", "number", if_(rows.compared < least_low + half, rows.number, end), "whole"
    )
    sheet.section("When, and what waiting costs")
    sheet.heads("What", "Unit", "Figure")
    when = sheet.calc("First month at the lowest point", "number", smallest(at.all), "whole")
    words = shown(months_after(bid.start, when - 1), "mmmm yyyy")
    month = sheet.calc("Month of the lowest point", "", if_(known > 0, words, UNKNOWN), "text")
    waited = product_sum((0 - rows.compared.all) * (rows.compared.all < 0) * rows.counted.all)
    owed = sheet.calc("Owed to you and not yet paid, month on month", "£", waited + beyond * most(0 - last_cell, 0))
    sure = sheet.calc(
        "Cost of waiting is known", "1 is yes", if_(both(known > 0, bid.finance_rate.given), 1, 0), "flag"
    )
    waiting = sheet.calc("Cost of waiting, as reported", "£", rounded(owed * bid.finance_rate / 12, penny) * sure)
    sheet.calc("Cost of waiting over the term", "£", if_(sure > 0, waiting, UNKNOWN))
    floor = sheet.calc("Free reserves, and half a penny", "£", given.free_reserves + half)
    deeper = product_sum((rows.compared.all < 0 - floor) * rows.counted.all) + beyond * (last_cell < 0 - floor)
    stated = both(known > 0, given.free_reserves.given)
    below = sheet.calc("Months deeper than free reserves, as counted", "months", if_(stated, deeper, 0), "whole")
    sheet.calc("Months deeper than free reserves", "months", if_(stated, below, UNKNOWN), "whole")
    return Cash(
        rows.number,
        rows.first,
        rows.costs,
        rows.receipts,
        rows.low,
        rows.closing,
        rows.counted,
        lowest,
        month,
        waiting,
        sure,
        below,
        after,
        rows.falling,
        rows.advance,
        owed,
        rows.last,
        rows.lag,
    )
