"""How a thing shows itself: said once, printed as text, HTML and Markdown.

Terminal, notebook and page choose between the three; no script and no style is needed to read any.
"""

from __future__ import annotations

import html
from collections.abc import Collection
from typing import TypeVar

__all__ = ["Shown", "chosen", "html_text", "markdown_text"]

T = TypeVar("T")

MARKDOWN_SIGNS = "\\`*_[]|#"


class Shown:
    """What can be printed as text, HTML and Markdown, and so shows itself in a terminal and in Jupyter."""

    __slots__ = ()

    def text(self, width: int = 80) -> str:
        """Plain text no wider than ``width``."""
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
