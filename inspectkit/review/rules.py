"""What an answer must be before it is appended, and its case before it is changed or submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inspectkit.errors import InspectionError
from inspectkit.questions.answers import canonical
from inspectkit.questions.expressions import Scope
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.state import FILE_ABSENT, SUBMITTED, CaseState

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
    check_limits(qs, state, {question: answer})
    if len(evidence) > MAX_EVIDENCE:
        raise InspectionError(
            where, f"the evidence is longer than {MAX_EVIDENCE:,} characters", "Shorten it"
        )


def check_limits(qs: QuestionSet, state: CaseState, given: Mapping[str, str]) -> None:
    """Refuse answers, given together, that break a `must` of their questions for certain."""
    known = state.scope or Scope(state.values, calendar=qs.content.calendar)
    na = {each for each, answer in given.items() if qs.is_na(qs.question(each), answer)}
    scope = replace(known, values={**known.values, **given}, na=known.na - set(given) | na)
    for question in given:
        for must in qs.question(question).must:
            if must.condition.applies(scope) is False:
                where, remedy = f"{state.where}, question {question}", "Correct this answer, or "
                raise InspectionError(where, must.message, f"{remedy}the earlier one")


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


def refuse_submitted(state: CaseState) -> None:
    """A submitted case is frozen."""
    if state.status == SUBMITTED:
        where = f"case {state.subject}"
        what = f"it has been {state.frozen or 'submitted'}"
        raise InspectionError(where, what, "Ask the lead to reopen it, which needs a reason")


def refuse_incomplete(state: CaseState) -> None:
    """A case can be submitted once nothing waits: no question, no evidence, no kind of item."""
    nothing = "kinds of item of which nothing is said"
    for part in state.parts:
        for names, what, remedy in (
            (part.waiting, "questions still unanswered", "Answer them, then submit"),
            (
                part.conflicts,
                "answers that two devices gave differently",
                "Save the one that holds",
            ),
            (part.unexplained, "answers still without their evidence", "Write it, then submit"),
            (part.unsaid, nothing, "Add what the file holds, or say that there is none"),
        ):
            if names:
                said = f"{what} ({len(names)}): {', '.join(names[:5])}"
                raise InspectionError(part.where, said, remedy)


def refuse_absent(state: CaseState) -> None:
    """A case whose file is not available cannot be marked."""
    if state.status == FILE_ABSENT:
        where = f"case {state.subject}"
        what = "its file is recorded as not available"
        raise InspectionError(where, what, "Record that it has come, then mark it")
