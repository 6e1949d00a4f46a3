"""The command line: the same verbs as the library.

Exit status: 0 done (for ``check``: acceptable), 1 findings at or above ``--fail-on`` (for
``import-costs``: accounts to decide), 2 the input could not be understood.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence

from fcr.cli.words import parser
from fcr.cli.workbooks import DEMO
from fcr.errors import FcrError, InputError, Problem

__all__ = ["DEMO", "main", "parser"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is returned."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without £ shows ? in its place
            stream.reconfigure(errors="replace")
    options = parser().parse_args(argv)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except FcrError as error:
        _complain(error, as_json=getattr(options, "json", False))
        return 2
    return status


def _complain(error: FcrError, *, as_json: bool) -> None:
    if as_json:
        problems = error.problems if isinstance(error, InputError) else [Problem("", str(error), "", "not-known")]
        data = [
            {"where": p.where, "what": p.what, "fix": p.fix, "code": p.code}
            | ({"path": list(p.path)} if p.path else {})
            for p in problems
        ]
        print(json.dumps({"problems": data}, indent=2, ensure_ascii=False))
    else:
        print(str(error), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
