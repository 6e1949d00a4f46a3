"""Mechanisms that pay for outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from fcr.contract.mechanisms.base import (
    Activity,
    Floats,
    Mechanism,
    Tier,
    floor_and_cap,
    gather,
    rising,
    settled,
    tiered,
)
from fcr.errors import Problem
from fcr.inputs import Input, Many, Name, PoundsOrNought, Quantity, Share


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
        return settled(float(self.attachment) * activity.units, float(self.payment) * met)


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
        results = tiered(activity.outcomes[self.outcome], self.price, self.tiers)
        return float(self.attachment) * activity.units + floor_and_cap(results, None, self.maximum)

    def _problems(self) -> Iterator[Problem]:
        yield from rising([t.above for t in self.tiers], "tiers")


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
        return float(self.attachment) * activity.units + floor_and_cap(months, None, self.maximum)


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
        return settled(np.broadcast_to(sure, activity.units.shape), fees * float(self.at_risk) * success)
