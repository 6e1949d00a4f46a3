"""The command run as a person runs it: in a terminal of some width, or by a shell."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
import time
from dataclasses import dataclass

if sys.platform != "win32":
    import fcntl
    import pty
    import termios

QUIET = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "CI", "PYTHONUNBUFFERED")
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
FCR = (sys.executable, "-m", "fcr")


def environment(**more: str) -> dict[str, str]:
    """This process's, without what would say how a terminal is to be written to."""
    kept = {name: value for name, value in os.environ.items() if name not in QUIET}
    return {**kept, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **more}


@dataclass(frozen=True)
class Seen:
    """What a command left on a terminal."""

    status: int
    raw: str

    @property
    def text(self) -> str:
        """What can be read at the end: codes taken out, and what was written over."""
        lines = CODES.sub("", self.raw.replace("\r\n", "\n")).split("\n")
        return "\n".join(line.rsplit("\r", 1)[-1] for line in lines)


def in_terminal(
    *words: str, width: int = 80, piped: bool = False, after: float | None = None, **more: str
) -> tuple[Seen, str]:
    """Run fcr on a terminal so wide; with ``piped`` only its standard error is one, and what went to the pipe is given.

    ``after`` so many seconds it is interrupted, as by Ctrl-C.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    out = subprocess.PIPE if piped else theirs
    process = subprocess.Popen([*FCR, *words], stdin=theirs, stdout=out, stderr=theirs, env=environment(**more))
    os.close(theirs)
    if after is not None:
        time.sleep(after)
        process.send_signal(signal.SIGINT)
    raw = b""
    while True:
        try:
            part = os.read(ours, 1 << 16)
        except OSError:  # the terminal is gone: nobody writes to it any more
            break
        if not part:
            break
        raw += part
    sent = b"" if process.stdout is None else process.stdout.read()
    status = process.wait()
    os.close(ours)
    if process.stdout is not None:
        process.stdout.close()
    return Seen(status, raw.decode()), sent.decode()
