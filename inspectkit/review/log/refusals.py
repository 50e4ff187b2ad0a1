"""A database's errors in the words of the family."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError

from inspectkit.errors import InspectionError

MEANWHILE = ("somebody saved another answer meanwhile", "Look at it, then save again")
SQLITE = (
    ("UNIQUE", *MEANWHILE),
    ("disk is full", "not saved: the disk is full", "Free some room and save again"),
    ("locked", "not saved yet: another program is writing", "Try again in a moment"),
    ("readonly", "not saved: the store is read-only", "Ask for the right to write there"),
    (
        "unable to open",
        "the store cannot be opened for writing",
        "Check its folder and your rights",
    ),
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


# SQLSTATE, or the class it begins with → what a person is told.
SERVER = {
    "23505": MEANWHILE,
    "42501": ("the server refuses this to your login", "Ask the lead for the role you need"),
    "3F000": ("your login may not see this inspection", "Ask the lead for a role in it"),
    "42P01": ("there is no store of inspectkit that your login may see", "Ask the lead"),
    "53100": ("not saved: the server's disk is full", "Tell whoever runs the server"),
    "25006": ("not saved: the server only reads at present", "Try again in a moment"),
    "55P03": ("not saved yet: another program is writing", "Try again in a moment"),
    "57014": ("not saved yet: the server took too long", "Try again in a moment"),
    "42704": ("the server knows no such login", "Have it made first: CREATE ROLE … LOGIN"),
    "28": ("the server does not know this login", "Check user and password"),
    "3D000": ("there is no such database", "Check the address"),
}
UNREACHED = ("not saved yet: the server cannot be reached", "It is tried again; keep the page open")


def server_refusal(error: DBAPIError, where: str) -> InspectionError:
    """What a server refused, or that it does not answer; never an address with a password."""
    state = getattr(error.orig, "sqlstate", None) or ""
    for sign in (state, state[:2]):
        if sign in SERVER:
            return InspectionError(where, *SERVER[sign])
    if isinstance(error, OperationalError) or error.connection_invalidated or state[:2] == "57":
        return InspectionError(where, *UNREACHED)
    return InspectionError(where, str(error.orig).partition("\n")[0], "Check the store")
