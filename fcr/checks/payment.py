"""Timing of payments: when money comes, what waiting costs, and what may be kept or taken back."""

from __future__ import annotations

from decimal import Decimal

from fcr.cashflow import ledger
from fcr.checks.findings import (
    Answer,
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
    "cash_need",
    "clawback_on_a_contract",
    "conditions",
    "days_to_payment",
    "late_interest",
    "retention",
    "set_off",
    "surplus_clawback",
    "waiting_priced",
]

HEADING = "Timing of payments"

THIRTY_DAYS = Threshold(
    "days to payment",
    Decimal(30),
    "days",
    "law",
    "Procurement Act 2023 s. 68 (secondary source); not for concessions, private utilities and schools",
)


@rule(
    "PAY-1",
    HEADING,
    "Is a valid invoice paid within 30 days?",
    "high",
    source="Procurement Act 2023 s. 68: a term of 30 days is implied in public contracts, and a contrary one is void "
    "(secondary source)",
    remedy="Please pay within 30 days of a valid invoice, as section 68 of the Procurement Act 2023 requires.",
    thresholds=(THIRTY_DAYS,),
)
def days_to_payment(situation: Situation) -> Answer:
    """Days against 30; the amount is what the days beyond cost at the bid's own finance rate."""
    contract, limit = situation.contract, situation.value(THIRTY_DAYS)
    payment = contract.payment
    if payment.days is None:
        return unknown("within how many days of a valid invoice payment comes")
    words = f"payment comes within {payment.days} days"
    if payment.days <= limit:
        return passed(words)
    if contract.form == "grant" or not payment.public_contract:
        remedy = f"Please pay within {limit} days of a valid invoice."
        return raised(f"{words}; the law on public contracts does not apply", severity="medium", remedy=remedy)
    rate = float(situation.bid.finance_rate or 0)
    assert situation.income is not None
    costs, earned = situation.price.profile.exact.total, situation.income.exact.total
    then, by_law = (ledger(costs, earned, p).cost_of_waiting(rate) for p in (payment, payment.replace(days=int(limit))))
    return raised(words, float(then - by_law))


CASH_LIMIT = Threshold(
    "peak cash need",
    Decimal("0.25"),
    "share of free reserves",
    "our default",
    "Above this, waiting for payment takes too much of the reserves",
)


@rule(
    "PAY-2",
    HEADING,
    "Can the reserves carry the wait for payment?",
    "high",
    source="NAO, on payment: up front, by milestones, at fixed intervals or in advance; Treasury rules allow advance "
    "payment where need is shown (secondary source)",
    remedy="Please pay further in advance, or let us add the cost of waiting to the price.",
    thresholds=(CASH_LIMIT,),
)
def cash_need(situation: Situation) -> Answer:
    """The lowest point of the planned ledger against free reserves."""
    cash, payment, reserves = situation.cash, situation.contract.payment, situation.bid.organisation.free_reserves
    assert cash is not None
    if cash.assumed:
        return unknown("how often it is invoiced, in advance or in arrears, and the days to payment")
    if reserves is None:
        return unknown("the organisation's free reserves")
    need = -cash.lowest
    times = f", {per_cent(need / reserves, 0)} of free reserves" if reserves else "; there are no free reserves"
    words = f"cash is lowest in {cash.lowest_month}: {pounds(need)} must be found{times}"
    if need > situation.value(CASH_LIMIT) * reserves:
        cost = cash.cost_of_waiting
        price = "the cost of waiting" if cost is None else f"{pounds(cost)} over the term for waiting"
        early = payment.in_advance and payment.invoiced != "monthly"
        how = f"advance us {pounds(need)} at the start" if early else "pay quarterly in advance"
        remedy = f"Please {how}, or let us add {price}: we must find {pounds(need)} before you pay."
        return raised(words, need, at_most=True, remedy=remedy)
    if payment.retention is None or payment.end_loaded is None:
        return unknown("whether part of the price is kept back, or paid only at the end (0 for none)")
    return passed(words)


LONGEST_WAIT = Threshold(
    "wait that need not be priced", Decimal(1), "months", "our default", "A longer wait should have a price"
)


@rule(
    "PAY-3",
    HEADING,
    "Is the cost of waiting for payment in the price?",
    "medium",
    source="A default of ours, from the monthly ledger",
    remedy="Please pay in advance, or let the price have a line for the cost of waiting.",
    thresholds=(LONGEST_WAIT,),
)
def waiting_priced(situation: Situation) -> Answer:
    """The average wait, and whether the price has a step for it."""
    wait = situation.contract.payment.average_wait
    if wait is None:
        return unknown("how often it is invoiced, in advance or in arrears, and the days to payment")
    words = f"payment comes {wait:g} months after the cost on average"
    if wait <= situation.value(LONGEST_WAIT):
        return passed(words)
    if situation.price.exact.waiting.any():
        return passed(f"{words}, and the price has a line for it")
    if situation.bid.finance_rate is None:
        return raised(f"{words}, and the bid states no rate for what waiting costs it")
    return raised(f"{words}, at no cost in the price")


STATUTORY_INTEREST = Threshold(
    "late payment interest",
    Decimal("0.08"),
    "share a year over Bank Rate",
    "law",
    "Late Payment of Commercial Debts (Interest) Act 1998; a reform was proposed in 2025",
)


@rule(
    "PAY-4",
    HEADING,
    "Does late payment bear interest at the statutory rate?",
    "low",
    source="Late Payment of Commercial Debts (Interest) Act 1998: 8% over Bank Rate, and £40, £70 or £100 a debt; a "
    "public authority may not agree less (secondary source)",
    remedy="Please restore the statutory rate of interest on late payment.",
    thresholds=(STATUTORY_INTEREST,),
)
def late_interest(situation: Situation) -> Answer:
    """The contract's rate over Bank Rate against 8%; grants bear none."""
    if situation.contract.form == "grant":
        return passed("a grant is no commercial debt")
    rate = situation.contract.payment.late_interest
    if rate is None:
        return unknown("what interest late payment bears over Bank Rate")
    words = f"late payment bears {per_cent(rate)} over Bank Rate"
    return passed(words) if rate >= situation.value(STATUTORY_INTEREST) else raised(words)


KEPT_BACK = Threshold(
    "price kept back",
    Decimal("0.05"),
    "share of the price",
    "our default",
    "More than this kept to the end is too much",
)
KEPT_FOR = Threshold("months kept back", Decimal(1), "months", "our default", "Longer after the end is too long")


@rule(
    "PAY-5",
    HEADING,
    "Is little of the price kept back to the end?",
    "medium",
    source="CAF 2012: payment at the end needs working capital; the limits are defaults of ours",
    remedy="Please pay at earlier milestones, and release what is kept back within a month of the end.",
    thresholds=(KEPT_BACK, KEPT_FOR),
)
def retention(situation: Situation) -> Answer:
    """Retention and end-loaded payment as a share of the price, and how long retention is held."""
    payment = situation.contract.payment
    kept, late = payment.retention, payment.end_loaded
    part = 1 - (1 - (kept or 0)) * (1 - (late or 0))
    held = float(part * situation.offered)
    months = payment.retention_months if kept else 0
    words = f"{per_cent(part)} of the price is kept to the end ({pounds(held)})"
    if months:
        words += f", some of it for {months} more months"
    if part > situation.value(KEPT_BACK) or (months or 0) > situation.value(KEPT_FOR):
        return raised(words, held, at_most=True)
    if kept is None:
        return unknown("what share of each payment is kept back (0 for none)")
    if late is None:
        return unknown("what share of the price is paid only at or after the end (0 for none)")
    if months is None:
        return unknown("how many months after the end what was kept back is paid")
    return passed(words)


@rule(
    "PAY-6",
    HEADING,
    "Is payment free of set-off against other contracts?",
    "medium",
    source="A default of ours",
    remedy="Please limit set-off to this contract and to sums that are not disputed.",
)
def set_off(situation: Situation) -> Answer:
    """Whether it is allowed."""
    return yes_or_no(
        situation.contract.payment.set_off,
        good=False,
        what="whether sums from other contracts may be set off",
        well="nothing from other contracts is set off",
        ill="sums from other contracts may be set off",
    )


@rule(
    "PAY-7",
    HEADING,
    "On a contract, is the price kept once the service is delivered?",
    "high",
    source="HM Treasury guidance to funders and purchasers (2006), 7.10: no clawback on procured services once they "
    "are delivered (secondary source)",
    remedy="Please delete clawback of unspent money: it belongs to restricted grants. We deliver the service at the "
    "price.",
)
def clawback_on_a_contract(situation: Situation) -> Answer:
    """Clawback of unspent money on a contract; the amount is the planned surplus."""
    contract = situation.contract
    if contract.form == "grant":
        return passed("it is a grant, where clawback of what is unspent is usual")
    if contract.payment.clawback is None:
        return unknown("what must be paid back: nothing, what is unspent, or a surplus")
    if contract.payment.clawback != "unspent":
        return passed("what is unspent is kept")
    return raised("money not spent is taken back, though the service is delivered", situation.planned_surplus)


@rule(
    "PAY-8",
    HEADING,
    "If a surplus is taken back, is a deficit shared as well?",
    "high",
    source="A default of ours; New Zealand Treasury guidance has a subject on surpluses (contents page only)",
    remedy="Please share surplus and deficit alike, or neither.",
)
def surplus_clawback(situation: Situation) -> Answer:
    """Clawback of a surplus against a share in a deficit; the amount is the planned surplus."""
    payment = situation.contract.payment
    if payment.clawback is None:
        return unknown("what must be paid back: nothing, what is unspent, or a surplus")
    if payment.clawback != "surplus":
        return passed("no surplus is taken back")
    if payment.deficit_shared is None:
        return unknown("whether the commissioner shares a deficit as it shares a surplus")
    if payment.deficit_shared:
        return passed("surplus and deficit are shared alike")
    return raised("a surplus is taken back, a deficit is ours", situation.planned_surplus)


@rule(
    "PAY-9",
    HEADING,
    "Does payment hang on nothing outside our control?",
    "high",
    source="As RSK-14",
    remedy="Please delete the condition that others pay or report before we are paid.",
)
def conditions(situation: Situation) -> Answer:
    """Whether payment waits for somebody else's payment or report."""
    return yes_or_no(
        situation.contract.protections.pay_when_paid,
        good=False,
        what="whether payment waits for somebody else's payment or report",
        well="payment waits for nobody else",
        ill="payment waits for somebody else's payment or report",
    )
