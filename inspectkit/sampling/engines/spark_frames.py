"""Draws from Spark data frames with PySpark: the cluster hashes, the candidates come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import uuid4

import pyspark

from inspectkit.sampling.engines.dialects import SPARK
from inspectkit.sampling.engines.engine import CHUNK, Progress, Row, SqlEngine


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

    def stream(self, sql: str, what: str) -> Iterator[Sequence[Row]]:
        self.progress(what, 0, 1)
        rows = map(tuple, self._session.sql(sql).toLocalIterator())
        while part := list(islice(rows, CHUNK)):
            yield part
        self.progress(what, 1, 1)

    def close(self) -> None:
        self._session.catalog.dropTempView(self.relation)


ENGINE = Spark
__all__ = ["ENGINE", "Spark", "pyspark"]
