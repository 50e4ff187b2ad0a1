"""The lines of a table in memory: pandas, Polars, pyarrow, or whatever turns into one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.reading.lines import Lines

NESTED = (dict, list, tuple, set, frozenset, bytes, bytearray, memoryview)


def read_table(table: Any, name: str = "table") -> Lines:
    """The column names as line 1, then the rows; an index of the table is no column.

    Errors: an object that is no table, nested cells, names that are no text.
    """
    return from_columns(name, _columns(table, name), {"format": type(table).__module__})


def from_columns(
    name: str, columns: Sequence[tuple[Any, Iterable[Any]]], provenance: dict[str, Any]
) -> Lines:
    """Lines from names and their columns of plain values."""
    problems = Problems()
    held = [(heading, list(values)) for heading, values in columns]
    for heading, values in held:
        if not isinstance(heading, str):
            what = f"the column name {heading!r} is no text"
            problems.add(name, what, "Give each column one name in words")
        if any(isinstance(value, NESTED) or hasattr(value, "dtype") for value in values):
            what = f"the column {heading!r} is nested or binary"
            problems.add(name, what, "Leave it out, or make a plain column for each part")
    problems.raise_if_any()
    rows = [list(row) for row in zip(*(values for _, values in held), strict=True)]
    header = [heading for heading, _ in held]
    return Lines(name, list(enumerate([header, *rows], 1)), provenance)


def _columns(table: Any, name: str) -> list[tuple[Any, Iterable[Any]]]:
    if hasattr(table, "collect") and not hasattr(table, "get_columns"):
        table = table.collect()
    if hasattr(table, "get_columns"):  # Polars
        return [(column.name, column.to_list()) for column in table.get_columns()]
    if hasattr(table, "column_names") and hasattr(table, "itercolumns"):  # pyarrow
        pairs = zip(table.column_names, table.itercolumns(), strict=True)
        return [(heading, column.to_pylist()) for heading, column in pairs]
    if not isinstance(table, pd.DataFrame) and hasattr(table, "to_pandas"):
        table = table.to_pandas()
    if not isinstance(table, pd.DataFrame):
        remedy = "Give a path, or a pandas, Polars or pyarrow table"
        raise InspectionError(name, f"{type(table).__name__} is no table", remedy)
    positions = range(len(table.columns))
    return [(table.columns[place], _plain(table.iloc[:, place])) for place in positions]


def _plain(column: pd.Series) -> list[Any]:
    """Python values, whatever kind of missing as None."""
    return [
        None if absent else value
        for value, absent in zip(column.tolist(), column.isna().tolist(), strict=True)
    ]
