"""What the law gives somebody whose job ends: statutory redundancy pay.

For each whole year of service, counted back from the day the job ends: one and a half weeks' pay
if the person was 41 or over from its first day, one week's if 22 or over, otherwise half a week's.
No more than 20 years count, nothing is due before two, and a week's pay counts up to a yearly
figure (Employment Rights Act 1996, ss. 155 and 162).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, cast

from fcr.errors import InputError, Problem
from fcr.money import round_half_up
from fcr.rates import RateBook

__all__ = ["redundancy_weeks", "statutory_redundancy"]

WEEKS = "redundancy.weeks_per_year_of_service"
WEEKLY_CAP = {"Great Britain": "redundancy.weekly_pay_cap_gb", "Northern Ireland": "redundancy.weekly_pay_cap_ni"}
LEAST_YEARS = 2
BANDS = ((41, "41_plus"), (22, "22_to_40"), (0, "under_22"))


def redundancy_weeks(age: int, years: int, on: date, book: RateBook | None = None) -> Decimal:
    """Weeks' pay due to somebody of an age, with whole years of service, whose job ends on a day.

    Raises :class:`~fcr.errors.InputError` for service longer than life.

    >>> redundancy_weeks(45, 10, date(2026, 4, 6))  # four years from 41 on, six before
    Decimal('12.0')
    """
    if not 0 <= years <= age:
        what = f"found {years} years of service at age {age}"
        raise InputError([Problem("years", what, "Check the two.", "out-of-range", ("years",))])
    weeks = cast("Mapping[str, Decimal]", (book or RateBook()).on(WEEKS, on).value)
    if years < LEAST_YEARS:
        return Decimal(0)
    counted = min(years, int(weeks["max_years"]))
    at_start = (age - back for back in range(1, counted + 1))
    return sum((next(weeks[band] for least, band in BANDS if then >= least) for then in at_start), Decimal(0))


def statutory_redundancy(
    weekly_pay: Decimal,
    *,
    age: int,
    years: int,
    on: date,
    nation: Literal["Great Britain", "Northern Ireland"] = "Great Britain",
    book: RateBook | None = None,
) -> Decimal:
    """Statutory redundancy pay in pounds: ``weeks × the lesser of a week's pay and its cap``.

    ``years`` are whole years of service, ``on`` the day the job ends. Raises
    :class:`~fcr.errors.RateNotFound` beyond the last date known, unless ``book`` holds an assumption.

    >>> statutory_redundancy(Decimal(800), age=52, years=8, on=date(2026, 9, 30))
    Decimal('9012.00')
    """
    cap = (book or RateBook()).number(WEEKLY_CAP[nation], on)
    return round_half_up(redundancy_weeks(age, years, on, book) * min(weekly_pay, cap))
