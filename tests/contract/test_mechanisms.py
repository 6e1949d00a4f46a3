"""What each mechanism pays month by month, against cases worked by hand in ``mechanisms.toml``."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from fcr.contract import Activity, AllOrNothing, BlockPrice, Contract, CostPlus, Grant, Mechanism, TargetCost
from fcr.contract.mechanisms import AnyMechanism, Floats, Hybrid, Simple, gather

CASES = tomllib.loads((Path(__file__).parent / "mechanisms.toml").read_text(encoding="utf-8"), parse_float=Decimal)
KINDS = {model.model_fields["kind"].default: model for model in (*get_args(Simple), Hybrid)}

every_case = pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES["case"]])


def contract(case: dict[str, Any]) -> Contract:
    """The case's mechanism in an offer that defines its outcomes."""
    outcomes = [{"name": name, "rates": [1]} for name in case.get("outcomes", {})]
    form = "grant" if case["mechanism"]["kind"] == "grant" else "contract"
    return Contract.from_dict({"mechanism": case["mechanism"], "outcomes": outcomes, "form": form})


def by_month(figures: list[Any]) -> Floats:
    """Figures for months as they are, for years spread evenly."""
    values = np.array([float(x) for x in figures])
    return values if len(values) >= 12 else np.repeat(values, 12) / 12


def happening(case: dict[str, Any]) -> Activity:
    """What happens in a case; no units where it states none."""
    outcomes = {name: by_month(figures) for name, figures in case.get("outcomes", {}).items()}
    costs = by_month(case["costs"]) if "costs" in case else None
    units = by_month(case["units"]) if "units" in case else np.zeros(12 * len(case["years"]))
    return Activity(units, outcomes, costs)


@every_case
def test_income_month_by_month(case: dict[str, Any]) -> None:
    paid = contract(case).mechanism.income(happening(case))
    months = [float(pounds) for count, pounds in case["months"] for _ in range(count)]
    assert paid.tolist() == pytest.approx(months, abs=1e-6)
    assert gather(paid).tolist() == pytest.approx([float(x) for x in case["years"]], abs=1e-6)


@every_case
def test_round_trip(case: dict[str, Any]) -> None:
    """Each mechanism is the same after a journey through JSON, told apart by its kind."""
    first = contract(case)
    again = Contract.from_json(first.to_json())
    assert again == first
    assert type(again.mechanism) is KINDS[case["mechanism"]["kind"]]


def test_every_kind_is_worked_by_hand() -> None:
    assert {case["mechanism"]["kind"] for case in CASES["case"]} == set(KINDS)
    assert set(get_args(get_args(AnyMechanism)[0])) == set(KINDS.values())


PAID_FOR = {
    "block": set(),
    "unit price": {"volume"},
    "cost and volume": {"volume"},
    "standing charge": {"volume"},
    "capped activity": {"volume"},
    "call-off": {"volume"},
    "cost plus": {"cost"},
    "target cost": {"cost"},
    "results, all or nothing": {"volume", "outcomes"},
    "results, by tiers": {"volume", "outcomes"},
    "payment by results": {"volume", "outcomes"},
    "fee plus outcomes": {"outcomes"},
    "declining attachment": {"volume", "outcomes"},
    "grant": {"cost"},
    "outcomes fund": {"outcomes"},
    "personal budgets": {"volume"},
    "hybrid": {"volume", "outcomes"},
}


@every_case
def test_what_a_mechanism_says_of_itself(case: dict[str, Any]) -> None:
    """What it pays for, by which outcomes, and for how many years it states figures."""
    mechanism = contract(case).mechanism
    assert mechanism.pays_for_all == PAID_FOR[mechanism.kind]
    assert mechanism.outcome_names == set(case.get("outcomes", {}))
    yearly = mechanism.kind in {"block", "grant", "outcomes fund", "hybrid"}
    assert mechanism.years_stated == ({len(case["years"])} if yearly else set())


def test_moving_parts_are_the_figures_that_decide() -> None:
    found = {case["name"].split(":")[0]: contract(case).mechanism.moving_parts for case in CASES["case"]}
    assert found["personal budgets"] == 3
    assert found["fee plus outcomes"] == 4  # value, share, most months and price; no trigger in that case
    assert found["hybrid"] == 7  # two weights, two prices; a target, its payment and an attachment of nought
    assert found["target cost"] == 6
    tiered = next(c for c in CASES["case"] if "tiers reached" in c["name"])
    assert contract(tiered).mechanism.moving_parts == 5


@pytest.mark.parametrize("duty", [True, False])
def test_a_duty_to_serve_beyond_the_cap(duty: bool) -> None:
    """Only capped activity may oblige to serve unpaid; a hybrid does when a part does."""
    capped = {"kind": "capped activity", "price": 50, "cap": 90, "duty_to_serve": duty}
    parts = [
        {"weight": "0.5", "mechanism": capped},
        {"weight": "0.5", "mechanism": {"kind": "call-off", "price": 50}},
    ]
    for mechanism in (capped, {"kind": "hybrid", "parts": parts}):
        assert Contract.from_dict({"mechanism": mechanism}).mechanism.must_serve is duty
    assert not contract(CASES["case"][0]).mechanism.must_serve


@pytest.mark.parametrize(
    "mechanism",
    [CostPlus(), TargetCost.from_dict({"target": 1, "bands": [{"share": 1}]})],
    ids=lambda mechanism: mechanism.kind,
)
def test_a_mechanism_that_pays_by_cost_needs_the_costs(mechanism: Mechanism) -> None:
    with pytest.raises(ValueError, match="pays by cost needs the costs"):
        mechanism.income(Activity(np.zeros(12)))


def test_only_what_varies_need_have_draws() -> None:
    """Units, outcomes and costs may each vary over draws or be the same in all, as the risks move them."""
    three = np.array([[0.0], [10.0], [20.0]]) * np.ones(12)
    grant = Grant(amounts=[Decimal(120)])
    assert gather(grant.income(Activity(three, costs=np.full(12, 5.0)))).ravel().tolist() == [60, 60, 60]
    assert gather(grant.income(Activity(np.zeros(12), costs=three))).ravel().tolist() == [0, 120, 120]
    results = AllOrNothing(attachment=Decimal(1), outcome="job", target=Decimal(60), payment=Decimal(500))
    one = {"job": np.full(12, 5.0)}
    assert gather(results.income(Activity(three, one))).ravel().tolist() == [500, 620, 740]
    assert gather(results.income(Activity(np.zeros(12), {"job": three}))).ravel().tolist() == [0, 500, 500]
    block = BlockPrice(prices=[Decimal(12)])
    assert block.income(Activity(three)).shape == (3, 12)
