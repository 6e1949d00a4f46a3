"""Numbers as people type them, and what every model does: frozen, exact, equal, and there and back again."""

from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fcr
from fcr.inputs import parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", "1200"),
        ("1,200.50", "1200.50"),
        ("1 200.50", "1200.50"),
        ("1\u00a0200", "1200"),
        ("£1,200", "1200"),
        ("-£5", "-5"),
        ("£ 5", "5"),
        ("(350)", "-350"),
        ("( £350.00 )", "-350.00"),
        ("−7", "-7"),
        ("+7", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("１２", "12"),
        ("12%", "12"),
        ("0", "0"),
        ("0." + "1" * 40, "0." + "1" * 40),
    ],
)
def test_numbers_as_people_type_them(text: str, number: str) -> None:
    """Pound signs, separators, brackets, any minus sign: read exactly."""
    assert str(parse_number(text)) == str(Decimal(number))


TWO_MEANINGS = ["", "-", "£", "()", "--5", "-(5)", "(-5)x", "1.200,50", "0,5", "1e5", "1,20", "12,34,567", "1.2.3"]
NO_NUMBERS = ["NaN", "inf", "Infinity", "0x10", "1_000", "5 %%", "½", "twelve", "1 2"]


@pytest.mark.parametrize("text", TWO_MEANINGS + NO_NUMBERS)
def test_what_could_mean_two_things_is_refused(text: str) -> None:
    """Nothing is guessed: a number in another country's form is no number."""
    assert parse_number(text) is None


@given(st.decimals(-(10**11), 10**11, places=2))
def test_pounds_printed_are_pounds_read(amount: Decimal) -> None:
    """What a table prints can be typed back in, in either form of a negative."""
    assert parse_number(f"{amount:,.2f}") == amount
    assert parse_number(f"£{abs(amount):,.2f}") == abs(amount)
    assert parse_number(f"({abs(amount):,.2f})") == -abs(amount)


def amount(value: object) -> Decimal:
    found = fcr.Cost(name="Rent", centre="Visits", amount=value).amount  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1200, "1200"),
        (Decimal("1200.10"), "1200.10"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0"), "0"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (np.float64(0.1), "0.1"),
        (np.int64(7), "7"),
        ("£1,200.50", "1200.50"),
        ("0.123456789012345678901234567890", "0.123456789012345678901234567890"),
        (900719925474.09, "900719925474.09"),
    ],
)
def test_a_number_of_any_kind_is_kept_exactly(value: object, kept: str) -> None:
    """A float by its shortest form, a Decimal to its last digit; never an exponent, never minus nought."""
    found = str(amount(value))
    assert found in {kept, f"{kept}.0"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("sNaN"), True, "x", [1], {}, b"5", 1j, object()])
def test_what_is_no_number_is_refused(value: object) -> None:
    """Whatever is given, the refusal is ours and names the field."""
    with pytest.raises(fcr.InputError) as caught:
        amount(value)
    assert [p.path for p in caught.value.problems] == [("amount",)]


@pytest.mark.parametrize(
    ("share", "kept"), [("6%", "0.06"), ("0.06", "0.06"), (0.06, "0.06"), ("100%", "1.00"), (0, "0")]
)
def test_shares_may_be_typed_as_percentages(share: object, kept: str) -> None:
    """``6%`` and 0.06 are the same share."""
    cost = fcr.Cost(name="x", centre="y", amount=1, vat_rate=share, vat_recoverable=0)  # type: ignore[arg-type]
    assert cost.vat_rate == Decimal(kept)


def test_a_share_typed_as_a_percentage_is_explained() -> None:
    """20 where 0.20 is meant: the message says what 20 would be, and what to write."""
    with pytest.raises(fcr.InputError, match=r"20 would be 2000%. Write 0.20 or '20%'"):
        fcr.Cost(name="x", centre="y", amount=Decimal(1), vat_rate=Decimal(20), vat_recoverable=Decimal(0))


# ── every model ──────────────────────────────────────────────────────────────────────────────────


def driver() -> fcr.Driver:
    return fcr.Driver(name="floor area", unit="m²", quantities={"Visits": Decimal(80)})


def test_models_are_frozen_and_so_are_their_lists_and_mappings() -> None:
    """Nothing in a model can be changed behind its back: not a field, a mapping or a list."""
    made = driver()
    with pytest.raises(ValueError, match="frozen"):
        made.name = "rooms"
    with pytest.raises(TypeError):
        made.quantities["Visits"] = Decimal(1)  # type: ignore[index]
    rows = [fcr.Service(name="Visits")]
    organisation = fcr.Organisation(
        name="x", services=rows, costs=[fcr.Cost(name="c", centre="Visits", amount=Decimal(1))]
    )
    rows.append(fcr.Service(name="Clubs"))
    assert isinstance(organisation.services, tuple)
    assert [s.name for s in organisation.services] == ["Visits"]
    deep = fcr.Assumptions(rates={"vat.standard_rate": {date(2027, 4, 1): Decimal("0.2")}})
    with pytest.raises(TypeError):
        deep.rates["vat.standard_rate"][date(2027, 4, 1)] = Decimal(0)  # type: ignore[index]


def test_what_was_given_may_change_without_the_model() -> None:
    """A model keeps its own copy of a mapping."""
    quantities = {"Visits": Decimal(80)}
    made = fcr.Driver(name="floor area", quantities=quantities)
    quantities["Visits"] = Decimal(1)
    assert made.quantities["Visits"] == 80


def test_replace_changes_checks_and_leaves_the_original() -> None:
    """``replace`` gives a checked copy; what does not hold together is refused as when first made."""
    made = driver()
    assert made.replace(unit="ft²").unit == "ft²"
    assert made.unit == "m²"
    assert made.replace() == made
    for changes, code in (
        ({"quantities": {}}, "no-quantities"),
        ({"mixture": {"staff": 100}}, "one-measure"),
        ({"units": "m²"}, "unknown-field"),
    ):
        with pytest.raises(fcr.InputError) as caught:
            made.replace(**changes)
        assert [p.code for p in caught.value.problems] == [code]


def test_equal_models_are_equal_however_the_numbers_were_given() -> None:
    """80, "80" and 80.0 square metres are the same."""
    given_ = [{"Visits": Decimal(80)}, {"Visits": 80}, {"Visits": "80"}, {"Visits": 80.0}]
    made = [fcr.Driver.from_dict({"name": "floor area", "unit": "m²", "quantities": q}) for q in given_]
    assert all(m == driver() for m in made)
    assert fcr.Driver.from_dict({"name": "rooms", "quantities": {"Visits": 80}}) != driver()


def test_plain_data_leaves_out_what_is_not_stated_and_comes_back() -> None:
    """Plain data is text, lists and mappings; a nested mapping of dates too."""
    made = fcr.Assumptions(
        indices={"pay": fcr.Index(rises={2027: Decimal("0.030")}, month="anniversary")},
        rates={"vat.standard_rate": {date(2027, 4, 1): Decimal("0.25")}},
    )
    data = made.to_dict()
    assert data["rates"] == {"vat.standard_rate": {"2027-04-01": "0.25"}}
    assert data["indices"]["pay"] == {"rises": {"2027": "0.030"}, "month": "anniversary", "note": ""}
    assert fcr.Assumptions.from_dict(data) == made
    assert fcr.Assumptions.from_json(made.to_json()) == made
    assert made.to_json() == fcr.Assumptions.from_json(made.to_json()).to_json()


def test_data_that_is_not_the_fields_of_a_model_is_refused() -> None:
    """A list, a number or nothing is no model."""
    nothing: tuple[Any, ...] = ([], 3, None, "x")
    for data in nothing:
        with pytest.raises(fcr.InputError, match="fields of a Driver"):
            fcr.Driver.from_dict(data)


def test_errors_can_be_pickled_and_keep_their_problems() -> None:
    """Errors cross process boundaries, as tests and notebooks run in parallel need."""
    with pytest.raises(fcr.InputError) as caught:
        fcr.Driver(name="", quantities={})
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.problems == caught.value.problems
    assert str(copy) == str(caught.value)
    unknown = fcr.UnknownName("service", "a", ["b"])
    assert str(pickle.loads(pickle.dumps(unknown))) == str(unknown)
    missing = fcr.RateNotFound("vat", date(2010, 1, 1), "known from 2011", "State it.")
    assert str(pickle.loads(pickle.dumps(missing))) == str(missing)


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\x00", "a\x1b[31m"])
def test_names_are_one_line_of_text(name: str) -> None:
    """No control character can get into a table or a terminal by a name."""
    with pytest.raises(fcr.InputError) as caught:
        fcr.Service(name=name)
    assert [p.code for p in caught.value.problems] == ["not-text"]


def test_outer_spaces_of_a_name_are_dropped() -> None:
    """A name pasted with spaces is the name; blanks alone are none."""
    assert fcr.Service(name="  Visits\u00a0 ").name == "Visits"
    with pytest.raises(fcr.InputError, match="blank"):
        fcr.Service(name="   ")


def made_wrongly() -> Any:
    return fcr.Driver(name=5, quantities={"a": -1})  # type: ignore[arg-type]


def test_models_made_by_hand_refuse_in_our_words_too() -> None:
    """Not only files: a model made in Python gives every problem, and no other library's error."""
    with pytest.raises(fcr.InputError) as caught:
        made_wrongly()
    assert {(p.code, p.path) for p in caught.value.problems} == {
        ("not-text", ("name",)),
        ("negative", ("quantities", "a")),
    }
    assert caught.value.__cause__ is None
