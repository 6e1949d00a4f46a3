"""The command line: what it prints, how wide, and with which exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import fcr
from fcr.cli import main
from fcr.rates import names

DEMO = str(Path(__file__).parent / "golden" / "harbour-advice.json")
WIDTH = 80


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of one command."""
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = int(str(stop.code))
    out, err = capsys.readouterr()
    return status, out, err


def shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "fcr", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command writes here goes to a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Ten years, large amounts, and names longer than any table is wide."""
    long = "A service with a very long name, for people who live a very long way from anywhere at all, and more"
    word = "Gesamtkostendeckungsbeitragsberechnungsgrundlagenverordnung" * 2
    organisation = fcr.Organisation(
        name=long,
        services=[fcr.Service(name=long, unit="journey of one person from door to door"), fcr.Service(name=word)],
        pools=[fcr.CostPool(name=f"{long} (pool)", driver="staff"), fcr.CostPool(name=f"{word} pool", driver="mixed")],
        drivers=[
            fcr.Driver(name=word, unit="m²", quantities={long: 3, word: 2}),
            fcr.Driver(name="mixed", mixture={word: 50, "equal": 50}),
        ],
        costs=[
            fcr.Cost(name=f"{long} rent", centre=f"{long} (pool)", amount=Decimal("123456789.01")),
            fcr.Cost(name=f"{word} rent", centre=f"{word} pool", amount=Decimal("98765432.10"), index=word[:100]),
            fcr.Cost(name=f"{long} start", centre=long, amount=Decimal("7654321.01"), phase="start-up"),
            fcr.Cost(name=f"{word} end", centre=long, amount=Decimal("7654321.01"), phase="close-down"),
            fcr.Cost(name="Given", centre=long, amount=Decimal("123456.78"), in_kind="given"),
        ],
        posts=[fcr.Post(name=f"{long} post", salary=Decimal(45000), fte=Decimal(900), time={long: 60, word: 40})],
    )
    rises = {year: Decimal("0.031") for year in range(2026, 2037)}
    indices = {"pay": fcr.Index(rises=rises), word[:100]: fcr.Index(rises=rises)}
    bid = fcr.Bid(
        name=long,
        organisation=organisation,
        service=long,
        start=date(2026, 10, 1),
        years=10,
        volumes=[Decimal(1234567)],
        assumptions=fcr.Assumptions(indices=indices, hold_rates=True),
        surplus=Decimal("0.05"),
        surplus_basis="margin",
        vat="standard-rated",
        contract=fcr.Contract(mechanism=fcr.BlockPrice(prices=[Decimal(150_000_000)] * 10)),
    )
    path = tmp_path_factory.mktemp("long") / "bid.json"
    fcr.write(bid, path)
    return str(path)


# ── what fits ────────────────────────────────────────────────────────────────────────────────────

ON_A_BID = (
    ("price",),
    ("price", "--lines"),
    ("price", "--lost"),
    ("price", "--funder", "wellcome"),
    ("price", "--funder", "gates"),
    ("check",),
    ("explain",),
    ("explain", "Year 2"),
    ("explain", "Year 1", "Overheads"),
    ("apportion",),
    ("apportion", "--method", "direct"),
)


def too_wide(text: str) -> list[str]:
    """Lines wider than a terminal, but for a single word that cannot be broken, such as a path."""
    return [line for line in text.splitlines() if len(line) > WIDTH and " " in line.strip()]


@pytest.mark.parametrize("command", ON_A_BID, ids=" ".join)
@pytest.mark.parametrize("which", ["demo", "long"])
def test_every_table_fits_eighty_columns(
    capsys: pytest.CaptureFixture[str], long_file: str, command: tuple[str, ...], which: str
) -> None:
    """The example, and ten years with long names: no line is wider than 80 characters."""
    file = DEMO if which == "demo" else long_file
    status, out, err = run(capsys, command[0], file, *command[1:])
    assert status in ({0, 1} if command[0] == "check" else {0})
    assert err == ""
    assert len(out.splitlines()) > 3
    assert [line for line in out.splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("command", [("rates",), ("rates", "employer_ni"), ("funders",)], ids=" ".join)
def test_what_needs_no_file_fits_too(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    """The lists: 80 characters, but for an address that cannot be broken."""
    status, out, _ = run(capsys, *command)
    assert status == 0
    assert too_wide(out) == []


def test_every_dated_figure_prints_and_fits(capsys: pytest.CaptureFixture[str]) -> None:
    """``fcr rates NAME`` for every name there is."""
    for name in names():
        status, out, _ = run(capsys, "rates", name)
        assert status == 0, name
        assert name in out
        assert too_wide(out) == [], name


# ── what a machine reads ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [*ON_A_BID, ("rates",), ("rates", "vat.standard_rate"), ("funders",)])
def test_json_is_json_and_nothing_else(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    """With ``--json`` standard output is one JSON object."""
    bare = command[0] in {"rates", "funders"}
    status, out, err = run(capsys, *(command if bare else (command[0], DEMO, *command[1:])), "--json")
    assert status in {0, 1}
    assert err == ""
    assert isinstance(json.loads(out), dict)


def test_json_holds_the_figures_of_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    """Amounts as text, the same as from Python; what is asked for besides is there besides."""
    priced = fcr.price(fcr.read(DEMO))
    _, out, _ = run(
        capsys, "price", DEMO, "--json", "--lines", "--lost", "--funder", "nlcf", "--ineligible", "fundraising"
    )
    data = json.loads(out)
    assert data["price"] == [str(p) for p in priced.price]
    assert data["profile"]["full_cost"] == [str(p) for p in priced.full_cost]
    assert {"if_lost", "funder"} <= set(data)
    _, out, _ = run(capsys, "price", DEMO, "--json")
    assert not {"profile", "if_lost", "funder"} & set(json.loads(out))


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """A JSON Schema of a bid, for other programs."""
    status, out, _ = run(capsys, "schema")
    assert status == 0
    assert json.loads(out)["title"] == "Bid"


# ── exit status ──────────────────────────────────────────────────────────────────────────────────


def offer(tmp_path: Path, *prices: str) -> str:
    """A full cost of £10,000 a year, start-up and close-down of £1 included, and an offer."""
    costs: list[dict[str, Any]] = [
        {"name": "Team", "centre": "Visits", "amount": "9000", "index": "fixed"},
        {"name": "Rent", "centre": "Premises", "amount": "999", "index": "fixed"},
        {"name": "Open", "centre": "Visits", "amount": "1", "phase": "start-up", "index": "fixed"},
    ]
    organisation = {
        "name": "x",
        "services": [{"name": "Visits"}],
        "pools": [{"name": "Premises", "driver": "equal"}],
        "costs": costs,
    }
    bid = {"organisation": organisation, "service": "Visits", "start": "2026-04-01", "years": len(prices)}
    path = tmp_path / "offer.json"
    path.write_text(
        json.dumps({**bid, "contract": {"mechanism": {"kind": "block", "prices": prices}}}), encoding="utf-8"
    )
    return str(path)


SEVERITIES = ("blocker", "high", "medium", "low")


@pytest.mark.parametrize("price", ["20000", "9999.99", "9000"])
def test_check_tells_by_its_status(capsys: pytest.CaptureFixture[str], tmp_path: Path, price: str) -> None:
    """0 acceptable, 1 with a finding raised at or above ``--fail-on``, which is ``high`` when left out."""
    file = offer(tmp_path, price)
    status, out, _ = run(capsys, "check", file, "--json")
    raised = {finding["severity"] for finding in json.loads(out)["findings"]} - {None}
    assert raised
    for i, severity in enumerate(SEVERITIES):
        at_or_above = int(bool(raised & set(SEVERITIES[: i + 1])))
        assert run(capsys, "check", file, "--fail-on", severity)[0] == at_or_above
        assert severity != "high" or status == at_or_above
    assert run(capsys, "check", file, "--fail-on", "low")[0] == 1


def test_nothing_raised_at_the_level_asked_for_is_acceptable(capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody has stated is unknown, which is not a blocker."""
    file = str(Path(DEMO).with_name("youth-club.json"))
    status, out, _ = run(capsys, "check", file, "--fail-on", "blocker")
    assert status == 0
    assert "Verdict: unknown" in out


@pytest.mark.parametrize("share", ["3%", "0.03"])
def test_a_threshold_is_a_share_or_a_percentage(capsys: pytest.CaptureFixture[str], tmp_path: Path, share: str) -> None:
    """4% short of full cost is a blocker beyond 3%, and high at the usual 5%."""
    file = offer(tmp_path, "9600")

    def severity(*options: str) -> str:
        findings = json.loads(run(capsys, "check", file, "--json", *options)[1])["findings"]
        return str(next(f["severity"] for f in findings if f["code"] == "FCR-1"))

    assert severity() == "high"
    assert severity("--threshold", f"blocker below full cost by={share}") == "blocker"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("prise", "x.json"),
        ("price",),
        ("check", "x.json", "--fail-on", "awful"),
        ("check", "x.json", "--threshold", "0.05"),
        ("check", "x.json", "--threshold", "name=much"),
        ("apportion", "x.json", "--method", "stepdown"),
    ],
)
def test_a_command_that_cannot_be_understood(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """Status 2, one line on standard error that points to the help, nothing on standard output."""
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "--help" in err


@pytest.mark.parametrize("kind", ["missing", "directory", "not UTF-8", "empty", "half", "csv", "a list"])
@pytest.mark.parametrize("command", ["price", "check", "explain", "apportion", "convert"])
def test_a_file_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str, command: str
) -> None:
    """Status 2, one problem, no traceback; as JSON too."""
    path = tmp_path / ("bid.csv" if kind == "csv" else "bid.json")
    if kind == "directory":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes({"not UTF-8": b"\xff\xfe\x00", "empty": b"", "a list": b"[1]"}.get(kind, b"{"))
    target = (str(tmp_path / "new.json"),) if command == "convert" else ()
    status, out, err = run(capsys, command, str(path), *target)
    assert (status, out) == (2, "")
    assert err.startswith("1 problem to mend:")
    status, out, err = run(capsys, command, str(path), *target, "--json")
    assert (status, err) == (2, "")
    (problem,) = json.loads(out)["problems"]
    assert problem["where"]
    assert problem["fix"]


def test_a_byte_order_mark_is_no_trouble(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A bid saved by a Windows program is priced as any other."""
    path = tmp_path / "bid.json"
    path.write_bytes(b"\xef\xbb\xbf" + Path(DEMO).read_bytes())
    assert run(capsys, "price", str(path))[:2] == run(capsys, "price", DEMO)[:2]


def test_an_unknown_threshold_or_funder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, with the nearest."""
    status, _, err = run(capsys, "check", DEMO, "--threshold", "blocker below ful cost by=0.1")
    assert status == 2
    assert "Did you mean 'blocker below full cost by'" in err
    status, _, err = run(capsys, "price", DEMO, "--funder", "welcome")
    assert status == 2
    assert "wellcome" in err
    status, out, _ = run(capsys, "price", DEMO, "--funder", "welcome", "--json")
    assert status == 2
    assert "wellcome" in json.loads(out)["problems"][0]["what"]


def test_a_rate_nobody_knows_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A bid beyond the known figures, without an assumption: status 2 and which figure."""
    data = json.loads(Path(DEMO).read_text(encoding="utf-8"))
    data["assumptions"]["hold_rates"] = False
    path = tmp_path / "bid.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    status, out, err = run(capsys, "price", str(path))
    assert (status, out) == (2, "")
    assert "not known for" in err
    assert "Traceback" not in err


# ── each command ─────────────────────────────────────────────────────────────────────────────────


def test_demo_shows_the_build_up_the_years_and_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file and without a network."""
    status, out, _ = run(capsys, "demo")
    assert status == 0
    for words in ("Price without VAT", "Full cost", "Verdict: ", "Recovery"):
        assert words in out
    assert too_wide(out) == []


def test_explain_finds_a_figure_by_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    """A name found in one place only needs nothing above it; case does not matter."""
    _, whole, _ = run(capsys, "explain", DEMO, "Year 2", "Overheads", "Premises and office")
    _, short, _ = run(capsys, "explain", DEMO, "year 2", "premises and office")
    assert whole == short
    assert whole.startswith("Premises and office")
    _, lower, _ = run(capsys, "explain", DEMO, "Year 1", "Premises and office", "Rent")
    assert lower.startswith("Rent")
    assert "£24,600" in lower


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (("Year 4",), "Did you mean 'Year"),
        (("Year 1", "Rentt"), "Did you mean 'Rent'"),
        (("Direct cost",), "Year 1"),
        (("Year 1", "Rent", "Pay"), "no figure 'Pay'"),
    ],
)
def test_explain_says_which_names_there_are(
    capsys: pytest.CaptureFixture[str], path: tuple[str, ...], says: str
) -> None:
    """An unknown name is answered by the nearest, one in several places by the places; in few enough words."""
    status, out, err = run(capsys, "explain", DEMO, *path)
    assert (status, out) == (2, "")
    assert says in err
    assert len(err) < 1500


def test_rates_by_name_and_by_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    """A whole name gives its history with sources; a beginning gives a list; an unknown one the nearest."""
    _, out, _ = run(capsys, "rates", "vat.standard_rate")
    assert "0.20" in out or "0.2" in out
    assert "Source" in out
    _, out, _ = run(capsys, "rates", "vat")
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("vat")]
    assert listed == [n for n in names() if n.startswith("vat")]
    _, out, _ = run(capsys, "rates")
    assert all(name in out for name in names())
    status, out, err = run(capsys, "rates", "vat.standrd")
    assert (status, out) == (2, "")
    assert "Did you mean 'vat.standard_rate'" in err


def test_funders_are_listed_by_the_name_that_price_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """Each id in the list is one ``--funder`` takes."""
    _, out, _ = run(capsys, "funders", "--json")
    ids = [row["cells"][0] for row in json.loads(out)["rows"]]
    assert "wellcome" in ids
    for name in ids[:3]:
        assert run(capsys, "price", DEMO, "--funder", name)[0] == 0


def test_apportion_by_another_method(capsys: pytest.CaptureFixture[str]) -> None:
    """``--method`` takes the place of the bid's own, and moves the overheads."""
    own, direct = (run(capsys, "apportion", DEMO, *more)[1] for more in ((), ("--method", "direct")))
    assert own == run(capsys, "apportion", DEMO, "--method", "step-down")[1]
    assert own != direct


def test_convert_keeps_the_bid_and_never_writes_over_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The same bytes each time; a file that is there is left alone unless it is said."""
    first, second = str(tmp_path / "a.json"), str(tmp_path / "b.json")
    assert run(capsys, "convert", DEMO, first) == (0, f"Written: {first}\n", "")
    assert run(capsys, "convert", DEMO, second, "--json")[1] == json.dumps({"written": second}, indent=2) + "\n"
    assert Path(first).read_bytes() == Path(second).read_bytes()
    assert fcr.read(first).replace(saved=None) == fcr.read(DEMO).replace(saved=None)
    Path(second).write_text("mine", encoding="utf-8")
    status, _, err = run(capsys, "convert", DEMO, second)
    assert status == 2
    assert "exists already" in err
    assert Path(second).read_text(encoding="utf-8") == "mine"
    assert run(capsys, "convert", DEMO, second, "--force")[0] == 0
    assert Path(second).read_bytes() == Path(first).read_bytes()
    assert run(capsys, "convert", first, first, "--force")[0] == 2
    assert run(capsys, "convert", DEMO, str(tmp_path / "c.csv"))[0] == 2
    assert run(capsys, "convert", DEMO, str(tmp_path / "none" / "c.json"))[0] == 2


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """``fcr --version`` names the program and its version."""
    assert run(capsys, "--version") == (0, f"fcr {fcr.__version__}\n", "")


# ── as a program ─────────────────────────────────────────────────────────────────────────────────


def test_python_m_fcr_is_the_same_program(capsys: pytest.CaptureFixture[str]) -> None:
    """Run as a module: the same on standard output, nothing on standard error."""
    done = shell("price", DEMO, PYTHONIOENCODING="utf-8")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().split() == run(capsys, "price", DEMO)[1].split()


def test_a_terminal_without_pound_signs_is_no_trouble() -> None:
    """Where £ cannot be shown something stands in its place; JSON stays JSON."""
    done = shell("price", DEMO, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"(?)" in done.stdout
    done = shell("price", DEMO, "--json", PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["price"]
    done = shell("price", "£.json", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_reader_that_stops_early_is_no_error() -> None:
    """``fcr demo | head -1`` ends quietly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fcr", "price", DEMO, "--lines", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0
