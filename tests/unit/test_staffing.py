"""What posts cost their employer, against figures worked by hand from the published rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from fcr.assumptions import Assumptions
from fcr.errors import InputError, RateNotFound
from fcr.lines import Post
from fcr.money import round_half_up
from fcr.periods import Calendar
from fcr.rates import RateBook
from fcr.staffing import (
    Allowance,
    EmployerCost,
    StaffCosts,
    _share_allowance,
    employer_cost,
    rates_needed,
    staff_basis,
    staff_costs,
)

D = Decimal
APRIL_2025, APRIL_2026 = date(2025, 4, 1), date(2026, 4, 1)


def post(salary: int, **fields: Any) -> Post:
    return Post.from_dict({"name": "Adviser", "salary": salary, "index": "fixed", "time": {"Advice": 100}, **fields})


def costs(
    *posts: Post,
    start: date = APRIL_2025,
    months: int = 12,
    base: date | None = None,
    allowance: Allowance = "not claimed",
    pay_bill: Decimal | None = None,
) -> StaffCosts:
    factors = {p.index: np.ones(months) for p in posts}
    term = Calendar(start, months)
    return staff_costs(posts, term, base or start, factors, RateBook(), allowance=allowance, pay_bill=pay_bill)


def yearly(amounts: npt.NDArray[np.float64]) -> list[Decimal]:
    return [round_half_up(float(x)) for x in amounts.sum(axis=-1)]


# ── National Insurance ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("salary", "start", "due"),
    [
        (30000, APRIL_2025, "3750.00"),  # 15% × (30,000 − 5,000)
        (5000, APRIL_2025, "0.00"),  # at the threshold, nothing
        (5001, APRIL_2025, "0.15"),
        (4000, APRIL_2025, "0.00"),
        (30000, date(2024, 4, 1), "2884.20"),  # 13.8% × (30,000 − 9,100)
        (30000, date(2020, 4, 1), "2927.26"),  # 13.8% × (30,000 − 8,788) = 2,927.256
    ],
)
def test_national_insurance_of_a_year(salary: int, start: date, due: str) -> None:
    """Rate × pay above the threshold, both of the year."""
    assert employer_cost(salary, start=start).national_insurance == D(due)


def test_the_rate_of_2022_23_changes_in_november() -> None:
    """15.05% for April to October, seven months; 13.8% from 6 November, five: a month follows its last day.

    20,900 above the threshold a year is 1,741.67 a month: 7 × 262.1208 + 5 × 240.35 = 3,036.60.
    """
    cost = employer_cost(30000, start=date(2022, 4, 1))
    assert cost.national_insurance == D("3036.60")
    monthly = cost.exact.national_insurance[0]
    assert np.allclose(monthly[:7], 20900 / 12 * 0.1505)
    assert np.allclose(monthly[7:], 20900 / 12 * 0.138)


def test_april_belongs_to_the_new_tax_year() -> None:
    """March 2025 at 13.8% over 9,100; April 2025 at 15% over 5,000: 240.35 + 312.50."""
    cost = employer_cost(30000, start=date(2025, 3, 1), months=2)
    assert [round_half_up(float(x)) for x in cost.exact.national_insurance[0]] == [D("240.35"), D("312.50")]
    assert cost.national_insurance == D("552.85")
    assert cost.gross == D("5000.00")


@pytest.mark.parametrize("person", [{"age": "under 21"}, {"apprentice": True}, {"apprentice": True, "age": "21"}])
def test_relief_up_to_the_upper_threshold(person: dict[str, Any]) -> None:
    """Under 21, or an apprentice under 25: nothing up to 50,270, and 15% above: on 60,000 it is 1,459.50."""
    assert employer_cost(30000, start=APRIL_2025, **person).national_insurance == 0
    assert employer_cost(60000, start=APRIL_2025, **person).national_insurance == D("1459.50")


@pytest.mark.parametrize("age", ["21", "22 to pension age", "over pension age"])
def test_no_other_age_is_relieved(age: Any) -> None:
    """Employers' National Insurance has no upper age limit, and starts in full at 21."""
    assert employer_cost(30000, start=APRIL_2025, age=age).national_insurance == D("3750.00")


def test_thresholds_are_a_persons() -> None:
    """60,000 of pay is one person of 60,000, or two of 30,000: 8,250.00, or 2 × 3,750.00."""
    assert employer_cost(30000, fte=2, people=1, start=APRIL_2025).national_insurance == D("8250.00")
    two = employer_cost(30000, fte=2, start=APRIL_2025)
    assert two.national_insurance == D("7500.00")
    assert two.pension == D("1425.60")
    four = employer_cost(30000, fte=2, people=4, start=APRIL_2025)  # four of 15,000: 4 × 1,500; 4 × 262.80
    assert (four.national_insurance, four.pension) == (D("6000.00"), D("1051.20"))


# ── pension ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("salary", "due"),
    [
        (10000, "0.00"),  # exactly the trigger is not over it
        ("10000.01", "112.80"),  # 3% × (10,000.01 − 6,240)
        (30000, "712.80"),
        (50270, "1320.90"),  # 3% × (50,270 − 6,240)
        (60000, "1320.90"),  # nothing above the upper limit
    ],
)
def test_the_minimum_is_on_the_band_of_those_over_the_trigger(salary: int | str, due: str) -> None:
    """3% of pay between 6,240 and 50,270, for pay over 10,000."""
    assert employer_cost(salary, start=APRIL_2025).pension == D(due)


@pytest.mark.parametrize("age", ["under 21", "21", "over pension age"])
def test_enrolment_is_automatic_only_from_22_to_pension_age(age: Any) -> None:
    """Younger or older, nothing is due unless they ask."""
    assert employer_cost(30000, start=APRIL_2025, age=age).pension == 0


def test_only_those_enrolled_have_the_minimum_among_posts() -> None:
    """30,000 three times: 712.80 for the one enrolled, none under 21, and 6% for the one with a share."""
    posts = (post(30000), post(30000, name="B", age="under 21"), post(30000, name="C", pension="6%"))
    assert yearly(costs(*posts).pension) == [D("712.80"), D("0.00"), D("1800.00")]


def test_a_stated_share_is_of_all_pay_whatever_the_age() -> None:
    """6% of 8,000 is 480, below the trigger and under 21; none is none."""
    assert employer_cost(8000, start=APRIL_2025, pension=D("0.06"), age="under 21").pension == D("480.00")
    assert employer_cost(8000, start=APRIL_2025, pension="6%").pension == D("480.00")
    assert employer_cost(30000, start=APRIL_2025, pension="none").pension == 0


# ── gross pay ────────────────────────────────────────────────────────────────────────────────────


def test_gross_pay_by_twelfths() -> None:
    """0.8 of 29,500 for five months is 29,500 × 0.8 × 5 ÷ 12 = 9,833.33."""
    assert employer_cost(29500, fte="0.8", start=APRIL_2025, months=5).gross == D("9833.33")


def test_part_of_a_year_pays_part_of_each_cost() -> None:
    """From the fourth month to the sixth: a quarter of the year's pay and on-costs, in those months only."""
    part, whole = costs(post(30000, first_month=4, last_month=6)), costs(post(30000))
    for got, full in zip((x for _, x in part.elements), (x for _, x in whole.elements), strict=True):
        assert np.allclose(got.sum() * 4, full.sum())
    assert (part.total[0] > 0).tolist() == [False] * 3 + [True] * 3 + [False] * 6


def test_increments_come_each_april_and_stop_at_the_top() -> None:
    """25,000 rising by 1,000 each April after the base year, to 26,500: October 2025 to September 2028."""
    got = (
        costs(
            post(25000, increment=1000, top=26500, pension="none"), start=date(2025, 10, 1), months=30, base=APRIL_2025
        ).gross[0]
        * 12
    )
    assert np.allclose(got, [25000] * 6 + [26000] * 12 + [26500] * 12)


def test_a_base_year_from_january_has_its_increment_that_april() -> None:
    """January to March 2026 are of the tax year 2025: three months before the first increment."""
    got = costs(post(24000, increment=1200), start=date(2026, 1, 1), months=6).gross[0] * 12
    assert np.allclose(got, [24000] * 3 + [25200] * 3)


def test_no_increment_before_the_base_year() -> None:
    """Costing months before the base year does not take increments away."""
    got = costs(post(24000, increment=1200), start=date(2025, 2, 1), months=3, base=APRIL_2026).gross[0] * 12
    assert np.allclose(got, 24000)


def test_a_pay_award_multiplies_pay_and_increments() -> None:
    """(24,000 + 1,200) × 1.03 after April, at a base year from January."""
    term = Calendar(date(2026, 1, 1), 4)
    factors = {"pay": np.array([1, 1, 1, 1.03])}
    got = staff_costs([post(24000, increment=1200, index="pay")], term, term.start, factors, RateBook())
    assert np.allclose(got.gross[0] * 12, [24000, 24000, 24000, 25956])


# ── the apprenticeship levy ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pay_bill", "due"),
    [
        (None, "0.00"),
        (3_000_000, "0.00"),  # 0.5% × 3m = 15,000, all of it the allowance
        (3_001_000, "0.05"),  # £5 on the whole bill; a hundredth of it is this post's
        (4_000_000, "37.50"),  # (20,000 − 15,000) × 30,000 ÷ 4m
    ],
)
def test_the_levy_is_on_the_whole_pay_bill(pay_bill: int | None, due: str) -> None:
    """0.5% of the employer's pay bill less 15,000, of which a post bears its part by pay."""
    assert employer_cost(30000, start=APRIL_2025, pay_bill=pay_bill).levy == D(due)


def test_posts_listed_make_up_the_pay_bill_when_they_are_more() -> None:
    """200 × 20,000 is 4m, though a pay bill of 1m was typed: 5,000 of levy, by pay."""
    both = costs(post(20000, fte=150), post(20000, fte=50, name="Worker"), pay_bill=D(1_000_000))
    assert yearly(both.levy) == [D("3750.00"), D("1250.00")]
    assert yearly(costs(post(20000, fte=150)).levy) == [D("0.00")]  # 3m exactly


# ── cover ────────────────────────────────────────────────────────────────────────────────────────


def test_cover_is_a_share_of_all_the_cost() -> None:
    """10% of 30,000 + 3,750 + 712.80 + 37.50 (levy at a 4m pay bill) is 3,450.03."""
    cost = employer_cost(30000, start=APRIL_2025, cover="10%", pay_bill=4_000_000)
    assert cost.cover == D("3450.03")
    assert cost.total == D("37950.33")
    assert sum((cost.gross, cost.national_insurance, cost.pension, cost.levy, cost.cover)) == cost.total


# ── the Employment Allowance ─────────────────────────────────────────────────────────────────────

TWO = (post(30000), post(55000, name="Manager"))  # National Insurance of 3,750 and 7,500


@pytest.mark.parametrize(
    ("allowance", "saved", "left"),
    [
        ("not claimed", ["0.00", "0.00"], ["3750.00", "7500.00"]),
        ("by national insurance", ["3500.00", "7000.00"], ["250.00", "500.00"]),  # 10,500 by 3,750 : 7,500
        # by 30,000 : 55,000 the first would get 3,705.88 and the second 6,794.12
        ("by pay", ["3705.88", "6794.12"], ["44.12", "705.88"]),
    ],
)
def test_the_allowance_is_shared_as_chosen(allowance: Allowance, saved: list[str], left: list[str]) -> None:
    """10,500 a year once for the employer: by National Insurance, by pay, or not at all."""
    got = costs(*TWO, allowance=allowance)
    assert yearly(got.allowance) == [D(x) for x in saved]
    assert yearly(got.national_insurance) == [D(x) for x in left]


def test_what_a_post_cannot_use_passes_to_the_others() -> None:
    """By pay, 10,500 over 5,600 : 30,000 : 64,400 is 588 : 3,150 : 6,762, but the first owes only 90.

    Its other 498 pass to the rest by pay: 3,150 + 158.26 and 6,762 + 339.74, the whole of the 10,500.
    """
    got = costs(post(5600), post(30000, name="B"), post(64400, name="C"), allowance="by pay")
    assert yearly(got.allowance) == [D("90.00"), D("3308.26"), D("7101.74")]
    assert yearly(got.national_insurance) == [D("0.00"), D("441.74"), D("1808.26")]


def test_the_allowance_is_never_more_than_what_is_due() -> None:
    """One post of 30,000 owes 3,750: all of it is saved, and no more; one with nothing due saves nothing."""
    for way in ("by pay", "by national insurance"):
        got = costs(post(30000), post(4000, name="Cleaner"), allowance=way)
        assert yearly(got.allowance) == [D("3750.00"), D("0.00")]
        assert yearly(got.national_insurance) == [D("0.00"), D("0.00")]


def test_with_nothing_to_share_by_nothing_is_shared() -> None:
    """No basis anywhere: the allowance stays unused, and the sharing ends."""
    none = np.zeros((2, 1))
    assert _share_allowance(np.full((2, 1), 10.0), none, np.array([5.0])).tolist() == [[0.0], [0.0]]


def test_pence_of_national_insurance_are_saved_too() -> None:
    """5,004 of pay owes 60p: all of it is saved, alone or beside a post that owes 30p."""
    for way in ("by pay", "by national insurance"):
        assert yearly(costs(post(5004), allowance=way).allowance) == [D("0.60")]
        both = costs(post(5004), post(5002, name="B"), allowance=way)
        assert yearly(both.allowance) == [D("0.60"), D("0.30")]


def test_each_draw_has_the_allowance_once() -> None:
    """Pay of 30,000 and of 100,000 in two draws: 3,750 and 10,500 are saved."""
    term = Calendar(APRIL_2025, 12)
    pay = {"pay": np.array([[1.0] * 12, [10 / 3] * 12])}
    got = staff_costs([post(30000, index="pay")], term, term.start, pay, RateBook(), allowance="by pay")
    assert np.allclose(got.allowance.sum(axis=(-2, -1)), [3750, 10500])


def test_the_allowance_lowers_cover() -> None:
    """Cover is a share of what is paid: 10% of 30,000 + 712.80 with the National Insurance all saved."""
    assert yearly(costs(post(30000, cover="0.1"), allowance="by pay").cover) == [D("3071.28")]


# ── rates ────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_rates_that_touch_the_posts_are_needed() -> None:
    """No pension figures without an enrolled post, no upper threshold without relief, none at all without posts."""
    base = {"employer_ni.secondary_rate", "employer_ni.secondary_threshold_annual"}
    base |= {"apprenticeship_levy.rate", "apprenticeship_levy.allowance"}
    pension = {
        "auto_enrolment.earnings_trigger",
        "auto_enrolment.lower_qualifying_earnings",
        "auto_enrolment.upper_qualifying_earnings",
        "auto_enrolment.minimum_employer_contribution",
    }
    none = post(30000, pension="none")
    assert rates_needed([], "by pay") == ()
    assert set(rates_needed([none], "not claimed")) == base
    assert set(rates_needed([none], "by pay")) == base | {"employment_allowance.amount"}
    assert set(rates_needed([none, post(1)], "not claimed")) == base | pension
    for person in ({"age": "under 21"}, {"apprentice": True, "pension": "none"}):
        assert set(rates_needed([post(1, **person)], "not claimed")) == base | {
            "employer_ni.upper_secondary_threshold_annual"
        }


def test_months_beyond_what_is_known_are_refused() -> None:
    """The pension figures of 2027-28 are not known; a post without one is, to April 2028."""
    with pytest.raises(RateNotFound, match=r"not known for 30 April 2027 \(auto_enrolment\."):
        employer_cost(30000, start=date(2027, 3, 1), months=2)
    assert employer_cost(30000, start=date(2027, 3, 1), months=2, pension="none").national_insurance == D("625.00")
    held = employer_cost(30000, start=date(2027, 3, 1), months=2, assumptions=Assumptions(hold_rates=True))
    assert held.pension == D("118.80")


def test_every_figure_that_is_not_known_is_named_at_once() -> None:
    """Two or three figures missing in the same month: each with what is known of it, and the two ways out."""
    with pytest.raises(RateNotFound) as refused:
        employer_cost(30000, start=date(2027, 4, 1), months=1)
    known = "known from 6 April 2019 to 5 April 2027"
    names = [
        f"auto_enrolment.{n}" for n in ("earnings_trigger", "lower_qualifying_earnings", "upper_qualifying_earnings")
    ]
    assert str(refused.value) == (
        f"3 figures are not known for 30 April 2027 ({'; '.join(f'{name} {known}' for name in names)}). "
        "State each in the bid's assumptions (rates), or hold them all at the last known with hold_rates."
    )


def test_a_single_figure_that_is_not_known_is_said_plainly() -> None:
    """Without a pension, in April 2028 it is the rate of National Insurance alone."""
    with pytest.raises(RateNotFound) as refused:
        employer_cost(30000, start=date(2028, 4, 1), months=1, pension="none")
    assert str(refused.value) == (
        "employer_ni.secondary_rate is not known for 30 April 2028 (known from 6 April 2019 to 5 April 2028). "
        "State each in the bid's assumptions (rates), or hold them all at the last known with hold_rates."
    )


def test_no_posts_cost_nothing() -> None:
    """An employer without posts has empty arrays of the right months, and needs no rate."""
    none = costs(start=date(1900, 1, 1))
    assert none.total.shape == (0, 12)
    assert [x.shape for _, x in none.elements] == [(0, 12)] * 5
    assert none.allowance.shape == (0, 12)


def test_draws_carry_through() -> None:
    """Three paths of pay give three costs, each as if it were run by itself."""
    paths = np.array([[1.0] * 12, [1.02] * 12, [0.5] * 12])
    term = Calendar(APRIL_2025, 12)
    posts = [post(30000, index="pay"), post(60000, name="B", index="fixed", cover="0.05")]

    def run(pay: npt.NDArray[np.float64]) -> StaffCosts:
        factors = {"pay": pay, "fixed": np.ones(12)}
        return staff_costs(posts, term, term.start, factors, RateBook(), allowance="by pay", pay_bill=D(4_000_000))

    together = run(paths)
    assert together.total.shape == (3, 2, 12)
    for i, path in enumerate(paths):
        assert np.allclose(together.total[i], run(path).total)
        assert np.allclose(together.allowance[i], run(path).allowance)


def test_the_basis_says_when_it_changes() -> None:
    """October 2022 to May 2023 with an increment in April: the rate falls in November, the pay rises in April.

    The months 0, 1 and 6 start a run, and a run's first month stands for the whole of it.
    """
    term = Calendar(date(2022, 10, 1), 8)
    posts = [post(30000, increment=600, pension="none"), post(20000, age="under 21", cover="0.1")]
    basis = staff_basis(posts, term, date(2022, 4, 1), RateBook(), allowance="by pay", pay_bill=D(4_000_000))
    assert basis.runs() == [0, 1, 6]
    whole = basis.costs({"fixed": np.ones(8)})
    some = basis.at(basis.runs()).costs({"fixed": np.ones(3)})
    assert np.allclose(some.total[:, [0, 1, 1, 1, 1, 1, 2, 2]], whole.total)
    assert np.allclose(some.allowance[:, [0, 1, 1, 1, 1, 1, 2, 2]], whole.allowance)


def test_a_month_unpaid_starts_a_run() -> None:
    """A post paid from the third to the fifth month of eight changes at the third and at the sixth."""
    term = Calendar(APRIL_2025, 8)
    assert staff_basis([post(30000, first_month=3, last_month=5)], term, term.start, RateBook()).runs() == [0, 2, 5]


# ── one post's cost as people see it ─────────────────────────────────────────────────────────────


def cost_of(**fields: Any) -> EmployerCost:
    return employer_cost(30000, start=APRIL_2025, **fields)


def test_the_table_leaves_out_what_is_nought() -> None:
    """Gross pay always, on-costs only where there are any, and the total of those shown."""
    plain, full = cost_of(pension="none"), cost_of(cover="0.1", pay_bill=4_000_000)
    assert [row.cells for row in plain.table().rows] == [
        ("Gross pay", D("30000.00")),
        ("Employer's National Insurance", D("3750.00")),
        ("Total cost to the employer", D("33750.00")),
    ]
    assert plain.table().rows[-1].adds == (0, 1)
    assert [row.style for row in plain.table().rows] == ["line", "line", "total"]
    assert [(c.heading, c.kind) for c in plain.table().columns] == [("", "text"), ("£", "pounds")]
    assert replace(plain, notes=("Said.",)).table().notes == ("Said.",)
    assert [str(row.cells[0]) for row in full.table().rows][2:5] == [
        "Employer's pension",
        "Apprenticeship levy",
        "Cover",
    ]
    assert plain.table().title == "What the post costs, April 2025 to March 2026"
    assert "33,750.00" in str(plain)
    assert cost_of(months=1).table().title == "What the post costs, April 2025 to April 2025"
    nought = employer_cost(0, start=APRIL_2025).table().rows
    assert [row.cells for row in nought] == [("Gross pay", D("0.00")), ("Total cost to the employer", D("0.00"))]


def test_the_explanation_adds_up_and_says_how() -> None:
    """Each part that is not nought, with its formula; together the total, to the penny."""
    tree = cost_of(cover="0.1").explain()
    assert [part.label for part in tree.parts] == [
        "Gross pay",
        "Employer's National Insurance",
        "Employer's pension",
        "Cover",
    ]
    assert [part.how for part in tree.parts] == [
        "salary × FTE, by twelfths",
        "rate × pay above the threshold, each person",
        "minimum on qualifying earnings, or the share of pay stated",
        "its share × all the above",
    ]
    assert sum(part.settled_value for part in tree.parts) == tree.settled_value == D("37909.08")
    assert (tree.label, tree.how) == ("What the post costs", "")
    levy = cost_of(pay_bill=4_000_000).explain().part("Apprenticeship levy")
    assert levy.how == "the post's share of the levy on the whole pay bill"


def test_the_hourly_cost_is_of_hours_worked() -> None:
    """0.5 FTE of 1,600 hours for six months is 400 hours; 15,000 ÷ 2 of pay + 750 + 131.40 over them is 20.95."""
    cost = cost_of(fte="0.5", months=6, hours_per_year=1600)
    assert cost.hours == 400
    assert cost.total == D("8381.40")
    assert cost.hourly == D("20.95")
    assert cost_of().hourly is None


def test_plain_data_has_amounts_as_text() -> None:
    """Every amount, exact, by name."""
    assert cost_of(pension="none").to_dict() == {
        "gross": "30000.00",
        "national_insurance": "3750.00",
        "pension": "0.00",
        "levy": "0.00",
        "cover": "0.00",
        "total": "33750.00",
    }


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: employer_cost(30000, start=date(2025, 4, 6)), ["not-first"]),
        (lambda: employer_cost(30000, start=APRIL_2025, months=0), ["out-of-range"]),
        (lambda: employer_cost(30000, start=date(2025, 4, 6), months=121), ["not-first", "out-of-range"]),
        (lambda: employer_cost(-1, start=APRIL_2025), ["negative"]),
    ],
)
def test_figures_that_make_no_sense_are_refused(make: Callable[[], EmployerCost], codes: list[str]) -> None:
    """Every problem at once: a start within a month, too many months, pay below nought."""
    with pytest.raises(InputError) as refused:
        make()
    assert [p.code for p in refused.value.problems] == codes


def test_what_was_wrong_is_said_in_words() -> None:
    """Where, what was found, and what to give."""
    with pytest.raises(InputError) as refused:
        employer_cost(30000, start=date(2025, 4, 6), months=121)
    assert [str(problem) for problem in refused.value.problems] == [
        "start: found 2025-04-06. Give the first day of a month.",
        "months: found 121. Give 1 to 120 months.",
    ]


def test_ten_years_and_one_month_are_both_allowed() -> None:
    """The ends of what is allowed: 1 month, and 120."""
    assert employer_cost(12000, start=APRIL_2025, months=1, pension="none").gross == D("1000.00")
    held = Assumptions(hold_rates=True)
    assert employer_cost(12000, start=APRIL_2025, months=120, assumptions=held).gross == D("120000.00")
