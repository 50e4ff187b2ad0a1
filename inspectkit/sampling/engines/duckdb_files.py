"""Draws from parquet and csv files of any size, and from Arrow tables, with DuckDB."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import duckdb

from inspectkit.errors import InspectionError
from inspectkit.sampling.engines.dialects import DUCKDB
from inspectkit.sampling.engines.engine import CHUNK, Progress, Row, SqlEngine

MEMORY = "500MB"  # what DuckDB may hold; what a sort needs beyond it goes to a temporary folder
THREADS = 8  # each wants its share of that memory
WATCHED = 0.2  # seconds between two looks at the progress
# Progress is kept from the start, and never printed by DuckDB itself.
WATCHABLE = (
    "enable_progress_bar = true",
    "enable_progress_bar_print = false",
    "progress_bar_time = 0",
)


class DuckDB(SqlEngine):
    """A parquet file, a csv file (every column as text), a pattern with *, or an Arrow table."""

    dialect = DUCKDB

    def __init__(self, source: Any, id: str, stratum: str | None, progress: Progress) -> None:
        self.id, self.stratum, self.progress = id, stratum, progress
        self._folder = TemporaryDirectory(prefix="inspectkit-", ignore_cleanup_errors=True)
        self._connection = duckdb.connect(config=_settings(self._folder.name))
        for setting in WATCHABLE:
            self._connection.execute(f"SET {setting}")
        if isinstance(source, str | Path):
            self.name, self.relation = Path(source).name, self._file(str(source))
        else:
            self.name, self.relation = "table", "given"
            self._connection.register("given", source)

    def columns(self) -> dict[str, str]:
        described = self.rows(f"DESCRIBE SELECT * FROM {self.relation}", "columns")
        kinds = [(str(row[0]), str(row[1])) for row in described]
        return {name: "text" if _is_text(kind) else kind.lower() for name, kind in kinds}

    def rows(self, sql: str, what: str) -> list[Row]:
        return self._run(sql, what).fetchall()

    def stream(self, sql: str, what: str) -> Iterator[Sequence[Row]]:
        result = self._run(sql, what)
        while rows := result.fetchmany(CHUNK):
            yield rows

    def close(self) -> None:
        self._connection.close()
        self._folder.cleanup()

    def _run(self, sql: str, what: str) -> Any:
        done = Event()
        watcher = Thread(target=self._watch, args=(what, done), daemon=True)
        watcher.start()
        try:
            return self._connection.execute(sql)
        except duckdb.Error as error:
            fault = str(error).partition("\n")[0]
            raise InspectionError(self.name, fault, "Mend the file, or write it anew") from error
        finally:
            done.set()
            watcher.join()

    def _watch(self, what: str, done: Event) -> None:
        while not done.wait(WATCHED):
            self.progress(what, max(0, round(self._connection.query_progress())), 100)
        self.progress(what, 100, 100)

    def _file(self, path: str) -> str:
        if "*" not in path and not Path(path).exists():
            raise InspectionError(path, "there is no such file", "Check the path")
        name = DUCKDB.text(path)
        if path.lower().endswith(".csv"):
            return f"read_csv({name}, header = true, all_varchar = true)"
        return f"read_parquet({name})"


def _settings(folder: str) -> dict[str, Any]:
    return {
        "memory_limit": MEMORY,
        "threads": min(os.cpu_count() or 1, THREADS),
        "temp_directory": folder,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,  # nothing is fetched from a network
    }


def _is_text(kind: str) -> bool:
    return kind == "VARCHAR" or kind.startswith("ENUM")


ENGINE = DuckDB
