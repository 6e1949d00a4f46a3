"""The distribution of the surplus over the term, and what it hangs on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fcr.chart import Chart, drawing
from fcr.display.canvas import AGAINST, FAINT, FILLS, INK, PAPER, Side, blank, finished, key, pounds_axis, write
from fcr.display.words import beside, brief, count, listed, nothing_to_draw, pounds, told_apart
from fcr.errors import InputError
from fcr.extras import load
from fcr.risk.sensitivity import Bar, Tornado
from fcr.risk.simulation import Estimate, Simulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["surplus_chart", "tornado_chart"]

Floats = npt.NDArray[np.float64]

BARS = 36
"""About how many bars the distribution is cut into."""
TAIL = 0.005
"""The share of draws at either end that is gathered into the last bar."""
Marks = list[tuple[str, Estimate, Any]]
"""Each quantile's name, its estimate, and the dash of its line."""

MARKS: tuple[tuple[float, str, Any], ...] = (
    (0.10, "P10", (0, (1, 1.5))),
    (0.50, "P50", "-"),
    (0.90, "P90", (0, (5, 2))),
)
MOST_RISKS = 10


# ── the distribution ─────────────────────────────────────────────────────────────────────────────


def surplus_chart(simulation: Simulation) -> Chart:
    """How often each surplus over the term came in the simulation, with P10, P50 and P90, and loss shaded.

    In pounds, and shares of the draws. The one draw in two hundred at either end is gathered into
    the last bar. Figures have no more digits than their sampling error supports. Raises
    :class:`~fcr.errors.InputError` where no risk has a size, for then every draw is the same.
    """
    values = simulation.surplus.ordered
    if not any(risk.size is not None for risk in simulation.bid.risks) or values[-1] - values[0] < 1:
        raise _nothing_simulated(simulation.bid.name, "the surplus is the same in every draw")
    edges = _edges(values)
    shares = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / values.size
    with drawing():
        figure, axes = blank(4.2)
        _columns(axes, edges, shares)
        axes.set_xlim(float(edges[0] - (edges[1] - edges[0])), float(edges[-1] + (edges[1] - edges[0])))
        marks = [(name, simulation.surplus.quantile(level), dash) for level, name, dash in MARKS]
        _quantiles(axes, marks, float(shares.max()))
        percent = load("matplotlib.ticker", "charts").PercentFormatter(1.0, 0 if shares.max() > 0.04 else 1)  # noqa: PLR2004
        axes.yaxis.set_major_formatter(percent)
        axes.set_ylabel("share of the draws", color=FAINT)
        axes.tick_params(axis="y", length=0, labelcolor=FAINT)
        pounds_axis(axes, "x", "surplus over the term")
        key(axes, 2)
        chance = _chance(simulation.probability_of_loss)
        middle = pounds(marks[1][1].shown)
        title = f"{brief(simulation.bid.service)}: a {chance} chance of loss; "
        title += f"in half the draws the surplus is {middle} or less"
        return finished(figure, title, _alt(simulation, chance, marks), _left_out(simulation, values, edges))


def _nothing_simulated(name: str, what: str) -> InputError:
    return nothing_to_draw(name, what, "Give a risk a size: what it may cost and how likely it is.")


def _edges(values: Floats) -> Floats:
    """Edges of the bars, nought among them where it is in range, so that no bar is both loss and surplus."""
    n = values.size
    low, high = float(values[int(TAIL * (n - 1))]), float(values[math.ceil((1 - TAIL) * (n - 1))])
    if high - low < 1:
        low, high = float(values[0]), float(values[-1])
    rough = (high - low) / BARS
    size = 10.0 ** math.floor(math.log10(rough))
    width = next(size * step for step in (1, 2, 2.5, 5, 10) if size * step >= rough)
    first, last = math.floor(low / width), math.ceil(high / width)
    return np.arange(first, max(last, first + 1) + 1).astype(np.float64) * width


def _columns(axes: Axes, edges: Floats, shares: Floats) -> None:
    lost = edges[1:] <= 0
    for label, chosen, fill in (("Loss", lost, AGAINST), ("Surplus", ~lost, FILLS[0])):
        if chosen.any():
            widths = np.diff(edges)[chosen]
            options = fill.options | {"align": "edge", "label": label}
            axes.bar(edges[:-1][chosen], shares[chosen], widths, **options)


def _quantiles(axes: Axes, marks: Marks, tallest: float) -> None:
    """A line at each, labelled above the bars; labels of lines that are close stand at heights of their own."""
    left, right = axes.get_xlim()
    for turn, (name, quantile, dash) in enumerate(marks):
        height = tallest * (1.06 + 0.085 * (len(marks) - 1 - turn))
        axes.plot([quantile.value] * 2, [0, height], color=INK, linewidth=1.4, linestyle=dash)
        words = f"{name}: {pounds(quantile.shown)}"
        side: Side = "left" if quantile.value > (left + right) / 2 else "right"
        write(axes, words, (quantile.value, height), side, 3, fontweight="bold", bbox=PAPER, zorder=4)
    axes.set_ylim(0, tallest * 1.32)
    axes.set_xlim(left, right)


def _chance(chance: Estimate) -> str:
    return f"{chance.shown * 100:f}".rstrip("0").rstrip(".") + "%" if chance.shown % 1 else f"{chance.shown * 100:.0f}%"


def _left_out(simulation: Simulation, values: Floats, edges: Floats) -> list[str]:
    beyond = int(((values < edges[0]) | (values > edges[-1])).sum())
    notes = [f"{simulation.draws:,} draws, seed {simulation.seed}. None of these figures is in the price."]
    if beyond:
        notes.append(f"The {count(beyond, 'draw')} beyond the ends stand in the first and the last bar.")
    if simulation.unsized:
        notes.append(f"Listed without a size, so not counted: {', '.join(simulation.unsized)}.")
    return notes


def _alt(simulation: Simulation, chance: str, marks: Marks) -> str:
    words = f"Histogram of the surplus of {simulation.bid.service} over the term in {simulation.draws:,} draws. "
    quantiles = listed(f"{name} is {pounds(quantile.shown)}" for name, quantile, _ in marks)
    return f"{words}{quantiles}; the chance of a loss is {chance}."


# ── the tornado ──────────────────────────────────────────────────────────────────────────────────


def tornado_chart(tornado: Tornado) -> Chart:
    """The surplus over the term with each risk alone at its P10 and at its P90, largest swing at the top.

    In pounds, the ten largest at most. Raises :class:`~fcr.errors.InputError` where no risk has a size.
    """
    bars, rest = tornado.bars[:MOST_RISKS], tornado.bars[MOST_RISKS:]
    if not bars:
        raise _nothing_simulated(tornado.bid.name, "no risk has a size, so nothing moves the surplus")
    with drawing():
        figure, axes = blank(1.9 + 0.44 * len(bars))
        _swings(axes, tornado, bars)
        axes.set_yticks(range(len(bars)), told_apart([bar.risk.name for bar in bars], 26))
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(bars) - 0.45, -0.85)
        pounds_axis(axes, "x", "surplus over the term")
        key(axes, 3)
        first = bars[0]
        title = f"{brief(first.risk.name)} moves the surplus of {brief(tornado.bid.service)} most: "
        title += f"from {pounds(max(first.at_low, first.at_high))} to {pounds(min(first.at_low, first.at_high))}"
        said = "; ".join(f"{b.risk.name} {pounds(b.at_low)} at P10, {pounds(b.at_high)} at P90" for b in bars)
        alt = f"Tornado chart of the surplus over the term, {pounds(tornado.planned)} as planned, with each risk alone "
        alt += f"at its low (P10) and high (P90) size. {said}."
        notes = [f"{count(len(rest), 'smaller risk')} not drawn: see the table."] if rest else []
        return finished(figure, title, alt, notes)


def _swings(axes: Axes, tornado: Tornado, bars: tuple[Bar, ...]) -> None:
    planned = tornado.planned
    ends = [value for bar in bars for value in (bar.at_low, bar.at_high)] + [planned]
    largest = max(map(abs, ends))
    for label, values, fill in (
        ("Risk at its low (P10)", [bar.at_low for bar in bars], FILLS[1]),
        ("Risk at its high (P90)", [bar.at_high for bar in bars], FILLS[2]),
    ):
        widths = [value - planned for value in values]
        drawn = axes.barh(range(len(bars)), widths, 0.6, left=planned, label=label, **fill.options)
        for patch, bar in zip(drawn.patches, bars, strict=True):  # the shorter of two on one side stands in front
            others = max(abs(bar.at_low - planned), abs(bar.at_high - planned))
            patch.set_zorder(2.1 if abs(patch.get_width()) < others else 2.0)
    for place, bar in enumerate(bars):
        _end_labels(axes, place, bar, planned, largest)
    axes.axvline(planned, color=INK, linewidth=1.4, linestyle=(0, (5, 2)), label="As planned", zorder=3)
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0
    if (low > 0 and low < span) or (high < 0 and -high < span):  # nought is near enough to show
        low, high = min(low, 0.0), max(high, 0.0)
    axes.set_xlim(low - 0.16 * span, high + 0.16 * span)


def _end_labels(axes: Axes, place: int, bar: Bar, planned: float, largest: float) -> None:
    """The surplus at either end of a bar; where both are on one side of the plan, the nearer one beyond the plan."""
    low, high = sorted((bar.at_low, bar.at_high))
    moved = [value for value in dict.fromkeys((low, high)) if round(value) != round(planned)]
    if not moved:
        write(axes, "no change at P10 or P90", (planned, place), "right")
    for value in moved:
        left = value < planned if len(moved) == 1 else value == low
        end = min(value, planned) if left else max(value, planned)
        write(axes, beside(value, largest), (end, place), "left" if left else "right")
