"""What is bid for, and what the years ahead are assumed to bring: Bid, Rates and indices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.assumptions import CPI, CPI_RATE, PAY, WAGE_FLOOR, WAGE_FLOOR_RATE
from fcr.lines import FIXED
from fcr.rates import history, source
from fcr.staffing import STATUTORY_RATES
from fcr.workbook import kinds as k
from fcr.workbook.formula import Block, Stacked
from fcr.workbook.functions import year
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.placed import DATES, FIRST, Column, Grid, Matrix
from fcr.workbook.sheets.organisation import FORM
from fcr.workbook.values import serial

__all__ = ["Asked", "Known", "Rates", "asked", "rates"]

VAT_RATE = "vat.standard_rate"
PARAMETERS = (*STATUTORY_RATES, VAT_RATE, CPI_RATE, WAGE_FLOOR_RATE)
"""The dated figures that formulas use."""
SPARE_YEARS = 3
"""Calendar years for which rises may be stated, besides those of the contract: before it, and after."""


@dataclass(frozen=True)
class Asked:
    """The cells of the Bid sheet."""

    name: Block
    service: Block
    start: Block
    years: Block
    method: Block
    contingency: Block
    reserves_rate: Block
    reserves_amount: Block
    surplus: Block
    surplus_basis: Block
    risk_premium: Block
    finance_rate: Block
    vat: Block
    volumes: Block
    capacity: Block
    occupancy: Block
    subsidy: dict[str, Block]
    waivers: Grid


def asked(book: Book) -> Asked:
    """Lay out the Bid sheet."""
    sheet = book.sheet(
        "Bid", "The bid", "input", "Which service, from when, for how long, and what is added to its cost."
    )
    sheet.widths |= FORM
    sheet.section("What is bid for")
    sheet.heads("What", "Yours", "Unit", "Where to find it", "What it is")
    name = sheet.field("name", "Name of the bid", k.TEXT, "What you call it.", name="fcr_bid")
    service = sheet.field(
        "service", "Service priced", k.TEXT, "One of your services.", name="fcr_service", options="services"
    )
    start = sheet.field(
        "start", "Contract begins", k.DAY, "The first of a month.", unit="date", source="the tender", name="fcr_start"
    )
    years = sheet.field(
        "years",
        "Contract years",
        k.WHOLE,
        f"1 to {book.room.years} here; 3 if left blank.",
        unit="years",
        source="the tender",
        name="fcr_years",
    )
    method = sheet.field(
        "method",
        "Method of apportionment",
        k.choice("direct", "step-down", "reciprocal"),
        "How pools that serve one another are shared; step-down if left blank.",
        name="fcr_method",
    )
    note = "Shares of full cost, start-up and close-down included; amounts are pounds a year."
    sheet.section("What is added to full cost", note)
    sheet.heads("What", "Yours", "Unit", "Where to find it", "What it is")
    contingency = sheet.field("contingency", "Contingency", k.SHARE, "As a share of full cost.", unit="%")
    reserves_rate = sheet.field(
        "reserves_rate",
        "Reserves: share",
        k.SHARE,
        "A contribution to reserves, as a share of full cost.",
        unit="%",
        source="your reserves policy",
    )
    reserves_amount = sheet.field(
        "reserves_amount",
        "Reserves: amount",
        k.POUNDS_OR_NOUGHT,
        "Or in pounds a year: one of the two.",
        unit="£ a year",
        source="your reserves policy",
    )
    surplus = sheet.field("surplus", "Surplus", k.SHARE, "As a share, of what the next cell says.", unit="%")
    basis = sheet.field(
        "surplus_basis",
        "Surplus is a",
        k.choice("margin", "mark-up"),
        "A margin is a share of the price, a mark-up of the cost.",
    )
    premium = sheet.field(
        "risk_premium",
        "Risk premium",
        k.POUNDS_OR_NOUGHT,
        "For risks the contract leaves with you: an amount you adopt.",
        unit="£ a year",
        source="the Risk sheet",
    )
    finance = sheet.field(
        "finance_rate",
        "Cost of finance",
        k.SHARE,
        "What waiting for payment costs a year: your own rate.",
        unit="% a year",
        source="your bank or lender",
    )
    vat = sheet.field(
        "vat",
        "VAT on the supply",
        k.choice("outside the scope", "exempt", "zero-rated", "standard-rated"),
        "The VAT status of what you sell; blank is unknown.",
        source="your VAT adviser",
    )
    volumes = _volumes(book, sheet)
    sheet.section("Trustees' decision to subsidise", "Only where they have decided to run the service below full cost.")
    sheet.heads("What", "Yours", "Unit", "Where to find it", "What it is")
    subsidy = {
        "yearly_amount": sheet.field(
            "subsidy_decision.yearly_amount",
            "Most it may cost",
            k.POUNDS_OR_NOUGHT,
            "In a contract year.",
            unit="£ a year",
            source="the minute",
        ),
        "source": sheet.field(
            "subsidy_decision.source", "Paid from", k.TEXT, "Such as a designated fund.", source="the minute"
        ),
        "ends": sheet.field(
            "subsidy_decision.ends",
            "Ends",
            k.DAY,
            "The last day for which it was decided.",
            unit="date",
            source="the minute",
        ),
        "minute": sheet.field("subsidy_decision.minute", "Recorded in", k.TEXT, "Where the decision is recorded."),
    }
    waivers = sheet.grid(
        "waivers",
        "Findings accepted",
        (
            Column("key", "Check", k.TEXT, "The code of a check, such as PAY-1.", width=34),
            Column("", "Why it is accepted", k.TEXT, "The reason, which is printed.", width=40),
        ),
        book.room.others,
        "Checks whose finding you accept, each with its reason.",
        keyed="key",
    )
    sheet.section("Note")
    sheet.heads("What", "Yours", "Unit", "Where to find it", "What it is")
    sheet.field("note", "Note", k.TEXT, "Anything a reader should know.")
    return Asked(
        name,
        service,
        start,
        years,
        method,
        contingency,
        reserves_rate,
        reserves_amount,
        surplus,
        basis,
        premium,
        finance,
        vat,
        *volumes,
        subsidy,
        waivers,
    )


def _volumes(book: Book, sheet: Sheet) -> tuple[Block, Block, Block]:
    count = book.room.years
    sheet.section(
        "Units a year",
        "Units expected to be sold, or capacity and the share of it sold. The first year's alone stands for all.",
    )
    sheet.heads("What", "Unit", "What it is")
    sheet.row -= 1
    sheet.heads(*(f"Year {y + 1}" for y in range(count)), at=FIRST)
    return (
        sheet.series("volumes", "Units", k.QUANTITY, "Units expected to be sold.", unit="units a year", count=count),
        sheet.series(
            "capacity", "Capacity", k.QUANTITY, "Or: units that could be provided,", unit="units a year", count=count
        ),
        sheet.series("occupancy", "Occupancy", k.SHARE, "and the share expected to be sold.", unit="%", count=count),
    )


@dataclass(frozen=True)
class Known:
    """The published values of one dated figure: rising days, and the last of them that is known."""

    froms: Block
    figures: Block
    known_to: Block


@dataclass(frozen=True)
class Rates:
    """The cells of the Rates and indices sheet."""

    indices: Grid
    usual: Block
    """The names of the built-in indices."""
    calendar_years: Block
    known: dict[str, Known]
    own: Grid
    hold: Block

    def usual_words(self, *names: str) -> list[Block]:
        """The cells that say built-in indices."""
        order = self.usual.values[:, 0].tolist()
        found = []
        for name in names:
            word = Block(np.array([[name]], dtype=object))
            word.place(self.usual.sheet, self.usual.row + order.index(name), self.usual.column)
            found.append(word)
        return found


def rates(book: Book, base_year: Block) -> Rates:
    """Lay out the Rates and indices sheet: what costs rise by, and dated figures with their sources."""
    sheet = book.sheet(
        "Rates and indices", "Rates and indices", "input", "What costs rise by, and statutory rates by date."
    )
    sheet.section("How far rates are known")
    sheet.heads("What", "Yours", "Unit", "Where to find it", "What it is")
    hold = sheet.field(
        "assumptions.hold_rates",
        "Hold rates as last known",
        k.YES,
        "Assume that statutory figures stay as last known, beyond the last date known.",
        name="fcr_hold_rates",
    )
    sheet.field("assumptions.note", "Note", k.TEXT, "Anything a reader should know.")
    count = book.room.years + 2 * SPARE_YEARS
    sheet.section("Calendar years")
    steps = sheet.row_of("Years after the base year", "years", np.arange(float(count)))
    calendar = sheet.calc("Calendar year", "year", year(base_year) + steps, "whole")
    month = k.WHOLE.or_words("anniversary")
    indices = sheet.grid(
        "assumptions.indices",
        "What costs rise by",
        (
            Column("key", "Index", k.TEXT, "pay, CPI, wage floor, or a name of your own.", width=34),
            Column("month", "Month of the rise", month, "1 to 12, or anniversary; 4 (April) if left blank."),
            Column("note", "Note", k.TEXT, "What the rises rest on.", width=30),
            Matrix(
                "rises",
                calendar,
                k.GROWTH,
                "The rise that takes effect in this calendar year, even when it is 0%.",
                "Rise in the calendar year",
            ),
        ),
        book.room.indices,
        "State pay for every year. CPI and the wage floor are those of Published rates unless you state them here.",
        keyed="key",
    )
    usual = Block(np.array([[FIXED], [PAY], [CPI], [WAGE_FLOOR]], dtype=object))
    lists = book.named("Lists")
    lists.section("Indices to choose from")
    lists.heads("Index", "", "Name")
    lists.constants("Usual", usual)
    book.lists["indices"] = Stacked([usual, lists.calc("Your own", "", indices["key"].join(""), "text")])
    own = sheet.grid(
        "assumptions.rates",
        "Dated figures of your own",
        (
            Column("name", "Figure", k.TEXT, "The name of a figure below.", width=34, options="parameters"),
            Column("from", "From", k.DAY, "The first day it holds.", "date"),
            Column("value", "Value", k.NUMBER, "As the figure is stated below.", "as below"),
        ),
        book.room.rates,
        "In place of what is known, from a day on. Leave blank to use the published figures.",
        keyed=DATES,
    )
    return Rates(indices, usual, calendar, _published(book), own, hold)


def _published(book: Book) -> dict[str, Known]:
    about = "Dated figures that formulas use, each with its source."
    sheet = book.sheet("Published rates", "Published rates", "calculation", about)
    sheet.widths |= {0: 50, 4: 30, 5: 16, 6: 110}
    sheet.section("Figures by date")
    sheet.heads("Figure", "From", "Known to", "Value", "Unit", "Confirmed by", "Source")
    found, names = {}, []
    for name in PARAMETERS:
        dated = [rate for rate in history(name) if rate.found]
        far = serial(dated[-1].end) if dated[-1].end is not None else 2_958_465  # the last day a spreadsheet knows
        blocks = []
        ends = [[float(far if i == len(dated) - 1 else serial(rate.end or rate.start))] for i, rate in enumerate(dated)]
        columns = ([[float(serial(rate.start))] for rate in dated], ends, [[_number(rate.value)] for rate in dated])
        for column, values, form in zip((1, 2, 3), columns, ("date", "date", "#,##0.00####"), strict=True):
            block = Block(np.array(values))
            block.place(sheet.name, sheet.row, column)
            sheet.hold(block, form)
            blocks.append(block)
        last = Block(np.array([[float(far)]]))
        last.place(sheet.name, sheet.row + len(dated) - 1, 2)
        for i, rate in enumerate(dated):
            sheet.write(sheet.row + i, 0, name, "label")
            sheet.write(sheet.row + i, 4, rate.unit, "unit")
            sheet.write(sheet.row + i, 5, rate.status, "note")
            sheet.write(sheet.row + i, 6, "; ".join(source(key) for key in rate.sources), "plain")
        sheet.row += len(dated)
        found[name] = Known(blocks[0], blocks[2], last)
        names.append([name])
    lists = book.named("Lists")
    lists.section("Dated figures to choose from")
    lists.heads("Figure", "", "Name")
    book.lists["parameters"] = lists.constants("Figure", Block(np.array(names, dtype=object)))
    return found


def _number(value: object) -> float:
    return float(str(value)) if str(value) not in {"no limit", "None"} else 0.0
