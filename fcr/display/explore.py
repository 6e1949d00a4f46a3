"""A bid to move with sliders: price, volume, indexation and notice, and what follows from them.

The calculation is a plain one, :class:`WhatIf`; the sliders only ask it. Where nothing is moved it
gives the very figures of the review, the cash flow and the simulation with the same draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from fcr.bid import Bid
from fcr.checks.findings import share
from fcr.contract.mechanisms import gather
from fcr.errors import InputError, Problem
from fcr.extras import load
from fcr.funding import service_costs
from fcr.money import round_half_up
from fcr.results import Result
from fcr.risk.draws import CHUNK, draw
from fcr.risk.model import Model, Moves
from fcr.risk.simulation import Estimate, Sample, refuse_draws, sized
from fcr.table import Cell, Column, Row, Table

__all__ = ["Explored", "WhatIf", "explore"]

Floats = npt.NDArray[np.float64]

LEAST_NOTICE = 3
"""Months of notice asked for where the time needed to wind down is not stated: as in the checks."""
MOST_NOTICE = 12


@dataclass(frozen=True)
class Explored(Result):
    """What a bid comes to with its price, volume, indexation and notice moved."""

    bid: Bid
    price: float
    """What the offer's prices are moved by: 0.05 is 5% more."""
    volume: float
    """What the volume that comes is moved by, against the plan."""
    indexation: float
    """What is added to the price's own rise at each anniversary: 0.01 is a point a year."""
    notice: int | None
    """Months of notice by the commissioner; ``None`` where nobody has said."""
    income: Decimal
    """What the offer would pay over the term, in pounds."""
    cost: Decimal
    """What the service would cost over the term, in pounds."""
    lowest_cash: Decimal
    """The lowest point of cash as planned, in pounds (nought or less)."""
    chance_of_loss: Estimate | None
    """Over the term, under the bid's risks; ``None`` where none has a size."""
    beyond_notice: Decimal | None
    """What winding down would cost after notice has run out, in pounds; ``None`` where notice is not stated."""

    @property
    def recovery(self) -> Decimal:
        """The offer over the term as a share of full cost, to four decimals."""
        return share(self.income, self.cost)

    def table(self) -> Table:
        """What follows, a figure to a row."""
        chance = self.chance_of_loss
        rows: list[tuple[str, Cell]] = [
            ("Recovery of full cost", f"{self.recovery:.1%}"),
            ("Chance of loss over the term", "no risk has a size" if chance is None else f"{chance.shown:%}"),
            ("Lowest cash as planned", _pounds(self.lowest_cash)),
            ("Offer over the term", _pounds(self.income)),
            ("Full cost over the term", _pounds(self.cost)),
            (
                "Cost of winding down beyond notice",
                "unknown" if self.beyond_notice is None else _pounds(self.beyond_notice),
            ),
        ]
        columns = (Column("", "text"), Column("", "text"))
        return Table(f"{self.bid.service}: {self._moved()}", columns, tuple(Row(row) for row in rows))

    def _moved(self) -> str:
        moves = [f"{name} {x:+.1%}" for name, x in (("price", self.price), ("volume", self.volume)) if x]
        moves += [f"indexation {self.indexation * 100:+.1f} points a year"] if self.indexation else []
        terms = None if self.bid.contract is None else self.bid.contract.exit.notice_by_commissioner
        moves += [f"notice {self.notice} months"] if self.notice != terms else []
        return ", ".join(moves) or "as the bid stands"

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        chance, beyond = self.chance_of_loss, self.beyond_notice
        return {
            "recovery": str(self.recovery),
            "chance_of_loss": None if chance is None else str(chance.shown),
            "lowest_cash": str(self.lowest_cash),
            "income": str(self.income),
            "cost": str(self.cost),
            "beyond_notice": None if beyond is None else str(beyond),
        }


def _by_years(months: Floats) -> Decimal:
    """Pounds over the term: each contract year rounded, and their sum."""
    return sum((round_half_up(float(year)) for year in gather(months)), Decimal(0))


def _pounds(amount: Decimal) -> str:
    return f"-£{-amount:,.2f}" if amount < 0 else f"£{amount:,.2f}"


class WhatIf:
    """A bid made ready to be moved: what the draws are is settled once, so that a move takes little time.

    Raises :class:`~fcr.errors.InputError` without an offer, for fewer than two draws or a seed below nought.
    """

    def __init__(self, bid: Bid, draws: int = CHUNK, seed: int = 0) -> None:
        refuse_draws(draws, seed)
        self.bid, self._model = bid, Model(bid)
        source = sized(bid, seed)
        starts = range(0, draws, CHUNK) if source.risks else ()
        self._moves = [draw(source, start // CHUNK, min(CHUNK, draws - start)) for start in starts]
        exact, terms = service_costs(bid), self._model.contract.exit
        self._monthly = float(exact.total.mean())
        self._left = float(exact.close_down.sum() if terms.stranded_cost is None else terms.stranded_cost)
        self._needed = max(terms.wind_down_months or 0, LEAST_NOTICE)
        self.notice = terms.notice_by_commissioner
        """Months of notice as the offer stands; ``None`` where nobody has said."""
        self._with_notice: Callable[[int | None], Model] = lru_cache(None)(self._noticed)

    def __call__(
        self, *, price: float = 0.0, volume: float = 0.0, indexation: float = 0.0, notice: int | None = None
    ) -> Explored:
        """What the bid comes to when moved; what is left out stays as it stands.

        - income = what the offer pays for the volume that comes × (1 + ``price``) × (1 + ``indexation``)^year
        - an early end costs what it does now, and a month's average cost for each month by which a shorter
          notice falls short of winding down (less for a longer one)

        Raises :class:`~fcr.errors.InputError` for a price or a volume below nothing, or a notice below nought.
        """
        notice = self.notice if notice is None else notice
        _refuse(price, volume, indexation, notice)
        model = self._with_notice(notice)
        years: Floats = (np.arange(self.bid.term.months) // 12).astype(np.float64)
        factors: Floats = (1.0 + price) * (1.0 + indexation) ** years
        planned = model.outturn(Moves(1, volume=np.array([1.0 + volume])))
        income, costs = planned.income[0] * factors, planned.costs[0]
        lowest = float(model.ledger(replace(planned, income=income[None], costs=costs[None])).lowest[0])
        return Explored(
            self.bid,
            price,
            volume,
            indexation,
            notice,
            _by_years(income),
            _by_years(costs),
            round_half_up(lowest),
            self._chance(model, volume, factors),
            None if notice is None else round_half_up(self._beyond(notice)),
        )

    def _chance(self, model: Model, volume: float, factors: Floats) -> Estimate | None:
        """The share of draws whose income falls short of their costs."""
        surpluses = []
        for moves in self._moves:
            drawn = np.ones(moves.draws) if moves.volume is None else moves.volume
            outturn = model.outturn(moves if not volume else replace(moves, volume=drawn * (1.0 + volume)))
            surpluses.append((outturn.income * factors - outturn.costs).sum(axis=1))
        return Sample(np.concatenate(surpluses)).chance_below(0.0) if surpluses else None

    def _beyond(self, notice: int) -> float:
        """What winding down costs after notice has run out, at the average month's full cost."""
        return self._monthly * max(self._needed - notice, 0)

    def _noticed(self, notice: int | None) -> Model:
        """The model with another notice: what an early end leaves moves by the months it covers more or fewer."""
        if notice is None or notice == self.notice:
            return self._model
        before = self._beyond(LEAST_NOTICE if self.notice is None else self.notice)
        left = max(self._left + self._beyond(notice) - before, 0.0)
        contract = self._model.contract
        terms = contract.exit.replace(notice_by_commissioner=notice, stranded_cost=round_half_up(left))
        return Model(self.bid.replace(contract=contract.replace(exit=terms)))


def _refuse(price: float, volume: float, indexation: float, notice: int | None) -> None:
    """Raise for moves that leave less than nothing."""
    problems = [
        Problem(name, f"found {found}, expected more than -1", "Write 5% less as -0.05.", "out-of-range")
        for name, found in (("price", price), ("volume", volume), ("indexation", indexation))
        if not found > -1
    ]
    if notice is not None and notice < 0:
        problems.append(Problem("notice", f"found {notice} months", "Give 0 or more.", "out-of-range"))
    if problems:
        raise InputError(problems)


def explore(bid: Bid, *, draws: int = CHUNK, seed: int = 0) -> Any:
    """Sliders for price, volume, indexation and notice in a notebook, with recovery, chance of loss and lowest cash.

    The figures are those of :class:`WhatIf`. Where no kernel runs, as on a web page, the table stands
    without the sliders. Raises :class:`~fcr.errors.MissingExtra` where ipywidgets
    is not installed and :class:`~fcr.errors.InputError` without an offer.
    """
    widgets = load("ipywidgets", "notebook")
    what_if = WhatIf(bid, draws, seed)

    def slider(name: str, least: float, most: float, step: float, **options: Any) -> Any:
        wide = widgets.Layout(width="32em")
        style = {"description_width": "12em"}
        return widgets.FloatSlider(
            0.0, min=least, max=most, step=step, description=name, layout=wide, style=style, **options
        )

    percent = {"readout_format": "+.1%"}
    moves = {
        "price": slider("Price of the offer", -0.3, 0.3, 0.005, **percent),
        "volume": slider("Volume against plan", -0.5, 0.5, 0.01, **percent),
        "indexation": slider("Rise a year, on top", -0.05, 0.05, 0.0025, **percent),
        "notice": widgets.IntSlider(
            LEAST_NOTICE if what_if.notice is None else what_if.notice,
            min=0,
            max=max(MOST_NOTICE, what_if.notice or 0),
            description="Notice (months)",
            layout=widgets.Layout(width="32em"),
            style={"description_width": "12em"},
        ),
    }
    shown = widgets.HTML()

    def now() -> Explored:
        return what_if(**{name: found.value for name, found in moves.items()})

    def show(_: object = None) -> None:
        shown.value = now().html()

    class Sliders(widgets.VBox):  # type: ignore[misc,name-defined] # the library has no types
        """The sliders and the table; where there is no kernel to move them, the table alone."""

        def _repr_mimebundle_(self, **options: Any) -> dict[str, object]:
            sliders: dict[str, object] = super()._repr_mimebundle_(**options) or {}
            return {**sliders, **now()._repr_mimebundle_()}

    for found in moves.values():
        found.observe(show, "value")
    show()
    return Sliders([*moves.values(), shown])
