"""Balance of risk in cells: the twin of :mod:`fcr.checks.risk` and :mod:`fcr.checks.liabilities`."""

from __future__ import annotations

from fcr.workbook.formula import Node, node
from fcr.workbook.functions import both, count_given, either_of, if_, largest, least, most, number, product_sum, total
from fcr.workbook.sheets.checks import Cases, Seen, passed, python, raised, unknown, yes_or_no

__all__ = ["RISK", "worth_of_notice"]

NO_RISK = "what could go wrong: no risk with a size is stated"


def control(s: Seen) -> Cases:
    """Whether any risk has a size; the rest needs a simulation."""
    grid = s.risks.grid
    sized = product_sum(grid["name"].all.ne("") * grid["size.kind"].all.ne(""))
    s.shared["sized"] = s.figure("Risks with a size", "number", sized, "whole")
    yield unknown(s.shared["sized"].eq(0), NO_RISK)
    yield python(None, "expected losses are simulated")


def guaranteed_income(s: Seen) -> Cases:
    """Income at no volume at all against fixed cost; the amount is what a fifth fewer would lose."""
    guarantee, who = s["protections.volume_guarantee"], s["protections.referrals_by"]
    fixed, sure, half = s.shared["cost at none"], s.shared["pays at none"], s.fixed("half_penny")
    enough = s.limit("fixed cost to be guaranteed") * fixed - half
    short = product_sum(s.months.in_years.all * (sure.all < s.row("Fixed cost to be guaranteed", enough).all))
    uncovered = s.figure("Years whose fixed cost is not sure", "years", short, "whole")
    fewer = s.shared["pays at fewer"]
    income_lost, cost_saved = s.income.exact - fewer, s.costs.exact - s.shared["cost at fewer"]
    lost = s.row("Lost if fewer come", income_lost - cost_saved)
    gone = s.figure("Lost over the term if fewer come", "£", total(lost.all))
    words = "fixed cost is paid whatever the volume"
    yield from s.not_live()
    yield passed(s.shared["by volume"] + s.shared["by outcomes"] <= 0, "income does not follow the volume")
    yield passed(uncovered.eq(0), words)
    yield unknown(
        both(guarantee.blank, s.shared["call-off"].eq(0)), "what share of the planned income is guaranteed (0 for none)"
    )
    yield unknown(who.blank, "who decides how many come")
    yield passed(who.eq("provider"), "the provider decides how many come")
    stress = s.per_cent(s.limit("volume stress") + 0)
    words_ = node("fixed cost is not paid whatever the volume; ").join(stress, " fewer would lose ", s.money(gone))
    yield raised(None, words_, amount=gone + 0)


def more_than_is_paid(s: Seen) -> Cases:
    """A cap with a duty to serve beyond it; the amount is what a fifth more than planned would cost unpaid."""
    refuse, every = s["protections.right_to_refuse"], s["protections.all_volume_paid"]
    capped = s.flag("What is paid is capped", either_of(s["protections.volume_cap"].given, s.shared["caps"] > 0))
    must = s.shared["must serve"]
    more = s.shared["cost at more"] - s.costs.exact - (s.shared["pays at more"] - s.income.exact)
    unpaid = s.row("Unpaid if more come", most(more, 0))
    extra = s.figure("Unpaid over the term if more come", "£", total(unpaid.all))
    paid = "every unit is paid for, however many come"
    yield passed(s["form"].eq("grant"), "a grant buys no number of units")
    yield passed(refuse.eq("yes"), "work beyond what is paid may be refused")
    yield from s.not_live()
    unsaid = both(must.eq(0), refuse.blank)
    yield passed(both(unsaid, every.eq("yes"), capped.eq(0)), paid)
    yield unknown(unsaid, "whether work beyond what is paid may be refused")
    follows = s.shared["by volume"] + s.shared["by outcomes"] + s.shared["by cost"] > 0
    open_ = both(must.eq(0), capped.eq(0), follows)
    yield passed(both(open_, every.eq("yes")), paid)
    yield unknown(open_, "whether what is paid is capped, or every unit is paid for")
    stress = s.per_cent(s.limit("volume stress") + 0)
    cost = node("; ").join(stress, " more than planned would cost ", s.money(extra), " unpaid")
    words = "the paid number is capped, and whoever comes beyond it must be served"
    yield raised(must > 0, node(words).join(cost), amount=extra + 0)
    words = "what is paid is capped, and work beyond it may not be refused"
    yield raised(capped > 0, node(words).join(cost), amount=extra + 0)
    words = "the sum is fixed, and no one may be refused however many come"
    yield raised(None, node(words).join(cost), "high", amount=extra + 0)


def voids(s: Seen) -> Cases:
    """Days of void expected that the provider cannot help, less days paid, at the daily price of a place."""
    expected, paid = s["protections.void_days_expected"], s["protections.void_days_paid"]
    days = s.fixed("days_in_a_year")
    lost = s.offered * least(expected - paid, days) / days
    what = "how many days a year a place stands empty that the provider cannot help (0 where none)"
    words = expected.join(" empty days a place are expected, ", paid, " are paid for")
    yield passed(s.shared["by volume"] <= 0, "income does not follow the volume")
    yield unknown(expected.blank, what)
    yield passed(expected.eq(0), "no empty days are expected that the provider cannot help")
    yield unknown(paid.blank, "how many days of an empty place are paid for")
    yield passed(paid >= expected, words)
    yield from s.not_live()
    yield raised(None, words, amount=lost)


def liability_cap(s: Seen) -> Cases:
    """The cap against the greater of 125% of the highest year's charges and the sum insured."""
    cap, insured = s["protections.liability_cap"], s["protections.insured"]
    charges = s.figure("Highest year's charges", "£", largest(s.income.reported.all))
    allowed = s.figure("Liability that they allow", "£", s.limit("liability cap over yearly charges") * charges)
    owed = number(cap)
    words = node("liability is capped at ").join(s.money(owed), "; a year's charges are ", s.money(charges))
    yield unknown(cap.blank, "the most that the provider can owe")
    yield raised(cap.eq("unlimited"), "liability is unlimited", "blocker")
    yield from s.not_live()
    yield passed(owed <= allowed, words)
    yield unknown(insured.blank, "the sum insured")
    yield passed(owed <= insured, words.join(", the sum insured ", s.money(insured + 0)))
    beyond = owed - most(allowed, insured)
    yield raised(None, words.join(", the sum insured ", s.money(insured + 0)), amount=beyond, at_most=True)


def indemnities(s: Seen) -> Cases:
    """Any without one."""
    rows = s.offer.indemnities[""]
    count = s.figure("Indemnities without a limit", "number", count_given(rows.all), "whole")
    none = s["protections.uncapped_indemnities"]
    yield raised(count > 0, count.join(" without a limit"))
    yield unknown(none.blank, "which indemnities the provider gives without a limit, if any")
    yield passed(None, "none is without a limit")


def data_accuracy(s: Seen) -> Cases:
    """Whether there is such a clause."""
    yield from yes_or_no(
        s["protections.data_correction"],
        good=True,
        what="whether the price is put right when the commissioner's data prove wrong",
        well="the price is put right when data prove wrong",
        ill="the price stays as it is when data prove wrong",
    )


def tupe_in(s: Seen) -> Cases:
    """The indemnity, and the days before the transfer by which the list comes."""
    comes, indemnity, days = (s[f"workforce.tupe_{name}"] for name in ("in", "indemnity", "list_days"))
    yield unknown(comes.blank, "whether staff transfer in")
    yield passed(comes.eq("no"), "no staff transfer in")
    yield raised(indemnity.eq("no"), "claims from before the transfer are the provider's")
    late = both(days.given, days < s.limit("staff list before a transfer"))
    yield raised(late, node("the staff list comes ").join(days, " days before"))
    yield unknown(indemnity.blank, "whose are the claims from before the transfer")
    yield unknown(days.blank, "how many days before the transfer the staff list comes")
    yield passed(None, node("old claims are not the provider's; the list comes ").join(days, " days before"))


def two_tier_workforce(s: Seen) -> Cases:
    """Whether the price has them."""
    yield unknown(s["workforce.outsourced"].blank, "whether the work of public staff is outsourced, first or again")
    yield passed(s["workforce.outsourced"].eq("no"), "no public staff's work is outsourced")
    yield from yes_or_no(
        s["workforce.two_tier_priced"],
        good=True,
        what="whether all staff on the transferred-in terms are in the price",
        well="the price has all staff on the transferred terms",
        ill="the price has not all staff on the transferred terms",
    )


def pension_deficit(s: Seen) -> Cases:
    """Who bears a deficit."""
    pension = s["workforce.pension"]
    yield unknown(pension.blank, "who bears a public-sector or defined-benefit pension, if there is one")
    yield raised(
        pension.eq("provider bears deficit"), "the provider bears the deficit of a pension it does not control"
    )
    yield passed(None, if_(pension.eq("none"), "there is no such pension", node("the pension is by ").join(pension)))


def worth_of_notice(s: Seen, notice: Node, needed: Node) -> Node:
    """Months of cost that notice does not cover, at the average month's full cost."""
    return s.monthly_cost * most(needed - notice, 0)


def early_end(s: Seen) -> Cases:
    """Notice against the time it takes to shed the cost, or else a break payment; never below three months."""
    notice, needed, paid = (
        s[f"exit.{name}"] for name in ("notice_by_commissioner", "wind_down_months", "break_payment")
    )
    left, floor, stranded = s["exit.stranded_cost"], s.limit("least notice"), paid.eq("stranded cost")
    words = notice.join(" months' notice")
    months = worth_of_notice(s, notice, most(needed, floor))
    early = s.figure(
        "Left by notice that is too short", "£", if_(stranded, 0, if_(left.blank, months, left) - number(paid))
    )
    later = if_(left.blank, worth_of_notice(s, notice, needed), left - number(paid))
    gap = s.figure("Left by an early end", "£", later)
    yield unknown(notice.blank, "how many months' notice the commissioner gives")
    yield raised(notice < floor, words.join(", below ", floor), amount=early + 0, at_most=True)
    yield passed(both(needed.given, notice >= needed), words.join(", ", needed, " are needed to shed the cost"))
    yield passed(stranded, words.join(", and what is stranded is paid"))
    yield unknown(needed.blank, "how many months the provider needs to shed the cost")
    yield unknown(paid.blank, "what is paid if it is ended early")
    yield unknown(both(left.blank, number(paid) > 0), "what an early end would leave unpaid, against the break payment")
    yield passed(both(left.given, number(paid) >= left), words.join("; the break payment covers what is stranded"))
    yield raised(None, words.join(", and ", s.money(gap), " would be left unpaid"), amount=gap + 0, at_most=True)


def variation(s: Seen) -> Cases:
    """Who may vary it."""
    how = s["protections.variation"]
    yield unknown(how.blank, "whether the commissioner may vary the contract by itself")
    yield raised(how.eq("unilateral"), "the commissioner may vary it by itself")
    yield passed(None, "changes are by agreement")


def suspension(s: Seen) -> Cases:
    """Days it may be suspended without fault and without pay, at an average day's income."""
    days = s["protections.unpaid_suspension_days"]
    what = "for how many days the service may be suspended unpaid without fault (0 for none)"
    words = node("it may be suspended unpaid for ").join(days, " days without fault")
    daily = s.offered / s.months.count / s.fixed("days_in_a_year")
    yield unknown(days.blank, what)
    yield passed(days <= s.limit("unpaid suspension"), words)
    yield from s.not_live()
    yield raised(None, words, amount=least(daily * days, s.offered), at_most=True)


def subcontract(s: Seen) -> Cases:
    """Terms of the head contract, or payment only when the prime is paid."""
    sub, terms, waits = (s[f"protections.{name}"] for name in ("subcontract", "flow_down", "pay_when_paid"))
    yield unknown(sub.blank, "whether this is a subcontract")
    yield passed(sub.eq("no"), "it is not a subcontract")
    yield raised(terms.eq("head contract"), "the head contract's terms are passed on whole")
    yield raised(waits.eq("yes"), "payment waits for somebody else's")
    yield unknown(terms.blank, "which terms of the head contract are passed on")
    yield unknown(waits.blank, "whether payment waits for somebody else's")
    yield passed(None, "only its own scope is passed on, and payment does not wait")


def against_reserves(s: Seen) -> Cases:
    """What is unknown without a simulation; the rest needs one."""
    yield unknown(s.shared["sized"].eq(0), NO_RISK)
    yield unknown(s.given.free_reserves.blank, "the organisation's free reserves")
    yield python(None, "the worst one case in twenty is simulated")


def concentration(s: Seen) -> Cases:
    """The contract's year, and all that its payer pays, against the organisation's yearly income."""
    income, payer = s.given.annual_income, s["protections.one_payer_income"]
    yearly = s.figure("Offer in an average year", "£ a year", s.offered / s.months.count)
    of_one = s.over(yearly, s.limit("one contract") * income)
    yield unknown(income <= 0, "the organisation's yearly income")
    yield from s.not_live()
    yield raised(of_one, "much of yearly income hangs on this contract")
    yield raised(s.over(payer, s.limit("one payer") * income), "much of yearly income hangs on this payer")
    yield unknown(payer.blank, "what this commissioner pays the organisation a year in all")
    yield passed(None, "neither this contract nor its payer is most of yearly income")


RISK = {
    "RSK-1": control,
    "RSK-2": guaranteed_income,
    "RSK-3": more_than_is_paid,
    "RSK-4": voids,
    "RSK-5": liability_cap,
    "RSK-6": indemnities,
    "RSK-7": data_accuracy,
    "RSK-8": tupe_in,
    "RSK-9": two_tier_workforce,
    "RSK-10": pension_deficit,
    "RSK-11": early_end,
    "RSK-12": variation,
    "RSK-13": suspension,
    "RSK-14": subcontract,
    "RSK-15": against_reserves,
    "RSK-16": concentration,
}
