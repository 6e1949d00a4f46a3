"""The examples of a page run afresh: where something else is printed today, it is put into the page.

What still fits is left as it is, ``...`` included. For a page whose examples are written with ``>>>``.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shutil
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import fcr

LINES, WIDTH = 5, 92
"""How much of a long output is shown: so many lines, so many characters of each."""

_BLOCK = re.compile(r"(?<=^```python\n)(?=>>> ).*?(?=^```$)", re.DOTALL | re.MULTILINE)


def anew(page: str) -> str:
    """The page with what its examples print today; they build on one another, from the bundled bid as ``bid.json``."""
    left, names = Path.cwd(), dict[str, Any]()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(Path(fcr.__file__).parent / "examples" / "harbour-advice.json", Path(folder) / "bid.json")
        os.chdir(folder)
        try:
            return _BLOCK.sub(lambda block: _block(block[0], names), page)
        finally:
            os.chdir(left)


def _block(text: str, names: dict[str, Any]) -> str:
    checker, parts = doctest.OutputChecker(), []
    for part in doctest.DocTestParser().parse(text):
        if isinstance(part, str):
            parts.append(part)
            continue
        printed = _run(part.source, names)
        fits = checker.check_output(part.want, printed, doctest.ELLIPSIS)
        first, *more = part.source.splitlines()
        parts.append("\n".join([f">>> {first}", *(f"... {line}" for line in more)]) + "\n")
        parts.append(part.want if fits else _shown(printed))
    return "".join(parts)


def _run(source: str, names: dict[str, Any]) -> str:
    with redirect_stdout(io.StringIO()) as out:
        exec(compile(source, "<example>", "single"), names)
    return out.getvalue()


def _shown(printed: str) -> str:
    """An output as a page shows it: cut where it is long, with the mark that doctest reads for a blank line."""
    lines = [line.rstrip() or "<BLANKLINE>" for line in printed.rstrip("\n").split("\n")] if printed else []
    lines = [*lines[:LINES], "..."] if len(lines) > LINES + 1 else lines
    return "".join(f"{line if len(line) <= WIDTH + 8 else line[:WIDTH] + '...'}\n" for line in lines)
