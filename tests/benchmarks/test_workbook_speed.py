"""Reading, checking and writing the example workbook, beside what the libraries below need for the same file."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlsxwriter import Workbook

import fcr
from fcr.workbook.model import lay_out
from fcr.workbook.reader import read_bid, read_workbook
from fcr.workbook.writer import to_bytes

pytestmark = pytest.mark.benchmark

DEMO = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"


def loaded(data: bytes, times: int) -> None:
    """What openpyxl needs to load a workbook: once for its formulas, once more for their values."""
    for data_only in (False, True)[:times]:
        assert openpyxl.load_workbook(io.BytesIO(data), data_only=data_only).sheetnames


def rewritten(data: list[tuple[str, list[tuple[int, int, Any, str | None]]]]) -> bytes:
    """The same cells written plainly by XlsxWriter."""
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True})
    for name, cells in data:
        sheet = book.add_worksheet(name)
        for row, column, value, formula in cells:
            if formula is not None:
                sheet.write_formula(row, column, "=" + formula, None, value)
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            else:
                sheet.write_number(row, column, value)
    book.close()
    return target.getvalue()


def test_the_demo_workbook_is_read_as_fast_as_it_is_loaded(
    race: Any, say: Callable[[str], None], tmp_path: Path
) -> None:
    """Reading the bid takes at most 1.5 times what openpyxl alone needs to load the file once.

    Checking every formula of the model as well takes at most 1.5 times what it needs to load it for
    formulas and again for values.
    """
    path = tmp_path / "demo.xlsx"
    fcr.write(fcr.read(DEMO), path)
    data = path.read_bytes()
    best = race(
        5,
        read=lambda: read_bid(path),
        checked=lambda: read_workbook(path).formulas,
        once=lambda: loaded(data, 1),
        twice=lambda: loaded(data, 2),
    )
    reading, checking = best["read"] / best["once"], best["checked"] / best["twice"]
    say(f"reading the demo workbook: {reading:.2f} of loading it once by openpyxl ({best['read'] * 1e3:.0f} ms here)")
    say(f"and checking its formulas: {checking:.2f} of loading it twice ({best['checked'] * 1e3:.0f} ms here)")
    assert reading < 1.5
    assert checking < 1.5


def test_the_demo_workbook_is_written_within_twice_plainly(race: Any, say: Callable[[str], None]) -> None:
    """Laying out and writing the model takes at most twice what XlsxWriter needs for the same cells."""
    plain = fcr.read(DEMO).to_dict()
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(lay_out(plain))))
    cells = []
    for sheet in book.worksheets:
        found: list[tuple[int, int, Any, str | None]] = []
        for (row, column), cell in sheet._cells.items():
            value = getattr(cell.value, "text", cell.value)
            if cell.data_type == "f":
                found.append((row - 1, column - 1, 0, str(value).removeprefix("=")))
            elif isinstance(value, str | int | float):
                found.append((row - 1, column - 1, value, None))
        cells.append((sheet.title, found))
    best = race(3, ours=lambda: to_bytes(lay_out(plain)), plainly=lambda: rewritten(cells))
    ratio = best["ours"] / best["plainly"]
    say(f"writing the demo workbook: {ratio:.2f} of writing its cells plainly ({best['ours'] * 1e3:.0f} ms here)")
    assert ratio < 2
