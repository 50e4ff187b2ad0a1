"""What runs in the browser: the marking form's own scripts, then the editor's, as one module."""

from __future__ import annotations

from pathlib import Path

from inspectkit.widgets.marking import page as marking
from inspectkit.widgets.page import Page

FOLDER = Path(__file__).resolve().parent
SCRIPTS = ("table", "rows", "panel", "lists", "preview", "publish", "editor")
# The preview is the marking form itself, without its first screen and its entry point.
FORM = tuple(name for name in marking.SCRIPTS if name not in ("cases", "form"))
PAGE = Page(FOLDER, SCRIPTS, "editor.css", marking.PAGE, FORM)
script, style = PAGE.script, PAGE.style
