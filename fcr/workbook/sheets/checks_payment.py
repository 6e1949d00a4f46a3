"""Timing of payments in cells: the twin of :mod:`fcr.checks.payment`."""

from __future__ import annotations

from fcr.workbook.formula import Block, node
from fcr.workbook.functions import both, either_of, if_, most, nth, product_sum, running_total, shown, total, up, whole
from fcr.workbook.sheets.checks import Cases, Seen, passed, raised, unknown, yes_or_no

__all__ = ["PAYMENT"]

HOW = "how often it is invoiced, in advance or in arrears, and the days to payment"
BACK = "what must be paid back: nothing, what is unspent, or a surplus"


def days_to_payment(s: Seen) -> Cases:
    """Days against 30; the amount is what the days beyond cost at the bid's own finance rate."""
    days, limit = s["payment.days"], s.limit("days to payment")
    words = node("payment comes within ").join(days, " days")
    no_law = words.join("; the law on public contracts does not apply")
    yield unknown(days.blank, "within how many days of a valid invoice payment comes")
    yield passed(days <= limit, words)
    yield raised(either_of(s["form"].eq("grant"), s["payment.public_contract"].eq("no")), no_law, "medium")
    yield raised(s.bid.finance_rate <= 0, words)
    yield from s.not_live()
    beyond = s.figure(
        "Cost of the days beyond the limit", "£", (s.cash.owed - _owed_within(s, limit)) * s.bid.finance_rate / 12
    )
    yield raised(None, words.join("; the days beyond cost ", s.money(beyond)), amount=beyond + 0)


def _owed_within(s: Seen, days: Block) -> Block:
    """Pounds owed and not yet paid, month on month, if payment came within so many days: the ledger once more."""
    cash, waited, number = s.cash, days / s.fixed("days_in_month"), s.cash.number
    sheet = s.what_if
    sheet.section(
        "Paid within the limit", "The monthly ledger once more, as if payment came within the days that the law allows."
    )
    sheet.heads("What", "Unit", "Figure")
    early = s["payment.in_advance"].eq("yes")
    lag = sheet.calc("Months to payment", "months", if_(early, whole(waited), up(waited)), "whole")
    last = sheet.calc("Last month of the ledger", "number", cash.last - cash.lag + lag, "whole")
    sheet.ruler("Ledger", shown(cash.first, "mmm yyyy"))
    falling = if_(number > lag, nth(cash.falling.across, most(number - lag, 1)), 0)
    receipts = sheet.calc("Receipts", "£", falling + number.eq(1) * cash.advance)
    net = sheet.calc("Receipts less costs", "£", receipts - cash.costs)
    closing = sheet.calc("Closing", "£", running_total(net))
    low = sheet.calc("Low point, before receipts", "£", closing - receipts)
    sheet.section("What it comes to")
    sheet.heads("What", "Unit", "Figure")
    end = slice(number.shape[1] - 1, None)
    beyond = most(last - number.cut(columns=end), 0) * most(0 - closing.cut(columns=end), 0)
    owed = product_sum((0 - low.all) * (low.all < 0) * (number.all <= last))
    return sheet.calc("Owed to you and not yet paid, month on month", "£", owed + beyond)


def cash_need(s: Seen) -> Cases:
    """The lowest point of the planned ledger against free reserves."""
    reserves, need = s.given.free_reserves, s.figure("Cash that must be found", "£", 0 - s.cash.lowest)
    terms = [s[f"payment.{name}"] for name in ("invoiced", "in_advance", "days")]
    kept, late = s["payment.retention"], s["payment.end_loaded"]
    words = node("cash is lowest in ").join(s.cash.lowest_month, ": ", s.money(need), " must be found")
    yield unknown(either_of(*(term.blank for term in terms)), HOW)
    yield unknown(reserves.blank, "the organisation's free reserves")
    yield from s.not_live()
    yield raised(s.over(need, s.limit("peak cash need") * reserves), words, amount=need + 0, at_most=True)
    yield unknown(
        either_of(kept.blank, late.blank),
        "whether part of the price is kept back, or paid only at the end (0 for none)",
    )
    yield passed(None, words)


def waiting_priced(s: Seen) -> Cases:
    """The average wait, and whether the price has a step for it."""
    invoiced, advance, days = (s[f"payment.{name}"] for name in ("invoiced", "in_advance", "days"))
    wait, rate = s.priced.wait, s.bid.finance_rate
    early = advance.eq("yes")
    words = node("payment comes ").join(shown(wait, "#,##0.00"), " months after the cost on average")
    yield unknown(both(either_of(advance.blank, invoiced.blank, days.blank), advance.ne("yes")), HOW)
    yield passed(either_of(early, wait <= s.limit("wait that need not be priced")), words)
    yield passed(
        both(s.priced.waiting.ne(0), total(s.costs.exact.all).ne(0)), words.join(", and the price has a line for it")
    )
    yield raised(rate.blank, words.join(", and the bid states no rate for what waiting costs it"))
    yield raised(None, words.join(", at no cost in the price"))


def late_interest(s: Seen) -> Cases:
    """The contract's rate over Bank Rate against 8%; grants bear none."""
    rate = s["payment.late_interest"]
    words = node("late payment bears ").join(s.per_cent(rate + 0), " over Bank Rate")
    yield passed(s["form"].eq("grant"), "a grant is no commercial debt")
    yield unknown(rate.blank, "what interest late payment bears over Bank Rate")
    yield passed(rate >= s.limit("late payment interest"), words)
    yield raised(None, words)


def retention(s: Seen) -> Cases:
    """Retention and end-loaded payment as a share of the price, and how long retention is held."""
    kept, late, months = (s[f"payment.{name}"] for name in ("retention", "end_loaded", "retention_months"))
    part = s.figure("Kept to the end, of the price", "share", 1 - (1 - kept) * (1 - late), "share")
    held = s.figure("Kept to the end", "£", part * s.offered)
    words = s.per_cent(part).join(" of the price is kept to the end (", s.money(held), ")")
    long = both(kept > 0, months > s.limit("months kept back"))
    much = either_of(part > s.limit("price kept back") + s.fixed("noise"), long)
    yield from s.not_live(much)
    yield raised(much, words, amount=held + 0, at_most=True)
    yield unknown(kept.blank, "what share of each payment is kept back (0 for none)")
    yield unknown(late.blank, "what share of the price is paid only at or after the end (0 for none)")
    yield unknown(both(kept > 0, months.blank), "how many months after the end what was kept back is paid")
    yield passed(None, words)


def set_off(s: Seen) -> Cases:
    """Whether it is allowed."""
    yield from yes_or_no(
        s["payment.set_off"],
        good=False,
        what="whether sums from other contracts may be set off",
        well="nothing from other contracts is set off",
        ill="sums from other contracts may be set off",
    )


def clawback_on_a_contract(s: Seen) -> Cases:
    """Clawback of unspent money on a contract; the amount is the planned surplus."""
    back = s["payment.clawback"]
    yield passed(s["form"].eq("grant"), "it is a grant, where clawback of what is unspent is usual")
    yield unknown(back.blank, BACK)
    yield passed(back.ne("unspent"), "what is unspent is kept")
    yield from s.not_live()
    yield raised(None, "money not spent is taken back, though the service is delivered", amount=s.surplus + 0)


def surplus_clawback(s: Seen) -> Cases:
    """Clawback of a surplus against a share in a deficit; the amount is the planned surplus."""
    back, shared = s["payment.clawback"], s["payment.deficit_shared"]
    yield unknown(back.blank, BACK)
    yield passed(back.ne("surplus"), "no surplus is taken back")
    yield unknown(shared.blank, "whether the commissioner shares a deficit as it shares a surplus")
    yield passed(shared.eq("yes"), "surplus and deficit are shared alike")
    yield from s.not_live()
    yield raised(None, "a surplus is taken back, a deficit is ours", amount=s.surplus + 0)


def conditions(s: Seen) -> Cases:
    """Whether payment waits for somebody else's payment or report."""
    yield from yes_or_no(
        s["protections.pay_when_paid"],
        good=False,
        what="whether payment waits for somebody else's payment or report",
        well="payment waits for nobody else",
        ill="payment waits for somebody else's payment or report",
    )


PAYMENT = {
    "PAY-1": days_to_payment,
    "PAY-2": cash_need,
    "PAY-3": waiting_priced,
    "PAY-4": late_interest,
    "PAY-5": retention,
    "PAY-6": set_off,
    "PAY-7": clawback_on_a_contract,
    "PAY-8": surplus_clawback,
    "PAY-9": conditions,
}
