"""The table of cases, and the answer of every check: the first case to hold decides, free reserves may raise it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fcr.checks import RULES
from fcr.workbook.formula import Block, Node, Stacked
from fcr.workbook.functions import both, if_, most, nth, product_sum, rounded
from fcr.workbook.layout import Sheet
from fcr.workbook.sheets.checks import ANSWERS, PASS, PYTHON, UNKNOWN, Case, Cases, Seen
from fcr.workbook.values import Array, letters

__all__ = ["Table", "table"]

IN_WORDS = {
    "blocker": "fail (blocker)",
    "high": "fail (high)",
    "medium": "concern (medium)",
    "low": "concern (low)",
    PASS: PASS,
    UNKNOWN: UNKNOWN,
    PYTHON: PYTHON,
}
"""Each answer as a finding says it."""
SO_FAR = 6
"""The column (from 0) that says whether a rule is decided by now."""
GRAVER = "; one step graver, for its size beside free reserves"


@dataclass(frozen=True)
class Table:
    """The answers: a row for each rule, all (R, 1)."""

    codes: Block
    said: Block
    """The answer by its number: 1 to 4 from blocker to low where something is wrong, 5 pass, 6 unknown, 7 fcr check."""
    amount: Block
    """Pounds over the term, to the penny; nought for none."""
    waived: Block
    """One where something is wrong and the Bid sheet accepts it."""
    answer: Block
    """In words, as a finding says it."""
    found: Block
    """What was found, in words."""
    numbers: Mapping[str, Block]
    """The cell of each answer's number."""
    listed: Block
    """One where the Bid sheet lists the check among findings accepted."""


def table(seen: Seen, rules: Mapping[str, Callable[[Seen], Cases]]) -> Table:
    """Lay out the cases of every rule under its heading's figures, and the answer of each."""
    cases: list[tuple[str, Case]] = []
    heading = ""
    for code, rule in RULES.items():
        if rule.heading != heading:
            heading = rule.heading
            seen.sheet.section(f"{heading}: figures", "What the checks under this heading need.")
            seen.sheet.heads("What", "Unit", "Figure")
        cases += [(code, case) for case in rules[code](seen)]
    return _answers(seen, _cases(seen, cases))


@dataclass(frozen=True)
class _Laid:
    """The columns of the table of cases: (N, 1) each."""

    case: Block
    number: Block
    severity: Block
    decides: Block
    amount: Block
    most: Block
    found: Block


def _cases(seen: Seen, cases: Sequence[tuple[str, Case]]) -> _Laid:
    sheet, top = seen.sheet, seen.sheet.row + 3
    sheet.section("Cases", "Each check goes down its cases: the first that holds decides.")
    heads = ("Check", "Answer if it decides", "Holds", "Case", "£ at stake", "Check by number", "Decided by now")
    sheet.heads(*heads, "Answer by number", "Decides", "The most, not what is likely", "What was found")
    sheet.row = top
    codes = list(RULES)
    _constants(sheet, 0, [code for code, _ in cases], "label")
    answers = [case.answer or RULES[code].severity for code, case in cases]
    _constants(sheet, 1, answers, "text")
    case_number = _constants(sheet, 3, np.arange(1.0, len(cases) + 1), "whole")
    number = _constants(sheet, 5, [codes.index(code) + 1.0 for code, _ in cases], "whole")
    severity = _constants(sheet, 7, [ANSWERS.index(a) + 1.0 for a in answers], "whole")
    at_most = _constants(sheet, 9, [float(case.at_most) for _, case in cases], "flag")
    holds, amounts, words = [], [], []
    for _, case in cases:
        holds.append(_one(sheet, 2, 1.0 if case.test is None else if_(case.test, 1, 0), "flag"))
        amounts.append(_one(sheet, 4, 0.0 if case.amount is None else case.amount, "pounds"))
        words.append(_one(sheet, 10, case.found, "text"))
        sheet.row += 1
    sheet.row = top
    so_far = _column(sheet, SO_FAR, _SoFar(number, Stacked(holds)), "flag")
    decides = _column(sheet, 8, _First(number, so_far), "flag")
    sheet.row = top + len(cases)
    return _Laid(case_number, number, severity, decides, Stacked(amounts), at_most, Stacked(words))


def _answers(seen: Seen, cases: _Laid) -> Table:
    sheet, bid, rules = seen.sheet, seen.bid, list(RULES.values())
    sheet.section("Answers by number")
    sheet.heads("Answer", "", "Number")
    numbers = {answer: sheet.constants(answer, Block(np.array([[i + 1.0]]))) for i, answer in enumerate(ANSWERS)}
    sheet.row -= len(ANSWERS)
    words = _constants(sheet, 3, [IN_WORDS[answer] for answer in ANSWERS], "text")
    sheet.row += len(ANSWERS)
    low = numbers["low"]
    sheet.section("Answers", "What the case that decides says, and what free reserves make of it.")
    heads = ("Check", "Asked without an offer", "Case that decides", "Answer by number", "£ over the term")
    sheet.heads(
        *heads, "Check by number", "Asked", "One step graver", "Accepted on Bid", "Answer", "In words", "Waived"
    )
    sheet.write(sheet.row - 1, 12, "What was found", "head")
    codes = _constants(sheet, 0, [rule.code for rule in rules], "label")
    free = _constants(sheet, 1, [float(rule.without_offer) for rule in rules], "flag")
    number = _constants(sheet, 5, np.arange(1.0, len(rules) + 1), "whole")
    at = _column(sheet, 2, product_sum(cases.number.all.eq(number) * cases.decides.all * cases.case.all), "whole")
    asked = _column(sheet, 6, if_(free + seen.income.stated > 0, 1, 0), "flag")
    said = _column(sheet, 3, if_(asked > 0, nth(cases.severity.all, at), numbers[UNKNOWN]), "whole")
    pounds = most(rounded(nth(cases.amount.all, at) + 0, seen.fixed("pence")), 0)
    amount = _column(sheet, 4, if_(said <= low, pounds, 0), "pounds")
    reserves = seen.given.free_reserves
    too_much = seen.over(amount, seen.limit("amount that raises severity") * reserves)
    likely = nth(cases.most.all, at).eq(0)
    worse = both(said > 1, amount > 0, reserves.given, likely, too_much)
    graver = _column(sheet, 7, if_(worse, 1, 0), "flag")
    answer = _column(sheet, 9, said - graver, "whole")
    listed = _column(sheet, 8, if_(product_sum(bid.waivers["key"].all.eq(codes) * 1) > 0, 1, 0), "flag")
    waived = _column(sheet, 11, if_(both(listed > 0, answer <= low), 1, 0), "flag")
    told = _column(sheet, 10, nth(words.all, answer).join(if_(waived > 0, ", waived", "")), "text")
    what = nth(cases.found.all, at).join(if_(graver > 0, GRAVER, ""))
    found = _column(sheet, 12, if_(asked > 0, what, "no offer is stated"), "text")
    sheet.row += len(rules)
    return Table(codes, answer, amount, waived, told, found, numbers, listed)


# ── columns that stand side by side ──


def _constants(sheet: Sheet, column: int, values: Sequence[object] | Array, form: str) -> Block:
    kind = object if isinstance(values[0], str) else np.float64
    block = Block(np.array([[value] for value in values], dtype=kind))
    block.place(sheet.name, sheet.row, column)
    sheet.hold(block, form)
    return block


def _column(sheet: Sheet, column: int, formula: Node, form: str) -> Block:
    top = sheet.row
    block = sheet.calc("", "", formula, form, at=column)
    sheet.row = top
    return block


def _one(sheet: Sheet, column: int, what: Node | float | str, form: str) -> Block:
    """A single cell of a column: a formula, or a fixed figure or text."""
    return _column(sheet, column, what, form) if isinstance(what, Node) else _constants(sheet, column, [what], form)


class _SoFar(Node):
    """One from the first case of a rule that holds, down to the rule's last."""

    def __init__(self, number: Block, holds: Block) -> None:
        self.number, self.holds, self.shape = number, holds, number.shape
        self.own = letters(SO_FAR)

    @property
    def values(self) -> Array:
        numbers, so_far = self.number.numeric[:, 0], self.holds.numeric[:, 0].copy()
        for i in range(1, len(so_far)):
            if numbers[i] == numbers[i - 1]:
                so_far[i] = max(so_far[i], so_far[i - 1])
        return so_far[:, None]

    def text(self, i: int, j: int, sheet: str) -> str:
        _ = j, sheet
        row, n, h = self.number.row + i + 1, letters(self.number.column), letters(self.holds.column)
        return f"IF({n}{row}={n}{row - 1},MAX({self.own}{row - 1},{h}{row}),{h}{row})"


class _First(Node):
    """One for the first case of a rule that holds."""

    def __init__(self, number: Block, so_far: Block) -> None:
        self.number, self.so_far, self.shape = number, so_far, number.shape

    @property
    def values(self) -> Array:
        numbers, so_far = self.number.numeric[:, 0], self.so_far.numeric[:, 0]
        before = np.concatenate([[0.0], so_far[:-1] * (numbers[1:] == numbers[:-1])])
        decides: Array = (so_far - before)[:, None]
        return decides

    def text(self, i: int, j: int, sheet: str) -> str:
        _ = j, sheet
        row, n, s = self.number.row + i + 1, letters(self.number.column), letters(self.so_far.column)
        return f"IF({n}{row}={n}{row - 1},{s}{row}-{s}{row - 1},{s}{row})"
