"""What an answer must be before it is appended."""

from __future__ import annotations

from inspectkit.errors import InspectionError
from inspectkit.questions.model import Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.state import CaseState

MAX_EVIDENCE = 20_000


def check_answer(
    qs: QuestionSet, state: CaseState, question: str, answer: str, evidence: str
) -> None:
    """Refuse an unknown question or answer, one that does not apply, and over-long evidence."""
    asked = qs.question(question)
    where = f"case {state.subject}, question {question}"
    if question not in state.open:
        raise InspectionError(
            where, "the question does not apply to this case now", "Answer the open questions"
        )
    options = qs.answers(asked)
    if answer not in options:
        raise InspectionError(
            where, f"{answer!r} is no answer of it", f"Choose from {', '.join(options)}"
        )
    if len(evidence) > MAX_EVIDENCE:
        raise InspectionError(
            where, f"the evidence is longer than {MAX_EVIDENCE:,} characters", "Shorten it"
        )


def check_evidence(
    qs: QuestionSet, state: CaseState, question: str, answer: str, evidence: str
) -> None:
    """Refuse an answer that lacks the evidence its set asks for."""
    asked = qs.question(question)
    if asked.evidence and lacks_evidence(asked, answer, evidence):
        label, least = qs.answers(asked)[answer], asked.evidence.min_length
        where = f"case {state.subject}, question {question}"
        what = f"{label!r} needs a reason of at least {least} characters"
        raise InspectionError(where, what, "Write what you saw in the file")


def lacks_evidence(question: Question, answer: str, evidence: str) -> bool:
    """Does the set ask for more evidence with this answer than was written?"""
    rule = question.evidence
    return rule is not None and answer in rule.when and len(evidence.strip()) < rule.min_length
