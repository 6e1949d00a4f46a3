"""The bundled bids can be had by name."""

from __future__ import annotations

from pathlib import Path

import pytest

import fcr
from fcr.examples import EXAMPLES


def test_every_bundled_bid_has_a_name() -> None:
    """Each file of the folder is an example, and each example is the bid in its file."""
    folder = Path(fcr.__file__).parent / "examples"
    assert sorted(path.stem for path in folder.glob("*.json")) == sorted(EXAMPLES)
    for name in EXAMPLES:
        assert fcr.example(name) == fcr.read(folder / f"{name}.json")


def test_a_name_that_is_not_there_is_refused_with_the_nearest() -> None:
    """A misspelt example says which was meant."""
    with pytest.raises(fcr.UnknownName, match="Did you mean 'harbour-advice'"):
        fcr.example("harbor-advice")
