"""What may be typed in an input cell: how a figure of the model stands in it, and what is refused there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from fcr.workbook.values import serial

__all__ = ["CHOICES", "Kind", "choice"]

Plain: TypeAlias = Any
"""A leaf of the model's plain data: a text (numbers too, so that they are exact), a number or a yes."""

FIGURES = 15
"""Significant figures that a spreadsheet keeps."""


LONGEST = 32_767
"""Characters that a cell holds: more would be lost in silence."""


@dataclass(frozen=True)
class Kind:
    """What a cell holds.

    ``scale``: how many of the model's are one in the cell (100 for percentages that the model counts from 0 to 100).
    ``words``: texts that may stand there, besides or instead of a number.
    """

    name: str
    expected: str
    """What a message says was expected."""
    number_format: str = "General"
    scale: int = 1
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()
    numeric: bool = True
    whole: bool = False
    day: bool = False
    empty: str = ""
    """The word that stands for a list with nothing in it, where blank is unknown."""
    nothing: str = ""
    """The word that stands for a text with nothing in it, where blank is unknown."""

    def cell(self, plain: Plain) -> float | str | None:
        """The model's figure as the cell holds it. Raises ``ValueError`` for more figures than a cell keeps."""
        if plain is None:
            return None
        if isinstance(plain, list | tuple | Mapping):
            return self.empty
        if isinstance(plain, bool):
            return "yes" if plain else "no"
        if plain == "" and self.nothing:
            return self.nothing
        if self.day and isinstance(plain, str):
            return float(serial(date.fromisoformat(plain)))
        if isinstance(plain, str) and plain in self.words:
            return plain
        if not self.numeric:
            if len(str(plain)) > LONGEST:
                raise ValueError(f"a text of {len(str(plain)):,} characters is more than the {LONGEST:,} a cell holds")
            return str(plain)
        exact = Decimal(str(plain)) / self.scale
        if len(exact.normalize().as_tuple().digits) > FIGURES:
            raise ValueError(f"{plain} has more than the {FIGURES} figures that a spreadsheet keeps")
        return float(exact)

    def or_words(self, *words: str) -> Kind:
        """The same, or one of some words."""
        listed = ", ".join(repr(word) for word in words)
        return replace(self, words=words, expected=f"{self.expected}, or {listed}")


TEXT = Kind("text", "text", "@", numeric=False)
POUNDS = Kind("pounds", "an amount in pounds", "#,##0.00;[Red]-#,##0.00")
POUNDS_OR_NOUGHT = replace(POUNDS, name="pounds or nought", expected="pounds, nought or more", low=0)
QUANTITY = Kind("quantity", "a number, nought or more", "#,##0.####", low=0)
NUMBER = Kind("number", "a number", "#,##0.######")
WHOLE = Kind("whole number", "a whole number", "0", low=0, whole=True)
SHARE = Kind("share", "a percentage from 0% to 100%", "0.##########%", low=0, high=1)
PERCENT = Kind("percentage", "a percentage from 0% to 100%", "0.##########%", scale=100, low=0, high=1)
GROWTH = Kind("rise", "a percentage, such as 3%", "0.##########%", low=-1, high=10)
DAY = Kind("date", "a date, such as 1 Apr 2027", "d mmm yyyy", day=True)
CORRELATION = Kind("correlation", "a number from -1 to 1", "0.00########", low=-1, high=1)
NONE_LISTED = Kind("none", "none, or nothing", "@", words=("none",), numeric=False, empty="none")
ANYTHING = Kind("anything", "a text, a number, yes or no", "@", numeric=False, empty="no entries")
USE = replace(TEXT, name="use", expected="text, or nothing", nothing="nothing")
YES = Kind("yes or no", "yes or no", "@", words=("yes", "no"), numeric=False)


def choice(*words: str) -> Kind:
    """One of some words."""
    return Kind("choice", "one of " + ", ".join(words), "@", words=words, numeric=False)


CHOICES = (TEXT, POUNDS, POUNDS_OR_NOUGHT, QUANTITY, NUMBER, WHOLE, SHARE, PERCENT, GROWTH, DAY, CORRELATION, YES)
