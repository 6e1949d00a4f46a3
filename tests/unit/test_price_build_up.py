"""From full cost to price, to the unit, and to what a saved price has become: figures worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import fcr
from fcr.pricing import PriceBuildUp, build_up

D = Decimal
APRIL = date(2026, 4, 1)


def cost(name: str, amount: Any, centre: str = "Visits", **fields: Any) -> fcr.Cost:
    return fcr.Cost.from_dict({"name": name, "centre": centre, "amount": amount, "index": "fixed", **fields})


def bid(*costs: fcr.Cost, team: Any = 10000, posts: Any = (), pools: Any = (), **fields: Any) -> fcr.Bid:
    organisation = fcr.Organisation(
        name="Charity",
        services=[fcr.Service(name="Visits", unit="visit"), fcr.Service(name="Clubs")],
        pools=pools,
        costs=[cost("Team", team), cost("Hall", 1000, "Clubs"), *costs],
        posts=posts,
    )
    return fcr.Bid.from_dict({"organisation": organisation, "service": "Visits", "start": APRIL, "years": 1, **fields})


def priced(*costs: fcr.Cost, **fields: Any) -> PriceBuildUp:
    return fcr.price(bid(*costs, **fields))


def steps_of(result: PriceBuildUp, year: int = 0) -> dict[str, tuple[Decimal, str]]:
    return {part.label: (part.settled_value, part.how) for part in result.years[year].parts}


PAID_LATE = {
    "mechanism": {"kind": "block", "prices": [1]},
    "payment": {"invoiced": "quarterly", "in_advance": False, "days": 30},
}


# ── the steps ────────────────────────────────────────────────────────────────────────────────────


def test_every_step_says_what_it_is_a_share_of() -> None:
    """10,000: contingency 2%, reserves 3%, premium 500, and a tenth of 11,000 on top."""
    fields = {"contingency": "2%", "reserves_rate": "3%", "risk_premium": 500}
    assert steps_of(priced(**fields, surplus="10%", surplus_basis="mark-up")) == {
        "Full cost": (D("10000.00"), ""),
        "Contingency": (D("200.00"), "2% of full cost"),
        "Contribution to reserves": (D("300.00"), "3% of full cost"),
        "Risk premium": (D("500.00"), "an amount a year"),
        "Surplus (mark-up)": (D("1100.00"), "10% of the cost so far"),
    }
    margin = steps_of(priced(surplus="20%", surplus_basis="margin", reserves_amount=750))
    assert margin["Contribution to reserves"] == (D("750.00"), "an amount a year")
    assert margin["Surplus (margin)"] == (D("2687.50"), "20% of the price")  # a fifth of 13,437.50
    assert priced().surplus_name == "Surplus (none)"


def test_steps_are_worked_along_draws() -> None:
    """Two draws of full cost over two years: each step stands on its own draw and year."""
    asked = bid(contingency="10%", surplus="50%", surplus_basis="margin", risk_premium=100, years=2)
    got = build_up(asked, np.array([[1000.0, 2000.0], [0.0, 500.0]]))
    assert np.allclose(got.contingency, [[100, 200], [0, 50]])
    assert np.allclose(got.premium, 100)
    assert np.allclose(got.surplus, [[1200, 2300], [100, 650]])
    assert np.allclose(got.price, [[2400, 4600], [200, 1300]])


def test_waiting_is_a_share_of_full_cost_by_the_months_waited() -> None:
    """Paid quarterly in arrears within 30 days, money is two months late on average: 6% × 2 ÷ 12 is 1% of 10,000.

    While the terms or the rate are unknown there is no such step.
    """
    step = steps_of(priced(contract=PAID_LATE, finance_rate="6%"))["Cost of waiting for payment"]
    assert step == (D("100.00"), "1.0000% of full cost")
    assert list(steps_of(priced(contract=PAID_LATE))) == ["Full cost"]
    assert list(steps_of(priced(finance_rate="6%"))) == ["Full cost"]


def test_the_surplus_stands_on_the_cost_of_waiting_too() -> None:
    """10,000 and 100 of waiting, with a tenth on top: 11,110."""
    assert priced(contract=PAID_LATE, finance_rate="6%", surplus="10%", surplus_basis="mark-up").price == (
        D("11110.00"),
    )


def test_the_price_is_rounded_once() -> None:
    """10.004 and 0.004 of reserves are 10.008, which shows as 10.01 although each step shows as 10.00 and 0.00."""
    result = priced(team="10.004", reserves_amount="0.004")
    assert (result.full_cost, result.price) == ((D("10.00"),), (D("10.01"),))
    assert steps_of(result)["Contribution to reserves"][0] == D("0.01")


def test_a_credit_at_a_half_penny_keeps_its_steps_within_a_penny() -> None:
    """Full cost −1,234.565 shows as −1,234.57; with 10,000 of reserves the price is then 8,765.43, not 8,765.44."""
    result = priced(team="-1234.565", reserves_amount=10000)
    assert result.full_cost == (D("-1234.57"),)
    assert result.price == (D("8765.43"),)
    assert steps_of(result)["Contribution to reserves"][0] == D("10000.00")


# ── the table ────────────────────────────────────────────────────────────────────────────────────


def test_the_table_of_every_row() -> None:
    """Pools one by one, one-offs, the steps, VAT, across two years and the term."""
    result = priced(
        cost("Rent", 2200, "Office"),
        cost("Launch", 300, phase="start-up"),
        pools=[fcr.CostPool(name="Office", driver="direct cost")],
        years=2,
        contingency="10%",
        vat="standard-rated",
    )
    # direct cost 10,000 : 1,000 shares the rent as 2,000 : 200
    table = result.table()
    assert [(*row.cells, row.style, row.indent, row.adds) for row in table.rows] == [
        ("Direct cost", D(10000), D(10000), D(20000), "line", 1, ()),
        ("Overheads: Office", D(2000), D(2000), D(4000), "line", 1, ()),
        ("Start-up", D(300), D(0), D(300), "line", 1, ()),
        ("Full cost", D(12300), D(12000), D(24300), "subtotal", 0, (0, 1, 2)),
        ("Contingency", D(1230), D(1200), D(2430), "line", 1, ()),
        ("Price without VAT", D(13530), D(13200), D(26730), "total", 0, (3, 4)),
        ("VAT", D(2706), D(2640), D(5346), "line", 1, ()),
        ("Price with VAT", D(16236), D(15840), D(32076), "total", 0, (5, 6)),
    ]
    assert [(c.heading, c.kind) for c in table.columns] == [
        ("", "text"),
        ("Year 1", "pounds"),
        ("Year 2", "pounds"),
        ("Term", "pounds"),
    ]
    assert table.title == "Price of Visits, April 2026 to March 2028 (£)"
    assert table.across
    assert table.notes == ("VAT: the supply is standard-rated; VAT is added to the price.",)
    assert (result.term, result.price_with_vat) == (D(26730), (D(16236), D(15840)))


def test_vat_is_rounded_once_with_the_price() -> None:
    """10.125 is 10.13 without VAT and 12.15 with it, so VAT shows as 2.02, not 2.03."""
    result = priced(team="10.125", vat="standard-rated")
    assert (result.price, result.vat, result.price_with_vat) == ((D("10.13"),), (D("2.02"),), (D("12.15"),))


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({}, "VAT: the status of the supply is not stated, so whether VAT is due is unknown."),
        ({"vat": "exempt"}, "VAT: the supply is exempt; no VAT is added, and VAT on its costs is a cost."),
        (
            {"vat": "zero-rated"},
            "VAT: the supply is zero-rated; VAT is added at 0%, and VAT on its costs can be recovered.",
        ),
        (
            {"finance_rate": "6%"},
            "Cost of waiting: the terms of payment are not stated, so it is unknown and not in the price.",
        ),
        (
            {"finance_rate": "6%", "contract": {"mechanism": {"kind": "block", "prices": [1]}}},
            "Cost of waiting: the terms of payment are not stated, so it is unknown and not in the price.",
        ),
        (
            {"contingency": "1%", "risk_premium": 1},
            "Contingency and risk premium are both in the price: make sure that no risk is in both.",
        ),
    ],
)
def test_what_a_reader_must_know_is_noted(fields: dict[str, Any], note: str) -> None:
    """Each note when it applies."""
    assert note in priced(**fields).table().notes


@pytest.mark.parametrize(
    "fields", [{"contingency": "1%"}, {"risk_premium": 1}, {"contract": PAID_LATE, "finance_rate": "6%"}]
)
def test_notes_that_do_not_apply_are_not_made(fields: dict[str, Any]) -> None:
    """Nothing on waiting when the terms are stated, nor on two of a kind when there is one."""
    assert len(priced(**fields, vat="exempt").table().notes) == 1


@pytest.mark.parametrize(
    ("vat", "recoverable", "centre", "note"),
    [
        ("exempt", "0.5", "Visits", "VAT on 'Phones' is treated as recoverable, but the supply is exempt: check it."),
        (
            "zero-rated",
            "0.5",
            "Visits",
            "VAT on 'Phones' is treated as a cost, but the supply is zero-rated: check it.",
        ),
        ("exempt", "1", "Clubs", None),
    ],
)
def test_vat_on_costs_that_contradicts_the_supply(vat: str, recoverable: str, centre: str, note: str | None) -> None:
    """Only on the service's own costs, in these words."""
    notes = priced(cost("Phones", 100, centre, vat_rate="20%", vat_recoverable=recoverable), vat=vat).table().notes
    assert notes[1:] == ((note,) if note else ())


# ── units ────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_of_units() -> None:
    """Cost and price of one each year, and nothing in a year without any."""
    table = priced(years=3, volumes=[400, 0, 300], contingency="20%").unit_table()
    assert table is not None
    assert table.title == "Per visit"
    assert [(c.heading, c.kind) for c in table.columns] == [
        ("", "text"),
        ("Units (visit)", "number"),
        ("Cost of one (£)", "pounds"),
        ("Price of one (£)", "pounds"),
    ]
    assert [row.cells for row in table.rows] == [
        ("Year 1", D(400), D("25.00"), D("30.00")),
        ("Year 2", D(0), None, None),
        ("Year 3", D(300), D("33.33"), D("40.00")),
    ]


def test_without_units_there_is_no_table_of_them() -> None:
    """Nobody has said how many visits, so there is nothing to divide by; the price shows as its table."""
    result = priced()
    assert result.unit_table() is None
    assert str(result) == result.table().text()


MEALS = {"behaviour": "per unit"}


def test_break_even_does_not_depend_on_the_volume_planned() -> None:
    """10,000 ÷ (14 − 4) is 1,000 units, whether 900 are planned, 5 or none."""
    for planned in (900, 5, 0):
        assert priced(cost("Meals", 4, **MEALS), volumes=[planned]).break_even_volume(14) == 1000


def test_break_even_is_of_the_year_asked_for() -> None:
    """Year 2 has a start-up less and meals 10% dearer: 10,500 ÷ (14 − 4) and 10,000 ÷ (14 − 4.40) = 1,041.67."""
    rises = {"indices": {"food": {"rises": {"2027": "10%"}}}}
    meals = cost("Meals", 4, behaviour="per unit", index="food")
    result = priced(meals, cost("Launch", 500, phase="start-up"), years=2, volumes=[900], assumptions=rises)
    assert [result.break_even_volume(14, year) for year in (1, 2)] == [1050, 1042]


def test_break_even_takes_every_cost_by_volume_in_a_middle_year() -> None:
    """Meals at 4 and fares at 1: 10,000 ÷ (15 − 5), in the second of three years as in the others."""
    result = priced(cost("Meals", 4, **MEALS), cost("Fares", 1, **MEALS), years=3, volumes=[900])
    assert [result.break_even_volume(15, year) for year in (1, 2, 3)] == [1000, 1000, 1000]


def test_break_even_leaves_other_costs_as_planned() -> None:
    """Meals of another service and meals given in kind are not this service's cash by volume."""
    others = (cost("Lunch", 9, "Clubs", **MEALS), cost("Given", 3, in_kind="by a baker", **MEALS))
    volumed = bid(volumes=[100])
    organisation = volumed.organisation
    services = [organisation.services[0], organisation.services[1].replace(volume=D(7))]
    result = fcr.price(
        volumed.replace(organisation=organisation.replace(services=services, costs=[*organisation.costs, *others]))
    )
    assert result.break_even_volume(10) == 1000


def test_break_even_in_steps() -> None:
    """£1 a unit and £500 for each 1,000 begun: 20,000 units pay for 10,000 and 20 steps, 20,501 for 10,001 and 21."""
    supervised = cost("Supervisors", 500, behaviour="stepped", step=1000)
    assert priced(supervised, volumes=[50]).break_even_volume(1) == 20000
    assert priced(supervised, team=10001, volumes=[50]).break_even_volume(1) == 20501
    assert priced(supervised, volumes=[50]).break_even_volume(D("0.50")) is None  # each step earns what it costs
    assert priced(supervised, volumes=[50]).break_even_volume(D("0.49")) is None


def test_break_even_is_found_however_little_a_step_earns() -> None:
    """£1 a unit, £999.90 for each 1,000: at 10p a step, 9,999.95 takes 100,000 steps, all but 5p of the last."""
    dear = cost("Supervisors", "999.90", behaviour="stepped", step=1000)
    assert priced(dear, team="9999.95", volumes=[50]).break_even_volume(1) == 100_000_000


def test_break_even_of_nothing_is_nothing() -> None:
    """A service that costs nothing fixed, or is paid by a credit, breaks even without a unit, whatever the price."""
    assert priced(team=0).break_even_volume(1) == 0
    assert priced(team=0).break_even_volume(0) == 0
    assert priced(cost("Grant", -20000)).break_even_volume(0) == 0
    assert priced(team="0.01").break_even_volume(1) == 1


# ── without the service ──────────────────────────────────────────────────────────────────────────


def test_if_lost_is_footed_over_years_and_services() -> None:
    """Three others share what Visits carried of £100 a year in quarters: £25 more, 8.33⅓ each."""
    names = ("Visits", "Clubs", "Meals", "Rides")
    organisation = fcr.Organisation(
        name="Charity",
        services=[fcr.Service(name=n) for n in names],
        pools=[fcr.CostPool(name="Office", driver="equal")],
        costs=[cost("Rent", 100, "Office"), cost("Move", 999, "Office", phase="start-up")],
    )
    table = fcr.price(fcr.Bid(organisation=organisation, service="Visits", start=APRIL, years=2)).if_lost()
    assert [(*row.cells, row.style, row.adds) for row in table.rows] == [
        ("Clubs", D("8.34"), D("8.34"), D("16.68"), "line", ()),
        ("Meals", D("8.33"), D("8.33"), D("16.66"), "line", ()),
        ("Rides", D("8.33"), D("8.33"), D("16.66"), "line", ()),
        ("Total", D("25.00"), D("25.00"), D("50.00"), "total", (0, 1, 2)),
    ]
    assert table.title == "What the other services would carry without Visits (£)"
    assert [(c.heading, c.kind) for c in table.columns] == [
        ("", "text"),
        ("Year 1", "pounds"),
        ("Year 2", "pounds"),
        ("Term", "pounds"),
    ]
    assert table.across


def test_if_lost_goes_by_the_bids_method() -> None:
    """£90 of rent go equally to the office and three services, and what the office takes goes to clubs.

    Step-down: clubs carries 45 and meals 22.50; without visits 60 and 30, so 15 and 7.50 more. By the
    direct method each carries 30, and without visits 45.
    """
    organisation = fcr.Organisation(
        name="Charity",
        services=[fcr.Service(name=n) for n in ("Visits", "Clubs", "Meals")],
        pools=[fcr.CostPool(name="Rent", driver="equal"), fcr.CostPool(name="Office", driver="desks")],
        drivers=[fcr.Driver(name="desks", quantities={"Clubs": 1})],
        costs=[cost("Rent", 90, "Rent"), cost("Team", 10)],
    )
    asked = fcr.Bid(organisation=organisation, service="Visits", start=APRIL, years=1)
    assert [row.cells[1] for row in fcr.price(asked).if_lost().rows] == [D("15.00"), D("7.50"), D("22.50")]
    direct = asked.replace(method="direct")
    assert [row.cells[1] for row in fcr.price(direct).if_lost().rows] == [D("15.00"), D("15.00"), D("30.00")]


def test_if_lost_with_nobody_to_carry_it_is_stranded() -> None:
    """The office serves visits alone: 100 a year stays with nobody."""
    result = priced(
        cost("Rent", 100, "Office"), pools=[fcr.CostPool(name="Office", driver="staff")], posts=[POST], years=2
    )
    (row,) = result.if_lost().rows
    assert row.cells == ("Stranded: no other service receives them", D(100), D(100), D(200))
    assert row.style == "total"
    assert result.if_lost().across
    assert result.if_lost().title == "What the other services would carry without Visits (£)"


POST = fcr.Post.from_dict({"name": "P", "salary": 5000, "pension": "none", "index": "fixed", "time": {"Visits": 100}})


def test_marginal_cost_is_every_line_of_its_own() -> None:
    """Its own running and start-up costs in cash, and no overheads: the price pays the rest towards the office."""
    result = priced(
        cost("Rent", 110, "Office"),
        cost("Launch", 300, phase="start-up"),
        cost("Given", 50, in_kind="lent"),
        pools=[fcr.CostPool(name="Office", driver="direct cost")],
        years=2,
    )
    assert result.marginal_cost == (D("10300.00"), D("10000.00"))
    assert result.contribution == (D("100.00"), D("100.00"))


# ── why, and what it was ─────────────────────────────────────────────────────────────────────────


def test_a_price_explains_itself_down_to_the_line() -> None:
    """The term, a year, a step of it, and a line of its full cost."""
    result = priced(years=2, contingency="10%")
    whole = result.explain()
    assert (whole.label, whole.settled_value, whole.how) == ("Price over the term", D("22000.00"), "")
    assert (whole.parts[0].how, whole.parts[0].parts[0].source) == ("", "")
    assert whole.exact == pytest.approx(22000)
    assert [p.settled_value for p in whole.parts] == [D("11000.00")] * 2
    assert result.explain("Year 2", "Contingency").settled_value == D("1000.00")
    assert result.explain("Year 2", "Full cost", "Direct cost", "Team").parts[0].how == "12 months at £833.3333"
    with pytest.raises(fcr.UnknownName, match="there is no figure 'Contingensy'"):
        result.explain("Year 1", "Contingensy")


def test_plain_data() -> None:
    """Every figure as text, nothing where nothing is known, and the table."""
    known = priced(volumes=[300], vat="standard-rated")
    assert known.to_dict() == {
        "price": ["10000.00"],
        "full_cost": ["10000.00"],
        "term": "10000.00",
        "vat": ["2000.00"],
        "unit_price": ["33.33"],
        "marginal_cost": ["10000.00"],
        "contribution": ["0.00"],
        "table": known.table().to_dict(),
    }
    unknown = priced().to_dict()
    assert (unknown["vat"], unknown["unit_price"]) == (None, None)


def test_a_saved_price_that_has_not_changed_is_not_mentioned() -> None:
    """What was saved with a bid comes to the same again, so there is nothing to say."""
    asked = bid(posts=[POST.replace(salary=D(9000))], vat="exempt")
    saved = fcr.price(asked).saved("1.2")
    assert (saved.version, saved.prices) == ("1.2", fcr.price(asked).price)
    assert saved.rates["employer_ni.secondary_rate"] == {date(2026, 4, 6): "0.15"}
    assert len(fcr.price(asked.replace(saved=saved)).table().notes) == len(fcr.price(asked).table().notes)


def test_a_saved_price_that_has_changed_says_what_and_by_which_rate() -> None:
    """The year, what it was with which version, what it is; and the dated figure that is no longer the same."""
    asked = bid(posts=[POST.replace(salary=D(9000))], vat="exempt")
    saved = fcr.price(asked).saved("1.2")
    rates = {name: dict(days) for name, days in saved.rates.items()}
    rates["employer_ni.secondary_rate"] = {date(2026, 4, 6): "0.14"}
    rates["a.figure_since_withdrawn"] = {date(2026, 4, 6): "1"}
    then = saved.replace(prices=[D("19560.00")], rates=rates)
    notes = fcr.price(asked.replace(saved=then)).table().notes
    assert [note for note in notes if note.startswith("Changed")] == [
        "Changed since saved with version 1.2: Year 1 was £19,560.00, is now £19,600.00.",
        "Changed since saved: employer_ni.secondary_rate from 2026-04-06 was 0.14, is now 0.15.",
    ]
