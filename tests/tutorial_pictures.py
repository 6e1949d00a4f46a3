"""Take the pictures of the tutorial anew: follow the page, and look at each sheet where the page shows it.

``python tests/tutorial_pictures.py``, where LibreOffice, poppler and Pillow (it comes with
matplotlib) are. A picture's alternative text begins with the sheet it is of: ``The Posts sheet, …``.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops
from reader import COPY, PIECE, Desk, piece
from workbook.package import Package

from fcr.cli import main

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "tutorial" / "from-template-to-price.md"
PICTURE = re.compile(r"!\[The (?P<sheet>.+?) sheet[^\]]*\]\((?P<file>[^)]+\.png)\)")
COMMANDS = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
WIDE, HIGH, SHARP, COLOURS, EDGE = 900, 560, 110, 64, 8


def steps(text: str) -> Iterator[re.Match[str]]:
    """All that the page says to do, in its order."""
    found = [match for pattern in (PIECE, COPY, COMMANDS, PICTURE) for match in pattern.finditer(text)]
    yield from sorted(found, key=re.Match.start)


def follow(text: str) -> None:
    """Do as the page says, and take a picture where it shows one."""
    desk, file = Desk(), ""
    for step in steps(text):
        if step.re is PIECE:
            file = step["file"]
            wrong = desk.follow(piece(step))
            assert wrong is None, wrong
        elif step.re is COPY:
            desk.save_as(step["file"], step["copy"])
        elif step.re is COMMANDS:
            desk.work_out()
            for line in re.findall(r"^\$ fcr (.*)$", step[1], re.MULTILINE):
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    main(shlex.split(line))
        else:
            desk.work_out()
            take(Path(file), step["sheet"], (PAGE.parent / step["file"]).resolve())


def take(workbook: Path, sheet: str, picture: Path) -> None:
    """The first printed page of a sheet, with its row numbers and column letters, without its margins."""
    package = Package(workbook.read_bytes())
    part, book = package.sheet(sheet), package.text("xl/workbook.xml")
    titles = re.findall(r'<sheet name="([^"]*)"', book)
    book = re.sub(r'activeTab="\d+"', f'activeTab="{titles.index(sheet)}"', book)
    book = re.sub(rf'(<sheet name="(?!{sheet}")[^>]* state=)"visible"', r'\1"hidden"', book)
    package.parts["xl/workbook.xml"] = book.encode()
    package.parts[part] = re.sub(rb"<printOptions[^>]*/>", b"", package.parts[part])
    package.sub(part, "(?=<pageMargins)", '<printOptions headings="1"/>')
    Path("seen.xlsx").write_bytes(package.bytes())
    with tempfile.TemporaryDirectory() as profile:
        order = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf"]
        subprocess.run([*order, "seen.xlsx"], check=True, capture_output=True)
    subprocess.run(["pdftoppm", "-r", str(SHARP), "-png", "-l", "1", "-singlefile", "seen.pdf", "page"], check=True)
    page = Image.open("page.png").convert("RGB")
    filled = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    assert filled is not None, f"{sheet} is blank"
    left, top, right, bottom = filled
    page = page.crop((left - EDGE, top - EDGE, right + EDGE, bottom + EDGE))
    if page.width > WIDE:
        page = page.resize((WIDE, page.height * WIDE // page.width), Image.Resampling.LANCZOS)
    page = page.crop((0, 0, page.width, min(page.height, HIGH)))
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.quantize(COLOURS).save(picture, optimize=True)
    print(picture.name, page.size, picture.stat().st_size)  # noqa: T201


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        follow(PAGE.read_text(encoding="utf-8"))
