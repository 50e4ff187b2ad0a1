"""One domain's ratings written up: bands, values, and in words what moved or stopped them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from inspectkit.assessment.estimation import Estimate
from inspectkit.assessment.rating.discretion import Departure, check_reach
from inspectkit.assessment.rating.record import Rating
from inspectkit.assessment.rating.steps import Node, Worked
from inspectkit.assessment.rule import Band, Rule
from inspectkit.assessment.rule.combine import implied_cuts
from inspectkit.errors import InspectionError
from inspectkit.exhibits import counted


@dataclass(frozen=True)
class Part:
    """What is known of one domain: the steps worked through, departures, chances."""

    rule: Rule
    domain: str
    done: Worked
    departures: Mapping[str, Departure]
    chances: Mapping[str, tuple[float, ...]]

    def figure(self, row: Estimate, value: Fraction | None, title: str) -> Rating:
        """A figure rated by the rule's measure."""
        band = self._band(row.figure)
        distance = None if band is None or value is None else self.rule.distance(value)
        known = self.chances.get(row.figure) if band else None
        stopped = list(_stopped(row, self.rule)) if band is None else []
        unsure = [] if band is None or known else [_unsure(row, self.rule)]
        return self._rating(
            row.figure, row.kind, title, row, value, distance, known, stopped or unsure
        )

    def step(self, node: Node, row: Estimate | None) -> Rating:
        """A rating made of others."""
        combined, band = self.done.combined.get(node.id), self._band(node.id)
        value = combined.value() if combined and band else None
        cuts = implied_cuts(node.step, self.rule.bands)
        distance = None if value is None else cuts.distance(value)
        if distance is not None and node.step.method == "share":
            distance *= 100
        known = self.chances.get(node.id) if band else None
        notes = [] if band else [_incomplete(node, self.done, self.rule)]
        return self._rating(
            node.id, node.kind, node.label, row, value, distance, known, notes, node
        )

    def judged(self, figure: str, kind: str) -> Rating:
        """A rating that a person gave."""
        return self._rating(figure, kind, figure, None, None, None, None, ["judged"])

    def _rating(
        self,
        figure: str,
        kind: str,
        title: str,
        row: Estimate | None,
        value: Fraction | None,
        distance: Fraction | None,
        known: tuple[float, ...] | None,
        notes: list[str],
        node: Node | None = None,
    ) -> Rating:
        departure, limiter = self.departures.get(figure), self.done.limited.get(figure)
        if departure:
            self._check(departure, distance)
            who = f"moved by {departure.by} on {departure.on.isoformat()}"
            notes = [*notes, f"{who}: {departure.why}"]
        if limiter:
            notes = [f"limited by {limiter.id}@{limiter.revision}: {limiter.label}", *notes]
        return Rating(
            figure, kind, title, self.domain, row, value, self._band(figure), self._by_rule(figure),
            distance, "; ".join(notes), known, node, limiter, departure,
            self._place(figure),
        )  # fmt: skip

    def _check(self, departure: Departure, distance: Fraction | None) -> None:
        place = int(self.done.by_rule[departure.figure][0])
        check_reach(self.rule, departure, place, distance)
        limiter = self.done.limited.get(departure.figure)
        if limiter and self.rule.index[departure.to] < self.rule.index[limiter.cap]:
            where = f"discretion on {departure.figure}, {departure.domain}"
            what = f"{limiter.id}@{limiter.revision} caps it at {limiter.cap}"
            raise InspectionError(where, what, "Discretion does not lift a limiter")

    def _place(self, figure: str) -> int | None:
        place = int(self.done.by_rule.get(figure, self.done.places[figure])[0])
        return place if place >= 0 else None

    def _band(self, figure: str) -> Band | None:
        place = int(self.done.places[figure][0])
        return self.rule.bands[place] if place >= 0 else None

    def _by_rule(self, figure: str) -> Band | None:
        place = self._place(figure)
        return None if place is None else self.rule.bands[place]


def _stopped(row: Estimate, rule: Rule) -> Iterator[str]:
    if row.value is None:
        yield f"not rated: {row.method.removeprefix('none: ')}"
    elif rule.measure == "judgement":
        yield "not rated: the rule asks for a judgement"
    elif row.n < rule.minimum_cases:
        yield f"not rated: {counted(row.n, 'case')}, the rule asks for {rule.minimum_cases}"


def _unsure(row: Estimate, rule: Rule) -> str:
    if rule.measure == "judgement":
        return "judged on evidence, so there is no chance of it"
    if rule.measure == "failing_cases":
        return "the rule speaks of the cases read, so there is no chance of it"
    if row.low is not None:
        return "how sure is not known: cases were not drawn simply inside strata"
    return f"how sure is not known: {row.method.removeprefix('none: ')}"


def _incomplete(node: Node, done: Worked, rule: Rule) -> str:
    rated = [each for each in node.inputs if each in done.places and done.places[each][0] >= 0]
    if not rated and rule.measure == "judgement":
        return "not rated: the rule asks for a judgement"
    if node.step.inputs and len(node.inputs) != node.step.inputs:
        have = counted(len(node.inputs), "input")
        return f"not rated: {have}, the rule is for {node.step.inputs}"
    return f"not rated: {len(rated)} of {counted(len(node.inputs), 'input')} rated"
