"""A rule as its page shows it: bands on rulers, boundaries in words, worked examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from inspectkit.assessment.rule import Rule, Step
from inspectkit.assessment.rule.bands import Cuts
from inspectkit.assessment.rule.combine import combine, implied_cuts
from inspectkit.assessment.rule.lint import combinations
from inspectkit.assessment.rule.model import BY_POINTS
from inspectkit.assessment.rule.numbers import written
from inspectkit.assessment.rule.words import beginnings, measure_words, row_words, step_words

Plain = dict[str, Any]
EXAMPLES = 12  # combinations of ratings that are shown for a step
CLOSE = Fraction(1, 10_000)  # a hundredth of a point of a percent


def shown(rule: Rule) -> list[Plain]:
    """One part for the measure and one for each step, each a dictionary the page can draw."""
    parts = [_of_figures(rule)] if rule.measure != "judgement" else []
    return parts + [_of_step(rule, place, step) for place, step in enumerate(rule.steps)]


def decided(rule: Rule, part: int, text: str) -> Plain:
    """The rating of a value typed by hand, such as 69.96%, 14/20 or 23: exact, never a float.

    Errors: text that is no number.
    """
    value = exactly(text)
    figures = rule.measure != "judgement"
    if figures and part == 0:
        name = rule.band(value).id
    else:
        step = rule.steps[part - figures]
        names = _names(rule, step)
        name = names[implied_cuts(step, rule.bands).index(value)]
    return {"value": _words(value), "band": name, "label": rule.bands[rule.index[name]].label}


def exactly(text: str) -> Fraction:
    """A typed number as an exact fraction.

    >>> exactly("69.96%"), exactly("14 / 20"), exactly("23")
    (Fraction(1749, 2500), Fraction(7, 10), Fraction(23, 1))
    """
    from_percent = text.strip().endswith("%")
    value = Fraction(text.strip().rstrip("%").replace(" ", ""))
    return value / 100 if from_percent else value


def _of_figures(rule: Rule) -> Plain:
    if rule.measure == "failing_cases":
        most = max((each.at_most or Fraction(0) for each in rule.bands), default=Fraction(0)) + 2
        words = list(beginnings(rule))
        examples = [_example(rule, rule.band(Fraction(k)).id, f"{k} failing")
                    for k in range(int(most) + 1)]  # fmt: skip
        return _part("Figures", measure_words(rule), words, None, [], examples)
    segments = _segments(
        rule, [each.id for each in rule.bands], rule.cuts, Fraction(0), Fraction(1)
    )
    examples = list(_near(rule, [each.id for each in rule.bands], rule.cuts, percent=True))
    bands = [_row(("bands", k), band, band.id, rule) for k, band in enumerate(rule.bands)]
    ruler = {"percent": True, "low": 0, "high": 1, "segments": segments}
    return _part("Figures", measure_words(rule), list(beginnings(rule)), ruler, bands, examples)


def _of_step(rule: Rule, place: int, step: Step) -> Plain:
    words, names = list(row_words(step, rule)), _names(rule, step)
    bands, ruler, examples = [], None, []
    if step.method in BY_POINTS:
        cuts, percent = implied_cuts(step, rule.bands), step.method == "share"
        low, high = _reach(rule, step)
        segments = _segments(rule, names, cuts, low, high)
        ruler = {"percent": percent, "low": float(low), "high": float(high), "segments": segments}
        bands = [_row(("steps", place, "bands", k), each, each.rating, rule)
                 for k, each in enumerate(step.bands)]  # fmt: skip
        examples = list(_near(rule, names, cuts, percent=percent))
    examples += _combined(rule, step)
    return _part(step.label, step_words(step), words, ruler, bands, examples)


def _part(
    title: str,
    how: str,
    words: list[str],
    ruler: Plain | None,
    bands: list[Plain],
    examples: list[Plain],
) -> Plain:
    return {"title": title, "how": how, "words": words, "ruler": ruler, "bands": bands,
            "examples": examples}  # fmt: skip


def _names(rule: Rule, step: Step) -> list[str]:
    return [each.rating for each in step.bands] or [each.id for each in rule.bands]


def _reach(rule: Rule, step: Step) -> tuple[Fraction, Fraction]:
    """The lowest and highest value that a step's ruler shows."""
    points = [each.points for each in rule.bands if each.points is not None] or [Fraction(0)]
    if step.method == "share":
        return min(points) / max(points), Fraction(1)
    times = (step.inputs or 1) if step.method == "sum" else 1
    return min(points) * times, max(points) * times


def _segments(
    rule: Rule, names: Sequence[str], cuts: Cuts, low: Fraction, high: Fraction
) -> list[Plain]:
    """The bands from the lowest up, as parts of the ruler between 0 and 1."""
    inner = [min(max(cut.value, low), high) for cut in cuts.cuts]
    ends = [high, *inner, low]
    whole = (high - low) or Fraction(1)
    return [
        {
            **_named(rule, name),
            "from": float((start - low) / whole),
            "to": float((end - low) / whole),
        }
        for name, end, start in zip(names, ends, ends[1:], strict=False)
    ][::-1]


def _row(place: tuple[str | int, ...], band: Any, name: str, rule: Rule) -> Plain:
    """What can be changed of a band: the boundaries that the file states."""
    percent = rule.is_share if place[0] == "bands" else _is_share(rule, place)
    stated = {
        key: written(getattr(band, key), as_percent=percent)
        for key in ("at_least", "above", "at_most")
        if getattr(band, key, None) is not None and key in band.model_fields_set
    }
    return {**_named(rule, name), "place": list(place), "stated": stated}


def _is_share(rule: Rule, place: tuple[str | int, ...]) -> bool:
    return rule.steps[int(place[1])].method == "share"


def _near(rule: Rule, names: Sequence[str], cuts: Cuts, *, percent: bool) -> Iterator[Plain]:
    """At every boundary: the value just below, on it, and just above."""
    step = CLOSE if percent else Fraction(1, 2)
    for cut in cuts.cuts:
        for value in (cut.value - step, cut.value, cut.value + step):
            if value >= 0:
                text = written(value, as_percent=percent)
                yield _example(rule, names[cuts.index(value)], text)


def _combined(rule: Rule, step: Step) -> list[Plain]:
    """Some combinations of ratings and what they give, spread over all there are."""
    rows = combinations(step, len(rule.bands))
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, EXAMPLES).astype(int))]
    loose = step.model_copy(update={"missing": "left_out"})
    places = combine(loose, rule.bands, rows).places
    found = []
    for inputs, place in zip(rows.tolist(), places.tolist(), strict=True):
        told = ", ".join(rule.bands[k].short for k in inputs if k >= 0)
        if place >= 0:
            found.append(_example(rule, rule.bands[place].id, told))
    return found


def _example(rule: Rule, name: str, text: str) -> Plain:
    return {"value": text, **_named(rule, name)}


def _named(rule: Rule, name: str) -> Plain:
    band = rule.bands[rule.index[name]]
    return {"band": band.id, "label": band.label, "short": band.short, "tone": band.tone}


def _words(value: Fraction) -> str:
    return f"{value} = {float(value):.6g}" if value.denominator > 1 else str(value)
