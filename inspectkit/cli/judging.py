"""Commands for the marking and what is written of it: the form, progress, the report."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, app
from inspectkit.cli.output import bar, records, say, show, show_json, show_paths
from inspectkit.digest import digest
from inspectkit.report.versions import FORMATS, THRESHOLD

if TYPE_CHECKING:
    from inspectkit.inspection import Inspection
    from inspectkit.widgets.serving import Shown


@app.command(epilog="Example:  inspectkit mark south-west --inspector AB")
def mark(
    folder: Folder,
    inspector: Annotated[str, typer.Option(prompt="Your initials", envvar="INSPECTKIT_INSPECTOR")],
    case: Annotated[str, typer.Option(help="Open this case first.")] = "",
    browser: Annotated[bool, typer.Option(help="Open the page in the default browser.")] = True,
) -> None:
    """Open the marking form in the browser, on a page without code."""
    from inspectkit.inspection import Inspection
    from inspectkit.widgets.marking import desk_of, page
    from inspectkit.widgets.serving import Shown

    inspection = Inspection.open(folder)
    desk = desk_of(inspection.store, inspector, case)
    title = f"Marking: {inspection.title}"
    serve_page(Shown(desk, title, page.script(), page.style()), inspection, "mark", browser)


def serve_page(shown: Shown, inspection: Inspection, name: str, browser: bool) -> None:
    """On an address that stays the same for this folder, so that an open page goes on."""
    from inspectkit.review.log.devices import home
    from inspectkit.widgets.serving import serve

    place = digest([str(inspection.folder), name])[:16]
    serve(shown, kept=home() / "pages" / f"{place}.json", say=say, browser=browser)


@app.command(epilog="Example:  inspectkit progress south-west --chart progress.svg")
def progress(
    folder: Folder,
    chart: Annotated[Path | None, typer.Option(help="Write the picture as SVG here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who has marked what, when it will be finished, what waits, how far second marks agree."""
    from inspectkit.assessment.progress import progress
    from inspectkit.exhibits import svg
    from inspectkit.inspection import Inspection

    found = progress(Inspection.open(folder).store)
    if chart:
        chart.write_bytes(svg(found.chart()))
    if as_json:
        show_json(found.plain())
        return
    show("Who has marked what", found.spoken())
    show("What waits", found.waits)
    for line in found.notes():
        say(line)


@app.command("frame-errors", epilog="Example:  inspectkit frame-errors south-west")
def frame_errors(folder: Folder, as_json: AsJson = False) -> None:
    """What the caseload said of cases and their files showed to be otherwise."""
    from inspectkit.inspection import Inspection
    from inspectkit.review import corrections

    inspection = Inspection.open(folder)
    read = inspection.reviews, inspection.question_set
    found, facts = corrections.frame_errors(*read), corrections.by_fact(*read)
    if as_json:
        show_json({"facts": records(facts), "corrections": records(found)})
        return
    show("What the files showed of the list", facts)
    if len(found):
        show("Corrections", found)


@app.command(epilog="Example:  inspectkit report south-west --to html --to pdf --public")
def report(
    folders: Annotated[list[Path], typer.Argument(help="The inspection's folder, or several.")],
    to: Annotated[list[str], typer.Option(help="html, pdf, xlsx or parquet.")] = FORMATS,  # type: ignore[assignment]
    public: Annotated[
        bool, typer.Option("--public", help="Also the version for anyone, in FOLDER/public.")
    ] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="Marks may be unsettled; every page says so.")
    ] = False,
    threshold: Annotated[
        int, typer.Option(min=2, max=100, help="Counts from 1 to under this are not published.")
    ] = THRESHOLD,
    notebook: Annotated[
        Path | None, typer.Option(help="Run this notebook instead of our own.")
    ] = None,
    by: Annotated[str, typer.Option(help="Your initials; else the name you log in with.")] = "",
    recipient: Annotated[str, typer.Option(help="Whom it is for; the log keeps it.")] = "",
    reason: Annotated[str, typer.Option(help="What it is for; the log keeps it.")] = "report",
) -> None:
    """Write the report as HTML, PDF, workbook and data; several Areas side by side.

    The log keeps that it was written, for whom and why, and the report where the log stood.
    """
    from inspectkit.inspection import Inspection
    from inspectkit.report.writing import report as one
    from inspectkit.report.writing import reports
    from inspectkit.review.exports import export
    from inspectkit.review.signing import refuse_unsettled

    asked = {"to": tuple(to), "public": public, "draft": draft, "threshold": threshold,
             "notebook": notebook}  # fmt: skip
    opened = {folder: Inspection.open(folder) for folder in folders}
    who = by or getpass.getuser()
    for insp in opened.values():
        if not draft and len(opened) == 1:  # of several, those that can be written are
            refuse_unsettled(insp.store)
        insp.store.checkpoint(by=who)
    with bar() as step:
        if len(opened) == 1:
            insp = next(iter(opened.values()))
            made = {folders[0]: one(insp, progress=step, **asked)}  # type: ignore[arg-type]
        else:
            step("Writing the reports", 0, len(opened))
            made = reports(list(opened), progress=step, **asked)  # type: ignore[arg-type]
    for folder, files in made.items():
        for path in files.values():
            export(opened[folder].store, path, by=who, recipient=recipient, reason=reason)
        if len(made) > 1:
            say(str(folder))
        show_paths(files)
