"""The monthly ledger: what is paid out, what comes in, the lowest point, and the cost of waiting.

Convention: within a month costs are paid first and receipts come after, so the low point of a
month is before its receipts. A period is invoiced on its last day (or its first, in advance);
payment falls as many months later as ``days ÷ 30``, rounded up (rounded down in advance).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from fcr.bid import Bid
from fcr.contract import Payment
from fcr.contract.terms import DAYS_A_MONTH
from fcr.income import income
from fcr.money import round_half_up
from fcr.periods import add_months
from fcr.pricing import PriceBuildUp, price
from fcr.rates import RateBook
from fcr.results import Drawn
from fcr.table import Column, Row, Table

__all__ = [
    "CashFlow",
    "Ledger",
    "cash_flow",
    "late_interest",
    "ledger",
    "receipts",
    "statutory_late_rate",
]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

ASSUMED_DAYS = 30
"""Where the days to payment are not stated: the longest the law allows a public contract (PA 2023 s. 68)."""

HALF_PENNY = 0.005
"""Amounts less than this apart are the same to the penny: what a float adds to a sum moves no month."""


def _terms(payment: Payment) -> tuple[int, bool, int]:
    """Months a period, whether in advance, days to payment, with what is not stated assumed (and said)."""
    days = ASSUMED_DAYS if payment.days is None else payment.days
    return payment.period or 1, bool(payment.in_advance), days


def receipts(earned: Floats, payment: Payment, extra_days: Floats | int = 0) -> Floats:
    """What comes in each month: (…draws, months + tail), for income earned (…draws, months).

    ``extra_days`` (…draws) is how much later than the terms every payment comes, the advance
    among them. All that is earned is received within the tail. The advance, the retention and the
    end-loaded share move money, they never make or lose it.
    """
    months = earned.shape[-1]
    period, in_advance, days = _terms(payment)
    advance = float(payment.advance or 0) * earned[..., :12].sum(axis=-1, keepdims=True)
    kept, late = float(payment.retention or 0), float(payment.end_loaded or 0)
    due = np.array(earned, dtype=np.float64)
    due[..., :12] -= advance / 12.0
    flow = due * (1.0 - kept) * (1.0 - late)
    invoiced = np.zeros_like(flow)
    for first in range(0, months, period):
        at = first if in_advance else min(first + period, months) - 1
        invoiced[..., at] = flow[..., first : first + period].sum(axis=-1)
    total = due.sum(axis=-1)
    held = total * kept
    at_end = months - 1 + (payment.retention_months or 0)
    falling = np.zeros((*earned.shape[:-1], at_end + 1))
    falling[..., :months] = invoiced
    falling[..., months - 1] += (total - held) * late
    falling[..., at_end] += held
    extra = np.broadcast_to(np.asarray(extra_days), earned.shape[:-1])
    lags = _lag(days + extra, in_advance=in_advance)
    result = np.zeros((*earned.shape[:-1], at_end + 1 + int(lags.max(initial=0))))
    _add_later(result, falling, lags)
    if payment.advance:
        _add_later(result, advance, _lag(extra, in_advance=in_advance))
    return result


def _add_later(result: Floats, falling: Floats, lags: Whole) -> None:
    """Add what falls due in each month to ``result``, each draw its own months later."""
    for lag in np.unique(lags):
        chosen = lags == lag
        result[chosen, lag : lag + falling.shape[-1]] += falling[chosen]


def _lag(days: Floats, *, in_advance: bool) -> Whole:
    months = np.floor(days / DAYS_A_MONTH) if in_advance else np.ceil(days / DAYS_A_MONTH)
    return np.maximum(months, 0).astype(np.int64)


@dataclass(frozen=True)
class Ledger:
    """Cash month by month from nought: unrounded pounds, each (…draws, months + tail)."""

    costs: Floats
    receipts: Floats

    @property
    def closing(self) -> Floats:
        """Cash at the end of each month."""
        closing: Floats = np.cumsum(self.receipts - self.costs, axis=-1)
        return closing

    @property
    def before_receipts(self) -> Floats:
        """Cash in each month after its costs and before its receipts: the month's low point."""
        return self.closing - self.receipts

    @property
    def lowest(self) -> Floats:
        """The lowest point of cash: (…draws), nought or less."""
        lowest: Floats = np.minimum(self.before_receipts.min(axis=-1), 0.0)
        return lowest

    def cost_of_waiting(self, yearly_rate: float) -> Floats:
        """``Σ max(−low point, 0) × rate ÷ 12``: (…draws)."""
        waiting: Floats = np.maximum(-self.before_receipts, 0.0).sum(axis=-1) * yearly_rate / 12.0
        return waiting


def ledger(costs: Floats, earned: Floats, payment: Payment, extra_days: Floats | int = 0) -> Ledger:
    """The ledger of costs and income (…draws, months) under terms of payment."""
    coming = receipts(earned, payment, extra_days)
    paid = np.zeros(np.broadcast_shapes(costs.shape[:-1], coming.shape[:-1]) + coming.shape[-1:])
    paid[..., : costs.shape[-1]] = costs
    return Ledger(paid, np.broadcast_to(coming, paid.shape))


@dataclass(frozen=True)
class CashFlow(Drawn):
    """The planned ledger of a bid under its offer's terms, and what waiting costs."""

    bid: Bid
    exact: Ledger
    assumed: tuple[str, ...]
    """The terms of payment nobody has stated, and what was taken instead."""

    @property
    def lowest(self) -> Decimal:
        """The lowest point of cash, in pounds (nought or less)."""
        return round_half_up(float(self.exact.lowest))

    @property
    def lowest_month(self) -> str:
        """The first month at the lowest point (to half a penny), such as ``May 2027``."""
        low = self.exact.before_receipts
        month = int((low < low.min() + HALF_PENNY).argmax())
        return f"{add_months(self.bid.start, month):%B %Y}"

    @property
    def cost_of_waiting(self) -> Decimal | None:
        """What waiting costs over the term at the bid's own rate, in pounds; unknown without a rate."""
        rate = self.bid.finance_rate
        return None if rate is None else round_half_up(float(self.exact.cost_of_waiting(float(rate))))

    @property
    def months_below_reserves(self) -> int | None:
        """Months in which the low point is deeper than free reserves; unknown when they are not stated."""
        reserves = self.bid.organisation.free_reserves
        return None if reserves is None else int((self.exact.before_receipts < -float(reserves) - HALF_PENNY).sum())

    def if_later(self, days: int) -> CashFlow:
        """The same ledger with every payment ``days`` later."""
        return cash_flow(self.bid, extra_days=days)

    def table(self) -> Table:
        """Costs, receipts, low point and closing cash, month by month."""
        exact = self.exact
        columns = (Column("Month", "text"), *map(Column, ("Costs", "Receipts", "Low point", "Closing")))
        arrays = (exact.costs, exact.receipts, exact.before_receipts, exact.closing)
        last = int(np.flatnonzero((exact.costs != 0) | (exact.receipts != 0)).max(initial=0)) + 1
        rows = [
            Row((f"{add_months(self.bid.start, m):%b %Y}", *(round_half_up(float(a[m])) for a in arrays)))
            for m in range(last)
        ]
        return Table(f"Cash of {self.bid.service}, month by month (£)", columns, tuple(rows), tuple(self._notes()))

    def _notes(self) -> Iterator[str]:
        yield "Within a month costs are paid before receipts come; each figure is rounded on its own."
        yield f"Lowest point: {'-' * (self.lowest < 0)}£{-self.lowest:,} in {self.lowest_month}."
        if self.cost_of_waiting is None:
            yield "The cost of waiting is unknown: the bid states no finance rate of its own."
        else:
            yield f"Waiting costs £{self.cost_of_waiting:,} over the term at {self.bid.finance_rate:%} a year."
        if self.months_below_reserves is None:
            yield "Free reserves are not stated, so whether they could stand it is unknown."
        else:
            yield f"Months deeper than free reserves: {self.months_below_reserves}."
        yield from self.assumed

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        waiting = self.cost_of_waiting
        return {
            "lowest": str(self.lowest),
            "lowest_month": self.lowest_month,
            "cost_of_waiting": None if waiting is None else str(waiting),
            "months_below_reserves": self.months_below_reserves,
            "table": self.table().to_dict(),
        }


def cash_flow(bid: Bid, *, extra_days: int = 0, priced: PriceBuildUp | None = None) -> CashFlow:
    """The monthly ledger of a bid: its full cost against what its offer pays, when it pays.

    Raises :class:`~fcr.errors.InputError` when the bid states no offer.

    >>> import fcr
    >>> cash = fcr.cash_flow(fcr.example())
    >>> cash.lowest, cash.lowest_month
    (Decimal('-125589.13'), 'March 2030')
    """
    priced = priced or price(bid)
    costs = priced.profile.exact.total
    earned = income(bid, costs=costs)
    payment = earned.contract.payment
    assumed = []
    if payment.invoiced is None or payment.in_advance is None:
        assumed.append("How invoices are made is not stated: taken as monthly, in arrears.")
    if payment.days is None:
        assumed.append(f"The days to payment are not stated: taken as {ASSUMED_DAYS}.")
    return CashFlow(bid, ledger(costs, earned.exact.total, payment, extra_days), tuple(assumed))


# ── what late payment owes ───────────────────────────────────────────────────────────────────────


def statutory_late_rate(due: date, book: RateBook | None = None) -> Decimal:
    """Yearly interest the law gives on a debt that fell due on a day: the reference rate and 8%.

    Bank Rate on the last day of June or December before holds for the whole of the debt. For
    contracts, not for grants. Raises :class:`~fcr.errors.RateNotFound` beyond the last date known.

    >>> statutory_late_rate(date(2026, 8, 14))
    Decimal('0.1175')
    """
    book = book or RateBook()
    return book.number("late_payment.reference_rate", due) + book.number("late_payment.margin", due)


def late_interest(debt: Decimal, days: int, yearly_rate: Decimal) -> Decimal:
    """Simple interest on a debt some days late, in pounds: ``debt × rate × days ÷ 365``.

    It is income apart from the price, and never counted in the ledger: nobody plans to be paid late.

    >>> late_interest(Decimal(1000), 365, Decimal("0.085")), late_interest(Decimal(1000), 1, Decimal("0.085"))
    (Decimal('85.00'), Decimal('0.23'))
    """
    return round_half_up(debt * yearly_rate * days / 365)
