"""Parts in pounds and pence that add up to their total."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from oracle import half_up

from fcr.errors import ReconciliationError
from fcr.money import foot

PENNY = Decimal("0.01")

fine = st.integers(-2_000_000, 2_000_000).map(lambda n: Decimal(n).scaleb(-4))
"""Pounds to a hundredth of a penny: halves, thirds of nothing, exact pennies and ties abound."""
coarse = st.integers(-40, 40).map(lambda n: Decimal(n).scaleb(-3))
lists = st.one_of(st.lists(fine, max_size=12), st.lists(coarse, max_size=12))
names = st.text("ABCDEFGH", min_size=1, max_size=3)
mappings = st.one_of(st.dictionaries(names, fine, max_size=12), st.dictionaries(names, coarse, max_size=12))


def by_hand(parts: dict[str, Decimal], total: Decimal) -> dict[str, Decimal]:
    """The stated rule, in whole numbers and fractions: largest remainder, then larger amount, then name."""
    footed = {name: half_up(Fraction(x)) for name, x in parts.items()}
    short = int((total - sum(footed.values(), Decimal(0))) / PENNY)
    step = PENNY if short > 0 else -PENNY
    sign = 1 if short > 0 else -1

    def turn(name: str) -> tuple[Fraction, Fraction, str]:
        remainder = Fraction(parts[name]) - Fraction(footed[name])
        return (-sign * remainder, -abs(Fraction(parts[name])), name)

    for name in sorted(parts, key=turn)[: abs(short)]:
        footed[name] += step
    return footed


@given(lists)
def test_the_parts_sum_to_the_total_rounded_half_up(parts: list[Decimal]) -> None:
    """``sum(foot(x)) == round half up(sum(x))``."""
    assert sum(foot(parts), Decimal(0)) == half_up(Fraction(sum(parts, Decimal(0))))


@given(lists.filter(bool), st.integers(-99, 99))
def test_the_parts_sum_to_a_total_less_than_a_penny_away(parts: list[Decimal], hundredths: int) -> None:
    """Any whole-penny total less than a penny from the parts' sum is met, and no part moves a penny."""
    exact = sum(parts, Decimal(0))
    total = half_up(Fraction(exact + Decimal(hundredths).scaleb(-4)))
    if abs(total - exact) >= PENNY:
        with pytest.raises(ReconciliationError):
            foot(parts, total)
        return
    footed = foot(parts, total)
    assert sum(footed, Decimal(0)) == total
    assert all(abs(x - y) < PENNY for x, y in zip(footed, parts, strict=True))


@given(lists)
def test_no_part_moves_by_a_penny_and_an_exact_penny_not_at_all(parts: list[Decimal]) -> None:
    """``|foot(x) − x| < 1p`` for every part; ``foot(x) == x`` where x is whole pennies."""
    for footed, exact in zip(foot(parts), parts, strict=True):
        assert abs(footed - exact) < PENNY
        if exact == exact.quantize(PENNY):
            assert footed == exact


@given(mappings)
def test_credits_mirror_charges(parts: dict[str, Decimal]) -> None:
    """``foot(−x) == −foot(x)``, name by name."""
    assert foot({n: -x for n, x in parts.items()}) == {n: -x for n, x in foot(parts).items()}


NOISY = {"A": 33.333333333333336, "B": 33.33333333333334, "C": 33.333333333333336}
"""The same third of £100 in each, but for the last digit of a float."""


@given(mappings, st.randoms(use_true_random=False))
def test_the_order_of_named_parts_does_not_matter(parts: dict[str, Decimal], random: object) -> None:
    """Named parts foot the same in any order."""
    items = list(parts.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert foot(dict(items)) == foot(parts)


@example(NOISY)
@given(
    st.dictionaries(names, st.sampled_from([1, 2]), min_size=2, max_size=7).map(
        lambda d: {n: 100 * x / 7 for n, x in d.items()}
    )
)
def test_a_tie_is_a_tie_for_all_the_noise_of_floats(parts: dict[str, float]) -> None:
    """Amounts that differ only in a float's last digit count as equal, so the earlier name settles the tie."""
    noiseless = {name: Decimal(str(round(x, 9))) for name, x in parts.items()}
    total = half_up(Fraction(sum(noiseless.values(), Decimal(0))))
    assert foot(parts, total) == by_hand(noiseless, total)


@given(mappings)
def test_the_spare_pennies_go_to_the_largest_remainders(parts: dict[str, Decimal]) -> None:
    """What foot gives is what the stated rule gives when worked in fractions."""
    assert foot(parts) == by_hand(parts, half_up(Fraction(sum(parts.values(), Decimal(0)))))


# ── what has gone wrong elsewhere ────────────────────────────────────────────────────────────────


def _split(total: int, weights: list[float]) -> list[int]:
    """Whole ``total`` by weights, in the smallest unit."""
    whole = sum(weights)
    return [int(x * 100) for x in foot([total / 100 * w / whole for w in weights], Decimal(total).scaleb(-2))]


def test_float_weights_lose_no_penny() -> None:
    """RubyMoney/money issue 1033: 700,273 by these weights came to 700,272."""
    weights = [*[1.1818583143661] * 7, 1.170126087450276, 1.0, 1.0, 1.0, 1.0]
    shares = _split(700_273, weights)
    assert sum(shares) == 700_273
    assert shares == [*[61_565] * 7, 60_954, *[52_091] * 4] or sorted(shares[:7]) == [*[61_565] * 6, 61_566]
    exact = [Fraction(700_273) * Fraction(w) / sum(map(Fraction, weights)) for w in weights]
    assert all(abs(a - b) < 1 for a, b in zip(shares, exact, strict=True))


def test_the_remainder_goes_to_the_largest_not_to_the_first() -> None:
    """dinero.js issue 776: 5 by 100, 101, 100, 100 is 1, 2, 1, 1."""
    assert _split(5, [100, 101, 100, 100]) == [1, 2, 1, 1]


def test_the_result_does_not_depend_on_the_order_of_rows() -> None:
    """rusty_money issue 103: 613 by these weights gave other shares when the weights were sorted."""
    weights = {"a": 98, "b": 92, "c": 98, "d": 123, "e": 102, "f": 92}
    total = sum(weights.values())
    parts = {name: 6.13 * w / total for name, w in weights.items()}
    by_size = dict(sorted(parts.items(), key=lambda item: -item[1]))
    assert foot(parts, Decimal("6.13")) == foot(by_size, Decimal("6.13"))
    assert sum(foot(parts, Decimal("6.13")).values()) == Decimal("6.13")


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("0.03", {"a": 75, "b": 25}, ["0.02", "0.01"]),
        ("220.00", {"a": 445455, "b": 9091, "c": 545455}, ["98.00", "2.00", "120.00"]),
    ],
)
def test_the_rule_is_one_and_stated(total: str, weights: dict[str, int], shares: list[str]) -> None:
    """brick/money issues 62, 68 and 111: the whole amount is always shared, by largest remainder."""
    whole = sum(weights.values())
    parts = {name: float(total) * w / whole for name, w in weights.items()}
    assert [str(x) for x in foot(parts, Decimal(total)).values()] == shares


def test_ties_go_to_the_larger_amount_then_to_the_earlier_name() -> None:
    """Equal remainders: the larger amount moves first; equal amounts: the earlier name."""
    assert foot({"small": 1.004, "large": 9.004, "rest": 0.002}) == {
        "small": Decimal("1.00"),
        "large": Decimal("9.01"),
        "rest": Decimal("0.00"),
    }
    assert foot({"b": 1.004, "a": 1.004, "rest": 0.002}) == {
        "b": Decimal("1.00"),
        "a": Decimal("1.01"),
        "rest": Decimal("0.00"),
    }
