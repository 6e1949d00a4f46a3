"""Whether a laid-out workbook says what the engine says, to the penny: for tests of any bid."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np

import fcr
from fcr.bid import Bid
from fcr.funding import service_costs
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.placed import FIRST

PENNY = Decimal("0.01")


def as_pounds(values: list[Any]) -> list[Decimal]:
    """Figures as they are shown: to the penny."""
    return [Decimal(str(round(v, 6))).quantize(PENNY) for v in values]


def rows_of(sheet: Sheet, section: str) -> list[tuple[str, list[Any]]]:
    """The rows of a section of a result sheet: label and figures of the contract years."""
    start = next(t.row for t in sheet.texts if t.style == "section" and t.text == section)
    ends = [t.row for t in sheet.texts if t.style == "section" and t.row > start]
    end = min(ends, default=10_000)
    words = [t for t in sheet.texts if t.column == 0]
    labels = {t.row: t.text if isinstance(t.text, str) else str(t.text.values[0, 0]) for t in words}
    found: dict[int, list[Any]] = {}
    for calculation in sheet.calculations:
        block = calculation.block
        if block.column == FIRST:
            for i, row in enumerate(np.broadcast_to(block.values, block.shape).tolist()):
                found[block.row + i] = row
    return [(labels.get(row, ""), values) for row, values in sorted(found.items()) if start < row < end]


def differences(book: Book, bid: Bid) -> Iterator[str]:  # noqa: C901, PLR0912 (one result after another)
    """What the workbook's results say otherwise than the engine."""
    years = bid.years
    missing = book.names["fcr_missing"].values[0, 0]
    if missing:
        yield f"the workbook finds {missing} things missing"
        return
    priced = fcr.price(bid)
    profile = priced.profile

    def against(what: str, shown: list[Any], law: tuple[Decimal, ...]) -> Iterator[str]:
        if as_pounds(shown[:years]) != list(law) or any(shown[years:]):
            yield f"{what}: the workbook has {shown}, the engine {law}"

    summary = dict(rows_of(book.named("Three-year profile"), "In short"))
    yield from against("full cost", summary["Full cost"], profile.full_cost)
    kind = dict(rows_of(book.named("Three-year profile"), "Costing no cash"))
    yield from against("in kind", kind["In kind, in no price"], profile.in_kind)
    for group in profile.years[0].parts:
        same = [year.part(group.label) for year in profile.years]
        if group.label == "Overheads":
            shown = {label.removeprefix("Overheads: "): row for label, row in summary.items()}
        else:
            yield from against(group.label, summary[group.label], tuple(g.settled_value for g in same))
            rows = rows_of(book.named("Three-year profile"), f"{group.label}, line by line")[1:]
            lines = [(label, row) for label, row in rows if label and any(row)]
            engine = [(p.label, [g.parts[i].settled_value for g in same]) for i, p in enumerate(group.parts)]
            engine = [(label, row) for label, row in engine if any(row)]
            if [(label, as_pounds(row[:years])) for label, row in lines] != engine:
                yield f"{group.label}: the workbook has {lines}, the engine {engine}"
            continue
        for i, pool in enumerate(group.parts):
            yield from against(pool.label, shown[pool.label], tuple(g.parts[i].settled_value for g in same))
    built = dict(rows_of(book.named("Price"), "Price build-up, in pounds"))
    yield from against("price", built["Price without VAT"], priced.price)
    for part in priced.years[0].parts[1:]:
        yield from against(part.label, built[part.label], tuple(y.part(part.label).settled_value for y in priced.years))
    if priced.vat is None:
        if set(built["VAT"]) != {"unknown"}:
            yield f"VAT is unknown, not {built['VAT']}"
    else:
        yield from against("VAT", built["VAT"], priced.vat)
    each = dict(rows_of(book.named("Price"), "For each unit sold"))
    if priced.units is not None:
        for label, law in (("Price of a unit", priced.unit_price), ("Full cost of a unit", priced.unit_cost)):
            shown_each = [Decimal(str(v)).quantize(PENNY) if v != "" else None for v in each[label][:years]]
            if shown_each != list(law or ()):
                yield f"{label}: the workbook has {shown_each}, the engine {law}"
    does = dict(rows_of(book.named("Price"), "What the price does for the organisation"))
    yield from against("marginal cost", does["Would not be spent without the service"], priced.marginal_cost)
    yield from _apportionment(book, bid)


def _apportionment(book: Book, bid: Bid) -> Iterator[str]:
    exact = service_costs(bid)
    costing, pools = exact.costing, exact.costing.pools
    running = costing.by_centre(costing.in_phase("running") & costing.cash).T
    services = len(bid.organisation.services)
    for year in range(bid.years):
        rows = rows_of(book.named("Apportionment"), f"Year {year + 1}")
        own, direct = running[year, :pools], running[year, pools:]
        law = [direct, *(own[:, None] * exact.sharing.ends_on[year])]
        law.append(np.sum(law, axis=0))
        for (label, shown), expected in zip([r for r in rows if r[0]], law, strict=True):
            if not np.allclose(np.array(shown[:services], float), expected, rtol=1e-9, atol=1e-7):
                yield f"apportionment of {label} in year {year + 1}: {shown[:services]}, the engine {expected}"
