"""``docs/reference/every-figure.md`` and ``every-funder.md``: what the files in ``fcr/rates`` hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby

from fcr.checks.findings import per_cent
from fcr.rates import FunderRule, Rate, funders, history, names, source

FIGURES = """# Every dated figure

Each figure others set, from the files themselves: its value, the days between which it holds, how well it is
confirmed and what it rests on. What the words mean: [dated figures](rates.md). Written by `python tests/test_docs.py`.

A share is shown as a percentage. *To* is the last day a figure is known to; *until changed* means that it stands until
the law changes.
"""
FUNDERS = """# Every funder's rule

Each rule on overheads that is recorded, from the file itself. How a rule pays: [funders' rules](funders.md). Rules
change: check with the funder. Written by `python tests/test_docs.py`.
"""
SUBJECTS = {
    "apprenticeship_levy": "Apprenticeship levy",
    "auto_enrolment": "Automatic enrolment",
    "cpi": "Inflation: CPI",
    "cpih": "Inflation: CPIH",
    "earnings": "Earnings",
    "employer_ni": "Employer's National Insurance",
    "employment_allowance": "Employment Allowance",
    "green_book": "Green Book discount rates",
    "late_payment": "Late payment",
    "lgps": "Local Government Pension Scheme",
    "mileage": "Mileage",
    "minimum_wage": "Minimum and living wages",
    "njc": "National Joint Council pay",
    "real_living_wage": "Real Living Wage",
    "redundancy": "Redundancy",
    "statutory_leave": "Statutory leave",
    "statutory_sick_pay": "Statutory sick pay",
    "tps": "Teachers' Pension Scheme",
    "vat": "VAT",
    "vat_treatment": "VAT treatments",
}
"""The heading of each subject, by the first part of a figure's name."""


def figures() -> str:
    """The page of every dated figure."""
    parts, used = [FIGURES], set[str]()
    for subject, named in groupby(names(), key=lambda name: name.split(".")[0]):
        parts.append(f"\n## {SUBJECTS[subject]}\n")
        for name in named:
            rates = history(name)
            used.update(key for rate in rates for key in rate.sources)
            parts.append(_figure(name, rates))
    return "".join(parts) + _sources(used)


def _figure(name: str, rates: tuple[Rate, ...]) -> str:
    last = rates[-1]
    rows = [
        f"| {_value(r)} | {_day(r.start)} | {_day(r.end)} | {r.status} | {', '.join(map(_key, r.sources))} "
        f"| {_cell(r.note)} |"
        for r in rates
    ]
    head = ["", f"### {last.title}", "", f"`{name}`: {last.unit}.", ""]
    table = ["| value | from | to | standing | sources | note |", "|---|---|---|---|---|---|", *rows]
    return "\n".join([*head, *table]) + "\n"


def _value(rate: Rate) -> str:
    value = rate.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, Mapping):
        return "<br>".join(f"{_cell(key)}: {_number(n, rate.unit)}" for key, n in value.items())
    return _number(value, rate.unit) if isinstance(value, Decimal) else _cell(value)


def _number(value: Decimal, unit: str) -> str:
    if unit.startswith("share"):
        return per_cent(value, 4)
    return f"£{value:,f}" if unit.startswith("£") else f"{value:,f}"


def _day(day: date | None) -> str:
    return "until changed" if day is None else f"{day.day} {day:%b %Y}".replace(" ", "\N{NO-BREAK SPACE}")


def _key(key: str) -> str:
    """A source as the table shows it: a link to the list below, or the address itself."""
    return _linked(key) if key.startswith("http") else f"[{key}](#sources)"


def _sources(used: set[str]) -> str:
    rows = [f"- **{key}**: {_linked(source(key))}" for key in sorted(used) if not key.startswith("http")]
    return "\n## Sources\n\n" + "\n".join(rows) + "\n"


def _linked(text: str) -> str:
    """A text whose addresses are links; one that was cut short stays text."""
    return re.sub(r"https?://[^\s;,()]+(?<![.…])", lambda m: m[0] if cut(text, m) else f"<{m[0]}>", _cell(text))


def cut(text: str, address: re.Match[str]) -> bool:
    """Whether an address was recorded short, with dots for the rest."""
    return "..." in address[0] or text[address.end() :].startswith("...")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


# ── funders ──


def every_funder() -> str:
    """The page of every funder's rule."""
    return FUNDERS + "".join(_funder(rule) for rule in funders())


def _funder(rule: FunderRule) -> str:
    rows = [("How it pays", f"`{rule.mechanism}`: {rule.rate_kind}"), ("Of what", rule.base)]
    if rule.rate is not None:
        rows.insert(1, ("Rate", f"{per_cent(rule.rate)} ({rule.basis})"))
    for (label, rate), basis in zip(rule.options, rule.option_bases, strict=True):
        rows.append(("Option", f"{label}: {per_cent(rate)} ({basis})"))
    if rule.start or rule.end:
        rows.append(("Dates", f"from {_day(rule.start) if rule.start else 'an unknown day'} to {_day(rule.end)}"))
    for label, values in (
        ("Applies to", (rule.applies_to,) if rule.applies_to else ()),
        ("In the base", rule.base_includes),
        ("Not in the base", rule.base_exclusions),
        ("Does not pay for", rule.ineligible),
        ("Besides", rule.other_rules),
        ("Details", tuple(f"{key.replace('_', ' ')}: {value}" for key, value in rule.details.items())),
        ("Note", (rule.note,) if rule.note else ()),
    ):
        if values:
            rows.append((label, "; ".join(values)))
    table = "\n".join(["| | |", "|---|---|", *(f"| {label} | {_cell(value)} |" for label, value in rows)])
    seen = "the funder's own text was read" if rule.primary_text_seen else "the funder's own text was not seen"
    standing = f"| Standing | {rule.status}; {seen} |"
    sources = f"| Sources | {'<br>'.join(_linked(each) for each in rule.sources) or 'none'} |"
    return f"\n## {rule.name}\n\n`{rule.id}`\n\n{table}\n{standing}\n{sources}\n"
