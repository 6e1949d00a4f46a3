"""Quantities that take single values, each with a probability of its own: sums, and one look-up."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fcr.distributions._base import Uncertain
from fcr.distributions._normal import Floats

__all__ = ["Atoms", "Discrete", "from_masses"]

_NEGLIGIBLE = 1e-20


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """Values in order, each with what its probability comes to from below and from above."""

    values: Floats
    up_to: Floats
    """``P(X ≤ value)``; the last is one."""
    above: Floats
    """``P(X > value)``, summed from the top, so that small tails are not lost."""
    excess: Floats
    """``E[(X − value)+]``, likewise."""

    def cdf(self, x: Floats) -> Floats:
        """``P(X ≤ x)``."""
        return np.concatenate([[0.0], self.up_to])[np.searchsorted(self.values, x, side="right")]

    def below(self, x: Floats) -> Floats:
        """``P(X < x)``."""
        return np.concatenate([[0.0], self.up_to])[np.searchsorted(self.values, x, side="left")]

    def quantile(self, p: Floats) -> Floats:
        """The least value with ``P(X ≤ value) ≥ p``."""
        return self.values.take(np.searchsorted(self.up_to, p, side="left"))

    def excess_over(self, limit: Floats) -> Floats:
        """``E[(X − limit)+]``: straight between one value and the next."""
        at = np.searchsorted(self.values, limit, side="right")  # the first value above the limit
        last = len(self.values) - 1
        gap = self.values[np.minimum(at, last)] - limit
        chance = np.concatenate([[1.0], self.above])[at]
        return np.where(at > last, 0.0, self.excess[np.minimum(at, last)] + gap * np.where(at > last, 0.0, chance))


def from_masses(values: Floats, masses: Floats, up_to: Floats | None = None) -> Atoms:
    """Atoms from probabilities in the order of their values; ends too unlikely to matter are dropped."""
    total = masses.sum()
    masses = masses / total
    first = int(np.searchsorted(np.cumsum(masses), _NEGLIGIBLE, side="right"))
    last = len(masses) - int(np.searchsorted(np.cumsum(masses[::-1]), _NEGLIGIBLE, side="right"))
    values, masses = values[first:last], masses[first:last]
    below = np.minimum(np.cumsum(masses), 1.0) if up_to is None else up_to[first:last].copy()
    below[-1] = 1.0
    above = np.zeros_like(masses)
    above[:-1] = np.cumsum(masses[:0:-1])[::-1]
    excess = np.zeros_like(masses)
    excess[:-1] = np.cumsum((np.diff(values) * above[:-1])[::-1])[::-1]
    return Atoms(values, below, above, excess)


class Discrete(Uncertain):
    """An uncertain quantity that takes single values only: exact, to rounding, in every method."""

    @abstractmethod
    def _atoms(self) -> Atoms:
        """Its values and probabilities; worked out once for each quantity and kept."""

    def _cdf(self, x: Floats) -> Floats:
        return _kept(self).cdf(x)

    def _below(self, x: Floats) -> Floats:
        return _kept(self).below(x)

    def _quantile(self, p: Floats) -> Floats:
        return _kept(self).quantile(p)

    def _excess(self, limit: Floats) -> Floats:
        return _kept(self).excess_over(limit)


@lru_cache(maxsize=64)
def _kept(quantity: Discrete) -> Atoms:
    return quantity._atoms()  # noqa: SLF001
