"""Burden of bureaucracy: what the commissioner asks to be told, and what telling costs."""

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

__all__ = [
    "fixed_before_price",
    "form_of_contract",
    "grant_would_do",
    "monitoring_cost",
    "monitoring_priced",
    "open_book",
    "stated_use",
]

HEADING = "Burden of bureaucracy"

NPC = "Set at what NPC measured in 2008, which is no norm"
BURDEN = Threshold(
    "monitoring cost",
    Decimal("0.045"),
    "share of contract value",
    "our default",
    f"{NPC}: the mean of 16 charities in Scotland",
)
HEAVY_BURDEN = Threshold(
    "monitoring cost, high",
    Decimal("0.06"),
    "share of contract value",
    "our default",
    f"{NPC}: about the mean of 16 charities in England, not to be generalised",
)
SEVERE_BURDEN = Threshold(
    "monitoring cost, severe",
    Decimal("0.09"),
    "share of contract value",
    "our default",
    f"{NPC}: the highest found in Scotland",
)


@rule(
    "MON-1",
    HEADING,
    "Is the cost of monitoring in proportion to the contract?",
    "medium",
    source="NPC 2008; NAO and HM Treasury: the burden should match the funding and the risk",
    remedy="Please cut monitoring to a short quarterly return and yearly outcomes, or add its cost to the price.",
    thresholds=(BURDEN, HEAVY_BURDEN, SEVERE_BURDEN),
)
def monitoring_cost(situation: Situation) -> Answer:
    """Its yearly cost ÷ the contract's yearly value; the amount is what lies above the lowest threshold."""
    monitoring, value = situation.contract.monitoring, float(situation.yearly_value)
    if monitoring is None:
        return unknown("what the commissioner asks to be told, how often, and whose hours it takes")
    if value <= 0:
        return unknown("what the contract is worth a year: it pays nothing as planned")
    cost = float(monitoring.yearly_cost)
    rate = cost / value
    light, heavy, severe = (float(situation.value(t)) for t in (BURDEN, HEAVY_BURDEN, SEVERE_BURDEN))
    words = f"monitoring costs {pounds(cost)} a year, {per_cent(rate, 1)} of the contract"
    if rate < light:
        return (
            unknown(f"which returns are asked for; without them {words}") if _no_returns(situation) else passed(words)
        )
    words += ", which is severe" if rate >= severe else ""
    severity: Severity = "high" if rate >= heavy else "medium"
    remedy = (
        "Please cut monitoring to a short quarterly return and yearly outcomes, or add "
        f"{pounds(cost)} a year to the price for it."
    )
    return raised(words, (cost - light * value) * situation.bid.years, severity=severity, remedy=remedy)


def _no_returns(situation: Situation) -> bool:
    monitoring = situation.contract.monitoring
    return monitoring is None or monitoring.returns is None


@rule(
    "MON-2",
    HEADING,
    "Is the cost of monitoring in the price?",
    "medium",
    source="NAO: full cost recovery pays for the provider's share of monitoring",
    remedy="Please let the price have a line for monitoring.",
)
def monitoring_priced(situation: Situation) -> Answer:
    """Whether there is a line for it; over the term."""
    monitoring = situation.contract.monitoring
    if monitoring is None:
        return unknown("what the commissioner asks to be told, and whether its cost is in the price")
    if monitoring.priced:
        return passed("it is in the price")
    cost = monitoring.yearly_cost * situation.bid.years
    if not cost and not _no_returns(situation):
        return passed("it costs nothing")
    if monitoring.priced is None:
        return unknown("whether the cost of monitoring is in the price")
    remedy = f"Please let the price have a line for monitoring: {pounds(monitoring.yearly_cost)} a year."
    return raised(f"{pounds(cost)} of monitoring over the term is not in the price", cost, remedy=remedy)


@rule(
    "MON-3",
    HEADING,
    "Is what must be reported settled before the price?",
    "medium",
    source="NAO, Intelligent monitoring: start early, justify the need, give feedback",
    remedy="Please settle what is to be reported before the price, and agree and price each later request.",
)
def fixed_before_price(situation: Situation) -> Answer:
    """Whether it is."""
    monitoring = situation.contract.monitoring
    return yes_or_no(
        None if monitoring is None else monitoring.fixed_before_price,
        good=True,
        what="whether what must be reported is settled before the price",
        well="it is settled before the price",
        ill="it is still to be agreed",
    )


@rule(
    "MON-4",
    HEADING,
    "Is everything that must be reported used for something?",
    "low",
    source="NAO, Intelligent monitoring",
    remedy="Please drop what nobody uses.",
)
def stated_use(situation: Situation) -> Answer:
    """Returns without a stated use."""
    monitoring = situation.contract.monitoring
    if monitoring is None or monitoring.returns is None:
        return unknown("which returns are asked for, and what each is used for")
    idle = [r for r in monitoring.returns if r.used_for is not None and not r.used_for.strip()]
    if idle:
        cost = sum((r.yearly_cost for r in idle), Decimal(0)) * situation.bid.years
        return raised(f"used for nothing: {', '.join(r.name for r in idle)}", cost)
    if unsaid := [r.name for r in monitoring.returns if r.used_for is None]:
        return unknown(f"what the commissioner does with: {', '.join(unsaid)}")
    return passed("each return has its use" if monitoring.returns else "no return is asked for")


@rule(
    "MON-5",
    HEADING,
    "Does open book stop at the costs of this contract, and leave the surplus alone?",
    "medium",
    source="A default of ours",
    remedy="Please limit open book to the costs of this contract, and take back nothing below an agreed surplus.",
)
def open_book(situation: Situation) -> Answer:
    """Its scope, and whether a surplus it shows is taken."""
    book, clawback = situation.contract.protections.open_book, situation.contract.payment.clawback
    if book is None:
        return unknown("whether there is open-book accounting, and of what")
    if book == "none":
        return passed("there is no open book")
    if book == "whole organisation":
        return raised("it opens the books of the whole organisation")
    if clawback is None:
        return unknown("whether a surplus that open book shows is taken back")
    if clawback == "surplus":
        return raised("a surplus that it shows is taken back", situation.planned_surplus)
    return passed("it covers the costs of this contract")


FULL_LENGTH_FROM = Threshold(
    "full-length form",
    Decimal(20_000_000),
    "£ over the term",
    "published guidance",
    "Government Commercial Function: the Mid-Tier form serves up to £20m (2025-26)",
)


@rule(
    "MON-6",
    HEADING,
    "Is the contract document in proportion to the contract?",
    "medium",
    source="Mid-Tier and Short Form contracts (2025-26); Model Services Contract of about 500 pages (secondary "
    "source); Lloyds Bank Foundation, Commissioning in Crisis (2016)",
    remedy="Please use the short form, or the shorter form of your sector, or a grant.",
    thresholds=(FULL_LENGTH_FROM,),
)
def form_of_contract(situation: Situation) -> Answer:
    """A full-length form on a contract below £20m."""
    document = situation.contract.document
    if document is None:
        return unknown("which form of contract is used: full length, mid-tier, short form or a letter")
    words = f"the document is {document}, for {pounds(situation.offered)}"
    heavy = document == "full length" and situation.offered < situation.value(FULL_LENGTH_FROM)
    return raised(words) if heavy else passed(words)


@rule(
    "MON-7",
    HEADING,
    "Would a grant do?",
    "low",
    source="NCVO: a grant is usual where no legal duty to perform is needed",
    remedy="Please consider a grant: you do not need a legal duty to perform.",
)
def grant_would_do(situation: Situation) -> Answer:
    """A contract where no legal duty is needed."""
    if situation.contract.form == "grant":
        return passed("it is a grant")
    return yes_or_no(
        situation.contract.legal_duty_needed,
        good=True,
        what="whether the commissioner needs a legal duty to perform, which a grant does not give",
        well="a legal duty to perform is needed",
        ill="it is a contract, where no legal duty to perform is needed",
    )
