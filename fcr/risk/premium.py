"""The price of risk: what to ask for it, and what each concession is worth a year.

Three named methods. One risk is priced by one of them, or by a contingency, never by two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

import numpy as np

from fcr.bid import Bid
from fcr.distributions import Hazard
from fcr.errors import InputError, Problem
from fcr.income import income
from fcr.pricing import price
from fcr.risk.balance import TAIL, RiskBalance, balance
from fcr.risk.draws import CHUNK, draw
from fcr.risk.model import Model
from fcr.risk.simulation import Estimate, Sample, refuse_draws, refuse_share, sized
from fcr.table import Column, Row, Table

__all__ = [
    "BASELINE_PROFIT",
    "HURDLE",
    "PREMIUM_METHODS",
    "Concession",
    "PremiumMethod",
    "concessions",
    "contingency",
    "expected_stranded",
    "monitoring_cost",
    "one_change_each",
    "optimism_bias",
    "premium",
    "profit_rate",
    "risk_adjusted_price",
]

PremiumMethod: TypeAlias = Literal["cost of capital", "P-level", "profit rate"]
PREMIUM_METHODS: tuple[PremiumMethod, ...] = get_args(PremiumMethod)

HURDLE = Decimal("0.08")
"""Yearly return on the reserves put at risk: a default of ours, within 6–10%, not a published norm."""
BASELINE_PROFIT = Decimal("0.0856")
"""The baseline profit rate of single-source defence contracts for 2025/26 (SSRO)."""
COST_RISK_ADJUSTMENT = Decimal("0.25")
"""How far the SSRO's cost-risk adjustment moves the baseline either way, as a share of it."""
P_LEVEL = 0.80


def premium(
    risks: RiskBalance,
    method: PremiumMethod = "cost of capital",
    *,
    hurdle: Decimal = HURDLE,
    level: float = P_LEVEL,
    adjustment: Decimal = Decimal(0),
) -> Estimate:
    """What to ask a year for the risks the provider carries, in pounds, with its sampling error.

    - cost of capital: ``EV ÷ T + hurdle × (ES95 − EV)``
    - P-level: ``Q80 ÷ T`` (or the level given)
    - profit rate: ``8.56% × (1 + adjustment) × cost ÷ T``, the adjustment from −25% to +25%

    with ``EV``, ``ES95`` and ``Q`` those of the provider's loss over a term of ``T`` years. Raises
    :class:`~fcr.errors.InputError` for an adjustment beyond the method's own limits or a level that is no share.
    """
    years = risks.bid.years
    if method == "P-level":
        quantile = contingency(risks, level)
        return Estimate(quantile.value / years, quantile.error / years)
    if method == "profit rate":
        cost = float(price(risks.bid).profile.term)
        return Estimate(float(profit_rate(adjustment)) * cost / years, 0.0)
    loss, rate = risks.loss.values, float(hurdle)
    quantile = risks.loss.quantile(TAIL)
    beyond = np.maximum(loss - quantile.value, 0.0) / (1.0 - TAIL)
    each = Sample(loss / years + rate * (quantile.value + beyond - loss))  # its mean is the premium
    return each.mean


def profit_rate(adjustment: Decimal = Decimal(0)) -> Decimal:
    """The SSRO form: ``8.56% × (1 + adjustment)``, so 6.42% to 10.70% of cost.

    >>> profit_rate(Decimal("-0.25")), profit_rate(Decimal("0.25"))
    (Decimal('0.064200'), Decimal('0.107000'))
    """
    if abs(adjustment) > COST_RISK_ADJUSTMENT:
        what = f"found {adjustment}, expected −{COST_RISK_ADJUSTMENT} to {COST_RISK_ADJUSTMENT}"
        raise InputError([Problem("adjustment", what, "Keep to the method's own limits.", "out-of-range")])
    return BASELINE_PROFIT * (1 + adjustment)


def contingency(risks: RiskBalance, level: float = P_LEVEL) -> Estimate:
    """``Q(level) − base``: pounds over the term above the plan, in which no risk happens.

    The base is the plan (the sum of what is most likely), not the mean; the two differ.
    """
    refuse_share("level", level)
    return risks.loss.quantile(level)


def optimism_bias(upper: Decimal, managed: Decimal) -> Decimal:
    """The uplift left after part of what causes it is managed: ``upper × (1 − managed)``.

    An uplift for what nobody has listed (Mott MacDonald 2002, in the Green Book's guidance): add it to
    the base, reduce it as risks are managed, and never count it besides the same risk in the register.

    >>> optimism_bias(Decimal("0.51"), Decimal("0.92"))
    Decimal('0.0408')
    """
    return upper * (1 - managed)


def expected_stranded(end: Hazard, set_up: Decimal, exit_cost: Decimal = Decimal(0)) -> float:
    """What an early end is expected to leave unpaid: ``Σ P(month m) × (set-up × (1 − m ÷ term) + exit cost)``.

    Set-up cost is paid back month by month over the term; the sum is over the months before it. What
    a break payment should cover, or a price hold.

    >>> expected_stranded(Hazard(probability="0.1", months=[12, 24], term=36), Decimal(30_000), Decimal(40_000))
    10500.0
    """
    early = {month: chance for month, chance in end.chances.items() if month < end.term}
    return sum(chance * (float(set_up) * (1 - month / end.term) + float(exit_cost)) for month, chance in early.items())


@dataclass(frozen=True, slots=True)
class Concession:
    """What a change in terms is worth to the provider a year, in pounds."""

    name: str
    premium_before: Estimate
    premium_after: Estimate
    income_change: float
    """What the planned income changes by a year."""
    monitoring_saved: float
    """What monitoring costs less a year."""

    @property
    def worth(self) -> Estimate:
        """Premium saved, planned income gained and monitoring saved, a year.

        What the provider could give for it and be no worse off.
        """
        saved = self.premium_before.value - self.premium_after.value + self.monitoring_saved
        return Estimate(saved + self.income_change, max(self.premium_before.error, self.premium_after.error))


def concessions(
    draft: Bid,
    changes: Mapping[str, Bid],
    *,
    draws: int = 20_000,
    seed: int = 0,
    method: PremiumMethod = "cost of capital",
    hurdle: Decimal = HURDLE,
) -> tuple[tuple[Concession, ...], Table]:
    """What each change in terms is worth a year: the figure a negotiator needs.

    ``changes`` names each version of the bid with one term changed. Every version meets the same
    draws, so that differences are those of the terms and not of chance. Worth is in pounds a year.

    Raises :class:`~fcr.errors.InputError` for a bid without an offer, for fewer than two draws or a
    seed below nought.

    >>> import fcr
    >>> better = fcr.example("harbour-advice-negotiated")
    >>> worth, table = fcr.concessions(fcr.example(), {"as negotiated": better}, draws=2_000)
    >>> [(change.name, change.worth.shown) for change in worth]
    [('as negotiated', Decimal('70100'))]
    """
    before = premium(balance(draft, draws, seed), method, hurdle=hurdle)
    base_income = float(income(draft).exact.total.sum())
    found = []
    for name, changed in changes.items():
        after = premium(balance(changed, draws, seed), method, hurdle=hurdle)
        more = (float(income(changed).exact.total.sum()) - base_income) / draft.years
        found.append(Concession(name, before, after, more, monitoring_cost(draft) - monitoring_cost(changed)))
    found.sort(key=lambda c: -c.worth.value)
    headings = ("Premium (£)", "Income (£)", "Monitoring (£)", "Worth (£)")
    columns = (Column("Change", "text"), *(Column(h, "number") for h in headings))
    rows = [Row(("As drafted", before.shown, None, None, None))]
    for c in found:
        gained, saved = (Estimate(x, 1.0).shown for x in (c.income_change, c.monitoring_saved))
        rows.append(Row((c.name, c.premium_after.shown, gained, saved, c.worth.shown)))
    note = (
        f"Premium by the {method} method; income gained and monitoring saved against the draft. "
        "Worth: what could be given for the change and leave the provider no worse off."
    )
    return tuple(found), Table("What each concession is worth a year", columns, tuple(rows), (note,))


def monitoring_cost(bid: Bid) -> float:
    """What the offer's monitoring costs a year, in pounds; nought where nobody has said."""
    asked = None if bid.contract is None else bid.contract.monitoring
    return 0.0 if asked is None else float(asked.yearly_cost)


HEADINGS = {
    "mechanism": "The mechanism",
    "duration": "Term, indexation and change in law",
    "protections": "Volume, liability and other protections",
    "workforce": "Workforce and pensions",
    "payment": "Payment terms",
    "exit": "Notice and exit",
    "monitoring": "Monitoring",
}


def one_change_each(draft: Bid, negotiated: Bid) -> dict[str, Bid]:
    """The draft with one heading of the negotiated offer at a time, and last the whole of it.

    For :func:`concessions`. Raises :class:`~fcr.errors.InputError` when either states no offer.
    """
    before, after = draft.contract, negotiated.contract
    if before is None or after is None:
        fix = "Give both bids a contract."
        raise InputError([Problem("contract", "a bid states no offer", fix, "missing", ("contract",))])
    changed = {name: getattr(after, name) for name in HEADINGS if getattr(after, name) != getattr(before, name)}
    versions = {HEADINGS[n]: draft.replace(contract=before.replace(**{n: term})) for n, term in changed.items()}
    return {**versions, "All of it": draft.replace(contract=after)}


def risk_adjusted_price(
    bid: Bid, chance: float = 0.2, *, draws: int = 20_000, seed: int = 0, model: Model | None = None
) -> Estimate:
    """By what factor the offer's income must rise for the chance of a loss over the term to fall to ``chance``.

    The least factor ``k`` with ``P(k × income < cost) ≤ chance``: the ``1 − chance`` quantile of
    cost ÷ income over the draws, so exact for the sample, without trial and error. For a unit
    price it is the factor on that price. Raises :class:`~fcr.errors.InputError` when so many draws
    have no income at all that no factor helps.
    """
    refuse_draws(draws, seed)
    refuse_share("chance", chance)
    model = model or Model(bid)
    source = sized(bid, seed)
    ratios = np.empty(draws)
    for start in range(0, draws, CHUNK):
        count = min(CHUNK, draws - start)
        moves = draw(source, start // CHUNK, count)
        outturn = model.outturn(moves)
        earned = outturn.income.sum(axis=1)
        with np.errstate(divide="ignore"):
            ratios[start : start + count] = np.where(earned > 0, outturn.costs.sum(axis=1) / earned, np.inf)
    with np.errstate(invalid="ignore"):
        answer = Sample(ratios).quantile(1.0 - chance)
    if not np.isfinite([answer.value, answer.error]).all():
        what = "in too many draws there is no income at all"
        raise InputError([Problem("the offer", what, "Ask for a fee that does not hang on volume.", "no-income")])
    return answer
