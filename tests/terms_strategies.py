"""Terms of an offer that change what is paid and when, as plain data, drawn for the property tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

OUTCOMES = (("job", ["0.5", "0.25"], 2), ("kept", ["0.125"], 7))
"""Name, rates by contract year, and months until it is reached: the outcomes that the drawn mechanisms pay for."""
shares = st.sampled_from([None, Decimal(0), Decimal("0.05"), Decimal("0.3"), Decimal("0.8"), Decimal(1)])


@st.composite
def protections(draw: st.DrawFn) -> dict[str, Any]:
    """Terms that change what is paid."""
    basket = draw(st.sampled_from([{"pay": "60", "CPI": "40"}, {"pay": "70", "fixed": "30"}, None, "none"]))
    clause: Any = basket
    if isinstance(basket, dict):
        limits = draw(st.sampled_from([{}, {"cap": "0.03"}, {"collar": "0"}, {"cap": "0.035", "collar": "0.01"}]))
        clause = {"basket": basket, "month": draw(st.sampled_from([4, 1, 9, "anniversary"])), **limits}
    return {
        "duration.indexation": clause,
        "duration.efficiency": draw(st.sampled_from([None, "0", "0.02"])),
        "protections.volume_guarantee": draw(st.sampled_from([None, "0", "0.9"])),
        "protections.volume_cap": draw(st.sampled_from([None, "0", "150.5", "410"])),
        "protections.deductions": draw(st.sampled_from([None, "none", {"expected": "0.015", "cap": "0.05"}])),
        "bid.start": draw(st.sampled_from(["2026-04-01", "2026-05-01"])),
    }


@st.composite
def payments(draw: st.DrawFn) -> dict[str, Any]:
    """Any terms of payment that hold together."""
    early = draw(st.sampled_from([None, False, True]))
    fields = {
        "invoiced": draw(st.sampled_from([None, "monthly", "quarterly", "half-yearly", "yearly"])),
        "in_advance": early,
        "days": draw(st.one_of(st.none(), st.integers(0, 120), st.sampled_from([999, 1000]))),
        "end_loaded": draw(shares),
        "retention": draw(shares),
    }
    if fields["retention"]:
        fields["retention_months"] = draw(st.sampled_from([None, 0, 6, 60]))
    if not early:
        fields["advance"] = draw(shares.filter(lambda share: share != 1))
    return {"payment": fields}
