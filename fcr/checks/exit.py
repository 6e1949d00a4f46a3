"""Exit: how the contract ends, and who pays for the ending."""

from __future__ import annotations

from fcr.checks.findings import Answer, Situation, passed, pounds, raised, rule, unknown, yes_or_no
from fcr.checks.liabilities import LEAST_NOTICE, months_notice, worth_of_notice

__all__ = [
    "assets",
    "handover",
    "notice",
    "onerous",
    "pension_exit",
    "redundancy",
    "right_to_end",
    "tupe_out",
]

HEADING = "Exit and publicly funded assets"


@rule(
    "EXT-1",
    HEADING,
    "Is notice as long as it takes to shed the cost, and never below three months?",
    "high",
    source="Compact 2010, 4.4; Best Value statutory guidance 2011 (secondary sources); that notice should match the "
    "winding down is a default of ours",
    remedy="Please lengthen notice to the time it takes to give our own staff notice, consult and leave leases.",
    thresholds=(LEAST_NOTICE,),
)
def notice(situation: Situation) -> Answer:
    """Months of notice against months of winding down; the amount is the months' cost that notice leaves out."""
    terms, least = situation.contract.exit, int(situation.value(LEAST_NOTICE))
    given, needed = terms.notice_by_commissioner, terms.wind_down_months
    if given is None:
        return unknown("how many months' notice the commissioner gives")
    target = max(needed or 0, least)
    words = months_notice(given)
    words += f", {needed} needed to shed the cost" if needed is not None else ""
    if given < target and (given < least or needed is not None):
        gap = worth_of_notice(situation, given, target)
        remedy = f"Please lengthen notice to {target} months: that is what it takes us to wind down."
        return raised(f"{words}; {pounds(gap)} of cost falls after it", gap, remedy=remedy, at_most=True)
    return unknown("how many months the provider needs to shed the cost") if needed is None else passed(words)


@rule(
    "EXT-2",
    HEADING,
    "May the provider end it too?",
    "high",
    source="Outsourcing Playbook: an onerous contract should prompt a conversation (secondary source)",
    remedy="Please give us a right to end it on equal notice, and at once if indexation fails.",
)
def right_to_end(situation: Situation) -> Answer:
    """Whether it may."""
    return yes_or_no(
        situation.contract.exit.provider_may_end,
        good=True,
        what="whether the provider may end the contract",
        well="the provider may end it",
        ill="the provider may not end it",
    )


@rule(
    "EXT-3",
    HEADING,
    "At the end, do staff transfer or is their redundancy paid?",
    "high",
    source="Statutory redundancy: £751 a week at most, £22,530 in all, from 6 April 2026; up to 90 days' pay for "
    "failing to consult (secondary sources)",
    remedy="Please pay redundancy where staff do not transfer to the next provider.",
)
def redundancy(situation: Situation) -> Answer:
    """Neither transfer nor payment."""
    terms = situation.contract.exit
    if terms.tupe_out:
        return passed("staff transfer to the next provider")
    if terms.redundancy_paid:
        return passed("the commissioner pays redundancy")
    if terms.redundancy_cost == 0:
        return passed("nobody would be redundant")
    if terms.tupe_out is None:
        return unknown("whether staff transfer to the next provider")
    if terms.redundancy_paid is None:
        return unknown("whether the commissioner pays redundancy where staff do not transfer")
    cost = terms.redundancy_cost
    words = "staff do not transfer, and redundancy is not paid"
    words += "; what it would cost is not stated" if cost is None else f": {pounds(cost)}"
    return raised(words, cost)


@rule(
    "EXT-4",
    HEADING,
    "If staff transfer out, are the successor's duty, data and indemnity in the terms?",
    "medium",
    source="A default of ours",
    remedy="Please add the successor's duty, the data it needs and an indemnity, as for staff who transfer in.",
)
def tupe_out(situation: Situation) -> Answer:
    """Whether they are."""
    terms = situation.contract.exit
    if terms.tupe_out is None:
        return unknown("whether staff transfer to the next provider")
    if not terms.tupe_out:
        return passed("no staff transfer out")
    return yes_or_no(
        terms.tupe_out_terms,
        good=True,
        what="whether the successor's duty, data and indemnity are in the terms",
        well="the successor's duty, data and indemnity are in the terms",
        ill="the terms say nothing of the successor's duty, data and indemnity",
    )


@rule(
    "EXT-5",
    HEADING,
    "Is work after the end paid?",
    "medium",
    source="NAO toolkit, value for money: exit is part of whole-life cost",
    remedy="Please pay a day rate for handover after the end.",
)
def handover(situation: Situation) -> Answer:
    """Whether it is."""
    return yes_or_no(
        situation.contract.exit.handover_paid,
        good=True,
        what="whether work after the end, such as handover, is paid",
        well="work after the end is paid",
        ill="work after the end is not paid",
    )


@rule(
    "EXT-6",
    HEADING,
    "Is a claim on assets limited in time?",
    "medium",
    source="HM Treasury guidance to funders and purchasers (2006), ch. 7; Scottish Public Finance Manual: in "
    "proportion, and money may be recycled",
    remedy="Please let any claim on assets run down over their life.",
)
def assets(situation: Situation) -> Answer:
    """Years in which a claim may be made."""
    years = situation.contract.exit.asset_clawback_years
    if years is None:
        return unknown("for how many years the commissioner may claim on assets it paid for (0 for never)")
    if years == "unlimited":
        return raised("the commissioner may claim on assets for ever")
    return passed(f"a claim on assets ends after {years:f} years" if years else "there is no claim on assets")


@rule(
    "EXT-7",
    HEADING,
    "Is the debt of leaving a public pension fund somebody else's?",
    "blocker",
    source="As RSK-10",
    remedy="Please leave the exit debt, and any exit credit, with the authority.",
)
def pension_exit(situation: Situation) -> Answer:
    """Who bears it, as RSK-10."""
    pension = situation.contract.workforce.pension
    if pension is None:
        return unknown("who bears the debt of leaving a public pension fund, if there is one")
    if pension == "provider bears deficit":
        return raised("the provider bears the deficit, and so the debt on leaving the fund")
    return passed("there is no such pension" if pension == "none" else f"the pension is by {pension}")


@rule(
    "EXT-8",
    HEADING,
    "Does income over the firm term cover the cost that cannot be avoided?",
    "blocker",
    source="FRS 102, provision for an onerous contract (generally known, unverified)",
    remedy="Show the auditors and the board: a provision for an onerous contract may be due on signing.",
    for_trustees=True,
)
def onerous(situation: Situation) -> Answer:
    """The service's own cost, overheads left out, against income, over the firm months that are priced."""
    assert situation.income is not None
    firm = min(situation.firm_months, situation.bid.term.months)
    cost = float(situation.price.profile.exact.marginal[:firm].sum())
    income = float(situation.income.exact.total[:firm].sum())
    words = f"over {firm} months the service itself costs {pounds(cost)}, the offer pays {pounds(income)}"
    if cost > income + 0.005:
        return raised(words, cost - income)
    if situation.contract.duration.firm_months is None:
        return unknown("how many months are firm, options left out")
    return passed(words)
