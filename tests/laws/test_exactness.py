"""Computed exactly, rounded once: the float engine against the exact one."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import oracle
import pytest
import strategies as own
from hypothesis import given

from fcr.apportionment import apportion
from fcr.bid import Bid
from fcr.costing import cost_lines, planned_paths
from fcr.funding import profile
from fcr.organisation import Method, Organisation
from fcr.pricing import price

NEAR = Fraction(1, 10**9)


def close(values: Iterable[float], exact: Iterable[Fraction]) -> None:
    """Within a millionth of a pound, or a millionth of the amount."""
    assert list(values) == pytest.approx([float(x) for x in exact], rel=1e-6, abs=1e-6)


def rounded_once(reported: Decimal, exact: Fraction) -> None:
    """The exact amount rounded half up; beside a half penny either neighbour will do."""
    if oracle.from_half_penny(exact) < NEAR:
        assert abs(Fraction(reported) - exact) < Fraction(51, 10_000)
    else:
        assert reported == oracle.half_up(exact)


@given(own.organisations(), own.methods)
def test_the_apportionment_is_exact(organisation: Organisation, method: Method) -> None:
    """Full costs, direct costs, overheads by pool, gross costs, in-kind costs: each its exact amount."""
    exact, result = oracle.apportion(organisation, method), apportion(organisation, method)
    assert sorted(result.services) == sorted(exact.full)
    close(result.exact, (exact.full[s] for s in result.services))
    close(result.direct, (exact.direct[s] for s in result.services))
    close(result.own, (exact.own[p] for p in result.pools))
    close(result.sharing.gross(result.own), (exact.gross[p] for p in result.pools))
    close(result.overheads.ravel(), (exact.overheads[p][s] for p in result.pools for s in result.services))
    close(result.in_kind, (exact.in_kind[s] for s in result.services))
    close([result.left_out], [exact.left_out])
    for pool in result.pools:
        rounded_once(result.gross[pool], exact.gross[pool])


@given(own.bids())
def test_every_year_of_the_profile_is_exact(bid: Bid) -> None:
    """Direct lines, overheads by pool, start-up and close-down lines, in kind and full cost: each year, each exact."""
    years, result = oracle.price(bid), profile(bid)
    costing = result.exact.costing
    numbers = np.arange(len(costing.lines))
    parts = (
        ("direct", result.exact.direct, numbers[costing.in_phase("running") & costing.cash].tolist()),
        ("start_up", result.exact.start_up, numbers[costing.in_phase("start-up") & costing.cash].tolist()),
        ("close_down", result.exact.close_down, numbers[costing.in_phase("close-down") & costing.cash].tolist()),
        ("overheads", result.exact.overheads, list(costing.centres[: costing.pools])),
    )
    for name, months, keys in parts:
        yearly = result.exact.yearly(months)
        for y, year in enumerate(years):
            exact = getattr(year, name)
            assert set(exact) == set(keys)
            close(yearly[:, y], (exact[key] for key in keys))
    close(result.exact.yearly(result.exact.total), (year.full for year in years))
    close(result.exact.yearly(result.exact.in_kind.sum(axis=-2)), (year.in_kind for year in years))
    for reported, kind, year in zip(result.full_cost, result.in_kind, years, strict=True):
        rounded_once(reported, year.full)
        rounded_once(kind, year.in_kind)


@given(own.bids())
def test_every_year_of_the_price_is_exact(bid: Bid) -> None:
    """Each step from full cost to price, each year, is exact; the price reported is rounded once, half up."""
    years, result = oracle.price(bid), price(bid)
    close(result.exact.full_cost, (year.full for year in years))
    close(result.exact.contingency, (year.contingency for year in years))
    close(result.exact.reserves, (year.reserves for year in years))
    close(result.exact.premium, (year.premium for year in years))
    close(result.exact.waiting, (year.waiting for year in years))
    close(result.exact.surplus, (year.surplus for year in years))
    close(result.exact.price, (year.price for year in years))
    for reported, year in zip(result.price, years, strict=True):
        rounded_once(reported, year.price)


@given(own.bids())
def test_every_month_of_every_post_and_cost_is_exact(bid: Bid) -> None:
    """Each line in each month; pay, National Insurance after the allowance, pension, levy and cover of each post."""
    plan = oracle.plan_of(bid)
    costing = cost_lines(bid.organisation, bid.term, bid.assumptions, planned_paths(bid))
    close(costing.months.ravel(), (x for row in plan.by_month for x in row))
    for values, name in (
        (costing.staff.gross, "gross"),
        (costing.staff.national_insurance, "national insurance"),
        (costing.staff.pension, "pension"),
        (costing.staff.levy, "levy"),
        (costing.staff.cover, "cover"),
    ):
        close(values.ravel(), (parts[name] for row in plan.staff for parts in row))
