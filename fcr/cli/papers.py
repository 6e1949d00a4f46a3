"""The commands that write what people read: the report and the letter."""

from __future__ import annotations

import argparse
from pathlib import Path

from fcr.cli.common import read, show
from fcr.errors import InputError, Problem
from fcr.reports import letter, report

__all__ = ["write_letter", "write_report"]


def write_report(options: argparse.Namespace) -> int:
    """Write the report on a bid."""
    target = _free(options)
    report(read(options.file), target, draws=options.draws, seed=options.seed)
    show(options, {"written": str(target)}, f"Written: {target}")
    return 0


def write_letter(options: argparse.Namespace) -> int:
    """Write the letter that a bid's review calls for."""
    target = _free(options)
    letter(read(options.file), target)
    show(options, {"written": str(target)}, f"Written: {target}")
    return 0


def _free(options: argparse.Namespace) -> Path:
    """The file to write. Raises :class:`~fcr.errors.InputError` where it is there and not to be written over."""
    target = Path(options.output)
    if target.exists() and not options.force:
        fix = "Give another name, or --force."
        raise InputError([Problem(options.output, "the file exists already", fix, "file-exists")])
    return target
