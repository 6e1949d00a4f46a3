"""Hostile and odd workbooks: each read right, or refused with the cell named; never a traceback or a wrong number."""

from __future__ import annotations

import faulthandler
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from workbook import corpus_cells, corpus_files, corpus_sheets
from workbook.corpus import Kind
from workbook.rich import rich

from fcr.bid import Bid
from fcr.cli import main
from fcr.workbook.reader import read_workbook

KINDS: tuple[Kind, ...] = (*corpus_cells.KINDS, *corpus_sheets.KINDS, *corpus_files.KINDS)
PATIENCE = 120


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    """A test that hangs ends the run: a hang is a failure, not a wait."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def test_there_are_many_kinds() -> None:
    """At least 60 kinds, each with a name of its own."""
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 60


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_kind(kind: Kind, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Read right, with what must be said of it; or refused in words that say where, what and what to do."""
    path = kind.make(tmp_path)
    if not kind.refused:
        reading = read_workbook(path)
        assert reading.bid == expected(kind.changed)
        assert bool(reading.notes) == bool(kind.note), reading.notes
        assert kind.note in "\n".join(reading.notes)
        said = "\n".join(map(str, reading.formulas)) if kind.formulas else ""
        assert all(word in said for word in kind.formulas), said
        return
    place, *words = kind.refused
    assert main(["price", str(path), "--json"]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert all(p["what"] and p["fix"] and p["code"] for p in problems)
    said = "\n".join(p["what"] + p["fix"] for p in problems if p["where"] == (place or str(path)))
    assert len(said) < 2_000, "a message is short, whatever it is about"
    for word in words or "?":
        assert word in said, problems


def expected(changed: Mapping[tuple[str | int, ...], Any]) -> Bid:
    """The good bid with some figures changed."""
    data = rich().to_dict()
    for path, value in changed.items():
        at: Any = data
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
    return Bid.from_dict(data)
