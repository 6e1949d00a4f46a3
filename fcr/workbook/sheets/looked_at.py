"""What the checks look at, laid out once: cost against offer, what the mechanism pays for, and what-ifs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fcr.workbook.formula import Block, Node, node
from fcr.workbook.functions import both, contains, count_given, either_of, if_, pick, product_sum, rounded, total
from fcr.workbook.sheets.checks import Seen
from fcr.workbook.sheets.mechanism import HYBRID, Pays
from fcr.workbook.sheets.staff import Staff
from fcr.workbook.sheets.what_if import WhatIf, growth

__all__ = ["look"]

PAYS_FOR = {
    "block": "",
    "unit price": "v",
    "cost and volume": "v",
    "standing charge": "v",
    "capped activity": "v",
    "call-off": "v",
    "personal budgets": "v",
    "payment by results": "vo",
    "grant": "c",
    "cost plus": "c",
    "target cost": "c",
    "results, all or nothing": "vo",
    "results, by tiers": "vo",
    "fee plus outcomes": "o",
    "declining attachment": "vo",
    "outcomes fund": "o",
}
"""What each mechanism pays for: volume, outcomes, cost."""


def look(s: Seen, staff: Staff) -> None:
    """Lay out the figures that several checks use, and keep them in ``s.shared``."""
    _money(s)
    _mechanism(s)
    _outcomes(s)
    _what_ifs(s, staff)


def _money(s: Seen) -> None:
    sheet, shared, pence = s.sheet, s.shared, s.fixed("pence")
    full, offer = s.costs.full_cost, s.income.reported
    sheet.ruler("The offer against full cost", s.months.year_labels, "As reported, to the penny.")
    shared["difference"] = s.row("Offer less full cost", rounded(offer - full, pence) * s.months.in_years)
    shared["short"] = s.row("Short of full cost", if_(shared["difference"] < 0, -shared["difference"], 0))
    sheet.section("Over the term")
    sheet.heads("What", "Unit", "Figure")
    figures = (
        (
            "live",
            "Income is worked out here",
            "1 is yes",
            if_(both(s.income.live > 0, s.income.stated > 0), 1, 0),
            "flag",
        ),
        ("full cost", "Full cost", "£", rounded(total(full.all), pence), "pounds"),
        ("offer", "Offer", "£", rounded(total(offer.all), pence), "pounds"),
        ("gap", "Short in the years that fall short", "£", rounded(total(shared["short"].all), pence), "pounds"),
    )
    for name, label, unit, formula, form in figures:
        shared[name] = s.figure(label, unit, formula, form)
    shared["surplus"] = s.figure("Offer less full cost", "£", rounded(shared["offer"] - shared["full cost"], pence))
    shared["monthly cost"] = s.figure("Full cost of an average month", "£", total(s.costs.exact.all) / s.months.months)
    clause = if_(count_given(s.offer.basket["key"].all) > 0, 1, 0)
    shared["clause"] = s.figure("There is an indexation clause", "1 is yes", clause, "flag")
    sheet.heads("Service", "Unit", "Its unit is an hour")
    services = s.given.services
    hourly = if_(contains(services["unit"], "hour"), 1, 0)
    shared["hourly"] = sheet.calc(services["name"].join(""), "1 is yes", hourly, "flag")


def _mechanism(s: Seen) -> None:
    """What income depends on, in any part of the mechanism."""
    sheet, names = s.sheet, list(PAYS_FOR)
    sheet.section("What each mechanism pays for", "1 is yes.")
    sheet.heads("Mechanism", "", "Name", "Volume", "Outcomes", "Cost")
    top = sheet.row
    word = sheet.constants("Mechanism", Block(np.array([[name] for name in names], dtype=object)))
    flags = []
    for i, letter in enumerate("voc"):
        flag = Block(np.array([[float(letter in PAYS_FOR[name])] for name in names]))
        flag.place(sheet.name, top, 3 + i)
        sheet.hold(flag, "flag")
        flags.append(flag)
    sheet.section("What the offer depends on")
    sheet.heads("What", "Unit", "Figure")
    hybrid = s.flag("It is a hybrid", s.offer.pays["kind"].eq(HYBRID))

    def any_part(label: str, test: Node, parts: Sequence[Node]) -> Block:
        within: Node = node(0)
        for part in parts:
            within = within + part
        return s.flag(label, test + hybrid * within > 0)

    whole, parts = s.offer.pays, s.offer.parts
    for name, flag in zip(("by volume", "by outcomes", "by cost"), flags, strict=True):
        told = [pick(pays["kind"], word, flag.all) for pays in (whole, *parts)]
        s.shared[name] = any_part(f"Income goes {name}", told[0], told[1:])
    must = [_one(both(pays["kind"].eq("capped activity"), pays["duty_to_serve"].ne("no"))) for pays in (whole, *parts)]
    s.shared["must serve"] = any_part("Whoever comes beyond the cap must be served", must[0], must[1:])
    calls = [_one(pays["kind"].eq("call-off")) for pays in (whole, *parts)]
    s.shared["call-off"] = any_part("It has a call-off", calls[0], calls[1:])
    caps = [_caps(pays) for pays in (whole, *parts)]
    s.shared["caps"] = any_part("The mechanism has a cap", caps[0], caps[1:])


def _one(test: Node) -> Node:
    return if_(test, 1, 0)


def _caps(pays: Pays) -> Node:
    limited = both(pays["kind"].eq("unit price"), pays["maximum"].given)
    return _one(either_of(limited, pays["kind"].eq("capped activity")))


def _outcomes(s: Seen) -> None:
    """Which outcomes are paid for, and how many are planned."""
    sheet, grid, months = s.sheet, s.offer.outcomes, s.months
    names, word, results = grid["name"].join(""), s.income.done.outcome_names, "payment by results"
    hybrid = s.offer.pays["kind"].eq(HYBRID)

    def of(pays: Pays) -> Node:
        staged = product_sum(pays.stages["outcome"].all.eq(word) * 1)
        return _one(pays["kind"].eq(results)) * staged

    paid: Node = of(s.offer.pays)
    for part in s.offer.parts:
        paid = paid + hybrid * of(part)
    sheet.section("Outcomes")
    sheet.heads("Outcome", "Unit", "Paid for")
    s.shared["paid"] = sheet.calc(names, "1 is yes", if_(word.blank, 0, _one(paid > 0)), "flag")
    sheet.ruler("Outcomes paid for, by the month those start", months.labels, "That come within the term.")
    inside = if_(months.number + grid["lag_months"] <= months.months, 1, 0) * months.inside
    started = s.shared["paid"] * s.income.planned * months.of_year(s.income.rates) * inside
    planned = sheet.calc(names, "outcomes", started, "number")
    sheet.section("Outcomes over the term")
    sheet.heads("Outcome", "Unit", "Planned")
    s.shared["achieved"] = sheet.calc(names, "outcomes", total(planned.across), "number")
    s.shared["paid outcomes"] = s.figure("Outcomes paid for", "number", total(s.shared["paid"].all), "whole")


def _what_ifs(s: Seen, staff: Staff) -> None:
    """The offer and the cost for other activity than the one planned."""
    w = WhatIf(s.what_if, s.months, s.lines, s.offer, s.income, s.costs, s.given, s.bid.service)
    shared, sheet, units, rates = s.shared, s.what_if, s.lines.units, s.income.rates
    plan, names, heads = s.income.mechanism, s.income.done.outcome_names.join(""), s.months.year_labels
    sheet.section("How much of the planned units comes")
    sheet.heads("What", "Unit", "Figure")
    stress = s.limit("volume stress")
    volumes = {
        "none": ("If nobody comes", sheet.calc("If nobody comes", "times", stress * 0, "number")),
        "fewer": ("If fewer come", sheet.calc("If fewer come", "times", 1 - stress, "number")),
        "more": ("If more come", sheet.calc("If more come", "times", stress + 1, "number")),
    }
    for name, (title, volume) in volumes.items():
        cost = shared[f"cost at {name}"] = w.cost_at(title, volume)
        shared[f"pays at {name}"] = w.pays(title, units * volume, rates, costs=cost, planned=plan)
    sheet.ruler("Rates of success: none", heads)
    none = sheet.calc(names, "share", rates * 0, "share")
    shared["pays without success"] = w.pays("If none succeeds", units + 0, none, planned=plan)
    lost = total(s.income.exact.all) - total(shared["pays without success"].all)
    sheet.section("What hangs on outcomes")
    sheet.heads("What", "Unit", "Figure")
    shared["outcome income"] = sheet.calc("Income that hangs on outcomes", "£", lost)
    low = s.offer.outcomes["evidence_low"]
    sheet.ruler("Rates of success: the low end of the evidence", heads)
    rate = sheet.calc(names, "share", if_(low.blank, rates, low), "share")
    shared["pays at low rates"] = w.pays("If few succeed", units + 0, rate)
    grown = growth(w, staff, s.months.years.shape[1])
    shared["cost growth"], shared["staff share"] = grown.basket, grown.staff
    first = slice(0, 1)
    sheet.ruler("Rates of success: those of Year 1", heads)
    same = sheet.calc(names, "share", rates.cut(columns=first) * s.months.in_years, "share")
    sheet.ruler("Full cost at Year 1's activity", heads)
    cost = sheet.calc("Full cost", "£", grown.basket * s.costs.exact.cut(columns=first) * s.months.in_years)
    level = units.cut(columns=first) * s.months.in_years
    shared["price growth"] = w.pays("At Year 1's activity", level, same, costs=cost, level=True)
