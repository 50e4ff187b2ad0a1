"""What runs in the browser: what the marking form is made of, then the page's own."""

from __future__ import annotations

from pathlib import Path

from inspectkit.widgets.marking import page as marking
from inspectkit.widgets.page import Page

FOLDER = Path(__file__).resolve().parent
SCRIPTS = ("gathered", "judged", "weighing")
PAGE = Page(FOLDER, SCRIPTS, "weighing.css", marking.PAGE, marking.SMALL)
script, style = PAGE.script, PAGE.style
