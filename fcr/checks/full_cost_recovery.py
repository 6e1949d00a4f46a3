"""Full cost recovery: does the offer pay for the service?"""

from __future__ import annotations

from decimal import Decimal

from fcr.checks.findings import Answer, Severity, Situation, Threshold, rule, share

__all__ = ["contribution_to_reserves", "full_cost", "start_up_and_close_down", "vat_status"]

HEADING = "Full cost recovery"
NAO = "NAO, Successful Commissioning toolkit, full cost recovery: a programme must finance its fair share of overheads"


@rule(
    "FCR-1",
    HEADING,
    "Does the offer cover direct cost and a fair share of overheads in every contract year?",
    "high",
    source=NAO,
    remedy="State the price offered for each contract year.",
    thresholds=(
        Threshold(
            "blocker below full cost by",
            Decimal("0.05"),
            "share of full cost",
            "our default",
            "A shortfall above this share of full cost in any year is a blocker",
        ),
    ),
)
def full_cost(situation: Situation) -> Answer:
    """Each year: offer − full cost; a blocker beyond the threshold or below direct cost."""
    offer, difference, price = situation.offer, situation.difference, situation.price
    if offer is None or difference is None:
        return Answer("unknown", "no offer is stated")
    term, full = sum(offer, Decimal(0)), price.profile.term
    rate = f"the offer recovers {share(term, full):.2%} of full cost"
    labels = situation.bid.term.labels
    short = [(label, -d) for label, d in zip(labels, difference, strict=True) if d < 0]
    if not short:
        return Answer("pass", f"{rate} over the term, and all of it each year")
    limit = situation.thresholds["blocker below full cost by"]
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
    return Answer("fail", words, gap, severity, remedy)


@rule(
    "FCR-4",
    HEADING,
    "Does the offer leave a contribution to reserves?",
    "medium",
    source="LGA fee exercises as reported by Hounslow (2022): 3% long used by the Homecare Association, 5% usual",
    remedy="A contribution to reserves pays for the risks we are asked to hold. Remove the risks and we can remove it.",
    thresholds=(
        Threshold(
            "least contribution to reserves",
            Decimal("0.03"),
            "share of full cost",
            "published guidance",
            "Homecare Association practice, reported by Hounslow 2022; 5% in many fee exercises",
        ),
    ),
)
def contribution_to_reserves(situation: Situation) -> Answer:
    """Over the term: (offer − full cost) ÷ full cost against the threshold."""
    offer, full = situation.offer, situation.price.profile.term
    if offer is None:
        return Answer("unknown", "no offer is stated", remedy="State the price offered for each contract year.")
    left = sum(offer, Decimal(0)) - full
    least = situation.thresholds["least contribution to reserves"] * full
    verb = "leaves" if left >= 0 else "leaves nothing: it is short by"
    words = f"the offer {verb} £{abs(left):,} over the term ({share(abs(left), full):.2%} of full cost)"
    if left >= least:
        return Answer("pass", words)
    return Answer("concern", words, (least - max(left, Decimal(0))).quantize(Decimal("0.01"), "ROUND_HALF_UP"))


@rule(
    "FCR-6",
    HEADING,
    "Are start-up and close-down priced?",
    "medium",
    source="NAO, Successful Commissioning toolkit, value for money: whole-life cost includes start-up and exit",
    remedy="Add lines for mobilisation and for closing down (redundancy, handover), payable when they fall due.",
)
def start_up_and_close_down(situation: Situation) -> Answer:
    """A concern when either has no line at all."""
    exact = situation.price.profile.exact
    missing = [n for n, x in (("start-up", exact.start_up), ("close-down", exact.close_down)) if not x.any()]
    if missing:
        return Answer("concern", f"nothing is priced for {' or '.join(missing)}")
    return Answer("pass", "both are priced")


@rule(
    "FCR-8",
    HEADING,
    "Is the VAT status of the supply known?",
    "medium",
    source="VAT Act 1994, Schedule 9 Group 7; VAT Notice 701/2 (welfare)",
    remedy="Settle whether the supply is outside the scope, exempt or standard-rated, and who bears a change in it.",
)
def vat_status(situation: Situation) -> Answer:
    """Unknown until the bid states it."""
    if situation.bid.vat is None:
        return Answer("unknown", "the VAT status of the supply is not stated")
    return Answer("pass", f"the supply is {situation.bid.vat}")
