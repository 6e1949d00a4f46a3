"""What a rarer mechanism pays, which only Python works out: a workbook shows it beside its own figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fcr.income import income
from fcr.workbook.sheets.income import MECHANISM
from fcr.workbook.sheets.mechanism import LIVE

if TYPE_CHECKING:
    from fcr.bid import Bid
    from fcr.contract.mechanisms import AnyMechanism
    from fcr.workbook.values import Array

__all__ = ["mechanism_stamp"]


def mechanism_stamp(bid: Bid) -> dict[str, Array]:
    """What a rarer mechanism pays each month, a stamp for :func:`fcr.workbook.model.lay_out`; else nothing.

    Raises :class:`~fcr.errors.InputError` when the income cannot be worked out.
    """
    if bid.contract is None or _live(bid.contract.mechanism):
        return {}
    return {MECHANISM: income(bid).exact.mechanism}


def _live(mechanism: AnyMechanism) -> bool:
    parts = [part.mechanism for part in mechanism.parts] if mechanism.kind == "hybrid" else [mechanism]
    return all(part.kind in LIVE for part in parts)
