"""What people wrote and what came of it: context, narrative, findings, answers, a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from inspectkit.exhibits import (
    Block,
    Chip,
    Column,
    Prose,
    Series,
    Span,
    Table,
    Timeline,
    Tone,
    counted,
    listed,
    one_line,
)
from inspectkit.findings import Finding, FollowUp
from inspectkit.findings.figures import Figure
from inspectkit.findings.register import KINDS, LISTS
from inspectkit.findings.responses import ANSWERS, CLOSED, STATES
from inspectkit.narrative import Telling, Told
from inspectkit.narrative import context as from_csv
from inspectkit.report.contents import day
from inspectkit.report.readings import stamp

INVENTED = (
    "The findings, answers and dates below were invented for demonstration, as the marks were."
)
LONG_STEP = 300  # letters of a step that the timeline's alternative text tells
TONES: dict[str, Tone] = {
    "achieved": "good",
    "partially_achieved": "fair",
    "in_progress": "fair",
    "not_achieved": "poor",
}


def context(insp: Any) -> Series:
    """Caseload and staffing from the folder's context.csv with its sources; nothing without one."""
    return from_csv(insp.folder)


def narrative(insp: Any) -> Prose:
    """The chapters of the folder's narrative with their figures; nothing where there are none.

    The public version tells them with the figures that are published, and no others.
    """
    held, figures = insp.narrative, insp.figures
    known = {name for name, each in figures.held.items() if each.value is not None}
    changes = held.told.changes
    kept = None if changes is None else {k: each for k, each in changes.items() if k in known}
    return Telling(held.narrative, Told(figures, kept)).prose()


def findings(insp: Any) -> Prose:
    """Every finding under a heading of its kind, with the figures it rests on and who is to act."""
    held = insp.findings.register.findings
    if not held:
        return Prose((Block("No findings have been recorded."),))
    blocks = [Block(INVENTED, "warning")] if insp.simulated else []
    for kind in KINDS:
        of_kind = [each for each in held if each.kind == kind]
        if of_kind:
            blocks.append(Block(LISTS[kind], "heading"))
        for each in of_kind:
            blocks += [Block(each.text, "finding", each.title), *_facts(insp, each)]
    return Prose(tuple(blocks))


def _facts(insp: Any, each: Finding) -> Iterator[Block]:
    """What is known of a finding beside its text, each under its label."""
    named = [insp.figures.figure(one.name) for one in each.basis]
    facts = (
        ("Addressed to", listed(each.addressees)),
        ("By when", each.due),
        ("How it will be known", each.measure),
        ("Found jointly by", listed(each.inspectorates)),
        ("See paragraph", each.paragraph),
        *(("Rests on", _said(one)) for one in named),
    )
    return (Block(said, "fact", label) for label, said in facts if said)


def _said(figure: Figure) -> str:
    sure = f" (95% interval {figure.interval})" if figure.interval else ""
    return f"{figure.title}: {figure.spoken}{sure}"


def progress(insp: Any, on: date | None = None) -> Series:
    """Answers and progress of each addressee, claimed and verified apart; nothing before any came.

    on: the day by which something is overdue; the report's date where none is named.
    """
    held: FollowUp = insp.findings
    if not held.responses and not held.statuses:
        return Series(())
    when = on or insp.head.report_date
    heading = Prose((Block("Answers and progress", "heading"), *_counted(held)))
    shown: tuple[Prose | Table | Timeline, ...] = (heading, _progress(held, when))
    return Series((*shown, timeline(insp, on)) if _dated(held) else shown)


def _counted(held: FollowUp) -> list[Block]:
    """A line for each finding that asks for something: n of so many, claimed and verified."""
    return [
        Block(
            f"{row['title']}: {row['answered']} of {counted(row['addressees'], 'addressee')} "
            f"answered, {row['claimed']} claimed that it is achieved, {row['achieved']} verified.",
            "item",
        )
        for row in held.rolled_up().to_dict("records")
        if row["addressees"]
    ]


def _progress(held: FollowUp, when: date) -> Table:
    rows, groups, late = [], [], False
    for row in held.table(when).to_dict("records"):
        late = late or bool(row["overdue"])
        label = ANSWERS.get(row["answer"], "No response")
        label += ", to earlier words" * ((row["id"], row["addressee"]) in held.reworded)
        verified = "Overdue" if row["overdue"] else STATES[row["verified"]]
        tone: Tone = "poor" if row["overdue"] else TONES.get(row["verified"], "none")
        due, claimed = row["due"] or "no date", STATES[row["claimed"]]
        groups.append(row["title"])
        rows.append((row["addressee"], label, due, claimed, Chip(verified, tone)))
    heads = ("Addressee", "Answer", "By when, as written", "Claimed by the body")
    return Table(
        id="progress",
        title="Answers to the findings, and progress",
        columns=(*map(Column, heads), Column("Verified by the inspectorate", "chip")),
        rows=tuple(rows),
        groups=tuple(groups),
        notes=(
            "An action without a word on whether the finding is accepted is no acceptance. Only "
            "what the inspectorate verified counts as achieved.",
            *(
                (f"Overdue: its last day had passed on {day(when)}, and nothing shows it done.",)
                * late
            ),
        ),
    )


def timeline(insp: Any, on: date | None = None) -> Timeline:
    """What was asked for and promised, with its days; what is done is filled."""
    held: FollowUp = insp.findings
    spans = tuple(_spans(held))
    published = insp.head.report_date
    return Timeline(
        id="timeline",
        title="What is to be done when",
        alt=" ".join(_spoken(each) for each in spans) or "Nothing has a date.",
        spans=spans,
        start=published,
        starting=f"report, {published.day} {published:%b %Y}",
        now=on,
        notes=(
            "A bar is a stretch of days that the words leave open, such as “in the spring”; a "
            "line ends on the last day. Where the words name no day, the reason stands instead.",
        ),
        stamp=stamp(insp),
    )


def _spans(held: FollowUp) -> list[Span]:
    spans = []
    for finding, to in held.addresses():
        group = f"{finding.title}, {to}"
        done = held.state(finding.id, to) in CLOSED
        for sort, label, each in held.dates(finding.id, to):
            note = f"after {each.after}" if each.after else each.reason
            spans.append(Span(label, group, sort, each.first, each.last, done, note))
    return spans


def _dated(held: FollowUp) -> bool:
    return any(span.last for span in _spans(held))


def _spoken(each: Span) -> str:
    days = [day(one) for one in dict.fromkeys((each.first, each.last)) if one]
    when = " to ".join(days) if each.last else each.note or "no day"
    until = "" if each.first or not each.last else "until "
    label = one_line(each.label.rstrip("."), LONG_STEP)
    return f"{each.group}: {label}: {until}{when}{', done' if each.done else ''}."
