"""What can go wrong, and how it is said.

::

    FcrError
    ├─ InputError(ValueError)        .problems: every one, not only the first
    │   ├─ WorkbookError             where = "Drivers!C7"
    │   └─ ApportionmentError        pools that cannot be shared out
    ├─ RateNotFound(LookupError)     which rate, which date, what is known
    ├─ UnknownName(LookupError)      with the nearest match
    ├─ MissingExtra(ImportError)     a library that is not installed, and how to
    └─ ReconciliationError           the sums do not add up: our bug, please report it

A poor price is not an error: it is a finding (see ``fcr.checks``). Errors are for input that
cannot be understood, and carry every problem at once.
"""

from __future__ import annotations

import difflib
import textwrap
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

__all__ = [
    "ApportionmentError",
    "FcrError",
    "InputError",
    "MissingExtra",
    "Problem",
    "RateNotFound",
    "ReconciliationError",
    "UnknownName",
    "WorkbookError",
    "nearest",
]


MOST_LISTED = 20
"""How many known names a message lists."""
LONG_WORD = 4
"""A shorter word is like too many others to guess by."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where to look, what was found (and expected), what to do.

    >>> print(Problem("costs[3] 'Rent'", "amount 'abc' is not a number", "Type pounds, such as 1200.50."))
    costs[3] 'Rent': amount 'abc' is not a number. Type pounds, such as 1200.50.
    """

    where: str
    what: str
    fix: str
    code: str = "invalid"
    """A stable name for this kind of problem, for programs that act on it."""
    path: tuple[str | int, ...] = ()
    """The field in the model, such as ``("costs", 3, "amount")``."""
    about: str = ""
    """For a cell that is only still to be filled in: what belongs in it, such as the heading of its column."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.fix}"


class FcrError(Exception):
    """Everything this library raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows: the message and no more, for it says what to do and the way to it does not."""
        return [str(self)]


class InputError(FcrError, ValueError):
    """Input that cannot be understood, with every problem found in it.

    >>> error = InputError([Problem("posts[0]", "time adds to 90%", "Make it 100%.")])
    >>> len(error.problems)
    1
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        wrong, blank = ([p for p in self.problems if bool(p.about) is still] for still in (False, True))
        lines = [f"{_count(wrong, 'problem')} to mend:", *(f"  {p}" for p in wrong)] if wrong or not blank else []
        lines += [f"{_count(blank, 'cell')} still to fill in:", *_by_sheet(blank)] if blank else []
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type, tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class WorkbookError(InputError):
    """A workbook or file that cannot be read as a model; ``where`` names the sheet and cell."""


class ApportionmentError(InputError):
    """Cost pools that cannot be shared out as asked, each by name."""


class UnknownName(FcrError, LookupError):
    """A name that is not there, with the nearest that is.

    >>> print(UnknownName("service", "Debt advise", ["Debt advice", "Housing"]))
    there is no service 'Debt advise'. Did you mean 'Debt advice'? Known: Debt advice, Housing.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        more = len(self.known) - MOST_LISTED
        listed = ", ".join(self.known[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "") or "none"
        super().__init__(f"there is no {kind} {name!r}.{nearest(name, self.known)} Known: {listed}.")

    def __reduce__(self) -> tuple[type, tuple[str, str, tuple[str, ...]]]:
        return type(self), (self.kind, self.name, self.known)


class RateNotFound(FcrError, LookupError):
    """A dated rate, or several (``name`` with commas), asked for on a date for which no figure is known.

    >>> print(RateNotFound("vat.standard_rate", date(2010, 1, 1), "known from 4 January 2011"))
    vat.standard_rate is not known for 1 January 2010 (known from 4 January 2011).
    """

    def __init__(self, name: str, on: date, known: str, fix: str = "") -> None:
        self.name, self.on, self.known, self.fix = name, on, known, fix
        several = name.count(", ") + 1
        what = f"{name} is" if several == 1 else f"{several} figures are"
        text = f"{what} not known for {on.day} {on:%B %Y} ({known})."
        super().__init__(f"{text} {fix}".rstrip())

    def __reduce__(self) -> tuple[type, tuple[str, date, str, str]]:
        return type(self), (self.name, self.on, self.known, self.fix)


class MissingExtra(FcrError, ImportError):
    """A library that this was asked to use is not installed; ``extra`` names what to install it by.

    >>> print(MissingExtra("matplotlib", "charts"))
    matplotlib is not installed. Install it with: pip install "full-cost-recovery[charts]"
    """

    def __init__(self, library: str, extra: str) -> None:
        self.library, self.extra = library, extra
        super().__init__(f'{library} is not installed. Install it with: pip install "full-cost-recovery[{extra}]"')

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.library, self.extra)


class ReconciliationError(FcrError):
    """The sums do not add up. This is a fault in the library: please report it."""

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows: the whole way to it, which belongs in the report."""
        return traceback.format_exception(self)


def _count(problems: Sequence[Problem], what: str) -> str:
    return f"{len(problems)} {what}{'s' * (len(problems) != 1)}"


def _by_sheet(blank: Iterable[Problem]) -> Iterator[str]:
    """Cells still to fill in, a line for each sheet, those under one heading together."""
    sheets: dict[str, dict[str, list[str]]] = {}
    for problem in blank:
        sheet, _, cell = problem.where.rpartition("!")
        sheets.setdefault(sheet, {}).setdefault(problem.about, []).append(cell)
    for sheet, headings in sheets.items():
        told = "; ".join(f"{heading} ({_ranges(cells)})" for heading, cells in headings.items())
        yield textwrap.fill(f"{sheet}: {told}", 80, initial_indent="  ", subsequent_indent="    ")


def _ranges(cells: Sequence[str]) -> str:
    """Cells in short: those one under another as a range.

    >>> _ranges(["B3", "B4", "B5", "B8", "C9"])
    'B3:B5, B8, C9'
    """
    runs: list[list[str]] = []
    for cell in cells:
        column = cell.rstrip("0123456789")
        before = runs[-1][-1] if runs else ""
        row = before.removeprefix(column)
        if row.isdigit() and cell == f"{column}{int(row) + 1}":
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in runs)


def nearest(name: str, known: Iterable[str]) -> str:
    """``" Did you mean 'X'?"``, or nothing when no known name is close.

    >>> nearest("Premisses", ["Premises", "Finance"])
    " Did you mean 'Premises'?"

    Failing that, the first name with a word much like it:

    >>> nearest("Premisses", ["Direct cost", "Premises and office"])
    " Did you mean 'Premises and office'?"
    """
    asked, folded = name.strip().casefold(), {k.strip().casefold(): k for k in known}
    close = difflib.get_close_matches(asked, folded, n=1, cutoff=0.6)
    if close:
        return f" Did you mean {folded[close[0]]!r}?"
    words = {word: whole for key, whole in reversed(folded.items()) for word in key.split() if len(word) >= LONG_WORD}
    close = difflib.get_close_matches(asked, words, n=1, cutoff=0.8)
    return f" Did you mean {words[close[0]]!r}?" if close else ""
