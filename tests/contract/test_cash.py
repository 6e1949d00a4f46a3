"""When the money comes, worked by hand, and what must hold for any terms of payment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcr.bid import Bid
from fcr.cashflow import cash_flow, ledger, receipts
from fcr.contract import Payment
from fcr.errors import InputError
from fcr.pricing import price, waiting_share

Floats = npt.NDArray[np.float64]

LEVEL = np.full(12, 100.0)


def offered(**changes: Any) -> Bid:
    """A year's bid that costs £100 a month, offered £100 a month."""
    return Bid.from_dict(
        {
            "organisation": {
                "name": "Example",
                "services": [{"name": "Advice"}],
                "costs": [{"name": "All", "centre": "Advice", "amount": 1200, "index": "fixed"}],
                **changes.pop("organisation", {}),
            },
            "service": "Advice",
            "start": "2026-04-01",
            "years": 1,
            "contract": {"mechanism": {"kind": "block", "prices": [1200]}, "payment": changes.pop("payment", {})},
            **changes,
        }
    )


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────

BY_HAND: dict[str, tuple[dict[str, Any], int, Mapping[int, float]]] = {
    # terms, extra days, what comes in which month (from 0)
    "nothing stated: monthly, in arrears, 30 days": ({}, 0, dict.fromkeys(range(1, 13), 100)),
    "paid on the invoice's day": ({"days": 0}, 0, dict.fromkeys(range(12), 100)),
    "a day over a month is two": ({"days": 31}, 0, dict.fromkeys(range(2, 14), 100)),
    "quarterly": ({"invoiced": "quarterly", "days": 30}, 0, dict.fromkeys((3, 6, 9, 12), 300)),
    "half-yearly": ({"invoiced": "half-yearly", "days": 60}, 0, dict.fromkeys((7, 13), 600)),
    "yearly": ({"invoiced": "yearly", "in_advance": False, "days": 0}, 0, {11: 1200}),
    "quarterly in advance, at once": (
        {"invoiced": "quarterly", "in_advance": True, "days": 0},
        0,
        dict.fromkeys((0, 3, 6, 9), 300),
    ),
    "in advance, days short of a month are none": (
        {"invoiced": "quarterly", "in_advance": True, "days": 29},
        0,
        dict.fromkeys((0, 3, 6, 9), 300),
    ),
    "in advance, a month late": (
        {"invoiced": "quarterly", "in_advance": True, "days": 30},
        0,
        dict.fromkeys((1, 4, 7, 10), 300),
    ),
    "an advance of a quarter, recovered over the year": (
        {"advance": "0.25", "days": 30},
        0,
        {0: 300} | dict.fromkeys(range(1, 13), 75),
    ),
    "a tenth kept three months past the end": (
        {"retention": "0.1", "retention_months": 3, "days": 30},
        0,
        dict.fromkeys(range(1, 13), 90) | {15: 120},
    ),
    "a fifth at the end": ({"end_loaded": "0.2", "days": 30}, 0, dict.fromkeys(range(1, 12), 80) | {12: 320}),
    "advance, retention and end-loading together": (
        {"advance": "0.25", "retention": "0.1", "retention_months": 1, "end_loaded": "0.2", "days": 0},
        0,
        {0: 354} | dict.fromkeys(range(1, 11), 54) | {11: 216, 12: 90},
    ),
    "45 days later than the terms": ({"days": 30}, 45, dict.fromkeys(range(3, 15), 100)),
    "an advance comes late as all else does": (
        {"advance": "0.25", "days": 30},
        45,
        {2: 300} | dict.fromkeys(range(3, 15), 75),
    ),
    "no sooner than the invoice": ({"days": 30}, -90, dict.fromkeys(range(12), 100)),
}


@pytest.mark.parametrize(("terms", "extra", "comes"), BY_HAND.values(), ids=BY_HAND)
def test_receipts_month_by_month(terms: dict[str, Any], extra: int, comes: Mapping[int, float]) -> None:
    coming = receipts(LEVEL, Payment.from_dict(terms), extra)
    found = {month: round(pounds, 9) for month, pounds in enumerate(coming.tolist()) if abs(pounds) > 1e-9}
    assert found == pytest.approx(comes)


def test_an_advance_is_a_share_of_the_first_year_only() -> None:
    two = np.repeat([100.0, 200.0], 12)
    coming = receipts(two, Payment(advance=Decimal("0.5"), days=0))
    assert coming.tolist() == pytest.approx([600 + 50] + [50] * 11 + [200] * 12)


def test_each_draw_is_as_late_as_it_is() -> None:
    together = receipts(
        np.broadcast_to(LEVEL, (3, 12)), Payment(days=30, retention=Decimal("0.1")), np.array([0, 31, 90])
    )
    for row, extra in zip(together, (0, 31, 90), strict=True):
        alone = receipts(LEVEL, Payment(days=30, retention=Decimal("0.1")), extra)
        assert row.tolist() == pytest.approx([*alone.tolist(), *[0] * (len(row) - len(alone))])


def test_ledger_by_hand() -> None:
    """Costs first, then receipts: quarterly, a month after the invoice, the purse is deepest before each payment."""
    book = ledger(LEVEL, LEVEL, Payment.from_dict({"invoiced": "quarterly", "in_advance": False, "days": 30}))
    low = [-100, -200, -300, -400, -200, -300, -400, -200, -300, -400, -200, -300, -300]
    assert book.before_receipts.tolist() == pytest.approx(low)
    closing = [-100, -200, -300, -100, -200, -300, -100, -200, -300, -100, -200, -300, 0]
    assert book.closing.tolist() == pytest.approx(closing)
    assert float(book.lowest) == pytest.approx(-400)
    assert float(book.cost_of_waiting(0.12)) == pytest.approx(3600 * 0.01)


def test_a_purse_that_is_never_empty_has_no_low_point() -> None:
    book = ledger(LEVEL, 2 * LEVEL, Payment.from_dict({"invoiced": "yearly", "in_advance": True, "days": 0}))
    assert float(book.lowest) == -100  # the first month's costs go out before the first receipt
    fed = ledger(np.zeros(12), LEVEL, Payment(days=0))
    assert (float(fed.lowest), float(fed.cost_of_waiting(0.1))) == (0, 0)


def test_cash_flow_of_a_bid() -> None:
    terms = {"invoiced": "quarterly", "in_advance": False, "days": 30}
    flow = cash_flow(offered(payment=terms, finance_rate="0.12", organisation={"free_reserves": 299}))
    assert (flow.lowest, flow.lowest_month) == (Decimal("-400.00"), "July 2026")
    assert flow.cost_of_waiting == Decimal("36.00")
    assert flow.months_below_reserves == 8  # −300 or −400; −200 could be borne
    assert flow.assumed == ()
    table = flow.table()
    assert table.rows[3].cells == ("Jul 2026", Decimal(100), Decimal(300), Decimal(-400), Decimal(-100))
    assert table.rows[-1].cells[0] == "Apr 2027"
    assert table.notes[1:] == (
        "Lowest point: -£400.00 in July 2026.",
        f"Waiting costs £36.00 over the term at {Decimal('0.12'):%} a year.",
        "Months deeper than free reserves: 8.",
    )
    said = flow.to_dict()
    assert said == {
        "lowest": "-400.00",
        "lowest_month": "July 2026",
        "cost_of_waiting": "36.00",
        "months_below_reserves": 8,
        "table": table.to_dict(),
    }
    assert str(flow) == table.text()


@pytest.mark.parametrize(("reserves", "months"), [(400, 0), (Decimal("399.99"), 3), (300, 3), (0, 13)])
def test_reserves_just_deep_enough_are_deep_enough(reserves: Any, months: int) -> None:
    terms = {"invoiced": "quarterly", "in_advance": False, "days": 30}
    flow = cash_flow(offered(payment=terms, organisation={"free_reserves": reserves}))
    assert flow.months_below_reserves == months


def test_what_is_not_stated_is_said() -> None:
    flow = cash_flow(offered())
    assert flow.assumed == (
        "How invoices are made is not stated: taken as monthly, in arrears.",
        "The days to payment are not stated: taken as 30.",
    )
    notes = flow.table().notes
    assert "The cost of waiting is unknown: the bid states no finance rate of its own." in notes
    assert "Free reserves are not stated, so whether they could stand it is unknown." in notes
    assert set(flow.assumed) <= set(notes)
    assert flow.cost_of_waiting is None
    assert flow.months_below_reserves is None
    assert flow.to_dict()["cost_of_waiting"] is None
    assert cash_flow(offered(payment={"invoiced": "monthly", "in_advance": True})).assumed == flow.assumed[1:]
    assert cash_flow(offered(payment={"invoiced": "monthly", "days": 10})).assumed == flow.assumed[:1]


def test_if_later() -> None:
    flow = cash_flow(offered(payment={"invoiced": "monthly", "in_advance": False, "days": 30}, finance_rate="0.12"))
    later = flow.if_later(30)
    assert [flow.lowest, later.lowest] == [-200, -300]
    assert (flow.cost_of_waiting, later.cost_of_waiting) == (Decimal("24.00"), Decimal("36.00"))


def test_a_price_already_worked_out_is_used() -> None:
    bid = offered()
    priced = price(bid)
    assert cash_flow(bid, priced=priced).table() == cash_flow(bid).table()


def test_no_offer_no_ledger() -> None:
    with pytest.raises(InputError, match="states no offer"):
        cash_flow(offered().replace(contract=None))


# ── the price of waiting ─────────────────────────────────────────────────────────────────────────

WAITS = [
    ({"invoiced": "monthly", "in_advance": False, "days": 0}, 0.0),
    ({"invoiced": "monthly", "in_advance": False, "days": 30}, 1.0),
    ({"invoiced": "monthly", "in_advance": False, "days": 31}, 2.0),
    ({"invoiced": "quarterly", "in_advance": False, "days": 30}, 2.0),
    ({"invoiced": "half-yearly", "in_advance": False, "days": 0}, 2.5),
    ({"invoiced": "yearly", "in_advance": False, "days": 60}, 7.5),
    ({"invoiced": "quarterly", "in_advance": True, "days": 0}, 0.0),
]


@pytest.mark.parametrize(("terms", "wait"), WAITS)
def test_average_wait_and_its_price(terms: dict[str, Any], wait: float) -> None:
    """``days ÷ 30 rounded up + (period − 1) ÷ 2`` months, and rate × wait ÷ 12 of full cost in the price."""
    bid = offered(payment=terms, finance_rate="0.09")
    assert Payment.from_dict(terms).average_wait == wait
    assert waiting_share(bid) == pytest.approx(0.09 * wait / 12)
    assert price(bid).exact.waiting.tolist() == pytest.approx([1200 * 0.09 * wait / 12])


@pytest.mark.parametrize(
    "unsaid", [{"in_advance": False, "days": 30}, {"invoiced": "monthly", "days": 30}, {"invoiced": "monthly"}]
)
def test_a_wait_nobody_stated_costs_nothing(unsaid: dict[str, Any]) -> None:
    assert Payment.from_dict(unsaid).average_wait is None
    assert waiting_share(offered(payment=unsaid, finance_rate="0.09")) == 0


@pytest.mark.parametrize("terms", [terms for terms, _ in WAITS if not terms["in_advance"]])
def test_the_price_of_waiting_is_the_ledgers_less_a_month(terms: dict[str, Any]) -> None:
    """For level costs paid at cost: the ledger charges one month more, for it looks before each month's receipts."""
    bid = offered(payment=terms, finance_rate="0.09")
    closed = float(price(bid).exact.waiting[0])
    assert float(cash_flow(bid).exact.cost_of_waiting(0.09)) == pytest.approx(closed + 1200 * 0.09 / 12)


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────

shares = st.sampled_from([None, Decimal(0), Decimal("0.05"), Decimal("0.3"), Decimal("0.8")])


@st.composite
def terms_of_payment(draw: st.DrawFn, *, in_advance: bool | None = None, advance: bool = True) -> Payment:
    """Any terms that hold together."""
    early = draw(st.booleans()) if in_advance is None else in_advance
    fields: dict[str, Any] = {
        "invoiced": draw(st.sampled_from([None, "monthly", "quarterly", "half-yearly", "yearly"])),
        "in_advance": early,
        "days": draw(st.one_of(st.none(), st.integers(0, 200))),
        "end_loaded": draw(shares),
        "retention": draw(shares),
    }
    if fields["retention"]:
        fields["retention_months"] = draw(st.one_of(st.none(), st.integers(0, 14)))
    if advance and not early:
        fields["advance"] = draw(shares)
    return Payment(**fields)


@st.composite
def earnings(draw: st.DrawFn, low: int = 0) -> Floats:
    """Pounds earned in each month of one to three years."""
    years = draw(st.integers(1, 3))
    months = draw(st.lists(st.integers(low, 5000), min_size=12 * years, max_size=12 * years))
    return np.array(months, dtype=np.float64)


def longer(months: Floats, count: int) -> Floats:
    """The same months with noughts after them."""
    return np.concatenate([months, np.zeros(count - len(months))])


@given(earnings(low=-5000), terms_of_payment(), st.integers(-60, 200))
def test_all_that_is_earned_is_received(earned: Floats, payment: Payment, extra: int) -> None:
    """Terms of payment move money: they neither make nor lose a penny of it."""
    assert receipts(earned, payment, extra).sum() == pytest.approx(earned.sum(), abs=1e-6)


@given(earnings(), terms_of_payment(in_advance=False, advance=False), st.integers(-60, 200))
def test_nothing_comes_before_it_is_earned(earned: Floats, payment: Payment, extra: int) -> None:
    """In arrears, without an advance, what has come in by a month is never more than what was earned by it."""
    coming = receipts(earned, payment, extra)
    assert (np.cumsum(coming) <= np.cumsum(longer(earned, len(coming))) + 1e-6).all()


@given(earnings(), terms_of_payment(in_advance=False))
def test_an_advance_is_the_most_that_comes_early(earned: Floats, payment: Payment) -> None:
    """What has come in is never more than what was earned and the advance."""
    coming = receipts(earned, payment)
    most = np.cumsum(longer(earned, len(coming))) + float(payment.advance or 0) * earned[:12].sum()
    assert (np.cumsum(coming) <= most + 1e-6).all()


@given(earnings(), earnings(), terms_of_payment(advance=False), st.integers(0, 100), st.integers(0, 100))
def test_later_is_never_better(costs: Floats, earned: Floats, payment: Payment, delay: int, more: int) -> None:
    """Later payment never raises the lowest cash, and never lowers the cost of waiting."""
    size = min(len(costs), len(earned))
    early, late = (ledger(costs[:size], earned[:size], payment, days) for days in (delay, delay + more))
    assert late.lowest <= early.lowest + 1e-6
    assert late.cost_of_waiting(0.1) >= early.cost_of_waiting(0.1) - 1e-6
    if payment.days is not None:
        longer_terms = payment.replace(days=payment.days + more)
        slower = ledger(costs[:size], earned[:size], longer_terms, delay)
        assert slower.before_receipts.tolist() == pytest.approx(late.before_receipts.tolist())


@given(st.integers(1, 3), st.integers(1, 9000), terms_of_payment(in_advance=False), st.integers(0, 100))
def test_later_is_never_better_with_an_advance(years: int, pounds: int, payment: Payment, more: int) -> None:
    """The same where an advance is recovered from level income."""
    level = np.full(12 * years, float(pounds))
    early, late = (ledger(level, level, payment, days) for days in (0, more))
    assert late.lowest <= early.lowest + 1e-6
    assert late.cost_of_waiting(0.1) >= early.cost_of_waiting(0.1) - 1e-6


@given(st.integers(1, 3), st.sampled_from(["monthly", "quarterly", "half-yearly", "yearly"]), st.integers(0, 200))
def test_average_wait_is_the_mean_time_from_cost_to_receipt(years: int, invoiced: str, days: int) -> None:
    """For level costs in arrears the average wait is exactly the ledger's."""
    payment = Payment.from_dict({"invoiced": invoiced, "in_advance": False, "days": days})
    level = np.full(12 * years, 100.0)
    coming = receipts(level, payment)
    paid_at = (coming @ np.arange(len(coming))) / coming.sum()
    assert payment.average_wait == pytest.approx(paid_at - (12 * years - 1) / 2)
    assert payment.average_wait == math.ceil(days / 30) + ((payment.period or 0) - 1) / 2


@given(st.lists(earnings(), min_size=2, max_size=4), terms_of_payment(), st.data())
def test_each_draw_is_what_it_would_be_alone(rows: list[Floats], payment: Payment, data: st.DataObject) -> None:
    """Cash of many draws at once, each with its own delay, is row by row that of one run each."""
    size = min(len(row) for row in rows)
    earned = np.stack([row[:size] for row in rows])
    extra = np.array(data.draw(st.lists(st.integers(0, 150), min_size=len(rows), max_size=len(rows))))
    costs = earned[::-1] * 0.9
    together = ledger(costs, earned, payment, extra)
    for i in range(len(rows)):
        alone = ledger(costs[i], earned[i], payment, int(extra[i]))
        count = alone.closing.shape[-1]
        np.testing.assert_allclose(together.closing[i, :count], alone.closing, atol=1e-6)
        np.testing.assert_allclose(together.closing[i, count:], alone.closing[-1], atol=1e-6)
        assert together.lowest[i] == pytest.approx(min(alone.lowest, alone.closing[-1]), abs=1e-6)
