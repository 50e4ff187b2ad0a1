"""Draws from pandas frames with hashlib alone: slow, and what the other engines are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from inspectkit.sampling.engines.engine import ALL, CHUNK, Engine, Progress, Row
from inspectkit.sampling.tickets import tickets


class Pandas(Engine):
    """A pandas.DataFrame."""

    name = "pandas frame"

    def __init__(self, source: Any, id: str, stratum: str | None, progress: Progress) -> None:
        self.id, self.stratum, self.progress = id, stratum, progress
        self._frame = source

    def columns(self) -> dict[str, str]:
        names = [str(name) for name in self._frame.columns]
        kinds = [_kind(self._frame.iloc[:, place]) for place in range(len(names))]
        twice = {name for name in names if names.count(name) > 1}
        return dict(zip(names, kinds, strict=True)) | dict.fromkeys(twice, "two columns")

    def strata(self) -> list[tuple[str | None, int, int]]:
        found = self._selected().groupby("stratum", dropna=False)["id"].agg(["size", "count"])
        names = [None if pd.isna(name) else str(name) for name in found.index]
        return list(zip(names, found["size"], found["count"], strict=True))

    def below(self, key: str, bounds: Mapping[str, str | None]) -> list[Row]:
        kept: list[Row] = []
        inside = self._selected()
        inside = inside[inside["stratum"].isin(list(bounds))]
        ids, strata = list(inside["id"]), list(inside["stratum"])
        top = {name: bound or "g" for name, bound in bounds.items()}  # g stands past every digit
        for start in range(0, len(ids), CHUNK):
            self.progress("hashing", start, len(ids))
            part = slice(start, start + CHUNK)
            hashed = zip(ids[part], strata[part], tickets(key, ids[part]), strict=True)
            kept += [row for row in hashed if row[2] < top[row[1]]]
        return kept

    def ordered(self, facts: Sequence[str]) -> Iterator[Sequence[Row]]:
        self.progress("sorting", 0, 1)
        ordered = self._selected(facts).sort_values(["id", "stratum"], ignore_index=True)
        for start in range(0, len(ordered), CHUNK):
            yield _rows(ordered.iloc[start : start + CHUNK])
        self.progress("sorting", 1, 1)

    def of(self, ids: Sequence[str], facts: Sequence[str]) -> list[Row]:
        selected = self._selected(facts)
        return _rows(selected[selected["id"].isin(list(ids))])

    def groups(self, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        found = self._frame.groupby(list(columns), observed=True, sort=False, dropna=False).size()
        return [(*values, rows) for values, rows in found.items()]

    def _selected(self, facts: Sequence[str] = ()) -> pd.DataFrame:
        kept = {"id": self._frame[self.id]}
        kept["stratum"] = ALL if self.stratum is None else self._frame[self.stratum]
        kept |= {f"fact {name}": self._frame[name] for name in facts}
        return pd.DataFrame(kept).astype("object")


def _kind(column: pd.Series) -> str:
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = pd.Series(column.cat.categories)
    if column.dtype.kind in "biufcmM":
        return str(column.dtype)
    found = pd.api.types.infer_dtype(column, skipna=True)
    return "text" if found in {"string", "empty"} else found


def _rows(table: pd.DataFrame) -> list[Row]:
    filled = table.where(table.notna(), None)
    return [tuple(row) for row in filled.values.tolist()]


ENGINE = Pandas
