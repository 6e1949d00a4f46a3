"""What holds for every command there is, found from the parser: help, an example that runs, JSON, completion."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_exports import LEDGER, MAPPING, sage_trial_balance, write_csv

import fcr
from fcr import areas, templates
from fcr.bid import Bid, schema
from fcr.checks.findings import SEVERITIES
from fcr.cli import DEMO, main, words
from fcr.cli.words import parser


def commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


COMMANDS = sorted(commands())
DEMO_OF = dict.fromkeys(("bid.xlsx", "draft.xlsx", "negotiated.xlsx"), str(DEMO))
WITH_JSON = [name for name in COMMANDS if name != "completion"]


def example(command: str) -> str:
    """The one line that a command's help gives as its example."""
    (line,) = re.findall(r"^example: (.*)$", commands()[command].format_help(), re.MULTILINE)
    return str(line)


def words_of(command: str) -> list[str]:
    """The example, without what only a shell understands."""
    line = example(command).split(" > ")[0]
    return shlex.split(line.removeprefix("source <(").removesuffix(")"))


@pytest.fixture(scope="module")
def bids(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file that an example names."""
    folder = tmp_path_factory.mktemp("bids")
    fcr.write(fcr.read(DEMO), folder / "bid.xlsx")
    (folder / "draft.xlsx").write_bytes((folder / "bid.xlsx").read_bytes())
    fcr.write(fcr.read(DEMO.with_name("harbour-advice-negotiated.json")), folder / "negotiated.xlsx")
    write_csv(folder / "ledger.csv", sage_trial_balance(LEDGER))
    (folder / "accounts.toml").write_text(MAPPING, encoding="utf-8")
    return folder


@pytest.fixture
def folder(bids: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a test's own, with the files that stand in ``bids``."""
    for file in bids.iterdir():
        os.link(file, tmp_path / file.name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ── help ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_in_the_help_works(folder: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """It starts with the command, prints something, and writes what it says; a bid with a blocker gives status 1."""
    typed = words_of(command)
    if command == "template":
        (folder / "bid.xlsx").unlink()
    assert typed[:2] == ["fcr", command]
    assert main(typed[1:]) == (1 if command == "check" else 0)
    out, err = capsys.readouterr()
    assert out.strip()
    assert err == ""
    for name in re.findall(r"(?:-o|convert \S+|template) (\S+)", example(command)):
        assert (folder / name).stat().st_size > 100


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """No line of a command's help is wider than 80 characters, and every option has some."""
    assert main([command, "--help"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
    assert all(action.help for action in commands()[command]._actions)


@pytest.mark.usefixtures("folder")
def test_the_first_example_of_all_works(capsys: pytest.CaptureFixture[str]) -> None:
    """``fcr --help`` gives one too."""
    (line,) = re.findall(r"^example: (.*)$", parser().format_help(), re.MULTILINE)
    assert main(shlex.split(line)[1:]) == 1
    assert "Verdict" in capsys.readouterr().out


def test_an_example_for_a_shell_works_in_a_shell(folder: Path) -> None:
    """What stands in ``fcr schema --help`` writes the schema."""
    done = in_bash(example("schema"), folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (folder / "bid.schema.json").read_text(encoding="utf-8") == schema()


def test_the_words_of_options_are_those_of_the_library() -> None:
    """They are written again in the parser so that help is quick; they are the same."""
    assert words.SEVERITIES == SEVERITIES
    assert words.ROOMS == templates.ROOMS
    assert (*areas.SLUGS, areas.GENERAL) == words.AREAS
    assert Bid.model_fields["method"].annotation.__args__ == words.METHODS  # type: ignore[union-attr]


def test_help_and_version_load_no_engine() -> None:
    """``fcr --help`` and ``fcr --version`` load neither numpy nor pydantic, rich nor shtab."""
    code = """
import sys
from fcr.cli import main
assert main([sys.argv[1]]) == 0
print({"numpy", "pydantic", "openpyxl", "rich", "shtab", "decimal", "dataclasses"} & set(sys.modules), file=sys.stderr)
"""
    for option in ("--help", "--version"):
        done = subprocess.run([sys.executable, "-c", code, option], capture_output=True, text=True, check=True)
        assert done.stderr.strip() == "set()", option


def test_a_command_that_prints_to_a_pipe_loads_no_rich() -> None:
    """What draws on a terminal is loaded for a terminal."""
    code = "import sys\nfrom fcr.cli import main\nmain(['funders'])\nassert 'rich' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, stdin=subprocess.DEVNULL)


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", WITH_JSON)
def test_json_on_success(folder: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """The example with ``--json``, of bids in JSON: standard output is JSON, and standard error is empty."""
    few = ["--draws", "400"] if any("--draws" in a.option_strings for a in commands()[command]._actions) else []
    typed = [DEMO_OF.get(word, word) for word in words_of(command)]
    if command == "template":
        (folder / "bid.xlsx").unlink()
        typed = words_of(command)
    assert main([*typed[1:], *few, "--json"]) == (1 if command == "check" else 0)
    out, err = capsys.readouterr()
    assert isinstance(json.loads(out), dict)
    assert err == ""


NAMES_NOTHING = {"rates": ["nosuch"], "rules": ["NOSUCH-1"], "demo": ["--into", "nowhere"], "template": ["a.csv"]}
"""What fails of the commands that read no file."""
CANNOT_FAIL = {"funders", "schema"}


@pytest.mark.parametrize("command", [name for name in WITH_JSON if name not in CANNOT_FAIL])
def test_json_on_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Where the files of the example are not there: every problem as JSON, status 2, nothing on standard error."""
    monkeypatch.chdir(tmp_path)
    typed = [command, *NAMES_NOTHING.get(command, words_of(command)[2:])]
    assert main([*typed, "--json"]) == 2
    out, err = capsys.readouterr()
    problems = json.loads(out)["problems"]
    assert problems
    assert all({"where", "what", "fix", "code"} <= set(p) and p["what"] for p in problems)
    assert err == ""
    assert main(typed) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert problems[0]["what"] in err
    assert list(tmp_path.iterdir()) == []


def mistyped() -> Iterator[tuple[str, ...]]:
    """Each command with an option it does not have, and each option that takes few words with another."""
    yield from ((), ("nosuch",), ("--nosuch",))
    for name, command in commands().items():
        yield (name, "--nosuch")
        for action in command._actions:
            if action.option_strings and (action.choices or action.type):
                yield (name, action.option_strings[-1], "rubbish")
            if action.option_strings and action.nargs is None:
                yield (name, action.option_strings[-1])


@pytest.mark.parametrize("typed", list(mistyped()), ids=" ".join)
def test_what_cannot_be_understood_is_json_too(capsys: pytest.CaptureFixture[str], typed: tuple[str, ...]) -> None:
    """A mistyped command or option: with ``--json`` one problem, without it one line; both say where help is."""
    assert main([*typed[:1], "--json", *typed[1:]]) == 2
    out, err = capsys.readouterr()
    (problem,) = json.loads(out)["problems"]
    assert problem["code"] == "usage"
    assert problem["where"] in {"fcr", f"fcr {typed[0] if typed else ''}"}
    assert "--help" in problem["fix"]
    assert err == ""
    assert main(typed) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "--help" in err


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("pirce", "bid.json"), "Did you mean 'price'?"),
        (("price", "bid.json", "--lins"), "Did you mean '--lines'? Try 'fcr price --help'."),
        (("price", "bid.json", "two.json"), "fcr price: it takes no 'two.json'."),
    ],
)
def test_the_nearest_is_named(capsys: pytest.CaptureFixture[str], typed: tuple[str, ...], says: str) -> None:
    """A slip of the keyboard is answered with what was probably meant."""
    assert main(typed) == 2
    assert says in capsys.readouterr().err


def test_a_json_that_belongs_to_the_bid_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    """After ``--`` every word is a name."""
    assert main(["explain", "nosuch.json", "--", "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "no such file" in err


# ── several bids ─────────────────────────────────────────────────────────────────────────────────


def test_several_bids_are_checked_one_after_another(capsys: pytest.CaptureFixture[str]) -> None:
    """Each review under its file's name, then all in short; the status is that of the worst."""
    fine, nowhere = str(Path(DEMO).with_name("winchester-2021.json")), "nowhere.json"
    few = ("--draws", "400", "--fail-on", "blocker")
    alone = [main(["check", file, *few]) for file in (fine, str(DEMO), nowhere)]
    assert alone == [0, 1, 2]
    reviews = capsys.readouterr().out.strip()
    for files, worst in (([fine, fine], 0), ([fine, str(DEMO)], 1), ([nowhere, fine, str(DEMO)], 2)):
        assert main(["check", *files, *few]) == worst
        out = capsys.readouterr().out
        assert [line[3:] for line in out.splitlines() if line.startswith("── ")] == files
        assert "In short" in out
        assert ("could not be checked" in out) == ("no such file" in out) == (nowhere in files)
    assert all(line in out for line in reviews.splitlines())


@pytest.mark.usefixtures("folder")
def test_several_bids_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A list, in the order given: each review with its file, or its problems."""
    assert main(["check", str(DEMO), "--json", "--draws", "400"]) == 1
    alone = json.loads(capsys.readouterr().out)
    assert main(["check", str(DEMO), "nowhere.json", "bid.xlsx", "--json", "--draws", "400"]) == 2
    first, second, third = json.loads(capsys.readouterr().out)
    assert first == {"file": str(DEMO)} | alone
    assert (second["file"], second["problems"][0]["code"]) == ("nowhere.json", "no-file")
    assert third["verdict"] == alone["verdict"]


def test_one_reviewed_workbook_cannot_hold_two_bids(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``-o`` with several files is refused before any work, and writes nothing."""
    before = sorted(folder.iterdir())
    assert main(["check", "bid.xlsx", "draft.xlsx", "-o", "reviewed.xlsx"]) == 2
    assert "-o: it names one file, but there are 2 bids." in capsys.readouterr().err
    assert sorted(folder.iterdir()) == before


# ── completion ───────────────────────────────────────────────────────────────────────────────────


def in_bash(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script of bash, to which ``fcr`` is the program under test."""
    known = f'fcr() {{ {shlex.quote(sys.executable)} -m fcr "$@"; }}\n'
    return subprocess.run(
        ["bash", "--norc", "-c", known + script], cwd=folder, capture_output=True, text=True, check=False
    )


ASK = """
try() {
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _shtab_fcr "$1" "${@: -1}" "${@: -2:1}" || exit 9
    echo "${COMPREPLY[*]}"
}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="bash is asked")
def test_bash_completes_commands_options_words_and_files(tmp_path: Path) -> None:
    """The example of ``fcr completion --help`` in a real bash, and what it then offers."""
    for name in ("bid.xlsx", "bids.json", "other.json"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    asked = {
        "fcr ch": "check",
        "fcr price --l": "--lines --lost",
        "fcr check bid.xlsx bid": "bid.xlsx bids.json",
        "fcr check --fail-on ''": " ".join(SEVERITIES),
        "fcr check bid.xlsx -o oth": "other.json",
        "fcr template new.xlsx --for ch": "childcare",
        "fcr price bid.xlsx --funder well": "wellcome",
        "fcr rules PAY-1": "PAY-1",
        "fcr rates vat.s": "vat.standard_rate",
        "fcr demo --into ''": "folder",
        "fcr completion ''": " ".join(words.SHELLS),
    }
    script = "\n".join(
        [example("completion"), "complete -p fcr > /dev/null || exit 8", ASK, *(f"try {a}" for a in asked)]
    )
    done = in_bash(script, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    offered = [" ".join(sorted(line.split())) for line in done.stdout.splitlines()]
    assert dict(zip(asked, offered, strict=True)) == {a: " ".join(sorted(o.split())) for a, o in asked.items()}


@pytest.mark.parametrize("shell", words.SHELLS)
def test_every_shell_is_taught_every_command(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    """Each command and each option is in the script."""
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for name, command in commands().items():
        assert name in script
        for action in command._actions:
            assert all(option.lstrip("-") in script for option in action.option_strings), (name, action)
