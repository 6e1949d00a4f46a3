"""Leaves found here and there, put together into the plain data of a bid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fcr.errors import Problem
from fcr.workbook.values import letters

__all__ = ["UNREAD", "Place", "Plain", "assemble"]

Path = tuple[str | int, ...]


class _Unread:
    """In place of a cell that could not be read, so that the model takes it as bad, not as missing."""

    def __repr__(self) -> str:
        return "what could not be read"


UNREAD = _Unread()


@dataclass(frozen=True)
class Place:
    """A cell of a file."""

    sheet: str
    row: int
    column: int
    about: str = ""
    """What the cell says, for messages; nothing for a whole table or row."""

    def __str__(self) -> str:
        return f"{self.sheet}!{letters(self.column)}{self.row + 1}"


@dataclass
class Plain:
    """One leaf of the data, and its cell. A weak one yields to what is found inside it."""

    path: Path
    value: Any
    place: Place
    weak: bool = False
    chosen: bool = False
    """Whether it is one of the names given elsewhere."""


def assemble(leaves: Sequence[Plain], places: Mapping[tuple[str, ...], Place]) -> tuple[dict[str, Any], list[Problem]]:
    """The nested data of some leaves, and what of them does not go together."""
    problems: list[Problem] = []
    root: dict[str | int, Any] = {}
    for leaf in leaves:
        _put(root, leaf, problems)
    data = _lists(root, (), places, problems)
    data.setdefault("organisation", {})
    return data, problems


def _put(root: dict[str | int, Any], leaf: Plain, problems: list[Problem]) -> None:
    holder = root
    for key in leaf.path[:-1]:
        below = holder.setdefault(key, {})
        if isinstance(below, Plain):
            if not below.weak:
                problems.append(_both(below, leaf))
                return
            below = holder[key] = {}
        holder = below
    last = leaf.path[-1]
    there = holder.get(last)
    if isinstance(there, dict):
        if not leaf.weak and there:
            problems.append(_both(leaf, _first(there)))
        return
    if isinstance(there, Plain) and not there.weak:
        if leaf.weak:
            return
        what = f"this is given twice: here and in {there.place}"
        problems.append(Problem(str(leaf.place), what, "Keep one of the two.", "twice", leaf.path))
        return
    holder[last] = leaf


def _first(tree: dict[str | int, Any]) -> Plain:
    found: Any = tree
    while isinstance(found, dict):
        found = next(iter(found.values()))
    assert isinstance(found, Plain)
    return found


def _both(word: Plain, figure: Plain) -> Problem:
    what = f"this says {word.value or 'none'!r}, yet more is said of it in {figure.place}"
    return Problem(str(word.place), what, "Clear one of the two.", "contradiction", word.path)


def _lists(tree: Any, path: Path, places: Mapping[tuple[str, ...], Place], problems: list[Problem]) -> Any:
    """Trees whose keys are places in a list become lists; a gap in one is a problem."""
    if isinstance(tree, Plain):
        return tree.value
    if not tree or not all(isinstance(key, int) for key in tree):
        return {key: _lists(below, (*path, key), places, problems) for key, below in tree.items()}
    made = []
    for at in range(max(tree) + 1):
        here = (*path, at)
        if at in tree:
            made.append(_lists(tree[at], here, places, problems))
            continue
        place = places.get(tuple(map(str, here))) or _first(tree).place
        what = "this is blank, and there are figures after it"
        problems.append(Problem(str(place), what, "Fill it in, 0 included, or clear what follows.", "gap", here))
        made.append(UNREAD)
    return made
