"""What each funder's rule would pay, by figures worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

import fcr
from fcr.rates import funder, funders

NGO = "NGO or international organisation"


@cache
def priced() -> fcr.PriceBuildUp:
    """Direct cost £20,000 (a post of £5,000, below the National Insurance threshold), overheads £6,000.

    Of the direct cost £1,000 is a party; of the overheads £800 × ¾ = £600 is fundraising.
    """

    def cost(name: str, centre: str, amount: int, category: str = "") -> fcr.Cost:
        return fcr.Cost(name=name, centre=centre, amount=Decimal(amount), index="fixed", category=category)

    organisation = fcr.Organisation(
        name="Example",
        services=[fcr.Service(name="Visits"), fcr.Service(name="Clubs")],
        pools=[fcr.CostPool(name="Premises", driver="rooms")],
        drivers=[fcr.Driver(name="rooms", quantities={"Visits": 3, "Clubs": 1})],
        costs=[
            cost("Rent", "Premises", 7200),
            cost("Appeals", "Premises", 800, "fundraising"),
            cost("Vans", "Visits", 14000),
            cost("Party", "Visits", 1000, "hospitality"),
        ],
        posts=[fcr.Post(name="Helper", salary=Decimal(5000), pension="none", time={"Visits": 100})],
    )
    return fcr.price(fcr.Bid(organisation=organisation, service="Visits", start=date(2026, 4, 1), years=1))


def paid(rule: str, **choices: Any) -> tuple[str, str, str] | None:
    """Direct cost paid, overheads paid and the gap, as text; ``None`` when the rule cannot say."""
    offer = fcr.funder_pays(priced(), rule, **choices)
    if offer.direct_paid is None or offer.overheads_paid is None or offer.gap is None:
        return None
    return str(offer.direct_paid[0]), str(offer.overheads_paid[0]), str(offer.gap[0])


def test_a_rule_is_taken_as_it_is_by_its_id() -> None:
    """A rule that somebody has looked up pays what it pays by its id."""
    bid = fcr.price(fcr.example())
    assert fcr.funder_pays(bid, funder("nlcf")) == fcr.funder_pays(bid, "nlcf")


def test_what_the_figures_rest_on() -> None:
    """Full cost is 20,000 + ¾ × 8,000."""
    assert priced().full_cost == (Decimal("26000.00"),)
    assert priced().marginal_cost == (Decimal("20000.00"),)


@pytest.mark.parametrize(
    ("rule", "choices", "expected"),
    [
        # a cap on direct cost: 20% × 20,000, less than the 6,000 of overheads
        ("wellcome", {}, ("20000.00", "4000.00", "2000.00")),
        # a cap on the total: 10% of the total is 1/9 of direct cost
        ("fcdo_post_programme", {}, ("20000.00", "2222.22", "3777.78")),
        # a flat rate on direct cost, on staff, on labour
        ("horizon_europe", {}, ("20000.00", "5000.00", "1000.00")),
        ("esf_england", {}, ("20000.00", "750.00", "5250.00")),
        ("innovate_uk", {}, ("20000.00", "1000.00", "5000.00")),
        # 15% of modified total direct costs
        ("us_federal_de_minimis_2024", {}, ("20000.00", "3000.00", "3000.00")),
        ("us_federal_de_minimis_2024", {"outside_base": ["hospitality"]}, ("20000.00", "2850.00", "3150.00")),
        # 80% of full economic cost
        ("ukri_fec", {}, ("16000.00", "4800.00", "5200.00")),
        # a fair share, and no overheads at all
        ("nlcf", {}, ("20000.00", "6000.00", "0.00")),
        ("amrc_charities", {}, ("20000.00", "0.00", "6000.00")),
        # one of several rates
        ("gates", {"option": NGO}, ("20000.00", "3529.41", "2470.59")),  # 0.15 ÷ 0.85 × 20,000
        ("eu_cpr_shared", {"option": "direct staff costs"}, ("20000.00", "750.00", "5250.00")),
        ("nihr", {"option": "HEI"}, ("16000.00", "4800.00", "5200.00")),
        # what the funder does not pay for: 1,000 direct, or 600 of overheads
        ("nlcf", {"ineligible": ["Hospitality"]}, ("19000.00", "6000.00", "1000.00")),
        ("nlcf", {"ineligible": ["fundraising"]}, ("20000.00", "5400.00", "600.00")),
        # a rate of the user's own; a cap never pays more than the overheads, a flat rate may
        ("wellcome", {"rate": Decimal("0.5")}, ("20000.00", "6000.00", "0.00")),
        ("horizon_europe", {"rate": Decimal("0.5")}, ("20000.00", "10000.00", "-4000.00")),
        ("wellcome", {"rate": Decimal("0.1"), "basis": "total"}, ("20000.00", "2222.22", "3777.78")),
        ("wellcome", {"rate": Decimal("0.1"), "basis": "direct staff"}, ("20000.00", "500.00", "5500.00")),
        ("wellcome", {"rate": Decimal("0.9"), "basis": "full cost"}, ("18000.00", "5400.00", "2600.00")),
        ("ukri_fec", {"rate": Decimal("0.1"), "basis": "direct"}, ("20000.00", "2000.00", "4000.00")),
        ("local_authority_generic", {"rate": Decimal("0.1"), "basis": "direct"}, ("20000.00", "2000.00", "4000.00")),
    ],
)
def test_what_a_rule_pays(rule: str, choices: dict[str, Any], expected: tuple[str, str, str]) -> None:
    """Each mechanism on each base pays what a person with a pencil makes it."""
    assert paid(rule, **choices) == expected


@pytest.mark.parametrize("rule", ["gates", "local_authority_generic", "comic_relief", "erasmus_plus_ka2", "ford_"])
def test_a_rule_that_cannot_say_pays_unknown(rule: str) -> None:
    """What nobody knows is not guessed: there is no figure, and a note says why."""
    if rule == "ford_":
        with pytest.raises(fcr.UnknownName, match="ford"):
            fcr.funder_pays(priced(), rule)
        return
    offer = fcr.funder_pays(priced(), rule)
    assert (offer.pays, offer.gap) == (None, None)
    assert offer.notes
    assert [row.cells[0] for row in offer.table().rows] == ["Full cost"]


@pytest.mark.parametrize("rule", [f.id for f in funders()])
def test_every_rule_answers_and_adds_up(rule: str) -> None:
    """Every rule known gives an amount with its gap, or unknown; none pays more than a flat rate may."""
    offer = fcr.funder_pays(priced(), rule)
    if offer.pays is not None and offer.gap is not None:
        assert offer.pays[0] + offer.gap[0] == Decimal("26000.00")
        assert offer.to_dict()["funder"] == rule
    assert offer.table().notes[0].startswith("Rule: ")
    assert str(offer) == offer.table().text()


@pytest.mark.parametrize(
    ("choices", "error"),
    [
        ({"basis": "income"}, fcr.UnknownName),
        ({"rate": Decimal("0.1"), "basis": "income"}, fcr.UnknownName),
        ({"option": "NGO"}, fcr.UnknownName),
        ({"rate": Decimal(1)}, fcr.InputError),
        ({"rate": Decimal("-0.1")}, fcr.InputError),
        ({"rate": Decimal("NaN")}, fcr.InputError),
        ({"rate": Decimal("Infinity")}, fcr.InputError),
        ({"basis": "direct"}, fcr.InputError),
    ],
)
def test_choices_that_mean_nothing_are_refused(choices: dict[str, Any], error: type[Exception]) -> None:
    """A basis without a rate, an option the rule does not have, a rate of 100% or no number."""
    with pytest.raises(error):
        fcr.funder_pays(priced(), "wellcome", **choices)


def test_a_rate_of_nothing_known_needs_its_basis() -> None:
    """A rate means nothing without its base."""
    with pytest.raises(fcr.InputError, match="what it is a share of"):
        fcr.funder_pays(priced(), "local_authority_generic", rate=Decimal("0.1"))
    with pytest.raises(fcr.UnknownName, match=NGO):
        fcr.funder_pays(priced(), "gates", option="NGO or internat. organisation")
