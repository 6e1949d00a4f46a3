"""A driver says only how much more one centre uses than another: its unit does not matter."""

from __future__ import annotations

from decimal import Decimal

import pytest
import strategies as own
from hypothesis import given
from hypothesis import strategies as st

from fcr.apportionment import apportion
from fcr.bid import Bid
from fcr.organisation import Method, Organisation
from fcr.pricing import price

constants = st.one_of(
    st.sampled_from([Decimal(x) for x in ("0.001", "0.125", "0.3", "3", "10.7639", "1000000")]),
    st.integers(1, 10**6).map(lambda n: Decimal(n).scaleb(-3)),
)
"""Square metres to square feet among them."""


@st.composite
def rescaled(draw: st.DrawFn, organisation: Organisation) -> Organisation:
    """Each driver's quantities times a constant of its own, and everyone's hours times another."""
    drivers = []
    for driver in organisation.drivers:
        constant = draw(constants)
        changed = {name: Decimal(q) * constant for name, q in driver.quantities.items()}
        drivers.append(driver.replace(quantities=changed) if changed else driver)
    hours = draw(st.sampled_from([Decimal("0.5"), Decimal("0.01"), Decimal(4)]))
    posts = [
        p.replace(hours_per_year=p.hours_per_year * hours) if p.hours_per_year is not None else p
        for p in organisation.posts
    ]
    return organisation.replace(drivers=drivers, posts=posts)


@given(own.organisations(), own.methods, st.data())
def test_a_constant_factor_changes_no_full_cost(
    organisation: Organisation, method: Method, data: st.DataObject
) -> None:
    """Every driver times its own positive constant: the same full costs, gross costs and table."""
    first, again = apportion(organisation, method), apportion(data.draw(rescaled(organisation)), method)
    assert again.exact.tolist() == pytest.approx(first.exact.tolist(), rel=1e-9, abs=1e-9)
    assert again.full_costs == first.full_costs
    assert again.gross == first.gross
    assert again.table().rows == first.table().rows


@given(own.bids(), st.data())
def test_a_constant_factor_changes_no_price(bid: Bid, data: st.DataObject) -> None:
    """Every driver times its own positive constant: the same price, and the same part of each pool in it."""
    other = bid.replace(organisation=data.draw(rescaled(bid.organisation)))
    assert price(other).price == price(bid).price
    assert price(other).table().rows == price(bid).table().rows
