"""What each risk costs over the term, who carries it and who controls it: workings of the Risk sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.workbook.formula import Block, Node
from fcr.workbook.functions import both, choose, either_of, if_, is_number, most, nth, number, pick, product_sum
from fcr.workbook.layout import Book
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.risks import Risks
from fcr.workbook.sheets.sizes import Sizes

__all__ = ["Carried", "Stamped", "carried"]

STATES = (
    "No size given: its loss is unknown, not nought",
    "Acts through the contract: unknown until simulated",
    "Acts through the contract: simulated",
    "In pounds, not worked out here, and not simulated: see Risk sizes",
    "In pounds, not worked out here: simulated",
    "In pounds: worked out by formula",
)


@dataclass(frozen=True)
class Stamped:
    """What was simulated, in cells: blank where nothing was."""

    draws: Block
    names: Block
    """The risks that were simulated: (n, 1), as are the next."""
    whole: Block
    carried: Block


@dataclass(frozen=True)
class Carried:
    """What each risk is expected to cost over the term, in pounds: blocks (n, 1), nought where it is unknown."""

    names: Block
    numbers: Block
    """1, 2, 3…"""
    listed: Block
    """One for a risk, nought for a spare row; so are the flags that follow."""
    given: Block
    """Whether it has a size."""
    pounds: Block
    """Whether it is a loss in pounds."""
    exact: Block
    """Whether it is worked out by formula."""
    known: Block
    """Whether it is worked out or simulated."""
    weighed: Block
    """Whether its control weight is known."""
    drawn: Block
    """How many times over the term it is drawn."""
    borne: Block
    """The provider's share of a loss in pounds."""
    whole: Block
    """Expected loss, whoever pays."""
    carried: Block
    """Expected loss of the provider."""
    within: Block
    """What of it the provider controls."""
    beyond: Block
    """What of it is carried beyond control."""
    variance: Block
    """Of the whole loss, where it is worked out by formula."""
    state: Block
    """What is known of it, in words."""
    family: Block


def carried(book: Book, risks: Risks, sized: Sizes, months: Months, stamped: Stamped) -> Carried:
    """Each risk's loss over the term: by formula where it is in pounds, else as it was simulated."""
    sheet, grid = book.named("Risk sizes"), risks.grid
    names = risks.names.join("")
    sheet.section("Each risk over the term", "A loss in pounds is drawn once, or in each year of the contract.")
    numbers = Block(np.arange(1.0, grid.rows + 1)[:, None])
    numbers.place(sheet.name, sheet.row + 1, 1)
    sheet.write(sheet.row, 1, "Number", "head")
    sheet.hold(numbers, "whole")
    in_pounds = both(risks.names.given, either_of(grid["acts_on"].blank, grid["acts_on"].eq("pounds")))
    name, listed, given, pounds, drawn, borne = sheet.columns(
        names,
        (
            ("Name", "", names, "text"),
            ("Listed", "1 is yes", if_(risks.names.blank, 0, 1), "flag"),
            ("Has a size", "1 is yes", if_(either_of(risks.names.blank, grid["size.kind"].blank), 0, 1), "flag"),
            ("In pounds", "1 is yes", if_(in_pounds, 1, 0), "flag"),
            ("Drawn", "times", if_(grid["per"].eq("year"), months.count, 1), "whole"),
            ("Provider's share", "share", if_(is_number(grid["provider_share"]), grid["provider_share"], 1), "0.0%"),
        ),
    )
    sheet.section("Where its loss comes from", "A formula where it is in pounds; else the simulation; else unknown.")
    drawn_then = product_sum(stamped.names.all.eq(name) * 1) * given
    exact, simulated, weighed, family = sheet.columns(
        names,
        (
            ("By formula", "1 is yes", given * pounds * sized.known, "flag"),
            ("Simulated", "1 is yes", if_(drawn_then > 0, 1, 0), "flag"),
            ("Control known", "1 is yes", is_number(risks.control) * listed, "flag"),
            ("Family", "", _family(risks, listed), "text"),
        ),
    )
    step = 1 + (1 - exact) * simulated + pounds + pounds + exact + exact
    sheet.section("Expected loss over the term")
    once = sized.mean * drawn
    stamps = [given * pick(name, stamped.names, block.all) for block in (stamped.whole, stamped.carried)]
    known, whole, mine, variance, state = sheet.columns(
        names,
        (
            ("Known", "1 is yes", if_(either_of(exact > 0, simulated > 0), 1, 0), "flag"),
            ("Whole", "£", if_(exact > 0, once, stamps[0]), "pounds"),
            ("Carried", "£", if_(exact > 0, once * borne, stamps[1]), "pounds"),
            ("Variance, whole", "£ squared", exact * sized.variance * drawn, "General"),
            ("What is known", "", if_(listed > 0, choose(1 + given * step, *STATES), ""), "text"),
        ),
    )
    sheet.section("Control", "Carried beyond control: what is carried, less the control weight times the whole.")
    weight = number(risks.control) * most(whole, 0)
    (beyond,) = sheet.columns(names, (("Beyond control", "£", weighed * most(mine - weight, 0), "pounds"),))
    sheet.section("Carried within control")
    (within,) = sheet.columns(names, (("Within control", "£", weighed * (mine - beyond), "pounds"),))
    return Carried(
        name,
        numbers,
        listed,
        given,
        pounds,
        exact,
        known,
        weighed,
        drawn,
        borne,
        whole,
        mine,
        within,
        beyond,
        variance,
        state,
        family,
    )


def _family(risks: Risks, listed: Block) -> Node:
    """As stated, as in the standard row, or by what it acts on."""
    standard, acting = risks.standard, risks.acting
    by_driver = nth(acting.families.all, acting.place(risks.grid["acts_on"]))
    at = pick(risks.names, standard.names, standard.numbers.all)
    usual = if_(at > 0, nth(standard.families.all, most(at, 1)), by_driver)
    return if_(listed > 0, if_(risks.grid["family"].blank, usual, risks.grid["family"]), "")
