"""The letter asks for what the review asks for, with its pounds and its source, and says nothing of its own."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odd_bids import HOSTILE, bid

import fcr
from fcr.cli import main
from fcr.reports.document import letter_document
from fcr.reports.letters import PLACEHOLDERS, Letter, letter_of

EXAMPLES = Path(fcr.__file__).parent / "examples"
DRAWS = 500
NEEDS_DOCX = "the document needs python-docx"


@pytest.fixture(scope="module")
def review() -> fcr.Review:
    drafted = fcr.read(EXAMPLES / "harbour-advice.json")
    return fcr.check(drafted, draws=DRAWS)


@pytest.fixture(scope="module")
def letter(review: fcr.Review) -> Letter:
    return letter_of(review)


def plain(markdown: str) -> str:
    """Markdown without its marks."""
    return re.sub(r"\\([\\`*_\[\]|#])", r"\1", markdown).replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")


def test_it_asks_for_what_the_review_asks_for(review: fcr.Review, letter: Letter) -> None:
    """The same words in the same order, one to a paragraph, numbered."""
    assert tuple(ask.words for ask in letter.asks) == review.asks()
    assert [ask.number for ask in letter.asks] == list(range(1, len(letter.asks) + 1))
    paragraphs = plain(letter.markdown()).split("\n\n")
    for ask in letter.asks:
        (found,) = (words for words in paragraphs if words.startswith(f"{ask.number}. "))
        assert ask.words in found
        assert ask.basis in found


def test_each_ask_has_its_pounds_and_its_source(review: fcr.Review, letter: Letter) -> None:
    """The amount is the finding's own; what is the most that could be lost is called that; a source is spelt out."""
    asked = [f for f in review.raised if f.counts and not f.rule.for_trustees]
    for ask, finding in zip(letter.asks, asked, strict=True):
        lead = "At stake, at the most" if finding.at_most else "At stake"
        assert ask.at_stake == ("" if finding.amount is None else f"{lead}: £{finding.amount:,.2f}.")
        source = finding.rule.source
        other = re.fullmatch(r"As (\w+-\d+)", source)
        assert ask.source == f"Source: {review[other[1]].rule.source if other else source}."


def test_it_invents_no_figure(review: fcr.Review, letter: Letter) -> None:
    """Every amount in it is one of the review's."""
    known = " ".join([*review.asks(), *(f"£{f.amount:,.2f}" for f in review.findings if f.amount is not None)])
    offer = sum(review.situation.offer or (), Decimal(0))
    known += f" £{offer:,.2f} £{review.full_cost:,.2f} £{review.shortfall:,.2f}"
    known += " ".join(f.rule.source for f in review.findings)
    assert set(re.findall(r"£[\d,.]*\d", letter.markdown())) <= set(re.findall(r"£[\d,.]*\d", known))


def test_what_is_to_be_filled_in_is_marked(letter: Letter) -> None:
    """In bold, and nothing else is in brackets or bold; the commissioner is named where the bid names one."""
    marked = set(re.findall(r"\*\*(\[[^\]]*\])\*\*", letter.markdown()))
    assert marked == set(PLACEHOLDERS) - {"[THE COMMISSIONER]"}
    assert "County council (example)" in letter.markdown()
    unnamed = letter_of(fcr.check(bid(prices=[50_000] * 3), draws=DRAWS))
    assert "**[THE COMMISSIONER]**" in unnamed.markdown()


def test_what_is_waived_and_what_is_the_trustees_own_is_left_out(review: fcr.Review) -> None:
    """It is nobody's business but theirs."""
    waived = review.situation.bid.replace(waivers={"RSK-5": "Our insurers have agreed to it."})
    words = letter_of(fcr.check(waived, draws=DRAWS)).markdown()
    assert review["RSK-5"].remedy not in words
    assert not any(task in words for task in review.for_trustees())
    assert "insurers" not in words


def test_no_letter_without_an_offer_or_an_ask() -> None:
    """It is said why."""
    with pytest.raises(fcr.InputError) as caught:
        letter_of(fcr.check(bid(), draws=DRAWS))
    assert caught.value.problems[0].code == "missing"
    offered = bid(prices=[90_000] * 3)
    asked = {f.code: "Agreed." for f in fcr.check(offered, draws=DRAWS).raised}
    with pytest.raises(fcr.InputError) as caught:
        letter_of(fcr.check(offered.replace(waivers=asked), draws=DRAWS))
    assert caught.value.problems[0].code == "nothing-to-ask"


def test_one_ask_is_asked_in_the_singular() -> None:
    """And an offer that meets full cost is not called short."""
    offered = bid(prices=[90_000] * 3)
    first, *others = [f for f in fcr.check(offered, draws=DRAWS).raised if not f.rule.for_trustees]
    only = letter_of(fcr.check(offered.replace(waivers={f.code: "Agreed." for f in others}), draws=DRAWS))
    assert [ask.words for ask in only.asks] == [first.remedy]
    assert "the change below" in only.opening[1]
    assert only.opening[0].endswith(", which the offer meets over the term.")


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(str.strip))
@example(HOSTILE)
@example("[click](javascript:alert(1)) ![x](http://example.org/x.png) <b>*b*</b>")
def test_whatever_a_name_is_stays_words(name: str) -> None:
    """No element and no link comes out of a name."""
    lines = letter_of(fcr.check(bid(prices=[50_000] * 3, service=name), draws=2)).markdown()
    assert not re.search(r"<[a-zA-Z/!]", lines)
    assert not re.search(r"(?<!\\)\]\(", lines)


def test_the_document_says_the_same(letter: Letter) -> None:
    """Every paragraph, with headings, and what is to be filled in marked."""
    docx = pytest.importorskip("docx", reason=NEEDS_DOCX)
    document = docx.Document(io.BytesIO(letter_document(letter)))
    words = [paragraph.text for paragraph in document.paragraphs]
    for ask in letter.asks:
        assert f"{ask.number}. {ask.words}\n{ask.basis}" in words
    assert {*letter.opening, *letter.closing, letter.subject, *(heading for heading, _ in letter.groups)} <= set(words)
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    marked = [run.text for run in runs if run.font.highlight_color is not None]
    assert marked == ["[DATE]", "[WHO YOU WRITE TO]", "[YOUR NAME]", "[YOUR ROLE]"]


@pytest.mark.parametrize("name", ["letter.md", "letter.docx"])
def test_the_same_bid_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    """In this process and in another."""
    pytest.importorskip("docx", reason=NEEDS_DOCX)
    here, there, source = tmp_path / f"a-{name}", tmp_path / f"b-{name}", EXAMPLES / "harbour-advice.json"
    fcr.letter(fcr.read(source), here)
    code = f"import fcr; fcr.letter(fcr.read({str(source)!r}), {str(there)!r})"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"})
    assert here.read_bytes() == there.read_bytes()


def test_the_commands_write_and_do_not_write_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``-o`` names the file; one that is there stays without ``--force``; another kind is refused."""
    pytest.importorskip("jinja2")
    monkeypatch.chdir(tmp_path)
    source = str(EXAMPLES / "harbour-advice.json")
    for command, name in ((["letter"], "letter.md"), (["report", "--draws", "50"], "report.html")):
        words = [*command, source, "-o", name]
        assert main(words) == 0
        assert capsys.readouterr().out == f"Written: {name}\n"
        (tmp_path / name).write_text("mine")
        assert main(words) == 2
        assert "the file exists already" in capsys.readouterr().err
        assert (tmp_path / name).read_text() == "mine"
        assert main([*words, "--force", "--json"]) == 0
        assert capsys.readouterr().out == f'{{\n  "written": "{name}"\n}}\n'
        assert (tmp_path / name).stat().st_size > 1000
        assert main([*command, source, "-o", "x.pdf"]) == 2
        assert "expected ." in capsys.readouterr().err
