"""What the case files scored, in words: one item of evidence among those a judgement rests on."""

from __future__ import annotations

from inspectkit.assessment.domains import ALL
from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.rating.explain import percent
from inspectkit.errors import InspectionError
from inspectkit.exhibits import counted
from inspectkit.questions import QuestionSet


def case_scores(est: Estimates, qs: QuestionSet, question: str) -> str:
    """The figures that a judgement takes in, with their limits and the number of files.

    Errors: the question takes in no case scores, or those of another question set.
    """
    rests_on = qs.question(question).rests_on
    taken = rests_on.case_scores if rests_on else None
    if taken is None:
        remedy = "Record other evidence for it"
        raise InspectionError(f"question {question}", "it takes in no case scores", remedy)
    if taken.of not in ("", qs.ref):
        what = f"it takes in the scores of {taken.of}, and this inspection asks {qs.ref}"
        raise InspectionError(f"question {question}", what, "Record them from that inspection")
    return "; ".join(_words(est, figure) for figure in taken.figures)


def _words(est: Estimates, figure: str) -> str:
    row, label = est.row(figure, ALL), est.scores.figure(figure).label
    if row.value is None:
        return f"{label}: no value ({row.method.removeprefix('none: ')})"
    known = row.low is not None and row.high is not None
    limits = f" ({percent(row.low or 0.0)} to {percent(row.high or 0.0)})" if known else ""
    return f"{label}: {percent(row.value)}{limits} in {counted(row.n, 'file')}"
