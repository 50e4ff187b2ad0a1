"""Commands that follow findings: list, show, add, send, respond, status, due, response."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json
from inspectkit.errors import InspectionError

if TYPE_CHECKING:
    import pandas as pd

    from inspectkit.findings import Finding, Response
    from inspectkit.findings.dates import Due
    from inspectkit.inspection import Inspection

app = commands()

findings = typer.Typer(help="Findings and recommendations, followed until they are done.")
app.add_typer(findings, name="findings")
By = Annotated[str, typer.Option(help="Who records it: initials.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day; else today.")]
To = Annotated[str, typer.Option("--addressee", help="Only this addressee.")]
OneFinding = Annotated[str, typer.Argument(help="The finding's id.")]


@findings.command("list", epilog="Example:  inspectkit findings list south-west")
def list_findings(folder: Folder, as_json: AsJson = False) -> None:
    """Every finding, how many of its addressees are done, what to mend and to read again."""
    insp = _opened(folder)
    held = insp.findings
    rolled = held.rolled_up().drop(columns="title").rename(columns={"addressees": "of"})
    table = held.register.table().merge(rolled, how="left", on="id")
    again, mend = held.register.to_read_again(insp.figures), held.register.check()
    if as_json:
        show_json(
            {"findings": records(_dated(table)), "to_read_again": records(again), "to_mend": mend}
        )
        return
    show(f"Findings of {insp.title}", _progress(table))
    for said in mend:
        say(f"To mend: {said}")
    for row in again.itertuples():
        say(f"To read again: {row.title}: {row.figure} was {row.written}, is {row.now} now")


@findings.command(
    epilog="Example:  inspectkit findings add south-west --kind issue --text 'Letters are late.'"
    " --figure victim_letters@CC --addressee 'CPS South West' --by AB"
)
def add(
    folder: Folder,
    file: Annotated[Path | None, typer.Argument(help="findings.yaml, with several.")] = None,
    by: By = "",
    kind: Annotated[str, typer.Option(help="strength, good_practice, issue, suggestion or "
                                      "recommendation.")] = "recommendation",
    text: Annotated[str, typer.Option(help="The finding, as it is published.")] = "",
    id: Annotated[str, typer.Option(help="A short name of its own; an earlier one: new wording.")]
    = "",
    figure: Annotated[list[str], typer.Option(help="A figure it rests on: disclosure@CC.")] = [],  # noqa: B006
    addressee: Annotated[list[str], typer.Option(help="Who is to act; repeat for several.")] = [],  # noqa: B006
    inspectorate: Annotated[list[str], typer.Option(help="Found jointly by; repeat.")] = [],  # noqa: B006
    due: Annotated[str, typer.Option(help="By when, in your words.")] = "",
    measure: Annotated[str, typer.Option(help="What will be seen when it is done.")] = "",
    in_list: Annotated[str, typer.Option("--list", help="A list of its own in the report.")] = "",
    paragraph: Annotated[str, typer.Option(help="The paragraph it rests on.")] = "",
    clock: Annotated[str, typer.Option(help="By which clock an answer is due.")] = "",
) -> None:  # fmt: skip
    """Record a finding, or a file of them; a figure nobody knows is an error."""
    from inspectkit.findings.log import add as recorded

    insp = _opened(folder)
    known = {each.id for each in insp.findings.register.findings}
    if file is not None:
        given = _from_file(file)
    else:
        stated = {"kind": kind, "text": text, "basis": figure, "addressees": addressee,
                  "inspectorates": inspectorate, "due": due, "measure": measure, "list": in_list,
                  "paragraph": paragraph, "clock": clock}  # fmt: skip
        given = (_finding(stated | {"id": id or _free(kind, known)}),)
    published = insp.head.report_date
    for each in recorded(insp.store, given, insp.figures, by=by, published=published):
        again = ", in new words" if each.id in known else ""
        say(f"Recorded {each.id}: {each.title}{again}")
    for said in insp.findings.register.check():
        say(f"To mend: {said}")


@findings.command(epilog="Example:  inspectkit findings send south-west --by AB")
def send(
    folder: Folder,
    by: By = "",
    to: Annotated[str, typer.Option("--addressee", help="Only this addressee.")] = "",
    file: Annotated[Path | None, typer.Option(help="Where; else responses.xlsx there.")] = None,
) -> None:
    """Write responses.xlsx for those who are to answer; the log keeps that it went out."""
    from inspectkit.findings.workbook import responses_workbook
    from inspectkit.review.log.kinds import Exported
    from inspectkit.sampling.evidence.files import write_bytes

    insp = _opened(folder)
    content = responses_workbook(insp.findings, to)
    path = file or insp.folder / "responses.xlsx"
    told = Exported(what="responses.xlsx", recipient=to or "all addressees",
                    reason="to be answered", sha256=_sha256(content))  # fmt: skip
    insp.store.record("exported", told, by=by)
    write_bytes(path, content)
    say(f"Made {path}")


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
    from inspectkit.findings.responses import ANSWERS, DONE_BEFORE

    insp, day = _opened(folder), _day(received)
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
    for each in given:
        say(f"Recorded {each.finding}, {each.addressee}: {ANSWERS[each.answer]}")
    new = {(each.finding, each.addressee) for each in given}
    for row in insp.findings.without_day().to_dict("records"):
        theirs = row["step"] != ASKED and row["waits_for"] != DONE_BEFORE
        if theirs and (row["id"], row["addressee"]) in new:
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
    insp = _opened(folder)
    side = "body" if claimed else "inspectorate"
    stated = {"finding": finding, "addressee": addressee, "side": side, "on": _day(on), "by": by,
              "state": _id(claimed or verified, STATES), "evidence": evidence,
              "superseded_by": superseded_by, "attested_by": attested_by}  # fmt: skip
    told = validated(Status, stated, "status")
    record(insp.store, (told,), by=by, published=insp.head.report_date)
    say(f"Recorded {finding}, {addressee}: {STATES[told.state]}")
    held, rolled = insp.findings.newest(finding, addressee, told.side), insp.findings.rolled_up()
    if held and held.on > told.on:
        say(f"What counts is still the later one, of {held.on}: {STATES[held.state]}")
    for row in rolled[rolled["id"] == finding].itertuples():
        say(f"{row.title}: achieved {row.achieved} of {row.addressees}, claimed {row.claimed}")


@findings.command(epilog="Example:  inspectkit findings due south-west --on 2026-12-01")
def due(folder: Folder, on: Day = None, as_json: AsJson = False) -> None:
    """What is overdue, what comes next, what waits for another step, and answers awaited."""
    from inspectkit.findings.responses import CLOSED, STATES

    insp, day = _opened(folder), _day(on)
    held = insp.findings
    table, waited, later = held.table(day), held.to_answer(day), held.postponed()
    passed, undated = held.passed(day), held.without_day()
    if as_json:
        show_json({"on": str(day), "due": records(_dated(table)),
                   "answers_awaited": records(_dated(waited)),
                   "steps_passed": records(_dated(passed)),
                   "steps_without_day": records(undated),
                   "promised_later_than_asked": records(_dated(later))})  # fmt: skip
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


@findings.command("show", epilog="Example:  inspectkit findings show south-west monthly-checks")
def show_finding(folder: Folder, finding: OneFinding, as_json: AsJson = False) -> None:
    """One finding: its words, its figures then and now, every answer and status in order."""
    insp = _opened(folder)
    held = insp.findings
    each, history = held.register.finding(finding), held.history(finding)
    figures = [{"figure": one.name, "written": one.value,
                "now": insp.figures.figure(one.name).spoken} for one in each.basis]  # fmt: skip
    if as_json:
        rows = records(history.assign(on=history["on"].astype(str)))
        show_json({"finding": each.model_dump(mode="json"), "figures": figures, "history": rows})
        return
    say(f"{each.title}: {each.text}")
    for one in figures:
        say(f"  rests on {one['figure']}: {one['written']} when written, {one['now']} now")
    for to in each.addressees:
        for _, step, due in held.dates(each.id, to):
            read = f" (read as {_days(due)})" if due.written else ""
            say(f"  {to}: {step.rstrip('.')}: {due.written or due.reason}{read}")
    show("What was said", history)


@findings.command(epilog="Example:  inspectkit findings response south-west > response.md")
def response(folder: Folder, addressee: To = "", as_json: AsJson = False) -> None:
    """Print the response as it is to be published; dates stand as they were written."""
    from inspectkit.findings.published import response_rows, response_text

    held = _opened(folder).findings
    if as_json:
        show_json(response_rows(held, addressee))
        return
    print(response_text(held, addressee), end="")


def _days(due: Due) -> str:
    """The days that a date was read as, or why there are none."""
    if due.last is None:
        return due.reason
    return f"until {due.last}" if due.first is None else f"{due.first} to {due.last}"


def _opened(folder: Path) -> Inspection:
    from inspectkit.inspection import Inspection

    return Inspection.open(folder)


def _day(given: datetime | None) -> date:
    return given.date() if given else date.today()


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _finding(stated: dict[str, Any]) -> Finding:
    from inspectkit.findings import Finding
    from inspectkit.validation import validated

    return validated(Finding, stated, "finding")


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


def _free(kind: str, known: set[str]) -> str:
    slug = kind.replace("_", "-")
    return next(f"{slug}-{n}" for n in range(1, len(known) + 2) if f"{slug}-{n}" not in known)


def _from_file(path: Path) -> tuple[Finding, ...]:
    from inspectkit.findings.files import read_findings

    if not path.is_file():
        raise InspectionError(str(path), "there is no such file", "Give a findings.yaml")
    return read_findings(path)


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    """Days as text such as 2027-03-31, for JSON."""
    copied = table.copy()
    for name in {"first", "last", "asked", "promised"} & set(copied):
        copied[name] = [str(each) if each else None for each in copied[name]]
    return copied


def _progress(table: pd.DataFrame) -> pd.DataFrame:
    shown = table[["title", "id"]].copy()
    for name in ("answered", "claimed", "achieved"):
        shown[name] = [f"{int(n)} of {int(of)}" if of == of and of else "-"
                       for n, of in zip(table[name], table["of"], strict=True)]  # fmt: skip
    return shown
