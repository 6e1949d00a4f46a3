"""What the result hangs on: tornado, variance shares, the stress set and reverse stress, by closed form and by hand."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_bids import SERVICE, SINGLE_CHECK, event, off, plain

from fcr.bid import Bid
from fcr.contract import CallOff, Exit, Outcome, Payment, Stage, StagedResults
from fcr.distributions import Binomial, Event, Fixed, Hazard, Normal, Scenario, Scenarios, Uniform, normal_cdf
from fcr.errors import InputError
from fcr.lines import Cost, Post
from fcr.risk.model import Model
from fcr.risk.sensitivity import STRESSES, reverse_stress, stress, switching_value, tornado, variance_shares
from fcr.risks import Correlations, Risk

D = Decimal


def normal(name: str, mean: int, sd: int, **fields: object) -> Risk:
    """A normal loss in pounds."""
    return Risk.from_dict({"name": name, "size": {"kind": "normal", "mean": mean, "sd": sd}, **fields})


# ── tornado ──────────────────────────────────────────────────────────────────────────────────────

P90 = 1.2815515655446004


def test_bars_by_hand() -> None:
    """Losses, a share of one, a yearly one, volume, success: each at its P10 and P90, the widest first."""
    risks = [
        normal("whole", 0, 1000),
        normal("shared", 0, 1000, provider_share="0.5"),
        normal("yearly", 0, 1000, per="year"),
        Risk(name="volume", acts_on="volume", size=Uniform(low=D("0.5"), high=D("1.5"))),
        Risk(name="success", acts_on="outcomes", size=Binomial(trials=100, probability=D("0.5"))),
    ]
    paid = StagedResults(attachment=D(10), stages=[Stage(outcome="settled", price=D(40))])
    settled = {"outcomes": [Outcome(name="settled", rates=[D("0.5")])]}
    bid = plain(cost=3_000, mechanism=paid, volumes=[D(100)], risks=risks, terms=settled)
    found = tornado(bid)
    bars, table = found.bars, found.table()
    swings = {bar.risk.name: bar.swing for bar in bars}
    p10, p90 = (risks[4].size.quantile(p) / 50 for p in (0.1, 0.9))  # type: ignore[union-attr]
    assert swings == {
        "volume": pytest.approx(0.8 * 9_000),
        "yearly": pytest.approx(3 * 2 * P90 * 1000),
        "whole": pytest.approx(2 * P90 * 1000),
        "success": pytest.approx((p90 - p10) * 6_000),
        "shared": pytest.approx(P90 * 1000),
    }
    assert [bar.swing for bar in bars] == sorted(swings.values(), reverse=True)
    volume = next(bar for bar in bars if bar.risk.name == "volume")
    assert [volume.low, volume.high] == pytest.approx([0.6, 1.4])
    assert [volume.at_low, volume.at_high] == pytest.approx([-3_600, 3_600])
    assert volume.switching == pytest.approx(1)
    assert [row.cells[0] for row in table.rows] == [bar.risk.name for bar in bars]
    assert "as planned: £0." in table.notes[0]


def test_a_delay_swings_by_what_waiting_costs() -> None:
    """At the bid's own rate, as in the balance of risk; by nothing without one, and then it has no switch."""
    late = Risk(name="late", acts_on="payment delay", size=Uniform(low=D(0), high=D(100)))
    monthly = {"payment": Payment(invoiced="monthly", in_advance=False, days=30)}
    bid = plain(cost=12_000, price=12_000, years=1, risks=[late], terms=monthly, finance_rate=D("0.12"))
    (bar,) = tornado(bid).bars
    # P10 is one month late, P90 three; each month late is £1,000 more owed for 12 months, at 1% a month
    assert bar.swing == pytest.approx(240, rel=0.15)
    found = tornado(bid.replace(finance_rate=None))
    (still,), table = found.bars, found.table()
    assert (still.swing, still.switching) == (0, None)
    assert table.rows[0].cells[-1] is None


@given(st.floats(-5, 5), st.floats(-1e6, 1e6), st.floats(-5, 5), st.floats(-1e6, 1e6))
def test_the_switching_value_is_on_the_line(low: float, at_low: float, high: float, at_high: float) -> None:
    """There, the line through the two points is nought; a level line never is."""
    found = switching_value(low, at_low, high, at_high)
    if at_low == at_high:
        assert found is None
        return
    assert found is not None
    slope = (found - low) * (at_high - at_low) + at_low * (high - low)
    assert slope == pytest.approx(0, abs=1e-9 * max(abs(at_low), abs(at_high)) * (abs(found) + 10))


def test_a_risk_without_a_size_has_no_bar() -> None:
    """It is listed elsewhere, not at nought here."""
    assert tornado(plain(risks=[Risk(name="Reputation")])).bars == ()


# ── variance shares ──────────────────────────────────────────────────────────────────────────────


def test_shares_in_closed_form() -> None:
    """A sum of independent losses: each share is its variance ÷ the sum of variances, largest first.

    What remains by the same formula under correlation ρ: ``(σᵢ² + ρ σᵢ σⱼ) ÷ (σ₁² + σ₂² + 2 ρ σ₁ σ₂)``.
    """
    risks = [normal("small", 0, 100), normal("large", 0, 300)]
    shares, table = variance_shares(plain(risks=risks), 50_000)
    assert list(shares) == ["large", "small"]
    assert abs(off(shares["large"], 0.9)) < SINGLE_CHECK
    assert abs(off(shares["small"], 0.1)) < SINGLE_CHECK
    assert [row.cells[0] for row in table.rows] == ["large", "small"]

    rank = D("0.5")
    together = Correlations(names=["small", "large"], matrix=[[D(1), rank], [rank, D(1)]])
    joined, _ = variance_shares(plain(risks=risks, correlations=together), 50_000)
    pearson = 2 * np.sin(np.pi / 12)
    cross = pearson * 100 * 300
    assert abs(off(joined["small"], (100**2 + cross) / (100**2 + 300**2 + 2 * cross))) < SINGLE_CHECK


@given(st.lists(st.integers(-500, 500), min_size=1, max_size=5), st.integers(0, 99), st.integers(-9, 9))
def test_shares_add_to_one(impacts: list[int], seed: int, rho: int) -> None:
    """Whatever the risks and their correlations, a credit among them."""
    risks = [normal(f"risk {i}", 0, 50 + abs(impact)) for i, impact in enumerate(impacts)]
    risks += [event("credit", "0.5", -200)]
    pair = [[D(1), D(rho) / 10], [D(rho) / 10, D(1)]]
    bid = plain(risks=risks, correlations=Correlations(names=["risk 0", "credit"], matrix=pair))
    shares, _ = variance_shares(bid, 200, seed)
    assert sum(share.value for share in shares.values()) == pytest.approx(1)


def test_what_never_varies_has_no_share() -> None:
    """A certain loss beside a spread one; and a register in which nothing varies."""
    sure = Risk(name="sure", size=Fixed(value=D(700)))
    shares, _ = variance_shares(plain(risks=[sure, normal("spread", 0, 10)]), 500)
    assert shares["sure"].value == pytest.approx(0)
    assert shares["spread"].value == pytest.approx(1)
    alone, table = variance_shares(plain(risks=[sure]), 500)
    assert alone["sure"].value == 0
    assert len(table.rows) == 1


# ── the stress set ───────────────────────────────────────────────────────────────────────────────


def test_the_stress_set_by_hand() -> None:
    """One stress at a time on a bid small enough to work out: surplus, change and lowest cash."""
    paid = StagedResults(attachment=D(60), stages=[Stage(outcome="settled", price=D(100))])
    wages = Cost(name="Wages", centre=SERVICE, amount=D(6_000), index="pay")
    terms = {
        "outcomes": [Outcome(name="settled", rates=[D("0.6")])],
        "payment": Payment(invoiced="monthly", in_advance=False, days=30),
        "exit": Exit(stranded_cost=D(5_000)),
    }
    bid = plain(cost=6_000, costs=[wages], mechanism=paid, volumes=[D(100)], years=2, terms=terms)
    rows = {row.cells[0]: [int(x) for x in row.cells[1:]] for row in stress(bid).rows}  # type: ignore[arg-type]
    planned = 24_000 - 12_000 - 6_000 * (1 + 1.03)
    assert list(rows) == ["As planned", *(one.name for one in STRESSES)]
    changes = {
        "As planned": 0,
        "Volume 20% below plan": -0.2 * 24_000,
        "Pay and wage floor 3 points above plan each year": -180,
        "Success rate 30% below plan": -0.3 * 12_000,
        "Payment 60 days late": 0,
        "Ended at month 12": -planned - 5_000,
    }
    for name, change in changes.items():
        assert rows[name][:2] == [pytest.approx(planned + change, abs=1), pytest.approx(change, abs=1)]
    # £1,000 a month each way, paid a month late: two months out before the first receipt, £15 a month more
    # in Year 2; two months more when 60 days late
    assert rows["As planned"][2] == pytest.approx(-2_180, abs=1)
    assert rows["Payment 60 days late"][2] == pytest.approx(-4_180, abs=1)
    ended = 0.8 * (6_000 + 0.7 * 6_000) - 12_000 - 5_000
    assert rows["All at once"][0] == pytest.approx(ended, abs=1)


def test_a_stress_that_meets_nothing_changes_nothing() -> None:
    """Volume and success on a block price; no posts; a term of a year that cannot end at month 12."""
    rows = stress(plain(years=1)).rows
    assert {row.cells[2] for row in rows} == {Decimal(0)}


# ── reverse stress ───────────────────────────────────────────────────────────────────────────────


def test_one_normal_in_closed_form() -> None:
    """Reserves of £5,000 and a margin of £1,000 against a loss of £0 ± £3,000: exhausted at two deviations."""
    found = reverse_stress(plain(price=101_000, years=1, reserves=5_000, risks=[normal("loss", 0, 3_000)]))
    assert found.standard_deviations == pytest.approx(2, abs=2e-4)
    assert found.percentile is not None
    assert found.percentile.value == pytest.approx(normal_cdf(2.0), abs=1e-4)


def test_each_risk_moves_on_its_bad_side() -> None:
    """A loss up and a volume down, together: £1,000 d + £30,000 × 0.1 d = £8,000 at two deviations.

    The volume acts on £10 a unit for 1,000 units a year over three years.
    """
    risks = [
        normal("loss", 0, 1_000),
        Risk(name="volume", acts_on="volume", size=Normal(mean=D(1), sd=D("0.1"))),
    ]
    bid = plain(cost=10_000, mechanism=CallOff(price=D(10)), volumes=[D(1000)], reserves=8_000, risks=risks)
    assert reverse_stress(bid).standard_deviations == pytest.approx(2, abs=2e-4)


def test_a_rare_event_counts() -> None:
    """A loss of £9,000 with a chance of 5% exhausts £5,000 where its percentile passes 95%, though P90 is nought."""
    found = reverse_stress(plain(years=1, reserves=5_000, risks=[event("Fire", "0.05", 9_000)]))
    assert found.percentile is not None
    assert found.percentile.value == pytest.approx(0.95, abs=1e-4)


def test_an_early_end_is_bad_early_or_late_as_the_contract_has_it() -> None:
    """A contract that earns is worst ended early; one that loses, never."""
    end = Risk(name="End", acts_on="termination", size=Hazard(probability=D("0.1"), months=[12], term=24))
    stranded = {"exit": Exit(stranded_cost=D(15_000))}
    earning = plain(cost=10_000, price=20_000, years=2, reserves=1, risks=[end], terms=stranded)
    # ended early, £10,000 earned and £15,000 stranded: a chance of 10%, so from the 90th percentile of the bad side
    assert reverse_stress(earning).percentile.value == pytest.approx(0.9, abs=1e-4)  # type: ignore[union-attr]
    losing = plain(cost=10_000, price=9_000, years=2, reserves=1_999, risks=[end])
    assert reverse_stress(losing).standard_deviations == pytest.approx(0, abs=2e-4)


def test_reserves_that_stand_everything_and_reserves_already_gone() -> None:
    """Six deviations do not exhaust the first; the plan's own deficit exhausts the second."""
    bounded = [Risk(name="loss", size=Scenarios(outcomes=[Scenario(value=D(9), probability=D(1))]))]
    rich = reverse_stress(plain(reserves=10, risks=bounded, years=1))
    assert (rich.standard_deviations, rich.percentile) == (None, None)
    gone = reverse_stress(plain(price=90_000, reserves=10_000, risks=bounded))
    assert gone.standard_deviations == 0


def test_reserves_not_stated() -> None:
    """It says what to give."""
    with pytest.raises(InputError, match="free_reserves"):
        reverse_stress(plain())


def test_one_model_serves_them_all() -> None:
    """Given a model made before, the answers are the same."""
    post = Post(name="Worker", salary=D(25_000), time={SERVICE: 100})
    risks = [
        Risk(name="pay", acts_on="index", of="pay", size=Normal(mean=D(0), sd=D("0.02"))),
        Risk(name="event", size=Event(probability=D("0.2"), impact=Uniform(low=D(0), high=D(500)))),
    ]
    bid: Bid = plain(cost=0, price=31_000, posts=[post], reserves=40_000, risks=risks)
    model = Model(bid)
    assert tornado(bid, model) == tornado(bid)
    assert stress(bid, model) == stress(bid)
    assert reverse_stress(bid, model) == reverse_stress(bid)
