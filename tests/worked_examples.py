"""Published worked examples as data: what a file of ``tests/examples`` may hold, and all of them read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

import fcr
from fcr.organisation import Method

FOLDER = Path(__file__).parent / "examples"


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Difference(Section):
    """A printed figure that is not the exact one rounded half up."""

    row: str
    column: str
    half_up: Decimal
    why: str = Field(min_length=1)


class CostLine(Section):
    line: str
    cost: Decimal
    basis: str
    printed: tuple[Decimal, ...]


class Subtotal(Section):
    name: str
    lines: tuple[str, ...] = ()
    """Left out: every line."""
    cost: Decimal
    printed: tuple[Decimal, ...]


class Year(Section):
    name: str
    rows: tuple[CostLine, ...]
    subtotals: tuple[Subtotal, ...] = ()
    differences: tuple[Difference, ...] = ()


class SupportCosts(Section):
    columns: tuple[str, ...]
    drivers: tuple[dict[str, Any], ...]
    years: tuple[Year, ...]
    places: int = 0


class UnitRate(Section):
    places: int
    a_unit: Decimal


class Expect(Section):
    method: Method
    places: int
    origin: Literal["published", "worked out"]
    direct: dict[str, Decimal] = {}
    gross: dict[str, Decimal] = {}
    gives: dict[str, dict[str, Decimal]] = {}
    rates: dict[str, UnitRate] = {}
    full_costs: dict[str, Decimal] = {}
    units: dict[str, Decimal] = {}
    unit_costs: dict[str, Decimal] = {}
    direct_unit_costs: dict[str, Decimal] = {}
    differences: tuple[Difference, ...] = ()
    """Of what pools give: ``row`` is the pool, ``column`` the centre."""


class SelfService(Section):
    gross: dict[str, Fraction]
    full_costs: dict[str, Decimal]
    places: int


class Apportion(Section):
    name: str
    organisation: dict[str, Any]
    expect: tuple[Expect, ...] = Field(min_length=1)
    with_self_service: SelfService | None = None


class Sum(Section):
    name: str
    parts: tuple[Decimal, ...]
    printed: Decimal
    error: Decimal


class GridRow(Section):
    name: str
    cells: tuple[Decimal, ...]
    total: Decimal


class Grid(Section):
    name: str
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    column_totals: tuple[Decimal, ...] = ()
    grand_total: Decimal


class Refused(Section):
    name: str
    costs_in: tuple[Decimal, ...]
    costs_out: tuple[Decimal, ...]
    astray: Decimal
    how: Literal["lost", "counted twice"]


class Page(Section):
    """The rest of a page that goes wrong."""

    other_costs: Decimal
    total: Decimal
    hourly: Decimal
    hours: Decimal
    year: Decimal
    year_exact: Decimal
    year_from_rounded_rate: Decimal
    slip: Decimal


class EmployerCosts(Section):
    name: str
    salary: Decimal
    start: date
    pension: Decimal
    hours_per_year: Decimal
    other_fte: tuple[Decimal, ...]
    national_insurance: Decimal
    pension_cost: Decimal
    total: Decimal
    hourly: Decimal
    flat_rate: Decimal
    page_national_insurance: Decimal
    too_much: Decimal
    page: Page | None = None


class Price(Section):
    name: str
    bid: dict[str, Any]
    organisation: dict[str, Any] = {}
    same_organisation_as: str = ""
    full_cost: Decimal | None = None
    price: Decimal | None = None
    unit_cost: Decimal | None = None
    unit_price: Decimal | None = None
    vat: Decimal | None = None
    price_with_vat: Decimal | None = None
    shortfall: Decimal | None = None
    recovered_vat: Decimal | None = None
    to_hmrc: Decimal | None = None
    printed: dict[Literal["full_cost", "price", "unit_cost", "unit_price"], Decimal] = {}


class Example(Section):
    example: str
    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    tag: Literal["D", "N"]
    tolerance: Decimal
    why: str = Field(min_length=1)
    support_costs: tuple[SupportCosts, ...] = ()
    apportion: tuple[Apportion, ...] = ()
    sums: tuple[Sum, ...] = ()
    grids: tuple[Grid, ...] = ()
    refused: tuple[Refused, ...] = ()
    employer_costs: tuple[EmployerCosts, ...] = ()
    prices: tuple[Price, ...] = ()


def read(path: Path) -> Example:
    return Example.model_validate(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))


EXAMPLES = {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}


def as_organisation(note: SupportCosts, year: Year) -> fcr.Organisation:
    """Each cost line as a pool of its own, so that every printed cell is one of the library's."""
    return fcr.Organisation.from_dict(
        {
            "name": year.name,
            "services": [{"name": column} for column in note.columns],
            "pools": [{"name": row.line, "driver": row.basis} for row in year.rows],
            "drivers": [d for d in note.drivers if d["name"] in {row.basis for row in year.rows}],
            "costs": [{"name": row.line, "centre": row.line, "amount": row.cost} for row in year.rows],
        }
    )


def priced_bids(example: Example) -> Iterator[tuple[Price, fcr.Bid]]:
    """Each case of a price, with its bid."""
    organisations = {case.name: case.organisation for case in example.apportion}
    for case in example.prices:
        organisation = case.organisation or organisations[case.same_organisation_as]
        yield case, fcr.Bid.from_dict({**case.bid, "organisation": organisation})


def as_bids(example: Example) -> Iterator[fcr.Bid]:
    """Everything in an example that costs a service, each as a bid that can be priced and laid out."""
    for _, bid in priced_bids(example):
        yield bid
    for note in example.support_costs:
        for year in note.years:
            yield _one_year(as_organisation(note, year), "direct")
    for case in example.apportion:
        for expect in case.expect:
            yield _one_year(fcr.Organisation.from_dict(case.organisation), expect.method)
    for post in example.employer_costs:
        paid = {"name": "Post", "salary": post.salary, "pension": post.pension, "hours_per_year": post.hours_per_year}
        data = {"name": "Example", "services": [{"name": "Service"}], "base_year": post.start}
        staffed = fcr.Organisation.from_dict(data | {"posts": [paid | {"time": {"Service": 100}}]})
        yield _one_year(staffed, "direct")


def _one_year(organisation: fcr.Organisation, method: Method) -> fcr.Bid:
    """The organisation's own year, of its first service: no figure rises."""
    first = organisation.services[0].name
    start = organisation.base_year
    return fcr.Bid(organisation=organisation, service=first, start=start, years=1, method=method, vat="exempt")
