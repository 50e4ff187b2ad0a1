"""Agreement of inspectors who marked the same cases blind: first on whether, then on how well.

Two questions are kept apart: did both find that the question applies (applicability), and where
both did, how near are their answers (answer)? Not applicable is never one more grade of a scale.
Answers of a scale stand at their share of the points and are weighed quadratically; choices are
equal or not. A case is resampled whole, whatever was asked of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from inspectkit.assessment.agreement.bootstrap import Coefficient, resamples, with_limits
from inspectkit.assessment.agreement.coefficients import ABSENT, tally
from inspectkit.assessment.agreement.severity import severity
from inspectkit.assessment.agreement.weights import nearness
from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.review import Reviews
from inspectkit.review.state import ANSWERED, CLOSED, NA

HEADLINE = ("percent", "ac", "kappa", "alpha")
APPLICABILITY, ANSWER = "applicability", "answer"
FEW = 20  # pairs under which the count and the width are read before any coefficient
ITEM = ["subject", "item"]
UNIT = [*ITEM, "question"]
LEVELS = ("all", "theme", "question", "pair", "marker")


@dataclass(frozen=True)
class Row:
    """Agreement of one group of marks: level is all, theme, question, pair or marker.

    pairs: cases and questions that two or more marked. cases: in how many cases they lie. apart:
    items among them that the markers name differently (`Reviews.named_apart`).
    """

    level: str
    id: str
    stage: str
    pairs: int
    cases: int
    coefficients: dict[str, Coefficient]
    apart: int = 0

    @property
    def note(self) -> str:
        """What a reader must know before the coefficients."""
        few = f"{self.pairs} pairs only: read counts and limits first" if self.pairs < FEW else ""
        reasons = [each.reason for each in self.coefficients.values() if each.reason]
        one = "1 of them is" if self.apart == 1 else f"{self.apart} of them are"
        odd = f"items are matched by number, and {one} named differently" if self.apart else ""
        return "; ".join(part for part in (few, odd, *dict.fromkeys(reasons)) if part)


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far markers agree, by everything and by theme, question, pair and marker."""

    rows: tuple[Row, ...]
    shares: pd.DataFrame
    level: float

    def table(self) -> pd.DataFrame:
        """level, id, stage, pairs, cases, then each coefficient with its limits, note.

        Coefficients: percent, ac (AC1 or AC2), kappa, alpha; None where the note says why.
        """
        return pd.DataFrame([_flat(row) for row in self.rows], dtype=object)

    @cached_property
    def severity(self) -> pd.DataFrame:
        """Signed severity and drift of every marker: see `severity.severity`."""
        return severity(self.shares, level=self.level)

    def row(self, level: str, id: str, stage: str = ANSWER) -> Row:
        """One row. Errors: no such group was marked twice."""
        for row in self.rows:
            if (row.level, row.id, row.stage) == (level, id, stage):
                return row
        raise InspectionError("agreement", f"no {level} {id!r} ({stage})", "See .table()")


def agree(
    reviews: Reviews,
    qs: QuestionSet | None = None,
    *,
    level: float = 0.95,
    levels: Collection[str] = LEVELS,
) -> Agreement:
    """How far the markers of the same cases agree, from their marks before any was settled.

    levels: of LEVELS, those to work out; fewer are sooner there. Errors: no case has been marked
    by two people.
    """
    qs = qs or reviews.question_set
    if qs is None:
        raise InspectionError("agree", "no question set is at hand", "Give it: agree(reviews, qs)")
    marks = _twice(reviews.blind)
    if marks.empty:
        remedy = "Let a share of the cases be marked a second time"
        raise InspectionError("agree", "no case has been marked by two people", remedy)
    marks = _placed(marks, qs)
    apart = pd.MultiIndex.from_frame(reviews.named_apart[ITEM])
    marks["apart"] = pd.MultiIndex.from_frame(marks[ITEM]).isin(apart)
    key = digest(marks[[*UNIT, "marker", "answer"]].values.tolist())
    rows = tuple(_rows(marks, qs, key, level, levels))
    scored = marks[(marks["state"] == ANSWERED) & marks["value"].notna()]
    shares = pd.DataFrame(
        {
            "unit": scored.groupby(UNIT).ngroup(),
            "case": scored["subject"],
            "marker": scored["marker"],
            "share": scored["value"],
            "order": scored["order"],
        }
    )
    return Agreement(rows, shares, level)


def _twice(marks: pd.DataFrame) -> pd.DataFrame:
    """The marks of what two or more people answered; what is closed for all of them is no unit."""
    counted = marks[marks["state"].isin([ANSWERED, NA, CLOSED])]
    by_unit = counted.groupby(UNIT)
    several = by_unit["marker"].transform("nunique") > 1
    asked = (counted["state"] != CLOSED).groupby([counted[k] for k in UNIT]).transform("any")
    kept = counted[several & asked]
    return kept.sort_values([*UNIT, "marker"], ignore_index=True)


def _placed(marks: pd.DataFrame, qs: QuestionSet) -> pd.DataFrame:
    """The marks with value (share of the points, missing for what earns none) and order."""
    worth = dict(_worth(qs))
    pairs = zip(marks["question"], marks["answer"], strict=True)
    values = pd.Series([worth.get(pair, np.nan) for pair in pairs], index=marks.index, dtype=float)
    order = marks.groupby("marker")["at"].rank(method="dense") if "at" in marks else 0.0
    return marks.assign(value=values, order=order)


def _worth(qs: QuestionSet) -> Iterator[tuple[tuple[str, str], float]]:
    for question in qs.questions:
        if not question.scored:
            continue
        scale = qs.scale(str(question.scale))
        for answer in scale.answers:
            if answer.points is not None and scale.points_available:
                yield (question.id, answer.id), answer.points / scale.points_available


def _rows(
    marks: pd.DataFrame, qs: QuestionSet, key: str, level: float, levels: Collection[str]
) -> Iterator[Row]:
    scored = marks[marks["question"].isin([each.id for each in qs.questions if each.scored])]
    draw = cache(lambda cases: resamples(cases, key))
    for name, id, part in _groups(marks, scored, qs, levels):
        for stage, codes, kind, values, cases in _stages(part, qs, name):
            units = tally(codes, nearness(kind, values))
            each_case = units.grouped(cases)
            found = with_limits(HEADLINE, each_case, draw(each_case.size), level=level)
            pairs, in_cases = int(units.paired.sum()), int((each_case.paired > 0).sum())
            odd = len(part.loc[part["apart"], ITEM].drop_duplicates())
            yield Row(name, id, stage, pairs, in_cases, found, odd)


Group = tuple[str, str, pd.DataFrame]


def _groups(
    marks: pd.DataFrame, scored: pd.DataFrame, qs: QuestionSet, levels: Collection[str]
) -> Iterator[Group]:
    if "all" in levels:
        yield "all", "", scored
    for theme in qs.themes if "theme" in levels else ():
        inside = [each.id for each in qs.questions if theme.id in each.themes]
        yield "theme", theme.id, scored[scored["question"].isin(inside)]
    for question in qs.questions if "question" in levels else ():
        yield "question", question.id, marks[marks["question"] == question.id]
    markers = sorted(scored["marker"].unique())
    for first, second in combinations(markers, 2) if "pair" in levels else ():
        yield "pair", f"{first} + {second}", _together(scored, {first, second}, both=True)
    for marker in markers if "marker" in levels else ():
        yield "marker", marker, _together(scored, {marker}, both=False)


def _together(marks: pd.DataFrame, names: set[str], *, both: bool) -> pd.DataFrame:
    """The units that all of these marked: their marks alone, or everybody's."""
    theirs = marks[marks["marker"].isin(names)]
    full = theirs.groupby(UNIT)["marker"].nunique() == len(names)
    units = pd.MultiIndex.from_frame(marks[UNIT])
    kept = marks[units.isin(full[full].index)]
    return kept[kept["marker"].isin(names)] if both else kept


Stage = tuple[str, Any, str, list[float], Any]


def _stages(part: pd.DataFrame, qs: QuestionSet, level: str) -> Iterator[Stage]:
    """stage, codes, kind of weights, values of the categories, case of each unit."""
    if part.empty:
        return
    applies = (part["state"] == ANSWERED).astype(int)
    yield (APPLICABILITY, *_codes(part, applies, "identity", [0.0, 1.0]))
    answered = part[part["state"] == ANSWERED]
    if answered.empty:
        return
    if answered["value"].notna().all():
        values = sorted(_declared(answered, qs))
        places = answered["value"].map({value: place for place, value in enumerate(values)})
        yield (ANSWER, *_codes(answered, places, "quadratic", values))
    elif level == "question":
        names = list(qs.answers(qs.question(str(answered["question"].iloc[0]))))
        if set(answered["answer"]) <= set(names) and len(names) > 1:
            places = answered["answer"].map({name: place for place, name in enumerate(names)})
            grades = [float(place) for place in range(len(names))]
            yield (ANSWER, *_codes(answered, places, "identity", grades))


def _declared(answered: pd.DataFrame, qs: QuestionSet) -> set[float]:
    """Every share of the points that the scales of these questions can give."""
    asked = set(answered["question"])
    return {value for (question, _), value in _worth(qs) if question in asked}


def _codes(part: pd.DataFrame, places: Any, kind: str, values: list[float]) -> tuple[Any, ...]:
    wide = part.assign(code=places).pivot(index=UNIT, columns="marker", values="code")
    codes = wide.fillna(ABSENT).astype(int).to_numpy()
    cases = pd.factorize(wide.index.get_level_values("subject"))[0]
    return codes, kind, values, cases


def _flat(row: Row) -> dict[str, Any]:
    flat = {name: getattr(row, name) for name in ("level", "id", "stage", "pairs", "cases")}
    for name, each in row.coefficients.items():
        flat |= {name: each.value, f"{name}_low": each.low, f"{name}_high": each.high}
    return flat | {"note": row.note}
