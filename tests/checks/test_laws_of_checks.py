"""Laws: what nobody has stated never makes a pass, and a good term never makes a verdict worse.

Offers are drawn term by term: each good, bad or not stated, on each way of paying.
"""

from __future__ import annotations

from typing import Any

import offers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from offers_cases import CLIFF, DEDUCTIONS, RAISED, UNKNOWN, Case, rises

from fcr.checks import RULES, Review

FIGURES = {
    "duration.indexation": "TRM-5",
    "duration.efficiency": "TRM-7",
    "protections.volume_cap": "RSK-3",
    "protections.volume_guarantee": "RSK-2",
    DEDUCTIONS: "OUT-7",
    "payment.advance": "",
    "payment.retention": "PAY-5",
    "payment.retention_months": "PAY-5",
}
"""Terms that move what the offer pays, or when, each with the check that asks for it. Where nobody has stated one, the
plan counts none of it and says so; so a check of the plan's pounds may change either way."""

GOOD: dict[str, Any] = {
    "document": "short form",
    "legal_duty_needed": True,
    "sector": "other",
    "promises": [],
    "duration.firm_months": 36,
    "duration.awards_before": [],
    "duration.budget_confirmed_months": 36,
    "duration.indexation": {"basket": {"pay": "60", "CPI": "40"}},
    "duration.efficiency": "0",
    "duration.change_in_law": True,
    "duration.carry_forward": True,
    "protections.referrals_by": "provider",
    "protections.volume_guarantee": "1",
    "protections.right_to_refuse": True,
    "protections.void_days_expected": 0,
    "protections.liability_cap": "0",
    "protections.insured": "1000000",
    "protections.uncapped_indemnities": [],
    "protections.data_correction": True,
    "protections.variation": "by agreement",
    "protections.unpaid_suspension_days": 0,
    "protections.subcontract": False,
    "protections.flow_down": "own scope",
    "protections.pay_when_paid": False,
    DEDUCTIONS: "none",
    "protections.overhead_cap": "none",
    "protections.open_book": "none",
    "protections.one_payer_income": "0",
    "workforce.tupe_in": False,
    "workforce.tupe_indemnity": True,
    "workforce.tupe_list_days": 60,
    "workforce.outsourced": False,
    "workforce.two_tier_priced": True,
    "workforce.pension": "none",
    "payment.late_interest": "0.08",
    "payment.set_off": False,
    "payment.clawback": "none",
    "payment.deficit_shared": True,
    "payment.retention": "0",
    "payment.end_loaded": "0",
    "payment.withheld_for_process": False,
    "exit.notice_by_commissioner": 12,
    "exit.provider_may_end": True,
    "exit.break_payment": "stranded cost",
    "exit.wind_down_months": 0,
    "exit.stranded_cost": "0",
    "exit.tupe_out": True,
    "exit.tupe_out_terms": True,
    "exit.redundancy_paid": True,
    "exit.handover_paid": True,
    "exit.asset_clawback_years": "0",
}
"""Terms by themselves, as good as they can be."""

BAD: dict[str, Any] = {
    "document": "full length",
    "legal_duty_needed": False,
    "promises": [{"name": "Placements"}],
    "duration.firm_months": 12,
    "duration.awards_before": [12, 12],
    "duration.budget_confirmed_months": 6,
    "duration.indexation": "none",
    "duration.efficiency": "0.05",
    "duration.change_in_law": False,
    "duration.carry_forward": False,
    "protections.referrals_by": "commissioner",
    "protections.volume_guarantee": "0",
    "protections.right_to_refuse": False,
    "protections.void_days_expected": 30,
    "protections.void_days_paid": 1,
    "protections.liability_cap": "unlimited",
    "protections.insured": "0",
    "protections.uncapped_indemnities": ["data"],
    "protections.data_correction": False,
    "protections.variation": "unilateral",
    "protections.unpaid_suspension_days": 60,
    "protections.subcontract": True,
    "protections.flow_down": "head contract",
    "protections.pay_when_paid": True,
    DEDUCTIONS: {"expected": "0.02", "cap": "0.2"},
    "protections.overhead_cap": {"rate": "0.1", "basis": "direct"},
    "protections.open_book": "whole organisation",
    "protections.one_payer_income": "900000",
    "workforce.tupe_in": True,
    "workforce.tupe_indemnity": False,
    "workforce.tupe_list_days": 3,
    "workforce.outsourced": True,
    "workforce.two_tier_priced": False,
    "workforce.pension": "provider bears deficit",
    "payment.days": 90,
    "payment.late_interest": "0.01",
    "payment.set_off": True,
    "payment.clawback": "surplus",
    "payment.deficit_shared": False,
    "payment.retention": "0.2",
    "payment.end_loaded": "0.3",
    "payment.withheld_for_process": True,
    "exit.notice_by_commissioner": 1,
    "exit.provider_may_end": False,
    "exit.break_payment": "0",
    "exit.wind_down_months": 9,
    "exit.tupe_out": False,
    "exit.tupe_out_terms": False,
    "exit.redundancy_paid": False,
    "exit.handover_paid": False,
    "exit.asset_clawback_years": "unlimited",
    "monitoring.indicators": 40,
    "monitoring.fixed_before_price": False,
    "monitoring.priced": False,
    "outcomes.0.attributable": False,
    "outcomes.0.evidence_low": "0.1",
    "outcomes.0.value": "1",
    "outcomes.0.paid_back_months": "unlimited",
}
"""Terms by themselves, as bad as they come."""

DROPPABLE = sorted({*GOOD, *BAD} - {"outcomes", "monitoring"})

STAGES = [{"outcome": "job", "price": "100"}]
MECHANISMS: tuple[dict[str, Any], ...] = (
    {"kind": "block", "prices": ["110000"] * 3},
    {"kind": "block", "prices": ["90000"] * 3},
    {"kind": "unit price", "price": "110"},
    {"kind": "capped activity", "price": "110", "cap": "900"},
    {"kind": "standing charge", "charge": "60000", "price": "50"},
    {"kind": "cost plus", "fee_rate": "0.05"},
    {"kind": "payment by results", "attachment": "60", "stages": STAGES},
    CLIFF["mechanism"],
    {
        "kind": "hybrid",
        "parts": [
            {"weight": "0.7", "mechanism": {"kind": "block", "prices": ["110000"] * 3}},
            {"weight": "0.3", "mechanism": {"kind": "payment by results", "attachment": "60", "stages": STAGES}},
        ],
    },
)
VERDICTS = ["acceptable with notes", "sign only if amended", "do not sign as drafted"]


@st.composite
def drafts(draw: st.DrawFn) -> dict[str, Any]:
    """An offer: a way of paying, and some terms bad and some not stated, from hardly any to most of them."""
    changes: dict[str, Any] = {"mechanism": draw(st.sampled_from(MECHANISMS))}
    changes |= draw(st.sampled_from([{}, rises("0.05", "0.02")]))
    most = draw(st.sampled_from([3, 3, 6, 40]))
    paths = st.lists(st.sampled_from(DROPPABLE), max_size=most, unique=True)
    changes |= dict.fromkeys(draw(paths), offers.DROP)
    return changes | {path: BAD[path] for path in draw(paths) if path in BAD}


def answers(review: Review) -> dict[str, str]:
    return {f.code: f.status for f in review.findings}


def made_to_pass(before: Review, after: Review) -> list[str]:
    was = answers(before)
    return [code for code, status in answers(after).items() if status == "pass" and was[code] != "pass"]


stated = st.sampled_from([(path, terms[path]) for terms in (BAD, BAD, GOOD) for path in sorted(terms)])
"""A term and what it says, bad more often than good."""


@given(drafts(), stated)
def test_what_nobody_states_makes_no_pass(draft: dict[str, Any], term: tuple[str, Any]) -> None:
    """Taking any one term out of any draft turns no concern, fail or unknown into a pass.

    But for the terms of :data:`FIGURES`, and then never for the check that asks for the term.
    """
    path, value = term
    turned = made_to_pass(offers.review(draft | {path: value}), offers.review(draft | {path: offers.DROP}))
    assert turned == [] if path not in FIGURES else FIGURES[path] not in turned


@pytest.mark.parametrize("case", RAISED, ids=lambda case: case.code)
def test_taking_out_what_raises_it_makes_no_pass(case: Case) -> None:
    """Nobody having stated the very terms that raise a check, one by one, does not let it pass."""
    for path in case.changes:
        head = path.partition(".")[0]
        if head in {"bid", "org", "mechanism", "form"} or case.changes[path] is offers.DROP:
            continue  # how it pays and what kind of thing it is are always stated
        if path in {"payment.public_contract", "sector"}:
            continue  # left out, the law applies; and the other sector is not "not stated"
        found = offers.find(case.code, case.changes | {path: offers.DROP}, risk=case.risk)
        assert found.status != "pass", (path, found.measured)


def rank(review: Review) -> int:
    return VERDICTS.index(review.verdict)


@given(drafts(), st.sampled_from(sorted(GOOD)))
def test_a_good_term_never_worsens_the_verdict(draft: dict[str, Any], path: str) -> None:
    """Where a term is not stated, stating it as good as can be leaves the verdict as it was, or betters it."""
    unstated = draft | {path: offers.DROP}
    assert rank(offers.review(unstated | {path: GOOD[path]})) <= rank(offers.review(unstated))


@given(drafts(), st.sampled_from(sorted(set(GOOD) & set(BAD))))
def test_a_bad_term_made_good_never_worsens_the_verdict(draft: dict[str, Any], path: str) -> None:
    """Negotiating one term from bad to good never makes the verdict worse."""
    bad, good = (offers.review(draft | {path: terms[path]}) for terms in (BAD, GOOD))
    assert rank(good) <= rank(bad)


@given(drafts())
def test_waiving_never_worsens_the_verdict(draft: dict[str, Any]) -> None:
    """Waiving all that is raised leaves nothing to count, and every finding as it was."""
    review = offers.review(draft)
    reasons = {f.code: "accepted" for f in review.raised}
    waived = offers.review(draft | {"bid.waivers": reasons})
    assert waived.verdict == "acceptable with notes"
    assert answers(waived) == answers(review)


@given(drafts())
def test_every_draft_is_answered(draft: dict[str, Any]) -> None:
    """Each check answers any draft once: pounds only where something is wrong, and never nought or less."""
    review = offers.review(draft)
    assert [f.code for f in review.findings] == list(RULES)
    for found in review.findings:
        assert found.amount is None or (found.raised and found.amount > 0)
        assert found.measured
    assert max(map(len, str(review).splitlines())) <= 80


def test_unknown_is_never_among_what_passed() -> None:
    """An unknown counts as no pass, in the notes as in the verdict's title."""
    for code, changes in UNKNOWN:
        review = offers.review(changes)
        passed = next(note for note in review.table().notes if note.startswith("Passed ("))
        assert passed.startswith(f"Passed ({sum(f.status == 'pass' for f in review.findings)})")
        assert review[code] in review.unknowns
        assert f"({code}) " in " ".join(review.table().notes)
