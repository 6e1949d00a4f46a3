"""How wide columns and how high rows have to be for their words to be read.

Programs that open a workbook do not all fit rows to wrapped words, least of all where a formula says
them, so each row that needs it is given its height.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np

from fcr.workbook.formula import Node
from fcr.workbook.layout import Sheet

__all__ = ["heights", "widths"]

WRAPPED = ("head", "plain", "told")
LINE, SPARE = 12.75, 2.25
"""Points of a line of Arial 10, and between rows."""
USUAL, NARROW = 9.0, 2.0
PLAIN, BOLD = 1.1, 0.95
"""Letters, on the average, in the room of a figure, plain and bold."""


def widths(sheet: Sheet) -> dict[int, float]:
    """The width of each column; on sheets without inputs, one in which nothing stands is narrow."""
    given: dict[int, float] = {**sheet.widths}
    if sheet.inputs or sheet.charts:
        return given
    used = {
        text.column + step for text in sheet.texts if text.style not in {"note", "kind"} for step in range(text.span)
    }
    for made in sheet.calculations:
        used |= set(range(made.block.column, made.block.column + made.block.shape[1]))
    return given | {column: NARROW for column in range(1, max(used, default=0)) if column not in used}


def heights(sheet: Sheet) -> dict[int, float]:
    """The height in points of each row whose words need more than one line."""
    wide = widths(sheet)
    lines: dict[int, int] = {}
    for row, column, text, bold in _wrapped(sheet):
        room = max(int((wide.get(column, USUAL) - 1) * (BOLD if bold else PLAIN)), 4)
        lines[row] = max(lines.get(row, 1), len(textwrap.wrap(text, room)))
    return {row: LINE * count + SPARE for row, count in lines.items() if count > 1}


def _wrapped(sheet: Sheet) -> Iterator[tuple[int, int, str, bool]]:
    """Words that are wrapped in their cell: row, column, and whether they are bold."""
    for text in sheet.texts:
        if text.style in WRAPPED:
            said = str(text.text.values[0, 0]) if isinstance(text.text, Node) else text.text
            yield text.row, text.column, said, text.style == "head"
    for made in sheet.calculations:
        if made.form in WRAPPED or made.form.startswith("step "):
            values = np.broadcast_to(made.block.values, made.block.shape)
            for (i, j), value in np.ndenumerate(values):
                if isinstance(value, str):
                    yield made.block.row + i, made.block.column + j, value, made.form == "head"
