"""What the priced service costs in each contract year: the twin of :mod:`fcr.funding`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.workbook.formula import Block, Counted, Node, node
from fcr.workbook.functions import cell_of, if_, nth, product_sum, rounded, total
from fcr.workbook.layout import Book
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.completeness import Completeness
from fcr.workbook.sheets.footing import foot
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.results import shown_rows, used_lines
from fcr.workbook.sheets.sharing import Sharing
from fcr.workbook.sheets.staff import Staff

__all__ = ["Profile", "profile"]

GROUPS = ("Direct cost", "Overheads", "Start-up", "Close-down")


@dataclass(frozen=True)
class Profile:
    """The cells of the Profile workings and the Three-year profile."""

    exact: Block
    """Full cost of each contract year, unrounded: (1, Y)."""
    full_cost: Block
    """As reported: (1, Y)."""
    monthly: Block
    """Full cost of each month, unrounded: (1, M)."""
    groups: Block
    """Direct cost, overheads, start-up, close-down, as reported: (4, Y)."""
    pools: Block
    """Overheads by pool, as reported: (P, Y)."""
    direct: Block
    """Direct cost by line, as reported: (L, Y)."""
    in_kind: Block
    """What the service uses each year that costs no cash: (1, Y)."""
    marginal: Block
    """What would not be spent without the service, unrounded: (1, Y)."""
    marginal_monthly: Block
    """The same, in each month: (1, M)."""
    exact_groups: Block
    """Direct cost, overheads, start-up, close-down, unrounded: (4, Y)."""
    start_up: Block
    """Start-up by line, unrounded: (L, Y)."""
    close_down: Block
    part: Block
    """Each line's part in the service, through the pools too; nought for what costs no cash: (L, Y)."""


def profile(
    book: Book, bid: Asked, months: Months, staff: Staff, lines: Lines, shared: Sharing, complete: Completeness
) -> Profile:
    """Lay out the workings of the profile, and the Three-year profile itself."""
    sheet = book.sheet(
        "Profile workings", "Workings of the profile", "calculation", "Each line's part in the service priced."
    )
    heads, names = months.year_labels, lines.names
    sheet.section("Share of each line on the service itself")
    sheet.heads("Line", "Unit", "Share")
    own = sheet.calc(
        names,
        "share",
        product_sum(lines.services.across.eq(bid.service) * lines.shares.cut(columns=slice(lines.pools, None)).across),
        "share",
    )
    sheet.ruler("Share of each line that comes through the pools", heads)
    on_pools = lines.shares.cut(columns=slice(0, lines.pools))
    through = sheet.calc(names, "share", product_sum(on_pools.across * shared.on_service.line(months.years)), "share")
    sheet.ruler("Direct cost", heads, "Running costs on the service itself.")
    direct = sheet.calc(names, "£", lines.running * lines.cash * own * lines.years)
    sheet.ruler("Overheads, by pool", heads, "Each pool's own running cost × the share of it that ends on the service.")
    pool_names = lines.pool_names.join("")
    pools = sheet.calc(
        pool_names,
        "£",
        cell_of(shared.own, months.years, shared.numbers) * cell_of(shared.on_service, months.years, shared.numbers),
    )
    sheet.ruler("Start-up", heads, "On the service and through the pools.")
    start_up = sheet.calc(names, "£", lines.start_up * lines.cash * (own + through) * lines.years)
    sheet.ruler("Close-down", heads, "On the service and through the pools.")
    close_down = sheet.calc(names, "£", lines.close_down * lines.cash * (own + through) * lines.years)
    sheet.ruler("Full cost", heads)
    parts = [
        (name, "£", total(block.down))
        for name, block in zip(GROUPS, (direct, pools, start_up, close_down), strict=True)
    ]
    group = sheet.stack(parts, "pounds")
    exact = sheet.calc("Full cost, unrounded", "£", total(group.down))
    reported = sheet.calc("Full cost, as reported", "£", rounded(exact, book.names["fcr_pence"]))
    marginal = sheet.calc(
        "Would not be spent without the service", "£", product_sum(lines.cash.all * own.all * lines.years.down)
    )
    in_kind = sheet.calc(
        "In kind: costs no cash", "£", product_sum((1 - lines.cash.all) * (own.all + through.down) * lines.years.down)
    )
    group_names = sheet.constants("Group", Block(np.array([[name] for name in GROUPS], dtype=object)))
    footed = foot(sheet, "Groups", group_names.join(""), group, reported, heads)
    made, listed = {}, {}
    for number, (name, block, words) in enumerate(
        (
            ("Direct cost", direct, names),
            ("Overheads", pools, pool_names),
            ("Start-up", start_up, names),
            ("Close-down", close_down, names),
        )
    ):
        target = footed.values.cut(rows=slice(number, number + 1))
        made[name] = foot(sheet, name, words, block, target, heads).values
        if name != "Overheads":
            listed[name] = used_lines(sheet, name, names, block)
    sheet.ruler("Part of each line in the service, each contract year", heads)
    part = sheet.calc(names, "share", lines.cash * (own + through), "share")
    ruler = Counted(months.number.shape[1])
    sheet.ruler("Full cost, month by month", ruler)
    costs, posts = slice(0, lines.costs), slice(lines.costs, None)
    spent = product_sum(lines.cost_months.down * part.cut(rows=costs).column_of(months.year))
    paid = product_sum(staff.cost.down * part.cut(rows=posts).column_of(months.year))
    monthly = sheet.calc("Full cost", "£ a month", spent + paid)
    own_costs, own_posts = (own.cut(rows=rows) for rows in (costs, posts))
    cash_costs, cash_posts = (lines.cash.cut(rows=rows) for rows in (costs, posts))
    bought = product_sum(lines.cost_months.down * own_costs.all * cash_costs.all)
    alone = bought + product_sum(staff.cost.down * own_posts.all * cash_posts.all)
    marginal_monthly = sheet.calc("Would not be spent without the service", "£ a month", alone)
    _show(book, months, lines, complete, footed.values, made, listed, reported, in_kind)
    return Profile(
        exact,
        reported,
        monthly,
        footed.values,
        made["Overheads"],
        made["Direct cost"],
        in_kind,
        marginal,
        marginal_monthly,
        group,
        start_up,
        close_down,
        part,
    )


def _show(
    book: Book,
    months: Months,
    lines: Lines,
    complete: Completeness,
    groups: Block,
    made: dict[str, Block],
    listed: dict[str, Block],
    full: Block,
    in_kind: Block,
) -> None:
    """The profile as it is read: groups and pools first, then every line."""
    about = "What the service costs in each contract year, in pounds and pence that add up down and across."
    sheet = book.sheet("Three-year profile", "What the service costs, year by year", "result", about)
    heads = months.year_labels

    def rows(label: str | Node, block: Node) -> Block:
        return shown_rows(sheet, complete, label, block)

    def ruler(title: str, about_: str = "") -> None:
        sheet.ruler(title, heads, about_)
        sheet.write(sheet.row - 1, 2, "Term", "head")

    ruler("In short", "The term is the sum of the years; columns and rows add up to the penny.")
    rows("Direct cost", groups.cut(rows=slice(0, 1)))
    rows(if_(lines.pool_names.blank, "", node("Overheads: ").join(lines.pool_names)), made["Overheads"])
    rows("Start-up", groups.cut(rows=slice(2, 3)))
    rows("Close-down", groups.cut(rows=slice(3, 4)))
    rows("Full cost", full)
    sheet.section("Costing no cash")
    rows("In kind, in no price", rounded(in_kind, book.names["fcr_pence"]))
    for name, place in listed.items():
        ruler(f"{name}, line by line")
        number = GROUPS.index(name)
        rows(f"{name} in all", groups.cut(rows=slice(number, number + 1)))
        words = complete.once(if_(place > 0, nth(lines.names.all, place), ""), "")
        shown_rows(sheet, complete, words, if_(place > 0, nth(made[name].down, place), ""), unit="")
