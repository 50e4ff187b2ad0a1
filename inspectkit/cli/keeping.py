"""Commands that keep what was marked: the audit of the log."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json

app = commands()


def store_of(folder: Path) -> Path | str:
    """Where an inspection's marks are kept; a store's own path stands for itself."""
    from inspectkit.inspection import STORE, Inspection
    from inspectkit.settings import SETTINGS

    if folder.is_file():
        return folder
    if not (folder / SETTINGS).is_file():  # a laptop's folder that came by bundle
        return folder / STORE
    return Inspection.open(folder).store_place


@app.command(epilog="Example:  inspectkit audit south-west --head 8c1f0a2b77d94e05")
def audit(
    folder: Folder,
    head: Annotated[
        str, typer.Option(help="A hash kept elsewhere: on a certificate, a report, an export.")
    ] = "",
    checkpoint: Annotated[
        Path | None, typer.Option(help="A file that inspectkit checkpoint wrote, kept elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute every chain of the log; exit 1 and name the first broken link if one is found."""
    from inspectkit.review.bundles.checkpoints import SignedCheckpoint
    from inspectkit.review.log.audit import audit

    signed = SignedCheckpoint.read(checkpoint) if checkpoint else None
    found = audit(store_of(folder), head=head, heads=signed.heads if signed else None)
    if as_json:
        findings = [asdict(each) for each in found.findings]
        facts = {"holds": found.holds, "chains": records(found.table())}
        show_json({**facts, "findings": findings, "remarks": list(found.remarks)})
        raise typer.Exit(0 if found.holds else 1)
    found.raise_if_any()
    show("Every chain holds", found.table())
    for remark in found.remarks:
        say(f"Note: {remark}")
    if signed:
        say(f"All that stood there on {signed.at} stands there still, signed by {signed.card.name}")
        say(f"on {signed.card.device}, card {signed.card.fingerprint}.")
    elif not head:
        say("Nobody can cut or rewrite the log unseen where a head is kept elsewhere: pass --head")
        say("with the hash of a report or certificate, or --checkpoint with a file.")


@app.command(epilog="Example:  inspectkit checkpoint south-west monday.checkpoint.json --by AB")
def checkpoint(
    folder: Folder,
    path: Annotated[Path, typer.Argument(help="The file to write.")],
    by: Annotated[str, typer.Option(help="Your initials; else the name you log in with.")] = "",
) -> None:
    """Write down where the log stands, signed: keep the file, or its hash, somewhere else."""
    from inspectkit.review.bundles.checkpoints import checkpoint
    from inspectkit.review.bundles.keys import Keys
    from inspectkit.review.store import Store

    told = checkpoint(Store(store_of(folder)), keys=Keys.of(by or getpass.getuser()))
    told.write(path)
    events = sum(number for number, _ in told.heads.values())
    say(f"{path}: {events:,} events in {len(told.heads)} chains, card {told.card.fingerprint}")
    say(f"Head, for a certificate: {told.head}")
