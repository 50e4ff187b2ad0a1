"""Commands for the marking and what is written of it: the form, progress, the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, app
from inspectkit.cli.output import bar, records, say, show, show_json, show_paths
from inspectkit.digest import digest


@app.command(epilog="Example:  inspectkit mark south-west --inspector AB")
def mark(
    folder: Folder,
    inspector: Annotated[str, typer.Option(prompt="Your initials", envvar="INSPECTKIT_INSPECTOR")],
    case: Annotated[str, typer.Option(help="Open this case first.")] = "",
    browser: Annotated[bool, typer.Option(help="Open the page in the default browser.")] = True,
) -> None:
    """Open the marking form in the browser, on a page without code."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.log.devices import home
    from inspectkit.widgets.marking import desk_of
    from inspectkit.widgets.marking.serving import serve

    inspection = Inspection.open(folder)
    desk = desk_of(inspection.store, inspector, case)
    kept = home() / "pages" / f"{digest(str(inspection.folder))[:16]}.json"
    serve(desk, title=f"Marking: {inspection.title}", kept=kept, say=say, browser=browser)


@app.command(epilog="Example:  inspectkit progress south-west")
def progress(folder: Folder, as_json: AsJson = False) -> None:
    """How far the marking is."""
    from inspectkit.inspection import Inspection

    cases = Inspection.open(folder).store.cases()
    counts = cases.groupby(["stratum", "status"]).size().rename("cases").reset_index()
    show_json(records(counts)) if as_json else show("Marking", counts)


@app.command(epilog="Example:  inspectkit report south-west --to html --to pdf")
def report(
    folder: Folder,
    to: Annotated[list[str], typer.Option(help="html, pdf or xlsx.")] = ["html", "pdf", "xlsx"],  # noqa: B006
    notebook: Annotated[
        Path | None, typer.Option(help="Run this notebook instead of our own.")
    ] = None,
) -> None:
    """Write the report as HTML, PDF and workbook."""
    import inspectkit.report as reporting
    from inspectkit.inspection import Inspection

    with bar() as step:
        step("Writing the report", 0, 1)
        made = reporting.report(Inspection.open(folder), to=tuple(to), notebook=notebook)
    show_paths(made)
