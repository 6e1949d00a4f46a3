"""The commissioner's offer: how it pays, how much and when."""

from __future__ import annotations

from typing import Literal

from fcr.inputs import Input, Many, PoundsOrNought

__all__ = ["BlockPrice", "Contract"]


class BlockPrice(Input):
    """A fixed price for each contract year, whatever the volume.

    >>> BlockPrice(prices=[100000, 102000]).prices[1]
    Decimal('102000')
    """

    kind: Literal["block"] = "block"
    prices: Many[PoundsOrNought]
    """Pounds for each contract year, without VAT."""


class Contract(Input):
    """The offer as drafted."""

    commissioner: str = ""
    mechanism: BlockPrice
    note: str = ""
