"""Figures and names as charts say them: short on an axis, whole pounds in a sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from fcr.checks.findings import per_cent
from fcr.errors import InputError, Problem
from fcr.money import round_half_up

__all__ = [
    "beside",
    "brief",
    "count",
    "gathered",
    "listed",
    "nothing_to_draw",
    "plain",
    "pounds",
    "recovered",
    "share",
    "short",
    "told_apart",
    "wrapped",
]

T = TypeVar("T")

UNITS = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(1000), "k"))
FINE, MILLION, LARGE = 10_000, 1_000_000, 10_000_000
"""Pounds: where labels go over to thousands, what a million is, and where they go over to millions."""
FIGURES = 3
"""How many figures a label beside a bar has, at least."""


def short(amount: Decimal | float, figures: int = FIGURES) -> str:
    """Pounds as an axis or a label says them, with at least so many figures where there are as many.

    >>> short(12_000), short(-3_000), short(1_234_567), short(950), short(192_560.72, 4), short(999_999.9)
    ('£12k', '-£3k', '£1.23m', '£950', '£192.6k', '£1m')
    """
    value = abs(Decimal(repr(float(amount))) if isinstance(amount, float) else Decimal(amount))
    value = value.quantize(Decimal(1).scaleb(max(value.adjusted() - figures + 1, -2)), "ROUND_HALF_UP")
    size, unit = next(((s, u) for s, u in UNITS if value >= s), (Decimal(1), ""))
    places = max(figures - 1 - (value / size).adjusted(), 0) if unit else 0
    text = f"{(value / size).quantize(Decimal(1).scaleb(-places), 'ROUND_HALF_UP'):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'-' * (amount < 0 and text != '0')}£{text}{unit}"


def beside(amount: Decimal | float, largest: Decimal | float) -> str:
    """An amount as a label says it, as finely as its neighbours, of which the largest is given.

    >>> [beside(amount, 1_026_521) for amount in (1_026_521, 9_343, -209)]
    ['£1,026.5k', '£9.3k', '-£209']
    >>> beside(9_343, 9_343), beside(1_250_000, 48_000_000)
    ('£9,343', '£1.25m')
    """
    value, top = abs(float(amount)), abs(float(largest))
    size, unit, places = 1, "", 0
    if top >= LARGE and value >= MILLION:
        size, unit, places = MILLION, "m", 2
    elif top >= FINE and value >= 1000:  # noqa: PLR2004
        size, unit, places = 1000, "k", 1
    text = f"{round_half_up(value / size, places):,f}"
    return f"{'-' * (amount < 0 and text != '0')}£{text}{unit}"


def pounds(amount: Decimal | float) -> str:
    """Pounds as a sentence says them: to the whole pound, half up.

    >>> pounds(Decimal("192560.72")), pounds(-3), pounds(Decimal("-0.2"))
    ('£192,561', '-£3', '£0')
    """
    value = round_half_up(amount, 0)
    return f"-£{-value:,f}" if value < 0 else f"£{abs(value):,f}"


def share(part: Decimal | float) -> str:
    """A share to the whole per cent, half up.

    >>> share(Decimal("0.525")), share(0.0049), share(-0.07)
    ('53%', '0%', '-7%')
    """
    return f"{round_half_up(float(part) * 100, 0) + 0:f}%"


def count(number: int, thing: str) -> str:
    """A number of things.

    >>> count(1, "year"), count(3, "year")
    ('1 year', '3 years')
    """
    return f"{number} {thing}{'s' * (number != 1)}"


def listed(parts: Iterable[str]) -> str:
    """Things one after the other.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = list(parts) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def plain(name: str) -> str:
    r"""A name without signs that cannot be drawn or kept in a picture.

    >>> plain("Rent\x00 \nand\trates")
    'Rent and rates'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())


def wrapped(name: str, width: int, lines: int = 2) -> str:
    r"""A name on so many lines at most, cut short with an ellipsis where it is longer.

    >>> wrapped("Governance and strategic development", 22)
    'Governance and\nstrategic development'
    >>> wrapped("A very long name of a cost pool that nobody would ever read", 16)
    'A very long name\nof a cost pool…'
    """
    found = textwrap.wrap(plain(name), width, break_on_hyphens=False) or [""]
    if 1 < len(found) <= lines:  # lines of much the same length
        widths = range(len(plain(name)) // len(found), width + 1)
        tries = (textwrap.wrap(plain(name), each, break_on_hyphens=False, break_long_words=False) for each in widths)
        fit = (rows for rows in tries if len(rows) == len(found) and max(map(len, rows)) <= width)
        return "\n".join(next(fit, found))
    if len(found) > lines:
        last = found[lines - 1][: width - 1].rstrip(" ,;:")
        found = [*found[: lines - 1], f"{last}…"]
    return "\n".join(found)


def brief(name: str, width: int = 48) -> str:
    """A name on one line, cut short where it is long.

    >>> brief("Information, advice and guidance for carers, families and others", 30)
    'Information, advice and…'
    """
    return wrapped(name, width, 1)


def told_apart(names: Sequence[str], width: int, lines: int = 2) -> list[str]:
    """Names on so many lines at most; those that would be cut to the same words keep their ends too.

    >>> told_apart(["Support for carers in the north", "Support for carers in the south"], 16, 1)
    ['Support… north', 'Support… south']
    """
    found = [wrapped(name, width, lines) for name in names]
    return [
        _both_ends(names[i], width) if found.count(label) > 1 and "…" in label else label
        for i, label in enumerate(found)
    ]


def _both_ends(name: str, width: int) -> str:
    """As many whole words of the beginning and of the end as half a line holds each."""
    name, half = plain(name), width // 2 - 1
    end = name[-half:]
    whole = end.partition(" ")[2] if " " in end and name[-half - 1] != " " else end
    return f"{name[:half].rstrip(' ,;:')}… {whole.strip() or end.strip()}"


def gathered(items: Sequence[tuple[T, Decimal]], most: int) -> tuple[list[tuple[T, Decimal]], list[tuple[T, Decimal]]]:
    """Items in their order, the largest ``most`` of them (by size, either way) and the rest.

    One item is not worth gathering: it takes no more room than the rest would.

    >>> gathered([("a", Decimal(1)), ("b", Decimal(-5)), ("c", Decimal(2)), ("d", Decimal(1))], 2)
    ([('b', Decimal('-5')), ('c', Decimal('2'))], [('a', Decimal('1')), ('d', Decimal('1'))])
    """
    if len(items) <= most + 1:
        return list(items), []
    order = sorted(range(len(items)), key=lambda i: (-abs(items[i][1]), i))
    kept = set(order[:most])
    return [items[i] for i in sorted(kept)], [item for i, item in enumerate(items) if i not in kept]


def recovered(rate: Decimal) -> str:
    """A recovery rate to a tenth of a per cent, never rounded up to all of it.

    >>> recovered(Decimal("0.9268")), recovered(Decimal("0.9997")), recovered(Decimal("1.0391"))
    ('92.7%', 'just under 100%', '103.9%')
    """
    words = per_cent(rate, 1)
    return "just under 100%" if rate < 1 and words == "100%" else words


def nothing_to_draw(where: str, what: str, fix: str) -> InputError:
    """The refusal of a chart that would have nothing on it."""
    return InputError([Problem(where, what, fix, "nothing-to-draw")])
