"""What an organisation spends: costs and posts, each a line with its place, its time and its source."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from fcr.errors import Problem
from fcr.inputs import Input, Many, Mapped, Name, Percent, Pounds, PoundsOrNought, Quantity, Share, either

__all__ = ["AgeBand", "Cost", "Phase", "Post", "Source"]

Phase = Literal["start-up", "running", "close-down"]
AgeBand = Literal["under 21", "21", "22 to pension age", "over pension age"]

FIXED = "fixed"
"""The index of a cost that never rises."""


class Source(Input):
    """Where a figure came from: a file, and the sheet and cell, or the line, in it.

    >>> str(Source(file="ledger.csv", line=42))
    'ledger.csv line 42'
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    line: PositiveInt | None = None

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.cell}".strip("!")
        line = f"line {self.line}" if self.line is not None else ""
        return " ".join(part for part in (self.file, place, line) if part)


class _Line(Input):
    """What costs and posts share."""

    name: Name
    phase: Phase = "running"
    first_month: PositiveInt | None = None
    """The first month it is paid, counted from 1 at the start of the period costed."""
    last_month: PositiveInt | None = None
    """The last month it is paid."""
    category: str = ""
    """What kind of cost a funder would call it, such as ``fundraising`` or ``contingency``."""
    source: Source | None = None
    note: str = ""

    def _problems(self) -> Iterator[Problem]:
        if self.first_month is not None and self.last_month is not None and self.last_month < self.first_month:
            what = f"its last month, {self.last_month}, is before its first, {self.first_month}"
            yield Problem("", what, "Swap them, or leave one out.", "months-reversed", ("last_month",))

    def months(self, term: int) -> range:
        """The months, from 0, in which it is paid in a term of ``term`` months.

        A start-up line left without months falls in the first month, a close-down line in the last.
        """
        first = self.first_month or (term if self.phase == "close-down" and self.last_month is None else 1)
        last = self.last_month or (first if self.phase == "start-up" else term)
        return range(min(first, term + 1) - 1, min(last, term))


def _split_problems(split: Mapped[str, Percent], field: str, what: str) -> Iterator[Problem]:
    total = sum((Decimal(v) for v in split.values()), Decimal(0))
    if total != 100:  # noqa: PLR2004
        listed = ", ".join(f"{name} {share}%" for name, share in split.items()) or "nothing"
        out = f"{100 - total:f}% is missing" if total < 100 else f"{total - 100:f}% too much"  # noqa: PLR2004
        fix = f"Make the shares come to 100%: {out}."
        yield Problem("", f"{what} adds to {total:f}%: {listed}", fix, "not-100", (field,))


class Cost(_Line):
    """One cost, at the organisation's base-year prices, net of VAT.

    ``amount`` is pounds **a year** for a running cost (a twelfth each month it is paid); pounds
    **in all**, spread evenly over its months, for a start-up or close-down cost; the price of the
    asset for a capital cost; pounds **a unit** or **a step** for a cost that follows volume.
    ``amounts`` gives instead the pounds of each contract year, in the money of that year.

    A negative amount is a credit. VAT that cannot be recovered is part of the cost:
    ``amount × (1 + vat_rate × (1 − vat_recoverable))``.

    >>> Cost(name="Rent", centre="Premises", amount=Decimal(18000)).rises_by
    'CPI'
    >>> Cost(name="Laptops", centre="Advice", amount=Decimal(2400), capital="depreciation", life=4).rises_by
    'fixed'
    """

    centre: Name | None = None
    """The one cost centre (service or cost pool) it belongs to; or see ``split``."""
    split: Mapped[Name, Percent] = {}
    """Percentages of it on each of several centres, 100 in all."""
    amount: Pounds | None = None
    amounts: Many[Pounds] = ()
    index: Name | None = None
    """What it rises by: ``pay``, ``CPI``, ``wage floor``, ``fixed`` or an index the bid names; CPI if left out."""
    vat_rate: Share = Decimal(0)
    vat_recoverable: Share | None = None
    """The share of its VAT that can be recovered: must be said when there is VAT."""
    behaviour: Literal["fixed", "per unit", "stepped"] = "fixed"
    step: Quantity | None = None
    """Units of volume a year that one step serves: the cost is paid once for every ``step`` units begun."""
    in_kind: str = ""
    """Why it costs no cash (given room, volunteers' time): in the economic cost, never in the cash price."""
    capital: Literal["depreciation", "purchase"] | None = None
    """An asset charged over its life, or in full when bought: never both."""
    life: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    """Years over which the asset is depreciated, in a straight line."""

    @property
    def rises_by(self) -> str:
        """The index it follows; amounts by year and depreciation are fixed in money terms."""
        return self.index or (FIXED if self.amounts or self.capital == "depreciation" else "CPI")

    @property
    def shares(self) -> dict[str, Decimal]:
        """Each cost centre's part of it, as fractions that add to one."""
        if self.centre is not None:
            return {self.centre: Decimal(1)}
        return {name: Decimal(share) / 100 for name, share in self.split.items()}

    @property
    def vat_factor(self) -> Decimal:
        """What irrecoverable VAT multiplies the net amount by."""
        recoverable = self.vat_recoverable if self.vat_recoverable is not None else Decimal(0)
        return 1 + self.vat_rate * (1 - recoverable)

    def _problems(self) -> Iterator[Problem]:
        yield from super()._problems()
        if not self._unread & {"centre", "split"} and (self.centre is None) == (not self.split):
            what = "it has both a centre and a split" if self.split else "it is on no cost centre"
            yield Problem("", what, "Give one centre, or a split in percentages.", "one-place", ("centre",))
        if self.split:
            yield from _split_problems(self.split, "split", "its split")
        if not self._unread & {"amount", "amounts"} and (self.amount is None) == (not self.amounts):
            what = "it has both one amount and amounts by year" if self.amounts else "it has no amount"
            yield Problem("", what, "Give one of the two.", "one-amount", ("amount",))
        if self.vat_rate and self.vat_recoverable is None:
            fix = "Say what share can be recovered: 0 if none, 1 if all."
            yield Problem(
                "", "it bears VAT, but what can be recovered is not said", fix, "unsaid", ("vat_recoverable",)
            )
        yield from self._behaviour_problems()
        yield from self._capital_problems()

    def _behaviour_problems(self) -> Iterator[Problem]:
        if not self._unread & {"behaviour", "step"} and (self.behaviour == "stepped") != (self.step is not None):
            said = "it is stepped, but the units a step serves are not said"
            what = said if self.step is None else "units a step serves are given, but the cost is not stepped"
            fix = "Give step and behaviour 'stepped' together, or neither."
            yield Problem("", what, fix, "step", ("step",))
        elif self.step == 0:
            yield Problem("", "a step serves no units", "Give the units one step serves.", "step", ("step",))
        if self.behaviour != "fixed" and (self.split or self.amounts or self.capital):
            what = f"a {self.behaviour} cost has a split, amounts by year or an asset"
            yield Problem("", what, "Put it whole on one service, with one amount.", "behaviour", ("behaviour",))
        if self.behaviour != "fixed" and self.phase != "running":
            what = f"a {self.phase} cost cannot follow volume"
            yield Problem("", what, "Make it fixed, or a running cost.", "behaviour", ("behaviour",))

    def _capital_problems(self) -> Iterator[Problem]:
        if not self._unread & {"capital", "life"} and (self.capital == "depreciation") != (self.life is not None):
            said = "it is depreciated, but its life is not said"
            what = said if self.life is None else "it has a life in years, but is not depreciated"
            yield Problem("", what, "Give life and capital 'depreciation' together, or neither.", "life", ("life",))
        if self.capital == "depreciation" and self.phase != "running":
            what = f"an asset depreciated over its life is a {self.phase} cost"
            yield Problem("", what, "Make it a running cost, or a purchase.", "capital", ("phase",))
        if self.capital and self.amounts:
            yield Problem("", "an asset has amounts by year", "Give its price as one amount.", "capital", ("amounts",))
        if self.index not in {None, FIXED} and (self.amounts or self.capital == "depreciation"):
            kind = "amounts by year are" if self.amounts else "depreciation is"
            what = f"{kind} already in the money of the year, so it cannot also rise by {self.index!r}"
            yield Problem("", what, "Leave the index out.", "rises-twice", ("index",))


class Post(_Line):
    """A job: what it pays, how long, and whose work it is.

    ``salary`` is the yearly salary at full time at base-year prices. National Insurance and
    pension thresholds are a person's, so ``people`` matters: left out, it is the fewest people
    that the FTE allows (2.5 FTE is 3 people).

    >>> post = Post(name="Adviser", salary=Decimal(29500), fte=Decimal("0.8"), time={"Debt advice": 100})
    >>> post.headcount, post.pension
    (1, 'auto-enrolment')
    """

    salary: PoundsOrNought
    fte: Annotated[Decimal, Field(gt=0, le=100_000)] = Decimal(1)
    people: PositiveInt | None = None
    pension: Annotated[
        Literal["auto-enrolment", "none"] | Share,
        either("'auto-enrolment', 'none' or the employer's share of pay", "Write a share of 6% as 0.06 or '6%'."),
    ] = "auto-enrolment"
    """The legal minimum on qualifying earnings, or the employer's share of all pay, or none."""
    age: AgeBand = "22 to pension age"
    """Under 21 no National Insurance is due up to the upper threshold; automatic enrolment starts at 22."""
    apprentice: bool = False
    """An apprentice under 25: National Insurance as for under 21."""
    index: Name = "pay"
    increment: PoundsOrNought = Decimal(0)
    """Pounds added to the full-time salary each April after the base year begins, before the pay award."""
    top: PoundsOrNought | None = None
    """The full-time salary at which increments stop, at base-year prices."""
    time: Mapped[Name, Percent]
    """Percentages of its time on each cost centre, 100 in all."""
    cover: Share = Decimal(0)
    """Cover bought in for leave and sickness, as a share of the post's own cost."""
    hours_per_year: Annotated[Decimal, Field(gt=0, le=8784)] | None = None
    """Hours worked in a year at full time, for a cost an hour and for the ``time`` driver."""

    @property
    def headcount(self) -> int:
        """How many people fill it."""
        return self.people or math.ceil(self.fte)

    @property
    def rises_by(self) -> str:
        """The index its pay follows."""
        return self.index

    @property
    def shares(self) -> dict[str, Decimal]:
        """Each cost centre's part of its time, as fractions that add to one."""
        return {name: Decimal(share) / 100 for name, share in self.time.items()}

    def _problems(self) -> Iterator[Problem]:
        yield from super()._problems()
        yield from _split_problems(self.time, "time", "its time")
        if self.top is not None and self.top < self.salary:
            what = f"the top of its scale, £{self.top:,f}, is below its salary, £{self.salary:,f}"
            yield Problem("", what, "Raise the top, or leave it out.", "top", ("top",))
