"""What every engine can do: name its columns, count, keep small tickets, give rows in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from inspectkit.sampling.engines.dialects import Dialect

Row = tuple[str | None, ...]
Progress = Callable[[str, int, int], None]  # what, done, of
CHUNK = 50_000
ALL = "all"  # the one stratum of a frame that has no column for it


class Engine(ABC):
    """A frame that stays where it is.

    name: what it is called in messages and in the manifest. stratum: a column, or None for one
    stratum 'all'.
    """

    name: str
    id: str
    stratum: str | None
    progress: Progress

    @abstractmethod
    def columns(self) -> dict[str, str]:
        """Every column with its type in the engine's words; 'text' where it is text."""

    @abstractmethod
    def strata(self) -> list[tuple[str | None, int, int]]:
        """stratum, rows, rows that have an id."""

    @abstractmethod
    def below(self, key: str, bounds: Mapping[str, str | None]) -> list[Row]:
        """id, stratum, ticket of the rows under their stratum's bound; None takes all of it."""

    @abstractmethod
    def ordered(self, facts: Sequence[str]) -> Iterator[Sequence[Row]]:
        """id, stratum, facts of every row in chunks, by id and stratum in the order of bytes."""

    @abstractmethod
    def of(self, ids: Sequence[str], facts: Sequence[str]) -> list[Row]:
        """id, stratum, facts of the rows with these ids, in any order."""

    @abstractmethod
    def groups(self, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Every combination of these columns' values that there is, and its number of rows."""

    def close(self) -> None:  # noqa: B027 - most engines open nothing
        """Give back what was opened for the draw; never what the caller handed in."""


class SqlEngine(Engine):
    """An engine that understands SQL: it says where the rows are and runs what it is given."""

    dialect: Dialect
    relation: str  # what stands after FROM

    @abstractmethod
    def rows(self, sql: str, what: str) -> list[Row]:
        """All rows of a query. what: the step, for the progress bar."""

    @abstractmethod
    def stream(self, sql: str, what: str) -> Iterator[Sequence[Row]]:
        """The rows of a query in chunks, none held longer than needed."""

    def strata(self) -> list[tuple[str | None, int, int]]:
        counting = f"SELECT {self._stratum}, count(*), count({self._id}) FROM {self.relation}"
        found = self.rows(f"{counting} GROUP BY 1", "counting")
        return [(stratum, int(rows or 0), int(ids or 0)) for stratum, rows, ids in found]

    def groups(self, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        listed = ", ".join(map(self.dialect.column, columns))
        counting = f"SELECT {listed}, count(*) FROM {self.relation} GROUP BY {listed}"
        return list(self.rows(counting, "counting"))

    def below(self, key: str, bounds: Mapping[str, str | None]) -> list[Row]:
        ticket = self.dialect.ticket.format(key=key, id=self._id)
        hashed = f"SELECT {self._id} AS id, {self._stratum} AS stratum, {ticket} AS ticket"
        wanted = self._bounded(bounds)
        sql = f"SELECT id, stratum, ticket FROM ({hashed} FROM {self.relation}) t WHERE {wanted}"
        return self.rows(sql, "hashing")

    def ordered(self, facts: Sequence[str]) -> Iterator[Sequence[Row]]:
        return self.stream(f"{self._selected(facts)}{self._by}", "sorting")

    def of(self, ids: Sequence[str], facts: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        for start in range(0, len(ids), CHUNK):
            listed = ", ".join(map(self.dialect.text, ids[start : start + CHUNK]))
            found += self.rows(f"{self._selected(facts)} WHERE {self._id} IN ({listed})", "facts")
        return found

    @property
    def _by(self) -> str:
        binary = self.dialect.binary
        return f" ORDER BY {self._id}{binary}, {self._stratum}{binary}"

    @property
    def _id(self) -> str:
        return self._column(self.id)

    @property
    def _stratum(self) -> str:
        if self.stratum is None:
            return self.dialect.as_text(self.dialect.text(ALL))
        return self._column(self.stratum)

    def _column(self, name: str) -> str:
        return self.dialect.as_text(self.dialect.column(name))

    def _selected(self, facts: Sequence[str]) -> str:
        columns = [self._id, self._stratum, *map(self._column, facts)]
        return f"SELECT {', '.join(columns)} FROM {self.relation}"

    def _bounded(self, bounds: Mapping[str, str | None]) -> str:
        """Whether a row lies under the bound of its stratum."""
        text, ticket = self.dialect.text, f"ticket{self.dialect.binary}"
        under = {name: f"{ticket} < '{bound}'" for name, bound in bounds.items() if bound}
        tests = [f"stratum = {text(name)}" for name in bounds if name not in under]
        if under:
            # CASE, since engines hash once more for each part of a plain AND: the widest bound
            # first, and nearly every row leaves on one hash and one comparison.
            widest = max(filter(None, bounds.values()))
            exact = " OR ".join(
                f"(stratum = {text(name)} AND {test})" for name, test in under.items()
            )
            tests.append(f"CASE WHEN {ticket} < '{widest}' THEN {exact} ELSE 1 = 0 END")
        return " OR ".join(tests) or "1 = 0"
