"""Commands for the marking and what is written of it: the form, progress, the report."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, Threshold, commands
from inspectkit.cli.output import bar, records, say, show, show_json, show_paths
from inspectkit.digest import digest
from inspectkit.report.versions import FORMATS, THRESHOLD

if TYPE_CHECKING:
    from inspectkit.inspection import Inspection
    from inspectkit.widgets.serving import Shown

app = commands()


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
        bool,
        typer.Option("--public", help="Also the version for anyone, in FOLDER/public, …_public."),
    ] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="Marks may be unsettled; every page says so.")
    ] = False,
    threshold: Threshold = THRESHOLD,
    notebook: Annotated[
        Path | None, typer.Option(help="Run this notebook instead of our own.")
    ] = None,
    earlier: Annotated[
        Path | None, typer.Option(help="The earlier round: what changed, in FOLDER/follow_up.")
    ] = None,
    groups: Annotated[
        str, typer.Option(help="A fact, such as charged_by: its groups, in FOLDER/thematic.")
    ] = "",
    by: Annotated[str, typer.Option(help="Your initials; else the name you log in with.")] = "",
    recipient: Annotated[str, typer.Option(help="Whom it is for; the log keeps it.")] = "",
    reason: Annotated[str, typer.Option(help="What it is for; the log keeps it.")] = "report",
) -> None:
    """Write the report as HTML, PDF, workbook and data; several Areas side by side.

    The log keeps that it was written, for whom and why.

    A follow-up (--earlier) and one theme (--groups) have no workbook.
    """
    from inspectkit.report.writing import reports

    log = {"by": by or getpass.getuser(), "recipient": recipient, "reason": reason}
    if earlier or groups:
        _joined(folders, to, draft, earlier, groups, public, threshold, log)
        return
    with bar() as step:
        made = reports(folders, to=to, public=public, draft=draft, threshold=threshold,
                       notebook=notebook, log=log, progress=step)  # fmt: skip
    for folder, files in made.items():
        if len(made) > 1:
            say(str(folder))
        show_paths(files)


def _joined(
    folders: list[Path],
    to: list[str],
    draft: bool,
    earlier: Path | None,
    fact: str,
    public: bool,
    threshold: int,
    log: dict[str, str],
) -> None:
    """The reports beside the Area's own."""
    from inspectkit.report.writing import joined

    if len(folders) > 1 or (earlier and fact):
        raise typer.BadParameter("give one folder, and --earlier or --groups")
    place = folders[0]
    name, asked = ("thematic", {"fact": fact})
    if earlier:
        name, asked = "follow_up", {"earlier": _whole(earlier)}
    parameters: dict[str, str | int] = {"folder": _whole(place), "draft": draft, **asked}
    parameters |= {"threshold": threshold}
    with bar() as step:
        made = joined(name, parameters, place / name, to=to, public=public, log=log, progress=step)
    show_paths(made)


def _whole(folder: Path | None) -> str:
    """The folder's full path: the notebook runs elsewhere."""
    return str(folder.resolve()) if folder else ""
