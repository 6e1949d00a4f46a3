"""Full cost recovery for voluntary organisations: what a public service costs, what to charge, whether to sign.

>>> from datetime import date
>>> from decimal import Decimal
>>> import fcr
>>> charity = fcr.Organisation(
...     name="Example Advice",
...     services=[fcr.Service(name="Debt advice"), fcr.Service(name="Fundraising")],
...     pools=[fcr.CostPool(name="Premises", driver="floor area")],
...     costs=[
...         fcr.Cost(name="Rent", centre="Premises", amount=Decimal(18000)),
...         fcr.Cost(name="Advisers", centre="Debt advice", amount=Decimal(60000)),
...     ],
...     drivers=[fcr.Driver(name="floor area", unit="m²", quantities={"Debt advice": 80, "Fundraising": 20})],
... )
>>> fcr.apportion(charity).full_costs["Debt advice"]
Decimal('74400.00')

Each name is loaded from its module when first asked for, so that ``import fcr`` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from fcr._version import __version__

if TYPE_CHECKING:
    from fcr.apportionment import Apportionment, apportion
    from fcr.assumptions import Assumptions, Index
    from fcr.bid import Bid
    from fcr.cashflow import CashFlow, cash_flow
    from fcr.chart import Chart
    from fcr.checks import Finding, Review, check
    from fcr.comparison import Comparison, compare
    from fcr.contract import (
        BlockPrice,
        Contract,
        Duration,
        Exit,
        Monitoring,
        Outcome,
        Payment,
        Protections,
        Workforce,
    )
    from fcr.display.explore import explore
    from fcr.errors import (
        ApportionmentError,
        FcrError,
        InputError,
        MissingExtra,
        Problem,
        RateNotFound,
        ReconciliationError,
        UnknownName,
        WorkbookError,
    )
    from fcr.examples import example
    from fcr.files import read, write
    from fcr.funders import FunderOffer, funder_pays
    from fcr.funding import FundingProfile, profile
    from fcr.lines import Cost, Post, Source
    from fcr.organisation import CostPool, Driver, Organisation, Service
    from fcr.pricing import PriceBuildUp, price
    from fcr.reports import letter, report
    from fcr.risk.balance import RiskBalance, balance
    from fcr.risk.premium import concessions
    from fcr.risk.simulation import Simulation, simulate
    from fcr.risks import Correlations, Risk
    from fcr.staffing import EmployerCost, employer_cost
    from fcr.table import Table
    from fcr.templates import template
    from fcr.workings import Workings

__all__ = [
    "Apportionment",
    "ApportionmentError",
    "Assumptions",
    "Bid",
    "BlockPrice",
    "CashFlow",
    "Chart",
    "Comparison",
    "Contract",
    "Correlations",
    "Cost",
    "CostPool",
    "Driver",
    "Duration",
    "EmployerCost",
    "Exit",
    "FcrError",
    "Finding",
    "FunderOffer",
    "FundingProfile",
    "Index",
    "InputError",
    "MissingExtra",
    "Monitoring",
    "Organisation",
    "Outcome",
    "Payment",
    "Post",
    "PriceBuildUp",
    "Problem",
    "Protections",
    "RateNotFound",
    "ReconciliationError",
    "Review",
    "Risk",
    "RiskBalance",
    "Service",
    "Simulation",
    "Source",
    "Table",
    "UnknownName",
    "WorkbookError",
    "Workforce",
    "Workings",
    "__version__",
    "apportion",
    "balance",
    "cash_flow",
    "check",
    "compare",
    "concessions",
    "employer_cost",
    "example",
    "explore",
    "funder_pays",
    "letter",
    "price",
    "profile",
    "read",
    "report",
    "simulate",
    "template",
    "write",
]

_HOMES: dict[str, tuple[str, ...]] = {
    "apportionment": ("Apportionment", "apportion"),
    "assumptions": ("Assumptions", "Index"),
    "bid": ("Bid",),
    "cashflow": ("CashFlow", "cash_flow"),
    "chart": ("Chart",),
    "checks": ("Finding", "Review", "check"),
    "comparison": ("Comparison", "compare"),
    "contract": (
        "BlockPrice",
        "Contract",
        "Duration",
        "Exit",
        "Monitoring",
        "Outcome",
        "Payment",
        "Protections",
        "Workforce",
    ),
    "display.explore": ("explore",),
    "errors": (
        "ApportionmentError",
        "FcrError",
        "InputError",
        "MissingExtra",
        "Problem",
        "RateNotFound",
        "ReconciliationError",
        "UnknownName",
        "WorkbookError",
    ),
    "examples": ("example",),
    "files": ("read", "write"),
    "funders": ("FunderOffer", "funder_pays"),
    "funding": ("FundingProfile", "profile"),
    "lines": ("Cost", "Post", "Source"),
    "organisation": ("CostPool", "Driver", "Organisation", "Service"),
    "pricing": ("PriceBuildUp", "price"),
    "rates": (),
    "reports": ("letter", "report"),
    "risk.balance": ("RiskBalance", "balance"),
    "risk.premium": ("concessions",),
    "risk.simulation": ("Simulation", "simulate"),
    "risks": ("Correlations", "Risk"),
    "staffing": ("EmployerCost", "employer_cost"),
    "table": ("Table",),
    "templates": ("template",),
    "workings": ("Workings",),
}
"""Which module each public name is in."""

_HOME = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # pragma: no branch - a type checker sees the imports above, and only those names

    def __getattr__(name: str) -> object:
        if name in _HOME:
            value = globals()[name] = getattr(import_module(f"fcr.{_HOME[name]}"), name)
            return value
        if name in _HOMES:
            return import_module(f"fcr.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
