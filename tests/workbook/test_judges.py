"""The judges of workbooks are themselves judged: each must find what is wrong, and only that.

Small workbooks are written here with values that are right or wrong, and known to be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import judges
import openpyxl
import pytest
import xlsxwriter

Judge = Callable[[Path], Path | Mapping[judges.Place, judges.Cell]]


@pytest.fixture(params=[pytest.param("LibreOffice", marks=judges.needs_libreoffice), "formualizer"])
def judge(request: pytest.FixtureRequest, tmp_path: Path) -> Judge:
    """One of the two, given a workbook."""
    if request.param == "formualizer":
        return judges.second_opinion
    return lambda path: judges.recalculate([path], tmp_path / "judged")[path]


def _places(found: list[judges.Difference]) -> set[tuple[str, str]]:
    return {(difference.sheet, difference.cell) for difference in found}


def test_a_stale_value_is_worked_out_afresh(judge: Judge, tmp_path: Path) -> None:
    """A value in the file that its formula does not give is found, and so is all that rests on it."""
    path = tmp_path / "stale.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Year 1 - costs")
        sheet.write_number("A1", 2)
        sheet.write_formula("A2", "=A1*3", None, 999)
        sheet.write_formula("A3", "=A2+1", None, 1000)
        sheet.write_formula("A4", "=A1+1", None, 3)
    found = judges.differences(path, judge(path))
    assert judges.readable(found) == (
        "Year 1 - costs!A2: =A1*3, written 999.0, recalculated 6.0\n"
        "Year 1 - costs!A3: =A2+1, written 1000.0, recalculated 7.0"
    )


def test_right_values_of_every_kind_are_agreed(judge: Judge, tmp_path: Path) -> None:
    """Numbers, texts, truth values, dates, nothing, under a number format or none."""
    path = tmp_path / "right.xlsx"
    serial = date(2026, 5, 1).toordinal() - date(1899, 12, 30).toordinal()
    with xlsxwriter.Workbook(path) as book:
        sheet, money, day = (
            book.add_worksheet(),
            *(book.add_format({"num_format": form}) for form in ("#,##0.00", "d mmm yyyy")),
        )
        sheet.write_formula("A1", "=1/3", money, 1 / 3)
        sheet.write_formula("A2", '="a"&"b"', None, "ab")
        sheet.write_formula("A3", "=A1>0", None, value=True)
        sheet.write_formula("A4", "=A1>0", money, value=True)
        sheet.write_formula("A5", '=IF(A1>0,"",1)', None, "")
        sheet.write_formula("A6", "=DATE(2026,5,1)", day, serial)
        sheet.write_formula("A7", "=EDATE(A6,0)", None, serial)
        sheet.write_formula("A8", "=B8", None, 0)
        sheet.write_array_formula("C1:D1", "{=A1*3+TRANSPOSE(E1:E2)}", None, 1)
        sheet.write_number("D1", 1)
    assert judges.readable(judges.differences(path, judge(path))) == ""


WRONG: list[tuple[str, float | str | bool]] = [
    ("=1/3", 0.3333),
    ("=1/3", "0.333333333333333"),
    ('="a"', "A"),
    ('="a"', ""),
    ('=""', 0),
    ("=1>0", False),
    ("=1>0", "TRUE"),
    ("=1/0", 0),
    ("=1/0", "#DIV/0!"),
    ("=NO_SUCH_NAME", 0),
    ("=12*100000", 1_200_000.01),
]


def test_a_wrong_value_of_any_kind_is_found(judge: Judge, tmp_path: Path) -> None:
    """A number that is near, a text in another case, nothing for nought, an error that was foreseen: all are wrong."""
    path = tmp_path / "wrong.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for row, (formula, written) in enumerate(WRONG):
            sheet.write_formula(row, 0, formula, None, written)
    found = judges.differences(path, judge(path))
    assert _places(found) == {("S", f"A{row}") for row in range(1, len(WRONG) + 1)}, judges.readable(found)


def test_each_cell_of_an_array_formula_is_judged(judge: Judge, tmp_path: Path) -> None:
    """The reciprocal solve is one formula over many cells, and a wrong one among them is found."""
    path = tmp_path / "array.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for r, row in enumerate([[0.9, -0.2], [-0.1, 1]]):
            sheet.write_row(r, 0, row)
        sheet.write_array_formula("D1:E2", "{=MINVERSE(A1:B2)}", None, 1 / 0.88)
        for cell, value in {"E1": 0.2 / 0.88, "D2": 0.1 / 0.88, "E2": 0.9}.items():
            sheet.write_number(cell, value)
    assert _places(judges.differences(path, judge(path))) == {("S", "E2")}


def test_an_error_typed_into_a_cell_is_found(judge: Judge, tmp_path: Path) -> None:
    """No formula stands there, but the sheet shows it; a text that reads like an error is only a text."""
    path = tmp_path / "error.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        sheet.write_string("A1", "#REF!")
    assert judges.differences(path, judge(path)) == []
    typed = openpyxl.load_workbook(path)
    typed["S"]["A1"].data_type = "e"
    typed.save(path)
    assert ("S", "A1") in judges.errors(path).keys() & _places(judges.differences(path, judge(path)))


@judges.needs_libreoffice
def test_many_workbooks_are_judged_in_one_start(tmp_path: Path) -> None:
    """Two of one name, from two folders, are kept apart; each answer belongs to its own question."""
    paths = []
    for n in range(3):
        path = tmp_path / str(n) / "same name.xlsx"
        path.parent.mkdir()
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet("S").write_formula("A1", f"={n}+1", None, 0)
        paths.append(path)
    made = judges.recalculate(paths, tmp_path / "judged")
    assert [judges.values(made[path])["S", "A1"].value for path in paths] == [1, 2, 3]


def test_a_formula_that_is_gone_is_found(tmp_path: Path) -> None:
    """A judge that lost a formula, or made one, has not judged that workbook."""
    path = tmp_path / "one.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("S").write_formula("A1", "=1+1", None, 2)
    other: dict[judges.Place, judges.Cell] = {("S", "B1"): judges.Cell("=1", 1.0)}
    assert judges.readable(judges.differences(path, other)) == (
        "S!A1: =1+1, written 2.0, recalculated no formula\nS!B1: =1, written no formula, recalculated 1.0"
    )


@pytest.mark.parametrize(
    ("one", "other", "agreed"),
    [
        (1_000_000.0, 1_000_000.0009, True),
        (1_000_000.0, 1_000_000.0012, False),
        (0.0, 1e-7, True),
        (0.0, 2e-7, False),
        (float("nan"), float("nan"), False),
        (None, "", True),
        (None, 0.0, False),
        (True, 1.0, True),
        (True, True, True),
        (1.0, True, False),
        (judges.ErrorValue("#N/A"), judges.ErrorValue("#N/A"), False),
    ],
)
def test_how_near_is_the_same(one: judges.Value, other: judges.Value, *, agreed: bool) -> None:
    """A ten-millionth, and a thousand-millionth part; no more."""
    assert judges.same(one, other) is agreed


def test_a_long_list_is_cut() -> None:
    """What fills a screen is not read."""
    found = [judges.Difference("S", f"A{n}", "=1", "2", "1") for n in range(1, 100)]
    assert judges.readable(found, most=2).splitlines()[1:] == [
        "S!A2: =1, written 2, recalculated 1",
        "… and 97 more",
    ]
    assert len(judges.readable(found[:2], most=2).splitlines()) == 2


def test_a_judge_that_hangs_is_ended() -> None:
    """With all it started, and with what it said."""
    with pytest.raises(AssertionError, match="not done after 1 seconds; it said:\nstarting"):
        judges._run(["sh", "-c", "echo starting; sleep 60 & sleep 60"], timeout=1)


def test_a_judge_that_wrote_nothing_is_not_taken_for_agreement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice leaves with a good status even when it could not read a file."""
    path = tmp_path / "unread.xlsx"
    path.write_bytes(b"not a workbook")
    monkeypatch.setattr(judges, "libreoffice", lambda: "true")
    with pytest.raises(AssertionError, match=r"wrote nothing for .*unread\.xlsx"):
        judges.recalculate([path], tmp_path / "judged")
