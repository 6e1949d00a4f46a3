"""The price of risk by closed form, what a concession is worth, and the price at which a loss is rare enough."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pytest
from small_bids import SERVICE, SINGLE_CHECK, event, off, plain

from fcr.contract import BlockPrice, CallOff, Contract, Duration, Indexation, Protections, UnitPrice
from fcr.distributions import Event, Fixed, Hazard, Normal, Pert, Triangular, Uniform, normal_quantile
from fcr.errors import InputError
from fcr.lines import Cost
from fcr.risk.balance import balance
from fcr.risk.exact import exact_losses
from fcr.risk.premium import (
    HEADINGS,
    PREMIUM_METHODS,
    concessions,
    contingency,
    expected_stranded,
    one_change_each,
    premium,
    profit_rate,
    risk_adjusted_price,
)
from fcr.risk.simulation import simulate
from fcr.risks import Risk

D = Decimal
DRAWS = 50_000
MEAN, SD, YEARS = 9_000, 4_000, 3
NORMAL = [Risk(name="Overrun", size=Normal(mean=D(MEAN), sd=D(SD)))]
EVENTS = [event(f"risk {i}", "0.15", 1_500 + 700 * i) for i in range(8)]


# ── the methods ──────────────────────────────────────────────────────────────────────────────────


def normal_shortfall() -> float:
    """The expected shortfall at 95% of the normal loss, in closed form."""
    z = normal_quantile(0.95)
    return MEAN + SD * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / 0.05


def test_cost_of_capital() -> None:
    """``EV ÷ T + h (ES95 − EV)``: a normal loss in closed form, at the default hurdle and at another."""
    risks = balance(plain(risks=NORMAL), DRAWS)
    for hurdle in ("0.08", "0.1", "0"):
        truth = MEAN / YEARS + float(hurdle) * (normal_shortfall() - MEAN)
        assert abs(off(premium(risks, hurdle=D(hurdle)), truth)) < SINGLE_CHECK
    assert premium(risks) == premium(risks, "cost of capital", hurdle=D("0.08"))


def test_p_level() -> None:
    """``Q ÷ T``, at 80% or the level given; the contingency is the same over the term."""
    risks = balance(plain(risks=NORMAL), DRAWS)
    for level in (0.5, 0.8, 0.95):
        truth = MEAN + SD * normal_quantile(level)
        assert abs(off(premium(risks, "P-level", level=level), truth / YEARS)) < SINGLE_CHECK
        assert abs(off(contingency(risks, level), truth)) < SINGLE_CHECK
    assert premium(risks, "P-level") == premium(risks, "P-level", level=0.8)
    assert contingency(risks) == contingency(risks, 0.8)


def test_profit_rate_is_of_cost() -> None:
    """8.56% of a year's cost, moved by up to a quarter either way; no sampling error."""
    risks = balance(plain(cost=100_000, risks=NORMAL), 10)
    found = premium(risks, "profit rate")
    assert found.value == pytest.approx(8_560)
    assert found.error == 0
    assert premium(risks, "profit rate", adjustment=D("0.25")).value == pytest.approx(10_700)
    assert premium(risks, "profit rate", adjustment=D("-0.25")).value == pytest.approx(6_420)


@pytest.mark.parametrize("adjustment", ["0.2501", "-0.3"])
def test_an_adjustment_beyond_the_method_is_refused(adjustment: str) -> None:
    """The method's own limits are ±25%."""
    with pytest.raises(InputError, match="Keep to the method's own limits"):
        profit_rate(D(adjustment))


def test_the_premiums_error_holds() -> None:
    """Over 100 seeds the cost-of-capital premium lies within 2.576 of its own errors at least 95 times.

    A correct error fails this once in 2,000; one that only adds up its parts' errors is too large, and the
    scores would be too small: their squares average one.
    """
    exact = exact_losses(EVENTS)
    bid = plain(risks=EVENTS)
    truth = exact.mean / YEARS + 0.08 * (exact.expected_shortfall(0.95) - exact.mean)
    scores = np.array([off(premium(balance(bid, 4_096, seed)), truth) for seed in range(100)])
    assert (np.abs(scores) < 2.576).sum() >= 95
    assert abs((scores**2).mean() - 1) < SINGLE_CHECK * math.sqrt(2 / 100)


def test_methods_have_names() -> None:
    """The three methods, each its own."""
    assert PREMIUM_METHODS == ("cost of capital", "P-level", "profit rate")
    risks = balance(plain(risks=NORMAL), 1_000)
    assert len({premium(risks, method).value for method in PREMIUM_METHODS}) == 3


@pytest.mark.parametrize("level", [-0.1, 1.0, 1.5, math.nan])
def test_a_level_is_a_share(level: float) -> None:
    """From 0 to below 1, for a contingency, a P-level and a chance of loss alike."""
    risks = balance(plain(risks=NORMAL), 10)
    wrong = (
        partial(contingency, risks, level),
        partial(premium, risks, "P-level", level=level),
        partial(risk_adjusted_price, risks.bid, level, draws=10),
    )
    for call in wrong:
        with pytest.raises(InputError, match="expected a share from 0 to below 1"):
            call()


def test_nothing_is_stranded_by_an_end_that_cannot_come() -> None:
    """Without a month at which it can be broken; and at one that is certain, all that is left."""
    assert expected_stranded(Hazard(probability=D("0.5"), months=[], term=36), D(100), D(100)) == 0
    assert expected_stranded(Hazard(probability=D(1), months=[9], term=36), D(100), D(7)) == pytest.approx(75 + 7)


# ── concessions ──────────────────────────────────────────────────────────────────────────────────

VOLUME = Risk(name="Referral volume", acts_on="volume", size=Uniform(low=D("0.5"), high=D("1.5")))


def draft(**terms: Any) -> Any:
    """£100 a unit for 1,000 units a year, however many come."""
    return plain(mechanism=CallOff(price=D(100)), volumes=[D(1000)], risks=[VOLUME], terms=terms)


def test_a_change_that_changes_nothing_is_worth_nothing() -> None:
    """The same bid, and one with a term that no risk meets."""
    same = draft()
    other = draft(protections=Protections(liability_cap=D(5)))
    found, table = concessions(same, {"Nothing": same, "Liability": other}, draws=1_000)
    assert [c.worth.value for c in found] == [0, 0]
    assert [row.cells[0] for row in table.rows] == ["As drafted", "Nothing", "Liability"]


def test_a_guarantee_by_closed_form() -> None:
    """Volume even from 50% to 150%, 100% guaranteed: the expected loss falls from 0 to an expected gain of £37,500.

    At a hurdle of nought the premium is the expected loss a year, −£12,500.
    """
    guaranteed = draft(protections=Protections(volume_guarantee=D(1)))
    found, _ = concessions(draft(), {"Guarantee": guaranteed}, draws=DRAWS, hurdle=D(0))
    worth = found[0].worth
    assert found[0].income_change == pytest.approx(0)
    assert abs(off(worth, 12_500)) < SINGLE_CHECK
    assert abs(off(found[0].premium_before, 0)) < SINGLE_CHECK


def test_income_gained_is_counted_and_the_best_comes_first() -> None:
    """A fixed £10 more a unit is £10,000 a year and no less risk at a hurdle of nought; less is worth less."""
    dearer, cheaper = (draft().replace(contract=Contract(mechanism=CallOff(price=D(p)))) for p in (110, 95))
    found, table = concessions(draft(), {"Less": cheaper, "More": dearer}, draws=DRAWS, hurdle=D(0))
    assert [c.name for c in found] == ["More", "Less"]
    assert [c.income_change for c in found] == pytest.approx([10_000, -5_000])
    assert abs(off(found[0].worth, 10_000)) < SINGLE_CHECK
    assert [row.cells[0] for row in table.rows] == ["As drafted", "More", "Less"]
    assert "cost of capital" in table.notes[0]


def test_one_change_each_takes_the_headings_that_differ() -> None:
    """One version for each heading changed, and last the whole of it."""
    indexed = Duration(indexation=Indexation(basket={"CPI": 100}))
    agreed = draft(protections=Protections(volume_guarantee=D("0.9")), duration=indexed)
    versions = one_change_each(draft(), agreed)
    assert list(versions) == [HEADINGS["duration"], HEADINGS["protections"], "All of it"]
    first, second, whole = (version.contract for version in versions.values())
    assert first == draft(duration=indexed).contract
    assert second == draft(protections=Protections(volume_guarantee=D("0.9"))).contract
    assert whole == agreed.contract
    assert list(one_change_each(draft(), draft())) == ["All of it"]


def test_one_change_each_needs_two_offers() -> None:
    """A bid without an offer has nothing to change."""
    with pytest.raises(InputError, match="Give both bids a contract"):
        one_change_each(draft(), draft().replace(contract=None))


# ── the price at which a loss is rare enough ─────────────────────────────────────────────────────

RISKS = [VOLUME, event("Claims", "0.2", 30_000, per="year"), *NORMAL]
COSTS = [
    Cost(name="Rent", centre=SERVICE, amount=D(60_000), index="CPI"),
    Cost(name="Each", centre=SERVICE, amount=D(30), behaviour="per unit", index="fixed"),
]


def priced(factor: float, kind: str) -> Any:
    """The same bid at a multiple of its price, by the unit or as a block."""
    if kind == "unit":
        mechanism: Any = UnitPrice(price=D(repr(100 * factor)))
    else:
        mechanism = BlockPrice(prices=[D(repr(90_000 * factor))] * 3)
    return plain(cost=0, costs=COSTS, mechanism=mechanism, volumes=[D(1000)], risks=RISKS)


@pytest.mark.parametrize("kind", ["unit", "block"])
@pytest.mark.parametrize("chance", [0.05, 0.2, 0.3, 0.5])
def test_raising_the_price_by_the_factor_brings_the_chance_of_loss_down(kind: str, chance: float) -> None:
    """At the factor the simulated chance of loss is no more than asked; a hair below it, it is more."""
    factor = risk_adjusted_price(priced(1, kind), chance, draws=5_000, seed=2)
    assert factor.error > 0
    at, below = (
        simulate(priced(f, kind), 5_000, seed=2).probability_of_loss.value
        for f in (factor.value * (1 + 1e-9), factor.value * (1 - 1e-6))
    )
    assert at <= chance < below


def test_the_factor_in_closed_form() -> None:
    """A block price against a normal cost: ``k = (cost + μ + σ z) ÷ price``."""
    found = risk_adjusted_price(plain(cost=100_000, price=100_000, risks=NORMAL), 0.1, draws=DRAWS)
    assert abs(off(found, (300_000 + MEAN + SD * normal_quantile(0.9)) / 300_000)) < SINGLE_CHECK


def test_where_no_price_helps_it_says_so() -> None:
    """In a third of cases nobody comes: no unit price makes a loss rarer than that."""
    nobody = Risk(name="Nobody comes", acts_on="volume", size=Event(probability=D("0.67"), impact=Fixed(value=D(1))))
    bid = plain(mechanism=CallOff(price=D(50)), volumes=[D(1000)], risks=[nobody])
    with pytest.raises(InputError, match="does not hang on volume"):
        risk_adjusted_price(bid, 0.2, draws=2_000)
    assert risk_adjusted_price(bid, 0.5, draws=2_000).value == pytest.approx(2)


def test_what_is_not_drawn_is_refused() -> None:
    """The same checks as the simulation's."""
    with pytest.raises(InputError, match="draws: found 1"):
        risk_adjusted_price(plain(), draws=1)


def test_a_three_point_impact_prices_as_its_mean_at_no_hurdle() -> None:
    """At a hurdle of nought the premium is the expected loss a year, whatever the shape."""
    size = Pert(low=D(0), mode=D(1_000), high=D(9_000))
    other = Triangular(low=D(0), mode=D(1_000), high=D(9_000))
    risks = [Risk(name="a", size=size, per="year"), Risk(name="b", size=other)]
    found = premium(balance(plain(risks=risks), DRAWS), hurdle=D(0))
    assert abs(off(found, size.mean + other.mean / YEARS)) < SINGLE_CHECK
