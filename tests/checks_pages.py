"""``docs/reference/checks``: one page a check, from the rule itself and from the review of the bundled bid."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import checks_inputs

import fcr
from fcr.checks import RULES, Finding, Review, Rule

EXAMPLE = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"

ACCEPT = (
    "Give the reason, and it no longer counts in the verdict:",
    "or the table *Findings accepted* on the sheet *Bid*. It is still shown.",
)


@cache
def demo() -> Review:
    """The review of the bundled bid."""
    return fcr.check(fcr.Bid.from_json(EXAMPLE.read_text(encoding="utf-8")))


def pages() -> dict[str, str]:
    """Each page by its file's name."""
    return {f"{code}.md": page(rule) for code, rule in RULES.items()}


def page(rule: Rule) -> str:
    """The page of one check."""
    parts = [
        f"# {rule.code}: {rule.question}",
        f"[{rule.heading}](../checks.md#{_slug(rule.heading)}) · usual severity: **{rule.severity}** · "
        + ("answered without an offer too" if rule.without_offer else "unknown where there is no offer"),
        "## How it is answered",
        _sentence(_docstring(rule)),
        *_thresholds(rule),
        "## For the trustees" if rule.for_trustees else "## What to ask for",
        f"> {rule.remedy}",
        "Where the case has figures of its own, the review puts them into the words.",
        *_unknowns(rule),
        *_inputs(rule),
        "## Source",
        _linked(_sentence(rule.source)),
        "## In the bundled bid",
        _example(demo()[rule.code]),
        "## If you accept it",
        f'{ACCEPT[0]} `bid.replace(waivers={{"{rule.code}": "why"}})`, {ACCEPT[1]}',
        *_related(rule),
    ]
    return "\n\n".join(parts) + "\n"


def _docstring(rule: Rule) -> str:
    return " ".join((rule.answer.__doc__ or "").split())


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _linked(text: str) -> str:
    """A text with each code of a check as a link to its page."""
    return re.sub(r"\b[A-Z]{3}-\d+\b", lambda m: f"[{m[0]}]({m[0]}.md)" if m[0] in RULES else m[0], text)


def _thresholds(rule: Rule) -> list[str]:
    if not rule.thresholds:
        return []
    rows = [f"| {t.name} | {t.shown} | {t.whose} | {_sentence(t.source)} |" for t in rule.thresholds]
    table = "\n".join(["| threshold | number | whose | why |", "|---|---|---|---|", *rows])
    first = rule.thresholds[0]
    how = (
        f'To use your own number: `fcr.check(bid, thresholds={{"{first.name}": Decimal("{first.value}")}})`, or '
        f'`fcr check bid.xlsx --threshold "{first.name}={first.value}"`.'
    )
    return ["## Threshold" if len(rows) == 1 else "## Thresholds", table, how]


def _unknowns(rule: Rule) -> list[str]:
    asked = [f"- {words}" for words in checks_inputs.unknowns(rule)]
    if not rule.without_offer:
        asked.append("- what the commissioner offers, and on what terms")
    if not asked:
        return []
    return ["## When it is unknown", "It is *unknown*, never a pass, while nobody has stated:", "\n".join(asked)]


def _inputs(rule: Rule) -> list[str]:
    rows = []
    for path in checks_inputs.inputs(rule):
        sheet, label = checks_inputs.where(path)
        rows.append(f"| {label} | {sheet} | `{path}` |")
    if not rows:
        return []
    table = "\n".join(["| input | sheet of the workbook | in the model |", "|---|---|---|", *rows])
    return ["## What it reads", table, "Each sheet is in [the workbook, sheet by sheet](../workbook.md)."]


def _example(finding: Finding) -> str:
    words = f"*{finding.answer}*: {finding.measured}."
    if not finding.raised:
        return words
    if finding.amount is not None:
        words += f" Amount: {'at most ' if finding.at_most else ''}£{finding.amount:,} over the term."
    return f"{words}\n\n> {finding.remedy}"


def _related(rule: Rule) -> list[str]:
    """Checks that name one another, or read one and the same input."""
    own = _precise(rule)
    linked = []
    for other in RULES.values():
        named = other.code in rule.source.replace(".", " ").split() or rule.code in other.source.split()
        if other is not rule and (named or own & _precise(other)):
            linked.append(f"- [{other.code}]({other.code}.md): {other.question}")
    return ["## See also", "\n".join(linked)] if linked else []


def _precise(rule: Rule) -> set[str]:
    return set(checks_inputs.inputs(rule)) - checks_inputs.WHOLE.keys() - {"contract.form"}


def write(folder: Path) -> None:
    """Write every page anew, and take away those of checks that are no more."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
