"""The pieces of a thematic report: groups of cases side by side, by a fact of the caseload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from inspectkit.assessment.comparison import compare
from inspectkit.exhibits import (
    Block,
    Boundary,
    Column,
    Cover,
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
from inspectkit.report import contents
from inspectkit.report.changes import change_table
from inspectkit.report.grouping import Group, Grouped
from inspectkit.report.readings import LEFT_OUT, bands, domains, of_kind, stamp

NAMED = 8  # groups that a cover names
MOST = 4  # groups that are set against each other, two by two


def cover(theme: Grouped) -> Cover:
    """The inspection's cover, with the fact that makes the groups and what they are called."""
    front = contents.cover(theme)
    named = [each.label for each in theme.shown if not each.stratum]
    said = listed(named) if len(named) <= NAMED else counted(len(named), "group")
    fact = f"“{theme.fact_label}”"
    about = ("Grouped by", fact), ("Groups", said or "By casework type alone")
    subtitle = f"Casework side by side, grouped by {fact}"
    return replace(front, subtitle=subtitle, facts=(*about, *front.facts))


def summary(theme: Grouped) -> Prose:
    """How the sample divides into the groups, and what is too small to be shown."""
    held = [each for each in theme.groups if each in theme.shown or not theme.public]
    whole = [each for each in held if not each.stratum]
    told = _side_by_side(theme) if theme.public else whole
    parts = [f"{each.label} {counted(each.size, 'case')}" for each in told]
    cases = counted(len(theme.estimates.sample.drawn), "case")
    opening = f"The {cases} of the sample fall into {listed(parts)}."
    if theme.public:
        opening = f"Of the {cases} of the sample are shown: {listed(parts) or 'no group'}."
    what = (
        "The groups were not drawn apart: their sizes are chance too, and so is part of every "
        "difference. Each case counts for as many cases as it stands for."
    )
    blocks = [Block(opening, "lead"), Block(what)]
    if theme.public and len(whole) < len([each for each in theme.groups if not each.stratum]):
        small = (
            f"A group is shown where neither its own numbers nor all cases less the groups shown "
            f"tell of fewer than {theme.threshold} cases: over all casework where that holds in "
            "every casework type, else in those where it does."
        )
        blocks.append(Block(small))
    return Prose(tuple(blocks))


def chart(theme: Grouped) -> IntervalChart:
    """Every theme, added value and grip with its interval, a panel for each group."""
    points = tuple(
        Interval(label, each.label, percent(row.value), percent(row.low), percent(row.high))
        for figure, label in _figures(theme).items()
        for each in _side_by_side(theme)
        if "share" not in theme.gone(figure, each.domain)
        for row in [theme.estimates.row(figure, each.domain)]
    )
    said = "; ".join(f"{each.group}, {each.label}: {each.value}%" for each in points)
    edges = tuple(Boundary(each.at_least, each.short) for each in bands(theme)[:-1])
    return IntervalChart(
        id="groups",
        title="Share of the points won by group, with 95% intervals",
        alt=f"Dots with intervals, one panel for each group. {said or 'No group is shown'}.",
        points=points,
        boundaries=edges if theme.rule.is_share else (),
        notes=("Groups are not rated: the dashed lines are those of the ratings.",),
        stamp=stamp(theme),
    )


def table(theme: Grouped) -> Table | Prose:
    """Shares and intervals of every figure in every group over all casework."""
    whole = [each for each in theme.shown if not each.stratum]
    if not whole:
        return Prose((Block("No group is shown over all casework, only by casework type."),))
    rows = [
        (label, *(_cell(theme, figure, each) for each in whole))
        for figure, label in _figures(theme).items()
    ]
    return Table(
        id="by-group",
        title="Share of the points won by group, all casework",
        columns=(Column("Figure"), *(Column(each.label) for each in whole)),
        rows=tuple(rows),
        notes=(_explained(theme),),
    )


def parts_table(theme: Grouped) -> Table:
    """The same in each casework type: groups that differ in their casework differ by that too."""
    known = {(each.value, each.stratum): each for each in theme.groups}
    rows: list[tuple[str, ...]] = []
    heads: list[str] = []
    for whole in (each for each in theme.groups if not each.stratum and _named(theme, each)):
        for figure, label in _figures(theme).items():
            cells = [known.get((whole.value, name)) for name in domains(theme)]
            rows.append((label, *(_cell(theme, figure, each) for each in cells)))
            heads.append(whole.label)
    return Table(
        id="by-group-and-casework",
        title="Share of the points won by group and casework type",
        columns=(Column("Figure"), *(Column(name) for name in domains(theme).values())),
        rows=tuple(rows),
        groups=tuple(heads),
        notes=(_explained(theme),),
    )


def differences(theme: Grouped) -> Series:
    """Groups set against each other, two by two; what chance alone explains is called so."""
    est, parts = theme.estimates, list[Prose | Table]()
    for number, (one, other) in enumerate(_pairs(theme), start=1):
        found = compare(est, est, pairs={one.domain: other.domain},
                        names=(one.label, other.label), words="difference")  # fmt: skip
        kept = tuple(
            each for each in found.rows
            if "share" not in theme.gone(each.figure, one.domain) | theme.gone(each.figure,
                                                                               other.domain)
        )  # fmt: skip
        casework = domains(theme).get(one.stratum, "All casework")
        names = {f"{one.domain} / {other.domain}": casework}
        parts.append(change_table(found.only(kept), names, id=f"difference-{number}"))
    if not parts:
        parts.append(Prose((Block("Fewer than two groups are large enough to compare."),)))
    return Series(tuple(parts))


def _pairs(theme: Grouped) -> Iterator[tuple[Group, Group]]:
    """Groups over all casework, or in the same casework type, the largest with each other."""
    held = _side_by_side(theme)
    for stratum in dict.fromkeys(each.stratum for each in held):
        same = [each for each in held if each.stratum == stratum]
        yield from combinations(same[:MOST], 2)


def _side_by_side(theme: Grouped) -> list[Group]:
    """The groups with enough cases: over all casework, or where that is left out by its types."""
    large = [each for each in theme.shown if each.size >= theme.threshold]
    whole = {each.value for each in large if not each.stratum}
    return [each for each in large if bool(each.stratum) != (each.value in whole)]


def _named(theme: Grouped, whole: Group) -> bool:
    """It is large enough, and some figure of it is shown, over all casework or in a type of it."""
    shown = any(each.value == whole.value for each in theme.shown)
    return shown and whole.size >= theme.threshold


def _figures(theme: Grouped) -> dict[str, str]:
    return of_kind(theme, "theme") | of_kind(theme, "tag")


def _explained(theme: Grouped) -> str:
    return (f"After each share its 95% interval and cases. {LEFT_OUT}: fewer than "
            f"{theme.threshold} cases, or what would tell of so few.")  # fmt: skip


def _cell(theme: Grouped, figure: str, group: Group | None) -> str:
    if group is None:
        return "no case"
    row, gone = theme.estimates.row(figure, group.domain), theme.gone(figure, group.domain)
    if 0 < row.n < theme.threshold or "share" in gone:
        return LEFT_OUT
    if row.value is None:
        return "nothing applied"
    about = [f"cases {LEFT_OUT}" if "cases" in gone else counted(row.n, "case")]
    if row.low is not None and row.high is not None:
        about.insert(0, f"{100 * row.low:.0f} to {100 * row.high:.0f}")
    return f"{spoken(row.value)} ({', '.join(about)})"
