"""Many versions of a bid: the distribution of its surplus and of its lowest cash.

Blocks of draws of bounded memory; the same seed gives the same result whatever the block or the
number of workers. No figure is shown with more digits than its sampling error supports.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from fcr import progress
from fcr.bid import Bid
from fcr.contract.mechanisms import gather
from fcr.errors import InputError, Problem
from fcr.results import Drawn
from fcr.risk.draws import CHUNK, Copula, Draws, copula, draw
from fcr.risk.model import Model
from fcr.table import Column, Row, Table

__all__ = ["Estimate", "Sample", "Simulation", "ratio", "refuse_draws", "refuse_share", "simulate", "sized"]

Floats = npt.NDArray[np.float64]

A_PENNY = 0.005
NOISE = 1e-12
"""The share of a figure below which its error is that of arithmetic, not of sampling."""
WHOLE = 1e-6
"""How far ``level × n`` may be from a whole number by rounding."""
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.80, 0.90, 0.95)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure from a sample and its standard error, in pounds (or as a share)."""

    value: float
    error: float

    @property
    def shown(self) -> Decimal:
        """The value with no more digits than its error supports: to the place of the error's first digit.

        >>> Estimate(12345.678, 210.0).shown, Estimate(0.12345, 0.0021).shown
        (Decimal('12300'), Decimal('0.123'))
        """
        if not self.error > NOISE * abs(self.value):
            return Decimal(repr(round(self.value, 6))).quantize(Decimal("0.01"))
        place = math.floor(math.log10(self.error))
        rounded = Decimal(repr(self.value)).quantize(Decimal(1).scaleb(place), "ROUND_HALF_UP")
        return Decimal(f"{rounded:f}")


def ratio(parts: Floats, wholes: Floats) -> Estimate | None:
    """``mean of parts ÷ mean of wholes``, drawn together; ``None`` when there is no whole to speak of.

    Its error is that of the mean of ``parts − ratio × wholes``, over the mean whole.
    """
    whole = float(wholes.mean()) if wholes.size else 0.0
    if abs(whole) < A_PENNY:
        return None
    value = float(parts.mean()) / whole
    return Estimate(value, Sample(parts - value * wholes).mean.error / abs(whole))


@dataclass(frozen=True)
class Sample:
    """A sample of amounts, and what it says of their distribution."""

    values: Floats
    """(draws)"""

    @cached_property
    def ordered(self) -> Floats:
        """The values from least to most."""
        return np.sort(self.values)

    @property
    def mean(self) -> Estimate:
        """The mean; its error is ``s ÷ √n``."""
        return Estimate(float(self.values.mean()), float(self.values.std(ddof=1)) / math.sqrt(self.values.size))

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return float(self.values.std(ddof=1))

    def quantile(self, level: float) -> Estimate:
        """The least value that at least ``level`` of the sample does not exceed.

        Its error is half the distance between the order statistics one binomial standard deviation away.
        """
        n, ordered = self.values.size, self.ordered
        at = min(max(math.ceil(level * n - WHOLE) - 1, 0), n - 1)
        spread = math.sqrt(n * level * (1.0 - level))
        low, high = (min(max(round(at + sign * spread), 0), n - 1) for sign in (-1, 1))
        return Estimate(float(ordered[at]), float(ordered[high] - ordered[low]) / 2.0)

    def shortfall_above(self, level: float) -> Estimate:
        """Expected shortfall: the mean of what lies beyond the quantile, ``q + E[(x − q)⁺] ÷ (1 − level)``."""
        quantile = self.quantile(level).value
        beyond = np.maximum(self.values - quantile, 0.0) / (1.0 - level)
        return Estimate(quantile + float(beyond.mean()), float(beyond.std(ddof=1)) / math.sqrt(self.values.size))

    def chance_below(self, amount: float) -> Estimate:
        """The share of draws below an amount; its error is ``√(p (1 − p) ÷ n)``, never less than one draw's."""
        n = self.values.size
        share = float((self.values < amount).mean())
        return Estimate(share, max(math.sqrt(share * (1.0 - share) / n), 1.0 / n))


@dataclass(frozen=True)
class Simulation(Drawn):
    """The distribution of the surplus in each contract year and over the term, and of the lowest cash."""

    bid: Bid
    draws: int
    seed: int
    years: Floats
    """Surplus: (draws, years)."""
    lowest_cash: Sample
    """The lowest point of cash, nought or less."""
    copula: Copula | None
    unsized: tuple[str, ...]
    """Risks listed without a size: not in these figures."""

    @cached_property
    def surplus(self) -> Sample:
        """Surplus over the term."""
        return Sample(self.years.sum(axis=1))

    @cached_property
    def loss(self) -> Sample:
        """The loss over the term: minus the surplus."""
        return Sample(-self.surplus.values)

    @property
    def probability_of_loss(self) -> Estimate:
        """The chance that the surplus over the term is below nought."""
        return self.surplus.chance_below(0.0)

    def expected_shortfall(self, level: float = 0.95) -> Estimate:
        """The mean loss over the term in the worst ``1 − level`` of draws (below nought: a surplus even then)."""
        return self.loss.shortfall_above(level)

    @property
    def chance_beyond_reserves(self) -> Estimate | None:
        """The chance that the loss is more than free reserves; unknown when they are not stated."""
        reserves = self.bid.organisation.free_reserves
        return None if reserves is None else self.surplus.chance_below(-float(reserves))

    def table(self) -> Table:
        """Mean, percentiles, expected shortfall and chance of loss: each year, the term and the lowest cash."""
        samples = [Sample(self.years[:, i]) for i in range(self.bid.years)]
        samples += [self.surplus, self.lowest_cash]
        labels = (*self.bid.term.labels, "Term", "Lowest cash")
        columns = (Column("Surplus (£)", "text"), *(Column(label, "number") for label in labels))
        rows = [Row(("Mean", *(s.mean.shown for s in samples)))]
        rows += [Row((f"P{level:.0%}".rstrip("%"), *(s.quantile(level).shown for s in samples))) for level in LEVELS]
        shortfalls = (Sample(-s.values).shortfall_above(0.95) for s in samples)
        rows.append(Row(("Mean of the worst 5%", *(Estimate(-e.value, e.error).shown for e in shortfalls))))
        rows.append(Row(("Chance below nought", *(f"{s.chance_below(0.0).shown:%}" for s in samples))))
        title = f"{self.bid.service} under its risks: {self.draws:,} draws, seed {self.seed}"
        return Table(title, columns, tuple(rows), tuple(self._notes()))

    def _notes(self) -> Iterator[str]:
        yield "Each figure has no more digits than its sampling error supports. None of them is in the price."
        if self.unsized:
            yield f"Listed without a size, so not counted: {', '.join(self.unsized)}."
        if self.copula is not None and self.copula.repaired_by:
            moved = f"{self.copula.repaired_by:.3f}"
            yield f"The correlations stated cannot all hold; the nearest that can were used, moved by up to {moved}."

    def to_dict(self) -> dict[str, object]:
        """Plain data: figures with no more digits than their error supports."""
        shortfall, chance = self.expected_shortfall(), self.probability_of_loss
        return {
            "draws": self.draws,
            "seed": self.seed,
            "mean_surplus": str(self.surplus.mean.shown),
            "probability_of_loss": str(chance.shown),
            "expected_shortfall_95": {"value": str(shortfall.shown), "error": f"{shortfall.error:.4g}"},
            "unsized": list(self.unsized),
            "table": self.table().to_dict(),
        }


def sized(bid: Bid, seed: int = 0) -> Draws:
    """The risks of a bid that have a size, ready to draw."""
    risks = tuple(risk for risk in bid.risks if risk.size is not None)
    joined = None if bid.correlations is None else copula(bid.correlations)
    return Draws(seed, risks, bid.years, joined)


def refuse_draws(draws: int, seed: int, *, block: int = 1, workers: int = 1) -> None:
    """Raise :class:`~fcr.errors.InputError` with every figure that cannot be drawn with."""
    given = (("draws", draws, 2), ("seed", seed, 0), ("block", block, 1), ("workers", workers, 1))
    problems = [
        Problem(name, f"found {found}, expected {least} or more", f"Give {name}={least} or more.", "out-of-range")
        for name, found, least in given
        if found < least
    ]
    if problems:
        raise InputError(problems)


def refuse_share(name: str, share: float) -> None:
    """Raise :class:`~fcr.errors.InputError` for a chance or a level that is not from nought to below one."""
    if not 0 <= share < 1:
        what = f"found {share}, expected a share from 0 to below 1"
        raise InputError([Problem(name, what, "Write 80% as 0.8.", "out-of-range")])


def simulate(
    bid: Bid, draws: int = 20_000, seed: int = 0, *, block: int = CHUNK, workers: int = 1, model: Model | None = None
) -> Simulation:
    """Draw ``draws`` versions of a bid under its risks.

    ``block`` bounds how many are worked at a time and ``workers`` how many blocks at once; neither
    changes the result. Raises :class:`~fcr.errors.InputError` without an offer, for fewer than two draws
    or a seed below nought.

    >>> import fcr
    >>> fcr.simulate(fcr.example(), draws=2_000).probability_of_loss.shown
    Decimal('0.981')
    """
    refuse_draws(draws, seed, block=block, workers=workers)
    model = model or Model(bid)
    source = sized(bid, seed)
    years, lowest = np.empty((draws, bid.years)), np.empty(draws)
    step = max(block // CHUNK, 1) * CHUNK

    def work(first: int) -> None:
        for start in range(first, min(first + step, draws), CHUNK):
            count = min(CHUNK, draws - start)
            moves = draw(source, start // CHUNK, count)
            outturn = model.outturn(moves)
            years[start : start + count] = gather(outturn.surplus)
            lowest[start : start + count] = model.ledger(outturn, moves.delay).lowest

    blocks = range(0, draws, step)
    with progress.work(f"Drawing {draws:,} versions", len(blocks)) as drawing, ThreadPoolExecutor(workers) as pool:
        for _ in map(work, blocks) if workers == 1 else pool.map(work, blocks):
            drawing.advance()
    unsized = tuple(risk.name for risk in bid.risks if risk.size is None)
    return Simulation(bid, draws, seed, years, Sample(lowest), source.copula, unsized)
