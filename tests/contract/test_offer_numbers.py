"""Published and computed figures for what an offer pays: each row of ``numbers.toml`` is one case."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fcr.assumptions import Assumptions, Index
from fcr.bid import Bid
from fcr.cashflow import late_interest, statutory_late_rate
from fcr.contract import (
    Activity,
    BlockPrice,
    Contract,
    CostPlus,
    DecliningAttachment,
    Duration,
    FeePlusOutcomes,
    Indexation,
    Outcome,
    SharePerBand,
    Stage,
    StagedResults,
    TargetCost,
    UnitPrice,
)
from fcr.contract.mechanisms import gather
from fcr.errors import InputError, RateNotFound
from fcr.income import discount_factors, income, level_price, price_index
from fcr.lines import Cost
from fcr.money import round_half_up
from fcr.organisation import Organisation, Service
from fcr.periods import Calendar
from fcr.pricing import price
from fcr.rates import RateBook, rate
from fcr.redundancy import redundancy_weeks, statutory_redundancy

NUMBERS = tomllib.loads((Path(__file__).parent / "numbers.toml").read_text(encoding="utf-8"), parse_float=Decimal)

START = date(2026, 4, 1)


def every(section: str) -> pytest.MarkDecorator:
    """One case for each row of a section."""
    rows = [pytest.param(row, id=f"{row['tag']}: {row['source']}") for row in NUMBERS[section]]
    return pytest.mark.parametrize("case", rows)


def printed(exact: Any, figure: str) -> Decimal:
    """An unrounded figure to as many decimals as the printed one has, half up."""
    return round_half_up(float(exact), -int(Decimal(figure).as_tuple().exponent))


def same(exact: Any, figure: str) -> bool:
    """Whether a figure is the printed one at its precision."""
    return printed(exact, figure) == Decimal(figure)


def offered(
    mechanism: Any, *, cost: Decimal | int = 0, rise: Decimal | None = None, years: int = 1, **terms: Any
) -> Bid:
    """A bid for one service that costs so much in its first year, rising each anniversary, with an offer."""
    indices = {} if rise is None else {"costs": Index(rises=dict.fromkeys(range(2027, 2037), rise))}
    return Bid(
        organisation=Organisation(
            name="Example",
            services=[Service(name="Advice", volume=Decimal(1))],
            costs=[Cost(name="All", centre="Advice", amount=Decimal(cost), index="costs" if indices else "fixed")],
        ),
        service="Advice",
        start=START,
        years=years,
        assumptions=Assumptions(indices={**indices, **terms.pop("indices", {})}),
        contract=Contract(mechanism=mechanism, **terms),
    )


# ── payment by results ───────────────────────────────────────────────────────────────────────────


def work_programme(prices: Sequence[int], rate_: Decimal | int) -> float:
    """The income of a start, where every outcome is sustained in full."""
    attachment, job, sustained = prices
    scheme = StagedResults(
        attachment=Decimal(attachment),
        stages=[Stage(outcome="job", price=Decimal(job)), Stage(outcome="sustained", price=Decimal(sustained))],
    )
    outcomes = [Outcome(name=name, rates=[Decimal(rate_)]) for name in ("job", "sustained")]
    (one_start,) = income(offered(scheme, outcomes=outcomes)).exact.total.reshape(1, 12).sum(axis=-1)
    return float(one_start)


@every("work_programme")
def test_staged_results_pay_what_was_published(case: dict[str, Any]) -> None:
    earned = work_programme(case["prices"], case["rate"])
    assert same(earned, case["per_start"])
    if "short_of_bid" in case:
        (bid,) = [c for c in NUMBERS["work_programme"] if c["source"].endswith("at the rate bidders offered")]
        assert same(1 - earned / work_programme(bid["prices"], bid["rate"]), case["short_of_bid"])


@every("declining_attachment")
def test_declining_attachment(case: dict[str, Any]) -> None:
    """What a family attached brings each year, and what its success adds."""
    over, under = case.get("payable", (1, 1))
    scheme = DecliningAttachment(
        payment=case["payment"],
        attached=case["attached"],
        outcome="turned round",
        payable=round(Decimal(over) / under, 20),
    )
    family, nobody = np.full(36, 1 / 12), np.zeros(36)
    attached = gather(scheme.income(Activity(family, {"turned round": nobody})))
    success = gather(scheme.income(Activity(nobody, {"turned round": family})))
    assert [str(round_half_up(x, 2)) for x in attached.tolist()] == [f"{Decimal(x):.2f}" for x in case["on_attachment"]]
    assert [str(round_half_up(x, 2)) for x in success.tolist()] == [f"{Decimal(x):.2f}" for x in case["on_success"]]


@every("service_fee")
def test_service_fee(case: dict[str, Any]) -> None:
    """The fee is 30% of the contract's value over its months, of which at most 60 are paid."""
    scheme = FeePlusOutcomes(value=case["value"], fee_share=Decimal("0.3"), outcome="job", price=Decimal(0))
    months = 12 * case["years"]
    paid = scheme.income(Activity(np.ones(months), {"job": np.ones(months)}))
    assert [printed(x, case["monthly"]) for x in paid[: case["months_paid"]]] == [Decimal(case["monthly"])] * case[
        "months_paid"
    ]
    assert not paid[case["months_paid"] :].any()


# ── cost ─────────────────────────────────────────────────────────────────────────────────────────


@every("target_cost")
def test_target_cost(case: dict[str, Any]) -> None:
    """What the provider gains or loses at each cost, and so what it is paid over it."""
    bands = [SharePerBand(up_to=band[0] if len(band) > 1 else None, share=band[-1]) for band in case["bands"]]
    mechanism = TargetCost(target=Decimal(100), bands=bands)
    for cost, gain in case["gains"].items():
        months = np.full(12, float(cost) / 12)
        assert same(mechanism.gain(np.array(float(cost))), gain), cost
        assert same(mechanism.income(Activity(np.zeros(12), costs=months)).sum() - float(cost), gain), cost


@every("cost_plus")
def test_profit_rate(case: dict[str, Any]) -> None:
    base, moved = case["fee_rate"]
    paid = income(offered(CostPlus(fee_rate=base * moved), cost=100))
    assert paid.term - 100 == Decimal(case["fee_on_100"])


# ── indexation ───────────────────────────────────────────────────────────────────────────────────


def basket_rise(case: dict[str, Any]) -> float:
    """What a price with this basket rises by at its first anniversary."""
    factors = {name: np.repeat([1, 1 + float(rise)], 12) for name, rise in case["rises"].items()}
    index = price_index(Indexation(basket=case["basket"]), factors, Calendar.of_years(START, 2))
    assert index[11] == 1
    return float(index[12]) - 1


@every("basket")
def test_basket(case: dict[str, Any]) -> None:
    assert same(basket_rise(case), case["rise"])


def test_the_real_living_wage_rose_as_the_basket_says() -> None:
    """£10.90 to £12.00 is 10.09%, which the published basket rounds to 10.1%."""
    before, after = (rate("real_living_wage.uk", date(year, 12, 1)).value for year in (2022, 2023))
    assert isinstance(before, Decimal)
    assert isinstance(after, Decimal)
    assert (before, after) == (Decimal("10.90"), Decimal("12.00"))
    assert same(after / before - 1, "0.1009")


@every("wedge")
def test_indexation_wedge(case: dict[str, Any]) -> None:
    """Surplus each year: the price at its own index less the cost at its basket's, each through the whole engine."""
    (basket,) = [c for c in NUMBERS["basket"] if c["rise"] == "0.0525"]
    years = case["years"]
    bid = offered(
        BlockPrice(prices=[Decimal(300_000)] * years),
        cost=288_000,
        rise=Decimal(repr(round(basket_rise(basket), 12))),
        years=years,
        duration=Duration(indexation=Indexation(basket={"uplift": 100})),
        indices={"uplift": Index(rises=dict.fromkeys(range(2027, 2037), case["price_rise"]))},
    )
    surplus = gather(income(bid).exact.total - price(bid).profile.exact.total)
    assert [printed(x, "0.00") for x in surplus[: len(case["surpluses"])]] == [Decimal(x) for x in case["surpluses"]]
    assert same(surplus.sum(), case["cumulative"])


@every("level_price")
def test_level_price(case: dict[str, Any]) -> None:
    """The level price breaks even in present value: what it brings is worth what the costs are."""
    costs = float(case["first_cost"]) * (1 + float(case["rise"])) ** np.arange(case["years"])
    level = level_price(costs, float(case["discount"]))
    assert same(level, case["level"])
    assert (level - costs) @ discount_factors(float(case["discount"]), case["years"]) == pytest.approx(0, abs=1e-6)


@every("discount_factors")
def test_discount_factors(case: dict[str, Any]) -> None:
    bands = rate("green_book.discount_rate", START).value
    assert isinstance(bands, Mapping)
    found = discount_factors(float(bands["0-30"]), len(case["factors"]))
    assert [printed(x, "0.000000") for x in found] == [Decimal(x) for x in case["factors"]]


@every("real_terms")
def test_an_uplift_below_inflation_is_a_cut(case: dict[str, Any]) -> None:
    factors = {name: np.repeat([1, 1 + float(case[name])], 12) for name in ("uplift", "inflation")}
    term = Calendar.of_years(START, 2)
    uplift, prices = (price_index(Indexation(basket={name: 100}), factors, term)[-1] for name in factors)
    assert same(uplift / prices - 1, case["real"])


# ── what is paid against what it costs ───────────────────────────────────────────────────────────


@every("against_cost")
def test_paid_against_cost(case: dict[str, Any]) -> None:
    """A unit's price against its cost, through the whole engine; and what would mend it."""
    bid = offered(UnitPrice(price=case["unit_price"]), cost=case["unit_cost"])
    paid, cost = income(bid).term, price(bid).profile.term
    assert same(paid / cost - 1, case["gap"])
    if "price_must_rise" in case:
        assert same(cost / paid - 1, case["price_must_rise"])
        mended = bid.replace(contract=Contract(mechanism=UnitPrice(price=case["unit_price"] * (cost / paid))))
        assert income(mended).term == cost


# ── late payment and redundancy ──────────────────────────────────────────────────────────────────


@every("late_interest")
def test_late_interest(case: dict[str, Any]) -> None:
    assert late_interest(Decimal(case["debt"]), case["days"], case["rate"]) == Decimal(case["interest"])


def test_the_rate_of_late_interest_holds_for_a_half_year() -> None:
    """8% over Bank Rate on the last day of June or December before."""
    days = (date(2023, 6, 30), date(2023, 7, 1), date(2023, 12, 31), date(2024, 1, 1))
    assert [statutory_late_rate(day) for day in days] == [Decimal(x) for x in ("0.115", "0.13", "0.13", "0.1325")]
    with pytest.raises(RateNotFound):
        statutory_late_rate(date(2027, 1, 1))
    assert statutory_late_rate(date(2027, 1, 1), RateBook(hold=True)) == Decimal("0.1175")


@every("redundancy")
def test_redundancy(case: dict[str, Any]) -> None:
    assert redundancy_weeks(case["age"], case["years"], case["on"]) == Decimal(case["weeks"])
    pay = statutory_redundancy(Decimal(case["weekly_pay"]), age=case["age"], years=case["years"], on=case["on"])
    assert pay == Decimal(case["pay"])


def test_redundancy_in_northern_ireland_has_its_own_cap() -> None:
    most = statutory_redundancy(Decimal(900), age=64, years=20, on=date(2026, 4, 6), nation="Northern Ireland")
    assert most == 30 * 783


def test_redundancy_beyond_what_is_known_needs_an_assumption() -> None:
    when = date(2027, 4, 6)
    with pytest.raises(RateNotFound):
        statutory_redundancy(Decimal(900), age=55, years=8, on=when)
    book = RateBook({"redundancy.weekly_pay_cap_gb": {when: Decimal(775)}})
    assert statutory_redundancy(Decimal(900), age=55, years=8, on=when, book=book) == 12 * 775


@pytest.mark.parametrize(("age", "years"), [(20, 21), (30, -1)])
def test_service_longer_than_life_is_refused(age: int, years: int) -> None:
    with pytest.raises(InputError, match=f"{years} years of service at age {age}"):
        redundancy_weeks(age, years, date(2026, 4, 6))
