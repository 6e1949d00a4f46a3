"""The balance of risk: what is carried against what is controlled."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fcr.chart import Chart, drawing
from fcr.display.canvas import AGAINST, FILLS, Side, blank, finished, key, label_room, pounds_axis, write
from fcr.display.words import beside, brief, count, nothing_to_draw, pounds, told_apart
from fcr.risk.balance import RiskBalance, RiskShare
from fcr.risk.simulation import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["balance_chart"]

MOST_RISKS = 10


def balance_chart(balance: RiskBalance) -> Chart:
    """For each risk the expected loss the provider carries, beside what it would carry if it carried what it controls.

    In pounds over the term, largest first, the ten largest at most. Figures have no more digits
    than their sampling error supports. Raises :class:`~fcr.errors.InputError` where no risk has a size.
    """
    ordered = sorted(balance.parts, key=lambda part: -part.carried.value)
    parts, rest = ordered[:MOST_RISKS], ordered[MOST_RISKS:]
    if not parts:
        fix = "Give a risk a size: what it may cost and how likely it is."
        raise nothing_to_draw(balance.bid.name, "no risk has a size, so there is nothing to carry", fix)
    with drawing():
        figure, axes = blank(1.7 + 0.62 * len(parts))
        _pairs(axes, parts)
        axes.set_yticks(range(len(parts)), told_apart([part.risk.name for part in parts], 26))
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(parts) - 0.4, -0.6)
        pounds_axis(axes, "x", "expected loss over the term")
        key(axes, 2)
        said = "; ".join(map(_said, parts))
        alt = f"Bar chart of the expected loss from each risk over the term, carried against controlled. {said}."
        notes = [f"{count(len(rest), 'smaller risk')} not drawn: see the table."] if rest else []
        if balance.unsized:
            notes.append(f"Listed without a size, so not counted: {', '.join(balance.unsized)}.")
        return finished(figure, _title(balance), alt, notes)


def _title(balance: RiskBalance) -> str:
    """What is carried beyond control; where nobody has said what is controlled, what is carried."""
    who = brief(balance.bid.organisation.name)
    weighed = [part.excess is not None for part in balance.parts]
    if not any(weighed):
        return f"{who} carries {pounds(balance.loss.mean.shown)} of expected loss; how much it controls is not stated"
    excess = Estimate(balance.excess_transfer, balance.loss.mean.error).shown
    found = (
        f"{pounds(excess)} of expected loss that it does not control"
        if excess > 0
        else "no expected loss beyond its control"
    )
    unknown = weighed.count(False)
    return f"{who} carries {found}" + (f"; of {count(unknown, 'risk')} it is not stated" if unknown else "")


def controlled(part: RiskShare) -> Decimal | None:
    """What would be carried if what is controlled were carried: ``control × whole``; unknown without a weight."""
    control = part.risk.controlled
    if control is None:
        return None
    return Estimate(control * max(part.whole.value, 0.0), part.carried.error).shown


def _pairs(axes: Axes, parts: list[RiskShare]) -> None:
    carried = [float(part.carried.shown) for part in parts]
    within = [controlled(part) for part in parts]
    places = range(len(parts))
    known = [place for place in places if within[place] is not None]
    axes.barh([p - 0.17 for p in places], carried, 0.32, label="Carried", **AGAINST.options)
    widths = [float(within[place] or 0) for place in known]
    if known:
        axes.barh([p + 0.17 for p in known], widths, 0.32, label="Controlled", **FILLS[0].options)
    largest = max([abs(x) for x in carried] + widths)
    low, high = min([*carried, 0.0]), max([*carried, *widths, 0.0])
    label_room(axes, "x", (low, high), (0.14 if low < 0 else 0.0, 0.3))
    for place, part in enumerate(parts):
        side: Side = "left" if carried[place] < 0 else "right"
        write(axes, beside(carried[place], largest), (carried[place], place - 0.17), side)
        share = within[place]
        words = "control not stated" if share is None else beside(share, largest)
        if part.excess:
            excess = Estimate(part.excess, part.carried.error).shown
            words += f" ({beside(excess, largest)} carried but not controlled)" if excess > 0 else ""
        write(axes, words, (float(share or 0), place + 0.17), "right")


def _said(part: RiskShare) -> str:
    share = controlled(part)
    within = "control not stated" if share is None else f"controlled {pounds(share)}"
    return f"{part.risk.name} carried {pounds(part.carried.shown)}, {within}"
