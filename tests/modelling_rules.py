"""The rules of good models, as far as a program can check them, on any workbook.

They are those the modelling standards share: one form of formula a row, no figures inside formulas,
functions that every spreadsheet program has, nothing hidden, nothing from outside, cells for typing
told apart, explained and checked, and a file that a screen reader and a printer can deal with.

Each rule is a function of an opened workbook and of what the caller excepts; it gives its breaches,
one readable line each. ``obeys`` runs them all.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
from defusedxml import ElementTree
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

CONSTANTS = frozenset({0.0, 1.0, 12.0})

VOLATILE = frozenset({"NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "OFFSET", "INDIRECT", "CELL", "INFO"})

# Each gives the same in Excel, LibreOffice and formualizer; tests/workbook/test_functions.py tries every one.
FUNCTIONS = frozenset(
    """
    ABS AND AVERAGE CEILING CHOOSE CODE COLUMNS COUNT COUNTA COUNTIF COUNTIFS DATE DAY EDATE EOMONTH
    EXP FALSE FLOOR HYPERLINK IF IFERROR INDEX INT ISBLANK ISERROR ISNA ISNUMBER ISTEXT LARGE LEFT LEN LN MATCH
    MAX MEDIAN MIN MINVERSE MMULT MOD MONTH N NORMSINV NOT OR PERCENTILE PRODUCT ROUND ROUNDDOWN ROUNDUP ROWS
    SEARCH SMALL SQRT SUM SUMIF SUMIFS SUMPRODUCT TEXT TRANSPOSE TRIM TRUE YEAR
    """.split()  # noqa: SIM905 (a list of sixty quoted words is not read)
)

# parts of a file that bring in something from outside it, or that run
FOREIGN = ("externalLink", "connections", "queryTable", "vbaProject", "macrosheet", "activeX", "embeddings", "customUI")

CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})")
LANE = re.compile(r"(\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})")
LIKE_A_CELL = re.compile(r"(?i)[a-z]{1,3}\d{1,7}|r\d*c\d*|[rc]")
MARGIN_CODE = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-F]{6}|[A-Z])')  # the page's number, a font, the side it is on
PAGE_WORDS = frozenset({"Page", "page", "of", "/"})
A4, LONGEST = 9, 31

Ranges = Mapping[str, Sequence[str]]  # of each sheet, like {"Staff": ["C4:D9"]}


@dataclass(frozen=True)
class Except:
    """What a caller knows of its own workbook, and leaves out of a rule by name."""

    forms: Ranges = field(default_factory=dict)  # cells whose form need not be that of their row
    down: Ranges = field(default_factory=dict)  # tables: one form a column, not a row
    constants: frozenset[float] = frozenset()  # figures allowed in any formula
    constant_cells: Ranges = field(default_factory=dict)  # cells whose formulas may hold any
    functions: frozenset[str] = frozenset()  # allowed beside FUNCTIONS
    unfrozen: frozenset[str] = frozenset()  # sheets that are read, not worked on
    name_ranges: frozenset[str] = frozenset()  # names that stand for more than one cell, as a list of choices


NOTHING = Except()


@dataclass(frozen=True)
class Opened:
    """A workbook as openpyxl reads it, and the parts of its file, for what openpyxl does not."""

    path: Path

    @cached_property
    def book(self) -> openpyxl.Workbook:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # its remarks on what it would not save
            return openpyxl.load_workbook(self.path)

    @cached_property
    def parts(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as file:
            return {name: file.read(name) for name in file.namelist()}

    @cached_property
    def sheet_names(self) -> list[str]:
        """As they stand in the file: openpyxl renames the second of two that are the same."""
        elements = ElementTree.fromstring(self.parts["xl/workbook.xml"]).iter()
        return [element.get("name", "") for element in elements if element.tag.endswith("}sheet")]

    @cached_property
    def formulas(self) -> list[Formula]:
        return [
            Formula(sheet.title, cell.coordinate, cell.row, cell.column, *_text(cell.value))
            for sheet in self.book.worksheets
            for cell in _cells(sheet)
            if cell.data_type == "f"
        ]


@dataclass(frozen=True)
class Formula:
    """One formula where it stands."""

    sheet: str
    cell: str
    row: int
    column: int
    text: str
    array: bool

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.cell}"

    @cached_property
    def tokens(self) -> list[Token]:
        return list(Tokenizer(self.text).items)

    @property
    def functions(self) -> list[str]:
        # a range may begin in front of a function, as in $A5:INDEX(
        opened = [token for token in self.tokens if token.type == Token.FUNC and token.subtype == Token.OPEN]
        return [token.value.rstrip("(").rsplit(":", 1)[-1].upper() for token in opened]

    @cached_property
    def form(self) -> str:
        """The formula with each reference as seen from its own cell: the same all along a copied row."""
        return "".join(
            _seen_from(token.value, self.row, self.column)
            if token.subtype == Token.RANGE or token.type == Token.FUNC
            else token.value
            for token in self.tokens
            if token.type != Token.WSPACE
        )


def _text(value: object) -> tuple[str, bool]:
    return (f"={str(value.text).removeprefix('=')}", True) if isinstance(value, ArrayFormula) else (str(value), False)


def _seen_from(reference: str, row: int, column: int) -> str:
    sheet, mark, cells = reference.rpartition("!")

    def turned(found: re.Match[str]) -> str:
        across, letters, down, number = found.groups()
        r = f"R{number}" if down else f"R[{int(number) - row}]"
        c = column_index_from_string(letters.upper())
        return r + (f"C{c}" if across else f"C[{c - column}]")

    if lane := LANE.fullmatch(cells):  # whole columns
        ends = zip(lane.groups()[::2], lane.groups()[1::2], strict=True)
        cells = ":".join(f"{fixed}{column_index_from_string(at) - column * (not fixed)}" for fixed, at in ends)
        return f"{sheet}{mark}C{cells}"
    return sheet + mark + re.sub(rf"(?<![\w.]){CELL.pattern}(?![\w.(])", turned, cells)


def within(ranges: Ranges, sheet: str, row: int, column: int) -> bool:
    """Whether a cell is in one of the ranges named for its sheet."""
    for name in ranges.get(sheet, ()):
        left, top, right, bottom = range_boundaries(name)
        if (top or 0) <= row <= (bottom or row) and (left or 0) <= column <= (right or column):
            return True
    return False


# ── formulas ─────────────────────────────────────────────────────────────────────────────────────


def one_form_a_row(opened: Opened, but: Except = NOTHING) -> Iterator[str]:
    """Formulas side by side are copies of one another; in a table, formulas one above another are."""
    at = {(f.sheet, f.row, f.column): f for f in opened.formulas if not f.array}
    for formula in at.values():
        if within(but.forms, formula.sheet, formula.row, formula.column):
            continue
        table = within(but.down, formula.sheet, formula.row, formula.column)
        before = at.get((formula.sheet, formula.row - table, formula.column - (not table)))
        if before is None or within(but.forms, before.sheet, before.row, before.column):
            continue
        if table != within(but.down, before.sheet, before.row, before.column):
            continue  # a table begins here
        if before.form != formula.form:
            where = "above" if table else "to its left"
            yield f"{formula.place}: {formula.text} is not the formula {where}, {before.text}"


def no_figures_in_formulas(opened: Opened, but: Except = NOTHING) -> Iterator[str]:
    """A figure stands in a cell of its own, with its label; 0, 1 and 12 months say themselves."""
    allowed = CONSTANTS | but.constants
    for formula in opened.formulas:
        if within(but.constant_cells, formula.sheet, formula.row, formula.column):
            continue
        for token in formula.tokens:
            if token.type == Token.OPERAND and token.subtype == Token.NUMBER:
                figure = token.value
            elif token.subtype == Token.TEXT and (found := re.fullmatch(r'"[<>=]+ *([\d.]+)"', token.value)):
                figure = found[1]  # a condition, as in COUNTIF(range,">5")
            else:
                continue
            if float(figure) not in allowed:
                yield f"{formula.place}: {formula.text} holds the figure {figure}"


def only_safe_functions(opened: Opened, but: Except = NOTHING) -> Iterator[str]:
    """Only functions that give the same in every program."""
    for formula in opened.formulas:
        for name in formula.functions:
            if name not in FUNCTIONS | but.functions | VOLATILE:
                yield f"{formula.place}: {formula.text} uses {name}"


def nothing_volatile(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """Nothing changes by itself, and what a cell rests on can be traced."""
    for formula in opened.formulas:
        for name in formula.functions:
            if name.removeprefix("_XLFN.") in VOLATILE:
                yield f"{formula.place}: {formula.text} uses {name}, which is worked out at every touch"


# ── what is there, and can be seen ───────────────────────────────────────────────────────────────


def nothing_hidden(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """No sheet, row, column, value or formula is kept from the reader."""
    for sheet in opened.book.worksheets:
        if sheet.sheet_state != "visible":
            yield f"{sheet.title}: the sheet is hidden"
        for number, row in sheet.row_dimensions.items():
            if row.hidden or row.height == 0:
                yield f"{sheet.title}: row {number} is hidden"
        for letter, column in sheet.column_dimensions.items():
            if column.hidden or (column.customWidth and column.width == 0):
                yield f"{sheet.title}: column {letter} is hidden"
        for cell in _cells(sheet):
            if cell.value is not None and cell.number_format.replace(" ", "") == ";;;":
                yield f"{sheet.title}!{cell.coordinate}: its number format shows nothing"
            if cell.data_type == "f" and cell.protection.hidden:
                yield f"{sheet.title}!{cell.coordinate}: its formula is hidden"


def nothing_merged(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """A cell is one cell, or references and screen readers go astray."""
    for sheet in opened.book.worksheets:
        for merged in sheet.merged_cells.ranges:
            yield f"{sheet.title}!{merged.coord}: merged cells"


def nothing_from_outside(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """No other workbook, no connection, no macro. A link to a web page, to be clicked, is none of these."""
    for name, part in opened.parts.items():
        if any(word.casefold() in name.casefold() for word in FOREIGN):
            yield f"the file holds {name}"
        if name == "[Content_Types].xml" and b"macroEnabled" in part:
            yield "the file is of the kind that holds macros"
        if name.endswith(".rels"):
            for link in ElementTree.fromstring(part):
                if link.get("TargetMode") == "External" and not link.get("Type", "").endswith("/hyperlink"):
                    yield f"{name} leads to {link.get('Target')}"
    for formula in opened.formulas:
        if any(token.subtype == Token.RANGE and re.match(r"'?[^!]*\[[^!]*!", token.value) for token in formula.tokens):
            yield f"{formula.place}: {formula.text} refers to another workbook"


def safe_names(opened: Opened, but: Except = NOTHING) -> Iterator[str]:
    """A name is a single assumption's, begins with fcr_, and cannot be taken for a cell."""
    local = [(name, sheet.title) for sheet in opened.book.worksheets for name in sheet.defined_names.values()]
    everywhere = [(name, "") for name in opened.book.defined_names.values()]
    for name, sheet in everywhere + local:
        called = f"{sheet}!{name.name}" if sheet else str(name.name)
        if str(name.name).startswith("_xlnm."):
            continue  # the programs' own, as for a filter
        if LIKE_A_CELL.fullmatch(str(name.name)):
            yield f"{called}: the name could be a cell"
        if not re.fullmatch(r"fcr_\w+", str(name.name)):
            yield f"{called}: the name does not begin with fcr_"
        if name.name not in but.name_ranges and not re.fullmatch(r"('.+'|[^'!]+)!\$[A-Z]+\$\d+", str(name.attr_text)):
            yield f"{called}: the name is not that of one cell: {name.attr_text}"


# ── sheets ───────────────────────────────────────────────────────────────────────────────────────


def sheet_names(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """Each a name of its own, whatever the capitals, that every program takes."""
    seen: set[str] = set()
    for name in opened.sheet_names:
        if name.casefold() in seen:
            yield f"{name}: a second sheet of this name"
        seen.add(name.casefold())
        if len(name) > LONGEST:
            yield f"{name}: longer than {LONGEST} letters"
        if (
            not name.strip()
            or name != name.strip()
            or name[0] == "'"
            or name[-1] == "'"
            or name.casefold() == "history"
        ):
            yield f"{name!r}: not a name for a sheet"


def title_in_a1(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """A screen reader begins at A1: it says what the sheet is."""
    for sheet in opened.book.worksheets:
        if not isinstance(sheet["A1"].value, str) or not sheet["A1"].value.strip():
            yield f"{sheet.title}: no title in A1"


def frozen_headings(opened: Opened, but: Except = NOTHING) -> Iterator[str]:
    """On a sheet that is worked on, headings stay in sight."""
    for sheet in opened.book.worksheets:
        if sheet.title not in but.unfrozen and not sheet.freeze_panes:
            yield f"{sheet.title}: no headings are frozen"


def fits_a4(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """Printed as it is, it comes out on A4, fitted to a stated number of pages across."""
    for sheet in opened.book.worksheets:
        if sheet.page_setup.paperSize is None or int(sheet.page_setup.paperSize) != A4:
            yield f"{sheet.title}: not set to print on A4"
        fit = sheet.sheet_properties.pageSetUpPr
        # no figure means one page
        if fit is None or not fit.fitToPage or sheet.page_setup.fitToWidth == 0:
            yield f"{sheet.title}: not fitted to the width of pages"


def margins_repeat_cells(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """A screen reader does not read the margins of a page: what is printed there stands in a cell too."""
    for sheet in opened.book.worksheets:
        texts = " ".join(str(cell.value) for cell in _cells(sheet) if cell.value is not None)
        margins = (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.evenFooter)
        for part in (
            part for margin in (*margins, sheet.firstHeader, sheet.firstFooter) for part in margin.__dict__.values()
        ):
            for text in MARGIN_CODE.split(getattr(part, "text", None) or ""):
                if text.strip() and text.strip() not in PAGE_WORDS and text.strip() not in texts:
                    yield f"{sheet.title}: only in the margin of the page: {text.strip()}"


def opens_at_the_beginning(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """The first sheet, the cursor in A1, and no other sheet selected with it, for typing would go to both."""
    first, *others = opened.book.worksheets
    if opened.book.active is not first:
        yield f"{first.title}: opens at another sheet"
    if any(chosen.activeCell not in (None, "A1") for chosen in first.sheet_view.selection):
        yield f"{first.title}: the cursor is not in A1"
    for sheet in others:
        if sheet.sheet_view.tabSelected:
            yield f"{sheet.title}: selected together with another sheet, or instead of the first"


# ── cells for typing ─────────────────────────────────────────────────────────────────────────────


def typing_is_checked(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """A cell for typing says what belongs in it, and refuses what does not."""
    for sheet in opened.book.worksheets:
        checks = {
            place: check
            for check in sheet.data_validations.dataValidation
            for block in check.sqref.ranges
            for place in block.cells
        }
        for cell in _cells(sheet):
            if not cell.protection.locked:
                for lack in _lacks(checks.get((cell.row, cell.column))):
                    yield f"{sheet.title}!{cell.coordinate}: {lack}"


def _lacks(check: Any) -> Iterator[str]:
    if check is None:
        yield "unlocked, and nothing checks what is typed"
        return
    if not check.showErrorMessage or check.type in (None, "none"):
        yield "its check refuses nothing"
    if not check.showInputMessage or not (check.prompt or "").strip():
        yield "nothing says what belongs in it"


def no_lane_for_typing(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """Cells are unlocked one by one: in an unlocked row or column are cells that nothing checks."""
    for sheet in opened.book.worksheets:
        for kind, dimensions in (("row", sheet.row_dimensions), ("column", sheet.column_dimensions)):
            for number, dimension in dimensions.items():
                if dimension.has_style and not dimension.protection.locked:
                    yield f"{sheet.title}: all of {kind} {number} is unlocked"


def formulas_are_locked(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """Nobody types over a formula by mistake; there is no password, so anybody may on purpose."""
    for sheet in opened.book.worksheets:
        if not sheet.protection.sheet:
            yield f"{sheet.title}: not protected"
        if sheet.protection.password or sheet.protection.hashValue:
            yield f"{sheet.title}: protected with a password"
        for cell in _cells(sheet):
            if cell.data_type == "f" and not cell.protection.locked:
                yield f"{sheet.title}!{cell.coordinate}: a formula that is not locked"
    lock = opened.book.security
    if lock is not None and (lock.workbookPassword or lock.workbookHashValue):
        yield "the workbook is protected with a password"


# ── the file ─────────────────────────────────────────────────────────────────────────────────────


def says_its_title(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """The file's properties hold its title. (XlsxWriter cannot write a language there.)"""
    if not (opened.book.properties.title or "").strip():
        yield "the properties hold no title"


def charts_in_words(opened: Opened, _: Except = NOTHING) -> Iterator[str]:
    """Who cannot see a chart or a picture is told what it shows."""
    for name, part in opened.parts.items():
        if not re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
            continue
        for element in ElementTree.fromstring(part).iter():
            if element.tag.endswith("}cNvPr") and not (element.get("descr") or "").strip():
                yield f"{name}: {element.get('name')} has no alternative text"


def _cells(sheet: Any) -> Iterator[Any]:
    for row in sheet.iter_rows():
        yield from row


RULES: tuple[Callable[[Opened, Except], Iterator[str]], ...] = (
    one_form_a_row,
    no_figures_in_formulas,
    only_safe_functions,
    nothing_volatile,
    nothing_hidden,
    nothing_merged,
    nothing_from_outside,
    safe_names,
    sheet_names,
    title_in_a1,
    frozen_headings,
    fits_a4,
    margins_repeat_cells,
    opens_at_the_beginning,
    typing_is_checked,
    no_lane_for_typing,
    formulas_are_locked,
    says_its_title,
    charts_in_words,
)


def obeys(path: Path, but: Except = NOTHING) -> list[str]:
    """Every breach of every rule, each with the rule's name before it; nothing where all are kept."""
    opened = Opened(path)
    return [f"{rule.__name__}: {breach}" for rule in RULES for breach in rule(opened, but)]
