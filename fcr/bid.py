"""A bid: an organisation prices one of its services for some years, against an offer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from fcr.assumptions import Assumptions
from fcr.contract import Contract, Indexation
from fcr.errors import InputError, Problem, nearest
from fcr.inputs import Input, Many, Mapped, Name, Pounds, PoundsOrNought, Quantity, Share
from fcr.organisation import Method, Month, Organisation, sharing_problems
from fcr.periods import Calendar, last_day
from fcr.rates import history
from fcr.risks import Correlations, Risk, risk_problems

__all__ = ["Bid", "Saved", "SubsidyDecision", "VatStatus", "schema"]

VatStatus = Literal["outside the scope", "exempt", "zero-rated", "standard-rated"]

NI_RATE = "employer_ni.secondary_rate"
SCHEMA_VERSION = 1


class Saved(Input):
    """What a bid came to when it was last saved, so that an upgrade can say which figure changed."""

    version: str
    prices: Many[Pounds] = ()
    """The price of each contract year, as reported then."""
    rates: Mapped[str, Mapped[date, str]] = {}
    """The dated figures it rested on then."""


class SubsidyDecision(Input):
    """The trustees' recorded decision to run a service below full cost."""

    yearly_amount: PoundsOrNought
    """The most it may cost the charity in a contract year, in pounds."""
    source: Name
    """What it is paid from, such as a designated fund."""
    ends: date
    """The last day for which it was decided."""
    minute: Name
    """Where it is recorded."""


class Bid(Input):
    """One service of an organisation, priced for ``years`` contract years from ``start``.

    Volumes are units a year: ``volumes``, or ``capacity`` × ``occupancy``; one figure for each
    contract year, or one for all.

    Raises :class:`~fcr.errors.InputError` with every problem, the organisation's included.
    """

    schema_version: Literal[1] = 1
    name: Name = "Bid"
    organisation: Organisation
    service: Name
    """The service being priced."""
    start: Month
    """The first day of the contract, which is the first of a month."""
    years: Annotated[int, Field(ge=1, le=10)] = 3
    method: Method = "step-down"
    """How pools that serve one another are shared out."""
    volumes: Many[Quantity] = ()
    capacity: Many[Quantity] = ()
    occupancy: Many[Share] = ()
    """The share of capacity expected to be sold."""
    assumptions: Assumptions = Assumptions()
    contingency: Share = Decimal(0)
    """As a share of full cost, start-up and close-down included."""
    reserves_rate: Share = Decimal(0)
    """Contribution to reserves, as a share of full cost, start-up and close-down included."""
    reserves_amount: PoundsOrNought = Decimal(0)
    """Contribution to reserves, in pounds a year."""
    surplus: Annotated[Share, Field(lt=1)] = Decimal(0)
    surplus_basis: Literal["margin", "mark-up"] | None = None
    """A margin is a share of the price; a mark-up is a share of the cost."""
    risk_premium: PoundsOrNought = Decimal(0)
    """Pounds a year for the risks the contract leaves with the provider: an amount the user adopts."""
    finance_rate: Share | None = None
    """What waiting for payment costs a year (an overdraft, a social loan): the user's own, none is built in."""
    vat: VatStatus | None = None
    """The VAT status of the supply; left out, it is unknown and said so."""
    contract: Contract | None = None
    """The commissioner's offer."""
    subsidy_decision: SubsidyDecision | None = None
    """The trustees' decision to run the service below full cost, where they have made one."""
    waivers: Mapped[Name, str] = {}
    """Checks whose finding is accepted, by code, each with its reason, which is printed."""
    risks: Many[Risk] = ()
    correlations: Correlations | None = None
    """How the risks move together; left out, each on its own."""
    note: str = ""
    saved: Saved | None = None

    @cached_property
    def term(self) -> Calendar:
        """The months of the contract."""
        return Calendar.of_years(self.start, self.years)

    @cached_property
    def yearly_volumes(self) -> tuple[Decimal, ...] | None:
        """Units expected to be sold in each contract year, or ``None`` when nobody has said."""
        if self.volumes:
            return tuple(self._each_year(self.volumes))
        if self.capacity and self.occupancy:
            pairs = zip(self._each_year(self.capacity), self._each_year(self.occupancy), strict=True)
            return tuple(c * o for c, o in pairs)
        return None

    def _each_year(self, values: Any) -> Any:
        return tuple(values) * self.years if len(values) == 1 else tuple(values)

    @cached_property
    def index_names(self) -> frozenset[str]:
        """The indices that its costs, its posts and the offer's indexation follow."""
        followed = {line.rises_by for line in self.organisation.lines}
        if self.contract is not None and isinstance(self.contract.duration.indexation, Indexation):
            followed |= set(self.contract.duration.indexation.basket)
        return frozenset(followed)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The bid in plain data. Raises :class:`~fcr.errors.InputError` with every problem, or that it is too new."""
        version = dict(data).get("schema_version") if hasattr(data, "keys") else None
        if isinstance(version, int | Decimal) and version > SCHEMA_VERSION:
            what = (
                f"this file was made by a newer version of fcr (its schema is {version}, known here: {SCHEMA_VERSION})"
            )
            fix, path = "Upgrade full-cost-recovery and read it again.", ("schema_version",)
            raise InputError([Problem("schema_version", what, fix, "newer-version", path)])
        return super().from_dict(data)

    # ── what does not fit together ──

    def _problems(self) -> Iterator[Problem]:
        yield from self._service_problems()
        if not self._unread & {"start", "years"}:
            yield from self._time_problems()
            yield from self._month_problems()
            yield from self._volume_problems()
        if bool(self.surplus) != (self.surplus_basis is not None):
            fix = "Say surplus_basis='margin' (a share of the price) or 'mark-up' (a share of the cost)."
            what = "a surplus is asked for, but not on what" if self.surplus else "a basis is given without a surplus"
            yield Problem("", what, fix, "surplus-basis", ("surplus_basis",))
        if self.reserves_rate and self.reserves_amount:
            fix = "Keep one of the two."
            what = "the contribution to reserves is both a rate and an amount"
            yield Problem("", what, fix, "reserves", ("reserves_rate",))
        for code, reason in self.waivers.items():
            if not reason.strip():
                fix = "Say why the finding is accepted; the reason is printed."
                yield Problem("", f"{code} is waived without a reason", fix, "blank", ("waivers", code))
        yield from self._contract_problems()
        outcomes = frozenset() if self.contract is None else self.contract.mechanism.outcome_names
        yield from self._risks_that_meet_nothing(outcomes)
        yield from risk_problems(self.risks, self.correlations, self.index_names, outcomes, self.term.months)

    def _risks_that_meet_nothing(self, outcomes: frozenset[str]) -> Iterator[Problem]:
        own = next((s.volume for s in self.organisation.services if s.name == self.service), None)
        for i, risk in enumerate(self.risks):
            if risk.acts_on in {"volume", "occupancy"} and not (self.volumes or self.capacity or own):
                what = f"it acts on {risk.acts_on}, but the bid states no volume"
                yield Problem("", what, "Give volumes, or capacity and occupancy.", "volumes", ("risks", i, "acts_on"))
            if risk.acts_on == "outcomes" and self.contract is not None and not outcomes:
                what = "it acts on outcomes, but the offer pays for none"
                yield Problem("", what, "Take it out, or state it in pounds.", "contradiction", ("risks", i, "acts_on"))

    def _contract_problems(self) -> Iterator[Problem]:
        if self.contract is None:
            return
        mechanism = self.contract.mechanism
        for given in sorted(mechanism.years_stated - {self.years}):
            what = f"the offer has figures for {given} year{'s' * (given > 1)}, the bid for {self.years}"
            yield Problem("", what, "Give one for each contract year.", "years", ("contract", "mechanism"))
        own = next((s.volume for s in self.organisation.services if s.name == self.service), None)
        if mechanism.pays_for_all & {"volume", "outcomes"} and not (self.volumes or self.capacity or own):
            what = "the offer pays by volume or outcomes, but the bid states no volume"
            yield Problem("", what, "Give volumes, or capacity and occupancy.", "volumes", ("volumes",))

    def _service_problems(self) -> Iterator[Problem]:
        names = [s.name for s in self.organisation.services]
        if self.service not in names and all(names) and names:  # a name that could not be read is a problem already
            fix = nearest(self.service, names).strip() or f"Use one of: {', '.join(names)}."
            yield Problem("", f"there is no service {self.service!r}", fix, "unknown-name", ("service",))
        if self.method != "reciprocal":
            generous = {p.path for p in sharing_problems(self.organisation)}
            for problem in sharing_problems(self.organisation, self.method):
                if problem.path not in generous:
                    path = ("organisation", *problem.path)
                    yield Problem("", problem.what, problem.fix, problem.code, path)

    def _time_problems(self) -> Iterator[Problem]:
        base = self.organisation.base_year
        if self.start.day != 1:
            fix = f"Use {self.start.replace(day=1)} or the first of the next month."
            yield Problem(
                "",
                f"the contract starts on {self.start}, not the first of a month",
                fix,
                "not-first",
                ("start",),
            )
            return
        first = history(NI_RATE)[0].start
        if self.start < base:
            fix = "Move the start, or state costs at the prices of the year it falls in."
            what = f"the contract starts on {self.start}, before the base year, {base}"
            yield Problem("", what, fix, "before-base", ("start",))
        elif self.organisation.posts and last_day(self.start) < first:
            what = f"the contract starts on {self.start}, before the first known National Insurance rate ({first})"
            yield Problem("", what, f"Start it in {first:%B %Y} or later.", "before-known", ("start",))
        elif base.day == 1 and "base_year" not in self.organisation._unread:  # noqa: SLF001
            yield from self.assumptions.problems(self.index_names, base, self.term)

    def _month_problems(self) -> Iterator[Problem]:
        for field, lines in (("costs", self.organisation.costs), ("posts", self.organisation.posts)):
            for i, line in enumerate(lines):
                if line.first_month is not None and line.first_month > self.term.months:
                    what = f"it starts in month {line.first_month}, after the last of the contract ({self.term.months})"
                    fix = "Months are counted from 1 at the start of the contract."
                    yield Problem("", what, fix, "months", ("organisation", field, i, "first_month"))
        for i, cost in enumerate(self.organisation.costs):
            if cost.amounts and len(cost.amounts) != self.years:
                what = f"it has {len(cost.amounts)} yearly amounts for {self.years} contract years"
                fix = "Give one for each contract year."
                yield Problem("", what, fix, "years", ("organisation", "costs", i, "amounts"))
                continue
            paid = cost.months(self.term.months)
            for year, amount in enumerate(cost.amounts if paid else ()):
                if amount and (paid.stop <= 12 * year or paid.start >= 12 * year + 12):
                    what = f"£{amount:,f} is given for Year {year + 1}, but it is paid only in months {paid.start + 1}"
                    fix = "Move the amount to a year in which it is paid, or change its months."
                    path = ("organisation", "costs", i, "amounts", year)
                    yield Problem("", f"{what} to {paid.stop}", fix, "not-paid", path)

    def _volume_problems(self) -> Iterator[Problem]:
        for field in ("volumes", "capacity", "occupancy"):
            given = len(getattr(self, field))
            if given not in {0, 1, self.years}:
                what = f"{given} figures for {self.years} contract years"
                yield Problem("", what, "Give one for each year, or one for all.", "years", (field,))
        if bool(self.capacity) != bool(self.occupancy) or (self.volumes and self.capacity):
            fix = "Give volumes, or capacity and occupancy together."
            what = "volumes and capacity are both given" if self.volumes else "capacity and occupancy go together"
            yield Problem("", what, fix, "volumes", ("volumes",))
        volumes = {s.name: s.volume for s in self.organisation.services}
        if self.volumes or self.capacity:
            volumes[self.service] = Decimal(0)
        for i, cost in enumerate(self.organisation.costs):
            if cost.behaviour != "fixed" and cost.centre in volumes and volumes[cost.centre] is None:
                what = f"it follows the volume of {cost.centre!r}, which is not stated"
                fix = "Give the service a volume, or the bid its volumes."
                yield Problem("", what, fix, "volumes", ("organisation", "costs", i, "behaviour"))


def schema() -> str:
    """The JSON Schema of a saved bid, as text; each description is the first paragraph of the docstring.

    >>> json.loads(schema())["title"]
    'Bid'
    """
    named = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:full-cost-recovery:bid:{SCHEMA_VERSION}",
    }
    whole = named | _briefly(Bid.model_json_schema())
    return json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _briefly(node: Any) -> Any:
    if isinstance(node, list):
        return [_briefly(item) for item in node]
    if not isinstance(node, dict):
        return node
    brief = {key: _briefly(value) for key, value in node.items()}
    if isinstance(brief.get("description"), str):
        brief["description"] = " ".join(brief["description"].split("\n\n")[0].split())
    return brief
