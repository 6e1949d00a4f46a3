"""The written workbook obeys the rules of good models (``modelling_rules``): as written, not as meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import modelling_rules
import pytest
from modelling_rules import Except, Opened

import fcr
from fcr.workbook.formula import Block
from fcr.workbook.functions import Triangle
from fcr.workbook.layout import Book, Turned
from fcr.workbook.model import lay_out
from fcr.workbook.room import Room
from fcr.workbook.writer import to_bytes

EXAMPLE = Path(fcr.__file__).parent / "examples" / "winchester-2021.json"
OF_ITS_OWN = (Triangle, Turned)
"""The step-down triangle, and columns of names turned into headings: each cell is a formula of its own."""


@pytest.fixture(scope="module", params=["an example", "an empty workbook"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Path]:
    data = fcr.read(EXAMPLE).to_dict() if request.param == "an example" else {}
    book = lay_out(data, Room(years=2, posts=2, costs=2, risks=2, services=2, pools=2, drivers=2))
    path = tmp_path_factory.mktemp("rules") / "made.xlsx"
    path.write_bytes(to_bytes(book))
    return book, path


def blocks(book: Book) -> Iterator[Block]:
    """The calculations of more than one column."""
    for sheet in book.sheets:
        for calculation in sheet.calculations:
            formula = calculation.block.formula
            if calculation.block.shape[1] < 2 or formula is None or calculation.array:
                continue
            if not isinstance(formula, OF_ITS_OWN):
                yield calculation.block


def test_each_row_of_a_calculation_is_one_form(made: tuple[Book, Path]) -> None:
    """In the file, every row of a calculation is one formula copied across, in R1C1 terms."""
    book, path = made
    forms = {(f.sheet, f.row, f.column): f.form for f in Opened(path).formulas}
    wrong = []
    for block in blocks(book):
        for row in range(block.row + 1, block.row + block.shape[0] + 1):
            columns = range(block.column + 1, block.column + block.shape[1] + 1)
            if len({forms[block.sheet, row, column] for column in columns}) > 1:
                wrong.append(f"{block.sheet} row {row}")
    assert wrong == []


OTHERS = [rule for rule in modelling_rules.RULES if rule is not modelling_rules.one_form_a_row]


@pytest.mark.parametrize("rule", OTHERS, ids=lambda rule: rule.__name__)
def test_the_workbook_obeys(rule: Callable[[Opened, Except], Iterator[str]], made: tuple[Book, Path]) -> None:
    """Each rule of good models that can be tested, on the file as written."""
    assert list(rule(Opened(made[1]), Except()))[:20] == []
