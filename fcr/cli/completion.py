"""The command that tells a shell what can be typed: ``fcr completion bash``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import shtab

from fcr.checks import RULES
from fcr.cli.words import AREAS, parser
from fcr.rates import funders, names

__all__ = ["print_completion"]

FILES = {"file", "files", "target", "output", "map", "remember", "into"}
FOLDERS = {("demo", "into")}


def print_completion(options: argparse.Namespace) -> int:
    """Print the script that teaches a shell."""
    script = shtab.complete(_taught(), shell=options.shell)
    options.bar.close()
    print(script)
    return 0


def _taught() -> argparse.ArgumentParser:
    """The parser, with what each argument may be: a file, a folder, or one of a few words."""
    made = parser()
    known = {
        ("template", "area"): AREAS,
        ("rules", "code"): tuple(RULES),
        ("rates", "name"): tuple(names()),
        ("price", "funder"): tuple(f.id for f in funders()),
    }
    for command, action in _arguments(made):
        if (command, action.dest) in FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.dest in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif (command, action.dest) in known:
            action.choices = known[command, action.dest]
    return made


def _arguments(made: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.Action]]:
    for action in made._actions:  # noqa: SLF001 (argparse has no other way to ask)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command, below in action.choices.items():
                yield from ((command, each) for each in below._actions)  # noqa: SLF001
