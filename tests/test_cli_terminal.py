"""What only a terminal is shown: its width, bold and colour, how far work has come; and what is not."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import fcr
from fcr import cli
from fcr.cli import main
from fcr.cli.terminal import Bar, coloured, told, width
from fcr.progress import Work, work

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

from terminals import CODES, in_terminal

DEMO = str(cli.DEMO)
WIDTHS = (40, 60, 80, 100, 120)
FEW = ("--draws", "400")
COMMANDS: dict[str, tuple[str, ...]] = {
    "price": ("price", DEMO, "--lines", "--lost", "--funder", "nlcf"),
    "check": ("check", DEMO, *FEW),
    "check two": ("check", DEMO, DEMO, *FEW),
    "explain": ("explain", DEMO),
    "apportion": ("apportion", DEMO),
    "risk": ("risk", DEMO, *FEW),
    "compare": ("compare", DEMO, str(cli.DEMO.with_name("harbour-advice-negotiated.json")), *FEW),
    "rates": ("rates",),
    "one rate": ("rates", "vat.standard_rate"),
    "rules": ("rules",),
    "one rule": ("rules", "PAY-1"),
    "funders": ("funders",),
}


class Terminal(io.StringIO):
    """Something to print to that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.chdir(tmp_path)


def printed(monkeypatch: pytest.MonkeyPatch, *words: str, columns: int = 80) -> str:
    """What a command prints to a terminal of so many columns."""
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(words) in {0, 1}
    return out.getvalue()


# ── width ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_fits_every_terminal(monkeypatch: pytest.MonkeyPatch, command: str, columns: int) -> None:
    """No line is wider than the terminal, but for a path or an address that cannot be broken."""
    text = CODES.sub("", printed(monkeypatch, *COMMANDS[command], columns=columns))
    wide = [line for line in text.splitlines() if len(line) > columns and " " in line.strip()]
    assert wide == []
    assert len(text.splitlines()) > 3


@pytest.mark.parametrize("command", COMMANDS)
def test_a_narrow_terminal_loses_nothing(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Every amount that is on a wide terminal is on a narrow one."""
    narrow, wide = (printed(monkeypatch, *COMMANDS[command], columns=columns) for columns in (40, 120))
    amounts = re.compile(r"-?[\d,]+\.\d\d\b")
    assert set(amounts.findall(wide)) <= set(amounts.findall("".join(narrow.split()))) | set(amounts.findall(narrow))


def test_a_real_terminal_tells_its_width() -> None:
    """Of a terminal 50 wide the price fits 50, and is wider than a table need be nowhere."""
    seen, _ = in_terminal("price", DEMO, width=50)
    lines = seen.text.splitlines()
    assert seen.status == 0
    assert 40 < max(map(len, lines)) <= 50


def test_a_pipe_is_eighty_wide_whatever_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes to a file does not depend on the window it was started in."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setenv("COLUMNS", "200")
    assert width() == 80
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert width() == 120


# ── bold and colour ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("command", COMMANDS)
def test_colour_adds_nothing_and_takes_nothing(monkeypatch: pytest.MonkeyPatch, command: str, columns: int) -> None:
    """With its codes taken out, what is coloured is what is plain, to the character."""
    coloured_ = printed(monkeypatch, *COMMANDS[command], columns=columns)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = printed(monkeypatch, *COMMANDS[command], columns=columns)
    assert CODES.sub("", coloured_) == plain
    assert "\x1b" not in plain
    assert ("\x1b" in coloured_) == (command != "explain")


def test_the_gravest_are_red_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A blocker is called one in words wherever it is coloured as one."""
    found = re.findall(r"\x1b\[1;31m(.*?)\x1b", printed(monkeypatch, "check", DEMO, *FEW, columns=100))
    assert "fail (blocker)" in found
    assert {re.sub(r":.*", "", words) for words in found} <= {"fail (blocker)", "Verdict"}


def test_the_name_of_each_of_several_bids_is_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one review ends and the next begins can be seen."""
    assert printed(monkeypatch, *COMMANDS["check two"], columns=120).count("\x1b[1m── ") == 2


@pytest.mark.parametrize(
    ("stream", "said", "is_coloured"),
    [
        (Terminal, {}, True),
        (io.StringIO, {}, False),
        (Terminal, {"NO_COLOR": "1"}, False),
        (Terminal, {"NO_COLOR": ""}, True),
        (Terminal, {"TERM": "dumb"}, False),
        (io.StringIO, {"FORCE_COLOR": "1"}, True),
        (Terminal, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_who_is_shown_colour(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], said: dict[str, str], is_coloured: bool
) -> None:
    """A terminal that can; ``FORCE_COLOR`` asks for it elsewhere; ``NO_COLOR`` has the last word."""
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert coloured(stream()) == is_coloured
    out = stream()
    monkeypatch.setattr(sys, "stdout", out)
    told([fcr.Table("Rent", (fcr.table.Column("£"),), ())])
    assert ("\x1b[" in out.getvalue()) == is_coloured


def test_json_is_never_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, and where colour is asked for."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = printed(monkeypatch, "price", DEMO, "--json")
    assert "\x1b" not in out
    assert json.loads(out)


# ── how far work has come ────────────────────────────────────────────────────────────────────────


def errors(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in the place of standard error."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def shown_now(bar: Bar) -> Any:
    """What the bar shows, had its second gone by."""
    bar._show()
    return bar._shown


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over within the second leaves no mark."""
    error = errors(monkeypatch)
    with Bar() as bar, work("Short", 2) as short:
        bar(short)
        short.advance(2)
    assert error.getvalue() == ""


def test_long_work_is_shown_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is, by its own words, how far it has come, and work within work below it."""
    error = errors(monkeypatch)
    with Bar(patience=100) as bar:
        outer = Work("Checking [red]2[/red] bids\x1b[2J", 2, bar)
        outer.tell()
        outer.advance()
        shown = shown_now(bar)
        (task,) = shown.tasks
        assert (task.description, task.completed, task.total) == ("Checking [red]2[/red] bids\ufffd[2J", 1, 2)
        inner = Work("Reading", None, bar)
        inner.tell()
        outer.advance()
        assert [(t.description, t.completed) for t in shown.tasks][1:] == [("Reading", 0)]
        assert shown.tasks[0].completed == 2
        inner.over = True
        inner.tell()
        assert len(shown.tasks) == 1
    assert "Checking" in error.getvalue()
    assert error.getvalue().rstrip().endswith(("\x1b[?25h", "\x1b[2K"))  # the line is cleared, the cursor is back
    assert bar._shown is None


def test_nothing_begins_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second that is up as the command ends shows nothing."""
    error = errors(monkeypatch)
    bar = Bar(patience=100)
    with bar:
        pass
    assert shown_now(bar) is None
    assert error.getvalue() == ""


def test_what_is_said_meanwhile_stands_above(monkeypatch: pytest.MonkeyPatch) -> None:
    """A note on a workbook is printed whole, with or without a bar."""
    error = errors(monkeypatch)
    with Bar(patience=100) as bar:
        bar.say("first [b]note[/b]")
        shown_now(bar)
        bar.say("second [b]note[/b]")
    assert "first [b]note[/b]\n" in error.getvalue()
    assert "second [b]note[/b]\n" in CODES.sub("", error.getvalue())


@pytest.mark.parametrize("name", ["a pipe", "a dumb terminal", "none"])
def test_no_bar_where_none_can_be_drawn(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Where standard error is no terminal, cannot move its cursor, or is not there."""
    stream = {"a pipe": io.StringIO(), "a dumb terminal": Terminal(), "none": None}[name]
    monkeypatch.setattr(sys, "stderr", stream)
    if name == "a dumb terminal":
        monkeypatch.setenv("TERM", "dumb")
    with Bar(patience=0) as bar, work("Long"):
        assert shown_now(bar) is None


def test_a_long_simulation_on_a_real_terminal() -> None:
    """The bar is on standard error and gone at the end; what goes to the pipe is what always goes there."""
    words = ("risk", DEMO, "--draws", "100000")
    seen, sent = in_terminal(*words, piped=True)
    assert seen.status == 0
    assert re.search(r"Weighing 9 risks, 100,000 times|Drawing 100,000 versions", CODES.sub("", seen.raw))
    assert seen.text.strip() == ""
    assert sent.startswith("The balance of risk\n")
    assert "\x1b" not in sent


def test_a_real_terminal_is_shown_bold() -> None:
    """What is printed there is the text, with its heading bold."""
    seen, _ = in_terminal("funders")
    assert "\x1b[1mFunders' rules" in seen.raw
    assert "wellcome" in seen.text


def test_ctrl_c_stops_quietly() -> None:
    """One word, status 130, the cursor back, and no traceback."""
    seen, _ = in_terminal("risk", DEMO, "--draws", "3000000", after=4)
    assert seen.status == 130
    assert seen.text.strip().splitlines()[-1].endswith("Stopped.")
    assert "Traceback" not in seen.raw
    assert seen.raw.rfind("\x1b[?25h") > seen.raw.rfind("\x1b[?25l")
