"""A rule in plain words: what is measured, where each rating begins, how ratings are combined."""

from __future__ import annotations

from collections.abc import Iterator

from inspectkit.assessment.rule.bands import Cut
from inspectkit.assessment.rule.combine import implied_cuts
from inspectkit.assessment.rule.model import BY_POINTS, Condition, Step
from inspectkit.assessment.rule.numbers import written
from inspectkit.assessment.rule.rule import Rule
from inspectkit.exhibits import listed

METHODS = {
    "lowest": "takes the lowest of its inputs",
    "highest": "takes the highest of its inputs",
    "sum": "adds the points of its inputs",
    "share": "adds the points of its inputs and divides by the most there could be",
    "mean": "takes the mean of its inputs' points",
    "median": "takes the middle of its inputs' points",
    "counts": "counts its inputs; the first line that holds decides",
}


def measure_words(rule: Rule) -> str:
    """What the value of a figure is."""
    met = written(rule.met, as_percent=True)
    case = "a case is met where every point was won" if rule.met == 1 else f"met from {met}"
    return {
        "share_of_points": "points won / points available, over the answers that apply",
        "share_of_cases": f"cases met / cases in which something applies ({case})",
        "failing_cases": f"cases not met, among those in which something applies ({case})",
        "judgement": "a person's judgement",
    }[rule.measure]


def beginnings(rule: Rule) -> Iterator[str]:
    """Where each band of a figure begins, best first, and what a value on a boundary is.

    >>> next(beginnings(Rule.load("cfsr@1")))
    'from 95%: In substantial conformity'
    """
    if rule.measure == "judgement":
        yield from (f"{band.label}" for band in rule.bands)
    elif rule.measure == "failing_cases":
        for band in rule.bands:
            most = "more" if band.at_most is None else f"at most {written(band.at_most)} failing"
            yield f"{most}: {band.label}"
    else:
        starts = [*rule.cuts.cuts, None]
        for band, cut in zip(rule.bands, starts, strict=True):
            yield f"{_from(cut, as_percent=True)}: {band.label}"
        if all(cut.included for cut in rule.cuts.cuts):
            yield "a value on a boundary belongs to the band that starts there"


def step_words(step: Step) -> str:
    """How a step combines its inputs, with rounding and what is missing."""
    words = f"{step.label} {METHODS[step.method]}"
    if step.rounding:
        to, halves = written(step.rounding.to), step.rounding.halves
        words += f", rounded to {to} (exact halves {halves})"
    left = "is left out" if step.missing == "left_out" else "stops it"
    return f"{words}; an input that is not rated {left}"


def row_words(step: Step, rule: Rule) -> Iterator[str]:
    """One line for each rating a step can give."""
    labels = {band.id: band.label for band in rule.bands}
    if step.method == "counts":
        for row in step.rows:
            when = listed([_condition(each, labels) for each in row.when]) or "otherwise"
            yield f"{when}: {labels[row.rating]}"
    elif step.method in BY_POINTS:
        names = [each.rating for each in step.bands] or list(labels)
        for name, cut in zip(names, [*implied_cuts(step, rule.bands).cuts, None], strict=True):
            yield f"{_from(cut, as_percent=step.method == 'share')}: {labels[name]}"


def _from(cut: Cut | None, *, as_percent: bool) -> str:
    if cut is None:
        return "from 0%" if as_percent else "below that"
    word = "from" if cut.included else "above"
    return f"{word} {written(cut.value, as_percent=as_percent)}"


def _condition(each: Condition, labels: dict[str, str]) -> str:
    if each.flag:
        return f"{each.flag} is recorded"
    names = " or ".join(labels[name] for name in each.count)
    bounds = [f"at least {each.at_least}"] if each.at_least else []
    bounds += [f"at most {each.at_most}"] if each.at_most is not None else []
    none = each.at_most == 0 and not each.at_least
    return f"none {names}" if none else f"{' and '.join(bounds)} {names}"
