"""Bids that are awkward to show: long and hostile names, credits, one year, ten years, many pools, no offer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import fcr
from fcr.distributions import Normal
from fcr.risks import Risk

LONG = "Information, advice and guidance for carers, families and former service personnel in the county"
HOSTILE = '<script>alert("x")</script> $a_b$ & \\frac'
START = date(2026, 4, 1)


def bid(
    *,
    years: int = 3,
    service: str = "Advice",
    pools: int = 2,
    services: int = 2,
    scale: int = 1,
    prices: list[int] | None = None,
    credit: int = 0,
    reserves: int | None = None,
    risks: list[Risk] | None = None,
    **fields: Any,
) -> fcr.Bid:
    """A bid of so many years, pools and services; ``credit`` pounds a year come off its direct cost and first pool.

    Direct cost is £50,000 × ``scale`` a year and the pools hold £10,000, £9,000 … × ``scale``, fixed
    in money and shared equally.
    """
    names = [f"Pool {i + 1}" if i else f"{LONG} pool" if service == LONG else "Pool 1" for i in range(pools)]
    costs = [fcr.Cost(name="Team", centre=service, amount=Decimal(50_000 * scale), index="fixed")]
    costs += [
        fcr.Cost(name=f"Cost {i}", centre=name, amount=Decimal(max(10_000 - 1_000 * i, 500) * scale), index="fixed")
        for i, name in enumerate(names)
    ]
    if credit:
        costs += [
            fcr.Cost(name=f"Refund {i}", centre=centre, amount=Decimal(-credit), index="fixed")
            for i, centre in enumerate([service, *names[:1]])
        ]
    organisation = fcr.Organisation(
        name="Example",
        base_year=START,
        services=[fcr.Service(name=service), *(fcr.Service(name=f"Service {i + 2}") for i in range(services - 1))],
        pools=[fcr.CostPool(name=name, driver="equal") for name in names],
        costs=costs,
        free_reserves=None if reserves is None else Decimal(reserves),
    )
    contract = None
    if prices is not None:
        contract = fcr.Contract(mechanism=fcr.BlockPrice(prices=[Decimal(price) for price in prices]))
    fields |= {"contract": contract, "risks": risks or []}
    return fcr.Bid(organisation=organisation, service=service, start=START, years=years, **fields)


def normal(name: str, sd: int, mean: int = 0, **fields: Any) -> Risk:
    """A risk in pounds that may go either way."""
    return Risk(name=name, size=Normal(mean=Decimal(mean), sd=Decimal(sd)), **fields)
