"""Commands for judgements about an office or an Area: evidence gathered, questions judged on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json

if TYPE_CHECKING:
    from inspectkit.inspection import Inspection

app = commands()

By = Annotated[str, typer.Option(envvar="INSPECTKIT_INSPECTOR", help="Your initials.")]


@app.command(
    epilog="Example:  inspectkit evidence south-west --kind survey --source 'Staff, May' --by AB"
)
def evidence(
    folder: Folder,
    by: By = "",
    kind: Annotated[
        str, typer.Option(help="document, interview, observation, data or survey.")
    ] = "",
    source: Annotated[str, typer.Option(help="Who or what it comes from.")] = "",
    dated: Annotated[str, typer.Option(help="Its date, as 2026-11-25.")] = "",
    note: Annotated[str, typer.Option(help="What it shows.")] = "",
    scores_for: Annotated[
        str, typer.Option(help="Record what the files scored, for this question.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the evidence gathered; with --kind or --scores-for record one more item."""
    from datetime import date

    from inspectkit.errors import InspectionError
    from inspectkit.inspection import Inspection
    from inspectkit.questions.values import day

    inspection, made = Inspection.open(folder), ""
    if (kind or scores_for) and not by.strip():
        raise InspectionError("evidence", "nobody is named", "Give your initials: --by AB")
    if scores_for:
        made = inspection.gather_case_scores(scores_for, by=by, on=date.today())
    elif kind:
        on = day(dated) if dated else date.today()
        if on is None:
            raise InspectionError("evidence", f"{dated!r} is no day", "Write it as 2026-11-25")
        made = inspection.store.gather(kind, source, on, by=by, note=note)
    table = inspection.store.evidence().drop(columns="digest")
    if as_json:
        show_json({"recorded": made, "evidence": records(table)})
        return
    show("Evidence", table)
    if made:
        say(f"Recorded as {made}. Name it in a judgement: --rests-on {made}")


@app.command(
    epilog="Example:  inspectkit judge south-west leadership good --rests-on e1 --rests-on e2"
    " --because 'Staff in all units could say what comes first' --by AB"
)
def judge(
    folder: Folder,
    question: Annotated[str, typer.Argument(help="The id of a question.")] = "",
    answer: Annotated[str, typer.Argument(help="The id of an answer.")] = "",
    by: By = "",
    because: Annotated[str, typer.Option(help="Why: what the evidence shows.")] = "",
    rests_on: Annotated[list[str], typer.Option(help="An item of evidence; repeat it.")] = [],  # noqa: B006
    about: Annotated[
        str, typer.Option(help="The office or other subject; left out: the Area itself.")
    ] = "",
    page: Annotated[bool, typer.Option("--page", help="Do it on a page in the browser.")] = False,
    browser: Annotated[bool, typer.Option(help="With --page: open the browser.")] = True,
    as_json: AsJson = False,
) -> None:
    """List the questions about an Area or office as they stand; with an answer judge one."""
    import pandas as pd

    from inspectkit.inspection import Inspection

    inspection = Inspection.open(folder)
    if page:
        _page(inspection, by, browser)
        return
    if question:
        subject = _subject(inspection, question, about, by)
        store = inspection.store
        version = store.judge(subject, question, answer, by=by, rests_on=rests_on, evidence=because)
        if not as_json:
            say(f"Saved: {subject}, {question} is {answer} (version {version}).")
    rows = _listed(inspection)
    if as_json:
        show_json(rows)
        return
    columns = ["subject", "question", "state", "answer", "sources", "by"]
    show("Judgements", pd.DataFrame(rows)[columns] if rows else pd.DataFrame(columns=columns))


def _page(inspection: Inspection, by: str, browser: bool) -> None:
    """Evidence and judgements on a page of their own."""
    from inspectkit.cli.judging import serve_page
    from inspectkit.widgets.serving import Shown
    from inspectkit.widgets.weighing import Assessor
    from inspectkit.widgets.weighing.page import script, style

    title = f"Judgements: {inspection.title}"
    shown = Shown(Assessor(inspection, by), title, script(), style())
    serve_page(shown, inspection, "judge", browser)


def _subject(inspection: Inspection, question: str, about: str, by: str) -> str:
    """The address of what the question is about; named in the store at its first use."""
    from inspectkit.errors import InspectionError
    from inspectkit.questions.model import CASE

    if not by.strip():
        raise InspectionError("judge", "nobody is named", "Give your initials: --by AB")
    kind = inspection.question_set.question(question).subject
    if kind == CASE:
        what = "it is asked of case files"
        raise InspectionError(f"question {question}", what, "Mark it: inspectkit mark")
    return inspection.store.look_at(kind, about or inspection.area, by=by)


def _listed(inspection: Inspection) -> list[dict[str, Any]]:
    """Every question that is open, also about what nobody has judged yet."""
    table = inspection.store.judgements()
    rows = records(table[table["open"].astype(bool)])
    qs, known = inspection.question_set, set(table["kind"])
    for kind in (each for each in qs.content.subjects if each.id not in known):
        blank = dict.fromkeys(table.columns, "") | {"rests_on": (), "sources": 0}
        for question in (each for each in qs.asked(kind.id) if not each.applies_when):
            told = {"open": True, "kind": kind.id, "question": question.id, "state": "unanswered"}
            rows.append({**blank, **told})
    return rows
