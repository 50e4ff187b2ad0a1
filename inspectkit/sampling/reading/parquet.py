"""The lines of a parquet file, read by DuckDB, which looks at columns and never at metadata."""

from __future__ import annotations

import glob
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.reading.lines import Lines
from inspectkit.sampling.reading.table import from_columns

NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "BIT", "VARIANT", "GEOMETRY", "JSON")
ZONED = "TIMESTAMP WITH TIME ZONE"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Nothing is fetched: DuckDB would otherwise look for extensions on a network.
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def read_parquet(path: Path) -> Lines:
    """The column names as line 1, then the rows in file order.

    Errors: nested or binary columns by name, a damaged file.
    """
    duckdb = _duckdb()
    try:
        with duckdb.connect(config=OFFLINE) as connection:
            held = _read(connection, path)
    except duckdb.Error as error:
        what = f"not readable as parquet: {str(error).splitlines()[0]}"
        raise InspectionError(path.name, what, "Export the caseload again") from None
    facts = {"format": "parquet", "sha256": sha256(path.read_bytes())}
    return from_columns(path.name, held, facts)


def _read(connection: Any, path: Path) -> list[tuple[str, list[Any]]]:
    # DuckDB would take a star or bracket in the name for a pattern.
    file = connection.read_parquet(glob.escape(str(path)))
    problems = Problems()
    for name, kind in zip(file.columns, map(str, file.types), strict=True):
        if kind.startswith(NESTED) or kind.endswith("]"):
            what = f"the column {name!r} is nested or binary ({kind})"
            problems.add(path.name, what, "Leave it out, or make a plain column for each part")
    problems.raise_if_any()
    kinds = [_plain(name, str(kind)) for name, kind in zip(file.columns, file.types, strict=True)]
    rows = file.project(", ".join(kinds)).fetchall()
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in kinds]
    for place, kind in enumerate(map(str, file.types)):
        if kind == ZONED:
            columns[place] = [_moment(each) for each in columns[place]]
    return list(zip(file.columns, columns, strict=True))


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else EPOCH + timedelta(microseconds=microseconds)


def _plain(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == ZONED:
        return f"epoch_us({quoted})"
    return f"{quoted}::VARCHAR" if kind.startswith(("ENUM", "UUID", "INTERVAL")) else quoted


def _duckdb() -> Any:
    try:
        return import_module("duckdb")
    except ImportError:
        remedy = "Install it: pip install duckdb"
        raise InspectionError("parquet", "DuckDB is not installed", remedy) from None
