"""A case as the form shows it: facts, pages, questions and answers as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from inspectkit.questions.calendars import calendar
from inspectkit.questions.model import BUILT_IN, CASE, Companion, Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.aside import reasons_for
from inspectkit.review.state import Answer, CaseState
from inspectkit.sampling.preparing.folding import MIXED
from inspectkit.widgets.marking.itemfile import (
    address,
    answers_shown,
    item_pages,
    placed,
    standing,
)
from inspectkit.widgets.replies import Plain

BESIDE = ("id", "stratum")  # these stand in the title


def casefile(qs: QuestionSet, case: CaseState, row: Mapping[str, Any]) -> Plain:
    """Everything the page needs to mark one case without asking again.

    row: the case's row of the frame, for the header.
    """
    asked = [question for question in qs.asked() if qs.asked_of(question, case.stratum)]
    used = {qs.page(question) for question in asked}
    pages = [
        {"id": each.id, "label": each.label, "aside": _reasons(qs, each.id)}
        for each in qs.themes
        if each.id in used
    ]
    shown = [question_shown(qs, question, case) for question in asked]
    left_out = [question.id for question in qs.asked() if question not in asked]
    for item in case.items.values():
        inside = qs.asked(CASE, item.kind)
        own = [each.id for each in inside]
        here = [each for each in inside if qs.asked_of(each, case.stratum)]
        shown += [placed(question_shown(qs, each, case), item.item, own) for each in here]
        left_out += [address(each.id, item.item) for each in inside if each not in here]
    return {
        "subject": case.subject,
        "casework_type": qs.casework_types.get(case.stratum, case.stratum),
        "status": case.status,
        "facts": header(qs, row),
        "values": known_values(case),
        "calendar": calendar(qs.content.calendar).plain(),
        "pages": [*pages, *item_pages(qs, case)],
        "questions": shown,
        "not_asked": left_out,
        "answers": answers_shown(case),
        "state": standing(case),
    }


def _reasons(qs: QuestionSet, theme: str) -> list[list[str]]:
    """Id and label of each reason that sets the whole page aside."""
    return [[each.id, each.label] for each in reasons_for(qs, theme)]


def answer_shown(given: Answer) -> Plain:
    """The answer in force; at in UTC, ISO form."""
    return asdict(given)


def question_shown(qs: QuestionSet, question: Question, case: CaseState) -> Plain:
    """One question with its answers, guidance and condition tree."""
    options = qs.answers(question).items()
    return {
        "id": question.id,
        "page": qs.page(question),
        "type": question.type,
        "of": question.of if isinstance(question, Companion) else "",
        "text": question.text,
        **number_limits(question),
        "context": question.context,
        "guidance": qs.guidance(question.id),
        "condition": question.condition.tree() if question.condition else None,
        "evidence": question.evidence.model_dump(mode="json") if question.evidence else None,
        "calculate": question.calculation.tree() if question.calculation else None,
        "suggest": question.suggestion.tree() if question.suggestion else None,
        "prefill": in_words(qs, question.prefill, case.facts) if question.prefill else None,
        "fact": question.prefill,
        "answers": [
            {"id": id, "label": label, "excluded": qs.is_na(question, id)} for id, label in options
        ],
    }


def number_limits(question: Question) -> Plain:
    """What a number must lie between, and its unit; None where nothing is said."""
    low, high = question.min, question.max
    return {
        "min": None if low is None else f"{low}",
        "max": None if high is None else f"{high}",
        "whole": question.whole,
        "unit": question.unit,
    }


def known_values(case: CaseState) -> dict[str, str]:
    """The facts a condition can rest on, by name, and the casework type."""
    known = {name: value for name, value in case.facts.items() if value not in ("", MIXED)}
    return known | {BUILT_IN: case.stratum}


def header(qs: QuestionSet, row: Mapping[str, Any]) -> list[list[str]]:
    """Label and value of every fact of the frame, those the questions know first."""
    labels = {fact.id: fact.label for fact in qs.facts}
    others = [name for name in map(str, row) if name not in (*labels, *BESIDE)]
    labels |= {name: name.replace("_", " ").capitalize() for name in others}
    return [[label, in_words(qs, name, row)] for name, label in labels.items()]


def in_words(qs: QuestionSet, name: str, facts: Mapping[str, Any]) -> str:
    """A fact in words; what is absent or differs between co-defendants is said to be so."""
    value = str(facts.get(name, ""))
    if value == "":
        return "not recorded"
    if value == MIXED:
        return "differs between defendants"
    values = [each for fact in qs.facts if fact.id == name for each in fact.values]
    return next((each.label for each in values if each.id == value), value)
