"""Reads a YAML 1.2 file as plain values that know their lines; says plainly what fails.

Of YAML only mappings, lists and texts are taken: no tag can name a type of Python, no alias can
multiply what stands once, nothing nests deeper than a question set does.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser
from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.events import AliasEvent
from yaml.resolver import BaseResolver

from inspectkit.errors import InspectionError
from inspectkit.validation import Place

MAX_BYTES, MAX_DEPTH = 1_000_000, 20
TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = re.compile(f"{re.escape(TAG)}(str|int|float|bool|null|timestamp)")
ASTRAY = (
    "not aligned with the lines above, or a quotation mark inside a text",
    "Align it with them, or double the mark",
)
# What the reader of YAML says (in part), and what that means to one who writes a question set.
WORDS = (
    ("mapping values are not allowed", "a colon inside a text", "Put the text in quotation marks"),
    ("tab character", "a tab", "Indent with blanks"),
    ("cannot start any token", "a tab, or a sign that begins no text", "Indent with blanks"),
    ("expected ':'", "a key without its colon, or a text over two lines", "Write key: text"),
    ("expected key", *ASTRAY),
    ("expected '-'", *ASTRAY),
    ("expected ',' or", "a bracket or brace is not closed", "Close it, or quote the text"),
    ("unexpected end of stream", "a quotation mark is not closed", "Close it with the same sign"),
    ("unknown escape", "a backslash inside double quotation marks", "Use single ones: 'a\\b'"),
    ("characters are not allowed", "a character that is no text", "Remove it"),
    ("nesting depth", f"nested more than {MAX_DEPTH} deep", "Put the text in quotation marks"),
    ("expected a single document", "--- begins a second document", "Keep one set in one file"),
)
UNSEEN = re.compile("[\x85\u2028\u2029]")  # end a line for the reader of YAML, and for nobody else
# Words without quotation marks that are no texts, as YAML 1.2 has it (1.1 would add yes and no).
WORTH = {
    "bool": "true|True|TRUE|false|False|FALSE",
    "null": "~|null|Null|NULL|",
    "int": "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
    "timestamp": "[0-9]{4}-[0-9][0-9]-[0-9][0-9]",
}


class Keys(dict[Any, Any]):
    """A mapping. lines: key → its line, from 1; values_at: key → line and column, from 0, of what
    stands there.
    """

    lines: dict[Any, int]
    values_at: dict[Any, tuple[int, int]]


class Rows(list[Any]):
    """A list. lines: place → the line, from 1, on which what stands there begins."""

    lines: dict[Any, int]


class Refusal(MarkedYAMLError):
    """Something that YAML allows and a question set does not."""


class PlainReader(Composer, CParser, SafeConstructor, BaseResolver):
    """Composes a document without aliases, tags of other types and deep nesting."""

    depth = 0

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        BaseResolver.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
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

    def keys(self, node: Any) -> Keys:
        found = Keys()
        found.lines, found.values_at = {}, {}
        for name, value in node.value:
            key, mark = self.construct_object(name, deep=True), name.start_mark
            if isinstance(key, dict | list):
                raise Refusal(problem="a key is a list", problem_mark=mark, note="Write a word")
            if key in found:
                note = "Give each key once"
                raise Refusal(problem=f"duplicate key {key}", problem_mark=mark, note=note)
            found[key] = self.construct_object(value, deep=True)
            found.lines[key] = mark.line + 1
            found.values_at[key] = (value.start_mark.line, value.start_mark.column)
        return found

    def rows(self, node: Any) -> Rows:
        found = Rows(self.construct_object(each, deep=True) for each in node.value)
        found.lines = {place: each.start_mark.line + 1 for place, each in enumerate(node.value)}
        return found

    def whole(self, node: Any) -> int:
        """YAML 1.1 would take 010 for eight."""
        said = self.construct_scalar(node)
        return int(said, 0) if said.startswith(("0o", "0x")) else int(said)


for word, looks in WORTH.items():
    PlainReader.add_implicit_resolver(TAG + word, re.compile(rf"(?:{looks})\Z"), None)
for word, construct in (
    ("map", PlainReader.keys),
    ("seq", PlainReader.rows),
    ("int", PlainReader.whole),
):
    PlainReader.add_constructor(TAG + word, construct)


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
    try:
        tree = PlainReader(text).get_single_data()
    except MarkedYAMLError as error:
        raise _plain(name, text, error) from None
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
        try:
            line = getattr(tree, "lines", {}).get(part, line)
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            break
    return line


def _plain(name: str, text: str, error: Any) -> InspectionError:
    """The finding of the YAML reader in the words of those who write question sets."""
    if unseen := UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        what = "not readable as YAML: a mark that ends a line, and is not seen, inside a text"
        remedy = "Type the text anew instead of pasting it"
        return InspectionError(f"{name}, line {line}", what, remedy)
    said = " ".join(str(error.problem or error.context).split("\n")[0].split())
    mark: Mark | None = error.problem_mark or error.context_mark
    where = f"{name}, line {mark.line + 1}" if mark else name
    if isinstance(error, Refusal):
        return InspectionError(where, said, error.note)
    for sign, what, remedy in WORDS:
        if sign in said:
            return InspectionError(where, f"not readable as YAML: {what} ({said})", remedy)
    return InspectionError(where, f"not readable as YAML: {said}", "Mend the line named")
