"""One table, three printers: what fits, what adds up, and what hostile text can do (nothing)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import fcr
from fcr.shown import laid, settled
from fcr.table import Column, Row, Style, Table, lines_of

LABEL = Column("", "text")
words = st.text(min_size=1, max_size=60).filter(lambda s: s.strip())
names = st.from_regex(r"[A-Za-z][A-Za-z ,'-]{0,70}", fullmatch=True)
pounds = st.decimals(-10_000_000, 10_000_000, places=2)
HOSTILE = [
    "<script>alert(1)</script>",
    "a|b",
    "`x`",
    "**b**",
    "[x](javascript:y)",
    "&amp;",
    '"',
    "'",
    "a\\b",
    "\\|",
    "\\",
    "<!--",
    "# h",
]


def table(years: int, labels: list[str], amount: Decimal = Decimal("1234567.89")) -> Table:
    columns = (LABEL, *(Column(f"Year {y + 1}") for y in range(years)), Column("Term"))
    rows = [Row((label, *[amount] * years, amount * years), indent=1) for label in labels]
    total = Row(
        ("Total", *[amount * len(labels)] * years, amount * len(labels) * years), "total", 0, tuple(range(len(labels)))
    )
    return Table("What it costs", columns, (*rows, total), across=True)


@given(st.integers(1, 10), st.lists(names, min_size=1, max_size=5), st.sampled_from([60, 72, 80, 100]))
def test_text_is_never_wider_than_asked(years: int, labels: list[str], width: int) -> None:
    """One to ten years, names of any length: no line is wider than the width."""
    text = table(years, labels).text(width)
    assert max(map(len, text.splitlines())) <= width
    assert not any(line.endswith(" ") for line in text.splitlines())


# ── any table, any terminal ──

cells = st.one_of(st.none(), pounds, st.integers(-(10**15), 10**15), st.text(max_size=30), names)
columns = st.builds(Column, st.text(max_size=30) | names, st.sampled_from(["text", "pounds", "number"]))
rows = st.lists(cells, min_size=7, max_size=7)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    heads = draw(st.lists(columns, min_size=1, max_size=7))
    filled = [
        Row(
            tuple(draw(rows)[: len(heads)]),
            draw(st.sampled_from(["line", "heading", "total"])),
            draw(st.integers(0, 9)),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return Table(draw(names | words), tuple(heads), tuple(filled), tuple(draw(st.lists(words, max_size=2))))


def seen(text: str) -> int:
    """How many places of a terminal a line takes up, at the most."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def marks(text: str) -> Counter[str]:
    """The characters that leave a mark, as a terminal is shown them."""
    return Counter("".join(settled(laid(text)).split()))


@example(Table("A", (Column(""), Column("0", "text")), (Row(("0" * 22, None)),)), 24)
@given(tables(), st.sampled_from([24, 40, 60, 80, 100, 120]))
def test_no_table_is_wider_than_the_terminal_and_nothing_is_lost(shown: Table, width: int) -> None:
    """Whatever the columns, names, alphabets and amounts: every line fits, and each cell's every character is there."""
    text = shown.text(width)
    assert max(map(seen, text.split("\n"))) <= width
    said = [shown.title, *(c.heading for c in shown.columns), *shown.notes]
    said += [cell for row in shown.rows for cell in shown.shown(row)]
    assert not sum((marks(one) for one in said), Counter()) - Counter("".join(text.split()))


@given(tables(), st.sampled_from([40, 80]))
def test_every_amount_stands_whole(shown: Table, width: int) -> None:
    """No amount is broken over two lines on a terminal of forty characters."""
    text = shown.text(width)
    kinds = [column.kind for column in shown.columns]
    for row in shown.rows:
        for kind, cell, words_of_it in list(zip(kinds, row.cells, shown.shown(row), strict=True))[1:]:
            assert kind == "text" or cell is None or isinstance(cell, str) or words_of_it in text


def test_what_moves_a_cursor_is_not_printed() -> None:
    """Escape sequences, line breaks and turned writing in somebody's text reach no terminal."""
    text = Table("T\x1b]0;x\x07", (LABEL,), (Row(("a\x9b2Jb",)), Row(("1\u202e23",)), Row(("c\u2028d\x85e",)))).text()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)
    assert "c d e" in text


def test_nothing_is_laid_out_narrower_than_can_be_read() -> None:
    """Asked for less than 24 characters, a table is 24 wide."""
    assert table(2, ["Rent"]).text(3) == table(2, ["Rent"]).text(24)


def test_the_lines_are_the_text() -> None:
    """What each line is, is said beside it; the lines are those of the text."""
    shown = table(2, ["Rent"])
    parts = list(lines_of(shown, 80))
    assert "\n".join(line for _, line in parts) == shown.text(80)
    assert [part for part, _ in parts] == ["title", "rule", "heading", "line", "rule", "total"]


def test_columns_that_do_not_fit_go_below_with_their_labels() -> None:
    """Ten years stand in blocks, each with the labels; every heading and every amount is there once a block."""
    text = table(10, ["Rent", "Pay"]).text(80)
    for heading in [*(f"Year {y}" for y in range(1, 11)), "Term"]:
        assert len(re.findall(rf"\b{heading}\b", text)) == 1
    blocks = text.count("Rent")
    assert blocks > 1
    assert text.count("Pay") == text.count("Total") == blocks
    assert text.count("1,234,567.89") == 20


def test_long_labels_wrap_and_the_amount_stands_beside_the_last_line() -> None:
    """A label too long for its column goes on below, indented; the amount is on its last line."""
    shown = Table("T", (LABEL, Column("£")), (Row(("word " * 20, Decimal(1)), indent=1),)).text(40).splitlines()
    rows = shown[3:]
    assert len(rows) > 1
    assert [line.endswith("1.00") for line in rows] == [False] * (len(rows) - 1) + [True]
    assert rows[0].startswith("  word")
    assert rows[1].startswith("    word")


@given(names, names, pounds, st.sampled_from([40, 60, 80]))
def test_long_headings_wrap_above_their_amounts(first: str, second: str, amount: Decimal, width: int) -> None:
    """A heading of any length keeps to the width, whole words where they fit, and so do the amounts below it."""
    shown = Table("T", (Column(first, "text"), Column(second), Column("£")), (Row(("Rent", amount, amount)),))
    assert max(map(len, shown.text(width).splitlines())) <= width
    assert shown.text(width).count(f"{amount:,.2f}") == 2


def test_a_short_heading_is_not_wrapped() -> None:
    """Where there is room a heading stands on one line."""
    shown = Table("T", (LABEL, Column("Premises and office")), (Row(("Advice", Decimal(1))),)).text(80)
    assert "Premises and office" in shown


def test_amounts_are_never_wrapped_or_cut() -> None:
    """The largest amount stands whole."""
    assert "-900,719,925,474.09" in table(3, ["Rent"], Decimal("-900719925474.09")).text(80)


@pytest.mark.parametrize(
    ("column", "cell", "shown"),
    [
        (Column("£"), Decimal("-1234.5"), "-1,234.50"),
        (Column("£"), Decimal(0), "0.00"),
        (Column("£"), 7, "7.00"),
        (Column("£"), None, ""),
        (Column("£"), "n/a", "n/a"),
        (Column("%", "share"), Decimal("0.0605"), "6.1%"),
        (Column("%", "share"), Decimal("0.06049"), "6.0%"),
        (Column("%", "share"), 1, "100.0%"),
        (Column("n", "number"), 1234567, "1,234,567"),
        (Column("n", "number"), Decimal("1E+3"), "1,000"),
        (Column("n", "number"), Decimal("0.10"), "0.10"),
    ],
)
def test_a_cell_as_people_read_it(column: Column, cell: Decimal | int | str | None, shown: str) -> None:
    """Pounds with pence, shares half up to a tenth of a per cent, numbers without exponents."""
    assert column.show(cell) == shown


@pytest.mark.parametrize("years", [1, 3])
@pytest.mark.parametrize("style", ["line", "subtotal", "total"])
def test_a_row_that_does_not_add_up_across_is_refused(years: int, style: Style) -> None:
    """A penny out across is a fault, whatever the row's style; a heading has nothing to add."""
    good = table(years, ["Rent"]).rows[0]
    bad = Row((*good.cells[:-1], Decimal("0.01") + Decimal(str(good.cells[-1]))), style)
    columns = table(years, ["Rent"]).columns
    with pytest.raises(fcr.ReconciliationError, match="across"):
        Table("T", columns, (bad,), across=True)
    assert Table("T", columns, (bad,)).rows == (bad,)
    heading = Row(("Head", *[None] * (years + 1)), "heading")
    assert Table("T", columns, (heading,), across=True).rows == (heading,)


@given(st.lists(pounds, min_size=1, max_size=6), st.sampled_from([Decimal("0.01"), Decimal("-0.01")]))
def test_a_total_a_penny_out_is_refused(amounts: list[Decimal], penny: Decimal) -> None:
    """The rows a total names must come to it exactly."""
    rows = [Row((f"Line {i}", amount)) for i, amount in enumerate(amounts)]
    adds, total = tuple(range(len(rows))), sum(amounts, Decimal(0))
    whole = Row(("Total", total), "total", adds=adds)
    assert Table("T", (LABEL, Column("£")), (*rows, whole)).rows[-1] == whole
    with pytest.raises(fcr.ReconciliationError, match="does not add up"):
        Table("T", (LABEL, Column("£")), (*rows, Row(("Total", total + penny), "total", adds=adds)))


def test_a_row_of_the_wrong_length_is_refused() -> None:
    """Every row has a cell for every column."""
    with pytest.raises(fcr.ReconciliationError, match="2 cells"):
        Table("T", (LABEL,), (Row(("a", Decimal(1))),))


def test_shares_and_numbers_are_not_added() -> None:
    """Only pounds add up: a rate at the foot of a column is not the sum of the rates above."""
    columns = (LABEL, Column("£"), Column("Rate", "share"))
    rows = (Row(("a", Decimal(1), Decimal("0.5"))), Row(("All", Decimal(1), Decimal("0.9")), "total", adds=(0,)))
    assert Table("T", columns, rows).rows == rows


# ── hostile text ─────────────────────────────────────────────────────────────────────────────────


class Seen(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.comments = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments += len(data) + 1


def hostile(text: str) -> Table:
    rows = (Row((text, text), indent=1), Row((text, "x"), "total"))
    return Table(text, (Column(text, "text"), Column(text)), rows, (text,))


@given(words | st.sampled_from(HOSTILE) | st.lists(st.sampled_from(HOSTILE), min_size=2).map("".join))
def test_no_text_becomes_a_tag(text: str) -> None:
    """Whatever is in a name, the page has only the table's own tags, and shows the text as it is."""
    page = Seen()
    page.feed(hostile(text).html())
    page.close()
    assert page.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "strong"}
    assert page.attributes <= {"scope", "align", "style"}
    assert page.comments == 0
    newlines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert page.text.replace("\r\n", "\n").replace("\r", "\n").count(newlines) >= 6 or "\x00" in text


@given(names | st.sampled_from(HOSTILE) | st.lists(st.sampled_from(HOSTILE), min_size=2).map("".join))
def test_no_text_breaks_a_markdown_table(text: str) -> None:
    """Every row keeps its two cells; no markup sign stands without its escape; no tag is left."""
    markdown = hostile(text).markdown()
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert [len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) for row in rows] == [3] * 4
    assert "<" not in markdown
    shown = re.sub(r"\\(.)", "", markdown.replace("**", ""))
    assert not re.search(r"[`*_\[\]#]", shown)


@given(words | st.sampled_from(["a\nb", "a\r\n| b", "\x85", "a\u2028b"]))
def test_markdown_has_a_line_for_each_row_whatever_the_text(text: str) -> None:
    """Line breaks in a text do not end a row of a Markdown table."""
    lines = hostile(text).markdown().splitlines()
    assert [line[:1] == line[-1:] == "|" for line in lines] == [False, False, True, True, True, True, False, False]


def test_notebooks_are_given_all_three() -> None:
    """Jupyter chooses between text, HTML and Markdown of the same table."""
    shown = table(2, ["Rent"])
    bundle = shown._repr_mimebundle_()
    assert bundle == {"text/plain": shown.text(), "text/html": shown.html(), "text/markdown": shown.markdown()}
    assert str(shown) == shown.text()


def test_plain_data() -> None:
    """Amounts are text, exact; what is empty is null."""
    data = Table("T", (LABEL, Column("£")), (Row(("a", Decimal("1.10"))), Row(("b", None))), ("note",)).to_dict()
    assert data["rows"] == [{"style": "line", "cells": ["a", "1.10"]}, {"style": "line", "cells": ["b", None]}]
    assert (data["title"], data["notes"]) == ("T", ["note"])
    assert data["columns"] == [{"heading": "", "kind": "text"}, {"heading": "£", "kind": "pounds"}]


def test_a_table_without_headings_or_rows_still_prints() -> None:
    """Nothing to show is shown as nothing, not as a fault."""
    assert Table("Empty", (LABEL,), ()).text() == "Empty\n"
    assert "Empty" in Table("Empty", (LABEL,), ()).html()
