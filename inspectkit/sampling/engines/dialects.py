"""What each SQL engine calls the few things that a draw needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """The spelling of one engine.

    string: its type for text. ticket: the expression, from {key} and {id}. binary: makes
    comparison and order those of bytes where that is not the rule.
    """

    name: str
    string: str
    ticket: str
    binary: str = ""
    quote: str = '"'
    backslash_escapes: bool = False

    def column(self, name: str) -> str:
        """A name as an identifier.

        >>> print(DUCKDB.column("Def No"), SPARK.column("a`b"))
        "Def No" `a``b`
        """
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def as_text(self, expression: str) -> str:
        """An expression of a kind of text (enumeration, fixed width) as plain text."""
        return f"CAST({expression} AS {self.string})"

    def text(self, value: str) -> str:
        """A value as a string.

        >>> print(POSTGRESQL.text("Magistrates' Court"))
        'Magistrates'' Court'
        """
        if self.backslash_escapes:
            value = value.replace("\\", "\\\\").replace("'", "\\'")
        else:
            value = value.replace("'", "''")
        return f"'{value}'"


DUCKDB = Dialect("DuckDB", "VARCHAR", "sha256('{key}|' || {id})")
POSTGRESQL = Dialect(
    "PostgreSQL",
    "text",
    "encode(sha256(convert_to('{key}|' || {id}, 'UTF8')), 'hex')",
    binary=' COLLATE "C"',
)
SPARK = Dialect(
    "Spark",
    "STRING",
    "sha2(concat('{key}|', {id}), 256)",
    quote="`",
    backslash_escapes=True,
)
