"""Who marks which case: by workload and skill, never with a conflict, a share of them twice.

Nothing is left to a hand or a random generator: which cases are marked twice follows from tickets
of the round's key, and who marks what from the cases, the team and those tickets. So the table can
be worked out again by anyone who holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

import pandas as pd

from inspectkit.errors import Problems
from inspectkit.exhibits import Bar, StackedBars, counted
from inspectkit.sampling.tickets import ticket

FIRST, SECOND = "first", "second"
Given = Mapping[tuple[str, str], str]  # case and role → marker
COLUMNS = ["case", "stratum", "role", "marker", "minutes"]


@dataclass(frozen=True)
class Inspector:
    """One person of the team.

    skills: the casework types they can mark, () for all. conflicts: values of any fact (their own
    Area, unit or force) or references of cases in which they were involved. hours: their share of
    the work, in proportion to the others'.
    """

    name: str
    skills: tuple[str, ...] = ()
    conflicts: frozenset[str] = frozenset()
    hours: Fraction = Fraction(1)

    def may_mark(self, stratum: str, facts: Iterable[str]) -> bool:
        """Has the skill and no conflict with any of the case's facts."""
        return (not self.skills or stratum in self.skills) and not self.conflicts & set(facts)


@dataclass(frozen=True, eq=False)
class Allocation:
    """Cases and who marks them: rows of case, stratum, role (first | second), marker, minutes."""

    rows: pd.DataFrame
    team: tuple[Inspector, ...]

    def table(self) -> pd.DataFrame:
        """case, stratum, role, marker, minutes: a row for each mark to be given."""
        return self.rows.copy()

    def workload(self) -> pd.DataFrame:
        """marker, first, second, minutes: how much each of the team has been given."""
        roles = pd.crosstab(self.rows["marker"], self.rows["role"])
        minutes = self.rows.groupby("marker")["minutes"].sum()
        names = [each.name for each in self.team]
        table = roles.reindex(index=names, columns=[FIRST, SECOND], fill_value=0)
        table["minutes"] = minutes.reindex(names, fill_value=0).astype(int)
        table.columns.name = None
        return table.rename_axis("marker").reset_index()

    def chart(self) -> StackedBars:
        """The cases of each of the team, by casework type, as a picture."""
        series = tuple(dict.fromkeys(self.rows["stratum"]))
        counts = pd.crosstab(self.rows["marker"], self.rows["stratum"])[list(series)]
        bars = tuple(
            Bar(
                each.name,
                "Cases to mark",
                tuple(counts.loc[[each.name]].to_numpy()[0].tolist()),
            )
            for each in self.team
            if each.name in counts.index
        )
        said = ", ".join(f"{bar.label} {counted(bar.total, 'case')}" for bar in bars)
        return StackedBars(
            id="allocation",
            title="Cases by inspector and casework type",
            alt=f"How many cases each inspector marks: {said}.",
            series=series,
            bars=bars,
            unit="cases",
            lengths="count",
        )


@dataclass
class _Load:
    """What each of the team has so far; the one who is least loaded for their hours is next."""

    team: tuple[Inspector, ...]
    key: str
    minutes: dict[str, int] = field(default_factory=dict)
    pairs: dict[frozenset[str], int] = field(default_factory=dict)

    def take(self, case: str, minutes: int, able: list[Inspector], with_: str = "") -> str:
        def burden(each: Inspector) -> tuple[Fraction, int, str]:
            load = Fraction(self.minutes.get(each.name, 0) + minutes) / each.hours
            met = self.pairs.get(frozenset({each.name, with_}), 0)
            return load, met, ticket(self.key, f"{case}|{each.name}")

        chosen = min(able, key=burden).name
        self.minutes[chosen] = self.minutes.get(chosen, 0) + minutes
        if with_:
            pair = frozenset({chosen, with_})
            self.pairs[pair] = self.pairs.get(pair, 0) + 1
        return chosen


def allocate(
    cases: pd.DataFrame,
    team: Iterable[Inspector],
    *,
    key: str,
    second: Fraction = Fraction(0),
    minutes: Mapping[str, int] | None = None,
    given: Given | None = None,
    rather_not: Mapping[str, frozenset[str]] | None = None,
) -> Allocation:
    """Give every case a marker, and a share of each stratum a second one.

    cases: id, stratum and facts, of the sample. key: the round's. second: share of each stratum
    marked twice, at least one case where it is above 0. minutes: time a case takes, by stratum.
    given: (case, role) → who has it already and keeps it. rather_not: case → who gets it again only
    if there are too few others.
    Errors: nobody in the team, a name twice, hours that are not above 0; each case that nobody, or
    only one person, may mark.

    >>> cases = pd.DataFrame({"id": ["a", "b"], "stratum": "CC", "area": ["Wessex", "Eastern"]})
    >>> team = [Inspector("AB", conflicts=frozenset({"Wessex"})), Inspector("CD")]
    >>> allocate(cases, team, key="0" * 32).table()["marker"].tolist()
    ['CD', 'AB']
    """
    people = tuple(sorted(team, key=lambda each: each.name))
    _check_team(people, second)
    able = _able(cases, people)
    twice = second_marked(cases, key, second)
    _check_cases(cases, able, twice)
    for case, names in (rather_not or {}).items():
        others = [each for each in able.get(case, ()) if each.name not in names]
        if len(others) > (case in twice):
            able[case] = others
    takes = {**dict.fromkeys(cases["stratum"], 60), **(minutes or {})}
    strata = dict(zip(cases["id"], cases["stratum"], strict=True))
    given = {place: name for place, name in (given or {}).items() if place[0] in strata}
    load = _Load(people, key)
    for (case, _), name in given.items():
        load.minutes[name] = load.minutes.get(name, 0) + takes[strata[case]]
    # Those that few may mark first, the longest first: what is left fits in anywhere.
    order = sorted(strata, key=lambda id: (len(able[id]), -takes[strata[id]], ticket(key, id)))
    for case in order:
        if (case, FIRST) not in given:
            others = [each for each in able[case] if each.name != given.get((case, SECOND))]
            given[case, FIRST] = load.take(case, takes[strata[case]], others)
    for case in [id for id in order if id in twice and (id, SECOND) not in given]:
        first = given[case, FIRST]
        others = [each for each in able[case] if each.name != first]
        given[case, SECOND] = load.take(case, takes[strata[case]], others, first)
    rows = [
        (case, strata[case], role, given[case, role], takes[strata[case]])
        for case in strata
        for role in (FIRST, SECOND)
        if (case, role) in given
    ]
    return Allocation(pd.DataFrame(rows, columns=COLUMNS), people)


def second_marked(cases: pd.DataFrame, key: str, share: Fraction) -> frozenset[str]:
    """The cases marked twice: in each stratum those with the smallest second tickets.

    Their key differs from the draw's, so that the first cases drawn are no likelier than others.

    >>> cases = pd.DataFrame({"id": list("abcde"), "stratum": "CC"})
    >>> len(second_marked(cases, "0" * 32, Fraction(1, 5)))
    1
    """
    chosen: set[str] = set()
    for _, part in cases.groupby("stratum"):
        wanted = ceil(share * len(part))
        ranked = sorted(part["id"], key=lambda id: ticket(f"{key}|second", id))
        chosen |= set(ranked[:wanted])
    return frozenset(chosen)


def _able(cases: pd.DataFrame, team: tuple[Inspector, ...]) -> dict[str, list[Inspector]]:
    return {
        row["id"]: [
            each
            for each in team
            if each.may_mark(row["stratum"], [str(value) for value in row.values()])
        ]
        for row in cases.to_dict("records")
    }


def _check_team(team: tuple[Inspector, ...], second: Fraction) -> None:
    problems = Problems()
    if not team:
        problems.add("team", "nobody is in it", "Name the inspectors")
    names = [each.name for each in team]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.add(f"inspector {name}", "the name stands twice", "Give each their own initials")
    for each in team:
        if not each.name.strip():
            problems.add("team", "an inspector has no name", "Give their initials")
        if each.hours <= 0:
            problems.add(f"inspector {each.name}", "hours are not above 0", "Leave them out")
    if not 0 <= second <= 1:
        problems.add("second marks", f"a share of {second}", "Give a share from 0 to 1")
    problems.raise_if_any()


def _check_cases(
    cases: pd.DataFrame, able: Mapping[str, list[Inspector]], twice: frozenset[str]
) -> None:
    problems = Problems()
    for case, stratum in zip(cases["id"], cases["stratum"], strict=True):
        if not able[case]:
            what = f"nobody has the skill for {stratum} without a conflict"
            problems.add(f"case {case}", what, "Add an inspector who may mark it")
        elif case in twice and len(able[case]) < 2:
            what = f"only {able[case][0].name} may mark it, and it is to be marked twice"
            problems.add(f"case {case}", what, "Add an inspector who may mark it")
    problems.raise_if_any()
