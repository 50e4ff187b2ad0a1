"""What ratings would be under another rule, or with a draft of the questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from inspectkit.assessment.rating.explain import percent
from inspectkit.assessment.rating.ratings import Ratings
from inspectkit.assessment.rating.record import NOT_RATED, Rating
from inspectkit.exhibits import counted
from inspectkit.questions import QuestionSet
from inspectkit.review import Reviews


@dataclass(frozen=True)
class Carried:
    """The marks that a draft can still count, and the questions that have none or lost theirs."""

    reviews: Reviews
    lost: tuple[str, ...]
    unmarked: tuple[str, ...]

    def notes(self) -> Iterator[str]:
        """What the marks of the draft do not say, in words."""
        if self.lost:
            questions = counted(len(self.lost), "question")
            yield f"marks of {questions} left out, asked otherwise: {', '.join(self.lost)}"
        if self.unmarked:
            questions = counted(len(self.unmarked), "question")
            yield f"{questions} of the draft without marks: {', '.join(self.unmarked)}"


def carried(reviews: Reviews, marked: QuestionSet, draft: QuestionSet) -> Carried:
    """The marks of questions that a draft asks in the same words with the same answers.

    Weights, points, themes and tags may differ: trying those out is what a draft is for.
    """
    old = {each.id: _asked(marked, each.id) for each in marked.questions}
    new = {each.id: _asked(draft, each.id) for each in draft.questions}
    kept = [each for each in old if old[each] == new.get(each)]
    marks = reviews.marks[reviews.marks["question"].isin(kept)].reset_index(drop=True)
    lost = tuple(each for each in old if each in new and each not in kept)
    unmarked = tuple(each for each in new if each not in kept)
    return Carried(replace(reviews, marks=marks), lost, unmarked)


def changes(before: Ratings, after: Ratings) -> pd.DataFrame:
    """Every rating of either side: figure, kind, domain, before, after, shares of both, moved.

    before, after: labels. share_*: the value in words, "" where there is none. moved: better,
    worse, changed (where the ratings are not the same ones), or "".
    """
    ours = {(each.figure, each.domain): each for each in before.rows}
    theirs = {(each.figure, each.domain): each for each in after.rows}
    same = [band.id for band in before.rule.bands] == [band.id for band in after.rule.bands]
    rows = []
    for address in dict.fromkeys([*ours, *theirs]):
        one, other = ours.get(address), theirs.get(address)
        kind = (one or other).kind if one or other else ""  # type: ignore[union-attr]
        labels = _label(one), _label(other)
        rows.append((address[0], kind, address[1], *labels, _share(one), _share(other),
                     _moved(one, other, before, after, same=same)))  # fmt: skip
    names = ["figure", "kind", "domain", "before", "after", "share_before", "share_after", "moved"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def _moved(
    one: Rating | None, other: Rating | None, before: Ratings, after: Ratings, *, same: bool
) -> str:
    if _label(one) == _label(other):
        return ""
    if not same or one is None or other is None or not one.band or not other.band:
        return "changed"
    up = after.rule.index[other.band.id] < before.rule.index[one.band.id]
    return "better" if up else "worse"


def _label(rating: Rating | None) -> str:
    if rating is None:
        return "-"
    return rating.band.label if rating.band else NOT_RATED


def _share(rating: Rating | None) -> str:
    if rating is None or rating.value is None:
        return ""
    return percent(rating.value) if rating.node is None else str(rating.value)


def _asked(qs: QuestionSet, id: str) -> object:
    question = qs.question(id)
    return question.text, question.type, sorted(qs.answer_ids(question))
