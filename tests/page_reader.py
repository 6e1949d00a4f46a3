"""A page read as a reader's program reads it: headings, tables, cells, names."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
EMPTY = {"meta", "br", "use", "path"}


@dataclass
class Grid:
    """A table of a page."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    unscoped: int = 0


class Page(HTMLParser):
    """What is on a page, in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[tuple[int, str]] = []
        self.tables: list[Grid] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self._open.append(tag)
        if tag in HEADINGS:
            self.headings.append((int(tag[1]), ""))
        if tag == "table":
            self.tables.append(Grid())
        if tag == "tr":
            self.tables[-1].rows.append([])
        if tag in {"th", "td"}:
            self.tables[-1].rows[-1].append("")
            self.tables[-1].unscoped += tag == "th" and given.get("scope") not in {"row", "col"}

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.words += data
        within = set(self._open)
        if within & HEADINGS:
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
        elif "caption" in within:
            self.tables[-1].caption += data
        elif within & {"th", "td"}:
            self.tables[-1].rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [given for name, given in self.tags if name == tag]
