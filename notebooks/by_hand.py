"""What your hands do in Excel, so that a notebook can run by itself.

`type_into` puts a figure or a word into a cell of a workbook and saves it, as you would. You don't
need it for your own work: open the workbook and type.
"""

import re
import zipfile
from html import escape, unescape
from pathlib import Path


def type_into(workbook, cells):
    """Type into cells of a workbook: ``type_into("bid.xlsx", {"Posts!B11": 30200})``."""
    with zipfile.ZipFile(workbook) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    names = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode())
    sheets = {unescape(name): f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, 1)}
    for cell, value in cells.items():
        sheet, _, place = cell.rpartition("!")
        part = sheets[sheet]
        parts[part], found = re.subn(
            rf'<c r="{place}"( s="\d+")?[^>]*?(/>|>.*?</c>)'.encode(),
            lambda old, place=place, value=value: _written(place, (old[1] or b"").decode(), value),
            parts[part],
            count=1,
        )
        if not found:
            raise LookupError(f"{cell} is not a cell to type into")
    with zipfile.ZipFile(Path(workbook), "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def _written(place, style, value):
    """A cell as Excel saves it."""
    if isinstance(value, str):
        return f'<c r="{place}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'.encode()
    return f'<c r="{place}"{style}><v>{value}</v></c>'.encode()
