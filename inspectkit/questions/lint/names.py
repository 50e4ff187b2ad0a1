"""Every name leads somewhere, and every key belongs to its question's type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inspectkit.questions.domains import answer_ids, ids
from inspectkit.questions.lint.finding import Finding
from inspectkit.questions.model import CASE, Content, Question
from inspectkit.validation import Place, nearest

OPTIONAL = {  # keys that only some types take
    "scale": {"scale"},
    "choices": {"choice", "multiple"},
    "min": {"number"},
    "max": {"number"},
    "whole": {"number"},
    "unit": {"number", "calculated"},
    "calculate": {"calculated"},
    "causes": {"scale"},
    "evidence": {"scale", "choice", "multiple"},
    "rests_on": {"scale"},
}
NEEDED = {"scale": "scale", "choice": "choices", "multiple": "choices", "calculated": "calculate"}


def findings(content: Content) -> Iterator[Finding]:
    """Names that are nowhere, keys that a type does not take, answers that are none."""
    yield from _reasons(content)
    yield from _items(content)
    yield from _points(content)
    yield from _facts(content)
    for row, question in enumerate(content.questions):
        place: Place = ("questions", row)
        for key in ("themes", "tags", "casework_types"):
            yield from _among(getattr(question, key), content, key, (*place, key))
        yield from _single(content, question, place)
        yield from _type(question, place)
        yield from _answers(content, question, place)


def _facts(content: Content) -> Iterator[Finding]:
    for row, fact in enumerate(content.facts):
        if bool(fact.values) != (fact.kind == "choice"):
            end = " and lists values" if fact.values else " without values"
            what = f"the fact {fact.id!r} is a {fact.kind}{end}"
            remedy = "List values for a choice, and only there"
            yield Finding("missing-key", ("facts", row), what, remedy)


def _reasons(content: Content) -> Iterator[Finding]:
    for row, reason in enumerate(content.na_reasons):
        for key in ("themes", "questions"):
            yield from _among(getattr(reason, key), content, key, ("na_reasons", row, key))


def _among(names: Iterable[str], content: Content, key: str, place: Place) -> Iterator[Finding]:
    allowed = ids(getattr(content, key))
    for name in names:
        if name not in allowed:
            remedy = f"Add it there.{nearest(name, allowed)}"
            yield Finding("unknown-name", place, f"{name!r} is not among the {key}", remedy)


def _items(content: Content) -> Iterator[Finding]:
    subjects = [CASE, *ids(content.subjects)]
    found_in = {each.id: each.subject for each in content.items}
    for row, each in enumerate(content.items):
        if each.subject not in subjects:
            what = f"{each.subject!r} is no subject of this set"
            remedy = f"Correct it.{nearest(each.subject, subjects)}"
            yield Finding("unknown-name", ("items", row, "subject"), what, remedy)
    for row, question in enumerate(content.questions):
        if question.item and found_in.get(question.item, question.subject) != question.subject:
            what = f"{question.item!r} is found in a {found_in[question.item]}"
            remedy = f"Write subject: {found_in[question.item]}"
            yield Finding("unknown-name", ("questions", row, "item"), what, remedy)


def _points(content: Content) -> Iterator[Finding]:
    for row, scale in enumerate(content.scales):
        for at, answer in enumerate(scale.answers):
            if answer.excluded and answer.points is not None:
                what = f"the answer {answer.id!r} is excluded and has points"
                place: Place = ("scales", row, "answers", at)
                yield Finding("excluded-points", place, what, "Remove points, or excluded")


def _single(content: Content, question: Question, place: Place) -> Iterator[Finding]:
    pools = {
        "section": ids(content.sections),
        "page": ids(content.themes),
        "scale": ids(content.scales),
        "prefill": ids(content.facts),
        "subject": [CASE, *ids(content.subjects)],
        "item": ids(content.items),
    }
    for key, pool in pools.items():
        name = getattr(question, key)
        if name is not None and name not in pool:
            what = f"{name!r} is no {key} of this set"
            remedy = f"Correct it.{nearest(name, pool)}"
            yield Finding("unknown-name", (*place, key), what, remedy)
    if not (question.page or question.themes):
        what = f"question {question.id} stands on no page"
        yield Finding("no-page", place, what, "Give it a theme or a page")


def _type(question: Question, place: Place) -> Iterator[Finding]:
    for key, types in OPTIONAL.items():
        if getattr(question, key) not in (None, (), False, "") and question.type not in types:
            what = f"question {question.id} is a {question.type} and takes no {key}"
            remedy = f"Remove {key}; it belongs to {' or '.join(sorted(types))}"
            yield Finding("needless-key", (*place, key), what, remedy)
    if question.prefill and question.suggest:
        what = f"question {question.id} has prefill and suggest: the fact alone proposes an answer"
        yield Finding("needless-key", (*place, "suggest"), what, "Remove one of the two")
    needed = NEEDED.get(question.type)
    if needed and not getattr(question, needed):
        what = f"question {question.id} has no answers: a {question.type} needs {needed}"
        remedy = "Name a scale" if needed == "scale" else f"Write {needed}"
        yield Finding("missing-key", place, what, remedy)
    if question.min is not None and question.max is not None and question.min > question.max:
        what = "min is larger than max: no number fits"
        yield Finding("limits", (*place, "min"), what, "Exchange them")


def _answers(content: Content, question: Question, place: Place) -> Iterator[Finding]:
    answers = answer_ids(content, question)
    for key in ("evidence", "causes"):
        rule = getattr(question, key)
        for name in rule.when if rule and answers else ():
            if name not in answers:
                what = f"{name!r} is no answer of {question.id}"
                remedy = f"Use {', '.join(answers)}.{nearest(name, answers)}"
                yield Finding("unknown-answer", (*place, key), what, remedy)
    fact = next((each for each in content.facts if each.id == question.prefill), None)
    for value in ids(fact.values) if fact and answers else ():
        if value not in answers:
            what = f"the fact {question.prefill!r} can be {value!r}, which is no answer here"
            remedy = "Offer the values of the fact among the answers"
            yield Finding("unknown-answer", (*place, "prefill"), what, remedy)
