"""Commands for practice and calibration: everybody marks the same invented files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json

if TYPE_CHECKING:
    from inspectkit.inspection import Inspection
    from inspectkit.review.practice import PracticeFile
    from inspectkit.review.store import Store

app = commands()

practice = typer.Typer(help="Practice rounds on invented files.", no_args_is_help=True)
app.add_typer(practice, name="practice")
Name = Annotated[str, typer.Option(help="The round's short name: january.")]
By = Annotated[str, typer.Option(help="Your initials.")]
Files = Annotated[
    Path | None, typer.Option(help="A folder of your own practice files; else those shipped.")
]


@practice.command("open", epilog="Example:  inspectkit practice open south-west --name january"
                  " --by LE")  # fmt: skip
def open_(
    folder: Folder,
    name: Name,
    by: By,
    person: Annotated[list[str], typer.Option(help="Besides the team: initials.")] = [],  # noqa: B006
    files: Files = None,
) -> None:
    """Begin a round for the whole team; again, to let more people join."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.practice import open_round

    insp = Inspection.open(folder)
    given = _files(insp, files)
    place = insp.practice_place(name)
    if isinstance(place, Path):
        place.parent.mkdir(exist_ok=True)
    people = [each.name for each in insp.marking.team] + person
    store = open_round(place, name, given, insp.question_set, people, by=by)
    joined = sorted({event.marker for event in store.events("allocate")})
    say(f"Practice round {name}: {len(given)} invented files for {', '.join(joined) or 'nobody'}.")
    say(f'Each of them: inspectkit practice mark "{folder}" --name {name} --inspector INITIALS')


@practice.command(epilog="Example:  inspectkit practice read south-west P1 --name january")
def read(
    folder: Folder,
    file: Annotated[str, typer.Argument(help="The file's id, as the form shows it.")],
    name: Name,
    files: Files = None,
) -> None:
    """Print an invented file, to be read before it is marked; never its agreed answers."""
    from inspectkit.errors import InspectionError
    from inspectkit.inspection import Inspection

    held = {each.id: each for each in _files(Inspection.open(folder), files)}
    if file not in held:
        remedy = f"Use one of {', '.join(held)}"
        raise InspectionError("practice", f"there is no file {file!r}", remedy)
    say(f"{file}: {held[file].title} (invented for practice)\n\n{held[file].text}")


@practice.command(epilog="Example:  inspectkit practice mark south-west --name january"
                  " --inspector AB")  # fmt: skip
def mark(
    folder: Folder,
    name: Name,
    inspector: Annotated[str, typer.Option(prompt="Your initials", envvar="INSPECTKIT_INSPECTOR")],
    browser: Annotated[bool, typer.Option(help="Open the page in the default browser.")] = True,
) -> None:
    """Open the marking form on the invented files; what is marked there is never scored."""
    from inspectkit.cli.judging import serve_page
    from inspectkit.inspection import Inspection
    from inspectkit.widgets.marking import desk_of, page
    from inspectkit.widgets.serving import Shown

    insp = Inspection.open(folder)
    desk = desk_of(_round(insp, name), inspector, "")
    shown = Shown(desk, f"PRACTICE {name}: invented files", page.script(), page.style())
    serve_page(shown, insp, f"practice {name}", browser)


@practice.command(epilog="Example:  inspectkit practice spread south-west --name january")
def spread(
    folder: Folder,
    name: Name,
    question: Annotated[str, typer.Option(help="Only this question.")] = "",
    chart: Annotated[Path | None, typer.Option(help="Its picture as SVG; needs --question.")]
    = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page here: a section for every question.")
    ] = None,
    files: Files = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """What everybody said beside what was agreed, and who is under the threshold."""
    from inspectkit.exhibits import svg
    from inspectkit.inspection import Inspection
    from inspectkit.report.calibration import calibration_page
    from inspectkit.review.practice import results
    from inspectkit.review.practice import spread as found

    insp = Inspection.open(folder)
    store, given = _round(insp, name), _files(insp, files)
    made, passed = found(store, given), results(store, given, insp.marking.threshold)
    table = made.table()
    table = table[table["question"] == question] if question else table
    if chart and question:
        chart.write_bytes(svg(made.chart(question)))
    if html:
        html.write_text(calibration_page(made, passed, name=name), encoding="utf-8", newline="\n")
    if as_json:
        show_json({"spread": records(table), "results": records(passed)})
        return
    off = table[table["answer"] != table["agreed"]]
    show("Answers other than agreed", off[["question", "subject", "agreed", "answer", "markers"]])
    show(f"Results; {float(insp.marking.threshold):.0%} is wanted", passed)


@practice.command(epilog="Example:  inspectkit practice close south-west --name january --by LE")
def close(folder: Folder, name: Name, by: By, files: Files = None, as_json: AsJson = False) -> None:
    """Write the results into the inspection's log: who is under the threshold gets no live case."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.practice import record

    insp = Inspection.open(folder)
    given, wanted = _files(insp, files), insp.marking.threshold
    found = record(insp.store, _round(insp, name), given, by=by, threshold=wanted)
    show_json(records(found)) if as_json else show("Recorded", found)
    for marker, why in insp.kept_back.items() if not as_json else ():
        say(f"Kept back: {marker}, {why}.")


@practice.command(epilog="Example:  inspectkit practice release south-west AB --by LE"
                  " --reason 'talked through P2 together'")  # fmt: skip
def release(
    folder: Folder,
    marker: Annotated[str, typer.Argument(help="Whom to release.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why; the log keeps it.")],
) -> None:
    """Let somebody who was kept back have live cases."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.handing import release

    release(Inspection.open(folder).store, marker, reason=reason, by=by)
    say(f"{marker} can have live cases from now on.")


def _files(insp: Inspection, files: Path | None) -> tuple[PracticeFile, ...]:
    from inspectkit.review.practice import load, shipped

    return load(files) if files else shipped(insp.question_set.ref)


def _round(insp: Inspection, name: str) -> Store:
    from inspectkit.errors import InspectionError
    from inspectkit.review.store import Store

    place = insp.practice_place(name)
    if isinstance(place, Path) and not place.exists():
        what, remedy = f"there is no round {name!r}", "Begin it: inspectkit practice open"
        raise InspectionError("practice", what, remedy)
    return Store(place)
