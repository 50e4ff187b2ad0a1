"""Commands for work away from the office: cards, bundles out and in, backup and restore."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.keeping import store_of
from inspectkit.cli.output import records, say, show, show_json

if TYPE_CHECKING:
    from inspectkit.review.bundles.keys import Card

app = commands()

bundle = typer.Typer(help="Bundles of events for laptops and the office.", no_args_is_help=True)
app.add_typer(bundle, name="bundle")
File = Annotated[Path, typer.Argument(help="The file.")]
Name = Annotated[str, typer.Option("--by", help="Your initials; else the name you log in with.")]
To = Annotated[list[Path], typer.Option("--to", help="A recipient's card; may be repeated.")]
From = Annotated[list[Path], typer.Option("--from", help="A card to believe besides those known.")]
Plain = Annotated[str, typer.Option("--plain", help="Why it may go unencrypted: kept in the log.")]


@bundle.command(epilog="Example:  inspectkit bundle card ab.card.json --by AB")
def card(path: File, by: Name = "") -> None:
    """Write your card on this device, for others to enrol; your keys are made if there are none."""
    from inspectkit.review.bundles.keys import Keys

    mine = Keys.of(by or getpass.getuser()).card
    mine.write(path)
    say(f"{path}: {mine.name} on {mine.device}")
    say(f"Read these digits out to whoever enrols it: {mine.fingerprint}")


@bundle.command(epilog="Example:  inspectkit bundle enrol south-west ab.card.json --by lead")
def enrol(
    folder: Folder,
    path: File,
    by: Annotated[str, typer.Option(help="Your initials.")],
    relay: Annotated[bool, typer.Option(help="It may also bring the events of others.")] = False,
) -> None:
    """Believe a device from now on: its bundles are taken in, and bundles can be sealed to it."""
    from inspectkit.review.bundles.keys import Card
    from inspectkit.review.store import Store

    known = Card.read(path).model_copy(update={"relay": relay})
    Store(store_of(folder)).record("enrol", known, by=by)
    say(f"Enrolled {known.name} on {known.device}, card {known.fingerprint}")


@bundle.command(
    "export",
    epilog="Example:  inspectkit bundle export south-west out.bundle --to le.card.json"
    " --reason 'end of day'",
)
def export_(
    folder: Folder,
    path: File,
    reason: Annotated[str, typer.Option(help="What it is for; the log keeps it.")],
    to: To = [],  # noqa: B006
    plain: Plain = "",
    by: Name = "",
) -> None:
    """Write the store's events as a file that only its recipients can read."""
    from inspectkit.errors import InspectionError
    from inspectkit.review.bundles.exchange import export_bundle
    from inspectkit.review.bundles.keys import Keys
    from inspectkit.review.store import Store

    if path.exists():
        raise InspectionError(path.name, "there is such a file already", "Give another name")
    keys = Keys.of(by or getpass.getuser())
    raw = export_bundle(
        Store(store_of(folder)), keys=keys, to=_cards(to), reason=reason, plain_because=plain
    )
    path.write_bytes(raw)
    say(f"Wrote {path} ({len(raw):,} bytes), signed by card {keys.card.fingerprint}")


@bundle.command(
    "import", epilog="Example:  inspectkit bundle import south-west in.bundle --from le.card.json"
)
def import_(
    folder: Folder,
    path: File,
    trust: From = [],  # noqa: B006
    by: Name = "",
    as_json: AsJson = False,
) -> None:
    """Take a bundle in; the same one twice changes nothing. Conflicts are listed."""
    from inspectkit.review.bundles.exchange import import_bundle
    from inspectkit.review.bundles.keys import Keys
    from inspectkit.review.store import Store

    keys, trusted = Keys.of(by or getpass.getuser()), _cards(trust)
    store = Store(store_of(folder))
    came = import_bundle(store, path.read_bytes(), keys=keys, trusted=trusted, where=path.name)
    if as_json:
        facts = {"added": came.added, "already": came.already, "sender": came.sender.name}
        show_json({**facts, "conflicts": records(came.conflicts)})
        return
    say(f"From {came.sender.name}: {came.added} events new, {came.already} were here already")
    if len(came.conflicts):
        show("Said by two who did not know of each other: for a person to settle", came.conflicts)


@app.command(epilog="Example:  inspectkit backup south-west monday.backup --to le.card.json")
def backup(folder: Folder, path: File, to: To = [], plain: Plain = "", by: Name = "") -> None:  # noqa: B006
    """Write a verified backup while others go on marking."""
    from inspectkit.review.bundles.backup import backup
    from inspectkit.review.bundles.keys import Keys
    from inspectkit.review.store import Store

    keys = Keys.of(by or getpass.getuser())
    found = backup(Store(store_of(folder)), path, keys=keys, to=_cards(to), plain_because=plain)
    show(f"{path} holds", found.table())


@app.command(epilog="Example:  inspectkit restore monday.backup south-west --head 8c1f0a2b77d94e05")
def restore(
    path: File,
    folder: Folder,
    trust: From = [],  # noqa: B006
    head: Annotated[str, typer.Option(help="A hash kept elsewhere that it must hold.")] = "",
    by: Name = "",
) -> None:
    """Put a backup in the store's place; the store that stood there is kept beside it."""
    from inspectkit.review.bundles.backup import restore
    from inspectkit.review.bundles.keys import Keys

    keys, trusted = Keys.of(by or getpass.getuser()), _cards(trust)
    found = restore(path, store_of(folder), keys=keys, trusted=trusted, head=head)
    show("Restored", found.table())


def _cards(paths: list[Path]) -> list[Card]:
    from inspectkit.review.bundles.keys import Card

    return [Card.read(path) for path in paths]
