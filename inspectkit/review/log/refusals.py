"""A database's errors in the words of the family."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from inspectkit.errors import InspectionError

MEANWHILE = ("somebody saved another answer meanwhile", "Look at it, then save again")
SQLITE = (
    ("UNIQUE", *MEANWHILE),
    ("disk is full", "not saved: the disk is full", "Free some room and save again"),
    ("locked", "not saved yet: another program is writing", "Try again in a moment"),
    ("readonly", "not saved: the store is read-only", "Ask for the right to write there"),
    ("unable to open", "the store cannot be opened or made", "Check the folder and your rights"),
    ("not a database", "this file is no inspectkit store", "Give the store of an inspection"),
    ("malformed", "the store is damaged", "Run inspectkit audit, then restore the last backup"),
    ("disk I/O error", "the disk fails or is full", "Check the disk, then save again"),
    ("never changed", "events are never changed or removed", "Append another event"),
)


def refusal(error: DBAPIError, where: str) -> InspectionError:
    """What a database refused, as *where: what. Remedy.*; never an address with a password."""
    words = str(error.orig)
    for sign, what, remedy in SQLITE:
        if sign in words:
            return InspectionError(where, what, remedy)
    return InspectionError(where, words.partition("\n")[0], "Check the store")
