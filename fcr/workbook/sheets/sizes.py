"""What each risk comes to: mean, variance and limits of every kind of size, in closed form.

The formulas are those of :mod:`fcr.distributions`. A size within a size (the impact of an event, the
severity of a total) is brought to the same columns first, so that each formula stands once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fcr.distributions.continuous import Z90
from fcr.workbook.formula import Abreast, Block
from fcr.workbook.functions import both, choose, either_of, if_, is_number, least, most, number, product_sum
from fcr.workbook.layout import Book
from fcr.workbook.sheets.risks import FIGURES, Risks
from fcr.workbook.sheets.size_tables import NAMES, WORKED, SizeTables

__all__ = ["Sizes", "sizes"]

NEEDED = {
    "fixed": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "three-point": ("p10", "mode", "p90"),
    "pert": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
    "poisson": ("rate",),
    "negative-binomial": ("mean", "cv"),
    "binomial": ("trials", "probability"),
    "beta-binomial": ("trials", "probability", "correlation"),
}
"""Figures without which a kind says nothing; a lognormal needs one pair of two, scenarios one probability in all."""
CONSTANTS = (
    ("Half", 0.5, "", "The middle of two.", "fcr_half"),
    ("Three", 3, "", "The mean of three points.", "fcr_three"),
    ("Tenth", 0.1, "", "P10 and P90: one in ten beyond each.", "fcr_tenth"),
    ("Weight of a PERT", 4, "", "Where none is given.", "fcr_pert_weight"),
    ("Normal P90", Z90, "deviations", "The 90% point of the normal distribution.", "fcr_normal_p90"),
)


@dataclass(frozen=True)
class Sizes:
    """What each risk comes to once, as it acts: blocks (n, 1)."""

    known: Block
    """One where its size is worked out here, else nought."""
    lacking: Block
    """How many of the figures that its kind takes are missing."""
    mean: Block
    variance: Block
    low: Block
    """The least; the mean of one without spread."""
    high: Block
    has_low: Block
    """One where there is a least."""
    has_high: Block


def sizes(book: Book, risks: Risks) -> Sizes:
    """Lay out the Risk sizes sheet."""
    about = "What each risk comes to once, as it acts: its mean, spread and limits."
    sheet = book.sheet("Risk sizes", "Risk sizes", "calculation", about)
    lists = book.named("Lists")
    lists.section("Figures of distributions")
    lists.heads("Figure", "Unit", "Value", "What it is for")
    for figure in CONSTANTS:
        lists.figure(*figure)
    return _Work(book, sheet, risks).done()


class _Work(SizeTables):
    """Those tables, and what each risk comes to."""

    def done(self) -> Sizes:
        """Everything, down to what each risk comes to."""
        foot, up, down = self._triangles()
        scenarios = self._scenarios()
        mean = self._means(foot, up, down, scenarios)
        variance = self._variances(up, down, mean)
        limits = self._limits(foot, up, down, mean, variance)
        return self._whole(Sizes(*self._known(), mean, variance, *limits))

    # ── what is known ──

    def _known(self) -> tuple[Block, Block]:
        """Whether the size can be worked out, and how many of its figures are missing."""
        table = np.array([[float(name in NEEDED.get(kind, ())) for name in NAMES] for kind in WORKED])
        lists = self.book.named("Lists")
        lists.section("Figures that sizes need", "1 where the kind says nothing without it.")
        lists.heads("Kind", "", *(FIGURES[name][0] for name in NAMES))
        needs = Block(table)
        needs.place(lists.name, lists.row, 2)
        lists.hold(needs, "flag")
        for i, kind in enumerate(WORKED):
            lists.write(lists.row + i, 0, kind, "label")
        lists.row += len(WORKED)
        names = [self.given[name] for name in NAMES]
        given = self.given
        self.sheet.section("What is known")
        place = product_sum(self.heads.all.eq(self.kind) * self._places().all)
        (at,) = self._columns(("Kind by number", "0 is none", place, "whole"))
        plain = product_sum(needs.line(most(at, 1)) * (1 - Abreast(names).across))
        pair = both(given["median"] * given["sigma"] < 1, given["p10"] * given["p90"] < 1)
        absent = if_(self.kind.eq("lognormal"), if_(pair, 1, 0), plain)
        noise = self.book.names["fcr_noise"]
        chance = self.total_chance - 1
        astray = both(self.kind.eq("scenarios"), either_of(chance > noise, chance < -noise))
        grid = self.risks.grid
        times = choose(self.part, 0, 1 - is_number(grid["size.probability"]), 1 - is_number(grid["size.rate"]))
        short = absent + times + if_(astray, 1, 0)
        (lacking,) = self._columns(("Figures missing", "figures", if_(at > 0, short, 0), "whole"), at=3, heads=False)
        # scenarios within an event or a total stand on the More sheet, out of sight of these formulas
        inside = both(self.kind.eq("scenarios"), self.part > 1)
        known = if_(either_of(at < 1, lacking > 0, inside), 0, 1)
        return self._columns(("Worked out here", "1 is yes", known, "flag"), at=4, heads=False)[0], lacking

    def _places(self) -> Block:
        """1, 2, 3… over the kinds, beside the tables by kind."""
        block = Block(np.arange(1.0, len(WORKED) + 1)[None, :])
        self.sheet.write(self.sheet.row, 0, "Number of the kind", "label")
        block.place(self.sheet.name, self.sheet.row, 2)
        self.sheet.hold(block, "whole")
        self.sheet.row += 1
        return block

    def _whole(self, inner: Sizes) -> Sizes:
        """The whole size: an event happens or not; a total is of many."""
        mean, variance, low, high = inner.mean, inner.variance, inner.low, inner.high
        has_low, has_high = inner.has_low, inner.has_high
        grid, part = self.risks.grid, self.part
        self.sheet.section(
            "The whole size",
            "Once over the term, or in one year where drawn each year: times how often it is expected.",
        )
        chance, rate = number(grid["size.probability"]), number(grid["size.rate"])
        (times,) = self._columns(("Times", "how often", choose(part, 1, chance, rate), "General"))
        extra = choose(part, 0, times * (1 - times), times)
        total = grid["size.kind"].eq("compound-poisson")
        certain = either_of(part.eq(1), both(grid["size.kind"].eq("event"), times.eq(1)))
        (spread,) = self._columns(
            ("Variance", "squared", times * variance + extra * mean * mean, "General"), at=3, heads=False
        )
        level = spread <= 0
        worth = times * mean
        lowest = if_(level, worth, if_(certain, low, if_(total, 0, least(low, 0))))
        highest = if_(level, worth, if_(certain, high, if_(total, 0, most(high, 0))))
        below = if_(total, both(has_low > 0, low >= 0), has_low)
        above = if_(total, both(has_high > 0, high <= 0), has_high)
        made = self._columns(
            ("Mean", "as it acts", worth, "General"),
            ("Least", "as it acts", lowest, "General"),
            ("Most", "as it acts", highest, "General"),
            ("Has a least", "1 is yes", if_(level, 1, below * 1), "flag"),
            ("Has a most", "1 is yes", if_(level, 1, above * 1), "flag"),
            at=4,
            heads=False,
        )
        return Sizes(inner.known, inner.lacking, made[0], spread, *made[1:])
