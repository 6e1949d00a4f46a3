"""Dated figures: what was published, the days they change, what is not known, and what is refused."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fcr.rates
from fcr.errors import InputError, RateNotFound, UnknownName
from fcr.rates import Rate, RateBook, funder, funders, history, names, rate, source
from fcr.rates._known import known
from fcr.rates._loader import load

DAY = timedelta(days=1)
NI = "employer_ni.secondary_rate"
THRESHOLD = "employer_ni.secondary_threshold_annual"
WAGE = "minimum_wage.age_25_plus"
LGPS = "lgps.average_total_employer_rate_england_wales"
LIMIT = "employment_allowance.prior_year_nic_limit"

with (Path(__file__).parent / "rates" / "published.toml").open("rb") as file:
    PUBLISHED = tomllib.load(file, parse_float=Decimal)["tables"]


def amount(name: str, day: date) -> Decimal:
    """The figure of a day as a number."""
    value = rate(name, day).value
    assert isinstance(value, Decimal)
    return value


def table(name: str, day: date) -> Mapping[str, Decimal]:
    """The figures of a day by label."""
    value = rate(name, day).value
    assert isinstance(value, Mapping)
    return value


# What is held


def test_everything_gathered_is_held() -> None:
    """73 parameters, 307 dated values, 36 funders' rules."""
    assert len(names()) == 73
    assert sum(len(history(name)) for name in names()) == 307
    assert len(funders()) == 36


def test_names_are_in_order_and_titles_differ() -> None:
    """Names come sorted, and no two figures look alike on a page."""
    assert list(names()) == sorted(names())
    assert len({history(name)[0].title for name in names()}) == 73


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda table: table["title"])
def test_published_tables(published: dict[str, Any]) -> None:
    """Every figure of the published tables is the one in force on its day."""
    percent = published.get("percent", False)
    wrong = []
    for name, day, value in published["rows"]:
        found = rate(name, day).value
        if percent:
            found = (amount(name, day) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
        if found != value:
            wrong.append((name, day, value, found))
    assert not wrong


def test_tables_within_a_figure() -> None:
    """Spines, bands and sums by size are held as numbers by label."""
    spine = table("njc.spine", date(2025, 4, 1))
    assert [spine["3"], spine["43"]] == [24796, 54495]
    assert len(spine) == 42
    bands = table("green_book.discount_rate", date(2026, 4, 1))
    assert [bands[band] for band in ("0-30", "31-75", "76-125")] == [Decimal(x) for x in ("0.035", "0.03", "0.025")]
    assert list(table("late_payment.fixed_sum", date(2026, 4, 1)).values()) == [40, 70, 100]


def test_a_table_cannot_be_changed() -> None:
    """No caller can alter a figure for the next."""
    with pytest.raises(TypeError):
        table("njc.spine", date(2025, 4, 1))["3"] = Decimal(1)  # type: ignore[index]


def test_numbers_are_exact() -> None:
    """A number is the decimal that was written, not the nearest binary fraction."""
    value = rate(NI, date(2022, 4, 6)).value
    assert isinstance(value, Decimal)
    assert str(value) == "0.1505"


def test_a_value_says_everything_about_itself() -> None:
    """A dated value carries its title, unit, dates, status, sources and both its notes."""
    found = rate("employer_ni.secondary_threshold_weekly", date(2025, 7, 1))
    assert found == Rate(
        name="employer_ni.secondary_threshold_weekly",
        title="Employer's National Insurance: secondary threshold, weekly",
        value=Decimal(96),
        unit="£ a week",
        start=date(2025, 4, 6),
        end=date(2026, 4, 5),
        status="two sources",
        sources=("PE-NI", "ST"),
        note="96 × 52 is 4,992, not 5,000. The announced freeze to 5 April 2031 was seen for the annual "
        "threshold only, so this is known one year at a time.",
    )


@pytest.mark.parametrize(
    ("name", "day", "status"),
    [
        (NI, date(2026, 4, 6), "two sources"),
        (NI, date(2027, 4, 6), "one source"),
        (THRESHOLD, date(2027, 4, 6), "two sources"),
        ("employment_allowance.amount", date(2027, 4, 6), "memory"),
        ("statutory_sick_pay.weekly_rate", date(2025, 4, 5), "one source"),
        ("statutory_sick_pay.weekly_rate", date(2025, 4, 6), "two sources"),
        ("cpi.calendar_year_average", date(2021, 6, 30), "memory"),
        ("njc.spine", date(2025, 4, 1), "memory"),
    ],
)
def test_status_says_how_well_a_figure_is_confirmed(name: str, day: date, status: str) -> None:
    """Only a figure on which two sources agree counts as confirmed."""
    found = rate(name, day)
    assert found.status == status
    assert found.confirmed is (status == "two sources")


def test_every_source_can_be_looked_up() -> None:
    """A source is a key with something behind it, or an address."""
    keys = {key for name in names() for value in history(name) for key in value.sources}
    assert all(source(key) for key in keys)
    assert source("https://example.org/a") == "https://example.org/a"
    with pytest.raises(UnknownName, match="Did you mean 'PE-NI'"):
        source("PE-NJ")


def test_every_value_has_a_source() -> None:
    """No figure stands without saying what it rests on."""
    assert all(value.sources for name in names() for value in history(name))


# The days on which figures change


@pytest.mark.parametrize(
    ("name", "first_day", "before", "after"),
    [
        (NI, date(2022, 4, 6), "0.138", "0.1505"),
        (NI, date(2022, 11, 6), "0.1505", "0.138"),
        (NI, date(2025, 4, 6), "0.138", "0.15"),
        (THRESHOLD, date(2025, 4, 6), "9100", "5000"),
        ("employment_allowance.amount", date(2025, 4, 6), "5000", "10500"),
        (WAGE, date(2026, 4, 1), "12.21", "12.71"),
        ("mileage.amap_car_first_10000", date(2026, 4, 6), "0.45", "0.55"),
        ("statutory_sick_pay.waiting_days", date(2026, 4, 6), "3", "0"),
        ("auto_enrolment.upper_qualifying_earnings", date(2021, 4, 6), "50000", "50270"),
        ("late_payment.reference_rate", date(2025, 7, 1), "0.0475", "0.0425"),
    ],
)
def test_day_before_and_day_of_a_change(name: str, first_day: date, before: str, after: str) -> None:
    """A figure applies from its first day and not from the day before."""
    assert rate(name, first_day - DAY).value == Decimal(before)
    assert rate(name, first_day).value == Decimal(after)


SPANS = [value for name in names() for value in history(name) if value.found]


@given(st.data())
def test_every_day_has_the_figure_whose_dates_hold_it(data: st.DataObject) -> None:
    """On any known day ``start <= day <= end``, and the day after the end has the next figure."""
    expected = data.draw(st.sampled_from(SPANS))
    last = expected.end or expected.start + timedelta(days=9000)
    day = data.draw(st.dates(expected.start, last))
    found = rate(expected.name, day)
    assert found == expected
    assert found.start <= day
    assert found.end is None or day <= found.end
    entries = history(expected.name)
    place = entries.index(expected)
    for following in entries[place + 1 : place + 2]:
        assert following.start - DAY == expected.end
        if following.found:
            assert rate(expected.name, following.start) == following


# What is not known


@pytest.mark.parametrize(
    ("name", "last"),
    [
        (NI, date(2028, 4, 5)),
        (THRESHOLD, date(2031, 4, 5)),
        ("employer_ni.upper_secondary_threshold_annual", date(2031, 4, 5)),
        ("employer_ni.secondary_threshold_monthly", date(2028, 4, 5)),
        ("employer_ni.secondary_rate_annual_earnings_period", date(2023, 4, 5)),
        ("employment_allowance.amount", date(2028, 4, 5)),
        ("auto_enrolment.earnings_trigger", date(2027, 4, 5)),
        (WAGE, date(2027, 3, 31)),
        ("real_living_wage.uk", date(2026, 10, 21)),
        ("statutory_sick_pay.weekly_rate", date(2027, 4, 5)),
        ("late_payment.reference_rate", date(2026, 12, 31)),
        ("cpi.calendar_year_average", date(2025, 12, 31)),
        ("njc.spine", date(2026, 3, 31)),
        (LGPS, date(2026, 3, 31)),
        ("minimum_wage.april_2027", date(2027, 3, 31)),
        ("vat.standard_rate", None),
        ("apprenticeship_levy.rate", None),
        ("auto_enrolment.minimum_employer_contribution", None),
        ("late_payment.margin", None),
    ],
)
def test_known_to(name: str, last: date | None) -> None:
    """Each figure is known to a stated day, or stands until changed; holding does not extend it."""
    assert RateBook().known_to(name) == last
    assert RateBook(hold=True).known_to(name) == last


def test_nothing_is_carried_beyond_the_last_known_day() -> None:
    """The day after the last known one is refused, with what is known and what to do."""
    assert rate(WAGE, date(2027, 3, 31)).value == Decimal("12.71")
    with pytest.raises(RateNotFound) as caught:
        rate(WAGE, date(2027, 4, 1))
    assert str(caught.value) == (
        "minimum_wage.age_25_plus is not known for 1 April 2027 (known from 1 April 2019 to 31 March 2027). "
        "State the figure you expect as an assumption, "
        'RateBook(assumed={"minimum_wage.age_25_plus": {date(2027, 4, 1): ...}}), '
        "or hold the last known one, RateBook(hold=True)."
    )


def test_nothing_is_carried_back_before_the_first_day() -> None:
    """The day before the first is refused, and holding the last is not offered there."""
    with pytest.raises(RateNotFound, match=r"known from 4 January 2011\)\. State the figure") as caught:
        rate("vat.standard_rate", date(2011, 1, 3))
    assert "hold" not in str(caught.value)


def test_a_figure_looked_for_and_not_found_is_refused() -> None:
    """What was not found is in the history, and a look-up says so rather than going back."""
    assert history(LGPS)[-1].value == "not found"
    assert not history(LGPS)[-1].confirmed
    with pytest.raises(RateNotFound, match="31 March 2026; looked for and not found from 1 April 2026"):
        rate(LGPS, date(2026, 4, 1))
    with pytest.raises(RateNotFound, match=r"\(looked for and not found from 1 April 2027\)"):
        rate("minimum_wage.april_2027", date(2027, 4, 1))


def test_words_that_are_not_known_cannot_be_assumed() -> None:
    """For a figure that is not a number no assumption is proposed."""
    with pytest.raises(RateNotFound, match="looked for and not found from 1 April 2026") as caught:
        rate("njc.award", date(2026, 4, 1))
    assert "RateBook" not in str(caught.value)


@pytest.mark.parametrize("ask", [lambda n: rate(n, date(2026, 1, 1)), history, RateBook().known_to])
def test_an_unknown_name_gives_the_nearest(ask: Callable[[str], object]) -> None:
    """A misspelt name is answered with the one that was meant."""
    with pytest.raises(UnknownName, match=r"no rate 'vat\.standrad_rate'\. Did you mean 'vat\.standard_rate'"):
        ask("vat.standrad_rate")


# What a bid uses


def test_an_assumption_applies_from_its_date() -> None:
    """An assumption replaces known figures from its date on, until the next, and is returned as one."""
    book = RateBook({THRESHOLD: {date(2028, 4, 6): Decimal(6000), date(2026, 10, 1): Decimal(5500)}})
    assert book.number(THRESHOLD, date(2026, 9, 30)) == 5000
    assert book.number(THRESHOLD, date(2026, 10, 1)) == 5500
    assert book.number(THRESHOLD, date(2028, 4, 5)) == 5500
    assert book.number(THRESHOLD, date(2040, 1, 1)) == 6000
    stated = book.on(THRESHOLD, date(2027, 5, 1))
    assert (stated.start, stated.end, stated.status) == (date(2026, 10, 1), date(2028, 4, 5), "assumed")
    assert (stated.sources, stated.note, stated.unit) == ((), "stated as an assumption", "£ a year")
    assert not stated.confirmed
    assert book.on(THRESHOLD, date(2026, 9, 30)).end == date(2026, 9, 30)


def test_an_assumption_leaves_other_figures_and_earlier_years_alone() -> None:
    """Only the figure named is assumed, and the years before keep their own dates."""
    book = RateBook({THRESHOLD: {date(2028, 4, 6): Decimal(6000)}, WAGE: {}})
    assert book.on(THRESHOLD, date(2024, 5, 1)) == rate(THRESHOLD, date(2024, 5, 1))
    assert book.on(WAGE, date(2024, 5, 1)) == rate(WAGE, date(2024, 5, 1))


def test_an_assumption_before_all_known_figures_replaces_them() -> None:
    """Every figure from the assumption's date on is the bid's own."""
    book = RateBook({"vat.standard_rate": {date(2008, 12, 1): Decimal("0.15")}})
    assert book.number("vat.standard_rate", date(2026, 1, 1)) == Decimal("0.15")
    with pytest.raises(RateNotFound, match="known from 1 December 2008"):
        book.on("vat.standard_rate", date(2008, 11, 30))


def test_days_between_the_last_known_and_the_first_assumed_are_unknown() -> None:
    """An assumption for a later year does not fill the years before it, unless the last is held."""
    assumed = {WAGE: {date(2028, 4, 1): Decimal("13.90")}}
    between = date(2027, 6, 1)
    with pytest.raises(RateNotFound, match="from 1 April 2019 to 31 March 2027 and from 1 April 2028"):
        RateBook(assumed).on(WAGE, between)
    held = RateBook(assumed, hold=True).on(WAGE, between)
    assert (held.value, held.end) == (Decimal("12.71"), date(2028, 3, 31))


def test_holding_keeps_the_last_number_and_says_so() -> None:
    """Beyond the last known day the last known number is kept, as an assumption with a note."""
    held = RateBook(hold=True).on(THRESHOLD, date(2031, 4, 6))
    assert (held.value, held.status, held.start, held.end) == (5000, "assumed", date(2031, 4, 6), None)
    assert held.note == "held at the last known figure: 5000 from 6 April 2027"
    assert not held.confirmed
    assert RateBook(hold=True).on(THRESHOLD, date(2031, 4, 5)) == rate(THRESHOLD, date(2031, 4, 5))


def test_holding_passes_over_what_was_not_found() -> None:
    """The last number that was found is held; where none was found there is nothing to hold."""
    book = RateBook(hold=True)
    held = book.on(LGPS, date(2026, 4, 1))
    assert (held.value, held.note) == (
        Decimal("0.211"),
        "held at the last known figure: 0.211 from 1 April 2023",
    )
    with pytest.raises(RateNotFound, match=r"minimum_wage\.april_2027"):
        book.on("minimum_wage.april_2027", date(2027, 4, 1))


def test_holding_keeps_numbers_only() -> None:
    """A pay spine or a rule in words is not held, and what stands until changed needs no holding."""
    book = RateBook(hold=True)
    with pytest.raises(RateNotFound, match=r"njc\.spine"):
        book.on("njc.spine", date(2026, 4, 1))
    assert book.on("vat.standard_rate", date(2040, 1, 1)).status == "two sources"


@given(
    st.sampled_from([NI, WAGE, LGPS, "vat.standard_rate"]),
    st.dates(date(2019, 1, 1), date(2032, 1, 1)),
    st.dates(date(2019, 1, 1), date(2032, 1, 1)),
)
def test_an_assumption_rules_from_its_date_and_nowhere_else(name: str, assumed_from: date, day: date) -> None:
    """From its date on an assumption is the figure; before it the book says what the files say."""
    book = RateBook({name: {assumed_from: Decimal("0.5")}})
    if day >= assumed_from:
        assert book.number(name, day) == Decimal("0.5")
        return
    try:
        expected = rate(name, day).value
    except RateNotFound:
        with pytest.raises(RateNotFound):
            book.number(name, day)
    else:
        assert book.number(name, day) == expected


def test_assumptions_that_make_no_sense_are_refused_all_at_once() -> None:
    """Every assumption that is not a number, not on a date or not for a number is named."""
    expected_date = "expected a date such as 2027-04-06, without quotes or a time"
    assumed: dict[str, Any] = {
        "njc.spine": {date(2026, 4, 1): Decimal(1)},
        WAGE: {date(2027, 4, 1): "13.30", date(2028, 4, 1): True, date(2029, 4, 1): Decimal("NaN")},
        THRESHOLD: {"2028-04-06": 5000, datetime(2029, 4, 6): Decimal(5000)},  # noqa: DTZ001
    }
    with pytest.raises(InputError) as caught:
        RateBook(assumed)
    assert [(p.where, p.what) for p in caught.value.problems] == [
        ("njc.spine", "this figure is of the kind 'table', expected a number"),
        (WAGE, "the value of an assumption is '13.30', expected a number"),
        (WAGE, "the value of an assumption is true, expected a number"),
        (WAGE, "the value of an assumption is NaN, expected a number"),
        (
            THRESHOLD,
            "the date of an assumption is '2028-04-06', " + expected_date,
        ),
        (
            THRESHOLD,
            "the date of an assumption is 2029-04-06 00:00:00, " + expected_date,
        ),
    ]
    assert caught.value.problems[1].path == ("assumed", WAGE, "2027-04-01")


def test_an_assumption_for_an_unknown_name_is_refused() -> None:
    """A misspelt name cannot pass as an assumption."""
    with pytest.raises(UnknownName, match=r"Did you mean 'minimum_wage\.age_25_plus'"):
        RateBook({"minimum_wage.age_25_pls": {date(2027, 4, 1): Decimal(13)}})


def test_a_whole_number_may_be_assumed() -> None:
    """An assumption typed as a whole number comes back as a Decimal."""
    value = RateBook({THRESHOLD: {date(2031, 4, 6): cast("Decimal", 6000)}}).number(THRESHOLD, date(2031, 4, 6))
    assert isinstance(value, Decimal)
    assert value == 6000


def test_changing_the_assumptions_afterwards_changes_nothing() -> None:
    """A book keeps what it was given."""
    assumed = {THRESHOLD: {date(2026, 4, 6): Decimal(1)}}
    book = RateBook(assumed)
    assumed[THRESHOLD][date(2026, 4, 6)] = Decimal(2)
    assert book.number(THRESHOLD, date(2026, 4, 6)) == 1


def test_a_book_shows_what_it_assumes() -> None:
    """Printing a book gives its assumptions."""
    text = repr(RateBook({THRESHOLD: {date(2026, 4, 6): Decimal(1)}}, hold=True))
    assert "secondary_threshold_annual" in text
    assert text.endswith("hold=True)")


def test_a_number_is_asked_only_of_numbers() -> None:
    """A table is not a number, for one day or by month."""
    with pytest.raises(InputError, match=r"njc\.spine: this figure is of the kind 'table', expected a number"):
        RateBook().number("njc.spine", date(2025, 4, 1))
    with pytest.raises(InputError, match="expected a number"):
        RateBook().monthly("njc.spine", [date(2025, 4, 30)])


def test_no_limit_is_infinite_as_a_number() -> None:
    """Where there is no limit every amount is below it; the value itself says it in words."""
    assert rate(LIMIT, date(2025, 4, 6)).value == "no limit"
    assert RateBook().number(LIMIT, date(2025, 4, 6)) == Decimal("Infinity")
    assert RateBook().number(LIMIT, date(2025, 4, 5)) == 100000
    assert list(RateBook().monthly(LIMIT, [date(2025, 3, 31), date(2025, 4, 30)])) == [100000.0, np.inf]


def test_monthly_follows_the_rule_on_each_day_given() -> None:
    """By month ends, April belongs to the new tax year and November 2022 to the lower rate."""
    days = [date(2022, 3, 31), date(2022, 4, 30), date(2022, 10, 31), date(2022, 11, 30)]
    book = RateBook()
    got = book.monthly(NI, days)
    assert got.dtype == np.float64
    assert got.tolist() == [0.138, 0.1505, 0.1505, 0.138]
    assert book.monthly(NI, days[::-1]).tolist() == [0.138, 0.1505, 0.1505, 0.138]
    assert book.monthly(NI, []).tolist() == []


@given(st.lists(st.dates(date(2019, 4, 6), date(2035, 1, 1)), max_size=40), st.booleans())
def test_monthly_is_number_day_by_day(days: list[date], change: bool) -> None:
    """A month's figure is the one that a look-up on that day gives, assumptions and all."""
    assumed = {NI: {date(2030, 4, 6): Decimal("0.16")}} if change else None
    book = RateBook(assumed, hold=True)
    assert book.monthly(NI, days).tolist() == [float(book.number(NI, day)) for day in days]


@pytest.mark.parametrize("day", [date(2017, 3, 31), date(2026, 4, 30)])
def test_monthly_names_the_first_day_without_a_figure(day: date) -> None:
    """A month without a figure is refused by its day, before the first known as after the last."""
    with pytest.raises(RateNotFound, match=f"{LGPS} is not known for {day.day} {day:%B %Y}"):
        RateBook().monthly(LGPS, [date(2025, 4, 30), day, date(2016, 1, 1)])
    with pytest.raises(RateNotFound, match=r"minimum_wage\.april_2027"):
        RateBook().monthly("minimum_wage.april_2027", [day])


def test_used_lists_what_a_price_rests_on() -> None:
    """Every figure in force in the span, in order: known, unconfirmed and assumed."""
    book = RateBook({NI: {date(2029, 4, 6): Decimal("0.16")}}, hold=True)
    used = book.used(NI, date(2026, 9, 1), date(2029, 8, 31))
    assert [(r.start, r.value, r.status) for r in used] == [
        (date(2026, 4, 6), Decimal("0.15"), "two sources"),
        (date(2027, 4, 6), Decimal("0.15"), "one source"),
        (date(2028, 4, 6), Decimal("0.15"), "assumed"),
        (date(2029, 4, 6), Decimal("0.16"), "assumed"),
    ]


def test_used_takes_in_the_first_and_the_last_day() -> None:
    """A span of one day on a change uses one figure; one that reaches the day before uses two."""
    change = date(2025, 4, 6)
    assert len(RateBook().used(NI, change, change)) == 1
    assert len(RateBook().used(NI, change - DAY, change)) == 2
    assert RateBook().used(NI, change, change - DAY) == ()


@pytest.mark.parametrize("span", [(date(2027, 1, 1), date(2027, 4, 1)), (date(2019, 3, 31), date(2020, 1, 1))])
def test_used_refuses_a_span_with_an_unknown_day(span: tuple[date, date]) -> None:
    """A price cannot rest on a span of which one day is unknown."""
    with pytest.raises(RateNotFound):
        RateBook().used(WAGE, *span)


# Published data that is wrong, and must not come in


def test_the_levy_rate_lasted_seven_months() -> None:
    """15.05% from 6 April to 5 November 2022 only, and not for the whole of 2022-23."""
    at_levy_rate = [(r.start, r.end) for r in history(NI) if r.value == Decimal("0.1505")]
    assert at_levy_rate == [(date(2022, 4, 6), date(2022, 11, 5))]


def test_fifteen_per_cent_starts_in_april_2025() -> None:
    """15% is due from 6 April 2025, not from 1 January."""
    first = min(r.start for r in history(NI) if r.value == Decimal("0.15"))
    assert first == date(2025, 4, 6)
    assert rate(NI, date(2025, 1, 1)).value == Decimal("0.138")


def test_the_blended_rate_of_2022_23() -> None:
    """214 days at 15.05% and 151 at 13.8% blend to 14.53%, not 14.28%."""
    day, year_end = date(2022, 4, 6), date(2023, 4, 5)
    days = [amount(NI, day + DAY * n) for n in range((year_end - day).days + 1)]
    blend = rate("employer_ni.secondary_rate_annual_earnings_period", day).value
    assert (days.count(Decimal("0.1505")), days.count(Decimal("0.138"))) == (214, 151)
    assert (sum(days, Decimal(0)) / len(days)).quantize(Decimal("0.0001")) == blend == Decimal("0.1453")


def test_the_annual_threshold_is_not_52_weekly_ones() -> None:
    """5,000 a year, though 96 a week makes 4,992 and 417 a month 5,004."""
    day = date(2025, 4, 6)
    weekly = amount("employer_ni.secondary_threshold_weekly", day)
    monthly = amount("employer_ni.secondary_threshold_monthly", day)
    assert [weekly * 52, monthly * 12, amount(THRESHOLD, day)] == [4992, 5004, 5000]


def test_calendar_and_financial_year_prices_are_not_mixed() -> None:
    """Taking 2019 to 2021 from April to March years would overstate prices to 2023 by about 1%."""
    calendar, fiscal = 1.0, 1.0
    for year in (2019, 2020, 2021):
        calendar *= 1 + float(amount("cpi.calendar_year_average", date(year, 1, 1)))
        fiscal *= 1 + float(amount("cpi.fiscal_year_average", date(year, 4, 1)))
    assert 0.009 < fiscal / calendar - 1 < 0.012


def test_cpi_is_not_cpih_nor_the_deflator() -> None:
    """2022 is 9.1% for CPI and 7.9% for CPIH; 2020 and 2021 are not the 5.0% and 0.1% of a deflator."""
    cpi = [rate("cpi.calendar_year_average", date(year, 1, 1)).value for year in (2020, 2021, 2022)]
    assert cpi == [Decimal("0.009"), Decimal("0.026"), Decimal("0.0907")]
    assert rate("cpih.calendar_year_average", date(2022, 1, 1)).value == Decimal("0.0792")


def test_series_that_cannot_be_trusted_are_not_held() -> None:
    """No RPI, which one publisher fills with average earnings, and no forecast of Bank Rate."""
    assert not [name for name in names() if "rpi" in name or "bank_rate" in name]


def test_thresholds_some_pages_give_wrongly() -> None:
    """No 12,570 from July 2022, no 3,000 allowance for 2020-21, no 50,250, no 9,100 in 2025-26."""
    assert rate(THRESHOLD, date(2022, 7, 6)).value == 9100
    assert rate("employment_allowance.amount", date(2020, 4, 6)).value == 4000
    upper = {r.value for r in history("employer_ni.upper_secondary_threshold_annual")}
    assert upper == {50000, 50270}
    assert rate(THRESHOLD, date(2025, 4, 6)).value == 5000


def test_the_low_threshold_never_meets_the_old_rate() -> None:
    """5,000 goes with 15% on every day on which both are known; never with 13.8%."""
    low = [r.start for r in history(THRESHOLD) if r.value == 5000]
    assert {r.value for r in RateBook().used(NI, min(low), date(2028, 4, 5))} == {Decimal("0.15")}


def test_upper_qualifying_earnings_of_2020_21() -> None:
    """50,000 in 2020-21: 50,270 came a year later."""
    assert rate("auto_enrolment.upper_qualifying_earnings", date(2021, 4, 5)).value == 50000


# Funders' rules


def test_an_unknown_funder_gives_the_nearest() -> None:
    """A misspelt funder is answered with the one that was meant."""
    with pytest.raises(UnknownName, match=r"no funder 'welcome'\. Did you mean 'wellcome'"):
        funder("welcome")


@pytest.mark.parametrize(
    ("name", "share", "basis"),
    [
        ("ukri_fec", "0.8", "full cost"),
        ("innovate_uk", "0.2", "labour"),
        ("horizon_europe", "0.25", "direct"),
        ("dg_echo", "0.07", "direct"),
        ("us_federal_de_minimis_2024", "0.15", "mtdc"),
        ("us_federal_de_minimis_pre2024", "0.1", "mtdc"),
        ("fcdo_post_programme", "0.1", "total"),
        ("ukspf", "0.15", "direct staff"),
        ("wellcome", "0.2", "direct"),
        ("amrc_charities", "0", "direct"),
        ("ford", "0.25", "direct"),
        ("macarthur", "0.29", "direct"),
        ("pass_through_cafod", "0.5", "indirect"),
        ("gates", None, "total"),
        ("comic_relief", None, "income"),
        ("nlcf", None, "indirect"),
        ("lloyds_bank_foundation", None, "none"),
        ("local_authority_generic", None, "unknown"),
    ],
)
def test_a_rate_says_what_it_is_a_share_of(name: str, share: str | None, basis: str) -> None:
    """A rate on the total is not a rate on direct cost: each rule names its base for programs."""
    rule = funder(name)
    assert rule.rate == (None if share is None else Decimal(share))
    assert rule.basis == basis


def test_no_rate_without_a_base() -> None:
    """Whatever has a rate says in words what of, and does not claim to have no base."""
    assert all(rule.base and rule.basis != "none" for rule in funders() if rule.rate is not None)


def test_rules_with_several_rates() -> None:
    """Each option has its own label, rate and basis; the rule's own basis is unknown where they differ."""
    shared = funder("eu_cpr_shared")
    assert dict(shared.options)["direct staff costs"] == Decimal("0.15")
    assert shared.option_bases == ("direct", "direct staff", "direct")
    assert dict(funder("nihr").options) == {"HEI": Decimal("0.8"), "NHS": 1}
    assert [share for _, share in funder("gates").options] == [Decimal("0.15"), Decimal("0.1"), 0]
    for rule in funders():
        bases = set(rule.option_bases)
        assert len(rule.options) == len(rule.option_bases)
        assert not bases or rule.basis == (bases.pop() if len(bases) == 1 else "unknown")


def test_the_us_rate_is_fifteen_per_cent_since_october_2024() -> None:
    """15% since 1 October 2024, with 50,000 dollars of each subaward counting; 10% and 25,000 before."""
    old, new = funder("us_federal_de_minimis_pre2024"), funder("us_federal_de_minimis_2024")
    assert (old.end, new.start) == (date(2024, 9, 30), date(2024, 10, 1))
    assert [old.subaward_limit_usd, new.subaward_limit_usd] == [25000, 50000]
    assert "travel" in new.base_includes
    assert "equipment of $10,000 or more a unit" in new.base_exclusions


def test_a_rule_keeps_everything_else_it_says() -> None:
    """Dates in words, exceptions and what a rule leaves out are all kept."""
    assert funder("nlcf").details["dates"] == "2025 (current programme pages)"
    assert funder("nlcf").start is None
    assert funder("fcdo_accountable_grant").start == date(2018, 10, 10)
    assert funder("fcdo_post_programme").details["base_conversion"] == "10% of total = 11.11% of direct"
    assert "CRSF" in funder("wellcome").ineligible[0]
    assert funder("ukri_fec").other_rules[0].startswith("enter 100% of cost")
    assert funder("ukri_fec").applies_to.startswith("eligible research organisations")
    assert (funder("ukri_fec").status, funder("ukri_fec").primary_text_seen) == ("two sources", True)
    assert funder("gates").primary_text_seen is False


# What the loader refuses

SOURCES = '[sources]\nA = "A page"\n'
GOOD = """
[[parameters]]
name = "tea.price"
title = "Tea"
unit = "£ a cup"
kind = "number"
known_to = 2027-04-05

[[parameters.values]]
from = 2025-04-06
value = 1.10
status = "two sources"
sources = ["A", "https://example.org/tea"]

[[parameters.values]]
from = 2026-04-06
value = 1.20
status = "one source"
sources = ["A"]
"""
RULE = """
[[funders]]
id = "fund"
name = "A fund"
mechanism = "flat_rate"
rate = 0.1
base = "direct costs"
basis = "direct"
rate_kind = "flat"
from = 2025-01-01
status = "memory"
sources = ["a page"]
primary_text_seen = false
"""


def folder(at: Path, **files: str) -> Path:
    """Write a folder of TOML files: tea="..." becomes tea.toml."""
    for name, text in {"sources": SOURCES, **files}.items():
        (at / f"{name}.toml").write_text(text, "utf-8")
    return at


def refusal(at: Path, **files: str) -> list[str]:
    """Load a folder that must be refused, and give each problem as text."""
    with pytest.raises(InputError) as caught:
        load(folder(at, **files))
    return [str(problem) for problem in caught.value.problems]


def test_a_good_folder_is_read(tmp_path: Path) -> None:
    """Each value ends the day before the next begins, and the last when the parameter is known to."""
    figures = load(folder(tmp_path, tea=GOOD, funders=RULE))
    spans = [(r.start, r.end, r.value) for r in figures.parameters["tea.price"].rates]
    assert spans == [
        (date(2025, 4, 6), date(2026, 4, 5), Decimal("1.10")),
        (date(2026, 4, 6), date(2027, 4, 5), Decimal("1.20")),
    ]
    assert figures.funders["fund"].rate == Decimal("0.1")
    assert figures.sources == {"A": "A page"}


NUMBER = "expected a number"
DATE = "expected a date such as 2027-04-06"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('unit = "£ a cup"', 'unit = "£ a cup"\nunits = "£"', "'units' is not a known key"),
        ("value = 1.10", "value = 1.10\nvat = 0.2", "'vat' is not a known key"),
        ('title = "Tea"\n', "", "'title' is missing. Add 'title'."),
        ("value = 1.10\n", "", "values[0]: 'value' is missing"),
        ("known_to = 2027-04-05\n", "", "'known_to' is missing"),
        ('title = "Tea"', 'title = ""', "'title' is '', expected words in quotes"),
        (
            "from = 2026-04-06",
            "from = 2025-04-05",
            "5 April 2025 comes after 6 April 2025, expected dates in order",
        ),
        ("from = 2026-04-06", "from = 0001-01-01", "expected dates in order"),
        (
            "from = 2026-04-06",
            "from = 2025-04-06",
            "two values begin on 6 April 2025, expected each date once",
        ),
        ("from = 2026-04-06", 'from = "2026-04-06"', f"'from' is '2026-04-06', {DATE}"),
        ("from = 2026-04-06", "from = 2026-04-06T00:00:00", f"'from' is 2026-04-06 00:00:00, {DATE}"),
        (
            "known_to = 2027-04-05",
            "known_to = 2026-04-05",
            "'known_to' is 5 April 2026, expected 6 April 2026 or later",
        ),
        ("known_to = 2027-04-05", 'known_to = "forever"', f"'known_to' is 'forever', {DATE}"),
        ("value = 1.10", 'value = "1.10"', f"values[0]: 'value' is '1.10', {NUMBER}"),
        ("value = 1.10", "value = true", f"'value' is true, {NUMBER}"),
        ("value = 1.10", "value = inf", f"'value' is Infinity, {NUMBER}"),
        ("value = 1.10", "value = nan", f"'value' is NaN, {NUMBER}"),
        ("value = 1.10", "value = { cup = 1.10 }", f"'value' is {{'cup': Decimal('1.10')}}, {NUMBER}"),
        (
            'kind = "number"',
            'kind = "money"',
            "'kind' is 'money', expected one of number, text, yes or no, date",
        ),
        (
            'status = "one source"',
            'status = "sure"',
            "'status' is 'sure', expected one of two sources, one source",
        ),
        ('status = "one source"', 'status = "assumed"', "'status' is 'assumed', expected one of"),
        (
            'status = "one source"',
            'status = "not found"',
            "'value' is 1.20 and 'status' 'not found', expected",
        ),
        ("value = 1.20", 'value = "not found"', "'value' is 'not found' and 'status' 'one source', expected"),
        ('"https://example.org/tea"', '"B"', "values[0]: the source is 'B', expected a key of sources.toml"),
        (
            'sources = ["A"]',
            'sources = "A"',
            "values[1]: 'sources' is 'A', expected a list of words in quotes",
        ),
        ('sources = ["A"]', "sources = [1]", "'sources' is [1], expected a list of words in quotes"),
    ],
)
def test_a_bad_parameter_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Each refusal is one problem, and names the file, the parameter, what was found and expected."""
    assert old in GOOD
    (problem,) = refusal(tmp_path, tea=GOOD.replace(old, new))
    assert problem.startswith("tea.toml, tea.price")
    assert expected in problem


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", "words in quotes"),
        ("yes or no", "true or false"),
        ("date", "a date such as 2027-04-06"),
        ("table", "a table of numbers"),
    ],
)
def test_values_must_be_of_the_kind_stated(tmp_path: Path, kind: str, expected: str) -> None:
    """A number is refused where the kind is another, once for each value."""
    first, second = refusal(tmp_path, tea=GOOD.replace('kind = "number"', f'kind = "{kind}"'))
    assert first.startswith(f"tea.toml, tea.price, values[0]: 'value' is 1.10, expected {expected}")
    assert second.startswith(f"tea.toml, tea.price, values[1]: 'value' is 1.20, expected {expected}")


@pytest.mark.parametrize("values", ["values = []", 'values = "none"', ""])
def test_a_parameter_without_values_is_refused(tmp_path: Path, values: str) -> None:
    """An empty list of values is refused as a missing one is."""
    (problem,) = refusal(tmp_path, tea=GOOD.partition("[[parameters.values]]")[0] + values)
    assert problem.startswith("tea.toml, tea.price: 'values' is")


def test_a_value_that_is_not_a_table_is_refused(tmp_path: Path) -> None:
    """A bare number among the values is refused, with the fields it lacks."""
    problems = refusal(tmp_path, tea=GOOD.partition("[[parameters.values]]")[0] + "values = [1.10]")
    assert problems[0].startswith("tea.toml, tea.price, values[0]: found 1.10, expected a table of fields")


def test_a_table_of_words_is_refused_where_numbers_belong(tmp_path: Path) -> None:
    """Every number of a table is checked."""
    text = GOOD.replace('kind = "number"', 'kind = "table"').replace("1.10", "{ a = 1 }").replace("1.20", '{ a = "x" }')
    (problem,) = refusal(tmp_path, tea=text)
    assert problem.startswith("tea.toml, tea.price, values[1]: 'value' is {'a': 'x'}, expected a table of numbers")


def test_a_name_is_held_once(tmp_path: Path) -> None:
    """A name that is in two files is refused, with both files; so is one twice in a file."""
    (problem,) = refusal(tmp_path, tea=GOOD, leaves=GOOD)
    assert problem.startswith("tea.toml, tea.price: the name is in leaves.toml already")
    (problem,) = refusal(tmp_path, tea=GOOD + GOOD, leaves=GOOD.replace("tea.price", "leaves.price"))
    assert problem.startswith("tea.toml, tea.price: the name is in tea.toml already")


def test_a_parameter_without_a_name_is_refused_by_its_place(tmp_path: Path) -> None:
    """Without a name the place in the file is given; two of them are not taken for duplicates."""
    problems = refusal(tmp_path, tea=GOOD.replace('name = "tea.price"\n', "") * 2)
    assert problems == [
        "tea.toml, parameters[0]: 'name' is missing. Add 'name'.",
        "tea.toml, parameters[1]: 'name' is missing. Add 'name'.",
    ]


def test_an_unknown_key_of_a_file_is_refused(tmp_path: Path) -> None:
    """What stands beside the parameters is refused, with the nearest key."""
    (problem,) = refusal(tmp_path, tea='parameter = "x"\n' + GOOD)
    assert problem.startswith("tea.toml: 'parameter' is not a known key, expected parameters.")
    assert "Did you mean 'parameters'?" in problem
    (problem,) = refusal(tmp_path, sources="x = 1\n" + SOURCES, tea=GOOD)
    assert problem.startswith("sources.toml: 'x' is not a known key")


def test_files_that_are_not_toml_are_refused(tmp_path: Path) -> None:
    """Bad syntax, a key given twice and bytes that are not UTF-8 are refused with the file."""
    folder(tmp_path, tea="[[parameters", cake='[a]\nb = "1"\nb = "2"\n')
    (tmp_path / "bun.toml").write_bytes(b'title = "\xff"')
    problems = refusal(tmp_path)
    assert [problem.split(":")[0] for problem in problems] == ["bun.toml", "cake.toml", "tea.toml"]
    assert all("expected TOML in UTF-8" in problem for problem in problems)


def test_a_folder_needs_its_sources(tmp_path: Path) -> None:
    """A folder without sources is refused once; unreadable ones do not make every key unknown."""
    (problem,) = refusal(tmp_path, tea=GOOD, sources="")
    assert problem.startswith("sources.toml: 'sources' is missing")
    (problem,) = refusal(tmp_path, tea=GOOD, sources="sources = ")
    assert problem.startswith("sources.toml: found what cannot be read")
    (problem,) = refusal(tmp_path, tea=GOOD, sources="[sources]\nA = 1\n")
    assert problem.startswith("sources.toml: 'sources' is {'A': 1}, expected a table of words in quotes")
    (tmp_path / "sources.toml").unlink()
    with pytest.raises(InputError, match=r"sources\.toml: 'sources' is missing"):
        load(tmp_path)


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    """Problems of several parameters and files come together, not one at a time."""
    tea = GOOD.replace("value = 1.10", 'value = "1.10"').replace('status = "one source"', 'status = "sure"')
    cake = GOOD.replace("tea.price", "cake.price").replace("known_to = 2027-04-05\n", "")
    problems = refusal(tmp_path, tea=tea, cake=cake, funders=RULE.replace("0.1", '"10%"'))
    starts = [
        "cake.toml, cake.price",
        "funders.toml, fund",
        "tea.toml, tea.price, v",
        "tea.toml, tea.price, v",
    ]
    assert [problem[: len(start)] for problem, start in zip(problems, starts, strict=True)] == starts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("rate = 0.1", 'rate = "10%"', "'rate' is '10%', expected a number"),
        ("rate = 0.1", "rat = 0.1", "'rat' is not a known key"),
        (
            'basis = "direct"',
            'basis = "turnover"',
            "'basis' is 'turnover', expected one of direct, direct staff, total",
        ),
        ('basis = "direct"\n', "", "'basis' is missing"),
        (
            "from = 2025-01-01",
            "from = 2025-01-01\nto = 2024-12-31",
            "'to' is 2024-12-31, before 'from', 2025-01-01",
        ),
        (
            "rate = 0.1",
            'rate = 0.1\noptions = [{label = "a", rate = 0.1, basis = "direct"}]',
            "both 'rate' and",
        ),
        ("rate = 0.1", 'options = [{label = "a", basis = "direct"}]', "fund, options[0]: 'rate' is missing"),
        ("rate = 0.1", "rate = 0.1\ndetails = { a = 1 }", "'details' is {'a': 1}, expected a table of words"),
        ("rate = 0.1", 'rate = 0.1\ndetails = "a"', "'details' is 'a', expected a table of words"),
        (
            "primary_text_seen = false",
            'primary_text_seen = "no"',
            "'primary_text_seen' is 'no', expected true or false",
        ),
    ],
)
def test_a_bad_funder_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """A funder's rule is read as strictly as a figure, and a problem names the file and the funder."""
    assert old in RULE
    (problem,) = refusal(tmp_path, funders=RULE.replace(old, new))
    assert problem.startswith("funders.toml, fund")
    assert expected in problem


def test_a_funder_is_held_once(tmp_path: Path) -> None:
    """Two rules with one id are refused."""
    (problem,) = refusal(tmp_path, funders=RULE + RULE)
    assert problem.startswith("funders.toml, fund: the name is in funders.toml already")


# How it is read


def test_importing_reads_nothing() -> None:
    """Importing the rates neither parses TOML nor loads its parser; the first look-up does, once."""
    code = "import sys, fcr.rates; sys.exit('tomllib' in sys.modules or 'fcr.rates._loader' in sys.modules)"
    root = Path(fcr.rates.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
    assert known() is known()


def test_public_names_are_sorted() -> None:
    """The public names are stated once, in order, and are all there."""
    assert sorted(fcr.rates.__all__) == fcr.rates.__all__
    assert all(hasattr(fcr.rates, name) for name in fcr.rates.__all__)
