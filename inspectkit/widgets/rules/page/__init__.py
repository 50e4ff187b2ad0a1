"""What runs in the browser: parts shared with the marking form, then the ruler, as one module."""

from __future__ import annotations

from pathlib import Path

from inspectkit.widgets.marking import page as marking
from inspectkit.widgets.page import Page

FOLDER = Path(__file__).resolve().parent
SCRIPTS = ("rules",)
PAGE = Page(FOLDER, SCRIPTS, "rules.css", marking.PAGE, marking.SMALL)
script, style = PAGE.script, PAGE.style
