"""The calendar of the contract: months, years, rises of indices and statutory rates month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.assumptions import CPI, CPI_RATE, PAY, WAGE_FLOOR, WAGE_FLOOR_RATE
from fcr.lines import FIXED
from fcr.staffing import STATUTORY_RATES
from fcr.workbook.formula import Block, Counted, Node, node
from fcr.workbook.functions import (
    both,
    date_of,
    either_of,
    if_,
    latest,
    month,
    month_end,
    months_after,
    most,
    most_where,
    nth,
    number,
    product_sum,
    running_product,
    safely,
    shown,
    whole,
    year,
)
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import VAT_RATE, Asked, Rates
from fcr.workbook.sheets.organisation import Provider

__all__ = ["Months", "months"]


@dataclass(frozen=True)
class Months:
    """The cells of the Months sheet: rows of months (1, M), of years (1, Y), and tables over them."""

    sheet: Sheet
    count: Block
    """How many contract years, as asked."""
    months: Block
    """How many months of contract."""
    number: Block
    """1, 2, 3…: (1, M)."""
    first: Block
    """The first day of each month: (1, M)."""
    last: Block
    year: Block
    """The contract year of each month, from 1: (1, M)."""
    inside: Block
    """One for a month of the contract, nought for a spare one: (1, M)."""
    labels: Node
    """Each month in words."""
    years: Block
    """1, 2, 3…: (1, Y)."""
    in_years: Block
    """One for a year of the contract: (1, Y)."""
    year_labels: Node
    """Year 1, Year 2…"""
    aprils: Block
    """Financial years since the base year began: (1, M)."""
    index_names: Block
    """The indices: (K, 1); the first is fixed."""
    factors: Block
    """What each index multiplies base-year prices by: (K, M)."""
    stated: Block
    """One where the rises of an index are known for the whole contract: (K, 1)."""
    rate: dict[str, Block]
    """Each statutory rate: name → (1, M)."""
    rate_known: dict[str, Block]
    """One where it is known: name → (1, M)."""

    def yearly(self, table: Block) -> Node:
        """Months gathered into contract years: (n, M) → (n, Y)."""
        return product_sum(self.year.all.eq(self.years) * table.across)

    def of_year(self, table: Block) -> Node:
        """A figure for each contract year as each month takes it: (n, Y) → (n, M)."""
        return nth(table.across, self.year)


def months(book: Book, given: Provider, bid: Asked, rates: Rates) -> Months:
    """Lay out the Months sheet."""
    about = "The calendar of the contract, and what holds in each month of it."
    sheet = book.sheet("Months", "Months, rises and rates", "calculation", about)
    width, years = 12 * book.room.years, book.room.years
    april, base = sheet.book.names["fcr_april"], given.base_year
    sheet.section("The contract")
    usual = sheet.figure("Years where none are given", 3, "years", "The usual length of a contract.", "fcr_usual_years")
    count = sheet.calc("Contract years", "years", if_(bid.years.blank, usual, bid.years), "whole")
    length = sheet.calc("Months of contract", "months", count * 12, "whole")
    sheet.ruler("Calendar", Counted(width))
    number = sheet.row_of("Month of the contract", "number", np.arange(1.0, width + 1))
    first = sheet.calc("First day", "date", months_after(bid.start, number - 1), "date")
    last = sheet.calc("Last day", "date", month_end(first), "date")
    of_year = sheet.calc("Contract year", "number", whole((number - 1) / 12) + 1, "whole")
    inside = sheet.calc("Month of the contract", "1 is yes", if_(number <= length, 1, 0), "flag")
    since = year(first) - if_(month(first) < april, 1, 0) - (year(base) - if_(month(base) < april, 1, 0))
    aprils = sheet.calc("Financial years since the base year", "years", most(since, 0), "whole")
    sheet.ruler("Contract years", Counted(years))
    yearly = sheet.row_of("Contract year", "number", np.arange(1.0, years + 1))
    in_years = sheet.calc("Year of the contract", "1 is yes", if_(yearly <= count, 1, 0), "flag")
    rate, known = {}, {}
    sheet.ruler("Statutory rates, month by month", Counted(width), "A month follows the rule in force on its last day.")
    for name in (*STATUTORY_RATES, VAT_RATE):
        rate[name], known[name] = dated(sheet, rates, name, last)
    names, factors, stated = _indices(sheet, given, bid, rates, first, length)
    labels, year_labels = shown(first, "mmm yyyy"), if_(in_years.eq(1), node("Year ").join(yearly), "")
    return Months(
        sheet,
        count,
        length,
        number,
        first,
        last,
        of_year,
        inside,
        labels,
        yearly,
        in_years,
        year_labels,
        aprils,
        names,
        factors,
        stated,
        rate,
        known,
    )


def dated(sheet: Sheet, rates: Rates, name: str, on: Block, *, hold: bool = True) -> tuple[Block, Block]:
    """A dated figure on some days, and whether it is known: the bid's own from its first day on, or the published."""
    own, known = rates.own, rates.known[name]
    mine = own["name"].all.eq(sheet.word(name))
    since = sheet.calc("", "own, from", most_where(mine * (own["from"].all <= on) * own["from"].all), "date")
    place = sheet.calc("Published, by its number", "row", latest(on, known.froms.all), "whole")
    stated = product_sum(mine * own["from"].all.eq(since) * own["value"].all)
    value = if_(since > 0, stated, if_(place > 0, nth(known.figures.all, place), 0))
    rate = sheet.calc("In force", "as stated", value, "#,##0.00####")
    sure = either_of(rates.hold.eq("yes"), on <= known.known_to) if hold else on <= known.known_to
    flag = sheet.calc("Known", "1 is yes", if_(since > 0, 1, if_(both(place > 0, sure), 1, 0)), "flag")
    return rate, flag


def _indices(
    sheet: Sheet, given: Provider, bid: Asked, rates: Rates, first: Block, length: Block
) -> tuple[Block, Block, Block]:
    """Each index's name, its factor in each month, and how many of its rises nobody has stated."""
    own, calendar, april, base = rates.indices, rates.calendar_years, sheet.book.names["fcr_april"], given.base_year
    own_name = own["key"].join("")
    sheet.ruler("Published rises", calendar + 0, "For the indices that the bid does not state itself.")
    spring = sheet.calc("First of April", "date", date_of(calendar, april, 1), "date")
    march = sheet.calc("First of March", "date", date_of(calendar, april - 1, 1), "date")
    cpi, cpi_known = dated(sheet, rates, CPI_RATE, spring)
    before, before_known = dated(sheet, rates, WAGE_FLOOR_RATE, march)
    after, after_known = dated(sheet, rates, WAGE_FLOOR_RATE, spring, hold=False)
    sheet.section("Indices", "Each index once: fixed, the usual ones that the bid does not state itself, and its own.")
    sheet.heads("Index", "", "Name")
    unsaid = [
        (word, "", if_(product_sum(own["key"].all.eq(word) * 1) > 0, "", word))
        for word in rates.usual_words(CPI, WAGE_FLOOR, PAY)
    ]
    fixed = (FIXED, "", rates.usual_words(FIXED)[0].join(""))
    names = sheet.stack([fixed, *unsaid, ("Own", "", own_name)], "text")
    sheet.section("Months in which they rise")
    sheet.heads("Index", "", "Month")
    own_month = if_(
        own["month"].blank, april, if_(own["month"].eq("anniversary"), month(bid.start), number(own["month"]))
    )
    usual = [(word, "month", april + 0) for word in (FIXED, CPI, WAGE_FLOOR, PAY)]
    rising = sheet.stack([*usual, (own_name, "month", own_month)], "whole")
    sheet.ruler("Rises", calendar + 0)
    wage = if_(before > 0, after / before - 1, 0)
    lines = ((FIXED, cpi * 0), (CPI, cpi + 0), (WAGE_FLOOR, wage), (PAY, cpi * 0), (own_name, own["rises"] + 0))
    rises = sheet.stack([(label, "rise", line) for label, line in lines], "share")
    sheet.ruler("Whether they are known", calendar + 0)
    lines = (
        (FIXED, cpi * 0 + 1),
        (CPI, cpi_known + 0),
        (WAGE_FLOOR, before_known * after_known),
        (PAY, cpi_known * 0),
        (own_name, if_(own["rises"].blank, 0, 1)),
    )
    knowns = sheet.stack([(label, "1 is yes", line) for label, line in lines], "flag")
    sheet.ruler("Days of the rises", calendar + 0)
    days = sheet.calc(names.join(""), "date", date_of(calendar, rising, 1), "date")
    sheet.ruler("What each rise multiplies prices by", calendar + 0)
    step = sheet.calc(names.join(""), "factor", if_(days > base, rises + 1, 1), "factor")
    sheet.ruler("What base-year prices are multiplied by after the rise", calendar + 0)
    so_far = sheet.calc(names.join(""), "factor", running_product(step), "factor")
    sheet.section("Rises not stated")
    sheet.heads("Index", "", "How many")
    end = sheet.calc("Day after the contract", "date", months_after(bid.start, length), "date")
    missing = product_sum((days.across > base) * (days.across < end) * (1 - knowns.across))
    unstated = sheet.calc(names.join(""), "rises", if_(either_of(names.blank, names.eq(FIXED)), 0, missing), "whole")
    sheet.ruler("Where each month stands in the calendar", Counted(first.shape[1]))
    place = sheet.calc("Calendar years since the base year", "years", year(first) - year(base), "whole")
    calendar_month = sheet.calc("Month of the calendar", "month", month(first), "whole")
    sheet.ruler("What base-year prices are multiplied by, month by month", Counted(first.shape[1]))
    at = place + if_(calendar_month < rising, 0, 1)
    factor = if_(names.blank, 0, if_(at < 1, 1, safely(nth(so_far.across, at), 0)))
    return names, sheet.calc(names.join(""), "factor", factor, "factor"), unstated
