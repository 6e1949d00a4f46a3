"""Whether inputs have changed since the figures of a simulation were stamped.

The Changes sheet keeps every input as it was, and counts those that are no longer the same.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from fcr.workbook.formula import Block
from fcr.workbook.functions import if_, product_sum, total
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.placed import Calculation, Grid, Input
from fcr.workbook.values import Array

__all__ = ["changes"]

COUNT, FIRST_COPY = 1, 2
"""Columns: how many cells have changed, and the first of the copies."""


STAMPED = ("simulation", "findings", "workings")
"""Stamps that rest on the inputs."""


def changes(book: Book) -> Block:
    """Lay out the Changes sheet after every sheet of inputs; the block says how many inputs have changed."""
    about = "Every input as it was when fcr reviewed or simulated this bid, and how many have changed since."
    given = list(book.inputs)
    sheet = book.sheet("Changes", "Changes since the review", "calculation", about)
    kept = any(book.stamps.get(name) for name in STAMPED)
    sheet.section("In all")
    sheet.write(sheet.row, 0, "Inputs are kept here", "label")
    there = Block(np.array([["yes" if kept else None]], dtype=object))
    there.place(sheet.name, sheet.row, 2)
    sheet.hold(there, "text")
    sheet.row += 1
    top = sheet.row
    sheet.row += 1
    first = sheet.row
    for title, inputs in _tables(given):
        sheet.section(title)
        _table(sheet, inputs, kept=kept)
    counts = Block(_counts(sheet, first))
    counts.place(sheet.name, first, COUNT)
    after, sheet.row = sheet.row, top
    counted = sheet.calc(
        "Inputs changed", "inputs", if_(there.blank, 0, total(counts.all)), "whole", name="fcr_changed_inputs"
    )
    sheet.row = after
    return counted


def _tables(given: Iterable[Input]) -> list[tuple[str, list[Input]]]:
    """Inputs gathered as they stand: a table each, and the single figures of each sheet."""
    found: dict[tuple[str, int], tuple[str, list[Input]]] = {}
    for one in given:
        sheet = one.block.sheet
        key = (sheet, -1 if one.grid is None else one.grid.top)
        title = f"{sheet}: {'single figures' if one.grid is None else one.grid.title}"
        found.setdefault(key, (title, []))[1].append(one)
    return list(found.values())


def _table(sheet: Sheet, inputs: list[Input], *, kept: bool) -> None:
    """Copies of a table side by side, or of single figures one under another, with what has changed."""
    grid: Grid | None = inputs[0].grid
    if grid is None:
        sheet.heads("What", "Changed", "As it was")
        for one in inputs:
            copy = _copy(sheet, one, sheet.row, FIRST_COPY, kept=kept)
            changed = product_sum(one.block.across.ne(copy.across) * 1)
            _count(sheet, one.label, Block(formula=changed))
            sheet.row += 1
        return
    sheet.write(sheet.row, 0, "What", "head")
    sheet.write(sheet.row, COUNT, "Changed", "head")
    column, row, parts = FIRST_COPY, sheet.row + 2, []
    for one in inputs:
        copy = _copy(sheet, one, row, column, kept=kept)
        changed = Block(formula=product_sum(one.block.down.ne(copy.down) * 1))
        changed.place(sheet.name, row - 1, column)
        sheet.calculations.append(Calculation(changed, "0;-0;·", "calculation"))
        sheet.write(sheet.row, column, one.label, "head")
        parts.append(changed)
        column += one.block.shape[1]
    everything = Block(np.concatenate([part.values for part in parts], axis=1))
    everything.place(sheet.name, row - 1, FIRST_COPY)
    sheet.row += 1
    _count(sheet, "Changed in each column", Block(formula=total(everything.across)))
    sheet.row += 1 + grid.rows


def _copy(sheet: Sheet, one: Input, row: int, column: int, *, kept: bool) -> Block:
    """A block as it was: cells where there is something to keep, and room where there is not."""
    block = one.block
    copy = Block(block.values if kept else np.full(block.shape, None, dtype=object))
    copy.place(sheet.name, row, column)
    if kept:
        for i, j in zip(*np.nonzero(copy.values != None), strict=True):  # noqa: E711 (cell by cell)
            cell = copy.cut(slice(int(i), int(i) + 1), slice(int(j), int(j) + 1))
            sheet.hold(cell, one.kind.number_format)
    return copy


def _count(sheet: Sheet, label: str, block: Block) -> None:
    block.place(sheet.name, sheet.row, COUNT)
    sheet.write(sheet.row, 0, label, "label")
    sheet.calculations.append(Calculation(block, "0;-0;·", "calculation"))


def _counts(sheet: Sheet, first: int) -> Array:
    """Column B from a row on, as the counts in it come to."""
    values = np.full((sheet.row - first, 1), None, dtype=object)
    for made in sheet.calculations:
        if made.block.column == COUNT:
            values[made.block.row - first, 0] = made.block.values[0, 0]
    return values
