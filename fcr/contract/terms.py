"""The terms of an offer, heading by heading.

Every field may be left out. **A term not stated is unknown, never a pass**: what a draft says it
has not must be stated as such (``False``, ``"none"``, 0).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, Tag

from fcr.errors import Problem
from fcr.inputs import Growth, Input, Many, Mapped, Name, Percent, PoundsOrNought, Quantity, Share, either
from fcr.inputs.shapes import TERMS, WORD
from fcr.inputs.values import TermsOrWord

__all__ = [
    "Deductions",
    "Duration",
    "Exit",
    "Indexation",
    "OverheadCap",
    "Payment",
    "Protections",
    "Workforce",
]


Months = Annotated[int, Field(ge=0, le=600)]
Days = Annotated[int, Field(ge=0, le=1000)]
PERIODS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}
DAYS_A_MONTH = 30
NoTerms = Annotated[Literal["none"], Tag(WORD)]
"""The word for a term that the draft says it has not."""
Party = Literal["commissioner", "provider", "both"]


class Indexation(Input):
    """How the price moves: a basket of indices, when, and between what limits.

    The price rises each time by ``Σ share × rise of the index``, held between ``collar`` and ``cap``.
    """

    basket: Mapped[Name, Percent]
    """Percentages of the price that follow each index (``pay``, ``CPI``…), 100 in all."""
    month: Annotated[int, Field(ge=1, le=12)] | Literal["anniversary"] = 4
    cap: Growth | None = None
    """The most the price rises in a year."""
    collar: Growth | None = None
    """The least the price rises in a year."""

    def _problems(self) -> Iterator[Problem]:
        total = sum((Decimal(v) for v in self.basket.values()), Decimal(0))
        if total != 100:  # noqa: PLR2004
            what = f"the basket adds to {total:f}%"
            yield Problem("", what, "Make it 100%; put what does not rise on 'fixed'.", "not-100", ("basket",))
        if self.cap is not None and self.collar is not None and self.cap < self.collar:
            what = f"the cap, {self.cap:%}, is below the collar, {self.collar:%}"
            yield Problem("", what, "Swap them.", "cap-below-floor", ("cap",))


class Duration(Input):
    """How long: term, options, renewal, and how the price keeps up."""

    firm_months: Annotated[int, Field(ge=1, le=600)] | None = None
    """Months that are sure, options left out."""
    option_months: Months | None = None
    """Months by which it may be extended."""
    option_by: Party | None = None
    """Whose choice the extension is."""
    option_price_rebased: bool | None = None
    """Whether the price is set afresh for an extension."""
    continuing_service: bool = True
    """Whether the need goes on after the term, as for most services."""
    awards_before: Many[Months] | None = None
    """Months of each award before this one, the latest last; an empty list where there was none."""
    budget_confirmed_months: Months | None = None
    """Months for which the commissioner's own budget is confirmed."""
    indexation: Annotated[Annotated[Indexation, Tag(TERMS)] | NoTerms, TermsOrWord] | None = None
    efficiency: Growth | None = None
    """A yearly cut in price in the draft, as a share (0.02 is 2% a year)."""
    change_in_law: bool | None = None
    """Whether the price moves with changes in the law that move employment cost."""
    carry_forward: bool | None = None
    """For a grant: whether money may be carried into the next year."""

    def _problems(self) -> Iterator[Problem]:
        if self.firm_months and self.option_months and self.option_months > self.firm_months:
            what = f"the option, {self.option_months} months, is longer than the term, {self.firm_months}"
            yield Problem("", what, "Check the two.", "option-longer", ("option_months",))
        if self.option_months == 0 and (self.option_by is not None or self.option_price_rebased is not None):
            what = "there is no option, but its holder or price is stated"
            yield Problem("", what, "Give its months, or leave them out.", "contradiction", ("option_by",))


class OverheadCap(Input):
    """The most the draft allows for overheads, and of what."""

    rate: Share
    basis: Literal["direct", "total"]


class Deductions(Input):
    """Service credits: what is expected to be lost, and the most that can be."""

    expected: Share = Decimal(0)
    """The share of the monthly charge expected to be deducted."""
    cap: Share | None = None
    """The most that can be deducted, as a share of the monthly charge; left out, there is no cap."""

    def _problems(self) -> Iterator[Problem]:
        if self.cap is not None and self.expected > self.cap:
            what = f"expected deductions, {self.expected:%}, are above their cap, {self.cap:%}"
            yield Problem("", what, "Check the two.", "cap-below-floor", ("cap",))


class Protections(Input):
    """Who bears what: volume, liability, data, law, variation, subcontracting."""

    referrals_by: Party | None = None
    """Who decides how many come."""
    volume_guarantee: Share | None = None
    """The share of the planned income paid whatever the volume; 0 for none."""
    volume_cap: Quantity | None = None
    """Units a year beyond which nothing is paid."""
    all_volume_paid: bool | None = None
    """Whether every unit is paid for, however many come: there is no cap."""
    right_to_refuse: bool | None = None
    """Whether work beyond what is paid may be refused."""
    void_days_paid: Days | None = None
    """Days of a void place that are paid for, a year for each place."""
    void_days_expected: Days | None = None
    """Days of void expected that the provider cannot help, a year for each place."""
    liability_cap: Annotated[
        PoundsOrNought | Literal["unlimited"] | None, either("pounds, or 'unlimited'", "Give one of the two.")
    ] = None
    """The most the provider can owe, in pounds."""
    insured: PoundsOrNought | None = None
    """The sum insured, in pounds."""
    uncapped_indemnities: Many[str] | None = None
    """Indemnities without a limit, such as data or TUPE; an empty list for none."""
    data_correction: bool | None = None
    """Whether the price is put right when the commissioner's data prove wrong."""
    variation: Literal["by agreement", "unilateral"] | None = None
    unpaid_suspension_days: Days | None = None
    """Days the service may be suspended without fault and without pay; 0 for none."""
    subcontract: bool | None = None
    """Whether this is a subcontract."""
    flow_down: Literal["own scope", "head contract"] | None = None
    """Which terms a subcontract passes on."""
    pay_when_paid: bool | None = None
    """Whether payment waits for somebody else's payment or report."""
    deductions: Annotated[Annotated[Deductions, Tag(TERMS)] | NoTerms, TermsOrWord] | None = None
    overhead_cap: Annotated[Annotated[OverheadCap, Tag(TERMS)] | NoTerms, TermsOrWord] | None = None
    open_book: Literal["none", "contract costs", "whole organisation"] | None = None
    one_payer_income: PoundsOrNought | None = None
    """What this commissioner pays the organisation a year in all, this contract included."""

    def _problems(self) -> Iterator[Problem]:
        if self.all_volume_paid and self.volume_cap is not None:
            what = "every unit is said to be paid for, yet there is a volume cap"
            yield Problem("", what, "State one of the two.", "contradiction", ("volume_cap",))


class Workforce(Input):
    """Staff who come and go with the contract, and their pensions."""

    tupe_in: bool | None = None
    tupe_indemnity: bool | None = None
    """Whether claims from before the transfer are the commissioner's or the old employer's."""
    tupe_list_days: Days | None = None
    """Days before the transfer by which the staff list comes."""
    outsourced: bool | None = None
    """Whether public staff's work is outsourced, first or again."""
    two_tier_priced: bool | None = None
    """Whether all staff on the transferred-in terms are in the price."""
    pension: Literal["none", "fixed rate", "pass-through", "provider bears deficit"] | None = None
    """Who bears a public-sector or defined-benefit pension."""


class Payment(Input):
    """When money comes, and what may keep it back."""

    invoiced: Literal["monthly", "quarterly", "half-yearly", "yearly"] | None = None
    in_advance: bool | None = None
    """Whether a period is invoiced when it begins rather than when it ends."""
    days: Days | None = None
    """Days from a valid invoice to payment."""
    advance: Share | None = None
    """The share of the first year's price paid at the start and recovered evenly over that year; 0 for none."""
    retention: Share | None = None
    """The share of every payment kept back to the end; 0 for none."""
    retention_months: Months | None = None
    """Months after the end at which what was kept back is paid."""
    late_interest: Share | None = None
    """Yearly interest on late payment over Bank Rate."""
    public_contract: bool = True
    """Whether the law on paying public contracts in 30 days applies."""
    set_off: bool | None = None
    """Whether sums from other contracts may be set off."""
    clawback: Literal["none", "unspent", "surplus"] | None = None
    """What must be paid back."""
    deficit_shared: bool | None = None
    """Whether the commissioner shares a deficit as it shares a surplus."""
    end_loaded: Share | None = None
    """The share of the price paid only at milestones at or after the end; 0 for none."""
    withheld_for_process: bool | None = None
    """Whether payment can be withheld over a process measure."""

    @property
    def period(self) -> int | None:
        """Months that one invoice covers; ``None`` when nobody has said."""
        return None if self.invoiced is None else PERIODS[self.invoiced]

    @property
    def average_wait(self) -> float | None:
        """Months between a cost and the receipt that pays for it, on average; nought in advance.

        Formula: ``days ÷ 30 rounded up + (period − 1) ÷ 2``; ``None`` when the terms are not stated.

        >>> Payment(invoiced="quarterly", in_advance=False, days=30).average_wait
        2.0
        """
        if self.in_advance:
            return 0.0
        if self.period is None or self.in_advance is None or self.days is None:
            return None
        return math.ceil(self.days / DAYS_A_MONTH) + (self.period - 1) / 2.0

    def _problems(self) -> Iterator[Problem]:
        if self.advance == 1 and self.in_advance is False:
            what = "the whole price is advanced, yet it is paid in arrears"
            yield Problem("", what, "State one of the two.", "contradiction", ("advance",))
        if self.advance and self.in_advance:
            what = "there is an advance on top of payment in advance"
            yield Problem("", what, "State one of the two.", "contradiction", ("advance",))
        if self.retention == 0 and self.retention_months:
            what = "nothing is kept back, yet a date is given for paying it"
            yield Problem("", what, "State one of the two.", "contradiction", ("retention_months",))


class Exit(Input):
    """How it ends."""

    notice_by_commissioner: Months | None = None
    """Months of notice if the commissioner ends it without fault."""
    notice_by_provider: Months | None = None
    """Months of notice if the provider ends it; 0 when it may not."""
    provider_may_end: bool | None = None
    break_payment: Annotated[
        PoundsOrNought | Literal["stranded cost"] | None, either("pounds, or 'stranded cost'", "0 is for nothing.")
    ] = None
    """What is paid if the commissioner ends it early, in pounds; 0 for nothing."""
    wind_down_months: Months | None = None
    """Months the provider needs to shed the cost: staff notice, consultation, leases."""
    stranded_cost: PoundsOrNought | None = None
    """What an early end would leave unpaid, in pounds."""
    tupe_out: bool | None = None
    """Whether staff transfer to the next provider at the end."""
    tupe_out_terms: bool | None = None
    """Whether the successor's duty, data and indemnity are in the draft."""
    redundancy_paid: bool | None = None
    """Whether the commissioner pays redundancy where staff do not transfer."""
    redundancy_cost: PoundsOrNought | None = None
    handover_paid: bool | None = None
    """Whether work after the end is paid."""
    asset_clawback_years: Annotated[
        Annotated[Decimal, Field(ge=0, le=100)] | Literal["unlimited"] | None,
        either("years from 0 to 100, or 'unlimited'", "0 is never."),
    ] = None
    """How long the commissioner may claim on assets it paid for; 0 for never."""
