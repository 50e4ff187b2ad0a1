"""Themes that earn points, scales that give some, and nothing listed in vain."""

from __future__ import annotations

from collections.abc import Iterator

from inspectkit.questions.lint.finding import Finding
from inspectkit.questions.model import CASE, Content, Question
from inspectkit.validation import Place


def findings(content: Content) -> Iterator[Finding]:
    """Themes without points, points without a scale, entries that no question uses."""
    asked = [each for each in content.questions if not each.retired]
    yield from _themes(content, asked)
    yield from _unused(content, asked)
    yield from _figures(content, asked)
    for row, question in enumerate(content.questions):
        place: Place = ("questions", row)
        scale = next((each for each in content.scales if each.id == question.scale), None)
        if question.scored and scale and not scale.points_available:
            what = f"{question.id} is scored and its scale {scale.id} gives no points"
            yield Finding("no-points", place, what, "Give the answers points, or context: true")
        if len(content.sections) > 1 and not question.section and not question.retired:
            what = f"{question.id} belongs to no section, so nobody owns it"
            yield Finding("no-section", place, what, "Write section:")


def _themes(content: Content, asked: list[Question]) -> Iterator[Finding]:
    na = {s.id for s in content.scales if any(answer.excluded for answer in s.answers)}
    empty = []
    for row, theme in enumerate(content.themes):
        place: Place = ("themes", row)
        scored = [each for each in asked if each.scored and theme.id in each.themes]
        shown = [each for each in asked if theme.id in (each.page, *each.themes)]
        if not shown:
            what = f"no question stands under the theme {theme.id}"
            yield Finding("unused-theme", place, what, "Remove it, or give it questions")
        elif not scored and not all(each.context for each in shown):
            what = f"no scored question counts to the theme {theme.id}"
            remedy = "Give it scored questions, or mark all on its page context: true"
            yield Finding("unscored-theme", place, what, remedy)
        elif scored and all(each.scale in na or each.applies_when for each in scored):
            empty.append(theme.id)
    if empty:
        what = f"a case may say nothing about a whole theme, all N/A or closed: {', '.join(empty)}"
        remedy = "Nothing, if that is meant; else let one question always apply"
        yield Finding("wholly-na", ("themes",), what, remedy)


def _figures(content: Content, asked: list[Question]) -> Iterator[Finding]:
    """Themes, tags and scored questions that share an id: no figure could be told from another."""
    scored = [each for each in asked if each.scored]
    fed = {"themes": {id for each in scored for id in each.themes},
           "tags": {id for each in scored for id in each.tags}}  # fmt: skip
    held = {each.id: "a question" for each in scored}
    for key, kind, named in (
        ("themes", "a theme", content.themes),
        ("tags", "a tag", content.tags),
    ):
        for row, each in enumerate(named):
            if each.id in fed[key] and each.id in held:
                what = f"the id {each.id!r} names {kind} and {held[each.id]}, so nothing is scored"
                yield Finding("shared-figure", (key, row), what, "Give each its own")
            held |= {each.id: kind} if each.id in fed[key] else {}


def _unused(content: Content, asked: list[Question]) -> Iterator[Finding]:
    single: set[str | None] = {
        each.id for each in content.sections
    }  # one section owns every question
    used: dict[str, set[str | None]] = {
        "tags": {tag for each in asked for tag in each.tags},
        "scales": {each.scale for each in content.questions},
        "sections": {each.section for each in asked} | (single if len(single) == 1 else set()),
        "subjects": {each.subject for each in asked if each.subject != CASE},
        "items": {each.item for each in asked},
    }
    for key, names in used.items():
        for row, each in enumerate(getattr(content, key)):
            if each.id not in names:
                what = f"nothing uses {each.id!r} of the {key}"
                yield Finding("unused", (key, row), what, "Remove it, or use it")
    options = [each.choices for each in content.questions]
    options += [each.causes.options for each in content.questions if each.causes]
    options += [fact.values for fact in content.facts]
    for row, listed in enumerate(content.lists):
        if listed.options not in options:
            what = f"nothing uses {listed.id!r} of the lists"
            yield Finding("unused", ("lists", row), what, "Remove it, or use it")
