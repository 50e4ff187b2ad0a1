"""What runs in the browser: the form's scripts as one module, and its style sheet."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# One module in the browser, in the order in which the parts build on each other.
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


def script() -> str:
    """The form's JavaScript as one module: nothing to build, nothing to fetch."""
    return "\n".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)


def style() -> str:
    """The form's style sheet."""
    return (FOLDER / "form.css").read_text(encoding="utf-8")
