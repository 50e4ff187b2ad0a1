"""The front of an Area report: cover, summary and ratings, made from an inspection's values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from inspectkit.exhibits import (
    Block,
    Chip,
    Column,
    Cover,
    Prose,
    Table,
    counted,
    listed,
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
    stamp,
)

JUDGED = "judgement"  # the measure of a rule that people apply, not shares
SURE, NAMED = 0.9, 3  # a rating less probable is in doubt; so many of those the summary names
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
        ("What was inspected", head.period[:1].upper() + head.period[1:]),
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
    found, boundaries = insp.readings, bands(insp)
    blocks = [Block(_examined(insp), "lead")]
    if insp.rule.measure == JUDGED:
        return Prose((*blocks, *(Block(each, "item") for each in _parts(insp))))
    if insp.rule.measure == "share_of_points":
        blocks.append(Block(_rated_how(insp)))
    blocks += [
        Block(_by_casework(insp, found, name, label), "item")
        for name, label in domains(insp).items()
    ]
    blocks.append(Block(_doubtful(insp, found, boundaries)))
    return Prose(tuple(blocks))


def ratings_table(insp: Any, kind: str = "theme") -> Table:
    """Rating chips of all themes (or tags: added value and grip), a column a casework type."""
    found, columns = insp.readings, domains(insp, pooled=True)
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
    of = "One sampled case is" if missing == 1 else f"{missing:,} sampled cases are"
    gap = (
        f" {of} not submitted; what is missing is counted as missing, never as a failing."
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
    spread = listed([f"{number} “{words}”" for words, number in counts if number])
    best = max(rated, key=lambda each: each.value or 0)
    worst = min(rated, key=lambda each: each.value or 0)
    tags = [found[figure, name] for figure in of_kind(insp, "tag")]
    tags = [each for each in tags if "share" not in each.hidden]
    qualities = listed([f"{each.label.lower()} {spoken(each.value)}" for each in tags])
    return (
        f"{label}: of {counted(len(rated), 'rated theme')}, {spread}. Highest: "
        f"{best.label.lower()}, {spoken(best.value)} of the points; lowest: "
        f"{worst.label.lower()}, {spoken(worst.value)}."
        + (f" Across the themes: {qualities}." if tags else "")
    )


def _rated_how(insp: Any) -> str:
    known = bands(insp)
    lowest = [f"“{each.label.lower()}” from {each.at_least:g}%" for each in known[:-1]]
    return (
        "A theme is rated by its share of the points that could be won: "
        f"{listed(lowest)}, “{known[-1].label.lower()}” below that."
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
    opening = "The ratings come from a sample: reading every eligible case could give others."
    chances = {at: dict(each.probabilities).get(each.band) for at, each in enumerate(rated)}
    if None in chances.values() or not chances:
        unsure = sum(crosses(each, known) for each in rated)
        return (
            f"{opening} For {unsure} of {counted(len(rated), 'rating')} by casework type the 95% "
            "interval reaches into another band. Read each rating together with its interval."
        )
    doubtful = sorted((float(p or 0), at) for at, p in chances.items() if float(p or 0) < SURE)
    named = [
        f"{rated[at].label.lower()} ({domains(insp)[rated[at].domain]}, {spoken(p)})"
        for p, at in doubtful[:NAMED]
    ]
    first = f" Least certain: {listed(named)}." if named else ""
    return (
        f"{opening} {len(rated) - len(doubtful)} of {counted(len(rated), 'rating')} by casework "
        f"type would then stay as they are with a probability of {SURE:.0%} or more.{first}"
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
    thin = (f"Few cases: {listed(few)}.",) if few else ()
    # the table of themes stands above the others and has said the rest
    return thin if kind != "theme" and of_kind(insp, "theme") else (*notes, *thin)


def _inside(label: str) -> str:
    """A casework type inside a sentence: 'Crown Court' keeps its capitals, others lose theirs."""
    words = label.split()
    named = len(words) > 1 and words[1][:1].isupper()
    return label if named or label.isupper() else label[:1].lower() + label[1:]
