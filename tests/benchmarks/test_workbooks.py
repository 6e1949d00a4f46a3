"""Workbooks: against what the libraries beneath need for the same cells, and many of them one after another."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlsxwriter import Workbook

import fcr
from fcr.workbook.model import lay_out
from fcr.workbook.reader import read_bid
from fcr.workbook.writer import to_bytes

pytestmark = [pytest.mark.benchmark, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]

Race = Callable[..., dict[str, float]]
Say = Callable[[str], None]
DEMO = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"
MANY, EDGE, ROUNDS = 1_000, 100, 9

BARE = """
import sys, pydantic, numpy, openpyxl
openpyxl.load_workbook(sys.argv[1])
openpyxl.load_workbook(sys.argv[1], data_only=True)
"""
CHECK = "import sys; from fcr.cli import main; main(['check', sys.argv[1]])"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the bundled example."""
    path = tmp_path_factory.mktemp("demo") / "demo.xlsx"
    path.write_bytes(to_bytes(lay_out(fcr.read(DEMO).to_dict())))
    return path


def test_reading_takes_little_more_than_loading(demo: Path, race: Race, say: Say) -> None:
    """A bid is read from its workbook within 1.5 times what openpyxl needs to load it once."""
    best = race(
        rounds=5,
        reading=lambda: read_bid(demo),
        loading=lambda: openpyxl.load_workbook(demo),
        values=lambda: openpyxl.load_workbook(demo, data_only=True),
    )
    once, twice = best["loading"], best["loading"] + best["values"]
    say(
        f"reading {best['reading']:.3f} s: {best['reading'] / once:.2f} of a load, {best['reading'] / twice:.2f} of two"
    )
    assert best["reading"] <= 1.5 * once


def test_writing_takes_little_more_than_the_same_cells(demo: Path, race: Race, say: Say) -> None:
    """A bid is laid out and written within twice what XlsxWriter needs for the same cells, written plainly."""
    data = fcr.read(DEMO).to_dict()
    formulas, values = openpyxl.load_workbook(demo), openpyxl.load_workbook(demo, data_only=True)
    cells: dict[str, list[tuple[int, int, Any, Any]]] = {
        sheet.title: [
            (cell.row - 1, cell.column - 1, cell.value, values[sheet.title].cell(cell.row, cell.column).value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        for sheet in formulas.worksheets
    }
    best = race(rounds=5, ours=lambda: to_bytes(lay_out(data)), plain=lambda: _plainly(cells))
    say(f"writing {best['ours']:.3f} s: {best['ours'] / best['plain']:.2f} of XlsxWriter with the same cells")
    assert best["ours"] <= 2 * best["plain"]


def _plainly(cells: Mapping[str, list[tuple[int, int, Any, Any]]]) -> None:
    book = Workbook(BytesIO(), {"in_memory": True})
    for title, listed in cells.items():
        sheet = book.add_worksheet(title)
        for row, column, value, shown in listed:
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(row, column, value, None, "" if shown is None else shown)
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, str(value))
    book.close()


def test_checking_is_little_more_than_loading_twice(demo: Path, tmp_path: Path, say: Say) -> None:
    """``fcr check demo.xlsx``, a whole process, within 1.3 times a bare one that loads the file twice."""
    environment = os.environ | {
        "PYTHONPATH": str(Path(fcr.__file__).parents[1]),
        "PYTHONPYCACHEPREFIX": str(tmp_path),
    }
    best = dict.fromkeys((CHECK, BARE), float("inf"))
    for turn in range(ROUNDS):
        for code in best:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code, str(demo)], env=environment, capture_output=True, check=True)
            if turn:  # the first compiles
                best[code] = min(best[code], time.perf_counter() - start)
    say(f"fcr check {best[CHECK]:.2f} s: {best[CHECK] / best[BARE]:.2f} of a bare process that loads it twice")
    assert best[CHECK] <= 1.3 * best[BARE]


def test_a_thousand_workbooks_at_a_steady_rate(demo: Path, say: Say) -> None:
    """1,000 workbooks read and checked: the last hundred as fast as the first, in no more memory."""
    count = int(os.environ.get("FCR_WORKBOOKS", MANY))
    edge = min(EDGE, count // 2)
    took: list[float] = []
    grew = 0
    for number in range(count):
        start = time.process_time()
        fcr.check(read_bid(demo))
        took.append(time.process_time() - start)
        if number + 1 == edge:
            grew = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first, last = edge / sum(took[:edge]), edge / sum(took[-edge:])
    say(f"{count:,} read and checked: {first:.2f} a second at first, {last:.2f} at last ({last / first:.2f})")
    say(f"peak memory {grew / 1024:.0f} MB after {edge}, {peak / 1024:.0f} MB at the end ({peak / grew:.2f})")
    assert last >= 0.85 * first
    assert peak <= 1.1 * grew
