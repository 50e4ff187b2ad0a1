"""Guidance that is there, is specific, and shows what each answer looks like in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from inspectkit.questions.lint.finding import Finding
from inspectkit.questions.lint.texts import words
from inspectkit.questions.model import Content, Question
from inspectkit.validation import Place

MOST_SHARED = Fraction(3, 5)  # of the different words of the shorter text


def findings(content: Content, texts: Mapping[str, str]) -> Iterator[Finding]:
    """Scored questions without guidance or examples, and guidance that was copied."""
    for row, question in enumerate(content.questions):
        place: Place = ("questions", row)
        if question.scored and not question.retired:
            if not texts.get(question.id, "").strip():
                what = f"{question.id} is scored and has no guidance"
                remedy = "Write guidance: guidance/NAME.md, with an example of each answer"
                yield Finding("missing-guidance", place, what, remedy)
            else:
                yield from _examples(content, question, texts[question.id], place)
    yield from _copied(content, texts)


def _examples(content: Content, question: Question, text: str, place: Place) -> Iterator[Finding]:
    scale = next((each for each in content.scales if each.id == question.scale), None)
    said = text.casefold()
    without = [a.label for a in scale.answers if a.label.casefold() not in said] if scale else []
    if without:
        what = f"the guidance of {question.id} gives no example of {', '.join(without)}"
        remedy = f"Show what it looks like in a file: - **{without[0]}**: ..."
        yield Finding("no-example", (*place, "guidance"), what, remedy)


def _copied(content: Content, texts: Mapping[str, str]) -> Iterator[Finding]:
    rows = {each.id: row for row, each in enumerate(content.questions)}
    held = [(id, words(text)) for id, text in texts.items() if id in rows and words(text)]
    for (one, first), (other, second) in combinations(held, 2):
        shared = Fraction(len(first & second), min(len(first), len(second)))
        if shared > MOST_SHARED:
            what = f"the guidance of {other} shares {float(shared):.0%} of its words with {one}"
            remedy = "Write what to look for in this question alone; at most 60% may be shared"
            yield Finding("guidance-copied", ("questions", rows[other], "guidance"), what, remedy)
