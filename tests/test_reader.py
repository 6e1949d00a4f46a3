"""The reader of the documents types what a page says, and notices when a sheet does not show what it says."""

from __future__ import annotations

from pathlib import Path

import judges
import pytest
import reader

import fcr

PAGE = """Some words.

<!-- type into new.xlsx, sheet Organisation; clear the other rows from 18 to 25 -->
|    | A | B | C |
|---:|---|---|--:|
|  8 | Name | Example Wheels | |
| 12 | Free reserves | 42,000 | £ |
| 18 | Sessions | | 900 |
"""


def only(page: str) -> reader.Piece:
    (match,) = reader.PIECE.finditer(page)
    return reader.piece(match)


def test_a_table_is_a_piece_of_a_sheet() -> None:
    """Letters above and numbers at the left give each cell; a blank says nothing."""
    here = only(PAGE)
    assert (here.typing, here.file, here.sheet) == (True, "new.xlsx", "Organisation")
    assert {said.cell: said.text for said in here.said} == {
        "A8": "Name",
        "B8": "Example Wheels",
        "A12": "Free reserves",
        "B12": "42,000",
        "C12": "£",
        "A18": "Sessions",
        "C18": "900",
    }
    assert here.emptied == tuple(range(19, 26))
    assert not only(PAGE.replace("type into", "look at")).typing


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        *(("31,000", 31000), ("19.50", 19.5), ("-0.05", -0.05), ("5%", 0.05), ("100%", 1), ("12.5%", 0.125)),
        *(("by pay", "by pay"), ("1300 pa", "1300 pa"), ("£5", "£5"), (reader.CLEAR, None)),
    ],
)
def test_what_is_typed_is_taken_as_a_spreadsheet_takes_it(text: str, kept: object) -> None:
    assert reader.keyed(text) == kept


@pytest.mark.parametrize(
    ("value", "text", "alike"),
    [
        *((21.7049, "21.70", True), (21.7051, "21.70", False), (0.896, "89.6%", True), (0.8967, "89.6%", False)),
        *(("yes", "yes", True), ("#VALUE!", "21.70", False), (None, "0", False), (5.0, "five", False)),
    ],
)
def test_a_cell_shows_a_text_to_its_own_digits(value: object, text: str, alike: bool) -> None:
    assert reader.shows(value, text) is alike


@judges.needs_libreoffice
@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_what_a_page_says_is_typed_and_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in a shaded cell is typed, rows not named are emptied, and a label told wrong is noticed."""
    monkeypatch.chdir(tmp_path)
    fcr.template("new.xlsx")
    desk = reader.Desk()
    assert desk.follow(only(PAGE)) is None
    desk.work_out()
    look = "<!-- look at new.xlsx, sheet Organisation -->\n|  | A | B |\n|--|---|---|\n"
    assert desk.follow(only(look + "| 8 | Name | Example Wheels |\n| 18 | Sessions | |\n")) is None
    assert "Organisation!A19 shows None" in str(desk.follow(only(look + "| 19 | Other activities | |\n")))
    desk.follow(only(PAGE.replace("| Name |", "| Title |")))
    with pytest.raises(AssertionError, match="Organisation!A8 shows 'Name', and the page says 'Title'"):
        desk.work_out()
