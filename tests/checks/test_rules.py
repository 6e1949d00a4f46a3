"""Each check: what it lets pass, what raises it and for how much, what leaves it unanswered, and its thresholds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import offers
import pytest
from offers_cases import OVERRIDES, PASSES, RAISED, UNKNOWN, Case, rises

from fcr.cashflow import cash_flow
from fcr.checks import HEADINGS, RULES, THRESHOLDS, RiskSummary
from fcr.checks.catalogue import reference

NEVER_UNKNOWN = {"FCR-1", "FCR-2", "FCR-4", "FCR-6", "OUT-3"}
"""What needs nothing of an offer but how it pays."""
NEEDS_RISK = {"RSK-1", "RSK-15"}


def named(cases: Any) -> list[str]:
    codes = [case.code if isinstance(case, Case) else case[0] for case in cases]
    return [f"{code}-{codes[:i].count(code) + 1}" for i, code in enumerate(codes)]


def test_every_rule_of_the_notes_is_there() -> None:
    """Nine of full cost recovery, eight of the term, sixteen of risk, ten, seven, nine and eight, in that order."""
    counts = {"FCR": 9, "TRM": 8, "RSK": 16, "OUT": 10, "MON": 7, "PAY": 9, "EXT": 8}
    assert list(RULES) == [f"{group}-{n + 1}" for group, count in counts.items() for n in range(count)]
    assert len(HEADINGS) == len(counts)


@pytest.mark.parametrize("code", RULES)
def test_a_good_offer_passes(code: str) -> None:
    """With every term stated and none of them bad, the check passes."""
    found = offers.find(code)
    assert (found.status, found.amount, found.counts) == ("pass", None, False), found.measured


@pytest.mark.parametrize(("code", "changes"), PASSES, ids=named(PASSES))
def test_what_passes(code: str, changes: dict[str, Any]) -> None:
    """Other terms that are right, and figures at the very edge, pass."""
    found = offers.find(code, changes)
    assert found.status == "pass", found.measured


@pytest.mark.parametrize("case", RAISED, ids=named(RAISED))
def test_what_is_raised(case: Case) -> None:
    """The severity, the pounds worked by hand, and the figure in words; something to ask for."""
    found = offers.find(case.code, case.changes, risk=case.risk)
    assert found.raised, found.measured
    assert (found.severity, found.amount) == (case.severity, None if case.amount is None else Decimal(case.amount))
    assert case.words in found.measured
    assert found.at_most is case.at_most
    assert found.status == ("fail" if case.severity in {"blocker", "high"} else "concern")
    assert found.remedy.endswith(".")


@pytest.mark.parametrize(("code", "changes"), UNKNOWN, ids=named(UNKNOWN))
def test_what_is_not_stated_is_unknown(code: str, changes: dict[str, Any]) -> None:
    """A term that the check needs and nobody has stated: unknown, no pounds, and what to find out."""
    found = offers.find(code, changes)
    assert (found.status, found.amount) == ("unknown", None), found.measured
    assert found.measured.startswith("not stated: ")
    assert found.remedy.startswith("Find out ")


@pytest.mark.parametrize("code", sorted(NEEDS_RISK))
def test_without_figures_of_risk_it_is_unknown(code: str) -> None:
    """No risk stated, or none simulated: unknown."""
    assert offers.find(code, risk=None).status == "unknown"


def test_the_tables_leave_no_rule_out() -> None:
    """Every rule has a case that raises it, and one that leaves it unanswered where that can be."""
    assert {case.code for case in RAISED} == set(RULES)
    assert {code for code, _ in UNKNOWN} | NEEDS_RISK | NEVER_UNKNOWN == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_without_an_offer(code: str) -> None:
    """Only the questions about the bid itself are answered; the rest say that no offer is stated."""
    found = RULES[code].find(offers.situation({"bid.contract": offers.DROP}))
    if code in {"FCR-6", "FCR-8"}:
        assert found.status == "pass"
    else:
        assert (found.status, found.measured) == ("unknown", "no offer is stated")


SOME_RISK = RiskSummary(Decimal(45000), Decimal(9), (("Pay award", Decimal(9)),), {"Pay award": Decimal("0.25")})
"""£45,000 of tail loss; one risk borne a quarter more than it is controlled."""


@pytest.mark.parametrize("row", OVERRIDES, ids=[row[0] for row in OVERRIDES])
def test_a_threshold_can_be_overridden(row: tuple[str, str, dict[str, Any], str, str, str]) -> None:
    """The user's own number decides in place of ours."""
    name, code, changes, number, before, after = row
    assert offers.find(code, changes, risk=SOME_RISK).answer == before
    assert offers.find(code, changes, {name: Decimal(number)}, risk=SOME_RISK).answer == after


def test_every_threshold_is_tried() -> None:
    """Each has a case that another number changes, but for those of words alone or of the verdict."""
    tried = {row[0] for row in OVERRIDES}
    elsewhere = {
        "monitoring cost, severe",  # only a word
        "long enough for inflation to bite",  # tried with staff below
        "high findings that call for amendment",
        "tail loss that calls for amendment",
    }
    assert tried | elsewhere == set(THRESHOLDS)
    assert not tried & elsewhere


def test_thresholds_say_whose_they_are() -> None:
    """Law and guidance are few, and everything that the notes mark as ours or unconfirmed says so."""
    law = {t.name for t in THRESHOLDS.values() if t.standing == "law"}
    assert law == {"days to payment", "late payment interest", "large contract"}
    guidance = {t.name for t in THRESHOLDS.values() if t.standing == "published guidance"}
    assert guidance == {
        "least contribution to reserves",
        "homecare floor",
        "homecare direct cost",
        "least firm term",
        "least notice",
        "full-length form",
    }
    unverified = {t.name for t in THRESHOLDS.values() if not t.verified}
    assert unverified == {"abnormally low by", "staff list before a transfer", "deductions cap"}


def test_a_blocker_of_indexation_is_a_long_term_of_mostly_staff() -> None:
    """A price that lags is a blocker with more than 70% of staff over three years; with either less it is high."""
    post = {"name": "Team", "salary": "60000", "fte": "1", "time": {"Visits": 100}, "pension": "none"}
    lags = rises("0.06", "0.06") | {"duration.indexation": "none", "org.costs": offers.COSTS[1:]}
    lags |= {"bid.assumptions": lags["bid.assumptions"] | {"hold_rates": True}, "org.free_reserves": offers.DROP}
    staffed = lags | {"org.posts": [post | {"fte": "3"}]}
    assert offers.find("TRM-5", staffed).severity == "blocker"
    assert offers.find("TRM-5", staffed | {"duration.firm_months": 35}).severity == "high"
    assert offers.find("TRM-5", staffed, {"long enough for inflation to bite": Decimal(37)}).severity == "high"
    assert offers.find("TRM-5", lags | {"org.posts": [post]}).severity == "high"  # three fifths


def test_a_price_below_its_basket_goes_under_in_the_third_year() -> None:
    """£288,000 rising by 5.25% a year, £300,000 indexed at 2%: the surplus turns to a loss."""
    changes = rises("0.0525", "0.0525") | {
        "org.costs": [
            offers.COSTS[0] | {"amount": "216000"},
            offers.COSTS[0] | {"name": "Rent", "amount": "72000", "index": "CPI"},
        ],
        "org.pools": [],
        "org.services": [{"name": "Visits"}],
        "mechanism": {"kind": "block", "prices": ["300000"] * 3},
        "duration.indexation": {"basket": {"pay": "100"}, "cap": "0.02"},
    }
    seen = offers.situation(changes)
    assert seen.difference == (Decimal("12000.00"), Decimal("2880.00"), Decimal("-6913.80"))
    found = RULES["TRM-5"].find(seen)
    assert "costs rise by 5.25% a year, the price by 2%" in found.measured
    # 300,000 × (1.0525 − 1.02 + 1.0525² − 1.02²) = 29,956.875
    assert found.amount == Decimal("29956.88")


def test_break_even_is_that_of_the_closed_form() -> None:
    """``p* = (cost − fixed fees) ÷ (starts × price)``, found on the mechanism itself, tiers and all."""
    tiered = {
        "mechanism": {
            "kind": "results, by tiers",
            "attachment": "60",
            "outcome": "job",
            "price": "100",
            "tiers": [{"above": "400", "price": "200"}],
        },
        "outcomes.0.evidence_low": "0.4",
    }
    # a year needs £122,000 ÷ 3 of outcomes: 400 at £100, and £666.67 more at £200 is 3.33 of 1,000
    assert "a success rate of 40.33%" in offers.find("OUT-2", tiered).measured


def test_late_days_cost_what_the_ledger_says() -> None:
    """Beyond 30 days the amount is the cost of waiting so long less that of waiting 30 days, at the bid's own rate."""
    late, lawful = ({**offers.ARREARS, "payment.days": days} for days in (60, 30))
    costs = [cash_flow(offers.bid(changes)).cost_of_waiting for changes in (late, lawful)]
    assert costs[0] is not None
    assert costs[1] is not None
    found = offers.find("PAY-1", late)
    assert found.amount is not None
    assert found.amount > 0
    assert abs(found.amount - (costs[0] - costs[1])) <= Decimal("0.01")


def test_a_small_amount_raises_no_severity() -> None:
    """Exactly a quarter of free reserves leaves the severity; a penny more makes it one step graver, and says so."""
    clawback = {"payment.clawback": "unspent", "org.free_reserves": "112000"}  # £28,000 is a quarter
    assert offers.find("PAY-7", clawback).severity == "high"
    graver = offers.find("PAY-7", clawback | {"org.free_reserves": "111999.96"})
    assert graver.severity == "blocker"
    assert "one step graver" in graver.measured
    assert offers.find("PAY-7", clawback | {"org.free_reserves": offers.DROP}).severity == "high"


def test_a_dated_floor_speaks_for_its_own_year_only() -> None:
    """Above the floor of 2025/26 a later contract is not known to pass, until the user gives the later floor."""
    care = {
        "sector": "homecare",
        "org.services": [{"name": "Visits", "unit": "hour", "volume": "1000"}, {"name": "Clubs"}],
    }
    assert offers.find("FCR-5", care).status == "unknown"
    assert offers.find("FCR-5", care, {"homecare floor": Decimal(34)}).status == "pass"


def test_no_page_presents_a_default_as_a_norm() -> None:
    """Beside every number of the page stands whose it is."""
    page = reference()
    for threshold in THRESHOLDS.values():
        assert threshold.shown in page
        assert threshold.whose in page


def test_who_is_paid_in_advance_already_is_told_to_ask_for_an_advance() -> None:
    """PAY-2 never asks for what the offer has."""
    poor = {"org.free_reserves": "100", "payment.days": 90}
    for invoiced, asked in (("monthly", "pay quarterly in advance"), ("quarterly", "advance us £")):
        found = offers.find("PAY-2", poor | {"payment.invoiced": invoiced, "payment.in_advance": True})
        assert found.raised
        assert asked in found.remedy
