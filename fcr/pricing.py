"""What to charge: from full cost to price, in closed form.

``price = (full cost + contingency + reserves + risk premium + cost of waiting) × (1 + mark-up)``, or
``÷ (1 − margin)``.
A margin is a share of the price, a mark-up a share of the cost: a 10% margin is an 11.11% mark-up.
Nothing is iterated and nothing refers to itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from fcr.apportionment import driver_shares
from fcr.bid import Bid, Saved
from fcr.costing import unit_rows
from fcr.errors import ApportionmentError
from fcr.funding import FundingProfile, find, profile
from fcr.lines import Post
from fcr.money import foot, round_half_up
from fcr.results import Drawn
from fcr.table import Column, Row, Table
from fcr.workings import Workings

__all__ = ["BuildUp", "PriceBuildUp", "build_up", "price"]

Floats = npt.NDArray[np.float64]

FULL_COST, CONTINGENCY, RESERVES = "Full cost", "Contingency", "Contribution to reserves"
RISK_PREMIUM, WAITING = "Risk premium", "Cost of waiting for payment"
VAT_RATE = "vat.standard_rate"
A_PENNY_OUT = 0.01 - 1e-9
WHOLE_UNIT = 1e-9
"""Units this little over a whole number are arithmetic noise, not another unit."""


@dataclass(frozen=True, slots=True)
class BuildUp:
    """The steps from full cost to price: unrounded pounds, each (…draws, years)."""

    full_cost: Floats
    contingency: Floats
    premium: Floats
    waiting: Floats
    reserves: Floats
    surplus: Floats

    @property
    def price(self) -> Floats:
        """The price without VAT: the sum of the steps."""
        return self.full_cost + self.contingency + self.reserves + self.premium + self.waiting + self.surplus


def build_up(bid: Bid, full_cost: Floats) -> BuildUp:
    """The steps from full cost (…draws, years) to price, as the bid asks for them.

    - contingency = rate × full cost
    - reserves = rate × full cost, or an amount a year
    - risk premium = an amount a year, which the user adopts
    - cost of waiting = finance rate × average wait ÷ 12 × full cost (nought where the terms are not stated)
    - surplus = mark-up × all before it, or margin ÷ (1 − margin) × all before it

    >>> from datetime import date
    >>> import fcr
    >>> charity = fcr.Organisation(name="Example", services=[fcr.Service(name="Visits")],
    ...     costs=[fcr.Cost(name="Visit", centre="Visits", amount=Decimal("34.32"), index="fixed")])
    >>> bid = fcr.Bid(organisation=charity, service="Visits", start=date(2026, 4, 1), years=1,
    ...     surplus=Decimal("0.30"), surplus_basis="margin")
    >>> fcr.price(bid).price
    (Decimal('49.03'),)
    """
    contingency = float(bid.contingency) * full_cost
    reserves = float(bid.reserves_rate) * full_cost + float(bid.reserves_amount)
    share = float(bid.surplus)
    rate = share / (1.0 - share) if bid.surplus_basis == "margin" else share
    premium = np.full_like(full_cost, float(bid.risk_premium))
    waiting = waiting_share(bid) * full_cost
    surplus = rate * (full_cost + contingency + reserves + premium + waiting)
    return BuildUp(full_cost, contingency, premium, waiting, reserves, surplus)


def waiting_share(bid: Bid) -> float:
    """The cost of waiting for payment as a share of full cost: ``finance rate × months waited ÷ 12``."""
    wait = None if bid.contract is None else bid.contract.payment.average_wait
    return 0.0 if bid.finance_rate is None or wait is None else float(bid.finance_rate) * wait / 12.0


@dataclass(frozen=True)
class PriceBuildUp(Drawn):
    """The price of each contract year, from direct cost to full cost to price.

    A year's full cost and its price are each rounded once, half up; what stands between is footed
    to them. The term is the sum of the years. ``exact`` keeps the unrounded steps.
    """

    bid: Bid
    profile: FundingProfile
    exact: BuildUp

    @cached_property
    def years(self) -> tuple[Workings, ...]:
        """Each contract year as a tree: price → full cost (as in the profile), contingency, reserves, surplus."""
        return tuple(self._year(i, self.profile.years[i]) for i in range(self.bid.years))

    def _year(self, year: int, full: Workings) -> Workings:
        bid, exact = self.bid, self.exact
        full = Workings(FULL_COST, full.exact, "", full.parts, "", full.value)
        basis = f"{bid.surplus:%} of the {'price' if bid.surplus_basis == 'margin' else 'cost so far'}"
        reserves = f"{bid.reserves_rate:%} of full cost" if bid.reserves_rate else "an amount a year"
        steps = (
            (CONTINGENCY, exact.contingency, f"{bid.contingency:%} of full cost"),
            (RESERVES, exact.reserves, reserves),
            (RISK_PREMIUM, exact.premium, "an amount a year"),
            (WAITING, exact.waiting, f"{waiting_share(bid):.4%} of full cost"),
            (self.surplus_name, exact.surplus, basis),
        )
        above = tuple(Workings(name, float(step[year]), how) for name, step, how in steps if step.any())
        whole = Workings(bid.term.labels[year], float(exact.price[year]), "", (full, *above))
        value, added = round_half_up(whole.exact), sum(step.exact for step in above)
        if abs(float(value - full.settled_value) - added) > A_PENNY_OUT:  # both at a half, one of them a credit
            value = full.settled_value + round_half_up(added)
        return whole.settled(value)

    @property
    def surplus_name(self) -> str:
        """What the surplus is called: by its basis, for the two are different things."""
        return f"Surplus ({self.bid.surplus_basis or 'none'})"

    @property
    def price(self) -> tuple[Decimal, ...]:
        """The price of each contract year without VAT, in pounds."""
        return tuple(year.settled_value for year in self.years)

    @property
    def full_cost(self) -> tuple[Decimal, ...]:
        """The price of each year that would just recover every cost, in pounds."""
        return self.profile.full_cost

    @property
    def term(self) -> Decimal:
        """The price of the whole term without VAT: the sum of the years."""
        return sum(self.price, Decimal(0))

    # ── VAT ──

    @cached_property
    def vat(self) -> tuple[Decimal, ...] | None:
        """VAT on each year's price in pounds; ``None`` when the status of the supply is not stated."""
        if self.bid.vat is None:
            return None
        if self.bid.vat != "standard-rated":
            return (Decimal("0.00"),) * self.bid.years
        rates = self.bid.assumptions.book.monthly(VAT_RATE, self.bid.term.lasts)
        gross = self.exact.price * (1.0 + rates.reshape(self.bid.years, 12).mean(axis=-1))
        return tuple(round_half_up(float(x)) - net for x, net in zip(gross, self.price, strict=True))

    @property
    def price_with_vat(self) -> tuple[Decimal, ...] | None:
        """What the commissioner pays each year; ``None`` when the VAT status is not stated."""
        return None if self.vat is None else tuple(p + v for p, v in zip(self.price, self.vat, strict=True))

    # ── units ──

    @property
    def units(self) -> tuple[Decimal, ...] | None:
        """Units expected to be sold each year, or ``None`` when nobody has said."""
        return self.bid.yearly_volumes

    @property
    def unit_price(self) -> tuple[Decimal | None, ...] | None:
        """The price of a unit each year, half up to the penny; ``None`` for no units."""
        return self._per_unit(self.exact.price)

    @property
    def unit_cost(self) -> tuple[Decimal | None, ...] | None:
        """The full cost of a unit each year, half up to the penny: the unit price that would just recover."""
        return self._per_unit(self.exact.full_cost)

    def _per_unit(self, amounts: Floats) -> tuple[Decimal | None, ...] | None:
        if self.units is None:
            return None
        pairs = zip(amounts.tolist(), self.units, strict=True)
        return tuple(round_half_up(x / float(n)) if n else None for x, n in pairs)

    def break_even_volume(self, unit_price: Decimal | int, year: int = 1) -> int | None:
        """The fewest whole units in a contract year (from 1) at which ``unit_price`` covers full cost.

        Costs that follow the volume move with it, in steps where they step; overheads stay as
        planned. ``None`` when no volume covers it. Formula without steps: ``F ÷ (u − v)``; with steps,
        the fewest at or above ``F ÷ (u − v − Σ each ÷ size)`` that pays for the steps begun.
        """
        fixed, variable, steps = self._cost_of_volume(year - 1)
        if fixed <= 0:
            return 0
        gain = float(unit_price) - variable
        slope = gain - sum(each / size for each, size in steps)
        if slope <= WHOLE_UNIT:
            return None
        units = int(fixed / slope * (1.0 - WHOLE_UNIT))  # never too many: a step begun costs no less than its part
        while True:
            cost = fixed + sum(each * math.ceil(units / size - WHOLE_UNIT) for each, size in steps)
            needed = math.ceil(cost / gain - WHOLE_UNIT)
            if needed <= units:
                return units
            units = needed

    def _cost_of_volume(self, year: int) -> tuple[float, float, list[tuple[float, float]]]:
        """Full cost in a year as ``fixed + variable × units + Σ each × ⌈units ÷ size⌉``."""
        costing, paths = self.profile.exact.costing, self.profile.exact.paths
        months = slice(12 * year, 12 * year + 12)
        fixed, variable = float(self.exact.full_cost[year]), 0.0
        steps: list[tuple[float, float]] = []
        for line, amount in zip(costing.lines, costing.years[:, year].tolist(), strict=True):
            if isinstance(line, Post) or line.behaviour == "fixed" or line.centre != self.bid.service or line.in_kind:
                continue
            row = unit_rows([line], self.bid.term, paths)[0][0]
            each = float((row * paths.factors[line.rises_by])[months].sum())
            fixed -= amount
            if line.step is None:
                variable += each
            else:
                steps.append((each, float(line.step)))
        return fixed, variable, steps

    # ── what the price does for the organisation ──

    @cached_property
    def marginal_cost(self) -> tuple[Decimal, ...]:
        """What would not be spent each year without the service, in pounds: its own lines, no overheads."""
        months = self.profile.exact.marginal
        return tuple(round_half_up(float(x)) for x in self.profile.exact.yearly(months))

    @property
    def contribution(self) -> tuple[Decimal, ...]:
        """What the price pays each year towards overheads and surplus, in pounds: price − marginal cost."""
        return tuple(p - m for p, m in zip(self.price, self.marginal_cost, strict=True))

    def if_lost(self) -> Table:
        """What the other services would carry of this one's overheads without it, in pounds a year.

        The pools cost the same; only the receivers are fewer. With no other receiver the overheads
        are stranded, and the table says so.
        """
        costing = self.profile.exact.costing
        running = costing.by_centre(costing.in_phase("running") & costing.cash)[: costing.pools].T  # (years, pools)
        before = (running[:, None, :] @ self.profile.exact.sharing.ends_on)[:, 0, :]
        title = f"What the other services would carry without {self.bid.service} (£)"
        columns = (Column("", "text"), *map(Column, self.bid.term.labels), Column("Term"))
        others = [i for i in range(len(costing.centres) - costing.pools) if i != self.profile.exact.service]
        try:
            after = (running[:, None, :] @ driver_shares(costing, self.bid.method, without=self.bid.service).ends_on)[
                :, 0
            ]
        except ApportionmentError:
            carried = [round_half_up(float(x)) for x in before[:, self.profile.exact.service]]
            row = Row(("Stranded: no other service receives them", *carried, sum(carried, Decimal(0))), "total")
            return Table(title, columns, (row,), across=True)
        extra = (after - before)[:, others]
        names = [costing.centres[costing.pools + i] for i in others]
        totals = [round_half_up(float(x)) for x in extra.sum(axis=1)]
        years = [
            foot(dict(zip(names, row, strict=True)), total) for row, total in zip(extra.tolist(), totals, strict=True)
        ]
        rows = [Row((n, *[y[n] for y in years], sum((y[n] for y in years), Decimal(0)))) for n in names]
        rows.append(Row(("Total", *totals, sum(totals, Decimal(0))), "total", adds=tuple(range(len(rows)))))
        return Table(title, columns, tuple(rows), across=True)

    # ── how it says itself ──

    def table(self) -> Table:
        """The build-up: steps down, contract years and the term across. It adds up both ways."""
        rows: list[Row] = []
        tops: list[int] = []

        def across(
            path: tuple[str, ...],
            label: str,
            style: str = "line",
            indent: int = 1,
            adds: tuple[int, ...] = (),
        ) -> int:
            values = [_down(year, path).settled_value for year in self.years]
            rows.append(Row((label, *values, sum(values, Decimal(0))), style, indent, adds))  # type: ignore[arg-type]
            return len(rows) - 1

        for group in self.profile.years[0].parts:
            if group.label == "Overheads":
                adds = [
                    across((FULL_COST, group.label, pool.label), f"Overheads: {pool.label}") for pool in group.parts
                ]
            else:
                adds = [across((FULL_COST, group.label), group.label)]
            tops += adds
        steps = [across((FULL_COST,), FULL_COST, "subtotal", 0, tuple(tops))]
        steps += [across((part.label,), part.label) for part in self.years[0].parts if part.label != FULL_COST]
        steps = [across((), "Price without VAT", "total", 0, tuple(steps))]
        if self.vat is not None and any(self.vat):
            rows.append(Row(("VAT", *self.vat, sum(self.vat, Decimal(0))), "line", 1))
            total = self.price_with_vat or ()
            adds_up = (steps[0], len(rows) - 1)
            rows.append(Row(("Price with VAT", *total, sum(total, Decimal(0))), "total", 0, adds_up))
        columns = (Column("", "text"), *map(Column, self.bid.term.labels), Column("Term"))
        title = f"Price of {self.bid.service}, {self.bid.term.firsts[0]:%B %Y} to {self.bid.term.last:%B %Y} (£)"
        return Table(title, columns, tuple(rows), tuple(self._notes()), across=True)

    def tables(self) -> tuple[Table, ...]:
        """The build-up and, where units are stated, the price of one."""
        unit = self.unit_table()
        return (self.table(),) if unit is None else (self.table(), unit)

    def unit_table(self) -> Table | None:
        """Units, full cost of a unit and price of a unit each year; ``None`` when units are not stated."""
        if self.units is None or self.unit_cost is None or self.unit_price is None:
            return None
        unit = next(s.unit for s in self.bid.organisation.services if s.name == self.bid.service)
        columns = (
            Column("", "text"),
            Column(f"Units ({unit})", "number"),
            Column("Cost of one (£)"),
            Column("Price of one (£)"),
        )
        units = (n.quantize(Decimal(1)) if n == int(n) else n for n in self.units)  # 900, not 900.00
        rows = zip(self.bid.term.labels, units, self.unit_cost, self.unit_price, strict=True)
        return Table(f"Per {unit}", columns, tuple(Row(row) for row in rows))

    def _notes(self) -> Iterator[str]:
        if self.bid.vat is None:
            yield "VAT: the status of the supply is not stated, so whether VAT is due is unknown."
        elif self.bid.vat == "standard-rated":
            yield "VAT: the supply is standard-rated; VAT is added to the price."
        elif self.bid.vat == "zero-rated":
            yield "VAT: the supply is zero-rated; VAT is added at 0%, and VAT on its costs can be recovered."
        else:
            yield f"VAT: the supply is {self.bid.vat}; no VAT is added, and VAT on its costs is a cost."
        yield from self._vat_contradictions()
        if self.bid.finance_rate is not None and (
            self.bid.contract is None or self.bid.contract.payment.average_wait is None
        ):
            yield "Cost of waiting: the terms of payment are not stated, so it is unknown and not in the price."
        if self.bid.contingency and self.bid.risk_premium:
            yield "Contingency and risk premium are both in the price: make sure that no risk is in both."
        yield from self.profile.notes()
        if self.bid.saved is not None:
            yield from self._changes_since(self.bid.saved)

    def _vat_contradictions(self) -> Iterator[str]:
        recovers = self.bid.vat in {"standard-rated", "zero-rated"}
        for cost in self.bid.organisation.costs:
            if self.bid.vat is not None and cost.vat_rate and cost.centre == self.bid.service:
                if cost.vat_recoverable and not recovers:
                    yield f"VAT on {cost.name!r} is treated as recoverable, but the supply is {self.bid.vat}: check it."
                if cost.vat_recoverable != 1 and recovers:
                    yield f"VAT on {cost.name!r} is treated as a cost, but the supply is {self.bid.vat}: check it."

    def _changes_since(self, saved: Saved) -> Iterator[str]:
        """Which figure changed since the bid was saved, and the dated rates behind it."""
        for label, then, now in zip(self.bid.term.labels, saved.prices, self.price, strict=False):
            if then != now:
                yield f"Changed since saved with version {saved.version}: {label} was £{then:,}, is now £{now:,}."
        now_rates = {(r.name, r.start): str(r.value) for r in self.profile.rates}
        for name, dates in saved.rates.items():
            for start, value in dates.items():
                if now_rates.get((name, start), value) != value:
                    yield f"Changed since saved: {name} from {start} was {value}, is now {now_rates[name, start]}."

    def saved(self, version: str) -> Saved:
        """What to keep with the bid, so that a later version can say which figure changed."""
        rates: dict[str, dict[object, str]] = {}
        for rate in self.profile.rates:
            rates.setdefault(rate.name, {})[rate.start] = str(rate.value)
        return Saved.from_dict({"version": version, "prices": list(self.price), "rates": rates})

    def explain(self, *path: str) -> Workings:
        """Why a figure is what it is: ``explain("Year 2", "Premises and office")``.

        The first name is a contract year (left out: the whole term); see
        :meth:`fcr.funding.FundingProfile.explain`. Raises :class:`~fcr.errors.UnknownName`.
        """
        full = self.profile.explain().parts
        years = tuple(self._year(i, full[i]) for i in range(self.bid.years))
        whole = Workings("Price over the term", sum(y.exact for y in years), "", years).settled(self.term)
        return find(whole, path)

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        unit = self.unit_price
        return {
            "price": [str(x) for x in self.price],
            "full_cost": [str(x) for x in self.full_cost],
            "term": str(self.term),
            "vat": None if self.vat is None else [str(x) for x in self.vat],
            "unit_price": None if unit is None else [None if x is None else str(x) for x in unit],
            "marginal_cost": [str(x) for x in self.marginal_cost],
            "contribution": [str(x) for x in self.contribution],
            "table": self.table().to_dict(),
        }


def _down(tree: Workings, path: tuple[str, ...]) -> Workings:
    for label in path:
        tree = tree.part(label)
    return tree


def price(bid: Bid) -> PriceBuildUp:
    """The price build-up of each contract year.

    Raises :class:`~fcr.errors.RateNotFound` when a rate is needed beyond the last date known and
    the bid states no assumption.

    >>> import fcr
    >>> priced = fcr.price(fcr.example())
    >>> priced.term
    Decimal('1026521.29')
    >>> priced.price
    (Decimal('337103.97'), Decimal('333918.13'), Decimal('355499.19'))
    """
    costs = profile(bid)
    return PriceBuildUp(bid, costs, build_up(bid, costs.exact.yearly(costs.exact.total)))
