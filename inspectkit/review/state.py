"""What a case's answers mean: which questions apply, which are open, is the review complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inspectkit.questions.expressions import Scope
from inspectkit.questions.model import BUILT_IN
from inspectkit.questions.question_set import QuestionSet
from inspectkit.sampling.preparing.folding import MIXED

ANSWERED, NA, UNANSWERED, CLOSED, NOT_EXAMINED = (
    "answered",
    "na",
    "unanswered",
    "closed",
    "not examined",
)
NOT_STARTED, STARTED, SUBMITTED, FILE_ABSENT = (
    "not started",
    "started",
    "submitted",
    "not available",
)


@dataclass(frozen=True)
class Answer:
    """The answer in force: version counts from 1, at is UTC in ISO form."""

    answer: str
    evidence: str
    version: int
    at: str


@dataclass(frozen=True)
class CaseState:
    """One case as one marker sees it.

    states: question → answered | na | unanswered | closed. open: questions that apply for certain.
    unexplained: open questions whose answer stands without the evidence that the set asks for.
    status: not started | started | submitted | not available (the file, see `substitution`).
    """

    subject: str
    stratum: str
    facts: Mapping[str, str]
    status: str
    answers: Mapping[str, Answer]
    states: Mapping[str, str]
    open: tuple[str, ...]
    unexplained: tuple[str, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """Open questions without an answer; if there are none, those that may still open."""
        unanswered = tuple(name for name, each in self.states.items() if each == UNANSWERED)
        return tuple(name for name in unanswered if name in self.open) or unanswered

    @property
    def complete(self) -> bool:
        """No question waits for an answer, no answer for its evidence."""
        return not self.waiting and not self.unexplained


def judge(
    qs: QuestionSet, stratum: str, facts: Mapping[str, str], answers: Mapping[str, Answer]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The state of every question, and those that are open; a pure function of the answers.

    A question whose condition is not known yet is unanswered without being open. Conditions look
    back only, so one pass in the order of the set settles them all.
    """
    values = {name: value for name, value in facts.items() if value not in ("", MIXED)}
    values[BUILT_IN] = stratum
    closed: set[str] = set()
    na: set[str] = set()
    states: dict[str, str] = {}
    opened = []
    for question in qs.questions:
        scope = Scope(values, frozenset(closed), frozenset(na))
        applies = question.condition.applies(scope) if question.condition else True
        given = answers.get(question.id)
        if not qs.asked_of(question, stratum) or applies is False:
            states[question.id] = CLOSED
            closed.add(question.id)
            continue
        if applies:
            opened.append(question.id)
        states[question.id] = UNANSWERED
        if given and applies:
            values[question.id] = given.answer
            states[question.id] = ANSWERED
            if qs.is_na(question, given.answer):
                states[question.id] = NA
                na.add(question.id)
    return states, tuple(opened)
