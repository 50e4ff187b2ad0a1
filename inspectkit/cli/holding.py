"""Commands for whoever holds the store: its log, the roles on a server, the end of retention."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json

if TYPE_CHECKING:
    import pandas as pd

    from inspectkit.review.log.postgresql import PostgreSQLServer

app = commands()

roles = typer.Typer(help="Who may do what, on a server.", no_args_is_help=True)
app.add_typer(roles, name="roles")
Login = Annotated[str, typer.Argument(help="The person's login on the server.")]
Role = Annotated[str, typer.Argument(help="inspector, moderator, lead, reporter or observer.")]


@app.command(epilog="Example:  inspectkit log south-west --kind exported")
def log(
    folder: Folder,
    kind: Annotated[list[str], typer.Option(help="Only this kind; may be repeated.")] = [],  # noqa: B006
    case: Annotated[str, typer.Option(help="Only what happened to this case.")] = "",
    as_json: AsJson = False,
) -> None:
    """What happened, when, by whom: openings and exports with their reasons; no answers' words."""
    import pandas as pd

    from inspectkit.inspection import Inspection

    columns = [
        "at",
        "actor",
        "kind",
        "subject",
        "question",
        "marker",
        "what",
        "reason",
        "recipient",
    ]
    rows = [
        [getattr(event, name, "") for name in columns[:6]]
        + [str(event.content.get(name, "")) for name in columns[6:]]
        for event in Inspection.open(folder).store.events(*kind, subject=case)
    ]
    found = pd.DataFrame(rows, columns=columns)
    show_json(records(found)) if as_json else show("The log", _on_a_line(found))


def _on_a_line(found: pd.DataFrame) -> pd.DataFrame:
    """What names an event in one column, and what was said in one: nine would not fit a line."""
    shown = found[["at", "actor", "kind"]].copy()
    shown["at"] = shown["at"].str.replace("T", " ", regex=False)
    parts = {"of": ["subject", "question", "marker"], "said": ["what", "reason", "recipient"]}
    for name, columns in parts.items():
        rows = found[columns].itertuples(index=False)
        shown[name] = [", ".join(filter(None, row)) for row in rows]
    return shown


@app.command(epilog="Example:  inspectkit dispose south-west --before 2033-01-01 --by LE"
             " --reason 'retention schedule, seven years'")  # fmt: skip
def dispose(
    folder: Folder,
    before: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day kept.")],
    by: Annotated[str, typer.Option(help="Your initials.")],
    reason: Annotated[str, typer.Option(help="The rule of retention; the log keeps it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it: it cannot be undone.")] = False,
) -> None:
    """Remove the words of old events for ever; the chains still verify."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.disposal import dispose

    store = Inspection.open(folder).store
    gone = dispose(store, before=before.date(), by=by, reason=reason, trial=not yes)
    counted = f"the words of {gone.events:,} events about {gone.cases:,} cases"
    if yes:
        say(f"Removed {counted}. Backups and bundles made before still hold them.")
    else:
        say(f"This would remove {counted} for ever. Add --yes to do it.")


@roles.command("list", epilog="Example:  inspectkit roles list south-west")
def list_(folder: Folder, as_json: AsJson = False) -> None:
    """Every login that has a role in this inspection."""
    import pandas as pd

    found = pd.DataFrame(_server(folder).roles(), columns=["login", "role"])
    show_json(records(found)) if as_json else show("Roles", found)


@roles.command(epilog="Example:  inspectkit roles give south-west ab inspector")
def give(folder: Folder, login: Login, role: Role) -> None:
    """Give a login of the server a role in this inspection."""
    _server(folder).give(login, role)
    say(f"{login} is {role} in this inspection now.")


@roles.command(epilog="Example:  inspectkit roles take south-west ab inspector")
def take(folder: Folder, login: Login, role: Role) -> None:
    """Take a role from a login; what it wrote stays."""
    _server(folder).take(login, role)
    say(f"{login} is {role} in this inspection no more.")


def _server(folder: Folder) -> PostgreSQLServer:
    from inspectkit.errors import InspectionError
    from inspectkit.inspection import Inspection

    database = Inspection.open(folder).store.database
    if database.engine.dialect.name != "postgresql":
        what = "roles are the server's, and this store is a file that all who have it can read"
        raise InspectionError(database.name, what, "Name a server in [marking] of inspection.toml")
    server: PostgreSQLServer = database  # type: ignore[assignment]
    return server
