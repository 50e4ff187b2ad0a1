"""What runs in the browser: parts shared with the marking form, then the ruler, as one module."""

from __future__ import annotations

from pathlib import Path

from inspectkit.widgets.marking import page as marking

FOLDER = Path(__file__).resolve().parent
SHARED = ("elements", "link")  # of the marking form


def script() -> str:
    """The rule editor's JavaScript as one module."""
    files = [*(marking.FOLDER / f"{name}.js" for name in SHARED), FOLDER / "rules.js"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def style() -> str:
    """The marking form's style sheet, then what the ruler adds."""
    return marking.style() + (FOLDER / "rules.css").read_text(encoding="utf-8")
