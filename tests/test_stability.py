"""What ``docs/reference/stability.md`` promises: nothing that other tools rely on goes without being said.

``tests/golden/promised.json`` lists what has been promised. What is added is put in by ``python
tests/test_docs.py``; what is to go is taken out by hand, and named in the changelog under *Removed*.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from test_docs import codes_in_the_code

import fcr
from fcr import cli
from fcr.bid import SCHEMA_VERSION, schema
from fcr.checks import RULES, THRESHOLDS
from fcr.errors import FcrError
from fcr.rates import names

PROMISED = Path(__file__).parent / "golden" / "promised.json"
PAGE = Path(__file__).parent.parent / "docs" / "reference" / "stability.md"
ROOMS = ("fcr.rates", "fcr.contract", "fcr.money")


@cache
def today() -> dict[str, list[str]]:
    """What other tools can rely on in the code as it is."""
    public = {name: getattr(fcr, name) for name in fcr.__all__}
    classes = {n: t for n, t in public.items() if inspect.isclass(t)}
    functions = {n: t for n, t in public.items() if inspect.isfunction(t)}
    (commands,) = (a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction))
    errors = [(n, t) for n, t in classes.items() if issubclass(t, FcrError)]
    found = {
        "names": public,
        "parameters": [f"{n}({p})" for n, t in functions.items() for p in inspect.signature(t).parameters],
        "fields": [f"{n}.{f}" for n, t in classes.items() for f in getattr(t, "model_fields", {})],
        "members": [f"{n}.{m}" for n, t in classes.items() for m in vars(t) if _is_member(t, m)],
        "rooms": [f"{room}.{name}" for room in ROOMS for name in import_module(room).__all__],
        "errors": [f"{n} is a {base.__name__}" for n, t in errors for base in t.__mro__[1:-2]],
        "problem codes": codes_in_the_code(),
        "checks": RULES,
        "thresholds": THRESHOLDS,
        "figures": names(),
        "commands": [f"{n} {o}" for n, p in commands.choices.items() for a in p._actions for o in a.option_strings],
    }
    return {kind: sorted(values) for kind, values in found.items()}


def _is_member(thing: type, name: str) -> bool:
    value = vars(thing)[name]
    return not name.startswith("_") and (inspect.isroutine(value) or isinstance(value, property | classmethod))


def promised() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(PROMISED.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("kind", sorted(today()))
def test_what_was_promised_is_kept(kind: str) -> None:
    """A name, parameter, field, error, code, threshold, figure or option that was promised is still there."""
    gone = set(promised()[kind]) - set(today()[kind])
    assert not gone, "put it back, or deprecate it first as docs/reference/stability.md says"


@pytest.mark.parametrize("kind", sorted(today()))
def test_what_is_new_is_promised(kind: str) -> None:
    """Whatever can be relied on is in the list, so that it cannot go unnoticed."""
    assert set(today()[kind]) <= set(promised()[kind])


def test_the_schema_says_its_version() -> None:
    """The schema's ``$id`` ends in the version that a saved bid bears."""
    written = json.loads(schema())
    assert written["$id"].endswith(f":{SCHEMA_VERSION}")
    assert written["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert written["$schema"].startswith("https://json-schema.org/draft/")


def test_a_newer_bid_is_refused_whole() -> None:
    """A file of a newer schema is not read in part."""
    with pytest.raises(fcr.InputError) as refused:
        fcr.Bid.from_dict({"schema_version": SCHEMA_VERSION + 1})
    assert [problem.code for problem in refused.value.problems] == ["newer-version"]


def test_what_stands_in_code_on_the_page_is_there() -> None:
    """The page names the rooms that are promised, the exit statuses, and versions that are today's."""
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{room}`" in page for room in ROOMS)
    assert f"urn:full-cost-recovery:bid:{SCHEMA_VERSION}" in page
    assert f"full-cost-recovery~={fcr.__version__}" in page
    assert re.findall(r"Exit statuses are (\d), (\d) and (\d)", page) == [("0", "1", "2")]


def promise_what_is_new() -> None:
    """Add to the list whatever today's code has besides."""
    whole = {kind: sorted({*promised()[kind], *values}) for kind, values in today().items()}
    PROMISED.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    promise_what_is_new()
