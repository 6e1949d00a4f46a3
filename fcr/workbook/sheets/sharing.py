"""Overheads to services in each contract year, by any of the three methods: the twin of :mod:`fcr.apportionment`."""

from __future__ import annotations

from dataclasses import dataclass

from fcr.workbook.formula import Block, Counted
from fcr.workbook.functions import Triangle, both, cell_of, either_of, if_, inverse, least, most, product_sum, total
from fcr.workbook.layout import Book, Sheet, Turned
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider
from fcr.workbook.sheets.staff import Staff

__all__ = ["Sharing", "sharing"]


@dataclass(frozen=True)
class Sharing:
    """The cells of the Sharing sheet."""

    own: Block
    """Running cash cost of each centre in each year: (Y, P + S)."""
    ends: tuple[Block, ...]
    """The share of each pool that ends on each service, year by year: (P, S) each."""
    on_service: Block
    """The share of each pool that ends on the priced service: (Y, P)."""
    gross: tuple[Block, ...]
    """Each pool's cost with what it receives from others, year by year: (P, 1) each."""
    nothing: Block
    """How many pools with a cost have nothing to be shared by, in each year: (Y, 1)."""
    numbers: Block
    """1, 2… for the pools, down: (P, 1)."""
    reciprocal: Block


@dataclass(frozen=True)
class _Fixed:
    """What holds in every year."""

    sheet: Sheet
    numbers: Block
    across: Block
    """1, 2… for the pools, across: (1, P)."""
    reciprocal: Block
    keep: Block
    """One where a pool may give to a centre by the method: (P, P + S)."""
    parts: Block
    """The share of each pool that goes by each driver: (D, P)."""
    drivers: Block
    """The names of the drivers, built in and own: (D, 1)."""
    own_drivers: Block
    """What the user's own drivers measure: (D′, P + S)."""


def sharing(book: Book, given: Provider, bid: Asked, months: Months, staff: Staff, lines: Lines) -> Sharing:
    """Lay out the Sharing sheet."""
    about = "How each pool is shared by its driver, and where each pound of it ends, year by year."
    sheet = book.sheet("Sharing", "Sharing overheads", "calculation", about)
    fixed = _fixed(sheet, given, bid, lines)
    sheet.ruler("Full-time equivalents paid in each contract year", months.year_labels)
    from_, to = most(staff.paid.first, (months.years - 1) * 12 + 1), least(staff.paid.last, months.years * 12)
    paid = most(to - from_ + 1, 0) * months.in_years
    worked = sheet.calc(staff.names, "FTE", staff.fte * paid / 12, "number")
    sheet.ruler(
        "Hours worked in each contract year", months.year_labels, "Full-time equivalents where no hours are given."
    )
    per_year = if_(given.posts["hours_per_year"].blank, 1, given.posts["hours_per_year"])
    hours = sheet.calc(staff.names, "hours", worked * per_year, "number")
    sheet.ruler("Running cash cost of each centre, in each contract year", lines.centres.join(""))
    running = lines.running.all * lines.cash.all
    costs = [
        (f"Year {y + 1}", "£", product_sum(running * _year_of(lines.years, y).all * lines.shares.down))
        for y in range(book.room.years)
    ]
    own = sheet.stack(costs, "pounds")
    years = [_year(fixed, lines, own, _year_of(worked, y), _year_of(hours, y), y) for y in range(book.room.years)]
    ends = tuple(year[0] for year in years)
    sheet.ruler("Share of each pool that ends on the priced service", Turned(lines.pool_names))
    priced = lines.services.across.eq(bid.service)
    on_service = [(f"Year {y + 1}", "share", product_sum(priced * e.line(fixed.across))) for y, e in enumerate(ends)]
    block = sheet.stack(on_service, "share")
    sheet.section("Pools with a cost and nothing to measure, in years of the contract")
    sheet.heads("Year", "Unit", "How many")
    inside = (months.in_years.cut(columns=slice(y, y + 1)) for y in range(book.room.years))
    empty = [(f"Year {y + 1}", "pools", year[2] * one) for y, (year, one) in enumerate(zip(years, inside, strict=True))]
    nothing = sheet.stack(empty, "whole")
    return Sharing(own, ends, block, tuple(year[1] for year in years), nothing, fixed.numbers, fixed.reciprocal)


def _year_of(block: Block, year: int) -> Block:
    return block.cut(columns=slice(year, year + 1))


def _fixed(sheet: Sheet, given: Provider, bid: Asked, lines: Lines) -> _Fixed:
    pools, centres, names, method = lines.pools, lines.centres, lines.pool_names, bid.method
    sheet.section("The method")
    sheet.heads("Method", "Unit", "")
    usual = either_of(method.blank, method.eq("step-down"))
    step = sheet.calc("Step-down: to later pools", "1 is yes", if_(usual, 1, 0), "flag")
    reciprocal = sheet.calc("Reciprocal: to all pools", "1 is yes", if_(method.eq("reciprocal"), 1, 0), "flag")
    sheet.section("Pools by their turn")
    sheet.heads("Pool", "", "Turn")
    numbers = sheet.constants("Pool", Block(Counted(pools).values.T.copy()))
    sheet.ruler("Which centres each pool may give to", centres.join(""), "By the method; never to itself.")
    number = lines.centre_numbers
    between = lines.is_pool * (step * (number > numbers) + reciprocal * number.ne(numbers))
    may = (names.given * centres.given) * (between + (1 - lines.is_pool))
    keep = sheet.calc(names.join(""), "1 is yes", may, "flag")
    own, words = given.drivers, sheet.book.lists["drivers"]
    sheet.section("How much of each driver of your own is a mixture")
    sheet.heads("Driver", "Unit", "In all")
    mixed = sheet.calc(own["name"].join(""), "share", total(own["mixture"].across), "share")
    sheet.ruler("Share of each pool that goes by each driver", Turned(names))
    across = sheet.row_of("Turn", "number", Counted(pools).values[0])
    wanted = sheet.calc("Its driver", "name", Turned(lines.pool_drivers), "text")
    mixture = sheet.calc("Of which a mixture", "share", product_sum(own["name"].all.eq(wanted) * mixed.all), "share")
    order = Block(Counted(words.shape[0]).values.T.copy())
    order.place(sheet.name, sheet.row, 2)
    sheet.hold(order, "whole")
    part = product_sum(own["name"].all.eq(wanted) * own["mixture"].column_of(order))
    parts = sheet.calc(
        words.join(""), "share", if_(mixture > 0, part, if_(both(words.given, words.eq(wanted)), 1, 0)), "share"
    )
    sheet.ruler("What drivers of your own measure", centres.join(""))
    measured = product_sum(own.heads("quantities").across.eq(centres) * own["quantities"].across)
    quantities = sheet.calc(own["name"].join(""), "as stated", if_(centres.blank, 0, measured), "number")
    return _Fixed(sheet, numbers, across, reciprocal, keep, parts, words, quantities)


def _year(
    fixed: _Fixed, lines: Lines, own: Block, worked: Block, hours: Block, year: int
) -> tuple[Block, Block, Block]:
    """One contract year: shares that end on services, gross cost of pools, pools with nothing to measure."""
    sheet, centres, names, pools = fixed.sheet, lines.centres, lines.pool_names, lines.pools
    heads, said = centres.join(""), f"Year {year + 1}: "
    amounts, cash = _year_of(lines.years, year), lines.running.all * lines.cash.all
    sheet.ruler(said + "what each driver measures", heads)
    spent = cash * amounts.all * lines.shares.down
    rows = {
        "staff": product_sum(worked.all * lines.of_posts.down),
        "staff cost": product_sum(lines.post.all * spent),
        "direct cost": product_sum((1 - lines.purchase.all) * spent),
        "time": product_sum(hours.all * lines.of_posts.down),
        "equal": if_(centres.blank, 0, 1),
    }
    parts = [(name, "measure", formula) for name, formula in rows.items()]
    measure = sheet.stack([*parts, ("Your own", "measure", fixed.own_drivers + 0)], "number")
    sheet.ruler(said + "what each driver measures where the pool may give", Turned(names))
    eligible = sheet.calc(
        fixed.drivers.join(""), "measure", product_sum(fixed.keep.line(fixed.across) * measure.across), "number"
    )
    sheet.ruler(said + "share of the pool for one of the measure", Turned(names))
    each = sheet.calc(fixed.drivers.join(""), "share", if_(eligible > 0, fixed.parts / eligible, 0), "0.0000000000")
    sheet.ruler(said + "share that each pool gives to each centre", heads)
    shares = sheet.calc(
        names.join(""), "share", fixed.keep * product_sum(each.column_of(fixed.numbers) * measure.down), "share"
    )
    own_year = own.cut(rows=slice(year, year + 1), columns=slice(0, pools))
    passed = _passed(fixed, shares, names, said)
    sheet.ruler(said + "share of each pool that ends on each service", lines.services.join(""))
    given = shares.cut(columns=slice(pools, None))
    ends = sheet.calc(names.join(""), "share", product_sum(passed.column_of(fixed.numbers) * given.down), "share")
    sheet.section(said + "gross cost of each pool", "Its own cost and what it receives from other pools.")
    sheet.heads("Pool", "Unit", "Gross")
    gross = sheet.calc(names.join(""), "£ a year", product_sum(passed.across * own_year.across))
    sheet.ruler(said + "pools with nothing to measure", Turned(names))
    empty = sheet.calc(
        "Drivers with nothing to measure",
        "drivers",
        product_sum((fixed.parts.down > 0) * (eligible.down <= 0)),
        "whole",
    )
    on_pools = lines.shares.cut(columns=slice(0, pools))
    costs = product_sum(on_pools.down.ne(0) * amounts.all.ne(0))
    has = sheet.calc(
        "Costs it has", "lines", costs + product_sum((shares.cut(columns=slice(0, pools)).down > 0) * 1), "whole"
    )
    nothing = sheet.calc(
        "Pools with a cost and nothing to measure", "pools", product_sum((empty.across > 0) * (has.across > 0)), "whole"
    )
    return ends, gross, nothing


def _passed(fixed: _Fixed, shares: Block, names: Block, said: str) -> Block:
    """How much of each pool's own cost (across) passes through each pool (down)."""
    sheet, heads = fixed.sheet, Turned(names)
    sheet.ruler(
        said + "what passes through each pool, step by step", heads, "Direct and step-down: what earlier pools pass on."
    )
    steps = sheet.calc(names.join(""), "share", Triangle(shares), "share")
    sheet.ruler(said + "one, less what pools give to one another", heads)
    unit = if_(fixed.numbers.eq(fixed.across), 1, 0)
    matrix = sheet.calc(names.join(""), "share", unit - cell_of(shares, fixed.across, fixed.numbers), "share")
    sheet.ruler(
        said + "what passes through each pool, all at once",
        heads,
        "Reciprocal: the one array formula, an inverse matrix.",
    )
    solved = sheet.calc(names.join(""), "share", inverse(matrix), "share", array=True)
    sheet.ruler(said + "what passes through each pool, by the method chosen", heads)
    return sheet.calc(names.join(""), "share", if_(fixed.reciprocal.eq(1), solved, steps), "share")
