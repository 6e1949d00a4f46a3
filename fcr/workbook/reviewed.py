"""What a result knows that no formula can say, as stamps for :func:`fcr.workbook.model.lay_out`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from fcr._version import __version__
from fcr.bid import Bid
from fcr.checks.review import Review
from fcr.errors import InputError, RateNotFound
from fcr.pricing import PriceBuildUp
from fcr.risk.balance import RiskBalance, balance
from fcr.risk.simulation import Simulation, simulate
from fcr.workbook.rarer import mechanism_stamp
from fcr.workbook.stamps import simulation_stamp

if TYPE_CHECKING:
    from fcr.workings import Workings

__all__ = ["Known", "bid_of", "stamps_of"]

Known: TypeAlias = Bid | Review | PriceBuildUp | Simulation | RiskBalance
"""What can be kept in a workbook: a bid, or a result that knows its bid."""


def bid_of(known: Known) -> Bid:
    """The bid that a result is of."""
    return known if isinstance(known, Bid) else known.situation.bid if isinstance(known, Review) else known.bid


def stamps_of(known: Known, day: date | None = None) -> dict[str, Any]:
    """What goes into the workbook of a result besides its bid; ``day`` is the date it bears, if any.

    Of a review its findings, the workings of its price and the simulation it rests on; of a price
    its workings; of a simulation or a balance of risk both. What a rarer mechanism pays always.
    """
    stamps: dict[str, Any] = {}
    try:
        stamps |= mechanism_stamp(bid_of(known))
    except (InputError, RateNotFound):  # not priceable yet
        return stamps
    if isinstance(known, Review):
        risks = known.situation.balance
        stamps |= _simulated(None, risks, day) | {"findings": _findings(known, day)}
        stamps |= {"workings": _workings(known.situation.price, day)}
    elif isinstance(known, PriceBuildUp):
        stamps |= {"workings": _workings(known, day)}
    elif isinstance(known, Simulation):
        stamps |= _simulated(known, None, day)
    elif isinstance(known, RiskBalance):
        stamps |= _simulated(None, known, day)
    return stamps


def _simulated(drawn: Simulation | None, risks: RiskBalance | None, day: date | None) -> dict[str, Any]:
    """The stamp of a simulation and its balance of risk, the one that is not there worked out as the other was."""
    known = drawn or risks
    if known is None:
        return {}
    drawn = drawn or simulate(known.bid, known.draws, known.seed)
    risks = risks or balance(known.bid, known.draws, known.seed)
    return {"simulation": simulation_stamp(drawn, risks, day)}


def _by(day: date | None, risks: RiskBalance | None) -> str:
    drawn = "" if risks is None else f" with seed {risks.seed} and {risks.draws:,} draws"
    on = "" if day is None else f" on {day.day} {day:%B %Y}"
    return f"As worked out by fcr {__version__}{drawn}{on}, of the inputs as they were then."


def _findings(review: Review, day: date | None) -> dict[str, Any]:
    return {
        "by": _by(day, review.situation.balance),
        "verdict": f"Verdict: {review.verdict}",
        "asks": review.asks(),
        "for_trustees": review.for_trustees(),
        "rows": [
            (
                f.code,
                f.answer,
                f"{f.measured}; waived: {f.waived}" if f.waived else f.measured,
                None if f.amount is None else float(f.amount),
                "" if f.status == "pass" else f.remedy,
                f.rule.source,
            )
            for f in review.findings
        ],
    }


def _workings(priced: PriceBuildUp, day: date | None) -> dict[str, Any]:
    title = f"How the price of {priced.bid.service} was worked out"
    return {"by": _by(day, None), "title": title, "rows": [*_deep(priced.explain())]}


def _deep(node: Workings, depth: int = 0) -> Iterator[tuple[int, str, float, str, str]]:
    yield depth, node.label, float(node.settled_value), node.how, node.source
    for part in node.parts:
        yield from _deep(part, depth + 1)
