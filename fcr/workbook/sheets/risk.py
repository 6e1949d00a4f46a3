"""The Risk sheet: what each risk is expected to cost, who carries it, who controls it, and what was simulated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from fcr.workbook.charts import risk_chart
from fcr.workbook.formula import Block, Node
from fcr.workbook.functions import absolute, both, if_, nth, number, pick, product_sum, total
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.carried import Carried, Stamped, carried
from fcr.workbook.sheets.changes import changes
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider
from fcr.workbook.sheets.risks import Risks
from fcr.workbook.sheets.sizes import Sizes
from fcr.workbook.stamps import BALANCE, PREMIUMS, SURPLUS
from fcr.workbook.values import serial

__all__ = ["risk"]

NOT_SIMULATED = "Not simulated yet: run fcr risk bid.xlsx"
STALE = "INPUTS HAVE CHANGED since these figures were simulated: run fcr risk bid.xlsx again (see the Changes sheet)"
CURRENT = "Simulated from the inputs as they stand"
FAMILIES = ("cost", "demand", "outcome", "other")
LARGEST = 8
"""How many of the largest risks the chart shows."""
POUNDS, SHARE = "#,##0;[Red]-#,##0;0", "0.0%"
BY_RISK = (
    ("Whole (£)", POUNDS),
    ("Carried (£)", POUNDS),
    ("Share of variance", SHARE),
    ("Surplus at P10 (£)", POUNDS),
    ("Surplus at P90 (£)", POUNDS),
)


def risk(book: Book, given: Provider, bid: Asked, *, risks: Risks, sized: Sizes, months: Months) -> Carried:
    """Lay out the Risk sheet; after every sheet of inputs, for it counts their changes."""
    about = "What each risk is expected to cost over the term, who carries it and who controls it."
    sheet = book.sheet("Risk", "Balance of risk", "result", about)
    sheet.widths |= {0: 42, 1: 44, **dict.fromkeys(range(2, 9), 19)}
    stamp = _Stamp(book, risks)
    worth = carried(book, risks, sized, months, stamp.cells)
    sheet.section("Whether the simulated figures are up to date")
    status = sheet.row
    sheet.row += 1
    _balance(sheet, given, bid, worth, risks=risks, sized=sized, months=months)
    _register(sheet, risks, sized, worth)
    _families(sheet, worth)
    _largest(sheet, worth)
    stamp.lay_out(sheet)
    changed = changes(book)
    after, sheet.row = sheet.row, status
    words = if_(stamp.cells.draws.blank, NOT_SIMULATED, if_(changed > 0, STALE, CURRENT))
    sheet.calc("Simulated figures", "", words, "text", at=1, name="fcr_simulation_status")
    sheet.row = after
    return worth


def _balance(
    sheet: Sheet, given: Provider, bid: Asked, worth: Carried, *, risks: Risks, sized: Sizes, months: Months
) -> None:
    """The figures of the balance of risk that need no simulation; those of it that do stand further down."""
    sheet.section(
        "Balance of risk, over the term",
        "By formula for risks in pounds, and as simulated for those that act through the contract.",
    )
    sheet.heads("Figure", "Unit", "Value")
    noise = sheet.book.names["fcr_noise"]

    def of(part: Node, whole: Node) -> Node:
        return if_(absolute(whole) > noise, part / whole, "unknown")

    sheet.calc("Risks listed", "risks", total(worth.listed.all), "0")
    unknown = product_sum(worth.listed.all * (1 - worth.known.all))
    lost = sheet.calc("Risks whose loss is unknown", "risks", unknown, "0", name="fcr_unknown_risks")
    words = if_(
        lost > 0,
        "The totals below leave out risks whose loss is unknown: it is not nought",
        "Every risk listed is counted",
    )
    sheet.calc("What the totals hold", "", words, "text", at=1)
    whole = sheet.calc("Expected loss, whoever pays", "£", total(worth.whole.all), POUNDS)
    mine = sheet.calc(
        "Expected loss carried by the provider", "£", total(worth.carried.all), POUNDS, name="fcr_risk_carried"
    )
    sheet.calc("1 Share of expected loss", "%", of(mine, whole), SHARE)
    plain = product_sum(worth.given.all * (1 - worth.exact.all)) + _together(risks)
    spread = of(product_sum(worth.borne.all * worth.variance.all), total(worth.variance.all))
    note = "By formula only where every risk is in pounds and none moves with another."
    sheet.calc("2 Share of variance", "%", if_(plain > 0, "simulate it", spread), SHARE, note=note)
    sheet.calc("4 Carried, within the provider's control", "£", total(worth.within.all), POUNDS)
    sheet.calc("4 Carried but not controlled", "£", total(worth.beyond.all), POUNDS, name="fcr_risk_beyond_control")
    unweighed = product_sum(worth.carried.all * (1 - worth.weighed.all))
    sheet.calc("4 Carried, control weight unknown", "£", unweighed, POUNDS)
    weights = product_sum(_weights(sheet, risks, worth).all * worth.whole.all)
    weighed = product_sum(worth.weighed.all * worth.whole.all)
    sheet.calc("4 Share if carried as controlled", "%", of(weights, weighed), SHARE)
    reserves = sheet.calc(
        "5 Free reserves", "£", if_(given.free_reserves.blank, "unknown", given.free_reserves), POUNDS
    )
    part = if_(number(reserves) > 0, mine / reserves, "unknown")
    sheet.calc("5 Expected loss carried, of free reserves", "%", part, SHARE)
    held = number(bid.risk_premium) + total(risks.grid["in_price"].all)
    price = sheet.calc("6 In the price already", "£", held * months.count, POUNDS)
    sheet.calc("6 Expected loss carried, less what the price holds", "£", mine - price, POUNDS)
    limited = product_sum(worth.given.all * sized.known.all * (1 - sized.has_low.all * sized.has_high.all))
    sheet.calc("7 Risks without a limit", "risks", limited, "0")


def _weights(sheet: Sheet, risks: Risks, worth: Carried) -> Block:
    """The control weight of each risk as a number, on the Risk sizes sheet."""
    sizes = sheet.book.named("Risk sizes")
    sizes.section("Control weights as figures", "Nought where the weight is unknown.")
    return sizes.columns(worth.names.join(""), (("Weight", "share", number(risks.control) * worth.weighed, "0%"),))[0]


def _together(risks: Risks) -> Node:
    """How many risks are said to move with others."""
    return product_sum(risks.together[""].all.ne("") * 1)


def _register(sheet: Sheet, risks: Risks, sized: Sizes, worth: Carried) -> None:
    """Each risk: what is known of it, expected loss, share, control, and its limits."""
    sheet.section(
        "Each risk, over the term",
        "Expected. Controlled: carried, up to the control weight times the whole. Least and most: of the carried.",
    )
    known, listed = worth.known > 0, worth.listed > 0

    def told(figure: Node) -> Node:
        return if_(listed, if_(known, figure, "unknown"), "")

    weighed = both(known, worth.weighed > 0)
    control = if_(risks.control.eq("unknown"), "unknown", risks.control)
    times = worth.drawn * worth.borne
    specs = (
        ("What is known", "", worth.state.join(""), "text"),
        ("Loss, whole", "£", told(worth.whole), POUNDS),
        ("Loss, carried", "£", told(worth.carried), POUNDS),
        ("Control weight", "%", if_(listed, control, ""), "0%"),
        ("Controlled", "£", if_(weighed, worth.within, _unknown(listed)), POUNDS),
        ("Not controlled", "£", if_(weighed, worth.beyond, _unknown(listed)), POUNDS),
        ("Least", "£", _limit(worth, sized.has_low, sized.low * times), POUNDS),
        ("Most", "£", _limit(worth, sized.has_high, sized.high * times), POUNDS),
    )
    sheet.columns(worth.names.join(""), specs, 1)


def _unknown(listed: Node) -> Node:
    """Of a risk, that it is unknown; of a spare row, nothing."""
    return if_(listed, "unknown", "")


def _limit(worth: Carried, has: Block, limit: Node) -> Node:
    """A limit in pounds of a risk worked out by formula; words where there is none."""
    return if_(worth.exact > 0, if_(has > 0, limit, "no limit"), if_(worth.listed > 0, "not worked out", ""))


def _families(sheet: Sheet, worth: Carried) -> None:
    sheet.section(
        "Cost, demand and outcome risks apart", "Their remedies differ: indexation, a guarantee, less pay at stake."
    )
    sheet.heads("Family", "", "Whole (£)", "Carried (£)")
    for word in FAMILIES:
        label = sheet.word(word)
        row = sheet.row
        for column, block in ((2, worth.whole), (3, worth.carried)):
            sheet.row = row
            sheet.calc("", "", pick(label, worth.family, block.all), POUNDS, at=column)


def _largest(sheet: Sheet, worth: Carried) -> None:
    """The largest risks in order, for the chart."""
    sizes = sheet.book.named("Risk sizes")
    more = product_sum((worth.carried.all > worth.carried) * 1)
    before = product_sum(worth.carried.all.eq(worth.carried) * (worth.numbers.all < worth.numbers))
    sizes.section("Order of the risks", "The largest expected loss carried is 1; of equals, the first listed.")
    (rank,) = sizes.columns(worth.names.join(""), (("Rank", "1 is largest", more + before + 1, "whole"),))
    sheet.section("The largest risks", "Expected loss that the provider carries over the term.")
    top = sheet.row
    places = Block(np.arange(1.0, min(LARGEST, rank.shape[0]) + 1)[:, None])
    places.place(sheet.name, top + 1, 1)
    sheet.write(top, 1, "Place", "head")
    at = product_sum(rank.all.eq(places) * worth.numbers.all)
    name = nth(worth.names.all, at).join("")
    within, beyond, unweighed = (nth(block.all, at) for block in (worth.within, worth.beyond, worth.carried))
    weighed = nth(worth.weighed.all, at)
    made = sheet.columns(
        name,
        (
            ("Controlled", "£", within, POUNDS),
            ("Not controlled", "£", beyond, POUNDS),
            ("Control unknown", "£", (1 - weighed) * unweighed, POUNDS),
        ),
    )
    sheet.hold(places, "0")
    labels = Block(formula=name)
    labels.place(sheet.name, top + 1, 0)
    sheet.charts.append(risk_chart(labels, *made, at=(sheet.row + 1, 0)))
    sheet.row += 18


class _Stamp:
    """The simulated figures: their cells, blank where nothing was simulated."""

    def __init__(self, book: Book, risks: Risks) -> None:
        self.stamp: dict[str, Any] = dict(book.stamps.get("simulation") or {})
        rows = risks.grid.rows
        listed = list((self.stamp.get("risks") or {}).items())[:rows]
        names = [name for name, _ in listed]
        self.names = _column([*names, *[None] * (rows - len(names))])
        self.by_risk = [
            _column([*(figures[i] for _, figures in listed), *[None] * (rows - len(listed))])
            for i in range(len(BY_RISK))
        ]
        self.draws = _column([self.stamp.get("draws")], "fcr_draws")
        self.cells = Stamped(self.draws, self.names, self.by_risk[0], self.by_risk[1])
        book.names["fcr_draws"] = self.draws

    def lay_out(self, sheet: Sheet) -> None:
        """The stamped sections."""
        note = (
            "Stamped by fcr: they do not follow the inputs. Each has no more digits than its sampling error supports."
        )
        sheet.section("Simulated: the surplus and the cash", note)
        day = self.stamp.get("date")
        sheet.heads("Figure", "Unit", "Value", "Standard error")
        self._row(sheet, "Draws", "draws", [self.draws], "0")
        self._row(sheet, "Seed", "number", [_column([self.stamp.get("seed")])], "0")
        self._row(sheet, "Simulated on", "date", [_column([None if day is None else float(serial(day))])], "d mmm yyyy")
        units = {"£": POUNDS, "chance": "0.0###%"}
        self._estimates(sheet, "figures", ((name, unit, units[unit]) for name, unit in SURPLUS))
        sheet.section("Simulated: premium to ask a year", "By three methods: one of them, or a contingency, never two.")
        sheet.heads("Method", "Unit", "Value", "Standard error")
        self._estimates(sheet, "premiums", ((name, "£ a year", POUNDS) for name in PREMIUMS))
        sheet.section("Simulated: the seven figures of the balance of risk")
        sheet.heads("Figure", "", "Value")
        words = self.stamp.get("balance") or {}
        for name in BALANCE:
            self._row(sheet, name, "", [_column([words.get(name)])], "text")
        sheet.section("Simulated: each risk", "Surplus over the term with the risk alone at its P10 and at its P90.")
        sheet.heads("Risk", "", *(heading for heading, _ in BY_RISK))
        for i, (block, form) in enumerate(
            ((self.names, "text"), *zip(self.by_risk, (f for _, f in BY_RISK), strict=True))
        ):
            block.place(sheet.name, sheet.row, i + 1 if i else 0)
            sheet.hold(block, form)
        sheet.row += self.names.shape[0]

    def _estimates(self, sheet: Sheet, key: str, rows: Iterable[tuple[str, str, str]]) -> None:
        found = self.stamp.get(key) or {}
        for name, unit, form in rows:
            self._row(sheet, name, unit, [_column([part]) for part in found.get(name, (None, None))], form)

    @staticmethod
    def _row(sheet: Sheet, label: str, unit: str, blocks: list[Block], form: str) -> None:
        sheet.write(sheet.row, 0, label, "label")
        sheet.write(sheet.row, 1, unit, "unit")
        for column, block in enumerate(blocks, 2):
            block.place(sheet.name, sheet.row, column)
            sheet.hold(block, form)
        sheet.row += 1


def _column(values: list[Any], name: str = "") -> Block:
    """Stamped figures one under another; blank where there is none."""
    return Block(np.array([[value] for value in values], dtype=object), name=name)
