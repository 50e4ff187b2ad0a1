"""The front of an Area report: cover, summary and ratings, made from an inspection's values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from inspectkit.exhibits import (
    Block,
    Boundary,
    Chip,
    Column,
    Cover,
    Interval,
    IntervalChart,
    Prose,
    Table,
    counted,
    listed,
    percent,
    spoken,
)
from inspectkit.report.readings import (
    ALL,
    POOLED,
    Band,
    Reading,
    bands,
    caveats,
    crosses,
    domains,
    of_kind,
    readings,
    stamp,
)

JUDGED = "judgement"  # the measure of a rule that people apply, not shares
MEANING = (
    "The marks in this report were made by a model for demonstration. No case file was read, "
    "and nothing here describes a real Area."
)


VERSIONS = {
    False: "Restricted: it names cases and quotes what was noted of them",
    True: "Public: without cases, notes and small numbers",
}


def cover(insp: Any) -> Cover:
    """Title, Area, period, marking and date as `inspection.toml` states them."""
    head = insp.head
    dated = head.report_date.isoformat()
    facts = [
        ("Area", insp.area),
        ("Kind of inspection", head.kind.capitalize()),
        ("Cases inspected", head.period),
        ("Date of this report", day(head.report_date)),
        ("Version", VERSIONS[insp.public]),
    ]
    return Cover(
        title=insp.title,
        subtitle=f"{head.kind.capitalize()} inspection of casework",
        publisher="Casework inspection report",
        marking=head.protective_marking,
        stamp=stamp(insp),
        stamp_meaning=MEANING if insp.simulated else "",
        date=dated,
        facts=tuple((term, fact) for term, fact in facts if fact),
    )


def summary(insp: Any) -> Prose:
    """What was found in a few sentences, every number taken from the ratings themselves."""
    found, boundaries = readings(insp), bands(insp)
    blocks = [Block(_examined(insp), "lead")]
    if insp.rule.measure == JUDGED:
        return Prose((*blocks, *(Block(each, "item") for each in _parts(insp))))
    blocks += [
        Block(_by_casework(insp, found, name, label), "item")
        for name, label in domains(insp).items()
    ]
    blocks.append(Block(_doubtful(insp, found, boundaries)))
    return Prose(tuple(blocks))


def ratings_table(insp: Any, kind: str = "theme") -> Table:
    """Rating chips of all themes (or tags: added value and grip), a column a casework type."""
    found, columns = readings(insp), domains(insp, pooled=True)
    rows: list[tuple[str | Chip, ...]] = []
    for figure, label in of_kind(insp, kind).items():
        rows.append((label, *(found[figure, name].chip() for name in columns)))
    titles = {"theme": "Ratings by theme and casework type", "tag": "Added value and grip"}
    heads = {"theme": "Theme", "tag": "Quality"}
    return Table(
        id=f"ratings-{kind}",
        title=titles[kind],
        columns=(Column(heads[kind]), *(Column(label, "chip") for label in columns.values())),
        rows=tuple(rows),
        notes=_notes(insp, found, kind),
    )


def interval_chart(insp: Any) -> IntervalChart:
    """Every theme, added value and grip with its interval, a panel for each casework type."""
    found, panels = readings(insp), domains(insp)
    figures = of_kind(insp, "theme") | of_kind(insp, "tag")
    points = tuple(
        _interval(found[figure, name], panels[name]) for figure in figures for name in panels
    )
    cuts = bands(insp)[:-1] if insp.rule.measure != JUDGED else ()
    boundaries = tuple(Boundary(each.at_least, each.short) for each in cuts)
    return IntervalChart(
        id="intervals",
        title="Share of the points won, with 95% intervals",
        alt=_described(points),
        points=points,
        boundaries=boundaries,
        notes=(
            "A filled circle stands for the highest band, a half-filled one for a band between, "
            "an open one for the lowest. The bar is the 95% interval" + _dashed(boundaries) + ".",
        ),
        stamp=stamp(insp),
    )


def _dashed(boundaries: Sequence[Boundary]) -> str:
    named = listed([f"{each.value:g}% {each.label.lower()}" for each in boundaries])
    return f", the dashed lines are the lowest percentages of the bands: {named}" if named else ""


def probabilities_table(insp: Any) -> Table:
    """How probable each band is for each rating, given that a sample was taken."""
    found, known = readings(insp), bands(insp)
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
                    *(percent(chances.get(band.id)) for band in known),
                    "; ".join(caveats(reading, known)) or "none",
                )
            )
    return Table(
        id="probabilities",
        title="Probability of each band",
        columns=(
            Column("Figure"),
            Column("Rating given"),
            *(Column(band.short, "percent") for band in known),
            Column("Caution"),
        ),
        rows=tuple(rows),
        groups=tuple(groups),
        notes=(
            "A probability near 50% says that another sample of the same size could well have "
            "given another rating. Sampling only: it does not say how far two inspectors agree.",
        ),
    )


def day(value: date) -> str:
    """A date as people write it.

    >>> day(date(2026, 11, 3))
    '3 November 2026'
    """
    months = "January February March April May June July August September October November December"
    return f"{value.day} {months.split()[value.month - 1]} {value.year}"


def _examined(insp: Any) -> str:
    subjects, strata = insp.reviews.subjects, domains(insp)
    done = subjects[subjects["status"] == "submitted"]
    parts = [
        counted(int((done["stratum"] == name).sum()), f"{_inside(label)} case")
        for name, label in strata.items()
    ]
    opening = f"This report rests on {counted(len(done), 'case file')} marked and submitted"
    missing = len(subjects) - len(done)
    gap = (
        f" {counted(missing, 'sampled case is', 'sampled cases are')} not submitted; what is "
        "missing is counted as missing, never as a failing."
        if missing
        else ""
    )
    return f"{opening}: {listed(parts)}.{gap}"


def _by_casework(insp: Any, found: dict[tuple[str, str], Reading], name: str, label: str) -> str:
    themes = [found[figure, name] for figure in of_kind(insp, "theme")]
    rated = [each for each in themes if each.rating and each.value is not None]
    if not rated:
        return f"{label}: no theme could be rated."
    counts = [
        (band.label.lower(), sum(each.band == band.id for each in rated)) for band in bands(insp)
    ]
    spread = listed([f"{number} {words}" for words, number in counts if number])
    best = max(rated, key=lambda each: each.value or 0)
    worst = min(rated, key=lambda each: each.value or 0)
    tags = [found[figure, name] for figure in of_kind(insp, "tag")]
    tags = [each for each in tags if "share" not in each.hidden]
    qualities = listed([f"{each.label.lower()} {spoken(each.value)}" for each in tags])
    return (
        f"{label}: of {counted(len(rated), 'rated theme')}, {spread}. Highest: "
        f"{best.label.lower()} ({spoken(best.value)}); lowest: {worst.label.lower()} "
        f"({spoken(worst.value)})." + (f" Across the themes: {qualities}." if tags else "")
    )


def _parts(insp: Any) -> Iterator[str]:
    """Each rating that people gave for the whole Area, in words."""
    for row in insp.ratings.rows:
        if row.domain == ALL and row.node is not None and row.band is not None:
            yield f"{row.title}: {row.band.label.lower()}, judged on evidence."


def _doubtful(insp: Any, found: dict[tuple[str, str], Reading], known: tuple[Band, ...]) -> str:
    rated = [
        found[figure, name]
        for figure in of_kind(insp, "theme") | of_kind(insp, "tag")
        for name in domains(insp)
        if found[figure, name].rating
    ]
    unsure = sum(crosses(each, known) for each in rated)
    opening = f"The ratings come from a sample. For {unsure} of {counted(len(rated), 'rating')}"
    return (
        f"{opening} by casework type the 95% interval reaches into another band, so another sample "
        "could have led to another rating. Read each rating together with its interval."
    )


def _notes(insp: Any, found: dict[tuple[str, str], Reading], kind: str) -> tuple[str, ...]:
    lowest = [f"{each.short.lower()} from {each.at_least:g}%" for each in bands(insp)[:-1]]
    banded = f"Bands: {listed(lowest)}; below that, {bands(insp)[-1].short.lower()}. "
    notes = [
        f"{banded if insp.rule.measure != JUDGED else ''}Each percentage is the points won out of "
        "the points available; what did not apply is left out."
    ]
    if any(domain == ALL for _, domain in found):
        notes.append(
            f"{POOLED}: each case counts for as many cases of the Area as it stands for, so "
            "the column is led by the casework type with most cases."
        )
    few = [
        f"{each.label}, {domains(insp)[each.domain]} ({caveats(each, ())[0]})"
        for each in found.values()
        if each.kind == kind and each.domain != ALL and caveats(each, ())
    ]
    return (*notes, *([f"Few cases: {listed(few)}."] if few else []))


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


def _inside(label: str) -> str:
    """A casework type inside a sentence: 'Crown Court' keeps its capitals, others lose theirs."""
    words = label.split()
    named = len(words) > 1 and words[1][:1].isupper()
    return label if named or label.isupper() else label[:1].lower() + label[1:]
