"""The report as one page of HTML: no script, nothing fetched, all text escaped, the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from fcr.chart import Chart
from fcr.extras import load
from fcr.reports.contents import MOST_UPRIGHT, Block, Items, Report
from fcr.table import Table
from fcr.workings import Workings

__all__ = ["page"]

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no page may hold: control characters, and halves of characters."""
FIRST, SHORT = 2, 14
"""The level of the report's own parts; the rows of a table that is not to be broken between pages."""
KINDS: tuple[tuple[type, str], ...] = ((Table, "table"), (Chart, "chart"), (Workings, "workings"), (Items, "items"))


@dataclass(frozen=True, slots=True)
class Part:
    """A block as the template takes it: what it is, its words, and HTML that is escaped already."""

    kind: str
    words: tuple[str, ...]
    """Of a table its title and its notes; of a chart its title; else the words themselves."""
    html: str = ""
    form: str = ""
    """Of a table: how it is laid out."""


def _part(block: Block, level: int, safe: type[str]) -> Part:
    kind = next((kind for type_, kind in KINDS if isinstance(block, type_)), "words")
    if isinstance(block, Table):
        form = "findings" if level > FIRST else "short" if len(block.rows) <= SHORT else "long"
        form += " many" * (len(block.columns) > MOST_UPRIGHT)
        return Part(kind, (block.title, *block.notes), safe(replace(block, notes=()).html()), form)
    if isinstance(block, Chart):
        return Part(kind, (block.title,), safe(block.svg()))
    if isinstance(block, Workings):
        return Part(kind, (), safe(block.html()))
    return Part(kind, block.words if isinstance(block, Items) else (block,))


def page(report: Report) -> bytes:
    """The report as a page. Raises :class:`~fcr.errors.MissingExtra` where Jinja2 is not installed."""
    jinja: Any = load("jinja2", "report")
    safe: type[str] = load("markupsafe", "report").Markup
    here = files("fcr.reports")
    environment = jinja.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja.StrictUndefined
    )
    template = environment.from_string(here.joinpath("page.html.jinja").read_text("utf-8"))
    style = here.joinpath("page.css").read_text("utf-8")
    html: str = template.render(report=report, sections=list(_numbered(report, safe)), style=safe(style))
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", html).encode()


def _numbered(report: Report, safe: type[str]) -> Iterator[dict[str, Any]]:
    for number, section in enumerate(report.sections, 1):
        parts = [_part(block, section.level, safe) for block in section.blocks]
        yield {"id": f"part-{number}", "level": section.level, "heading": section.heading, "parts": parts}
