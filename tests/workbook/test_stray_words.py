"""A word where a number belongs: the workbook says where, and no result shows an error or a figure."""

from __future__ import annotations

from pathlib import Path

import judges
import openpyxl
import pytest
from workbook.rich import place, rich_book, rich_bytes

from fcr.workbook.sheets.completeness import INCOMPLETE

WORD = "1300 pa"
PLACES: dict[str, tuple[str | int, ...]] = {
    "Organisation": ("organisation", "services", 0, "volume"),
    "Overheads and drivers": ("organisation", "drivers", 0, "quantities", "Debt advice"),
    "Posts": ("organisation", "posts", 0, "salary"),
    "Costs": ("organisation", "costs", 0, "amount"),
    "Bid": ("volumes", 0),
    "Contract": ("contract", "mechanism", "prices", 0),
    "Risks": ("risks", 0, "provider_share"),
    "Rates and indices": ("assumptions", "indices", "pay", "rises", "2028"),
}
CALCULATION = "Calculation sheet"


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A workbook for each input sheet, with a word in one of its numbers, worked out by LibreOffice."""
    folder = tmp_path_factory.mktemp("words")
    paths = {}
    for sheet, path in PLACES.items():
        found, cell = place(rich_book(), *path)
        assert found == sheet
        whole = folder / "whole.xlsx"
        whole.write_bytes(rich_bytes())
        book = openpyxl.load_workbook(whole)
        book[sheet][cell] = WORD
        paths[sheet] = folder / f"{sheet}.xlsx"
        book.save(paths[sheet])
    made = judges.recalculate(paths.values(), folder / "recalculated")
    return {sheet: made[path] for sheet, path in paths.items()}


@judges.needs_libreoffice
@pytest.mark.parametrize("sheet", PLACES)
def test_a_word_among_the_numbers_is_counted_and_no_result_is_an_error(
    sheet: str, recalculated: dict[str, Path]
) -> None:
    path = recalculated[sheet]
    book = openpyxl.load_workbook(path, data_only=True)
    workings = {page.title for page in book if str(page["A2"].value).startswith(CALCULATION)}
    assert {at for at in judges.errors(path) if at[0] not in workings} == set()
    counted = {row[0]: row[2] for row in book["Integrity"].iter_rows(max_col=3, values_only=True)}
    assert counted[sheet] == counted["Words, in all"] == counted["In all"] == 1
    assert str(book["Price"]["A3"].value).startswith("Integrity: Not complete yet")
    shown = {cell for row in book["Price"].iter_rows(min_row=6, values_only=True) for cell in row}
    assert INCOMPLETE in shown
    assert not {value for value in shown if isinstance(value, float) and value}
