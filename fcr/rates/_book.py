"""The figures a bid uses: what is known, and what the bid assumes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt

from fcr.errors import InputError, Problem
from fcr.rates import _fields as f
from fcr.rates._known import parameter
from fcr.rates._rate import DAY, NO_LIMIT, Parameter, Rate, say


class RateBook:
    """The dated figures of a bid: the known ones, and its assumptions where it makes them.

    An assumption applies from its date until the next assumption for the same name, and replaces
    the known figures from that date on. With ``hold``, the last known number is kept beyond the
    last day it is known. Both come back with the status ``"assumed"``, never as known figures.

    Raises ``UnknownName`` for a name that is not there, and ``InputError`` with every assumption
    that is not a number for a figure that is one.

    >>> wage = "minimum_wage.age_25_plus"
    >>> book = RateBook({wage: {date(2027, 4, 1): Decimal("13.30")}})
    >>> book.number(wage, date(2027, 3, 31)), book.number(wage, date(2027, 4, 1))
    (Decimal('12.71'), Decimal('13.30'))
    >>> RateBook(hold=True).on(wage, date(2030, 1, 1)).note
    'held at the last known figure: 12.71 from 1 April 2026'
    """

    __slots__ = ("_assumed", "_hold", "_parameters", "_steps")

    def __init__(self, assumed: Mapping[str, Mapping[date, Decimal]] | None = None, *, hold: bool = False) -> None:
        self._assumed = {name: dict(by_day) for name, by_day in (assumed or {}).items()}
        self._hold = hold
        self._parameters: dict[str, Parameter] = {}
        self._steps: dict[str, _Steps] = {}
        problems = [p for name, by_day in self._assumed.items() for p in _problems(parameter(name), by_day)]
        if problems:
            raise InputError(problems)

    def __repr__(self) -> str:
        return f"RateBook({self._assumed!r}, hold={self._hold!r})"

    def on(self, name: str, day: date) -> Rate:
        """Give the figure on a day; raises ``UnknownName`` or ``RateNotFound``."""
        return self._parameter(name).on(day)

    def number(self, name: str, day: date) -> Decimal:
        """Give the number on a day, in its own unit; a limit that is not set is ``Decimal("Infinity")``.

        Raises ``InputError`` for what is not a number, such as a pay spine or a rule in words, and
        otherwise as :meth:`on` does.

        >>> RateBook().number("employer_ni.secondary_threshold_annual", date(2026, 4, 6))
        Decimal('5000')
        """
        return _amount(self._number_parameter(name).on(day))

    def monthly(self, name: str, days: Sequence[date]) -> npt.NDArray[np.float64]:
        """Give the numbers on some days, in the order given; for months, give the last day of each.

        Raises as :meth:`number` does, for the first of the days that has none.

        >>> RateBook().monthly("employer_ni.secondary_rate", [date(2022, 10, 31), date(2022, 11, 30)])
        array([0.1505, 0.138 ])
        """
        if name not in self._steps:
            self._steps[name] = _steps(self._number_parameter(name))
        starts, ends, values = self._steps[name]
        asked = np.array([day.toordinal() for day in days], dtype=np.int64)
        place = np.searchsorted(starts, asked, side="right") - 1
        unknown = asked > ends[place]
        if unknown.any():
            self.on(name, days[int(unknown.argmax())])  # says which day, and what is known
        return values[place]

    def used(self, name: str, first: date, last: date) -> tuple[Rate, ...]:
        """Give every figure in force on any day from ``first`` to ``last``, in order of date.

        Raises ``RateNotFound`` if any day of the span has none.

        >>> months = date(2027, 3, 1), date(2027, 4, 30)
        >>> [rate.status for rate in RateBook(hold=True).used("minimum_wage.under_18", *months)]
        ['two sources', 'assumed']
        """
        return self._parameter(name).between(first, last)

    def known_to(self, name: str) -> date | None:
        """Give the last day with a known figure, whatever is assumed or held; ``None`` = until changed.

        >>> RateBook().known_to("employer_ni.secondary_rate")
        datetime.date(2028, 4, 5)
        """
        return parameter(name).known_to()

    def _parameter(self, name: str) -> Parameter:
        if name not in self._parameters:
            known = parameter(name)
            rates = _held(known) if self._hold else known.rates
            self._parameters[name] = replace(known, rates=_assume(known, rates, self._assumed.get(name, {})))
        return self._parameters[name]

    def _number_parameter(self, name: str) -> Parameter:
        found = self._parameter(name)
        if found.kind != "number":
            raise InputError([_not_a_number(found)])
        return found


_Steps: TypeAlias = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]


def _steps(parameter: Parameter) -> _Steps:
    """Give first days, last days (as ordinals) and numbers, after a step of no length before all others."""
    found = [rate for rate in parameter.rates if rate.found]
    starts = [0, *(rate.start.toordinal() for rate in found)]
    ends = [0, *((rate.end or date.max).toordinal() for rate in found)]
    values = [np.nan, *(float(_amount(rate)) for rate in found)]
    return np.array(starts, np.int64), np.array(ends, np.int64), np.array(values, np.float64)


def _amount(rate: Rate) -> Decimal:
    """Give the value of a number parameter as a number."""
    return Decimal("Infinity") if rate.value == NO_LIMIT else cast("Decimal", rate.value)


def _held(known: Parameter) -> tuple[Rate, ...]:
    """Give the known values and, beyond them, the last number kept."""
    found = [rate for rate in known.rates if rate.found]
    if known.kind != "number" or not found or found[-1].end is None:
        return known.rates
    last, end = found[-1], found[-1].end
    note = f"held at the last known figure: {last.value} from {say(last.start)}"
    held = replace(last, start=end + DAY, end=None, status="assumed", note=note)
    return (*(rate for rate in known.rates if rate.start <= last.start), held)


def _assume(known: Parameter, rates: tuple[Rate, ...], by_day: Mapping[date, Decimal]) -> tuple[Rate, ...]:
    """Give the values up to the first assumption, and the assumptions from there on."""
    if not by_day:
        return rates
    days = sorted(by_day)
    before = (replace(r, end=min(r.end or date.max, days[0] - DAY)) for r in rates if r.start < days[0])
    ends = [*(day - DAY for day in days[1:]), None]
    stated = (
        Rate(
            name=known.name,
            title=known.title,
            value=Decimal(by_day[day]),
            unit=known.unit,
            start=day,
            end=end,
            status="assumed",
            sources=(),
            note="stated as an assumption",
        )
        for day, end in zip(days, ends, strict=True)
    )
    return (*before, *stated)


def _problems(known: Parameter, by_day: Mapping[date, Decimal]) -> Iterator[Problem]:
    """Say what is wrong with the assumptions for one name."""
    if known.kind != "number":
        yield _not_a_number(known)
        return
    for day, value in by_day.items():
        for what, raw, read in (("date", day, f.day), ("value", value, f.number)):
            try:
                read(raw)
            except f.UnexpectedError as expected:
                found = f"the {what} of an assumption is {f.show(raw)}, expected {expected}"
                path = ("assumed", known.name, str(day))
                yield Problem(known.name, found, f"Correct the {what}.", "assumption", path)


def _not_a_number(known: Parameter) -> Problem:
    what = f"this figure is of the kind {known.kind!r}, expected a number"
    return Problem(known.name, what, "Use only figures that are numbers here.", "not-a-number", (known.name,))
