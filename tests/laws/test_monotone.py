"""Spending more never lowers the price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import strategies as own
from hypothesis import given
from hypothesis import strategies as st

from fcr.bid import Bid
from fcr.lines import Cost
from fcr.pricing import price

more = st.one_of(own.pennies(0, 20), own.pennies(0, 50_000))


def dearer(cost: Cost, extra: Decimal) -> Cost:
    """The cost with more to pay; when it is stated by year, in every year in which it is paid."""
    if cost.amounts:
        paid = {month // 12 for month in cost.months(12 * len(cost.amounts))}
        return cost.replace(amounts=[x + extra * (year in paid) for year, x in enumerate(cost.amounts)])
    return cost.replace(amount=(cost.amount or Decimal(0)) + extra)


def never_lower(bid: Bid, **changes: Any) -> None:
    """The price of every year, as reported, is at least what it was."""
    after = price(bid.replace(organisation=bid.organisation.replace(**changes)))
    assert all(new >= old for new, old in zip(after.price, price(bid).price, strict=True))


@given(own.bids(cost_based=False), st.data(), more)
def test_a_dearer_cost_anywhere(bid: Bid, data: st.DataObject, extra: Decimal) -> None:
    """Where no driver is measured by cost: raising any cost, on any centre, lowers the price of no year."""
    costs = list(bid.organisation.costs)
    at = data.draw(st.integers(0, len(costs) - 1))
    costs[at] = dearer(costs[at], extra)
    never_lower(bid, costs=costs)


@given(own.bids(cost_based=False).filter(lambda bid: bool(bid.organisation.posts)), st.data(), more)
def test_a_dearer_post_anywhere(bid: Bid, data: st.DataObject, extra: Decimal) -> None:
    """Where no driver is measured by cost: raising any salary, with the top of its scale, lowers the price of no year.

    The Employment Allowance is shared again, and whatever the post takes of it the others lose.
    """
    posts = list(bid.organisation.posts)
    at = data.draw(st.integers(0, len(posts) - 1))
    top = posts[at].top
    posts[at] = posts[at].replace(salary=posts[at].salary + extra, top=None if top is None else top + extra)
    never_lower(bid, posts=posts)


@given(own.bids(), st.data(), more)
def test_a_dearer_cost_of_the_service_itself(bid: Bid, data: st.DataObject, extra: Decimal) -> None:
    """Whatever the drivers: raising a cost that is wholly the priced service's own lowers the price of no year.

    By a driver measured by cost it then takes more of every pool, whose cost is not below nought. A cost of
    another service, or of a pool, gives no such law: it may draw overheads away.
    """
    costs = list(bid.organisation.costs)
    at = data.draw(st.sampled_from([i for i, c in enumerate(costs) if c.centre == bid.service]))
    costs[at] = dearer(costs[at], extra)
    never_lower(bid, costs=costs)
