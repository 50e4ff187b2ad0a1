"""The pieces of a follow-up report: what changed since the earlier round, beyond chance or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from inspectkit.assessment.comparison import Comparison, compare
from inspectkit.assessment.comparison.compare import Change, in_both, warnings
from inspectkit.exhibits import (
    Block,
    Boundary,
    Column,
    Cover,
    Prose,
    Slope,
    SlopeChart,
    Table,
    counted,
    listed,
    percent,
)
from inspectkit.exhibits.slope import Way
from inspectkit.report import contents
from inspectkit.report.contents import day
from inspectkit.report.edition import Edition
from inspectkit.report.readings import ALL, bands, domains, left_out, stamp

WAYS: dict[str, Way] = {"improved": "up", "deteriorated": "down"}


@dataclass(frozen=True)
class Rounds:
    """Two rounds in one version; the public one compares what each round's public one shows."""

    then: Edition
    now: Edition

    @cached_property
    def whole(self) -> Comparison:
        """Every figure of both."""
        return compared(self.then, self.now)

    @cached_property
    def found(self) -> Comparison:
        """What this version shows: not how many cases stand in both samples, where they are few."""
        if not self.now.public:
            return self.whole
        gone = [left_out(each) for each in (self.then, self.now)]
        kept = [each for each in self.whole.rows if not any(
            "share" in side.get((each.figure, each.domain), ()) for side in gone)]  # fmt: skip
        few = 0 < self.whole.common_cases < self.now.threshold
        return replace(self.whole.only(kept), common_cases=0 if few else self.whole.common_cases)


def without(rounds: Rounds) -> Prose:
    """How many figures this version leaves out; nothing where it leaves out none."""
    gone = len(_rated(rounds.whole, whole(rounds.now))) - len(
        _rated(rounds.found, whole(rounds.now))
    )
    if not gone:
        return Prose(())
    what = (
        f"{counted(gone, 'comparison')} of themes, added value and grip left out: small numbers in "
        "one of the rounds, or what would give them away."
    )
    return Prose((Block(what),))


def compared(then: Any, now: Any) -> Comparison:
    """Two rounds set side by side; figures whose questions changed their meaning are left out."""
    sets = then.question_set, now.question_set
    return compare(then.estimates, now.estimates, sets=sets, names=rounds(then, now))


def rounds(then: Any, now: Any) -> tuple[str, str]:
    """What the two rounds are called: by kind, else by date, else by Area."""
    sides = [
        (each.head.kind.capitalize(), each.head.report_date.isoformat(), each.area)
        for each in (then, now)
    ]
    apart = [pair for pair in zip(*sides, strict=True) if pair[0] != pair[1]]
    return apart[0] if apart else ("Then", "Now")


def cover(rounds: Rounds) -> Cover:
    """The follow-up's cover, with what both rounds looked at and the dates of their reports."""
    front, one, other = contents.cover(rounds.now), rounds.then, rounds.now
    apart = one.area != other.area
    held = (("Earlier round", one), ("This round", other))
    of_one = ("Kind of inspection", "What was inspected")  # said of each round instead
    facts = [pair for pair in front.facts if pair[0] not in of_one]
    facts[1:1] = [(term, _round(each, apart)) for term, each in held]
    subtitle = f"{listed(rounds.found.names)}, side by side"
    return replace(front, subtitle=subtitle, facts=tuple(facts))


def _round(each: Edition, apart: bool) -> str:
    head = each.head
    said = (each.area * apart, head.kind.capitalize(), head.period)
    return f"{', '.join(filter(None, said))}; report of {day(head.report_date)}"


def summary(found: Comparison, now: Any) -> Prose:
    """How many figures changed beyond what chance explains, and which; what cannot be compared."""
    rows = _rated(found, domains(now))
    lines = [
        f"Of {counted(len(rows), 'comparison')} of themes, added value and grip by casework type, "
        f"{counted(len(moved), 'figure')} {word}: {listed([_named(each, now) for each in moved])}."
        for word, way in (("improved", "up"), ("deteriorated", "down"))
        if (moved := [each for each in rows if _way(each) == way])
    ]
    still = sum(_way(each) == "even" for each in rows)
    lines.append(
        f"For {still} of {len(rows)} no change can be told from what another draw of cases would "
        "have given. That is no proof that nothing changed."
    )
    blocks = [Block(each, "item") for each in lines]
    blocks += [Block(each) for each in filter(None, [in_both(found)])]
    return Prose((*blocks, *(Block(each, "warning") for each in warnings(found))))


def slopes(found: Comparison, now: Any) -> SlopeChart:
    """Themes, added value and grip then and now, a panel for each casework type."""
    panels = domains(now)
    lines = tuple(
        Slope(each.label, panels[each.domain], value, later, _way(each))
        for each in _rated(found, panels)
        if (value := percent(each.then.value)) is not None
        and (later := percent(each.now.value)) is not None
    )
    said = "; ".join(f"{each.group}, {each.label}: {each.then:.1f}% then, {each.now:.1f}% now"
                     for each in lines)  # fmt: skip
    edges = (Boundary(each.at_least, each.short) for each in bands(now)[:-1])
    return SlopeChart(
        id="slopes",
        title=f"{found.names[0]} and {found.names[1]}: share of the points won",
        alt=f"Lines from then to now. {said}.",
        sides=found.names,
        slopes=lines,
        boundaries=tuple(edges) if now.rule.is_share else (),
        notes=(
            "A thick line is a change that chance alone does not explain well: whole for a rise, "
            "broken for a fall. Thin lines are no reliable change. The dashed lines are the lowest "
            "percentages of the bands.",
        ),
        stamp=stamp(now),
    )


def change_table(found: Comparison, names: dict[str, str], *, id: str = "changes") -> Table:
    """Every theme and tag on both sides with the difference, its interval and a plain verdict.

    names: domain → what readers call it, in their order.
    """
    rows = _rated(found, names)
    return Table(
        id=id,
        title=f"{found.names[0]} and {found.names[1]}: differences in percentage points",
        columns=(
            Column("Figure"),
            Column(found.names[0], "percent"),
            Column(found.names[1], "percent"),
            Column("Difference", "number"),
            Column("95% interval", "number"),
            Column("p, adjusted", "number"),
            Column("Verdict"),
        ),
        rows=tuple(_row(each) for each in rows),
        groups=tuple(names[each.domain] for each in rows),
        notes=(
            "p: how often chance alone would give so large a difference, adjusted (Holm) for the "
            "number of figures looked at, one in twenty of which would seem to differ otherwise.",
        ),
    )


def _rated(found: Comparison, names: Iterable[str]) -> list[Change]:
    """Themes and tags, in the order of the domains."""
    rows = [each for each in found.rows if each.kind != "question"]
    return [each for name in names for each in rows if each.domain == name]


def _way(each: Change) -> Way:
    return WAYS.get(each.verdict, "even")


def _named(each: Change, now: Any) -> str:
    return f"{each.label.lower()} ({domains(now, pooled=True)[each.domain]})"


def _row(each: Change) -> tuple[str | float | None, ...]:
    gap = each.difference
    ends = (f"{100 * gap.low:+.0f} to {100 * gap.high:+.0f}"
            if gap is not None else "–")  # fmt: skip
    p = "–" if each.holm is None else "< 0.001" if each.holm < 0.001 else f"{each.holm:.3f}"
    value = None if gap is None else f"{100 * float(gap.value):+.1f}"
    verdict = each.verdict or each.note
    return each.label, percent(each.then.value), percent(each.now.value), value, ends, p, verdict


def whole(now: Any) -> dict[str, str]:
    """The casework types and all of them together, by the names that readers know."""
    found = domains(now, pooled=True)
    return {**{name: label for name, label in found.items() if name != ALL}, ALL: found[ALL]}
