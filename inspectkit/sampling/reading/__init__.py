"""Reads a caseload export of any kind as text cells with line numbers; guesses nothing.

csv, xlsx and parquet files, SQL queries and tables each have a module that hands over `Lines`;
`export` turns those into an `Export` as `inspection.toml` states.
"""

from inspectkit.sampling.reading.export import Export, read_export

__all__ = ["Export", "read_export"]
