"""Balance of risk: who controls it, who bears it, and whether the reserves could stand it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

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
    share,
    unknown,
)
from fcr.contract import CallOff, Contract, Hybrid, Mechanism, UnitPrice
from fcr.contract.mechanisms import CappedActivity

__all__ = ["against_reserves", "concentration", "control", "guaranteed_income", "more_than_is_paid", "voids"]

HEADING = "Balance of risk"
PENNY = 0.005

OUT_OF_PLACE = Threshold(
    "risk borne beyond control",
    Decimal("0.25"),
    "share of a risk",
    "our default",
    "A risk is out of place when the provider bears this much more of it than it controls",
)


@rule(
    "RSK-1",
    HEADING,
    "Does each risk sit with whoever controls it?",
    "high",
    source="NAO decision support tool, annex B: do not pass on as much risk as possible; government playbook as "
    "reproduced by others (secondary source): risk to whoever is best able to bear and manage it",
    remedy="Please take back the risks that you control and we do not, or pay what it costs us to hold them.",
    thresholds=(OUT_OF_PLACE,),
)
def control(situation: Situation) -> Answer:
    """Expected loss borne beyond control, for the risks borne a quarter more than they are controlled."""
    risk = situation.risk
    if risk is None:
        return unknown("what could go wrong: no risk with a size is stated, or there was no simulation")
    limit = situation.value(OUT_OF_PLACE)
    out = [(n, x) for n, x in risk.worst if x > 0 and (risk.gaps is None or risk.gaps.get(n, Decimal(1)) > limit)]
    if not out:
        return passed(f"no risk is borne much beyond control ({pounds(risk.excess_transfer)} in all)")
    listed = "; ".join(f"{name} {pounds(amount)}" for name, amount in out[:3])
    words = f"{pounds(risk.excess_transfer)} of expected loss is borne beyond control; most of all {listed}"
    remedy = f"Please take back, or pay us to hold, what we do not control: {listed} (expected loss over the term)."
    return raised(words, risk.excess_transfer, remedy=remedy)


FIXED_COST_COVER = Threshold(
    "fixed cost to be guaranteed",
    Decimal(1),
    "share of fixed cost",
    "our default",
    "Where the commissioner decides how many come, this much of fixed cost should be paid whatever the volume",
)
VOLUME_STRESS = Threshold(
    "volume stress", Decimal("0.2"), "share of planned volume", "our default", "A bad year: this much off the plan"
)


@rule(
    "RSK-2",
    HEADING,
    "Is fixed cost paid for, whatever the number who come?",
    "high",
    source="NAO decision support tool, annex B, on demand risk; playbook, appendix on volume and demand (contents "
    "page only); CCS general terms 1.0 (2025): no volume is guaranteed",
    remedy="Please pay a standing charge for being there and a price for each case, or guarantee 90% of the forecast.",
    thresholds=(FIXED_COST_COVER, VOLUME_STRESS),
)
def guaranteed_income(situation: Situation) -> Answer:
    """Income at no volume at all against fixed cost; the amount is what a fifth fewer would lose."""
    contract = situation.contract
    fixed, sure = situation.cost_at(0.0), situation.pays(volume=0.0)
    stressed = 1 - float(situation.value(VOLUME_STRESS))
    lost = (situation.pays() - situation.pays(volume=stressed)) - (situation.cost_at(1.0) - situation.cost_at(stressed))
    worst = int(np.argmin(sure - fixed))
    rate = share(Decimal(str(float(sure[worst]))), Decimal(str(float(fixed[worst]))))
    words = f"{per_cent(rate)} of fixed cost ({pounds(float(fixed[worst]))}) is paid whatever the volume"
    words += f" in {situation.bid.term.labels[worst]}" + (", the worst year" if situation.bid.years > 1 else "")
    enough = float(situation.value(FIXED_COST_COVER)) * fixed
    if not contract.mechanism.pays_for_all & {"volume", "outcomes"}:
        return passed("income does not follow the volume")
    if (sure >= enough - PENNY).all():
        return passed(words)
    if contract.protections.volume_guarantee is None and not _has(contract.mechanism, CallOff):
        return unknown("what share of the planned income is guaranteed (0 for none)")
    who = contract.protections.referrals_by
    if who is None:
        return unknown("who decides how many come")
    if who == "provider":
        return passed(f"the provider decides how many come; {words}")
    gone = float(lost.sum())
    words += f"; {per_cent(1 - stressed, 0)} fewer would lose {pounds(gone)}" if gone > 0 else ""
    needed = float(np.mean(fixed))
    remedy = (
        f"Please pay a standing charge of {pounds(needed)} a year for being there and a price for each case, or "
        "guarantee 90% of the forecast: you decide how many come, we cannot."
    )
    return raised(words, gone, remedy=remedy)


def _has(mechanism: Mechanism, kind: type[Mechanism]) -> bool:
    if isinstance(mechanism, Hybrid):
        return any(_has(part.mechanism, kind) for part in mechanism.parts)
    return isinstance(mechanism, kind)


@rule(
    "RSK-3",
    HEADING,
    "If more come than are paid for, may they be refused or are they paid?",
    "blocker",
    source="NHS Standard Contract 2025/26, notified payment limits: referrals past the limit must be taken and need "
    "not be paid (secondary source)",
    remedy="Please let us pause referrals when the paid number is reached, or pay the cost of each one above it.",
    thresholds=(VOLUME_STRESS,),
)
def more_than_is_paid(situation: Situation) -> Answer:
    """A cap with a duty to serve beyond it; the amount is what a fifth more than planned would cost unpaid."""
    contract = situation.contract
    mechanism, protections = contract.mechanism, contract.protections
    if contract.form == "grant":
        return passed("a grant buys no number of units")
    if protections.right_to_refuse:
        return passed("work beyond what is paid may be refused")
    stressed = 1 + float(situation.value(VOLUME_STRESS))
    more = (situation.cost_at(stressed) - situation.cost_at(1.0)) - (situation.pays(volume=stressed) - situation.pays())
    extra = float(np.maximum(more, 0.0).sum())
    cost = f"; {per_cent(stressed - 1, 0)} more than planned would cost {pounds(extra)} unpaid" if extra > PENNY else ""
    if mechanism.must_serve:
        return raised(f"the paid number is capped, and whoever comes beyond it must be served{cost}", extra)
    if protections.right_to_refuse is None:
        if protections.all_volume_paid and not _capped(contract):
            return passed("every unit is paid for, however many come")
        return unknown("whether work beyond what is paid may be refused")
    if _capped(contract):
        return raised(f"what is paid is capped, and work beyond it may not be refused{cost}", extra)
    if not mechanism.pays_for_all:
        words = f"the sum is fixed, and no one may be refused however many come{cost}"
        return raised(words, extra, severity="high")
    if protections.all_volume_paid:
        return passed("every unit is paid for, however many come")
    return unknown("whether what is paid is capped, or every unit is paid for")


def _capped(contract: Contract) -> bool:
    return contract.protections.volume_cap is not None or _caps(contract.mechanism)


def _caps(mechanism: Mechanism) -> bool:
    if isinstance(mechanism, Hybrid):
        return any(_caps(part.mechanism) for part in mechanism.parts)
    limited = isinstance(mechanism, UnitPrice) and mechanism.maximum is not None
    return limited or isinstance(mechanism, CappedActivity)


@rule(
    "RSK-4",
    HEADING,
    "Are empty places paid for, where the provider cannot help it?",
    "medium",
    source="Glossaries of councils: a block contract buys places, a spot contract buys for a named person",
    remedy="Please name someone for an empty place by a set day, and pay for it while it waits.",
)
def voids(situation: Situation) -> Answer:
    """Days of void expected that the provider cannot help, less days paid, at the daily price of a place."""
    protections = situation.contract.protections
    if "volume" not in situation.contract.mechanism.pays_for_all:
        return passed("income does not follow the volume")
    expected, paid = protections.void_days_expected, protections.void_days_paid
    if expected is None:
        return unknown("how many days a year a place stands empty that the provider cannot help (0 where none)")
    if expected == 0:
        return passed("no empty days are expected that the provider cannot help")
    if paid is None:
        return unknown("how many days of an empty place are paid for")
    words = f"{expected} empty days a place are expected, {paid} are paid for"
    if paid >= expected:
        return passed(words)
    lost = float(situation.offered) * min(expected - paid, 365) / 365
    return raised(f"{words}; {pounds(lost)} over the term, a unit being a place for a year", lost)


RED = Threshold(
    "tail loss over reserves, red", Decimal("0.5"), "share of free reserves", "our default", "Above this it is high"
)
AMBER = Threshold(
    "tail loss over reserves, amber", Decimal("0.25"), "share of free reserves", "our default", "From this it is medium"
)
RUINOUS = Threshold(
    "tail loss over reserves, blocker", Decimal(1), "share of free reserves", "our default", "Above this, a blocker"
)


@rule(
    "RSK-15",
    HEADING,
    "Could the reserves stand a bad outcome?",
    "high",
    source="Lifeline (2017): grew on cash flow and reserves that contract losses had all but used up (secondary "
    "source); the shares are defaults of ours",
    remedy="Take a lower share of the risk, a smaller lot or a partner, or decline.",
    thresholds=(AMBER, RED, RUINOUS),
    for_trustees=True,
)
def against_reserves(situation: Situation) -> Answer:
    """The mean loss of the worst one case in twenty ÷ free reserves."""
    risk, reserves = situation.risk, situation.bid.organisation.free_reserves
    if risk is None:
        return unknown("what could go wrong: no risk with a size is stated, or there was no simulation")
    if reserves is None:
        return unknown("the organisation's free reserves")
    loss = risk.tail_loss
    words = f"the worst one case in twenty loses {pounds(loss)} on average"
    if loss <= 0:
        return passed("even the worst one case in twenty loses nothing on average")
    times = f"{per_cent(loss / reserves, 0)} of free reserves" if reserves else "and there are no free reserves"
    words = f"{words}, {times}"
    if loss < situation.value(AMBER) * reserves:
        return passed(words)
    severity: Severity = "high" if loss > situation.value(RED) * reserves else "medium"
    severity = "blocker" if loss > situation.value(RUINOUS) * reserves else severity
    return raised(words, loss, severity=severity, at_most=True)


ONE_CONTRACT = Threshold(
    "one contract", Decimal("0.25"), "share of yearly income", "our default", "Above this, much hangs on one contract"
)
ONE_PAYER = Threshold(
    "one payer", Decimal("0.5"), "share of yearly income", "our default", "Above this, much hangs on one payer"
)


@rule(
    "RSK-16",
    HEADING,
    "Is income spread over enough contracts and payers?",
    "medium",
    source="Charity Commission, Stand and Deliver (2007), on charities that rely on public services (secondary "
    "source); the shares are defaults of ours",
    remedy="Let the board note how much hangs on this contract and this payer, and what it would do without them.",
    thresholds=(ONE_CONTRACT, ONE_PAYER),
    for_trustees=True,
)
def concentration(situation: Situation) -> Answer:
    """The contract's year, and all that its payer pays, against the organisation's yearly income."""
    income, payer = situation.bid.organisation.annual_income, situation.contract.protections.one_payer_income
    if not income:
        return unknown("the organisation's yearly income")
    contract = situation.yearly_value / income
    words = f"this contract is {per_cent(contract, 0)} of yearly income"
    if payer is not None:
        words += f", its payer {per_cent(payer / income, 0)}"
    if contract > situation.value(ONE_CONTRACT) or (payer or 0) / income > situation.value(ONE_PAYER):
        return raised(words)
    if payer is None:
        return unknown("what this commissioner pays the organisation a year in all")
    return passed(words)
