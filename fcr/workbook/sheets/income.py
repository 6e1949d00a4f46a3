"""What the offer would pay, month by month: the twin of :mod:`fcr.income`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.lines import FIXED
from fcr.workbook.formula import Block, Node, node
from fcr.workbook.functions import (
    both,
    count_numbers,
    either_of,
    if_,
    least,
    modulo,
    month,
    most,
    nth,
    number,
    product_sum,
    rounded,
    running_product,
    smallest,
    total,
)
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.contract import Offer
from fcr.workbook.sheets.mechanism import HYBRID, LIVE
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.paying import Done, line

__all__ = ["MECHANISM", "STEPS", "Income", "income"]

MECHANISM = "mechanism"
"""The name of the stamp that holds what a rarer mechanism pays each month."""
STEPS = ("What the mechanism pays", "Volume guarantee", "Efficiency cut", "Indexation", "Expected deductions")


@dataclass(frozen=True)
class Income:
    """The cells of the Income sheet."""

    stated: Block
    """One where an offer is stated."""
    known: Block
    """One where what it pays is known: worked out here, or by Python for the mechanism that is stated."""
    stamped: Block
    """One where it is Python's figure."""
    live: Block
    """One where every mechanism stated is one that is worked out here."""
    status: Block
    """In words."""
    done: Done
    """What is done and paid for."""
    rates: Block
    """The share of those who start that reaches each outcome: (O, Y)."""
    kept: Block
    """What the yearly efficiency cut leaves of the price: (1, M)."""
    planned: Block
    """Units done each month: (1, M)."""
    mechanism: Block
    """What the mechanism pays each month, unrounded: (1, M)."""
    index: Block
    """What indexation multiplies the price by: (1, M)."""
    efficiency: Block
    """What the yearly cut takes each month, before indexation, unrounded: (1, M)."""
    steps: Block
    """The five steps each contract year, unrounded: (5, Y)."""
    monthly: Block
    """Income of each month, unrounded: (1, M)."""
    exact: Block
    """Income of each contract year, unrounded: (1, Y)."""
    reported: Block
    """Income of each contract year, to the penny: (1, Y); nought where it is not known."""
    term: Block
    """Over the term, as reported."""
    shown: Block
    """As people read it: pounds, or the word unknown: (1, Y)."""


def income(book: Book, bid: Asked, months: Months, offer: Offer, *, units: Block, full_cost: Block) -> Income:
    """Lay out the Income sheet.

    ``units``: planned in each contract year, (1, Y); ``full_cost``: of each month, (1, M). Of the
    book's stamps, :data:`MECHANISM` is used for a rarer mechanism.
    """
    about = "What the offer would pay for the activity planned, step by step."
    sheet = book.sheet("Income", "What the offer would pay", "calculation", about)
    done, planned, rates = _done(sheet, months, offer, units, full_cost)
    parts = [line(sheet, months, pays, done) for pays in (offer.pays, *offer.parts)]
    live, stated = _live(sheet, offer)
    stamp, fits = _stamped(sheet, book, months, offer, planned)
    known = sheet.calc("Known", "1 is yes", if_(either_of(live > 0, fits > 0), 1, 0), "flag")
    from_python = sheet.calc("Python's figure", "1 is yes", if_(both(live < 1, fits > 0), 1, 0), "flag")
    words = if_(
        known > 0, "Python's figure: it does not follow changes made here.", "Unknown: have Python work it out."
    )
    words = if_(stated < 1, "No offer is stated.", if_(live > 0, "Worked out here.", words))
    status = sheet.calc("What the offer pays", "", words, "text")
    sheet.ruler("What the mechanism pays", months.labels)
    hybrid = if_(offer.pays["kind"].eq(HYBRID), 1, 0)
    paid: Node = (1 - hybrid) * parts[0]
    for pays, part in zip(offer.parts, parts[1:], strict=True):
        assert pays.weight is not None
        paid = paid + hybrid * pays.weight * part
    base = sheet.calc("What the mechanism pays", "£ a month", if_(live > 0, paid, fits * stamp))
    index = _index(sheet, bid, months, offer)
    steps, kept = _steps(sheet, months, offer, base, index)
    monthly = sheet.calc("Income", "£ a month", steps[0] + steps[1] + steps[2] + steps[3] + steps[4])
    sheet.ruler("Each contract year", months.year_labels, "Unrounded, and as reported: rounded once.")
    told = [(label, "£", months.yearly(step)) for label, step in zip(STEPS, steps, strict=True)]
    yearly = sheet.stack(told, "pounds")
    exact = sheet.calc("Income", "£", total(yearly.down))
    reported = sheet.calc("Income, as reported", "£", rounded(exact, book.names["fcr_pence"]))
    shown = sheet.calc(
        "Income", "£", if_(months.in_years * known > 0, reported, if_(months.in_years > 0, "unknown", ""))
    )
    term = sheet.calc("Over the term", "£", total(reported.all))
    return Income(
        stated, known, from_python, live, status, done, rates, kept, planned, base, index, steps[2],
        yearly, monthly, exact, reported, term, shown,
    )  # fmt: skip


def _done(sheet: Sheet, months: Months, offer: Offer, units: Block, full_cost: Block) -> tuple[Done, Block, Block]:
    """Units and outcomes that are paid for, month by month; the units done; and the rates of success."""
    sheet.ruler("What is done", months.labels, "Units are spread evenly over each contract year.")
    place = sheet.calc("Month of the contract year", "number", modulo(months.number - 1, 12) + 1, "whole")
    closing = sheet.calc("Last month of a year", "1 is yes", if_(place.eq(12), months.inside, 0), "flag")
    planned = sheet.calc("Units done", "units a month", months.of_year(units) / 12 * months.inside, "number")
    so_far = months.of_year(units) * place / 12
    cap = offer["protections.volume_cap"]
    paid = sheet.calc(
        "Units paid for", "year to date", months.inside * if_(cap.given, least(so_far, cap), so_far), "number"
    )
    gained = if_(place > 1, paid - nth(paid.across, months.number - 1), paid)
    new = sheet.calc("Units paid for", "units a month", gained, "number")
    outcomes = offer.outcomes
    names = outcomes["name"].join("")
    sheet.section("Outcomes")
    sheet.heads("Outcome", "Unit", "Name")
    word = sheet.calc("Outcome", "", names, "text")
    sheet.heads("Outcome", "Unit", "Rates given")
    wide = outcomes.wide(*(f"rates.{y}" for y in range(months.years.shape[1])))
    given = sheet.calc(names, "number", count_numbers(wide.across), "whole")
    sheet.ruler("The share of those who start that reaches each outcome", months.year_labels)
    last = nth(wide.across, most(least(months.years, given), 1)) + 0
    rates = sheet.calc(names, "share", if_(given > 0, last, 0), "share")
    sheet.ruler("Those who will reach it, by the month they start", months.labels)
    started = sheet.calc(names, "number", new * months.of_year(rates), "number")
    sheet.ruler("Those who reach it, month by month", months.labels, "What would come after the term is not paid.")
    lag = outcomes["lag_months"]
    later = nth(started.across, most(months.number - lag, 1))
    reached = sheet.calc(names, "number", if_(months.number > lag, later, 0) * months.inside, "number")
    return Done(place, closing, paid, word, reached, full_cost), planned, rates


def _live(sheet: Sheet, offer: Offer) -> tuple[Block, Block]:
    """Whether every mechanism stated is one that is worked out here; and whether any is stated."""
    sheet.section("Whether it can be worked out here")
    sheet.heads("Mechanism", "", "Name")
    names = sheet.constants("Worked out here", Block(np.array([[name] for name in LIVE], dtype=object)))
    sheet.heads("What", "Unit", "Figure")

    def known(kind: Block) -> Node:
        return product_sum(names.all.eq(kind) * 1)

    stated = sheet.calc("An offer is stated", "1 is yes", if_(offer.pays["kind"].given, 1, 0), "flag")
    whole = sheet.calc("The offer", "1 is yes", known(offer.pays["kind"]), "flag")
    told = [
        (part.label, "1 is yes", if_(part["kind"].blank, if_(part.weight.given, 0, 1), known(part["kind"])))
        for part in offer.parts
        if part.weight is not None
    ]
    parts = sheet.stack(told, "flag")
    weights: Node = node(0)
    for part in offer.parts:
        weights = weights if part.weight is None else weights + part.weight
    weight = sheet.calc("Weights of the parts", "share", weights, "share")
    hybrid = both(offer.pays["kind"].eq(HYBRID), weight > 0)
    live = sheet.calc("All of it", "1 is yes", if_(hybrid, smallest(parts.all), whole), "flag")
    return live, stated


def _stamped(sheet: Sheet, book: Book, months: Months, offer: Offer, planned: Block) -> tuple[Block, Block]:
    """Python's figures for a mechanism that is not worked out here, and whether they are for what is stated."""
    sheet.section(
        "Python's figures", "For a mechanism that is not worked out here: they do not follow changes made here."
    )
    sheet.heads("What", "Unit", "Figure")
    contract = book.data.get("contract") or {}
    kind = str((contract.get("mechanism") or {}).get("kind") or "")
    stamp = book.stamps.get(MECHANISM)
    width = months.number.shape[1]
    row = np.full(width, 0.0)
    if stamp is not None:
        row[: len(stamp)] = stamp[:width]
    of = sheet.constants("Worked out for", Block(np.array([["" if stamp is None else kind]], dtype=object)))
    length = sheet.constants("Months of contract", Block(np.array([[0.0 if stamp is None else float(len(stamp))]])))
    stale = product_sum(planned.all * 1)
    units = sheet.constants(
        "Units over the term", Block(np.array([[0.0 if stamp is None else float(planned.numeric.sum())]]))
    )
    now = sheet.calc("Units over the term now", "units", stale, "number")
    same = both(of.given, of.eq(offer.pays["kind"]), length.eq(months.months))
    fits = sheet.calc("They are for the mechanism stated", "1 is yes", if_(same, 1, 0), "flag")
    moved = (now - units > book.names["fcr_noise"]), (units - now > book.names["fcr_noise"])
    sheet.calc(
        "Inputs have changed since",
        "",
        if_(fits < 1, "", if_(either_of(*moved), "Yes: have Python work it out again.", "Units have not.")),
        "text",
    )
    sheet.ruler("What it pays", months.labels)
    return sheet.row_of("What the mechanism pays, from Python", "£ a month", row), fits


def _index(sheet: Sheet, bid: Asked, months: Months, offer: Offer) -> Block:
    """What indexation multiplies the price by."""
    basket, terms = offer.basket, {name: offer[f"duration.indexation.{name}"] for name in ("month", "cap", "collar")}
    share, april = basket[""], sheet.book.names["fcr_april"]
    sheet.section("Indexation")
    sheet.heads("What", "Unit", "Figure")
    names = months.index_names
    in_basket = product_sum(basket["key"].all.eq(names) * share.all)
    parts = sheet.calc(names.join(""), "share", if_(either_of(names.blank, names.eq(FIXED)), 0, in_basket), "share")
    clause = sheet.calc("There is a clause", "1 is yes", if_(total(share.all) > 0, 1, 0), "flag")
    at = terms["month"]
    rises_in = if_(at.blank, april, if_(at.eq("anniversary"), month(bid.start), number(at)))
    when = sheet.calc("Month of the rise", "month", rises_in, "whole")
    sheet.ruler("Indexation, month by month", months.labels)
    calendar = sheet.calc("Month of the calendar", "month", month(months.first), "whole")
    flag = sheet.calc(
        "The price rises", "1 is yes", if_(both(months.number > 1, calendar.eq(when), clause > 0), 1, 0), "flag"
    )
    since = sheet.calc("Since the month", "number", most(months.number - 12, 1), "whole")
    factors = months.factors
    moved = if_(flag * parts > 0, factors / nth(factors.across, since) - 1, 0)
    sheet.ruler("What each index has risen by since", months.labels)
    rise = sheet.calc(names.join(""), "rise", moved, "share")
    sheet.ruler("Rise of the price", months.labels)
    basket_rise = sheet.calc("Rise of the basket", "rise", product_sum(parts.all * rise.down), "share")
    held = sheet.calc(
        "Not below the collar",
        "rise",
        if_(terms["collar"].given, most(basket_rise, terms["collar"]), basket_rise),
        "share",
    )
    kept = sheet.calc("Not above the cap", "rise", if_(terms["cap"].given, least(held, terms["cap"]), held), "share")
    step = sheet.calc("Price multiplied by", "factor", if_(flag > 0, kept + 1, 1), "factor")
    return sheet.calc("Since the start, by", "factor", running_product(step), "factor")


def _steps(sheet: Sheet, months: Months, offer: Offer, base: Block, index: Block) -> tuple[list[Block], Block]:
    """The five steps of income, month by month; and what the efficiency cut leaves of the price."""
    sheet.ruler("Efficiency cut", months.year_labels)
    cut = sheet.calc(
        "Kept after a year's cut", "factor", if_(months.years > 1, 1 - offer["duration.efficiency"], 1), "factor"
    )
    by_year = sheet.calc("Kept of the price", "factor", running_product(cut), "factor")
    sheet.ruler("From the mechanism to income", months.labels)
    to_date = product_sum(months.year.all.eq(months.year) * base.all)
    year = sheet.calc("What the mechanism pays in the year", "£", to_date)
    share = offer["protections.volume_guarantee"]
    place = modulo(months.number, 12)
    short = if_(both(place.eq(0), share > 0), most(share * year - year, 0), 0)
    kept = sheet.calc("Kept of the price", "factor", months.of_year(by_year), "factor")
    first = sheet.calc(STEPS[0], "£ a month", base + 0)
    guarantee = sheet.calc(STEPS[1], "£ a month", short * months.inside)
    secured = sheet.calc("After the guarantee", "£ a month", first + guarantee)
    efficiency = sheet.calc(STEPS[2], "£ a month", secured * (kept - 1))
    indexed = sheet.calc("After indexation", "£ a month", secured * kept * index)
    indexation = sheet.calc(STEPS[3], "£ a month", indexed - secured * kept)
    lost = offer["protections.deductions.expected"]
    deductions = sheet.calc(STEPS[4], "£ a month", -indexed * lost)
    return [first, guarantee, efficiency, indexation, deductions], kept
