"""The pieces of a thematic report: groups of cases side by side, by a fact of the caseload."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from inspectkit.assessment import Estimates, estimate
from inspectkit.assessment.comparison import compare
from inspectkit.errors import InspectionError
from inspectkit.exhibits import (
    Block,
    Boundary,
    Chip,
    Column,
    Interval,
    IntervalChart,
    Prose,
    Series,
    Table,
    counted,
    listed,
    percent,
    spoken,
)
from inspectkit.report.changes import change_table
from inspectkit.report.readings import LEFT_OUT, bands, of_kind, stamp
from inspectkit.validation import nearest

MOST = 4  # groups that are set against each other, two by two


def grouped(insp: Any, by: str) -> Estimates:
    """The estimates of every group that a fact makes. Errors: a fact that no case has."""
    known = [each.id for each in insp.question_set.facts]
    if by not in insp.store.sample().drawn.columns:
        remedy = f"Name one of {', '.join(known)}.{nearest(by, known)}"
        raise InspectionError("thematic report", f"no fact {by!r} of the cases", remedy)
    return estimate(insp.scores, insp.store.sample(), by=[by])


def names(insp: Any, est: Estimates, by: str) -> dict[str, str]:
    """Domain of a group → what readers call it, the largest group first."""
    facts = {each.id: each for each in insp.question_set.facts}
    fact = facts.get(by)
    labels = {each.id: each.label for each in fact.values} if fact else {}
    sizes = insp.store.sample().drawn[by].astype(str).value_counts()
    found = {}
    for value in sizes.index:
        domain = f"{by}={value}"
        if domain in est.domains:
            found[domain] = labels.get(value, str(value) or "Not recorded")
    return found


def summary(insp: Any, est: Estimates, by: str) -> Prose:
    """How the sample divides into the groups, and what is too small to be shown."""
    drawn = insp.store.sample().drawn
    called = names(insp, est, by)
    counts = drawn[by].astype(str).value_counts()
    parts = [f"{label} {counted(int(counts[domain.partition('=')[2]]), 'case')}"
             for domain, label in called.items()]  # fmt: skip
    opening = f"The {counted(len(drawn), 'case')} of the sample fall into {listed(parts)}."
    what = (
        "The groups were not drawn apart: their sizes are chance too, and so is part of every "
        "difference. Each case counts for as many cases as it stands for."
    )
    return Prose((Block(opening, "lead"), Block(what)))


def chart(insp: Any, est: Estimates, by: str) -> IntervalChart:
    """Every theme, added value and grip with its interval, a panel for each group."""
    called = _shown(insp, est, by)
    points = tuple(
        Interval(label, name, percent(row.value), percent(row.low), percent(row.high))
        for figure, label in (of_kind(insp, "theme") | of_kind(insp, "tag")).items()
        for domain, name in called.items()
        for row in [est.row(figure, domain)]
    )
    said = "; ".join(f"{each.group}, {each.label}: {each.value}%" for each in points)
    edges = tuple(Boundary(each.at_least, each.short) for each in bands(insp)[:-1])
    return IntervalChart(
        id="groups",
        title="Share of the points won by group, with 95% intervals",
        alt=f"Dots with intervals, one panel for each group. {said or 'No group is shown'}.",
        points=points,
        boundaries=edges if insp.rule.is_share else (),
        notes=("Groups are not rated: the dashed lines are those of the ratings.",),
        stamp=stamp(insp),
    )


def table(insp: Any, est: Estimates, by: str) -> Table:
    """Shares and intervals of every figure in every group; small groups are left out."""
    called = names(insp, est, by)
    rows: list[tuple[str | Chip, ...]] = [
        (label, *(_cell(est.row(figure, domain), insp.threshold) for domain in called))
        for figure, label in (of_kind(insp, "theme") | of_kind(insp, "tag")).items()
    ]
    return Table(
        id="by-group",
        title="Share of the points won by group",
        columns=(Column("Figure"), *(Column(label, "chip") for label in called.values())),
        rows=tuple(rows),
        notes=(f"Under each share its 95% interval and cases. {LEFT_OUT}: fewer than "
               f"{insp.threshold} cases.",),
    )  # fmt: skip


def differences(insp: Any, est: Estimates, by: str) -> Series:
    """Groups set against each other, two by two; what chance alone explains is called so."""
    called = _shown(insp, est, by)
    parts: list[Prose | Table] = []
    for number, (one, other) in enumerate(combinations(list(called)[:MOST], 2), start=1):
        pair = called[one], called[other]
        found = compare(est, est, pairs={one: other}, names=pair, words="difference")
        parts.append(
            change_table(found, {f"{one} / {other}": "All casework"}, id=f"difference-{number}")
        )
    if not parts:
        parts.append(Prose((Block("Fewer than two groups are large enough to compare."),)))
    return Series(tuple(parts))


def _shown(insp: Any, est: Estimates, by: str) -> dict[str, str]:
    """The groups with enough cases to be shown."""
    drawn = insp.store.sample().drawn[by].astype(str).value_counts()
    return {
        domain: label
        for domain, label in names(insp, est, by).items()
        if int(drawn[domain.partition("=")[2]]) >= insp.threshold
    }


def _cell(row: Any, threshold: int) -> Chip:
    if 0 < row.n < threshold:
        return Chip(LEFT_OUT)
    if row.value is None:
        return Chip("No figure", "none", "nothing applied")
    ends = "" if row.low is None else f"{100 * row.low:.0f} to {100 * row.high:.0f}, "
    return Chip(spoken(row.value), "none", f"{ends}{counted(row.n, 'case')}")
