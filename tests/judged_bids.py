"""The bids whose workbooks are judged: any organisation, under an offer of every kind, with terms and risks.

For each way of being paid, :data:`OF_EACH` bids, the same in every run. Everything else about them is
drawn: the method of apportionment, the years, what costs follow, the protections, when money comes,
the risks and what they may come to.
"""

from __future__ import annotations

from typing import Any

import offers
import strategies
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from mechanism_strategies import SIMPLE, Plain, hybrids
from size_strategies import every_kind, shares
from terms_strategies import OUTCOMES, payments, protections

import fcr
from fcr.bid import Bid
from fcr.workbook.layout import Book
from fcr.workbook.model import lay_out
from fcr.workbook.rarer import mechanism_stamp
from fcr.workbook.room import Room
from fcr.workbook.sheets.mechanism import HYBRID, LIVE, RARER

NO_OFFER = "no offer"
WAYS = (NO_OFFER, *LIVE, HYBRID, *RARER)
OF_EACH = 12

_EACH = ("services", "pools", "posts", "costs", "drivers", "years", "indices", "outcomes", "risks", "rates", "returns")
SMALL = Room(
    **dict.fromkeys((*_EACH, "others", "parts", "tiers", "stages", "bands"), 1), correlated=2, scenarios=2, breaks=2
)
"""Room for what is there and a spare row or two."""


def judged_bids(way: str) -> tuple[tuple[Bid, Book], ...]:
    """Bids paid in one of :data:`WAYS`, each of which can be priced and laid out, with their workbooks."""
    found: list[tuple[Bid, Book]] = []

    @seed(WAYS.index(way))
    @settings(
        max_examples=3 * OF_EACH,
        database=None,
        derandomize=False,  # the seed decides
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(bids_paid(way))
    def gather(bid: Bid | None) -> None:
        if len(found) < OF_EACH and bid is not None and bid not in [other for other, _ in found]:
            book = laid_out(bid)
            if book is not None:
                found.append((bid, book))

    gather()
    return tuple(found)


def laid_out(bid: Bid, room: Room = SMALL) -> Book | None:
    """The workbook of a bid that can be priced and that a spreadsheet can hold exactly."""
    try:
        fcr.price(bid)
    except fcr.FcrError:
        return None
    book = lay_out(bid.to_dict(), room, stamps=mechanism_stamp(bid))
    return None if book.problems else book


@st.composite
def bids_paid(draw: st.DrawFn, way: str) -> Bid | None:
    """A bid with an offer that pays in one way; nothing where what was drawn contradicts itself."""
    bid = draw(strategies.bids(most_years=3))
    if way == NO_OFFER:
        return bid.replace(contract=None)
    mechanism = _of_years(draw(hybrids() if way == HYBRID else SIMPLE[way]), bid.years)
    terms = draw(protections()) | draw(payments())
    del terms["bid.start"]
    outcomes = [{"name": name, "rates": rates[: bid.years], "lag_months": lag} for name, rates, lag in OUTCOMES]
    changes = {"mechanism": mechanism, "outcomes": outcomes, "form": "grant" if way == "grant" else "contract"}
    data = bid.to_dict() | {"contract": offers.plain(changes | terms)["contract"], "risks": draw(_registers())}
    if not bid.capacity:
        data["volumes"] = draw(st.lists(strategies.pennies(0, 500), min_size=bid.years, max_size=bid.years))
    try:
        return Bid.from_dict(data)
    except fcr.InputError:
        return None


def _of_years(mechanism: Plain, years: int) -> Plain:
    """A mechanism drawn for three years, for more or fewer: its last year goes on."""
    if mechanism["kind"] == HYBRID:
        parts = [part | {"mechanism": _of_years(part["mechanism"], years)} for part in mechanism["parts"]]
        return mechanism | {"parts": parts}
    yearly = {name: mechanism[name] for name in ("prices", "amounts", "fees") if name in mechanism}
    return mechanism | {name: (row + row[-1:] * years)[:years] for name, row in yearly.items()}


@st.composite
def _registers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to three risks of any size, borne in part."""
    sizes = draw(st.lists(st.one_of(st.none(), every_kind), max_size=3))
    fields = {"per": st.sampled_from(["term", "year"]), "provider_share": shares, "control": shares}
    return [
        {"name": f"Risk {i}", "size": size} | {field: draw(told) for field, told in fields.items()}
        for i, size in enumerate(sizes)
    ]
