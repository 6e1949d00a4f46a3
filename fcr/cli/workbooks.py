"""The commands that read and write files: demo, template, check, convert, import-costs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from fcr.bid import Bid
from fcr.checks import Review, check
from fcr.checks.findings import SEVERITIES
from fcr.cli.common import read, show, width
from fcr.comparison import compare
from fcr.errors import InputError, Problem
from fcr.files import read_noted, write
from fcr.importing import into_bid, write_new
from fcr.risk.premium import concessions, one_change_each
from fcr.table import Table
from fcr.templates import ROOMS, template
from fcr.workbook import import_costs

__all__ = ["DEMO", "check_bid", "convert", "import_ledger", "make_template", "run_demo"]

DEMO = Path(__file__).parent.parent / "examples" / "harbour-advice.json"
DEMO_NEGOTIATED = DEMO.with_name("harbour-advice-negotiated.json")


# ── the demonstration ────────────────────────────────────────────────────────────────────────────


def run_demo(options: argparse.Namespace) -> int:
    """Write the example workbook, read it back, check it, and say where it is."""
    folder = Path(options.into)
    book, said = _free(folder, DEMO.stem)
    reviewed, also_said = _free(folder, f"{book.stem}-reviewed")
    write(read(DEMO), book)
    bid, notes = read_noted(book)
    review = check(bid)
    write(review, reviewed)
    negotiated = read(DEMO_NEGOTIATED)
    data, texts = _demonstrated(bid, negotiated, review)
    intro = f"{bid.name}\nAn invented organisation, to show what fcr does. Its workbook was written, read\n"
    intro += "back, priced and checked; the files are named at the end."
    files = [f"Files written:\n  {book}: the workbook, to look at and to change"]
    files += [f"  {reviewed}: the same, with what fcr found"]
    files += [f"  {one}" for one in (said, also_said) if one]
    files += [f"Next: change an input, save it, and type: fcr check {book}"]
    files += ["To start your own: fcr template bid.xlsx"]
    show(options, data | {"written": [str(book), str(reviewed)]}, intro, *notes, *texts, "\n".join(files))
    return 0


def _demonstrated(bid: Bid, negotiated: Bid, review: Review) -> tuple[dict[str, object], list[str]]:
    """What is shown of the example: its price, its years, the review, and the offer as negotiated."""
    priced = review.situation.price
    _, worth = concessions(bid, one_change_each(bid, negotiated))
    compared = compare([bid.replace(name="As drafted"), negotiated.replace(name="Negotiated")])
    build_up, years, sides, wide = priced.table(), priced.profile.table(), compared.table(), width()
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
    texts = [build_up.text(wide), years.text(wide), review.text(wide), worth.text(wide), sides.text(wide)]
    return data, texts


def _free(folder: Path, stem: str) -> tuple[Path, str]:
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
    target = Path(options.target)
    if target.exists() and not options.force:
        fix = "Give another name, or --force."
        raise InputError([Problem(options.target, "the file exists already", fix, "file-exists")])
    area = () if options.area is None else (options.area,)
    template(target, *area, start=options.start, years=options.years, room=room, overwrite=options.force)
    told = f"Written: {target}\nFill in its shaded cells, save it, and type: fcr check {target}"
    show(options, {"written": str(target)}, told)
    return 0


def check_bid(options: argparse.Namespace) -> int:
    """Check an offer; say how its workbook was read; write a reviewed one."""
    if options.output:
        _not_there(options.output, options.file)
    bid, notes = read_noted(options.file)
    review = check(bid, dict(options.threshold or []), draws=options.draws, seed=options.seed)
    data, texts = review.to_dict(), [review.text(width())]
    if notes:
        data["notes"] = list(notes)
        texts.insert(0, "\n".join([f"How {options.file} was read:", *(f"  {note}" for note in notes)]))
    if options.output:
        write(review, options.output, day=options.on)
        data["written"] = options.output
        texts.append(f"Written: {options.output}")
    show(options, data, *texts)
    worst = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]
    return int(any(f.counts and f.severity in worst for f in review.findings))


def _not_there(target: str, source: str) -> None:
    """Refuse to write over a file."""
    if Path(target).exists():
        same = Path(source).exists() and Path(target).samefile(source)
        what = "it is the file being read" if same else "the file exists already"
        raise InputError([Problem(target, what, "Give another name.", "file-exists")])


def convert(options: argparse.Namespace) -> int:
    """Read a bid and write it to a new file."""
    target = Path(options.target)
    if target.exists() and not options.force:
        fix = "Give another name, or --force."
        raise InputError([Problem(options.target, "the file exists already", fix, "file-exists")])
    if target.exists() and target.samefile(options.file):
        raise InputError([Problem(options.target, "it is the file being read", "Give another name.", "file-exists")])
    write(read(options.file), target)
    show(options, {"written": str(target)}, f"Written: {target}")
    return 0


def import_ledger(options: argparse.Namespace) -> int:
    """Take a ledger into cost lines, and into a bid."""
    if options.into and not options.output:
        fix = "Add -o and the name of a new file: the bid itself is never changed."
        raise InputError([Problem("--into", "there is no file to write the bid to", fix, "no-file")])
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
    show(options, data, ledger.table().text(width()), problems, "\n".join(f"Written: {name}" for name in written))
    return int(bool(ledger.undecided))
