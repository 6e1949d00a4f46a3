"""One Chart value; PNG, SVG and HTML are printers of it.

A figure that belongs to nobody else (never ``pyplot``), a title that says the finding, and a
sentence that says the same figures in words. The drawing library is loaded when a chart is made.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import threading
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcr.errors import InputError, Problem
from fcr.extras import load
from fcr.shown import chosen, html_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Chart", "drawing"]

DPI = 150
SHOWN_DPI = 90
"""How many dots of a screen are an inch of a chart; the picture has more, so that it is sharp."""
COLOURS = 64
SUFFIXES = (".png", ".svg")

FONTS = ["DejaVu Sans", "Verdana", "sans-serif"]
"""Verdana is as wide as the font the chart is laid out in, for readers of the SVG who have not that one."""

STYLE: dict[str, Any] = {
    "figure.facecolor": "white",
    "font.family": FONTS[:1],
    "font.size": 9.5,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 12.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": "#d9d9d9",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.7,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.handleheight": 1.1,
    "text.parse_math": False,  # a $ in a name is a dollar, not mathematics
    "svg.fonttype": "none",  # text stays text, to be found and read out
    "path.simplify": False,
}

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def drawing(salt: str = "fcr") -> Iterator[None]:
    """The style of every chart, whatever the user's own settings are, which stand again afterwards.

    Raises :class:`~fcr.errors.MissingExtra` where matplotlib is not installed.
    """
    style = load("matplotlib.style", "charts")
    with _ONE_AT_A_TIME, warnings.catch_warnings(), style.context(["default", STYLE | {"svg.hashsalt": salt}]):
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a sign the font has not is drawn as a box
        yield


@dataclass(frozen=True, eq=False)
class Chart:
    """A drawn chart: its title, the same in words, and the figure."""

    title: str
    """The finding, in plain words."""
    alt: str
    """What the chart shows, with its figures, for who cannot see it."""
    figure: Figure
    """The matplotlib figure, to change or to draw elsewhere."""

    @property
    def _name(self) -> str:
        """A name for this chart among others on a page; the same for the same chart."""
        return "fcr-" + hashlib.sha256(f"{self.title}\n{self.alt}".encode()).hexdigest()[:8]

    def png(self, dpi: int = DPI) -> bytes:
        """The picture as PNG, ``dpi`` dots to the inch; the sentence goes with it.

        It has no more colours than it needs, and so weighs a third of what it would.
        """
        image, about, buffer = load("PIL.Image", "charts"), load("PIL.PngImagePlugin", "charts").PngInfo(), io.BytesIO()
        with image.open(io.BytesIO(self._printed("png", dpi=dpi))) as picture:
            few = picture.convert("RGB").quantize(COLOURS, dither=image.Dither.NONE)
        about.add_itxt("Title", self.title)
        about.add_itxt("Description", self.alt)
        few.save(buffer, "PNG", optimize=True, pnginfo=about, dpi=(dpi, dpi))
        return buffer.getvalue()

    def svg(self) -> str:
        """The picture as an ``<svg>`` element to stand alone or in a page: the same bytes every time.

        It is an image to a screen reader, with the title and the sentence; its names are its own, so
        that several charts can stand in one page.
        """
        drawn = self._printed("svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}).decode()
        drawn = drawn[drawn.index("<svg") :]
        drawn = re.sub(r"\s*<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
        drawn = re.sub(r'\s*<style type="text/css">.*?</style>', "", drawn, flags=re.DOTALL)  # would style the page
        name = self._name
        drawn = re.sub(r"<[^<>]+>", lambda tag: _renamed(tag.group(), name), drawn)
        opened = f'<svg role="img" aria-labelledby="{name}-title {name}-desc" '
        opened += 'style="stroke-linejoin: round; stroke-linecap: butt; max-width: 100%; height: auto"'
        words = f'\n <title id="{name}-title">{html_text(self.title)}</title>'
        words += f'\n <desc id="{name}-desc">{html_text(self.alt)}</desc>'
        head, body = drawn.removeprefix("<svg").split(">", 1)
        return f"{opened}{head}>{words}{body}"

    def _printed(self, kind: str, **options: Any) -> bytes:
        backend = load(f"matplotlib.backends.backend_{'agg' if kind == 'png' else 'svg'}", "charts")
        canvas_of = getattr(backend, f"FigureCanvas{'Agg' if kind == 'png' else 'SVG'}")
        buffer = io.BytesIO()
        with drawing(self._name):
            canvas_of(self.figure).print_figure(buffer, format=kind, facecolor="white", **options)
        return buffer.getvalue()

    def save(self, path: str | Path) -> None:
        """Write the picture to a ``.png`` or ``.svg`` file.

        Raises :class:`~fcr.errors.InputError` for any other kind of file.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in SUFFIXES:
            what = f"found {kind or 'no suffix'}, expected {' or '.join(SUFFIXES)}"
            raise InputError([Problem(str(path), what, "Give the file one of these suffixes.", "file-kind")])
        path.write_bytes(self.png() if kind == ".png" else self.svg().encode())

    def html(self) -> str:
        """The picture as an ``<img>`` element that holds it and its alternative text; no script, no style."""
        return self._img(base64.b64encode(self.png()).decode())

    def _img(self, picture: str) -> str:
        wide, high = (round(inches * SHOWN_DPI) for inches in self.figure.get_size_inches())
        alt = html_text(self.alt)
        return f'<img src="data:image/png;base64,{picture}" width="{wide}" height="{high}" alt="{alt}">'

    def __str__(self) -> str:
        return f"{self.title}\n\n{self.alt}"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        """Picture, picture in HTML with its alternative text, and the words alone."""
        kinds = chosen(("text/plain", "text/html", "image/png"), include, exclude)
        picture = base64.b64encode(self.png()).decode() if set(kinds) - {"text/plain"} else ""
        every = {"text/plain": self.alt, "text/html": self._img(picture), "image/png": picture}
        wide = round(self.figure.get_size_inches()[0] * SHOWN_DPI)
        about: dict[str, object] = {"alt": self.alt, "width": wide}
        return {kind: every[kind] for kind in kinds}, {"image/png": about} if "image/png" in kinds else {}


def _renamed(tag: str, name: str) -> str:
    """A tag whose names and references to names begin with ``name``."""
    tag = re.sub(r'\bid="', f'id="{name}-', tag)
    tag = tag.replace('href="#', f'href="#{name}-').replace("url(#", f"url(#{name}-")
    return tag.replace("'DejaVu Sans'", ", ".join(f"'{font}'" for font in FONTS[:2]) + ", sans-serif")
