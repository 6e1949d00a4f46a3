"""Odd and hostile workbooks, by their files: other kinds of file, damaged ones, bombs, parts from elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from workbook.corpus import Kind, cell, in_cells, in_xml, kept
from workbook.package import Package
from workbook.rich import SMALL, rich_book, rich_bytes

from fcr.workbook.model import lay_out
from fcr.workbook.writer import to_bytes

RENT = ("organisation", "costs", 0, "amount")
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><worksheet>&d;</worksheet>'
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


def _file(data: bytes, name: str = "bid.xlsx") -> Callable[[Path], Path]:
    return lambda folder: kept(folder, data, name)


def _zipped(parts: dict[str, bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return kept(folder, made.getvalue())

    return make


def _folder(folder: Path) -> Path:
    path = folder / "bid.xlsx"
    path.mkdir()
    return path


def _with(name: str, data: bytes) -> Callable[[Path], Path]:
    return in_xml(lambda p: p.parts.__setitem__(name, data))


def _without(name: str) -> Callable[[Path], Path]:
    return in_xml(lambda p: p.parts.pop(name))


def _many_parts(package: Package) -> None:
    package.parts |= {f"xl/media/{n}.txt": b"" for n in range(2_001)}


def _many_rows(package: Package) -> None:
    package.swap(SHEET, "</sheetData>", "<row/>" * 1_000_000 + "</sheetData>")


def _saved_by_a_library(folder: Path) -> Path:
    """openpyxl keeps formulas and drops every value that was saved beside them."""
    path = folder / "bid.xlsx"
    openpyxl.load_workbook(io.BytesIO(rich_bytes())).save(path)
    return path


def _somebody_elses(folder: Path) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Cost", "Amount (£)"])
    book.active.append(["Rent", 1200])
    book.save(folder / "bid.xlsx")
    return folder / "bid.xlsx"


def _locked(folder: Path) -> Path:
    data = bytearray(rich_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return kept(folder, bytes(data))


def _lying(folder: Path) -> Path:
    """A part that says it is smaller than it is."""
    data = bytearray(rich_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (5).to_bytes(4, "little")
    return kept(folder, bytes(data))


def _inline(package: Package) -> None:
    """Every shared text written in its cell, as other programs do."""
    texts = re.findall(r"<si>(.*?)</si>", package.text("xl/sharedStrings.xml"), re.DOTALL)
    for name in [n for n in package.parts if n.startswith("xl/worksheets/sheet")]:
        made = re.sub(r't="s"><v>(\d+)</v>', lambda m: f't="inlineStr"><is>{texts[int(m[1])]}</is>', package.text(name))
        package.parts[name] = made.encode()


def _prefixed(package: Package) -> None:
    """The same XML with its names written another way."""
    for name in [n for n in package.parts if n.startswith("xl/worksheets/sheet")]:
        text = re.sub(r"<(/?)([a-zA-Z]\w*)(?=[\s/>])", r"<\1x:\2", package.text(name))
        package.parts[name] = text.replace("xmlns=", "xmlns:x=", 1).encode()


def _no_addresses(package: Package) -> None:
    """Rows and cells without their addresses: each is the next one. Blanks stand where none was."""
    name = package.sheet("More")
    rows = {}
    for number, inside in re.findall(r'<row r="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', package.text(name), re.DOTALL):
        cells = dict(re.findall(r'(<c r="[A-Z]+\d+"[^>]*?(?:/>|>.*?</c>))()', inside, re.DOTALL))
        rows[int(number)] = list(cells)
    lines = []
    for number in range(1, max(rows) + 1):
        there = {re.search(r'r="([A-Z]+)', c)[1]: re.sub(r' r="\w+"', "", c) for c in rows.get(number, ())}  # type: ignore[index]
        lines.append("<row>" + "".join(there.get(c, "<c/>") for c in "ABCDEF") + "</row>")
    package.sub(name, "<sheetData>.*</sheetData>", "<sheetData>" + "".join(lines) + "</sheetData>")


def _renamed_parts(package: Package) -> None:
    """The parts in other places, as other programs put them."""
    links = package.text("xl/_rels/workbook.xml.rels")
    for name in [n for n in package.parts if n.startswith("xl/worksheets/sheet")]:
        package.parts[name.replace("xl/worksheets/", "xl/Pages/")] = package.parts.pop(name)
    package.parts["xl/_rels/workbook.xml.rels"] = links.replace('"worksheets/', '"/xl/Pages/').encode()


# ── formulas of the model ──


def _formula() -> tuple[str, str]:
    """The place of the first year's full cost."""
    block = rich_book().names["fcr_full_cost"]
    return block.sheet, block.where().rpartition("!")[2].replace("$", "").split(":")[0]


def _overwritten(package: Package) -> None:
    package.put(*_formula(), "<v>1</v>")


def _edited(package: Package) -> None:
    package.put(*_formula(), "<f>1+1</f><v>2</v>")


def _cleared(package: Package) -> None:
    package.put(*_formula(), "")


def _stale(package: Package) -> None:
    package.type(*cell(*RENT), 30000)


def _no_lists(book: openpyxl.Workbook) -> None:
    del book["Lists"]


KINDS = (
    Kind(
        "a template saved untouched",
        _file(to_bytes(lay_out({}, SMALL))),
        refused=("Organisation!B8", "Name: this is blank"),
    ),
    Kind("a text table called a workbook", _file(b"Cost,Amount\nRent,1200\n"), refused=("", "it is text")),
    Kind("an empty file", _file(b""), refused=("", "the file is empty")),
    Kind("an old workbook", _file(OLE + bytes(600)), refused=("", "old .xls format")),
    Kind("a password", _file(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")), refused=("", "password")),
    Kind("a locked zip file", _locked, refused=("", "password")),
    Kind("a web page", _file(b"<html><table><tr><td>1</table></html>"), refused=("", "web page")),
    Kind("a PDF", _file(b"%PDF-1.7 1 0 obj"), refused=("", "PDF")),
    Kind("an XML file", _file(b'<?xml version="1.0"?><Workbook/>'), refused=("", "XML file")),
    Kind(
        "figures of LibreOffice",
        _zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        refused=("", ".ods"),
    ),
    Kind("figures of Apple Numbers", _zipped({"Index/Document.iwa": b"1"}), refused=("", "Apple Numbers")),
    Kind(
        "a binary workbook", _zipped({"xl/workbook.bin": b"1", "[Content_Types].xml": b"<a/>"}), refused=("", ".xlsb")
    ),
    Kind(
        "a letter",
        _zipped({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}),
        refused=("", "no Excel workbook"),
    ),
    Kind("a zip file of nothing", _zipped({}), refused=("", "no Excel workbook")),
    Kind("a file cut short", _file(rich_bytes()[:100_000]), refused=("", "not copied whole")),
    Kind("a file with its first bytes gone", _file(rich_bytes()[500:]), refused=("", "text")),
    Kind("a folder", _folder, refused=("", "not an ordinary file")),
    Kind("no file", lambda folder: folder / "bid.xlsx", refused=("", "no such file")),
    Kind("somebody else's workbook", _somebody_elses, refused=("bid.xlsx", "does not say that it was made by fcr")),
    Kind("saved by a library, without values", _saved_by_a_library, refused=("Posts!E9", "no value that can be read")),
    Kind("lists deleted", in_cells(_no_lists), refused=("bid.xlsx", "does not say that it was made by fcr")),
    Kind(
        "a zip bomb",
        _zipped({"[Content_Types].xml": b"<a/>", "xl/a.xml": bytes(101_000_000)}),
        refused=("", "unpacks to 101 MB"),
    ),
    Kind("2,001 parts too many", in_xml(_many_parts), refused=("", "parts; the most is 2,000")),
    Kind("a part larger than it says", _lying, refused=("", "damaged")),
    Kind("a million rows of nothing", in_xml(_many_rows), refused=("", "rows and cells, blank ones included")),
    Kind("a billion laughs", _with(SHEET, LAUGHS.encode()), refused=("", "defines entities")),
    Kind(
        "laughs in another alphabet",
        _with(SHEET, LAUGHS.replace('1.0"', '1.0" encoding="utf-16"').encode("utf-16")),
        refused=("", "damaged"),
    ),
    Kind(
        "a text from outside",
        in_xml(lambda p: p.swap(SHEET, "<worksheet", OUTSIDE + "<worksheet")),
        refused=("", "entities"),
    ),
    Kind("a sheet that is no XML", _with(SHEET.replace("1", "2"), b"<worksheet><sheetData>"), refused=("", "damaged")),
    Kind("a sheet that is not there", _without(SHEET.replace("1", "2")), refused=("", "damaged")),
    Kind("no list of sheets", _without("xl/workbook.xml"), refused=("", "damaged")),
    Kind("no links to its parts", _without("xl/_rels/workbook.xml.rels"), refused=("", "damaged")),
    Kind("no shared texts", _without("xl/sharedStrings.xml"), refused=("", "damaged")),
    Kind("no styles", in_xml(lambda p: p.parts.pop("xl/styles.xml")), note="as 1 October 2026"),
    Kind(
        "a row number that is none",
        in_xml(lambda p: p.swap(p.sheet("Costs"), '<row r="10"', '<row r="ten"')),
        refused=("", "damaged"),
    ),
    Kind(
        "a cell beyond the last",
        in_xml(lambda p: p.swap(p.sheet("Costs"), '<row r="10"', '<row r="99999999999"')),
        refused=("", "damaged"),
    ),
    Kind(
        "a sheet nested 100,000 deep",
        _with("xl/worksheets/sheet2.xml", b"<a>" * 100_000 + b"</a>" * 100_000),
        refused=("Organisation", "'About' is missing"),
    ),
    Kind("texts in their cells", in_xml(_inline)),
    Kind("XML with prefixes", in_xml(_prefixed)),
    Kind("cells without addresses", in_xml(_no_addresses)),
    Kind("parts in other places", in_xml(_renamed_parts)),
    Kind(
        "links to other workbooks", _with("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), note="not followed"
    ),
    Kind("macros", _with("xl/vbaProject.bin", b"macros"), note="They were not run"),
    Kind("a formula typed over", in_xml(_overwritten), formulas=("was overwritten: found 1.00, should be =",)),
    Kind("a formula edited", in_xml(_edited), formulas=("was edited: found =1+1, should be =",)),
    Kind("a formula cleared", in_xml(_cleared), formulas=("was cleared: should be =",)),
    Kind(
        "figures never worked out again",
        in_xml(_stale),
        {RENT: "30000"},
        formulas=("the figure saved is", "recalculate"),
    ),
)
