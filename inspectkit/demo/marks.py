"""Simulated marks from a stated model, so that a demonstration has something to score.

The model: each case has a quality drawn from a triangle around 0.72; each theme and casework type
moves it by a fixed step; an answer is met, partly met or not met with probabilities that follow it,
and not applicable one time in twelve. No case file was read, and the marker's name says so.
"""

from __future__ import annotations

from inspectkit.digest import Stream, stream
from inspectkit.questions.model import Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.basis import Mark
from inspectkit.review.state import Answer, CaseState, judge

EVIDENCE = "Simulated for the demonstration; no case file was read."
NA_RATE = 1 / 12
THEME_STEPS = (0.06, 0.0, 0.02, -0.05, -0.12, 0.05)
STRATUM_STEPS = {"MC": 0.03, "CC": 0.0, "RASSO": 0.05}


def simulate(qs: QuestionSet, case: CaseState, key: str) -> list[Mark]:
    """A whole case's marks: the same for the same key and case."""
    source = stream(key, f"demo marks {case.subject}")
    quality = (
        0.72 + 0.18 * (source.uniform() + source.uniform() - 1) + STRATUM_STEPS.get(case.stratum, 0)
    )
    marks: list[Mark] = []
    answers: dict[str, Answer] = {}
    for question in qs.questions:
        _, opened = judge(qs, case.stratum, case.facts, answers)
        if question.id not in opened:
            continue
        given = (
            _choice(question, case, source)
            if question.type == "choice"
            else _scale(qs, question, quality, source)
        )
        needed = question.evidence is not None and given in question.evidence.when
        marks.append(Mark(question.id, given, EVIDENCE if needed else ""))
        answers[question.id] = Answer(given, "", 1, "")
    return marks


def _choice(question: Question, case: CaseState, source: Stream) -> str:
    ids = [choice.id for choice in question.choices]
    fact = case.facts.get(question.prefill or "", "")
    return fact if fact in ids else source.choice(ids)


def _scale(qs: QuestionSet, question: Question, quality: float, source: Stream) -> str:
    answers = qs.scale(str(question.scale)).answers
    excluded = [answer.id for answer in answers if answer.excluded]
    if excluded and source.uniform() < NA_RATE:
        return excluded[0]
    step = THEME_STEPS[
        [theme.id for theme in qs.themes].index(qs.page(question)) % len(THEME_STEPS)
    ]
    chance = min(0.97, max(0.03, quality + step))
    ranked = sorted(
        (answer for answer in answers if not answer.excluded), key=lambda each: -(each.points or 0)
    )
    weights = (
        [chance**2, 2 * chance * (1 - chance), (1 - chance) ** 2]
        if len(ranked) == 3
        else [chance, 1 - chance]
    )
    return source.choices(ranked, weights).id
