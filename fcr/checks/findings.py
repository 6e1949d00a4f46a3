"""What a check is and what it answers: rules, answers and findings.

A rule is a small function with a stable code. Its threshold is data that names its source and
whether it is law, published guidance or a default of ours, and any user may override it. A rule
that needs what nobody has stated answers *unknown*, never *pass*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, TypeAlias

from fcr.checks.situation import RiskSummary, Situation, Standing, Threshold
from fcr.money import round_half_up
from fcr.results import Result
from fcr.table import Column, Row, Table

__all__ = [
    "ESCALATION",
    "SEVERITIES",
    "Answer",
    "Finding",
    "RiskSummary",
    "Rule",
    "Severity",
    "Situation",
    "Standing",
    "Status",
    "Threshold",
    "passed",
    "per_cent",
    "pounds",
    "raised",
    "rule",
    "share",
    "unknown",
    "yes_or_no",
]

Status: TypeAlias = Literal["pass", "concern", "fail", "unknown"]
Severity: TypeAlias = Literal["blocker", "high", "medium", "low"]

SEVERITIES: tuple[Severity, ...] = ("blocker", "high", "medium", "low")

ESCALATION = Threshold(
    "amount that raises severity",
    Decimal("0.25"),
    "share of free reserves",
    "our default",
    "A finding whose amount is above this share of free reserves is one step graver",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule's function gives back: see :func:`passed`, :func:`raised` and :func:`unknown`."""

    status: Literal["pass", "raised", "unknown"]
    measured: str
    """The figure found, in words."""
    amount: Decimal | None = None
    """Pounds at stake over the term; ``None`` when it has no amount."""
    severity: Severity | None = None
    """When the case is graver, or milder, than the rule usually is."""
    remedy: str = ""
    """The words to ask for instead, when they depend on the case; for an unknown, what to find out."""
    at_most: bool = False
    """Whether the amount is the most that could be lost, not what is likely: it raises no severity."""


def passed(measured: str) -> Answer:
    """Nothing is wrong."""
    return Answer("pass", measured)


def unknown(what: str) -> Answer:
    """Nobody has stated ``what``, which the rule needs: words that follow *Find out*."""
    return Answer("unknown", f"not stated: {what}", remedy=f"Find out {what}.")


def raised(
    measured: str,
    amount: Decimal | float | None = None,
    *,
    severity: Severity | None = None,
    remedy: str = "",
    at_most: bool = False,
) -> Answer:
    """Something is wrong. An amount of nought or less is none."""
    figure = None if amount is None else round_half_up(amount)
    return Answer("raised", measured, figure if figure and figure > 0 else None, severity, remedy, at_most)


def yes_or_no(stated: bool | None, *, good: bool, what: str, well: str, ill: str) -> Answer:
    """The answer to a term that is there or not: ``good`` is what it should be, ``what`` it is."""
    if stated is None:
        return unknown(what)
    return passed(well) if stated is good else raised(ill)


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
    without_offer: bool = False
    """Whether it can be answered where there is no offer."""
    for_trustees: bool = False
    """Whether what to do is the charity's own, not to be asked of the commissioner."""

    def find(self, situation: Situation) -> Finding:
        """Ask the question of a bid."""
        if situation.bid.contract is None and not self.without_offer:
            words, remedy = "no offer is stated", "State what the commissioner offers, and on what terms."
            return Finding(self, "unknown", self.severity, words, None, remedy)
        answer = self.answer(situation)
        severity, measured = answer.severity or self.severity, answer.measured
        if answer.status == "raised" and _too_much(situation, answer):
            graver = SEVERITIES[max(SEVERITIES.index(severity) - 1, 0)]
            if graver != severity:
                limit = situation.value(ESCALATION)
                measured += f"; one step graver, being over {per_cent(limit)} of free reserves"
            severity = graver
        status: Status = "pass" if answer.status == "pass" else "unknown"
        if answer.status == "raised":
            status = "fail" if severity in {"blocker", "high"} else "concern"
        reason = situation.bid.waivers.get(self.code, "")
        finding = Finding(self, status, severity, measured, answer.amount, answer.remedy or self.remedy)
        return replace(finding, waived=reason, at_most=answer.at_most)


def _too_much(situation: Situation, answer: Answer) -> bool:
    reserves = situation.bid.organisation.free_reserves
    if reserves is None or answer.amount is None or answer.at_most:
        return False
    return answer.amount > situation.value(ESCALATION) * reserves


def rule(
    code: str,
    heading: str,
    question: str,
    severity: Severity,
    *,
    source: str,
    remedy: str,
    thresholds: tuple[Threshold, ...] = (),
    without_offer: bool = False,
    for_trustees: bool = False,
) -> Callable[[Callable[[Situation], Answer]], Rule]:
    """Make a function a rule."""

    def make(answer: Callable[[Situation], Answer]) -> Rule:
        return Rule(code, heading, question, severity, source, remedy, thresholds, answer, without_offer, for_trustees)

    return make


@dataclass(frozen=True, slots=True)
class Finding(Result):
    """The answer to one check: pass, concern, fail or unknown, with pounds and remedy."""

    rule: Rule
    status: Status
    severity: Severity
    measured: str
    amount: Decimal | None
    """Pounds at stake over the term. Amounts of different checks overlap: they are not to be added."""
    remedy: str
    waived: str = ""
    """Why it is accepted all the same, when it is: it no longer counts in the verdict."""
    at_most: bool = False
    """Whether the amount is the most that could be lost, not what is likely."""

    @property
    def code(self) -> str:
        """The rule's stable code, such as ``FCR-1``."""
        return self.rule.code

    @property
    def raised(self) -> bool:
        """Whether something is wrong: a concern or a fail."""
        return self.status in {"concern", "fail"}

    @property
    def counts(self) -> bool:
        """Whether it counts in the verdict: it is raised, and nobody has waived it."""
        return self.raised and not self.waived

    @property
    def grave(self) -> bool:
        """Whether it is raised as a blocker or as high."""
        return self.status == "fail"

    @property
    def answer(self) -> str:
        """The status, its severity when it is raised, and whether it is waived."""
        words = f"{self.status} ({self.severity})" if self.raised else self.status
        return f"{words}, waived" if self.raised and self.waived else words

    def table(self) -> Table:
        """The question, the answer with its pounds, what to do, and what it rests on."""
        rows = [("Answer", self.answer), ("What was found", self.measured)]
        if self.amount is not None:
            rows.append(("At most, over the term" if self.at_most else "Over the term", pounds(self.amount)))
        if self.waived:
            rows.append(("Accepted because", self.waived))
        if self.status != "pass":
            rows.append(("For the trustees" if self.rule.for_trustees else "To ask for", self.remedy))
        rows += [("Threshold", f"{t.name}: {t.shown} ({t.whose})") for t in self.rule.thresholds]
        rows.append(("Source", self.rule.source))
        columns = (Column("", "text"), Column("", "text"))
        return Table(f"{self.code}: {self.rule.question}", columns, tuple(Row(row) for row in rows))

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
            "at_most": self.at_most,
            "remedy": "" if self.status == "pass" else self.remedy,
            "waived": self.waived,
            "source": self.rule.source,
        }


# ── words ──


def pounds(amount: Decimal | float) -> str:
    """Pounds and pence as people read them.

    >>> pounds(1234.5), pounds(-3)
    ('£1,234.50', '-£3.00')
    """
    value = round_half_up(amount)
    return f"-£{-value:,.2f}" if value < 0 else f"£{value:,.2f}"


def per_cent(rate: Decimal | float, places: int = 2) -> str:
    """A share as a percentage, without idle noughts.

    >>> per_cent(Decimal("0.25")), per_cent(0.05254), per_cent(-0.1318, 1)
    ('25%', '5.25%', '-13.2%')
    """
    value = round_half_up(float(rate) * 100, places)
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def share(part: Decimal, whole: Decimal) -> Decimal:
    """``part ÷ whole`` to four decimals, half up; all of it when there is nothing to pay for."""
    if not whole:
        return Decimal(1)
    return (part / whole).quantize(Decimal("0.0001"), "ROUND_HALF_UP")
