"""The checks of an offer, one module a heading, and the review they make up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fcr.bid import Bid
from fcr.checks import full_cost_recovery
from fcr.checks.findings import RULES, Finding, Review, RiskSummary, Rule, Situation, Threshold
from fcr.errors import UnknownName
from fcr.money import round_half_up
from fcr.pricing import price
from fcr.risk.balance import balance

__all__ = ["HEADINGS", "RULES", "Finding", "Review", "Rule", "Threshold", "check"]

HEADINGS = (full_cost_recovery.HEADING,)
"""The headings, in the order of the review."""


def check(bid: Bid, thresholds: Mapping[str, Decimal] | None = None, *, draws: int = 20_000, seed: int = 0) -> Review:
    """Ask every rule of a bid and its offer.

    ``thresholds`` overrides a rule's threshold by name; ``draws`` and ``seed`` are those of the
    simulation of its risks, where it states any. Raises
    :class:`~fcr.errors.UnknownName` for a threshold no rule has.
    """
    known = {t.name: t.value for rule in RULES.values() for t in rule.thresholds}
    for name in thresholds or {}:
        if name not in known:
            raise UnknownName("threshold", name, known)
    situation = Situation(bid, price(bid), known | dict(thresholds or {}), _risk_summary(bid, draws, seed))
    return Review(situation, tuple(rule.find(situation) for rule in RULES.values()))


def _risk_summary(bid: Bid, draws: int, seed: int) -> RiskSummary | None:
    """What the checks need of the balance of risk; ``None`` without an offer or a risk that has a size."""
    if bid.contract is None or all(risk.size is None for risk in bid.risks):
        return None
    risks = balance(bid, draws, seed)
    misplaced = [(part.risk.name, part.excess) for part in risks.parts if part.excess]
    worst = sorted(((name, round_half_up(excess)) for name, excess in misplaced), key=lambda pair: -pair[1])
    return RiskSummary(round_half_up(risks.tail_loss.value), round_half_up(risks.excess_transfer), tuple(worst))
