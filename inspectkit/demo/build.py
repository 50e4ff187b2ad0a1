"""Builds a whole demonstration inspection: export, draw, simulated marks, findings, report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

import inspectkit.report as report
from inspectkit.demo.export import make_export
from inspectkit.demo.findings import invent
from inspectkit.demo.judgements import judge_subjects
from inspectkit.demo.marks import mark_case
from inspectkit.demo.second_marks import SECOND, hand_out_cases, settle, state_marking
from inspectkit.errors import InspectionError
from inspectkit.inspection import SIMULATED, Inspection

SEED = "demonstration: 4 1 6 2 5 3 3 6"
SALT = "0" * 32  # the seed is public, so that the demonstration gives the same bytes twice
CASES = 21_440
Progress = Callable[[str, int, int], None]


def build(
    folder: str | Path,
    *,
    area: str = "South West",
    question_set: str = "area-inspection",
    cases: int = CASES,
    to: tuple[str, ...] = ("html", "pdf", "xlsx"),
    progress: Progress = lambda step, done, total: None,
) -> dict[str, Path]:
    """The paths of what was made: folder, report (none without `to`), workbook, notebooks.

    question_set: a set whose casework types are those of a caseload. to: formats of the report;
    without any there is no report. One case in six is marked twice. One Crown Court case is left
    unmarked, for a newcomer to try the form on. Errors: a set that asks of another list.
    """
    progress("Generating a caseload export", 0, 1)
    inspection = state_marking(Inspection.new(folder, area=area, question_set=question_set))
    _refuse_other_lists(inspection)
    types = tuple(inspection.question_set.casework_types)
    made_up = make_export(area=area, size=cases, seed=SEED, types=types)
    made_up.write(inspection.folder / "caseload.csv")
    progress("Reading the export and drawing the sample", 0, 1)
    sample = inspection.draw(SEED, uncommitted="demonstration", salt=SALT)
    inspection.verify()
    _mark(inspection, sample.drawn, str(sample.head["key"]), progress)
    judge_subjects(inspection, sample.head["key"])
    progress("Inventing findings and answers", 0, 1)
    inspection = Inspection.open(inspection.folder)
    invent(inspection)
    progress("Writing the report", 0, 1)
    made = report.report(inspection, to=to) if to else {}
    return {"folder": inspection.folder, **made, "notebooks": inspection.folder / "notebooks"}


def _mark(inspection: Inspection, drawn: pd.DataFrame, key: str, progress: Progress) -> None:
    """Simulated marks of every case but the spare one, a share of them twice and settled."""
    spare = drawn.query("stratum == 'CC'")["id"].iloc[-1]
    twice = hand_out_cases(inspection, spare)
    for done, subject in enumerate(drawn["id"]):
        progress("Simulating marks", done, len(drawn))
        if subject != spare:
            mark_case(inspection.store, subject, key)
        if subject in twice:
            mark_case(inspection.store, subject, key, marker=SECOND, first=SIMULATED)
            settle(inspection, subject, key)


def _refuse_other_lists(inspection: Inspection) -> None:
    """Only a set for a caseload can be shown on a generated export of one."""
    types, known = list(inspection.question_set.casework_types), ("MC", "CC", "RASSO")
    if not set(types) <= set(known) or "CC" not in types:
        what = f"its casework types are {', '.join(types)}, the export has {', '.join(known)}"
        raise InspectionError(inspection.question_set.ref, what, "Choose a set for a caseload")
