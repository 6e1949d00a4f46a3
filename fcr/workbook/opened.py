"""A workbook as it was saved: every cell with its value and its formula, from one pass over each sheet.

A general reader gives either formulas or values, so it must read a file twice, and it tells an empty
text from a formula that was never worked out only in part. Only what a model's workbook needs is read
here: cells, names, which number formats are dates, what is hidden or merged. Styles are not looked at.
"""

from __future__ import annotations

import gc
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers import expat

from fcr.workbook.cells import BLANK, Found, from_workbook
from fcr.workbook.guard import accept, refuse
from fcr.workbook.values import letters

__all__ = ["Cell", "Loaded", "Opened", "Page", "open_workbook"]

LISTED = 5
"""Rows that one note lists."""
NO_VALUE = "no value"
"""In place of a value: a formula whose result was never saved."""

LAST_ROW = 1_048_576

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_BETWEEN = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.|_.|\*.')
_DATED = re.compile("[dmyhs]", re.IGNORECASE)
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""The built-in number formats that show a date or a time."""
_NAMED_CELL = re.compile(r"^(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d{1,7})(?::.*)?$")


class Cell(NamedTuple):
    """A cell that holds something: its value, openpyxl's letter for its type, its formula."""

    value: object
    letter: str
    formula: str | None = None


Loaded = tuple[dict[tuple[int, int], Cell], list[str]]
"""The cells of a sheet, and what is odd about it."""


@dataclass
class Page:
    """A sheet. Its cells are parsed when they are first looked at: most sheets are results, which few readers need."""

    title: str
    load: Callable[[], Loaded]
    hidden: bool = False
    epoch: date = date(1899, 12, 30)
    """The day that this workbook counts as 0."""

    @cached_property
    def _loaded(self) -> Loaded:
        return self.load()

    @property
    def cells(self) -> dict[tuple[int, int], Cell]:
        """The cells that hold something, by row and column, counted from 0."""
        return self._loaded[0]

    @property
    def notes(self) -> list[str]:
        """What a reader should be told of it."""
        return self._loaded[1]

    def found(self, row: int, column: int) -> Found:
        """The cell as messages and parsers take it."""
        cell = self.cells.get((row, column))
        if cell is None:
            return BLANK
        value = None if cell.letter == NO_VALUE else cell.value
        return from_workbook(value, "n" if value is None else cell.letter, formula=cell.formula is not None)

    def words(self, row: int, column: int) -> str:
        """What stands in a cell as words on one line; a whole number as its digits."""
        cell = self.cells.get((row, column))
        if cell is None or cell.letter in {"e", NO_VALUE}:
            return ""
        value = cell.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split())

    def where(self, row: int, column: int) -> str:
        """Its place as people say it."""
        return f"{self.title}!{letters(column)}{row + 1}"

    @cached_property
    def rows(self) -> dict[int, list[int]]:
        """The columns that hold something, row by row."""
        found: dict[int, list[int]] = {}
        for row, column in sorted(self.cells):
            found.setdefault(row, []).append(column)
        return found


@dataclass
class Opened:
    """A workbook file: its sheets in their order, and where its names point."""

    file: str
    pages: list[Page]
    names: dict[str, tuple[str, int, int]]
    """The first cell of each name: sheet, row, column."""
    notes: tuple[str, ...] = ()

    def page(self, title: str) -> Page | None:
        """The sheet of this name, whatever its capitals."""
        wanted = title.strip().casefold()
        return next((page for page in self.pages if page.title.strip().casefold() == wanted), None)


def open_workbook(path: Path) -> Opened:
    """The workbook in a file. Raises :class:`~fcr.errors.InputError` for what is none, or may not be opened."""
    accepted = accept(path)
    if accepted.kind != "workbook":
        refuse("file-kind", str(path), "it is text, whatever its name says", "Give an Excel workbook (.xlsx).")
    with _refusing(str(path)):
        pages, names = _Parts(zipfile.ZipFile(io.BytesIO(accepted.data)), str(path)).read()
    return Opened(path.name, pages, names, accepted.notes)


@contextmanager
def _refusing(where: str) -> Iterator[None]:
    """Refuse a file as damaged where it does not hold what every workbook does."""
    try:
        yield
    except (KeyError, ValueError, OSError, IndexError, OverflowError, RecursionError, ET.ParseError, expat.ExpatError):
        fix = "Open it in Excel or LibreOffice, save a copy and give that."
        refuse("damaged", where, "the workbook is damaged, so it cannot be read", fix)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for rubbish, of which parsing makes none: a third of its time otherwise."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _root(data: bytes) -> ET.Element:
    """The tree of an XML part. A document type, which could define entities, is refused before any is read."""
    parser = expat.ParserCreate()

    class Begun(Exception):
        pass

    def begun(*_: object) -> None:
        raise Begun

    def declared(*_: object) -> None:
        raise ValueError("a document type")

    parser.StartElementHandler = begun
    parser.StartDoctypeDeclHandler = declared
    with suppress(Begun):
        parser.Parse(data, True)  # noqa: FBT003 (the library takes it by place)
    return ET.fromstring(data)  # noqa: S314 (no document type gets this far)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _children(element: ET.Element | None, name: str) -> Iterator[ET.Element]:
    if element is not None:
        yield from (child for child in element if _local(child.tag) == name)


def _child(element: ET.Element, name: str) -> ET.Element | None:
    return next(_children(element, name), None)


def _attribute(element: ET.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if _local(key) == name), "")


def _said(text: str) -> str:
    """A text of the file, with the characters that XML cannot hold."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _string(element: ET.Element | None) -> str:
    """The text of a shared or inline string: its runs, without what is there to pronounce it by."""
    if element is None:
        return ""
    parts = []
    for child in element:
        name = _local(child.tag)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [run.text or "" for run in _children(child, "t")]
    return _said("".join(parts))


@lru_cache(maxsize=4096)
def _column(text: str) -> int:
    if not (text.isascii() and text.isalpha() and text.isupper() and len(text) <= 3):  # noqa: PLR2004 (as XFD)
        raise ValueError(text)
    number = 0
    for letter in text:
        number = 26 * number + ord(letter) - 64
    return number - 1


class _Parts:
    """The parts of a workbook file."""

    def __init__(self, archive: zipfile.ZipFile, where: str) -> None:
        self.archive, self.where = archive, where
        self.names = {name.lower(): name for name in archive.namelist()}

    def root(self, name: str) -> ET.Element | None:
        """The tree of a part, if it is there."""
        found = self.names.get(name.lstrip("/").lower())
        return None if found is None else _root(self.archive.read(found))

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: its kind and its place, by id."""
        folder, name = posixpath.split(part)
        found = {}
        for link in self.root(f"{folder}/_rels/{name}.rels".lstrip("/")) or ():
            target = link.get("Target", "")
            place = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], place)
        return found

    def read(self) -> tuple[list[Page], dict[str, tuple[str, int, int]]]:
        """Its sheets, and its names."""
        start = next(
            (place for kind, place in self.related("").values() if kind == "officeDocument"), "xl/workbook.xml"
        )
        workbook, links = self.root(start), self.related(start.lstrip("/"))
        if workbook is None:
            raise KeyError(start)
        parts = dict(links.values())
        strings = [_string(item) for item in self.root(parts.get("sharedStrings", "-")) or ()]
        dated = _dated_styles(self.root(parts.get("styles", "-")))
        properties = _child(workbook, "workbookPr")
        late = properties is not None and _attribute(properties, "date1904") in {"1", "true"}
        cells = _Cells(strings, dated, date(1904, 1, 1) if late else date(1899, 12, 30))
        pages = []
        for sheet in _children(_child(workbook, "sheets"), "sheet"):
            kind, place = links[_attribute(sheet, "id")]
            if kind == "worksheet":
                title, hidden = _said(sheet.get("name", "")), _attribute(sheet, "state") not in {"", "visible"}
                pages.append(Page(title, self._later(cells, title, place), hidden, cells.epoch))
        names = {}
        for name in _children(_child(workbook, "definedNames"), "definedName"):
            at = _NAMED_CELL.match((name.text or "").strip())
            if at and not name.get("localSheetId"):
                title = at[1].replace("''", "'") if at[1] else at[2]
                names[name.get("name", "").casefold()] = (title, int(at[4]) - 1, _column(at[3]))
        return pages, names

    def _later(self, cells: _Cells, title: str, place: str) -> Callable[[], Loaded]:
        def load() -> Loaded:
            with _refusing(self.where), _uncollected():
                root = self.root(place)
                if root is None:
                    raise KeyError(place)
                return cells.load(title, root)

        return load


def _dated_styles(styles: ET.Element | None) -> frozenset[str]:
    """The styles whose number format shows a date."""
    if styles is None:
        return frozenset()
    own = {form.get("numFmtId"): form.get("formatCode", "") for form in _children(_child(styles, "numFmts"), "numFmt")}
    found = set()
    for number, style in enumerate(_children(_child(styles, "cellXfs"), "xf")):
        form = style.get("numFmtId", "0")
        code = own.get(form)
        shows = _DATED.search(_BETWEEN.sub("", code.split(";")[0])) if code is not None else int(form) in _DATE_FORMATS
        if shows:
            found.add(str(number))
    return frozenset(found)


class _Cells:
    """How the cells of a file are read: its shared strings, its styles of dates, its first day."""

    def __init__(self, strings: list[str], dated: frozenset[str], epoch: date) -> None:
        self.strings, self.dated, self.epoch = strings, dated, epoch

    def load(self, title: str, root: ET.Element) -> Loaded:
        """The cells of one sheet."""
        found: dict[tuple[int, int], Cell] = {}
        shared: dict[str, tuple[str, str]] = {}
        row, hidden_rows = -1, []
        for line in _children(_child(root, "sheetData"), "row"):
            row = int(line.get("r", row + 2)) - 1
            if not 0 <= row < LAST_ROW:
                raise ValueError(row)
            column, before, digits = -1, len(found), str(row + 1)
            for element in line:
                reference = element.get("r", "")
                column = _column(reference.removesuffix(digits)) if reference else column + 1
                cell = self._cell(element, reference, shared)
                if cell is not None:
                    found[row, column] = cell
            if len(found) > before and line.get("hidden") in {"1", "true"}:
                hidden_rows.append(row + 1)
        return found, list(_oddities(title, root, hidden_rows))

    def _cell(self, element: ET.Element, reference: str, shared: dict[str, tuple[str, str]]) -> Cell | None:
        text = formula = None
        inline = ""
        for child in element:
            tag = child.tag
            if tag.endswith("}v"):
                text = child.text or ""
            elif tag.endswith("}f"):
                formula = _formula(child, reference, shared)
            elif tag.endswith("}is"):
                inline = _string(child)
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return Cell(inline, "s", formula) if inline or formula is not None else None
        if kind == "str":
            return Cell(_said(text or ""), "s", formula) if text or formula is not None else None
        if not text:
            return None if formula is None else Cell(None, NO_VALUE, formula)
        value, letter = self._value(kind, text, element.get("s", "0"))
        return Cell(value, letter, formula)

    def _value(self, kind: str, text: str, style: str) -> tuple[Any, str]:
        if kind == "s":
            if text.startswith("-"):
                raise IndexError(text)
            return self.strings[int(text)], "s"
        if kind == "b":
            return text in {"1", "true"}, "b"
        if kind == "e":
            return text, "e"
        if kind == "d":
            return date.fromisoformat(text[:10]), "d"
        if "_" in text:  # Python would take it, no spreadsheet program does
            raise ValueError(text)
        number = float(text)
        if style in self.dated and 0 <= number <= (date.max - self.epoch).days:
            return self.epoch + timedelta(days=int(number)), "d"
        return number, "n"


def _formula(element: ET.Element, reference: str, shared: dict[str, tuple[str, str]]) -> str:
    """A formula without its equals sign; one that is shared, as it reads in this cell."""
    text, group = element.text or "", element.get("si", "")
    if element.get("t") != "shared":
        return text
    if text:
        shared[group] = (reference, text)
        return text
    if group not in shared:
        return ""
    from openpyxl.formula.translate import Translator  # noqa: PLC0415 (a quarter of a second, for a few files)

    first, text = shared[group]
    return str(Translator("=" + text, origin=first).translate_formula(reference))[1:]


def _oddities(title: str, root: ET.Element, rows: list[int]) -> Iterator[str]:
    """What of a sheet a reader should be told."""
    if rows:
        listed = ", ".join(map(str, rows[:LISTED])) + ("…" if len(rows) > LISTED else "")
        yield f"{title}: hidden rows were read as well: {len(rows)} of them ({listed})."
    spans = [c for c in _children(_child(root, "cols"), "col") if c.get("hidden") in {"1", "true"}]
    if spans:
        shown = [f"{letters(int(c.get('min', 1)) - 1)} to {letters(int(c.get('max', 1)) - 1)}" for c in spans]
        yield f"{title}: hidden columns were read as well: {', '.join(shown)}."
    merged = [c.get("ref", "") for c in _children(_child(root, "mergeCells"), "mergeCell")]
    if merged:
        yield f"{title}: merged cells hold a value in their first cell only: {', '.join(sorted(merged)[:LISTED])}."
