"""What every command shares: reading a bid, showing results, how wide."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys

from fcr.bid import Bid
from fcr.files import read_noted

__all__ = ["WIDTH", "read", "show", "width"]

WIDTH = 80


def read(path: str | os.PathLike[str]) -> Bid:
    """The bid in a file; what was odd about a workbook goes to standard error."""
    bid, notes = read_noted(path)
    for note in notes:
        print(f"{path}: {note}", file=sys.stderr)
    return bid


def show(options: argparse.Namespace, data: dict[str, object], *texts: str) -> None:
    """Print texts for people, or with ``--json`` the data."""
    if options.json:
        print(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(text for text in texts if text))


def width() -> int:
    """How wide a table may be."""
    return min(shutil.get_terminal_size((WIDTH, 24)).columns, 120) if sys.stdout.isatty() else WIDTH
