"""What must hold for every mechanism, whatever its figures and whatever happens under it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mechanism_strategies import SIMPLE, YEARS, Plain, hybrids, pounds, prices, quantities, shares, simple

from fcr.bid import Bid
from fcr.contract import Activity, Contract, Indexation, Mechanism
from fcr.contract.mechanisms import Floats, gather
from fcr.income import activity, discount_factors, income, income_steps, level_price, price_index
from fcr.periods import Calendar

MONTHS = 12 * YEARS
DRAWS = 3

each_kind = pytest.mark.parametrize("kind", SIMPLE)

fewer = settings(max_examples=settings().max_examples // 3)
"""For laws tried on every kind in turn."""


def made(plain: Plain) -> Mechanism:
    """The mechanism, through plain data as from a file."""
    return contract(plain).mechanism


def contract(plain: Plain, **terms: Any) -> Contract:
    """An offer that pays by it."""
    parts = [part["mechanism"] for part in plain["parts"]] if plain["kind"] == "hybrid" else [plain]
    form = "grant" if plain["kind"] == "grant" else "contract"
    names = ("job", "kept") if any("outcome" in p or "stages" in p for p in parts) else ()
    outcomes = [{"name": name, "rates": ["0.5", "0.25"], "lag_months": i} for i, name in enumerate(names)]
    return Contract.from_dict({"mechanism": plain, "outcomes": outcomes, "form": form, **terms})


@st.composite
def happenings(draw: st.DrawFn, draws: int = 0) -> Activity:
    """What happens in three years, busy or quiet, some years not at all; with draws, each on its own or not."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def months(most: float) -> Floats:
        lead = (draws,) if draws and draw(st.booleans()) else ()
        level = np.repeat(np.array(draw(st.tuples(*[st.sampled_from([0.0, 0.2, 1.0])] * YEARS))), 12)
        drawn: Floats = random.integers(0, 100, (*lead, MONTHS)) / 100 * level * most
        return drawn

    return Activity(months(60), {"job": months(30), "kept": months(10)}, months(2_500))


# ── the yearly formulas, written again ───────────────────────────────────────────────────────────


def num(x: Any) -> float:
    return float(x)


def in_tiers(total: float, price: Any, steps: Sequence[Mapping[str, Any]]) -> float:
    """Each unit at the price of the slice it lies in."""
    edges = [0.0, *(num(t["above"]) for t in steps)]
    each = [num(price), *(num(t["price"]) for t in steps)]
    pairs = zip(pairwise([*edges, np.inf]), each, strict=True)
    return sum((max(min(total, high) - low, 0.0) * price_ for (low, high), price_ in pairs), 0.0)


def at_most(x: float, most: Any) -> float:
    return x if most is None else min(x, num(most))


def unit_price(m: Plain, y: int, n: list[float], _o: Any, _c: Any) -> float:
    earned = at_most(in_tiers(n[y], m["price"], m["tiers"]), m["maximum"])
    return earned if m["minimum"] is None else max(earned, num(m["minimum"]))


def cost_and_volume(m: Plain, y: int, n: list[float], _o: Any, _c: Any) -> float:
    planned, band = num(m["volume"]), num(m["band"])
    over, under = max(n[y] - planned * (1 + band), 0), max(planned * (1 - band) - n[y], 0)
    paid = num(m["price"]) + num(m["above"]) * over
    return paid - min(paid, num(m["below"]) * under)


def cost_plus(m: Plain, y: int, _n: Any, _o: Any, c: list[float]) -> float:
    allowed = c[y] - c[y] * num(m["disallowed"])
    return allowed + at_most(allowed * num(m["fee_rate"]) + num(m["fee"]), m["maximum_fee"])


def target_cost(m: Plain, y: int, _n: Any, _o: Any, c: list[float]) -> float:
    """Cost and fee and the gain, pound by pound of each band between target and cost."""
    target, cost, gain, low = num(m["target"]), c[y], 0.0, 0.0
    for band in m["bands"]:
        high = np.inf if band["up_to"] is None else num(band["up_to"])
        between = max(min(max(target, cost), high) - max(min(target, cost), low), 0)
        gain += num(band["share"]) * between * (1 if target > cost else -1)
        low = high
    return at_most(cost + num(m["fee"]) + gain, m["maximum"])


def all_or_nothing(m: Plain, y: int, n: list[float], o: dict[str, list[float]], _c: Any) -> float:
    return num(m["attachment"]) * n[y] + (num(m["payment"]) if o["job"][y] > num(m["target"]) - 1e-9 else 0)


def by_tiers(m: Plain, y: int, n: list[float], o: dict[str, list[float]], _c: Any) -> float:
    return num(m["attachment"]) * n[y] + at_most(in_tiers(o["job"][y], m["price"], m["tiers"]), m["maximum"])


def staged(m: Plain, y: int, n: list[float], o: dict[str, list[float]], _c: Any) -> float:
    full = sum(num(stage["price"]) * o[stage["outcome"]][y] for stage in m["stages"])
    return num(m["attachment"]) * n[y] + at_most(full * num(m["payable"]) * (1 - num(m["rejected"])), m["maximum"])


def fee_plus(m: Plain, y: int, _n: Any, o: dict[str, list[float]], _c: Any) -> float:
    months = min(m["fee_months"], MONTHS)
    fee: float = num(m["value"]) * num(m["fee_share"]) * max(min(months, 12 * y + 12) - 12 * y, 0) / months
    before, after = math.fsum(o["job"][:y]), math.fsum(o["job"][: y + 1])
    if "trigger" not in m:
        return fee + num(m["price"]) * o["job"][y]
    slices = [{"above": m["trigger"], "price": m["accelerated"]}]
    return fee + in_tiers(after, m["price"], slices) - in_tiers(before, m["price"], slices)


def declining(m: Plain, y: int, n: list[float], o: dict[str, list[float]], _c: Any) -> float:
    share = num(m["attached"][min(y, len(m["attached"]) - 1)])
    return num(m["payment"]) * num(m["payable"]) * (share * n[y] + (1 - share) * o["job"][y])


def grant(m: Plain, y: int, _n: Any, _o: Any, c: list[float]) -> float:
    """The year's grant less what goes back at its end."""
    if not m["clawback"]:
        return num(m["amounts"][y])
    carried = 0.0
    for year, amount in enumerate(map(num, m["amounts"][: y + 1])):
        left = max(amount + carried - c[year], 0)
        carried = 0.0 if year == YEARS - 1 else min(left, num(m["carry_forward"]) * amount)
        back = left - carried
    return num(m["amounts"][y]) - back


def fund(m: Plain, y: int, _n: Any, o: dict[str, list[float]], _c: Any) -> float:
    success = min(o["job"][y] / num(m["expected"]), 1)
    return num(m["fees"][y]) * (1 - num(m["at_risk"]) * (1 - success))


FORMULAS: dict[str, Callable[[Plain, int, Any, Any, Any], float]] = {
    "block": lambda m, y, _n, _o, _c: num(m["prices"][y]),
    "unit price": unit_price,
    "cost and volume": cost_and_volume,
    "standing charge": lambda m, y, n, _o, _c: num(m["charge"]) + num(m["price"]) * n[y],
    "capped activity": lambda m, y, n, _o, _c: num(m["price"]) * min(n[y], num(m["cap"])),
    "call-off": lambda m, y, n, _o, _c: num(m["price"]) * n[y],
    "cost plus": cost_plus,
    "target cost": target_cost,
    "results, all or nothing": all_or_nothing,
    "results, by tiers": by_tiers,
    "payment by results": staged,
    "fee plus outcomes": fee_plus,
    "declining attachment": declining,
    "grant": grant,
    "outcomes fund": fund,
    "personal budgets": lambda m, y, n, _o, _c: (
        num(m["price"]) * n[y] * (1 - num(m["bad_debts"])) * (1 - num(m["lost_clients"]))
    ),
}


@each_kind
@fewer
@given(data=st.data(), done=happenings())
def test_months_sum_to_the_yearly_formula(kind: str, data: st.DataObject, done: Activity) -> None:
    """What is earned month by month comes, each year, to the formula of the mechanism on the year's totals."""
    plain = data.draw(SIMPLE[kind])
    assert done.costs is not None
    n, c = gather(done.units).tolist(), gather(done.costs).tolist()
    o = {name: gather(months).tolist() for name, months in done.outcomes.items()}
    wanted = [FORMULAS[kind](plain, year, n, o, c) for year in range(YEARS)]
    assert gather(made(plain).income(done)).tolist() == pytest.approx(wanted, abs=1e-5)


@given(simple, happenings(), st.booleans())
def test_round_trip(plain: Plain, done: Activity, as_hybrid: bool) -> None:
    """Whatever its figures, a mechanism read back from JSON is the same and pays the same."""
    offer = contract({"kind": "hybrid", "parts": [{"weight": 1, "mechanism": plain}]} if as_hybrid else plain)
    again = Contract.from_json(offer.to_json())
    assert again == offer
    assert again.mechanism.income(done).tolist() == offer.mechanism.income(done).tolist()


# ── more is never less ───────────────────────────────────────────────────────────────────────────

WHAT_IT_PAYS: dict[str, tuple[str, ...]] = {
    "block": ("prices",),
    "unit price": ("price", "tiers", "minimum", "maximum"),
    "cost and volume": ("price", "above"),  # what is refunded below the band is no price of the provider's
    "standing charge": ("charge", "price"),
    "capped activity": ("price", "cap"),
    "call-off": ("price",),
    "cost plus": ("fee_rate", "fee", "maximum_fee"),
    "target cost": ("target", "fee", "maximum"),
    "results, all or nothing": ("attachment", "payment"),
    "results, by tiers": ("attachment", "price", "tiers", "maximum"),
    "payment by results": ("attachment", "stages", "payable", "maximum"),
    "fee plus outcomes": ("value", "fee_share", "price", "accelerated"),
    "declining attachment": ("payment", "payable"),
    "grant": ("amounts",),
    "outcomes fund": ("fees",),
    "personal budgets": ("price",),
}
RATES = {"fee_rate", "payable", "fee_share"}


def raised(plain: Plain, name: str, by: Decimal) -> Plain:
    """The mechanism with one of its prices, or all of a list, higher; a missing limit stays missing."""

    def more(value: Any) -> Any:
        if isinstance(value, list):
            return [more(item) for item in value]
        if isinstance(value, dict):
            return value | {"price": more(value["price"])}
        return value if value is None else min(value + by / 1000, Decimal(1)) if name in RATES else value + by

    changed = plain | {name: more(plain[name])}
    if name == "minimum" and None not in {plain["minimum"], plain["maximum"]}:
        changed["minimum"] = min(changed["minimum"], plain["maximum"])
    return changed


@each_kind
@fewer
@given(data=st.data(), done=happenings(), by=st.integers(0, 1000).map(Decimal))
def test_a_higher_price_never_pays_less(kind: str, data: st.DataObject, done: Activity, by: Decimal) -> None:
    """With what happens held fixed, raising any price never lowers what has been earned by any month."""
    plain = data.draw(SIMPLE[kind])
    before = np.cumsum(made(plain).income(done))
    for name in WHAT_IT_PAYS[kind]:
        if name in plain:
            after = np.cumsum(made(raised(plain, name, by)).income(done))
            assert (after >= before - 1e-6).all(), name


@given(SIMPLE["cost and volume"], happenings(), prices)
def test_a_higher_refund_never_pays_more(plain: Plain, done: Activity, more: Decimal) -> None:
    """And what is refunded for units below the band never raises it."""
    before = np.cumsum(made(plain).income(done))
    after = np.cumsum(made(plain | {"below": plain["below"] + more}).income(done))
    assert (after <= before + 1e-6).all()


def to_date(months: Floats) -> Floats:
    """Earned since the start of each contract year: (…, years, 12)."""
    sums: Floats = np.cumsum(months.reshape(*months.shape[:-1], -1, 12), axis=-1)
    return sums


CAPPED = {
    "unit price": "maximum",
    "cost plus": "maximum_fee",
    "target cost": "maximum",
    "results, by tiers": "maximum",
    "payment by results": "maximum",
}


@pytest.mark.parametrize("kind", CAPPED)
@fewer
@given(data=st.data(), done=happenings(), cap=pounds)
def test_a_cap_never_raises(kind: str, data: st.DataObject, done: Activity, cap: Decimal) -> None:
    """A most a year never raises what a year has earned by any of its months."""
    plain = data.draw(SIMPLE[kind]) | {CAPPED[kind]: None}
    if kind == "unit price":
        plain |= {"minimum": None}
    free, capped = (to_date(made(p).income(done)) for p in (plain, plain | {CAPPED[kind]: cap}))
    assert (capped <= free + 1e-6).all()
    if kind in {"unit price", "target cost"}:
        assert (capped[:, -1] <= float(cap) + 1e-6).all()


@given(SIMPLE["unit price"], happenings(), pounds)
def test_a_floor_never_lowers(plain: Plain, done: Activity, floor: Decimal) -> None:
    """A least a year never lowers what a year has earned by any of its months, and is earned by its last."""
    plain |= {"minimum": None}
    assume(plain["maximum"] is None or plain["maximum"] >= floor)
    free, floored = (to_date(made(p).income(done)) for p in (plain, plain | {"minimum": floor}))
    assert (floored >= free - 1e-6).all()
    assert (floored[:, -1] >= float(floor) - 1e-6).all()


@given(hybrids(), happenings())
def test_a_hybrid_is_the_weighted_sum_of_its_parts(plain: Plain, done: Activity) -> None:
    """Month by month, and it depends on all that its parts depend on."""
    whole = made(plain)
    parts = [(float(part["weight"]), made(part["mechanism"])) for part in plain["parts"]]
    wanted = sum(weight * part.income(done) for weight, part in parts)
    np.testing.assert_allclose(whole.income(done), wanted, atol=1e-6)
    assert whole.pays_for_all == frozenset().union(*(part.pays_for_all for _, part in parts))
    assert whole.outcome_names == frozenset().union(*(part.outcome_names for _, part in parts))
    assert whole.years_stated == frozenset().union(*(part.years_stated for _, part in parts))


@pytest.mark.parametrize("kind", [*SIMPLE, "hybrid"])
@fewer
@given(data=st.data(), done=happenings(DRAWS))
def test_each_draw_is_what_it_would_be_alone(kind: str, data: st.DataObject, done: Activity) -> None:
    """Many draws at once, of all that happens or of some of it, are row by row what one run each would be."""
    mechanism = made(data.draw(hybrids() if kind == "hybrid" else SIMPLE[kind]))
    together = np.broadcast_to(mechanism.income(done), (DRAWS, MONTHS))

    def row(months: Floats | None, i: int) -> Floats:
        assert months is not None
        found: Floats = np.broadcast_to(months, (DRAWS, MONTHS))[i]
        return found

    for i in range(DRAWS):
        outcomes = {name: row(months, i) for name, months in done.outcomes.items()}
        alone = mechanism.income(Activity(row(done.units, i), outcomes, row(done.costs, i)))
        np.testing.assert_allclose(together[i], alone, atol=1e-6)


# ── the whole offer ──────────────────────────────────────────────────────────────────────────────

TERM = Calendar.of_years(date(2026, 4, 1), YEARS)
volumes = st.lists(st.integers(0, 500).map(float), min_size=YEARS, max_size=YEARS).map(np.array)


def earned(plain: Plain, done: Floats, planned: Floats, **protections: Any) -> Floats:
    """What the offer pays for the units done, guaranteed against those planned."""
    offer = contract(plain, protections=protections)
    costs = np.full(MONTHS, 900.0)
    return income_steps(offer, activity(offer, done, costs), activity(offer, planned, costs), {}, TERM).total


@given(st.one_of(simple, hybrids()), volumes, volumes, shares)
def test_a_volume_guarantee_never_lowers(plain: Plain, done: Floats, planned: Floats, share: Decimal) -> None:
    """Neither any month nor any year is lower for a guarantee, and no year is below it."""
    without = earned(plain, done, planned)
    secured = earned(plain, done, planned, volume_guarantee=share)
    assert (secured >= without - 1e-6).all()
    assert (gather(secured) >= float(share) * gather(earned(plain, planned, planned)) - 1e-6).all()
    # as planned, a guarantee of what is planned changes nothing
    np.testing.assert_allclose(
        earned(plain, planned, planned, volume_guarantee=share), earned(plain, planned, planned), atol=1e-6
    )


@given(st.one_of(simple, hybrids()), volumes, quantities)
def test_a_cap_on_volume_never_raises(plain: Plain, done: Floats, cap: Decimal) -> None:
    """What has been earned by any month is never more for a cap on the units that are paid."""
    free, capped = (np.cumsum(earned(plain, done, done, **terms)) for terms in ({}, {"volume_cap": cap}))
    assert (capped <= free + 1e-6).all()


rises = st.lists(st.integers(-90, 250).map(lambda n: n / 1000), min_size=YEARS - 1, max_size=YEARS - 1)


def factor(yearly_rises: list[float]) -> Floats:
    return np.repeat(np.cumprod([1.0, *(1 + rise for rise in yearly_rises)]), 12)


def indexed(basket: Plain, factors: Mapping[str, Floats], **terms: Any) -> Floats:
    return price_index(Indexation.from_dict({"basket": basket, **terms}), factors, TERM)


@given(rises, rises, st.integers(0, 100), st.integers(-20, 60), st.integers(0, 80))
def test_indexation_stays_between_collar_and_cap(
    one: list[float], two: list[float], share: int, low: int, width: int
) -> None:
    """Each year's rise is the basket's, held between the collar and the cap."""
    collar, cap = Decimal(low) / 1000, Decimal(low + width) / 1000
    factors = {"pay": factor(one), "CPI": factor(two)}
    index = indexed({"pay": share, "CPI": 100 - share}, factors, collar=collar, cap=cap)
    found = index[12::12] / index[:-12:12] - 1
    wanted = [share / 100 * a + (1 - share / 100) * b for a, b in zip(one, two, strict=True)]
    assert found.tolist() == pytest.approx(np.clip(wanted, float(collar), float(cap)).tolist())
    assert (index[:12] == 1).all()


@given(rises, st.sampled_from([1, 4, 7, 10, "anniversary"]))
def test_with_one_index_the_price_grows_as_it_does(yearly_rises: list[float], month: Any) -> None:
    """A basket of one index is that index, from the first time the price follows it."""
    factors = {"pay": factor(yearly_rises)}
    index = indexed({"pay": 100}, factors, month=month)
    at = 0 if month == "anniversary" else (month - 4) % 12
    assert index[12 + at :: 12].tolist() == pytest.approx(factors["pay"][12 + at :: 12].tolist())


@given(st.lists(rises, min_size=DRAWS, max_size=DRAWS))
def test_indexation_of_each_draw_is_its_own(drawn: list[list[float]]) -> None:
    """Indices that vary over draws give each draw the price it would have alone."""
    factors = {"pay": np.stack([factor(one) for one in drawn]), "CPI": factor([0.02, 0.02])}
    together = indexed({"pay": 60, "CPI": 40}, factors, cap="0.05")
    for i, one in enumerate(drawn):
        alone = indexed({"pay": 60, "CPI": 40}, {"pay": factor(one), "CPI": factors["CPI"]}, cap="0.05")
        np.testing.assert_allclose(together[i], alone)


@given(st.lists(pounds.map(float), min_size=1, max_size=10), st.integers(0, 200).map(lambda n: n / 1000))
def test_a_level_price_is_worth_what_the_costs_are(costs: list[float], rate: float) -> None:
    """It lies between the least cost and the greatest, and its present value is theirs; each draw on its own."""
    level = float(level_price(np.array(costs), rate))
    factors = discount_factors(rate, len(costs))
    assert level * factors.sum() == pytest.approx(np.array(costs) @ factors)
    assert min(costs) - 1e-6 <= level <= max(costs) + 1e-6
    both = level_price(np.array([costs, costs[::-1]]), rate)
    assert both.tolist() == pytest.approx([level, float(level_price(np.array(costs[::-1]), rate))])


@given(
    st.one_of(simple, hybrids()),
    st.lists(st.integers(0, 500), min_size=YEARS, max_size=YEARS),
    shares,
    rises,
    st.sampled_from([None, "0", "0.013", "0.07"]),
)
def test_the_table_adds_both_ways(
    plain: Plain, units: list[int], share: Decimal, yearly_rises: list[float], cut: str | None
) -> None:
    """The steps add to each year's income and the years to the term, to the penny, whatever the offer."""
    terms = {
        "duration": {"indexation": {"basket": {"pay": 70, "fixed": 30}}, "efficiency": cut},
        "protections": {"volume_guarantee": share, "deductions": {"expected": "0.03"}},
    }
    index = {"rises": {str(2027 + i): Decimal(repr(rise)) for i, rise in enumerate(yearly_rises)}}
    bid = Bid.from_dict(
        {
            "organisation": {
                "name": "Example",
                "base_year": "2026-04-01",
                "services": [{"name": "Advice"}],
                "costs": [{"name": "All", "centre": "Advice", "amount": "9999.99", "index": "pay"}],
            },
            "service": "Advice",
            "start": "2026-04-01",
            "years": YEARS,
            "volumes": units,
            "assumptions": {"indices": {"pay": index}},
            "contract": contract(plain, **terms).to_dict(),
        }
    )
    result = income(bid)
    *steps, total = [[Decimal(str(cell)) for cell in row.cells[1:]] for row in result.table().rows]
    assert [sum(column) for column in zip(*steps, strict=True)] == total
    for *across, term in [*steps, total]:
        assert sum(across) == term
    assert total == [*result.years, result.term]
    assert [float(x) for x in result.years] == pytest.approx(gather(result.exact.total).tolist(), abs=0.00501)
