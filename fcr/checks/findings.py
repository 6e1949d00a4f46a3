"""What a check is and what it answers: thresholds, rules, findings and the review.

A rule is a small function with a stable code. Its threshold is data that names its source and
whether it is law, published guidance or a default of ours, and any user may override it. A rule
that needs what nobody has stated answers *unknown*, never *pass*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeAlias

from fcr.bid import Bid
from fcr.cashflow import CashFlow, cash_flow
from fcr.contract import Contract
from fcr.errors import ReconciliationError
from fcr.income import ContractIncome, income
from fcr.pricing import PriceBuildUp
from fcr.table import Column, Row, Table

__all__ = ["Answer", "Finding", "Review", "Rule", "Situation", "Status", "Threshold", "rule"]

Status: TypeAlias = Literal["pass", "concern", "fail", "unknown"]
Severity: TypeAlias = Literal["blocker", "high", "medium", "low"]
Standing: TypeAlias = Literal["law", "published guidance", "our default"]

SEVERITIES: tuple[Severity, ...] = ("blocker", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number a rule compares with: what it is, whose it is, and where it comes from."""

    name: str
    value: Decimal
    unit: str
    standing: Standing
    source: str


@dataclass(frozen=True, slots=True)
class RiskSummary:
    """What the checks need of the risk figures, in pounds over the term."""

    tail_loss: Decimal
    """The provider's expected shortfall at 95%: the mean loss in the worst one case in twenty."""
    excess_transfer: Decimal
    """Expected loss that the provider bears beyond what it controls."""
    worst: tuple[tuple[str, Decimal], ...]
    """The risks most out of place, with the expected loss beyond control, largest first."""


@dataclass(frozen=True)
class Situation:
    """What a rule looks at: the bid, its price, its cash, its risks, and the thresholds in force."""

    bid: Bid
    price: PriceBuildUp
    thresholds: Mapping[str, Decimal]
    risk: RiskSummary | None = None
    """``None`` when the bid states no risks, or they were not simulated."""

    @cached_property
    def cash(self) -> CashFlow | None:
        """The planned ledger; ``None`` when there is no offer."""
        return None if self.bid.contract is None else cash_flow(self.bid, priced=self.price)

    @property
    def contract(self) -> Contract:
        """The offer. Rules are asked only where there is one, but for those marked ``without_offer``."""
        if self.bid.contract is None:
            raise ReconciliationError("a rule asked for the terms of an offer that is not there")
        return self.bid.contract

    @property
    def offer(self) -> tuple[Decimal, ...] | None:
        """What the commissioner offers each contract year, in pounds; ``None`` when there is no offer."""
        return None if self.income is None else self.income.years

    @cached_property
    def income(self) -> ContractIncome | None:
        """What the offer would pay; ``None`` when there is no offer."""
        return None if self.bid.contract is None else income(self.bid, costs=self.price.profile.exact.total)

    @property
    def difference(self) -> tuple[Decimal, ...] | None:
        """The offer less the full cost each contract year, in pounds: below nought it falls short."""
        if self.offer is None:
            return None
        return tuple(o - f for o, f in zip(self.offer, self.price.full_cost, strict=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule's function gives back."""

    status: Status
    measured: str
    """The figure found, in words."""
    amount: Decimal | None = None
    """Pounds at stake over the term; ``None`` when it has no amount."""
    severity: Severity | None = None
    """When the case is graver, or milder, than the rule usually is."""
    remedy: str = ""
    """The words to ask for instead, when they depend on the case."""


@dataclass(frozen=True)
class Rule:
    """One check: its code, heading, question, usual severity, thresholds, source and remedy."""

    code: str
    heading: str
    question: str
    severity: Severity
    source: str
    remedy: str
    thresholds: tuple[Threshold, ...]
    answer: Callable[[Situation], Answer] = field(compare=False)

    def find(self, situation: Situation) -> Finding:
        """Ask the question of a bid."""
        answer = self.answer(situation)
        severity = answer.severity or self.severity
        return Finding(self, answer.status, severity, answer.measured, answer.amount, answer.remedy or self.remedy)


RULES: dict[str, Rule] = {}
"""Every rule by its code, in the order of the headings."""


def rule(
    code: str,
    heading: str,
    question: str,
    severity: Severity,
    *,
    source: str,
    remedy: str,
    thresholds: tuple[Threshold, ...] = (),
) -> Callable[[Callable[[Situation], Answer]], Rule]:
    """Make a function a rule, and list it."""

    def make(answer: Callable[[Situation], Answer]) -> Rule:
        made = Rule(code, heading, question, severity, source, remedy, thresholds, answer)
        RULES[code] = made
        return made

    return make


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one check: pass, concern, fail or unknown, with pounds and remedy."""

    rule: Rule
    status: Status
    severity: Severity
    measured: str
    amount: Decimal | None
    remedy: str

    @property
    def code(self) -> str:
        """The rule's stable code, such as ``FCR-1``."""
        return self.rule.code

    @property
    def raised(self) -> bool:
        """Whether something is wrong: a concern or a fail."""
        return self.status in {"concern", "fail"}

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        return {
            "code": self.code,
            "heading": self.rule.heading,
            "question": self.rule.question,
            "status": self.status,
            "severity": self.severity if self.raised else None,
            "measured": self.measured,
            "amount": None if self.amount is None else str(self.amount),
            "remedy": "" if self.status == "pass" else self.remedy,
            "source": self.rule.source,
        }


@dataclass(frozen=True)
class Review:
    """All findings on an offer, and the verdict."""

    situation: Situation
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """``do not sign as drafted`` with any blocker; ``sign only if amended`` with three highs; else
        ``acceptable with notes``; ``unknown`` when there is no offer to judge.

        A default of ours, not a published norm.
        """
        raised = [f.severity for f in self.findings if f.raised]
        if self.situation.offer is None:
            return "unknown: no offer is stated"
        if "blocker" in raised:
            return "do not sign as drafted"
        return "sign only if amended" if raised.count("high") >= HIGHS_TO_AMEND else "acceptable with notes"

    @property
    def full_cost(self) -> Decimal:
        """The full cost over the term, in pounds: the price that would just recover."""
        return self.situation.price.profile.term

    @property
    def shortfall(self) -> Decimal | None:
        """How far the offer falls short of full cost over the term, in pounds; nought when it does not."""
        difference = self.situation.difference
        return None if difference is None else max(-sum(difference, Decimal(0)), Decimal("0.00"))

    @property
    def recovery_rate(self) -> Decimal | None:
        """The offer over the term as a share of full cost, to four decimals."""
        offer = self.situation.offer
        return None if offer is None else share(sum(offer, Decimal(0)), self.full_cost)

    @property
    def unknowns(self) -> tuple[Finding, ...]:
        """The questions nobody has given the answer to."""
        return tuple(f for f in self.findings if f.status == "unknown")

    def asks(self) -> tuple[str, ...]:
        """What to ask for, gravest and largest first."""
        raised = [f for f in self.findings if f.raised]
        ordered = sorted(raised, key=lambda f: (SEVERITIES.index(f.severity), -(f.amount or 0)))
        return tuple(f.remedy for f in ordered)

    def recovery(self) -> Table:
        """Each contract year and the term: full cost, offer, difference and recovery rate."""
        price, offer, difference = self.situation.price, self.situation.offer, self.situation.difference
        columns = (
            Column("", "text"),
            Column("Full cost"),
            Column("Offer"),
            Column("Difference"),
            Column("Recovery", "share"),
        )
        rows = []
        sums: list[list[Decimal]] = [[], [], []]
        for year, label in enumerate(self.situation.bid.term.labels):
            full = price.full_cost[year]
            given = None if offer is None else offer[year]
            gap = None if difference is None else difference[year]
            rate = None if given is None else share(given, full)
            rows.append(Row((label, full, given, gap, rate)))
            for column, value in zip(sums, (full, given, gap), strict=True):
                column.append(value or Decimal(0))
        full, given, gap = (sum(column, Decimal(0)) for column in sums)
        cells = (full, None, None, None) if offer is None else (full, given, gap, self.recovery_rate)
        rows.append(Row(("Term", *cells), "total", adds=tuple(range(len(rows)))))
        title = f"The offer against full cost: {self.situation.bid.service} (£)"
        notes = ("A difference below nought is what gifts or reserves would have to pay.",)
        return Table(title, columns, tuple(rows), notes)

    def table(self) -> Table:
        """Every finding: code, answer, what was found, and pounds over the term."""
        columns = (
            Column("Check", "text"),
            Column("Answer", "text"),
            Column("What was found", "text"),
            Column("£ over the term"),
        )
        rows = []
        for finding in self.findings:
            answer = f"{finding.status} ({finding.severity})" if finding.raised else finding.status
            rows.append(Row((finding.code, answer, finding.measured, finding.amount)))
        return Table(f"Verdict: {self.verdict}", columns, tuple(rows), tuple(self._notes()))

    def _notes(self) -> Iterator[str]:
        asks = self.asks()
        yield from (f"Ask {i + 1}: {ask}" for i, ask in enumerate(asks))
        yield from (f"Find out ({f.code}): {f.remedy}" for f in self.unknowns)
        defaults = [t.name for f in self.findings for t in f.rule.thresholds if t.standing == "our default"]
        if defaults:
            yield f"Thresholds that are defaults of ours, to be overridden at will: {', '.join(defaults)}."

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        rate = self.recovery_rate
        return {
            "verdict": self.verdict,
            "full_cost": str(self.full_cost),
            "shortfall": None if self.shortfall is None else str(self.shortfall),
            "recovery_rate": None if rate is None else str(rate),
            "recovery": self.recovery().to_dict(),
            "findings": [f.to_dict() for f in self.findings],
            "asks": list(self.asks()),
        }

    def __str__(self) -> str:
        return f"{self.recovery().text()}\n\n{self.table().text()}"


HIGHS_TO_AMEND = 3


def share(part: Decimal, whole: Decimal) -> Decimal:
    """``part ÷ whole`` to four decimals, half up; all of it when there is nothing to pay for."""
    if not whole:
        return Decimal(1)
    return (part / whole).quantize(Decimal("0.0001"), "ROUND_HALF_UP")
