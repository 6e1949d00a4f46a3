"""The simulation against exact sums and closed forms, within its own stated error; and what may not change it."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_bids import SERVICE, SINGLE_CHECK, event, off, plain

from fcr.contract import CallOff, Outcome, Payment, Stage, StagedResults
from fcr.distributions import (
    BetaBinomial,
    CompoundPoisson,
    Distribution,
    Event,
    Fixed,
    Hazard,
    Lognormal,
    NegativeBinomial,
    Normal,
    Pert,
    Triangular,
    Uniform,
    normal_cdf,
    normal_quantile,
)
from fcr.errors import InputError
from fcr.lines import Cost, Post
from fcr.risk.draws import CHUNK
from fcr.risk.exact import exact_losses
from fcr.risk.model import Model
from fcr.risk.simulation import LEVELS, Estimate, Sample, simulate
from fcr.risks import Correlations, Risk

D = Decimal
NIL, ONE = D(0), D(1)

SEEDS = 100
IN_99 = 2.576
"""A figure and its error are right if this many standard errors hold 99 times in 100."""
AT_LEAST = 95
"""Of 100 seeds. A correct program has 6 or more outside with a chance of 0.0005 (binomial, 1 in 100 each)."""

MARGIN = 10_000
"""What the price is above the cost of a year."""
REGISTER = [
    event(f"risk {i:02}", f"{(7 * i) % 40 + 3}e-2", 350 + 137 * i * (i % 3 + 1), provider_share=D(i % 4 + 1) / 4)
    for i in range(20)
]
"""Twenty yes-or-no risks, a million combinations."""


def margin(risks: list[Risk], years: int = 1) -> Model:
    """A bid that makes £10,000 a year but for its risks."""
    return Model(plain(price=100_000 + MARGIN, years=years, risks=risks))


# ── against exact sums ───────────────────────────────────────────────────────────────────────────


def test_twenty_events_against_their_exact_sum() -> None:
    """Mean, chance of loss and expected shortfall: each within its own error of the exact sum of all combinations."""
    model, exact = margin(REGISTER), exact_losses(REGISTER)
    drawn = simulate(model.bid, 100_000, seed=5, model=model)
    assert abs(off(drawn.surplus.mean, MARGIN - exact.mean)) < SINGLE_CHECK
    assert abs(off(drawn.probability_of_loss, exact.chance_above(MARGIN))) < SINGLE_CHECK
    assert 0.1 < exact.chance_above(MARGIN) < 0.6
    for level in (0.8, 0.95, 0.99):
        worst = exact.expected_shortfall(level) - MARGIN
        assert abs(off(drawn.expected_shortfall(level), worst)) < SINGLE_CHECK
    for level in LEVELS:  # amounts come in lumps, so a quantile is judged by the chance it cuts off
        found, slack = (
            drawn.loss.quantile(level).value + MARGIN,
            SINGLE_CHECK * math.sqrt(level * (1 - level) / 100_000),
        )
        assert exact.chance_above(found + 1e-6) < 1 - level + slack
        assert exact.chance_above(found - 1e-6) > 1 - level - slack


def test_stated_errors_hold_in_99_seeds_of_100() -> None:
    """Over 100 seeds, mean, chance of loss and expected shortfall lie within 2.576 of their errors 99 times in 100.

    At least 95 are asked for. That is also a bound on errors stated too large: their squares average one.
    """
    model, exact = margin(REGISTER), exact_losses(REGISTER)
    truths = MARGIN - exact.mean, exact.chance_above(MARGIN), exact.expected_shortfall(0.95) - MARGIN
    scores = np.empty((SEEDS, 3))
    for seed in range(SEEDS):
        drawn = simulate(model.bid, CHUNK, seed=seed, model=model)
        figures = drawn.surplus.mean, drawn.probability_of_loss, drawn.expected_shortfall()
        scores[seed] = [off(figure, truth) for figure, truth in zip(figures, truths, strict=True)]
    assert ((np.abs(scores) < IN_99).sum(axis=0) >= AT_LEAST).all()
    # the mean of 100 squares of standard normals: 1 ± √(2 ÷ 100)
    assert (np.abs((scores**2).mean(axis=0) - 1) < SINGLE_CHECK * math.sqrt(2 / SEEDS)).all()


# ── against closed forms ─────────────────────────────────────────────────────────────────────────


def test_the_sum_of_independent_losses() -> None:
    """Means and variances of losses of every shape add up, once a term or anew each year."""
    sizes: list[tuple[Distribution, str]] = [
        (Normal(mean=D(500), sd=D(900)), "term"),
        (Triangular(low=D(80), mode=D(100), high=D(1500)), "year"),
        (Pert(low=D(0), mode=D(100), high=D(4000)), "term"),
        (Lognormal(median=D(400), sigma=D("0.5")), "year"),
        (Event(probability=D("0.3"), impact=Uniform(low=D(500), high=D(3000))), "year"),
        (CompoundPoisson(rate=D(2), severity=Fixed(value=D(700))), "term"),
        (NegativeBinomial(mean=D(300), cv=D("0.4")), "term"),
    ]
    risks = [Risk.from_dict({"name": f"risk {i}", "size": size, "per": per}) for i, (size, per) in enumerate(sizes)]
    loss = simulate(plain(risks=risks), 100_000).loss
    times = [3 if per == "year" else 1 for _, per in sizes]
    assert abs(off(loss.mean, sum(n * size.mean for n, (size, _) in zip(times, sizes, strict=True)))) < SINGLE_CHECK
    squares = (loss.values - loss.values.mean()) ** 2
    variance = sum(n * size.variance for n, (size, _) in zip(times, sizes, strict=True))
    assert abs(off(Sample(squares).mean, variance)) < SINGLE_CHECK


def test_a_surplus_that_is_straight_in_one_normal() -> None:
    """£200,000 of cost follows an index whose one rise has a normal error: the surplus is normal, all of it.

    Mean, chance of loss, P5 to P95 and expected shortfall ``μ + σ φ(z) ÷ (1 − α)``.
    """
    moving = Cost(name="Wages", centre=SERVICE, amount=D(200_000), index="CPI")
    error = Normal(mean=D("0.01"), sd=D("0.02"))
    bid = plain(cost=0, costs=[moving], price=210_000, years=2, risks=[_on_index(error)])
    drawn = simulate(bid, 100_000, seed=1)
    mean, sd = 420_000 - 200_000 * (1 + 1.03 + 0.01), 200_000 * 0.02
    assert drawn.years[:, 0] == pytest.approx(10_000)
    assert abs(off(drawn.surplus.mean, mean)) < SINGLE_CHECK
    assert drawn.surplus.sd == pytest.approx(sd, rel=0.01)
    assert abs(off(drawn.probability_of_loss, normal_cdf(-mean / sd))) < SINGLE_CHECK
    for level in LEVELS:
        assert abs(off(drawn.surplus.quantile(level), mean + sd * normal_quantile(level))) < SINGLE_CHECK
    z = normal_quantile(0.95)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    assert abs(off(drawn.expected_shortfall(), -mean + sd * density / 0.05)) < SINGLE_CHECK


def _on_index(size: Distribution, index: str = "CPI") -> Risk:
    return Risk(name=f"Rises of {index}", acts_on="index", of=index, size=size)


def test_quantiles_hold_their_error_too() -> None:
    """Over 100 seeds a quantile's stated error, half a gap between order statistics, is that of the textbook.

    ``√(α(1 − α) ÷ n) ÷ f(q)``, and the quantiles scatter by as much.
    """
    model = margin([Risk(name="Normal", size=Normal(mean=D(0), sd=D(1000)))])
    level = 0.9
    z = normal_quantile(level)
    textbook = math.sqrt(level * (1 - level) / CHUNK) / (math.exp(-z * z / 2) / math.sqrt(2 * math.pi)) * 1000
    found = [simulate(model.bid, CHUNK, seed=s, model=model).loss.quantile(level) for s in range(SEEDS)]
    errors, values = np.array([f.error for f in found]), np.array([f.value for f in found])
    assert errors.mean() == pytest.approx(textbook, rel=0.05)
    assert values.std() == pytest.approx(textbook, rel=SINGLE_CHECK / math.sqrt(2 * SEEDS))
    assert abs(values.mean() - (1000 * z - MARGIN)) < SINGLE_CHECK * textbook / math.sqrt(SEEDS)


def test_an_early_end_against_its_three_cases() -> None:
    """A hazard has three ends: the simulated mean and chance of loss are those of the three, weighed.

    The price pays back £30,000 of set-up month by month; an end leaves what is not yet paid back.
    """
    setting_up = Cost(name="Set-up", centre=SERVICE, amount=D(30_000), phase="start-up", index="fixed")
    end = Hazard(probability=D("0.1"), months=[12, 24], term=36)
    bid = plain(costs=[setting_up], price=111_000, risks=[Risk(name="End", acts_on="termination", size=end)])
    drawn = simulate(bid, 50_000)
    surplus = {12: 11_000 - 30_000, 24: 22_000 - 30_000, 36: 33_000 - 30_000}
    assert set(np.round(drawn.surplus.values, 6)) == set(surplus.values())
    assert abs(off(drawn.surplus.mean, sum(c * surplus[m] for m, c in end.chances.items()))) < SINGLE_CHECK
    assert abs(off(drawn.probability_of_loss, 0.19)) < SINGLE_CHECK


def test_a_delay_moves_the_lowest_cash_and_nothing_else() -> None:
    """Paid a month after each month's end, a delay of 30 days or none deepens the low point by a month's cost."""
    late = Risk(name="Late", acts_on="payment delay", size=Event(probability=D("0.4"), impact=Fixed(value=D(30))))
    terms = {"payment": Payment(invoiced="monthly", in_advance=False, days=30)}
    bid = plain(cost=12_000, price=12_000, years=1, risks=[late], terms=terms)
    drawn = simulate(bid, 20_000)
    assert set(np.round(drawn.lowest_cash.values)) == {-2_000, -3_000}
    assert abs(off(drawn.lowest_cash.mean, -2_400)) < SINGLE_CHECK
    assert drawn.surplus.values == pytest.approx(0, abs=1e-6)


def test_the_chance_of_exhausting_reserves() -> None:
    """A loss of £10,000 with a chance of 30% exhausts £5,000 as often; unknown when reserves are not stated."""
    fire = event("Fire", "0.3", 10_000)
    beyond = simulate(plain(risks=[fire], reserves=5_000)).chance_beyond_reserves
    assert beyond is not None
    assert abs(off(beyond, 0.3)) < SINGLE_CHECK
    assert simulate(plain(risks=[fire])).chance_beyond_reserves is None


# ── what may not change it ───────────────────────────────────────────────────────────────────────


def every_driver() -> list[Risk]:
    """A risk on each thing that can be moved."""
    return [
        Risk(name="Volume", acts_on="volume", size=Pert(low=D("0.7"), mode=D(1), high=D("1.2"))),
        _on_index(Normal(mean=D(0), sd=D("0.01")), "pay"),
        _on_index(Uniform(low=D("-0.01"), high=D("0.02"))),
        Risk(
            name="Success",
            acts_on="outcomes",
            size=BetaBinomial(trials=200, probability=D("0.5"), correlation=D("0.05")),
        ),
        Risk(name="Late", acts_on="payment delay", size=Lognormal(median=D(10), sigma=D("0.8"))),
        Risk(name="End", acts_on="termination", size=Hazard(probability=D("0.1"), months=[12], term=24)),
        Risk(name="Cover", acts_on="cover", size=Triangular(low=D(0), mode=D("0.02"), high=D("0.1"))),
        event("Claims", "0.1", 4_000, per="year"),
        event("Clawback", "0.2", 9_000, provider_share=D("0.5")),
        Risk(name="Reputation"),
    ]


def full(risks: list[Risk] | None = None) -> Model:
    """A bid that every driver moves."""
    costs = [
        Cost(name="Travel", centre=SERVICE, amount=D(3_000)),
        Cost(name="Materials", centre=SERVICE, amount=D(12), behaviour="per unit"),
        Cost(name="Supervision", centre=SERVICE, amount=D(900), behaviour="stepped", step=D(40)),
    ]
    post = Post(name="Worker", salary=D(28_000), fte=D(2), time={SERVICE: 100})
    paid = StagedResults(attachment=D(500), stages=[Stage(outcome="settled", price=D(900))])
    half = D("0.5")
    matrix = [[ONE, half, NIL], [half, ONE, half], [NIL, half, ONE]]
    bid = plain(
        cost=0,
        costs=costs,
        posts=[post],
        years=2,
        mechanism=paid,
        volumes=[D(90)],
        risks=every_driver() if risks is None else risks,
        correlations=Correlations(names=["Volume", "Claims", "Late"], matrix=matrix),
        terms={"outcomes": [Outcome(name="settled", rates=[D("0.6")], lag_months=2)]},
    )
    return Model(bid)


FULL = full()


@settings(max_examples=12)
@given(st.integers(0, 2**40), st.integers(1, 20_000), st.integers(1, 3), st.integers(2, 10_000))
def test_only_the_seed_changes_a_draw(seed: int, block: int, workers: int, draws: int) -> None:
    """The same seed, the same draws to the last bit, whatever the block or workers; more draws only add to them."""
    whole = simulate(FULL.bid, 10_000, seed, model=FULL)
    again = simulate(FULL.bid, draws, seed, block=block, workers=workers, model=FULL)
    assert (again.years == whole.years[:draws]).all()
    assert (again.lowest_cash.values == whole.lowest_cash.values[:draws]).all()


def test_another_seed_draws_anew() -> None:
    """Two seeds share nothing: their results are uncorrelated."""
    first, second = (simulate(FULL.bid, 10_000, seed, model=FULL).surplus.values for seed in (0, 1))
    assert abs(np.corrcoef(first, second)[0, 1]) < SINGLE_CHECK / math.sqrt(10_000)


def test_the_order_of_risks_does_not_matter() -> None:
    """Backwards, the register gives the same draws."""
    turned = full(list(reversed(every_driver())))
    one, other = (simulate(m.bid, 5_000, model=m) for m in (FULL, turned))
    np.testing.assert_allclose(one.years, other.years, rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(one.lowest_cash.values, other.lowest_cash.values, rtol=1e-12, atol=1e-6)


def test_a_risk_more_adds_its_own_loss_to_each_draw() -> None:
    """The other risks draw as before: the difference is the new loss alone, draw by draw."""
    more = event("Another", "0.25", 5_000)
    without = simulate(FULL.bid, 5_000, model=FULL).surplus.values
    with_it = full([more, *every_driver()])
    difference = without - simulate(with_it.bid, 5_000, model=with_it).surplus.values
    assert set(np.round(difference, 4)) == {0.0, 5_000.0}


def test_the_mean_of_a_sum_is_the_same_with_correlation() -> None:
    """Correlation changes the spread of a sum of losses and not its mean."""
    size = Lognormal(median=D(1000), sigma=D(1))
    risks = [Risk(name=f"risk {i}", size=size) for i in range(4)]
    high = [[D(1) if i == j else D("0.7") for i in range(4)] for j in range(4)]
    together = Correlations(names=[r.name for r in risks], matrix=high)
    alone = simulate(plain(risks=risks), 50_000).loss
    joined = simulate(plain(risks=risks, correlations=together), 50_000).loss
    truth = 4 * size.mean
    assert abs(off(alone.mean, truth)) < SINGLE_CHECK
    assert abs(off(joined.mean, truth)) < SINGLE_CHECK
    assert joined.sd > 1.4 * alone.sd


# ── what is shown ────────────────────────────────────────────────────────────────────────────────


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e7))
def test_no_more_digits_than_the_error_supports(value: float, error: float) -> None:
    """The last digit shown is in the place of the error's first: a unit of it is no more than the error, and
    ten units are more. What is dropped is at most half a unit.
    """
    if error <= 1e-12 * abs(value):
        return
    shown = Estimate(value, error).shown
    place = math.floor(math.log10(error))
    unit = D(1).scaleb(place)
    assert shown % unit == 0
    assert abs(shown - D(repr(value))) <= unit / 2
    assert float(unit) <= error * (1 + 1e-9)
    assert error < 10 * float(unit) * (1 + 1e-9)
    assert -shown.as_tuple().exponent == max(-place, 0)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (12345.678, 210.0, "12300"),
        (-12350.0, 100.0, "-12400"),
        (0.12345, 0.0021, "0.123"),
        (1234.5678, 0.0, "1234.57"),
        (33333.333333, 5e-14, "33333.33"),  # the error of the arithmetic, not of sampling
        (0.4, 30.0, "0"),
    ],
)
def test_digits(value: float, error: float, shown: str) -> None:
    """By hand; a figure that does not vary is shown to the penny."""
    assert str(Estimate(value, error).shown) == shown


def test_a_sample_that_does_not_vary_is_shown_to_the_penny() -> None:
    """Its spread is rounding noise, which supports no digits."""
    assert str(Sample(np.full(20_000, 100_000 / 3)).mean.shown) == "33333.33"


@pytest.mark.parametrize(
    ("level", "rank"), [(0.0, 1), (0.1, 1), (0.3, 3), (0.31, 4), (1 - 0.7, 3), (0.95, 10), (1, 10)]
)
def test_a_quantile_is_the_least_value_not_exceeded(level: float, rank: int) -> None:
    """Of ten values, the ``⌈10 × level⌉``-th from below, whatever rounding does to the level."""
    assert Sample(np.arange(1.0, 11.0)).quantile(level).value == rank


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60), st.floats(0.5, 0.99))
def test_shortfall_is_no_less_than_the_quantile_nor_the_median(values: list[float], level: float) -> None:
    """For losses: the median, a quantile above it, the mean beyond it, the worst."""
    sample = Sample(np.array(values))
    quantile, shortfall = sample.quantile(level).value, sample.shortfall_above(level).value
    assert sample.quantile(0.5).value <= quantile <= shortfall
    if (1 - level) * len(values) >= 1:
        assert shortfall <= max(values) + 1e-6


def test_the_table_says_it_once() -> None:
    """Each year, the term and the lowest cash; digits by error; what is not counted and what was repaired is named."""
    up, down = D("0.9"), D("-0.9")
    together = Correlations(
        names=["Volume", "Claims", "Late"], matrix=[[ONE, up, down], [up, ONE, up], [down, up, ONE]]
    )
    drawn = simulate(FULL.bid.replace(correlations=together), 2_000, seed=4)
    table = drawn.table()
    assert [c.heading for c in table.columns] == ["Surplus (£)", "Year 1", "Year 2", "Term", "Lowest cash"]
    cells = {row.cells[0]: row.cells[1:] for row in table.rows}
    assert cells["Mean"][2] == drawn.surplus.mean.shown
    assert cells["P80"][0] == Sample(drawn.years[:, 0]).quantile(0.8).shown
    assert cells["Mean of the worst 5%"][2] == -drawn.expected_shortfall().shown
    chance = str(cells["Chance below nought"][2])
    assert D(chance.rstrip("%")) == drawn.probability_of_loss.shown * 100
    digits = -math.floor(math.log10(drawn.probability_of_loss.error)) - 2
    assert len(chance.rstrip("%").partition(".")[2]) == max(digits, 0)
    assert [r for r in cells if str(r).startswith("P")] == ["P5", "P10", "P25", "P50", "P75", "P80", "P90", "P95"]
    text = str(drawn)
    assert "2,000 draws, seed 4" in text
    assert "Listed without a size, so not counted: Reputation." in " ".join(text.split())
    assert "moved by up to 0.4" in " ".join(text.split())
    assert "Nothing" not in text


def test_plain_data() -> None:
    """What it says as data, and nothing of repair or size when there is none to tell."""
    drawn = simulate(plain(risks=[event("Fire", "0.3", 10_000)]), 1_000)
    data = drawn.to_dict()
    assert data["mean_surplus"] == str(drawn.surplus.mean.shown)
    assert data["probability_of_loss"] == str(drawn.probability_of_loss.shown)
    assert data["draws"] == 1_000
    assert data["unsized"] == []
    assert len(drawn.table().notes) == 1


# ── what cannot be drawn ─────────────────────────────────────────────────────────────────────────


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Too few draws, a seed below nought, no block, no workers."""
    with pytest.raises(InputError) as refused:
        simulate(plain(), 1, -1, block=0, workers=0)
    assert [p.where for p in refused.value.problems] == ["draws", "seed", "block", "workers"]
    assert refused.value.problems[0].fix == "Give draws=2 or more."


def test_without_an_offer_there_is_nothing_to_draw() -> None:
    """The problem says what to give."""
    with pytest.raises(InputError, match="Give the bid a contract"):
        simulate(plain().replace(contract=None))


def test_without_risks_every_draw_is_the_plan() -> None:
    """No spread, no loss, no error."""
    drawn = simulate(plain(price=100_100), 10)
    assert drawn.surplus.values == pytest.approx(300)
    assert drawn.probability_of_loss.value == 0
    assert str(drawn.surplus.mean.shown) == "300.00"
    called = simulate(plain(mechanism=CallOff(price=D(1)), volumes=[D(7)]), 2)
    assert called.surplus.values == pytest.approx(-299_979)
