"""Turns pydantic's findings about a hand-written file into *where: what. Remedy.*"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from inspectkit.errors import Problems

M = TypeVar("M", bound=BaseModel)
Place = tuple[int | str, ...]


def validated(
    model: type[M],
    content: Any,
    where: str,
    *,
    line: Callable[[Place], int | None] = lambda place: None,
) -> M:
    """The content as a model; all its faults at once, with the line and the nearest known key.

    `line` tells on which line of the file a place (keys and positions) stands.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = Problems()
        places = [fault["loc"] for fault in error.errors()]
        for fault in error.errors():
            place = fault["loc"]
            if fault["type"] == "too_short" and any(within(other, place) for other in places):
                continue  # too short only because what stands there is at fault
            number = line(place)
            spot = f"{where}, line {number}" if number else where
            problems.add(f"{spot}, {_path(place)}", *_words(fault, place, model))
        problems.raise_if_any()
        raise


def within(place: Place, other: Place) -> bool:
    """Does a place lie inside another?

    >>> within(("scales", 0, "id"), ("scales",)), within(("scales",), ("scales",))
    (True, False)
    """
    return len(place) > len(other) and place[: len(other)] == other


def nearest(word: str, known: Mapping[str, Any] | list[str]) -> str:
    """' Did you mean ...?' or nothing.

    >>> nearest("requried", ["required", "text"])
    ' Did you mean required?'
    """
    close = get_close_matches(word, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _path(place: Place) -> str:
    return (
        ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the whole"
    )


def _words(fault: Any, place: Place, model: type[BaseModel]) -> tuple[str, str]:
    if fault["type"] == "missing":
        return "this key is missing", "Add it"
    if fault["type"] == "extra_forbidden":
        hint = nearest(str(place[-1]), _keys(model))
        return "this key is not known", f"Remove it or correct its spelling.{hint}"
    if fault["type"] == "value_error":  # a rule of our own, in the form "what: remedy"
        what, _, remedy = str(fault["msg"]).removeprefix("Value error, ").partition(": ")
        return what, remedy[:1].upper() + remedy[1:] or "Correct it"
    given = ascii(fault.get("input"))[:60]
    return f"{fault['msg'].lower()} (found {given})", "Correct the value"


def _keys(model: type[BaseModel]) -> list[str]:
    """Every key anywhere below a model: enough to suggest from."""
    found: list[str] = []
    for definition in model.model_json_schema().get("$defs", {}).values():
        found += definition.get("properties", {})
    return found + list(model.model_json_schema().get("properties", {}))
