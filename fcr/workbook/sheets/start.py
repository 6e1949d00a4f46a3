"""What the workbook is, what to do in which order, and the key to its cells: the Start here sheet."""

from __future__ import annotations

from fcr._version import __version__
from fcr.workbook.formula import node
from fcr.workbook.functions import if_
from fcr.workbook.layout import Book

__all__ = ["start_here", "verdict_on_every_sheet"]

STEPS = (
    ("Organisation", "Who you are, your free reserves, and every service you run."),
    ("Overheads and drivers", "Your cost pools, and the measure each is shared by."),
    ("Posts", "Every job: pay, and the share of its time on each service and pool."),
    ("Costs", "Everything else you spend, each on a service or a pool, or split."),
    ("Bid", "Which service you price, from when, for how long, and what is added to its cost."),
    ("Rates and indices", "What pay and prices rise by. Statutory rates are there already, with their sources."),
    ("Contract", "What the commissioner offers, and on what terms. Blank means not stated."),
    ("Risks", "What could go wrong, how likely, how much, and who pays."),
    ("Integrity", "What is still missing, and whether everything adds up."),
    ("Apportionment", "Result: who bears which overheads."),
    ("Three-year profile", "Result: what the service costs each year, line by line."),
    ("Price", "Result: what to charge, from direct cost to full cost to price."),
    ("Offer and checks", "Result: what the offer recovers, and every check of its terms."),
    ("Charts", "Result: the price, the years and the cash, drawn."),
    ("Risk", "Result: what the risks may cost, and who carries them."),
)


def start_here(book: Book) -> None:
    """Lay out the Start here sheet. The other sheets stand already."""
    about = "A model of what a public service costs you, what to charge, and whether to sign."
    sheet = book.sheet("Start here", book.title, "guide", about)
    sheet.widths.update({0: 30, 1: 24, 2: 70})
    sheet.freeze = (4, 0)
    if area := book.stamps.get("area"):
        sheet.section(f"Where you start: {area['title']}", area["about"])
        about = "Posts, costs, drivers, outcomes and risks usual there: keep, change or clear them. No figure is given."
        sheet.write(sheet.row, 0, about, "note")
        sheet.row += 1
    sheet.section(
        "What to do",
        "Work through the sheets in this order. Every result follows as you type; there are no macros.",
    )
    sheet.heads("Sheet", "Kind", "What it is for")
    here = {made.name: made for made in book.sheets}
    for name, what in STEPS:
        if name in here:
            sheet.write(sheet.row, 0, name, "link")
            sheet.write(sheet.row, 1, here[name].role + " sheet", "plain")
            sheet.write(sheet.row, 2, what, "plain")
            sheet.row += 1
    sheet.write(sheet.row, 0, "The other sheets", "label")
    sheet.write(sheet.row, 1, "calculation sheets", "plain")
    sheet.write(
        sheet.row, 2, "Workings, one form of formula a row, for whoever checks the sums. Nothing to type.", "plain"
    )
    sheet.row += 1
    sheet.section("Key to the cells")
    sheet.heads("Looks like", "Kind", "What it means")
    for style, kind, what in (
        ("sample", "Input", "Shaded with a dotted border: type here. Each says what it expects when you choose it."),
        ("calculation", "Calculation", "Plain: worked out. Protected, without a password, against a slip of the hand."),
        (
            "result",
            "Result",
            "Bold on a pale ground: what you came for. The word incomplete stands there until all is given.",
        ),
    ):
        sheet.write(sheet.row, 0, "1,234.50", style)  # type: ignore[arg-type]
        sheet.write(sheet.row, 1, kind, "plain")
        sheet.write(sheet.row, 2, what, "plain")
        sheet.row += 1
    sheet.section("At a glance")
    sheet.heads("What", "Figure", "")
    for label, name, words in (
        ("Full cost over the term", "fcr_full_cost", "£, what the service costs, overheads and all"),
        ("Price over the term", "fcr_price", "£ without VAT, with what is added to full cost"),
    ):
        sheet.calc(label, "", if_(book.names[name].blank, "", book.names[name]), at=1, role="result")
        sheet.write(sheet.row - 1, 2, words, "note")
    sheet.section("About this workbook")
    sheet.heads("What", "Which", "")
    for label, text in (
        ("Made with", f"full-cost-recovery {__version__}"),
        (
            "To check it by program",
            "fcr check FILE.xlsx: the same sums again, simulation, and whether a formula was changed",
        ),
        ("What it is not", "Advice. The figures are as good as what is typed in; rates carry their sources."),
    ):
        sheet.write(sheet.row, 0, label, "label")
        sheet.write(sheet.row, 1, text, "note")
        sheet.row += 1


def verdict_on_every_sheet(book: Book) -> None:
    """Say on each sheet, under its title, whether the model is complete and adds up."""
    for sheet in book.sheets:
        sheet.write(2, 0, node("Integrity: ").join(book.names["fcr_integrity"]), "kind")
