"""The documents are complete and true: every public name, command and problem code is in them.

The examples in the documents are run apart from this (``pytest README.md docs``, see
``conftest.py`` at the top of the repository). What is made from the code (the signatures in
``api.md``, the pages of the checks, figures and workbook, the picture of the rooms) is written anew
by ``python tests/test_docs.py``.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import architecture_picture
import checks_pages
import error_cases
import examples_anew
import figures_pages
import pytest
import workbook_page
from pydantic import BaseModel

import fcr
from fcr import cli
from fcr.bid import schema
from fcr.checks import catalogue

ROOT = Path(__file__).parent.parent
DOCS, README = ROOT / "docs", ROOT / "README.md"
CODE = Path(fcr.__file__).parent
PAGES = [
    README,
    *sorted(p for p in DOCS.rglob("*.md") if p.parts[len(DOCS.parts)] != "site"),
    *sorted(ROOT.glob("C*.md")),
]

WIDTH = 96
"""Characters of a line of ``api.md``."""

MADE: dict[str, Callable[[], str]] = {
    "reference/workbook.md": workbook_page.page,
    "reference/checks.md": catalogue.reference,
    "reference/every-figure.md": figures_pages.figures,
    "reference/every-funder.md": figures_pages.every_funder,
    "reference/bid.schema.json": schema,
    "images/architecture.svg": architecture_picture.picture,
}
"""The pages that are made from the code, and what makes each."""

whole_repository = pytest.mark.skipif(not (ROOT / "fcr").is_dir(), reason="away from the source tree")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def reference(page: str) -> str:
    return read(DOCS / "reference" / page)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# ── README ───────────────────────────────────────────────────────────────────────────────────────


def test_readme_begins_with_two_commands() -> None:
    """The first two fenced blocks are shell, one command each, and do all of their set-up."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", read(README), re.DOTALL | re.MULTILINE)
    (kind_of_first, first), (kind_of_second, second) = blocks[:2]
    assert kind_of_first == kind_of_second == "sh"
    for command in (first, second):
        assert len(command.strip().splitlines()) == 1
        assert command.startswith("python3 -m venv ")
    assert first.rstrip().endswith("fcr demo")
    assert "--group test" in second
    assert "pytest" in second


def test_readme_says_what_it_is_in_ten_lines() -> None:
    """What it is and for whom stands before the first command, and is short."""
    before = read(README).split("```", 1)[0]
    assert len([line for line in before.splitlines() if line.strip()]) <= 12


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def signature(name: str) -> str:
    """How a public name is called, without its types."""
    thing = getattr(fcr, name)
    if inspect.isclass(thing):
        return f"{name}({', '.join(_fields(thing))})" if issubclass(thing, BaseModel) else name
    if not callable(thing):
        return name
    parameters = [p.replace(annotation=inspect.Parameter.empty) for p in inspect.signature(thing).parameters.values()]
    return name + str(inspect.Signature(parameters)).replace("Decimal('0')", "0")


def _fields(model: type[BaseModel]) -> Iterator[str]:
    """A model's fields, all of them given by name: those that must be given, then the others."""
    yield from (name for name, field in model.model_fields.items() if field.is_required())
    for name, field in model.model_fields.items():
        if not field.is_required():
            default: Any = field.get_default(call_default_factory=True)
            if isinstance(default, BaseModel):
                yield f"{name}={type(default).__name__}()"
            else:
                yield f"{name}={default if isinstance(default, Decimal | date) else repr(default)}"


def test_every_public_name_is_in_the_reference() -> None:
    """``api.md`` lists exactly ``fcr.__all__``, each as it is called."""
    listed = re.findall(r"^### `(\w+)", reference("api.md"), re.MULTILINE)
    assert sorted(listed) == sorted(fcr.__all__)


@pytest.mark.parametrize("name", fcr.__all__)
def test_signatures_are_those_of_the_code(name: str) -> None:
    """A parameter added, renamed or given another default is in ``api.md``."""
    section = reference("api.md").split(f"\n### `{name}`\n", 1)[1].split("\n### ", 1)[0]
    assert signature(name) == name or fenced(signature(name)) in section


def fenced(called: str) -> str:
    """A signature as the page shows it, broken after commas."""
    lines = [called]
    if len(called) > WIDTH:
        head, arguments = called.removesuffix(")").split("(", 1)
        lines = [""]
        for part in re.split(r", (?=[\w*]+(?:=|,|$))", arguments):
            if len(lines[-1]) + len(part) > WIDTH - 6:
                lines.append("")
            lines[-1] += f"{part}, "
        lines = [f"{head}(", *(f"    {line.rstrip()}" for line in lines if line), ")"]
        lines[-2] = lines[-2].removesuffix(",")
    return "```\n" + "\n".join(lines) + "\n```"


def test_every_public_class_is_a_word_of_the_glossary() -> None:
    """A model or a result is called what the field calls it: ``CostPool`` is a cost pool."""
    rows = re.findall(r"^\| (.+?) \|", reference("glossary.md"), re.MULTILINE)
    listed = {word.strip().replace("-", " ").lower() for row in rows for word in row.split(",")}
    public = {name: thing for name in fcr.__all__ if inspect.isclass(thing := getattr(fcr, name))}
    named = (name for name, thing in public.items() if not issubclass(thing, Exception))
    words = {re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() for name in named}
    assert {word for word in words if not {word, word.removesuffix("s")} & listed} == set()


# ── errors ───────────────────────────────────────────────────────────────────────────────────────


def _texts(node: ast.expr | None) -> Iterator[str]:
    """The texts an expression may be: itself, or either side of ``a if x else b``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _codes_of_call(call: ast.Call) -> Iterator[str]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called == "Problem":
        named = (word.value for word in call.keywords if word.arg == "code")
        yield from _texts(call.args[3] if len(call.args) > 3 else next(named, None))
    elif called in {"refuse", "_refuse", "_detail"} and call.args:
        yield from _texts(call.args[0])


def _codes_of_assignment(target: ast.expr, value: ast.expr | None) -> Iterator[str]:
    """``code = …``, ``code, what = …``, and the tables of pydantic's errors."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for part, given in zip(target.elts, value.elts, strict=True):
            yield from _codes_of_assignment(part, given)
    elif isinstance(target, ast.Name) and target.id == "code":
        yield from _texts(value)
    elif isinstance(target, ast.Name) and target.id in {"_PLAIN", "_TYPES"}:
        rows = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [])
        for row in rows:
            assert isinstance(row, ast.Tuple)
            first = row.elts[0]
            yield from _texts(first if isinstance(first, ast.Constant) else row.elts[1])


def codes_in_the_code() -> set[str]:
    """Every problem code the library may give."""
    found: set[str] = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.Call):
                found.update(_codes_of_call(node))
            elif isinstance(node, ast.Assign):
                found.update(code for target in node.targets for code in _codes_of_assignment(target, node.value))
            elif isinstance(node, ast.AnnAssign):
                found.update(_codes_of_assignment(node.target, node.value))
    return found


def test_every_problem_code_is_in_the_reference() -> None:
    """``errors.md`` lists exactly the codes that the code can give."""
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", reference("errors.md"), re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert sorted(listed) == sorted(codes_in_the_code())


def test_every_problem_code_has_an_example() -> None:
    """A case is refused with each code, but for the few that no small case can show."""
    assert error_cases.CASES.keys() | error_cases.WITHOUT == codes_in_the_code()
    assert not error_cases.CASES.keys() & error_cases.WITHOUT


def test_what_is_said_of_each_problem_is_on_the_page() -> None:
    """``errors.md`` shows the very words of each case; after a change, write it anew."""
    assert reference("errors.md") == error_cases.table(reference("errors.md"))


def test_the_error_tree_is_whole() -> None:
    """``errors.md`` draws every error class."""
    errors = [n for n in fcr.__all__ if inspect.isclass(getattr(fcr, n)) and issubclass(getattr(fcr, n), Exception)]
    assert all(name in reference("errors.md") for name in errors)


# ── command line, schema, rooms ──────────────────────────────────────────────────────────────────


def commands() -> dict[str, argparse.ArgumentParser]:
    """Each command's parser, by its name."""
    (action,) = (a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def test_every_command_is_documented() -> None:
    """``command-line.md`` has a section for each command of the parser, and no other."""
    listed = re.findall(r"^## `fcr ([\w-]+)`", reference("command-line.md"), re.MULTILINE)
    assert sorted(listed) == sorted(commands())


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_option_is_documented(command: str) -> None:
    """Each command's section names every option it takes and shows an example."""
    section = reference("command-line.md").split(f"\n## `fcr {command}`", 1)[1].split("\n## ", 1)[0]
    options = {o for a in commands()[command]._actions for o in a.option_strings}
    assert all(f"`{option}" in section for option in options - {"-h", "--help"})
    assert "$ fcr " in section


@pytest.mark.parametrize("page", MADE)
def test_pages_made_from_the_code_are_current(page: str) -> None:
    """The workbook sheet by sheet, every check, every dated figure and funder's rule, the picture of the rooms."""
    assert read(DOCS / page) == MADE[page]()


def test_each_check_has_a_page_and_each_page_a_check() -> None:
    """Code by code, each page says what the rule says today, and what it finds in the bundled bid."""
    folder = DOCS / "reference" / "checks"
    assert {page.name: read(page) for page in folder.glob("*.md")} == checks_pages.pages()


def test_the_picture_of_the_rooms_says_itself_in_words() -> None:
    """Whoever cannot see the picture has the same from its alternative text, in the order of the code's own list."""
    page = read(DOCS / "explanation" / "architecture.md")
    assert f"![{architecture_picture.words()}](../images/architecture.svg)" in page
    places = [page.index(f"`{room}`") for room in architecture_picture.rooms()]
    assert places == sorted(places)


@whole_repository
def test_every_room_is_in_the_architecture() -> None:
    """Each room of the code stands in the table of rooms, and each row is a room."""
    rooms = {path.stem if path.suffix else path.name for path in CODE.iterdir() if _is_room(path)}
    rows = re.findall(r"^\| (`.+?`) \|", read(DOCS / "explanation" / "architecture.md"), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == rooms


def _is_room(path: Path) -> bool:
    return (path.suffix == ".py" and path.name != "__init__.py") or (path / "__init__.py").is_file()


# ── pages ────────────────────────────────────────────────────────────────────────────────────────


@whole_repository
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file in the repository finds it, and its heading."""
    text = re.sub(r"^```.*?^```", "", read(page), flags=re.DOTALL | re.MULTILINE)
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)", text):
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", read(found), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


def test_every_page_can_be_reached_from_the_map() -> None:
    """From ``docs/index.md``, link by link, a reader comes to every page and picture of the documents."""
    reached, ahead = set[Path](), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        if page.suffix == ".md":
            targets = (
                Path(os.path.normpath(page.parent / t)) for t in re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(page))
            )
            ahead += {target for target in targets if target.is_file() and target not in reached}
    assert {page for page in DOCS.rglob("*.*") if page.is_file() and not _of_the_site(page)} <= reached


def _of_the_site(page: Path) -> bool:
    """Whether a file only serves to build the site, or was made by building it."""
    parts = page.relative_to(DOCS).parts
    return parts[0] in {"site", "static", "__pycache__", "words.txt"} or page.suffix == ".py"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_knows_a_machine(page: Path) -> None:
    """No path of one person's machine, and no tab, is in a page."""
    assert not re.search(r"(?<![\w.])/(?:home|Users|root|tmp|work|mnt|opt|var)/|[A-Z]:\\", read(page))
    assert "\t" not in read(page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_has_one_title(page: Path) -> None:
    """A page begins with its title and has no other of that rank."""
    text = re.sub(r"^```.*?^```", "", read(page), flags=re.DOTALL | re.MULTILINE)
    assert text.startswith("# ")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


# ── what is copied from the code ─────────────────────────────────────────────────────────────────


def write_anew() -> None:
    """Put what today's code says into the reference: whole pages, and the signatures in ``api.md``."""
    for page, make in MADE.items():
        (DOCS / page).write_text(make(), encoding="utf-8")
    checks_pages.write(DOCS / "reference" / "checks")
    rooms = DOCS / "explanation" / "architecture.md"
    shown = f"![{architecture_picture.words()}](../images/architecture.svg)"
    rooms.write_text(re.sub(r"!\[.*\]\(\.\./images/architecture\.svg\)", shown, read(rooms)), encoding="utf-8")
    (DOCS / "reference" / "errors.md").write_text(error_cases.table(reference("errors.md")), encoding="utf-8")
    head, *sections = reference("api.md").split("\n### ")
    for i, section in enumerate(sections):
        name = section.split("`")[1]
        if name in fcr.__all__ and signature(name) != name:
            called = re.compile(rf"^```\n{name}\(.*?^```", re.DOTALL | re.MULTILINE)
            sections[i] = called.sub(fenced(signature(name)).replace("\\", r"\\"), section, count=1)
    names = examples_anew.anew("\n### ".join([head, *sections]))
    (DOCS / "reference" / "api.md").write_text(names, encoding="utf-8")


if __name__ == "__main__":
    write_anew()
    import_module("test_stability").promise_what_is_new()
