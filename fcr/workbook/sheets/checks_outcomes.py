"""Outcomes and performance in cells: the twin of :mod:`fcr.checks.outcomes`."""

from __future__ import annotations

from fcr.workbook.formula import Block, Node, node
from fcr.workbook.functions import both, count_given, if_, most, number, product_sum, total
from fcr.workbook.sheets.checks import Cases, Seen, passed, raised, unknown, yes_or_no

__all__ = ["OUTCOMES"]

NOT_PAID_FOR = "nothing is paid by outcomes"
PARTS = ("who", "change", "how_much", "by_when", "evidence")
"""The parts of a definition that are texts, and asked of every outcome."""


def _none_paid(s: Seen) -> Cases:
    """What a rule about outcomes that are paid for says first."""
    yield from s.not_live()
    yield passed(s.shared["paid outcomes"].eq(0), NOT_PAID_FOR)


def outcome_share(s: Seen) -> Cases:
    """What the offer would not pay if no outcome were reached ÷ what it pays as planned."""
    linked, some = s.shared["outcome income"], s.offered > 0
    part = s.figure("Income that hangs on outcomes", "share", if_(some, linked / if_(some, s.offered, 1), 0), "share")
    words = s.per_cent(part).join(" of income (", s.money(linked), ") hangs on outcomes")
    yield from _none_paid(s)
    yield unknown(s.offered <= 0, "what the offer pays: it comes to nothing as planned")
    trifle = s.fixed("trifle")
    yield passed(part <= s.limit("outcome-linked income") + trifle, words)
    high = part > s.limit("outcome-linked income, high") + trifle
    yield raised(high, words, "high", amount=linked + 0, at_most=True)
    yield raised(None, words, "medium", amount=linked + 0, at_most=True)


def break_even_success(s: Seen) -> Cases:
    """Full cost against income with each paid outcome at the rate that like services miss one time in five."""
    low = s.offer.outcomes["evidence_low"]
    unsaid = s.figure(
        "Paid outcomes without a low rate", "outcomes", product_sum(s.shared["paid"].all * low.all.eq("")), "whole"
    )
    yield from _none_paid(s)
    yield unknown(unsaid > 0, "the success rate that like services miss one time in five")
    income = s.shared["pays at low rates"]
    paid = s.figure("Income at the low rates, over the term", "£", total(income.all))
    words = s.money(paid).join(" is paid at the low end of the evidence, ", s.money(s.full_term), " is the full cost")
    yield passed(paid >= s.full_term - s.fixed("half_penny"), words)
    yield raised(None, words, amount=s.offered - paid)


def cliffs(s: Seen) -> Cases:
    """Payments that are all or nothing: none of the mechanisms worked out here is."""
    yield from s.not_live()
    yield passed(None, "no payment is all or nothing")


def within_control(s: Seen) -> Cases:
    """Whether any hangs on what other agencies do."""
    ours, paid = s.offer.outcomes["attributable"], s.shared["paid"]
    others = s.figure(
        "Paid outcomes that hang on others", "outcomes", product_sum(paid.all * ours.all.eq("no")), "whole"
    )
    unsaid = s.figure(
        "Paid outcomes for which it is not stated", "outcomes", product_sum(paid.all * ours.all.eq("")), "whole"
    )
    what = "whether each outcome is within our control and can be told from others' work"
    yield from _none_paid(s)
    yield raised(others > 0, "some hang on what others do", amount=s.shared["outcome income"] + 0, at_most=True)
    yield unknown(unsaid > 0, what)
    yield passed(None, "each is within control")


def complete_definition(s: Seen) -> Cases:
    """The parts of each definition that are blank; payer and price only where it is paid for."""
    grid, paid = s.offer.outcomes, s.shared["paid"]
    named = count_given(grid["name"].all)
    blank: Node = node(0)
    for part in PARTS:
        blank = blank + grid[part].eq("")
    for part in ("payer", "price"):
        blank = blank + paid * grid[part].eq("")
    s.sheet.heads("Outcome", "Unit", "Parts not defined")
    missing = s.sheet.calc(grid["name"].join(""), "parts", if_(grid["name"].blank, 0, blank), "whole")
    yield unknown(named.eq(0), "which outcomes the contract is for")
    yield from s.not_live()
    yield raised(total(missing.all) > 0, "some outcomes are not defined in full")
    yield passed(None, "each is defined in full")


def price_of_an_outcome(s: Seen) -> Cases:
    """Pay that hangs on outcomes, against full cost and risk premium less all other pay, an outcome each."""
    linked, half = s.shared["outcome income"], s.fixed("half_penny")
    value, achieved = s.offer.outcomes["value"], s.shared["achieved"]
    number = s.figure("Paid outcomes planned over the term", "outcomes", total(achieved.all), "number")
    premium = s.bid.risk_premium * s.months.count
    needed = s.figure("Cost left to outcomes", "£", s.full_term + premium - (s.offered - linked))
    unsaid = product_sum(s.shared["paid"].all * value.all.eq(""))
    worth = s.figure("What outcomes are worth to the commissioner", "£", product_sum(value.all * achieved.all))
    some = if_(number > 0, number, 1)
    words = s.money(linked / some).join(" is paid for an outcome, ", s.money(needed / some), " of cost is left to it")
    yield from _none_paid(s)
    yield unknown(number <= 0, "how many outcomes are planned: none are within the term")
    yield raised(linked < needed - half, words, amount=needed - linked)
    yield unknown(unsaid > 0, "what an outcome is worth to the commissioner")
    yield raised(linked > worth + half, words.join(", more than it is worth"), "low")
    yield passed(None, words)


def deductions_cap(s: Seen) -> Cases:
    """The cap against the planned surplus ÷ the offer, and against 10%."""
    word, expected, cap = (s[f"protections.deductions{part}"] for part in ("", ".expected", ".cap"))
    surplus = s.figure("Surplus planned, nought for a shortfall", "£", most(s.surplus, 0))
    some = s.offered.ne(0)
    planned = s.figure("As a share of the offer", "share", if_(some, surplus / if_(some, s.offered, 1), 0), "share")
    words = node("deductions are capped at ").join(
        s.per_cent(cap + 0), "; the planned surplus is ", s.per_cent(planned)
    )
    none = both(expected.blank, cap.blank)
    yield passed(word.eq("none"), "there are no deductions")
    yield unknown(none, "whether payment may be cut for poor performance, and by how much at most")
    yield from s.not_live()
    yield raised(cap.blank, "deductions have no cap", amount=s.offered - surplus, at_most=True)
    within = both(cap <= planned + s.fixed("trifle"), cap <= s.limit("deductions cap"))
    yield passed(within, words)
    yield raised(None, words, amount=cap * s.offered - surplus, at_most=True)


def indicators(s: Seen) -> Cases:
    """How many, on a contract below £5m."""
    count = s["monitoring.indicators"]
    words = count.join(" key indicators")
    yield unknown(count.blank, "how many key indicators the contract is judged by")
    yield passed(count <= s.limit("key indicators"), words)
    yield from s.not_live()
    yield passed(s.offered >= s.limit("large contract"), words.join(", on a large contract"))
    yield raised(None, words.join(" on a contract of ", s.money(s.offered)))


def withheld_for_process(s: Seen) -> Cases:
    """Whether it can be."""
    yield from yes_or_no(
        s["payment.withheld_for_process"],
        good=False,
        what="whether payment can be withheld over a process measure",
        well="payment is not withheld over a process measure",
        ill="payment can be withheld over a process measure",
    )


def paid_back(s: Seen) -> Cases:
    """Months in which a payment may be taken back."""
    months, limit = s.offer.outcomes["paid_back_months"], s.limit("months to take an outcome payment back")
    paid: Block = s.shared["paid"]
    s.sheet.heads("Outcome", "Unit", "Taken back for too long")
    too_long = if_(months.eq("unlimited"), 1, if_(number(months) > limit, 1, 0))
    long = s.sheet.calc(s.offer.outcomes["name"].join(""), "1 is yes", paid * too_long, "flag")
    unsaid = product_sum(paid.all * months.all.eq(""))
    words = node("payments may be taken back for more than ").join(limit, " months")
    yield from _none_paid(s)
    yield raised(total(long.all) > 0, words, amount=s.shared["outcome income"] + 0, at_most=True)
    yield unknown(unsaid > 0, "for how many months a payment may be taken back (0 for never)")
    yield passed(None, node("nothing is taken back after ").join(limit, " months"))


OUTCOMES = {
    "OUT-1": outcome_share,
    "OUT-2": break_even_success,
    "OUT-3": cliffs,
    "OUT-4": within_control,
    "OUT-5": complete_definition,
    "OUT-6": price_of_an_outcome,
    "OUT-7": deductions_cap,
    "OUT-8": indicators,
    "OUT-9": withheld_for_process,
    "OUT-10": paid_back,
}
