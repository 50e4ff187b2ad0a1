"""What changed about the questions: whole ones, their keys, their guidance and their answers."""

from __future__ import annotations

from collections.abc import Iterator

from inspectkit.questions.versions.change import Cells, Change
from inspectkit.questions.versions.kinds import (
    ADDITIVE,
    BREAKING,
    COSMETIC,
    SEMANTIC,
    kind_of,
    shown,
    wording,
)
from inspectkit.questions.versions.resolved import DEFAULT_TYPE, Plain, Resolved, words


def changes_of_questions(before: Resolved, after: Resolved) -> Iterator[Change]:
    """Every change of a question that stands on its own, and of the answers offered."""
    old, new = before.questions, after.questions
    for id in (each for each in old if each not in new):
        why = "its answers have no place; mark a question as retired instead of removing it"
        why += _renamed(old[id], [each for name, each in new.items() if name not in old])
        yield Change(BREAKING, f"question {id}", "", old[id]["text"], "", why, (id,))
    for id in (each for each in new if each not in old):
        yield Change(ADDITIVE, f"question {id}", "", "", new[id]["text"], "it is new", (id,))
    for id in (each for each in new if each in old):
        yield from _question(id, before, after)
    common = [each for each in new if each in old]
    if common != [each for each in old if each in new]:
        why = "the questions stand in another order"
        yield Change(COSMETIC, "the set", "questions", "", "", why)
    yield from _options(before, after)


def _renamed(gone: Plain, added: list[Plain]) -> str:
    rest = {key: each for key, each in gone.items() if key != "id"}
    for each in added:
        if {key: value for key, value in each.items() if key != "id"} == rest:
            return f"; it looks as if it were called {each['id']} now: a migration can say so"
    return ""


def _question(id: str, before: Resolved, after: Resolved) -> Iterator[Change]:
    old, new = before.questions[id], after.questions[id]
    for key in sorted((old.keys() | new.keys()) - {"id", "scale", "choices"}):
        one, other = old.get(key), new.get(key)
        if one != other:
            kind, why = kind_of(key, one, other)
            touched = (id,)
            yield Change(kind, f"question {id}", key, shown(one), shown(other), why, touched)
    one, other = before.guidance(id), after.guidance(id)
    for name in sorted(one.keys() | other.keys()):
        told, tells = one.get(name, ""), other.get(name, "")
        if told != tells:
            same = words(told) == words(tells) or name != id
            kind = COSMETIC if same else SEMANTIC
            why = "the same words" if same else "inspectors are told otherwise how to answer"
            yield Change(kind, f"question {id}", "guidance text", told, tells, why, (id,))


def _options(before: Resolved, after: Resolved) -> Iterator[Change]:
    """Changes of answers: one for all questions that share a scale on both sides."""
    shared: dict[str, list[str]] = {}
    for id in (each for each in after.questions if each in before.questions):
        old, new = before.questions[id], after.questions[id]
        if old.get("type", DEFAULT_TYPE) == new.get("type", DEFAULT_TYPE):
            scale, other = old.get("scale", ""), new.get("scale", "")
            where = f"scale {other}" if scale == other != "" else f"question {id}"
            shared.setdefault(where, []).append(id)
    for where, ids in shared.items():
        old, new = before.questions[ids[0]], after.questions[ids[0]]
        is_scale = new.get("type", DEFAULT_TYPE) == DEFAULT_TYPE
        options = before.options(old), after.options(new)
        yield from _answers(where, tuple(ids), *options, is_scale)


def _answers(
    where: str, ids: Cells, old: list[Plain], new: list[Plain], is_scale: bool
) -> Iterator[Change]:
    before, after = {str(e["id"]): e for e in old}, {str(e["id"]): e for e in new}
    for name in (each for each in before if each not in after):
        why = "the answer is offered no more; where it was given it has no place"
        yield Change(BREAKING, where, f"answer {name}", shown(before[name]), "", why, ids, (name,))
    for name in (each for each in after if each not in before):
        kind = SEMANTIC if is_scale else ADDITIVE
        why = "one more answer: those given were chosen among fewer" if is_scale else "it is new"
        yield Change(kind, where, f"answer {name}", "", shown(after[name]), why, ids)
    for name in (each for each in after if each in before):
        for key in sorted(before[name].keys() | after[name].keys()):
            one, other = before[name].get(key), after[name].get(key)
            if one != other:
                kind, why = wording(key, one, other)
                why = "it earns other points" if key in ("points", "excluded") else why
                place = f"answer {name}, {key}"
                yield Change(kind, where, place, shown(one), shown(other), why, ids, (name,))
