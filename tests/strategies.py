"""Organisations and bids for the property tests: valid as they are drawn, hardly ever filtered.

What makes them valid is built in: every driver measures something on a service in every year (one
post, the first, works the whole term on a service), every service bears a cost, every index that
is used is stated, and no credit outweighs the costs it stands beside where costs are a driver.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from fcr.assumptions import Assumptions, Index
from fcr.bid import Bid
from fcr.contract import BlockPrice, Contract, Payment
from fcr.lines import AgeBand, Cost, Post
from fcr.organisation import CostPool, Driver, Method, Organisation, Service
from fcr.periods import add_months

SERVICES = ("Debt advice", "Housing", "Youth work", "Befriending", "Own fundraising")
POOLS = ("Premises", "Finance", "Governance", "Information systems")
INDICES = ("pay", "CPI", "wage floor", "energy", "fixed")
BASES = (date(2026, 4, 1), date(2025, 4, 1), date(2024, 4, 1), date(2025, 1, 1), date(2024, 9, 1))
METHODS: tuple[Method, ...] = get_args(Method)

FOLLOWING = ("per unit", "stepped")
"""Kinds of cost that follow a service's volume."""
VAT_RATES = (Decimal("0.2"), Decimal("0.05"))
PENSIONS = ("auto-enrolment", "auto-enrolment", "none", Decimal("0.06"), Decimal("0.237"))

methods = st.sampled_from(METHODS)


def pennies(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Pounds and pence from ``low`` to ``high`` pounds."""
    return st.integers(low * 100, high * 100).map(lambda p: Decimal(p).scaleb(-2))


amounts = st.one_of(pennies(0, 300), pennies(0, 60_000), st.sampled_from([Decimal(10), Decimal(1000), Decimal(10**6)]))
salaries = st.one_of(
    pennies(4_000, 70_000),
    st.sampled_from([Decimal(n) for n in (0, 5_000, 6_240, 10_000, 12_500, 20_000, 29_500, 50_270)]),
)
shares = st.sampled_from([Decimal(x) for x in ("0", "0.01", "0.05", "0.075", "0.1", "0.333333", "0.5", "1")])
rises = st.integers(-500, 1500).map(lambda n: Decimal(n).scaleb(-4))


@st.composite
def percentages(draw: st.DrawFn, names: Sequence[str]) -> dict[str, Decimal]:
    """Percentages on some of ``names``, 100 in all; the first named always gets some."""
    others = st.lists(st.sampled_from(names[1:]), unique=True, max_size=3) if names[1:] else st.just([])
    chosen = [names[0], *draw(others)]
    cuts = sorted(draw(st.lists(st.integers(1, 9999), min_size=len(chosen) - 1, max_size=len(chosen) - 1, unique=True)))
    sizes = [b - a for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]
    return {name: Decimal(size).scaleb(-2) for name, size in zip(chosen, sizes, strict=True)}


# ── drivers ──────────────────────────────────────────────────────────────────────────────────────


@st.composite
def quantities(draw: st.DrawFn, services: Sequence[str], pools: Sequence[str]) -> dict[str, Decimal]:
    """A quantity for some centres, one of them a service."""
    number = st.one_of(st.integers(1, 12).map(Decimal), pennies(1, 500))
    found = {draw(st.sampled_from(services)): draw(number)}
    for name in (*services, *pools):
        if name not in found and draw(st.booleans()):
            found[name] = draw(st.one_of(number, st.just(Decimal(0))))
    return found


@st.composite
def drivers(
    draw: st.DrawFn, services: Sequence[str], pools: Sequence[str], built_in: Sequence[str]
) -> tuple[list[Driver], list[str]]:
    """Named drivers, some of them mixtures, and the driver of each pool."""
    count = draw(st.integers(1, 3))
    plain = [Driver(name=f"measure {i}", quantities=draw(quantities(services, pools))) for i in range(count)]
    names = [d.name for d in plain]
    mixed = []
    for i in range(draw(st.integers(0, 2))):
        parts = draw(st.permutations([*names, *built_in]))
        mixed.append(Driver(name=f"mixture {i}", mixture=draw(percentages(parts))))
    choice = st.sampled_from([*names, *built_in, *built_in, *(d.name for d in mixed)])
    return [*plain, *mixed], [draw(choice) for _ in pools]


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def spans(draw: st.DrawFn, months: int) -> dict[str, Any]:
    """Whether a line is paid for only part of the term."""
    kind = draw(st.sampled_from(["all", "all", "from", "to", "between"]))
    first = draw(st.integers(1, months))
    last = draw(st.integers(first, months))
    return {"all": {}, "from": {"first_month": first}, "to": {"last_month": last}}.get(
        kind, {"first_month": first, "last_month": last}
    )


def behaviours(years: int) -> dict[str, st.SearchStrategy[dict[str, Any]]]:
    """What each kind of cost says of its amount, its phase, its life and what it follows."""
    index = st.sampled_from([None, *INDICES])
    phases = st.sampled_from(["running", "start-up", "close-down"])
    lives = st.sampled_from([Decimal(x) for x in ("0.3", "1", "2.5", "3", "4", "4.25", "10")])
    steps = st.sampled_from([Decimal(x) for x in ("1", "2.5", "12", "30", "0.7")])
    said: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "running": {"amount": amounts, "index": index},
        "one-off": {"amount": amounts, "index": index, "phase": st.sampled_from(["start-up", "close-down"])},
        "by year": {"amounts": st.lists(amounts, min_size=years, max_size=years), "phase": phases},
        "depreciation": {"amount": amounts, "capital": st.just("depreciation"), "life": lives},
        "purchase": {"amount": amounts, "index": index, "capital": st.just("purchase"), "phase": phases},
        "per unit": {"amount": pennies(0, 90), "index": index, "behaviour": st.just("per unit")},
        "stepped": {"amount": pennies(0, 900), "index": index, "behaviour": st.just("stepped"), "step": steps},
    }
    return {kind: st.fixed_dictionaries(fields) for kind, fields in said.items()}


@st.composite
def costs(
    draw: st.DrawFn, name: str, *, services: Sequence[str], pools: Sequence[str], volumed: Sequence[str], years: int
) -> Cost:
    """A cost of any behaviour, in any phase, on any centre; never a credit."""
    kinds = behaviours(years)
    follows = draw(st.booleans()) and bool(volumed)
    kind = draw(st.sampled_from(FOLLOWING if follows else [k for k in kinds if k not in FOLLOWING]))
    fields: dict[str, Any] = {"name": name, **draw(kinds[kind])}
    if not follows and draw(st.booleans()):
        fields["split"] = draw(percentages(draw(st.permutations([*services, *pools]))))
    else:
        fields["centre"] = draw(st.sampled_from(volumed if follows else [*services, *pools]))
    if draw(st.integers(0, 3)) == 0:
        fields |= {"vat_rate": draw(st.sampled_from(VAT_RATES)), "vat_recoverable": draw(shares)}
    if draw(st.integers(0, 5)) == 0:
        fields["in_kind"] = "given by the council"
    cost = Cost(**fields, **draw(spans(12 * years)))
    if cost.amounts:  # nothing is given for a year in which nothing is paid
        paid = {month // 12 for month in cost.months(12 * years)}
        cost = cost.replace(amounts=[x if year in paid else Decimal(0) for year, x in enumerate(cost.amounts)])
    return cost


@st.composite
def posts(draw: st.DrawFn, name: str, centres: Sequence[str], *, years: int, hours: bool) -> Post:
    """A post of any kind; works on the first of ``centres`` at least."""
    salary = draw(salaries)
    fields: dict[str, Any] = {
        "name": name,
        "salary": salary,
        "fte": draw(st.sampled_from([Decimal(x) for x in ("1", "0.8", "0.5", "0.57", "2.5", "3", "12")])),
        "pension": draw(st.sampled_from(PENSIONS)),
        "age": draw(st.sampled_from(get_args(AgeBand))),
        "apprentice": draw(st.sampled_from([False, False, True])),
        "index": draw(st.sampled_from(INDICES)),
        "time": draw(percentages(centres)),
        "cover": draw(shares),
        "phase": draw(st.sampled_from(["running", "running", "running", "start-up", "close-down"])),
    }
    if draw(st.booleans()):
        fields["people"] = draw(st.integers(1, 15))
    if draw(st.booleans()):
        fields["increment"] = draw(pennies(0, 1_500))
        fields["top"] = draw(st.one_of(st.none(), pennies(0, 3_000).map(lambda more: salary + more)))
    if hours:
        fields["hours_per_year"] = draw(st.sampled_from([Decimal(1650), Decimal("1612.5"), Decimal(1950)]))
    return Post(**fields, **draw(spans(12 * years)))


# ── organisations ────────────────────────────────────────────────────────────────────────────────


@st.composite
def organisations(
    draw: st.DrawFn, *, years: int = 1, cost_based: bool = True, ordered: bool = False, most_pools: int = 4
) -> Organisation:
    """A valid organisation, ready to be apportioned or priced over ``years``.

    Without ``cost_based`` no pool is shared by what costs or posts come to; ``ordered`` numbers the pools.
    """
    services = list(draw(st.permutations(SERVICES)))[: draw(st.integers(1, 5))]
    pools = list(draw(st.permutations(POOLS)))[: draw(st.integers(0, most_pools))]
    staffed = draw(st.integers(0, 3)) > 0
    built_in = ["equal"]
    if staffed:
        built_in += ["staff", "time", *(["staff cost"] if cost_based else [])]
    if cost_based:
        built_in.append("direct cost")
    named, chosen = draw(drivers(services, pools, built_in))
    volumed = [s for s in services if draw(st.booleans())]

    found: list[Cost] = []
    credited = "direct cost" in {*chosen, *(part for d in named for part in d.mixture)}
    for name in (*services, *pools):
        if name in services or draw(st.booleans()):
            found.append(Cost(name=f"Base of {name}", centre=name, amount=draw(pennies(100, 90_000)), index="CPI"))
            if draw(st.integers(0, 4)) == 0:
                most = int(found[-1].amount or 0) // 2 if credited else 120_000
                credit = -draw(pennies(0, most))
                found.append(Cost(name=f"Credit to {name}", centre=name, amount=credit, index="CPI"))
    places = {"services": services, "pools": pools, "volumed": volumed}
    found += [draw(costs(f"Cost {i}", **places, years=years)) for i in range(draw(st.integers(0, 5)))]

    staff: list[Post] = []
    if staffed:
        hours = draw(st.integers(0, 3)) > 0
        at = draw(st.permutations([*services[1:], *pools]))
        anchor = draw(posts("Post 0", [services[0], *at], years=years, hours=hours))
        steady = {"phase": "running", "first_month": None, "last_month": None}
        staff.append(anchor.replace(**steady, salary=draw(pennies(9_000, 45_000)), top=None))
        for i in range(draw(st.sampled_from([0, 1, 2, 3, 4]))):
            at = draw(st.permutations([*services, *pools]))
            staff.append(draw(posts(f"Post {i + 1}", at, years=years, hours=hours)))

    turns: Sequence[int | None] = [None] * len(pools)
    if ordered or draw(st.booleans()):
        turns = draw(st.permutations(range(1, len(pools) + 1)))
    return Organisation(
        name="Harbour Advice",
        base_year=draw(st.sampled_from(BASES)),
        services=[Service(name=s, volume=draw(pennies(0, 200)) if s in volumed else None) for s in services],
        pools=[CostPool(name=p, driver=d, order=t) for p, d, t in zip(pools, chosen, turns, strict=True)],
        costs=found,
        posts=staff,
        drivers=named,
        employment_allowance=draw(st.sampled_from(["not claimed", "by national insurance", "by pay"])),
        pay_bill=draw(st.sampled_from([None, None, Decimal(2_999_999), Decimal(4_000_000)])),
    )


# ── bids ─────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def assumptions(draw: st.DrawFn, first: int, last: int) -> Assumptions:
    """Every index stated for the calendar years from ``first`` to ``last``; CPI sometimes as published."""
    month: st.SearchStrategy[Any] = st.sampled_from([4, 4, 1, 9, "anniversary"])
    named = [n for n in INDICES if n != "fixed" and (n != "CPI" or draw(st.integers(0, 3)))]
    indices = {
        name: Index(month=draw(month), rises={year: draw(rises) for year in range(first, last + 1)}) for name in named
    }
    return Assumptions(indices=indices, hold_rates=True)


@st.composite
def contracts(draw: st.DrawFn, years: int) -> Contract:
    """An offer at a block price, with terms of payment that may or may not be stated."""
    payment = Payment(
        invoiced=draw(st.sampled_from([None, "monthly", "quarterly", "half-yearly", "yearly"])),
        in_advance=draw(st.sampled_from([None, False, False, True])),
        days=draw(st.one_of(st.none(), st.integers(0, 100))),
    )
    return Contract(mechanism=BlockPrice(prices=[draw(pennies(0, 90_000)) for _ in range(years)]), payment=payment)


@st.composite
def bids(draw: st.DrawFn, *, cost_based: bool = True, ordered: bool = False, most_years: int = 4) -> Bid:
    """A valid bid: a start within 18 months of the base year's, up to ``most_years`` years, any method."""
    years = draw(st.integers(1, most_years))
    organisation = draw(organisations(years=years, cost_based=cost_based, ordered=ordered))
    start = add_months(organisation.base_year, draw(st.integers(0, 18)))
    each = st.one_of(st.just(1), st.just(years))
    fields: dict[str, Any] = {}
    wanted = draw(st.sampled_from(["none", "volumes", "occupancy"]))
    if wanted == "volumes":
        fields["volumes"] = [draw(pennies(0, 200)) for _ in range(draw(each))]
    elif wanted == "occupancy":
        fields["capacity"] = [draw(st.integers(0, 250).map(Decimal)) for _ in range(draw(each))]
        fields["occupancy"] = [draw(shares) for _ in range(draw(each))]
    reserves = draw(st.sampled_from(["none", "rate", "amount"]))
    if reserves == "rate":
        fields["reserves_rate"] = draw(shares)
    elif reserves == "amount":
        fields["reserves_amount"] = draw(pennies(0, 20_000))
    if draw(st.booleans()):
        fields |= {"contract": draw(contracts(years)), "finance_rate": draw(st.one_of(st.none(), shares))}
    surplus = draw(shares.filter(lambda share: share < 1))
    if surplus:
        fields |= {"surplus": surplus, "surplus_basis": draw(st.sampled_from(["margin", "mark-up"]))}
    return Bid(
        organisation=organisation,
        service=draw(st.sampled_from([s.name for s in organisation.services])),
        start=start,
        years=years,
        method=draw(methods),
        assumptions=draw(assumptions(organisation.base_year.year, start.year + years)),
        contingency=draw(shares),
        risk_premium=draw(st.one_of(st.just(Decimal(0)), pennies(0, 9_000))),
        **fields,
    )


# ── the same organisation, told differently ──────────────────────────────────────────────────────


def renamed(organisation: Organisation, names: dict[str, str]) -> Organisation:
    """The organisation with its centres, costs and posts renamed, wherever they are named."""

    def new(name: str) -> str:
        return names.get(name, name)

    def keys(mapping: Any) -> dict[str, Any]:
        return {new(name): value for name, value in mapping.items()}

    changed_costs = [
        c.replace(name=new(c.name), **({"centre": new(c.centre)} if c.centre else {"split": keys(c.split)}))
        for c in organisation.costs
    ]
    return organisation.replace(
        services=[s.replace(name=new(s.name)) for s in organisation.services],
        pools=[p.replace(name=new(p.name)) for p in organisation.pools],
        costs=changed_costs,
        posts=[p.replace(name=new(p.name), time=keys(p.time)) for p in organisation.posts],
        drivers=[d.replace(quantities=keys(d.quantities)) if d.quantities else d for d in organisation.drivers],
    )
