"""Outcomes and performance: is what is paid for defined, within reach and within control?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from fcr.contract import AllOrNothing, Hybrid, Mechanism
from fcr.contract.outcomes import Outcome

__all__ = [
    "break_even_success",
    "cliffs",
    "complete_definition",
    "deductions_cap",
    "indicators",
    "outcome_share",
    "paid_back",
    "price_of_an_outcome",
    "withheld_for_process",
    "within_control",
]

HEADING = "Outcomes and performance"
NOT_PAID_FOR = "nothing is paid by outcomes"

SOME_AT_STAKE = Threshold(
    "outcome-linked income",
    Decimal("0.2"),
    "share of income",
    "our default",
    "Above this, more hangs on outcomes than a charity without working capital can wait for",
)
MOST_AT_STAKE = Threshold(
    "outcome-linked income, high", Decimal("0.5"), "share of income", "our default", "Above this it is a high concern"
)


@rule(
    "OUT-1",
    HEADING,
    "How much of the income hangs on outcomes?",
    "medium",
    source="NAO 2015: payment by results does not suit every service (secondary source); published shares: Work and "
    "Health Programme 70%, Troubled Families 20% to 60%; the limits are defaults of ours",
    remedy="Please pay 80% for the service and 20% for outcomes, and more for outcomes only after a year of figures.",
    thresholds=(SOME_AT_STAKE, MOST_AT_STAKE),
)
def outcome_share(situation: Situation) -> Answer:
    """What the offer would not pay if no outcome were reached ÷ what it pays as planned."""
    if not situation.paid_outcomes:
        return passed(NOT_PAID_FOR)
    linked, total = situation.outcome_income, float(situation.offered)
    if total <= 0:
        return unknown("what the offer pays: it comes to nothing as planned")
    words = f"{per_cent(linked / total, 1)} of income ({pounds(linked)}) hangs on outcomes"
    if linked / total <= float(situation.value(SOME_AT_STAKE)) + 1e-12:
        return passed(words)
    severity: Severity = "high" if linked / total > float(situation.value(MOST_AT_STAKE)) + 1e-12 else "medium"
    return raised(words, linked, severity=severity, at_most=True)


@rule(
    "OUT-2",
    HEADING,
    "Does the contract break even at a success rate that the evidence supports?",
    "high",
    source="NAO 2014, Work Programme: bids 42%, forecast 39%, minimum 33%, actual 27%; the lower fifth of the evidence "
    "as the test is a default of ours",
    remedy="Please reset the target or the price: like services fall short of this rate one time in five.",
)
def break_even_success(situation: Situation) -> Answer:
    """Full cost against income with each paid outcome at the rate that like services miss one time in five."""
    paid = situation.paid_outcomes
    if not paid:
        return passed(NOT_PAID_FOR)
    cost, needed = float(situation.price.profile.term), _break_even(situation)
    words = f"it breaks even at {needed}" if needed else "no rate of success breaks even"
    if any(o.evidence_low is None for o in paid):
        return unknown(f"the success rate that like services miss one time in five: {words}")
    low = situation.contract.replace(outcomes=[_at(o, o.evidence_low) for o in situation.contract.outcomes])
    income = float(situation.pays(low).sum())
    evidence = ", ".join(f"{per_cent(o.evidence_low or 0)}" for o in paid)
    words += f"; evidence at the low end is {evidence}"
    if income >= cost - 0.005:
        return passed(words)
    return raised(words, float(situation.offered) - income)


def _at(outcome: Outcome, rate: Decimal | None) -> Outcome:
    return outcome if rate is None else outcome.replace(rates=[rate])


def _break_even(situation: Situation) -> str:
    """The success at which income is full cost: a rate for one outcome at one rate, else a share of the plan."""
    cost = float(situation.price.profile.term)
    rates = [float(r) for o in situation.paid_outcomes for r in o.rates if r]
    if not rates:
        return ""
    scale = _solve(lambda s: float(situation.pays(success=s).sum()) - cost, 1 / min(rates))
    if scale is None:
        return ""
    if len(situation.paid_outcomes) == 1 and len(set(rates)) == 1:
        return f"a success rate of {per_cent(min(scale * rates[0], 1.0))}, where {per_cent(rates[0])} is planned"
    return f"{per_cent(scale, 1)} of the planned success"


def _solve(surplus: Callable[[float], float], most: float) -> float | None:
    """The least ``s`` from nought to ``most`` at which a rising ``surplus`` is not below nought, by halving."""
    low, high = 0.0, most
    if surplus(high) < 0:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if surplus(middle) >= 0 else (middle, high)
    return high


@rule(
    "OUT-3",
    HEADING,
    "Is payment free of cliffs: all for reaching a target, nothing just below it?",
    "high",
    source="NCVO 2014 (secondary source): binary models a main problem of payment by results",
    remedy="Please pay on a sliding scale, or for steps on the way to the outcome.",
)
def cliffs(situation: Situation) -> Answer:
    """Payments that are all or nothing, each year."""
    at_stake = sum(_cliffs(situation.contract.mechanism, 1.0)) * situation.bid.years
    if at_stake <= 0:
        return passed("no payment is all or nothing")
    return raised(f"{pounds(at_stake)} is paid in full or not at all", at_stake, at_most=True)


def _cliffs(mechanism: Mechanism, weight: float) -> Iterator[float]:
    """Pounds a year that are all or nothing."""
    if isinstance(mechanism, AllOrNothing):
        yield weight * float(mechanism.payment)
    if isinstance(mechanism, Hybrid):
        for part in mechanism.parts:
            yield from _cliffs(part.mechanism, weight * float(part.weight))


@rule(
    "OUT-4",
    HEADING,
    "Is each outcome paid for within our control, and to be told from others' work?",
    "high",
    source="NAO 2015: best where results can be measured and attributed; NCVO 2014 (secondary sources)",
    remedy="Please relieve us of an outcome when another agency's failure is what prevents it.",
)
def within_control(situation: Situation) -> Answer:
    """Whether any hangs on what other agencies do."""
    paid = situation.paid_outcomes
    if not paid:
        return passed(NOT_PAID_FOR)
    if out := [o.name for o in paid if o.attributable is False]:
        return raised(f"hangs on what others do: {', '.join(out)}", situation.outcome_income, at_most=True)
    if unsaid := [o.name for o in paid if o.attributable is None]:
        return unknown(f"whether it is within our control and can be told from others' work: {', '.join(unsaid)}")
    return passed("each is within control")


@rule(
    "OUT-5",
    HEADING,
    "Is each outcome defined in full?",
    "medium",
    source="GO Lab, guide to payment rules: seven elements in a sentence (the list is ours; theirs was not seen)",
    remedy="Please complete the definition of each outcome: who, what change, how much, by when, on what evidence, who "
    "pays and how much.",
)
def complete_definition(situation: Situation) -> Answer:
    """The parts of each definition that are blank; payer and price only where it is paid for."""
    contract = situation.contract
    if not contract.outcomes:
        return unknown("which outcomes the contract is for")
    wanting = []
    for outcome in contract.outcomes:
        paid = outcome.name in contract.mechanism.outcome_names
        missing = [part for part in outcome.missing if paid or part not in {"payer", "price"}]
        if missing:
            wanting.append(f"{outcome.name} ({', '.join(missing).replace('_', ' ')})")
    return raised(f"not defined: {'; '.join(wanting)}") if wanting else passed("each is defined in full")


@rule(
    "OUT-6",
    HEADING,
    "Is the price of outcomes between what they cost and what they are worth?",
    "high",
    source="GO Lab: what an outcome is worth is the upper bound of its price, what it costs the lower",
    remedy="Please set the price of an outcome within an open-book range: no less than it costs, no more than it is "
    "worth to you.",
)
def price_of_an_outcome(situation: Situation) -> Answer:
    """Pay that hangs on outcomes, against full cost and risk premium less all other pay, an outcome each."""
    if not situation.paid_outcomes:
        return passed(NOT_PAID_FOR)
    number = sum(situation.achieved.values())
    if not number:
        return unknown("how many outcomes are planned: none are within the term")
    linked = situation.outcome_income
    premium = float(situation.bid.risk_premium) * situation.bid.years
    needed = float(situation.price.profile.term) + premium - (float(situation.offered) - linked)
    words = f"{pounds(linked / number)} is paid for an outcome, {pounds(needed / number)} of cost is left to it"
    if linked < needed - 0.005:
        return raised(words, needed - linked)
    values = {o.name: o.value for o in situation.paid_outcomes}
    if any(value is None for value in values.values()):
        return unknown(f"what an outcome is worth to the commissioner: {words}")
    worth = sum(float(values[name] or 0) * count for name, count in situation.achieved.items())
    words += f", {pounds(worth / number)} is what it is worth"
    if linked > worth + 0.005:
        remedy = "Be ready to justify the price of an outcome: it is above what it is worth to the commissioner."
        return raised(words, severity="low", remedy=remedy)
    return passed(words)


DEDUCTIONS_LIMIT = Threshold(
    "deductions cap",
    Decimal("0.1"),
    "share of the monthly charge",
    "our default",
    "5% to 15% is said to be typical (unverified)",
    verified=False,
)


@rule(
    "OUT-7",
    HEADING,
    "Are deductions capped within the planned surplus?",
    "high",
    source="A default of ours",
    remedy="Please cap deductions at the planned surplus, and let them be earned back.",
    thresholds=(DEDUCTIONS_LIMIT,),
)
def deductions_cap(situation: Situation) -> Answer:
    """The cap against the planned surplus ÷ the offer, and against 10%."""
    deductions = situation.contract.protections.deductions
    if deductions is None:
        return unknown("whether payment may be cut for poor performance, and by how much at most")
    if deductions == "none":
        return passed("there are no deductions")
    offered, surplus = float(situation.offered), max(float(situation.planned_surplus), 0.0)
    if deductions.cap is None:
        return raised("deductions have no cap", offered - surplus, at_most=True)
    planned = surplus / offered if offered else 0.0
    words = f"deductions are capped at {per_cent(deductions.cap)}; the planned surplus is {per_cent(planned)}"
    cap = float(deductions.cap)
    if cap <= planned + 1e-12 and deductions.cap <= situation.value(DEDUCTIONS_LIMIT):
        return passed(words)
    return raised(words, cap * offered - surplus, at_most=True)


MOST_INDICATORS = Threshold(
    "key indicators",
    Decimal(10),
    "indicators",
    "our default",
    "More than this is out of proportion to a small contract",
)
LARGE_CONTRACT = Threshold(
    "large contract",
    Decimal(5_000_000),
    "£ over the term",
    "law",
    "Procurement Act 2023 s. 52: three material indicators above £5m with VAT; not for light touch contracts or "
    "frameworks (secondary source); here only a measure of proportion",
)


@rule(
    "OUT-8",
    HEADING,
    "Is the number of key indicators in proportion?",
    "medium",
    source="Procurement Act 2023 s. 52 and s. 71 (secondary source), as a measure of proportion and not as a breach",
    remedy="Please keep three to five indicators, each tied to an outcome.",
    thresholds=(MOST_INDICATORS, LARGE_CONTRACT),
)
def indicators(situation: Situation) -> Answer:
    """How many, on a contract below £5m."""
    monitoring = situation.contract.monitoring
    if monitoring is None or monitoring.indicators is None:
        return unknown("how many key indicators the contract is judged by")
    words = f"{monitoring.indicators} key indicators on a contract of {pounds(situation.offered)}"
    large = situation.offered >= situation.value(LARGE_CONTRACT)
    if large or monitoring.indicators <= situation.value(MOST_INDICATORS):
        return passed(words)
    return raised(words)


@rule(
    "OUT-9",
    HEADING,
    "Is payment safe from being withheld over a process measure?",
    "medium",
    source="Work and Health Programme: the delivery fee may be deferred in formal improvement action",
    remedy="Please withhold only the part in dispute.",
)
def withheld_for_process(situation: Situation) -> Answer:
    """Whether it can be."""
    return yes_or_no(
        situation.contract.payment.withheld_for_process,
        good=False,
        what="whether payment can be withheld over a process measure",
        well="payment is not withheld over a process measure",
        ill="payment can be withheld over a process measure",
    )


PAID_BACK = Threshold(
    "months to take an outcome payment back", Decimal(12), "months", "our default", "Longer is a concern"
)


@rule(
    "OUT-10",
    HEADING,
    "Is what was paid for an outcome safe after a stated time?",
    "medium",
    source="Troubled Families: one family in six unpaid, by a fixed factor (secondary source)",
    remedy="Please allow for what would have happened anyway by a fixed factor, and take nothing back after 12 months.",
    thresholds=(PAID_BACK,),
)
def paid_back(situation: Situation) -> Answer:
    """Months in which a payment may be taken back."""
    paid = situation.paid_outcomes
    if not paid:
        return passed(NOT_PAID_FOR)
    most = situation.value(PAID_BACK)
    months = {o.name: o.paid_back_months for o in paid}
    if long := [n for n, m in months.items() if m == "unlimited" or (m is not None and m > most)]:
        words = f"payments may be taken back for more than {most} months: {', '.join(long)}"
        return raised(words, situation.outcome_income, at_most=True)
    if unsaid := [n for n, m in months.items() if m is None]:
        return unknown(f"for how many months a payment may be taken back (0 for never): {', '.join(unsaid)}")
    return passed(f"nothing is taken back after {most} months")
