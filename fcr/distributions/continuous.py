"""Quantities that can take any value: fixed, uniform, normal and lognormal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from fcr.distributions._base import Ordered, Positive, Uncertain, at_most, refuse
from fcr.distributions._normal import Floats, standard_cdf, standard_density, standard_quantile
from fcr.errors import Problem
from fcr.inputs import Number, Quantity

__all__ = ["Fixed", "Lognormal", "Normal", "Uniform"]

Z90 = 1.2815515655446004
"""The standard normal's 90% point."""
WIDEST = 10
"""The greatest sigma of a lognormal: beyond it the variance means nothing."""


class Fixed(Uncertain):
    """A known number, where an uncertain one could stand. Mean ``value``, variance nought.

    >>> Fixed(value=500).expected_shortfall(0.95)
    500.0
    """

    kind: Literal["fixed"] = "fixed"
    value: Number

    @property
    def mean(self) -> float:
        """The value."""
        return float(self.value)

    @property
    def variance(self) -> float:
        """Nought."""
        return 0.0


class Uniform(Ordered):
    """Any value from ``low`` to ``high``, all equally likely, in any unit.

    Mean ``(low + high)/2``, variance ``(high − low)²/12``.

    >>> Uniform(low=10, high=20).expected_shortfall(0.8)
    19.0
    """

    in_order: ClassVar = ("low", "high")

    kind: Literal["uniform"] = "uniform"
    low: Number
    high: Number

    @property
    def mean(self) -> float:
        """``(low + high)/2``."""
        return float(self.low) + self._width / 2

    @property
    def variance(self) -> float:
        """``(high − low)²/12``."""
        return self._width**2 / 12

    @property
    def _width(self) -> float:
        return float(self.high - self.low)

    def _bounds(self) -> tuple[float, float]:
        return float(self.low), float(self.high)

    def _cdf(self, x: Floats) -> Floats:
        return np.clip((x - float(self.low)) / self._width, 0.0, 1.0)

    def _quantile(self, p: Floats) -> Floats:
        return p * self._width + float(self.low)

    def _excess(self, limit: Floats) -> Floats:
        room = np.maximum(float(self.high) - limit, 0.0)
        over = np.maximum(float(self.low) - limit, 0.0)
        return np.where(over > 0, self._width / 2 + over, room * room / (2 * self._width))

    def _shortfall(self, level: Floats) -> Floats:
        return float(self.high) - (1.0 - level) * (self._width / 2)


class Normal(Uncertain):
    """The normal distribution: a mean and a standard deviation, in any unit; it can be negative.

    Expected shortfall ``μ + σ·φ(z)/(1 − p)``, where ``z`` is the standard normal's quantile of
    ``p`` (Wichura's AS 241, 1988).

    >>> cost = Normal(mean=100, sd=10)
    >>> round(cost.quantile(0.95), 4), round(cost.expected_shortfall(0.95), 3)
    (116.4485, 120.627)
    """

    model_config = ConfigDict(serialize_by_alias=True)

    kind: Literal["normal"] = "normal"
    centre: Number = Field(alias="mean")
    """The ``mean`` as it was typed."""
    spread: Quantity = Field(alias="sd")
    """The ``sd`` as it was typed."""

    @property
    def mean(self) -> float:
        """The mean stated."""
        return float(self.centre)

    @property
    def variance(self) -> float:
        """The square of the standard deviation stated."""
        return float(self.spread) ** 2

    @property
    def sd(self) -> float:
        """The standard deviation stated."""
        return float(self.spread)

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, checked afresh."""
        return type(self)(**{"mean": self.centre, "sd": self.spread, **changes})

    def _z(self, x: Floats) -> Floats:
        return (x - self.mean) / self.sd

    def _cdf(self, x: Floats) -> Floats:
        return standard_cdf(self._z(x))

    def _quantile(self, p: Floats) -> Floats:
        z = standard_quantile(p)
        z *= self.sd
        z += self.mean
        return z

    def _excess(self, limit: Floats) -> Floats:
        z = self._z(limit)
        inside = np.abs(z) < 40  # noqa: PLR2004 (beyond, nothing or everything is above)
        near = np.where(inside, z, 0.0)
        tail = np.maximum(standard_density(near) - near * standard_cdf(-near), 0.0)
        return np.where(inside, self.sd * tail, np.maximum(self.mean - limit, 0.0))

    def _shortfall(self, level: Floats) -> Floats:
        return self.mean + self.sd * standard_density(standard_quantile(level)) / (1.0 - level)


class Lognormal(Uncertain):
    """A positive quantity whose logarithm is normal, in any unit: claims, pensions, overruns, delays.

    Stated by its ``median`` and ``sigma`` (the standard deviation of its logarithm), or by its 10%
    and 90% points: ``σ = ln(p90/p10)/(2·1.28155)`` and the median is ``√(p10·p90)``. Mean
    ``median·e^{σ²/2}``, variance ``mean²·(e^{σ²} − 1)``, expected shortfall
    ``mean·Φ(σ − z)/(1 − p)``.

    >>> claim = Lognormal(median=100, sigma="0.5")
    >>> round(claim.mean, 4), round(claim.expected_shortfall(0.95), 4)
    (113.3148, 285.8591)
    >>> round(Lognormal(p10=50, p90=200).mean, 4)
    115.7506
    """

    kind: Literal["lognormal"] = "lognormal"
    median: Positive | None = None
    sigma: Annotated[Quantity, at_most(WIDEST)] | None = None
    p10: Positive | None = None
    p90: Positive | None = None

    @field_validator("p90")
    @classmethod
    def _after_p10(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        p10 = info.data.get("p10")
        if value is not None and p10 is not None:
            if value < p10:
                refuse("out-of-order", f"found {value:f}, below p10, which is {p10:f}", "Swap p10 and p90.")
            if _sigma(p10, value) > WIDEST:
                what = f"p90 is {float(value / p10):.3g} times p10, a sigma above {WIDEST}"
                refuse("out-of-range", what, "Bring p10 and p90 nearer.")
        return value

    def _problems(self) -> Iterator[Problem]:
        pairs = (("median", "sigma"), ("p10", "p90"))
        stated = [[n for n in pair if getattr(self, n) is not None] for pair in pairs]
        fix = "Give median and sigma, or p10 and p90."
        if all(stated):
            what = f"it has {' and '.join(stated[0])}, and also {' and '.join(stated[1])}"
            yield Problem("", what, fix, "one-pair")
        elif not any(stated):
            yield Problem("", "neither its median and sigma nor its p10 and p90 are stated", fix, "one-pair")
        else:
            pair, given = (pairs[0], stated[0]) if stated[0] else (pairs[1], stated[1])
            for name in set(pair) - set(given):
                what = f"{given[0]} is stated without {name}"
                yield Problem("", what, f"Give {name} too.", "one-pair", (name,))

    @property
    def log_sd(self) -> float:
        """``σ``, the standard deviation of the logarithm, stated or fitted."""
        if self.p10 is not None and self.p90 is not None:
            return _sigma(self.p10, self.p90)
        assert self.sigma is not None
        return float(self.sigma)

    @property
    def middle(self) -> float:
        """The median, stated or fitted."""
        if self.p10 is not None and self.p90 is not None:
            return float((self.p10 * self.p90).sqrt())
        assert self.median is not None
        return float(self.median)

    @property
    def mean(self) -> float:
        """``median·e^{σ²/2}``."""
        return self.middle * math.exp(self.log_sd**2 / 2)

    @property
    def variance(self) -> float:
        """``mean²·(e^{σ²} − 1)``."""
        return self.mean**2 * math.expm1(self.log_sd**2)

    def _bounds(self) -> tuple[float, float]:
        return 0.0, math.inf

    def _z(self, x: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(x / self.middle, 0.0)) / self.log_sd

    def _cdf(self, x: Floats) -> Floats:
        return standard_cdf(self._z(x))

    def _quantile(self, p: Floats) -> Floats:
        x = standard_quantile(p)
        x *= self.log_sd
        np.exp(x, out=x)
        x *= self.middle
        return x

    def _excess(self, limit: Floats) -> Floats:
        z = self._z(limit)
        above = np.minimum(np.maximum(limit, 0.0), 1e300)
        inside = self.mean * standard_cdf(self.log_sd - z) - above * standard_cdf(-z)
        return np.maximum(inside, 0.0) + np.maximum(-limit, 0.0)

    def _shortfall(self, level: Floats) -> Floats:
        z = standard_quantile(level)
        return self.mean * standard_cdf(self.log_sd - z) / (1.0 - level)


def _sigma(p10: Decimal, p90: Decimal) -> float:
    return math.log(p90 / p10) / (2 * Z90)
