"""The lines of a SQL query through SQLAlchemy; a password is used once and never shown."""

from __future__ import annotations

import os
import re
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.sampling.reading.lines import Lines
from inspectkit.sampling.reading.table import from_columns
from inspectkit.sampling.spec import FrameSpec

NO_DATABASE = {"http", "https", "ftp", "ftps", "sftp", "file", "s3", "gs", "az", "smb"}
HIDDEN = "***"


def read_query(source: Any, spec: FrameSpec) -> Lines:
    """The column names as line 1, then the rows in the order the database gives them.

    source: a database's URL; anything else and the one in the environment variable
    `[frame] url_env` is taken. The query runs in a transaction that is rolled back.
    Errors: no URL, one of no database, whatever the database refuses; never with its password.
    """
    assert spec.query is not None
    url = _url(source, spec)
    shown = f"query on {url.render_as_string(hide_password=True)}"
    # A colon before a name would be taken for a parameter.
    query = text(re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", spec.query))
    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            result = connection.execute(query)
            names, rows = list(result.keys()), result.fetchall()
            connection.rollback()
        engine.dispose()
    except (SQLAlchemyError, ImportError, OSError) as error:
        what = _without(url, str(getattr(error, "orig", None) or error).splitlines()[0])
        raise InspectionError(shown, what, "Correct [frame] query or the database's URL") from None
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    # A manifest names the frame, so user and host stay out of its name.
    facts = {"format": "query", "database": url.get_backend_name(), "query": sha256(spec.query)}
    return from_columns(
        f"query on {url.get_backend_name()}", list(zip(names, columns, strict=True)), facts
    )


def _url(source: Any, spec: FrameSpec) -> URL:
    given = source if isinstance(source, str | URL) and "://" in str(source) else None
    if given is None and spec.url_env:
        given = os.environ.get(spec.url_env)
    if not given:
        where = f"[frame] url_env {spec.url_env}" if spec.url_env else "[frame] query"
        remedy = "Name in url_env the environment variable that holds the URL, and set it"
        raise InspectionError(where, "the database's URL is not known", remedy)
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        what = "it is no URL of a database"
        remedy = "Give dialect://user:password@host/database"
        raise InspectionError("the database's URL", what, remedy) from None
    if url.get_backend_name() in NO_DATABASE:
        what = "nothing is fetched from a network"
        raise InspectionError(f"{url.drivername} URL", what, "Give the URL of a database")
    return url


def _without(url: URL, message: str) -> str:
    """The message of a driver, wherever it repeats the password."""
    return message.replace(str(url.password), HIDDEN) if url.password else message
