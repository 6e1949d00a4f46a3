"""Every rule, by heading: the headings are those of HM Treasury's guidance to funders of 2006, with three of ours.

*Stability in funding*, *balance of risk*, *timing of payments*, *full cost recovery*, *burden of
bureaucracy* and *publicly funded assets* are its subjects (contents page only); outcomes, and the
end of a contract, stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType, ModuleType

from fcr.checks import (
    exit as exit_,
)
from fcr.checks import (
    full_cost_recovery,
    liabilities,
    monitoring,
    outcomes,
    payment,
    risk,
    term,
)
from fcr.checks.findings import ESCALATION, Rule, Threshold
from fcr.checks.review import VERDICT_THRESHOLDS
from fcr.errors import UnknownName
from fcr.table import Column, Row, Table

__all__ = ["HEADINGS", "RULES", "THRESHOLDS", "reference", "rule_named", "rule_text", "rules_table"]

_MODULES: tuple[tuple[ModuleType, ...], ...] = (
    (full_cost_recovery,),
    (term,),
    (risk, liabilities),
    (outcomes,),
    (monitoring,),
    (payment,),
    (exit_,),
)
"""The modules of each heading, in the order of the review."""


def _rules() -> Iterator[Rule]:
    for modules in _MODULES:
        found = [value for module in modules for value in vars(module).values() if isinstance(value, Rule)]
        yield from sorted(found, key=lambda rule: int(rule.code.partition("-")[2]))


RULES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _rules()})
"""Every rule by its code, in the order of the headings."""

HEADINGS: tuple[str, ...] = tuple(dict.fromkeys(rule.heading for rule in RULES.values()))
"""The headings, in the order of the review."""

THRESHOLDS: Mapping[str, Threshold] = MappingProxyType(
    {t.name: t for t in (ESCALATION, *VERDICT_THRESHOLDS, *(t for rule in RULES.values() for t in rule.thresholds))}
)
"""Every threshold by its name: the rules', and those of the severity and the verdict."""


def rule_named(code: str) -> Rule:
    """The rule with a code, in any case; raises :class:`~fcr.errors.UnknownName` with the nearest."""
    if code.upper() not in RULES:
        raise UnknownName("check", code, RULES)
    return RULES[code.upper()]


def rules_table() -> Table:
    """Every rule by heading: its code, question and usual severity."""
    rows = []
    for heading in HEADINGS:
        rows.append(Row(("", heading, ""), "heading"))
        rows += [Row((r.code, r.question, r.severity)) for r in RULES.values() if r.heading == heading]
    columns = (Column("Check", "text"), Column("Question", "text"), Column("Severity", "text"))
    note = "fcr rules CODE shows a rule's thresholds, whose they are, its source and what to ask for."
    return Table(f"The {len(RULES)} checks", columns, tuple(rows), (note,))


def rule_text(code: str) -> Table:
    """One rule: its question, severity, thresholds with their standing, source and remedy."""
    rule = rule_named(code)
    rows = [
        ("Heading", rule.heading),
        ("Question", rule.question),
        ("Usual severity", rule.severity),
        ("Without an offer", "answered" if rule.without_offer else "unknown"),
    ]
    rows += [("Threshold", f"{t.name}: {t.shown} ({t.whose}). {t.source}.") for t in rule.thresholds]
    rows += [
        ("Source", rule.source),
        ("For the trustees" if rule.for_trustees else "To ask for", rule.remedy),
    ]
    columns = (Column("", "text"), Column("", "text"))
    return Table(f"{rule.code}: {rule.question}", columns, tuple(Row(row) for row in rows))


_ABOUT = (
    "Each check asks one question of an offer and answers pass, concern, fail or unknown. A term nobody stated is "
    "unknown, never a pass. A threshold is *law*, *published guidance* or *our default*; any can be overridden by its "
    "name. *Unverified*: the source was not seen to say so. Points of law are a reading aid, for England, and no "
    "advice. Each code leads to the check's own page, with what it reads, what to ask for and an example; "
    "`fcr rules CODE` prints one. These pages are made from the rules."
)


def reference() -> str:
    """Every rule and threshold as a page of the documents, in Markdown."""
    lines = [
        "# Checks",
        "",
        _ABOUT,
    ]
    for heading in HEADINGS:
        lines += ["", f"## {heading}", "", "| code | question | severity | threshold, and whose | source |"]
        lines += ["|---|---|---|---|---|"]
        for rule in (r for r in RULES.values() if r.heading == heading):
            limits = "; ".join(f"{t.name}: {t.shown} ({t.whose})" for t in rule.thresholds)
            code = f"[{rule.code}](checks/{rule.code}.md)"
            lines.append(f"| {code} | {rule.question} | {rule.severity} | {limits or '–'} | {rule.source} |")
    general = [THRESHOLDS[t.name] for t in (ESCALATION, *VERDICT_THRESHOLDS)]
    lines += ["", "## Severity and verdict", "", "| threshold | number | whose | what it does |", "|---|---|---|---|"]
    lines += [f"| {t.name} | {t.shown} | {t.whose} | {t.source} |" for t in general]
    return "\n".join(lines) + "\n"
