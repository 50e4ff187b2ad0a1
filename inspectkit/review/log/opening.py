"""Opens the database of a store: a path is a SQLite file, an address is a PostgreSQL server."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from inspectkit.errors import InspectionError
from inspectkit.review.log.database import Database
from inspectkit.review.log.migrations import migrate
from inspectkit.review.log.sqlite import SQLiteFile


def opened(place: str | Path) -> Database:
    """The database at a path or an address, in the present schema; made if there is none."""
    if "://" in str(place):
        return _server(str(place))
    path = Path(place)
    if path.exists() and path.stat().st_size:
        migrate(path)
    return SQLiteFile(path)


def _server(address: str) -> Database:
    try:
        module = import_module("inspectkit.review.log.postgresql")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("inspectkit"):
            raise
        remedy = 'Install it: pip install "inspectkit[postgres]"'
        raise InspectionError("store", f"the package {error.name} is missing", remedy) from error
    made: Database = module.PostgreSQLServer(address)
    return made
