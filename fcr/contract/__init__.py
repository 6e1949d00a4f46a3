"""The commissioner's offer: how it pays, on what terms, for what outcomes."""

from fcr.contract.mechanisms import BlockPrice
from fcr.contract.offer import Contract

__all__ = ["BlockPrice", "Contract"]
