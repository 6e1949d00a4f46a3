"""What every result shares: it names its tables once, and everything that shows it prints those.

A result says which tables it is by ``tables()``; its text, HTML, Markdown and data frame come from
them, so that terminal, notebook and page cannot disagree.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fcr.chart import Chart
from fcr.shown import Shown
from fcr.table import Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Drawn", "Result"]

CHARTS = "fcr.display.charts"


class Result(Shown):
    """A result that says itself as a table, or as several."""

    __slots__ = ()

    def table(self) -> Table:
        """The result's own table."""
        raise NotImplementedError

    def tables(self) -> tuple[Table, ...]:
        """Every table the result shows itself by, in their order."""
        return (self.table(),)

    def text(self, width: int = 80) -> str:
        """The tables as plain text no wider than ``width``."""
        return "\n\n".join(table.text(width) for table in self.tables())

    def html(self) -> str:
        """The tables as HTML, with no style and no script; all text escaped."""
        return "\n".join(table.html() for table in self.tables())

    def markdown(self) -> str:
        """The tables as Markdown; all text escaped."""
        return "\n".join(table.markdown() for table in self.tables())

    def to_frame(self, *, exact: bool = True, totals: bool = True) -> pd.DataFrame:
        """:meth:`table` as a pandas DataFrame: see :meth:`fcr.table.Table.to_frame`."""
        return self.table().to_frame(exact=exact, totals=totals)


class Drawn(Result):
    """A result with a chart of its own."""

    __slots__ = ()

    def plot(self, **options: Any) -> Chart:
        """The result's chart, with the options of its function in :mod:`fcr.display.charts`.

        The drawing library is loaded now, and not before. Raises :class:`~fcr.errors.MissingExtra`
        where it is not installed, and :class:`~fcr.errors.InputError` where there is nothing to draw.
        """
        chart: Chart = import_module(CHARTS).chart(self, **options)
        return chart
