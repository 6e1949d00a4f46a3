"""The "why is this number" tree.

Every part of a node adds up to it: exactly as computed, and to the penny as shown. A figure that
is a product says so in ``how``. Trees are built only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from fcr.errors import ReconciliationError, UnknownName
from fcr.money import TOLERANCE, foot, round_half_up
from fcr.results import Result
from fcr.shown import LEAST_WIDTH, html_text, laid, markdown_text, settled, wrapped
from fcr.table import Column, Row, Table

__all__ = ["Workings"]

LEAST_LABEL = 12


@dataclass(frozen=True, slots=True)
class Workings(Result):
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

    # ── how it says itself ──

    def table(self) -> Table:
        """The tree as a table: a figure to a row, its parts below it and further in."""
        rows = tuple(
            Row((node.label, node.settled_value, node.how, node.source), indent=depth) for node, depth in _deep(self)
        )
        columns = (Column("Figure", "text"), Column("£"), Column("How", "text"), Column("From", "text"))
        return Table(f"How {self.label} was worked out", columns, rows)

    def text(self, width: int = 80) -> str:
        """The tree as indented text no wider than ``width`` (24 at the least)."""
        return settled("\n".join(self._lines(max(width, LEAST_WIDTH), 0)))

    def _lines(self, width: int, depth: int) -> Iterator[str]:
        amount = f"{self.settled_value:,.2f}"
        beside = width - len(amount) - 2
        room = beside if beside >= LEAST_LABEL else width  # an amount as wide as the terminal stands below its label
        indent = " " * min(2 * depth, room // 2 - 2)
        label = wrapped(laid(self.label), room, indent, indent + "  ") or [indent]
        yield from label[:-1]
        yield from (f"{label[-1].ljust(room)}  {amount}",) if room == beside else (label[-1], amount.rjust(width))
        for note in _notes(self):
            yield from wrapped(laid(note), width, indent + "  ", indent + "    ")
        for part in self.parts:
            yield from part._lines(width, depth + 1)  # noqa: SLF001

    def html(self) -> str:
        """The tree as lists inside one another, each part to be folded and unfolded; all text escaped.

        Without script and style, and where nothing folds, it is a list that can be read.
        """
        return f"{_folding(self, unfolded=True)}\n"

    def markdown(self) -> str:
        """The tree as a Markdown list, a part further in than its whole; all text escaped."""
        return "".join(
            f"{'  ' * depth}- {markdown_text(node.label)}: **{_amount(node)}**"
            + "".join(f" {markdown_text(note)}" for note in _notes(node))
            + "\n"
            for node, depth in _deep(self)
        )

    def to_dict(self) -> dict[str, object]:
        """Plain data: amounts as text."""
        data: dict[str, object] = {"label": self.label, "value": str(self.settled_value)}
        data |= {"how": self.how} if self.how else {}
        data |= {"source": self.source} if self.source else {}
        return data | ({"parts": [part.to_dict() for part in self.parts]} if self.parts else {})


def _deep(node: Workings, depth: int = 0) -> Iterator[tuple[Workings, int]]:
    """A node and every node below it, each with how far in it stands."""
    yield node, depth
    for part in node.parts:
        yield from _deep(part, depth + 1)


def _notes(node: Workings) -> tuple[str, ...]:
    how = (f"= {node.how}",) if node.how else ()
    return (*how, f"from {node.source}") if node.source else how


def _amount(node: Workings) -> str:
    value = node.settled_value
    return f"-£{-value:,.2f}" if value < 0 else f"£{value:,.2f}"


def _folding(node: Workings, *, unfolded: bool = False) -> str:
    line = f"{html_text(node.label)}: <strong>{_amount(node)}</strong>"
    line += "".join(f"<br>{html_text(note)}" for note in _notes(node))
    if not node.parts:
        return line
    parts = "\n".join(f"<li>{_folding(part)}</li>" for part in node.parts)
    start = "<details open>" if unfolded else "<details>"
    return f"{start}<summary>{line}</summary>\n<ul>\n{parts}\n</ul>\n</details>"
