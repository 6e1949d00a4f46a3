"""The exact engine: every figure again, in fractions, from the documented formulas.

Nothing of the library's engine is used: no arrays, no matrix of shares, no properties that
compute. The fields of the models are read, and the dated figures looked up. Direct and step-down
are worked as people work them, pool by pool; reciprocal by elimination; the Employment Allowance
by finding its level, not by going round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from fcr.bid import Bid
from fcr.lines import Cost, Post
from fcr.organisation import CostPool, Organisation
from fcr.rates import RateBook

ZERO, ONE = Fraction(0), Fraction(1)
APRIL = 4

Amounts = dict[str, Fraction]


def half_up(value: Fraction, places: int = 2) -> Decimal:
    """The exact value to ``places`` decimals, halves away from zero."""
    units = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(-units if value < 0 else units).scaleb(-places) + 0


def from_half_penny(value: Fraction) -> Fraction:
    """How far a value in pounds is from the nearest half penny between two pennies."""
    pennies = abs(value) * 100
    return abs(pennies - math.floor(pennies) - Fraction(1, 2)) / 100


# ── months, as one number each ───────────────────────────────────────────────────────────────────


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _last_day(month: int) -> date:
    year, index = divmod(month + 1, 12)
    return date(year, index + 1, 1) - timedelta(days=1)


def _aprils(since: int, month: int) -> int:
    """How many Aprils come after the month ``since`` and no later than ``month``."""
    return sum(1 for m in range(since + 1, month + 1) if m % 12 == APRIL - 1)


# ── what the models say ──────────────────────────────────────────────────────────────────────────


def _shares(line: Cost | Post) -> Amounts:
    if isinstance(line, Post):
        return {name: Fraction(share) / 100 for name, share in line.time.items()}
    if line.centre is not None:
        return {line.centre: ONE}
    return {name: Fraction(share) / 100 for name, share in line.split.items()}


def _index(line: Cost | Post) -> str:
    if isinstance(line, Post):
        return line.index
    return line.index or ("fixed" if line.amounts or line.capital == "depreciation" else "CPI")


def _paid_months(line: Cost | Post, term: int) -> list[int]:
    """The months of a line, from 0: counted from 1, both ends included, within the term."""
    first, last = line.first_month, line.last_month
    if line.phase == "start-up":
        first = first or 1
        last = last or first
    elif line.phase == "close-down" and first is None and last is None:
        first = term
    return [m for m in range(term) if (first or 1) <= m + 1 <= (last or term)]


def _turns(organisation: Organisation) -> list[CostPool]:
    if any(pool.order is not None for pool in organisation.pools):
        return sorted(organisation.pools, key=lambda pool: pool.order or 0)
    return list(organisation.pools)


# ── the months of every line ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Plan:
    """An organisation over a term: what is needed to cost every line."""

    organisation: Organisation
    start: int
    years: int
    book: RateBook
    factor: Callable[[str, int], Fraction]
    """An index's multiplier of base-year prices in a month."""
    volume: Callable[[str, int], Fraction]
    """A service's units a year in a year of the term."""

    @property
    def months(self) -> int:
        """How many months there are."""
        return 12 * self.years

    @cached_property
    def lines(self) -> tuple[Cost | Post, ...]:
        """The costs, then the posts."""
        return (*self.organisation.costs, *self.organisation.posts)

    @cached_property
    def by_month(self) -> list[list[Fraction]]:
        """Pounds of each line in each month."""
        return [*(self._cost(cost) for cost in self.organisation.costs), *self._posts()]

    @cached_property
    def by_year(self) -> list[list[Fraction]]:
        """Pounds of each line in each year."""
        starts = range(0, self.months, 12)
        return [[sum(row[first : first + 12], ZERO) for first in starts] for row in self.by_month]

    # ── costs ──

    def _cost(self, cost: Cost) -> list[Fraction]:
        row = [ZERO] * self.months
        paid = _paid_months(cost, self.months)
        recoverable = Fraction(cost.vat_recoverable or 0)
        vat = 1 + Fraction(cost.vat_rate) * (1 - recoverable)
        price = Fraction(cost.amount or 0) * vat
        index = _index(cost)
        for place, m in enumerate(paid):
            if cost.amounts:
                same_year = sum(1 for other in paid if other // 12 == m // 12)
                row[m] = Fraction(cost.amounts[m // 12]) * vat / same_year
                continue
            if cost.capital == "purchase":
                at_base = price if place == 0 else ZERO
            elif cost.capital == "depreciation":
                life = 12 * Fraction(cost.life or 1)
                at_base = price / life * min(max(life - place, ZERO), ONE)
            elif cost.phase == "running":
                at_base = price / 12
            else:
                at_base = price / len(paid)
            row[m] = at_base * self.factor(index, m) * self._times(cost, m // 12)
        return row

    def _times(self, cost: Cost, year: int) -> Fraction:
        if cost.behaviour == "fixed":
            return ONE
        units = self.volume(str(cost.centre), year)
        return units if cost.step is None else Fraction(math.ceil(units / Fraction(cost.step)))

    # ── posts ──

    def _rate(self, name: str, m: int) -> Fraction:
        return Fraction(self.book.number(name, _last_day(self.start + m)))

    def _posts(self) -> list[list[Fraction]]:
        elements = self.staff
        return [[sum(parts.values(), ZERO) for parts in row] for row in elements]

    @cached_property
    def staff(self) -> list[list[Amounts]]:
        """Each post's cost in each month, by element."""
        posts = self.organisation.posts
        rows: list[list[Amounts]] = [[] for _ in posts]
        months = [set(_paid_months(post, self.months)) for post in posts]
        for m in range(self.months if posts else 0):
            pay = [self._pay(p, m) if m in at else ZERO for p, at in zip(posts, months, strict=True)]
            due = [self._insurance(p, a, m) for p, a in zip(posts, pay, strict=True)]
            saved = self._saved(due, pay, m)
            levy = self._levy(pay, m)
            for i, post in enumerate(posts):
                parts = {
                    "gross": pay[i],
                    "national insurance": due[i] - saved[i],
                    "pension": self._pension(post, pay[i], m),
                    "levy": levy[i],
                }
                parts["cover"] = Fraction(post.cover) * sum(parts.values(), ZERO)
                rows[i].append({name: part / 12 for name, part in parts.items()})
        return rows

    def _pay(self, post: Post, m: int) -> Fraction:
        """Annual pay of the whole post at the rate of a month."""
        climbed = _aprils(_number(self.organisation.base_year), self.start + m) * Fraction(post.increment)
        salary = Fraction(post.salary) + climbed
        if post.top is not None:
            salary = min(salary, Fraction(post.top))
        return Fraction(post.fte) * salary * self.factor(post.index, m)

    @staticmethod
    def _people(post: Post) -> int:
        return post.people if post.people is not None else math.ceil(Fraction(post.fte))

    def _insurance(self, post: Post, pay: Fraction, m: int) -> Fraction:
        relieved = post.apprentice or post.age == "under 21"
        kind = "upper_secondary_threshold_annual" if relieved else "secondary_threshold_annual"
        people = self._people(post)
        above = max(ZERO, pay / people - self._rate(f"employer_ni.{kind}", m))
        return self._rate("employer_ni.secondary_rate", m) * above * people

    def _pension(self, post: Post, pay: Fraction, m: int) -> Fraction:
        if isinstance(post.pension, Decimal):
            return Fraction(post.pension) * pay
        people = self._people(post)
        each = pay / people
        if post.pension == "none" or post.age != "22 to pension age":
            return ZERO
        if each <= self._rate("auto_enrolment.earnings_trigger", m):
            return ZERO
        upper = self._rate("auto_enrolment.upper_qualifying_earnings", m)
        lower = self._rate("auto_enrolment.lower_qualifying_earnings", m)
        qualifying = max(ZERO, min(each, upper) - lower)
        return self._rate("auto_enrolment.minimum_employer_contribution", m) * qualifying * people

    def _levy(self, pay: list[Fraction], m: int) -> list[Fraction]:
        listed = sum(pay, ZERO)
        bill = max(listed, Fraction(self.organisation.pay_bill or 0))
        rate, allowance = self._rate("apprenticeship_levy.rate", m), self._rate("apprenticeship_levy.allowance", m)
        owed = max(ZERO, rate * bill - allowance)
        return [owed * part / bill if bill else ZERO for part in pay]

    def _saved(self, due: list[Fraction], pay: list[Fraction], m: int) -> list[Fraction]:
        """The Employment Allowance: the one level at which ``min(due, level × basis)`` uses it up."""
        claim = self.organisation.employment_allowance
        if claim == "not claimed":
            return [ZERO] * len(due)
        amount = min(sum(due, ZERO), self._rate("employment_allowance.amount", m))
        basis = due if claim == "by national insurance" else pay
        wanting = sorted((i for i, d in enumerate(due) if d), key=lambda i: due[i] / basis[i])
        saved = [ZERO] * len(due)
        for turn, i in enumerate(wanting):
            level = amount / sum((basis[j] for j in wanting[turn:]), ZERO)
            saved[i] = min(due[i], level * basis[i])
            amount -= saved[i]
        return saved

    # ── drivers ──

    @cached_property
    def centres(self) -> tuple[str, ...]:
        """Every cost centre."""
        return (*(p.name for p in _turns(self.organisation)), *(s.name for s in self.organisation.services))

    def on_centres(self, year: int, chosen: Callable[[Cost | Post], bool]) -> Amounts:
        """Pounds of the chosen lines on each centre in a year."""
        found = dict.fromkeys(self.centres, ZERO)
        for line, years in zip(self.lines, self.by_year, strict=True):
            if chosen(line):
                for centre, share in _shares(line).items():
                    found[centre] += share * years[year]
        return found

    def measured(self, driver: str, year: int) -> Amounts:
        """What a plain driver measures on each centre in a year."""
        if driver == "equal":
            return dict.fromkeys(self.centres, ONE)
        if driver == "staff cost":
            return self.on_centres(year, lambda line: isinstance(line, Post) and line.phase == "running")
        if driver == "direct cost":
            return self.on_centres(year, _running_cash_without_purchases)
        if driver in {"staff", "time"}:
            found = dict.fromkeys(self.centres, ZERO)
            for post in self.organisation.posts:
                paid = sum(1 for m in _paid_months(post, self.months) if m // 12 == year)
                worked = Fraction(post.fte) * paid / 12
                if driver == "time" and post.hours_per_year is not None:
                    worked *= Fraction(post.hours_per_year)
                for centre, share in _shares(post).items():
                    found[centre] += share * worked
            return found
        named = next(d for d in self.organisation.drivers if d.name == driver)
        return {centre: Fraction(named.quantities.get(centre, 0)) for centre in self.centres}

    def given(self, pool: CostPool, receivers: Iterable[str], year: int) -> Amounts:
        """The share of a pool that each receiver takes."""
        mixture = next((d.mixture for d in self.organisation.drivers if d.name == pool.driver), {})
        shares = dict.fromkeys(receivers, ZERO)
        for driver, percent in (mixture or {pool.driver: Decimal(100)}).items():
            measured = self.measured(driver, year)
            total = sum((measured[r] for r in shares), ZERO)
            for receiver in shares if total else ():
                shares[receiver] += Fraction(percent) / 100 * measured[receiver] / total
        return shares


def _running_cash_without_purchases(line: Cost | Post) -> bool:
    if line.phase != "running":
        return False
    return isinstance(line, Post) or not (line.in_kind or line.capital == "purchase")


# ── the three methods ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sharing:
    """How the pools of one year are shared out by one method."""

    method: str
    pools: tuple[str, ...]
    services: tuple[str, ...]
    shares: Mapping[str, Amounts]
    """What each pool gives to each centre that may receive."""

    def gross(self, own: Mapping[str, Fraction]) -> Amounts:
        """Each pool's cost after what it takes from the others."""
        if self.method == "direct":
            return dict(own)
        if self.method == "reciprocal":
            return self._solved(own)
        gathered = dict(own)
        for turn, pool in enumerate(self.pools):
            for later in self.pools[turn + 1 :]:
                gathered[later] += gathered[pool] * self.shares[pool][later]
        return gathered

    def to_services(self, own: Mapping[str, Fraction]) -> Amounts:
        """What each service takes in the end."""
        gross = self.gross(own)
        return {s: sum((gross[p] * self.shares[p][s] for p in self.pools), ZERO) for s in self.services}

    def ends_on(self, pool: str) -> Amounts:
        """The share of one pool's own cost that ends on each service."""
        return self.to_services({p: ONE if p == pool else ZERO for p in self.pools})

    def _solved(self, own: Mapping[str, Fraction]) -> Amounts:
        """Solve ``x = own + what every other pool gives`` by elimination."""
        size = len(self.pools)
        rows = [
            [(ONE if p == q else ZERO) - self.shares[q].get(p, ZERO) for q in self.pools] + [own[p]] for p in self.pools
        ]
        for k in range(size):
            pivot = next(i for i in range(k, size) if rows[i][k])
            rows[k], rows[pivot] = rows[pivot], rows[k]
            rows[k] = [x / rows[k][k] for x in rows[k]]
            for i in range(size):
                if i != k and rows[i][k]:
                    rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
        return {p: rows[i][size] for i, p in enumerate(self.pools)}


def sharing(plan: Plan, method: str, year: int) -> Sharing:
    """The shares of every pool in a year."""
    turns = _turns(plan.organisation)
    pools, services = tuple(p.name for p in turns), tuple(s.name for s in plan.organisation.services)
    shares = {}
    for turn, pool in enumerate(turns):
        others = {"direct": (), "step-down": pools[turn + 1 :]}.get(method, tuple(p for p in pools if p != pool.name))
        shares[pool.name] = plan.given(pool, (*others, *services), year)
    return Sharing(method, pools, services, shares)


# ── the base year ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class BaseYear:
    """An organisation's base year, apportioned."""

    own: Amounts
    gross: Amounts
    direct: Amounts
    overheads: dict[str, Amounts]
    """Pool → service → pounds."""
    full: Amounts
    in_kind: Amounts
    left_out: Fraction


def apportion(organisation: Organisation, method: str) -> BaseYear:
    """The base year at base-year prices, with the statutory rates of that year."""
    volumes = {s.name: s.volume for s in organisation.services}
    plan = Plan(
        organisation,
        _number(organisation.base_year),
        1,
        RateBook(),
        lambda _name, _month: ONE,
        lambda service, _year: Fraction(volumes[service] or 0),
    )
    shared = sharing(plan, method, 0)
    cash = plan.on_centres(0, lambda x: x.phase == "running" and not _in_kind(x))
    kind = plan.on_centres(0, lambda x: x.phase == "running" and _in_kind(x))
    own = {p: cash[p] for p in shared.pools}
    overheads = {p: {s: own[p] * x for s, x in shared.ends_on(p).items()} for p in shared.pools}
    taken, taken_kind = shared.to_services(own), shared.to_services({p: kind[p] for p in shared.pools})
    return BaseYear(
        own,
        shared.gross(own),
        {s: cash[s] for s in shared.services},
        overheads,
        {s: cash[s] + taken[s] for s in shared.services},
        {s: kind[s] + taken_kind[s] for s in shared.services},
        sum((years[0] for x, years in zip(plan.lines, plan.by_year, strict=True) if x.phase != "running"), ZERO),
    )


def _in_kind(line: Cost | Post) -> bool:
    return isinstance(line, Cost) and bool(line.in_kind)


# ── a bid ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Year:
    """One contract year of the priced service; lines by their number among the organisation's."""

    direct: dict[int, Fraction]
    overheads: Amounts
    start_up: dict[int, Fraction]
    close_down: dict[int, Fraction]
    in_kind: Fraction
    full: Fraction
    contingency: Fraction
    reserves: Fraction
    premium: Fraction
    waiting: Fraction
    surplus: Fraction

    @property
    def price(self) -> Fraction:
        """The price without VAT."""
        return self.full + self.contingency + self.reserves + self.premium + self.waiting + self.surplus


def plan_of(bid: Bid) -> Plan:
    """The term of a bid along the indices, volumes and rates it states."""
    organisation, start = bid.organisation, _number(bid.start)
    book = RateBook(bid.assumptions.rates, hold=bid.assumptions.hold_rates)
    base = _number(organisation.base_year)
    known: dict[tuple[str, int], Fraction] = {}

    def factor(name: str, m: int) -> Fraction:
        if (name, m) not in known:
            known[name, m] = ONE if name == "fixed" else math.prod(rises(name, start + m), start=ONE)
        return known[name, m]

    def rises(name: str, month: int) -> Iterable[Fraction]:
        index = bid.assumptions.indices.get(name)
        each = APRIL if index is None else index.month
        in_year = bid.start.month if each == "anniversary" else each
        for at in range(base + 1, month + 1):
            year, number = divmod(at, 12)
            if number + 1 == in_year:
                stated = {} if index is None else index.rises
                unstated = index is None and name == "CPI"
                rise = book.number("cpi.fiscal_year_average", date(year, APRIL, 1)) if unstated else stated[year]
                yield 1 + Fraction(rise)

    volumes = {s.name: s.volume for s in organisation.services}

    def volume(service: str, year: int) -> Fraction:
        if service == bid.service and bid.volumes:
            return Fraction(bid.volumes[year if len(bid.volumes) > 1 else 0])
        if service == bid.service and bid.capacity:
            capacity = bid.capacity[year if len(bid.capacity) > 1 else 0]
            return Fraction(capacity) * Fraction(bid.occupancy[year if len(bid.occupancy) > 1 else 0])
        return Fraction(volumes[service] or 0)

    return Plan(organisation, start, bid.years, book, factor, volume)


def price(bid: Bid) -> list[Year]:
    """Every contract year of a bid, from line to price."""
    plan = plan_of(bid)
    return [_year(bid, plan, year) for year in range(bid.years)]


def _year(bid: Bid, plan: Plan, year: int) -> Year:
    shared = sharing(plan, bid.method, year)
    ends = {pool: shared.ends_on(pool)[bid.service] for pool in shared.pools}
    groups: dict[str, dict[int, Fraction]] = {"running": {}, "start-up": {}, "close-down": {}}
    in_kind = ZERO
    for number, line in enumerate(plan.lines):
        shares, amount = _shares(line), plan.by_year[number][year]
        straight = shares.get(bid.service, ZERO) * amount
        passed = sum((share * ends[c] for c, share in shares.items() if c in ends), ZERO) * amount
        if _in_kind(line):
            in_kind += straight + passed
        else:
            groups[line.phase][number] = straight + (ZERO if line.phase == "running" else passed)
    running = plan.on_centres(year, lambda x: x.phase == "running" and not _in_kind(x))
    overheads = {pool: running[pool] * share for pool, share in ends.items()}
    full = sum((sum(g.values(), ZERO) for g in groups.values()), ZERO) + sum(overheads.values(), ZERO)
    contingency = Fraction(bid.contingency) * full
    reserves = Fraction(bid.reserves_rate) * full + Fraction(bid.reserves_amount)
    premium, waiting = Fraction(bid.risk_premium), _waiting(bid) * full
    before, share = full + contingency + reserves + premium + waiting, Fraction(bid.surplus)
    surplus = before / (1 - share) - before if bid.surplus_basis == "margin" else share * before
    return Year(
        groups["running"],
        overheads,
        groups["start-up"],
        groups["close-down"],
        in_kind,
        full,
        contingency,
        reserves,
        premium,
        waiting,
        surplus,
    )


def _waiting(bid: Bid) -> Fraction:
    """The cost of waiting as a share of full cost: finance rate × months waited ÷ 12, where the terms say how long.

    Months waited: days to payment in months of 30 begun, and on average half of the rest of a period.
    """
    if bid.contract is None or bid.finance_rate is None:
        return ZERO
    terms = bid.contract.payment
    if terms.in_advance or terms.in_advance is None or terms.invoiced is None or terms.days is None:
        return ZERO
    period = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}[terms.invoiced]
    months = math.ceil(Fraction(terms.days) / 30) + Fraction(period - 1, 2)
    return Fraction(bid.finance_rate) * months / 12
