"""Overheads to services, by figures that fit on the back of an envelope."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from fcr.apportionment import (
    Apportionment,
    Sharing,
    apportion,
    driver_shares,
    kept,
    reconcile,
    share_out,
    sharing,
)
from fcr.assumptions import Assumptions
from fcr.costing import Costing, Paths, base_year_costing, cost_lines
from fcr.errors import ApportionmentError, ReconciliationError, UnknownName
from fcr.lines import Cost, Post
from fcr.organisation import CostPool, Driver, Method, Organisation, Service
from fcr.periods import Calendar

D = Decimal


# ── on plain arrays ──────────────────────────────────────────────────────────────────────────────

OWN = np.array([1000.0, 400.0])
QUANTITIES = np.array([[0.0, 20.0, 20.0, 60.0], [50.0, 0.0, 25.0, 25.0]])
"""Of the first pool 20% goes to the second, 20% and 60% to the services; of the second, 50%, 25% and 25%."""


@pytest.mark.parametrize(
    ("method", "gross", "services"),
    [
        # direct: 1,000 by 20:60 and 400 by 25:25
        ("direct", [1000, 400], [250 + 200, 750 + 200]),
        # step-down: 200 to the second pool, then its 600 by 25:25
        ("step-down", [1000, 600], [200 + 300, 600 + 300]),
        # reciprocal: x = 1,000 + y ÷ 2 and y = 400 + x ÷ 5, so x = 1,200 ÷ 0.9 and y = 600 ÷ 0.9
        ("reciprocal", [12000 / 9, 6000 / 9], [2400 / 9 + 1500 / 9, 7200 / 9 + 1500 / 9]),
    ],
)
def test_three_methods_on_two_pools_and_two_services(method: Method, gross: list[float], services: list[float]) -> None:
    """The same quantities by each method; each gives out 1,400."""
    shared = sharing(QUANTITIES, method)
    assert np.allclose(shared.gross(OWN), gross)
    assert np.allclose(shared.to_services(OWN), services)
    assert np.allclose(OWN @ shared.ends_on, services)
    assert np.allclose(shared.ends_on.sum(axis=1), 1)
    assert np.allclose(share_out(OWN, np.array([10.0, 20.0]), QUANTITIES, method), np.add(services, [10, 20]))
    assert shared.pools == 2


def test_the_method_is_a_mask() -> None:
    """Direct keeps no pool, step-down the later ones, reciprocal all but itself; services are always kept."""
    assert kept(2, 3, "direct").astype(int).tolist() == [[0, 0, 1], [0, 0, 1]]
    assert kept(2, 3, "step-down").astype(int).tolist() == [[0, 1, 1], [0, 0, 1]]
    assert kept(2, 3, "reciprocal").astype(int).tolist() == [[0, 1, 1], [1, 0, 1]]


@pytest.mark.parametrize("method", ["direct", "step-down", "reciprocal"])
def test_a_pool_gives_nothing_to_itself(method: Method) -> None:
    """A quantity of its own is left out, and the rest makes up the whole."""
    assert sharing(np.array([[40.0, 30.0, 30.0]]), method).shares.tolist() == [[0.0, 0.5, 0.5]]


def test_step_down_is_the_usual_method() -> None:
    """Nobody need say so."""
    assert np.allclose(share_out(OWN, np.zeros(2), QUANTITIES), [500, 900])


def test_draws_are_shared_each_by_itself() -> None:
    """A leading axis of quantities and costs gives the same as each alone."""
    many = np.stack([QUANTITIES, QUANTITIES * [1, 2, 3, 4]])
    own = np.array([[1000.0, 400.0], [50.0, 60.0]])
    direct = np.array([[1.0, 2.0], [3.0, 4.0]])
    got = share_out(own, direct, many, "reciprocal")
    for i in range(2):
        assert np.allclose(got[i], share_out(own[i], direct[i], many[i], "reciprocal"))


@pytest.mark.parametrize("inside", [[[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], [[0.0, np.nan, 0.0], [1.0, 0.0, 0.0]]])
def test_pools_that_only_serve_one_another_are_refused(inside: list[list[float]]) -> None:
    """No way out to a service: nothing can be solved, and it is said in words."""
    with pytest.raises(ApportionmentError) as refused:
        Sharing(np.array(inside)).gross(OWN)
    (problem,) = refused.value.problems
    assert str(problem) == "the pools: some only serve one another. Let one of them serve a service, by its driver."
    assert problem.code == "closed-circle"


def test_a_cost_with_nothing_to_share_it_by_is_our_fault() -> None:
    """On plain arrays, a pool with a cost and no quantity loses it, and the amount is named."""
    with pytest.raises(ReconciliationError, match=r"£400\.0000 of cost was lost in apportionment"):
        share_out(OWN, np.zeros(2), np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]]), "direct")
    nothing = share_out(np.array([1000.0, 0.0]), np.zeros(2), np.array([[0.0, 0.0, 1.0, 1.0], [0.0] * 4]), "direct")
    assert nothing.tolist() == [500.0, 500.0]


def test_quantities_below_one_are_quantities() -> None:
    """A tenth and three tenths are shared as one to three."""
    assert sharing(np.array([[0.0, 0.1, 0.3]]), "direct").shares[0] == pytest.approx([0, 0.25, 0.75])


def test_reconciling_says_what_went_astray() -> None:
    """Within a hundredth of a penny all is well; beyond it, the largest error, lost or counted twice."""
    reconcile(np.array([1.0, 2.0]), 3.00009)
    reconcile(np.zeros((0, 3)), np.zeros(0))
    with pytest.raises(ReconciliationError, match=r"^£0\.0002 of cost was lost in apportionment$"):
        reconcile(np.array([1.0, 2.0]), 3.0002)
    with pytest.raises(ReconciliationError, match=r"^£5\.0000 of cost was counted twice in apportionment$"):
        reconcile(np.array([[1.0, 2.0], [4.0, 4.0]]), np.array([4.0, 3.0]))
    with pytest.raises(ReconciliationError):
        reconcile(np.array([np.nan]), 1.0)


# ── an organisation ──────────────────────────────────────────────────────────────────────────────


def cost(centre: str, amount: Any, name: str = "Spending", **fields: Any) -> Cost:
    return Cost.from_dict({"name": name, "centre": centre, "amount": amount, "index": "fixed", **fields})


def post(name: str, salary: int, time: dict[str, int], **fields: Any) -> Post:
    return Post.from_dict({"name": name, "salary": salary, "pension": "none", "index": "fixed", "time": time, **fields})


def charity(*lines: Cost | Post, pools: dict[str, str], drivers: tuple[Driver, ...] = ()) -> Organisation:
    return Organisation(
        name="Charity",
        services=[Service(name="Advice"), Service(name="Housing")],
        pools=[CostPool(name=n, driver=d) for n, d in pools.items()],
        costs=[line for line in lines if isinstance(line, Cost)],
        posts=[line for line in lines if isinstance(line, Post)],
        drivers=drivers,
    )


AREA = Driver(name="area", quantities={"Office": 20, "Advice": 20, "Housing": 60, "Rent": 7})
AREA_OF_TWO = Driver(name="area", quantities={"Advice": 20, "Housing": 60})
TWO_POOLS = charity(
    cost("Rent", 1000),
    cost("Office", 400),
    cost("Advice", 100),
    cost("Housing", 200),
    pools={"Rent": "area", "Office": "equal"},
    drivers=(AREA,),
)


def test_full_costs_are_direct_cost_and_a_share_of_each_pool() -> None:
    """Rent 1,000: 200 to the office, 200 and 600; the office's 600 in halves: 100 + 500 and 200 + 900."""
    got = apportion(TWO_POOLS)
    assert got.full_costs == {"Advice": D("600.00"), "Housing": D("1100.00")}
    assert got.gross == {"Rent": D("1000.00"), "Office": D("600.00")}
    assert got.shares["Rent"] == pytest.approx({"Advice": 0.3, "Housing": 0.7})
    assert got.shares["Office"] == pytest.approx({"Advice": 0.5, "Housing": 0.5})
    assert got.overhead_rates == pytest.approx({"Advice": 5.0, "Housing": 4.5})
    assert got.overhead_rate == pytest.approx(1400 / 300)
    assert np.allclose(got.overheads, [[300, 700], [200, 200]])
    assert np.allclose(got.exact, [600, 1100])


def test_step_down_goes_by_the_order_of_the_pools() -> None:
    """With the office first, its 400 go in thirds to the rent and the services, and the rent's to services only."""
    pools = [CostPool(name="Rent", driver="area", order=2), CostPool(name="Office", driver="equal", order=1)]
    got = apportion(TWO_POOLS.replace(pools=pools))
    assert got.pools == ("Office", "Rent")
    assert got.gross == {"Office": D("400.00"), "Rent": D("1133.33")}
    assert np.allclose(got.overheads[0], [400 / 3 + 400 / 3 * 0.25, 400 / 3 + 400 / 3 * 0.75])


def test_a_service_without_direct_cost_has_no_rate() -> None:
    """No overhead rate can be stated on nothing, nor on a credit."""
    got = apportion(charity(cost("Rent", 100), cost("Advice", -10), pools={"Rent": "equal"}))
    assert got.overhead_rates == {"Advice": None, "Housing": None}
    assert got.overhead_rate is None


def in_thirds(*pools: str) -> Organisation:
    return Organisation(
        name="Charity",
        services=[Service(name=n) for n in ("A", "B", "C")],
        pools=[CostPool(name=pool, driver="equal") for pool in pools],
        costs=[cost(pool, 100) for pool in pools],
    )


def test_the_table_adds_up_and_says_what_moved() -> None:
    """Rent of £100 in thirds: 33.34 and twice 33.33, and one figure was moved."""
    got = apportion(in_thirds("Rent"))
    table = got.table()
    assert [row.cells for row in table.rows] == [
        ("A", D("0.00"), D("33.34"), D("33.34")),
        ("B", D("0.00"), D("33.33"), D("33.33")),
        ("C", D("0.00"), D("33.33"), D("33.33")),
        ("Total", D("0.00"), D("100.00"), D("100.00")),
    ]
    assert [c.heading for c in table.columns] == ["Service", "Direct cost", "Rent", "Full cost"]
    assert [c.kind for c in table.columns] == ["text", "pounds", "pounds", "pounds"]
    assert [row.style for row in table.rows] == ["line", "line", "line", "total"]
    assert table.rows[-1].adds == (0, 1, 2)
    assert table.across
    assert table.title == "Full cost of each service, 2026-27, step-down method (£)"
    assert table.notes == ("1 figure moved by less than a penny so that the table adds up.",)
    assert str(got) == table.text()


def test_several_figures_moved_are_counted() -> None:
    """Two pools of £100 in thirds move a cell each, and the note counts them."""
    (note,) = apportion(in_thirds("Rent", "Heat"), "direct").table().notes
    assert note == "2 figures moved by less than a penny so that the table adds up."


def test_in_kind_and_one_off_costs_are_kept_apart() -> None:
    """Given room on a pool is shared as cash is, beside the cash; a launch is no part of a year's running."""
    got = apportion(
        charity(
            cost("Rent", 100),
            cost("Rent", 60, name="Given room", in_kind="lent"),
            cost("Advice", 40, name="Volunteers", in_kind="given"),
            cost("Housing", 500, name="Launch", phase="start-up"),
            cost("Housing", 250, name="Farewell", phase="close-down"),
            pools={"Rent": "equal"},
        )
    )
    assert got.full_costs == {"Advice": D("50.00"), "Housing": D("50.00")}
    assert np.allclose(got.in_kind, [70, 30])
    assert got.left_out == 750
    assert got.table().notes == (
        "Start-up and close-down costs, £750.00, are not part of a year's running.",
        "In kind, costing no cash and not in these figures: Advice £70.00; Housing £30.00.",
    )


def test_only_services_with_something_in_kind_are_named() -> None:
    """Nothing in kind on housing: it is not in the note."""
    lines = (cost("Advice", 1), cost("Housing", 1), cost("Advice", 40, name="Volunteers", in_kind="given"))
    assert apportion(charity(*lines, pools={})).table().notes == (
        "In kind, costing no cash and not in these figures: Advice £40.00.",
    )


def test_no_pools_means_direct_cost() -> None:
    """Without pools each service costs what is charged to it, and the cascade is empty."""
    got = apportion(charity(cost("Advice", "10.01"), cost("Housing", 20), pools={}))
    assert got.full_costs == {"Advice": D("10.01"), "Housing": D("20.00")}
    assert got.cascade().rows == ()
    assert got.overheads.shape == (0, 2)


# ── drivers ──────────────────────────────────────────────────────────────────────────────────────

STAFF = (
    post("A", 10000, {"Advice": 100}, hours_per_year=1000),
    post("B", 30000, {"Housing": 50, "Advice": 50}, fte=D("0.5"), hours_per_year=2000),
    post("C", 20000, {"Housing": 100}, first_month=10, hours_per_year=800),
)


@pytest.mark.parametrize(
    ("driver", "advice", "housing"),
    [
        ("equal", 1, 1),
        ("staff", 1.25, 0.25 + 0.25),  # the third post works three months: a quarter
        ("time", 1000 + 500, 500 + 200),
        # pay and National Insurance of 15% over 5,000: 10,750; half of 15,000 + 1,500; (20,000 + 2,250) ÷ 4
        ("staff cost", 10750 + 8250, 8250 + 5562.50),
        ("direct cost", 10750 + 8250 + 1000, 8250 + 5562.50),
    ],
)
def test_built_in_drivers(driver: str, advice: float, housing: float) -> None:
    """Each measures the posts and costs themselves."""
    lines = (
        *STAFF,
        cost("Advice", 1000),
        cost("Office", 700),
        cost("Housing", 300, name="Room", in_kind="given"),
        cost("Housing", 400, name="Van", capital="purchase"),
        cost("Housing", 500, name="Launch", phase="start-up"),
    )
    got = driver_shares(base_year_costing(charity(*lines, pools={"Office": driver})), "step-down")
    assert got.shares.shape == (1, 1, 3)
    assert np.allclose(got.shares[0, 0], [0, advice / (advice + housing), housing / (advice + housing)])


def test_time_without_hours_is_time_of_a_full_year() -> None:
    """When no post states its hours, the time driver is the staff driver."""
    staff = [p.replace(hours_per_year=None) for p in STAFF]
    shares = [
        driver_shares(base_year_costing(charity(*staff, cost("Office", 1), pools={"Office": d})), "direct").shares
        for d in ("time", "staff")
    ]
    assert np.allclose(shares[0], shares[1])


def test_the_staff_driver_does_not_weigh_by_hours() -> None:
    """Hours matter to the time driver alone: 1,000 against 3,000 hours of one full-time post each is even by staff."""
    staff = (
        post("A", 9000, {"Advice": 100}, hours_per_year=1000),
        post("B", 9000, {"Housing": 100}, hours_per_year=3000),
    )
    costing = base_year_costing(charity(*staff, cost("Office", 1), pools={"Office": "staff"}))
    assert driver_shares(costing, "direct").shares[0, 0].tolist() == [0, 0.5, 0.5]


def test_staff_cost_is_of_posts_only() -> None:
    """A cost in pounds on a service is direct cost, and no staff cost."""
    lines = (STAFF[0], cost("Housing", 99999), cost("Office", 1))
    got = driver_shares(base_year_costing(charity(*lines, pools={"Office": "staff cost"})), "direct")
    assert got.shares[0, 0].tolist() == [0, 1, 0]


def test_a_mixture_is_each_drivers_share_in_proportion() -> None:
    """A quarter by equal parts over both services, three quarters by area 20 : 60."""
    mixed = Driver(name="office use", mixture={"equal": 25, "area": 75})
    lines = (cost("Rent", 1), cost("Advice", 1), cost("Housing", 1))
    organisation = charity(*lines, pools={"Rent": "office use"}, drivers=(AREA_OF_TWO, mixed))
    got = driver_shares(base_year_costing(organisation), "direct")
    assert np.allclose(got.shares[0, 0], [0, 0.125 + 0.75 * 0.25, 0.125 + 0.75 * 0.75])


def test_without_a_centre_its_share_falls_on_the_rest() -> None:
    """Leaving advice out gives all of the rent to housing and the office."""
    costing = base_year_costing(TWO_POOLS)
    got = driver_shares(costing, "step-down", without="Advice").shares[0]
    assert np.allclose(got, [[0.0, 0.25, 0.0, 0.75], [0.0, 0.0, 0.0, 1.0]])


def test_a_driver_brought_below_nought_is_refused_by_name() -> None:
    """A credit larger than the costs makes the direct cost of advice negative: no share can be made of it."""
    with pytest.raises(ApportionmentError) as refused:
        apportion(charity(cost("Advice", -1500), cost("Housing", 2000), cost("Rent", 9), pools={"Rent": "direct cost"}))
    (problem,) = refused.value.problems
    assert (problem.where, problem.code) == ("driver 'direct cost', Advice", "negative")
    assert problem.what == "its quantity comes to -1,500.00, below nought"
    assert problem.fix == "Move the credit, or choose another driver."


def test_the_same_problem_is_said_once() -> None:
    """Two pools with the one driver meet the one problem."""
    pools = {"Rent": "direct cost", "Heat": "direct cost"}
    lines = (cost("Advice", -1), cost("Housing", 5), cost("Rent", 9), cost("Heat", 9))
    with pytest.raises(ApportionmentError) as refused:
        apportion(charity(*lines, pools=pools), "direct")
    assert len(refused.value.problems) == 1


IDLE = (
    cost("Advice", 50),
    cost("Advice", -50, name="Refund"),
    cost("Housing", 7, name="Launch", phase="start-up"),
)
"""Running costs that come to nothing: a driver of direct cost has nothing to measure."""


def test_a_pool_with_a_cost_and_nothing_to_measure_is_refused_by_name_and_year() -> None:
    """Costs that cancel out measure nothing, although there are some."""
    with pytest.raises(ApportionmentError) as refused:
        apportion(charity(*IDLE, cost("Rent", 9), pools={"Rent": "direct cost"}))
    (problem,) = refused.value.problems
    assert (problem.where, problem.code) == ("pool 'Rent'", "no-quantities")
    assert problem.what == "its driver 'direct cost' has nothing to measure in Year 1 (Apr 2026 to Mar 2027)"
    assert problem.fix == "Give it quantities, or choose another driver."


def test_a_pool_without_a_cost_needs_nothing_to_measure() -> None:
    """The rent is nought, so nothing is lost when its driver measures nothing."""
    got = apportion(charity(*IDLE, cost("Rent", 0), pools={"Rent": "direct cost"}))
    assert got.full_costs == {"Advice": D("0.00"), "Housing": D("0.00")}


def test_a_pool_that_is_given_a_cost_needs_something_to_measure() -> None:
    """The office costs nothing itself, but takes a third of the rent: its driver must measure something."""
    with pytest.raises(ApportionmentError) as refused:
        apportion(charity(*IDLE, cost("Rent", 9), pools={"Rent": "equal", "Office": "direct cost"}))
    assert [(p.where, p.code) for p in refused.value.problems] == [("pool 'Office'", "no-quantities")]


def over_three_years(*lines: Cost, **paths: Any) -> Costing:
    """Three years of an organisation whose rent is shared by direct cost."""
    organisation = charity(*lines, cost("Housing", 0, name="Nothing"), pools={"Rent": "direct cost"})
    factors = {line.rises_by: np.ones(36) for line in organisation.lines} | paths
    return cost_lines(organisation, Calendar.of_years(organisation.base_year, 3), Assumptions(), Paths(factors, {}))


def test_a_driver_must_measure_in_the_years_that_have_a_cost() -> None:
    """Advice spends in years 1 and 3 only: rent in those years is shared, and a penny of it in year 2 is refused."""
    advice = (cost("Advice", 600, last_month=12), cost("Advice", 600, name="Later", first_month=25))
    rent = (cost("Rent", 90, last_month=12), cost("Rent", 90, name="Later", first_month=25))
    got = driver_shares(over_three_years(*advice, *rent), "direct")
    assert got.shares[:, 0].tolist() == [[0, 1, 0], [0, 0, 0], [0, 1, 0]]
    between = cost("Rent", "0.12", name="Between", first_month=13, last_month=24)
    with pytest.raises(ApportionmentError) as refused:
        driver_shares(over_three_years(*advice, *rent, between), "direct")
    assert [p.what for p in refused.value.problems] == [
        "its driver 'direct cost' has nothing to measure in Year 2 (Apr 2027 to Mar 2028)"
    ]


def test_what_a_pool_is_given_counts_in_the_years_it_is_given() -> None:
    """All ends after the first of three years: then the office is given nothing, and needs nothing to measure."""
    organisation = charity(
        cost("Advice", 600, last_month=12),
        post("A", 9000, {"Office": 50, "Housing": 50}, last_month=12),
        cost("Rent", 90, last_month=12),
        pools={"Rent": "staff", "Office": "direct cost"},
    )
    paths = Paths({"fixed": np.ones(36)}, {})
    costing = cost_lines(
        organisation, Calendar.of_years(organisation.base_year, 3), Assumptions(hold_rates=True), paths
    )
    shares = driver_shares(costing, "step-down").shares
    assert shares[0, 0].tolist() == [0, 0.5, 0, 0.5]
    assert not shares[1:].any()


def test_a_driver_must_measure_in_every_draw() -> None:
    """In the second draw the price of advice falls to nothing in the third year, and the rent does not."""
    prices = np.ones((2, 36))
    prices[1, 24:] = 0
    with pytest.raises(ApportionmentError) as refused:
        driver_shares(over_three_years(cost("Advice", 600, index="kit"), cost("Rent", 90), kit=prices), "direct")
    assert [(p.where, p.what[-29:]) for p in refused.value.problems] == [
        ("pool 'Rent'", "Year 3 (Apr 2028 to Mar 2029)")
    ]
    prices[1, 24:] = -1
    with pytest.raises(ApportionmentError) as refused:
        driver_shares(over_three_years(cost("Advice", 600, index="kit"), cost("Rent", 90), kit=prices), "direct")
    assert [p.code for p in refused.value.problems] == ["negative", "no-quantities"]


def test_shares_follow_the_measure_of_each_draw_and_year() -> None:
    """Advice of 600, 1,200 and 1,800 over the years beside housing of 600; in the second draw advice stays."""
    prices = np.stack([np.repeat([1.0, 2.0, 3.0], 12), np.ones(36)])
    lines = (cost("Advice", 600, index="kit"), cost("Housing", 600), cost("Rent", 90))
    got = driver_shares(over_three_years(*lines, kit=prices), "direct").shares
    assert got.shape == (2, 3, 1, 3)
    assert np.allclose(got[0, :, 0], [[0, 1 / 2, 1 / 2], [0, 2 / 3, 1 / 3], [0, 3 / 4, 1 / 4]])
    assert np.allclose(got[1, :, 0], [0, 1 / 2, 1 / 2])


def test_hours_count_beside_posts_of_other_hours_in_staff_and_time() -> None:
    """A full-time post of 1,000 hours and a half-time one of 2,000 are even by time, and 2 : 1 by staff."""
    staff = (
        post("A", 9000, {"Advice": 100}, hours_per_year=1000),
        post("B", 9000, {"Housing": 100}, hours_per_year=2000, fte=D("0.5")),
    )
    for driver, advice in (("time", 1 / 2), ("staff", 2 / 3)):
        costing = base_year_costing(charity(*staff, cost("Office", 1), pools={"Office": driver}))
        assert np.allclose(driver_shares(costing, "direct").shares[0, 0], [0, advice, 1 - advice])


def test_a_method_that_cannot_reach_a_service_is_refused() -> None:
    """The office serves only the rent, which comes before it: by step-down it has nobody left, reciprocally it has."""
    serving = (Driver(name="desks", quantities={"Rent": 5}), AREA_OF_TWO)
    lines = (cost("Rent", 10), cost("Office", 10), cost("Advice", 1), cost("Housing", 1))
    organisation = charity(*lines, pools={"Rent": "area", "Office": "desks"}, drivers=serving)
    assert sum(apportion(organisation, "reciprocal").full_costs.values()) == 22
    with pytest.raises(ApportionmentError) as refused:
        apportion(organisation, "step-down")
    (problem,) = refused.value.problems
    assert (problem.where, problem.code) == ("pools[1] 'Office'", "no-quantities")
    assert problem.path == ("pools", 1, "driver")
    assert problem.fix == "Give the driver quantities, or choose another driver."
    assert problem.what.endswith("by the step-down method")


# ── why ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_cascade_shows_what_each_pool_takes_and_gives() -> None:
    """Rent 1,000 to the office, advice and housing; the office's 400 and 200 in halves."""
    rows = apportion(TWO_POOLS).cascade()
    assert [(*row.cells, row.style, row.indent, row.adds) for row in rows.rows] == [
        ("Rent: own cost", D("1000.00"), "line", 1, ()),
        ("Rent: gross cost", D("1000.00"), "subtotal", 0, (0,)),
        ("to Office", D("200.00"), "line", 2, ()),
        ("to Advice", D("200.00"), "line", 2, ()),
        ("to Housing", D("600.00"), "line", 2, ()),
        ("Office: own cost", D("400.00"), "line", 1, ()),
        ("Office: from Rent", D("200.00"), "line", 1, ()),
        ("Office: gross cost", D("600.00"), "subtotal", 0, (5, 6)),
        ("to Advice", D("300.00"), "line", 2, ()),
        ("to Housing", D("300.00"), "line", 2, ()),
    ]
    assert rows.title == "How the pools are shared out, step-down method (£)"
    assert [(c.heading, c.kind) for c in rows.columns] == [("", "text"), ("£", "pounds")]


def test_the_cascade_foots() -> None:
    """Reciprocal gross costs of thirds: what each pool gives comes to its gross cost to the penny."""
    got = apportion(TWO_POOLS, "reciprocal")
    rows = [(str(name), amount) for name, amount in (row.cells for row in got.cascade().rows)]
    given = sum(amount for name, amount in rows if name.startswith("to ") and isinstance(amount, Decimal))
    assert given == sum(got.gross.values())


@pytest.fixture
def explained() -> Apportionment:
    return apportion(TWO_POOLS)


def test_a_service_is_explained_by_its_parts(explained: Apportionment) -> None:
    """Direct cost and each pool, which add up to its full cost; a pool by the ways its cost took."""
    tree = explained.explain("Advice")
    assert (tree.label, tree.settled_value, tree.how) == ("Full cost of Advice", D("600.00"), "")
    assert [(p.label, p.settled_value, p.how) for p in tree.parts] == [
        ("Direct cost", D("100.00"), "what is charged to the service itself"),
        ("Rent", D("300.00"), "£1,000.00 × 30.0000%"),
        ("Office", D("200.00"), "£400.00 × 50.0000%"),
    ]
    rent = explained.explain("Advice", "Rent")
    assert rent == tree.part("Rent")
    assert [(p.label, p.settled_value, p.how) for p in rent.parts] == [
        ("straight to the service", D("200.00"), "£1,000.00 × 20.0000% by area"),
        ("by way of Office", D("100.00"), "£1,000.00 × 20.0000% to it × 50.0000% on to the service"),
    ]


def test_a_way_that_was_not_taken_is_not_shown() -> None:
    """By the direct method there is only the straight way; a pool that serves only another has none."""
    straight = apportion(TWO_POOLS, "direct").explain("Advice", "Rent")
    assert [p.label for p in straight.parts] == ["straight to the service"]
    to_office = Driver(name="area", quantities={"Office": 1})
    got = apportion(TWO_POOLS.replace(drivers=[to_office])).explain("Advice", "Rent")
    assert [p.label for p in got.parts] == ["by way of Office"]


def test_unknown_names_are_refused_with_the_nearest(explained: Apportionment) -> None:
    """A service or pool that is not there, and what was probably meant."""
    with pytest.raises(UnknownName, match=r"there is no service 'Advise'\. Did you mean 'Advice'\?"):
        explained.explain("Advise")
    with pytest.raises(UnknownName, match=r"there is no cost pool 'Ofice'\. Did you mean 'Office'\?"):
        explained.explain("Advice", "Ofice")


def test_plain_data(explained: Apportionment) -> None:
    """Amounts as text, shares as numbers, and the same table."""
    data = explained.to_dict()
    assert set(data) == {"method", "full_costs", "gross", "shares", "table"}
    assert data["method"] == "step-down"
    assert data["full_costs"] == {"Advice": "600.00", "Housing": "1100.00"}
    assert data["gross"] == {"Rent": "1000.00", "Office": "600.00"}
    assert data["shares"] == explained.shares
    assert data["table"] == explained.table().to_dict()
