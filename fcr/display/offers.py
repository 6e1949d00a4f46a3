"""Recovery of full cost by year, across offers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fcr.chart import Chart, drawing
from fcr.checks import Review
from fcr.comparison import Comparison
from fcr.display.canvas import FAINT, INK, LINES, PAPER, apart, blank, finished, write
from fcr.display.words import brief, count, listed, nothing_to_draw, recovered, told_apart
from fcr.extras import load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["recovery_chart"]

FEW = 3
"""Offers up to which the title names each."""

Rates = list[tuple[str, list[Decimal]]]


def recovery_chart(comparison: Comparison) -> Chart:
    """What share of full cost each offer pays in each contract year, a line for each offer, all of it marked.

    The rates are those of each review's own table. Bids beyond the sixth, and those without an offer, are
    named below the chart. Raises :class:`~fcr.errors.InputError` where none has an offer.
    """
    rates = [(bid.name, _rates(review)) for bid, review in zip(comparison.bids, comparison.reviews, strict=True)]
    offers = [(name, found) for name, found in rates if found]
    if not offers:
        raise nothing_to_draw("the bids", "none of them states an offer", "Give each bid its contract.")
    drawn, rest = offers[: len(LINES)], offers[len(LINES) :]
    with drawing():
        figure, axes = blank(4.2)
        years = max(len(found) for _, found in drawn)
        _lines(axes, drawn)
        axes.set_xticks(range(years), [f"Year {year + 1}" for year in range(years)])
        axes.set_xlim(-0.3, (years - 1) + max(0.42 * (years - 1), 0.9))
        axes.yaxis.set_major_formatter(load("matplotlib.ticker", "charts").PercentFormatter(1.0, 0))
        axes.yaxis.grid(visible=True)
        axes.set_ylabel("offer as a share of full cost", color=FAINT)
        axes.tick_params(axis="both", length=0)
        axes.spines[:].set_visible(False)
        said = "; ".join(f"{name}: {listed(map(recovered, found))}" for name, found in drawn)
        alt = f"Line chart of the share of full cost that each offer pays, year by year. {said}."
        notes = [f"{count(len(rest), 'offer')} not drawn: {', '.join(name for name, _ in rest)}."] if rest else []
        missing = [name for name, found in rates if not found]
        notes += [f"No offer is stated: {', '.join(missing)}."] if missing else []
        return finished(figure, _title(comparison, offers), alt, notes)


def _rates(review: Review) -> list[Decimal]:
    """The recovery rate of each year, as in the review's own table; none without an offer."""
    found = [row.cells[4] for row in review.recovery().rows if row.style == "line"]
    return [Decimal(rate) for rate in found if rate is not None]


def _lines(axes: Axes, offers: Rates) -> None:
    axes.axhline(1.0, color=INK, linewidth=1.2)
    every = [float(rate) for _, found in offers for rate in found]
    low, high = min([*every, 1.0]), max([*every, 1.0])
    span = max(high - low, 0.04)
    axes.set_ylim(low - 0.1 * span, high + 0.14 * span)
    reach = max(len(found) for _, found in offers)
    ends = apart([float(found[-1]) for _, found in offers], 0.07 * span)
    names = told_apart([name for name, _ in offers], 24, 1)
    for name, (_, found), (mark, dash, colour), end in zip(names, offers, LINES, ends, strict=False):
        years, values = range(len(found)), [float(rate) for rate in found]
        (line,) = axes.plot(years, values, color=colour, linewidth=1.8, markersize=6.5)
        line.set(marker=mark, linestyle=dash)
        words = f"{name}, {recovered(found[-1])}"
        last = len(found) - 1
        if abs(end - values[-1]) > 0.01 * span:
            axes.plot([last, last + 0.035 * reach], [values[-1], end], color=colour, linewidth=0.7)
        write(axes, words, (last + 0.035 * reach, end), "right", color=colour, zorder=4, bbox=PAPER, fontsize=9.5)
    write(axes, "full cost", (-0.3, 1.0), "above", ha="left", fontsize=9.5)


def _title(comparison: Comparison, offers: Rates) -> str:
    below = [(name, min(found)) for name, found in offers if min(found) < 1]
    if not below:
        return (
            "Every offer covers full cost in every year" if len(offers) > 1 else "The offer covers full cost every year"
        )
    whole = [(bid.name, review.recovery_rate) for bid, review in zip(comparison.bids, comparison.reviews, strict=True)]
    over = [(name, rate) for name, rate in whole if rate is not None and name in dict(offers)]
    if len(over) <= FEW:
        return "Over the term: " + "; ".join(
            f"{brief(name, 30)} pays {recovered(rate)} of full cost" for name, rate in over
        )
    least, most = (pick(over, key=lambda pair: pair[1]) for pick in (min, max))
    words = f"from {recovered(least[1])} ({brief(least[0], 30)}) to {recovered(most[1])} ({brief(most[0], 30)})"
    return f"Over the term the offers pay {words} of full cost"
