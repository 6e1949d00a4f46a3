"""Risks and correlations as input: what they default to, and every problem together with where and what to do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from small_bids import SERVICE, event, plain

from fcr.bid import Bid
from fcr.contract import Outcome, Stage, StagedResults
from fcr.distributions import BetaBinomial, Binomial, Poisson
from fcr.errors import InputError, Problem
from fcr.lines import Cost
from fcr.risks import REGISTER, Correlations, Risk

D = Decimal


def problems_of(model: Any, data: Any) -> dict[str, Problem]:
    """Every problem of some input, by its path: ``risks.1.name``."""
    with pytest.raises(InputError) as refused:
        model.from_dict(data)
    found = refused.value.problems
    assert all(p.fix for p in found)
    by_place = {".".join(map(str, p.path)): p for p in found}
    assert len(by_place) == len(found)
    return by_place


# ── what holds unless something else is said ─────────────────────────────────────────────────────


def test_a_risk_by_its_name_alone() -> None:
    """Listed without a size; in pounds, once over the term, borne in full; control and family of the standard row."""
    risk = Risk(name="Clawback or disallowance")
    assert (risk.size, risk.acts_on, risk.per, risk.borne) == (None, "pounds", "term", 1)
    assert (risk.controlled, risk.kind) == (0.5, "other")
    assert risk.standard is REGISTER["Clawback or disallowance"]
    own = Risk(name="Ours alone", provider_share=D("0.25"))
    assert (own.standard, own.controlled, own.borne) == (None, None, 0.25)


@pytest.mark.parametrize(
    ("acts_on", "family"),
    [
        ("pounds", "other"),
        ("volume", "demand"),
        ("occupancy", "demand"),
        ("index", "cost"),
        ("cover", "cost"),
        ("outcomes", "outcome"),
        ("payment delay", "other"),
        ("termination", "other"),
    ],
)
def test_the_family_follows_what_it_acts_on(acts_on: str, family: str) -> None:
    """Where neither the risk nor a standard row says."""
    risk = Risk.from_dict({"name": "Ours alone", "acts_on": acts_on, "of": "pay" if acts_on == "index" else None})
    assert risk.kind == family


def test_successes_act_as_a_multiplier() -> None:
    """A count of successes over its expectation, save in pounds; any other size as it is."""
    p = np.array([0.1, 0.5, 0.9])
    for size in (
        Binomial(trials=50, probability=D("0.4")),
        BetaBinomial(trials=50, probability=D("0.4"), correlation=D("0.1")),
    ):
        acting, pounds = Risk(name="x", acts_on="outcomes", size=size), Risk(name="x", size=size)
        assert acting.at(p) == pytest.approx(size.quantile(p) / 20)
        assert pounds.at(p) == pytest.approx(size.quantile(p))
        assert acting.drawn(p) == pytest.approx(size.from_uniform(p) / 20)
    assert Risk(name="x", acts_on="volume", size=Poisson(rate=D(3))).at(p) == pytest.approx([1, 3, 5])


def test_the_register_is_of_one_mind() -> None:
    """A weight from 0 to 1 or none; what cannot be put in pounds has no weight."""
    assert len(REGISTER) == 22
    for name, row in REGISTER.items():
        assert name.strip()
        assert row.sits_with
        assert row.shape
        assert row.control is None or 0 <= row.control <= 1
    assert [name for name, row in REGISTER.items() if row.control is None] == ["Reputation, mission drift"]


def test_a_risk_survives_being_written_and_read() -> None:
    """As plain data and back."""
    risk = event("Claims", "0.1", 500, per="year", provider_share=D("0.5"), control=D("0.2"), note="insured")
    assert Risk.from_dict(risk.to_dict()) == risk


# ── what does not hold together ──────────────────────────────────────────────────────────────────


def test_numbers_out_of_range() -> None:
    """A chance, a share and a control weight beyond 1, and pounds below nought: all at once."""
    found = problems_of(
        Risk,
        {
            "name": "x",
            "size": {"kind": "event", "probability": "1.2", "impact": {"kind": "fixed", "value": 1}},
            "provider_share": "1.5",
            "control": -1,
            "in_price": -5,
            "family": "weather",
        },
    )
    assert sorted(found) == ["control", "family", "in_price", "provider_share", "size.probability"]


def test_points_out_of_order() -> None:
    """A mode above the greatest."""
    found = problems_of(Risk, {"name": "x", "size": {"kind": "triangular", "low": 1, "mode": 9, "high": 5}})
    assert list(found) == ["size.high"]
    assert "below mode" in found["size.high"].what


@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        ({"acts_on": "index"}, "of", "which is not said"),
        ({"acts_on": "volume", "of": "pay"}, "of", "it names 'pay', but it acts on volume"),
        ({"of": "settled"}, "of", "acts on pounds"),
        ({"acts_on": "termination", "size": {"kind": "fixed", "value": 3}}, "size", "an early end is a hazard"),
        (
            {"size": {"kind": "hazard", "probability": "0.1", "months": [12], "term": 36}},
            "size",
            "an early end is a hazard, and only that is",
        ),
        ({"acts_on": "volume", "per": "year"}, "provider_share", "the contract decides"),
        ({"acts_on": "cover", "provider_share": "0.5"}, "provider_share", "the contract decides"),
    ],
)
def test_what_contradicts_itself(data: dict[str, Any], where: str, what: str) -> None:
    """Each contradiction is one problem, at its field."""
    found = problems_of(Risk, {"name": "x", **data})
    assert list(found) == [where]
    assert what in found[where].what


@pytest.mark.parametrize(
    ("matrix", "code", "where", "what"),
    [
        ([[1, 0]], "matrix-size", "matrix", "1 rows of 2 for 2 names"),
        ([[1, 0], [0]], "matrix-size", "matrix", "2 rows of 2, 1 for 2 names"),
        ([], "matrix-size", "matrix", "0 rows of nothing for 2 names"),
        ([[1, "0.3"], ["0.2", 1]], "matrix", "matrix.1.0", "'b' with 'a' is 0.2 one way and 0.3 the other"),
        ([["0.9", 0], [0, 1]], "matrix", "matrix.0.0", "'a' is correlated 0.9 with itself"),
    ],
)
def test_a_matrix_that_is_none(matrix: Any, code: str, where: str, what: str) -> None:
    """Of the wrong size, lop-sided, or with something else than 1 on its diagonal."""
    found = problems_of(Correlations, {"names": ["a", "b"], "matrix": matrix})
    assert list(found) == [where]
    assert found[where].code == code
    assert what in found[where].what


def test_correlations_beyond_one_and_twice_wrong() -> None:
    """A correlation beyond 1 is a problem of its own; several in one matrix come together."""
    assert list(problems_of(Correlations, {"names": ["a", "b"], "matrix": [[1, 2], [2, 1]]})) == [
        "matrix.0.1",
        "matrix.1.0",
    ]
    lop_sided = [[1, "0.1", "0.2"], ["0.1", "0.5", 0], [0, 0, 1]]
    found = problems_of(Correlations, {"names": ["a", "b", "c"], "matrix": lop_sided})
    assert sorted(found) == ["matrix.1.1", "matrix.2.0"]


def test_a_risk_is_correlated_once() -> None:
    """A name that stands twice in a matrix would have two rows of its own."""
    found = problems_of(Correlations, {"names": ["a", "b", "a"], "matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]})
    assert list(found) == ["names.2"]
    assert found["names.2"].code == "duplicate-name"


def full() -> dict[str, Any]:
    """A bid that pays for an outcome and whose costs follow CPI, as plain data."""
    travel = Cost(name="Travel", centre=SERVICE, amount=D(100))
    paid = StagedResults(attachment=D(10), stages=[Stage(outcome="settled", price=D(40))])
    terms = {"outcomes": [Outcome(name="settled", rates=[D("0.5")])]}
    return plain(costs=[travel], mechanism=paid, volumes=[D(10)], terms=terms).to_dict()


def test_what_does_not_fit_the_bid_comes_all_together() -> None:
    """A name used twice, an index nobody follows, an outcome nobody pays for, a term that is another's, and
    correlations of a risk that is not there: each where it stands, with the nearest name or those there are.
    """
    hazard = {"kind": "hazard", "probability": "0.1", "months": [12], "term": 24}
    data = full() | {
        "risks": [
            {"name": "Claims"},
            {"name": "Claims"},
            {"name": "Pay", "acts_on": "index", "of": "CPIH"},
            {"name": "Success", "acts_on": "outcomes", "of": "setled"},
            {"name": "Heat", "acts_on": "index", "of": "lignite"},
            {"name": "End", "acts_on": "termination", "size": hazard},
        ],
        "correlations": {"names": ["Claims", "Succes"], "matrix": [[1, 0], [0, 1]]},
    }
    found = problems_of(Bid, data)
    assert {where: problem.code for where, problem in found.items()} == {
        "risks.1.name": "duplicate-name",
        "risks.2.of": "unknown-name",
        "risks.3.of": "unknown-name",
        "risks.4.of": "unknown-name",
        "risks.5.size": "term",
        "correlations.names.1": "unknown-name",
    }
    assert "CPI" in found["risks.2.of"].fix
    assert "settled" in found["risks.3.of"].fix
    assert found["risks.4.of"].fix == "Use one of: CPI, fixed."
    assert found["risks.5.size"].fix == "Give term=36."
    assert "Success" in found["correlations.names.1"].fix


def test_names_that_nothing_is_near_to() -> None:
    """Where nothing is paid for and no risk is named, it says so."""
    data = plain().to_dict() | {
        "risks": [{"name": "Success", "acts_on": "outcomes", "of": "settled"}],
        "correlations": {"names": ["zzz"], "matrix": [[1]]},
    }
    found = problems_of(Bid, data)
    assert found["risks.0.of"].fix == "Leave the risk out: there is no outcome."
    assert found["correlations.names.0"].fix == "Name a risk of this bid."


def test_a_matrix_that_cannot_hold_is_not_bad_input() -> None:
    """It is repaired and reported when drawn, for people's guesses seldom hold together."""
    up, down = D("0.9"), D("-0.9")
    matrix = [[D(1), up, down], [up, D(1), up], [down, up, D(1)]]
    names = ["a", "b", "c"]
    bid = plain(risks=[Risk(name=n) for n in names], correlations=Correlations(names=names, matrix=matrix))
    assert bid.correlations is not None
