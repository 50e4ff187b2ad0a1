"""A finding of the lint: which rule, at which place of the file, what is wrong, what to do."""

from __future__ import annotations

from typing import NamedTuple

from inspectkit.validation import Place

# A set with a fault is not read at all. A doubt is mended before publishing. A note is for thought.
FAULT, DOUBT, NOTE = "fault", "doubt", "note"
LEVELS = {"wholly-na": NOTE, "not-checked": NOTE}
FAULTS = (
    "yaml",
    "format",
    "missing-file",
    "repeated-id",
    "reused-id",
    "unknown-name",
    "unknown-list",
    "needless-key",
    "missing-key",
    "no-page",
    "limits",
    "excluded-points",
    "expression",
    "unknown-question",
    "unknown-answer",
    "later-question",
    "cycle",
    "out-of-reach",
    "mixed-kinds",
    "suggestion",
)


class Finding(NamedTuple):
    """One thing to mend; the file adds the line."""

    rule: str
    place: Place
    what: str
    remedy: str

    @property
    def level(self) -> str:
        """fault, doubt or note."""
        return FAULT if self.rule in FAULTS else LEVELS.get(self.rule, DOUBT)
