"""What every exhibit has in common: it is a value that can show itself and travel as JSON."""

from __future__ import annotations

import os
from functools import singledispatch
from itertools import count
from typing import Any

from pydantic import ConfigDict, TypeAdapter

MIME = "application/vnd.inspectkit.exhibit+json"
VALUES_ALONE = "INSPECTKIT_VALUES_ALONE"
FROZEN = ConfigDict(extra="forbid", defer_build=True)


class Numbers:
    """Counts the tables and the figures of one document.

    >>> numbers = Numbers()
    >>> numbers.next("Table"), numbers.next("Figure"), numbers.next("Table")
    ('Table 1: ', 'Figure 1: ', 'Table 2: ')
    """

    def __init__(self) -> None:
        self._counters = {"Table": count(1), "Figure": count(1)}

    def next(self, word: str) -> str:
        return f"{word} {next(self._counters[word])}: "


class Unnumbered(Numbers):
    """For an exhibit shown by itself: no number before its title."""

    def next(self, word: str) -> str:
        return ""


class Exhibit:
    """A value of a report: what it says first, how it looks second."""

    def _repr_html_(self) -> str | None:
        # where a report is made, its page is written from the values: nobody looks at this HTML
        return None if os.environ.get(VALUES_ALONE) else html(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {MIME: to_json(self), "text/plain": type(self).__name__}


@singledispatch
def html(exhibit: Exhibit, numbers: Numbers | None = None) -> str:
    """The exhibit as an HTML fragment in which every text is escaped."""
    raise NotImplementedError(type(exhibit).__name__)


def to_json(exhibit: Exhibit) -> Any:
    """The exhibit as plain JSON data; `exhibits.from_json` gives the same value back."""
    kind = type(exhibit)
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind].dump_python(exhibit, mode="json")


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}
