"""A bid made from a real charity's published accounts comes to what the charity published.

The City of Winchester Trust Limited, year ended 31 March 2021: note 6 (expenditure), note 7
(projects and activities) and note 8 (support costs by activity). The bundled example says where
each figure stands and what is a choice of ours.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

import fcr
from fcr.cli import main
from fcr.files import read
from fcr.money import round_half_up
from fcr.organisation import Method

BID = Path(fcr.__file__).parent / "examples" / "winchester-2021.json"

CHARITABLE, RAISING = "Charitable activities", "Raising funds"

SECRETARIAL = {RAISING: 857, CHARITABLE: 6_282}
"""Note 8: secretarial staff cost, 12% and 88%."""
OTHER_SUPPORT = {RAISING: 141, CHARITABLE: 1_035 + 3_529}
"""Note 8: a quarter as secretarial cost, the remaining three quarters to charitable activities."""
POOLS = {"Secretarial": SECRETARIAL, "Other support": OTHER_SUPPORT}
SUPPORT = {RAISING: 998, CHARITABLE: 10_846}
"""Note 8: total support costs, 11,844."""
EXPENDITURE = {RAISING: 7_682, CHARITABLE: 25_805}
"""Note 6: expenditure on each activity, support costs included."""


def whole(pounds: float) -> int:
    """To the pound, as the accounts are printed."""
    return int(round_half_up(pounds, 0))


def test_fcr_price_prints_the_published_overheads(capsys: pytest.CaptureFixture[str]) -> None:
    """``fcr price`` gives the support costs of the priced activity and its expenditure, to the pound."""
    assert main(["price", str(BID), "--lines", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    rows = {row["cells"][0]: row["cells"][1] for row in printed["profile"]["table"]["rows"]}
    assert whole(float(rows["Overheads in all"])) == SUPPORT[CHARITABLE]
    assert whole(float(printed["full_cost"][0])) == EXPENDITURE[CHARITABLE]
    assert printed["price"] == printed["full_cost"], "no surplus, reserve or contingency is added"


def test_the_profile_keeps_the_overheads_apart() -> None:
    """Each pool's part in the bid's one year is what note 8 prints for it."""
    year = fcr.price(read(BID)).explain("Year 1")
    pools = {name: whole(year.part("Full cost").part("Overheads").part(name).exact) for name in POOLS}
    assert pools == {"Secretarial": SECRETARIAL[CHARITABLE], "Other support": OTHER_SUPPORT[CHARITABLE]}


@pytest.mark.parametrize("method", ["direct", "step-down", "reciprocal"])
def test_both_activities_come_to_what_was_published(method: Method) -> None:
    """Neither pool serves the other, so every method gives the printed figures, to the pound."""
    shared = fcr.apportion(read(BID).organisation, method)
    for row, printed in zip(shared.overheads, POOLS.values(), strict=True):
        assert dict(zip(shared.services, map(whole, row), strict=True)) == printed
    assert dict(zip(shared.services, map(whole, shared.overheads.sum(axis=0)), strict=True)) == SUPPORT
    assert {name: whole(float(cost)) for name, cost in shared.full_costs.items()} == EXPENDITURE


def test_every_pound_published_is_there_once() -> None:
    """Costs in are the published expenditure of the year, £33,487, and so are costs out."""
    organisation = read(BID).organisation
    costs = sum((cost.amount or Decimal(0) for cost in organisation.costs), Decimal(0))
    assert costs == sum(EXPENDITURE.values()) == sum(fcr.apportion(organisation).full_costs.values())


def test_every_figure_says_where_it_was_published() -> None:
    """Each line names the page and the note; no offer is put in anybody's mouth."""
    bid = read(BID)
    assert all(cost.source and cost.source.file and cost.source.sheet for cost in bid.organisation.costs)
    assert bid.contract is None
    assert "Modelling choices" in bid.note
