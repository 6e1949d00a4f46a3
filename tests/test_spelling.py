"""What people read is spelt in British English: pages, notebooks, docstrings, comments, messages, figures' notes."""

from __future__ import annotations

import pytest
import spelling

pytestmark = [
    pytest.mark.skipif(not spelling.usable(), reason="hunspell or its dictionary en_GB is not installed"),
    pytest.mark.skipif(not (spelling.ROOT / "fcr").is_dir(), reason="away from the source tree"),
]


def test_every_word_is_spelt_right() -> None:
    """Each word of each text is in the dictionary or in ``docs/words.txt``."""
    assert spelling.misspelt(spelling.texts()) == {}


PLANTED = {
    "a page": ("page.md", "# Recieve\n\nThe comissioner pays a [fare](share.md) price.\n", {"Recieve", "comissioner"}),
    "American": (
        "page.md",
        "The color of labor; an organization is analyzed.",
        {"analyzed", "color", "labor", "organization"},
    ),
    "a docstring": ("a.py", spelling.python_prose('def f():\n    """The totl of it."""\n'), {"totl"}),
    "a comment": ("a.py", spelling.python_prose("x = 1  # becuase of it\n"), {"becuase"}),
    "a message": ("a.py", spelling.python_prose('x = f"{n} persns must {verb} a resaon"\n'), {"persns", "resaon"}),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_misspelling_is_found(kind: str) -> None:
    """A misspelt or an American word is found wherever it stands, and nothing beside it."""
    name, text, wrong = PLANTED[kind]
    assert spelling.misspelt(iter([(name, text)])) == {word: [name] for word in wrong}


def test_what_is_not_prose_is_let_be() -> None:
    """Code, addresses, names of code, initials and what a computer prints are no misspellings."""
    text = "`totl` ``exmaple`` fcr.raed(x) x_yz HEIs [a](becuase.md) <becuase@x> https://totl.example/reciept\n\n"
    text += "```python\nresaon = 1\n```\n\n    >>> area('comunity')\n    'comunity'\n\nEnd."
    assert spelling.misspelt(iter([("page.md", text)])) == {}


def test_every_kind_of_text_is_read() -> None:
    """Pages, modules, files of figures and of areas, and the template of the report are among the texts."""
    read = {name: len(list(spelling.words(text))) for name, text in spelling.texts()}
    for name in ("README.md", "docs/index.md", "fcr/pricing.py", "fcr/rates/vat.toml", "fcr/areas/general.toml"):
        assert read[name] > 40, name
    assert any(name.endswith(".jinja") for name in read)
    notebooks = {path.relative_to(spelling.ROOT).as_posix() for path in spelling.ROOT.glob("notebooks/*.ipynb")}
    assert notebooks <= read.keys()


def test_the_list_of_words_has_nothing_idle() -> None:
    """Each word of the list is used, unknown to the dictionary, and stands once."""
    listed = [line for line in spelling.WORDS.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert len(listed) == len(set(listed))
    used = {word for _, text in spelling.texts() for word in spelling.words(text)}
    assert set(listed) <= used | {word.lower() for word in used}
    assert spelling.unknown_to_the_dictionary(set(listed)) == set(listed)
