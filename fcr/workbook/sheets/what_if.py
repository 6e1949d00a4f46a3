"""What the offer would pay if more or fewer came, or none succeeded: the What if sheet.

The same rows as on the Income sheet, for another activity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fcr.workbook.formula import Block, Node
from fcr.workbook.functions import both, if_, least, most, nth, pick, product_sum, total, up
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.contract import Offer
from fcr.workbook.sheets.income import Income
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.mechanism import HYBRID
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider
from fcr.workbook.sheets.paying import Done, line
from fcr.workbook.sheets.profile import Profile
from fcr.workbook.sheets.staff import Staff

__all__ = ["Growth", "WhatIf", "growth", "what_if_sheet"]


def what_if_sheet(book: Book) -> Sheet:
    """Begin the sheet."""
    about = "What the offer would pay for another activity than the one planned, as the checks ask."
    return book.sheet("What if", "What if more or fewer came, or none succeeded?", "calculation", about)


@dataclass(frozen=True)
class WhatIf:
    """The model that questions are put to."""

    sheet: Sheet
    months: Months
    lines: Lines
    offer: Offer
    income: Income
    costs: Profile
    given: Provider
    service: Block

    def cost_at(self, title: str, volume: Node) -> Block:
        """Full cost of each year if ``volume`` times the planned units came, in steps where it does: (1, Y)."""
        sheet, costs, units = self.sheet, self.given.costs, self.lines.units
        noise, own = sheet.book.names["fcr_noise"], costs["centre"].eq(self.service)
        follows = both(own, costs["behaviour"].given, costs["behaviour"].ne("fixed"), costs["in_kind"].blank)
        names, heads = costs["name"].join(""), self.months.year_labels
        size = if_(costs["step"] > 0, costs["step"], 1)
        sheet.ruler(f"{title}: what each cost is multiplied by", heads, "One where it does not follow the volume.")
        begun = sheet.calc(names, "steps", if_(costs["step"] > 0, up(most(units / size - noise, 0)), 0), "whole")
        sheet.ruler(f"{title}: steps begun", heads)
        after = sheet.calc(
            names, "steps", if_(costs["step"] > 0, up(most(units * volume / size - noise, 0)), 0), "whole"
        )
        sheet.ruler(f"{title}: times", heads)
        stepped = if_(begun > 0, after / if_(begun > 0, begun, 1), 1)
        moved = if_(costs["step"].blank, volume, stepped)
        times = sheet.calc(names, "times", if_(follows, moved, 1), "number")
        years = self.lines.years.cut(rows=slice(0, self.lines.costs))
        return sheet.calc("Full cost", "£", self.costs.exact + product_sum(years.down * (times.down - 1)))

    def pays(
        self,
        title: str,
        units: Node,
        rates: Block,
        *,
        costs: Block | None = None,
        planned: Block | None = None,
        level: bool = False,
    ) -> Block:
        """What the offer would pay each year for ``units`` a year (1, Y) and ``rates`` of success (O, Y): (1, Y).

        ``costs``: full cost of each year, if it is another; ``planned``: the base that is guaranteed,
        if it is not this one; ``level``: outcomes come at once, and there is no efficiency cut.
        """
        sheet, months, offer, income = self.sheet, self.months, self.offer, self.income
        done = self._done(title, units, rates, costs, level=level)
        paid = sheet.calc(f"{title}: paid", "£ a month", self._paid(title, done))
        share = offer["protections.volume_guarantee"]
        year = product_sum(months.year.all.eq(months.year) * paid.all)
        earned = sheet.calc("What the mechanism pays in the year", "£", year)
        sure = earned if planned is None else self._of_months(planned)
        short = done.closing * if_(share > 0, most(share * sure - earned, 0), 0)
        secured = sheet.calc("After the guarantee", "£ a month", paid + short * months.inside)
        kept: Node = income.index if level else income.kept * income.index
        left = sheet.calc("Income", "£ a month", secured * kept * (1 - offer["protections.deductions.expected"]))
        sheet.ruler(f"{title}: each contract year", months.year_labels)
        return sheet.calc("Income", "£", months.yearly(left))

    def _paid(self, title: str, done: Done) -> Node:
        """What the mechanism pays each month, or the parts of a hybrid by their weights."""
        offer, every = self.offer, (self.offer.pays, *self.offer.parts)
        first, *rest = [line(self.sheet, self.months, replace(p, label=f"{title}, {p.label}"), done) for p in every]
        hybrid = if_(offer.pays["kind"].eq(HYBRID), 1, 0)
        paid: Node = (1 - hybrid) * first
        for pays, part in zip(offer.parts, rest, strict=True):
            assert pays.weight is not None
            paid = paid + hybrid * pays.weight * part
        return paid

    def _of_months(self, planned: Block) -> Block:
        """What a mechanism pays as planned, in the whole of each month's year."""
        year = product_sum(self.months.year.all.eq(self.months.year) * planned.all)
        return self.sheet.calc("What it pays in the year as planned", "£", year)

    def _done(self, title: str, units: Node, rates: Block, costs: Block | None, *, level: bool) -> Done:
        sheet, months, plan = self.sheet, self.months, self.income.done
        cap, lag = self.offer["protections.volume_cap"], self.offer.outcomes["lag_months"]
        names = plan.outcome_names.join("")
        sheet.ruler(f"{title}: units", months.year_labels)
        yearly = sheet.calc("Units", "units a year", units, "number")
        spent = self.costs.monthly
        if costs is not None:
            full = self.costs.exact
            ratio = sheet.calc(
                "Full cost, of what is planned", "times", if_(full.ne(0), costs / if_(full.ne(0), full, 1), 1), "number"
            )
            sheet.ruler(f"{title}: full cost", months.labels)
            at_once = months.of_year(costs) / 12 * months.inside
            spent = sheet.calc("Full cost", "£ a month", at_once if level else spent * months.of_year(ratio))
        sheet.ruler(f"{title}: month by month", months.labels)
        so_far = months.of_year(yearly) * plan.place / 12
        paid = sheet.calc(
            "Units paid for", "year to date", months.inside * if_(cap.given, least(so_far, cap), so_far), "number"
        )
        gained = if_(plan.place > 1, paid - nth(paid.across, months.number - 1), paid)
        new = sheet.calc("Units paid for", "units a month", gained, "number")
        sheet.ruler(f"{title}: those who will reach each outcome, by the month they start", months.labels)
        started = sheet.calc(names, "number", new * months.of_year(rates), "number")
        sheet.ruler(f"{title}: those who reach it", months.labels)
        later = if_(months.number > lag, nth(started.across, most(months.number - lag, 1)), 0)
        when = if_(cap.given, later, started) if level else later
        reached = sheet.calc(names, "number", when * months.inside, "number")
        return Done(plan.place, plan.closing, paid, plan.outcome_names, reached, spent)


@dataclass(frozen=True)
class Growth:
    """How the basket of costs grows at constant activity."""

    basket: Block
    """By year, as a multiple of Year 1: (1, Y)."""
    staff: Block
    """The posts' part of the full cost over the term."""


def growth(w: WhatIf, staff: Staff, count: int) -> Growth:
    """Lay out the basket of costs: each running line at its weight in Year 1, following its own index or amounts."""
    sheet, months, lines, costs = w.sheet, w.months, w.lines, w.given.costs
    heads, names = months.year_labels, lines.names
    first = slice(0, 1)
    sheet.section("Weight of each line in Year 1")
    sheet.heads("Line", "Unit", "Weight")
    weights = w.costs.part.cut(columns=first) * lines.years.cut(columns=first) * lines.running * (1 - lines.purchase)
    weight = sheet.calc(names, "£", weights)
    sheet.ruler("Rise of each index since the first month, by year", heads)
    factors = months.factors
    start = factors.cut(columns=first)
    sheet.ruler("Months", months.labels)
    risen = sheet.calc(
        months.index_names.join(""),
        "factor",
        if_(start > 0, factors / if_(start > 0, start, 1), 0) * months.inside,
        "factor",
    )
    sheet.ruler("A year's months of it", heads)
    by_index = sheet.calc(months.index_names.join(""), "factors", months.yearly(risen), "number")
    sheet.ruler("Basket of costs, line by line", heads, "Weight × what it rises to.")
    amounts = costs.wide(*(f"amounts.{y}" for y in range(count)))
    rows, posts = slice(0, lines.costs), slice(lines.costs, None)
    by_year = product_sum(amounts.across.ne("") * 1) > 0
    of_costs, of_posts = weight.cut(rows=rows), weight.cut(rows=posts)
    years = lines.years.cut(rows=rows)
    base = years.cut(columns=first)
    own = if_(base.ne(0), years / if_(base.ne(0), base, 1), 0) * 12
    path = if_(by_year, own, pick(lines.indices, months.index_names, by_index.down))
    told = [
        (costs["name"].join(""), "£", if_(of_costs.ne(0), of_costs * path, 0)),
        (staff.names, "£", if_(of_posts.ne(0), of_posts * pick(staff.indices, months.index_names, by_index.down), 0)),
    ]
    basket = sheet.stack(told, "pounds")
    sheet.ruler("Basket of costs", heads)
    whole = sheet.calc("Basket", "£", total(basket.down))
    one = whole.cut(columns=first)
    grown = sheet.calc("Of Year 1", "times", if_(one.ne(0), whole / if_(one.ne(0), one, 1), 1), "number")
    sheet.section("Staff")
    sheet.heads("What", "Unit", "Share")
    pay = product_sum(w.costs.part.cut(rows=posts).all * lines.years.cut(rows=posts).all)
    all_ = total(w.costs.exact.all)
    share = sheet.calc(
        "Posts, of full cost over the term", "share", if_(all_.ne(0), pay / if_(all_.ne(0), all_, 1), 0), "share"
    )
    return Growth(grown, share)
