"""Everything else: what of a bid has no cell of its own, by its place in words, so that nothing is lost."""

from __future__ import annotations

from fcr.workbook import kinds as k
from fcr.workbook.layout import Book
from fcr.workbook.placed import PLACES, Column, Grid

__all__ = ["more"]

SPARE = 10
COLUMNS = (
    Column(
        "place",
        "Place",
        k.TEXT,
        "Names with strokes between; rows of a list are counted from 1: contract / mechanism / parts / 1 / weight.",
        width=60,
    ),
    Column("value", "Value", k.ANYTHING, "A number, a text, yes or no; 'no entries' for an empty list.", width=40),
)


def more(book: Book) -> tuple[Grid, Grid]:
    """Lay out the More sheet from what has found no cell on the sheets before: call it last."""
    about = "What has no cell of its own: rarer figures, each by its place. Most bids need nothing here."
    sheet = book.sheet("More", "Everything else", "input", about)
    saved = ("saved",)
    left = [path for path in book.unplaced() if path[:1] != saved]
    others = sheet.grid(
        "",
        "Figures without a cell of their own",
        COLUMNS,
        max(book.room.others, len(left) + SPARE),
        "Such as the figures of a rarer mechanism in a part of a hybrid.",
        keyed=PLACES,
    )
    past = sheet.grid(
        "saved",
        "What this bid came to when it was last saved",
        COLUMNS,
        max(book.room.others, len(book.unplaced(saved)) + SPARE),
        "Kept so that an upgrade can say which figure changed. Leave it as it is.",
        keyed=PLACES,
    )
    return others, past
