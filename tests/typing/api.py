"""A user's program, as a type checker sees it: ``mypy --strict`` must accept every line."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import fcr


def charity() -> fcr.Organisation:
    """Debt advice of £60,000, and 80 of the 100 m² of premises that cost £18,000."""
    return fcr.Organisation(
        name="Example Advice",
        services=[fcr.Service(name="Debt advice"), fcr.Service(name="Fundraising")],
        pools=[fcr.CostPool(name="Premises", driver="floor area")],
        costs=[
            fcr.Cost(name="Rent", centre="Premises", amount=Decimal(18000), index="fixed"),
            fcr.Cost(name="Advisers", centre="Debt advice", amount=Decimal(60000), index="fixed"),
        ],
        drivers=[fcr.Driver(name="floor area", unit="m²", quantities={"Debt advice": 80, "Fundraising": 20})],
    )


def main() -> int:
    """Cost, price, check, explain, keep."""
    shared = fcr.apportion(charity(), method="reciprocal")
    assert_type(shared.full_costs["Debt advice"], Decimal)

    bid = fcr.Bid(
        organisation=charity(),
        service="Debt advice",
        start=date(2026, 4, 1),
        years=1,
        contract=fcr.Contract(mechanism=fcr.BlockPrice(prices=[Decimal(70000)])),
    )
    assert_type(bid.replace(name="Again"), fcr.Bid)
    assert_type(fcr.Bid.from_json(bid.to_json()), fcr.Bid)

    priced = fcr.price(bid)
    assert_type(priced.price, tuple[Decimal, ...])
    assert_type(priced.vat, tuple[Decimal, ...] | None)
    assert_type(priced.table(), fcr.Table)
    assert_type(priced.html(), str)
    draw: Callable[[], fcr.Chart] = priced.plot
    assert_type(draw, Callable[[], fcr.Chart])
    assert_type(priced.explain("Year 1", "Premises"), fcr.Workings)
    assert_type(priced.break_even_volume(5), int | None)
    assert_type(fcr.funder_pays(priced, "wellcome"), fcr.FunderOffer)
    assert_type(fcr.profile(bid), fcr.FundingProfile)

    review = fcr.check(bid, {"blocker below full cost by": Decimal("0.1")})
    assert_type(review.shortfall, Decimal | None)
    for finding in review.findings:
        assert_type(finding, fcr.Finding)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bid.json"
        fcr.write(bid, path)
        assert_type(fcr.read(path), fcr.Bid)
        assert_type(fcr.read(str(path)), fcr.Bid)

    try:
        fcr.Service(name="")
    except fcr.InputError as error:
        assert_type(error.problems, tuple[fcr.Problem, ...])
    sys.stdout.write(f"short by £{review.shortfall:,}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
