"""Mechanisms that pay a fixed sum or by volume."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Literal

import numpy as np

from fcr.contract.mechanisms.base import (
    Activity,
    Floats,
    Mechanism,
    Tier,
    bounds,
    each_year,
    floor_and_cap,
    gather,
    rising,
    settled,
    tiered,
)
from fcr.errors import Problem
from fcr.inputs import Many, PoundsOrNought, Quantity, Share


class BlockPrice(Mechanism):
    """A fixed price for each contract year, whatever the volume.

    >>> BlockPrice(prices=[100000, 102000]).income(Activity(np.zeros(24)))[[0, 12]]
    array([8333.33333333, 8500.        ])
    """

    kind: Literal["block"] = "block"
    prices: Many[PoundsOrNought]
    """Pounds for each contract year, without VAT."""

    def income(self, activity: Activity) -> Floats:
        """``price of the year ÷ 12`` each month."""
        months = np.repeat([float(p) for p in self.prices], 12)[: activity.months] / 12.0
        return np.array(np.broadcast_to(months, activity.units.shape))


class UnitPrice(Mechanism):
    """So much a unit, by tiers of the year's volume if there are any, between a least and a most a year.

    >>> tiers = UnitPrice(price=10, tiers=[Tier(above=100, price=8)])
    >>> float(tiers.income(Activity(np.full(12, 10.0))).sum())
    1160.0
    """

    kind: Literal["unit price"] = "unit price"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume"})
    price: PoundsOrNought
    tiers: Many[Tier] = ()
    minimum: PoundsOrNought | None = None
    """The least paid in a year."""
    maximum: PoundsOrNought | None = None
    """The most paid in a year."""

    def income(self, activity: Activity) -> Floats:
        """``price × units``, each unit at the price of the highest threshold the year's total is above."""
        return floor_and_cap(tiered(activity.units, self.price, self.tiers), self.minimum, self.maximum)

    def _problems(self) -> Iterator[Problem]:
        yield from bounds(self.minimum, self.maximum)
        yield from rising([t.above for t in self.tiers], "tiers")


class CostAndVolume(Mechanism):
    """A price for a planned volume; above a band each unit is paid, below it each is refunded.

    >>> mechanism = CostAndVolume(price=120000, volume=1000, band="0.1", above=60, below=40)
    >>> [float(mechanism.income(Activity(np.full(12, n / 12))).sum().round(2)) for n in (800, 1000, 1200)]
    [116000.0, 120000.0, 126000.0]
    """

    kind: Literal["cost and volume"] = "cost and volume"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume"})
    price: PoundsOrNought
    """Pounds a year for the planned volume."""
    volume: Quantity
    band: Share = Decimal(0)
    """How far volume may move either way without a change."""
    above: PoundsOrNought = Decimal(0)
    """Pounds for each unit above the band."""
    below: PoundsOrNought = Decimal(0)
    """Pounds refunded for each unit below the band, at the year's end."""

    def income(self, activity: Activity) -> Floats:
        """``price ÷ 12`` a month, ``+ above × units over the band``, ``− below × units under it``."""
        high, low = (float(self.volume * (1 + sign * self.band)) for sign in (1, -1))
        base, above = float(self.price), float(self.above)
        months = each_year(activity.units, lambda total: base + above * np.maximum(total - high, 0.0))
        refund = float(self.below) * np.maximum(low - gather(activity.units), 0.0)
        return settled(months, -np.minimum(refund, gather(months)))


class StandingCharge(Mechanism):
    """A yearly charge for being there, and a price a unit."""

    kind: Literal["standing charge"] = "standing charge"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume"})
    charge: PoundsOrNought
    """Pounds a year."""
    price: PoundsOrNought
    """Pounds a unit."""

    def income(self, activity: Activity) -> Floats:
        """``charge ÷ 12 + price × units``."""
        return float(self.charge) / 12.0 + float(self.price) * activity.units


class CappedActivity(Mechanism):
    """A unit price up to a yearly cap, with the duty to serve beyond it (as notified payment limits do).

    >>> capped = CappedActivity(price=50, cap=90)
    >>> float(capped.income(Activity(np.full(12, 10.0))).sum())
    4500.0
    """

    kind: Literal["capped activity"] = "capped activity"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume"})
    price: PoundsOrNought
    cap: Quantity
    """Units paid for in a year."""
    duty_to_serve: bool = True

    def income(self, activity: Activity) -> Floats:
        """``price × min(units of the year, cap)``."""
        cap, price = float(self.cap), float(self.price)
        return each_year(activity.units, lambda total: price * np.minimum(total, cap))

    @property
    def must_serve(self) -> bool:
        """Whether activity beyond the cap must still be served."""
        return self.duty_to_serve


class CallOff(Mechanism):
    """A framework price a unit, for whatever is called off: nothing is guaranteed."""

    kind: Literal["call-off"] = "call-off"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume"})
    price: PoundsOrNought

    def income(self, activity: Activity) -> Floats:
        """``price × units``."""
        return float(self.price) * activity.units


class PersonalBudgets(Mechanism):
    """Clients' own budgets or direct payments: a price a unit, less what is never paid."""

    kind: Literal["personal budgets"] = "personal budgets"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume"})
    price: PoundsOrNought
    """Pounds a unit."""
    bad_debts: Share = Decimal(0)
    lost_clients: Share = Decimal(0)
    """The share of planned units lost as clients leave before others are found."""

    def income(self, activity: Activity) -> Floats:
        """``price × units × (1 − lost) × (1 − bad debts)``."""
        kept = (1.0 - float(self.lost_clients)) * (1.0 - float(self.bad_debts))
        return float(self.price) * kept * activity.units
