"""The commands that read and write files: demo, template, convert, import-costs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from fcr.bid import Bid
from fcr.checks import Review, check
from fcr.cli import DEMO
from fcr.cli.common import free, read, show
from fcr.cli.terminal import Thing, width
from fcr.comparison import compare
from fcr.errors import InputError, Problem
from fcr.files import read_noted, write
from fcr.importing import into_bid, write_new
from fcr.progress import work
from fcr.risk.premium import concessions, one_change_each
from fcr.shown import wrapped
from fcr.table import Table
from fcr.templates import ROOMS, template
from fcr.workbook import import_costs

__all__ = ["convert", "import_ledger", "make_template", "run_demo"]

DEMO_NEGOTIATED = DEMO.with_name("harbour-advice-negotiated.json")


# ── the demonstration ────────────────────────────────────────────────────────────────────────────


def run_demo(options: argparse.Namespace) -> int:
    """Write the example workbook, read it back, check it, and say where it is."""
    folder = Path(options.into)
    if not folder.is_dir():
        raise InputError(
            [Problem(options.into, "there is no such folder", "Make it first, or name another.", "no-file")]
        )
    book, said = _new(folder, DEMO.stem)
    reviewed, also_said = _new(folder, f"{book.stem}-reviewed")
    write(read(DEMO, options), book)
    bid, notes = read_noted(book)
    review = check(bid)
    write(review, reviewed)
    negotiated = read(DEMO_NEGOTIATED, options)
    data, shown = _demonstrated(bid, negotiated, review)
    about = "An invented organisation, to show what fcr does. Its workbook was written, read back, priced and checked; "
    intro = "\n".join([bid.name, *wrapped(about + "the files are named at the end.", width())])
    files = [f"Files written:\n  {book}: the workbook, to look at and to change"]
    files += [f"  {reviewed}: the same, with what fcr found"]
    files += [f"  {one}" for one in (said, also_said) if one]
    files += [f"Next: change an input, save it, and type: fcr check {book}"]
    files += ["To start your own: fcr template bid.xlsx"]
    show(options, data | {"written": [str(book), str(reviewed)]}, intro, *notes, *shown, "\n".join(files))
    return 0


def _demonstrated(bid: Bid, negotiated: Bid, review: Review) -> tuple[dict[str, object], list[Thing]]:
    """What is shown of the example: its price, its years, the review, and the offer as negotiated."""
    priced = review.situation.price
    _, worth = concessions(bid, one_change_each(bid, negotiated))
    compared = compare([bid.replace(name="As drafted"), negotiated.replace(name="Negotiated")])
    build_up, years, sides = priced.table(), priced.profile.table(), compared.table()
    years = Table(years.title, years.columns, years.rows, across=True)  # its notes stand under the build-up
    sides = Table(sides.title, sides.columns, sides.rows)
    data: dict[str, object] = {
        "bid": bid.name,
        "price": priced.to_dict(),
        "profile": priced.profile.to_dict(),
        "review": review.to_dict(),
        "concessions": worth.to_dict(),
        "comparison": compared.to_dict(),
    }
    return data, [build_up, years, review, worth, sides]


def _new(folder: Path, stem: str) -> tuple[Path, str]:
    """A name for a new workbook that no file has, and what to say where the first choice was taken."""
    first = path = folder / f"{stem}.xlsx"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.xlsx"
    return path, "" if path == first else f"{first} was there already, and was left as it is."


# ── the workbook ─────────────────────────────────────────────────────────────────────────────────


def make_template(options: argparse.Namespace) -> int:
    """Write an empty workbook to fill in."""
    room = {name: size for name in ROOMS if (size := getattr(options, name)) is not None}
    target = free(options.target, force=options.force)
    area = () if options.area is None else (options.area,)
    template(target, *area, start=options.start, years=options.years, room=room, overwrite=options.force)
    told = f"Written: {target}\nFill in its shaded cells, save it, and type: fcr check {target}"
    show(options, {"written": str(target)}, told)
    return 0


def convert(options: argparse.Namespace) -> int:
    """Read a bid and write it to a new file."""
    target = free(options.target, options.file, force=options.force)
    write(read(options.file, options), target)
    show(options, {"written": str(target)}, f"Written: {target}")
    return 0


def import_ledger(options: argparse.Namespace) -> int:
    """Take a ledger into cost lines, and into a bid."""
    if options.into and not options.output:
        fix = "Add -o and the name of a new file: the bid itself is never changed."
        raise InputError([Problem("--into", "there is no file to write the bid to", fix, "no-file")])
    with work(f"Reading {Path(options.file).name}"):
        ledger = import_costs(options.file, sheet=options.sheet, mapping=options.map, centre=options.centre)
    inputs = [Path(name) for name in (options.file, options.map, options.into) if name]
    written = []
    if options.remember:
        written.append(write_new(options.remember, inputs, suffix=".toml", text=ledger.new_mapping()))
    if options.output:
        bid = into_bid(ledger, options.into) if options.into else None
        text = json.dumps(ledger.decided().to_dict(), indent=2, ensure_ascii=False) + "\n"
        written.append(write_new(options.output, inputs, suffix=".json", text=text, bid=bid))
    problems = "" if not ledger.problems else str(InputError(ledger.problems))
    data = ledger.to_dict() | {"written": written}
    show(options, data, ledger.table(), problems, "\n".join(f"Written: {name}" for name in written))
    return int(bool(ledger.undecided))
