"""Burden of bureaucracy in cells: the twin of :mod:`fcr.checks.monitoring`."""

from __future__ import annotations

from fcr.workbook.formula import node
from fcr.workbook.functions import both, count_given, either_of, if_, product_sum
from fcr.workbook.sheets.checks import Cases, Seen, passed, raised, unknown, yes_or_no

__all__ = ["MONITORING"]


def monitoring_cost(s: Seen) -> Cases:
    """Its yearly cost ÷ the contract's yearly value; the amount is what lies above the lowest threshold."""
    grid = s.offer.returns
    s.shared["returns"] = s.figure("Returns asked for", "number", count_given(grid["name"].all), "whole")
    returns = product_sum(grid["per_year"].all * grid["hours"].all * grid["hourly_cost"].all)
    cost = s.figure("Monitoring", "£ a year", returns + s["monitoring.systems"] + s["monitoring.audits"])
    s.shared["monitoring"] = cost
    value = s.figure("Offer in an average year", "£ a year", s.offered / s.months.count)
    floor, heavy, severe = (s.limit(f"monitoring cost{more}") for more in ("", ", high", ", severe"))
    some = value > 0
    rate = s.figure("Monitoring, of the offer", "share", if_(some, cost / if_(some, value, 1), 0), "share")
    above = (cost - floor * value) * s.months.count
    words = node("monitoring costs ").join(s.money(cost), " a year, ", s.per_cent(rate), " of the contract")
    nothing = both(cost <= 0, s.no_returns)
    yield unknown(nothing, "what the commissioner asks to be told, how often, and whose hours it takes")
    yield from s.not_live()
    yield unknown(value <= 0, "what the contract is worth a year: it pays nothing as planned")
    yield unknown(both(rate < floor, s.no_returns), "which returns are asked for")
    yield passed(rate < floor, words)
    yield raised(rate >= severe, words.join(", which is severe"), "high", amount=above)
    yield raised(rate >= heavy, words, "high", amount=above)
    yield raised(None, words, "medium", amount=above)


def monitoring_priced(s: Seen) -> Cases:
    """Whether there is a line for it; over the term."""
    priced, cost = s["monitoring.priced"], s.shared["monitoring"]
    yield passed(priced.eq("yes"), "it is in the price")
    yield passed(
        both(cost.eq(0), either_of(s.shared["returns"] > 0, s["monitoring.returns"].given)), "it costs nothing"
    )
    yield unknown(priced.blank, "whether the cost of monitoring is in the price")
    over_term = cost * s.months.count
    yield raised(None, s.money(over_term).join(" of monitoring over the term is not in the price"), amount=over_term)


def fixed_before_price(s: Seen) -> Cases:
    """Whether it is."""
    yield from yes_or_no(
        s["monitoring.fixed_before_price"],
        good=True,
        what="whether what must be reported is settled before the price",
        well="it is settled before the price",
        ill="it is still to be agreed",
    )


def stated_use(s: Seen) -> Cases:
    """Returns without a stated use."""
    grid = s.offer.returns
    use, named = grid["used_for"], grid["name"].all.ne("")
    idle = use.all.eq("nothing")
    cost = product_sum(idle * grid["per_year"].all * grid["hours"].all * grid["hourly_cost"].all) * s.months.count
    count = s.figure("Returns used for nothing", "number", product_sum(named * idle), "whole")
    unsaid = s.figure("Returns whose use is not stated", "number", product_sum(named * use.all.eq("")), "whole")
    yield unknown(s.no_returns, "which returns are asked for, and what each is used for")
    yield raised(count > 0, count.join(" used for nothing"), amount=cost)
    yield unknown(unsaid > 0, "what the commissioner does with each return")
    yield passed(None, if_(s.shared["returns"] > 0, "each return has its use", "no return is asked for"))


def open_book(s: Seen) -> Cases:
    """Its scope, and whether a surplus it shows is taken."""
    book, clawback = s["protections.open_book"], s["payment.clawback"]
    yield unknown(book.blank, "whether there is open-book accounting, and of what")
    yield passed(book.eq("none"), "there is no open book")
    yield raised(book.eq("whole organisation"), "it opens the books of the whole organisation")
    yield unknown(clawback.blank, "whether a surplus that open book shows is taken back")
    yield passed(clawback.ne("surplus"), "it covers the costs of this contract")
    yield from s.not_live()
    yield raised(None, "a surplus that it shows is taken back", amount=s.surplus + 0)


def form_of_contract(s: Seen) -> Cases:
    """A full-length form on a contract below £20m."""
    document = s["document"]
    words = node("the document is ").join(document)
    yield unknown(document.blank, "which form of contract is used: full length, mid-tier, short form or a letter")
    yield passed(document.ne("full length"), words)
    yield from s.not_live()
    yield passed(s.offered >= s.limit("full-length form"), words)
    yield raised(None, words.join(", for ", s.money(s.offered)))


def grant_would_do(s: Seen) -> Cases:
    """A contract where no legal duty is needed."""
    yield passed(s["form"].eq("grant"), "it is a grant")
    yield from yes_or_no(
        s["legal_duty_needed"],
        good=True,
        what="whether the commissioner needs a legal duty to perform, which a grant does not give",
        well="a legal duty to perform is needed",
        ill="it is a contract, where no legal duty to perform is needed",
    )


MONITORING = {
    "MON-1": monitoring_cost,
    "MON-2": monitoring_priced,
    "MON-3": fixed_before_price,
    "MON-4": stated_use,
    "MON-5": open_book,
    "MON-6": form_of_contract,
    "MON-7": grant_would_do,
}
