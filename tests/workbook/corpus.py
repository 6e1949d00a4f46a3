"""Hostile and odd workbooks: what a kind of them is, and the tools by which they are made.

Each starts from a good workbook and changes it as a person, another program or an enemy would: in
its XML, where every other cell keeps the value that was saved; or by openpyxl, where cells move.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from workbook.package import Package
from workbook.rich import place, rich_book, rich_bytes

Where = tuple[str | int, ...]
Maker = Callable[[Path], Path]
"""Makes the file in a folder, and says where it is."""


@dataclass(frozen=True)
class Kind:
    """One kind of workbook, and what must come of it: read right, or refused with the cell named."""

    name: str
    make: Maker
    changed: Mapping[Where, Any] = field(default_factory=dict)
    """Where the bid that is read may differ from the one written, and how it then must."""
    note: str = ""
    """What must be said of it; nothing: it is read without a word."""
    formulas: tuple[str, ...] = ()
    """Words that the check of the model's own formulas must say."""
    refused: tuple[str, ...] = ()
    """Refused: where, then words of the message. Nothing: it is read."""


def in_xml(change: Callable[[Package], object], name: str = "bid.xlsx") -> Maker:
    """A good workbook with its parts changed."""

    def make(folder: Path) -> Path:
        package = Package(rich_bytes())
        change(package)
        return kept(folder, package.bytes(), name)

    return make


def in_cells(change: Callable[[Any], object]) -> Maker:
    """A good workbook changed by openpyxl; its formulas are values by then, and sheets of results are left out."""

    def make(folder: Path) -> Path:
        book = openpyxl.load_workbook(io.BytesIO(light()))
        changed: Any = change(book) or book
        path = folder / "bid.xlsx"
        changed.save(path)
        return path

    return make


@cache
def light() -> bytes:
    """The sheets of inputs and the lists, as values."""
    book = openpyxl.load_workbook(io.BytesIO(rich_bytes()), data_only=True)
    for sheet in rich_book().sheets:
        if not sheet.inputs and sheet.name != "Lists":
            del book[sheet.name]
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def kept(folder: Path, data: bytes, name: str = "bid.xlsx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def cell(*path: str | int) -> tuple[str, str]:
    """The sheet and the cell of a figure of the good bid."""
    return place(rich_book(), *path)


def where(*path: str | int) -> str:
    """The same, as messages say it."""
    return "!".join(cell(*path))


def typed(value: object, *path: str | int) -> Maker:
    """Something typed in the cell of a figure."""
    return in_xml(lambda p: p.type(*cell(*path), value))


def raw(inside: str, kind: str, *path: str | int) -> Maker:
    """The cell of a figure as XML, as another program may write it."""
    return in_xml(lambda p: p.put(*cell(*path), inside, kind))
