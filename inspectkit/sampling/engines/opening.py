"""Finds the engine for a source: by the kind of object, the ending of a path or a database URL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.engines.engine import Engine, Progress
from inspectkit.validation import nearest

# What a source is -> the module beside this one that draws from it, and the extra it needs.
KINDS = {
    "pandas": ("pandas_frames", ""),
    "polars": ("polars_frames", "polars"),
    "pyarrow": ("duckdb_files", ""),
    "parquet": ("duckdb_files", ""),
    "csv": ("duckdb_files", ""),
    "postgresql": ("postgresql_tables", "postgres"),
    "pyspark": ("spark_frames", "spark"),
}
SOURCES = (
    "Give the path of a .parquet or .csv file, a postgresql+psycopg:// address with ?table=NAME, "
    "or a pandas, Polars, Arrow or Spark table"
)


@contextmanager
def opened(
    source: Any,
    *,
    id: str,
    stratum: str | None,
    facts: Sequence[str] = (),
    progress: Progress | None = None,
) -> Iterator[Engine]:
    """The engine of a source, its columns checked; closed at the end."""
    engine = _engine(source)(source, id, stratum, progress or _silent)
    try:
        _check_columns(engine, [id, *([stratum] if stratum else []), *facts])
        yield engine
    finally:
        engine.close()


def kind(source: Any) -> str:
    """What a source is: a row of KINDS, else the word for it.

    >>> kind("cases.parquet"), kind("postgresql+psycopg://localhost/db?table=cases")
    ('parquet', 'postgresql')
    """
    if isinstance(source, str) and "://" in source:
        return source.partition("://")[0].partition("+")[0]
    if _is_path(source):
        return Path(source).suffix.lower().lstrip(".") or "file without an ending"
    return type(source).__module__.partition(".")[0]


def _is_path(source: Any) -> bool:
    return isinstance(source, Path) or (isinstance(source, str) and "://" not in source)


def _engine(source: Any) -> Any:
    found = kind(source)
    if found not in KINDS:
        close = nearest(found, KINDS)
        where = Path(source).name if _is_path(source) else type(source).__name__
        raise InspectionError(where, f"no engine draws from {found!r}.{close}", SOURCES)
    module, extra = KINDS[found]
    try:
        return import_module(f"inspectkit.sampling.engines.{module}").ENGINE
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("inspectkit"):
            raise
        remedy = f'Install it: pip install "inspectkit[{extra}]"' if extra else "Install inspectkit"
        raise InspectionError(found, f"the package {error.name} is missing", remedy) from error


def _check_columns(engine: Engine, wanted: Sequence[str]) -> None:
    columns = engine.columns()
    problems = Problems()
    for name in wanted:
        if name not in columns:
            close = nearest(name, columns)
            remedy = f"Name one of its columns: {', '.join(columns)}"
            problems.add(engine.name, f"there is no column {name!r}.{close}", remedy)
        elif columns[name] != "text":
            what = f"it is {columns[name]}, not text: 0012 and 12 would be one case"
            problems.add(f"{engine.name}, column {name}", what, "Store it as text, as it was given")
    problems.raise_if_any()


def _silent(what: str, done: int, of: int) -> None:
    pass
