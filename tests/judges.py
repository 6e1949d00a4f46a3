"""Two spreadsheet programs that judge a workbook: each works it out afresh, and what was written must agree.

Any .xlsx file will do; nothing here knows how ours are laid out. LibreOffice is the first judge;
formualizer, a quicker one, is the second. Both are given copies. ``differences`` says where what was
written is not what a judge finds.
"""

from __future__ import annotations

import io
import math
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula

RELATIVE, ABSOLUTE = 1e-9, 1e-7  # floats added in another order, and dates read to the millisecond
BATCH = 40  # workbooks in one start of LibreOffice
START, EACH = 120, 15  # seconds allowed: to start, and for each workbook
AS_FORMULAS = ("=TRUE()", "=FALSE()")  # how LibreOffice saves a truth value that somebody typed

Place = tuple[str, str]


class ErrorValue(str):
    """``#REF!`` and the like, told apart from a text that reads the same."""

    __slots__ = ()


Value = float | str | bool | None


@dataclass(frozen=True)
class Cell:
    """A formula, and the value that stands in the file beside it."""

    formula: str
    value: Value


@dataclass(frozen=True)
class Difference:
    """One cell on which the file and its judge do not agree, or that is an error in either."""

    sheet: str
    cell: str
    formula: str
    written: str
    judged: str

    def __str__(self) -> str:
        """As a person would note it."""
        return f"{self.sheet}!{self.cell}: {self.formula}, written {self.written}, recalculated {self.judged}"


# ── LibreOffice ──────────────────────────────────────────────────────────────────────────────────

# Without the first, LibreOffice shows the values that stand in the file and works nothing out. The second keeps the
# names of months the same on every machine.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-GB</value></prop></item>
</oor:items>
"""


def libreoffice() -> str | None:
    """Where LibreOffice is, or nothing."""
    return shutil.which("soffice") or shutil.which("libreoffice")


JUDGED_ELSEWHERE = os.environ.get("FCR_JUDGES") == "elsewhere"
"""Set in ``.ci/run`` for all runs of the tests but one: judging 200 workbooks once is enough."""

needs_libreoffice = pytest.mark.skipif(
    JUDGED_ELSEWHERE or libreoffice() is None,
    reason="the judges sit in another run"
    if JUDGED_ELSEWHERE
    else "LibreOffice is not installed: nothing is judged by it",
)
once = pytest.mark.skipif(JUDGED_ELSEWHERE, reason="the judges sit in another run")


def recalculate(paths: Iterable[Path], folder: Path) -> dict[Path, Path]:
    """Each workbook worked out afresh by LibreOffice and saved in ``folder``, many to one start of it."""
    made: dict[Path, Path] = {}
    originals = list(paths)
    for start in range(0, len(originals), BATCH):
        made |= _batch(originals[start : start + BATCH], folder, start)
    return made


def _batch(paths: Sequence[Path], folder: Path, start: int) -> dict[Path, Path]:
    program = libreoffice()
    assert program is not None, "LibreOffice is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="judge-", ignore_cleanup_errors=True) as own:
        profile, inbox = Path(own, "profile"), Path(own, "inbox")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        inbox.mkdir()
        # two workbooks of one name, from two folders, may not overwrite each other
        copies = {path: inbox / f"{start + n:04d}-{path.stem}.xlsx" for n, path in enumerate(paths)}
        for path, copy in copies.items():
            shutil.copyfile(path, copy)
        command = [
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nolockcheck"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder)),
            *map(str, copies.values()),
        ]
        said = _run(command, timeout=START + EACH * len(paths))
    made = {path: folder / copy.name for path, copy in copies.items()}
    missing = [str(path) for path, output in made.items() if not output.is_file()]
    assert not missing, f"LibreOffice wrote nothing for {', '.join(missing)}; it said:\n{said}"
    return made


def _run(command: list[str], *, timeout: float) -> str:
    """What the command said. After the timeout it is ended with all it started: ``soffice`` is only a launcher."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            raise AssertionError(f"LibreOffice was not done after {timeout:.0f} seconds; it said:\n{said}") from None
    assert process.returncode == 0, f"LibreOffice stopped with {process.returncode}; it said:\n{said}"
    return said


# ── formualizer ──────────────────────────────────────────────────────────────────────────────────


def second_opinion(path: Path) -> dict[Place, Cell]:
    """Every formula of a workbook with the value formualizer gives it: no program to start, so much quicker.

    formualizer 0.13 has neither MMULT nor MINVERSE, so those two are numpy's here, and no array
    formula of the old kind, so each of its cells is asked for by INDEX. The rest is its own.
    """
    import formualizer  # noqa: PLC0415 (22 MB of engine, only where it is wanted)

    copy = _open(path, data_only=False)
    texts: dict[Place, str] = {}
    for sheet in copy.worksheets:
        for cell in list(_filled(sheet)):
            texts |= {(sheet.title, name): text for name, text in _formulas(sheet, cell)}
            if isinstance(cell.value, ArrayFormula):
                _cell_by_cell(sheet, cell.value)
    saved = io.BytesIO()
    copy.save(saved)  # which also drops every value that stood there
    book = formualizer.Workbook.from_bytes(saved.getvalue())
    book.register_function("MMULT", _product, min_args=2, max_args=2)
    book.register_function("MINVERSE", _inverse, min_args=1, max_args=1)
    book.evaluate_all()
    return {
        (sheet, name): Cell(text, _answer(book.get_value(sheet, *coordinate_to_tuple(name))))
        for (sheet, name), text in texts.items()
    }


def _cell_by_cell(sheet: Any, array: ArrayFormula) -> None:
    text = str(array.text).removeprefix("=")
    for r, row in enumerate(_block(sheet, array.ref), start=1):
        for c, member in enumerate(row, start=1):
            # the array itself gives one value for the whole block, if it is one value
            member.value = f"=INDEX({text},{r},{c})" if ":" in array.ref else f"={text}"


def _product(one: list[list[float]], other: list[list[float]]) -> list[list[float]] | float:
    found = np.array(one, dtype=float) @ np.array(other, dtype=float)
    return float(found.item()) if found.size == 1 else [[float(x) for x in row] for row in found]


def _inverse(matrix: list[list[float]]) -> list[list[float]]:
    return [[float(x) for x in row] for row in np.linalg.inv(np.array(matrix, dtype=float))]


def _answer(value: Any) -> Value:
    if isinstance(value, dict):  # an error: its kind and where it came from
        return ErrorValue(f"#{value.get('kind', value)}")
    return _plain(value)


# ── what a file says ─────────────────────────────────────────────────────────────────────────────


def values(path: Path) -> dict[Place, Cell]:
    """Every formula of a workbook with the value that stands beside it; an array formula has one in each cell."""
    return _formulas_and_values(path, _open(path, data_only=True))


@lru_cache(maxsize=16)  # as many as are judged twice, by one judge and then the other
def _written(path: Path, _: int) -> tuple[dict[Place, Cell], dict[Place, ErrorValue]]:
    """The formulas and the errors of a file as it is at a time: reading it is most of the work."""
    cached = _open(path, data_only=True)
    return _formulas_and_values(path, cached), _errors(cached)


def _formulas_and_values(path: Path, cached: openpyxl.Workbook) -> dict[Place, Cell]:
    found: dict[Place, Cell] = {}
    shown = _shown_values(cached)
    for sheet in _open(path, data_only=False).worksheets:
        for cell in _filled(sheet):
            for name, text in _formulas(sheet, cell):
                place = (sheet.title, name)
                found[place] = Cell(text, shown.get(place))
    return found


def _shown_values(cached: openpyxl.Workbook) -> dict[Place, Value]:
    """What every cell shows: by one walk, for asking a sheet for a cell by its name is slow."""
    return {(sheet.title, cell.coordinate): _value(cell) for sheet in cached.worksheets for cell in _filled(sheet)}


def errors(path: Path) -> dict[Place, ErrorValue]:
    """Every cell that shows an error, formula or not."""
    return _errors(_open(path, data_only=True))


def _errors(cached: openpyxl.Workbook) -> dict[Place, ErrorValue]:
    found = {}
    for sheet in cached.worksheets:
        for cell in _filled(sheet):
            value = _value(cell)
            if isinstance(value, ErrorValue):
                found[sheet.title, str(cell.coordinate)] = value
    return found


def differences(
    written: Path, judged: Path | Mapping[Place, Cell], *, relative: float = RELATIVE, absolute: float = ABSOLUTE
) -> list[Difference]:
    """Where the values written into a workbook are not those its own formulas give, and every error in either.

    Numbers agree within ``absolute`` plus ``relative`` times the greater; texts to the letter; an
    empty text is the same as nothing. A truth value written may be judged 1 or 0, for LibreOffice
    keeps it so in a cell with a number format.
    """
    ours, bad = _written(written, written.stat().st_mtime_ns)
    if isinstance(judged, Path):  # opened once each: opening is most of the work
        again = _open(judged, data_only=True)
        values_ = _shown_values(again)
        theirs: Mapping[Place, Cell] = {p: Cell(c.formula, values_.get(p)) for p, c in ours.items()}
    else:
        theirs = judged
    made = [place for place, cell in theirs.items() if place not in ours and cell.formula not in AS_FORMULAS]
    wrong: dict[Place, Difference] = {}
    for place in [*ours, *made]:
        mine, other = ours.get(place), theirs.get(place)
        if mine is None or other is None:
            formula = (mine or other or Cell("", None)).formula
            wrong[place] = Difference(*place, formula, _shown(mine), _shown(other))
        elif not same(mine.value, other.value, relative=relative, absolute=absolute):
            wrong[place] = Difference(*place, mine.formula, _shown(mine), _shown(other))
    worse = _errors(again) if isinstance(judged, Path) else _wrong(judged)
    for place in [*bad, *worse]:
        mine = ours.get(place) or Cell("no formula", bad.get(place))
        other = theirs.get(place) or Cell("no formula", worse.get(place))
        wrong.setdefault(place, Difference(*place, mine.formula, _shown(mine), _shown(other)))
    return list(wrong.values())


def _wrong(found: Mapping[Place, Cell]) -> dict[Place, ErrorValue]:
    return {place: cell.value for place, cell in found.items() if isinstance(cell.value, ErrorValue)}


def same(one: Value, other: Value, *, relative: float = RELATIVE, absolute: float = ABSOLUTE) -> bool:
    """Whether the judged value, the ``other``, is the written one; an error is never the same as anything."""
    if isinstance(one, ErrorValue) or isinstance(other, ErrorValue):
        return False
    one, other = (None if value == "" else value for value in (one, other))
    if isinstance(one, bool) and isinstance(other, float):
        one = float(one)
    if isinstance(one, float) and isinstance(other, float):
        return math.isfinite(one) and abs(one - other) <= absolute + relative * max(abs(one), abs(other))
    return type(one) is type(other) and one == other


def readable(found: Iterable[Difference], *, most: int = 40) -> str:
    """One to a line, for the message of a failed test; a broken sheet would otherwise fill the screen."""
    lines = [str(difference) for difference in found]
    return "\n".join(lines[:most] + [f"… and {len(lines) - most} more"] * (len(lines) > most))


def _open(path: Path, *, data_only: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl's remarks on what it does not keep; nothing is saved
        return openpyxl.load_workbook(path, data_only=data_only)


def _filled(sheet: Any) -> Iterator[Any]:
    """The cells that hold something. A chart sheet has none."""
    return (cell for cell in list(sheet._cells.values()) if cell.value is not None)  # iter_rows makes the others too


def _formulas(sheet: Any, cell: Any) -> Iterator[tuple[str, str]]:
    """The cells this formula fills, and its text."""
    if isinstance(cell.value, ArrayFormula):
        text = f"{{={str(cell.value.text).removeprefix('=')}}}"
        for row in _block(sheet, cell.value.ref):
            for member in row:
                yield str(member.coordinate), text
    elif cell.data_type == "f":
        yield str(cell.coordinate), str(cell.value)


def _block(sheet: Any, reference: str) -> Iterator[tuple[Any, ...]]:
    left, top, right, bottom = range_boundaries(reference)
    yield from sheet.iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right)


def _value(cell: Any) -> Value:
    return ErrorValue(cell.value) if cell.data_type == "e" else _plain(cell.value)


def _plain(value: Any) -> Value:
    """The value as a spreadsheet keeps it: a date is a number, for a program may show a number as a date."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, datetime | date | time | timedelta):
        return float(to_excel(value))  # type: ignore[no-untyped-call]
    return float(value)


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return "no formula"
    if cell.value is None or cell.value == "":
        return "nothing"
    if isinstance(cell.value, ErrorValue | bool):
        return str(cell.value)
    return repr(cell.value)
