"""The balance of risk: what each risk costs, who carries it, and who controls it.

Seven figures, printed together; there is no single index. Each risk's loss is found by letting it
alone move the model. *Whole* is what it would cost a provider paid by the same mechanism without
protections (no indexation, no guarantee, no right to refuse, no break payment); *carried* is what
it costs under the terms as they stand. A loss in pounds is whole as stated, and carried by the
provider's share. Cost, demand and outcome risks are kept apart, because their remedies differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from fcr import progress
from fcr.bid import Bid
from fcr.results import Drawn
from fcr.risk.draws import CHUNK, moves_of
from fcr.risk.model import Model, Moves, contract_without_protections
from fcr.risk.simulation import A_PENNY, Estimate, Sample, ratio, refuse_draws, sized
from fcr.risks import REGISTER, Risk
from fcr.table import Column, Row, Table

__all__ = ["RiskBalance", "RiskShare", "balance"]

Floats = npt.NDArray[np.float64]
TAIL = 0.95
FAMILIES = ("cost", "demand", "outcome", "other")


@dataclass(frozen=True, slots=True)
class RiskShare:
    """One risk over the term, in pounds: what it costs in expectation, who carries it, who controls it."""

    risk: Risk
    whole: Estimate
    """Expected loss, whoever pays."""
    carried: Estimate
    """Expected loss of the provider."""
    carried_of_whole: Estimate | None
    """The one over the other; unknown when nothing is expected to be lost."""
    tail: float
    """Its part of the provider's expected shortfall at 95%: the parts add up to the whole."""
    capped: bool
    """Whether the loss has a limit."""

    @property
    def share(self) -> float | None:
        """The provider's share of the expected loss; unknown when nothing is expected to be lost."""
        return None if self.carried_of_whole is None else self.carried_of_whole.value

    @property
    def excess(self) -> float | None:
        """Expected loss carried beyond control: ``max(0, carried − control × whole)``; unknown without a weight."""
        control = self.risk.controlled
        return None if control is None else max(self.carried.value - control * max(self.whole.value, 0.0), 0.0)


@dataclass(frozen=True)
class RiskBalance(Drawn):
    """The seven figures of the balance of risk (contract-risk figures 1 to 7), over the term, in pounds.

    ``whole`` and ``carried`` are the losses of every draw: (draws, risks), in the order of ``risks``.
    """

    bid: Bid
    draws: int
    seed: int
    risks: tuple[Risk, ...]
    whole: Floats
    carried: Floats
    unsized: tuple[str, ...]

    @cached_property
    def total(self) -> Sample:
        """The whole loss of each draw."""
        return Sample(self.whole.sum(axis=1))

    @cached_property
    def loss(self) -> Sample:
        """The provider's loss of each draw."""
        return Sample(self.carried.sum(axis=1))

    @cached_property
    def parts(self) -> tuple[RiskShare, ...]:
        """Each risk, in the order of the register."""
        tail = _euler(self.carried)
        return tuple(
            RiskShare(
                risk,
                Sample(self.whole[:, i]).mean,
                Sample(self.carried[:, i]).mean,
                ratio(self.carried[:, i], self.whole[:, i]),
                float(tail[i]),
                risk.size is not None and risk.size.bounded is not None,
            )
            for i, risk in enumerate(self.risks)
        )

    # 1
    @property
    def expected_share(self) -> Estimate | None:
        """1. The provider's share of expected loss: ``Σ carried ÷ Σ whole``."""
        return ratio(self.loss.values, self.total.values)

    # 2
    @property
    def variance_share(self) -> Estimate | None:
        """2. The provider's share of variance: ``Cov(whole, carried) ÷ Var(whole)``."""
        whole, carried = (x - x.mean() for x in (self.total.values, self.loss.values))
        return ratio(carried * whole, whole * whole)

    # 3
    @property
    def tail_share(self) -> Estimate | None:
        """3. The provider's share of the tail: its mean loss in the worst 5% of the whole ÷ the whole's there."""
        weights = _tail_weights(self.total.values)
        return ratio(weights * self.loss.values * self.draws, weights * self.total.values * self.draws)

    # 4
    @property
    def excess_transfer(self) -> float:
        """4. Expected loss carried but not controlled, in pounds (risks without a control weight left out)."""
        return float(sum(part.excess or 0.0 for part in self.parts))

    @property
    def control_share(self) -> Estimate | None:
        """4. The share the provider would carry if it carried what it controls: ``Σ control × whole ÷ Σ whole``."""
        known = [(i, risk.controlled) for i, risk in enumerate(self.risks) if risk.controlled is not None]
        whole = self.whole[:, [i for i, _ in known]]
        return ratio(whole @ np.array([control for _, control in known]), whole.sum(axis=1))

    # 5
    @property
    def tail_loss(self) -> Estimate:
        """5. The provider's expected shortfall at 95%, in pounds over the term."""
        return self.loss.shortfall_above(TAIL)

    @property
    def reserves_cover(self) -> Estimate | None:
        """5. Tail loss ÷ free reserves; unknown when they are not stated."""
        reserves, tail = self.bid.organisation.free_reserves, self.tail_loss
        return None if not reserves else Estimate(tail.value / float(reserves), tail.error / float(reserves))

    @property
    def chance_beyond_reserves(self) -> Estimate | None:
        """5. The chance that the provider's loss from these risks is more than free reserves."""
        reserves = self.bid.organisation.free_reserves
        return None if reserves is None else Sample(-self.loss.values).chance_below(-float(reserves))

    # 6
    @property
    def in_price(self) -> float:
        """6. What the price already holds for these risks, in pounds over the term."""
        own = sum(float(risk.in_price) for risk in self.bid.risks)
        return (float(self.bid.risk_premium) + own) * self.bid.years

    def unpriced(self, required: float) -> float:
        """6. A required premium (pounds over the term) less what the price already holds."""
        return required - self.in_price

    # 7
    @property
    def asymmetry(self) -> Estimate | None:
        """7. Expected loss ÷ expected gain to the provider; unknown when nothing can be gained."""
        return ratio(np.maximum(self.loss.values, 0.0), np.maximum(-self.loss.values, 0.0))

    @property
    def uncapped(self) -> int:
        """7. How many risks have no limit."""
        return sum(not part.capped for part in self.parts)

    def by_family(self) -> Table:
        """Expected loss, carried and whole, for cost, demand and outcome risks apart."""
        rows = []
        for family in FAMILIES:
            chosen = [i for i, risk in enumerate(self.risks) if risk.kind == family]
            if chosen:
                whole, carried = (Sample(x[:, chosen].sum(axis=1)) for x in (self.whole, self.carried))
                shortfall = carried.shortfall_above(TAIL)
                rows.append(Row((family, whole.mean.shown, carried.mean.shown, shortfall.shown)))
        headings = ("Expected, whole (£)", "Expected, carried (£)", "Worst 5%, carried (£)")
        columns = (Column("Family", "text"), *(Column(h, "number") for h in headings))
        return Table("Cost, demand and outcome risks apart", columns, tuple(rows))

    def figures(self) -> dict[str, str]:
        """The seven figures in words, each by its name."""
        beyond = self.chance_beyond_reserves
        monthly = max(self._monthly_cost, A_PENNY)
        months = Estimate(self.tail_loss.value / monthly, max(self.tail_loss.error / monthly, 0.1))
        return {
            "1 Share of expected loss": _per_cent(self.expected_share),
            "2 Share of variance": _per_cent(self.variance_share),
            "3 Share of the worst 5%": _per_cent(self.tail_share),
            "4 Carried but not controlled (£)": f"{Estimate(self.excess_transfer, self.loss.mean.error).shown:,}",
            "4 Share if carried as controlled": _per_cent(self.control_share),
            "5 Worst 5%, mean loss (£)": f"{self.tail_loss.shown:,}",
            "5 of free reserves": _per_cent(self.reserves_cover),
            "5 Months of the service's cost": str(months.shown),
            "5 Chance beyond free reserves": "unknown" if beyond is None else f"{beyond.shown:%}",
            "6 In the price already (£)": f"{self.in_price:,.0f}",
            "7 Expected loss ÷ expected gain": _times(self.asymmetry),
            "7 Risks without a limit": str(self.uncapped),
        }

    @cached_property
    def _monthly_cost(self) -> float:
        return float(Model(self.bid).planned.costs.mean())

    def figures_table(self) -> Table:
        """The seven figures."""
        columns = (Column("Figure", "text"), Column("", "text"))
        return Table("The balance of risk", columns, tuple(Row(pair) for pair in self.figures().items()))

    def tables(self) -> tuple[Table, ...]:
        """The seven figures, the families apart, and each risk."""
        return self.figures_table(), self.by_family(), self.table()

    def beside(self, other: RiskBalance, names: tuple[str, str] = ("draft", "negotiated")) -> Table:
        """The seven figures of two balances side by side."""
        mine, theirs = self.figures(), other.figures()
        columns = (Column("Figure", "text"), *(Column(name, "text") for name in names))
        return Table("The balance of risk", columns, tuple(Row((k, v, theirs[k])) for k, v in mine.items()))

    def table(self) -> Table:
        """Each risk: expected loss whole and carried, share, control, excess, part of the worst 5%."""
        kinds = ("Whole (£)", "Carried (£)", "Share", "Control", "Excess (£)", "Worst 5% (£)")
        columns = (
            Column("Risk", "text"),
            *(Column(k, "share" if k in {"Share", "Control"} else "number") for k in kinds),
        )
        rows = []
        for part in sorted(self.parts, key=lambda p: -p.carried.value):
            excess = None if part.excess is None else Estimate(part.excess, part.carried.error).shown
            tail = Estimate(part.tail, self.tail_loss.error).shown
            control = None if part.risk.controlled is None else Decimal(repr(part.risk.controlled))
            share = _rounded(part.carried_of_whole)
            rows.append(Row((part.risk.name, part.whole.shown, part.carried.shown, share, control, excess, tail)))
        return Table("Who carries which risk", columns, tuple(rows), tuple(self._notes()))

    def _notes(self) -> Iterator[str]:
        yield "Over the term. Whole: under the same mechanism without protections. Carried: under these terms."
        yield "Control weights are defaults of ours where a risk bears a standard name: override them with control=."
        if self.unsized:
            yield f"Listed without a size, so not counted: {', '.join(self.unsized)}."
        places = {r.name: REGISTER[r.name].sits_with for r in self.risks if r.name in REGISTER}
        if places:
            yield "Should sit with: " + "; ".join(f"{name}: {where}" for name, where in places.items()) + "."

    def to_dict(self) -> dict[str, object]:
        """Plain data."""
        return {
            "figures": self.figures(),
            "families": self.by_family().to_dict(),
            "table": self.table().to_dict(),
        }


def _rounded(share: Estimate | None) -> Decimal | None:
    """A share to the whole per cent, or as far as its error supports; ``None`` when that is nowhere."""
    return None if share is None or share.error >= 1 else Estimate(share.value, max(share.error, 0.01)).shown


def _per_cent(share: Estimate | None) -> str:
    rounded = _rounded(share)
    return "unknown" if rounded is None else f"{rounded:.0%}"


def _times(asymmetry: Estimate | None) -> str:
    if asymmetry is None:
        return "no gain possible"
    return "unknown" if asymmetry.error > asymmetry.value else str(asymmetry.shown)


def _tail_weights(losses: Floats, level: float = TAIL) -> Floats:
    """Weights on draws whose mean is the expected shortfall: the worst ``1 − level``, the draw at the edge in part."""
    order = np.argsort(-losses, kind="stable")
    room = (1.0 - level) * losses.size
    weights = np.empty(losses.size)
    weights[order] = np.clip(room - np.arange(losses.size), 0.0, 1.0) / room
    return weights


def _euler(carried: Floats) -> Floats:
    """Each risk's part of the provider's expected shortfall: its mean in the provider's own tail; (risks)."""
    parts: Floats = _tail_weights(carried.sum(axis=1)) @ carried if carried.shape[1] else np.zeros(0)
    return parts


def balance(bid: Bid, draws: int = 20_000, seed: int = 0) -> RiskBalance:
    """Who carries which risk under a bid's offer.

    The same draws as :func:`~fcr.risk.simulation.simulate` for the same seed. Raises
    :class:`~fcr.errors.InputError` without an offer, for fewer than two draws or a seed below nought.

    >>> import fcr
    >>> fcr.balance(fcr.example(), draws=2_000).tail_loss.shown
    Decimal('232000')
    """
    refuse_draws(draws, seed)
    source = sized(bid, seed)
    model = Model(bid)
    unprotected = contract_without_protections(model.contract)
    bare = model if unprotected == model.contract else Model(bid.replace(contract=unprotected))
    whole, carried = (np.empty((draws, len(source.risks))) for _ in range(2))
    planned, unprotected_plan = (float(m.surplus(Moves(1))[0]) for m in (model, bare))
    with progress.work(f"Weighing {len(source.risks)} risks, {draws:,} times", draws) as weighing:
        for start in range(0, draws, CHUNK):
            count = min(CHUNK, draws - start)
            rows = slice(start, start + count)
            for i, risk in enumerate(source.risks):
                size = source.sizes(start // CHUNK, risk)[:count]
                if risk.acts_on == "pounds":
                    whole[rows, i] = size.sum(axis=1)
                    carried[rows, i] = whole[rows, i] * risk.borne
                    continue
                moves = moves_of((risk,), {risk.name: size}, count, bid.years)
                carried[rows, i] = planned - model.surplus(moves)
                whole[rows, i] = carried[rows, i] if bare is model else unprotected_plan - bare.surplus(moves)
            weighing.advance(count)
    unsized = tuple(risk.name for risk in bid.risks if risk.size is None)
    return RiskBalance(bid, draws, seed, source.risks, whole, carried, unsized)
