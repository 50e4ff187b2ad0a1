"""Invented prose, findings, answers and progress for a demonstration, each labelled so.

They rest on the figures of the simulated marks: the strongest theme is the strength, the weakest
one gets the recommendations. Nobody gave these answers.
"""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

from inspectkit.findings import Figure, Finding, Response, Status
from inspectkit.findings.log import add, record
from inspectkit.inspection import Inspection
from inspectkit.narrative.log import note_read
from inspectkit.sampling.evidence.files import write_text

INVENTED = "(Invented for the demonstration.)"
BY = "DEMO"
POLICE = "Police forces of the Area"
OURS, THEIRS = "Inspectorate of prosecutors", "Inspectorate of constabulary"


def invent(insp: Inspection) -> None:
    """Write a chapter and a context; record six findings, three responses and four statuses."""
    _write_prose(insp)
    cps, published = f"CPS {insp.area}", insp.head.report_date
    findings = [Finding.model_validate(each) for each in _findings(insp, cps)]
    add(insp.store, findings, insp.figures, by=BY, published=published)
    answers = [Response.model_validate(each | {"received": published + timedelta(days=30)})
               for each in _responses(cps)]  # fmt: skip
    statuses = [Status.model_validate(each | {"on": published + timedelta(days=90), "by": BY})
                for each in _statuses(cps)]  # fmt: skip
    record(insp.store, [*answers, *statuses], by=BY, published=published)
    note_read(insp.store, insp.narrative, by=BY)


def ranked(insp: Inspection) -> list[Figure]:
    """The themes over all casework that have a figure, the strongest first."""
    themes = [each.id for each in insp.scores.figures if each.kind == "theme"]
    found = [insp.figures.figure(id) for id in themes]
    return sorted((each for each in found if each.value is not None),
                  key=lambda each: -(each.value or 0))  # fmt: skip


CONTEXT = (
    ("topic", "measure", "period", "value", "source"),
    ("Caseload", "Magistrates' court cases finalised", "October 2025 to September 2026", "17,480"),
    ("Caseload", "Crown Court cases finalised", "October 2025 to September 2026", "3,480"),
    ("Caseload", "RASSO cases finalised", "October 2025 to September 2026", "480"),
    ("Staffing", "Lawyers in post, whole-time equivalent", "September 2026", "96.4"),
    ("Staffing", "Vacant posts of lawyers", "September 2026", "11"),
)


def _write_prose(insp: Inspection) -> None:
    head, *rows = CONTEXT
    lines = [head, *((*row, "Invented for the demonstration, no source") for row in rows)]
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    write_text(insp.folder / "context.csv", text.getvalue())
    best, *_, weak = ranked(insp)
    (insp.folder / "narrative").mkdir(exist_ok=True)
    chapter = f"""# Summary

This chapter was invented for the demonstration; its numbers are those of the simulated marks.

{best.label} is strongest: casework won {{{best.name}}} of the points. As far as a sample can
tell, the whole caseload lies within {{{best.name}:interval}}.

{weak.label} is weakest, with {{{weak.name}}} of the points ({{{weak.name}:points}}, from
{{{weak.name}:cases}}). It is rated “{{{weak.name}:rating}}”.
{_tags(insp)}"""
    write_text(insp.folder / "narrative" / "01_summary.md", chapter)


CASEWORK = {"MC": "magistrates' court", "CC": "Crown Court", "RASSO": "RASSO"}


def _tags(insp: Inspection) -> str:
    """A section on what cuts across the themes; empty where the set has no such tags."""
    if not {"added_value", "grip"} <= {each.id for each in insp.scores.figures}:
        return ""
    types = [each for each in CASEWORK if each in insp.question_set.casework_types]
    rows = [f"- in {CASEWORK[each]} casework, {{grip@{each}}}" for each in types]
    listed = ";\n".join(rows)
    return f"""
## Added value and grip

Added value, that is good, proactive decisions, stands at {{added_value@all}} of the points over
all casework. Grip, that is getting on with cases, stands at {{grip@all}}:

{listed}.
"""


def _findings(insp: Inspection, cps: str) -> list[dict[str, Any]]:
    best, *_, weak = ranked(insp)
    grip = "grip@all" if any(each.id == "grip" for each in insp.scores.figures) else weak.name
    return [
        _of("strong-theme", "strength", f"{best.label} is where casework is strongest.", best.name),
        _of("shared-log", "good_practice",
            "One log of every request to the police is kept where both sides see it.",
            grip),
        _of("weak-theme", "issue", f"{weak.label} falls short in too many files.", weak.name,
            addressees=(cps,)),
        _of("share-learning", "suggestion", "Share what the monthly checks show with the police.",
            weak.name, addressees=(cps,)),
        _of("monthly-checks", "recommendation",
            "Managers check ten files a month for what the report found and record the outcome.",
            weak.name, addressees=(cps,), due="by the end of March 2027",
            measure="Records of the checks from January 2027 on."),
        _of("joint-feedback", "recommendation",
            "Agree one way of feeding failings in files back, and use it in every case.",
            grip, addressees=(cps, POLICE), due="within six months of publication",
            measure="The agreed procedure, and ten cases in which it was used.",
            inspectorates=(OURS, THEIRS), clock="ten-working-days"),
    ]  # fmt: skip


def _of(id: str, kind: str, text: str, figure: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "text": f"{text} {INVENTED}", "basis": [figure], **more}


def _responses(cps: str) -> list[dict[str, Any]]:
    checks = [
        {"text": "Reissue the guidance on checks.", "due": "in January 2027"},
        {"text": "Begin the monthly checks.", "due": "by 26 February 2027", "owner": "Unit heads"},
        {"text": "Report the first quarter.", "due": "once the checks of March are done"},
    ]
    reminder = {"text": "A reminder was sent to all staff.", "done_before": True}
    return [
        {"finding": "monthly-checks", "addressee": cps, "answer": "accept", "reason": INVENTED,
         "owner": "Deputy head of the Area", "actions": checks,
         "assurance": "Dip samples by a panel", "assurance_due": "by the end of April 2027"},
        {"finding": "joint-feedback", "addressee": cps, "actions": [reminder],
         "narrative": INVENTED},
        {"finding": "weak-theme", "addressee": cps, "answer": "note", "reason": INVENTED,
         "actions": [{"text": "Training for all lawyers.", "due": "in the spring of 2027",
                      "instead": True}]},
    ]  # fmt: skip


def _statuses(cps: str) -> list[dict[str, Any]]:
    return [
        {"finding": "monthly-checks", "addressee": cps, "side": "body", "state": "achieved",
         "attested_by": f"Head of the Area {INVENTED}"},
        {"finding": "monthly-checks", "addressee": cps, "side": "inspectorate",
         "state": "partially_achieved", "evidence": f"Two of three months seen. {INVENTED}"},
        {"finding": "joint-feedback", "addressee": cps, "side": "body", "state": "in_progress"},
        {"finding": "weak-theme", "addressee": cps, "side": "body", "state": "in_progress"},
    ]  # fmt: skip
