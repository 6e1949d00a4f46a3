"""The price build-up, by figures worked by hand."""

from __future__ import annotations

import itertools
import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fcr

START = date(2026, 4, 1)


def cost(name: str, centre: str, amount: str, **fields: Any) -> fcr.Cost:
    return fcr.Cost(name=name, centre=centre, amount=Decimal(amount), index="fixed", **fields)


def bid(*more: fcr.Cost, amount: str = "10000", **fields: Any) -> fcr.Bid:
    """One service with one cost, so that its full cost in a year is ``amount``."""
    organisation = fcr.Organisation(
        name="Example", services=[fcr.Service(name="Visits")], costs=[cost("Team", "Visits", amount), *more]
    )
    return fcr.Bid(**{"organisation": organisation, "service": "Visits", "start": START, "years": 1, **fields})


def three_services(**fields: Any) -> fcr.Bid:
    """Visits, Clubs and Meals share £6,000 of rent 3 : 2 : 1; Visits has £10,000 of its own."""
    organisation = fcr.Organisation(
        name="Example",
        services=[fcr.Service(name=n) for n in ("Visits", "Clubs", "Meals")],
        pools=[fcr.CostPool(name="Premises", driver="rooms")],
        drivers=[fcr.Driver(name="rooms", quantities={"Visits": 3, "Clubs": 2, "Meals": 1})],
        costs=[cost("Rent", "Premises", "6000"), cost("Team", "Visits", "10000")],
    )
    return fcr.Bid(**{"organisation": organisation, "service": "Visits", "start": START, "years": 1, **fields})


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        ({}, "10000.00"),
        # a margin is a share of the price: 10,000 ÷ (1 − 0.10)
        ({"surplus": "0.10", "surplus_basis": "margin"}, "11111.11"),
        # a mark-up is a share of the cost: 10,000 × 1.10
        ({"surplus": "0.10", "surplus_basis": "mark-up"}, "11000.00"),
        ({"contingency": "0.02"}, "10200.00"),
        ({"reserves_rate": "0.03"}, "10300.00"),
        ({"reserves_amount": "750"}, "10750.00"),
        # (10,000 + 200 + 300) ÷ (1 − 0.30)
        ({"contingency": "2%", "reserves_rate": "3%", "surplus": "30%", "surplus_basis": "margin"}, "15000.00"),
        # (10,000 + 200 + 300) × 1.30
        ({"contingency": "2%", "reserves_rate": "3%", "surplus": "30%", "surplus_basis": "mark-up"}, "13650.00"),
    ],
)
def test_each_step_of_the_price(fields: dict[str, Any], price: str) -> None:
    """Contingency and reserves are shares of full cost; the surplus stands on all before it."""
    built = fcr.price(bid(**fields))
    assert built.full_cost == (Decimal("10000.00"),)
    assert built.price == (Decimal(price),)
    assert built.term == Decimal(price)


def test_the_table_shows_the_steps_and_names_the_basis() -> None:
    """The surplus row says whether it is a margin or a mark-up."""
    table = fcr.price(bid(surplus="0.1", surplus_basis="margin", contingency="0.02")).table()
    cells = {str(row.cells[0]): row.cells[1] for row in table.rows}
    # 10,200 ÷ 0.9 = 11,333.33; the surplus is what is left
    assert cells == {
        "Direct cost": Decimal("10000.00"),
        "Full cost": Decimal("10000.00"),
        "Contingency": Decimal("200.00"),
        "Surplus (margin)": Decimal("1133.33"),
        "Price without VAT": Decimal("11333.33"),
    }


@pytest.mark.parametrize("status", ["outside the scope", "exempt", "zero-rated"])
def test_no_vat_is_added_to_other_supplies(status: str) -> None:
    """Only a standard-rated supply bears VAT."""
    built = fcr.price(bid(vat=status))
    assert built.vat == (Decimal("0.00"),)
    assert built.price_with_vat == built.price


def test_vat_on_a_standard_rated_supply() -> None:
    """20% of £10,000 is £2,000, shown below the price."""
    built = fcr.price(bid(vat="standard-rated"))
    assert (built.vat, built.price_with_vat) == ((Decimal("2000.00"),), (Decimal("12000.00"),))
    assert [row.cells[1] for row in built.table().rows if row.cells[0] == "Price with VAT"] == [Decimal("12000.00")]


def test_vat_is_unknown_until_it_is_stated() -> None:
    """Without a status there is no VAT figure, and a note says why."""
    built = fcr.price(bid())
    assert built.vat is None
    assert built.price_with_vat is None
    assert any("not stated" in note for note in built.table().notes)


@pytest.mark.parametrize(
    ("status", "recoverable", "noted"),
    [
        ("exempt", "1", "treated as recoverable"),
        ("exempt", "0", ""),
        ("outside the scope", "0.5", "treated as recoverable"),
        ("standard-rated", "0", "treated as a cost"),
        ("zero-rated", "0.5", "treated as a cost"),
        ("standard-rated", "1", ""),
        (None, "1", ""),
    ],
)
def test_contradictions_on_vat_are_noted(status: str | None, recoverable: str, noted: str) -> None:
    """VAT recovered on an exempt supply, or not recovered on a taxed one, is pointed out."""
    phones = cost("Phones", "Visits", "100", vat_rate="0.2", vat_recoverable=recoverable)
    notes = [n for n in fcr.price(bid(phones, vat=status)).table().notes if "'Phones'" in n]
    assert ([noted in n for n in notes] == [True]) if noted else notes == []


def test_the_price_of_a_unit() -> None:
    """Price over units: £10,000 over 3 is £3,333.33; with a 10% margin £3,703.70; nothing over none."""
    built = fcr.price(bid(volumes=["3"], surplus="0.1", surplus_basis="margin"))
    assert built.unit_cost == (Decimal("3333.33"),)
    assert built.unit_price == (Decimal("3703.70"),)
    assert fcr.price(bid(capacity=["200"], occupancy=["0.8"])).unit_price == (Decimal("62.50"),)  # ÷ 160
    assert fcr.price(bid(volumes=["0"])).unit_price == (None,)
    without = fcr.price(bid())
    assert (without.unit_price, without.unit_cost, without.unit_table()) == (None, None, None)


def test_break_even_without_steps() -> None:
    """F ÷ (u − v): 10,000 ÷ (14 − 4) is 1,000 units; at £4 or less no volume is enough."""
    meals = cost("Meals", "Visits", "4", behaviour="per unit")
    built = fcr.price(bid(meals, volumes=["900"]))
    assert built.full_cost == (Decimal("13600.00"),)
    assert built.break_even_volume(14) == 1000
    assert built.break_even_volume(Decimal("14.01")) == 1000  # 999.0…, and a part of a unit is a unit
    assert built.break_even_volume(4) is None
    assert built.break_even_volume(Decimal("3.99")) is None


@settings(max_examples=40)
@given(
    fixed=st.integers(1, 3000),
    variable=st.integers(0, 5),
    step=st.tuples(st.integers(1, 400), st.integers(1, 60)),
    gain=st.integers(1, 12),
    planned=st.integers(1, 300),
)
def test_break_even_with_steps_is_the_first_volume_that_pays(
    fixed: int, variable: int, step: tuple[int, int], gain: int, planned: int
) -> None:
    """Trying every volume in turn finds the same first one; none pays where a step costs all that it gains."""
    each, size = step
    costs = [cost("Supervisors", "Visits", str(each), behaviour="stepped", step=str(size))]
    costs += [cost("Meals", "Visits", str(variable), behaviour="per unit")] if variable else []
    unit_price = variable + gain
    found = fcr.price(bid(*costs, amount=str(fixed), volumes=[str(planned)])).break_even_volume(unit_price)
    volumes = itertools.count() if each < gain * size else ()
    pays = (n for n in volumes if fixed + variable * n + each * math.ceil(n / size) <= unit_price * n)
    assert found == next(pays, None)


def test_marginal_cost_and_contribution() -> None:
    """Without Visits £10,000 would not be spent; its price of £13,000 pays £3,000 towards the rent."""
    built = fcr.price(three_services())
    assert built.price == (Decimal("13000.00"),)
    assert built.marginal_cost == (Decimal("10000.00"),)
    assert built.contribution == (Decimal("3000.00"),)


def test_if_lost_the_others_carry_its_overheads() -> None:
    """Without Visits the rent falls 2 : 1: £4,000 and £2,000, where it was £2,000 and £1,000."""
    table = fcr.price(three_services()).if_lost()
    assert [row.cells[:2] for row in table.rows] == [
        ("Clubs", Decimal("2000.00")),
        ("Meals", Decimal("1000.00")),
        ("Total", Decimal("3000.00")),
    ]


def test_if_lost_a_single_service_strands_its_overheads() -> None:
    """With nobody else to carry them, the overheads are called stranded, all £6,000."""
    organisation = fcr.Organisation(
        name="Example",
        services=[fcr.Service(name="Visits")],
        pools=[fcr.CostPool(name="Premises", driver="equal")],
        costs=[cost("Rent", "Premises", "6000")],
    )
    table = fcr.price(fcr.Bid(organisation=organisation, service="Visits", start=START, years=1)).if_lost()
    (row,) = table.rows
    assert "Stranded" in str(row.cells[0])
    assert row.cells[1:] == (Decimal("6000.00"), Decimal("6000.00"))


def test_plain_data_is_that_of_the_tables() -> None:
    """``to_dict`` gives the figures as text, and nothing where nothing is known."""
    data = fcr.price(bid(volumes=["0"])).to_dict()
    assert (data["price"], data["unit_price"], data["vat"]) == (["10000.00"], [None], None)
    assert str(fcr.price(bid())) == fcr.price(bid()).table().text()
