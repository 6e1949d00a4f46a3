"""Figures that only Python can find, as they are stamped into a workbook: plain data, with what they rest on.

``lay_out(data, stamps={"simulation": simulation_stamp(simulation, balance, day)})`` writes them; the
workbook keeps the inputs they were drawn from, and says so when they have changed since.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fcr.risk.balance import RiskBalance
from fcr.risk.premium import PREMIUM_METHODS, premium
from fcr.risk.sensitivity import tornado
from fcr.risk.simulation import Estimate, Simulation, ratio

__all__ = ["BALANCE", "PREMIUMS", "SURPLUS", "simulation_stamp"]

LEVELS = (5, 10, 50, 80, 90, 95)
SURPLUS = (
    ("Expected surplus over the term", "£"),
    *((f"Surplus: P{level}", "£") for level in LEVELS),
    ("Chance of a loss", "chance"),
    ("Mean loss in the worst 5%", "£"),
    ("Chance of a loss beyond free reserves", "chance"),
    ("Lowest cash: P5", "£"),
)
"""Figures of a simulation, and their units."""
BALANCE = (
    "1 Share of expected loss",
    "2 Share of variance",
    "3 Share of the worst 5%",
    "4 Carried but not controlled (£)",
    "4 Share if carried as controlled",
    "5 Worst 5%, mean loss (£)",
    "5 of free reserves",
    "5 Months of the service's cost",
    "5 Chance beyond free reserves",
    "6 In the price already (£)",
    "7 Expected loss ÷ expected gain",
    "7 Risks without a limit",
)
"""The seven figures of the balance of risk, as :meth:`~fcr.risk.balance.RiskBalance.figures` names them."""
PREMIUMS = tuple(f"Premium: {method}" for method in PREMIUM_METHODS)
"""What to ask a year for the risks carried, by each method."""


def simulation_stamp(simulation: Simulation, risks: RiskBalance, day: date | None) -> dict[str, Any]:
    """What a workbook keeps of a simulation and its balance of risk.

    ``figures`` and ``premiums``: name → (value, standard error); ``balance``: name → words; ``risks``:
    name → expected loss whole and carried, share of the variance, surplus at the risk's P10 and P90.
    """
    surplus = simulation.surplus
    estimates = (
        surplus.mean,
        *(surplus.quantile(level / 100) for level in LEVELS),
        simulation.probability_of_loss,
        simulation.expected_shortfall(),
        simulation.chance_beyond_reserves,
        simulation.lowest_cash.quantile(0.05),
    )
    return {
        "draws": simulation.draws,
        "seed": simulation.seed,
        "date": day,
        "figures": {name: _shown(found) for (name, _), found in zip(SURPLUS, estimates, strict=True)},
        "balance": risks.figures(),
        "premiums": {
            name: _shown(premium(risks, method)) for name, method in zip(PREMIUMS, PREMIUM_METHODS, strict=True)
        },
        "risks": _by_risk(risks),
    }


def _by_risk(risks: RiskBalance) -> dict[str, tuple[float | None, ...]]:
    spread = risks.loss.values - risks.loss.values.mean()
    bars = {bar.risk.name: bar for bar in tornado(risks.bid).bars}
    found: dict[str, tuple[float | None, ...]] = {}
    for i, part in enumerate(risks.parts):
        column = risks.carried[:, i]
        share = ratio((column - column.mean()) * spread, spread * spread)
        bar = bars[part.risk.name]
        whole, carried = (float(estimate.shown) for estimate in (part.whole, part.carried))
        portion = None if share is None else float(Estimate(share.value, max(share.error, 0.001)).shown)
        found[part.risk.name] = (whole, carried, portion, float(round(bar.at_low)), float(round(bar.at_high)))
    return found


def _shown(found: Estimate | None) -> tuple[float | None, float | None]:
    """A figure with no more digits than its error supports, and that error to two figures."""
    return (None, None) if found is None else (float(found.shown), float(f"{found.error:.2g}"))
