"""How a thing shows itself: said once, printed as text, HTML and Markdown.

Terminal, notebook and page choose between the three; no script and no style is needed to read any.
"""

from __future__ import annotations

import html
import textwrap
import unicodedata
from collections.abc import Collection
from typing import TypeVar

__all__ = ["LEAST_WIDTH", "Shown", "chosen", "html_text", "laid", "markdown_text", "settled", "wrapped"]

T = TypeVar("T")

MARKDOWN_SIGNS = "\\`*_[]|#"
LEAST_WIDTH = 24
"""The narrowest that text is laid out; asked for less, it is as wide as this."""
FILLER = "\ufdd0"
"""Stands behind a character as wide as two while lines are laid out; Unicode has no such character."""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, and so could show an amount back to front."""


class Shown:
    """What can be printed as text, HTML and Markdown, and so shows itself in a terminal and in Jupyter."""

    __slots__ = ()

    def text(self, width: int = 80) -> str:
        """Plain text no wider than ``width`` (24 at the least)."""
        raise NotImplementedError

    def html(self) -> str:
        """HTML elements that can be read without style or script; all text escaped."""
        raise NotImplementedError

    def markdown(self) -> str:
        """Markdown; all text escaped."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """The three for Jupyter to choose from."""
        printers = {"text/plain": self.text, "text/html": self.html, "text/markdown": self.markdown}
        return {kind: printers[kind]() for kind in chosen(printers, include, exclude)}


def chosen(kinds: Collection[T], include: Collection[T] | None, exclude: Collection[T] | None) -> list[T]:
    """The kinds a notebook asks for: those it includes (all, where it says none) but those it excludes.

    >>> chosen(["text/plain", "text/html"], None, ["text/html"])
    ['text/plain']
    """
    return [kind for kind in kinds if (not include or kind in include) and kind not in (exclude or ())]


def html_text(text: str) -> str:
    """Text as HTML shows it, in an element or in quotes.

    >>> html_text('<Smith & Sons "Ltd">')
    '&lt;Smith &amp; Sons &quot;Ltd&quot;&gt;'
    """
    return html.escape(text)


def markdown_text(text: str) -> str:
    r"""Text as Markdown shows it, on one line.

    >>> markdown_text("2 * 3 <b>")
    '2 \\* 3 &lt;b&gt;'
    """
    escaped = html.escape(" ".join(text.splitlines()), quote=False)
    for sign in MARKDOWN_SIGNS:
        escaped = escaped.replace(sign, "\\" + sign)
    return escaped


# ── lines of a terminal ──


def laid(text: str) -> str:
    r"""Text ready to be laid out in lines: what would move a terminal's cursor taken out, wide characters filled.

    >>> len(laid("Ŵyn")), len(laid("华人"))
    (3, 4)
    >>> laid("Rent\x1b[31m")
    'Rent�[31m'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_laid, text))


def _laid(sign: str) -> str:
    if sign.isspace() and sign != "\u00a0":
        return " "
    if sign in TURNING or sign == FILLER or unicodedata.category(sign) in {"Cc", "Cs"}:
        return "\ufffd"
    return sign + FILLER if unicodedata.east_asian_width(sign) in {"W", "F"} else sign


def wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Lines of text that is :func:`laid`, none wider than ``width``; ``first`` and ``later`` begin them.

    >>> wrapped("Premises and office", 12, later="  ")
    ['Premises and', '  office']
    """
    if FILLER in text and len(first + text) > width:
        width -= 1  # a line may begin between a wide character and what fills it
    lines = textwrap.wrap(text, max(width, 1), initial_indent=first, subsequent_indent=later)
    if FILLER in text:
        lines = [laid(settled(line)) for line in lines]
    return lines


def settled(text: str) -> str:
    """Lines that were laid out, as they are shown."""
    return text.replace(FILLER, "")
