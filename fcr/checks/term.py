"""Stability in funding: how long is it sure, and does the price keep up?"""

from __future__ import annotations

from decimal import Decimal

from fcr.checks.findings import (
    Answer,
    Severity,
    Situation,
    Threshold,
    passed,
    per_cent,
    pounds,
    raised,
    rule,
    unknown,
    yes_or_no,
)
from fcr.contract.mechanisms import Grant

__all__ = [
    "budget_behind_it",
    "carry_forward",
    "change_in_law",
    "efficiency_cuts",
    "extension_options",
    "firm_term",
    "indexation",
    "yearly_renewals",
]

HEADING = "Stability in funding"
A_TRIFLE = 1e-12

THREE_YEARS = Threshold(
    "least firm term",
    Decimal(36),
    "months",
    "published guidance",
    "Interim third sector review (2006): three-year funding to be the norm; NAO toolkit, on duration",
)
ONE_YEAR = Threshold(
    "very short term",
    Decimal(12),
    "months",
    "our default",
    "A continuing service let for no longer than this is a high concern",
)


@rule(
    "TRM-1",
    HEADING,
    "Is the firm term, options left out, as long as the service is needed?",
    "medium",
    source="NAO toolkit, on duration: government committed to three-year agreements, longer where set-up warrants it; "
    "interim third sector review, 2006; New Zealand Treasury: three to five years",
    remedy="Please let this for three years firm, with a yearly review: where your own settlement is for three "
    "years (in England 2026-27 to 2028-29), pass that security on.",
    thresholds=(THREE_YEARS, ONE_YEAR),
)
def firm_term(situation: Situation) -> Answer:
    """Firm months against three years, where the need goes on."""
    duration = situation.contract.duration
    if duration.firm_months is None:
        return unknown("how many months are firm, options left out")
    words = f"{duration.firm_months} months are firm"
    if not duration.continuing_service:
        return passed(f"{words}, for a need that ends")
    if duration.firm_months >= situation.value(THREE_YEARS):
        return passed(words)
    severity: Severity = "high" if duration.firm_months <= situation.value(ONE_YEAR) else "medium"
    return raised(f"{words}, for a service that goes on", severity=severity)


SHORT_AWARDS = Threshold(
    "short awards in a row", Decimal(2), "awards", "our default", "From the second, a short award is a habit"
)


@rule(
    "TRM-2",
    HEADING,
    "Is it one more short award in a row?",
    "high",
    source="NAO decision support tool: yearly renewals divert resources, and no Treasury rule stands against longer "
    "ones",
    remedy="Please replace yearly renewals by one award of three years, or pay what each renewal costs us.",
    thresholds=(SHORT_AWARDS, ONE_YEAR),
)
def yearly_renewals(situation: Situation) -> Answer:
    """How many awards in a row, this one included, are no longer than a year."""
    duration, limit = situation.contract.duration, situation.value(ONE_YEAR)
    if duration.firm_months is None:
        return unknown("how many months are firm, options left out")
    if duration.firm_months > limit:
        return passed(f"this award is for {duration.firm_months} months")
    if duration.awards_before is None:
        return unknown("how long each award before this one was, if any")
    run = 1
    for months in reversed(duration.awards_before):
        if months > limit:
            break
        run += 1
    words = f"{run} award{'s' * (run > 1)} in a row of {limit} months or less"
    return raised(words) if run >= situation.value(SHORT_AWARDS) else passed(words)


@rule(
    "TRM-3",
    HEADING,
    "Does the commissioner's own budget reach to the end of the term?",
    "medium",
    source="English local government settlement 2026-27 to 2028-29: the first for several years in a decade, though "
    "allocations are confirmed yearly",
    remedy="Please let the contract end early only if your settlement falls by more than a stated share, with the "
    "winding down paid.",
)
def budget_behind_it(situation: Situation) -> Answer:
    """Months of confirmed budget against the firm term."""
    duration = situation.contract.duration
    if duration.budget_confirmed_months is None:
        return unknown("for how many months the commissioner's budget is confirmed")
    if duration.firm_months is None:
        return unknown("how many months are firm, options left out")
    confirmed = duration.budget_confirmed_months
    words = f"the budget is confirmed for {confirmed} of {duration.firm_months} months"
    if confirmed >= duration.firm_months:
        return passed(words)
    assert situation.income is not None
    beyond = float(situation.income.exact.total[confirmed : duration.firm_months].sum())
    return raised(f"{words}; {pounds(beyond)} of the offer rests on the rest")


@rule(
    "TRM-4",
    HEADING,
    "If it may be extended, is that by agreement, or at a price set afresh?",
    "medium",
    source="A default of ours",
    remedy="Please make any extension one that both sides agree, at a price set afresh.",
)
def extension_options(situation: Situation) -> Answer:
    """The commissioner's option alone, at a price neither rebased nor indexed."""
    duration = situation.contract.duration
    if duration.option_months is None:
        return unknown("whether the contract may be extended, and by how many months")
    if duration.option_months == 0:
        return passed("there is no option to extend")
    if duration.option_by is None:
        return unknown("whose choice an extension is")
    if duration.option_by != "commissioner":
        whose = {"both": "both sides'", "provider": "the provider's"}[duration.option_by]
        return passed(f"an extension is {whose} choice")
    if duration.option_price_rebased:
        return passed("the commissioner may extend, at a price set afresh")
    if duration.option_price_rebased is None:
        return unknown("whether the price is set afresh for an extension")
    if duration.indexation is None:
        return unknown("whether the price is indexed, as it would be in an extension")
    if duration.indexation != "none":
        return passed("the commissioner may extend, at the indexed price")
    return raised(f"the commissioner alone may extend by {duration.option_months} months at today's price")


WEDGE = Threshold(
    "indexation wedge",
    Decimal("0.005"),
    "share a year",
    "our default",
    "How far costs may outgrow the price in a year",
)
STAFF_HEAVY = Threshold(
    "mostly staff",
    Decimal("0.7"),
    "share of full cost",
    "our default",
    "Above this share of staff, over a long term, a price that lags is a blocker",
)
LONG_TERM = Threshold(
    "long enough for inflation to bite",
    Decimal(36),
    "months",
    "our default",
    "From this term on, a price that lags behind a cost that is mostly staff is a blocker",
)


@rule(
    "TRM-5",
    HEADING,
    "Does the price rise each year with what the service costs?",
    "high",
    source="Risk Allocation note (2021), section on indexation (contents page only); NCVO 2024: 44% had no uplift, "
    "mean uplift 2.7% against CPI of 8.7% (secondary source)",
    remedy="Please index the price each April to the basket it costs, without a cap.",
    thresholds=(WEDGE, STAFF_HEAVY, LONG_TERM),
)
def indexation(situation: Situation) -> Answer:
    """Yearly growth of the cost basket less that of the price, by the bid's own indices, and pounds lost."""
    clause = situation.contract.duration.indexation
    if clause is None:
        return unknown("whether the price is indexed: to what, when, and between what limits")
    prices, costs = situation.price_growth, situation.cost_growth
    if prices is None:
        return unknown("what the offer pays in the first year, to compare its growth")
    years = len(costs)
    if years == 1:
        words = "the term is one year"
        return raised(f"{words}, at a fixed price", severity="low") if clause == "none" else passed(words)
    cost_rise, price_rise = (max(float(x[-1]), 0.0) ** (1 / (years - 1)) - 1 for x in (costs, prices))
    wedge = cost_rise - price_rise
    words = f"costs rise by {per_cent(cost_rise)} a year, the price by {per_cent(price_rise)}"
    if clause == "none":
        words = f"there is no indexation; {words}"
    falls_short = wedge > float(situation.value(WEDGE)) + A_TRIFLE
    if not falls_short and (clause != "none" or wedge <= A_TRIFLE):
        return passed(words)
    lost = sum(float(o) * (c / p - 1) for o, c, p in zip(situation.offer or (), costs, prices, strict=True) if p > 0)
    staff = situation.staff_share
    heavy = staff > float(situation.value(STAFF_HEAVY)) and situation.firm_months >= situation.value(LONG_TERM)
    if falls_short and heavy:
        words += f"; staff are {per_cent(staff, 0)} of the cost"
    remedy = (
        f"Please index {per_cent(staff, 0)} of the price to the pay award and {per_cent(1 - staff, 0)} to CPI each "
        f"April, without a cap. On present terms the price falls behind by {pounds(max(lost, 0.0))} over the term."
    )
    return raised(words, lost, severity="blocker" if falls_short and heavy else None, remedy=remedy)


@rule(
    "TRM-6",
    HEADING,
    "Does the price move when a change in law moves the cost of employing staff?",
    "high",
    source="Risk Allocation note (2021), appendix on change in standards and legislation (contents page only); "
    "Homecare Association on employer's National Insurance in 2025 (13.8% to 15%)",
    remedy="Please add a clause on general change in law that touches employment: the price moves by the cost shown.",
)
def change_in_law(situation: Situation) -> Answer:
    """Whether there is such a clause."""
    return yes_or_no(
        situation.contract.duration.change_in_law,
        good=True,
        what="whether the price moves with changes in law that move employment cost",
        well="the price moves with the law",
        ill="a change in law is the provider's to pay for",
    )


@rule(
    "TRM-7",
    HEADING,
    "Is the price free of yearly efficiency cuts?",
    "high",
    source="A default of ours",
    remedy="Please take out the yearly efficiency cut, or tie it to a reduction in volume that we agree.",
)
def efficiency_cuts(situation: Situation) -> Answer:
    """Any yearly cut, and what it takes over the term."""
    duration = situation.contract.duration
    if duration.efficiency is None:
        return unknown("whether the price is cut each year for efficiency (0 for no cut)")
    if duration.efficiency <= 0:
        return passed("no yearly cut")
    without = situation.contract.replace(duration=duration.replace(efficiency=0))
    lost = float((situation.pays(without) - situation.pays()).sum())
    return raised(f"the price is cut by {per_cent(duration.efficiency)} a year: {pounds(lost)} over the term", lost)


@rule(
    "TRM-8",
    HEADING,
    "May a grant that is not spent in a year be carried into the next?",
    "low",
    source="End-year flexibility in public funding (unverified)",
    remedy="Please let us carry 10% of a year's grant forward.",
)
def carry_forward(situation: Situation) -> Answer:
    """Grants only."""
    contract = situation.contract
    if contract.form == "contract":
        return passed("it is a contract, not a grant")
    grant = contract.mechanism
    if isinstance(grant, Grant) and not grant.clawback:
        return passed("what is not spent is kept")
    if isinstance(grant, Grant) and grant.carry_forward:
        return passed(f"{per_cent(grant.carry_forward)} of a year's grant may be carried forward")
    return yes_or_no(
        contract.duration.carry_forward,
        good=True,
        what="whether money not spent may be carried into the next year",
        well="what is not spent may be carried forward",
        ill="what is not spent in a year is lost",
    )
