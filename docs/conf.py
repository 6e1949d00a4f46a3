"""The pages of ``docs/`` as a site: ``sphinx-build -W --keep-going -n -b html docs OUT``. Nothing is fetched.

The pages are plain Markdown, to be read as they are; what only a site needs is made here. What lies
outside this folder (README, changelog, notebooks) and the page of each public name are put into
``docs/site``, which is made anew by each build and is not kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import site_pages  # noqa: E402

import fcr  # noqa: E402

project = "fcr"
author = "The fcr developers"
copyright = author  # noqa: A001
version = release = fcr.__version__
language = "en-GB"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.githubpages"]
source_suffix = {".md": "myst-nb", ".rst": "restructuredtext", ".ipynb": "myst-nb"}
exclude_patterns = ["site_pages.py", "**/.ipynb_checkpoints"]

nb_execution_mode = "off"  # a test runs the notebooks and compares what they print
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # a widget shows what it says without a kernel; no script is fetched
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
toc_object_entries = False
add_module_names = False

nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!fcr\.).*"),  # other libraries' names: their sites are not asked
    ("py:.*", r"fcr\.(.*\.)?_.*"),  # what a room keeps to itself
    ("py:.*", r"fcr\.(reports\.(contents|letters)|workbook\.(accounts|opened|finding)|checks\.findings)\..*"),
    ("py:mod", r"fcr\..*"),
]

html_theme = "furo"
html_title = f"fcr {release}"
html_baseurl = ""
html_static_path = ["static"]
html_css_files = ["fcr.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True}


def setup(app: object) -> None:
    """Make the pages that only the site has, and read the others in the site's way."""
    site_pages.connect(app, HERE)
