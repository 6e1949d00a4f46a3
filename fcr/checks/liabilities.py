"""Balance of risk, continued: liabilities, staff and pensions, changes, an early end, subcontracts."""

from __future__ import annotations

from decimal import Decimal

from fcr.checks.findings import (
    Answer,
    Situation,
    Threshold,
    passed,
    pounds,
    raised,
    rule,
    unknown,
    yes_or_no,
)
from fcr.checks.risk import HEADING

__all__ = [
    "LEAST_NOTICE",
    "data_accuracy",
    "early_end",
    "indemnities",
    "liability_cap",
    "months_notice",
    "pension_deficit",
    "subcontract",
    "suspension",
    "tupe_in",
    "two_tier_workforce",
    "variation",
    "worth_of_notice",
]

LIABILITY_LIMIT = Threshold(
    "liability cap over yearly charges",
    Decimal("1.25"),
    "share of a year's charges",
    "our default",
    "Set at the upper end of a G-Cloud call-off sample, 100% to 125% (secondary source; one sample)",
)


@rule(
    "RSK-5",
    HEADING,
    "Is the provider's liability capped at a year's charges or the sum insured?",
    "high",
    source="Outsourcing Playbook (2019), no unlimited liabilities, and a G-Cloud call-off sample (both secondary "
    "sources)",
    remedy="Please cap our liability at the greater of a year's charges and the sum insured, and leave it unlimited "
    "only where the law requires.",
    thresholds=(LIABILITY_LIMIT,),
)
def liability_cap(situation: Situation) -> Answer:
    """The cap against the greater of 125% of the highest year's charges and the sum insured."""
    protections = situation.contract.protections
    cap = protections.liability_cap
    if cap is None:
        return unknown("the most that the provider can owe")
    if cap == "unlimited":
        return raised("liability is unlimited", severity="blocker")
    charges = max(situation.offer or (Decimal(0),))
    limit = situation.value(LIABILITY_LIMIT) * charges
    words = f"liability is capped at {pounds(cap)}; a year's charges are {pounds(charges)}"
    if cap <= limit:
        return passed(words)
    if protections.insured is None:
        return unknown(f"the sum insured: {words}")
    words += f", the sum insured {pounds(protections.insured)}"
    if cap <= protections.insured:
        return passed(words)
    return raised(words, cap - max(limit, protections.insured), at_most=True)


@rule(
    "RSK-6",
    HEADING,
    "Does every indemnity have a limit?",
    "high",
    source="As RSK-5",
    remedy="Please cap each indemnity (data, intellectual property, staff transfer, challenge), make it mutual, or "
    "take it out.",
)
def indemnities(situation: Situation) -> Answer:
    """Any without one."""
    uncapped = situation.contract.protections.uncapped_indemnities
    if uncapped is None:
        return unknown("which indemnities the provider gives without a limit, if any")
    return raised(f"without a limit: {', '.join(uncapped)}") if uncapped else passed("none is without a limit")


@rule(
    "RSK-7",
    HEADING,
    "Is the price put right if the commissioner's data prove wrong?",
    "high",
    source="Outsourcing Playbook (2019), on errors in data (secondary source); Risk Allocation note, appendix on data "
    "accuracy (contents page only); CCS general terms 1.0 (2025), cl. 2.7: no warranty",
    remedy="Please put the price right within six months if the caseload or the staff list differs by more than 5%.",
)
def data_accuracy(situation: Situation) -> Answer:
    """Whether there is such a clause."""
    return yes_or_no(
        situation.contract.protections.data_correction,
        good=True,
        what="whether the price is put right when the commissioner's data prove wrong",
        well="the price is put right when data prove wrong",
        ill="the price stays as it is when data prove wrong",
    )


LIST_DAYS = Threshold(
    "staff list before a transfer",
    Decimal(28),
    "days",
    "our default",
    "Generally known; not confirmed by a source",
    verified=False,
)


@rule(
    "RSK-8",
    HEADING,
    "If staff transfer in, does the list come in time, and are old claims somebody else's?",
    "high",
    source="TUPE: up to 13 weeks' pay for each employee not consulted (secondary source)",
    remedy="Please indemnify us for claims from before the transfer, and re-open the price on the final staff list.",
    thresholds=(LIST_DAYS,),
)
def tupe_in(situation: Situation) -> Answer:
    """The indemnity, and the days before the transfer by which the list comes."""
    workforce, least = situation.contract.workforce, situation.value(LIST_DAYS)
    if workforce.tupe_in is None:
        return unknown("whether staff transfer in")
    if not workforce.tupe_in:
        return passed("no staff transfer in")
    wrong = ["claims from before the transfer are the provider's"] if workforce.tupe_indemnity is False else []
    if workforce.tupe_list_days is not None and workforce.tupe_list_days < least:
        wrong.append(f"the staff list comes {workforce.tupe_list_days} days before, not {least}")
    if wrong:
        return raised("; ".join(wrong))
    if workforce.tupe_indemnity is None:
        return unknown("whose are the claims from before the transfer")
    if workforce.tupe_list_days is None:
        return unknown("how many days before the transfer the staff list comes")
    return passed(f"old claims are not the provider's; the list comes {workforce.tupe_list_days} days before")


@rule(
    "RSK-9",
    HEADING,
    "If public staff's work is outsourced, are all staff priced on the transferred terms?",
    "high",
    source="Employment Rights Act 2025, two-tier code, expected October 2026 (secondary source); whether it is in "
    "force is unverified",
    remedy="Please pay what a two-tier workforce code costs as it falls due; we price it both ways.",
)
def two_tier_workforce(situation: Situation) -> Answer:
    """Whether the price has them."""
    workforce = situation.contract.workforce
    if workforce.outsourced is None:
        return unknown("whether the work of public staff is outsourced, first or again")
    if not workforce.outsourced:
        return passed("no public staff's work is outsourced")
    return yes_or_no(
        workforce.two_tier_priced,
        good=True,
        what="whether all staff on the transferred-in terms are in the price",
        well="the price has all staff on the transferred terms",
        ill="the price has not all staff on the transferred terms",
    )


@rule(
    "RSK-10",
    HEADING,
    "Does the provider bear no more of a public pension than a fixed contribution?",
    "blocker",
    source="People Can (2012): insolvent with a pension liability of about £17m; CFG: liability only for what accrues "
    "after the transfer (secondary sources); Best Value Direction 2007, New Fair Deal",
    remedy="Please admit us by pass-through: a fixed employer's rate, with deficit, exit debt or credit and bond left "
    "with the authority.",
)
def pension_deficit(situation: Situation) -> Answer:
    """Who bears a deficit."""
    pension = situation.contract.workforce.pension
    if pension is None:
        return unknown("who bears a public-sector or defined-benefit pension, if there is one")
    if pension == "provider bears deficit":
        return raised("the provider bears the deficit of a pension it does not control")
    return passed("there is no such pension" if pension == "none" else f"the pension is by {pension}")


LEAST_NOTICE = Threshold(
    "least notice",
    Decimal(3),
    "months",
    "published guidance",
    "Compact 2010, 4.4, and Best Value guidance 2011: three months or more (secondary sources); the Compact was "
    "replaced in 2025 by a covenant that does not bind",
)


def months_notice(months: int) -> str:
    """Notice in words.

    >>> months_notice(1), months_notice(3)
    ("1 month's notice", "3 months' notice")
    """
    return "1 month's notice" if months == 1 else f"{months} months' notice"


def worth_of_notice(situation: Situation, notice: int, needed: int) -> float:
    """Months of cost that notice does not cover, at the average month's full cost."""
    monthly = float(situation.price.profile.exact.total.mean())
    return monthly * max(needed - notice, 0)


@rule(
    "RSK-11",
    HEADING,
    "If the commissioner ends it early, is the cost left behind paid for?",
    "high",
    source="Compact 2010, 4.4; Best Value statutory guidance 2011 (secondary sources)",
    remedy="Please give six months' notice, or pay on a break what is left of set-up cost, redundancy and leases, "
    "by a schedule.",
    thresholds=(LEAST_NOTICE,),
)
def early_end(situation: Situation) -> Answer:
    """Notice against the time it takes to shed the cost, or else a break payment; never below three months."""
    terms, least = situation.contract.exit, situation.value(LEAST_NOTICE)
    notice, needed, paid = terms.notice_by_commissioner, terms.wind_down_months, terms.break_payment
    if notice is None:
        return unknown("how many months' notice the commissioner gives")
    words = months_notice(notice)
    left = terms.stranded_cost
    if notice < least:
        months = worth_of_notice(situation, notice, max(needed or 0, int(least)))
        gap = 0.0 if paid == "stranded cost" else (months if left is None else float(left)) - float(paid or 0)
        return raised(f"{words}, below {least}", gap, at_most=True)
    if needed is not None and notice >= needed:
        return passed(f"{words}, {needed} are needed to shed the cost")
    if paid == "stranded cost":
        return passed(f"{words}, and what is stranded is paid")
    if needed is None:
        return unknown("how many months the provider needs to shed the cost")
    words += f", where {needed} are needed to shed the cost"
    if paid is None:
        return unknown(f"what is paid if it is ended early: {words}")
    if left is None and paid > 0:
        return unknown(f"what an early end would leave unpaid, against a break payment of {pounds(paid)}")
    if left is not None and paid >= left:
        return passed(f"{words}; the break payment of {pounds(paid)} covers it")
    gap = worth_of_notice(situation, notice, needed) if left is None else float(left - paid)
    return raised(f"{words}, and {pounds(gap)} would be left unpaid", gap, at_most=True)


@rule(
    "RSK-12",
    HEADING,
    "Does a change in scope or price need both sides' agreement?",
    "high",
    source="A default of ours; the NHS has a national process for variations",
    remedy="Please agree every change, with its effect on the price, before the work is done.",
)
def variation(situation: Situation) -> Answer:
    """Who may vary it."""
    how = situation.contract.protections.variation
    if how is None:
        return unknown("whether the commissioner may vary the contract by itself")
    unilateral = how == "unilateral"
    return raised("the commissioner may vary it by itself") if unilateral else passed("changes are by agreement")


UNPAID_DAYS = Threshold(
    "unpaid suspension", Decimal(0), "days", "our default", "More days without fault or pay than this are a concern"
)


@rule(
    "RSK-13",
    HEADING,
    "Is fixed cost paid if the service is suspended without our fault?",
    "medium",
    source="A default of ours",
    remedy="Please pay fixed cost during a suspension, unless our default is proven.",
    thresholds=(UNPAID_DAYS,),
)
def suspension(situation: Situation) -> Answer:
    """Days it may be suspended without fault and without pay, at an average day's income."""
    days = situation.contract.protections.unpaid_suspension_days
    if days is None:
        return unknown("for how many days the service may be suspended unpaid without fault (0 for none)")
    words = f"it may be suspended unpaid for {days} days without fault"
    if days <= situation.value(UNPAID_DAYS):
        return passed(words if days else "it is never suspended unpaid without fault")
    daily = float(situation.yearly_value) / 365
    return raised(words, min(daily * days, float(situation.offered)), at_most=True)


@rule(
    "RSK-14",
    HEADING,
    "Does a subcontract pass on only what concerns its own scope, and pay when due?",
    "high",
    source="NAO 2015 (secondary source), on how prime contractors share risk; NCVO 2012: seven in ten charity "
    "subcontractors of the Work Programme feared failure (secondary source)",
    remedy="Please hold us only to indicators of our own scope, guarantee a least number of referrals, and pay us in "
    "30 days whether or not you are paid.",
)
def subcontract(situation: Situation) -> Answer:
    """Terms of the head contract, or payment only when the prime is paid."""
    protections = situation.contract.protections
    if protections.subcontract is None:
        return unknown("whether this is a subcontract")
    if not protections.subcontract:
        return passed("it is not a subcontract")
    wrong = ["the head contract's terms are passed on whole"] if protections.flow_down == "head contract" else []
    wrong += ["payment waits for somebody else's"] if protections.pay_when_paid else []
    if wrong:
        return raised("; ".join(wrong))
    if protections.flow_down is None:
        return unknown("which terms of the head contract are passed on")
    if protections.pay_when_paid is None:
        return unknown("whether payment waits for somebody else's")
    return passed("only its own scope is passed on, and payment does not wait")
