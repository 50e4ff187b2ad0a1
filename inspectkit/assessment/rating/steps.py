"""A rule's steps laid out over the figures there are, and worked through, limiters included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from inspectkit.assessment.rule import Limiter, Rule, Step
from inspectkit.assessment.rule.combine import NOT_RATED, Combined, Places, capped, combine
from inspectkit.assessment.scoring import Figure

Judged = Mapping[str, Mapping[str, str]]  # kind or step: id: rating


@dataclass(frozen=True)
class Node:
    """One rating made of others: the figure it rates, and the ids of its inputs."""

    id: str
    kind: str
    label: str
    step: Step
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Worked:
    """Ratings by figure; by_rule: before a person moved them; what steps decided; limiters."""

    places: dict[str, Places]
    combined: dict[str, Combined] = field(default_factory=dict)
    limited: dict[str, Limiter] = field(default_factory=dict)
    by_rule: dict[str, Places] = field(default_factory=dict)


def nodes(rule: Rule, figures: Sequence[Figure], judged: Judged | None = None) -> tuple[Node, ...]:
    """Every step's results in order. `judged` adds inputs that no case gives."""
    found: list[Node] = []
    for step in rule.steps:
        extra = tuple((judged or {}).get(str(step.of), {}))
        if step.each is None:
            inputs = _inputs(step, figures, found) + extra
            found.append(Node(step.id, step.id, step.label, step, inputs))
            continue
        kinds = {each.id: each.kind for each in figures}
        for figure in figures:
            if figure.kind == step.each:
                fed = tuple(each for each in figure.questions if kinds.get(each) == step.of)
                found.append(Node(figure.id, figure.kind, figure.label, step, fed))
    return tuple(found)


def work(
    rule: Rule,
    laid: Sequence[Node],
    kinds: Mapping[str, str],
    rated: Mapping[str, Places],
    flags: Mapping[str, bool],
    moved: Mapping[str, int] | None = None,
) -> Worked:
    """All ratings of one domain: figures as rated, then each step from what was found before.

    moved: ratings that a person gave in place of the rule's; what follows is made of them.
    """
    done = Worked(dict(rated))
    for figure, places in rated.items():
        _limit(rule, figure, kinds.get(figure, ""), places[:, None], flags, done)
        _move(done, figure, moved)
    for node in laid:
        columns = [done.places[each] for each in node.inputs if each in done.places]
        draws = len(next(iter(done.places.values()), np.zeros(1)))
        inputs = np.column_stack(columns) if columns else np.empty((draws, 0), dtype=np.int8)
        wanted = node.step.inputs
        if not columns or (wanted and len(columns) != wanted):
            done.places[node.id] = np.full(draws, NOT_RATED, dtype=np.int8)
            continue
        result = combine(node.step, rule.bands, inputs)
        done.places[node.id], done.combined[node.id] = result.places, result
        for name in dict.fromkeys((node.step.id, node.kind)):
            _limit(rule, node.id, name, inputs, flags, done)
        _move(done, node.id, moved)
    return done


def _move(done: Worked, figure: str, moved: Mapping[str, int] | None) -> None:
    done.by_rule[figure] = done.places[figure]
    if moved and figure in moved:
        done.places[figure] = np.full_like(done.places[figure], moved[figure])


def _limit(
    rule: Rule, figure: str, kind: str, inputs: Places, flags: Mapping[str, bool], done: Worked
) -> None:
    for limiter in rule.limiters:
        if kind in limiter.on:
            before = done.places[figure]
            done.places[figure] = capped(limiter, rule.bands, before, inputs, flags)
            if (done.places[figure] != before).any():
                done.limited[figure] = limiter


def _inputs(step: Step, figures: Sequence[Figure], found: Sequence[Node]) -> tuple[str, ...]:
    if not isinstance(step.of, str):
        return step.of
    made = tuple(node.id for node in found if node.step.id == step.of)
    return made or tuple(each.id for each in figures if each.kind == step.of)
