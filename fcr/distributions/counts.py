"""Whole numbers: how many incidents, referrals or successes."""

from __future__ import annotations

import math
from abc import abstractmethod
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator

from fcr.distributions._atoms import Atoms, Discrete, from_masses
from fcr.distributions._base import refuse
from fcr.distributions._normal import Floats
from fcr.inputs import Quantity, Share

__all__ = ["BetaBinomial", "Binomial", "NegativeBinomial", "Poisson"]

MOST = 1_000_000
"""The greatest count expected, or number of trials."""
WIDEST = 100_000
"""The greatest mean × cv² of a negative binomial."""


def _countable(value: Decimal) -> Decimal:
    if value > MOST:
        what = f"found {value:f}, expected at most {MOST:,}"
        refuse("out-of-range", what, "Count in larger units, or use a normal or lognormal distribution.")
    return value


Average = Annotated[Quantity, AfterValidator(_countable)]
Trials = Annotated[int, Field(ge=0, le=MOST)]


class _Count(Discrete):
    """A whole number, by the ratio of each probability to the one before.

    The probabilities are products of those ratios, outwards from the middle, scaled to come to one:
    no logarithms of factorials, so they are good to about 10^−14 of themselves and their sums to 10^−15.
    """

    @abstractmethod
    def _ratio(self, k: Floats) -> Floats:
        """``P(k + 1)/P(k)``."""

    @abstractmethod
    def _window(self) -> tuple[int, int]:
        """The least and the greatest count worth a probability: beyond lies less than 10^−17."""

    def _atoms(self) -> Atoms:
        first, last = self._window()
        middle = min(max(int(self.mean), first), last)
        up = np.cumprod(self._ratio(np.arange(middle, last, dtype=np.float64)))
        down = np.cumprod(1.0 / self._ratio(np.arange(middle - 1, first - 1, -1, dtype=np.float64)))
        masses = np.concatenate([down[::-1], [1.0], up])
        return from_masses(np.arange(first, last + 1, dtype=np.float64), masses)

    def _reach(self, steps: float) -> tuple[int, int]:
        """So many units, and nine standard deviations, to both sides of the mean."""
        away = 9 * self.sd
        return max(math.floor(self.mean - away) - 1, 0), math.ceil(self.mean + away + steps)

    def _lattice(self) -> Fraction:
        return Fraction(1)


class Poisson(_Count):
    """How many of something that happens independently, ``rate`` of them being expected.

    Mean and variance ``rate``.

    >>> incidents = Poisson(rate=2)
    >>> incidents.variance, incidents.quantile(0.95), round(incidents.cdf(0), 6)
    (2.0, 5.0, 0.135335)
    """

    kind: Literal["poisson"] = "poisson"
    rate: Average

    @property
    def mean(self) -> float:
        """The rate."""
        return float(self.rate)

    @property
    def variance(self) -> float:
        """The rate."""
        return float(self.rate)

    def _bounds(self) -> tuple[float, float]:
        return 0.0, math.inf

    def _ratio(self, k: Floats) -> Floats:
        return self.mean / (k + 1.0)

    def _window(self) -> tuple[int, int]:
        return self._reach(45)


class NegativeBinomial(_Count):
    """How many, when the rate itself is uncertain: referrals, for one. More spread than Poisson.

    ``cv`` is the coefficient of variation of the uncertain rate (a gamma distribution). Variance
    ``μ + (cv·μ)²``; a ``cv`` of nought is Poisson.

    >>> referrals = NegativeBinomial(mean=400, cv="0.2")
    >>> referrals.mean, referrals.variance, referrals.quantile(0.05)
    (400.0, 6800.0, 274.0)
    """

    model_config = ConfigDict(serialize_by_alias=True)

    kind: Literal["negative-binomial"] = "negative-binomial"
    average: Average = Field(alias="mean")
    """The ``mean`` as it was typed."""
    cv: Quantity

    @field_validator("cv")
    @classmethod
    def _not_too_wide(cls, value: Decimal, info: ValidationInfo) -> Decimal:
        mean = info.data.get("average")
        if mean is not None and mean * value * value > WIDEST:
            what = f"mean × cv² is {float(mean * value * value):,.0f}, expected at most {WIDEST:,}"
            refuse("out-of-range", what, "Lower cv, or use a lognormal distribution.")
        return value

    @property
    def mean(self) -> float:
        """The mean stated."""
        return float(self.average)

    @property
    def variance(self) -> float:
        """``μ + (cv·μ)²``."""
        return self.mean + float(self.cv * self.average) ** 2

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, checked afresh."""
        return type(self)(**{"mean": self.average, "cv": self.cv, **changes})

    def _bounds(self) -> tuple[float, float]:
        return 0.0, math.inf

    def _ratio(self, k: Floats) -> Floats:
        c = float(self.cv) ** 2
        return self.mean * (1.0 + k * c) / ((k + 1.0) * (1.0 + self.mean * c))

    def _window(self) -> tuple[int, int]:
        return self._reach(45 * (1 + self.mean * float(self.cv) ** 2))


class Binomial(_Count):
    """How many successes in so many trials, each independent, with a **known** probability.

    Mean ``np``, variance ``np(1 − p)``. When the probability is not known, or people's outcomes
    go together, this understates the risk, often severalfold: see :class:`BetaBinomial`.

    >>> Binomial(trials=100, probability="0.42").quantile(0.05)
    34.0
    """

    kind: Literal["binomial"] = "binomial"
    trials: Trials
    probability: Share

    @property
    def mean(self) -> float:
        """``np``."""
        return float(self.trials * self.probability)

    @property
    def variance(self) -> float:
        """``np(1 − p)``."""
        return float(self.trials * self.probability * (1 - self.probability))

    def _bounds(self) -> tuple[float, float]:
        return 0.0, float(self.trials)

    def _ratio(self, k: Floats) -> Floats:
        p = self.probability
        return (self.trials - k) / (k + 1.0) * float(p / (1 - p))

    def _window(self) -> tuple[int, int]:
        first, last = self._reach(45)
        return max(first - 45, 0), min(last, self.trials)


class BetaBinomial(_Count):
    """How many successes when the probability of success is itself uncertain.

    ``correlation`` is that between any two people's outcomes, ``ρ = 1/(α + β + 1)`` of the beta
    distribution of the success rate, whose mean is ``probability``. Mean ``Np``, variance
    ``Np(1 − p)[1 + (N − 1)ρ]``: the term in ``ρ`` does not average out over more people. Nought
    makes it binomial; one, all or nothing.

    >>> outcomes = BetaBinomial(trials=100, probability="0.42", correlation="0.05")
    >>> round(outcomes.sd, 4), outcomes.quantile(0.05)
    (12.0392, 23.0)
    """

    kind: Literal["beta-binomial"] = "beta-binomial"
    trials: Trials
    probability: Share
    correlation: Share

    @property
    def mean(self) -> float:
        """``Np``."""
        return float(self.trials * self.probability)

    @property
    def variance(self) -> float:
        """``Np(1 − p)[1 + (N − 1)ρ]``."""
        p, n = self.probability, self.trials
        return float(n * p * (1 - p) * (1 + (n - 1) * self.correlation))

    def _bounds(self) -> tuple[float, float]:
        return 0.0, float(self.trials)

    def _ratio(self, k: Floats) -> Floats:
        p, rho = self.probability, self.correlation
        wins, losses = float(p * (1 - rho)), float((1 - p) * (1 - rho))
        r = float(rho)
        return (self.trials - k) * (k * r + wins) / ((k + 1.0) * ((self.trials - k - 1.0) * r + losses))

    def _window(self) -> tuple[int, int]:
        return 0, self.trials

    def _atoms(self) -> Atoms:
        if self.correlation == 1:
            p = float(self.probability)
            return from_masses(np.array([0.0, self.trials]), np.array([1.0 - p, p]))
        return super()._atoms()
