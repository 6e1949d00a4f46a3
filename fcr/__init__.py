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
"""

from fcr._version import __version__
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
]
