"""Stability in funding in cells: the twin of :mod:`fcr.checks.term`."""

from __future__ import annotations

from fcr.workbook.formula import node
from fcr.workbook.functions import both, count_given, if_, most, most_where, nth, power, product_sum, total
from fcr.workbook.sheets.checks import Cases, Seen, passed, raised, unknown, yes_or_no

__all__ = ["TERM"]

FIRM = "how many months are firm, options left out"


def firm_term(s: Seen) -> Cases:
    """Firm months against three years, where the need goes on."""
    firm = s["duration.firm_months"]
    words = firm.join(" months are firm")
    yield unknown(firm.blank, FIRM)
    yield passed(s["duration.continuing_service"].eq("no"), words.join(", for a need that ends"))
    yield passed(firm >= s.limit("least firm term"), words)
    words = words.join(", for a service that goes on")
    yield raised(firm <= s.limit("very short term"), words, "high")
    yield raised(None, words, "medium")


def yearly_renewals(s: Seen) -> Cases:
    """How many awards in a row, this one included, are no longer than a year."""
    firm, limit, grid = s["duration.firm_months"], s.limit("very short term"), s.offer.awards
    awards, rows = grid[""], s.numbers(grid.rows)
    count = s.figure("Awards before this one", "number", count_given(awards.all), "whole")
    long = s.figure("Row of the last that was long", "row", most_where((awards.all > limit) * rows.all), "whole")
    later = product_sum(awards.all.ne("") * (rows.all > long)) + 1
    run = s.figure("Short awards in a row, this one included", "awards", later, "whole")
    yield unknown(firm.blank, FIRM)
    yield passed(firm > limit, node("this award is for ").join(firm, " months"))
    yield unknown(
        both(s["duration.awards_before"].blank, count.eq(0)), "how long each award before this one was, if any"
    )
    yield raised(run >= s.limit("short awards in a row"), run.join(" short awards in a row"))
    yield passed(None, run.join(" short award in a row"))


def budget_behind_it(s: Seen) -> Cases:
    """Months of confirmed budget against the firm term."""
    firm, confirmed = s["duration.firm_months"], s["duration.budget_confirmed_months"]
    words = node("the budget is confirmed for ").join(confirmed, " of ", firm, " months")
    yield unknown(confirmed.blank, "for how many months the commissioner's budget is confirmed")
    yield unknown(firm.blank, FIRM)
    yield passed(confirmed >= firm, words)
    yield raised(None, words)


def extension_options(s: Seen) -> Cases:
    """The commissioner's option alone, at a price neither rebased nor indexed."""
    months, whose, afresh = (s[f"duration.option_{name}"] for name in ("months", "by", "price_rebased"))
    clause = s["duration.indexation"]
    yield unknown(months.blank, "whether the contract may be extended, and by how many months")
    yield passed(months.eq(0), "there is no option to extend")
    yield unknown(whose.blank, "whose choice an extension is")
    yield passed(whose.ne("commissioner"), "an extension is not the commissioner's choice alone")
    yield passed(afresh.eq("yes"), "the commissioner may extend, at a price set afresh")
    yield unknown(afresh.blank, "whether the price is set afresh for an extension")
    yield passed(s.shared["clause"] > 0, "the commissioner may extend, at the indexed price")
    yield unknown(clause.blank, "whether the price is indexed, as it would be in an extension")
    yield raised(None, node("the commissioner alone may extend by ").join(months, " months at today's price"))


def indexation(s: Seen) -> Cases:
    """Yearly growth of the cost basket less that of the price, by the bid's own indices, and pounds lost."""
    word, clause = s["duration.indexation"], s.shared["clause"]
    yield unknown(
        both(word.blank, clause.eq(0)), "whether the price is indexed: to what, when, and between what limits"
    )
    yield from s.not_live()
    paid, cost, months = s.shared["price growth"], s.shared["cost growth"], s.months
    first = paid.cut(columns=slice(0, 1))
    s.sheet.ruler("Growth of costs and of the price", months.year_labels, "At constant activity; Year 1 is one.")
    half = s.fixed("half_penny")
    kept = both(first >= half, paid >= half)  # all may have been refunded, but for noise
    price = s.figure("Price, of Year 1", "times", if_(kept, paid / if_(first >= half, first, 1), 0), "number")
    lag = if_(both(price > 0, months.in_years > 0), s.income.reported * (cost / if_(price > 0, price, 1) - 1), 0)
    behind = s.figure("Lost where the price falls behind", "£", lag)
    s.sheet.section("Growth a year")
    s.sheet.heads("What", "Unit", "Figure")
    rises = []
    for label, row in (("Costs", cost), ("Price", price)):
        last = s.figure(f"{label}: the last year, of Year 1", "times", nth(row.across, months.count) + 0, "number")
        steps = if_(months.count > 1, months.count - 1, 1)
        rises.append(s.figure(f"{label}: rise a year", "share", power(most(last, 0), 1 / steps) - 1, "share"))
    wedge = s.figure("Costs outgrow the price by", "share", rises[0] - rises[1], "share")
    lost = s.figure("Lost over the term", "£", total(behind.all))
    none, trifle = word.eq("none"), s.fixed("trifle")
    behind_by = s.flag("By more than the limit", wedge > s.limit("indexation wedge") + trifle)
    firm = if_(s["duration.firm_months"].blank, months.months, s["duration.firm_months"])
    long = firm >= s.limit("long enough for inflation to bite")
    heavy = s.flag("Mostly staff, and long", both(s.shared["staff share"] > s.limit("mostly staff"), long))
    words = node("costs rise by ").join(s.per_cent(rises[0]), " a year, the price by ", s.per_cent(rises[1]))
    yield unknown(first < half, "what the offer pays in the first year, to compare its growth")
    one = months.count.eq(1)
    yield raised(both(one, none), "the term is one year, at a fixed price", "low")
    yield passed(one, "the term is one year")
    yield passed(both(behind_by.eq(0), none.eq(0)), words)
    yield passed(both(behind_by.eq(0), wedge <= trifle), words)
    yield raised(both(behind_by > 0, heavy > 0), words.join("; most of the cost is staff"), "blocker", amount=lost + 0)
    yield raised(None, words, amount=lost + 0)


def change_in_law(s: Seen) -> Cases:
    """Whether there is such a clause."""
    yield from yes_or_no(
        s["duration.change_in_law"],
        good=True,
        what="whether the price moves with changes in law that move employment cost",
        well="the price moves with the law",
        ill="a change in law is the provider's to pay for",
    )


def efficiency_cuts(s: Seen) -> Cases:
    """Any yearly cut, and what it takes over the term."""
    cut = s["duration.efficiency"]
    later = s.income.efficiency.all * s.income.index.all
    kept = 1 - s["protections.deductions.expected"]
    lost = s.figure("Lost by the yearly cut, over the term", "£", (0 - product_sum(later * 1)) * kept)
    yield unknown(cut.blank, "whether the price is cut each year for efficiency (0 for no cut)")
    yield passed(cut <= 0, "no yearly cut")
    yield from s.not_live()
    words = node("the price is cut by ").join(s.per_cent(cut + 0), " a year: ", s.money(lost), " over the term")
    yield raised(None, words, amount=lost + 0)


def carry_forward(s: Seen) -> Cases:
    """Grants only."""
    grant = if_(s.offer.pays["kind"].eq("grant"), 1, 0)
    part = s.offer.pays["carry_forward"]
    yield passed(s["form"].ne("grant"), "it is a contract, not a grant")
    yield passed(both(grant > 0, s.offer.pays["clawback"].eq("no")), "what is not spent is kept")
    yield passed(both(grant > 0, part > 0), s.per_cent(part + 0).join(" of a year's grant may be carried forward"))
    yield from yes_or_no(
        s["duration.carry_forward"],
        good=True,
        what="whether money not spent may be carried into the next year",
        well="what is not spent may be carried forward",
        ill="what is not spent in a year is lost",
    )


TERM = {
    "TRM-1": firm_term,
    "TRM-2": yearly_renewals,
    "TRM-3": budget_behind_it,
    "TRM-4": extension_options,
    "TRM-5": indexation,
    "TRM-6": change_in_law,
    "TRM-7": efficiency_cuts,
    "TRM-8": carry_forward,
}
