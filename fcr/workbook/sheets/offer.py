"""The offer against full cost, the verdict and every check: the Offer and checks sheet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from fcr.checks import RULES
from fcr.checks.review import FEATURES
from fcr.workbook.formula import Block, Node, node
from fcr.workbook.functions import if_, nth, product_sum, rounded
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.sheets.bid import Asked
from fcr.workbook.sheets.cash import Cash
from fcr.workbook.sheets.checks import PASS, PYTHON, UNKNOWN, Seen, limits
from fcr.workbook.sheets.checks_exit import EXIT
from fcr.workbook.sheets.checks_monitoring import MONITORING
from fcr.workbook.sheets.checks_outcomes import OUTCOMES
from fcr.workbook.sheets.checks_payment import PAYMENT
from fcr.workbook.sheets.checks_recovery import RECOVERY
from fcr.workbook.sheets.checks_risk import RISK
from fcr.workbook.sheets.checks_table import Table, table
from fcr.workbook.sheets.checks_term import TERM
from fcr.workbook.sheets.completeness import Completeness
from fcr.workbook.sheets.contract import Offer
from fcr.workbook.sheets.income import Income
from fcr.workbook.sheets.lines import Lines
from fcr.workbook.sheets.looked_at import look
from fcr.workbook.sheets.months import Months
from fcr.workbook.sheets.organisation import Provider
from fcr.workbook.sheets.price import Priced
from fcr.workbook.sheets.profile import Profile
from fcr.workbook.sheets.risks import Risks
from fcr.workbook.sheets.staff import Staff
from fcr.workbook.sheets.what_if import what_if_sheet

__all__ = ["FINDINGS", "Checked", "checks"]

FINDINGS = "findings"
"""The name of the stamp of Python's own findings (see :mod:`fcr.workbook.reviewed`)."""

RULES_IN_CELLS = {**RECOVERY, **TERM, **RISK, **OUTCOMES, **MONITORING, **PAYMENT, **EXIT}
WIDTHS = {0: 44, 1: 21, 2: 14, 3: 40, 4: 52, 5: 18}
LINE = 13.0
"""The height of a line of text, in points."""
ASKS = {
    "FCR-1": "Please raise the price to full cost, or let us agree what to leave out: "
    "we cannot use gifts to fill the gap.",
}
"""What to ask for where the rule's own words are for a case that is not raised."""
BEYOND = ", as far as this workbook can tell"


@dataclass(frozen=True)
class Checked:
    """The cells of the Offer and checks sheet."""

    table: Table
    verdict: Block
    undecided: Block
    """How many checks only Python can settle, those accepted left out."""
    recovery: tuple[Block, ...]
    """Full cost, offer, difference and recovery of each contract year, down: (Y, 1) each."""
    term: tuple[Block, ...]
    """The same over the term."""
    features: Block
    """Whether the offer has each feature of a good contract: (5, 1)."""


def checks(
    book: Book,
    *,
    given: Provider,
    bid: Asked,
    months: Months,
    staff: Staff,
    lines: Lines,
    costs: Profile,
    priced: Priced,
    offer: Offer,
    risks: Risks,
    income: Income,
    cash: Cash,
    complete: Completeness,
) -> Checked:
    """Lay out the checks: their workings, what-ifs, and the result."""
    about = "What each check looks at, the cases it goes through, and its answer. Blank is unknown, never a pass."
    workings = book.sheet("Check workings", "Workings of the checks", "calculation", about)
    limited = limits(workings)
    asked = what_if_sheet(book)
    seen = Seen(
        book, workings, asked, given, bid, months, lines, costs, priced, offer, risks, income, cash, limited
    )  # fmt: skip
    look(seen, staff)
    answers = table(seen, RULES_IN_CELLS)
    return _show(seen, answers, complete)


def _show(seen: Seen, answers: Table, complete: Completeness) -> Checked:
    """The result: verdict, recovery, the five features, and every check by heading."""
    workings, years = seen.sheet, seen.numbers(seen.months.years.shape[1])
    asks = _beside(workings, answers, [ASKS.get(rule.code, rule.remedy) for rule in RULES.values()])
    members = [_beside(workings, answers, [float(c in codes) for c in RULES]) for _, _, codes in FEATURES]
    about = "What the offer recovers of full cost, whether to sign it, and what to ask for."
    sheet = seen.book.sheet("Offer and checks", "The offer and its checks", "result", about)
    sheet.widths |= WIDTHS
    verdict, undecided = _verdict(seen, sheet, answers, complete)
    recovery, term = _recovery(seen, sheet, complete, years)
    features = _features(sheet, answers, complete, members)
    _every_check(seen, sheet, answers, complete, asks)
    return Checked(answers, verdict, undecided, recovery, term, features)


def _beside(sheet: Sheet, answers: Table, values: list[str] | list[float]) -> Block:
    """Fixed texts or figures beside the answers, in the next column that is free."""
    last = max(c.block.column for c in sheet.calculations if c.block.row == answers.codes.row)
    kind = object if isinstance(values[0], str) else np.float64
    block = Block(np.array([[value] for value in values], dtype=kind))
    block.place(sheet.name, answers.codes.row, last + 1)
    sheet.hold(block, "text" if kind is object else "flag")
    sheet.write(block.row - 1, block.column, "What to ask for" if kind is object else "Of a feature", "head")
    return block


def _verdict(seen: Seen, sheet: Sheet, answers: Table, complete: Completeness) -> tuple[Block, Block]:
    said, number = answers.said.all, answers.numbers
    sheet.section("Verdict", "By the answers below. What the Bid sheet accepts does not count.")
    sheet.heads("What", "Unit", "Answer", "What it means")
    top = sheet.row
    sheet.row += 1

    def count(label: str, test: Node, note: str) -> Block:
        return sheet.calc(label, "checks", complete.shown(product_sum(test)), "whole", note=note)

    blockers = count(
        "Blockers", said.eq(number["blocker"]) * (1 - answers.waived.all), "With any: do not sign as drafted."
    )
    limit = seen.limit("high findings that call for amendment")
    highs = count("High", said.eq(number["high"]) * (1 - answers.waived.all), "With three: sign only if amended.")
    count(
        "Medium and low",
        (said > number["high"]) * (said <= number["low"]) * (1 - answers.waived.all),
        "Ask for them too.",
    )
    count("Accepted on the Bid sheet", answers.waived.all * 1, "They do not count.")
    count("Passed", said.eq(number[PASS]) * 1, "Nothing is wrong.")
    count("Not answered", said.eq(number[UNKNOWN]) * 1, "A term that nobody has stated is unknown, never a pass.")
    undecided = count(
        "Left to Python", said.eq(number[PYTHON]) * (1 - answers.listed.all), "Run fcr check: no formula can tell."
    )
    bottom, sheet.row = sheet.row, top
    milder = if_(highs >= limit, "sign only if amended", "acceptable with notes").join(if_(undecided > 0, BEYOND, ""))
    words = if_(blockers > 0, "do not sign as drafted", milder)
    words = complete.shown(if_(seen.income.stated > 0, words, "unknown: no offer is stated"))
    verdict = sheet.calc("Verdict", "", words, "text", name="fcr_verdict")
    sheet.row = bottom
    return verdict, undecided


def _recovery(
    seen: Seen, sheet: Sheet, complete: Completeness, years: Block
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Each contract year and the term: full cost, offer, difference and recovery."""
    count, full, offer, gap = seen.months.count, seen.costs.full_cost, seen.income.reported, seen.shared["difference"]
    decimals, known = seen.fixed("decimals_of_a_rate"), seen.income.known

    def rate(part: Node, whole: Node) -> Node:
        return if_(whole.ne(0), rounded(part / if_(whole.ne(0), whole, 1), decimals), 1)

    def said(x: Node) -> Node:
        return complete.shown(if_(known > 0, x, if_(seen.income.stated > 0, "unknown", "no offer")))

    def each(row: Block) -> Node:
        return nth(row.all, years) + 0

    inside = years <= count
    sheet.section(
        "The offer against full cost", "A difference below nought is what gifts or reserves would have to pay."
    )
    specs = (
        ("Full cost", "£", if_(inside, complete.shown(each(full)), ""), "pounds"),
        ("Offer", "£", if_(inside, said(each(offer)), ""), "pounds"),
        ("Difference", "£", if_(inside, said(each(gap)), ""), "pounds"),
        ("Recovery", "", if_(inside, said(rate(each(offer), each(full))), ""), "0.00%"),
    )
    recovery = tuple(sheet.columns(if_(inside, node("Year ").join(years), ""), specs, at=1))
    whole, paid = seen.full_term, seen.offered
    told = (
        (complete.shown(whole + 0), "pounds", ""),
        (said(paid + 0), "pounds", ""),
        (said(seen.surplus + 0), "pounds", ""),
        (said(rate(paid, whole)), "0.00%", "fcr_recovery"),
    )
    term = []
    for column, (formula, form, name) in enumerate(told, start=1):
        term.append(sheet.calc("Term" if column == 1 else "", "", formula, form, at=column, name=name))
        sheet.row -= 1
    sheet.row += 1
    short = if_(seen.surplus < 0, 0 - seen.surplus, 0)
    sheet.calc("Shortfall over the term", "£", said(short), name="fcr_shortfall")
    sheet.calc("What the offer pays", "", seen.income.status.join(""), "text")
    return recovery, tuple(term)


def _features(sheet: Sheet, answers: Table, complete: Completeness, members: list[Block]) -> Block:
    """The five features of a good contract, each by the checks it rests on."""
    about = "What the government's action plan of 2006 asked of contracts. What is accepted is still a finding."
    sheet.section("The five features of a good contract", about)
    sheet.heads("A good contract has", "", "Met", "It rests on")
    said, number, made = answers.said.all, answers.numbers, []
    for (name, _, codes), member in zip(FEATURES, members, strict=True):
        grave = product_sum(member.all * (said <= number["high"]))
        some = product_sum(member.all * (said <= number["low"]))
        open_ = product_sum(member.all * said.eq(number[UNKNOWN]))
        left = product_sum(member.all * said.eq(number[PYTHON]))
        least = if_(some > 0, "in part", if_(open_ > 0, UNKNOWN, "yes"))
        words = if_(grave > 0, "no", if_(left > 0, PYTHON, least))
        made.append(sheet.calc(name, "", complete.shown(words), "text"))
        sheet.write(sheet.row - 1, 3, ", ".join(codes), "plain")
        sheet.heights[sheet.row - 1] = LINE * (len(", ".join(codes)) // WIDTHS[3] + 1)
    column = Block(np.concatenate([block.values for block in made], axis=0))
    column.place(sheet.name, made[0].row, 2)
    return column


def _every_check(seen: Seen, sheet: Sheet, answers: Table, complete: Completeness, asks: Block) -> None:
    """Every check by heading: its question, answer, pounds, what was found and what to ask for."""
    stamp, row = dict(seen.book.stamps.get(FINDINGS) or {}), 0
    told = {found[0]: _said(found[1], found[3]) for found in stamp.get("rows") or ()}
    if told:
        sheet.row += 1
        sheet.write(sheet.row, 0, f"fcr said: {stamp.get('by')}", "note")
    low = answers.numbers["low"]
    for heading, group in groupby(RULES.values(), key=lambda rule: rule.heading):
        rules = list(group)
        rows = slice(row, row + len(rules))
        row += len(rules)
        sheet.section(heading)
        sheet.heads("Check", "Answer", "£ over the term", "What was found", "What to ask for", "fcr said")
        top = sheet.row
        amount, said, found, ask = (b.cut(rows=rows) for b in (answers.amount, answers.said, answers.found, asks))
        for column, formula, form in (
            (1, complete.shown(answers.answer.cut(rows=rows).join("")), "text"),
            (2, complete.once(if_(amount > 0, amount, ""), ""), "pounds"),
            (3, complete.once(found, ""), "plain"),
            (4, complete.once(if_(said <= low, ask, ""), ""), "plain"),
        ):
            sheet.row = top
            sheet.calc("", "", formula, form, at=column)
        sheet.row = top
        for rule in rules:
            sheet.write(sheet.row, 0, f"{rule.code}. {rule.question}", "plain")
            sheet.write(sheet.row, 5, told.get(rule.code, ""), "plain")
            texts = ((0, rule.question), (4, rule.remedy))
            lines = max(len(text) // WIDTHS[column] + 1 for column, text in texts)
            sheet.heights[sheet.row] = LINE * max(lines, 3)
            sheet.row += 1


def _said(answer: str, amount: float | None) -> str:
    """Python's own answer and pounds, in words."""
    return answer if amount is None else f"{answer}: £{amount:,.2f}"
