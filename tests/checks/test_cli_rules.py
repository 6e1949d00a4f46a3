"""``fcr rules``, and what ``fcr check`` makes of a waiver."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import fcr
from fcr.checks import RULES
from fcr.cli import DEMO, main


def test_it_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a code every check is listed once, within 80 columns."""
    assert main(["rules"]) == 0
    printed = capsys.readouterr().out
    first = [line.split()[0] for line in printed.splitlines() if line.split()]
    assert [word for word in first if word in RULES] == list(RULES)
    assert max(map(len, printed.splitlines())) <= 80


def test_it_prints_one_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """A code in any case gives the rule's threshold with its number, whose it is, its source and its remedy."""
    assert main(["rules", "pay-1"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for words in ("PAY-1", "30 days (law)", "s. 68", "Please pay within 30 days of a valid invoice"):
        assert words in printed


def test_it_says_what_is_unverified(capsys: pytest.CaptureFixture[str]) -> None:
    """A threshold nobody has confirmed says so beside its number."""
    assert main(["rules", "FCR-7"]) == 0
    assert "10% (our default, unverified)" in " ".join(capsys.readouterr().out.split())


def test_an_unknown_code_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, and the nearest code that is there."""
    assert main(["rules", "PAY-10"]) == 2
    assert "Did you mean 'PAY-1'" in capsys.readouterr().err


def test_it_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The table as data, a row for each check beside those of the headings."""
    assert main(["rules", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["cells"][0] for row in rows if row["style"] == "line"] == list(RULES)


def test_what_is_waived_does_not_fail_the_check(tmp_path: Path) -> None:
    """With every finding waived the exit status is 0; without, 1."""
    bid = fcr.read(DEMO)
    codes = [f.code for f in fcr.check(bid, draws=200).findings if f.raised]
    waived = tmp_path / "waived.json"
    fcr.write(bid.replace(waivers=dict.fromkeys(codes, "accepted by the board")), waived)
    assert main(["check", str(DEMO), "--fail-on", "low"]) == 1
    assert main(["check", str(waived), "--fail-on", "low"]) == 0
