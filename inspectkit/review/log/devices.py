"""This person's place on this machine: the device's name, and the folder that keeps its keys."""

from __future__ import annotations

import os
import platform
import re
import secrets
import sys
import uuid
from pathlib import Path

DEVICE = "device"
_UNKEPT = secrets.token_hex(4)  # where nothing can be kept, each program is a device of its own


def home() -> Path:
    """The folder of this person's own files: INSPECTKIT_HOME, else where the system keeps such."""
    if stated := os.environ.get("INSPECTKIT_HOME"):
        return Path(stated)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "inspectkit"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "inspectkit"


def device(place: Path | None = None) -> str:
    """A name that no other machine has: the computer's and eight random digits, made once.

    It lies outside every store, since a copied store must not carry its device along.
    """
    path = (place or home()) / DEVICE
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{DEVICE}-{uuid.uuid4().hex}")
            draft.write_text(f"{_computer()}-{secrets.token_hex(4)}\n", encoding="utf-8")
            try:
                os.link(draft, path)  # of two programs at once one wins
            except FileExistsError:
                pass
            except OSError:
                draft.replace(path)
            draft.unlink(missing_ok=True)
        return path.read_text(encoding="utf-8").strip()[:50]
    except OSError:
        return f"{_computer()}-{_UNKEPT}"


def _computer() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", platform.node().split(".")[0])[:30] or "computer"
