"""Empty workbooks to start from: the lines that are usual in a service area, without their figures."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from fcr.areas import GENERAL
from fcr.areas import area as area_of
from fcr.errors import InputError, Problem, UnknownName
from fcr.files import write_whole
from fcr.organisation import Organisation
from fcr.progress import work

__all__ = ["ROOMS", "template"]

BASE_YEAR: date = Organisation.model_fields["base_year"].default
MOST, MOST_YEARS = 500, 10

FIRST_YEAR, LAST_YEAR = 2000, 2100
ROOMS = ("services", "pools", "posts", "costs", "drivers", "outcomes", "risks", "indices")
"""What more room can be asked for, each a number of rows."""


def template(
    path: str | os.PathLike[str],
    area: str = GENERAL,
    *,
    start: date | None = None,
    years: int = 3,
    room: Mapping[str, int] | None = None,
    overwrite: bool = False,
) -> None:
    """Write an empty workbook to start a bid from: the lines that are usual in a service area, and no figures.

    ``area`` is a short name of :func:`fcr.areas.areas`; left out, a start for any service. ``start``
    is the first day of the contract: left out, the 1 April after the year at whose prices costs are
    stated. ``room`` asks for more rows than usual: ``{"posts": 60}``. Same arguments, same bytes.

    Raises :class:`~fcr.errors.UnknownName` for an area that is not there, and
    :class:`~fcr.errors.InputError` for a file that is there already (unless ``overwrite``) or cannot
    be written, and for dates or sizes that cannot be.

    >>> import fcr
    >>> fcr.template("transport.xlsx", "community-transport", room={"posts": 60})
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        what = f"the name ends in {path.suffix or 'nothing at all'}, expected .xlsx"
        raise InputError([Problem(str(path), what, "Give a name of that kind.", "file-kind")])
    data, about = _partial(area, start or _after(BASE_YEAR), years)
    sizes = _sizes(room or {})
    if path.exists() and not overwrite:
        fix = "Give another name, or say that it may be overwritten."
        raise InputError([Problem(str(path), "the file exists already", fix, "file-exists")])
    from fcr.workbook.model import lay_out  # noqa: PLC0415 (`import fcr` does without)
    from fcr.workbook.room import Room  # noqa: PLC0415 (`import fcr` does without)
    from fcr.workbook.writer import to_bytes  # noqa: PLC0415 (`import fcr` does without)

    usual = asdict(Room())
    with work(f"Writing {path.name}"):
        book = lay_out(
            data, Room(**{**usual, **{name: max(n, usual[name]) for name, n in sizes.items()}}), stamps=about
        )
        write_whole(path, to_bytes(book))


def _partial(slug: str, start: date, years: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part of a bid as plain data, and what to say of it on the first sheet."""
    chosen = area_of(slug)
    problems = []
    if start.day != 1:
        fix = f"Use {start.replace(day=1)} or the first of the next month."
        problems.append(Problem("start", f"the contract starts on {start}, not the first of a month", fix, "not-first"))
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        what = f"no contract that starts on {start} can be priced"
        problems.append(Problem("start", what, f"Give a day from {FIRST_YEAR} to {LAST_YEAR}.", "out-of-range"))
    if not 1 <= years <= MOST_YEARS:
        what = f"{years} is not a number of contract years"
        problems.append(Problem("years", what, f"Give 1 to {MOST_YEARS}.", "out-of-range"))
    if problems:
        raise InputError(problems)
    data = chosen.bid
    base = min(BASE_YEAR, start.replace(year=start.year - (start.month < BASE_YEAR.month), month=BASE_YEAR.month))
    data["organisation"] = {"base_year": base.isoformat()} | data["organisation"]
    return data | {"start": start.isoformat(), "years": years}, {"area": {"title": chosen.title, "about": chosen.about}}


def _after(base: date) -> date:
    return base.replace(year=base.year + 1)


def _sizes(room: Mapping[str, int]) -> Mapping[str, int]:
    problems = []
    for name, size in room.items():
        if name not in ROOMS:
            raise UnknownName("table to ask room for", name, ROOMS)
        if not 1 <= size <= MOST:
            what = f"{size} is no number of rows"
            problems.append(Problem(f"room for {name}", what, f"Give 1 to {MOST}.", "out-of-range"))
    if problems:
        raise InputError(problems)
    return room
