"""What a case's answers mean: which questions apply, which are open, is the review complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from inspectkit.errors import InspectionError
from inspectkit.questions.answers import canonical
from inspectkit.questions.expressions import Absent, Scope, Truth
from inspectkit.questions.model import BUILT_IN, Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.sampling.preparing.folding import MIXED

ANSWERED, NA, UNANSWERED, CLOSED, NOT_EXAMINED, UNSETTLED, NOT_KNOWN = (
    "answered",
    "na",
    "unanswered",
    "closed",
    "not examined",
    "unsettled",
    "not known",
)
NOT_STARTED, STARTED, SUBMITTED, FILE_ABSENT = (
    "not started",
    "started",
    "submitted",
    "not available",
)
SIMULATED = "SIMULATED"  # the marker of marks that no inspector gave


@dataclass(frozen=True)
class Answer:
    """The answer in force: version counts from 1, at is UTC in ISO form."""

    answer: str
    evidence: str
    version: int
    at: str


@dataclass(frozen=True)
class CaseState:
    """One case, or an item found in it, as one marker sees it.

    states: question → answered | na | unanswered | closed, for the questions that are asked here;
    what is calculated is not known as long as something in it is not. open: questions that apply
    for certain.
    unexplained: open questions whose answer stands without the evidence that the set asks for.
    values: what conditions know by name, calculated questions among them. suggested: what the
    frame or the set proposes for a question; another answer needs a reason.
    conflicts: questions that two devices answered differently while apart; the next answer settles.
    status: not started | started | submitted | not available (the file, see `substitution`).
    items: number → the state of what was found in it, in the order of the file; item, kind and
    named are an item's own. none: kinds said not to be there. unsaid: kinds neither found nor said
    to be absent. scope: what the conditions of its items can speak of. frozen: by whom and when it
    was submitted and signed off, in words.
    """

    subject: str
    stratum: str
    facts: Mapping[str, str]
    status: str
    answers: Mapping[str, Answer]
    states: Mapping[str, str]
    open: tuple[str, ...]
    unexplained: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    suggested: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    item: str = ""
    kind: str = ""
    named: str = ""
    items: Mapping[str, CaseState] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    unsaid: tuple[str, ...] = ()
    scope: Scope | None = None
    frozen: str = ""

    @property
    def where(self) -> str:
        """How a message names it."""
        name = f"case {self.subject}" if self.stratum else self.subject
        return f"{name}, item {self.item}" if self.item else name

    @property
    def parts(self) -> tuple[CaseState, ...]:
        """The case itself, then each of its items."""
        return (self, *self.items.values())

    def part(self, item: str) -> CaseState:
        """An item of it, or the case itself where none is named. Errors: no such item in it."""
        if item and item not in self.items:
            what = f"no item {item} was found in it"
            raise InspectionError(f"case {self.subject}", what, "Add it to the case first")
        return self.items[item] if item else self

    @property
    def waiting(self) -> tuple[str, ...]:
        """Open questions without an answer; if there are none, those that may still open."""
        unanswered = tuple(name for name, each in self.states.items() if each == UNANSWERED)
        return tuple(name for name in unanswered if name in self.open) or unanswered

    @property
    def complete(self) -> bool:
        """No question waits for an answer, no answer for its evidence, here and in every item."""
        return not self.unsaid and not any(each.waiting or each.unexplained for each in self.parts)


@dataclass
class Judged:
    """What is known after each question in turn; `judged` makes it, its readers change nothing.

    states, open: see `CaseState`. values: name → canonical text. closed, na: names of questions.
    suggested: question → the answer that the frame or the set proposes.
    """

    values: dict[str, str]
    calendar: str
    states: dict[str, str] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()
    na: frozenset[str] = frozenset()
    suggested: dict[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """What conditions can speak of."""
        return Scope(self.values, self.closed, self.na, self.calendar)


def judge(
    qs: QuestionSet, stratum: str, facts: Mapping[str, str], answers: Mapping[str, Answer]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The state of every question, and those that are open: `judged`, its two chief parts."""
    found = judged(qs, stratum, facts, answers)
    return found.states, found.open


def judged(
    qs: QuestionSet,
    stratum: str,
    facts: Mapping[str, str],
    answers: Mapping[str, Answer],
    *,
    asked: Iterable[Question] | None = None,
    above: Judged | None = None,
) -> Judged:
    """What the answers of one subject, or of one item in it, mean; a pure function of them.

    stratum: the casework type. asked: the questions of that subject or item (`QuestionSet.asked`),
    those of the case itself by default. above: for an item, what is known of the subject it was
    found in.

    A question whose condition is not known yet is unanswered without being open. Conditions look
    back only, so one pass in the order of the set settles them all. What is calculated is asked of
    nobody: it is answered with its value, closed where it never has one, else not known.
    """
    found = above or Judged(_known(qs, stratum, facts), qs.content.calendar)
    found = replace(found, values=dict(found.values), states={}, open=(), suggested={})
    for question in qs.asked() if asked is None else asked:
        applies = question.condition.applies(found.scope) if question.condition else True
        if not qs.asked_of(question, stratum) or applies is False:
            _close(found, question)
        elif question.calculation:
            _calculate(found, question, applies)
        else:
            _ask(found, qs, question, applies, answers.get(question.id))
    return found


def judged_above(state: CaseState) -> Judged:
    """What is known of a case, for the items in it."""
    scope = state.scope or Scope(state.values)
    return Judged(dict(scope.values), scope.calendar, closed=scope.closed, na=scope.na)


def _known(qs: QuestionSet, stratum: str, facts: Mapping[str, str]) -> dict[str, str]:
    """The facts of the frame that have one value, and the casework type."""
    known = {name: value for name, value in facts.items() if value not in ("", MIXED)}
    return known | ({BUILT_IN: stratum} if stratum else {})


def _close(found: Judged, question: Question) -> None:
    found.states[question.id] = CLOSED
    found.closed |= {question.id}


def _calculate(found: Judged, question: Question, applies: Truth) -> None:
    value = question.calculation.value(found.scope) if question.calculation and applies else None
    if isinstance(value, str):
        found.values[question.id] = value
        found.states[question.id] = ANSWERED
    elif value is Absent.NOTHING:
        _close(found, question)
    else:  # whatever rests on it waits, but nobody is asked for it
        found.states[question.id] = NOT_KNOWN


def _ask(
    found: Judged, qs: QuestionSet, question: Question, applies: Truth, given: Answer | None
) -> None:
    found.states[question.id] = UNANSWERED
    if not applies:
        return
    found.open += (question.id,)
    if proposed := _proposed(found, qs, question):
        found.suggested[question.id] = proposed
    if given:
        found.values[question.id] = given.answer
        found.states[question.id] = ANSWERED
        if qs.is_na(question, given.answer):
            found.states[question.id] = NA
            found.na |= {question.id}


def _proposed(found: Judged, qs: QuestionSet, question: Question) -> str:
    """What the fact or the formula of a question says, where that is an answer it takes."""
    if question.prefill:
        proposed: object = found.values.get(question.prefill, "")
    else:
        proposed = question.suggestion.value(found.scope) if question.suggestion else ""
    if not isinstance(proposed, str) or not proposed:
        return ""
    try:
        return canonical(question, qs.answer_ids(question), proposed)
    except InspectionError:
        return ""
