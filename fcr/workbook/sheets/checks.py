"""What a check looks at, and how it is said: its cases one after another, of which the first to hold decides.

A rule of :mod:`fcr.checks` looks at one term after another and stops at the first that settles it.
Here each such step is a case: a test, the answer if it holds, the pounds at stake and what was
found, in words. Blank is unknown, never a pass. What no formula can settle has the answer
``fcr check``, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from fcr.checks import THRESHOLDS
from fcr.checks.findings import SEVERITIES
from fcr.workbook.formula import Block, Node, node
from fcr.workbook.functions import both, if_, rounded, shown
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.cash import Cash
from fcr.workbook.sheets.contract import Offer
from fcr.workbook.sheets.income import Income
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider
from fcr.workbook.sheets.price import Priced
from fcr.workbook.sheets.profile import Profile
from fcr.workbook.sheets.risks import Risks
from fcr.workbook.values import serial

__all__ = [
    "ANSWERS",
    "PASS",
    "PYTHON",
    "UNKNOWN",
    "Case",
    "Cases",
    "Seen",
    "limits",
    "passed",
    "python",
    "raised",
    "unknown",
    "yes_or_no",
]

PASS, UNKNOWN, PYTHON = "pass", "unknown", "fcr check"
ANSWERS = (*SEVERITIES, PASS, UNKNOWN, PYTHON)
"""What a case answers, by its number from 1: a severity where something is wrong."""

OTHERS = (
    ("Days in a year", 365, "days", "Charges for days are a part of a year's."),
    ("Decimals of a rate", 4, "decimals", "Rates of recovery are reported to a hundredth of a per cent."),
    ("Share in words", 3, "decimals", "Shares are written to a tenth of a per cent."),
    ("Trifle", 1e-12, "", "Differences of shares below this are noise of arithmetic."),
)


@dataclass(frozen=True)
class Case:
    """One step of a rule: a test, and what is answered when it is the first to hold."""

    test: Node | None
    """``None`` when it always holds."""
    answer: str
    """One of :data:`ANSWERS`; blank for the rule's usual severity."""
    found: Node | str
    """What was found, in words."""
    amount: Node | None = None
    """Pounds at stake over the term, unrounded; nought or less is none."""
    at_most: bool = False
    """Whether the amount is the most that could be lost, not what is likely: it raises no severity."""


Cases = Iterator[Case]


def passed(test: Node | None, found: Node | str) -> Case:
    """Nothing is wrong."""
    return Case(test, PASS, found)


def unknown(test: Node | None, what: str) -> Case:
    """Nobody has stated ``what``, which the rule needs."""
    return Case(test, UNKNOWN, f"find out {what}")


def python(test: Node | None, why: str) -> Case:
    """No formula here can settle it."""
    return Case(test, PYTHON, why)


def raised(
    test: Node | None, found: Node | str, severity: str = "", *, amount: Node | None = None, at_most: bool = False
) -> Case:
    """Something is wrong."""
    return Case(test, severity, found, amount, at_most)


def yes_or_no(stated: Block, *, good: bool, what: str, well: str, ill: str) -> Cases:
    """A term that is there or not: ``good`` is what it should be, ``what`` it is."""
    yield unknown(stated.blank, what)
    yield passed(stated.eq("yes" if good else "no"), well)
    yield raised(None, ill)


@dataclass(frozen=True)
class Seen:
    """What the rules look at: the cells of a bid, its cost, its price and its offer."""

    book: Book
    sheet: Sheet
    """Where figures that a rule needs are laid out."""
    what_if: Sheet
    """Where the model is asked what another activity would pay."""
    given: Provider
    bid: Asked
    months: Months
    lines: Lines
    costs: Profile
    priced: Priced
    offer: Offer
    risks: Risks
    income: Income
    cash: Cash
    limits: Mapping[str, Block]
    shared: dict[str, Block] = field(default_factory=dict)
    """Figures that several rules use, by their names."""

    def __getitem__(self, name: str) -> Block:
        """The cell of a term of the offer."""
        return self.offer[name]

    def limit(self, name: str) -> Block:
        """The cell of a threshold, by its name."""
        return self.limits[name]

    def fixed(self, name: str) -> Block:
        """The cell of a fixed figure: ``pence``, ``noise``, ``half_penny``…"""
        return self.book.names[f"fcr_{name}"]

    def money(self, x: Node) -> Node:
        """Pounds in words; rounded first, for programs write a half penny each in its own way."""
        return node("£").join(shown(rounded(x, self.fixed("pence")), "#,##0.00"))

    def per_cent(self, x: Node) -> Node:
        """A share in words, rounded first."""
        return shown(rounded(x, self.fixed("share_in_words")), "0.0%")

    def figure(self, label: str, unit: str, formula: Node, form: str = "pounds") -> Block:
        """A figure that a rule needs, laid out once."""
        return self.sheet.calc(label, unit, formula, form)

    def row(self, label: str, formula: Node) -> Block:
        """Pounds of each contract year, laid out once."""
        return self.sheet.calc(label, "£", formula)

    def flag(self, label: str, test: Node) -> Block:
        """A test, laid out once: 1 is yes."""
        return self.sheet.calc(label, "1 is yes", if_(test, 1, 0), "flag")

    def over(self, x: Node, y: Node) -> Node:
        """Whether pounds are more than others, noise of arithmetic left out."""
        return rounded(x - y, self.fixed("size")) > 0

    def numbers(self, count: int) -> Block:
        """1, 2, 3… down, to tell rows by: (count, 1)."""
        self.sheet.heads("Row", "", "Number")
        return self.sheet.constants("Row", Block(np.arange(1.0, count + 1)[:, None]))

    # ── what no formula settles ──

    def not_live(self, test: Node | None = None) -> Cases:
        """Where the income is not worked out in this workbook, and ``test`` holds: only Python can say."""
        lives = self.shared["live"].eq(0)
        yield python(lives if test is None else both(test, lives), "what the offer pays is worked out by Python")

    # ── figures that several rules use ──

    @property
    def full_term(self) -> Block:
        """Full cost over the term."""
        return self.shared["full cost"]

    @property
    def offered(self) -> Block:
        """What the offer would pay over the term."""
        return self.shared["offer"]

    @property
    def surplus(self) -> Block:
        """The offer less full cost over the term: below nought, a shortfall."""
        return self.shared["surplus"]

    @property
    def short(self) -> Block:
        """By how much each contract year falls short: (1, Y)."""
        return self.shared["short"]

    @property
    def no_returns(self) -> Node:
        """Whether nobody has said which returns are asked for."""
        return both(self.shared["returns"].eq(0), self["monitoring.returns"].blank)

    @property
    def monthly_cost(self) -> Block:
        """Full cost of an average month."""
        return self.shared["monthly cost"]


def limits(sheet: Sheet) -> dict[str, Block]:
    """Lay out every threshold in a cell of its own, with its standing and source."""
    sheet.section(
        "Thresholds", "What the checks compare with, and whose figure it is: law, published guidance, or our default."
    )
    sheet.heads("Threshold", "Unit", "Figure", "Whose, and where from")
    found = {}
    for name, threshold in THRESHOLDS.items():
        note = f"{threshold.whose.capitalize()}. {threshold.source}"
        found[name] = sheet.figure(name.capitalize(), float(threshold.value), threshold.unit, note, _named(name))
        if threshold.until is not None:
            label, last = f"{name.capitalize()}: its last day", float(serial(threshold.until))
            note = "After it only a newer figure will do."
            found[f"{name}, until"] = sheet.figure(label, last, "day number", note, _named(f"{name} until"))
    for label, value, unit, note in OTHERS:
        sheet.figure(label, value, unit, note, "fcr_" + label.lower().replace(" ", "_"))
    return found


def _named(threshold: str) -> str:
    return "fcr_limit_" + "".join(c if c.isalnum() else "_" for c in threshold).replace("__", "_")
