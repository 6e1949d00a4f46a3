"""The funding profile: what a service costs each contract year, and why, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from fcr.assumptions import Assumptions, Index
from fcr.bid import Bid
from fcr.costing import Paths
from fcr.errors import RateNotFound, UnknownName
from fcr.funding import FundingProfile, describe, find, profile, rate_notes, rates_used, service_costs
from fcr.lines import Cost, Post, Source
from fcr.organisation import CostPool, Driver, Organisation, Service
from fcr.rates import Rate
from fcr.workings import Workings

D = Decimal
APRIL, OCTOBER = date(2026, 4, 1), date(2026, 10, 1)


def cost(name: str, centre: str | None, amount: Any = None, **fields: Any) -> Cost:
    given = {"amount": amount} if amount is not None else {}
    return Cost.from_dict({"name": name, "centre": centre, "index": "fixed", **given, **fields})


def post(name: str, salary: int, time: dict[str, int], **fields: Any) -> Post:
    return Post.from_dict({"name": name, "salary": salary, "pension": "none", "time": time, **fields})


def bid(*lines: Cost | Post, start: date = APRIL, years: int = 2, **fields: Any) -> Bid:
    organisation = {
        "pools": [CostPool(name="Office", driver="desks")],
        "drivers": [Driver(name="desks", quantities={"Advice": 1, "Housing": 3})],
        **fields.pop("organisation", {}),
    }
    return Bid(
        organisation=Organisation(
            name="Charity",
            services=[Service(name="Advice", volume=D(150)), Service(name="Housing")],
            costs=[*(c for c in lines if isinstance(c, Cost)), cost("Homes", "Housing", 1000)],
            posts=[p for p in lines if isinstance(p, Post)],
            **organisation,
        ),
        service="Advice",
        start=start,
        years=years,
        **fields,
    )


# ── the years ────────────────────────────────────────────────────────────────────────────────────


def test_a_year_is_direct_cost_overheads_and_one_offs() -> None:
    """Advice: 1,200 of its own, a quarter of the office's 400, its launch and a quarter of the office's move.

    Year 1: 1,200 + 100 + 300 + 20; year 2: 1,200 + 100 + 50 to close.
    """
    got = profile(
        bid(
            cost("Leaflets", "Advice", 1200),
            cost("Rent", "Office", 400),
            cost("Launch", "Advice", 300, phase="start-up"),
            cost("Move", "Office", 80, phase="start-up"),
            cost("Farewell", "Advice", 50, phase="close-down"),
            cost("Home launch", "Housing", 9999, phase="start-up"),
        )
    )
    assert got.full_cost == (D("1620.00"), D("1350.00"))
    assert got.direct_cost == (D("1200.00"), D("1200.00"))
    assert got.term == D("2970.00")
    assert got.in_kind == (D("0.00"), D("0.00"))
    first = got.years[0]
    assert [(p.label, p.settled_value) for p in first.parts] == [
        ("Direct cost", D("1200.00")),
        ("Overheads", D("100.00")),
        ("Start-up", D("320.00")),
        ("Close-down", D("0.00")),
    ]
    assert [(p.label, p.settled_value) for p in first.part("Start-up").parts] == [("Launch", D(300)), ("Move", D(20))]
    assert [p.label for p in got.years[1].part("Close-down").parts] == ["Farewell"]
    assert np.allclose(got.exact.marginal[:12], [100 + 300, *[100] * 11])
    assert np.allclose(got.exact.total.sum(), 2970)


def test_only_what_there_is_is_shown() -> None:
    """No one-offs: those groups are left out; direct cost stays though it is empty, and pools at nought."""
    got = profile(bid(cost("Rent", "Office", 0), years=1))
    assert [(p.label, [q.label for q in p.parts]) for p in got.years[0].parts] == [
        ("Direct cost", []),
        ("Overheads", ["Office"]),
    ]
    assert got.full_cost == (D("0.00"),)


def test_the_table_adds_up_both_ways() -> None:
    """Groups with their lines and totals; years across, and the term."""
    table = profile(bid(cost("Leaflets", "Advice", 1200), cost("Rent", "Office", 401, first_month=13))).table()
    assert [(*row.cells, row.style, row.indent, row.adds) for row in table.rows] == [
        ("Direct cost", None, None, None, "heading", 0, ()),
        ("Leaflets", D("1200.00"), D("1200.00"), D("2400.00"), "line", 1, ()),
        ("Direct cost in all", D("1200.00"), D("1200.00"), D("2400.00"), "subtotal", 0, (1,)),
        ("Overheads", None, None, None, "heading", 0, ()),
        ("Office", D("0.00"), D("100.25"), D("100.25"), "line", 1, ()),
        ("Overheads in all", D("0.00"), D("100.25"), D("100.25"), "subtotal", 0, (4,)),
        ("Full cost", D("1200.00"), D("1300.25"), D("2500.25"), "total", 0, (2, 5)),
    ]
    assert table.title == "What Advice costs, April 2026 to March 2028 (£)"
    assert [(c.heading, c.kind) for c in table.columns] == [
        ("", "text"),
        ("Year 1", "pounds"),
        ("Year 2", "pounds"),
        ("Term", "pounds"),
    ]
    assert table.notes == ()
    assert str(profile(bid(cost("Leaflets", "Advice", 1200)))).startswith("What Advice costs")


def test_costs_rise_in_their_month_across_contract_years() -> None:
    """1,200 with pay at 3% from each April, from October 2026: 100 × 6 + 103 × 6, then 103 × 6 + 106.09 × 6."""
    pay = Assumptions(indices={"pay": Index(rises={2027: D("0.03"), 2028: D("0.03")})})
    got = profile(bid(cost("Sessions", "Advice", 1200, index="pay"), start=OCTOBER, assumptions=pay))
    assert got.full_cost == (D("1218.00"), D("1254.54"))


def test_in_kind_costs_are_beside_the_price() -> None:
    """Given rooms on advice and a quarter of those on the office are economic cost, and no part of full cost."""
    got = profile(
        bid(
            cost("Leaflets", "Advice", 1200),
            cost("Room", "Advice", 600, in_kind="lent"),
            cost("Hall", "Office", 400, in_kind="lent", first_month=13),
        )
    )
    assert got.full_cost == (D("1200.00"), D("1200.00"))
    assert got.in_kind == (D("600.00"), D("700.00"))
    assert list(got.notes()) == ["In kind, costing no cash and not in these figures: Year 1 £600.00; Year 2 £700.00."]


def test_moved_pennies_are_said() -> None:
    """Three lines of £100.004 come to 300.01: one shows a penny more than it rounds to."""
    lines = [cost(n, "Advice", "100.004") for n in ("A", "B", "C")]
    assert list(profile(bid(*lines, years=1)).notes()) == [
        "1 figure moved by less than a penny so that the table adds up."
    ]
    assert list(profile(bid(*lines, years=2)).notes()) == [
        "2 figures moved by less than a penny so that the table adds up."
    ]


@pytest.mark.parametrize("method", ["direct", "step-down", "reciprocal"])
def test_each_method_prices_the_whole_organisation_once(method: Any) -> None:
    """What advice and housing take, together, is what the organisation spends."""
    pools = [CostPool(name="Rent", driver="equal"), CostPool(name="Office", driver="desks")]
    drivers = [Driver(name="desks", quantities={"Advice": 1, "Housing": 2, "Rent": 4})]
    lines = [cost("Rent", "Rent", 700), cost("Pens", "Office", 90), cost("Leaflets", "Advice", 50)]
    whole = bid(*lines, method=method, organisation={"pools": pools, "drivers": drivers})
    both = [profile(whole).full_cost[0], profile(whole.replace(service="Housing")).full_cost[0]]
    assert sum(both) == D("1840.00")


def test_paths_may_be_given() -> None:
    """A path with two draws of volume costs each draw as if it were the only one."""
    priced = bid(cost("Kits", "Advice", 2, behaviour="per unit"), years=1)
    got = service_costs(priced, Paths({"fixed": np.ones(12)}, {"Advice": np.array([[100.0], [300.0]])}))
    assert np.allclose(got.yearly(got.total), [[200], [600]])


KIT = Assumptions(indices={"kit": Index(rises={2027: D(0)})})


def test_draws_are_each_as_if_alone() -> None:
    """Three draws of a price that moves the office's driver, its cost and the service's own, over two years."""
    lines = (
        cost("Kits", "Advice", 600, index="kit"),
        cost("Rent", "Office", 400, index="kit"),
        cost("Move", "Office", 80, phase="start-up", index="kit"),
    )
    asked = bid(
        *lines, organisation={"pools": [CostPool(name="Office", driver="direct cost")], "drivers": []}, assumptions=KIT
    )
    prices = np.stack([np.ones(24), np.repeat([1.0, 2.0], 12), np.linspace(1.0, 3.0, 24)])
    together = service_costs(asked, Paths({"kit": prices, "fixed": np.ones(24)}, {}))
    assert together.total.shape == (3, 24)
    for i, path in enumerate(prices):
        alone = service_costs(asked, Paths({"kit": path, "fixed": np.ones(24)}, {}))
        assert np.allclose(together.total[i], alone.total)
        assert np.allclose(together.overheads[i], alone.overheads)
        assert np.allclose(together.start_up[i], alone.start_up)


# ── why ──────────────────────────────────────────────────────────────────────────────────────────

EVERY_KIND = (
    cost("Leaflets", "Advice", 1200, index="pay", source=Source(file="ledger.csv", line=4)),
    cost("Kits", "Advice", 2, behaviour="per unit"),
    cost("Van hire", "Advice", 500, behaviour="stepped", step=100),
    cost("Laptops", "Advice", 2400, capital="depreciation", life=4, index=None),
    cost("Van", "Advice", 9000, capital="purchase", vat_rate="20%", vat_recoverable=0),
    cost("Grants", "Advice", amounts=[300, 600], index=None),
    cost("Launch", "Advice", 360, phase="start-up", last_month=2),
    cost("Farewell", "Advice", 60, phase="close-down"),
    cost("Rent", "Office", 400),
    post("Adviser", 30000, {"Advice": 60, "Office": 40}, index="fixed"),
)
PAY = Assumptions(indices={"pay": Index(rises={2027: D("0.10"), 2028: D("0.02")})}, hold_rates=True)


@pytest.fixture(scope="module")
def everything() -> FundingProfile:
    return profile(bid(*EVERY_KIND, assumptions=PAY))


@pytest.mark.parametrize(
    ("path", "value", "how"),
    [
        (("Year 2", "Leaflets"), "1320.00", "£1,200 a year at 2026-27 prices, rising with pay"),
        (("Year 1", "Kits"), "300.00", "£2 a unit at 2026-27 prices, fixed in money"),
        (
            ("Year 1", "Van hire"),
            "1000.00",
            "£500 a year for every 100 units begun, at 2026-27 prices, fixed in money",
        ),
        (("Year 1", "Laptops"), "600.00", "£2,400 over 4 years"),
        (("Year 1", "Van"), "10800.00", "£9,000 when bought, fixed in money, with 20.00% irrecoverable VAT"),
        (("Year 2", "Grants"), "600.00", "an amount for each year"),
        (("Year 1", "Launch"), "360.00", "£360 in all at 2026-27 prices, fixed in money"),
        (("Year 2", "Farewell"), "60.00", "£60 in all at 2026-27 prices, fixed in money"),
        (
            ("Year 1", "Direct cost", "Adviser"),
            "20250.00",  # 60% of 30,000 + 3,750
            "£30,000 salary at 2026-27 prices × 1 FTE, no pension, fixed in money; 60.0000% of it",
        ),
        (("Year 1", "Office", "Rent"), "100.00", "£400 a year at 2026-27 prices, fixed in money; 25.0000% of it"),
    ],
)
def test_every_kind_of_line_says_how_it_came_about(
    everything: FundingProfile, path: tuple[str, ...], value: str, how: str
) -> None:
    """The amount of a year with the line's own words."""
    got = everything.explain(*path)
    assert (got.settled_value, got.how) == (D(value), how)


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        (("Year 1", "Leaflets"), [("Apr 2026 to Mar 2027", "12 months at £100.0000")]),
        (("Year 2", "Leaflets"), [("Apr 2027 to Mar 2028", "12 months at £110.0000")]),
        (("Year 1", "Van"), [("Apr 2026", "1 month at £10,800.0000")]),
        (("Year 2", "Van"), []),
        (("Year 1", "Launch"), [("Apr 2026 to May 2026", "2 months at £180.0000")]),
        (("Year 2", "Farewell"), [("Mar 2028", "1 month at £60.0000")]),
    ],
)
def test_a_cost_is_explained_by_runs_of_equal_months(
    everything: FundingProfile, path: tuple[str, ...], runs: list[tuple[str, str]]
) -> None:
    """Consecutive months of one amount are one part; months at nothing are none."""
    parts = everything.explain(*path).parts
    assert [(part.label, part.how) for part in parts] == runs


def test_a_run_ends_where_the_amount_changes() -> None:
    """A rise in April cuts a contract year from October in two."""
    got = profile(bid(cost("Leaflets", "Advice", 1200, index="pay"), start=OCTOBER, years=1, assumptions=PAY))
    assert [(p.label, p.settled_value, p.how) for p in got.explain("Leaflets").parts] == [
        ("Oct 2026 to Mar 2027", D("600.00"), "6 months at £100.0000"),
        ("Apr 2027 to Sep 2027", D("660.00"), "6 months at £110.0000"),
    ]


def test_a_post_is_explained_by_pay_and_on_costs(everything: FundingProfile) -> None:
    """The part of each element of employer cost that falls on the service, with its months."""
    got = everything.explain("Year 1", "Direct cost", "Adviser").parts
    assert [(p.label, p.settled_value, p.how) for p in got] == [
        ("Gross pay", D("18000.00"), "Apr 2026 to Mar 2027: 12 months at £1,500.0000"),
        ("Employer's National Insurance", D("2250.00"), "Apr 2026 to Mar 2027: 12 months at £187.5000"),
    ]


def test_a_pool_is_explained_by_its_lines(everything: FundingProfile) -> None:
    """A quarter of the rent of 400 and of 40% of the adviser, by desks."""
    got = everything.explain("Year 1", "Office")
    assert got.how == "25.0000% of the pool's cost, by desks, what other pools pass on included"
    assert [(p.label, p.settled_value) for p in got.parts] == [("Rent", D("100.00")), ("Adviser", D("3375.00"))]


def test_a_built_in_driver_is_spelt_out_and_direct_passes_nothing_on() -> None:
    """By staff, with what that measures; the direct method has no other pools to speak of."""
    got = profile(
        bid(
            cost("Rent", "Office", 400),
            post("A", 4000, {"Advice": 100}, index="fixed"),
            years=1,
            method="direct",
            organisation={"pools": [CostPool(name="Office", driver="staff")]},
        )
    ).explain("Office")
    assert got.how == "100.0000% of the pool's cost, by staff (full-time equivalents on each centre)"


def test_one_offs_of_a_pool_are_explained_by_their_share() -> None:
    """A quarter of the office's move is the service's start-up."""
    got = profile(bid(cost("Move", "Office", 80, phase="start-up"), years=1)).explain("Start-up", "Move")
    assert (got.settled_value, got.how) == (D(20), "£80 in all at 2026-27 prices, fixed in money; 25.0000% of it")


def test_lines_keep_their_place_among_those_left_out() -> None:
    """A line of another service between two of this one does not shift the workings of the second."""
    got = profile(bid(cost("A", "Advice", 12), cost("B", "Housing", 24), cost("C", "Advice", 36), years=1))
    assert [p.label for p in got.explain("Direct cost").parts] == ["A", "C"]
    assert got.explain("C").parts[0].how == "12 months at £3.0000"


def test_any_service_can_be_the_one_priced() -> None:
    """Housing, the second service, bears 75% of a split cost and three quarters of the office's."""
    shared = cost("Phones", None, 1200, split={"Advice": 25, "Housing": 75})
    asked = bid(shared, cost("Rent", "Office", 400), years=1).replace(service="Housing")
    got = profile(asked)
    assert got.full_cost == (D("2200.00"),)  # 900 + 1,000 + 300
    phones = got.explain("Phones")
    assert (phones.settled_value, phones.how.split("; ")[-1]) == (D("900.00"), "75.0000% of it")
    assert got.explain("Homes").how.endswith("fixed in money")
    assert got.explain("Rent").settled_value == D("300.00")


def test_a_year_in_the_middle_has_its_own_twelve_months() -> None:
    """The second of three years: twelve months, not the months around them."""
    got = profile(bid(cost("Grants", "Advice", amounts=[120, 240, 360], index=None), years=3)).explain(
        "Year 2", "Grants"
    )
    assert got.exact == pytest.approx(240)
    assert [(p.label, p.how) for p in got.parts] == [("Apr 2027 to Mar 2028", "12 months at £20.0000")]


def test_a_post_whose_pay_changes_says_each_run() -> None:
    """A pay award in April, half way through a contract year: two runs in one line."""
    got = profile(bid(post("P", 4800, {"Advice": 100}), start=OCTOBER, years=1, assumptions=PAY))
    (pay,) = (part for part in got.explain("P").parts if part.label == "Gross pay")
    assert pay.how == "Oct 2026 to Mar 2027: 6 months at £400.0000; Apr 2027 to Sep 2027: 6 months at £440.0000"


def test_the_explanation_shows_the_figures_of_the_table() -> None:
    """The penny that was moved in the table is moved in the explanation, down to the months."""
    lines = [cost(n, "Advice", "100.004") for n in ("A", "B", "C")]
    got = profile(bid(*lines, years=1))
    assert [row.cells[1] for row in got.table().rows][1:4] == [D("100.01"), D("100.00"), D("100.00")]
    for name, shown in (("A", "100.01"), ("B", "100.00")):
        line = got.explain(name)
        assert line.value == line.parts[0].value == D(shown)
    assert got.explain().value == got.explain("Year 1").value == D("300.01")
    assert got.table().across
    assert got.table().notes == tuple(got.notes())
    assert (got.explain().how, got.explain("Year 1").how) == ("", "")


def test_where_a_figure_came_from_is_kept(everything: FundingProfile) -> None:
    """The line's source, and none where none was given."""
    assert everything.explain("Year 1", "Leaflets").source == "ledger.csv line 4"
    assert everything.explain("Year 1", "Kits").source == ""


def test_the_parts_of_every_figure_add_up(everything: FundingProfile) -> None:
    """From the term down to the runs of months, to the penny, and with the figures of the table."""
    whole = everything.explain()
    assert (whole.label, whole.settled_value) == ("Full cost over the term", everything.term)
    for node in whole.walk():
        assert not node.parts or sum(p.settled_value for p in node.parts) == node.settled_value
    assert [y.settled_value for y in whole.parts] == list(everything.full_cost)


def test_names_are_found_from_above() -> None:
    """In any case of letters; with those above left out when only one has the name."""
    tree = Workings("All", 3.0, parts=(Workings("One", 1.0, parts=(Workings("Rent", 1.0),)), Workings("Two", 2.0)))
    assert find(tree, ()) is tree
    assert find(tree, ("ONE", "rent")) is find(tree, ("Rent",))
    twice = Workings("All", 2.0, parts=tuple(Workings(y, 1.0, parts=(Workings("Rent", 1.0),)) for y in ("One", "Two")))
    with pytest.raises(UnknownName, match=r"there is no single figure 'Rent'\..* Known: One / Rent, Two / Rent\."):
        find(twice, ("Rent",))
    with pytest.raises(UnknownName, match=r"there is no figure 'Rents'\. Did you mean 'Rent'\? Known: One, Rent, Two"):
        find(twice, ("Rents",))


def test_a_name_next_below_comes_before_deeper_ones() -> None:
    """A pool called like a line is the one meant when it stands next below."""
    deep = Workings("Group", 1.0, parts=(Workings("Rent", 1.0),))
    tree = Workings("All", 3.0, parts=(deep, Workings("Rent", 2.0)))
    assert find(tree, ("Rent",)).exact == 2.0


def test_plain_data(everything: FundingProfile) -> None:
    """Amounts as text, and the table."""
    data = everything.to_dict()
    assert data["full_cost"] == [str(x) for x in everything.full_cost]
    assert data["term"] == str(everything.term)
    assert data["in_kind"] == ["0.00", "0.00"]
    assert data["table"] == everything.table().to_dict()
    assert set(data) == {"full_cost", "term", "in_kind", "table"}


# ── what it rests on ─────────────────────────────────────────────────────────────────────────────


def test_rates_are_those_that_touch_the_bid() -> None:
    """No posts: only the rises. A post: National Insurance and the levy as well, each figure of each year."""
    assert rates_used(bid(cost("A", "Advice", 1), years=1)) == ()
    names = [r.name for r in rates_used(bid(post("P", 9000, {"Advice": 100}, index="fixed"), years=1))]
    assert names == [
        "employer_ni.secondary_rate",
        "employer_ni.secondary_threshold_annual",
        "apprenticeship_levy.rate",
        "apprenticeship_levy.allowance",
    ]
    cpi = rates_used(bid(cost("A", "Advice", 1, index="CPI"), years=2))
    assert [(r.name, r.start) for r in cpi] == [("cpi.fiscal_year_average", date(2027, 4, 1))]


def test_rates_are_those_of_every_month() -> None:
    """A contract from March 2027 rests on the figures of 2026-27 for one month, and says so."""
    used = rates_used(bid(post("P", 9000, {"Advice": 100}, index="fixed"), start=date(2027, 3, 1), years=1))
    assert [r.start for r in used if r.name == "employer_ni.secondary_rate"] == [date(2026, 4, 6), date(2027, 4, 6)]


def test_assumptions_and_doubtful_figures_are_printed() -> None:
    """What the bid assumes and what one source alone says, each with its date."""
    priced = bid(cost("A", "Advice", 1, index="CPI"), cost("B", "Advice", 2, index="pay"), assumptions=PAY)
    assumed, doubtful = profile(priced).notes()
    assert assumed == "Assumed by this bid: rise of pay 10% from 1 April 2027."
    assert doubtful == (
        "Not confirmed by two sources: Consumer prices (CPI): financial-year average 2% from 1 April 2027 (one source)."
    )


def rate(value: Any, status: str = "assumed") -> Rate:
    return Rate("a.b", "A figure", value, "£", date(2027, 4, 6), None, status, (), "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (D("0.125"), "12.5%"),
        (D("0.03"), "3%"),
        (D("-0.1"), "-10%"),
        (D("0"), "0%"),
        (D("0.123456"), "12.3456%"),
        (D("1"), "1"),
        (D("10500"), "10,500"),
        (D("12.71"), "12.71"),
        ("no limit", "no limit"),
    ],
)
def test_figures_in_notes_read_as_people_write_them(value: Any, shown: str) -> None:
    """Shares as percentages without idle noughts, pounds with commas, words as they are."""
    assert list(rate_notes((rate(value),))) == [f"Assumed by this bid: A figure {shown} from 6 April 2027."]


def test_confirmed_figures_need_no_note() -> None:
    """Two sources: nothing to say; several doubtful ones are listed in one note, a figure named once."""
    assert list(rate_notes((rate(D(1), "two sources"),))) == []
    (note,) = rate_notes((rate(D(1), "memory"), rate(D(2), "one source")))
    listed = "A figure 1 from 6 April 2027 (memory), 2 from 6 April 2027 (one source)."
    assert note == f"Not confirmed by two sources: {listed}"
    assert list(rate_notes((rate(D(1)), rate(D(2))))) == [
        "Assumed by this bid: A figure 1 from 6 April 2027, 2 from 6 April 2027."
    ]


def test_rates_beyond_what_is_known_are_refused() -> None:
    """A post with the pension minimum in 2027-28 needs figures nobody has published, unless they are held."""
    staffed = bid(post("P", 20000, {"Advice": 100}, index="fixed", pension="auto-enrolment"), years=2)
    with pytest.raises(RateNotFound, match=r"auto_enrolment\."):
        profile(staffed)
    held = profile(staffed.replace(assumptions=Assumptions(hold_rates=True)))
    assert held.full_cost[0] == held.full_cost[1] == D("22662.80")  # 20,000 + 15% × 15,000 + 3% × 13,760


@pytest.mark.parametrize(
    ("pension", "words"),
    [("auto-enrolment", "pension by auto-enrolment"), ("none", "no pension"), ("6%", "pension 6.000000% of pay")],
)
def test_a_post_says_its_pension(pension: str, words: str) -> None:
    """The minimum, none, or a share of pay."""
    line = post("P", 20000, {"Advice": 100}, fte="0.8", pension=pension)
    got = describe(line, "2026-27")
    assert got.replace("6%", "6.000000%").replace("6.00%", "6.000000%") == (
        f"£20,000 salary at 2026-27 prices × 0.8 FTE, {words}, rising with pay"
    )
