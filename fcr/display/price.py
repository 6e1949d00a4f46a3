"""The price step by step: a waterfall from direct cost to full cost to price."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fcr.chart import Chart, drawing
from fcr.display.canvas import AGAINST, FILLS, INK, Side, blank, finished, label_room, pounds_axis, write
from fcr.display.words import beside, brief, count, gathered, pounds, share, told_apart
from fcr.errors import UnknownName
from fcr.pricing import PriceBuildUp

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["build_up_chart"]

MOST_POOLS = 6
POOL = "Overheads: "
FULL_COST, PRICE = "Full cost", "Price without VAT"


def build_up_chart(price: PriceBuildUp, year: int | str | None = None) -> Chart:
    """The price as a waterfall: direct cost, each pool, full cost, and each step from there to the price.

    Over the term, or for one contract year (``2`` or ``"Year 2"``). The steps are the rows of the
    price's own table, in pounds; pools beyond the six largest are gathered. Raises
    :class:`~fcr.errors.UnknownName` for a year that is not in the term.
    """
    column, when = _column(price, year)
    steps = _steps(price, column)
    with drawing():
        figure, axes = blank(1.15 + 0.36 * len(steps))
        _waterfall(axes, steps)
        said = "; ".join(f"{label} {pounds(amount)}" for label, amount, _ in steps)
        alt = f"Waterfall chart of the price of {price.bid.service} {when}, step by step. {said}."
        return finished(figure, _title(price, {label: amount for label, amount, _ in steps}, when), alt)


def _column(price: PriceBuildUp, year: int | str | None) -> tuple[int, str]:
    """Which column of the table, and when that is in words."""
    labels = price.bid.term.labels
    if year is None:
        return len(labels) + 1, "over " + count(len(labels), "year")
    label = f"Year {year}" if isinstance(year, int) else year
    if label not in labels:
        raise UnknownName("contract year", label, labels)
    return labels.index(label) + 1, f"in {label}"


def _steps(price: PriceBuildUp, column: int) -> list[tuple[str, Decimal, bool]]:
    """Each row of the table: its label, its amount, and whether it is a sum of those before it."""
    rows = [(str(row.cells[0]), Decimal(row.cells[column] or 0), row.style != "line") for row in price.table().rows]
    rows = [(label, amount, whole) for label, amount, whole in rows if amount or whole]
    kept, rest = gathered([(label, amount) for label, amount, _ in rows if label.startswith(POOL)], MOST_POOLS)
    names = {label for label, _ in kept}
    steps = [row for row in rows if not row[0].startswith(POOL) or row[0] in names]
    if rest:
        at = next(i for i, row in enumerate(steps) if row[0] == kept[-1][0]) + 1
        steps.insert(at, (f"Overheads: {len(rest)} others", sum((x for _, x in rest), Decimal(0)), False))
    return steps


def _waterfall(axes: Axes, steps: list[tuple[str, Decimal, bool]]) -> None:
    total, ends = Decimal(0), []
    for place, (_, amount, whole) in enumerate(steps):
        start = Decimal(0) if whole else total
        total = amount if whole else total + amount
        fill = FILLS[0] if whole else AGAINST if amount < 0 else FILLS[2]
        axes.barh(place, float(amount), left=float(start), height=0.66, **fill.options)
        if place + 1 < len(steps):
            axes.plot([float(total)] * 2, [place + 0.33, place + 0.67], color=INK, linewidth=0.8)
        ends.append((float(start), float(start + amount)))
    low, high = min(min(pair) for pair in ends), max(max(pair) for pair in ends)
    label_room(axes, "x", (low, high), (0.0 if low >= 0 else 0.17, 0.17))
    largest = max(abs(amount) for _, amount, _ in steps)
    for place, (_, amount, whole) in enumerate(steps):
        far = ends[place][1] if amount < 0 else max(ends[place])
        weight = "bold" if whole else "normal"
        side: Side = "left" if amount < 0 else "right"
        write(axes, beside(amount, largest), (far, place), side, 5, fontweight=weight, fontsize=9.5)
    axes.set_yticks(range(len(steps)), told_apart([label.removeprefix(POOL) for label, _, _ in steps], 30))
    for tick, (_, _, whole) in zip(axes.get_yticklabels(), steps, strict=True):
        tick.set_fontweight("bold" if whole else "normal")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(steps) - 0.45, -0.55)
    pounds_axis(axes, "x")


def _title(price: PriceBuildUp, amounts: dict[str, Decimal], when: str) -> str:
    full, asked = amounts[FULL_COST], amounts[PRICE]
    title = f"{brief(price.bid.service)}: full cost is {pounds(full)} {when}"
    overheads = sum((x for label, x in amounts.items() if label.startswith(POOL)), Decimal(0))
    if full > 0 and overheads > 0:
        title += f", {share(overheads / full)} of it overheads"
    return f"{title}; the price is {pounds(asked)}" if asked != full else f"{title}; the price is the same"
