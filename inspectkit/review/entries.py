"""What is handed to a store to be recorded, and what comes back: plain frozen values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.review.log.chain import ADDRESS, Row
from inspectkit.review.log.kinds import Content
from inspectkit.review.state import CaseState


@dataclass(frozen=True)
class Saved:
    """What was committed: the version now in force, when, and whether it had been saved before.

    hash: the event's own in its chain. case: what an answer made of its case; None where it had
    been saved before, and with every other event.
    """

    version: int
    at: str
    already: bool = False
    hash: str = ""
    case: CaseState | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Entry:
    """An event to be recorded: its kind, its content, its address and, where wanted, its key."""

    kind: str
    content: Content | Mapping[str, Any]
    address: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True)
class Check:
    """What must hold of the events of these kinds before more are appended; `passes` raises."""

    kinds: tuple[str, ...]
    passes: Callable[[tuple[Event, ...]], object]


@dataclass(frozen=True)
class Event:
    """One event of the log as it is read: who, when, about what, saying what."""

    kind: str
    actor: str
    at: str
    subject: str
    item: str
    question: str
    section: str
    marker: str
    version: int
    replica: str
    sequence: int
    hash: str
    content: Mapping[str, Any]


def again(row: Row, held: Row | None) -> Saved:
    """What was saved with this key before. Errors: the key was used for something else."""
    if held is None or any(held[name] != row[name] for name in (*ADDRESS, "body")):
        raise InspectionError("save", "this key was used for another answer", "Use a new key")
    return Saved(held["version"], held["at"], already=True, hash=held["hash"])


def event_of(row: Row) -> Event:
    """A row of the log as it is read."""
    told = {name: row[name] for name in Event.__dataclass_fields__ if name in row}
    return Event(**told, content=json.loads(row["body"] or "{}"))
