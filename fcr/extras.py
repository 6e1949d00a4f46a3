"""Libraries that are not needed to price a bid: loaded when asked for, with what to install where they are not."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from fcr.errors import MissingExtra

__all__ = ["load"]


def load(library: str, extra: str) -> ModuleType:
    """A library of one of the package's extras.

    Raises :class:`~fcr.errors.MissingExtra`, which says what to install, where it is not there.

    >>> load("decimal", "notebook").Decimal("1.50")
    Decimal('1.50')
    """
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != library.partition(".")[0]:
            raise  # the library is there, but something it stands on is not: its own message says what
        raise MissingExtra(library.partition(".")[0], extra) from None
