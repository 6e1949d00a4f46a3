"""The checks of an offer, one module a heading, and the review they make up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fcr.bid import Bid
from fcr.checks import full_cost_recovery
from fcr.checks.findings import RULES, Finding, Review, Rule, Situation, Threshold
from fcr.errors import UnknownName
from fcr.pricing import price

__all__ = ["HEADINGS", "RULES", "Finding", "Review", "Rule", "Threshold", "check"]

HEADINGS = (full_cost_recovery.HEADING,)
"""The headings, in the order of the review."""


def check(bid: Bid, thresholds: Mapping[str, Decimal] | None = None) -> Review:
    """Ask every rule of a bid and its offer.

    ``thresholds`` overrides a rule's threshold by name. Raises
    :class:`~fcr.errors.UnknownName` for a threshold no rule has.
    """
    known = {t.name: t.value for rule in RULES.values() for t in rule.thresholds}
    for name in thresholds or {}:
        if name not in known:
            raise UnknownName("threshold", name, known)
    situation = Situation(bid, price(bid), known | dict(thresholds or {}))
    return Review(situation, tuple(rule.find(situation) for rule in RULES.values()))
