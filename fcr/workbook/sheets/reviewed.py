"""The sheets that only a reviewed workbook has: Findings and Workings, stamped as Python found them.

They are fixed words and figures; one live line on each says whether inputs have changed since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fcr.workbook.formula import Block
from fcr.workbook.functions import if_
from fcr.workbook.layout import Book, Sheet

__all__ = ["findings", "workings"]

CURRENT = "The inputs are as they were then"
STALE = "INPUTS HAVE CHANGED since: run fcr check on this workbook again (see the Changes sheet)"
POUNDS = "pounds"
DEEPEST = 7
"""Steps further in than this stand as far in as this."""


def findings(book: Book) -> None:
    """Lay out the answer of every check, where the workbook was reviewed; after the Changes sheet."""
    found = book.stamps.get("findings")
    if not found:
        return
    about = "Every check of the offer, as answered by fcr: simulation included."
    sheet = book.sheet("Findings", "What fcr found", "result", about)
    sheet.widths |= {0: 10, 1: 20, 2: 64, 3: 14, 4: 56, 5: 40}
    sheet.freeze = (4, 0)
    sheet.section(found["verdict"])
    _standing(sheet, found)
    for title, about, lines in (
        ("What to ask the commissioner for", "Gravest and largest first.", found["asks"]),
        ("For the trustees to settle", "What is not the commissioner's to give.", found["for_trustees"]),
    ):
        if lines:
            sheet.section(title, about)
            for number, line in enumerate(lines, 1):
                sheet.write(sheet.row, 0, str(number), "label")
                _line(sheet, line, "plain", at=2)
    sheet.section(
        "Every check", "Amounts are pounds over the term. Those of different checks overlap: do not add them up."
    )
    sheet.heads("Check", "Answer", "What was found", "At stake (£)", "What to do", "Source")
    _table(sheet, found["rows"], ("label", "plain", "plain", POUNDS, "told", "plain"))


def workings(book: Book) -> None:
    """Lay out how the price was worked out, step by step, where the workbook was reviewed."""
    found = book.stamps.get("workings")
    if not found:
        return
    about = "Why each figure of the price is what it is: its parts stand below it, further in, and add up to it."
    sheet = book.sheet("Workings", found["title"], "result", about)
    sheet.widths |= {0: 58, 1: 16, 2: 70, 3: 30}
    sheet.freeze = (4, 1)
    sheet.section("Workings")
    _standing(sheet, found)
    sheet.row += 1
    sheet.heads("Figure", "£", "How", "From")
    top = sheet.row
    _table(sheet, [(None, *row[2:]) for row in found["rows"]], ("label", POUNDS, "told", "told"))
    for number, (depth, label, *_) in enumerate(found["rows"]):
        step = _column([label])
        step.place(sheet.name, top + number, 0)
        sheet.hold(step, f"step {min(depth, DEEPEST)}")


def _standing(sheet: Sheet, found: Mapping[str, Any]) -> None:
    """Who found this, by what, and whether it still holds."""
    _line(sheet, found["by"], "note")
    changed = sheet.book.names["fcr_changed_inputs"]
    sheet.calc("", "", if_(changed > 0, STALE, CURRENT), "note", at=0)


def _line(sheet: Sheet, text: str, style: str, at: int = 0) -> None:
    block = _column([text])
    block.place(sheet.name, sheet.row, at)
    sheet.hold(block, style)
    sheet.row += 1


def _table(sheet: Sheet, rows: Sequence[Sequence[Any]], forms: Sequence[str]) -> None:
    """Fixed words and figures under their headings."""
    for column, form in enumerate(forms):
        block = _column([row[column] for row in rows])
        block.place(sheet.name, sheet.row, column)
        sheet.hold(block, form)
    sheet.row += len(rows)


def _column(values: Sequence[Any]) -> Block:
    return Block(np.array([[value] for value in values], dtype=object))
