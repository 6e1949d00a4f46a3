"""Months and years, across ends of years and leap years."""

from __future__ import annotations

from datetime import date

import pytest

from fcr.periods import Calendar, add_months, financial_year, last_day, months_between


@pytest.mark.parametrize(
    ("first", "months", "then"),
    [
        (date(2026, 11, 1), 1, date(2026, 12, 1)),
        (date(2026, 11, 1), 2, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 4, 1), 120, date(2036, 4, 1)),
    ],
)
def test_months_roll_over_the_year(first: date, months: int, then: date) -> None:
    """Adding months keeps to the first of a month, forwards and backwards, and is undone by counting them."""
    assert add_months(first, months) == then
    assert months_between(first, then) == months


@pytest.mark.parametrize(
    ("month", "last"),
    [(date(2026, 2, 1), 28), (date(2028, 2, 1), 29), (date(2026, 4, 1), 30), (date(2026, 12, 1), 31)],
)
def test_last_days(month: date, last: int) -> None:
    """A month follows the rule of its last day, which in February 2028 is the 29th."""
    assert last_day(month) == month.replace(day=last)


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (date(2026, 4, 1), "2026-27"),
        (date(1999, 4, 1), "1999-00"),
        (date(2008, 8, 1), "2008-09"),
        (date(2026, 1, 1), "2026"),
    ],
)
def test_a_year_is_named_by_its_first_day(first: date, name: str) -> None:
    """A year from January is one number; any other is two, the second of two digits."""
    assert financial_year(first) == name


def test_a_term_in_years() -> None:
    """Three years from October 2026: 36 months, of which the seventh is April, to 30 September 2029."""
    term = Calendar.of_years(date(2026, 10, 1), 3)
    assert (term.months, term.years, len(term.firsts), len(term.lasts)) == (36, 3, 36, 36)
    assert term.firsts[6] == date(2027, 4, 1)
    assert term.lasts[6] == date(2027, 4, 30)
    assert term.last == term.lasts[-1] == date(2029, 9, 30)
    assert term.labels == ("Year 1", "Year 2", "Year 3")
    assert term.describe(3) == "Year 3 (Oct 2028 to Sep 2029)"


@pytest.mark.parametrize(("months", "years"), [(1, 1), (12, 1), (13, 2), (24, 2)])
def test_part_of_a_year_counts_as_one(months: int, years: int) -> None:
    """Thirteen months are two years, the second of one month."""
    term = Calendar(date(2026, 4, 1), months)
    assert term.years == years
    assert len(term.labels) == years
    assert len(term.firsts) == months
