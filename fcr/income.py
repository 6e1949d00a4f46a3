"""What the offer would pay, month by month, for the activity that is planned or drawn.

In this order: the mechanism, on the units that are paid for → the volume guarantee, made up at
each year's end → the draft's yearly efficiency cut → indexation → deductions. A guarantee never
lowers and a cap never raises what is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from fcr.bid import Bid
from fcr.contract import Activity, Contract, Deductions, Indexation
from fcr.contract.mechanisms import gather
from fcr.costing import Paths, planned_paths
from fcr.errors import InputError, Problem
from fcr.funding import service_costs
from fcr.lines import FIXED
from fcr.money import foot, round_half_up
from fcr.periods import Calendar
from fcr.results import Result
from fcr.table import Column, Row, Table

__all__ = [
    "ContractIncome",
    "IncomeSteps",
    "activity",
    "discount_factors",
    "income",
    "income_steps",
    "level_price",
    "planned_units",
    "price_index",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class IncomeSteps:
    """The steps of income: unrounded pounds, each (…draws, months). They add up to ``total``."""

    mechanism: Floats
    guarantee: Floats
    efficiency: Floats
    indexation: Floats
    deductions: Floats

    @property
    def total(self) -> Floats:
        """What is earned each month."""
        return self.mechanism + self.guarantee + self.efficiency + self.indexation + self.deductions


def activity(
    contract: Contract,
    yearly_units: Floats,
    costs: Floats | None,
    success: Mapping[str, Floats] | None = None,
) -> Activity:
    """Units and outcomes by month from units a year (…draws, years).

    An outcome reaches its stated rate (× ``success`` (…draws), one unless given) of those who
    started ``lag_months`` before; outcomes that would come after the term are not paid.
    """
    units = np.repeat(yearly_units, 12, axis=-1) / 12.0
    months = units.shape[-1]
    outcomes = {}
    for outcome in contract.outcomes:
        if outcome.name not in contract.mechanism.outcome_names:
            continue
        rates = np.repeat([float(outcome.rate(year) or 0) for year in range(months // 12)], 12)
        moved = _success(success or {}, outcome.name)[..., None]
        outcomes[outcome.name] = _after(units * np.minimum(rates * moved, 1.0), outcome.lag_months)
    return Activity(units, outcomes, costs)


def _after(months: Floats, lag: int) -> Floats:
    """The same, ``lag`` months later; what falls beyond the term is left out."""
    later = np.zeros_like(months)
    later[..., lag:] = months[..., : max(months.shape[-1] - lag, 0)]
    return later


def _success(success: Mapping[str, Floats], name: str) -> Floats:
    """What an outcome's rate is multiplied by: what acts on it, and what acts on all (under no name)."""
    return success.get(name, np.ones(())) * success.get("", np.ones(()))


def income_steps(
    contract: Contract,
    done: Activity,
    planned: Activity,
    factors: Mapping[str, Floats],
    term: Calendar,
) -> IncomeSteps:
    """The steps of income for what is ``done``, guaranteed against what was ``planned``.

    ``factors``: each index's (…draws, months) multiplier; prices rise at each indexation by
    ``Σ share × rise of the index since the last``, between collar and cap.
    """
    paid = _paid_for(contract, done)
    base = contract.mechanism.income(paid)
    guarantee = np.zeros_like(base)
    share = contract.protections.volume_guarantee
    if share:
        least = float(share) * gather(contract.mechanism.income(_paid_for(contract, planned)))
        guarantee[..., 11::12] = np.maximum(least - gather(base), 0.0)
    secured = base + guarantee
    years = np.arange(term.months) // 12
    cut = contract.duration.efficiency
    kept = (1.0 - float(cut)) ** years if cut is not None else np.ones(term.months)
    efficiency = secured * (kept - 1.0)
    prices = price_index(contract.duration.indexation, factors, term)
    indexed = secured * kept * prices
    expected = _expected_deduction(contract)
    return IncomeSteps(base, guarantee, efficiency, indexed - secured * kept, -indexed * expected)


def _paid_for(contract: Contract, done: Activity) -> Activity:
    """Activity without the units beyond the yearly cap, nor the outcomes of those units."""
    cap = contract.protections.volume_cap
    if cap is None:
        return done
    years = done.units.reshape(*done.units.shape[:-1], -1, 12)
    total = np.minimum(np.cumsum(years, axis=-1), float(cap))
    units = np.diff(total, axis=-1, prepend=0.0).reshape(done.units.shape)
    share = np.divide(units, done.units, out=np.zeros_like(units), where=done.units > 0)
    lags = {outcome.name: outcome.lag_months for outcome in contract.outcomes}
    outcomes = {name: reached * _after(share, lags[name]) for name, reached in done.outcomes.items()}
    return Activity(units, outcomes, done.costs)


def _expected_deduction(contract: Contract) -> float:
    deductions = contract.protections.deductions
    return float(deductions.expected) if isinstance(deductions, Deductions) else 0.0


def price_index(indexation: Indexation | str | None, factors: Mapping[str, Floats], term: Calendar) -> Floats:
    """What indexation multiplies the price by in each month: (…draws, months); one without a clause."""
    if not isinstance(indexation, Indexation):
        return np.ones(term.months)
    shares = {name: float(share) / 100 for name, share in indexation.basket.items() if name != FIXED}
    lead = np.broadcast_shapes((term.months,), *(factors[name].shape for name in shares))
    index = np.ones(lead)
    month = term.start.month if indexation.month == "anniversary" else indexation.month
    last = 0
    for at, first in enumerate(term.firsts):
        if at == 0 or first.month != month:
            continue
        rise = np.zeros(lead[:-1])
        for name, share in shares.items():
            rise = rise + share * (factors[name][..., at] / factors[name][..., last] - 1.0)
        low = -np.inf if indexation.collar is None else float(indexation.collar)
        high = np.inf if indexation.cap is None else float(indexation.cap)
        index[..., at:] *= 1.0 + np.clip(rise, low, high)[..., None]
        last = at
    return index


# ── a level price ────────────────────────────────────────────────────────────────────────────────


def discount_factors(yearly_rate: float, years: int) -> Floats:
    """What a pound of each year is worth in the first: ``(1 + rate)^−t``, t from nought."""
    factors: Floats = (1.0 + yearly_rate) ** -np.arange(years, dtype=np.float64)
    return factors


def level_price(costs: Floats, yearly_rate: float) -> Floats:
    """The same price each year that is worth what the costs (…draws, years) are: ``Σ C·d ÷ Σ d``.

    For an offer with no indexation: what to ask each year when costs rise and the price may not.

    >>> round(float(level_price(np.array([288000, 303120, 319033.80]), 0.035)), 2)
    303028.85
    """
    factors = discount_factors(yearly_rate, costs.shape[-1])
    level: Floats = costs @ factors / factors.sum()
    return level


# ── the result ───────────────────────────────────────────────────────────────────────────────────

STEPS = (
    ("What the mechanism pays", "mechanism"),
    ("Volume guarantee", "guarantee"),
    ("Efficiency cut", "efficiency"),
    ("Indexation", "indexation"),
    ("Expected deductions", "deductions"),
)


@dataclass(frozen=True)
class ContractIncome(Result):
    """What the offer would pay in each contract year, as planned: pounds and pence that add up.

    A year's income is rounded once, half up; the steps are footed to it; the term is the sum of the years.
    """

    bid: Bid
    contract: Contract
    exact: IncomeSteps

    @cached_property
    def years(self) -> tuple[Decimal, ...]:
        """Income of each contract year, in pounds."""
        return tuple(round_half_up(float(x)) for x in gather(self.exact.total))

    @property
    def term(self) -> Decimal:
        """Income over the term: the sum of the years."""
        return sum(self.years, Decimal(0))

    def table(self) -> Table:
        """The steps down, contract years and the term across. It adds up both ways."""
        steps = [(label, gather(getattr(self.exact, name))) for label, name in STEPS]
        steps = [(label, x) for label, x in steps if x.any() or label == STEPS[0][0]]
        footed = [foot({label: float(x[year]) for label, x in steps}, total) for year, total in enumerate(self.years)]
        rows = []
        for label, _ in steps:
            values = [year[label] for year in footed]
            rows.append(Row((label, *values, sum(values, Decimal(0)))))
        rows.append(Row(("Income", *self.years, self.term), "total", adds=tuple(range(len(rows)))))
        columns = (Column("", "text"), *map(Column, self.bid.term.labels), Column("Term"))
        title = f"What the offer would pay for {self.bid.service} (£)"
        return Table(title, columns, tuple(rows), tuple(self._notes()), across=True)

    def _notes(self) -> Iterator[str]:
        mechanism = self.contract.mechanism
        parts = mechanism.moving_parts
        decide = "1 figure that decides" if parts == 1 else f"{parts} figures that decide"
        yield f"Mechanism: {mechanism.kind}, with {decide} the payment."
        if self.contract.duration.indexation is None:
            yield "Indexation is not stated, so none is counted."
        if self.contract.protections.deductions is None:
            yield "Deductions are not stated, so none are counted."

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        return {"income": [str(x) for x in self.years], "term": str(self.term), "table": self.table().to_dict()}


def income(bid: Bid, *, paths: Paths | None = None, costs: Floats | None = None) -> ContractIncome:
    """What the bid's offer would pay for the planned activity.

    ``costs`` (months), where known, spares costing the service again for mechanisms that pay by
    cost. Raises :class:`~fcr.errors.InputError` when the bid states no offer.
    """
    contract = bid.contract
    if contract is None:
        fix = "Give the bid a contract."
        raise InputError([Problem("contract", "the bid states no offer", fix, "missing", ("contract",))])
    paths = paths or planned_paths(bid)
    if costs is None and "cost" in contract.mechanism.pays_for_all:
        costs = service_costs(bid, paths).total
    planned = activity(contract, planned_units(bid), costs)
    return ContractIncome(bid, contract, income_steps(contract, planned, planned, paths.factors, bid.term))


def planned_units(bid: Bid) -> Floats:
    """Units a year as planned (years); nought where nobody has said."""
    volumes = bid.yearly_volumes
    if volumes is None:
        own = next(s.volume for s in bid.organisation.services if s.name == bid.service)
        volumes = (own or Decimal(0),) * bid.years
    return np.array([float(v) for v in volumes])
