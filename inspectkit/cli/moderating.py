"""Commands for whoever leads the marking: who marks what, disagreements, checks, sign-off."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json

app = commands()

By = Annotated[str, typer.Option(help="Your initials.")]
Why = Annotated[str, typer.Option(help="Why; the log keeps it.")]
Case = Annotated[str, typer.Argument(help="The case's reference.")]
Question = Annotated[str, typer.Argument(help="The question's id.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Instead of today.")]
Item = Annotated[str, typer.Option(help="The item in the case that it was asked of.")]
moderate = typer.Typer(help="Second marks that differ, queries and rulings.", no_args_is_help=True)
app.add_typer(moderate, name="moderate")


@app.command(epilog="Example:  inspectkit allocate south-west --by LE")
def allocate(
    folder: Folder,
    by: Annotated[str, typer.Option(help="Hand the cases out, under these initials.")] = "",
    overdue: Annotated[
        bool, typer.Option(help="Give cases whose lease is over to somebody else.")
    ] = False,
    today: Day = None,
    chart: Annotated[Path | None, typer.Option(help="Write the picture as SVG here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who marks which case, as inspection.toml states; with --by the cases are handed out."""
    from inspectkit.exhibits import svg
    from inspectkit.inspection import Inspection
    from inspectkit.review.handing import hand_out, handed, planned

    insp = Inspection.open(folder)
    day, settings = today.date() if today else date.today(), insp.marking
    over = day if overdue else None
    made = planned(
        insp.store,
        [each.inspector for each in settings.team],
        second=settings.second,
        minutes=settings.minutes,
        today=over,
    )
    until = day + timedelta(days=settings.days) if settings.days else None
    given = hand_out(insp.store, made, by=by, until=until, today=over) if by else 0
    if chart:
        chart.write_bytes(svg(made.chart()))
    if as_json:
        facts = {"workload": records(made.workload()), "handed": records(handed(insp.store))}
        show_json({"rows": records(made.table()), **facts, "given": given})
        return
    show("Who marks which case", made.table())
    show("Work by inspector", made.workload())
    say(f"Handed out {given} cases." if by else "Nothing is handed out yet: add --by with initials")


@app.command(epilog="Example:  inspectkit handed south-west --overdue")
def handed(
    folder: Folder,
    overdue: Annotated[bool, typer.Option(help="Only those whose lease is over.")] = False,
    today: Day = None,
    as_json: AsJson = False,
) -> None:
    """Who has which case, until when, and how far it is."""
    from inspectkit.inspection import Inspection
    from inspectkit.review import handing

    store, day = Inspection.open(folder).store, today.date() if today else date.today()
    found = handing.overdue(store, day) if overdue else handing.handed(store)
    show_json(records(found)) if as_json else show("Cases handed out", found)


@app.command(epilog="Example:  inspectkit reopen south-west 52SW0012345/26 --marker AB --by LE"
             " --reason 'wrong date'")  # fmt: skip
def reopen(
    folder: Folder,
    case: Case,
    marker: Annotated[str, typer.Option(help="Whose marks.")],
    by: By,
    reason: Why,
) -> None:
    """Let a submitted or signed case be changed again."""
    from inspectkit.inspection import Inspection

    Inspection.open(folder).store.unlock(case, marker=marker, reason=reason, by=by)
    say(f"{case} is open again for {marker}.")


@moderate.command("open", epilog="Example:  inspectkit moderate open south-west --by LE")
def open_(
    folder: Folder,
    by: Annotated[str, typer.Option(prompt="Your initials", envvar="INSPECTKIT_MODERATOR")],
    browser: Annotated[bool, typer.Option(help="Open the page in the default browser.")] = True,
) -> None:
    """Open the moderation screen in the browser: marks that differ, queries, urgent concerns."""
    from inspectkit.cli.judging import serve_page
    from inspectkit.inspection import Inspection
    from inspectkit.widgets.moderating import chair_of, page
    from inspectkit.widgets.serving import Shown

    inspection = Inspection.open(folder)
    chair, title = chair_of(inspection, by), f"Moderation: {inspection.title}"
    serve_page(Shown(chair, title, page.script(), page.style()), inspection, "moderation", browser)


@moderate.command("list", epilog="Example:  inspectkit moderate list south-west")
def list_(folder: Folder, as_json: AsJson = False) -> None:
    """Everything that two blind marks differ in and nobody has settled, side by side."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.moderation import disagreement_table

    found = disagreement_table(Inspection.open(folder).store)
    if as_json:
        show_json(records(found))
        return
    show("To settle", found) if len(found) else say("No two marks differ, or all are settled.")


@moderate.command(
    epilog="Example:  inspectkit moderate settle south-west 52SW0012345/26 charge_code pm --by LE"
    " --reason 'the review names one of two stages'"
)
def settle(
    folder: Folder,
    case: Case,
    question: Question,
    answer: Annotated[str, typer.Argument(help="The answer's id.")],
    by: By,
    reason: Why,
    item: Item = "",
    evidence: Annotated[
        str | None,
        typer.Option(help="What the file shows; without it, what a marker wrote with this answer."),
    ] = None,
) -> None:
    """Settle one question; the answer is in force, both first marks are kept."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.moderation import adjudicate, to_settle

    store = Inspection.open(folder).store
    adjudicate(store, case, question, answer, reason=reason, by=by, item=item, evidence=evidence)
    say(f"Settled. {len(to_settle(store))} are left.")


@moderate.command(epilog="Example:  inspectkit moderate rule south-west charge_code --by LE"
                  " --text 'A late review is not a review.' --changes-meaning")  # fmt: skip
def rule(
    folder: Folder,
    question: Question,
    by: By,
    text: Annotated[str, typer.Option(help="How it is to be read from now on.")],
    changes_meaning: Annotated[
        bool, typer.Option(help="Put it back to whoever answered it before.")
    ] = False,
) -> None:
    """Make a ruling: shown under the question's guidance, printed in the method annex."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.moderation import rule_on, to_look_at_again

    store = Inspection.open(folder).store
    made = rule_on(store, question, text, by=by, changes_meaning=changes_meaning)
    say(f"Ruling {made.number} on {question}.")
    again = to_look_at_again(store)
    if len(again):
        show("To look at again", again)


@moderate.command(epilog="Example:  inspectkit moderate rulings south-west")
def rulings(folder: Folder, as_json: AsJson = False) -> None:
    """Every ruling, and the answers that are older than one that changed a meaning."""
    from dataclasses import asdict

    import pandas as pd

    from inspectkit.inspection import Inspection
    from inspectkit.review.moderation import rulings as made
    from inspectkit.review.moderation import to_look_at_again

    store = Inspection.open(folder).store
    found, again = pd.DataFrame([asdict(each) for each in made(store)]), to_look_at_again(store)
    if as_json:
        show_json({"rulings": records(found), "to_look_at_again": records(again)})
        return
    show("Rulings", found) if len(found) else say("There is no ruling yet.")
    if len(again):
        show("To look at again", again)


@app.command(epilog="Example:  inspectkit checks south-west")
def checks(folder: Folder, as_json: AsJson = False) -> None:
    """Cases to be read again and questions to be talked over, by the rules of inspection.toml."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.checks import dip_checks, moderation_round

    insp = Inspection.open(folder)
    again = dip_checks(insp.store, insp.marking.dip)
    talk = moderation_round(insp.store, insp.marking.agreement)
    if as_json:
        show_json({"dip_checks": records(again), "moderation_round": records(talk)})
        return
    show(f"Dip checks: {float(insp.marking.dip):.0%} of each marker's cases", again)
    shares = talk.assign(share=[f"{float(each):.0%}" for each in talk["share"]])
    show(f"To talk over: agreed in less than {float(insp.marking.agreement):.0%}", shares)
    say("A dip check is done once somebody else signs the case: inspectkit sign --level case.")


@app.command(epilog="Example:  inspectkit unfinished south-west")
def unfinished(folder: Folder, as_json: AsJson = False) -> None:
    """What waits for somebody; exit 1 while a mark is unsettled, since no report is final then."""
    from inspectkit.inspection import Inspection
    from inspectkit.review import signing

    store = Inspection.open(folder).store
    found = signing.unfinished(store)
    if as_json:
        show_json(records(found))
    elif len(found):
        show("Waiting for somebody", found)
    else:
        say("Nothing is waiting.")
    signing.refuse_unsettled(store)


@app.command(epilog="Example:  inspectkit sign south-west --level inspection --by LE")
def sign(
    folder: Folder,
    level: Annotated[str, typer.Option(help="case, inspection or publication.")],
    by: By,
    case: Annotated[str, typer.Option(help="The case, for the level case.")] = "",
    statement: Annotated[str, typer.Option(help="What you answer for, in your words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Sign off a case, the whole inspection or its publication; prints the certificate."""
    from dataclasses import asdict

    from inspectkit.inspection import Inspection
    from inspectkit.review.signing import LEVELS, sign_off

    store = Inspection.open(folder).store
    made = sign_off(store, level, by=by, subject=case, statement=statement)
    if as_json:
        show_json(asdict(made))
        return
    say(f"Signed by {made.by} at {made.at}: {LEVELS[made.level]}.")
    say(f"Keep this elsewhere, for inspectkit audit --head: {made.head}")


@app.command(epilog="Example:  inspectkit withdraw south-west --by LE --reason 'a file came late'")
def withdraw(folder: Folder, by: By, reason: Why) -> None:
    """Take back the sign-off of the inspection, so that marks can change again."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.signing import withdraw

    withdraw(Inspection.open(folder).store, by=by, reason=reason)
    say("The inspection is open again.")
