"""Reading a table of a TOML file field by field, and noting everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from fcr.errors import Problem, nearest
from fcr.rates._rate import STATUSES

T = TypeVar("T")
B = TypeVar("B")


class UnexpectedError(Exception):
    """A field does not hold what was expected; the text says what was."""


class Fields:
    """The fields of one table, each taken once; what is wrong goes into ``problems``.

    A field that is wrong reads as its ``blank``, so that reading goes on and every problem of a
    file is found in one pass. Whoever finds problems at the end throws the blanks away.
    """

    def __init__(self, raw: object, where: str, problems: list[Problem]) -> None:
        self.where, self._problems = where, problems
        self._left: dict[str, object] = dict(raw) if isinstance(raw, dict) else {}
        self._known: list[str] = []
        if not isinstance(raw, dict):
            self.refuse("wrong-type", f"found {show(raw)}, expected a table of fields", "Write it as a table.")

    def refuse(self, code: str, what: str, fix: str) -> None:
        """Note a problem with this table."""
        self._problems.append(Problem(self.where, what, fix, code))

    def take(self, key: str, read: Callable[[object], T], blank: B, *, optional: bool = False) -> T | B:
        """Give the field as read by ``read``; ``blank`` when it is missing or not what ``read`` expects."""
        self._known.append(key)
        if key not in self._left:
            if not optional:
                self.refuse("missing-key", f"{key!r} is missing", f"Add {key!r}.")
            return blank
        raw = self._left.pop(key)
        try:
            return read(raw)
        except UnexpectedError as expected:
            self.refuse("wrong-type", f"{key!r} is {show(raw)}, expected {expected}", f"Correct {key!r}.")
            return blank

    def close(self) -> None:
        """Refuse whatever has not been taken."""
        for key in self._left:
            fix = f"Remove it or correct its name.{nearest(key, self._known)}"
            self.refuse("unknown-key", f"{key!r} is not a known key, expected {', '.join(self._known)}", fix)


def place(file: str, raw: object, key: str, otherwise: str) -> str:
    """Say where a table stands: its file, and its name or else its number.

    >>> place("vat.toml", {"name": "vat.standard_rate"}, "name", "parameters[0]")
    'vat.toml, vat.standard_rate'
    """
    name = raw.get(key) if isinstance(raw, dict) else None
    return f"{file}, {name or otherwise}"


def show(raw: object) -> str:
    """Say what was found, as its author would know it.

    >>> show(Decimal("0.15")), show("abc"), show(True)
    ('0.15', "'abc'", 'true')
    """
    if isinstance(raw, bool):
        return str(raw).lower()
    return str(raw) if isinstance(raw, int | Decimal | date) else repr(raw)


def text(raw: object) -> str:
    """Read words in quotes, not empty."""
    if isinstance(raw, str) and raw.strip():
        return raw
    raise UnexpectedError("words in quotes")


def number(raw: object) -> Decimal:
    """Read a finite number, exactly as written; ``true`` is not one."""
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool) and Decimal(raw).is_finite():
        return Decimal(raw)
    raise UnexpectedError("a number")


def yes_or_no(raw: object) -> bool:
    """Read ``true`` or ``false``."""
    if isinstance(raw, bool):
        return raw
    raise UnexpectedError("true or false")


def day(raw: object) -> date:
    """Read a date without a time."""
    if type(raw) is date:
        return raw
    raise UnexpectedError("a date such as 2027-04-06, without quotes or a time")


def table(raw: object) -> Mapping[str, Decimal]:
    """Read numbers by label, at least one, that cannot be changed afterwards."""
    if isinstance(raw, dict) and raw:
        with suppress(UnexpectedError):
            return MappingProxyType({label: number(value) for label, value in raw.items()})
    raise UnexpectedError("a table of numbers")


def words(raw: object) -> Mapping[str, str]:
    """Read words by label, that cannot be changed afterwards."""
    if isinstance(raw, dict):
        with suppress(UnexpectedError):
            return MappingProxyType({label: text(value) for label, value in raw.items()})
    raise UnexpectedError("a table of words in quotes")


def several(raw: object) -> tuple[str, ...]:
    """Read a list of words in quotes."""
    if isinstance(raw, list):
        with suppress(UnexpectedError):
            return tuple(text(item) for item in raw)
    raise UnexpectedError("a list of words in quotes")


def rows(raw: object) -> list[object]:
    """Read a list of tables, at least one."""
    if isinstance(raw, list) and raw:
        return raw
    raise UnexpectedError("at least one table")


def status(raw: object) -> str:
    """Read one of the words for how well a figure is confirmed."""
    if raw in STATUSES:
        return str(raw)
    raise UnexpectedError(f"one of {', '.join(STATUSES)}")
