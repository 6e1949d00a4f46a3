"""Places in the plain data of a bid, in words: how the More sheet says where a value belongs."""

from __future__ import annotations

import re
from typing import Any

from fcr.inputs.shapes import Path

__all__ = ["place_of", "says_something", "words_of"]

BETWEEN = " / "
UNLISTED = frozenset({"schema_version"})
"""What a workbook says in another way."""
NEEDED = frozenset({"stages", "names", "matrix"})
"""Lists that must be there even when nothing is in them."""


def words_of(path: Path) -> str:
    """A place in words: lists are counted from 1, a stroke in a name is doubled, a name of figures is quoted.

    >>> words_of(("contract", "mechanism", "parts", 0, "weight"))
    'contract / mechanism / parts / 1 / weight'
    >>> words_of(("rises", "2027")), words_of(("split", "Rent / rates"))
    ("rises / '2027'", 'split / Rent // rates')
    """
    return BETWEEN.join(str(key + 1) if isinstance(key, int) else _key(key) for key in path)


def _key(key: str) -> str:
    return f"'{key}'" if re.fullmatch(r"'*\d+'*", key) else key.replace("/", "//")


def place_of(words: str) -> Path:
    """The place that some words say, whatever their spaces. Raises ``ValueError`` for words that say none.

    >>> place_of("contract / mechanism / parts / 1 / weight")
    ('contract', 'mechanism', 'parts', 0, 'weight')
    >>> place_of("rises / '2027'"), place_of("split/Rent // rates")
    (('rises', '2027'), ('split', 'Rent / rates'))
    """
    parts = [part.strip() for part in re.split(r"(?<!/)/(?!/)", words)]
    if not all(parts):
        raise ValueError(f"{words!r} is no place: give its names with strokes between, such as contract / note")
    return tuple(_place(part) for part in parts)


def _place(part: str) -> str | int:
    if part.isdecimal():
        if int(part) < 1:
            raise ValueError("places in a list are counted from 1")
        return int(part) - 1
    return part[1:-1] if re.fullmatch(r"'.*\d.*'", part) else part.replace("//", "/")


def says_something(path: Path, leaf: Any) -> bool:
    """Whether a leaf of the data says more than its absence: an empty list or text mostly does not."""
    if not path or path[0] in UNLISTED:
        return False
    return path[-1] in NEEDED or not (isinstance(leaf, list | tuple | dict | str) and not leaf)
