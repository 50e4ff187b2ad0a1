"""The cases of an inspection in groups by a fact: their estimates, and what of them is published.

A group is estimated over all casework and in each casework type. Over all casework it is published
only where it is in every casework type, so that total less part never tells what was left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from inspectkit.assessment import Estimates, Scores, estimate
from inspectkit.assessment.domains import ALL
from inspectkit.errors import InspectionError
from inspectkit.report.counts import counts
from inspectkit.report.disclosure import hide_in_groups, in_column
from inspectkit.report.edition import Edition
from inspectkit.report.readings import EVERYTHING, Address, domains, left_out
from inspectkit.sampling.sample import Sample
from inspectkit.validation import nearest

NOT_RECORDED = "not recorded"
Gone = dict[Address, frozenset[str]]


@dataclass(frozen=True)
class Group:
    """Cases with one value of the fact: in one casework type, or in all where stratum is "".

    size: its cases in the sample.
    """

    domain: str
    value: str
    label: str
    stratum: str
    size: int


def by_fact(scores: Scores, sample: Sample, fact: str) -> Estimates:
    """The estimates of every group that a fact makes, over all casework and in each type of it.

    Errors: a fact that no case has.
    """
    if fact not in sample.facts.columns:
        known = [name for name in sample.facts.columns if name not in ("id", "stratum")]
        remedy = f"Name one of {', '.join(known)}.{nearest(fact, known)}"
        raise InspectionError("thematic report", f"no fact {fact!r} of the cases", remedy)
    facts = sample.facts
    values = facts[fact].fillna("").astype(str).replace("", NOT_RECORDED)
    parts = {fact: values, f"{fact}, stratum": values + ", " + facts["stratum"].astype(str)}
    crossed = replace(sample, facts=facts.assign(**parts))
    return estimate(scores, crossed, by=list(parts))


@dataclass(frozen=True)
class Grouped:
    """An edition with its cases in groups; in all else it is the edition itself.

    Errors: a public version by a fact whose values the question set does not list: they might name
    somebody.
    """

    edition: Edition
    fact: str

    def __post_init__(self) -> None:
        if self.edition.public and not self._listed:
            what = f"the question set lists no values of {self.fact!r}, which might name somebody"
            raise InspectionError("thematic report", what, "Report it without a public version")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.edition, name)

    @cached_property
    def estimates(self) -> Estimates:
        """The estimates of all groups."""
        return by_fact(self.edition.scores, self.edition.insp.store.sample(), self.fact)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every group over all casework, the largest first, each followed by its parts."""
        drawn, found = self.estimates.sample.drawn, []
        for value, size in drawn[self.fact].value_counts().items():
            unlisted = "Not recorded" if value == NOT_RECORDED else str(value)
            label = self._listed.get(str(value), unlisted)
            found.append(Group(f"{self.fact}={value}", str(value), label, "", int(size)))
            inside = drawn[drawn[self.fact] == value]["stratum"].value_counts()
            for name, words in domains(self).items():
                if many := int(inside.get(name, 0)):
                    domain = f"{self.fact}, stratum={value}, {name}"
                    found.append(Group(domain, str(value), f"{label} ({words})", name, many))
        return tuple(found)

    @cached_property
    def shown(self) -> tuple[Group, ...]:
        """The groups that this version shows some figure of."""
        if not self.public:
            return self.groups
        rows = [row for row in self.estimates.rows if row.kind != "question"]
        told = {row.domain for row in rows if "share" not in self.gone(row.figure, row.domain)}
        return tuple(each for each in self.groups if each.domain in told)

    def gone(self, figure: str, domain: str) -> frozenset[str]:
        """What this version does not show of a figure in a group."""
        return self.left_out.get((figure, domain), frozenset())

    @cached_property
    def left_out(self) -> Gone:
        """(figure, group's domain) → what the public version does not show of it.

        Questions are not shown by group at all.
        """
        if not self.public:
            return {}
        figures = [each.id for each in self.scores.figures if each.kind != "question"]
        parts = [each for each in self.groups if each.stratum]
        found: Gone = {}
        for stratum in domains(self):
            inside = [each for each in parts if each.stratum == stratum]
            found |= self._in_stratum(stratum, inside, figures)
        for group in (each for each in self.groups if not each.stratum):
            held = [each.domain for each in parts if each.value == group.value]
            for figure in figures:
                gone = [found.get((figure, each), frozenset()) for each in held]
                found[figure, group.domain] = frozenset().union(*gone)
        return found

    def _in_stratum(self, stratum: str, inside: list[Group], figures: list[str]) -> Gone:
        """First whole groups, then figures that few cases rest on, then what the attack needs."""
        sizes, threshold = [each.size for each in inside], self.threshold
        strange = [at for at, each in enumerate(inside) if each.value not in self._listed]
        few = in_column(sizes, threshold=threshold, gone=strange)
        named = [each for at, each in enumerate(inside) if at not in few]
        attacked = self._attacked(stratum, named) if named and len(inside) > 1 else frozenset()
        whole = left_out(self.edition)
        found: Gone = {}
        for figure in figures:
            gone = whole.get((figure, stratum), frozenset())
            if figure in attacked or "share" in gone:
                found |= {(figure, each.domain): EVERYTHING for each in inside}
                continue
            cases = [self.estimates.row(figure, each.domain).n for each in inside]
            hidden = in_column(cases, threshold=threshold, gone=few)
            without = [size - n for size, n in zip(sizes, cases, strict=True)]
            vague = in_column(without, threshold=threshold, gone=hidden)
            for at, each in enumerate(inside):
                names = EVERYTHING if at in hidden | few else gone
                found[figure, each.domain] = names | ({"cases"} if at in vague else set())
        return found

    def _attacked(self, stratum: str, named: list[Group]) -> frozenset[str]:
        """The figures that no group of this casework type can show."""
        values = {each.value: each.domain for each in named}
        drawn = self.estimates.sample.drawn
        group_of = dict(zip(drawn["id"], drawn[self.fact], strict=True))
        of_stratum = set(drawn[drawn["stratum"] == stratum]["id"])
        parts = {case: values.get(group_of[case], "") if case in of_stratum else ALL
                 for case in group_of}  # fmt: skip
        rows = [row for row in counts(self.insp, parts) if row.stratum != ALL]
        whole = [row for row in self.edition.counts if row.stratum == stratum]
        hidden = self.edition.hidden
        return hide_in_groups(whole, rows, hidden, threshold=self.threshold)

    @property
    def fact_label(self) -> str:
        """What the question set calls the fact."""
        known = {each.id: each.label for each in self.edition.question_set.facts}
        return known.get(self.fact, self.fact)

    @cached_property
    def _listed(self) -> Mapping[str, str]:
        """Value of the fact → what the question set calls it."""
        facts = {each.id: each for each in self.edition.question_set.facts}
        held = facts.get(self.fact)
        return {each.id: each.label for each in held.values} if held else {}
