"""``fcr import-costs``: what it prints and writes, and what it never touches."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ledger_exports import LEDGER, MAPPING, sage_trial_balance, write_csv, write_xlsx

import fcr
from fcr.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "ledger.csv", sage_trial_balance(LEDGER))
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["import-costs", *arguments])
    return status, *capsys.readouterr()


def draft(path: Path, **organisation: Any) -> None:
    """A bid that still lacks its costs."""
    data = {
        "organisation": {
            "name": "Harbour Advice (example)",
            "services": [{"name": "Advice"}],
            "pools": [{"name": "Office", "driver": "equal"}],
            **organisation,
        },
        "service": "Advice",
        "start": "2026-04-01",
        "years": 1,
    }
    path.write_text(json.dumps(data), encoding="utf-8")


def test_costs_are_written_whole_to_a_new_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file holds the costs as an organisation takes them, what was left out, and the totals."""
    status, out, err = run(capsys, "ledger.csv", "--map", "map.toml", "-o", "costs.json")
    assert (status, err) == (0, "")
    assert out.endswith("Written: costs.json\n")
    data = json.loads((folder / "costs.json").read_text(encoding="utf-8"))
    costs = [fcr.Cost.from_dict(cost) for cost in data["costs"]]
    assert [(c.name, c.centre) for c in costs] == [(n, "Office") for code, n, _ in LEDGER if code[0] == "7"]
    assert [(row["code"], row["reason"]) for row in data["left_out"]] == [("4000", "no cost"), ("1200", "no cost")]
    assert Decimal(data["total"]) == sum(c.amount for c in costs if c.amount) == Decimal("116699.00")
    assert Decimal(data["ledger_total"]) == 0


def test_what_is_undecided_is_listed_and_never_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Shown: exit status 1. Asked to write: 2, and no file."""
    status, out, err = run(capsys, "ledger.csv")
    assert (status, err) == (1, "")
    assert "To be decided in all" in out
    assert "6 problems to mend" in out
    status, out, err = run(capsys, "ledger.csv", "-o", "costs.json")
    assert (status, out) == (2, "")
    assert err.count("is on no cost centre") == len(LEDGER)
    assert not (folder / "costs.json").exists()


def test_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """What is to be decided, and problems, as data."""
    status, out, _ = run(capsys, "ledger.csv", "--json")
    data = json.loads(out)
    assert (status, len(data["to_decide"]), data["written"]) == (1, len(LEDGER), [])
    assert data["to_decide"][1]["source"]["line"] == 3
    status, out, _ = run(capsys, "none.csv", "--json")
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "no-file")


def test_a_mapping_is_remembered_and_filled_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The new mapping is a file to fill in; the old one is not changed."""
    assert run(capsys, "ledger.csv", "--remember", "new.toml")[0] == 1
    text = (folder / "new.toml").read_text(encoding="utf-8")
    (folder / "new.toml").write_text(text.replace('# leave_out = ""', 'leave_out = "as agreed"'), encoding="utf-8")
    status, out, _ = run(capsys, "ledger.csv", "--map", "new.toml")
    assert (status, out.count("as agreed")) == (0, len(LEDGER))


def test_costs_join_a_bid_in_a_new_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A draft without costs becomes a bid; the draft is as it was; each cost keeps its source."""
    draft(folder / "draft.json")
    before = (folder / "draft.json").read_bytes()
    status, _, err = run(capsys, "ledger.csv", "--map", "map.toml", "--into", "draft.json", "-o", "bid.json")
    assert (status, err) == (0, "")
    bid = fcr.read(folder / "bid.json")
    assert str(bid.organisation.costs[0].source) == "ledger.csv line 3"
    assert fcr.apportion(bid.organisation).full_costs == {"Advice": Decimal("116699.00")}
    assert (folder / "draft.json").read_bytes() == before


def test_costs_that_do_not_fit_the_bid(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A centre the bid does not have, a cost it has already, a bid that is none: nothing is written."""
    run_into = ("ledger.csv", "--map", "map.toml", "--into", "draft.json", "-o", "bid.json")
    draft(folder / "draft.json", pools=[{"name": "Offices", "driver": "equal"}])
    status, _, err = run(capsys, *run_into)
    assert status == 2
    assert "Did you mean 'Offices'?" in err
    draft(folder / "draft.json", costs=[{"name": "Rent", "centre": "Office", "amount": "1"}])
    assert "'Rent" in run(capsys, *run_into)[2]
    for content in ("[]", "{}", '{"organisation": {"costs": 3}}', "{"):
        (folder / "draft.json").write_text(content, encoding="utf-8")
        assert run(capsys, *run_into)[0] == 2
    (folder / "draft.json").write_bytes(b"\xff\xfe")
    assert "not text in UTF-8" in run(capsys, *run_into)[2]
    assert not (folder / "bid.json").exists()
    assert "there is no file to write the bid to" in run(capsys, "ledger.csv", "--into", "draft.json")[2]


@pytest.mark.parametrize("target", ["ledger.csv", "map.toml", "link.json", "there.json", "costs.txt", "no/where.json"])
def test_nothing_is_written_over(folder: Path, capsys: pytest.CaptureFixture[str], target: str) -> None:
    """Not the ledger, the mapping or another name of one of them; no file that is there; no other kind."""
    (folder / "link.json").hardlink_to(folder / "ledger.csv")
    (folder / "there.json").write_text("mine", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    status, _, err = run(capsys, "ledger.csv", "--map", "map.toml", "-o", target)
    assert status == 2
    assert target in err
    assert ("it is a file being read" in err) == (target in {"ledger.csv", "map.toml", "link.json"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_sheet_is_chosen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By its name; a wrong one has the nearest."""
    write_xlsx(folder / "ledger.xlsx", sage_trial_balance(LEDGER), sheet="March")
    status, out, _ = run(capsys, "ledger.xlsx", "--sheet", "March", "--centre", "Office")
    assert status == 0
    assert "March!C3" in out
    assert "Did you mean 'March'?" in run(capsys, "ledger.xlsx", "--sheet", "Marhc")[2]


def test_costs_go_into_a_workbook_and_out_to_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bid in Excel takes them as one in JSON does; the workbook that was read is not touched."""
    draft(folder / "bid.json", costs=[{"name": "Phones", "centre": "Advice", "amount": "100"}])
    fcr.write(fcr.read("bid.json"), "bid.xlsx")
    before = (folder / "bid.xlsx").read_bytes()
    for target in ("new.json", "new.xlsx"):
        taken = ("ledger.csv", "--map", "map.toml", "--into")
        assert run(capsys, *taken, "bid.xlsx", "-o", target)[0] == 0
        assert run(capsys, *taken, "bid.json", "-o", f"other-{target}")[0] == 0
        assert fcr.read(target).organisation.costs == fcr.read(f"other-{target}").organisation.costs
        assert len(fcr.read(target).organisation.costs) > 1
    assert (folder / "bid.xlsx").read_bytes() == before
