"""Scores are points won and points available, counted from reviews in whole numbers.

Every figure (a theme, a tag such as grip, a scored question) is a ratio of sums over the answers
that apply. N/A, unanswered, closed, not examined and unsettled are counted apart and never a 0; a
figure with nothing available has no share at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import pandas as pd

from inspectkit.digest import digest
from inspectkit.errors import InspectionError, Problems
from inspectkit.questions import QuestionSet
from inspectkit.review import Reviews
from inspectkit.review.state import (
    ANSWERED,
    CLOSED,
    NA,
    NOT_EXAMINED,
    NOT_KNOWN,
    UNANSWERED,
    UNSETTLED,
)
from inspectkit.validation import nearest

STATES = {
    "answered": ANSWERED,
    "na": NA,
    "unanswered": UNANSWERED,
    "closed": CLOSED,
    "not_examined": NOT_EXAMINED,
    "unsettled": UNSETTLED,
}
WANTING = [UNANSWERED, NOT_EXAMINED, UNSETTLED]
NOT_APPLICABLE, LACKING = "not_applicable_points", "lacking_points"
SUMS = ["points", "available", NOT_APPLICABLE, LACKING, *STATES]
DIGESTED = ["subject", "item", "stratum", "question", "state", "points", "available"]
COLUMNS = ["figure", "kind", "domain", "points", "available", "share", *STATES, "cases"]


@dataclass(frozen=True)
class Figure:
    """One thing that gets a value: kind is theme, tag or question; questions feed it."""

    id: str
    kind: str
    label: str
    questions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Scores:
    """What reviews earn under a question set.

    marks: subject, item, stratum, question, state, points, available, worth; one row for every
    mark of a scored question, whole numbers that hold the question's weight already. worth is what
    the best answer would win, whether or not the question applied.
    strata: stratum to public label. The two digests name the reviews and questions scored.
    """

    marks: pd.DataFrame
    figures: tuple[Figure, ...]
    strata: Mapping[str, str]
    reviews_digest: str
    question_set_digest: str

    @cached_property
    def _cases(self) -> pd.DataFrame:
        links = [(each.id, question) for each in self.figures for question in each.questions]
        state = self.marks["state"]
        counted = self.marks.assign(
            **{k: (state == each).astype(int) for k, each in STATES.items()},
            **{
                NOT_APPLICABLE: self.marks["worth"].where(state == NA, 0),
                LACKING: self.marks["worth"].where(state.isin(WANTING), 0),
            },
        )
        examined = counted.groupby("subject")["not_examined"].transform("sum") == 0
        rows = pd.DataFrame(links, columns=["figure", "question"]).merge(
            counted.assign(examined=examined), on="question"
        )
        keys = ["figure", "stratum", "subject"]
        cases = rows.groupby([*keys, "examined"], as_index=False, sort=False)[SUMS].sum()
        begun = (cases["answered"] + cases["na"] > 0) | (cases["unanswered"] == 0)
        return cases.assign(settled=cases["examined"] & begun).drop(columns="examined")

    def cases(self) -> pd.DataFrame:
        """figure, stratum, subject, points, available, not_applicable_points, lacking_points, a
        count of each state, settled. The two further points are what marks that are N/A, and marks
        unanswered, not examined or unsettled, could have won.

        settled: the case was examined, and for this figure something was marked or nothing
        waits for an answer. Cases that are not settled say nothing about the figure.
        """
        return self._cases.copy()

    def table(self) -> pd.DataFrame:
        """figure, kind, domain, points, available, share, a count of each state, cases.

        One row for every figure and stratum. share is an exact Fraction, None where nothing was
        available. The counts of states are of marks; cases counts those with points available.
        """
        cases = self._cases.assign(cases=(self._cases["available"] > 0).astype(int))
        every = pd.MultiIndex.from_product(
            [[each.id for each in self.figures], list(self.strata)], names=["figure", "stratum"]
        )
        sums = cases.groupby(["figure", "stratum"])[[*SUMS, "cases"]].sum()
        table = sums.reindex(every, fill_value=0).reset_index()
        table = table.rename(columns={"stratum": "domain"})
        table["kind"] = table["figure"].map({each.id: each.kind for each in self.figures})
        pairs = zip(table["points"], table["available"], strict=True)
        table["share"] = pd.Series([share(won, of) for won, of in pairs], dtype=object)
        return table[COLUMNS]

    def by(self, domains: Mapping[str, str]) -> pd.DataFrame:
        """figure, kind, domain, points, available, share, all, share_of_all, na, cases.

        domains: case → the Area, inspector, casework type or whatever it is to be counted under; a
        case without one is not counted. all: available points with those not applicable, so that
        both denominators stand side by side. Nothing is weighted: these are the files marked.
        """
        cases = self._cases.assign(
            domain=self._cases["subject"].map(dict(domains)),
            all=self._cases["available"] + self._cases[NOT_APPLICABLE],
            cases=(self._cases["available"] > 0).astype(int),
        )
        names = ["points", "available", "all", "na", "cases"]
        table = cases.groupby(["figure", "domain"], sort=False)[names].sum().reset_index()
        place = {each.id: number for number, each in enumerate(self.figures)}
        table["place"] = table["figure"].map(place)
        table = table.sort_values(["place", "domain"])
        table["kind"] = table["figure"].map({each.id: each.kind for each in self.figures})
        for name, of in (("share", "available"), ("share_of_all", "all")):
            pairs = zip(table["points"], table[of], strict=True)
            table[name] = pd.Series(
                [share(w, k) for w, k in pairs], dtype=object, index=table.index
            )
        order = ["figure", "kind", "domain", "points", "available", "share", "all", "share_of_all"]
        return table[[*order, "na", "cases"]].reset_index(drop=True)

    def figure(self, id: str) -> Figure:
        """The figure of that id. Errors: an id that is no figure, with the nearest one."""
        known = {each.id: each for each in self.figures}
        if id not in known:
            remedy = f"Use the id of a theme, a tag or a scored question.{nearest(id, list(known))}"
            raise InspectionError("scores", f"no figure {id!r}", remedy)
        return known[id]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of every mark's points, and of what they were counted from."""
        ordered = self.marks.sort_values(["subject", "item", "question"])
        marks = ordered[DIGESTED].astype({"points": int, "available": int}).values.tolist()
        return digest([self.reviews_digest, self.question_set_digest, marks])


def score(reviews: Reviews, qs: QuestionSet) -> Scores:
    """The points that reviews earn: points x weight, of the scale's best answer x weight.

    Questions that are context, or that feed no theme and no tag, count to nothing.
    Errors: a mark whose question, answer, state or case is not known; a case marked twice; marks of
    practice files.

    >>> from inspectkit.questions import QuestionSet
    >>> qs = QuestionSet.load("area-inspection@1")
    >>> case = pd.DataFrame({"subject": ["52SW0012345/26"], "stratum": ["CC"]})
    >>> mark = {"subject": "52SW0012345/26", "item": "", "question": "charge_selection",
    ...         "marker": "AB", "state": "answered", "answer": "pm", "evidence": "", "version": 1}
    >>> table = score(Reviews(case, pd.DataFrame([mark])), qs).table()
    >>> table[table["figure"] == "charge_selection"].iloc[1]["share"]
    Fraction(1, 2)
    """
    if reviews.practice:
        what = "these are marks of practice files, which nobody's work is judged by"
        raise InspectionError("reviews", what, "Score the marks of an inspection")
    marks = _known_marks(reviews, qs)
    worth = pd.DataFrame(_worth(qs), columns=["question", "answer", "won", "of", "excluded"])
    marks = marks.merge(worth, on=["question", "answer"], how="left", validate="many_to_one")
    answered = marks["state"] == ANSWERED
    unknown = marks[answered & marks["won"].isna()]
    _refuse(unknown, "{answer!r} is no answer of this question", "Mark it again")
    # an answer outside the base is N/A whatever the reviews call it
    outside = answered & marks["excluded"].eq(True)
    marks["state"] = marks["state"].mask(outside, NA)
    counts = marks["state"] == ANSWERED
    marks["points"] = marks["won"].where(counts, 0).astype("int64")
    marks["available"] = marks["of"].where(counts, 0).astype("int64")
    best = worth.drop_duplicates("question").set_index("question")["of"]
    marks["worth"] = marks["question"].map(best).where(marks["state"] != CLOSED, 0).astype("int64")
    return Scores(
        marks[[*DIGESTED, "worth"]],
        _figures(qs),
        dict(qs.casework_types),
        reviews.digest,
        qs.digest,
    )


def share(points: int, available: int) -> Fraction | None:
    """Points over available points, exactly; None where nothing was available.

    >>> share(7, 12), share(0, 0)
    (Fraction(7, 12), None)
    """
    return Fraction(int(points), int(available)) if available else None


def _known_marks(reviews: Reviews, qs: QuestionSet) -> pd.DataFrame:
    """The marks of scored questions with their stratum; refuses what leads nowhere."""
    marks = reviews.marks
    ids = [each.id for each in qs.questions]
    strange = marks[~marks["question"].isin(ids)]
    _refuse(strange, f"no question of {qs.ref}", "Score with the question set used for marking")
    odd = marks[~marks["state"].isin([*STATES.values(), NOT_KNOWN])]
    _refuse(odd, "{state!r} is no state of a mark", "Mark it again")
    _refuse(
        marks[~marks["subject"].isin(reviews.subjects["subject"])],
        "no case of these reviews",
        "Keep marks and cases of one store together",
    )
    scored = marks[marks["question"].isin([each.id for each in qs.questions if each.scored])]
    twice = scored.duplicated(["subject", "item", "question"])
    _refuse(scored[twice], "marked twice", "Settle which marker's answer counts before scoring")
    strata = reviews.subjects[["subject", "stratum"]]
    placed = scored.merge(strata, on="subject", validate="many_to_one")
    lost = placed[~placed["stratum"].isin(list(qs.casework_types))]
    _refuse(lost, f"its casework type is none of {qs.ref}", "Correct the stratum of the case")
    return placed


def _refuse(rows: pd.DataFrame, what: str, remedy: str) -> None:
    problems = Problems()
    for row in rows.itertuples():
        where = f"case {row.subject}{', item ' * bool(row.item)}{row.item}, question {row.question}"
        problems.add(where, what.format(answer=row.answer, state=row.state), remedy)
    problems.raise_if_any()


def _worth(qs: QuestionSet) -> Iterator[tuple[str, str, int, int, bool]]:
    """Question, answer, points won, points available, outside the base.

    Refuses an answer that is neither worth points nor outside the base: it would pass for a 0.
    """
    for question in qs.questions:
        if not question.scored:
            continue
        scale = qs.scale(str(question.scale))
        best = scale.points_available * question.weight
        for answer in scale.answers:
            if not best or (answer.points is None) != answer.excluded:
                where = f"{qs.ref}, scale {scale.id}, answer {answer.id}"
                what = "it needs points or excluded: true, and the scale some points above 0"
                raise InspectionError(where, what, "Correct the scale")
            won = (answer.points or 0) * question.weight
            yield question.id, answer.id, won, best, answer.excluded


def _figures(qs: QuestionSet) -> tuple[Figure, ...]:
    """Themes in the order of the form, tags, questions; only those that something feeds."""
    scored = [each for each in qs.questions if each.scored]
    found = [
        Figure(each.id, kind, each.label, tuple(q.id for q in scored if each.id in getattr(q, key)))
        for kind, key, named in (("theme", "themes", qs.themes), ("tag", "tags", qs.tags))
        for each in named
    ]
    found += [Figure(each.id, "question", each.text, (each.id,)) for each in scored]
    figures = tuple(each for each in found if each.questions)
    problems, seen = Problems(), set()
    for each in figures:
        if each.id in seen:
            remedy = "Give themes, tags and questions different ids"
            problems.add(qs.ref, f"the id {each.id!r} names two figures", remedy)
        seen.add(each.id)
    problems.raise_if_any()
    return figures
