"""One cell as it was found, and the amount in it.

Nothing is guessed in silence: an amount typed as text, in brackets, with its minus behind it or
with CR and DR is understood and said; an error, a formula without a value, TRUE or a date where an
amount belongs is refused with its place. A cell that could not be read is never nought.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, NoReturn

from fcr.errors import InputError, Problem
from fcr.inputs import parse_number
from fcr.inputs.values import LOOKALIKES
from fcr.money import LARGEST

__all__ = ["BLANK", "Amount", "Found", "amount", "from_text", "from_workbook", "label"]

MOST_DECIMALS = 15
_DASHES = {"-", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}"}
_SIDED = re.compile(r"(.*\S)\s*(CR|DR)\.?", re.IGNORECASE)
_LONGEST = 40

Kind = Literal["blank", "number", "text", "date", "yes or no", "error", "no value"]


@dataclass(frozen=True, slots=True)
class Found:
    """A cell as it was found; ``no value`` is a formula whose result was never saved."""

    kind: Kind
    value: Decimal | str | date | None = None
    formula: bool = False
    indent: int = 0
    """How far it is set in: steps of alignment, or spaces in front."""
    typed: bool = True
    """Whether the file says that text is text; a file of plain text does not."""

    @property
    def shown(self) -> str:
        """The cell as a message shows it: one short line."""
        text = f"{self.value:f}" if isinstance(self.value, Decimal) else str(self.value)
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


BLANK = Found("blank")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in pounds, nothing for a blank cell, and what was odd about how it was written."""

    value: Decimal | None
    odd: str = ""


def from_text(text: str) -> Found:
    """A cell of a text file.

    >>> from_text("  Rent").indent, from_text(" ").kind
    (2, 'blank')
    """
    if not text.strip():
        return BLANK
    return Found("text", text.strip(), indent=len(text) - len(text.lstrip()), typed=False)


def from_workbook(value: object, data_type: str, *, formula: bool = False, indent: int = 0) -> Found:
    """A cell of a workbook, from its value and openpyxl's letter for its type.

    >>> from_workbook(1200.1000000000001, "n")
    Found(kind='number', value=Decimal('1200.1'), formula=False, indent=0, typed=True)
    >>> from_workbook(None, "n", formula=True).kind
    'no value'
    """
    if value is None:  # a formula that came to an empty text is saved as a text
        return Found("no value", "", formula=True) if formula and data_type != "str" else BLANK
    if data_type == "e":
        return Found("error", str(value), formula)
    if isinstance(value, bool):
        return Found("yes or no", str(value).upper(), formula)
    if isinstance(value, int):
        return Found("number", Decimal(value), formula)
    if isinstance(value, float):  # 15 digits are what a spreadsheet shows: the rest is noise
        return Found("number", Decimal(format(Decimal(format(value, ".15g")).normalize(), "f")), formula)
    if isinstance(value, datetime):
        return Found("date", value.date(), formula)
    if isinstance(value, date | time | timedelta):
        return Found("date", value if isinstance(value, date) else str(value), formula)
    text = str(value)
    if not text.strip():
        return BLANK
    return Found("text", text.strip(), formula, indent or len(text) - len(text.lstrip()))


def label(found: Found, where: str) -> str:
    r"""The words in a cell, on one line; a code typed as a number is its digits.

    >>> label(from_workbook(7100.0, "n"), "A1"), label(from_text("Rent\nand\xa0rates"), "A1")
    ('7100', 'Rent and rates')
    """
    if found.kind in {"error", "no value"}:
        _refuse_unread(found, where, "a name or code")
    text = f"{found.value:f}" if isinstance(found.value, Decimal) else str(found.value or "")
    return " ".join(text.split())


def amount(found: Found, where: str) -> Amount:
    """The pounds in a cell; credits are negative.

    Raises :class:`~fcr.errors.InputError` for what is no amount, naming the cell.

    >>> amount(from_text("1,200.00 CR"), "C7")
    Amount(value=Decimal('-1200.00'), odd='written with CR or DR')
    >>> amount(from_text("350.00-"), "C7").value, amount(from_text("(350)"), "C7").value
    (Decimal('-350.00'), Decimal('-350'))
    """
    if found.kind == "blank":
        return Amount(None)
    if found.kind in {"error", "no value"}:
        _refuse_unread(found, where, "an amount in pounds")
    if isinstance(found.value, Decimal):
        return Amount(_bounded(found.value, where))
    if found.kind != "text":
        kind, fix = "", "Type the amount."
        if found.kind == "date":
            kind, fix = "the date ", "Type the amount; if it is one, format the cell as a number."
        _refuse("not-a-number", where, f"found {kind}{found.shown}, expected an amount in pounds", fix)
    return _amount_in_text(found, where)


def _amount_in_text(found: Found, where: str) -> Amount:
    text = unicodedata.normalize("NFKC", str(found.value)).strip()
    bare, odd = text.replace("£", "").strip(), "typed as text" if found.typed else ""
    if bare in _DASHES:  # how spreadsheets print nil in an accounting format
        return Amount(Decimal(0), "a dash for nil")
    sign = Decimal(1)
    if sided := _SIDED.fullmatch(text):
        text, odd = sided[1], "written with CR or DR"
        sign = Decimal(-1 if sided[2].upper() == "CR" else 1)
    elif text.endswith(("-", "\N{MINUS SIGN}")):
        text, odd, sign = text[:-1].strip(), "written with the minus behind it", Decimal(-1)
    signed = text.startswith(("-", "+", "(", "\N{MINUS SIGN}"))
    if odd in {"written with CR or DR", "written with the minus behind it"} and signed:
        fix = "Type the amount with one sign, negative for a credit."
        _refuse("not-a-number", where, f"{found.shown!r} has two signs, so it could mean two things", fix)
    number = None if "%" in text else parse_number(text)
    if number is None:
        guess = None if "%" in text else parse_number(text.translate(LOOKALIKES))
        hint = f"Did you mean {guess * sign:f}?" if guess is not None else "Type a number such as 1200.50."
        _refuse("not-a-number", where, f"{found.shown!r} is not a number; expected an amount in pounds", hint)
    return Amount(_bounded(number * sign if number else Decimal(0), where), odd)


def _bounded(number: Decimal, where: str) -> Decimal:
    if abs(number) > LARGEST:
        fix = f"Amounts above £{LARGEST:,.2f} cannot be kept exact to the penny."
        _refuse("too-large", where, f"found a number of {number.adjusted() + 1} digits", fix)
    if -int(number.as_tuple().exponent) > MOST_DECIMALS:
        _refuse("too-fine", where, f"found more than {MOST_DECIMALS} decimals", "Round it to the penny.")
    return number


def _refuse_unread(found: Found, where: str, expected: str) -> NoReturn:
    if found.kind == "error":
        fix = "Mend the formula in the spreadsheet, and save it."
        _refuse("error-cell", where, f"found the error {found.shown}, expected {expected}", fix)
    what = f"found a formula with no saved value, expected {expected}"
    fix = "Open the file in Excel or LibreOffice, save it and try again."
    _refuse("no-value", where, what, fix)


def _refuse(code: str, where: str, what: str, fix: str) -> NoReturn:
    raise InputError([Problem(where, what, fix, code)])
