"""How many of each a workbook has room for: for an empty one, and for a bid with some to spare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Room"]


@dataclass(frozen=True)
class Room:
    """How many of each a workbook has room for."""

    services: int = 8
    pools: int = 6
    posts: int = 15
    costs: int = 40
    drivers: int = 6
    years: int = 4
    indices: int = 8
    outcomes: int = 6
    risks: int = 20
    rates: int = 10
    returns: int = 6
    others: int = 20
    tail: int = 34
    """Months after the contract in which money may still come: payment in 1,000 days falls in the last of them."""
    correlated: int = 6
    scenarios: int = 5
    breaks: int = 5
    parts: int = 2
    tiers: int = 4
    stages: int = 4
    bands: int = 4
    basket: int = 6
    awards: int = 5
    indemnities: int = 5
    promises: int = 5
    peers: int = 6

    def holding(self, data: Mapping[str, Any]) -> Room:
        """Room for all of some data, and spare rows."""
        organisation = data.get("organisation") or {}
        contract, assumptions = data.get("contract") or {}, data.get("assumptions") or {}
        monitoring = contract.get("monitoring") or {}
        sizes_of = [risk.get("size") or {} for risk in data.get("risks") or ()]
        have = {
            **{name: len(organisation.get(name) or ()) for name in ("services", "pools", "posts", "costs", "drivers")},
            "indices": len(assumptions.get("indices") or ()),
            "rates": sum(len(days) for days in (assumptions.get("rates") or {}).values()),
            "outcomes": len(contract.get("outcomes") or ()),
            "risks": len(data.get("risks") or ()),
            "returns": len(monitoring.get("returns") or ()),
            "correlated": len((data.get("correlations") or {}).get("names") or ()),
            "scenarios": max((len(size.get("outcomes") or ()) for size in sizes_of), default=0),
            "breaks": max((len(size.get("months") or ()) for size in sizes_of), default=0),
        }
        have |= _offered(contract)
        spare = {"services": 1, "pools": 1, "posts": 3, "costs": 5, "drivers": 1, "outcomes": 1, "risks": 3}
        spare |= {"scenarios": 0, "breaks": 0, "parts": 0}
        sizes = {name: max(getattr(self, name), count + spare.get(name, 1)) for name, count in have.items()}
        sizes["years"] = max(self.years, int(data.get("years") or 3), 2)
        sizes |= {
            name: max(sizes[name], 2) for name in ("services", "pools", "drivers", "posts", "costs")
        }  # tables, not rows
        return Room(**{**self.__dict__, **sizes})


def _offered(contract: Mapping[str, Any]) -> dict[str, int]:
    """How many there are of what a contract lists."""
    mechanism = contract.get("mechanism") or {}
    parts = [part.get("mechanism") or {} for part in mechanism.get("parts") or ()]
    duration, protections = contract.get("duration") or {}, contract.get("protections") or {}
    clause = duration.get("indexation")
    many = {name: [one.get(name) or () for one in (mechanism, *parts)] for name in ("tiers", "stages", "bands")}
    return {
        **{name: max(map(len, found)) for name, found in many.items()},
        "parts": len(parts),
        "basket": len(clause.get("basket") or ()) if isinstance(clause, Mapping) else 0,
        "awards": len(duration.get("awards_before") or ()),
        "indemnities": len(protections.get("uncapped_indemnities") or ()),
        "promises": len(contract.get("promises") or ()),
        "peers": len(contract.get("peer_prices") or ()),
    }
