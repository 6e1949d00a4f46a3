"""The checks in cells: each live answer, severity and amount is Python's, and LibreOffice comes to the same."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import judges
import offers
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from offers_cases import CLIFF, PASSES, RAISED, UNKNOWN, rises
from same_checks import shown, wrong

import fcr
from fcr.bid import Bid
from fcr.checks import RULES, THRESHOLDS
from fcr.errors import InputError
from fcr.workbook.model import lay_out
from fcr.workbook.reviewed import stamps_of
from fcr.workbook.room import Room
from fcr.workbook.sheets.checks import PYTHON
from fcr.workbook.writer import to_bytes

EXAMPLES = sorted((Path(fcr.__file__).parent / "examples").glob("*.json"))
SMALL = Room(2, 1, 1, 6, 1, 3, 2, 1, 1, 1, 1, 1, tiers=2, stages=1, bands=1, parts=2)
SIMULATED = {"RSK-1", "RSK-15"}


def merged(cases: Iterable[dict[str, Any]]) -> list[Bid]:
    """Bids that hold all the cases, each with as many as do not touch one another's terms."""
    groups: list[tuple[dict[str, Any], Bid]] = []
    for case in cases:
        for number, (changes, _) in enumerate(groups):
            apart = not {p.partition(".")[0] for p in case} & {"mechanism", "bid", "org", "outcomes"}
            if apart and not set(case) & set(changes):
                try:
                    groups[number] = (changes | case, offers.bid(changes | case))
                except (InputError, KeyError):
                    continue
                break
        else:
            groups.append((case, offers.bid(case)))
    return [bid for _, bid in groups]


@cache
def every_case() -> list[Bid]:
    """A bid for each case of each check, some of them together."""
    raised = [case.changes for case in RAISED]
    return merged([*raised, *(changes for _, changes in (*UNKNOWN, *PASSES))])


def test_every_answer_of_every_case_is_pythons() -> None:
    """What raises each check, what passes and what leaves it unknown: every live answer of every one of them."""
    for bid in every_case():
        assert list(wrong(lay_out(bid.to_dict(), SMALL), fcr.check(bid))) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_examples_are_checked_as_python_does(path: Path) -> None:
    bid = fcr.read(path)
    review = fcr.check(bid, draws=200)
    assert list(wrong(lay_out(bid.to_dict()), review)) == []


def test_all_but_the_simulated_are_live() -> None:
    """Only expected losses and the tail need Python, where the mechanism is worked out here."""
    bid = fcr.read(next(p for p in EXAMPLES if p.stem == "harbour-advice"))
    says = shown(lay_out(bid.to_dict()))
    assert {code for code in RULES if says.beside(code, 1) == PYTHON} <= SIMULATED
    for mechanism in ({}, offers.UNIT, offers.RESULTS, offers.GRANT):
        says = shown(lay_out(offers.bid(mechanism).to_dict(), SMALL))
        assert {code for code in RULES if says.beside(code, 1) == PYTHON} == set()


def test_a_rarer_mechanism_is_left_to_python() -> None:
    """Python's own answers stand beside, where there are any."""
    bid = offers.bid(CLIFF)
    review = fcr.check(bid)
    book = lay_out(bid.to_dict(), SMALL, stamps={"findings": stamps_of(review)["findings"]})
    assert list(wrong(book, review)) == []
    says = shown(book)
    assert says.beside("FCR-1", 1) == PYTHON
    assert says.beside("OUT-3", 5) == "fail (high): £150,000.00"
    assert says.beside("PAY-6", 1) == says.beside("PAY-6", 5) == "pass"


def test_without_an_offer_only_the_bid_is_asked() -> None:
    bid = offers.bid({"bid.contract": offers.DROP})
    book = lay_out(bid.to_dict(), SMALL)
    assert list(wrong(book, fcr.check(bid))) == []
    assert shown(book).beside("Verdict", 2) == "unknown: no offer is stated"


def test_an_incomplete_workbook_answers_nothing() -> None:
    says = shown(lay_out({}))
    assert {says.beside(code, 1) for code in RULES} == {"incomplete"}
    assert says.beside("Verdict", 2) == "incomplete"


def test_an_accepted_finding_says_so_and_does_not_count() -> None:
    reasons = {f.code: "accepted" for f in offers.review({"payment.set_off": True}).raised}
    bid = offers.bid({"payment.set_off": True, "bid.waivers": reasons})
    book = lay_out(bid.to_dict(), SMALL)
    assert shown(book).beside("PAY-6", 1) == "concern (medium), waived"
    assert list(wrong(book, fcr.check(bid))) == []


def test_severity_rises_beyond_a_quarter_of_free_reserves() -> None:
    """At a quarter it stays; a penny more is one step graver."""
    for reserves in ("112000", "111999.96"):
        bid = offers.bid({"payment.clawback": "unspent", "org.free_reserves": reserves})
        assert list(wrong(lay_out(bid.to_dict(), SMALL), fcr.check(bid))) == []


def test_every_threshold_has_a_cell_with_its_source() -> None:
    sheet = lay_out({}, SMALL).named("Check workings")
    figures = {c.block.name: c.block.values[0, 0] for c in sheet.calculations if c.block.name.startswith("fcr_limit_")}
    assert sorted(Decimal(str(v)) for v in figures.values() if v < 40_000 or v > 50_000) == sorted(
        t.value for t in THRESHOLDS.values()
    )
    notes = [str(text.text) for text in sheet.texts if text.style == "note"]
    assert all(any(t.source in note for note in notes) for t in THRESHOLDS.values())


# ── drafts of every kind ──

STAGES = [{"outcome": "job", "price": "100"}]
TIERS = [{"above": "400", "price": "120"}, {"above": "800", "price": "90"}]
MECHANISMS: tuple[dict[str, Any], ...] = (
    {"kind": "block", "prices": ["110000", "90000", "104000"]},
    {"kind": "unit price", "price": "100", "tiers": TIERS, "minimum": "95000", "maximum": "104000"},
    {"kind": "cost and volume", "price": "110000", "volume": "1000", "band": "0.1", "above": "60", "below": "40"},
    {"kind": "standing charge", "charge": "60000", "price": "50"},
    {"kind": "capped activity", "price": "110", "cap": "900"},
    {"kind": "call-off", "price": "110"},
    {"kind": "personal budgets", "price": "120", "bad_debts": "0.03", "lost_clients": "0.02"},
    {"kind": "payment by results", "attachment": "60", "stages": STAGES, "payable": "0.9", "maximum": "40000"},
    {"kind": "cost plus", "fee_rate": "0.05", "maximum_fee": "4000", "disallowed": "0.02"},
    {"kind": "grant", "amounts": ["110000", "100000", "90000"], "carry_forward": "0.1"},
    {
        "kind": "hybrid",
        "parts": [
            {"weight": "0.7", "mechanism": {"kind": "block", "prices": ["110000", "120000", "100000"]}},
            {"weight": "0.3", "mechanism": {"kind": "payment by results", "attachment": "60", "stages": STAGES}},
        ],
    },
    {
        "kind": "hybrid",
        "parts": [
            {"weight": "0.5", "mechanism": {"kind": "capped activity", "price": "100", "cap": "900"}},
            {"weight": "0.5", "mechanism": {"kind": "call-off", "price": "120"}},
        ],
    },
)
POST = {"name": "Adviser", "salary": "30000", "fte": "2", "time": {"Visits": 100}, "pension": "none"}
HELD = {name: {"rises": dict.fromkeys(("2027", "2028", "2029"), "0.02")} for name in ("pay", "CPI")}
BASKET = {"pay": "60", "CPI": "40"}
TERMS: dict[str, tuple[Any, ...]] = {
    "protections.volume_cap": ("900", "1150"),
    "protections.volume_guarantee": ("0.5", "0.9", offers.DROP),
    "protections.referrals_by": ("commissioner", offers.DROP),
    "protections.right_to_refuse": (False, offers.DROP),
    "protections.all_volume_paid": (True, False),
    "protections.deductions": ({"expected": "0.02", "cap": "0.1"}, {"expected": "0.01"}),
    "protections.overhead_cap": ({"rate": "0.3", "basis": "total"}, {"rate": "0.2", "basis": "direct"}),
    "protections.liability_cap": ("150000", "unlimited"),
    "payment.days": (45, 60, 90),
    "payment.invoiced": ("quarterly", "half-yearly", "yearly"),
    "payment.in_advance": (False,),
    "payment.retention": ("0.05", "0.1"),
    "payment.end_loaded": ("0.1",),
    "payment.clawback": ("unspent", "surplus"),
    "org.free_reserves": ("0", "1000", "50000", offers.DROP),
    "bid.finance_rate": ("0", offers.DROP),
    "bid.risk_premium": ("2000",),
    "bid.volumes": (["800", "1000", "1200"],),
    "duration.efficiency": ("0.02",),
    "duration.firm_months": (6, 12, 18, 40),
    "duration.indexation": ("none", {"basket": BASKET, "cap": "0.02", "month": "anniversary"}),
    "outcomes.0.lag_months": (6, 14),
    "outcomes.0.rates": (["0.4", "0.5", "0.6"],),
    "exit.notice_by_commissioner": (1, 4),
    "exit.break_payment": ("0", "4000"),
    "sector": ("homecare",),
    "org.annual_income": ("300000",),
}


@st.composite
def drafts(draw: st.DrawFn) -> Bid | None:
    """An offer on any way of paying that is live, with some other terms; nothing for one that contradicts itself."""
    mechanism = draw(st.sampled_from(MECHANISMS))
    changes: dict[str, Any] = {"mechanism": mechanism} | draw(st.sampled_from([{}, rises("0.05", "0.02")]))
    if mechanism["kind"] == "grant":
        changes["form"] = "grant"
    for path in draw(st.lists(st.sampled_from(sorted(TERMS)), max_size=14, unique=True)):
        changes[path] = draw(st.sampled_from(TERMS[path]))
    if draw(st.booleans()):
        changes |= {"org.posts": [POST], "bid.assumptions": {"indices": HELD, "hold_rates": True}}
    try:
        return offers.bid(changes)
    except InputError:
        return None


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(drafts())
def test_no_live_answer_of_any_draft_is_other_than_pythons(bid: Bid | None) -> None:
    """Whatever the mechanism and the terms: answer, severity, pounds, verdict, features and recovery."""
    if bid is not None:
        assert list(wrong(lay_out(bid.to_dict(), SMALL), fcr.check(bid))) == []


@judges.needs_libreoffice
def test_libreoffice_comes_to_the_same(tmp_path: Path) -> None:
    """Every cell of the workbooks of a sample of the cases recalculates to what was written, and none is an error."""
    paths = []
    for number, bid in enumerate(every_case()[::14]):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(to_bytes(lay_out(bid.to_dict(), SMALL)))
        paths.append(path)
    recalculated = judges.recalculate(paths, tmp_path / "recalculated")
    found = [d for path in paths for d in judges.differences(path, recalculated[path])]
    assert judges.readable(found) == ""
