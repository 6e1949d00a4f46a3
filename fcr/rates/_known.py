"""The figures that come with the library, read once, when first asked for."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fcr.errors import UnknownName
from fcr.rates._funders import FunderRule
from fcr.rates._rate import Parameter, Rate

if TYPE_CHECKING:
    from fcr.rates._loader import Figures


@cache
def known() -> Figures:
    """Read everything in the files beside this module."""
    from fcr.rates._loader import load  # noqa: PLC0415 - TOML is read when asked for, not on import

    return load(Path(__file__).parent)


def parameter(name: str) -> Parameter:
    """Give every dated value of a name; raises ``UnknownName``."""
    parameters = known().parameters
    if name not in parameters:
        raise UnknownName("rate", name, sorted(parameters))
    return parameters[name]


def rate(name: str, on: date) -> Rate:
    """Give the figure in force on a day.

    Raises ``UnknownName`` with the nearest name, or ``RateNotFound`` when no figure is known for
    that day: it says from when to when one is, and how to state an assumption.

    >>> rate("employer_ni.secondary_rate", date(2022, 11, 5)).value
    Decimal('0.1505')
    >>> print(rate("vat.standard_rate", date(2026, 4, 1)).unit)
    share of the price before VAT
    >>> rate("njc.spine", date(2026, 4, 1))
    Traceback (most recent call last):
    fcr.errors.RateNotFound: njc.spine is not known for 1 April 2026 (known from 1 April 2023 to \
31 March 2026). See whether it has been published since.
    """
    return parameter(name).on(on)


def names() -> tuple[str, ...]:
    """Give the names of all figures, in order of the alphabet.

    >>> names()[:2]
    ('apprenticeship_levy.allowance', 'apprenticeship_levy.pay_bill_threshold')
    """
    return tuple(sorted(known().parameters))


def history(name: str) -> tuple[Rate, ...]:
    """Give every dated value of a name in order, with those that were looked for and not found.

    Raises ``UnknownName``.

    >>> [(r.start.year, str(r.value)) for r in history("mileage.amap_car_first_10000")]
    [(2011, '0.45'), (2026, '0.55')]
    """
    return parameter(name).rates


def source(key: str) -> str:
    """Say what a key in ``Rate.sources`` stands for; a full address stands for itself.

    Raises ``UnknownName``.

    >>> source("PG-VATSC53400")
    'https://www.gov.uk/hmrc-internal-manuals/vat-supply-and-consideration/vatsc53400'
    """
    if key.startswith(("https://", "http://")):
        return key
    sources = known().sources
    if key not in sources:
        raise UnknownName("source", key, sources)
    return sources[key]


def funder(id: str) -> FunderRule:  # noqa: A002 - the field is called id
    """Give one funder's rule on overheads; raises ``UnknownName`` with the nearest.

    >>> funder("us_federal_de_minimis_2024").rate
    Decimal('0.15')
    >>> funder("fcdo_post_programme").basis
    'total'
    """
    rules = known().funders
    if id not in rules:
        raise UnknownName("funder", id, rules)
    return rules[id]


def funders() -> tuple[FunderRule, ...]:
    """Give every funder's rule, in the order of the file."""
    return tuple(known().funders.values())
