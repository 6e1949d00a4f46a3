"""What each account is, stated once and kept in a small TOML file, so that next year needs no work.

::

    centre = "Central functions"        # where accounts go that no rule is about; may be left out

    [columns]                           # only where the headings do not say
    amount = "2026"

    [[accounts]]
    code = "7100"
    centre = "Premises and office"

    [[accounts]]
    codes = "4000-4999"
    leave_out = "income"
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from fcr.errors import InputError, Problem
from fcr.inputs import Input, Many, Mapped, Name, Percent
from fcr.lines import Phase
from fcr.workbook.guard import read_bytes, refuse

__all__ = ["LedgerMapping", "Rule", "read_mapping"]


class Rule(Input):
    """What the accounts are that have a code, a name, a section or a code in a range.

    A rule that gives no place (a centre, a split, or a reason to leave out) leaves it to the
    mapping's own ``centre``; without that, the account is still to be decided.

    >>> Rule(codes="4000-4999", leave_out="income").matched_by
    'codes'
    """

    code: Name | None = None
    name: Name | None = None
    section: Name | None = None
    """The heading the account stands under."""
    codes: Name | None = None
    """A range of codes, such as ``4000-4999``, both included."""
    centre: Name | None = None
    split: Mapped[Name, Percent] = {}
    index: Name | None = None
    category: str = ""
    phase: Phase = "running"
    note: str = ""
    leave_out: str | None = None
    """Why the account is no cost."""

    @property
    def matched_by(self) -> Literal["code", "name", "codes", "section"]:
        """What it goes by: the most exact of what it states."""
        if self.code is not None:
            return "code"
        if self.name is not None:
            return "name"
        return "codes" if self.codes is not None else "section"

    @property
    def says(self) -> str:
        """What it is about, in words."""
        return f"{self.matched_by} {getattr(self, self.matched_by)!r}"

    @property
    def range(self) -> tuple[int, int]:
        """The first and last code of its range."""
        first, last = re.split(r"\s*[-–]\s*", self.codes or "")
        return int(first), int(last)

    def _problems(self) -> Iterator[Problem]:
        if not self._unread and not any((self.code, self.name, self.section, self.codes)):
            fix = 'Give code = "7100", name = "Rent", codes = "7000-7199" or section = "Overheads".'
            yield Problem("", "it does not say which accounts it is about", fix, "mapping", ("code",))
        if self.codes is not None and not re.fullmatch(r"\d{1,9}\s*[-–]\s*\d{1,9}", self.codes):
            fix = 'Write the first and the last code, such as "7000-7199".'
            yield Problem("", f"{self.codes!r} is not a range of codes", fix, "mapping", ("codes",))
        elif self.codes is not None and self.range[0] > self.range[1]:
            yield Problem("", f"{self.codes!r} runs backwards", "Swap the two codes.", "mapping", ("codes",))
        said = [self.centre is not None, bool(self.split), self.leave_out is not None]
        if sum(said) > 1:
            what = "it says more than one thing of them"
            fix = "Give one of centre, split (percentages, 100 in all) or leave_out (the reason)."
            yield Problem("", what, fix, "mapping", ("centre",))
        if self.leave_out is not None and not self.leave_out:
            yield Problem("", "the reason to leave it out is blank", "Say why.", "blank", ("leave_out",))
        if self.split and sum(map(Decimal, self.split.values())) != 100:  # noqa: PLR2004
            what = f"its split adds to {sum(map(Decimal, self.split.values())):f}%"
            yield Problem("", what, "Make the shares come to 100%.", "not-100", ("split",))


class LedgerMapping(Input):
    """Everything stated about a ledger: its columns, its accounts, and where the others go."""

    centre: Name | None = None
    columns: Mapped[Literal["code", "name", "debit", "credit", "amount", "type"], Name] = {}
    accounts: Many[Rule] = ()

    def _problems(self) -> Iterator[Problem]:
        seen: set[tuple[str, str]] = set()
        for i, rule in enumerate(self.accounts):
            key = (rule.matched_by, str(getattr(rule, rule.matched_by)).casefold())
            if key in seen and not rule._unread:  # noqa: SLF001
                yield Problem("", f"{rule.says} has two rules", "Keep one.", "twice", ("accounts", i))
            seen.add(key)

    @cached_property
    def _exact(self) -> Mapping[tuple[str, str], Rule]:
        return {(r.matched_by, str(getattr(r, r.matched_by)).casefold()): r for r in self.accounts}

    @cached_property
    def _ranges(self) -> tuple[Rule, ...]:
        """The ranges, narrowest first."""
        found = (rule for rule in self.accounts if rule.matched_by == "codes")
        return tuple(sorted(found, key=lambda rule: rule.range[1] - rule.range[0]))

    def rule_for(self, code: str, names: Iterable[str], section: str) -> Rule | None:
        """The rule for an account: by its code, its name, the narrowest range, or its section."""
        by_name = (self._exact.get(("name", name.casefold())) for name in names)
        in_range = (
            rule for rule in self._ranges if code.isascii() and code.isdigit() and _within(int(code), rule.range)
        )
        return (
            self._exact.get(("code", code.casefold()))
            or next((rule for rule in by_name if rule is not None), None)
            or next(in_range, None)
            or self._exact.get(("section", section.casefold()))
        )


def _within(code: int, limits: tuple[int, int]) -> bool:
    return limits[0] <= code <= limits[1]


def read_mapping(path: Path) -> LedgerMapping:
    """The mapping in a TOML file. Raises :class:`~fcr.errors.InputError` with every problem in it."""
    try:
        data = tomllib.loads(read_bytes(path).decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        why = "it is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        refuse("not-toml", str(path), f"it cannot be read as TOML: {why}", "Correct the file.")
    try:
        return LedgerMapping.from_dict(data)
    except InputError as error:
        found = [replace(p, where=f"{path.name}, {p.where}".removesuffix(", ")) for p in error.problems]
    raise InputError(found)


def toml_text(text: str) -> str:
    r"""A text as TOML writes it.

    >>> print(toml_text('5" nails'))
    "5\" nails"
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
