"""``docs/reference/workbook.md``: the workbook sheet by sheet, from its layout."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fcr.workbook.layout import Sheet
from fcr.workbook.model import lay_out
from fcr.workbook.placed import Input

HEAD = """# The workbook, sheet by sheet

Every sheet in the order it stands in, and every input: its unit, and the help it shows when chosen.
Written from the layout itself by `python tests/test_docs.py`. How to use it: [price a bid in
Excel](../how-to/price-a-bid-in-excel.md).
"""
KINDS = {
    "guide": "Guide.",
    "input": "Inputs.",
    "calculation": "Calculation; nothing to type.",
    "result": "Result; nothing to type.",
}
REVIEWED = """
## Findings, Workings

Only in a workbook that `fcr check -o` or `fcr.write(review, …)` has written: every finding with its
amount, what to do and its source; and why each figure of the price is what it is. Stamped: they say
when inputs have changed since.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_sheet(sheet) for sheet in lay_out({}).sheets) + REVIEWED


def _sheet(sheet: Sheet) -> str:
    lines = ["", f"## {sheet.name}", "", f"{KINDS[sheet.role]} {_plain(sheet.about)}"]
    for title, inputs in groupby(sheet.inputs, key=lambda given: _section(sheet, given)):
        lines += ["", f"### {sheet.name}: {title}", "", "| input | unit | help |", "|---|---|---|"]
        lines += [f"| {_plain(i.label)} | {_plain(i.unit)} | {_plain(i.help)} |" for i in inputs]
    return "\n".join(lines) + "\n"


def _section(sheet: Sheet, given: Input) -> str:
    """The section that an input stands under."""
    above: Iterator[tuple[int, str]] = (
        (text.row, text.text) for text in sheet.texts if text.style == "section" and isinstance(text.text, str)
    )
    return max((row, title) for row, title in above if row < given.block.row)[1]


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
