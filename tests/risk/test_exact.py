"""A register of yes-or-no risks summed exactly: by hand, by brute force, by closed form."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_bids import event

from fcr.distributions import Event, Fixed, Uniform
from fcr.errors import InputError
from fcr.risk.exact import MOST_EVENTS, exact_losses
from fcr.risks import Risk

D = Decimal

events = st.lists(st.tuples(st.integers(0, 100), st.integers(-50, 500), st.integers(0, 4)), max_size=7)


def register(rows: list[tuple[int, int, int]]) -> list[Risk]:
    """Events from (probability in hundredths, pounds, quarters that the provider bears)."""
    return [
        event(f"risk {i}", str(D(p) / 100), impact, provider_share=D(share) / 4)
        for i, (p, impact, share) in enumerate(rows)
    ]


def test_two_events_by_hand() -> None:
    """£100 at 10% and £50 at 20%: 0, 50, 100, 150 with 0.72, 0.18, 0.08, 0.02."""
    loss = exact_losses([event("a", "0.1", 100), event("b", "0.2", 50)])
    assert loss.amounts.tolist() == [0, 50, 100, 150]
    assert loss.chances == pytest.approx([0.72, 0.18, 0.08, 0.02])
    assert loss.mean == pytest.approx(20)
    assert loss.variance == pytest.approx(0.09 * 100**2 + 0.16 * 50**2)
    assert [loss.quantile(p) for p in (0.5, 0.72, 0.73, 0.95, 1)] == [0, 0, 50, 100, 150]
    assert loss.chance_above(50) == pytest.approx(0.10)
    # the worst 5%: 2% of £150 and 3% of £100
    assert loss.expected_shortfall(0.95) == pytest.approx((0.02 * 150 + 0.03 * 100) / 0.05)


@given(events, st.sampled_from([True, False]))
def test_every_combination_is_counted(rows: list[tuple[int, int, int]], provider: bool) -> None:
    """Each combination of events, summed one by one: the same chance of more than any amount."""
    loss = exact_losses(register(rows), provider=provider)
    combinations = []
    for happened in product([False, True], repeat=len(rows)):
        chance, amount = 1.0, 0.0
        for (p, impact, share), yes in zip(rows, happened, strict=True):
            chance *= p / 100 if yes else 1 - p / 100
            amount += impact * (share / 4 if provider else 1.0) * yes
        combinations.append((amount, chance))
    for amount, _ in combinations:
        expected = sum(c for a, c in combinations if a > amount)
        assert loss.chance_above(amount) == pytest.approx(expected, abs=1e-12)
    assert (np.diff(loss.amounts) >= 0).all()


@given(events)
def test_moments_are_those_of_a_sum(rows: list[tuple[int, int, int]]) -> None:
    """Mean ``Σ p·x``, variance ``Σ p(1 − p)·x²``; the chances add to one."""
    loss = exact_losses(register(rows), provider=False)
    assert loss.chances.sum() == pytest.approx(1)
    assert loss.mean == pytest.approx(sum(p / 100 * x for p, x, _ in rows), abs=1e-9)
    assert loss.variance == pytest.approx(sum(p / 100 * (1 - p / 100) * x * x for p, x, _ in rows), abs=1e-7)


@given(events)
def test_shortfall_is_no_less_than_the_quantile_nor_the_median(rows: list[tuple[int, int, int]]) -> None:
    """At any level from a half up; and it rises with the level, to the worst there is."""
    loss = exact_losses(register(rows))
    levels = (0.5, 0.8, 0.9, 0.95, 0.999)
    shortfalls = [loss.expected_shortfall(level) for level in levels]
    for level, shortfall in zip(levels, shortfalls, strict=True):
        assert shortfall + 1e-9 >= loss.quantile(level) >= loss.quantile(0.5)
    assert all(b >= a - 1e-9 for a, b in pairwise(shortfalls))
    worst = max((a for a, c in zip(loss.amounts, loss.chances, strict=True) if c > 1e-9), default=0.0)
    assert shortfalls[-1] <= worst + 1e-6


def test_twenty_alike_are_a_binomial() -> None:
    """Twenty events of £1 at 30%: a million combinations, the chances those of the binomial."""
    from scipy.stats import binom  # type: ignore[import-untyped]  # noqa: PLC0415

    loss = exact_losses([event(f"risk {i}", "0.3", 1) for i in range(20)])
    assert loss.amounts.size == 2**20
    for n in range(20):
        assert loss.chance_above(n + 0.5) == pytest.approx(binom.sf(n, 20, 0.3), abs=1e-12)
    assert loss.quantile(0.95) == binom.ppf(0.95, 20, 0.3)


def test_nothing_to_sum() -> None:
    """No risks: nothing is lost, for certain."""
    loss = exact_losses([])
    assert (loss.mean, loss.quantile(0.95), loss.expected_shortfall(0.95), loss.chance_above(0)) == (0, 0, 0, 0)


def test_what_cannot_be_summed_is_named_all_together() -> None:
    """A spread impact, a loss drawn every year, a driver, no size, and too many: each with what to do instead."""
    spread = Risk(name="spread", size=Event(probability=D("0.5"), impact=Uniform(low=D(0), high=D(1))))
    odd = [
        spread,
        event("yearly", "0.5", 1, per="year"),
        Risk(name="volume", acts_on="volume", size=Event(probability=D("0.5"), impact=Fixed(value=D("0.8")))),
        Risk(name="unsized"),
        Risk(name="fixed", size=Fixed(value=D(5))),
    ]
    many = [event(f"risk {i}", "0.1", 1) for i in range(MOST_EVENTS)]
    with pytest.raises(InputError) as refused:
        exact_losses([*odd, *many])
    problems = refused.value.problems
    assert [p.where for p in problems] == [*(f"risk {r.name!r}" for r in odd), "the risks"]
    assert [p.code for p in problems] == ["not-exact"] * 5 + ["too-many"]
    assert {p.fix for p in problems} == {"Simulate it instead.", "Simulate them instead."}
