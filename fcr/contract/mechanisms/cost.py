"""Mechanisms that pay by cost: cost plus, target cost, grants."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar, Literal

import numpy as np

from fcr.contract.mechanisms.base import Activity, Floats, Mechanism, floor_and_cap, gather, rising, settled
from fcr.errors import Problem
from fcr.inputs import Input, Many, PoundsOrNought, Share


def costs_of(activity: Activity) -> Floats:
    """The costs that the contract counts."""
    if activity.costs is None:
        raise ValueError("a mechanism that pays by cost needs the costs")
    return activity.costs


class CostPlus(Mechanism):
    """Allowed cost, and a fee as a share of it or a fixed sum a year, up to a most."""

    kind: Literal["cost plus"] = "cost plus"
    pays_for: ClassVar[frozenset[str]] = frozenset({"cost"})
    fee_rate: Share = Decimal(0)
    fee: PoundsOrNought = Decimal(0)
    """Pounds a year."""
    maximum_fee: PoundsOrNought | None = None
    """The most the fee comes to in a year."""
    disallowed: Share = Decimal(0)
    """The share of cost that audit is expected to disallow."""

    def income(self, activity: Activity) -> Floats:
        """``allowed + min(rate × allowed + fee, maximum fee)`` with ``allowed = cost × (1 − disallowed)``."""
        allowed = costs_of(activity) * (1.0 - float(self.disallowed))
        fee = float(self.fee_rate) * allowed + float(self.fee) / 12.0
        return allowed + floor_and_cap(fee, None, self.maximum_fee)


class SharePerBand(Input):
    """The provider's share of each pound of saving or overrun, up to a yearly cost."""

    up_to: PoundsOrNought | None = None
    """The cost at which the band ends; left out, it is the last."""
    share: Share


class TargetCost(Mechanism):
    """Cost paid, with savings and overruns against a target shared by bands, up to a most.

    The provider keeps ``∫ share`` of what lies between actual and target cost.

    >>> nec = TargetCost(target=100, bands=[
    ...     SharePerBand(up_to="97.5", share=0), SharePerBand(up_to="102.5", share="0.5"), SharePerBand(share=1)])
    >>> [round(float(nec.gain(np.array(cost))), 2) for cost in (90, 98, 104, 110)]
    [1.25, 1.0, -2.75, -8.75]
    """

    kind: Literal["target cost"] = "target cost"
    pays_for: ClassVar[frozenset[str]] = frozenset({"cost"})
    target: PoundsOrNought
    """Pounds a year."""
    fee: PoundsOrNought = Decimal(0)
    """Pounds a year on top of cost."""
    bands: Many[SharePerBand]
    maximum: PoundsOrNought | None = None
    """The guaranteed maximum price of a year."""

    def gain(self, cost: Floats) -> Floats:
        """What the provider gains (or, below nought, loses) at a year's cost, in pounds."""
        target, gained, low = float(self.target), np.zeros_like(cost, dtype=np.float64), -np.inf
        for band in self.bands:
            high = np.inf if band.up_to is None else float(band.up_to)
            inside = np.clip(target, low, high) - np.clip(cost, low, high)
            gained = gained + float(band.share) * inside
            low = high
        return gained

    def income(self, activity: Activity) -> Floats:
        """``cost + fee`` each month; the gain or loss, and the cut to the most, settled at the year's end."""
        months = costs_of(activity) + float(self.fee) / 12.0
        cost = gather(costs_of(activity))
        change = self.gain(cost)
        if self.maximum is not None:
            change = np.minimum(change, float(self.maximum) - cost - float(self.fee))
        return settled(months, change)

    def _problems(self) -> Iterator[Problem]:
        ends = [band.up_to for band in self.bands]
        if not ends or ends[-1] is not None or any(e is None for e in ends[:-1]):
            fix = "Leave up_to out of the last band, and only there."
            yield Problem("", "the bands do not cover every cost", fix, "bands", ("bands",))
        yield from rising([e for e in ends if e is not None], "bands")


class Grant(Mechanism):
    """A restricted grant for each year; what is not spent on eligible cost goes back."""

    kind: Literal["grant"] = "grant"
    pays_for: ClassVar[frozenset[str]] = frozenset({"cost"})
    amounts: Many[PoundsOrNought]
    """Pounds for each contract year."""
    clawback: bool = True
    """Whether what is unspent goes back."""
    carry_forward: Share = Decimal(0)
    """The share of a year's grant that may be carried into the next."""

    def income(self, activity: Activity) -> Floats:
        """``amount ÷ 12`` a month; less, at each year's end, what is neither spent nor carried forward."""
        yearly = np.array([float(a) for a in self.amounts])[: activity.months // 12]
        months = np.broadcast_to(np.repeat(yearly, 12) / 12.0, activity.units.shape)
        if not self.clawback or activity.costs is None:
            return np.array(months)
        spent, carried = gather(activity.costs), np.zeros(activity.costs.shape[:-1])
        back = []
        for year, amount in enumerate(yearly):
            unspent = np.maximum(amount + carried - spent[..., year], 0.0)
            last = year == len(yearly) - 1
            carried = np.zeros_like(unspent) if last else np.minimum(unspent, float(self.carry_forward) * amount)
            back.append(unspent - carried)
        return settled(months, -np.stack(back, axis=-1))
