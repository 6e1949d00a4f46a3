"""What one mechanism pays month by month: the twin of :mod:`fcr.contract.mechanisms`, for those worked out here.

Whatever the mechanism, the rows are the same: a fixed sum, so much a unit, more or less past a
threshold, outcomes, a most and a least a year, and what goes back. A figure that the mechanism does
not use is nought there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.workbook.formula import Block, Node
from fcr.workbook.functions import if_, least, most, most_where, nth, product_sum
from fcr.workbook.layout import Sheet
from fcr.workbook.placed import FIRST, FORMS, Calculation
from fcr.workbook.sheets.mechanism import Pays
from fcr.workbook.sheets.months import Months

__all__ = ["Done", "line"]


@dataclass(frozen=True)
class Done:
    """What is done and paid for, month by month."""

    place: Block
    """The month's number in its contract year, 1 to 12: (1, M)."""
    closing: Block
    """One in the last month of a contract year: (1, M)."""
    units: Block
    """Units paid for in the year to date: (1, M)."""
    outcome_names: Block
    """(O, 1)."""
    outcomes: Block
    """Outcomes reached in each month: (O, M)."""
    costs: Block
    """Full cost in each month: (1, M)."""


def line(sheet: Sheet, months: Months, pays: Pays, done: Done) -> Block:
    """Lay out what a mechanism pays; the last row, its total by month: (1, M)."""
    sheet.section(pays.label + ": its figures", "Nought where the mechanism does not use it.")
    sheet.heads("What", "Unit", "Figure")
    kind = pays["kind"]

    def one(label: str, unit: str, formula: Node, form: str = "pounds") -> Block:
        return sheet.calc(label, unit, formula, form)

    def is_(name: str) -> Block:
        return one(f"Whether it is {name}", "1 is yes", if_(kind.eq(name), 1, 0), "flag")

    block, unit, volume, grant = is_("block"), is_("unit price"), is_("cost and volume"), is_("grant")
    standing, capped, results, plus = (
        is_("standing charge"),
        is_("capped activity"),
        is_("payment by results"),
        is_("cost plus"),
    )
    personal = is_("personal budgets")
    by_unit = one(
        "Whether each unit has a price",
        "1 is yes",
        unit + standing + capped + personal + if_(kind.eq("call-off"), 1, 0),
        "flag",
    )
    kept = one(
        "Kept of each charge",
        "share",
        if_(personal > 0, (1 - pays["lost_clients"]) * (1 - pays["bad_debts"]), 1),
        "share",
    )
    price = one("Price of a unit", "£", by_unit * pays["price"] * kept + results * pays["attachment"])
    fixed = one("Fixed sum", "£ a year", volume * pays["price"] + standing * pays["charge"])
    limit = one(
        "Threshold", "units a year", volume * pays["volume"] * (1 + pays["band"]) + capped * pays["cap"], "number"
    )
    past = one("Price change past it", "£ a unit", volume * pays["above"] - capped * pays["price"])
    low = one("Units below which it refunds", "units a year", volume * pays["volume"] * (1 - pays["band"]), "number")
    payable = one("Payable", "share", if_(pays["payable"].blank, 1, pays["payable"]), "share")
    accepted = one("Paid of outcomes", "share", results * payable * (1 - pays["rejected"]), "share")
    limited = unit + results
    has_most = one(
        "Whether there is a most",
        "1 is yes",
        limited * pays["maximum"].given + plus * pays["maximum_fee"].given,
        "flag",
    )
    most_paid = one("Most a year", "£ a year", limited * pays["maximum"] + plus * pays["maximum_fee"])
    least_paid = one("Least a year", "£ a year", unit * pays["minimum"])
    outcome_price = _outcome_prices(sheet, pays, done)
    steps = _tier_steps(sheet, pays)
    back = _going_back(sheet, months, pays, done, grant)

    sheet.ruler(pays.label + ": what it pays, month by month", months.labels)
    yearly = one(
        "Fixed sum", "£ a year", fixed + block * months.of_year(pays.prices) + grant * months.of_year(pays.amounts)
    )
    above = pays.tiers["above"].all
    tiers = one("Tiers", "£, year to date", unit * product_sum((done.units > above) * (done.units - above) * steps.all))
    beyond = one("Past the threshold", "£, year to date", past * most(done.units - limit, 0))
    earned = one(
        "Fixed sum and units",
        "£, year to date",
        (yearly * done.place / 12 + price * done.units + tiers + beyond) * months.inside,
    )
    month = one("Fixed sum and units", "£ a month", this_month(earned, months, done))
    allowed = one("Cost allowed", "£ a month", plus * done.costs * (1 - pays["disallowed"]))
    reached = one(
        "Outcomes", "£ a month", accepted * product_sum(outcome_price.all * done.outcomes.down) * months.inside
    )
    fee = pays["fee_rate"] * allowed + plus * pays["fee"] / 12 * months.inside
    counted = one("What the most and the least count", "£ a month", unit * month + reached + fee)
    to_date = one(
        "What they count",
        "£, year to date",
        product_sum(months.year.all.eq(months.year) * (months.number.all <= months.number) * counted.all),
    )
    held = one("After the most", "£, year to date", if_(has_most > 0, least(to_date, most_paid), to_date))
    made_up = one("Made up to the least", "£ a month", done.closing * unit * most(least_paid - held, 0))
    refund = one(
        "Refunded", "£ a month", done.closing * volume * least(pays["below"] * most(low - done.units, 0), earned)
    )
    returned = one("Unspent grant going back", "£ a month", done.closing * months.of_year(back))
    sure = (1 - unit) * month + allowed + this_month(held, months, done)
    return one(pays.label + ": paid", "£ a month", sure + made_up - refund - returned)


def this_month(to_date: Block, months: Months, done: Done) -> Node:
    """What a year to date gained in the month."""
    return if_(done.place > 1, to_date - nth(to_date.across, months.number - 1), to_date)


def _outcome_prices(sheet: Sheet, pays: Pays, done: Done) -> Block:
    """What is paid for each outcome: the sum of its stages."""
    stages = pays.stages
    sheet.heads("Outcome", "Unit", "Price")
    price = product_sum(stages["outcome"].all.eq(done.outcome_names) * stages["price"].all)
    return sheet.calc(done.outcome_names.join(""), "£ each", if_(done.outcome_names.blank, 0, price))


def _tier_steps(sheet: Sheet, pays: Pays) -> Block:
    """By how much the price changes at each threshold; blank rows between are no thresholds."""
    tiers = pays.tiers
    sheet.heads("Tier", "Unit", "Number")
    number = sheet.constants("Tier", Block(np.arange(1.0, tiers.rows + 1)[:, None]))
    sheet.heads("Tier", "Unit", "Tier before")
    before = sheet.calc(
        "Tier", "number", most_where((number.all < number) * tiers["above"].all.ne("") * number.all), "whole"
    )
    sheet.heads("Tier", "Unit", "Change of price")
    price = if_(before > 0, nth(tiers["price"].all, most(before, 1)) + 0, pays["price"])
    return sheet.calc("Tier", "£ a unit", if_(tiers["above"].given, tiers["price"] - price, 0))


def _going_back(sheet: Sheet, months: Months, pays: Pays, done: Done, grant: Block) -> Block:
    """What of a grant goes back each year: neither spent nor carried into the next."""
    sheet.ruler(pays.label + ": a grant year by year", months.year_labels)
    amount = sheet.calc("Grant", "£", grant * months.in_years * pays.amounts)
    spent = sheet.calc("Spent", "£", months.yearly(done.costs))
    goes_back = if_(pays["clawback"].eq("no"), 0, 1)
    keeps = sheet.calc(
        "May be carried forward", "£", if_(months.years < months.count, pays["carry_forward"] * amount, 0)
    )
    top, count = sheet.row, months.years.shape[1]
    before: Node = _blank(sheet, top + 1)
    unspent, carried = [], []
    for y in range(count):  # each year starts from what the year before carries
        at = slice(y, y + 1)
        left = most(amount.cut(columns=at) + before - spent.cut(columns=at), 0)
        unspent.append(_cell(sheet, top, FIRST + y, left))
        before = _cell(sheet, top + 1, FIRST + y, least(unspent[-1], keeps.cut(columns=at)))
        carried.append(before)
    for row, label in enumerate(("Unspent", "Carried into the next year")):
        sheet.write(top + row, 0, label, "label")
        sheet.write(top + row, 1, "£", "unit")
    sheet.row += 2
    return sheet.calc("Going back", "£", grant * goes_back * (_joined(unspent) - _joined(carried)))


def _cell(sheet: Sheet, row: int, column: int, formula: Node) -> Block:
    made = Block(formula=formula)
    made.place(sheet.name, row, column)
    sheet.calculations.append(Calculation(made, FORMS["pounds"], "calculation"))
    return made


def _blank(sheet: Sheet, row: int) -> Block:
    """The empty cell before the first year: nothing is carried into it."""
    empty = Block(np.array([[None]], dtype=object))
    empty.place(sheet.name, row, FIRST - 1)
    return empty


def _joined(cells: list[Block]) -> Block:
    row = Block(np.concatenate([cell.values for cell in cells], axis=1))
    row.place(cells[0].sheet, cells[0].row, cells[0].column)
    return row
