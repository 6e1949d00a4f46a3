"""What a funder pays towards overheads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, cast, get_args

from fcr.errors import Problem
from fcr.rates import _fields as f

Basis: TypeAlias = Literal[
    "direct", "direct staff", "total", "full cost", "mtdc", "labour", "income", "indirect", "none", "unknown"
]


@dataclass(frozen=True, slots=True)
class FunderRule:
    """A funder's rule on overheads, as far as it was found.

    ``mechanism`` is one of these:

    - ``flat_rate``: overheads paid at ``rate`` on the base, whatever they really are
    - ``flat_rate_options``: the same, choosing one of ``options``
    - ``cap_pct``: overheads paid up to ``rate`` on the base
    - ``de_minimis``: a flat rate up to ``rate`` that may be chosen, on a modified base
    - ``minimum_rate``: the funder pays at least ``rate``
    - ``fec_contribution``: the award is ``rate`` times the full cost
    - ``proportionate_share``, ``calculated_share``: a share of the real overheads, by a driver or a template
    - ``share_of_icr``: ``rate`` of the overheads that the lead partner recovers
    - ``direct_only``: no overheads
    - ``award_size_cap``: the award is limited by the size of the organisation
    - ``full_costs``, ``unrestricted``, ``two_streams``, ``lump_sum``, ``eligible_cost_rules``,
      ``contract_price``: no overhead rate
    - ``user_supplied``, ``unknown``: ask the funder for the rate and what it is a share of

    A rate on the total is not a rate on direct cost: 10% of the total is 11.11% of direct cost.
    """

    id: str
    name: str
    mechanism: str
    rate: Decimal | None
    """A share of what ``basis`` says; ``None`` when there is no single rate."""
    options: tuple[tuple[str, Decimal], ...]
    """Label and rate of each, for rules with several."""
    option_bases: tuple[Basis, ...]
    """The basis of each of ``options``, in the same order."""
    base: str
    """What the rate is a share of, in words."""
    basis: Basis
    """The same for programs; ``"unknown"`` when the options differ, or it is none of these, or not known."""
    rate_kind: str
    start: date | None
    end: date | None
    applies_to: str
    base_includes: tuple[str, ...]
    base_exclusions: tuple[str, ...]
    ineligible: tuple[str, ...]
    other_rules: tuple[str, ...]
    subaward_limit_usd: Decimal | None
    """US dollars of each subaward that count in the base."""
    status: str
    """How well it is confirmed: ``"two sources"``, ``"one source"``, ``"memory"`` or ``"not found"``."""
    sources: tuple[str, ...]
    note: str
    primary_text_seen: bool
    """Whether the funder's own text was read, not only a summary."""
    details: Mapping[str, str]
    """What else the rule says, by heading."""


def read_funder(raw: object, file: str, n: int, problems: list[Problem]) -> FunderRule:
    """Read one ``[[funders]]`` table."""
    fields = f.Fields(raw, f.place(file, raw, "id", f"funders[{n}]"), problems)
    options = fields.take("options", f.rows, [], optional=True)
    read = [_option(row, f"{fields.where}, options[{i}]", problems) for i, row in enumerate(options)]
    rule = FunderRule(
        id=fields.take("id", f.text, ""),
        name=fields.take("name", f.text, ""),
        mechanism=fields.take("mechanism", f.text, ""),
        rate=fields.take("rate", f.number, None, optional=True),
        options=tuple((label, rate) for label, rate, _ in read),
        option_bases=tuple(basis for _, _, basis in read),
        base=fields.take("base", f.text, ""),
        basis=fields.take("basis", _basis, "unknown"),
        rate_kind=fields.take("rate_kind", f.text, ""),
        start=fields.take("from", f.day, None, optional=True),
        end=fields.take("to", f.day, None, optional=True),
        applies_to=fields.take("applies_to", f.text, "", optional=True),
        base_includes=fields.take("base_includes", f.several, (), optional=True),
        base_exclusions=fields.take("base_exclusions", f.several, (), optional=True),
        ineligible=fields.take("ineligible", f.several, (), optional=True),
        other_rules=fields.take("other_rules", f.several, (), optional=True),
        subaward_limit_usd=fields.take("subaward_limit_usd", f.number, None, optional=True),
        status=fields.take("status", f.status, ""),
        sources=fields.take("sources", f.several, ()),
        note=fields.take("note", f.text, "", optional=True),
        primary_text_seen=fields.take("primary_text_seen", f.yes_or_no, blank=False),
        details=fields.take("details", f.words, f.words({}), optional=True),
    )
    fields.close()
    if rule.start and rule.end and rule.end < rule.start:
        fields.refuse("dates", f"'to' is {rule.end}, before 'from', {rule.start}", "Correct one of them.")
    if rule.rate is not None and rule.options:
        fields.refuse("rate", "both 'rate' and 'options' are given", "Keep the one that applies.")
    return rule


def _option(raw: object, where: str, problems: list[Problem]) -> tuple[str, Decimal, Basis]:
    fields = f.Fields(raw, where, problems)
    label, rate = fields.take("label", f.text, ""), fields.take("rate", f.number, Decimal(0))
    basis: Basis = fields.take("basis", _basis, "unknown")
    fields.close()
    return label, rate, basis


def _basis(raw: object) -> Basis:
    if raw in get_args(Basis):
        return cast("Basis", raw)
    raise f.UnexpectedError(f"one of {', '.join(get_args(Basis))}")
