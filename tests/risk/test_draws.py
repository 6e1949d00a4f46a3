"""Where draws come from: one stream for each risk, and the copula that joins them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats  # type: ignore[import-untyped]
from small_bids import SINGLE_CHECK, event

from fcr.distributions import BetaBinomial, Binomial, Hazard, Normal, Triangular, Uniform
from fcr.risk.draws import CHUNK, Draws, copula, draw, moves_of
from fcr.risks import Correlations, Risk

D = Decimal
Floats = npt.NDArray[np.float64]

CHUNKS = 25
"""102,400 draws."""

STANDARD = Normal(mean=D(0), sd=D(1))
TRAP = (
    Risk(name="Normal", size=Normal(mean=D(10), sd=D(2))),
    Risk(name="Triangular", size=Triangular(low=D(5), mode=D(10), high=D(15))),
    Risk(name="Uniform", size=Uniform(low=D(8), high=D(12))),
)
"""A published example whose program printed a mean of 38.57 for a sum whose mean is 30."""
STATED = ((1, D("0.5"), D("0.3")), (D("0.5"), 1, D("0.4")), (D("0.3"), D("0.4"), 1))


def joined(names: list[str], matrix: Any) -> Correlations:
    """Correlations between named risks."""
    return Correlations(names=names, matrix=matrix)


TRAP_TOGETHER = joined([r.name for r in TRAP], STATED)


def sampled(source: Draws, risk: Risk, chunks: int = CHUNKS) -> Floats:
    """The sizes of one risk over some chunks."""
    return np.concatenate([source.sizes(i, risk) for i in range(chunks)])


# ── the correlation trap ─────────────────────────────────────────────────────────────────────────


def normal_sum(pearson: Floats) -> float:
    """The exact variance of the trap's sum when its copula has these normal correlations, by quadrature."""
    nodes, weights = special.roots_hermitenorm(80)
    weights = weights / weights.sum()
    z1, z2 = np.meshgrid(nodes, nodes)
    grid = np.outer(weights, weights)
    total = 0.0
    for i, a in enumerate(TRAP):
        for j, b in enumerate(TRAP):
            assert a.size is not None
            assert b.size is not None
            if i == j:
                total += a.size.variance
                continue
            r = float(pearson[i, j])
            first = a.size.from_uniform(np.asarray(special.ndtr(z1)))
            second = b.size.from_uniform(np.asarray(special.ndtr(r * z1 + np.sqrt(1 - r * r) * z2)))
            total += float((grid * first * second).sum()) - a.size.mean * b.size.mean
    return total


@pytest.mark.parametrize("together", [None, TRAP_TOGETHER], ids=["alone", "correlated"])
def test_the_correlation_trap(together: Correlations | None) -> None:
    """The mean is 30 with correlation and without; only the variance moves.

    Alone it is 9.5. The stated 0.5, 0.3 and 0.4 give 16.8537 when they are *linear* correlations. Ours
    are *rank* correlations, which mean the same whatever the shapes; the normal correlations behind
    them are a little larger (0.5 is 0.5176), so the variance is too, by under 2%.
    """
    source = Draws(0, TRAP, 1, None if together is None else copula(together))
    total = sum(sampled(source, risk)[:, 0] for risk in TRAP)
    assert isinstance(total, np.ndarray)
    n = total.size
    error = float(total.std(ddof=1)) / np.sqrt(n)
    assert abs(total.mean() - 30) < SINGLE_CHECK * error
    variance = float(total.var(ddof=1))
    spread = np.sqrt((((total - total.mean()) ** 2).var()) / n)
    exact = 9.5 if together is None else normal_sum(2 * np.sin(np.pi * np.array(STATED, dtype=float) / 6))
    assert abs(variance - exact) < SINGLE_CHECK * spread
    if together is not None:
        assert normal_sum(np.array(STATED, dtype=float)) == pytest.approx(16.8537, rel=0.01)  # as good as linear
        assert 16.8537 < exact < 16.8537 * 1.02
        assert error == pytest.approx(4.1053 / np.sqrt(n), rel=0.02)


# ── the copula ───────────────────────────────────────────────────────────────────────────────────


@st.composite
def possible(draw: st.DrawFn) -> Correlations:
    """Rank correlations that some risks could have: those of mixtures of independent ones."""
    size = draw(st.integers(2, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mixed = random.normal(size=(size, size)) + 2 * np.eye(size)
    covariance = mixed @ mixed.T
    scale = np.sqrt(np.diag(covariance))
    ranks = 6 / np.pi * np.arcsin(covariance / np.outer(scale, scale) / 2)
    return joined([f"risk {i}" for i in range(size)], _symmetric(ranks * 0.999))


@st.composite
def any_matrix(draw: st.DrawFn) -> Correlations:
    """Correlations as people write them, which no risks may have."""
    size = draw(st.integers(2, 7))
    entries = st.integers(-100, 100)
    ranks = np.array([[draw(entries) / 100 for _ in range(size)] for _ in range(size)])
    return joined([f"risk {i}" for i in range(size)], _symmetric(ranks))


def _symmetric(ranks: Floats) -> list[list[Decimal]]:
    size = len(ranks)
    rows = [[D(str(round(float(ranks[max(i, j), min(i, j)]), 8))) for j in range(size)] for i in range(size)]
    for i in range(size):
        rows[i][i] = D(1)
    return rows


def behind(together: Correlations) -> Floats:
    """The normal correlations behind stated rank correlations."""
    return 2 * np.sin(np.pi / 6 * np.array(together.matrix, dtype=float))


@given(possible())
def test_a_matrix_that_can_be_is_used_as_it_stands(together: Correlations) -> None:
    """The factor gives back ``2 sin(π ρ ÷ 6)``, and nothing is reported."""
    found = copula(together)
    assert found.repaired_by == 0
    np.testing.assert_allclose(found.factor @ found.factor.T, behind(together), atol=1e-9)


@given(any_matrix())
def test_a_matrix_that_cannot_be_is_repaired_and_the_change_reported(together: Correlations) -> None:
    """What is used always has ones on its diagonal and can be; ``repaired_by`` is the largest change of a rank.

    It is nought exactly when the smallest eigenvalue stated was not below nought, and the repaired
    matrix is itself left alone.
    """
    found = copula(together)
    used = found.factor @ found.factor.T
    np.testing.assert_allclose(np.diag(used), 1, atol=1e-9)
    ranks = 6 / np.pi * np.arcsin(np.clip(used / 2, -0.5, 0.5))
    change = float(np.abs(ranks - np.array(together.matrix, dtype=float)).max())
    assert found.repaired_by == pytest.approx(change, abs=2e-6)
    least = float(np.linalg.eigvalsh(behind(together)).min())
    assert (found.repaired_by > 0) == (least < 0) or abs(least) < 1e-5
    again = joined(list(together.names), _symmetric(ranks * (1 - 1e-7)))
    assert copula(again).repaired_by < 1e-4


def test_a_known_repair() -> None:
    """a with b and b with c at 0.9 cannot go with a against c at −0.9: each gives way, alike, and says by how much."""
    up, down = D("0.9"), D("-0.9")
    found = copula(joined(["a", "b", "c"], [[1, up, down], [up, 1, up], [down, up, 1]]))
    used = 6 / np.pi * np.arcsin((found.factor @ found.factor.T) / 2)
    assert used[1, 0] == pytest.approx(used[2, 1])
    assert used[1, 0] == pytest.approx(-used[2, 0])
    assert found.repaired_by == pytest.approx(0.9 - used[1, 0], abs=1e-6)
    assert used[1, 0] == pytest.approx(6 / np.pi * np.arcsin(0.25), abs=1e-4)  # normal correlation ½: the edge


@pytest.mark.parametrize("rho", ["1", "-1"])
def test_the_ends(rho: str) -> None:
    """Fully correlated, two risks move as one; the matrix stands at the edge of what can be, and is not reported."""
    found = copula(joined(["a", "b"], [[1, D(rho)], [D(rho), 1]]))
    assert found.repaired_by == 0
    source = Draws(3, (), 1, found)
    one, other = (source.uniforms(0, Risk(name=n, size=STANDARD))[:, 0] for n in "ab")
    np.testing.assert_allclose(other, one if rho == "1" else 1 - one, atol=1e-4)


@settings(max_examples=20)
@given(possible(), st.integers(0, 10**6))
def test_correlation_never_changes_a_risk_alone(together: Correlations, seed: int) -> None:
    """Each risk's numbers stay uniform: its largest distance from the straight line is within chance.

    Kolmogorov: over ``2.5 ÷ √n`` happens once in 130,000 times.
    """
    source = Draws(seed, (), 1, copula(together))
    for name in together.names:
        uniforms = np.concatenate([source.uniforms(i, Risk(name=name)) for i in range(2)])[:, 0]
        assert stats.kstest(uniforms, "uniform").statistic < 2.5 / np.sqrt(uniforms.size)


def test_the_rank_correlations_are_those_stated() -> None:
    """Spearman's correlation of what is drawn is what was asked for, whatever the shapes."""
    source = Draws(1, TRAP, 1, copula(TRAP_TOGETHER))
    drawn = np.hstack([sampled(source, risk) for risk in TRAP])
    found = stats.spearmanr(drawn).statistic
    np.testing.assert_allclose(found, np.array(STATED, dtype=float), atol=SINGLE_CHECK * 1.1 / np.sqrt(len(drawn)))


def test_a_yearly_risk_is_correlated_in_its_first_year() -> None:
    """The rank correlation of a loss drawn each year holds in Year 1; the other years stand alone."""
    yearly = event("Claims", "0.5", 100, per="year")
    once = Risk(name="Once", size=STANDARD)
    source = Draws(0, (yearly, once), 3, copula(joined(["Once", "Claims"], [[1, D("0.8")], [D("0.8"), 1]])))
    claims = np.concatenate([source.uniforms(i, yearly) for i in range(5)])
    other = np.concatenate([source.uniforms(i, once) for i in range(5)])
    found = stats.spearmanr(np.hstack([other, claims])).statistic[0, 1:]
    assert found == pytest.approx([0.8, 0, 0], abs=SINGLE_CHECK / np.sqrt(len(claims)))


# ── streams ──────────────────────────────────────────────────────────────────────────────────────


def test_a_risk_draws_the_same_whatever_stands_beside_it() -> None:
    """Taking a risk out, putting one in, or changing the order leaves the draws of the others as they were."""
    few = Draws(7, TRAP[:1], 3)
    many = Draws(7, (*reversed(TRAP), event("Another", "0.1", 5)), 3)
    assert (few.sizes(2, TRAP[0]) == many.sizes(2, TRAP[0])).all()


def test_names_chunks_years_and_seeds_draw_apart() -> None:
    """No two streams are alike: not for names that one checksum confuses, nor for a year and a name that spells it."""
    names = ["plumless", "buckeroo", "Claims", "Claims by year"]  # the first two have the same CRC-32
    risks = [Risk(name=n, size=STANDARD, per="year") for n in names]
    source, other = Draws(0, tuple(risks), 2), Draws(1, tuple(risks), 2)
    drawn = np.hstack([s.sizes(chunk, risk) for s in (source, other) for chunk in (0, 1) for risk in risks])
    correlations = np.triu(np.corrcoef(drawn.T), 1)
    assert np.abs(correlations).max() < 5 / np.sqrt(CHUNK)  # 496 pairs


def test_counts_of_successes_become_multipliers_of_the_plan() -> None:
    """Acting on outcomes, a number of successes is divided by its expectation; in pounds it is itself."""
    for size in (
        Binomial(trials=50, probability=D("0.4")),
        BetaBinomial(trials=50, probability=D("0.4"), correlation=D("0.1")),
    ):
        moved = Draws(0, (), 1).sizes(0, Risk(name="x", acts_on="outcomes", size=size))
        pounds = Draws(0, (), 1).sizes(0, Risk(name="x", size=size))
        assert moved * 20 == pytest.approx(pounds)


def test_a_risk_without_a_size_cannot_be_drawn() -> None:
    """It is listed, never counted as nought."""
    with pytest.raises(ValueError, match="Reputation has no size"):
        Draws(0, (), 1).sizes(0, Risk(name="Reputation"))


# ── what the risks move ──────────────────────────────────────────────────────────────────────────


def test_risks_on_the_same_driver_combine() -> None:
    """Multipliers multiply, additions add, the earliest end ends it, and each loss keeps its share."""
    acts: list[tuple[str, str, str | None, float, float]] = [
        ("volume", "occupancy", None, 0.9, 0.8),
        ("index", "index", "pay", 0.01, 0.02),
        ("outcomes", "outcomes", "settled", 0.5, 1.2),
        ("payment delay", "payment delay", None, 10.0, 20.0),
        ("cover", "cover", None, 0.1, 0.2),
    ]
    risks, sizes = [], {}
    for first, second, of, one, two in acts:
        for i, (kind, size) in enumerate(((first, one), (second, two))):
            risk = Risk.from_dict({"name": f"{first} {i}", "acts_on": kind, "of": of})
            risks.append(risk)
            sizes[risk.name] = np.array([[size]])
    for i, month in enumerate((24, 12)):
        risk = Risk(name=f"end {i}", acts_on="termination", size=Hazard(probability=D(1), months=[month], term=36))
        risks.append(risk)
        sizes[risk.name] = np.array([[float(month)]])
    moves = moves_of(risks, sizes, 1, 3)
    assert moves.volume == pytest.approx([0.72])
    assert moves.indices["pay"] == pytest.approx([0.03])
    assert moves.success["settled"] == pytest.approx([0.6])
    assert moves.delay == pytest.approx([30])
    assert moves.cover == pytest.approx([0.3])
    assert moves.end == pytest.approx([12])
    assert moves.losses is None


def test_a_loss_is_borne_by_share_and_spread_over_its_years() -> None:
    """A loss over the term falls evenly on its years; the provider's share of it is what the model loses."""
    term = event("Clawback", "1", 300, provider_share=D("0.5"))
    yearly = event("Claims", "1", 40, per="year")
    moves = draw(Draws(0, (term, yearly), 3), 0, 2)
    assert moves.losses == pytest.approx(np.full((2, 3), 50 + 40))
