"""Pounds and pence that add up, in formulas: the twin of :func:`fcr.money.foot`.

Each part is rounded half up; the pennies then left over, or short, go to the parts with the largest
remainders, ties to the larger amount and then the earlier name.
"""

from __future__ import annotations

from dataclasses import dataclass

from fcr.workbook.formula import Block, Node, node
from fcr.workbook.functions import absolute, if_, product_sum, rounded, total
from fcr.workbook.layout import Sheet

__all__ = ["Footed", "foot"]


@dataclass(frozen=True)
class Footed:
    """Parts as reported, and the pennies that were moved so that they add up."""

    values: Block
    moved: Block
    """How many parts of each column were moved: (1, Y)."""


def foot(sheet: Sheet, title: str, names: Node, exact: Block, target: Block, heads: Node) -> Footed:
    """Lay out the footing of columns: ``exact`` (n, Y) to ``target`` (1, Y), both in pounds."""
    book = sheet.book
    pence, fine, size, hundred = (book.names[f"fcr_{name}"] for name in ("pence", "fine", "size", "hundred"))
    sheet.ruler(f"{title}: rounded half up", heads)
    whole = sheet.calc(names, "£", rounded(exact, pence))
    short = sheet.calc(
        "Pennies to share out", "pennies", rounded((target - total(whole.down)) * hundred, node(0)), "whole"
    )
    sheet.ruler(
        f"{title}: what rounding took away", heads, "In pennies; turned round where pennies are to be taken back."
    )
    left = (exact - whole) * hundred
    key = sheet.calc(names, "pennies", rounded(if_(short < 0, 0 - left, left), fine), "number")
    sheet.ruler(f"{title}: size of each", heads)
    amount = sheet.calc(names, "£", rounded(absolute(exact), size), "number")
    sheet.ruler(
        f"{title}: how many come before it",
        heads,
        "Larger remainder first, then the larger amount, then the earlier name.",
    )
    label = sheet.calc(names, "name", names, "text", at=2)
    sheet.row -= label.shape[0]
    rank = sheet.calc("", "place", product_sum((label.all < label) * 1), "whole", at=3)
    sheet.row -= label.shape[0]
    tied = key.down.eq(key) * ((amount.down > amount) + amount.down.eq(amount) * (rank.all < rank))
    turn = sheet.calc("", "place", product_sum((key.down > key) + tied), "whole")
    sheet.ruler(f"{title}: as reported", heads, "The first in turn move by a penny, so that the column adds up.")
    penny = if_(short < 0, -(1 / hundred), 1 / hundred)
    values = sheet.calc(names, "£", whole + if_(turn < absolute(short), penny, 0))
    moved = sheet.calc("Moved by less than a penny", "figures", absolute(short), "whole")
    return Footed(values, moved)
