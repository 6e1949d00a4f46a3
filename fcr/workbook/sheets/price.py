"""From full cost to price, in closed form: the twin of :mod:`fcr.pricing`."""

from __future__ import annotations

from dataclasses import dataclass

from fcr.workbook.formula import Block, Node, Stacked, node
from fcr.workbook.functions import absolute, both, if_, rounded, total, up
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import VAT_RATE, Asked
from fcr.workbook.sheets.completeness import Completeness
from fcr.workbook.sheets.contract import Offer
from fcr.workbook.sheets.footing import foot
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.profile import Profile
from fcr.workbook.sheets.results import shown_rows, year_ruler

__all__ = ["Priced", "price"]


@dataclass(frozen=True)
class Priced:
    """The cells of the price."""

    exact: Block
    """The price of each contract year, unrounded: (1, Y)."""
    price: Block
    """As reported, without VAT: (1, Y)."""
    steps: Block
    """Contingency, reserves, risk premium, waiting, surplus, as reported: (5, Y)."""
    vat: Block
    """VAT on it, in pounds; a word where it is not known: (1, Y)."""
    waiting: Block
    """Cost of waiting as a share of full cost."""
    wait: Block
    """Months waited for payment, on average: nought in advance, or while the terms are not stated."""
    unit_price: Block
    unit_cost: Block


def price(
    book: Book, bid: Asked, offer: Offer, months: Months, lines: Lines, costs: Profile, complete: Completeness
) -> Priced:
    """Lay out the workings of the price, and the Price sheet."""
    sheet = book.sheet(
        "Price workings", "Workings of the price", "calculation", "From full cost to price, before and after rounding."
    )
    pence, hundred, noise = (book.names[f"fcr_{name}"] for name in ("pence", "hundred", "noise"))
    heads, inside, full = months.year_labels, months.in_years, costs.exact
    wait = _wait(sheet, offer)
    sheet.section("Shares")
    sheet.heads("What", "Unit", "Share")
    waiting = sheet.calc("Cost of waiting, of full cost", "share", bid.finance_rate * wait / 12, "share")
    margin = if_(bid.surplus_basis.eq("margin"), bid.surplus / (1 - bid.surplus), bid.surplus + 0)
    rate = sheet.calc("Surplus, of all before it", "share", margin, "share")
    sheet.ruler("Steps, unrounded", heads)
    before = [
        ("Contingency", "£", bid.contingency * full),
        ("Contribution to reserves", "£", bid.reserves_rate * full + bid.reserves_amount * inside),
        ("Risk premium", "£", bid.risk_premium * inside),
        ("Cost of waiting for payment", "£", waiting * full),
    ]
    cost = sheet.calc("Full cost", "£", full + 0)
    first = [sheet.calc(*row) for row in before]
    basis = node("Surplus (").join(if_(bid.surplus_basis.blank, "none", bid.surplus_basis), ")")
    surplus = sheet.calc(basis, "£", rate * (cost + total(Stacked(first).down)))
    steps = Stacked([*first, surplus])
    exact = sheet.calc("Price, unrounded", "£", cost + total(steps.down))
    added = sheet.calc("Added to full cost, unrounded", "£", total(steps.down))
    nearest = sheet.calc("Price, rounded half up", "£", rounded(exact, pence))
    out = absolute(nearest - costs.full_cost - added) > 1 / hundred - noise
    rounded_up = if_(out, costs.full_cost + rounded(added, pence), nearest)
    whole = sheet.calc(
        "Price, as reported", "£", rounded_up, note="Both at a half, one of them a credit: the steps decide."
    )
    target = sheet.calc("Added to full cost, as reported", "£", whole - costs.full_cost)
    sheet.section("Names of the steps")
    sheet.heads("", "", "Step")
    words: list[tuple[str, str, Node]] = [(label, "", node(label)) for label, _, _ in before]
    names = sheet.stack([*words, ("Surplus", "", basis)], "text")
    footed = foot(sheet, "Steps", names.join(""), steps, target, heads)
    sheet.ruler("VAT and units", heads)
    dated = sheet.calc("VAT rate", "share", months.yearly(months.rate[VAT_RATE]) / 12, "share")
    gross = rounded(exact * (dated + 1), pence) - whole
    vat = sheet.calc("VAT", "£", if_(bid.vat.blank, "unknown", if_(bid.vat.eq("standard-rated"), gross, 0)))
    units = lines.units
    each = sheet.calc("Price of a unit", "£", if_(units > 0, rounded(exact / units, pence), ""))
    of_one = sheet.calc("Full cost of a unit", "£", if_(units > 0, rounded(full / units, pence), ""))
    made = Priced(exact, whole, footed.values, vat, waiting, wait, each, of_one)
    _show(book, bid, months, lines, costs, complete, made, basis)
    return made


def _wait(sheet: Sheet, offer: Offer) -> Block:
    """Months between a cost and the receipt that pays for it; nought in advance, or where the terms are not stated."""
    invoiced, advance, days = (offer.terms[f"payment.{name}"] for name in ("invoiced", "in_advance", "days"))
    names = sheet.book.names
    sheet.section(
        "Waiting for payment", "Days to payment in whole months, and half of what an invoice covers beyond one."
    )
    sheet.heads("What", "Unit", "Months")
    longer = if_(invoiced.eq("half-yearly"), names["fcr_half_year"], 12)
    covers = if_(invoiced.eq("monthly"), 1, if_(invoiced.eq("quarterly"), names["fcr_quarter"], longer))
    period = sheet.calc("An invoice covers", "months", covers, "whole")
    known = both(invoiced.given, advance.eq("no"), days.given)
    wait = up(days / names["fcr_days_in_month"]) + (period - 1) * names["fcr_half"]
    return sheet.calc(
        "Average wait", "months", if_(known, wait, 0), "number", note="Nought in advance, or while not stated."
    )


def _show(
    book: Book,
    bid: Asked,
    months: Months,
    lines: Lines,
    costs: Profile,
    complete: Completeness,
    made: Priced,
    basis: Node,
) -> None:
    """The price as it is read."""
    about = "What to charge each contract year, from direct cost to full cost to price."
    sheet = book.sheet("Price", "The price", "result", about)
    pence = book.names["fcr_pence"]
    groups = costs.groups
    year_ruler(sheet, months, "Price build-up, in pounds")

    def rows(label: str | Node, block: Node, *, name: str = "") -> Block:
        return shown_rows(sheet, complete, label, block, name=name)

    rows("Direct cost", groups.cut(rows=slice(0, 1)))
    rows(if_(lines.pool_names.blank, "", node("Overheads: ").join(lines.pool_names)), costs.pools)
    rows("Start-up", groups.cut(rows=slice(2, 3)))
    rows("Close-down", groups.cut(rows=slice(3, 4)))
    rows("Full cost", costs.full_cost, name="fcr_full_cost")
    labels = ("Contingency", "Contribution to reserves", "Risk premium", "Cost of waiting for payment")
    for number, label in enumerate(labels):
        rows(label, made.steps.cut(rows=slice(number, number + 1)))
    rows(basis, made.steps.cut(rows=slice(4, 5)))
    rows("Price without VAT", made.price, name="fcr_price")
    known = if_(bid.vat.blank, "unknown", made.vat)
    rows("VAT", known)
    rows("Price with VAT", if_(bid.vat.blank, "unknown", made.price + made.vat))
    year_ruler(sheet, months, "For each unit sold", term=False)
    sheet.calc("Units", "units a year", complete.shown(lines.units), "#,##0.00")
    sheet.calc("Full cost of a unit", "£ a unit", complete.shown(made.unit_cost))
    sheet.calc("Price of a unit", "£ a unit", complete.shown(made.unit_price))
    year_ruler(sheet, months, "What the price does for the organisation")
    rows("Would not be spent without the service", rounded(costs.marginal, pence))
    rows("Contribution to overheads and surplus", made.price - rounded(costs.marginal, pence))
