"""Who receives which pool."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fcr.apportionment import Apportionment
from fcr.chart import Chart, drawing
from fcr.display.canvas import FILLS, blank, finished, key, label_room, pounds_axis, write
from fcr.display.words import beside, brief, gathered, listed, nothing_to_draw, plain, pounds, share, told_apart
from fcr.periods import financial_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["apportionment_chart"]

MOST_SERVICES, MOST_POOLS = 6, 10
MOST_SAID = 24
"""How many parts the sentence names one by one."""
LABELLED = 0.06
"""The least share of the width that a part must have to be labelled inside."""

Pools = list[tuple[str, list[tuple[str, Decimal]]]]


def apportionment_chart(apportionment: Apportionment) -> Chart:
    """Each pool as a bar, in pounds, parted by the services that receive it in the end.

    The figures are those of the apportionment's own table. Services beyond the six that receive
    most are gathered, and so are pools beyond the ten largest. Raises
    :class:`~fcr.errors.InputError` where there are no pools.
    """
    pools = _pools(apportionment)
    with drawing():
        figure, axes = blank(1.55 + 0.52 * len(pools))
        _bars(axes, pools)
        key(axes, 4, "Received by")
        year = financial_year(apportionment.organisation.base_year)
        said = "; ".join(
            _said(name, parts, all_of_them=len(pools) * len(pools[0][1]) <= MOST_SAID) for name, parts in pools
        )
        alt = f"Bar chart of who receives each cost pool in {year}, {apportionment.method} method. {said}."
        return finished(figure, _title(pools), alt)


def _pools(apportionment: Apportionment) -> Pools:
    """Each pool and what each service receives of it, as in the table."""
    table = apportionment.table()
    headings = [column.heading for column in table.columns[2:-1]]
    lines = [row for row in table.rows if row.style == "line"]
    total = table.rows[-1]
    if not headings or not any(total.cells[2:-1]):
        fix = "Give the organisation cost pools, with costs on them."
        raise nothing_to_draw(apportionment.organisation.name, "there are no overheads to share out", fix)
    received = [(str(row.cells[0]), sum((Decimal(x or 0) for x in row.cells[2:-1]), Decimal(0))) for row in lines]
    kept, rest = gathered(received, MOST_SERVICES)
    others = f"{len(rest)} other services"

    def parted(columns: list[int]) -> list[tuple[str, Decimal]]:
        amounts = {str(row.cells[0]): sum((Decimal(row.cells[c] or 0) for c in columns), Decimal(0)) for row in lines}
        parts = [(name, amounts[name]) for name, _ in kept]
        return [*parts, (others, sum((amounts[name] for name, _ in rest), Decimal(0)))] if rest else parts

    sizes = [(place + 2, Decimal(total.cells[place + 2] or 0)) for place in range(len(headings))]
    large, small = gathered(sizes, MOST_POOLS)
    pools = [(headings[place - 2], parted([place])) for place, _ in large]
    return [*pools, (f"{len(small)} other pools", parted([place for place, _ in small]))] if small else pools


def _bars(axes: Axes, pools: Pools) -> None:
    """Parts to the right of nought, credits to the left."""
    right, left = [0.0] * len(pools), [0.0] * len(pools)
    totals = [sum((x for _, x in parts), Decimal(0)) for _, parts in pools]
    drawn = []
    receivers = told_apart([name for name, _ in pools[0][1]], 24)
    for turn, service in enumerate(receivers):
        amounts = [float(parts[turn][1]) for _, parts in pools]
        starts = [right[i] if x >= 0 else left[i] for i, x in enumerate(amounts)]
        axes.barh(range(len(pools)), amounts, 0.62, left=starts, label=service, **FILLS[turn].options)
        drawn += [(turn, i, start, x) for i, (start, x) in enumerate(zip(starts, amounts, strict=True))]
        for i, x in enumerate(amounts):
            (right if x >= 0 else left)[i] += x
    span = (max(right) - min(left)) or 1.0
    label_room(axes, "x", (min(left), max(right)), (0.0 if min(left) >= 0 else 0.04, 0.14))
    for turn, i, start, amount in drawn:
        if totals[i] and abs(amount) > LABELLED * span:
            fill = FILLS[turn]
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0} if fill.hatch else None
            words = share(amount / float(totals[i]))
            axes.text(start + amount / 2, i, words, ha="center", va="center", color=fill.ink, fontsize=8.5, bbox=box)
    largest = max(abs(total) for total in totals)
    for i, total in enumerate(totals):
        write(axes, beside(total, largest), (right[i], i), "right", 5, fontweight="bold", fontsize=9.5)
    axes.set_yticks(range(len(pools)), told_apart([name for name, _ in pools], 28))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(pools) - 0.45, -0.55)
    pounds_axis(axes, "x")


def _said(pool: str, parts: list[tuple[str, Decimal]], *, all_of_them: bool) -> str:
    """A pool and who receives it; where there are many, who receives most of it."""
    total, most = sum((x for _, x in parts), Decimal(0)), max(parts[:MOST_SERVICES], key=lambda part: abs(part[1]))
    given = listed(f"{name} {pounds(amount)}" for name, amount in parts if amount)
    words = given if all_of_them else f"most to {most[0]}, {pounds(most[1])}"
    return f"{plain(pool)} {pounds(total)}" + (f": {words}" if given else "")


def _title(pools: Pools) -> str:
    """Who receives most of the overheads."""
    whole = sum((x for _, parts in pools for _, x in parts), Decimal(0))
    names = [name for name, _ in pools[0][1][:MOST_SERVICES]]
    received = [sum((parts[i][1] for _, parts in pools), Decimal(0)) for i in range(len(names))]
    most = max(range(len(names)), key=lambda i: received[i])
    if whole <= 0:
        return f"Overheads come to {pounds(whole)}"
    if len(pools[0][1]) == 1:
        return f"{brief(names[0])} carries all {pounds(whole)} of overheads"
    return f"{brief(names[most])} carries {share(received[most] / whole)} of {pounds(whole)} of overheads"
