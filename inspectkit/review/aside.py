"""A whole theme at once is not applicable: what is open of it, with one coded reason."""

from __future__ import annotations

from dataclasses import replace

from inspectkit.errors import InspectionError
from inspectkit.questions.model import Companion, NaReason, Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.basis import Mark
from inspectkit.review.rules import lacks_evidence
from inspectkit.review.state import Answer, CaseState, judged
from inspectkit.review.store import Store
from inspectkit.validation import nearest


def reasons_for(qs: QuestionSet, theme: str) -> tuple[NaReason, ...]:
    """The coded reasons that set a whole theme aside: those of the theme, or of all questions."""
    known = qs.content.na_reasons
    return tuple(e for e in known if theme in e.themes or not (e.themes or e.questions))


def set_aside(
    store: Store, subject: str, theme: str, reason: str, *, marker: str
) -> tuple[str, ...]:
    """Answer every open, unanswered question of a theme as not applicable; which they were.

    Questions that cannot be not applicable, or not for this reason, stay open. All of it is one
    commit. Errors: no such reason for the theme; nothing left to set aside; as for `answer`.
    """
    qs, case = store.question_set(), store.case(subject, marker)
    known = {each.id: each.label for each in reasons_for(qs, theme)}
    where = f"case {subject}, theme {theme}"
    if reason not in known:
        remedy = f"Use one of {', '.join(known) or 'none: the set has no reason for it'}"
        what = f"{reason!r} is no reason that sets it aside"
        raise InspectionError(where, what, f"{remedy}.{nearest(reason, list(known))}")
    facts = store.sample().facts
    stratum = str(facts.loc[facts["id"] == subject, "stratum"].iloc[0])
    marks = _marks(qs, case, stratum, theme, NaReason(id=reason, label=known[reason]))
    if not marks:
        what = "nothing of it is left that could be set aside"
        raise InspectionError(where, what, "Answer what is open, one by one")
    store.answer_all(subject, marks, marker=marker)
    return tuple(mark.question for mark in marks)


def _marks(
    qs: QuestionSet, case: CaseState, stratum: str, theme: str, reason: NaReason
) -> list[Mark]:
    """One after the other, since an answer may open or close what comes after it."""
    answers, marks = dict(case.answers), list[Mark]()
    while True:
        found = judged(qs, stratum, case.facts, answers)
        waiting = (qs.question(name) for name in found.open if name not in answers)
        given = next(
            ((each, a) for each in waiting if (a := _answer(qs, each, theme, reason, marks))), None
        )
        if given is None:
            return marks
        question, answer = given
        now = replace(case, suggested=found.suggested)
        lacks = lacks_evidence(qs, now, question.id, answer, "")
        marks.append(Mark(question.id, answer, reason.label if lacks else ""))
        answers[question.id] = Answer(answer, "", 1, "")


def _answer(
    qs: QuestionSet, question: Question, theme: str, reason: NaReason, marks: list[Mark]
) -> str:
    """What sets a question aside; "" where nothing does, or it is not of the theme."""
    if isinstance(question, Companion):
        ours = any(mark.question == question.of for mark in marks)
        fits = question.role == "na_reason" and reason.id in qs.answer_ids(question)
        return reason.id if ours and fits else ""
    if qs.page(question) != theme or not _takes(qs, question, reason):
        return ""
    return next((each for each in qs.answer_ids(question) if qs.is_na(question, each)), "")


def _takes(qs: QuestionSet, question: Question, reason: NaReason) -> bool:
    """May this question be not applicable for this reason?"""
    companion = f"{question.id}_na_reason"
    offered = [each for each in qs.questions if each.id == companion]
    return bool(offered) and reason.id in qs.answer_ids(offered[0])
