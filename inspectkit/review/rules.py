"""What an answer must be before it is appended."""

from __future__ import annotations

from inspectkit.errors import InspectionError
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.state import CaseState

MAX_EVIDENCE = 20_000


def check_answer(
    qs: QuestionSet, state: CaseState, question: str, answer: str, evidence: str
) -> None:
    """Refuse an unknown question or answer, one that does not apply, and missing evidence."""
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
    rule = asked.evidence
    if rule and answer in rule.when and len(evidence.strip()) < rule.min_length:
        what = f"{options[answer]!r} needs a reason of at least {rule.min_length} characters"
        raise InspectionError(where, what, "Write what you saw in the file")
    if len(evidence) > MAX_EVIDENCE:
        raise InspectionError(
            where, f"the evidence is longer than {MAX_EVIDENCE:,} characters", "Shorten it"
        )
