"""Full cost recovery: does the offer pay for the service?"""

from __future__ import annotations

from datetime import date
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
    share,
    unknown,
)

__all__ = [
    "abnormally_low",
    "contribution_to_reserves",
    "full_cost",
    "overhead_cap",
    "sector_floor",
    "social_value",
    "start_up_and_close_down",
    "subsidy_decided",
    "vat_status",
]

HEADING = "Full cost recovery"

DEEP_SHORTFALL = Threshold(
    "blocker below full cost by",
    Decimal("0.05"),
    "share of full cost",
    "our default",
    "A shortfall above this share of full cost in any year is a blocker",
)


@rule(
    "FCR-1",
    HEADING,
    "Does the offer cover direct cost and a fair share of overheads in every contract year?",
    "high",
    source="NAO, Successful Commissioning toolkit, full cost recovery: a programme must finance its fair share of "
    "overheads, and gifts are not to subsidise it; House of Commons, 30 October 2006: bids may include overheads",
    remedy="State the price offered for each contract year.",
    thresholds=(DEEP_SHORTFALL,),
)
def full_cost(situation: Situation) -> Answer:
    """Each year: offer − full cost; a blocker beyond the threshold or below direct cost."""
    offer, difference, price = situation.offer or (), situation.difference or (), situation.price
    rate = f"the offer recovers {share(situation.offered, price.profile.term):.2%} of full cost"
    labels = situation.bid.term.labels
    short = [(label, -d) for label, d in zip(labels, difference, strict=True) if d < 0]
    if not short:
        return passed(f"{rate} over the term, and all of it each year")
    limit = situation.value(DEEP_SHORTFALL)
    deep = any(-d > limit * f for d, f in zip(difference, price.full_cost, strict=True))
    below_direct = [n for n, o, m in zip(labels, offer, price.marginal_cost, strict=True) if o < m]
    amounts = "; ".join(f"{label} £{gap:,}" for label, gap in short)
    words = f"{rate} over the term; short in {amounts}"
    if below_direct:
        words += f"; below even the direct cost in {', '.join(below_direct)}"
    gap = sum((amount for _, amount in short), Decimal(0))
    needed = ", ".join(f"£{f:,} in {n}" for n, f in zip(labels, price.full_cost, strict=True))
    remedy = (
        f"The full cost of the service as specified is {needed}; the offer is £{gap:,} short of it. "
        "Please raise the price to full cost, or let us agree what to leave out: we cannot use gifts to fill the gap."
    )
    severity: Severity = "blocker" if deep or below_direct else "high"
    return raised(words, gap, severity=severity, remedy=remedy)


@rule(
    "FCR-2",
    HEADING,
    "Where the offer is below full cost, have the trustees decided to subsidise it?",
    "blocker",
    source="Charity Commission, guidance on charities and public service delivery (CC37, 2012): less than full cost "
    "only where it is in the charity's interests",
    remedy="Minute the trustees' decision: what it may cost a year, what pays for it, why it is in the charity's "
    "interests, and when it ends. Otherwise negotiate, offer less, or decline.",
    for_trustees=True,
)
def subsidy_decided(situation: Situation) -> Answer:
    """A decision is on record that covers every year that falls short, in amount and in time."""
    gaps = [max(-d, Decimal(0)) for d in situation.difference or ()]
    if not any(gaps):
        return passed("no subsidy is needed")
    decision, total = situation.bid.subsidy_decision, sum(gaps, Decimal(0))
    if decision is None:
        return raised(f"a subsidy of {pounds(total)} is needed, and no decision to give it is recorded", total)
    last = max(i for i, gap in enumerate(gaps) if gap)
    wanting = []
    if decision.yearly_amount < max(gaps):
        wanting.append(f"it allows {pounds(decision.yearly_amount)} a year, where {pounds(max(gaps))} is needed")
    if decision.ends < situation.bid.term.lasts[12 * last + 11]:
        wanting.append(f"it ends on {decision.ends.day} {decision.ends:%B %Y}, before the subsidy does")
    if wanting:
        return raised(f"a decision is recorded ({decision.minute}), but {'; '.join(wanting)}", total)
    return passed(f"{pounds(total)} over the term from {decision.source} ({decision.minute})")


@rule(
    "FCR-3",
    HEADING,
    "Do the terms cap overheads below what they really are?",
    "high",
    source="NAO, Successful Commissioning toolkit, full cost recovery page",
    remedy="Please replace the cap by full cost, which we will show line by line.",
)
def overhead_cap(situation: Situation) -> Answer:
    """The cap against overheads ÷ direct cost, or ÷ direct cost and overheads, as the cap is stated."""
    cap = situation.contract.protections.overhead_cap
    if cap is None:
        return unknown("whether the terms cap overheads, at what rate and of what")
    if cap == "none":
        return passed("the terms set no cap on overheads")
    overheads, direct = situation.overheads
    if cap.basis == "direct":
        base, of = direct, "direct cost"
        allowed = float(cap.rate) * direct
    else:
        base, of = direct + overheads, "direct cost and overheads"
        allowed = float(cap.rate) / (1 - float(cap.rate)) * direct if cap.rate < 1 else overheads
    rate = overheads / base if base else 0.0
    words = f"overheads are {per_cent(rate)} of {of}; the cap is {per_cent(cap.rate)}"
    if rate <= float(cap.rate) + 1e-12:
        return passed(words)
    method = f"Our overheads come to {per_cent(rate)} of {of}, shared by the {situation.bid.method} method. "
    remedy = f"{method}Please replace the cap of {per_cent(cap.rate)} by full cost, which we will show line by line."
    return raised(words, overheads - allowed, remedy=remedy)


LEAST_CONTRIBUTION = Threshold(
    "least contribution to reserves",
    Decimal("0.03"),
    "share of full cost",
    "published guidance",
    "Homecare Association practice, reported by Hounslow 2022; 5% in many fee exercises",
)


@rule(
    "FCR-4",
    HEADING,
    "Does the offer leave a contribution to reserves?",
    "medium",
    source="LGA fee exercises as reported by Hounslow (2022): 3% long used by the Homecare Association, 5% usual; "
    "DHSC: a return is a matter of judgement; Surrey: a surplus in line with the reserves policy",
    remedy="A contribution to reserves pays for the risks we are asked to hold. Remove the risks and we can remove it.",
    thresholds=(LEAST_CONTRIBUTION,),
)
def contribution_to_reserves(situation: Situation) -> Answer:
    """Over the term: (offer − full cost) ÷ full cost against the threshold."""
    full, left = situation.price.profile.term, situation.planned_surplus
    least = situation.value(LEAST_CONTRIBUTION) * full
    verb = "leaves" if left >= 0 else "leaves nothing: it is short by"
    words = f"the offer {verb} £{abs(left):,} over the term ({share(abs(left), full):.2%} of full cost)"
    return passed(words) if left >= least else raised(words, least - max(left, Decimal(0)))


SECTOR_FLOOR = Threshold(
    "homecare floor",
    Decimal("32.14"),
    "£ an hour",
    "published guidance",
    "Homecare Association, minimum price for homecare, England 2025/26 (December 2024)",
    until=date(2026, 3, 31),
)
DIRECT_FLOOR = Threshold(
    "homecare direct cost",
    Decimal("22.71"),
    "£ an hour",
    "published guidance",
    "Homecare Association (2025): wages and statutory on-costs alone, England 2025/26",
    until=date(2026, 3, 31),
)


@rule(
    "FCR-5",
    HEADING,
    "Is the price at or above the sector's published floor?",
    "high",
    source="Homecare Association, December 2024 and June 2025; the edition for 2026/27 was not to hand",
    remedy="Please pay at least the published floor for an hour of care.",
    thresholds=(SECTOR_FLOOR, DIRECT_FLOOR),
)
def sector_floor(situation: Situation) -> Answer:
    """Homecare only: the offer over the term ÷ the hours planned against the floor."""
    sector = situation.contract.sector
    if sector is None:
        return unknown("the sector: 'homecare', or 'other' where no floor is published")
    if sector == "other":
        return passed("no floor is published for this sector")
    hours = float(situation.units.sum())
    unit = next(s.unit for s in situation.bid.organisation.services if s.name == situation.bid.service)
    if not hours or "hour" not in unit.casefold():
        return unknown("how many hours of care are planned: the unit is not an hour, or there are none")
    each = float(situation.offered) / hours
    floor, direct = situation.value(SECTOR_FLOOR), situation.value(DIRECT_FLOOR)
    words = f"the offer comes to {pounds(each)} an hour; the floor is {pounds(floor)}"
    if each >= float(floor) - 1e-9:
        if situation.stale(SECTOR_FLOOR):
            return unknown(f"the floor for the contract's own years: {words}, but that is the figure for 2025/26")
        return passed(words)
    below = each < float(direct) - 1e-9
    short = direct if below else floor
    meets = "wages and statutory on-costs alone" if below else "the cost of an hour of care"
    remedy = f"{pounds(each)} an hour is below the {pounds(short)} it takes to meet {meets}. Please raise it."
    amount = (float(floor) - each) * hours
    return raised(words, amount, severity="blocker" if below else None, remedy=remedy)


@rule(
    "FCR-6",
    HEADING,
    "Are start-up and close-down priced?",
    "medium",
    source="NAO, Successful Commissioning toolkit, value for money: whole-life cost includes start-up and exit",
    remedy="Add lines for mobilisation and for closing down (redundancy, handover), payable when they fall due.",
    without_offer=True,
)
def start_up_and_close_down(situation: Situation) -> Answer:
    """Raised when either has no line at all."""
    exact = situation.price.profile.exact
    missing = [n for n, x in (("start-up", exact.start_up), ("close-down", exact.close_down)) if not x.any()]
    return raised(f"nothing is priced for {' or '.join(missing)}") if missing else passed("both are priced")


LOW_BID = Threshold(
    "abnormally low by",
    Decimal("0.1"),
    "share",
    "our default",
    "Said to be the Sourcing Playbook's figure (2021); its text was not seen",
    verified=False,
)


@rule(
    "FCR-7",
    HEADING,
    "Would the price look abnormally low beside other bids, or our own full cost?",
    "medium",
    source="Sourcing Playbook (2021), section on low-cost bids (contents page only); Procurement Act 2023 s. 19 "
    "(secondary source): a low tender may be set aside after a chance to explain it",
    remedy="Prepare a justification of the price: cost lines, volumes, wages assumed, how overheads are shared.",
    thresholds=(LOW_BID,),
    for_trustees=True,
)
def abnormally_low(situation: Situation) -> Answer:
    """The offer against full cost, and the mean of the bids with and without itself."""
    limit, ours = float(situation.value(LOW_BID)), float(situation.offered)
    full, peers = float(situation.price.profile.term), [float(p) for p in situation.contract.peer_prices]
    against = {"our full cost": full}
    if peers:
        against["the mean of all bids"] = (sum(peers) + ours) / (len(peers) + 1)
        against["the mean of the others"] = sum(peers) / len(peers)
    off = {name: ours / base - 1 for name, base in against.items() if base}
    words = "; ".join(f"{per_cent(x, 1)} against {name}" for name, x in off.items())
    if any(x <= -limit + 1e-12 for x in off.values()):
        return raised(words)
    return passed(words) if peers else unknown(f"what others would bid: ours is {words}")


@rule(
    "FCR-8",
    HEADING,
    "Is the VAT status of the supply known, and VAT on its costs treated to match?",
    "medium",
    source="VAT Act 1994, Schedule 9 Group 7; VAT Notice 701/2 (welfare); that it is asked is a default of ours",
    remedy="Settle whether the supply is outside the scope, exempt or standard-rated, and who bears a change in it.",
    without_offer=True,
)
def vat_status(situation: Situation) -> Answer:
    """Unknown until the bid states it; VAT on direct costs may be recovered only where VAT is charged."""
    bid = situation.bid
    if bid.vat is None:
        return unknown("the VAT status of the supply")
    charged = bid.vat in {"standard-rated", "zero-rated"}
    own = [c for c in bid.organisation.costs if c.vat_rate and bid.service in c.shares]
    wrong = [c.name for c in own if (c.vat_recoverable != 1 if charged else bool(c.vat_recoverable))]
    if not wrong:
        return passed(f"the supply is {bid.vat}; employer's National Insurance is worked out for every post")
    treated = "as a cost" if charged else "as recovered"
    listed = ", ".join(wrong)
    return raised(f"the supply is {bid.vat}, but VAT is treated {treated} on: {listed}")


@rule(
    "FCR-9",
    HEADING,
    "Is every social value promise costed?",
    "low",
    source="A default of ours; social value is weighed in awards under the Procurement Act 2023 (unverified)",
    remedy="Cost each promise, or take it out of the bid.",
    for_trustees=True,
)
def social_value(situation: Situation) -> Answer:
    """Raised for a promise with no cost beside it."""
    promises = situation.contract.promises
    if promises is None:
        return unknown("what social value is promised, if any")
    free = [p.name for p in promises if not p.yearly_cost]
    if free:
        return raised(f"promised at no cost: {', '.join(free)}")
    yearly = sum((p.yearly_cost or Decimal(0) for p in promises), Decimal(0))
    return passed(f"{len(promises)} promised, at {pounds(yearly)} a year" if promises else "nothing is promised")
