"""Rounding once, half up, as spreadsheets do."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st
from oracle import from_half_penny, half_up

from fcr.money import round_half_up

PENNY = Decimal("0.01")

magnitudes = st.integers(0, 11).flatmap(lambda n: st.integers(0, 10**n))


@example(pennies=1, negative=False)
@example(pennies=2, negative=False)
@example(pennies=100, negative=False)
@example(pennies=267, negative=True)
@given(magnitudes, st.booleans())
def test_halves_go_away_from_zero(pennies: int, negative: bool) -> None:
    """``n pennies and a half``, as a float, rounds as the decimal of its shortest form does, up to £1,000m."""
    value = float((Decimal(pennies) + Decimal("0.5")).scaleb(-2)) * (-1 if negative else 1)
    assert round_half_up(value) == Decimal(repr(value)).quantize(PENNY, ROUND_HALF_UP)


@given(magnitudes, st.integers(0, 5), st.booleans())
def test_halves_at_any_number_of_places(units: int, places: int, negative: bool) -> None:
    """The same at 0 to 5 decimals."""
    value = float((Decimal(units % 10**9) + Decimal("0.5")).scaleb(-places)) * (-1 if negative else 1)
    assert round_half_up(value, places) == Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@given(st.floats(-(10.0**9), 10.0**9))
def test_what_is_not_near_a_half_goes_to_the_nearest(value: float) -> None:
    """Any other float rounds to the nearest penny of its exact value."""
    if from_half_penny(Fraction(value)) > max(Fraction(2, 10**10), abs(Fraction(value)) / 10**14):
        assert round_half_up(value) == half_up(Fraction(value))


@given(st.floats(-(10.0**9), 10.0**9))
def test_it_mirrors(value: float) -> None:
    """``round(−x) == −round(x)``, and the result is within half a penny."""
    assert round_half_up(-value) == -round_half_up(value)
    assert abs(Fraction(round_half_up(value)) - Fraction(value)) <= Fraction(1, 200) + Fraction(1, 10**6)


@given(st.floats(-(10.0**8), 10.0**8), st.integers(1, 40))
def test_more_is_never_less(value: float, steps: int) -> None:
    """A larger float never rounds to less."""
    larger = value
    for _ in range(steps):
        larger = math.nextafter(larger, math.inf)
    assert round_half_up(value) <= round_half_up(larger)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_decimals_are_taken_exactly(value: Decimal) -> None:
    """A ``Decimal`` rounds on all of its digits."""
    assert round_half_up(value) == half_up(Fraction(value))
