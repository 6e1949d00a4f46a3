"""A chart is a picture that can be read without being seen, the same to the byte, and nobody else's business."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import odd_bids
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fcr
from fcr.chart import Chart, drawing
from fcr.display.canvas import AGAINST, FILLS, LINES

matplotlib = pytest.importorskip("matplotlib")

SVG = "{http://www.w3.org/2000/svg}"


def bid(**fields: Any) -> fcr.Bid:
    return odd_bids.bid(prices=[55_000] * 3, reserves=4_000, risks=[odd_bids.normal("A", 9_000)], **fields)


def chart(**fields: Any) -> Chart:
    return fcr.price(bid(**fields)).plot()


def every(of: fcr.Bid) -> dict[str, Chart]:
    """All the charts of a bid."""
    from fcr.risk.sensitivity import tornado  # noqa: PLC0415

    return {
        "price": fcr.price(of).plot(),
        "years": fcr.profile(of).plot(),
        "pools": fcr.apportion(of.organisation).plot(),
        "cash": fcr.cash_flow(of).plot(),
        "surplus": fcr.simulate(of, 400).plot(),
        "tornado": tornado(of).plot(),
        "balance": fcr.balance(of, 400).plot(),
        "offers": fcr.compare([of, of.replace(name="Another")], 200).plot(),
    }


# ── SVG ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_bytes_every_time() -> None:
    """Drawn twice, before and after another picture, and anew: the same SVG, and the same PNG."""
    first = chart()
    svg, png = first.svg(), first.png()
    assert first.svg() == svg == chart().svg()
    assert first.png() == png == chart().png()


def test_the_same_bytes_in_another_process() -> None:
    """Neither the seed of Python's hashes nor the day is in the picture."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import odd_bids, fcr; "
    code += "sys.stdout.buffer.write(fcr.profile(odd_bids.bid(prices=[55_000] * 3)).plot().svg().encode())"
    pictures = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": seed}
        command = [sys.executable, "-c", code, str(Path(odd_bids.__file__).parent)]
        pictures.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert pictures == {fcr.profile(odd_bids.bid(prices=[55_000] * 3)).plot().svg().encode()}


def test_an_svg_is_an_image_with_a_title_and_a_description() -> None:
    """It says so to a screen reader, names its own title and sentence, and holds no style, date or metadata."""
    for drawn in every(bid(service=odd_bids.HOSTILE)).values():
        root = ET.fromstring(drawn.svg())
        assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
        title, description = root[0], root[1]
        assert (title.tag, title.text) == (f"{SVG}title", drawn.title)
        assert (description.tag, description.text) == (f"{SVG}desc", drawn.alt)
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert not tags & {"style", "script", "metadata", "image", "foreignObject"}


def test_several_charts_stand_in_one_page() -> None:
    """No identifier of one is that of another, and every reference finds its own."""
    seen: set[str] = set()
    for drawn in every(bid()).values():
        svg = drawn.svg()
        own = re.findall(r'\bid="([^"]+)"', svg)
        assert len(own) == len(set(own))
        assert not seen & set(own)
        seen |= set(own)
        assert set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)) <= set(own)


def test_text_stays_text() -> None:
    """A label can be found and read out, in a font that every reader has a match for."""
    svg = chart().svg()
    assert ">Full cost</text>" in svg
    assert "'DejaVu Sans', 'Verdana', sans-serif" in svg


names = st.text(min_size=1, max_size=30) | st.sampled_from(
    [odd_bids.HOSTILE, "$\\frac{", "$x$ and $y", "\x00\x0b\ud7ff\U0001f600", "名称", 'id="x" url(#y)', "]]>", "a" * 300]
)


@settings(max_examples=15)
@given(names)
def test_any_name_is_drawn_as_it_is(name: str) -> None:
    """Dollars are no mathematics, signs no markup; what cannot be kept in a picture is left out."""
    drawn = _named(name)
    root = ET.fromstring(drawn.svg())
    assert (root[0].text or "") == drawn.title
    assert drawn.png().startswith(b"\x89PNG")


def _named(name: str) -> Chart:
    from fcr.display.canvas import blank, finished  # noqa: PLC0415
    from fcr.display.words import wrapped  # noqa: PLC0415

    with drawing():
        figure, axes = blank(2.0)
        axes.barh([0], [1], label=wrapped(name, 20))
        axes.set_yticks([0], [wrapped(name, 20)])
        return finished(figure, name, name)


# ── PNG, HTML and files ──────────────────────────────────────────────────────────────────────────


def test_a_notebook_gets_the_picture_and_its_words() -> None:
    """An ``<img>`` with alternative text, the picture itself with the same, and the sentence alone."""
    drawn = chart(service=odd_bids.HOSTILE)
    data, about = drawn._repr_mimebundle_()
    assert data["text/plain"] == drawn.alt
    assert base64.b64decode(data["image/png"]) == drawn.png()
    assert about["image/png"]["alt"] == drawn.alt
    found: list[tuple[str, dict[str, str | None]]] = []

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Page().feed(data["text/html"])
    ((tag, attributes),) = found
    assert (tag, attributes["alt"]) == ("img", drawn.alt)
    assert attributes.keys() == {"src", "alt", "width", "height"}
    assert attributes["src"] == f"data:image/png;base64,{data['image/png']}"


def test_a_notebook_gets_the_kinds_it_asks_for() -> None:
    """Nothing is drawn that nobody wants."""
    drawn = chart()
    assert drawn._repr_mimebundle_(include={"text/plain"}) == ({"text/plain": drawn.alt}, {})
    assert drawn._repr_mimebundle_(exclude={"text/html"})[0].keys() == {"text/plain", "image/png"}


def test_the_words_go_with_the_png() -> None:
    """A picture taken out of a notebook still says what it shows."""
    from PIL import Image  # noqa: PLC0415 (comes with matplotlib)

    drawn = chart()
    with Image.open(io.BytesIO(drawn.png())) as picture:
        assert picture.info["Title"] == drawn.title
        assert picture.info["Description"] == drawn.alt
        assert "Software" not in picture.info


def test_print_says_it() -> None:
    """In a terminal a chart is its finding and its sentence."""
    drawn = chart()
    assert str(drawn) == f"{drawn.title}\n\n{drawn.alt}"


@pytest.mark.parametrize("name", ["a.png", "a.PNG", "a.svg"])
def test_saved_by_its_suffix(name: str, tmp_path: Path) -> None:
    """The file holds what the printers print."""
    drawn = chart()
    drawn.save(tmp_path / name)
    drawn.save(str(tmp_path / name))
    kept = (tmp_path / name).read_bytes()
    assert kept == (drawn.svg().encode() if name.endswith("svg") else drawn.png())


@pytest.mark.parametrize("name", ["a.pdf", "a"])
def test_another_kind_of_file_is_refused(name: str, tmp_path: Path) -> None:
    """The message names the two kinds there are."""
    with pytest.raises(fcr.InputError, match=r"expected .png or .svg") as refused:
        chart().save(tmp_path / name)
    assert [problem.code for problem in refused.value.problems] == ["file-kind"]
    assert not (tmp_path / name).exists()


# ── nobody else's business ───────────────────────────────────────────────────────────────────────


def test_drawing_touches_no_global_state() -> None:
    """Not pyplot, and no setting of the user's own differs afterwards."""
    code = """
import matplotlib, sys
before = dict(dict.items(matplotlib.rcParams))  # asked for one by one, the backend would load pyplot
sys.path.insert(0, sys.argv[1])
import fcr, odd_bids
chart = fcr.price(odd_bids.bid()).plot()
chart.svg(), chart.png()
assert "matplotlib.pyplot" not in sys.modules
assert dict(dict.items(matplotlib.rcParams)) == before
"""
    subprocess.run([sys.executable, "-c", code, str(Path(odd_bids.__file__).parent)], check=True)


def test_the_users_own_style_is_not_taken_up() -> None:
    """Whatever a notebook has set, the chart is the same."""
    plain = chart().svg()
    with matplotlib.rc_context(
        {"font.size": 30, "axes.facecolor": "black", "text.usetex": False, "hatch.linewidth": 9}
    ):
        assert chart().svg() == plain


def test_importing_fcr_imports_no_drawing_library() -> None:
    """Nor does pricing, or asking for the charts; the first chart does."""
    code = """
import sys, fcr, fcr.display.charts
[getattr(fcr, name) for name in fcr.__all__]
assert not {"matplotlib", "pandas", "ipywidgets", "IPython", "PIL"} & {m.split(".")[0] for m in sys.modules}
"""
    subprocess.run([sys.executable, "-c", code], check=True)


# ── who can read it ──────────────────────────────────────────────────────────────────────────────


def lightness(colour: str) -> float:
    """Relative luminance of a colour, nought to one (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_fills_are_told_apart_without_colour() -> None:
    """Neighbours differ in hatch, or in lightness by three to one; no two fills are alike without colour."""
    for one, other in pairwise(FILLS):
        dark, light = sorted((lightness(one.colour), lightness(other.colour)))
        assert one.hatch != other.hatch or (light + 0.05) / (dark + 0.05) >= 3
    shades = [(fill.hatch, round(lightness(fill.colour) * 4)) for fill in FILLS]
    assert len(set(shades)) == len(shades)
    assert AGAINST.hatch
    assert AGAINST.hatch not in {fill.hatch for fill in FILLS}


def test_lines_are_told_apart_without_colour() -> None:
    """Every line has a mark and a dash of its own, and a colour that can be read on white."""
    marks, dashes, colours = zip(*LINES, strict=True)
    assert len(set(marks)) == len(set(map(str, dashes))) == len(LINES)
    assert all(1.05 / (lightness(colour) + 0.05) >= 4.5 for colour in colours)


AWKWARD: dict[str, Callable[[], fcr.Bid]] = {
    "plain": bid,
    "the bundled bid": lambda: fcr.Bid.from_json(
        (Path(fcr.__file__).parent / "examples/harbour-advice.json").read_text()
    ),
    "long names": lambda: bid(service=odd_bids.LONG, pools=12, services=10),
    "credits": lambda: bid(credit=30_000),
    "large": lambda: odd_bids.bid(prices=[60_000_000] * 3, scale=1_000, risks=[odd_bids.normal("A", 5_000_000)]),
    "one year": lambda: odd_bids.bid(years=1, prices=[58_000], reserves=0, risks=[odd_bids.normal("A", 900)]),
    "ten years": lambda: odd_bids.bid(
        years=10, prices=[52_000 + 900 * i for i in range(10)], reserves=20_000, risks=[odd_bids.normal("A", 900)]
    ),
}


@pytest.mark.parametrize("case", AWKWARD)
def test_no_words_stand_on_others_or_run_off_the_picture(case: str) -> None:
    """Every text is whole within the figure, and no two of them overlap."""
    from matplotlib.text import Text  # noqa: PLC0415

    for name, drawn in every(AWKWARD[case]()).items():
        drawn.png()
        drawn.figure.draw_without_rendering()
        renderer = drawn.figure.canvas.get_renderer()  # type: ignore[attr-defined]
        whole = drawn.figure.bbox
        boxes = []
        axes: Any = drawn.figure.axes[0]
        ticks = {label for axis in (axes.xaxis, axes.yaxis) for label in axis.get_ticklabels()}
        in_view = {tick.label1 for axis in (axes.xaxis, axes.yaxis) for tick in axis._update_ticks()}
        for text in drawn.figure.findobj(Text):
            if text.get_visible() and text.get_text().strip() and text not in ticks - in_view:
                box = text.get_window_extent(renderer)
                inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= whole.x1 + 1 and box.y1 <= whole.y1 + 1
                assert inside, (case, name, text.get_text())
                boxes.append((text.get_text(), box))
        for i, (words, box) in enumerate(boxes):
            for others, other in boxes[:i]:
                across = min(box.x1, other.x1) - max(box.x0, other.x0)
                up = min(box.y1, other.y1) - max(box.y0, other.y0)
                assert min(across, up) < 2.5, (case, name, words, others)
