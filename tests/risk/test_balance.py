"""Who carries which risk: the seven figures by hand and by closed form, and what moving a risk must do to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_bids import SERVICE, SINGLE_CHECK, event, off, plain

from fcr.bid import Bid
from fcr.contract import (
    BlockPrice,
    CallOff,
    Contract,
    Duration,
    Exit,
    Indexation,
    Payment,
    Protections,
    StandingCharge,
)
from fcr.distributions import (
    Event,
    Fixed,
    Hazard,
    Lognormal,
    NegativeBinomial,
    Normal,
    Pert,
    Poisson,
    Triangular,
    Uniform,
    normal_quantile,
)
from fcr.errors import InputError
from fcr.lines import Cost, Post
from fcr.risk.balance import RiskBalance, balance
from fcr.risk.model import Model, Moves
from fcr.risk.simulation import Estimate, simulate
from fcr.risks import REGISTER, Correlations, Risk

D = Decimal
DRAWS = 40_000


def certain(name: str, pounds: int, share: str, control: str | None, **fields: Any) -> Risk:
    """A loss that is sure, of which the provider bears a share and controls another."""
    return Risk(
        name=name,
        size=Fixed(value=D(pounds)),
        provider_share=D(share),
        control=None if control is None else D(control),
        **fields,
    )


def value(estimate: Estimate | None) -> float:
    """A figure that must be known."""
    assert estimate is not None
    return estimate.value


# ── the seven figures ────────────────────────────────────────────────────────────────────────────


def test_shares_excess_and_control_by_hand() -> None:
    """£1,000 borne in full and £3,000 by a quarter, controlled by 20% and 50%; £500 that nobody has weighed.

    Carried 1,000 + 750 + 500 of 4,500. Beyond control: 1,000 − 200 of the first, nothing of the second.
    As controlled: (200 + 1,500) ÷ 4,000.
    """
    risks = [
        certain("first", 1_000, "1", "0.2"),
        certain("second", 3_000, "0.25", "0.5"),
        certain("third", 500, "1", None),
    ]
    found = balance(plain(risks=risks), 10)
    assert value(found.expected_share) == pytest.approx(2_250 / 4_500)
    assert found.excess_transfer == pytest.approx(800)
    assert value(found.control_share) == pytest.approx(1_700 / 4_000)
    assert [part.excess for part in found.parts] == [pytest.approx(800), 0, None]
    assert [part.share for part in found.parts] == pytest.approx([1, 0.25, 1])
    assert value(found.tail_share) == pytest.approx(0.5)
    assert found.variance_share is None  # nothing varies
    assert found.uncapped == 0


def test_two_normals_in_closed_form() -> None:
    """Losses of 1,000 ± 300 borne in full and 2,000 ± 400 by half, independent.

    Expected 2,000 of 3,000. Variance ``(300² + ½ 400²) ÷ (300² + 400²) = 0.68``. In the tail of the
    whole each risk takes part by its variance: 500 z′ beyond the mean of 3,000, 0.68 of it the provider's.
    """
    risks = [
        Risk(name="a", size=Normal(mean=D(1000), sd=D(300))),
        Risk(name="b", size=Normal(mean=D(2000), sd=D(400)), provider_share=D("0.5")),
    ]
    found = balance(plain(risks=risks), DRAWS)
    z = normal_quantile(0.95)
    tail = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / 0.05
    for figure, truth in (
        (found.expected_share, 2_000 / 3_000),
        (found.variance_share, 0.68),
        (found.tail_share, (2_000 + 0.68 * 500 * tail) / (3_000 + 500 * tail)),
    ):
        assert figure is not None
        assert abs(off(figure, truth)) < SINGLE_CHECK
    assert found.uncapped == 2
    # the provider's own tail: √(300² + 200²), shared by variance
    own = np.hypot(300, 200)
    assert abs(off(found.tail_loss, 2_000 + own * tail)) < SINGLE_CHECK
    parts = [1_000 + 300**2 / own * tail, 1_000 + 200**2 / own * tail]
    for part, truth in zip(found.parts, parts, strict=True):
        assert abs(off(Estimate(part.tail, found.tail_loss.error), truth)) < SINGLE_CHECK


def test_reserves_chance_and_asymmetry() -> None:
    """A loss of £8,000 with a chance of 10%, a gain of £1,000 with one of 40%, against reserves of £5,000."""
    risks = [event("loss", "0.1", 8_000), event("gain", "0.4", -1_000)]
    found = balance(plain(risks=risks, reserves=5_000), DRAWS)
    beyond = found.chance_beyond_reserves
    assert beyond is not None
    assert abs(off(beyond, 0.1)) < SINGLE_CHECK  # 8,000 − 1,000 is beyond them too
    losing, gaining = 0.1 * (0.6 * 8_000 + 0.4 * 7_000), 0.9 * 0.4 * 1_000
    assert found.asymmetry is not None
    assert abs(off(found.asymmetry, losing / gaining)) < SINGLE_CHECK
    assert value(found.reserves_cover) == pytest.approx(found.tail_loss.value / 5_000)
    unknown = balance(plain(risks=risks), 10)
    assert unknown.reserves_cover is None
    assert unknown.chance_beyond_reserves is None
    assert balance(plain(risks=risks, reserves=0), 10).reserves_cover is None
    assert balance(plain(risks=risks[:1]), 500).asymmetry is None


def test_what_the_price_holds() -> None:
    """The premium a year and each risk's own, over the term; what is required beyond it is unpriced."""
    found = balance(plain(risks=[event("loss", "0.1", 100, in_price=D(250))], risk_premium=D(1_000)), 10)
    assert found.in_price == 3 * 1_250
    assert found.unpriced(5_000) == 1_250


# ── whole and carried ────────────────────────────────────────────────────────────────────────────

WAGES = Cost(name="Wages", centre=SERVICE, amount=D(100_000), index="pay")


def indexed(sizes: Normal | Uniform, duration: Duration) -> Bid:
    """A bid whose wages follow pay, under an offer that may too."""
    risk = Risk(name="Wage floor or pay award", acts_on="index", of="pay", size=sizes)
    return plain(cost=0, costs=[WAGES], years=2, risks=[risk], terms={"duration": duration})


def test_indexation_carries_what_it_follows() -> None:
    """Pay 1 to 3 points above plan on £100,000 for one year; a basket with 60% of pay raises the price by 60% of it.

    Whole £2,000, carried £800; without a clause, all of it; with a cap at the plan, nothing is paid for it.
    """
    above = Uniform(low=D("0.01"), high=D("0.03"))
    for duration, carried in (
        (Duration(indexation=Indexation(basket={"pay": 60, "fixed": 40})), 800),
        (Duration(), 2_000),
        (Duration(indexation=Indexation(basket={"pay": 100}, cap=D("0.03"))), 2_000),
    ):
        (part,) = balance(indexed(above, duration), DRAWS).parts
        assert abs(off(part.whole, 2_000)) < SINGLE_CHECK
        assert abs(off(part.carried, carried)) < SINGLE_CHECK


def test_a_guarantee_carries_what_it_pays() -> None:
    """Volume even from 50% to 100%, £10 for each of 1,000 units a year, 80% guaranteed.

    Whole 25% of £30,000. Carried ``E[min(1 − v, 0.2)]``: 0.2 for the 60% of cases below it, 0.1 on average above.
    """
    risk = Risk(name="Referral volume", acts_on="volume", size=Uniform(low=D("0.5"), high=D(1)))
    terms = {"protections": Protections(volume_guarantee=D("0.8"))}
    bid = plain(mechanism=CallOff(price=D(10)), volumes=[D(1000)], risks=[risk], terms=terms)
    (part,) = balance(bid, DRAWS).parts
    assert abs(off(part.whole, 7_500)) < SINGLE_CHECK
    assert abs(off(part.carried, 30_000 * (0.6 * 0.2 + 0.4 * 0.1))) < SINGLE_CHECK


def test_a_break_payment_carries_what_it_pays() -> None:
    """£40,000 stranded with a chance of 19%, of which £25,000 is paid; breaking even, it loses nothing else."""
    risk = Risk(
        name="Early termination or non-renewal",
        acts_on="termination",
        size=Hazard(probability=D("0.1"), months=[12, 24], term=36),
    )
    terms = {"exit": Exit(stranded_cost=D(40_000), break_payment=D(25_000))}
    (part,) = balance(plain(risks=[risk], terms=terms), DRAWS).parts
    assert abs(off(part.whole, 0.19 * 40_000)) < SINGLE_CHECK
    assert abs(off(part.carried, 0.19 * 15_000)) < SINGLE_CHECK
    assert part.share == pytest.approx(15 / 40)


def test_a_delay_costs_what_waiting_costs() -> None:
    """£1,000 a month, paid a month late for certain, at 12%: £10 a month for the twelve months of a year.

    The first month's low point is deeper by nothing, each of the twelve after it by £1,000. Without a rate of
    its own, a bid's delay costs nothing that can be said.
    """
    late = Risk(name="Payment delay", acts_on="payment delay", size=Fixed(value=D(30)))
    monthly = {"payment": Payment(invoiced="monthly", in_advance=False, days=30)}
    bid = plain(cost=12_000, price=12_000, years=1, risks=[late], terms=monthly, finance_rate=D("0.12"))
    (part,) = balance(bid, 10).parts
    model = Model(bid)
    later = model.ledger(model.planned, np.array([30.0])).cost_of_waiting(0.12)[0]
    assert part.carried.value == pytest.approx(later - model.planned_waiting)
    assert part.carried.value == pytest.approx(120)
    assert balance(bid.replace(finance_rate=None), 10).parts[0].carried.value == 0


def test_the_draws_are_those_of_the_simulation() -> None:
    """For losses in pounds, surplus = plan − carried, draw by draw."""
    risks = [event("a", "0.3", 900, provider_share=D("0.5")), event("b", "0.3", 70, per="year")]
    bid = plain(price=101_000, risks=risks)
    np.testing.assert_allclose(simulate(bid, 6_000, 9).surplus.values, 3_000 - balance(bid, 6_000, 9).loss.values)


# ── moving a risk to the commissioner ────────────────────────────────────────────────────────────

mechanisms = st.sampled_from([CallOff(price=D(10)), StandingCharge(charge=D(900), price=D(8))])
shares = st.integers(0, 20).map(lambda n: D(n) / 20)
losses = st.sampled_from(
    [
        Triangular(low=D(0), mode=D(50), high=D(900)),
        Pert(low=D(10), mode=D(60), high=D(500)),
        Lognormal(median=D(100), sigma=D(1)),
        Event(probability=D("0.2"), impact=Uniform(low=D(0), high=D(4_000))),
        Poisson(rate=D(3)),
        NegativeBinomial(mean=D(40), cv=D("0.5")),
    ]
)


@settings(max_examples=40)
@given(losses, shares, shares, st.sampled_from(["term", "year"]))
def test_a_smaller_share_never_costs_the_provider_more(size: Any, one: Decimal, other: Decimal, per: Any) -> None:
    """Of a loss in pounds: in expectation, in the tail, and of the whole nothing changes."""
    less, more = (
        balance(plain(risks=[Risk(name="loss", size=size, per=per, provider_share=share)]), 500)
        for share in sorted((one, other))
    )
    assert less.parts[0].carried.value <= more.parts[0].carried.value
    assert less.tail_loss.value <= more.tail_loss.value
    assert (less.whole == more.whole).all()


@settings(max_examples=40)
@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 60), st.data())
def test_more_indexation_never_costs_the_provider_more_when_pay_rises_more(
    one: int, other: int, high: int, data: st.DataObject
) -> None:
    """Uncapped, for rises at or above plan: draw by draw, the loss falls as the basket's share of pay grows.

    For rises *below* plan it is the other way about: what indexation takes away is then a gain.
    """
    month: Literal[4, 10, "anniversary"] = data.draw(st.sampled_from([4, 10, "anniversary"]))
    above = Uniform(low=D(0), high=D(high) / 1000)

    def under(per_cent: int) -> RiskBalance:
        basket = {"pay": D(per_cent), "fixed": D(100 - per_cent)}
        return balance(indexed(above, Duration(indexation=Indexation(basket=basket, month=month))), 200)

    less, more = (under(per_cent) for per_cent in sorted((one, other)))
    assert (more.carried <= less.carried + 1e-6).all()
    assert (balance(indexed(above, Duration()), 200).carried >= less.carried - 1e-6).all()


@settings(max_examples=40)
@given(
    shares, shares, st.sampled_from([CallOff(price=D(10)), StandingCharge(charge=D(900), price=D(8))]), st.booleans()
)
def test_a_higher_guarantee_never_costs_the_provider_more(
    one: Decimal, other: Decimal, mechanism: CallOff | StandingCharge, capped: bool
) -> None:
    """Draw by draw, whatever comes, with a cap on what is paid for or none."""
    risk = Risk(name="Referral volume", acts_on="volume", size=Uniform(low=D(0), high=D("1.6")))

    def under(guarantee: Decimal) -> RiskBalance:
        terms = {"protections": Protections(volume_guarantee=guarantee, volume_cap=D(900) if capped else None)}
        each = Cost(name="Each", centre=SERVICE, amount=D(4), behaviour="per unit", index="fixed")
        return balance(plain(mechanism=mechanism, costs=[each], volumes=[D(1000)], risks=[risk], terms=terms), 200)

    less, more = (under(guarantee) for guarantee in sorted((one, other)))
    assert (more.carried <= less.carried + 1e-6).all()


# ── laws of the parts ────────────────────────────────────────────────────────────────────────────


@st.composite
def registers(draw: st.DrawFn) -> list[Risk]:
    """Losses of several shapes, credits among them, with shares."""
    sizes: list[Any] = [
        *(draw(losses) for _ in range(draw(st.integers(0, 3)))),
        Event(probability=draw(shares), impact=Fixed(value=D(draw(st.integers(-3_000, 3_000))))),
        Normal(mean=D(draw(st.integers(-500, 500))), sd=D(draw(st.integers(0, 900)))),
    ]
    return [Risk(name=f"risk {i}", size=size, provider_share=draw(shares)) for i, size in enumerate(sizes)]


@settings(max_examples=60)
@given(registers(), st.integers(2, 700), st.integers(0, 99), st.integers(-9, 9))
def test_parts_add_up_to_the_tail_exactly(risks: list[Risk], draws: int, seed: int, rho: int) -> None:
    """Euler: each risk's part of the worst 5% adds up to its mean loss, whatever the draws and the correlation;
    and expected losses add up too.
    """
    pair = [[D(1), D(rho) / 10], [D(rho) / 10, D(1)]]
    together = Correlations(names=[r.name for r in risks[:2]], matrix=pair)
    found = balance(plain(risks=risks, correlations=together), draws, seed)
    scale = 1e-9 * (1 + np.abs(found.carried).max())
    assert sum(part.tail for part in found.parts) == pytest.approx(found.tail_loss.value, abs=scale)
    assert sum(part.carried.value for part in found.parts) == pytest.approx(found.loss.mean.value, abs=scale)
    assert sum(part.whole.value for part in found.parts) == pytest.approx(found.total.mean.value, abs=scale)
    quantile = found.loss.quantile(0.95).value
    assert found.tail_loss.value >= quantile >= found.loss.quantile(0.5).value


def test_families_are_kept_apart() -> None:
    """Cost, demand and outcome risks each on their own row; a family without a risk has none."""
    risks = [
        certain("cost", 100, "1", None, family="cost"),
        certain("more cost", 50, "0.5", None, family="cost"),
        certain("demand", 30, "1", None, family="demand"),
        certain("neither", 7, "1", None),
    ]
    table = balance(plain(risks=risks), 10).by_family()
    rows = [tuple(str(cell) for cell in row.cells) for row in table.rows]
    assert rows == [
        ("cost", "150.00", "125.00", "125.00"),
        ("demand", "30.00", "30.00", "30.00"),
        ("other", "7.00", "7.00", "7.00"),
    ]


# ── what is shown ────────────────────────────────────────────────────────────────────────────────


def register() -> list[Risk]:
    """Risks of standard names and others, one of them without a size."""
    return [
        event("Clawback or disallowance", "0.3", 4_000, provider_share=D("0.5")),
        Risk(name="Safeguarding or clinical claims", size=Lognormal(median=D(900), sigma=D(1))),
        event("Ours alone", "0.5", 50),
        Risk(name="Reputation, mission drift"),
    ]


def test_the_figures_in_words() -> None:
    """All seven, by name; shares to the whole per cent at most; chances to the digits their error supports."""
    found = balance(plain(cost=120_000, price=120_000, risks=register(), reserves=3_000), 5_000)
    figures = found.figures()
    assert [name[0] for name in figures] == list("123445555677")
    assert figures["1 Share of expected loss"] == f"{value(found.expected_share):.0%}"
    assert figures["5 Months of the service's cost"] == str(round(D(found.tail_loss.value / 10_000), 1))
    assert figures["7 Risks without a limit"] == "1"
    assert figures["7 Expected loss ÷ expected gain"] == "no gain possible"
    assert found.chance_beyond_reserves is not None
    assert figures["5 Chance beyond free reserves"] == f"{found.chance_beyond_reserves.shown:%}"
    assert found.chance_beyond_reserves.error > 0.001
    assert figures["5 Chance beyond free reserves"].partition(".")[2] in {f"{n}%" for n in range(10)}
    bare = balance(plain(), 10).figures()
    assert bare["1 Share of expected loss"] == "unknown"
    assert bare["5 of free reserves"] == "unknown"
    assert bare["5 Chance beyond free reserves"] == "unknown"


@pytest.mark.parametrize("draws", [3, 10, 30, 100, 1_000, 30_000])
def test_a_share_has_no_more_digits_than_its_error_supports(draws: int) -> None:
    """Of losses that vary far more than they cost: in whole per cents, in tens of them, or unknown."""
    risks = [
        Risk(name="a", size=Normal(mean=D(1_000), sd=D(8_000)), provider_share=D("0.5")),
        Risk(name="b", size=Normal(mean=D(1_000), sd=D(4_000))),
    ]
    found = balance(plain(risks=risks), draws)
    share, said = found.expected_share, found.figures()["1 Share of expected loss"]
    assert share is not None
    if share.error >= 1:
        assert said == "unknown"
        return
    unit = 1 if share.error < 0.1 else 10
    assert int(said.rstrip("%")) % unit == 0
    assert abs(int(said.rstrip("%")) / 100 - share.value) <= unit / 200 + 1e-12
    assert unit / 100 <= max(share.error, 0.01)


def test_a_ratio_known_to_nothing_is_unknown() -> None:
    """Of three draws, the asymmetry's error is larger than itself."""
    found = balance(plain(risks=[Risk(name="a", size=Normal(mean=D(0), sd=D(1_000)))]), 3, seed=0)
    assert found.asymmetry is not None
    assert found.asymmetry.error > found.asymmetry.value
    assert found.figures()["7 Expected loss ÷ expected gain"] == "unknown"


def test_the_table_lists_the_largest_first_and_says_where_each_should_sit() -> None:
    """By expected loss carried; the standard allocation named; what has no size named."""
    found = balance(plain(risks=register()), 2_000)
    table = found.table()
    carried = [float(row.cells[2]) for row in table.rows]  # type: ignore[arg-type]
    assert carried == sorted(carried, reverse=True)
    row = next(row for row in table.rows if row.cells[0] == "Clawback or disallowance")
    assert row.cells[3:5] == (D("0.50"), D("0.5"))
    notes = " ".join(table.notes)
    assert "Clawback or disallowance: shared" in notes
    assert "not counted: Reputation, mission drift." in notes
    assert "Ours alone:" not in notes
    assert next(row for row in table.rows if row.cells[0] == "Ours alone").cells[4:6] == (None, None)
    own = balance(plain(risks=register()[2:3]), 10).table()
    assert len(own.notes) == 2


def test_side_by_side() -> None:
    """Two balances in one table, each figure in its own words."""
    draft = balance(plain(risks=register()), 500)
    better = balance(plain(risks=register()[2:]), 500)
    table = draft.beside(better, ("before", "after"))
    assert [c.heading for c in table.columns] == ["Figure", "before", "after"]
    mine, theirs = draft.figures(), better.figures()
    assert [row.cells for row in table.rows] == [(name, mine[name], theirs[name]) for name in mine]


def test_text_and_data() -> None:
    """As text the three tables, as data the figures and the tables."""
    found = balance(plain(risks=register()), 500)
    assert str(found) == found.text()
    for title in ("The balance of risk", "Cost, demand and outcome risks apart", "Who carries which risk"):
        assert title in str(found)
    assert set(found.to_dict()) == {"figures", "families", "table"}
    assert found.to_dict()["figures"] == found.figures()


def test_no_risks_no_balance() -> None:
    """Every share is unknown, nothing is lost."""
    found = balance(plain(), 10)
    assert (found.expected_share, found.variance_share, found.tail_share, found.control_share) == (None,) * 4
    assert (found.tail_loss.value, found.excess_transfer, found.parts) == (0, 0, ())


def test_what_cannot_be_drawn_is_refused() -> None:
    """As in the simulation; and a bid without an offer."""
    with pytest.raises(InputError) as refused:
        balance(plain(), 1, -3)
    assert [p.where for p in refused.value.problems] == ["draws", "seed"]
    with pytest.raises(InputError, match="no offer"):
        balance(plain().replace(contract=None))


def test_every_standard_row_can_be_overridden() -> None:
    """The control weight and the family of a standard name hold until others are stated."""
    for name, row in REGISTER.items():
        assert Risk(name=name).controlled == (None if row.control is None else float(row.control))
        assert Risk(name=name).kind == row.family
        changed = Risk(name=name, control=D("0.37"), family="demand")
        assert (changed.controlled, changed.kind) == (0.37, "demand")


def test_protections_taken_out_leave_the_mechanism() -> None:
    """Whole is the same mechanism without indexation, guarantee, cap, right to refuse or break payment."""
    post = Post(name="Worker", salary=D(25_000), time={SERVICE: 100})
    terms = {
        "duration": Duration(indexation=Indexation(basket={"pay": 100}), change_in_law=True),
        "protections": Protections(volume_guarantee=D("0.9"), volume_cap=D(80), right_to_refuse=True),
        "exit": Exit(break_payment=D(10_000), stranded_cost=D(10_000)),
    }
    risks = [
        Risk(name="pay", acts_on="index", of="pay", size=Normal(mean=D("0.01"), sd=D("0.01"))),
        Risk(name="volume", acts_on="volume", size=Uniform(low=D("0.5"), high=D("1.5"))),
        Risk(name="end", acts_on="termination", size=Hazard(probability=D("0.2"), months=[12], term=36)),
    ]
    bid = plain(cost=0, posts=[post], mechanism=CallOff(price=D(300)), volumes=[D(100)], risks=risks, terms=terms)
    bare = bid.replace(
        contract=Contract(mechanism=CallOff(price=D(300)), exit=Exit(break_payment=D(0), stranded_cost=D(10_000)))
    )
    np.testing.assert_allclose(balance(bid, 500).whole, balance(bare, 500).carried)
    block = plain(mechanism=BlockPrice(prices=[D(1)] * 3), risks=risks[2:])
    assert (balance(block, 500).whole == balance(block, 500).carried).all()
    assert Model(bid).surplus(Moves(1))[0] == pytest.approx(Model(bid).planned.surplus.sum())
