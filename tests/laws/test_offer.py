"""The price at full cost passes, and a penny less does not."""

from __future__ import annotations

from decimal import Decimal

import strategies as own
from hypothesis import assume, given
from hypothesis import strategies as st

from fcr import BlockPrice, Contract, Review, check
from fcr.bid import Bid
from fcr.pricing import price

PENNY = Decimal("0.01")
FULL_COST = "FCR-1"


def offered(bid: Bid, prices: list[Decimal]) -> Review:
    """The review of the bid with an offer of these prices."""
    return check(bid.replace(contract=Contract(mechanism=BlockPrice(prices=prices))))


def status(review: Review) -> str:
    """What the question of full cost is answered with."""
    return next(finding.status for finding in review.findings if finding.code == FULL_COST)


@given(own.bids(), st.data())
def test_full_cost_passes_and_a_penny_less_fails(bid: Bid, data: st.DataObject) -> None:
    """Year by year an offer of the full cost recovers it all; a penny less in any year is short by that penny."""
    full = list(price(bid).full_cost)
    assume(all(amount >= PENNY for amount in full))
    whole = offered(bid, full)
    assert (status(whole), whole.shortfall) == ("pass", Decimal(0))
    year = data.draw(st.integers(0, bid.years - 1))
    less = [amount - PENNY * (y == year) for y, amount in enumerate(full)]
    short = offered(bid, less)
    assert (status(short), short.shortfall) == ("fail", PENNY)


@given(own.bids(), st.data())
def test_more_in_one_year_does_not_mend_another(bid: Bid, data: st.DataObject) -> None:
    """A penny less in one year fails, however much more another year pays; over the term nothing is short."""
    full = list(price(bid).full_cost)
    assume(bid.years > 1 and all(amount >= PENNY for amount in full))
    year = data.draw(st.integers(0, bid.years - 1))
    mixed = [amount - PENNY if y == year else amount + 1 for y, amount in enumerate(full)]
    review = offered(bid, mixed)
    assert (status(review), review.shortfall) == ("fail", Decimal(0))
