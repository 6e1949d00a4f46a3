"""Rounding and footing, on figures worked by hand."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pytest

from fcr.errors import ReconciliationError
from fcr.money import _mend_column, _mend_straight, foot, foot_table, footing_error, round_half_up

D = Decimal


def pounds(*amounts: str) -> list[Decimal]:
    return [D(a) for a in amounts]


# ── rounding ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (0.125, 2, "0.13"),  # an exact half in binary: away from zero, not to even
        (-0.125, 2, "-0.13"),
        (2.675, 2, "2.68"),  # 2.67499999… in binary, a half as typed
        (1.005, 2, "1.01"),
        (0.1249999, 2, "0.12"),  # nearly a half is not a half
        (0.1250001, 2, "0.13"),
        (-0.004, 2, "0.00"),  # no negative nought
        (1234567.5, 0, "1234568"),
        (0.00005, 4, "0.0001"),
        (2.5, 0, "3"),
        (0.5, 0, "1"),
        (0.49, 0, "0"),
    ],
)
def test_floats_round_half_up_as_a_spreadsheet(value: float, places: int, shown: str) -> None:
    """Halves go away from zero, and a float within arithmetic noise of a half counts as one."""
    assert str(round_half_up(value, places)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (D("0.125"), "0.13"),
        (D("0.1249999999999999999999"), "0.12"),
        (3, "3.00"),
        (D("-0.005"), "-0.01"),
        (D("-0"), "0.00"),
    ],
)
def test_decimals_and_whole_numbers_round_exactly(value: Decimal | int, shown: str) -> None:
    """A ``Decimal`` is taken as it stands: a hair below the half goes down."""
    assert str(round_half_up(value)) == shown


def test_noise_is_relative_for_large_amounts() -> None:
    """At £7bn the fifteenth digit is a thousandth of a penny: a half is found, and a hundredth off it is not one."""
    assert round_half_up(7_000_000_000.125) == D("7000000000.13")
    assert round_half_up(7_000_000_000.12499) == D("7000000000.13")
    assert round_half_up(7_000_000_000.1249) == D("7000000000.12")
    assert sum(foot([7_000_000_000.12499, 0.0])) == D("7000000000.13")


def test_noise_below_a_hundred_pounds_is_absolute() -> None:
    """A float 4e-11 pounds (4e-9 of a penny) under the half is a half; 2e-10 pounds under it is not."""
    assert round_half_up(0.005 - 4e-11) == D("0.01")
    assert round_half_up(0.005 - 2e-10) == D("0.00")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_a_number_is_our_fault(value: float) -> None:
    """A result that is not finite stops loudly, saying what it is."""
    with pytest.raises(ReconciliationError, match=f"a result is {value}, which is not a number"):
        round_half_up(value)
    with pytest.raises(ReconciliationError, match=r"^a result is not a finite number$"):
        foot([1.0, value])


# ── lists ────────────────────────────────────────────────────────────────────────────────────────


def test_spare_pennies_go_to_the_largest_remainders() -> None:
    """£10 by 1:1:1 leaves a penny; by 10.004, 10.003, 9.993 (=30.00) the rounded 30.00 stands as it is."""
    assert list(foot([10 / 3] * 3)) == pounds("3.34", "3.33", "3.33")
    assert list(foot([10.004, 10.003, 9.993])) == pounds("10.01", "10.00", "9.99")
    assert list(foot([0.014, 0.013, 0.013])) == pounds("0.02", "0.01", "0.01")


def test_pennies_too_many_are_taken_from_those_rounded_up_most() -> None:
    """Each of 0.005, 0.006, 0.007 rounds to a penny: 3p where 0.018 is 2p; the most rounded up gives way."""
    assert list(foot([0.005, 0.006, 0.007])) == pounds("0.00", "0.01", "0.01")


def test_two_pennies_may_be_spare() -> None:
    """7 × 0.004 is 2.8p, so 3p, while each rounds to nothing: three of them get a penny."""
    assert list(foot([0.004] * 7)) == pounds(*["0.01"] * 3, *["0.00"] * 4)


def test_ties_go_to_the_larger_amount_then_the_earlier_name() -> None:
    """Equal remainders: the larger amount moves first; equal amounts: the earlier name, in any order of rows."""
    assert foot({"a": 1.005, "b": 2.005}, D("3.01")) == {"a": D("1.01"), "b": D("2.00")}
    assert foot({"a": 10.0106, "b": 10.0104}, D("20.03")) == {"a": D("10.02"), "b": D("10.01")}
    assert foot({"z": 10.006, "y": 10.006}, 20.01) == {"z": D("10.01"), "y": D("10.00")}
    assert foot({"y": 10.006, "z": 10.006}, 20.01) == {"y": D("10.00"), "z": D("10.01")}


def test_names_may_be_given_beside_a_list() -> None:
    """``names`` settle ties for a plain list as keys do for a mapping."""
    assert foot([10.006, 10.006], 20.01, ["z", "y"]) == (D("10.01"), D("10.00"))
    assert foot(np.array([10.006, 10.006]), 20.01, ["y", "z"]) == (D("10.00"), D("10.01"))


def test_a_credit_is_the_mirror_of_a_charge() -> None:
    """The same figures with the other sign foot to the same pennies with the other sign."""
    charges = [10.004, 10.003, 9.996]
    assert list(foot([-x for x in charges])) == [-x for x in foot(charges)]
    assert list(foot([0.005, -0.005])) == pounds("0.01", "-0.01")


def test_an_exact_penny_never_moves() -> None:
    """The part that is whole pennies keeps them, though it is the largest."""
    assert list(foot([1000.00, 0.004, 0.004])) == pounds("1000.00", "0.01", "0.00")


def test_nothing_foots_to_nothing() -> None:
    """No parts come to nought, and a nought is printed as pence."""
    assert foot({}) == {}
    assert str(foot([0.0])[0]) == "0.00"


@pytest.mark.parametrize(("total", "parts"), [(D("20.02"), ("10.01", "10.01")), (D("20.03"), ("10.02", "10.01"))])
def test_a_total_within_a_penny_is_taken(total: Decimal, parts: tuple[str, str]) -> None:
    """Parts of 20.021 may come to 20.02 or 20.03: either is less than a penny away."""
    assert list(foot([10.0106, 10.0104], total)) == pounds(*parts)


def test_amounts_pennies_apart_are_not_equal() -> None:
    """1.005 and 1.485 are both at a half; one must go down, and it is the larger though its name is later."""
    assert foot({"a": 1.005, "b": 1.485}, D("2.49")) == {"a": D("1.01"), "b": D("1.48")}


@pytest.mark.parametrize("total", [D("20.01"), D("20.03"), 21, -20.02])
def test_a_total_a_penny_away_is_refused(total: Decimal | float) -> None:
    """Parts of 20.02 exactly cannot be made to come to a penny more or less."""
    with pytest.raises(ReconciliationError, match=r"the parts come to 20\.020000, not "):
        foot([10.01, 10.01], total)


# ── tables ───────────────────────────────────────────────────────────────────────────────────────


Footed = tuple[list[list[Decimal]], list[Decimal], list[Decimal], Decimal]


def footed(cells: object, rows: list[str] | None = None, columns: list[str] | None = None) -> Footed:
    """A footed table, with all that must hold of any checked on the way."""
    body = np.array(cells, dtype=float)
    rows = rows or [f"r{i}" for i in range(body.shape[0])]
    columns = columns or [f"c{i}" for i in range(body.shape[1])]
    inside, across, down, total = foot_table(body, rows, columns)
    assert [sum(row) for row in inside] == across
    assert [sum(column) for column in zip(*inside, strict=True)] == down
    assert sum(across) == sum(down) == total == round_half_up(float(body.sum()))
    assert all(
        abs(float(a) - b) < 0.01
        for ra, rb in zip(inside, body.tolist(), strict=True)
        for a, b in zip(ra, rb, strict=True)
    )
    return inside, across, down, total


def test_a_table_of_whole_pennies_stays_as_it_is() -> None:
    """Nothing to move: the cells are returned to the penny, credits too."""
    inside, across, down, total = footed([[1.10, -2.20], [3.30, 4.40]])
    assert inside == [pounds("1.10", "-2.20"), pounds("3.30", "4.40")]
    assert (across, down, total) == (pounds("-1.10", "7.70"), pounds("4.40", "2.20"), D("6.60"))


def test_a_column_a_penny_out_is_mended_within_a_row() -> None:
    """Thirds twice over: rows of 0.33 + 0.67 give columns of 0.66 and 1.34, where 0.67 and 1.33 are due."""
    inside, across, down, _ = footed([[1 / 3, 2 / 3], [1 / 3, 2 / 3]])
    assert inside == [pounds("0.34", "0.66"), pounds("0.33", "0.67")]
    assert (across, down) == (pounds("1.00", "1.00"), pounds("0.67", "1.33"))


def test_the_first_row_by_name_gives_way() -> None:
    """The same table with its rows the other way round moves the same row, by name."""
    inside, *_ = footed([[1 / 3, 2 / 3], [1 / 3, 2 / 3]], rows=["z", "a"])
    assert inside == [pounds("0.33", "0.67"), pounds("0.34", "0.66")]


def test_order_of_rows_and_columns_does_not_matter() -> None:
    """Shuffling rows and columns shuffles the answer, and changes no figure."""
    rng = np.random.default_rng(5)
    body = rng.uniform(-5, 20, (6, 5))
    rows, columns = list("abcdef"), list("vwxyz")
    inside, across, down, _ = foot_table(body, rows, columns)
    by_name = {(r, c): inside[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)}
    order, other = [3, 0, 5, 1, 4, 2], [4, 2, 0, 3, 1]
    again, across_again, down_again, _ = foot_table(
        body[order][:, other], [rows[i] for i in order], [columns[j] for j in other]
    )
    assert {(rows[i], columns[j]): again[a][b] for a, i in enumerate(order) for b, j in enumerate(other)} == by_name
    assert [across[i] for i in order] == across_again
    assert [down[j] for j in other] == down_again


@pytest.mark.parametrize("seed", range(40))
def test_many_columns_out_at_once_are_all_mended(seed: int) -> None:
    """Thin tables with many halves and thirds of a penny foot both ways, whatever chain it takes."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 9)) + seed, int(rng.integers(1, 9)) + seed // 3)
    footed(rng.integers(-30, 60, shape) / rng.choice([300.0, 700.0, 1100.0]))


def test_a_penny_may_pass_through_a_second_row() -> None:
    """Nought never moves, so with few cells to choose from a penny must go by way of another column."""
    inside, across, down, _ = footed([[0.0, 0.002, 0.001, 0.006], [0.006, 0.007, 0.0, 0.0], [0.0, 0.009, 0.0, 0.008]])
    assert inside == [
        pounds("0.00", "0.01", "0.00", "0.00"),
        pounds("0.01", "0.00", "0.00", "0.00"),
        pounds("0.00", "0.01", "0.00", "0.01"),
    ]
    assert (across, down) == (pounds("0.01", "0.01", "0.02"), pounds("0.01", "0.02", "0.00", "0.01"))


def test_a_total_gives_way_when_there_is_no_other() -> None:
    """Columns of 0.3p, 0.3p and 1.3p in a total of 2p: the last would get the spare penny, by its size.

    But its cells, 0.4p and 0.9p, lie in rows that come to 0p and 2p, so they can only come to 1p: one
    of the small columns gets the penny instead.
    """
    inside, across, down, total = footed([[0.0, 0.0, 0.004], [0.003, 0.003, 0.009]])
    assert total == D("0.02")
    assert inside == [pounds("0.00", "0.00", "0.00"), pounds("0.01", "0.00", "0.01")]
    assert (across, down) == (pounds("0.00", "0.02"), pounds("0.01", "0.00", "0.01"))


def grid(*rows: tuple[int, ...]) -> npt.NDArray[np.float64]:
    return np.array(rows, dtype=float)


def test_totals_are_footed_by_name_before_the_cells() -> None:
    """£10 in one column of equal thirds: the row total by the earlier name gets the penny, whatever the order.

    The same lying down: the column total by the earlier name.
    """
    thirds = [10 / 3] * 3
    inside, across, *_ = footed([[x] for x in thirds], rows=["c", "a", "b"])
    assert inside == [[x] for x in across]
    assert across == pounds("3.33", "3.34", "3.33")
    inside, across, down, _ = footed([thirds], columns=["c", "a", "b"])
    assert inside == [down]
    assert (across, down) == (pounds("10.00"), pounds("3.33", "3.34", "3.33"))


def test_a_total_moves_no_further_than_the_next_penny() -> None:
    """Rows of −0.4p, and columns of −0.4p, in a total of −0.8p: one of each shows −1p, the other nothing."""
    inside, across, down, total = footed([[0.0, -0.004], [-0.004, 0.0]])
    assert (across, down, total) == (pounds("-0.01", "0.00"), pounds("0.00", "-0.01"), D("-0.01"))
    assert inside == [pounds("0.00", "-0.01"), pounds("0.00", "0.00")]


def test_pennies_move_straight_along_rows_from_columns_over_to_columns_under() -> None:
    """Column 0 is two over, column 1 one over; 2 is one under and 3 two under. Rows give way in order.

    To column 2 from the first row that may; to column 3 from the next that may, and the last from column 1.
    """
    now = grid((1, 0, 0, 0), (1, 0, 0, 0), (0, 1, -1, -2))
    low, high = np.zeros((3, 4)), np.ones((3, 4))
    low[2] = high[2] = now[2]
    low[2, 1] = 0
    high[2, 3] = -1
    _mend_straight(now, low, high)
    assert now.tolist() == [[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, -1, -1]]


def test_what_has_moved_is_counted() -> None:
    """Columns are 1 and 3 over, 2 and 2 under, and each cell may move a penny.

    The first over gives its one to the first under; the second over one to the first under, by the next
    row, as the first is at its limit; and two to the second under, by the first and third rows.
    """
    now = grid((1, 3, -2, -2), (0, 0, 0, 0), (0, 0, 0, 0))
    low, high = now - 1, now + 1
    _mend_straight(now, low, high)
    assert now.tolist() == [[0, 2, -1, -1], [0, -1, 1, 0], [0, -1, 0, 1]]


def test_no_more_pennies_move_straight_than_are_due() -> None:
    """Column 0 is one over and 1 one under, with two rows that might: only the first moves; even columns stay."""
    now = grid((1, 0, 5), (0, -1, -5))
    now = np.vstack([now, grid((0, 0, 0))])
    low, high = now - 1, now + 1
    _mend_straight(now, low, high)
    assert now.tolist() == [[0, 1, 5], [0, -1, -5], [0, 0, 0]]


def test_a_row_at_its_limit_gives_nothing() -> None:
    """The first row is at its lowest in column 0, the second at its highest in column 1: the third gives way."""
    now = grid((1, 0), (0, 0), (0, -1))
    low, high = now - 1, now + 1
    low[0, 0], high[1, 1] = 1, 0
    _mend_straight(now, low, high)
    assert now.tolist() == [[1, 0], [0, 0], [-1, 0]]


def test_a_chain_of_two_rows_is_found() -> None:
    """Column 0 is a penny over, column 2 a penny under; only the middle column joins the rows that may move."""
    now = grid((1, 0, 0), (0, 0, -1))
    low, high = grid((0, 0, 0), (0, -1, -1)), grid((1, 1, 0), (0, 0, 0))
    assert _mend_column(now, low, high)
    assert now.tolist() == [[0, 1, 0], [0, -1, 0]]


def test_without_a_chain_nothing_moves() -> None:
    """No row may give up a penny of the column that is over: the table stays as it was, and it says so."""
    now = grid((1, -1))
    assert not _mend_column(now, grid((1, -1)), grid((1, 0)))
    assert now.tolist() == [[1, -1]]
    assert not _mend_column(now, grid((0, -1)), grid((1, -1)))
    assert now.tolist() == [[1, -1]]


def test_a_table_that_adds_up_needs_no_mending() -> None:
    """No column is out, so there is nothing to do."""
    assert not _mend_column(grid((0, 0)), grid((-1, -1)), grid((1, 1)))


def test_what_cannot_add_up_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should mending ever fail, the table is not shown."""
    monkeypatch.setattr("fcr.money._mend_column", lambda *_: False)
    monkeypatch.setattr("fcr.money._mend_straight", lambda *_: None)
    with pytest.raises(ReconciliationError, match=r"^a table could not be made to add up$"):
        foot_table(np.array([[1 / 3, 2 / 3], [1 / 3, 2 / 3]]), ["a", "b"], ["c", "d"])


# ── printed tables ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("parts", "total", "out"),
    [([1, 2, 3], 6, "0"), ([0.1, 0.2], 0.3, "0.0"), ([D("1.10"), D("-0.05")], D("1.00"), "-0.05"), ([], 4, "4")],
)
def test_footing_error_is_total_less_parts(parts: list[float], total: float, out: str) -> None:
    """Floats are read as they print, so a tenth and two tenths are three tenths."""
    assert footing_error(parts, total) == D(out)
