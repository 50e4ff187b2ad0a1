"""Every case that could be, as far as a condition can tell: a few values stand for all of them.

A choice is one of the answers a condition names, or one that it does not. A number lies at, below,
between or above the numbers it is compared with; a day likewise, and at the distances that are
asked about. Questions that a condition rests on are answered or closed by their own conditions, so
chains are followed to the facts. What grows beyond the cap, or is worked out by arithmetic, is not
checked, and the lint says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations, pairwise, product
from math import prod
from random import Random

from inspectkit.questions.calendars import calendar
from inspectkit.questions.expressions import Scope, Tree, walk
from inspectkit.questions.expressions.judging import judge
from inspectkit.questions.expressions.kinds import Kind
from inspectkit.questions.expressions.reading import COMPARISONS
from inspectkit.questions.model import BUILT_IN, Content, Question
from inspectkit.questions.values import day, numeral

CAP = 4096  # cases looked at for one condition
FOLLOWED = 12  # conditions of a chain; what lies further back may be answered in any way
SAMPLED = 60  # of them are looked at first
MOST_CHOSEN = 4  # answers of one multiple choice that are told apart
OTHER = "another text"
ANCHOR = date(2024, 3, 4)
ARITHMETIC = ("+", "-", "*", "div", "neg")
DISTANCES = ("days-between", "working-days-between")


class NotCheckedError(Exception):
    """The condition cannot be looked at in all its cases."""


@dataclass(frozen=True)
class Worlds:
    """The cases that the condition of one question can tell apart.

    kinds: of every name the condition may speak of. earlier: the questions before it, by id.
    """

    content: Content
    question: Question
    kinds: Mapping[str, Kind]
    earlier: Mapping[str, Question]

    def truths(self) -> set[bool | None]:
        """What the condition comes to over all cases; {True, False} as soon as both were seen.

        Errors: NotCheckedError where there are too many cases.
        """
        found: set[bool | None] = set()
        size = prod(len(values) for values in self.domains.values())
        for values in chain(self._some(), product(*self.domains.values()) if size <= CAP else ()):
            scope = self._scope(dict(zip(self.domains, values, strict=True)))
            found.add(judge(self.trees[self.question.id], scope))
            if {True, False} <= found:
                return found
        if size > CAP:
            raise NotCheckedError(f"more than {CAP:,} cases")
        return found

    def _some(self) -> Iterator[tuple[str | None, ...]]:
        """A few cases at random, always the same: most conditions show both truths in them."""
        dice = Random("worlds")
        if all(self.domains.values()):
            for _ in range(SAMPLED):
                yield tuple(dice.choice(values) for values in self.domains.values())

    @cached_property
    def trees(self) -> dict[str, Tree]:
        """Condition of the question and of every question it rests on; the calculated put in."""
        found: dict[str, Tree] = {}
        waiting = [self.question]
        while waiting:
            asked = waiting.pop(0)
            if asked.id in found or not asked.condition or len(found) == FOLLOWED:
                continue
            found[asked.id] = self._inlined(asked.condition.tree())
            names = [node[1] for node in walk(found[asked.id]) if node[0] == "name"]
            waiting += [self.earlier[name] for name in names if name in self.earlier]
        return found

    def _inlined(self, tree: Tree) -> Tree:
        if tree[0] == "name" and (asked := self.earlier.get(tree[1])) and asked.calculation:
            if asked.condition:
                raise NotCheckedError(f"{asked.id} is calculated under a condition of its own")
            return self._inlined(asked.calculation.tree())
        if tree[0] in ARITHMETIC:
            raise NotCheckedError("it does arithmetic")
        return [self._inlined(part) if isinstance(part, list) else part for part in tree]

    @cached_property
    def nodes(self) -> list[Tree]:
        return [node for tree in self.trees.values() for node in walk(tree)]

    @cached_property
    def names(self) -> list[str]:
        used = {node[1] for node in self.nodes if node[0] == "name"}
        by_type = [self.question, *(self.earlier[name] for name in used if name in self.earlier)]
        if any(each.casework_types for each in by_type):
            used.add(BUILT_IN)
        return [name for name in self.kinds if name in used]  # in the order of the set

    @cached_property
    def domains(self) -> dict[str, list[str | None]]:
        """Name → the values that stand for all; None where it has no value."""
        asked_about = {
            side[1]
            for node in self.nodes
            if node[0] == "call" and node[1] in ("answered", "count-answered")
            for side in node[2:]
        }
        made: dict[str, list[str | None]] = {}
        for name in self.names:
            made[name] = [*self._values(name, self.kinds[name])]
            if name in asked_about:
                made[name].append(None)
        return made

    def _values(self, name: str, kind: Kind) -> list[str]:
        if name == BUILT_IN:
            types = self.question.casework_types or kind.values
            return list(types)
        if kind.name == "number":
            return numbers(self._constants, self.earlier.get(name))
        if kind.name == "date":
            return days(self._anchors, self._distances)
        mentioned = self._mentioned(name)
        if kind.name == "multiple":
            return chosen(mentioned, kind.values)
        rest = [value for value in kind.values if value not in mentioned]
        kept = rest if self._beside_names(name) else self._stand_ins(name, rest)
        return mentioned + (kept if kind.values else [OTHER])

    def _stand_ins(self, name: str, rest: Sequence[str]) -> list[str]:
        """One answer for all that are not named, and one that is N/A."""
        asked = self.earlier.get(name)
        na = [each for each in rest if asked and self._is_na(asked, each)]
        plain = [each for each in rest if each not in na]
        return plain[:1] + na[:1]

    def _mentioned(self, name: str) -> list[str]:
        found = {
            side[1]
            for node in self.nodes
            if ["name", name] in node
            for side in node
            if isinstance(side, list) and side[0] == "text"
        }
        # A value chosen by if() may be compared with any text of the condition.
        if any(node[:2] == ["call", "if"] for node in self.nodes):
            found |= {node[1] for node in self.nodes if node[0] == "text"}
        values = self.kinds[name].values
        return sorted(each for each in found if not values or each in values)

    def _beside_names(self, name: str) -> bool:
        """Is it compared with another name, so that each of its values counts?"""
        return any(
            node[0] in COMPARISONS and ["name", name] in node and node[1][0] == node[2][0] == "name"
            for node in self.nodes
        )

    @cached_property
    def _constants(self) -> list[Fraction]:
        """The numbers that stand in the condition, and in those it rests on."""
        return sorted({Fraction(node[1]) for node in self.nodes if node[0] == "number"})

    @cached_property
    def _anchors(self) -> list[date]:
        texts = [node[1] for node in self.nodes if node[0] in ("text", "date")]
        return sorted({found for text in texts if (found := day(text))}) or [ANCHOR]

    @cached_property
    def _distances(self) -> set[int]:
        """Days between two days that the condition tells apart, calendar or working."""
        linked = {
            side[1]
            for node in self.nodes
            if node[0] == "call" and node[1] in DISTANCES
            for side in node[2:]
            if side[0] == "name"
        }
        if len(linked) > 2:
            raise NotCheckedError("it measures between more than two days")
        found = {-1, 0, 1}
        if not linked:
            return found
        limits = [int(each) for each in self._constants]
        for limit in limits:
            found |= {limit - 1, limit, limit + 1}
            if any(node[:2] == ["call", "working-days-between"] for node in self.nodes):
                for count in (limit - 1, limit, limit + 1):
                    found.add(working_distance(count, self.content.calendar))
        return found

    def _scope(self, given: dict[str, str | None]) -> Scope:
        """The case in which these are the values, after closing what does not apply."""
        values = {name: value for name, value in given.items() if value is not None}
        closed: set[str] = set()
        na: set[str] = set()
        for name in self.names:
            asked = self.earlier.get(name)
            if asked is None:
                continue
            scope = Scope(values, frozenset(closed), frozenset(na), self.content.calendar)
            types = asked.casework_types
            here = not types or values.get(BUILT_IN) in types
            holds = judge(self.trees[name], scope) if name in self.trees and here else here
            if holds is not True:
                values.pop(name, None)
            if holds is False:
                closed.add(name)
            elif name in values and self._is_na(asked, values[name]):
                na.add(name)
        return Scope(values, frozenset(closed), frozenset(na), self.content.calendar)

    def _is_na(self, asked: Question, answer: str) -> bool:
        scale = next((each for each in self.content.scales if each.id == asked.scale), None)
        found = scale.answer(answer) if scale and asked.type == "scale" else None
        return found is not None and found.excluded


def numbers(constants: Sequence[Fraction], asked: Question | None) -> list[str]:
    """A number at, below, between and above the constants, as far as the question takes it.

    >>> numbers([Fraction(5), Fraction(6)], None)
    ['4', '5', '5.333333', '5.666667', '6', '7']
    """
    low = Fraction(asked.min) if asked and asked.min is not None else None
    high = Fraction(asked.max) if asked and asked.max is not None else None
    ends = [each for each in (low, high) if each is not None]
    points = sorted({*constants, *ends}) or [Fraction(0)]
    found = {points[0] - 1, points[-1] + 1, *points}
    for one, other in pairwise(points):
        third = (other - one) / 3
        found |= {one + third, other - third}
        if asked and asked.whole:
            found |= {Fraction(n) for n in (int(one) + 1, int(other) - 1) if one < n < other}
    fits = [
        each
        for each in sorted(found)
        if (low is None or each >= low)
        and (high is None or each <= high)
        and not (asked and asked.whole and each.denominator != 1)
    ]
    return [numeral(each) for each in fits]


def days(anchors: Sequence[date], distances: set[int]) -> list[str]:
    """Each anchor, and the days at these distances from it."""
    found = {anchor + timedelta(days=each) for anchor in anchors for each in sorted(distances)}
    return sorted(map(str, found))


def chosen(mentioned: Sequence[str], values: Sequence[str]) -> list[str]:
    """Every selection among the answers that are named, with one that is not where none is."""
    if len(mentioned) > MOST_CHOSEN:
        raise NotCheckedError("it names many answers of one multiple choice")
    other = next((value for value in values if value not in mentioned), None)
    sets = [
        list(each)
        for size in range(len(mentioned), 0, -1)
        for each in combinations(mentioned, size)
    ]
    return [" ".join(each) for each in sets] + ([other] if other else [])


def working_distance(count: int, ref: str) -> int:
    """The days from the anchor after which so many working days have passed."""
    step = 1 if count >= 0 else -1
    held, at = calendar(ref), 0
    while held.working_days(ANCHOR, ANCHOR + timedelta(days=at)) != count and abs(at) < 1000:
        at += step
    return at
