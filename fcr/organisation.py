"""The provider: its services, cost pools and drivers, and what it spends on each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator

from fcr.errors import Problem, nearest
from fcr.inputs import Input, Many, Mapped, Name, Percent, PoundsOrNought, Quantity, QuantityOrWhole
from fcr.lines import Cost, Post, _split_problems

__all__ = ["BUILT_IN_DRIVERS", "CostPool", "Driver", "Method", "Organisation", "Service"]

Method: TypeAlias = Literal["direct", "step-down", "reciprocal"]

BUILT_IN_DRIVERS = {
    "staff": "full-time equivalents on each centre",
    "staff cost": "what the posts on each centre cost",
    "direct cost": "running cash costs of each centre, without start-up, close-down and purchases of assets",
    "time": "hours worked on each centre",
    "equal": "the same for every centre",
}
"""Drivers measured from the posts and costs themselves."""


def _first_of_month(value: Any) -> Any:
    """``2026-27`` and ``2026`` are taken as the year that starts on 1 April, or on 1 January."""
    if isinstance(value, str) and (match := re.fullmatch(r"(\d{4})[-/](\d{2}|\d{4})", value.strip())):
        return date(int(match[1]), 4, 1) if int(match[2]) % 100 == (int(match[1]) + 1) % 100 else value
    return value


Month = Annotated[date, BeforeValidator(_first_of_month)]
"""The first day of a month; a financial year such as ``2026-27`` is taken as its 1 April."""


class Service(Input):
    """An activity that leaves the organisation: a contract, a project, its own fundraising, unfunded work.

    Every activity must be one, or the others are overcharged.
    """

    name: Name
    unit: Name = "unit"
    """What is counted: a session, a passenger journey, a place for a year."""
    volume: Quantity | None = None
    """Units in a year, where costs follow them."""
    note: str = ""


class CostPool(Input):
    """Overheads gathered to be shared out by a driver.

    >>> [pool.name for pool in CostPool.usual()]
    ['Premises and office', 'Central functions', 'Governance and strategic development', 'General fundraising']
    """

    name: Name
    driver: Name
    order: int | None = None
    """Its turn in the step-down method; left out by all, the order they are listed in."""
    note: str = ""

    @classmethod
    def usual(
        cls,
        premises: str = "staff",
        central: str = "time",
        governance: str = "direct cost",
        fundraising: str = "direct cost",
    ) -> tuple[CostPool, CostPool, CostPool, CostPool]:
        """The usual four pools in their usual order, each with the driver given.

        The drivers are those of the ACEVO/NPC template (headcount, time, expenditure).
        """
        return (
            cls(name="Premises and office", driver=premises),
            cls(name="Central functions", driver=central),
            cls(name="Governance and strategic development", driver=governance),
            cls(name="General fundraising", driver=fundraising),
        )


class Driver(Input):
    """The measure a pool is shared by: a quantity for each centre, or a mixture of other drivers.

    >>> Driver(name="floor area", unit="m²", quantities={"Advice": 80, "Finance": 20}).unit
    'm²'
    >>> dict(Driver(name="office", mixture={"staff": 25, "floor area": 75}).mixture)
    {'staff': Decimal('25'), 'floor area': Decimal('75')}
    """

    name: Name
    unit: str = ""
    quantities: Mapped[Name, QuantityOrWhole] = {}
    mixture: Mapped[Name, Percent] = {}
    """Percentages of the pool shared by each of several drivers, 100 in all."""
    note: str = ""

    def _problems(self) -> Iterator[Problem]:
        if self.mixture:
            yield from _split_problems(self.mixture, "mixture", "its mixture")
        if self.mixture and self.quantities:
            fix = "Keep one of the two."
            yield Problem("", "it has both quantities and a mixture", fix, "one-measure", ("quantities",))
        elif not self.mixture and not any(self.quantities.values()):
            fix = "Give a quantity for each centre that uses the pool."
            yield Problem("", "it has no quantities", fix, "no-quantities", ("quantities",))


class Organisation(Input):
    """A provider, for one base financial year.

    Refused, all at once: names used twice, costs and time on centres that do not exist, drivers
    that are not there or have nothing to measure, pools that only serve one another, services
    that nothing is charged to.
    """

    name: Name
    base_year: Month = date(2026, 4, 1)
    """The first day of the financial year whose prices the costs are stated at."""
    services: Many[Service] = ()
    pools: Many[CostPool] = ()
    costs: Many[Cost] = ()
    posts: Many[Post] = ()
    drivers: Many[Driver] = ()
    free_reserves: PoundsOrNought | None = None
    """Unrestricted reserves not tied up in fixed assets, in pounds."""
    annual_income: PoundsOrNought | None = None
    employment_allowance: Literal["not claimed", "by national insurance", "by pay"] = "not claimed"
    """Once per employer: how the saving is shared between posts, in proportion to what."""
    pay_bill: PoundsOrNought | None = None
    """The employer's whole yearly pay bill, for the apprenticeship levy, when it is more than the posts listed."""

    @property
    def centres(self) -> tuple[str, ...]:
        """Every cost centre: the pools in their step-down order, then the services."""
        return (*(p.name for p in self.ordered_pools), *(s.name for s in self.services))

    @property
    def lines(self) -> tuple[Cost | Post, ...]:
        """Every cost and post."""
        return (*self.costs, *self.posts)

    @cached_property
    def ordered_pools(self) -> tuple[CostPool, ...]:
        """The pools in their step-down order."""
        return tuple(sorted(self.pools, key=lambda p: p.order or 0))

    @cached_property
    def driver_named(self) -> Mapping[str, Driver]:
        """The drivers the user names."""
        return {d.name: d for d in self.drivers}

    @cached_property
    def measured(self) -> Mapping[str, frozenset[str]]:
        """The centres on which the driver of each pool has something to measure, by driver."""
        return {p.driver: frozenset(_measured(self, p.driver)) for p in self.pools}

    # ── what does not fit together ──

    def _problems(self) -> Iterator[Problem]:
        if self.base_year.day != 1:
            fix = "Give the first day of a month, such as 2026-04-01."
            yield Problem("", f"the base year starts on {self.base_year}", fix, "not-first", ("base_year",))
        if not self.services and not self.lines:
            fix = "List every activity as a service, and what the organisation spends."
            yield Problem("", "the organisation has no services, costs or posts", fix, "empty", ("services",))
        elif not self.services:
            fix = "List every activity: contracts, projects, own fundraising, unfunded work."
            yield Problem("", "the organisation has no services", fix, "empty", ("services",))
        elif not self.lines:
            yield Problem("", "the organisation has no costs and no posts", "List what it spends.", "empty", ("costs",))
        yield from self._repeated_names()
        if self.services:  # without any, nothing has a place to be
            yield from self._place_problems()
            yield from self._pool_problems()
            yield from sharing_problems(self)
            yield from self._idle_services()

    def _repeated_names(self) -> Iterator[Problem]:
        centres = [("services", i, s.name) for i, s in enumerate(self.services)]
        centres += [("pools", i, p.name) for i, p in enumerate(self.pools)]
        yield from _repeats(centres, "cost centre")
        for i, driver in enumerate(self.drivers):
            if driver.name.casefold() in BUILT_IN_DRIVERS:
                what = f"{driver.name!r} is a built-in driver, measured from the posts and costs themselves"
                fix = "Give yours another name, or leave it out and use the built-in one."
                yield Problem("", what, fix, "built-in-name", ("drivers", i, "name"))
        yield from _repeats([("drivers", i, d.name) for i, d in enumerate(self.drivers)], "driver")
        yield from _repeats([("posts", i, p.name) for i, p in enumerate(self.posts)], "post")
        places = [("costs", i, f"{c.name} on {'/'.join(c.shares)}") for i, c in enumerate(self.costs)]
        yield from _repeats(places, "cost")
        bought = {c.name.casefold() for c in self.costs if c.capital == "purchase"}
        for i, cost in enumerate(self.costs):
            if cost.capital == "depreciation" and cost.name.casefold() in bought:
                fix = "Charge the purchase or the depreciation, never both."
                yield Problem("", "it is also charged in full when bought", fix, "twice", ("costs", i, "capital"))

    def _place_problems(self) -> Iterator[Problem]:
        known = self.centres
        for i, cost in enumerate(self.costs):
            field = "centre" if cost.centre is not None else "split"
            yield from _unknown(cost.shares, known, "cost centre", ("costs", i, field))
            if cost.behaviour != "fixed" and cost.centre in {p.name for p in self.pools}:
                fix = "Put it on the service whose volume it follows."
                what = f"a {cost.behaviour} cost is on a cost pool, which has no volume"
                yield Problem("", what, fix, "behaviour", ("costs", i, "centre"))
        for i, post in enumerate(self.posts):
            yield from _unknown(post.time, known, "cost centre", ("posts", i, "time"))
        if 0 < sum(p.hours_per_year is None for p in self.posts) < len(self.posts):
            for i, post in enumerate(self.posts):
                if post.hours_per_year is None and "time" in self._drivers_used:
                    fix = "Give hours_per_year for every post, or for none."
                    what = "the 'time' driver needs its hours, which other posts state"
                    yield Problem("", what, fix, "hours", ("posts", i, "hours_per_year"))

    @property
    def _drivers_used(self) -> set[str]:
        named = {p.driver for p in self.pools}
        return named | {part for d in self.drivers if d.name in named for part in d.mixture}

    def _pool_problems(self) -> Iterator[Problem]:
        known = (*BUILT_IN_DRIVERS, *(d.name for d in self.drivers))
        plain = [name for name in known if name not in {d.name for d in self.drivers if d.mixture}]
        for i, pool in enumerate(self.pools):
            yield from _unknown([pool.driver], known, "driver", ("pools", i, "driver"))
        for i, driver in enumerate(self.drivers):
            yield from _unknown(driver.quantities, self.centres, "cost centre", ("drivers", i, "quantities"))
            yield from _unknown(driver.mixture, plain, "driver to mix", ("drivers", i, "mixture"))
        orders = Counter(p.order for p in self.pools)
        if set(orders) != {None}:
            for i, pool in enumerate(self.pools):
                if pool.order is None or orders[pool.order] > 1:
                    what = "its turn is not said" if pool.order is None else f"turn {pool.order} is used twice"
                    fix = "Number every pool 1, 2, 3… or none."
                    yield Problem("", what, fix, "order", ("pools", i, "order"))

    def _idle_services(self) -> Iterator[Problem]:
        places = {"centre", "split", "time"}
        if not self.lines or any(line._unread & places and not line.shares for line in self.lines):  # noqa: SLF001
            return  # a line that could not be read is a problem already, and may be charged to any
        charged = {name.casefold() for line in self.lines for name, share in line.shares.items() if share}
        given = {c.casefold() for pool in self.pools for c in receivers(self, pool)}
        for i, service in enumerate(self.services):
            if service.name.casefold() not in charged | given:
                fix = "Give it its costs and posts, or take it out."
                yield Problem("", "nothing is charged to it", fix, "idle-service", ("services", i))


def receivers(organisation: Organisation, pool: CostPool) -> frozenset[str]:
    """The centres with something of the pool's driver to measure, itself left out."""
    return organisation.measured[pool.driver] - {pool.name}


def _measured(organisation: Organisation, driver: str) -> set[str]:
    named = organisation.driver_named.get(driver)
    if named is not None and named.mixture:
        mixtures = {d.name for d in organisation.drivers if d.mixture}  # never mixed again: refused elsewhere
        parts = (part for part, share in named.mixture.items() if share and part not in mixtures)
        return {c for part in parts for c in _measured(organisation, part)}
    if named is not None:
        return {c for c, quantity in named.quantities.items() if quantity}
    if driver == "equal":
        return set(organisation.centres)
    posts = {c for p in organisation.posts for c, share in p.shares.items() if share}
    if driver in {"staff", "time"}:
        return posts
    paid = {c for p in organisation.posts if p.salary for c, share in p.shares.items() if share}
    if driver == "staff cost":
        return paid
    if driver == "direct cost":
        running = (c for c in organisation.costs if c.phase == "running" and not c.in_kind and c.capital != "purchase")
        return paid | {c for cost in running if cost.amount or any(cost.amounts) for c, s in cost.shares.items() if s}
    return set()


def sharing_problems(organisation: Organisation, method: Method = "reciprocal") -> Iterator[Problem]:
    """Pools that cannot be shared out by ``method``, each by name: no receiver, or no way to a service.

    What fails for ``reciprocal``, the most generous method, fails for all.
    """
    pools = organisation.ordered_pools
    row = {p.name: i for i, p in enumerate(organisation.pools)}
    services = {s.name for s in organisation.services}
    if not all(services):
        return  # a name that could not be read is a problem already, and may be the one served
    reach: dict[str, frozenset[str]] = {}
    for turn, pool in enumerate(pools):
        after = {p.name for p in pools[turn + 1 :]} if method == "step-down" else {p.name for p in pools}
        reach[pool.name] = receivers(organisation, pool) & (services | (after if method != "direct" else set()))
    served = set(services)
    while more := {name for name, to in reach.items() if name not in served and to & served}:
        served |= more
    for name in sorted(set(reach) - served, key=lambda n: row[n]):
        pool, to = organisation.pools[row[name]], reach[name]
        if pool.driver not in BUILT_IN_DRIVERS and pool.driver not in organisation.driver_named:
            continue  # already reported as an unknown driver
        if to:
            what = f"it serves only other pools ({', '.join(sorted(to))}), none of which reaches a service"
            fix, code = "Let one of them serve a service, by its driver.", "closed-circle"
        else:
            what = f"its driver {pool.driver!r} has nothing to measure on any centre that could take its cost"
            what += "" if method == "reciprocal" else f" by the {method} method"
            fix, code = "Give the driver quantities, or choose another driver.", "no-quantities"
        yield Problem("", what, fix, code, ("pools", row[name], "driver"))


def _repeats(rows: Iterable[tuple[str, int, str]], kind: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for field, i, name in rows:
        if name and name.casefold() in seen:
            what = f"the {kind} name {name!r} is used twice"
            yield Problem("", what, "Give each its own name.", "duplicate-name", (field, i, "name"))
        seen[name.casefold()] = name


def _unknown(names: Iterable[str], known: Iterable[str], kind: str, path: tuple[str | int, ...]) -> Iterator[Problem]:
    known = tuple(known)
    for name in names:
        if name and name not in known:
            near = nearest(name, known).strip()
            if not near and "" in known:
                continue  # a name that could not be read is a problem already, and may be the one meant
            fix = near or f"Use one of: {', '.join(known) or 'none yet'}."
            yield Problem("", f"there is no {kind} {name!r}", fix, "unknown-name", path)
