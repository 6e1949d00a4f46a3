"""Bids to learn from: an invented advice charity with two offers, and a real charity's year.

Each is a bid in JSON beside this module, as ``fcr.write`` writes one.
"""

from __future__ import annotations

from importlib.resources import files

from fcr.bid import Bid
from fcr.errors import UnknownName

__all__ = ["EXAMPLES", "example"]

EXAMPLES = ("harbour-advice", "harbour-advice-negotiated", "winchester-2021")
"""The invented charity's offer as drafted, the same as negotiated, and the City of Winchester Trust's year."""


def example(name: str = "harbour-advice") -> Bid:
    """One of the bundled bids, by its name in :data:`EXAMPLES`; raises ``UnknownName`` with the nearest.

    >>> example().service
    'Debt advice'
    >>> example("harbour-advice-negotiated").name
    'Harbour Advice (example): the offer negotiated'
    """
    if name not in EXAMPLES:
        raise UnknownName("example", name, EXAMPLES)
    return Bid.from_json((files(__name__) / f"{name}.json").read_text(encoding="utf-8"))
