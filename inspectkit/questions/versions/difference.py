"""What differs between two versions of a question set, and what each change does to marks given.

cosmetic   nothing that was marked or will be marked changes
additive   something more is asked or offered; the marks given stand
semantic   the marks given stand but mean or count for something else: score again, look again
breaking   marks given may have no place left: a migration says where they go, two people agree
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspectkit.questions.versions.asked import changes_of_questions
from inspectkit.questions.versions.change import Cells, Change, Difference
from inspectkit.questions.versions.kinds import (
    ADDITIVE,
    BREAKING,
    KINDS,
    OF_THE_SET,
    REMOVED,
    SEMANTIC,
    shown,
    wording,
)
from inspectkit.questions.versions.resolved import Plain, Resolved

RESOLVED = {"lists", "scales", "questions", "id", "revision"}  # looked at elsewhere, or not at all


def difference(old: Plain, new: Plain) -> Difference:
    """What changed from one version to another.

    old, new: what `QuestionSet.canonical` gives; `QuestionSet.diff` is the usual way here.
    """
    before, after = Resolved(old), Resolved(new)
    found = [*_set(before, after), *changes_of_questions(before, after)]
    found.sort(key=lambda change: -KINDS.index(change.kind))
    return Difference(_ref(before), _ref(after), tuple(found))


def _ref(resolved: Resolved) -> str:
    return f"{resolved.content['id']}@{resolved.content['revision']}"


def _set(before: Resolved, after: Resolved) -> Iterator[Change]:
    for key in sorted((set(before.content) | set(after.content)) - RESOLVED):
        old, new = before.content.get(key), after.content.get(key)
        if key in OF_THE_SET or not _is_group(old or new):
            if old != new:
                kind, why = OF_THE_SET.get(key, (SEMANTIC, "how marks are taken or counted"))
                touched = tuple(after.questions) if kind == SEMANTIC else ()
                yield Change(kind, "the set", key, shown(old), shown(new), why, touched)
        else:
            yield from _group(key, before, after)


def _is_group(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def _group(key: str, before: Resolved, after: Resolved) -> Iterator[Change]:
    old, new = before.group(key), after.group(key)
    kind = REMOVED.get(key, SEMANTIC)
    for id in old.keys() - new.keys():
        touched = _users(key, id, before)
        why = "what was kept under it has no place" if kind == BREAKING else "it is there no more"
        yield Change(kind, f"{key} {id}", "", shown(old[id]), "", why, touched)
    for id in new.keys() - old.keys():
        yield Change(ADDITIVE, f"{key} {id}", "", "", shown(new[id]), "it is new")
    for id in (each for each in new if each in old):
        for part in sorted(old[id].keys() | new[id].keys()):
            one, other = old[id].get(part), new[id].get(part)
            if one != other:
                kind_, why = wording(part, one, other)
                touched = _users(key, id, after) if kind_ == SEMANTIC else ()
                yield Change(kind_, f"{key} {id}", part, shown(one), shown(other), why, touched)


def _users(key: str, id: str, resolved: Resolved) -> Cells:
    """The questions that name a member of a group."""
    single = {"casework_types": "casework_types", "themes": "themes", "tags": "tags"}
    own = single.get(key, key.rstrip("s"))
    if key == "facts":
        return tuple(
            name
            for name, each in resolved.questions.items()
            if each.get("prefill") == id or f"${{{id}}}" in shown(each)
        )
    return tuple(
        name
        for name, each in resolved.questions.items()
        if id == each.get(own) or id in (each.get(own) or ())
    )
