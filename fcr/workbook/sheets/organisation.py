"""The provider's own figures: Organisation, Posts, Costs, Overheads and drivers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.organisation import BUILT_IN_DRIVERS
from fcr.workbook import kinds as k
from fcr.workbook.formula import Block, Stacked
from fcr.workbook.layout import Book, Sheet, Turned
from fcr.workbook.placed import Column, Grid, Matrix

__all__ = ["Provider", "provider"]

FIXED_FIGURES = (
    ("Pence", 2, "decimals", "Pounds are reported to the penny."),
    ("April", 4, "month", "The financial year and statutory rates change in April."),
    ("Days in month", 30, "days", "Payment terms in days become whole months."),
    (
        "Days assumed",
        30,
        "days",
        "Days to payment where the offer states none: the longest a public contract may take.",
    ),
    ("Half penny", 0.005, "£", "Amounts less than this apart are the same to the penny."),
    ("Fine", 7, "decimals", "To which remainders are compared when pennies are shared."),
    ("Size", 6, "decimals", "To which amounts are compared when pennies are shared."),
    ("Hundred", 100, "pennies", "Pennies in a pound."),
    ("Quarter", 3, "months", "A quarterly invoice."),
    ("Half year", 6, "months", "A half-yearly invoice."),
    ("Half", 0.5, "", "The middle of a period."),
    ("Noise", 1e-9, "", "Less than this is noise of arithmetic."),
)
FORM = {1: 30, 2: 16, 3: 20}
"""The widths of a sheet of single figures: label, cell, unit, where to find it."""
PHASES = ("start-up", "running", "close-down")
AGES = ("under 21", "21", "22 to pension age", "over pension age")


@dataclass(frozen=True)
class Provider:
    """The cells of the provider's own figures."""

    base_year: Block
    allowance: Block
    pay_bill: Block
    free_reserves: Block
    annual_income: Block
    services: Grid
    pools: Grid
    drivers: Grid
    posts: Grid
    costs: Grid


def provider(book: Book) -> Provider:
    """Lay out the provider's own sheets."""
    organisation = book.sheet(
        "Organisation", "The organisation and its services", "input", "Who you are, and every activity you run."
    )
    overheads = book.sheet(
        "Overheads and drivers",
        "Overheads and how they are shared",
        "input",
        "Cost pools, and the measure each is shared by.",
    )
    posts = book.sheet("Posts", "Posts", "input", "Every job: its pay, and whose work it is.")
    costs = book.sheet("Costs", "Costs other than staff", "input", "What you spend, net of VAT, at base-year prices.")
    lists = book.sheet(
        "Lists", "Lists and fixed figures", "calculation", "What drop-downs offer, and figures that formulas use."
    )
    built_in = _fixed(lists)
    general = _general(organisation)
    services = organisation.grid(
        "organisation.services",
        "Services",
        (
            Column("name", "Service", k.TEXT, "An activity that leaves the organisation. List every one.", width=34),
            Column(
                "unit", "Unit of output", k.TEXT, "What is counted: a session, a journey, a place for a year.", width=22
            ),
            Column("volume", "Units in a year", k.QUANTITY, "How many a year, where costs follow them.", "units"),
            Column("note", "Note", k.TEXT, "Anything a reader should know.", width=40),
        ),
        book.room.services,
        "Contracts, projects, your own fundraising, unfunded work: leave one out and the others are overcharged.",
    )
    pools = overheads.grid(
        "organisation.pools",
        "Cost pools",
        (
            Column("name", "Cost pool", k.TEXT, "Overheads that are shared out by one measure.", width=34),
            Column("driver", "Driver", k.TEXT, "The measure it is shared by.", width=20, options="drivers"),
            Column("order", "Turn", k.WHOLE, "Its turn in the step-down method: number all, or none."),
            Column("note", "Note", k.TEXT, "Anything a reader should know.", width=40),
        ),
        book.room.pools,
        "The usual four: premises and office; central functions; governance and strategic development; fundraising.",
    )
    centres = Turned(pools["name"], services["name"])
    drivers = overheads.grid(
        "organisation.drivers",
        "Drivers of your own",
        (
            Column("name", "Driver", k.TEXT, "What you measure, such as floor area.", width=34),
            Column("unit", "Unit", k.TEXT, "m², miles, invoices…", width=20),
            Column("note", "Note", k.TEXT, "Where the measures come from.", width=30),
            Matrix("quantities", centres, k.QUANTITY, "How much of the driver this centre uses.", "Quantity on each"),
            Matrix(
                "mixture",
                lambda grid: Turned(built_in, grid["name"]),
                k.PERCENT,
                "For a mixture of drivers instead: the share of a pool that goes by this one; 100% in all.",
                "Or a mixture of drivers",
            ),
        ),
        book.room.drivers,
        "Built in, with nothing to fill in: "
        + "; ".join(f"{n} ({what})" for n, what in BUILT_IN_DRIVERS.items())
        + ".",
    )
    _lists(lists, built_in, services, pools, drivers)
    return Provider(
        *general,
        services,
        pools,
        drivers,
        _posts(book, posts, centres),
        _costs(book, costs, centres),
    )


def _general(sheet: Sheet) -> tuple[Block, Block, Block, Block, Block]:
    sheet.widths |= FORM
    sheet.section("About")
    sheet.heads("What", "Yours", "Unit", "Where to find it", "What it is")
    sheet.field("organisation.name", "Name", k.TEXT, "The organisation's name.", name="fcr_organisation")
    base = sheet.field(
        "organisation.base_year",
        "Base year begins",
        k.DAY,
        "The first day of the year whose prices your costs are stated at.",
        unit="date",
        source="your budget",
        name="fcr_base_year",
    )
    allowance = sheet.field(
        "organisation.employment_allowance",
        "Employment Allowance",
        k.choice("not claimed", "by national insurance", "by pay"),
        "Claimed once per employer: how the saving is shared between posts.",
        source="your payroll",
    )
    bill = sheet.field(
        "organisation.pay_bill",
        "Whole pay bill",
        k.POUNDS_OR_NOUGHT,
        "For the apprenticeship levy, when it is more than the posts listed.",
        unit="£ a year",
        source="your payroll",
    )
    reserves = sheet.field(
        "organisation.free_reserves",
        "Free reserves",
        k.POUNDS_OR_NOUGHT,
        "Unrestricted reserves not tied up in fixed assets.",
        unit="£",
        source="your accounts",
        name="fcr_free_reserves",
    )
    income = sheet.field(
        "organisation.annual_income",
        "Income in a year",
        k.POUNDS_OR_NOUGHT,
        "Everything you receive in a year.",
        unit="£ a year",
        source="your accounts",
    )
    return base, allowance, bill, reserves, income


def _fixed(sheet: Sheet) -> Block:
    sheet.section("Fixed figures", "Figures of arithmetic and of the calendar, in cells so that no formula hides one.")
    sheet.heads("Figure", "Unit", "Value", "What it is for")
    for label, value, unit, note in FIXED_FIGURES:
        sheet.figure(label, value, unit, note, "fcr_" + label.lower().replace(" ", "_"))
    sheet.section(
        "Drivers to choose from", "The first five are built in, measured from the posts and costs themselves."
    )
    sheet.heads("Driver", "", "Name")
    names = Block(np.array([[name] for name in BUILT_IN_DRIVERS], dtype=object))
    return sheet.constants("Built in", names)


def _lists(sheet: Sheet, built_in: Block, services: Grid, pools: Grid, drivers: Grid) -> None:
    lists = sheet.book.lists
    lists["drivers"] = Stacked([built_in, sheet.calc("Your own", "", drivers["name"].join(""), "text")])
    sheet.section("Cost centres to choose from", "Cost pools, then services.")
    sheet.heads("Cost centre", "", "Name")
    pool = sheet.calc("Cost pool", "", pools["name"].join(""), "text")
    lists["services"] = sheet.calc("Service", "", services["name"].join(""), "text")
    lists["centres"] = Stacked([pool, lists["services"]])


def _line_columns() -> tuple[Column, ...]:
    return (
        Column("phase", "Phase", k.choice(*PHASES), "When in the contract it is paid; running if left blank."),
        Column("first_month", "First month", k.WHOLE, "Counted from 1 at the start of the contract.", "month"),
        Column("last_month", "Last month", k.WHOLE, "The last month it is paid.", "month"),
        Column("category", "Category", k.TEXT, "What a funder would call it, such as fundraising.", width=16),
        Column("note", "Note", k.TEXT, "Anything a reader should know.", width=30),
        Column("source.file", "Source file", k.TEXT, "The file the figure came from."),
        Column("source.sheet", "Source sheet", k.TEXT, "The sheet in that file."),
        Column("source.cell", "Source cell", k.TEXT, "The cell in that sheet."),
        Column("source.line", "Source line", k.WHOLE, "The line in that file."),
    )


def _posts(book: Book, sheet: Sheet, centres: Turned) -> Grid:
    pension = k.SHARE.or_words("auto-enrolment", "none")
    return sheet.grid(
        "organisation.posts",
        "Posts",
        (
            Column("name", "Post", k.TEXT, "A job. Each needs a name of its own.", width=34),
            Column(
                "salary",
                "Full-time salary",
                k.POUNDS_OR_NOUGHT,
                "Yearly pay at full time, base-year prices.",
                "£ a year",
            ),
            Column("fte", "FTE", k.QUANTITY, "Full-time equivalents; 1 if left blank.", "FTE", width=9),
            Matrix("time", centres, k.PERCENT, "The share of its time on this centre; 100% in all.", "Share of time"),
            Column(
                "people", "People", k.WHOLE, "How many fill it; the fewest the FTE allows if blank.", "people", width=9
            ),
            Column("index", "Rises by", k.TEXT, "What pay rises by; pay if left blank.", options="indices"),
            Column(
                "increment", "Increment", k.POUNDS_OR_NOUGHT, "Added to the full-time salary each April.", "£ a year"
            ),
            Column("top", "Top of scale", k.POUNDS_OR_NOUGHT, "The salary at which increments stop.", "£ a year"),
            Column("pension", "Employer's pension", pension, "auto-enrolment, none, or a share of pay.", width=18),
            Column("age", "Age", k.choice(*AGES), "22 to pension age if left blank.", width=18),
            Column("apprentice", "Apprentice under 25", k.YES, "No National Insurance up to the upper threshold."),
            Column("cover", "Cover", k.SHARE, "Cover bought in for leave and sickness, of its own cost."),
            Column("hours_per_year", "Hours a year", k.QUANTITY, "Worked at full time: for the time driver.", "hours"),
            *_line_columns(),
        ),
        book.room.posts,
        "One row a job. The columns headed by cost centres say what share of its time each has: 100% in all.",
    )


def _costs(book: Book, sheet: Sheet, centres: Turned) -> Grid:
    years = sheet.book.room.years
    return sheet.grid(
        "organisation.costs",
        "Costs",
        (
            Column("name", "Cost", k.TEXT, "What it is for.", width=34),
            Column(
                "centre",
                "Cost centre",
                k.TEXT,
                "The one it belongs to; or split it at the right.",
                width=30,
                options="centres",
            ),
            Column(
                "amount",
                "Amount",
                k.POUNDS,
                "A year; in all for start-up; a unit or step where it follows volume.",
                "£",
            ),
            Column("index", "Rises by", k.TEXT, "What it rises by; CPI if left blank.", options="indices"),
            Column("behaviour", "Behaviour", k.choice("fixed", "per unit", "stepped"), "Whether it follows volume."),
            Column("step", "Units in a step", k.QUANTITY, "Units a year that one step serves.", "units"),
            Column("vat_rate", "VAT rate", k.SHARE, "VAT it bears; none if left blank."),
            Column("vat_recoverable", "VAT recovered", k.SHARE, "The share of its VAT that you recover."),
            Column(
                "in_kind", "In kind: why no cash", k.TEXT, "Why it costs no cash: then it is in no price.", width=20
            ),
            Column("capital", "Asset", k.choice("depreciation", "purchase"), "Charged over its life, or when bought."),
            Column("life", "Life", k.QUANTITY, "Years it is depreciated over.", "years"),
            *(
                Column(
                    f"amounts.{y}",
                    f"Year {y + 1} amount",
                    k.POUNDS,
                    "Instead of one amount: each year's own money.",
                    "£",
                )
                for y in range(years)
            ),
            Matrix("split", centres, k.PERCENT, "Its share on this centre, when it is split.", "Share"),
            *_line_columns(),
        ),
        book.room.costs,
        "One row a cost. Give one cost centre, or split it by the columns headed by cost centres: 100% in all.",
    )
