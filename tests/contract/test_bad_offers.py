"""Offers that make no sense: each mistake is one problem with a place and a remedy, and all come at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import fcr

DEMO = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"

Path_ = tuple[str | int, ...]


def bid(contract: dict[str, Any]) -> dict[str, Any]:
    """The bundled bid with another offer."""
    data: dict[str, Any] = json.loads(DEMO.read_text(encoding="utf-8"))
    return data | {"contract": contract, "risks": [], "correlations": None}


def problems(contract: dict[str, Any]) -> list[fcr.Problem]:
    """What is wrong with a bid that has this offer, through JSON."""
    try:
        fcr.Bid.from_json(json.dumps(bid(contract)))
    except fcr.InputError as error:
        return list(error.problems)
    return []


@dataclass(frozen=True)
class Mistake:
    """An offer with one thing wrong, and what must be said of it."""

    offer: dict[str, Any]
    code: str
    path: Path_
    what: str


BLOCK = {"kind": "block", "prices": ["1", "1", "1"]}
JOB = {"name": "job", "rates": ["0.5"]}
CALL_OFF = {"kind": "call-off", "price": "1"}
HALVES = [{"weight": "0.5", "mechanism": CALL_OFF}, {"weight": "0.4", "mechanism": CALL_OFF}]


def pays(kind: str, **fields: Any) -> dict[str, Any]:
    return {"mechanism": {"kind": kind, **fields}}


def on(heading: str, **terms: Any) -> dict[str, Any]:
    return {"mechanism": BLOCK, heading: terms}


M = "mechanism"
MISTAKES = {
    "a negative price": Mistake(pays("call-off", price="-1"), "negative", (M, "price"), "found -1, expected pounds"),
    "a negative price of a year": Mistake(
        pays("block", prices=["1", "-2", "3"]), "negative", (M, "prices", 1), "found -2"
    ),
    "a negative price of a tier": Mistake(
        pays("unit price", price="1", tiers=[{"above": "5", "price": "-3"}]),
        "negative",
        (M, "tiers", 0, "price"),
        "found -3",
    ),
    "a negative cap": Mistake(pays("capped activity", price="1", cap="-5"), "negative", (M, "cap"), "found -5"),
    "a share as a percentage": Mistake(
        pays("cost plus", fee_rate="8.56"), "out-of-range", (M, "fee_rate"), "found 8.56, expected a share"
    ),
    "no prices": Mistake(pays("block", prices=[]), "empty", (M, "prices"), "no figure is given"),
    "no grants": Mistake(pays("grant", amounts=[]) | {"form": "grant"}, "empty", (M, "amounts"), "no figure is given"),
    "no fees": Mistake(
        pays("outcomes fund", fees=[], outcome="job", expected="1") | {"outcomes": [JOB]},
        "empty",
        (M, "fees"),
        "no figure is given",
    ),
    "no share on attachment": Mistake(
        pays("declining attachment", payment="1", attached=[], outcome="job") | {"outcomes": [JOB]},
        "empty",
        (M, "attached"),
        "no share on attachment",
    ),
    "two years' prices for three": Mistake(
        pays("block", prices=["1", "1"]), "years", (M,), "figures for 2 years, the bid for 3"
    ),
    "one year's grant in a part of a hybrid": Mistake(
        pays("hybrid", parts=[{"weight": "1", "mechanism": {"kind": "block", "prices": ["1"]}}]),
        "years",
        (M,),
        "figures for 1 year, the bid for 3",
    ),
    "a cap below its floor": Mistake(
        pays("unit price", price="1", minimum="900", maximum="800"),
        "cap-below-floor",
        (M, "maximum"),
        "the most a year, £800, is below the least, £900",
    ),
    "thresholds out of order": Mistake(
        pays("unit price", price="1", tiers=[{"above": "9", "price": "1"}, {"above": "5", "price": "1"}]),
        "order",
        (M, "tiers"),
        "the thresholds do not rise",
    ),
    "thresholds twice the same": Mistake(
        pays("results, by tiers", price="1", outcome="job", tiers=[{"above": "9", "price": "1"}] * 2)
        | {"outcomes": [JOB]},
        "order",
        (M, "tiers"),
        "the thresholds do not rise",
    ),
    "bands without a last": Mistake(
        pays("target cost", target="1", bands=[{"up_to": "1", "share": "1"}]),
        "bands",
        (M, "bands"),
        "the bands do not cover every cost",
    ),
    "no bands": Mistake(pays("target cost", target="1", bands=[]), "bands", (M, "bands"), "do not cover every cost"),
    "a last band in the middle": Mistake(
        pays("target cost", target="1", bands=[{"share": "1"}, {"share": "0"}]), "bands", (M, "bands"), "do not cover"
    ),
    "bands out of order": Mistake(
        pays(
            "target cost",
            target="1",
            bands=[{"up_to": "2", "share": "1"}, {"up_to": "1", "share": "1"}, {"share": "0"}],
        ),
        "order",
        (M, "bands"),
        "the thresholds do not rise",
    ),
    "weights that do not add": Mistake(pays("hybrid", parts=HALVES), "not-100", (M, "parts"), "the weights add to 0.9"),
    "no parts": Mistake(pays("hybrid", parts=[]), "not-100", (M, "parts"), "the weights add to 0"),
    "a trigger without its price": Mistake(
        pays("fee plus outcomes", value="1", fee_share="0.3", outcome="job", price="1", trigger="9")
        | {"outcomes": [JOB]},
        "trigger",
        (M, "trigger"),
        "a trigger and an accelerated price go together",
    ),
    "a kind nobody knows": Mistake(pays("blok", price="1"), "not-a-choice", (M,), "'kind': 'blok'"),
    "no kind": Mistake({"mechanism": {"price": "1"}}, "missing", (M,), "its kind is not stated"),
    "another kind's field": Mistake(
        pays("call-off", price="1", prices=["1"]), "unknown-field", (M, "prices"), "no field 'prices' here"
    ),
    "an outcome not defined": Mistake(
        pays("payment by results", stages=[{"outcome": "jobb", "price": "1"}]) | {"outcomes": [JOB]},
        "unknown-name",
        (M,),
        "it pays for 'jobb', an outcome that is not defined",
    ),
    "an outcome in a part, not defined": Mistake(
        pays(
            "hybrid",
            parts=[
                {
                    "weight": "1",
                    "mechanism": {
                        "kind": "results, all or nothing",
                        "outcome": "home",
                        "target": "1",
                        "payment": "1",
                    },
                }
            ],
        ),
        "unknown-name",
        (M,),
        "it pays for 'home'",
    ),
    "an outcome nobody says how many reach": Mistake(
        pays("payment by results", stages=[{"outcome": "job", "price": "1"}]) | {"outcomes": [{"name": "job"}]},
        "unsaid",
        ("outcomes", 0, "rates"),
        "how many reach it is not stated",
    ),
    "an outcome twice": Mistake(
        {"mechanism": BLOCK, "outcomes": [JOB, JOB]}, "duplicate-name", ("outcomes", 1, "name"), "is used twice"
    ),
    "an option longer than the term": Mistake(
        on("duration", firm_months=24, option_months=36),
        "option-longer",
        ("duration", "option_months"),
        "the option, 36 months, is longer than the term, 24",
    ),
    "an option of nobody's": Mistake(
        on("duration", option_months=0, option_by="provider"),
        "contradiction",
        ("duration", "option_by"),
        "there is no option",
    ),
    "a basket of 90%": Mistake(
        on("duration", indexation={"basket": {"pay": 60, "CPI": 30}}),
        "not-100",
        ("duration", "indexation", "basket"),
        "the basket adds to 90%",
    ),
    "a cap on rises below their collar": Mistake(
        on("duration", indexation={"basket": {"pay": 100}, "cap": "0.01", "collar": "0.02"}),
        "cap-below-floor",
        ("duration", "indexation", "cap"),
        "is below the collar",
    ),
    "deductions above their cap": Mistake(
        on("protections", deductions={"expected": "0.1", "cap": "0.05"}),
        "cap-below-floor",
        ("protections", "deductions", "cap"),
        "are above their cap",
    ),
    "all volume paid, up to a cap": Mistake(
        on("protections", all_volume_paid=True, volume_cap="9"),
        "contradiction",
        ("protections", "volume_cap"),
        "every unit is said to be paid for",
    ),
    "all of it in advance, and in arrears": Mistake(
        on("payment", advance="1", in_advance=False),
        "contradiction",
        ("payment", "advance"),
        "the whole price is advanced, yet it is paid in arrears",
    ),
    "an advance on top of advance payment": Mistake(
        on("payment", advance="0.2", in_advance=True),
        "contradiction",
        ("payment", "advance"),
        "an advance on top of payment in advance",
    ),
    "nothing kept back, and paid later": Mistake(
        on("payment", retention="0", retention_months=3),
        "contradiction",
        ("payment", "retention_months"),
        "nothing is kept back",
    ),
    "a grant by contract": Mistake(
        pays("grant", amounts=["1", "1", "1"]) | {"form": "contract"},
        "contradiction",
        ("form",),
        "the mechanism is a grant, but the form is a contract",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_one_mistake_is_one_problem(mistake: Mistake) -> None:
    """It is said where it is, what it is and what to do."""
    (found,) = problems(mistake.offer)
    assert (found.code, found.path) == (mistake.code, ("contract", *mistake.path))
    assert mistake.what in found.what
    assert found.fix
    assert found.where.startswith("contract")


GOOD = [
    BLOCK,
    {"kind": "unit price", "price": "0", "minimum": "5", "maximum": "5"},
    {"kind": "unit price", "price": "1", "tiers": [{"above": "0", "price": "2"}]},
    {"kind": "target cost", "target": "0", "bands": [{"share": "0"}]},
    {"kind": "hybrid", "parts": [{"weight": "0.3", "mechanism": CALL_OFF}, {"weight": "0.7", "mechanism": BLOCK}]},
]


@pytest.mark.parametrize("mechanism", GOOD, ids=lambda mechanism: str(mechanism["kind"]))
def test_what_is_only_just_sense_is_taken(mechanism: dict[str, Any]) -> None:
    assert problems({"mechanism": mechanism}) == []


@pytest.mark.parametrize(
    "terms",
    [
        on("duration", firm_months=24, option_months=24),
        on("duration", indexation={"basket": {"pay": "33.3", "fixed": "66.7"}, "cap": "0.02", "collar": "0.02"}),
        on("protections", deductions={"expected": "0.05", "cap": "0.05"}),
        on("payment", advance="0.99", in_advance=False, retention="0.05", retention_months=3),
        on("payment", advance="0", in_advance=True, retention="0"),
        pays("grant", amounts=["1", "1", "1"]) | {"form": "grant", "payment": {"clawback": "unspent"}},
    ],
)
def test_terms_that_only_just_agree_are_taken(terms: dict[str, Any]) -> None:
    assert problems(terms) == []


def test_an_offer_by_volume_needs_a_volume() -> None:
    """A block price does not; anything paid by units or outcomes does."""
    data = bid({"mechanism": CALL_OFF})
    for service in data["organisation"]["services"]:
        service.pop("volume", None)
    data["organisation"]["costs"] = [c for c in data["organisation"]["costs"] if "behaviour" not in c]
    for unsaid in ("capacity", "occupancy", "volumes"):
        data.pop(unsaid, None)
    with pytest.raises(fcr.InputError) as caught:
        fcr.Bid.from_json(json.dumps(data))
    (found,) = caught.value.problems
    assert (found.code, found.path) == ("volumes", ("volumes",))
    paid_anyway = fcr.Bid.from_json(json.dumps(data | {"contract": {"mechanism": BLOCK}}))
    assert paid_anyway.yearly_volumes is None


def test_all_are_reported_together() -> None:
    """One JSON bid with something wrong under every heading: every problem, each in its place, in one error."""
    offer = {
        "form": "contract",
        "mechanism": {
            "kind": "hybrid",
            "parts": [
                {
                    "weight": "0.5",
                    "mechanism": {
                        "kind": "unit price",
                        "price": "-12",
                        "tiers": [{"above": "9", "price": "1"}, {"above": "5", "price": "1"}],
                    },
                },
                {
                    "weight": "0.3",
                    "mechanism": {"kind": "unit price", "price": "1", "minimum": "9", "maximum": "8"},
                },
                {
                    "weight": "0.2",
                    "mechanism": {"kind": "target cost", "target": "1", "bands": []},
                },
            ],
        },
        "duration": {
            "firm_months": 12,
            "option_months": 36,
            "indexation": {"basket": {"pay": 60}, "cap": "0.01", "collar": "0.03"},
        },
        "protections": {"all_volume_paid": True, "volume_cap": "10", "deductions": {"expected": "0.2", "cap": "0.1"}},
        "payment": {"advance": "1", "in_advance": False, "retention": "0", "retention_months": 2},
        "outcomes": [{"name": "job", "evidence_rate": "0.2", "evidence_low": "0.3"}, {"name": "job"}],
    }
    found = {(p.code, p.path[1:]) for p in problems(offer)}
    part = (M, "parts")
    assert found == {
        ("negative", (*part, 0, M, "price")),
        ("order", (*part, 0, M, "tiers")),
        ("cap-below-floor", (*part, 1, M, "maximum")),
        ("bands", (*part, 2, M, "bands")),
        ("option-longer", ("duration", "option_months")),
        ("not-100", ("duration", "indexation", "basket")),
        ("cap-below-floor", ("duration", "indexation", "cap")),
        ("contradiction", ("protections", "volume_cap")),
        ("cap-below-floor", ("protections", "deductions", "cap")),
        ("contradiction", ("payment", "advance")),
        ("contradiction", ("payment", "retention_months")),
        ("order", ("outcomes", 0, "evidence_low")),
        ("duplicate-name", ("outcomes", 1, "name")),
    }
