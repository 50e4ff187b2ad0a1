"""Checkpoints: where every chain stood at one moment, so that one hash vouches for all of them.

A chain alone cannot tell that its end was cut off or that all of it was written anew. A checkpoint
is an event that names the last event of each chain; its head, printed on a certificate or a report,
is enough to find both (`log.audit`). The same events have the same head: what merely tells that
somebody looked or took a copy does not change it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pydantic import Field

from inspectkit.digest import canonical_json, sha256
from inspectkit.review.log.chain import Row
from inspectkit.review.log.kinds import Content, register

CHECKPOINT = "checkpoint"
TRACES = ("opened", "exported", CHECKPOINT)
Heads = Mapping[str, tuple[int, str]]


class Checkpoint(Content):
    """heads: replica → number and hash of its last event that is no mere trace."""

    heads: dict[str, tuple[int, str]] = Field(min_length=1)

    @property
    def head(self) -> str:
        """One hash for all of them.

        >>> Checkpoint(heads={"AB@laptop": (3, "0" * 64)}).head[:16]
        '8d5c385771a77911'
        """
        return sha256(canonical_json({name: list(end) for name, end in self.heads.items()}))


register(CHECKPOINT, Checkpoint)


def checkpoints(rows: Iterable[Row]) -> list[tuple[Row, Checkpoint]]:
    """Every checkpoint that can be read in the events, with its row."""
    found = []
    for row in rows:
        if row["kind"] == CHECKPOINT:
            try:
                found.append((row, Checkpoint.model_validate(json.loads(row["body"]))))
            except (TypeError, ValueError):
                continue  # its own hash tells that it was changed
    return found


def missing(heads: Heads, held: Mapping[tuple[str, int], str]) -> list[tuple[str, int, str]]:
    """Replica, number and hash of each head that the chains do not hold.

    held: replica and number → hash.
    """
    return [
        (name, number, hash)
        for name, (number, hash) in sorted(heads.items())
        if held.get((name, number)) != hash
    ]
