"""What each kind of change does to marks given, and which kind a changed key is of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspectkit.questions.versions.meaning import CONDITIONS, WORDING
from inspectkit.questions.versions.resolved import condition, ids, words

COSMETIC, ADDITIVE, SEMANTIC, BREAKING = "cosmetic", "additive", "semantic", "breaking"
KINDS = (COSMETIC, ADDITIVE, SEMANTIC, BREAKING)
# A key that stands in no table is semantic: whoever adds one to the format decides about it.
OF_A_QUESTION = {
    "page": (COSMETIC, "it stands elsewhere on the form"),
    "guidance": (COSMETIC, "the file has another name"),
    "unit": (COSMETIC, "another unit is shown; the number is the same"),
    "evidence": (ADDITIVE, "what must be written beside an answer changes, the answer stands"),
    "causes": (ADDITIVE, "what is asked about a failing changes, the answer stands"),
    "rests_on": (ADDITIVE, "what must be recorded beside an answer changes, the answer stands"),
    "type": (BREAKING, "another kind of answer is asked for"),
    "subject": (BREAKING, "it is asked of something else"),
    "item": (BREAKING, "it is asked of something else"),
    "applies_when": (SEMANTIC, "it is asked of other cases"),
    "casework_types": (SEMANTIC, "it is asked of other cases"),
    "themes": (SEMANTIC, "its points count elsewhere"),
    "tags": (SEMANTIC, "its points count elsewhere"),
    "weight": (SEMANTIC, "its points count more or less"),
    "context": (SEMANTIC, "it begins or ceases to count"),
    "retired": (SEMANTIC, "it is asked no longer, or again"),
    "section": (SEMANTIC, "another body answers it"),
    "calculate": (SEMANTIC, "it is worked out otherwise"),
    "must": (SEMANTIC, "answers given may not be allowed any more"),
    "min": (SEMANTIC, "answers given may not be allowed any more"),
    "max": (SEMANTIC, "answers given may not be allowed any more"),
    "whole": (SEMANTIC, "answers given may not be allowed any more"),
    "prefill": (SEMANTIC, "another answer is proposed"),
    "suggest": (SEMANTIC, "another answer is proposed"),
}
OF_THE_SET = {
    "label": (COSMETIC, "the public name"),
    "source": (COSMETIC, "where the questions come from"),
    "verified": (COSMETIC, "whether a person has checked it against the source"),
    "languages": (ADDITIVE, "the languages that people can read it in"),
    "rating_rules": (SEMANTIC, "scores become ratings by another rule"),
}
# Group → kind of a removed member: what becomes of the marks that were kept under it.
REMOVED = {
    "casework_types": BREAKING,
    "subjects": BREAKING,
    "items": BREAKING,
    "sections": BREAKING,
    "na_reasons": BREAKING,
    "facts": SEMANTIC,
    "themes": SEMANTIC,
    "tags": SEMANTIC,
}


def wording(key: str, old: Any, new: Any) -> tuple[str, str]:
    """Kind of and reason for a change of something that people read."""
    if key in WORDING | {"source", "owner", "named_by"}:
        if isinstance(old, str) and isinstance(new, str) and words(old) == words(new):
            return COSMETIC, "the same words"
        return (SEMANTIC, "other words") if key in WORDING else (COSMETIC, "other words")
    if key == "translations":
        return COSMETIC, "the translation"
    return SEMANTIC, "how marks are taken or counted"


def kind_of(key: str, old: Any, new: Any) -> tuple[str, str]:
    """Kind of and reason for a changed key of a question."""
    if key in WORDING | {"translations"}:
        return wording(key, old, new)
    if key in CONDITIONS and old and new and condition(old) == condition(new):
        return COSMETIC, "it says the same"
    if _is_names(old) and _is_names(new) and sorted(old) == sorted(new):
        return COSMETIC, "the same in another order"
    if key == "causes" and old and ids(old.get("options")) - ids((new or {}).get("options")):
        return BREAKING, "causes that were given have no place"
    return OF_A_QUESTION.get(key, (SEMANTIC, "how marks are taken or counted"))


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def shown(value: Any) -> str:
    """A value as a person reads it: lists by commas, records by their keys.

    >>> shown(["a", "b"]), shown({"when": ["nm"], "min_length": 10}), shown(None)
    ('a, b', 'when: nm; min_length: 10', '')
    """
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {shown(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(shown(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
