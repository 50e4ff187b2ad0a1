"""What runs in the browser: what the marking form is made of, then the page's own."""

from __future__ import annotations

from pathlib import Path

from inspectkit.widgets.marking import page as marking

FOLDER = Path(__file__).resolve().parent
SHARED = ("elements", "link")  # of the marking form
SCRIPTS = ("gathered", "judged", "weighing")


def script() -> str:
    """The page's JavaScript as one module."""
    shared = [marking.FOLDER / f"{name}.js" for name in SHARED]
    own = [FOLDER / f"{name}.js" for name in SCRIPTS]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*shared, *own])


def style() -> str:
    """The marking form's style sheet, then what the page adds."""
    return marking.style() + (FOLDER / "weighing.css").read_text(encoding="utf-8")
