"""What each chart draws is what its result says: bars, lines and marks against the figures, and the sentence too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import odd_bids
import pytest

import fcr
from fcr.chart import Chart
from fcr.display import charts
from fcr.display.words import pounds, recovered
from fcr.distributions import Event, Fixed
from fcr.income import income
from fcr.results import Drawn
from fcr.risk.sensitivity import tornado
from fcr.risk.simulation import Estimate
from fcr.risks import Risk

pytest.importorskip("matplotlib")

EXAMPLES = Path(fcr.__file__).parent / "examples"


@cache
def harbour() -> fcr.Bid:
    """The bundled bid, with everything in it."""
    bid = fcr.read(EXAMPLES / "harbour-advice.json")
    assert isinstance(bid, fcr.Bid)
    return bid


def bars(chart: Chart, label: str = "") -> list[Any]:
    """The bars of a chart, or those of one fill."""
    (axes,) = chart.figure.axes
    return [bar for group in axes.containers if group.get_label() == label or not label for bar in group.patches]  # type: ignore[attr-defined]


def line(chart: Chart, label: str) -> tuple[list[float], list[float]]:
    """The points of a line by its name in the key."""
    (found,) = (line for line in chart.figure.axes[0].lines if line.get_label() == label)
    xs, ys = (np.asarray(data, dtype=float).tolist() for data in found.get_data())
    return xs, ys


def words(chart: Chart) -> list[str]:
    """Every text on a chart, one line each."""
    return [text for text in (" ".join(found.get_text().split()) for found in _texts(chart.figure)) if text]


def _texts(artist: Any) -> Iterator[Any]:
    from matplotlib.text import Text  # noqa: PLC0415 (not where it is not installed)

    return iter(artist.findobj(Text))


def close(found: list[float], wanted: list[Any]) -> bool:
    """The same figures, but for float noise."""
    return len(found) == len(wanted) and np.allclose(found, [float(x) for x in wanted], rtol=0, atol=1e-6)


# ── the price ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("year", [None, 1, "Year 3"])
def test_the_waterfall_is_the_table_of_the_price(year: int | str | None) -> None:
    """A bar to each row that is not nought, as long as its amount; steps start where the last one ended."""
    priced = fcr.price(harbour())
    chart = charts.build_up_chart(priced, year)
    column = 4 if year is None else 1 if year == 1 else 3
    rows = [(row.cells[0], Decimal(str(row.cells[column])), row.style) for row in priced.table().rows]
    rows = [row for row in rows if row[1] or row[2] != "line"]
    assert close([bar.get_width() for bar in bars(chart)], [amount for _, amount, _ in rows])
    reached = Decimal(0)
    for bar, (_, amount, style) in zip(bars(chart), rows, strict=True):
        assert bar.get_x() == pytest.approx(0.0 if style != "line" else float(reached))
        reached = amount if style != "line" else reached + amount
    for label, amount, _ in rows:
        assert f"{label} {pounds(amount)}" in chart.alt
    assert pounds(priced.term if year is None else priced.price[column - 1]) in chart.title


def test_a_waterfall_of_a_year_that_is_not_there() -> None:
    """The years there are stand in the message."""
    with pytest.raises(fcr.UnknownName, match="Year 3"):
        charts.build_up_chart(fcr.price(harbour()), 4)


def test_a_credit_goes_back() -> None:
    """A pool below nought is drawn from where the last step ended, to the left."""
    chart = fcr.price(odd_bids.bid(years=1, credit=30_000)).plot()
    widths = [bar.get_width() for bar in bars(chart)]
    assert widths == [20_000, -10_000, 4_500, 14_500, 14_500]
    assert [bar.get_x() for bar in bars(chart)] == [0, 20_000, 10_000, 0, 0]
    assert "-£10.0k" in words(chart)


def test_many_pools_are_gathered() -> None:
    """The six largest pools stand by themselves and the rest come to one bar: nothing is left out."""
    priced = fcr.price(odd_bids.bid(years=1, pools=12, services=1))
    chart = priced.plot()
    assert len(bars(chart)) == 1 + 7 + 2
    assert "6 others" in words(chart)
    steps = [bar.get_width() for bar in bars(chart)][:-2]
    assert sum(steps) == pytest.approx(float(priced.full_cost[0]))


def test_vat_is_drawn_where_it_is_due() -> None:
    """VAT and the price with it stand after the price."""
    priced = fcr.price(odd_bids.bid(years=1, vat="standard-rated"))
    widths = [bar.get_width() for bar in bars(priced.plot())]
    assert priced.vat is not None
    assert widths[-2:] == [float(priced.vat[0]), float(priced.vat[0] + priced.price[0])]


# ── the years ────────────────────────────────────────────────────────────────────────────────────


def test_the_years_are_the_profile_and_the_offer() -> None:
    """Each part of each bar is as high as its group costs; the line is the offer; the shortfall is said."""
    profile = fcr.profile(harbour())
    chart = profile.plot()
    for group in profile.years[0].parts:
        amounts = [year.part(group.label).settled_value for year in profile.years]
        assert close([bar.get_height() for bar in bars(chart, group.label)], amounts)
    tops = [max(bar.get_y() + bar.get_height() for bar in bars(chart) if round(bar.get_x()) == i) for i in range(3)]
    assert close(tops, list(profile.full_cost))
    offers = income(harbour()).years
    dashes = [line for line in chart.figure.axes[0].lines if line.get_marker() == "D"]
    assert close([float(np.asarray(dash.get_ydata())[0]) for dash in dashes], list(offers))
    short = profile.term - sum(offers)
    assert chart.title == f"Debt advice: the offer is {pounds(short)} short of full cost over 3 years"
    for paid, full in zip(offers, profile.full_cost, strict=True):
        assert f"full cost {pounds(full)} (" in chart.alt
        assert f"offer {pounds(paid)}, {pounds(full - paid)} short" in chart.alt
    assert {"£54.7k short", "£209 short", "£16.9k short"} <= set(words(chart))


def test_a_review_draws_its_years() -> None:
    """The review's chart is that of its own profile."""
    review = fcr.check(odd_bids.bid(prices=[50_000] * 3))
    assert review.plot().svg() == review.situation.price.profile.plot().svg()


@pytest.mark.parametrize(
    ("prices", "title"),
    [
        (None, "Advice: full cost is £178,500 over 3 years; no offer is stated"),
        ([59_500] * 3, "Advice: the offer covers full cost over 3 years"),
        ([70_000, 60_000, 60_000], "Advice: the offer is £11,500 above full cost over 3 years"),
        (
            [58_000, 62_000, 59_500],
            "Advice: the offer is £1,000 above full cost over 3 years, but short of it in 1 year",
        ),
        ([50_000] * 3, "Advice: the offer is £28,500 short of full cost over 3 years"),
    ],
)
def test_what_the_title_of_the_years_says(prices: list[int] | None, title: str) -> None:
    """Short, met or above over the term, and in how many years it is short all the same."""
    chart = fcr.profile(odd_bids.bid(prices=prices)).plot()
    assert chart.title == title
    assert ("offer" in chart.alt) == (prices is not None)
    assert ("Offer" in words(chart)) == (prices is not None)


def test_ten_years_and_one() -> None:
    """Ten years have what is short of or above cost below each; a single year is drawn as well."""
    ten = fcr.profile(odd_bids.bid(years=10, prices=[52_000 + 1_500 * i for i in range(10)])).plot()
    assert len(bars(ten)) == 20
    assert "Year 1 £7.5k short" in words(ten)
    assert "Year 6 met" in words(ten)
    assert "Year 10 £6k above" in words(ten)
    assert len(bars(fcr.profile(odd_bids.bid(years=1)).plot())) == 2


def test_credits_hang_below_nought() -> None:
    """Overheads below nought are drawn downwards, and the cost above is said to be after them."""
    chart = fcr.profile(odd_bids.bid(years=1, credit=30_000)).plot()
    assert [(bar.get_y(), bar.get_height()) for bar in bars(chart)] == [(0, 20_000), (0, -5_500)]
    assert "cost £14.5k after credits" in words(chart)


# ── the pools ────────────────────────────────────────────────────────────────────────────────────


def test_the_pools_are_the_table_of_the_apportionment() -> None:
    """Each part of each bar is what a service receives of a pool."""
    found = fcr.apportion(harbour().organisation)
    chart = found.plot()
    *lines, total = found.table().rows
    for row in lines:
        assert close([bar.get_width() for bar in bars(chart, str(row.cells[0]))], list(row.cells[2:-1]))
        assert all(f"{row.cells[0]} {pounds(Decimal(str(x)))}" in chart.alt for x in row.cells[2:-1])
    overheads = sum(Decimal(str(x)) for x in total.cells[2:-1])
    assert chart.title == f"Debt advice carries 59% of {pounds(overheads)} of overheads"


def test_many_pools_and_services_are_gathered_and_nothing_is_lost() -> None:
    """However many there are, the bars come to the overheads."""
    found = fcr.apportion(odd_bids.bid(pools=15, services=12).organisation)
    chart = found.plot()
    assert {"6 other services", "5 other pools"} <= set(words(chart))
    total = found.table().rows[-1]
    assert sum(bar.get_width() for bar in bars(chart)) == pytest.approx(float(sum(total.cells[2:-1])))  # type: ignore[arg-type]
    assert len(chart.alt) < 2000


def test_one_service_carries_all() -> None:
    """With nobody else to share with, that is what the title says."""
    chart = fcr.apportion(odd_bids.bid(services=1).organisation).plot()
    assert chart.title == "Advice carries all £19,000 of overheads"


def test_without_overheads_there_is_nothing_to_draw() -> None:
    """The refusal says what is missing."""
    with pytest.raises(fcr.InputError, match="no overheads to share out") as refused:
        fcr.apportion(odd_bids.bid(pools=0, services=1).organisation).plot()
    assert [problem.code for problem in refused.value.problems] == ["nothing-to-draw"]


# ── cash ─────────────────────────────────────────────────────────────────────────────────────────


def test_cash_is_the_ledger() -> None:
    """Both lines are the table's columns; the mark is at the lowest month; the dashes are at free reserves."""
    cash = fcr.cash_flow(harbour())
    chart = cash.plot()
    rows = cash.table().rows
    assert close(line(chart, "Before the month's receipts")[1], [row.cells[3] for row in rows])
    assert close(line(chart, "End of month")[1], [row.cells[4] for row in rows])
    (mark,) = (found for found in chart.figure.axes[0].lines if found.get_marker() == "o")
    assert close(np.asarray(mark.get_data(), dtype=float).ravel().tolist(), [35, cash.lowest])
    heights = [np.asarray(found.get_ydata(), dtype=float).tolist() for found in chart.figure.axes[0].lines]
    level = [found for found in heights if found == [-96_000, -96_000]]
    assert len(level) == 1
    assert chart.title == "Debt advice: cash falls to -£125,589 in March 2030, £29,589 deeper than free reserves"
    assert "Its lowest point is -£125,589, in March 2030; it ends at -£71,774." in chart.alt
    assert f"deeper than free reserves of £96,000 in {cash.months_below_reserves} months" in chart.alt


@pytest.mark.parametrize(
    ("reserves", "says"),
    [
        (None, "Free reserves are not stated"),
        (30_000, "within free reserves of £30,000"),
        (0, "deeper than free reserves"),
        (1_000, "deeper than free reserves"),
    ],
)
def test_cash_and_reserves(reserves: int | None, says: str) -> None:
    """What is not stated is said to be unknown; no reserves at all are a line at nought."""
    chart = fcr.cash_flow(odd_bids.bid(prices=[59_500] * 3, reserves=reserves)).plot()
    assert says in f"{chart.title} {chart.alt}"
    assert ("no free reserves" in words(chart)) == (reserves == 0)


def test_cash_that_never_falls() -> None:
    """Paid a year in advance for costs that begin later, there is nothing to find."""
    bid = odd_bids.bid(years=1, prices=[60_000], pools=0, services=1)
    assert bid.contract is not None
    payment = fcr.Payment(invoiced="yearly", in_advance=True, days=0)
    late = [cost.replace(first_month=2) for cost in bid.organisation.costs]
    bid = bid.replace(contract=bid.contract.replace(payment=payment), organisation=bid.organisation.replace(costs=late))
    chart = fcr.cash_flow(bid).plot()
    assert chart.title == "Advice: cash never falls below nought"
    assert "Its lowest point is £0; it ends at " in chart.alt


# ── the surplus ──────────────────────────────────────────────────────────────────────────────────


def test_the_distribution_is_the_simulation() -> None:
    """The bars are shares of all draws, those of loss the chance of loss; P10, P50 and P90 stand where they are."""
    drawn = fcr.simulate(harbour(), 4_000)
    chart = drawn.plot()
    assert sum(bar.get_height() for bar in bars(chart)) == pytest.approx(1)
    lost = sum(bar.get_height() for bar in bars(chart, "Loss"))
    assert lost == pytest.approx(drawn.probability_of_loss.value)
    assert all(bar.get_x() + bar.get_width() <= 1e-6 for bar in bars(chart, "Loss"))
    places = {float(np.asarray(found.get_xdata())[0]) for found in chart.figure.axes[0].lines}
    for level, name in ((0.1, "P10"), (0.5, "P50"), (0.9, "P90")):
        quantile = drawn.surplus.quantile(level)
        assert quantile.value in places
        assert f"{name}: {pounds(quantile.shown)}" in words(chart)
        assert f"{name} is {pounds(quantile.shown)}" in chart.alt
    chance = f"{drawn.probability_of_loss.shown * 100:f}".rstrip("0").rstrip(".")
    assert f"{chance}% chance of loss" in chart.title
    assert "4,000 draws, seed 0" in chart.alt
    assert "Reputation, mission drift" in chart.alt


def test_a_yes_or_no_risk_is_two_bars() -> None:
    """What can only come out in two ways is drawn as two bars, at what they are."""
    risk = Risk(name="Claim", size=Event(probability=Decimal("0.2"), impact=Fixed(value=Decimal(30_000))))
    drawn = fcr.simulate(odd_bids.bid(years=2, prices=[60_000] * 2, risks=[risk]), 2_000)
    shares = [bar.get_height() for bar in bars(drawn.plot()) if bar.get_height()]
    assert close(shares, [drawn.probability_of_loss.value, 1 - drawn.probability_of_loss.value])


def test_a_rare_risk_is_still_drawn() -> None:
    """Where all but a few draws are alike, the few are drawn at what they are, and nothing is gathered."""
    risk = Risk(name="Claim", size=Event(probability=Decimal("0.003"), impact=Fixed(value=Decimal(30_000))))
    drawn = fcr.simulate(odd_bids.bid(years=1, prices=[60_000], risks=[risk]), 2_000)
    assert 0 < drawn.probability_of_loss.value < 0.005
    lost = [bar.get_height() for bar in bars(drawn.plot(), "Loss") if bar.get_height()]
    assert close(lost, [drawn.probability_of_loss.value])
    assert "beyond the ends" not in drawn.plot().alt


@pytest.mark.parametrize("risks", [[], [Risk(name="Reputation")]])
def test_nothing_simulated_is_refused_in_words(risks: list[Risk]) -> None:
    """Without a risk that has a size there is no distribution, no tornado and no balance to draw."""
    bid = odd_bids.bid(prices=[60_000] * 3, risks=risks)
    for result in (fcr.simulate(bid, 100), tornado(bid), fcr.balance(bid, 100)):
        with pytest.raises(fcr.InputError, match="Give a risk a size") as refused:
            result.plot()
        assert [problem.code for problem in refused.value.problems] == ["nothing-to-draw"]


# ── the tornado ──────────────────────────────────────────────────────────────────────────────────


def test_the_tornado_is_its_bars() -> None:
    """From the plan to the surplus at P10 and at P90, in the order of the table; the sentence says both."""
    found = tornado(harbour())
    chart = found.plot()
    for label, ends in (
        ("Risk at its low (P10)", [bar.at_low for bar in found.bars]),
        ("Risk at its high (P90)", [bar.at_high for bar in found.bars]),
    ):
        drawn = bars(chart, label)
        assert close([bar.get_width() for bar in drawn], [end - found.planned for end in ends])
        assert all(bar.get_x() == pytest.approx(found.planned) for bar in drawn)
    for bar in found.bars:
        assert f"{bar.risk.name} {pounds(bar.at_low)} at P10, {pounds(bar.at_high)} at P90" in chart.alt
    assert chart.title == "Referral volume moves the surplus of Debt advice most: from -£22,420 to -£200,165"
    assert words(chart).count("no change at P10 or P90") == 1


def test_of_two_ends_on_one_side_the_nearer_stands_in_front() -> None:
    """Neither end hides the other, and each is labelled on a side of its own."""
    risk = odd_bids.normal("Losses", 1_000, mean=5_000)
    gain = odd_bids.normal("Gains", 1_000, mean=-5_000)
    chart = tornado(odd_bids.bid(prices=[60_000] * 3, risks=[risk, gain])).plot()
    for place in range(2):
        pair = [bar for bar in bars(chart) if round(bar.get_y() + 0.3) == place]
        near, far = sorted(pair, key=lambda bar: abs(bar.get_width()))
        assert near.get_zorder() > far.get_zorder()


def test_the_smaller_risks_beyond_the_tenth_are_counted() -> None:
    """Ten are drawn, and how many are not is said."""
    bid = odd_bids.bid(prices=[60_000] * 3, risks=[odd_bids.normal(f"Risk {i}", 1_000 * (i + 1)) for i in range(13)])
    for chart in (tornado(bid).plot(), fcr.balance(bid, 200).plot()):
        assert "3 smaller risks not drawn" in chart.alt
        assert len({round(bar.get_y() + 0.5) for bar in bars(chart)}) == 10


# ── the balance of risk ──────────────────────────────────────────────────────────────────────────


def test_the_balance_is_what_is_carried_and_what_is_controlled() -> None:
    """Bars as long as the table's figures, with no more digits than they have."""
    found = fcr.balance(harbour(), 4_000)
    chart = found.plot()
    parts = sorted(found.parts, key=lambda part: -part.carried.value)
    assert close([bar.get_width() for bar in bars(chart, "Carried")], [part.carried.shown for part in parts])
    within = [Estimate((p.risk.controlled or 0) * max(p.whole.value, 0.0), p.carried.error).shown for p in parts]
    assert close([bar.get_width() for bar in bars(chart, "Controlled")], within)
    excess = found.figures()["4 Carried but not controlled (£)"]
    assert chart.title == f"Harbour Advice (example) carries £{excess} of expected loss that it does not control"
    for part, control in zip(parts, within, strict=True):
        assert f"{part.risk.name} carried {pounds(part.carried.shown)}, controlled {pounds(control)}" in chart.alt


def test_control_that_nobody_has_stated_is_not_guessed() -> None:
    """Without a control weight nothing is said to be beyond control, or within it."""
    own = odd_bids.normal("Own risk", 4_000, mean=3_000)
    known = odd_bids.normal("Known", 4_000, mean=3_000, control=Decimal(1))
    chart = fcr.balance(odd_bids.bid(prices=[60_000] * 3, risks=[own]), 500).plot()
    assert "how much it controls is not stated" in chart.title
    assert "control not stated" in chart.alt
    assert not bars(chart, "Controlled")
    both = fcr.balance(odd_bids.bid(prices=[60_000] * 3, risks=[own, known]), 500).plot()
    assert both.title == "Example carries no expected loss beyond its control; of 1 risk it is not stated"


# ── offers ───────────────────────────────────────────────────────────────────────────────────────


def test_recovery_is_that_of_each_review() -> None:
    """A line for each offer with the rates of its own table, and one at full cost."""
    bids = [
        odd_bids.bid(prices=[50_000, 55_000, 59_490], name="Draft"),
        odd_bids.bid(prices=[60_000] * 3, name="Better"),
    ]
    found = fcr.compare(bids, 200)
    chart = found.plot()
    lines = [line for line in chart.figure.axes[0].lines if line.get_marker() not in {"None", ""}]
    assert len({line.get_marker() for line in lines}) == len({line.get_linestyle() for line in lines}) == 2
    for review, drawn in zip(found.reviews, lines, strict=True):
        rates = [Decimal(str(row.cells[4])) for row in review.recovery().rows[:-1]]
        assert close(np.asarray(drawn.get_ydata(), dtype=float).tolist(), rates)
        assert ": " + ", ".join(map(recovered, rates[:2])) in chart.alt
    assert "Draft: 84%, 92.4% and just under 100%" in chart.alt
    assert chart.title == "Over the term: Draft pays 92.2% of full cost; Better pays 100.8% of full cost"


def test_offers_that_are_not_drawn_are_named() -> None:
    """Six are drawn; others, and bids without an offer, are named below; the title speaks of all."""
    bids = [odd_bids.bid(prices=[52_000 + 1_000 * i] * 3, name=f"Offer {i}") for i in range(8)]
    chart = fcr.compare([*bids, odd_bids.bid(name="Nothing yet")], 200).plot()
    assert "2 offers not drawn: Offer 6, Offer 7." in chart.alt
    assert "No offer is stated: Nothing yet." in chart.alt
    assert chart.title == "Over the term the offers pay from 87.4% (Offer 0) to 99.2% (Offer 7) of full cost"


def test_no_offer_at_all_is_refused_in_words() -> None:
    """There is nothing to recover from."""
    with pytest.raises(fcr.InputError, match="none of them states an offer"):
        fcr.compare([odd_bids.bid(), odd_bids.bid(name="b")], 200).plot()


def test_every_year_covered() -> None:
    """That is what the title says."""
    bids = [odd_bids.bid(prices=[60_000] * 3, name=name) for name in ("a", "b")]
    assert fcr.compare(bids, 200).plot().title == "Every offer covers full cost in every year"


# ── the call ─────────────────────────────────────────────────────────────────────────────────────


def test_a_result_without_a_chart_says_so() -> None:
    """Only results with a chart are drawn."""

    class Plain(Drawn):
        pass

    with pytest.raises(fcr.InputError, match="it has no chart") as refused:
        charts.chart(Plain())
    assert [problem.code for problem in refused.value.problems] == ["no-chart"]


def test_every_amount_in_a_title_is_in_pounds() -> None:
    """No title has a bare number of thousands."""
    for result in (fcr.price(harbour()), fcr.profile(harbour()), fcr.cash_flow(harbour())):
        assert re.search(r"£\d{1,3}(,\d{3})+", result.plot().title)
