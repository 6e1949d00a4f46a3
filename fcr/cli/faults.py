"""What went wrong, as people or programs are told it: never a list of calls.

A fault of ours is told with the place in our code, for whoever mends it.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from fcr.errors import FcrError, InputError, Problem, ReconciliationError

__all__ = ["FAULT", "NOT_UNDERSTOOD", "STOPPED", "problems_of", "what_happened"]

NOT_UNDERSTOOD, FAULT, STOPPED = 2, 3, 130


def problems_of(error: FcrError) -> list[dict[str, object]]:
    """Every problem of an error as plain data."""
    problems = error.problems if isinstance(error, InputError) else [Problem("", str(error), "", "not-known")]
    return [
        {"where": p.where, "what": p.what, "fix": p.fix, "code": p.code} | ({"path": list(p.path)} if p.path else {})
        for p in problems
    ]


def what_happened(error: Exception) -> tuple[int, FcrError]:
    """The exit status for what went wrong, and its words."""
    if isinstance(error, ReconciliationError):
        return FAULT, error
    if isinstance(error, FcrError):
        return NOT_UNDERSTOOD, error
    if isinstance(error, MemoryError):
        what = "there is too little memory for what was asked"
        return NOT_UNDERSTOOD, InputError([Problem("memory", what, "Ask for fewer --draws, or less room.", "memory")])
    if isinstance(error, OSError):
        where = "the output" if error.filename is None else os.fsdecode(error.filename)
        what = f"it cannot be read or written: {error.strerror or error}"
        fix = "Check the name, the folder and the room on the disk."
        return NOT_UNDERSTOOD, InputError([Problem(where, what, fix, "no-file")])
    if os.environ.get("FCR_TRACEBACK"):
        traceback.print_exception(error, file=sys.stderr)
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"
    fix = "This is a fault of ours, not of yours: please report it with what you typed. FCR_TRACEBACK=1 shows more."
    return FAULT, InputError([Problem("fcr", what, fix, "fault")])
