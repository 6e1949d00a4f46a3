"""How income follows activity: one small model for each way that commissioners pay.

Every mechanism turns an :class:`Activity` (…draws, months) into pounds earned each month, before
indexation, guarantees and deductions (see :mod:`fcr.income`). What is settled by the year follows
the year to date: a cap stops income when it is reached, a floor is made up in the last month.

The list is that of the UK outsourcing guidance (fixed price, cost plus, volume based, payment by
results, target cost with a maximum) and of the schemes named with each model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from fcr.errors import Problem
from fcr.inputs import Input, Many, Name, PoundsOrNought, Quantity, Share

__all__ = [
    "Activity",
    "AllOrNothing",
    "BlockPrice",
    "CallOff",
    "CappedActivity",
    "CostAndVolume",
    "CostPlus",
    "DecliningAttachment",
    "FeePlusOutcomes",
    "Grant",
    "Hybrid",
    "Mechanism",
    "OutcomesFund",
    "PersonalBudgets",
    "SharePerBand",
    "Stage",
    "StagedResults",
    "StandingCharge",
    "TargetCost",
    "Tier",
    "TieredResults",
    "UnitPrice",
    "gather",
]

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


def _each_year(months: Floats, earn: Callable[[Floats], Floats]) -> Floats:
    """Pounds a month where ``earn`` says what a year's total has earned, followed as the year goes on."""
    years = months.reshape(*months.shape[:-1], -1, 12)
    earned = earn(np.cumsum(years, axis=-1))
    start = earn(np.zeros_like(years[..., :1]))
    steps = np.diff(np.concatenate([start, earned], axis=-1), axis=-1) + start / 12.0
    flat: Floats = steps.reshape(months.shape)
    return flat


def _settled(months: Floats, change: Floats) -> Floats:
    """Months with a yearly change (…, years) settled in the last month of each year."""
    lead = np.broadcast_shapes(months.shape[:-1], change.shape[:-1])
    result = np.array(np.broadcast_to(months, (*lead, months.shape[-1])))
    result[..., 11::12] += change
    return result


def _floor_and_cap(months: Floats, floor: Decimal | None, cap: Decimal | None) -> Floats:
    """A yearly cap stops income when it is reached; a yearly floor is made up in the last month."""
    if cap is not None:
        limit = float(cap)
        months = _each_year(months, lambda total: np.minimum(total, limit))
    if floor is not None:
        months = _settled(months, np.maximum(float(floor) - gather(months), 0.0))
    return months


class Mechanism(Input):
    """What every mechanism shares."""

    kind: str
    pays_for: ClassVar[frozenset[str]] = frozenset()
    """What income depends on: ``volume``, ``outcomes``, ``cost``; nothing for a fixed sum."""

    def income(self, activity: Activity) -> Floats:
        """Pounds earned each month: (…draws, months)."""
        raise NotImplementedError

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


def _bounds(floor: Decimal | None, cap: Decimal | None) -> Iterator[Problem]:
    if floor is not None and cap is not None and cap < floor:
        what = f"the most a year, £{cap:,f}, is below the least, £{floor:,f}"
        yield Problem("", what, "Swap them.", "cap-below-floor", ("maximum",))


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


class Tier(Input):
    """A price for the units of a year from a threshold up."""

    above: Quantity
    price: PoundsOrNought


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
        return _floor_and_cap(_tiered(activity.units, self.price, self.tiers), self.minimum, self.maximum)

    def _problems(self) -> Iterator[Problem]:
        yield from _bounds(self.minimum, self.maximum)
        yield from _rising([t.above for t in self.tiers], "tiers")


def _tiered(units: Floats, price: Decimal, tiers: Many[Tier]) -> Floats:
    def earn(total: Floats) -> Floats:
        earned = total * float(price)
        before = float(price)
        for tier in tiers:
            earned = earned + np.maximum(total - float(tier.above), 0.0) * (float(tier.price) - before)
            before = float(tier.price)
        return earned

    return _each_year(units, earn)


def _rising(values: list[Decimal], field_: str) -> Iterator[Problem]:
    if any(b <= a for a, b in pairwise(values)):
        yield Problem("", "the thresholds do not rise from row to row", "Put them in order.", "order", (field_,))


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
        months = _each_year(activity.units, lambda total: base + above * np.maximum(total - high, 0.0))
        refund = float(self.below) * np.maximum(low - gather(activity.units), 0.0)
        return _settled(months, -np.minimum(refund, gather(months)))


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
        return _each_year(activity.units, lambda total: price * np.minimum(total, cap))

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


def _costs(activity: Activity) -> Floats:
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
        allowed = _costs(activity) * (1.0 - float(self.disallowed))
        fee = float(self.fee_rate) * allowed + float(self.fee) / 12.0
        return allowed + _floor_and_cap(fee, None, self.maximum_fee)


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
        months = _costs(activity) + float(self.fee) / 12.0
        cost = gather(_costs(activity))
        change = self.gain(cost)
        if self.maximum is not None:
            change = np.minimum(change, float(self.maximum) - cost - float(self.fee))
        return _settled(months, change)

    def _problems(self) -> Iterator[Problem]:
        ends = [band.up_to for band in self.bands]
        if not ends or ends[-1] is not None or any(e is None for e in ends[:-1]):
            fix = "Leave up_to out of the last band, and only there."
            yield Problem("", "the bands do not cover every cost", fix, "bands", ("bands",))
        yield from _rising([e for e in ends if e is not None], "bands")


class AllOrNothing(Mechanism):
    """A fee a unit, and a yearly payment only if a target is met: a cliff."""

    kind: Literal["results, all or nothing"] = "results, all or nothing"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume", "outcomes"})
    attachment: PoundsOrNought = Decimal(0)
    """Pounds a unit started."""
    outcome: Name
    target: Quantity
    """How many of the outcome a year."""
    payment: PoundsOrNought
    """Pounds a year when the target is met."""

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcome it pays for."""
        return frozenset({self.outcome})

    def income(self, activity: Activity) -> Floats:
        """``attachment × units + payment × 1{outcomes of the year ≥ target}``, the latter at the year's end."""
        achieved = gather(activity.outcomes[self.outcome])
        met: Floats = (achieved >= float(self.target) - 1e-9).astype(np.float64)  # float noise misses no target
        return _settled(float(self.attachment) * activity.units, float(self.payment) * met)


class TieredResults(Mechanism):
    """A fee a unit, and a price an outcome that changes with how many there are in the year."""

    kind: Literal["results, by tiers"] = "results, by tiers"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume", "outcomes"})
    attachment: PoundsOrNought = Decimal(0)
    outcome: Name
    price: PoundsOrNought
    tiers: Many[Tier] = ()
    maximum: PoundsOrNought | None = None
    """The most paid for outcomes in a year."""

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcome it pays for."""
        return frozenset({self.outcome})

    def income(self, activity: Activity) -> Floats:
        """``attachment × units + price of the tier × outcomes``."""
        results = _tiered(activity.outcomes[self.outcome], self.price, self.tiers)
        return float(self.attachment) * activity.units + _floor_and_cap(results, None, self.maximum)

    def _problems(self) -> Iterator[Problem]:
        yield from _rising([t.above for t in self.tiers], "tiers")


class Stage(Input):
    """A payment for each of an outcome, such as a job start or a month sustained."""

    outcome: Name
    price: PoundsOrNought


class StagedResults(Mechanism):
    """Payment by results in stages: attachment, outcome, months sustained.

    The maximum a unit of the Work Programme for jobseekers of 25 and over was
    400 + 1,200 + 2,795 = £4,395 (HC 162, 2013).

    >>> scheme = StagedResults(attachment=400, stages=[Stage(outcome="job", price=1200)])
    >>> every = Activity(np.full(12, 1.0), {"job": np.full(12, 0.5)})
    >>> float(scheme.income(every).sum())
    12000.0
    """

    kind: Literal["payment by results"] = "payment by results"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume", "outcomes"})
    attachment: PoundsOrNought = Decimal(0)
    """Pounds a unit started."""
    stages: Many[Stage]
    payable: Share = Decimal(1)
    """The share of outcomes paid, after what would have happened anyway (5/6 under Troubled Families)."""
    rejected: Share = Decimal(0)
    """The share of claims expected to fail validation."""
    maximum: PoundsOrNought | None = None
    """The most paid for outcomes in a year."""

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcomes it pays for."""
        return frozenset(stage.outcome for stage in self.stages)

    def income(self, activity: Activity) -> Floats:
        """``attachment × units + Σ price × outcomes × payable × (1 − rejected)``."""
        paid = float(self.payable) * (1.0 - float(self.rejected))
        results = sum((float(s.price) * paid * activity.outcomes[s.outcome] for s in self.stages), np.zeros(1))
        months = np.broadcast_to(results, np.broadcast_shapes(results.shape, activity.units.shape))
        return float(self.attachment) * activity.units + _floor_and_cap(months, None, self.maximum)


class FeePlusOutcomes(Mechanism):
    """A monthly fee from a share of the contract's value, and a price an outcome that rises past a trigger.

    The Work and Health Programme paid 30% of the value as a fee over at most 60 months.
    """

    kind: Literal["fee plus outcomes"] = "fee plus outcomes"
    pays_for: ClassVar[frozenset[str]] = frozenset({"outcomes"})
    value: PoundsOrNought
    """The contract's value over the term, in pounds."""
    fee_share: Share
    fee_months: Annotated[int, Field(ge=1, le=120)] = 60
    """The fee is spread over at most this many months."""
    outcome: Name
    price: PoundsOrNought
    trigger: Quantity | None = None
    """Outcomes over the term after which the accelerated price is paid."""
    accelerated: PoundsOrNought | None = None
    """Pounds an outcome past the trigger."""

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcome it pays for."""
        return frozenset({self.outcome})

    def income(self, activity: Activity) -> Floats:
        """``share × value ÷ months`` each month, ``+ price × outcomes``, the accelerated price past the trigger."""
        paid_for = min(self.fee_months, activity.months)
        fee = np.where(np.arange(activity.months) < paid_for, float(self.fee_share * self.value) / paid_for, 0.0)
        outcomes = activity.outcomes[self.outcome]
        price = float(self.price)
        if self.trigger is None or self.accelerated is None:
            return fee + price * outcomes
        extra, trigger = float(self.accelerated) - price, float(self.trigger)
        over = np.maximum(np.cumsum(outcomes, axis=-1) - trigger, 0.0)
        return fee + price * outcomes + extra * np.diff(over, axis=-1, prepend=0.0)

    def _problems(self) -> Iterator[Problem]:
        if (self.trigger is None) != (self.accelerated is None):
            fix = "Give both, or neither."
            yield Problem("", "a trigger and an accelerated price go together", fix, "trigger", ("trigger",))


class DecliningAttachment(Mechanism):
    """A payment a unit of which each year less is paid on attachment and more on success.

    Troubled Families: £4,000, of which 80%, 60%, 40% on attachment; 5 in 6 payable.
    """

    kind: Literal["declining attachment"] = "declining attachment"
    pays_for: ClassVar[frozenset[str]] = frozenset({"volume", "outcomes"})
    payment: PoundsOrNought
    """The most for a unit, in pounds."""
    attached: Many[Share]
    """The share paid on attachment in each contract year; the last holds after."""
    outcome: Name
    payable: Share = Decimal(1)
    """The share of units paid at all."""

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcome it pays for."""
        return frozenset({self.outcome})

    def income(self, activity: Activity) -> Floats:
        """``payment × payable × (share × units + (1 − share) × outcomes)`` at the share of the year."""
        years = activity.months // 12
        shares = [float(s) for s in self.attached] + [float(self.attached[-1])] * years
        share = np.repeat(shares[:years], 12)
        paid = float(self.payment) * float(self.payable)
        return paid * (share * activity.units + (1.0 - share) * activity.outcomes[self.outcome])

    def _problems(self) -> Iterator[Problem]:
        if not self.attached:
            yield Problem("", "no share on attachment is given", "Give one for each year.", "empty", ("attached",))


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
        return _settled(months, -np.stack(back, axis=-1))


class OutcomesFund(Mechanism):
    """An outcomes fund or social impact bond: outcomes are paid to an investor, who pays the provider a fee.

    ``at_risk`` is the share of the fee that the provider gets only in proportion to success.
    """

    kind: Literal["outcomes fund"] = "outcomes fund"
    pays_for: ClassVar[frozenset[str]] = frozenset({"outcomes"})
    fees: Many[PoundsOrNought]
    """Pounds to the provider for each contract year."""
    at_risk: Share = Decimal(0)
    outcome: Name
    expected: Quantity
    """Outcomes a year at which the whole fee is paid."""

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcome the fund pays for."""
        return frozenset({self.outcome})

    def income(self, activity: Activity) -> Floats:
        """``fee × (1 − at risk)`` evenly, ``+ fee × at risk × min(outcomes ÷ expected, 1)`` at the year's end."""
        fees = np.array([float(f) for f in self.fees])[: activity.months // 12]
        sure = np.repeat(fees, 12) / 12.0 * (1.0 - float(self.at_risk))
        achieved = gather(activity.outcomes[self.outcome])
        success = np.minimum(achieved / max(float(self.expected), 1e-12), 1.0)
        return _settled(np.broadcast_to(sure, activity.units.shape), fees * float(self.at_risk) * success)


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


Simple = (
    BlockPrice
    | UnitPrice
    | CostAndVolume
    | StandingCharge
    | CappedActivity
    | CallOff
    | CostPlus
    | TargetCost
    | AllOrNothing
    | TieredResults
    | StagedResults
    | FeePlusOutcomes
    | DecliningAttachment
    | Grant
    | OutcomesFund
    | PersonalBudgets
)


class Part(Input):
    """A mechanism and its weight in a hybrid."""

    weight: Share
    mechanism: Annotated[Simple, Field(discriminator="kind")]


class Hybrid(Mechanism):
    """A weighted sum of other mechanisms, such as 70% block and 30% results."""

    kind: Literal["hybrid"] = "hybrid"
    parts: Many[Part]

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcomes its parts pay for."""
        return frozenset(name for part in self.parts for name in part.mechanism.outcome_names)

    @property
    def pays_for_all(self) -> frozenset[str]:
        """What any part of it depends on."""
        return frozenset(name for part in self.parts for name in part.mechanism.pays_for)

    @property
    def years_stated(self) -> frozenset[int]:
        """How many contract years its parts state figures for."""
        return frozenset(n for part in self.parts for n in part.mechanism.years_stated)

    @property
    def must_serve(self) -> bool:
        """Whether any part makes activity beyond what it pays be served."""
        return any(part.mechanism.must_serve for part in self.parts)

    def income(self, activity: Activity) -> Floats:
        """``Σ weight × income of the part``."""
        parts = [float(part.weight) * part.mechanism.income(activity) for part in self.parts]
        total: Floats = np.sum(np.broadcast_arrays(*parts), axis=0)
        return total

    def _problems(self) -> Iterator[Problem]:
        total = sum((part.weight for part in self.parts), Decimal(0))
        if total != 1:
            what = f"the weights add to {total:f}"
            yield Problem("", what, "Make them come to 1.", "not-100", ("parts",))


AnyMechanism = Annotated[Simple | Hybrid, Field(discriminator="kind")]
"""Any mechanism, told apart by its ``kind``."""
