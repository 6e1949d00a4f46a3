"""Workbooks of older layouts, read as if they were of today's: words that were renamed, then data that moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fcr.workbook.opened import Cell, Loaded, Opened, Page
from fcr.workbook.record import FORMAT
from fcr.workbook.typed import fold

__all__ = ["STEPS", "Step", "upgraded"]

Data = dict[str, Any]


def _same(data: Data) -> Data:
    return data


@dataclass(frozen=True)
class Step:
    """What changed from one layout to the next."""

    sheets: Mapping[str, str] = field(default_factory=dict)
    """Sheets that were renamed: old name → new."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Labels, titles and headings that were renamed, by (new) sheet: old → new."""
    data: Callable[[Data], Data] = _same
    """What to do with the data that was read."""


STEPS: Sequence[Step] = ()
"""The step from layout 1 to 2, from 2 to 3, and so on."""


def upgraded(
    opened: Opened, version: int, steps: Sequence[Step] | None = None
) -> tuple[Opened, Callable[[Data], Data]]:
    """A workbook of an older layout with today's words, and what is then to be done with its data."""
    todo = list(STEPS if steps is None else steps)[version - 1 :] if version < FORMAT or steps is not None else []
    for step in todo:
        opened = replace(opened, pages=[_renamed(page, step) for page in opened.pages])
        names = {name: (step.sheets.get(at[0], at[0]), *at[1:]) for name, at in opened.names.items()}
        opened = replace(opened, names=names)

    def change(data: Data) -> Data:
        for step in todo:
            data = step.data(data)
        return data

    return opened, change


def _renamed(page: Page, step: Step) -> Page:
    title = step.sheets.get(page.title, page.title)
    words = {fold(old): new for old, new in step.words.get(title, {}).items()}

    def load() -> Loaded:
        return {at: _new(cell, words) for at, cell in page.cells.items()}, page.notes

    return Page(title, load if words else page.load, page.hidden, page.epoch)


def _new(cell: Cell, words: Mapping[str, str]) -> Cell:
    if cell.letter == "s" and (new := words.get(fold(str(cell.value)))) is not None:
        return cell._replace(value=new)
    return cell
