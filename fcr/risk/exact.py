"""A register of yes-or-no risks summed exactly: no draws, no sampling error.

Every combination of up to about twenty events, each with a fixed impact, independent of one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fcr.distributions import Event, Fixed
from fcr.errors import InputError, Problem
from fcr.risks import Risk

__all__ = ["MOST_EVENTS", "ExactLoss", "exact_losses"]

Floats = npt.NDArray[np.float64]
MOST_EVENTS = 22
"""2²² combinations are 4 million: a second's work."""


@dataclass(frozen=True)
class ExactLoss:
    """The exact distribution of a sum of losses: each amount that can occur, least first, and its probability."""

    amounts: Floats
    chances: Floats

    @property
    def mean(self) -> float:
        """``Σ p·x``, in pounds."""
        return float(self.amounts @ self.chances)

    @property
    def variance(self) -> float:
        """``Σ p·(x − mean)²``."""
        return float(((self.amounts - self.mean) ** 2) @ self.chances)

    def quantile(self, level: float) -> float:
        """The least amount not exceeded with probability ``level``."""
        at = int(np.searchsorted(np.cumsum(self.chances), level - 1e-12))
        return float(self.amounts[min(at, self.amounts.size - 1)])

    def expected_shortfall(self, level: float) -> float:
        """``q + E[(x − q)⁺] ÷ (1 − level)``, in pounds."""
        quantile = self.quantile(level)
        return quantile + float(np.maximum(self.amounts - quantile, 0.0) @ self.chances) / (1.0 - level)

    def chance_above(self, amount: float) -> float:
        """``P(loss > amount)``."""
        return float(self.chances[self.amounts > amount].sum())


def exact_losses(risks: Sequence[Risk], *, provider: bool = True) -> ExactLoss:
    """The exact distribution of the term's loss from yes-or-no risks in pounds.

    ``provider`` counts only the provider's share. Raises :class:`~fcr.errors.InputError` naming
    every risk that is not an event of fixed impact over the term, or when there are too many.

    >>> from decimal import Decimal
    >>> risks = [Risk(name=n, size=Event(probability=Decimal("0.5"), impact=Fixed(value=100))) for n in ("a", "b")]
    >>> exact_losses(risks).mean, exact_losses(risks).chance_above(150)
    (100.0, 0.25)
    """
    problems = [
        Problem(f"risk {risk.name!r}", "it is not a yes-or-no event of fixed impact in pounds", fix, "not-exact")
        for risk in risks
        if not _plain(risk)
        for fix in ["Simulate it instead."]
    ]
    if len(risks) > MOST_EVENTS:
        what = f"there are {len(risks)}, more than {MOST_EVENTS}"
        problems.append(Problem("the risks", what, "Simulate them instead.", "too-many"))
    if problems:
        raise InputError(problems)
    amounts, chances = np.zeros(1), np.ones(1)
    for risk in risks:
        event = risk.size
        if isinstance(event, Event) and isinstance(event.impact, Fixed):
            impact, chance = float(event.impact.value) * (risk.borne if provider else 1.0), float(event.probability)
            amounts = np.concatenate([amounts, amounts + impact])
            chances = np.concatenate([chances * (1.0 - chance), chances * chance])
    order = np.argsort(amounts, kind="stable")
    return ExactLoss(amounts[order], chances[order])


def _plain(risk: Risk) -> bool:
    fixed = isinstance(risk.size, Event) and isinstance(risk.size.impact, Fixed)
    return fixed and risk.acts_on == "pounds" and risk.per == "term"
