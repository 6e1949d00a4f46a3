"""The notebooks run from top to bottom, and what is kept of them is what they say today.

Each is run by nbclient in a kernel of its own and a folder of its own, which begins with
``notebooks/by_hand.py`` and nothing else. Every output is compared with the one that is committed:
text, HTML and Markdown to the letter, of a picture the words that stand for it.

After a change, run them anew and keep what they say: ``python tests/test_notebooks.py``, and read it.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
if not NOTEBOOKS.is_dir():
    pytest.skip("the notebooks are not here", allow_module_level=True)
nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed, so no notebook is run")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed, so no notebook is run")
pytest.importorskip("ipykernel", reason="ipykernel is not installed, so no notebook is run")
pytest.importorskip("matplotlib", reason="matplotlib is not installed, and every notebook draws")
pytest.importorskip("ipywidgets", reason="ipywidgets is not installed, and a notebook has sliders")

FILES = sorted(NOTEBOOKS.glob("*.ipynb"))
HELPERS = sorted(NOTEBOOKS.glob("*.py"))
LARGEST = 300_000
FEWEST, MOST = 15, 30
PATIENCE = 120
"""Seconds that one cell may take, on a machine with much else to do."""

SLIDERS = "application/vnd.jupyter.widget-view+json"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")

each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


# ── to run one ───────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """A kernel that finds nobody's settings, and none but this Python."""
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own = {name: str(folder / name.lower()) for name in places}
    folder.mkdir()
    with mock.patch.dict(os.environ, own | {"JUPYTER_PREFER_ENV_PATH": "1", "COLUMNS": "80"}):
        os.environ.pop("MPLBACKEND", None)
        yield


def run(path: Path) -> Any:
    """The notebook as it comes out when run afresh."""
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory() as place, _alone(Path(place) / "settings"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the client's own making: the kernel's are outputs, and are refused below
        folder = Path(place) / "notebooks"
        folder.mkdir()
        for helper in HELPERS:
            shutil.copy(helper, folder)
        client = nbclient.NotebookClient(
            book,
            timeout=PATIENCE,
            kernel_name="python3",
            store_widget_state=False,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
        )
        asyncio.run(client.async_execute())
    return kept(book)


def kept(book: Any) -> Any:
    """What is committed of a notebook that was run: what a reader without a kernel can use, and nothing that varies."""
    book.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    count = 0
    for number, cell in enumerate(book.cells, 1):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict({"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {})
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = [_kept(output, count) for output in cell.outputs]
    return book


def _kept(output: Any, count: int) -> Any:
    """An output without what a web page can't use: the sliders themselves, and a chart's picture a second time."""
    data = output.get("data", {})
    data.pop(SLIDERS, None)
    if "image/png" in data:
        data.pop("text/html", None)
        data["image/png"] = data["image/png"].strip()
    if output.output_type == "execute_result":
        output.execution_count = count
    return output


# ── to compare ───────────────────────────────────────────────────────────────────────────────────


def said(book: Any) -> list[Any]:
    """What each cell says, to compare: of a picture that there is one, and the words that stand for it."""
    cells = []
    for cell in book.cells:
        outputs = [_said(output) for output in cell.get("outputs", [])]
        cells.append((cell.cell_type, cell.source, outputs))
    return cells


def _said(output: Any) -> dict[str, Any]:
    if output.output_type == "stream":
        return {"stream": output.name, "text": output.text}
    if output.output_type == "error":
        return {"error": output.ename, "text": output.evalue, "shown": output.traceback}
    data = dict(output.data)
    if "image/png" in data:
        data["image/png"] = output.metadata["image/png"]["alt"]
    return data


@each
def test_it_says_what_is_committed(path: Path) -> None:
    """Run from nothing, every cell gives the output that is kept; none warns."""
    now = run(path)
    assert said(now) == said(nbformat.read(path, as_version=4)), "run: python tests/test_notebooks.py"
    streams = [o.name for cell in now.cells for o in cell.get("outputs", []) if o.output_type == "stream"]
    assert set(streams) <= {"stdout"}


@each
def test_it_is_kept_as_it_is_written(path: Path) -> None:
    """A valid notebook, in order, small, with nothing in it that varies from run to run."""
    text = path.read_text(encoding="utf-8")
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    assert text == written(kept(book))
    assert len(text.encode()) < LARGEST
    assert FEWEST <= len(book.cells) <= MOST
    assert SLIDERS not in text


@each
def test_it_begins_with_what_it_needs_and_what_it_answers(path: Path) -> None:
    """A reader sees from the first cell whether this is for them, and how to run it."""
    book = nbformat.read(path, as_version=4)
    first = book.cells[0].source
    assert first.startswith("# ")
    assert "What it answers" in first
    assert 'pip install "full-cost-recovery[notebook' in first
    assert all(len(cell.source.splitlines()) <= 12 for cell in book.cells if cell.cell_type == "code")


@each
def test_every_picture_has_its_words(path: Path) -> None:
    """A PNG stands beside the sentence that says its figures; whoever can't see it loses no figure."""
    book = nbformat.read(path, as_version=4)
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert pictures
    for picture in pictures:
        assert picture.data["image/png"].startswith("iVBORw0KGgo")  # the first bytes of every PNG
        assert picture.metadata["image/png"]["alt"] == picture.data["text/plain"]


@each
def test_every_number_in_its_prose_is_in_its_figures(path: Path) -> None:
    """A change of rates that makes a sentence false fails here: each number stands in some output or in the code."""
    book = nbformat.read(path, as_version=4)
    figures = {number for cell in book.cells if cell.cell_type == "code" for number in _numbers(_shown(cell))}
    for cell in book.cells:
        if cell.cell_type == "markdown":
            assert set(_numbers(_prose(cell.source))) - figures == set(), cell.source


def _numbers(text: str) -> list[str]:
    return [number.rstrip(",.") for number in NUMBER.findall(text)]


def _shown(cell: Any) -> str:
    """All that a cell shows as text, and its code."""
    texts = [cell.source]
    for output in cell.outputs:
        texts += [output.get("text", ""), output.get("evalue", ""), output.get("data", {}).get("text/plain", "")]
    return "\n".join(texts)


def _prose(markdown: str) -> str:
    """What is said in words: without code, and without where a link leads."""
    return re.sub(r"`[^`]*`|\]\([^)]*\)", " ", markdown)


def test_a_number_that_stands_nowhere_is_noticed() -> None:
    """The guard above reads pounds, shares and years, and leaves code and addresses alone."""
    assert _numbers(_prose("From £1,234.50, 92.7% in [3](4-x.ipynb), `5`. In 2027.")) == [
        "1,234.50",
        "92.7%",
        "3",
        "2027",
    ]


# ── to write anew ────────────────────────────────────────────────────────────────────────────────


def written(book: Any) -> str:
    """The notebook as a file."""
    text: str = nbformat.writes(book)
    return text.rstrip("\n") + "\n"


def write_anew(names: list[str]) -> None:
    """Run the notebooks (those whose names begin so, or all), and keep what they say."""
    for path in FILES:
        if not names or path.name.startswith(tuple(names)):
            path.write_text(written(run(path)), encoding="utf-8")


if __name__ == "__main__":
    write_anew(sys.argv[1:])
