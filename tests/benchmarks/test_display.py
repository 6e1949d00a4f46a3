"""What it takes to show a review, draw a chart and move a slider, against the work behind them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fcr
from fcr.display.explore import WhatIf

pytestmark = pytest.mark.benchmark

DEMO = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"


def test_showing_a_review_costs_little_beside_making_it(race: Any, say: Callable[[str], None]) -> None:
    """Text, HTML and Markdown of a review take less than a tenth of the check itself, and a slider's move less than it.

    The times printed are those of this machine: a review was to be shown within 200 ms, warm, and a
    slider to be followed within 100 ms. ``whole`` is what a cell with ``fcr.check(bid)`` on its last line
    takes: 20,000 draws, every rule, and the three printers.
    """
    bid = fcr.read(DEMO)
    assert isinstance(bid, fcr.Bid)
    review, what_if = fcr.check(bid), WhatIf(bid)
    best = race(
        7,
        whole=lambda: fcr.check(bid)._repr_mimebundle_(),
        check=lambda: fcr.check(bid),
        show=review._repr_mimebundle_,
        move=lambda: what_if(price=0.05, volume=-0.1, notice=6).html(),
    )
    for name, seconds in best.items():
        say(f"{name:8} {seconds / best['check']:6.3f} of a check ({seconds * 1e3:.1f} ms here)")
    assert best["show"] / best["check"] < 0.1
    assert best["move"] / best["check"] < 1


def test_what_a_chart_takes(race: Any, say: Callable[[str], None]) -> None:
    """Drawing a chart and printing it, warm: the times are printed, and an SVG takes no longer than a PNG by much."""
    pytest.importorskip("matplotlib")
    bid = fcr.read(DEMO)
    assert isinstance(bid, fcr.Bid)
    review = fcr.check(bid, draws=4_000)
    results = {"price": review.situation.price, "years": review, "cash": review.situation.cash}
    best = race(
        5, **{f"{name}_{kind}": _drawn(result, kind) for name, result in results.items() for kind in ("png", "svg")}
    )
    for name, seconds in best.items():
        say(f"{name:10} {seconds * 1e3:.0f} ms here")
    assert all(best[f"{name}_svg"] < 2 * best[f"{name}_png"] for name in results)


def _drawn(result: Any, kind: str) -> Callable[[], object]:
    def run() -> object:
        return getattr(result.plot(), kind)()

    return run
