"""What is saved is what was said: JSON out and in is the identity."""

from __future__ import annotations

import json

import strategies as own
from hypothesis import given

from fcr.apportionment import apportion
from fcr.bid import Bid
from fcr.organisation import Method, Organisation
from fcr.pricing import price


@given(own.organisations(), own.methods)
def test_an_organisation_comes_back_the_same(organisation: Organisation, method: Method) -> None:
    """from_json(to_json(x)) == x, in the same words, and apportions to the same penny."""
    back = Organisation.from_json(organisation.to_json())
    assert back == organisation
    assert back.to_json() == organisation.to_json()
    assert apportion(back, method).to_dict() == apportion(organisation, method).to_dict()


@given(own.bids())
def test_a_bid_comes_back_the_same(bid: Bid) -> None:
    """from_json(to_json(x)) == x, in the same words, and prices to the same penny."""
    back = Bid.from_json(bid.to_json())
    assert back == bid
    assert back.to_json() == bid.to_json()
    assert price(back).to_dict() == price(bid).to_dict()


@given(own.bids())
def test_plain_data_is_plain(bid: Bid) -> None:
    """to_dict() holds nothing that JSON would change, and a copy with no change is equal."""
    assert json.loads(json.dumps(bid.to_dict())) == bid.to_dict()
    assert Bid.from_dict(bid.to_dict()) == bid
    assert bid.replace() == bid
