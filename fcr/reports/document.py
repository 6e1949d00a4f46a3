"""The report and the letter as Word documents: headings, real tables, pictures with words; same input, same bytes."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from fcr.chart import Chart
from fcr.display.words import plain
from fcr.extras import load
from fcr.reports.contents import MOST_UPRIGHT, Block, Items, Report
from fcr.reports.letters import PLACEHOLDERS, Letter
from fcr.table import Column, Row, Table
from fcr.workings import Workings

__all__ = ["letter_document", "report_document"]

EXTRA = "report"
LANGUAGE = "en-GB"
FONT = "Arial"
WIDTH, WIDE, MARGIN = 17.0, 25.7, 2.0
"""Centimetres: of the text on a page of A4 upright and on its side, and on either side of it."""
SMALL, SMALLER = 8.5, 7.0
"""Points: of a table upright, and of one on its side."""
BLUE, PALE = "1F4E79", "EEF3F8"
LETTER, PADDING = 0.17, 0.5
"""Centimetres: of a figure or letter in a table, and of what is left free on both sides of a cell."""
LONGEST, LONGEST_WORD = 60, 16
"""Characters: the most that a column's share of the width is reckoned by."""
EARLIEST = (1980, 1, 1, 0, 0, 0)
FOLDED = (
    "The workings of every single figure can be unfolded in the page (.html), or are shown by the command fcr explain."
)


class _Document:
    """A document being written."""

    def __init__(self, title: str, author: str, footer: str = "") -> None:
        self.docx: Any = load("docx.api", EXTRA).Document()
        self.shared: Any = load("docx.shared", EXTRA)
        self.oxml: Any = load("docx.oxml", EXTRA)
        self.qn: Any = load("docx.oxml.ns", EXTRA).qn
        self.enum: Any = load("docx.enum.text", EXTRA)
        self._properties(title, author)
        self._page()
        self._styles()
        self._footer(footer)

    def _properties(self, title: str, author: str) -> None:
        about = self.docx.core_properties
        about.title, about.author, about.language = plain(title)[:255], plain(author)[:255], LANGUAGE
        about.comments = about.keywords = about.last_modified_by = ""
        element = about._element  # noqa: SLF001 (no date is a true one, so there is none)
        for child in [child for child in element if child.tag.endswith(("}created", "}modified"))]:
            element.remove(child)

    def _page(self) -> None:
        section, cm = self.docx.sections[0], self.shared.Cm
        section.page_width, section.page_height = cm(21.0), cm(29.7)
        section.left_margin = section.right_margin = cm(MARGIN)
        section.top_margin = section.bottom_margin = cm(MARGIN)

    def _styles(self) -> None:
        styles, points = self.docx.styles, self.shared.Pt
        for name, size in (("Normal", 10), ("Heading 1", 18), ("Heading 2", 14), ("Heading 3", 11), ("Caption", 9.5)):
            style = styles[name]
            style.font.size, style.font.name = points(size), FONT
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # would stand before the font's name
                fonts.attrib.pop(self.qn(f"w:{kind}"), None)
            fonts.set(self.qn("w:cs"), FONT)
            if name != "Normal":
                style.font.color.rgb = self.shared.RGBColor.from_string(BLUE)
        styles["Normal"].paragraph_format.space_after = points(6)
        styles["Caption"].paragraph_format.keep_with_next = True
        for language in styles.element.iter(self.qn("w:lang")):
            language.set(self.qn("w:val"), LANGUAGE)

    def _footer(self, words: str) -> None:
        line = self.docx.sections[0].footer.paragraphs[0]
        if words:
            line.add_run(f"{plain(words)} Page ").font.size = self.shared.Pt(8)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = line.add_run()
            run.font.size = self.shared.Pt(8)
            if text:
                run._r.append(self._element("w:instrText", text=text))  # noqa: SLF001
            else:
                run._r.append(self._element("w:fldChar", {"w:fldCharType": kind}))  # noqa: SLF001

    def _element(self, tag: str, attributes: dict[str, str] | None = None, text: str | None = None) -> Any:
        made = self.oxml.OxmlElement(tag)
        for name, value in (attributes or {}).items():
            made.set(self.qn(name), value)
        made.text = text
        return made

    # ── what stands in it ──

    def heading(self, words: str, level: int) -> None:
        self.docx.add_heading(plain(words), level)

    def words(self, words: str, style: str | None = None, *, bold: bool = False) -> Any:
        """A paragraph; what is to be filled in is marked."""
        paragraph = self.docx.add_paragraph(style=style)
        self._runs(paragraph, plain(words), bold=bold)
        return paragraph

    def _runs(self, paragraph: Any, words: str, *, bold: bool = False) -> None:
        first = min((words.find(p) for p in PLACEHOLDERS if p in words), default=-1)
        if first < 0:
            paragraph.add_run(words).bold = bold or None
            return
        found = next(p for p in PLACEHOLDERS if words.startswith(p, first))
        if first:
            self._runs(paragraph, words[:first], bold=bold)
        marked = paragraph.add_run(found)
        marked.bold, marked.font.highlight_color = True, self.enum.WD_COLOR_INDEX.YELLOW
        if words[first + len(found) :]:
            self._runs(paragraph, words[first + len(found) :], bold=bold)

    def lines(self, lines: tuple[str, ...]) -> None:
        """Lines one below the other, as of an address."""
        for line in lines:
            self.words(line).paragraph_format.space_after = self.shared.Pt(0)
        self.words("")

    def items(self, words: tuple[str, ...]) -> None:
        for item in words:
            self.words(item, "List Bullet")

    def table(self, table: Table) -> None:
        """A table with its title above it, headings repeated on each page, and its notes below."""
        sideways = len(table.columns) > MOST_UPRIGHT
        wide = WIDE if sideways else WIDTH
        if sideways:
            self._turn()
        self.words(table.title, "Caption")
        made = self.docx.add_table(rows=0, cols=len(table.columns), style="Table Grid")
        about = made._tbl.tblPr  # noqa: SLF001
        about.append(self._element("w:tblCaption", {"w:val": plain(table.title)}))
        made.autofit = False
        widths = [self.shared.Cm(width) for width in _widths(table, wide)]
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        if any(column.heading for column in table.columns):
            self._row(made, [column.heading for column in table.columns], table.columns, widths, head=True)
        for row in table.rows:
            self._row(made, table.shown(row), table.columns, widths, row)
        if sideways:
            self._turn()
        for note in table.notes:
            paragraph = self.words(note)
            paragraph.paragraph_format.space_before = self.shared.Pt(3)
            for run in paragraph.runs:
                run.font.size = self.shared.Pt(8.5)
        if not table.notes and not sideways:
            self.words("")

    def _turn(self) -> None:
        """Go on upright after what lies on its side, or the other way about, on a new page."""
        last, section = self.docx.sections[-1], self.docx.add_section()
        section.page_width, section.page_height = last.page_height, last.page_width
        section.orientation = 1 - last.orientation

    def _row(
        self,
        made: Any,
        shown: list[str],
        columns: tuple[Column, ...],
        widths: list[Any],
        row: Row | None = None,
        *,
        head: bool = False,
    ) -> None:
        line = made.add_row()
        properties = line._tr.get_or_add_trPr()  # noqa: SLF001
        properties.append(self._element("w:cantSplit"))
        if head:
            properties.append(self._element("w:tblHeader"))
        bold = head or (row is not None and row.style != "line")
        for i, (cell, text) in enumerate(zip(line.cells, shown, strict=True)):
            cell.width = widths[i]
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(plain(text))
            run.bold, run.font.size = bold or None, self.shared.Pt(SMALL if len(columns) <= MOST_UPRIGHT else SMALLER)
            form = paragraph.paragraph_format
            form.space_after, form.keep_with_next = self.shared.Pt(1), head or None
            if columns[i].kind != "text":
                paragraph.alignment = self.enum.WD_ALIGN_PARAGRAPH.RIGHT
            if i == 0 and row is not None and row.indent:
                form.left_indent = self.shared.Cm(0.35 * row.indent)
            if head:
                shade = {"w:val": "clear", "w:color": "auto", "w:fill": PALE}
                cell._tc.get_or_add_tcPr().append(self._element("w:shd", shade))  # noqa: SLF001

    def chart(self, chart: Chart) -> None:
        picture = self.docx.add_picture(io.BytesIO(chart.png()), width=self.shared.Cm(WIDTH))
        about = picture._inline.docPr  # noqa: SLF001
        about.set("descr", chart.alt)
        about.set("title", chart.title)

    def block(self, block: Block) -> None:
        """Whatever stands below a heading."""
        if isinstance(block, Table):
            self.table(block)
        elif isinstance(block, Chart):
            self.chart(block)
        elif isinstance(block, Items):
            self.items(block.words)
        elif isinstance(block, Workings):
            self.words(FOLDED)
        else:
            self.words(block)

    def bytes(self) -> bytes:
        """The file: what is in it in its order, each part with the earliest date a file can have."""
        made, again = io.BytesIO(), io.BytesIO()
        self.docx.save(made)
        with zipfile.ZipFile(made) as before, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as after:
            for name in before.namelist():
                part = zipfile.ZipInfo(name, EARLIEST)
                part.compress_type, part.external_attr, part.create_system = zipfile.ZIP_DEFLATED, 0, 0
                after.writestr(part, before.read(name))
        return again.getvalue()


def _widths(table: Table, wide: float) -> list[float]:
    """Centimetres of each column: none narrower than its longest word or amount, the rest by how much is in it."""
    rows = [[column.heading for column in table.columns], *(table.shown(row) for row in table.rows)]
    letter = LETTER * (SMALLER / SMALL if wide > WIDTH else 1)
    longest, least = [], []
    for i, column in enumerate(table.columns):
        cells = [row[i] for row in rows if column.kind == "text"] or [row[i] for row in rows[1:]]
        words = [word for cell in cells for word in (cell.split() if column.kind == "text" else [cell])]
        words += column.heading.split()
        least.append(letter * min(max(map(len, words), default=0), LONGEST_WORD) + PADDING)
        longest.append(min(max(map(len, cells), default=0), LONGEST) + 1)
    spare = max(wide - sum(least), 0.0)
    shared = [narrow + spare * part / sum(longest) for narrow, part in zip(least, longest, strict=True)]
    return [wide * width / sum(shared) for width in shared]


def report_document(report: Report) -> bytes:
    """The report as a Word document. Raises :class:`~fcr.errors.MissingExtra` where python-docx is not installed."""
    made = _Document(report.title, report.about[0], report.footer)
    made.heading(report.title, 1)
    for line in report.about:
        made.words(line)
    made.words(report.verdict, bold=True)
    for section in report.sections:
        made.heading(section.heading, section.level)
        for block in section.blocks:
            made.block(block)
    return made.bytes()


def letter_document(letter: Letter) -> bytes:
    """The letter as a Word document. Raises :class:`~fcr.errors.MissingExtra` where python-docx is not installed."""
    made = _Document(letter.subject, letter.head[0][0])
    for address in letter.head:
        made.lines(address)
    made.words(letter.greeting)
    made.heading(letter.subject, 1)
    for words in letter.opening:
        made.words(words)
    for heading, asks in letter.groups:
        made.heading(heading, 2)
        for ask in asks:
            paragraph = made.words(f"{ask.number}. {ask.words}")
            paragraph.add_run().add_break()
            paragraph.add_run(plain(ask.basis)).font.size = made.shared.Pt(8.5)
    for words in letter.closing:
        made.words(words)
    made.lines(letter.signature)
    return made.bytes()
