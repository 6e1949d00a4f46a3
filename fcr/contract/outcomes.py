"""Outcomes and what they pay; monitoring and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from fcr.errors import Problem
from fcr.inputs import Input, Many, Name, PoundsOrNought, Quantity, Share, either

__all__ = ["DEFINITION", "Monitoring", "Outcome", "Return"]

DEFINITION = ("who", "change", "how_much", "by_when", "evidence", "payer", "price")
"""The parts of a complete payment rule (seven, as GO Lab's guide to payment rules asks for; these names are ours)."""


class Outcome(Input):
    """A change the contract is for: its definition, targets, evidence, and how often it is reached."""

    name: Name
    indicator: str = ""
    """What is counted to know."""
    who: str = ""
    """For whom."""
    change: str = ""
    """What changes."""
    how_much: str = ""
    by_when: str = ""
    evidence: str = ""
    """What proves it."""
    payer: str = ""
    """Who pays for it."""
    price: PoundsOrNought | None = None
    """Pounds each, where it is priced."""
    rates: Many[Share] = ()
    """How many of those who start reach it, in each contract year; one for all."""
    targets: Many[Quantity] = ()
    """How many a year the contract asks for."""
    lag_months: Annotated[int, Field(ge=0, le=120)] = 0
    """Months from start to outcome."""
    evidence_rate: Share | None = None
    """The rate that evidence of like services supports."""
    evidence_low: Share | None = None
    """The rate that like services fall below one time in five."""
    attributable: bool | None = None
    """Whether it is within the provider's control and can be told from others' work."""
    value: PoundsOrNought | None = None
    """What it is worth to the commissioner, in pounds each."""
    paid_back_months: Annotated[
        Annotated[int, Field(ge=0, le=600)] | Literal["unlimited"] | None,
        either("months from 0 to 600, or 'unlimited'", "0 is never."),
    ] = None
    """Months in which a payment made for it may be taken back; 0 for never."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts of its definition that nobody has filled in."""
        return tuple(part for part in DEFINITION if getattr(self, part) in {"", None})

    def rate(self, year: int) -> Decimal | None:
        """The planned rate in a contract year (from 0); the last stated holds after."""
        return self.rates[min(year, len(self.rates) - 1)] if self.rates else None

    def _problems(self) -> Iterator[Problem]:
        if self.evidence_rate is not None and self.evidence_low is not None and self.evidence_low > self.evidence_rate:
            what = f"the low rate, {self.evidence_low:%}, is above the rate itself, {self.evidence_rate:%}"
            yield Problem("", what, "Swap them.", "order", ("evidence_low",))


class Return(Input):
    """A report the commissioner asks for."""

    name: Name
    per_year: Quantity
    hours: Quantity
    """Hours of staff time each."""
    hourly_cost: PoundsOrNought
    """What an hour of the staff who make it costs, in pounds."""
    used_for: str | None = None
    """What the commissioner does with it; blank where it is known to be nothing."""

    @property
    def yearly_cost(self) -> Decimal:
        """``returns a year × hours × cost of an hour``, in pounds."""
        return self.per_year * self.hours * self.hourly_cost


class Monitoring(Input):
    """What the commissioner asks to be told, and what telling costs.

    >>> quarterly = Return(name="Outcomes", per_year=4, hours=12, hourly_cost=25)
    >>> Monitoring(returns=[quarterly], audits=800).yearly_cost
    Decimal('2000')
    """

    returns: Many[Return] | None = None
    """The reports it asks for; an empty list for none."""
    systems: PoundsOrNought = Decimal(0)
    """Pounds a year for systems kept only for this."""
    audits: PoundsOrNought = Decimal(0)
    """Pounds a year for audits and inspections."""
    indicators: Annotated[int, Field(ge=0, le=1000)] | None = None
    """How many key indicators the contract is judged by."""
    fixed_before_price: bool | None = None
    """Whether what is asked is settled before the price."""
    priced: bool | None = None
    """Whether its cost is in the price."""

    @property
    def yearly_cost(self) -> Decimal:
        """Returns, systems and audits, in pounds a year."""
        return sum((r.yearly_cost for r in self.returns or ()), Decimal(0)) + self.systems + self.audits
