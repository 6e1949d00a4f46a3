"""Bids saved with their prices: the same pennies after any change to the library, or it says which changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import fcr

GOLDEN = sorted(p for p in (Path(__file__).parent / "golden").glob("*.json") if p.stem != "promised")  # no bid


def load(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def changes(bid: fcr.Bid) -> list[str]:
    return [note for note in fcr.price(bid).table().notes if note.startswith("Changed since saved")]


def test_there_are_golden_bids() -> None:
    """The bundled example and three others: all methods, ten years, every kind of line."""
    assert {p.stem for p in GOLDEN} == {"dial-a-ride", "harbour-advice", "ten-years", "youth-club"}
    assert {load(p).get("method", "step-down") for p in GOLDEN} == {"direct", "step-down", "reciprocal"}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_the_same_pennies_as_when_it_was_saved(path: Path) -> None:
    """Every price and every dated figure is that of the file, and no note says otherwise."""
    bid = fcr.read(path)
    priced = fcr.price(bid)
    assert [str(p) for p in priced.price] == load(path)["saved"]["prices"]
    assert len(priced.price) == bid.years
    assert changes(bid) == []
    now: dict[str, dict[str, str]] = {}
    for rate in priced.profile.rates:
        now.setdefault(rate.name, {})[rate.start.isoformat()] = str(rate.value)
    assert now == load(path)["saved"]["rates"]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
@pytest.mark.parametrize("year", [0, -1])
def test_a_price_that_changed_is_named(path: Path, year: int) -> None:
    """The note names the year, what it was and what it is now, and the version that saved it."""
    data = load(path)
    now = data["saved"]["prices"][year]
    data["saved"]["prices"][year] = "1234.50"
    data["saved"]["version"] = "0.0.0.test"
    (note,) = changes(fcr.Bid.from_dict(data))
    label = f"Year {len(data['saved']['prices']) if year else 1}"
    assert note == f"Changed since saved with version 0.0.0.test: {label} was £1,234.50, is now £{float(now):,.2f}."


@pytest.mark.parametrize("path", [p for p in GOLDEN if p.stem != "ten-years"], ids=lambda p: p.stem)
def test_a_rate_that_changed_is_named(path: Path) -> None:
    """The note names the figure and its date, so that a new price can be understood."""
    data = load(path)
    dates = data["saved"]["rates"]["employer_ni.secondary_rate"]
    start, now = next(iter(dates.items()))
    dates[start] = "0.138"
    (note,) = changes(fcr.Bid.from_dict(data))
    assert note == f"Changed since saved: employer_ni.secondary_rate from {start} was 0.138, is now {now}."


def test_a_bid_never_saved_has_nothing_to_say() -> None:
    """Without saved figures there is no note."""
    bid = fcr.read(GOLDEN[0])
    assert changes(bid.replace(saved=None)) == []
