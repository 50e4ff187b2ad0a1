"""A question set's file as cells: one text for every value, under an address that never moves.

An address goes by ids, not by positions: ("questions", "charge_code", "evidence", "when"). The same
cells come from the YAML file and from the sheets of a workbook, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from inspectkit.errors import InspectionError

Address = tuple[str | int, ...]
Cells = dict[Address, str]
GUIDANCE = "guidance"  # addresses of guidance texts begin with it: ("guidance", "charge_code")
GROUPS = (
    "casework_types",
    "subjects",
    "items",
    "facts",
    "lists",
    "scales",
    "themes",
    "tags",
    "sections",
    "na_reasons",
)
OPTIONS = ("answers", "choices", "values", "options")
INTEGERS = {"weight", "min_length", "points", "revision", "since", "at_least"}
FLAGS = {"context", "excluded", "whole", "verified", "reference", "several"}
LISTS = {"themes", "tags", "casework_types", "when", "kinds", "figures", "languages", "questions"}
LISTS |= {"rating_rules"}
NUMBERS = {"min", "max"}
CODE = {"applies_when", "suggest", "calculate", "that"}
YES, NO = "yes", "no"


def cells(tree: Mapping[str, Any], texts: Mapping[str, str] | None = None) -> Cells:
    """Address → text of every value of a file, in its order, and of the guidance.

    >>> cells({"label": "A set", "tags": [{"id": "grip", "label": "Grip"}], "verified": False})
    {('label',): 'A set', ('tags', 'grip', 'label'): 'Grip', ('verified',): 'no'}
    """
    found = dict(_values(tree, ()))
    found |= {(GUIDANCE, name): text for name, text in (texts or {}).items()}
    return {address: text for address, text in found.items() if text != ""}


def _values(value: Any, at: Address) -> Iterator[tuple[Address, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if not (key == "id" and at):
                yield from _values(each, (*at, str(key)))
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for position, each in enumerate(value):
            yield from _values(each, (*at, str(each["id"]) if "id" in each else position))
    else:
        yield at, as_text(value, at)


def as_text(value: Any, at: Address = ()) -> str:
    """A single value, or a list of names, as a person types it.

    >>> as_text(True), as_text(["pm", "nm"]), as_text(None), as_text(2)
    ('yes', 'pm, nm', '', '2')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list | tuple):
        names = [str(each) for each in value]
        if any("," in name or "\n" in name for name in names):
            where = ".".join(map(str, at))
            raise InspectionError(where, "a name with a comma", "Rename it without the comma")
        return ", ".join(names)
    return value.isoformat() if isinstance(value, date) else str(value)


def typed(at: Address, text: str) -> Any:
    """The value that a text stands for at its address. Errors: no such value; see `typing`.

    >>> typed(("questions", "q1", "tags"), "grip, added_value"), typed(("verified",), "no")
    (['grip', 'added_value'], False)
    """
    key = _key(at)
    if key in LISTS:
        return [name.strip() for name in text.split(",") if name.strip()]
    if key in FLAGS:
        return text.strip().lower() == YES
    if key in INTEGERS:
        return int(text)
    if key in NUMBERS:
        return float(text) if "." in text else int(text)
    return text


def misfit(at: Address, text: str) -> str:
    """What is wrong with a text at its address; "" where it fits.

    >>> misfit(("questions", "q1", "weight"), "two")
    'it takes a whole number'
    """
    key = _key(at)
    if key in FLAGS and text.strip().lower() not in (YES, NO):
        return f"it takes {YES} or {NO}"
    if key in INTEGERS and not text.strip().isdecimal():
        return "it takes a whole number"
    if key in NUMBERS:
        digits = text.strip().removeprefix("-").replace(".", "", 1)
        return "" if digits.isdecimal() else "it takes a number, with a point for decimals"
    return ""


def _key(at: Address) -> str:
    names = [part for part in at if isinstance(part, str)]
    is_text = len(names) > 1 and names[-2] == "translations"
    return "" if is_text or not names or at[0] == GUIDANCE else names[-1]
