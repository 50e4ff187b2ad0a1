"""What a rating hangs on: answers that would move it, single cases, the nearest boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.rating.cases import Cases
from inspectkit.assessment.rating.flips import Answer, Flip, figure_flips, nearest, step_flips
from inspectkit.assessment.rating.record import Rating
from inspectkit.assessment.rating.steps import Node, work
from inspectkit.assessment.rule import Rule
from inspectkit.assessment.rule.combine import NOT_RATED, Places
from inspectkit.errors import InspectionError


def flips(
    rating: Rating, others: Mapping[str, Rating], rule: Rule, est: Estimates, cases: Cases
) -> tuple[Flip, ...]:
    """The fewest changed answers that would give a better rating, and a worse one.

    others: the ratings of the same domain by figure. A rating that no answers can move has none.
    """
    if rating.place is None:
        return ()
    costs = _costs(rating, others, rule, est, cases)
    moves = nearest(rule, rating.place, costs, at_most=rating.node is not None)
    return tuple(moves)


def without_each_case(
    rating: Rating,
    rule: Rule,
    est: Estimates,
    cases: Cases,
    laid: Sequence[Node],
    flags: Mapping[str, bool],
) -> pd.DataFrame:
    """subject, band, changed: the rating with each case of the domain left out in turn.

    The other cases of its stratum stand for the whole stratum. Minimum numbers of cases are not
    asked again.
    """
    if rating.place is None:
        raise InspectionError(rating.figure, "it is not rated", "Ask for a rating that is given")
    d = cases.domains.index(rating.domain)
    left = [k for k in range(len(cases.subjects)) if cases.inside[k, d]]
    rated: dict[str, Places] = {}
    for figure in sorted(_leaves(rating, laid)):
        f = cases.figures.index(figure)
        low = est.row(figure, rating.domain).n < rule.minimum_cases
        places = [NOT_RATED if low else _place(cases, rule, f, d, each) for each in left]
        rated[figure] = np.array(places, dtype=np.int8)
    kinds = {each.id: each.kind for each in est.scores.figures}
    wanted = [node for node in laid if node.id == rating.figure or node.id in _needed(rating, laid)]
    done = work(rule, wanted, kinds, rated, flags)
    places = done.places[rating.figure].tolist()
    rows = [(cases.subjects[k], rule.bands[place].id if place >= 0 else None, place != rating.place)
            for k, place in zip(left, places, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["subject", "band", "changed"])


def _place(cases: Cases, rule: Rule, f: int, d: int, left: int) -> int:
    value: Fraction | None
    if rule.measure == "failing_cases":
        fails = cases.available[left, f] > cases.won[left, f]
        value = Fraction(cases.failing(f, d) - int(fails))
    else:
        value = cases.value(f, d, without=left)
    return NOT_RATED if value is None else rule.index[rule.band(value).id]


def _costs(
    rating: Rating, others: Mapping[str, Rating], rule: Rule, est: Estimates, cases: Cases
) -> dict[int, tuple[Answer, ...]]:
    if rating.place is None:
        return {}
    if rating.node is None:
        if rating.estimate is None or rating.value is None:
            return {rating.place: ()}  # a person's judgement: no answers move it
        return figure_flips(est, rule, cases, rating.figure, rating.domain, rating.value)
    costs = {each: _costs(others[each], others, rule, est, cases)
             for each in rating.node.inputs if each in others}  # fmt: skip
    return step_flips(rule, rating.node, rating.place, costs)


def _needed(rating: Rating, laid: Sequence[Node]) -> set[str]:
    """Every figure below a rating, itself included."""
    by_id = {node.id: node for node in laid}
    found, open_ = set(), [rating.figure]
    while open_:
        each = open_.pop()
        found.add(each)
        open_ += by_id[each].inputs if each in by_id else ()
    return found


def _leaves(rating: Rating, laid: Sequence[Node]) -> Iterator[str]:
    made = {node.id for node in laid}
    yield from (each for each in _needed(rating, laid) if each not in made)
