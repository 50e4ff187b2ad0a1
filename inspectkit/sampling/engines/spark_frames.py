"""Draws from Spark data frames with PySpark: the cluster hashes, the candidates come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pyspark

from inspectkit.sampling.engines.dialects import SPARK
from inspectkit.sampling.engines.engine import CHUNK, Progress, Row, SqlEngine

RANGE = 500_000  # rows that are fetched at once


class Spark(SqlEngine):
    """A pyspark.sql.DataFrame."""

    dialect = SPARK
    name = "Spark frame"

    def __init__(self, source: Any, id: str, stratum: str | None, progress: Progress) -> None:
        self.id, self.stratum, self.progress = id, stratum, progress
        self._frame, self._session = source, source.sparkSession
        self.relation = f"inspectkit_{uuid4().hex}"
        source.createTempView(self.relation)

    def columns(self) -> dict[str, str]:
        kinds = [(each.name, each.dataType.simpleString()) for each in self._frame.schema.fields]
        return {
            name: "text" if kind.startswith(("string", "varchar", "char")) else kind
            for name, kind in kinds
        }

    def rows(self, sql: str, what: str) -> list[Row]:
        self.progress(what, 0, 1)
        found = [tuple(row) for row in self._session.sql(sql).collect()]
        self.progress(what, 1, 1)
        return found

    def ordered(self, facts: Sequence[str]) -> Iterator[Sequence[Row]]:
        """One range of ids after another, since a range is sorted and fetched as a whole."""
        edges = self._edges()
        for step, (low, high) in enumerate(pairwise(edges)):
            self.progress("sorting", step, len(edges) - 1)
            yield from self.stream(
                f"{self._selected(facts)} WHERE {self._between(low, high)}{self._by}", "sorting"
            )
        self.progress("sorting", 1, 1)

    def stream(self, sql: str, what: str) -> Iterator[Sequence[Row]]:
        """The rows by way of an Arrow table: Spark pickles single rows many times more slowly."""
        table = self._session.sql(sql).toArrow()
        for batch in table.to_batches(CHUNK):
            yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))

    def _edges(self) -> list[str | None]:
        """None, then the ids at which a range ends and the next begins, then None."""
        rows = int(self.rows(f"SELECT count(*) FROM {self.relation}", "counting")[0][0] or 0)
        if rows <= RANGE:
            return [None, None]
        # each id is kept or not by its hash: some 50 of them for each range
        kept = f"SELECT {self._id} FROM {self.relation} WHERE crc32({self._id}) % {RANGE // 50} = 0"
        ids = sorted({str(row[0]) for row in self.rows(kept, "sorting")}, key=str.encode)
        return [None, *ids[50::50], None]

    def _between(self, low: str | None, high: str | None) -> str:
        text = self.dialect.text
        ends = [f"{self._id} >= {text(low)}"] if low else []
        ends += [f"{self._id} < {text(high)}"] if high else []
        return " AND ".join(ends) or "TRUE"

    def close(self) -> None:
        self._session.catalog.dropTempView(self.relation)


ENGINE = Spark
__all__ = ["ENGINE", "Spark", "pyspark"]
