"""The review: the verdict, waivers, what to ask for, the five features, and how it is printed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import offers
import pytest
from offers import RESULTS, UNIT
from offers_cases import SHORT, block

import fcr
from fcr.checks import HEADINGS, RULES, Review, RiskSummary

HIGHS: tuple[dict[str, Any], ...] = (
    {"duration.change_in_law": False},
    {"protections.data_correction": False},
    {"protections.variation": "unilateral"},
)
"""Three terms, each a high finding and nothing else."""
BLOCKER: dict[str, Any] = {"protections.liability_cap": "unlimited"}
MEDIUM: dict[str, Any] = {"payment.set_off": True, "exit.handover_paid": False, "monitoring.indicators": 50}


def tail(loss: str) -> RiskSummary:
    return RiskSummary(Decimal(loss), Decimal(0), ())


@pytest.mark.parametrize(
    ("changes", "loss", "verdict"),
    [
        ({}, "0", "acceptable with notes"),
        (MEDIUM, "0", "acceptable with notes"),
        (HIGHS[0] | HIGHS[1] | MEDIUM, "0", "acceptable with notes"),
        (HIGHS[0] | HIGHS[1] | HIGHS[2], "0", "sign only if amended"),
        ({}, "100000", "acceptable with notes"),  # half of free reserves
        ({}, "100000.01", "sign only if amended"),
        (BLOCKER, "0", "do not sign as drafted"),
        (HIGHS[0] | HIGHS[1] | HIGHS[2] | BLOCKER, "100000.01", "do not sign as drafted"),
        ({}, "200000.01", "do not sign as drafted"),  # more than all of the reserves
        ({"bid.contract": offers.DROP}, "0", "unknown: no offer is stated"),
    ],
)
def test_the_verdict(changes: dict[str, Any], loss: str, verdict: str) -> None:
    """Any blocker stops it; three highs, or a tail above half of reserves, ask for amendment; no offer, no verdict."""
    assert offers.review(changes, tail(loss)).verdict == verdict


@pytest.mark.parametrize(
    ("name", "number", "changes", "loss"),
    [
        ("high findings that call for amendment", "2", HIGHS[0] | HIGHS[1], "0"),
        ("tail loss that calls for amendment", "0.1", {}, "20000.01"),
    ],
)
def test_the_verdict_has_thresholds_of_its_own(name: str, number: str, changes: dict[str, Any], loss: str) -> None:
    """They are data too, and the user's own number takes their place."""
    assert offers.review(changes, tail(loss)).verdict == "acceptable with notes"
    review = offers.review(changes, tail(loss))
    strict = offers.situation(changes, {name: Decimal(number)}, tail(loss))
    assert replace(review, situation=strict).verdict == "sign only if amended"


def test_questions_not_answered_stand_beside_the_verdict() -> None:
    """An offer of which only the price is known is no blocker, but the title says how much is not known."""
    bare = fcr.Contract(mechanism=fcr.BlockPrice(prices=[Decimal(110000)] * 3))
    review = fcr.check(offers.bid().replace(contract=bare))
    passed = [f.code for f in review.findings if f.status == "pass"]
    assert not [f.code for f in review.findings if f.raised]
    assert f"{67 - len(passed)} of 67 questions not answered" in review.table().title
    # what needs only the price, the bid's own figures, or that it is a block price and no grant
    assert passed == [
        "FCR-1",
        "FCR-2",
        "FCR-4",
        "FCR-6",
        "FCR-8",
        "TRM-8",
        "RSK-2",
        "RSK-4",
        *[f"OUT-{n}" for n in (1, 2, 3, 4, 6, 10)],
    ]


# ── waivers ──


def test_a_waived_finding_stays_and_no_longer_counts() -> None:
    """Status and severity stay, the reason is printed, and neither verdict nor asks count it."""
    reason = "the insurer covers it"
    review = offers.review(BLOCKER | {"bid.waivers": {"RSK-5": reason}})
    found = review["RSK-5"]
    assert (found.status, found.severity, found.counts) == ("fail", "blocker", False)
    assert (review.verdict, review.asks()) == ("acceptable with notes", ())
    assert reason in " ".join(review.table().text().split())
    assert found.to_dict()["waived"] == reason
    assert offers.review(BLOCKER).verdict == "do not sign as drafted"


def test_a_waived_tail_does_not_decide() -> None:
    """The tail above half of reserves is RSK-15's, and waived with it."""
    changes = {"bid.waivers": {"RSK-15": "the parent body stands behind us"}}
    assert offers.review(changes, tail("150000")).verdict == "acceptable with notes"


def test_a_waiver_of_what_is_not_raised_changes_nothing() -> None:
    """A pass and an unknown stay as they are."""
    review = offers.review(
        {"bid.waivers": {"RSK-5": "why not", "RSK-6": "why not"}} | {"protections.uncapped_indemnities": offers.DROP}
    )
    assert [review[code].answer for code in ("RSK-5", "RSK-6")] == ["pass", "unknown"]
    assert review["RSK-6"] in review.unknowns


def test_a_waiver_of_no_check_is_refused() -> None:
    """With the nearest code."""
    with pytest.raises(fcr.UnknownName, match="there is no check to waive 'RSK-55'"):
        fcr.check(offers.bid({"bid.waivers": {"RSK-55": "a slip"}}))


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_waiver_without_a_reason_is_a_problem(reason: str) -> None:
    """It is refused with the bid's other problems."""
    with pytest.raises(fcr.InputError) as caught:
        offers.bid({"bid.waivers": {"RSK-5": reason}, "bid.years": 11})
    assert {p.code for p in caught.value.problems} >= {"blank", "out-of-range"}


# ── what to ask for ──


def test_asks_come_gravest_and_largest_first() -> None:
    """A blocker before the highs, the larger amount before the smaller, what has none last; trustees' tasks apart."""
    changes = SHORT | BLOCKER | HIGHS[0] | {"duration.efficiency": "0.02", "payment.set_off": True}
    review = offers.review(changes)
    codes = [f.code for f in review.raised]
    # the efficiency cut takes 100,000 × 0.02 + 101,000 × 0.0396 = £5,999.60, so Year 2 and 3 fall short too
    assert codes[:2] == ["FCR-2", "RSK-5"]
    assert codes.index("FCR-1") < codes.index("TRM-7") < codes.index("TRM-6") < codes.index("PAY-6")
    assert review["FCR-2"].remedy in review.for_trustees()
    assert review["FCR-2"].remedy not in review.asks()
    assert set(review.asks()) | set(review.for_trustees()) == {f.remedy for f in review.raised}


def test_the_asks_are_a_table_that_numbers_them() -> None:
    """Every ask once, numbered as in the letter, with check and pounds; then what the trustees settle."""
    review = offers.review(HIGHS[0] | BLOCKER)
    rows = [row.cells for row in review.asks_table().rows if row.style == "line"]
    numbered = [(number, ask) for number, ask, _, _ in rows if number]
    assert numbered == [(str(i), ask) for i, ask in enumerate(review.asks(), 1)]
    assert [ask for number, ask, _, _ in rows if not number] == list(review.for_trustees())
    assert all(review[str(code)].amount == amount for _, _, code, amount in rows)
    assert review.asks_table() in review.tables()


def test_the_letter_has_every_ask() -> None:
    """Numbered, addressed, and nothing at all when there is nothing to ask."""
    review = offers.review(HIGHS[0] | BLOCKER)
    letter = review.ask_letter()
    assert letter.startswith("To the council\n")
    assert [line for line in letter.splitlines() if line[:2] in {"1.", "2."}] == [
        f"{i + 1}. {ask}" for i, ask in enumerate(review.asks())
    ]
    assert offers.review().ask_letter() == ""


# ── the five features ──


def features(changes: dict[str, Any]) -> dict[str, str]:
    return {feature.name: feature.met for feature in offers.review(changes).features()}


def test_a_good_offer_has_all_five_features() -> None:
    """Each is answered yes, and rests on checks that passed; four of them answer the four barriers."""
    found = offers.review().features()
    assert [f.name for f in found] == [
        "Multi-year funding",
        "Focus on outcomes",
        "Minimised bureaucracy",
        "Balance of risk",
        "Full cost recovery",
    ]
    assert {f.met for f in found} == {"yes"}
    assert all(f.rests_on.startswith("for: ") for f in found)
    assert sum(bool(f.barrier) for f in found) == 4


@pytest.mark.parametrize(
    ("feature", "changes", "met"),
    [
        ("Multi-year funding", {"duration.firm_months": 12}, "no"),
        ("Multi-year funding", {"duration.firm_months": 24}, "in part"),
        ("Multi-year funding", {"duration.firm_months": offers.DROP}, "unknown"),
        ("Focus on outcomes", RESULTS | {"outcomes.0.attributable": False}, "no"),
        ("Focus on outcomes", {"outcomes.0.who": ""}, "in part"),
        ("Focus on outcomes", {"outcomes": offers.DROP}, "unknown"),
        ("Minimised bureaucracy", {"monitoring.returns.0.per_year": "30"}, "no"),  # £7,500 of £110,000
        ("Minimised bureaucracy", {"document": "full length"}, "in part"),
        ("Minimised bureaucracy", {"monitoring.returns": offers.DROP}, "unknown"),
        ("Balance of risk", HIGHS[1], "no"),
        ("Balance of risk", {"protections.unpaid_suspension_days": 5}, "in part"),
        ("Balance of risk", {"workforce.pension": offers.DROP}, "unknown"),
        ("Full cost recovery", SHORT, "no"),
        ("Full cost recovery", block(*["102000"] * 3), "in part"),
        ("Full cost recovery", {"protections.overhead_cap": offers.DROP}, "unknown"),
    ],
)
def test_each_feature(feature: str, changes: dict[str, Any], met: str) -> None:
    """No with a grave finding, in part with a lesser one, unknown with a question open; the other four stay."""
    before, after = features({}), features(changes)
    assert after[feature] == met
    assert {name for name in after if after[name] != before[name]} == {feature}


def test_a_waiver_makes_no_feature() -> None:
    """What is accepted all the same is still not there."""
    changes = {"duration.firm_months": 12, "bid.waivers": {"TRM-1": "a pilot"}}
    assert features(changes)["Multi-year funding"] == "no"


def test_the_features_table_names_the_barriers() -> None:
    """A row for each feature with the codes it rests on, and the four barriers beside them."""
    table = offers.review({"duration.firm_months": 12}).features_table()
    assert [row.cells[1] for row in table.rows] == ["no", "yes", "yes", "yes", "yes"]
    assert table.rows[0].cells[2] == "against: TRM-1; for: TRM-2, 3"
    assert "short-term funding (multi-year funding)" in table.notes[0]


# ── how it is printed ──


def test_the_table_has_what_is_wrong_by_heading() -> None:
    """Only raised findings have rows, under their headings in order; what passed and what is unknown are notes."""
    review = offers.review(HIGHS[0] | UNIT | {"payment.set_off": True, "exit.handover_paid": offers.DROP})
    rows = review.table().rows
    assert [row.cells[0] for row in rows if row.style == "line"] == ["TRM-6", "RSK-2", "PAY-6"]
    headings = [row.cells[2] for row in rows if row.style == "heading"]
    assert headings == [h for h in HEADINGS if h in headings]
    text = " ".join(review.table().text().split())
    assert "Passed (63): FCR-1, 2, 3" in text
    assert "(EXT-5) whether work after the end, such as handover, is paid" in text


def test_the_full_table_has_every_finding() -> None:
    """One row for each check, in the order of the headings, those raised first under each."""
    rows = offers.review({"protections.data_correction": False}).table(full=True).rows
    codes = [str(row.cells[0]) for row in rows if row.style == "line"]
    assert sorted(codes) == sorted(RULES)
    assert next(c for c in codes if c.startswith("RSK")) == "RSK-7"


@pytest.mark.parametrize("changes", [{}, HIGHS[0] | BLOCKER | UNIT | SHORT, {"bid.contract": offers.DROP}])
def test_it_is_readable_in_80_columns(changes: dict[str, Any]) -> None:
    """No line of the printed review is longer."""
    assert max(map(len, str(offers.review(changes)).splitlines())) <= 80


def test_plain_data_has_every_finding() -> None:
    """Every finding with its code, answer, pounds and source, the asks, and the features."""
    review = offers.review(BLOCKER)
    data: Any = review.to_dict()
    assert [f["code"] for f in data["findings"]] == list(RULES)
    assert all(f["source"] for f in data["findings"])
    assert data["asks"] == list(review.asks())
    assert [f["met"] for f in data["features"]] == ["yes", "yes", "yes", "no", "yes"]


def test_without_an_offer_it_says_so_once() -> None:
    """Sixty-five questions wait for an offer, in one note; none is raised."""
    review = offers.review({"bid.contract": offers.DROP})
    waiting = [note for note in review.table().notes if "questions are not answered" in note]
    assert waiting == [
        "No offer is stated, so 65 questions are not answered. State what the commissioner offers, and on what terms."
    ]
    assert review.raised == ()


def test_a_finding_is_found_by_its_code() -> None:
    """A code that is not there is a ``KeyError``."""
    review: Review = offers.review()
    assert review["PAY-1"].code == "PAY-1"
    with pytest.raises(KeyError):
        review["PAY-99"]
