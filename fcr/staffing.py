"""What a post costs its employer, month by month.

National Insurance, the pension minimum and the apprenticeship levy are worked on annual
thresholds taken by twelfths, each month at the rates in force on its last day. Monthly payroll
rounds its thresholds to whole pounds, so it differs by pence: on £30,000 in 2025-26 the annual
basis gives £3,750.00, monthly payroll £3,749.40, weekly payroll £3,751.28
(SSCBA 1992 ss. 6–9B; SI 2001/1004 regs 10–11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt

from fcr.assumptions import Assumptions
from fcr.errors import InputError, Problem, RateNotFound
from fcr.lines import AgeBand, Post
from fcr.money import foot, round_half_up
from fcr.periods import Calendar
from fcr.rates import RateBook
from fcr.results import Result
from fcr.table import Column, Row, Table
from fcr.workings import Workings

__all__ = ["STATUTORY_RATES", "EmployerCost", "StaffBasis", "StaffCosts", "employer_cost", "staff_basis", "staff_costs"]

Floats = npt.NDArray[np.float64]
Allowance = Literal["not claimed", "by national insurance", "by pay"]

NI = "employer_ni.secondary_rate"
NI_THRESHOLD = "employer_ni.secondary_threshold_annual"
NI_UPPER = "employer_ni.upper_secondary_threshold_annual"
ALLOWANCE = "employment_allowance.amount"
TRIGGER = "auto_enrolment.earnings_trigger"
LOWER = "auto_enrolment.lower_qualifying_earnings"
UPPER = "auto_enrolment.upper_qualifying_earnings"
MINIMUM = "auto_enrolment.minimum_employer_contribution"
LEVY, LEVY_ALLOWANCE = "apprenticeship_levy.rate", "apprenticeship_levy.allowance"

STATUTORY_RATES = (
    NI,
    NI_THRESHOLD,
    NI_UPPER,
    ALLOWANCE,
    TRIGGER,
    LOWER,
    UPPER,
    MINIMUM,
    LEVY,
    LEVY_ALLOWANCE,
)
"""The dated figures that employer costs may rest on."""

APRIL = 4
SPENT = 1e-9
"""Pounds of an allowance that count as none left."""


def rates_needed(posts: Sequence[Post], allowance: Allowance) -> tuple[str, ...]:
    """The dated figures that these posts' costs rest on: only those that touch them."""
    if not posts:
        return ()
    names = [NI, NI_THRESHOLD, LEVY, LEVY_ALLOWANCE]
    names += [NI_UPPER] if any(_ni_relief(p) for p in posts) else []
    names += [ALLOWANCE] if allowance != "not claimed" else []
    names += [TRIGGER, LOWER, UPPER, MINIMUM] if any(_enrolled(p) for p in posts) else []
    return tuple(names)


def _ni_relief(post: Post) -> bool:
    return post.age == "under 21" or post.apprentice


def _enrolled(post: Post) -> bool:
    return post.pension == "auto-enrolment" and post.age == "22 to pension age"


@dataclass(frozen=True, slots=True)
class StaffCosts:
    """What posts cost, in pounds: each array is (…draws, posts, months)."""

    gross: Floats
    national_insurance: Floats
    """After the Employment Allowance, where it is claimed."""
    pension: Floats
    levy: Floats
    """Each post's share, by pay, of the apprenticeship levy on the whole pay bill."""
    cover: Floats
    allowance: Floats
    """What the Employment Allowance took off each post's National Insurance."""

    @property
    def elements(self) -> tuple[tuple[str, Floats], ...]:
        """The parts of the cost by name, in the order they are worked out."""
        return (
            ("Gross pay", self.gross),
            ("Employer's National Insurance", self.national_insurance),
            ("Employer's pension", self.pension),
            ("Apprenticeship levy", self.levy),
            ("Cover", self.cover),
        )

    @property
    def total(self) -> Floats:
        """Gross pay, National Insurance, pension, levy and cover."""
        return self.gross + self.national_insurance + self.pension + self.levy + self.cover


def staff_costs(
    posts: Sequence[Post],
    term: Calendar,
    base: date,
    factors: Mapping[str, Floats],
    book: RateBook,
    *,
    allowance: Allowance = "not claimed",
    pay_bill: Decimal | None = None,
) -> StaffCosts:
    """What ``posts`` cost their employer in each month of ``term``.

    ``factors`` gives each index's (…draws, months) multiplier of base-year pay; any leading axes
    carry through to the result. For each person, with annual pay ``a`` (monthly pay × 12):

    - gross = ``fte × min(salary + increments, top) × factor``
    - National Insurance = ``rate × max(0, a − threshold)``; above the upper threshold only, for
      under-21s and apprentices under 25
    - pension = ``minimum × max(0, min(a, upper) − lower)`` when ``a`` is over the trigger, or the
      stated share of ``a``
    - levy = ``max(0, rate × whole pay bill − allowance)``, shared by pay
    - cover = its share × all the above

    all by twelfths. Raises :class:`~fcr.errors.RateNotFound` for a month with no known rate.
    """
    return staff_basis(posts, term, base, book, allowance=allowance, pay_bill=pay_bill).costs(factors)


@dataclass(frozen=True, slots=True)
class StaffBasis:
    """What employer costs rest on whatever pay does: each array (posts, months), or (posts, 1)."""

    indices: tuple[str, ...]
    """The index each post follows."""
    full: Floats
    """Annual pay at base-year prices, for the FTE, in the months it is paid."""
    people: Floats
    rate: Mapping[str, Floats]
    """The dated figures: name → (months)."""
    threshold: Floats
    """Where National Insurance begins for a person, in pounds a year."""
    enrolled: Floats
    """One where the legal minimum pension applies."""
    pension: Floats
    """The stated share of pay."""
    cover: Floats
    allowance: Allowance
    pay_bill: Decimal | None

    def at(self, months: Sequence[int]) -> StaffBasis:
        """The same for some of the months only."""
        rate = {name: values[..., months] for name, values in self.rate.items()}
        return replace(self, full=self.full[:, months], rate=rate, threshold=self.threshold[:, months])

    def runs(self) -> list[int]:
        """The months, from 0, at which anything here differs from the month before; the first is 0."""
        rows = np.vstack([self.full, self.threshold, *self.rate.values()])
        return [0, *(np.flatnonzero((np.diff(rows, axis=1) != 0).any(axis=0)) + 1).tolist()]

    def costs(self, factors: Mapping[str, Floats]) -> StaffCosts:
        """What the posts cost when pay follows ``factors``: (…draws, posts, months)."""
        if not self.indices:
            nothing = np.zeros((0, self.full.shape[-1]))
            return StaffCosts(nothing, nothing, nothing, nothing, nothing, nothing)
        rate, people = self.rate, self.people
        annual = np.stack(np.broadcast_arrays(*(factors[name] for name in self.indices)), axis=-2) * self.full
        each = annual / people
        due = rate[NI] * np.maximum(each - self.threshold, 0.0) * people
        pension = self.pension * annual
        if TRIGGER in rate:
            band = rate[MINIMUM] * np.maximum(np.minimum(each, rate[UPPER]) - rate[LOWER], 0.0)
            pension = pension + np.where((each > rate[TRIGGER]) & (self.enrolled > 0), band, 0.0) * people
        bill = annual.sum(axis=-2, keepdims=True)
        whole = bill if self.pay_bill is None else np.maximum(bill, float(self.pay_bill))
        owed = np.maximum(rate[LEVY] * whole - rate[LEVY_ALLOWANCE], 0.0)
        levy = owed * annual / np.where(whole > 0, whole, 1.0)
        saved = np.zeros_like(annual)
        if self.allowance != "not claimed":
            basis = due if self.allowance == "by national insurance" else np.where(due > 0, annual, 0.0)
            saved = _share_allowance(due, basis, rate[ALLOWANCE])
        parts = [annual, due - saved, pension, levy]
        cover = self.cover * sum(parts)
        return StaffCosts(*(part / 12.0 for part in (*parts, cover, saved)))


def _rates_by_month(names: Sequence[str], term: Calendar, book: RateBook) -> dict[str, Floats]:
    """Every dated figure in each month, or one error that names all that are not known."""
    found: dict[str, Floats] = {}
    missing: list[RateNotFound] = []
    for name in names:
        try:
            found[name] = book.monthly(name, term.lasts)
        except RateNotFound as error:
            missing.append(error)
    if missing:
        first = min(missing, key=lambda e: e.on)
        known = "; ".join(f"{error.name} {error.known}" for error in missing) if missing[1:] else first.known
        fix = "State each in the bid's assumptions (rates), or hold them all at the last known with hold_rates."
        raise RateNotFound(", ".join(error.name for error in missing), first.on, known, fix)
    return found


def staff_basis(
    posts: Sequence[Post],
    term: Calendar,
    base: date,
    book: RateBook,
    *,
    allowance: Allowance = "not claimed",
    pay_bill: Decimal | None = None,
) -> StaffBasis:
    """What the costs of ``posts`` over ``term`` rest on, whatever pay does.

    Raises :class:`~fcr.errors.RateNotFound` for a month with no known rate.
    """
    rate = _rates_by_month(rates_needed(posts, allowance), term, book)
    if posts:
        full = np.stack([_salary(p, term, base) * _paid(p, term) * float(p.fte) for p in posts])
        relief = _column([_ni_relief(p) for p in posts])
        threshold = np.where(relief > 0, rate.get(NI_UPPER, 0.0), rate[NI_THRESHOLD])
    else:
        full = threshold = np.zeros((0, term.months))
    return StaffBasis(
        tuple(p.index for p in posts),
        full,
        _column([float(p.headcount) for p in posts]),
        rate,
        threshold,
        _column([_enrolled(p) for p in posts]),
        _column([float(p.pension) if isinstance(p.pension, Decimal) else 0.0 for p in posts]),
        _column([float(p.cover) for p in posts]),
        allowance,
        pay_bill,
    )


def _column(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)[:, None]


def _salary(post: Post, term: Calendar, base: date) -> Floats:
    """The full-time salary in each month at base-year prices, with increments."""
    aprils = np.array([first.year - (first.month < APRIL) for first in term.firsts]) - (
        base.year - (base.month < APRIL)
    )
    top = float(post.top) if post.top is not None else np.inf
    salary: Floats = np.minimum(float(post.salary) + float(post.increment) * np.maximum(aprils, 0), top)
    return salary


def _paid(post: Post, term: Calendar) -> Floats:
    paid = np.zeros(term.months)
    months = post.months(term.months)
    paid[months.start : months.stop] = 1.0
    return paid


def _share_allowance(due: Floats, basis: Floats, allowance: Floats) -> Floats:
    """The Employment Allowance over posts by ``basis``, never more than a post's own National Insurance.

    What one post cannot use passes to the others, so that the employer gets the whole of it.
    """
    left = np.minimum(due.sum(axis=-2, keepdims=True), allowance)
    saved = np.zeros_like(due)
    for _ in range(due.shape[-2]):
        room = due - saved
        weight = np.where(room > 0, basis, 0.0)
        total = weight.sum(axis=-2, keepdims=True)
        given = np.minimum(left * weight / np.where(total > 0, total, 1.0), room)
        saved = saved + given
        left = left - given.sum(axis=-2, keepdims=True)
        if not (left > SPENT).any():
            break
    return saved


@dataclass(frozen=True, slots=True)
class EmployerCost(Result):
    """What one post costs over some months: pounds and pence that add up."""

    gross: Decimal
    national_insurance: Decimal
    pension: Decimal
    levy: Decimal
    cover: Decimal
    total: Decimal
    exact: StaffCosts
    hours: Decimal | None
    """Hours worked in those months, when the hours of a year were given."""
    term: Calendar
    notes: tuple[str, ...] = ()

    @property
    def hourly(self) -> Decimal | None:
        """The cost of an hour worked, to the penny; unknown when no hours were given."""
        return round_half_up(float(self.exact.total.sum()) / float(self.hours)) if self.hours else None

    def table(self) -> Table:
        """Gross pay and on-costs, with their total."""
        parts = (self.gross, self.national_insurance, self.pension, self.levy, self.cover)
        names = (name for name, _ in self.exact.elements)
        rows = [Row((name, part)) for name, part in zip(names, parts, strict=True) if part or name == "Gross pay"]
        rows.append(Row(("Total cost to the employer", self.total), "total", adds=tuple(range(len(rows)))))
        months = f"{self.term.firsts[0]:%B %Y} to {self.term.last:%B %Y}"
        title = f"What the post costs, {months}"
        return Table(title, (Column("", "text"), Column("£", "pounds")), tuple(rows), self.notes)

    def explain(self) -> Workings:
        """How each part was worked out."""
        hows = (
            "salary × FTE, by twelfths",
            "rate × pay above the threshold, each person",
            "minimum on qualifying earnings, or the share of pay stated",
            "the post's share of the levy on the whole pay bill",
            "its share × all the above",
        )
        values = zip(self.exact.elements, hows, strict=True)
        parts = tuple(Workings(name, float(x.sum()), how) for (name, x), how in values if x.any())
        return Workings("What the post costs", float(self.exact.total.sum()), "", parts).settled(self.total)

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        fields = ("gross", "national_insurance", "pension", "levy", "cover", "total")
        return {name: str(getattr(self, name)) for name in fields}


def employer_cost(
    salary: Decimal | int | str,
    *,
    start: date,
    fte: Decimal | int | str = 1,
    months: int = 12,
    people: int | None = None,
    pension: Decimal | str = "auto-enrolment",
    age: AgeBand = "22 to pension age",
    apprentice: bool = False,
    cover: Decimal | str = Decimal(0),
    hours_per_year: Decimal | int | None = None,
    pay_bill: Decimal | int | None = None,
    assumptions: Assumptions | None = None,
) -> EmployerCost:
    """What a post costs its employer for ``months`` months from ``start`` (the first of a month).

    Pay stays at ``salary`` throughout; the on-costs follow the dates (see :func:`staff_costs` for
    the formulas). ``pay_bill`` is the employer's whole yearly pay bill, for the apprenticeship
    levy. The Employment Allowance is once per employer, so it is not in a single post's cost.

    Raises :class:`~fcr.errors.InputError` for figures that make no sense and
    :class:`~fcr.errors.RateNotFound` for months with no known rate.

    >>> cost = employer_cost(30000, start=date(2025, 4, 1))
    >>> cost.gross, cost.national_insurance, cost.pension, cost.total
    (Decimal('30000.00'), Decimal('3750.00'), Decimal('712.80'), Decimal('34462.80'))
    """
    problems = []
    if start.day != 1:
        problems.append(Problem("start", f"found {start}", "Give the first day of a month.", "not-first"))
    if not 1 <= months <= 120:  # noqa: PLR2004 (ten years)
        problems.append(Problem("months", f"found {months}", "Give 1 to 120 months.", "out-of-range"))
    if problems:
        raise InputError(problems)
    post = Post.from_dict(
        {
            "name": "the post",
            "salary": salary,
            "fte": fte,
            "people": people,
            "pension": pension,
            "age": age,
            "apprentice": apprentice,
            "cover": cover,
            "hours_per_year": hours_per_year,
            "index": "fixed",
            "last_month": months,
            "time": {"the post": 100},
        }
    )
    assumptions = assumptions or Assumptions()
    term = Calendar(start, months)
    costs = staff_costs(
        [post],
        term,
        start,
        {"fixed": np.ones(months)},
        assumptions.book,
        pay_bill=None if pay_bill is None else Decimal(pay_bill),
    )
    exact = [costs.gross, costs.national_insurance, costs.pension, costs.levy, costs.cover]
    total = round_half_up(float(costs.total.sum()))
    gross, ni, pension_cost, levy, cover_cost = foot([float(part.sum()) for part in exact], total)
    hours = None if hours_per_year is None else post.fte * Decimal(hours_per_year) * months / 12
    return EmployerCost(gross, ni, pension_cost, levy, cover_cost, total, costs, hours, term)
