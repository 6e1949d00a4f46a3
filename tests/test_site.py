"""The site builds without a warning, holds every page, and a browser that opens it fetches nothing from elsewhere.

Needs the dependency group ``docs``. ``FCR_SITE`` names a folder with the site already built.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import fcr
from fcr.checks import RULES

pytest.importorskip("furo", reason="the site's own libraries are not installed (dependency group docs)")
pytest.importorskip("myst_nb", reason="the site's own libraries are not installed (dependency group docs)")

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"

pytestmark = pytest.mark.skipif(not (ROOT / "CHANGELOG.md").is_file(), reason="away from the source tree")

LOADS = {
    ("script", "src"),
    ("img", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("input", "src"),
}
"""Where a browser fetches something without being asked."""


class Page(HTMLParser):
    """What a page loads, where it leads, what can be led to, and which pictures say nothing."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.silent: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.loads += [given[name] for kind, name in LOADS if kind == tag and name in given]
        self.links += [given["href"]] if tag == "a" and given.get("href") else []
        self.ids |= {given["id"]} if "id" in given else set()
        self.silent += [given.get("src", "")] if tag == "img" and not given.get("alt") else []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    if built := os.environ.get("FCR_SITE"):
        return Path(built)
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-b", "html", "docs", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    """Every page of the site by its place in it."""
    found = sorted(site.rglob("*.html"))
    return {page.relative_to(site).as_posix(): Page(page.read_text(encoding="utf-8")) for page in found}


def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    """No page loads a script, style, font or picture from another host, and no style sheet does."""
    loads = {(name, load) for name, page in pages.items() for load in page.loads}
    assert {found for found in loads if re.match(r"(?:\w+:)?//", found[1])} == set()
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert styles
    assert not [found for text in styles for found in re.findall(r"(?:url\(|@import)[\s'\"]*(?:https?:)?//[^)]*", text)]


def test_no_script_asks_another_host(site: Path) -> None:
    """The scripts hold no address but those in their own comments and of the standards they name."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in site.rglob("*.js")}
    assert scripts
    asking = r"(?:fetch|open|import|src\s*=)\s*\(?\s*[\"'`](?:https?:)?//[^\"'`]*"
    assert {name: found for name, text in scripts.items() if (found := re.findall(asking, text))} == {}


def test_every_page_of_the_documents_is_in_the_site(pages: dict[str, Page]) -> None:
    """Each Markdown page, each notebook and each public name has its page."""
    made = DOCS / "site"
    written = [page for page in DOCS.rglob("*.md") if not page.is_relative_to(made)]
    wanted = {page.relative_to(DOCS).with_suffix(".html").as_posix() for page in written}
    wanted |= {f"site/notebooks/{each.stem}.html" for each in (ROOT / "notebooks").glob("*.ipynb")}
    wanted |= {f"site/api/{name}.html" for name in fcr.__all__}
    wanted |= {f"reference/checks/{code}.html" for code in RULES}
    assert wanted <= pages.keys()


def test_no_link_of_the_site_is_broken(site: Path, pages: dict[str, Page]) -> None:
    """Every link within the site finds its file and its place in it."""
    broken = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            place = Path(os.path.normpath(target))
            found = place.is_file()
            if found and parts.fragment and place.suffix == ".html":
                found = unquote(parts.fragment) in pages[place.relative_to(site).as_posix()].ids
            broken += [] if found or link == "#" else [f"{name}: {link}"]
    assert broken == []


def test_every_picture_says_what_it_shows(pages: dict[str, Page]) -> None:
    """No picture is without words for who cannot see it."""
    assert {name: page.silent for name, page in pages.items() if page.silent} == {}


def test_the_docstrings_are_in_the_site(site: Path) -> None:
    """The page of a name has the docstrings of its members: here those of a model, a result and a function."""
    said = {name: (site / "site" / "api" / f"{name}.html").read_text(encoding="utf-8") for name in fcr.__all__}
    assert "The share of its VAT that can be recovered" in said["Cost"]
    assert "checked afresh" in said["Cost"]  # from what all inputs share
    assert "Gross cost" in said["Apportionment"] or "gross" in said["Apportionment"]
    assert "override" in said["check"]
