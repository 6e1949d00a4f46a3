"""The workbook as people meet it: templates, what is still to fill in, checking, the reviewed workbook, the demo."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

import fcr
from fcr.areas import SLUGS
from fcr.cli import DEMO, main
from fcr.workbook.formula import Block
from fcr.workbook.model import lay_out
from fcr.workbook.reader import read_workbook
from fcr.workbook.writer import to_bytes


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "demo.xlsx"
    fcr.write(fcr.read(DEMO), path)
    return path


# ── templates ──


@pytest.mark.parametrize("area", [SLUGS[0], "community-transport"])
def test_a_template_lacks_figures_and_nothing_else(area: str) -> None:
    """Read back straight away, each problem is a cell still to fill in; told in few lines."""
    fcr.template("bid.xlsx", area)
    with pytest.raises(fcr.WorkbookError) as refused:
        fcr.read("bid.xlsx")
    assert all(problem.about and "!" in problem.where for problem in refused.value.problems)
    lines = str(refused.value).splitlines()
    assert "still to fill in" in lines[0]
    assert len(lines) < 15
    assert all(len(line) <= 80 for line in lines)


def test_a_template_is_the_same_bytes_and_never_over_a_file() -> None:
    fcr.template("a.xlsx", room={"posts": 30}, start=date(2027, 10, 1), years=4)
    fcr.template("b.xlsx", room={"posts": 30}, start=date(2027, 10, 1), years=4)
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()
    with pytest.raises(fcr.InputError, match="exists already"):
        fcr.template("a.xlsx")
    assert main(["template", "a.xlsx"]) == 2
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()
    assert main(["template", "a.xlsx", "--force"]) == 0


def test_a_template_that_cannot_be() -> None:
    with pytest.raises(fcr.UnknownName, match="community-transport"):
        fcr.template("a.xlsx", "comunity-transport")
    with pytest.raises(fcr.UnknownName, match="posts"):
        fcr.template("a.xlsx", room={"pots": 3})
    wrong: dict[str, Any]
    for wrong in ({"room": {"posts": 0}}, {"years": 11}, {"start": date(2027, 4, 2)}):
        with pytest.raises(fcr.InputError):
            fcr.template("a.xlsx", **wrong)
    with pytest.raises(fcr.InputError, match=r"expected \.xlsx"):
        fcr.template("a.json")
    assert not Path("a.xlsx").exists()


# ── check ──


def test_check_says_how_a_workbook_was_read(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A figure typed as text is read and mentioned; a formula that was overwritten is named."""
    laid = lay_out(fcr.read(book).to_dict())
    typed = next(given for given in laid.inputs if given.path == ("contingency",))
    typed.block.values[0, 0] = "1%"
    price = laid.named("Price")
    at, made = next((i, c) for i, c in enumerate(price.calculations) if c.block.name == "fcr_price")
    fixed = Block(np.array([[12345.0]]))
    fixed.place("Price", made.block.row, made.block.column)
    price.calculations[at] = replace(made, block=fixed)
    Path("changed.xlsx").write_bytes(to_bytes(laid))
    where = made.block.where().replace("$", "").replace("'", "")
    main(["check", "changed.xlsx", "--draws", "500"])
    out = capsys.readouterr().out
    assert out.startswith("How changed.xlsx was read:")
    assert f"{where} was overwritten: found 12,345.00, should be =" in out
    assert "Bid: typed as text, and read so" in out
    assert "Verdict: " in out


def test_a_reviewed_workbook_has_what_python_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings, workings and simulation, with their seed and day; it reads back as the same bid; the same bytes."""
    words = ["check", str(book), "-o", "reviewed.xlsx", "--draws", "500", "--seed", "7", "--on", "2027-01-31"]
    assert main(words) == 1
    assert "Written: reviewed.xlsx" in capsys.readouterr().out
    sheets = openpyxl.load_workbook("reviewed.xlsx", data_only=True)
    found = [str(cell.value) for row in sheets["Findings"].iter_rows() for cell in row if cell.value is not None]
    review = fcr.check(fcr.read(book), draws=500, seed=7)
    by = f"As worked out by fcr {fcr.__version__} with seed 7 and 500 draws on 31 January 2027, "
    assert by + "of the inputs as they were then." in found
    assert f"Verdict: {review.verdict}" in found
    assert "The inputs are as they were then" in found
    assert {f.code for f in review.findings} <= set(found)
    assert set(review.asks()) <= set(found)
    tree = review.situation.price.explain()
    labels = [row[0].value for row in sheets["Workings"].iter_rows() if row[0].value]
    assert [node.label for node in tree.walk()] == labels[-sum(1 for _ in tree.walk()) :]
    assert sheets["Risk"].parent is sheets
    reading = read_workbook("reviewed.xlsx")
    assert reading.bid.replace(saved=None) == fcr.read(book).replace(saved=None)
    assert [str(one) for one in reading.formulas] == []
    assert main(words) == 2
    fcr.write(review, "again.xlsx", day=date(2027, 1, 31))
    assert Path("again.xlsx").read_bytes() == Path("reviewed.xlsx").read_bytes()


def test_every_result_that_knows_its_bid_can_be_written(book: Path) -> None:
    bid = fcr.read(book)
    known: Any
    for name, known in {
        "price": fcr.price(bid),
        "simulation": fcr.simulate(bid, 500),
        "balance": fcr.balance(bid, 500),
    }.items():
        fcr.write(known, f"{name}.xlsx")
        assert fcr.read(f"{name}.xlsx").replace(saved=None) == bid.replace(saved=None)
        fcr.write(known, f"{name}.json")
        assert json.loads(Path(f"{name}.json").read_text(encoding="utf-8")) == known.to_dict()


def test_convert_to_a_workbook_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(DEMO), "a.xlsx"]) == 0
    assert main(["convert", "a.xlsx", "a.json"]) == 0
    assert fcr.read("a.json").replace(saved=None) == fcr.read(DEMO).replace(saved=None)
    assert main(["price", "a.xlsx"]) == 0
    assert "Price without VAT" in capsys.readouterr().out


# ── the demo ──


def test_the_demo_leaves_files_that_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    """It writes two workbooks; where one is there it says so and takes another name."""
    Path("harbour-advice.xlsx").write_text("mine", encoding="utf-8")
    assert main(["demo"]) == 0
    out = capsys.readouterr().out
    assert Path("harbour-advice.xlsx").read_text(encoding="utf-8") == "mine"
    assert "harbour-advice.xlsx was there already" in out
    assert {p.name for p in Path().glob("*.xlsx")} == {
        "harbour-advice.xlsx",
        "harbour-advice-2.xlsx",
        "harbour-advice-2-reviewed.xlsx",
    }
    assert main(["demo", "--into", "nowhere"]) == 2
