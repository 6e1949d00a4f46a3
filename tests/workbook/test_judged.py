"""The written workbook, judged: by the engine, by LibreOffice recalculating it, and by a second engine.

Every formula cell of every workbook is compared, not only the results.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path

import judges
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from same_as_engine import differences

import fcr
from fcr.bid import Bid
from fcr.workbook.layout import Book, Room
from fcr.workbook.model import lay_out
from fcr.workbook.writer import to_bytes

EXAMPLES = sorted((Path(fcr.__file__).parent / "examples").glob("*.json"))
HOW_MANY = 60
ONE_EACH = dict.fromkeys(
    (
        "services",
        "pools",
        "posts",
        "costs",
        "drivers",
        "years",
        "indices",
        "outcomes",
        "risks",
        "rates",
        "returns",
        "others",
    ),
    1,
)
SMALL = Room(**ONE_EACH, parts=1, correlated=2, scenarios=2, breaks=2, tiers=1, stages=1, bands=1)
"""Room for what is there and a spare row or two."""


@cache
def generated() -> tuple[Bid, ...]:
    """Bids of every method, phase, kind of cost and corner, the same in every run."""
    found: list[Bid] = []

    @settings(
        max_examples=2 * HOW_MANY,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.bids())
    def gather(bid: Bid) -> None:
        if bid not in found and laid_out(bid) is not None:
            found.append(bid)

    gather()
    return tuple(islice(found, HOW_MANY))


def laid_out(bid: Bid, room: Room = SMALL) -> Book | None:
    """The workbook of a bid that can be priced and that a spreadsheet can hold exactly."""
    try:
        fcr.price(bid)
    except fcr.FcrError:
        return None
    book = lay_out(bid.to_dict(), room)
    return None if book.problems else book


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_example_says_what_the_engine_says(path: Path) -> None:
    bid = fcr.read(path)
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
    more = Room(**dict.fromkeys(ONE_EACH, 1 + spare * 2))
    book = laid_out(bid, more)
    if book is not None:
        assert list(differences(book, bid)) == []


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Bid | None]:
    """Every workbook that is judged: the examples, an empty one, and the generated bids."""
    folder = tmp_path_factory.mktemp("judged")
    bids: dict[str, Bid | None] = {path.stem: fcr.read(path) for path in EXAMPLES}
    bids |= {f"generated-{number}": bid for number, bid in enumerate(generated())} | {"empty": None}
    paths: dict[Path, Bid | None] = {}
    for name, bid in bids.items():
        room = Room() if name in {"empty", *(p.stem for p in EXAMPLES)} else SMALL
        path = folder / f"{name}.xlsx"
        book = lay_out({} if bid is None else bid.to_dict(), room)
        assert bid is None or list(differences(book, bid)) == [], name
        path.write_bytes(to_bytes(book))
        paths[path] = bid
    return paths


@judges.needs_libreoffice
def test_libreoffice_recalculates_every_cell_to_the_same(written: dict[Path, Bid | None], tmp_path: Path) -> None:
    """For the examples, an empty workbook and the generated bids, every cell recalculates to the value written."""
    assert len(written) >= HOW_MANY
    recalculated = judges.recalculate(list(written), tmp_path / "recalculated")
    wrong = [d for path in written for d in judges.differences(path, recalculated[path])]
    assert judges.readable(wrong) == ""


@judges.once
def test_a_second_engine_agrees(written: dict[Path, Bid | None]) -> None:
    """For the examples and a part of the generated bids, formualizer comes to the values written.

    Not for the empty workbook: the year of no date at all is 1899 in LibreOffice and 1900 elsewhere.
    """
    given_ = [path for path, bid in written.items() if bid is not None]
    wrong = [d for path in given_[:12] for d in judges.differences(path, judges.second_opinion(path))]
    assert judges.readable(wrong) == ""
