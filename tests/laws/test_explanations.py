"""Why is this number: the parts of every node add up to it, and it is the number in the table."""

from __future__ import annotations

from decimal import Decimal

import pytest
import strategies as own
from hypothesis import given

from fcr.apportionment import apportion
from fcr.bid import Bid
from fcr.funding import profile
from fcr.organisation import Method, Organisation
from fcr.pricing import price
from fcr.table import Table
from fcr.workings import Workings

PENNY = Decimal("0.01")


def adds_up(tree: Workings, years: int = 0) -> None:
    """At every node: settled, less than a penny from exact; parts sum to it exactly in pennies, closely in floats.

    A term is the sum of its ``years`` as reported, so it may be half a penny out for each of them.
    """
    for node in tree.walk():
        assert node.value is not None
        out = max(PENNY, PENNY * years / 2) if node is tree else PENNY
        assert abs(node.value - Decimal(node.exact)) < out + Decimal("1e-9")
        if node.parts:
            assert sum(part.settled_value for part in node.parts) == node.value
            assert sum(part.exact for part in node.parts) == pytest.approx(node.exact, rel=1e-9, abs=1e-6)


def rows_of(table: Table) -> dict[tuple[str, str], tuple[object, ...]]:
    """The rows of a funding profile by heading and label."""
    found: dict[tuple[str, str], tuple[object, ...]] = {}
    heading = ""
    for row in table.rows:
        label = str(row.cells[0])
        if row.style == "heading":
            heading = label
        else:
            found[heading if row.indent else "", label] = row.cells[1:]
    return found


@given(own.organisations(), own.methods)
def test_an_apportionment_explains_itself(organisation: Organisation, method: Method) -> None:
    """explain(service): direct cost and each pool, as in the table; each pool by the ways it came."""
    result = apportion(organisation, method)
    rows = {row.cells[0]: row.cells[1:] for row in result.table().rows}
    for service in result.services:
        tree = result.explain(service)
        adds_up(tree)
        assert tree.value == result.full_costs[service] == rows[service][-1]
        assert [part.label for part in tree.parts] == ["Direct cost", *result.pools]
        assert tuple(part.value for part in tree.parts) == rows[service][:-1]
        for pool in result.pools:
            assert result.explain(service, pool) == tree.part(pool)


@given(own.bids())
def test_a_profile_explains_itself(bid: Bid) -> None:
    """explain(): the term, its years, groups and lines; each figure that of the table."""
    result = profile(bid)
    tree, rows = result.explain(), rows_of(result.table())
    adds_up(tree, bid.years)
    assert tree.value == result.term == rows["", "Full cost"][-1]
    for y, year in enumerate(tree.parts):
        assert year.value == rows["", "Full cost"][y] == result.full_cost[y]
        assert result.explain(year.label) == year
        for group in year.parts:
            assert group.value == rows["", f"{group.label} in all"][y]
            for part in group.parts:
                assert part.value == rows[group.label, part.label][y]
                assert result.explain(year.label, group.label, part.label) == part


@given(own.bids())
def test_a_price_explains_itself(bid: Bid) -> None:
    """explain(): the term, its years and the steps from full cost to price; each figure that of the table."""
    result = price(bid)
    tree = result.explain()
    adds_up(tree, bid.years)
    rows = {str(row.cells[0]): row.cells[1:] for row in result.table().rows}
    assert tree.value == result.term == rows["Price without VAT"][-1]
    for y, year in enumerate(tree.parts):
        assert year.value == rows["Price without VAT"][y] == result.price[y]
        for step in year.parts:
            assert step.value == rows[step.label][y]
        full = year.part("Full cost")
        assert full.value == result.full_cost[y]
        for group in full.parts:
            for part in group.parts:
                label = f"Overheads: {part.label}" if group.label == "Overheads" else group.label
                expected = rows[label][y]
                assert expected == (part if group.label == "Overheads" else group).value
