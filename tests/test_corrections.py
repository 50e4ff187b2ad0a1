"""Frame errors: what an inspector corrects of the list is told apart from what was confirmed."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.report.corrections import frame_errors as tables
from inspectkit.review.corrections import by_fact, frame_errors
from tests import small

WHY = "The memorandum of conviction says acquitted."


def test_a_correction_of_a_prefilled_answer_is_a_frame_error_with_its_reason(
    tmp_path: Path,
) -> None:
    inspection = small.make(tmp_path / "inspection", MC=3, CC=2, RASSO=1)
    inspection.draw("1 2 3", uncommitted="trial")
    store, qs = inspection.store, inspection.question_set
    one, two, *_ = map(str, store.sample().drawn["id"])
    store.answer(one, "case_outcome", "acquitted", evidence=WHY, marker="AB")
    store.answer(two, "case_outcome", "convicted", marker="AB")
    found = frame_errors(store.reviews(), qs)
    assert found.values.tolist() == [
        [one, "", "case_outcome", "outcome", "convicted", "acquitted", WHY, "AB"]
    ]
    assert by_fact(store.reviews(), qs).values.tolist() == [["outcome", 2, 1]]
    [table] = tables(inspection)
    assert table.rows == (("Outcome", 2, 1),)
    done = CliRunner().invoke(app, ["frame-errors", str(inspection.folder), "--json"])
    told = json.loads(done.stdout)
    assert told["facts"] == [{"fact": "outcome", "looked_up": 2, "corrected": 1}]
    assert told["corrections"][0]["reason"] == WHY
    assert "Corrections" in CliRunner().invoke(app, ["frame-errors", str(inspection.folder)]).output
    store.answer(one, "case_outcome", "convicted", marker="AB", expected=1)
    assert frame_errors(store.reviews(), qs).empty
