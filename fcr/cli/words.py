"""The words of the command line: every command, its options and their help."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn, Protocol

from fcr._version import __version__

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

__all__ = ["Misunderstood", "parser", "understood", "wants_json"]

# The words that options take are written here again, as a test proves, so that help comes at once:
# the modules that own them load numpy and pydantic.
SEVERITIES = ("blocker", "high", "medium", "low")
METHODS = ("direct", "step-down", "reciprocal")
ROOMS = ("services", "pools", "posts", "costs", "drivers", "outcomes", "risks", "indices")
AREAS = (
    "prison-and-probation",
    "offenders-learning-and-skills",
    "information-for-disabled-people",
    "personal-and-community-development",
    "parental-and-family-support",
    "childcare",
    "extended-schools",
    "community-equipment-and-wheelchairs",
    "community-transport",
    "local-waste",
    "independent-living",
    "general",
)
SHELLS = ("bash", "zsh", "fish", "powershell", "tcsh")


def parser() -> argparse.ArgumentParser:
    """What ``fcr`` understands."""
    about = "What a public service really costs a voluntary organisation to run, what to charge, and whether to sign."
    made = _Parser(prog="fcr", description=about, epilog="example: fcr check bid.xlsx")
    made.add_argument("--version", action="version", version=f"fcr {__version__}")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str,
        run: str,
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
        added.set_defaults(run=run, command=name)
        if file:
            added.add_argument("file", help="the bid, an .xlsx workbook or a .json file")
        added.set_defaults(json=False)
        if js:
            added.add_argument("--json", action="store_true", help="print JSON for another program")
        return added

    _starting(command)
    _working_out(command)
    _reading(command)
    _looking_up(command)
    _moving(command)
    return made


class _Command(Protocol):
    def __call__(
        self,
        name: str,
        run: str,
        help_: str,
        example: str,
        *,
        file: bool = True,
        js: bool = True,
    ) -> argparse.ArgumentParser: ...


def _starting(command: _Command) -> None:
    added = command(
        "demo", "workbooks.run_demo", "Write the example workbook, read it back and check it.", "fcr demo", file=False
    )
    added.add_argument("--into", metavar="FOLDER", default="", help="where to write it (this folder)")
    added = command(
        "template",
        "workbooks.make_template",
        "Write an empty workbook to fill in.",
        "fcr template bid.xlsx --for community-transport",
        file=False,
    )
    _template(added)


def _working_out(command: _Command) -> None:
    added = command(
        "price", "figures.price_bid", "The price build-up of each contract year.", "fcr price bid.xlsx --lines"
    )
    added.add_argument("--lines", action="store_true", help="also the profile, line by line")
    added.add_argument("--lost", action="store_true", help="also what other services would carry if the bid is lost")
    added.add_argument("--funder", metavar="ID", help="also what a funder's rule would pay (see fcr funders)")
    added.add_argument("--ineligible", metavar="CATEGORY", action="append", help="a cost category the funder refuses")
    added = command(
        "check",
        "checking.check_bids",
        "Check the offer for full cost recovery.",
        "fcr check bid.xlsx -o reviewed.xlsx",
        file=False,
    )
    added.add_argument("files", nargs="+", metavar="file", help="one bid or several, .xlsx workbooks or .json files")
    added.add_argument("--fail-on", choices=SEVERITIES, default="high", help="exit with 1 at or above this (high)")
    added.add_argument(
        "--threshold",
        metavar="NAME=NUMBER",
        action="append",
        type=_threshold,
        help="another number than a rule's own (see fcr rules)",
    )
    added.add_argument("-o", "--output", metavar="FILE", help="write a reviewed workbook (or .json) to a new file")
    added.add_argument(
        "--on", metavar="DATE", type=_day, help="the date that the reviewed workbook bears, as 2027-01-31"
    )
    _drawing(added)
    added = command(
        "explain",
        "figures.explain_bid",
        "Why a figure is what it is.",
        'fcr explain bid.xlsx "Year 2" "Premises and office"',
    )
    added.add_argument("path", nargs="*", metavar="NAME", help="a year, then a step, a pool or a line")
    added = command(
        "apportion", "figures.apportion_bid", "Share the overheads of a base year.", "fcr apportion bid.xlsx"
    )
    added.add_argument("--method", choices=METHODS, help="other than the bid's own")
    added = command(
        "risk",
        "figures.weigh_risks",
        "Who carries which risk, and how likely a loss is.",
        "fcr risk bid.xlsx --draws 50000",
    )
    _drawing(added)
    added = command(
        "compare",
        "figures.compare_bids",
        "Several offers side by side.",
        "fcr compare draft.xlsx negotiated.xlsx",
        file=False,
    )
    added.add_argument("files", nargs="+", help="bids; the others are measured against the first")
    _drawing(added)


def _reading(command: _Command) -> None:
    added = command(
        "report", "papers.write_report", "A report to read or print, as one file.", "fcr report bid.xlsx -o report.html"
    )
    _writing(added, "the report, .html or .docx")
    _drawing(added)
    help_ = "A letter to the commissioner that asks for better terms."
    _writing(
        command("letter", "papers.write_letter", help_, "fcr letter bid.xlsx -o letter.docx"),
        "the letter, .docx or .md",
    )


def _looking_up(command: _Command) -> None:
    added = command(
        "rates", "lists.list_rates", "What dated figures are known, and how well.", "fcr rates employer_ni", file=False
    )
    added.add_argument("name", nargs="?", help="a figure, or the beginning of its name")
    added = command(
        "rules", "lists.list_rules", "What is checked, against what, and on whose word.", "fcr rules PAY-1", file=False
    )
    added.add_argument("code", nargs="?", help="a check, such as PAY-1")
    command("funders", "lists.list_funders", "What funders pay towards overheads.", "fcr funders", file=False)
    command("schema", "lists.print_schema", "The JSON Schema of a bid.", "fcr schema > bid.schema.json", file=False)
    added = command(
        "completion",
        "completion.print_completion",
        "What your shell needs to complete commands, options and files.",
        "source <(fcr completion bash)",
        file=False,
        js=False,
    )
    added.add_argument("shell", choices=SHELLS, help="your shell")


def _moving(command: _Command) -> None:
    added = command(
        "convert", "workbooks.convert", "Read a bid and write it to a new file.", "fcr convert bid.xlsx bid.json"
    )
    added.add_argument("target", help="the new file")
    added.add_argument("--force", action="store_true", help="write over a file that is there")
    added = command(
        "import-costs",
        "workbooks.import_ledger",
        "Take a trial balance or ledger export into cost lines.",
        "fcr import-costs ledger.csv --map accounts.toml -o costs.json",
        file=False,
    )
    added.add_argument("file", help="a .csv or .xlsx file from an accounts package")
    added.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook, where several could be meant")
    added.add_argument("--map", metavar="FILE", help="what each account is, a .toml file")
    added.add_argument("--centre", metavar="NAME", help="the cost centre of every account that the mapping leaves")
    added.add_argument("--remember", metavar="FILE", help="write a new mapping, with the accounts still to decide")
    added.add_argument("--into", metavar="BID", help="add the costs to this bid; needs -o (.json may be a draft)")
    added.add_argument("-o", "--output", metavar="FILE", help="the new file: costs as .json, a bid as .xlsx or .json")


def wants_json(words: Sequence[str]) -> bool:
    """Whether ``--json``, or what it may be shortened to, is among the words of a command that was not understood."""
    before = words[: words.index("--")] if "--" in words else words
    return any(len(word) > len("--") and "--json".startswith(word) for word in before)


class Misunderstood(Exception):
    """A command line that cannot be understood: by which command, and why."""

    def __init__(self, command: str, why: str) -> None:
        self.command, self.why, self.fix = command, why, f"Try '{command} --help'."
        super().__init__(f"{command}: {why}{'' if why.endswith('?') else '.'} {self.fix}")


class _Parser(argparse.ArgumentParser):
    """Leaves it to :func:`fcr.cli.main` to say what was not understood."""

    def error(self, message: str) -> NoReturn:
        raise Misunderstood(self.prog, message)


def understood(words: Sequence[str]) -> argparse.Namespace:
    """What a command line asks for. Raises :class:`Misunderstood`, with the nearest command or option there is."""
    made = parser()
    commands = next(a.choices for a in made._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001
    if not words:
        raise Misunderstood("fcr", "a command is needed, such as 'fcr demo'")
    if words[0] not in commands and not words[0].startswith("-"):
        known = ", ".join(commands)
        raise Misunderstood("fcr", f"there is no command {words[0]!r}.{_nearest(words[0], commands)} Known: {known}")
    options, left = made.parse_known_args(words)
    if left:
        command = commands[options.command]
        near = _nearest(left[0], command._option_string_actions)  # noqa: SLF001
        raise Misunderstood(command.prog, f"it takes no {' '.join(map(repr, left))}" + (f".{near}" if near else ""))
    return options


def _nearest(word: str, known: Iterable[str]) -> str:
    from fcr.errors import nearest  # noqa: PLC0415 (help does without)

    return nearest(word, known)


def _threshold(text: str) -> tuple[str, Decimal]:
    from decimal import Decimal  # noqa: PLC0415 (help does without)

    from fcr.inputs import parse_number  # noqa: PLC0415

    name, _, value = text.rpartition("=")
    number = parse_number(value, per_cent=Decimal("0.01"))
    if not name or number is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NUMBER")
    return name, number


def _drawing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--draws", metavar="N", type=int, default=20_000, help="how many versions to draw (20000)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="where the random numbers start (0)")


def _writing(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help=what)
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def _template(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="FILE", help="the new workbook, an .xlsx file")
    known = ", ".join(AREAS)
    parser.add_argument("--for", dest="area", metavar="AREA", help=f"what is usual in a service area: {known}")
    parser.add_argument("--start", metavar="DATE", type=_day, help="first day of the contract, as 2027-04-01")
    parser.add_argument("--years", type=int, default=3, help="contract years (3)")
    for name in ROOMS:
        parser.add_argument(f"--{name}", metavar="N", type=int, help=f"rows for so many {name}, if more than usual")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def _day(text: str) -> date:
    from datetime import date  # noqa: PLC0415 (help does without)

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2027-04-01") from None
