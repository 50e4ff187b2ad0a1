"""Draws from Polars frames, lazy ones included, with polars-hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import polars_hash  # registers .chash

from inspectkit.sampling.engines.engine import ALL, CHUNK, Engine, Progress, Row

TEXT = (pl.String, pl.Categorical, pl.Enum)


class Polars(Engine):
    """A polars.DataFrame or LazyFrame; a lazy one is streamed, so it may be larger than memory."""

    name = "Polars frame"

    def __init__(self, source: Any, id: str, stratum: str | None, progress: Progress) -> None:
        self.id, self.stratum, self.progress = id, stratum, progress
        self._frame = source.lazy()

    def columns(self) -> dict[str, str]:
        schema = self._frame.collect_schema()
        return {
            name: "text" if isinstance(kind, TEXT) else str(kind) for name, kind in schema.items()
        }

    def strata(self) -> list[tuple[str | None, int, int]]:
        groups = self._selected().group_by("stratum")
        return self._rows(groups.agg(pl.len(), pl.col("id").count().alias("ids")), "counting")

    def below(self, key: str, bounds: Mapping[str, str | None]) -> list[Row]:
        ticket = pl.concat_str(pl.lit(f"{key}|"), pl.col("id")).chash.sha2_256()
        hashed = self._selected().with_columns(ticket.alias("ticket"))
        tests = [
            (pl.col("stratum") == name) & (pl.col("ticket") < bound if bound else pl.lit(True))
            for name, bound in bounds.items()
        ]
        return self._rows(hashed.filter(pl.any_horizontal(tests)), "hashing")

    def ordered(self, facts: Sequence[str]) -> Iterator[Sequence[Row]]:
        self.progress("sorting", 0, 1)
        sorted_ = self._selected(facts).sort("id", "stratum").collect(engine="streaming")
        for part in sorted_.iter_slices(CHUNK):
            yield part.rows()
        self.progress("sorting", 1, 1)

    def of(self, ids: Sequence[str], facts: Sequence[str]) -> list[Row]:
        return self._rows(self._selected(facts).filter(pl.col("id").is_in(list(ids))), "facts")

    def groups(self, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        return self._rows(self._frame.group_by(list(columns)).len(), "counting")

    def _selected(self, facts: Sequence[str] = ()) -> Any:
        stratum = pl.lit(ALL) if self.stratum is None else pl.col(self.stratum)
        kept = [pl.col(self.id).cast(pl.String).alias("id")]
        kept += [stratum.cast(pl.String).alias("stratum")]
        kept += [pl.col(name).cast(pl.String).alias(f"fact {name}") for name in facts]
        return self._frame.select(kept)

    def _rows(self, query: Any, what: str) -> list[Any]:
        self.progress(what, 0, 1)
        rows = query.collect(engine="streaming").rows()
        self.progress(what, 1, 1)
        return list(rows)


ENGINE = Polars
__all__ = ["ENGINE", "Polars", "polars_hash"]
