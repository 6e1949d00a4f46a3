"""Named outcomes, each with its own probability: a table of scenarios, and the month a contract ends."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Literal

import numpy as np
from pydantic import PositiveInt

from fcr.distributions._atoms import Atoms, Discrete, from_masses
from fcr.errors import Problem
from fcr.inputs import Input, Many, Number, Share

__all__ = ["Hazard", "Scenario", "Scenarios"]

_TOLERANCE = Decimal("1e-12")
"""How far probabilities may be from one: a spreadsheet's thirds, no more."""


def _exactly(chances: dict[Decimal, Decimal]) -> Atoms:
    """Atoms of values with exact probabilities: sums are taken before they become floats."""
    ordered = sorted((value, chance) for value, chance in chances.items() if chance)
    up_to = np.array([float(total) for total in accumulate(chance for _, chance in ordered)])
    return from_masses(np.array([float(v) for v, _ in ordered]), np.array([float(c) for _, c in ordered]), up_to)


class Scenario(Input):
    """One outcome of several: its value and how likely it is.

    >>> Scenario(value=2500, probability="30%").probability
    Decimal('0.30')
    """

    name: str = ""
    value: Number
    probability: Share


class Scenarios(Discrete):
    """A table of outcomes whose probabilities come to one: pay awards, budgets, elections.

    Mean ``Σ p·x``, variance ``Σ p·(x − mean)²``. The quantile of ``p`` is the least outcome that,
    with all below it, is at least as likely as ``p``.

    >>> overrun = Scenarios(outcomes=[
    ...     Scenario(value=v, probability=p)
    ...     for v, p in ((60, "0.05"), (80, "0.2"), (120, "0.4"), (170, "0.2"), (190, "0.15"))
    ... ])
    >>> overrun.mean, overrun.quantile(0.8), overrun.expected_shortfall(0.8)
    (129.5, 170.0, 185.0)
    """

    kind: Literal["scenarios"] = "scenarios"
    outcomes: Many[Scenario]

    def _problems(self) -> Iterator[Problem]:
        total = sum((s.probability for s in self.outcomes), Decimal(0))
        if abs(total - 1) > _TOLERANCE:
            fix = f"Make them come to 1 ({1 - total:+f} to find)."
            yield Problem("", f"the probabilities add to {total:f}", fix, "not-one", ("outcomes",))

    @property
    def mean(self) -> float:
        """``Σ p·x``."""
        return float(self._expected())

    @property
    def variance(self) -> float:
        """``Σ p·(x − mean)²``."""
        mean = self._expected()
        return float(sum((s.probability * (s.value - mean) ** 2 for s in self.outcomes), Decimal(0)))

    def _expected(self) -> Decimal:
        return sum((s.probability * s.value for s in self.outcomes), Decimal(0))

    def _possible(self) -> list[Decimal]:
        return [s.value for s in self.outcomes if s.probability]

    def _bounds(self) -> tuple[float, float]:
        return float(min(self._possible())), float(max(self._possible()))

    def _atoms(self) -> Atoms:
        chances: dict[Decimal, Decimal] = {}
        for s in self.outcomes:
            chances[s.value] = chances.get(s.value, Decimal(0)) + s.probability
        return _exactly(chances)

    def _lattice(self) -> Fraction:
        values = [Fraction(v) for v in self._possible()]
        unit = math.lcm(*(v.denominator for v in values))
        return Fraction(math.gcd(*(int(v * unit) for v in values)), unit)


class Hazard(Discrete):
    """The month in which a contract ends, when it can be broken at some months before its term.

    At each of the ``months`` at which it can be broken, if it has lasted so far, it ends with
    ``probability``; if it is never broken it ends at its ``term``. Month ``k``-th in the list has
    probability ``h(1 − h)^(k−1)``, and the term what is left, ``(1 − h)^n``.

    >>> end = Hazard(probability="0.1", months=[12, 24], term=36)
    >>> end.chances
    {12: 0.1, 24: 0.09, 36: 0.81}
    >>> round(end.early, 4), end.survival(12), round(end.mean, 4)
    (0.19, 0.9, 32.52)
    """

    kind: Literal["hazard"] = "hazard"
    probability: Share
    """That it is broken at a month at which it can be, if it has lasted until then."""
    months: Many[PositiveInt]
    term: PositiveInt
    """The month in which it ends if never broken."""

    def _problems(self) -> Iterator[Problem]:
        if list(self.months) != sorted(set(self.months)):
            what = f"the months {', '.join(map(str, self.months))} are not in order, each once"
            yield Problem("", what, "List each month once, the earliest first.", "out-of-order", ("months",))
        late = [m for m in self.months if m >= self.term]
        if late:
            what = f"month {late[0]} is not before the term ends, in month {self.term}"
            yield Problem("", what, "Take it out, or lengthen the term.", "after-term", ("months",))

    def _exact(self) -> dict[int, Decimal]:
        left, chances = Decimal(1), {}
        for month in self.months:
            chances[month] = left * self.probability
            left *= 1 - self.probability
        return {**chances, self.term: left}

    @property
    def chances(self) -> dict[int, float]:
        """The probability that it ends in each month at which it can, the term last."""
        return {month: float(chance) for month, chance in self._exact().items()}

    @property
    def early(self) -> float:
        """The probability that it is broken before its term: ``1 − (1 − h)^n``."""
        return float(1 - self._exact()[self.term])

    def survival(self, month: int) -> float:
        """The probability that it lasts beyond a month."""
        return float(sum((c for m, c in self._exact().items() if m > month), Decimal(0)))

    @property
    def mean(self) -> float:
        """The month expected."""
        return float(self._expected())

    @property
    def variance(self) -> float:
        """``Σ p·(month − mean)²``."""
        mean = self._expected()
        return float(sum((c * (m - mean) ** 2 for m, c in self._exact().items()), Decimal(0)))

    def _expected(self) -> Decimal:
        return sum((c * m for m, c in self._exact().items()), Decimal(0))

    def _bounds(self) -> tuple[float, float]:
        possible = [m for m, c in self._exact().items() if c]
        return float(possible[0]), float(possible[-1])

    def _atoms(self) -> Atoms:
        return _exactly({Decimal(m): c for m, c in self._exact().items()})

    def _lattice(self) -> Fraction:
        return Fraction(1)
