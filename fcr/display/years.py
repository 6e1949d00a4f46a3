"""What each contract year costs, stacked, against the offer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from fcr.chart import Chart, drawing
from fcr.checks import Review
from fcr.display.canvas import FILLS, INK, STRONG, WARNING, blank, finished, key, label_room, pounds_axis, write
from fcr.display.words import beside, brief, count, listed, pounds, short
from fcr.funding import FundingProfile
from fcr.income import income

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["profile_chart"]

Offer = Sequence[Decimal] | None

A_PENNY = 0.01
FEW = 4
"""Years up to which there is room for words beside the bars."""
SEGMENT = 0.07
"""The least share of the height that a part of a bar must have to be labelled."""


def profile_chart(profile: FundingProfile | Review) -> Chart:
    """What each contract year costs, in stacked bars, with the offer as a line and what it is short of cost marked.

    The groups are those of the profile's own table, in pounds. Without an offer only the cost is drawn.
    """
    profile = profile.situation.price.profile if isinstance(profile, Review) else profile
    bid = profile.bid
    offer = None if bid.contract is None else income(bid, costs=profile.exact.total).years
    with drawing():
        figure, axes = blank(4.6)
        tops = _stacks(axes, profile, offer)
        _costs(axes, profile, tops, offer)
        if offer is not None:
            _offer_line(axes, profile, offer)
        spare = max(FEW - 1 - bid.years, 0) / 2  # a single bar is no wider than one of three
        axes.set_xlim(-0.5 - spare, bid.years - 0.5 + spare + (0.25 if offer is not None and bid.years <= FEW else 0))
        axes.set_xticks(range(bid.years), _ticks(profile, offer))
        axes.tick_params(axis="x", length=0)
        pounds_axis(axes, "y")
        key(axes, 6)
        return finished(figure, _title(profile, offer), _alt(profile, offer))


def _stacks(axes: Axes, profile: FundingProfile, offer: Offer) -> list[float]:
    """Costs upwards from nought, credits downwards; where each bar ends above."""
    years = range(profile.bid.years)
    up, down = [0.0] * len(years), [0.0] * len(years)
    parts = []
    for turn, group in enumerate(profile.years[0].parts):
        amounts = [float(year.part(group.label).settled_value) for year in profile.years]
        starts = [up[i] if x >= 0 else down[i] for i, x in enumerate(amounts)]
        axes.bar(years, amounts, 0.56, bottom=starts, label=group.label, **FILLS[turn].options)
        parts += [(turn, i, start, x) for i, (start, x) in enumerate(zip(starts, amounts, strict=True))]
        for i, x in enumerate(amounts):
            (up if x >= 0 else down)[i] += x
    highest = max([*up, *map(float, offer or ())])
    label_room(axes, "y", (min(down), highest), (0.0 if min(down) >= 0 else 0.05, 0.1))
    tall = (highest - min(down)) or 1.0
    for turn, i, start, amount in parts:
        if abs(amount) > SEGMENT * tall and len(years) <= FEW:
            middle = _clear_of(None if offer is None else float(offer[i]), start, start + amount, tall)
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2} if FILLS[turn].hatch else None
            words = beside(Decimal(repr(amount)), max(profile.full_cost))
            axes.text(i, middle, words, ha="center", va="center", color=FILLS[turn].ink, bbox=box)
    return up


def _clear_of(line: float | None, low: float, high: float, tall: float) -> float:
    """The middle of a part of a bar, or of the larger side of it where a line runs through the middle."""
    low, high = min(low, high), max(low, high)
    middle = (low + high) / 2
    if line is None or abs(line - middle) > SEGMENT * tall / 2 or not low < line < high:
        return middle
    return (low + line) / 2 if line - low > high - line else (line + high) / 2


def _costs(axes: Axes, profile: FundingProfile, tops: list[float], offer: Offer) -> None:
    """The full cost of each year above its bar, and above the offer's line where that would cross it."""
    few, largest = profile.bid.years <= FEW, max(profile.full_cost)
    room = 0.07 * max(*tops, 1.0)
    for i, amount in enumerate(profile.full_cost):
        line = None if offer is None else float(offer[i])
        top = line if line is not None and 0 <= line - tops[i] < room else tops[i]
        words = f"cost {beside(amount, largest)}" if few else short(amount)
        if tops[i] > float(amount) + A_PENNY:  # the bar goes higher than the cost
            words += "\nafter credits"
            axes.plot([i - 0.28, i + 0.28], [float(amount)] * 2, color="white", linewidth=2.0, zorder=3)
        write(axes, words, (i, top), "above", 5, fontweight="bold", fontsize=9.5 if few else 8)


def _offer_line(axes: Axes, profile: FundingProfile, offer: Sequence[Decimal]) -> None:
    """A dash across each bar at the offer, and an arrow between it and the full cost."""
    few = profile.bid.years <= FEW
    for i, (paid, full) in enumerate(zip(offer, profile.full_cost, strict=True)):
        (line,) = axes.plot([i - 0.33, i + 0.33], [float(paid)] * 2, label="Offer" if i == 0 else None, zorder=4)
        line.set(color=INK, linewidth=2.6, marker="D", markersize=5.5, markeredgecolor="white")
        if paid == full:
            continue
        colour = WARNING if paid < full else STRONG
        if abs(float(paid - full)) > 0.03 * (axes.get_ylim()[1] - axes.get_ylim()[0]):  # longer than its heads
            arrow = {"arrowstyle": "<->", "color": colour, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", (i + 0.37, float(full)), (i + 0.37, float(paid)), arrowprops=arrow)
        if few:
            axes.text(i + 0.4, float(paid + full) / 2, _gap(paid - full, "\n"), va="center", color=colour, fontsize=8.5)


def _gap(gap: Decimal, between: str = " ") -> str:
    return f"{short(abs(gap))}{between}{'short' if gap < 0 else 'above'}"


def _ticks(profile: FundingProfile, offer: Offer) -> list[str]:
    """The years; with what the offer is short of or over cost, where there is no room for it beside the bars."""
    labels = list(profile.bid.term.labels)
    if offer is None or len(labels) <= FEW:
        return labels
    pairs = zip(labels, offer, profile.full_cost, strict=True)
    return [f"{label}\n{_gap(paid - full, chr(10)) if paid != full else 'met'}" for label, paid, full in pairs]


def _title(profile: FundingProfile, offer: Offer) -> str:
    service, over = brief(profile.bid.service), f"over {count(profile.bid.years, 'year')}"
    if offer is None:
        return f"{service}: full cost is {pounds(profile.term)} {over}; no offer is stated"
    gap = sum(offer, Decimal(0)) - profile.term
    if gap < 0:
        return f"{service}: the offer is {pounds(-gap)} short of full cost {over}"
    below = sum(paid < full for paid, full in zip(offer, profile.full_cost, strict=True))
    but = f", but short of it in {count(below, 'year')}" if below else ""
    return f"{service}: the offer {f'is {pounds(gap)} above' if gap else 'covers'} full cost {over}{but}"


def _alt(profile: FundingProfile, offer: Offer) -> str:
    said = []
    for i, (label, year) in enumerate(zip(profile.bid.term.labels, profile.years, strict=True)):
        shown = year.parts if profile.bid.years <= FEW else ()
        parts = listed(f"{g.label.lower()} {pounds(g.settled_value)}" for g in shown if g.settled_value)
        words = f"{label}: full cost {pounds(year.settled_value)}"
        words += f" ({parts})" if parts else ""
        if offer is not None:
            gap = offer[i] - year.settled_value
            words += f", offer {pounds(offer[i])}"
            words += f", {pounds(abs(gap))} {'short' if gap < 0 else 'above'}" if gap else ", the same"
        said.append(words)
    kind = "Stacked bar chart of what" if offer is None else "Stacked bar chart, with the offer as a line, of what"
    return f"{kind} {profile.bid.service} costs in each contract year. {'; '.join(said)}."
