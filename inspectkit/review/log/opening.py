"""Opens the database of a store: a path is a SQLite file, an address is a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

from inspectkit.errors import InspectionError
from inspectkit.review.log.database import Database
from inspectkit.review.log.migrations import migrate
from inspectkit.review.log.sqlite import SQLiteFile


def opened(place: str | Path) -> Database:
    """The database at a path or an address, in the present schema; made if there is none."""
    if "://" in str(place):
        what, remedy = "only SQLite files are supported so far", "Give the path of a file"
        raise InspectionError("store", what, remedy)
    path = Path(place)
    if path.exists() and path.stat().st_size:
        migrate(path)
    return SQLiteFile(path)
