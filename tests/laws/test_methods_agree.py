"""The three methods are one idea: they part only where pools serve one another."""

from __future__ import annotations

from typing import Any

import pytest
import strategies as own
from hypothesis import given
from hypothesis import strategies as st

from fcr.apportionment import Apportionment, apportion
from fcr.bid import Bid
from fcr.organisation import Driver, Organisation
from fcr.pricing import price


@st.composite
def one_way(draw: st.DrawFn, organisation: Organisation, *, between_pools: bool) -> Organisation:
    """The organisation with drivers of its own for each pool, measured on services and on later pools at most."""
    services = [s.name for s in organisation.services]
    turns = [p.name for p in organisation.ordered_pools]
    drivers: dict[str, Driver] = {}
    for turn, pool in enumerate(turns):
        later = turns[turn + 1 :] if between_pools else []
        parts = {f"{pool} {half}": draw(own.quantities(services, later)) for half in ("by use", "by need")}
        drivers |= {name: Driver(name=name, quantities=q) for name, q in parts.items()}
        if draw(st.booleans()):
            drivers[f"{pool} mixed"] = Driver(name=f"{pool} mixed", mixture=draw(own.percentages(list(parts))))
    pools = [
        p.replace(driver=f"{p.name} mixed" if f"{p.name} mixed" in drivers else f"{p.name} by use")
        for p in organisation.pools
    ]
    return organisation.replace(pools=pools, drivers=list(drivers.values()))


def same(first: Apportionment, second: Apportionment) -> None:
    """The same full costs, exactly and as reported, and the same part of each pool on each service."""
    assert second.exact.tolist() == pytest.approx(first.exact.tolist(), rel=1e-9, abs=1e-9)
    assert second.overheads.ravel().tolist() == pytest.approx(first.overheads.ravel().tolist(), rel=1e-9, abs=1e-9)
    assert second.full_costs == first.full_costs
    assert second.gross == first.gross


@given(own.organisations(), st.data())
def test_all_agree_where_no_pool_serves_another(organisation: Organisation, data: st.DataObject) -> None:
    """Every driver is measured on services only: direct = step-down = reciprocal."""
    plain = data.draw(one_way(organisation, between_pools=False))
    direct = apportion(plain, "direct")
    same(direct, apportion(plain, "step-down"))
    same(direct, apportion(plain, "reciprocal"))


@given(own.organisations(), st.data())
def test_step_down_is_reciprocal_where_transfers_run_one_way(organisation: Organisation, data: st.DataObject) -> None:
    """No later pool serves an earlier one: step-down = reciprocal."""
    plain = data.draw(one_way(organisation, between_pools=True))
    same(apportion(plain, "step-down"), apportion(plain, "reciprocal"))


@given(own.bids(most_years=2), st.data())
def test_prices_agree_likewise(bid: Bid, data: st.DataObject) -> None:
    """The same of the price of every contract year."""

    def prices(organisation: Organisation, method: Any) -> object:
        return price(bid.replace(organisation=organisation, method=method)).price

    apart = data.draw(one_way(bid.organisation, between_pools=False))
    assert prices(apart, "direct") == prices(apart, "step-down") == prices(apart, "reciprocal")
    chained = data.draw(one_way(bid.organisation, between_pools=True))
    assert prices(chained, "step-down") == prices(chained, "reciprocal")
