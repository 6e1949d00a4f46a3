"""The command that checks: one bid, or one after another."""

from __future__ import annotations

import argparse

from fcr.checks import Review, check
from fcr.checks.findings import SEVERITIES
from fcr.cli.common import free, show
from fcr.cli.faults import problems_of
from fcr.cli.terminal import FILE, Thing
from fcr.errors import FcrError, InputError, Problem
from fcr.files import read_noted, write
from fcr.progress import work
from fcr.table import Column, Row, Table

__all__ = ["check_bids"]

NOT_READ = 2


def check_bids(options: argparse.Namespace) -> int:
    """Check offers; say how each workbook was read; of one, write a reviewed one."""
    if len(options.files) == 1:
        status, data, things = _checked(options, options.files[0])
        show(options, data, *things)
        return status
    if options.output:
        what = f"it names one file, but there are {len(options.files)} bids"
        raise InputError([Problem("-o", what, "Check them one at a time, or leave -o out.", "one-output")])
    return _check_each(options)


def _checked(options: argparse.Namespace, file: str) -> tuple[int, dict[str, object], list[Thing]]:
    """One bid: its exit status, its review as data, and what people are shown."""
    if options.output:
        free(options.output, file)
    review, notes = _review(options, file)
    data, things = review.to_dict(), _shown(file, review, notes)
    if notes:
        data["notes"] = list(notes)
    if options.output:
        write(review, options.output, day=options.on)
        data["written"] = options.output
        things.append(f"Written: {options.output}")
    return _status(options, review), data, things


def _review(options: argparse.Namespace, file: str) -> tuple[Review, tuple[str, ...]]:
    bid, notes = read_noted(file)
    return check(bid, dict(options.threshold or []), draws=options.draws, seed=options.seed), notes


def _shown(file: str, review: Review, notes: tuple[str, ...]) -> list[Thing]:
    said = "\n".join([f"How {file} was read:", *(f"  {note}" for note in notes)]) if notes else ""
    return [said, review]


def _status(options: argparse.Namespace, review: Review) -> int:
    worst = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]
    return int(any(f.counts and f.severity in worst for f in review.findings))


def _check_each(options: argparse.Namespace) -> int:
    """Several bids: every review, those that could not be read among them, and all of them in short."""
    status, data = 0, []
    things: list[Thing] = []
    rows = []
    with work(f"Checking {len(options.files)} bids", len(options.files)) as checking:
        for file in options.files:
            try:
                review, notes = _review(options, file)
            except FcrError as error:
                status = NOT_READ
                data.append({"file": file, "problems": problems_of(error)})
                things += [f"{FILE}{file}", str(error)]
                rows.append(Row((file, "could not be checked", None, None)))
            else:
                status = max(status, _status(options, review))
                data.append({"file": file} | review.to_dict() | ({"notes": list(notes)} if notes else {}))
                things += [f"{FILE}{file}", *_shown(file, review, notes)]
                rows.append(Row((file, review.verdict, review.shortfall, review.recovery_rate)))
            checking.advance()
    columns = (Column("Bid", "text"), Column("Verdict", "text"), Column("Shortfall (£)"), Column("Recovery", "share"))
    show(options, data, *things, Table("In short", columns, tuple(rows)))
    return status
