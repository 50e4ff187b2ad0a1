"""Reads a YAML 1.2 file as plain values that know their lines; says plainly what fails.

Of YAML only mappings, lists and texts are taken: no tag can name a type of Python, no alias can
multiply what stands once, nothing nests deeper than a question set does.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import AliasEvent

from inspectkit.errors import InspectionError
from inspectkit.validation import Place

MAX_BYTES, MAX_DEPTH = 1_000_000, 20
PLAIN_TAGS = re.compile(r"tag:yaml\.org,2002:(str|int|float|bool|null|map|seq|timestamp)")
# What the reader of YAML says (in part), and what that means to one who writes a question set.
WORDS = (
    ("mapping values are not allowed", "a colon inside a text", "Put the text in quotation marks"),
    ("cannot start any token", "a tab, or a sign that begins no text", "Indent with blanks"),
    ("found character", "a tab, or a sign that begins no text", "Indent with blanks, or quote it"),
    ("expected ':'", "a key without its colon, or a text over two lines", "Write key: text"),
    ("expected <block end>", "not aligned with the lines above", "Align it with them"),
    ("expected ',' or", "a bracket or brace is not closed", "Close it, or quote the text"),
    ("unexpected end of stream", "a quotation mark is not closed", "Close it with the same sign"),
    ("unknown escape", "a backslash inside double quotation marks", "Use single ones: 'a\\b'"),
    ("special characters are not allowed", "a character that is no text", "Remove it"),
    ("expected a single document", "--- begins a second document", "Keep one set in one file"),
)


class Refusal(MarkedYAMLError):  # type: ignore[misc]  # ruamel.yaml has no types
    """Something that YAML allows and a question set does not."""


class PlainComposer(Composer):  # type: ignore[misc]
    """Composes a document without aliases, tags of other types and deep nesting."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        self.depth += 1
        tag = getattr(event, "tag", None)
        problem = ""
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            problem = "anchors (&) and aliases (*) are not used here"
        elif tag is not None and not PLAIN_TAGS.fullmatch(str(tag)):
            problem = "a tag (!) names a type; nothing but texts is read here"
        elif self.depth > MAX_DEPTH:
            problem = f"nested more than {MAX_DEPTH} deep"
        if problem:
            note = "Write it out, or put the text in quotation marks"
            raise Refusal(problem=problem, problem_mark=event.start_mark, note=note)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_yaml(path: Path) -> Any:
    """The keys of a file.

    Errors: repeated keys, tags, aliases, deep nesting, files that are no text or too large.
    """
    return parsed(path.name, text_of(path))


def text_of(path: Path) -> str:
    """The text of a file. Errors: it is larger than a question set is, or no UTF-8."""
    if path.stat().st_size > MAX_BYTES:
        raise InspectionError(
            path.name, f"larger than {MAX_BYTES:,} bytes", "Give a question set, not data"
        )
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InspectionError(path.name, "not UTF-8 text", "Save it as UTF-8") from None


def parsed(name: str, text: str) -> Any:
    """The keys of a file's text. Errors: as for `read_yaml`."""
    reader = YAML(typ="rt", pure=True)
    reader.Composer = PlainComposer
    try:
        tree = reader.load(text)
    except MarkedYAMLError as error:
        raise _plain(name, error) from None
    except (YAMLError, ValueError, RecursionError, AttributeError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise InspectionError(name, f"not readable as YAML: {first}", "Mend the file") from None
    if not isinstance(tree, dict):
        raise InspectionError(name, "the file holds no keys", "Start with id: and revision:")
    return tree


def line_of(tree: Any, place: Place) -> int:
    """The line on which a place stands, or the nearest one above it."""
    line = 1
    for part in place:
        mark = getattr(tree, "lc", None)
        try:
            if mark is not None:
                line = (mark.key(part) if isinstance(tree, dict) else mark.item(part))[0] + 1
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            break
    return line


def _plain(name: str, error: Any) -> InspectionError:
    """The finding of the YAML reader in the words of those who write question sets."""
    said = " ".join(str(error.problem or error.context).split("\n")[0].split())
    mark: StringMark | None = error.problem_mark or error.context_mark
    where = f"{name}, line {mark.line + 1}" if mark else name
    if isinstance(error, Refusal):
        return InspectionError(where, said, error.note)
    for sign, what, remedy in WORDS:
        if sign in said:
            return InspectionError(where, f"not readable as YAML: {what} ({said})", remedy)
    remedy = "Give each key once" if "duplicate key" in said else "Mend the line named"
    return InspectionError(where, f"not readable as YAML: {said}", remedy)
