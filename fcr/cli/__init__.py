"""The command line: the same verbs as the library.

Exit status: 0 done (for ``check``: acceptable), 1 findings at or above ``--fail-on`` (for
``import-costs``: accounts to decide), 2 what was typed or read could not be understood or written,
3 a fault of ours, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import IO

from fcr.cli.words import Misunderstood, parser, understood, wants_json

__all__ = ["DEMO", "main", "parser"]

DEMO = Path(__file__).parent.parent / "examples" / "harbour-advice.json"
NOT_UNDERSTOOD, STOPPED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is returned."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without £ shows ? in its place
            stream.reconfigure(errors="replace")
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        status = _run(words)
        if sys.stdout is not None:  # it is where a program was started without one
            sys.stdout.flush()
    except KeyboardInterrupt:
        _last_words(sys.stderr, "Stopped.")
        return STOPPED
    except BrokenPipeError:  # the reader of a pipe has seen enough
        _leave(sys.stdout)
        return 0
    except Exception as error:  # noqa: BLE001 (nobody is shown a traceback)
        return _complain(error, as_json=wants_json(words))
    return status


def _run(words: list[str]) -> int:
    """What a command does, with how far it has come shown on a terminal."""
    try:
        options = understood(words)
    except SystemExit as stop:  # help, or the version, was asked for and given
        return int(stop.code or 0)
    except Misunderstood as error:
        return _refuse(error, as_json=wants_json(words))
    from fcr.cli.terminal import Bar  # noqa: PLC0415 (help does without)
    from fcr.progress import watched  # noqa: PLC0415

    module, _, command = options.run.partition(".")
    with Bar() as bar, watched(bar):
        options.bar = bar
        status: int = getattr(import_module(f"fcr.cli.{module}"), command)(options)
    return status


def _refuse(error: Misunderstood, *, as_json: bool) -> int:
    """Say what was not understood of what was typed; the exit status is returned."""
    if as_json:
        from fcr.cli.faults import problems_of  # noqa: PLC0415 (help does without)
        from fcr.errors import InputError, Problem  # noqa: PLC0415

        problem = Problem(error.command, error.why, error.fix, "usage")
        _last_words(sys.stdout, _json(problems_of(InputError([problem]))))
    else:
        _last_words(sys.stderr, str(error))
    return NOT_UNDERSTOOD


def _complain(error: Exception, *, as_json: bool) -> int:
    """Say what went wrong; the exit status is returned."""
    from fcr.cli.faults import problems_of, what_happened  # noqa: PLC0415 (where all goes well it is not needed)
    from fcr.shown import laid, settled  # noqa: PLC0415

    status, told = what_happened(error)
    if as_json:
        _last_words(sys.stdout, _json(problems_of(told)))
    else:
        _last_words(sys.stderr, "\n".join(settled(laid(line)) for line in str(told).split("\n")))
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:  # it was the output that failed, and still does
        _leave(sys.stdout)
    return status


def _json(problems: list[dict[str, object]]) -> str:
    return json.dumps({"problems": problems}, indent=2, ensure_ascii=False)


def _last_words(stream: IO[str] | None, text: str) -> None:
    """Print what a command ends with, where that can be printed at all."""
    if stream is None:
        return
    try:
        print(text, file=stream, flush=True)
    except OSError:
        _leave(stream)


def _leave(stream: IO[str] | None) -> None:
    """Nobody can be told any more: keep Python from trying at the end."""
    if stream is None:
        return
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


if __name__ == "__main__":
    sys.exit(main())
