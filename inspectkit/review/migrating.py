"""Another version of the question set for marking under way: an event, and nothing is rewritten.

The answers given before stay in the log as they were given. Whoever reads a case reads them as the
event says: kept, renamed, mapped, split, or to be asked again. So old and new are both there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import Field

from inspectkit.errors import InspectionError
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.versions.frozen import locate, versions
from inspectkit.questions.versions.journey import Journey
from inspectkit.questions.versions.migration import (
    Migration,
    Move,
    Passage,
    passage,
    stated,
)
from inspectkit.review.log.kinds import Content, register
from inspectkit.review.state import Answer
from inspectkit.validation import validated

MIGRATED = "migrate_questions"
Row = Mapping[str, Any]


class Requestioned(Content):
    """From here on another version is asked.

    origin, now: id@revision of both. migration: what becomes of the answers given before.
    """

    origin: str
    now: str
    reason: str = Field(min_length=1, max_length=2000)
    question_set: dict[str, Any]
    migration: dict[str, Any] | None = None


register(MIGRATED, Requestioned)


@dataclass(frozen=True)
class Turn:
    """The moment from which another version was asked, and the way there. at: place in the log."""

    at: tuple[int, str, int]
    way: Passage
    question_set: QuestionSet


def order(row: Row) -> tuple[int, str, int]:
    """The place of an event in the log."""
    return row["tick"], row["replica"], row["sequence"]


def turns(first: QuestionSet, rows: Iterable[Row]) -> tuple[Turn, ...]:
    """Every change of version, in order. first: what marking began with."""
    found: list[Turn] = []
    before = first
    for row in (each for each in rows if each["kind"] == MIGRATED):
        told = Requestioned(**json.loads(row["body"]))
        after = QuestionSet.restore(told.question_set)
        rules = validated(Migration, told.migration, MIGRATED) if told.migration else None
        way = passage(before.canonical(), after.canonical(), rules)
        found.append(Turn(order(row), way, after))
        before = after
    return tuple(found)


def turned(turn: Turn, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers of a case, an item or a subject as they read after a change of version."""
    return {m.to: replace(answers[m.question], answer=m.becomes) for m in moved(turn, answers)}


def moved(turn: Turn, answers: Mapping[str, Answer]) -> list[Move]:
    """The answers that have a place after a change of version, and where."""
    moves = turn.way.moves({name: each.answer for name, each in answers.items()})
    return [each for each in moves if each.to]


def route(before: QuestionSet, to: str | Path, rules: Migration | None = None) -> tuple[Turn, ...]:
    """The steps from a version to a later one, with the rules that each was published with.

    rules: for a single step from the one to the other, in place of those. Errors: another set; a
    version that is not later; a step that breaks and has no rules.
    """
    path, after = locate(to), QuestionSet.load(to)
    if after.content.id != before.content.id:
        what = f"{before.ref} is marked under, and that is {after.ref}"
        raise InspectionError(str(to), what, f"Name a later version of {before.content.id}")
    if path is None or rules:
        return (Turn((0, "", 0), passage(before.canonical(), after.canonical(), rules), after),)
    if after.content.revision <= before.content.revision:
        what = f"{before.ref} is marked under, which is no earlier version"
        raise InspectionError(after.ref, what, "Name a later one")
    steps: list[Turn] = []
    for revision, file in versions(path.parent).items():
        if before.content.revision < revision <= after.content.revision:
            next_ = QuestionSet.load(file)
            last = steps[-1].question_set if steps else before
            way = passage(last.canonical(), next_.canonical(), stated(file))
            steps.append(Turn((0, "", 0), way, next_))
    return tuple(steps)


def journey(steps: Sequence[Turn]) -> Journey:
    """All the steps as one way."""
    return Journey(tuple(each.way for each in steps))
