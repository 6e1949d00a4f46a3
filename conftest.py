"""The examples in README.md and docs/ are run by pytest, and what they print is compared.

- A ``python`` block runs. What it prints stands in the ``text`` block that follows it, or it is
  written as a doctest with ``>>>``. ``...`` stands for what is cut.
- A ``console`` block runs each ``$ fcr …`` in it; ``$ echo $?`` gives its exit status.
- A table below ``<!-- type into FILE, sheet NAME -->`` is typed into that workbook, and one below
  ``<!-- look at FILE, sheet NAME -->`` must be what it shows; ``<!-- save FILE as COPY -->`` goes on
  with a copy: see ``tests/reader.py``. LibreOffice
  works the workbook out; where it is not installed, the examples after that are skipped.
- The examples of a page build on one another. A page has a folder of its own, which starts with the
  bundled bid as ``bid.json``.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from doctest import ELLIPSIS, Example, OutputChecker
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
import sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

sys.path.insert(0, str(Path(__file__).parent / "tests"))  # the reader of a page stands there

_run = PythonEvaluator()


def _differs(want: str, got: str) -> str | None:
    """What is wrong with a printed output, or nothing; spaces at the ends of lines do not matter."""
    want, got = ("".join(f"{line.rstrip()}\n" for line in text.strip("\n").split("\n")) for text in (want, got))
    checker = OutputChecker()
    if checker.check_output(want, got, ELLIPSIS):
        return None
    return checker.output_difference(Example("", want), got, ELLIPSIS)


def _unread(namespace: dict[str, Any]) -> None:
    printed = namespace.pop("_printed", "")
    assert not printed, f"printed, but not shown in a text block below:\n{printed}"


def _python(example: sybil.Example) -> None:
    _unread(example.namespace)
    with redirect_stdout(io.StringIO()) as out:
        _run(example)
    example.namespace["_printed"] = out.getvalue()


def _text(example: sybil.Example) -> str | None:
    return _differs(example.parsed, example.namespace.pop("_printed", ""))


def _console(example: sybil.Example) -> str | None:
    _work_out(example.namespace)
    status, lines = 0, []
    for line in example.parsed.splitlines():
        if not line.startswith("$ "):
            continue
        lines.append(line)
        if line == "$ echo $?":
            lines.append(str(status))
            continue
        status, printed = _fcr(shlex.split(line[2:]))
        lines += printed.splitlines()
    return _differs(example.parsed, "\n".join(lines))


def _fcr(words: list[str]) -> tuple[int, str]:
    from fcr.cli import main  # noqa: PLC0415 (not before coverage starts to measure)

    assert words[0] == "fcr", "only fcr itself is run"
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
        try:
            status = main(words[1:])
        except SystemExit as left:
            status = int(left.code or 0)
    return status, out.getvalue()


def _pieces(document: sybil.Document) -> Iterator[sybil.Region]:
    """The tables of a page that are pieces of a sheet."""
    import reader  # noqa: PLC0415 (it imports fcr's tools)

    for match in reader.PIECE.finditer(document.text):
        yield sybil.Region(match.start(), match.end(), reader.piece(match), _piece)
    for match in reader.COPY.finditer(document.text):
        yield sybil.Region(match.start(), match.end(), (match["file"], match["copy"]), _copy)


def _piece(example: sybil.Example) -> str | None:
    import judges  # noqa: PLC0415
    import reader  # noqa: PLC0415

    if judges.libreoffice() is None:
        example.namespace["_without"] = True
        _work_out(example.namespace)
    desk: reader.Desk = example.namespace.setdefault("_desk", reader.Desk())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl's remarks on what it does not keep
        return desk.follow(example.parsed)


def _copy(example: sybil.Example) -> None:
    _work_out(example.namespace)
    example.namespace["_desk"].save_as(*example.parsed)


def _work_out(namespace: dict[str, Any]) -> None:
    """What was typed so far is worked out and saved, as somebody does before turning to the terminal."""
    if "_without" in namespace:
        raise SkipTest("LibreOffice is not installed: nothing works out what is typed into a workbook")
    if "_desk" in namespace:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            namespace["_desk"].work_out()


def _enter(namespace: dict[str, Any]) -> None:
    import fcr  # noqa: PLC0415 (not before coverage starts to measure)

    folder = tempfile.mkdtemp()
    shutil.copy(Path(fcr.__file__).parent / "examples" / "harbour-advice.json", Path(folder) / "bid.json")
    namespace["_left"], namespace["_folder"] = Path.cwd(), folder
    os.chdir(folder)


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_left"])
    shutil.rmtree(namespace["_folder"])
    _unread(namespace)
    assert not getattr(namespace.get("_desk"), "unseen", None), "typed at the end of a page, and never looked at"


_python_blocks = PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)
_python_blocks.codeblock_parser = CodeBlockParser("python", _python)

pytest_collect_file = sybil.Sybil(
    parsers=[
        _python_blocks,
        CodeBlockParser("text", _text),
        CodeBlockParser("console", _console),
        _pieces,
        SkipParser(),
    ],
    patterns=["*.md"],
    excludes=["docs/site/*"],  # copies that building the site makes
    setup=_enter,
    teardown=_leave,
).pytest()


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(request: pytest.FixtureRequest) -> None:
    """What the example of a docstring writes does not stay."""
    if isinstance(request.node, pytest.DoctestItem):
        request.getfixturevalue("monkeypatch").chdir(request.getfixturevalue("tmp_path"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """What shares a set-up goes whole to one worker: a page of documents, a file of tests, a batch of judged workbooks.

    A page's examples build on one another. The batches are the longest of all, so each is given out by itself.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 (asked for only where it is installed)

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file, _, name = nodeid.partition("::")
            return name.partition("[")[2] if file.endswith("test_judged.py") and "[" in name else file

    return Together(config, log)
