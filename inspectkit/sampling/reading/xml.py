"""Reads the XML parts of a workbook as a stream of elements; document types are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any
from xml.parsers import expat

Attributes = dict[str, str]


def parse(
    stream: IO[bytes],
    start: Callable[[str, Attributes], Any],
    end: Callable[[str], Any] | None = None,
    text: Callable[[str], Any] | None = None,
) -> None:
    """Call start, end and text for the elements of a part, their names without prefix.

    Errors: ValueError for a document type, since entities can grow without limit; ExpatError.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    local: dict[str, str] = {}

    def name(tag: str) -> str:
        return local.setdefault(tag, tag.rpartition(":")[2])

    parser.StartElementHandler = lambda tag, attributes: start(name(tag), attributes)
    if end is not None:
        close = end
        parser.EndElementHandler = lambda tag: close(name(tag))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.ParseFile(stream)


def elements(stream: IO[bytes]) -> list[tuple[str, Attributes]]:
    """Every element of a small part as parent/name and attributes, in order."""
    found: list[tuple[str, Attributes]] = []
    path = [""]

    def start(tag: str, attributes: Attributes) -> None:
        found.append((f"{path[-1]}/{tag}".lstrip("/"), attributes))
        path.append(tag)

    parse(stream, start, lambda tag: path.pop())
    return found


def _refuse(*declared: Any) -> None:
    raise ValueError("it declares a document type, which no workbook needs")
