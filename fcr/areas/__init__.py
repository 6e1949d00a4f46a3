"""Starting points for a bid: the posts, costs, outcomes and risks that are usual in a service area.

Each is data, in the ``.toml`` files beside this module, one file an area: **part of a bid**, in the
shape of :meth:`fcr.bid.Bid.to_dict`, to keep, change or delete. There is no figure in it: what a
post is paid, what a line costs and how likely a risk is are the user's own.

- :func:`areas` gives the eleven service areas; :func:`area` one of them, or the general one.
- What most organisations have, whatever they run, is in ``common.toml`` and is laid under each
  area's own: an area's item of the same name stands in its place.

>>> [a.slug for a in areas()][-3:]
['community-transport', 'local-waste', 'independent-living']
>>> area("community-transport").bid["organisation"]["services"][0]["unit"]
'passenger journey'
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fcr.errors import UnknownName

__all__ = ["GENERAL", "SLUGS", "Area", "area", "areas"]

GENERAL = "general"
"""The starting point when no area is named."""

COMMON = "common"

SLUGS = (
    "prison-and-probation",
    "offenders-learning-and-skills",
    "information-for-disabled-people",
    "personal-and-community-development",
    "parental-and-family-support",
    "childcare",
    "extended-schools",
    "community-equipment-and-wheelchairs",
    "community-transport",
    "local-waste",
    "independent-living",
)
"""The areas in which public services are most often run by voluntary organisations."""


@dataclass(frozen=True, slots=True)
class Area:
    """A service area with a starting point of its own."""

    slug: str
    """Its short name, as in ``fcr template bid.xlsx --for community-transport``."""
    title: str
    about: str
    """A sentence or two to whoever starts from it."""

    @property
    def bid(self) -> dict[str, Any]:
        """Part of a bid as plain data, the user's to fill in and to change: made afresh each time."""
        own: dict[str, Any] = _read(self.slug)["bid"]
        return _laid_over(own, _read(COMMON)["bid"])


def area(slug: str = GENERAL) -> Area:
    """Give one area by its short name; raises ``UnknownName`` with the nearest.

    >>> area("comunity-transport")
    Traceback (most recent call last):
    fcr.errors.UnknownName: there is no service area 'comunity-transport'. Did you mean 'community-transport'? \
Known: prison-and-probation, offenders-learning-and-skills, information-for-disabled-people, \
personal-and-community-development, parental-and-family-support, childcare, extended-schools, \
community-equipment-and-wheelchairs, community-transport, local-waste, independent-living, general.
    """
    if slug not in (*SLUGS, GENERAL):
        raise UnknownName("service area", slug, (*SLUGS, GENERAL))
    return _area(slug)


def areas() -> tuple[Area, ...]:
    """Give the eleven service areas, the general one left out.

    >>> [a.title for a in areas()][:2]
    ['Prison and probation', "Offenders' learning and skills"]
    """
    return tuple(_area(slug) for slug in SLUGS)


@cache
def _area(slug: str) -> Area:
    data = _read(slug)
    return Area(slug, data["title"], data["about"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _laid_over(own: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    """Join tables key by key, and lists of named items: the area's own first, then what is common."""
    joined = common | own
    for key in own.keys() & common.keys():
        mine, theirs = own[key], common[key]
        if isinstance(mine, dict):
            joined[key] = _laid_over(mine, theirs)
        elif isinstance(mine, list):
            names = {item["name"] for item in mine}
            joined[key] = mine + [item for item in theirs if item["name"] not in names]
    return joined
