"""Published and computed numbers of risk: each row of ``numbers-risk.toml`` is one case."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_bids import SERVICE, SINGLE_CHECK, off, plain

from fcr.contract import Exit
from fcr.distributions import Event, Hazard, Scenario, Scenarios, ThreePoint
from fcr.lines import Cost
from fcr.risk.balance import balance
from fcr.risk.model import Model, Moves
from fcr.risk.premium import expected_stranded, optimism_bias, profit_rate
from fcr.risk.sensitivity import switching_value, tornado
from fcr.risks import Risk

D = Decimal
THOUSAND = 1000

NUMBERS = tomllib.loads((Path(__file__).parent / "numbers-risk.toml").read_text(encoding="utf-8"), parse_float=Decimal)


def every(section: str) -> pytest.MarkDecorator:
    """One case for each row of a section."""
    return pytest.mark.parametrize("case", NUMBERS[section], ids=lambda case: case["title"])


def close(found: float, written: str) -> bool:
    """Whether a figure is the written one, to the digits it is written with."""
    return abs(found - float(written)) <= 0.5 * 10.0 ** -len(written.partition(".")[2]) * (1 + 1e-9)


@every("tornado")
def test_the_order_of_a_tornado(case: dict[str, Any]) -> None:
    """Each input as a loss that is nought at P10 and the printed change at P90: bars in the published order."""
    base = D(case["base"]) * THOUSAND
    risks = []
    for name, moved in case["moved"].items():
        half = [Scenario(value=value, probability=D("0.5")) for value in (D(0), base - D(moved) * THOUSAND)]
        risks.append(Risk(name=name, size=Scenarios(outcomes=half)))
    cost, price = (100_000, int(100_000 + base)) if base > 0 else (int(100_000 - base), 100_000)
    found = tornado(plain(cost=cost, price=price, years=1, risks=risks))
    bars, table = found.bars, found.table()
    assert [bar.risk.name for bar in bars] == case["published_order"]
    assert all(close(bar.swing / THOUSAND, swing) for bar, swing in zip(bars, case["computed_swings"], strict=True))
    for bar in bars:
        ends = sorted((bar.at_low / THOUSAND, bar.at_high / THOUSAND))
        assert ends == pytest.approx(sorted((float(case["base"]), float(case["moved"][bar.risk.name]))))
    assert [row.cells[0] for row in table.rows] == case["published_order"]


@every("switching")
def test_switching_value(case: dict[str, Any]) -> None:
    """Where the straight line is nought."""
    (low, at_low), (high, at_high) = ((float(x), float(y)) for x, y in case["points"])
    found = switching_value(low, at_low, high, at_high)
    assert found is not None
    assert close(found, case["computed"])


@every("optimism")
def test_weighted_upper_bounds(case: dict[str, Any]) -> None:
    """The uplift of a mixed project, none of it managed yet: the weighted sum."""
    pairs = zip(case["weights"], case["upper"], strict=True)
    assert sum(optimism_bias(D(upper), D(0)) * D(weight) for weight, upper in pairs) == D(case["published"])


@every("managed")
def test_optimism_left_after_managing(case: dict[str, Any]) -> None:
    """What is managed comes off the uplift, and managing it costs."""
    uplift = optimism_bias(D(case["upper"]), D(case["managed"]))
    assert uplift == D(case["computed_uplift"])
    cost = D(case["base"]) * (1 + uplift)
    assert round(cost) == D(case["published_cost"])
    assert round(cost + D(case["management"])) == D(case["published_total"])


@every("stranded")
def test_an_early_end_by_formula_and_by_the_model(case: dict[str, Any]) -> None:
    """The expected stranded cost in closed form, and what the model makes of the same contract in each month.

    Set-up is paid back by the price month by month, so a contract that breaks even loses exactly what is stranded.
    """
    set_up, exit_cost = D(case["set_up"]), D(case["exit_cost"])
    end = Hazard(probability=D(case["probability"]), months=case["months"], term=case["term"])
    assert close(end.early, case["computed_early"])
    assert close(expected_stranded(end, set_up, exit_cost), case["computed"])

    setting_up = Cost(name="Set-up", centre=SERVICE, amount=set_up, phase="start-up", index="fixed")
    price = int(100_000 + set_up / 3)
    risk = Risk(name="Early termination or non-renewal", acts_on="termination", size=end)
    bid = plain(costs=[setting_up], price=price, risks=[risk], terms={"exit": Exit(stranded_cost=exit_cost)})
    surplus = Model(bid).outturn(Moves(3, end=np.array(list(end.chances), dtype=float))).surplus.sum(axis=1)
    assert -surplus @ np.array(list(end.chances.values())) == pytest.approx(float(case["computed"]))
    carried = balance(bid, 40_000).parts[0].carried
    assert abs(off(carried, float(case["computed"]))) < SINGLE_CHECK


@every("profit_rate")
def test_profit_rate(case: dict[str, Any]) -> None:
    """The baseline and the ends of the cost-risk adjustment."""
    expected = D(case.get("published") or case["computed"])
    assert profit_rate(D(case["adjustment"])) * 100 == expected


@every("scenarios")
def test_scenarios_as_a_risk(case: dict[str, Any]) -> None:
    """Exactly from the distribution, and by the draws of a bid that carries it, within their error."""
    rows = list(zip(case["values"], case["chances"], strict=True))
    assert [D(v) * D(c) for v, c in rows] == [D(w) for w in case["published_weighted"]]
    size = Scenarios(outcomes=[Scenario(value=D(v), probability=D(c)) for v, c in rows])
    assert close(size.mean, case["published_mean"])
    assert close(size.sd, case["computed_sd"])
    loss = balance(plain(risks=[Risk(name="Overrun", size=size)]), 50_000).loss
    assert abs(off(loss.mean, float(case["published_mean"]))) < SINGLE_CHECK
    for level, quantile in case["computed_quantiles"].items():
        assert size.quantile(float(level)) == float(quantile)
        assert loss.quantile(float(level)).value == pytest.approx(float(quantile))
    for level, shortfall in case["computed_shortfalls"].items():
        assert close(size.expected_shortfall(float(level)), shortfall)
        found = loss.shortfall_above(float(level))
        assert abs(found.value - float(shortfall)) <= SINGLE_CHECK * found.error + 1e-9


@every("three_point")
def test_a_three_point_risk(case: dict[str, Any]) -> None:
    """The mean when it happens, the expected value with its probability, and the expected loss of a bid."""
    p10, mode, p90 = (D(x) for x in case["points"])
    impact = ThreePoint(p10=p10, mode=mode, p90=p90)
    size = Event(probability=D(case["probability"]), impact=impact)
    assert close(impact.mean, case["computed_mean"])
    assert close(size.mean, case["computed_expected"])
    carried = balance(plain(risks=[Risk(name="Premium", size=size)]), 40_000).parts[0].carried
    assert abs(off(carried, size.mean)) < SINGLE_CHECK
