"""Simulated marks from a stated model, so that a demonstration has something to score.

The model: each case has a quality drawn from a triangle around 0.72; each theme and casework type
moves it by a fixed step; an answer is met, partly met or not met with probabilities that follow it,
and not applicable one time in twelve. No case file was read, and the marker's name says so.
"""

from __future__ import annotations

from datetime import date, timedelta

from inspectkit.digest import Stream, stream
from inspectkit.inspection import SIMULATED
from inspectkit.questions.model import CASE, Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.basis import Mark
from inspectkit.review.state import Answer, CaseState, Judged, judged
from inspectkit.review.store import Store

EVIDENCE = "Simulated for the demonstration; no case file was read."
NA_RATE = 1 / 12
FIRST_DAY = date(2026, 1, 5)
PACES = (0, 1, 2, 4, 9)  # days from one date to the next
ITEMS = (0, 1, 2, 3)  # how many a file holds, each as likely
THEME_STEPS = (0.06, 0.0, 0.02, -0.05, -0.12, 0.05)
STRATUM_STEPS = {"MC": 0.03, "CC": 0.0, "RASSO": 0.05}


def mark_case(store: Store, subject: str, key: str) -> None:
    """Simulated marks of a whole case in a store: items found, all answered, submitted."""
    qs, source = store.question_set(), stream(key, f"demo items {subject}")
    for kind in qs.content.items:
        found = source.choice(ITEMS)
        for _ in range(found):
            store.add_item(subject, kind.id, marker=SIMULATED)
        if not found:
            store.no_items(subject, kind.id, marker=SIMULATED)
    case = store.case(subject, SIMULATED)
    store.answer_all(subject, simulate(qs, case, key), marker=SIMULATED)
    store.submit(subject, marker=SIMULATED)


def simulate(qs: QuestionSet, case: CaseState, key: str) -> list[Mark]:
    """The marks of a whole case and its items: the same for the same key and case."""
    source = stream(key, f"demo marks {case.subject}")
    quality = (
        0.72 + 0.18 * (source.uniform() + source.uniform() - 1) + STRATUM_STEPS.get(case.stratum, 0)
    )
    marks: list[Mark] = []
    above: Judged | None = None
    for part in case.parts:
        answers: dict[str, Answer] = {}
        asked = qs.asked(CASE, part.kind or None)
        dates = [each.id for each in asked if each.type == "date"]
        pace = source.choice(PACES) if dates else 0
        for question in asked:
            known = judged(qs, case.stratum, case.facts, answers, asked=asked, above=above)
            if question.id not in known.open:
                continue
            if question.type == "date":  # none before one that is asked for earlier
                given = str(FIRST_DAY + timedelta(days=pace * dates.index(question.id)))
            else:
                given = _given(qs, question, case, quality, source)
            proposed = known.suggested.get(question.id, given)
            if question.suggest and proposed != given:
                given = proposed
            rule = question.evidence
            needed = given != proposed or (rule is not None and given in rule.when)
            marks.append(Mark(question.id, given, EVIDENCE if needed else "", part.item))
            answers[question.id] = Answer(given, "", 1, "")
        if not part.item:
            above = judged(qs, case.stratum, case.facts, answers, asked=asked)
    return marks


def _given(
    qs: QuestionSet, question: Question, case: CaseState, quality: float, source: Stream
) -> str:
    if question.type == "choice":
        return _choice(question, case, source)
    if question.type == "scale":
        return _scale(qs, question, quality, source)
    if question.type == "multiple":
        return question.choices[0].id
    return "1" if question.type == "number" else "simulated"


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
