"""Small bids whose risks can be worked out by hand, and how an estimate is judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from fcr.assumptions import Assumptions, Index
from fcr.bid import Bid
from fcr.contract import BlockPrice, Contract
from fcr.contract.mechanisms import AnyMechanism
from fcr.distributions import Event, Fixed
from fcr.lines import Cost, Post
from fcr.organisation import Organisation, Service
from fcr.risk.simulation import Estimate
from fcr.risks import Risk

START = date(2026, 4, 1)
SERVICE = "Advice"

# A correct figure is more than 4 standard errors out once in 16,000 times: one check may ask for that.
SINGLE_CHECK = 4.0


def plain(
    *,
    cost: int = 100_000,
    price: int = 100_000,
    mechanism: AnyMechanism | None = None,
    costs: Sequence[Cost] = (),
    posts: Sequence[Post] = (),
    years: int = 3,
    reserves: int | None = None,
    terms: dict[str, Any] | None = None,
    **fields: Any,
) -> Bid:
    """One service, ``cost`` pounds a year fixed in money, against ``price`` pounds a year unless another mechanism."""
    fixed = [Cost(name="Running it", centre=SERVICE, amount=Decimal(cost), index="fixed")] if cost else []
    organisation = Organisation(
        name="Small",
        base_year=START,
        services=[Service(name=SERVICE)],
        costs=[*fixed, *costs],
        posts=posts,
        free_reserves=None if reserves is None else Decimal(reserves),
    )
    rises = Index(rises={2027: Decimal("0.03"), 2028: Decimal("0.03")})
    return Bid(
        organisation=organisation,
        service=SERVICE,
        start=START,
        years=years,
        assumptions=Assumptions(indices={"pay": rises, "CPI": rises}, hold_rates=True),
        contract=Contract(mechanism=mechanism or BlockPrice(prices=[Decimal(price)] * years), **(terms or {})),
        **fields,
    )


def event(name: str, probability: str, impact: int, **fields: Any) -> Risk:
    """A yes-or-no loss in pounds."""
    return Risk(name=name, size=Event(probability=Decimal(probability), impact=Fixed(value=Decimal(impact))), **fields)


def off(estimate: Estimate, truth: float) -> float:
    """How many of its own standard errors an estimate is from the truth."""
    return (estimate.value - truth) / estimate.error
