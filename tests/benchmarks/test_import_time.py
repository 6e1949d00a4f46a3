"""``import fcr`` against the import of what it stands on, in fresh processes.

The contestants run in turn, with byte code compiled beforehand into a folder of their own, so that
a read-only or uncached installation does not change the result.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import fcr

pytestmark = pytest.mark.benchmark

ROUNDS = 15

MODEL = """
import numpy
from pydantic import BaseModel, ConfigDict
class Model(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)
    name: str
"""

CONTESTANTS = {
    "nothing": "pass",
    "pydantic and numpy": "import pydantic, numpy",
    "fcr": "import fcr",
    "pydantic, numpy and one model": MODEL,
    "fcr and every name in it": "import fcr; [getattr(fcr, name) for name in fcr.__all__]",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """This environment, with the source tree on the path and byte code kept in a folder of its own."""
    kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "COVERAGE_PROCESS_START"}}
    root = str(Path(fcr.__file__).parents[1])
    return kept | {"PYTHONPATH": root, "PYTHONPYCACHEPREFIX": str(tmp_path)}


def _run(code: str, environment: dict[str, str], *options: str) -> str:
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr


def test_importing_fcr_costs_little_more_than_pydantic_and_numpy(
    environment: dict[str, str], say: Callable[[str], None]
) -> None:
    """``import fcr`` takes at most 1.3 times ``import pydantic, numpy``.

    Names are loaded when first asked for, so ``import fcr`` alone is far below it. What the first use
    then costs is printed too, beside the least that any library with one pydantic model would pay; it
    is held to 4 times, which the import of openpyxl or matplotlib would break.
    """
    best = dict.fromkeys(CONTESTANTS, float("inf"))
    for code in CONTESTANTS.values():
        _run(code, environment)  # compiles
    for _ in range(ROUNDS):
        for name, code in CONTESTANTS.items():
            start = time.perf_counter()
            _run(code, environment)
            best[name] = min(best[name], time.perf_counter() - start)
    floor = best["pydantic and numpy"]
    for name, seconds in best.items():
        say(f"{name:32} {seconds / floor:5.2f}  ({seconds * 1e3:.0f} ms)")
    say("self time of what 'fcr and every name in it' loads, by package (-X importtime):")
    listed = _run(CONTESTANTS["fcr and every name in it"], environment, "-X", "importtime")
    for package, microseconds in _by_package(listed):
        say(f"  {package:30} {microseconds / 1e3:6.1f} ms")
    assert best["fcr"] / floor <= 1.3
    assert best["fcr and every name in it"] / floor <= 4


def _by_package(listed: str) -> list[tuple[str, int]]:
    totals: dict[str, int] = {}
    for line in listed.splitlines():
        own, _, module = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            package = module.strip().split(".")[0]
            package = package if package in {"fcr", "numpy", "pydantic", "pydantic_core"} else "the rest of Python"
            totals[package] = totals.get(package, 0) + int(own)
    return sorted(totals.items(), key=lambda item: -item[1])
