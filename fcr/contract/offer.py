"""The commissioner's offer: how it pays, how much and when."""

from __future__ import annotations

from fcr.contract.mechanisms import BlockPrice
from fcr.inputs import Input

__all__ = ["Contract"]


class Contract(Input):
    """The offer as drafted."""

    commissioner: str = ""
    mechanism: BlockPrice
    note: str = ""
