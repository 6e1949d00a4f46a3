"""One cell as found: every odd form is understood and said, or refused with its place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fcr
from fcr.workbook.cells import BLANK, Amount, Found, amount, from_text, from_workbook, label


@pytest.mark.parametrize(
    ("text", "value", "odd"),
    [
        ("1200", "1200", ""),
        ("£1,200.50", "1200.50", ""),
        ("1\N{NO-BREAK SPACE}200.50\N{NO-BREAK SPACE}", "1200.50", ""),
        ("1 200", "1200", ""),
        ("(350)", "-350", ""),
        ("−350", "-350", ""),
        ("１２", "12", ""),
        ("1,200.00 CR", "-1200.00", "written with CR or DR"),
        ("1,200.00Cr.", "-1200.00", "written with CR or DR"),
        ("£1,200.00 dr", "1200.00", "written with CR or DR"),
        ("1,200.00-", "-1200.00", "written with the minus behind it"),
        ("1,200.00 −", "-1200.00", "written with the minus behind it"),
        ("-", "0", "a dash for nil"),
        (" £ - ", "0", "a dash for nil"),
        ("–", "0", "a dash for nil"),
        ("-0.00", "0", ""),
    ],
)
def test_amounts_as_packages_print_them(text: str, value: str, odd: str) -> None:
    """Credits are negative, whatever marks them."""
    assert amount(from_text(text), "C7") == Amount(Decimal(value), odd)


def test_an_amount_typed_as_text_in_a_workbook_is_said() -> None:
    """In a workbook a number that is text is odd; in a text file everything is text."""
    assert amount(from_workbook("1,200.50", "s"), "C7") == Amount(Decimal("1200.50"), "typed as text")
    assert amount(from_text("1,200.50"), "C7").odd == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12O", "Did you mean 120?"),
        ("1OO CR", "Did you mean -100?"),
        ("TBC", "is not a number"),
        ("1.200,50", "is not a number"),
        ("1e5", "is not a number"),
        ("12%", "is not a number"),
        ("€12", "is not a number"),
        ("CR", "is not a number"),
        ("(1,200.00) CR", "two signs"),
        ("-12-", "two signs"),
        ("1" * 30, "30 digits"),
        ("0." + "1" * 16, "15 decimals"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_place(text: str, says: str) -> None:
    """Never nought, never a guess: the cell, what was found, what was expected."""
    with pytest.raises(fcr.InputError, match="C7") as caught:
        amount(from_text(text), "C7")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("found", "code", "says"),
    [
        (from_workbook(True, "b"), "not-a-number", "found TRUE"),  # noqa: FBT003
        (from_workbook("#REF!", "e"), "error-cell", "the error #REF!"),
        (from_workbook("#DIV/0!", "e", formula=True), "error-cell", "Mend the formula"),
        (from_workbook(None, "n", formula=True), "no-value", "save it and try again"),
        (from_workbook(datetime(2026, 3, 31), "d"), "not-a-number", "the date 2026-03-31"),  # noqa: DTZ001
        (from_workbook(time(9, 30), "d"), "not-a-number", "the date 09:30"),
        (from_workbook(timedelta(hours=30), "d"), "not-a-number", "the date 1 day"),
        (from_workbook(float("1e300"), "n"), "too-large", "301 digits"),
    ],
)
def test_cells_of_other_kinds_are_refused_as_amounts(found: Found, code: str, says: str) -> None:
    """TRUE is not 1, an error is not 0, a formula without its value is not 0, a date is not a number of days."""
    with pytest.raises(fcr.InputError) as caught:
        amount(found, "C7")
    (problem,) = caught.value.problems
    assert (problem.where, problem.code) == ("C7", code)
    assert says in str(problem)


def test_blank_cells() -> None:
    """Nothing, spaces, and a formula that came to an empty text."""
    assert from_workbook(None, "n") == from_workbook("  ", "s") == from_text("\N{NO-BREAK SPACE}") == BLANK
    assert from_workbook(None, "str", formula=True) == BLANK
    assert amount(BLANK, "C7") == Amount(None)
    assert label(BLANK, "C7") == ""


def test_words() -> None:
    """Codes typed as numbers are their digits; dates are said; errors are no names."""
    assert label(from_workbook(7100, "n"), "A1") == "7100"
    assert label(from_workbook(date(2026, 4, 1), "d"), "A1") == "2026-04-01"
    assert label(from_workbook("=1+1", "s"), "A1") == "=1+1"
    with pytest.raises(fcr.InputError, match="#N/A, expected a name or code"):
        label(from_workbook("#N/A", "e"), "A1")


def test_a_long_cell_is_shown_short_and_on_one_line() -> None:
    """A message never carries a page of text, nor what could move the cursor of a terminal."""
    shown = from_text("a\x1b[2J\nb" + "c" * 100).shown
    assert shown == "a [2J b" + "c" * 32 + "…"
    assert len(shown) == 40


def test_the_noise_of_floats_is_dropped() -> None:
    """What a spreadsheet shows is read: 15 digits."""
    assert from_workbook(0.1 + 0.2, "n").value == Decimal("0.3")
    assert from_workbook(1e21, "n").value == Decimal(10**21)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_every_form_of_an_amount_reads_the_same(value: Decimal) -> None:
    """Plain, in pounds, in brackets, with CR or DR, minus behind, or as a spreadsheet's number."""
    size = f"{abs(value):,.2f}"
    forms = [f"{value}", f"{value:,.2f}"]
    forms += [f"({size})", f"{size} CR", f"{size}-", f"£{size} cr"] if value < 0 else [f"£{size}", f"{size} DR"]
    assert {amount(from_text(form), "").value for form in forms} == {value}
    assert amount(from_workbook(float(value), "n"), "").value == value
