"""One engine, not two: many versions costed at once are each what it would be alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
import strategies as own
from hypothesis import given
from hypothesis import strategies as st

from fcr.assumptions import Assumptions
from fcr.bid import Bid
from fcr.costing import Paths, planned_paths
from fcr.funding import ServiceCosts, service_costs
from fcr.lines import Post
from fcr.organisation import Organisation, Service
from fcr.pricing import build_up

DRAWS = 3


@st.composite
def paths(draw: st.DrawFn, bid: Bid) -> Paths:
    """``DRAWS`` versions of the bid's paths; an index or a volume here and there is the same in all."""
    planned = planned_paths(bid)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    factors = {
        name: np.ones((DRAWS, bid.term.months))
        if name == "fixed"
        else path * random.uniform(0.8, 1.3, (DRAWS, path.size))
        for name, path in planned.factors.items()
    }
    volumes = {
        name: path * random.uniform(0, 2, (DRAWS, path.size)) if draw(st.booleans()) else path
        for name, path in planned.volumes.items()
    }
    return Paths(factors, volumes)


def alone(together: Paths, draw: int) -> Paths:
    """One of the versions."""
    return Paths(
        {name: path[draw] for name, path in together.factors.items()},
        {name: path[draw] if path.ndim > 1 else path for name, path in together.volumes.items()},
    )


def every_figure(costs: ServiceCosts) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """All that the engine works out of a bid, by name."""
    return {
        "direct": costs.direct,
        "overheads": costs.overheads,
        "start-up": costs.start_up,
        "close-down": costs.close_down,
        "in kind": costs.in_kind,
        "marginal": costs.marginal,
        "total": costs.total,
        "years": costs.yearly(costs.total),
    }


@given(own.bids(), st.data())
def test_each_draw_is_what_it_would_be_alone(bid: Bid, data: st.DataObject) -> None:
    """Paths with a leading axis of draws, by every method and driver: row by row the same as one run each."""
    together = data.draw(paths(bid))
    many = every_figure(service_costs(bid, together))
    steps = build_up(bid, many["years"])
    for i in range(DRAWS):
        single = every_figure(service_costs(bid, alone(together, i)))
        for name, values in single.items():
            whole = np.broadcast_to(many[name], (DRAWS, *values.shape))
            np.testing.assert_allclose(whole[i], values, rtol=1e-9, atol=1e-7, err_msg=name)
        one = build_up(bid, single["years"])
        for field in ("full_cost", "contingency", "premium", "waiting", "reserves", "surplus", "price"):
            shown = np.broadcast_to(getattr(steps, field), (DRAWS, bid.years))
            np.testing.assert_allclose(shown[i], getattr(one, field), rtol=1e-9, atol=1e-7, err_msg=field)


@given(own.bids())
def test_one_draw_of_the_plan_is_the_plan(bid: Bid) -> None:
    """A single draw of the planned paths gives the planned figures."""
    planned = planned_paths(bid)
    once = replace(planned, factors={name: path[None, :] for name, path in planned.factors.items()})
    drawn, plain = every_figure(service_costs(bid, once)), every_figure(service_costs(bid))
    for name, values in plain.items():
        assert drawn[name].ravel() == pytest.approx(values.ravel(), rel=1e-12, abs=1e-9)


def test_posts_may_follow_an_index_that_varies_and_one_that_does_not() -> None:
    """A path without draws is the same in all of them, for posts as for costs."""
    posts = [
        Post(name=f"Post on {index}", salary=Decimal(30_000), index=index, time={"Advice": 100})
        for index in ("pay", "fixed")
    ]
    bid = Bid(
        organisation=Organisation(name="Two kinds of pay", services=[Service(name="Advice")], posts=posts),
        service="Advice",
        start=date(2026, 4, 1),
        years=1,
        assumptions=Assumptions(hold_rates=True),
    )
    varied = Paths({"pay": np.array([[1.0], [1.1]]) * np.ones(12), "fixed": np.ones(12)}, {})
    many = service_costs(bid, varied)
    for i, factor in enumerate((1.0, 1.1)):
        single = service_costs(bid, Paths({"pay": np.full(12, factor), "fixed": np.ones(12)}, {}))
        np.testing.assert_allclose(many.total[i], single.total, rtol=1e-12)
