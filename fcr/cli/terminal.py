"""What only a terminal is shown: how wide it is, bold and colour, and how far long work has come.

What goes to a file or to another program is plain text, and the same whatever the terminal. Nothing
is said by colour alone. ``rich`` is loaded only when there is something for it to show.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Self, TypeAlias

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from fcr.progress import Work
    from fcr.shown import Shown
    from fcr.table import Part

__all__ = ["FILE", "PATIENCE", "WIDEST", "WIDTH", "Bar", "Thing", "coloured", "told", "width"]

WIDTH = 80
WIDEST = 120
"""Beyond this a line is hard to follow."""
PATIENCE = 1.0
"""Seconds before work is shown to be under way."""

FILE = "── "
"""Stands before the name of each of several files."""

Thing: TypeAlias = "Shown | str"

STYLES = {"title": "bold", "heading": "bold", "total": "bold"}
WORDS = (
    (r"\bfail \(blocker\)|\bVerdict: do not sign.*", "bold red"),
    (r"\bfail \(high\)", "red"),
    (r"\bconcern \(\w+\)|\bVerdict: sign only.*", "yellow"),
    (r"\bVerdict: acceptable.*", "green"),
)
"""What is said in colour as well as in words."""


def width() -> int:
    """How wide a table may be."""
    return min(shutil.get_terminal_size((WIDTH, 24)).columns, WIDEST) if _terminal(sys.stdout) else WIDTH


def _terminal(stream: IO[str] | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False


def _dumb() -> bool:
    return os.environ.get("TERM", "").lower() in {"dumb", "unknown"}


def coloured(stream: IO[str] | None) -> bool:
    """Whether bold and colour may be used: on a terminal that has them, or where ``FORCE_COLOR`` asks for them.

    ``NO_COLOR`` forbids them whatever else is said; either counts when it holds anything at all.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (_terminal(stream) and not _dumb())


# ── results ──


def told(things: Sequence[Thing]) -> None:
    """Print results and sentences, a blank line between them."""
    wide = width()
    if not coloured(sys.stdout):
        print("\n\n".join(text for text in (_plain(thing, wide) for thing in things) if text))
        return
    from rich.console import Console  # noqa: PLC0415 (only when there is something for it to show)
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, markup=False, emoji=False, force_terminal=True)
    lines = [lines for lines in (list(_lines(thing, wide)) for thing in things) if any(line for _, line in lines)]
    for i, each in enumerate(lines):
        for part, line in [*([("rule", "")] if i else []), *each]:
            text = Text(line, STYLES.get(part, ""))
            for pattern, style in WORDS:
                text.highlight_regex(re.compile(pattern), style)
            console.print(text, soft_wrap=True)


def _plain(thing: Thing, wide: int) -> str:
    if not isinstance(thing, str):
        return thing.text(wide)
    return "\n".join(_folded(thing, wide)) if _terminal(sys.stdout) else thing


def _folded(text: str, wide: int) -> Iterator[str]:
    """The lines of a text, those that are too long for a terminal folded between words."""
    folder = textwrap.TextWrapper(wide, break_long_words=False, break_on_hyphens=False)
    for line in text.split("\n"):
        folder.subsequent_indent = " " * (len(line) - len(line.lstrip()) + 4)
        yield from folder.wrap(line) or [""]


def _lines(thing: Thing, wide: int) -> Iterator[tuple[Part, str]]:
    """The lines of a thing, each with what it is where the thing knows."""
    from fcr.results import Result  # noqa: PLC0415 (the parser does without)
    from fcr.table import Table, lines_of  # noqa: PLC0415

    if isinstance(thing, Table):
        yield from lines_of(thing, wide)
    elif isinstance(thing, Result) and type(thing).text is Result.text:
        for i, table in enumerate(thing.tables()):
            if i:
                yield "rule", ""
            yield from lines_of(table, wide)
    else:
        for line in _plain(thing, wide).split("\n"):
            yield "title" if line.startswith(FILE) else "line", line


# ── long work ──


class Bar:
    """How far work has come, on a terminal's standard error, once it has taken a second.

    It is entered around a command, and watches its work; :meth:`close` takes it away, before results
    are printed. Where standard error is no terminal it shows nothing.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._lock = threading.RLock()
        self._under_way: dict[Work, TaskID | None] = {}
        self._shown: Progress | None = None
        self._closed = not _terminal(sys.stderr) or _dumb()
        self._timer = threading.Timer(patience, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if not self._closed:
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, work: Work) -> None:
        """Work has begun, come further or ended."""
        with self._lock:
            if work.over:
                task = self._under_way.pop(work, None)
                if self._shown is not None and task is not None:
                    self._shown.remove_task(task)
                return
            task = self._under_way.setdefault(work, None)
            if self._shown is not None:
                if task is None:
                    self._under_way[work] = self._begin(self._shown, work)
                else:
                    self._shown.update(task, completed=work.done)

    def say(self, text: str) -> None:
        """Print to standard error, above the bar where there is one."""
        with self._lock:
            if self._shown is None:
                print(text, file=sys.stderr)
            else:
                self._shown.console.print(text, soft_wrap=True)

    def close(self) -> None:
        """Take the bar away."""
        with self._lock:
            self._closed = True
            self._timer.cancel()
            if self._shown is not None:
                self._shown.stop()
                self._shown = None

    def _show(self) -> None:
        """The second is over."""
        from rich.console import Console  # noqa: PLC0415 (only when there is something for it to show)
        from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn  # noqa: PLC0415
        from rich.table import Column  # noqa: PLC0415

        with self._lock:
            if self._closed:
                return
            words = Column(ratio=1, no_wrap=True, overflow="ellipsis")
            columns = (SpinnerColumn("line"), TextColumn("{task.description}", markup=False, table_column=words))
            console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
            shown = Progress(
                *columns,
                BarColumn(20),
                TaskProgressColumn(),
                console=console,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
                expand=True,
            )
            for work in self._under_way:
                self._under_way[work] = self._begin(shown, work)
            shown.start()
            self._shown = shown

    @staticmethod
    def _begin(shown: Progress, work: Work) -> TaskID:
        from fcr.shown import laid, settled  # noqa: PLC0415 (the parser does without)

        return shown.add_task(settled(laid(work.what)), total=work.total, completed=work.done)
