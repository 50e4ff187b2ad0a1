"""Commands that choose the cases and prove the choice."""

from __future__ import annotations

from typing import Annotated

import typer

from inspectkit.cli.app import Folder, app
from inspectkit.cli.output import say, show


@app.command(epilog="Example:  inspectkit draw south-west --seed '4 1 6 2 5 3 3 6'")
def draw(
    folder: Folder, seed: Annotated[str, typer.Option(help="Fixed after frame and design.")]
) -> None:
    """Draw the sample by ticket; write its manifest and the list of cases to provide."""
    from inspectkit.inspection import CASES, MANIFEST, Inspection

    inspection = Inspection.open(folder)
    sample = inspection.draw(seed)
    show("Drawn", sample.strata())
    say(f"Manifest (sealed until marking closes): {inspection.folder / MANIFEST}")
    say(f"Cases to provide: {inspection.folder / CASES}")


@app.command(epilog="Example:  inspectkit verify south-west")
def verify(folder: Folder) -> None:
    """Recompute the whole draw from export and manifest; exit 1 at the first difference."""
    from inspectkit.inspection import Inspection

    for passed in Inspection.open(folder).verify():
        say(f"ok  {passed}")
