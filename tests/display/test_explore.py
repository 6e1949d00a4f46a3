"""What follows when price, volume, indexation and notice are moved; the sliders only ask."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import odd_bids
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fcr
from fcr.display.explore import Explored, WhatIf
from fcr.distributions import Hazard
from fcr.risks import Risk

DRAWS = 1_000


@cache
def harbour() -> fcr.Bid:
    bid = fcr.read(Path(fcr.__file__).parent / "examples" / "harbour-advice.json")
    assert isinstance(bid, fcr.Bid)
    return bid


@cache
def what_if() -> WhatIf:
    return WhatIf(harbour(), DRAWS)


def test_unmoved_it_is_the_bid() -> None:
    """Recovery, costs, income, lowest cash and chance of loss are those of the review and of the simulation."""
    found, review = what_if()(), fcr.check(harbour(), draws=200)
    assert review.situation.income is not None
    assert found.recovery == review.recovery_rate
    assert (found.cost, found.income) == (review.full_cost, review.situation.income.term)
    assert found.lowest_cash == fcr.cash_flow(harbour()).lowest
    assert found.chance_of_loss == fcr.simulate(harbour(), DRAWS).probability_of_loss
    assert found.beyond_notice == review["EXT-1"].amount
    assert found == what_if()(price=0.0, volume=0.0, indexation=0.0, notice=1)


moves = st.floats(-0.3, 0.3).map(lambda x: round(x, 3))


@settings(max_examples=15)
@given(moves, moves)
def test_a_better_price_is_never_worse(price: float, other: float) -> None:
    """More for the same: recovery and cash are no lower, and loss no likelier."""
    low, high = (what_if()(price=x) for x in sorted((price, other)))
    assert (low.income, low.recovery, low.lowest_cash) <= (high.income, high.recovery, high.lowest_cash)
    assert low.cost == high.cost
    assert low.chance_of_loss is not None
    assert high.chance_of_loss is not None
    assert low.chance_of_loss.value >= high.chance_of_loss.value


def test_a_price_by_hand() -> None:
    """A block of £50,000 a year, 10% more and 2 points a year on top: 55,000 + 56,100 + 57,222."""
    found = WhatIf(odd_bids.bid(prices=[50_000] * 3))(price=0.1, indexation=0.02)
    assert found.income == Decimal("168322.00")
    assert found.recovery == Decimal("0.9430")
    assert found.chance_of_loss is None


def test_volume_moves_what_follows_it() -> None:
    """Costs by the unit and income by the unit move with the volume; the plan's other costs stay."""
    more, less = what_if()(volume=0.1), what_if()(volume=-0.1)
    planned = what_if()()
    assert less.income < planned.income < more.income
    assert less.cost < planned.cost < more.cost


def test_notice_moves_what_an_early_end_leaves() -> None:
    """Longer notice leaves less to pay, and so loss no likelier; shorter the other way; the price stays."""
    end = Risk(name="Ended", acts_on="termination", size=Hazard(probability=Decimal("0.5"), months=[12], term=36))
    bid = odd_bids.bid(prices=[60_000] * 3, risks=[end])
    assert bid.contract is not None
    terms = bid.contract.exit.replace(notice_by_commissioner=3, wind_down_months=6, stranded_cost=Decimal(10_000))
    asked = WhatIf(bid.replace(contract=bid.contract.replace(exit=terms)), DRAWS)
    monthly = Decimal("4958.33")
    for notice, beyond in ((0, 6), (3, 3), (6, 0), (9, 0)):
        found = asked(notice=notice).beyond_notice
        assert found is not None
        assert abs(found - beyond * monthly) < 1
    chances = [asked(notice=notice).chance_of_loss for notice in (0, 3, 6)]
    values = [chance.value for chance in chances if chance is not None]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]
    assert asked(notice=0).income == asked().income


def test_notice_nobody_has_stated_is_unknown() -> None:
    """It is not guessed; once it is given there is an answer."""
    asked = WhatIf(odd_bids.bid(prices=[60_000] * 3))
    assert asked().beyond_notice is None
    assert "unknown" in asked().text()
    assert asked(notice=3).beyond_notice == 0
    assert "notice 3 months" in asked(notice=3).text()


def test_it_shows_itself() -> None:
    """What was moved stands in the title; the figures below it."""
    table = what_if()(price=0.05, volume=-0.1, indexation=0.01, notice=6).table()
    assert table.title == "Debt advice: price +5.0%, volume -10.0%, indexation +1.0 points a year, notice 6 months"
    assert what_if()().table().title == "Debt advice: as the bid stands"
    assert isinstance(what_if()(), Explored)
    assert what_if()().to_dict()["recovery"] == "0.9268"


@pytest.mark.parametrize("move", [{"price": -1.0}, {"volume": -2.0}, {"indexation": -1.5}, {"notice": -1}])
def test_less_than_nothing_is_refused(move: dict[str, Any]) -> None:
    """A price, a volume or a notice below nought."""
    with pytest.raises(fcr.InputError) as refused:
        what_if()(**move)
    assert [problem.where for problem in refused.value.problems] == list(move)


def test_without_an_offer_there_is_nothing_to_move() -> None:
    """The refusal says so."""
    with pytest.raises(fcr.InputError, match="the bid states no offer"):
        WhatIf(odd_bids.bid())


# ── the sliders ──────────────────────────────────────────────────────────────────────────────────


def test_the_sliders_ask_and_show() -> None:
    """Four sliders and a table below them, that is the one of the plain calculation; no text becomes markup."""
    pytest.importorskip("ipywidgets")
    bid = odd_bids.bid(prices=[55_000] * 3, service=odd_bids.HOSTILE, risks=[odd_bids.normal("A", 9_000)])
    *sliders, shown = fcr.explore(bid, draws=200).children
    assert [slider.description for slider in sliders] == [
        "Price of the offer",
        "Volume against plan",
        "Rise a year, on top",
        "Notice (months)",
    ]
    assert "<script>" not in shown.value
    for slider, value in zip(sliders, (0.1, -0.2, 0.02, 6), strict=True):
        slider.value = value
    assert shown.value == WhatIf(bid, 200)(price=0.1, volume=-0.2, indexation=0.02, notice=6).html()


def test_without_a_kernel_the_table_stands_alone() -> None:
    """A page that cannot run sliders has the figures as the sliders stand, as HTML and as text; a notebook has both."""
    pytest.importorskip("ipywidgets")
    bid = odd_bids.bid(prices=[55_000] * 3, risks=[odd_bids.normal("A", 9_000)])
    sliders = fcr.explore(bid, draws=200)
    sliders.children[0].value = 0.1
    bundle = sliders._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == sliders.model_id
    assert {kind: bundle[kind] for kind in ("text/plain", "text/html", "text/markdown")} == WhatIf(bid, 200)(
        price=0.1, notice=3
    )._repr_mimebundle_()


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """ipywidgets comes with the extra ``notebook``."""
    monkeypatch.setitem(__import__("sys").modules, "ipywidgets", None)
    with pytest.raises(fcr.MissingExtra, match=r"full-cost-recovery\[notebook\]"):
        fcr.explore(harbour())
