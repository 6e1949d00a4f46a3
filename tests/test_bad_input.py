"""Bad input: each mistake is one problem with a place, a code and words for a person; all come at once."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fcr
from fcr.errors import Problem
from fcr.inputs import read_json

DEMO = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"


def valid() -> dict[str, Any]:
    """A small bid with nothing wrong in it."""
    return {
        "organisation": {
            "name": "Example Advice",
            "services": [{"name": "Advice", "unit": "session", "volume": "100"}, {"name": "Housing"}],
            "pools": [{"name": "Premises", "driver": "floor area"}, {"name": "Central functions", "driver": "staff"}],
            "costs": [
                {"name": "Rent", "centre": "Premises", "amount": "18000"},
                {"name": "Audit", "centre": "Central functions", "amount": "3000"},
                {"name": "Leaflets", "split": {"Advice": 50, "Housing": 50}, "amount": "800"},
            ],
            "posts": [{"name": "Adviser", "salary": "29500", "time": {"Advice": 60, "Housing": 40}}],
            "drivers": [{"name": "floor area", "quantities": {"Advice": 80, "Housing": 20, "Central functions": 9}}],
        },
        "service": "Advice",
        "start": "2026-04-01",
        "years": 2,
        "assumptions": {"indices": {"pay": {"rises": {"2027": "0.03"}}}, "hold_rates": True},
    }


@dataclass(frozen=True)
class Mistake:
    """A row to add to a list, or a value to set, and the one problem it must give."""

    name: str
    code: str
    path: tuple[str | int, ...]
    says: tuple[str, ...]
    """What its words must include."""
    row: dict[str, Any] | None = None
    value: object = field(default=None, compare=False)

    def make(self, bid: dict[str, Any]) -> tuple[str, tuple[str | int, ...]]:
        """Put it in ``bid``; the code and the path it must be reported with."""
        if self.row is not None:
            rows = bid["organisation"].setdefault(self.path[0], [])
            rows.append({"name": self.name, **self.row})
            return self.code, ("organisation", self.path[0], len(rows) - 1, *self.path[1:])
        holder: Any = bid
        for key in self.path[:-1]:
            holder = holder.setdefault(key, {}) if isinstance(holder, dict) else holder[key]
        holder[self.path[-1]] = self.value
        return self.code, self.path


def cost(name: str, code: str, at: str | tuple[str | int, ...], *says: str, **fields: Any) -> Mistake:
    path = ("costs", *((at,) if isinstance(at, str) else at))
    row = {"centre": "Advice", "amount": "100", **fields}
    return Mistake(name, code, path, says, {k: v for k, v in row.items() if v is not ...})


def post(name: str, code: str, at: tuple[str | int, ...], *says: str, **fields: Any) -> Mistake:
    return Mistake(name, code, ("posts", *at), says, {"salary": "20000", "time": {"Advice": 100}, **fields})


def driver(name: str, code: str, at: tuple[str | int, ...], *says: str, **fields: Any) -> Mistake:
    return Mistake(name, code, ("drivers", *at), says, fields)


def whole(name: str, code: str, path: tuple[str | int, ...], value: object, *says: str) -> Mistake:
    return Mistake(name, code, path, says, value=value)


NUMBER = "not-a-number"

TOGETHER = (
    cost("no such centre", "unknown-name", "centre", "'Premisses'", "Did you mean 'Premises'?", centre="Premisses"),
    cost("no such centre in a split", "unknown-name", "split", "'Advise'", split={"Advise": 100}, centre=...),
    cost("NaN", NUMBER, "amount", "NaN", "pounds", amount=float("nan")),
    cost("infinity", NUMBER, "amount", "Infinity", amount=float("inf")),
    cost("NaN as text", NUMBER, "amount", "'NaN' is not a number", amount="NaN"),
    cost("text for a number", NUMBER, "amount", "'about 200'", "pounds", amount="about 200"),
    cost("a letter for a nought", NUMBER, "amount", "Did you mean 1200?", amount="12O0"),
    cost("a comma for a point", NUMBER, "amount", "'1.200,50'", amount="1.200,50"),
    cost("true for a number", NUMBER, "amount", "TRUE", amount=True),
    cost("a list for a number", NUMBER, "amount", "[1]", amount=[1]),
    cost("braces for a number", NUMBER, "amount", "{'a': 1}", amount={"a": 1}),
    cost("10^15 pounds", "out-of-range", "amount", "900,719,925,474.09", amount="1000000000000000"),
    cost("a number without end", "too-large", "amount", "digits", amount=10**400),
    cost("decimals without end", "too-fine", "amount", "30 decimals", amount="0." + "1" * 40),
    cost("no centre", "one-place", "centre", "no cost centre", centre=...),
    cost("centre and split", "one-place", "centre", "both", split={"Advice": 100}),
    cost("split of 90", "not-100", "split", "90%", "10% is missing", split={"Advice": 60, "Housing": 30}, centre=...),
    cost("split of 110", "not-100", "split", "110%", "10% too much", split={"Advice": 60, "Housing": 50}, centre=...),
    cost("negative split", "negative", ("split", "Advice"), "-5", split={"Advice": -5, "Housing": 100}, centre=...),
    cost("no amount", "one-amount", "amount", "no amount", amount=...),
    cost("amount and amounts", "one-amount", "amount", "both", amounts=["1", "2"]),
    cost("too few amounts", "years", "amounts", "1 yearly amounts for 2", amounts=["1"], amount=...),
    cost("lost amount", "not-paid", ("amounts", 0), "£70", "Year 1", amounts=["70", "5"], amount=..., first_month=13),
    cost("VAT unsaid", "unsaid", "vat_recoverable", "what can be recovered", vat_rate="0.2"),
    cost("VAT as a percentage", "out-of-range", "vat_rate", "'20%'", vat_rate="20", vat_recoverable="0"),
    cost("stepped without step", "step", "step", "not said", behaviour="stepped"),
    cost("step without stepped", "step", "step", "not stepped", step="5"),
    cost("a step of nothing", "step", "step", "no units", behaviour="stepped", step="0"),
    cost("stepped on a pool", "behaviour", "centre", "cost pool", centre="Premises", behaviour="per unit"),
    cost("per unit of nothing", "volumes", "behaviour", "'Housing'", centre="Housing", behaviour="per unit"),
    cost("start-up per unit", "behaviour", "behaviour", "start-up", behaviour="per unit", phase="start-up"),
    cost("no life", "life", "life", "life is not said", capital="depreciation"),
    cost("life without depreciation", "life", "life", "not depreciated", life="4"),
    cost("a life of nought", "out-of-range", "life", "more than 0", capital="depreciation", life="0"),
    cost("rises twice", "rises-twice", "index", "already", amounts=["1", "2"], amount=..., index="CPI"),
    cost("months reversed", "months-reversed", "last_month", "before its first", first_month=9, last_month=3),
    cost("month after the end", "months", "first_month", "month 25", first_month=25),
    cost("month nought", "out-of-range", "first_month", "more than 0", first_month=0),
    cost("month in words", "not-whole", "first_month", "whole number", first_month="April"),
    cost("no such phase", "not-a-choice", "phase", "'start-up', 'running' or 'close-down'", phase="begin"),
    cost("no such field", "unknown-field", "ammount", "Did you mean 'amount'?", ammount="5"),
    cost("a number for a note", "not-text", "note", "expected text", note=5),
    cost("a place in words", "wrong-type", "source", "named values", source="ledger, line 4"),
    Mistake("Rent", "duplicate-name", ("costs", "name"), ("used twice",), {"centre": "Premises", "amount": "5"}),
    Mistake("advice", "duplicate-name", ("services", "name"), ("'advice'",), {}),
    Mistake("Forgotten", "idle-service", ("services",), ("nothing is charged",), {}),
    Mistake("Lost", "unknown-name", ("pools", "driver"), ("Did you mean 'floor area'?",), {"driver": "floor aera"}),
    Mistake("P" * 201, "too-long", ("services", "name"), ("200 characters",), {"note": "long"}),
    post("time of 90", "not-100", ("time",), "90%", "10% is missing", time={"Advice": 90}),
    post("time on nothing", "unknown-name", ("time",), "'Advicer'", time={"Advicer": 100}),
    post("no pension like it", "not-a-choice", ("pension",), "6% as 0.06", pension="6"),
    post("no salary", NUMBER, ("salary",), "expected pounds", salary=None),
    post("negative salary", "negative", ("salary",), "-1", salary="-1"),
    post("no FTE", "out-of-range", ("fte",), "more than 0", fte="0"),
    post("top below salary", "top", ("top",), "below its salary", top="100"),
    post("no such age", "not-a-choice", ("age",), "'under 21'", age="young"),
    post("yes for true", "not-yes-or-no", ("apprentice",), "true or false", apprentice="perhaps"),
    driver("nothing measured", "no-quantities", ("quantities",), "no quantities"),
    driver("negative quantity", "negative", ("quantities", "Advice"), "-1", quantities={"Advice": -1, "Housing": 2}),
    driver("mixture of 90", "not-100", ("mixture",), "90%", mixture={"staff": 50, "equal": 40}),
    driver("mixture of what is not", "unknown-name", ("mixture",), "'staf'", "'staff'", mixture={"staf": 100}),
    driver("both", "one-measure", ("quantities",), "both", mixture={"staff": 100}, quantities={"Advice": 1}),
    driver("staff", "built-in-name", ("name",), "'staff'", quantities={"Advice": 1}),
    whole("surplus without basis", "surplus-basis", ("surplus_basis",), None, "not on what"),
    whole("reserves twice", "reserves", ("reserves_rate",), "0.03", "both"),
    whole("volumes for three years", "years", ("volumes",), ["1", "2", "3"], "3 figures for 2"),
    whole("no such figure", "unknown-name", ("assumptions", "rates", "vat.standard"), {}, "'vat.standard_rate'"),
    whole("no such month", "not-a-choice", ("assumptions", "indices", "pay", "month"), 13, "from 1 to 12"),
    whole("negative reserves", "negative", ("organisation", "free_reserves"), "-1", "nought or more"),
    whole("no such status", "not-a-choice", ("vat",), "VATable", "'exempt'"),
)
"""Mistakes that can stand in one file."""

ALONE = (
    whole("a start that is no date", "not-a-date", ("start",), "next April", "2027-04-01"),
    whole("a start in mid-month", "not-first", ("start",), "2026-04-06", "first of a month"),
    whole("a start before the base year", "before-base", ("start",), "2025-04-01", "before the base year"),
    whole("no such service", "unknown-name", ("service",), "Advise", "Did you mean 'Advice'?"),
    whole("no years", "out-of-range", ("years",), 0, "at least 1"),
    whole("eleven years", "out-of-range", ("years",), 11, "at most 10"),
    whole("a base year in mid-month", "not-first", ("organisation", "base_year"), "2026-03-06", "2026-03-06"),
    whole("text for a list", "wrong-type", ("organisation", "pools"), "Premises", "square brackets"),
    whole("text for an organisation", "wrong-type", ("organisation",), "Example Advice", "braces"),
    whole("text for a row", "wrong-type", ("organisation", "costs", 1), "Audit £3,000", "braces"),
    whole("a blank name", "blank", ("organisation", "services", 0, "name"), "  ", "blank"),
    whole("a name of two lines", "not-text", ("organisation", "services", 0, "name"), "Ad\nvice", "line break"),
    whole("no index like it", "unknown-name", ("organisation", "costs", 0, "index"), "CPIH", "there is no index"),
    whole("a rise nobody states", "rise-not-stated", ("assumptions", "indices", "pay", "rises"), {}, "April 2027"),
    whole("an older schema", "not-a-choice", ("schema_version",), 0, "expected 1"),
    whole("a newer file", "newer-version", ("schema_version",), 2, "newer version of fcr", "Upgrade"),
    whole("an unread offer", "missing", ("contract",), {"commissioner": "Council"}, "missing"),
)
"""Mistakes that change what the rest of a file means."""

PLACED_HIGHER = {
    "no index like it": ("assumptions", "indices"),
    "a rise nobody states": ("assumptions", "indices"),
    "an unread offer": ("contract", "mechanism"),
}
"""Where a mistake is reported, when that is not where it was made."""


def set_up(mistake: Mistake, bid: dict[str, Any]) -> None:
    """What a mistake needs beside it."""
    if mistake.name == "surplus without basis":
        bid["surplus"] = "0.1"
    if mistake.name == "reserves twice":
        bid["reserves_amount"] = "100"


def problems_in(text: str) -> tuple[Problem, ...]:
    with pytest.raises(fcr.InputError) as caught:
        fcr.Bid.from_json(text)
    return caught.value.problems


def test_the_bid_without_mistakes_is_taken() -> None:
    """What the mistakes are made in is itself in order, so that each is the only thing wrong."""
    assert fcr.price(fcr.Bid.from_dict(valid())).term > 0


@pytest.mark.parametrize("mistake", [*TOGETHER, *ALONE], ids=lambda m: m.name[:40])
def test_one_mistake_is_one_problem(mistake: Mistake) -> None:
    """A mistake gives exactly one problem, in its place, with its code and words a person can act on."""
    bid = valid()
    set_up(mistake, bid)
    code, path = mistake.make(bid)
    problems = problems_in(json.dumps(bid))
    assert [(p.code, p.path) for p in problems] == [(code, PLACED_HIGHER.get(mistake.name, path))], problems
    for words in mistake.says:
        assert words in str(problems[0])
    assert problems[0].where
    assert problems[0].fix.endswith((".", "…", "?"))


def all_at_once() -> tuple[str, set[tuple[str, tuple[str | int, ...]]]]:
    bid, expected = valid(), set()
    for mistake in TOGETHER:
        set_up(mistake, bid)
        expected.add(mistake.make(bid))
    return json.dumps(bid), expected


def test_every_mistake_in_one_file_is_reported_at_once() -> None:
    """A file with every mistake gives every problem in one go, and nothing that is not a mistake."""
    text, expected = all_at_once()
    problems = problems_in(text)
    assert {(p.code, p.path) for p in problems} == expected
    assert len(problems) == len(TOGETHER)


def test_no_message_speaks_in_programmers_words() -> None:
    """No problem names a type of the machinery: people see pounds, lists and names."""
    text, _ = all_at_once()
    for problem in problems_in(text):
        for word in ("Input should", "valid ", "dict", "instance", "Sequence", "Mapping", "Decimal", "NoneType", "str"):
            assert word not in f"{problem.what} {problem.fix}".split("'"), str(problem)
            assert "Input should" not in str(problem)


def test_the_place_names_the_row() -> None:
    """A row is found by its number and its name, as a person counts down a list."""
    bid = valid()
    bid["organisation"]["costs"][1]["amount"] = "abc"
    assert problems_in(json.dumps(bid))[0].where == "organisation.costs[1] 'Audit' amount"


def test_a_row_that_cannot_be_read_does_not_shift_the_others() -> None:
    """Rows keep their numbers when one of them is not a row at all."""
    bid = valid()
    bid["organisation"]["costs"][0] = "Rent"
    bid["organisation"]["costs"][2]["split"] = {"Advise": 50, "Housing": 50}
    found = {(p.code, p.path) for p in problems_in(json.dumps(bid))}
    assert found == {
        ("wrong-type", ("organisation", "costs", 0)),
        ("unknown-name", ("organisation", "costs", 2, "split")),
    }


def test_an_unread_name_is_not_reported_again_where_it_is_used() -> None:
    """A misspelt field leaves a service nameless: its costs are not then said to be on no centre."""
    bid = valid()
    bid["organisation"]["services"][0] = {"nmae": "Advice"}
    found = {(p.code, p.path[-1]) for p in problems_in(json.dumps(bid))}
    assert found == {("missing", "name"), ("unknown-field", "nmae")}


def test_services_that_cannot_be_read_are_one_problem() -> None:
    """Without services, or with a list of them that is none, the pools and costs are not blamed as well."""
    for services, problem in (([], "empty"), ("Advice", "wrong-type"), (None, "wrong-type"), ({}, "wrong-type")):
        bid = valid()
        bid["organisation"]["services"] = services
        assert [(p.code, p.path) for p in problems_in(json.dumps(bid))] == [(problem, ("organisation", "services"))]


def test_pools_that_only_serve_each_other_are_named() -> None:
    """A closed circle of pools is refused, each of its pools by name and nothing else."""
    bid = valid()
    organisation = bid["organisation"]
    organisation["pools"] = [{"name": "Finance", "driver": "a"}, {"name": "HR", "driver": "b"}]
    organisation["drivers"] = [
        {"name": "a", "quantities": {"HR": 1}},
        {"name": "b", "quantities": {"Finance": 1}},
    ]
    organisation["costs"] = [{"name": "Audit", "centre": "Finance", "amount": "5"}]
    problems = problems_in(json.dumps(bid))
    assert [(p.code, p.path) for p in problems] == [
        ("closed-circle", ("organisation", "pools", 0, "driver")),
        ("closed-circle", ("organisation", "pools", 1, "driver")),
    ]
    assert "HR" in problems[0].what
    assert "Finance" in problems[1].what


def test_a_mixture_of_itself_is_refused() -> None:
    """A mixture that goes round in a circle is a problem, not an endless search."""
    bid = valid()
    bid["organisation"]["drivers"] = [{"name": "floor area", "mixture": {"floor area": 100}}]
    codes = {(p.code, p.path) for p in problems_in(json.dumps(bid))}
    assert ("unknown-name", ("organisation", "drivers", 0, "mixture")) in codes


def test_an_empty_organisation_is_one_problem() -> None:
    """An organisation with nothing in it is told so once."""
    bid = {**valid(), "organisation": {"name": "Nobody"}}
    problems = problems_in(json.dumps(bid))
    assert [(p.code, p.path) for p in problems] == [("empty", ("organisation", "services"))]


@pytest.mark.parametrize(
    ("missing", "path"), [("services", ("organisation", "services")), ("lines", ("organisation", "costs"))]
)
def test_half_an_organisation_is_one_problem(missing: str, path: tuple[str, ...]) -> None:
    """Services without costs, or costs without services, is one problem each."""
    organisation = {"name": "Half", "services": [{"name": "Advice"}]}
    if missing == "services":
        organisation = {"name": "Half", "costs": []}
        organisation["posts"] = [{"name": "Adviser", "salary": "1", "time": {"Advice": 100}}]
    problems = [p for p in problems_in(json.dumps({**valid(), "organisation": organisation})) if p.code == "empty"]
    assert [p.path for p in problems] == [path]


def test_a_start_before_the_first_known_rate_is_refused() -> None:
    """With posts, a contract cannot start before National Insurance is known; without posts it may."""
    bid = valid()
    bid["organisation"]["base_year"], bid["start"] = "2010-04-01", "2010-04-01"
    problems = problems_in(json.dumps(bid))
    assert [(p.code, p.path) for p in problems] == [("before-known", ("start",))]
    assert "first known National Insurance rate" in problems[0].what


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "not-json", "empty"),
        ("not json", "not-json", "line 1, column 1"),
        ('{"a": 1,}', "not-json", "line 1"),
        ("[" * 100_000, "not-json", "nested too deeply"),
        ("[]", "wrong-type", "JSON object"),
        ("null", "wrong-type", "None"),
        ("3", "wrong-type", "fields of a Bid"),
        ('{"name": "a", "name": "b"}', "twice", "'name'"),
    ],
)
def test_text_that_is_not_a_bid_is_refused(text: str, code: str, says: str) -> None:
    """What is not JSON, or not an object, is one problem that says where."""
    problems = problems_in(text)
    assert [p.code for p in problems] == [code]
    assert says in str(problems[0])


def test_every_repeated_key_is_named() -> None:
    """Each key given twice in one object is named, not only the first."""
    text = '{"a": {"x": 1, "x": 2}, "b": {"y": 1, "y": 2, "y": 3}}'
    with pytest.raises(fcr.InputError) as caught:
        read_json(text)
    assert [p.what.split("'")[1] for p in caught.value.problems] == ["x", "y"]


@pytest.mark.parametrize("number", ["1" * 5000, "-" + "9" * 4301, "1e999999999", "1e99999999999999999999", "1E-9999"])
def test_numbers_of_any_length_are_refused_by_their_field(number: str) -> None:
    """A number too long for any computer is a problem of the field it stands in."""
    text = json.dumps(valid()).replace('"18000"', number)
    problems = problems_in(text)
    assert [p.path for p in problems] == [("organisation", "costs", 0, "amount")]
    assert len(str(problems[0])) < 300


def test_whole_numbers_and_decimals_in_json_are_exact() -> None:
    """JSON's numbers arrive exactly as written."""
    data = read_json('{"a": 0.10, "b": 12345678901234567890123456789, "c": -3, "d": 1e3}')
    assert {k: str(v) for k, v in data.items()} == {
        "a": "0.10",
        "b": "12345678901234567890123456789",
        "c": "-3",
        "d": "1E+3",
    }
    assert type(data["c"]) is int


def test_many_mistakes_are_found_quickly() -> None:
    """A thousand bad rows give a thousand problems."""
    bid = valid()
    bid["organisation"]["costs"] += [
        {"name": f"Cost {i}", "centre": "Nowhere", "amount": "x" if i % 2 else "1"} for i in range(1000)
    ]
    assert len(problems_in(json.dumps(bid))) == 1500


# ── on the command line ──────────────────────────────────────────────────────────────────────────


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "fcr", *arguments], capture_output=True, text=True, check=False)


def test_the_command_line_reports_every_problem_and_no_traceback(tmp_path: Path) -> None:
    """Exit status 2, nothing on standard output, each problem on a line of its own."""
    text, expected = all_at_once()
    file = tmp_path / "bad.json"
    file.write_text(text, encoding="utf-8")
    done = run("price", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[0] == f"{len(expected)} problems to mend:"


def test_the_command_line_gives_problems_as_json(tmp_path: Path) -> None:
    """With ``--json`` standard output is one JSON object of problems, and standard error is empty."""
    text, expected = all_at_once()
    file = tmp_path / "bad.json"
    file.write_text(text, encoding="utf-8")
    done = run("check", str(file), "--json")
    assert (done.returncode, done.stderr) == (2, "")
    problems = json.loads(done.stdout)["problems"]
    assert sorted(p["code"] for p in problems) == sorted(code for code, _ in expected)
    assert {(p["code"], tuple(p["path"])) for p in problems} == expected
    assert all(p["where"] and p["what"] and p["fix"] for p in problems)


# ── anything at all ──────────────────────────────────────────────────────────────────────────────

WORDS = ["", " ", "NaN", "-", "()", "£1,200", "(350)", "1e5", "Advice", "Premises", "staff", "equal", "purchase"]
WORDS += [
    "per unit",
    "stepped",
    "start-up",
    "close-down",
    "depreciation",
    "2026-02-30",
    "2026-27",
    "9999-12-01",
    "\x00",
]
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**15, 10**400, 2**63, -1, 0, 1, 12, 120]),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=5),
    st.just("x" * 300),
)
odder = st.recursive(odd, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))


def places(data: Any) -> list[tuple[Any, Any]]:
    pairs = list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    return [(data, key) for key, _ in pairs] + [place for _, value in pairs for place in places(value)]


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A good bid with some of its JSON deleted, moved, retyped, wrapped or replaced."""
    bid = copy.deepcopy(valid() if draw(st.integers(0, 9)) else json.loads(DEMO.read_text(encoding="utf-8")))
    for _ in range(draw(st.integers(1, 5))):
        everywhere = places(bid)
        if not everywhere:
            break
        holder, key = draw(st.sampled_from(everywhere))
        action = draw(st.sampled_from(["drop", "replace", "replace", "wrap", "retype", "add", "move", "deepen"]))
        if action == "drop":
            del holder[key]
        elif action == "replace":
            holder[key] = draw(odder)
        elif action == "wrap":
            holder[key] = draw(st.sampled_from([[holder[key]], {"kind": holder[key]}, {"name": holder[key]}]))
        elif action == "retype":
            holder[key] = str(holder[key])
        elif action == "add" and isinstance(holder, dict):
            holder[draw(st.text(max_size=4))] = draw(odder)
        elif action == "move":
            other, at = draw(st.sampled_from(everywhere))
            holder[key] = (
                copy.deepcopy(other[at]) if at in (other if isinstance(other, dict) else range(len(other))) else 0
            )
        else:
            for _ in range(draw(st.sampled_from([2, 40, 150]))):
                holder[key] = [holder[key]]
    return bid


@settings(max_examples=150)
@given(damaged())
def test_any_damage_is_refused_with_its_problems_or_makes_a_bid(data: dict[str, Any]) -> None:
    """Whatever is done to a file, reading gives a bid that survives a round trip, or problems to mend."""
    try:
        bid = fcr.Bid.from_dict(data)
    except fcr.InputError as error:
        problems = error.problems
    else:
        assert fcr.Bid.from_json(bid.to_json()) == bid
        return
    assert problems
    assert all(p.where and p.what and p.fix and p.code and p.where.isprintable() for p in problems)


@settings(max_examples=60)
@given(damaged())
def test_what_is_read_can_be_priced_or_says_why_not(data: dict[str, Any]) -> None:
    """A bid that was taken is priced and checked, or refused on purpose: never any other exception."""
    try:
        review = fcr.check(fcr.Bid.from_dict(data))
    except (fcr.InputError, fcr.RateNotFound):
        return
    assert review.situation.price.table().text()
    assert review.table().text()
