"""For each check: terms that raise it, with the pounds worked by hand, and terms without which it is unknown.

The sums behind the amounts stand beside them; ``offers.py`` has the figures they start from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from offers import ARREARS, CLOSE_DOWN, COSTS, DROP, GRANT, RESULTS, RETURN, START_UP, UNIT

from fcr.checks import RiskSummary


@dataclass(frozen=True)
class Case:
    """Changes to the good bid, and what the check must then say."""

    code: str
    changes: dict[str, Any]
    severity: str
    amount: str | None = None
    words: str = ""
    at_most: bool = False
    risk: RiskSummary | None = field(default_factory=lambda: RiskSummary(Decimal(0), Decimal(0), ()))


def block(*prices: str) -> dict[str, Any]:
    return {"mechanism": {"kind": "block", "prices": list(prices)}}


def results(attachment: str, price: str, **protections: Any) -> dict[str, Any]:
    stages = [{"outcome": "job", "price": price}]
    return {"mechanism": {"kind": "payment by results", "attachment": attachment, "stages": stages}} | protections


def rises(pay: str, cpi: str) -> dict[str, Any]:
    both = {"pay": pay, "CPI": cpi}
    return {"bid.assumptions": {"indices": {n: {"rises": {"2027": r, "2028": r}} for n, r in both.items()}}}


def excess(total: str, gaps: dict[str, Decimal] | None) -> RiskSummary:
    return RiskSummary(Decimal(0), Decimal(total), (("Pay award", Decimal(total)),), gaps)


def tail(loss: str) -> RiskSummary:
    return RiskSummary(Decimal(loss), Decimal(0), ())


SHORT = block("100000", "100000", "101000")  # £1,000 short in Year 1, which is 0.99%
DECISION = {"yearly_amount": "1000", "source": "Designated fund", "ends": "2029-03-31", "minute": "12 May 2026, 4"}
HOURS = {"org.services": [{"name": "Visits", "unit": "hour of care", "volume": "1000"}, {"name": "Clubs"}]}
CLIFF = {
    "mechanism": {
        "kind": "results, all or nothing",
        "attachment": "60",
        "outcome": "job",
        "target": "400",
        "payment": "50000",
    }
}
DEDUCTIONS = "protections.deductions"
MONTHLY = RETURN | {"per_year": "12"}

RAISED = (
    Case("FCR-1", SHORT, "high", "1000", "short in Year 1 £1,000.00"),
    Case("FCR-1", block("95000", "100000", "101000"), "blocker", "6000"),  # 6,000 ÷ 101,000 = 5.94%
    Case("FCR-2", SHORT, "blocker", "1000", "no decision"),
    Case("FCR-2", SHORT | {"bid.subsidy_decision": DECISION | {"yearly_amount": "999"}}, "blocker", "1000", "£999.00"),
    Case("FCR-2", SHORT | {"bid.subsidy_decision": DECISION | {"ends": "2027-03-30"}}, "blocker", "1000", "before"),
    # overheads 90,000 on direct 210,000 = 42.86%; 90,000 − 20% × 210,000
    Case("FCR-3", {"protections.overhead_cap": {"rate": "0.2", "basis": "direct"}}, "high", "48000", "42.86%"),
    # 90,000 of 300,000 = 30%; allowed x with x ÷ (210,000 + x) = 20%: 52,500
    Case("FCR-3", {"protections.overhead_cap": {"rate": "0.2", "basis": "total"}}, "high", "37500", "30%"),
    # 90,000 − 21,000 is above a quarter of free reserves
    Case("FCR-3", {"protections.overhead_cap": {"rate": "0.1", "basis": "direct"}}, "blocker", "69000"),
    Case("FCR-4", block(*["102000"] * 3), "medium", "5060"),  # 3% × 302,000 − 4,000
    # (32.14 − 24.10) × 3,000 hours
    Case(
        "FCR-5", HOURS | {"sector": "homecare", "mechanism": {"kind": "unit price", "price": "24.10"}}, "high", "24120"
    ),
    Case(
        "FCR-5",
        HOURS | {"sector": "homecare", "mechanism": {"kind": "unit price", "price": "22.70"}},
        "blocker",
        "28320",
    ),
    Case("FCR-6", {"org.costs": [c for c in COSTS if c is not START_UP]}, "medium", None, "start-up"),
    Case("FCR-6", {"org.costs": [c for c in COSTS if c is not CLOSE_DOWN]}, "medium", None, "close-down"),
    # 271,800 is exactly 10% below full cost; and the bids 100, 98, 105 and 84 to scale
    Case("FCR-7", block(*["90600"] * 3), "medium", None, "-10% against our full cost"),
    Case(
        "FCR-7",
        {"peer_prices": ["392857.14", "385000", "412500"]},
        "medium",
        None,
        "-13.2% against the mean of all bids; -16.8% against the mean of the others",
    ),
    Case(
        "FCR-8",
        {"org.costs": [*COSTS[:3], COSTS[0] | {"name": "Van", "vat_rate": "0.2", "vat_recoverable": "1"}]},
        "medium",
        None,
        "Van",
    ),
    Case(
        "FCR-9", {"promises": [{"name": "Placements"}, {"name": "Trees", "yearly_cost": "50"}]}, "low", None, "Placem"
    ),
    Case("TRM-1", {"duration.firm_months": 12}, "high"),
    Case("TRM-1", {"duration.firm_months": 35}, "medium"),
    Case("TRM-2", {"duration.firm_months": 12, "duration.awards_before": [36, 12]}, "high", None, "2 awards"),
    Case("TRM-3", {"duration.budget_confirmed_months": 12}, "medium", None, "£220,000.00"),  # two of three years
    Case(
        "TRM-4",
        {
            "duration.option_months": 12,
            "duration.option_by": "commissioner",
            "duration.option_price_rebased": False,
            "duration.indexation": "none",
        },
        "medium",
    ),
    # costs are 1.048 and 60% × 1.06² + 40% × 1.03² = 1.09852 times Year 1: 110,000 × (0.048 + 0.09852)
    Case("TRM-5", rises("0.06", "0.03") | {"duration.indexation": "none"}, "high", "16117.20", "4.81% a year"),
    # the price rises 2%: 110,000 × (1.048 − 1.02 + 1.09852 − 1.02²)
    Case(
        "TRM-5",
        rises("0.06", "0.03") | {"duration.indexation": {"basket": {"pay": "100"}, "cap": "0.02"}},
        "high",
        "9473.20",
        "the price by 2%",
    ),
    Case("TRM-6", {"duration.change_in_law": False}, "high"),
    Case("TRM-7", {"duration.efficiency": "0.02"}, "high", "6556"),  # 110,000 × (0.02 + 0.0396)
    Case("TRM-8", GRANT | {"duration.carry_forward": False}, "low"),
    Case("RSK-1", {}, "high", "5000", "Pay award £5,000.00", risk=excess("5000", {"Pay award": Decimal("0.26")})),
    Case("RSK-1", {}, "blocker", "50000.01", risk=excess("50000.01", None)),
    # a fifth fewer: 3 × (22,000 of income − 2,000 of materials), above a quarter of reserves
    Case("RSK-2", UNIT, "blocker", "60000", "20% fewer would lose £60,000.00"),
    # £88,000 guaranteed is short of £91,000 of fixed cost
    Case("RSK-2", UNIT | {"protections.volume_guarantee": "0.8", "org.free_reserves": "1000000"}, "high", "60000"),
    # a fifth more: 3 × £2,000 of materials
    Case(
        "RSK-3",
        {"mechanism": {"kind": "capped activity", "price": "110", "cap": "1000"}, "protections.right_to_refuse": False},
        "blocker",
        "6000",
    ),
    Case("RSK-3", UNIT | {"protections.right_to_refuse": False, "protections.volume_cap": "1000"}, "blocker", "6000"),
    Case("RSK-3", {"protections.right_to_refuse": False}, "high", "6000", "the sum is fixed"),
    # 330,000 × 10 ÷ 365
    Case(
        "RSK-4",
        UNIT | {"protections.void_days_expected": 20, "protections.void_days_paid": 10},
        "medium",
        "9041.10",
    ),
    Case("RSK-5", {"protections.liability_cap": "unlimited"}, "blocker"),
    # the greater of 125% × 110,000 and 100,000 is 137,500
    Case(
        "RSK-5", {"protections.liability_cap": "150000", "protections.insured": "100000"}, "high", "12500", at_most=True
    ),
    Case("RSK-6", {"protections.uncapped_indemnities": ["data"]}, "high", None, "data"),
    Case("RSK-7", {"protections.data_correction": False}, "high"),
    Case("RSK-8", {"workforce.tupe_in": True, "workforce.tupe_indemnity": False}, "high", None, "claims"),
    Case("RSK-8", {"workforce.tupe_in": True, "workforce.tupe_list_days": 27}, "high", None, "27 days"),
    Case("RSK-9", {"workforce.outsourced": True, "workforce.two_tier_priced": False}, "high"),
    Case("RSK-10", {"workforce.pension": "provider bears deficit"}, "blocker"),
    Case(
        "RSK-11",
        {"exit.notice_by_commissioner": 3, "exit.break_payment": "4000"},
        "high",
        "16000",  # 20,000 stranded − 4,000
        at_most=True,
    ),
    Case(
        "RSK-11",
        {"exit.notice_by_commissioner": 2, "exit.break_payment": "0"},
        "high",
        "20000",
        "below 3",
        at_most=True,
    ),
    # three months of cost at 302,000 ÷ 36
    Case(
        "RSK-11",
        {"exit.notice_by_commissioner": 3, "exit.break_payment": "0", "exit.stranded_cost": DROP},
        "high",
        "25166.67",
        at_most=True,
    ),
    Case("RSK-12", {"protections.variation": "unilateral"}, "high"),
    Case("RSK-13", {"protections.unpaid_suspension_days": 30}, "medium", "9041.10", at_most=True),  # 110,000 × 30 ÷ 365
    Case("RSK-14", {"protections.subcontract": True, "protections.flow_down": "head contract"}, "high"),
    Case("RSK-14", {"protections.subcontract": True, "protections.pay_when_paid": True}, "high"),
    Case("RSK-15", {}, "medium", "50000", "25% of free reserves", at_most=True, risk=tail("50000")),
    Case("RSK-15", {}, "medium", "100000", at_most=True, risk=tail("100000")),
    Case("RSK-15", {}, "high", "100000.01", at_most=True, risk=tail("100000.01")),
    Case("RSK-15", {}, "blocker", "200000.01", at_most=True, risk=tail("200000.01")),
    Case("RSK-15", {"org.free_reserves": "0"}, "blocker", "1", "no free reserves", at_most=True, risk=tail("1")),
    Case("RSK-16", {"org.annual_income": "400000"}, "medium", None, "28% of yearly income"),  # 27.5%
    Case("RSK-16", {"protections.one_payer_income": "500001"}, "medium", None, "its payer 50%"),
    Case("OUT-1", RESULTS, "medium", "150000", "45.5%", at_most=True),  # 50,000 of 110,000
    Case("OUT-1", results("40", "140"), "high", "210000", "63.6%", at_most=True),  # 70,000 of 110,000
    # (302,000 − 180,000) ÷ (3,000 × 100) = 40.67%; at 40% it pays 300,000
    Case("OUT-2", RESULTS | {"outcomes.0.evidence_low": "0.4"}, "high", "30000", "success rate of 40.67%"),
    Case("OUT-2", results("10", "20"), "high", "3000", "no rate of success"),  # 0.5 to 0.45 × 3,000 × £20
    Case("OUT-3", CLIFF, "high", "150000", at_most=True),
    Case("OUT-4", RESULTS | {"outcomes.0.attributable": False}, "high", "150000", "job", at_most=True),
    Case("OUT-5", RESULTS | {"outcomes.0.who": "", "outcomes.0.price": DROP}, "medium", None, "job (who, price)"),
    # 122,000 of cost is left to outcomes, 1,500 × £80 is paid
    Case("OUT-6", results("60", "80"), "high", "2000", "£80.00 is paid for an outcome, £81.33"),
    Case("OUT-6", RESULTS | {"outcomes.0.value": "99"}, "low", None, "£99.00 is what it is worth"),
    # 28,000 ÷ 330,000 = 8.48%; 9% × 330,000 − 28,000
    Case("OUT-7", {DEDUCTIONS: {"cap": "0.09"}}, "high", "1700", "8.48%", at_most=True),
    Case("OUT-7", {DEDUCTIONS: {}}, "high", "302000", "no cap", at_most=True),
    Case("OUT-8", {"monitoring.indicators": 11}, "medium"),
    Case("OUT-9", {"payment.withheld_for_process": True}, "medium"),
    Case("OUT-10", RESULTS | {"outcomes.0.paid_back_months": 13}, "medium", "150000", at_most=True),
    Case("OUT-10", RESULTS | {"outcomes.0.paid_back_months": "unlimited"}, "medium", "150000", at_most=True),
    # £4,950 a year is 4.5% of 110,000, £6,600 is 6%, £9,900 is 9%
    Case("MON-1", {"monitoring.returns": [MONTHLY | {"hours": "16.5"}]}, "medium", None, "4.5%"),
    Case("MON-1", {"monitoring.returns": [MONTHLY | {"hours": "20"}]}, "medium", "3150", "5.5%"),
    Case("MON-1", {"monitoring.returns": [MONTHLY | {"hours": "22"}]}, "high", "4950", "6%"),
    Case("MON-1", {"monitoring.returns": [MONTHLY | {"hours": "33"}]}, "high", "14850", "severe"),
    Case("MON-2", {"monitoring.priced": False}, "medium", "3000"),  # 3 × 4 × 10 × £25
    Case("MON-3", {"monitoring.fixed_before_price": False}, "medium"),
    Case("MON-4", {"monitoring.returns": [RETURN | {"used_for": ""}]}, "low", "3000", "Outcomes"),
    Case("MON-5", {"protections.open_book": "whole organisation"}, "medium"),
    Case("MON-5", {"protections.open_book": "contract costs", "payment.clawback": "surplus"}, "medium", "28000"),
    Case("MON-6", {"document": "full length"}, "medium"),
    Case("MON-7", {"legal_duty_needed": False}, "low"),
    Case("PAY-1", {"payment.days": 31, "bid.finance_rate": DROP}, "high", None, "31 days"),
    Case("PAY-1", {"payment.days": 31, "payment.public_contract": False}, "medium", None, "does not apply"),
    # lowest in month 2, after 1,000 + 2 × 8,333.33 and before any receipt; a quarter of £60,000 is £15,000
    Case("PAY-2", ARREARS | {"org.free_reserves": "60000"}, "high", "17666.67", "May 2026", at_most=True),
    Case("PAY-3", ARREARS | {"payment.days": 60, "bid.finance_rate": "0"}, "medium", None, "2 months"),
    Case("PAY-3", ARREARS | {"payment.days": 60, "bid.finance_rate": DROP}, "medium", None, "no rate"),
    Case("PAY-4", {"payment.late_interest": "0.0799"}, "low"),
    Case("PAY-5", {"payment.retention": "0.06", "payment.retention_months": 1}, "medium", "19800", at_most=True),
    Case("PAY-5", {"payment.retention": "0.05", "payment.retention_months": 2}, "medium", "16500", at_most=True),
    Case("PAY-5", {"payment.end_loaded": "0.1"}, "medium", "33000", at_most=True),
    Case("PAY-6", {"payment.set_off": True}, "medium"),
    Case("PAY-7", {"payment.clawback": "unspent"}, "high", "28000"),
    Case("PAY-8", {"payment.clawback": "surplus", "payment.deficit_shared": False}, "high", "28000"),
    Case("PAY-9", {"protections.pay_when_paid": True}, "high"),
    Case("EXT-1", {"exit.notice_by_commissioner": 5}, "high", "8388.89", "5 months' notice", at_most=True),  # a month
    Case("EXT-1", {"exit.notice_by_commissioner": 2, "exit.wind_down_months": 1}, "high", "8388.89", at_most=True),
    Case("EXT-2", {"exit.provider_may_end": False}, "high"),
    Case("EXT-3", {"exit.redundancy_paid": False}, "high", "9000"),
    Case("EXT-4", {"exit.tupe_out": True, "exit.tupe_out_terms": False}, "medium"),
    Case("EXT-5", {"exit.handover_paid": False}, "medium"),
    Case("EXT-6", {"exit.asset_clawback_years": "unlimited"}, "medium"),
    Case("EXT-7", {"workforce.pension": "provider bears deficit"}, "blocker"),
    # its own cost is 71,000 + 70,000 + 71,000
    Case("EXT-8", block(*["50000"] * 3), "blocker", "62000"),
    Case("EXT-8", block(*["50000"] * 3) | {"duration.firm_months": 12}, "blocker", "21000", "over 12 months"),
)
"""What raises each check."""

LATE = ARREARS | {"payment.days": 60}
TRANSFER = {"workforce.tupe_in": True}
SUB = {"protections.subcontract": True}
LEAVES = {"exit.notice_by_commissioner": 3}
OPTION = {"duration.option_months": 12, "duration.option_by": "commissioner"}
CARE = HOURS | {"sector": "homecare"}

EARLIER = {
    "bid.start": "2025-04-01",
    "org.base_year": "2025-04-01",
    "bid.assumptions": {"indices": {n: {"rises": {"2026": "0", "2027": "0"}} for n in ("pay", "CPI")}},
}
"""The same term a year before, for which the homecare floor is known."""

UNKNOWN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("FCR-3", {"protections.overhead_cap": DROP}),
    ("FCR-5", {"sector": DROP}),
    ("FCR-5", {"sector": "homecare"}),  # the unit is a visit
    ("FCR-5", CARE),  # £110 an hour, but the floor is that of 2025/26 and the contract is later
    ("FCR-7", {"peer_prices": DROP}),
    ("FCR-8", {"bid.vat": DROP}),
    ("FCR-9", {"promises": DROP}),
    ("TRM-1", {"duration.firm_months": DROP}),
    ("TRM-2", {"duration.firm_months": DROP}),
    ("TRM-2", {"duration.firm_months": 12, "duration.awards_before": DROP}),
    ("TRM-3", {"duration.firm_months": DROP}),
    ("TRM-3", {"duration.budget_confirmed_months": DROP}),
    ("TRM-4", {"duration.option_months": DROP}),
    ("TRM-4", {"duration.option_months": 12}),
    ("TRM-4", OPTION),
    ("TRM-4", OPTION | {"duration.option_price_rebased": False, "duration.indexation": DROP}),
    ("TRM-5", {"duration.indexation": DROP}),
    ("TRM-6", {"duration.change_in_law": DROP}),
    ("TRM-7", {"duration.efficiency": DROP}),
    ("TRM-8", GRANT | {"duration.carry_forward": DROP}),
    ("RSK-2", UNIT | {"protections.volume_guarantee": DROP}),
    ("RSK-2", UNIT | {"protections.referrals_by": DROP}),
    ("RSK-3", {"protections.right_to_refuse": DROP}),
    ("RSK-3", UNIT | {"protections.right_to_refuse": DROP}),
    ("RSK-3", UNIT | {"protections.right_to_refuse": False}),
    ("RSK-4", UNIT | {"protections.void_days_expected": DROP}),
    ("RSK-4", UNIT | {"protections.void_days_expected": 20, "protections.void_days_paid": DROP}),
    ("RSK-5", {"protections.liability_cap": DROP}),
    ("RSK-5", {"protections.liability_cap": "150000", "protections.insured": DROP}),
    ("RSK-6", {"protections.uncapped_indemnities": DROP}),
    ("RSK-7", {"protections.data_correction": DROP}),
    ("RSK-8", {"workforce.tupe_in": DROP}),
    ("RSK-8", TRANSFER | {"workforce.tupe_indemnity": DROP}),
    ("RSK-8", TRANSFER | {"workforce.tupe_list_days": DROP}),
    ("RSK-9", {"workforce.outsourced": DROP}),
    ("RSK-9", {"workforce.outsourced": True, "workforce.two_tier_priced": DROP}),
    ("RSK-10", {"workforce.pension": DROP}),
    ("RSK-11", {"exit.notice_by_commissioner": DROP}),
    ("RSK-11", LEAVES | {"exit.break_payment": DROP}),
    ("RSK-11", LEAVES | {"exit.break_payment": "0", "exit.wind_down_months": DROP}),
    ("RSK-11", LEAVES | {"exit.break_payment": "4000", "exit.stranded_cost": DROP}),
    ("RSK-12", {"protections.variation": DROP}),
    ("RSK-13", {"protections.unpaid_suspension_days": DROP}),
    ("RSK-14", {"protections.subcontract": DROP}),
    ("RSK-14", SUB | {"protections.flow_down": DROP}),
    ("RSK-14", SUB | {"protections.pay_when_paid": DROP}),
    ("RSK-15", {"org.free_reserves": DROP}),
    ("RSK-16", {"org.annual_income": DROP}),
    ("RSK-16", {"protections.one_payer_income": DROP}),
    ("OUT-1", results("0", "0")),
    ("OUT-2", RESULTS | {"outcomes.0.evidence_low": DROP}),
    ("OUT-4", RESULTS | {"outcomes.0.attributable": DROP}),
    ("OUT-5", {"outcomes": DROP}),
    ("OUT-6", RESULTS | {"outcomes.0.value": DROP}),
    ("OUT-6", RESULTS | {"outcomes.0.lag_months": 36}),
    ("OUT-7", {DEDUCTIONS: DROP}),
    ("OUT-8", {"monitoring.indicators": DROP}),
    ("OUT-8", {"monitoring": DROP}),
    ("OUT-9", {"payment.withheld_for_process": DROP}),
    ("OUT-10", RESULTS | {"outcomes.0.paid_back_months": DROP}),
    ("MON-1", {"monitoring": DROP}),
    ("MON-1", {"monitoring.returns": DROP}),
    ("MON-1", block("0", "0", "0")),
    ("MON-2", {"monitoring": DROP}),
    ("MON-2", {"monitoring.priced": DROP}),
    ("MON-3", {"monitoring": DROP}),
    ("MON-3", {"monitoring.fixed_before_price": DROP}),
    ("MON-4", {"monitoring.returns": DROP}),
    ("MON-4", {"monitoring.returns": [{k: v for k, v in RETURN.items() if k != "used_for"}]}),
    ("MON-5", {"protections.open_book": DROP}),
    ("MON-5", {"protections.open_book": "contract costs", "payment.clawback": DROP}),
    ("MON-6", {"document": DROP}),
    ("MON-7", {"legal_duty_needed": DROP}),
    ("PAY-1", {"payment.days": DROP}),
    ("PAY-2", {"payment.days": DROP}),
    ("PAY-2", {"payment.invoiced": DROP}),
    ("PAY-2", {"org.free_reserves": DROP}),
    ("PAY-2", {"payment.retention": DROP}),
    ("PAY-3", LATE | {"payment.invoiced": DROP}),
    ("PAY-4", {"payment.late_interest": DROP}),
    ("PAY-5", {"payment.retention": DROP}),
    ("PAY-5", {"payment.end_loaded": DROP}),
    ("PAY-5", {"payment.retention": "0.02"}),
    ("PAY-6", {"payment.set_off": DROP}),
    ("PAY-7", {"payment.clawback": DROP}),
    ("PAY-8", {"payment.clawback": DROP}),
    ("PAY-8", {"payment.clawback": "surplus", "payment.deficit_shared": DROP}),
    ("PAY-9", {"protections.pay_when_paid": DROP}),
    ("EXT-1", {"exit.notice_by_commissioner": DROP}),
    ("EXT-1", {"exit.wind_down_months": DROP}),
    ("EXT-2", {"exit.provider_may_end": DROP}),
    ("EXT-3", {"exit.redundancy_paid": False, "exit.tupe_out": DROP}),
    ("EXT-3", {"exit.redundancy_paid": DROP}),
    ("EXT-4", {"exit.tupe_out": DROP}),
    ("EXT-4", {"exit.tupe_out": True, "exit.tupe_out_terms": DROP}),
    ("EXT-5", {"exit.handover_paid": DROP}),
    ("EXT-6", {"exit.asset_clawback_years": DROP}),
    ("EXT-7", {"workforce.pension": DROP}),
    ("EXT-8", {"duration.firm_months": DROP}),
)
"""What leaves each check unanswered."""

PASSES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("FCR-2", SHORT | {"bid.subsidy_decision": DECISION}),
    ("FCR-3", {"protections.overhead_cap": {"rate": "0.3", "basis": "total"}}),
    ("FCR-3", {"protections.overhead_cap": {"rate": "0.43", "basis": "direct"}}),
    ("FCR-5", CARE | EARLIER),
    ("FCR-7", {"peer_prices": ["360000", "366666"]}),  # −9.2% and −6.3%
    ("FCR-9", {"promises": [{"name": "Trees", "yearly_cost": "50"}]}),
    ("TRM-1", {"duration.firm_months": 12, "duration.continuing_service": False}),
    ("TRM-2", {"duration.firm_months": 12, "duration.awards_before": [12, 36]}),
    ("TRM-2", {"duration.firm_months": 12}),  # the first
    ("TRM-4", {"duration.option_months": 12, "duration.option_by": "both"}),
    ("TRM-4", OPTION | {"duration.option_price_rebased": True}),
    ("TRM-4", OPTION | {"duration.option_price_rebased": False}),  # at an indexed price
    ("TRM-5", rises("0.06", "0.03")),
    # no clause, but prices that rise by the basket: × 1.048, × 1.09852
    ("TRM-5", rises("0.06", "0.03") | block("110000", "115280", "120837.20") | {"duration.indexation": "none"}),
    ("TRM-8", GRANT),
    ("TRM-8", GRANT | {"duration.carry_forward": DROP, "mechanism.carry_forward": "0.1"}),
    ("RSK-2", {"mechanism": {"kind": "standing charge", "charge": "91000", "price": "19"}}),
    ("RSK-2", UNIT | {"protections.volume_guarantee": "0.9"}),  # 99,000 covers 91,000
    ("RSK-2", UNIT | {"protections.referrals_by": "provider"}),
    ("RSK-3", UNIT | {"protections.right_to_refuse": False, "protections.all_volume_paid": True}),
    ("RSK-3", GRANT | {"protections.right_to_refuse": False}),
    ("RSK-4", UNIT | {"protections.void_days_expected": 20, "protections.void_days_paid": 20}),
    ("RSK-5", {"protections.liability_cap": "137500", "protections.insured": DROP}),
    ("RSK-5", {"protections.liability_cap": "1000000"}),  # as much as is insured
    ("RSK-8", TRANSFER),
    ("RSK-9", {"workforce.outsourced": True}),
    ("RSK-10", {"workforce.pension": "pass-through"}),
    ("RSK-11", LEAVES),  # what is stranded is paid
    ("RSK-11", LEAVES | {"exit.break_payment": "20000"}),
    ("RSK-14", SUB),
    ("OUT-1", results("90", "40")),  # 20,000 of 110,000 = 18.2%
    ("OUT-2", RESULTS),
    ("OUT-4", RESULTS),
    ("OUT-6", RESULTS),
    ("OUT-7", {DEDUCTIONS: {"cap": "0.08"}}),
    ("OUT-8", {"monitoring.indicators": 10}),
    ("OUT-10", RESULTS),
    ("MON-1", {"monitoring.returns": [MONTHLY | {"hours": "16.4"}]}),  # 4.47%
    ("MON-2", {"monitoring.returns": [], "monitoring.priced": DROP}),
    ("MON-4", {"monitoring.returns": []}),
    ("MON-5", {"protections.open_book": "contract costs"}),
    ("MON-7", GRANT | {"legal_duty_needed": DROP}),
    ("PAY-2", ARREARS),
    ("PAY-3", ARREARS),  # a month
    ("PAY-3", LATE),  # it is in the price
    ("PAY-4", GRANT | {"payment.late_interest": DROP}),
    ("PAY-5", {"payment.retention": "0.05", "payment.retention_months": 1}),
    ("PAY-7", GRANT | {"payment.clawback": "unspent"}),
    ("PAY-8", {"payment.clawback": "surplus"}),
    ("EXT-3", {"exit.redundancy_paid": False, "exit.tupe_out": True}),
    ("EXT-3", {"exit.redundancy_paid": False, "exit.redundancy_cost": "0"}),
    ("EXT-4", {"exit.tupe_out": True}),
    ("EXT-6", {"exit.asset_clawback_years": "0"}),
)
"""What each check lets pass, besides the good bid."""

OVERRIDES: tuple[tuple[str, str, dict[str, Any], str, str, str], ...] = (
    # threshold, check, changes, number, answer before and after
    ("blocker below full cost by", "FCR-1", SHORT, "0.009", "fail (high)", "fail (blocker)"),
    ("least contribution to reserves", "FCR-4", {}, "0.1", "pass", "concern (medium)"),
    ("homecare floor", "FCR-5", CARE, "110.01", "unknown", "fail (high)"),
    (
        "homecare direct cost",
        "FCR-5",
        CARE | {"mechanism": {"kind": "unit price", "price": "32"}},
        "32.01",
        "fail (high)",
        "fail (blocker)",
    ),
    ("abnormally low by", "FCR-7", {"peer_prices": ["350000"]}, "0.05", "pass", "concern (medium)"),
    ("least firm term", "TRM-1", {}, "37", "pass", "concern (medium)"),
    ("very short term", "TRM-1", {"duration.firm_months": 18}, "18", "concern (medium)", "fail (high)"),
    ("short awards in a row", "TRM-2", {"duration.firm_months": 12}, "1", "pass", "fail (high)"),
    (
        "indexation wedge",
        "TRM-5",
        rises("0.06", "0.06") | {"duration.indexation": {"basket": {"pay": "95", "fixed": "5"}}},
        "0.002",
        "pass",
        "fail (high)",
    ),
    (
        "mostly staff",
        "TRM-5",
        rises("0.06", "0.06") | {"duration.indexation": "none"},
        "-1",
        "fail (high)",
        "fail (blocker)",
    ),
    ("risk borne beyond control", "RSK-1", {}, "0.2", "pass", "fail (high)"),
    (
        "fixed cost to be guaranteed",
        "RSK-2",
        UNIT | {"protections.volume_guarantee": "0.8"},
        "0.9",
        "fail (blocker)",
        "pass",
    ),
    ("volume stress", "RSK-2", UNIT, "0.1", "fail (blocker)", "fail (high)"),
    ("liability cap over yearly charges", "RSK-5", {"protections.insured": "0"}, "0.99", "pass", "fail (high)"),
    ("staff list before a transfer", "RSK-8", TRANSFER, "29", "pass", "fail (high)"),
    ("least notice", "EXT-1", {}, "7", "pass", "fail (high)"),
    ("unpaid suspension", "RSK-13", {"protections.unpaid_suspension_days": 5}, "5", "concern (medium)", "pass"),
    ("tail loss over reserves, amber", "RSK-15", {}, "0.2", "pass", "concern (medium)"),
    (
        "tail loss over reserves, red",
        "RSK-15",
        {"org.free_reserves": "100000"},
        "0.4",
        "concern (medium)",
        "fail (high)",
    ),
    (
        "tail loss over reserves, blocker",
        "RSK-15",
        {"org.free_reserves": "60000"},
        "0.7",
        "fail (high)",
        "fail (blocker)",
    ),
    ("one contract", "RSK-16", {}, "0.1", "pass", "concern (medium)"),
    ("one payer", "RSK-16", {}, "0.19", "pass", "concern (medium)"),
    ("outcome-linked income", "OUT-1", RESULTS, "0.46", "concern (medium)", "pass"),
    ("outcome-linked income, high", "OUT-1", RESULTS, "0.45", "concern (medium)", "fail (high)"),
    ("deductions cap", "OUT-7", {DEDUCTIONS: {"cap": "0.08"}}, "0.07", "pass", "fail (high)"),
    ("key indicators", "OUT-8", {}, "4", "pass", "concern (medium)"),
    ("large contract", "OUT-8", {"monitoring.indicators": 20}, "330000", "concern (medium)", "pass"),
    ("months to take an outcome payment back", "OUT-10", RESULTS, "11", "pass", "concern (medium)"),
    ("monitoring cost", "MON-1", {}, "0.009", "pass", "concern (medium)"),
    (
        "monitoring cost, high",
        "MON-1",
        {"monitoring.returns": [MONTHLY | {"hours": "20"}]},
        "0.05",
        "concern (medium)",
        "fail (high)",
    ),
    ("full-length form", "MON-6", {"document": "full length"}, "330000", "concern (medium)", "pass"),
    ("days to payment", "PAY-1", {}, "29", "pass", "fail (high)"),
    ("peak cash need", "PAY-2", ARREARS, "0.08", "pass", "fail (high)"),
    ("wait that need not be priced", "PAY-3", ARREARS | {"bid.finance_rate": DROP}, "0.9", "pass", "concern (medium)"),
    ("late payment interest", "PAY-4", {}, "0.09", "pass", "concern (low)"),
    ("price kept back", "PAY-5", {"payment.end_loaded": "0.05"}, "0.04", "pass", "concern (medium)"),
    (
        "months kept back",
        "PAY-5",
        {"payment.retention": "0.05", "payment.retention_months": 2},
        "2",
        "concern (medium)",
        "pass",
    ),
    ("amount that raises severity", "PAY-7", {"payment.clawback": "unspent"}, "0.13", "fail (high)", "fail (blocker)"),
)
"""For each threshold, a bid whose answer another number changes."""
