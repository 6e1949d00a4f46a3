"""How the cases of ``error_cases.py`` are made: a bid changed in one place, a model, a file, a workbook by hand."""

from __future__ import annotations

import copy
import io
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cache, partial
from pathlib import Path
from typing import Any

import openpyxl

import fcr
from fcr import cli
from fcr.rates._loader import load
from fcr.workbook import import_costs

Case = Callable[[], object]
OUT = object()
"""In place of a value: take the field out."""


@cache
def _example() -> dict[str, Any]:
    return fcr.example().to_dict()


def bid(**changes: Any) -> Callable[[], fcr.Bid]:
    """The bundled bid with other values at some places: ``organisation__costs__0__amount="x"``."""

    def make() -> fcr.Bid:
        data = copy.deepcopy(_example())
        for place, value in changes.items():
            *way, last = [int(part) if part.isdigit() else part for part in place.split("__")]
            at: Any = data
            for part in way:
                at = at[part] if isinstance(part, int) else at.setdefault(part, {})
            if value is OUT:
                del at[last]
            elif isinstance(at, list) and last == len(at):
                at.append(value)
            else:
                at[last] = value
        return fcr.Bid.from_dict(data)

    return make


def model(kind: Any, **given: Any) -> Case:
    """One model of some fields."""
    return partial(kind.from_dict, given)


def cost(**given: Any) -> Case:
    """A cost of £120 for visits, changed."""
    whole = {"name": "Rent", "centre": "Visits", "amount": "120"} | given
    return model(fcr.Cost, **{name: value for name, value in whole.items() if value is not OUT})


def read(name: str, content: str | bytes) -> Case:
    """A file with some content, read as a bid."""

    def make() -> object:
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return fcr.read(name)

    return make


def ledger(*rows: str, name: str = "ledger.csv", **options: Any) -> Case:
    """A ledger's export of some lines, taken into costs."""

    def make() -> object:
        Path(name).write_text("\n".join(rows) + "\n", encoding="utf-8")
        return import_costs(name, **options).decided()

    return make


def mapped(mapping: str) -> Case:
    """A small ledger with a mapping."""

    def make() -> object:
        Path("mapping.toml").write_text(mapping, encoding="utf-8")
        return ledger(*LEDGER, mapping="mapping.toml")()

    return make


def workbook(change: Callable[[Any], object]) -> Case:
    """The bundled bid's workbook, changed by hand and read back."""

    def make() -> object:
        Path("bid.xlsx").write_bytes(written())
        book = openpyxl.load_workbook("bid.xlsx")
        change(book)
        book.save("bid.xlsx")
        return fcr.read("bid.xlsx")

    return make


@cache
def written() -> bytes:
    with folder() as here:
        fcr.write(fcr.example(), here / "bid.xlsx")
        return (here / "bid.xlsx").read_bytes()


def cell(sheet: str, label: str, value: object, right: int = 0) -> Callable[[Any], None]:
    """Type something into the cell with a label, or some columns to the right of it."""

    def change(book: Any) -> None:
        found = next(c for row in book[sheet].iter_rows() for c in row if c.value == label)
        book[sheet].cell(found.row, found.column + right).value = value

    return change


def rates(*lines: str, **more: str) -> Case:
    """A file of figures with one figure, changed or added to."""

    def make() -> object:
        Path("sources.toml").write_text('[sources]\nA = "a book"\n', encoding="utf-8")
        Path("funders.toml").write_text(more.get("funders", ""), encoding="utf-8")
        Path("example.toml").write_text("\n".join(lines), encoding="utf-8")
        return load(Path.cwd())

    return make


def figure(*values: str, known_to: str = "2027-04-05", head: str = "") -> tuple[str, ...]:
    start = ["[[parameters]]", 'name = "example.rate"', 'title = "Example"', 'unit = "£"', 'kind = "number"']
    return (*start, f"known_to = {known_to}", head, *values)


def value(day: str, number: str = "1", status: str = "one source", source: str = "A", more: str = "") -> str:
    return f'[[parameters.values]]\nfrom = {day}\nvalue = {number}\nstatus = "{status}"\nsources = ["{source}"]\n{more}'


def command(*words: str) -> Case:
    """A command whose answer is JSON."""

    def make() -> object:
        with redirect_stdout(io.StringIO()) as out:
            cli.main([*words, "--json"])
        problems = [
            fcr.Problem(p["where"], p["what"], p["fix"], p["code"]) for p in json.loads(out.getvalue())["problems"]
        ]
        raise fcr.InputError(problems)

    return make


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of its own to work in."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as made:
        os.chdir(made)
        try:
            yield Path(made)
        finally:
            os.chdir(before)


LEDGER = ("Account code,Account name,Debit,Credit", "7100,Rent,18000,0", "7200,Light and heat,2400,0")
HEAD, RENT = LEDGER[:2]


def words_of(old: str, new: str) -> Case:
    """The bundled bid's workbook with one text of its cells changed; without its values where nothing changes."""

    def make() -> object:
        with zipfile.ZipFile(io.BytesIO(written())) as was, zipfile.ZipFile("bid.xlsx", "w") as now:
            for part in was.namelist():
                content = was.read(part)
                if part == "xl/sharedStrings.xml":
                    content = content.replace(f">{old}<".encode(), f">{new}<".encode(), 1)
                if part == "xl/workbook.xml":  # inputs are found by their names too
                    content = re.sub(rb"<definedNames>.*</definedNames>", b"", content)
                if old == new and part.startswith("xl/worksheets/sheet"):
                    content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
                now.writestr(part, content)
        return fcr.read("bid.xlsx")

    return make


def with_entities() -> object:
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha">]>'
    with zipfile.ZipFile(io.BytesIO(written())) as was, zipfile.ZipFile("bid.xlsx", "w") as now:
        for part in was.namelist():
            now.writestr(part, laughs * (part == "xl/worksheets/sheet1.xml") + was.read(part))
    return fcr.read("bid.xlsx")
