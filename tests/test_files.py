"""Bids in files: read whole or refused, written whole or not at all."""

from __future__ import annotations

import os
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import fcr
from fcr import files

DEMO = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"


def bid(**fields: object) -> fcr.Bid:
    costs = [fcr.Cost(name="Rent", centre="Visits", amount=Decimal(120), index="fixed")]
    organisation = fcr.Organisation(name="Café £5", services=[fcr.Service(name="Visits")], costs=costs)
    usual: dict[str, object] = {"organisation": organisation, "service": "Visits", "start": date(2026, 4, 1)}
    return fcr.Bid.from_dict({**usual, **fields})


def refused(path: str | Path) -> fcr.Problem:
    """The one problem with a file."""
    with pytest.raises(fcr.InputError) as caught:
        fcr.read(path)
    (problem,) = caught.value.problems
    return problem


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A bid comes back as it was, with what it came to; names keep their accents."""
    path = tmp_path / "bid.json"
    fcr.write(bid(), path)
    again = fcr.read(str(path))
    assert again.replace(saved=None) == bid()
    assert again.saved is not None
    assert again.saved.prices == (Decimal("120.00"),) * 3
    assert "Café £5" in path.read_text(encoding="utf-8")


def test_same_bid_same_bytes(tmp_path: Path) -> None:
    """Written twice, or read and written again: the same bytes, with ends of lines that do not vary."""
    first, second, third = (tmp_path / f"{n}.json" for n in "abc")
    fcr.write(fcr.read(DEMO), first)
    fcr.write(fcr.read(DEMO), second)
    fcr.write(fcr.read(first), third)
    assert first.read_bytes() == second.read_bytes() == third.read_bytes()
    assert b"\r" not in first.read_bytes()
    assert first.read_bytes().endswith(b"}\n")


def test_a_bid_with_its_own_rates_is_written_and_read(tmp_path: Path) -> None:
    """Assumed statutory figures survive the file."""
    assumptions = fcr.Assumptions(rates={"vat.standard_rate": {date(2026, 4, 1): Decimal("0.25")}})
    made = bid(assumptions=assumptions, vat="standard-rated")
    fcr.write(made, tmp_path / "bid.json")
    assert fcr.read(tmp_path / "bid.json").replace(saved=None) == made


def test_a_bid_that_cannot_be_priced_yet_is_kept_without_prices(tmp_path: Path) -> None:
    """Work in progress is not lost: a bid beyond the known rates is written as it stands."""
    posts = [fcr.Post(name="A", salary=Decimal(30000), time={"Visits": 100}, index="fixed")]
    later = bid(start=date(2026, 4, 1), years=5)
    later = later.replace(organisation=later.organisation.replace(posts=posts))
    with pytest.raises(fcr.RateNotFound):
        fcr.price(later)
    fcr.write(later, tmp_path / "bid.json")
    again = fcr.read(tmp_path / "bid.json")
    assert again == later
    assert again.saved is None


def test_a_byte_order_mark_is_no_trouble(tmp_path: Path) -> None:
    """Files saved by Windows programs may begin with one."""
    path = tmp_path / "bid.JSON"
    path.write_bytes(b"\xef\xbb\xbf" + bid().to_json().encode())
    assert fcr.read(path) == bid()


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "not-json", "empty"),
        (b" \n", "not-json", "empty"),
        (b"{", "not-json", "line 1"),
        (b'\n{"a": }', "not-json", "line 2, column 7"),
        (b"\xff\xfe{\x00}\x00", "not-json", "UTF-8"),
        ("{'name': '£5'}".encode("latin-1"), "not-json", "UTF-8"),
        (b"PK\x03\x04\x00", "not-json", "not JSON"),
    ],
)
def test_what_is_not_json_is_refused(tmp_path: Path, content: bytes, code: str, says: str) -> None:
    """An empty file, half a file, another encoding, another kind of file."""
    path = tmp_path / "bid.json"
    path.write_bytes(content)
    problem = refused(path)
    assert problem.code == code
    assert says in str(problem)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The problem names the file."""
    problem = refused(tmp_path / "none.json")
    assert (problem.where, problem.code) == (str(tmp_path / "none.json"), "no-file")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    """A directory named like a file is no file."""
    (tmp_path / "bid.json").mkdir()
    assert refused(tmp_path / "bid.json").code == "no-file"
    assert refused("x" * 5000 + ".json").code == "no-file"
    assert refused("a\x00b.json").code == "no-file"


@pytest.mark.parametrize("name", ["bid.csv", "bid", "bid.json.bak", ".json"])
def test_other_kinds_of_file_are_refused_both_ways(tmp_path: Path, name: str) -> None:
    """The kind is told by the end of the name, and what is expected is said."""
    assert refused(tmp_path / name).code == "file-kind"
    with pytest.raises(fcr.InputError, match=r"expected \.json"):
        fcr.write(bid(), tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_file_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is looked at first."""
    monkeypatch.setattr(files, "LARGEST_FILE", 10)
    path = tmp_path / "bid.json"
    path.write_text(bid().to_json(), encoding="utf-8")
    assert refused(path).code == "file-size"


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file is whole and no part of a new one lies about."""
    path = tmp_path / "bid.json"
    fcr.write(bid(), path)
    before = path.read_bytes()

    def full(_: Path, __: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(fcr.InputError, match="No space left"):
        fcr.write(bid(name="New"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """Nothing is made that was not asked for."""
    with pytest.raises(fcr.InputError) as caught:
        fcr.write(bid(), tmp_path / "none" / "bid.json")
    assert [p.code for p in caught.value.problems] == ["no-file"]
    assert not (tmp_path / "none").exists()


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
def test_a_file_is_as_open_to_others_as_any_new_one(tmp_path: Path) -> None:
    """Not private to its writer, as a temporary file would be: the umask decides."""
    fcr.write(bid(), tmp_path / "bid.json")
    (tmp_path / "other").write_text("x", encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "bid.json").stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)
