"""The commands that write what people read: the report and the letter."""

from __future__ import annotations

import argparse

from fcr.cli.common import free, read, show
from fcr.reports import letter, report

__all__ = ["write_letter", "write_report"]


def write_report(options: argparse.Namespace) -> int:
    """Write the report on a bid."""
    target = free(options.output, options.file, force=options.force)
    report(read(options.file, options), target, draws=options.draws, seed=options.seed)
    show(options, {"written": str(target)}, f"Written: {target}")
    return 0


def write_letter(options: argparse.Namespace) -> int:
    """Write the letter that a bid's review calls for."""
    target = free(options.output, options.file, force=options.force)
    letter(read(options.file, options), target)
    show(options, {"written": str(target)}, f"Written: {target}")
    return 0
