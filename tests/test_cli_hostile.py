"""What a hostile world does to a command: no traceback, a message that helps, an exit status, no half-written file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fcr.cli import DEMO, figures, main
from fcr.errors import ReconciliationError

if sys.platform == "win32":
    pytest.skip("the world of Unix", allow_module_level=True)

FCR = (sys.executable, "-m", "fcr")
FULL = Path("/dev/full")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a bid, and folders whose names look like files'."""
    shutil.copy(DEMO, tmp_path / "bid.json")
    for name in ("a.json", "a.xlsx", "a.html", "a.docx", "a.csv", "a.toml"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ── files ────────────────────────────────────────────────────────────────────────────────────────

CANNOT = [
    "price a.json",
    "price a.xlsx",
    "price .",
    "price bid.json/x.json",
    f"price {'n' * 300}.json",
    "price \udcff.json",
    "check a.xlsx",
    "check bid.json -o a.json",
    "check bid.json -o none/new.xlsx",
    "check bid.json -o new",
    "convert bid.json a.json",
    "convert bid.json a.json --force",
    "convert bid.json a.xlsx --force",
    "convert bid.json bid.json/new.json",
    "convert bid.json bid.json --force",
    f"convert bid.json {'n' * 300}.json",
    "report bid.json -o a.html --force",
    "report bid.json -o none/new.html",
    "report bid.json -o new.pdf",
    "letter bid.json -o a.docx --force",
    "letter bid.json -o none/new.md",
    "template a.xlsx",
    "template a.xlsx --force",
    "template none/new.xlsx",
    "template new.xlsx --start 0001-01-01",
    "template new.xlsx --start 9999-12-01",
    "template new.xlsx --years 0",
    "template new.xlsx --posts 1000000000",
    "demo --into none",
    "demo --into bid.json",
    "compare bid.json a.json",
    "compare bid.json",
    "explain bid.json nothing",
    "apportion a.json",
    "import-costs a.csv",
    "import-costs bid.json",
    "import-costs bid.json --map a.toml",
    "import-costs bid.json --map bid.json",
    "risk bid.json --draws 1",
    "risk bid.json --seed -1",
    "price bid.json --ineligible fundraising",
    "price bid.json --funder nobody",
]


@pytest.mark.parametrize("typed", CANNOT, ids=ascii)
def test_what_cannot_be_done_is_said(folder: Path, capsys: pytest.CaptureFixture[str], typed: str) -> None:
    """Status 2, words without those of a programmer, as JSON too; nothing is written and nothing is left behind."""
    before = sorted(path.name for path in folder.iterdir())
    assert main(typed.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()
    assert not any(word in err for word in ("Traceback", "Errno", "codec", "Exception", "NoneType", "fault of ours"))
    assert main([*typed.split(), "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["problems"]
    assert err == ""
    assert sorted(path.name for path in folder.iterdir()) == before
    assert (folder / "bid.json").read_bytes() == DEMO.read_bytes()


@pytest.mark.parametrize(
    "typed", ["convert bid.json new.xlsx", "convert bid.json new.json", "report bid.json -o new.html"]
)
def test_a_disk_that_fills_up_leaves_no_half_of_a_file(folder: Path, typed: str) -> None:
    """Where no more than a kilobyte can be written: a message, status 2, and no file."""
    before = sorted(path.name for path in folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", A_KILOBYTE, *typed.split()], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "it cannot be written: File too large" in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == before


A_KILOBYTE = """
import sys
from fcr.cli import main
import fcr.cli.workbooks, fcr.cli.papers, resource
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="who may do anything is refused nothing")
def test_what_one_may_not_do_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that may not be read, a folder that may not be written to."""
    (folder / "bid.json").chmod(0)
    assert main(["price", "bid.json"]) == 2
    assert "Permission denied" in capsys.readouterr().err
    (folder / "bid.json").chmod(0o600)
    (folder / "a.csv").chmod(0o500)
    assert main(["convert", "bid.json", "a.csv/new.json"]) == 2
    assert "Permission denied. Choose a folder you may write to." in capsys.readouterr().err


# ── the output ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device")
@pytest.mark.parametrize("more", [[], ["--json"]])
@pytest.mark.usefixtures("folder")
def test_an_output_that_is_full_is_said(more: list[str]) -> None:
    """``fcr price bid.json > file`` on a full disk: status 2; said on standard error, where that can be."""
    for unbuffered in ("", "1"):
        with FULL.open("w") as full:
            done = subprocess.run(
                [*FCR, "price", "bid.json", *more],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            )
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert ("the output: it cannot be read or written: No space left on device" in done.stderr) != bool(more)


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-"])
@pytest.mark.parametrize(
    ("typed", "status"), [("price bid.json", 0), ("price no.json", 2), ("prise", 2), ("--help", 0)]
)
@pytest.mark.usefixtures("folder")
def test_an_output_that_is_closed_is_no_fault(closed: str, typed: str, status: int) -> None:
    """A program started without one does what it is asked to, and says nothing where nothing can be heard."""
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m fcr {typed} {closed}', sys.executable], capture_output=True, text=True, check=False
    )
    assert done.returncode == status
    assert "Traceback" not in done.stdout + done.stderr
    assert "problem" not in done.stdout


@pytest.mark.usefixtures("folder")
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    """``| head -1`` of a check of two bids, and of a script."""
    for typed in ("check bid.json bid.json --draws 200", "completion bash"):
        done = subprocess.run(
            ["sh", "-c", f'"$0" -m fcr {typed} | head -1', sys.executable], capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        assert len(done.stdout.splitlines()) == 1


# ── Ctrl-C ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "typed", ["risk bid.json --draws 5000000", "convert bid.json new.xlsx", "check bid.json -o new.xlsx"]
)
@pytest.mark.parametrize("after", [0.5, 1.2])
def test_ctrl_c_stops_with_a_word_and_leaves_nothing(folder: Path, typed: str, after: float) -> None:
    """Whenever it comes: status 130, one line, no file half written."""
    before = sorted(path.name for path in folder.iterdir())
    process = subprocess.Popen(
        [sys.executable, "-c", READY, *typed.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err) == (130, "Stopped.\n")
    assert sorted(path.name for path in folder.iterdir()) == before


READY = "import sys; from fcr.cli import main; print('ready', flush=True); sys.exit(main(sys.argv[1:]))"


def test_a_file_stopped_half_way_is_not_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the very act of writing: what was there is untouched, and nothing stands beside it."""

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    (folder / "old.json").write_text("mine", encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    monkeypatch.setattr(Path, "replace", stopped)
    assert main(["convert", "bid.json", "old.json", "--force"]) == 130
    assert (folder / "old.json").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in folder.iterdir()) == before


# ── faults of ours ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("raised", "status", "says"),
    [
        (ZeroDivisionError("division by zero"), 3, "ZeroDivisionError: division by zero"),
        (ReconciliationError("costs in are not costs out"), 3, "costs in are not costs out"),
        (MemoryError(), 2, "too little memory"),
        (OSError(28, "No space left on device"), 2, "No space left on device"),
        (PermissionError(13, "Permission denied", "bid.json"), 2, "it cannot be read or written: Permission denied"),
        (RecursionError("too deep"), 3, "RecursionError"),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.usefixtures("folder")
def test_a_fault_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raised: Exception, status: int, says: str
) -> None:
    """Ours: status 3, and what to report. Memory and disks: status 2. As JSON too. No traceback, unless asked for."""

    def fails(_: object) -> None:
        raise raised

    monkeypatch.setattr(figures, "price", fails)
    monkeypatch.delenv("FCR_TRACEBACK", raising=False)
    assert main(["price", "bid.json"]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert "Traceback" not in err
    assert ("report it" in err) == (status == 3 and not isinstance(raised, ReconciliationError))
    assert main(["price", "bid.json", "--json"]) == status
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert says in problem["what"]


@pytest.mark.usefixtures("folder")
def test_whoever_mends_it_can_see_the_calls(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``FCR_TRACEBACK`` shows them."""
    monkeypatch.setattr(figures, "price", lambda _: 1 / 0)
    monkeypatch.setenv("FCR_TRACEBACK", "1")
    assert main(["price", "bid.json"]) == 3
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "ZeroDivisionError" in err


def test_more_draws_than_memory_are_refused_in_words(folder: Path) -> None:
    """A terabyte of draws is a slip of the keyboard, not a fault."""
    done = subprocess.run(
        [sys.executable, "-c", FOUR_GIGABYTES, "risk", "bid.json", "--draws", "100000000000"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 2
    assert "too little memory" in done.stderr


FOUR_GIGABYTES = """
import resource, sys
from fcr.cli import main
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
sys.exit(main(sys.argv[1:]))
"""


# ── what stands in a bid ─────────────────────────────────────────────────────────────────────────


def test_a_bid_cannot_write_to_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences in somebody's bid are shown, not obeyed, in results and in messages."""
    data = json.loads((folder / "bid.json").read_text(encoding="utf-8"))
    data["organisation"]["costs"][0]["source"] = {"file": "ledger\x1b]0;owned\x07.csv"}
    data["contract"]["commissioner"] = "Council\x1b[2J\x9b31m\u202e"
    (folder / "hostile.json").write_text(json.dumps(data), encoding="utf-8")
    for typed in (
        "price hostile.json --lines",
        "check hostile.json --draws 200",
        "explain hostile.json",
        "price \x1b[2J",
    ):
        main(typed.split(" "))
        out, err = capsys.readouterr()
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out + err), typed
