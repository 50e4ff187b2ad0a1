"""What an answer must be before it is appended."""

from __future__ import annotations

from dataclasses import replace

from inspectkit.errors import InspectionError
from inspectkit.questions.answers import canonical
from inspectkit.questions.expressions import Scope
from inspectkit.questions.model import Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.state import CaseState

MAX_EVIDENCE = 20_000


def check_answer(
    qs: QuestionSet, state: CaseState, question: str, answer: str, evidence: str
) -> None:
    """Refuse an unknown question or answer, one that does not apply, and over-long evidence."""
    asked = qs.question(question)
    where = f"{state.where}, question {question}"
    if question not in state.open:
        raise InspectionError(
            where, "the question does not apply to this case now", "Answer the open questions"
        )
    try:
        kept = canonical(asked, qs.answer_ids(asked), answer)
    except InspectionError as refusal:
        raise InspectionError(where, refusal.what, refusal.remedy) from None
    if kept != answer:
        raise InspectionError(where, f"{answer!r} is kept as {kept!r}", f"Save it as {kept!r}")
    _check_limits(qs, state, asked, answer)
    if len(evidence) > MAX_EVIDENCE:
        raise InspectionError(
            where, f"the evidence is longer than {MAX_EVIDENCE:,} characters", "Shorten it"
        )


def _check_limits(qs: QuestionSet, state: CaseState, asked: Question, answer: str) -> None:
    """Refuse an answer that breaks a `must` of its question for certain."""
    known = state.scope or Scope(state.values, calendar=qs.content.calendar)
    na = known.na - {asked.id} | ({asked.id} if qs.is_na(asked, answer) else set())
    scope = replace(known, values={**known.values, asked.id: answer}, na=na)
    for must in asked.must:
        if must.condition.applies(scope) is False:
            where = f"{state.where}, question {asked.id}"
            raise InspectionError(where, must.message, "Correct this answer, or the earlier one")


def check_evidence(
    qs: QuestionSet, state: CaseState, question: str, answer: str, evidence: str
) -> None:
    """Refuse an answer that lacks the evidence its set asks for."""
    if not lacks_evidence(qs, state, question, answer, evidence):
        return
    asked, where = qs.question(question), f"{state.where}, question {question}"
    labels = qs.answers(asked)
    least = asked.evidence.min_length if asked.evidence and answer in asked.evidence.when else 1
    what = f"{labels.get(answer, answer)!r} needs a reason of at least {least} characters"
    if least == 1 and (proposed := state.suggested.get(question, "")):
        what = f"{labels.get(proposed, proposed)!r} was proposed; another answer needs a reason"
    raise InspectionError(where, what, "Write what you saw in the file")


def lacks_evidence(
    qs: QuestionSet, state: CaseState, question: str, answer: str, evidence: str
) -> bool:
    """Does the set ask for more evidence with this answer than was written?

    Also where the answer is not the one that the frame or the set proposed.
    """
    rule, proposed = qs.question(question).evidence, state.suggested.get(question, answer)
    least = 0 if answer == proposed else 1
    if rule and set(answer.split()) & set(rule.when):
        least = rule.min_length
    return len(evidence.strip()) < least
