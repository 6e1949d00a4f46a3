"""Every public function, class, method and property is shown at work in an example that runs, and says what it raises.

An example stands in the docstring, in that of the class, or under the class in ``docs/reference/api.md``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import examples_anew
import pytest

import fcr

DOCS = Path(__file__).parent.parent / "docs"

CLASSES = {name: thing for name in fcr.__all__ if inspect.isclass(thing := getattr(fcr, name))}
FUNCTIONS = {name: thing for name in fcr.__all__ if inspect.isfunction(thing := getattr(fcr, name))}


IN_A_NOTEBOOK = {"explore"}
"""What needs a running notebook; the notebooks show it."""


def members() -> Iterator[tuple[str, type, Any]]:
    """Each public method and property, once, with the class that has it and its function."""
    seen: set[tuple[type, str]] = set()
    for thing in CLASSES.values():
        for owner in (base for base in thing.__mro__ if base.__module__.startswith("fcr.")):
            for name, value in dict(vars(owner)).items():
                function = (
                    getattr(value, "fget", None) or getattr(value, "func", None) or getattr(value, "__func__", value)
                )
                if not name.startswith("_") and inspect.isfunction(function) and (owner, name) not in seen:
                    seen.add((owner, name))
                    yield name, owner, function


MEMBERS = {f"{owner.__name__}.{name}": (name, owner, function) for name, owner, function in members()}


@cache
def section(name: str) -> str:
    """What ``api.md`` runs under a name."""
    page = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    below = page.split(f"\n### `{name}`\n", 1)[1].split("\n### ", 1)[0]
    return "\n".join(re.findall(r"^(?:>>>|\.\.\.) .*$", below, re.MULTILINE))


def examples(docstring: str | None) -> str:
    return "\n".join(re.findall(r"^\s*(?:>>>|\.\.\.) .*$", docstring or "", re.MULTILINE))


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - IN_A_NOTEBOOK))
def test_every_function_has_an_example(name: str) -> None:
    """In its own docstring, where ``help`` shows it."""
    assert re.search(rf"\b{name}\(", examples(FUNCTIONS[name].__doc__))


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_has_an_example(name: str) -> None:
    """In its docstring, or under its name on the page of names."""
    assert examples(CLASSES[name].__doc__) or section(name)


@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_is_in_an_example(member: str) -> None:
    """Each method and property is used in an example of its own, of its class, or of one that inherits it."""
    name, owner, function = MEMBERS[member]
    heirs = [thing for thing in CLASSES if issubclass(CLASSES[thing], owner)]
    shown = [examples(base.__doc__) for base in owner.__mro__] + [section(heir) for heir in heirs]
    assert examples(function.__doc__) or any(re.search(rf"\.{name}\b", text) for text in shown)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_raises(name: str) -> None:
    """Whoever calls one knows what to catch."""
    assert re.search(r"\b[Rr]aises\b", FUNCTIONS[name].__doc__ or "")


@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_that_raises_says_so(member: str) -> None:
    """A method with a ``raise`` of its own names in its docstring what it raises."""
    _, _, function = MEMBERS[member]
    if re.search(r"^\s+raise (?!NotImplementedError)\w", inspect.getsource(function), re.MULTILINE):
        assert re.search(r"\b[Rr]aises\b", function.__doc__ or "")


def test_the_figures_say_their_unit() -> None:
    """A property that gives pounds, a share or a count says which, in its docstring or its class's."""
    silent = []
    for member, (_, owner, function) in MEMBERS.items():
        gives = str(inspect.signature(function).return_annotation)
        said = f"{function.__doc__} {owner.__doc__}".lower()
        units = r"pounds|£|share|rate|months?|years?|units?|price|cost|how many|people|number|risks|penny|vat"
        if re.search(r"\b(Decimal|float|Estimate)\b", gives) and not re.search(units, said):
            silent.append(member)
    assert silent == []


def test_an_output_that_no_longer_fits_is_put_right() -> None:
    """What is printed today stands in place of what was; what fits stays, cut or not, and examples build on another."""
    page = "# A\n\n```python\n>>> x = 2\n>>> x + 1\n4\n>>> list(range(99))\n[0, 1,...]\n```\n\n```text\n>>> 9\n8\n```\n"
    assert examples_anew.anew(page) == page.replace("\n4\n", "\n3\n")
