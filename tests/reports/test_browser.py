"""The report in a browser without a window: it asks for nothing, complains of nothing, and fits.

Skipped where no Chromium is installed. What a page needs for everybody is judged by axe-core where
a folder of it is named by ``AXE_CORE``.
"""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from odd_bids import HOSTILE, bid

import fcr

pytest.importorskip("jinja2", reason="the page needs Jinja2")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = Path(os.environ.get("AXE_CORE", "node_modules/axe-core")) / "axe.min.js"
EXAMPLE = Path(fcr.__file__).parent / "examples" / "harbour-advice.json"
PHONE = 390
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
FLAGS += " --disable-component-update --disable-sync --disable-extensions --enable-logging=stderr --v=0"

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed to show the report in")


class Served(http.server.SimpleHTTPRequestHandler):
    """Files of a folder; every request is written down."""

    asked: list[str]
    folder: str

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments, directory=self.folder)  # type: ignore[arg-type]

    def log_message(self, *_: object) -> None:
        self.asked.append(self.path)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, list[str]]]:
    """A folder of pages, where it is served, and what was asked of it."""
    folder, asked = tmp_path_factory.mktemp("site"), list[str]()
    fcr.report(fcr.read(EXAMPLE), folder / "report.html", draws=500)
    fcr.report(bid(service=HOSTILE, name=HOSTILE, prices=[1] * 3), folder / "hostile.html", draws=50)
    handler = type("Handler", (Served,), {"asked": asked, "folder": str(folder)})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def shown(address: str, profile: Path, *flags: str) -> tuple[str, str]:
    """The page as the browser has it in the end, and what it wrote in its log."""
    words = [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={profile}", *flags, "--dump-dom", address]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout, done.stderr


@needs_browser
@pytest.mark.parametrize("name", ["report.html", "hostile.html"])
def test_it_asks_for_nothing_and_complains_of_nothing(
    site: tuple[Path, str, list[str]], tmp_path: Path, name: str
) -> None:
    """One request, for the page itself; nothing in the console, not even that something was forbidden."""
    _, address, asked = site
    asked.clear()
    page, log = shown(f"{address}/{name}", tmp_path)
    assert "</main>" in page
    assert "<script" not in page
    assert [path for path in asked if path != "/favicon.ico"] == [f"/{name}"]
    assert "CONSOLE" not in log


PROBE = """
<iframe src="{name}" width="{width}" height="900"></iframe>
<script>
onload = () => {{
  const page = frames[0].document, wide = [];
  for (const element of page.querySelectorAll("main > *:not(.wide), header, nav, footer"))
    if (element.getBoundingClientRect().right > {width}) wide.push(element.outerHTML.slice(0, 80));
  const out = document.createElement("pre");
  out.textContent = "FOUND" + JSON.stringify([page.documentElement.scrollWidth, wide]) + "END";
  document.body.append(out);
}};
</script>
"""


@needs_browser
@pytest.mark.parametrize("name", ["report.html", "hostile.html"])
def test_it_fits_a_phone(site: tuple[Path, str, list[str]], tmp_path: Path, name: str) -> None:
    """Nothing is wider than the screen; what is wide moves within its own place."""
    folder, address, _ = site
    (folder / f"probe-{name}").write_text(PROBE.format(name=name, width=PHONE), encoding="utf-8")
    page, _ = shown(f"{address}/probe-{name}", tmp_path)
    found = re.search("<pre>FOUND(.*?)END</pre>", page)
    assert found
    wide, elements = json.loads(unescape(found[1]))
    assert wide <= PHONE
    assert elements == []


JUDGE = """
<script src="axe.js"></script>
<script>
onload = async () => {
  const found = await axe.run();
  const grave = found.violations.filter(each => ["moderate", "serious", "critical"].includes(each.impact));
  const said = grave.map(each => [each.id, each.impact, each.nodes.slice(0, 3).map(node => node.html)]);
  const out = document.createElement("pre");
  out.textContent = "FOUND" + JSON.stringify([found.passes.length, said]) + "END";
  document.body.append(out);
};
</script>
</body>"""


@needs_browser
@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: npm install axe-core, and say where by AXE_CORE")
def test_it_is_for_everybody(site: tuple[Path, str, list[str]], tmp_path: Path) -> None:
    """axe-core finds nothing moderate, serious or critical. The page it judges has no policy, so that it can be run."""
    folder, address, _ = site
    html = re.sub(r"<meta http-equiv[^>]*>\n", "", (folder / "report.html").read_text(encoding="utf-8"))
    (folder / "judged.html").write_text(html.replace("</body>", JUDGE), encoding="utf-8")
    shutil.copy(AXE, folder / "axe.js")
    page, log = shown(f"{address}/judged.html", tmp_path, "--virtual-time-budget=60000")
    found = re.search("<pre>FOUND(.*?)END</pre>", page, re.DOTALL)
    assert found, log[-2000:]
    passes, grave = json.loads(unescape(found[1]))
    assert passes > 15
    assert grave == []
