"""What a file may be, looked at before anything parses it.

A file that somebody sends is untrusted. It is told by its first bytes, not by its name; a workbook
is measured by the list of parts it declares, which bounds what it can unpack to, and is refused
when it is too large, locked, damaged, or defines entities. Nothing is fetched and no macro is run.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, NoReturn

from fcr.errors import InputError, Problem

__all__ = ["Accepted", "accept", "decode", "read_bytes", "refuse"]

LARGEST_FILE = 20_000_000
LARGEST_TOTAL = 200_000_000
LARGEST_PART = 100_000_000
MOST_PARTS = 2_000
MOST_CELLS = 500_000
"""Rows and cells together, blank ones that are only formatted included."""

SAVE_AS = "Open it in the program it came from and save or export it as .xlsx or .csv."

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(?:row|c)[\s/>]")
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CHUNK, _OVERLAP = 1 << 20, 64


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be parsed: what it is, its bytes, and what is odd about it."""

    kind: Literal["workbook", "text"]
    data: bytes
    notes: tuple[str, ...] = ()


def refuse(code: str, where: str, what: str, fix: str) -> NoReturn:
    """Refuse a file for one reason."""
    raise InputError([Problem(where, what, fix, code)])


def read_bytes(path: Path) -> bytes:
    """The bytes of an ordinary file of at most 20 MB."""
    where = str(path)
    if "\0" in where:
        refuse("no-file", repr(where), "no file can have this name", "Give the name of a file.")
    try:
        if path.exists() and not path.is_file():
            refuse("no-file", where, "it is not an ordinary file", "Give the name of a file.")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        refuse("no-file", where, "there is no such file", "Check the name and the folder.")
    except OSError as error:
        refuse("no-file", where, f"it cannot be read: {error.strerror}", "Check that you may open it.")
    if len(data) > LARGEST_FILE:
        fix = "Check that it is the right file, or export fewer columns or a shorter period."
        refuse("file-size", where, f"the file is larger than {LARGEST_FILE / 1e6:,.0f} MB", fix)
    return data


def accept(path: Path) -> Accepted:
    """Say what a file is, by its first bytes.

    Raises :class:`~fcr.errors.InputError` unless it is an .xlsx workbook within the limits, or text.
    """
    data, where = read_bytes(path), str(path)
    if not data.strip():
        refuse("empty", where, "the file is empty", "Export it again, and check that the export finished.")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Accepted("workbook", data, _workbook(data, where))
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            fix = "Open it in Excel, take the password off (File, Info, Protect Workbook), and save a copy."
            refuse("password", where, "the workbook is protected by a password", fix)
        fix = "Open it in Excel or LibreOffice and save it as .xlsx."
        refuse("file-kind", where, "it is a workbook in the old .xls format", fix)
    if _HTML.match(data):
        what = "it is a web page (HTML), whatever its name says"
        refuse("file-kind", where, what, "Open it in Excel or LibreOffice and save it as .xlsx.")
    if _XML.match(data):
        what = "it is an XML file, not a workbook or a table in text"
        refuse("file-kind", where, what, "Open it in Excel or LibreOffice and save it as .xlsx.")
    if data.startswith(b"%PDF"):
        refuse("file-kind", where, "it is a PDF, from which figures cannot be read safely", SAVE_AS)
    return Accepted("text", data)


def _workbook(data: bytes, where: str) -> tuple[str, ...]:
    """What is odd about a zip file that is a workbook; every other zip file is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_sizes(parts, where)
            _check_kind(archive, {part.filename for part in parts}, where)
            _check_contents(archive, parts, where)
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        fix = "Download or export it again; or open it in Excel or LibreOffice and save a copy."
        refuse("damaged", where, "the file is damaged, or was not copied whole", fix)
    names = {part.filename for part in parts}
    notes = []
    if any(name.endswith("vbaProject.bin") for name in names):
        notes.append("The workbook has macros. They were not run.")
    if any(name.startswith("xl/externalLinks/") for name in names):
        notes.append("The workbook has links to other workbooks. They were not followed: values are as last saved.")
    return tuple(notes)


def _check_sizes(parts: list[zipfile.ZipInfo], where: str) -> None:
    total, largest = sum(p.file_size for p in parts), max((p.file_size for p in parts), default=0)
    if any(part.flag_bits & 1 for part in parts):
        refuse("password", where, "the file is protected by a password", "Take the password off and try again.")
    fix = "No ledger needs so much: check where the file came from, or copy the figures to a new workbook."
    if len(parts) > MOST_PARTS:
        refuse("file-size", where, f"the workbook has {len(parts):,} parts; the most is {MOST_PARTS:,}", fix)
    if largest > LARGEST_PART:
        what = f"a part of the workbook unpacks to {largest / 1e6:,.0f} MB; the most is {LARGEST_PART / 1e6:,.0f} MB"
        refuse("file-size", where, what, fix)
    if total > LARGEST_TOTAL:
        what = f"the workbook unpacks to {total / 1e6:,.0f} MB; the most is {LARGEST_TOTAL / 1e6:,.0f} MB"
        refuse("file-size", where, what, fix)


def _check_kind(archive: zipfile.ZipFile, names: set[str], where: str) -> None:
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        what = "it is an OpenDocument file (.ods), which is not read"
        refuse("file-kind", where, what, "Open it in LibreOffice and save it as .xlsx.")
    if "Index/Document.iwa" in names or "Index.zip" in names:
        what = "it is a file of Apple Numbers, which is not read"
        refuse("file-kind", where, what, "In Numbers, choose File, Export To, Excel.")
    if "xl/workbook.bin" in names:
        what = "it is a binary workbook (.xlsb), which is not read"
        refuse("file-kind", where, what, "Open it in Excel and save it as .xlsx.")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        refuse("file-kind", where, "it is a zip file, but no Excel workbook", SAVE_AS)


def _check_contents(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], where: str) -> None:
    """Count rows and cells, and look for entities, without parsing anything."""
    cells = 0
    for part in parts:
        with archive.open(part) as file:
            found, entities = _scan(file)
        if entities:
            what = f"its part {part.filename[:60]!r} defines entities, which no spreadsheet program writes"
            refuse("entities", where, what, "Do not trust it. Ask for the file again, from its owner.")
        cells += found
    if cells > MOST_CELLS:
        what = f"the workbook has {cells:,} rows and cells, blank ones included; the most is {MOST_CELLS:,}"
        fix = "Delete the blank rows below the figures and the other sheets, or export the figures as .csv."
        refuse("file-size", where, what, fix)


def _scan(file: IO[bytes]) -> tuple[int, bool]:
    cells, entities, kept = 0, False, b""
    while chunk := file.read(_CHUNK):
        block = kept + chunk
        # what ends before the overlap was counted with the block before this one
        cells += sum(match.end() > len(kept) for match in _ROW_OR_CELL.finditer(block))
        entities = entities or _ENTITIES.search(block) is not None
        kept = block[-_OVERLAP:]
    return cells, entities


def decode(data: bytes, where: str) -> tuple[str, tuple[str, ...]]:
    """The text in a file, and a note when its encoding had to be assumed.

    >>> decode("Café".encode("cp1252"), "a.csv")
    ('Café', ('The text is not UTF-8: it was read as Windows-1252. Check accents and pound signs.',))
    """
    notes: tuple[str, ...] = ()
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        else:
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = data.decode("cp1252")
                notes = ("The text is not UTF-8: it was read as Windows-1252. Check accents and pound signs.",)
    except UnicodeDecodeError:
        fix = "Open it in a spreadsheet and save it as 'CSV UTF-8'."
        refuse("encoding", where, "it is not text in UTF-8, UTF-16 or Windows-1252", fix)
    if "\0" in text:
        refuse("encoding", where, "it has NUL characters, so it is not a table in text", SAVE_AS)
    return text, notes
