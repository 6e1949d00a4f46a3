"""The modelling rules themselves: a good workbook breaks none, and each rule finds what breaks it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import modelling_rules
import pytest
import xlsxwriter
from modelling_rules import Except, obeys


@dataclass
class Good:
    """A small workbook that obeys, still open, for a test to spoil."""

    path: Path
    book: Any
    start: Any
    sums: Any
    typed: Any  # the format of a cell for typing
    chart: Any


def _ask(sheet: Any, cells: str, **other: object) -> None:
    check = {"validate": "decimal", "criteria": ">=", "value": 0, "input_message": "Pounds a year, 0 or more."}
    sheet.data_validation(cells, check | other)


def _good(path: Path) -> Good:
    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": "What the service costs"})
    typed = book.add_format({"locked": False})
    start, sums = book.add_worksheet("Start here"), book.add_worksheet("Sums")
    for sheet in (start, sums):
        sheet.write_string("A1", f"What {sheet.name} is for")
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.protect()
        sheet.freeze_panes(1, 0)
    start.write_number("B3", 100, typed)
    start.write_number("B4", 0.02, typed)
    start.write_blank("C3", None, typed)
    _ask(start, "B3:C4")
    book.define_name("fcr_growth", "='Start here'!$B$4")
    sums.write_formula("B3", "='Start here'!$B3", None, 100)
    for column in "CDE":
        left = chr(ord(column) - 1)
        sums.write_formula(f"{column}4", f"=IF({left}$3>0,{left}4*(1+fcr_growth)/12,0)", None, 0)
    sums.write_array_formula("C6:D7", "{=TRANSPOSE(C4:D5)}", None, 0)
    for cell, column in {"G6": "B:B", "H6": "C:C"}.items():
        sums.write_formula(cell, f"=SUM({column})-SUM($A:$A)")
    sums.set_footer('&L&8Sums&C&"Arial,Bold"What Sums is for&RPage &P of &N')
    sums.write_url("A9", "https://example.org/")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Sums!$C$4:$E$4"})
    sums.insert_chart("G2", chart, {"description": "The cost rises a little each year."})
    return Good(path, book, start, sums, typed, chart)


def _another(good: Good, **check: object) -> Good:
    """One more cell for typing, at C9, checked like the others but for what is said."""
    good.start.write_blank("C9", None, good.typed)
    _ask(good.start, "C9", **check)
    return good


def _loose(good: Good) -> Good:
    """One more sheet, all well but that its headings are not frozen."""
    sheet = good.book.add_worksheet("Loose")
    sheet.write_string("A1", "What scrolls away")
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect()
    return good


def _unchanged(_: Good) -> None:
    pass


def _patch(path: Path, part: str, old: bytes, new: bytes) -> None:
    """Change the file as XlsxWriter would not; an empty ``old`` makes a new part."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert old in parts.setdefault(part, b"")
    parts[part] = parts[part].replace(old, new) if old else new
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)


def _breaches(
    path: Path, spoil: Callable[[Good], object] = _unchanged, but: Except = modelling_rules.NOTHING
) -> list[str]:
    good = _good(path)
    spoil(good)
    good.book.close()
    return obeys(path, but)


SPOILED: dict[str, tuple[Callable[[Good], object], str]] = {
    "a formula unlike its neighbour": (
        lambda g: g.sums.write_formula("D4", "=D5"),
        "one_form_a_row: Sums!D4: =D5 is not the formula to its left, =IF(B$3>0,B4*(1+fcr_growth)/12,0)",
    ),
    "a reference that does not move": (
        lambda g: (
            [g.sums.write_formula(cell, "=$C4*1") for cell in ("G9", "H9")]
            + [g.sums.write_formula(cell, "=C5*1") for cell in ("G10", "H10")]
        ),
        "one_form_a_row: Sums!H10: =C5*1 is not the formula to its left, =C5*1",
    ),
    "a figure": (
        lambda g: g.sums.write_formula("C9", "=C4*1.02"),
        "no_figures_in_formulas: Sums!C9: =C4*1.02 holds the figure 1.02",
    ),
    "a figure in a condition": (
        lambda g: g.sums.write_formula("C9", '=COUNTIF(C4:D4,">5")'),
        'no_figures_in_formulas: Sums!C9: =COUNTIF(C4:D4,">5") holds the figure 5',
    ),
    "a percentage": (
        lambda g: g.sums.write_formula("C9", "=C4*5%"),
        "no_figures_in_formulas: Sums!C9: =C4*5% holds the figure 5",
    ),
    "figures in an array": (
        lambda g: g.sums.write_array_formula("C9:C9", "{=SUM(C4:D4*{1,7})}"),
        "no_figures_in_formulas: Sums!C9: =SUM(C4:D4*{1,7}) holds the figure 7",
    ),
    "a function not everywhere": (
        lambda g: g.sums.write_formula("C9", "=SUM(C4:_xlfn.XLOOKUP(C3,C3:D3,C4:D4))"),
        "only_safe_functions: Sums!C9: =SUM(C4:_xlfn.XLOOKUP(C3,C3:D3,C4:D4)) uses _XLFN.XLOOKUP",
    ),
    "the time of day": (
        lambda g: g.sums.write_formula("C9", "=SUM(NOW(),0)"),
        "nothing_volatile: Sums!C9: =SUM(NOW(),0) uses NOW, which is worked out at every touch",
    ),
    "a hidden sheet": (lambda g: g.sums.hide(), "nothing_hidden: Sums: the sheet is hidden"),
    "a hidden row": (lambda g: g.sums.set_row(4, None, None, {"hidden": 1}), "nothing_hidden: Sums: row 5 is hidden"),
    "a row of no height": (lambda g: g.sums.set_row(4, 0), "nothing_hidden: Sums: row 5 is hidden"),
    "a hidden column": (
        lambda g: g.sums.set_column("F:G", None, None, {"hidden": 1}),
        "nothing_hidden: Sums: column F is hidden",
    ),
    "a value without a form": (
        lambda g: g.sums.write_number("C9", 5, g.book.add_format({"num_format": ";;;"})),
        "nothing_hidden: Sums!C9: its number format shows nothing",
    ),
    "a hidden formula": (
        lambda g: g.sums.write_formula("C9", "=C4", g.book.add_format({"hidden": True})),
        "nothing_hidden: Sums!C9: its formula is hidden",
    ),
    "merged cells": (lambda g: g.sums.merge_range("A11:C11", "wide"), "nothing_merged: Sums!A11:C11: merged cells"),
    "another workbook": (
        lambda g: g.sums.write_formula("C9", "='[last year.xlsx]Sums'!C4"),
        "nothing_from_outside: Sums!C9: ='[last year.xlsx]Sums'!C4 refers to another workbook",
    ),
    "a name without its prefix": (
        lambda g: g.book.define_name("growth", "=Sums!$C$4"),
        "safe_names: growth: the name does not begin with fcr_",
    ),
    "a name like a cell": (
        lambda g: g.book.define_name("CPI2026", "=Sums!$C$4"),
        "safe_names: CPI2026: the name could be a cell",
    ),
    "a name of a sheet's own": (
        lambda g: g.book.define_name("Sums!growth", "=Sums!$C$4"),
        "safe_names: Sums!growth: the name does not begin with fcr_",
    ),
    "a name of many cells": (
        lambda g: g.book.define_name("fcr_list", "=Sums!$C$4:$E$4"),
        "safe_names: fcr_list: the name is not that of one cell: Sums!$C$4:$E$4",
    ),
    "no title": (lambda g: g.sums.write_number("A1", 5), "title_in_a1: Sums: no title in A1"),
    "headings that run away": (
        _loose,
        "frozen_headings: Loose: no headings are frozen",
    ),
    "another paper": (lambda g: g.sums.set_paper(1), "fits_a4: Sums: not set to print on A4"),
    "any number of pages wide": (
        lambda g: g.sums.fit_to_pages(0, 1),
        "fits_a4: Sums: not fitted to the width of pages",
    ),
    "a note in the margin only": (
        lambda g: g.sums.set_header("&LDraft, not for signature"),
        "margins_repeat_cells: Sums: only in the margin of the page: Draft, not for signature",
    ),
    "whole columns that do not move": (
        lambda g: g.sums.write_formula("H6", "=SUM(B:B)-SUM($A:$A)"),
        "one_form_a_row: Sums!H6: =SUM(B:B)-SUM($A:$A) is not the formula to its left, =SUM(B:B)-SUM($A:$A)",
    ),
    "opened elsewhere": (
        lambda g: g.sums.activate(),
        "opens_at_the_beginning: Start here: opens at another sheet",
    ),
    "two sheets selected": (
        lambda g: g.sums.select(),
        "opens_at_the_beginning: Sums: selected together with another sheet, or instead of the first",
    ),
    "a cursor elsewhere": (
        lambda g: g.start.set_selection("C7"),
        "opens_at_the_beginning: Start here: the cursor is not in A1",
    ),
    "a cell for typing without a check": (
        lambda g: g.start.write_blank("C9", None, g.typed),
        "typing_is_checked: Start here!C9: unlocked, and nothing checks what is typed",
    ),
    "a check that lets pass": (
        lambda g: _another(g, show_error=False),
        "typing_is_checked: Start here!C9: its check refuses nothing",
    ),
    "a check of nothing": (
        lambda g: _another(g, validate="any"),
        "typing_is_checked: Start here!C9: its check refuses nothing",
    ),
    "a check that does not explain": (
        lambda g: _another(g, input_message=""),
        "typing_is_checked: Start here!C9: nothing says what belongs in it",
    ),
    "an explanation not shown": (
        lambda g: _another(g, show_input=False),
        "typing_is_checked: Start here!C9: nothing says what belongs in it",
    ),
    "an unlocked column": (
        lambda g: g.start.set_column("H:H", 10, g.typed),
        "no_lane_for_typing: Start here: all of column H is unlocked",
    ),
    "an unlocked row": (
        lambda g: g.start.set_row(8, None, g.typed),
        "no_lane_for_typing: Start here: all of row 9 is unlocked",
    ),
    "a formula to be typed over": (
        lambda g: [_another(g), g.start.write_formula("C9", "=B3", g.typed)],
        "formulas_are_locked: Start here!C9: a formula that is not locked",
    ),
    "a password": (lambda g: g.sums.protect("secret"), "formulas_are_locked: Sums: protected with a password"),
    "a sheet not protected": (
        lambda g: g.book.add_worksheet("Bare").write_string("A1", "Bare"),
        "formulas_are_locked: Bare: not protected",
    ),
    "a file without a title": (
        lambda g: g.book.set_properties({"title": ""}),
        "says_its_title: the properties hold no title",
    ),
}

PATCHED = {
    "a sheet's name twice": (
        ("xl/workbook.xml", b'name="Sums"', b'name="START HERE"'),
        "sheet_names: START HERE: a second sheet of this name",
    ),
    "a long name": (
        ("xl/workbook.xml", b'name="Sums"', b'name="' + b"x" * 32 + b'"'),
        f"sheet_names: {'x' * 32}: longer than 31 letters",
    ),
    "a name in quotes": (
        ("xl/workbook.xml", b'name="Sums"', b"name=\"'Sums'\""),
        "sheet_names: \"'Sums'\": not a name for a sheet",
    ),
    "a reserved name": (
        ("xl/workbook.xml", b'name="Sums"', b'name="History"'),
        "sheet_names: 'History': not a name for a sheet",
    ),
    "macros": (("xl/vbaProject.bin", b"", b"x"), "nothing_from_outside: the file holds xl/vbaProject.bin"),
    "connections": (("xl/connections.xml", b"", b"<x/>"), "nothing_from_outside: the file holds xl/connections.xml"),
    "a link to a workbook": (
        ("xl/externalLinks/externalLink1.xml", b"", b"<x/>"),
        "nothing_from_outside: the file holds xl/externalLinks/externalLink1.xml",
    ),
    "a picture from elsewhere": (
        (
            "xl/extra.rels",
            b"",
            b'<R><R Type="http://x/image" Target="https://example.org/a.png" TargetMode="External"/></R>',
        ),
        "nothing_from_outside: xl/extra.rels leads to https://example.org/a.png",
    ),
    "the kind of file that holds macros": (
        (
            "[Content_Types].xml",
            b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
        "nothing_from_outside: the file is of the kind that holds macros",
    ),
    "a workbook's password": (
        ("xl/workbook.xml", b"<sheets>", b'<workbookProtection workbookPassword="83AF"/><sheets>'),
        "formulas_are_locked: the workbook is protected with a password",
    ),
    "a chart without words": (
        ("xl/drawings/drawing1.xml", b' descr="The cost rises a little each year."', b""),
        "charts_in_words: xl/drawings/drawing1.xml: Chart 1 has no alternative text",
    ),
}


def test_a_good_workbook_breaks_no_rule(tmp_path: Path) -> None:
    """Copied formulas, an array, a name, a table of checked cells, a chart, a link to a web page: all are well."""
    assert _breaches(tmp_path / "good.xlsx") == []


@pytest.mark.parametrize("case", SPOILED)
def test_each_rule_finds_what_breaks_it(tmp_path: Path, case: str) -> None:
    """The breach is named with its place."""
    spoil, breach = SPOILED[case]
    assert breach in _breaches(tmp_path / "spoiled.xlsx", spoil)


@pytest.mark.parametrize("case", PATCHED)
def test_what_xlsxwriter_would_not_write_is_found_too(tmp_path: Path, case: str) -> None:
    """The rules read the file, not what made it."""
    (part, old, new), breach = PATCHED[case]
    path = tmp_path / "patched.xlsx"
    _breaches(path)
    _patch(path, part, old, new)
    assert breach in obeys(path)


def test_every_rule_can_fail() -> None:
    """A rule that nothing breaks checks nothing."""
    broken = {breach.partition(":")[0] for _, breach in [*SPOILED.values(), *PATCHED.values()]}
    assert broken == {rule.__name__ for rule in modelling_rules.RULES}


@pytest.mark.parametrize(
    ("case", "but"),
    [
        ("a formula unlike its neighbour", Except(forms={"Sums": ["D4:D4"]})),
        ("a figure", Except(constants=frozenset({1.02}))),
        ("a figure", Except(constant_cells={"Sums": ["A9:D9"]})),
        ("a function not everywhere", Except(functions=frozenset({"_XLFN.XLOOKUP"}))),
        ("headings that run away", Except(unfrozen=frozenset({"Loose"}))),
        ("a name of many cells", Except(name_ranges=frozenset({"fcr_list"}))),
    ],
)
def test_what_a_caller_excepts_is_let_pass(tmp_path: Path, case: str, but: Except) -> None:
    """And nothing else with it."""
    assert _breaches(tmp_path / "excepted.xlsx", SPOILED[case][0], but) == []


def test_a_table_has_one_form_a_column(tmp_path: Path) -> None:
    """Where the caller says so: side by side formulas differ, one above another they may not."""

    def table(good: Good) -> None:
        for row in (11, 12, 13):
            good.sums.write_formula(f"C{row}", f"=B{row}*1")
            good.sums.write_formula(f"D{row}", f"=C{row}+B{row}")
            good.sums.write_formula(f"E{row}", f"=D{row}" if row < 13 else "=C13")

    path, but = tmp_path / "table.xlsx", Except(down={"Sums": ["C11:E13"]})
    assert _breaches(path, table, but) == ["one_form_a_row: Sums!E13: =C13 is not the formula above, =D12"]
    assert len(obeys(path)) == 6
