"""A reader of the documents, who types into a workbook what a page says, and looks where it says to look.

A page shows a piece of a sheet as a table: the letters of the columns above, the number of the row
at the left. An invisible comment above it says which sheet:

    <!-- type into wheels.xlsx, sheet Posts -->
    <!-- type into wheels.xlsx, sheet Posts; clear the other rows from 10 to 24 -->
    <!-- look at wheels.xlsx, sheet Price -->
    <!-- save wheels.xlsx as wheels-agreed.xlsx -->

Of a table to type, what stands in cells for typing is typed as a spreadsheet takes it from the
keyboard (``31,000`` and ``5%`` are numbers); every other cell must show what the page says it
shows, once LibreOffice has worked the workbook out. ``(clear)`` empties a cell; a blank says nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import judges
import openpyxl
from workbook.package import Package

PIECE = re.compile(
    r"<!-- (?P<verb>type into|look at) (?P<file>[\w.-]+), sheet (?P<sheet>[^;>]+?)"
    r"(?:; clear the other rows from (?P<first>\d+) to (?P<last>\d+))? -->\n+(?P<table>(?:\|.*\n)+)"
)
COPY = re.compile(r"<!-- save (?P<file>[\w.-]+) as (?P<copy>[\w.-]+) -->")
CLEAR = "(clear)"


class Said(NamedTuple):
    """What a page says stands in a cell."""

    sheet: str
    cell: str
    text: str


class Piece(NamedTuple):
    """A table of a page: a piece of a sheet."""

    typing: bool
    file: str
    said: tuple[Said, ...]
    emptied: tuple[int, ...]
    """The rows in which nothing stays but what the table says."""

    @property
    def sheet(self) -> str:
        return self.said[0].sheet


def piece(match: re.Match[str]) -> Piece:
    """The table below a comment."""
    lines = match["table"].strip().splitlines()
    (_, *letters), _, *rows = ([part.strip() for part in line.split("|")[1:-1]] for line in lines)
    said: list[Said] = []
    there = set()
    for row, *texts in rows:
        there.add(int(row))
        pairs = zip(letters, texts, strict=True)
        said += [Said(match["sheet"], f"{letter}{row}", text) for letter, text in pairs if text]
    every = range(int(match["first"]), int(match["last"]) + 1) if match["first"] else ()
    return Piece(
        match["verb"] == "type into", match["file"], tuple(said), tuple(row for row in every if row not in there)
    )


def keyed(text: str) -> object:
    """What a spreadsheet makes of a text that is typed in."""
    if text == CLEAR:
        return None
    if re.fullmatch(r"-?[\d,]*\.?\d+%?", text):
        number = Decimal(text.rstrip("%").replace(",", "")) / (100 if text.endswith("%") else 1)
        return int(number) if number == int(number) else float(number)
    return text


def shows(value: Any, text: str) -> bool:
    """Whether a cell that holds the value shows the text, to as many digits as the text has."""
    if isinstance(value, str) or value is None:
        return (value or "") == text
    wanted = keyed(text)
    if isinstance(wanted, str) or wanted is None:
        return False
    places = len(text.rstrip("%").partition(".")[2]) + (2 if text.endswith("%") else 0)
    return bool(abs(float(value) - float(wanted)) <= 0.5 * 10**-places + 1e-9)  # type: ignore[arg-type]


class Desk:
    """The workbooks of a page while somebody types in them."""

    def __init__(self) -> None:
        self.packages: dict[str, Package] = {}
        self.open: dict[str, set[tuple[str, str]]] = {}
        """The cells of each workbook that are for typing."""
        self.unseen: dict[str, list[Said]] = {}
        """What pages say of the other cells of a workbook in which something was typed."""

    def follow(self, here: Piece) -> str | None:
        """Do what a page says; or what is not as it says."""
        if not here.typing:
            self.work_out()
            return _untrue(here.file, here.said)
        if here.file not in self.packages:
            data = Path(here.file).read_bytes()
            self.packages[here.file], self.open[here.file] = Package(data), set(_unlocked(data))
        package, free = self.packages[here.file], self.open[here.file]
        unseen = self.unseen.setdefault(here.file, [])
        for sheet, cell in free:
            if sheet == here.sheet and int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) in here.emptied:
                package.type(sheet, cell, None)
        for said in here.said:
            if (said.sheet, said.cell) in free:
                package.type(said.sheet, said.cell, keyed(said.text))
            else:
                unseen.append(said)
        return None

    def save_as(self, file: str, copy: str) -> None:
        """Go on with a copy, and leave the first as it is."""
        self.work_out()
        Path(copy).write_bytes(Path(file).read_bytes())
        self.packages[copy] = Package(self.packages[file].bytes())
        self.open[copy] = self.open[file]

    def work_out(self) -> None:
        """Let LibreOffice work out and save every workbook in which something was typed."""
        for name, said in list(self.unseen.items()):
            del self.unseen[name]
            path = Path(name)
            path.write_bytes(self.packages[name].bytes())
            (made,) = judges.recalculate([path], Path("worked-out")).values()
            path.write_bytes(made.read_bytes())
            wrong = _untrue(name, said)
            assert wrong is None, wrong


def _unlocked(data: bytes) -> Iterator[tuple[str, str]]:
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        for row in sheet.iter_rows():
            yield from ((sheet.title, cell.coordinate) for cell in row if not cell.protection.locked)


def _untrue(file: str, said: tuple[Said, ...] | list[Said]) -> str | None:
    """What cells do not show, of what a page says they do."""
    book = openpyxl.load_workbook(file, data_only=True, read_only=True)
    wrong = [
        f"{sheet}!{cell} shows {book[sheet][cell].value!r}, and the page says {text!r}"
        for sheet, cell, text in said
        if not shows(book[sheet][cell].value, text)
    ]
    return "\n".join([f"in {file}:", *wrong]) if wrong else None
