"""The risk sheets' formulas say what Python says: means, spreads and limits, who carries what, and what has changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import judges
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from size_strategies import every_kind
from small_bids import event, plain

import fcr
from fcr.bid import Bid
from fcr.risk.balance import balance
from fcr.risk.exact import exact_losses
from fcr.risk.simulation import simulate
from fcr.risks import REGISTER, Risk
from fcr.workbook.layout import Book
from fcr.workbook.model import lay_out
from fcr.workbook.room import Room
from fcr.workbook.sheets.organisation import provider
from fcr.workbook.sheets.risks import risks as risks_sheet
from fcr.workbook.sheets.sizes import Sizes, sizes
from fcr.workbook.stamps import simulation_stamp
from fcr.workbook.writer import to_bytes

Plain: TypeAlias = dict[str, Any]
D = Decimal


def sized(register: Sequence[Risk]) -> Sizes:
    data = {"risks": [risk.to_dict() for risk in register]}
    book = Book(data, Room().holding(data))
    provider(book)
    found = sizes(book, risks_sheet(book))
    assert not [path for path in book.leaves if path[0] == "risks"]
    return found


def near(figure: float) -> Any:
    return pytest.approx(figure, rel=1e-9, abs=1e-6)


@settings(max_examples=25)
@given(st.lists(every_kind, min_size=1, max_size=20))
def test_every_kind_of_size_is_worked_out_as_python_does(kinds: list[Plain]) -> None:
    register = [Risk.from_dict({"name": f"Risk {i}", "size": kind}) for i, kind in enumerate(kinds)]
    found = sized(register)
    for i, risk in enumerate(register):
        size = risk.size
        assert size is not None
        assert (found.known.values[i, 0], found.lacking.values[i, 0]) == (1, 0), kinds[i]
        low, high = size.bounds
        scale = max(abs(size.mean), 1.0)
        assert found.mean.values[i, 0] == near(size.mean), kinds[i]
        spread = math.sqrt(max(found.variance.values[i, 0], 0.0))
        assert spread == pytest.approx(size.sd, rel=1e-6, abs=1e-6 * scale), kinds[i]
        if size.sd > 1e-6 * scale:  # nearer than that to level, and rounding decides whether it has a spread
            assert bool(found.has_low.values[i, 0]) == math.isfinite(low), kinds[i]
            assert bool(found.has_high.values[i, 0]) == math.isfinite(high), kinds[i]
            if math.isfinite(low):
                assert found.low.values[i, 0] == near(low), kinds[i]
            if math.isfinite(high):
                assert found.high.values[i, 0] == near(high), kinds[i]


@pytest.mark.parametrize(
    ("size", "missing"),
    [
        ({"kind": "triangular", "low": 1, "high": 3}, 1),
        ({"kind": "lognormal", "median": 1}, 1),
        ({"kind": "lognormal", "p10": 1, "sigma": 2}, 1),
        ({"kind": "event", "impact": {"kind": "fixed", "value": 3}}, 1),
        ({"kind": "compound-poisson", "severity": {"kind": "uniform", "low": 3}}, 2),
        ({"kind": "scenarios", "outcomes": [{"value": 3, "probability": "0.4"}]}, 1),
        ({"kind": "pert", "low": 1, "mode": 2, "high": 3}, 0),
        ({"kind": "hazard", "probability": "0.1", "months": [12], "term": 36}, 0),
    ],
)
def test_a_size_that_lacks_a_figure_is_not_worked_out(size: Plain, missing: int) -> None:
    data = {"risks": [{"name": "a", "size": size}, {"name": "b"}]}
    book = Book(data, Room().holding(data))
    provider(book)
    found = sizes(book, risks_sheet(book))
    assert found.lacking.values[:2, 0].tolist() == [missing, 0]
    assert found.known.values[:2, 0].tolist() == [size["kind"] == "pert", 0]


# ── who carries what ──


def figure(book: Book, label: str, column: int = 2, sheet: str = "Risk") -> Any:
    """A result by its label."""
    laid = book.named(sheet)
    row = next(text.row for text in laid.texts if text.text == label and text.column == 0)
    cell = next(c.block for c in laid.calculations if (c.block.row, c.block.column) == (row, column))
    return cell.values[0, 0]


def of_risks(book: Book, heading: str, rows: int) -> list[Any]:
    """A column of the table of risks."""
    laid = book.named("Risk")
    head = next(t for t in laid.texts if t.text == heading and t.style == "head")
    cell = next(c.block for c in laid.calculations if (c.block.row, c.block.column) == (head.row + 1, head.column))
    return [value[0] for value in cell.values.tolist()[:rows]]


def register_of(names: Sequence[str], years: int) -> Bid:
    chances = ["0.1", "0.25", "0.5", "0.9"]
    register = [
        event(
            name,
            chances[i % 4],
            1000 * (i + 1) * (-1 if i % 5 == 4 else 1),
            provider_share=[None, D("0.3"), D(0)][i % 3],
            control=[None, D("0.5")][i % 2],
            in_price=D(100 * i),
        )
        for i, name in enumerate(names)
    ]
    return plain(risks=register, years=years, reserves=20_000, risk_premium=D(250))


@pytest.mark.parametrize("years", [1, 3])
def test_risks_in_pounds_are_summed_exactly(years: int) -> None:
    names = [*list(REGISTER)[::4], "Our own", "Another"]
    bid = register_of(names, years)
    book, engine = lay_out(bid.to_dict()), balance(bid, draws=2)
    whole, mine = exact_losses(bid.risks, provider=False), exact_losses(bid.risks)
    assert figure(book, "Expected loss, whoever pays") == pytest.approx(whole.mean)
    assert figure(book, "Expected loss carried by the provider") == pytest.approx(mine.mean)
    assert figure(book, "1 Share of expected loss") == pytest.approx(mine.mean / whole.mean)
    assert figure(book, "6 In the price already") == pytest.approx(engine.in_price)
    assert figure(book, "7 Risks without a limit") == engine.uncapped == 0
    assert figure(book, "Risks whose loss is unknown") == 0
    excess = []
    for risk in bid.risks:
        assert risk.size is not None
        carried = risk.size.mean * risk.borne
        beyond = None if risk.controlled is None else max(carried - risk.controlled * max(risk.size.mean, 0.0), 0.0)
        excess.append(beyond)
    assert figure(book, "4 Carried but not controlled") == pytest.approx(sum(x or 0.0 for x in excess))
    shown = of_risks(book, "Not controlled (£)", len(names))
    assert shown == [pytest.approx(x) if x is not None else "unknown" for x in excess]
    limits = [risk.size.bounds for risk in bid.risks if risk.size is not None]
    borne = [risk.borne for risk in bid.risks]
    most = [high * share for (_, high), share in zip(limits, borne, strict=True)]
    assert of_risks(book, "Most (£)", len(names)) == pytest.approx(most)
    variances = [risk.size.variance for risk in bid.risks if risk.size is not None]
    share = sum(v * b for v, b in zip(variances, borne, strict=True)) / sum(variances)
    assert figure(book, "2 Share of variance") == pytest.approx(share)


def test_the_balance_of_every_draw_agrees_within_its_error() -> None:
    claims = {"kind": "pert", "low": 0, "mode": 500, "high": 9000}
    fines = {"kind": "compound-poisson", "rate": "0.5", "severity": {"kind": "uniform", "low": 0, "high": 8000}}
    register = [
        Risk.from_dict({"name": "Claims", "per": "year", "provider_share": "0.4", "size": claims}),
        Risk.from_dict({"name": "Fines", "size": fines}),
    ]
    bid = plain(risks=register)
    book, engine = lay_out(bid.to_dict()), balance(bid, draws=4096)
    for label, estimate in (
        ("Expected loss, whoever pays", engine.total.mean),
        ("Expected loss carried by the provider", engine.loss.mean),
        ("1 Share of expected loss", engine.expected_share),
        ("2 Share of variance", engine.variance_share),
    ):
        assert estimate is not None
        assert abs(figure(book, label) - estimate.value) < 4 * estimate.error, label


def test_families_are_those_of_the_engine() -> None:
    acting = [{"acts_on": a} for a in ("volume", "occupancy", "outcomes", "payment delay", "cover", "pounds")]
    register = [
        *(Risk(name=name) for name in REGISTER),
        *(Risk.from_dict({"name": f"Own {i}", **fields}) for i, fields in enumerate(acting)),
        Risk(name="Stated", family="demand"),
    ]
    book = lay_out({"risks": [risk.to_dict() for risk in register]})
    laid = book.named("Risk sizes")
    head = next(t for t in laid.texts if t.text == "Family")
    cells = next(c.block for c in laid.calculations if (c.block.row, c.block.column) == (head.row + 1, head.column))
    assert [value[0] for value in cells.values.tolist()[: len(register)]] == [risk.kind for risk in register]


# ── what was simulated, and what has changed since ──


@cache
def demo() -> tuple[Bid, Plain]:
    bid = fcr.read(Path(fcr.__file__).parent / "examples" / "harbour-advice.json")
    return bid, simulation_stamp(simulate(bid, 2000), balance(bid, 2000), date(2026, 11, 22))


def test_nothing_is_simulated_until_it_is() -> None:
    bid, stamp = demo()
    book = lay_out(bid.to_dict())
    assert figure(book, "Simulated figures", 1) == "Not simulated yet: run fcr risk bid.xlsx"
    states = of_risks(book, "What is known", 10)
    assert states[0] == "Acts through the contract: unknown until simulated"
    assert states[9] == "No size given: its loss is unknown, not nought"
    assert of_risks(book, "Loss, carried (£)", 10)[0] == "unknown"
    assert figure(book, "Risks whose loss is unknown") == 8
    after = lay_out(bid.to_dict(), stamps={"simulation": stamp})
    assert figure(after, "Simulated figures", 1) == "Simulated from the inputs as they stand"
    assert of_risks(after, "What is known", 1) == ["Acts through the contract: simulated"]
    assert of_risks(after, "Loss, carried (£)", 1) == [stamp["risks"]["Referral volume"][1]]
    assert figure(after, "Risks whose loss is unknown") == 1
    assert figure(after, "Surplus: P5") == stamp["figures"]["Surplus: P5"][0]
    assert figure(after, "Draws") == 2000


CHANGED = ("amount", "service", "size.low", "time")
"""Inputs that are typed over: an amount, a word, a figure of a risk, a share in a table of names."""


@judges.needs_libreoffice
def test_libreoffice_agrees_and_sees_what_has_changed(tmp_path: Path) -> None:
    bid, stamp = demo()
    data: Any = bid.to_dict()
    data["risks"] = [*data["risks"], *({"name": f"Risk {i}", "size": size} for i, size in enumerate(KINDS))]
    book = lay_out(data, stamps={"simulation": stamp})
    written = tmp_path / "simulated.xlsx"
    written.write_bytes(to_bytes(book))
    opened, changed = openpyxl.load_workbook(written), tmp_path / "changed.xlsx"
    for path in CHANGED:
        block = next(i for i in book.inputs if i.path == (path,)).block
        cell = opened[block.sheet].cell(block.row + 1, block.column + 1)
        before: Any = cell.value
        cell.value = "Another" if isinstance(before, str) else (before or 0) + 0.01
    opened.save(changed)
    made = judges.recalculate([written, changed], tmp_path / "again")
    found = judges.differences(written, made[written])
    assert not found, judges.readable(found)
    cells = judges.values(made[changed])

    def at(name: str) -> Any:
        place = book.names[name]
        return cells[place.sheet, place.where().rpartition("!")[2]].value

    assert at("fcr_changed_inputs") == len(CHANGED)
    assert str(at("fcr_simulation_status")).startswith("INPUTS HAVE CHANGED")


KINDS: tuple[Plain, ...] = (
    {"kind": "fixed", "value": 5},
    {"kind": "uniform", "low": 1, "high": 9},
    {"kind": "triangular", "low": 1, "mode": 2, "high": 30},
    {"kind": "three-point", "p10": 1, "mode": 3, "p90": 8},
    {"kind": "three-point", "p10": 1, "mode": 3, "p90": 8, "floor": 0},
    {"kind": "pert", "low": 1, "mode": 2, "high": 30},
    {"kind": "pert", "low": 1, "mode": 2, "high": 30, "weight": 0},
    {"kind": "lognormal", "median": 100, "sigma": "0.9"},
    {"kind": "lognormal", "p10": 10, "p90": 700},
    {"kind": "normal", "mean": -5, "sd": 3},
    {"kind": "poisson", "rate": "2.5"},
    {"kind": "negative-binomial", "mean": 400, "cv": "0.2"},
    {"kind": "binomial", "trials": 10, "probability": "0.3"},
    {"kind": "beta-binomial", "trials": 10, "probability": "0.3", "correlation": "0.2"},
    {"kind": "scenarios", "outcomes": [{"value": 3, "probability": "0.5"}, {"value": -9, "probability": "0.5"}]},
    {"kind": "event", "probability": "0.1", "impact": {"kind": "three-point", "p10": 1, "mode": 3, "p90": 8}},
    {"kind": "compound-poisson", "rate": "0.7", "severity": {"kind": "normal", "mean": 1, "sd": 2}},
    {"kind": "hazard", "probability": "0.1", "months": [12, 24], "term": 36},
    {"kind": "triangular", "low": 1},
    {"kind": "lognormal", "p10": 10},
)
