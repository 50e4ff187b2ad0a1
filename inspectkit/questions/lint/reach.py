"""Questions that can never be asked, and conditions that always hold."""

from __future__ import annotations

from collections.abc import Iterator

from inspectkit.errors import InspectionError
from inspectkit.questions.domains import in_order
from inspectkit.questions.lint.finding import Finding
from inspectkit.questions.lint.worlds import NotCheckedError, Worlds
from inspectkit.questions.model import Content, Question
from inspectkit.validation import Place


def findings(content: Content) -> Iterator[Finding]:
    """What finite domains tell about each condition, through chains of earlier questions."""
    earlier: dict[str, Question] = {}
    for row, question, kinds in in_order(content):
        place: Place = ("questions", row, "applies_when")
        if question.applies_when and not question.retired:
            try:
                truths = Worlds(content, question, kinds, dict(earlier)).truths()
            except NotCheckedError as error:
                what = f"not checked whether {question.id} can be asked: {error}"
                yield Finding("not-checked", place, what, "Try it with the form's what-if answers")
            except InspectionError:
                pass  # an earlier condition cannot be read, which is told where it stands
            else:
                yield from _told(question, place, truths)
        earlier[question.id] = question


def _told(question: Question, place: Place, truths: set[bool | None]) -> Iterator[Finding]:
    if True not in truths:
        what = f"{question.id} can never be asked: no case meets its condition"
        remedy = "Correct the condition, or one that it rests on; else retire the question"
        yield Finding("never-asked", place, what, remedy)
    elif False not in truths:
        what = f"the condition of {question.id} holds in every case"
        yield Finding("always-true", place, what, "Remove applies_when, or correct it")
