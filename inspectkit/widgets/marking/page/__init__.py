"""What runs in the browser: the form's scripts as one module, and its style sheet."""

from __future__ import annotations

from pathlib import Path

from inspectkit.widgets.page import Page

SCRIPTS = (
    "elements",
    "link",
    "keys",
    "help",
    "conditions",
    "answers",
    "fields",
    "question",
    "sheet",
    "beside",
    "items",
    "aside",
    "check",
    "case",
    "cases",
    "form",
)
PAGE = Page(Path(__file__).resolve().parent, SCRIPTS, "form.css")
SMALL = ("elements", "link")  # what every other page takes of it
script, style = PAGE.script, PAGE.style
