"""What a rule looks at: the bid, its price, its cash, its risks, the thresholds, and the measures of them.

Yearly measures are unrounded pounds by contract year, from the same engine that prices the bid.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from fcr.bid import Bid
from fcr.cashflow import CashFlow, cash_flow
from fcr.contract import Activity, Contract, Outcome
from fcr.contract.mechanisms import gather
from fcr.costing import WHOLE_STEP, Paths, planned_paths
from fcr.errors import ReconciliationError
from fcr.income import ContractIncome, activity, income, income_steps, planned_units
from fcr.lines import Cost, Post
from fcr.pricing import PriceBuildUp
from fcr.risk.balance import RiskBalance

__all__ = ["RiskSummary", "Situation", "Standing", "Threshold"]

HALF_A_PENNY = 0.005
"""Pounds: less is nothing once it is rounded."""

Floats = npt.NDArray[np.float64]
Standing: TypeAlias = Literal["law", "published guidance", "our default"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number a rule compares with: what it is, whose it is, and where it comes from."""

    name: str
    value: Decimal
    unit: str
    standing: Standing
    source: str
    verified: bool = True
    """Whether the source was seen to say so; what was not is marked *unverified* wherever it is shown."""
    until: date | None = None
    """The last day a dated figure speaks for; beyond it only a user's own number will do."""

    @property
    def shown(self) -> str:
        """The number with its unit, as people read it.

        >>> Threshold("x", Decimal("0.05"), "share of full cost", "our default", "").shown
        '5% of full cost'
        """
        if self.unit.startswith("share"):
            return f"{(self.value * 100).normalize():f}%{self.unit.removeprefix('share')}"
        if self.unit.startswith("£"):
            return f"£{self.value:,f}{self.unit.removeprefix('£')}"
        return f"{self.value:f} {self.unit}"

    @property
    def whose(self) -> str:
        """Its standing, and whether it is unverified."""
        return self.standing if self.verified else f"{self.standing}, unverified"


@dataclass(frozen=True, slots=True)
class RiskSummary:
    """What the checks need of the risk figures, in pounds over the term."""

    tail_loss: Decimal
    """The provider's expected shortfall at 95%: the mean loss in the worst one case in twenty."""
    excess_transfer: Decimal
    """Expected loss that the provider bears beyond what it controls."""
    worst: tuple[tuple[str, Decimal], ...]
    """The risks most out of place, with the expected loss beyond control, largest first."""
    gaps: Mapping[str, Decimal] | None = None
    """By risk, the provider's share of it less its control of it (0 to 1); left out, every one of ``worst`` counts."""


@dataclass(frozen=True)
class Situation:
    """What a rule looks at: the bid, its price, its cash, its risks, and the thresholds in force."""

    bid: Bid
    price: PriceBuildUp
    thresholds: Mapping[str, Decimal]
    risk: RiskSummary | None = None
    """``None`` when the bid states no risks, or they were not simulated."""
    balance: RiskBalance | None = None
    """The balance of risk that ``risk`` sums up."""

    def value(self, threshold: Threshold) -> Decimal:
        """The number in force: the user's own, or the threshold's."""
        return self.thresholds.get(threshold.name, threshold.value)

    def stale(self, threshold: Threshold) -> bool:
        """Whether a dated figure, not overridden, is older than the contract."""
        own = self.value(threshold) != threshold.value
        return threshold.until is not None and self.bid.start > threshold.until and not own

    # ── the offer ──

    @cached_property
    def cash(self) -> CashFlow | None:
        """The planned ledger; ``None`` when there is no offer."""
        return None if self.bid.contract is None else cash_flow(self.bid, priced=self.price)

    @property
    def contract(self) -> Contract:
        """The offer. Rules are asked only where there is one, but for those marked ``without_offer``."""
        if self.bid.contract is None:
            raise ReconciliationError("a rule asked for the terms of an offer that is not there")
        return self.bid.contract

    @property
    def offer(self) -> tuple[Decimal, ...] | None:
        """What the commissioner offers each contract year, in pounds; ``None`` when there is no offer."""
        return None if self.income is None else self.income.years

    @property
    def offered(self) -> Decimal:
        """What the offer would pay over the term, in pounds."""
        return sum(self.offer or (), Decimal(0))

    @property
    def yearly_value(self) -> Decimal:
        """What the offer would pay in an average contract year, in pounds."""
        return self.offered / self.bid.years

    @property
    def planned_surplus(self) -> Decimal:
        """The offer over the term less full cost, in pounds: below nought, a shortfall."""
        return self.offered - self.price.profile.term

    @property
    def firm_months(self) -> int:
        """Months that are sure; where nobody has said, those that are priced."""
        return self.contract.duration.firm_months or self.bid.term.months

    @cached_property
    def income(self) -> ContractIncome | None:
        """What the offer would pay; ``None`` when there is no offer."""
        if self.bid.contract is None:
            return None
        return income(self.bid, paths=self.paths, costs=self.price.profile.exact.total)

    @property
    def difference(self) -> tuple[Decimal, ...] | None:
        """The offer less the full cost each contract year, in pounds: below nought it falls short."""
        if self.offer is None:
            return None
        return tuple(o - f for o, f in zip(self.offer, self.price.full_cost, strict=True))

    # ── what it costs ──

    @cached_property
    def paths(self) -> Paths:
        """Indices and volumes as planned."""
        return planned_paths(self.bid)

    @cached_property
    def units(self) -> Floats:
        """Units planned in each year."""
        return planned_units(self.bid)

    @cached_property
    def line_costs(self) -> Floats:
        """The service's share of every line, straight and through the pools: (lines, years); nought for in kind."""
        exact = self.price.profile.exact
        costing, ends = exact.costing, exact.sharing.ends_on[..., exact.service]
        shares = costing.shares[:, costing.pools + exact.service, None] + costing.shares[:, : costing.pools] @ ends.T
        costs: Floats = np.where(costing.cash[:, None], shares * costing.years, 0.0)
        return costs

    @property
    def staff_share(self) -> float:
        """The posts' part of the full cost over the term."""
        posts = np.array([isinstance(line, Post) for line in self.price.profile.exact.costing.lines])
        total = float(self.line_costs.sum())
        return float(self.line_costs[posts].sum()) / total if total else 0.0

    @property
    def overheads(self) -> tuple[float, float]:
        """Overheads and running direct cost over the term."""
        exact = self.price.profile.exact
        return float(exact.overheads.sum()), float(exact.direct.sum())

    def cost_at(self, volume: float) -> Floats:
        """Full cost of each year if ``volume`` times the planned units came: what follows volume moves, in steps."""
        exact = self.price.profile.exact
        costs = exact.yearly(exact.total).copy()
        for line, amounts in zip(exact.costing.lines, exact.costing.years, strict=True):
            if isinstance(line, Cost) and line.behaviour != "fixed" and not line.in_kind and self._own(line):
                costs += amounts * (_moved(line, self.units, volume) - 1.0)
        return costs

    def _own(self, line: Cost) -> bool:
        return line.centre == self.bid.service

    @cached_property
    def cost_growth(self) -> Floats:
        """The basket of costs at constant activity, by year, as a multiple of Year 1: ``Σ weight × rise``.

        Each running line weighs what it costs in Year 1 and follows its own index (or its own amounts).
        """
        exact = self.price.profile.exact
        costing, months = exact.costing, self.bid.term.months
        weights = np.where(costing.in_phase("running") & ~costing.purchases, self.line_costs[:, 0], 0.0)
        basket = np.zeros(months)
        for line, weight, years in zip(costing.lines, weights.tolist(), costing.years, strict=True):
            if not weight:
                continue
            if isinstance(line, Cost) and line.amounts:
                path = np.repeat(years / years[0], 12)
            else:
                factor = self.paths.factors[line.rises_by]
                path = factor / factor[0]
            basket += weight * path
        years = gather(basket)
        return years / years[0] if years[0] else np.ones_like(years)

    # ── what it would pay ──

    def pays(self, contract: Contract | None = None, *, volume: float = 1.0, success: float = 1.0) -> Floats:
        """What the offer (or ``contract``) would pay each year if so much came and so much succeeded."""
        contract = contract or self.contract
        planned = self._activity(contract, 1.0, 1.0)
        done = self._activity(contract, volume, success)
        return gather(income_steps(contract, done, planned, self.paths.factors, self.bid.term).total)

    def _activity(self, contract: Contract, volume: float, success: float) -> Activity:
        costs = self.price.profile.exact.total
        if volume != 1:
            now = gather(costs)
            ratio = np.divide(self.cost_at(volume), now, out=np.ones_like(now), where=now != 0)
            costs = costs * np.repeat(ratio, 12)
        moved = {name: np.array(success) for name in contract.mechanism.outcome_names}
        return activity(contract, self.units * volume, costs, moved)

    @cached_property
    def price_growth(self) -> Floats | None:
        """What the offer pays for Year 1's activity, by year, as a multiple of Year 1; ``None`` if nothing then.

        The yearly efficiency cut is left out: it is a question of its own. Less than half a penny is
        nothing: a refund of all that was paid may leave noise of arithmetic.
        """
        contract, months = self.contract, self.bid.term.months
        contract = contract.replace(duration=contract.duration.replace(efficiency=None))
        units = np.full(months, self.units[0] / 12.0)
        rates = {o.name: float(o.rate(0) or 0) for o in contract.outcomes}
        first = float(self.price.profile.exact.yearly(self.price.profile.exact.total)[0])
        same = Activity(units, {n: units * r for n, r in rates.items()}, np.repeat(self.cost_growth, 12) * first / 12.0)
        paid = gather(income_steps(contract, same, same, self.paths.factors, self.bid.term).total)
        if paid[0] < HALF_A_PENNY:
            return None
        growth: Floats = np.where(paid < HALF_A_PENNY, 0.0, paid / paid[0])
        return growth

    # ── outcomes ──

    @property
    def paid_outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes that the mechanism pays for."""
        return tuple(o for o in self.contract.outcomes if o.name in self.contract.mechanism.outcome_names)

    @cached_property
    def outcome_income(self) -> float:
        """What of the term's income depends on outcomes: what would not be paid if none were reached."""
        return float((self.pays() - self.pays(success=0.0)).sum())

    @cached_property
    def achieved(self) -> Mapping[str, float]:
        """How many of each paid outcome are planned over the term."""
        done = self._activity(self.contract, 1.0, 1.0)
        return {name: float(months.sum()) for name, months in done.outcomes.items()}


def _moved(line: Cost, units: Floats, volume: float) -> Floats:
    """What a cost that follows volume is multiplied by in each year."""
    if line.step is None:
        return np.full_like(units, volume)
    size = float(line.step)
    steps = [(math.ceil(n * volume / size - WHOLE_STEP), math.ceil(n / size - WHOLE_STEP)) for n in units.tolist()]
    return np.array([after / before if before else 1.0 for after, before in steps])
