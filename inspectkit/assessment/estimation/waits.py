"""How long things took, by the reviews of an inspection: medians, quantiles, shares within a limit.

A wait is a calculated question or a number whose unit is one of time. Where it has no value since
nothing was ever sent, it is late and not missing: that is so where a scored question which takes
its suggestion from it was found not met. Where nobody can say, it is counted as not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
import pandas as pd

from inspectkit.assessment.coverage.choice import KG, RECOVERED, method_on
from inspectkit.assessment.domains import ALL
from inspectkit.assessment.estimation.allowed import allowed, judges
from inspectkit.assessment.estimation.durations import NEVER, Quantile, quantile_of
from inspectkit.assessment.estimation.linear import Drawn, stage
from inspectkit.assessment.estimation.shares import shares
from inspectkit.assessment.scoring import Scores
from inspectkit.questions import QuestionSet
from inspectkit.questions.model import Question
from inspectkit.review import Reviews
from inspectkit.review.state import ANSWERED, CLOSED, NA, NOT_EXAMINED
from inspectkit.sampling.sample import Sample

TIMES = ("minutes", "hours", "days", "working days", "weeks", "months")
QUANTILES = (0.5, 0.9)


@dataclass(frozen=True)
class Wait:
    """One wait in one domain.

    n: how many were due and are known, those never sent among them. quantiles: of QUANTILES, with
    limits. within: limit → share, low, high of what was in time by it. judged: the scored questions
    whether it was in time. limits: the longest it may take there, by the
    set; none for all casework types together.
    """

    question: str
    label: str
    unit: str
    domain: str
    n: int
    never: int
    not_known: int
    quantiles: tuple[Quantile, ...]
    within: Mapping[float, tuple[float, float | None, float | None]]
    judged: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


def waits(
    reviews: Reviews,
    qs: QuestionSet,
    scores: Scores,
    sample: Sample,
    *,
    within: Sequence[float] = (),
    level: float = 0.95,
) -> tuple[Wait, ...]:
    """Every wait of a question set, by casework type and over all; none where it asks for none.

    Samples that are not simple in strata have none: their items stand for unlike numbers.
    """
    if not sample.is_stratified:
        return ()
    found: list[Wait] = []
    for question in qs.questions:
        if question.type in ("calculated", "number") and question.unit in TIMES:
            rows = durations(reviews, scores, qs, question)
            known = _by_domain(question, rows, sample, within, level)
            found += (_judged(each, qs, question) for each in known)
    return tuple(found)


def _judged(wait: Wait, qs: QuestionSet, question: Question) -> Wait:
    by = judges(qs, question)
    types = () if wait.domain == ALL else (wait.domain,)
    told = (each for judge in by for type_ in types for each in allowed(qs, question, judge, type_))
    return replace(wait, judged=tuple(each.id for each in by), limits=tuple(dict.fromkeys(told)))


def durations(
    reviews: Reviews, scores: Scores, qs: QuestionSet, question: Question
) -> pd.DataFrame:
    """subject, item, stratum, taken: NEVER where nothing was sent, not a number where not known.

    Without what was closed, not applicable or not examined.
    """
    marks = reviews.marks[reviews.marks["question"] == question.id]
    marks = marks[~marks["state"].isin([CLOSED, NA, NOT_EXAMINED])]
    judged = [each.id for each in judges(qs, question)]
    scored = scores.marks[scores.marks["question"].isin(judged)]
    key = ["subject", "item"]
    states = scored.groupby(key).agg(
        won=("points", "sum"),
        of=("available", "sum"),
        na=("state", lambda each: (each == NA).all()),
    )
    rows = marks.merge(states.reset_index(), on=key, how="left")
    rows = rows[~rows["na"].eq(True)]
    failed = (rows["won"] == 0) & (rows["of"] > 0)
    answered = (rows["state"] == ANSWERED) & (rows["answer"] != "")
    numbers = pd.to_numeric(rows["answer"].where(answered), errors="coerce")
    taken = numbers.where(answered, pd.Series(np.where(failed, NEVER, nan), index=rows.index))
    strata = reviews.subjects[["subject", "stratum"]]
    return rows.assign(taken=taken)[[*key, "taken"]].merge(strata, on="subject")


def _by_domain(
    question: Question, rows: pd.DataFrame, sample: Sample, within: Sequence[float], level: float
) -> Iterator[Wait]:
    strata = sample.strata()
    timely = {limit: _within(rows, sample, limit, level) for limit in within}
    for domain in [*strata["stratum"], ALL]:
        own = rows if domain == ALL else rows[rows["stratum"] == domain]
        known = own[own["taken"].notna()]
        if known.empty:
            continue
        drawn, taken = _drawn(known, sample), known["taken"].to_numpy()
        yield Wait(
            question.id, question.text, question.unit or "", domain, len(known),
            int(np.isinf(taken).sum()), len(own) - len(known),
            tuple(quantile_of(drawn, taken, share, level=level) for share in QUANTILES),
            {limit: table[domain] for limit, table in timely.items() if domain in table},
        )  # fmt: skip


def _drawn(rows: pd.DataFrame, sample: Sample) -> Drawn:
    """What was found in each case, cases drawn simply in strata."""
    strata = sample.strata().set_index("stratum")
    N, n = (rows["stratum"].map(strata[name]).to_numpy(dtype=np.float64) for name in ("N", "n"))
    return Drawn(N / n, (stage(rows["stratum"], rows["subject"], n / N),))


def _within(
    rows: pd.DataFrame, sample: Sample, limit: float, level: float
) -> dict[str, tuple[float, float | None, float | None]]:
    """The share in time by the limit, of every stratum and of all."""
    known = rows[rows["taken"].notna()]
    counts = known.assign(points=(known["taken"] <= limit).astype(int), available=1)
    by_case = counts.groupby("subject")[["points", "available"]].sum()
    cases = sample.drawn.set_index("id")[["stratum"]].join(by_case).fillna(0)
    cases = cases.astype({"points": int, "available": int}).reset_index()
    sizes = {str(row["stratum"]): int(row["N"]) for row in sample.strata().to_dict("records")}
    design = tuple((int(row["N"]), int(row["n"])) for row in sample.strata().to_dict("records"))
    interval = KG if method_on(design, level) == KG else RECOVERED
    table = shares(cases.assign(domain=cases["stratum"]), sizes, by="domain", level=level,
                   interval=interval)  # fmt: skip
    told = table[table["value"].notna()]
    return {row["domain"]: (float(row["value"]), row["low"], row["high"])
            for row in told.to_dict("records")}  # fmt: skip
