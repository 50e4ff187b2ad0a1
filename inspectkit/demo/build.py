"""Builds a whole demonstration inspection: export, draw, simulated marks, findings, report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import inspectkit.report as report
from inspectkit.demo.export import make_export
from inspectkit.demo.findings import invent
from inspectkit.demo.marks import simulate
from inspectkit.inspection import SIMULATED, Inspection

SEED = "demonstration: 4 1 6 2 5 3 3 6"
SALT = "0" * 32  # the seed is public, so that the demonstration gives the same bytes twice
CASES = 21_440
Progress = Callable[[str, int, int], None]


def build(
    folder: str | Path,
    *,
    area: str = "South West",
    cases: int = CASES,
    to: tuple[str, ...] = ("html", "pdf", "xlsx"),
    progress: Progress = lambda step, done, total: None,
) -> dict[str, Path]:
    """The paths of what was made: folder, report, workbook, notebooks.

    One Crown Court case is left unmarked, for a newcomer to try the form on.
    """
    progress("Generating a caseload export", 0, 1)
    inspection = Inspection.new(folder, area=area)
    make_export(area=area, size=cases, seed=SEED).write(inspection.folder / "caseload.csv")
    progress("Reading the export and drawing the sample", 0, 1)
    sample = inspection.draw(SEED, uncommitted="demonstration", salt=SALT)
    inspection.verify()
    drawn = list(sample.drawn["id"])
    spare = sample.drawn.query("stratum == 'CC'")["id"].iloc[-1]
    for done, subject in enumerate(drawn):
        progress("Simulating marks", done, len(drawn))
        if subject != spare:
            case = inspection.store.case(subject)
            marks = simulate(inspection.question_set, case, sample.head["key"])
            inspection.store.answer_all(subject, marks, marker=SIMULATED)
            inspection.store.submit(subject, marker=SIMULATED)
    progress("Inventing findings and answers", 0, 1)
    inspection = Inspection.open(inspection.folder)
    invent(inspection)
    progress("Writing the report", 0, 1)
    made = report.report(inspection, to=to)
    return {"folder": inspection.folder, **made, "notebooks": inspection.folder / "notebooks"}
