"""Commands that keep what was marked: the audit of the log."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, app
from inspectkit.cli.output import records, say, show, show_json


def store_of(folder: Path) -> Path:
    """The store in an inspection's folder; a store's own path stands for itself."""
    from inspectkit.inspection import STORE

    return folder if folder.is_file() else folder / STORE


@app.command(epilog="Example:  inspectkit audit south-west --head 8c1f0a2b77d94e05")
def audit(
    folder: Folder,
    head: Annotated[
        str, typer.Option(help="A hash kept elsewhere: on a certificate, a report, an export.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Recompute every chain of the log; exit 1 and name the first broken link if one is found."""
    from inspectkit.review.log.audit import audit

    found = audit(store_of(folder), head=head)
    if as_json:
        findings = [asdict(each) for each in found.findings]
        facts = {"holds": found.holds, "chains": records(found.table())}
        show_json({**facts, "findings": findings, "remarks": list(found.remarks)})
        raise typer.Exit(0 if found.holds else 1)
    found.raise_if_any()
    show("Every chain holds", found.table())
    for remark in found.remarks:
        say(f"Note: {remark}")
    if not head:
        say("Nobody can cut or rewrite the log unseen where a head is kept elsewhere: pass --head.")
