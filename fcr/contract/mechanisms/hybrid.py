"""A weighted sum of other mechanisms, and any mechanism at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from fcr.contract.mechanisms.base import Activity, Floats, Mechanism
from fcr.contract.mechanisms.cost import CostPlus, Grant, TargetCost
from fcr.contract.mechanisms.results import (
    AllOrNothing,
    DecliningAttachment,
    FeePlusOutcomes,
    OutcomesFund,
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
from fcr.errors import Problem
from fcr.inputs import Input, Many, Share

Simple = (
    BlockPrice
    | UnitPrice
    | CostAndVolume
    | StandingCharge
    | CappedActivity
    | CallOff
    | CostPlus
    | TargetCost
    | AllOrNothing
    | TieredResults
    | StagedResults
    | FeePlusOutcomes
    | DecliningAttachment
    | Grant
    | OutcomesFund
    | PersonalBudgets
)


class Part(Input):
    """A mechanism and its weight in a hybrid."""

    weight: Share
    mechanism: Annotated[Simple, Field(discriminator="kind")]


class Hybrid(Mechanism):
    """A weighted sum of other mechanisms, such as 70% block and 30% results."""

    kind: Literal["hybrid"] = "hybrid"
    parts: Many[Part]

    @property
    def outcome_names(self) -> frozenset[str]:
        """The outcomes its parts pay for."""
        return frozenset(name for part in self.parts for name in part.mechanism.outcome_names)

    @property
    def pays_for_all(self) -> frozenset[str]:
        """What any part of it depends on."""
        return frozenset(name for part in self.parts for name in part.mechanism.pays_for)

    @property
    def years_stated(self) -> frozenset[int]:
        """How many contract years its parts state figures for."""
        return frozenset(n for part in self.parts for n in part.mechanism.years_stated)

    @property
    def must_serve(self) -> bool:
        """Whether any part makes activity beyond what it pays be served."""
        return any(part.mechanism.must_serve for part in self.parts)

    def income(self, activity: Activity) -> Floats:
        """``Σ weight × income of the part``."""
        parts = [float(part.weight) * part.mechanism.income(activity) for part in self.parts]
        total: Floats = np.sum(np.broadcast_arrays(*parts), axis=0)
        return total

    def _problems(self) -> Iterator[Problem]:
        total = sum((part.weight for part in self.parts), Decimal(0))
        if total != 1:
            what = f"the weights add to {total:f}"
            yield Problem("", what, "Make them come to 1.", "not-100", ("parts",))


AnyMechanism = Annotated[Simple | Hybrid, Field(discriminator="kind")]
"""Any mechanism, told apart by its ``kind``."""
