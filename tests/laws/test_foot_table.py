"""Tables that add up both down and across."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import chain

import numpy as np
import numpy.typing as npt
from hypothesis import example, given
from hypothesis import strategies as st
from oracle import half_up

from fcr.money import foot_table

PENNY = Decimal("0.01")
Table = list[list[Decimal]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Up to 7 × 7 pounds, to a tenth of a penny or finer, with exact pennies and noughts among them."""
    height, width = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    places = draw(st.sampled_from([3, 4, 6]))
    cell = st.one_of(st.integers(-3000, 300_000), st.integers(0, 40), st.just(0))
    return [[Decimal(draw(cell)).scaleb(-places) for _ in range(width)] for _ in range(height)]


def _floats(table: Table) -> npt.NDArray[np.float64]:
    return np.array([[float(x) for x in row] for row in table])


def _names(table: Table) -> tuple[list[str], list[str]]:
    return [f"row {i}" for i in range(len(table))], [f"column {j}" for j in range(len(table[0]))]


THIRDS = [[Decimal("0.0033")] * 3, [Decimal("0.0033")] * 3, [Decimal("0.0034")] * 3]


@example(THIRDS)
@given(tables())
def test_it_adds_down_and_across(table: Table) -> None:
    """Cells sum to the totals of rows and columns, and those to the grand total, which is rounded half up."""
    cells, across, down, total = foot_table(_floats(table), *_names(table))
    assert [sum(row) for row in cells] == across
    assert [sum(column) for column in zip(*cells, strict=True)] == down
    assert sum(across) == sum(down) == total
    assert total == half_up(sum((Fraction(x) for row in table for x in row), Fraction(0)))


@example(THIRDS)
@given(tables())
def test_no_figure_moves_by_a_penny(table: Table) -> None:
    """Every cell and every total is the penny just above or just below its exact value; an exact penny stays."""
    cells, across, down, _ = foot_table(_floats(table), *_names(table))
    shown = [*chain.from_iterable(cells), *across, *down]
    exact = [*chain.from_iterable(table), *map(sum, table), *map(sum, zip(*table, strict=True))]
    for a, b in zip(shown, exact, strict=True):
        assert abs(a - b) < PENNY
        if b == Decimal(b).quantize(PENNY):
            assert a == b


@given(tables(), st.data())
def test_the_order_of_rows_and_columns_does_not_matter(table: Table, data: st.DataObject) -> None:
    """The same names get the same figures, however rows and columns are ordered."""
    rows, columns = _names(table)
    row_order = data.draw(st.permutations(range(len(rows))))
    column_order = data.draw(st.permutations(range(len(columns))))
    first, across, down, total = foot_table(_floats(table), rows, columns)
    again = foot_table(
        _floats(table)[row_order][:, column_order],
        [rows[i] for i in row_order],
        [columns[j] for j in column_order],
    )
    assert again[0] == [[first[i][j] for j in column_order] for i in row_order]
    assert again[1] == [across[i] for i in row_order]
    assert again[2] == [down[j] for j in column_order]
    assert again[3] == total
