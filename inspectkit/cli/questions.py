"""Commands for those who own a question set: check it, publish it, compare versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson
from inspectkit.cli.output import say, show, show_json

if TYPE_CHECKING:
    import pandas as pd

    from inspectkit.questions.versions.change import Difference
    from inspectkit.questions.workbook import Returned
    from inspectkit.review.store import Store


questions = typer.Typer(
    help="Question sets: check, publish, compare, edit in Excel, collect with ODK."
)
SetFolder = Annotated[Path, typer.Argument(help="The question set's folder (question_set.yaml).")]
Ref = "id@revision, a folder or a file"
Live = Annotated[
    list[Path] | None,
    typer.Option(help="An inspection's folder, or its store; repeat for several."),
]


@questions.command(epilog="Example:  inspectkit questions lint my-set")
def lint(
    path: Annotated[str, typer.Argument(help="A question set's folder or file.")],
    as_json: AsJson = False,
) -> None:
    """Say what is wrong or doubtful, with line and remedy; exit 1 unless all is well."""
    from dataclasses import asdict

    from inspectkit.questions.lint.files import lint_file

    found = lint_file(path)
    if as_json:
        show_json([asdict(each) for each in found])
    for each in () if as_json else found:
        say(f"{each.level}  {each}  [{each.rule}]")
    grave = [each for each in found if each.level != "note"]
    if not as_json:
        say(f"{len(grave)} to mend." if grave else "All is well.")
    if grave:
        raise typer.Exit(1)


@questions.command(epilog="Example:  inspectkit questions edit my-set --by AB")
def edit(
    folder: SetFolder,
    by: Annotated[str, typer.Option(help="Your initials, for publishing.")] = "",
    browser: Annotated[bool, typer.Option(help="Open the page in the default browser.")] = True,
) -> None:
    """Open the editor of a question set in the browser, on a page without code."""
    from inspectkit.digest import digest
    from inspectkit.review.log.devices import home
    from inspectkit.widgets.editor.bench import Bench
    from inspectkit.widgets.editor.draft import Draft
    from inspectkit.widgets.editor.page import script, style
    from inspectkit.widgets.serving import Shown, serve

    draft = Draft(folder)
    shown = Shown(Bench(draft, by), f"Question set: {folder.resolve().name}", script(), style())
    kept = home() / "pages" / f"{digest([str(folder.resolve()), 'edit'])[:16]}.json"
    serve(shown, kept=kept, say=say, browser=browser)


@questions.command(epilog="Example:  inspectkit questions schema > question_set.schema.json")
def schema() -> None:
    """Print the JSON Schema by which an editor checks a question set while one types."""
    from inspectkit.questions.model import schema as made

    show_json(made())


@questions.command(epilog="Example:  inspectkit questions publish my-set --by AB --reason Plainer")
def publish(
    folder: SetFolder,
    by: Annotated[str, typer.Option(help="Who publishes it.")],
    reason: Annotated[str, typer.Option(help="Why, for those who ask in five years.")],
    second: Annotated[
        str | None, typer.Option(help="Who else agrees; needed for a breaking change.")
    ] = None,
    despite: Annotated[
        str | None, typer.Option(help="Why what the lint doubts may stand; kept with the version.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
) -> None:
    """Freeze the draft as the next version; it never changes after that."""
    from datetime import date

    from inspectkit.questions.versions import publishing

    proposed = publishing.propose(folder)
    if proposed.difference:
        _show_difference(proposed.difference, None)
    for doubt in proposed.doubts if dry_run else ():
        say(f"doubt  {doubt}  [{doubt.rule}]")
    if dry_run:
        say(f"Would be published as {proposed.qs.ref} ({proposed.kind}). Nothing was written.")
        return
    made = publishing.publish(
        folder, by=by, reason=reason, second=second, despite=despite, on=date.today()
    )
    say(f"Published {proposed.qs.ref} ({proposed.kind}): {made}")
    say(f"Digest {proposed.qs.digest}")


@questions.command(epilog="Example:  inspectkit questions diff area-inspection@1 my-set --json")
def diff(
    old: Annotated[str, typer.Argument(help=f"The earlier version: {Ref}.")],
    new: Annotated[str, typer.Argument(help=f"The later one: {Ref}.")],
    live: Live = None,
    as_json: AsJson = False,
) -> None:
    """What changed: cosmetic, additive, semantic or breaking, and the live cases it touches."""
    from inspectkit.questions import QuestionSet

    before, after = QuestionSet.load(old), QuestionSet.load(new)
    found, marks = before.diff(after), _marks(live or [])
    same = before.comparable(after)
    if as_json:
        rows = found.table().to_dict("records")
        for row, change in zip(rows, found.changes, strict=True):
            row["questions"] = list(change.questions)
            row |= {"cases": change.touched(marks)} if marks is not None else {}
        kept = {"old": found.old, "new": found.new, "kind": found.kind}
        show_json({**kept, "changes": rows, "comparable": list(same)})
        return
    _show_difference(found, marks)
    say(f"{len(same)} of {len(after.questions)} questions mean the same in both: these compare.")


@questions.command("to-excel", epilog="Example:  inspectkit questions to-excel my-set my-set.xlsx")
def to_excel(
    folder: SetFolder,
    workbook: Annotated[Path, typer.Argument(help="The workbook to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace one of before.")] = False,
) -> None:
    """Write the draft as a workbook for leads to edit."""
    from inspectkit.questions.workbook import to_excel as made

    _write_new(workbook, made(folder), overwrite)
    say(f"Made {workbook}. What is changed there comes back with from-excel.")


@questions.command("from-excel", epilog="Example:  inspectkit questions from-excel my-set a.xlsx")
def from_excel(
    folder: SetFolder,
    workbook: Annotated[Path, typer.Argument(help="The workbook as it came back.")],
    prefer: Annotated[
        str | None, typer.Option(help="Settle every conflict by the: file | workbook.")
    ] = None,
) -> None:
    """Put what was changed in a workbook into the draft; conflicts are named, nothing is lost."""
    from inspectkit.questions.workbook import from_excel as returned

    _show_returned(returned(folder, workbook, prefer=_side(prefer)), prefer)


@questions.command("to-xlsform", epilog="Example:  inspectkit questions to-xlsform my-set a.xlsx")
def to_xlsform(
    folder: SetFolder,
    form: Annotated[Path, typer.Argument(help="The XLSForm to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace one of before.")] = False,
) -> None:
    """Write the draft as an XLSForm for ODK, KoboToolbox or Enketo."""
    from inspectkit.errors import InspectionError
    from inspectkit.questions import xlsform

    content, notes = xlsform.to_xlsform(folder)
    _write_new(form, content, overwrite)
    for note in notes:
        say(f"Note: {note}")
    say(f"Made {form}.")
    try:
        xform = xlsform.check(form)
        say("pyxform takes it.")
        xlsform.check_with_odk(xform)
        say("ODK Validate opens it.")
    except InspectionError as error:
        if error.what.startswith(("it is not installed", "it needs Java")):
            say(f"Not checked further: {error}")
            return
        raise


@questions.command("from-xlsform", epilog="Example:  inspectkit questions from-xlsform a.xlsx new")
def from_xlsform(
    form: Annotated[Path, typer.Argument(help="The XLSForm.")],
    folder: Annotated[Path, typer.Argument(help="A new folder, or that of the set it came from.")],
    prefer: Annotated[
        str | None, typer.Option(help="Settle every conflict by the: file | workbook.")
    ] = None,
) -> None:
    """Make a draft of an XLSForm, or put what was edited in one into the draft it came from."""
    from inspectkit.questions.xlsform import from_xlsform as taken

    _show_returned(taken(folder, form, prefer=_side(prefer)), prefer)


def _side(prefer: str | None) -> Any:
    if prefer not in (None, "file", "workbook"):
        raise typer.BadParameter("choose file or workbook", param_hint="--prefer")
    return prefer


def _show_returned(found: Returned, prefer: str | None) -> None:
    for note in found.notes:
        say(f"Note: {note}")
    for conflict in found.conflicts:
        say(f"Conflict, settled by the {prefer}: {conflict.where}: {conflict.what}")
    for changed in found.changed:
        say(f"Changed: {changed}")
    say(f"{len(found.changed)} cells changed; {len(found.files)} files written.")


def _write_new(path: Path, content: bytes, overwrite: bool) -> None:
    from inspectkit.errors import InspectionError
    from inspectkit.sampling.evidence.files import write_bytes

    if path.exists() and not overwrite:
        what = "it is there already, perhaps with somebody's changes in it"
        raise InspectionError(str(path), what, "Name another file, or say --overwrite")
    write_bytes(path, content)


def _show_difference(found: Difference, marks: pd.DataFrame | None) -> None:
    if not found.changes:
        say(f"Nothing differs between {found.old} and {found.new}.")
        return
    table = found.table(marks)
    table["questions"] = [few(change.questions) for change in found.changes]
    for column in ("old", "new"):
        table[column] = [_short(text) for text in table[column]]
    show(f"From {found.old} to {found.new}: {found.kind}", table)
    if marks is not None:
        touched = [(change, change.touched(marks)) for change in found.changes]
        for change, cases in touched:
            say(f"{change.kind}: {change.where} {change.key}: {few(cases) or 'no live case'}")


def _marks(live: list[Path]) -> pd.DataFrame | None:
    """Every mark of the inspections named."""
    import pandas as pd

    found = [store_of(place).reviews().marks for place in live]
    return pd.concat(found, ignore_index=True) if found else None


def store_of(place: Path) -> Store:
    """The store of an inspection's folder. Errors: there is none yet."""
    from inspectkit.errors import InspectionError
    from inspectkit.inspection import STORE
    from inspectkit.review.store import Store

    path = place / STORE if place.is_dir() else place
    if not path.is_file():
        what = "marking has not been opened there"
        raise InspectionError(str(place), what, "Give an inspection's folder")
    return Store(path)


def few(names: Any) -> str:
    """The first five names, and how many more there are."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
