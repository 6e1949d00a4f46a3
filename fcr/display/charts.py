"""Every chart, each by one call; ``result.plot()`` is the same call.

>>> import fcr
>>> bid = fcr.Bid.from_dict({
...     "organisation": {"name": "Example", "services": [{"name": "Visits"}],
...         "costs": [{"name": "Van", "centre": "Visits", "amount": "12000", "index": "fixed"}]},
...     "service": "Visits", "start": "2026-04-01", "years": 1})
>>> chart = build_up_chart(fcr.price(bid))
>>> print(chart.alt)
Waterfall chart of the price of Visits over 1 year, step by step. Direct cost £12,000; Full cost £12,000; Price without VAT £12,000.
"""  # noqa: E501 (the sentence is one line)

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fcr.apportionment import Apportionment
from fcr.cashflow import CashFlow
from fcr.chart import Chart
from fcr.checks import Review
from fcr.comparison import Comparison
from fcr.display.cash import cash_chart
from fcr.display.offers import recovery_chart
from fcr.display.pools import apportionment_chart
from fcr.display.price import build_up_chart
from fcr.display.risk import balance_chart
from fcr.display.surplus import surplus_chart, tornado_chart
from fcr.display.years import profile_chart
from fcr.errors import InputError, Problem
from fcr.funding import FundingProfile
from fcr.pricing import PriceBuildUp
from fcr.results import Drawn
from fcr.risk.balance import RiskBalance
from fcr.risk.sensitivity import Tornado
from fcr.risk.simulation import Simulation

__all__ = [
    "apportionment_chart",
    "balance_chart",
    "build_up_chart",
    "cash_chart",
    "chart",
    "profile_chart",
    "recovery_chart",
    "surplus_chart",
    "tornado_chart",
]

CHARTS: Mapping[type[Drawn], Callable[..., Chart]] = {
    Apportionment: apportionment_chart,
    CashFlow: cash_chart,
    Comparison: recovery_chart,
    FundingProfile: profile_chart,
    PriceBuildUp: build_up_chart,
    Review: profile_chart,
    RiskBalance: balance_chart,
    Simulation: surplus_chart,
    Tornado: tornado_chart,
}
"""Which chart is whose."""


def chart(result: Drawn, **options: Any) -> Chart:
    """The chart of a result, with the options of its own function.

    Raises :class:`~fcr.errors.InputError` for a result that has none.
    """
    draw = next((draw for kind, draw in CHARTS.items() if isinstance(result, kind)), None)
    if draw is None:
        what = "it has no chart"
        raise InputError([Problem(type(result).__name__, what, "Show it as a table.", "no-chart")])
    return draw(result, **options)
