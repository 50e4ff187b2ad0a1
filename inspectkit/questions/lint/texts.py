"""Questions that ask one thing, briefly, differently from each other, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from inspectkit.questions.lint.finding import Finding
from inspectkit.questions.model import Content
from inspectkit.questions.model.base import Translated
from inspectkit.validation import Place

LONGEST = 200  # characters
ALIKE = Fraction(17, 20)  # of the words of two questions
WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
TWO_QUESTIONS = re.compile(
    r"[,;]?\s(?:and|or|but)\s(?:was|were|did|does|do|is|are|has|have|had|could|should|can|will"
    r"|if so)\b|\b\w{3,}ed\sand\s\w{3,}ed\b|\?.*\?",
    re.IGNORECASE | re.DOTALL,
)


def words(text: str) -> frozenset[str]:
    """The different words of a text, in small letters."""
    return frozenset(WORD.findall(text.lower()))


def findings(content: Content) -> Iterator[Finding]:
    """What is said badly, twice, or not in every language."""
    for row, question in enumerate(content.questions):
        place: Place = ("questions", row, "text")
        if len(question.text) > LONGEST:
            what = f"{question.id} is {len(question.text)} characters long"
            yield Finding("long-text", place, what, f"Say it in {LONGEST}; guidance takes the rest")
        if found := TWO_QUESTIONS.search(question.text):
            what = f"{question.id} seems to ask two things: ...{found[0].strip()[:30]}..."
            yield Finding("double-barrelled", place, what, "Make two questions of it")
    yield from _alike(content)
    yield from _untranslated(content)


def _alike(content: Content) -> Iterator[Finding]:
    rows = [
        (row, each, words(each.text))
        for row, each in enumerate(content.questions)
        if not each.retired
    ]
    for (_, one, first), (row, other, second) in combinations(rows, 2):
        if (one.subject, one.item) != (other.subject, other.item) or not first | second:
            continue
        if Fraction(len(first & second), len(first | second)) >= ALIKE:
            what = f"{other.id} reads almost like {one.id}"
            remedy = "Say what differs, or keep one of them"
            yield Finding("near-identical", ("questions", row, "text"), what, remedy)


def translated(content: Content) -> Iterator[tuple[Place, Translated]]:
    """Place and record of everything that can stand in other languages."""
    groups = ("casework_types", "subjects", "items", "facts", "lists", "scales", "themes", "tags")
    for key in (*groups, "sections", "na_reasons", "questions"):
        for row, each in enumerate(getattr(content, key)):
            place: Place = (key, row)
            yield place, each
            for part in ("answers", "options", "choices", "values", "must"):
                for at, inner in enumerate(getattr(each, part, ())):
                    yield (*place, part, at), inner
            causes = getattr(each, "causes", None)
            for at, inner in enumerate(causes.options if causes else ()):
                yield (*place, "causes", "options", at), inner


def _untranslated(content: Content) -> Iterator[Finding]:
    for language in content.languages[1:]:
        for place, each in translated(content):
            if language not in each.translations:
                said = getattr(each, "text", None) or getattr(each, "label", None)
                said = said or getattr(each, "message", "")
                what = f"no {language} translation of {str(said)[:40]!r}"
                remedy = f"Write translations: {{{language}: ...}} beside it"
                yield Finding("missing-translation", place, what, remedy)
