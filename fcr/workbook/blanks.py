"""What of a workbook is still to be filled in, told apart from what is wrong in it.

A blank cell that the model needs is no mistake of its owner's: it says what belongs there, and what
merely follows from it is not said at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from fcr.errors import Problem

__all__ = ["elsewhere", "follows", "to_fill_in"]

LACKING = frozenset({"blank", "life", "missing", "no-quantities", "one-amount", "one-place", "unsaid", "volumes"})
"""Codes of problems which, said of a blank cell, mean that it has not been filled in yet."""
FIX = "Fill it in; or clear the row, if it is one of a table that you do not need."

UNSTATED = {
    "rise-not-stated": re.compile(r"the (rise of .+?) is not stated( for .+)"),
    "volumes": re.compile(r"it follows the (volume of .+), which is not stated()"),
}
"""Problems of something that is stated in a table or on another sheet, and what it is."""

Path = tuple[str | int, ...]


def elsewhere(problem: Problem) -> Problem:
    """The problem at the cell where it is mended: a risk of volumes, where volumes are given."""
    if problem.code == "volumes" and problem.path[:1] == ("risks",):
        return replace(problem, path=("volumes",))
    return problem


def to_fill_in(problem: Problem, place: str, label: str, *, blank: bool) -> Problem | None:
    """The problem of a blank cell as what belongs in it; ``None`` for any other problem."""
    stated = UNSTATED.get(problem.code)
    if stated is not None and (found := stated.match(problem.what)):
        return replace(problem, where=place, about=found.expand(r"\1\2"))
    if not blank or not label or problem.code not in LACKING:
        return None
    return Problem(place, f"{label}: this is blank", FIX, problem.code, problem.path, label)


def follows(problem: Problem, found: Sequence[Problem], blank: Callable[[Problem], bool]) -> bool:
    """Whether a problem is there only because something else is still blank.

    A pool has nothing to be shared by while posts, costs or measures are blank; a risk acts on
    outcomes that no offer pays for while it is not said how the offer pays.
    """
    if problem.code == "no-quantities" and problem.path[:2] == ("organisation", "pools"):
        causes: set[Path] = {("organisation", name) for name in ("posts", "costs", "drivers")}
    elif problem.code == "contradiction" and problem.path[:1] == ("risks",):
        causes = {("contract", "mechanism")}
    else:
        return False
    return any(other.path[:2] in causes and blank(other) for other in found)
