"""The command line: the same verbs as the library.

Exit status: 0 done (for ``check``: acceptable), 1 findings at or above ``--fail-on`` (for
``import-costs``: accounts to decide), 2 the input could not be understood.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from fcr._version import __version__
from fcr.apportionment import apportion
from fcr.bid import Bid, schema
from fcr.checks import check, rule_text, rules_table
from fcr.checks.findings import SEVERITIES
from fcr.comparison import compare
from fcr.errors import FcrError, InputError, Problem
from fcr.files import read_noted, write
from fcr.funders import funder_pays
from fcr.importing import into_bid, write_new
from fcr.inputs import parse_number
from fcr.pricing import price
from fcr.rates import funders, history, names, rate, source
from fcr.risk.balance import balance
from fcr.risk.premium import PREMIUM_METHODS, concessions, one_change_each, premium
from fcr.risk.sensitivity import stress, tornado
from fcr.risk.simulation import simulate
from fcr.table import Column, Row, Table
from fcr.workbook import import_costs

__all__ = ["main"]

DEMO = Path(__file__).parent / "examples" / "harbour-advice.json"
DEMO_NEGOTIATED = DEMO.with_name("harbour-advice-negotiated.json")
WIDTH = 80


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is returned."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without £ shows ? in its place
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(argv)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except FcrError as error:
        _complain(error, as_json=getattr(options, "json", False))
        return 2
    return status


def _complain(error: FcrError, *, as_json: bool) -> None:
    if as_json:
        problems = error.problems if isinstance(error, InputError) else [Problem("", str(error), "", "not-known")]
        data = [
            {"where": p.where, "what": p.what, "fix": p.fix, "code": p.code}
            | ({"path": list(p.path)} if p.path else {})
            for p in problems
        ]
        print(json.dumps({"problems": data}, indent=2, ensure_ascii=False))
    else:
        print(str(error), file=sys.stderr)


def _show(options: argparse.Namespace, data: dict[str, object], *texts: str) -> None:
    if options.json:
        print(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(text for text in texts if text))


def _read(path: str | os.PathLike[str]) -> Bid:
    """The bid in a file; what was odd about a workbook goes to standard error."""
    bid, notes = read_noted(path)
    for note in notes:
        print(f"{path}: {note}", file=sys.stderr)
    return bid


def _width() -> int:
    return min(shutil.get_terminal_size((WIDTH, 24)).columns, 120) if sys.stdout.isatty() else WIDTH


# ── the commands ─────────────────────────────────────────────────────────────────────────────────


def _demo(options: argparse.Namespace) -> int:
    bid, negotiated = _read(DEMO), _read(DEMO_NEGOTIATED)
    review = check(bid)
    priced = review.situation.price
    versions = one_change_each(bid, negotiated)
    _, worth = concessions(bid, versions)
    compared = compare([bid.replace(name="As drafted"), negotiated.replace(name="Negotiated")])
    data: dict[str, object] = {
        "bid": bid.name,
        "price": priced.to_dict(),
        "profile": priced.profile.to_dict(),
        "review": review.to_dict(),
        "concessions": worth.to_dict(),
        "comparison": compared.to_dict(),
    }
    width = _width()
    intro = f"{bid.name}\nAn invented organisation, to show what fcr does. Its two bids are the files\n"
    intro += f"{DEMO}\n{DEMO_NEGOTIATED}"
    build_up, years, sides = priced.table(), priced.profile.table(), compared.table()
    years = Table(years.title, years.columns, years.rows, across=True)  # its notes stand under the build-up
    sides = Table(sides.title, sides.columns, sides.rows)
    texts = [build_up.text(width), years.text(width), review.text(width)]
    _show(options, data, intro, *texts, worth.text(width), sides.text(width))
    return 0


def _price(options: argparse.Namespace) -> int:
    bid = _read(options.file)
    priced = price(bid)
    width, data = _width(), priced.to_dict()
    texts = [priced.text(width)]
    if options.lines:
        texts.append(priced.profile.table().text(width))
        data["profile"] = priced.profile.to_dict()
    if options.lost:
        texts.append(priced.if_lost().text(width))
        data["if_lost"] = priced.if_lost().to_dict()
    if options.funder:
        offer = funder_pays(priced, options.funder, ineligible=options.ineligible or ())
        texts.append(offer.table().text(width))
        data["funder"] = offer.to_dict()
    _show(options, data, *texts)
    return 0


def _check(options: argparse.Namespace) -> int:
    review = check(_read(options.file), dict(options.threshold or []))
    _show(options, review.to_dict(), review.text(_width()))
    worst = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]
    return int(any(f.counts and f.severity in worst for f in review.findings))


def _explain(options: argparse.Namespace) -> int:
    tree = price(_read(options.file)).explain(*options.path)
    _show(options, tree.to_dict(), tree.text(_width()))
    return 0


def _apportion(options: argparse.Namespace) -> int:
    bid = _read(options.file)
    result = apportion(bid.organisation, options.method or bid.method)
    _show(options, result.to_dict(), result.table().text(_width()), result.cascade().text(_width()))
    return 0


def _risk(options: argparse.Namespace) -> int:
    bid = _read(options.file)
    width, found = _width(), balance(bid, options.draws, options.seed)
    drawn = simulate(bid, options.draws, options.seed)
    bars, stresses = tornado(bid).table(), stress(bid)
    data = {
        "balance": found.to_dict(),
        "simulation": drawn.to_dict(),
        "tornado": bars.to_dict(),
        "stress": stresses.to_dict(),
        "premium_a_year": {method: str(premium(found, method).shown) for method in PREMIUM_METHODS},
    }
    rows = tuple(Row((method, premium(found, method).shown)) for method in PREMIUM_METHODS)
    note = "An amount to adopt is yours to choose (risk_premium). Never add two of these, or one and a contingency."
    columns = (Column("Method", "text"), Column("A year (£)", "number"))
    asked = Table("What to ask for the risks carried", columns, rows, (note,))
    texts = (found.text(width), drawn.table().text(width), bars.text(width), stresses.text(width), asked.text(width))
    _show(options, data, *texts)
    return 0


def _compare(options: argparse.Namespace) -> int:
    result = compare([_read(file) for file in options.files], options.draws, options.seed)
    _show(options, result.to_dict(), result.table().text(_width()))
    return 0


def _rates(options: argparse.Namespace) -> int:
    table = _rate_history(options.name) if options.name in names() else _rate_list(options.name)
    _show(options, table.to_dict(), table.text(_width()))
    return 0


def _rate_list(prefix: str | None) -> Table:
    chosen = [name for name in names() if name.startswith(prefix or "")]
    if not chosen and prefix is not None:
        rate(prefix, history(names()[0])[0].start)  # says what is known that is like it
    rows = []
    for name in chosen:
        last = history(name)[-1]
        end = "until changed" if last.end is None else last.end.isoformat()
        doubtful = sum(not r.confirmed for r in history(name))
        rows.append(Row((name, end, f"{doubtful} of {len(history(name))}" if doubtful else "")))
    columns = (Column("Name", "text"), Column("Known to", "text"), Column("Unconfirmed", "text"))
    note = "Unconfirmed: not agreed by two sources. fcr rates NAME shows each value, its source and its standing."
    return Table("Dated figures", columns, tuple(rows), (note,))


def _rate_history(name: str) -> Table:
    values = history(name)
    rows = []
    notes = []
    for value in values:
        shown = value.value if isinstance(value.value, Decimal) else str(value.value)
        shown = f"{shown:f}" if isinstance(shown, Decimal) else shown
        rows.append(Row((value.start.isoformat(), shown, value.status)))
        notes += [f"From {value.start}: {value.note}"] if value.note else []
    keys = dict.fromkeys(key for value in values for key in value.sources)
    notes += [f"Source {key}: {source(key)}" if source(key) != key else f"Source: {key}" for key in keys]
    last = values[-1]
    notes.append("Known until changed." if last.end is None else f"Known to {last.end}.")
    columns = (Column("From", "text"), Column(last.unit, "text"), Column("Confirmed by", "text"))
    return Table(f"{name}: {last.title}", columns, tuple(rows), tuple(notes))


def _rules(options: argparse.Namespace) -> int:
    table = rules_table() if options.code is None else rule_text(options.code)
    _show(options, table.to_dict(), table.text(_width()))
    return 0


def _funders(options: argparse.Namespace) -> int:
    rows = [Row((f.id, f.name, f.rate_kind, f.base)) for f in funders()]
    columns = (Column("Id", "text"), Column("Funder", "text"), Column("Rule", "text"), Column("Base", "text"))
    table = Table("Funders' rules", columns, tuple(rows))
    _show(options, table.to_dict(), table.text(_width()))
    return 0


def _convert(options: argparse.Namespace) -> int:
    target = Path(options.target)
    if target.exists() and not options.force:
        fix = "Give another name, or --force."
        raise InputError([Problem(options.target, "the file exists already", fix, "file-exists")])
    if target.exists() and target.samefile(options.file):
        raise InputError([Problem(options.target, "it is the file being read", "Give another name.", "file-exists")])
    write(_read(options.file), target)
    _show(options, {"written": str(target)}, f"Written: {target}")
    return 0


def _import_costs(options: argparse.Namespace) -> int:
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
    _show(options, data, ledger.table().text(_width()), problems, "\n".join(f"Written: {name}" for name in written))
    return int(bool(ledger.undecided))


def _schema(_: argparse.Namespace) -> int:
    print(schema(), end="")
    return 0


# ── the words ────────────────────────────────────────────────────────────────────────────────────


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. Try '{self.prog} --help'.\n")


def _threshold(text: str) -> tuple[str, Decimal]:
    name, _, value = text.rpartition("=")
    number = parse_number(value, per_cent=Decimal("0.01"))
    if not name or number is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER")
    return name, number


def _drawing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--draws", type=int, default=20_000, help="how many versions to draw (20000)")
    parser.add_argument("--seed", type=int, default=0, help="where the random numbers start (0)")


def _parser() -> argparse.ArgumentParser:
    about = "What a public service really costs a voluntary organisation to run, what to charge, and whether to sign."
    parser = _Parser(prog="fcr", description=about)
    parser.add_argument("--version", action="version", version=f"fcr {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str,
        run: Callable[[argparse.Namespace], int],
        help_: str,
        example: str,
        *,
        file: bool = True,
        js: bool = True,
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=help_,
            description=help_,
            epilog=f"example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(run=run)
        if file:
            added.add_argument("file", help="the bid, an .xlsx workbook or a .json file")
        if js:
            added.add_argument("--json", action="store_true", help="print JSON for another program")
        return added

    command("demo", _demo, "Price and check the bundled example.", "fcr demo", file=False)
    added = command("price", _price, "The price build-up of each contract year.", "fcr price bid.json --lines")
    added.add_argument("--lines", action="store_true", help="also the profile, line by line")
    added.add_argument("--lost", action="store_true", help="also what other services would carry if the bid is lost")
    added.add_argument("--funder", metavar="ID", help="also what a funder's rule would pay (see fcr funders)")
    added.add_argument("--ineligible", metavar="CATEGORY", action="append", help="a cost category the funder refuses")
    added = command("check", _check, "Check the offer for full cost recovery.", "fcr check bid.json --fail-on blocker")
    added.add_argument("--fail-on", choices=SEVERITIES, default="high", help="exit with 1 at or above this (high)")
    added.add_argument("--threshold", metavar="NAME=NUMBER", action="append", type=_threshold, help="override one")
    added = command(
        "explain",
        _explain,
        "Why a figure is what it is.",
        'fcr explain bid.json "Year 2" "Premises and office"',
    )
    added.add_argument("path", nargs="*", metavar="NAME", help="a year, then a step, a pool or a line")
    added = command("apportion", _apportion, "Share the overheads of a base year.", "fcr apportion bid.json")
    added.add_argument("--method", choices=("direct", "step-down", "reciprocal"), help="other than the bid's own")
    added = command(
        "risk", _risk, "Who carries which risk, and how likely a loss is.", "fcr risk bid.json --draws 50000"
    )
    _drawing(added)
    added = command(
        "compare", _compare, "Several offers side by side.", "fcr compare draft.json negotiated.json", file=False
    )
    added.add_argument("files", nargs="+", help="bids; the others are measured against the first")
    _drawing(added)
    added = command("rates", _rates, "What dated figures are known, and how well.", "fcr rates employer_ni", file=False)
    added.add_argument("name", nargs="?", help="a figure, or the beginning of its name")
    added = command("rules", _rules, "What is checked, against what, and on whose word.", "fcr rules PAY-1", file=False)
    added.add_argument("code", nargs="?", help="a check, such as PAY-1")
    command("funders", _funders, "What funders pay towards overheads.", "fcr funders", file=False)
    added = command("convert", _convert, "Read a bid and write it to a new file.", "fcr convert old.json new.json")
    added.add_argument("target", help="the new file")
    added.add_argument("--force", action="store_true", help="write over a file that is there")
    added = command(
        "import-costs",
        _import_costs,
        "Take a trial balance or ledger export into cost lines.",
        "fcr import-costs ledger.csv --map accounts.toml -o costs.json",
        file=False,
    )
    added.add_argument("file", help="a .csv or .xlsx file from an accounts package")
    added.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook, where several could be meant")
    added.add_argument("--map", metavar="FILE", help="what each account is, a .toml file")
    added.add_argument("--centre", metavar="NAME", help="the cost centre of every account that the mapping leaves")
    added.add_argument("--remember", metavar="FILE", help="write a new mapping, with the accounts still to decide")
    added.add_argument("--into", metavar="BID", help="add the costs to this bid, a .json file; needs -o")
    added.add_argument("-o", "--output", metavar="FILE", help="the new .json file, of costs or of the bid")
    command("schema", _schema, "The JSON Schema of a bid.", "fcr schema > bid.schema.json", file=False, js=False)
    return parser


if __name__ == "__main__":
    sys.exit(main())
