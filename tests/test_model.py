"""The model of a provider and its bid: defaults a newcomer would expect, and rules between fields."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import fcr
from fcr.bid import schema
from fcr.organisation import BUILT_IN_DRIVERS

DEMO = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"


def cost(**fields: Any) -> fcr.Cost:
    return fcr.Cost(**{"name": "Rent", "centre": "Visits", "amount": Decimal(120), **fields})


def organisation(**fields: Any) -> fcr.Organisation:
    return fcr.Organisation(**{"name": "x", "services": [fcr.Service(name="Visits")], "costs": [cost()], **fields})


def bid(**fields: Any) -> fcr.Bid:
    usual = {"organisation": organisation(), "service": "Visits", "start": date(2026, 4, 1), "years": 2}
    return fcr.Bid(**{**usual, **fields})


def codes(make: Any, **fields: Any) -> list[str]:
    """The codes of the problems of what cannot be made."""
    with pytest.raises(fcr.InputError) as caught:
        make(**fields)
    return [p.code for p in caught.value.problems]


# ── defaults ─────────────────────────────────────────────────────────────────────────────────────


def test_what_can_be_left_out() -> None:
    """Three years from the bid's start, step-down, nothing added, this tax year's prices."""
    made = fcr.Bid(organisation=organisation(), service="Visits", start=date(2026, 4, 1))
    assert (made.years, made.method, made.surplus_basis) == (3, "step-down", None)
    assert not any((made.surplus, made.contingency, made.reserves_rate, made.reserves_amount))
    assert (made.vat, made.contract, made.yearly_volumes) == (None, None, None)
    assert made.organisation.base_year == date(2026, 4, 1)
    assert made.organisation.employment_allowance == "not claimed"


def test_the_usual_pools_are_one_call_away() -> None:
    """Four pools in their usual order, each with the driver asked for."""
    pools = fcr.CostPool.usual(premises="floor area")
    assert [(p.name, p.driver) for p in pools] == [
        ("Premises and office", "floor area"),
        ("Central functions", "time"),
        ("Governance and strategic development", "direct cost"),
        ("General fundraising", "direct cost"),
    ]
    built_in = fcr.CostPool.usual()
    assert {p.driver for p in built_in} <= set(BUILT_IN_DRIVERS)


def test_a_mixture_shares_a_pool_by_its_parts() -> None:
    """25% equally and 75% by area 3 : 1, of £100: 12.50 + 56.25 and 12.50 + 18.75."""
    made = fcr.Organisation(
        name="x",
        services=[fcr.Service(name="Visits"), fcr.Service(name="Clubs")],
        pools=[fcr.CostPool(name="Premises", driver="office")],
        drivers=[
            fcr.Driver(name="floor area", quantities={"Visits": 3, "Clubs": 1}),
            fcr.Driver(name="office", mixture={"equal": 25, "floor area": 75}),
        ],
        costs=[cost(centre="Premises", amount=100)],
    )
    assert fcr.apportion(made).full_costs == {"Visits": Decimal("68.75"), "Clubs": Decimal("31.25")}


def test_a_financial_year_may_be_written_as_people_do() -> None:
    """2026-27 and 2026/27 are its 1 April; 2026-28 is nothing."""
    for text in ("2026-27", "2026/27", "2026-2027", "2026-04-01"):
        assert fcr.Organisation.from_dict(organisation().to_dict() | {"base_year": text}).base_year == date(2026, 4, 1)
    assert codes(fcr.Organisation.from_dict, data=organisation().to_dict() | {"base_year": "2026-28"}) == ["not-a-date"]


def test_pools_are_in_the_order_given_or_numbered() -> None:
    """Listed order unless numbered; numbered all, or none, and none twice."""

    def pools(*orders: int | None) -> list[fcr.CostPool]:
        return [fcr.CostPool(name=f"Pool {i}", driver="equal", order=order) for i, order in enumerate(orders)]

    assert [p.name for p in organisation(pools=pools(None, None)).ordered_pools] == ["Pool 0", "Pool 1"]
    assert [p.name for p in organisation(pools=pools(2, 1)).ordered_pools] == ["Pool 1", "Pool 0"]
    assert codes(organisation, pools=pools(1, 1)) == ["order", "order"]
    assert codes(organisation, pools=pools(1, None)) == ["order"]


def test_hours_are_stated_by_all_posts_or_none_where_time_is_a_driver() -> None:
    """One post's hours beside another's silence cannot be compared."""
    posts = [
        fcr.Post(name="A", salary=Decimal(1), time={"Visits": 100}, hours_per_year=Decimal(1600)),
        fcr.Post(name="B", salary=Decimal(1), time={"Visits": 100}),
    ]
    time = [fcr.CostPool(name="Central", driver="time")]
    assert codes(organisation, posts=posts, pools=time) == ["hours"]
    assert len(organisation(posts=posts).posts) == 2


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fields", "months"),
    [
        ({}, range(24)),
        ({"first_month": 4}, range(3, 24)),
        ({"last_month": 4}, range(4)),
        ({"first_month": 4, "last_month": 4}, range(3, 4)),
        ({"first_month": 24}, range(23, 24)),
        ({"last_month": 99}, range(24)),
        ({"first_month": 25}, range(24, 24)),
        ({"phase": "start-up"}, range(1)),
        ({"phase": "start-up", "first_month": 3}, range(2, 3)),
        ({"phase": "start-up", "last_month": 3}, range(3)),
        ({"phase": "close-down"}, range(23, 24)),
        ({"phase": "close-down", "first_month": 20}, range(19, 24)),
        ({"phase": "close-down", "last_month": 20}, range(20)),
    ],
)
def test_the_months_a_line_is_paid(fields: dict[str, Any], months: range) -> None:
    """Counted from 1 by people and from 0 here; start-up in the first month, close-down in the last."""
    assert cost(**fields).months(24) == months


@pytest.mark.parametrize(
    ("fields", "index"),
    [
        ({}, "CPI"),
        ({"index": "pay"}, "pay"),
        ({"amount": None, "amounts": [1, 2]}, "fixed"),
        ({"capital": "depreciation", "life": 4}, "fixed"),
        ({"capital": "purchase"}, "CPI"),
    ],
)
def test_what_a_cost_rises_by(fields: dict[str, Any], index: str) -> None:
    """CPI unless it is said otherwise, or the amounts are already those of the year."""
    assert cost(**fields).rises_by == index


@pytest.mark.parametrize(
    ("rate", "recoverable", "factor"),
    [("0", None, "1"), ("0.2", "0", "1.2"), ("0.2", "1", "1"), ("0.2", "0.5", "1.1"), ("0.05", "0.6", "1.02")],
)
def test_irrecoverable_vat_is_a_cost(rate: str, recoverable: str | None, factor: str) -> None:
    """amount × (1 + rate × (1 − recoverable))."""
    assert cost(vat_rate=rate, vat_recoverable=recoverable).vat_factor == Decimal(factor)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"vat_rate": "0.2"}, ["unsaid"]),
        ({"split": {"Visits": 100}}, ["one-place"]),
        ({"amounts": [1]}, ["one-amount"]),
        ({"capital": "purchase", "amount": None, "amounts": [1]}, ["capital"]),
        ({"behaviour": "per unit", "phase": "close-down"}, ["behaviour"]),
        ({"behaviour": "per unit", "capital": "purchase"}, ["behaviour"]),
        ({"capital": "purchase", "life": 3}, ["life"]),
        ({"capital": "depreciation", "life": 3, "index": "CPI"}, ["rises-twice"]),
        ({"first_month": 3, "last_month": 2}, ["months-reversed"]),
    ],
)
def test_what_does_not_fit_in_a_cost(fields: dict[str, Any], expected: list[str]) -> None:
    """Each contradiction is one problem."""
    assert codes(cost, **fields) == expected


def test_a_cost_bought_and_depreciated_is_charged_twice() -> None:
    """The purchase or the depreciation, never both."""
    services = [fcr.Service(name="Visits"), fcr.Service(name="Clubs")]
    costs = [cost(name="Van", capital="purchase"), cost(name="van", centre="Clubs")]
    assert len(organisation(costs=costs, services=services).costs) == 2
    costs[1] = costs[1].replace(capital="depreciation", life=4)
    assert codes(organisation, costs=costs, services=services) == ["twice"]


@pytest.mark.parametrize(
    ("fte", "people", "headcount"), [("1", None, 1), ("2.5", None, 3), ("0.2", None, 1), ("2.5", 5, 5)]
)
def test_how_many_people_fill_a_post(fte: str, people: int | None, headcount: int) -> None:
    """The fewest the FTE allows, unless it is said."""
    assert fcr.Post(name="A", salary=1, fte=fte, people=people, time={"Visits": 100}).headcount == headcount  # type: ignore[arg-type]


@pytest.mark.parametrize("pension", ["auto-enrolment", "none", "6%", Decimal("0.06"), 0])
def test_pensions(pension: Any) -> None:
    """The legal minimum, none, or the employer's share of pay."""
    assert fcr.Post(name="A", salary=Decimal(1), pension=pension, time={"Visits": 100}).name == "A"


@pytest.mark.parametrize("pension", ["6", 6, "statutory", True, [], None, -1])
def test_pensions_that_are_none_of_these_are_one_problem(pension: Any) -> None:
    """One problem in plain words, not one for each kind it might have been."""
    made = {"name": "A", "salary": 1, "time": {"Visits": 100}, "pension": pension}
    assert codes(fcr.Post.from_dict, data=made) == ["not-a-choice"]


def test_where_a_figure_came_from() -> None:
    """A file with its cell, or its line."""
    assert str(fcr.Source(file="ledger.xlsx", sheet="2026", cell="C7")) == "ledger.xlsx 2026!C7"
    assert str(fcr.Source(file="ledger.csv", line=42)) == "ledger.csv line 42"
    assert str(fcr.Source()) == ""


# ── indices ──────────────────────────────────────────────────────────────────────────────────────


def rising(month: int | str, **rises: str) -> fcr.Bid:
    pay = fcr.Index(rises={int(year[1:]): Decimal(rise) for year, rise in rises.items()}, month=month)  # type: ignore[arg-type]
    return bid(
        organisation=organisation(costs=[cost(index="pay", amount=1200)], base_year=date(2026, 4, 1)),
        start=date(2026, 10, 1),
        assumptions=fcr.Assumptions(indices={"pay": pay}),
    )


def test_a_rise_takes_effect_in_its_month() -> None:
    """From October 2026 at £100 a month, 10% from April 2027 and 20% from April 2028.

    Year 1: 6 × 100 + 6 × 110 = 1,260. Year 2: 6 × 110 + 6 × 132 = 1,452.
    """
    assert fcr.price(rising(4, y2027="0.1", y2028="0.2")).price == (Decimal("1260.00"), Decimal("1452.00"))


def test_a_rise_at_the_anniversary() -> None:
    """The start itself is an anniversary: base-year prices rise 5% as the contract begins.

    October 2026: 5%, October 2027: 10%. Year 1: 12 × 105; Year 2: 12 × 115.50.
    """
    assert fcr.price(rising("anniversary", y2026="0.05", y2027="0.1")).price == (Decimal("1260.00"), Decimal("1386.00"))


def test_every_rise_in_the_term_must_be_stated() -> None:
    """A year nobody speaks of is a problem that names its month; nought may be stated."""
    with pytest.raises(fcr.InputError, match="not stated for April 2028"):
        rising(4, y2027="0.1")
    assert fcr.price(rising(4, y2027="0.1", y2028="0")).term > 0


# ── the bid ──────────────────────────────────────────────────────────────────────────────────────


def test_volumes_one_for_all_or_one_for_each() -> None:
    """One figure stands for every year; capacity is sold by its occupancy."""
    assert bid(volumes=[5]).yearly_volumes == (Decimal(5), Decimal(5))
    assert bid(volumes=[5, 6]).yearly_volumes == (Decimal(5), Decimal(6))
    assert bid(capacity=[100], occupancy=["0.8", "0.9"]).yearly_volumes == (Decimal(80), Decimal(90))
    assert codes(bid, volumes=[1, 2, 3]) == ["years"]
    assert codes(bid, capacity=[1]) == ["volumes"]
    assert codes(bid, volumes=[1], capacity=[1], occupancy=[1]) == ["volumes"]


@pytest.mark.parametrize(
    ("amounts", "months", "lost"),
    [
        ([1, 2], {"first_month": 13}, [("organisation", "costs", 0, "amounts", 0)]),
        ([1, 2], {"last_month": 12}, [("organisation", "costs", 0, "amounts", 1)]),
        ([0, 2], {"first_month": 13}, []),
        ([1, 0], {"last_month": 12}, []),
        ([1, 2], {"first_month": 12, "last_month": 13}, []),
        ([-1, 2], {"phase": "close-down"}, [("organisation", "costs", 0, "amounts", 0)]),
    ],
)
def test_no_amount_is_lost_in_a_year_in_which_it_is_not_paid(
    amounts: list[int], months: dict[str, Any], lost: list[tuple[str | int, ...]]
) -> None:
    """An amount for a year without a paid month is refused; otherwise every pound is in the price."""
    costs = [cost(amount=None, amounts=amounts, **months)]
    if lost:
        with pytest.raises(fcr.InputError) as caught:
            bid(organisation=organisation(costs=costs))
        assert [(p.code, p.path) for p in caught.value.problems] == [("not-paid", path) for path in lost]
    else:
        assert fcr.price(bid(organisation=organisation(costs=costs))).price == tuple(map(Decimal, amounts))


@pytest.mark.parametrize(
    "changes", [{"service": "Clubs"}, {"years": 0}, {"surplus": "0.1"}, {"start": date(2026, 4, 2)}]
)
def test_replace_checks_the_whole_again(changes: dict[str, Any]) -> None:
    """A bid changed into one that does not hold together is refused."""
    with pytest.raises(fcr.InputError):
        bid().replace(**changes)


def test_a_bid_there_and_back() -> None:
    """The bundled bid comes back equal, the same text, and from the text of the first."""
    first = fcr.Bid.from_json(DEMO.read_text(encoding="utf-8"))
    again = fcr.Bid.from_json(first.to_json())
    assert again == first
    assert again.to_json() == first.to_json()
    assert again.replace(name="Other") != first


@pytest.mark.parametrize("version", [2, 17, Decimal("1.5")])
def test_a_newer_file_is_refused_with_that_alone(version: Any) -> None:
    """Whatever else a newer file holds, the one thing said is that it is newer, and to upgrade."""
    with pytest.raises(fcr.InputError, match="made by a newer version of fcr") as caught:
        fcr.Bid.from_dict({"schema_version": version, "novelty": {"x": 1}})
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("newer-version", ("schema_version",))
    assert "Upgrade" in problem.fix


def test_the_published_schema_knows_every_field() -> None:
    """The JSON Schema is JSON, is the same each time, and allows no field it does not name."""
    published = json.loads(schema())
    assert published["title"] == "Bid"
    assert set(published["properties"]) == set(fcr.Bid.model_fields)
    assert published["additionalProperties"] is False
    assert set(published["required"]) == {"organisation", "service", "start"}
    assert schema() == schema()
