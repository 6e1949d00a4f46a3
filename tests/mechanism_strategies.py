"""Mechanisms of every kind as plain data, drawn for the property tests: three contract years, outcomes job and kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

YEARS = 3

Plain = dict[str, Any]

pounds = st.integers(0, 20_000).map(Decimal)
prices = st.integers(0, 5_000).map(lambda n: Decimal(n) / 10)
shares = st.integers(0, 20).map(lambda n: Decimal(n) / 20)
yearly = st.lists(pounds, min_size=YEARS, max_size=YEARS)
quantities = st.integers(0, 400).map(Decimal)
thresholds = st.lists(st.integers(0, 400), min_size=0, max_size=3, unique=True).map(sorted)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


@st.composite
def tiers(draw: st.DrawFn) -> list[Plain]:
    return [{"above": Decimal(above), "price": draw(prices)} for above in draw(thresholds)]


@st.composite
def bands(draw: st.DrawFn) -> list[Plain]:
    ends = [Decimal(100 * end) for end in draw(thresholds)]
    return [{"up_to": end, "share": draw(shares)} for end in [*ends, None]]


@st.composite
def limits(draw: st.DrawFn) -> Plain:
    """A least and a most, the one not above the other; either may be missing."""
    low, high = sorted([draw(pounds), draw(pounds)])
    return {"minimum": draw(st.sampled_from([None, low])), "maximum": draw(st.sampled_from([None, high]))}


def fields(kind: str, **strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Plain]:
    return st.fixed_dictionaries({"kind": st.just(kind), **strategies})


SIMPLE: dict[str, st.SearchStrategy[Plain]] = {
    "block": fields("block", prices=yearly),
    "unit price": st.builds(lambda a, b: a | b, fields("unit price", price=prices, tiers=tiers()), limits()),
    "cost and volume": fields(
        "cost and volume", price=pounds, volume=quantities, band=shares, above=prices, below=prices
    ),
    "standing charge": fields("standing charge", charge=pounds, price=prices),
    "capped activity": fields("capped activity", price=prices, cap=quantities),
    "call-off": fields("call-off", price=prices),
    "cost plus": fields("cost plus", fee_rate=shares, fee=pounds, maximum_fee=maybe(pounds), disallowed=shares),
    "target cost": fields("target cost", target=pounds, fee=pounds, bands=bands(), maximum=maybe(pounds)),
    "results, all or nothing": fields(
        "results, all or nothing", attachment=prices, outcome=st.just("job"), target=quantities, payment=pounds
    ),
    "results, by tiers": fields(
        "results, by tiers",
        attachment=prices,
        outcome=st.just("job"),
        price=prices,
        tiers=tiers(),
        maximum=maybe(pounds),
    ),
    "payment by results": fields(
        "payment by results",
        attachment=prices,
        stages=st.tuples(prices, prices).map(
            lambda p: [{"outcome": "job", "price": p[0]}, {"outcome": "kept", "price": p[1]}]
        ),
        payable=shares,
        rejected=shares,
        maximum=maybe(pounds),
    ),
    "fee plus outcomes": st.builds(
        lambda plain, past: plain | (past or {}),
        fields(
            "fee plus outcomes",
            value=pounds,
            fee_share=shares,
            fee_months=st.integers(1, 120),
            outcome=st.just("job"),
            price=prices,
        ),
        maybe(st.fixed_dictionaries({"trigger": quantities, "accelerated": prices})),
    ),
    "declining attachment": fields(
        "declining attachment",
        payment=pounds,
        attached=st.lists(shares, min_size=1, max_size=4),
        outcome=st.just("job"),
        payable=shares,
    ),
    "grant": fields("grant", amounts=yearly, clawback=st.booleans(), carry_forward=shares),
    "outcomes fund": fields(
        "outcomes fund", fees=yearly, at_risk=shares, outcome=st.just("job"), expected=st.integers(1, 400).map(Decimal)
    ),
    "personal budgets": fields("personal budgets", price=prices, bad_debts=shares, lost_clients=shares),
}
"""Every kind of mechanism but the hybrid, as plain data."""

simple = st.one_of(*SIMPLE.values())


@st.composite
def hybrids(draw: st.DrawFn) -> Plain:
    """Two or three mechanisms with weights that come to one."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=1, max_size=2)))
    weights = [Decimal(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return {"kind": "hybrid", "parts": [{"weight": weight, "mechanism": draw(simple)} for weight in weights]}
