"""What the result hangs on: tornado, variance shares, the stress set, and how small a move exhausts reserves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from fcr.bid import Bid
from fcr.distributions import normal_cdf
from fcr.errors import InputError, Problem
from fcr.results import Drawn
from fcr.risk.balance import balance
from fcr.risk.draws import moves_of
from fcr.risk.model import Model, Moves
from fcr.risk.simulation import Estimate, ratio, sized
from fcr.risks import Risk
from fcr.table import Column, Row, Table

__all__ = [
    "STRESSES",
    "Bar",
    "ReverseStress",
    "Stress",
    "Tornado",
    "reverse_stress",
    "stress",
    "switching_value",
    "tornado",
    "variance_shares",
]

Floats = npt.NDArray[np.float64]
LOW, HIGH = 0.10, 0.90
EXTREME = 0.999
MOST_DEVIATIONS = 6.0
CLOSE = 1e-4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a tornado: the surplus over the term, in pounds, with one risk at its P10 and at its P90."""

    risk: Risk
    low: float
    """Size at P10."""
    high: float
    """Size at P90."""
    at_low: float
    at_high: float
    switching: float | None
    """The size at which the surplus is nought, on the straight line between the two; ``None`` if it never is."""

    @property
    def swing(self) -> float:
        """How far apart the two surpluses are."""
        return abs(self.at_high - self.at_low)


def _at(model: Model, risks: Sequence[Risk], levels: Sequence[float]) -> float:
    """Surplus over the term with risks at a quantile each, and the rest as planned."""
    sizes = {risk.name: risk.at(np.array([[level]])) for risk, level in zip(risks, levels, strict=True)}
    return float(model.surplus(moves_of(risks, sizes, 1, model.bid.years))[0])


@dataclass(frozen=True)
class Tornado(Drawn):
    """What the surplus hangs on: a bar for each risk that has a size, largest swing first."""

    bid: Bid
    bars: tuple[Bar, ...]
    planned: float
    """The surplus over the term as planned, in pounds."""

    def table(self) -> Table:
        """Each risk: the surplus at its P10 and at its P90, how far apart, and where it would be nought."""
        kinds = ("At P10 (£)", "At P90 (£)", "Swing (£)", "P10", "P90", "Nought at")
        columns = (Column("Risk", "text"), *(Column(k, "number") for k in kinds))
        rows = [
            Row((b.risk.name, *map(_pounds, (b.at_low, b.at_high, b.swing)), *map(_size, (b.low, b.high, b.switching))))
            for b in self.bars
        ]
        planned = _pounds(self.planned)
        note = f"Surplus over the term as planned: {'-' * (planned < 0)}£{abs(planned):,}."
        return Table("What the surplus hangs on", columns, tuple(rows), (note,))

    def to_dict(self) -> dict[str, object]:
        """Plain data."""
        return self.table().to_dict()


def tornado(bid: Bid, model: Model | None = None) -> Tornado:
    """Each risk alone at its P10 and its P90 (not ±10%), largest swing first, with its switching value.

    A yearly loss is at its P90 in every year. The switching value is the point of nought surplus on
    the line through the two.
    """
    model = model or Model(bid)
    bars = []
    for risk in sized(bid).risks:
        low, high = (float(risk.at(np.array(level))) for level in (LOW, HIGH))
        at_low, at_high = (_at(model, [risk], [level]) for level in (LOW, HIGH))
        bars.append(Bar(risk, low, high, at_low, at_high, switching_value(low, at_low, high, at_high)))
    bars.sort(key=lambda bar: -bar.swing)
    return Tornado(bid, tuple(bars), float(model.planned.surplus.sum()))


def switching_value(low: float, at_low: float, high: float, at_high: float) -> float | None:
    """Where a straight line through two points is nought; ``None`` when it is level.

    >>> switching_value(0.0, 100.0, 1.0, 50.0)
    2.0
    """
    return None if at_low == at_high else low + at_low * (high - low) / (at_low - at_high)


def _pounds(amount: float) -> Decimal:
    return Decimal(round(amount))


def _size(size: float | None) -> Decimal | None:
    return None if size is None or not np.isfinite(size) else Decimal(f"{size:.4g}")


def variance_shares(bid: Bid, draws: int = 20_000, seed: int = 0) -> tuple[dict[str, Estimate], Table]:
    """Each risk's share of the variance of the provider's loss: ``Cov(loss of the risk, loss) ÷ Var(loss)``.

    By name, largest first. The shares add up to one, whatever the correlations.
    """
    risks = balance(bid, draws, seed)
    spread = risks.loss.values - risks.loss.values.mean()
    columns = {risk.name: column - column.mean() for risk, column in zip(risks.risks, risks.carried.T, strict=True)}
    found = {name: ratio(column * spread, spread * spread) or NOTHING for name, column in columns.items()}
    shares = dict(sorted(found.items(), key=lambda pair: -pair[1].value))
    rows = tuple(Row((name, Estimate(share.value, max(share.error, 0.001)).shown)) for name, share in shares.items())
    headings = (Column("Risk", "text"), Column("Share", "share"))
    return shares, Table("Shares of the variance of loss", headings, rows)


NOTHING = Estimate(0.0, 0.0)


# ── stress ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Stress:
    """A named move of the model, all the way: a test of what could be stood, not a forecast."""

    name: str
    moves: Callable[[Bid], Moves]


def _one(**moves: object) -> Moves:
    return Moves(1, **moves)  # type: ignore[arg-type]


def _pay(bid: Bid, rise: float) -> dict[str, Floats]:
    return {name: np.array([rise]) for name in bid.index_names & {"pay", "wage floor"}}


def _everything(bid: Bid) -> Moves:
    return _one(
        volume=np.array([0.8]),
        indices=_pay(bid, 0.03),
        success={"": np.array([0.7])},
        delay=np.array([60.0]),
        end=np.array([12.0]),
    )


STRESSES = (
    Stress("Volume 20% below plan", lambda _: _one(volume=np.array([0.8]))),
    Stress("Pay and wage floor 3 points above plan each year", lambda bid: _one(indices=_pay(bid, 0.03))),
    Stress("Success rate 30% below plan", lambda _: _one(success={"": np.array([0.7])})),
    Stress("Payment 60 days late", lambda _: _one(delay=np.array([60.0]))),
    Stress("Ended at month 12", lambda _: _one(end=np.array([12.0]))),
    Stress("All at once", _everything),
)
"""The stress set: sizes are defaults of ours (the Work Programme's success fell 36% short of bids)."""


def stress(bid: Bid, model: Model | None = None) -> Table:
    """Surplus over the term, the change from plan, and the lowest cash, under each stress."""
    model = model or Model(bid)
    planned = model.planned
    base = float(planned.surplus.sum())
    rows = [Row(("As planned", _pounds(base), Decimal(0), _pounds(float(model.ledger(planned).lowest[0]))))]
    for one in STRESSES:
        moves = one.moves(bid)
        outturn = model.outturn(moves)
        surplus, lowest = float(outturn.surplus.sum()), float(model.ledger(outturn, moves.delay).lowest[0])
        rows.append(Row((one.name, _pounds(surplus), _pounds(surplus - base), _pounds(lowest))))
    headings = ("Surplus (£)", "Change (£)", "Lowest cash (£)")
    columns = (Column("Stress", "text"), *(Column(h, "number") for h in headings))
    note = "The sizes are defaults of ours; a stress is a test of what could be stood, not a forecast."
    return Table("Stress", columns, tuple(rows), (note,))


@dataclass(frozen=True, slots=True)
class ReverseStress:
    """How far every risk would have to go, together, to exhaust free reserves."""

    standard_deviations: float | None
    """Along the line on which each risk moves with its own spread; ``None`` when six do not exhaust them."""
    percentile: Estimate | None
    """The percentile of each risk at that point, worst end high."""


def reverse_stress(bid: Bid, model: Model | None = None) -> ReverseStress:
    """The smallest joint move, with every risk at the same percentile of its bad side, that exhausts free reserves.

    They are exhausted when the deficit over the term is as large. Found by bisection on the number
    of standard deviations; a risk's bad side is that of its P99.9 or its P0.1, whichever leaves less. Raises
    :class:`~fcr.errors.InputError` when free reserves are not stated.
    """
    reserves = bid.organisation.free_reserves
    if reserves is None:
        fix = "Give the organisation's free_reserves."
        raise InputError([Problem("organisation.free_reserves", "free reserves are not stated", fix, "missing")])
    model = model or Model(bid)
    risks = sized(bid).risks
    worse = [1.0 if _at(model, [r], [EXTREME]) < _at(model, [r], [1.0 - EXTREME]) else -1.0 for r in risks]

    def left(deviations: float) -> float:
        levels = [float(normal_cdf(side * deviations)) for side in worse]
        return _at(model, risks, levels) + float(reserves)

    if left(0.0) <= 0:
        return ReverseStress(0.0, Estimate(0.5, 0.0))
    low, high = 0.0, MOST_DEVIATIONS
    if left(high) > 0:
        return ReverseStress(None, None)
    while high - low > CLOSE:
        middle = (low + high) / 2
        low, high = (middle, high) if left(middle) > 0 else (low, middle)
    return ReverseStress(high, Estimate(float(normal_cdf(high)), 0.0))
