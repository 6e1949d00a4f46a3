"""A workbook file as the parts it is made of, to change in its XML: every other cell keeps the value saved."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape, unescape


class Package:
    """The parts of a workbook file, to change."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {item.filename: archive.read(item) for item in archive.infolist()}

    def sheet(self, title: str) -> str:
        """The part that holds a sheet; XlsxWriter numbers them in their order."""
        titles = re.findall(r'<sheet name="([^"]*)"', self.text("xl/workbook.xml"))
        return f"xl/worksheets/sheet{[unescape(name) for name in titles].index(title) + 1}.xml"

    def text(self, part: str) -> str:
        return self.parts[part].decode()

    def swap(self, part: str, old: str, new: str) -> None:
        """Put one text of a part in place of another, everywhere."""
        assert old in self.text(part), (part, old)
        self.parts[part] = self.text(part).replace(old, new).encode()

    def sub(self, part: str, pattern: str, new: str) -> None:
        made, count = re.subn(pattern, lambda _: new, self.text(part), flags=re.DOTALL)
        assert count, (part, pattern)
        self.parts[part] = made.encode()

    def put(self, title: str, cell: str, inside: str, kind: str = "n") -> None:
        """Write a cell anew as XML, in the style that it has."""
        part = self.sheet(title)
        at = re.search(rf'<c r="{cell}"( s="\d+")?[^>]*?(/>|>.*?</c>)', self.text(part), re.DOTALL)
        assert at is not None, (title, cell)
        made = f'<c r="{cell}"{at[1] or ""} t="{kind}">{inside}</c>'
        self.parts[part] = (self.text(part)[: at.start()] + made + self.text(part)[at.end() :]).encode()

    def type(self, title: str, cell: str, value: object) -> None:
        """Type something in a cell: a text is a text even if it looks like a number."""
        if value is None:
            self.put(title, cell, "")
        elif isinstance(value, bool):
            self.put(title, cell, f"<v>{int(value)}</v>", "b")
        elif isinstance(value, str):
            self.put(title, cell, f'<is><t xml:space="preserve">{escape(value)}</t></is>', "inlineStr")
        else:
            self.put(title, cell, f"<v>{value!r}</v>")

    def bytes(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return made.getvalue()
