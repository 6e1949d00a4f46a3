"""What a funder's rule would pay towards the full cost, and the gap it leaves.

A rate means nothing without its base: 10% of the **total** is 11.11% of the **direct** cost.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from fcr.errors import InputError, Problem, UnknownName
from fcr.lines import Post
from fcr.money import foot
from fcr.pricing import PriceBuildUp
from fcr.rates import FunderRule, funder
from fcr.results import Result
from fcr.table import Column, Row, Table

__all__ = ["FunderOffer", "funder_pays"]

Floats = npt.NDArray[np.float64]

BASES = ("direct", "direct staff", "total", "full cost")
CAPS = {"cap_pct"}
FLAT = {"flat_rate", "de_minimis", "minimum_rate", "flat_rate_options"}
SHARE_OF_ACTUAL = {"proportionate_share", "calculated_share", "full_costs"}


@dataclass(frozen=True)
class FunderOffer(Result):
    """What a rule pays each contract year, in pounds; ``pays`` is ``None`` when the rule cannot say."""

    rule: FunderRule
    labels: tuple[str, ...]
    full_cost: tuple[Decimal, ...]
    direct_paid: tuple[Decimal, ...] | None
    overheads_paid: tuple[Decimal, ...] | None
    notes: tuple[str, ...]

    @property
    def pays(self) -> tuple[Decimal, ...] | None:
        """What the funder pays each year, in pounds."""
        if self.direct_paid is None or self.overheads_paid is None:
            return None
        return tuple(d + o for d, o in zip(self.direct_paid, self.overheads_paid, strict=True))

    @property
    def gap(self) -> tuple[Decimal, ...] | None:
        """What is left each year to find elsewhere: full cost less what the funder pays, in pounds."""
        return None if self.pays is None else tuple(f - p for f, p in zip(self.full_cost, self.pays, strict=True))

    def table(self) -> Table:
        """What is paid and the gap it leaves, up to the full cost."""
        steps = {
            "Direct cost paid": self.direct_paid,
            "Overheads paid": self.overheads_paid,
            "Gap to find": self.gap,
        }
        rows = [Row((n, *x, sum(x, Decimal(0)))) for n, x in steps.items() if x is not None]
        adds = tuple(range(len(rows)))
        rows.append(Row(("Full cost", *self.full_cost, sum(self.full_cost, Decimal(0))), "total", adds=adds))
        columns = (Column("", "text"), *map(Column, self.labels), Column("Term"))
        return Table(f"What {self.rule.name} would pay (£)", columns, tuple(rows), self.notes, across=True)

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        return {"funder": self.rule.id, "table": self.table().to_dict()}


def funder_pays(
    price: PriceBuildUp,
    rule: str | FunderRule,
    *,
    ineligible: Collection[str] = (),
    outside_base: Collection[str] = (),
    rate: Decimal | None = None,
    basis: str | None = None,
    option: str | None = None,
) -> FunderOffer:
    """What the funder's rule (an id such as ``nlcf`` or ``wellcome``, or the rule) would pay each year.

    ``ineligible`` names the cost categories the funder does not pay for, direct or overhead;
    ``outside_base`` those it pays but leaves out of the base of its rate (equipment, subcontracts).
    ``rate`` with ``basis`` (``direct``, ``direct staff``, ``total``, ``full cost``) overrides the
    rule's own; ``option`` chooses among several rates. With ``D`` eligible direct cost, ``O``
    eligible overheads, ``r`` the rate:

    - a cap on direct: overheads ``min(O, r·D)``; on direct staff cost ``min(O, r·S)``; on total
      ``min(O, r/(1−r)·D)``; a flat rate pays the same without the ``min``
    - a contribution to full cost: ``r·(D + O)``; a fair share: ``D + O``

    A rule that needs what nobody knows pays *unknown*, with the reason in the notes. Raises
    :class:`~fcr.errors.UnknownName` for an unknown rule, option or basis.

    >>> import fcr
    >>> offer = fcr.funder_pays(fcr.price(fcr.example()), "nlcf")
    >>> offer.pays[0], offer.gap[0]
    (Decimal('321817.64'), Decimal('0.00'))
    """
    found = rule if isinstance(rule, FunderRule) else funder(rule)
    own_rate, own_basis, reason = _rate(found, rate, basis, option)
    notes = list(_notes(found, price))
    direct, staff, overheads, base = _eligible(price, ineligible, outside_base)
    kind = found.mechanism
    paid: tuple[Floats, Floats] | None = None
    if rate is None and kind in SHARE_OF_ACTUAL:
        paid = direct, overheads
    elif rate is None and kind == "direct_only":
        paid = direct, np.zeros_like(overheads)
    elif own_rate is not None and own_basis == "full cost":
        paid = direct * own_rate, overheads * own_rate
    elif own_rate is not None and (kind in CAPS | FLAT or rate is not None):
        measured = {"direct staff": staff, "labour": staff}.get(own_basis, base)
        factor = own_rate / (1 - own_rate) if own_basis == "total" else own_rate
        allowed = factor * measured
        capped = kind not in FLAT
        paid = direct, np.minimum(overheads, allowed) if capped else allowed
    else:
        notes.append(reason or f"What this funder pays cannot be worked out from its rule ({found.rate_kind}).")
    labels = price.bid.term.labels
    if paid is None:
        return FunderOffer(found, labels, price.full_cost, None, None, tuple(notes))
    pairs = [foot([float(d), float(o)]) for d, o in zip(*paid, strict=True)]
    direct_paid, overheads_paid = (tuple(side) for side in zip(*pairs, strict=True))
    return FunderOffer(found, labels, price.full_cost, direct_paid, overheads_paid, tuple(notes))


def _rate(
    rule: FunderRule, rate: Decimal | None, basis: str | None, option: str | None
) -> tuple[float | None, str, str]:
    """The rate, its basis, and why there is none."""
    if basis is not None and basis not in BASES:
        raise UnknownName("basis", basis, BASES)
    if basis is not None and rate is None:
        what = "a basis is given without the rate that is a share of it"
        raise InputError([Problem("rate", what, "Give the rate too, or neither.", "unsaid")])
    if rate is not None:
        if not rate.is_finite() or not 0 <= rate < 1:
            what = f"found {rate}, expected a share from 0 to 1 (10% is 0.10)"
            raise InputError([Problem("rate", what, "Give the rate as a share.", "out-of-range")])
        if basis is None and rule.basis in {"unknown", "none"}:
            what = "a rate is given without what it is a share of"
            raise InputError([Problem("basis", what, f"Say one of: {', '.join(BASES)}.", "unsaid")])
        return float(rate), basis or rule.basis, ""
    if rule.options:
        choices = dict(
            zip(
                (label for label, _ in rule.options),
                zip(rule.options, rule.option_bases, strict=True),
                strict=True,
            )
        )
        if option is None:
            return None, "", f"This funder has several rates; choose one of: {', '.join(choices)}."
        if option not in choices:
            raise UnknownName("option", option, choices)
        (_, value), own_basis = choices[option]
        return float(value), own_basis, ""
    if option is not None:
        raise UnknownName("option", option, ())
    return (None if rule.rate is None else float(rule.rate)), rule.basis, ""


def _eligible(
    price: PriceBuildUp, ineligible: Collection[str], outside_base: Collection[str]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Eligible direct cost, staff cost, overheads, and the base of the rate, each (years)."""
    exact = price.profile.exact
    costing = exact.costing
    refused = {name.casefold() for name in ineligible}
    left_out = {name.casefold() for name in outside_base}
    allowed = np.array([line.category.casefold() not in refused for line in costing.lines]) & costing.cash
    posts = np.array([isinstance(line, Post) for line in costing.lines])
    in_base = np.array([line.category.casefold() not in left_out for line in costing.lines])
    service = costing.pools + exact.service

    def direct(chosen: npt.NDArray[np.bool_]) -> Floats:
        amounts: Floats = costing.by_centre(allowed & chosen)[service]
        return amounts

    everything = np.ones_like(allowed)
    pools = costing.by_centre(allowed)[: costing.pools].T
    overheads = (pools[:, None, :] @ exact.sharing.ends_on)[:, 0, exact.service]
    return direct(everything), direct(posts), overheads, direct(in_base)


def _notes(rule: FunderRule, price: PriceBuildUp) -> list[str]:
    notes = [f"Rule: {rule.rate_kind}; base: {rule.base or 'not stated'}."]
    notes += [f"Does not pay for: {'; '.join(rule.ineligible)}."] if rule.ineligible else []
    if rule.status != "two sources":
        notes.append(f"This rule is not confirmed by two sources ({rule.status}): check it with the funder.")
    if rule.end is not None and rule.end < price.bid.term.last:
        notes.append(f"The rule is known to {rule.end.day} {rule.end:%B %Y}, before the contract ends.")
    if rule.start is not None and rule.start > price.bid.start:
        notes.append(f"The rule starts on {rule.start.day} {rule.start:%B %Y}, after the contract does.")
    return notes
