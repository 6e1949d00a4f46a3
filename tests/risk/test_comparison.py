"""Offers side by side: what each is worth a year against the first, and what changed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from small_bids import SERVICE, event, plain

import fcr
from fcr.bid import Bid
from fcr.checks import check
from fcr.comparison import compare
from fcr.contract import BlockPrice, Contract, Duration, Indexation, Payment
from fcr.distributions import Normal
from fcr.errors import InputError
from fcr.lines import Cost
from fcr.risk.balance import balance
from fcr.risk.premium import premium
from fcr.risks import Risk

D = Decimal
DRAWS = 2_000


def offer(name: str, price: int, risks: list[Risk] | None = None, **terms: object) -> Bid:
    """A named bid at a block price."""
    travel = Cost(name="Travel", centre=SERVICE, amount=D(10_000))
    return plain(costs=[travel], price=price, risks=risks or [], terms=terms, reserves=50_000, name=name)


def test_an_offer_against_itself_is_worth_nothing() -> None:
    """Nothing changed, nothing gained: the same draws on both sides."""
    draft = offer("Draft", 100_000, [event("Fire", "0.1", 9_000)])
    found = compare([draft, draft.replace(name="Again")], DRAWS)
    assert list(found.worth) == [0, 0]
    assert list(found.changes()) == []


def test_worth_is_income_and_premium_together() -> None:
    """£2,000 a year more and a fire that is no longer ours: income gained and premium saved."""
    fire = event("Fire", "0.1", 9_000)
    draft = offer("Draft", 100_000, [fire])
    better = offer("Better", 102_000, [fire.replace(provider_share=D(0))])
    found = compare([draft, better], DRAWS, seed=4)
    saved = premium(balance(draft, DRAWS, 4)).value
    assert saved > 300
    assert found.worth[0] == 0
    assert float(found.worth[1] or 0) == pytest.approx(2_000 + saved, abs=0.01)


def test_worth_is_without_risks_too_and_unknown_without_an_offer() -> None:
    """Two offers without risks differ by their income; a bid without an offer is worth nobody knows what."""
    draft, dearer = offer("Draft", 100_000), offer("Dearer", 100_500)
    bare = draft.replace(name="None", contract=None)
    assert list(compare([draft, dearer, bare], DRAWS).worth) == [0, 500, None]
    assert compare([bare, dearer], DRAWS).worth == (None, None)


def test_every_change_is_said_field_by_field() -> None:
    """What was and what is, with what was not stated; neither the name nor the note is a change of terms."""
    draft = offer("Draft", 100_000)
    changed = draft.replace(
        name="Agreed",
        note="After the meeting",
        contract=Contract(
            mechanism=BlockPrice(prices=[D(100_000), D(100_000), D(101_000)]),
            duration=Duration(indexation=Indexation(basket={"CPI": 100})),
            payment=Payment(days=14),
        ),
    )
    changes = list(compare([draft, changed], DRAWS).changes())
    assert "Agreed: contract.mechanism.prices[2] was 100000, is 101000." in changes
    assert "Agreed: contract.payment.days was not stated, is 14." in changes
    assert "Agreed: contract.duration.indexation.basket.CPI was not stated, is 100." in changes
    assert all(line.startswith("Agreed: contract.") for line in changes)
    assert changes == sorted(changes)


def test_what_differs_is_a_table_in_words() -> None:
    """Each field once, under what it belongs to, as each bid has it: yes and no, not stated, numbered."""
    draft = offer("Draft", 100_000, duration=Duration(indexation="none", change_in_law=False))
    agreed = offer("Agreed", 101_000, duration=Duration(indexation=Indexation(basket={"CPI": 100}), change_in_law=True))
    found = compare([draft, agreed], 200)
    rows = {row.cells[0]: row.cells[1:] for row in found.differences().rows}
    assert list(rows) == [
        "Contract: mechanism",
        "price 1",
        "price 2",
        "price 3",
        "Contract: duration",
        "change in law",
        "indexation",
        "indexation: basket: CPI",
        "indexation: month",
    ]
    assert rows["price 1"] == ("100000", "101000")
    assert rows["change in law"] == ("no", "yes")
    assert rows["indexation"] == ("none", "as below")
    assert rows["indexation: basket: CPI"] == ("not stated", "100")
    assert found.tables() == (found.table(), found.differences())
    same = compare([draft, draft.replace(name="Again", note="Other")], 200)
    assert same.tables() == (same.table(),)


def test_the_figures_are_those_of_the_reviews_and_balances() -> None:
    """One column a bid, each figure as the review or the balance says it; unknown where there is none."""
    risky = offer("Risky", 100_000, [Risk(name="Overrun", size=Normal(mean=D(0), sd=D(4_000)))])
    plainly = offer("Plain", 100_000)
    bare = plainly.replace(name="Bare", contract=None)
    found = compare([risky, plainly, bare], DRAWS, seed=1)
    table = found.table()
    assert [c.heading for c in table.columns] == ["", "Risky", "Plain", "Bare"]
    rows = {row.cells[0]: row.cells[1:] for row in table.rows}
    assert len(rows) == len(table.rows)
    reviews = [check(bid, draws=DRAWS, seed=1) for bid in found.bids]
    assert rows["Verdict"] == tuple(r.verdict for r in reviews)
    assert rows["Offer over the term (£)"] == ("300,000.00", "300,000.00", "unknown")
    assert rows["Shortfall (£)"] == (f"{reviews[0].shortfall:,}", f"{reviews[1].shortfall:,}", "unknown")
    assert rows["Lowest cash (£)"][2] == "unknown"
    assert rows["Recovery"][2] == "unknown"
    assert rows["Unknown"] == tuple(str(len(r.unknowns)) for r in reviews)
    for severity in ("blocker", "high", "medium", "low"):
        raised = [sum(f.raised and f.severity == severity for f in r.findings) for r in reviews]
        assert rows[f"Findings: {severity}"] == tuple(str(n) for n in raised)
    for name, figure in balance(risky, DRAWS, 1).figures().items():
        assert rows[name] == (figure, "unknown", "unknown")
    worth = rows["Worth a year against the first (£)"]
    assert worth == ("0.00", f"{found.worth[1]:,}", "unknown")
    assert "Overrun" in str(found.differences())


def test_as_text_and_as_data() -> None:
    """The same table as text; names and worth as plain data."""
    found = compare([offer("Draft", 100_000), offer("Dearer", 100_500)], DRAWS)
    assert str(found) == f"{found.table()}\n\n{found.differences()}"
    data = found.to_dict()
    assert data["bids"] == ["Draft", "Dearer"]
    assert data["worth"] == ["0.00", "500.00"]
    assert compare([offer("a", 1), offer("b", 1).replace(contract=None)], DRAWS).to_dict()["worth"] == ["0.00", None]


@pytest.mark.parametrize("few", [0, 1])
def test_one_bid_is_not_compared(few: int) -> None:
    """At least two."""
    with pytest.raises(InputError, match="Give at least two"):
        compare([offer("Draft", 100_000)] * few)


def test_a_figure_written_with_more_noughts_is_no_difference() -> None:
    """A workbook keeps 60.0 where a file says 60: the bids are the same."""
    first = fcr.example()
    post, *others = first.organisation.posts
    again = post.replace(fte=Decimal(f"{post.fte}0") if "." in str(post.fte) else Decimal(f"{post.fte}.0"))
    second = first.replace(organisation=first.organisation.replace(posts=[again, *others]))
    assert list(fcr.compare([first, second], draws=100).changes()) == []
