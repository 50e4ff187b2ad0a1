"""The rule applied: every figure put in its band, steps combined, and the chance of each rating.

Bands are decided on exact fractions; a rounded percentage or a float never decides one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from inspectkit.assessment.domains import ALL
from inspectkit.assessment.estimation import Estimate, Estimates
from inspectkit.assessment.rating.cases import Cases, cases_of
from inspectkit.assessment.rating.chances import chances
from inspectkit.assessment.rating.discretion import Departure, Flag, by_domain, raised
from inspectkit.assessment.rating.ratings import Ratings
from inspectkit.assessment.rating.record import Rating
from inspectkit.assessment.rating.rows import Part
from inspectkit.assessment.rating.steps import Judged, Node, nodes, work
from inspectkit.assessment.rule import Rule
from inspectkit.assessment.rule.combine import NOT_RATED, Places
from inspectkit.assessment.scoring import Figure
from inspectkit.errors import Problems
from inspectkit.validation import nearest

DRAWS = 10_000


def rate(
    est: Estimates,
    rule: Rule,
    *,
    draws: int = DRAWS,
    flags: Sequence[Flag] = (),
    departures: Sequence[Departure] = (),
    judged: Judged | None = None,
) -> Ratings:
    """The rule applied to every figure in every domain, and its steps in every domain.

    A figure with nothing applicable, or with fewer applicable cases than the rule's minimum, is
    not rated, and its note says so. Probabilities come from `draws` populations that the cases
    could have come from (`draws.totals`), each pushed through the whole rule; in a census they
    are 1 or 0. judged: inputs of a step that no case gives, as {kind or step: {id: rating}}; they
    speak of the whole, so of the domain "all" alone.

    Errors: flags, departures or judgements that the rule does not know or allow.
    """
    figures = est.scores.figures
    laid = nodes(rule, figures, judged)
    moved = by_domain(rule, departures, _kinds(figures, laid), est.domains)
    cases, hold = cases_of(est, rule), raised(rule, flags)
    sure = chances(est, rule, cases, draws)
    kinds = {each.id: each.kind for each in figures}
    rows: list[Rating] = []
    for domain in est.domains:
        found = [est.row(each.id, domain) for each in figures if each.kind in rule.rates]
        values = {row.figure: _value(row, rule, cases) for row in found}
        rated = {row.figure: _place(row, rule, values[row.figure]) for row in found}
        rated |= _judged(rule, judged) if domain == ALL else {}
        here = moved.get(domain, {})
        done = work(rule, laid, kinds, rated, hold, _moved(rule, here))
        part = Part(rule, domain, done, here, sure.of(domain, rated, laid, kinds, hold))
        rows += [part.figure(row, values[row.figure], est.scores.figure(row.figure).label)
                 for row in found]  # fmt: skip
        rows += [part.step(node, _estimate(est, node, domain)) for node in laid]
    return Ratings(tuple(rows), est, rule, tuple(flags), tuple(departures), laid)


def judge(
    rule: Rule,
    given: Mapping[str, str] | Mapping[str, Mapping[str, str]],
    *,
    flags: Sequence[Flag] = (),
    departures: Sequence[Departure] = (),
) -> Ratings:
    """A rule's steps applied to ratings that people gave, not to cases.

    given: {id: rating}; where the rule's first step gives one result for each theme, the inputs
    of each: {theme: {id: rating}}.

    >>> rule = Rule.load("area-assurance@1")
    >>> judge(rule, {"a": "excellent", "b": "good", "c": "fair"}).row("overall", "all").band.id
    'good'
    """
    figures = tuple(_figures(rule, given))
    laid = nodes(rule, figures)
    flat = {k: v for each in given.values() if isinstance(each, Mapping) for k, v in each.items()}
    flat |= {k: v for k, v in given.items() if isinstance(v, str)}
    rated = _judged(rule, {"": flat})
    moved = by_domain(rule, departures, _kinds(figures, laid), [ALL]).get(ALL, {})
    kinds = {each.id: each.kind for each in figures}
    done = work(rule, laid, kinds, rated, raised(rule, flags), _moved(rule, moved))
    part = Part(rule, ALL, done, moved, {})
    rows = [part.judged(each, kinds.get(each, "")) for each in rated]
    rows += [part.step(node, None) for node in laid]
    return Ratings(tuple(rows), None, rule, tuple(flags), tuple(departures), laid)


def _value(row: Estimate, rule: Rule, cases: Cases) -> Fraction | None:
    """What the rule measures, exactly; None where the estimate has no value."""
    if row.value is None or rule.measure == "share_of_points":
        return row.value
    figure, domain = cases.figures.index(row.figure), cases.domains.index(row.domain)
    if rule.measure == "failing_cases":
        return Fraction(cases.failing(figure, domain))
    return cases.value(figure, domain)


def _place(row: Estimate, rule: Rule, value: Fraction | None) -> Places:
    rated = value is not None and row.n >= rule.minimum_cases and rule.measure != "judgement"
    place = rule.index[rule.band(value).id] if rated and value is not None else NOT_RATED
    return np.array([place], dtype=np.int8)


def _moved(rule: Rule, departures: Mapping[str, Departure]) -> dict[str, int]:
    return {figure: rule.index[each.to] for figure, each in departures.items()}


def _judged(rule: Rule, judged: Judged | None) -> dict[str, Places]:
    """Errors: a rating that the rule does not have."""
    found, problems = {}, Problems()
    for id, rating in ((k, v) for each in (judged or {}).values() for k, v in each.items()):
        if rating in rule.index:
            found[id] = np.array([rule.index[rating]], dtype=np.int8)
            continue
        known = list(rule.index)
        remedy = f"Use one of {', '.join(known)}.{nearest(rating, known)}"
        problems.add(f"judgement of {id}", f"{rule.ref} has no rating {rating!r}", remedy)
    problems.raise_if_any()
    return found


def _figures(
    rule: Rule, given: Mapping[str, str] | Mapping[str, Mapping[str, str]]
) -> Iterator[Figure]:
    """The figures that judgements imply: of the kind that the first step takes."""
    kind = str(rule.steps[0].of) if rule.steps else "theme"
    for id, each in given.items():
        if isinstance(each, Mapping):
            yield Figure(id, str(rule.steps[0].each or "theme"), id, tuple(each))
            yield from (Figure(name, kind, name, (name,)) for name in each)
        else:
            yield Figure(id, kind, id, (id,))


def _kinds(figures: Sequence[Figure], laid: Sequence[Node]) -> dict[str, list[str]]:
    found = {each.id: [each.kind] for each in figures}
    for node in laid:
        found.setdefault(node.id, []).extend([node.kind, node.step.id])
    return found


def _estimate(est: Estimates, node: Node, domain: str) -> Estimate | None:
    return est.row(node.id, domain) if node.step.each else None
