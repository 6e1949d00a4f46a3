"""One dated value, and the run of them that makes a parameter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Literal, TypeAlias

from fcr.errors import RateNotFound
from fcr.results import Result
from fcr.table import Column, Row, Table

NOT_FOUND = "not found"
"""The status and the value of a figure that was looked for and not found."""
NO_LIMIT = "no limit"
"""The value of a limit that is not set."""

STATUSES = ("two sources", "one source", "memory", NOT_FOUND)
"""How well a figure in the files is confirmed; an assumption adds ``"assumed"``."""

DAY = timedelta(days=1)

Kind: TypeAlias = Literal["number", "text", "yes or no", "date", "table"]
Value: TypeAlias = Decimal | str | bool | date | Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Rate(Result):
    """One figure with the dates between which it applies and the sources it rests on.

    A percentage is held as a share (15% is ``Decimal("0.15")``) and ``unit`` says of what. A limit
    that is not set has the value ``"no limit"``; a figure that was looked for and not found has the
    value and the status ``"not found"``, and only :func:`fcr.rates.history` shows it.
    """

    name: str
    """The dotted name, such as ``"vat.standard_rate"``."""
    title: str
    value: Value
    unit: str
    start: date
    """The first day it applies."""
    end: date | None
    """The last day it is known to apply; ``None`` when it stands until changed."""
    status: str
    """``"two sources"``, ``"one source"``, ``"memory"``, ``"not found"`` or ``"assumed"``."""
    sources: tuple[str, ...]
    """Keys for :func:`fcr.rates.source`, or full addresses."""
    note: str

    @property
    def confirmed(self) -> bool:
        """Whether at least two independent sources agree on the figure."""
        return self.status == "two sources"

    @property
    def found(self) -> bool:
        """Whether there is a figure here at all."""
        return self.status != NOT_FOUND

    def table(self) -> Table:
        """The figure, when it applies, who says so and how well it is confirmed.

        >>> rate = Rate("vat", "VAT", Decimal("0.2"), "share", date(2011, 1, 4), None, "memory", (), "")
        >>> rate.to_dict()["value"], rate.to_dict()["start"]
        ('0.2', '2011-01-04')
        >>> print(rate)
        VAT
        <BLANKLINE>
        Figure        0.2 (share)
        Applies from  4 January 2011
        Known to      until changed
        Confirmed by  memory
        Name          vat
        """
        from fcr.rates._known import source  # noqa: PLC0415 (it rests on this module)

        value = f"{self.value:,f}" if isinstance(self.value, Decimal) else str(self.value)
        rows = [("Figure", f"{value} ({self.unit})" if self.unit else value), ("Applies from", say(self.start))]
        rows.append(("Known to", "until changed" if self.end is None else say(self.end)))
        rows.append(("Confirmed by", self.status))
        rows += [("Source", source(key)) for key in self.sources]
        rows += [("Note", self.note)] if self.note else []
        rows.append(("Name", self.name))
        columns = (Column("", "text"), Column("", "text"))
        return Table(self.title, columns, tuple(Row(row) for row in rows))

    def to_dict(self) -> dict[str, object]:
        """Plain data: figures and dates as text."""
        return {
            "name": self.name,
            "title": self.title,
            "value": {k: str(v) for k, v in self.value.items()} if isinstance(self.value, Mapping) else str(self.value),
            "unit": self.unit,
            "start": self.start.isoformat(),
            "end": None if self.end is None else self.end.isoformat(),
            "status": self.status,
            "sources": list(self.sources),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Parameter:
    """Every dated value of one name, in order of date and never overlapping."""

    name: str
    title: str
    unit: str
    kind: Kind
    rates: tuple[Rate, ...]

    def on(self, day: date) -> Rate:
        """Give the value on a day; raises ``RateNotFound`` when there is none."""
        place = bisect_right(self.rates, day, key=attrgetter("start")) - 1
        if place >= 0:
            rate = self.rates[place]
            if rate.found and (rate.end is None or day <= rate.end):
                return rate
        raise RateNotFound(self.name, day, self._what_is_known(), self._what_to_do(day))

    def between(self, first: date, last: date) -> tuple[Rate, ...]:
        """Give every value in force anywhere from ``first`` to ``last``; raises if any day has none."""
        met: list[Rate] = []
        day = first
        while day <= last:
            rate = self.on(day)
            met.append(rate)
            if rate.end is None:
                break
            day = rate.end + DAY
        return tuple(met)

    def known_to(self) -> date | None:
        """Give the last day with a figure, ``None`` when the last one stands until changed.

        When nothing at all was found it is the day before the first date looked for.
        """
        known = [rate.end for rate in self.rates if rate.found]
        return known[-1] if known else self.rates[0].start - DAY

    def _what_is_known(self) -> str:
        """``"known from 6 April 2019 to 5 April 2028"``, one span for each unbroken run."""
        spans: list[tuple[date, date | None]] = []
        for rate in (r for r in self.rates if r.found):
            start = rate.start
            if spans and (end := spans[-1][1]) is not None and end + DAY == start:
                start, _ = spans.pop()
            spans.append((start, rate.end))
        known = ["known " + " and ".join(_span(*span) for span in spans)] if spans else []
        sought = [f"looked for and not found from {say(r.start)}" for r in self.rates if not r.found]
        return "; ".join(known + sought)

    def _what_to_do(self, day: date) -> str:
        if self.kind != "number":
            return "See whether it has been published since."
        assume = f'RateBook(assumed={{"{self.name}": {{date({day.year}, {day.month}, {day.day}): ...}}}})'
        advice = f"State the figure you expect as an assumption, {assume}"
        last = max((rate.start for rate in self.rates if rate.found), default=date.max)
        return advice + (", or hold the last known one, RateBook(hold=True)." if day > last else ".")


def say(day: date) -> str:
    """Say a date in words.

    >>> say(date(2027, 4, 6))
    '6 April 2027'
    """
    return f"{day.day} {day:%B %Y}"


def _span(start: date, end: date | None) -> str:
    return f"from {say(start)}" + (f" to {say(end)}" if end else "")
