"""One table value; text, HTML and Markdown are printers of it.

A result says itself once, as a :class:`Table`; the terminal, the notebook, the report and the
workbook print the same one, so they cannot disagree. A table that claims to add up is checked
when it is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from fcr.errors import ReconciliationError
from fcr.extras import load
from fcr.shown import LEAST_WIDTH, Shown, html_text, laid, markdown_text, settled, wrapped

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cell", "Column", "Part", "Row", "Table", "lines_of"]

Cell: TypeAlias = Decimal | int | str | None
Kind: TypeAlias = Literal["text", "pounds", "share", "number"]
Style: TypeAlias = Literal["line", "heading", "subtotal", "total"]
Part: TypeAlias = Literal["title", "line", "heading", "subtotal", "total", "rule", "note"]
"""What a line of text is: words of a table, a row by its style, or a rule or space between."""

LEFT = ' align="left" style="text-align: left"'
PLAIN = ' align="left" style="text-align: left; font-weight: normal"'
SHORT = ' align="left" style="text-align: left; font-weight: normal; white-space: nowrap"'
WHOLE = ' align="left" style="text-align: left; white-space: nowrap"'
SHORTEST = 8
"""Up to so many characters a word is not broken, such as the code of a check."""
MIN_LABEL, MIN_TEXT, MIN_HEADING = 18, 24, 16
LEAST_LABEL = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands below it: text, pounds, a share (0.06 prints as 6.0%) or a number."""

    heading: str
    kind: Kind = "pounds"

    def show(self, cell: Cell) -> str:
        """A cell as people read it; nothing for an empty one.

        >>> Column("£").show(Decimal("-1234.5")), Column("Rate", "share").show(Decimal("0.0605"))
        ('-1,234.50', '6.1%')
        """
        if cell is None:
            return ""
        if isinstance(cell, str):
            return cell
        if self.kind == "pounds":
            return f"{cell:,.2f}"
        if self.kind == "share":
            return f"{(Decimal(cell) * 100).quantize(Decimal('0.1'), 'ROUND_HALF_UP'):,}%"
        return f"{cell:,f}" if isinstance(cell, Decimal) else f"{cell:,}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of cells. ``adds`` names the rows (by number, from 0) that come to this one."""

    cells: tuple[Cell, ...]
    style: Style = "line"
    indent: int = 0
    adds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table(Shown):
    """A titled table with notes, whose sums are checked.

    ``across`` says that in every row the last pounds column is the sum of the pounds columns
    before it. Raises :class:`~fcr.errors.ReconciliationError` when a row or column does not add up.

    >>> table = Table("Rent", (Column("", "text"), Column("£")), (Row(("Advice", Decimal("12.50"))),))
    >>> print(table)
    Rent
    <BLANKLINE>
                £
    Advice  12.50
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    across: bool = False

    def __post_init__(self) -> None:
        pounds = [i for i, column in enumerate(self.columns) if column.kind == "pounds"]
        for number, row in enumerate(self.rows):
            if len(row.cells) != len(self.columns):
                raise ReconciliationError(f"{self.title}: row {number} has {len(row.cells)} cells")
            amounts = [_amount(row.cells[i]) for i in pounds]
            if self.across and row.style != "heading" and sum(amounts[:-1]) != amounts[-1]:
                raise ReconciliationError(f"{self.title}: {row.cells[0]} does not add up across: {amounts}")
            for i in pounds if row.adds else []:
                parts = [_amount(self.rows[part].cells[i]) for part in row.adds]
                if sum(parts) != _amount(row.cells[i]):
                    raise ReconciliationError(f"{self.title}: {row.cells[0]} does not add up: {parts}")

    def shown(self, row: Row) -> list[str]:
        """The cells of a row as people read them."""
        return [column.show(cell) for column, cell in zip(self.columns, row.cells, strict=True)]

    # ── printers ──

    def text(self, width: int = 80) -> str:
        """Plain text no wider than ``width`` (24 at the least): long labels wrap, columns that do not fit go below."""
        return "\n".join(line for _, line in lines_of(self, width))

    def _lines(self, width: int) -> Iterator[tuple[Part, str]]:
        yield from (("title", line) for line in wrapped(laid(self.title), width))
        shown = [[laid(cell) for cell in self.shown(row)] for row in self.rows]
        for columns, widths in self._blocks(shown, width):
            yield "rule", ""
            yield from self._block(shown, columns, widths)
        for note in self.notes:
            yield "rule", ""
            yield from (("note", line) for line in wrapped(laid(note), width, "  ", "  "))

    def _widths(self, shown: list[list[str]], width: int) -> tuple[list[int], list[int]]:
        """The width each column asks for, and the narrowest it may be: text and headings wrap, amounts do not.

        Where the least of a column and of the labels do not fit side by side, labels give way to
        amounts and text gives way to labels.
        """
        wanted, least = [], []
        for i, column in enumerate(self.columns):
            indents = [2 * row.indent if i == 0 else 0 for row in self.rows]
            cells = max((len(cells[i]) + indent for cells, indent in zip(shown, indents, strict=True)), default=0)
            heading = len(laid(column.heading))
            wanted.append(max(cells, heading))
            if column.kind == "text":
                least.append(min(wanted[i], MIN_TEXT if i else MIN_LABEL))
            else:
                least.append(max(cells, min(heading, MIN_HEADING)))
        beside = [
            least[i] if self.columns[i].kind != "text" else min(least[i], LEAST_LABEL) for i in range(1, len(least))
        ]
        least[0] = min(least[0], max(width - 2 - max(beside, default=-2), LEAST_LABEL))
        least[1:] = [min(w, width - 2 - least[0]) for w in least[1:]]
        return wanted, least

    def _blocks(self, shown: list[list[str]], width: int) -> Iterator[tuple[list[int], dict[int, int]]]:
        """Groups of columns that fit beside the first one, each with its width."""
        wanted, least = self._widths(shown, width)
        blocks = [[0]]
        for i in range(1, len(self.columns)):
            if sum(least[j] + 2 for j in (*blocks[-1], i)) - 2 > width and len(blocks[-1]) > 1:
                blocks.append([0])
            blocks[-1].append(i)
        for columns in blocks:
            widths = {i: least[i] for i in columns}
            spare = width - sum(widths.values()) - 2 * (len(columns) - 1)
            texts = [i for i in columns if self.columns[i].kind == "text"]
            for i in [*texts, *(i for i in columns if i not in texts)]:
                more = min(wanted[i] - widths[i], max(spare, 0))
                if i not in texts and widths[i] + more < wanted[i]:
                    continue  # a heading that wraps anyway gains nothing by a little more room
                widths[i] += more
                spare -= more
            yield columns, widths

    def _block(self, shown: list[list[str]], columns: list[int], widths: dict[int, int]) -> Iterator[tuple[Part, str]]:
        if any(c.heading for c in self.columns):
            headings = [laid(self.columns[i].heading) for i in columns]
            yield from (("heading", line) for line in self._line(headings, widths))
        for row, cells in zip(self.rows, shown, strict=True):
            if row.style in {"subtotal", "total"} and row.adds:
                rule = "-" if row.style == "subtotal" else "="
                yield "rule", "  ".join((" " if self.columns[i].kind == "text" else rule) * widths[i] for i in columns)
            yield from ((row.style, line) for line in self._line([cells[i] for i in columns], widths, row.indent))

    def _line(self, cells: Sequence[str], widths: dict[int, int], indent: int = 0) -> list[str]:
        parts = []
        for (i, width), cell in zip(widths.items(), cells, strict=True):
            lead = " " * min(2 * indent, width // 2) if i == 0 else ""
            lines = wrapped(cell, width, lead, lead + "  " * (i == 0)) or [""]
            pad = str.ljust if self.columns[i].kind == "text" else str.rjust
            parts.append([pad(line, width) for line in lines])
        height = max(map(len, parts))
        # amounts stand beside the last line of a wrapped label
        for part, (i, lines) in enumerate(zip(widths, parts, strict=True)):
            gap = [" " * widths[i]] * (height - len(lines))
            parts[part] = lines + gap if self.columns[i].kind == "text" else gap + lines
        return ["  ".join(line) for line in zip(*parts, strict=True)]

    def markdown(self) -> str:
        """A Markdown table under a bold title; all text escaped."""
        marks = [":---" if c.kind == "text" else "---:" for c in self.columns]
        lines = [
            f"**{markdown_text(self.title)}**",
            "",
            _md_row([c.heading for c in self.columns]),
            _md_row(marks, raw=True),
        ]
        for row in self.rows:
            cells = [
                ("\u2003" * row.indent if i == 0 else "") + markdown_text(c) for i, c in enumerate(self.shown(row))
            ]
            lines.append(_md_row([f"**{c}**" if c and row.style != "line" else c for c in cells], raw=True))
        lines += [line for note in self.notes for line in ("", markdown_text(note))]
        return "\n".join(lines) + "\n"

    def html(self) -> str:
        """A table element with caption and scopes, no script; all text escaped.

        It is read without style as well. What style there is says again that words stand to the left,
        for notebooks that set everything to the right, and that only sums and headings are bold.
        """
        head = "".join(_heading(column) for column in self.columns)
        body = "\n".join(self._html_row(row) for row in self.rows)
        notes = "".join(f"\n<p>{html_text(note)}</p>" for note in self.notes)
        caption = html_text(self.title)
        return (
            f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}\n</tbody>\n</table>{notes}\n"
        )

    def _html_row(self, row: Row) -> str:
        cells = []
        for i, (column, text) in enumerate(zip(self.columns, self.shown(row), strict=True)):
            shown = ("&emsp;" * row.indent if i == 0 else "") + html_text(text)
            shown = f"<strong>{shown}</strong>" if text and row.style != "line" else shown
            short = 0 < len(text) <= SHORTEST
            align = ' align="right"' if column.kind != "text" else WHOLE if short else LEFT
            head = LEFT if row.style != "line" else SHORT if short else PLAIN
            cells.append(f'<th scope="row"{head}>{shown}</th>' if i == 0 and text else f"<td{align}>{shown}</td>")
        return f"<tr>{''.join(cells)}</tr>"

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        return {
            "title": self.title,
            "columns": [{"heading": c.heading, "kind": c.kind} for c in self.columns],
            "rows": [
                {"style": r.style, "cells": [str(c) if isinstance(c, Decimal) else c for c in r.cells]}
                for r in self.rows
            ],
            "notes": list(self.notes),
        }

    def to_frame(self, *, exact: bool = True, totals: bool = True) -> pd.DataFrame:
        """The table as a pandas DataFrame: the first column is its index, the headings its columns.

        Amounts stay the exact :class:`~decimal.Decimal` of the table; with ``exact=False`` they are
        floats, ready to draw or to average, and no longer exact to the penny in long sums. With
        ``totals=False`` headings, subtotals and totals are left out, so that what is left may be
        added up. The title and the notes are in ``frame.attrs``. Raises
        :class:`~fcr.errors.MissingExtra` where pandas is not installed.
        """
        pandas = load("pandas", "notebook")
        rows = [row.cells for row in self.rows if totals or row.style == "line"]
        index = pandas.Index([cells[0] for cells in rows], dtype=object, name=self.columns[0].heading or None)
        cells = [row[1:] if exact else [_inexact(cell) for cell in row[1:]] for row in rows]
        headings = [column.heading for column in self.columns[1:]]
        frame: pd.DataFrame = pandas.DataFrame(cells, index, headings, dtype=object)
        frame = frame if exact else frame.infer_objects()
        frame.attrs = {"title": self.title, "notes": self.notes}
        return frame


def lines_of(table: Table, width: int = 80) -> Iterator[tuple[Part, str]]:
    """The lines of a table's text, each with what it is, for a terminal that can show it by more than words."""
    for part, line in table._lines(max(width, LEAST_WIDTH)):  # noqa: SLF001 (a table's own)
        yield part, settled(line).rstrip()


def _inexact(cell: Cell) -> float | str:
    """A cell as a float; text as it is, and nothing as not a number."""
    if cell is None:
        return float("nan")
    return cell if isinstance(cell, str) else float(cell)


def _heading(column: Column) -> str:
    """The head of a column; a corner with no words is an empty cell, not a heading of nothing."""
    align = LEFT if column.kind == "text" else ""
    return f'<th scope="col"{align}>{html_text(column.heading)}</th>' if column.heading else "<td></td>"


def _amount(cell: Cell) -> Decimal:
    return Decimal(0) if cell is None or isinstance(cell, str) else Decimal(cell)


def _md_row(cells: Sequence[str], *, raw: bool = False) -> str:
    return "| " + " | ".join(c if raw else markdown_text(c) for c in cells) + " |"
