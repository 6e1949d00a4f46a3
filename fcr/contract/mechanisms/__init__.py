"""How income follows activity: one small model for each way that commissioners pay.

Every mechanism turns an :class:`Activity` (…draws, months) into pounds earned each month, before
indexation, guarantees and deductions (see :mod:`fcr.income`). What is settled by the year follows
the year to date: a cap stops income when it is reached, a floor is made up in the last month.

The list is that of the UK outsourcing guidance (fixed price, cost plus, volume based, payment by
results, target cost with a maximum) and of the schemes named with each model.
"""

from fcr.contract.mechanisms.base import Activity, Floats, Mechanism, Tier, gather
from fcr.contract.mechanisms.cost import CostPlus, Grant, SharePerBand, TargetCost
from fcr.contract.mechanisms.hybrid import AnyMechanism, Hybrid, Part, Simple
from fcr.contract.mechanisms.results import (
    AllOrNothing,
    DecliningAttachment,
    FeePlusOutcomes,
    OutcomesFund,
    Stage,
    StagedResults,
    TieredResults,
)
from fcr.contract.mechanisms.volume import (
    BlockPrice,
    CallOff,
    CappedActivity,
    CostAndVolume,
    PersonalBudgets,
    StandingCharge,
    UnitPrice,
)

__all__ = [
    "Activity",
    "AllOrNothing",
    "AnyMechanism",
    "BlockPrice",
    "CallOff",
    "CappedActivity",
    "CostAndVolume",
    "CostPlus",
    "DecliningAttachment",
    "FeePlusOutcomes",
    "Floats",
    "Grant",
    "Hybrid",
    "Mechanism",
    "OutcomesFund",
    "Part",
    "PersonalBudgets",
    "SharePerBand",
    "Simple",
    "Stage",
    "StagedResults",
    "StandingCharge",
    "TargetCost",
    "Tier",
    "TieredResults",
    "UnitPrice",
    "gather",
]
