"""``import fcr`` loads nothing that has not been asked for, and every public name is where it says."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import fcr
from fcr import _HOMES as HOMES


def _run(code: str) -> str:
    root = Path(fcr.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_import_loads_neither_numpy_nor_pydantic() -> None:
    """``import fcr`` alone stays cheap: the engine is loaded by the first name that needs it."""
    code = "import sys, fcr; print({'numpy', 'pydantic', 'openpyxl'} & set(sys.modules))"
    assert _run(code) == "set()"


def test_a_price_does_not_need_a_spreadsheet_reader() -> None:
    """Pricing loads numpy and pydantic, and leaves openpyxl until a workbook is opened."""
    assert _run("import sys, fcr; fcr.price; print('numpy' in sys.modules, 'openpyxl' in sys.modules)") == "True False"


def test_every_public_name_is_there_and_listed() -> None:
    """``dir(fcr)`` is ``__all__``, in order, and each name is the very object of its module."""
    assert dir(fcr) == sorted(fcr.__all__)
    for module, names in HOMES.items():
        for name in names:
            assert getattr(fcr, name) is getattr(import_module(f"fcr.{module}"), name)
    assert {name for names in HOMES.values() for name in names} | {"__version__"} == set(fcr.__all__)


def test_type_checkers_see_the_same_names() -> None:
    """The imports written for type checkers are those made on demand, module by module."""
    tree = ast.parse(Path(fcr.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {(n.module, a.name) for n in block.body if isinstance(n, ast.ImportFrom) for a in n.names}
    assert seen == {(f"fcr.{module}", name) for module, names in HOMES.items() for name in names}


def test_modules_are_reached_by_their_name() -> None:
    """``fcr.rates`` needs no import of its own."""
    assert fcr.__getattr__("rates") is import_module("fcr.rates")
    assert _run("import fcr; print(fcr.rates.__name__)") == "fcr.rates"


def test_an_unknown_name_is_refused() -> None:
    """A name that is not there is an AttributeError, as of any module."""
    with pytest.raises(AttributeError, match="module 'fcr' has no attribute 'prise'"):
        _ = fcr.prise  # type: ignore[attr-defined]
