"""Conditions can be read, look back only, and treat every name as what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from inspectkit.errors import InspectionError
from inspectkit.questions.domains import answer_ids, in_order, kind_of_question
from inspectkit.questions.expressions import Parsed, formula, parse
from inspectkit.questions.expressions.kinds import Kind, faults, kind_of
from inspectkit.questions.lint.finding import Finding
from inspectkit.questions.model import Content, Question
from inspectkit.validation import Place, nearest

Kinds = Mapping[str, Kind]


def findings(content: Content) -> Iterator[Finding]:
    """Whatever is wrong with the expressions of a set."""
    routes = Routes(content)
    for row, question, kinds in in_order(content):
        own = {**kinds, question.id: kind_of_question(content, question, kinds)}
        for key, position, text, reading in expressions(question):
            place: Place = ("questions", row, key, *position)
            known = own if key == "must" else kinds
            yield from _expression(routes, question, (place, key, text), reading, known)
        if question.suggest:
            place = ("questions", row, "suggest")
            yield from _suggestion(content, question, place, kinds)


def expressions(
    question: Question,
) -> Iterator[tuple[str, tuple[int, ...], str, Callable[[str, str], Parsed]]]:
    """Key, position under it, text and reader of every expression of a question."""
    for key in ("applies_when", "calculate", "suggest"):
        if text := getattr(question, key):
            yield key, (), text, parse if key == "applies_when" else formula
    for row, must in enumerate(question.must):
        yield "must", (row,), must.that, parse


class Routes:
    """Which question speaks of which others."""

    def __init__(self, content: Content) -> None:
        self.content = content

    @cached_property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """Question → the names that decide whether it is asked, or what it is."""
        found = {}
        for question in self.content.questions:
            names: list[str] = []
            for key, _, text, reading in expressions(question):
                if key != "must":
                    try:
                        names += reading(text, key).names
                    except InspectionError:
                        continue
            found[question.id] = tuple(dict.fromkeys(names))
        return found

    def loop(self, start: str, first: str) -> list[str]:
        """The way from a question through another back to itself; [] where there is none."""
        trail: dict[str, str] = {first: start}
        waiting = [first]
        while waiting:
            name = waiting.pop()
            if name == start:
                break
            for each in self.uses.get(name, ()):
                if each not in trail:
                    trail[each] = name
                    waiting.append(each)
        if start not in trail:
            return []
        way = [start]
        while len(way) == 1 or way[-1] != start:
            way.append(trail[way[-1]])
        return way[::-1]


def _expression(
    routes: Routes,
    question: Question,
    stated: tuple[Place, str, str],
    reading: Callable[[str, str], Parsed],
    kinds: Kinds,
) -> Iterator[Finding]:
    place, key, text = stated
    try:
        parsed = reading(text, key)
    except InspectionError as error:
        yield Finding("expression", place, f"{error.where}: {error.what}", error.remedy)
        return
    for name in parsed.names:
        if name not in kinds:
            at = text.find(f"${{{name}}}") + 1
            rule, what, remedy = _unseen(routes, question, name, kinds)
            yield Finding(rule, place, f"{what} ({key}, character {at})", remedy)
    for at, what, remedy in faults(parsed, kinds):
        rule = "unknown-answer" if "can never be" in what else "mixed-kinds"
        yield Finding(rule, place, f"{what} ({key}, character {at})", remedy)


def _unseen(routes: Routes, question: Question, name: str, kinds: Kinds) -> tuple[str, str, str]:
    """Why a condition may not speak of a name."""
    named = next((each for each in routes.content.questions if each.id == name), None)
    if named is None:
        what, hint = f"${{{name}}} is no fact or earlier question", nearest(name, sorted(kinds))
        return "unknown-question", what, f"Correct it.{hint}"
    if named.retired:
        what = f"${{{name}}} is no fact or earlier question: it was retired"
        return "out-of-reach", what, "Ask another question"
    if loop := routes.loop(question.id, name):
        way = " -> ".join(loop)
        what = f"${{{name}}} is no fact or earlier question: they wait for each other, {way}"
        return "cycle", what, "Let one of them stand without the others"
    if named.subject != question.subject or named.item not in (None, question.item):
        what = f"${{{name}}} is asked of another subject or item"
        return "out-of-reach", what, "Speak of questions about the same thing"
    what = f"${{{name}}} is no fact or earlier question: it comes later"
    return "later-question", what, f"Move {name} above {question.id}"


def _suggestion(
    content: Content, question: Question, place: Place, kinds: Kinds
) -> Iterator[Finding]:
    try:
        found = kind_of(formula(str(question.suggest)).tree(), kinds)
    except InspectionError:
        return
    answers = answer_ids(content, question)
    for value in found.values if answers else ():
        if value not in answers:
            what = f"{value!r} is suggested and is no answer of {question.id}"
            remedy = f"Use {', '.join(answers)}.{nearest(value, answers)}"
            yield Finding("suggestion", place, what, remedy)
    wanted = "choice" if answers else question.type
    if found.name and found.name != wanted and not (wanted == "text" and found.name == "choice"):
        what = f"a {found.name} is suggested for a {question.type}"
        yield Finding("suggestion", place, what, "Suggest an answer that the question takes")
