"""A store in one schema of a PostgreSQL server: people are logins, and nobody waits in silence."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from inspectkit.errors import InspectionError
from inspectkit.review.access.grants import group, statements
from inspectkit.review.access.roles import ROLES, Guard
from inspectkit.review.log.database import WITHIN, Database
from inspectkit.review.log.refusals import server_refusal
from inspectkit.review.log.tables import APPLICATION_ID, SCHEMA, VIEWS, metadata

SPACE = "inspectkit"  # the schema that is used unless the address says ?schema=NAME
ADDRESS = "Give postgresql+psycopg://user@host/database, and ?schema=NAME for each inspection"
# A dropped packet is no error for TCP: without these a save would hang for a quarter of an hour.
PATIENCE = {
    "connect_timeout": 3,
    "tcp_user_timeout": 4000,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "application_name": "inspectkit",
    "prepare_threshold": None,  # works behind a pooler too
}
SETTINGS = {"statement_timeout": 4000, "lock_timeout": 3000}
ROLLED_BACK = {"40001", "40P01"}  # the server undid it: it can be done again
ENDING = {"57P01", "57P02", "57P03"}
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:of, 0))")
NOW = text(
    "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') || '+00:00'"
)
REFUSE = """
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'events are never changed or removed' USING ERRCODE = '42501'; END $$
"""


class PostgreSQLServer(Database):
    """The store in a schema, made if the login may do so and there is none.

    Errors: the server cannot be reached, the login has no right there, another program's tables, a
    newer schema. No message ever holds the password.
    """

    def __init__(self, address: str) -> None:
        url = _url(address)
        space = url.query.get("schema", SPACE)
        if not isinstance(space, str) or not re.fullmatch(r"[a-z_][a-z0-9_]{0,39}", space):
            what = f"{space!r} is no name for a schema"
            raise InspectionError("PostgreSQL", what, "Use small letters, digits and _")
        self.space = space
        self.name = f"{url.host or 'local'}/{url.database or ''}, schema {space}"
        given = {"search_path": space, **SETTINGS}
        options = " ".join(f"-c {name}={value}" for name, value in given.items())
        self.engine = create_engine(
            url.difference_update_query(["schema"]).set(drivername="postgresql+psycopg"),
            connect_args={**PATIENCE, "options": options},
            pool_size=2,
        )
        try:
            with self.engine.begin() as connection:
                self.user = str(connection.exec_driver_sql("SELECT session_user").scalar())
                self._create_or_check(connection)
        except DBAPIError as error:
            self.close()
            raise self.refusal(error) from None

    @contextmanager
    def writing(self, replica: str, within: float = WITHIN) -> Iterator[Connection]:
        """One transaction, one writer a chain; after `within` seconds the line is cut from here."""
        with self.engine.connect() as connection, _deadline(connection, within):
            with connection.begin():
                if within > WITHIN:
                    patient = f"SET LOCAL statement_timeout = {int(within * 1000)}"
                    connection.exec_driver_sql(patient)
                connection.execute(LOCK, {"of": replica})
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, _deadline(connection, WITHIN):
            yield connection

    def lost(self, error: DBAPIError) -> bool:
        state = getattr(error.orig, "sqlstate", None)
        return bool(error.connection_invalidated) or state in ROLLED_BACK | ENDING

    def now(self, connection: Connection) -> str | None:
        """The server's time, since a person's own clock proves nothing."""
        return str(connection.execute(NOW).scalar())

    @contextmanager
    def disposing(self, connection: Connection) -> Iterator[None]:
        """Only the owner of the table may lift its trigger; other sessions wait meanwhile."""
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER append_only")
        yield
        connection.exec_driver_sql("ALTER TABLE events ENABLE TRIGGER append_only")

    def purge(self) -> None:
        with self.engine.connect() as connection:
            whole = connection.execution_options(isolation_level="AUTOCOMMIT")
            whole.exec_driver_sql("SET statement_timeout = 0")
            whole.exec_driver_sql("VACUUM FULL events")
            connection.invalidate()  # its patience is no longer that of the others

    def wait_for_others(self, connection: Connection, kinds: Sequence[str]) -> None:
        connection.execute(LOCK, {"of": f"{self.space}: {' '.join(sorted(kinds))}"})

    def reads_all(self, connection: Connection) -> bool:
        groups = [group(self.space, role) for role, (_, everything) in ROLES.items() if everything]
        member = " OR ".join(f"pg_has_role(session_user, '{name}', 'MEMBER')" for name in groups)
        asked = f"SELECT NOT row_security_active('events') OR {member}"
        return bool(connection.exec_driver_sql(asked).scalar())

    def refusal(self, error: DBAPIError) -> InspectionError:
        return server_refusal(error, self.name)

    def _create_or_check(self, connection: Connection) -> None:
        if not inspect(connection).has_table("about", schema=self.space):
            self._create(connection)
            return
        application, version = connection.exec_driver_sql(
            "SELECT application, version FROM about"
        ).one()
        if application != APPLICATION_ID:
            what = "the schema holds another program's tables"
            raise InspectionError(self.name, what, "Name another schema: ?schema=NAME")
        if version != SCHEMA:
            what = f"the store has version {version}, this program knows {SCHEMA}"
            raise InspectionError(self.name, what, "Install the inspectkit that goes with it")

    def give(self, login: str, role: str) -> None:
        """Give a login of the server a role in this inspection. Errors: no such login or role."""
        self._grant("GRANT {group} TO {login}", login, role)

    def take(self, login: str, role: str) -> None:
        """Take a role from a login. Errors: no such login or role."""
        self._grant("REVOKE {group} FROM {login}", login, role)

    def roles(self) -> list[tuple[str, str]]:
        """login and role of everybody who has one in this inspection."""
        asked = text(
            "SELECT m.rolname, r.rolname FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid"
            " JOIN pg_roles m ON m.oid = a.member WHERE r.rolname = ANY(:groups) ORDER BY 1, 2"
        )
        named = {group(self.space, role): role for role in ROLES}
        try:
            with self.reading() as connection:
                found = connection.execute(asked, {"groups": list(named)}).all()
        except DBAPIError as error:
            raise self.refusal(error) from None
        return [(login, named[role]) for login, role in found]

    def _grant(self, statement: str, login: str, role: str) -> None:
        Guard(login, role)
        try:
            with self.engine.begin() as connection:
                quote = connection.dialect.identifier_preparer.quote_identifier
                told = statement.format(group=group(self.space, role), login=quote(login))
                connection.exec_driver_sql(told)
        except DBAPIError as error:
            raise self.refusal(error) from None

    def _create(self, connection: Connection) -> None:
        connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{self.space}"')
        metadata.create_all(connection)
        for view in VIEWS:
            connection.exec_driver_sql(view)
        connection.exec_driver_sql(REFUSE)
        connection.exec_driver_sql(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events"
            " EXECUTE FUNCTION append_only()"
        )
        connection.exec_driver_sql("CREATE TABLE about (application bigint, version integer)")
        for statement in statements(self.space):
            connection.exec_driver_sql(statement)
        stated = {"application": APPLICATION_ID, "version": SCHEMA}
        connection.execute(text("INSERT INTO about VALUES (:application, :version)"), stated)


def _url(address: str) -> Any:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise InspectionError("store", "this is no address of a database", ADDRESS) from None
    if url.get_backend_name() != "postgresql":
        raise InspectionError("store", f"{url.get_backend_name()} is not supported", ADDRESS)
    return url


@contextmanager
def _deadline(connection: Connection, seconds: float) -> Iterator[None]:
    """Hang up from this side when the time is over: the driver itself would wait for ever."""
    raw: Any = connection.connection.dbapi_connection
    timer = threading.Timer(seconds, _hang_up, [raw])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(raw: psycopg.Connection[Any]) -> None:
    try:
        line = socket.socket(fileno=raw.pgconn.socket)
    except (OSError, psycopg.Error):
        return  # it is gone already
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    finally:
        line.detach()
