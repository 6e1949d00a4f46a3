"""The funding profile: what one service costs in each contract year, line by line, overheads included.

The whole organisation is costed month by month over the term; each pool's cost in a year is shared
by what its driver measures in that year; the months are then gathered into contract years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt

from fcr.apportionment import Sharing, driver_shares, reconcile
from fcr.bid import Bid
from fcr.costing import Costing, Paths, cost_lines, planned_paths
from fcr.errors import UnknownName
from fcr.lines import FIXED, Cost, Post
from fcr.money import round_half_up
from fcr.organisation import BUILT_IN_DRIVERS
from fcr.periods import financial_year
from fcr.rates import Rate
from fcr.results import Drawn
from fcr.staffing import rates_needed
from fcr.table import Column, Row, Table
from fcr.workings import Workings

__all__ = ["FundingProfile", "ServiceCosts", "profile", "rates_used", "service_costs"]

Floats = npt.NDArray[np.float64]

DIRECT, OVERHEADS, START_UP, CLOSE_DOWN = "Direct cost", "Overheads", "Start-up", "Close-down"


@dataclass(frozen=True)
class ServiceCosts:
    """One service's cost, month by month: unrounded pounds, with any leading axes of draws.

    Cash only, but for ``in_kind``. The parts are disjoint and come to ``total``.
    """

    paths: Paths
    costing: Costing
    sharing: Sharing
    """The pools' shares in each contract year: (…draws, years, pools, centres)."""
    service: int
    """Which of the services it is."""
    direct: Floats
    """Running lines on the service: (…draws, lines, months)."""
    overheads: Floats
    """Its share of each pool's running cost: (…draws, pools, months)."""
    start_up: Floats
    """Direct and its share of the pools': (…draws, lines, months)."""
    close_down: Floats
    """Direct and its share of the pools': (…draws, lines, months)."""
    in_kind: Floats
    """What costs no cash, its share of the pools' included: (…draws, lines, months)."""

    @property
    def marginal(self) -> Floats:
        """What would not be spent without the service: its own lines of every phase: (…draws, months)."""
        costing = self.costing
        own = costing.shares[costing.cash, costing.pools + self.service]
        marginal: Floats = (own[:, None] * costing.months[..., costing.cash, :]).sum(axis=-2)
        return marginal

    @property
    def total(self) -> Floats:
        """Full cost in each month: (…draws, months)."""
        parts = (self.direct, self.overheads, self.start_up, self.close_down)
        total: Floats = np.sum([part.sum(axis=-2) for part in parts], axis=0)
        return total

    def yearly(self, months: Floats) -> Floats:
        """Months gathered into contract years on the last axis."""
        years: Floats = months.reshape(*months.shape[:-1], self.costing.term.years, 12).sum(axis=-1)
        return years


def service_costs(bid: Bid, paths: Paths | None = None) -> ServiceCosts:
    """What the priced service costs along ``paths`` (by default, as the bid plans).

    Formula, for each month: the service's own lines, plus each pool's lines × the share of that
    pool that ends on the service in the month's contract year (:mod:`fcr.apportionment`).

    Raises :class:`~fcr.errors.RateNotFound`, :class:`~fcr.errors.ApportionmentError` and, when
    costs in are not costs out, :class:`~fcr.errors.ReconciliationError`.
    """
    paths = paths or planned_paths(bid)
    costing = cost_lines(bid.organisation, bid.term, bid.assumptions, paths)
    shared = driver_shares(costing, bid.method)
    service = costing.centres.index(bid.service) - costing.pools
    ends = shared.ends_on
    _reconcile_all(costing, ends)
    # Each line's share on the service, straight and through each pool, in each year of the term.
    on_pools = costing.shares[:, : costing.pools]
    own_share = costing.shares[:, costing.pools + service, None] * costing.months
    by_year = np.repeat(ends[..., service], 12, axis=-2)  # (…draws, months, pools)
    through = (on_pools @ np.swapaxes(by_year, -1, -2)) * costing.months  # (…draws, lines, months)
    running, cash = costing.in_phase("running"), costing.cash
    pool_months = on_pools.T @ np.where((running & cash)[:, None], costing.months, 0.0)
    whole = own_share + through
    return ServiceCosts(
        paths,
        costing,
        shared,
        service,
        own_share[..., running & cash, :],
        pool_months * np.swapaxes(by_year, -1, -2),
        whole[..., costing.in_phase("start-up") & cash, :],
        whole[..., costing.in_phase("close-down") & cash, :],
        whole[..., ~cash, :],
    )


def _reconcile_all(costing: Costing, ends: Floats) -> None:
    """Every pound of the organisation, in every year, ends on a service once and only once."""
    everything = np.ones(len(costing.lines), dtype=bool)
    centres = np.swapaxes(costing.by_centre(everything), -1, -2)  # (…draws, years, centres)
    pools, services = centres[..., : costing.pools], centres[..., costing.pools :]
    full = services + (pools[..., None, :] @ ends)[..., 0, :]
    reconcile(full, costing.years.sum(axis=-2))


# ── the result ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class FundingProfile(Drawn):
    """What the priced service costs in each contract year, in pounds and pence that add up.

    A year's full cost is rounded once, half up; its lines are footed to it; the term is the sum
    of the years. ``exact`` keeps the unrounded months.
    """

    bid: Bid
    exact: ServiceCosts
    rates: tuple[Rate, ...]
    """The dated figures and assumptions it rests on."""

    @cached_property
    def years(self) -> tuple[Workings, ...]:
        """Each contract year as a tree: full cost → direct cost, overheads, start-up, close-down → lines."""
        return tuple(self._year(year).settled() for year in range(self.bid.years))

    @property
    def full_cost(self) -> tuple[Decimal, ...]:
        """The full cost of each contract year, in pounds: direct cost, overheads, start-up and close-down."""
        return tuple(year.settled_value for year in self.years)

    @property
    def direct_cost(self) -> tuple[Decimal, ...]:
        """The running direct cost of each contract year, in pounds."""
        return tuple(year.part(DIRECT).settled_value for year in self.years)

    @property
    def term(self) -> Decimal:
        """The full cost of the whole term: the sum of the years."""
        return sum(self.full_cost, Decimal(0))

    @cached_property
    def in_kind(self) -> tuple[Decimal, ...]:
        """What the service uses each year that costs no cash, in pounds: economic cost, never price."""
        return tuple(round_half_up(float(x)) for x in self.exact.yearly(self.exact.in_kind.sum(axis=-2)))

    def _year(self, year: int) -> Workings:
        exact = self.exact
        lines, cash = exact.costing.lines, exact.costing.cash
        phases = {phase: _chosen(lines, cash, phase) for phase in ("running", "start-up", "close-down")}
        groups = (
            (DIRECT, _labels(phases["running"]), exact.direct),
            (OVERHEADS, exact.costing.centres[: exact.costing.pools], exact.overheads),
            (START_UP, _labels(phases["start-up"]), exact.start_up),
            (CLOSE_DOWN, _labels(phases["close-down"]), exact.close_down),
        )
        parts = []
        for name, labels, months in groups:
            amounts = exact.yearly(months)[:, year].tolist()
            used = [bool(row.any()) for row in months]  # a line stays in every year, or in none; a pool always
            rows = zip(labels, amounts, used, strict=True)
            below = tuple(Workings(n, x) for n, x, u in rows if u or name == OVERHEADS)
            if below or name == DIRECT:
                parts.append(Workings(name, sum(part.exact for part in below), parts=below))
        return Workings(self.bid.term.labels[year], sum(part.exact for part in parts), parts=tuple(parts))

    def table(self) -> Table:
        """Lines down, contract years and the term across. It adds up both ways."""
        rows: list[Row] = []
        subtotals = []
        for group in self.years[0].parts:
            same = [year.part(group.label) for year in self.years]
            start = len(rows) + 1
            rows.append(Row((group.label, *[None] * (self.bid.years + 1)), "heading"))
            for i, part in enumerate(group.parts):
                rows.append(_across(part.label, [g.parts[i].settled_value for g in same], "line", 1))
            adds = tuple(range(start, len(rows)))
            subtotals.append(len(rows))
            rows.append(_across(f"{group.label} in all", [g.settled_value for g in same], "subtotal", 0, adds))
        rows.append(_across("Full cost", list(self.full_cost), "total", 0, tuple(subtotals)))
        columns = (Column("", "text"), *map(Column, self.bid.term.labels), Column("Term"))
        title = f"What {self.bid.service} costs, {self.bid.term.firsts[0]:%B %Y} to {self.bid.term.last:%B %Y} (£)"
        return Table(title, columns, tuple(rows), tuple(self.notes()), across=True)

    def notes(self) -> Iterator[str]:
        """What a reader must know: moved pennies, in-kind costs, assumptions and unconfirmed figures."""
        nodes = [node for year in self.years for node in year.walk()]
        moved = sum(node.value != round_half_up(node.exact) for node in nodes)
        if moved:
            yield f"{moved} figure{'s' * (moved > 1)} moved by less than a penny so that the table adds up."
        if any(self.in_kind):
            listed = "; ".join(f"{n} £{x:,}" for n, x in zip(self.bid.term.labels, self.in_kind, strict=True))
            yield f"In kind, costing no cash and not in these figures: {listed}."
        yield from rate_notes(self.rates)

    def explain(self, *path: str) -> Workings:
        """Why a figure is what it is: ``explain("Year 2")``, ``explain("Year 2", "Rent")``.

        The first name is a contract year (left out: the whole term); the others lead down the tree:
        ``Direct cost``, ``Overheads``, a pool, a line. A name found in one place only may be given
        without those above it. Raises :class:`~fcr.errors.UnknownName` with the nearest name.
        """
        years = tuple(self._explained(i) for i in range(self.bid.years))
        whole = Workings("Full cost over the term", sum(y.exact for y in years), "", years).settled(self.term)
        return find(whole, path)

    def _explained(self, year: int) -> Workings:
        """A year's tree with each line's workings hung below it, every figure as reported."""
        top = self.years[year]
        groups = []
        for group in top.parts:
            parts = tuple(self._explained_part(group.label, i, part, year) for i, part in enumerate(group.parts))
            groups.append(_replaced(group, parts=parts))
        return _replaced(top, parts=tuple(groups))

    def _explained_part(self, group: str, index: int, part: Workings, year: int) -> Workings:
        costing = self.exact.costing
        if group == OVERHEADS:
            return self._explained_pool(index, part, year)
        phase = {DIRECT: "running", START_UP: "start-up", CLOSE_DOWN: "close-down"}[group]
        months = {
            DIRECT: self.exact.direct,
            START_UP: self.exact.start_up,
            CLOSE_DOWN: self.exact.close_down,
        }[group]
        chosen = np.flatnonzero(costing.in_phase(phase) & costing.cash)[months.any(axis=1)]
        line = int(chosen[index])
        portion = float(costing.shares[line, costing.pools + self.exact.service])
        if group != DIRECT:
            portion += float(costing.shares[line, : costing.pools] @ self._ends_on(year))
        return self._explained_line(line, portion, year).settled(part.value)

    def _ends_on(self, year: int) -> Floats:
        """The share of each pool that ends on the service in a year: (pools)."""
        ends: Floats = self.exact.sharing.ends_on[year, :, self.exact.service]
        return ends

    def _explained_pool(self, pool: int, part: Workings, year: int) -> Workings:
        costing, share = self.exact.costing, float(self._ends_on(year)[pool])
        running = np.flatnonzero(costing.in_phase("running") & costing.cash & (costing.shares[:, pool] != 0))
        lines = (self._explained_line(int(i), float(costing.shares[i, pool]) * share, year) for i in running)
        driver = self.bid.organisation.ordered_pools[pool].driver
        how = f"{share:.4%} of the pool's cost, by {driver}"
        how += f" ({BUILT_IN_DRIVERS[driver]})" if driver in BUILT_IN_DRIVERS else ""
        how += ", what other pools pass on included" if self.bid.method != "direct" else ""
        return Workings(part.label, part.exact, how, tuple(lines)).settled(part.value)

    def _explained_line(self, line: int, portion: float, year: int) -> Workings:
        """A line's year: a cost as runs of equal months, a post as pay and on-costs."""
        costing, span = self.exact.costing, slice(12 * year, 12 * year + 12)
        item = costing.lines[line]
        months = costing.months[line, span] * portion
        parts: tuple[Workings, ...]
        if isinstance(item, Post):
            row = line - len(costing.organisation.costs)
            elements = [(name, values[row, span] * portion) for name, values in costing.staff.elements]
            parts = tuple(Workings(n, float(x.sum()), "; ".join(self._runs(x, year))) for n, x in elements if x.any())
        else:
            parts = tuple(Workings(label, amount, how) for label, amount, how in self._run_amounts(months, year))
        how = describe(item, financial_year(self.bid.organisation.base_year))
        how += "" if portion == 1 else f"; {portion:.4%} of it"
        source = str(item.source) if item.source is not None else ""
        return Workings(item.name, float(months.sum()), how, parts, source)

    def _runs(self, months: Floats, year: int) -> Iterator[str]:
        for label, _, how in self._run_amounts(months, year):
            yield f"{label}: {how}"

    def _run_amounts(self, months: Floats, year: int) -> Iterator[tuple[str, float, str]]:
        """Consecutive months of the same amount: when, how much in all, and each."""
        firsts, amounts = self.bid.term.firsts[12 * year : 12 * year + 12], months.tolist()
        for amount, group in groupby(range(len(amounts)), key=lambda i: round(amounts[i], 9)):
            at = list(group)
            if amount:
                label = f"{firsts[at[0]]:%b %Y}" + (f" to {firsts[at[-1]]:%b %Y}" if len(at) > 1 else "")
                each = f"{len(at)} month{'s' * (len(at) > 1)} at £{round_half_up(amount, 4):,f}"
                yield label, sum(amounts[i] for i in at), each

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        return {
            "full_cost": [str(x) for x in self.full_cost],
            "term": str(self.term),
            "in_kind": [str(x) for x in self.in_kind],
            "table": self.table().to_dict(),
        }


def profile(bid: Bid) -> FundingProfile:
    """What the priced service costs in each contract year.

    Raises :class:`~fcr.errors.RateNotFound` when a rate is needed beyond the last date known and
    the bid states no assumption.

    >>> import fcr
    >>> fcr.profile(fcr.example()).term
    Decimal('979972.61')
    """
    return FundingProfile(bid, service_costs(bid), rates_used(bid))


def rates_used(bid: Bid) -> tuple[Rate, ...]:
    """Every dated figure and rise the bid's costs rest on, in the order of their names and dates."""
    organisation, book = bid.organisation, bid.assumptions.book
    found = bid.assumptions.used(bid.index_names, organisation.base_year, bid.term)
    for name in rates_needed(organisation.posts, organisation.employment_allowance):
        found += book.used(name, bid.term.lasts[0], bid.term.last)
    return tuple(found)


def rate_notes(rates: tuple[Rate, ...]) -> Iterator[str]:
    """The assumptions and the unconfirmed figures among ``rates``, in words: each figure named once."""
    assumed = [rate for rate in rates if rate.status == "assumed"]
    if assumed:
        yield f"Assumed by this bid: {'; '.join(_say(assumed))}."
    doubtful = [rate for rate in rates if rate.status != "assumed" and not rate.confirmed]
    if doubtful:
        yield f"Not confirmed by two sources: {'; '.join(_say(doubtful))}."


def _say(rates: list[Rate]) -> Iterator[str]:
    for title, dated in groupby(rates, key=lambda rate: rate.title):
        yield f"{title} " + ", ".join(_dated(rate) for rate in dated)


def _dated(rate: Rate) -> str:
    value = rate.value
    if isinstance(value, Decimal):
        shown = f"{value * 100:.4f}".rstrip("0").rstrip(".") + "%" if abs(value) < 1 else f"{value:,f}"
    else:
        shown = str(value)
    standing = "" if rate.status == "assumed" else f" ({rate.status})"
    return f"{shown} from {rate.start.day} {rate.start:%B %Y}{standing}"


def find(tree: Workings, path: tuple[str, ...]) -> Workings:
    """Down the tree by names; a name found in one place only may skip those above it."""
    for name in path:
        exact = [part for part in tree.parts if part.label.casefold() == name.casefold()]
        below = exact or [node for node in tree.walk() if node.label.casefold() == name.casefold()]
        if len(below) != 1:
            known = dict.fromkeys(node.label for node in tree.walk() if node is not tree)
            if len(below) > 1:
                raise UnknownName("single figure", name, [f"{part.label} / {name}" for part in tree.parts])
            raise UnknownName("figure", name, known)
        tree = below[0]
    return tree


def describe(line: Cost | Post, base: str) -> str:
    """A line's price in words: its amount, what it follows and what it rises by."""
    rises = "fixed in money" if line.rises_by == FIXED else f"rising with {line.rises_by}"
    if isinstance(line, Post):
        words = {"none": "no pension", "auto-enrolment": "pension by auto-enrolment"}
        pension = words[line.pension] if isinstance(line.pension, str) else f"pension {line.pension:%} of pay"
        return f"£{line.salary:,f} salary at {base} prices × {line.fte:f} FTE, {pension}, {rises}"
    if line.amounts:
        text = "an amount for each year"
    elif line.capital == "depreciation":
        text = f"£{line.amount:,f} over {line.life:f} years"
    elif line.capital == "purchase":
        text = f"£{line.amount:,f} when bought, {rises}"
    elif line.behaviour == "per unit":
        text = f"£{line.amount:,f} a unit at {base} prices, {rises}"
    elif line.behaviour == "stepped":
        text = f"£{line.amount:,f} a year for every {line.step:f} units begun, at {base} prices, {rises}"
    else:
        each = "a year" if line.phase == "running" else "in all"
        text = f"£{line.amount:,f} {each} at {base} prices, {rises}"
    vat = f", with {line.vat_factor - 1:.2%} irrecoverable VAT" if line.vat_factor != 1 else ""
    return text + vat


def _replaced(node: Workings, parts: tuple[Workings, ...]) -> Workings:
    return Workings(node.label, node.exact, node.how, parts, node.source, node.value)


def _chosen(lines: tuple[Cost | Post, ...], cash: npt.NDArray[np.bool_], phase: str) -> list[Cost | Post]:
    return [line for line, paid in zip(lines, cash.tolist(), strict=True) if line.phase == phase and paid]


def _labels(lines: list[Cost | Post]) -> list[str]:
    return [line.name for line in lines]


def _across(label: str, years: list[Decimal], style: str, indent: int, adds: tuple[int, ...] = ()) -> Row:
    return Row((label, *years, sum(years, Decimal(0))), style, indent, adds)  # type: ignore[arg-type]
