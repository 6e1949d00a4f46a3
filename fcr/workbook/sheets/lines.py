"""Every cost month by month, and on which cost centre each line falls: the twin of :mod:`fcr.costing`."""

from __future__ import annotations

from dataclasses import dataclass

from fcr.lines import FIXED
from fcr.workbook.formula import Block, Counted, Node
from fcr.workbook.functions import both, count_given, either_of, if_, least, most, nth, pick, product_sum, up
from fcr.workbook.layout import Book, Turned
from fcr.workbook.placed import Grid
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider
from fcr.workbook.sheets.staff import Staff, paid_months

__all__ = ["Lines", "lines"]


@dataclass(frozen=True)
class Lines:
    """The cells of the Lines sheet. Lines are costs, then posts; centres are pools by turn, then services."""

    pools: int
    """How many pools there is room for."""
    pool_names: Block
    """The pools by their turn: (P, 1)."""
    pool_drivers: Block
    service_names: Block
    centres: Block
    """Their names: (1, P + S)."""
    centre_numbers: Block
    is_pool: Block
    """One for a pool, nought for a service: (1, P + S)."""
    units: Block
    """Units planned for the priced service in each contract year: (1, Y)."""
    units_stated: Block
    """One where units are stated."""
    indices: Block
    """What each cost rises by: (C, 1)."""
    cost_months: Block
    """(C, M)."""
    years: Block
    """Pounds of each line in each contract year: (L, Y)."""
    shares: Block
    """Each line's share on each centre: (L, P + S)."""
    names: Block
    """(L, 1)."""
    running: Block
    start_up: Block
    close_down: Block
    cash: Block
    """One for lines that cost cash: (L, 1)."""
    purchase: Block
    post: Block
    """One for posts: (L, 1)."""
    costs: int
    """How many of the lines are costs: they come first."""

    @property
    def of_posts(self) -> Block:
        """Each post's share on each centre: (P, P + S)."""
        return self.shares.cut(rows=slice(self.costs, None))

    @property
    def services(self) -> Block:
        """The names of the services, across: (1, S)."""
        return self.centres.cut(columns=slice(self.pools, None))


def lines(book: Book, given: Provider, bid: Asked, months: Months, staff: Staff) -> Lines:
    """Lay out the Lines sheet."""
    about = "Every cost and post, month by month and year by year, and the cost centres it falls on."
    sheet = book.sheet("Lines", "Every line over the contract", "calculation", about)
    pools, drivers = _turns(book, given)
    services = given.services["name"]
    sheet.section("Services")
    sheet.heads("Service", "", "Name")
    service_names = sheet.calc("Service", "", services.join(""), "text")
    width = given.pools.rows + given.services.rows
    sheet.ruler("Cost centres", Counted(width), "Pools by their turn, then services.")
    numbers = sheet.row_of("Number", "number", Counted(width).values[0])
    is_pool = sheet.row_of("Pool", "1 is yes", (numbers.values[0] <= given.pools.rows).astype(float))
    centres = sheet.calc("Cost centre", "name", Turned(pools, service_names), "text")
    units, stated, volumes = _volumes(book, given, bid, months)
    costs = given.costs
    indices, cost_months = _cost_months(book, costs, months, volumes, services)
    names = [costs["name"].join(""), staff.names]
    sheet.ruler("Pounds in each contract year", months.year_labels)
    parts = [(names[0], "£", months.yearly(cost_months)), (names[1], "£", months.yearly(staff.cost))]
    years = sheet.stack(parts, "pounds")
    shares = _shares(book, given, centres, names)
    flags = _flags(book, given, names)
    sheet.section("Every line", "The costs, then the posts.")
    sheet.heads("Line", "", "Name")
    every = sheet.stack([(name, "", name) for name in names], "text")
    return Lines(
        given.pools.rows,
        pools,
        drivers,
        service_names,
        centres,
        numbers,
        is_pool,
        units,
        stated,
        indices,
        cost_months,
        years,
        shares,
        every,
        *flags,
        costs.rows,
    )


def _turns(book: Book, given: Provider) -> tuple[Block, Block]:
    """The pools by their turn, with their drivers."""
    sheet, pool = book.named("Lines"), given.pools
    sheet.section("Turn of each pool", "Pools by the turn given, or as listed; rows left blank come last.")
    number = Block(Counted(pool.rows).values.T.copy())
    sheet.heads("Pool", "", "Number")
    sheet.constants("Row", number)
    sheet.row -= pool.rows + 1
    sheet.heads("Before others: blank", "Turn asked", "Turn", at=3)
    last = sheet.calc(pool["name"].join(""), "", if_(pool["name"].blank, 1, 0), "flag", at=3)
    sheet.row -= pool.rows
    asked = sheet.calc(pool["name"].join(""), "", pool["order"] + 0, "whole", at=4)
    sheet.row -= pool.rows
    before = (last.all < last) + last.all.eq(last) * ((asked.all < asked) + asked.all.eq(asked) * (number.all < number))
    turn = sheet.calc(pool["name"].join(""), "", product_sum(before * 1) + 1, "whole", at=5)
    sheet.section("Pools by turn")
    row = product_sum(turn.all.eq(number) * number.all)
    _, names, drivers = sheet.columns(
        number + 0,
        (
            ("Row", "number", row, "whole"),
            ("Cost pool", "", nth(pool["name"].all, row).join(""), "text"),
            ("Driver", "", nth(pool["driver"].all, row).join(""), "text"),
        ),
    )
    return names, drivers


def _volumes(book: Book, given: Provider, bid: Asked, months: Months) -> tuple[Block, Block, Block]:
    """Units of the priced service in each contract year, whether they are stated, and units of every service."""
    sheet = book.named("Lines")
    own = given.services["volume"]
    sheet.ruler("Units a year", months.year_labels)

    def each(row: Block) -> Node:
        return if_(count_given(row.all).eq(1), row.cut(columns=slice(0, 1)), row)

    number = count_given(bid.volumes.all)
    pairs = count_given(bid.capacity.all)
    service_units = pick(bid.service, given.services["name"], own.all)
    has_own = product_sum(given.services["name"].all.eq(bid.service) * own.all.ne(""))
    asked = sheet.calc(
        "Bid's own",
        "units a year",
        if_(number > 0, each(bid.volumes), if_(pairs > 0, each(bid.capacity) * each(bid.occupancy), service_units)),
        "number",
    )
    units = sheet.calc("Priced service", "units a year", asked * months.in_years, "number")
    stated = sheet.calc("Whether units are stated", "1 is yes", if_(number + pairs + has_own > 0, 1, 0), "flag")
    sheet.ruler("Units a year of every service", months.year_labels)
    name = given.services["name"]
    volumes = sheet.calc(
        name.join(""),
        "units a year",
        if_(both(name.eq(bid.service), name.given), units, own * months.in_years),
        "number",
    )
    return units, stated, volumes


def _cost_months(book: Book, costs: Grid, months: Months, volumes: Block, services: Block) -> tuple[Block, Block]:
    """What each cost rises by, and what it comes to in each month."""
    sheet, names = book.named("Lines"), costs["name"].join("")
    fields = [f"amounts.{y}" for y in range(book.room.years)]
    amounts = costs.wide(*fields)
    first, last = paid_months(costs, months)
    vat = costs["vat_rate"] * (1 - costs["vat_recoverable"]) + 1
    bought, written = costs["capital"].eq("purchase"), costs["capital"].eq("depreciation")
    by_year = if_(count_given(amounts.across) > 0, 1, 0)
    sheet.section("When each cost is paid, and what it follows")
    from_, to, yearly, factor = sheet.columns(
        names,
        (
            ("First month", "month", first, "whole"),
            ("Last month", "month", if_(bought, first, least(last, months.months)), "whole"),
            ("Amounts by year", "1 is yes", by_year, "flag"),
            ("VAT that is a cost", "×", vat, "factor"),
        ),
    )
    usual = if_(either_of(yearly.eq(1), written), FIXED, "CPI")
    running = either_of(costs["phase"].blank, costs["phase"].eq("running"))
    paid = most(to - from_ + 1, 1)
    over = if_(written, costs["life"] * 12, if_(bought, 1, if_(running, 12, paid)))
    sheet.section("What one month of it is, before its index and its volume")
    (index, each) = sheet.columns(
        names,
        (
            ("Rises by", "", if_(costs["index"].blank, usual, costs["index"]), "text"),
            ("Each month", "£", if_(over > 0, costs["amount"] * factor / over, 0), "#,##0.000000"),
        ),
    )
    noise = book.names["fcr_noise"]
    sheet.ruler("How many times it is paid: units, or steps begun", months.year_labels)
    volume = pick(costs["centre"], services, volumes.down)
    steps = if_(costs["step"] > 0, up(most(volume / costs["step"] - noise, 0)), 0)
    unit = costs["behaviour"].eq("per unit")
    times = sheet.calc(names, "times", if_(unit, volume, if_(costs["behaviour"].eq("stepped"), steps, 1)), "number")
    sheet.ruler("Months paid in each contract year", months.year_labels)
    in_year = sheet.calc(
        names, "months", most(least(to, months.years * 12) - most(from_, (months.years - 1) * 12 + 1) + 1, 0), "whole"
    )
    sheet.ruler("What one month of each contract year is, before its index", months.year_labels)
    stated = if_(in_year > 0, amounts * factor / in_year, 0)
    monthly = sheet.calc(names, "£ a month", if_(yearly.eq(1), stated, each * times), "#,##0.000000")
    ruler = Counted(months.number.shape[1])
    sheet.ruler(
        "How much of the month is paid",
        ruler,
        "Nought before its first and after its last month; part of one when it is written off.",
    )
    lifetime = costs["life"] * 12 - (months.number - from_)
    left = if_(costs["life"].blank, 1, most(least(lifetime, 1), 0))
    part = sheet.calc(names, "part", months.inside * (months.number >= from_) * (months.number <= to) * left, "number")
    sheet.ruler("Each cost, month by month", ruler)
    risen = pick(index, months.index_names, months.factors.down)
    return index, sheet.calc(names, "£ a month", part * months.of_year(monthly) * risen)


def _shares(book: Book, given: Provider, centres: Block, names: list[Node]) -> Block:
    """Each line's share on each centre."""
    sheet, costs, posts = book.named("Lines"), given.costs, given.posts
    sheet.ruler("Share of each line on each cost centre", centres.join(""))
    split = product_sum(costs.heads("split").across.eq(centres) * costs["split"].across)
    whole = if_(costs["centre"].eq(centres), 1, 0)
    of_costs = if_(centres.blank, 0, if_(costs["centre"].blank, split, whole))
    time = product_sum(posts.heads("time").across.eq(centres) * posts["time"].across)
    parts = [(names[0], "share", of_costs), (names[1], "share", if_(centres.blank, 0, time))]
    return sheet.stack(parts, "share")


def _flags(book: Book, given: Provider, names: list[Node]) -> tuple[Block, Block, Block, Block, Block, Block]:
    """What kind of line each is: running, start-up, close-down, cash, purchase, post."""
    sheet, costs, posts = book.named("Lines"), given.costs, given.posts
    sheet.section("What kind of line each is", "1 is yes.")
    sheet.heads("Line", "", "Running", "Start-up", "Close-down", "Costs cash", "Bought", "Post")
    top, made = sheet.row, []

    def phase(grid: Grid, word: str) -> Node:
        same = grid["phase"].eq(word)
        return if_(either_of(same, grid["phase"].blank) if word == "running" else same, 1, 0)

    def flat(grid: Grid, value: int) -> Node:
        return if_(grid["name"].blank, value, value)

    specs: tuple[tuple[Node, Node], ...] = (
        (phase(costs, "running"), phase(posts, "running")),
        (phase(costs, "start-up"), phase(posts, "start-up")),
        (phase(costs, "close-down"), phase(posts, "close-down")),
        (if_(costs["in_kind"].blank, 1, 0), flat(posts, 1)),
        (if_(costs["capital"].eq("purchase"), 1, 0), flat(posts, 0)),
        (flat(costs, 0), flat(posts, 1)),
    )
    for number, (of_costs, of_posts) in enumerate(specs):
        sheet.row = top
        label: tuple[Node | str, Node | str] = (names[0], names[1]) if not number else ("", "")
        made.append(sheet.stack([(label[0], "", of_costs), (label[1], "", of_posts)], "flag", at=2 + number))
    running, start_up, close_down, cash, bought, post = made
    return running, start_up, close_down, cash, bought, post
