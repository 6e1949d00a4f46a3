"""The words people read, and which of them a British dictionary does not know.

``hunspell`` with its dictionary ``en_GB`` judges them (Debian: ``hunspell hunspell-en-gb``); names and words of the
field stand in ``docs/words.txt``. As a script it prints each unknown word with where it stands.
"""

from __future__ import annotations

import ast
import io
import json
import re
import shutil
import subprocess
import tokenize
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
WORDS = ROOT / "docs" / "words.txt"

_WORD = re.compile(r"(?<![\w@.#/\\-])[A-Za-zÀ-ÿ]+(?:['’][A-Za-z]+)*(?![\w@/\\]|\.\w|\()")
_NOT_PROSE = (
    re.compile(r"^(`{3,}|~{3,}).*?^\1", re.DOTALL | re.MULTILINE),  # blocks of code
    re.compile(r"^[ ]*>>> .*?(?:\n[ ]*\n|\Z)", re.DOTALL | re.MULTILINE),  # an example, and what it prints
    re.compile(r":\w+:(?=`)"),
    re.compile(r"``.+?``|`[^`]*`", re.DOTALL),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"(?<=\])\([^)\s]*\)"),  # where a link leads
    re.compile(r"(?:https?://|www\.)\S+"),
    re.compile(r"</?\w+[^>]*>"),
    re.compile(r"&\w+;"),
    re.compile(r"(?<!\w)'[^'\n]{1,40}'(?!\w)"),  # what somebody typed, as a message quotes it
    re.compile(r"\{[%{#].*?[%}#]\}", re.DOTALL),  # what a template fills in
    re.compile(r"(?<!\w)[*_]{1,2}(?=\w)|(?<=\w)[*_]{1,2}(?!\w)"),
)


def usable() -> bool:
    """Whether the program and its British dictionary are here."""
    if not shutil.which("hunspell"):
        return False
    asked = subprocess.run(
        ["hunspell", "-d", "en_GB", "-l"], input="colour", capture_output=True, text=True, check=False
    )
    return asked.returncode == 0


def texts() -> Iterator[tuple[str, str]]:
    """Every text that people read, with the name of its file."""
    made = ROOT / "docs" / "site"
    for path in [*ROOT.glob("*.md"), *(p for p in ROOT.glob("docs/**/*.md") if not p.is_relative_to(made))]:
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    for path in ROOT.glob("notebooks/*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        yield path.relative_to(ROOT).as_posix(), "\n\n".join(prose)
    for path in ROOT.glob("fcr/**/*"):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py":
            yield name, python_prose(path.read_text(encoding="utf-8"))
        elif path.suffix == ".toml":
            yield name, "\n".join(_strings(tomllib.loads(path.read_text(encoding="utf-8"))))
        elif path.suffix == ".jinja":
            yield name, path.read_text(encoding="utf-8")


def _strings(value: Any) -> Iterator[str]:
    """The texts of more than one word in a TOML file, in their order; a list of sources is none."""
    if isinstance(value, str):
        yield value if " " in value else ""
    elif isinstance(value, dict):
        yield from (each for key, v in value.items() if key != "sources" for each in _strings(v))
    elif isinstance(value, list):
        yield from (each for v in value for each in _strings(v))


def python_prose(code: str) -> str:
    """The docstrings, comments and texts of more than one word in a module."""
    found = [
        t.string.lstrip("# ")
        for t in tokenize.generate_tokens(io.StringIO(code).readline)
        if t.type == tokenize.COMMENT
    ]
    found = [comment for comment in found if not re.match(r"noqa|type:|pragma", comment)]
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.JoinedStr):  # what is filled in stands as a digit, so that no word is cut by it
            found.append("".join(str(p.value) if isinstance(p, ast.Constant) else "0" for p in node.values))
            node.values = []
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            found.append(node.value)
    return "\n\n".join(re.sub(r"\s*noqa:.*|\s*type: ignore.*", "", text) for text in found if " " in text)


def words(text: str) -> Iterator[str]:
    """The words of a text: no code, no addresses, no names of code, no initials."""
    for pattern in _NOT_PROSE:
        text = pattern.sub(" ", text)
    for found in _WORD.findall(text):
        word = found.replace("’", "'")
        if not re.search(r"[A-Z].*[A-Z]", word):
            yield word.removesuffix("'s")


def known() -> set[str]:
    """The words that the dictionary need not know."""
    return {line for line in WORDS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}


def unknown_to_the_dictionary(asked: set[str]) -> set[str]:
    """The words that British English does not have; endings in -ize are not ours either."""
    command = ["hunspell", "-i", "utf-8", "-d", "en_GB", "-l"]
    british = {re.sub(r"(?<=[a-z])yz(?=[ei])|iz(?=e|ing|ation)", lambda m: m[0].replace("z", "s"), w): w for w in asked}
    lines = "\n".join(sorted(asked | british.keys()))
    said = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    wrong = set(said.stdout.split())
    return (wrong & asked) | {word for ours, word in british.items() if ours != word and ours not in wrong}


def misspelt(found: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """Each word nobody knows, with the files it stands in."""
    places: dict[str, list[str]] = defaultdict(list)
    for name, text in found:
        for word in sorted(set(words(text))):
            places[word].append(name)
    listed = known()
    asked = {word for word in places if word not in listed and word.lower() not in listed}
    return {word: places[word] for word in sorted(unknown_to_the_dictionary(asked))}


if __name__ == "__main__":
    for word, files in misspelt(texts()).items():
        print(f"{word}: {', '.join(files)}")  # noqa: T201
