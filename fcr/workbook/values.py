"""What cells hold and are called: numbers, texts, blanks and dates as a spreadsheet takes them, and A1 letters."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "day", "equal", "less", "letters", "numbers", "quoted", "serial", "texts"]

Array: TypeAlias = npt.NDArray[Any]

EPOCH = date(1899, 12, 30)


def serial(day: date) -> int:
    """A date as spreadsheets count days.

    >>> serial(date(2026, 4, 1))
    46113
    """
    return (day - EPOCH).days


def day(number: float) -> date:
    """The date of a spreadsheet's day number."""
    return EPOCH + timedelta(days=int(number))


@lru_cache(maxsize=4096)
def letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def quoted(sheet: str) -> str:
    """A sheet's name as a formula says it, with its exclamation mark.

    >>> quoted("Price"), quoted("Start here")
    ('Price!', "'Start here'!")
    """
    assert sheet, "a formula refers to a block that has no place"
    return f"{sheet}!" if sheet.isalnum() and not sheet[0].isdigit() else "'" + sheet.replace("'", "''") + "'!"


def numbers(values: Array) -> Array:
    """Values as arithmetic takes them: blanks and texts are nought, true is one."""
    if values.dtype == object:
        flat = [float(v) if isinstance(v, int | float | np.number) else 0.0 for v in values.ravel()]
        return np.array(flat, dtype=np.float64).reshape(values.shape)
    return values.astype(np.float64, copy=False)


def texts(values: Array) -> Array:
    """Values as they are joined and compared as text."""
    if values.dtype == object:
        return np.array([_text(v) for v in values.ravel()], dtype=object).reshape(values.shape)
    return np.array([_text(v) for v in values.ravel().tolist()], dtype=object).reshape(values.shape)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | np.bool_):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value)


def equal(a: Array, b: Array) -> Array:
    """Whether cells are equal as a spreadsheet compares them: capitals do not matter, a blank is nothing."""
    if object in (a.dtype, b.dtype):
        a, b = np.broadcast_arrays(a, b)
        return np.array([_same(x, y) for x, y in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)]).reshape(
            a.shape
        )
    return np.asarray(a == b)


def less(a: Array, b: Array) -> Array:
    """``<``: numbers by size; texts in the order of their small letters."""
    if a.dtype == object and b.dtype == object and any(isinstance(v, str) for v in a.ravel().tolist()):
        a, b = np.broadcast_arrays(a, b)
        pairs = zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)
        return np.array([_text(x).lower() < _text(y).lower() for x, y in pairs]).reshape(a.shape)
    return np.asarray(numbers(a) < numbers(b))


def _same(x: object, y: object) -> bool:
    if x is None or y is None:  # a blank equals an empty text and nought
        return (x or 0) == (y or 0) or {x, y} <= {None, ""}
    if isinstance(x, str) and isinstance(y, str):
        return x.lower() == y.lower()
    if isinstance(x, str) or isinstance(y, str):
        return False
    return bool(x == y)
