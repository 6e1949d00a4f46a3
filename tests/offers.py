"""An offer with nothing wrong in it, and how to change one term of it: for the tests of the checks.

Full cost is £101,000, £100,000 and £101,000 (£302,000 over the term): a year has £60,000 of team
(which follows pay), £10 of materials for each of 1,000 visits and £30,000 of rent through a pool
(both follow CPI); start-up and close-down are £1,000 each. Prices do not rise unless a test says
so. The offer is £110,000 a year, so the planned surplus is £28,000. Free reserves are £200,000, so
an amount above £50,000 makes a finding one step graver.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import fcr
from fcr.checks import RULES, THRESHOLDS, Finding, Review, RiskSummary, Situation
from fcr.pricing import price

DROP = object()
"""Take a term out: nobody has stated it."""

HARMLESS = RiskSummary(Decimal(0), Decimal(0), ())

OUTCOME = {
    "name": "job",
    "indicator": "payslips seen",
    "who": "clients out of work",
    "change": "a job kept",
    "how_much": "one each",
    "by_when": "within six months",
    "evidence": "a payslip",
    "payer": "the council",
    "price": "100",
    "rates": ["0.5"],
    "evidence_low": "0.45",
    "attributable": True,
    "value": "200",
    "paid_back_months": 12,
}
RETURN = {"name": "Outcomes", "per_year": "4", "hours": "10", "hourly_cost": "25", "used_for": "the yearly review"}


def _cost(name: str, centre: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "centre": centre, "amount": amount} | more


START_UP = _cost("Mobilising", "Visits", "1000", phase="start-up", index="fixed")
CLOSE_DOWN = _cost("Winding up", "Visits", "1000", phase="close-down", index="fixed")
COSTS = [
    _cost("Team", "Visits", "60000", index="pay"),
    _cost("Materials", "Visits", "10", behaviour="per unit"),
    _cost("Rent", "Office", "60000"),
    _cost("Hall", "Clubs", "5"),
    START_UP,
    CLOSE_DOWN,
]
GOOD: dict[str, Any] = {
    "organisation": {
        "name": "Example",
        "base_year": "2026-04-01",
        "free_reserves": "200000",
        "annual_income": "1000000",
        "services": [{"name": "Visits", "unit": "visit", "volume": "1000"}, {"name": "Clubs"}],
        "pools": [{"name": "Office", "driver": "equal"}],
        "costs": COSTS,
    },
    "service": "Visits",
    "start": "2026-04-01",
    "years": 3,
    "volumes": ["1000"],
    "assumptions": {"indices": {name: {"rises": {"2027": "0", "2028": "0"}} for name in ("pay", "CPI")}},
    "finance_rate": "0.06",
    "vat": "exempt",
    "contract": {
        "commissioner": "the council",
        "form": "contract",
        "document": "short form",
        "legal_duty_needed": True,
        "sector": "other",
        "mechanism": {"kind": "block", "prices": ["110000"] * 3},
        "duration": {
            "firm_months": 36,
            "option_months": 0,
            "continuing_service": True,
            "awards_before": [],
            "budget_confirmed_months": 36,
            "indexation": {"basket": {"pay": "60", "CPI": "40"}},
            "efficiency": "0",
            "change_in_law": True,
            "carry_forward": True,
        },
        "protections": {
            "referrals_by": "provider",
            "volume_guarantee": "0",
            "right_to_refuse": True,
            "void_days_paid": 0,
            "void_days_expected": 0,
            "liability_cap": "110000",
            "insured": "1000000",
            "uncapped_indemnities": [],
            "data_correction": True,
            "variation": "by agreement",
            "unpaid_suspension_days": 0,
            "subcontract": False,
            "flow_down": "own scope",
            "pay_when_paid": False,
            "deductions": "none",
            "overhead_cap": "none",
            "open_book": "none",
            "one_payer_income": "200000",
        },
        "workforce": {
            "tupe_in": False,
            "tupe_indemnity": True,
            "tupe_list_days": 28,
            "outsourced": False,
            "two_tier_priced": True,
            "pension": "none",
        },
        "payment": {
            "invoiced": "monthly",
            "in_advance": True,
            "days": 30,
            "advance": "0",
            "retention": "0",
            "late_interest": "0.08",
            "set_off": False,
            "clawback": "none",
            "deficit_shared": True,
            "end_loaded": "0",
            "withheld_for_process": False,
        },
        "exit": {
            "notice_by_commissioner": 6,
            "notice_by_provider": 6,
            "provider_may_end": True,
            "break_payment": "stranded cost",
            "wind_down_months": 6,
            "stranded_cost": "20000",
            "tupe_out": False,
            "tupe_out_terms": True,
            "redundancy_paid": True,
            "redundancy_cost": "9000",
            "handover_paid": True,
            "asset_clawback_years": "5",
        },
        "outcomes": [OUTCOME],
        "monitoring": {"returns": [RETURN], "indicators": 5, "fixed_before_price": True, "priced": True},
        "promises": [],
        "peer_prices": ["330000"],
    },
}

UNIT = {"mechanism": {"kind": "unit price", "price": "110"}, "protections.referrals_by": "commissioner"}
"""The same £110,000 a year, by the visit."""
RESULTS = {
    "mechanism": {
        "kind": "payment by results",
        "attachment": "60",
        "stages": [{"outcome": "job", "price": "100"}],
    },
}
"""The same £110,000 a year: £60 a visit, and £100 for each of 500 outcomes."""
GRANT = {"form": "grant", "mechanism": {"kind": "grant", "amounts": ["110000"] * 3}}
ARREARS = {"payment.in_advance": False}


def plain(changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The data of the good bid with some terms changed, by dotted path: ``duration.firm_months``, ``bid.vat``."""
    data = copy.deepcopy(GOOD)
    for path, value in (changes or {}).items():
        head, _, rest = path.partition(".")
        roots: dict[str, tuple[dict[str, Any], str]] = {
            "bid": (data, rest),
            "org": (data["organisation"], rest),
        }
        place, name = roots.get(head, (data["contract"], path))
        *way, last = name.split(".")
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if value is DROP:
            place.pop(last, None)
        else:
            place[last] = copy.deepcopy(value)
    return data


def bid(changes: Mapping[str, Any] | None = None) -> fcr.Bid:
    """The good bid with some terms changed: see :func:`plain`."""
    return fcr.Bid.from_dict(plain(changes))


def situation(
    changes: Mapping[str, Any] | None = None,
    thresholds: Mapping[str, Decimal] | None = None,
    risk: RiskSummary | None = HARMLESS,
) -> Situation:
    """What the rules look at, with any risk figures."""
    made = bid(changes)
    known = {name: t.value for name, t in THRESHOLDS.items()}
    return Situation(made, price(made), known | dict(thresholds or {}), risk)


def find(
    code: str,
    changes: Mapping[str, Any] | None = None,
    thresholds: Mapping[str, Decimal] | None = None,
    risk: RiskSummary | None = HARMLESS,
) -> Finding:
    """The answer of one rule."""
    return RULES[code].find(situation(changes, thresholds, risk))


def review(changes: Mapping[str, Any] | None = None, risk: RiskSummary | None = HARMLESS) -> Review:
    """The review of the good bid with some terms changed."""
    seen = situation(changes, risk=risk)
    return Review(seen, tuple(rule.find(seen) for rule in RULES.values()))
