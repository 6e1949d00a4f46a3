"""The offer as drafted: mechanism, terms, outcomes, monitoring and the promises that go with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fcr.contract.mechanisms import AnyMechanism
from fcr.contract.outcomes import Monitoring, Outcome
from fcr.contract.terms import Duration, Exit, Payment, Protections, Workforce
from fcr.errors import Problem, nearest
from fcr.inputs import Input, Many, Name, PoundsOrNought

__all__ = ["Contract", "Promise"]


class Promise(Input):
    """A social value promise, and what keeping it costs a year in pounds (left out: nobody has said)."""

    name: Name
    yearly_cost: PoundsOrNought | None = None


class Contract(Input):
    """The commissioner's offer."""

    commissioner: str = ""
    form: Literal["contract", "grant"] = "contract"
    """A contract buys a service at a price; a grant supports an activity at its cost."""
    document: Literal["full length", "mid-tier", "short form", "letter"] | None = None
    """How heavy the contract document is."""
    legal_duty_needed: bool | None = None
    """Whether the commissioner needs a legal duty to perform, which a grant does not give."""
    sector: Literal["homecare", "other"] | None = None
    """A sector with a published floor price, where there is one."""
    mechanism: AnyMechanism
    duration: Duration = Duration()
    protections: Protections = Protections()
    workforce: Workforce = Workforce()
    payment: Payment = Payment()
    exit: Exit = Exit()
    outcomes: Many[Outcome] = ()
    monitoring: Monitoring | None = None
    promises: Many[Promise] | None = None
    """Social value promised; an empty list for none."""
    peer_prices: Many[PoundsOrNought] = ()
    """Other bidders' prices over the term, where known."""
    note: str = ""

    def _problems(self) -> Iterator[Problem]:
        names = [outcome.name for outcome in self.outcomes]
        for name in sorted(self.mechanism.outcome_names - set(names)):
            fix = nearest(name, names).strip() or "Define it in outcomes, with its rates."
            yield Problem(
                "", f"it pays for {name!r}, an outcome that is not defined", fix, "unknown-name", ("mechanism",)
            )
        for i, outcome in enumerate(self.outcomes):
            if outcome.name in names[:i]:
                what = f"the outcome name {outcome.name!r} is used twice"
                yield Problem("", what, "Give each its own name.", "duplicate-name", ("outcomes", i, "name"))
            if outcome.name in self.mechanism.outcome_names and not outcome.rates:
                what = "it is paid for, but how many reach it is not stated"
                fix = "Give rates: the share of those who start, for each year or one for all."
                yield Problem("", what, fix, "unsaid", ("outcomes", i, "rates"))
        if self.payment.clawback == "unspent" and self.mechanism.kind == "grant":
            return
        if self.form == "contract" and self.mechanism.kind == "grant":
            what = "the mechanism is a grant, but the form is a contract"
            yield Problem("", what, "Say form='grant', or another mechanism.", "contradiction", ("form",))
