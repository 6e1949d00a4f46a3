"""The starting points for a bid: whole, without a figure in them, and bids once the figures are filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest

import fcr
from fcr.areas import GENERAL, SLUGS, Area, area, areas
from fcr.errors import UnknownName
from fcr.risks import REGISTER

YEARS = 3
ARBITRARY = Decimal("17.5")
TITLES = (  # in the order of the fact sheet that names them
    "Prison and probation",
    "Offenders' learning and skills",
    "Information for disabled people",
    "Personal and community development",
    "Parental and family support",
    "Childcare",
    "Extended schools and positive activities",
    "Community equipment and wheelchairs",
    "Community transport",
    "Local waste",
    "Independent living",
)
USUAL = [pool.name for pool in fcr.CostPool.usual()]
every_area = pytest.mark.parametrize("here", [*areas(), area()], ids=lambda a: a.slug)
SIZES: dict[str, dict[str, Any]] = {
    "pounds": {"kind": "event", "probability": "0.2", "impact": {"kind": "uniform", "low": 0, "high": 9000}},
    "volume": {"kind": "pert", "low": "0.7", "mode": 1, "high": "1.1"},
    "occupancy": {"kind": "pert", "low": "0.7", "mode": 1, "high": "1.1"},
    "index": {"kind": "normal", "mean": 0, "sd": "0.01"},
    "outcomes": {"kind": "pert", "low": "0.6", "mode": 1, "high": "1.2"},
    "payment delay": {"kind": "lognormal", "median": 9, "sigma": "0.8"},
    "termination": {"kind": "hazard", "probability": "0.1", "months": [12, 24], "term": 12 * YEARS},
    "cover": {"kind": "pert", "low": 0, "mode": "0.02", "high": "0.06"},
}


# ── the figures a user would type ────────────────────────────────────────────────────────────────


def completed(partial: dict[str, Any]) -> dict[str, Any]:
    """The bid with an arbitrary figure wherever one is the user's to give."""
    organisation, contract = partial["organisation"], partial["contract"]
    centres = [centre["name"] for centre in (*organisation["services"], *organisation["pools"])]
    rises = {str(year): "0.03" for year in range(2027, 2031)}
    used = {line.get("index", "CPI") for line in organisation["costs"]} - {"fixed"}
    used |= {post.get("index", "pay") for post in organisation["posts"]}
    given = partial.setdefault("assumptions", {}).setdefault("indices", {})
    partial["assumptions"] |= {"hold_rates": True, "indices": {n: given.get(n, {}) | {"rises": rises} for n in used}}
    partial |= {"start": "2027-04-01", "years": YEARS}
    organisation["name"] = "Somebody"
    for service in organisation["services"]:
        service["volume"] = 400
    for driver in organisation.get("drivers", ()):
        driver["quantities"] = dict.fromkeys(centres, 10)
    for post in organisation["posts"]:
        places = [c for c in centres if c in post.get("note", "")] or [partial["service"]]
        post |= {"salary": 26_000, "time": dict.fromkeys(places, 10) | {places[0]: 110 - 10 * len(places)}}
    for cost in organisation["costs"]:
        cost["amount"] = ARBITRARY if cost.get("behaviour") == "per unit" else 1200
        if cost.get("capital") == "depreciation":
            cost["life"] = 5
    for outcome in contract["outcomes"]:
        outcome |= {"rates": ["0.5"], "price": 90, "how_much": "a half", "by_when": "the end", "payer": "the council"}
    for made in contract["monitoring"]["returns"]:
        made |= {"per_year": 4, "hours": 6, "hourly_cost": 20}
    for risk in partial["risks"]:
        risk["size"] = SIZES[risk.get("acts_on", "pounds")]
    stages = [{"outcome": outcome["name"], "price": 90} for outcome in contract["outcomes"]]
    parts = [
        {"weight": "0.7", "mechanism": {"kind": "unit price", "price": 300}},
        {"weight": "0.3", "mechanism": {"kind": "payment by results", "stages": stages}},
    ]
    contract["mechanism"] = {"kind": "hybrid", "parts": parts}
    return partial


@every_area
def test_once_filled_in_it_is_a_bid_that_can_be_priced_and_checked(here: Area) -> None:
    """Names, centres, indices, drivers and outcomes hold together; every line and risk is still there."""
    bid = fcr.Bid.from_dict(completed(here.bid))
    given = here.bid["organisation"]
    assert [line.name for line in bid.organisation.lines] == [row["name"] for row in given["costs"] + given["posts"]]
    assert all(year > 0 for year in fcr.price(bid).price)
    assert fcr.check(bid).findings
    assert str(fcr.balance(bid))


@every_area
def test_a_fixed_price_takes_every_risk_but_those_said_to_be_for_results(here: Area) -> None:
    """An offer that pays nothing by results is refused only for risks whose note says to delete them then."""
    data = completed(here.bid)
    data["contract"]["mechanism"] = {"kind": "block", "prices": [90_000] * YEARS}
    for_results = [r for r in data["risks"] if r.get("acts_on") == "outcomes"]
    assert all("Delete this unless" in r["note"] for r in for_results)
    data["risks"] = [r for r in data["risks"] if r not in for_results]
    assert fcr.Bid.from_dict(data).risks


# ── nothing invented ─────────────────────────────────────────────────────────────────────────────


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in plain data, with where it stands."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from leaves(value, f"{path}[{i}]")
    else:
        yield path, node


@every_area
def test_no_figure_is_given(here: Area) -> None:
    """No number, and no text that could be read as one: amounts, volumes, rates and dates are the user's."""
    for path, value in leaves(here.bid):
        assert isinstance(value, str | bool) or path.endswith(".order"), path
        assert isinstance(value, bool) or not re.fullmatch(r"[\s£$(-]*[\d.,]+\s*\S{0,2}", value), path


@every_area
def test_no_money_nor_share_is_stated_in_words(here: Area) -> None:
    """No pounds, pence or percentages in a note either."""
    for path, value in (*leaves(here.bid), ("about", here.about), ("title", here.title)):
        assert not re.search(r"[£€$%]|\d ?(p|pence|pounds?|k|per ?cent)\b|\d[\d,]*\.\d\d\b|\d,\d{3}", str(value)), path


def test_a_stated_figure_would_be_found() -> None:
    """What the two tests above look for is found."""
    assert list(leaves({"a": [{"amount": 3}]})) == [(".a[0].amount", 3)]


# ── what each has ────────────────────────────────────────────────────────────────────────────────


def test_the_eleven_areas_are_there_in_their_order() -> None:
    """The fact sheet names eleven areas; the general one stands apart."""
    assert tuple(a.title for a in areas()) == TITLES
    assert tuple(a.slug for a in areas()) == SLUGS
    assert GENERAL not in SLUGS
    assert area().slug == GENERAL


@every_area
def test_it_says_what_it_is(here: Area) -> None:
    """A slug that can be typed, a title, and a sentence or two to the user."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", here.slug)
    assert here.title
    assert 1 <= here.about.count(". ") + 1 <= 3
    assert here.about.endswith(".")


@every_area
def test_every_name_is_used_once(here: Area) -> None:
    """Centres among centres, and lines, drivers, outcomes, returns and risks each among themselves."""
    bid = here.bid
    organisation, contract = bid["organisation"], bid["contract"]
    for rows in (
        (*organisation["services"], *organisation["pools"]),
        (*organisation["posts"], *organisation["costs"]),
        organisation.get("drivers", ()),
        contract["outcomes"],
        contract["monitoring"]["returns"],
        bid["risks"],
    ):
        names = [row["name"].casefold() for row in rows]
        assert len(names) == len(set(names)), names


@every_area
def test_it_has_posts_costs_outcomes_and_risks(here: Area) -> None:
    """Enough to start from, and each outcome can be known and proved."""
    bid = here.bid
    organisation = bid["organisation"]
    assert 6 <= len(organisation["posts"]) <= 10
    assert 18 <= len(organisation["costs"]) <= 28
    assert len(bid["contract"]["outcomes"]) in ({1} if here.slug == GENERAL else {3, 4, 5})
    assert 6 <= len(bid["risks"]) <= 10
    for outcome in bid["contract"]["outcomes"]:
        assert all(outcome[part] for part in ("indicator", "who", "change", "evidence")), outcome["name"]


@every_area
def test_its_phases_and_centres_are_covered(here: Area) -> None:
    """There is something to start with and to end with, and no centre is empty."""
    organisation = here.bid["organisation"]
    assert {"start-up", "close-down"} <= {cost.get("phase") for cost in organisation["costs"]}
    charged = {cost["centre"] for cost in organisation["costs"]}
    assert charged == {c["name"] for c in (*organisation["services"], *organisation["pools"])}


@every_area
def test_the_priced_service_comes_first_among_realistic_others(here: Area) -> None:
    """Every activity is a service, or the one priced is overcharged."""
    names = [service["name"] for service in here.bid["organisation"]["services"]]
    assert names[0] == here.bid["service"]
    assert {"Other activities", "Own fundraising"} <= set(names)
    assert (here.bid["organisation"]["services"][0]["unit"] == "unit") == (here.slug == GENERAL)


@every_area
def test_the_usual_pools_stand_in_their_usual_order(here: Area) -> None:
    """Premises, central functions, governance, fundraising, each with its driver; every driver is of use."""
    organisation = here.bid["organisation"]
    names = [pool["name"] for pool in organisation["pools"]]
    assert [name for name in names if name in USUAL] == USUAL
    assert {d["name"] for d in organisation.get("drivers", ())} <= {pool["driver"] for pool in organisation["pools"]}
    assert all(driver["unit"] for driver in organisation.get("drivers", ()))


@every_area
def test_shared_posts_say_where_their_time_goes(here: Area) -> None:
    """A post that is not the priced service's alone names its centres; each pool but that for things has somebody."""
    organisation = here.bid["organisation"]
    centres = [centre["name"] for centre in (*organisation["services"], *organisation["pools"])]
    named = [[c for c in centres if c in p.get("note", "")] for p in organisation["posts"]]
    usual = ["Usually on" in p.get("note", "") for p in organisation["posts"]]
    assert [bool(places) for places in named] == usual
    assert set(USUAL) <= set(chain.from_iterable(named))


@every_area
def test_every_risk_is_standard_or_says_its_family(here: Area) -> None:
    """Its control weight follows from the register, or its remedy from its family; each says what to ask."""
    for risk in here.bid["risks"]:
        assert risk["name"] in REGISTER or risk.get("family"), risk["name"]
        assert risk["note"]


@every_area
def test_posts_near_the_wage_floor_and_the_risk_of_it_agree(here: Area) -> None:
    """A risk acts on an index that some line follows."""
    organisation = here.bid["organisation"]
    followed = {post.get("index", "pay") for post in organisation["posts"]}
    followed |= {cost.get("index", "CPI") for cost in organisation["costs"]}
    assert {risk["of"] for risk in here.bid["risks"] if "of" in risk} <= followed


@every_area
def test_notes_are_short(here: Area) -> None:
    """A note fits a cell that people read: plain sentences, ended."""
    rows = chain.from_iterable(v for v in here.bid["organisation"].values() if isinstance(v, list))
    for row in (*rows, *here.bid["risks"]):
        note = row.get("note", "")
        assert len(note) <= 180, row["name"]
        assert note == "" or note.endswith((".", "?")), row["name"]


# ── reading them ─────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_area_is_answered_with_the_nearest() -> None:
    """A title or a slip finds its slug; what all share is no area."""
    with pytest.raises(UnknownName, match="Did you mean 'community-transport'"):
        area("Community transport")
    for name in ("common", "../rates/vat", ""):
        with pytest.raises(UnknownName, match="service area"):
            area(name)


def test_the_data_are_the_users_own() -> None:
    """Changing one copy changes no other."""
    first = area("childcare").bid
    first["organisation"]["posts"].clear()
    first["risks"][0]["name"] = "Changed"
    assert area("childcare").bid["organisation"]["posts"]
    assert area("childcare").bid["risks"][0]["name"] != "Changed"


def test_an_areas_own_item_stands_in_place_of_the_common_one() -> None:
    """Childcare's pay follows the wage floor, so its risk does, once, and before what is common."""
    risks = [risk for risk in area("childcare").bid["risks"] if risk["name"] == "Wage floor or pay award"]
    assert [risk["of"] for risk in risks] == ["wage floor"]
    assert [risk["of"] for risk in area().bid["risks"] if risk["name"] == "Wage floor or pay award"] == ["pay"]
