"""Exit and publicly funded assets in cells: the twin of :mod:`fcr.checks.exit`."""

from __future__ import annotations

from fcr.workbook.formula import node
from fcr.workbook.functions import both, either_of, if_, least, most, product_sum
from fcr.workbook.sheets.checks import Cases, Seen, passed, raised, unknown, yes_or_no
from fcr.workbook.sheets.checks_risk import worth_of_notice

__all__ = ["EXIT"]


def notice(s: Seen) -> Cases:
    """Months of notice against months of winding down; the amount is the months' cost that notice leaves out."""
    given, needed, floor = s["exit.notice_by_commissioner"], s["exit.wind_down_months"], s.limit("least notice")
    target = s.figure("Notice that is needed", "months", most(needed, floor), "whole")
    gap = s.figure("Cost that falls after notice", "£", worth_of_notice(s, given, target))
    words = given.join(" months' notice")
    short = both(given < target, either_of(given < floor, needed.given))
    yield unknown(given.blank, "how many months' notice the commissioner gives")
    yield raised(short, words.join("; ", s.money(gap), " of cost falls after it"), amount=gap + 0, at_most=True)
    yield unknown(needed.blank, "how many months the provider needs to shed the cost")
    yield passed(None, words)


def right_to_end(s: Seen) -> Cases:
    """Whether it may."""
    yield from yes_or_no(
        s["exit.provider_may_end"],
        good=True,
        what="whether the provider may end the contract",
        well="the provider may end it",
        ill="the provider may not end it",
    )


def redundancy(s: Seen) -> Cases:
    """Neither transfer nor payment."""
    transfer, paid, cost = (s[f"exit.{name}"] for name in ("tupe_out", "redundancy_paid", "redundancy_cost"))
    yield passed(transfer.eq("yes"), "staff transfer to the next provider")
    yield passed(paid.eq("yes"), "the commissioner pays redundancy")
    yield passed(both(cost.given, cost.eq(0)), "nobody would be redundant")
    yield unknown(transfer.blank, "whether staff transfer to the next provider")
    yield unknown(paid.blank, "whether the commissioner pays redundancy where staff do not transfer")
    yield raised(None, "staff do not transfer, and redundancy is not paid", amount=cost + 0)


def tupe_out(s: Seen) -> Cases:
    """Whether they are."""
    yield unknown(s["exit.tupe_out"].blank, "whether staff transfer to the next provider")
    yield passed(s["exit.tupe_out"].eq("no"), "no staff transfer out")
    yield from yes_or_no(
        s["exit.tupe_out_terms"],
        good=True,
        what="whether the successor's duty, data and indemnity are in the terms",
        well="the successor's duty, data and indemnity are in the terms",
        ill="the terms say nothing of the successor's duty, data and indemnity",
    )


def handover(s: Seen) -> Cases:
    """Whether it is."""
    yield from yes_or_no(
        s["exit.handover_paid"],
        good=True,
        what="whether work after the end, such as handover, is paid",
        well="work after the end is paid",
        ill="work after the end is not paid",
    )


def assets(s: Seen) -> Cases:
    """Years in which a claim may be made."""
    years = s["exit.asset_clawback_years"]
    yield unknown(years.blank, "for how many years the commissioner may claim on assets it paid for (0 for never)")
    yield raised(years.eq("unlimited"), "the commissioner may claim on assets for ever")
    yield passed(None, "a claim on assets ends, or there is none")


def pension_exit(s: Seen) -> Cases:
    """Who bears it, as RSK-10."""
    pension = s["workforce.pension"]
    yield unknown(pension.blank, "who bears the debt of leaving a public pension fund, if there is one")
    ill = "the provider bears the deficit, and so the debt on leaving the fund"
    yield raised(pension.eq("provider bears deficit"), ill)
    yield passed(None, if_(pension.eq("none"), "there is no such pension", node("the pension is by ").join(pension)))


def onerous(s: Seen) -> Cases:
    """The service's own cost, overheads left out, against income, over the firm months that are priced."""
    months, firm = s.months, s["duration.firm_months"]
    length = s.figure(
        "Firm months that are priced", "months", if_(firm.blank, months.months, least(firm, months.months)), "whole"
    )
    cost = s.figure(
        "Own cost over them", "£", product_sum((months.number.all <= length) * s.costs.marginal_monthly.all)
    )
    paid = s.figure("Income over them", "£", product_sum((months.number.all <= length) * s.income.monthly.all))
    words = node("over ").join(
        length, " months the service itself costs ", s.money(cost), ", the offer pays ", s.money(paid)
    )
    yield from s.not_live()
    yield raised(cost > paid + s.fixed("half_penny"), words, amount=cost - paid)
    yield unknown(firm.blank, "how many months are firm, options left out")
    yield passed(None, words)


EXIT = {
    "EXT-1": notice,
    "EXT-2": right_to_end,
    "EXT-3": redundancy,
    "EXT-4": tupe_out,
    "EXT-5": handover,
    "EXT-6": assets,
    "EXT-7": pension_exit,
    "EXT-8": onerous,
}
