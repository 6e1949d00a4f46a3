"""What the years ahead are assumed to bring: rises by index, and statutory rates not yet known.

A cost is stated at the prices that hold when the base year begins. Each index multiplies it by
one plus the rise, in the month of every rise after that. What nobody has stated is not guessed:
CPI is read from the dated figures (and printed with them); a pay award is the bid's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from fcr.errors import InputError, Problem, RateNotFound, nearest
from fcr.inputs import Growth, Input, Mapped, Name, Number, either
from fcr.lines import FIXED
from fcr.periods import Calendar, add_months
from fcr.rates import Rate, RateBook, names

__all__ = ["Assumptions", "Index"]

CPI, PAY, WAGE_FLOOR = "CPI", "pay", "wage floor"
CPI_RATE = "cpi.fiscal_year_average"
WAGE_FLOOR_RATE = "minimum_wage.age_25_plus"

APRIL = 4


class Index(Input):
    """What a cost rises by, and when in the year.

    >>> Index(rises={2027: "3%", 2028: "2.5%"}).rises[2027]
    Decimal('0.03')
    """

    rises: Mapped[int, Growth] = {}
    """The rise that takes effect in each calendar year, as a fraction of the price before it."""
    month: Annotated[
        Annotated[int, Field(ge=1, le=12)] | Literal["anniversary"],
        either("a month from 1 to 12, or 'anniversary'", "April is 4."),
    ] = APRIL
    """The month of the rise (4 is April), or that of the contract's start every year, the start itself included."""
    note: str = ""


class Assumptions(Input):
    """The indices and rates a bid rests on; every output prints them.

    ``indices``: ``pay``, ``CPI``, ``wage floor`` and any the bid names. ``rates``: a statutory
    figure of the bid's own from a date on, in place of what is known, such as
    ``{"auto_enrolment.earnings_trigger": {date(2027, 4, 6): Decimal(10000)}}``.
    """

    indices: Mapped[Name, Index] = {}
    rates: Mapped[str, Mapped[date, Number]] = {}
    hold_rates: bool = False
    """Assume that statutory figures stay as last known, beyond the last date known."""
    note: str = ""

    def _problems(self) -> Iterator[Problem]:
        for name, by_day in self.rates.items():
            path = ("rates", name)
            if name not in names():
                fix = nearest(name, names()).strip() or "See the names with: fcr rates."
                yield Problem("", f"there is no dated figure {name!r}", fix, "unknown-name", path)
                continue
            try:
                RateBook({name: by_day})
            except InputError as error:
                yield from (Problem("", p.what, p.fix, p.code, path) for p in error.problems)

    @cached_property
    def book(self) -> RateBook:
        """The statutory figures as this bid takes them."""
        refused = {problem.path[-1] for problem in self._problems()}  # only when it stands in for what was refused
        return RateBook({n: days for n, days in self.rates.items() if n not in refused}, hold=self.hold_rates)

    def rise_dates(self, index: str, base: date, term: Calendar) -> list[date]:
        """The first day of each month after ``base`` and up to the end of ``term`` in which ``index`` rises."""
        month = self.indices[index].month if index in self.indices else APRIL
        number = term.start.month if month == "anniversary" else month
        dates = (date(year, number, 1) for year in range(base.year, term.last.year + 1))
        return [d for d in dates if base < d <= term.last]

    def rise(self, index: str, on: date) -> Decimal:
        """The rise of ``index`` that takes effect on ``on``; raises :class:`RateNotFound` when nobody knows it."""
        stated = self.indices[index].rises if index in self.indices else {}
        if on.year in stated:
            return stated[on.year]
        if index == CPI and index not in self.indices:
            return self.book.number(CPI_RATE, on)
        if index == WAGE_FLOOR and index not in self.indices:
            before, after = (self.book.on(WAGE_FLOOR_RATE, day) for day in (on.replace(day=1, month=3), on))
            if after.status != "assumed" or after.name in self.rates:
                return Decimal(str(after.value)) / Decimal(str(before.value)) - 1
        fix = f"State it: indices={{'{index}': Index(rises={{{on.year}: …}})}}."
        raise RateNotFound(f"the rise of {index!r}", on, "the bid does not state it", fix)

    def factors(self, names: Iterable[str], base: date, term: Calendar) -> dict[str, npt.NDArray[np.float64]]:
        """What each index multiplies base-year prices by, in each month of ``term``.

        Formula: the product of ``1 + rise`` over the rises after ``base`` and up to the month.
        Raises :class:`RateNotFound` for a rise nobody has stated or published.
        """
        result = {}
        for name in names:
            factor = np.ones(term.months)
            for on in () if name == FIXED else self.rise_dates(name, base, term):
                first = max((on.year - term.start.year) * 12 + on.month - term.start.month, 0)
                factor[first:] *= 1.0 + float(self.rise(name, on))
            result[name] = factor
        return result

    def used(self, names: Iterable[str], base: date, term: Calendar) -> list[Rate]:
        """Each rise the term rests on, as a dated figure: published ones with their source, stated ones as assumed."""
        found = []
        for name in sorted(set(names) - {FIXED}):
            for on in self.rise_dates(name, base, term):
                if name == CPI and name not in self.indices:
                    found.append(self.book.on(CPI_RATE, on))
                    continue
                published = name == WAGE_FLOOR and name not in self.indices
                note = f"from {WAGE_FLOOR_RATE}" if published else self.indices[name].note
                status = self.book.on(WAGE_FLOOR_RATE, on).status if published else "assumed"
                end = add_months(on, 12)
                found.append(Rate(name, f"rise of {name}", self.rise(name, on), "a year", on, end, status, (), note))
        return found

    def problems(self, names: Iterable[str], base: date, term: Calendar) -> Iterator[Problem]:
        """Indices that are used but not stated, with every year that is missing."""
        for name in sorted(set(names) - {FIXED}):
            if name not in {CPI, PAY, WAGE_FLOOR, *self.indices}:
                known = (CPI, PAY, WAGE_FLOOR, FIXED, *self.indices)
                fix = nearest(name, known).strip() or "State it in assumptions.indices."
                yield Problem("", f"there is no index {name!r}", fix, "unknown-name", ("assumptions", "indices"))
                continue
            missing = []
            for on in self.rise_dates(name, base, term):
                try:
                    self.rise(name, on)
                except RateNotFound:
                    missing.append(f"{on:%B %Y}")
            if missing:
                what = f"the rise of {name!r} is not stated for {', '.join(missing)}"
                fix = "State each, even when it is 0%."
                yield Problem("", what, fix, "rise-not-stated", ("assumptions", "indices"))
