"""Which questions of two versions mean the same, so that their marks may be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspectkit.digest import digest
from inspectkit.questions.versions.resolved import Plain, Resolved, condition, names, words

# Keys that change no answer, no point and no obligation; every other key counts.
COSMETIC = {"page", "guidance", "unit"}
BESIDE = {"evidence", "causes", "rests_on"}  # asked for beside the answer, which stays what it was
CONDITIONS = {"applies_when", "suggest", "calculate", "that"}
WORDING = {"text", "label", "message"}


def comparable(old: Plain, new: Plain) -> tuple[str, ...]:
    """The ids of the questions whose meaning is the same in both sets, in the order of the new.

    old, new: what `QuestionSet.canonical` gives. A question means the same when its words, its
    answers and their points, its weight, themes and tags, its guidance and its condition do, and
    everything that its condition depends on does. Punctuation, pages and the order of questions
    count for nothing. Retired questions never compare.
    """
    before, after = meanings(old), meanings(new)
    return tuple(id for id, meaning in after.items() if before.get(id) == meaning)


def meanings(canonical: Plain) -> dict[str, str]:
    """Question → digest of everything that its marks mean."""
    resolved = Resolved(canonical)
    found: dict[str, str] = {}
    for id, question in resolved.questions.items():
        if "retired" not in question:
            found[id] = digest([own(resolved, question), _rests_on(resolved, question, found)])
    return found


def own(resolved: Resolved, question: Plain) -> dict[str, Any]:
    """What a question means by itself, without what it depends on."""
    keys = set(question) - COSMETIC - BESIDE - {"scale", "choices", "translations"}
    texts = resolved.guidance(question["id"])
    return {
        **{key: _said(key, question[key]) for key in keys},
        "answers": [_said("", option) for option in _sorted(resolved.options(question))],
        "guidance": words(texts.get(question["id"], "")),
    }


def _sorted(options: list[Plain]) -> list[Plain]:
    return sorted(options, key=lambda option: str(option["id"]))


def _said(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _said(name, each) for name, each in value.items() if name != "translations"}
    if isinstance(value, list | tuple):
        kept = [_said("", each) for each in value]
        return sorted(kept) if all(isinstance(each, str) for each in kept) else kept
    if key in WORDING:
        return words(value)
    return condition(value) if key in CONDITIONS else value


def _rests_on(resolved: Resolved, question: Plain, found: Mapping[str, str]) -> list[Any]:
    facts = resolved.group("facts")
    used = names(question) | ({question["prefill"]} if "prefill" in question else set())
    known = [_fact(facts[name]) for name in sorted(used & set(facts))]
    asked = [[name, found.get(name, "")] for name in sorted(used - set(facts))]
    return [known, asked]


def _fact(fact: Plain) -> list[Any]:
    return [fact["id"], fact.get("type", ""), sorted(each["id"] for each in fact.get("values", ()))]
