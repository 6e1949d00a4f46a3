"""What every mechanism shares: activity in, pounds a month out; caps, floors, tiers and settlement by the year."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from fcr.errors import Problem
from fcr.inputs import Input, Many, PoundsOrNought, Quantity

Floats = npt.NDArray[np.float64]

YEARLY = ("prices", "amounts", "fees")
"""The fields that hold one figure for each contract year."""


@dataclass(frozen=True)
class Activity:
    """What happens under a contract, month by month, in whole years: each array (…draws, months)."""

    units: Floats
    """Units served (starts, journeys, places)."""
    outcomes: Mapping[str, Floats] = field(default_factory=dict)
    """How many of each outcome are achieved and accepted."""
    costs: Floats | None = None
    """Pounds spent that the contract counts, for mechanisms that pay by cost."""

    @property
    def months(self) -> int:
        """How many months."""
        return int(self.units.shape[-1])


def gather(months: Floats) -> Floats:
    """Months gathered into years: (…, months) → (…, years)."""
    years: Floats = months.reshape(*months.shape[:-1], -1, 12).sum(axis=-1)
    return years


def each_year(months: Floats, earn: Callable[[Floats], Floats]) -> Floats:
    """Pounds a month where ``earn`` says what a year's total has earned, followed as the year goes on."""
    years = months.reshape(*months.shape[:-1], -1, 12)
    earned = earn(np.cumsum(years, axis=-1))
    start = earn(np.zeros_like(years[..., :1]))
    steps = np.diff(np.concatenate([start, earned], axis=-1), axis=-1) + start / 12.0
    flat: Floats = steps.reshape(months.shape)
    return flat


def settled(months: Floats, change: Floats) -> Floats:
    """Months with a yearly change (…, years) settled in the last month of each year."""
    lead = np.broadcast_shapes(months.shape[:-1], change.shape[:-1])
    result = np.array(np.broadcast_to(months, (*lead, months.shape[-1])))
    result[..., 11::12] += change
    return result


def floor_and_cap(months: Floats, floor: Decimal | None, cap: Decimal | None) -> Floats:
    """A yearly cap stops income when it is reached; a yearly floor is made up in the last month."""
    if cap is not None:
        limit = float(cap)
        months = each_year(months, lambda total: np.minimum(total, limit))
    if floor is not None:
        months = settled(months, np.maximum(float(floor) - gather(months), 0.0))
    return months


class Mechanism(Input):
    """What every mechanism shares."""

    kind: str
    pays_for: ClassVar[frozenset[str]] = frozenset()
    """What income depends on: ``volume``, ``outcomes``, ``cost``; nothing for a fixed sum."""

    @abstractmethod
    def income(self, activity: Activity) -> Floats:
        """Pounds earned each month: (…draws, months)."""

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcomes it pays for."""
        return frozenset()

    @property
    def pays_for_all(self) -> frozenset[str]:
        """What income depends on, in any part of it."""
        return self.pays_for

    @property
    def years_stated(self) -> frozenset[int]:
        """How many contract years it states figures for, where it states them year by year."""
        yearly = (getattr(self, name, ()) for name in YEARLY)
        return frozenset(len(values) for values in yearly if values)

    @property
    def moving_parts(self) -> int:
        """How many figures decide the payment: an over-complicated mechanism is a risk of its own."""
        return sum(_count(getattr(self, name)) for name in type(self).model_fields if name != "kind")

    @property
    def must_serve(self) -> bool:
        """Whether activity beyond what is paid must still be served."""
        return False

    def _problems(self) -> Iterator[Problem]:
        for name in YEARLY:
            if getattr(self, name, None) == ():
                yield Problem("", "no figure is given", "Give one for each contract year.", "empty", (name,))


def _count(value: object) -> int:
    if isinstance(value, tuple):
        return sum(_count(item) for item in value)
    if isinstance(value, Input):
        return sum(_count(getattr(value, name)) for name in type(value).model_fields)
    return int(isinstance(value, Decimal | int) and not isinstance(value, bool))


def bounds(floor: Decimal | None, cap: Decimal | None) -> Iterator[Problem]:
    """A yearly cap below its floor."""
    if floor is not None and cap is not None and cap < floor:
        what = f"the most a year, £{cap:,f}, is below the least, £{floor:,f}"
        yield Problem("", what, "Swap them.", "cap-below-floor", ("maximum",))


class Tier(Input):
    """A price for the units of a year from a threshold up."""

    above: Quantity
    price: PoundsOrNought


def tiered(units: Floats, price: Decimal, tiers: Many[Tier]) -> Floats:
    """Each unit of a year at the price of the highest threshold the year's total is above."""

    def earn(total: Floats) -> Floats:
        earned = total * float(price)
        before = float(price)
        for tier in tiers:
            earned = earned + np.maximum(total - float(tier.above), 0.0) * (float(tier.price) - before)
            before = float(tier.price)
        return earned

    return each_year(units, earn)


def rising(values: list[Decimal], field_: str) -> Iterator[Problem]:
    """Thresholds that are out of order."""
    if any(b <= a for a, b in pairwise(values)):
        yield Problem("", "the thresholds do not rise from row to row", "Put them in order.", "order", (field_,))
