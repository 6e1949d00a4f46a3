"""Time: months, contract years, financial and tax years.

The engine works by calendar month. A month follows the rule in force on its **last day**, so
April belongs to the new tax year (from the 6th) and November 2022 to the lower National
Insurance rate (from the 6th).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

__all__ = ["Calendar", "add_months", "financial_year", "last_day", "months_between"]


def add_months(first: date, months: int) -> date:
    """The first day of the month ``months`` after ``first`` (which is itself the first of a month).

    >>> add_months(date(2026, 11, 1), 3)
    datetime.date(2027, 2, 1)
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def months_between(first: date, second: date) -> int:
    """Whole months from the month of ``first`` to the month of ``second``.

    >>> months_between(date(2026, 4, 1), date(2027, 1, 1))
    9
    """
    return (second.year - first.year) * 12 + second.month - first.month


def last_day(month: date) -> date:
    """The last day of a month: the day whose rules the whole month follows.

    >>> last_day(date(2028, 2, 1))
    datetime.date(2028, 2, 29)
    """
    return month.replace(day=monthrange(month.year, month.month)[1])


def financial_year(first: date) -> str:
    """A year named by its first day: ``2026-27``, or ``2026`` when it is a calendar year.

    >>> financial_year(date(2026, 4, 1)), financial_year(date(2026, 1, 1))
    ('2026-27', '2026')
    """
    return str(first.year) if first.month == 1 else f"{first.year}-{(first.year + 1) % 100:02d}"


@dataclass(frozen=True)
class Calendar:
    """The months being costed, from the first of a month, gathered into years from that month.

    >>> term = Calendar.of_years(date(2026, 10, 1), 3)
    >>> term.months, term.labels[0], term.last
    (36, 'Year 1', datetime.date(2029, 9, 30))
    >>> term.describe(1)
    'Year 1 (Oct 2026 to Sep 2027)'
    """

    start: date
    months: int

    @classmethod
    def of_years(cls, start: date, years: int) -> Self:
        """``years`` whole years."""
        return cls(start, years * 12)

    @property
    def years(self) -> int:
        """How many years, the last of which may be part of one."""
        return -(-self.months // 12)

    @cached_property
    def firsts(self) -> tuple[date, ...]:
        """The first day of each month."""
        return tuple(add_months(self.start, m) for m in range(self.months))

    @cached_property
    def lasts(self) -> tuple[date, ...]:
        """The last day of each month."""
        return tuple(last_day(first) for first in self.firsts)

    @property
    def last(self) -> date:
        """The last day of the term."""
        return last_day(add_months(self.start, self.months - 1))

    @property
    def labels(self) -> tuple[str, ...]:
        """``Year 1``, ``Year 2``…"""
        return tuple(f"Year {y + 1}" for y in range(self.years))

    def describe(self, year: int) -> str:
        """A year of the term (from 1) with its months, such as ``Year 1 (Oct 2026 to Sep 2027)``."""
        first, last = add_months(self.start, 12 * year - 12), add_months(self.start, 12 * year - 1)
        return f"Year {year} ({first:%b %Y} to {last:%b %Y})"
