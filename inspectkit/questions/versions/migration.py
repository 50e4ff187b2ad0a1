"""Marks given under one version as marks under the next: a pure mapping, stated in a file.

    # migration_r2.yaml, beside the draft that becomes revision 2
    questions:
      charge_code: {do: keep, reason: only plainer words}
      charge_unused: {do: rename, to: unused_material, reason: plainer name}
      review_timely: {do: map, answers: {pm: nm}, reason: partly in time is not in time}
      police_file: {do: retire, reason: asked no longer}
      letter: {do: split, into: {letter_sent: {fm: fm, nm: nm}, tone: {}}, reason: two things}
      witness_care: {do: ask, reason: the guidance turned round}

An answer that a rule leaves out is asked again. What was answered before is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.companions import companions
from inspectkit.questions.model import Companion, Content, Id, Record, Text
from inspectkit.questions.versions.difference import difference
from inspectkit.questions.versions.frozen import locate, thaw
from inspectkit.questions.versions.kinds import BREAKING, SEMANTIC
from inspectkit.questions.versions.resolved import Plain, Resolved, ids
from inspectkit.questions.yaml import line_of, read_yaml
from inspectkit.validation import nearest, validated

KEPT, LOOK, RENAMED, MAPPED, RETIRED, SPLIT, ASK = (
    "kept",
    "kept, look again",
    "renamed",
    "mapped",
    "retired",
    "split",
    "ask again",
)


class Rule(Record):
    """What becomes of the answers to one question of the earlier version."""

    do: Literal["keep", "rename", "map", "retire", "split", "ask"]
    reason: Text
    to: Id | None = None
    answers: Mapping[str, str] = Field(default_factory=dict)
    into: Mapping[Id, Mapping[str, str]] = Field(default_factory=dict)


class Migration(Record):
    """Earlier question → its rule; a question without one keeps its answers where it can."""

    questions: Mapping[Id, Rule]


@dataclass(frozen=True)
class Move:
    """One answer on its way. to: the question that takes it, "" for none; becomes: its answer."""

    question: str
    answer: str
    action: str
    to: str = ""
    becomes: str = ""


def read_migration(place: Path, revision: int) -> Migration | None:
    """The migration to a revision from the folder of its draft; None where there is none."""
    path = place / f"migration_r{revision}.yaml"
    return read_rules(path) if path.is_file() else None


def read_rules(path: Path) -> Migration:
    """A migration from its file. Errors: everything at fault in it, with its line."""
    if not path.is_file():
        raise InspectionError(str(path), "no such file", "Name a migration file")
    tree = read_yaml(path)
    return validated(Migration, tree, path.name, line=lambda where: line_of(tree, where))


def stated(ref: str | Path) -> Migration | None:
    """The migration that a published version was published with; None without one."""
    path = locate(ref)
    held = thaw(path).publication.migration if path else None
    return validated(Migration, held, str(ref)) if held else None


@dataclass(frozen=True)
class Passage:
    """The way from one version to the next.

    old, new: what `QuestionSet.canonical` gives.
    """

    old: Plain
    new: Plain
    migration: Migration

    def moves(self, answers: Mapping[str, str]) -> tuple[Move, ...]:
        """What becomes of the answers (question → answer) of one subject or item."""
        return tuple(move for id, given in answers.items() for move in self._moves(id, given))

    def answers(self, answers: Mapping[str, str]) -> dict[str, str]:
        """The answers under the new version; those to be asked again are not among them."""
        return {move.to: move.becomes for move in self.moves(answers) if move.to}

    def _moves(self, id: str, given: str) -> Iterator[Move]:
        rule = self.migration.questions.get(id)
        if companion := self._companions[0].get(id):
            yield self._beside(companion, given)
        elif id not in self._before.questions:
            yield Move(id, given, ASK)
        elif rule is None:
            yield self._unruled(id, given)
        elif rule.do == "rename":
            yield self._moved(id, given, RENAMED, str(rule.to), given)
        elif rule.do == "map":
            becomes = rule.answers.get(given, given)
            yield self._moved(id, given, MAPPED if becomes != given else KEPT, id, becomes)
        elif rule.do == "split":
            for to, answers in rule.into.items():
                yield self._moved(id, given, SPLIT, to, answers.get(given, ""))
        elif rule.do == "keep":
            yield self._moved(id, given, KEPT, id, given)
        else:
            yield Move(id, given, RETIRED if rule.do == "retire" else ASK)

    def _beside(self, companion: Companion, given: str) -> Move:
        """The cause, N/A reason or document of a question goes where its question goes."""
        rule = self.migration.questions.get(companion.of)
        if rule and rule.do in ("split", "ask", "retire"):
            return Move(companion.id, given, RETIRED if rule.do == "retire" else ASK)
        to = str(rule.to) if rule and rule.do == "rename" else companion.of
        there = self._companions[1].get(f"{to}_{companion.role}")
        if there is None:
            return Move(companion.id, given, RETIRED)
        offered = {each.id for each in there.choices}
        if offered and not set(given.split()) <= offered:
            return Move(companion.id, given, ASK)
        return Move(companion.id, given, KEPT if to == companion.of else RENAMED, there.id, given)

    @cached_property
    def _companions(self) -> tuple[dict[str, Companion], dict[str, Companion]]:
        """Those of the earlier version and those of the later one, by id."""
        return _companions_of(self.old), _companions_of(self.new)

    def _unruled(self, id: str, given: str) -> Move:
        question = self._after.questions.get(id)
        if question is None or "retired" in question:
            return Move(id, given, RETIRED)
        return self._moved(id, given, LOOK if id in self._changed else KEPT, id, given)

    def _moved(self, id: str, given: str, action: str, to: str, becomes: str) -> Move:
        offered = ids(self._after.options(self._after.questions[to]))
        fits = becomes and (not offered or set(becomes.split()) <= offered)
        return Move(id, given, action, to, becomes) if fits else Move(id, given, ASK)

    @cached_property
    def _before(self) -> Resolved:
        return Resolved(self.old)

    @cached_property
    def _after(self) -> Resolved:
        return Resolved(self.new)

    @cached_property
    def _changed(self) -> set[str]:
        """Questions whose marks mean something else."""
        found = difference(self.old, self.new).changes
        return {id for each in found if each.kind in (SEMANTIC, BREAKING) for id in each.questions}


def _companions_of(canonical: Plain) -> dict[str, Companion]:
    content = validated(Content, canonical["content"], "question set")
    asked = [each for each in content.questions if not each.retired]
    return {made.id: made for each in asked for made in companions(content, each)}


def passage(old: Plain, new: Plain, migration: Migration | None = None) -> Passage:
    """The way from one version to the next, checked. Errors: see `check`."""
    stated = migration or Migration(questions={})
    check(old, new, stated)
    return Passage(old, new, stated)


def check(old: Plain, new: Plain, migration: Migration) -> None:
    """Refuse a migration that leads nowhere, or leaves a breaking change without a rule."""
    before, after = Resolved(old), Resolved(new)
    problems = Problems()
    for id, rule in migration.questions.items():
        where = f"migration, {id}"
        if id not in before.questions:
            hint = nearest(id, list(before.questions))
            problems.add(where, "no question of the earlier version", f"Correct it.{hint}")
            continue
        for to, what in _targets(id, rule):
            if to not in after.questions:
                hint = nearest(to, list(after.questions))
                problems.add(where, f"{to!r} is no question of the later version", f"{what}.{hint}")
        for to, answers in ({id: rule.answers} | dict(rule.into)).items():
            problems.found += _unknown_answers(where, id, to, answers, before, after)
    _check_twice(migration, problems)
    for change in difference(old, new).changes:
        left = [id for id in change.questions if id not in migration.questions]
        if change.kind == BREAKING and left:
            what = f"{change.key or 'the question'}: {change.why}"
            problems.add(
                f"{change.where}", what, f"Give the migration a rule for {', '.join(left)}"
            )
    problems.raise_if_any()


def _targets(id: str, rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.do == "rename":
        yield str(rule.to or ""), "State to: the new id"
    elif rule.do == "split":
        yield from ((to, "State into: new question → answers") for to in rule.into or {"": {}})
    elif rule.do in ("keep", "map"):
        yield id, "Only a question that is still there can keep its answers"


def _unknown_answers(
    where: str, id: str, to: str, answers: Mapping[str, str], before: Resolved, after: Resolved
) -> Iterator[InspectionError]:
    offered = ids(before.options(before.questions[id]))
    takes = ids(after.options(after.questions[to])) if to in after.questions else set()
    for given, becomes in answers.items():
        for name, known in ((given, offered), (becomes, takes)):
            if known and name not in known:
                remedy = f"Use one of {', '.join(sorted(known))}"
                yield InspectionError(where, f"{name!r} is no answer there", remedy)


def _check_twice(migration: Migration, problems: Problems) -> None:
    taken: dict[str, str] = {}
    for id, rule in migration.questions.items():
        for to, _ in _targets(id, rule):
            if to in taken:
                what = f"{taken[to]} and {id} would both become {to}"
                problems.add(f"migration, {id}", what, "Let one of them be asked again")
            taken[to] = id
