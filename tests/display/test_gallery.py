"""The pictures in ``docs/images`` are small, and what is written beside them is what their charts say.

After a change, draw them anew: ``python tests/display/test_gallery.py``, and look at them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fcr
from fcr.chart import Chart

pytest.importorskip("matplotlib")

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 60_000


def gallery() -> dict[str, Chart]:
    """The charts of the bundled bid that are kept, by the name of their file."""
    bid = fcr.read(Path(fcr.__file__).parent / "examples" / "harbour-advice.json")
    assert isinstance(bid, fcr.Bid)
    review = fcr.check(bid)
    assert review.situation.cash is not None
    return {
        "price": review.situation.price.plot(),
        "years": review.plot(),
        "cash": review.situation.cash.plot(),
        "surplus": fcr.simulate(bid).plot(),
    }


def test_the_words_beside_each_picture_are_its_own() -> None:
    """The alternative text of each picture is the sentence of its chart today."""
    page = (IMAGES / "index.md").read_text(encoding="utf-8")
    shown = {name: alt for alt, name in re.findall(r"!\[([^\]]*)\]\((\w+)\.png\)", page)}
    assert shown == {name: chart.alt for name, chart in gallery().items()}


def test_pictures_are_small() -> None:
    """None weighs more than a page can carry, and none is left over."""
    sizes = {path.stem: path.stat().st_size for path in IMAGES.glob("*.png")}
    drawn = {name for name in sizes if not name.startswith("workbook-")}  # those are of the workbook's sheets
    assert drawn == gallery().keys()
    assert max(sizes.values()) < LARGEST


def write_anew() -> None:
    """Draw each picture, and put its sentence beside it."""
    page = (IMAGES / "index.md").read_text(encoding="utf-8")
    for name, chart in gallery().items():
        (IMAGES / f"{name}.png").write_bytes(chart.png(120))
        page = re.sub(rf"!\[[^\]]*\]\({name}\.png\)", lambda _: f"![{chart.alt}]({name}.png)", page)  # noqa: B023
    (IMAGES / "index.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write_anew()
