"""What the ledger asks of a database: write in one transaction, read, say who is logged in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

WITHIN = 4.5  # seconds after which a person is told, whatever the database does


class Database(ABC):
    """One store's place. name: how messages call it. user: who is logged in, "" where nobody is."""

    name: str
    engine: Engine
    user: str = ""

    @contextmanager
    def writing(self, replica: str, within: float = WITHIN) -> Iterator[Connection]:
        """One transaction in which no other writer can end a chain or an address differently.

        within: seconds after which a server is given up.
        """
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that ends with the block, so that no reader holds back the log."""
        with self.engine.connect() as connection:
            yield connection.execution_options(reading=True)

    def lost(self, error: DBAPIError) -> bool:
        """Did the connection go, so that nobody knows whether the commit came through?"""
        return bool(error.connection_invalidated)

    def now(self, connection: Connection) -> str | None:
        """The server's time in ISO form; None where this machine's clock is the one that counts."""
        return None

    def reads_all(self, connection: Connection) -> bool:
        """May who is logged in read every event?"""
        return True

    @contextmanager
    def disposing(self, connection: Connection) -> Iterator[None]:
        """A stretch of a transaction in which words may be removed from events."""
        yield

    @abstractmethod
    def wait_for_others(self, connection: Connection, kinds: Sequence[str]) -> None:
        """Let whoever checks these kinds end first, and nobody else before this transaction."""

    @abstractmethod
    def purge(self) -> None:
        """Let nothing of what was removed stay behind in the files."""

    @abstractmethod
    def refusal(self, error: DBAPIError) -> Any:
        """The error in the words of the family."""

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()
