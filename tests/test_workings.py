"""The tree of why a number is what it is: its parts add up, as computed and as shown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fcr
from fcr.money import round_half_up
from fcr.workings import Workings

amounts = st.floats(-1_000_000, 1_000_000, allow_nan=False).map(lambda x: round(x, 4))


def sums(parts: list[Workings]) -> Workings:
    return Workings("sum", sum(p.exact for p in parts), parts=tuple(parts))


leaves = st.builds(Workings, st.sampled_from(["Rent", "Pay", "Heat", "Tax"]), amounts)
trees = st.recursive(leaves, lambda inner: st.lists(inner, min_size=1, max_size=5).map(sums), max_leaves=20)


@given(trees)
def test_settled_parts_add_up_at_every_node(tree: Workings) -> None:
    """To the penny, all the way down; the top is its own figure rounded once."""
    settled = tree.settled()
    assert settled.value == round_half_up(tree.exact)
    for node in settled.walk():
        assert node.value is not None
        if node.parts:
            assert sum((p.settled_value for p in node.parts), Decimal(0)) == node.value


@given(trees)
def test_no_part_of_a_sum_moves_by_a_penny_from_what_its_parent_leaves(tree: Workings) -> None:
    """One level down, each part is within a penny of its exact figure."""
    for part in tree.settled().parts:
        assert abs(float(part.settled_value) - part.exact) < 0.01 + 1e-6


@given(trees)
def test_settling_is_done_once(tree: Workings) -> None:
    """A settled tree settles to itself, and its shape and exact figures are those it had."""
    settled = tree.settled()
    assert settled.settled() is settled
    assert [(n.label, n.exact) for n in settled.walk()] == [(n.label, n.exact) for n in tree.walk()]


def test_a_part_that_is_settled_keeps_its_figure() -> None:
    """The others are footed to what it leaves."""
    firm = Workings("Firm", 10.004, value=Decimal("10.01"))
    tree = Workings("All", 30.012, parts=(firm, Workings("A", 10.004), Workings("B", 10.004))).settled()
    assert [p.value for p in tree.parts] == [Decimal("10.01"), Decimal("10.00"), Decimal("10.00")]


def test_a_figure_may_be_given_from_above() -> None:
    """``settled(value)`` foots the parts to the figure its own parent was given."""
    tree = Workings("All", 0.015, parts=(Workings("A", 0.0075), Workings("B", 0.0075)))
    assert [p.value for p in tree.settled(Decimal("0.01")).parts] in (
        [Decimal("0.01"), Decimal("0.00")],
        [Decimal("0.00"), Decimal("0.01")],
    )


def test_parts_that_do_not_add_up_are_a_fault() -> None:
    """A tree whose parts come to something else is refused by name."""
    with pytest.raises(fcr.ReconciliationError, match="All: the parts come to"):
        Workings("All", 2.0, parts=(Workings("A", 1.0),)).settled()


def test_unsettled_figures_are_rounded_half_up() -> None:
    """Shown alone, a figure is rounded as everywhere."""
    assert Workings("A", 1.005).settled_value == Decimal("1.01")


def test_a_part_is_found_by_its_label() -> None:
    """An unknown label is refused with the nearest."""
    tree = Workings("All", 3.0, parts=(Workings("Premises", 1.0), Workings("Finance", 2.0)))
    assert tree.part("Finance").exact == 2.0
    with pytest.raises(fcr.UnknownName, match="Did you mean 'Premises'"):
        tree.part("Premisses")


@given(trees, st.sampled_from([24, 40, 60, 80]))
def test_text_is_never_wider_than_asked(tree: Workings, width: int) -> None:
    """Long labels and formulas wrap; every node's amount is there."""
    long = Workings("A label that goes on " * 5, tree.exact, "a × b " * 30, (tree,), "ledger.csv line 42")
    text = long.settled().text(width)
    assert max(map(len, text.splitlines())) <= width
    assert text.count(f"{long.settled().settled_value:,.2f}") >= 1
    assert len(text.splitlines()) > sum(1 for _ in long.walk())


def test_plain_data_has_what_there_is() -> None:
    """Formula, source and parts are there when they are, and left out when not."""
    tree = Workings("All", 3.0, "", (Workings("A", 3.0, "1 × 3", source="ledger.csv line 4"),)).settled()
    assert tree.to_dict() == {
        "label": "All",
        "value": "3.00",
        "parts": [{"label": "A", "value": "3.00", "how": "1 × 3", "source": "ledger.csv line 4"}],
    }
    assert str(tree) == tree.text()
    assert "from ledger.csv line 4" in tree.text()
