"""A question as it stands on its own: its answers, conditions and guidance beside its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.questions.expressions import parse

NAME = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
DEFAULT_TYPE = "scale"
Plain = Mapping[str, Any]


class Resolved:
    """Looks into what `QuestionSet.canonical` gives; records by group and id."""

    def __init__(self, canonical: Plain) -> None:
        self.content: Plain = canonical["content"]
        self.texts: Mapping[str, str] = canonical["guidance"]

    def group(self, name: str) -> dict[str, Plain]:
        """Id → record of a list of the set, in its order."""
        return {each["id"]: each for each in self.content.get(name, ())}

    @cached_property
    def questions(self) -> dict[str, Plain]:
        return self.group("questions")

    def options(self, question: Plain) -> list[Plain]:
        """The answers offered, whether from a scale or from the question's own choices."""
        if question.get("type", DEFAULT_TYPE) != DEFAULT_TYPE:
            return list(question.get("choices", ()))
        scale = self.group("scales").get(question.get("scale", ""))
        return list(scale["answers"]) if scale else []

    def guidance(self, id: str) -> dict[str, str]:
        """The guidance of a question by the name it is kept under, one for each language."""
        return {
            name: text
            for name, text in self.texts.items()
            if name == id or re.fullmatch(rf"{re.escape(id)}\W.*", name)
        }


def names(value: Any) -> set[str]:
    """Every ${name} used anywhere in a record.

    >>> sorted(names({"must": [{"that": "${sent} >= ${decided}"}]}))
    ['decided', 'sent']
    """
    if isinstance(value, str):
        return set(NAME.findall(value))
    parts = value.values() if isinstance(value, Mapping) else value
    found: set[str] = set()
    for part in parts if isinstance(value, Mapping | list | tuple) else ():
        found |= names(part)
    return found


def words(text: str) -> list[str]:
    """A text without punctuation, spacing and capitals: what a typographic change leaves as it is.

    >>> words("Was it right?") == words("was it  'right'")
    True
    """
    return re.findall(r"[^\W_]+|[<>=≤≥≠±%£$€+]|-(?=\d)", text.casefold())


def condition(text: str) -> Any:
    """A condition as its tree, so that only what it says counts; as its text if it has none."""
    try:
        return parse(text).tree()
    except InspectionError:
        return text


def ids(options: Iterable[Plain] | None) -> set[str]:
    """The ids of some records."""
    return {str(each["id"]) for each in options or ()}
