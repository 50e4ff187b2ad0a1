"""Ids stand for one thing, once and for ever."""

from __future__ import annotations

from collections.abc import Iterator

from inspectkit.questions.companions import companions
from inspectkit.questions.domains import ids
from inspectkit.questions.lint.finding import Finding
from inspectkit.questions.model import BUILT_IN, Content

GROUPS = ("facts", "lists", "scales", "themes", "tags", "sections", "subjects", "items")
LONGEST_PARENT = 50  # the store keeps 60 characters, and "_reference" is the longest ending


def findings(content: Content) -> Iterator[Finding]:
    """Ids that stand twice, were retired, or are kept for a companion."""
    for key in (*GROUPS, "na_reasons"):
        seen: set[str] = set()
        for row, each in enumerate(getattr(content, key)):
            if each.id in seen:
                what = f"the id {each.id!r} stands twice in {key}"
                yield Finding("repeated-id", (key, row), what, "Give each its own")
            seen.add(each.id)
    yield from _questions(content)
    yield from _answers(content)
    yield from _companions(content)
    asked = {question.id for question in content.questions} | {BUILT_IN}
    for row, fact in enumerate(content.facts):
        if fact.id in asked:
            what = f"the fact {fact.id!r} has the name of a question or of casework_type"
            remedy = "Rename the fact, so that ${...} means one thing"
            yield Finding("repeated-id", ("facts", row), what, remedy)


def _questions(content: Content) -> Iterator[Finding]:
    retired = {each.id: each.retired for each in content.questions if each.retired}
    seen: set[str] = set()
    for row, question in enumerate(content.questions):
        if question.id in retired and not question.retired:
            what = f"the id {question.id!r} belonged to a question that was retired"
            remedy = "Take a new id: old marks would be read as answers to the new question"
            yield Finding("reused-id", ("questions", row), what, remedy)
        elif question.id in seen and question.id not in retired:
            what = f"the id {question.id!r} stands twice in questions"
            yield Finding("repeated-id", ("questions", row), what, "Give each its own")
        seen.add(question.id)


def _answers(content: Content) -> Iterator[Finding]:
    for key, field in (("scales", "answers"), ("questions", "choices"), ("lists", "options")):
        for row, each in enumerate(getattr(content, key)):
            held = ids(getattr(each, field))
            for name in sorted({name for name in held if held.count(name) > 1}):
                kind = {"scales": "the scale ", "lists": "the list "}.get(key, "")
                what = f"the answer {name!r} stands twice in {kind}{each.id}"
                yield Finding("repeated-id", (key, row), what, "Give each its own")


def _companions(content: Content) -> Iterator[Finding]:
    taken = set(ids(content.questions)) | set(ids(content.facts))
    for row, question in enumerate(content.questions):
        if len(question.id) > LONGEST_PARENT and (question.causes or content.na_reasons):
            what = f"the id {question.id!r} is too long for the question on its cause or N/A reason"
            remedy = f"Use at most {LONGEST_PARENT} characters"
            yield Finding("repeated-id", ("questions", row, "id"), what, remedy)
            continue
        for each in companions(content, question):
            if each.id in taken:
                what = f"the id {each.id!r} is kept for the {each.role} of {each.of}"
                remedy = f"Rename the question {each.id}"
                yield Finding("repeated-id", ("questions", row), what, remedy)
