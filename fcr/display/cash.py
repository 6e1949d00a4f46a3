"""Cash month by month, with its lowest point and the free reserves that must stand it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fcr.cashflow import CashFlow
from fcr.chart import Chart, drawing
from fcr.display.canvas import (
    AGAINST,
    EDGE,
    INK,
    PAPER,
    STRONG,
    WARNING,
    Side,
    blank,
    finished,
    key,
    label_room,
    pounds_axis,
    write,
)
from fcr.display.words import brief, count, pounds, short
from fcr.periods import add_months

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["cash_chart"]

MOST_TICKS = 12
WORDS = 0.32
"""How much of the width the words at the reserves' line take."""
CLEAR = 2.0
"""Lines of words between them and what is drawn, beyond which more makes no difference."""


def cash_chart(cash: CashFlow) -> Chart:
    """Cash before the receipts of each month and after them, the lowest point, and the free reserves.

    In pounds, from the months of the ledger's own table. What is deeper than free reserves is
    shaded. Where they are not stated, that is said.
    """
    rows = cash.table().rows
    low, closing = ([Decimal(row.cells[column] or 0) for row in rows] for column in (3, 4))
    reserves = cash.bid.organisation.free_reserves
    with drawing():
        figure, axes = blank(4.3)
        months = range(len(rows))
        axes.plot(months, [float(x) for x in closing], "--", color="#5b9bd5", linewidth=1.4, label="End of month")
        axes.plot(
            months, [float(x) for x in low], "-", color=STRONG, linewidth=2.0, label="Before the month's receipts"
        )
        depths = [float(x) for x in (*low, *closing, *([] if reserves is None else [-reserves]))]
        label_room(axes, "y", (min(depths), max(depths)), (0.12, 0.06))
        if reserves is not None:
            _reserves(axes, [float(x) for x in low], [float(x) for x in closing], float(reserves))
        _lowest(axes, cash, low)
        _months(axes, cash, len(rows))
        pounds_axis(axes, "y")
        key(axes, 3)
        notes = (
            [] if reserves is not None else ["Free reserves are not stated, so whether they could stand it is unknown."]
        )
        return finished(figure, _title(cash), _alt(cash, closing[-1]), [*notes, *cash.assumed])


def _reserves(axes: Axes, low: list[float], closing: list[float], reserves: float) -> None:
    months = range(len(low))
    axes.axhline(-reserves, color=WARNING, linewidth=1.6, linestyle=(0, (5, 2)))
    deeper = [x < -reserves for x in low]
    fill: dict[str, Any] = {"facecolor": AGAINST.colour, "hatch": AGAINST.hatch, "edgecolor": EDGE, "linewidth": 0.0}
    if any(deeper):
        label = "Deeper than free reserves"
        axes.fill_between(months, low, -reserves, where=deeper, interpolate=True, label=label, zorder=1.5, **fill)
    words = f"free reserves used up: -{short(reserves)}" if reserves else "no free reserves"
    start, above = _clear(axes, low, closing, -reserves)
    side: Side = "above" if above else "below"
    write(axes, words, (start - 0.4, -reserves), side, ha="left", color=WARNING, bbox=PAPER, fontsize=9.5)


def _clear(axes: Axes, low: list[float], closing: list[float], level: float) -> tuple[int, bool]:
    """The month from which words at a level are clearest of all that is drawn, and whether above it or below."""
    bottom, top = axes.get_ylim()
    wide, half = min(round(len(low) * WORDS) + 1, len(low)), 0.045 * (top - bottom)
    at = low.index(min(low))
    taken = range(at, at + wide + 1) if at < len(low) / 2 else range(at - wide, at + 1)  # by the words at the lowest
    words = [low[at] - 2 * half if month in taken else float("inf") for month in range(len(low))]

    def room(start: int, *, above: bool) -> float:
        middle = level + half if above else level - half
        return min(abs(x - middle) for line in (low, closing, words) for x in line[start : start + wide])

    places = [(start, above) for above in (True, False) for start in range(len(low) - wide + 1)]
    return max(places, key=lambda place: min(room(place[0], above=place[1]) / half, CLEAR))


def _lowest(axes: Axes, cash: CashFlow, low: list[Decimal]) -> None:
    at = min(range(len(low)), key=lambda month: low[month])
    axes.plot(
        [at], [float(low[at])], "o", color=INK, markersize=7, markerfacecolor="white", markeredgewidth=2, zorder=5
    )
    words, across = f"lowest: {pounds(low[at])}, {cash.lowest_month}", "left" if at < len(low) / 2 else "right"
    at_point = (at, float(low[at]))
    write(axes, words, at_point, "below", 9, ha=across, fontweight="bold", fontsize=9.5, bbox=PAPER, zorder=6)


def _months(axes: Axes, cash: CashFlow, months: int) -> None:
    """A tick for each quarter of a short term, for each half-year or year of a longer one."""
    step = next(step for step in (1, 3, 6, 12) if months / step <= MOST_TICKS or step == 12)  # noqa: PLR2004
    places = range(0, months, step)
    axes.set_xticks(places, [f"{add_months(cash.bid.start, month):%b\n%Y}" for month in places])
    axes.set_xlim(-0.5, months - 0.5)


def _title(cash: CashFlow) -> str:
    service, reserves = brief(cash.bid.service), cash.bid.organisation.free_reserves
    if cash.lowest == 0:
        return f"{service}: cash never falls below nought"
    words = f"{service}: cash falls to {pounds(cash.lowest)} in {cash.lowest_month}"
    if reserves is None:
        return words
    beyond = -cash.lowest - reserves
    if beyond > 0:
        return f"{words}, {pounds(beyond)} deeper than free reserves"
    return f"{words}, within free reserves of {pounds(reserves)}"


def _alt(cash: CashFlow, last: Decimal) -> str:
    months, reserves = cash.months_below_reserves, cash.bid.organisation.free_reserves
    words = f"Line chart of the cash of {cash.bid.service}, month by month. "
    words += f"Its lowest point is {pounds(cash.lowest)}"
    words += f", in {cash.lowest_month}" if cash.lowest else ""
    words += f"; it ends at {pounds(last)}."
    if reserves is not None and months is not None:
        often = f"in {count(months, 'month')}" if months else "in no month"
        words += f" It is deeper than free reserves of {pounds(reserves)} {often}."
    return words
