"""What only the site has: its menus, the pages that come from outside ``docs``, and one page a public name.

The pages in the repository stay plain Markdown. Here they are read the site's way:

- the lists of an index page make the menu (Sphinx's ``toctree``);
- README, the changelog, CONTRIBUTING and the notebooks are copied in, and links to them follow;
- a link to any other file of the repository becomes plain text: the site does not hold it;
- each name in ``api.md`` leads to a page made from its docstrings.
"""

from __future__ import annotations

import inspect
import os
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

import fcr

MADE = "site"
"""The folder below ``docs`` of the pages that are made; it is not kept."""

COPIED = {
    "README.md": "readme.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "LICENSE": "licence.txt",
}
NOTEBOOKS = "notebooks"

LISTS = ("reference/checks",)
"""The pages, besides those named ``index``, whose lists and tables make a menu."""

ROOMS = {
    "apportionment": "Sharing overheads out",
    "areas": "Service areas",
    "assumptions": "Assumptions",
    "bid": "The bid",
    "cashflow": "Cash",
    "checks": "Checks",
    "comparison": "Comparison",
    "contract": "The offer",
    "costing": "Costs by month and centre",
    "display.charts": "Charts",
    "distributions": "Distributions",
    "errors": "Errors",
    "funders": "Funders",
    "funding": "The funding profile",
    "importing": "A ledger into a bid",
    "income": "What an offer pays",
    "lines": "Costs and posts",
    "money": "Rounding and footing",
    "organisation": "The organisation",
    "periods": "Months, years",
    "pricing": "Price",
    "rates": "Dated figures",
    "reports": "Report and letter",
    "results": "What every result shares",
    "risk.balance": "Balance of risk",
    "risk.draws": "Draws",
    "risk.model": "The model of a simulation",
    "risk.premium": "Risk premium",
    "risk.sensitivity": "Sensitivity and stress",
    "risk.simulation": "Simulation",
    "risks": "Risks",
    "staffing": "What posts cost",
    "table": "Tables",
    "workbook": "The workbook",
    "workbook.reader": "Workbooks read back",
    "workings": "Workings",
}
"""The rooms with names that are not in ``fcr`` itself, and what each is about."""

_FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1[ ]*$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:)([^)#\s]*)(#[^)]*)?\)")


def connect(app: Any, docs: Path) -> None:
    """Make the pages now, and have each page read the site's way."""
    make(docs)
    app.connect("source-read", lambda _app, page, source: source.__setitem__(0, read(docs, page, source[0])))
    app.connect("missing-reference", _public_name)


def make(docs: Path) -> None:
    """Copy what lies outside ``docs`` and write the page of each public name."""
    made = docs / MADE
    shutil.rmtree(made, ignore_errors=True)
    (made / "api").mkdir(parents=True)
    for name, copy in COPIED.items():
        shutil.copy(docs.parent / name, made / copy)
    for notebook in sorted((docs.parent / NOTEBOOKS).glob("*.ipynb")):
        (made / NOTEBOOKS).mkdir(exist_ok=True)
        shutil.copy(notebook, made / NOTEBOOKS)
    for name, described in _described(docs).items():
        (made / "api" / f"{name}.md").write_text(_api_page(name, described), encoding="utf-8")
    (made / "rooms").mkdir()
    for room, about in ROOMS.items():
        (made / "rooms" / f"{room}.rst").write_text(_room_page(room, about), encoding="utf-8")


def _api_page(name: str, described: str) -> str:
    """What ``api.md`` says of a name, its examples, then its docstrings."""
    thing = getattr(fcr, name)
    if inspect.isclass(thing):
        kind = "exception" if issubclass(thing, Exception) else "class"
        foreign = "BaseModel, object" if kind == "class" else "ValueError, LookupError, ImportError, Exception"
        lines = [f".. auto{kind}:: fcr.{name}", "   :members:", f"   :inherited-members: {foreign}"]
        lines += ["   :undoc-members:", "   :exclude-members: model_config, model_post_init, with_traceback, add_note"]
    else:
        lines = [f".. auto{'function' if callable(thing) else 'data'}:: fcr.{name}"]
    whole = "\n".join(["```{eval-rst}", *lines, "```"])
    return f"# fcr.{name}\n\n{described}\n\n## In full\n\n{whole}\n"


def _described(docs: Path) -> dict[str, str]:
    """What stands under each name in ``api.md``; its links are to be followed from there."""
    page = (docs / "reference" / "api.md").read_text(encoding="utf-8")
    sections = re.split(r"^#{2,3} ", page, flags=re.MULTILINE)
    named = ((re.match(r"`(\w+)`\n", section), section) for section in sections)
    return {found[1]: section[found.end() :].strip() for found, section in named if found}


def _room_page(room: str, about: str) -> str:
    title = f"fcr.{room}: {about[0].lower()}{about[1:]}"
    elsewhere = ", ".join(set(import_module(f"fcr.{room}").__all__) & set(fcr.__all__))
    lines = [title, "=" * len(title), "", f".. automodule:: fcr.{room}", "   :members:", "   :undoc-members:"]
    lines += [f"   :exclude-members: model_config{', ' + elsewhere if elsewhere else ''}", ""]
    return "\n".join(lines)


def read(docs: Path, page: str, text: str) -> str:
    """A page as the site reads it."""
    if page.startswith(f"{MADE}/{NOTEBOOKS}/"):
        return text
    if page.startswith(f"{MADE}/api/"):
        return _outside_fences(text, lambda part: _follow(docs, page, docs / "reference" / "api.md", part))
    stands_in = next((docs.parent / n for n, copy in COPIED.items() if f"{MADE}/{copy}" == f"{page}.md"), None)
    text = _outside_fences(text, lambda part: _follow(docs, page, stands_in or docs / f"{page}.md", part))
    if page == "reference/api":
        return _with_pages_of_names(text)
    if PurePosixPath(page).name == "index" or page in LISTS:
        return _with_menus(docs, page, text)
    return text


def _outside_fences(text: str, change: Callable[[str], str]) -> str:
    parts, at = [], 0
    for fence in _FENCED.finditer(text):
        parts += [change(text[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*parts, change(text[at:])])


def _follow(docs: Path, page: str, place: Path, text: str) -> str:
    """The links of a page that stands at ``place``, as they are for ``page`` on the site."""

    def moved(link: re.Match[str]) -> str:
        picture, words, target, anchor = link.groups(default="")
        if not target:
            return link[0]
        found = Path(os.path.normpath(place.parent / target))
        inside = found if found.is_relative_to(docs) else _copy(docs, found)
        if inside is None:
            return words
        from_here = os.path.relpath(inside, (docs / page).parent)
        return f"{picture}[{words}]({Path(from_here).as_posix()}{anchor})"

    return _LINK.sub(moved, text)


def _copy(docs: Path, found: Path) -> Path | None:
    """Where the site keeps a file from outside ``docs``."""
    if found.parent == docs.parent / NOTEBOOKS:
        return docs / MADE / NOTEBOOKS / found.name
    copy = COPIED.get(found.relative_to(docs.parent).as_posix()) if found.is_relative_to(docs.parent) else None
    return docs / MADE / copy if copy else None


def _with_pages_of_names(text: str) -> str:
    """``api.md`` with a link from each name to its page, and those pages in the menu."""
    linked = re.sub(
        r"^### `(\w+)`\n",
        lambda name: f"{name[0]}\n{{py:obj}}`Every member <fcr.{name[1]}>`\n",
        text,
        flags=re.MULTILINE,
    )
    return linked + _menu(
        "", [*(f"/{MADE}/api/{name}" for name in fcr.__all__), *(f"/{MADE}/rooms/{room}" for room in ROOMS)]
    )


def _with_menus(docs: Path, page: str, text: str) -> str:
    """An index page with a hidden menu of the pages that each of its sections lists."""
    sections = re.split(r"(?=^## )", text, flags=re.MULTILINE)
    seen: set[str] = set()
    for i, section in enumerate(sections):
        listed = [name for name in dict.fromkeys(_listed(docs, page, section)) if name not in seen]
        seen.update(listed)
        heading = re.match(r"## (.*)", section)
        if listed:
            sections[i] = section.rstrip("\n") + "\n" + _menu(heading[1] if heading else "", listed) + "\n"
    if page == "index":
        sections.append(
            _menu("The project", [f"/{MADE}/{PurePosixPath(copy).stem}" for copy in list(COPIED.values())[:3]])
        )
    return "".join(sections)


def _listed(docs: Path, page: str, section: str) -> Iterator[str]:
    """The pages that a section's list or table leads to, below the folder of the index or among those made."""
    here = (docs / page).parent
    for line in section.splitlines():
        links = _LINK.finditer(line) if line.startswith(("- ", "| ")) else ()
        for target in (Path(os.path.normpath(here / link[3])) for link in links if not link[1]):
            if target.suffix in {".md", ".ipynb"} and target.is_relative_to(here) and target.is_file():
                yield "/" + target.relative_to(docs).with_suffix("").as_posix()


def _menu(caption: str, pages: list[str]) -> str:
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n" + "\n".join(["```{toctree}", *options, "", *pages, "```"]) + "\n"


def _public_name(app: Any, env: Any, node: Any, content: Any) -> Any:
    """A reference to ``fcr.bid.Bid`` is one to ``fcr.Bid``, by which the site has a page of it."""
    before, _, after = node.get("reftarget", "").rpartition(".")
    for name, rest in ((before, f".{after}"), (f"{before}.{after}", "")):
        public = _documented().get(name)
        if public and public != name:
            domain = env.get_domain("py")
            return domain.resolve_xref(env, node["refdoc"], app.builder, node["reftype"], public + rest, node, content)
    return None


@cache
def _documented() -> dict[str, str]:
    """Where a class or function is made, and the name by which the site has it."""
    known: dict[str, str] = {}
    for module in ("fcr", *(f"fcr.{room}" for room in ROOMS)):
        for name in import_module(module).__all__:
            thing = getattr(import_module(module), name)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                known.setdefault(f"{thing.__module__}.{thing.__qualname__}", f"{module}.{name}")
    return known
