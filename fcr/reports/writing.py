"""A report and a letter into files, by the suffix of the name: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from fcr.bid import Bid
from fcr.checks import Review, check
from fcr.errors import InputError, Problem
from fcr.files import write_whole
from fcr.progress import work
from fcr.reports.contents import gathered
from fcr.reports.document import letter_document, report_document
from fcr.reports.letters import letter_of, letter_text
from fcr.reports.page import page

__all__ = ["letter", "report"]

T = TypeVar("T")


def report(review: Review | Bid, path: str | os.PathLike[str], *, draws: int = 20_000, seed: int = 0) -> None:
    """Write the report on a review, or on a bid: a page to read (``.html``) or a document (``.docx``).

    One file that needs no other and no network: the verdict in a sentence, the price and the
    shortfall, each contract year, the findings by heading with what to ask for, the balance of risk
    (drawn ``draws`` times from ``seed``), the assumptions and how it was worked out. Charts stand
    beside their tables where matplotlib is installed. Same input, same bytes.

    Raises :class:`~fcr.errors.InputError` for another kind of file, or one that cannot be written;
    :class:`~fcr.errors.MissingExtra` where the library that makes it is not installed.

    >>> import fcr
    >>> fcr.report(fcr.check(fcr.example(), draws=2_000), "report.html", draws=2_000)
    """
    make = _by_suffix(path, {".html": page, ".docx": report_document})
    reviewed = check(review, draws=draws, seed=seed) if isinstance(review, Bid) else review
    with work(f"Writing {Path(path).name}"):
        write_whole(Path(path), make(gathered(reviewed, draws, seed)))


def letter(review: Review | Bid, path: str | os.PathLike[str]) -> None:
    """Write a letter to the commissioner that asks for what the review found: ``.md`` or ``.docx``.

    One ask to a paragraph, with its amount in pounds and its source; what only you can fill in
    stands in brackets. Read it before you send it. Same input, same bytes.

    Raises :class:`~fcr.errors.InputError` where there is no offer or nothing to ask for, for another
    kind of file, or one that cannot be written; :class:`~fcr.errors.MissingExtra` for a ``.docx``
    where python-docx is not installed.

    >>> import fcr
    >>> fcr.letter(fcr.check(fcr.example(), draws=2_000), "letter.md")
    """
    make = _by_suffix(path, {".md": letter_text, ".docx": letter_document})
    reviewed = check(review) if isinstance(review, Bid) else review
    with work(f"Writing {Path(path).name}"):
        write_whole(Path(path), make(letter_of(reviewed)))


def _by_suffix(path: str | os.PathLike[str], makers: Mapping[str, Callable[[T], bytes]]) -> Callable[[T], bytes]:
    suffix = Path(path).suffix.lower()
    if suffix not in makers or "\0" in str(path):
        what = f"the name ends in {suffix or 'nothing at all'}, expected {' or '.join(makers)}"
        raise InputError([Problem(str(path), what, "Give the file one of these suffixes.", "file-kind")])
    return makers[suffix]
