"""What a workbook says of itself: the version of its layout, and how many of each it has room for.

It stands in named cells of the Lists sheet, so that a reader can lay out the same workbook again.
"""

from __future__ import annotations

from dataclasses import fields

from fcr.errors import Problem, WorkbookError
from fcr.workbook.layout import Book
from fcr.workbook.opened import Opened, Page
from fcr.workbook.room import Room
from fcr.workbook.typed import fold

__all__ = ["FORMAT", "format_of", "record", "room_of"]

FORMAT = 1
"""The version of the layout: raised when a label, a heading or a sheet gets another name or place."""
NAME, ROOM = "fcr_format", "fcr_room_"
LABEL, ROOM_LABEL = "Version of the layout", "Room for {}"
MOST = 2_000
MOST_YEARS = 10
MOST_CELLS = 500_000
"""More input cells than this no workbook of ours has: a file that says so is not believed."""


def record(book: Book) -> None:
    """Write into a workbook what its layout is."""
    lists = book.named("Lists")
    lists.section("About this workbook", "Read by fcr. Leave it as it is.")
    lists.heads("What", "Unit", "Figure")
    lists.figure(LABEL, float(FORMAT), "version", "Tells fcr how to read this workbook.", NAME)
    for one in fields(Room):
        label = ROOM_LABEL.format(one.name)
        lists.figure(label, float(getattr(book.room, one.name)), "rows or years", "", ROOM + one.name)


def format_of(opened: Opened) -> int:
    """The version of the layout of a workbook that was opened.

    Raises :class:`~fcr.errors.WorkbookError` for a workbook that is none of ours, or of a newer version.
    """
    found = _figure(opened, NAME, LABEL)
    if found is None:
        what = "it does not say that it was made by fcr, so its cells cannot be told"
        fix = "Start from a workbook made by: fcr template bid.xlsx. A ledger goes in by: fcr import-costs."
        raise WorkbookError([Problem(opened.file, what, fix, "file-kind")])
    if found > FORMAT:
        what = f"it was made by a newer version of fcr (its layout is version {found}, known here: {FORMAT})"
        raise WorkbookError(
            [Problem(opened.file, what, "Upgrade full-cost-recovery and read it again.", "newer-version")]
        )
    return found


def room_of(opened: Opened) -> Room:
    """The room that a workbook which was opened was laid out with; the usual where it does not say."""
    found = {one.name: _figure(opened, ROOM + one.name, ROOM_LABEL.format(one.name)) for one in fields(Room)}
    room = Room(**{name: figure for name, figure in found.items() if figure})
    wide, tall = room.services + room.pools + room.drivers + room.years, room.posts + room.costs + room.drivers
    if max(vars(room).values()) > MOST or room.years > MOST_YEARS or wide * tall > MOST_CELLS:
        what = "the room that it says it has is more than any workbook of fcr has"
        raise WorkbookError([Problem(opened.file, what, "Start again from: fcr template bid.xlsx.", "file-size")])
    return room


def _figure(opened: Opened, name: str, label: str) -> int | None:
    if name in opened.names:
        title, row, column = opened.names[name]
        page = opened.page(title)
        if page is not None and (figure := _whole(page, row, column)) is not None:
            return figure
    for page in opened.pages:
        for (row, column), cell in page.cells.items():
            if cell.letter == "s" and fold(str(cell.value)) == fold(label):
                beside = (_whole(page, row, column + step) for step in (2, 1, 3))
                return next((figure for figure in beside if figure is not None), None)
    return None


def _whole(page: Page, row: int, column: int) -> int | None:
    cell = page.cells.get((row, column))
    if cell is not None and isinstance(cell.value, float) and cell.value.is_integer() and cell.value >= 1:
        return int(cell.value)
    return None
