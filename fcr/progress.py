"""How far long work has come, for whoever watches: the engine tells, and knows nothing of terminals.

Work that may take more than a moment is done inside :func:`work`, which costs next to nothing
where nobody watches. A program that wants to show it, such as the command line or a window, does
what it does inside :func:`watched`. No figure depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

__all__ = ["Watcher", "Work", "watched", "work"]


class Work:
    """A piece of work under way: what it is, how many parts it has, and how many are done."""

    __slots__ = ("_watcher", "done", "over", "total", "what")

    def __init__(self, what: str, total: int | None, watcher: Watcher | None) -> None:
        self.what, self.total, self._watcher = what, total, watcher
        self.done, self.over = 0, False

    def advance(self, parts: int = 1) -> None:
        """So many more parts are done."""
        self.done += parts
        self.tell()

    def tell(self) -> None:
        """Tell whoever watches how it stands."""
        if self._watcher is not None:
            self._watcher(self)


Watcher: TypeAlias = Callable[[Work], None]
"""Called when work begins, whenever it has come further, and when it is over. What it raises stops the work."""

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def work(what: str, total: int | None = None) -> Iterator[Work]:
    """Do a piece of work of ``total`` parts, or of nobody knows how many, before whoever watches.

    >>> with watched(lambda each: print(each.what, each.done, each.total, each.over)):
    ...     with work("Counting", 2) as counting:
    ...         counting.advance(2)
    Counting 0 2 False
    Counting 2 2 False
    Counting 2 2 True
    """
    done = Work(what, total, _watcher.get())
    done.tell()
    try:
        yield done
    finally:
        done.over = True
        done.tell()


@contextmanager
def watched(by: Watcher) -> Iterator[None]:
    """Watch all work that is done inside, in this thread."""
    token = _watcher.set(by)
    try:
        yield
    finally:
        _watcher.reset(token)
