"""Every kind of size by formula, side by side: its mean, variance and limits, as :mod:`fcr.distributions` has them."""

from __future__ import annotations

from functools import reduce

import numpy as np

from fcr.workbook.formula import Abreast, Block, Node
from fcr.workbook.functions import (
    both,
    choose,
    exponential,
    if_,
    is_number,
    least,
    logarithm,
    most,
    number,
    pick,
    root,
    safely,
)
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.placed import FORMS, Calculation
from fcr.workbook.sheets.risks import FIGURES, Risks

__all__ = ["NAMES", "WORKED", "SizeTables"]

WORKED = (
    "fixed",
    "uniform",
    "triangular",
    "three-point",
    "pert",
    "lognormal",
    "normal",
    "poisson",
    "negative-binomial",
    "binomial",
    "beta-binomial",
    "scenarios",
)
"""Kinds of size that stand alone; events and totals are made of these."""
UNLIMITED_BELOW = ("normal",)
UNLIMITED_ABOVE = ("normal", "lognormal", "poisson", "negative-binomial")
NAMES = tuple(name for name in FIGURES if name != "term")
FITTING = 3
"""Steps of Newton's method that bring a three-point fit to the last figure."""


class SizeTables:
    """The tables of the sheet, from the top down."""

    def __init__(self, book: Book, sheet: Sheet, risks: Risks) -> None:
        self.book, self.sheet, self.risks = book, sheet, risks
        self.half, self.three, self.tenth = (book.names[f"fcr_{name}"] for name in ("half", "three", "tenth"))
        grid = risks.grid
        own = grid["size.kind"]
        part = own.eq("event") + own.eq("compound-poisson") + own.eq("compound-poisson") + 1
        sheet.section(
            "The size that is worked out",
            "1: the risk's own. 2: the impact of an event. 3: the severity of each of many. Blank figures are nought.",
        )
        (self.part,) = self._columns(("Which", "1 to 3", part, "whole"))
        kinds = [grid[f"{at}.kind"].join("") for at in ("size", "size.impact", "size.severity")]
        specs = [("Kind", "", choose(self.part, *kinds), "text")]
        specs += [(FIGURES[name][0], "", self._figure(name), "General") for name in NAMES]
        self.kind, *figures = self._columns(*specs, at=3, heads=False)
        self.of = dict(zip(NAMES, figures, strict=True))
        sheet.section("Which figures are given", "1 is given.")
        given = self._columns(*((FIGURES[name][0], "", self._is_given(name), "flag") for name in NAMES))
        self.given = dict(zip(NAMES, given, strict=True))

    def _columns(self, *specs: tuple[str, str, Node, str], at: int = 2, heads: bool = True) -> list[Block]:
        """Columns beside one another; without ``heads``, beside those just made."""
        sheet = self.sheet
        if heads:
            return sheet.columns(self.risks.names.join(""), specs, at)
        top = sheet.row - self.risks.grid.rows
        made = []
        for column, (heading, unit, formula, form) in enumerate(specs, at):
            block = Block(formula=formula)
            block.place(sheet.name, top, column)
            sheet.write(top - 1, column, f"{heading} ({unit})" if unit else heading, "head")
            sheet.widths.setdefault(column, 14)
            sheet.calculations.append(Calculation(block, FORMS.get(form, form), "calculation"))
            made.append(block)
        return made

    def _parts(self, name: str) -> list[Block]:
        return [self.risks.grid[f"{at}.{name}"] for at in ("size", "size.impact", "size.severity")]

    def _figure(self, name: str) -> Node:
        return choose(self.part, *(number(block) for block in self._parts(name)))

    def _is_given(self, name: str) -> Node:
        return choose(self.part, *(is_number(block) * 1 for block in self._parts(name)))

    # ── three points ──

    def _triangles(self) -> tuple[Block, Block, Block]:
        """The foot of a triangle and its two sides; three points are fitted as fcr.distributions fits them."""
        of, tenth, half = self.of, self.tenth, self.half
        self.sheet.section(
            "Three points",
            "The share of a triangle's width below its mode, so that one in ten is below P10 and one in ten above P90.",
        )
        fitted = self.kind.eq("three-point")
        below = (of["mode"] - of["p10"]) / (of["p90"] - of["p10"])
        (ratio,) = self._columns(("P10 to mode", "share", safely(if_(fitted, below, half), half), "share"))
        (share,) = self._columns(
            ("First guess", "share", tenth + (1 - tenth - tenth) * ratio, "share"), at=3, heads=False
        )
        for step in range(FITTING):
            miss = (1 - ratio) * (share - root(share * tenth)) - ratio * (1 - share - root((1 - share) * tenth))
            slope = 1 - ((1 - ratio) * root(tenth / share) + ratio * root(tenth / (1 - share))) * half
            better = most(least(share - miss / slope, 1 - tenth), tenth)
            (share,) = self._columns((f"Step {step + 1}", "share", better, "share"), at=4 + step, heads=False)
        at = 4 + FITTING
        span = 1 - root(share * tenth) - root((1 - share) * tenth)
        (width,) = self._columns(("Width", "as it acts", (of["p90"] - of["p10"]) / span, "General"), at=at, heads=False)
        foot = if_(fitted, of["mode"] - share * width, of["low"])
        up = if_(fitted, share * width, of["mode"] - of["low"])
        down = if_(fitted, (1 - share) * width, of["high"] - of["mode"])
        made = self._columns(
            ("Foot", "as it acts", foot, "General"),
            ("Up to the mode", "as it acts", up, "General"),
            ("Down from it", "as it acts", down, "General"),
            at=at + 1,
            heads=False,
        )
        return made[0], made[1], made[2]

    def _gone(self, foot: Block) -> Node:
        """How far the floor of a three-point size is above its fitted foot."""
        return if_(both(self.kind.eq("three-point"), self.given["floor"]), most(self.of["floor"] - foot, 0), 0)

    # ── scenarios ──

    def _outcomes(self, field: str) -> list[Block]:
        grid = self.risks.grid
        return [grid[f"size.outcomes.{i}.{field}"] for i in range(self.book.room.scenarios)]

    def _scenarios(self) -> tuple[Block, Block]:
        """Mean of a table of scenarios, and what its probabilities come to."""
        pairs = list(zip(self._outcomes("probability"), self._outcomes("value"), strict=True))
        mean = reduce(lambda a, b: a + b, (number(p) * number(x) for p, x in pairs))
        chance = reduce(lambda a, b: a + b, (number(p) for p, _ in pairs))
        self.sheet.section("Scenarios")
        made = self._columns(("Mean", "as it acts", mean, "General"), ("Probability in all", "share", chance, "share"))
        return made[0], made[1]

    # ── by kind ──

    def _by_kind(self, title: str, about: str, formulas: dict[str, Node]) -> Block:
        """A table with a column for each kind, and beside it the figure of the kind chosen."""
        sheet = self.sheet
        sheet.section(title, about)
        top = sheet.row
        made = self._columns(*((kind, "", safely(formulas[kind], 0), "General") for kind in WORKED))
        self.heads = Block(np.array([WORKED], dtype=object))
        self.heads.place(sheet.name, top, made[0].column)
        chosen = pick(self.kind, self.heads, Abreast(made).across)
        return self._columns(("The kind chosen", "", chosen, "General"), at=2 + len(WORKED), heads=False)[0]

    def _means(self, foot: Block, up: Block, down: Block, scenarios: tuple[Block, Block]) -> Block:
        of, three = self.of, self.three
        self.total_chance = scenarios[1]
        triangle = foot + (up + up + down) / three
        self._floor(foot, up, down)
        weight = if_(self.given["weight"], of["weight"], self.book.names["fcr_pert_weight"])
        pert = (of["low"] + weight * of["mode"] + of["high"]) / (weight + 1 + 1)
        paired = both(self.given["p10"], self.given["p90"])
        self.log_sd, middle = self._columns(
            (
                "Lognormal: sigma",
                "",
                safely(
                    if_(
                        paired,
                        logarithm(of["p90"] / of["p10"]) * self.half / self.book.names["fcr_normal_p90"],
                        of["sigma"],
                    ),
                    0,
                ),
                "General",
            ),
            ("Lognormal: median", "", if_(paired, root(most(of["p10"] * of["p90"], 0)), of["median"]), "General"),
            at=3,
            heads=False,
        )
        self.weight = self._columns(("PERT: weight", "", weight, "General"), at=5, heads=False)[0]
        gained = self.gone * self.gone * self.gone / (self.three * (up + down) * up)
        return self._by_kind(
            "Means",
            "Expected value by kind, from the figures above. Only the kind chosen is used.",
            {
                "fixed": of["value"] + 0,
                "uniform": (of["low"] + of["high"]) * self.half,
                "triangular": triangle,
                "three-point": triangle + if_(self.gone > 0, safely(gained, 0), 0),
                "pert": pert,
                "lognormal": middle * exponential(self.log_sd * self.log_sd * self.half),
                "normal": of["mean"] + 0,
                "poisson": of["rate"] + 0,
                "negative-binomial": of["mean"] + 0,
                "binomial": of["trials"] * of["probability"],
                "beta-binomial": of["trials"] * of["probability"],
                "scenarios": scenarios[0] + 0,
            },
        )

    def _floor(self, foot: Block, up: Block, down: Block) -> None:
        """What a floor takes from a fitted triangle, and the triangle's own variance."""
        three = self.three
        self.sheet.section("Floors, and figures of lognormal and PERT sizes")
        (self.gone,) = self._columns(("Below the floor", "as it acts", self._gone(foot), "General"))
        above = (up + up + down) / three - self.gone
        plain = (up * up + up * down + down * down) / (three * (three + three))
        self.above_floor, self.plain = self._columns(
            ("Triangle: mean above the floor", "as it acts", above, "General"),
            ("Triangle: variance", "squared", plain, "General"),
            at=6,
            heads=False,
        )

    def _variances(self, up: Block, down: Block, mean: Block) -> Block:
        of, three, gone, weight = self.of, self.three, self.gone, self.weight
        triangle, above, after = self.plain + 0, self.above_floor, mean - of["floor"]
        fourth = gone * gone * gone * gone / ((three + three) * (up + down) * up)
        floored = self.plain + above * above - fourth - after * after
        width = of["high"] - of["low"]
        rising, falling = of["mode"] - of["low"], of["high"] - of["mode"]
        all_weight = weight + 1 + 1
        pert = (width + weight * rising) * (width + weight * falling) / (all_weight * all_weight * (all_weight + 1))
        successes = of["trials"] * of["probability"] * (1 - of["probability"])
        spread = of["cv"] * of["mean"]
        away = [number(x) - mean for x in self._outcomes("value")]
        scenarios = [number(p) * d * d for p, d in zip(self._outcomes("probability"), away, strict=True)]
        return self._by_kind(
            "Variances",
            "Expected squared distance from the mean, by kind.",
            {
                "fixed": of["value"] * 0,
                "uniform": width * width / 12,
                "triangular": triangle,
                "three-point": if_(gone > 0, floored, triangle),
                "pert": pert,
                "lognormal": mean * mean * (exponential(self.log_sd * self.log_sd) - 1),
                "normal": of["sd"] * of["sd"],
                "poisson": of["rate"] + 0,
                "negative-binomial": of["mean"] + spread * spread,
                "binomial": successes,
                "beta-binomial": successes * (1 + (of["trials"] - 1) * of["correlation"]),
                "scenarios": reduce(lambda a, b: a + b, scenarios),
            },
        )

    # ── limits ──

    def _limits(self, foot: Block, up: Block, down: Block, mean: Block, variance: Block) -> tuple[Block, ...]:
        of = self.of
        nought = of["value"] * 0
        possible = [
            if_(number(p) > 0, number(x), mean)
            for p, x in zip(self._outcomes("probability"), self._outcomes("value"), strict=True)
        ]
        lows = {
            **dict.fromkeys(WORKED, nought),
            "fixed": of["value"] + 0,
            **dict.fromkeys(("uniform", "pert"), of["low"] + 0),
            "triangular": foot + 0,
            "three-point": foot + self.gone,
            "scenarios": least(*possible),
        }
        highs = {
            **dict.fromkeys(WORKED, nought),
            "fixed": of["value"] + 0,
            **dict.fromkeys(("uniform", "pert"), of["high"] + 0),
            **dict.fromkeys(("triangular", "three-point"), foot + up + down),
            **dict.fromkeys(("binomial", "beta-binomial"), of["trials"] + 0),
            "scenarios": most(*possible),
        }
        low = self._by_kind("Least by kind", "Nought where there is no least.", lows)
        high = self._by_kind("Most by kind", "Nought where there is no most.", highs)
        self.sheet.section("Limits", "1 where there is one; a size without spread is its own least and most.")
        level = variance <= 0
        below = reduce(lambda a, b: a + b, (self.kind.eq(kind) for kind in UNLIMITED_BELOW)) + 0
        above = reduce(lambda a, b: a + b, (self.kind.eq(kind) for kind in UNLIMITED_ABOVE)) + 0
        made = self._columns(
            ("Least", "as it acts", if_(level, mean, low), "General"),
            ("Most", "as it acts", if_(level, mean, high), "General"),
            ("Has a least", "1 is yes", if_(level, 1, 1 - below), "flag"),
            ("Has a most", "1 is yes", if_(level, 1, 1 - above), "flag"),
        )
        return tuple(made)
