"""The Risks sheet has a cell for every figure of a risk, and says what it means."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import pytest

from fcr.distributions import Distribution
from fcr.inputs import Input
from fcr.risks import REGISTER, Correlations, Risk
from fcr.workbook.layout import Book
from fcr.workbook.model import lay_out
from fcr.workbook.room import Room
from fcr.workbook.sheets.risks import FIGURES, SIZES

KINDS: tuple[type[Input], ...] = get_args(get_args(Distribution)[0])
FOUR_TENTHS = Decimal("0.4")
NESTED = {"kind", "impact", "severity", "outcomes", "months"}


def register(*risks: Risk, correlations: Correlations | None = None) -> Book:
    data: dict[str, Any] = {"risks": [risk.to_dict() for risk in risks]}
    return lay_out(data | ({} if correlations is None else {"correlations": correlations.to_dict()}))


def column(book: Book, heading: str) -> list[Any]:
    """A column of the register by its heading, inputs and formulas alike."""
    sheet = book.named("Risks")
    cell = next(text for text in sheet.texts if text.style == "head" and str(text.text).split(" (")[0] == heading)
    blocks = [i.block for i in sheet.inputs] + [c.block for c in sheet.calculations]
    block = next(b for b in blocks if (b.row, b.column) == (cell.row + 1, cell.column))
    return [row[0] for row in block.values.tolist()]


def test_every_single_figure_of_every_kind_of_size_has_a_column() -> None:
    names = {field.alias or name for kind in KINDS for name, field in kind.model_fields.items()}
    assert set(FIGURES) == names - NESTED
    assert set(SIZES) == {kind.model_fields["kind"].default for kind in KINDS}


def test_every_field_of_a_risk_has_a_column() -> None:
    sheet = lay_out({}).named("Risks")
    fields = {given.path[0] for given in sheet.inputs if given.grid is not None and given.grid.path == ("risks",)}
    assert {str(name).split(".")[0] for name in fields} == set(Risk.model_fields)


def event(name: str, kind: dict[str, Any], **more: Any) -> Risk:
    return Risk.from_dict({"name": name, "size": kind, **more})


def test_all_that_a_register_says_finds_its_cell() -> None:
    scenarios = {
        "kind": "scenarios",
        "outcomes": [{"name": f"s{i}", "value": i, "probability": "0.125"} for i in range(8)],
    }
    claims = {"kind": "compound-poisson", "rate": "0.4", "severity": {"kind": "lognormal", "p10": 100, "p90": 9000}}
    fine = {
        "kind": "event",
        "probability": "0.1",
        "impact": {"kind": "three-point", "p10": 1, "mode": 2, "p90": 9, "floor": 0},
    }
    hazard = {"kind": "hazard", "probability": "0.1", "months": [3, 6, 9, 12, 18, 24, 30], "term": 36}
    book = register(
        event(
            "Election",
            scenarios,
            provider_share="0.25",
            control="0.5",
            family="other",
            in_price=12,
            clause="4",
            note="n",
        ),
        event("Claims", claims, per="year"),
        event("Fine", fine),
        event("Early end", hazard, acts_on="termination"),
        correlations=Correlations(
            names=["Claims", "Fine"], matrix=[[Decimal(1), FOUR_TENTHS], [FOUR_TENTHS, Decimal(1)]]
        ),
    )
    assert not book.leaves
    assert not book.problems


@pytest.mark.parametrize("name", REGISTER)
def test_the_usual_control_of_a_standard_risk_applies_until_another_is_given(name: str) -> None:
    book = register(Risk(name=name), Risk(name="Our own"), Risk(name="Known", control=Decimal("0.35")))
    usual = REGISTER[name].control
    expected = ["unknown" if usual is None else float(usual), "unknown", 0.35]
    assert column(book, "Control that applies")[:4] == [*expected, ""]
    assert column(book, "Should sit with")[:2] == [REGISTER[name].sits_with, ""]


def test_each_kind_says_which_figures_it_takes() -> None:
    book = register(
        Risk(name="a"), Risk.from_dict({"name": "b", "acts_on": "cover", "size": {"kind": "fixed", "value": "0.1"}})
    )
    assert column(book, "Figures to give")[:3] == ["", SIZES["fixed"], ""]
    assert column(book, "Figures are")[:3] == [
        "pounds lost (a gain is negative)",
        "cover bought in, as a share of staff cost",
        "",
    ]


def test_room_grows_with_the_register() -> None:
    assert Room().holding({"risks": [{"name": "x"}] * 30}).risks == 33
