"""Work tells how far it has come, to whoever watches and to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

import fcr
from fcr.cli import DEMO
from fcr.progress import Work, watched, work

DRAWS = 5000


def told(*, of: str) -> tuple[list[tuple[int, int | None, bool]], list[Work]]:
    """What is told of one kind of work while a bid is read, simulated, weighed, compared and written."""
    said: list[tuple[int, int | None, bool]] = []
    works: list[Work] = []

    def watcher(each: Work) -> None:
        if of in each.what:
            said.append((each.done, each.total, each.over))
            works.append(each)

    with watched(watcher):
        bid = fcr.read(DEMO)
        fcr.simulate(bid, DRAWS)
        fcr.balance(bid, DRAWS)
        fcr.compare([bid, bid], draws=1000)
    return said, works


@pytest.mark.parametrize(("of", "total"), [("Weighing 9 risks, 5,000", DRAWS), ("Comparing 2 bids", 2)])
def test_long_work_tells_how_far_it_has_come(of: str, total: int) -> None:
    """It begins at nothing, never goes back, comes to its total and is over once."""
    said, _ = told(of=of)
    done = [each[0] for each in said]
    assert said[0] == (0, total, False)
    assert said[-1] == (total, total, True)
    assert done == sorted(done)
    assert len(set(done)) > 2
    assert [over for _, _, over in said].count(True) == 1


def test_a_simulation_tells_each_block() -> None:
    """By its blocks, the same with several workers."""
    for workers in (1, 2):
        said: list[tuple[int, int | None]] = []
        with watched(lambda each, said=said: said.append((each.done, each.total))):  # type: ignore[misc]
            fcr.simulate(fcr.read(DEMO), DRAWS, workers=workers)
        assert said == [(0, 2), (1, 2), (2, 2), (2, 2)]


def test_reading_and_writing_a_workbook_are_told(tmp_path: Path) -> None:
    """Nobody knows how long they take, so they have no total; each names its file."""
    said: list[tuple[str, int | None]] = []
    with watched(lambda each: said.append((each.what, each.total)) if each.over else None):
        fcr.write(fcr.read(DEMO), tmp_path / "bid.xlsx")
        fcr.read(tmp_path / "bid.xlsx")
        fcr.template(tmp_path / "new.xlsx")
    assert said == [("Writing bid.xlsx", None), ("Reading bid.xlsx", None), ("Writing new.xlsx", None)]


def test_no_figure_depends_on_who_watches() -> None:
    """The same simulation, watched and not."""
    bid = fcr.read(DEMO)
    alone = fcr.simulate(bid, DRAWS)
    with watched(lambda _: None):
        seen = fcr.simulate(bid, DRAWS)
    assert (alone.years == seen.years).all()


def test_nobody_watches_when_it_is_over() -> None:
    """What happens afterwards is nobody's business; work within work is told to the inner watcher."""
    outer: list[str] = []
    inner: list[str] = []
    with watched(lambda each: outer.append(each.what)):
        with watched(lambda each: inner.append(each.what)), work("a"):
            pass
        with work("b"):
            pass
    with work("c"):
        pass
    assert (outer, inner) == (["b", "b"], ["a", "a"])


def test_a_watcher_can_stop_the_work() -> None:
    """What it raises comes out, so that a window may have a button to cancel."""

    class CancelledError(Exception):
        pass

    def watcher(each: Work) -> None:
        if each.done and not each.over:
            raise CancelledError

    with watched(watcher), pytest.raises(CancelledError):
        fcr.simulate(fcr.read(DEMO), DRAWS)
    fcr.simulate(fcr.read(DEMO), 100)
