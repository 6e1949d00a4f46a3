"""Quantities made of others: an event with an impact, and the total of many."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field

from fcr.distributions._atoms import Atoms, Discrete, from_masses
from fcr.distributions._base import Uncertain
from fcr.distributions._normal import Floats
from fcr.distributions.continuous import Fixed, Lognormal, Normal, Uniform
from fcr.distributions.counts import Average, BetaBinomial, Binomial, NegativeBinomial, Poisson
from fcr.distributions.scenarios import Hazard, Scenarios
from fcr.distributions.three_points import Pert, ThreePoint, Triangular
from fcr.inputs import Share

__all__ = ["CompoundPoisson", "Distribution", "Event"]


class Event(Uncertain):
    """Something that may happen, once, and what it would then cost (or save), in the impact's unit.

    ``X = B·I`` with ``B`` one with ``probability``: mean ``p·μ``, variance ``p·σ² + p(1 − p)·μ²``.
    Quantiles and expected shortfalls are those of the impact, rescaled: as exact as it is.

    >>> claim = Event(probability="0.3", impact=Triangular(low=80, mode=100, high=150))
    >>> round(claim.mean, 10), round(claim.sd, 4), claim.quantile(0.7), claim.quantile(1)
    (33.0, 51.049, 0.0, 150.0)
    """

    kind: Literal["event"] = "event"
    probability: Share
    impact: Distribution

    @property
    def _p(self) -> float:
        return float(self.probability)

    @property
    def mean(self) -> float:
        """``p·μ``."""
        return self._p * self.impact.mean

    @property
    def variance(self) -> float:
        """``p·σ² + p(1 − p)·μ²``."""
        return self._p * self.impact.variance + self._p * float(1 - self.probability) * self.impact.mean**2

    def _bounds(self) -> tuple[float, float]:
        low, high = self.impact.bounds
        return (low, high) if self.probability == 1 else (min(low, 0.0), max(high, 0.0))

    def _cdf(self, x: Floats) -> Floats:
        return self._p * self.impact.cdf(x) + float(1 - self.probability) * (x >= 0)

    def _below(self, x: Floats) -> Floats:
        return self._p * self.impact.below(x) + float(1 - self.probability) * (x > 0)

    def _zero(self) -> tuple[float, float]:
        """What is below nought, and what is not above it."""
        nought = np.zeros(1)
        return float(self._below(nought)[0]), float(self._cdf(nought)[0])

    def _quantile(self, p: Floats) -> Floats:
        return self._rescaled(p, draw=False)

    def _draw(self, u: Floats) -> Floats:
        return self._rescaled(u, draw=True)

    def _rescaled(self, p: Floats, *, draw: bool) -> Floats:
        less, not_more = self._zero()
        x = np.zeros_like(p)
        find = self.impact.from_uniform if draw else self.impact.quantile
        low, high = np.flatnonzero(p <= less), np.flatnonzero(p > not_more)
        if low.size:
            x[low] = find(np.minimum(p[low] / self._p, 1.0))
        if high.size:
            x[high] = find(np.clip(1.0 - (1.0 - p[high]) / self._p, 0.0, 1.0))
        return x

    def _excess(self, limit: Floats) -> Floats:
        return self._p * self.impact.excess(limit) + float(1 - self.probability) * np.maximum(-limit, 0.0)

    def _lattice(self) -> Fraction | None:
        return self.impact.lattice


class CompoundPoisson(Discrete):
    """The total of a Poisson number of events, ``rate`` expected, each costing a ``severity`` drawn afresh.

    Mean ``λμ`` and variance ``λ(μ² + σ²)``, exact. The rest comes from the distribution of the
    total on a grid, by the discrete Fourier transform of ``exp(λ(φ − 1))``:

    - severities that are all multiples of one step (a fixed sum, scenarios) keep that step, and the
      answer is exact to about 10^−12;
    - others are shared between the two nearest points of a grid of :attr:`step` ``h`` so that their
      mean is kept (Gerber 1982). That spreads the total a little: its variance is too great by at
      most ``λh²/4``, a quantile wrong by about ``h``, an expected shortfall never too low and at most
      ``h√λ/(2(1 − level))`` too high. From a rate of 50 up, where ``λh²/4`` would come to matter, the
      grid is drawn in about its mean until its variance is exact too.

    The grid has some 32,000 points, out to where less than 10^−12 lies beyond, or 100 standard
    deviations if that is nearer (at rates below one, 100 times the root mean square severity);
    what lies beyond stands at its own mean, as the last value. The mean of what is drawn is exact
    to about 10^−9, its variance to 10^−6 (too small
    where something heavy lies beyond).

    >>> claims = CompoundPoisson(rate=2, severity=Normal(mean=5000, sd=3000))
    >>> claims.mean, round(claims.sd, 2)
    (10000.0, 8246.21)
    >>> fines = CompoundPoisson(rate=2, severity=Fixed(value=1000))
    >>> fines.quantile(0.95), fines.step
    (5000.0, 1000.0)
    """

    kind: Literal["compound-poisson"] = "compound-poisson"
    rate: Average
    severity: Distribution

    @property
    def mean(self) -> float:
        """``λμ``."""
        return float(self.rate) * self.severity.mean

    @property
    def variance(self) -> float:
        """``λ(μ² + σ²)``."""
        return float(self.rate) * (self.severity.mean**2 + self.severity.variance)

    @property
    def step(self) -> float:
        """The step of the grid on which the total is worked out."""
        return float(_grid(self)[0]) if self.variance else 0.0

    def _bounds(self) -> tuple[float, float]:
        low, high = self.severity.bounds
        return (-math.inf if low < 0 else 0.0), (math.inf if high > 0 else 0.0)

    def _lattice(self) -> Fraction | None:
        return self.severity.lattice

    def _atoms(self) -> Atoms:
        step, first, last = _grid(self)
        masses, top = _total(self, step, first, last)
        values = _multiples(np.arange(first, last + 1, dtype=np.float64), step)
        if top > _WORTH_A_VALUE:
            values[-1] = (self.mean - float(masses[:-1] @ values[:-1])) / masses[-1]
        if step != self.severity.lattice:
            values = _drawn_in(self, values, masses)
        return from_masses(values, masses)


_COARSE, _FINE, _MANY = 1 << 12, 1 << 15, 1 << 18
"""Points of the first grid, which finds the range; of the final one; and the most for an exact one."""
_CUT = 1e-12
_NOISE = 1e-17
_REACH = 100.0
_WORTH_A_VALUE = 1e-10
_LARGE_RATE = 50


def _drawn_in(total: CompoundPoisson, values: Floats, masses: Floats) -> Floats:
    """The grid drawn in about its mean until its variance is the total's, if so many that nought is no value."""
    if total.rate < _LARGE_RATE:
        return values
    away = values - total.mean
    return total.mean + away * min(total.sd / math.sqrt(float(masses @ (away * away))), 1.0)


@lru_cache(maxsize=64)
def _grid(total: CompoundPoisson) -> tuple[Fraction, int, int]:
    """The step, and the first and last multiples of it: where all but the negligible lies."""
    one = math.hypot(total.severity.mean, total.severity.sd)
    reach = _REACH * one * math.sqrt(max(float(total.rate), 1.0))
    many = Poisson(rate=total.rate).quantile(1 - _CUT / 10) or 1.0
    least, greatest = (total.severity.quantile(p) for p in (_CUT / 10 / many, 1 - _CUT / 10 / many))
    low = max(min(least, 0.0) * many, total.mean - reach)
    high = min(max(greatest, 0.0) * many, total.mean + reach)
    step = (high - low) / _COARSE
    first, last = math.floor(low / step) - 1, math.ceil(high / step) + 1
    masses = _total(total, Fraction(step), first, last)[0]
    kept = np.flatnonzero((np.cumsum(masses) > _CUT) & (np.cumsum(masses[::-1])[::-1] > _CUT))
    ends = [max(kept[0] - 1, 0), min(kept[-1] + 1, len(masses) - 1)]
    low, high = _drawn_in(total, step * np.arange(first, last + 1, dtype=np.float64), masses)[ends]
    low = low if least < 0 else max(low, 0.0)
    high = high if greatest > 0 else min(high, 0.0)
    own = total.severity.lattice
    exact = own is not None and (high - low) / own <= _MANY
    fine = own if own is not None and exact else Fraction((high - low) / _FINE)
    return fine, math.floor(Fraction(low) / fine), math.ceil(Fraction(high) / fine)


def _multiples(points: npt.NDArray[Any], step: Fraction) -> Floats:
    """Whole multiples of a step; both its terms as floats, for either may be too long for a machine's integer."""
    values: Floats = points * float(step.numerator) / float(step.denominator)
    return values


def _total(total: CompoundPoisson, step: Fraction, first: int, last: int) -> tuple[Floats, float]:
    """Probabilities of the total from ``first`` to ``last`` steps, and how much of the last lies beyond it.

    What lies beyond either end is put at that end. The transform goes round: its period is at
    least twice the range, half of the rest to each side, so that only what is that far out could
    be taken for something else.
    """
    size = last - first + 1
    period = 1 << (2 * size - 1).bit_length()
    spare = (period - size) // 2
    lowest, highest = _severity_range(total.severity, float(step), size)
    points = np.arange(lowest, highest + 1)
    above = total.severity.excess(_multiples(points, step)) / float(step)
    survival = np.clip(above[:-1] - above[1:], 0.0, 1.0)  # the mean chance of more, between point and point
    chances = np.zeros(period)
    np.add.at(chances, points % period, -np.diff(np.concatenate([[1.0], survival, [0.0]])))
    masses = np.fft.irfft(np.exp(float(total.rate) * (np.fft.rfft(chances) - 1.0)), period)
    around = np.roll(np.where(masses > _NOISE, masses, 0.0), spare - first)  # from first − spare on
    inside = around[spare : spare + size].copy()
    bottom, top = float(around[:spare].sum()), float(around[spare + size :].sum())
    inside[0] += bottom
    inside[-1] += top
    return inside / inside.sum(), top


def _severity_range(severity: Uncertain, step: float, most: int) -> tuple[int, int]:
    low, high = severity.quantile(1e-15), severity.quantile(1 - 1e-15)
    return max(math.floor(low / step), -most), min(math.ceil(high / step), most)


Distribution: TypeAlias = Annotated[
    Triangular
    | Pert
    | ThreePoint
    | Lognormal
    | Normal
    | Uniform
    | Fixed
    | Event
    | Poisson
    | NegativeBinomial
    | CompoundPoisson
    | Binomial
    | BetaBinomial
    | Scenarios
    | Hazard,
    Field(discriminator="kind"),
]
"""Any uncertain quantity, told apart by ``kind``."""
