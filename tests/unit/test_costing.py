"""What each kind of line costs, month by month, on figures worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from fcr.assumptions import Assumptions
from fcr.bid import Bid
from fcr.costing import Costing, Paths, base_year_costing, cost_lines, planned_paths, unit_rows
from fcr.errors import InputError, ReconciliationError
from fcr.lines import Cost, Post
from fcr.money import LARGEST
from fcr.organisation import CostPool, Organisation, Service
from fcr.periods import Calendar

D = Decimal
APRIL = date(2026, 4, 1)
TERM = Calendar.of_years(APRIL, 3)


def cost(amount: Any = None, **fields: Any) -> Cost:
    fields = {"centre": "Advice", "index": "fixed", **fields}
    return Cost.from_dict({"name": "A cost", **({"amount": amount} if amount is not None else {}), **fields})


def costed(*lines: Cost | Post, term: Calendar = TERM, volumes: Any = None, factors: Any = None) -> Costing:
    organisation = Organisation(
        name="Charity",
        services=[Service(name="Advice"), Service(name="Housing")],
        pools=[CostPool(name="Office", driver="equal")],
        costs=[
            *(line for line in lines if isinstance(line, Cost)),
            Cost(name="Other", centre="Housing", amount=D(1), index="fixed"),
        ],
        posts=[line for line in lines if isinstance(line, Post)],
    )
    names = {line.rises_by for line in organisation.lines}
    paths = Paths({n: np.ones(term.months) for n in names} | (factors or {}), volumes or {})
    return cost_lines(organisation, term, Assumptions(), paths)


def months_of(line: Cost, **more: Any) -> npt.NDArray[np.float64]:
    got: npt.NDArray[np.float64] = costed(line, **more).months[..., 0, :]
    return got


# ── when ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_running_cost_is_a_twelfth_each_month() -> None:
    """1,200 a year is 100 a month, and 3,600 over three years."""
    assert np.allclose(months_of(cost(1200)), np.full(36, 100))


def test_a_running_cost_of_some_months_stays_a_twelfth() -> None:
    """From month 4 to month 15: 100 in each, nothing before or after; a year's amount is not squeezed in."""
    assert np.allclose(months_of(cost(1200, first_month=4, last_month=15)), [0] * 3 + [100] * 12 + [0] * 21)


@pytest.mark.parametrize(
    ("fields", "first", "last", "each"),
    [
        ({"phase": "start-up"}, 0, 1, 1200),  # in the first month
        ({"phase": "start-up", "last_month": 3}, 0, 3, 400),
        ({"phase": "start-up", "first_month": 2}, 1, 2, 1200),
        ({"phase": "close-down"}, 35, 36, 1200),  # in the last month
        ({"phase": "close-down", "first_month": 33}, 32, 36, 300),
        ({"phase": "close-down", "first_month": 31, "last_month": 32}, 30, 32, 600),
    ],
)
def test_one_off_costs_are_spread_over_their_months(fields: dict[str, Any], first: int, last: int, each: int) -> None:
    """A start-up or close-down amount is in all: 1,200 over its months, in the first or last if none are said."""
    expected = np.zeros(36)
    expected[first:last] = each
    assert np.allclose(months_of(cost(1200, **fields)), expected)


@pytest.mark.parametrize(
    "fields", [{"phase": "close-down", "first_month": 36}, {"capital": "purchase", "first_month": 14}]
)
def test_a_cost_after_the_months_costed_is_not_in_them(fields: dict[str, Any]) -> None:
    """What falls in month 14 or 36 of the contract costs nothing in a term of one year."""
    assert not months_of(cost(900, **fields), term=Calendar.of_years(APRIL, 1)).any()


def test_amounts_by_year_are_spread_over_the_months_paid_in_each() -> None:
    """1,200, 2,400 and 3,600 from month 7: the first year's over six months, the others' over twelve."""
    got = months_of(cost(amounts=[1200, 2400, 3600], first_month=7, index=None))
    assert np.allclose(got, [0] * 6 + [200] * 6 + [200] * 12 + [300] * 12)


def test_amounts_of_years_it_is_not_paid_in_are_not_charged() -> None:
    """Paid in months 13 to 18 only, the amounts of the first and third year find no month."""
    got = months_of(cost(amounts=[0, 600, 0], first_month=13, last_month=18, index=None))
    assert np.allclose(got, [0] * 12 + [100] * 6 + [0] * 18)
    got = months_of(cost(amounts=[1200, 2400], index=None), term=Calendar.of_years(APRIL, 1))
    assert np.allclose(got, [100] * 12)


# ── what kind ────────────────────────────────────────────────────────────────────────────────────


def test_depreciation_ends_when_the_asset_is_written_off() -> None:
    """3,000 over two and a half years from month 4: 100 for 30 months, to month 33."""
    got = months_of(cost(3000, capital="depreciation", life=D("2.5"), first_month=4, index=None))
    assert np.allclose(got, [0] * 3 + [100] * 30 + [0] * 3)


def test_the_last_month_of_a_life_may_be_part_of_one() -> None:
    """0.125 years are one month and a half: 1,000 and 500 of 1,500."""
    got = months_of(cost(1500, capital="depreciation", life=D("0.125"), index=None))
    assert np.allclose(got, [1000, 500] + [0] * 34)


def test_depreciation_beyond_the_term_is_left_to_the_next() -> None:
    """4,800 over four years is 100 a month for all 36, and 1,200 is not yet charged."""
    assert np.allclose(months_of(cost(4800, capital="depreciation", life=4, index=None)), np.full(36, 100))


def test_a_purchase_is_charged_in_its_first_month() -> None:
    """In month 1 unless said, with the rise to that month: 2,000 × 1.1 in month 13."""
    assert np.allclose(months_of(cost(2000, capital="purchase")), [2000] + [0] * 35)
    rises = {"kit": np.repeat([1.0, 1.1, 1.21], 12)}
    got = months_of(cost(2000, capital="purchase", first_month=13, index="kit"), factors=rises)
    assert np.allclose(got, [0] * 12 + [2200] + [0] * 23)


def test_irrecoverable_vat_is_a_cost() -> None:
    """20% VAT, a quarter of it recovered: 1,200 × 1.15 ÷ 12 = 115 a month, whatever the kind of cost."""
    vat = {"vat_rate": "20%", "vat_recoverable": "25%"}
    assert np.allclose(months_of(cost(1200, **vat)), np.full(36, 115))
    assert np.allclose(months_of(cost(amounts=[1200] * 3, index=None, **vat)), np.full(36, 115))
    assert np.allclose(months_of(cost(1200, capital="purchase", **vat))[0], 1380)


def test_a_credit_is_a_negative_cost() -> None:
    """A yearly credit of 600 is −50 a month."""
    assert np.allclose(months_of(cost(-600)), np.full(36, -50))


# ── volume ───────────────────────────────────────────────────────────────────────────────────────


def test_a_cost_per_unit_follows_each_years_volume() -> None:
    """£2.40 a unit for 100, 200 and 50 units a year: 20, 40 and 10 a month."""
    got = months_of(cost("2.40", behaviour="per unit"), volumes={"Advice": np.array([100.0, 200.0, 50.0])})
    assert np.allclose(got, np.repeat([20.0, 40.0, 10.0], 12))


@pytest.mark.parametrize(
    ("units", "times"),
    [(0, 0), (1, 1), (99, 1), (100, 1), (100 + 1e-12, 1), (100.001, 2), (101, 2), (200, 2), (201, 3)],
)
def test_a_step_is_paid_for_each_step_begun(units: float, times: int) -> None:
    """One more for every 100 units begun: exactly 100 is one step, and float noise is not another."""
    got = months_of(cost(1200, behaviour="stepped", step=100), volumes={"Advice": np.array([units] * 3)})
    assert np.allclose(got, np.full(36, 100 * times))


def test_volume_and_index_work_together_and_with_draws() -> None:
    """Two draws of volume and one path of prices: each month is amount × units × factor ÷ 12."""
    volumes = {"Advice": np.array([[120.0, 240.0], [12.0, 24.0]])}
    rises = {"kit": np.repeat([1.0, 1.5], 12)}
    lines = (cost(1, behaviour="per unit", index="kit"), cost(120, name="Fixed one"))
    got = costed(*lines, volumes=volumes, factors=rises, term=Calendar.of_years(APRIL, 2))
    assert got.months.shape == (2, 3, 24)
    assert np.allclose(got.months[0, 0], np.repeat([10.0, 30.0], 12))
    assert np.allclose(got.months[1, 0], np.repeat([1.0, 3.0], 12))
    assert np.allclose(got.months[:, 1], 10)


def test_indices_with_and_without_draws_work_together() -> None:
    """A path of one index in three draws, of another in one: the lines of each follow their own."""
    rises = {"kit": np.array([[1.0] * 36, [2.0] * 36, [3.0] * 36]), "fuel": np.full(36, 1.5)}
    got = costed(cost(12, index="kit"), cost(12, name="B", index="fuel"), cost(12, name="C"), factors=rises)
    assert got.months[:, :3, 0].tolist() == [[1, 1.5, 1], [2, 1.5, 1], [3, 1.5, 1]]


def test_rows_before_index_and_the_times_each_is_paid() -> None:
    """Each cost's months at base prices, and how often it is paid a year when it follows volume."""
    lines = [cost(1200), cost(2, behaviour="per unit"), cost(600, behaviour="stepped", step=100)]
    paths = Paths({}, {"Advice": np.array([[150.0], [50.0]])})
    rows, counts = unit_rows(lines, Calendar.of_years(APRIL, 1), paths)
    assert np.allclose(rows[:, 0], [100, 2 / 12, 50])
    assert rows.shape == (3, 12)
    assert counts[0] is None
    assert [c.tolist() for c in counts[1:] if c is not None] == [[[150.0], [50.0]], [[2.0], [1.0]]]
    none, times = unit_rows([], TERM, paths)
    assert (none.shape, times) == ((0, 36), [])


# ── where, and gathered ──────────────────────────────────────────────────────────────────────────


def test_lines_are_gathered_by_centre_and_year() -> None:
    """Pools first, then services: a split of 25% and 75%, and a post of 60% and 40%."""
    lines = (
        cost(1200, centre=None, split={"Office": 25, "Housing": 75}),
        cost(600, name="Given room", in_kind="lent by the council"),
        cost(240, name="Van", capital="purchase"),
        cost(360, name="Launch", phase="start-up"),
        Post.from_dict(
            {"name": "P", "salary": 4000, "index": "fixed", "pension": "none", "time": {"Advice": 60, "Office": 40}}
        ),
    )
    got = costed(*lines, term=Calendar.of_years(APRIL, 1))
    assert got.centres == ("Office", "Advice", "Housing")
    assert got.place == {"Office": 0, "Advice": 1, "Housing": 2}
    assert got.pools == 1
    assert [line.name for line in got.lines] == ["A cost", "Given room", "Van", "Launch", "Other", "P"]
    everything = np.ones(6, dtype=bool)
    assert np.allclose(got.by_centre(everything)[:, 0], [300 + 1600, 600 + 240 + 360 + 2400, 900 + 1])
    assert np.allclose(got.by_centre(got.cash & got.in_phase("running") & ~got.purchases)[:, 0], [1900, 2400, 901])
    assert got.cash.tolist() == [True, False, True, True, True, True]
    assert got.purchases.tolist() == [False, False, True, False, False, False]
    assert got.in_phase("start-up").tolist() == [False, False, False, True, False, False]
    assert np.allclose(got.years[:, 0], [1200, 600, 240, 360, 1, 4000])


def test_an_organisation_of_posts_alone_is_costed() -> None:
    """No costs at all: the lines are the posts."""
    posts = [Post.from_dict({"name": "P", "salary": 5000, "pension": "none", "time": {"Advice": 100}})]
    organisation = Organisation(name="Posts only", services=[Service(name="Advice")], posts=posts)
    assert np.allclose(base_year_costing(organisation).years, [[5000]])


# ── the base year, and the bid's plan ────────────────────────────────────────────────────────────


def test_the_base_year_is_at_base_year_prices() -> None:
    """No rise in it, whatever the index; the volume is the service's own."""
    organisation = Organisation(
        name="Charity",
        services=[Service(name="Advice", volume=D(300))],
        costs=[cost(1200, index="CPI"), cost(2, name="Leaflets", behaviour="per unit", index="made up")],
    )
    got = base_year_costing(organisation)
    assert got.term == Calendar.of_years(APRIL, 1)
    assert np.allclose(got.years, [[1200], [600]])


def test_a_volume_that_nobody_stated_is_asked_for() -> None:
    """Every cost that follows it, by number and name."""
    lines = [cost(1, name="Fixed"), cost(2, name="Leaflets", behaviour="per unit")]
    organisation = Organisation(
        name="Charity",
        services=[Service(name="Advice")],
        costs=[*lines, cost(3, behaviour="stepped", step=5)],
    )
    with pytest.raises(InputError) as refused:
        base_year_costing(organisation)
    problems = refused.value.problems
    assert [(p.where, p.code) for p in problems] == [
        ("costs[1] 'Leaflets'", "volumes"),
        ("costs[2] 'A cost'", "volumes"),
    ]
    assert problems[0].what == "it follows the volume of 'Advice', which is not stated"
    assert problems[0].fix == "Give the service a volume."


def bid(**fields: Any) -> Bid:
    organisation = Organisation(
        name="Charity",
        services=[Service(name="Advice", volume=D(300)), Service(name="Housing", volume=D(50)), Service(name="Own")],
        costs=[cost(10), cost(20, centre="Housing"), cost(30, centre="Own")],
    )
    return Bid(organisation=organisation, service="Advice", start=APRIL, years=3, **fields)


def test_the_plan_takes_the_bids_volumes_over_the_services() -> None:
    """The bid's volumes for the service it prices; every other service keeps its own, or none."""
    plain, stated = planned_paths(bid()), planned_paths(bid(volumes=[D(1), D(2), D(3)]))
    assert {n: v.tolist() for n, v in plain.volumes.items()} == {"Advice": [300] * 3, "Housing": [50] * 3}
    assert {n: v.tolist() for n, v in stated.volumes.items()} == {"Advice": [1, 2, 3], "Housing": [50] * 3}
    assert {n: f.tolist() for n, f in plain.factors.items()} == {"fixed": [1.0] * 36}
    occupied = planned_paths(bid(capacity=[D(40)], occupancy=[D("0.5"), D("0.75"), D(1)]))
    assert occupied.volumes["Advice"].tolist() == [20, 30, 40]


# ── too large ────────────────────────────────────────────────────────────────────────────────────


def test_totals_beyond_a_hundredth_of_a_penny_are_refused() -> None:
    """Three years of £400bn are more than float64 keeps exact, although each year is not; credits do not offset."""
    with pytest.raises(InputError) as refused:
        costed(cost(400_000_000_000))
    problem = refused.value.problems[0]
    assert (problem.where, problem.code) == ("the organisation", "too-large")
    assert problem.what == "the costs come to £1,200,000,000,003, more than can be kept exact to the penny"
    assert problem.fix == "Check the largest amounts."
    with pytest.raises(InputError):
        costed(cost(200_000_000_000), cost(-200_000_000_000, name="Credit"))


def test_the_largest_total_is_taken() -> None:
    """£900,719,925,474.09 in all is kept, £1 more is not."""
    term = Calendar.of_years(APRIL, 1)
    assert costed(cost(LARGEST - 1), term=term).years.sum() == pytest.approx(float(LARGEST))
    with pytest.raises(InputError):
        costed(cost(LARGEST), term=term)


def test_an_index_that_is_not_a_number_is_our_fault() -> None:
    """A path with a NaN in it stops before anything is priced."""
    with pytest.raises(ReconciliationError, match="a cost came out as something that is not a number"):
        costed(cost(1200, index="kit"), factors={"kit": np.full(36, np.nan)})
