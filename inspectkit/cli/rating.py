"""Commands that rate: rate, explain, discretion, whatif."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import of_simulated, records, say, show, show_json

if TYPE_CHECKING:
    from inspectkit.assessment import Ratings
    from inspectkit.inspection import Inspection

app = commands()


@app.command(epilog="Example:  inspectkit rate south-west --within 5 --json")
def rate(
    folder: Folder,
    within: Annotated[
        list[float], typer.Option(help="How long may something take? In the set's unit.")
    ] = [],  # noqa: B006
    by: Annotated[str, typer.Option(help="Files as marked, by marker or a fact.")] = "",
    as_json: AsJson = False,
) -> None:
    """Score the marks and rate every theme, with the probability of each band."""
    from inspectkit.cli.beside import marked_by, seen_again, waited
    from inspectkit.inspection import Inspection

    inspection = Inspection.open(folder)
    ratings, simulated = inspection.ratings, inspection.simulated
    beside = {
        "second_look": ("As the second markers see it", seen_again(inspection.second_look)),
        "waits": ("How long it took", waited(inspection.waits(within))),
        "by": (
            f"Files by {by}, not weighted",
            marked_by(inspection.scores, inspection.reviews, by),
        ),
    }
    if as_json:
        table = ratings.table().merge(ratings.probabilities(), on=["figure", "domain"])
        hangs = ratings.certainty().drop(columns=["band", "distance"])
        table = table.merge(hangs, on=["figure", "domain"], how="left").astype(object)
        rows = records(table[table["kind"] != "question"])
        more = {name: records(each) for name, (_, each) in beside.items()}
        show_json({"simulated": simulated, "rule": inspection.rule.ref, "ratings": rows, **more})
        return
    show(f"Ratings{of_simulated(inspection)} under {inspection.rule.ref}", ratings.summary())
    for title, table in beside.values():
        if len(table):
            show(title, table)


@app.command(epilog="Example:  inspectkit explain south-west disclosure CC")
def explain(
    folder: Folder,
    figure: Annotated[str, typer.Argument(help="A theme, a tag, a question or a step.")] = "",
    domain: Annotated[str, typer.Argument(help="A casework type, or all; also FIGURE@TYPE.")] = "",
    picture: Annotated[Path | None, typer.Option(help="Write a waterfall there (SVG).")] = None,
    as_json: AsJson = False,
) -> None:
    """Walk from a rating to the rule, the arithmetic, the questions and the cases."""
    from inspectkit.exhibits import svg
    from inspectkit.inspection import Inspection

    inspection = Inspection.open(folder)
    ratings = inspection.ratings
    figure, _, at = figure.partition("@")
    domain = domain or at
    found = ratings.explain(figure, domain)
    if picture is not None:
        chart = ratings.waterfall(figure, domain)
        picture.write_bytes(svg(chart))
    if as_json:
        lines = records(found.table())
        show_json({"simulated": inspection.simulated, "rule": inspection.rule.ref, "lines": lines})
        return
    if inspection.simulated:
        say("These marks are SIMULATED.")
    say(found)
    if picture is not None:
        say(f"Made {picture}")


@app.command(
    epilog="Example:  inspectkit discretion south-west disclosure --to partially --by AB --why '…'"
)
def discretion(
    folder: Folder,
    figure: Annotated[str, typer.Argument(help="The rating to move, or a limiter's flag.")],
    by: Annotated[str, typer.Option(help="Who decided it.")],
    why: Annotated[str, typer.Option(help="The reason, for those who ask.")],
    to: Annotated[str, typer.Option(help="The rating it is moved to.")] = "",
    domain: Annotated[str, typer.Option(help="A casework type, or all.")] = "all",
    is_flag: Annotated[bool, typer.Option("--flag", help="Raise a limiter's flag.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Take it back.")] = False,
) -> None:
    """Move a rating by professional discretion, or raise a flag; recorded with name and reason."""
    from inspectkit.assessment.rating import Departure
    from inspectkit.assessment.rating.people import depart, lower_flag, raise_flag
    from inspectkit.inspection import Inspection

    if not (is_flag or back or to):
        raise typer.BadParameter("name the rating it is moved --to, or give --back")
    insp = Inspection.open(folder)
    people = insp.recorded()
    if is_flag and back:
        lower_flag(insp.store, people, figure, by=by, why=why)
    elif is_flag:
        raise_flag(insp.store, insp.estimates, insp.rule, figure, by=by, why=why)
    else:
        moved = Departure(figure, domain, "" if back else to, by, date.today(), why)
        depart(insp.store, insp.estimates, insp.rule, people, moved)
    what = "is taken back" if back else "is raised" if is_flag else f"is moved to {to}"
    say(f"{figure} {what}, by {by}: {why}")


@app.command(epilog="Example:  inspectkit whatif south-west --rule stricter.yaml")
def whatif(
    folders: Annotated[list[Path], typer.Argument(help="Folders of inspections.")],
    rule: Annotated[str, typer.Option(help="Another rule: id@revision or a file.")] = "",
    draft: Annotated[
        str, typer.Option("--set", help="A question set: id@revision or a file.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Rate stored inspections under another rule or a draft of the questions; writes nothing."""
    from inspectkit.assessment.rating.whatif import changes
    from inspectkit.inspection import Inspection

    if not rule and not draft:
        raise typer.BadParameter("name another --rule, a draft --set, or both")
    answers: list[dict[str, Any]] = []
    for folder in folders:
        inspection = Inspection.open(folder)
        after, notes = _tried(inspection, rule, draft)
        table = changes(inspection.ratings, after)
        table = table[table["kind"] != "question"]
        answers.append({"inspection": inspection.head.id, "simulated": inspection.simulated,
                        "before": inspection.rule.ref, "after": after.rule.ref, "notes": notes,
                        "ratings": records(table)})  # fmt: skip
        if not as_json:
            rules = f"{inspection.rule.ref} → {after.rule.ref}"
            moved = table[table["moved"] != ""]
            if len(moved):
                title = f"{inspection.title}{of_simulated(inspection)}: {rules}"
                show(title, moved.drop(columns="kind"))
            say(f"{len(moved)} of {len(table)} ratings move ({rules}). Nothing was written.")
            for note in notes:
                say(f"Note: {note}")
    if as_json:
        show_json(answers)


def _tried(inspection: Inspection, rule: str, draft: str) -> tuple[Ratings, list[str]]:
    """The ratings as they would be, and what the marks do not say of a draft."""
    from inspectkit.assessment import Rule, estimate, score
    from inspectkit.assessment import rate as rated
    from inspectkit.assessment.rating.whatif import carried
    from inspectkit.questions import QuestionSet

    chosen = Rule.load(rule) if rule else inspection.rule
    if not draft:
        return rated(inspection.estimates, chosen), []
    qs = QuestionSet.load(draft)
    kept = carried(inspection.reviews, inspection.question_set, qs)
    est = estimate(score(kept.reviews, qs), inspection.store.sample())
    return rated(est, chosen), list(kept.notes())
