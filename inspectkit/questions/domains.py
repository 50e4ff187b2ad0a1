"""What every fact and question can be answered, and which of them an expression may speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.questions.expressions import formula
from inspectkit.questions.expressions.kinds import Kind, kind_of
from inspectkit.questions.model import BUILT_IN, Content, Question


def ids(group: Any) -> list[str]:
    """The ids of a group of records, in order."""
    return [str(each.id) for each in group]


def answer_ids(content: Content, question: Question) -> list[str]:
    """The ids of the answers a question takes; [] for dates, numbers and texts."""
    if question.type in ("choice", "multiple"):
        return ids(question.choices)
    scale = next((each for each in content.scales if each.id == question.scale), None)
    return ids(scale.answers) if scale and question.type == "scale" else []


def visible(question: Question, where: Question) -> bool:
    """May a condition of one question speak of another?

    Not of a retired one, nor of another subject; of a repeated item only within that item.
    """
    same = question.subject == where.subject and question.item in (None, where.item)
    return same and not question.retired


def facts_of(content: Content) -> dict[str, Kind]:
    """The kind of every fact, and of the casework type."""
    known = {each.id: Kind(each.kind, tuple(ids(each.values))) for each in content.facts}
    return known | {BUILT_IN: Kind("choice", tuple(ids(content.casework_types)))}


def kind_of_question(content: Content, question: Question, kinds: Mapping[str, Kind]) -> Kind:
    """The kind of value that a question's answer is."""
    if question.calculate:
        try:
            return kind_of(formula(question.calculate).tree(), kinds)
        except InspectionError:
            return Kind("")
    if question.type != "scale":
        return Kind(question.type, tuple(answer_ids(content, question)))
    scale = next((each for each in content.scales if each.id == question.scale), None)
    na = bool(scale and any(answer.excluded for answer in scale.answers))
    return Kind("choice", tuple(answer_ids(content, question)), na)


def in_order(content: Content) -> Iterator[tuple[int, Question, dict[str, Kind]]]:
    """Row, question, and the kind of every name that its conditions may speak of."""
    facts, kinds = facts_of(content), facts_of(content)
    earlier: list[Question] = []
    for row, question in enumerate(content.questions):
        seen = {each.id: kinds[each.id] for each in earlier if visible(each, question)}
        yield row, question, facts | seen
        earlier.append(question)
        kinds[question.id] = kind_of_question(content, question, facts | seen)
