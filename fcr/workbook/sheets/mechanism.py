"""How the offer pays: the cells of a mechanism, for the offer as a whole and for each part of a hybrid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fcr.workbook import kinds as k
from fcr.workbook.formula import Block
from fcr.workbook.kinds import Kind
from fcr.workbook.layout import Sheet
from fcr.workbook.placed import FIRST, Column, Grid

__all__ = ["LIVE", "RARER", "Pays", "fields", "mechanism", "part"]

LIVE = (
    "block",
    "unit price",
    "cost and volume",
    "standing charge",
    "capped activity",
    "call-off",
    "personal budgets",
    "payment by results",
    "grant",
    "cost plus",
)
"""The mechanisms that the workbook works out itself; a hybrid too, when all its parts are of these."""
RARER = (
    "target cost",
    "results, all or nothing",
    "results, by tiers",
    "fee plus outcomes",
    "declining attachment",
    "outcomes fund",
)
"""The mechanisms that Python works out; its figures stand in the workbook, and say so."""
HYBRID = "hybrid"
SOURCE = "the draft contract"

Field: TypeAlias = tuple[str, str, Kind, str, str]
"""The name in the data, the label, the kind, the unit, and what it is."""

COMMON: tuple[Field, ...] = (
    (
        "price",
        "Price",
        k.POUNDS_OR_NOUGHT,
        "£ a unit",
        "For a unit (cost and volume: for the planned volume of a year; by results: for an outcome).",
    ),
    ("minimum", "Least paid in a year", k.POUNDS_OR_NOUGHT, "£ a year", "For a unit price; blank for no least."),
    ("maximum", "Most paid in a year", k.POUNDS_OR_NOUGHT, "£ a year", "By results: for outcomes. Blank for no most."),
    ("volume", "Planned volume", k.QUANTITY, "units a year", "Cost and volume: what the price is for."),
    ("band", "Band", k.SHARE, "%", "Cost and volume: how far volume may move either way without a change."),
    ("above", "Paid above the band", k.POUNDS_OR_NOUGHT, "£ a unit", "Cost and volume: for each unit above the band."),
    ("below", "Refunded below the band", k.POUNDS_OR_NOUGHT, "£ a unit", "Cost and volume: for each unit below it."),
    ("charge", "Standing charge", k.POUNDS_OR_NOUGHT, "£ a year", "Paid for being there, whatever the volume."),
    ("cap", "Units paid for", k.QUANTITY, "units a year", "Capped activity: units beyond it are not paid for."),
    ("duty_to_serve", "Must serve beyond it", k.YES, "", "Capped activity: yes if left blank."),
    ("bad_debts", "Bad debts", k.SHARE, "%", "Personal budgets: the share of charges never paid."),
    ("lost_clients", "Units lost", k.SHARE, "%", "Personal budgets: lost as clients leave before others are found."),
    ("attachment", "Fee for each start", k.POUNDS_OR_NOUGHT, "£ a unit", "By results: paid for every unit started."),
    ("payable", "Outcomes payable", k.SHARE, "%", "By results: less what would have happened anyway; 100% if blank."),
    ("rejected", "Claims rejected", k.SHARE, "%", "By results: the share of claims expected to fail validation."),
    ("clawback", "Unspent grant goes back", k.YES, "", "Grant: yes if left blank."),
    ("carry_forward", "Grant carried forward", k.SHARE, "%", "Grant: the share of a year's that may be carried over."),
    ("fee_rate", "Fee on cost", k.SHARE, "% of cost", "Cost plus: the fee as a share of allowed cost."),
    ("fee", "Fixed fee", k.POUNDS_OR_NOUGHT, "£ a year", "Cost plus or target cost: a fixed sum on top of cost."),
    ("maximum_fee", "Most the fee comes to", k.POUNDS_OR_NOUGHT, "£ a year", "Cost plus; blank for no most."),
    ("disallowed", "Cost disallowed", k.SHARE, "%", "Cost plus: the share of cost that audit is expected to disallow."),
)
UNCOMMON: tuple[Field, ...] = (
    ("outcome", "Outcome paid for", k.TEXT, "", "Where one outcome is paid for: its name in the table of outcomes."),
    ("target", "Target", k.QUANTITY, "a year", "Outcomes for the whole payment; or, for target cost, pounds."),
    ("payment", "Payment", k.POUNDS_OR_NOUGHT, "£", "A year when the target is met; or the most for one unit."),
    ("value", "Value of the contract", k.POUNDS_OR_NOUGHT, "£", "Fee plus outcomes: over the term."),
    ("fee_share", "Share paid as a fee", k.SHARE, "%", "Fee plus outcomes: of the contract's value."),
    ("fee_months", "Months of the fee", k.WHOLE, "months", "Fee plus outcomes: at most; 60 if left blank."),
    ("trigger", "Trigger", k.QUANTITY, "outcomes", "Fee plus outcomes: over the term, after which the price changes."),
    ("accelerated", "Price past the trigger", k.POUNDS_OR_NOUGHT, "£ each", "Fee plus outcomes."),
    ("at_risk", "Share at risk", k.SHARE, "%", "Outcomes fund: of the fee, paid in proportion to success."),
    ("expected", "Outcomes expected", k.QUANTITY, "a year", "Outcomes fund: at which the whole fee is paid."),
)


@dataclass(frozen=True)
class Pays:
    """The cells of one mechanism."""

    label: str
    fields: Mapping[str, Block]
    prices: Block
    """Of a block, for each contract year."""
    amounts: Block
    """Of a grant, for each contract year."""
    tiers: Grid
    stages: Grid
    weight: Block | None = None
    """For a part of a hybrid: its share of the whole."""

    def __getitem__(self, name: str) -> Block:
        return self.fields[name]


def fields(sheet: Sheet, path: str, told: Iterable[Field], source: str = SOURCE) -> dict[str, Block]:
    """Lay out some fields under a path of the data."""
    sheet.heads("What", "Yours", "Unit", "Where to find it", "What it is")
    return {
        name: sheet.field(f"{path}.{name}", label, kind, help_, unit=unit, source=source)
        for name, label, kind, unit, help_ in told
    }


def mechanism(sheet: Sheet) -> Pays:
    """Lay out how the offer pays as a whole."""
    sheet.section("How it pays", "Choose the mechanism, then fill in only what it needs: each help says for which.")
    kinds = k.choice(*LIVE, HYBRID, *RARER)
    help_ = "How income follows activity. A hybrid is made of parts: at the end of this sheet."
    kind = ("kind", "Mechanism", kinds, "", help_)
    return _pays(sheet, "contract.mechanism", "The offer", kind)


def rarer(sheet: Sheet) -> None:
    """Lay out the fields of the rarer mechanisms, which Python works out."""
    about = "Target cost, all or nothing, tiers of outcomes, fee plus outcomes, declining attachment, outcomes fund."
    sheet.section("Rarer mechanisms", about + " Their income is worked out by Python, not by this workbook.")
    path, room = "contract.mechanism", sheet.book.room
    fields(sheet, path, UNCOMMON)
    _years(sheet, room.years)
    each = "each year"
    sheet.series(f"{path}.attached", "Share on attachment", k.SHARE, "Declining.", unit=f"%, {each}", count=room.years)
    sheet.series(f"{path}.fees", "Fees", k.POUNDS_OR_NOUGHT, "Outcomes fund.", unit=f"£, {each}", count=room.years)
    columns = (
        Column("up_to", "Up to a cost of", k.POUNDS_OR_NOUGHT, "Blank in the last band, and only there.", "£ a year"),
        Column("share", "Your share", k.SHARE, "Of each pound of saving or overrun in the band.", "%"),
    )
    sheet.grid(f"{path}.bands", "Bands of a target cost", columns, room.bands, "From the lowest cost up.")


def part(sheet: Sheet, number: int) -> Pays:
    """Lay out one part of a hybrid, counted from 0."""
    title = f"Part {number + 1} of a hybrid"
    sheet.section(title, "Only for a hybrid: a mechanism and its weight. The weights come to 100%.")
    path = f"contract.mechanism.parts.{number}"
    sheet.heads("What", "Yours", "Unit", "Where to find it", "What it is")
    weight = sheet.field(f"{path}.weight", "Weight", k.SHARE, "Its share of the whole.", unit="%", source=SOURCE)
    kind = ("kind", "Mechanism of the part", k.choice(*LIVE, *RARER), "", "How this part pays.")
    return _pays(sheet, f"{path}.mechanism", f"Part {number + 1}", kind, weight)


def _pays(sheet: Sheet, path: str, label: str, kind: Field, weight: Block | None = None) -> Pays:
    room, of = sheet.book.room, "" if weight is None else f" of part {label[5:]}"
    found = fields(sheet, path, (kind, *COMMON))
    _years(sheet, room.years)
    told = k.POUNDS_OR_NOUGHT, "One for each contract year, without VAT."
    prices = sheet.series(f"{path}.prices", "Block prices", *told, unit="£ a year", count=room.years)
    told = k.POUNDS_OR_NOUGHT, "One for each contract year."
    amounts = sheet.series(f"{path}.amounts", "Grant amounts", *told, unit="£ a year", count=room.years)
    tiers = sheet.grid(
        f"{path}.tiers",
        f"Tiers of a price{of}",
        (
            Column("above", "Above", k.QUANTITY, "Units (or outcomes) of a year above which the price holds."),
            Column("price", "Price", k.POUNDS_OR_NOUGHT, "For each unit above it.", "£ each"),
        ),
        room.tiers,
        "Where the price of a unit changes with how many there are in the year. Thresholds rise from row to row.",
    )
    stages = sheet.grid(
        f"{path}.stages",
        f"Stages of payment by results{of}",
        (
            Column("outcome", "Outcome", k.TEXT, "Its name in the table of outcomes.", options="outcomes", width=34),
            Column("price", "Price", k.POUNDS_OR_NOUGHT, "For each outcome accepted.", "£ each"),
        ),
        room.stages,
        "What is paid for each outcome.",
    )
    return Pays(label, found, prices, amounts, tiers, stages, weight)


def _years(sheet: Sheet, count: int) -> None:
    sheet.heads("What", "Unit", "What it is")
    sheet.row -= 1
    sheet.heads(*(f"Year {y + 1}" for y in range(count)), at=FIRST)
