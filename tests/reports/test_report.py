"""The report says what the results' own tables say, on a page and in a document, and nothing can break out of it."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odd_bids import HOSTILE, LONG, bid
from page_reader import Page

import fcr
from fcr.funding import rate_notes
from fcr.reports.contents import Report, Section, finding_tables, gathered
from fcr.reports.document import report_document
from fcr.reports.page import page
from fcr.table import Column, Row, Table
from fcr.workings import Workings

pytest.importorskip("jinja2", reason="the page needs Jinja2")
docx = pytest.importorskip("docx", reason="the document needs python-docx")

EXAMPLES = Path(fcr.__file__).parent / "examples"
DRAWS = 500


def said(of: fcr.Bid, **options: Any) -> Report:
    return gathered(fcr.check(of, draws=DRAWS), DRAWS, **options)


@pytest.fixture(scope="module")
def review() -> fcr.Review:
    drafted = fcr.read(EXAMPLES / "harbour-advice.json")
    return fcr.check(drafted, draws=DRAWS)


@pytest.fixture(scope="module")
def report(review: fcr.Review) -> Report:
    return gathered(review, DRAWS)


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    return page(report).decode()


# ── one source of each table ─────────────────────────────────────────────────────────────────────


def rows_of(table: Table) -> list[list[str]]:
    """A table as it is shown: headings, where there are any, then its rows."""
    head = [column.heading for column in table.columns]
    return [head, *(table.shown(row) for row in table.rows)]


def test_every_table_is_the_results_own(review: fcr.Review, report: Report) -> None:
    """The tables of price, profile, recovery, features and risk are in it row by row, with their notes."""
    priced = review.situation.price
    risk = fcr.balance(review.situation.bid, DRAWS)
    own = [*priced.tables(), priced.profile.table(), review.recovery(), review.features_table(), *risk.tables()]
    by_title = {table.title: table for table in report.tables}
    elsewhere = set(rate_notes(priced.profile.rates))
    for table in own:
        shown = by_title[table.title]
        assert (shown.columns, shown.rows) == (table.columns, table.rows)
        assert set(table.notes) - set(shown.notes) <= elsewhere


def test_the_findings_are_the_rows_of_the_reviews_own_table(review: fcr.Review) -> None:
    """Code, answer, what was found and pounds, in the same order; beside each the remedy of its own rule."""
    own = [row.cells for row in review.table().rows if row.style != "heading"]
    shown = [row.cells for table in finding_tables(review) for row in table.rows]
    assert [(str(code).partition(":")[0], *rest[:3]) for code, *rest in shown] == own
    assert all(review[str(code).partition(":")[0]].remedy in str(rest[3]) for code, *rest in shown)


def test_every_note_of_the_review_is_somewhere(review: fcr.Review, report: Report) -> None:
    """Asks and tasks stand in their rows, what is not answered and what must be known below."""
    words = Page(page(report).decode()).words
    for note in (*review.asks(), *review.for_trustees()):
        assert note in words
    asked = len(review.asks()) + len(review.for_trustees())
    for note in review.table().notes[asked:]:
        assert note in words


def test_assumed_and_unconfirmed_figures_are_all_listed(review: fcr.Review, report: Report) -> None:
    """Each dated figure the price rests on stands in the table of its standing, with every date."""
    by_title = {table.title: table for table in report.tables}
    places = {True: "Assumed by this bid", False: "Published, but not confirmed by two sources"}
    for rate in review.situation.price.profile.rates:
        title = "Confirmed by two sources" if rate.confirmed else places[rate.status == "assumed"]
        found = [row for row in by_title[title].rows if row.cells[0] == rate.title]
        assert any(f"from {rate.start.day} {rate.start:%B %Y}" in str(row.cells[1]) for row in found)


def test_the_verdict_is_a_sentence_with_figures_that_add_up(report: Report) -> None:
    """Offer plus shortfall is full cost, to the penny."""
    assert report.verdict.startswith("Do not sign as drafted: ")
    offer, shortfall, full = (Decimal(x.replace(",", "")) for x in re.findall(r"£([\d,]+\.\d\d)", report.verdict))
    assert offer + shortfall == full


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        (None, "No offer is stated, so there is no verdict: the full cost is £59,500.00 over 1 year."),
        ([59_500], "is the full cost of £59,500.00."),
        ([60_500], "is £1,000.00 above the full cost of £59,500.00."),
        ([50_000], "is £9,500.00 short of the full cost of £59,500.00. It recovers 84%."),
    ],
)
def test_the_verdict_in_every_case(prices: list[int] | None, words: str) -> None:
    """No offer, met, above, short."""
    assert words in said(bid(years=1, prices=prices)).verdict


# ── the page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_shows_every_table_whole(report: Report, html: str) -> None:
    """Caption, headings and cells as the table prints them, and each of its notes."""
    read = Page(html)
    assert len(read.tables) == len(report.tables)
    for shown, table in zip(read.tables, report.tables, strict=True):
        assert shown.caption == table.title
        assert [[cell.strip() for cell in row] for row in shown.rows] == rows_of(table)
        assert all(note in read.words for note in table.notes)


def test_the_page_is_put_together_for_everybody(html: str) -> None:
    """One first heading, none skipped; every table has caption and scope; landmarks; nothing named twice."""
    read = Page(html)
    levels = [level for level, _ in read.headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(table.caption and not table.unscoped for table in read.tables)
    assert [len(read.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert read.all("html") == [{"lang": "en-GB"}]
    names = [given["id"] for _, given in read.tags if "id" in given]
    assert len(names) == len(set(names))
    inside = [str(given["href"])[1:] for given in read.all("a")]
    assert inside[0] == "main"
    assert set(inside) <= set(names)
    regions = [given for given in read.all("div") if given.get("role") == "region"]
    assert all(given["tabindex"] == "0" and given["aria-label"] for given in regions)
    assert len({given["aria-label"] for given in regions}) == len(regions)


def test_the_page_fetches_and_runs_nothing(html: str) -> None:
    """No script, no address of anything to load, and the page itself forbids both."""
    read = Page(html)
    assert not {"script", "link", "iframe", "object", "img", "form"} & {tag for tag, _ in read.tags}
    assert not [name for _, given in read.tags for name in given if name.startswith("on") or name == "src"]
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)
    policy = next(str(g["content"]) for g in read.all("meta") if g.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_every_chart_has_words(report: Report, html: str) -> None:
    """Each is an image with a title and a sentence, and stands beside the table it is drawn from."""
    pytest.importorskip("matplotlib")
    read = Page(html)
    assert len(report.charts) == 3
    assert [given.get("role") for given in read.all("svg")] == ["img"] * 3
    assert all(chart.alt in read.words for chart in report.charts)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, by the formula of WCAG 2."""

    def light(colour: str) -> float:
        full = colour if len(colour) == 7 else "#" + "".join(2 * sign for sign in colour[1:])
        parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_colours_can_be_read(html: str) -> None:
    """Every colour of words is dark enough on white and on the pale ground; the focus can be seen."""
    colours = dict(re.findall(r"--(\w+): (#\w+);", html))
    for ink in ("ink", "faint", "firm"):
        assert min(contrast(colours[ink], "#ffffff"), contrast(colours[ink], colours["pale"])) >= 4.5
    (focus,) = re.findall(r":focus-visible \{ outline: 3px solid (#\w+)", html)
    assert contrast(focus, "#ffffff") >= 3


# ── without ──────────────────────────────────────────────────────────────────────────────────────


def without(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)


def test_without_charts_the_report_is_complete(monkeypatch: pytest.MonkeyPatch, review: fcr.Review) -> None:
    """Where matplotlib is not installed every table and every word is there all the same."""
    with_charts = gathered(review, DRAWS)
    without(monkeypatch, "matplotlib")
    bare = gathered(review, DRAWS)
    assert not bare.charts
    assert bare.tables == with_charts.tables
    assert len(Page(page(bare).decode()).tables) == len(with_charts.tables)


@pytest.mark.parametrize(("library", "name"), [("jinja2", "report.html"), ("docx", "report.docx")])
def test_what_to_install_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, library: str, name: str) -> None:
    """The extra is named, and no file is begun."""
    without(monkeypatch, library)
    with pytest.raises(fcr.MissingExtra, match=r"full-cost-recovery\[report\]"):
        fcr.report(bid(prices=[50_000] * 3), tmp_path / name, draws=DRAWS)
    assert not list(tmp_path.iterdir())


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    """Before anything is worked out."""
    with pytest.raises(fcr.InputError, match=r"expected \.html or \.docx") as caught:
        fcr.report(bid(), tmp_path / "report.pdf")
    assert caught.value.problems[0].code == "file-kind"


def test_importing_and_asking_for_the_names_loads_no_library() -> None:
    """``fcr.report`` and ``fcr.letter`` can be had without any of the three."""
    code = "import sys, fcr; fcr.report, fcr.letter; print({'jinja2', 'docx', 'lxml', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# ── awkward bids ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "awkward",
    [
        bid(),
        bid(years=1, prices=[50_000]),
        bid(years=10, service=LONG, pools=8, prices=[60_000] * 10),
        bid(service=HOSTILE, prices=[50_000] * 3, name=HOSTILE),
        bid(credit=60_000, prices=[0, 0, 0], reserves=0),
    ],
    ids=["no offer", "one year", "long and many", "hostile", "credits"],
)
def test_awkward_bids_make_a_page_and_a_document(awkward: fcr.Bid) -> None:
    """Both say every table, and what is hostile is words."""
    report = said(awkward)
    read = Page(page(report).decode())
    assert [table.caption for table in read.tables] == [table.title for table in report.tables]
    assert not read.all("script")
    assert len(docx.Document(io.BytesIO(report_document(report))).tables) == len(report.tables)


anything = st.text(st.characters(), max_size=40)


@settings(max_examples=25)
@given(anything)
@example(HOSTILE)
@example("</style><script>alert(1)</script>{{ report }}{% raw %}")
@example("\x00\x1b\ud800\ufffe &amp; ]]> <!-- ")
def test_whatever_stands_in_a_bid_stays_words(text: str) -> None:
    """In every place words can stand, nothing of it becomes a mark-up of the page or breaks the document."""
    table = Table(text, (Column(text, "text"), Column("£")), (Row((text, Decimal(1))),), (text,))
    tree = Workings(text, 1.0, text, (Workings(text, 1.0),), text).settled()
    sections = (Section(2, text, (text, table, tree)), Section(3, text, (table,)))
    made, plain = (Report(t, (t,), t, s, t) for t, s in ((text, sections), ("x", _plain(sections))))
    read, like = Page(page(made).decode()), Page(page(plain).decode())
    assert [tag for tag, _ in read.tags] == [tag for tag, _ in like.tags]
    assert [set(given) for _, given in read.tags] == [set(given) for _, given in like.tags]
    docx.Document(io.BytesIO(report_document(made)))


def _plain(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The same with a harmless word."""
    table = Table("x", (Column("x", "text"), Column("£")), (Row(("x", Decimal(1))),), ("x",))
    tree = Workings("x", 1.0, "x", (Workings("x", 1.0),), "x").settled()
    text = sections[0].heading
    if not text:  # a corner or a cell without words is another element
        table = Table("", (Column("", "text"), Column("£")), (Row(("", Decimal(1))),), ("",))
        tree = Workings("", 1.0, "", (Workings("", 1.0),), "").settled()
    return (Section(2, "x", ("x", table, tree)), Section(3, "x", (table,)))


# ── the document ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def document(report: Report) -> Any:
    return docx.Document(io.BytesIO(report_document(report)))


def test_the_document_says_the_same_figures(report: Report, document: Any) -> None:
    """Every cell of every table, every note, every chart's words."""
    assert len(document.tables) == len(report.tables)
    for shown, table in zip(document.tables, report.tables, strict=True):
        cells = [[cell.text for cell in row.cells] for row in shown.rows]
        assert cells == [[" ".join(text.split()) for text in row] for row in rows_of(table)]
    words = {paragraph.text for paragraph in document.paragraphs}
    assert {table.title for table in report.tables} <= words
    assert {note for table in report.tables for note in table.notes} <= words
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [chart.alt for chart in report.charts]


def test_the_document_is_put_together_for_everybody(report: Report, document: Any) -> None:
    """Real headings in order, headings of tables repeated on each page, the language said."""
    styled = [p for p in document.paragraphs if p.style.name.startswith("Heading")]
    found = [(int(p.style.name.split()[1]), p.text) for p in styled]
    assert found == [(1, report.title), *((s.level, s.heading) for s in report.sections)]
    for table in document.tables:
        assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
        assert table._tbl.tblPr.xpath("w:tblCaption")
    assert document.styles.element.xpath("//w:lang/@w:val") == ["en-GB"]


def test_a_table_of_many_years_lies_on_its_side() -> None:
    """It has a page of its own across, in the document and on paper; what follows is upright again."""
    report = said(bid(years=10, prices=[60_000] * 10))
    document = docx.Document(io.BytesIO(report_document(report)))
    across = [section.page_width > section.page_height for section in document.sections]
    assert across == [False, True, False, True, False]
    assert [str(section.orientation).startswith("LANDSCAPE") for section in document.sections] == across
    regions = [given["class"] or "" for given in Page(page(report).decode()).all("div") if "class" in given]
    assert sum("many" in names for names in regions) == 2


# ── the same bytes ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["report.html", "report.docx"])
def test_the_same_bid_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    """In this process and in another, whatever the order of its sets."""
    here, there = tmp_path / f"a-{name}", tmp_path / f"b-{name}"
    source = EXAMPLES / "harbour-advice.json"
    fcr.report(fcr.read(source), here, draws=DRAWS)
    code = f"import fcr; fcr.report(fcr.read({str(source)!r}), {str(there)!r}, draws={DRAWS})"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"})
    assert here.read_bytes() == there.read_bytes()


def test_the_document_tells_no_time(report: Report) -> None:
    """No part of it has a date but the earliest there is, and its properties have none."""
    with zipfile.ZipFile(io.BytesIO(report_document(report))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms" not in re.sub(rb'xmlns:\w+="[^"]*"', b"", parts.read("docProps/core.xml"))


def test_a_bid_and_its_review_give_the_same_report(tmp_path: Path) -> None:
    """Whichever of the two is given."""
    of = bid(prices=[50_000] * 3)
    fcr.report(of, tmp_path / "a.html", draws=DRAWS)
    fcr.report(fcr.check(of, draws=DRAWS), tmp_path / "b.html", draws=DRAWS)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_the_pictures_of_it_are_small() -> None:
    """What is kept of it in the documents weighs no more than a page can carry."""
    sizes = [path.stat().st_size for path in (Path(__file__).parents[2] / "docs" / "images" / "report").glob("*.png")]
    assert len(sizes) == 2
    assert max(sizes) < 60_000
