"""The check of a workbook's own formulas: what was overwritten, edited or cleared is named, and nothing else."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from judges import needs_libreoffice, recalculate
from small_bids import plain

import fcr
from fcr.bid import Bid
from fcr.workbook.audit import _Audit
from fcr.workbook.model import lay_out
from fcr.workbook.opened import open_workbook
from fcr.workbook.reader import read_workbook
from fcr.workbook.room import Room
from fcr.workbook.writer import to_bytes

SMALL = Room(services=3, pools=2, posts=3, costs=4, drivers=2, years=3, indices=3, risks=3, rates=2, others=2)
EXAMPLES = sorted((Path(fcr.__file__).parent / "examples").glob("*.json"))

Edit = Callable[[str], str]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as it was written."""
    path = tmp_path_factory.mktemp("audit") / "a.xlsx"
    path.write_bytes(to_bytes(lay_out(plain().to_dict(), SMALL)))
    return path


def edited(original: Path, target: Path, sheet: str, cell: str, edit: Edit) -> Path:
    """A workbook with one cell of its XML changed."""
    number = [page.title for page in open_workbook(original).pages].index(sheet) + 1
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(target, "w") as made:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == f"xl/worksheets/sheet{number}.xml":
                text, count = re.subn(rf'<c r="{cell}"[^>]*>.*?</c>', lambda m: edit(m[0]), data.decode(), count=1)
                assert count == 1
                data = text.encode()
            made.writestr(item, data)
    return target


def formula_cell(original: Path, sheet: str) -> tuple[str, str]:
    """The first cell of a sheet whose formula comes to a figure other than nought, and its formula."""
    page = open_workbook(original).page(sheet)
    assert page is not None
    row, column = next(
        at
        for at, cell in sorted(page.cells.items())
        if cell.formula and isinstance(cell.value, float) and cell.value > 1
    )
    cell = page.cells[row, column]
    return page.where(row, column).rpartition("!")[2], str(cell.formula)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_a_workbook_as_written_is_whole(example: Path, tmp_path: Path) -> None:
    """Nothing is said of a workbook that nobody touched."""
    bid = fcr.read(example).replace(saved=None)
    path = tmp_path / "a.xlsx"
    path.write_bytes(to_bytes(lay_out(bid.to_dict())))
    reading = read_workbook(path)
    assert _Audit(reading).moved == frozenset()  # so every formula is compared with its addresses
    assert reading.formulas == ()


@pytest.mark.parametrize("sheet", ["Months", "Price", "Staff costs"])
def test_an_overwritten_formula_is_named(sheet: str, original: Path, tmp_path: Path) -> None:
    """With what was found, what it should be, and what that comes to."""
    cell, formula = formula_cell(original, sheet)
    path = edited(original, tmp_path / "a.xlsx", sheet, cell, lambda c: re.sub("<f>.*</v>", "<v>1</v>", c))
    (found,) = read_workbook(path).formulas
    assert (found.where, found.how, found.found) == (f"{sheet}!{cell}", "overwritten", "1.00")
    assert found.expected == f"={formula}".replace("&amp;", "&")
    assert isinstance(found.comes_to, float)
    assert f"{sheet}!{cell} was overwritten: found 1.00, should be =" in str(found)


def test_an_edited_formula_is_named(original: Path, tmp_path: Path) -> None:
    """A formula with something added is not the model's."""
    cell, _ = formula_cell(original, "Price")
    path = edited(original, tmp_path / "a.xlsx", "Price", cell, lambda c: c.replace("</f>", "+1</f>"))
    (found,) = read_workbook(path).formulas
    assert found.how == "edited"
    assert found.found.endswith("+1")


def test_spelling_is_no_edit(original: Path, tmp_path: Path) -> None:
    """Spaces, capitals, and an equals sign make no difference."""
    cell, _ = formula_cell(original, "Price")
    path = edited(
        original,
        tmp_path / "a.xlsx",
        "Price",
        cell,
        lambda c: c.replace("<f>", "<f> ").lower().replace('<c r="' + cell.lower(), '<c r="' + cell),
    )
    assert read_workbook(path).formulas == ()


def test_a_cleared_formula_is_named(original: Path, tmp_path: Path) -> None:
    """A formula that is gone is named too."""
    cell, _ = formula_cell(original, "Price")
    path = edited(original, tmp_path / "a.xlsx", "Price", cell, lambda _: "")
    (found,) = read_workbook(path).formulas
    assert found.how == "cleared"


def test_stale_figures_are_said_once(original: Path, tmp_path: Path) -> None:
    """Inputs changed by a program that worked nothing out: the figures saved are not theirs."""
    page = open_workbook(original).page("Costs")
    assert page is not None
    at = next(at for at, cell in page.cells.items() if cell.value == 100_000.0)
    cell = page.where(*at).rpartition("!")[2]
    path = edited(original, tmp_path / "a.xlsx", "Costs", cell, lambda c: c.replace("<v>100000</v>", "<v>90000</v>"))
    reading = read_workbook(path)
    assert reading.bid.organisation.costs[0].amount == 90_000
    (found,) = reading.formulas
    assert found.how == "stale"
    assert "let it recalculate" in str(found)


def test_a_fixed_figure_that_was_changed_is_named(original: Path, tmp_path: Path) -> None:
    """Statutory rates and the figures of arithmetic are part of the model."""
    row = next(
        row for (row, column), cell in sorted(lists(original).items()) if column == 0 and cell == "Days in month"
    )
    path = edited(original, tmp_path / "a.xlsx", "Lists", f"C{row + 1}", lambda c: c.replace("<v>30</v>", "<v>31</v>"))
    assert str(read_workbook(path).formulas[0]) == f"Lists!C{row + 1} was overwritten: found 31.00, should be 30.00"


def lists(path: Path) -> dict[tuple[int, int], object]:
    """The cells of the Lists sheet."""
    page = open_workbook(path).page("Lists")
    assert page is not None
    return {at: cell.value for at, cell in page.cells.items()}


def test_blank_rows_in_between_accuse_nobody(tmp_path: Path) -> None:
    """A line left blank in a table moves no formula."""
    bid: Bid = plain()
    data = bid.to_dict()
    data["organisation"]["costs"].insert(0, {})
    path = tmp_path / "a.xlsx"
    path.write_bytes(to_bytes(lay_out(data, SMALL)))
    reading = read_workbook(path)
    assert reading.bid == bid
    assert reading.formulas == ()


@needs_libreoffice
def test_a_file_saved_by_libreoffice_is_whole(original: Path, tmp_path: Path) -> None:
    """Saved by another program, the formulas are the same, and so is the bid."""
    (saved,) = recalculate([original], tmp_path / "out").values()
    reading = read_workbook(saved)
    assert reading.bid == read_workbook(original).bid
    assert reading.formulas == ()


def test_formulas_that_were_moved_are_said_in_one_line(original: Path, tmp_path: Path) -> None:
    """As a spreadsheet program leaves them after a row was put in among the costs."""
    number = [page.title for page in open_workbook(original).pages].index("Lines") + 1
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(path, "w") as made:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == f"xl/worksheets/sheet{number}.xml":
                data = re.sub(rb"(Costs!\$?[A-Z]+)1([0-3])\b", rb"\g<1>2\2", data)
            made.writestr(item, data)
    moved = [found for found in read_workbook(path).formulas if found.how == "moved"]
    assert len(moved) == 1
    assert "fcr convert" in str(moved[0])
