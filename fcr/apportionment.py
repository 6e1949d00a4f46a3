"""Overheads to services: one idea, three methods.

Each pool would give shares ``S`` to every other centre by its driver. The method is only a mask on
the pool-to-pool shares: **direct** keeps none, **step-down** those to later pools, **reciprocal**
all; what is kept is re-normalised over the receivers. Then the gross cost of the pools solves
``x = c + Sᵀx``, and the share of each pool that ends on each service is
``(I − S_pools)⁻¹ S_services``. Every method conserves every pool.

Sources: the ACEVO/NPC full cost recovery template (drivers and cascade); the three methods as in
any cost accounting text (see the worked examples in ``tests/examples``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from fcr.costing import Costing, base_year_costing
from fcr.errors import ApportionmentError, Problem, ReconciliationError, UnknownName
from fcr.money import TOLERANCE, foot, foot_table, round_half_up
from fcr.organisation import Method, Organisation, sharing_problems
from fcr.periods import financial_year
from fcr.results import Drawn
from fcr.table import Column, Row, Table
from fcr.workings import Workings

__all__ = ["Apportionment", "Sharing", "apportion", "reconcile", "share_out", "sharing"]

Floats = npt.NDArray[np.float64]


# ── the arithmetic, on plain arrays ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sharing:
    """Shares of ``p`` pools over ``p + s`` centres, pools first: (…, p, p + s), rows adding to one."""

    shares: Floats

    @property
    def pools(self) -> int:
        """How many pools there are."""
        return int(self.shares.shape[-2])

    def gross(self, own: Floats) -> Floats:
        """Each pool's cost after what it takes from the others: solves ``x = c + Sᵀx``; (…, p)."""
        between = np.swapaxes(self.shares[..., : self.pools], -1, -2)
        return self._solve(np.eye(self.pools) - between, own[..., None])[..., 0]

    @cached_property
    def ends_on(self) -> Floats:
        """The share of each pool's own cost that ends on each service: (…, p, s), rows adding to one."""
        return self._solve(np.eye(self.pools) - self.shares[..., : self.pools], self.shares[..., self.pools :])

    def to_services(self, own: Floats) -> Floats:
        """What each service takes of the pools' own costs: (…, s)."""
        return (self.gross(own)[..., None, :] @ self.shares[..., self.pools :])[..., 0, :]

    @staticmethod
    def _solve(matrix: Floats, right: Floats) -> Floats:
        result: Floats
        try:
            result = np.linalg.solve(matrix, right).astype(np.float64, copy=False)
        except np.linalg.LinAlgError:
            result = np.full(right.shape, np.nan)
        if not np.isfinite(result).all():
            fix = "Let one of them serve a service, by its driver."
            raise ApportionmentError([Problem("the pools", "some only serve one another", fix, "closed-circle")])
        return result


def kept(pools: int, centres: int, method: Method) -> npt.NDArray[np.bool_]:
    """Which centres each pool may give to by ``method``: (pools, centres); never itself."""
    keep = np.ones((pools, centres), dtype=bool)
    between = np.zeros((pools, pools), dtype=bool)
    if method == "step-down":
        between = np.triu(np.ones((pools, pools), dtype=bool), 1)
    elif method == "reciprocal":
        between = ~np.eye(pools, dtype=bool)
    keep[:, :pools] = between
    return keep


def sharing(quantities: Floats, method: Method) -> Sharing:
    """Shares from driver quantities (…, pools, centres): masked by the method, then re-normalised.

    A pool with nothing to measure gives no shares; :func:`reconcile` catches it if it had a cost.
    """
    eligible = np.where(kept(quantities.shape[-2], quantities.shape[-1], method), quantities, 0.0)
    totals = eligible.sum(axis=-1, keepdims=True)
    return Sharing(eligible / np.where(totals > 0, totals, 1.0))


def share_out(own: Floats, direct: Floats, quantities: Floats, method: Method = "step-down") -> Floats:
    """The full cost of each service: its direct cost and its share of every pool.

    ``own`` (…, pools), ``direct`` (…, services) in pounds; ``quantities`` (…, pools, pools +
    services), nought or more, pools in step-down order. Raises
    :class:`~fcr.errors.ReconciliationError` when a cost would be lost.

    >>> quantities = np.array([[0.0, 10.0, 30.0, 60.0], [5.0, 0.0, 50.0, 50.0]])
    >>> share_out(np.array([1000.0, 400.0]), np.array([0.0, 0.0]), quantities).round(2)
    array([550., 850.])
    """
    full: Floats = direct + sharing(quantities, method).to_services(own)
    reconcile(full, own.sum(axis=-1) + direct.sum(axis=-1))
    return full


def reconcile(full_costs: Floats, costs_in: Floats | float) -> None:
    """Costs in must equal costs on services, within :data:`fcr.money.TOLERANCE`: once and only once.

    Raises :class:`~fcr.errors.ReconciliationError` with the amount that went astray.
    """
    astray = np.asarray(full_costs.sum(axis=-1) - costs_in)
    worst = float(astray.flat[np.abs(astray).argmax()]) if astray.size else 0.0
    if not abs(worst) <= TOLERANCE:
        lost = "lost" if worst < 0 else "counted twice"
        raise ReconciliationError(f"£{abs(worst):,.4f} of cost was {lost} in apportionment")


# ── from an organisation's drivers to quantities ─────────────────────────────────────────────────


def driver_shares(costing: Costing, method: Method, *, without: str | None = None) -> Sharing:
    """The shares of each pool in each year: (…draws, years, pools, centres).

    ``without`` names a centre that receives nothing, as if it were not there.

    Raises :class:`~fcr.errors.ApportionmentError` for a negative quantity, or a pool with a cost
    but nothing to share it by, naming pool and year.
    """
    organisation = costing.organisation
    keep = kept(costing.pools, len(costing.centres), method)
    keep &= np.array([name != without for name in costing.centres])
    measured: dict[str, Floats] = {}
    rows = []
    problems: list[Problem] = []
    empty: list[tuple[int, str, npt.NDArray[np.bool_]]] = []
    for turn, pool in enumerate(organisation.ordered_pools):
        parts = organisation.driver_named[pool.driver].mixture if pool.driver in organisation.driver_named else {}
        share = np.zeros(1)
        for name, percent in (parts or {pool.driver: Decimal(100)}).items():
            quantity = measured.setdefault(name, _quantities(costing, name))
            problems += _negative(costing, name, quantity)
            eligible = np.where(keep[turn], quantity, 0.0)
            total = eligible.sum(axis=-1, keepdims=True)
            empty.append((turn, name, total[..., 0] <= 0))
            share = share + float(percent) / 100 * eligible / np.where(total > 0, total, 1.0)
        rows.append(share)
    lead = np.broadcast_shapes(*(row.shape for row in rows), (costing.term.years, len(costing.centres)))
    if not rows:
        return Sharing(np.zeros((*lead[:-1], 0, lead[-1])))
    shares = np.stack([np.broadcast_to(row, lead) for row in rows], axis=-2)
    for turn, name, nothing in empty:
        problems += _nothing_to_measure(costing, turn, name, nothing & _has_cost(costing, shares, turn))
    if problems:
        raise ApportionmentError(dict.fromkeys(problems))
    return Sharing(shares)


def _quantities(costing: Costing, driver: str) -> Floats:
    """What ``driver`` measures on each centre in each year: (…draws, years, centres)."""
    organisation, shares, posts = costing.organisation, costing.shares, costing.organisation.posts
    of_posts = shares[len(organisation.costs) :]
    if driver == "equal":
        return np.ones((1, len(costing.centres)))
    if driver in {"staff", "time"}:
        worked = np.zeros((len(posts), costing.term.months))
        for i, post in enumerate(posts):
            hours = post.hours_per_year if driver == "time" and post.hours_per_year is not None else 1
            months = post.months(costing.term.months)
            worked[i, months.start : months.stop] = float(post.fte) * float(hours) / 12
        yearly: Floats = worked.reshape(len(posts), costing.term.years, 12).sum(axis=-1).T @ of_posts
        return yearly
    if driver in {"staff cost", "direct cost"}:
        chosen = costing.in_phase("running") & costing.cash & ~costing.purchases
        if driver == "staff cost":
            chosen = chosen & (np.arange(len(costing.lines)) >= len(organisation.costs))
        return np.swapaxes(costing.by_centre(chosen), -1, -2)
    quantities = organisation.driver_named[driver].quantities
    measured = np.zeros((1, len(costing.centres)))
    measured[0, [costing.place[name] for name in quantities]] = [float(q) for q in quantities.values()]
    return measured


def _negative(costing: Costing, driver: str, quantity: Floats) -> Iterator[Problem]:
    low = quantity.reshape(-1, quantity.shape[-1]).min(axis=0)
    for centre in np.flatnonzero(low < 0):
        where = f"driver {driver!r}, {costing.centres[centre]}"
        what = f"its quantity comes to {low[centre]:,.2f}, below nought"
        yield Problem(where, what, "Move the credit, or choose another driver.", "negative")


def _has_cost(costing: Costing, shares: Floats, turn: int) -> npt.NDArray[np.bool_]:
    """The years in which a pool has a cost, its own or what other pools give it: (…draws, years)."""
    own = np.abs(costing.years[..., costing.shares[:, turn] != 0, :]).sum(axis=-2) > 0
    given: npt.NDArray[np.bool_] = own | (shares[..., turn] > 0).any(axis=-1)
    return given


def _nothing_to_measure(costing: Costing, turn: int, driver: str, nothing: npt.NDArray[np.bool_]) -> Iterator[Problem]:
    pool = costing.centres[turn]
    for year in np.flatnonzero(nothing.reshape(-1, costing.term.years).any(axis=0)):
        what = f"its driver {driver!r} has nothing to measure in {costing.term.describe(int(year) + 1)}"
        yield Problem(f"pool {pool!r}", what, "Give it quantities, or choose another driver.", "no-quantities")


# ── the result ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Apportionment(Drawn):
    """What each service costs in full in the organisation's base year, and how it comes to that.

    Arrays are unrounded pounds in the order of ``pools`` (step-down order) and ``services``. Cash
    and in-kind costs are shared by the same drivers and kept apart; start-up and close-down costs
    are no part of a year's running and stand in ``left_out``.
    """

    organisation: Organisation
    method: Method
    sharing: Sharing
    pools: tuple[str, ...]
    services: tuple[str, ...]
    own: Floats
    """Each pool's own cost: (pools)."""
    direct: Floats
    """Each service's direct cost: (services)."""
    in_kind: Floats
    """What each service uses that costs no cash, its share of the pools' included: (services)."""
    left_out: float
    """Start-up and close-down costs, in pounds."""

    @property
    def gross(self) -> dict[str, Decimal]:
        """Each pool's cost after receiving from the others, in pounds."""
        return {n: round_half_up(float(x)) for n, x in zip(self.pools, self.sharing.gross(self.own), strict=True)}

    @cached_property
    def overheads(self) -> Floats:
        """How much of each pool's own cost ends on each service, unrounded: (pools, services)."""
        return self.own[:, None] * self.sharing.ends_on

    @cached_property
    def exact(self) -> Floats:
        """Each service's full cost, unrounded: (services)."""
        return self.direct + self.sharing.to_services(self.own)

    @cached_property
    def _footed(self) -> tuple[list[list[Decimal]], list[Decimal], list[Decimal], Decimal]:
        reconcile(self.exact, float(self.own.sum() + self.direct.sum()))
        return foot_table(self._cells, self.services, ("Direct cost", *self.pools))

    @property
    def _cells(self) -> Floats:
        return np.column_stack([self.direct, self.overheads.T])

    @property
    def full_costs(self) -> dict[str, Decimal]:
        """Each service's full cost in cash, footed to the organisation's running cost."""
        return dict(zip(self.services, self._footed[1], strict=True))

    @property
    def shares(self) -> dict[str, dict[str, float]]:
        """The share of each pool's own cost that ends on each service: pool → service → fraction."""
        rows = self.sharing.ends_on.tolist()
        return {p: dict(zip(self.services, row, strict=True)) for p, row in zip(self.pools, rows, strict=True)}

    @property
    def overhead_rates(self) -> dict[str, float | None]:
        """Overheads as a share of direct cost, for each service; unknown where there is no direct cost."""
        pairs = zip(self.services, self.exact.tolist(), self.direct.tolist(), strict=True)
        return {name: (full - direct) / direct if direct > 0 else None for name, full, direct in pairs}

    @property
    def overhead_rate(self) -> float | None:
        """All overheads as a share of all direct cost; unknown where there is no direct cost."""
        direct = float(self.direct.sum())
        return float(self.own.sum()) / direct if direct > 0 else None

    def table(self) -> Table:
        """Services down; direct cost, each pool and full cost across. It adds up both ways."""
        body, rows, columns, total = self._footed
        headings = [
            Column("Service", "text"),
            Column("Direct cost"),
            *map(Column, self.pools),
            Column("Full cost"),
        ]
        lines = [Row((n, *cells, full)) for n, cells, full in zip(self.services, body, rows, strict=True)]
        lines.append(Row(("Total", *columns, total), "total", adds=tuple(range(len(lines)))))
        year = financial_year(self.organisation.base_year)
        title = f"Full cost of each service, {year}, {self.method} method (£)"
        return Table(title, tuple(headings), tuple(lines), tuple(self._notes(body)), across=True)

    def _notes(self, body: Sequence[Sequence[Decimal]]) -> Iterator[str]:
        pairs = zip(chain.from_iterable(body), self._cells.ravel().tolist(), strict=True)
        moved = sum(cell != round_half_up(exact) for cell, exact in pairs)
        if moved:
            yield f"{moved} figure{'s' * (moved > 1)} moved by less than a penny so that the table adds up."
        if self.left_out:
            yield f"Start-up and close-down costs, £{round_half_up(self.left_out):,}, are not part of a year's running."
        if self.in_kind.any():
            named = ((n, x) for n, x in zip(self.services, self.in_kind.tolist(), strict=True) if x)
            listed = "; ".join(f"{n} £{round_half_up(x):,}" for n, x in named)
            yield f"In kind, costing no cash and not in these figures: {listed}."

    def cascade(self) -> Table:
        """Each pool's gross cost and what it gives to every centre, pool by pool in step-down order."""
        gross = self.sharing.gross(self.own)
        given = gross[:, None] * self.sharing.shares
        centres = (*self.pools, *self.services)
        rows: list[Row] = []
        for turn, pool in enumerate(self.pools):
            total = round_half_up(float(gross[turn]))
            received = [(self.pools[i], given[i, turn]) for i in range(len(self.pools)) if given[i, turn]]
            parts = foot({"own cost": float(self.own[turn]), **{f"from {n}": float(x) for n, x in received}}, total)
            start = len(rows)
            rows += [Row((f"{pool}: {name}", amount), indent=1) for name, amount in parts.items()]
            rows.append(Row((f"{pool}: gross cost", total), "subtotal", adds=tuple(range(start, len(rows)))))
            out = foot({f"to {c}": float(x) for c, x in zip(centres, given[turn], strict=True) if x}, total)
            rows += [Row((name, amount), indent=2) for name, amount in out.items()]
        title = f"How the pools are shared out, {self.method} method (£)"
        return Table(title, (Column("", "text"), Column("£")), tuple(rows))

    def explain(self, service: str, pool: str | None = None) -> Workings:
        """Why a service costs what it does: its direct cost and its part of each pool, or one pool's part.

        Raises :class:`~fcr.errors.UnknownName` with the nearest name.
        """
        if service not in self.services:
            raise UnknownName("service", service, self.services)
        column = self.services.index(service)
        cells = self._footed[0][column]
        direct = Workings("Direct cost", float(self.direct[column]), "what is charged to the service itself")
        parts = [direct, *(self._explain_pool(column, turn) for turn in range(len(self.pools)))]
        settled = tuple(part.settled(cell) for part, cell in zip(parts, cells, strict=True))
        whole = Workings(f"Full cost of {service}", float(self.exact[column]), "", settled)
        tree = whole.settled(self.full_costs[service])
        if pool is None:
            return tree
        if pool not in self.pools:
            raise UnknownName("cost pool", pool, self.pools)
        return tree.part(pool)

    def _explain_pool(self, service: int, turn: int) -> Workings:
        """A pool's way to a service: straight, and through each pool it first passes to."""
        shares, ends = self.sharing.shares, self.sharing.ends_on
        own, name = float(self.own[turn]), self.pools[turn]
        parts = []
        straight = float(shares[turn, len(self.pools) + service])
        if straight:
            how = f"£{round_half_up(own):,} × {straight:.4%} by {self.organisation.ordered_pools[turn].driver}"
            parts.append(Workings("straight to the service", own * straight, how))
        for i, via in enumerate(self.pools):
            passed = float(shares[turn, i] * ends[i, service])
            if passed:
                how = (
                    f"£{round_half_up(own):,} × {shares[turn, i]:.4%} to it × {ends[i, service]:.4%} on to the service"
                )
                parts.append(Workings(f"by way of {via}", own * passed, how))
        how = f"£{round_half_up(own):,} × {float(ends[turn, service]):.4%}"
        return Workings(name, float(self.overheads[turn, service]), how, tuple(parts))

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        return {
            "method": self.method,
            "full_costs": {name: str(amount) for name, amount in self.full_costs.items()},
            "gross": {name: str(amount) for name, amount in self.gross.items()},
            "shares": self.shares,
            "table": self.table().to_dict(),
        }


def apportion(organisation: Organisation, method: Method = "step-down") -> Apportionment:
    """Share every pool out to the services, for the base year at base-year prices.

    Raises :class:`~fcr.errors.ApportionmentError` naming each pool that cannot be shared out by
    this method, and :class:`~fcr.errors.ReconciliationError` if a penny went astray.

    >>> import fcr
    >>> fcr.apportion(fcr.example().organisation, method="reciprocal").full_costs["Debt advice"]
    Decimal('301812.42')
    """
    problems = [
        Problem(f"pools[{p.path[1]}] {organisation.pools[int(p.path[1])].name!r}", p.what, p.fix, p.code, p.path)
        for p in sharing_problems(organisation, method)
    ]
    if problems:
        raise ApportionmentError(problems)
    costing = base_year_costing(organisation)
    shared = Sharing(driver_shares(costing, method).shares[0])
    running = costing.in_phase("running")
    cash = costing.by_centre(running & costing.cash)[:, 0]
    kind = costing.by_centre(running & ~costing.cash)[:, 0]
    own, direct = cash[: costing.pools], cash[costing.pools :]
    in_kind = kind[costing.pools :] + shared.to_services(kind[: costing.pools])
    return Apportionment(
        organisation,
        method,
        shared,
        costing.centres[: costing.pools],
        costing.centres[costing.pools :],
        own,
        direct,
        in_kind,
        float(costing.years[~running].sum()),
    )
