"""Every pound of the organisation lands on a service once and only once, to the penny."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import oracle
import pytest
import strategies as own
from hypothesis import example, given

from fcr.apportionment import apportion
from fcr.bid import Bid
from fcr.errors import ApportionmentError
from fcr.funding import profile
from fcr.lines import Cost, Post
from fcr.money import round_half_up
from fcr.organisation import CostPool, Driver, Method, Organisation, Service
from fcr.pricing import price
from fcr.table import Table

PENNY = Fraction(1, 100)
NEAR = Fraction(1, 10**9)

AFTER_THE_YEAR = Organisation(
    name="A one-off after the base year",
    services=[Service(name="Advice")],
    costs=[
        Cost(name="Base", centre="Advice", amount=Decimal(1000)),
        Cost(name="Redundancy", centre="Advice", amount=Decimal(900), phase="close-down", first_month=36),
        Cost(name="Van", centre="Advice", amount=Decimal(900), capital="purchase", first_month=14),
    ],
)


UNOWNED_POOL = Organisation(
    name="A pool with no cost of its own, and part of its driver unmeasured",
    services=[Service(name="Advice")],
    pools=[CostPool(name="A", driver="equal"), CostPool(name="B", driver="mix")],
    costs=[Cost(name="Base", centre="Advice", amount=Decimal(1000))],
    posts=[Post(name="P", salary=Decimal(20000), time={"A": 100})],
    drivers=[Driver(name="mix", mixture={"equal": 50, "staff": 50})],
)

CREDIT = Bid(
    organisation=Organisation(
        name="A grant that outweighs the costs, at half a penny",
        services=[Service(name="Advice")],
        costs=[Cost(name="Grant", centre="Advice", amount=Decimal("-1234.565"), index="fixed")],
    ),
    service="Advice",
    start=date(2026, 4, 1),
    years=1,
    reserves_amount=Decimal(10_000),
)


def adds_both_ways(table: Table) -> None:
    """Every stated sum holds down, and every row across."""
    pounds = [i for i, column in enumerate(table.columns) if column.kind == "pounds"]
    for row in table.rows:
        cells = [Decimal(str(row.cells[i])) for i in pounds if row.cells[i] is not None]
        if cells:
            assert sum(cells[:-1]) == cells[-1]
        for i in pounds if row.adds else []:
            assert sum(Decimal(str(table.rows[part].cells[i])) for part in row.adds) == row.cells[i]


@example(AFTER_THE_YEAR, "step-down")
@given(own.organisations(), own.methods)
def test_full_costs_come_to_the_running_costs(organisation: Organisation, method: Method) -> None:
    """Footed full costs sum exactly to the exact running cash cost of the year, rounded half up."""
    exact = oracle.apportion(organisation, method)
    total = sum(exact.own.values(), Fraction(0)) + sum(exact.direct.values(), Fraction(0))
    assert sum(exact.full.values(), Fraction(0)) == total  # the oracle's own conservation, exactly
    result = apportion(organisation, method)
    shown = sum(result.full_costs.values(), Decimal(0))
    assert shown == oracle.half_up(total) or oracle.from_half_penny(total) < NEAR
    adds_both_ways(result.table())


@example(AFTER_THE_YEAR, "direct")
@given(own.organisations(), own.methods)
def test_no_figure_of_the_table_moves_by_a_penny(organisation: Organisation, method: Method) -> None:
    """Each service's direct cost, part of each pool and full cost is less than a penny from the exact one."""
    exact = oracle.apportion(organisation, method)
    result = apportion(organisation, method)
    rows = {row.cells[0]: row.cells[1:] for row in result.table().rows}
    for service in result.services:
        values = [exact.direct[service], *(exact.overheads[p][service] for p in result.pools), exact.full[service]]
        for shown, value in zip(rows[service], values, strict=True):
            assert abs(Fraction(str(shown)) - value) < PENNY + NEAR


@given(own.organisations(), own.methods)
def test_what_a_pool_gathers_it_gives(organisation: Organisation, method: Method) -> None:
    """In the cascade, what each pool gives out sums exactly to its gross cost, and so does what it gathers."""
    result = apportion(organisation, method)
    rows = list(result.cascade().rows)
    for pool in result.pools:
        at = next(i for i, row in enumerate(rows) if row.cells[0] == f"{pool}: gross cost")
        gathered = [row.cells[1] for row in rows[:at] if str(row.cells[0]).startswith(f"{pool}: ")]
        given_out = []
        for row in rows[at + 1 :]:
            if row.indent != 2:
                break
            given_out.append(row.cells[1])
        assert sum(Decimal(str(x)) for x in gathered) == rows[at].cells[1]
        assert sum(Decimal(str(x)) for x in given_out) == rows[at].cells[1] == result.gross[pool]


@example(CREDIT)
@given(own.bids())
def test_the_profile_and_the_price_add_both_ways(bid: Bid) -> None:
    """Lines sum to groups, groups to full cost, steps to price, years to the term; exactly, in every table."""
    costs, result = profile(bid), price(bid)
    adds_both_ways(costs.table())
    adds_both_ways(result.table())
    assert sum(costs.full_cost, Decimal(0)) == costs.term
    assert sum(result.price, Decimal(0)) == result.term


@example(CREDIT)
@given(own.bids())
def test_no_figure_of_the_profile_moves_by_a_penny(bid: Bid) -> None:
    """Every node of every year is less than a penny from its exact amount; the year itself is its nearest penny.

    Of two pennies as near, the half-up one, but where no other lets the steps add up.
    """
    for year in (*profile(bid).years, *price(bid).years):
        half = oracle.from_half_penny(Fraction(year.exact)) < NEAR
        assert year.value == round_half_up(year.exact) or half
        for node in year.walk():
            assert abs(Fraction(node.settled_value) - Fraction(node.exact)) < PENNY + NEAR


def test_a_pool_that_cannot_be_shared_is_refused_by_name() -> None:
    """A pool that takes from others and has nothing to share it by is refused: its cost is never lost in silence."""
    with pytest.raises(ApportionmentError, match="'B'"):
        apportion(UNOWNED_POOL)
