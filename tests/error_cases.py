"""For each problem code, something refused with it: the examples of ``docs/reference/errors.md`` are what is then said.

Each case runs in a folder of its own.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from error_making import (
    HEAD,
    LEDGER,
    OUT,
    Case,
    bid,
    cell,
    command,
    cost,
    figure,
    folder,
    ledger,
    mapped,
    model,
    rates,
    read,
    value,
    with_entities,
    words_of,
    workbook,
)

import fcr
from fcr import contract, distributions
from fcr.display import charts
from fcr.rates import RateBook
from fcr.risk.exact import exact_losses
from fcr.workbook import import_costs

HAZARD = {"kind": "hazard", "probability": "0.1", "months": [12], "term": 24}

SIGNED = ("7100,Rent,PI,1,1,Rent,100", "7100,Rent,PC,2,2,Refund,30", "7100,Rent,JC,3,3,Refund,-5")

FUNDER = """
[[funders]]
id = "a"
name = "A"
mechanism = "cap_pct"
base = "direct cost"
basis = "direct"
rate_kind = "cap"
status = "one source"
sources = ["A"]
primary_text_seen = false
"""


def _twice_the_sheet() -> object:
    book = openpyxl.Workbook()
    for name in ("Ledger", "Copy"):
        sheet = book[book.sheetnames[0]] if name == "Ledger" else book.create_sheet()
        sheet.title = name
        for line in LEDGER:
            sheet.append([int(part) if part.isdigit() else part for part in line.split(",")])
    book.save("ledger.xlsx")
    return import_costs("ledger.xlsx")


def _twice_written() -> None:
    for _ in range(2):
        fcr.template("transport.xlsx", "community-transport")


def _small() -> fcr.Apportionment:
    """One service and no overheads."""
    costs = [fcr.Cost.from_dict({"name": "Rent", "centre": "Visits", "amount": 120})]
    return fcr.apportion(fcr.Organisation(name="Small", services=[fcr.Service(name="Visits")], costs=costs))


def _clear_second(sheet: Any, label: str) -> None:
    """Leave a year blank between others."""
    row = next(cells for cells in sheet.iter_rows() if cells[0].value == label)
    [found for found in row[1:] if isinstance(found.value, int | float)][1].value = None


def _clear_row(sheet: Any, label: str) -> None:
    for found in next(cells for cells in sheet.iter_rows() if cells[0].value == label):
        found.value = None


def _all_accepted() -> None:
    """A letter about an offer of which everything was accepted."""
    offer = fcr.example()
    accepted = {finding.code: "Agreed." for finding in fcr.check(offer, draws=100).raised}
    fcr.letter(fcr.check(offer.replace(waivers=accepted), draws=100), "letter.md")


def _many_events() -> fcr.Bid:
    event = {"kind": "event", "probability": "0.1", "impact": {"kind": "fixed", "value": "100"}}
    return fcr.example().replace(risks=[fcr.Risk.from_dict({"name": f"Event {n}", "size": event}) for n in range(30)])


LONGEST = 240
"""Characters of an example on the page."""

CASES: dict[str, Case] = {
    # any field
    "missing": model(distributions.Triangular, low=1, mode=2),
    "blank": model(fcr.Service, name="  "),
    "too-long": model(fcr.Service, name="x" * 300),
    "not-text": model(fcr.Service, name="Debt\nadvice"),
    "not-a-number": cost(amount="1.200,50"),
    "not-whole": cost(first_month="April"),
    "not-a-date": bid(start="April 2027"),
    "not-yes-or-no": bid(assumptions__hold_rates="perhaps"),
    "not-a-choice": bid(method="stepdown"),
    "wrong-type": bid(organisation=[]),
    "out-of-range": cost(vat_rate="20"),
    "negative": model(fcr.Driver, name="floor area", quantities={"Visits": -5}),
    "too-large": cost(amount=10**400),
    "too-fine": cost(amount="0." + "1" * 40),
    "unknown-field": model(fcr.Service, name="Debt advice", units="client"),
    "empty": bid(organisation={"name": "Nobody"}),
    # names
    "unknown-name": bid(service="Dept advice"),
    "duplicate-name": model(
        fcr.Correlations, names=["Demand", "Pay", "Demand"], matrix=[[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    ),
    "built-in-name": model(
        fcr.Organisation,
        name="Small",
        services=[{"name": "Visits"}],
        drivers=[{"name": "staff", "quantities": {"Visits": 1}}],
    ),
    "twice": read("bid.json", '{"name": "Bid", "name": "Bid 2"}'),
    # costs and posts
    "one-place": cost(split={"Visits": 100}),
    "one-amount": cost(amounts=[1]),
    "not-100": cost(centre=OUT, split={"Visits": 60, "Clubs": 30}),
    "unsaid": cost(vat_rate="0.2"),
    "step": cost(step=10),
    "behaviour": cost(behaviour="per unit", phase="close-down"),
    "life": cost(capital="depreciation"),
    "capital": cost(amount=OUT, capital="purchase", amounts=[1]),
    "rises-twice": cost(capital="depreciation", life=3, index="CPI"),
    "top": model(fcr.Post, name="Adviser", salary=30000, top=28000, time={"Visits": 100}),
    "hours": model(
        fcr.Organisation,
        name="Small",
        services=[{"name": "Visits"}],
        pools=[{"name": "Office", "driver": "time"}],
        posts=[
            {"name": "Adviser", "salary": 30000, "time": {"Visits": 100}, "hours_per_year": 1650},
            {"name": "Manager", "salary": 40000, "time": {"Visits": 100}},
        ],
        costs=[{"name": "Rent", "centre": "Office", "amount": 9000}],
    ),
    "months": bid(organisation__costs__0__first_month=40),
    "months-reversed": cost(first_month=3, last_month=2),
    "not-paid": bid(
        organisation__costs__0={"name": "Rent", "centre": "Debt advice", "amounts": [1, 1, 1], "first_month": 13}
    ),
    # sharing out
    "one-measure": model(fcr.Driver, name="floor area", quantities={"Visits": 80}, mixture={"staff": 100}),
    "no-quantities": model(fcr.Driver, name="floor area", unit="m²"),
    "closed-circle": model(
        fcr.Organisation,
        name="Small",
        services=[{"name": "Visits"}],
        pools=[{"name": "Rent", "driver": "desks"}, {"name": "IT", "driver": "screens"}],
        drivers=[{"name": "desks", "quantities": {"IT": 4}}, {"name": "screens", "quantities": {"Rent": 1}}],
        costs=[{"name": "Lease", "centre": "Rent", "amount": 9000}],
    ),
    "order": bid(organisation__pools__0__order=1),
    "idle-service": bid(organisation__services__4={"name": "Forgotten"}),
    # the bid
    "not-first": bid(start="2027-04-02"),
    "before-base": bid(start="2025-04-01"),
    "before-known": bid(organisation__base_year="2010-04-01", start="2010-04-01"),
    "years": bid(volumes=[900, 900], capacity=OUT, occupancy=OUT),
    "volumes": bid(occupancy=OUT),
    "rise-not-stated": bid(assumptions__indices__pay={"rises": {}}),
    "surplus-basis": bid(surplus="0.05", surplus_basis=None),
    "reserves": bid(reserves_rate="0.03", reserves_amount=1000),
    "assumption": lambda: RateBook({"vat.standard_rate": {date(2027, 4, 1): "a fifth"}}),  # type: ignore[dict-item]
    # the offer
    "cap-below-floor": model(contract.Indexation, basket={"CPI": 1}, cap="0.02", collar="0.03"),
    "contradiction": model(fcr.Risk, name="Referrals", of="settled"),
    "bands": model(contract.TargetCost, target=1, bands=[{"up_to": 1, "share": 1}]),
    "trigger": model(
        contract.FeePlusOutcomes, value=1000, fee_share="0.5", fee_months=12, outcome="Job", price=10, trigger=5
    ),
    "option-longer": model(fcr.Duration, firm_months=12, option_months=24),
    # risks
    "one-pair": model(distributions.Lognormal),
    "out-of-order": model(distributions.Lognormal, p10=2, p90=1),
    "not-one": model(distributions.Scenarios, outcomes=[]),
    "after-term": model(distributions.Hazard, probability="0.1", months=[36], term=36),
    "matrix": model(fcr.Correlations, names=["Demand", "Pay"], matrix=[["0.9", 0], [0, 1]]),
    "matrix-size": model(fcr.Correlations, names=["Demand", "Pay"], matrix=[[1]]),
    "not-exact": lambda: exact_losses([fcr.Risk(name="Fuel", acts_on="index", of="fuel")]),
    "too-many": lambda: exact_losses(_many_events().risks),
    "term": bid(risks__0={"name": "Ended early", "acts_on": "termination", "size": HAZARD}),
    "too-few": lambda: fcr.compare([fcr.example()]),
    # charts and letters
    "no-chart": lambda: charts.chart(object()),  # type: ignore[arg-type]
    "nothing-to-draw": lambda: _small().plot(),
    "nothing-to-ask": _all_accepted,
    # files and commands
    "no-file": lambda: fcr.read("bids.xlsx"),
    "file-kind": lambda: fcr.read("bid.pdf"),
    "file-exists": _twice_written,
    "not-json": read("bid.json", '{"name": "Bid"\n "years": 3}'),
    "newer-version": bid(schema_version=99),
    "usage": command("check", "bid.json", "--colour"),
    "one-output": command("check", "bid.json", "offer.json", "-o", "reviewed.xlsx"),
    "not-known": command("rates", "vat.standart_rate"),
    # workbooks and ledgers
    "entities": with_entities,
    "file-size": read("bid.json", b" " * 30_000_000),
    "damaged": read("bid.xlsx", b"PK\x03\x04" + b"\0" * 60),
    "password": read(
        "bid.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"
    ),
    "encoding": lambda: (Path("ledger.csv").write_bytes(b"\xff\xfe\x00\xd8a\x81\x8d"), import_costs("ledger.csv")),
    "which-sheet": _twice_the_sheet,
    "no-headings": ledger("Rent 18000", "Light 2400"),
    "which-column": ledger("Account name,Amount,Amount", "Rent,1,2"),
    "missing-column": ledger("Account,Debit", "Rent,10"),
    "error-cell": workbook(cell("Bid", "Contract years", "#REF!", 1)),
    "no-value": words_of("step-down", "step-down"),
    "no-sheet": workbook(lambda book: book.remove(book["Bid"])),
    "no-section": words_of("Findings accepted", "Accepted"),
    "no-heading": workbook(lambda book: _clear_row(book["Organisation"], "Service")),
    "unknown-heading": words_of("Unit of output", "Thing made"),
    "unknown-label": words_of("Free reserves", "Free reserve"),
    "gap": workbook(lambda book: _clear_second(book["Bid"], "Capacity")),
    "too-exact": lambda: fcr.write(bid(organisation__free_reserves="0.12345678901234567891")(), "bid.xlsx"),
    "no-account": ledger(HEAD, ",,500,0"),
    "sign": ledger("N/C,Name,Type,Date,No,Details,Amount", *SIGNED),
    "total-differs": ledger(*LEDGER, "Total,,99999,0"),
    "undecided": ledger(*LEDGER),
    "mapping": mapped("[[accounts]]\ncentre = 'Premises'\n"),
    # rate files
    "not-toml": rates("name = = 1"),
    "missing-key": rates("[[parameters]]", 'name = "example.rate"'),
    "unknown-key": rates(*figure(value("2026-04-06"), head='colour = "red"')),
    "duplicate-date": rates(*figure(value("2026-04-06"), value("2026-04-06"))),
    "unordered-dates": rates(*figure(value("2026-04-06"), value("2025-04-06"))),
    "known-to": rates(*figure(value("2028-04-06"))),
    "not-found": rates(*figure(value("2026-04-06", '"not found"'))),
    "dates": rates(funders=FUNDER + "from = 2026-04-01\nto = 2025-04-01\n"),
    "rate": rates(funders=FUNDER + 'rate = 0.1\noptions = [{ label = "a", rate = 0.2, basis = "direct" }]\n'),
    "unknown-source": rates(*figure(value("2026-04-06", source="B"))),
}
"""What is refused, by the code it is refused with."""


WITHOUT = {"fault", "invalid", "memory", "no-income", "room"}
"""Codes no small example was found for: of a fault without a code of its own, a simulation, a file of another size."""


def table(page: str) -> str:
    """``errors.md`` with what the library says today beside each code."""
    return re.sub(r"^\| `([a-z0-9-]+)` \| (.*?) \|.*$", _row, page, flags=re.MULTILINE)


def _row(row: re.Match[str]) -> str:
    code, meaning = row.groups()
    said = words(code) if code in CASES else ""
    shown = said if len(said) <= LONGEST else said[: said.rindex(" ", 0, LONGEST)] + " …"
    shown = re.sub(r"([\\|<*_\[\]])", r"\\\1", shown.removeprefix(": "))
    return f"| `{code}` | {meaning} | {shown} |"


def words(code: str) -> str:
    """What the library says, in the words that a person sees."""
    with folder() as here:
        refused = _refused(CASES[code])
        said = [str(problem) for problem in refused if problem.code == code]
        if not said:
            raise AssertionError(f"{code}: refused with {[problem.code for problem in refused]}")
        return " ".join(said[0].replace(f"{here}{os.sep}", "").split())


def _refused(case: Case) -> tuple[fcr.Problem, ...]:
    """The problems of a case, as the library gives them."""
    try:
        case()
    except fcr.InputError as error:
        return tuple(error.problems)
    return ()
