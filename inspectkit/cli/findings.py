"""Commands for findings: list, add, send, show; `following` adds what comes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Folder
from inspectkit.cli.output import records, say, show, show_json
from inspectkit.errors import InspectionError

if TYPE_CHECKING:
    import pandas as pd

    from inspectkit.findings import Finding
    from inspectkit.findings.dates import Due
    from inspectkit.inspection import Inspection

findings = typer.Typer(help="Findings and recommendations, followed until they are done.")
By = Annotated[str, typer.Option(help="Who records it: initials.")]
To = Annotated[str, typer.Option("--addressee", help="Only this addressee.")]
OneFinding = Annotated[str, typer.Argument(help="The finding's id.")]


@findings.command("list", epilog="Example:  inspectkit findings list south-west")
def list_findings(folder: Folder, as_json: AsJson = False) -> None:
    """Every finding, how many of its addressees are done, what to mend and to read again."""
    insp = opened(folder)
    held = insp.findings
    rolled = held.rolled_up().drop(columns="title").rename(columns={"addressees": "of"})
    table = held.register.table().merge(rolled, how="left", on="id")
    again = held.register.to_read_again(insp.figures)
    mend = [*held.register.check(), *held.to_ask_again()]
    if as_json:
        show_json(
            {"findings": records(dated(table)), "to_read_again": records(again), "to_mend": mend}
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

    insp = opened(folder)
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
    held = insp.findings
    for said in (*held.register.check(), *held.to_ask_again()):
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

    insp = opened(folder)
    content = responses_workbook(insp.findings, to)
    path = file or insp.folder / "responses.xlsx"
    told = Exported(what="responses.xlsx", recipient=to or "all addressees",
                    reason="to be answered", sha256=_sha256(content))  # fmt: skip
    insp.store.record("exported", told, by=by)
    write_bytes(path, content)
    say(f"Made {path}")


@findings.command("show", epilog="Example:  inspectkit findings show south-west monthly-checks")
def show_finding(folder: Folder, finding: OneFinding, as_json: AsJson = False) -> None:
    """One finding: its words, its figures then and now, every answer and status in order."""
    insp = opened(folder)
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
            read = f" ({_days(due)})" if due.written else ""
            say(f"  {to}: {step.rstrip('.')}: {due.written or due.reason}{read}")
    show("What was said", history)


def _days(due: Due) -> str:
    """The days that a date was read as, or why there are none."""
    if due.last is None:
        return due.reason
    return f"read as {f'until {due.last}' if due.first is None else f'{due.first} to {due.last}'}"


def opened(folder: Path) -> Inspection:
    """The inspection, whose module loads when a command asks for it."""
    from inspectkit.inspection import Inspection

    return Inspection.open(folder)


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _finding(stated: dict[str, Any]) -> Finding:
    from inspectkit.findings import Finding
    from inspectkit.validation import validated

    return validated(Finding, stated, "finding")


def _free(kind: str, known: set[str]) -> str:
    slug = kind.replace("_", "-")
    return next(f"{slug}-{n}" for n in range(1, len(known) + 2) if f"{slug}-{n}" not in known)


def _from_file(path: Path) -> tuple[Finding, ...]:
    from inspectkit.findings.files import read_findings

    if not path.is_file():
        raise InspectionError(str(path), "there is no such file", "Give a findings.yaml")
    return read_findings(path)


def dated(table: pd.DataFrame) -> pd.DataFrame:
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
