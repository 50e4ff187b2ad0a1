"""Simulated evidence and judgements about an Area, for a set that judges more than case files.

Nothing was read and nobody was asked: every source and every reason says that it is simulated.
"""

from __future__ import annotations

from inspectkit.inspection import SIMULATED, Inspection
from inspectkit.questions.model import Question
from inspectkit.review.evidence import CASE_SCORES
from inspectkit.streams import stream

REASON = "Simulated for the demonstration; no evidence was gathered."
WEIGHTS = (1, 4, 3, 1)  # the best answer first


def judge_subjects(inspection: Inspection, key: str) -> None:
    """Judge every question that is not about a case, on simulated evidence."""
    store, qs, source = inspection.store, inspection.question_set, stream(key, "demo judgements")
    gathered: dict[str, str] = {}
    for kind in qs.content.subjects:
        subject = store.look_at(kind.id, inspection.area, by=SIMULATED)
        for question in (each for each in qs.asked(kind.id) if each.type == "scale"):
            scale = [each for each in qs.scale(str(question.scale)).answers if not each.excluded]
            chosen = source.choices(scale, WEIGHTS[: len(scale)]).id
            named = [_item(inspection, question, kind, gathered) for kind in _wanted(question)]
            store.judge(subject, question.id, chosen, by=SIMULATED, rests_on=named, evidence=REASON)


def _wanted(question: Question) -> list[str]:
    """The kinds of as many items as the question needs, the scores of the files first."""
    rule = question.rests_on
    kinds = sorted(rule.kinds, key=lambda kind: kind != CASE_SCORES) if rule else []
    return [*kinds[: rule.at_least if rule else 0]]


def _item(inspection: Inspection, question: Question, kind: str, gathered: dict[str, str]) -> str:
    """The id of an item of evidence of that kind; recorded at its first use."""
    if kind == CASE_SCORES:
        return inspection.gather_case_scores(
            question.id, by=SIMULATED, on=inspection.head.report_date
        )
    if kind not in gathered:
        day, note = inspection.head.report_date, REASON
        source = f"Simulated {kind}"
        gathered[kind] = inspection.store.gather(kind, source, day, by=SIMULATED, note=note)
    return gathered[kind]
