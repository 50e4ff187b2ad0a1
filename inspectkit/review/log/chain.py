"""One chain of hashes a replica: whatever is changed, dropped, doubled or moved breaks it.

A replica is a person on a device. Each event is bound to the one before it through a commitment,
SHA-256 of a random salt and the event's canonical text. Its words can so be disposed of at the end
of their retention, salt and all, and the chain still holds: nobody can try out what they were.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspectkit.digest import canonical_json, sha256

Row = dict[str, Any]
ROOT = "0" * 64
COMMITTED = (
    "replica",
    "sequence",
    "tick",
    "actor",
    "at",
    "kind",
    "subject",
    "item",
    "question",
    "section",
    "marker",
    "version",
    "key",
    "body",
)
LINKED = ("replica", "sequence", "previous", "commitment")
ADDRESS = ("kind", "subject", "item", "question", "section", "marker")
# What is left of an event whose words were disposed of.
BLANK = {"actor": "", "subject": "", "question": "", "marker": "", "body": "", "salt": ""}


def commitment(row: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and everything an event says (RFC 8785 form: no floats)."""
    said = canonical_json({name: row[name] for name in COMMITTED})
    return sha256(f"{row['salt']}\n{said}")


def link(row: Mapping[str, Any]) -> str:
    """An event's own hash: its place in the chain, the hash before it, its commitment."""
    return sha256("inspectkit event 2\n" + canonical_json({name: row[name] for name in LINKED}))


@dataclass
class Chains:
    """The ends of the chains, and the verb that adds a link.

    >>> chains = Chains()
    >>> blank = dict.fromkeys(COMMITTED, "")
    >>> first = chains.extend({**blank, "replica": "AB@laptop", "kind": "start"})
    >>> first["sequence"], first["previous"] == ROOT, first["hash"] == link(first)
    (1, True, True)
    >>> chains.extend({**blank, "replica": "CD@desk", "kind": "note"})["previous"] == first["hash"]
    True
    """

    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    tick: int = 0
    root: str = ROOT

    def extend(self, row: Row) -> Row:
        """The row with its place, salt and hashes; the first of a chain follows the first of all.

        tick: one more than every event known here (Lamport 1978), so order never rests on clocks.
        """
        sequence, previous = self.heads.get(row["replica"], (0, self.root))
        self.tick += 1
        place = {"sequence": sequence + 1, "tick": self.tick, "previous": previous}
        made = {**row, **place, "salt": secrets.token_hex(16)}
        made["commitment"] = commitment(made)
        made["hash"] = link(made)
        self.heads[row["replica"]] = (made["sequence"], made["hash"])
        if self.root == ROOT:
            self.root = made["hash"]
        return made


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Events in the one order that every store of the inspection gives them."""
    return sorted(rows, key=lambda row: (row["tick"], row["replica"], row["sequence"]))
