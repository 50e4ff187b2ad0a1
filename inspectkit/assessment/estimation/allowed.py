"""How long something may take by the question set: where the points for being in time fall."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from inspectkit.questions import QuestionSet
from inspectkit.questions.expressions import Scope, walk
from inspectkit.questions.model import BUILT_IN, Question


def judges(qs: QuestionSet, wait: Question) -> list[Question]:
    """The scored questions that take their suggestion from this wait."""
    named = f"${{{wait.id}}}"
    return [each for each in qs.questions if each.scored and named in (each.suggest or "")]


def allowed(qs: QuestionSet, wait: Question, judge: Question, casework: str) -> tuple[str, ...]:
    """The longest waits before points fall, in one casework type, the shortest first.

    Several where something else decides between them, such as whom a letter goes to: every number
    of the formula is tried against whatever the other questions in it can say. () if none is told.
    """
    formula = judge.suggestion
    if formula is None:
        return ()
    numbers = {Fraction(node[1]) for node in walk(formula.tree()) if node[0] == "number"}
    points = {each.id: each.points or 0 for each in qs.scale(str(judge.scale)).answers}

    def won(days: Fraction, known: dict[str, str]) -> int:
        scope = Scope({**known, BUILT_IN: casework, wait.id: f"{float(days):g}"})
        return points.get(str(formula.value(scope)), -1)

    found = {days for known in _said(qs, formula.names, wait) for days in numbers
             if 0 <= won(days + 1, known) < won(days, known)}  # fmt: skip
    return tuple(f"{float(each):g}" for each in sorted(found))


def _said(qs: QuestionSet, names: tuple[str, ...], wait: Question) -> Iterator[dict[str, str]]:
    """Everything that the other questions of a formula can say, or leave unsaid."""
    asked = {each.id: each for each in qs.questions}
    others = {name: ("", *qs.answers(asked[name])) for name in names
              if name in asked and name != wait.id}  # fmt: skip
    for told in product(*others.values()):
        yield {name: each for name, each in zip(others, told, strict=True) if each}
