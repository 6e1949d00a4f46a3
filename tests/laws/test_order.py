"""Figures belong to names: neither the order of rows nor the names themselves move money."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import numpy as np
import pytest
import strategies as own
from hypothesis import example, given
from hypothesis import strategies as st

from fcr.apportionment import apportion
from fcr.bid import Bid
from fcr.funding import profile
from fcr.lines import Cost
from fcr.organisation import Method, Organisation, Service
from fcr.pricing import price
from fcr.workings import Workings

Shown = dict[tuple[str, ...], object]


@st.composite
def reordered(draw: st.DrawFn, organisation: Organisation) -> Organisation:
    """The organisation with every list and every mapping in another order."""
    drivers = [
        d.replace(
            **{
                field: dict(draw(st.permutations(list(mapping.items()))))
                for field, mapping in (("quantities", d.quantities), ("mixture", d.mixture))
                if mapping
            }
        )
        for d in draw(st.permutations(organisation.drivers))
    ]
    return organisation.replace(
        services=draw(st.permutations(organisation.services)),
        pools=draw(st.permutations(organisation.pools)),
        costs=draw(st.permutations(organisation.costs)),
        posts=draw(st.permutations(organisation.posts)),
        drivers=drivers,
    )


def shown_by_apportionment(organisation: Organisation, method: Method) -> Shown:
    """Every figure of the table, by the names of its row and column."""
    table = apportion(organisation, method).table()
    headings = [column.heading for column in table.columns]
    return {(str(row.cells[0]), h): cell for row in table.rows for h, cell in zip(headings, row.cells, strict=True)}


def shown_by_price(bid: Bid) -> Shown:
    """Every figure of the profile and the price, by the names that lead to it."""
    result = price(bid)
    found: Shown = {("in kind",): result.profile.in_kind, ("unit price",): result.unit_price}

    def gather(node: Workings, path: tuple[str, ...]) -> None:
        found[(*path, node.label)] = node.settled_value
        for part in node.parts:
            gather(part, (*path, node.label))

    for year in result.years:
        gather(year, ())
    return found


NOISY_TIE = Organisation(
    name="Two services of the same cost, one of them a sum",
    services=[Service(name="Advice"), Service(name="Housing")],
    costs=[
        Cost(name="Whole", centre="Advice", amount=Decimal("236.534")),
        Cost(name="Part 0", centre="Housing", amount=Decimal("56.724")),
        Cost(name="Part 1", centre="Housing", amount=Decimal("79.619")),
        Cost(name="Part 2", centre="Housing", amount=Decimal("99.914")),
        Cost(name="Part 3", centre="Housing", amount=Decimal("0.277")),
    ],
)


@given(own.organisations(ordered=True), own.methods, st.data())
def test_the_order_of_rows_does_not_move_an_apportionment(
    organisation: Organisation, method: Method, data: st.DataObject
) -> None:
    """Services, numbered pools, costs, posts and drivers in any order: identical figures by name."""
    other = data.draw(reordered(organisation))
    assert shown_by_apportionment(other, method) == shown_by_apportionment(organisation, method)


@example(NOISY_TIE, [3, 1, 4, 2, 0])
@given(st.just(NOISY_TIE), st.permutations(range(5)))
def test_the_order_of_costs_does_not_settle_a_tie(organisation: Organisation, order: list[int]) -> None:
    """Two services whose exact costs are equal get the same pennies whatever the order of the costs."""
    other = organisation.replace(costs=[organisation.costs[i] for i in order])
    assert shown_by_apportionment(other, "direct") == shown_by_apportionment(organisation, "direct")


@given(own.bids(ordered=True), st.data())
def test_the_order_of_rows_does_not_move_a_price(bid: Bid, data: st.DataObject) -> None:
    """Services, numbered pools, costs, posts and drivers in any order: identical figures by name."""
    other = bid.replace(organisation=data.draw(reordered(bid.organisation)))
    assert shown_by_price(other) == shown_by_price(bid)


@st.composite
def renamings(draw: st.DrawFn, organisation: Organisation) -> dict[str, str]:
    """New names for all centres and lines, no two the same, in no order."""
    names = [*organisation.centres, *(line.name for line in organisation.lines)]
    numbers = draw(st.permutations(range(len(names))))
    return {name: f"Name {number:02d}" for name, number in zip(names, numbers, strict=True)}


@given(own.organisations(), own.methods, st.data())
def test_names_do_not_move_an_apportionment(organisation: Organisation, method: Method, data: st.DataObject) -> None:
    """Renamed throughout: the same exact amounts, the same total, and no figure other by more than a penny."""
    names = data.draw(renamings(organisation))
    first, again = apportion(organisation, method), apportion(own.renamed(organisation, names), method)
    assert np.array_equal(first.exact, again.exact)
    assert np.array_equal(first.overheads, again.overheads)
    assert sum(first.full_costs.values()) == sum(again.full_costs.values())
    for service, amount in first.full_costs.items():
        assert abs(amount - again.full_costs[names[service]]) <= Decimal("0.01")


@given(own.bids(), st.data())
def test_names_move_only_pennies_between_equals(bid: Bid, data: st.DataObject) -> None:
    """Renamed throughout: the same exact amounts; pennies change hands only between parts of equal exact amount."""
    names = data.draw(renamings(bid.organisation))
    other = bid.replace(organisation=own.renamed(bid.organisation, names), service=names[bid.service])
    for first, again in zip(profile(bid).years, profile(other).years, strict=True):
        assert first.value == again.value
        assert [g.settled_value for g in first.parts] == [g.settled_value for g in again.parts]
        for group, same in zip(first.parts, again.parts, strict=True):
            assert [p.exact for p in group.parts] == pytest.approx([p.exact for p in same.parts], rel=1e-12)
            assert _by_amount(group) == _by_amount(same)


def _by_amount(group: Workings) -> dict[float, Decimal]:
    """What the parts of equal exact amount are shown as, together."""
    together: dict[float, Decimal] = defaultdict(Decimal)
    for part in group.parts:
        together[round(part.exact, 9)] += part.settled_value
    return together
