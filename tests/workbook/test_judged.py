"""The written workbook, judged: by the engine, by LibreOffice recalculating it, and by a second engine.

Every formula cell of every workbook is compared, not only the results.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import judges
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judged_bids import OF_EACH, SMALL, WAYS, judged_bids, laid_out
from same_as_engine import differences
from same_checks import wrong
from worked_examples import EXAMPLES as WORKED
from worked_examples import as_bids

import fcr
from fcr.bid import Bid
from fcr.workbook.layout import Book
from fcr.workbook.model import lay_out
from fcr.workbook.rarer import mechanism_stamp
from fcr.workbook.writer import to_bytes

EXAMPLES = {path.stem: path for path in sorted((Path(fcr.__file__).parent / "examples").glob("*.json"))}
BUNDLED, EMPTY = "the bundled examples", "an empty workbook"
PUBLISHED = {stem: bids for stem, example in WORKED.items() if (bids := tuple(as_bids(example)))}
DRAWS = 200  # of the simulation, which no live check looks at


def test_every_way_of_paying_and_at_least_200_bids_are_judged() -> None:
    assert set(WAYS) > {"unit price", "hybrid", "outcomes fund", "no offer"}
    assert OF_EACH * len(WAYS) >= 200


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_says_what_the_engine_says(name: str) -> None:
    bid = fcr.read(EXAMPLES[name])
    assert list(differences(lay_out(bid.to_dict()), bid)) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.bids())
def test_every_figure_of_the_workbook_is_the_engines(bid: Bid) -> None:
    """For every bid, each result cell of its workbook is the engine's figure, to the penny."""
    book = laid_out(bid)
    if book is not None:
        assert list(differences(book, bid)) == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(strategies.bids(), st.integers(0, 3))
def test_spare_rows_change_nothing(bid: Bid, spare: int) -> None:
    """However many rows are left blank, every result is the same."""
    more = replace(SMALL, **dict.fromkeys(("services", "pools", "posts", "costs", "drivers", "years"), 1 + spare * 2))
    book = laid_out(bid, more)
    if book is not None:
        assert list(differences(book, bid)) == []


@pytest.fixture(scope="module", params=[BUNDLED, EMPTY, *PUBLISHED, *WAYS])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Some workbooks to judge; what they hold is the engine's, to the penny."""
    folder, which = tmp_path_factory.mktemp("judged"), request.param
    paths = []
    for number, book in enumerate(_books(which)):
        paths.append(folder / f"{which}-{number}.xlsx")
        paths[-1].write_bytes(to_bytes(book))
    return paths


def _books(which: str) -> list[Book]:
    if which == EMPTY:
        return [lay_out({})]
    if which == BUNDLED:
        bids = [fcr.read(path) for path in EXAMPLES.values()]
        return [_checked(bid, lay_out(bid.to_dict(), stamps=mechanism_stamp(bid))) for bid in bids]
    if which in PUBLISHED:
        return [_checked(bid, laid_out(bid)) for bid in PUBLISHED[which]]
    found = judged_bids(which)
    assert len(found) == OF_EACH
    return [_checked(bid, book) for bid, book in found]


def _checked(bid: Bid, book: Book | None) -> Book:
    assert book is not None
    assert list(differences(book, bid)) == []
    assert list(wrong(book, fcr.check(bid, draws=DRAWS))) == []
    return book


@judges.needs_libreoffice
def test_libreoffice_recalculates_every_cell_to_the_same(written: list[Path], tmp_path: Path) -> None:
    """Every cell recalculates to the value written, and none is an error."""
    recalculated = judges.recalculate(written, tmp_path / "recalculated")
    found = [d for path in written for d in judges.differences(path, recalculated[path])]
    assert judges.readable(found) == ""


@judges.once
def test_a_second_engine_agrees(written: list[Path]) -> None:
    """formualizer comes to the values written.

    Not for the empty workbook: the year of no date at all is 1899 in LibreOffice and 1900 elsewhere.
    """
    if written[0].stem.startswith(EMPTY):
        pytest.skip("no date at all has another year in each program")
    found = [d for path in written for d in judges.differences(path, judges.second_opinion(path))]
    assert judges.readable(found) == ""
