"""The tables of a store: events are appended, never changed; their address and their order."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    column,
    table,
)

APPLICATION_ID = 0x696E736B
SCHEMA = 2
metadata = MetaData()
# key makes a save that is sent twice one event; address and version let one of two writers win.
# arrived: the chain of an event that came by bundle, "" where it was written here. Position is the
# order of arrival and is not hashed: what events mean depends on (tick, replica, sequence) alone.
events = Table(
    "events",
    metadata,
    Column("position", Integer, Identity(always=True), primary_key=True),
    Column("replica", String(120), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("tick", Integer, nullable=False),
    Column("actor", String(60), nullable=False, default=""),
    Column("at", String(32), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False, default=""),
    Column("item", String(20), nullable=False, default=""),
    Column("question", String(60), nullable=False, default=""),
    Column("section", String(60), nullable=False, default=""),
    Column("marker", String(60), nullable=False, default=""),
    Column("version", Integer, nullable=False, default=0),
    Column("key", String(80), nullable=False, unique=True),
    Column("previous", String(64), nullable=False),
    Column("commitment", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("salt", String(32), nullable=False),
    Column("arrived", String(120), nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Index(
        "one_winner",
        *("kind", "subject", "item", "question", "section", "marker", "version", "arrived"),
        unique=True,
    ),
    Index("one_chain", "replica", "sequence", unique=True),
    Index("by_case", "subject", "tick"),
    Index("by_tick", "tick"),
    sqlite_autoincrement=True,
)
# One order everywhere, whatever the clocks said and whichever bundle came first.
ORDER = (events.c.tick, events.c.replica, events.c.sequence)
# What even those may ask who cannot read the marks of others: who began which case, and how far the
# log has come.
begun = table("begun", column("subject"), column("marker"), column("tick"))
clock = table("clock", column("tick"))
VIEWS = (
    "CREATE VIEW begun AS SELECT subject, marker, min(tick) AS tick FROM events"
    " WHERE kind IN ('answer', 'submit') GROUP BY subject, marker",
    "CREATE VIEW clock AS SELECT max(tick) AS tick FROM events",
)
