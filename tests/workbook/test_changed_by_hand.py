"""One input changed in the file, not through Python: recalculated and read, it is the bid with that one change.

For every column of every table and every single figure of a workbook with something of every kind.
Several inputs are changed in one file; each must be found in the bid that is read, nothing else may
be, and the results that LibreOffice comes to must be the engine's for that bid, to the penny.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import judges
import openpyxl
import pytest
from same_as_engine import as_pounds
from workbook.corpus import kept
from workbook.package import Package
from workbook.rich import place, rich, rich_book, rich_bytes

import fcr
from fcr.bid import Bid
from fcr.cashflow import cash_flow
from fcr.errors import InputError
from fcr.income import income
from fcr.workbook.kinds import Kind
from fcr.workbook.placed import DATES, FIRST, Input
from fcr.workbook.reader import read_workbook
from fcr.workbook.values import letters

Where: TypeAlias = tuple[str | int, ...]
Change: TypeAlias = tuple[Where, object, Kind]
"""The place in the data, the new figure of the data, and the kind of its cell."""

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

FILES = 24
"""Into so many files the changes are put, several to each."""

LINES: Where = ("organisation", "costs")
YEARLY: tuple[Where, ...] = (("volumes",), ("contract", "mechanism", "prices"), (*LINES, 6, "amounts"))
"""What has a figure for each contract year: the last go with their year."""
TOGETHER: tuple[dict[Where, Any], ...] = (
    {
        ("organisation", "posts", 0, "time", "Debt advice"): 75,
        ("organisation", "posts", 0, "time", "Own fundraising"): 25,
        (*LINES, 2, "split", "Central functions"): 40,
        (*LINES, 2, "split", "Debt advice"): 60,
        ("organisation", "drivers", 1, "mixture", "staff"): 50,
        ("organisation", "drivers", 1, "mixture", "direct cost"): 50,
        ("contract", "duration", "indexation", "basket", "pay"): 70,
        ("contract", "duration", "indexation", "basket", "CPI"): 30,
        ("correlations", "matrix", 0, 1): "0.5",
        ("correlations", "matrix", 1, 0): "0.5",
        ("risks", 1, "size", "impact", "kind"): "triangular",
        ("risks", 1, "size", "impact", "mode"): "4000",
        ("reserves_rate",): "0",
        ("reserves_amount",): "500",
    },
    {
        ("contract", "mechanism", "kind"): "unit price",
        ("contract", "mechanism", "price"): "131.5",
        **{("contract", "mechanism", "prices", year): None for year in (2, 1, 0)},
        (*LINES, 5, "capital"): "purchase",
        (*LINES, 5, "life"): None,
    },
    {("years",): 2} | {(*each, 2): None for each in YEARLY},
    {("years",): 1, ("start",): "2026-04-01", ("assumptions", "hold_rates"): False}  # a year whose rates are known
    | {(*each, year): None for each in YEARLY for year in (2, 1)},
)
"""What can only be changed together with something else: shares that must come to 100%, a mechanism and its terms."""
APART = {
    "Organisation: Service": "test_a_service_is_renamed",
    "Overheads and drivers: Cost pool": "test_a_service_is_renamed",
}
"""What has no change of its own, and why."""


def leaves(data: Any, path: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Every figure of the data."""
    if isinstance(data, dict | list):
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        for key, item in pairs:
            yield from leaves(item, (*path, key))
    else:
        yield path, data


def others(plain: Any, kind: Kind) -> Iterator[object]:
    """Other figures that the same cell may hold."""
    if isinstance(plain, bool):
        yield not plain
    elif kind.day:
        yield from ("2027-04-01", "2030-03-31", "2026-05-01")
    elif kind.words and not kind.numeric:
        yield from (word for word in kind.words if word != plain)
    elif not kind.numeric:
        yield from (f"{plain} 2", "Own fundraising", "Central functions", "CPI", "staff", "direct")
    elif kind.whole:
        yield from (type(plain)(int(plain) + step) for step in (1, -1, 2, -2) if plain not in kind.words)
    elif plain not in kind.words:
        number = Decimal(str(plain))
        for other in (number + 1, number * Decimal("1.5"), number / 2, number + Decimal("0.01"), Decimal("0.45")):
            yield str(other) if isinstance(plain, str) else int(other)
    yield from (word for word in kind.words if word != plain)
    yield None


def with_one(data: dict[str, Any], path: Where, value: object) -> dict[str, Any]:
    """The data with one figure changed."""
    made = copy.deepcopy(data)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


@cache
def changes() -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """For each column and each single figure that is filled, one change that makes a bid; and those that have none."""
    data = rich().to_dict()
    found: list[Change] = []
    none: list[str] = []
    places = {place_of(path): (path, plain) for path, plain in leaves(data) if place_of(path) is not None}
    for given in rich_book().inputs:
        filled = [
            places[at]
            for at in cells(given)
            if at in places and not (given.grid and given.grid.keyed in {DATES, given.path[0]})
        ]
        made = next(
            (
                (path, other, given.kind)
                for path, plain in filled
                for other in others(plain, given.kind)
                if fits(data, path, other)
            ),
            None,
        )
        if made is not None:
            found.append(made)
        elif filled:
            none.append(f"{given.block.sheet}: {given.label}")
    return tuple(found), tuple(none)


@cache
def place_of(path: Where) -> tuple[str, str] | None:
    try:
        return place(rich_book(), *path)
    except KeyError:
        return None


def cells(given: Input) -> Iterator[tuple[str, str]]:
    height, width = given.block.shape
    for row in range(height):
        for column in range(width):
            yield given.block.sheet, f"{letters(given.block.column + column)}{given.block.row + row + 1}"


def fits(data: dict[str, Any], path: Where, value: object) -> bool:
    """Whether the bid with this one change is one, can be priced, and is another."""
    try:
        bid = Bid.from_dict(with_one(data, path, value))
        fcr.price(bid)
    except fcr.FcrError:
        return False
    return bid != rich()


@cache
def files() -> tuple[tuple[Change, ...], ...]:
    """The changes, several to a file, such that each file is a bid."""
    made: list[list[Change]] = [[] for _ in range(FILES)]
    data = [rich().to_dict() for _ in range(FILES)]
    for number, change in enumerate(changes()[0]):
        path, value, _ = change
        for step in range(FILES):
            at = (number + step) % FILES
            near = any(path[:3] == other[:3] for other, _, _ in made[at])  # one change to a line: the others stay apart
            if not near and fits(data[at], path, value):
                made[at].append(change)
                data[at] = with_one(data[at], path, value)
                break
        else:
            made.append([change])
            data.append(with_one(rich().to_dict(), path, value))
    return (*(tuple(each) for each in made if each), *map(together, TOGETHER))


def together(figures: dict[Where, Any]) -> tuple[Change, ...]:
    """Changes that belong together; a list that is cleared is cleared cell by cell."""
    return tuple((path, value, kind_of(place(rich_book(), *path))) for path, value in figures.items())


@cache
def kind_of(at: tuple[str, str]) -> Kind:
    return next(given.kind for given in rich_book().inputs if at in cells(given))


def changed(each: tuple[Change, ...]) -> Bid:
    """The good bid with some changes."""
    data = copy.deepcopy(rich().to_dict())
    for path, value, _ in each:
        if value is None and isinstance(path[-1], int):  # the last of a list
            holder: Any = data
            for key in path[:-2]:
                holder = holder[key]
            *kept_, _ = holder[path[-2]]
            assert len(kept_) == path[-1]
            holder[path[-2]] = kept_
            if not kept_:
                del holder[path[-2]]
        else:
            data = with_one(data, path, value)
    return Bid.from_dict(data)


def typed(each: tuple[Change, ...], path: Path) -> Path:
    """The file with other figures typed in."""
    package = Package(rich_bytes())
    for at, value, kind in each:
        package.type(*place(rich_book(), *at), kind.cell(value))
    return kept(path.parent, package.bytes(), path.name)


def figure(book: openpyxl.Workbook, sheet: str, label: str, column: int = 3) -> Any:
    """The figure beside a label."""
    page = book[sheet]
    row = next(r for r in range(1, page.max_row + 1) if page.cell(r, 1).value == label)
    return page.cell(row, column).value


def results(path: Path, bid: Bid) -> Iterator[str]:
    """What a recalculated workbook comes to otherwise than the engine."""
    book = openpyxl.load_workbook(path, data_only=True)
    priced, flow = fcr.price(bid), cash_flow(bid)
    earned = [figure(book, "Income", "Income, as reported", FIRST + 1 + year) for year in range(bid.years)]
    pairs = (
        ("full cost", [_named(book, "fcr_full_cost")], [sum(priced.full_cost)]),
        ("price", [_named(book, "fcr_price")], [sum(priced.price)]),
        ("income", earned, list(income(bid).years)),
        ("lowest cash", [figure(book, "Cash", "Lowest point")], [flow.lowest]),
    )
    for what, shown, law in pairs:
        if any(isinstance(x, str) or x is None for x in shown) or as_pounds(shown) != law:
            yield f"{what}: {shown}, the engine {law}"
    if _named(book, "fcr_missing"):
        yield "something is missing"


def _named(book: openpyxl.Workbook, name: str) -> Any:
    block = rich_book().names[name]
    return book[block.sheet].cell(block.row + 1, block.column + 1).value


def test_every_input_that_is_filled_can_be_changed() -> None:
    """There is a change for every input that holds something, but for those listed here, each with its reason."""
    found, none = changes()
    assert len(found) > 150
    apart = {f"{sheet}: {label}" for sheet, label in (_of(path) for group in TOGETHER for path in group)}
    assert set(none) - set(APART) - apart == set()


def _of(path: Where) -> tuple[str, str]:
    at = place(rich_book(), *path)
    return at[0], next(given.label for given in rich_book().inputs if at in cells(given))


@judges.needs_libreoffice
def test_a_change_made_in_the_file_is_that_change(tmp_path: Path) -> None:
    """Changed in the file, worked out by LibreOffice and read: the bid with the change, and the engine's figures."""
    paths = {typed(each, tmp_path / f"{number}.xlsx"): each for number, each in enumerate(files())}
    recalculated = judges.recalculate(list(paths), tmp_path / "recalculated")
    wrong: list[str] = []
    for path, each in paths.items():
        bid = changed(each)
        said = ", ".join(f"{'.'.join(map(str, at))} = {value}" for at, value, _ in each)
        for file in (path, recalculated[path]):
            try:
                reading = read_workbook(file)
            except InputError as error:
                wrong.append(f"{said}: {error}")
                continue
            if reading.bid != bid:
                wrong.append(f"{said}: another bid was read from {file}")
        wrong += [f"{said}: {difference}" for difference in results(recalculated[path], bid)]
    assert not wrong, "\n".join(wrong)


@judges.needs_libreoffice
def test_a_service_is_renamed(tmp_path: Path) -> None:
    """A name typed anew in its one cell: worked out, the headings that show it follow."""
    names = {"Own fundraising": "Raising funds", "Central functions": "Office"}
    package = Package(rich_bytes())
    package.type(*place(rich_book(), "organisation", "services", 1, "name"), names["Own fundraising"])
    package.type(*place(rich_book(), "organisation", "pools", 1, "name"), names["Central functions"])
    package.type(*place(rich_book(), *LINES, 6, "centre"), names["Central functions"])
    path = kept(tmp_path, package.bytes())
    (made,) = judges.recalculate([path], tmp_path / "recalculated").values()
    text = rich().to_json()
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    bid = Bid.from_json(text)
    assert read_workbook(made).bid == bid
    assert list(results(made, bid)) == []


def test_only_what_is_stale_is_said_of_a_change(tmp_path: Path) -> None:
    """Changed and not worked out again, the figures saved are stale, and nothing else is amiss."""
    reading = read_workbook(typed(files()[0], tmp_path / "a.xlsx"))
    assert {formula.how for formula in reading.formulas} == {"stale"}
    assert reading.notes == ()
