"""Several offers side by side: draft and negotiated, or with and without a term; what changed and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from fcr.bid import Bid
from fcr.checks import Review, check
from fcr.errors import InputError, Problem
from fcr.money import round_half_up
from fcr.progress import work
from fcr.results import Drawn
from fcr.risk.balance import RiskBalance
from fcr.risk.premium import monitoring_cost, premium
from fcr.table import Cell, Column, Row, Table

__all__ = ["Comparison", "compare"]

_FIGURE = re.compile(r"-?\d+\.\d*")


@dataclass(frozen=True)
class Comparison(Drawn):
    """Bids side by side, each against the first, under the same draws."""

    bids: tuple[Bid, ...]
    reviews: tuple[Review, ...]

    @property
    def balances(self) -> tuple[RiskBalance | None, ...]:
        """The balance of risk of each; ``None`` where no risk has a size."""
        return tuple(review.situation.balance for review in self.reviews)

    @cached_property
    def worth(self) -> tuple[Decimal | None, ...]:
        """What each offer is worth a year against the first, in pounds: income, risk premium and monitoring."""
        values = [self._value(i) for i in range(len(self.bids))]
        first = values[0]
        return tuple(None if v is None or first is None else round_half_up(v - first) for v in values)

    def _value(self, i: int) -> float | None:
        income, risks = self.reviews[i].situation.income, self.balances[i]
        if income is None:
            return None
        cost = float(self.reviews[i].full_cost)
        held = 0.0 if risks is None else premium(risks).value * self.bids[i].years
        return (float(income.term) - cost - held) / self.bids[i].years - monitoring_cost(self.bids[i])

    def table(self) -> Table:
        """The figures that decide, one column a bid."""
        columns = (Column("", "text"), *(Column(bid.name, "text") for bid in self.bids))
        rows = [Row((label, *cells)) for label, cells in self._figures()]
        return Table("Offers side by side", columns, tuple(rows))

    def tables(self) -> tuple[Table, ...]:
        """The figures that decide, and what differs."""
        differences = self.differences()
        return (self.table(), differences) if differences.rows else (self.table(),)

    def differences(self) -> Table:
        """Every field in which the bids differ, as each of them has it, under what it belongs to."""
        groups: dict[str, list[Row]] = {}
        for path, values in self._differing():
            group, name = _in_words(path)
            groups.setdefault(group, []).append(Row((name, *values), indent=1))
        rows: list[Row] = []
        for group, lines in groups.items():
            rows.append(Row((group, *("" for _ in self.bids)), "heading"))
            rows += sorted(lines, key=lambda row: str(row.cells[0]))
        columns = (Column("", "text"), *(Column(bid.name, "text") for bid in self.bids))
        return Table("What differs", columns, tuple(rows))

    def _differing(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each field that is not the same in all of the bids, with what it is in each; names and notes left out."""
        found = [_leaves(bid.to_dict()) for bid in self.bids]
        for path in dict.fromkeys(path for leaves in found for path in leaves):
            values = tuple(_said(leaves, path) for leaves in found)
            if len(set(values)) > 1 and path.rpartition(".")[2] != "note" and not path.startswith(("saved", "name")):
                yield path, values

    def _figures(self) -> Iterator[tuple[str, tuple[Cell, ...]]]:
        reviews = self.reviews
        yield "Verdict", tuple(r.verdict for r in reviews)
        yield "Full cost over the term (£)", tuple(f"{r.full_cost:,}" for r in reviews)
        incomes = [r.situation.income for r in reviews]
        yield "Offer over the term (£)", tuple("unknown" if i is None else f"{i.term:,}" for i in incomes)
        yield "Recovery", tuple("unknown" if r.recovery_rate is None else f"{r.recovery_rate:.1%}" for r in reviews)
        yield "Shortfall (£)", tuple("unknown" if r.shortfall is None else f"{r.shortfall:,}" for r in reviews)
        cash = [r.situation.cash for r in reviews]
        yield "Lowest cash (£)", tuple("unknown" if c is None else f"{c.lowest:,}" for c in cash)
        for severity in ("blocker", "high", "medium", "low"):
            counts = (sum(f.raised and f.severity == severity for f in r.findings) for r in reviews)
            yield f"Findings: {severity}", tuple(str(n) for n in counts)
        yield "Unknown", tuple(str(len(r.unknowns)) for r in reviews)
        risks = [None if b is None else b.figures() for b in self.balances]
        for name in next((f for f in risks if f is not None), {}):
            yield name, tuple("unknown" if f is None else f[name] for f in risks)
        yield "Worth a year against the first (£)", tuple("unknown" if w is None else f"{w:,}" for w in self.worth)

    def changes(self) -> Iterator[str]:
        """What differs between each bid and the first, field by field."""
        first = _leaves(self.bids[0].to_dict())
        for bid in self.bids[1:]:
            other = _leaves(bid.to_dict())
            for path in sorted(first.keys() | other.keys()):
                before, after = first.get(path, "not stated"), other.get(path, "not stated")
                if before != after and path not in {"name", "note"} and not path.startswith("saved"):
                    yield f"{bid.name}: {path} was {before}, is {after}."

    def to_dict(self) -> dict[str, object]:
        """Plain data."""
        worth = [None if w is None else str(w) for w in self.worth]
        return {
            "bids": [b.name for b in self.bids],
            "worth": worth,
            "changes": list(self.changes()),
            "table": self.table().to_dict(),
        }


def _in_words(path: str) -> tuple[str, str]:
    """What a field belongs to and what it is called, in words.

    >>> _in_words("contract.duration.indexation.basket.CPI"), _in_words("reserves_rate")
    (('Contract: duration', 'indexation: basket: CPI'), ('Bid', 'reserves rate'))
    >>> _in_words("contract.mechanism.parts[0].mechanism.price")
    ('Contract: mechanism', 'part 1: price')
    """
    words = re.sub(r"(\w+)\[(\d+)\]", lambda found: f"{_one(found[1])} {int(found[2]) + 1}", path).replace("_", " ")
    head, parts = words.split(".")[:2], words.split(".")[2:]
    if not parts:
        head, parts = head[:-1], head[-1:]
    parts = [part for part in parts if part != "mechanism"] or parts
    name = ": ".join(head)
    return (name[0].upper() + name[1:] if name else "Bid"), ": ".join(parts)


def _one(many: str) -> str:
    """One of many: "parts" is part 1, 2 and so on.

    >>> _one("returns"), _one("uncapped_indemnities")
    ('return', 'uncapped_indemnity')
    """
    return f"{many[:-3]}y" if many.endswith("ies") else many.removesuffix("s")


def _said(leaves: Mapping[str, object], path: str) -> str:
    """What a bid holds in a field, as people say it."""
    value = leaves.get(path)
    if value is None:
        return "as below" if any(leaf.startswith((f"{path}.", f"{path}[")) for leaf in leaves) else "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _leaves(data: object, path: str = "") -> dict[str, object]:
    if isinstance(data, dict):
        pairs = [(f"{path}.{key}".lstrip("."), value) for key, value in data.items()]
    elif isinstance(data, list):
        pairs = [(f"{path}[{i}]", value) for i, value in enumerate(data)]
    elif isinstance(data, str) and _FIGURE.fullmatch(data):
        return {path: data.rstrip("0").removesuffix(".")}  # 60.0 is 60, however it was written
    else:
        return {path: data}
    return {leaf: value for at, inner in pairs for leaf, value in _leaves(inner, at).items()}


def compare(bids: Sequence[Bid], draws: int = 20_000, seed: int = 0) -> Comparison:
    """Several bids side by side; the first is what the others are measured against.

    Raises :class:`~fcr.errors.InputError` for fewer than two bids.

    >>> import fcr
    >>> pair = fcr.compare([fcr.example(), fcr.example("harbour-advice-negotiated")], draws=2_000)
    >>> pair.worth
    (Decimal('0.00'), Decimal('70116.04'))
    """
    if len(bids) < 2:  # noqa: PLR2004
        raise InputError([Problem("compare", f"found {len(bids)} bid", "Give at least two.", "too-few")])
    reviews = []
    with work(f"Comparing {len(bids)} bids", len(bids)) as comparing:
        for bid in bids:
            reviews.append(check(bid, draws=draws, seed=seed))
            comparing.advance()
    return Comparison(tuple(bids), tuple(reviews))
