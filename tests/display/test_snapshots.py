"""What results look like as text, HTML and Markdown, kept in ``tests/golden/shown``.

After a change that is meant, look at the difference and write them anew: ``python tests/display/test_snapshots.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import fcr
from fcr.income import income
from fcr.shown import Shown

SHOWN = Path(__file__).parents[1] / "golden" / "shown"
PRINTERS: dict[str, Callable[[Shown], str]] = {
    "txt": lambda result: result.text() + "\n",
    "html": lambda result: result.html(),
    "md": lambda result: result.markdown(),
}
START = date(2025, 4, 1)


def bid() -> fcr.Bid:
    """Lunches for two years: a cook, food by the meal, and a hall shared with a club; no rate that is assumed."""
    organisation = fcr.Organisation(
        name="Mill Street <Hub>",
        base_year=START,
        services=[fcr.Service(name="Lunch & talk", unit="meal", volume=Decimal(4000)), fcr.Service(name="Club")],
        pools=[fcr.CostPool(name="Hall", driver="floor area"), fcr.CostPool(name="Office", driver="equal")],
        drivers=[fcr.Driver(name="floor area", quantities={"Lunch & talk": 60, "Club": 30, "Office": 10})],
        costs=[
            fcr.Cost(name="Food", centre="Lunch & talk", amount=Decimal("2.35"), behaviour="per unit", index="fixed"),
            fcr.Cost(name="Cooker", centre="Lunch & talk", amount=Decimal(1200), phase="start-up", index="fixed"),
            fcr.Cost(name="Rent", centre="Hall", amount=Decimal("10000.01"), index="fixed"),
            fcr.Cost(name="Book-keeper", centre="Office", amount=Decimal(7000), index="fixed"),
            fcr.Cost(name="Rebate", centre="Office", amount=Decimal(-500), index="fixed"),
        ],
        posts=[
            fcr.Post(name="Cook", salary=Decimal(24_000), fte=Decimal("0.5"), time={"Lunch & talk": 100}, index="fixed")
        ],
        free_reserves=Decimal(3000),
    )
    return fcr.Bid(
        organisation=organisation,
        service="Lunch & talk",
        name="Lunches",
        start=START,
        years=1,
        volumes=[Decimal(4000)],
        surplus=Decimal("0.05"),
        surplus_basis="mark-up",
        vat="exempt",
        contract=fcr.Contract(
            mechanism=fcr.BlockPrice(prices=[Decimal(30_000)]),
            payment=fcr.Payment(invoiced="quarterly", in_advance=False, days=30),
        ),
    )


def shown() -> dict[str, Shown]:
    """What is kept, by the name of its files."""
    lunches = bid()
    priced = fcr.price(lunches)
    sharing = fcr.apportion(lunches.organisation)
    return {
        "price": priced,
        "profile": priced.profile,
        "apportionment": sharing,
        "cascade": sharing.cascade(),
        "cash": fcr.cash_flow(lunches),
        "income": income(lunches),
        "recovery": fcr.check(lunches).recovery(),
        "employer-cost": fcr.employer_cost(24_000, start=START, fte=Decimal("0.5")),
        "workings": priced.explain("Year 1"),
    }


SHOWN_NOW = shown()


@pytest.mark.parametrize("kind", PRINTERS)
@pytest.mark.parametrize("name", SHOWN_NOW)
def test_it_looks_as_it_did(name: str, kind: str) -> None:
    """Each kept page is what the library prints today."""
    kept = (SHOWN / f"{name}.{kind}").read_text(encoding="utf-8")
    assert PRINTERS[kind](SHOWN_NOW[name]) == kept


def test_every_page_kept_is_compared() -> None:
    """No page is left over from something that is shown no more."""
    assert {path.name for path in SHOWN.iterdir()} == {f"{name}.{kind}" for name in SHOWN_NOW for kind in PRINTERS}


def write_anew() -> None:
    """Keep what is printed today."""
    SHOWN.mkdir(exist_ok=True)
    for name, result in SHOWN_NOW.items():
        for kind, show in PRINTERS.items():
            (SHOWN / f"{name}.{kind}").write_text(show(result), encoding="utf-8")


if __name__ == "__main__":
    write_anew()
