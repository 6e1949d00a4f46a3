"""What a report says, in its order: headings, words, tables, charts, workings. The page and the document print it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TypeAlias

from fcr._version import __version__
from fcr.bid import Bid
from fcr.chart import Chart
from fcr.checks import Finding, Review
from fcr.checks.findings import SEVERITIES, per_cent, pounds
from fcr.display.words import count, listed, recovered
from fcr.errors import InputError, MissingExtra
from fcr.funding import rate_notes
from fcr.rates import Rate, source
from fcr.results import Drawn
from fcr.risk.balance import RiskBalance, balance
from fcr.table import Column, Row, Table
from fcr.workings import Workings

__all__ = ["MOST_UPRIGHT", "Block", "Items", "Report", "Section", "gathered"]

MOST_UPRIGHT = 8
"""The columns of a table that a page takes upright; with more it is laid on its side."""
MOST_FIRST = 3
"""How many of the asks stand in the summary."""


@dataclass(frozen=True, slots=True)
class Items:
    """Things one below the other."""

    words: tuple[str, ...]


Block: TypeAlias = str | Items | Table | Chart | Workings


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; ``level`` 2 is a part of the report, 3 a part of that."""

    level: int
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """What the report says. ``about`` are the facts under its title, ``verdict`` its first sentence."""

    title: str
    about: tuple[str, ...]
    verdict: str
    sections: tuple[Section, ...]
    footer: str

    @property
    def blocks(self) -> Iterator[Block]:
        """Everything below a heading, in its order."""
        return (block for section in self.sections for block in section.blocks)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in its order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Every chart, in its order; none where the drawing library is not installed."""
        return tuple(block for block in self.blocks if isinstance(block, Chart))


def gathered(review: Review, draws: int = 20_000, seed: int = 0) -> Report:
    """The report on a review. The balance of risk is drawn ``draws`` times from ``seed``."""
    bid = review.situation.bid
    period = f"{bid.term.firsts[0]:%B %Y} to {bid.term.last:%B %Y}"
    buyer = "" if bid.contract is None else bid.contract.commissioner
    about = [f"{bid.organisation.name}, {period}"]
    about += [bid.name] if bid.name != Bid.model_fields["name"].default else []
    about += [f"Offered by {buyer}"] if buyer else []
    footer = f"Worked out by fcr {__version__}. It informs a decision and is no legal or financial advice."
    sections = tuple(_sections(review, draws, seed))
    return Report(f"{bid.service}: cost, price and offer", tuple(about), _verdict(review), sections, footer)


def _sections(review: Review, draws: int, seed: int) -> Iterator[Section]:
    yield Section(2, "In short", tuple(_in_short(review)))
    yield Section(2, "What it costs and what to charge", tuple(_price(review)))
    yield from _findings(review)
    yield Section(2, "The five features of a good contract", (review.features_table(),))
    yield Section(2, "Balance of risk in seven figures", tuple(_balance(review, draws, seed)))
    yield Section(2, "Assumptions and dated figures", tuple(_assumptions(review)))
    yield Section(2, "How it was worked out", tuple(_workings(review)))


# ── in short ─────────────────────────────────────────────────────────────────────────────────────


def _verdict(review: Review) -> str:
    """The verdict in a sentence, with the offer, the full cost and what lies between."""
    years, full = count(review.situation.bid.years, "year"), pounds(review.full_cost)
    offer, rate, shortfall = review.situation.offer, review.recovery_rate, review.shortfall
    if offer is None or rate is None or shortfall is None:
        return f"No offer is stated, so there is no verdict: the full cost is {full} over {years}."
    verdict = review.verdict[0].upper() + review.verdict[1:]
    paid = sum(offer, Decimal(0))
    words = f"{verdict}: the offer of {pounds(paid)} over {years} "
    if shortfall:
        return words + f"is {pounds(shortfall)} short of the full cost of {full}. It recovers {recovered(rate)}."
    over = paid - review.full_cost
    return words + (f"is {pounds(over)} above the full cost of {full}." if over else f"is the full cost of {full}.")


def _in_short(review: Review) -> Iterator[Block]:
    yield _counts(review)
    yield _figures(review)
    first = review.asks()[:MOST_FIRST]
    if first:
        yield "To ask for first:" if len(review.asks()) > 1 else "To ask for:"
        yield Items(first)
    trustees = review.for_trustees()
    if trustees:
        yield "For the trustees to settle:"
        yield Items(trustees)
    yield review.recovery()
    yield from _picture(review)


def _counts(review: Review) -> str:
    counted = [f.severity for f in review.findings if f.counts]
    by = [f"{counted.count(severity)} {severity}" for severity in SEVERITIES if severity in counted]
    by = [words.replace("blocker", "blockers") if counted.count("blocker") > 1 else words for words in by]
    waived, open_ = sum(f.raised and not f.counts for f in review.findings), len(review.unknowns)
    words = f"{len(review.findings)} questions were asked. "
    words += f"{count(len(counted), 'finding')}: {listed(by)}" if counted else "No finding counts against it"
    words += f"; {waived} accepted with a reason" if waived else ""
    words += f"; {open_} not answered" if open_ else ""
    return words + "."


def _figures(review: Review) -> Table:
    """The figures a reader looks for first."""
    priced, offer = review.situation.price, review.situation.offer
    paid = None if offer is None else sum(offer, Decimal(0))
    rows = [Row(("Full cost", review.full_cost)), Row(("Price to ask for, without VAT", priced.term))]
    if paid is None:
        rows.append(Row(("Offer: not stated", None)))
    else:
        rows += [Row(("Offer", paid)), Row(("Shortfall of the offer against full cost", review.shortfall))]
        rows.append(Row(("Shortfall of the offer against the price", max(priced.term - paid, Decimal("0.00")))))
    title = f"The figures over {count(review.situation.bid.years, 'year')} (£)"
    return Table(title, (Column("", "text"), Column("Over the term")), tuple(rows))


# ── the price ────────────────────────────────────────────────────────────────────────────────────


def _price(review: Review) -> Iterator[Block]:
    priced = review.situation.price
    said = set(rate_notes(priced.profile.rates))  # listed under the assumptions, each in a row
    for table in priced.tables():
        yield replace(table, notes=tuple(note for note in table.notes if note not in said))
    yield from _picture(priced)


def _picture(result: Drawn) -> tuple[Chart, ...]:
    """The chart of a result, where there is something to draw and something to draw it with."""
    try:
        return (result.plot(),)
    except (InputError, MissingExtra):
        return ()


# ── the findings ─────────────────────────────────────────────────────────────────────────────────


def _findings(review: Review) -> Iterator[Section]:
    notes = review.table().notes
    open_ = tuple(note for note in notes if note.startswith(("Find out", "No offer is stated")))
    how = "A blocker or a high finding is a fail; a medium or a low one a concern. "
    how += "Amounts are pounds over the whole term. Each finding has what to ask the commissioner for, or, "
    how += "where the charity has to settle it for itself, what the trustees are to do."
    raised = "Nothing was found wrong." if not review.raised else how
    yield Section(2, "Findings, and what to ask for", (raised,))
    for table in finding_tables(review):
        yield Section(3, table.title.rpartition(": ")[0], (table,))
    if open_:
        yield Section(3, "Not answered", (Items(open_),))
    rest = tuple(note for note in notes if note not in open_)
    if rest:
        yield Section(3, "To read these findings by", (Items(rest),))


def finding_tables(review: Review) -> Iterator[Table]:
    """The rows of the review's own table, a table for each heading, with the question and what to ask for."""
    columns = (
        Column("Check", "text"),
        Column("Answer", "text"),
        Column("What was found", "text"),
        Column("£ over the term"),
        Column("What to ask for", "text"),
    )
    heading, rows = "", review.table().rows
    for is_heading, group in groupby(rows, key=lambda row: row.style == "heading"):
        if is_heading:
            heading = str(next(group).cells[2])
            continue
        found = tuple(_with_ask(row, review[str(row.cells[0])]) for row in group)
        grave = sum(str(row.cells[1]).startswith("fail") for row in found)
        said = [f"{grave} fail"] * (grave > 0) + [count(len(found) - grave, "concern")] * (len(found) > grave)
        yield Table(f"{heading}: {listed(said)}", columns, found)


def _with_ask(row: Row, finding: Finding) -> Row:
    code, answer, found, amount = row.cells
    remedy = "Nothing: it is accepted." if finding.waived else finding.remedy
    if finding.rule.for_trustees and not finding.waived:
        remedy = f"For the trustees: {remedy}"
    return Row((f"{code}: {finding.rule.question}", answer, found, amount, remedy))


# ── risk ─────────────────────────────────────────────────────────────────────────────────────────


def _balance(review: Review, draws: int, seed: int) -> Iterator[Block]:
    bid = review.situation.bid
    if bid.contract is None:
        yield "No offer is stated, so who would carry which risk is not known."
        return
    if not any(risk.size is not None for risk in bid.risks):
        yield "No risk has a size in this bid, so who would carry how much is not known."
        return
    found: RiskBalance = balance(bid, draws, seed)
    yield f"Simulated: {draws:,} versions of the term, seed {seed}. No figure here is in the price."
    yield from found.tables()
    yield from _picture(found)


# ── assumptions ──────────────────────────────────────────────────────────────────────────────────


def _assumptions(review: Review) -> Iterator[Block]:
    bid, rates = review.situation.bid, review.situation.price.profile.rates
    said = [f"Overheads are shared by the {bid.method} method."]
    said.append(f"Costs are stated at the prices of the year from {_day_of(bid.organisation.base_year)}.")
    said.append("VAT status of the supply: " + (bid.vat or "not stated") + ".")
    reserves = bid.organisation.free_reserves
    said.append("Free reserves: " + ("not stated." if reserves is None else f"{pounds(reserves)}."))
    said += [text for text in (bid.assumptions.note, bid.note) if text.strip()]
    yield Items(tuple(said))
    assumed = [rate for rate in rates if rate.status == "assumed"]
    doubtful = [rate for rate in rates if rate.status != "assumed" and not rate.confirmed]
    firm = [rate for rate in rates if rate.confirmed]
    if assumed:
        yield _rates("Assumed by this bid", assumed)
    if doubtful:
        yield _rates("Published, but not confirmed by two sources", doubtful)
    if firm:
        yield _rates("Confirmed by two sources", firm)


def _rates(title: str, rates: list[Rate]) -> Table:
    """Dated figures, each with its dates in one row; the sources are spelt out in the notes."""
    columns = tuple(Column(heading, "text") for heading in ("Figure", "Value", "Standing", "Note", "Source"))
    rows = []
    for (figure, standing, keys), group in groupby(rates, key=lambda rate: (rate.title, rate.status, rate.sources)):
        dated = list(group)
        values = "; ".join(f"{_value(rate)} from {_day_of(rate.start)}" for rate in dated)
        said = " ".join(dict.fromkeys(rate.note for rate in dated if rate.note))
        named = ", ".join(key for key in keys if source(key) != key)
        rows.append(Row((figure, values, standing, said, "; ".join(filter(None, (named, *_bare(keys)))))))
    spelt_out = dict.fromkeys(key for rate in rates for key in rate.sources if source(key) != key)
    return Table(title, columns, tuple(rows), tuple(f"{key}: {source(key)}." for key in spelt_out))


def _bare(keys: tuple[str, ...]) -> Iterator[str]:
    """The sources that are addresses already."""
    return (key for key in keys if source(key) == key)


def _day_of(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _value(rate: Rate) -> str:
    if not isinstance(rate.value, Decimal):
        return str(rate.value)
    return per_cent(rate.value, 4) if abs(rate.value) < 1 else f"{rate.value:,f}"


# ── workings ─────────────────────────────────────────────────────────────────────────────────────


def _workings(review: Review) -> Iterator[Block]:
    priced = review.situation.price
    yield (
        "Every line is worked out month by month, with the rates and rises in force, and shared by the drivers of "
        "the organisation. Figures are computed exactly and rounded once, half up, when they are reported."
    )
    table = priced.profile.table()
    said = set(rate_notes(priced.profile.rates))
    yield replace(table, notes=tuple(note for note in table.notes if note not in said))
    yield priced.explain()
