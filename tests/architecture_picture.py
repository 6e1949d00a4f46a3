"""``docs/images/architecture.svg``: the rooms of the code, from the list that ``import-linter`` keeps to."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent

BANDS = {
    "People and files": ("__main__", "workbook"),
    "Answers": ("comparison", "pricing"),
    "Costs": ("funding", "redundancy"),
    "What is stated": ("bid", "inputs"),
    "What others set": ("rates", "rates"),
    "What all share": ("workings", "_version"),
}
"""Each band of the picture, with its first and its last room."""

STEPS = ("files", "bid", "costing", "apportionment", "funding", "pricing", "risk", "checks", "reports")
"""The way of a bid through the rooms, from its file to a report."""

RULE = "A room may use only rooms that stand after it. The numbers are the way of a bid through them."

LEFT, WIDE, HIGH, GAP, A_ROW = 190, 132, 38, 12, 5
WIDTH = LEFT + A_ROW * (WIDE + GAP) + GAP
FILLS = ("#e8f0fa", "#e6f4ea", "#fdf3dc", "#f3e8f7", "#fbe6e3", "#eeeeee")


def rooms() -> list[str]:
    """Every room, high to low, as ``pyproject.toml`` has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    return [room for layer in contract["layers"] for room in re.findall(r"fcr\.(\w+)", layer)]


def bands() -> dict[str, list[str]]:
    """The rooms of each band: none left out, none moved."""
    known = rooms()
    found = {name: known[known.index(first) : known.index(last) + 1] for name, (first, last) in BANDS.items()}
    assert [room for band in found.values() for room in band] == known, "a room stands in no band, or in two"
    return found


def words() -> str:
    """The picture in words, for who cannot see it."""
    listed = "; ".join(f"{name}: {', '.join(band)}" for name, band in bands().items())
    way = ", ".join(STEPS)
    return f"The rooms of fcr from high to low. {listed}. A room uses only rooms after it. A bid goes by {way}."


def picture() -> str:
    """The whole picture, as SVG."""
    body: list[str] = []
    top = 70
    for fill, (name, band) in zip(FILLS, bands().items(), strict=True):
        rows = -(-len(band) // A_ROW)
        height = rows * (HIGH + GAP) + GAP
        body.append(f'<rect x="10" y="{top}" width="{WIDTH - 20}" height="{height}" rx="6" fill="{fill}"/>')
        body.append(f'<text x="24" y="{top + height / 2 + 5:g}" font-weight="bold">{escape(name)}</text>')
        for i, room in enumerate(band):
            body += _box(room, LEFT + i % A_ROW * (WIDE + GAP), top + GAP + i // A_ROW * (HIGH + GAP))
        top += height + 8
    head = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 6}" role="img" aria-labelledby="t d"'
            ' font-family="sans-serif" font-size="14" fill="#1b1b1b">'
        ),
        '<title id="t">The rooms of fcr</title>',
        f'<desc id="d">{escape(words())}</desc>',
        f'<rect width="{WIDTH}" height="{top + 6}" fill="#ffffff"/>',
        '<text x="24" y="30" font-size="18" font-weight="bold">The rooms of fcr</text>',
        f'<text x="24" y="52">{RULE}</text>',
    ]
    return "\n".join([*head, *body, "</svg>", ""])


def _box(room: str, x: int, y: int) -> list[str]:
    lines = [
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="4" fill="#ffffff" stroke="#4a4a4a"/>',
        f'<text x="{x + 10}" y="{y + 24}">{escape(room)}</text>',
    ]
    if room in STEPS:
        mid, step = x + WIDE - 16, STEPS.index(room) + 1
        lines.append(f'<circle cx="{mid}" cy="{y + HIGH // 2}" r="10" fill="#1b4f8a"/>')
        number = f'<text x="{mid}" y="{y + HIGH // 2 + 5}" text-anchor="middle" font-size="13" fill="#ffffff">'
        lines.append(f"{number}{step}</text>")
    return lines
