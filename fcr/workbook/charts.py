"""Native charts of the workbook: each a function that draws on a sheet, with what it shows in words.

Fills are patterns as well as colours, so that a chart says the same in black and white.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from fcr.workbook.formula import Block
from fcr.workbook.values import letters, quoted

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Draw", "cash_chart", "price_chart", "risk_chart", "years_chart"]

Draw: TypeAlias = Callable[["Workbook", "Worksheet"], None]
"""Draws one chart on its sheet."""
Place: TypeAlias = tuple[int, int]
"""The cell of its top left corner: row and column from 0."""

INK = "#0B0C0C"
FONT = {"name": "Arial", "size": 10, "color": INK, "bold": False}
GRID = {"visible": True, "line": {"color": "#D9DBDC", "width": 0.75}}
WIDE = {"width": 900, "height": 340}
FILLS: Sequence[dict[str, Any]] = (
    {"fill": {"color": "#1D4E89"}, "border": {"color": INK, "width": 0.75}},
    {
        "pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#7A3E00", "bg_color": "#FFFFFF"},
        "border": {"color": INK, "width": 0.75},
    },
    {
        "pattern": {"pattern": "dotted_grid", "fg_color": "#3D4447", "bg_color": "#FFFFFF"},
        "border": {"color": INK, "width": 0.75},
    },
    {"fill": {"color": "#C9D6E4"}, "border": {"color": INK, "width": 0.75}},
    {
        "pattern": {"pattern": "horizontal_brick", "fg_color": "#00703C", "bg_color": "#FFFFFF"},
        "border": {"color": INK, "width": 0.75},
    },
    {
        "pattern": {"pattern": "small_checker", "fg_color": "#5B2A86", "bg_color": "#FFFFFF"},
        "border": {"color": INK, "width": 0.75},
    },
    {"fill": {"color": "#FFFFFF"}, "border": {"color": INK, "width": 0.75}},
    {
        "pattern": {"pattern": "light_vertical", "fg_color": "#942514", "bg_color": "#FFFFFF"},
        "border": {"color": INK, "width": 0.75},
    },
)
"""Each told from the others in grey: plain dark, diagonals, dots, plain pale, bricks, checks, white, uprights."""
NOTHING = {"fill": {"none": True}, "border": {"none": True}}


def risk_chart(names: Block, within: Block, beyond: Block, unweighed: Block, *, at: Place) -> Draw:
    """The largest risks: expected loss carried, within the provider's control, beyond it, and where nobody has said."""

    def draw(workbook: Workbook, sheet: Worksheet) -> None:
        chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
        for block, name, fill in zip(
            (within, beyond, unweighed), ("Controlled", "Not controlled", "Control unknown"), FILLS, strict=False
        ):
            chart.add_series({"name": name, "categories": _range(names), "values": _range(block), "gap": 60, **fill})
        chart.set_y_axis(
            {"reverse": True, "num_font": FONT, "line": {"color": INK}, "label_position": "low", "crossing": "max"}
        )
        chart.set_x_axis(_pounds("Pounds over the term"))
        words = (
            "Stacked bars: the largest risks by expected loss that the provider carries over the term, in pounds; "
            "what it controls, what it does not, and where nobody has said. The figures stand in the table above."
        )
        _place(chart, sheet, at, "Expected loss carried over the term, by risk", words)

    return draw


def price_chart(labels: Block, below: Block, steps: Block, totals: Block, *, at: Place) -> Draw:
    """The price build-up as a waterfall: each step stands on what came before it, totals on nought.

    Blocks (rows, 1): labels, what each step stands on (nought for a total), the height of a step or
    of a total, nought or blank where it is the other.
    """

    def draw(workbook: Workbook, sheet: Worksheet) -> None:
        chart = workbook.add_chart({"type": "column", "subtype": "stacked"})
        categories = _range(labels)
        chart.add_series(
            {"name": "Up to here", "categories": categories, "values": _range(below), "gap": 40, **NOTHING}
        )
        for name, block, fill in (("Step", steps, FILLS[1]), ("Total", totals, FILLS[0])):
            chart.add_series({"name": name, "categories": categories, "values": _range(block), **fill})
        chart.set_x_axis({"num_font": FONT, "line": {"color": INK}})
        chart.set_y_axis(_pounds("Pounds"))
        words = (
            "Columns, each standing on the one before: how direct costs, overheads and what is added build up to the "
            "price, in pounds. The figures stand in the table beside it."
        )
        _place(chart, sheet, at, "From direct cost to price", words, legend=False)

    return draw


def years_chart(
    years: Block,
    parts: Sequence[tuple[str, Block]],
    offer: Block | None,
    *,
    at: Place,
    title: str = "Cost of each year",
) -> Draw:
    """Each contract year's cost in stacked columns, and the offer as a line. Blocks (1, years)."""

    def draw(workbook: Workbook, sheet: Worksheet) -> None:
        chart = workbook.add_chart({"type": "column", "subtype": "stacked"})
        for (name, block), fill in zip(parts, FILLS, strict=False):
            chart.add_series({"name": name, "categories": _range(years), "values": _range(block), "gap": 60, **fill})
        if offer is not None:
            line = workbook.add_chart({"type": "line"})
            look = {"none": True}  # marks alone: a line would fall to nought in a year that is not used
            mark = {"type": "diamond", "size": 9, "fill": {"color": "#FFFFFF"}, "border": {"color": INK}}
            line.add_series(
                {
                    "name": "The offer",
                    "categories": _range(years),
                    "values": _range(offer),
                    "line": look,
                    "marker": mark,
                }
            )
            chart.combine(line)
        chart.set_x_axis({"num_font": FONT, "line": {"color": INK}})
        chart.set_y_axis(_pounds("Pounds a year"))
        shown = ", ".join(name for name, _ in parts)
        besides = "" if offer is None else "; a dashed line shows what the commissioner offers"
        words = f"Stacked columns: the cost of each contract year in pounds ({shown}){besides}."
        _place(chart, sheet, at, title, words)

    return draw


def cash_chart(months: Block, closing: Block, lowest: Block, *, at: Place) -> Draw:
    """Cash at the end of each month as a line, and its lowest point as a mark. Blocks (1, months).

    ``lowest``: that cash in the month of its lowest point, nought or blank in every other.
    """

    def draw(workbook: Workbook, sheet: Worksheet) -> None:
        chart = workbook.add_chart({"type": "column"})
        chart.add_series(
            {"name": "Lowest point", "categories": _range(months), "values": _range(lowest), "gap": 20, **FILLS[1]}
        )
        line = workbook.add_chart({"type": "line"})
        look = {"color": "#1D4E89", "width": 2.25}
        line.add_series({"name": "Cash so far", "categories": _range(months), "values": _range(closing), "line": look})
        chart.combine(line)
        chart.set_x_axis({"num_font": FONT, "line": {"color": INK}, "label_position": "low", "interval_unit": 3})
        chart.set_y_axis(_pounds("Pounds"))
        words = (
            "A line: cash from this contract so far, at the end of each month, in pounds; below nought, you are paying "
            "for the service until you are paid. A column marks the lowest point."
        )
        _place(chart, sheet, at, "Cash from the contract, month by month", words)

    return draw


# ── what they share ──


def _pounds(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "name_font": FONT,
        "num_font": FONT,
        "num_format": '"£"#,##0;-"£"#,##0;"£"0',
        "major_gridlines": GRID,
        "line": {"color": INK},
    }


def _place(chart: Any, sheet: Worksheet, at: Place, title: str, words: str, *, legend: bool = True) -> None:
    chart.set_title({"name": title, "name_font": {**FONT, "size": 12, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": FONT} if legend else {"none": True})
    chart.set_size(WIDE)
    sheet.insert_chart(*at, chart, {"description": words, "object_position": 2})


def _range(block: Block) -> str:
    """A block as a chart refers to it."""
    height, width = block.shape
    first = f"${letters(block.column)}${block.row + 1}"
    last = f"${letters(block.column + width - 1)}${block.row + height}"
    return f"={quoted(block.sheet)}{first}:{last}"
