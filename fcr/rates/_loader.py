"""Reading a folder of TOML files, and refusing it with every problem at once.

``sources.toml`` names the sources, ``funders.toml`` holds the funders' rules, and every other file
holds the parameters of one subject.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TypeVar, cast, get_args

from fcr.errors import InputError, Problem, nearest
from fcr.rates import _fields as f
from fcr.rates._funders import FunderRule, read_funder
from fcr.rates._rate import DAY, NO_LIMIT, NOT_FOUND, Kind, Parameter, Rate, Value, say

T = TypeVar("T")

UNTIL_CHANGED = "until changed"

READERS: Mapping[Kind | None, Callable[[object], Value]] = {
    "number": f.number,
    "text": f.text,
    "yes or no": f.yes_or_no,
    "date": f.day,
    "table": f.table,
    None: str,  # the kind is wrong, and refused already: any value will do
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a folder holds, by name."""

    parameters: Mapping[str, Parameter]
    funders: Mapping[str, FunderRule]
    sources: Mapping[str, str]


def load(folder: Path) -> Figures:
    """Read every ``.toml`` file of a folder.

    Raises ``InputError`` with every problem in every file: each says the file and the parameter,
    what was found and what was expected.
    """
    problems: list[Problem] = []
    files = {path.name: _parse(path, problems) for path in sorted(folder.glob("*.toml"))}
    sources = _read_sources(files.pop("sources.toml", {}), problems)
    parameters: list[tuple[str, str, Parameter]] = []
    funders: list[tuple[str, str, FunderRule]] = []
    for file, raw in files.items():
        if raw is None:
            continue
        fields = f.Fields(raw, file, problems)
        if file == "funders.toml":
            for n, row in enumerate(fields.take("funders", f.rows, [])):
                rule = read_funder(row, file, n, problems)
                funders.append((rule.id, file, rule))
        else:
            for n, row in enumerate(fields.take("parameters", f.rows, [])):
                parameter = _read_parameter(row, file, n, sources, problems)
                parameters.append((parameter.name, file, parameter))
        fields.close()
    figures = Figures(_by_name(parameters, problems), _by_name(funders, problems), sources or {})
    if problems:
        raise InputError(problems)
    return figures


def _parse(path: Path, problems: list[Problem]) -> dict[str, object] | None:
    try:
        return tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = f"found what cannot be read ({error}), expected TOML in UTF-8"
        problems.append(Problem(path.name, what, "Correct the file.", "not-toml"))
        return None


def _read_sources(raw: dict[str, object] | None, problems: list[Problem]) -> Mapping[str, str] | None:
    """Read what each key stands for; ``None`` when that cannot be read, so that no key can be checked."""
    if raw is None:
        return None
    fields = f.Fields(raw, "sources.toml", problems)
    sources = fields.take("sources", f.words, None)
    fields.close()
    return sources


def _by_name(read: list[tuple[str, str, T]], problems: list[Problem]) -> dict[str, T]:
    """Gather what was read by name; a name that comes twice is refused with both its files."""
    homes: dict[str, str] = {}
    for name, file, _ in read:
        if name in homes:
            what = f"the name is in {homes[name]} already, expected each name once"
            problems.append(Problem(f"{file}, {name}", what, "Remove one of the two.", "duplicate-name"))
        elif name:
            homes[name] = file
    return {name: item for name, _, item in read}


def _read_parameter(
    raw: object, file: str, n: int, sources: Mapping[str, str] | None, problems: list[Problem]
) -> Parameter:
    """Read one ``[[parameters]]`` table; each value ends the day before the next begins."""
    fields = f.Fields(raw, f.place(file, raw, "name", f"parameters[{n}]"), problems)
    name, title, unit = (fields.take(key, f.text, "") for key in ("name", "title", "unit"))
    kind = fields.take("kind", _kind, None)
    known_to = fields.take("known_to", _known_to, None)
    note = fields.take("note", f.text, "", optional=True)
    rows = fields.take("values", f.rows, [])
    fields.close()
    rates = []
    for row_number, row in enumerate(rows):
        value = f.Fields(row, f"{fields.where}, values[{row_number}]", problems)
        rate = Rate(
            name=name,
            title=title,
            value=value.take("value", _value(kind), ""),
            unit=unit,
            start=value.take("from", f.day, date.max),
            end=known_to,
            status=value.take("status", f.status, ""),
            sources=value.take("sources", f.several, ()),
            note=" ".join(filter(None, (value.take("note", f.text, "", optional=True), note))),
        )
        value.close()
        _check_value(value, rate, sources)
        rates.append(rate)
    _check_dates(fields, [rate.start for rate in rates if rate.start != date.max], known_to)
    in_order = ((rate, later) for rate, later in pairwise(rates) if rate.start < later.start)
    ended = (replace(rate, end=later.start - DAY) for rate, later in in_order)
    return Parameter(name, title, unit, kind or "text", (*ended, *rates[-1:]))


def _kind(raw: object) -> Kind:
    if raw in get_args(Kind):
        return cast("Kind", raw)
    raise f.UnexpectedError(f"one of {', '.join(get_args(Kind))}")


def _known_to(raw: object) -> date | None:
    """Read the last day known: ``None`` for what stands until changed."""
    if raw == UNTIL_CHANGED:
        return None
    try:
        return f.day(raw)
    except f.UnexpectedError as expected:
        raise f.UnexpectedError(f"{expected}, or {UNTIL_CHANGED!r}") from None


def _value(kind: Kind | None) -> Callable[[object], Value]:
    def read(raw: object) -> Value:
        if raw == NOT_FOUND or (raw == NO_LIMIT and kind == "number"):
            return str(raw)
        return READERS[kind](raw)

    return read


def _check_value(fields: f.Fields, rate: Rate, sources: Mapping[str, str] | None) -> None:
    """Refuse what the fields of one value do not say together."""
    if rate.value != "" and rate.status and (rate.value == NOT_FOUND) != (rate.status == NOT_FOUND):
        what = f"'value' is {f.show(rate.value)} and 'status' {rate.status!r}, expected {NOT_FOUND!r} in both"
        fields.refuse("not-found", what, "Correct one of them, or both.")
    for key in rate.sources:
        if sources is not None and key not in sources and not key.startswith(("https://", "http://")):
            what = f"the source is {key!r}, expected a key of sources.toml or a full address"
            fields.refuse("unknown-source", what, f"Add it to sources.toml.{nearest(key, sources)}")


def _check_dates(fields: f.Fields, days: list[date], known_to: date | None) -> None:
    """Refuse dates out of order, dates that come twice, and a last value known for no day."""
    for earlier, later in pairwise(days):
        if later == earlier:
            what = f"two values begin on {say(later)}, expected each date once"
            fields.refuse("duplicate-date", what, "Remove one of the two.")
        elif later < earlier:
            what = f"{say(later)} comes after {say(earlier)}, expected dates in order"
            fields.refuse("unordered-dates", what, "Put the earliest first.")
    if days and known_to is not None and known_to < days[-1]:
        what = f"'known_to' is {say(known_to)}, expected {say(days[-1])} or later, when the last value begins"
        fields.refuse("known-to", what, "Correct 'known_to'.")
