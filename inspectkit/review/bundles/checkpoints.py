"""A signed checkpoint: where every chain of a store stood, in a file to be kept elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from inspectkit.digest import canonical_json
from inspectkit.errors import InspectionError
from inspectkit.review.bundles.keys import Card, Keys
from inspectkit.review.log.kinds import Content
from inspectkit.review.store import Store
from inspectkit.validation import validated


class SignedCheckpoint(Content):
    """heads: replica → number and hash of its very last event. inspection: the first event's hash.

    head: the hash that the log keeps of the same moment, as reports and certificates print it.
    """

    inspection: str
    at: str
    head: str
    heads: dict[str, tuple[int, str]] = Field(min_length=1)
    card: Card
    signature: str = ""

    @property
    def signed(self) -> bytes:
        """What the signature is of."""
        return canonical_json(self.model_dump(mode="json", exclude={"signature"})).encode()

    def write(self, path: Path) -> None:
        """Write it as JSON. Errors: there is such a file."""
        if path.exists():
            raise InspectionError(path.name, "there is such a file already", "Give another name")
        text = json.dumps(self.model_dump(mode="json"), indent=1) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")

    @classmethod
    def read(cls, path: Path) -> SignedCheckpoint:
        """Errors: no such file, no checkpoint, one that was changed after it was signed."""
        try:
            content: Any = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            what = "no such file" if isinstance(error, FileNotFoundError) else "no checkpoint"
            remedy = "Give the file that inspectkit checkpoint wrote"
            raise InspectionError(path.name, what, remedy) from None
        found = validated(cls, content, path.name)
        if not found.card.verify(_bytes(found.signature), found.signed):
            what = "it was changed after it was signed"
            raise InspectionError(path.name, what, "Give the file as it was written")
        return found


def checkpoint(store: Store, *, keys: Keys) -> SignedCheckpoint:
    """Where the store stands now, in its log and signed by this device. Errors: no event yet."""
    told = store.checkpoint(by=keys.card.name)
    whole = SignedCheckpoint(
        inspection=store.root,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        head=told.head,
        heads=store.heads(traces=True),
        card=keys.card,
    )
    return whole.model_copy(update={"signature": keys.signature(whole.signed).hex()})


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
