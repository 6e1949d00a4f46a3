"""Every result shows itself, by one mechanism, from the tables it names once; no text of a user becomes markup."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from typing import Any

import odd_bids
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fcr
from fcr.display.explore import WhatIf
from fcr.income import income
from fcr.results import Drawn, Result
from fcr.risk.sensitivity import tornado
from fcr.shown import Shown
from fcr.table import Column, Row, Table

KINDS = {"text/plain", "text/html", "text/markdown"}
TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "strong", "details", "summary", "ul", "li", "br"}
VOID = {"br"}


def all_of(bid: fcr.Bid) -> dict[str, Shown]:
    """One of every kind of result."""
    review = fcr.check(bid, draws=200)
    priced = fcr.price(bid)
    return {
        "PriceBuildUp": priced,
        "FundingProfile": priced.profile,
        "Apportionment": fcr.apportion(bid.organisation),
        "Review": review,
        "Finding": review["FCR-1"],
        "Rate": fcr.rates.rate("vat.standard_rate", date(2026, 4, 1)),
        "Simulation": fcr.simulate(bid, 200),
        "RiskBalance": fcr.balance(bid, 200),
        "Tornado": tornado(bid),
        "Comparison": fcr.compare([bid, bid.replace(name=f"{bid.name} again")], 200),
        "CashFlow": fcr.cash_flow(bid),
        "ContractIncome": income(bid),
        "EmployerCost": fcr.employer_cost(30_000, start=date(2026, 4, 1)),
        "FunderOffer": fcr.funder_pays(priced, "wellcome"),
        "Workings": priced.explain("Year 1"),
        "Explored": WhatIf(bid, 200)(price=0.1),
        "Table": priced.table(),
    }


@cache
def results() -> dict[str, Shown]:
    """All of them for one small bid with risks."""
    risks = [odd_bids.normal("Referrals", 5_000), odd_bids.normal("Prices", 2_000, control=Decimal("0.5"))]
    return all_of(odd_bids.bid(prices=[55_000, 56_000, 57_000], reserves=20_000, risks=risks))


NAMES = sorted(results())
each = pytest.mark.parametrize("name", NAMES)


@each
def test_every_result_shows_itself_to_jupyter(name: str) -> None:
    """Text, HTML and Markdown, and ``print`` shows the text."""
    result = results()[name]
    assert type(result).__name__ == name
    bundle = result._repr_mimebundle_()
    assert bundle == {
        "text/plain": result.text(),
        "text/html": result.html(),
        "text/markdown": result.markdown(),
    }
    assert str(result) == result.text()
    assert all(bundle.values())


@each
def test_a_notebook_gets_the_kinds_it_asks_for(name: str) -> None:
    """What it includes and nothing it excludes."""
    result = results()[name]
    assert result._repr_mimebundle_(include={"text/html"}).keys() == {"text/html"}
    assert result._repr_mimebundle_(exclude={"text/html"}).keys() == KINDS - {"text/html"}
    assert result._repr_mimebundle_(include={"text/html"}, exclude={"text/html"}) == {}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"Workings", "Table"}])
def test_a_result_is_shown_by_its_own_tables(name: str) -> None:
    """Text, HTML, Markdown and plain data come from one and the same table, at any width."""
    result: Any = results()[name]
    tables = result.tables()
    assert result.table() in tables
    assert result.text(60) == "\n\n".join(table.text(60) for table in tables)
    assert result.html() == "\n".join(table.html() for table in tables)
    assert result.markdown() == "\n".join(table.markdown() for table in tables)
    data = result.to_dict()
    if "table" in data:
        assert data["table"] == result.table().to_dict()


def test_no_result_has_a_printer_of_its_own() -> None:
    """Every result inherits the mechanism: none but the tree of workings overrides a printer of it."""
    printers = {"text", "html", "markdown", "__str__", "_repr_mimebundle_", "to_frame", "plot"}
    kinds = set(_subclasses(Result)) - {Drawn}
    assert {kind.__name__ for kind in kinds} == set(NAMES) - {"Table"}
    own = {kind.__name__: printers & vars(kind).keys() for kind in kinds}
    assert {name: found for name, found in own.items() if found} == {"Workings": {"text", "html", "markdown"}}


def _subclasses(kind: type) -> list[type]:
    children: list[type] = kind.__subclasses__()
    return [found for child in children for found in (child, *_subclasses(child))]


def test_the_command_line_prints_the_same_tables(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """``fcr price`` prints what the price build-up shows, unit prices included."""
    from fcr.cli import main  # noqa: PLC0415 (not before coverage starts to measure)

    bid = odd_bids.bid(prices=[55_000] * 3, volumes=[Decimal(100)])
    fcr.write(bid, tmp_path / "bid.json")
    main(["price", str(tmp_path / "bid.json")])
    assert capsys.readouterr().out.rstrip("\n") == fcr.price(bid).text(80)
    assert "Per unit" in fcr.price(bid).text(80)


# ── HTML that can be read without style and script ───────────────────────────────────────────────


class Page(HTMLParser):
    """The elements of a page, whether they close, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self.open: list[str] = []
        self.text = ""
        self.strange = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= set(attrs)
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange += 1 + len(data)

    def handle_decl(self, decl: str) -> None:
        self.strange += 1 + len(decl)

    def handle_pi(self, data: str) -> None:
        self.strange += 1 + len(data)


PLAIN = {
    ("scope", "col"),
    ("scope", "row"),
    ("align", "right"),
    ("align", "left"),
    ("style", "text-align: left"),
    ("style", "text-align: left; white-space: nowrap"),
    ("style", "text-align: left; font-weight: normal"),
    ("style", "text-align: left; font-weight: normal; white-space: nowrap"),
    ("open", None),
}


@each
def test_html_needs_no_style_and_no_script(name: str) -> None:
    """Only elements that every notebook viewer keeps, with no class, script or identifier, all closed.

    The styles say again what ``align`` says, and that a line is no sum.
    """
    page = Page(results()[name].html())
    assert set(page.tags) <= TAGS
    assert page.attributes <= PLAIN
    assert results()[name].html().count(" style=") == results()[name].html().count(' align="left"')
    assert page.open == []
    assert page.strange == 0


@pytest.mark.parametrize("name", [name for name in NAMES if name != "Workings"])
def test_every_table_has_a_caption_and_headings(name: str) -> None:
    """A caption to each table, a scope to each heading; a corner with no heading is an empty cell."""
    html = results()[name].html()
    assert html.count("<table>") == html.count("<caption>") > 0
    assert html.count("<th ") == html.count("<th scope=")
    assert "></th>" not in html.split("<tbody>")[0]


names = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), min_size=1, max_size=20
)
hostile = st.sampled_from(
    [odd_bids.HOSTILE, "</td></table>", "<!--", "]]>", "<?x", "`a` | *b*", "[x](y)", "&lt;b&gt;", "='"]
)


@settings(max_examples=20)
@given(st.lists(names | hostile, min_size=3, max_size=3, unique_by=str.casefold))
def test_no_text_of_a_user_becomes_markup(given_names: list[str]) -> None:
    """Whatever services, pools, risks and bids are called, a page has the library's own elements and no other."""
    service, pool, risk = (f"x{name}x" for name in given_names)
    bid = odd_bids.bid(prices=[55_000] * 3, service=service, name=pool, risks=[odd_bids.normal(risk, 500)])
    bid = bid.replace(organisation=bid.organisation.replace(name=risk))
    for result in all_of(bid).values():
        page = Page(result.html())
        assert set(page.tags) <= TAGS
        assert page.attributes <= PLAIN
        assert (page.open, page.strange) == ([], 0)
        markdown = result.markdown()
        assert "<" not in markdown.replace("&lt;", "")
    assert service in Page(fcr.price(bid).html()).text


# ── the tree of workings ─────────────────────────────────────────────────────────────────────────


def tree() -> fcr.Workings:
    rent = fcr.Workings("Rent <b>", 20.0, "100 × 20%", source="costs.xlsx, Costs!C7")
    return fcr.Workings("Full cost", 10.0, parts=(rent, fcr.Workings("Refund", -10.0, "a credit"))).settled()


def test_workings_fold() -> None:
    """A node with parts unfolds to a list of them; a figure says how, and where from."""
    assert tree().html() == (
        "<details open><summary>Full cost: <strong>£10.00</strong></summary>\n<ul>\n"
        "<li>Rent &lt;b&gt;: <strong>£20.00</strong><br>= 100 × 20%<br>from costs.xlsx, Costs!C7</li>\n"
        "<li>Refund: <strong>-£10.00</strong><br>= a credit</li>\n</ul>\n</details>\n"
    )
    assert tree().markdown() == (
        "- Full cost: **£10.00**\n"
        "  - Rent &lt;b&gt;: **£20.00** = 100 × 20% from costs.xlsx, Costs!C7\n"
        "  - Refund: **-£10.00** = a credit\n"
    )


def test_workings_say_everything_when_nothing_folds() -> None:
    """With every tag taken out, each label and each amount of the tree is still there, in its order."""
    workings: Any = results()["Workings"]
    text, at = Page(workings.html()).text, 0
    for node in workings.walk():
        at = text.index(f"{node.label}: ", at)
        assert f"{abs(node.settled_value):,.2f}" in text[at:]


def test_workings_are_a_table_too() -> None:
    """A row to each node, in the order of the tree, further in the deeper it is."""
    rows = tree().table().rows
    assert [row.cells for row in rows] == [
        ("Full cost", Decimal("10.00"), "", ""),
        ("Rent <b>", Decimal("20.00"), "100 × 20%", "costs.xlsx, Costs!C7"),
        ("Refund", Decimal("-10.00"), "a credit", ""),
    ]
    assert [row.indent for row in rows] == [0, 1, 1]


# ── data frames ──────────────────────────────────────────────────────────────────────────────────


@each
def test_a_frame_has_the_very_cells_of_the_table(name: str) -> None:
    """The first column is the index, the headings are the columns, and every amount is the exact one."""
    pytest.importorskip("pandas")
    result: Any = results()[name]
    table = result if isinstance(result, Table) else result.table()
    frame = result.to_frame()
    assert list(frame.index) == [row.cells[0] for row in table.rows]
    assert list(frame.columns) == [column.heading for column in table.columns[1:]]
    cells = [list(row.cells[1:]) for row in table.rows]
    assert frame.to_numpy().tolist() == cells
    assert all(type(x) is type(y) for a, b in zip(frame.to_numpy().tolist(), cells, strict=True) for x, y in zip(a, b))  # noqa: B905
    assert frame.attrs == {"title": table.title, "notes": table.notes}


@each
def test_a_frame_of_floats(name: str) -> None:
    """With ``exact=False`` no Decimal is left; what is empty is not a number; text stays."""
    pandas = pytest.importorskip("pandas")
    frame = results()[name].to_frame(exact=False)  # type: ignore[attr-defined]
    assert all(isinstance(x, float | str) for row in frame.to_numpy().tolist() for x in row)
    if name == "PriceBuildUp":
        assert all(pandas.api.types.is_float_dtype(kind) for kind in frame.dtypes)


def test_a_frame_without_its_totals_may_be_added_up() -> None:
    """The lines alone come to the price of each year and of the term."""
    pytest.importorskip("pandas")
    priced: Any = results()["PriceBuildUp"]
    frame = priced.to_frame(totals=False)
    assert [sum(frame[label]) for label in (*priced.bid.term.labels, "Term")] == [*priced.price, priced.term]
    assert "Full cost" not in frame.index


def test_two_columns_of_one_name_are_kept_apart() -> None:
    """Pools may be called alike a heading: each column keeps its own figures."""
    pytest.importorskip("pandas")
    columns = (Column("", "text"), Column("£"), Column("£"))
    frame = Table("T", columns, (Row(("a", Decimal(1), Decimal(2))),)).to_frame()
    assert frame.to_numpy().tolist() == [[Decimal(1), Decimal(2)]]
    assert frame.index.name is None


# ── without the libraries of the extras ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("library", "extra", "ask"),
    [
        ("pandas", "notebook", lambda result: result.to_frame()),
        ("matplotlib", "charts", lambda result: result.plot()),
    ],
)
def test_a_library_that_is_not_there_is_named_with_its_extra(
    library: str, extra: str, ask: Callable[[Any], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to install; it is an ImportError and an FcrError."""
    for module in [name for name in sys.modules if name.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(fcr.MissingExtra, match=rf'pip install "full-cost-recovery\[{extra}\]"') as refused:
        ask(results()["PriceBuildUp"])
    assert isinstance(refused.value, ImportError)
    assert (refused.value.library, refused.value.extra) == (library, extra)


def test_a_fault_within_a_library_is_not_hidden(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A library that is there but cannot find what it stands on says so itself."""
    from fcr.extras import load  # noqa: PLC0415

    (tmp_path / "half_installed.py").write_text("import not_there_at_all\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="not_there_at_all") as refused:
        load("half_installed", "charts")
    assert not isinstance(refused.value, fcr.MissingExtra)


# ── errors ───────────────────────────────────────────────────────────────────────────────────────


def test_a_notebook_shows_the_message_of_an_error_and_not_the_way_to_it() -> None:
    """Where, what and what to do, in Jupyter too; of a fault of the library the whole, for the report."""
    with pytest.raises(fcr.InputError) as refused:
        fcr.read("not-there.json")
    assert refused.value._render_traceback_() == [str(refused.value)]
    with pytest.raises(fcr.ReconciliationError) as broken:
        raise fcr.ReconciliationError("1 is not 2")
    shown = "".join(broken.value._render_traceback_())
    assert shown.startswith("Traceback")
    assert shown.endswith("1 is not 2\n")
