"""The model that is drawn is the engine that prices: a draw is the plan of a bid that had planned for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pytest
import strategies as own
from hypothesis import given
from hypothesis import strategies as st
from small_bids import SERVICE, plain

from fcr.assumptions import Index
from fcr.bid import Bid
from fcr.cashflow import cash_flow
from fcr.contract import (
    BlockPrice,
    CallOff,
    CappedActivity,
    Contract,
    CostAndVolume,
    CostPlus,
    Deductions,
    Duration,
    Exit,
    Hybrid,
    Indexation,
    Outcome,
    Part,
    Payment,
    Protections,
    Stage,
    StagedResults,
    StandingCharge,
    Tier,
    UnitPrice,
)
from fcr.contract.mechanisms import AnyMechanism, gather
from fcr.errors import InputError
from fcr.funding import service_costs
from fcr.income import income
from fcr.lines import Cost, Post
from fcr.risk.model import Model, Moves

D = Decimal
ONE = Decimal(1)
MOVED = ("pay", "CPI", "wage floor", "energy")
RESULTS = StagedResults(attachment=D(40), stages=[Stage(outcome="settled", price=D(300))])
MECHANISMS: tuple[AnyMechanism, ...] = (
    UnitPrice(price=D(90), tiers=[Tier(above=D(60), price=D(70))], minimum=D(1000), maximum=D(9000)),
    CostAndVolume(price=D(20_000), volume=D(100), band=D("0.1"), above=D(60), below=D(40)),
    StandingCharge(charge=D(9000), price=D(12)),
    CallOff(price=D(75)),
    RESULTS,
    CostPlus(fee_rate=D("0.05"), disallowed=D("0.02")),
    Hybrid(parts=[Part(weight=D("0.6"), mechanism=CallOff(price=D(100))), Part(weight=D("0.4"), mechanism=RESULTS)]),
)


@st.composite
def offers(draw: st.DrawFn) -> Bid:
    """A bid whose shares of overheads do not move with what is drawn, under an offer with terms of every kind."""
    bid: Bid = draw(own.bids(cost_based=False))
    limits = draw(st.sampled_from([{}, {"cap": D("0.03")}, {"cap": D("0.05"), "collar": D("0.01")}]))
    basket = draw(st.sampled_from([{"pay": 70, "CPI": 30}, {"wage floor": 50, "fixed": 50}, {"energy": 100}]))
    month: Literal[4, 9, "anniversary"] = draw(st.sampled_from([4, 9, "anniversary"]))
    duration = Duration(
        indexation=draw(st.sampled_from([None, "none", Indexation(basket=basket, month=month, **limits)])),
        efficiency=draw(st.sampled_from([None, D("0.02")])),
    )
    protections = Protections(
        volume_cap=draw(st.sampled_from([None, D(0), D(80)])),
        deductions=draw(st.sampled_from([None, "none", Deductions(expected=D("0.04"))])),
    )
    contract = Contract(
        mechanism=draw(st.sampled_from((*MECHANISMS, BlockPrice(prices=[D(50_000)] * bid.years)))),
        outcomes=[Outcome(name="settled", rates=[D("0.6")], lag_months=draw(st.sampled_from([0, 2, 14])))],
        duration=duration,
        protections=protections,
    )
    volumes = bid.yearly_volumes or [draw(own.pennies(0, 200))]
    return bid.replace(contract=contract, volumes=volumes, capacity=(), occupancy=())


def as_if_planned(
    bid: Bid, *, volume: Decimal = ONE, rises: dict[str, Decimal] | None = None, success: Decimal = ONE
) -> Bid:
    """The bid that had planned for what a draw moves."""
    indices = dict(bid.assumptions.indices)
    for name, added in (rises or {}).items():
        dates = bid.assumptions.rise_dates(name, bid.organisation.base_year, bid.term)
        month = indices[name].month if name in indices else 4
        indices[name] = Index(month=month, rises={d.year: bid.assumptions.rise(name, d) + added for d in dates})
    contract = bid.contract
    assert contract is not None
    outcomes = [o.replace(rates=[min(r * success, ONE) for r in o.rates]) for o in contract.outcomes]
    return bid.replace(
        volumes=[v * volume for v in bid.yearly_volumes or ()],
        assumptions=bid.assumptions.replace(indices=indices),
        contract=contract.replace(outcomes=outcomes),
    )


def agree(model: Model, moves: Moves, bid: Bid, draw: int = 0) -> None:
    """A draw is, month by month, what the engine says of the other bid."""
    outturn = model.outturn(moves)
    np.testing.assert_allclose(outturn.costs[draw], service_costs(bid).total, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(outturn.income[draw], income(bid).exact.total, rtol=1e-9, atol=1e-6)


@given(offers())
def test_with_no_moves_it_is_the_plan(bid: Bid) -> None:
    """Nothing moved: costs and income are those of the engine, to the month."""
    agree(Model(bid), Moves(1), bid)


@given(offers(), st.data())
def test_a_draw_is_the_plan_of_a_bid_that_had_planned_for_it(bid: Bid, data: st.DataObject) -> None:
    """Volume, indices and success moved together, two draws at once: each is what the engine makes of such a plan.

    Every kind of cost line and post is in it: increments, thresholds crossed, the Employment Allowance,
    steps, purchases, lines that start and end, costs in kind.
    """
    found = [draw(data, bid) for _ in range(2)]
    names = [name for name in MOVED if name in bid.index_names]
    moves = Moves(
        2,
        volume=np.array([float(f["volume"]) for f in found]),
        indices={name: np.array([float(f["rises"].get(name, 0)) for f in found]) for name in names},
        success={"": np.array([float(f["success"]) for f in found])},
    )
    model = Model(bid)
    for i, planned in enumerate(found):
        agree(model, moves, as_if_planned(bid, **planned), i)


def draw(data: st.DataObject, bid: Bid) -> dict[str, Any]:
    """What one draw moves."""
    added = st.integers(-400, 900).map(lambda n: D(n).scaleb(-4))
    names = [name for name in MOVED if name in bid.index_names and data.draw(st.booleans())]
    return {
        "volume": data.draw(st.sampled_from([D(x) for x in ("0", "0.5", "0.87", "1", "1.3", "2")])),
        "rises": {name: data.draw(added) for name in names},
        "success": data.draw(st.sampled_from([D(x) for x in ("0", "0.5", "1", "1.4", "3")])),
    }


@given(own.bids(cost_based=False), own.shares, st.sampled_from([D(0), D("0.1"), D("0.35")]))
def test_cover_is_bought_in_on_every_post(bid: Bid, had: Decimal, extra: Decimal) -> None:
    """Extra cover of ``e`` costs what posts with cover of ``(1 + c)(1 + e) − 1`` would."""
    had = min(had, D("0.4"))
    organisation = bid.organisation

    def covered(cover: Decimal) -> Bid:
        posts = [post.replace(cover=cover) for post in organisation.posts]
        contract = Contract(mechanism=BlockPrice(prices=[D(1)] * bid.years))
        return bid.replace(organisation=organisation.replace(posts=posts), contract=contract)

    drawn = Model(covered(had)).outturn(Moves(1, cover=np.array([float(extra)])))
    expected = service_costs(covered((1 + had) * (1 + extra) - 1)).total
    np.testing.assert_allclose(drawn.costs[0], expected, rtol=1e-9, atol=1e-6)


def test_pay_over_thresholds_and_on_increments() -> None:
    """A post that crosses the pension trigger and the National Insurance threshold as pay moves, by the engine."""
    post = Post(name="Worker", salary=D(9_800), increment=D(300), top=D(10_400), time={SERVICE: 100})
    bid = plain(cost=0, posts=[post], volumes=[D(10)])
    bid = bid.replace(organisation=bid.organisation.replace(employment_allowance="by pay"))
    model = Model(bid)
    sizes = np.array([-0.05, 0.0, 0.02, 0.2, 0.45])
    outturn = model.outturn(Moves(sizes.size, indices={"pay": sizes}))
    for i, added in enumerate(sizes.tolist()):
        expected = service_costs(as_if_planned(bid, rises={"pay": D(str(added))})).total
        np.testing.assert_allclose(outturn.costs[i], expected, rtol=1e-12)
    steps = np.diff(outturn.costs[:, -1]) / np.diff(sizes)
    assert steps.max() > 1.05 * steps.min()  # the thresholds bend the line


# ── what happens to a contract, by hand ──────────────────────────────────────────────────────────


def test_a_guarantee_is_measured_against_the_plan() -> None:
    """100 units planned at £10, 90% guaranteed: half the volume still earns £900, made up at the year's end."""
    offer = {"protections": Protections(volume_guarantee=D("0.9"))}
    bid = plain(mechanism=CallOff(price=D(10)), years=1, volumes=[D(100)], terms=offer)
    earned = Model(bid).outturn(Moves(3, volume=np.array([0.5, 0.95, 1.2]))).income
    assert gather(earned)[:, 0] == pytest.approx([900, 950, 1200])
    assert earned[0] == pytest.approx([500 / 12] * 11 + [500 / 12 + 400])


@pytest.mark.parametrize(
    ("may_refuse", "duty", "expected"),
    [(True, False, [500, 1000, 1000]), (False, False, [500, 1000, 2000]), (True, True, [500, 1000, 2000])],
)
def test_beyond_the_cap_nothing_is_paid_and_what_may_be_refused_is(
    may_refuse: bool, duty: bool, expected: list[int]
) -> None:
    """£10 a unit to serve, 100 paid for: twice the demand is served only where it may not be refused."""
    capped = CappedActivity(price=D(20), cap=D(100), duty_to_serve=duty)
    each = Cost(name="Each", centre=SERVICE, amount=D(10), behaviour="per unit", index="fixed")
    offer = {"protections": Protections(volume_cap=D(100), right_to_refuse=may_refuse)}
    bid = plain(cost=0, costs=[each], mechanism=capped, years=1, volumes=[D(100)], terms=offer)
    outturn = Model(bid).outturn(Moves(3, volume=np.array([0.5, 1.0, 2.0])))
    assert gather(outturn.costs)[:, 0] == pytest.approx(expected)
    assert gather(outturn.income)[:, 0] == pytest.approx([1000, 2000, 2000])


def test_what_the_plan_serves_beyond_the_cap_is_still_served() -> None:
    """A plan for 150 units under a cap of 100 costs 150 units, drawn or not; more than the plan may be refused."""
    each = Cost(name="Each", centre=SERVICE, amount=D(10), behaviour="per unit", index="fixed")
    offer = {"protections": Protections(volume_cap=D(100), right_to_refuse=True)}
    bid = plain(cost=0, costs=[each], mechanism=CallOff(price=D(1)), years=1, volumes=[D(150)], terms=offer)
    model = Model(bid)
    agree(model, Moves(1), bid)
    costs = model.outturn(Moves(3, volume=np.array([0.8, 1.0, 1.5]))).costs
    assert gather(costs)[:, 0] == pytest.approx([1200, 1500, 1500])


def test_an_early_end_stops_income_and_cost_and_leaves_what_is_stranded() -> None:
    """£1,000 a month each way, £40,000 stranded: ended after month 12, the 13th month costs £40,000, then nothing."""
    bid = plain(cost=12_000, price=12_000, terms={"exit": Exit(stranded_cost=D(40_000))})
    outturn = Model(bid).outturn(Moves(3, end=np.array([12.0, 36.0, np.inf])))
    assert outturn.income.sum(axis=1) == pytest.approx([12_000, 36_000, 36_000])
    assert outturn.costs[0].tolist() == pytest.approx([1000.0] * 12 + [40_000.0] + [0.0] * 23)
    assert outturn.surplus.sum(axis=1) == pytest.approx([-40_000, 0, 0])


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        ({}, 9_000),  # the close-down costs of the plan
        ({"stranded_cost": D(40_000)}, 40_000),
        ({"stranded_cost": D(40_000), "break_payment": D(25_000)}, 15_000),
        ({"stranded_cost": D(40_000), "break_payment": D(0)}, 40_000),
        ({"stranded_cost": D(40_000), "break_payment": "stranded cost"}, 0),
    ],
)
def test_a_break_payment_pays_for_what_is_stranded(terms: dict[str, Any], left: int) -> None:
    """What an early end costs: as stated, or the plan's close-down, less what is paid for it."""
    closing = Cost(name="Redundancy", centre=SERVICE, amount=D(9_000), phase="close-down", index="fixed")
    bid = plain(costs=[closing], terms={"exit": Exit(**terms)})
    ended = Model(bid).outturn(Moves(1, end=np.array([12.0])))
    assert ended.costs[0, 12] == pytest.approx(left)


def test_losses_in_pounds_fall_evenly_over_their_year() -> None:
    """£1,200 lost in Year 2 is £100 in each of its months, and nothing else moves."""
    bid = plain(years=2)
    model = Model(bid)
    lost = model.outturn(Moves(1, losses=np.array([[0.0, 1200.0]])))
    assert lost.costs[0] - model.planned.costs[0] == pytest.approx([0] * 12 + [100] * 12)
    assert lost.income == pytest.approx(model.planned.income)


@pytest.mark.parametrize("days", [0, 1, 45, 90])
def test_a_delay_moves_the_cash_as_the_ledger_says(days: int) -> None:
    """The lowest point with payment later is that of the planned ledger with payment later; the surplus stands."""
    bid = plain(terms={"payment": Payment(invoiced="quarterly", in_advance=False, days=30)})
    model = Model(bid)
    late = model.ledger(model.planned, np.array([float(days)]))
    assert late.lowest[0] == pytest.approx(float(cash_flow(bid, extra_days=days).exact.lowest))


def test_the_cost_of_waiting_as_planned() -> None:
    """At the bid's own rate; nought without one."""
    bid = plain(finance_rate=D("0.07"))
    assert Model(bid).planned_waiting == pytest.approx(float(cash_flow(bid).exact.cost_of_waiting(0.07)))
    assert Model(plain()).planned_waiting == 0


def test_a_bid_without_an_offer_is_refused() -> None:
    """There is nothing to draw against."""
    with pytest.raises(InputError, match="no offer"):
        Model(plain().replace(contract=None))
