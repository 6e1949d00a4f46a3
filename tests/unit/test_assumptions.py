"""Rises stated, published and missing, by date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from fcr.assumptions import Assumptions, Index
from fcr.errors import InputError, RateNotFound
from fcr.periods import Calendar

D = Decimal
APRIL = date(2026, 4, 1)
FROM_OCTOBER = Calendar.of_years(date(2026, 10, 1), 2)


def stated(month: Any = 4, **rises: str) -> Assumptions:
    index = Index.from_dict({"month": month, "rises": {int(y[1:]): r for y, r in rises.items()}, "note": "our plan"})
    return Assumptions(indices={"pay": index})


def test_rises_come_each_april_after_the_base() -> None:
    """From October 2026 for two years: April 2027 (3%) and April 2028 (2%), one on the other."""
    got = stated(y2027="3%", y2028="2%").factors(["pay"], APRIL, FROM_OCTOBER)["pay"]
    assert np.allclose(got, [1.0] * 6 + [1.03] * 12 + [1.03 * 1.02] * 6)


def test_the_base_years_own_april_is_not_a_rise() -> None:
    """Prices are those that hold when the base year begins; a rise before the contract is in from its first month."""
    late = Calendar.of_years(date(2028, 1, 1), 1)
    assumed = stated(y2027="10%", y2028="20%")
    assert assumed.rise_dates("pay", APRIL, late) == [date(2027, 4, 1), date(2028, 4, 1)]
    assert np.allclose(assumed.factors(["pay"], APRIL, late)["pay"], [1.1] * 3 + [1.32] * 9)


@pytest.mark.parametrize(
    ("month", "dates"),
    [
        (9, [date(2026, 9, 1), date(2027, 9, 1), date(2028, 9, 1)]),
        (1, [date(2027, 1, 1), date(2028, 1, 1)]),
        ("anniversary", [date(2026, 10, 1), date(2027, 10, 1)]),
    ],
)
def test_the_month_of_the_rise_may_be_chosen(month: Any, dates: list[date]) -> None:
    """September, January, or each anniversary of the start; the start itself is a rise when it is after the base."""
    assert stated(month, y2026="1%", y2027="1%", y2028="1%").rise_dates("pay", APRIL, FROM_OCTOBER) == dates


def test_an_anniversary_on_the_base_itself_is_no_rise() -> None:
    """A contract from the first day of the base year rises at its first anniversary."""
    term = Calendar.of_years(APRIL, 2)
    got = stated("anniversary", y2027="5%").factors(["pay"], APRIL, term)["pay"]
    assert np.allclose(got, [1.0] * 12 + [1.05] * 12)


def test_what_is_fixed_never_rises() -> None:
    """No date is asked for."""
    assert Assumptions().factors(["fixed"], APRIL, FROM_OCTOBER)["fixed"].tolist() == [1.0] * 24


def test_cpi_is_read_from_the_published_averages() -> None:
    """The OBR's forecast for 2027-28 and 2028-29 is 2.0% each: 1.02 from April 2027, 1.0404 from April 2028."""
    got = Assumptions().factors(["CPI"], APRIL, FROM_OCTOBER)["CPI"]
    assert np.allclose(got, [1.0] * 6 + [1.02] * 12 + [1.0404] * 6)
    used = Assumptions().used(["CPI", "fixed"], APRIL, FROM_OCTOBER)
    assert [(r.name, r.value, r.start.year) for r in used] == [
        ("cpi.fiscal_year_average", D("0.02"), 2027),
        ("cpi.fiscal_year_average", D("0.02"), 2028),
    ]


def test_a_stated_cpi_replaces_the_published_one() -> None:
    """Once the bid states its CPI, every year must be stated: nothing is mixed."""
    assumed = Assumptions(indices={"CPI": Index(rises={2027: D("0.04")})})
    assert assumed.rise("CPI", date(2027, 4, 1)) == D("0.04")
    with pytest.raises(RateNotFound, match="the rise of 'CPI' is not known for 1 April 2028"):
        assumed.rise("CPI", date(2028, 4, 1))


def test_the_wage_floor_is_read_from_the_published_rates() -> None:
    """12.21 from April 2025 and 12.71 from April 2026: a rise of 12.71 ÷ 12.21 − 1."""
    base, term = date(2025, 4, 1), Calendar.of_years(date(2025, 10, 1), 1)
    got = Assumptions().factors(["wage floor"], base, term)["wage floor"]
    assert np.allclose(got, [1.0] * 6 + [12.71 / 12.21] * 6)
    (used,) = Assumptions().used(["wage floor"], base, term)
    assert (used.name, used.start, used.end) == ("wage floor", date(2026, 4, 1), date(2027, 4, 1))
    assert (used.title, used.unit, used.sources) == ("rise of wage floor", "a year", ())
    assert used.note == "from minimum_wage.age_25_plus"
    assert used.status == "two sources"
    assert used.value == D("12.71") / D("12.21") - 1


def test_an_unknown_wage_floor_is_not_guessed() -> None:
    """April 2027 is not announced: not known; held, it would be a rise of nothing that nobody stated, so refused."""
    april = date(2027, 4, 1)
    with pytest.raises(RateNotFound, match=r"minimum_wage\.age_25_plus"):
        Assumptions().rise("wage floor", april)
    with pytest.raises(RateNotFound, match="the rise of 'wage floor' is not known for 1 April 2027"):
        Assumptions(hold_rates=True).rise("wage floor", april)


def test_a_wage_floor_that_the_bid_assumes_is_used() -> None:
    """£13.21 an hour assumed from April 2027 is a rise of 13.21 ÷ 12.71 − 1, and comes back as assumed."""
    assumed = Assumptions(rates={"minimum_wage.age_25_plus": {date(2027, 4, 1): D("13.21")}})
    assert assumed.rise("wage floor", date(2027, 4, 1)) == D("13.21") / D("12.71") - 1
    (used,) = assumed.used(["wage floor"], APRIL, Calendar.of_years(date(2026, 10, 1), 1))
    assert used.status == "assumed"


def test_a_stated_wage_floor_index_replaces_the_published_one() -> None:
    """The bid's own rises for the wage floor are used, and said to be assumed, with its note."""
    assumed = Assumptions(indices={"wage floor": Index(rises={2027: D("0.05")}, note="our guess")})
    assert assumed.rise("wage floor", date(2027, 4, 1)) == D("0.05")
    (used,) = assumed.used(["wage floor"], APRIL, Calendar.of_years(date(2026, 10, 1), 1))
    assert (used.value, used.status, used.note) == (D("0.05"), "assumed", "our guess")


def test_a_pay_award_nobody_stated_is_refused_with_what_to_write() -> None:
    """The message says which rise, from when, and what to state."""
    with pytest.raises(RateNotFound) as refused:
        Assumptions().factors(["pay"], APRIL, FROM_OCTOBER)
    assert refused.value.on == date(2027, 4, 1)
    assert str(refused.value) == (
        "the rise of 'pay' is not known for 1 April 2027 (the bid does not state it). "
        "State it: indices={'pay': Index(rises={2027: …})}."
    )


def test_what_is_missing_is_listed_all_at_once() -> None:
    """Each index in order of name, with every date that is missing; an unknown one with the nearest name."""
    assumed = stated(y2028="0%")
    problems = list(assumed.problems(["pay", "wage flor", "fixed", "CPI", "energy"], APRIL, FROM_OCTOBER))
    assert [(p.what, p.fix, p.code) for p in problems] == [
        ("there is no index 'energy'", "State it in assumptions.indices.", "unknown-name"),
        ("the rise of 'pay' is not stated for April 2027", "State each, even when it is 0%.", "rise-not-stated"),
        ("there is no index 'wage flor'", "Did you mean 'wage floor'?", "unknown-name"),
    ]
    assert all(p.path == ("assumptions", "indices") for p in problems)
    (both,) = Assumptions().problems(["pay"], APRIL, FROM_OCTOBER)
    assert both.what == "the rise of 'pay' is not stated for April 2027, April 2028"


def test_rates_of_the_bid_must_be_known_figures() -> None:
    """A name that is not a dated figure, or a figure that is not a number, is refused with the others."""
    with pytest.raises(InputError) as refused:
        Assumptions.from_dict(
            {"rates": {"employer_ni.secondary_rte": {"2027-04-06": "0.16"}, "njc.spine": {"2027-04-01": "1"}}}
        )
    assert [p.code for p in refused.value.problems] == ["unknown-name", "not-a-number"]
    assert "employer_ni.secondary_rate" in refused.value.problems[0].fix
