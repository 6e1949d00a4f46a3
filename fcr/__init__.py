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
    from fcr.checks import Finding, Review, check
    from fcr.contract import BlockPrice, Contract
    from fcr.errors import (
        ApportionmentError,
        FcrError,
        InputError,
        Problem,
        RateNotFound,
        ReconciliationError,
        UnknownName,
        WorkbookError,
    )
    from fcr.files import read, write
    from fcr.funders import FunderOffer, funder_pays
    from fcr.funding import FundingProfile, profile
    from fcr.lines import Cost, Post, Source
    from fcr.organisation import CostPool, Driver, Organisation, Service
    from fcr.pricing import PriceBuildUp, price
    from fcr.staffing import EmployerCost, employer_cost
    from fcr.table import Table
    from fcr.workings import Workings

__all__ = [
    "Apportionment",
    "ApportionmentError",
    "Assumptions",
    "Bid",
    "BlockPrice",
    "Contract",
    "Cost",
    "CostPool",
    "Driver",
    "EmployerCost",
    "FcrError",
    "Finding",
    "FunderOffer",
    "FundingProfile",
    "Index",
    "InputError",
    "Organisation",
    "Post",
    "PriceBuildUp",
    "Problem",
    "RateNotFound",
    "ReconciliationError",
    "Review",
    "Service",
    "Source",
    "Table",
    "UnknownName",
    "WorkbookError",
    "Workings",
    "__version__",
    "apportion",
    "check",
    "employer_cost",
    "funder_pays",
    "price",
    "profile",
    "read",
    "write",
]

_HOMES: dict[str, tuple[str, ...]] = {
    "apportionment": ("Apportionment", "apportion"),
    "assumptions": ("Assumptions", "Index"),
    "bid": ("Bid",),
    "checks": ("Finding", "Review", "check"),
    "contract": ("BlockPrice", "Contract"),
    "errors": (
        "ApportionmentError",
        "FcrError",
        "InputError",
        "Problem",
        "RateNotFound",
        "ReconciliationError",
        "UnknownName",
        "WorkbookError",
    ),
    "files": ("read", "write"),
    "funders": ("FunderOffer", "funder_pays"),
    "funding": ("FundingProfile", "profile"),
    "lines": ("Cost", "Post", "Source"),
    "organisation": ("CostPool", "Driver", "Organisation", "Service"),
    "pricing": ("PriceBuildUp", "price"),
    "rates": (),
    "staffing": ("EmployerCost", "employer_cost"),
    "table": ("Table",),
    "workings": ("Workings",),
}
"""Which module each public name is in."""

_HOME = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # a type checker sees the imports above, and only those names

    def __getattr__(name: str) -> object:
        if name in _HOME:
            value = globals()[name] = getattr(import_module(f"fcr.{_HOME[name]}"), name)
            return value
        if name in _HOMES:
            return import_module(f"fcr.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
