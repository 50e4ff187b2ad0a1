"""Draws from a PostgreSQL table or view: the server hashes, counts and sorts in one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, create_engine, inspect, make_url
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.types import String

from inspectkit.errors import InspectionError
from inspectkit.sampling.engines.dialects import POSTGRESQL
from inspectkit.sampling.engines.engine import CHUNK, Progress, Row, SqlEngine

ADDRESS = "Give postgresql+psycopg://user@host/database?table=NAME or =SCHEMA.NAME"
REACHED = "Check that the server runs and that you may read the table"


class PostgreSQL(SqlEngine):
    """The table of an address that ends in ?table=NAME."""

    dialect = POSTGRESQL

    def __init__(self, source: Any, id: str, stratum: str | None, progress: Progress) -> None:
        self.id, self.stratum, self.progress = id, stratum, progress
        url = make_url(source)
        table = url.query.get("table")
        if not isinstance(table, str):
            raise InspectionError("PostgreSQL", "the address names no table", ADDRESS)
        self.name = table
        self._schema, _, self._table = table.rpartition(".")
        self.relation = ".".join(map(POSTGRESQL.column, table.split(".")))
        url = url.difference_update_query(["table"]).set(drivername="postgresql+psycopg")
        # One snapshot: what is counted is what is hashed, whoever writes meanwhile.
        self._engine = create_engine(url, isolation_level="REPEATABLE READ")
        self._opened: Connection | None = None

    def columns(self) -> dict[str, str]:
        try:
            found = inspect(self._connection).get_columns(self._table, self._schema or None)
        except NoSuchTableError as error:
            raise InspectionError(
                f"table {self.name}", "it is not in the database", ADDRESS
            ) from error
        return {
            each["name"]: "text" if isinstance(each["type"], String) else str(each["type"]).lower()
            for each in found
        }

    def rows(self, sql: str, what: str) -> list[Row]:
        self.progress(what, 0, 1)
        found = [tuple(row) for row in self._run(sql)]
        self.progress(what, 1, 1)
        return found

    def stream(self, sql: str, what: str) -> Iterator[Sequence[Row]]:
        self.progress(what, 0, 1)
        for part in self._run(sql, stream_results=True, yield_per=CHUNK).partitions():
            yield [tuple(row) for row in part]
        self.progress(what, 1, 1)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
        self._engine.dispose()

    @property
    def _connection(self) -> Connection:
        if self._opened is None:
            try:
                self._opened = self._engine.connect()
            except SQLAlchemyError as error:
                raise InspectionError("PostgreSQL", _words(error), REACHED) from error
        return self._opened

    def _run(self, sql: str, **options: Any) -> Any:
        try:
            return self._connection.exec_driver_sql(sql, execution_options=options)
        except SQLAlchemyError as error:
            raise InspectionError(f"table {self.name}", _words(error), REACHED) from error


def _words(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", error)).partition("\n")[0]


ENGINE = PostgreSQL
__all__ = ["ENGINE", "PostgreSQL", "psycopg"]
