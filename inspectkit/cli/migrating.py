"""The command that carries marking under way over to a later version of its question set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, commands
from inspectkit.cli.output import say, show, show_json
from inspectkit.cli.questions import Ref, few, questions, store_of

if TYPE_CHECKING:
    from inspectkit.review.store import Store

app = commands()
app.add_typer(questions, name="questions")


@questions.command(epilog="Example:  inspectkit questions migrate south-west --to my-set@2")
def migrate(
    inspection: Annotated[Path, typer.Argument(help="The inspection's folder, or its store.")],
    to: Annotated[str, typer.Option(help=f"The version to go to: {Ref}.")],
    migration: Annotated[
        Path | None, typer.Option(help="The migration file; left out: as published with --to.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Carry the marking over.")] = False,
    by: Annotated[str, typer.Option(help="With --write: who decides so.")] = "",
    reason: Annotated[str, typer.Option(help="With --write: why.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what each mark would become under a later version; with --write ask that from now on."""
    from inspectkit.questions.versions.journey import dry_run
    from inspectkit.questions.versions.migration import read_rules
    from inspectkit.review.migrating import journey, route

    store = store_of(inspection)
    before = store.question_set()
    steps = route(before, to, read_rules(migration) if migration else None)
    found = dry_run(journey(steps), store.reviews().marks)
    after = steps[-1].question_set
    reopened = _carried_over(inspection, store, steps, to, by, reason) if write else ()
    if as_json:
        told = {"old": before.ref, "new": after.ref, "written": write, "reopened": list(reopened)}
        show_json({**told, "moves": found.to_dict("records")})
        return
    counted = found.groupby(["action", "question", "answer", "to", "becomes"], as_index=False)
    title = f"Marks under {before.ref} as marks under {after.ref}"
    show(title, counted.agg(cases=("subject", "nunique"))[_MOVES])
    if not write:
        say("A dry run: nothing was written, and the marks given stay as they are.")
        return
    say(f"{after.ref} is asked from now on. The marks given stay in the log as they were given.")
    if reopened:
        say(f"Reopened, since something is asked again: {few(reopened)}.")


def _carried_over(
    inspection: Path, store: Store, steps: Any, to: str, by: str, reason: str
) -> tuple[str, ...]:
    """Write it into the store, then pin the version in the inspection's folder."""
    from inspectkit.errors import InspectionError
    from inspectkit.questions.versions.frozen import locate
    from inspectkit.review.carrying import carry_over
    from inspectkit.settings import pin

    published = locate(to)
    if published is None:
        what, remedy = "it is a draft, which may still change", "Publish it first"
        raise InspectionError(to, what, remedy)
    reopened = carry_over(store, steps, by=by, reason=reason)
    if inspection.is_dir():
        pin(inspection, published)
    return reopened


_MOVES = ["action", "question", "answer", "to", "becomes", "cases"]
