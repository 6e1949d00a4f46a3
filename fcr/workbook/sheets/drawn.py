"""Charts of the price, the years and the cash, with the figures they draw beside them."""

from __future__ import annotations

import numpy as np

from fcr.workbook.charts import cash_chart, price_chart, years_chart
from fcr.workbook.formula import Block, Node, Stacked, node
from fcr.workbook.functions import RunningDown, absolute, if_, least, rounded, shown, total
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.cash import Cash
from fcr.workbook.sheets.completeness import Completeness
from fcr.workbook.sheets.income import Income
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.price import Priced
from fcr.workbook.sheets.profile import GROUPS, Profile

__all__ = ["drawn"]

STEPS = ("Contingency", "Reserves", "Risk premium", "Waiting", "Surplus")
ROOM = 21
"""Rows that a chart stands over."""


def drawn(
    book: Book, months: Months, costs: Profile, priced: Priced, earned: Income, ledger: Cash, complete: Completeness
) -> None:
    """Lay out the Charts sheet."""
    about = "The price, the years and the cash, drawn. The figures drawn stand below each chart."
    sheet = book.sheet("Charts", "Charts", "result", about)
    _build_up(sheet, complete, costs, priced)
    _years(sheet, complete, months, costs, earned)
    _cash(sheet, complete, ledger)


def _term(block: Block, row: int = 0) -> Node:
    return total(block.cut(rows=slice(row, row + 1)).all)


def _build_up(sheet: Sheet, complete: Completeness, costs: Profile, priced: Priced) -> None:
    rows: list[tuple[str, Node, int]] = [(name, _term(costs.groups, i), 0) for i, name in enumerate(GROUPS)]
    rows.append(("Full cost", _term(costs.full_cost), 1))
    rows += [(name, _term(priced.steps, i), 0) for i, name in enumerate(STEPS)]
    rows.append(("Price", _term(priced.price), 1))
    sheet.section("From direct cost to price, over the term")
    place = (sheet.row, 0)
    sheet.row += ROOM
    sheet.heads(
        "Step", "Unit", "Pounds", "1 is a total", "Step", "So far", "Stands on", "Height of a step", "Height of a total"
    )
    top = sheet.row
    labels = Block(np.array([[name] for name, _, _ in rows], dtype=object))
    labels.place(sheet.name, top, 0)
    sheet.hold(labels, "label")
    amounts = Stacked([sheet.calc("", "£", complete.once(amount, 0)) for _, amount, _ in rows])
    totals = Block(np.array([[float(flag)] for _, _, flag in rows]))
    totals.place(sheet.name, top, 3)
    sheet.hold(totals, "flag")

    def column(at: int, formula: Node) -> Block:
        sheet.row = top
        return sheet.calc("", "£", formula, at=at)

    step = column(4, amounts * (1 - totals))
    so_far = column(5, RunningDown(step))
    below = column(6, if_(totals.eq(1), 0, least(so_far, so_far - step)))
    height = column(7, absolute(step))
    whole = column(8, amounts * totals)
    sheet.charts.append(price_chart(labels, below, height, whole, at=place))


def _years(sheet: Sheet, complete: Completeness, months: Months, costs: Profile, earned: Income) -> None:
    sheet.section("What the service costs each year, and the offer")
    place = (sheet.row, 0)
    sheet.row += ROOM
    sheet.ruler("Figures drawn", months.year_labels)
    years = sheet.calc("Contract year", "", if_(months.in_years.eq(1), months.year_labels, ""), "text")
    drawn = [(name, costs.groups.cut(rows=slice(i, i + 1))) for i, name in enumerate(GROUPS)]
    parts = [(name, sheet.calc(name, "£", complete.once(block + 0, 0))) for name, block in drawn]
    offer = sheet.calc("The offer", "£", complete.once(earned.reported + 0, 0))
    sheet.charts.append(years_chart(years, parts, offer, at=place))


def _cash(sheet: Sheet, complete: Completeness, ledger: Cash) -> None:
    sheet.section("Cash month by month, if the offer is paid on its terms")
    place = (sheet.row, 0)
    sheet.row += ROOM
    counted = node("Month ").join(ledger.number)
    sheet.ruler("Figures drawn", counted)
    names = sheet.calc("Month", "", if_(ledger.counted.eq(1), shown(ledger.first, "mmm yyyy"), ""), "text")
    closing = sheet.calc("Cash at its end", "£", complete.once(ledger.closing + 0, 0))
    pence = sheet.book.names["fcr_pence"]
    lowest = if_(rounded(ledger.low, pence).eq(ledger.lowest), ledger.lowest, 0)
    low = sheet.calc("Lowest point", "£", complete.once(lowest, 0))
    sheet.charts.append(cash_chart(names, closing, low, at=place))
