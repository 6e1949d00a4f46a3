"""What each post costs its employer, month by month: the twin of :mod:`fcr.staffing`."""

from __future__ import annotations

from dataclasses import dataclass

from fcr.staffing import ALLOWANCE, LEVY, LEVY_ALLOWANCE, LOWER, MINIMUM, NI, NI_THRESHOLD, NI_UPPER, TRIGGER, UPPER
from fcr.workbook.formula import Block, Counted, Node
from fcr.workbook.functions import both, either_of, if_, largest, least, most, number, pick, product_sum, total, up
from fcr.workbook.layout import Book
from fcr.workbook.placed import Grid
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider

__all__ = ["Paid", "Staff", "paid_months", "staff"]


@dataclass(frozen=True)
class Paid:
    """When lines are paid: (n, 1) each."""

    first: Block
    last: Block


@dataclass(frozen=True)
class Staff:
    """The cells of the Staff costs sheet."""

    names: Node
    fte: Block
    paid: Paid
    indices: Block
    cost: Block
    """Each post's cost in each month: (P, M)."""
    elements: tuple[tuple[str, Block], ...]
    """Yearly rates of gross pay, National Insurance, pension, levy: (P, M) each."""
    enrolled: Block
    relief: Block


def paid_months(lines: Grid, months: Months) -> tuple[Node, Node]:
    """The first and the last month in which lines are paid, as the model takes blanks."""
    start_up, close_down = lines["phase"].eq("start-up"), lines["phase"].eq("close-down")
    late = both(close_down, lines["last_month"].blank)
    first = if_(lines["first_month"].given, lines["first_month"], if_(late, months.months, 1))
    last = if_(lines["last_month"].given, lines["last_month"], if_(start_up, first, months.months))
    return first, last


def staff(book: Book, given: Provider, months: Months) -> Staff:
    """Lay out the Staff costs sheet."""
    about = "Pay and on-costs of every post: yearly rates in each month, by annual thresholds taken by twelfths."
    sheet = book.sheet("Staff costs", "What each post costs the employer", "calculation", about)
    post, rate, names = given.posts, months.rate, given.posts["name"].join("")
    first, last = paid_months(post, months)
    pension, age = post["pension"], post["age"]
    adult = either_of(age.blank, age.eq("22 to pension age"))
    sheet.section("What the sums rest on")
    fte = if_(post["name"].blank, 0, if_(post["fte"].blank, 1, post["fte"]))
    specs = (
        ("First month", "month", first, "whole"),
        ("Last month", "month", last, "whole"),
        ("FTE", "FTE", fte, "#,##0.####"),
        ("Rises by", "", if_(post["index"].blank, "pay", post["index"]), "text"),
    )
    from_, to, full, index = sheet.columns(names, specs)
    sheet.section("On-costs that apply")
    people = if_(post["people"].blank, most(up(full), 1), post["people"])
    specs = (
        ("People", "people", people, "whole"),
        (
            "No NI to the upper threshold",
            "1 is yes",
            if_(either_of(age.eq("under 21"), post["apprentice"].eq("yes")), 1, 0),
            "flag",
        ),
        (
            "Auto-enrolled",
            "1 is yes",
            if_(both(either_of(pension.blank, pension.eq("auto-enrolment")), adult), 1, 0),
            "flag",
        ),
        ("Pension, of pay", "share", number(pension), "share"),
    )
    heads, relief, enrolled, share = sheet.columns(names, specs)
    ruler = Counted(months.number.shape[1])

    def rows(title: str, about: str, formula: Node) -> Block:
        sheet.ruler(title, ruler, about)
        return sheet.calc(names, "£ a year", formula)

    scale = post["salary"] + post["increment"] * months.aprils
    held = if_(post["top"].blank, scale, least(scale, post["top"]))
    inside = months.inside * (months.number >= from_) * (months.number <= to)
    full_pay = rows(
        "Pay at base-year prices",
        "Salary and increments up to the top of the scale, × FTE, while paid.",
        held * full * inside,
    )
    annual = rows(
        "Gross pay", "× what its index has risen to.", full_pay * pick(index, months.index_names, months.factors.down)
    )
    threshold = if_(relief.eq(1), rate[NI_UPPER], rate[NI_THRESHOLD])
    due = rows(
        "Employer's National Insurance",
        "Rate × each person's pay above the threshold, × people.",
        rate[NI] * most(annual / heads - threshold, 0) * heads,
    )
    band = rate[MINIMUM] * most(least(annual / heads, rate[UPPER]) - rate[LOWER], 0)
    minimum = if_(annual / heads > rate[TRIGGER], enrolled * band * heads, 0)
    pensions = rows(
        "Employer's pension",
        "The minimum on qualifying earnings, or the share of pay stated.",
        share * annual + minimum,
    )
    sheet.ruler("Apprenticeship levy on the whole pay bill", ruler)
    bill = sheet.calc("Pay bill", "£ a year", most(total(annual.down), given.pay_bill))
    owed = sheet.calc("Levy due", "£ a year", most(rate[LEVY] * bill - rate[LEVY_ALLOWANCE], 0))
    levy = rows("Levy, shared by pay", "", if_(bill > 0, owed * annual / bill, 0))
    saved = _allowance(book, given, months, names, annual, due)
    cover = post["cover"]
    whole = annual + due - saved + pensions + levy
    sheet.ruler("Cost to the employer each month", ruler, "All of the above, with cover, ÷ 12.")
    cost = sheet.calc(names, "£ a month", whole * (cover + 1) / 12)
    elements = (("Gross pay", annual), ("National Insurance", due), ("Pension", pensions), ("Levy", levy))
    return Staff(names, full, Paid(from_, to), index, cost, elements, enrolled, relief)


def _allowance(book: Book, given: Provider, months: Months, names: Node, annual: Block, due: Block) -> Block:
    """The Employment Allowance over posts, never more than a post's own National Insurance.

    Shares are ``min(due, λ × weight)``; λ is the most of ``(allowance − due of the posts used up) ÷
    weight of the others`` over how many are used up, which is where the shares come to the allowance.
    """
    sheet, claim = book.named("Staff costs"), given.allowance
    ruler = Counted(months.number.shape[1])
    sheet.ruler(
        "Employment Allowance", ruler, "Once for the employer, shared between posts by National Insurance or by pay."
    )
    none = either_of(claim.blank, claim.eq("not claimed"))
    left = sheet.calc("Allowance used", "£ a year", if_(none, 0, least(months.rate[ALLOWANCE], total(due.down))))
    sheet.ruler("Weight of each post in the allowance", ruler)
    weight = sheet.calc(names, "weight", if_(claim.eq("by pay"), if_(due > 0, annual, 0), due))
    sheet.ruler("Share of its weight at which a post's National Insurance is used up", ruler)
    ratio = sheet.calc(names, "share", if_(weight > 0, due / weight, 0), "share")
    sheet.ruler("Share of weight given, if this post and those used up before it are", ruler)
    others = product_sum((ratio.down > ratio) * weight.down)
    used_up = product_sum((ratio.down <= ratio) * due.down)
    each = sheet.calc(names, "share", if_(others > 0, (left - used_up) / others, 0), "share")
    sheet.ruler("Share of weight given", ruler)
    none_used = if_(total(weight.down) > 0, left / total(weight.down), 0)
    given_ = sheet.calc("All posts", "share", most(none_used, largest(each.down)), "share")
    sheet.ruler("What the allowance takes off each post", ruler)
    return sheet.calc(names, "£ a year", least(due, given_ * weight))
