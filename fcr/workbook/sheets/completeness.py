"""What must be filled in before there is a result: the first half of the Integrity sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from fcr.staffing import ALLOWANCE, LOWER, MINIMUM, NI_UPPER, STATUTORY_RATES, TRIGGER, UPPER
from fcr.workbook.formula import Block, Node
from fcr.workbook.functions import (
    absolute,
    both,
    count_given,
    count_numbers,
    date_of,
    either_of,
    if_,
    largest,
    month,
    pick,
    product_sum,
    total,
    whole,
    year,
)
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider
from fcr.workbook.sheets.sharing import Sharing
from fcr.workbook.sheets.staff import Staff

__all__ = ["INCOMPLETE", "Completeness", "completeness"]

INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Completeness:
    """How much is missing."""

    missing: Block
    """How many things are missing or contradict one another: no result is shown before it is nought."""

    def shown(self, figures: Node) -> Node:
        """A result, or the word *incomplete* while anything is missing."""
        return self.once(figures, INCOMPLETE)

    def once(self, figures: Node, before: float | str) -> Node:
        """A figure once everything is given; ``before`` that something else, so that no error shows."""
        return if_(self.missing > 0, before, figures)


@dataclass(frozen=True)
class _Model:
    """What the tests look at."""

    book: Book
    given: Provider
    bid: Asked
    months: Months
    staff: Staff
    lines: Lines
    shared: Sharing
    workings: Sheet

    @property
    def noise(self) -> Block:
        """Less than this is noise of arithmetic."""
        return self.book.names["fcr_noise"]


def completeness(
    book: Book, given: Provider, bid: Asked, months: Months, staff: Staff, lines: Lines, shared: Sharing
) -> Completeness:
    """Lay out the tests of what is given."""
    workings = book.sheet(
        "Line checks", "What each line lacks", "calculation", "Tests that the Integrity sheet counts."
    )
    model = _Model(book, given, bid, months, staff, lines, shared, workings)
    about = "What is still to be filled in, and whether every pound is counted once and only once."
    sheet = book.sheet("Integrity", "Integrity: is it complete, and does it add up?", "result", about)
    sheet.widths[0] = 60
    sheet.section(
        "Words where a number belongs", "While there are any, nothing can be added up, and results say incomplete."
    )
    words = _counted(sheet, _of_words(model))
    strayed = sheet.calc("Words, in all", "to mend", total(words.all), "whole")
    sheet.section(
        "To be filled in or put right", "While any of these is not nought, results say that they are incomplete."
    )
    tests = (*_of_the_bid(model), *_of_lines(model), *_of_pools_and_rates(model))
    # a sum over a word is an error, and would hide what is wrong
    others = _counted(sheet, [(label, if_(strayed > 0, 0, test), fix) for label, test, fix in tests], strayed)
    missing = sheet.calc("In all", "to mend", strayed + total(others.all), "whole", name="fcr_missing")
    return Completeness(missing)


Tests = Iterator[tuple[str, Node, str]]


def _counted(sheet: Sheet, tests: Iterable[tuple[str, Node, str]], strayed: Block | None = None) -> Block:
    """A row for each test: how many, in words, and what to do; nothing is known of one while words have strayed."""
    sheet.heads("What", "Unit", "How many", "In words", "What to do")
    first = sheet.row
    counts = []
    for label, formula, fix in tests:
        counts.append(sheet.calc(label, "to mend", formula, "whole"))
        sheet.write(sheet.row - 1, 4, fix, "note")
    column = Block(np.concatenate([count.values for count in counts], axis=0))
    column.place(sheet.name, first, 2)
    sheet.row = first
    said = if_(column > 0, "to do", "OK")
    sheet.calc(
        "", "to mend", said if strayed is None else if_(strayed > 0, "put the words right first", said), "text", at=3
    )
    return column


def _one(test: Node) -> Node:
    return if_(test, 1, 0)


def _of_the_bid(model: _Model) -> Tests:
    bid, given, count = model.bid, model.given, model.months.count
    named = product_sum(given.services["name"].all.eq(bid.service) * given.services["name"].all.ne(""))
    yield "Service priced", _one(named.eq(0)), "Choose one of your services on the Bid sheet."
    first = date_of(year(bid.start), month(bid.start), 1)
    yield (
        "First day of the contract",
        _one(either_of(bid.start.blank, bid.start.ne(first))),
        "Give the first of a month on the Bid sheet.",
    )
    early = either_of(given.base_year.blank, bid.start < given.base_year)
    yield "Base year", _one(early), "Give it on the Organisation sheet; the contract may not begin before it."
    room = either_of(count < 1, count > largest(model.months.years.all), count.ne(whole(count)))
    yield "Contract years", _one(room), "Give a whole number of years, no more than this workbook has room for."
    basis = bid.surplus_basis
    unsaid = either_of(both(bid.surplus > 0, basis.blank), both(bid.surplus.eq(0), basis.given))
    yield "Surplus without its basis", _one(unsaid), "Give both: how much, and margin or mark-up; or neither."
    twice = both(bid.reserves_rate > 0, bid.reserves_amount > 0)
    yield "Reserves as a share and an amount", _one(twice), "Keep one of the two."
    pairs = (count_given(bid.capacity.all) > 0).ne(count_given(bid.occupancy.all) > 0)
    twice = both(count_given(bid.volumes.all) > 0, count_given(bid.capacity.all) > 0)
    yield (
        "Units both ways, or half of a pair",
        _one(either_of(pairs, twice)),
        "Give units, or capacity and occupancy together.",
    )
    for label, row in (("Units", bid.volumes), ("Capacity", bid.capacity), ("Occupancy", bid.occupancy)):
        many = count_given(row.all)
        odd = both(many > 1, many.ne(count))
        yield (
            f"{label}: neither one figure nor one for each year",
            _one(odd),
            "Give the first year's, or every contract year's.",
        )


def _of_lines(model: _Model) -> Tests:
    costs, posts, sheet = model.given.costs, model.given.posts, model.workings
    amounts = costs.wide(*(f"amounts.{y}" for y in range(model.book.room.years)))
    centres = model.book.lists["centres"]
    of_costs = model.lines.shares.cut(rows=slice(0, model.lines.costs))

    def flags(title: str, *parts: tuple[Block, Node]) -> Node:
        sheet.section(title)
        sheet.heads("Line", "Unit", "Wrong")
        return total(sheet.stack([(name.join(""), "1 is yes", test) for name, test in parts], "flag").all)

    def off(name: Block, share: Block) -> Node:
        whole_ = total(share.across)
        return if_(name.blank, _one(whole_ > 0), _one(absolute(whole_ - 1) > model.noise))

    wrong = flags(
        "Shares that do not come to 100%",
        (costs["name"], off(costs["name"], of_costs)),
        (posts["name"], off(posts["name"], model.lines.of_posts)),
    )
    yield (
        "Lines whose shares do not come to 100%",
        wrong,
        "On Posts and Costs: give one centre, or shares that come to 100%.",
    )
    ways = _one(costs["amount"].given) + _one(count_given(amounts.across) > 0)
    wrong = flags(
        "Costs without an amount, or with two",
        (costs["name"], if_(costs["name"].blank, _one(ways > 0), _one(ways.ne(1)))),
    )
    yield "Costs without an amount, or with two", wrong, "Give one amount, or one for each year."
    there = product_sum(centres.all.eq(costs["centre"]) * 1)
    wrong = flags(
        "Costs on a centre that does not exist", (costs["name"], _one(both(costs["centre"].given, there.eq(0))))
    )
    yield "Costs on a centre that does not exist", wrong, "Choose one of your cost pools or services."
    unpaid = product_sum(posts["name"].all.ne("").ne(posts["salary"].all.ne("")) * 1)
    yield "Posts without a salary, or a salary without a post", unpaid, "Give both, or clear the row."
    known = model.months.index_names

    def rises(index: Block) -> Node:
        return if_(product_sum(known.all.eq(index) * 1) > 0, pick(index, known, model.months.stated.all), 1)

    wrong = flags(
        "Rises that each line needs and nobody has stated",
        (costs["name"], if_(costs["name"].blank, 0, rises(model.lines.indices))),
        (posts["name"], if_(posts["name"].blank, 0, rises(model.staff.indices))),
    )
    yield (
        "Rises that lines need and nobody has stated",
        wrong,
        "State a rise for every year on Rates and indices, even when it is 0%.",
    )
    vat = product_sum((costs["vat_rate"].all > 0) * costs["vat_recoverable"].all.eq(""))
    yield "VAT without what is recovered", vat, "Say what share of it you recover: 0% if none."
    stepped = product_sum(costs["behaviour"].all.eq("stepped").ne(costs["step"].all.ne("")) * 1)
    yield "Stepped costs without their step, or a step alone", stepped, "Give both, or neither."
    written = product_sum(costs["capital"].all.eq("depreciation").ne(costs["life"].all.ne("")) * 1)
    yield "Assets written off without a life, or a life alone", written, "Give both, or neither."


def _of_pools_and_rates(model: _Model) -> Tests:
    pools, posts = model.given.pools, count_given(model.given.posts["name"].all)
    without = product_sum(pools["name"].all.ne("") * pools["driver"].all.eq(""))
    yield "Pools without a driver", without, "Choose a driver for each on Overheads and drivers."
    yield (
        "Pools with a cost and nothing to share it by",
        total(model.shared.nothing.all),
        "Give the driver quantities, or choose another.",
    )
    claimed = model.given.allowance
    needs = dict.fromkeys((TRIGGER, LOWER, UPPER, MINIMUM), total(model.staff.enrolled.all))
    needs |= {NI_UPPER: total(model.staff.relief.all), ALLOWANCE: _one(both(claimed.given, claimed.ne("not claimed")))}
    for name in STATUTORY_RATES:
        short = product_sum(model.months.inside.all * (1 - model.months.rate_known[name].all))
        need = both(needs.get(name, posts) > 0, posts > 0)
        yield (
            f"Months without a known {name}",
            if_(need, short, 0),
            "State it on Rates and indices, or hold rates as last known.",
        )


def _of_words(model: _Model) -> Tests:
    to = model.workings
    for sheet in [sheet for sheet in model.book.sheets if sheet.inputs]:
        numeric = [given for given in sheet.inputs if given.kind.numeric and not given.kind.words]
        if not numeric:
            continue
        to.section(f"{sheet.name}: words where a number belongs")
        to.heads("Input", "Unit", "How many")
        rows = [(g.label, "cells", count_given(g.block.all) - count_numbers(g.block.all)) for g in numeric]
        found = total(to.stack(rows, "whole").all)
        yield sheet.name, found, "Type a number, or leave the cell blank."
