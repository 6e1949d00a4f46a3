"""What could go wrong: each risk with its size, who controls it and who pays.

A risk in pounds is a loss (above nought is bad for the provider). Any other acts through the
model: it moves volume, an index, outcomes, payment or the term, and the model says what it costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field

from fcr.distributions import BetaBinomial, Binomial, Distribution, Hazard
from fcr.errors import Problem, nearest
from fcr.inputs import Input, Many, Name, PoundsOrNought, Share

__all__ = ["REGISTER", "Correlations", "Family", "Risk", "StandardRisk"]

Floats = npt.NDArray[np.float64]
Family: TypeAlias = Literal["cost", "demand", "outcome", "other"]

ActsOn: TypeAlias = Literal[
    "pounds", "volume", "occupancy", "index", "outcomes", "payment delay", "termination", "cover"
]


@dataclass(frozen=True, slots=True)
class StandardRisk:
    """A row of the standard allocation: who it should sit with, and how far a provider controls it.

    The control weights are defaults of ours, not published norms; each may be overridden.
    """

    sits_with: str
    control: Decimal | None
    family: Family
    shape: str
    """The distribution that usually fits."""


REGISTER: Mapping[str, StandardRisk] = {
    name: StandardRisk(sits_with, None if control is None else Decimal(control), family, shape)  # type: ignore[arg-type]
    for name, sits_with, control, family, shape in (
        ("Wage floor or pay award", "commissioner, by indexation", "0.1", "cost", "scenarios"),
        ("General inflation", "shared, by indexation", "0.1", "cost", "normal"),
        ("Productivity, sickness, agency cover, turnover", "provider", "0.8", "cost", "PERT"),
        ("Referral volume", "commissioner, or shared by band", "0.2", "demand", "negative binomial"),
        ("Case mix or complexity", "shared, by re-banding", "0.2", "demand", "PERT on unit cost"),
        ("Voids and nominations", "commissioner", "0.3", "demand", "PERT"),
        ("Data or staff list wrong", "commissioner", "0", "cost", "event × triangular"),
        ("Pension deficit and exit debt", "commissioner", "0", "other", "event × lognormal"),
        ("Employment claims from before the transfer", "commissioner", "0", "other", "compound Poisson"),
        ("Two-tier workforce code", "commissioner", "0", "cost", "event × triangular"),
        ("Change in law, specific", "commissioner", "0", "cost", "event × triangular"),
        ("Change in law, general", "shared", "0.2", "cost", "event × triangular"),
        ("Outcome success rate", "shared unless attributable", "0.5", "outcome", "beta-binomial"),
        ("Attribution to other agencies", "commissioner", "0.1", "outcome", "event"),
        ("Service deductions", "provider", "0.9", "outcome", "binomial on indicators"),
        ("Payment delay", "commissioner", "0", "other", "lognormal days"),
        ("Early termination or non-renewal", "commissioner", "0.1", "other", "hazard"),
        ("Redundancy at expiry", "commissioner unless staff transfer", "0.2", "other", "from the posts"),
        ("Property, IT, vehicles", "provider, matched to the term", "0.7", "cost", "triangular"),
        ("Safeguarding or clinical claims", "provider, insured", "0.7", "other", "compound Poisson, net of cover"),
        ("Clawback or disallowance", "shared", "0.5", "other", "event × uniform"),
        ("Reputation, mission drift", "trustees' judgement", None, "other", "not in pounds: listed only"),
    )
}
"""The standard allocation of risks, for a register to start from. Sizes are the user's own: none is built in."""


class Risk(Input):
    """One uncertain event or quantity.

    ``size`` is, by what it acts on: pounds lost; a multiplier of planned volume, of occupancy, or
    of every outcome's success rate (1 is as planned; a number of successes is divided by its
    expectation); an addition to each yearly rise of an index (0.01 is one point more); days later
    than the terms that payment comes; the month in which the contract is ended early (a hazard);
    or the extra cover bought in, as a share of staff cost. Left out, the risk is listed and not
    counted: its size is unknown.
    """

    name: Name
    acts_on: ActsOn = "pounds"
    of: Name | None = None
    """The index, or the outcome, it acts on; left out, all outcomes."""
    size: Distribution | None = None
    per: Literal["term", "year"] = "term"
    """For a loss in pounds: whether it is drawn once over the term, or anew each year."""
    provider_share: Share | None = None
    """The share of a loss in pounds that the provider bears; all of it if left out. Elsewhere the contract decides."""
    control: Share | None = None
    """How far the provider controls it, from 0 to 1; left out, that of the standard row of the same name."""
    family: Family | None = None
    """Whose remedy it calls for: cost (indexation), demand (a guarantee), outcome (the share of pay at stake)."""
    in_price: PoundsOrNought = Decimal(0)
    """Pounds a year in the price for it already."""
    clause: str = ""
    note: str = ""

    @property
    def standard(self) -> StandardRisk | None:
        """The standard row of the same name, if there is one."""
        return REGISTER.get(self.name)

    @property
    def controlled(self) -> float | None:
        """How far the provider controls it; ``None`` when nobody has said."""
        given = self.control if self.control is not None or self.standard is None else self.standard.control
        return None if given is None else float(given)

    @property
    def kind(self) -> Family:
        """Its family: as stated, as in the standard row, or by what it acts on."""
        if self.family is not None:
            return self.family
        if self.standard is not None:
            return self.standard.family
        by_driver: dict[str, Family] = {
            "volume": "demand",
            "occupancy": "demand",
            "index": "cost",
            "cover": "cost",
            "outcomes": "outcome",
        }
        return by_driver.get(self.acts_on, "other")

    @property
    def borne(self) -> float:
        """The share of a loss in pounds that the provider bears."""
        return 1.0 if self.provider_share is None else float(self.provider_share)

    def at(self, p: Floats) -> Floats:
        """What it comes to at each quantile ``p``, as it acts; an array of the shape of ``p``."""
        return self._acting(self._known_size.quantile(p))

    def drawn(self, u: Floats) -> Floats:
        """What it comes to for uniform numbers, as it acts: :meth:`at` by the fastest way, never infinite."""
        return self._acting(self._known_size.from_uniform(u))

    @property
    def _known_size(self) -> Distribution:
        if self.size is None:
            raise ValueError(f"{self.name} has no size")
        return self.size

    def _acting(self, sizes: Floats) -> Floats:
        """A number of successes becomes a multiplier: divided by its expectation."""
        if isinstance(self.size, Binomial | BetaBinomial) and self.acts_on != "pounds":
            return sizes / self.size.mean
        return sizes

    def _problems(self) -> Iterator[Problem]:
        if (self.acts_on == "index") and self.of is None:
            yield Problem("", "it acts on an index, but which is not said", "Name it in of=.", "unsaid", ("of",))
        if self.of is not None and self.acts_on not in {"index", "outcomes"}:
            what = f"it names {self.of!r}, but it acts on {self.acts_on}"
            yield Problem("", what, "Leave of= out.", "contradiction", ("of",))
        if (self.acts_on == "termination") != isinstance(self.size, Hazard) and self.size is not None:
            what = "an early end is a hazard, and only that is"
            yield Problem(
                "", what, "Give a hazard for termination, another size elsewhere.", "contradiction", ("size",)
            )
        if self.acts_on != "pounds" and (self.per == "year" or self.provider_share is not None):
            what = f"it acts on {self.acts_on}, so the contract decides who bears it, and when"
            fix = "Leave provider_share= and per= out, or state it in pounds."
            yield Problem("", what, fix, "contradiction", ("provider_share",))


class Correlations(Input):
    """How risks move together: rank correlations between named risks, as a matrix.

    Applied by a Gaussian copula, so it never changes what any one risk looks like alone.
    """

    names: Many[Name]
    matrix: Many[Many[Annotated[Decimal, Field(ge=-1, le=1)]]]
    """One row for each name, ones on the diagonal, the same both ways."""

    def _problems(self) -> Iterator[Problem]:
        size = len(self.names)
        for i, name in enumerate(self.names):
            if name in self.names[:i]:
                yield Problem("", f"{name!r} is named twice", "Name each risk once.", "duplicate-name", ("names", i))
        if len(self.matrix) != size or any(len(row) != size for row in self.matrix):
            shape = f"{len(self.matrix)} rows of {', '.join(str(len(row)) for row in self.matrix) or 'nothing'}"
            what = f"the matrix has {shape} for {size} names"
            yield Problem("", what, f"Give {size} rows of {size}.", "matrix-size", ("matrix",))
            return
        for i, row in enumerate(self.matrix):
            if row[i] != 1:
                what = f"{self.names[i]!r} is correlated {row[i]} with itself"
                yield Problem("", what, "Put 1 on the diagonal.", "matrix", ("matrix", i, i))
            for j in range(i):
                if row[j] != self.matrix[j][i]:
                    pair = f"{self.names[i]!r} with {self.names[j]!r}"
                    what = f"{pair} is {row[j]} one way and {self.matrix[j][i]} the other"
                    yield Problem("", what, "Make them the same.", "matrix", ("matrix", i, j))


def risk_problems(
    risks: Many[Risk],
    correlations: Correlations | None,
    indices: frozenset[str],
    outcomes: frozenset[str],
    months: int,
) -> Iterator[Problem]:
    """What does not fit between the risks and the bid they stand in."""
    names = [risk.name for risk in risks]
    for i, risk in enumerate(risks):
        if risk.name in names[:i]:
            what = f"the risk name {risk.name!r} is used twice"
            yield Problem("", what, "Give each its own name.", "duplicate-name", ("risks", i, "name"))
        if isinstance(risk.size, Hazard) and risk.size.term != months:
            what = f"its term is {risk.size.term} months, the contract's is {months}"
            yield Problem("", what, f"Give term={months}.", "term", ("risks", i, "size"))
        known = indices if risk.acts_on == "index" else outcomes
        if risk.of is not None and risk.acts_on in {"index", "outcomes"} and risk.of not in known:
            kind = "index" if risk.acts_on == "index" else "outcome"
            listed = f"Use one of: {', '.join(sorted(known))}." if known else f"Leave the risk out: there is no {kind}."
            fix = nearest(risk.of, known).strip() or listed
            yield Problem("", f"nothing follows the {kind} {risk.of!r}", fix, "unknown-name", ("risks", i, "of"))
    for i, name in enumerate(correlations.names if correlations is not None else ()):
        if name not in names:
            fix = nearest(name, names).strip() or "Name a risk of this bid."
            yield Problem("", f"there is no risk {name!r}", fix, "unknown-name", ("correlations", "names", i))
