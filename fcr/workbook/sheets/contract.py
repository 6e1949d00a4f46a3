"""The commissioner's offer, term by term: the Contract sheet."""

# ruff: noqa: E501 (a term of the offer is a line)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fcr.workbook import kinds as k
from fcr.workbook.formula import Block
from fcr.workbook.layout import Book, Sheet
from fcr.workbook.placed import Column, Grid
from fcr.workbook.sheets.mechanism import Field, Pays, fields, mechanism, part, rarer

__all__ = ["Offer", "contract"]

MONTHS, DAYS, POUNDS = k.WHOLE, k.WHOLE, k.POUNDS_OR_NOUGHT
PARTY = k.choice("commissioner", "provider", "both")
NONE = k.choice("none")
EMPTY = k.NONE_LISTED

ABOUT: tuple[Field, ...] = (
    ("commissioner", "Commissioner", k.TEXT, "", "Who makes the offer."),
    ("form", "Form", k.choice("contract", "grant"), "", "A contract buys a service; a grant supports an activity. Contract if left blank."),
    ("document", "Document", k.choice("full length", "mid-tier", "short form", "letter"), "", "How heavy the contract document is."),
    ("legal_duty_needed", "Legal duty needed", k.YES, "", "Whether the commissioner needs a legal duty to perform, which a grant does not give."),
    ("sector", "Sector", k.choice("homecare", "other"), "", "A sector with a published floor price, where there is one."),
    ("note", "Note", k.TEXT, "", "Anything a reader should know."),
)  # fmt: skip
DURATION: tuple[Field, ...] = (
    ("firm_months", "Firm term", MONTHS, "months", "Months that are sure, options left out."),
    ("option_months", "Option to extend", MONTHS, "months", "Months by which it may be extended; 0 for none."),
    ("option_by", "Whose option", PARTY, "", "Whose choice the extension is."),
    ("option_price_rebased", "Price set afresh", k.YES, "", "Whether the price is set afresh for an extension."),
    ("continuing_service", "Need continues", k.YES, "", "Whether the need goes on after the term, as for most services; yes if left blank."),
    ("budget_confirmed_months", "Budget confirmed", MONTHS, "months", "Months for which the commissioner's own budget is confirmed."),
    ("efficiency", "Yearly efficiency cut", k.GROWTH, "% a year", "A yearly cut in price in the draft; 0% for none."),
    ("change_in_law", "Change in law", k.YES, "", "Whether the price moves with changes in the law that move employment cost."),
    ("carry_forward", "Carry forward", k.YES, "", "For a grant: whether money may be carried into the next year."),
    ("awards_before", "Awards before this one", EMPTY, "", "Say none if there was none; otherwise list them below."),
    ("indexation", "Indexation clause", NONE, "", "Say none if the draft has none; otherwise leave blank and fill in below."),
)  # fmt: skip
INDEXATION: tuple[Field, ...] = (
    ("month", "Month of the rise", MONTHS.or_words("anniversary"), "month", "1 to 12, or anniversary; 4 (April) if left blank."),
    ("cap", "Cap", k.GROWTH, "% a year", "The most the price rises in a year; blank for no cap."),
    ("collar", "Collar", k.GROWTH, "% a year", "The least the price rises in a year; blank for no collar."),
)  # fmt: skip
PROTECTIONS: tuple[Field, ...] = (
    ("referrals_by", "Who refers", PARTY, "", "Who decides how many come."),
    ("volume_guarantee", "Volume guarantee", k.SHARE, "%", "The share of the planned income paid whatever the volume; 0% for none."),
    ("volume_cap", "Volume cap", k.QUANTITY, "units a year", "Units beyond which nothing is paid; blank if there is no cap."),
    ("all_volume_paid", "Every unit paid", k.YES, "", "Whether every unit is paid for, however many come."),
    ("right_to_refuse", "Right to refuse", k.YES, "", "Whether work beyond what is paid may be refused."),
    ("void_days_paid", "Void days paid", DAYS, "days a place", "Days of a void place that are paid for, a year."),
    ("void_days_expected", "Void days expected", DAYS, "days a place", "Void days that you cannot help, a year."),
    ("liability_cap", "Cap on liability", POUNDS.or_words("unlimited"), "£", "The most you can owe, or unlimited."),
    ("insured", "Sum insured", POUNDS, "£", "What your insurance would pay: see your policy."),
    ("uncapped_indemnities", "Indemnities without limit", EMPTY, "", "Say none if there are none; otherwise list them below."),
    ("data_correction", "Data put right", k.YES, "", "Whether the price is put right when the commissioner's data prove wrong."),
    ("variation", "Variation", k.choice("by agreement", "unilateral"), "", "How the contract may be changed."),
    ("unpaid_suspension_days", "Unpaid suspension", DAYS, "days", "Days it may be suspended without fault and without pay; 0 for none."),
    ("subcontract", "A subcontract", k.YES, "", "Whether you would work for a prime contractor."),
    ("flow_down", "Terms passed on", k.choice("own scope", "head contract"), "", "Which terms a subcontract passes on to you."),
    ("pay_when_paid", "Pay when paid", k.YES, "", "Whether payment waits for somebody else's payment or report."),
    ("deductions", "Deductions", NONE, "", "Service credits: say none if the draft has none; otherwise fill in the two below."),
    ("deductions.expected", "Deductions expected", k.SHARE, "% of charge", "The share of the monthly charge you expect to lose."),
    ("deductions.cap", "Most deducted", k.SHARE, "% of charge", "The most that can be deducted; blank for no cap."),
    ("overhead_cap", "Cap on overheads", NONE, "", "Say none if the draft has none; otherwise fill in the two below."),
    ("overhead_cap.rate", "Most for overheads", k.SHARE, "%", "The most the draft allows for overheads."),
    ("overhead_cap.basis", "As a share of", k.choice("direct", "total"), "", "Direct cost, or total cost."),
    ("open_book", "Open book", k.choice("none", "contract costs", "whole organisation"), "", "Which of your accounts the commissioner may see."),
    ("one_payer_income", "Income from this payer", POUNDS, "£ a year", "All that this commissioner pays you, this contract included."),
)  # fmt: skip
WORKFORCE: tuple[Field, ...] = (
    ("tupe_in", "Staff transfer in", k.YES, "", "Whether staff come to you by TUPE."),
    ("tupe_indemnity", "Indemnity for the past", k.YES, "", "Whether claims from before the transfer are the commissioner's or the old employer's."),
    ("tupe_list_days", "Staff list before", DAYS, "days", "Days before the transfer by which the staff list comes."),
    ("outsourced", "Outsourced work", k.YES, "", "Whether public staff's work is outsourced, first or again."),
    ("two_tier_priced", "Same terms priced", k.YES, "", "Whether all staff on the transferred-in terms are in the price."),
    ("pension", "Pension", k.choice("none", "fixed rate", "pass-through", "provider bears deficit"), "", "Who bears a public-sector or defined-benefit pension."),
)  # fmt: skip
PAYMENT: tuple[Field, ...] = (
    ("invoiced", "Invoiced", k.choice("monthly", "quarterly", "half-yearly", "yearly"), "", "How often; monthly is assumed if left blank."),
    ("in_advance", "In advance", k.YES, "", "Whether a period is invoiced when it begins; arrears are assumed if left blank."),
    ("days", "Days to payment", DAYS, "days", "From a valid invoice to payment; 30 are assumed if left blank."),
    ("advance", "Advance", k.SHARE, "% of Year 1", "Of the first year's price, paid at the start and recovered evenly over that year; 0% for none."),
    ("retention", "Retention", k.SHARE, "%", "Of every payment, kept back to the end; 0% for none."),
    ("retention_months", "Retention paid after", MONTHS, "months", "Months after the end at which it is paid."),
    ("late_interest", "Interest on late payment", k.SHARE, "% a year", "Over Bank Rate."),
    ("public_contract", "Public contract", k.YES, "", "Whether the law on paying public contracts in 30 days applies; yes if left blank."),
    ("set_off", "Set-off", k.YES, "", "Whether sums from other contracts may be set off."),
    ("clawback", "Clawback", k.choice("none", "unspent", "surplus"), "", "What must be paid back."),
    ("deficit_shared", "Deficit shared", k.YES, "", "Whether the commissioner shares a deficit as it shares a surplus."),
    ("end_loaded", "Paid only at the end", k.SHARE, "% of price", "Paid only at milestones at or after the end; 0% for none."),
    ("withheld_for_process", "Withheld for process", k.YES, "", "Whether payment can be withheld over a process measure."),
)  # fmt: skip
EXIT: tuple[Field, ...] = (
    ("notice_by_commissioner", "Notice by commissioner", MONTHS, "months", "If it ends the contract without fault."),
    ("notice_by_provider", "Notice by you", MONTHS, "months", "If you end it; 0 when you may not."),
    ("provider_may_end", "You may end it", k.YES, "", "Whether you may end it before the term."),
    ("break_payment", "Paid on early end", POUNDS.or_words("stranded cost"), "£", "If the commissioner ends it early: pounds, 0 for nothing, or stranded cost."),
    ("wind_down_months", "Time to wind down", MONTHS, "months", "What you need to shed the cost: staff notice, consultation, leases."),
    ("stranded_cost", "Stranded cost", POUNDS, "£", "What an early end would leave you to pay."),
    ("tupe_out", "Staff transfer out", k.YES, "", "Whether staff go to the next provider at the end."),
    ("tupe_out_terms", "Terms of transfer out", k.YES, "", "Whether the successor's duty, data and indemnity are in the draft."),
    ("redundancy_paid", "Redundancy paid", k.YES, "", "Whether the commissioner pays redundancy where staff do not transfer."),
    ("redundancy_cost", "Cost of redundancy", POUNDS, "£", "What redundancy would cost."),
    ("handover_paid", "Handover paid", k.YES, "", "Whether work after the end is paid."),
    ("asset_clawback_years", "Claim on assets", k.QUANTITY.or_words("unlimited"), "years", "How long the commissioner may claim on assets it paid for: 0 for never, or unlimited."),
)  # fmt: skip
MONITORING: tuple[Field, ...] = (
    ("returns", "Returns", EMPTY, "", "Say none if no report is asked for; otherwise list them below."),
    ("systems", "Systems", POUNDS, "£ a year", "For systems kept only for this."),
    ("audits", "Audits and inspections", POUNDS, "£ a year", "What they cost you."),
    ("indicators", "Key indicators", k.WHOLE, "number", "How many the contract is judged by."),
    ("fixed_before_price", "Settled before price", k.YES, "", "Whether what is asked is settled before the price."),
    ("priced", "In the price", k.YES, "", "Whether its cost is in the price."),
)  # fmt: skip
SECTIONS: tuple[tuple[str, str, str, tuple[Field, ...]], ...] = (
    ("duration", "Term and price over time", "", DURATION),
    ("duration.indexation", "Indexation", "The basket of indices that the price follows is below.", INDEXATION),
    ("protections", "Who bears what", "", PROTECTIONS),
    ("workforce", "Staff who come and go", "", WORKFORCE),
    ("payment", "Payment", "", PAYMENT),
    ("exit", "How it ends", "", EXIT),
    ("monitoring", "Monitoring", "", MONITORING),
)


@dataclass(frozen=True)
class Offer:
    """The cells of the Contract sheet; ``offer["payment.days"]`` is the cell of a term."""

    terms: Mapping[str, Block]
    pays: Pays
    parts: tuple[Pays, ...]
    outcomes: Grid
    rates: tuple[Block, ...]
    """How many reach each outcome, a column for each contract year."""
    basket: Grid
    awards: Grid
    indemnities: Grid
    returns: Grid
    promises: Grid
    peers: Grid

    def __getitem__(self, name: str) -> Block:
        return self.terms[name]


def contract(book: Book) -> Offer:
    """Lay out the Contract sheet."""
    about = "The commissioner's offer. Blank is unknown, never a pass: what the draft says it has not, say so (no, none, 0)."
    sheet = book.sheet("Contract", "The commissioner's offer", "input", about)
    sheet.section("The offer")
    terms = fields(sheet, "contract", ABOUT)
    outcomes = _named_outcomes(book, sheet)
    pays = mechanism(sheet)
    for path, title, note, told in SECTIONS:
        sheet.section(title, note)
        terms |= {f"{path}.{name}": block for name, block in fields(sheet, f"contract.{path}", told).items()}
    terms["promises"] = _promised(sheet)
    grids = _lists(book, sheet)
    rarer(sheet)
    parts = tuple(part(sheet, number) for number in range(book.room.parts))
    rates = tuple(outcomes[f"rates.{y}"] for y in range(book.room.years))
    return Offer(terms, pays, parts, outcomes, rates, *grids)


def _named_outcomes(book: Book, sheet: Sheet) -> Grid:
    text = (
        ("indicator", "Indicator", "What is counted to know."),
        ("who", "Who", "For whom."),
        ("change", "Change", "What changes."),
        ("how_much", "How much", "How much of it."),
        ("by_when", "By when", "By when it is reached."),
        ("evidence", "Evidence", "What proves it."),
        ("payer", "Payer", "Who pays for it."),
    )
    years = range(book.room.years)
    reached = "The share of those who start that reaches it; the last one given holds after."
    grid = sheet.grid(
        "contract.outcomes",
        "Outcomes",
        (
            Column("name", "Outcome", k.TEXT, "A change the contract is for.", width=34),
            *(Column(name, heading, k.TEXT, help_, width=20) for name, heading, help_ in text),
            Column("price", "Worth", POUNDS, "The price of each in its definition.", "£ each"),
            *(Column(f"rates.{y}", f"Year {y + 1} rate", k.SHARE, reached, "%") for y in years),
            *(Column(f"targets.{y}", f"Year {y + 1} target", k.QUANTITY, "How many it asks for.", "a year") for y in years),
            Column("lag_months", "Months to reach", MONTHS, "From start to outcome.", "months"),
            Column("evidence_rate", "Rate elsewhere", k.SHARE, "The rate that evidence of like services supports.", "%"),
            Column("evidence_low", "Low rate elsewhere", k.SHARE, "What like services fall below one time in five.", "%"),
            Column("attributable", "Yours to bring about", k.YES, "Within your control, and told from others' work."),
            Column("value", "Value to commissioner", POUNDS, "What each is worth to the commissioner.", "£ each"),
            Column(
                "paid_back_months",
                "May be taken back",
                MONTHS.or_words("unlimited"),
                "Months in which its payment may be taken back; 0 for never, or unlimited.",
                "months",
            ),
        ),
        book.room.outcomes,
        "What the contract is for, and what is paid by results.",
    )  # fmt: skip
    lists = book.named("Lists")
    lists.section("Outcomes to choose from")
    lists.heads("Outcome", "", "Name")
    book.lists["outcomes"] = lists.calc("Outcome", "", grid["name"].join(""), "text")
    return grid


def _promised(sheet: Sheet) -> Block:
    sheet.section("Social value")
    help_ = "Say none if none was promised; otherwise list them below."
    told: tuple[Field, ...] = (("promises", "Promises", EMPTY, "", help_),)
    return fields(sheet, "contract", told, "your tender")["promises"]


def _lists(book: Book, sheet: Sheet) -> tuple[Grid, ...]:
    """The basket, awards, indemnities, returns, promises, and other bidders' prices."""
    room, path = book.room, "contract."
    basket = sheet.grid(
        path + "duration.indexation.basket",
        "Basket of indices",
        (
            Column("key", "Index", k.TEXT, "What part of the price follows.", width=34, options="indices"),
            Column("", "Share of the price", k.PERCENT, "That follows it; 100% in all.", "%"),
        ),
        room.basket,
        "Put what does not rise on 'fixed'. Blank if there is no clause, or nobody has said.",
        keyed="key",
    )
    awards = (Column("", "Length of award", MONTHS, "The latest last.", "months"),)
    indemnities = (Column("", "Indemnity", k.TEXT, "Such as data or TUPE.", width=34),)
    returns = (
        Column("name", "Return", k.TEXT, "A report the commissioner asks for.", width=34),
        Column("per_year", "Times a year", k.QUANTITY, "How often.", "a year"),
        Column("hours", "Staff time", k.QUANTITY, "For each.", "hours"),
        Column("hourly_cost", "Cost of an hour", POUNDS, "Of the staff who make it.", "£"),
        Column(
            "used_for",
            "Used for",
            k.USE,
            "What the commissioner does with it; say nothing where it is nothing.",
            width=30,
        ),
    )
    promises = (
        Column("name", "Promise", k.TEXT, "What was promised.", width=34),
        Column("yearly_cost", "Cost of keeping it", POUNDS, "Blank is unknown.", "£ a year"),
    )
    peers = (Column("", "Price of another bid", POUNDS, "Over the term.", "£"),)
    return (
        basket,
        sheet.grid(path + "duration.awards_before", "Awards before this one", awards, room.awards),
        sheet.grid(
            path + "protections.uncapped_indemnities", "Indemnities without limit", indemnities, room.indemnities
        ),
        sheet.grid(path + "monitoring.returns", "Returns asked for", returns, room.returns),
        sheet.grid(path + "promises", "Promises made", promises, room.promises),
        sheet.grid(path + "peer_prices", "Other bidders' prices", peers, room.peers),
    )
