"""Uncertain quantities: numbers worked by others, scipy as the judge, and laws that hold for every kind."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import integrate, special, stats  # type: ignore[import-untyped]

from fcr.distributions import (
    BetaBinomial,
    Binomial,
    CompoundPoisson,
    Distribution,
    Event,
    Fixed,
    Hazard,
    Lognormal,
    NegativeBinomial,
    Normal,
    Pert,
    Poisson,
    Scenario,
    Scenarios,
    ThreePoint,
    Triangular,
    Uncertain,
    Uniform,
    normal_cdf,
    normal_quantile,
)
from fcr.distributions._atoms import _kept
from fcr.distributions._beta import beta_cdf, beta_quantile
from fcr.errors import InputError
from fcr.inputs import Input

D = Decimal
ANY: TypeAdapter[Uncertain] = TypeAdapter(Distribution)

with (Path(__file__).parent / "numbers-distributions.toml").open("rb") as file:
    NUMBERS = tomllib.load(file, parse_float=Decimal)["numbers"]


class Holder(Input):
    """A model elsewhere that has an uncertain quantity for a field."""

    cost: Distribution


def spread(count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The middles of ``count`` equal parts of 0 to 1."""
    return (np.arange(count) + 0.5) / count


# ── numbers worked by others ─────────────────────────────────────────────────────────────────────


def figure(quantity: Any, name: str) -> float:
    """A figure by its name in the file."""
    if name.startswith("cdf "):
        return float(quantity.cdf(float(name[4:])))
    if name in {"alpha", "beta"}:
        return float(quantity.shape[name == "beta"])
    if name[:2] == "es":
        return float(quantity.expected_shortfall(int(name[2:]) / 100))
    if name[0] == "p" and name[1:].isdigit():
        return float(quantity.quantile(int(name[1:]) / 100))
    return float(getattr(quantity, name))


@pytest.mark.parametrize("entry", NUMBERS, ids=lambda e: e["title"])
def test_numbers(entry: dict[str, Any]) -> None:
    """Every figure of the file, to the digits it is written with."""
    quantity = ANY.validate_python(entry["quantity"])
    for name, text in {**entry.get("published", {}), **entry["computed"]}.items():
        half = 0.5 * 10.0 ** -len(text.partition(".")[2])
        assert abs(figure(quantity, name) - float(text)) <= half * (1 + 1e-9), name


def test_weighted_overruns() -> None:
    """The parts of the published expected overrun are 3, 16, 48, 34 and 28.5."""
    outcomes = ANY.validate_python(NUMBERS[0]["quantity"]).outcomes  # type: ignore[attr-defined]
    assert [s.value * s.probability for s in outcomes] == [3, 16, 48, 34, D("28.5")]


def test_stranded_cost() -> None:
    """Set-up of £30,000 over 36 months and £40,000 to leave, 10% at months 12 and 24: £10,500 expected."""
    end = Hazard(probability=D("0.1"), months=[12, 24], term=36)
    lost = {12: 60_000, 24: 50_000, 36: 0}
    assert sum(chance * lost[month] for month, chance in end.chances.items()) == pytest.approx(10_500, abs=1e-9)


def test_sum_of_three_kinds() -> None:
    """Normal(10, 2) + triangular(5, 10, 15) + uniform(8, 12): means 30, independent variances 9.5."""
    kinds = [Normal(mean=D(10), sd=D(2)), Triangular(low=D(5), mode=D(10), high=D(15)), Uniform(low=D(8), high=D(12))]
    assert sum(k.mean for k in kinds) == 30
    assert sum(k.variance for k in kinds) == pytest.approx(9.5, rel=1e-15)


# ── scipy as the judge ───────────────────────────────────────────────────────────────────────────

numbers = st.integers(-10_000_00, 10_000_00).map(lambda n: D(n).scaleb(-2))
widths = st.one_of(st.integers(1, 5_000_00).map(lambda n: D(n).scaleb(-2)), st.just(D(0)))
shares = st.integers(0, 1000).map(lambda n: D(n).scaleb(-3))
inner_shares = st.integers(1, 999).map(lambda n: D(n).scaleb(-3))
levels = st.floats(0, 0.9999)
chances = st.one_of(
    st.floats(1e-20, 1),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.floats(1e-12, 1e-3),
    st.floats(1e-12, 1e-3).map(lambda p: 1 - p),
)


@st.composite
def triangulars(draw: st.DrawFn) -> Triangular:
    low, up, down = draw(numbers), draw(widths), draw(widths)
    return Triangular(low=low, mode=low + up, high=low + up + down)


@st.composite
def perts(draw: st.DrawFn) -> Pert:
    shape = draw(triangulars())
    weight = draw(st.sampled_from([D(x) for x in (0, "0.5", 2, 4, 4, 10, 100)]))
    return Pert(low=shape.low, mode=shape.mode, high=shape.high, weight=weight)


@st.composite
def three_points(draw: st.DrawFn) -> ThreePoint:
    shape = draw(triangulars())
    floor = draw(st.one_of(st.none(), widths.map(lambda w: shape.low - w / 4)))
    return ThreePoint(p10=shape.low, mode=shape.mode, p90=shape.high, floor=floor)


@st.composite
def uniforms(draw: st.DrawFn) -> Uniform:
    low = draw(numbers)
    return Uniform(low=low, high=low + draw(widths))


normals = st.builds(lambda mean, sd: Normal(mean=mean, sd=sd), numbers, widths)
sigmas = st.integers(0, 150).map(lambda n: D(n).scaleb(-2))
positives = st.integers(1, 10_000_00).map(lambda n: D(n).scaleb(-2))
lognormals = st.one_of(
    st.builds(lambda m, s: Lognormal(median=m, sigma=s), positives, sigmas),
    st.builds(lambda p, r: Lognormal(p10=p, p90=p * r), positives, st.integers(1, 30)),
)
poissons = st.builds(lambda r: Poisson(rate=r / 100), st.integers(0, 100_000).map(D))
negative_binomials = st.builds(
    lambda m, c: NegativeBinomial(mean=m / 10, cv=c),
    st.integers(0, 10_000).map(D),
    st.integers(0, 200).map(lambda n: D(n).scaleb(-2)),
)
binomials = st.builds(lambda n, p: Binomial(trials=n, probability=p), st.integers(0, 500), shares)
beta_binomials = st.builds(
    lambda n, p, r: BetaBinomial(trials=n, probability=p, correlation=r), st.integers(0, 500), shares, shares
)


def shared(weights: Sequence[int]) -> list[Decimal]:
    """Probabilities in proportion to whole numbers, that come to one."""
    parts = [round(D(w) / sum(weights), 6) for w in weights]
    parts[parts.index(max(parts))] += 1 - sum(parts)
    return parts


@st.composite
def scenarios(draw: st.DrawFn) -> Scenarios:
    weights = draw(st.lists(st.integers(0, 20), min_size=1, max_size=8).filter(any))
    values = draw(st.lists(numbers, min_size=len(weights), max_size=len(weights)))
    parts = shared(weights)
    return Scenarios(outcomes=[Scenario(value=v, probability=p) for v, p in zip(values, parts, strict=True)])


hazards = st.builds(
    lambda p, months: Hazard(probability=p, months=sorted(months), term=60),
    shares,
    st.sets(st.integers(1, 59), max_size=5),
)
fixed = st.builds(lambda v: Fixed(value=v), numbers)
smooth: st.SearchStrategy[Uncertain] = st.one_of(triangulars(), perts(), uniforms(), normals, lognormals)
counted: st.SearchStrategy[Uncertain] = st.one_of(poissons, negative_binomials, binomials, beta_binomials)
listed: st.SearchStrategy[Uncertain] = st.one_of(scenarios(), hazards, fixed)
events = st.builds(
    lambda p, i: Event(probability=p, impact=i), shares, st.one_of(smooth, three_points(), counted, listed)
)
totals = st.builds(
    lambda r, s: CompoundPoisson(rate=D(r) / 100, severity=s),
    st.integers(0, 6000),
    st.one_of(smooth, three_points(), scenarios(), hazards, fixed, events),
)
every: st.SearchStrategy[Uncertain] = st.one_of(smooth, three_points(), counted, listed, events)
every_and_totals: st.SearchStrategy[Uncertain] = st.one_of(every, totals)


def judge(quantity: Any) -> Any:  # noqa: C901 (one case a kind)
    """The same distribution in scipy, or ``None`` where it is a fixed number there is no scipy for."""
    match quantity:
        case Triangular(low=low, mode=mode, high=high):
            width = float(high - low)
            return stats.triang(float((mode - low) / (high - low)), float(low), width)
        case Pert(low=low, mode=mode, high=high, weight=weight):
            width = float(high - low)
            a, b = (1 + float(weight) * float(x) / width for x in (mode - low, high - mode))
            return stats.beta(a, b, float(low), width)
        case Uniform(low=low, high=high):
            return stats.uniform(float(low), float(high - low))
        case Normal():
            return stats.norm(float(quantity.centre), float(quantity.spread))
        case Lognormal(median=None, p10=p10, p90=p90):
            assert p10 is not None
            assert p90 is not None
            z = stats.norm.ppf(0.9)
            return stats.lognorm(math.log(p90 / p10) / (2 * z), scale=math.sqrt(p10 * p90))
        case Lognormal(median=median, sigma=sigma):
            assert median is not None
            assert sigma is not None
            return stats.lognorm(float(sigma), scale=float(median))
        case Poisson(rate=rate):
            return stats.poisson(float(rate))
        case NegativeBinomial(cv=cv):
            if not cv:
                return stats.poisson(quantity.mean)
            size = 1 / float(cv) ** 2
            return stats.nbinom(size, size / (size + quantity.mean))
        case Binomial(trials=trials, probability=p):
            return stats.binom(trials, float(p))
        case BetaBinomial(trials=trials, probability=p, correlation=r):
            if not r:
                return stats.binom(trials, float(p))
            spare = float(1 / r - 1)
            return stats.betabinom(trials, float(p) * spare, float(1 - p) * spare)
    raise AssertionError(quantity)


@given(smooth, st.lists(chances, min_size=1, max_size=20))
@example(Pert(low=D(0), mode=D(1), high=D(1)), [1e-13, 1 - 1e-13, 0.5])
@example(Normal(mean=D(0), sd=D(1)), [1e-300, 1e-20, 0.075, 0.925])
def test_smooth_kinds_agree_with_scipy(quantity: Uncertain, p: list[float]) -> None:
    """Mean, variance, quantile and distribution function are those of scipy."""
    assume(quantity.variance > 0)
    theirs = judge(quantity)
    mean, variance = theirs.stats("mv")
    size = abs(quantity.mean) + quantity.sd
    assert quantity.mean == pytest.approx(mean, rel=1e-12, abs=1e-13 * size)
    assert quantity.variance == pytest.approx(variance, rel=1e-9)
    at = np.array(p)
    x = quantity.quantile(at)
    inside = np.isfinite(x)
    expected = theirs.ppf(at[inside])
    np.testing.assert_allclose(x[inside], expected, rtol=1e-11, atol=1e-11 * size)
    around = np.concatenate([expected, expected + quantity.sd, expected - quantity.sd])
    slack = 1e-15 * size / quantity.sd  # x itself is only so fine
    np.testing.assert_allclose(quantity.cdf(around), theirs.cdf(around), rtol=1e-11, atol=1e-12 + 10 * slack)


@given(counted, st.lists(chances, min_size=1, max_size=20))
@example(NegativeBinomial(mean=D(10_000), cv=D(1)), [0.5])
@example(BetaBinomial(trials=300, probability=D("0.5"), correlation=D("0.9")), [0.5])
@example(BetaBinomial(trials=5000, probability=D("0.4"), correlation=D("0.0001")), [1e-9])
@example(Poisson(rate=D(500_000)), [1e-9, 0.5])
@example(Binomial(trials=1_000_000, probability=D("0.42")), [1e-9, 0.5])
def test_counts_agree_with_scipy(quantity: Uncertain, p: list[float]) -> None:
    """Mean and variance, the chance of each count and of no more, and the least count likely enough."""
    assume(quantity.variance > 0)
    if isinstance(quantity, BetaBinomial) and quantity.correlation == 1:
        theirs = stats.rv_discrete(
            values=([0, quantity.trials], [float(1 - quantity.probability), float(quantity.probability)])
        )
    else:
        theirs = judge(quantity)
        mean, variance = theirs.stats("mv")
        assert quantity.mean == pytest.approx(mean, rel=1e-12)
        assert quantity.variance == pytest.approx(variance, rel=1e-8)
    at = np.array(p)
    k = quantity.quantile(at)
    inside = np.isfinite(k) & (at > 0)
    assert np.all(theirs.cdf(k[inside]) >= at[inside] - 1e-10)
    assert np.all(theirs.cdf(k[inside] - 1) < at[inside] + 1e-10)
    around = np.floor(quantity.mean + quantity.sd * np.linspace(-4, 6, 21))
    np.testing.assert_allclose(quantity.cdf(around), theirs.cdf(around), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(quantity.below(around), theirs.cdf(around - 1), rtol=1e-9, atol=1e-10)


def test_normal_functions() -> None:
    """Φ to 10^−15, and to 3·10^−13 of itself down to −37; Φ⁻¹ to 4·10^−16 of itself; any shape; a number."""
    x = np.linspace(-37, 9, 200_001)
    np.testing.assert_allclose(normal_cdf(x), special.ndtr(x), rtol=3e-13, atol=0)
    np.testing.assert_allclose(normal_cdf(x), special.ndtr(x), rtol=0, atol=1e-15)
    p = np.concatenate([np.logspace(-300, -1, 3000), np.linspace(0.05, 0.95, 1001), 1 - np.logspace(-15, -1, 300)])
    np.testing.assert_allclose(normal_quantile(p), special.ndtri(p), rtol=2e-14, atol=1e-16)
    assert normal_quantile(np.array([0.0, 1.0])).tolist() == [-math.inf, math.inf]
    assert normal_cdf(np.array([-math.inf, math.inf])).tolist() == [0, 1]
    assert normal_quantile(np.full((2, 3), 0.999)).shape == (2, 3)
    assert isinstance(normal_cdf(0.0), float)


@given(st.floats(1, 120), st.floats(1, 120), st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_incomplete_beta(a: float, b: float, x: list[float]) -> None:
    """``I_x(a, b)`` and its complement are scipy's, each to its own digits; the inverse undoes it."""
    at = np.array(x)
    below, above = beta_cdf(a, b, at, 1 - at)
    np.testing.assert_allclose(below, special.betainc(a, b, at), rtol=1e-11, atol=1e-280)
    np.testing.assert_allclose(above, special.betainc(b, a, 1 - at), rtol=1e-11, atol=1e-280)
    p = np.maximum(at / 2, 1e-12)
    np.testing.assert_allclose(special.betainc(a, b, beta_quantile(a, b, p)), p, rtol=1e-11)


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────


@example(CompoundPoisson(rate=D("0.01"), severity=Triangular(low=D(0), mode=D("0.01"), high=D("0.01"))), [1.0])
@given(every_and_totals, st.lists(chances, min_size=1, max_size=20))
def test_quantile_and_cdf_invert_each_other(quantity: Uncertain, p: list[float]) -> None:
    """``Q(p)`` is the least x with ``F(x) ≥ p``: ``F(Q(p)) ≥ p ≥ P(X < Q(p))``, and ``Q(F(x)) ≤ x``."""
    at = np.array(p)
    x = quantity.quantile(at)
    slack = 1e-9 if quantity.variance else 0.0
    if isinstance(quantity, Event | ThreePoint | Fixed) or quantity.variance:
        slack = max(slack, 1e-13 * abs(quantity.mean) / (quantity.sd or 1.0))
    assert np.all(quantity.cdf(x) >= at - slack)
    assert np.all(quantity.below(x) <= at + slack)
    again = quantity.quantile(np.clip(quantity.cdf(x) - slack, 0, 1))
    there = np.isfinite(x)
    assert np.all(again[there] <= x[there] + 1e-9 * (np.abs(x[there]) + quantity.sd))


@given(every_and_totals)
def test_order(quantity: Uncertain) -> None:
    """Quantiles rise with p, stay within the bounds, and the shortfall is no less than its quantile."""
    p = np.concatenate([[0], spread(200), [1]])
    x = quantity.quantile(p)
    assert np.all(x[1:] >= x[:-1] - 1e-12 * (np.abs(x[1:]) + quantity.sd))
    low, high = quantity.bounds
    slack = 1e-12 * (abs(quantity.mean) + quantity.sd)
    assert x[0] == low
    assert x[-1] == high
    assert np.all((x >= low - slack) & (x <= high + slack))
    level = p[(p >= 0.5) & (p < 1)]
    shortfall = quantity.expected_shortfall(level)
    assert np.all(shortfall >= quantity.quantile(level) - slack)
    assert np.all(quantity.quantile(level) >= quantity.quantile(0.5) - slack)
    assert np.all(np.diff(shortfall) >= -1e-9 * (abs(quantity.mean) + quantity.sd))
    assert np.all(shortfall <= high + slack)


@given(every_and_totals)
def test_shortfall_of_everything_is_the_mean(quantity: Uncertain) -> None:
    """The mean of the worst 100% is the mean."""
    assert quantity.expected_shortfall(0.0) == pytest.approx(quantity.mean, rel=1e-9, abs=1e-7 * quantity.sd)


@given(smooth, levels)
@example(Normal(mean=D(0), sd=D(1)), 0.0)
@example(Lognormal(median=D(3), sigma=D(1)), 0.0)
def test_shortfall_is_the_mean_of_the_quantiles_beyond(quantity: Uncertain, level: float) -> None:
    """``ES = ∫ Q(p) dp / (1 − level)`` from the level up, by numerical integration."""
    rest, size = 1 - level, abs(quantity.mean) + quantity.sd
    halves = [
        integrate.quad(
            lambda s: quantity.quantile(1 - rest * s), a, a + 0.5, epsabs=1e-9 * size, epsrel=1e-9, full_output=True
        )
        for a in (0, 0.5)
    ]
    value, error = (halves[0][i] + halves[1][i] for i in (0, 1))
    assert quantity.expected_shortfall(level) == pytest.approx(value, rel=1e-7, abs=1e-7 * size + 10 * error)


@given(every_and_totals, levels)
@settings(max_examples=50)
def test_shortfall_lies_between_sums_of_quantiles(quantity: Uncertain, level: float) -> None:
    """The quantiles at the lower ends of 2,000 slices of the tail average no more, at the upper ends no less."""
    ends = level + (1 - level) * np.arange(2001) / 2000
    x = quantity.quantile(np.minimum(ends, 1 - 1e-9))
    shortfall, slack = quantity.expected_shortfall(level), 1e-8 * (abs(quantity.mean) + quantity.sd)
    last = quantity.excess(float(x[-2])) * 2000 / (1 - level) + x[-2]  # the mean of the last slice, or a little more
    assert x[:-1].mean() <= shortfall + slack
    assert (x[1:-1].sum() + last) / 2000 >= shortfall - slack


@given(every_and_totals, st.lists(st.floats(-3, 6), min_size=2, max_size=12))
def test_excess_is_what_lies_above(quantity: Uncertain, away: list[float]) -> None:
    """``E[(X − d)+]`` falls between d and d + h by ``h·P(X > ·)`` at one end or the other, or in between."""
    d = np.sort(quantity.mean + (quantity.sd or 1.0) * np.array(away))
    excess, above = quantity.excess(d), 1 - quantity.cdf(d)
    slack = 1e-8 * (abs(quantity.mean) + quantity.sd)
    fall = -np.diff(excess)
    assert np.all(fall <= np.diff(d) * above[:-1] + slack)
    assert np.all(fall >= np.diff(d) * (1 - quantity.below(d[1:])) - slack)
    assert np.all(excess >= np.maximum(quantity.mean - d, 0) - slack)


@given(every)
def test_excess_far_out(quantity: Uncertain) -> None:
    """Above all values there is nothing; below all values, the whole distance to the mean."""
    assert quantity.excess(math.inf) == 0
    assert quantity.excess(-math.inf) == math.inf
    far = quantity.mean - 1000 * quantity.sd - 1
    assert quantity.excess(far) == pytest.approx(quantity.mean - far, rel=1e-9)
    assert quantity.cdf(np.array([-math.inf, math.inf])).tolist() == [0, 1]


@given(every_and_totals, st.lists(st.floats(0, 1), min_size=1, max_size=30))
@example(Pert(low=D(0), mode=D(0), high=D(1)), [0.5, 1e-13, 1 - 1e-13, 0.0, 1.0])
@example(Event(probability=D("0.5"), impact=Normal(mean=D(0), sd=D(1))), [0.1, 0.24, 0.25, 0.5, 0.76, 1.0])
def test_from_uniform_is_the_quantile(quantity: Uncertain, u: list[float]) -> None:
    """The same value as the quantile: to 3·10^−9 of the range for PERT, else to 10^−12; and never infinite."""
    at = np.array(u)
    x = quantity.from_uniform(at)
    assert np.isfinite(x).all()
    tabled = isinstance(quantity, Pert) or (isinstance(quantity, Event) and isinstance(quantity.impact, Pert))
    limit = 3e-9 * (quantity.bounds[1] - quantity.bounds[0]) if tabled else 0.0
    inside = np.clip(at, 2.0**-54, 1 - 2.0**-53)
    np.testing.assert_allclose(x, quantity.quantile(inside), rtol=1e-12, atol=limit + 1e-12 * quantity.sd)


@pytest.mark.parametrize("weight", ["0", "0.3", "4", "30", "100"])
@pytest.mark.parametrize("mode", ["0", "0.001", "0.3", "0.5", "1"])
def test_pert_table(weight: str, mode: str) -> None:
    """The table is within 3·10^−9 of the distance from the end of its half; it moves the mean by less than 10^−9."""
    quantity = Pert(low=D(0), mode=D(mode), high=D(1), weight=D(weight))
    u = np.concatenate([np.logspace(-13, -0.31, 5000), 1 - np.logspace(-13, -0.31, 5000), spread(20_000)])
    a, b = quantity.shape
    error = np.abs(quantity.from_uniform(u) - quantity.quantile(u))
    near = np.where(u <= 0.5, special.betaincinv(a, b, u), special.betaincinv(b, a, 1 - u))
    assert np.max(error / (3e-9 * near + 1e-15)) <= 1
    drift = (quantity.from_uniform(spread(100_000)) - quantity.quantile(spread(100_000))).mean()
    assert abs(drift) < 1e-9


@given(every_and_totals)
@settings(max_examples=50)
def test_an_even_spread_of_draws_has_the_mean_and_the_variance(quantity: Uncertain) -> None:
    """100,000 evenly spread uniforms give the mean to a thousandth of the SD, and nearly all the variance."""
    x = quantity.from_uniform(spread(100_000))
    heavy = quantity.excess(quantity.quantile(0.99999)) if quantity.variance else 0.0
    assert x.mean() == pytest.approx(quantity.mean, abs=1e-4 * quantity.sd + heavy + 1e-12 * abs(quantity.mean))
    if quantity.bounded:
        slack = 1e-4 * (quantity.bounded[1] - quantity.bounded[0]) + 1e-12 * abs(quantity.mean)
        assert x.std() == pytest.approx(quantity.sd, rel=0.02, abs=slack)


def test_draws_do_not_depend_on_how_they_are_grouped() -> None:
    """The same draws from one array of a million, from its rows, and one at a time."""
    u = np.random.default_rng(7).random((50, 2000))
    for quantity in (
        Triangular(low=D(1), mode=D(2), high=D(9)),
        Pert(low=D(1), mode=D(2), high=D(9)),
        Normal(mean=D(1), sd=D(2)),
        CompoundPoisson(rate=D(2), severity=Pert(low=D(1), mode=D(2), high=D(9))),
    ):
        whole = quantity.from_uniform(u)
        assert whole.shape == u.shape
        assert np.array_equal(whole, np.stack([quantity.from_uniform(row) for row in u]))
        assert whole[3, 5] == quantity.from_uniform(float(u[3, 5]))


def test_answers_have_the_shape_of_the_question() -> None:
    """A number for a number, an array of the same shape for an array, even an empty one."""
    quantity = Poisson(rate=D(3))
    for ask in (quantity.cdf, quantity.below, quantity.quantile, quantity.from_uniform, quantity.excess):
        assert isinstance(ask(0.5), float)
        assert ask(np.full((2, 1, 3), 0.5)).shape == (2, 1, 3)
        assert ask(np.empty(0)).shape == (0,)
    assert isinstance(quantity.expected_shortfall(0.5), float)


@given(st.one_of(smooth, three_points(), counted))
def test_nothing_uncertain_is_a_fixed_number(quantity: Uncertain) -> None:
    """Points that coincide, no spread or no chance: every answer is that of the fixed number."""
    match quantity:
        case Normal():
            still: Uncertain = quantity.replace(sd=0)
        case Lognormal():
            still = Lognormal(median=D(7), sigma=D(0))
        case Triangular() | Pert() | Uniform():
            still = quantity.replace(
                **{n: quantity.low for n in ("low", "mode", "high") if n in type(quantity).model_fields}
            )
        case ThreePoint():
            still = ThreePoint(p10=quantity.p10, mode=quantity.p10, p90=quantity.p10, floor=quantity.p10)
        case Poisson():
            still = Poisson(rate=D(0))
        case NegativeBinomial():
            still = quantity.replace(mean=0)
        case _:
            still = quantity.replace(probability=1)
    value = still.mean
    assert still.variance == still.sd == 0
    assert still.bounds == still.bounded == (value, value)
    assert still.quantile(np.array([0, 0.3, 1])).tolist() == [value] * 3
    assert still.from_uniform(np.array([0, 0.3, 1])).tolist() == [value] * 3
    assert still.expected_shortfall(0.95) == value
    assert still.cdf(np.array([value - 1, value])).tolist() == [0, 1]
    assert still.below(np.array([value, value + 1])).tolist() == [0, 1]
    assert still.excess(np.array([value - 2, value + 2])).tolist() == pytest.approx([2, 0])


def test_bounds() -> None:
    """Known ends are given; where one is infinite, ``bounded`` is nothing."""
    impact = Triangular(low=D(5), mode=D(6), high=D(9))
    assert impact.bounded == (5, 9)
    assert Event(probability=D("0.5"), impact=impact).bounded == (0, 9)
    assert Event(probability=D(1), impact=impact).bounded == (5, 9)
    assert Lognormal(median=D(5), sigma=D(1)).bounds == (0, math.inf)
    assert Lognormal(median=D(5), sigma=D(1)).bounded is None
    assert ThreePoint(p10=D(1), mode=D(3), p90=D(8), floor=D(0)).bounds[0] == 0
    assert Binomial(trials=9, probability=D("0.5")).bounded == (0, 9)
    assert CompoundPoisson(rate=D(1), severity=impact).bounds == (0, math.inf)
    assert CompoundPoisson(rate=D(1), severity=Uniform(low=D(-2), high=D(-1))).bounds == (-math.inf, 0)
    assert Scenarios(outcomes=[{"value": 1, "probability": 0}, {"value": 2, "probability": 1}]).bounded == (2, 2)  # type: ignore[list-item]


# ── three points as people give them ─────────────────────────────────────────────────────────────


@given(three_points())
def test_three_points_are_met(quantity: ThreePoint) -> None:
    """The 10% and 90% points of what is fitted are those stated, floor or none, and the mode lies within."""
    size = 1e-12 * (abs(quantity.mean) + quantity.high - quantity.low)
    assert quantity.quantile(0.1) == pytest.approx(float(quantity.p10), abs=size)
    assert quantity.quantile(0.9) == pytest.approx(float(quantity.p90), abs=size)
    assert quantity.low - size <= float(quantity.mode) <= quantity.high + size
    p10, p90 = float(quantity.p10), float(quantity.p90)
    if p90 > p10 and quantity.floor is None:
        theirs = stats.triang(
            (float(quantity.mode) - quantity.low) / (quantity.high - quantity.low),
            quantity.low,
            quantity.high - quantity.low,
        )
        assert theirs.cdf([p10, p90]) == pytest.approx([0.1, 0.9], abs=1e-9)


@given(three_points())
def test_a_floor_gathers_what_lies_below_it(quantity: ThreePoint) -> None:
    """With a floor f: ``P(X = f)`` is what lay below, the mean rises by ``E[(f − X)+]``, the variance falls."""
    assume(quantity.floor is not None and quantity.low < float(quantity.floor))
    assert quantity.floor is not None
    floor, plain = float(quantity.floor), quantity.replace(floor=None)
    width = quantity.high - quantity.low
    assert quantity.cdf(floor) - quantity.below(floor) == pytest.approx(plain.cdf(floor), abs=1e-12)
    x = plain.quantile(spread(20_000))
    np.testing.assert_allclose(quantity.quantile(spread(20_000)), np.maximum(x, floor), atol=1e-12 * width)
    assert quantity.mean == pytest.approx(np.maximum(x, floor).mean(), abs=1e-6 * width)
    assert quantity.variance == pytest.approx(np.maximum(x, floor).var(), rel=1e-4)
    assert quantity.mean >= plain.mean - 1e-12 * width
    assert quantity.variance <= plain.variance * (1 + 1e-12)


def test_reading_p10_and_p90_as_the_ends_understates() -> None:
    """The usual slip makes the spread less than it is, and here the mean too."""
    said, slip = ThreePoint(p10=D(1), mode=D(3), p90=D(8)), Triangular(low=D(1), mode=D(3), high=D(8))
    assert slip.mean < said.mean
    assert slip.sd < 0.6 * said.sd


def test_pert_has_its_own_standard_deviation() -> None:
    """The beta's SD, not (b − a)/6, which is 11.67 here and not 12.68."""
    quantity = Pert(low=D(80), mode=D(100), high=D(150))
    assert quantity.sd == pytest.approx(stats.beta(*quantity.shape, scale=70).std(), rel=1e-13)
    assert abs(quantity.sd - 70 / 6) > 1


# ── counts, scenarios, months ────────────────────────────────────────────────────────────────────


def test_success_that_goes_together_is_riskier() -> None:
    """With ρ the SD is ``√(1 + (N − 1)ρ)`` times the binomial's, and more people do not average it out."""
    for n in (100, 10_000):
        known = Binomial(trials=n, probability=D("0.42"))
        unknown = BetaBinomial(trials=n, probability=D("0.42"), correlation=D("0.05"))
        assert unknown.sd / known.sd == pytest.approx(math.sqrt(1 + (n - 1) * 0.05), rel=1e-13)
    assert unknown.sd / unknown.mean > 0.25
    assert unknown.replace(correlation=0).quantile(0.05) == known.quantile(0.05)


def test_all_or_nothing() -> None:
    """With ρ = 1 everyone succeeds or nobody does."""
    quantity = BetaBinomial(trials=50, probability=D("0.3"), correlation=D(1))
    assert [quantity.quantile(p) for p in (0.69, 0.71)] == [0, 50]
    assert quantity.cdf(49.0) == 0.7


@given(scenarios(), st.integers(0, 8))
def test_scenarios_are_summed_exactly(quantity: Scenarios, at: int) -> None:
    """The chance of no more than an outcome is the float nearest its exact sum, so its quantile is that outcome."""
    value = quantity.outcomes[at % len(quantity.outcomes)].value
    exact = sum(s.probability for s in quantity.outcomes if s.value <= value)
    assert quantity.cdf(float(value)) == pytest.approx(float(exact), abs=1e-12)
    if any(s.probability for s in quantity.outcomes if s.value == value):
        assert quantity.quantile(float(min(exact, D(1)))) == float(value)


def test_thirds_from_a_spreadsheet_are_taken() -> None:
    """Three times 1/3, as a float, comes to one; three times 0.333 does not."""
    third = [Scenario(value=v, probability=1 / 3) for v in (1, 2, 3)]  # type: ignore[arg-type]
    assert Scenarios(outcomes=third).quantile(1.0) == 3
    with pytest.raises(InputError, match=r"the probabilities add to 0\.999.*0\.001 to find"):
        Scenarios(outcomes=[Scenario(value=v, probability=D("0.333")) for v in (1, 2, 3)])  # type: ignore[arg-type]


@given(hazards)
def test_survival(quantity: Hazard) -> None:
    """A contract lasts beyond its k-th break with ``(1 − h)^k``, and the chances of its ends come to one."""
    h = float(quantity.probability)
    for k, month in enumerate(quantity.months, start=1):
        assert quantity.survival(month) == pytest.approx((1 - h) ** k, rel=1e-12)
        assert quantity.cdf(float(month)) == pytest.approx(1 - (1 - h) ** k, abs=1e-12)
    assert quantity.survival(0) == 1
    assert quantity.survival(60) == 0
    assert sum(quantity.chances.values()) == pytest.approx(1, rel=1e-12)
    assert quantity.early == pytest.approx(1 - (1 - h) ** len(quantity.months), abs=1e-12)
    assert quantity.mean == pytest.approx(sum(m * c for m, c in quantity.chances.items()), rel=1e-12)
    assert {quantity.from_uniform(u) for u in spread(50).tolist()} <= {float(m) for m in quantity.chances}


# ── events and totals ────────────────────────────────────────────────────────────────────────────


@given(inner_shares, smooth, st.lists(st.floats(-3, 3), min_size=1, max_size=10))
def test_an_event_is_a_mixture(p: Decimal, impact: Uncertain, away: list[float]) -> None:
    """``F(x) = (1 − p)·[x ≥ 0] + p·F_I(x)``; mean ``pμ``; ``E[X²] = p(σ² + μ²)``."""
    quantity, share = Event(probability=p, impact=impact), float(p)  # type: ignore[arg-type]
    x = impact.mean + impact.sd * np.array(away)
    np.testing.assert_allclose(quantity.cdf(x), share * impact.cdf(x) + (1 - share) * (x >= 0), atol=1e-12)
    assert quantity.mean == pytest.approx(share * impact.mean, rel=1e-13)
    square = quantity.variance + quantity.mean**2
    assert square == pytest.approx(share * (impact.variance + impact.mean**2), rel=1e-9, abs=1e-300)


def test_an_event_both_ways() -> None:
    """An impact that can be a cost or a saving: half of it below nought, the rest above."""
    quantity = Event(probability=D("0.4"), impact=Uniform(low=D(-10), high=D(10)))
    assert quantity.quantile(np.array([0, 0.1, 0.2, 0.5, 0.8, 0.9, 1])).tolist() == pytest.approx(
        [-10, -5, 0, 0, 0, 5, 10]
    )
    assert quantity.below(0.0) == pytest.approx(0.2)
    assert quantity.excess(-10.0) == pytest.approx(10)
    assert quantity.expected_shortfall(0.8) == pytest.approx(5)


def panjer(rate: float, severity: Sequence[float], size: int) -> list[float]:
    """The chances of a compound Poisson total of 0, 1, 2… by Panjer's recursion (1981)."""
    chances = [math.exp(rate * (severity[0] - 1))]
    for k in range(1, size):
        chances.append(
            rate / k * math.fsum(j * severity[j] * chances[k - j] for j in range(1, min(k, len(severity) - 1) + 1))
        )
    return chances


@given(st.integers(1, 1500), st.lists(st.integers(0, 20), min_size=2, max_size=6).filter(lambda w: any(w[1:])))
def test_totals_of_multiples_agree_with_panjer(rate: int, weights: list[int]) -> None:
    """Severities of 0, £250, £500…: the chance of each total is that of Panjer's recursion, to 10^−11."""
    parts = shared(weights)
    severity = Scenarios(outcomes=[Scenario(value=D(250 * i), probability=p) for i, p in enumerate(parts)])
    quantity = CompoundPoisson(rate=D(rate) / 100, severity=severity)
    chances = np.array(panjer(rate / 100, [float(p) for p in parts], 150))
    totals = 250 * np.arange(150, dtype=np.float64)
    np.testing.assert_allclose(quantity.cdf(totals), np.cumsum(chances), atol=1e-11)
    np.testing.assert_allclose(quantity.below(totals), np.cumsum(chances) - chances, atol=1e-11)
    assert quantity.step % 250 == 0
    capped = quantity.mean - float((np.minimum(totals, 5000) * chances).sum() + 5000 * (1 - chances.sum()))
    assert quantity.excess(5000.0) == pytest.approx(capped, abs=1e-7)


def mixture(rate: float, mean: float, sd: float) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """The exact distribution function and excess of a compound Poisson total of normal severities."""
    away = 12 * math.sqrt(rate) + 40
    n = np.arange(max(1, int(rate - away)), int(rate + away))
    weight, middle, width = stats.poisson.pmf(n, rate), n * mean, sd * np.sqrt(n)
    none = math.exp(-rate)

    def cdf(x: float) -> float:
        return float(weight @ stats.norm.cdf((x - middle) / width)) + none * (x >= 0)

    def excess(d: float) -> float:
        z = (d - middle) / width
        return float(weight @ (width * (stats.norm.pdf(z) - z * stats.norm.sf(z)))) + none * max(-d, 0)

    return cdf, excess


@pytest.mark.parametrize("rate", ["0.1", "2", "10", "49", "50", "400", "10000"])
@pytest.mark.parametrize("mean", [5000, 800, -5000])
def test_totals_of_normal_severities(rate: str, mean: int) -> None:
    """Against the exact law: a quantile within a step, a shortfall within its bound and 10^−5 of the SD."""
    quantity = CompoundPoisson(rate=D(rate), severity=Normal(mean=D(mean), sd=D(1000)))
    cdf, excess = mixture(float(rate), mean, 1000)
    step = quantity.step
    assert 0 < step < quantity.sd / 500
    for level in (0.05, 0.5, 0.8, 0.95, 0.999):
        x = quantity.quantile(level)
        assert cdf(x - 1.01 * step) - 1e-9 <= level <= cdf(x + 1.01 * step) + 1e-9
        exact = min(d + excess(d) / (1 - level) for d in np.linspace(x - step, x + step, 21))
        error = quantity.expected_shortfall(level) - exact
        assert abs(error) <= 1e-5 * quantity.sd
        if float(rate) < 50:
            assert -1e-7 * quantity.sd <= error <= step * math.sqrt(float(rate)) / (2 * (1 - level))


@given(totals)
def test_totals_keep_the_mean_and_the_variance(quantity: CompoundPoisson) -> None:
    """``λμ`` and ``λ(μ² + σ²)``; on the grid the mean to 10^−8 of the SD, the variance at most ``λh²/4`` too great."""
    rate, severity = float(quantity.rate), quantity.severity
    assert quantity.mean == pytest.approx(rate * severity.mean, rel=1e-13)
    assert quantity.variance == pytest.approx(rate * (severity.mean**2 + severity.variance), rel=1e-13)
    assert quantity.expected_shortfall(0.0) == pytest.approx(quantity.mean, abs=1e-8 * quantity.sd)
    if quantity.variance:
        grid = _kept(quantity)
        masses = np.diff(grid.up_to, prepend=0.0)
        variance = float(masses @ (grid.values - quantity.mean) ** 2)
        assert variance <= quantity.variance * (1 + 1e-6) + rate * quantity.step**2 / 4
        assert variance >= quantity.variance * (1 - 1e-6) or not math.isfinite(severity.bounds[1])


@pytest.mark.parametrize("rate", ["0.5", "3", "200"])
@pytest.mark.parametrize("sigma", ["0.8", "2", "3"])
def test_totals_of_heavy_severities(rate: str, sigma: str) -> None:
    """What lies beyond 100 SDs stands at its own mean: the grid's mean is kept to 10^−9, and its median is sane."""
    severity = Lognormal(median=D(1000), sigma=D(sigma))
    quantity = CompoundPoisson(rate=D(rate), severity=severity)
    assert quantity.expected_shortfall(0.0) == pytest.approx(quantity.mean, rel=1e-9)
    none = math.exp(-float(rate))
    assert quantity.cdf(0.0) <= none + quantity.step / 1000
    rng = np.random.default_rng(11)
    counts = rng.poisson(float(rate), 100_000)
    drawn = severity.from_uniform(rng.random(int(counts.sum())))
    sums = np.bincount(np.repeat(np.arange(100_000), counts), drawn, minlength=100_000)
    for x in np.quantile(sums, [0.7, 0.9, 0.99]):
        share = (sums <= x).mean()
        assert quantity.cdf(float(x) + quantity.step) >= share - 0.006
        assert quantity.cdf(float(x) - quantity.step) <= share + 0.006


@given(st.integers(1, 900), inner_shares)
def test_events_that_do_nothing_thin_the_rate(rate: int, p: Decimal) -> None:
    """λ events each with an impact of probability p are as pλ events with the impact."""
    impact = Triangular(low=D(80), mode=D(100), high=D(150))
    thinned = CompoundPoisson(rate=D(rate) / 100, severity=Event(probability=p, impact=impact))
    direct = CompoundPoisson(rate=D(rate) / 100 * p, severity=impact)
    assert thinned.mean == pytest.approx(direct.mean, rel=1e-12)
    assert thinned.variance == pytest.approx(direct.variance, rel=1e-12)
    step = thinned.step + direct.step
    for level in (0.9, 0.99):
        assert thinned.expected_shortfall(level) == pytest.approx(direct.expected_shortfall(level), rel=1e-4)
        assert thinned.cdf(direct.quantile(level) + step) >= level - 1e-9
        assert thinned.below(direct.quantile(level) - step) <= level + 1e-9


def test_a_saving_is_a_cost_turned_round() -> None:
    """Totals of negative severities are those of positive ones, turned round."""
    cost = CompoundPoisson(rate=D(3), severity=Fixed(value=D("0.1")))
    saving = CompoundPoisson(rate=D(3), severity=Fixed(value=D("-0.1")))
    assert cost.cdf(0.3) - cost.below(0.3) == pytest.approx(stats.poisson.pmf(3, 3), abs=1e-13)
    assert saving.cdf(-0.3) - saving.below(-0.3) == pytest.approx(stats.poisson.pmf(3, 3), abs=1e-13)
    assert saving.quantile(0.2) == -0.4 == -cost.quantile(0.8)


def test_steps_too_fine_for_the_range_are_shared_out() -> None:
    """A penny or a million: too many steps of a penny, so the grid is coarser and the mean still kept."""
    severity = Scenarios(outcomes=[{"value": "0.01", "probability": "0.5"}, {"value": 1_000_000, "probability": "0.5"}])  # type: ignore[list-item]
    quantity = CompoundPoisson(rate=D(2), severity=severity)
    assert quantity.step > 0.01
    assert quantity.expected_shortfall(0.0) == pytest.approx(1_000_000.01, rel=1e-9)
    assert quantity.cdf(quantity.step) == pytest.approx(math.exp(-1), abs=1e-3)


def test_totals_of_totals() -> None:
    """Incidents in clusters: a compound of a compound, with the mean and variance of the formulas."""
    inner = CompoundPoisson(rate=D("1.5"), severity=Fixed(value=D(100)))
    outer = CompoundPoisson(rate=D(2), severity=inner)
    assert outer.mean == 300
    assert outer.variance == pytest.approx(2 * (150**2 + 1.5 * 100**2))
    assert outer.step == 100
    assert outer.cdf(0.0) == pytest.approx(math.exp(2 * (math.exp(-1.5) - 1)), abs=1e-12)
    assert CompoundPoisson(rate=D(0), severity=inner).quantile(0.9) == 0
    assert CompoundPoisson(rate=D(0), severity=inner).step == 0


def test_a_rate_so_small_that_nothing_is_expected() -> None:
    """At one in 10^15 the total is nought at every level that is asked, and the variance still not."""
    quantity = CompoundPoisson(rate=D("1e-15"), severity=Uniform(low=D(1), high=D(2)))
    assert quantity.variance > 0
    assert quantity.quantile(0.999999) == 0


def test_steps_that_values_share() -> None:
    """The greatest step of which all values are multiples: none for those that can take any value."""
    assert Fixed(value=D("-2.5")).lattice == D("2.5")
    assert Fixed(value=D(0)).lattice is None
    assert Poisson(rate=D(2)).lattice == 1
    assert Hazard(probability=D("0.5"), months=[12], term=36).lattice == 1
    halves = [Scenario(value=D(v), probability=D("0.5")) for v in ("0.75", "-0.5")]
    assert Scenarios(outcomes=halves).lattice == D("0.25")
    assert Uniform(low=D(0), high=D(1)).lattice is None


# ── models: kept, compared, refused ──────────────────────────────────────────────────────────────


@given(every_and_totals)
def test_json_round_trip(quantity: Uncertain) -> None:
    """A quantity read back from its JSON is equal, also as one of several kinds, and frozen."""
    assert type(quantity).from_json(quantity.to_json()) == quantity
    assert ANY.validate_json(quantity.to_json()) == quantity
    held = Holder(cost=quantity)  # type: ignore[arg-type]
    assert Holder.from_json(held.to_json()) == held
    assert hash(quantity) == hash(type(quantity).from_json(quantity.to_json()))
    assert pickle.loads(pickle.dumps(quantity)) == quantity
    assert quantity.replace() == quantity
    with pytest.raises(ValidationError):
        quantity.kind = "other"  # type: ignore[attr-defined]


def test_json_says_mean_and_sd() -> None:
    """What is stated as mean, sd and cv is written so."""
    assert Normal(mean=D("1.50"), sd=D(2)).to_dict() == {"kind": "normal", "mean": "1.50", "sd": "2"}
    assert NegativeBinomial(mean=D(9), cv=D(1)).to_dict() == {"kind": "negative-binomial", "mean": "9", "cv": "1"}
    assert Normal(mean=D(1), sd=D(2)).replace(mean=3) == Normal(mean=D(3), sd=D(2))
    assert NegativeBinomial(mean=D(9), cv=D(1)).replace(cv=0) == NegativeBinomial(mean=D(9), cv=D(0))


def problems(kind: Callable[..., Any], **fields: Any) -> set[tuple[str, str]]:
    """Where and what kind each problem is."""
    with pytest.raises(InputError) as caught:
        kind(**fields)
    assert all(p.what and p.fix and p.where for p in caught.value.problems)
    return {(p.where, p.code) for p in caught.value.problems}


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        (Triangular, {"low": 3, "mode": 2, "high": 1}, {("mode", "out-of-order"), ("high", "out-of-order")}),
        (Triangular, {"low": 1, "mode": 3, "high": 2}, {("high", "out-of-order")}),
        (Triangular, {"low": "a", "mode": 3, "high": 2}, {("low", "not-a-number"), ("high", "out-of-order")}),
        (Triangular, {"low": 1, "mode": 2}, {("high", "missing")}),
        (Triangular, {"low": 1, "mode": 2, "high": math.inf}, {("high", "not-a-number")}),
        (Pert, {"low": 3, "mode": 2, "high": 4, "weight": -1}, {("mode", "out-of-order"), ("weight", "negative")}),
        (Pert, {"low": 1, "mode": 2, "high": 4, "weight": 101}, {("weight", "out-of-range")}),
        (ThreePoint, {"p10": 4, "mode": 3, "p90": 8}, {("mode", "out-of-order")}),
        (ThreePoint, {"p10": 1, "mode": 3, "p90": 2, "floor": 5}, {("p90", "out-of-order"), ("floor", "out-of-order")}),
        (ThreePoint, {"p10": "x", "mode": 3, "p90": 8, "floor": 5}, {("p10", "not-a-number")}),
        (Uniform, {"low": 2, "high": 1}, {("high", "out-of-order")}),
        (Normal, {"mean": "x", "sd": -1}, {("mean", "not-a-number"), ("sd", "negative")}),
        (Normal, {"mean": 1, "sd": 1, "median": 1}, {("median", "unknown-field")}),
        (Lognormal, {}, {("the whole", "one-pair")}),
        (Lognormal, {"median": 1, "sigma": 1, "p10": 1, "p90": 2}, {("the whole", "one-pair")}),
        (Lognormal, {"median": 1, "p90": 2}, {("the whole", "one-pair")}),
        (Lognormal, {"median": 1}, {("sigma", "one-pair")}),
        (Lognormal, {"p90": 1}, {("p10", "one-pair")}),
        (Lognormal, {"p10": "x", "p90": 1}, {("p10", "not-a-number")}),
        (Lognormal, {"p10": 2, "p90": 1}, {("p90", "out-of-order")}),
        (Lognormal, {"p10": "0.000001", "p90": 1_000_000}, {("p90", "out-of-range")}),
        (Lognormal, {"median": 0, "sigma": 11}, {("median", "out-of-range"), ("sigma", "out-of-range")}),
        (Lognormal, {"median": 5, "sigma": -1}, {("sigma", "negative")}),
        (Fixed, {"value": True}, {("value", "not-a-number")}),
        (Fixed, {"value": 10**13}, {("value", "out-of-range")}),
        (Poisson, {"rate": -1}, {("rate", "negative")}),
        (Poisson, {"rate": 1_000_001}, {("rate", "out-of-range")}),
        (NegativeBinomial, {"mean": -1, "cv": -1}, {("mean", "negative"), ("cv", "negative")}),
        (NegativeBinomial, {"mean": 500_000, "cv": 1}, {("cv", "out-of-range")}),
        (Binomial, {"trials": "1.5", "probability": "1.5"}, {("trials", "not-whole"), ("probability", "out-of-range")}),
        (Binomial, {"trials": -1, "probability": 1}, {("trials", "out-of-range")}),
        (
            BetaBinomial,
            {"trials": 10, "probability": 2, "correlation": -1},
            {("probability", "out-of-range"), ("correlation", "negative")},
        ),
        (Scenarios, {"outcomes": []}, {("outcomes", "not-one")}),
        (Scenarios, {"outcomes": [{"value": 1, "probability": "0.9"}]}, {("outcomes", "not-one")}),
        (
            Scenarios,
            {"outcomes": [{"name": "cut", "value": "x", "probability": "0.9"}, {"value": 1, "probability": 3}]},
            {("outcomes[0] 'cut' value", "not-a-number"), ("outcomes[1].probability", "out-of-range")},
        ),
        (
            Hazard,
            {"probability": 2, "months": [24, 12, 40], "term": 36},
            {("probability", "out-of-range"), ("months", "out-of-order"), ("months", "after-term")},
        ),
        (Hazard, {"probability": 0, "months": [12, 12], "term": 36}, {("months", "out-of-order")}),
        (Hazard, {"probability": 0, "months": [36], "term": 36}, {("months", "after-term")}),
        (
            Event,
            {"probability": "150%", "impact": {"kind": "triangular", "low": 3, "mode": 2, "high": 5}},
            {("probability", "out-of-range"), ("impact.mode", "out-of-order")},
        ),
        (Event, {"probability": 1, "impact": {"kind": "beta"}}, {("impact", "not-a-choice")}),
        (Event, {"probability": 1, "impact": {"low": 3}}, {("impact", "missing")}),
        (
            CompoundPoisson,
            {
                "rate": -2,
                "severity": {"kind": "event", "probability": 1, "impact": {"kind": "normal", "mean": 1, "sd": -1}},
            },
            {("rate", "negative"), ("severity.impact.sd", "negative")},
        ),
        (Holder, {"cost": {"kind": "lognormal", "median": 3}}, {("cost.sigma", "one-pair")}),
    ],
)
def test_bad_input(kind: Callable[..., Any], fields: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    """Every problem at once, each with its place, and no problem that is only another's shadow."""
    assert problems(kind, **fields) == expected


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_probabilities_asked_must_be_probabilities(bad: float) -> None:
    """A quantile, a draw or a shortfall outside 0 to 1 is refused, alone or in an array."""
    quantity = Uniform(low=D(0), high=D(1))
    for ask in (quantity.quantile, quantity.from_uniform, quantity.expected_shortfall):
        with pytest.raises(InputError, match=r"found .*, expected a"):
            ask(bad)
        with pytest.raises(InputError, match=r"found .*, expected a"):
            ask(np.array([0.5, bad]))
    with pytest.raises(InputError):
        quantity.expected_shortfall(1.0)
    for question in (quantity.cdf, quantity.below, quantity.excess):
        with pytest.raises(InputError):
            question(math.nan)


def test_no_scipy_at_run_time() -> None:
    """The distributions and their numbers need nothing but numpy and pydantic."""
    code = (
        "import sys; from fcr.distributions import *; Pert(low=0, mode=1, high=2).quantile(.3); "
        "CompoundPoisson(rate=1, severity=Normal(mean=1, sd=1)).quantile(.3); assert 'scipy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.benchmark
def test_draws_are_fast() -> None:
    """A million draws: the closed forms in a few times what numpy needs to make the uniforms, tables not much more."""
    from time import perf_counter  # noqa: PLC0415

    def fastest(work: Callable[[], object]) -> float:
        times = []
        for _ in range(7):
            start = perf_counter()
            work()
            times.append(perf_counter() - start)
        return min(times)

    rng = np.random.default_rng(1)
    unit = fastest(lambda: rng.standard_normal(1_000_000))
    u = rng.random(1_000_000)
    limits: tuple[tuple[Uncertain, int], ...] = (
        (Uniform(low=D(1), high=D(2)), 1),
        (Triangular(low=D(1), mode=D(2), high=D(9)), 2),
        (Normal(mean=D(1), sd=D(2)), 3),
        (Lognormal(median=D(1), sigma=D(1)), 4),
        (Pert(low=D(1), mode=D(2), high=D(9)), 3),
        (Poisson(rate=D(2)), 6),
        (CompoundPoisson(rate=D(2), severity=Normal(mean=D(5000), sd=D(3000))), 25),
    )
    for quantity, most in limits:
        ratio = fastest(partial(quantity.from_uniform, u)) / unit
        print(f"{type(quantity).__name__}: {ratio:.2f} times numpy's normals")  # noqa: T201
        assert ratio < most
