"""What runs in the browser: the marking form's own scripts, then the editor's, as one module."""

from __future__ import annotations

from pathlib import Path

from inspectkit.widgets.marking import page as marking

FOLDER = Path(__file__).resolve().parent
# In the order in which the parts build on each other, after those of the marking form.
SCRIPTS = ("table", "rows", "panel", "lists", "preview", "publish", "editor")
ITS_OWN = ("cases", "form")  # of the marking form: its first screen, and its entry point


def script() -> str:
    """The editor's JavaScript as one module; the preview is the marking form itself."""
    shared = [marking.FOLDER / f"{name}.js" for name in marking.SCRIPTS if name not in ITS_OWN]
    own = [FOLDER / f"{name}.js" for name in SCRIPTS]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*shared, *own])


def style() -> str:
    """The marking form's style sheet, then what the editor adds."""
    return marking.style() + (FOLDER / "editor.css").read_text(encoding="utf-8")
