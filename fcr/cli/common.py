"""What every command shares: reading a bid, showing results, refusing to write over a file."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from fcr.bid import Bid
from fcr.cli.terminal import Thing, told
from fcr.errors import InputError, Problem
from fcr.files import read_noted

__all__ = ["free", "read", "show"]


def read(path: str | os.PathLike[str], options: argparse.Namespace) -> Bid:
    """The bid in a file; what was odd about a workbook goes to standard error."""
    bid, notes = read_noted(path)
    for note in notes:
        options.bar.say(f"{path}: {note}")
    return bid


def show(options: argparse.Namespace, data: object, *things: Thing) -> None:
    """Print results for people, or with ``--json`` the data."""
    options.bar.close()
    if options.json:
        print(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        told(things)


def free(target: str, source: str | None = None, *, force: bool | None = None) -> Path:
    """The file to write; ``force`` is the option of that name, where the command has it.

    Raises :class:`~fcr.errors.InputError` where the file is there and not to be written over.
    """
    path = Path(target)
    if path.exists():
        if source is not None and Path(source).exists() and path.samefile(source):
            raise InputError([Problem(target, "it is the file being read", "Give another name.", "file-exists")])
        if not force:
            fix = "Give another name." if force is None else "Give another name, or --force."
            raise InputError([Problem(target, "the file exists already", fix, "file-exists")])
    return path
