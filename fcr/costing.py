"""What every line costs, month by month, and on which cost centre it falls.

The arrays keep months on their last axis and may carry leading axes of draws: the same functions
cost one plan or thousands of simulated versions of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from fcr.assumptions import Assumptions
from fcr.bid import Bid
from fcr.errors import InputError, Problem, ReconciliationError
from fcr.lines import FIXED, Cost, Post
from fcr.money import LARGEST
from fcr.organisation import Organisation
from fcr.periods import Calendar
from fcr.staffing import StaffCosts, staff_costs

__all__ = ["Costing", "Paths", "base_year_costing", "cost_lines", "planned_paths", "unit_rows"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

WHOLE_STEP = 1e-9
"""Volumes this little over a whole number of steps are noise, not another step."""


@dataclass(frozen=True)
class Paths:
    """How indices and volumes run over the term: as planned, or one version for each draw."""

    factors: Mapping[str, Floats]
    """Each index's multiplier of base-year prices: (…draws, months)."""
    volumes: Mapping[str, Floats]
    """Each service's units a year, where known: (…draws, years)."""


def planned_paths(bid: Bid) -> Paths:
    """The paths a bid states. Raises :class:`~fcr.errors.RateNotFound` for a rise nobody has stated."""
    factors = bid.assumptions.factors(bid.index_names, bid.organisation.base_year, bid.term)
    volumes = {s.name: np.full(bid.years, float(s.volume)) for s in bid.organisation.services if s.volume is not None}
    if bid.yearly_volumes is not None:
        volumes[bid.service] = np.array([float(v) for v in bid.yearly_volumes])
    return Paths(factors, volumes)


@dataclass(frozen=True)
class Costing:
    """Every line of an organisation over a term.

    ``months``: pounds of each line, (…draws, lines, months). ``shares``: each line's share on each
    centre, (lines, centres), rows adding to one. Centres are the pools in step-down order, then
    the services; lines are the costs, then the posts.
    """

    organisation: Organisation
    term: Calendar
    months: Floats
    shares: Floats
    staff: StaffCosts

    @property
    def lines(self) -> tuple[Cost | Post, ...]:
        """The costs, then the posts."""
        return self.organisation.lines

    @cached_property
    def centres(self) -> tuple[str, ...]:
        """The pools in step-down order, then the services."""
        return self.organisation.centres

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each centre stands among them."""
        return {name: i for i, name in enumerate(self.centres)}

    @property
    def pools(self) -> int:
        """How many of the centres are pools: they come first."""
        return len(self.organisation.pools)

    @cached_property
    def years(self) -> Floats:
        """Pounds of each line in each year: (…draws, lines, years)."""
        years: Floats = self.months.reshape(*self.months.shape[:-1], self.term.years, 12).sum(axis=-1)
        return years

    @cached_property
    def cash(self) -> Flags:
        """Lines that cost cash: (lines)."""
        return np.array([not (isinstance(line, Cost) and line.in_kind) for line in self.lines])

    def in_phase(self, phase: str) -> Flags:
        """Lines of one phase: (lines)."""
        return np.array([line.phase == phase for line in self.lines])

    @cached_property
    def purchases(self) -> Flags:
        """Assets charged in full when bought: (lines)."""
        return np.array([isinstance(line, Cost) and line.capital == "purchase" for line in self.lines])

    def by_centre(self, chosen: Flags) -> Floats:
        """Pounds of the chosen lines on each centre in each year: (…draws, centres, years)."""
        picked: Floats = np.swapaxes(self.shares[chosen], 0, 1) @ self.years[..., chosen, :]
        return picked


def cost_lines(organisation: Organisation, term: Calendar, assumptions: Assumptions, paths: Paths) -> Costing:
    """Cost every line in every month of ``term`` along ``paths``.

    Formulas, with ``factor`` the line's index in the month and ``VAT`` its irrecoverable share:

    - running: ``amount ÷ 12 × VAT × factor`` each month it is paid
    - start-up, close-down: ``amount ÷ months paid × VAT × factor``
    - amounts by year: ``amount of the year ÷ months paid in it × VAT``
    - depreciation: ``amount ÷ (12 × life) × VAT`` until written off; purchase: all in its first month
    - per unit: ``amount × units a year ÷ 12 × VAT × factor``
    - stepped: ``amount ÷ 12 × ⌈units a year ÷ step⌉ × VAT × factor``
    - posts: see :func:`fcr.staffing.staff_costs`

    Raises :class:`~fcr.errors.RateNotFound` for a month with no known rate and
    :class:`~fcr.errors.InputError` for totals too large to keep exact.
    """
    posts, costs = organisation.posts, organisation.costs
    staff = staff_costs(
        posts,
        term,
        organisation.base_year,
        paths.factors,
        assumptions.book,
        allowance=organisation.employment_allowance,
        pay_bill=organisation.pay_bill,
    )
    blocks = [_costs(costs, term, paths)] if costs else []
    blocks += [staff.total] if posts else []
    lead = np.broadcast_shapes(*(block.shape[:-2] for block in blocks))
    months = np.concatenate([np.broadcast_to(b, (*lead, *b.shape[-2:])) for b in blocks], axis=-2)
    _refuse_too_large(months)
    return Costing(organisation, term, months, _line_shares(organisation), staff)


def base_year_costing(organisation: Organisation) -> Costing:
    """The organisation's base year at base-year prices, with the statutory rates of that year."""
    term = Calendar.of_years(organisation.base_year, 1)
    volumes = {s.name: np.array([float(s.volume)]) for s in organisation.services if s.volume is not None}
    problems = [
        Problem(
            f"costs[{i}] {c.name!r}",
            f"it follows the volume of {c.centre!r}, which is not stated",
            fix,
            "volumes",
        )
        for i, c in enumerate(organisation.costs)
        if c.behaviour != "fixed" and c.centre not in volumes
        for fix in ["Give the service a volume."]
    ]
    if problems:
        raise InputError(problems)
    factors = {line.rises_by: np.ones(term.months) for line in organisation.lines}
    return cost_lines(organisation, term, Assumptions(), Paths(factors, volumes))


def _line_shares(organisation: Organisation) -> Floats:
    column = {name: i for i, name in enumerate(organisation.centres)}
    shares = np.zeros((len(organisation.lines), len(column)))
    for row, line in enumerate(organisation.lines):
        for name, share in line.shares.items():
            shares[row, column[name]] = float(share)
    return shares


def _costs(costs: Sequence[Cost], term: Calendar, paths: Paths) -> Floats:
    base = np.stack([_at_base_prices(cost, term) for cost in costs])
    names = [cost.rises_by for cost in costs]
    moving = sorted(set(names) - {FIXED})
    if moving:
        lead = np.broadcast_shapes(*(paths.factors[name].shape for name in moving))
        table = np.stack([*(np.broadcast_to(paths.factors[name], lead) for name in moving), np.ones(lead)], axis=-2)
        row = {name: i for i, name in enumerate((*moving, FIXED))}
        base = base * table[..., [row[name] for name in names], :]
    following = [i for i, cost in enumerate(costs) if cost.behaviour != "fixed"]
    if following:
        times = [_units(costs[i], paths.volumes[str(costs[i].centre)]) for i in following]
        lead = np.broadcast_shapes(*(t.shape for t in times), (*base.shape[:-2], term.years))
        base = np.array(np.broadcast_to(base, (*lead[:-1], *base.shape[-2:])))
        for i, units in zip(following, times, strict=True):
            base[..., i, :] *= np.repeat(units, 12, axis=-1)
    return base


def unit_rows(costs: Sequence[Cost], term: Calendar, paths: Paths) -> tuple[Floats, list[Floats | None]]:
    """Costs in each month before their index, and how many times those that follow volume are paid each year.

    (lines, months), and for each line (…draws, years) or ``None`` when it does not follow volume.
    """
    rows = np.stack([_at_base_prices(cost, term) for cost in costs]) if costs else np.zeros((0, term.months))
    counts = [None if c.behaviour == "fixed" else _units(c, paths.volumes[str(c.centre)]) for c in costs]
    return rows, counts


def _units(cost: Cost, volume: Floats) -> Floats:
    """How many times a volume-following cost is paid at ``volume`` units a year."""
    return volume if cost.step is None else np.ceil(volume / float(cost.step) - WHOLE_STEP)


def _at_base_prices(cost: Cost, term: Calendar) -> Floats:
    """Pounds in each month before its index and its volume."""
    months = cost.months(term.months)
    row = np.zeros(term.months)
    vat = float(cost.vat_factor)
    if not months:
        return row
    if cost.amounts:
        for year, given in enumerate(cost.amounts[: term.years]):
            first, last = max(months.start, 12 * year), min(months.stop, 12 * year + 12)
            if first < last:
                row[first:last] = float(given) * vat / (last - first)
        return row
    amount = float(cost.amount or 0) * vat
    if cost.capital == "purchase":
        row[months.start] = amount
    elif cost.life is not None:
        life = float(cost.life) * 12
        written = np.clip(life - np.arange(len(months)), 0.0, 1.0)
        row[months.start : months.stop] = amount / life * written
    else:
        each = 12 if cost.phase == "running" else len(months)
        row[months.start : months.stop] = amount / each
    return row


def _refuse_too_large(months: Floats) -> None:
    total = float(np.abs(months).sum(axis=(-2, -1)).max(initial=0.0))
    if not math.isfinite(total):
        raise ReconciliationError("a cost came out as something that is not a number")
    if total > float(LARGEST):
        what = f"the costs come to £{total:,.0f}, more than can be kept exact to the penny"
        raise InputError([Problem("the organisation", what, "Check the largest amounts.", "too-large")])
