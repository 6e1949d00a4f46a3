"""The rows under the headings: accounts, parts, totals, and what was checked against them.

A total is never a cost. Each one that is printed is held against the rows it sums: one that does
not agree is refused, with the difference. Rows that a report works out (gross profit, net profit)
are named and set aside.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from fcr.errors import InputError, Problem
from fcr.workbook.cells import amount, label
from fcr.workbook.grid import Grid, Row
from fcr.workbook.headings import Columns, is_block

__all__ = ["Entry", "Read", "read_entries"]

HALF_A_PENNY = Decimal("0.005")
NEAREST_HEADINGS = 20
"""How many open headings a bare total may belong to, and how many wrong totals are explained."""

_TOTAL = re.compile(r"(?:grand |report |overall )?totals?:?|history balance:?|account balance:?", re.IGNORECASE)
_TOTAL_OF = re.compile(r"total (?:for )?(.+?):?|(.+?) total:?", re.IGNORECASE)
_PROFIT = r"(?:profit|loss|surplus|deficit|income|earnings)"
_WORKED_OUT = re.compile(
    rf"(?:gross|net|operating) {_PROFIT}(?: ?(?:/|or|and) ?\(?{_PROFIT}\)?)?"
    rf"|{_PROFIT}(?: ?(?:/|or) ?\(?{_PROFIT}\)?)? (?:for the (?:year|period)|before tax|after tax)",
    re.IGNORECASE,
)
_BLOCK_WORDS = re.compile(r"n/c:?\s*(\S+)(?:\s+name:?\s*(.*?)(?:\s+(?:account )?balance:.*)?$)?", re.IGNORECASE)
_CODE_BEHIND = re.compile(r"(.+?) \((\d{2,8})\)")
_CODE_BEFORE = re.compile(r"(\d{2,8}) · (.+)")
_DEBITS, _CREDITS = {"PI", "JD", "BP", "CP", "VP", "SC"}, {"PC", "JC", "BR", "CR", "VR", "SI"}
"""Sage's types of transaction, by the side of the nominal account they fall on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of an account; ``parents`` are what it is set in under, ``section`` the heading above."""

    row: Row
    code: str
    name: str
    amount: Decimal
    column: int
    parents: tuple[str, ...] = ()
    section: str = ""


@dataclass
class Read:
    """What stands under the headings."""

    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    total: Decimal | None = None
    """The ledger's own total of all its rows, where it prints one."""
    totals: int = 0
    """How many totals it prints, of all rows or some; each agrees with its rows."""
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sums:
    """A debit and a credit, of one row or of several; an amount of a single column is a debit."""

    debit: Decimal | None
    credit: Decimal | None = None

    @property
    def net(self) -> Decimal:
        return (self.debit or Decimal(0)) - (self.credit or Decimal(0))

    @property
    def blank(self) -> bool:
        return self.debit is None and self.credit is None

    def against(self, debit: Decimal, credit: Decimal) -> list[tuple[str, Decimal, Decimal]]:
        """Where these printed sums differ from those of the rows: the side, what is printed, what it should be."""
        if self.debit is not None and self.credit is not None:
            pairs = [(" for debits", self.debit, debit), (" for credits", self.credit, credit)]
        else:  # one figure is the total of its own column, or the balance of both
            own = debit if self.credit is None else -credit
            close = abs(own - self.net) < HALF_A_PENNY
            pairs = [("", self.net, own if close else debit - credit)]
        return [pair for pair in pairs if abs(pair[1] - pair[2]) >= HALF_A_PENNY]


@dataclass
class _Heading:
    """A name without amounts that is still open: what follows is under it."""

    name: str
    indent: int
    start: int
    sets_in: bool = False
    """Whether the rows under it are set in, so that the next one that is not closes it."""


def read_entries(grid: Grid, columns: Columns) -> Read:
    """Read every row under the headings.

    Raises :class:`~fcr.errors.InputError` with every cell that cannot be read, or else with every
    total that does not agree.
    """
    reader = _Reader(grid, columns)
    for row in grid.rows:
        if row.number > columns.row.number or is_block(row):
            reader.take(row)
    return reader.finish()


class _Reader:
    """Goes down the rows once, remembering the headings and parents it is under."""

    def __init__(self, grid: Grid, columns: Columns) -> None:
        self.grid, self.columns = grid, columns
        self.read = Read()
        self.late: list[Problem] = []
        self.running = [(Decimal(0), Decimal(0))]  # debits and credits before each entry
        self.open: list[_Heading] = []
        self.open_names: Counter[str] = Counter()
        self.path: list[tuple[str, int]] = []
        self.latest: dict[str, int] = {}
        self.block: tuple[str, str] | None = None
        self.after_total = self.block_start = 0
        self.odd: Counter[str] = Counter()
        self.first_odd: dict[str, str] = {}
        self.signs = self._signs()

    # ── one row ──

    def take(self, row: Row) -> None:
        if {c: f.value for c, f in row.cells.items()} == {c: f.value for c, f in self.columns.row.cells.items()}:
            return
        if is_block(row):
            self._begin_block(row)
            return
        try:
            code, name = self._label(row, self.columns.code), self._label(row, self.columns.name)
            sums = self._sums(row)
        except InputError as error:
            self.read.problems += error.problems
            return
        words = name or self._first_words(row) or code
        if not sums.blank and self._is_total(row, words, "" if words == code else code, sums):
            return
        if self.block is not None and not code:
            code, name = self.block
        if sums.blank:
            self._begin(row, name)
        elif name or code:
            self._add(row, code, name, sums)
        else:
            what = f"found {sums.net:,f} without the name or code of an account"
            fix = "Name the account, or delete the row if it is none."
            self.read.problems.append(Problem(self.grid.where(row), what, fix, "no-account"))

    def _begin_block(self, row: Row) -> None:
        words = " ".join(f.shown for _, f in sorted(row.cells.items()))
        match = _BLOCK_WORDS.search(words)
        assert match is not None, "is_block saw the same words"
        self.block = (match[1], match[2] or "")
        self.block_start = len(self.read.entries)

    def _label(self, row: Row, column: int | None) -> str:
        return label(row[column], self.grid.where(row, column))

    def _first_words(self, row: Row) -> str:
        """The first text beside the amounts: where a total says that it is one."""
        apart = {*self.columns.money, self.columns.code}
        return next((label(f, "") for c, f in sorted(row.cells.items()) if c not in apart and f.kind == "text"), "")

    def _sums(self, row: Row) -> _Sums:
        amounts: list[Decimal | None] = []
        problems: list[Problem] = []
        for column in self.columns.money:
            where = self.grid.where(row, column)
            try:
                found = amount(row[column], where)
            except InputError as error:
                problems += error.problems
                continue
            amounts.append(found.value)
            for odd in [found.odd] * bool(found.odd) + ["worked out by a formula, taken at its saved value"] * row[
                column
            ].formula:
                self.odd[odd] += 1
                self.first_odd.setdefault(odd, f"{where} {row[column].shown!r}")
        if problems:
            raise InputError(problems)
        if self.signs and amounts[0] is not None:
            amounts[0] *= self.signs.get(self._label(row, self.columns.type).upper(), 1)
        return _Sums(*amounts)

    def _signs(self) -> dict[str, int]:
        """By type of transaction, which amounts a nominal activity prints without their sign."""
        if self.columns.type is None or self.columns.amount is None:
            return {}
        signed: dict[bool, list[Row]] = {True: [], False: []}
        known = _DEBITS | _CREDITS
        for row in self.grid.rows:
            kind, found = str(row[self.columns.type].value).upper(), row[self.columns.amount]
            try:
                value = amount(found, "").value
            except InputError:
                continue
            if kind in _CREDITS and value:
                signed[value < 0].append(row)
        if signed[True] and signed[False]:
            ours, theirs = (", ".join(str(r.number) for r in signed[s][:5]) for s in (True, False))
            what = f"credits are negative in rows {ours}, but positive in rows {theirs}"
            fix = "Export it with a debit and a credit column, or give every credit a minus."
            self.read.problems.append(Problem(self.grid.where(signed[False][0]), what, fix, "sign"))
        if signed[True] or not signed[False]:
            return {}
        listed = ", ".join(sorted({str(row[self.columns.type].value).upper() for row in signed[False]}))
        self.read.notes.append(f"Amounts are printed without signs: {listed} were taken as credits.")
        return dict.fromkeys(_CREDITS, -1) | dict.fromkeys(known - _CREDITS, 1)

    # ── totals ──

    def _is_total(self, row: Row, words: str, code: str, sums: _Sums) -> bool:
        if code:
            return False
        if not words:
            return self._is_unnamed_total(sums)
        if _TOTAL.fullmatch(words):
            starts = self._starts()
            self._check(row, words, sums, starts)
            self._end(sums)
            return True
        if _WORKED_OUT.fullmatch(words):
            where = self.grid.where(row)
            self.read.notes.append(f"Worked out by the report, so not counted: {words}, {sums.net:,.2f} ({where}).")
            return True
        match = _TOTAL_OF.fullmatch(words)
        if match is None:
            return False
        of = (match[1] or match[2]).casefold()
        if self.open_names[of]:
            heading = self._close()
            while heading.name.casefold() != of:
                heading = self._close()
            self._check(row, words, sums, (heading.start,))
        elif of in self.latest:
            self._check(row, words, sums, (self.latest[of],))
        else:
            return False
        return True

    def _close(self) -> _Heading:
        heading = self.open.pop()
        self.open_names[heading.name.casefold()] -= 1
        return heading

    def _is_unnamed_total(self, sums: _Sums) -> bool:
        """A row of amounts without a word is a total if it agrees with the rows above, and not otherwise."""
        agrees = bool(self.read.entries) and any(not sums.against(*self._since(start)) for start in self._starts())
        if agrees:
            self.read.totals += 1
            self._end(sums)
        return agrees

    def _end(self, sums: _Sums) -> None:
        self.after_total = len(self.read.entries)
        debits, credits_ = self._since(0)
        self.read.total = sums.net if abs(debits - credits_ - sums.net) < HALF_A_PENNY else None

    def _since(self, start: int) -> tuple[Decimal, Decimal]:
        (debits, credits_), (debit, credit) = self.running[start], self.running[-1]
        return debit - debits, credit - credits_

    def _starts(self) -> tuple[int, ...]:
        """Where the rows of a bare total may begin: at its block, the top, the last total or an open heading."""
        if self.block is not None:
            return (self.block_start, 0)
        return tuple(dict.fromkeys((0, self.after_total, *(h.start for h in self.open[-NEAREST_HEADINGS:]))))

    def _check(self, row: Row, words: str, sums: _Sums, starts: tuple[int, ...]) -> None:
        self.read.totals += 1
        differ = [sums.against(*self._since(start)) for start in starts]
        if not all(differ):
            return
        entries = self.read.entries[starts[0] :] if len(self.late) < NEAREST_HEADINGS else self.read.entries[-1:]
        span = f"rows {entries[0].row.number} to {entries[-1].row.number}" if entries else "no rows"
        for side, printed, summed in differ[0]:
            off = abs(summed - printed)
            hint = next((f" Row {e.row.number} is exactly that much." for e in entries if abs(e.amount) == off), "")
            half = (
                f" Row {e.row.number} is half of it: is its sign right?" for e in entries if abs(e.amount) * 2 == off
            )
            more = "more" if summed > printed else "less"
            what = f"{words!r} is{side} {printed:,.2f}, but {span} come to {summed:,.2f}: {off:,.2f} {more}"
            fix = f"Export the ledger again, or mend the row that is missing or changed.{hint or next(half, '')}"
            self.late.append(Problem(self.grid.where(row), what, fix, "total-differs"))

    # ── accounts and headings ──

    def _begin(self, row: Row, name: str) -> None:
        """A name without amounts is a heading, or an account with nothing on it."""
        if name:
            indent = self._settle(row, name)
            self.open.append(_Heading(name, indent, len(self.read.entries)))
            self.open_names[name.casefold()] += 1

    def _settle(self, row: Row, name: str) -> int:
        """Close the headings and parents that a row set in so far is not under."""
        indent = row[self.columns.name].indent
        while self.open and (
            self.open[-1].indent > indent or (self.open[-1].indent == indent and self.open[-1].sets_in)
        ):
            self._close()
        if self.open and self.open[-1].indent < indent:
            self.open[-1].sets_in = True
        while self.path and self.path[-1][1] >= indent:
            self.path.pop()
        self.path.append((name, indent))
        return indent

    def _add(self, row: Row, code: str, name: str, sums: _Sums) -> None:
        if not code and self.columns.code_behind and (match := _CODE_BEHIND.fullmatch(name)):
            name, code = match[1], match[2]
        elif not code and (match := _CODE_BEFORE.fullmatch(name)):
            code, name = match[1], match[2]
        self._settle(row, name)
        parents = tuple(parent for parent, _ in self.path[:-1])
        column = next(c for c in reversed(self.columns.money) if row[c].kind != "blank")
        section = self.open[-1].name if self.open else ""
        self.latest[name.casefold()] = len(self.read.entries)
        self.read.entries.append(Entry(row, code, name, sums.net, column, parents, section))
        debits, credits_ = self.running[-1]
        self.running.append((debits + (sums.debit or 0), credits_ + (sums.credit or 0)))

    def finish(self) -> Read:
        """All that was read; the totals are held against it only when every cell could be read."""
        if self.read.problems or self.late:
            raise InputError(self.read.problems or self.late)
        if not self.read.entries:
            what = "there are no accounts under the headings"
            fix = "Check that the export has finished, and that it is the right sheet."
            raise InputError([Problem(self.grid.where(self.columns.row), what, fix, "empty")])
        if self.after_total != len(self.read.entries):
            self.read.total = None
        for odd, count in self.odd.items():
            amounts = "1 amount is" if count == 1 else f"{count} amounts are"
            self.read.notes.append(f"{amounts} {odd}, such as {self.first_odd[odd]}.")
        return self.read
