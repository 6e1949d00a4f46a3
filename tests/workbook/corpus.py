"""Hostile and odd workbooks: what a kind of them is, and the tools by which they are made.

Each starts from a good workbook and changes it as a person, another program or an enemy would: in
its XML, where every other cell keeps the value that was saved; or by openpyxl, where cells move.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
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


class Package:
    """The parts of a workbook file, to change."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {item.filename: archive.read(item) for item in archive.infolist()}

    def sheet(self, title: str) -> str:
        """The part that holds a sheet."""
        number = [sheet.name for sheet in rich_book().sheets].index(title) + 1
        return f"xl/worksheets/sheet{number}.xml"

    def text(self, part: str) -> str:
        return self.parts[part].decode()

    def swap(self, part: str, old: str, new: str) -> None:
        """Put one text of a part in place of another, everywhere."""
        assert old in self.text(part), (part, old)
        self.parts[part] = self.text(part).replace(old, new).encode()

    def sub(self, part: str, pattern: str, new: str) -> None:
        made, count = re.subn(pattern, lambda _: new, self.text(part), flags=re.DOTALL)
        assert count, (part, pattern)
        self.parts[part] = made.encode()

    def put(self, title: str, cell: str, inside: str, kind: str = "n") -> None:
        """Write a cell anew as XML, in the style that it has."""
        part = self.sheet(title)
        at = re.search(rf'<c r="{cell}"( s="\d+")?[^>]*?(/>|>.*?</c>)', self.text(part), re.DOTALL)
        assert at is not None, (title, cell)
        made = f'<c r="{cell}"{at[1] or ""} t="{kind}">{inside}</c>'
        self.parts[part] = (self.text(part)[: at.start()] + made + self.text(part)[at.end() :]).encode()

    def type(self, title: str, cell: str, value: object) -> None:
        """Type something in a cell: a text is a text even if it looks like a number."""
        if value is None:
            self.put(title, cell, "")
        elif isinstance(value, bool):
            self.put(title, cell, f"<v>{int(value)}</v>", "b")
        elif isinstance(value, str):
            self.put(title, cell, f'<is><t xml:space="preserve">{escape(value)}</t></is>', "inlineStr")
        else:
            self.put(title, cell, f"<v>{value!r}</v>")

    def bytes(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return made.getvalue()


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
