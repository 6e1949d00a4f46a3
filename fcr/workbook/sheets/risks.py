"""What could go wrong: the Risks sheet, and the lists its words come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from fcr.risks import REGISTER
from fcr.workbook import kinds as k
from fcr.workbook.formula import Block, Node
from fcr.workbook.functions import if_, nth, pick
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.placed import Column, Grid, Live

__all__ = ["FIGURES", "SIZES", "Risks", "risks"]

SIZES = MappingProxyType(
    {
        "triangular": "Low, mode and high, straight between them.",
        "pert": "Low, mode and high, the mode pulling; weight 4 if blank.",
        "three-point": "P10, mode and P90: one in ten is below, one in ten above. Floor, if there is a least.",
        "lognormal": "Median and sigma, or P10 and P90.",
        "normal": "Mean and SD. It can be negative.",
        "uniform": "Low and high: all between are equally likely.",
        "fixed": "Value: a known figure.",
        "event": "Probability that it happens, and its impact if it does: choose 'Impact is'.",
        "poisson": "Rate: how many are expected.",
        "negative-binomial": "Mean: how many are expected, and CV: how uncertain that is.",
        "compound-poisson": "Rate: how many are expected, and what each costs: choose 'Severity is'.",
        "binomial": "Trials, and the probability of success, which is known.",
        "beta-binomial": "Trials, probability of success, and correlation between people's outcomes.",
        "scenarios": "Scenario 1, 2…: value and probability of each; 100% in all.",
        "hazard": "Probability at each month at which the contract can be broken, those months, and the term.",
    }
)
"""Each kind of size, and which figures it takes."""

ACTING = MappingProxyType(
    {
        "pounds": ("pounds lost (a gain is negative)", "other"),
        "volume": ("times the planned units: 1 is as planned", "demand"),
        "occupancy": ("times the planned occupancy: 1 is as planned", "demand"),
        "index": ("added to each yearly rise: 0.01 is one point", "cost"),
        "outcomes": ("times the planned success rate; or successes", "outcome"),
        "payment delay": ("days later than the terms", "other"),
        "termination": ("the month in which the contract ends early", "other"),
        "cover": ("cover bought in, as a share of staff cost", "cost"),
    }
)
"""What a risk acts on: what its figures then are, and its family unless it has a standard name or states one."""

_NUMBER = (k.NUMBER, "as it acts")
FIGURES = MappingProxyType(
    {
        "probability": (
            "Probability",
            k.SHARE,
            "%",
            "How likely it is: over the term, or in a year if drawn each year.",
        ),
        "value": ("Value", *_NUMBER, "A known figure."),
        "low": ("Low", *_NUMBER, "The least it can be."),
        "mode": ("Mode", *_NUMBER, "The likeliest figure."),
        "high": ("High", *_NUMBER, "The most it can be."),
        "weight": ("Weight", k.QUANTITY, "none", "How strongly the mode of a PERT pulls; 4 if left blank."),
        "p10": ("P10", *_NUMBER, "One in ten is below this."),
        "p90": ("P90", *_NUMBER, "One in ten is above this."),
        "floor": ("Floor", *_NUMBER, "The least possible, if there is one."),
        "median": ("Median", *_NUMBER, "Half are below this."),
        "sigma": ("Sigma", k.QUANTITY, "none", "The standard deviation of the logarithm."),
        "mean": ("Mean", *_NUMBER, "The average."),
        "sd": ("SD", k.QUANTITY, "as it acts", "The standard deviation."),
        "rate": (
            "Rate",
            k.QUANTITY,
            "how many",
            "How many are expected over the term, or in a year if drawn each year.",
        ),
        "cv": ("CV", k.QUANTITY, "none", "The spread of the uncertain rate, as a share of it."),
        "trials": ("Trials", k.WHOLE, "how many", "How many could succeed."),
        "correlation": ("Correlation", k.SHARE, "%", "Between any two people's outcomes."),
        "term": ("Term", k.WHOLE, "months", "Months of contract if it is not broken."),
    }
)
"""The single figures of every kind of size: heading, kind of cell, unit and help."""

PARTS = (("impact", "Impact", "what it costs if it happens"), ("severity", "Severity", "what each one costs"))
"""Sizes within a size: of an event, and of a total of many."""


@dataclass(frozen=True)
class Kinds:
    """The Lists sheet's table of kinds of size: rows in the order of :data:`SIZES`."""

    numbers: Block
    names: Block
    meanings: Block

    def of(self, field: str) -> Callable[[Grid], Node]:
        """Which figures the kind in a column takes, in words."""
        return lambda grid: _words(grid[field], self.names, self.numbers, self.meanings)


@dataclass(frozen=True)
class Standard:
    """The Lists sheet's table of standard risks: blocks (22, 1)."""

    numbers: Block
    names: Block
    sits_with: Block
    weights: Block
    """The usual control weight; blank where there is none."""
    weighed: Block
    """One where there is one."""
    families: Block
    shapes: Block


@dataclass(frozen=True)
class Acting:
    """The Lists sheet's table of what risks act on: rows in the order of :data:`ACTING`."""

    numbers: Block
    names: Block
    meanings: Block
    families: Block

    def place(self, acts_on: Node) -> Node:
        """The row of what a risk acts on: pounds where nothing is said."""
        at = pick(acts_on, self.names, self.numbers.all)
        return if_(at > 0, at, 1)


@dataclass(frozen=True)
class Risks:
    """The cells of the Risks sheet."""

    grid: Grid
    kinds: Kinds
    standard: Standard
    acting: Acting
    together: Grid
    """The names of the risks that move together."""
    correlations: Grid

    @property
    def names(self) -> Block:
        """The name of each risk."""
        return self.grid["name"]

    @property
    def control(self) -> Block:
        """How far the provider controls it: its own weight or the usual one, or "unknown"."""
        return self.grid.live["Control that applies"]


def risks(book: Book) -> Risks:
    """Lay out the Risks sheet."""
    about = "What could go wrong: how likely, how much, who controls it, who pays."
    sheet = book.sheet("Risks", "Risks", "input", about)
    lists = book.named("Lists")
    standard = _standard(lists)
    kinds = _kinds(lists)
    acting = _acting(lists)
    book.lists["risks"] = standard.names
    note = (
        "One row a risk. Choose what it acts on and what kind of size it has; the column 'Figures to give' then says "
        "which. A risk with no size is listed and its loss is unknown. Never count one risk twice."
    )
    usual: Sequence[Column | Live] = (
        Column(
            "name", "Risk", k.TEXT, "A standard name, or your own. Each once.", width=34, options="risks", free=True
        ),
        Live(
            "Should sit with",
            lambda grid: _words(grid["name"], standard.names, standard.numbers, standard.sits_with),
            width=24,
        ),
        Column("acts_on", "Acts on", k.choice(*ACTING), "What it moves; pounds if left blank.", width=14),
        Column("of", "Of which", k.TEXT, "The index or the outcome it moves; all outcomes if left blank.", width=14),
        Column(
            "per", "Drawn once a", k.choice("term", "year"), "A loss in pounds: once a term (if blank) or each year."
        ),
        Column("provider_share", "Provider's share", k.SHARE, "Of a loss in pounds: all of it if left blank.", "%"),
        Column("control", "Control", k.SHARE, "How far you control it; the usual weight if left blank.", "%"),
        Live("Usual control", lambda grid: _usual(grid["name"], standard), "0%"),
        Live("Control that applies", _control, "0%"),
        Column("family", "Family", k.choice("cost", "demand", "outcome", "other"), "Whose remedy it calls for."),
        Column("in_price", "In the price", k.POUNDS_OR_NOUGHT, "What the price holds for it already.", "£ a year"),
        Column("clause", "Clause", k.TEXT, "Where the contract speaks of it.", width=18),
        Column("note", "Note", k.TEXT, "Anything a reader should know.", width=30),
        Column("size.kind", "Size is", k.choice(*SIZES), "The shape of the uncertainty; blank is unknown.", width=18),
        Live("Figures are", lambda grid: _figures_are(grid, acting), width=30),
        Live("Figures to give", kinds.of("size.kind"), width=40),
    )
    grid = sheet.grid("risks", "Register of risks", (*usual, *_sizes(book, kinds)), book.room.risks, note)
    return Risks(grid, kinds, standard, acting, *_correlations(book, sheet, grid))


def _sizes(book: Book, kinds: Kinds) -> Iterator[Column | Live]:
    """The columns of a size, of the sizes within it, and of its lists."""
    for name, (heading, kind, unit, help_) in FIGURES.items():
        yield Column(f"size.{name}", heading, kind, help_, unit)
    for part, title, what in PARTS:
        yield Column(f"size.{part}.kind", f"{title} is", k.choice(*SIZES), f"The shape of {what}.", width=18)
        yield Live(f"{title}: figures to give", kinds.of(f"size.{part}.kind"), width=40)
        for name, (heading, kind, unit, help_) in FIGURES.items():
            yield Column(
                f"size.{part}.{name}", f"{title}: {heading.lower()}", kind, f"{help_} {what.capitalize()}.", unit
            )
    for i in range(book.room.scenarios):
        at, title = f"size.outcomes.{i}", f"Scenario {i + 1}"
        yield Column(f"{at}.name", f"{title}: name", k.TEXT, "What happens.")
        yield Column(f"{at}.value", f"{title}: value", k.NUMBER, "What it then is.", "as it acts")
        yield Column(f"{at}.probability", f"{title}: probability", k.SHARE, "How likely; 100% in all.", "%")
    for i in range(book.room.breaks):
        yield Column(
            f"size.months.{i}", f"Break {i + 1}", k.WHOLE, "A month at which the contract can be broken.", "month"
        )


def _correlations(book: Book, sheet: Sheet, grid: Grid) -> tuple[Grid, Grid]:
    book.lists["bid risks"], count = grid["name"], book.room.correlated
    name = Column("", "Risk that moves with others", k.TEXT, "A risk of the register.", width=34, options="bid risks")
    together = sheet.grid(
        "correlations.names",
        "Risks that move together",
        (name,),
        count,
        "Only where some do: leave blank if each goes its own way. Their correlations stand in the next table.",
    )
    numbers = Block(np.arange(1.0, count + 1)[:, None])
    numbers.place(sheet.name, together.top + 1, 1)
    sheet.write(together.top, 1, "Number", "head")
    sheet.hold(numbers, "whole")

    def numbered(_: Grid) -> Node:
        return if_(together[""].blank, "", numbers.join(". ", together[""]))

    matrix = sheet.grid(
        "correlations.matrix",
        "Rank correlations",
        (
            Live("Risk", numbered, width=34),
            *(
                Column(str(j), f"With risk {j + 1}", k.CORRELATION, "From -1 to 1; 1 with itself; the same both ways.")
                for j in range(count)
            ),
        ),
        count,
        "A row and a column for each risk of the table above, in its order: from -1 to 1, 1 on the diagonal.",
    )
    return together, matrix


# ── words from the lists ──


def _standard(lists: Sheet) -> Standard:
    """The standard register: number, name, whom it should sit with, usual control, whether there is one."""
    lists.section(
        "Standard risks", "Whom each should sit with, and how far a provider usually controls it (our defaults)."
    )
    lists.heads("List", "Number", "Name", "Should sit with", "Usual control", "1 is known", "Family", "Usual shape")
    rows = [
        (
            float(i + 1),
            name,
            risk.sits_with,
            None if risk.control is None else float(risk.control),
            float(risk.control is not None),
            risk.family,
            risk.shape,
        )
        for i, (name, risk) in enumerate(REGISTER.items())
    ]
    return Standard(*_columns(lists, "Risk", rows, ("whole", "text", "text", "0%", "flag", "text", "text")))


def _kinds(lists: Sheet) -> Kinds:
    lists.section("Kinds of size", "Which figures each kind takes.")
    lists.heads("List", "Number", "Name", "What it means")
    rows = [(float(i + 1), name, meaning) for i, (name, meaning) in enumerate(SIZES.items())]
    return Kinds(*_columns(lists, "Kind", rows, ("whole", "text", "text")))


def _acting(lists: Sheet) -> Acting:
    lists.section("What risks act on", "What the figures of a size then are, and whose remedy the risk calls for.")
    lists.heads("List", "Number", "Name", "Figures are", "Family")
    rows = [(float(i + 1), name, *words) for i, (name, words) in enumerate(ACTING.items())]
    return Acting(*_columns(lists, "Acts on", rows, ("whole", "text", "text", "text")))


def _columns(lists: Sheet, label: str, rows: Sequence[tuple[object, ...]], forms: Sequence[str]) -> list[Block]:
    """Fixed words and figures side by side, from column B on."""
    made = []
    for column, form in enumerate(forms):
        values = [[row[column]] for row in rows]
        worded = any(not isinstance(value[0], float) for value in values)
        block = Block(np.array(values, dtype=object if worded else np.float64))
        block.place(lists.name, lists.row, column + 1)
        lists.hold(block, form)
        made.append(block)
    for i in range(len(rows)):
        lists.write(lists.row + i, 0, label, "label")
    lists.row += len(rows)
    return made


def _words(key: Node, names: Block, numbers: Block, words: Block) -> Node:
    """The words beside a name of a list; nothing for any other name."""
    at = pick(key, names, numbers.all)
    return if_(at > 0, nth(words.all, at), "")


def _figures_are(grid: Grid, acting: Acting) -> Node:
    """What the figures of a risk are: pounds where nothing is said."""
    return if_(grid["name"].blank, "", nth(acting.meanings.all, acting.place(grid["acts_on"])))


def _usual(name: Node, standard: Standard) -> Node:
    """The usual control weight of a standard risk; "unknown" of any other."""
    weight = pick(name, standard.names, standard.weights.all)
    known = pick(name, standard.names, standard.weighed.all)
    return if_(known > 0, weight, if_(name.blank, "", "unknown"))


def _control(grid: Grid) -> Node:
    return if_(grid["control"].blank, grid.live["Usual control"], grid["control"])
