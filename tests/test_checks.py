"""The checks of full cost recovery, the findings and the verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import fcr
from fcr.checks.findings import share


def bid(*prices: str, **fields: Any) -> fcr.Bid:
    """Full cost £10,000 a year, £9,800 of it direct; the offer is ``prices``, if any."""

    def cost(name: str, centre: str, amount: int, **more: Any) -> fcr.Cost:
        return fcr.Cost(name=name, centre=centre, amount=Decimal(amount), index="fixed", **more)

    organisation = fcr.Organisation(
        name="Example",
        services=[fcr.Service(name="Visits"), fcr.Service(name="Clubs")],
        pools=[fcr.CostPool(name="Premises", driver="equal")],
        costs=[cost("Rent", "Premises", 400), cost("Team", "Visits", 9800), cost("Room", "Clubs", 5)],
    )
    if prices:
        fields["contract"] = fcr.Contract(mechanism=fcr.BlockPrice(prices=[Decimal(p) for p in prices]))
    years = max(len(prices), 1)
    return fcr.Bid(organisation=organisation, service="Visits", start=date(2026, 4, 1), years=years, **fields)


def finding(review: fcr.Review, code: str) -> fcr.Finding:
    return next(f for f in review.findings if f.code == code)


@pytest.mark.parametrize(
    ("price", "status", "severity", "amount"),
    [
        ("10000.00", "pass", None, None),
        ("12000", "pass", None, None),
        ("9999.99", "fail", "high", "0.01"),
        ("9800", "fail", "high", "200.00"),
        # below direct cost, though within 5% of full cost
        ("9799.99", "fail", "blocker", "200.01"),
        ("0", "fail", "blocker", "10000.00"),
    ],
)
def test_full_cost_recovery(price: str, status: str, severity: str | None, amount: str | None) -> None:
    """At full cost it passes; a penny less fails; below direct cost it is a blocker."""
    found = finding(fcr.check(bid(price)), "FCR-1")
    assert found.status == status
    assert found.amount == (None if amount is None else Decimal(amount))
    assert found.to_dict()["severity"] == severity


def five_per_cent(price: str) -> fcr.Finding:
    """Direct cost £9,000 of a full cost of £10,000, so that only the threshold decides."""
    base = bid(price)
    costs = [
        c.replace(amount=Decimal({"Rent": 2000, "Team": 9000, "Room": 5}[c.name])) for c in base.organisation.costs
    ]
    return finding(fcr.check(base.replace(organisation=base.organisation.replace(costs=costs))), "FCR-1")


def test_a_blocker_begins_beyond_five_per_cent() -> None:
    """Exactly 5% short is high; a penny more is a blocker."""
    assert five_per_cent("9500.00").severity == "high"
    assert five_per_cent("9499.99").severity == "blocker"


def test_a_threshold_can_be_overridden() -> None:
    """The user's own threshold takes the place of ours, and an unknown one is refused by name."""
    offer = bid("9990")
    assert finding(fcr.check(offer), "FCR-1").severity == "high"
    strict = {"blocker below full cost by": Decimal("0.0005")}
    assert finding(fcr.check(offer, strict), "FCR-1").severity == "blocker"
    with pytest.raises(fcr.UnknownName, match="Did you mean 'blocker below full cost by'"):
        fcr.check(offer, {"blocker below fullcost by": Decimal(0)})


def test_one_year_does_not_pay_for_another() -> None:
    """A year above full cost does not mend a year below it; the shortfall over the term may still be nought."""
    review = fcr.check(bid("10500", "9900"))
    found = finding(review, "FCR-1")
    assert (found.status, found.amount) == ("fail", Decimal("100.00"))
    assert "Year 2 £100.00" in found.measured
    assert "Year 1" not in found.measured
    assert (review.shortfall, review.recovery_rate) == (Decimal("0.00"), Decimal("1.0200"))


def test_without_an_offer_it_is_unknown() -> None:
    """No offer: no pass, no verdict, no shortfall; the full cost is still told."""
    review = fcr.check(bid())
    assert {finding(review, code).status for code in ("FCR-1", "FCR-4")} == {"unknown"}
    assert review.verdict.startswith("unknown")
    assert (review.shortfall, review.recovery_rate, review.full_cost) == (None, None, Decimal("10000.00"))
    assert finding(review, "FCR-1") in review.unknowns
    assert review.recovery().rows[-1].cells == ("Term", Decimal("10000.00"), None, None, None)


@pytest.mark.parametrize(
    ("price", "status", "amount"),
    [
        ("10300", "pass", None),
        ("10299.99", "concern", "0.01"),
        ("10000", "concern", "300.00"),
        ("9000", "concern", "300.00"),
    ],
)
def test_contribution_to_reserves(price: str, status: str, amount: str | None) -> None:
    """3% of £10,000 is £300; the concern is what is missing of it, not the shortfall again."""
    found = finding(fcr.check(bid(price)), "FCR-4")
    assert (found.status, found.amount) == (status, None if amount is None else Decimal(amount))


def test_start_up_and_close_down() -> None:
    """A concern that names what has no line, and a pass when both have."""
    without = bid("10000")
    assert "start-up or close-down" in finding(fcr.check(without), "FCR-6").measured
    lines = [
        fcr.Cost(name=phase, centre="Visits", amount=Decimal(10), phase=phase) for phase in ("start-up", "close-down")
    ]
    costs = without.organisation.costs
    first = without.replace(organisation=without.organisation.replace(costs=[*costs, lines[0]]))
    assert finding(fcr.check(first), "FCR-6").measured == "nothing is priced for close-down"
    both = without.replace(organisation=without.organisation.replace(costs=[*costs, *lines]))
    assert finding(fcr.check(both), "FCR-6").status == "pass"


def test_vat_status() -> None:
    """Unknown until it is stated, never a pass by default."""
    assert finding(fcr.check(bid("10000")), "FCR-8").status == "unknown"
    assert finding(fcr.check(bid("10000", vat="exempt")), "FCR-8").status == "pass"


def test_the_verdict() -> None:
    """A blocker stops it; three highs ask for amendment; otherwise notes."""
    review = fcr.check(bid("9990"))
    high = finding(review, "FCR-1")
    assert high.severity == "high"

    def verdict(*severities: Any) -> str:
        return replace(review, findings=tuple(replace(high, severity=s) for s in severities)).verdict

    assert verdict() == "acceptable with notes"
    assert verdict("high", "high") == "acceptable with notes"
    assert verdict("high", "high", "high") == "sign only if amended"
    assert verdict("high", "high", "high", "blocker") == "do not sign as drafted"
    passed = replace(high, status="pass", severity="blocker")
    assert replace(review, findings=(passed,)).verdict == "acceptable with notes"


def test_asks_come_gravest_and_largest_first() -> None:
    """Blockers before highs, and the larger amount before the smaller."""
    review = fcr.check(bid("9990"))
    high = finding(review, "FCR-1")
    rows = [("small", "high", 1), ("grave", "blocker", 1), ("large", "high", 9)]
    findings = tuple(replace(high, remedy=n, severity=s, amount=Decimal(a)) for n, s, a in rows)  # type: ignore[arg-type]
    assert replace(review, findings=findings).asks() == ("grave", "large", "small")


def test_shares_are_half_up_and_never_divide_by_nothing() -> None:
    """0.98765 is 0.9877; all of nothing is recovered."""
    assert share(Decimal("0.98765"), Decimal(1)) == Decimal("0.9877")
    assert share(Decimal(5), Decimal(0)) == 1


def test_every_rule_names_its_source_and_its_remedy() -> None:
    """No rule without a question, a source and words to ask for; every threshold says whose it is."""
    for found in fcr.check(bid("1")).findings:
        rule = found.rule
        assert rule.question.endswith("?")
        assert rule.source
        assert rule.remedy.endswith(".")
        assert all(t.source and t.standing for t in rule.thresholds)


def test_a_review_says_itself() -> None:
    """Text, and plain data with the same verdict and the same findings."""
    review = fcr.check(bid("9990"))
    data = review.to_dict()
    assert (data["verdict"], data["shortfall"], data["recovery_rate"]) == (review.verdict, "10.00", "0.9990")
    assert f"Verdict: {review.verdict}" in str(review)
