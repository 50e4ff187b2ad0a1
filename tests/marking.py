"""A store on a small drawn sample and a short question set, for the tests of marking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inspectkit.questions import QuestionSet
from inspectkit.review import Store
from inspectkit.sampling import draw
from inspectkit.sampling.sample import Sample
from tests.small import make
from tests.test_questions import SPECIMEN

RULED = SPECIMEN.replace(
    "themes: [charge]}", "themes: [charge], evidence: {when: [nm], min_length: 10}}"
).replace("CC, label: Crown Court}", "CC, label: Crown Court}, {id: RASSO, label: RASSO}")
SEEN = "No review was found in the file."


def basis(folder: Path, **sizes: int) -> tuple[Sample, QuestionSet]:
    """A sample (4 MC, 3 CC, 2 RASSO unless told otherwise) and a set of two questions."""
    inspection = make(folder / "inspection", **sizes)
    path = folder / "question_set.yaml"
    path.write_text(RULED, encoding="utf-8")
    return draw(inspection.frame, inspection.design, seed="1"), QuestionSet.load(path)


def marked_store(folder: Path, name: str = "inspection.db", **options: Any) -> Store:
    """A store in which marking can begin."""
    store = Store(folder / name, **options)
    store.start(*basis(folder))
    return store
