"""Commands that follow what was found: respond, status, due, response."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.findings import By, OneFinding, To, dated, findings, opened
from inspectkit.cli.output import records, say, show, show_json

if TYPE_CHECKING:
    from inspectkit.findings import Response

app = commands()
app.add_typer(findings, name="findings")
LATER = "What counts is still the later one"
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day; else today.")]


@findings.command(epilog="Example:  inspectkit findings respond south-west responses.xlsx --by AB")
def respond(
    folder: Folder,
    workbook: Annotated[Path | None, typer.Argument(help="responses.xlsx as it came back.")] = None,
    by: By = "",
    received: Day = None,
    finding: Annotated[str, typer.Option(help="Without a workbook: the finding's id.")] = "",
    addressee: Annotated[str, typer.Option(help="Who answered.")] = "",
    answer: Annotated[str, typer.Option(help="accept, partially_accept, note, reject.")] = "",
    reason: Annotated[str, typer.Option(help="Needed for reject and partially_accept.")] = "",
    action: Annotated[list[str], typer.Option(help="'What | by when'; repeat.")] = [],  # noqa: B006
    owner: Annotated[str, typer.Option(help="Who sees to it.")] = "",
    assurance: Annotated[str, typer.Option(help="How they will be sure: 'what | by when'.")] = "",
    narrative: Annotated[str, typer.Option(help="The answer in their own words.")] = "",
) -> None:
    """Merge the workbook that came back, or record one answer; conflicts change nothing."""
    from inspectkit.findings.follow_up import ASKED
    from inspectkit.findings.log import record
    from inspectkit.findings.register import one_break
    from inspectkit.findings.responses import ANSWERS

    insp, day = opened(folder), _day(received)
    if workbook is None:
        sure, _, sure_by = assurance.partition("|")
        said = _id(answer, ANSWERS) or "not_stated"
        stated = {"finding": finding, "addressee": addressee, "answer": said,
                  "reason": reason, "owner": owner, "narrative": narrative, "received": day,
                  "assurance": sure.strip(), "assurance_due": sure_by.strip(),
                  "actions": [_action(one_break(each)) for each in action]}  # fmt: skip
        stated |= {name: one_break(each) for name, each in stated.items() if isinstance(each, str)}
        given: tuple[Response, ...] = (_response(stated),)
    else:
        from inspectkit.findings.workbook import read_responses

        given = read_responses(workbook, insp.findings, received=day).responses
    record(insp.store, given, by=by, published=insp.head.report_date)
    now = insp.findings
    for each in given:
        say(f"Recorded {each.finding}, {each.addressee}: {ANSWERS[each.answer]}")
        counts = now.response(each.finding, each.addressee)
        if counts and counts.received > each.received:
            say(f"{LATER}, of {counts.received}: {ANSWERS[counts.answer]}")
    new = {(each.finding, each.addressee) for each in given}
    for row in now.without_day().to_dict("records"):
        if row["step"] != ASKED and (row["id"], row["addressee"]) in new:
            said = f"“{row['due']}”" if row["due"] else row["waits_for"]
            say(f"Names no day: {row['title']}, {row['addressee']}: {row['step']}: {said}")
    if not given:
        say("Nothing new: what the workbook holds was recorded before.")


@findings.command(
    epilog="Example:  inspectkit findings status south-west letters 'CPS South West'"
    " --claimed achieved --attested-by 'A. Manager, chief prosecutor' --by AB"
)
def status(
    folder: Folder,
    finding: OneFinding,
    addressee: Annotated[str, typer.Argument(help="Whose progress it is.")],
    by: By = "",
    claimed: Annotated[str, typer.Option(help="What the body says: achieved, ...")] = "",
    verified: Annotated[str, typer.Option(help="What the inspectorate found: achieved, ...")] = "",
    evidence: Annotated[str, typer.Option(help="What was seen; needed to close it.")] = "",
    superseded_by: Annotated[str, typer.Option(help="The finding that takes its place.")] = "",
    attested_by: Annotated[str, typer.Option(help="Who of the body vouches for it.")] = "",
    on: Day = None,
) -> None:
    """Record how far an addressee is: as the body claims, or as the inspectorate verified."""
    from inspectkit.findings import Status
    from inspectkit.findings.log import record
    from inspectkit.findings.responses import STATES
    from inspectkit.validation import validated

    if bool(claimed) == bool(verified):
        raise typer.BadParameter("give either --claimed or --verified")
    insp = opened(folder)
    side = "body" if claimed else "inspectorate"
    stated = {"finding": finding, "addressee": addressee, "side": side, "on": _day(on), "by": by,
              "state": _id(claimed or verified, STATES), "evidence": evidence,
              "superseded_by": superseded_by, "attested_by": attested_by}  # fmt: skip
    told = validated(Status, stated, "status")
    record(insp.store, (told,), by=by, published=insp.head.report_date)
    say(f"Recorded {finding}, {addressee}: {STATES[told.state]}")
    held, rolled = insp.findings.newest(finding, addressee, told.side), insp.findings.rolled_up()
    if held and held.on > told.on:
        say(f"{LATER}, of {held.on}: {STATES[held.state]}")
    for row in rolled[rolled["id"] == finding].itertuples():
        say(f"{row.title}: achieved {row.achieved} of {row.addressees}, claimed {row.claimed}")


@findings.command(epilog="Example:  inspectkit findings due south-west --on 2026-12-01")
def due(folder: Folder, on: Day = None, as_json: AsJson = False) -> None:
    """What is overdue, what comes next, what waits for another step, and answers awaited."""
    from inspectkit.findings.responses import CLOSED, STATES

    insp, day = opened(folder), _day(on)
    held = insp.findings
    table, waited, later = held.table(day), held.to_answer(day), held.postponed()
    passed, undated = held.passed(day), held.without_day()
    if as_json:
        show_json({"on": str(day), "due": records(dated(table)),
                   "answers_awaited": records(dated(waited)),
                   "steps_passed": records(dated(passed)),
                   "steps_without_day": records(undated),
                   "promised_later_than_asked": records(dated(later))})  # fmt: skip
        return
    still = table[~table["verified"].isin(CLOSED)].replace({"claimed": STATES, "verified": STATES})
    late = still["overdue"].astype(bool)
    columns = ["id", "addressee", "claimed", "verified", "due", "last"]
    coming = still[~late & still["last"].notna()].sort_values("last")
    show(f"Overdue on {day}", still[late][columns])
    if len(passed):
        show("Steps whose day has passed", passed[["id", "addressee", "step", "due"]])
    show("To come", coming[columns])
    show("Steps without a day", undated[["id", "addressee", "step", "due", "waits_for"]])
    if len(waited):
        show("Answers awaited", waited[["id", "addressee", "clock", "last", "late"]])
    for row in later.to_dict("records"):
        say(f"Later than asked: {row['title']}, {row['addressee']}: asked for by {row['asked']}, "
            f"promised for {row['promised']}")  # fmt: skip


@findings.command(epilog="Example:  inspectkit findings response south-west > response.md")
def response(folder: Folder, addressee: To = "", as_json: AsJson = False) -> None:
    """Print the response as it is to be published; dates stand as they were written."""
    from inspectkit.findings.published import response_rows, response_text

    held = opened(folder).findings
    if as_json:
        show_json(response_rows(held, addressee))
        return
    print(response_text(held, addressee), end="")


def _response(stated: dict[str, Any]) -> Response:
    from inspectkit.findings import Response
    from inspectkit.validation import validated

    return validated(Response, stated, "response")


def _action(said: str) -> dict[str, str]:
    text, _, due = said.partition("|")
    return {"text": text.strip(), "due": due.strip()}


def _id(said: str, labels: dict[str, str]) -> str:
    """The id that was said, or whose label was said: partially_accept, 'Partially accepted'."""
    return next((id for id, label in labels.items() if said.casefold() == label.casefold()), said)


def _day(given: datetime | None) -> date:
    return given.date() if given else date.today()
