"""The Python examples in README.md and docs/ are run by pytest, and what they print is compared.

One page is one session: an example may use what the examples above it made. Each page runs in a
folder of its own, which starts with the bundled bid as ``bid.json``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from doctest import ELLIPSIS
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser


def _enter(namespace: dict[str, Any]) -> None:
    import fcr  # noqa: PLC0415 (not before coverage starts to measure)

    folder = tempfile.mkdtemp()
    shutil.copy(Path(fcr.__file__).parent / "examples" / "harbour-advice.json", Path(folder) / "bid.json")
    namespace["_left"], namespace["_folder"] = Path.cwd(), folder
    os.chdir(folder)


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_left"])
    shutil.rmtree(namespace["_folder"])


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser()],
    patterns=["*.md"],
    setup=_enter,
    teardown=_leave,
).pytest()


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """With several workers, keep what is grouped on one of them."""
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "loadgroup"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """The examples of a page go together."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if item.path.suffix == ".md":
                item.add_marker(pytest.mark.xdist_group(item.path.as_posix()))
