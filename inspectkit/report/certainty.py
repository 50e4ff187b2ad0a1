"""How sure the ratings are: every figure with its interval, and the chance of each band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inspectkit.assessment.rating.explain import chance_words
from inspectkit.exhibits import (
    Boundary,
    Column,
    Interval,
    IntervalChart,
    Table,
    listed,
    percent,
)
from inspectkit.report.contents import JUDGED
from inspectkit.report.readings import (
    Reading,
    bands,
    caveats,
    domains,
    of_kind,
    stamp,
)


def interval_chart(insp: Any) -> IntervalChart:
    """Every theme, added value and grip with its interval, a panel for each casework type."""
    found, panels = insp.readings, domains(insp)
    figures = of_kind(insp, "theme") | of_kind(insp, "tag")
    points = tuple(
        _interval(found[figure, name], panels[name]) for figure in figures for name in panels
    )
    cuts = bands(insp)[:-1] if insp.rule.measure != JUDGED else ()
    boundaries = tuple(Boundary(each.at_least, each.short) for each in cuts)
    chart = IntervalChart(
        id="intervals",
        title="Share of the points won, with 95% intervals",
        alt=_described(points),
        points=points,
        boundaries=boundaries,
        stamp=stamp(insp),
    )
    unrated = any(each.value is not None and each.tone == "none" for each in points)
    marks = (
        "A filled circle stands for the highest band, a half-filled one for a band between, "
        "an open one for the lowest" + (", a stroke for a figure without a rating" * unrated)
    )
    bar = f"The bar is the 95% interval{_dashed(boundaries)}."
    return replace(chart, notes=(f"{marks}. {bar}{axis_note(chart)}",))


def probabilities_table(insp: Any) -> Table:
    """How probable each band is for each rating, given that a sample was taken."""
    found, known = insp.readings, bands(insp)
    rows, groups = [], []
    for name, label in domains(insp).items():
        for figure, title in (of_kind(insp, "theme") | of_kind(insp, "tag")).items():
            reading = found[figure, name]
            chances = dict(reading.probabilities)
            groups.append(label)
            rows.append(
                (
                    title,
                    "Left out" if "share" in reading.hidden else reading.rating or "Not rated",
                    *(_chance(chances.get(band.id)) for band in known),
                    "; ".join(caveats(reading, known)) or "none",
                )
            )
    return Table(
        id="probabilities",
        title="Probability of each band",
        columns=(
            Column("Figure"),
            Column("Rating given"),
            *(Column(band.short, "number") for band in known),
            Column("Caution"),
        ),
        rows=tuple(rows),
        groups=tuple(groups),
        notes=(
            "How probable it is that reading every eligible case would give the rating; near 50%, "
            "another sample of the same size could well have given another one. An interval has "
            "to hold for any mix of cases and so is wide: it can cross a boundary where the "
            "rating is nearly certain. Both speak of sampling only, not of how far two inspectors "
            "agree.",
        ),
    )


def _chance(chance: float | None) -> str | None:
    return None if chance is None else chance_words(chance)


def axis_note(chart: IntervalChart) -> str:
    """Says so where the axis of a chart does not begin at nothing."""
    return f" The axis begins at {chart.begins()}%." if chart.begins() else ""


def _dashed(boundaries: Sequence[Boundary]) -> str:
    named = listed([f"{each.value:g}% {each.label.lower()}" for each in boundaries])
    return f", the dashed lines are the lowest percentages of the bands: {named}" if named else ""


def _interval(reading: Reading, panel: str) -> Interval:
    return Interval(
        reading.label,
        panel,
        percent(reading.value),
        percent(reading.low),
        percent(reading.high),
        reading.tone,
    )


def _described(points: tuple[Interval, ...]) -> str:
    """The chart in words: every figure with its interval, panel by panel."""
    sentences = []
    for panel in dict.fromkeys(point.group for point in points):
        parts = [_point(point) for point in points if point.group == panel]
        sentences.append(f"{panel}: {'; '.join(parts)}.")
    return "Dots with intervals, one panel for each casework type. " + " ".join(sentences)


def _point(point: Interval) -> str:
    if point.value is None:
        return f"{point.label} no figure"
    if point.low is None or point.high is None:
        return f"{point.label} {point.value:.1f}%, no interval"
    return f"{point.label} {point.value:.1f}% ({point.low:.0f} to {point.high:.0f})"
