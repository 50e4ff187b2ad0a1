"""The arithmetic of a rating as a waterfall: what each question took away, or each input added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspectkit.assessment.domains import ALL
from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.rating.cases import Cases
from inspectkit.assessment.rating.record import Rating
from inspectkit.assessment.rule import Rule
from inspectkit.assessment.rule.combine import implied_cuts
from inspectkit.assessment.rule.model import BY_POINTS
from inspectkit.assessment.rule.numbers import written
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Boundary, Fall, Waterfall, listed, percent

LOST = "what a question took away, in percentage points of all that could be won."


def waterfall(
    rating: Rating,
    others: Mapping[str, Rating],
    rule: Rule,
    est: Estimates | None,
    cases: Cases | None,
) -> Waterfall:
    """From all points to the value, question by question; for a sum, from nothing to the total.

    Errors: a rating without a value; a step that adds nothing up.
    """
    if rating.value is None or (rating.node and rating.node.step.method not in BY_POINTS):
        what = "it is made of no arithmetic that a picture could show"
        raise InspectionError(f"{rating.figure}, {rating.domain}", what, "Read its explanation")
    if rating.node:
        return _added(rating, others, rule)
    if est is None or cases is None or rule.measure != "share_of_points":
        what = "only shares of points fall question by question"
        raise InspectionError(rating.figure, what, "Read its explanation")
    return _lost(rating, rule, est, cases)


def _lost(rating: Rating, rule: Rule, est: Estimates, cases: Cases) -> Waterfall:
    falls = sorted(_falls(rating, est, cases), key=lambda each: each.change)
    shown, rest = falls[:12], falls[12:]
    if rest:
        total = sum(each.change for each in rest)
        shown = [*shown, Fall(f"{len(rest)} more questions", total)]
    place = "all casework" if rating.domain == ALL else est.scores.strata.get(rating.domain, "")
    title = f"{rating.title}, {place or rating.domain}: where the points went"
    value = percent(rating.value)
    label = rating.band.label if rating.band else "Not rated"
    said = "; ".join(f"{each.label} {each.change:+.1f}" for each in shown)
    pairs = list(zip(rule.cuts.cuts, rule.bands, strict=False))
    lowest = [f"{written(cut.value, as_percent=True)} {band.short.lower()}" for cut, band in pairs]
    return Waterfall(
        id="waterfall",
        title=title,
        alt=f"From 100% of the points: {said}; to {value}%: {label}.",
        start=100.0,
        beginning="All points available",
        steps=tuple(shown),
        ending=label,
        boundaries=tuple(Boundary(float(cut.value * 100), band.short) for cut, band in pairs),
        notes=(f"Each bar is {LOST} In brackets: points won. Dashed: {listed(lowest)}.",),
    )


def _falls(rating: Rating, est: Estimates, cases: Cases) -> Iterator[Fall]:
    """What each question lost, in points of a percent of the figure, every case by its weight."""
    f, d = cases.figures.index(rating.figure), cases.domains.index(rating.domain)
    weights = {
        subject: cases.weight(f, stratum) * bool(inside)
        for subject, stratum, inside in zip(
            cases.subjects, cases.stratum, cases.inside[:, d], strict=True
        )
    }
    questions = est.scores.figure(rating.figure).questions
    marks = est.scores.marks
    marks = marks[marks["question"].isin(questions)]
    marks = marks.assign(weight=marks["subject"].map(weights))
    labels = {each.id: each.label for each in est.scores.figures}
    counted: dict[str, list[tuple[Any, int, int]]] = {}  # cases of one weight counted together
    sums = marks.groupby(["question", "weight"], sort=False)[["points", "available"]].sum()
    for question, weight, won, of in sums.reset_index().itertuples(index=False):
        counted.setdefault(question, []).append((weight, int(won), int(of)))
    whole = sum(weight * of for parts in counted.values() for weight, _, of in parts)
    for question, parts in counted.items():
        if lost := sum(weight * (of - won) for weight, won, of in parts):
            won, of = (sum(part[place] for part in parts if part[0]) for place in (1, 2))
            yield Fall(labels[question], -float(lost / whole * 100), f"{won} of {of}")


def _added(rating: Rating, others: Mapping[str, Rating], rule: Rule) -> Waterfall:
    assert rating.node is not None and rating.value is not None
    step = rating.node.step
    rated = [others[each] for each in rating.node.inputs if each in others and others[each].band]
    best = max(float(band.points or 0) for band in rule.bands)
    per = {"sum": 1.0, "share": 100 / (best * len(rated))}.get(step.method, 1 / len(rated))
    falls = tuple(
        Fall(each.title, float(each.band.points or 0) * per, each.band.short)
        for each in rated
        if each.band
    )
    names = [each.rating for each in step.bands] or [band.id for band in rule.bands]
    short = {band.id: band.short for band in rule.bands}
    scale = 100 if step.method == "share" else 1
    edges = zip(implied_cuts(step, rule.bands).cuts, names, strict=False)
    label = rating.band.label if rating.band else "Not rated"
    said = "; ".join(f"{each.label} {each.detail} {each.change:+.1f}" for each in falls)
    return Waterfall(
        id="waterfall",
        title=f"{rating.title}: what each input adds",
        alt=f"From 0: {said}; to {float(rating.value) * scale:.1f}: {label}.",
        start=0.0,
        beginning="Nothing",
        steps=falls,
        ending=label,
        boundaries=tuple(Boundary(float(cut.value) * scale, short[name]) for cut, name in edges),
        unit="%" if step.method == "share" else "",
    )
