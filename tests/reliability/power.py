"""A disk whose power can be cut: every write is recorded, unsynced ones are dropped or torn.

`module` stands in for sqlite3 under SQLAlchemy, so that the store's own code runs on apsw with a
virtual file system that records.
"""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw

SECTOR = 512


class Disk:
    """What was written to each file: content that is safe, and writes since the last sync."""

    def __init__(self) -> None:
        self.log: list[tuple[Any, ...]] = []

    def image(self, upto: int, source: random.Random) -> dict[str, bytes]:
        """The files after a power cut when so many operations had happened.

        Of the writes to a file since its last sync any may be lost, and one torn within itself.
        """
        safe: dict[str, bytearray] = {}
        waiting: dict[str, list[tuple[Any, ...]]] = {}
        for step in self.log[:upto]:
            kind, name = step[:2]
            if kind == "sync":
                for each in waiting.pop(name, []):
                    _apply(safe, each)
            elif kind == "delete":
                safe.pop(name, None)
                waiting.pop(name, None)
            else:
                waiting.setdefault(name, []).append(step)
        for steps in waiting.values():
            for step in steps:
                if source.random() < 0.5:
                    _apply(safe, _torn(step, source) if source.random() < 0.2 else step)
        return {name: bytes(content) for name, content in safe.items()}


def _torn(step: tuple[Any, ...], source: random.Random) -> tuple[Any, ...]:
    kind, name, *rest = step
    if kind != "write" or len(rest[0]) <= SECTOR:
        return step
    cut = source.randrange(1, len(rest[0]) // SECTOR + 1) * SECTOR
    return kind, name, rest[0][:cut], rest[1]


def _apply(files: dict[str, bytearray], step: tuple[Any, ...]) -> None:
    kind, name, *rest = step
    content = files.setdefault(name, bytearray())
    if kind == "truncate":
        del content[rest[0] :]
        return
    data, offset = rest
    content.extend(b"\0" * (offset + len(data) - len(content)))
    content[offset : offset + len(data)] = data


class RecordingVFS(apsw.VFS):
    """Passes everything on to the system's own, and notes what would change the disk."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return RecordingFile(self.disk, str(path or ""), name, flags)

    def xDelete(self, name: str, sync: bool) -> None:
        super().xDelete(name, sync)
        self.disk.log.append(("delete", Path(name).name))


class RecordingFile(apsw.VFSFile):
    """One file of it."""

    def __init__(self, disk: Disk, path: str, name: Any, flags: list[int]) -> None:
        self.disk, self.file = disk, Path(path).name
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self.disk.log.append(("write", self.file, bytes(data), offset))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self.disk.log.append(("truncate", self.file, size))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self.disk.log.append(("sync", self.file))


class Cursor:
    """As much of a cursor as SQLAlchemy asks for."""

    arraysize = 1
    lastrowid = 0

    def __init__(self, connection: Any) -> None:
        self._connection, self._cursor = connection, connection.cursor()
        self.description: Any = None
        self.rowcount = -1
        self._rows: list[Any] = []

    def execute(self, statement: str, parameters: Any = ()) -> Cursor:
        told: list[Any] = []

        def look(cursor: Any, sql: str, given: Any) -> bool:
            told[:] = cursor.get_description()  # it is known only while the statement runs
            return True

        self._cursor.exec_trace = look
        try:
            self._rows = list(self._cursor.execute(statement, tuple(parameters)))
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error
        self.description = tuple((each[0], *[None] * 6) for each in told) or None
        self.rowcount = self._connection.changes()
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    def executemany(self, statement: str, many: Any) -> Cursor:
        for parameters in many:
            self.execute(statement, parameters)
        return self

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int | None = None) -> list[Any]:
        rows, self._rows = self._rows[: size or 1], self._rows[size or 1 :]
        return rows

    def close(self) -> None:
        self._cursor.close()


class Connection:
    """As much of a connection as SQLAlchemy asks for."""

    isolation_level = None

    def __init__(self, path: str, vfs: str, timeout: float) -> None:
        self._connection = apsw.Connection(path, vfs=vfs)
        self._connection.set_busy_timeout(int(timeout * 1000))

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def execute(self, statement: str, parameters: Any = ()) -> Cursor:
        return self.cursor().execute(statement, parameters)

    def create_function(self, name: str, count: int, call: Any, **options: Any) -> None:
        self._connection.create_scalar_function(name, call, count)

    def commit(self) -> None:
        if not self._connection.get_autocommit():
            self.execute("COMMIT")

    def rollback(self) -> None:
        if not self._connection.get_autocommit():
            self.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


def module(vfs: str) -> Any:
    """A stand-in for the module sqlite3 whose connections use this virtual file system."""
    names = [name for name in dir(sqlite3) if name.endswith(("Error", "Warning"))]
    names += ["paramstyle", "sqlite_version", "sqlite_version_info", "Binary", "Row"]
    made = SimpleNamespace(**{name: getattr(sqlite3, name) for name in names})
    made.sqlite_version_info = tuple(map(int, apsw.sqlite_lib_version().split(".")))
    made.connect = lambda path, timeout=5.0, **options: Connection(str(path), vfs, timeout)
    return made
