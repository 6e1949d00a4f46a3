"""The Contract, More, Income and Cash sheets: every term has its cell, and the figures are the engine's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import judges
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mechanism_strategies import SIMPLE, YEARS, Plain, hybrids
from offers import GRANT, RESULTS, UNIT
from offers import bid as good
from terms_strategies import OUTCOMES, payments, protections

from fcr.bid import Bid
from fcr.cashflow import cash_flow
from fcr.contract import (
    Contract,
    Duration,
    Exit,
    Indexation,
    Monitoring,
    Outcome,
    Payment,
    Protections,
    Return,
    Workforce,
)
from fcr.income import income
from fcr.workbook.layout import Book
from fcr.workbook.model import lay_out
from fcr.workbook.places import place_of, words_of
from fcr.workbook.rarer import mechanism_stamp
from fcr.workbook.sheets.income import STEPS
from fcr.workbook.sheets.mechanism import HYBRID, LIVE, RARER
from fcr.workbook.writer import to_bytes

EXACT = 1e-6  # pounds: a thousandth of a tenth of a penny
few = settings(max_examples=settings().max_examples // 4)


def row(book: Book, sheet: str, label: str) -> list[Any]:
    """The last row of a sheet that bears a label."""
    at = [text.row for text in book.named(sheet).texts if text.style == "label" and str(text.text) == label][-1]
    block = next(c.block for c in book.named(sheet).calculations if c.block.row == at and c.block.column > 0)
    found: list[Any] = np.broadcast_to(block.values, block.shape)[0].tolist()
    return found


def figure(book: Book, sheet: str, label: str) -> Any:
    """A single figure by its label."""
    return row(book, sheet, label)[0]


def laid_out(bid: Bid) -> Book:
    return lay_out(bid.to_dict(), stamps=mechanism_stamp(bid))


# ── every term has its cell ──────────────────────────────────────────────────────────────────────

HEADINGS: dict[str, Any] = {
    "duration": Duration,
    "duration.indexation": Indexation,
    "protections": Protections,
    "workforce": Workforce,
    "payment": Payment,
    "exit": Exit,
    "monitoring": Monitoring,
}


def paths(book: Book) -> set[str]:
    """The paths of the inputs of the Contract sheet, those of tables by table and column."""
    found = set()
    for given_ in book.named("Contract").inputs:
        start = () if given_.grid is None else given_.grid.path
        found.add(".".join(str(part) for part in (*start, *given_.path) if part != ""))
    return found


def test_every_field_of_an_offer_has_its_cell() -> None:
    here = {path.removeprefix("contract.") for path in paths(lay_out({}))}
    expected = {name for name in Contract.model_fields if name not in HEADINGS and name != "outcomes"}
    for heading, model in HEADINGS.items():
        expected |= {f"{heading}.{name}" for name in model.model_fields if name != "basket"}
    expected |= {f"monitoring.returns.{name}" for name in Return.model_fields}
    expected |= {f"outcomes.{name}" for name in Outcome.model_fields if name not in {"rates", "targets"}}
    expected |= {"outcomes.rates.0", "outcomes.targets.0", "duration.indexation.basket.key", "mechanism.kind"}
    missing = {path for path in expected - {"mechanism"} if path not in here}
    assert not missing - {"duration.indexation.basket"}


def test_every_mechanism_can_be_chosen() -> None:
    assert {HYBRID, *LIVE, *RARER} == {HYBRID, *SIMPLE}


@given(st.one_of(*SIMPLE.values(), hybrids()))
@few
def test_every_figure_of_every_mechanism_finds_a_cell(plain: Plain) -> None:
    made = offered(plain).to_dict()
    book = lay_out(made)
    assert not book.problems
    assert not book.unplaced()


def test_blank_is_unknown_and_none_is_said() -> None:
    silent = lay_out(good({"promises": [{"name": "Trees"}]}).to_dict())
    said = lay_out(good().to_dict())
    for path in ("promises", "duration.awards_before", "protections.uncapped_indemnities"):
        assert _cell(said, f"contract.{path}") == "none"
    assert _cell(silent, "contract.promises") is None
    assert _cell(said, "contract.protections.deductions") == "none"
    assert _cell(said, "contract.exit.break_payment") == "stranded cost"
    assert _cell(lay_out({}), "contract.payment.days") is None


def _cell(book: Book, path: str) -> Any:
    wanted = tuple(path.split("."))
    return next(i.block.values[0, 0] for i in book.named("Contract").inputs if i.grid is None and i.path == wanted)


# ── places in words ──────────────────────────────────────────────────────────────────────────────

names = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Z")), min_size=1).map(str.strip)
keys = st.one_of(st.integers(0, 99), names.filter(bool))


@given(st.lists(keys, min_size=1).map(tuple))
def test_a_place_in_words_is_that_place(path: tuple[str | int, ...]) -> None:
    assert place_of(words_of(path)) == path


@pytest.mark.parametrize("words", ["", "contract /", "/ note", "a / 0 / b"])
def test_words_that_say_no_place(words: str) -> None:
    with pytest.raises(ValueError, match=r"no place|counted from 1"):
        place_of(words)


def test_what_has_no_cell_is_on_the_more_sheet() -> None:
    parts = [
        {"weight": "0.6", "mechanism": {"kind": "block", "prices": ["1000"] * 3}},
        {"weight": "0.4", "mechanism": {"kind": "outcomes fund", "fees": ["9"] * 3, "outcome": "job", "expected": "3"}},
    ]
    saved = {"version": "0.1", "prices": ["101.50"], "rates": {"vat": {"2026-04-01": "0.2"}}}
    book = lay_out(good({"mechanism": {"kind": "hybrid", "parts": parts}, "bid.saved": saved}).to_dict())
    more = {i.grid.path: i.grid for i in book.named("More").inputs if i.grid is not None}
    rows = dict(zip(*(more[()][name].values[:, 0].tolist() for name in ("place", "value")), strict=True))
    assert rows["contract / mechanism / parts / 2 / mechanism / outcome"] == "job"
    assert rows["contract / mechanism / parts / 2 / mechanism / fees / 3"] == "9"
    past = dict(zip(*(more["saved",][name].values[:, 0].tolist() for name in ("place", "value")), strict=True))
    assert past["prices / 1"] == "101.50"
    assert past["rates / vat / 2026-04-01"] == "0.2"


# ── income ───────────────────────────────────────────────────────────────────────────────────────


def offered(plain: Plain, **changes: Any) -> Bid:
    """A bid whose offer pays by a mechanism for 400, 420 and 130.5 units a year."""
    outcomes = [{"name": name, "rates": rates, "lag_months": lag} for name, rates, lag in OUTCOMES]
    form = "grant" if plain["kind"] == "grant" else "contract"
    stated = Contract.from_dict({"mechanism": plain, "outcomes": outcomes, "form": form}).to_dict()
    rises = {
        "pay": {"2027": "0.041", "2028": "0.032", "2029": "0.02"},
        "CPI": {"2027": "0.025", "2028": "-0.01", "2029": "0.03"},
    }
    return good(
        {
            "form": form,
            "mechanism": stated["mechanism"],
            "outcomes": outcomes,
            "bid.volumes": ["400", "420", "130.5"],
            "bid.assumptions": {"indices": {name: {"rises": r} for name, r in rises.items()}},
            **changes,
        }
    )  # fmt: skip


def assert_income(bid: Bid) -> Book:
    """The workbook's income is the engine's, month by month, step by step and to the penny."""
    book, engine = laid_out(bid), income(bid)
    months, exact = 12 * bid.years, engine.exact
    assert row(book, "Income", "Known") == [1.0]
    arrays = (exact.mechanism, exact.guarantee, exact.efficiency, exact.indexation, exact.deductions)
    for label, array in zip(STEPS, arrays, strict=True):
        yearly = row(book, "Income", label)
        assert yearly[: bid.years] == pytest.approx(array.reshape(-1, 12).sum(axis=1).tolist(), abs=EXACT)
    assert row(book, "Income", "Income, as reported")[: bid.years] == [float(x) for x in engine.years]
    flow = cash_flow(bid)
    costs = row(book, "Cash", "Costs")
    assert costs[:months] == pytest.approx(flow.exact.costs[:months].tolist(), abs=EXACT)
    assert not any(costs[months:])
    return book


@pytest.mark.parametrize("kind", SIMPLE)
@given(data=st.data())
@settings(max_examples=6)
def test_income_is_the_engines(kind: str, data: st.DataObject) -> None:
    book = assert_income(offered(data.draw(SIMPLE[kind]), **data.draw(protections())))
    words = figure(book, "Income", "What the offer pays")
    assert words.startswith("Worked out here" if kind in LIVE else "Python's figure")


@given(hybrids(), protections())
@few
def test_income_of_a_hybrid_is_the_engines(plain: Plain, terms: dict[str, Any]) -> None:
    assert_income(offered(plain, **terms))


def test_a_rarer_mechanism_without_pythons_figures_is_unknown_in_words() -> None:
    fund = {"kind": "outcomes fund", "fees": ["1000"] * YEARS, "outcome": "job", "expected": "3"}
    bid = offered(fund)
    book = lay_out(bid.to_dict())
    assert figure(book, "Income", "What the offer pays").startswith("Unknown")
    assert row(book, "Income", "Income")[:YEARS] == ["unknown"] * YEARS
    assert figure(book, "Cash", "Lowest point") == "unknown"
    other = lay_out(bid.to_dict() | {"years": 2}, stamps=mechanism_stamp(bid))  # stamped for another term
    assert figure(other, "Income", "What the offer pays").startswith("Unknown")
    assert figure(lay_out({}), "Income", "What the offer pays") == "No offer is stated."


def test_tiers_with_a_blank_row_between_are_the_same_tiers() -> None:
    plain = {
        "kind": "unit price",
        "price": "10",
        "tiers": [{"above": "100", "price": "8"}, {"above": "300", "price": "5"}],
    }
    data = offered(plain).to_dict()
    whole = row(lay_out(data), "Income", "Income, as reported")
    data["contract"]["mechanism"]["tiers"].insert(1, {})
    assert row(lay_out(data), "Income", "Income, as reported") == whole


# ── cash ─────────────────────────────────────────────────────────────────────────────────────────


def assert_cash(bid: Bid) -> None:
    """The workbook's ledger is the engine's, and so is what it comes to."""
    book, flow = laid_out(bid), cash_flow(bid)
    shown = len(row(book, "Cash", "Receipts"))
    length = min(shown, flow.exact.receipts.shape[-1])
    for label, array in (
        ("Receipts", flow.exact.receipts),
        ("Closing", flow.exact.closing),
        ("Low point, before receipts", flow.exact.before_receipts),
    ):
        assert row(book, "Cash", label)[:length] == pytest.approx(array[:length].tolist(), abs=EXACT)
    assert figure(book, "Cash", "Received after the months shown") == pytest.approx(
        float(flow.exact.receipts[length:].sum()), abs=EXACT
    )
    assert figure(book, "Cash", "Lowest point") == float(flow.lowest)
    assert figure(book, "Cash", "Month of the lowest point") == flow.lowest_month
    waiting, below = flow.cost_of_waiting, flow.months_below_reserves
    assert figure(book, "Cash", "Cost of waiting over the term") == ("unknown" if waiting is None else float(waiting))
    assert figure(book, "Cash", "Months deeper than free reserves") == ("unknown" if below is None else below)


@given(payments(), st.sampled_from([{}, UNIT, RESULTS, GRANT]), st.sampled_from([None, "0", "30000"]), st.booleans())
@few
def test_cash_is_the_engines(terms: dict[str, Any], pays: dict[str, Any], reserves: str | None, rate: bool) -> None:
    changes = {"org.free_reserves": reserves, "bid.finance_rate": "0.07" if rate else None}
    assert_cash(good({**pays, **terms, **changes}))


# ── the judge ────────────────────────────────────────────────────────────────────────────────────


@judges.needs_libreoffice
def test_libreoffice_finds_the_same_figures(tmp_path: Path) -> None:
    written: list[Path] = []
    judged = settings(
        max_examples=4,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @judged
    @given(hybrids(), protections(), payments())
    def write(plain: Plain, terms: dict[str, Any], payment: dict[str, Any]) -> None:
        path = tmp_path / f"{len(written)}.xlsx"
        path.write_bytes(to_bytes(laid_out(offered(plain, **terms, **payment))))
        written.append(path)

    write()
    for path, other in judges.recalculate(written, tmp_path / "judged").items():
        found = [d for d in judges.differences(path, other) if d.sheet in {"Contract", "More", "Income", "Cash"}]
        assert not found, judges.readable(found)
