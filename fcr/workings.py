"""The "why is this number" tree.

Every part of a node adds up to it: exactly as computed, and to the penny as shown. A figure that
is a product says so in ``how``. Trees are built only when asked for.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from fcr.errors import ReconciliationError, UnknownName
from fcr.money import TOLERANCE, foot, round_half_up

__all__ = ["Workings"]


@dataclass(frozen=True, slots=True)
class Workings:
    """One figure in pounds, how it was worked out, and the parts that add up to it.

    >>> tree = Workings("Full cost", 30.0, parts=(Workings("Rent", 20.0, "100 × 20%"), Workings("Pay", 10.0)))
    >>> print(tree.settled())
    Full cost                                                                  30.00
      Rent                                                                     20.00
        = 100 × 20%
      Pay                                                                      10.00
    """

    label: str
    exact: float
    """Pounds, unrounded."""
    how: str = ""
    """The formula with its figures, for what is not a sum."""
    parts: tuple[Workings, ...] = ()
    source: str = ""
    value: Decimal | None = None
    """Pounds and pence as reported; given by :meth:`settled`."""

    def settled(self, value: Decimal | None = None) -> Workings:
        """The tree with pounds and pence on every node, footed from ``value`` (or the rounded figure) down.

        A part that is settled already keeps its figure; the others are footed to what it leaves.

        Raises :class:`~fcr.errors.ReconciliationError` when the parts of a node do not come to it.
        """
        if self.value is not None:
            return self
        value = round_half_up(self.exact) if value is None else value
        if not self.parts:
            return replace(self, value=value)
        comes_to = sum(part.exact for part in self.parts)
        if abs(comes_to - self.exact) > TOLERANCE:
            raise ReconciliationError(f"{self.label}: the parts come to {comes_to}, not {self.exact}")
        firm = sum((part.value for part in self.parts if part.value is not None), Decimal(0))
        free = [part for part in self.parts if part.value is None]
        shares = iter(foot([part.exact for part in free], value - firm, [part.label for part in free]))
        parts = tuple(part if part.value is not None else part.settled(next(shares)) for part in self.parts)
        return replace(self, value=value, parts=parts)

    @property
    def settled_value(self) -> Decimal:
        """Pounds and pence as reported (rounded half up where the tree is not settled)."""
        return self.value if self.value is not None else round_half_up(self.exact)

    def part(self, label: str) -> Workings:
        """The part with this label. Raises :class:`~fcr.errors.UnknownName` with the nearest."""
        for part in self.parts:
            if part.label == label:
                return part
        raise UnknownName("part", label, [part.label for part in self.parts])

    def walk(self) -> Iterator[Workings]:
        """This node and every node below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = 80) -> str:
        """The tree as indented text no wider than ``width``."""
        return "\n".join(self._lines(width, 0))

    def _lines(self, width: int, depth: int) -> Iterator[str]:
        indent = "  " * depth
        amount = f"{self.settled_value:,.2f}"
        room = width - len(amount) - 2
        label = textwrap.wrap(self.label, room, initial_indent=indent, subsequent_indent=indent + "  ") or [indent]
        yield from label[:-1]
        yield f"{label[-1].ljust(room)}  {amount}"
        notes = [f"= {self.how}"] if self.how else []
        notes += [f"from {self.source}"] if self.source else []
        for note in notes:
            yield from textwrap.wrap(note, width, initial_indent=indent + "  ", subsequent_indent=indent + "    ")
        for part in self.parts:
            yield from part._lines(width, depth + 1)  # noqa: SLF001

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        data: dict[str, object] = {"label": self.label, "value": str(self.settled_value)}
        data |= {"how": self.how} if self.how else {}
        data |= {"source": self.source} if self.source else {}
        return data | ({"parts": [part.to_dict() for part in self.parts]} if self.parts else {})
