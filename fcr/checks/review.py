"""The review: all findings on an offer, the verdict, what to ask for, and the features of a good contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Literal, TypeAlias

from fcr.checks.findings import SEVERITIES, Finding, Situation, Threshold, share
from fcr.results import Drawn
from fcr.table import Column, Row, Table

__all__ = ["TAIL_TO_AMEND", "VERDICT_THRESHOLDS", "Feature", "Review"]

HIGHS_TO_AMEND = Threshold(
    "high findings that call for amendment",
    Decimal(3),
    "findings",
    "our default",
    "With so many high findings the verdict is to sign only if amended",
)
TAIL_TO_AMEND = Threshold(
    "tail loss that calls for amendment",
    Decimal("0.5"),
    "share of free reserves",
    "our default",
    "With a tail loss above this share of free reserves the verdict is to sign only if amended",
)
VERDICT_THRESHOLDS = (HIGHS_TO_AMEND, TAIL_TO_AMEND)

Met: TypeAlias = Literal["yes", "no", "in part", "unknown"]

FEATURES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Multi-year funding", "Short-term funding", ("TRM-1", "TRM-2", "TRM-3")),
    ("Focus on outcomes", "", ("OUT-2", "OUT-3", "OUT-4", "OUT-5", "OUT-8", "OUT-9")),
    (
        "Minimised bureaucracy",
        "Excessive monitoring and evaluation",
        tuple(f"MON-{n}" for n in range(1, 8)),
    ),
    (
        "Balance of risk",
        "Inappropriate balance of risk",
        tuple(f"RSK-{n}" for n in range(1, 17)),
    ),
    (
        "Full cost recovery",
        "Prices that impede full cost recovery",
        ("FCR-1", "FCR-3", "FCR-4", "FCR-6", "TRM-5"),
    ),
)
"""The five features that the cross-government action plan of December 2006 asked of contracts; the barrier each answers
to, of the four it named; and the checks that tell."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One of the five features of a good contract, and whether the offer has it."""

    name: str
    barrier: str
    """Which of the four barriers it answers to; blank for none."""
    findings: tuple[Finding, ...]
    """The findings it rests on."""

    @property
    def met(self) -> Met:
        """``no`` with a blocker or a high finding; ``in part`` with a lesser one; else ``unknown`` with
        a question open; else ``yes``. A waived finding is still a finding.
        """
        if any(f.grave for f in self.findings):
            return "no"
        if any(f.raised for f in self.findings):
            return "in part"
        return "unknown" if any(f.status == "unknown" for f in self.findings) else "yes"

    @property
    def rests_on(self) -> str:
        """The checks behind the answer, by what they found."""
        groups = (
            ("against", [f.code for f in self.findings if f.raised]),
            ("not known", [f.code for f in self.findings if f.status == "unknown"]),
            ("for", [f.code for f in self.findings if f.status == "pass"]),
        )
        return "; ".join(f"{word}: {_codes(codes)}" for word, codes in groups if codes)

    def to_dict(self) -> dict[str, object]:
        """Plain data."""
        checks = {f.code: f.status for f in self.findings}
        return {"feature": self.name, "barrier": self.barrier, "met": self.met, "checks": checks}


@dataclass(frozen=True)
class Review(Drawn):
    """All findings on an offer, and the verdict."""

    situation: Situation
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """``do not sign as drafted`` with any blocker; ``sign only if amended`` with three highs, or a
        tail loss above half of free reserves; else ``acceptable with notes``; ``unknown`` when there
        is no offer to judge. What is waived does not count.

        A default of ours, not a published norm.
        """
        counted = [f.severity for f in self.findings if f.counts]
        if self.situation.offer is None:
            return "unknown: no offer is stated"
        if "blocker" in counted:
            return "do not sign as drafted"
        highs = counted.count("high") >= self.situation.value(HIGHS_TO_AMEND)
        return "sign only if amended" if highs or self._tail_too_long else "acceptable with notes"

    @property
    def _tail_too_long(self) -> bool:
        risk, reserves = self.situation.risk, self.situation.bid.organisation.free_reserves
        if risk is None or reserves is None or any(f.waived for f in self.findings if f.code == "RSK-15"):
            return False
        return risk.tail_loss > self.situation.value(TAIL_TO_AMEND) * reserves

    def __getitem__(self, code: str) -> Finding:
        """The finding of a rule, by its code; raises ``KeyError``."""
        return {f.code: f for f in self.findings}[code]

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
    def raised(self) -> tuple[Finding, ...]:
        """What is wrong, gravest and largest first, what is waived included."""
        found = [f for f in self.findings if f.raised]
        return tuple(sorted(found, key=lambda f: (SEVERITIES.index(f.severity), -(f.amount or 0))))

    @property
    def unknowns(self) -> tuple[Finding, ...]:
        """The questions nobody has given the answer to."""
        return tuple(f for f in self.findings if f.status == "unknown")

    # ── what to do ──

    def asks(self) -> tuple[str, ...]:
        """What to ask the commissioner for, gravest and largest first, ready to paste into a letter."""
        return tuple(f.remedy for f in self.raised if f.counts and not f.rule.for_trustees)

    def for_trustees(self) -> tuple[str, ...]:
        """What the charity has to settle for itself, gravest and largest first."""
        return tuple(f.remedy for f in self.raised if f.counts and f.rule.for_trustees)

    def ask_letter(self) -> str:
        """The asks as the body of a letter to the commissioner; nothing when there is nothing to ask."""
        asks, bid = self.asks(), self.situation.bid
        if not asks:
            return ""
        to = "commissioner" if bid.contract is None else bid.contract.commissioner or "commissioner"
        lines = [f"To the {to}" if to == "commissioner" else f"To {to}", ""]
        lines += [f"{bid.service}: {bid.organisation.name} would like to agree the following before signing.", ""]
        lines += [f"{i + 1}. {ask}" for i, ask in enumerate(asks)]
        return "\n".join(lines) + "\n"

    def features(self) -> tuple[Feature, ...]:
        """The five features of a good contract, each with its answer and the checks it rests on."""
        by_code = {f.code: f for f in self.findings}
        return tuple(Feature(name, barrier, tuple(by_code[c] for c in codes)) for name, barrier, codes in FEATURES)

    # ── how it says itself ──

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

    def asks_table(self) -> Table:
        """What to ask the commissioner for, gravest and largest first; then what the charity settles for itself."""
        columns = (Column("No.", "text"), Column("Ask", "text"), Column("Check", "text"), Column("£ over the term"))
        counted = [f for f in self.raised if f.counts]
        ours = [f for f in counted if f.rule.for_trustees]
        asked = [f for f in counted if not f.rule.for_trustees]
        rows = [Row((str(i), f.remedy, f.code, f.amount)) for i, f in enumerate(asked, 1)]
        rows += [Row(("", "For the trustees to settle", "", None), "heading")] if ours else []
        rows += [Row(("", f.remedy, f.code, f.amount)) for f in ours]
        return Table("What to ask for, gravest first", columns, tuple(rows))

    def features_table(self) -> Table:
        """The five features of a good contract, beside the barriers they answer to."""
        columns = (Column("A good contract has", "text"), Column("Met", "text"), Column("Checks", "text"))
        rows = [Row((f.name, f.met, f.rests_on)) for f in self.features()]
        pairs = "; ".join(f"{f.barrier.lower()} ({f.name.lower()})" for f in self.features() if f.barrier)
        notes = (f"The four barriers of the action plan of 2006, each with the feature that answers it: {pairs}.",)
        return Table("The five features of a good contract", columns, tuple(rows), notes)

    def table(self, *, full: bool = False) -> Table:
        """What is wrong, by heading, with pounds over the term; then what passed and what is not known, in short.

        ``full`` lists every finding.
        """
        columns = (
            Column("Check", "text"),
            Column("Answer", "text"),
            Column("What was found", "text"),
            Column("£ over the term"),
        )
        rows = []
        shown = [f for f in self.findings if full or f.raised]
        for heading, group in groupby(shown, key=lambda f: f.rule.heading):
            rows.append(Row(("", "", heading, None), "heading"))
            for finding in sorted(group, key=lambda f: not f.raised):
                found = f"{finding.measured}; waived: {finding.waived}" if finding.waived else finding.measured
                rows.append(Row((finding.code, finding.answer, found, finding.amount)))
        open_ = len(self.unknowns)
        title = f"Verdict: {self.verdict}"
        if open_ and self.situation.offer is not None:
            title += f"; {open_} of {len(self.findings)} questions not answered"
        return Table(title, columns, tuple(rows), tuple(self._notes(full=full)))

    def tables(self) -> tuple[Table, ...]:
        """The offer against full cost, what is wrong, what to ask for, and the five features."""
        asks = self.asks_table()
        return self.recovery(), self.table(), *([asks] if asks.rows else []), self.features_table()

    def _notes(self, *, full: bool) -> Iterator[str]:
        good = [f.code for f in self.findings if f.status == "pass"]
        if good and not full:
            yield f"Passed ({len(good)}): {_codes(good)}."
        yield from self._unknown_notes()
        most = [f.code for f in self.findings if f.raised and f.at_most and f.amount]
        if most:
            yield f"The most that could be lost, not what is likely: {_codes(most)}."
        if sum(f.raised and f.amount is not None for f in self.findings) > 1:
            yield "Amounts of different checks overlap: do not add them up."
        raised = [f for f in self.findings if f.raised]
        defaults = dict.fromkeys(t.name for f in raised for t in f.rule.thresholds if t.standing == "our default")
        if defaults:
            yield f"Thresholds that are defaults of ours, to be overridden at will: {'; '.join(defaults)}."
        doubtful = dict.fromkeys(t.name for f in raised for t in f.rule.thresholds if not t.verified)
        if doubtful:
            yield f"Thresholds that are unverified: {'; '.join(doubtful)}."

    def _unknown_notes(self) -> Iterator[str]:
        """What to find out, a note for each heading."""
        no_offer = [f for f in self.unknowns if f.measured == "no offer is stated"]
        if no_offer:
            yield f"No offer is stated, so {len(no_offer)} questions are not answered. {no_offer[0].remedy}"
        open_ = [f for f in self.unknowns if f not in no_offer]
        for heading, group in groupby(open_, key=lambda f: f.rule.heading):
            asked = "; ".join(f"({f.code}) {f.measured.removeprefix('not stated: ')}" for f in group)
            yield f"Find out, {heading[0].lower()}{heading[1:]}: {asked}."

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
            "for_trustees": list(self.for_trustees()),
            "features": [f.to_dict() for f in self.features()],
        }


def _codes(codes: list[str]) -> str:
    """Codes with the heading said once: ``FCR-6, 8; RSK-2``.

    >>> _codes(["FCR-6", "FCR-8", "RSK-2"])
    'FCR-6, 8; RSK-2'
    """
    groups = groupby(codes, key=lambda code: code.partition("-")[0])
    return "; ".join(f"{name}-{', '.join(c.partition('-')[2] for c in group)}" for name, group in groups)
