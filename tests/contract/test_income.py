"""The steps from what a mechanism pays to what the offer pays, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from fcr.bid import Bid
from fcr.contract import Indexation
from fcr.contract.mechanisms import gather
from fcr.errors import InputError
from fcr.income import activity, income, income_steps, planned_units, price_index
from fcr.periods import Calendar

UNIT_PRICE = {"kind": "unit price", "price": 10}


def offered(mechanism: dict[str, Any], *, start: str = "2026-04-01", volumes: Any = 1200, **terms: Any) -> Bid:
    """A three-year bid at £1,000 a month for one service, with an offer."""
    indices = {name: {"rises": {str(y): rise for y in range(2026, 2031)}} for name, rise in RISES.items()}
    return Bid.from_dict(
        {
            "organisation": {
                "name": "Example",
                "base_year": "2026-04-01",
                "services": [{"name": "Advice"}],
                "costs": [{"name": "All", "centre": "Advice", "amount": 12000, "index": "fixed"}],
            },
            "service": "Advice",
            "start": start,
            "years": 3,
            "volumes": volumes if isinstance(volumes, list) else [volumes],
            "assumptions": {"indices": indices},
            "contract": {"mechanism": mechanism, **terms},
        }
    )


RISES = {"pay": Decimal("0.04"), "CPI": Decimal("0.02")}


def years(bid: Bid) -> list[Decimal]:
    return [x.normalize() + 0 for x in income(bid).years]


def test_nothing_stated_changes_nothing() -> None:
    """Without terms the offer pays what the mechanism pays, and says what was not counted."""
    earned = income(offered(UNIT_PRICE))
    assert list(earned.years) == [12000, 12000, 12000]
    assert earned.term == 36000
    notes = earned.table().notes
    assert notes[0] == "Mechanism: unit price, with 1 figure that decides the payment."
    assert {"Indexation is not stated, so none is counted.", "Deductions are not stated, so none are counted."} <= {
        *notes
    }
    said = offered(UNIT_PRICE, duration={"indexation": "none"}, protections={"deductions": "none"})
    assert len(income(said).table().notes) == 1
    assert income(said).years == earned.years


def test_every_step_in_its_order() -> None:
    """Mechanism → guarantee → efficiency cut → indexation → deductions, each on what came before."""
    bid = offered(
        UNIT_PRICE,
        volumes=[1200, 600, 1200],
        duration={"efficiency": "0.01", "indexation": {"basket": {"pay": 75, "CPI": 25}, "month": "anniversary"}},
        protections={"deductions": {"expected": "0.02", "cap": "0.05"}, "volume_guarantee": "0.9"},
    )
    table = income(bid).table()
    rows = {row.cells[0]: row.cells[1:4] for row in table.rows}
    # the guarantee is a share of what was planned, so the plan itself never needs it
    assert "Volume guarantee" not in rows
    assert rows["What the mechanism pays"] == (12000, 6000, 12000)
    assert rows["Efficiency cut"] == (0, -60, Decimal("-238.80"))  # 1%, then 1% of what is left
    # 5,940.00 × 3.5%; 11,761.20 × (1.035² − 1)
    assert rows["Indexation"] == (0, Decimal("207.90"), Decimal("837.69"))
    assert rows["Expected deductions"] == (-240, Decimal("-122.96"), Decimal("-251.98"))
    assert rows["Income"] == (11760, Decimal("6024.94"), Decimal("12346.91"))


def test_the_guarantee_is_made_up_at_each_years_end() -> None:
    """Half the planned units: nine tenths of the planned income, the rest in the twelfth month."""
    bid = offered(UNIT_PRICE, protections={"volume_guarantee": "0.9"})
    assert bid.contract is not None
    planned = activity(bid.contract, np.array([1200.0, 1200, 1200]), None)
    done = activity(bid.contract, np.array([600.0, 1200, 1080]), None)
    steps = income_steps(bid.contract, done, planned, {}, bid.term)
    assert steps.guarantee.tolist() == pytest.approx([0.0] * 11 + [4800.0] + [0.0] * 24)
    assert gather(steps.total).tolist() == pytest.approx([10800, 12000, 10800])


def test_a_guarantee_is_of_what_the_plan_would_be_paid() -> None:
    """Planned units beyond the cap on volume are paid by nobody, so no guarantee is a share of them."""
    capped = {"volume_cap": 500}
    alone, both = (offered(UNIT_PRICE, protections=terms) for terms in (capped, {**capped, "volume_guarantee": "0.9"}))
    assert years(alone) == years(both) == [5000, 5000, 5000]


def test_the_cap_on_volume_is_reached_in_its_month() -> None:
    earned = income(offered(UNIT_PRICE, protections={"volume_cap": 450}))
    assert earned.exact.mechanism[:12].tolist() == pytest.approx([1000] * 4 + [500] + [0] * 7)
    assert list(earned.years) == [4500, 4500, 4500]


def test_outcomes_of_units_beyond_the_cap_are_not_paid() -> None:
    """Nothing is paid beyond the cap on volume: neither a start there nor what comes of it two months later."""
    scheme = {"kind": "payment by results", "attachment": 10, "stages": [{"outcome": "job", "price": 100}]}
    outcomes = [{"name": "job", "rates": ["0.5"], "lag_months": 2}]
    earned = income(offered(scheme, outcomes=outcomes, protections={"volume_cap": 450})).exact.mechanism
    starts = [1000.0] * 4 + [500.0] + [0.0] * 7
    jobs = [5000.0] * 4 + [2500.0] + [0.0] * 7
    assert earned[:12].tolist() == pytest.approx([s + j for s, j in zip(starts, [0, 0, *jobs], strict=False)])
    # the jobs of the third year's last two months would come after the term
    assert earned[24:].tolist() == pytest.approx([s + j for s, j in zip(starts, [0, 0, *jobs], strict=False)])


def test_an_outcome_takes_its_time_and_never_passes_everyone() -> None:
    """Rates by the year of start, the last holding; moved by what acts on one and on all, but never over one."""
    scheme = {"kind": "payment by results", "stages": [{"outcome": "job", "price": 1}]}
    outcomes = [{"name": "job", "rates": ["0.2", "0.4"], "lag_months": 13}, {"name": "other"}]
    bid = offered(scheme, outcomes=outcomes)
    assert bid.contract is not None
    done = activity(bid.contract, planned_units(bid), None)
    assert set(done.outcomes) == {"job"}
    assert done.outcomes["job"].tolist() == pytest.approx([0] * 13 + [20] * 12 + [40] * 11)
    moved = activity(bid.contract, planned_units(bid), None, {"job": np.array([1.0, 4.0]), "": np.array([0.5, 1.0])})
    assert moved.outcomes["job"][:, 13].tolist() == pytest.approx([10, 80])
    assert moved.outcomes["job"][:, 25].tolist() == pytest.approx([20, 100])
    late = offered(scheme, outcomes=[{"name": "job", "rates": [1], "lag_months": 40}])
    assert years(late) == [0, 0, 0]


@pytest.mark.parametrize(
    ("basket", "limits", "rises"),
    [
        ({"pay": 100}, {}, [1, 1.04, 1.04**2]),
        ({"pay": 50, "CPI": 50}, {}, [1, 1.03, 1.03**2]),
        ({"pay": 50, "fixed": 50}, {}, [1, 1.02, 1.02**2]),
        ({"fixed": 100}, {}, [1, 1, 1]),
        ({"pay": 100}, {"cap": "0.025"}, [1, 1.025, 1.025**2]),
        ({"CPI": 100}, {"collar": "0.03"}, [1, 1.03, 1.03**2]),
        ({"CPI": 100}, {"collar": "0.01", "cap": "0.05"}, [1, 1.02, 1.02**2]),
        ({"fixed": 100}, {"collar": "0.01"}, [1, 1.01, 1.01**2]),
    ],
)
def test_indexation_by_basket_cap_and_collar(
    basket: dict[str, int], limits: dict[str, str], rises: list[float]
) -> None:
    bid = offered(UNIT_PRICE, duration={"indexation": {"basket": basket, **limits}})
    steps = income(bid).exact
    assert gather(steps.total).tolist() == pytest.approx([12000 * x for x in rises])


def test_a_price_may_rise_in_april_in_a_contract_from_october() -> None:
    """Six months at the first price; each April brings the index's rise since the last."""
    bid = offered(UNIT_PRICE, start="2026-10-01", duration={"indexation": {"basket": {"pay": 100}, "month": 4}})
    index = income(bid).exact.total / 1000
    assert index.tolist() == pytest.approx([1] * 6 + [1.04] * 12 + [1.04**2] * 12 + [1.04**3] * 6)


def test_a_price_rises_once_by_an_index_that_moved_twice_since() -> None:
    """A rise each six months in the index, one a year in the price: nothing is lost between."""
    term = Calendar.of_years(date(2026, 4, 1), 2)
    factor = np.repeat([1.0, 1.1, 1.21, 1.21], 6)
    index = price_index(Indexation(basket={"pay": Decimal(100)}, month="anniversary"), {"pay": factor}, term)
    assert index.tolist() == pytest.approx([1] * 12 + [1.21] * 12)


def test_an_index_that_falls_takes_the_price_down_unless_there_is_a_collar() -> None:
    term = Calendar.of_years(date(2026, 4, 1), 2)
    factors = {"pay": np.repeat([1.0, 0.9], 12)}
    free, collared = (
        price_index(Indexation(basket={"pay": Decimal(100)}, month="anniversary", collar=collar), factors, term)
        for collar in (None, Decimal(0))
    )
    assert (free[12], collared[12]) == (pytest.approx(0.9), 1)


def test_cost_plus_is_paid_on_the_planned_cost() -> None:
    earned = income(offered({"kind": "cost plus", "fee_rate": "0.1"}))
    assert list(earned.years) == [13200, 13200, 13200]
    given = income(offered({"kind": "cost plus", "fee_rate": "0.1"}), costs=np.full(36, 2000.0))
    assert list(given.years) == [26400, 26400, 26400]


def test_the_volume_is_the_bids_or_the_services_own_or_nought() -> None:
    assert planned_units(offered(UNIT_PRICE, volumes=[1, 2, 3])).tolist() == [1, 2, 3]
    silent = offered({"kind": "block", "prices": [1, 1, 1]}, volumes=[])
    assert planned_units(silent).tolist() == [0, 0, 0]
    own = silent.replace(
        organisation=silent.organisation.replace(
            services=[silent.organisation.services[0].replace(volume=Decimal(7))],
        )
    )
    assert planned_units(own).tolist() == [7, 7, 7]


def test_what_the_offer_says_of_itself() -> None:
    earned = income(offered(UNIT_PRICE))
    said = earned.to_dict()
    assert said["income"] == ["12000.00"] * 3
    assert said["term"] == "36000.00"
    assert said["table"] == earned.table().to_dict()
    assert str(earned) == earned.table().text()


def test_a_bid_without_an_offer_pays_nothing_to_speak_of() -> None:
    bid = offered(UNIT_PRICE).replace(contract=None)
    with pytest.raises(InputError, match="the bid states no offer"):
        income(bid)
