"""What left the store: each file with its SHA-256, for whom and why, as a line of the log."""

from __future__ import annotations

from pathlib import Path

from inspectkit.digest import sha256
from inspectkit.review.entries import Saved
from inspectkit.review.log.kinds import Exported
from inspectkit.review.store import Store


def export(store: Store, path: Path, *, by: str, reason: str, recipient: str = "") -> Saved:
    """Record that a file was made of what the store holds. Errors: nobody named, no such file."""
    told = Exported(what=path.name, recipient=recipient, reason=reason,
                    sha256=sha256(path.read_bytes()))  # fmt: skip
    return store.record("exported", told, by=by, section=by[:60])
