"""What every uncertain quantity offers, and how its arguments are checked."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Annotated, Any, ClassVar, NoReturn

import numpy as np
from pydantic import AfterValidator, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from fcr.distributions._normal import F, Floats, each
from fcr.errors import InputError, Problem
from fcr.inputs import Input, Number

__all__ = ["Ordered", "Positive", "Uncertain", "at_most", "refuse"]

FAR = 1e100
"""Further out than any value; what is asked of it does not overflow."""
LEAST = 1e-300
"""A probability of nought is worked with as this."""
FIRST, LAST = 2.0**-54, 1.0 - 2.0**-53
"""Uniform numbers of nought and one are read as the nearest inside, so that no draw is infinite."""


def refuse(code: str, what: str, fix: str) -> NoReturn:
    """One problem with the field being read."""
    raise PydanticCustomError(code, "{what}", {"what": what, "fix": fix})


def _numbers(name: str, value: Any, low: float, high: float, expected: str) -> Floats:
    numbers = np.asarray(value, dtype=np.float64)
    bad = ~((numbers >= low) & (numbers <= high))
    if bad.any():
        found = f"found {numbers[bad].flat[0]:.12g}, expected {expected}"
        raise InputError([Problem(name, found, "Change it.", "out-of-range")])
    return numbers


class Uncertain(Input):
    """An uncertain number: pounds, units, a share, a month.

    Every kind has an exact mean and variance, a distribution function, its inverse, and the mean
    beyond a quantile. Each takes a number, and answers with one, or takes an array and answers
    with an array of its shape. One whose variance is nought is a fixed number.

    A kind states its own mathematics in the methods that begin with an underscore; those here are
    of a fixed number.
    """

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expected value, exact."""

    @property
    @abstractmethod
    def variance(self) -> float:
        """The expected squared distance from the mean, exact; in the square of the unit."""

    @property
    def sd(self) -> float:
        """The standard deviation: the square root of the variance."""
        return math.sqrt(self.variance)

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value it can take, infinite where there is none."""
        return self._bounds() if self.variance else (self.mean, self.mean)

    @property
    def bounded(self) -> tuple[float, float] | None:
        """The least and the greatest value it can take, or ``None`` if either is infinite."""
        return self.bounds if all(map(math.isfinite, self.bounds)) else None

    def cdf(self, x: F) -> F:
        """``P(X ≤ x)``."""
        return self._between("x", x, "_cdf", 0.0, 1.0)

    def below(self, x: F) -> F:
        """``P(X < x)``: differs from :meth:`cdf` where a single value has a probability of its own."""
        return self._between("x", x, "_below", 0.0, 1.0)

    def quantile(self, p: F) -> F:
        """The least ``x`` with ``P(X ≤ x) ≥ p``; at nought and one, the bounds."""
        low, high = self.bounds
        law = self._law("_quantile")

        def function(p: Floats) -> Floats:
            inside: Floats = law(np.clip(p, LEAST, LAST))
            return np.where(p <= 0, low, np.where(p >= 1, high, inside))

        answer: F = each(function, _numbers("p", p, 0, 1, "a probability from 0 to 1"))
        return answer

    def from_uniform(self, u: F) -> F:
        """The value that a uniform number ``u`` stands for: :meth:`quantile` by its fastest way, never infinite.

        The same as ``quantile(u)`` to the accuracy that each kind states. Nought and one, which
        some generators give, are read as 2^−54 and 1 − 2^−53.
        """
        law = self._law("_draw")
        numbers = _numbers("u", u, 0, 1, "a uniform number from 0 to 1")
        answer: F = each(lambda block: law(np.clip(block, FIRST, LAST)), numbers)
        return answer

    def expected_shortfall(self, level: F) -> F:
        """The mean of the worst (highest) ``1 − level`` of outcomes.

        ``q + E[(X − q)+]/(1 − level)`` with ``q`` the quantile of ``level``, so that a single value
        with a probability of its own counts for no more than its part in the tail. For amounts
        where more is worse; for income take the negative.
        """
        law = self._law("_shortfall")

        def function(level: Floats) -> Floats:
            return np.where(level < LEAST, self.mean, law(np.maximum(level, LEAST)))

        answer: F = each(function, _numbers("level", level, 0, LAST, "a level from 0 to below 1"))
        return answer

    def excess(self, limit: F) -> F:
        """``E[(X − limit)+]``: the amount expected above a limit, in the unit of the quantity.

        What a cap takes away: ``E[min(X, cap)] = mean − excess(cap)``.
        """
        return self._between("limit", limit, "_excess", math.inf, 0.0)

    def _between(self, name: str, value: F, method: str, first: float, last: float) -> F:
        """What a method says of finite numbers, and what is so at −∞ and at ∞."""
        law = self._law(method)

        def function(x: Floats) -> Floats:
            return np.where(x == -math.inf, first, np.where(x == math.inf, last, law(np.clip(x, -FAR, FAR))))

        answer: F = each(function, _numbers(name, value, -math.inf, math.inf, "a number"))
        return answer

    # for the kinds to state their own: no bounds, and the mathematics of a fixed number

    def _bounds(self) -> tuple[float, float]:
        return -math.inf, math.inf

    def _cdf(self, x: Floats) -> Floats:
        return np.where(x >= self.mean, 1.0, 0.0)

    def _below(self, x: Floats) -> Floats:
        """The same as ``_cdf`` where no single value has a probability."""
        return self._cdf(x) if self.variance else np.where(x > self.mean, 1.0, 0.0)

    def _quantile(self, p: Floats) -> Floats:
        return np.full_like(p, self.mean)

    def _draw(self, u: Floats) -> Floats:
        return self._quantile(u) if self.variance else Uncertain._quantile(self, u)

    def _excess(self, limit: Floats) -> Floats:
        return np.maximum(self.mean - limit, 0.0)

    def _shortfall(self, level: Floats) -> Floats:
        q = self.quantile(level)
        return q + self.excess(q) / (1.0 - level)

    def _law(self, name: str) -> Callable[[Floats], Floats]:
        """This kind's own method, or that of a fixed number when nothing is uncertain."""
        return partial(getattr(type(self) if self.variance else Uncertain, name), self)

    # for totals of many

    @property
    def lattice(self) -> Fraction | None:
        """The greatest step of which every value it can take is a whole multiple, or ``None``."""
        return self._lattice() if self.variance else abs(Fraction(repr(self.mean))) or None

    def _lattice(self) -> Fraction | None:
        return None


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        refuse("out-of-range", f"found {value:f}, expected more than nought", "Use a number above 0.")
    return value


def at_most(most: int) -> AfterValidator:
    def check(value: Decimal) -> Decimal:
        if value > most:
            refuse("out-of-range", f"found {value:f}, expected at most {most}", f"Use 0 to {most}.")
        return value

    return AfterValidator(check)


Positive = Annotated[Number, AfterValidator(_positive)]


class Ordered(Uncertain):
    """One whose points must come in order, least first."""

    in_order: ClassVar[tuple[str, ...]]

    @field_validator("*")
    @classmethod
    def _after_the_last(cls, value: Any, info: ValidationInfo) -> Any:
        name = info.field_name
        if name in cls.in_order and value is not None:
            earlier = [n for n in cls.in_order[: cls.in_order.index(name)] if info.data.get(n) is not None]
            if earlier and value < info.data[earlier[-1]]:
                what = f"found {value:f}, below {earlier[-1]}, which is {info.data[earlier[-1]]:f}"
                refuse("out-of-order", what, f"Put {', '.join(cls.in_order)} in order, least first.")
        return value
