"""How often each answer was given, question by question and casework type: what is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspectkit.review.state import ANSWERED, CLOSED, NA

GIVEN = (ANSWERED, NA)
ELSE_NA, NOT_ASKED, UNMARKED = "na", "closed", "unmarked"


@dataclass(frozen=True)
class Row:
    """One question in one casework type: marks by answer, and by the reason why there is none.

    cells: names; numbers, won, of: for each cell the marks, and what one of them wins and could
    have won. figures: the themes and tags that the question feeds. `closed` counts marks that did
    not have to be given, `unmarked` those that are lacking.

    >>> row = Row("grip_1", "CC", ("fm", "nm", "na"), (6, 2, 1), (2, 0, 0), (2, 2, 0), ("grip",))
    >>> row.points, row.available, row.total
    (12, 16, 9)
    """

    question: str
    stratum: str
    cells: tuple[str, ...]
    numbers: tuple[int, ...]
    won: tuple[int, ...]
    of: tuple[int, ...]
    figures: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.numbers)

    @property
    def points(self) -> int:
        return sum(n * each for n, each in zip(self.numbers, self.won, strict=True))

    @property
    def available(self) -> int:
        return sum(n * each for n, each in zip(self.numbers, self.of, strict=True))

    @property
    def worth(self) -> dict[str, tuple[int, int]]:
        """Cell → points that one such answer wins, and could have won."""
        pairs = zip(self.cells, self.won, self.of, strict=True)
        return {name: (won, of) for name, won, of in pairs if of}

    @property
    def counting(self) -> tuple[str, ...]:
        """The cells whose marks count to a share."""
        return tuple(self.worth)


def counts(insp: Any, parts: Mapping[str, str] | None = None) -> tuple[Row, ...]:
    """A row for every question asked of a casework type, in the order of the question set.

    parts: case → the part of its casework type that it is counted in, whose name a row then has
    in the place of the casework type's; by default all of it.
    """
    subjects = insp.reviews.subjects
    strata = {str(case): str(name) for case, name in
              zip(subjects["subject"], subjects["stratum"], strict=True)}  # fmt: skip
    within = strata if parts is None else parts
    pairs = dict.fromkeys((strata[case], within[case]) for case in strata)
    found: dict[tuple[str, str], Counter[str]] = {}
    marks = insp.reviews.marks
    for row in marks[["subject", "question", "state", "answer"]].itertuples(index=False):
        counter = found.setdefault((row.question, within[row.subject]), Counter())
        counter[_cell(str(row.state), str(row.answer))] += 1
    feeds: dict[str, list[str]] = {}
    for figure in insp.scores.figures:
        for question in figure.questions if figure.kind != "question" else ():
            feeds.setdefault(question, []).append(figure.id)
    qs = insp.question_set
    return tuple(
        _row(qs, question, part, found[question.id, part], tuple(feeds.get(question.id, ())))
        for question in qs.questions
        for stratum in insp.estimates.sample.casework_types
        for inside, part in pairs
        if inside == stratum and (question.id, part) in found and qs.asked_of(question, stratum)
    )


def _row(
    qs: Any, question: Any, stratum: str, counted: Counter[str], figures: tuple[str, ...]
) -> Row:
    cells = list(dict.fromkeys([*qs.answers(question), ELSE_NA, NOT_ASKED, UNMARKED]))
    worth = dict.fromkeys(cells, (0, 0))
    if question.scored:
        scale = qs.scale(str(question.scale))
        best = scale.points_available * question.weight
        for answer in scale.answers:
            if not answer.excluded:
                worth[answer.id] = ((answer.points or 0) * question.weight, best)
    kept = [each for each in cells if each not in (ELSE_NA, UNMARKED) or counted[each]
            or each in qs.answers(question)]  # fmt: skip
    won, of = zip(*(worth[each] for each in kept), strict=True)
    return Row(
        question.id,
        stratum,
        tuple(kept),
        tuple(counted[each] for each in kept),
        tuple(won),
        tuple(of),
        figures,
    )


def _cell(state: str, answer: str) -> str:
    if state in GIVEN:
        return answer or ELSE_NA
    return NOT_ASKED if state == CLOSED else UNMARKED
