"""Costs from an accounts package: a trial balance or a nominal ledger export into cost lines.

Every pound of the ledger is a cost, left out for a stated reason, or still to be decided, and the
three come to the ledger's own total. What an account is, only the mapping says: income and
balance-sheet accounts are never told from costs by guessing.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from fcr.errors import InputError, Problem, ReconciliationError, nearest
from fcr.lines import Cost
from fcr.table import Column, Row, Table
from fcr.workbook.accounts import Account, gather, suggestion, usual_range
from fcr.workbook.entries import HALF_A_PENNY, read_entries
from fcr.workbook.grid import read_grid
from fcr.workbook.headings import find_columns, looks_like_a_ledger
from fcr.workbook.mapping import LedgerMapping, Rule, read_mapping, toml_text

__all__ = ["LedgerImport", "LeftOut", "import_costs"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An account that is no cost, and why."""

    account: Account
    reason: str


@dataclass(frozen=True, slots=True)
class LedgerImport:
    """What a ledger came to: its costs, what was left out, and what is still to be decided."""

    file: str
    shape: str
    """The kind of export it was read as."""
    costs: tuple[Cost, ...]
    left_out: tuple[LeftOut, ...]
    undecided: tuple[Account, ...]
    """Accounts that no rule is about: they are on no cost centre yet."""
    ledger_total: Decimal
    """Debits less credits of the whole ledger, or the total it prints for one column of amounts."""
    agreed_with: str
    """What the rows were held against."""
    notes: tuple[str, ...] = ()
    mapping: LedgerMapping = field(default_factory=LedgerMapping)

    def __post_init__(self) -> None:
        parts = self.total + self.total_left_out + self.total_undecided
        if abs(parts - self.ledger_total) >= HALF_A_PENNY:
            raise ReconciliationError(f"{self.file}: its accounts come to {parts}, the ledger to {self.ledger_total}")

    @property
    def total(self) -> Decimal:
        """What the costs come to."""
        return sum((cost.amount or Decimal(0) for cost in self.costs), Decimal(0))

    @property
    def total_left_out(self) -> Decimal:
        """What the accounts left out come to."""
        return sum((item.account.amount for item in self.left_out), Decimal(0))

    @property
    def total_undecided(self) -> Decimal:
        """What the accounts still to be decided come to."""
        return sum((account.amount for account in self.undecided), Decimal(0))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is still to be decided, account by account."""
        return tuple(_to_decide(account) for account in self.undecided)

    def decided(self) -> LedgerImport:
        """The import itself, when nothing is left to decide.

        Raises :class:`~fcr.errors.InputError` with every account that no rule is about.
        """
        if self.undecided:
            raise InputError(self.problems)
        return self

    def table(self) -> Table:
        """Every account under what became of it, adding up to the ledger's total."""
        rows: list[Row] = []
        parts = []
        for title, lines in (
            ("Costs", [(c.name, _place(c), c.amount, str(c.source)) for c in self.costs]),
            ("Left out", [(i.account.shown, i.reason, i.account.amount, str(i.account.source)) for i in self.left_out]),
            ("To be decided", [(a.shown, "", a.amount, str(a.source)) for a in self.undecided]),
        ):
            if lines:
                rows.append(Row((title, "", None, ""), "heading"))
                first = len(rows)
                rows += [Row(line, indent=1) for line in lines]
                sums = sum((line[2] or Decimal(0) for line in lines), Decimal(0))
                parts.append(len(rows))
                rows.append(Row((f"{title} in all", "", sums, ""), "subtotal", adds=tuple(range(first, len(rows)))))
        total = sum((self.total, self.total_left_out, self.total_undecided), Decimal(0))
        rows.append(Row(("The ledger", "", total, ""), "total", adds=tuple(parts)))
        columns = (
            Column("Account", "text"),
            Column("Where to, or why not", "text"),
            Column("£"),
            Column("From", "text"),
        )
        notes = (f"Read as: {self.shape}. {self.agreed_with}", *self.notes)
        return Table(f"Costs from {self.file}", columns, tuple(rows), notes)

    def to_dict(self) -> dict[str, object]:
        """Plain data: ``costs`` may stand as they are in an organisation; amounts are text."""
        return {
            "file": self.file,
            "shape": self.shape,
            "costs": [cost.to_dict() for cost in self.costs],
            "left_out": [_account_dict(item.account) | {"reason": item.reason} for item in self.left_out],
            "to_decide": [_account_dict(account) for account in self.undecided],
            "total": str(self.total),
            "ledger_total": str(self.ledger_total),
            "agreed_with": self.agreed_with,
            "notes": list(self.notes),
        }

    def new_mapping(self) -> str:
        """The text of a mapping for this ledger: the rules there are, and a rule to fill in for each other account."""
        lines = ["# What each account is. Keep it beside the ledger: the next export needs no work."]
        if self.mapping.centre is not None:
            lines.append(f"centre = {toml_text(self.mapping.centre)}")
        if self.mapping.columns:
            lines += ["", "[columns]", *(f"{role} = {toml_text(v)}" for role, v in self.mapping.columns.items())]
        for rule in self.mapping.accounts:
            lines += ["", "[[accounts]]", *_rule_lines(rule)]
        for account in self.undecided:
            if self.mapping.rule_for(account.code, account.names, account.section) is not None:
                continue
            known = f"code = {toml_text(account.code)}" if account.code else f"name = {toml_text(account.full_name)}"
            hint = f" {suggestion(account)}".rstrip()
            comment = toml_text(f"{account.shown}, {account.amount:,.2f}.{hint}")[1:-1]
            lines += ["", f"# To decide: {comment}", "[[accounts]]", known, '# centre = ""', '# leave_out = ""']
        return "\n".join(lines) + "\n"


def _place(cost: Cost) -> str:
    return cost.centre or ", ".join(f"{name} {share}%" for name, share in cost.split.items())


def _account_dict(account: Account) -> dict[str, object]:
    data = {"code": account.code, "name": account.full_name, "amount": str(account.amount)}
    return {**data, "source": account.source.to_dict()}


def _rule_lines(rule: Rule) -> Iterator[str]:
    for key, value in rule.to_dict().items():
        if key == "split" and value:
            inner = ", ".join(f"{toml_text(name)} = {share}" for name, share in value.items())
            yield f"split = {{ {inner} }}"
        elif value and (key, value) != ("phase", "running"):
            yield f"{key} = {toml_text(value)}"


def _to_decide(account: Account) -> Problem:
    key = f'code = "{account.code}"' if account.code else f"name = {toml_text(account.full_name)}"
    fix = f"Add [[accounts]] to the mapping with {key} and its centre, or the reason to leave it out."
    hint = suggestion(account)
    what = f"{account.shown} ({account.amount:,.2f}) is on no cost centre, and not left out"
    return Problem(str(account.source), what, f"{fix} {hint}".strip(), "undecided")


def import_costs(
    path: str | os.PathLike[str],
    *,
    sheet: str | None = None,
    mapping: LedgerMapping | str | os.PathLike[str] | None = None,
    centre: str | None = None,
) -> LedgerImport:
    """Take a trial balance or nominal ledger export (.csv, .tsv or .xlsx) into cost lines.

    ``mapping`` says what each account is (see :class:`~fcr.workbook.mapping.LedgerMapping`);
    ``centre`` is where costs go that no rule is about. Without either, accounts are left to be
    decided and listed in ``problems``.

    Raises :class:`~fcr.errors.InputError` with everything that cannot be understood, each with its
    cell or line, and when a printed total does not agree with its rows.
    """
    if mapping is None:
        rules = LedgerMapping()
    else:
        rules = mapping if isinstance(mapping, LedgerMapping) else read_mapping(Path(mapping))
    if centre is not None:
        rules = rules.replace(centre=centre)
    stated = {str(role): text for role, text in rules.columns.items()}
    grid = read_grid(Path(path), sheet, lambda rows: looks_like_a_ledger(rows, stated))
    columns = find_columns(grid, stated)
    read = read_entries(grid, columns)
    accounts = gather(grid, read.entries)
    costs, left_out, undecided = _sort_out(accounts, rules)
    total = sum((entry.amount for entry in read.entries), Decimal(0))
    agreed = f"Debits less credits come to {total:,.2f}" if columns.debit is not None else f"It comes to {total:,.2f}"
    if read.total is not None:
        agreed += ", as the total it prints."
    elif read.totals:
        agreed += f"; the {read.totals} totals that it prints of its parts agree with their rows."
    else:
        agreed += "; it prints no total to hold that against."
    notes = (*grid.notes, *columns.notes, *read.notes, *_rows_notes(accounts), *_mapping_notes(accounts, rules))
    return LedgerImport(
        file=grid.file,
        shape=columns.shape,
        costs=costs,
        left_out=left_out,
        undecided=undecided,
        ledger_total=total if read.total is None else read.total,
        agreed_with=agreed,
        notes=notes,
        mapping=rules,
    )


def _sort_out(
    accounts: tuple[Account, ...], rules: LedgerMapping
) -> tuple[tuple[Cost, ...], tuple[LeftOut, ...], tuple[Account, ...]]:
    costs, left_out, undecided, problems = list[Cost](), list[LeftOut](), list[Account](), list[Problem]()
    for account in accounts:
        rule = rules.rule_for(account.code, account.names, account.section)
        placed = rule is not None and (rule.centre is not None or rule.split)
        if rule is not None and rule.leave_out is not None:
            left_out.append(LeftOut(account, rule.leave_out))
        elif rule is None and not account.amount:
            left_out.append(LeftOut(account, "nothing on it"))
        elif not placed and rules.centre is None:
            undecided.append(account)
        else:
            try:
                costs.append(_cost(account, rule, rules.centre))
            except InputError as error:
                problems += [replace(p, where=f"{account.source}, {account.shown[:60]!r}") for p in error.problems]
    if problems:
        raise InputError(problems)
    return tuple(costs), tuple(left_out), tuple(undecided)


def _cost(account: Account, rule: Rule | None, centre: str | None) -> Cost:
    said = {} if rule is None else {f: getattr(rule, f) for f in ("index", "category", "phase") if getattr(rule, f)}
    notes = [] if account.rows == 1 else [f"The sum of {account.rows} rows of the ledger."]
    notes += [rule.note] if rule is not None and rule.note else []
    place: dict[str, object] = {"centre": centre}
    if rule is not None and (rule.split or rule.centre):
        place = {"split": rule.split} if rule.split else {"centre": rule.centre}
    fields = {"name": account.full_name, "amount": account.amount, "source": account.source, "note": " ".join(notes)}
    return Cost.from_dict({**fields, **place, **said})


def _rows_notes(accounts: tuple[Account, ...]) -> Iterator[str]:
    several = [account for account in accounts if account.rows > 1]
    if several:
        example = f"{several[0].shown} of {several[0].rows} rows"
        word = "account is" if len(several) == 1 else "accounts are"
        yield f"{len(several)} {word} summed from several rows, such as {example}."


def _mapping_notes(accounts: tuple[Account, ...], rules: LedgerMapping) -> Iterator[str]:
    used: Counter[int] = Counter()
    by_default = []
    for account in accounts:
        rule = rules.rule_for(account.code, account.names, account.section)
        used[id(rule)] += 1
        if rule is None and account.amount and (usual_range(account.code) or account.amount < 0):
            by_default.append(account.shown)
    if rules.centre is not None and by_default:
        listed = ", ".join(by_default[:5]) + ("…" if len(by_default) > 5 else "")  # noqa: PLR2004
        what = f"By their code or their credit balance these may be no costs: {listed}."
        yield f"{what} They were put on {rules.centre!r} because no rule says otherwise."
    names = [name for account in accounts for name in account.names]
    for rule in rules.accounts:
        if not used[id(rule)]:
            hint = nearest(rule.name, names) if rule.matched_by == "name" and rule.name is not None else ""
            yield f"The mapping has a rule for {rule.says}, which is not in this ledger.{hint}"
