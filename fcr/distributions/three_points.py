"""Quantities stated by three points: the least, the likeliest and the greatest."""

from __future__ import annotations

import math
from abc import abstractmethod
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import ValidationInfo, field_validator

from fcr.distributions._base import Ordered, at_most, refuse
from fcr.distributions._beta import beta_cdf, beta_draw, beta_quantile
from fcr.distributions._normal import Floats
from fcr.inputs import Number, Quantity

__all__ = ["Pert", "ThreePoint", "Triangular"]


class _Triangle(Ordered):
    """A triangular density, with what of it lies below ``_least`` gathered there."""

    @abstractmethod
    def _sides(self) -> tuple[float, float, float]:
        """The foot, the run from it up to the mode, and the run down to the other foot."""

    def _least(self) -> float:
        return -math.inf

    @property
    def mean(self) -> float:
        """A third of ``low + mode + high``; more if clipped."""
        foot, up, down = self._sides()
        least = self._least()
        if least <= foot:
            return foot + (2 * up + down) / 3
        return least + float(self._plain_excess(np.array([least]))[0])

    @property
    def variance(self) -> float:
        """``(a² + m² + b² − am − ab − mb)/18``, written in the lengths of the two sides; less if clipped."""
        foot, up, down = self._sides()
        whole = (up * up + up * down + down * down) / 18
        gone = self._least() - foot
        if gone <= 0 or not whole:
            return whole
        mean = (2 * up + down) / 3
        fourth = gone**4 / (6 * (up + down) * up)
        return whole + (mean - gone) ** 2 - fourth - (self.mean - self._least()) ** 2

    def _bounds(self) -> tuple[float, float]:
        foot, up, down = self._sides()
        return max(foot, self._least()), foot + (up + down)

    def _plain_excess(self, limit: Floats) -> Floats:
        foot, up, down = self._sides()
        width = up + down
        left = np.clip(limit - foot, 0.0, up)
        right = np.clip(foot + width - limit, 0.0, down)
        low = foot + (2 * up + down) / 3 - limit + left**3 / (3 * width * up or 1.0)
        return np.where(limit < foot + up, low, right**3 / (3 * width * down or 1.0))

    def _cdf(self, x: Floats) -> Floats:
        return np.where(x < self._least(), 0.0, self._plain_cdf(x))

    def _below(self, x: Floats) -> Floats:
        return np.where(x <= self._least(), 0.0, self._plain_cdf(x))

    def _plain_cdf(self, x: Floats) -> Floats:
        foot, up, down = self._sides()
        width = up + down
        left = np.clip(x - foot, 0.0, up)
        right = np.clip(foot + width - x, 0.0, down)
        return np.where(x < foot + up, left * left / (width * up or 1.0), 1.0 - right * right / (width * down or 1.0))

    def _quantile(self, p: Floats) -> Floats:
        foot, up, down = self._sides()
        width = up + down
        low = np.sqrt(p * (width * up))
        low += foot
        high = 1.0 - p
        high *= width * down
        np.sqrt(high, out=high)
        np.subtract(foot + width, high, out=high)
        both = np.where(p < up / width, low, high)
        return np.maximum(both, self._least(), out=both)

    def _excess(self, limit: Floats) -> Floats:
        least = self._least()
        return self._plain_excess(np.maximum(limit, least)) + np.maximum(least - limit, 0.0)

    def _shortfall(self, level: Floats) -> Floats:
        foot, up, down = self._sides()
        width, rest = up + down, 1.0 - level
        high = foot + width - (2 / 3) * np.sqrt(rest * (width * down))
        low_part = level * foot + (2 / 3) * math.sqrt(width * up) * level * np.sqrt(level)
        low = (foot + (2 * up + down) / 3 - low_part) / rest
        plain = np.where(level >= up / width, high, low)
        return np.where(level < self._plain_cdf(np.array([self._least()])), super()._shortfall(level), plain)


class Triangular(_Triangle):
    """From ``low`` to ``high``, likeliest at ``mode``, in any unit: three points, straight between them.

    Mean ``(a + m + b)/3``, variance ``(a² + m² + b² − am − ab − mb)/18``. Above the mode the
    quantile is ``b − √((1 − p)(b − a)(b − m))`` and the expected shortfall
    ``b − ⅔√((1 − p)(b − a)(b − m))``. All exact.

    >>> cost = Triangular(low=80, mode=100, high=150)
    >>> cost.mean, round(cost.quantile(0.8), 4), round(cost.expected_shortfall(0.95), 4)
    (110.0, 123.5425, 141.1808)
    """

    in_order: ClassVar = ("low", "mode", "high")

    kind: Literal["triangular"] = "triangular"
    low: Number
    mode: Number
    high: Number

    def _sides(self) -> tuple[float, float, float]:
        return float(self.low), float(self.mode - self.low), float(self.high - self.mode)


class ThreePoint(_Triangle):
    """A triangular distribution fitted so that its 10% and 90% points are those stated.

    What people give in a workshop as "low, most likely, high" is seldom the least and the most
    possible; reading it as 10%, mode and 90% puts a fifth of the outcomes beyond. The ends ``low``
    and ``high`` solve ``F(p10) = 0.1`` and ``F(p90) = 0.9``, to rounding.

    The fitted ``low`` can be below what is possible. ``floor`` gathers all that lies below it at the
    floor itself: this raises the mean and leaves ``p10`` and ``p90`` as they were.

    >>> premium = ThreePoint(p10=1, mode=3, p90=8)
    >>> round(premium.low, 4), round(premium.high, 4), round(premium.mean, 4)
    (-1.33, 11.208, 4.2927)
    >>> round(premium.replace(floor=0).mean, 4)
    4.3071
    """

    in_order: ClassVar = ("p10", "mode", "p90")

    kind: Literal["three-point"] = "three-point"
    p10: Number
    mode: Number
    p90: Number
    floor: Number | None = None
    """The least possible value, no higher than ``p10``."""

    @field_validator("floor")
    @classmethod
    def _floor_is_low(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        p10 = info.data.get("p10")
        if value is not None and p10 is not None and value > p10:
            refuse("out-of-order", f"the floor, {value:f}, is above p10, {p10:f}", "Lower the floor, or raise p10.")
        return value

    @property
    def low(self) -> float:
        """The fitted least value, before any floor."""
        return self._sides()[0]

    @property
    def high(self) -> float:
        """The fitted greatest value."""
        return sum(self._sides())

    def _least(self) -> float:
        return -math.inf if self.floor is None else float(self.floor)

    def _sides(self) -> tuple[float, float, float]:
        up, down = _fitted(float(self.mode - self.p10), float(self.p90 - self.mode))
        return float(self.mode) - up, up, down


@lru_cache(maxsize=1024)
def _fitted(below: float, above: float) -> tuple[float, float]:
    """The two sides of a triangle whose 10% and 90% points are ``below`` and ``above`` its mode by so much.

    With ``t`` the share of the width that lies below the mode, and ``g(t) = t − √(t/10)``, the
    points are ``width·g(t)`` below and ``width·g(1 − t)`` above; ``g`` rises from g(0.1) = 0, so
    there is one ``t`` from 0.1 to 0.9 at which they stand in the right proportion.
    """
    if not below + above:
        return 0.0, 0.0

    def g(t: float) -> float:
        return t - math.sqrt(t / 10)

    low, high = 0.1, 0.9
    for _ in range(60):
        t = (low + high) / 2
        if above * g(t) < below * g(1 - t):
            low = t
        else:
            high = t
    width = (below + above) / (g(t) + g(1 - t))
    return t * width, (1 - t) * width


class Pert(Ordered):
    """Modified PERT: a beta distribution from ``low`` to ``high``, likeliest at ``mode``, in any unit.

    With weight ``λ`` (4 unless stated): ``α = 1 + λ(m − a)/(b − a)``, ``β = 1 + λ(b − m)/(b − a)``,
    mean ``(a + λm + b)/(λ + 2)``. The standard deviation is that beta's own,
    ``(b − a)·√(αβ/((α + β)²(α + β + 1)))``, **not** the textbook's ``(b − a)/6``, which no beta with
    this mean and mode has in general.

    Quantiles solve the incomplete beta function to about 10^−13 of the range;
    :meth:`from_uniform` reads a table, within 3·10^−9 of it.

    >>> cost = Pert(low=80, mode=100, high=150)
    >>> cost.mean, round(cost.sd, 4), round(cost.quantile(0.8), 4)
    (105.0, 12.6773, 116.2588)
    """

    in_order: ClassVar = ("low", "mode", "high")

    kind: Literal["pert"] = "pert"
    low: Number
    mode: Number
    high: Number
    weight: Annotated[Quantity, at_most(100)] = Decimal(4)
    """How strongly the mode pulls: nought makes it uniform."""

    @property
    def shape(self) -> tuple[float, float]:
        """The beta's ``α`` and ``β``."""
        width, weight = self.high - self.low, self.weight
        if not width:
            return 1.0, 1.0
        return float(1 + weight * (self.mode - self.low) / width), float(1 + weight * (self.high - self.mode) / width)

    @property
    def _width(self) -> float:
        return float(self.high - self.low)

    @property
    def mean(self) -> float:
        """``(a + λm + b)/(λ + 2)``."""
        a, b = self.shape
        return float(self.low) + self._width * a / (a + b)

    @property
    def variance(self) -> float:
        """``(b − a)²·αβ/((α + β)²(α + β + 1))``."""
        a, b = self.shape
        return self._width**2 * a * b / ((a + b) ** 2 * (a + b + 1))

    def _bounds(self) -> tuple[float, float]:
        return float(self.low), float(self.high)

    def _parts(self, x: Floats) -> tuple[Floats, Floats]:
        """How far along the range, and how far from its other end."""
        low, high = self._bounds()
        return np.clip((x - low) / self._width, 0.0, 1.0), np.clip((high - x) / self._width, 0.0, 1.0)

    def _cdf(self, x: Floats) -> Floats:
        return beta_cdf(*self.shape, *self._parts(x))[0]

    def _quantile(self, p: Floats) -> Floats:
        a, b = self.shape
        low, high = self._bounds()
        x = np.empty_like(p)
        lower = p <= 0.5  # noqa: PLR2004
        if lower.any():
            x[lower] = low + self._width * beta_quantile(a, b, p[lower])
        if not lower.all():
            x[~lower] = high - self._width * beta_quantile(b, a, 1.0 - p[~lower])
        return x

    def _draw(self, u: Floats) -> Floats:
        x = beta_draw(*self.shape, u)
        x *= self._width
        x += float(self.low)
        return x

    def _excess(self, limit: Floats) -> Floats:
        a, b = self.shape
        along, left = self._parts(limit)
        beyond, more = beta_cdf(a, b, along, left)[1], beta_cdf(a + 1, b, along, left)[1]
        inside = self._width * np.maximum(a / (a + b) * more - along * beyond, 0.0)
        return inside + np.maximum(float(self.low) - limit, 0.0)

    def _shortfall(self, level: Floats) -> Floats:
        a, b = self.shape
        more = beta_cdf(a + 1, b, *self._parts(self.quantile(level)))[1]
        return float(self.low) + self._width * (a / (a + b)) * more / (1.0 - level)
