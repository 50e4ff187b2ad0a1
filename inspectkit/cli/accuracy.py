"""Commands for factual accuracy: sheets and drafts go out, challenges come back and are decided."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json
from inspectkit.errors import InspectionError

if TYPE_CHECKING:
    import pandas as pd

    from inspectkit.findings.accuracy import Changes
    from inspectkit.inspection import Inspection

app = commands()

accuracy = typer.Typer(help="Factual accuracy: what the inspected body challenges, and decisions.")
app.add_typer(accuracy, name="accuracy")
By = Annotated[str, typer.Option(help="Who does it: initials.")]
Recipient = Annotated[str, typer.Option(help="To whom it is handed over.")]
Answers = Annotated[list[str], typer.Option("--answer", help="The answer from now on: 'Fully met'; "
                                            "of several 'Late; Cold'; 'question=answer' for "
                                            "another question. Repeat.")]  # fmt: skip
PLACE = "accuracy"


@accuracy.command(epilog="Example:  inspectkit accuracy sheets south-west --by AB")
def sheets(folder: Folder, by: By = "", recipient: Recipient = "the inspected body") -> None:
    """Write a restricted sheet for each case, and challenge.xlsx for their answers."""
    from inspectkit.findings.accuracy.sheets import answers_workbook, case_workbook

    insp = _opened(folder)
    given = (insp.title, insp.reviews, insp.question_set)
    made = {"cases.xlsx": case_workbook(*given), "challenge.xlsx": answers_workbook(*given)}
    _hand_over(insp, made, insp.folder / PLACE / "cases", by, recipient)


@accuracy.command(epilog="Example:  inspectkit accuracy draft south-west --by AB")
def draft(
    folder: Folder,
    by: By = "",
    recipient: Recipient = "the inspected body",
    as_json: AsJson = False,
) -> None:
    """Write the next draft, and list every number and paragraph changed since the last one."""
    from inspectkit.findings.accuracy.drafts import DRAFT, Changes, drafts
    from inspectkit.findings.accuracy.sheets import paragraphs_workbook
    from inspectkit.report.draft import drafted, recorded, written

    insp = _opened(folder)
    earlier = drafts(insp.store)
    made = drafted(insp, len(earlier) + 1)
    changes = Changes.between(earlier[-1], made) if earlier else None
    files = written(insp, made, changes)
    files["challenge.xlsx"] = paragraphs_workbook(insp.title, made)
    insp.store.record(DRAFT, recorded(made, files), by=by)
    place = insp.folder / PLACE / f"draft-{made.number}"
    _hand_over(insp, files, place, by, recipient, quiet=as_json)
    if changes is not None:
        _show_changes(changes, f"Changed since draft {made.number - 1}", as_json)
    elif as_json:
        show_json({"draft": made.number, "numbers": [], "paragraphs": [], "challenges": []})


@accuracy.command(epilog="Example:  inspectkit accuracy changes south-west --since 1")
def changes(
    folder: Folder,
    since: Annotated[int, typer.Option(help="A draft; else the last one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Every number and paragraph that is not what a draft said; writes nothing."""
    from inspectkit.findings.accuracy.drafts import Changes
    from inspectkit.findings.accuracy.drafts import draft as found
    from inspectkit.report.draft import drafted

    insp = _opened(folder)
    then = found(insp.store, since)
    told = Changes.between(then, drafted(insp, then.number + 1))
    _show_changes(told, f"Changed since draft {then.number}", as_json)


@accuracy.command(epilog="Example:  inspectkit accuracy take south-west challenge.xlsx --by AB")
def take(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="challenge.xlsx or draft.docx as it came back.")],
    by: By = "",
    sender: Annotated[str, typer.Option(help="Who sent it back.")] = "the inspected body",
    received: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
) -> None:
    """Record what came back: filled rows of challenge.xlsx; comments and changes of draft.docx."""
    from inspectkit.findings.accuracy.challenges import SORTS, receive
    from inspectkit.findings.accuracy.drafts import drafts
    from inspectkit.findings.accuracy.sheets import read_challenges
    from inspectkit.findings.accuracy.word import read_word_challenges

    insp = _opened(folder)
    day = received.date() if received else date.today()
    known = {each.number: each for each in drafts(insp.store)}
    if file.suffix.casefold() == ".docx":
        found = read_word_challenges(file, known, received=day, sender=sender)
    elif file.suffix.casefold() != ".xlsx":
        remedy = "Give challenge.xlsx or draft.docx as it came back; save it as one of these"
        raise InspectionError(file.name, "neither a workbook nor a Word file", remedy)
    else:
        found = read_challenges(file, insp.reviews, known, received=day, sender=sender)
    new = receive(insp.store, found, by=by)
    for each in new:
        say(f"Challenge {each.number}: {each.where} ({SORTS[each.sort]})")
    if not found:
        say(f"{file.name} challenges nothing.")
    elif len(new) < len(found):
        say(f"Taken before, not recorded again: {len(found) - len(new)} of {len(found)}.")


@accuracy.command("list", epilog="Example:  inspectkit accuracy list south-west")
def list_challenges(folder: Folder, as_json: AsJson = False) -> None:
    """Every challenge with its decision, and until when challenges are due."""
    from inspectkit.findings.accuracy import Challenged

    insp = _opened(folder)
    table = Challenged.of(insp.store).table()
    ends = _clock(insp)
    if as_json:
        show_json({"due": str(ends) if ends else None, "challenges": records(table)})
        return
    for row in table.to_dict("records"):
        say("\n".join(_told(row)))
    if not len(table):
        say("There is no challenge yet.")
    if ends:
        say(f"Challenges to what was last handed over are due by {ends}.")


@accuracy.command(
    epilog="Example:  inspectkit accuracy decide south-west 1 --verdict accepted"
    " --answer 'Fully met' --reason 'The letter is in the file' --by CD"
)
def decide(
    folder: Folder,
    number: Annotated[int, typer.Argument(help="The challenge's number.")],
    verdict: Annotated[str, typer.Option(help="accepted, partly_accepted or rejected.")],
    reason: Annotated[str, typer.Option(help="What the file shows.")],
    by: By = "",
    answer: Answers = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Decide a challenge; only then is shown what it did to figures and ratings."""
    from inspectkit.findings.accuracy import Challenged
    from inspectkit.findings.accuracy.challenges import VERDICTS
    from inspectkit.findings.accuracy.deciding import decide as decided
    from inspectkit.findings.accuracy.effects import effect

    if verdict not in VERDICTS:
        raise typer.BadParameter(f"--verdict is one of {', '.join(VERDICTS)}")
    insp = _opened(folder)
    own = Challenged.of(insp.store).challenge(number).question
    given = dict(_named(each, own) for each in answer)
    decided(insp.store, number, verdict, reason=reason, by=by, answers=given)  # type: ignore[arg-type]
    now = _opened(folder)
    moved = effect(now.store, number, now.figures, lambda reviews: now.given(reviews).figures)
    case = Challenged.of(now.store).challenge(number).subject
    waiting = now.store.marked()[case].state.waiting if case else ()
    if as_json:
        told = {"challenge": number, "verdict": verdict, "to_be_answered": list(waiting)}
        show_json({**told, "moved": records(moved)})
        return
    say(f"Challenge {number}: {VERDICTS[verdict]}")
    if len(moved):
        show("What it did", moved[["figure", "then", "now", "rating_then", "rating_now"]])
    else:
        say("It moved no figure.")
    if waiting:
        say(f"To be answered in case {case} now, since they apply: {', '.join(waiting)}")
    say("Next: inspectkit accuracy draft writes the next draft and lists what changed.")


def _told(row: dict[Hashable, Any]) -> Iterator[str]:
    """A challenge in full, a line for each thing that is known of it."""
    from textwrap import indent

    from inspectkit.exhibits.text import clean

    raised = f"on draft {row['draft']}" if row["draft"] else "on the sheets"
    yield f"Challenge {row['number']} {raised}: {clean(row['place'])} ({row['sort']})"
    decided = f"{row['verdict']} by {row['by']}: {row['reason']}" if row["verdict"] else "open"
    for label, text in (("Says", row["text"]), ("Proposes", row["proposed"]),
                        ("Evidence", row["evidence"]), ("Decision", decided)):  # fmt: skip
        if text:
            yield indent(f"{label}: {clean(text)}", "  ")


def _opened(folder: Path) -> Inspection:
    from inspectkit.inspection import Inspection

    return Inspection.open(folder)


def _named(answer: str, own: str) -> tuple[str, str]:
    question, _, said = answer.rpartition("=")
    return question or own, said


def _hand_over(
    insp: Inspection,
    files: dict[str, bytes],
    place: Path,
    by: str,
    recipient: str,
    *,
    quiet: bool = False,
) -> None:
    """Record what is handed over, each with its digest, then write it."""
    from inspectkit.review.entries import Entry
    from inspectkit.review.log.kinds import Exported
    from inspectkit.sampling.evidence.files import write_bytes

    told = [
        Entry("exported", Exported(what=f"{PLACE}/{place.name}/{name}", recipient=recipient,
                                   reason="factual accuracy", sha256=sha256(content).hexdigest()))
        for name, content in files.items()
    ]  # fmt: skip
    insp.store.record_all(told, by=by)
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_bytes(place / name, content)
        if not quiet:
            say(f"Made {place / name}")


def _clock(insp: Inspection) -> date | None:
    """Until when challenges to what was last handed over are due."""
    from inspectkit.findings.clocks import clock

    sent = [each for each in insp.store.events("exported")
            if each.content["what"].startswith(f"{PLACE}/")]  # fmt: skip
    return clock("factual-accuracy").ends(datetime.fromisoformat(sent[-1].at).date()) \
        if sent else None  # fmt: skip


def _show_changes(told: Changes, title: str, as_json: bool) -> None:
    if as_json:
        show_json({"challenges": list(told.challenges), "numbers": records(told.numbers),
                   "paragraphs": records(told.blocks)})  # fmt: skip
        return
    challenges = ", ".join(map(str, told.challenges)) or "none"
    say(f"{title}; challenges decided in between: {challenges}")
    show("Every changed number", told.numbers[["figure", "said", "then", "now"]])
    show("Every changed paragraph", _short(told.blocks))


def _short(blocks: pd.DataFrame) -> pd.DataFrame:
    """Each pair of texts from a little before the place where they part."""
    pairs = [_parting(then, now) for then, now in zip(blocks["then"], blocks["now"], strict=True)]
    cut = blocks.copy()
    cut["then"], cut["now"] = [one for one, _ in pairs], [other for _, other in pairs]
    return cut


def _parting(then: str, now: str) -> tuple[str, str]:
    from itertools import takewhile

    alike = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(then, now, strict=False))))
    start = max(now.rfind(" ", 0, max(alike - 30, 0)) + 1, 0)
    shown = []
    for text in (then, now):
        part = text[start : start + 120]
        left, right = "..." * (start > 0), "..." * (start + 120 < len(text))
        shown.append(f"{left}{part}{right}" if part else text[:120])
    return shown[0], shown[1]
