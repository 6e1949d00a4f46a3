"""A bid made ready for many draws: its cost and income as a function of what the risks move.

The same engine as everywhere (:mod:`fcr.staffing`, :mod:`fcr.income`, :mod:`fcr.cashflow`), with
what no draw moves added up once beforehand. Shares of overheads are held as planned: a draw asks
what the provider would spend and receive, not how it would then share its overheads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from fcr.bid import Bid
from fcr.cashflow import Ledger, ledger
from fcr.contract import Contract, Indexation
from fcr.costing import WHOLE_STEP, unit_rows
from fcr.errors import InputError, Problem
from fcr.funding import service_costs
from fcr.income import activity, income_steps, planned_units
from fcr.lines import FIXED, Cost
from fcr.staffing import staff_basis

__all__ = ["Model", "Moves", "Outturn"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moves:
    """What a block of draws moves, each array (draws); what is absent stays as planned."""

    draws: int
    volume: Floats | None = None
    """Multiplier of planned units."""
    indices: Mapping[str, Floats] = field(default_factory=dict)
    """Addition to every rise of an index."""
    success: Mapping[str, Floats] = field(default_factory=dict)
    """Multiplier of an outcome's success rate."""
    delay: Floats | None = None
    """Days later than the terms that payment comes."""
    end: Floats | None = None
    """The month after which the contract is ended early; infinite for never."""
    cover: Floats | None = None
    """Extra cover bought in, as a share of staff cost."""
    losses: Floats | None = None
    """Pounds lost besides, the provider's share: (draws, years)."""


@dataclass(frozen=True)
class Outturn:
    """What a block of draws comes to: unrounded pounds, (draws, months)."""

    income: Floats
    costs: Floats

    @property
    def surplus(self) -> Floats:
        """Income less costs in each month."""
        return self.income - self.costs


class Model:
    """A bid and its offer, ready to be drawn. Raises :class:`~fcr.errors.InputError` without an offer."""

    def __init__(self, bid: Bid) -> None:
        if bid.contract is None:
            fix = "Give the bid a contract."
            raise InputError([Problem("contract", "the bid states no offer", fix, "missing", ("contract",))])
        self.bid, self.contract, self.term = bid, bid.contract, bid.term
        self.planned_units = planned_units(bid)
        exact = service_costs(bid)
        costing, months = exact.costing, bid.term.months
        ends = exact.sharing.ends_on[..., exact.service]  # (years, pools)
        shares = costing.shares[:, costing.pools + exact.service, None] + costing.shares[:, : costing.pools] @ ends.T
        portion = np.repeat(np.broadcast_to(shares, (len(costing.lines), bid.years)), 12, axis=1)
        portion = np.where(costing.cash[:, None], portion, 0.0)  # (lines, months)
        rows, counts = unit_rows(bid.organisation.costs, bid.term, exact.paths)
        self._rows: dict[tuple[str, float | None], Floats] = {}
        """Pounds a month at base-year prices, by index and by how they follow the volume (see :func:`_times`)."""
        for i, cost in enumerate(bid.organisation.costs):
            self._add_cost(cost, rows[i] * portion[i], counts[i])
        self._basis = staff_basis(
            bid.organisation.posts,
            bid.term,
            bid.organisation.base_year,
            bid.assumptions.book,
            allowance=bid.organisation.employment_allowance,
            pay_bill=bid.organisation.pay_bill,
        )
        self._rises = {name: self._rises_of(name) for name in bid.index_names}
        planned = {name: self._factor(name, np.zeros(1)) for name in bid.index_names}
        self._planned_factors = {name: factor[0] for name, factor in planned.items()}
        self._staff_portion = portion[len(bid.organisation.costs) :]
        turns = {0, *range(0, months, 12), *self._basis.runs()}
        turns |= {at for steps in self._rises.values() for at, _ in steps if at < months}
        self._staff_runs = Runs.starting(turns, months)
        self._staff_basis = self._basis.at(self._staff_runs.starts)
        changes = (np.flatnonzero(np.diff(row)) + 1 for row in self._rows.values())
        self._runs = Runs.starting(turns.union(*(at.tolist() for at in changes)), months)
        self._planned_staff = self._staff(self._planned_factors)
        self._exit_cost = self._stranded(float(exact.close_down.sum()))

    @property
    def planned(self) -> Outturn:
        """The plan: one draw in which nothing moves."""
        return self.outturn(Moves(1))

    def outturn(self, moves: Moves) -> Outturn:
        """Income and costs of each draw, month by month."""
        factors = dict(self._planned_factors)
        for name, added in moves.indices.items():
            factors[name] = self._factor(name, added)
        demanded = self.planned_units if moves.volume is None else self.planned_units * moves.volume[:, None]
        served = self._served(demanded)
        costs = self._cost(factors, served, moves)
        shape = (moves.draws, self.term.months)
        costs = np.broadcast_to(costs, shape)
        done = activity(self.contract, served, costs, moves.success)
        planned = activity(self.contract, self.planned_units, costs)
        earned = np.broadcast_to(income_steps(self.contract, done, planned, factors, self.term).total, shape)
        if moves.end is not None:
            earned, costs = self._ended(earned, costs, moves.end)
        if moves.losses is not None:
            costs = costs + np.repeat(moves.losses, 12, axis=-1) / 12.0
        return Outturn(earned, costs)

    def surplus(self, moves: Moves) -> Floats:
        """Surplus over the term, less what a delay makes waiting cost at the bid's own rate: (draws)."""
        outturn = self.outturn(moves)
        surplus: Floats = outturn.surplus.sum(axis=1)
        rate = self.bid.finance_rate
        if moves.delay is None or rate is None:
            return surplus
        return surplus - self.ledger(outturn, moves.delay).cost_of_waiting(float(rate)) + self.planned_waiting

    def ledger(self, outturn: Outturn, delay: Floats | None = None) -> Ledger:
        """The cash of each draw, with every payment ``delay`` days later."""
        return ledger(outturn.costs, outturn.income, self.contract.payment, 0 if delay is None else delay)

    @cached_property
    def planned_waiting(self) -> float:
        """What waiting costs in the plan, in pounds over the term; nought without a rate."""
        rate = self.bid.finance_rate
        return 0.0 if rate is None else float(self.ledger(self.planned).cost_of_waiting(float(rate))[0])

    # ── the parts of cost ──

    def _add_cost(self, cost: Cost, row: Floats, count: Floats | None) -> None:
        follows = count is not None and cost.centre == self.bid.service
        if count is not None and not follows:
            row = row * np.repeat(count, 12)
        key = cost.rises_by, float(cost.step or 0) if follows else None
        self._rows[key] = self._rows.get(key, 0.0) + row

    def _cost(self, factors: Mapping[str, Floats], units: Floats, moves: Moves) -> Floats:
        """Costs in each month: (…draws, months), each part worked out once for each run of equal months."""
        runs = self._runs
        at = {name: factor[..., runs.starts] for name, factor in factors.items()}
        served = units[..., [start // 12 for start in runs.starts]]
        costs: Floats = np.zeros(len(runs.starts))
        for (index, step), row in self._rows.items():
            costs = costs + at[index] * row[runs.starts] * _times(step, served)
        staff = self._staff(factors) if self._pay_indices & moves.indices.keys() else self._planned_staff
        if moves.cover is not None:
            staff = staff * (1.0 + moves.cover[:, None])
        return runs.spread(costs + staff[..., self._staff_runs.of(runs.starts)])

    @cached_property
    def _pay_indices(self) -> frozenset[str]:
        return frozenset(self._staff_basis.indices) - {FIXED}

    def _staff(self, factors: Mapping[str, Floats]) -> Floats:
        """The posts' cost to the service: (…draws, runs of equal months)."""
        starts = self._staff_runs.starts
        if not self._staff_basis.indices:
            return np.zeros(len(starts))
        costs = self._staff_basis.costs({name: factors[name][..., starts] for name in self._staff_basis.indices})
        runs: Floats = (costs.total * self._staff_portion[:, starts]).sum(axis=-2)
        return runs

    def _rises_of(self, name: str) -> list[tuple[int, float]]:
        """The months of the term (from 0) and the rises of an index, those before the start included."""
        if name == FIXED:
            return []
        assumptions, base = self.bid.assumptions, self.bid.organisation.base_year
        dates = assumptions.rise_dates(name, base, self.term)
        start = self.term.start
        months = (max((d.year - start.year) * 12 + d.month - start.month, 0) for d in dates)
        return [(at, float(assumptions.rise(name, d))) for at, d in zip(months, dates, strict=True)]

    def _factor(self, name: str, added: Floats) -> Floats:
        """The path of an index whose every rise has something added: (draws, months)."""
        rises = self._rises[name]
        steps = np.ones((added.size, len(rises) + 1))
        for i, (_, rise) in enumerate(rises):
            steps[:, i + 1] = steps[:, i] * (1.0 + rise + added)
        run = np.searchsorted([at for at, _ in rises], np.arange(self.term.months), side="right")
        return steps[:, run]

    # ── volume and the end ──

    def _served(self, demanded: Floats) -> Floats:
        """Units a year that are served: where the rest may be refused, no more than the cap (or the plan, if more)."""
        cap, may = self.contract.protections.volume_cap, self.contract.protections.right_to_refuse
        if cap is None or not may or self.contract.mechanism.must_serve:
            return demanded
        return np.minimum(demanded, np.maximum(float(cap), self.planned_units))

    def _stranded(self, close_down: float) -> float:
        """What an early end costs, less what is paid for it: pounds, in the month after the last."""
        terms = self.contract.exit
        cost = close_down if terms.stranded_cost is None else float(terms.stranded_cost)
        if terms.break_payment == "stranded cost":
            return 0.0
        return cost - float(terms.break_payment or 0)

    def _ended(self, earned: Floats, costs: Floats, end: Floats) -> tuple[Floats, Floats]:
        months = np.arange(self.term.months)
        running = months < end[:, None]
        last = np.minimum(end, self.term.months - 1)[:, None] == months
        early = (end < self.term.months)[:, None] & last
        return earned * running, costs * running + early * self._exit_cost


@dataclass(frozen=True)
class Runs:
    """A term cut into runs of months between which nothing changes."""

    starts: list[int]
    """The first month of each run, from 0."""
    months: int

    @classmethod
    def starting(cls, turns: Iterable[int], months: int) -> Runs:
        """Runs that start at each of ``turns``."""
        return cls(sorted(turns), months)

    def of(self, months: Sequence[int]) -> npt.NDArray[np.int64]:
        """The run that each of some months is in."""
        return np.searchsorted(self.starts, months, side="right").astype(np.int64) - 1

    def spread(self, values: Floats) -> Floats:
        """(…, runs) → (…, months)."""
        return np.repeat(values, np.diff([*self.starts, self.months]), axis=-1)


def _times(step: float | None, units: Floats) -> Floats | float:
    """How many times a cost is paid at ``units`` a year: once, for each unit, or for every ``step`` units begun."""
    if step is None:
        return 1.0
    return np.ceil(units / step - WHOLE_STEP) if step else units


def contract_without_protections(contract: Contract) -> Contract:
    """The same mechanism with every protection of the price and the volume taken out; itself if it has none."""
    protections, duration, exit_ = contract.protections, contract.duration, contract.exit
    if protections.volume_guarantee or protections.volume_cap is not None or protections.right_to_refuse:
        protections = protections.replace(volume_guarantee=0, volume_cap=None, right_to_refuse=False)
    if isinstance(duration.indexation, Indexation):
        duration = duration.replace(indexation="none")
    if exit_.break_payment:
        exit_ = exit_.replace(break_payment=0)
    return contract.replace(protections=protections, duration=duration, exit=exit_)
