"""Addresses outside the documents: well-formed, whole, and taken from the recorded sources. None is fetched here."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import fcr

ROOT = Path(__file__).parent.parent
RATES = Path(fcr.__file__).parent / "rates"
MADE = ("docs/reference/every-figure.md", "docs/reference/every-funder.md")
"""The pages that show the sources of the figures."""

pytestmark = pytest.mark.skipif(not (ROOT / "CHANGELOG.md").is_file(), reason="away from the source tree")

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\])|]+")


def pages() -> dict[str, str]:
    made = ROOT / "docs" / "site"
    found = [*ROOT.glob("*.md"), *(page for page in ROOT.glob("docs/**/*.md") if not page.is_relative_to(made))]
    return {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in found}


def recorded(value: Any) -> Iterator[str]:
    """Every text in the files of the figures."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from recorded(part)


SOURCES = "\n".join(
    text for path in sorted(RATES.glob("*.toml")) for text in recorded(tomllib.loads(path.read_text(encoding="utf-8")))
)


@pytest.mark.parametrize("page", pages())
def test_every_address_is_well_formed(page: str) -> None:
    """A host with a domain, no stray sign at the end, nothing cut short; by https unless a source says else."""
    text = re.sub(r"^```.*?^```", "", pages()[page], flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"<(https?://[^>]*)>|\]\((https?://[^)]*)\)", text):
        address = "".join(link)
        parts = urlsplit(address)
        assert re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", parts.netloc), address
        assert not re.search(r"[\s\\^{}|]|\.\.\.|…|[.,;:]$", address), address
        assert parts.scheme == "https" or address in SOURCES, address


@pytest.mark.parametrize("page", MADE)
def test_addresses_of_figures_are_those_recorded(page: str) -> None:
    """No address is made up on the way: each stands word for word in ``fcr/rates``."""
    linked = set(re.findall(r"<(https?://[^>]*)>", pages()[page]))
    assert len(linked) > 20
    assert {address for address in linked if address not in SOURCES} == set()


def test_no_address_is_recorded_twice_in_two_ways() -> None:
    """The same page is not once by http and once by https, nor with and without a slash at the end."""
    ways: dict[str, set[str]] = defaultdict(set)
    for address in _ADDRESS.findall(SOURCES):
        whole = address.rstrip(".,;")
        ways[re.sub(r"^https?://(www\.)?", "", whole).rstrip("/").lower()].add(whole)
    assert {page: found for page, found in ways.items() if len(found) > 1} == {}
