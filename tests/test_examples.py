"""Published worked examples, reproduced; published slips, noticed.

Each file in ``tests/examples`` is one example: where it was published, its inputs, what the library
must give, and the figures as printed. Its ``tag`` is ``D`` (the library reproduces it) or ``N`` (it
holds a slip, which the library must notice or refuse). To add an example, add a file: a section the
file does not have is not run, and a key nobody knows is refused.

=================== ==========================================================================
section             what it holds
=================== ==========================================================================
``support_costs``   a note to accounts: cost lines shared over activities, with every printed cell
``apportion``       an organisation, and what it must come to by each method
``sums``            printed parts and their printed total, and by how much it is wrong
``grids``           a printed table with totals across and down
``refused``         printed results that lose or gain money
``employer_costs``  what a post costs
``prices``          a bid, and its price
=================== ==========================================================================

Published figures are rounded, so the library's unrounded figure is rounded half up to the printed
precision and must equal the printed one. Where it does not, the file says what the exact figure
rounds to and why the printed one differs, and ``tolerance`` is the largest such difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from worked_examples import (
    EXAMPLES,
    Apportion,
    EmployerCosts,
    Example,
    Expect,
    Grid,
    Page,
    Price,
    Refused,
    SelfService,
    Sum,
    SupportCosts,
    Year,
    as_organisation,
    priced_bids,
)

import fcr
from fcr.apportionment import reconcile, share_out
from fcr.money import TOLERANCE, foot, foot_table, footing_error, round_half_up
from fcr.organisation import BUILT_IN_DRIVERS

WANTED = {*(f"E{n}" for n in (1, 2, 3, *range(7, 19), 21, 22))}
"""The examples gathered for the project, by number."""

PENNY = Decimal("0.01")
TOTAL = "Total"


def each(pick: Callable[[Example], Iterator[tuple[str, tuple[object, ...]]]], names: str) -> pytest.MarkDecorator:
    """Run a test for every case that ``pick`` finds in the files."""
    found = [
        pytest.param(*values, id=f"{stem}: {name}")
        for stem, example in EXAMPLES.items()
        for name, values in pick(example)
    ]
    assert found, f"no file has a case for {names}"
    return pytest.mark.parametrize(names, found)


# ── the files themselves ─────────────────────────────────────────────────────────────────────────


def test_every_example_is_here() -> None:
    """Every example gathered for the project has a file, and every file is one of them."""
    assert {example.example for example in EXAMPLES.values()} == WANTED


@pytest.mark.parametrize("stem", EXAMPLES)
def test_files_check_something_and_no_more_loosely_than_they_must(stem: str) -> None:
    """A file has at least one case, and its tolerance is the largest difference it documents."""
    example = EXAMPLES[stem]
    kinds = ("support_costs", "apportion", "sums", "grids", "refused", "employer_costs", "prices")
    assert any(getattr(example, kind) for kind in kinds)
    gaps = [Decimal(0)]
    for note in example.support_costs:
        for year in note.years:
            printed = dict(_printed_cells(note, year))
            gaps += [abs(d.half_up - printed[d.row, d.column]) for d in year.differences]
    for expect in (expect for case in example.apportion for expect in case.expect):
        gaps += [abs(d.half_up - expect.gives[d.row][d.column]) for d in expect.differences]
        assert all(d.half_up != expect.gives[d.row][d.column] for d in expect.differences)
    gaps += [abs(getattr(case, f) - shown) for case in example.prices for f, shown in case.printed.items()]
    assert max(gaps) == example.tolerance


# ── notes to accounts ────────────────────────────────────────────────────────────────────────────


def _printed_cells(note: SupportCosts, year: Year) -> Iterator[tuple[tuple[str, str], Decimal]]:
    shown = [(r.line, r.printed) for r in year.rows] + [(s.name, s.printed) for s in year.subtotals]
    for name, cells in shown:
        for column, cell in zip(note.columns, cells, strict=True):
            yield (name, column), cell


def _years(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    for note in example.support_costs:
        for year in note.years:
            yield year.name, (example.tolerance, note, year)


@each(_years, "tolerance, note, year")
def test_support_costs_are_shared_as_printed(tolerance: Decimal, note: SupportCosts, year: Year) -> None:
    """Every cell and subtotal, rounded once half up, is the printed one but for those documented."""
    result = fcr.apportion(as_organisation(note, year), "direct")
    assert result.services == note.columns
    for cells, cost in [*((r.printed, r.cost) for r in year.rows), *((s.printed, s.cost) for s in year.subtotals)]:
        assert footing_error(cells, cost) == 0, "the printed cells do not add up to the printed cost"
    exact = {
        (pool, service): float(result.overheads[i, j])
        for i, pool in enumerate(result.pools)
        for j, service in enumerate(result.services)
    }
    for part in year.subtotals:
        lines = part.lines or result.pools
        assert footing_error([r.cost for r in year.rows if r.line in lines], part.cost) == 0, part.name
        for service in result.services:
            exact[part.name, service] = sum(exact[line, service] for line in lines)
    differences = {(d.row, d.column): d for d in year.differences}
    for cell, printed in _printed_cells(note, year):
        rounded = round_half_up(exact[cell], note.places)
        if (difference := differences.pop(cell, None)) is None:
            assert rounded == printed, cell
        else:
            assert rounded == difference.half_up, cell
            assert 0 < abs(rounded - printed) <= tolerance, cell
    assert not differences, "a difference is documented for a cell that is not there"
    assert sum(result.full_costs.values()) == sum(row.cost for row in year.rows)


# ── organisations ────────────────────────────────────────────────────────────────────────────────


def _expectations(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    for case in example.apportion:
        for number, expect in enumerate(case.expect, 1):
            yield f"{case.name}, {number} {expect.method} ({expect.origin})", (case, expect)


def _gives(result: fcr.Apportionment) -> dict[str, dict[str, float]]:
    """What each pool gives to every centre, unrounded."""
    given = result.sharing.gross(result.own)[:, None] * result.sharing.shares
    centres = (*result.pools, *result.services)
    return {pool: dict(zip(centres, row, strict=True)) for pool, row in zip(result.pools, given.tolist(), strict=True)}


def _agree(exact: Mapping[str, float], expected: Mapping[str, Decimal], places: int) -> None:
    assert {name: round_half_up(exact[name], places) for name in expected} == expected


@each(_expectations, "case, expect")
def test_an_organisation_comes_to_what_was_published(case: Apportion, expect: Expect) -> None:
    """Direct costs, gross costs of pools, each charge and the full costs agree at the printed precision."""
    organisation = fcr.Organisation.from_dict(case.organisation)
    result = fcr.apportion(organisation, expect.method)
    full = dict(zip(result.services, result.exact.tolist(), strict=True))
    direct = dict(zip(result.services, result.direct.tolist(), strict=True))
    gross = dict(zip(result.pools, result.sharing.gross(result.own).tolist(), strict=True))
    gives = _gives(result)
    _agree(direct, expect.direct, expect.places)
    _agree(gross, expect.gross, expect.places)
    differences = {(d.row, d.column): d.half_up for d in expect.differences}
    for pool, given in expect.gives.items():
        _agree(gives[pool], {n: differences.pop((pool, n), printed) for n, printed in given.items()}, expect.places)
    assert not differences, "a difference is documented for a charge that is not there"
    _agree({**full, TOTAL: float(result.exact.sum())}, expect.full_costs, expect.places)
    _agree({n: full[n] / float(units) for n, units in expect.units.items()}, expect.unit_costs, 2)
    _agree({n: direct[n] / float(units) for n, units in expect.units.items()}, expect.direct_unit_costs, 2)
    for pool, rate in expect.rates.items():
        driver = organisation.driver_named[next(p.driver for p in organisation.pools if p.name == pool)]
        for name in result.services:
            assert round_half_up(gives[pool][name] / float(driver.quantities[name]), rate.places) == rate.a_unit


@each(_expectations, "case, expect")
def test_what_is_shown_adds_up_to_what_was_spent(case: Apportion, expect: Expect) -> None:
    """Footed full costs come to every pound spent, each within a penny of exact, and every table adds up."""
    organisation = fcr.Organisation.from_dict(case.organisation)
    result = fcr.apportion(organisation, expect.method)
    spent = sum((cost.amount or Decimal(0) for cost in organisation.costs), Decimal(0))
    assert sum(result.full_costs.values()) == spent
    assert expect.full_costs.get(TOTAL, spent) == spent
    for shown, exact in zip(result.full_costs.values(), result.exact.tolist(), strict=True):
        assert abs(shown - Decimal(exact)) < PENNY
    assert result.table().rows[-1].cells[-1] == spent
    assert {row.cells[0] for row in result.cascade().rows} >= {f"{pool}: gross cost" for pool in result.pools}
    for service in result.services:
        tree = result.explain(service)
        assert tree.value == result.full_costs[service]
        assert sum(part.value for part in tree.parts if part.value is not None) == tree.value


@each(_expectations, "case, expect")
def test_plain_arrays_give_the_same_full_costs(case: Apportion, expect: Expect) -> None:
    """``share_out`` on costs and driver quantities agrees with ``apportion`` on the organisation."""
    organisation = fcr.Organisation.from_dict(case.organisation)
    if any(p.driver in BUILT_IN_DRIVERS or organisation.driver_named[p.driver].mixture for p in organisation.pools):
        result = fcr.apportion(organisation, expect.method)
        quantities = result.sharing.shares  # measured from posts, or mixed: take the shares themselves
    else:
        quantities = _quantities(organisation)
    on = dict.fromkeys(organisation.centres, 0.0)
    for cost in organisation.costs:
        for centre, share in cost.shares.items():
            on[centre] += float((cost.amount or 0) * share)
    own, direct = np.split(np.array(list(on.values())), [len(organisation.pools)])
    full = share_out(own, direct, quantities, expect.method)
    assert full == pytest.approx(fcr.apportion(organisation, expect.method).exact, abs=TOLERANCE, rel=0)


def _quantities(organisation: fcr.Organisation) -> np.ndarray[Any, np.dtype[np.float64]]:
    drivers = [organisation.driver_named[pool.driver].quantities for pool in organisation.ordered_pools]
    rows = [[float(q.get(centre, 0)) for centre in organisation.centres] for q in drivers]
    return np.array(rows).reshape(len(rows), len(organisation.centres))


def _self_serving(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    for case in example.apportion:
        if case.with_self_service is not None:
            yield case.name, (case, case.with_self_service)


@each(_self_serving, "case, expect")
def test_leaving_out_self_service_changes_no_total(case: Apportion, expect: SelfService) -> None:
    """By exact fractions with self-service kept, services cost the same; only gross costs are larger."""
    organisation = fcr.Organisation.from_dict(case.organisation)
    pools = [pool.name for pool in organisation.ordered_pools]
    shares = {}
    for pool in organisation.ordered_pools:
        quantities = {n: Fraction(q) for n, q in organisation.driver_named[pool.driver].quantities.items()}
        shares[pool.name] = {n: q / sum(quantities.values()) for n, q in quantities.items()}
    own = {cost.centre: Fraction(cost.amount or 0) for cost in organisation.costs}
    matrix = [[(p == q) - shares[q].get(p, Fraction(0)) for q in pools] for p in pools]
    gross = dict(zip(pools, _solve(matrix, [own[p] for p in pools]), strict=True))
    assert gross == expect.gross
    full = {
        s.name: own[s.name] + sum(gross[p] * shares[p].get(s.name, 0) for p in pools) for s in organisation.services
    }
    _agree({name: float(cost) for name, cost in full.items()}, expect.full_costs, expect.places)
    result = fcr.apportion(organisation, "reciprocal")
    assert result.exact.tolist() == pytest.approx([float(full[s]) for s in result.services], abs=1e-9)
    kept = {p: gross[p] * (1 - shares[p][p]) for p in pools}
    assert result.gross == {p: round_half_up(float(cost)) for p, cost in kept.items()}
    assert all(kept[p] < gross[p] for p in pools)


def _solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gauss–Jordan elimination, exactly."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, row in enumerate(rows):
        rows[i] = [cell / row[i] for cell in row]
        for j, other in enumerate(rows):
            if j != i:
                rows[j] = [a - other[i] * b for a, b in zip(other, rows[i], strict=True)]
    return [row[-1] for row in rows]


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────


def _sums(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    return ((case.name, (example.tag, case)) for case in example.sums)


@each(_sums, "tag, case")
def test_printed_sums_add_up_or_the_slip_is_found(tag: str, case: Sum) -> None:
    """The footing error is exactly the slip; parts that miss their total by a pound are not footed to it."""
    assert footing_error(case.parts, case.printed) == case.error
    assert (case.error == 0) == (tag == "D")
    if case.error:
        with pytest.raises(fcr.ReconciliationError, match=re.escape(f"not {case.printed}")):
            foot(case.parts, case.printed)
    else:
        assert foot(case.parts, case.printed) == case.parts


def _grids(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    return ((case.name, (case,)) for case in example.grids)


@each(_grids, "case")
def test_printed_tables_foot_across_and_down(case: Grid) -> None:
    """A printed table that adds up comes back from footing untouched, with the printed totals."""
    cells = np.array([[float(cell) for cell in row.cells] for row in case.rows])
    body, across, down, total = foot_table(cells, [row.name for row in case.rows], case.columns)
    assert body == [list(row.cells) for row in case.rows]
    assert across == [row.total for row in case.rows]
    assert total == case.grand_total
    if case.column_totals:
        assert down == list(case.column_totals)
        assert footing_error(case.column_totals, case.grand_total) == 0
    for row in case.rows:
        assert footing_error(row.cells, row.total) == 0, row.name


def _refused(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    return ((case.name, (case,)) for case in example.refused)


@each(_refused, "case")
def test_results_that_lose_money_are_refused(case: Refused) -> None:
    """Published results that are not all of what was spent are refused, with the amount astray."""
    said = re.escape(f"£{case.astray:,.4f} of cost was {case.how}")
    with pytest.raises(fcr.ReconciliationError, match=said):
        reconcile(np.array([float(cost) for cost in case.costs_out]), float(sum(case.costs_in)))


# ── posts ────────────────────────────────────────────────────────────────────────────────────────


def _employer_costs(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    return ((case.name, (case,)) for case in example.employer_costs)


@each(_employer_costs, "case")
def test_the_threshold_is_applied_and_hours_are_those_worked(case: EmployerCosts) -> None:
    """National Insurance spares pay below the threshold; the hourly cost × hours worked is the total."""
    for fte in (Decimal(1), *case.other_fte):
        cost = fcr.employer_cost(
            case.salary, start=case.start, fte=fte, pension=case.pension, hours_per_year=case.hours_per_year
        )
        assert cost.hours == case.hours_per_year * fte
        assert cost.hourly is not None
        assert abs(cost.hourly * cost.hours - cost.total) <= cost.hours * PENNY / 2
        assert cost.total == cost.gross + cost.national_insurance + cost.pension + cost.levy + cost.cover
        if fte == 1:
            assert cost.gross == case.salary
            assert cost.national_insurance == case.national_insurance
            assert cost.pension == case.pension_cost
            assert cost.total == case.total
            assert cost.hourly == case.hourly
            assert case.page_national_insurance - cost.national_insurance == case.too_much
    assert case.salary * case.flat_rate == case.page_national_insurance


def _pages(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    return ((case.name, (case, case.page)) for case in example.employer_costs if case.page is not None)


@each(_pages, "case, page")
def test_the_page_is_wrong_in_the_ways_stated(case: EmployerCosts, page: Page) -> None:
    """The page's sums hold up to the hourly rate; its year is neither product of its own figures."""
    parts = [case.salary, case.page_national_insurance, case.pension_cost, page.other_costs]
    assert footing_error(parts, page.total) == 0
    assert round_half_up(page.total / case.hours_per_year) == page.hourly
    assert round_half_up(page.total / case.hours_per_year * page.hours) == page.year_exact
    assert page.hourly * page.hours == page.year_from_rounded_rate
    assert page.year - page.year_exact == page.slip
    assert page.year not in {page.year_exact, page.year_from_rounded_rate}


# ── prices ───────────────────────────────────────────────────────────────────────────────────────


def _prices(example: Example) -> Iterator[tuple[str, tuple[object, ...]]]:
    return ((case.name, (example.tolerance, case, bid)) for case, bid in priced_bids(example))


@each(_prices, "tolerance, case, bid")
def test_prices_are_those_published(tolerance: Decimal, case: Price, bid: fcr.Bid) -> None:
    """Full cost, price, VAT, and the cost and price of a unit agree; printed slips are as documented."""
    result = fcr.price(bid)
    found = {
        "full_cost": result.full_cost[0],
        "price": result.price[0],
        "unit_cost": result.unit_cost[0] if result.unit_cost else None,
        "unit_price": result.unit_price[0] if result.unit_price else None,
        "vat": result.vat[0] if result.vat else None,
        "price_with_vat": result.price_with_vat[0] if result.price_with_vat else None,
        "shortfall": fcr.check(bid).shortfall,
        "recovered_vat": _recovered_vat(bid),
        "to_hmrc": result.vat and result.vat[0] - _recovered_vat(bid),
    }
    expected = {name: getattr(case, name) for name in found if getattr(case, name) is not None}
    assert expected, "the file expects nothing"
    assert {name: found[name] for name in expected} == expected
    for field, printed in case.printed.items():
        assert 0 < abs(expected[field] - printed) <= tolerance, field


def _recovered_vat(bid: fcr.Bid) -> Decimal:
    """How much dearer the service would be if no VAT on its costs could be recovered."""
    costs = [c.replace(vat_recoverable=Decimal(0)) if c.vat_rate else c for c in bid.organisation.costs]
    without = bid.replace(organisation=bid.organisation.replace(costs=costs))
    return fcr.price(without).full_cost[0] - fcr.price(bid).full_cost[0]
