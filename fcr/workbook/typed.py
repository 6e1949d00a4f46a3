"""What somebody typed in an input cell, as the model takes it: exactly, or refused with what to do.

The inverse of :meth:`fcr.workbook.kinds.Kind.cell`. Nothing is guessed in silence: what was typed in
another way than asked for, yet can mean one thing only, is taken and said; the rest is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from fcr.errors import nearest
from fcr.inputs import parse_number
from fcr.inputs.values import LOOKALIKES
from fcr.workbook.cells import Found
from fcr.workbook.kinds import NUMBER, Kind

__all__ = ["Refused", "Taken", "fold", "take"]

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)
"""Between these a bare number in a cell for a date is one that lost its format."""

YES = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SHORT_YEAR = 2
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]+([a-z]{3,9})\.?,?[ -]+(\d{4})", re.IGNORECASE)


@dataclass(frozen=True)
class Taken:
    """What a cell says in the model's plain data, and what was odd about how it was typed."""

    plain: Any
    odd: str = ""


class Refused(Exception):
    """A cell that cannot be understood."""

    def __init__(self, code: str, what: str, fix: str) -> None:
        super().__init__(what)
        self.code, self.what, self.fix = code, what, fix


def fold(text: str) -> str:
    r"""A text without what makes no difference between names: capitals, spaces, forms of letters.

    >>> fold(" Debt\xa0 ADVICE ") == fold("debt advice")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def take(found: Found, kind: Kind, about: str, epoch: date = date(1899, 12, 30)) -> Taken:
    """What a cell that holds something says; ``about`` is what it should be, for messages.

    Raises :class:`Refused`.
    """
    if found.kind == "error":
        _no("error-cell", f"found the error {found.shown}: {about}", "Mend the formula, or type the figure.")
    if found.kind == "no value":
        fix = "Open the file in Excel or LibreOffice, save it and try again; or type the figure."
        _no("no-value", f"found a formula whose value was never saved: {about}", fix)
    if kind.name == "yes or no":
        return _yes(found, about)
    if kind.day:
        return _day(found, kind, about, epoch)
    if found.kind == "text":
        if kind.empty and fold(str(found.value)) == fold(kind.empty):
            return Taken([])
        word = _word(str(found.value), kind)
        if word is not None:
            return Taken(word)
    if not kind.numeric:
        return _text(found, kind, about)
    return _number(found, kind, about)


def _no(code: str, what: str, fix: str) -> NoReturn:
    raise Refused(code, what, fix)


def _quoted(found: Found) -> str:
    return f'"{found.shown}"' if found.kind == "text" else found.shown


def _word(text: str, kind: Kind) -> str | None:
    return next((word for word in kind.words if fold(word) == fold(text)), None)


def _yes(found: Found, about: str) -> Taken:
    plain = YES.get(fold(str(found.value)))
    if found.kind not in {"text", "yes or no"} or plain is None:
        _no("not-yes-or-no", f"{_quoted(found)} is neither yes nor no: {about}", "Type yes or no.")
    return Taken(plain)


def _text(found: Found, kind: Kind, about: str) -> Taken:
    if found.kind == "date":
        _no("not-text", f"found the date {found.shown}, expected {kind.expected}: {about}", "Type words.")
    text = f"{found.value:f}" if isinstance(found.value, Decimal) else str(found.value)
    if kind.nothing and text.strip().casefold() == kind.nothing:
        return Taken("")
    if kind.words:
        fix = f"{nearest(text, kind.words)} Choose one of: {', '.join(kind.words)}.".strip()
        _no("not-a-choice", f"{_quoted(found)} is not one of the words to choose from: {about}", fix)
    return Taken(text)


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────


def _number(found: Found, kind: Kind, about: str) -> Taken:
    if isinstance(found.value, Decimal):
        return Taken(_bounded(found, found.value, kind, about))
    if found.kind == "date":
        fix = "Type the figure; if it is one, format the cell as a number."
        _no("not-a-number", f"found the date {found.shown}, expected {kind.expected}: {about}", fix)
    if found.kind == "yes or no":
        _no("not-a-number", f"found {found.shown}, expected {kind.expected}: {about}", "Type the figure.")
    text = str(found.value)
    per_cent = Decimal("0.01") if _takes_per_cent(kind) else None
    number = _parsed(text, per_cent)
    if number is None:
        guess = _parsed(text.translate(LOOKALIKES), per_cent)
        words = "".join(f", or {word!r}" for word in kind.words)
        hint = (
            f"Did you mean {guess:f}?" if guess is not None else f"Type {kind.expected if words else _example(kind)}."
        )
        if kind.words and guess is None:
            hint = f"{nearest(text, kind.words)} {hint}".strip()
        _no("not-a-number", f"{_quoted(found)} is not a number: {about}", hint)
    plain = _bounded(found, number, kind, about)
    return Taken(plain, f"{_quoted(found)} as {number:f}")


def _takes_per_cent(kind: Kind) -> bool:
    return kind.number_format.endswith("%") or kind is NUMBER


def _parsed(text: str, per_cent: Decimal | None) -> Decimal | None:
    if per_cent is None:
        return None if "%" in unicodedata.normalize("NFKC", text) else parse_number(text)
    return parse_number(text, per_cent=per_cent)


def _example(kind: Kind) -> str:
    if kind.number_format.endswith("%"):
        return "a percentage such as 12%"
    return "a whole number such as 3" if kind.whole else "a number such as 1200.50"


def _bounded(found: Found, number: Decimal, kind: Kind, about: str) -> str | int:
    if not number.is_finite():
        _no("not-a-number", f"found {found.shown}, expected {kind.expected}: {about}", "Type an ordinary number.")
    if kind.whole:
        if number != number.to_integral_value():
            _no("not-whole", f"{_quoted(found)} is not a whole number: {about}", "Type 1, 2, 3…")
        number = number.to_integral_value()
    low, high = kind.low, kind.high
    if (low is not None and number < Decimal(str(low))) or (high is not None and number > Decimal(str(high))):
        fix = f"Type {kind.expected}."
        if kind.number_format.endswith("%") and high is not None and high < number <= 100 * high:
            fix = f"{number:f} would be {number * 100:f}%: did you mean {number:f}%? Type it with its % sign."
        code = "negative" if low == 0 and number < 0 else "out-of-range"
        _no(code, f"{_quoted(found)} is not {kind.expected}: {about}", fix)
    number = number * kind.scale
    if kind.whole:
        return int(number)
    return format(number or Decimal(0), "f")


# ── dates ────────────────────────────────────────────────────────────────────────────────────────


def _day(found: Found, kind: Kind, about: str, epoch: date) -> Taken:
    if isinstance(found.value, date):
        return Taken(found.value.isoformat())
    if isinstance(found.value, Decimal) and found.value.is_finite():
        whole = found.value == found.value.to_integral_value()
        if whole and (FIRST_DAY - epoch).days <= found.value <= (LAST_DAY - epoch).days:
            day = epoch + timedelta(days=int(found.value))
            return Taken(day.isoformat(), f"the number {found.shown} as {_said(day)}")
    if found.kind == "text":
        if (word := _word(str(found.value), kind)) is not None:
            return Taken(word)
        spoken = _spoken(unicodedata.normalize("NFKC", str(found.value)).strip())
        if spoken is not None:
            return Taken(spoken.isoformat(), f"{_quoted(found)} as {_said(spoken)}")
    _no("not-a-date", f"{_quoted(found)} is not a date: {about}", f"Type {kind.expected}.")


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _spoken(text: str) -> date | None:
    """A date as it is written in Britain: day, month, year."""
    if at := _ISO.fullmatch(text):
        year, month, day = int(at[1]), int(at[2]), int(at[3])
    elif at := _FIGURES.fullmatch(text):
        year, month, day = int(at[3]), int(at[2]), int(at[1])
        year += 2000 if len(at[3]) == SHORT_YEAR else 0
    elif (at := _WORDS.fullmatch(text)) and at[2][:3].casefold() in MONTHS:
        year, month, day = int(at[3]), MONTHS.index(at[2][:3].casefold()) + 1, int(at[1])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
