"""Which column is which: the headings that accounts packages print, found in the first rows.

Xero, QuickBooks and Sage 50 print a trial balance with a debit and a credit column, a profit and
loss account with one column headed by its period, and Sage a nominal activity with types and
dates. A plain list has a name and an amount. What could be two columns is asked, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fcr.errors import InputError, Problem, nearest
from fcr.workbook.cells import Found
from fcr.workbook.grid import SAMPLE, Grid, Row
from fcr.workbook.values import letters

__all__ = ["ROLES", "Columns", "find_columns", "looks_like_a_ledger"]

FIRST_ROWS = 30
"""How far down the headings may stand."""

ROLES = ("code", "name", "debit", "credit", "amount", "type")

_WORDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "code": (("account code", "nominal code", "n/c", "nc", "code", "account no", "account number", "a/c", "nominal"),),
    "name": (
        ("account name", "nominal name", "name", "nominal account", "ledger account", "account description"),
        ("account", "accounts"),
        ("description", "item", "cost line", "line", "expense"),
    ),
    "debit": (("debit year to date", "ytd debit", "debit ytd", "year to date debit"), ("debit", "debits", "dr")),
    "credit": (("credit year to date", "ytd credit", "credit ytd", "year to date credit"), ("credit", "credits", "cr")),
    "amount": (
        ("ytd", "year to date"),
        ("amount", "value", "net", "net amount", "cost", "£", "gbp"),
        ("total",),
        ("balance", "closing balance"),
    ),
    "type": (("type", "transaction type"),),
}
"""What each column is called, best name first: words of one group are equally good."""

_PERIOD = re.compile(r"(?:.*\D)?(?:19|20)\d\d(?:\D.*)?")
_BLOCK = re.compile(r"n/c:\s*\S.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """The row of headings, and the column of each thing; ``None`` where there is none."""

    row: Row
    shape: str
    code: int | None = None
    name: int | None = None
    debit: int | None = None
    credit: int | None = None
    amount: int | None = None
    type: int | None = None
    notes: tuple[str, ...] = ()
    code_behind: bool = False
    """Whether names carry their code behind them, as in Xero's older trial balance: ``Rent (469)``."""

    @property
    def money(self) -> tuple[int, ...]:
        """The columns that hold amounts."""
        return tuple(c for c in (self.debit, self.credit, self.amount) if c is not None)


def heading(found: Found) -> str:
    """A heading in its plainest form.

    >>> heading(Found("text", "Debit - Year to date (£)"))
    'debit year to date'
    """
    text = " ".join(str(found.value or "").casefold().split())
    plain = re.sub(r"\((?:£|gbp)\)|[£:.*_-]", " ", text)
    return " ".join(plain.split()) or text


def looks_like_a_ledger(rows: Sequence[Row], stated: Mapping[str, str]) -> int:
    """How well the best row of headings among these does; nought when there is none."""
    return max((_score(row, rows, stated) for row in rows if row.number <= FIRST_ROWS), default=0)


def _score(row: Row, rows: Sequence[Row], stated: Mapping[str, str]) -> int:
    """How many columns a row would head; a heading that was stated outweighs any that are known."""
    headings = {heading(found) for found in row.cells.values()}
    named = sum(heading(Found("text", text)) in headings for text in stated.values())
    return len(_roles(row, rows)) + len(ROLES) * named


def find_columns(grid: Grid, stated: Mapping[str, str]) -> Columns:
    """Find the headings within the first 30 rows.

    ``stated`` says which column is which by its heading or its letter, where the headings alone
    do not. Raises :class:`~fcr.errors.InputError` when a column is missing or could be several.
    """
    head = [row for row in grid.rows if row.number <= FIRST_ROWS]
    scores = [_score(row, grid.rows[:SAMPLE], stated) for row in head]
    if not any(scores):
        raise InputError([_no_headings(grid, head)])
    return _columns(grid, head[scores.index(max(scores))], stated)


def _no_headings(grid: Grid, head: Sequence[Row]) -> Problem:
    words = [word for groups in _WORDS.values() for group in groups for word in group if len(word) > 2]  # noqa: PLR2004
    likely = ("debit", "credit", "amount", "account", "account code", "name")
    texts = [(row, column, f) for row in head for column, f in row.cells.items() if f.kind == "text"]
    texts = texts[:SAMPLE]
    close = next(
        (
            f"{grid.where(row, column)} {found.shown!r}:{guess} "
            for row, column, found in texts
            if heading(found) not in words and (guess := nearest(heading(found), likely))
        ),
        "",
    )
    what = f"no row of headings was found in the first {FIRST_ROWS} rows; expected an account and its amounts"
    fix = "Head the columns Account, Debit and Credit, or Account and Amount; or state them in the mapping's [columns]."
    return Problem(grid.file + (f" {grid.sheet}" if grid.sheet else ""), what, close + fix, "no-headings")


def _candidates(row: Row, role: str) -> list[int]:
    """The columns whose heading is the best there is for a role."""
    headings = {column: heading(found) for column, found in row.cells.items()}
    for group in _WORDS[role]:
        if found := [column for column, text in headings.items() if text in group]:
            return found
    if role == "amount":  # a profit and loss account heads its column by the period
        known = {text for groups in _WORDS.values() for group in groups for text in group}
        return [
            column
            for column, found in row.cells.items()
            if column > min(row.cells) - (min(row.cells) > 0)
            and headings[column] not in known
            and (found.kind == "date" or _PERIOD.fullmatch(headings[column]))
        ]
    return []


def _roles(row: Row, rows: Sequence[Row]) -> dict[str, list[int]]:
    """What a row would be as headings: the columns for each role; nothing unless they make a ledger."""
    roles = {role: found for role in ROLES if (found := _candidates(row, role))}
    headings = {heading(found): column for column, found in row.cells.items()}
    if "code" not in roles and "account" in headings and roles.get("name") != [headings["account"]]:
        roles["code"] = [headings["account"]]  # beside a better name, "Account" is the code
    if "debit" in roles or "credit" in roles:
        roles.pop("amount", None)
    money = [c for role in ("debit", "credit", "amount") for c in roles.get(role, [])]
    if not money:
        return {}
    if not {"name", "code"} & set(roles):
        blank = _blank_heading(row, rows, min(money))
        if blank is not None:
            roles["name"] = [blank]
        elif not ("type" in roles and any(is_block(r) for r in rows)):
            return {}
    return roles


def _blank_heading(row: Row, rows: Sequence[Row], before: int) -> int | None:
    """The first column without a heading, left of the amounts, that has words further down."""
    for column in range(min(before, FIRST_ROWS)):
        if row[column].kind == "blank" and any(r.number > row.number and r[column].kind == "text" for r in rows):
            return column
    return None


def is_block(row: Row) -> bool:
    """Whether a row begins the part of one account in a Sage nominal activity: ``N/C: 7100 Name: Rent``."""
    first = row.cells[min(row.cells)]
    if first.kind != "text" or not str(first.value)[:4].casefold().startswith("n/c:"):
        return False
    return _BLOCK.match(" ".join(found.shown for _, found in sorted(row.cells.items()))) is not None


def _columns(grid: Grid, row: Row, stated: Mapping[str, str]) -> Columns:
    roles, problems = _roles(row, grid.rows[:SAMPLE]), list[Problem]()
    for role, text in stated.items():
        column = _stated_column(row, text)
        if column is None:
            shown = [found.shown for found in row.cells.values()]
            what = f"the mapping says that {role} is the column {text!r}, which is not there"
            fix = f"{nearest(text, shown)} The headings are: {', '.join(shown)}.".strip()
            problems.append(Problem(grid.where(row), what, fix, "missing-column"))
        else:
            roles[role] = [column]
    notes = []
    for role, columns in roles.items():
        if len(columns) > 1:
            listed = " or ".join(f"{letters(c)} {row[c].shown!r}" for c in columns)
            fix = f'Say which in the mapping: [columns], {role} = "{letters(columns[0])}".'
            what = f"{len(columns)} columns could be the {role}: {listed}"
            problems.append(Problem(grid.where(row), what, fix, "which-column"))
    if "amount" in stated:
        roles.pop("debit", None)
        roles.pop("credit", None)
    elif ("debit" in roles) != ("credit" in roles):
        missing = "credit" if "debit" in roles else "debit"
        what = f"there is no {missing} column; found {', '.join(f.shown for f in row.cells.values())}"
        problems.append(Problem(grid.where(row), what, "Export the trial balance with both columns.", "missing-column"))
    elif "debit" not in roles and "amount" not in roles:
        what = f"there is no column of amounts; found {', '.join(f.shown for f in row.cells.values())}"
        problems.append(
            Problem(grid.where(row), what, "Export it with its amounts, or state the column.", "missing-column")
        )
    if problems:
        raise InputError(problems)
    chosen = {role: columns[0] for role, columns in roles.items()}
    ytd = [heading(row[c]) for c in chosen.values() if heading(row[c]) in _WORDS["debit"][0]]
    if ytd and any(heading(f) in _WORDS["debit"][1] for f in row.cells.values()):
        notes.append("The year-to-date columns were taken, not those of the month.")
    return Columns(
        row, _shape(row, chosen), **chosen, notes=tuple(notes), code_behind=bool(ytd) and "code" not in chosen
    )


def _stated_column(row: Row, text: str) -> int | None:
    matching = [column for column, found in row.cells.items() if heading(found) == heading(Found("text", text))]
    if len(matching) == 1:
        return matching[0]
    if re.fullmatch("[A-Z]{1,3}", text):
        return next((i for i in range(max(row.cells) + 1) if letters(i) == text), None)
    return None


def _shape(row: Row, chosen: Mapping[str, int]) -> str:
    """What kind of export it is, in words."""
    headings = {heading(found) for found in row.cells.values()}
    if "type" in chosen:
        return "nominal activity, as Sage 50 exports it"
    if "debit" in chosen:
        if headings & {"n/c", "nominal code"}:
            return "trial balance, as Sage 50 exports it"
        if headings & {"account code", *_WORDS["debit"][0]}:
            return "trial balance, as Xero exports it"
        return "trial balance, as QuickBooks exports it"
    if heading(row[chosen["amount"]]) in {"amount", "cost", "value", "£"}:
        return "list of names and amounts"
    return "profit and loss account"
