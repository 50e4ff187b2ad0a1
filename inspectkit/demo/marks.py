"""Simulated marks from a stated model, so that a demonstration has something to score.

The model: each case has a quality drawn from a triangle around 0.72; each theme and casework type
moves it by a fixed step; an answer is met, partly met or not met with probabilities that follow it,
and not applicable one time in twelve. No case file was read, and the marker's name says so.

A second marker of the same case repeats what the first one found and differs in a mark at a stated
rate, a grade stricter more often than a grade kinder: so that there is something to agree on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from inspectkit.inspection import SIMULATED
from inspectkit.questions.model import CASE, Companion, Question
from inspectkit.questions.model import Answer as Grade
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.basis import Mark
from inspectkit.review.state import Answer, CaseState, Judged, judged
from inspectkit.review.store import Store
from inspectkit.streams import Stream, stream

EVIDENCE = "Simulated for the demonstration; no case file was read."
NA_RATE = 1 / 12
FIRST_DAY = date(2026, 1, 5)
PACES = (0, 1, 2, 4, 9)  # days from one date to the next
ITEMS = (0, 1, 2, 3)  # how many a file holds, each as likely
THEME_STEPS = (0.06, 0.0, 0.02, -0.05, -0.12, 0.05)
STRATUM_STEPS = {"MC": 0.03, "CC": 0.0, "RASSO": 0.05}
STRICTER, KINDER, ELSE = 0.12, 0.09, 0.03  # how often a second marker differs, and in what
OTHER_CAUSE = 0.25


def mark_case(
    store: Store, subject: str, key: str, *, marker: str = SIMULATED, first: str = ""
) -> None:
    """Simulated marks of a whole case in a store: items found, all answered, submitted.

    first: the simulated marker who had the case before, for a second look at the same file.
    """
    qs, source = store.question_set(), stream(key, f"demo items {subject}")
    for kind in qs.content.items:
        found = source.choice(ITEMS)
        for _ in range(found):
            store.add_item(subject, kind.id, marker=marker)
        if not found:
            store.no_items(subject, kind.id, marker=marker)
    before = store.case(subject, first) if first else None
    made = simulate(qs, store.case(subject, marker), key, before=before)
    store.answer_all(subject, made, marker=marker)
    store.submit(subject, marker=marker)


def simulate(
    qs: QuestionSet, case: CaseState, key: str, *, before: CaseState | None = None
) -> list[Mark]:
    """The marks of a whole case and its items: the same for the same key and case.

    before: the case as another marker left it, for the marks of a second one.
    """
    source = stream(key, f"demo marks {case.subject}")
    quality = (
        0.72 + 0.18 * (source.uniform() + source.uniform() - 1) + STRATUM_STEPS.get(case.stratum, 0)
    )
    if before:
        source = stream(key, f"demo second marks {case.subject}")
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
            held = before.part(part.item).answers.get(question.id) if before else None
            if held:
                given = _again(qs, question, held.answer, quality, source)
            elif question.type == "date":  # none before one that is asked for earlier
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


def _again(qs: QuestionSet, question: Question, first: str, quality: float, source: Stream) -> str:
    """What a second marker says where the first said this; facts of the file are read alike."""
    coded = isinstance(question, Companion) and question.type == "choice"
    if coded and source.uniform() < OTHER_CAUSE:
        return source.choice([choice.id for choice in question.choices])
    if question.type != "scale":
        return first
    u, answers = source.uniform(), qs.scale(str(question.scale)).answers
    ranked = [each.id for each in _ranked(answers)]
    if first not in ranked:
        return _scale(qs, question, quality, source) if u < ELSE else first
    place = ranked.index(first)
    if u < STRICTER:
        return ranked[min(place + 1, len(ranked) - 1)]
    if u < STRICTER + KINDER:
        return ranked[max(place - 1, 0)]
    excluded = [each.id for each in answers if each.excluded]
    return excluded[0] if excluded and u < STRICTER + KINDER + ELSE else first


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
    ranked = _ranked(answers)
    weights = (
        [chance**2, 2 * chance * (1 - chance), (1 - chance) ** 2]
        if len(ranked) == 3
        else [chance, 1 - chance]
    )
    return source.choices(ranked, weights).id


def _ranked(answers: Sequence[Grade]) -> list[Grade]:
    """Those that count, the best first."""
    counting = (answer for answer in answers if not answer.excluded)
    return sorted(counting, key=lambda each: -(each.points or 0))
