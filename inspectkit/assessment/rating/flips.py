"""How few answers, or which single case, a rating hangs on.

Answers are changed in points only: what applied goes on applying. For a share of points the answers
that change it most are taken first, which is the fewest there can be. Where cases are measured, a
case is changed whole, at the cost of the answers it takes. A step's inputs are moved in the
combination that costs least; answers that count to two inputs are counted for each, so that the
number for a step is an upper bound.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.rating.cases import Cases
from inspectkit.assessment.rating.steps import Node
from inspectkit.assessment.rule import Rule
from inspectkit.assessment.rule.combine import NOT_RATED, combine

MOST_COMBINATIONS = 300_000
Answer = tuple[str, str]  # case, question


@dataclass(frozen=True)
class Flip:
    """The fewest answers found that give another rating: to which, how many, which."""

    to: str
    better: bool
    answers: tuple[Answer, ...]
    at_most: bool = False

    @property
    def number(self) -> int:
        return len(self.answers)


@dataclass(frozen=True)
class Change:
    """What changing some answers of one case adds to the value's numerator, up or down."""

    gain: Fraction
    answers: tuple[Answer, ...]


def figure_flips(
    est: Estimates, rule: Rule, cases: Cases, figure: str, domain: str, value: Fraction
) -> dict[int, tuple[Answer, ...]]:
    """For each band, by its place, the answers to change so as to be in it or beyond it."""
    f, d = cases.figures.index(figure), cases.domains.index(domain)
    weights = _weights(cases, f, d, rule)
    inside = {each for each, here in zip(cases.subjects, cases.inside[:, d], strict=True) if here}
    whole = _base(cases, f, d, rule, weights)
    here = rule.index[rule.band(value).id]
    found: dict[int, tuple[Answer, ...]] = {here: ()}
    for better in (True, False):
        changes = list(_changes(est, rule, figure, inside, weights, better=better))
        changes.sort(key=lambda each: (-abs(each.gain) / len(each.answers), each.answers))
        taken: list[Answer] = []
        now = value
        for change in changes:
            now += (change.gain if better else -change.gain) / whole
            taken += change.answers
            place = rule.index[rule.band(now).id]
            between = range(place, here) if better else range(here + 1, place + 1)
            for passed in between:
                found.setdefault(passed, tuple(taken))
    return found


def step_flips(
    rule: Rule, node: Node, now: int, costs: Mapping[str, Mapping[int, tuple[Answer, ...]]]
) -> dict[int, tuple[Answer, ...]]:
    """For each rating of a step, the cheapest answers to change among its inputs' own flips.

    costs: by input, the answers that bring it to each rating; an input without any stays put.
    """
    options = [_options(costs.get(each, {})) for each in node.inputs]
    found: dict[int, tuple[Answer, ...]] = {now: ()} if now >= 0 else {}
    for chosen in _combinations(options):
        inputs = np.array([[place for place, _ in chosen]], dtype=np.int8)
        place = int(combine(node.step, rule.bands, inputs).places[0])
        answers = tuple(dict.fromkeys(each for _, some in chosen for each in some))
        if place != NOT_RATED and (place not in found or len(answers) < len(found[place])):
            found[place] = answers
    return found


def nearest(
    rule: Rule, now: int, found: Mapping[int, tuple[Answer, ...]], *, at_most: bool
) -> list[Flip]:
    """The cheapest way up and the cheapest way down."""
    flips = []
    for better in (True, False):
        ways = [(len(answers), place) for place, answers in found.items()
                if (place < now if better else place > now)]  # fmt: skip
        if ways:
            _, place = min(ways)
            flips.append(Flip(rule.bands[place].id, better, found[place], at_most))
    return flips


Option = tuple[int, tuple[Answer, ...]]


def _options(costs: Mapping[int, tuple[Answer, ...]]) -> list[Option]:
    if not costs:
        return [(NOT_RATED, ())]
    return sorted(costs.items(), key=lambda each: (len(each[1]), each[0]))


def _combinations(options: Sequence[Sequence[Option]]) -> Iterator[tuple[Option, ...]]:
    """All of them; where there are too many, those in which at most two inputs move."""
    total = 1
    for each in options:
        total *= len(each)
    if total <= MOST_COMBINATIONS:
        yield from product(*options)
        return
    still = [each[0] for each in options]
    for one in range(len(options)):
        for other in range(one, len(options)):
            for pair in product(options[one], options[other]):
                moved = list(still)
                moved[one], moved[other] = pair
                yield tuple(moved)


def _weights(cases: Cases, f: int, d: int, rule: Rule) -> dict[str, Fraction]:
    """What a point of each case counts in the domain; 1 for all of them inside one stratum."""
    if rule.measure == "failing_cases" or cases.domains[d] in cases.strata:
        return dict.fromkeys(cases.subjects, Fraction(1))
    by_stratum = [cases.weight(f, stratum) for stratum in range(len(cases.strata))]
    return {
        each: by_stratum[place] for each, place in zip(cases.subjects, cases.stratum, strict=True)
    }


def _base(cases: Cases, f: int, d: int, rule: Rule, weights: Mapping[str, Fraction]) -> Fraction:
    """The denominator of the value, which no change of points moves."""
    if rule.measure == "failing_cases":
        return Fraction(1)
    inside = zip(cases.subjects, cases.available[:, f], cases.inside[:, d], strict=True)
    return sum((weights[each] * int(of) for each, of, here in inside if here), Fraction())


def _changes(
    est: Estimates,
    rule: Rule,
    figure: str,
    inside: set[str],
    weights: Mapping[str, Fraction],
    *,
    better: bool,
) -> Iterator[Change]:
    marks = est.scores.marks
    questions = est.scores.figure(figure).questions
    marks = marks[marks["question"].isin(questions) & (marks["available"] > 0)]
    marks = marks[marks["subject"].isin(inside)]
    marks = marks.assign(lost=marks["available"] - marks["points"])
    if rule.measure == "share_of_points":
        column = "lost" if better else "points"
        for row in marks[marks[column] > 0].to_dict("records"):
            yield Change(
                weights[row["subject"]] * row[column], ((row["subject"], row["question"]),)
            )
        return
    sign = -1 if rule.measure == "failing_cases" else 1
    for subject, rows in marks.groupby("subject", sort=True):
        answers = _to_turn(rows.to_dict("records"), str(subject), rule.met, better=better)
        if answers:
            yield Change(sign * weights[str(subject)], answers)


def _to_turn(
    rows: list[dict[Hashable, Any]], subject: str, met: Fraction, *, better: bool
) -> tuple[Answer, ...]:
    """The fewest answers of a case that make it met, or not met; none where it is so already."""
    won, of = (sum(int(row[key]) for row in rows) for key in ("points", "available"))
    if (won >= met * of) == better:
        return ()
    taken: list[Answer] = []
    for row in sorted(rows, key=lambda each: -each["lost" if better else "points"]):
        won += row["lost"] if better else -row["points"]
        taken.append((subject, str(row["question"])))
        if (won >= met * of) == better:
            break
    return tuple(taken)
