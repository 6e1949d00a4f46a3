"""What a file may be: told by its first bytes, bounded before it is unpacked, refused in plain words."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from ledger_exports import LEDGER, parts_of, sage_trial_balance, sheet_of, write_csv, write_xlsx, zipped
from openpyxl.styles import Font

import fcr
from fcr.workbook import guard, import_costs

CHUNK, scan = guard._CHUNK, guard._scan
OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def refused(path: Path) -> fcr.Problem:
    """The one problem with a file."""
    with pytest.raises(fcr.InputError) as caught:
        import_costs(path)
    (problem,) = caught.value.problems
    return problem


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "ledger.xlsx", sage_trial_balance(LEDGER))


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "empty", "export it again"),
        (b" \r\n\t", "empty", "the file is empty"),
        (OLE + b"\0" * 600, "file-kind", "old .xls format"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password", "take the password off"),
        (b"<html><table><tr><td>Rent</td></tr></table></html>", "file-kind", "web page (html)"),
        (b"\n <!DOCTYPE html><p>Rent", "file-kind", "web page (html)"),
        (b'<?xml version="1.0"?><Workbook/>', "file-kind", "xml file"),
        (b"%PDF-1.7 ...", "file-kind", "it is a pdf"),
        (b"PK\x03\x04 and nothing else", "damaged", "not copied whole"),
        (b"name,amount\nRent,1\0 2", "encoding", "nul characters"),
        (b"name,amount\nCaf\x81,12", "encoding", "windows-1252"),
        (b"\xff\xfen\0a", "encoding", "utf-16"),
        (b'name,amount\n"Rent,12\nRates,13\n', "damaged", "quotation mark"),
    ],
)
def test_what_is_no_table_is_refused_by_its_bytes(tmp_path: Path, content: bytes, code: str, says: str) -> None:
    """Whatever the name: each kind has its own message and its own remedy."""
    for name in ("ledger.xlsx", "ledger.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        problem = refused(path)
        assert problem.code == code
        assert says in str(problem).lower()


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}, ".ods"),
        ({"Index/Document.iwa": b"1"}, "Apple Numbers"),
        ({"xl/workbook.bin": b"1", "[Content_Types].xml": b"<a/>"}, ".xlsb"),
        ({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}, "no Excel workbook"),
        ({"ledger.csv": b"name,amount"}, "no Excel workbook"),
    ],
)
def test_other_zip_files_are_refused_by_kind(tmp_path: Path, parts: Mapping[str, bytes], says: str) -> None:
    """OpenDocument, Numbers, binary workbooks, documents and archives each say what they are."""
    problem = refused(zipped(tmp_path / "ledger.xlsx", parts))
    assert problem.code == "file-kind"
    assert says in problem.what


def test_a_text_file_called_xlsx_is_read(tmp_path: Path) -> None:
    """A CSV file that was only renamed is read as what it is."""
    path = write_csv(tmp_path / "ledger.xlsx", sage_trial_balance(LEDGER))
    assert len(import_costs(path, centre="Office").costs) == len(LEDGER)


def test_files_that_are_not_there_or_not_files(tmp_path: Path) -> None:
    """A missing file, a folder, a pipe and a name that cannot be are refused at once, without waiting."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "no such file" in refused(tmp_path / "none.csv").what
    assert "ordinary file" in refused(tmp_path / "pipe.csv").what
    assert "ordinary file" in refused(tmp_path / "folder.csv").what
    assert "this name" in refused(tmp_path / "a\0b.csv").what
    assert "cannot be read" in refused(tmp_path / ("x" * 300 + ".csv")).what


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    """20 MB is the most; a file at the limit is looked at."""
    path = tmp_path / "ledger.csv"
    with path.open("wb") as file:
        file.truncate(guard.LARGEST_FILE + 1)
    assert refused(path).code == "file-size"
    with path.open("wb") as file:
        file.truncate(guard.LARGEST_FILE)
    assert refused(path).code == "encoding"


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    """101 MB of nothing in a file of 100 kB: refused before anything is unpacked."""
    path = zipped(tmp_path / "bomb.xlsx", {"[Content_Types].xml": b"<a/>", "xl/sheet.xml": bytes(101_000_000)})
    assert path.stat().st_size < 200_000
    problem = refused(path)
    assert problem.code == "file-size"
    assert "unpacks to 101 MB; the most is 100 MB" in problem.what


def test_parts_may_not_be_too_many_nor_too_much_together(tmp_path: Path) -> None:
    """2,000 parts and 200 MB in all are the most."""
    many = zipped(tmp_path / "many.xlsx", {f"xl/{i}": b"" for i in range(guard.MOST_PARTS + 1)})
    assert "2,001 parts" in refused(many).what
    heavy = zipped(tmp_path / "heavy.xlsx", {f"xl/{i}": bytes(70_000_000) for i in range(3)})
    assert "210 MB; the most is 200 MB" in refused(heavy).what


def test_a_lying_size_unpacks_no_further(workbook: Path) -> None:
    """A part that declares less than it holds is damaged: no more than the declared size is read."""
    data = workbook.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    workbook.write_bytes(data[: at + 24] + (part.file_size - 50).to_bytes(4, "little") + data[at + 28 :])
    assert refused(workbook).code == "damaged"


def test_entities_are_refused(workbook: Path) -> None:
    """A definition of entities in any part is refused before the parser sees it."""
    parts = parts_of(workbook)
    sheet = parts["xl/worksheets/sheet1.xml"]
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    zipped(workbook, {**parts, "xl/worksheets/sheet1.xml": laughs + sheet})
    problem = refused(workbook)
    assert problem.code == "entities"
    assert "sheet1.xml" in problem.what


def test_the_parser_itself_refuses_entities(workbook: Path) -> None:
    """Hidden from a search for bytes in another encoding, they are refused by defusedxml."""
    assert openpyxl.DEFUSEDXML
    parts = parts_of(workbook)
    sheet = parts["xl/worksheets/sheet1.xml"].decode().removeprefix("<?xml version='1.0'?>")
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY a "ha">]>' + sheet
    zipped(workbook, {**parts, "xl/worksheets/sheet1.xml": text.encode("utf-16")})
    assert refused(workbook).code == "damaged"
    harmless = '<?xml version="1.0" encoding="utf-16"?>' + sheet
    zipped(workbook, {**parts, "xl/worksheets/sheet1.xml": harmless.encode("utf-16")})
    assert len(import_costs(workbook, centre="Office").costs) == len(LEDGER)


def test_too_many_cells_are_refused_before_they_are_loaded(workbook: Path) -> None:
    """A million blank rows that are only formatted would take a minute to load."""
    parts = parts_of(workbook)
    rows = b'<row r="9"><c r="A9" s="1"/></row>' * 300_000
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", rows + b"</sheetData>")
    zipped(workbook, {**parts, "xl/worksheets/sheet1.xml": sheet})
    problem = refused(workbook)
    assert problem.code == "file-size"
    assert "Delete the blank rows" in problem.fix


def test_cells_are_counted_across_blocks() -> None:
    """What falls on the border of two blocks is counted once."""
    data = b'<c r="A1"/>' * 300_000
    assert len(data) > 2 * CHUNK
    assert scan(io.BytesIO(data)) == (300_000, False)
    padded = b"x" * (CHUNK - 4) + b"<!ENTITY a>"
    assert scan(io.BytesIO(padded)) == (0, True)


def test_a_cell_at_the_bottom_costs_nothing(workbook: Path) -> None:
    """A sheet formatted down to its last row is read, and what stands there is not lost."""
    book = openpyxl.load_workbook(workbook)
    sheet_of(book)["A1048576"].font = Font(bold=True)
    book.save(workbook)
    assert len(import_costs(workbook, centre="Office").costs) == len(LEDGER)
    sheet_of(book)["B1048576"], sheet_of(book)["C1048576"] = "Late invoice", 12
    book.save(workbook)
    assert import_costs(workbook, centre="Office").costs[-1].name == "Late invoice"


def test_macros_and_links_are_said_and_left_alone(workbook: Path) -> None:
    """A workbook with macros or links to others is read by its values."""
    parts = parts_of(workbook)
    zipped(workbook, {**parts, "xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<a/>"})
    notes = " ".join(import_costs(workbook).notes)
    assert "macros. They were not run" in notes
    assert "They were not followed" in notes


def test_a_locked_part_is_refused(workbook: Path) -> None:
    """A zip file locked by a password says so."""
    data = bytearray(workbook.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    workbook.write_bytes(bytes(data))
    assert refused(workbook).code == "password"


def test_a_workbook_damaged_inside_is_refused(workbook: Path) -> None:
    """A part that is no XML, or a workbook without its list of sheets: no traceback."""
    parts = parts_of(workbook)
    zipped(workbook, {**parts, "xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"})
    assert refused(workbook).code == "damaged"
    del parts["xl/workbook.xml"]
    zipped(workbook, parts)
    assert refused(workbook).code == "damaged"


def test_too_long_a_table_of_text_is_refused(tmp_path: Path) -> None:
    """Half a million cells are the most of a text file too."""
    path = tmp_path / "ledger.csv"
    path.write_text("Name,Amount\n" + "a,1\n" * (guard.MOST_CELLS // 2), encoding="ascii")
    assert refused(path).code == "file-size"


def test_importing_fcr_opens_no_workbook_library() -> None:
    """The library, and its command line, leave openpyxl until a workbook is opened."""
    code = "import sys, fcr, fcr.cli, fcr.workbook; print('openpyxl' in sys.modules, 'defusedxml' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
