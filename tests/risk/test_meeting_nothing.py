"""A risk must have something to act on."""

import json
from pathlib import Path
from typing import Any

import pytest

import fcr

DEMO = json.loads((Path(fcr.__file__).parent / "examples" / "harbour-advice.json").read_text(encoding="utf-8"))
BLOCK = {"mechanism": {"kind": "block", "prices": ["1", "1", "1"]}}


def problems(risk: dict[str, Any], **changes: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    """The code and place of each problem of the demo bid with one risk and some changes."""
    with pytest.raises(fcr.InputError) as caught:
        fcr.Bid.from_dict({**DEMO, "risks": [risk], **changes})
    return [(problem.code, problem.path) for problem in caught.value.problems]


@pytest.mark.parametrize("driver", ["volume", "occupancy"])
def test_a_risk_of_volume_needs_a_volume(driver: str) -> None:
    """Where nobody states how many come, how many fewer come cannot be counted, and is not counted as nought."""
    organisation = {**DEMO["organisation"]}
    organisation["services"] = [{k: v for k, v in s.items() if k != "volume"} for s in organisation["services"]]
    organisation["costs"] = [c for c in organisation["costs"] if "behaviour" not in c]
    risk = {"name": "Referral volume", "acts_on": driver, "size": {"kind": "fixed", "value": "0.9"}}
    found = problems(risk, organisation=organisation, contract=BLOCK, capacity=[], occupancy=[])
    assert found == [("volumes", ("risks", 0, "acts_on"))]


def test_a_risk_of_outcomes_needs_an_outcome_that_is_paid() -> None:
    """Under a block price no outcome is paid for, so their rate moves nothing."""
    risk = {"name": "Outcome success rate", "acts_on": "outcomes", "size": {"kind": "fixed", "value": "0.9"}}
    assert problems(risk, contract=BLOCK) == [("contradiction", ("risks", 0, "acts_on"))]
