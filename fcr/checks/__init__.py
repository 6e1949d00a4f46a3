"""The checks of an offer, one module a heading, and the review they make up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fcr.bid import Bid
from fcr.checks.catalogue import HEADINGS, RULES, THRESHOLDS, rule_text, rules_table
from fcr.checks.findings import Finding, RiskSummary, Rule, Situation, Threshold
from fcr.checks.review import Feature, Review
from fcr.errors import UnknownName
from fcr.money import round_half_up
from fcr.pricing import price
from fcr.risk.balance import RiskBalance, balance

__all__ = [
    "HEADINGS",
    "RULES",
    "THRESHOLDS",
    "Feature",
    "Finding",
    "Review",
    "RiskSummary",
    "Rule",
    "Situation",
    "Threshold",
    "check",
    "rule_text",
    "rules_table",
]


def check(bid: Bid, thresholds: Mapping[str, Decimal] | None = None, *, draws: int = 20_000, seed: int = 0) -> Review:
    """Ask every rule of a bid and its offer.

    ``thresholds`` overrides a rule's threshold by name; ``draws`` and ``seed`` are those of the
    simulation of its risks, where it states any. Raises
    :class:`~fcr.errors.UnknownName` for a threshold no rule has, or a waiver of no rule.

    >>> import fcr
    >>> review = fcr.check(fcr.example(), draws=2_000)
    >>> review.verdict, review.shortfall
    ('do not sign as drafted', Decimal('71773.56'))
    """
    for name in thresholds or {}:
        if name not in THRESHOLDS:
            raise UnknownName("threshold", name, THRESHOLDS)
    for code in bid.waivers:
        if code not in RULES:
            raise UnknownName("check to waive", code, RULES)
    known = {name: threshold.value for name, threshold in THRESHOLDS.items()}
    counted = bid.contract is not None and any(risk.size is not None for risk in bid.risks)
    risks = balance(bid, draws, seed) if counted else None
    summary = None if risks is None else _risk_summary(risks)
    situation = Situation(bid, price(bid), known | dict(thresholds or {}), summary, risks)
    return Review(situation, tuple(rule.find(situation) for rule in RULES.values()))


def _risk_summary(risks: RiskBalance) -> RiskSummary:
    """What the checks need of the balance of risk."""
    misplaced = [(part.risk.name, part.excess) for part in risks.parts if part.excess]
    worst = sorted(((name, round_half_up(excess)) for name, excess in misplaced), key=lambda pair: -pair[1])
    gaps = {
        part.risk.name: round_half_up(part.share - part.risk.controlled, 4)
        for part in risks.parts
        if part.share is not None and part.risk.controlled is not None
    }
    return RiskSummary(round_half_up(risks.tail_loss.value), round_half_up(risks.excess_transfer), tuple(worst), gaps)
