"""What every chart is drawn with: a figure, pounds on an axis, fills and marks that do without colour.

Each fill differs from its neighbours in hatch and in lightness as well as in colour, each line in
mark and dash as well; what matters is written beside what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fcr.chart import Chart
from fcr.display.words import plain, short, wrapped
from fcr.extras import load

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "AGAINST",
    "EDGE",
    "FAINT",
    "FILLS",
    "INK",
    "LINES",
    "PAPER",
    "STRONG",
    "WARNING",
    "Fill",
    "apart",
    "blank",
    "finished",
    "key",
    "label_room",
    "pounds_axis",
    "write",
]

Side = Literal["left", "right", "above", "below"]

WIDTH = 8.0
"""Inches: as wide as a page between its margins, or a notebook's column."""
TITLE_WIDTH, NOTE_WIDTH = 80, 116
"""Characters of a line of the title, and of a note below the chart."""

INK, FAINT, EDGE = "#222222", "#767676", "#333333"
STRONG = "#1f4e79"
WARNING = "#b3261e"


@dataclass(frozen=True)
class Fill:
    """How an area is filled: told from its neighbours by hatch and lightness, and by colour too."""

    colour: str
    hatch: str = ""
    ink: str = INK
    """What to write on it in."""

    @property
    def options(self) -> dict[str, Any]:
        """As the drawing library takes it."""
        return {"facecolor": self.colour, "hatch": self.hatch, "edgecolor": EDGE, "linewidth": 0.7}


FILLS = (
    Fill(STRONG, "", "white"),
    Fill("#f3c26b"),
    Fill("#8fbbe0", "///"),
    Fill("#ffffff", "..."),
    Fill("#4d9a8a", "", "white"),
    Fill("#e9e3f4", "\\\\\\"),
    Fill("#b9b9b9", "xxx"),
    Fill("#f7f7f7"),
)
"""Fills in the order they are given out; neighbours are dark and light by turns."""

PAPER: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9}
"""Behind words that may stand on a line."""
AGAINST = Fill("#f6cfcb", "//")
"""What is short, lost or carried too much."""

LINES = (("o", "-", STRONG), ("s", "--", "#b35900"), ("^", "-.", "#2f7d6d"), ("D", ":", "#7b3fa0"))
LINES += (("v", (0, (6, 1, 1, 1, 1, 1)), "#555555"), ("P", (0, (1, 1)), "#9c2f2f"))  # type: ignore[assignment]
"""Mark, dash and colour of each line."""


def blank(height: float) -> tuple[Figure, Axes]:
    """A figure of its own, so many inches high, with one pair of axes."""
    engine = load("matplotlib.layout_engine", "charts").ConstrainedLayoutEngine(w_pad=0.09, h_pad=0.08)
    figure: Figure = load("matplotlib.figure", "charts").Figure((WIDTH, height), layout=engine)
    return figure, figure.add_subplot()


def finished(figure: Figure, title: str, alt: str, notes: Sequence[str] = ()) -> Chart:
    """The chart, with the finding above it and what must be known to read it small below it.

    It is laid out here, once, so that every picture of it is the same.
    """
    figure.suptitle(wrapped(title, TITLE_WIDTH, 3), x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    if notes:
        text = "\n".join(wrapped(note, NOTE_WIDTH, 3) for note in notes)
        figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color=FAINT)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")
    return Chart(plain(title), " ".join([plain(alt), *map(plain, notes)]), figure)


def write(axes: Axes, words: str, at: tuple[float, float], side: Side, gap: float = 4.0, **options: Any) -> None:
    """Words on one side of a point, so many points of type away from it."""
    across, up = {"left": (-gap, 0.0), "right": (gap, 0.0), "above": (0.0, gap), "below": (0.0, -gap)}[side]
    level = {"above": "bottom", "below": "top"}.get(side, "center")
    given: dict[str, Any] = {
        "ha": {"left": "right", "right": "left"}.get(side, "center"),
        "va": level,
        "fontsize": 8.5,
    } | options
    axes.annotate(words, at, xytext=(across, up), textcoords="offset points", **given)


def key(axes: Axes, columns: int, heading: str = "") -> None:
    """What each fill and line is, between the finding and the chart."""
    drawn, names = axes.get_legend_handles_labels()
    if drawn:
        place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "borderaxespad": 0.3}
        axes.legend(
            drawn,
            names,
            borderpad=0.1,
            ncols=columns,
            fontsize=8.5,
            title=heading or None,
            title_fontsize=8.5,
            alignment="left",
            **place,
        )


def pounds_axis(axes: Axes, which: Literal["x", "y"], title: str = "") -> None:
    """Pounds along an axis, with faint lines across and a firm line at nought."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    ticker = load("matplotlib.ticker", "charts")
    axis.set_major_locator(ticker.MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(ticker.FuncFormatter(lambda amount, _: short(round(float(amount), 6))))
    axis.grid(visible=True)
    axis.set_tick_params(length=0, labelcolor=FAINT, pad=6)
    axes.spines[:].set_visible(False)
    line = axes.axvline if which == "x" else axes.axhline
    line(0, color=INK, linewidth=1.0, zorder=2.5)
    if title:
        (axes.set_xlabel if which == "x" else axes.set_ylabel)(title, color=FAINT)


def label_room(axes: Axes, which: Literal["x", "y"], ends: tuple[float, float], room: tuple[float, float]) -> None:
    """Limits that hold both ends and nought, with room for labels (shares of the span) beyond either."""
    low, high = min(ends[0], 0.0), max(ends[1], 0.0)
    span = (high - low) or 1.0
    limits = (low - span * room[0], high + span * room[1])
    (axes.set_xlim if which == "x" else axes.set_ylim)(*limits)


def apart(places: Sequence[float], least: float) -> list[float]:
    """Places for labels as near to what they are about as can be, at least so far apart, in the same order.

    >>> apart([1.0, 1.1, 5.0], 1.0)
    [0.55, 1.55, 5.0]
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    groups: list[list[int]] = []
    middles: list[float] = []
    for i in order:
        groups.append([i])
        middles.append(places[i])
        while len(groups) > 1 and middles[-1] - middles[-2] < least * (len(groups[-1]) + len(groups[-2])) / 2:
            both = groups[-2] + groups[-1]
            groups[-2:], middles[-2:] = [both], [sum(places[j] for j in both) / len(both)]
    found = [0.0] * len(places)
    for group, middle in zip(groups, middles, strict=True):
        for turn, i in enumerate(group):
            found[i] = round(middle + (turn - (len(group) - 1) / 2) * least, 12)
    return found
